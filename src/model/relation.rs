//! Who uses whom.

use crate::source::Span;
use crate::syntax::tree::Arrow;

use super::{Component, DataUse, Facts, Id};

/// A connection: one for each pair of ends and arrow.
#[derive(Clone, Debug)]
pub struct Relation {
    /// Who starts it.
    pub from: Id<Component>,
    /// Who receives it.
    pub to: Id<Component>,
    /// How.
    pub arrow: Arrow,
    /// The title of the first statement that has one.
    pub title: Option<String>,
    /// What is said of it.
    pub facts: Facts,
    /// From the first end to the second, where it is first said.
    pub span: Span,
    /// Where else it is said.
    pub repeated: Vec<Span>,
    /// The number of the `a | b` that it belongs to: of one number, any will do.
    pub alternative: Option<u32>,
    /// Whether only a flow's step says it.
    pub from_step: bool,
}

impl Relation {
    /// Tells whether the caller waits for the other end.
    pub fn waits(&self) -> bool {
        self.arrow != Arrow::Send && !self.facts.has("mode")
    }

    /// Returns what is read across it.
    pub fn reads(&self) -> impl Iterator<Item = &DataUse> {
        self.facts.data("reads")
    }

    /// Returns what is written across it.
    pub fn writes(&self) -> impl Iterator<Item = &DataUse> {
        self.facts.data("writes")
    }
}
