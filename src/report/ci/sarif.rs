//! SARIF 2.1.0, the format of code scanning.
//!
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>, and what
//! GitHub makes of it:
//! <https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning>

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use super::{Item, Place, TOOL, VERSION, items, proposed};
use crate::finding::{Finding, Fix, Label, Severity};
use crate::lint::{Accepted, INTERNAL_ERROR, Outcome, RuleInfo};
use crate::report::json::pretty;
use crate::report::text::visible;
use crate::report::{Options, page};
use crate::source::{FileId, Sources, Span, Unit};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
const ROOT: &str = "%SRCROOT%";

/// The whole document; its version comes early, for those who read it as a stream.
#[derive(Serialize)]
struct Log {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Value; 1],
}

/// Writes the document; `rules` are those that were run.
pub fn document(sources: &Sources, outcomes: &[Outcome], rules: &[RuleInfo]) -> String {
    let items = items(outcomes);
    let compared = |it: &Outcome| it.baselined.is_some() || it.unchanged.is_some();
    let compared = outcomes.iter().any(compared);
    let results = items.iter().map(|item| {
        let mut result = result(sources, item, rules);
        if compared {
            result["baselineState"] = json!(if item.known { "unchanged" } else { "new" });
        }
        result
    });
    let results: Vec<Value> = results.collect();
    let run = json!({
        "tool": { "driver": driver(rules) },
        "invocations": [invocation(sources, outcomes, rules)],
        "originalUriBaseIds": { ROOT: { "description": { "text": "The root of the repository." } } },
        // As CodeQL counts, and the editors that show the results.
        "columnKind": "utf16CodeUnits",
        "results": results,
    });
    pretty(&Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [run],
    })
}

fn driver(rules: &[RuleInfo]) -> Value {
    json!({
        "name": TOOL,
        "semanticVersion": VERSION,
        "informationUri": information(),
        "rules": rules.iter().map(rule).collect::<Vec<Value>>(),
    })
}

/// Returns the project's page; until it has one, the name of the package.
fn information() -> String {
    let pages = [env!("CARGO_PKG_HOMEPAGE"), env!("CARGO_PKG_REPOSITORY")];
    let page = pages.into_iter().find(|page| !page.is_empty());
    page.map_or_else(|| format!("pkg:cargo/{TOOL}@{VERSION}"), str::to_owned)
}

fn rule(rule: &RuleInfo) -> Value {
    let mut properties = json!({
        "tags": [rule.category],
        "precision": rule.confidence.word(),
        "problem.severity": match rule.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "recommendation",
        },
    });
    if rule.category == "security" {
        // High, medium and low in GitHub's words.
        properties["security-severity"] = json!(match rule.severity {
            Severity::Error => "8.0",
            Severity::Warning => "5.0",
            Severity::Info => "2.0",
        });
    }
    json!({
        "id": rule.name,
        "name": pascal(&rule.name),
        "shortDescription": { "text": sentence(&rule.summary) },
        "fullDescription": { "text": sentence(&first_paragraph(rule)) },
        "help": {
            "text": page(&rule.page, &Options::default()),
            "markdown": rule.page,
        },
        "defaultConfiguration": { "level": level(rule.severity) },
        "properties": properties,
    })
}

