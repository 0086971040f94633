//! The walk of a design through all rooms.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use super::config::{Configs, absolute};
use super::load::{Disk, Files, Loaded, load};
use super::{Configuration, Date, Error, Timings, today};
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
    /// What is configured for each design.
    pub configs: Vec<Arc<Config>>,
    /// How many of the texts were asked for, which are the first; the others were imported.
    pub asked: usize,
    /// The files that are imported and could not be read.
    pub missing: Vec<PathBuf>,
}

/// Reviews every design among the paths.
///
/// # Errors
///
/// If a path is missing or cannot be read, a folder holds no design, or no
/// design knows the environment.
pub fn review(request: &Request) -> Result<Review, Error> {
    review_measured(request, &mut Timings::default())
}

/// Reviews every design among the paths, and measures the time if that is wished for.
///
/// # Errors
///
/// As [`review()`].
pub fn review_measured(request: &Request, timings: &mut Timings) -> Result<Review, Error> {
    let (walked, environments) = stroll(request, &Disk, timings, |it| it.outcome)?;
    known_environment(request, &environments)?;
    Ok(walked.review())
}

/// Reviews designs as they are among other files than those of the disk: those
/// named, which need not know the environment.
pub(super) fn review_in(
    request: &Request,
    files: &dyn Files,
    timings: &mut Timings,
) -> Result<Review, Error> {
    Ok(stroll(request, files, timings, |it| it.outcome)?.0.review())
}

/// A design that was walked through all rooms.
pub(super) struct Reviewed<'a> {
    /// What it means.
    pub design: &'a Design<'a>,
    /// What is configured for it.
    pub config: &'a Arc<Config>,
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
    let (walked, environments) = stroll(request, &Disk, &mut Timings::default(), keep)?;
    known_environment(request, &environments)?;
    Ok((walked.loaded.sources, walked.kept))
}

/// What a walk came to.
struct Walked<T> {
    loaded: Loaded,
    kept: Vec<T>,
    configs: Vec<Arc<Config>>,
}

impl Walked<Outcome> {
    fn review(self) -> Review {
        Review {
            sources: self.loaded.sources,
            outcomes: self.kept,
            configs: self.configs,
            asked: self.loaded.asked,
            missing: self.loaded.missing,
        }
    }
}

/// Walks every design among the paths, which are looked for on the disk, with the
/// texts that `files` gives; returns the environments that they know, too.
fn stroll<T: Send>(
    request: &Request,
    files: &dyn Files,
    timings: &mut Timings,
    keep: impl Fn(Reviewed<'_>) -> T + Sync,
) -> Result<(Walked<T>, Vec<String>), Error> {
    let infos = rules::infos();
    let mut configs = Configs::new(&request.configuration, &infos);
    let paths = timings.measure("find files", || match request.stdin {
        Some(_) => Ok(Vec::new()),
        None => files.find(&request.paths, &mut |file| configs.include(file)),
    })?;
    let stdin = request.stdin.clone();
    let loaded = timings.measure("read and parse", || load(&paths, stdin, files))?;
    let (mut settings, mut stated) = (Vec::new(), Vec::new());
    for root in roots(&loaded) {
        let file = Path::new(&loaded.sources.file(root).name);
        let config = configs.of(file)?;
        settings.push((root, How::new(&config, file, request)));
        stated.push(config);
    }
    let clock = timings.fresh();
    let walked: Vec<(T, Vec<String>, Timings)> = settings
        .into_par_iter()
        .map(|(root, how)| {
            let mut timings = clock.clone();
            let task = Task {
                infos: &infos,
                request,
                how: &how,
            };
            let (kept, names) = review_design(&loaded, root, &task, &mut timings, &keep);
            (kept, names, timings)
        })
        .collect();
    let (mut kept, mut environments) = (Vec::new(), Vec::new());
    for (one, names, took) in walked {
        kept.push(one);
        environments.extend(names);
        timings.extend(took);
    }
    let configs = stated;
    let walked = Walked {
        loaded,
        kept,
        configs,
    };
    Ok((walked, environments))
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
    config: Arc<Config>,
    settings: Settings,
    fail_on: Severity,
}

impl How {
    fn new(config: &Arc<Config>, root: &Path, request: &Request) -> How {
        How {
            config: config.clone(),
            settings: config.settings(&absolute(root), &request.wishes),
            fail_on: config.fail_on(&request.wishes),
        }
    }
}

/// What a design is reviewed with.
struct Task<'a> {
    infos: &'a [RuleInfo],
    request: &'a Request,
    how: &'a How,
}

fn review_design<T>(
    loaded: &Loaded,
    root: FileId,
    task: &Task<'_>,
    timings: &mut Timings,
    keep: impl Fn(Reviewed<'_>) -> T,
) -> (T, Vec<String>) {
    let Task {
        infos,
        request,
        how,
    } = task;
    let files = loaded.closure(root);
    let input = Input {
        sources: &loaded.sources,
        trees: files
            .iter()
            .map(|file| &loaded.trees[file.0 as usize])
            .collect(),
        environment: request.environment.as_deref(),
    };
    let (mut model, meaning) = timings.measure("understand", || resolve(&input));
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
        clock: timings.clock(),
    };
    let reviewed = timings.measure("run rules", || lint::review(&design, language, &run));
    for (rule, took) in &reviewed.took {
        timings.rule(rule, *took);
    }
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
        baselined: None,
        unchanged: None,
        not_evaluated: reviewed.not_evaluated,
        ran: reviewed.ran,
        fail_on: how.fail_on,
        hidden_by: how.settings.selection.description(),
    };
    let kept = keep(Reviewed {
        design: &design,
        config: &how.config,
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
            // Its folder is not of the name: that depends on where the command runs.
            .about(file.name.rsplit('/').next().unwrap_or_default()),
    )
}

fn known_environment(request: &Request, names: &[String]) -> Result<(), Error> {
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
