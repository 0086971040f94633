//! One JSON document, whatever was found.
//!
//! Lines and columns start at 1, columns count characters, ends are exclusive.
//! New fields may come with any release; a field that changes or goes raises
//! `version`.

use serde::Serialize;

use super::summary::{per_rule, totals};
use super::text::is_control;
use crate::finding::{self, Confidence, Finding, Label, Safety, Severity};
use crate::lint;
use crate::source::{Sources, Span};

/// Writes the document.
pub fn document(sources: &Sources, outcomes: &[lint::Outcome]) -> String {
    let document = Document {
        version: 1,
        tool: TOOL,
        designs: outcomes.iter().map(|it| Design::new(sources, it)).collect(),
        summary: Summary::new(outcomes),
    };
    pretty(&document)
}

/// Writes each finding as a document on a line of its own, with its design.
pub fn lines(sources: &Sources, outcomes: &[lint::Outcome]) -> String {
    let mut output = String::new();
    for outcome in outcomes {
        for finding in &outcome.findings {
            let line = Line {
                design: &outcome.design,
                finding: Reported::new(sources, finding),
            };
            output.push_str(&compact(&line));
        }
    }
    output
}

/// Writes a value over several lines.
pub(super) fn pretty(value: &impl Serialize) -> String {
    let text = serde_json::to_string_pretty(value).expect("all keys are words");
    format!("{}\n", escaped(&text))
}

/// Writes a value on one line.
pub(super) fn compact(value: &impl Serialize) -> String {
    let text = serde_json::to_string(value).expect("all keys are words");
    format!("{}\n", escaped(&text))
}

// Within a string any character may be written as an escape, and outside of
// strings only breaks are control characters.
fn escaped(json: &str) -> String {
    let mut output = String::with_capacity(json.len());
    for character in json.chars() {
        if character != '\n' && is_control(character) {
            for unit in character.encode_utf16(&mut [0; 2]) {
                output.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            output.push(character);
        }
    }
    output
}

/// The whole document.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    /// The version of this format.
    version: u32,
    /// Who wrote it.
    tool: Tool,
    /// One entry for each design reviewed.
    designs: Vec<Design<'a>>,
    /// Counts over all designs.
    summary: Summary<'a>,
}

/// This program.
pub(super) const TOOL: Tool = Tool {
    name: env!("CARGO_PKG_NAME"),
    version: env!("CARGO_PKG_VERSION"),
};

/// Who wrote the document.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(super) struct Tool {
    /// Always `underpin`.
    name: &'static str,
    /// Its version.
    version: &'static str,
}

/// The review of one design.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Design<'a> {
    /// The name of the system, or of the root file.
    name: &'a str,
    /// The path of the root file.
    root: &'a str,
    /// What is reported.
    findings: Vec<Reported<'a>>,
    /// What the design accepts.
    accepted: Vec<Accepted<'a>>,
    /// How many findings lie below the profile or the confidence asked for.
    hidden: usize,
    /// How many findings the baseline holds already.
    baselined: usize,
    /// How many findings the revision compared with had already.
    unchanged: usize,
    /// What could not be decided.
    not_evaluated: Vec<NotEvaluated<'a>>,
}

/// One finding that stands alone.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    /// The name of the system, or of the root file.
    design: &'a str,
    /// What is reported.
    #[serde(flatten)]
    finding: Reported<'a>,
}

/// One finding.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Reported<'a> {
    /// The rule's permanent name, or that of the design's policy.
    rule: &'a str,
    /// `error`, `warning` or `info`: how bad it is, if it is true.
    severity: Severity,
    /// `high`, `medium` or `low`: how often findings of this kind are true.
    confidence: Confidence,
    /// What is wrong.
    message: &'a str,
    /// What is at the location, in a few words; may be empty.
    label: &'a str,
    /// Where it is.
    location: Location<'a>,
    /// The statements that make it matter.
    because: Vec<Place<'a>>,
    /// The witness path or cycle, in order.
    trace: Vec<Place<'a>>,
    /// Facts, such as the arithmetic.
    notes: &'a [String],
    /// What was assumed rather than stated.
    assumed: &'a [String],
    /// What to do, or null.
    help: Option<&'a str>,
    /// What would make it go away, or null.
    fix: Option<Fix<'a>>,
    /// The names of the elements that it is about.
    subjects: &'a [String],
    /// Its identity, made of the rule and the subjects, never of lines.
    fingerprint: String,
}

/// A range in a file.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'a> {
    /// The path of the file, with `/` between its parts.
    path: &'a str,
    /// The first line.
    line: usize,
    /// The first column.
    column: usize,
    /// The line on which the range ends.
    end_line: usize,
    /// One past the last column.
    end_column: usize,
    /// The first byte, from 0.
    start_offset: u32,
    /// One past the last byte.
    end_offset: u32,
}

/// A range with words about it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Place<'a> {
    /// What is there; may be empty.
    text: &'a str,
    /// Where.
    location: Location<'a>,
}

/// What would make a finding go away.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Fix<'a> {
    /// What it does.
    title: &'a str,
    /// `safe`, `unsafe` or `display`: whether it may be made without asking.
    safety: Safety,
    /// What is replaced.
    edits: Vec<Edit<'a>>,
}

/// A text in the place of another.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Edit<'a> {
    /// What is replaced; empty where something is only inserted.
    location: Location<'a>,
    /// What stands there then.
    text: &'a str,
}

