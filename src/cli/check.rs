//! `underpin check`.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use super::Verdict;
use super::failing::FailingFlags;
use super::fixing::{self, FixFlags};
use super::known::KnownFlags;
use super::output::{Output, OutputParser, distinct};
use super::progress::Teller;
use super::terminal::{Terminal, When};
use super::words::{CONFIDENCES, PROFILES, one_of, threads};
use super::{stream, timings, watch, writing};
use crate::config::Wishes;
use crate::finding::Confidence;
use crate::lint::selection::Matcher;
use crate::lint::{Outcome, Profile, RuleInfo};
use crate::report::{self, visible};
use crate::workspace::{
    self, Configuration, Date, Error, Fixed, Progress, Request, Review, Timings,
};

/// Arguments of `check`.
#[derive(clap::Args)]
pub struct Check {
    /// Files or folders to review, or - for stdin [default: .]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    #[command(flatten)]
    selection: SelectionFlags,

    #[command(flatten)]
    configuration: ConfigurationFlags,

    /// Leave out what `files.exclude` names, also where it is given as PATH
    #[arg(long)]
    force_exclude: bool,

    #[command(flatten)]
    fixing: FixFlags,

    #[command(flatten)]
    known: KnownFlags,

    #[command(flatten)]
    failing: FailingFlags,

    /// How to write findings, and the file to write to; may be given several
    /// times, once without a file; where all have one, stdout gets a summary
    #[arg(long, value_name = "FORMAT[=FILE]", default_value = "full", value_parser = OutputParser)]
    output_format: Vec<Output>,

    /// Show at most this many findings per rule and file; 0 shows all
    #[arg(long, value_name = "N", default_value_t = 50)]
    max_findings: usize,

    /// Add a table of counts per rule
    #[arg(long)]
    statistics: bool,

    /// Review the design as it is in this environment
    #[arg(long, value_name = "NAME")]
    environment: Option<String>,

    /// Wrap sentences at this width [default: the terminal's]
    #[arg(long, value_name = "N")]
    width: Option<usize>,

    /// The day on which acceptances must still hold [default: today]
    #[arg(long, value_name = "YYYY-MM-DD")]
    today: Option<String>,

    /// The name to show for stdin
    #[arg(long, value_name = "PATH", default_value = "<stdin>")]
    stdin_filename: String,

    /// How many threads to use [default: one per processor]
    #[arg(short = 'j', long, value_name = "N", value_parser = threads)]
    threads: Option<NonZeroUsize>,

    /// Say on stderr how long stages and rules took
    #[arg(long)]
    timings: bool,

    /// Review again whenever a file is another, until Ctrl-C
    #[arg(long, conflicts_with_all = ["write_baseline", "prune_baseline"])]
    watch: bool,
}

/// The flags that say which rules are asked for.
#[derive(clap::Args)]
pub struct SelectionFlags {
    /// The set of rules to start from [default: recommended]
    #[arg(long, value_name = "PROFILE", value_parser = one_of(PROFILES))]
    profile: Option<Profile>,

    /// Report these instead of the profile: rules, category:NAME or ALL
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    select: Vec<String>,

    /// Report these as well: rules, category:NAME or ALL
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    extend_select: Vec<String>,

    /// Do not report these: rules, category:NAME or ALL
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    ignore: Vec<String>,

    /// Report these and nothing else: rules, category:NAME or ALL
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    only: Vec<String>,

    /// Report findings of this confidence or above [default: the profile's]
    #[arg(long, value_name = "CONFIDENCE", value_parser = one_of(CONFIDENCES))]
    min_confidence: Option<Confidence>,
}

/// The flags that say which configuration holds.
#[derive(clap::Args)]
pub struct ConfigurationFlags {
    /// Use this configuration file, and no other
    #[arg(long, value_name = "FILE", conflicts_with = "isolated")]
    config: Option<PathBuf>,

    /// Use no configuration file
    #[arg(long)]
    isolated: bool,
}

impl ConfigurationFlags {
    /// Returns which configuration holds.
    pub fn read(&self) -> Configuration {
        match &self.config {
            Some(file) => Configuration::File(file.clone()),
            None if self.isolated => Configuration::None,
            None => Configuration::Nearest,
        }
    }
}

/// What one review came to.
pub struct Answer {
    /// The report for stdout.
    pub text: String,
    /// Whether it fails.
    pub verdict: Verdict,
    /// What was reviewed.
    pub review: Review,
}

