//! From two states of files to what changed between them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::config::Configs;
use super::files::Files;
use super::find::{find_any_files, find_files};
use super::review::{Request, Walked, known_environment, walk_in};
use super::revision::Repository;
use super::{Error, Timings};
use crate::diagram::scene::Scene;
use crate::diagram::view::changes;
use crate::diff::{self, Changes, State};
use crate::finding::Finding;
use crate::lint::Design;
use crate::model::Model;
use crate::source::Sources;

/// What is to be compared.
#[derive(Clone, Debug)]
pub struct Ask {
    /// A revision, a file or a folder.
    pub base: String,
    /// Another one; the files as they are now where it is missing.
    pub head: Option<String>,
    /// Whether the change is drawn.
    pub picture: bool,
}

/// What came of a comparison.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// What was compared, in words.
    pub base: String,
    /// What it was compared with, in words.
    pub head: String,
    /// Each design, by its path.
    pub designs: Vec<Compared>,
    /// The texts as they are now, of which the mistakes speak.
    pub sources: Sources,
}

/// One design in two states.
#[derive(Clone, Debug)]
pub struct Compared {
    /// What changed.
    pub changes: Changes,
    /// The change drawn, where that was asked for and there is something to draw.
    pub scene: Option<Scene>,
    /// What cannot be understood now, and so was not compared.
    pub mistakes: Vec<Finding>,
}

/// Where one state is.
struct Side {
    files: Files,
    paths: Vec<PathBuf>,
    words: String,
    /// Whether a path that is missing is a mistake.
    strict: bool,
    /// What is no part of a file's name when designs are paired.
    within: Option<PathBuf>,
}

/// Compares designs; `request` says what is compared where the ask names revisions,
/// and how designs are reviewed.
///
/// # Errors
///
/// If a file or revision is missing or cannot be read, or neither side has a design.
pub fn diff(ask: &Ask, request: &Request) -> Result<Comparison, Error> {
    let (base, head) = sides(ask, request)?;
    let (before, after) = (base.walk(request)?, head.walk(request)?);
    let environments = before.environments.iter().chain(&after.environments);
    known_environment(request, environments)?;
    if before.kept.is_empty() && after.kept.is_empty() {
        let path = request
            .paths
            .first()
            .map_or(Path::new("."), PathBuf::as_path);
        return Err(super::find::nothing(path));
    }
    let pairs = pairs(&base, &before, &head, &after);
    let compared = pairs
        .into_iter()
        .map(|(old, new)| compare(old, new, ask.picture));
    Ok(Comparison {
        designs: compared.collect(),
        base: base.words,
        head: head.words,
        sources: after.sources,
    })
}

/// Finds out what is meant: two paths where both are there, else revisions.
fn sides(ask: &Ask, request: &Request) -> Result<(Side, Side), Error> {
    let exists = |name: &str| Path::new(name).exists();
    if let Some(head) = &ask.head
        && exists(&ask.base)
        && exists(head)
    {
        return Ok((Side::path(&ask.base), Side::path(head)));
    }
    let repository = Repository::here()?;
    let of = |name: &String| -> Result<Side, Error> {
        let revision = repository.revision(name);
        let revision = revision.map_err(|error| match exists(name) {
            true => alone(name, ask.head.is_some()),
            false => error,
        })?;
        Ok(Side {
            files: Files::of(revision),
            paths: request.paths.clone(),
            words: name.clone(),
            strict: false,
            within: None,
        })
    };
    let base = of(&ask.base)?;
    let head = match &ask.head {
        Some(head) => of(head)?,
        None => Side {
            files: Files::disk(),
            paths: request.paths.clone(),
            words: "working tree".to_owned(),
            strict: false,
            within: None,
        },
    };
    Ok((base, head))
}

/// Says that a path has nothing that it can be compared with.
fn alone(name: &str, has_other: bool) -> Error {
    let (message, help) = match has_other {
        true => (
            format!("`{name}` is a path, and what it is to be compared with is none"),
            "give two files, two folders or two revisions".to_owned(),
        ),
        false => (
            format!("`{name}` is a path, not a revision"),
            format!(
                "give the other path too: `underpin diff {name} OTHER`, or a revision: `underpin diff HEAD --path {name}`"
            ),
        ),
    };
    Error {
        message,
        help: Some(help),
    }
}

