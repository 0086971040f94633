//! What a change introduces: a review held against that of an older revision.

use std::path::{Path, PathBuf};

use super::git::Revision;
use super::known::{Identity, split};
use super::load::{Files, Includes};
use super::review::{Request, Review, review_in};
use super::{Error, Timings};
use crate::finding::Finding;
use crate::lint::{INTERNAL_ERROR, Outcome};

impl Files for Revision {
    // What is asked for is what there is on the disk, and was there then.
    fn find(&self, paths: &[PathBuf], _: Includes<'_>) -> Result<Vec<PathBuf>, Error> {
        Ok(paths.to_vec())
    }

    fn read(&self, path: &Path) -> Result<Vec<u8>, Error> {
        Revision::read(self, path)
    }

    fn identity(&self, path: &Path) -> PathBuf {
        self.place(path)
    }

    fn names(&self, folder: &Path) -> Vec<String> {
        let place = self.place(folder);
        let inside = self.files(folder);
        inside
            .filter(|file| file.parent() == Some(&place))
            .filter_map(|file| Some(file.file_name()?.to_str()?.to_owned()))
            .collect()
    }
}

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
    let revision = match reference {
        Some(reference) => Revision::open(reference)?,
        None => Revision::base()?,
    };
    let asked = asked(review, &revision)?;
    let then = Request {
        paths: asked,
        stdin: None,
        ..request.clone()
    };
    let then = review_in(&then, &revision, &mut Timings::default())?;
    for outcome in &mut review.outcomes {
        let root = &review.sources.file(outcome.root).name;
        let mut earlier = then.outcomes.iter();
        let earlier = earlier.find(|it| then.sources.file(it.root).name == *root);
        keep_new(outcome, earlier);
    }
    Ok(revision.words)
}

/// Returns the files that were asked for and existed then.
fn asked(review: &Review, revision: &Revision) -> Result<Vec<PathBuf>, Error> {
    let files = review.sources.iter().take(review.asked);
    let mut asked = Vec::new();
    for (_, file) in files {
        let path = PathBuf::from(&file.name);
        if !revision.covers(&path) || file.name.starts_with('<') {
            return Err(outside(&path));
        }
        if revision.has(&path) {
            asked.push(path);
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
