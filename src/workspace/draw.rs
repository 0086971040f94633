//! From files to what there is to draw.

use std::sync::Arc;

use super::Error;
use super::review::{Request, walk};
use crate::config::Config;
use crate::diagram;
use crate::diagram::scene::Scene;
use crate::finding::Finding;
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
    /// What could not be understood, and so is not drawn.
    pub mistakes: Vec<Finding>,
}

/// Reviews every design among the paths and gives what there is to draw of each.
///
/// # Errors
///
/// As [`super::review()`].
pub fn draw(request: &Request) -> Result<(Sources, Vec<Drawn>), Error> {
    walk(request, |reviewed| Drawn {
        scenes: diagram::scenes(reviewed.design, &reviewed.outcome.findings),
        mistakes: reviewed.mistakes,
        config: reviewed.config.clone(),
        design: reviewed.outcome.design,
        root: reviewed.outcome.root,
    })
}