/// A design that is kept until it is compared.
struct Kept {
    model: Model,
    sources: Sources,
    root: String,
    findings: Vec<Finding>,
    accepted: Vec<Finding>,
    mistakes: Vec<Finding>,
}

impl Side {
    fn path(name: &str) -> Side {
        Side {
            files: Files::disk(),
            paths: vec![PathBuf::from(name)],
            words: name.to_owned(),
            strict: true,
            within: Some(PathBuf::from(name)),
        }
    }

    fn walk(&self, request: &Request) -> Result<Walked<Kept>, Error> {
        let find = |configs: &mut Configs<'_>| {
            let includes = |file: &Path| configs.include(file);
            match self.files.revision() {
                Some(revision) => revision.find(&self.paths, includes),
                None if self.strict => find_files(&self.paths, includes),
                None => find_any_files(&self.paths, includes),
            }
        };
        let timings = &mut Timings::default();
        walk_in(&self.files, request, timings, find, |reviewed| {
            let outcome = reviewed.outcome;
            let accepted = outcome.accepted.into_iter();
            Kept {
                model: reviewed.design.model.clone(),
                sources: reviewed.design.sources.clone(),
                root: reviewed.design.sources.file(outcome.root).name.clone(),
                findings: outcome.findings,
                accepted: accepted.map(|it| it.finding).collect(),
                mistakes: reviewed.mistakes,
            }
        })
    }

    /// Returns the path by which a design is found on the other side.
    fn key(&self, design: &Kept) -> String {
        let Some(within) = &self.within else {
            return design.root.clone();
        };
        let root = Path::new(&design.root);
        let within = within.strip_prefix("./").unwrap_or(within);
        let inside = root.strip_prefix(within).unwrap_or(root);
        inside.to_string_lossy().replace('\\', "/")
    }
}

/// A design before and now.
type Pair<'a> = (Option<&'a Kept>, Option<&'a Kept>);

/// Pairs designs by their paths, then by the names of their systems; in the order
/// of their paths now, those that are gone last.
fn pairs<'a>(
    base: &Side,
    before: &'a Walked<Kept>,
    head: &Side,
    after: &'a Walked<Kept>,
) -> Vec<Pair<'a>> {
    let mut old: BTreeMap<String, &Kept> = BTreeMap::new();
    old.extend(before.kept.iter().map(|it| (base.key(it), it)));
    let mut new: Vec<(String, &Kept)> = after.kept.iter().map(|it| (head.key(it), it)).collect();
    new.sort_by(|a, b| a.0.cmp(&b.0));
    let by_path: Vec<_> = new
        .into_iter()
        .map(|(key, design)| (old.remove(&key), design))
        .collect();
    let mut pairs = Vec::new();
    for (found, design) in by_path {
        let found = found.or_else(|| {
            let name = design.model.system.as_ref().map(|it| it.name.as_str())?;
            let same = |it: &&Kept| it.model.system.as_ref().is_some_and(|it| it.name == name);
            let key = old.iter().find(|(_, it)| same(it))?.0.clone();
            old.remove(&key)
        });
        pairs.push((found, Some(design)));
    }
    pairs.extend(old.into_values().map(|design| (Some(design), None)));
    pairs
}

fn compare(old: Option<&Kept>, new: Option<&Kept>, picture: bool) -> Compared {
    let changes = diff::diff(old.map(state), new.map(state));
    let scene = picture.then(|| {
        let (old, new) = (old.map(Kept::design), new.map(Kept::design));
        changes::scene(old.as_ref(), new.as_ref(), &changes)
    });
    Compared {
        scene: scene.flatten(),
        mistakes: new.map(|kept| kept.mistakes.clone()).unwrap_or_default(),
        changes,
    }
}

impl Kept {
    fn design(&self) -> Design<'_> {
        Design::new(&self.model, &self.sources)
    }
}

fn state(kept: &Kept) -> State<'_> {
    State {
        model: &kept.model,
        sources: &kept.sources,
        findings: &kept.findings,
        accepted: &kept.accepted,
        root: &kept.root,
    }
}
