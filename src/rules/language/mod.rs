//! The pages of what the language's own rooms find.

use crate::finding::{Confidence, Severity};
use crate::lint::{About, INTERNAL_ERROR};
use crate::{model, syntax};

/// What is said of each, in alphabetical order.
pub(super) const ABOUT: &[About] = &[
    about(
        model::BAD_ACCEPTANCE,
        "an `@accept` without reason, for no rule, unused, or run out",
        Severity::Warning,
        include_str!("bad-acceptance.md"),
    ),
    about(
        model::CONFLICTING_FACTS,
        "the same fact stated twice, differently",
        Severity::Error,
        include_str!("conflicting-facts.md"),
    ),
    about(
        model::DUPLICATE_NAME,
        "two declarations of one name",
        Severity::Error,
        include_str!("duplicate-name.md"),
    ),
    about(
        model::EMPTY_VIEW,
        "a view that shows nothing",
        Severity::Info,
        include_str!("empty-view.md"),
    ),
    about(
        "file-without-system",
        "a file that declares no system and that nothing imports",
        Severity::Info,
        include_str!("file-without-system.md"),
    ),
    about(
        INTERNAL_ERROR,
        "a rule that broke on this design",
        Severity::Error,
        include_str!("internal-error.md"),
    ),
    about(
        model::MISPLACED_STATEMENT,
        "a statement where it cannot stand",
        Severity::Error,
        include_str!("misplaced-statement.md"),
    ),
    about(
        "missing-import",
        "an import of a file that cannot be read",
        Severity::Error,
        include_str!("missing-import.md"),
    ),
    about(
        syntax::SYNTAX_ERROR,
        "text that cannot be read as a statement",
        Severity::Error,
        include_str!("syntax-error.md"),
    ),
    about(
        model::UNKNOWN_PROPERTY,
        "a key that its block does not know",
        Severity::Error,
        include_str!("unknown-property.md"),
    ),
    about(
        model::UNKNOWN_WORD,
        "a kind, type, verb or measure that the language does not have",
        Severity::Error,
        include_str!("unknown-word.md"),
    ),
    about(
        model::UNRESOLVED_REFERENCE,
        "a name that does not exist, is ambiguous, or names something else",
        Severity::Error,
        include_str!("unresolved-reference.md"),
    ),
    about(
        model::WRONG_VALUE,
        "a value of the wrong form, dimension or unit",
        Severity::Error,
        include_str!("wrong-value.md"),
    ),
];

const fn about(
    name: &'static str,
    summary: &'static str,
    severity: Severity,
    page: &'static str,
) -> About {
    let (category, confidence) = ("language", Confidence::High);
    About {
        name,
        category,
        summary,
        severity,
        confidence,
        motives: &[],
        page,
    }
}