/// Reviews designs and writes reports to their files; gives the report for
/// stdout and whether it fails.
pub fn run(check: &Check, terminal: &Terminal, when: When) -> Result<(String, Verdict), Error> {
    if let Some(threads) = check.threads {
        threaded(threads)?;
    }
    distinct(&check.output_format)?;
    if check.watch {
        return watch::run(check, terminal, when);
    }
    let request = check.request()?;
    let watched = Terminal::of_stderr(when).interactive;
    let teller = Teller::new("Reviewing", &request.progress, watched);
    let answer = check.answer(&request, terminal)?;
    drop(teller);
    Ok((answer.text, answer.verdict))
}

/// Returns what goes to stdout after fixing. A text that came from stdin goes there,
/// and what is said about it to stderr.
fn on_stdout(fixed: &Fixed, said: String) -> String {
    match &fixed.given {
        Some(text) => {
            stream::mutter(&said);
            text.clone()
        }
        None => said,
    }
}

/// Returns what hides findings, in words: it may be another thing in each design.
fn hidden_by(outcomes: &[Outcome]) -> String {
    let ways: BTreeSet<&str> = outcomes.iter().map(|it| it.hidden_by.as_str()).collect();
    ways.into_iter().collect::<Vec<_>>().join(" or ")
}

impl Check {
    /// Reviews once, and writes what goes to files and to stderr.
    pub fn answer(&self, request: &Request, terminal: &Terminal) -> Result<Answer, Error> {
        let mut timings = match self.timings {
            true => Timings::measured(),
            false => Timings::default(),
        };
        let mut fixed = self.fixed(request)?;
        if self.fixing.diff {
            let (text, verdict) = fixing::shown(&fixed.unwrap_or_default(), terminal);
            let review = Review::default();
            return Ok(Answer {
                text,
                verdict,
                review,
            });
        }
        let mut review = match &mut fixed {
            Some(fixed) => std::mem::take(&mut fixed.review),
            None => workspace::review_measured(request, &mut timings)?,
        };
        if let Some(fixed) = &fixed {
            fixing::write(fixed)?;
        }
        if let Some(fixed) = fixed.as_ref().filter(|_| self.fixing.fix_only) {
            let verdict = match self.failing.verdict(&review).0 {
                Verdict::Broken => Verdict::Broken,
                _ => Verdict::Clean,
            };
            let text = on_stdout(fixed, fixing::told(fixed));
            return Ok(Answer {
                text,
                verdict,
                review,
            });
        }
        let known = self.known.take_out(request, &mut review, &mut timings)?;
        let options = report::Options {
            since: known.since,
            fixed: fixed.as_ref().map_or(0, Fixed::count),
            ..self.options(crate::rules::infos(), &review)
        };
        let text = timings.measure("report", || {
            self.deliver(&review, &options, terminal, known.files)
        })?;
        let (verdict, reason) = self.failing.verdict(&review);
        let mut notes = known.notes;
        notes.extend(reason);
        for note in notes {
            stream::mutter(&format!("{}\n", visible(&note)));
        }
        if self.timings {
            stream::mutter(&timings::table(&timings));
        }
        let text = match &fixed {
            Some(fixed) => on_stdout(fixed, text),
            None => text,
        };
        Ok(Answer {
            text,
            verdict,
            review,
        })
    }

    /// Fixes in memory, where that is asked for.
    fn fixed(&self, request: &Request) -> Result<Option<Fixed>, Error> {
        match self.fixing.is_asked() {
            true => workspace::fix(request, self.fixing.allowed()).map(Some),
            false => Ok(None),
        }
    }

    /// Returns how to write files; stdout may show more.
    fn options(&self, mut rules: Vec<RuleInfo>, review: &Review) -> report::Options {
        let outcomes = &review.outcomes;
        let found = found(outcomes);
        let ran = |name: &str| outcomes.iter().any(|outcome| outcome.ran.contains(name));
        for policy in outcomes.iter().flat_map(|outcome| &outcome.policies) {
            if let Err(at) = rules.binary_search_by(|rule| rule.name.cmp(&policy.name)) {
                rules.insert(at, policy.clone());
            }
        }
        rules.retain(|rule| ran(&rule.name) || found.contains(rule.name.as_str()));
        report::Options {
            unicode: true,
            width: self.width,
            max_findings: self.max_findings,
            statistics: self.statistics,
            hidden_by: hidden_by(outcomes),
            rules,
            ..report::Options::default()
        }
    }

    /// Writes the files, and returns what goes to stdout.
    fn deliver(
        &self,
        review: &Review,
        options: &report::Options,
        terminal: &Terminal,
        mut files: Vec<(PathBuf, Vec<u8>)>,
    ) -> Result<String, Error> {
        let mut stdout = None;
        for Output { format, file } in &self.output_format {
            let options = report::Options {
                format: *format,
                ..options.clone()
            };
            match file {
                Some(file) => files.push((file.clone(), written(review, &options).into_bytes())),
                None => stdout = Some(written(review, &shown_on(terminal, options))),
            }
        }
        if !files.is_empty() {
            writing::stop_between_writes();
            writing::write_all(&files)?;
        }
        Ok(stdout.unwrap_or_else(|| report::summary(&review.outcomes, options)))
    }

