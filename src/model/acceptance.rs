//! What the design knows and accepts.

use crate::source::Span;

/// `@accept(rule, "reason", until: …, ticket: "…")`.
#[derive(Clone, Debug)]
pub struct Acceptance {
    /// The rule that is silenced.
    pub rule: String,
    /// Why.
    pub reason: Option<String>,
    /// When it ends.
    pub until: Option<crate::quantity::Date>,
    /// Where it is tracked.
    pub ticket: Option<String>,
    /// The annotation.
    pub span: Span,
    /// The rule's name in it.
    pub rule_span: Span,
    /// What it holds for; `None` for the whole design.
    pub covers: Option<Span>,
    /// Whether something in it could not be read, which was reported.
    pub reported: bool,
}
