//! Findings to text.
//!
//! Takes [`Outcome`]s with the texts they speak of, gives one string in the
//! format asked for, free of control characters that came from outside. The
//! only room that knows miette. Does not know where the string goes.

mod concise;
mod full;
mod json;
mod numbers;
mod page;
mod plain;
mod sheet;
mod snippet;
mod summary;
mod text;
mod undecided;

pub use numbers::{numbers_json, whatif_json};
pub use page::page;
pub use sheet::{markdown as sheet_markdown, terminal as sheet_text};
pub use text::{visible, visible_lines, wrap};
pub use undecided::undecided;

use std::collections::BTreeMap;

use crate::finding::Finding;
use crate::lint::Outcome;
use crate::source::{FileId, Sources, Span};

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
    /// One JSON document.
    Json,
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
}

/// Writes what the reviews came to.
pub fn render(sources: &Sources, outcomes: &[Outcome], options: &Options) -> String {
    if options.format == Format::Json {
        return json::document(sources, outcomes);
    }
    let mut output = String::new();
    let mut views = snippet::Views::new(sources);
    for outcome in outcomes {
        human(&mut output, &mut views, outcome, options);
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
    if options.format != Format::Concise && outcomes.iter().any(|it| !it.findings.is_empty()) {
        output.push_str("More about a rule: `underpin explain RULE`\n");
    }
    output.push_str(&summary::line(outcomes, options));
    output
}

/// Writes one line a finding, and nothing else.
pub fn concise(sources: &Sources, findings: &[Finding]) -> String {
    let mut output = String::new();
    for finding in findings {
        concise::line(&mut output, sources, finding);
    }
    output
}

fn human(
    output: &mut String,
    views: &mut snippet::Views<'_>,
    outcome: &Outcome,
    options: &Options,
) {
    let sources = views.sources;
    let mut seen: BTreeMap<(FileId, &str), usize> = BTreeMap::new();
    for finding in &outcome.findings {
        let count = seen
            .entry((finding.primary.span.file, finding.rule))
            .or_default();
        *count += 1;
        if options.max_findings > 0 && *count > options.max_findings {
            continue;
        }
        match options.format {
            Format::Concise => concise::line(output, sources, finding),
            Format::Plain => plain::facts(output, sources, finding),
            Format::Full | Format::Json => full::card(output, views, finding, options),
        }
    }
    for ((file, rule), count) in seen {
        let more = count.saturating_sub(options.max_findings);
        if options.max_findings > 0 && more > 0 {
            let name = visible(&sources.file(file).name);
            let dots = if options.unicode { "…" } else { "..." };
            output.push_str(&format!(
                "{name}: {dots} and {more} more of {rule}, use `--max-findings 0`\n"
            ));
        }
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
