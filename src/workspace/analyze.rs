//! From files to what the numbers say.

use super::Error;
use super::review::{Request, Reviewed, walk};
use crate::finding::Finding;
use crate::numbers::{self, Context, Numbers};
use crate::source::Sources;

/// What the numbers of one design say.
#[derive(Clone, Debug)]
pub struct Analyzed {
    /// The numbers.
    pub numbers: Numbers,
    /// What could not be understood, and so does not count.
    pub mistakes: Vec<Finding>,
}

/// Analyzes every design among the paths.
///
/// # Errors
///
/// As [`super::review()`].
pub fn analyze(request: &Request) -> Result<(Sources, Vec<Analyzed>), Error> {
    walk(request, |reviewed| Analyzed {
        numbers: numbers_of(&reviewed),
        mistakes: reviewed.mistakes,
    })
}

/// Returns what the numbers of a design come to.
pub(super) fn numbers_of(reviewed: &Reviewed) -> Numbers {
    let design = reviewed.design;
    let context = Context {
        model: design.model,
        success: design.success(),
        sources: design.sources,
    };
    numbers::numbers(&reviewed.outcome.design, &context)
}
