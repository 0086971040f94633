//! The walk of a design through all rooms.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use super::config::{Configs, absolute};
use super::files::Files;
use super::find::find_files;
use super::load::{DesignFiles, Project};
use super::{Configuration, Date, Error, Progress, Timings, today};
use crate::config::{Config, Wishes};
use crate::finding::{Confidence, Finding, Severity, nearest};
use crate::lint::selection::Matcher;
use crate::lint::{self, Design, Outcome, RuleInfo, Settings, policy};
use crate::model::{Input, resolve};
use crate::practice;
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
    /// How many designs are reviewed.
    pub progress: Progress,
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
            progress: Progress::default(),
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
    /// Every file that was read, with its text where a report can show some of it.
    pub sources: Sources,
    /// One outcome for each design.
    pub outcomes: Vec<Outcome>,
    /// What is configured for each design.
    pub configs: Vec<Arc<Config>>,
    /// How many of the files were asked for, which are the first; the others were imported.
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
    walk_disk(request, timings, |reviewed| reviewed.outcome).map(Walked::review)
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

/// What is kept of a design, and what it declares that may be asked for.
struct WalkedDesign<T> {
    kept: T,
    sources: Sources,
    environments: Vec<String>,
    policies: Vec<RuleInfo>,
    timings: Timings,
}

