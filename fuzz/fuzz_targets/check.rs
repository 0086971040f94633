//! Any bytes are reviewed.

#![no_main]

use libfuzzer_sys::fuzz_target;
use underpin::config::Wishes;
use underpin::lint::{INTERNAL_ERROR, Profile};
use underpin::workspace::{Configuration, Request, date, review};

fuzz_target!(|bytes: &[u8]| {
    let request = Request {
        stdin: Some(("a.arch".to_owned(), bytes.to_vec())),
        today: date("2026-11-21").expect("a day"),
        configuration: Configuration::None,
        wishes: Wishes {
            profile: Some(Profile::Practice),
            ..Wishes::default()
        },
        ..Request::of(Vec::new())
    };
    let review = review(&request).expect("bytes can be read");
    for finding in review.outcomes.iter().flat_map(|outcome| &outcome.findings) {
        assert!(finding.rule != INTERNAL_ERROR, "{}", finding.message);
    }
});
