//! `underpin check`.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use super::Verdict;
use super::output::{Output, OutputParser, distinct};
use super::stream;
use super::terminal::Terminal;
use super::words::{CONFIDENCES, PROFILES, SEVERITIES, one_of, threads};
use super::writing;
use crate::config::Wishes;
use crate::finding::{Confidence, Severity};
use crate::lint::selection::Matcher;
use crate::lint::{INTERNAL_ERROR, Outcome, Profile, RuleInfo};
use crate::report;
use crate::workspace::{self, Configuration, Date, Error, Request, Review};

/// Arguments of `check`.
#[derive(clap::Args)]
pub struct Check {
    /// Files or folders to review, or - for stdin [default: .]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,

    #[command(flatten)]
    selection: SelectionFlags,

    #[command(flatten)]
    configuration: ConfigurationFlags,

    /// Leave out what `files.exclude` names, also where it is given as PATH
    #[arg(long)]
    force_exclude: bool,

    /// Fail when there is a finding of this severity or above [default: warning]
    #[arg(long, value_name = "SEVERITY", value_parser = one_of(SEVERITIES))]
    fail_on: Option<Severity>,

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

/// Reviews designs and writes reports to their files; gives the report for
/// stdout and whether it fails.
pub fn run(check: &Check, terminal: &Terminal) -> Result<(String, Verdict), Error> {
    if let Some(threads) = check.threads {
        threaded(threads)?;
    }
    distinct(&check.output_format)?;
    let rules = crate::rules::infos();
    let request = check.request(&rules)?;
    let review = workspace::review(&request)?;
    let options = check.options(rules, &review);
    let text = check.deliver(&review, &options, terminal)?;
    Ok((text, verdict(&review.outcomes)))
}

/// Returns what hides findings, in words: it may be another thing in each design.
fn hidden_by(outcomes: &[Outcome]) -> String {
    let ways: BTreeSet<&str> = outcomes.iter().map(|it| it.hidden_by.as_str()).collect();
    ways.into_iter().collect::<Vec<_>>().join(" or ")
}

impl Check {
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
            fail_on: outcomes.iter().map(|outcome| outcome.fail_on).min(),
            ..report::Options::default()
        }
    }

    /// Writes the files, and returns what goes to stdout.
    fn deliver(
        &self,
        review: &Review,
        options: &report::Options,
        terminal: &Terminal,
    ) -> Result<String, Error> {
        let mut files = Vec::new();
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

    fn request(&self, rules: &[RuleInfo]) -> Result<Request, Error> {
        let mut wishes = self.selection.read(rules)?;
        wishes.fail_on = self.fail_on;
        let today = self.today()?;
        let (mut paths, stdin) = inputs(&self.paths, &self.stdin_filename)?;
        if self.force_exclude {
            paths = workspace::without_excluded(&paths, &self.configuration.read(), rules)?;
        }
        Ok(Request {
            paths,
            stdin,
            environment: self.environment.clone(),
            today,
            configuration: self.configuration.read(),
            wishes,
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

/// Returns the rules of which there is a finding, also an accepted one.
fn found(outcomes: &[Outcome]) -> BTreeSet<&str> {
    let findings = outcomes.iter().flat_map(|it| &it.findings);
    let accepted = outcomes.iter().flat_map(|it| &it.accepted);
    let accepted = accepted.map(|it| it.finding.rule.as_str());
    findings
        .map(|it| it.rule.as_str())
        .chain(accepted)
        .collect()
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

fn verdict(outcomes: &[Outcome]) -> Verdict {
    let mut findings = outcomes.iter().flat_map(|outcome| &outcome.findings);
    if findings.any(|finding| finding.rule == INTERNAL_ERROR) {
        return Verdict::Broken;
    }
    let fails = |outcome: &Outcome| {
        let mut findings = outcome.findings.iter();
        findings.any(|finding| finding.severity >= outcome.fail_on)
    };
    match outcomes.iter().any(fails) {
        true => Verdict::Failing,
        false => Verdict::Clean,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Finding;
    use crate::source::{FileId, Span};

    #[test]
    fn fails_from_the_severity_asked_for() {
        let outcome = |severity, fail_on| Outcome {
            design: String::new(),
            root: FileId(0),
            findings: vec![Finding::new("rule", "words", Span::default()).severity(severity)],
            accepted: Vec::new(),
            hidden: vec![Finding::new("rule", "words", Span::default())],
            not_evaluated: Vec::new(),
            ran: BTreeSet::new(),
            policies: Vec::new(),
            fail_on,
            hidden_by: String::new(),
        };
        let severities = [Severity::Info, Severity::Warning, Severity::Error];
        for found in severities {
            for fail_on in severities {
                let failing = verdict(&[outcome(found, fail_on)]) == Verdict::Failing;
                assert_eq!(failing, found >= fail_on);
            }
        }
        assert_eq!(verdict(&[]), Verdict::Clean);
        let mut broken = outcome(Severity::Error, Severity::Error);
        broken.findings[0].rule = INTERNAL_ERROR.into();
        assert_eq!(verdict(&[broken]), Verdict::Broken);
    }
}
