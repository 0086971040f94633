//! From files to what the numbers say.

use super::Error;
use super::review::{Request, walk};
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
    walk(request, |reviewed| {
        let design = reviewed.design;
        let context = Context {
            model: design.model,
            success: design.success(),
            sources: design.sources,
        };
        Analyzed {
            numbers: numbers::numbers(&reviewed.outcome.design, &context),
            mistakes: reviewed.mistakes,
        }
    })
}
