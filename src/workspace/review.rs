//! The walk of a design through all rooms.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::config::files;
use super::config::{Configs, absolute};
use super::load::{Loaded, Texts, load};
use super::{Configuration, Date, Error, today};
use crate::config::{Config, Wishes};
use crate::finding::{Confidence, Finding, Severity, nearest};
use crate::lint::selection::Matcher;
use crate::lint::{self, Design, Outcome, RuleInfo, Settings};
use crate::model::{Input, resolve};
use crate::rules;
use crate::source::{FileId, SourceFile, Sources, Span};
use crate::syntax;

/// A file that belongs to no system.
pub const FILE_WITHOUT_SYSTEM: &str = "file-without-system";

/// What is to be reviewed, and how.
#[derive(Clone, Debug)]
pub struct Request {
    /// Files and directories.
    pub paths: Vec<PathBuf>,
    /// A text given instead of a file, with the name to show for it.
    pub stdin: Option<(String, Vec<u8>)>,
    /// The environment whose facts override the design's.
    pub environment: Option<String>,
    /// The day on which acceptances must still hold.
    pub today: Date,
    /// Which configuration is asked for.
    pub configuration: Configuration,
    /// What goes before any configuration.
    pub wishes: Wishes,
}

impl Request {
    /// Asks for paths as they are, with what holds there.
    pub fn of(paths: Vec<PathBuf>) -> Request {
        Request {
            paths,
            stdin: None,
            environment: None,
            today: today(),
            configuration: Configuration::default(),
            wishes: Wishes::default(),
        }
    }

    /// Asks for no rules.
    #[must_use]
    pub fn without_rules(mut self) -> Request {
        self.wishes.ignore = vec![Matcher::All];
        self
    }
}

/// What the review of several designs came to.
#[derive(Clone, Debug, Default)]
pub struct Review {
    /// Every text that was read.
    pub sources: Sources,
    /// One outcome for each design.
    pub outcomes: Vec<Outcome>,
}

/// Reviews every design among the paths.
///
/// # Errors
///
/// If a path is missing or cannot be read, a folder holds no design, or no
/// design knows the environment.
pub fn review(request: &Request) -> Result<Review, Error> {
    let (sources, outcomes) = walk(request, |reviewed| reviewed.outcome)?;
    Ok(Review { sources, outcomes })
}

/// A design that was walked through all rooms.
pub(super) struct Reviewed<'a> {
    /// What it means.
    pub design: &'a Design<'a>,
    /// What of its text could not be understood.
    pub mistakes: Vec<Finding>,
    /// What the rules made of it.
    pub outcome: Outcome,
}