/// Walks every design among the paths through all rooms, and keeps what `keep`
/// makes of each.
pub(super) fn walk<T: Send>(
    request: &Request,
    keep: impl Fn(Reviewed<'_>) -> T + Sync,
) -> Result<(Sources, Vec<T>), Error> {
    let walked = walk_disk(request, &mut Timings::default(), keep)?;
    Ok((walked.sources, walked.kept))
}

fn walk_disk<T: Send>(
    request: &Request,
    timings: &mut Timings,
    keep: impl Fn(Reviewed<'_>) -> T + Sync,
) -> Result<Walked<T>, Error> {
    let find = |configs: &mut Configs<'_>| match request.stdin {
        Some(_) => Ok(Vec::new()),
        None => find_files(&request.paths, |file| configs.include(file)),
    };
    let walked = walk_in(&Files::disk(), request, timings, find, keep)?;
    known_environment(request, walked.environments.iter())?;
    Ok(walked)
}

/// What came of a walk.
pub(super) struct Walked<T> {
    /// Every file that designs are made of, with its text where a finding speaks of it.
    pub sources: Sources,
    /// What is kept of each design.
    pub kept: Vec<T>,
    /// What is configured for each design.
    pub configs: Vec<Arc<Config>>,
    /// The environments that the designs know.
    pub environments: Vec<String>,
    /// How many of the files were asked for, which are the first.
    pub asked: usize,
    /// The files that are imported and could not be read.
    pub missing: Vec<PathBuf>,
}

impl Walked<Outcome> {
    /// Returns it as a review.
    pub fn review(self) -> Review {
        Review {
            sources: self.sources,
            outcomes: self.kept,
            configs: self.configs,
            asked: self.asked,
            missing: self.missing,
        }
    }
}

/// Walks every design among those that `find` finds through all
/// rooms, and keeps what `keep` makes of each.
pub(super) fn walk_in<T: Send>(
    files: &Files,
    request: &Request,
    timings: &mut Timings,
    find: impl FnOnce(&mut Configs<'_>) -> Result<Vec<PathBuf>, Error>,
    keep: impl Fn(Reviewed<'_>) -> T + Sync,
) -> Result<Walked<T>, Error> {
    let infos = rules::infos();
    let mut configs = Configs::new(&request.configuration, &infos);
    let paths = timings.measure("find files", || find(&mut configs))?;
    let stdin = request.stdin.clone();
    let project = timings.measure("find imports", || Project::new(&paths, stdin, files))?;
    walk_project(&project, request, &mut configs, timings, keep)
}

/// Walks every design of a project through all rooms, and keeps what `keep` makes
/// of each.
pub(super) fn walk_project<T: Send>(
    project: &Project<'_>,
    request: &Request,
    configs: &mut Configs<'_>,
    timings: &mut Timings,
    keep: impl Fn(Reviewed<'_>) -> T + Sync,
) -> Result<Walked<T>, Error> {
    let infos = configs.rules();
    let mut tasks = Vec::new();
    for root in project.roots() {
        let file = project.path(root);
        let how = How::new(configs.of(file)?, file, request);
        tasks.push(Task {
            project,
            request,
            infos,
            root,
            how,
        });
    }
    request.progress.expect(tasks.len());
    let fresh = timings.fresh();
    let designs: Vec<WalkedDesign<T>> = tasks
        .par_iter()
        .map(|task| {
            let design = task.review(fresh.clone(), &keep);
            request.progress.advance();
            design
        })
        .collect::<Result<_, Error>>()?;
    let policies = designs.iter().flat_map(|it| it.policies.iter().cloned());
    let policies: Vec<RuleInfo> = policies.collect();
    known_rules(&request.wishes, infos, &policies)?;
    configs.judge(&policies)?;
    let mut walked = Walked {
        sources: Sources::default(),
        kept: Vec::new(),
        configs: tasks.into_iter().map(|task| task.how.config).collect(),
        environments: Vec::new(),
        asked: project.asked,
        missing: project.missing(),
    };
    for design in designs {
        walked.sources.extend(design.sources);
        walked.kept.push(design.kept);
        walked.environments.extend(design.environments);
        timings.extend(design.timings);
    }
    Ok(walked)
}

/// Returns the text of a file as the formatter writes it.
pub fn formatted(file: &SourceFile) -> String {
    let (tree, _) = syntax::parse(FileId(0), file);
    crate::format::format(&tree, &file.text)
}

/// How one design is reviewed.
struct How {
    config: Arc<Config>,
    settings: Settings,
    fail_on: Severity,
}

impl How {
    fn new(config: Arc<Config>, root: &Path, request: &Request) -> How {
        How {
            settings: config.settings(&absolute(root), &request.wishes),
            fail_on: config.fail_on(&request.wishes),
            config,
        }
    }
}

/// One design that is to be reviewed.
struct Task<'a> {
    project: &'a Project<'a>,
    request: &'a Request,
    infos: &'a [RuleInfo],
    root: FileId,
    how: How,
}

impl Task<'_> {
    fn review<T>(
        &self,
        mut timings: Timings,
        keep: impl Fn(Reviewed<'_>) -> T,
    ) -> Result<WalkedDesign<T>, Error> {
        let Task {
            root, infos, how, ..
        } = self;
        let root = *root;
        let files = timings.measure("read and parse", || self.project.design(root))?;
        let input = Input {
            sources: &files.sources,
            trees: files.trees.iter().collect(),
            environment: self.request.environment.as_deref(),
        };
        let (mut model, meaning) = timings.measure("understand", || resolve(&input));
        let mut language = files.findings.clone();
        model.incomplete |= !language.is_empty();
        language.extend(meaning);
        language.extend(policy::clashes(&model, infos));
        language.extend(practice::mistakes(&model, infos));
        let policies = policy::infos(&model, &files.sources, infos);
        let infos = with_policies(infos, &policies);
        let mistakes: Vec<Finding> = language
            .iter()
            .filter(|finding| finding.severity == Severity::Error)
            .cloned()
            .collect();
        language.extend(without_system(&files, root));
        let design = Design::new(&model, &files.sources);
        let run = lint::Run {
            rules: rules::ALL,
            infos: &infos,
            folds: rules::FOLDS,
            settings: &how.settings,
            today: self.request.today,
            clock: timings.clock(),
        };
        let reviewed = timings.measure("run rules", || lint::review(&design, language, &run));
        for (rule, took) in &reviewed.took {
            timings.rule(rule, *took);
        }
        let file = &files.sources.file(root).name;
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
            policies: policies.clone(),
            fail_on: how.fail_on,
            hidden_by: how.settings.selection.description(),
        };
        let places = mistakes.iter().flat_map(Finding::places);
        let spoken_of = places.chain(outcome.places()).map(|it| it.file).collect();
        let sources = files.sources.with_texts_of(&spoken_of);
        let kept = keep(Reviewed {
            design: &design,
            config: &how.config,
            mistakes,
            outcome,
        });
        Ok(WalkedDesign {
            kept,
            sources,
            environments: model.environments,
            policies,
            timings,
        })
    }
}

/// Returns what is known about the rules and the design's policies, in alphabetical order.
fn with_policies<'a>(rules: &'a [RuleInfo], policies: &[RuleInfo]) -> Cow<'a, [RuleInfo]> {
    if policies.is_empty() {
        return Cow::Borrowed(rules);
    }
    let mut all = [rules, policies].concat();
    all.sort_by(|a, b| a.name.cmp(&b.name));
    Cow::Owned(all)
}

fn without_system(files: &DesignFiles, root: FileId) -> Option<Finding> {
    if files.is_whole {
        return None;
    }
    let file = files.sources.file(root);
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

/// Expects every rule that is asked for to be one of ours, or a policy of a design.
fn known_rules(wishes: &Wishes, rules: &[RuleInfo], policies: &[RuleInfo]) -> Result<(), Error> {
    let asked = [
        &wishes.select,
        &wishes.extend_select,
        &wishes.ignore,
        &wishes.only,
    ];
    let unknown = asked
        .into_iter()
        .flatten()
        .filter(|it| it.known(rules).is_err());
    let unknown: Vec<&Matcher> = unknown.collect();
    if unknown.is_empty() {
        return Ok(());
    }
    let all = with_policies(rules, policies);
    unknown.into_iter().try_for_each(|it| Ok(it.known(&all)?))
}

/// Tells whether some design knows the environment that is asked for.
pub(super) fn known_environment<'a>(
    request: &Request,
    names: impl Iterator<Item = &'a String>,
) -> Result<(), Error> {
    let Some(wanted) = &request.environment else {
        return Ok(());
    };
    let known: BTreeSet<&str> = names.map(String::as_str).collect();
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
