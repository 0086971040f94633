//! Any bytes are reviewed.

#![no_main]

use libfuzzer_sys::fuzz_target;
use underpin::lint::{INTERNAL_ERROR, Profile, Selection};
use underpin::workspace::{Request, date, review};

fuzz_target!(|bytes: &[u8]| {
    let request = Request {
        paths: Vec::new(),
        stdin: Some(("a.arch".to_owned(), bytes.to_vec())),
        environment: None,
        today: date("2026-11-21").expect("a day"),
        selection: Selection { profile: Profile::Practice, ..Selection::default() },
    };
    let review = review(&request).expect("bytes can be read");
    for finding in review.outcomes.iter().flat_map(|outcome| &outcome.findings) {
        assert!(finding.rule != INTERNAL_ERROR, "{}", finding.message);
    }
});