/// Walks every design among the paths through all rooms, and keeps what `keep`
/// makes of each.
pub(super) fn walk<T: Send>(
    request: &Request,
    keep: impl Fn(Reviewed<'_>) -> T + Sync,
) -> Result<(Sources, Vec<T>), Error> {
    let loaded = load(&found(request)?, request.stdin.clone(), Texts::new())?;
    let kept = walk_loaded(&loaded, request, keep)?;
    Ok((loaded.sources, kept))
}

/// Returns the files that are asked for; none where a text is given instead.
pub(super) fn found(request: &Request) -> Result<Vec<PathBuf>, Error> {
    match request.stdin {
        Some(_) => Ok(Vec::new()),
        None => files(&request.paths, &request.configuration, &rules::infos()),
    }
}

/// Walks every design among what was read through all rooms.
pub(super) fn walk_loaded<T: Send>(
    loaded: &Loaded,
    request: &Request,
    keep: impl Fn(Reviewed<'_>) -> T + Sync,
) -> Result<Vec<T>, Error> {
    let (kept, environments) = walk_designs(loaded, request, keep)?;
    known_environment(request, &environments)?;
    Ok(kept)
}

/// Walks every design among what was read; gives the names of their environments too.
pub(super) fn walk_designs<T: Send>(
    loaded: &Loaded,
    request: &Request,
    keep: impl Fn(Reviewed<'_>) -> T + Sync,
) -> Result<(Vec<T>, BTreeSet<String>), Error> {
    let infos = rules::infos();
    let mut configs = Configs::new(&request.configuration, &infos);
    let mut settings = Vec::new();
    for root in roots(loaded) {
        let file = Path::new(&loaded.sources.file(root).name);
        let config = configs.of(file)?;
        settings.push((root, How::new(&config, file, request)));
    }
    let walked: Vec<(T, Vec<String>)> = settings
        .into_par_iter()
        .map(|(root, how)| review_design(loaded, root, &infos, request, &how, &keep))
        .collect();
    let (kept, names): (Vec<T>, Vec<Vec<String>>) = walked.into_iter().unzip();
    Ok((kept, names.into_iter().flatten().collect()))
}

/// Returns the text of a file as the formatter writes it.
pub fn formatted(file: &SourceFile) -> String {
    let (tree, _) = syntax::parse(FileId(0), file);
    crate::format::format(&tree, &file.text)
}

/// Returns the files that designs begin with: those that declare a system, and
/// those that were asked for and nothing imports.
fn roots(loaded: &Loaded) -> Vec<FileId> {
    let files = || loaded.sources.iter().map(|(id, _)| id).take(loaded.asked);
    let systems: Vec<FileId> = files().filter(|id| loaded.has_system(*id)).collect();
    let mut covered: BTreeSet<FileId> = systems
        .iter()
        .flat_map(|root| loaded.closure(*root))
        .collect();
    let mut roots = systems;
    let imported: BTreeSet<FileId> = loaded.imports.iter().flatten().copied().collect();
    let (alone, in_cycles): (Vec<_>, Vec<_>) = files().partition(|id| !imported.contains(id));
    for id in alone.into_iter().chain(in_cycles) {
        if !covered.contains(&id) {
            covered.extend(loaded.closure(id));
            roots.push(id);
        }
    }
    roots.sort_unstable();
    roots
}

/// How one design is reviewed.
struct How {
    settings: Settings,
    fail_on: Severity,
}

impl How {
    fn new(config: &Config, root: &Path, request: &Request) -> How {
        How {
            settings: config.settings(&absolute(root), &request.wishes),
            fail_on: config.fail_on(&request.wishes),
        }
    }
}

fn review_design<T>(
    loaded: &Loaded,
    root: FileId,
    infos: &[RuleInfo],
    request: &Request,
    how: &How,
    keep: impl Fn(Reviewed<'_>) -> T,
) -> (T, Vec<String>) {
    let files = loaded.closure(root);
    let input = Input {
        sources: &loaded.sources,
        trees: files
            .iter()
            .map(|file| &loaded.trees[file.0 as usize])
            .collect(),
        environment: request.environment.as_deref(),
    };
    let (mut model, meaning) = resolve(&input);
    let mut language: Vec<Finding> = files
        .iter()
        .flat_map(|file| loaded.findings[file.0 as usize].clone())
        .collect();
    model.incomplete |= !language.is_empty();
    language.extend(meaning);
    let mistakes = language
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .cloned()
        .collect();
    language.extend(without_system(loaded, root));
    let design = Design::new(&model, &loaded.sources);
    let run = lint::Run {
        rules: rules::ALL,
        infos,
        folds: rules::FOLDS,
        settings: &how.settings,
        today: request.today,
    };
    let reviewed = lint::review(&design, language, &run);
    let file = &loaded.sources.file(root).name;
    let name = model
        .system
        .as_ref()
        .map_or_else(|| file.clone(), |system| system.name.clone());
    let outcome = Outcome {
        design: name,
        root,
        findings: reviewed.findings,
        accepted: reviewed.accepted,
        hidden: reviewed.hidden,
        not_evaluated: reviewed.not_evaluated,
        ran: reviewed.ran,
        fail_on: how.fail_on,
        hidden_by: how.settings.selection.description(),
    };
    let kept = keep(Reviewed {
        design: &design,
        mistakes,
        outcome,
    });
    (kept, model.environments)
}

fn without_system(loaded: &Loaded, root: FileId) -> Option<Finding> {
    if loaded.has_system(root) {
        return None;
    }
    let file = loaded.sources.file(root);
    let message = format!(
        "`{}` declares no `system`, and nothing imports it",
        file.name
    );
    let end = file.text.lines().next().map_or(0, str::len).min(1);
    Some(
        Finding::new(FILE_WITHOUT_SYSTEM, message, Span::new(root, 0, end))
            .severity(Severity::Info)
            .confidence(Confidence::High)
            .label("reviewed by itself")
            .help("add `system Name: product`, or import the file from the one that has it")
            .about(file.name.clone()),
    )
}

fn known_environment(request: &Request, names: &BTreeSet<String>) -> Result<(), Error> {
    let Some(wanted) = &request.environment else {
        return Ok(());
    };
    let known: BTreeSet<&str> = names.iter().map(String::as_str).collect();
    if known.contains(wanted.as_str()) {
        return Ok(());
    }
    let help = match nearest(wanted, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => "no design here declares an `environment`".to_owned(),
        None => {
            let names: Vec<&str> = known.into_iter().collect();
            format!("there are `{}`", names.join("`, `"))
        }
    };
    Err(Error {
        message: format!("there is no environment `{wanted}`"),
        help: Some(help),
    })
}
