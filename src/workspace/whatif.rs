//! From files to what becomes of a design when something is lost.

use super::Error;
use super::review::{Request, walk};
use crate::analysis::success::Success;
use crate::finding::Finding;
use crate::model::Model;
use crate::numbers::Context;
use crate::numbers::whatif::{self, Question, Unknown, WhatIf};
use crate::source::Sources;

/// What is asked, in the words of who asks.
#[derive(Clone, Debug, Default)]
pub struct Ask {
    /// What is lost: components, places, `zone:1`, `links#2`.
    pub lose: Vec<String>,
    /// The caches that are empty.
    pub cold: Vec<String>,
    /// By how much the load is multiplied: `3x`.
    pub load: Option<String>,
    /// Whether every loss is to be tried.
    pub all: bool,
}

/// What becomes of a design.
#[derive(Clone, Debug)]
pub struct Supposed {
    /// The numbers.
    pub whatif: WhatIf,
    /// What could not be understood, and so does not count.
    pub mistakes: Vec<Finding>,
}

/// Works out what becomes of the one design among the paths.
///
/// # Errors
///
/// As [`super::review()`]; if there are several designs, or a name is of nothing.
pub fn whatif(request: &Request, ask: &Ask) -> Result<(Sources, Supposed), Error> {
    let (sources, designs) = walk(request, |reviewed| {
        let name = reviewed.outcome.design;
        let design = reviewed.design;
        let supposed = question(design.model, design.success(), ask).map(|question| {
            let context = Context {
                model: design.model,
                success: design.success(),
                sources: design.sources,
            };
            Supposed {
                whatif: whatif::whatif(&name, &context, &question),
                mistakes: reviewed.mistakes,
            }
        });
        let root = design.sources.file(reviewed.outcome.root).name.clone();
        (root, supposed)
    })?;
    let roots: Vec<String> = designs.iter().map(|(root, _)| root.clone()).collect();
    match <[_; 1]>::try_from(designs) {
        Ok([(_, supposed)]) => Ok((sources, supposed?)),
        Err(_) => Err(several(&roots)),
    }
}

fn question(model: &Model, success: &Success, ask: &Ask) -> Result<Question, Error> {
    let mut question = Question {
        all: ask.all,
        ..Question::default()
    };
    for name in &ask.lose {
        let loss = whatif::loss(model, success, name)?;
        question.scenario.lost.insert(loss);
    }
    for name in &ask.cold {
        question.scenario.cold.insert(whatif::cache(model, name)?);
    }
    if let Some(load) = &ask.load {
        question.scenario.load = whatif::load(load)?;
    }
    Ok(question)
}

impl From<Unknown> for Error {
    fn from(unknown: Unknown) -> Error {
        Error {
            message: unknown.message,
            help: Some(unknown.help),
        }
    }
}

/// The most designs that an error names.
const NAMED: usize = 5;

fn several(roots: &[String]) -> Error {
    let named = &roots[..roots.len().min(NAMED)];
    let more = match roots.len() - named.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    Error {
        message: format!(
            "there are {} designs, and one can be asked about",
            roots.len()
        ),
        help: Some(format!("name one of `{}`{more}", named.join("`, `"))),
    }
}