/// A finding that the design accepts.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Accepted<'a> {
    /// What is accepted.
    finding: Reported<'a>,
    /// Why.
    reason: &'a str,
    /// The last day on which it is, or null.
    until: Option<&'a str>,
    /// Where the work is tracked, or null.
    ticket: Option<&'a str>,
    /// Where the annotation stands.
    location: Location<'a>,
}

/// A rule that could not be decided.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NotEvaluated<'a> {
    /// The rule's permanent name.
    rule: &'static str,
    /// What is missing.
    sentence: &'a str,
    /// Where.
    places: Vec<Place<'a>>,
}

/// Counts over all designs.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Summary<'a> {
    /// Designs reviewed.
    designs: usize,
    /// Errors reported.
    errors: usize,
    /// Warnings reported.
    warnings: usize,
    /// Infos reported.
    infos: usize,
    /// Findings that the designs accept.
    accepted: usize,
    /// Findings below the profile or the confidence asked for.
    hidden: usize,
    /// Findings that can be fixed without asking.
    fixable: usize,
    /// Findings of which the fix has to be read, and filled in.
    fixable_unsafely: usize,
    /// Findings that the baseline holds already.
    baselined: usize,
    /// Findings that the revision compared with had already.
    unchanged: usize,
    /// Rules that could not be decided somewhere.
    not_evaluated: usize,
    /// Findings per rule, most first.
    rules: Vec<RuleCount<'a>>,
}

/// How often a rule was reported.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RuleCount<'a> {
    /// The rule's permanent name.
    rule: &'a str,
    /// Its findings.
    findings: usize,
}

impl<'a> Design<'a> {
    fn new(sources: &'a Sources, outcome: &'a lint::Outcome) -> Design<'a> {
        let findings = outcome.findings.iter();
        let accepted = outcome.accepted.iter();
        let not_evaluated = outcome.not_evaluated.iter();
        Design {
            name: &outcome.design,
            root: &sources.file(outcome.root).name,
            findings: findings.map(|it| Reported::new(sources, it)).collect(),
            accepted: accepted.map(|it| Accepted::new(sources, it)).collect(),
            hidden: outcome.hidden.len(),
            baselined: outcome.baselined.iter().flatten().count(),
            unchanged: outcome.unchanged.iter().flatten().count(),
            not_evaluated: not_evaluated
                .map(|it| NotEvaluated {
                    rule: it.rule,
                    sentence: &it.sentence,
                    places: places(sources, &it.places),
                })
                .collect(),
        }
    }
}

impl<'a> Reported<'a> {
    fn new(sources: &'a Sources, finding: &'a Finding) -> Reported<'a> {
        Reported {
            rule: &finding.rule,
            severity: finding.severity,
            confidence: finding.confidence,
            message: &finding.message,
            label: &finding.primary.text,
            location: Location::new(sources, finding.primary.span),
            because: places(sources, &finding.because),
            trace: places(sources, &finding.trace),
            notes: &finding.notes,
            assumed: &finding.assumed,
            help: finding.help.as_deref(),
            fix: finding.fix.as_ref().map(|fix| Fix::new(sources, fix)),
            subjects: &finding.subjects,
            fingerprint: finding.fingerprint(),
        }
    }
}

impl<'a> Fix<'a> {
    fn new(sources: &'a Sources, fix: &'a finding::Fix) -> Fix<'a> {
        let edits = fix.edits.iter().map(|edit| Edit {
            location: Location::new(sources, edit.span),
            text: &edit.text,
        });
        Fix {
            title: &fix.title,
            safety: fix.safety,
            edits: edits.collect(),
        }
    }
}

impl<'a> Accepted<'a> {
    fn new(sources: &'a Sources, accepted: &'a lint::Accepted) -> Accepted<'a> {
        Accepted {
            finding: Reported::new(sources, &accepted.finding),
            reason: &accepted.reason,
            until: accepted.until.as_deref(),
            ticket: accepted.ticket.as_deref(),
            location: Location::new(sources, accepted.span),
        }
    }
}

impl<'a> Location<'a> {
    fn new(sources: &'a Sources, span: Span) -> Location<'a> {
        let file = sources.file(span.file);
        let start = sources.position(span);
        let end = file.lines.position(&file.text, span.end as usize);
        Location {
            path: &file.name,
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
            start_offset: span.start,
            end_offset: span.end,
        }
    }
}

impl<'a> Summary<'a> {
    fn new(outcomes: &'a [lint::Outcome]) -> Summary<'a> {
        let totals = totals(outcomes);
        let of = |severity| {
            let number = totals.by_severity.get(&std::cmp::Reverse(severity));
            number.copied().unwrap_or_default()
        };
        let rules = per_rule(outcomes).into_iter();
        Summary {
            designs: outcomes.len(),
            errors: of(Severity::Error),
            warnings: of(Severity::Warning),
            infos: of(Severity::Info),
            accepted: totals.accepted,
            hidden: totals.hidden,
            fixable: totals.fixable,
            fixable_unsafely: totals.fixable_unsafely,
            baselined: totals.baselined,
            unchanged: totals.unchanged,
            not_evaluated: totals.not_evaluated,
            rules: rules
                .map(|(rule, _, findings)| RuleCount { rule, findings })
                .collect(),
        }
    }
}

fn places<'a>(sources: &'a Sources, labels: &'a [Label]) -> Vec<Place<'a>> {
    let place = |label: &'a Label| Place {
        text: &label.text,
        location: Location::new(sources, label.span),
    };
    labels.iter().map(place).collect()
}
