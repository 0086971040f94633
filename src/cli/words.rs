//! Words that flags accept.

use std::num::NonZeroUsize;

use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::finding::{Confidence, Severity};
use crate::lint::Profile;

/// The words of the severities.
pub const SEVERITIES: &[(&str, Severity)] = &[
    ("error", Severity::Error),
    ("warning", Severity::Warning),
    ("info", Severity::Info),
];

/// The words of the confidences.
pub const CONFIDENCES: &[(&str, Confidence)] = &[
    ("low", Confidence::Low),
    ("medium", Confidence::Medium),
    ("high", Confidence::High),
];

/// The words of the profiles.
pub const PROFILES: &[(&str, Profile)] = &[
    ("core", Profile::Core),
    ("recommended", Profile::Recommended),
    ("strict", Profile::Strict),
    ("practice", Profile::Practice),
];

/// Accepts one of some words and gives what it stands for.
pub fn one_of<T>(words: &'static [(&'static str, T)]) -> impl TypedValueParser<Value = T>
where
    T: Copy + Send + Sync,
{
    let known = PossibleValuesParser::new(words.iter().map(|(word, _)| *word));
    known.try_map(|given| {
        let found = words.iter().find(|(word, _)| *word == given);
        found.map(|(_, meaning)| *meaning).ok_or("no such word")
    })
}

/// Accepts a number of threads.
pub fn threads(word: &str) -> Result<NonZeroUsize, String> {
    let number = word.parse().ok();
    number.ok_or_else(|| "a whole number from 1 on was expected".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_has_its_own_word() {
        assert!(SEVERITIES.iter().all(|(word, it)| *word == it.word()));
        assert!(CONFIDENCES.iter().all(|(word, it)| *word == it.word()));
        assert!(PROFILES.iter().all(|(word, it)| *word == it.word()));
        assert_eq!(PROFILES.len(), Profile::ALL.len());
    }
}