    /// Returns the file of the baseline that is asked for.
    pub fn baseline(&self) -> Option<&PathBuf> {
        self.known.baseline.as_ref()
    }

    /// Returns what is asked for.
    pub fn request(&self) -> Result<Request, Error> {
        let mut wishes = self.selection.read(&crate::rules::infos())?;
        wishes.fail_on = self.failing.fail_on;
        let today = self.today()?;
        let (mut paths, stdin) = inputs(&self.paths, &self.stdin_filename)?;
        if self.force_exclude {
            let (configuration, rules) = (self.configuration.read(), crate::rules::infos());
            paths = workspace::without_excluded(&paths, &configuration, &rules)?;
        }
        Ok(Request {
            paths,
            stdin,
            environment: self.environment.clone(),
            today,
            configuration: self.configuration.read(),
            wishes,
            progress: Progress::default(),
        })
    }

    fn today(&self) -> Result<Date, Error> {
        match &self.today {
            Some(day) => workspace::date(day),
            None => Ok(workspace::today()),
        }
    }
}

impl SelectionFlags {
    /// Returns what the flags ask for.
    pub fn read(&self, rules: &[RuleInfo]) -> Result<Wishes, Error> {
        let matchers = |words: &[String]| -> Result<Vec<Matcher>, Error> {
            let words = words.iter().map(|word| word.trim());
            words
                .map(|word| Matcher::parse(word, rules).map_err(Error::from))
                .collect()
        };
        Ok(Wishes {
            profile: self.profile,
            select: matchers(&self.select)?,
            extend_select: matchers(&self.extend_select)?,
            ignore: matchers(&self.ignore)?,
            only: matchers(&self.only)?,
            min_confidence: self.min_confidence,
            fail_on: None,
        })
    }
}

/// Returns the rules of which there is a finding, also an accepted or known one.
fn found(outcomes: &[Outcome]) -> BTreeSet<&str> {
    let findings = outcomes.iter().flat_map(|it| &it.findings);
    let known = outcomes.iter().flat_map(Outcome::known);
    let accepted = outcomes.iter().flat_map(|it| &it.accepted);
    let accepted = accepted.map(|it| &it.finding);
    let all = findings.chain(known).chain(accepted);
    all.map(|it| it.rule.as_str()).collect()
}

fn shown_on(terminal: &Terminal, options: report::Options) -> report::Options {
    report::Options {
        color: terminal.color,
        unicode: terminal.unicode,
        width: options.width.or(terminal.width),
        ..options
    }
}

fn written(review: &Review, options: &report::Options) -> String {
    match options.format.travels() {
        true => {
            let sources = workspace::from_root(&review.sources);
            report::render(&sources, &review.outcomes, options)
        }
        false => report::render(&review.sources, &review.outcomes, options),
    }
}

/// What there is to read: paths, or a text with its name.
type Inputs = (Vec<PathBuf>, Option<(String, Vec<u8>)>);

/// Returns what to read: stdin where it is asked for, this folder where nothing is.
pub fn inputs(paths: &[PathBuf], stdin_filename: &str) -> Result<Inputs, Error> {
    if is_stdin(paths)? {
        let stdin = (stdin_filename.to_owned(), stream::stdin()?);
        return Ok((Vec::new(), Some(stdin)));
    }
    let paths = match paths {
        [] => vec![PathBuf::from(".")],
        paths => paths.to_vec(),
    };
    Ok((paths, None))
}

/// Tells whether `-` is asked for; it cannot be mixed with paths.
pub fn is_stdin(paths: &[PathBuf]) -> Result<bool, Error> {
    let dashes = paths.iter().filter(|path| path.as_os_str() == "-").count();
    match (dashes, paths.len()) {
        (0, _) => Ok(false),
        (1, 1) => Ok(true),
        _ => Err(Error {
            message: "`-` stands alone: stdin cannot be mixed with paths".to_string(),
            help: Some("name a file called `-` as `./-`".to_string()),
        }),
    }
}

/// Uses so many threads from now on.
pub fn threaded(threads: NonZeroUsize) -> Result<(), Error> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.get());
    pool.build_global().map_err(|error| Error {
        message: format!("cannot start {threads} threads: {error}"),
        help: Some("ask for fewer with `--threads`".to_string()),
    })
}
