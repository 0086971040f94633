//! From files to what there is to draw.

use std::sync::Arc;

use super::Error;
use super::analyze::numbers_of;
use super::review::{Request, walk};
use crate::config::Config;
use crate::diagram;
use crate::diagram::scene::Scene;
use crate::finding::Finding;
use crate::numbers::Numbers;
use crate::source::{FileId, Sources};

/// What there is to draw of one design.
#[derive(Clone, Debug)]
pub struct Drawn {
    /// The system's name, or the file's where it declares none.
    pub design: String,
    /// The file that the design begins with.
    pub root: FileId,
    /// What is configured for it.
    pub config: Arc<Config>,
    /// Its pictures.
    pub scenes: Vec<Scene>,
    /// What its numbers come to, if that was asked for.
    pub numbers: Option<Numbers>,
    /// What could not be understood, and so is not drawn.
    pub mistakes: Vec<Finding>,
}

/// What is wanted beside pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beside {
    /// Nothing.
    Nothing,
    /// What the numbers come to.
    Numbers,
}

/// Reviews every design among the paths and gives what there is to draw of each, and
/// what `beside` wants by its configuration.
///
/// # Errors
///
/// As [`super::review()`].
pub fn draw(
    request: &Request,
    beside: impl Fn(&Config) -> Beside + Sync,
) -> Result<(Sources, Vec<Drawn>), Error> {
    walk(request, |reviewed| Drawn {
        numbers: (beside(reviewed.config) == Beside::Numbers).then(|| numbers_of(&reviewed)),
        scenes: diagram::scenes(reviewed.design, &reviewed.outcome.findings),
        mistakes: reviewed.mistakes,
        config: reviewed.config.clone(),
        design: reviewed.outcome.design,
        root: reviewed.outcome.root,
    })
}
