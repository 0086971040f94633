//! What a rule is, which rules are asked for, and what a review came to.
//!
//! Takes words from flags and facts about rules, gives [`Selection`]s and
//! [`Outcome`]s. Names no rule.

pub mod outcome;
pub mod selection;

pub use outcome::{Accepted, NotEvaluated, Outcome};
pub use selection::{Profile, Selection};

use crate::finding::{Confidence, Severity};

/// What is known about a rule without running it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleInfo {
    /// The permanent name, in kebab-case.
    pub name: &'static str,
    /// The family, such as `availability`.
    pub category: &'static str,
    /// What it finds, in one line.
    pub summary: &'static str,
    /// How bad its findings usually are.
    pub severity: Severity,
    /// How sure its findings usually are.
    pub confidence: Confidence,
    /// The profiles that hold it, smallest first.
    pub profiles: &'static [Profile],
    /// Its page, in Markdown.
    pub page: &'static str,
}
