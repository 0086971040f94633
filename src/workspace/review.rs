//! The walk of a design through all rooms.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::config::{Configs, absolute};
use super::files::Files;
use super::find::find_files;
use super::load::{DesignFiles, Project};
use super::{Configuration, Date, Error, today};
use crate::config::{Config, Wishes};
use crate::finding::{Confidence, Finding, Severity, nearest};
use crate::lint::selection::Matcher;
use crate::lint::{self, Design, Outcome, RuleInfo, Settings, policy};
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

/// What is kept of a design, and what it declares that may be asked for.
struct WalkedDesign<T> {
    kept: T,
    sources: Sources,
    environments: Vec<String>,
    policies: Vec<RuleInfo>,
}

/// Walks every design among the paths through all rooms, and keeps what `keep`
/// makes of each.
pub(super) fn walk<T: Send>(
    request: &Request,
    keep: impl Fn(Reviewed<'_>) -> T + Sync,
) -> Result<(Sources, Vec<T>), Error> {
    let find = |configs: &mut Configs<'_>| match request.stdin {
        Some(_) => Ok(Vec::new()),
        None => find_files(&request.paths, |file| configs.include(file)),
    };
    let walked = walk_in(&Files::disk(), request, find, keep)?;
    known_environment(request, walked.environments.iter())?;
    Ok((walked.sources, walked.kept))
}

/// What came of a walk.
pub(super) struct Walked<T> {
    /// Every file that designs are made of, with its text where a finding speaks of it.
    pub sources: Sources,
    /// What is kept of each design.
    pub kept: Vec<T>,
    /// The environments that the designs know.
    pub environments: Vec<String>,
}

/// Walks every design among those that `find` finds through all
/// rooms, and keeps what `keep` makes of each.
pub(super) fn walk_in<T: Send>(
    files: &Files,
    request: &Request,
    find: impl FnOnce(&mut Configs<'_>) -> Result<Vec<PathBuf>, Error>,
    keep: impl Fn(Reviewed<'_>) -> T + Sync,
) -> Result<Walked<T>, Error> {
    let infos = rules::infos();
    let mut configs = Configs::new(&request.configuration, &infos);
    let paths = find(&mut configs)?;
    let project = Project::new(&paths, request.stdin.clone(), files)?;
    walk_project(&project, request, &infos, &mut configs, keep)
}

/// Walks every design of a project through all rooms, and keeps what `keep` makes
/// of each.
pub(super) fn walk_project<T: Send>(
    project: &Project<'_>,
    request: &Request,
    infos: &[RuleInfo],
    configs: &mut Configs<'_>,
    keep: impl Fn(Reviewed<'_>) -> T + Sync,
) -> Result<Walked<T>, Error> {
    let mut settings = Vec::new();
    for root in project.roots() {
        let file = project.path(root);
        let config = configs.of(file)?;
        settings.push((root, How::new(&config, file, request)));
    }
    let walked: Vec<WalkedDesign<T>> = settings
        .into_par_iter()
        .map(|(root, how)| review_design(project, root, infos, request, &how, &keep))
        .collect::<Result<_, Error>>()?;
    let policies = walked.iter().flat_map(|it| it.policies.iter().cloned());
    let policies: Vec<RuleInfo> = policies.collect();
    known_rules(&request.wishes, infos, &policies)?;
    configs.judge(&policies)?;
    let mut environments = Vec::new();
    let mut kept = Vec::new();
    let mut sources = Sources::default();
    for design in walked {
        environments.extend(design.environments);
        sources.extend(design.sources);
        kept.push(design.kept);
    }
    Ok(Walked {
        sources,
        kept,
        environments,
    })
}

/// Returns the text of a file as the formatter writes it.
pub fn formatted(file: &SourceFile) -> String {
    let (tree, _) = syntax::parse(FileId(0), file);
    crate::format::format(&tree, &file.text)
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
    project: &Project<'_>,
    root: FileId,
    infos: &[RuleInfo],
    request: &Request,
    how: &How,
    keep: impl Fn(Reviewed<'_>) -> T,
) -> Result<WalkedDesign<T>, Error> {
    let files = project.design(root)?;
    let input = Input {
        sources: &files.sources,
        trees: files.trees.iter().collect(),
        environment: request.environment.as_deref(),
    };
    let (mut model, meaning) = resolve(&input);
    let mut language = files.findings.clone();
    model.incomplete |= !language.is_empty();
    language.extend(meaning);
    language.extend(policy::clashes(&model, infos));
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
        today: request.today,
    };
    let reviewed = lint::review(&design, language, &run);
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
        mistakes,
        outcome,
    });
    Ok(WalkedDesign {
        kept,
        sources,
        environments: model.environments,
        policies,
    })
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
    if files.has_system {
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
            .about(file.name.clone()),
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
