//! What a change introduces: a review held against that of an older revision.

use std::path::{Path, PathBuf};

use super::config::Configs;
use super::files::Files;
use super::known::{Identity, split};
use super::review::{Request, Review, walk_in};
use super::revision::{Repository, Revision};
use super::{Error, Timings};
use crate::finding::Finding;
use crate::lint::{INTERNAL_ERROR, Outcome};

/// Takes out of a review what the designs had already at a revision: at the one
/// named, or where the work at hand began. Returns what that is called, in words.
///
/// # Errors
///
/// If there is no such revision, or a file is outside of the repository.
pub fn keep_changed(
    request: &Request,
    review: &mut Review,
    reference: Option<&str>,
) -> Result<String, Error> {
    let repository = Repository::here()?;
    let (revision, words) = match reference {
        Some(name) => (repository.revision(name)?, format!("`{name}`")),
        None => repository.base()?,
    };
    let asked = asked(review, &revision)?;
    let then = Request {
        stdin: None,
        ..request.clone()
    };
    // What is asked for is what there is on the disk, and was there then.
    let find = |_: &mut Configs<'_>| Ok(asked);
    let files = Files::of(revision);
    let timings = &mut Timings::default();
    let then = walk_in(&files, &then, timings, find, |it| it.outcome)?;
    for outcome in &mut review.outcomes {
        let root = &review.sources.file(outcome.root).name;
        let mut earlier = then.kept.iter();
        let earlier = earlier.find(|it| then.sources.file(it.root).name == *root);
        keep_new(outcome, earlier);
    }
    Ok(words)
}

/// Returns the files that were asked for and existed then.
fn asked(review: &Review, revision: &Revision) -> Result<Vec<PathBuf>, Error> {
    let files = review.sources.iter().take(review.asked);
    let mut asked = Vec::new();
    for (_, file) in files {
        let path = PathBuf::from(&file.name);
        match revision.has(&path) {
            Some(_) if file.name.starts_with('<') => return Err(outside(&path)),
            None => return Err(outside(&path)),
            Some(true) => asked.push(path),
            Some(false) => {}
        }
    }
    Ok(asked)
}

fn outside(path: &Path) -> Error {
    Error {
        message: format!(
            "`{}` is not in the repository that the command runs in",
            path.display()
        ),
        help: Some(
            "run it in the repository of the design; say which file stdin is with `--stdin-filename`"
                .to_owned(),
        ),
    }
}

fn keep_new(outcome: &mut Outcome, earlier: Option<&Outcome>) {
    let earlier = earlier.map_or(&[][..], |it| &it.findings);
    let standing = |it: &&Finding| it.rule != INTERNAL_ERROR;
    let earlier: Vec<Identity> = earlier.iter().filter(standing).map(Identity::of).collect();
    let split = split(std::mem::take(&mut outcome.findings), &earlier);
    outcome.findings = split.fresh;
    outcome.unchanged = Some(split.known);
}
