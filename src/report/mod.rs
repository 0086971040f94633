//! Findings to text.
//!
//! Takes [`Outcome`]s with the texts they speak of, gives one string in the
//! format asked for, free of control characters that came from outside. The
//! only room that knows miette. Does not know where the string goes.

mod ci;
mod concise;
mod diff;
mod full;
mod grouped;
mod html;
mod json;
mod limit;
mod markdown;
mod numbers;
mod page;
mod plain;
mod practice;
mod sheet;
mod snippet;
mod summary;
mod text;
mod undecided;

pub use diff::diff_json;
pub use numbers::{numbers_json, whatif_json};
pub use page::page;
pub use practice::score_json;
pub use sheet::{html as sheet_html, markdown as sheet_markdown, terminal as sheet_text};
pub use text::{visible, visible_lines, wrap};
pub use undecided::undecided;

use crate::finding::Finding;
use crate::lint::{Outcome, RuleInfo};
use crate::source::{Sources, Span};
use limit::Limited;

/// How findings are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// With the source around each place.
    #[default]
    Full,
    /// One line each.
    Concise,
    /// One fact a line, without boxes and colour.
    Plain,
    /// One line each, under the name of the file.
    Grouped,
    /// One JSON document.
    Json,
    /// One JSON document a line, each of one finding.
    Jsonl,
    /// SARIF 2.1.0.
    Sarif,
    /// JUnit's XML.
    Junit,
    /// Workflow commands of GitHub Actions.
    Github,
    /// GitLab's code quality report.
    Gitlab,
    /// The Reviewdog Diagnostic Format.
    Rdjson,
    /// The Reviewdog Diagnostic Format, one finding a line.
    Rdjsonl,
    /// Checkstyle's XML.
    Checkstyle,
    /// Markdown for summaries and comments.
    Markdown,
    /// One page for a browser.
    Html,
}

impl Format {
    /// Tells whether what is written leaves the folder it was asked for in, so
    /// that files are named from the root of the repository.
    pub fn travels(self) -> bool {
        match self {
            Format::Full
            | Format::Concise
            | Format::Plain
            | Format::Grouped
            | Format::Json
            | Format::Jsonl => false,
            Format::Sarif
            | Format::Junit
            | Format::Github
            | Format::Gitlab
            | Format::Rdjson
            | Format::Rdjsonl
            | Format::Checkstyle
            | Format::Markdown
            | Format::Html => true,
        }
    }
}

/// What the reader can see and wants to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// How findings are written.
    pub format: Format,
    /// Whether colours may be used.
    pub color: bool,
    /// Whether boxes may be drawn with more than ASCII.
    pub unicode: bool,
    /// The width at which sentences are wrapped, if at any; code never is.
    pub width: Option<usize>,
    /// How many findings per rule and file people see; 0 is all.
    pub max_findings: usize,
    /// Whether a table of counts per rule is added.
    pub statistics: bool,
    /// What hides findings, in words: "profile `recommended`".
    pub hidden_by: String,
    /// What is compared with, in words: "`main`".
    pub since: String,
    /// What is known about the rules that were run, in alphabetical order.
    pub rules: Vec<RuleInfo>,
    /// How many findings were fixed before.
    pub fixed: usize,
}

/// Writes what the reviews came to.
pub fn render(sources: &Sources, outcomes: &[Outcome], options: &Options) -> String {
    let rules = &options.rules;
    match options.format {
        Format::Full | Format::Concise | Format::Plain | Format::Grouped => {
            terminal(sources, outcomes, options)
        }
        Format::Json => json::document(sources, outcomes),
        Format::Jsonl => json::lines(sources, outcomes),
        Format::Sarif => ci::sarif::document(sources, outcomes, rules),
        Format::Junit => ci::junit::document(sources, outcomes),
        Format::Github => ci::github::commands(sources, outcomes),
        Format::Gitlab => ci::gitlab::document(sources, outcomes, rules),
        Format::Rdjson => ci::rdjson::document(sources, outcomes),
        Format::Rdjsonl => ci::rdjson::lines(sources, outcomes),
        Format::Checkstyle => ci::checkstyle::document(sources, outcomes),
        Format::Markdown => markdown::document(sources, outcomes, options),
        Format::Html => html::document(sources, outcomes, options),
    }
}

