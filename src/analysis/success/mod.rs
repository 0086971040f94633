//! What must be up for an operation to succeed, and how likely that is.
//!
//! Takes a [`Formula`] over numbered parts that are up or down, gives its
//! minimal cuts of one and two parts, and its exact probability. Does not know
//! what a part is: a replica, a host and a zone are variables alike.
//!
//! Success is monotone: nothing succeeds because something else is down.
//! Hard relations are `all`, alternatives and fallbacks are `any`, replicas
//! and quorums are `at_least`; what is soft is left out. A replica in a zone is
//! `all` of the two, and a component is made once and shared by all who need it.

mod cuts;
mod diagram;
mod formula;
mod goals;
mod routing;

pub use cuts::{cut_pairs, cut_pairs_within, single_cuts};
pub use diagram::Diagram;
pub use formula::{Formula, Shape, Term};
pub use goals::{Goal, Part, Success};
pub use routing::{Routes, Routing};

use std::fmt;

/// Why a question about a formula was not answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotEvaluated {
    /// More parts than are tried in pairs.
    TooManyVariables {
        /// How many there are.
        count: usize,
        /// How many are tried.
        limit: usize,
    },
    /// More states of zones and regions than are worth it.
    TooManyStates {
        /// How many are looked at.
        limit: usize,
    },
    /// More steps or memory than are worth it.
    TooLarge {
        /// The budget that did not suffice.
        budget: usize,
    },
}

impl fmt::Display for NotEvaluated {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooManyVariables { count, limit } => write!(
                formatter,
                "{count} parts can fail, and pairs are looked for among at most {limit}"
            ),
            Self::TooManyStates { limit } => write!(
                formatter,
                "its zones and regions can be up and down in more than the {limit} ways that are looked at"
            ),
            Self::TooLarge { budget } => write!(
                formatter,
                "its parts depend on each other in too many ways to count within {budget} steps"
            ),
        }
    }
}

#[cfg(test)]
mod tests;
