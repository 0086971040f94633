//! The rules, one file and one page each.

use crate::finding::{Confidence, Severity};
use crate::lint::{Profile, RuleInfo};

/// Returns what is known about every rule, in alphabetical order.
pub fn infos() -> Vec<RuleInfo> {
    vec![RuleInfo {
        name: crate::syntax::SYNTAX_ERROR,
        category: "language",
        summary: "text that cannot be read as a statement",
        severity: Severity::Error,
        confidence: Confidence::High,
        profiles: &Profile::ALL,
        page: include_str!("language/syntax-error.md"),
    }]
}
