//! What was chosen, and why.

use crate::vocabulary::Owners;

use super::resolve::{Pending, Resolver};
use super::{Facts, Head, Id};

/// A decision.
#[derive(Clone, Debug)]
pub struct Decision {
    /// Name, title and places.
    pub head: Head,
    /// What its block says.
    pub facts: Facts,
}

impl<'t> Resolver<'t> {
    pub(super) fn read_decision(&mut self, id: Id<Decision>, pending: &Pending<'t>) {
        self.model.decisions[id].facts = self.read_facts(pending, Owners::DECISION, "decision");
    }
}