fn pascal(name: &str) -> String {
    let words = name.split('-').map(|word| {
        let mut letters = word.chars();
        let first = letters.next().map(|it| it.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    });
    words.collect()
}

/// Returns what a page says first, below its title.
fn first_paragraph(rule: &RuleInfo) -> String {
    let paragraphs = rule.page.split("\n\n").map(str::trim);
    let mut words = paragraphs.filter(|it| !it.is_empty() && !it.starts_with('#'));
    words.next().unwrap_or(&rule.summary).replace('\n', " ")
}

/// Makes a sentence of words: messages begin small and end without a stop.
fn sentence(words: &str) -> String {
    let words = words.trim_end();
    match words.ends_with(['.', '!', '?']) {
        true => words.to_owned(),
        false => format!("{words}."),
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// Says whether the rules could do their work, and which could not decide.
fn invocation(sources: &Sources, outcomes: &[Outcome], rules: &[RuleInfo]) -> Value {
    let mut findings = outcomes.iter().flat_map(|it| &it.findings);
    let broken = findings.any(|it| it.rule == INTERNAL_ERROR);
    let undecided = outcomes.iter().flat_map(|it| &it.not_evaluated);
    let notifications = undecided.map(|it| {
        let places = it.places.iter();
        let places =
            places.map(|label| json!({ "physicalLocation": physical(sources, label.span) }));
        json!({
            "associatedRule": reference(it.rule, rules),
            "level": "note",
            "locations": places.collect::<Vec<Value>>(),
            "message": { "text": sentence(&format!("Not evaluated: {}", visible(&it.sentence))) },
        })
    });
    json!({
        "executionSuccessful": !broken,
        "toolExecutionNotifications": notifications.collect::<Vec<Value>>(),
    })
}

fn reference(name: &str, rules: &[RuleInfo]) -> Value {
    match rules.iter().position(|rule| rule.name == name) {
        Some(index) => json!({ "id": name, "index": index }),
        None => json!({ "id": name }),
    }
}

fn result(sources: &Sources, item: &Item<'_>, rules: &[RuleInfo]) -> Value {
    let finding = item.finding;
    let mut location = json!({ "physicalLocation": physical(sources, finding.primary.span) });
    if let Some(subject) = finding.subjects.first() {
        let name = format!("{}::{}", visible(item.design), visible(subject));
        location["logicalLocations"] = json!([{ "fullyQualifiedName": name, "kind": "object" }]);
    }
    if !finding.primary.text.is_empty() {
        location["message"] = json!({ "text": label(&finding.primary) });
    }
    let mut result = json!({
        "ruleId": finding.rule,
        "kind": "fail",
        "level": level(finding.severity),
        "message": { "text": message(finding) },
        "locations": [location],
        "partialFingerprints": {
            "subject/v1": item.fingerprint,
            "primaryLocationLineHash": format!("{}:{}", item.fingerprint, item.number),
        },
        // Of either all results or none: an empty list says that it stands.
        "suppressions": suppressions(sources, item.accepted),
        "properties": { "confidence": finding.confidence.word() },
    });
    if let Some(index) = rules.iter().position(|rule| rule.name == finding.rule) {
        result["ruleIndex"] = json!(index);
    }
    if !finding.because.is_empty() {
        result["relatedLocations"] = related(sources, finding);
    }
    if let Some(fix) = proposed(finding) {
        result["fixes"] = json!([fix_of(sources, fix)]);
    }
    if !finding.trace.is_empty() {
        result["codeFlows"] = flows(sources, finding);
    }
    result
}

/// Writes what is wrong, why with links to the places, and what to do.
fn message(finding: &Finding) -> String {
    let mut text = sentence(&unlinked(&visible(&finding.message)));
    for (index, reason) in finding.because.iter().enumerate() {
        let words = linked(&label(reason));
        let words = words.trim_end_matches('.');
        text.push_str(&format!("\nBecause: [{words}]({}).", index + 1));
    }
    let notes = finding.notes.iter().map(|it| ("Note", it));
    let assumed = finding.assumed.iter().map(|it| ("Assumed", it));
    let help = finding.help.iter().map(|it| ("Help", it));
    for (word, fact) in notes.chain(assumed).chain(help) {
        let fact = sentence(&unlinked(&visible(fact)));
        text.push_str(&format!("\n{word}: {fact}"));
    }
    text
}

/// Keeps brackets of the design from being read as a link.
fn unlinked(text: &str) -> String {
    text.replace("](", "] (")
}

/// Escapes what stands between the brackets of a link.
fn linked(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('[', "\\[")
        .replace(']', "\\]")
}

fn label(label: &Label) -> String {
    match &*label.text {
        "" => "this statement".to_owned(),
        text => visible(text).into_owned(),
    }
}

fn related(sources: &Sources, finding: &Finding) -> Value {
    let places = finding.because.iter().enumerate().map(|(index, reason)| {
        json!({
            "id": index + 1,
            "message": { "text": sentence(&label(reason)) },
            "physicalLocation": physical(sources, reason.span),
        })
    });
    places.collect()
}

fn flows(sources: &Sources, finding: &Finding) -> Value {
    let steps = finding.trace.iter().map(|step| {
        json!({ "location": {
            "message": { "text": sentence(&label(step)) },
            "physicalLocation": physical(sources, step.span),
        } })
    });
    let steps: Vec<Value> = steps.collect();
    json!([{ "threadFlows": [{ "locations": steps }] }])
}

/// Writes a fix, with its edits by file.
fn fix_of(sources: &Sources, fix: &Fix) -> Value {
    let mut by_file: BTreeMap<FileId, Vec<Value>> = BTreeMap::new();
    for edit in &fix.edits {
        let physical = physical(sources, edit.span);
        let replacements = by_file.entry(edit.span.file).or_default();
        replacements.push(json!({
            "deletedRegion": physical["region"],
            "insertedContent": { "text": edit.text },
        }));
    }
    let changes = by_file.into_iter().map(|(file, replacements)| {
        let place = Place::new(sources, Span::new(file, 0, 0), Unit::Utf16);
        json!({ "artifactLocation": artifact(&place.path), "replacements": replacements })
    });
    json!({
        "description": { "text": sentence(&visible(&fix.title)) },
        "artifactChanges": changes.collect::<Vec<Value>>(),
        "properties": { "safety": fix.safety.word() },
    })
}

fn suppressions(sources: &Sources, accepted: Option<&Accepted>) -> Value {
    let Some(accepted) = accepted else {
        return json!([]);
    };
    let mut suppression = json!({
        "kind": "inSource",
        "status": "accepted",
        "justification": visible(&accepted.reason),
        "location": { "physicalLocation": physical(sources, accepted.span) },
    });
    let facts = [("until", &accepted.until), ("ticket", &accepted.ticket)];
    for (word, fact) in facts {
        if let Some(fact) = fact {
            suppression["properties"][word] = json!(fact);
        }
    }
    json!([suppression])
}

fn physical(sources: &Sources, span: Span) -> Value {
    let place = Place::new(sources, span, Unit::Utf16);
    json!({
        "artifactLocation": artifact(&place.path),
        "region": {
            "startLine": place.start.line,
            "startColumn": place.start.column,
            "endLine": place.end.line,
            "endColumn": place.end.column,
        },
    })
}

/// Names a file by its path from the root, or by its whole path where it lies elsewhere.
fn artifact(path: &str) -> Value {
    let encoded = encoded(path);
    let has_drive = path.get(1..3) == Some(":/");
    match path {
        _ if path.starts_with('/') => json!({ "uri": format!("file://{encoded}") }),
        _ if has_drive => json!({ "uri": format!("file:///{encoded}") }),
        _ => json!({ "uri": encoded, "uriBaseId": ROOT }),
    }
}

// The unreserved characters of RFC 3986, and the slash between parts.
fn encoded(path: &str) -> String {
    let mut output = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                output.push(byte.into());
            }
            _ => output.push_str(&format!("%{byte:02X}")),
        }
    }
    output
}