/// Writes the line that ends every report for people.
pub fn summary(outcomes: &[Outcome], options: &Options) -> String {
    summary::line(outcomes, options)
}

fn terminal(sources: &Sources, outcomes: &[Outcome], options: &Options) -> String {
    let mut output = String::new();
    let mut views = snippet::Views::new(sources);
    for outcome in outcomes {
        let limited = Limited::new(&outcome.findings, options.max_findings);
        match options.format {
            Format::Grouped => grouped::files(&mut output, sources, &limited, options.color),
            _ => findings(&mut output, &mut views, &limited, options),
        }
    }
    if options.statistics {
        // The other formats end each finding with an empty line.
        output.push_str(if options.format == Format::Concise {
            "\n"
        } else {
            ""
        });
        output.push_str(&summary::statistics(outcomes));
    }
    if options.format != Format::Concise && outcomes.iter().any(has_pages) {
        output.push_str("More about a rule: `underpin explain RULE`\n");
    }
    output.push_str(&summary::line(outcomes, options));
    output
}

/// Tells whether a rule of ours found something: a policy explains itself.
fn has_pages(outcome: &Outcome) -> bool {
    let is_policy = |finding: &Finding| {
        let mut policies = outcome.policies.iter();
        policies.any(|policy| policy.name == finding.rule)
    };
    !outcome.findings.iter().all(is_policy)
}

/// Writes one line a finding, and nothing else.
pub fn concise(sources: &Sources, findings: &[Finding]) -> String {
    let mut output = String::new();
    for finding in findings {
        concise::line(&mut output, sources, finding);
    }
    output
}

fn findings(
    output: &mut String,
    views: &mut snippet::Views<'_>,
    limited: &Limited<'_>,
    options: &Options,
) {
    let sources = views.sources;
    for finding in &limited.shown {
        match options.format {
            Format::Concise => concise::line(output, sources, finding),
            Format::Plain => plain::facts(output, sources, finding),
            _ => full::card(output, views, finding, options),
        }
    }
    for (file, rule, more) in &limited.rest {
        let name = visible(&sources.file(*file).name);
        let dots = if options.unicode { "…" } else { "..." };
        output.push_str(&format!(
            "{name}: {dots} and {more} more of {rule}, use `--max-findings 0`\n"
        ));
    }
}

/// Writes `path:line:col`.
fn place(sources: &Sources, span: Span) -> String {
    let at = sources.position(span);
    let name = visible(&sources.file(span.file).name);
    format!("{name}:{}:{}", at.line, at.column)
}

/// Writes `path:line:col: severity[rule]`.
fn header(sources: &Sources, finding: &Finding) -> String {
    let place = place(sources, finding.primary.span);
    format!("{place}: {}[{}]", finding.severity.word(), finding.rule)
}

#[cfg(test)]
mod tests;

/// Compares a published schema with what the types and their docs make of it.
#[cfg(test)]
fn published_schema<T: schemars::JsonSchema>(path: &str, title: &str, what: &str) {
    let mut schema = schemars::schema_for!(T);
    schema.insert("title".into(), title.into());
    schema.insert("description".into(), what.into());
    published(path, &json::pretty(&schema));
}

/// Compares a published file with what it should be; `UPDATE=1` writes it.
#[cfg(test)]
fn published(path: &str, text: &str) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    let known = std::fs::read_to_string(&path).unwrap_or_default();
    let command = "UPDATE=1 cargo test --lib published";
    assert!(known == text, "{}: run `{command}`", path.display());
}
