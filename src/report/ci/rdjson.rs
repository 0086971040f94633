//! The Reviewdog Diagnostic Format, as one document or line by line.
//!
//! <https://github.com/reviewdog/reviewdog/tree/master/proto/rdf>

use serde_json::{Value, json};

use super::{Item, Place, TOOL, proposed, standing, story};
use crate::finding::{Edit, Finding};
use crate::lint::Outcome;
use crate::report::json::{compact, pretty};
use crate::source::{LineColumn, Sources, Unit};

/// Writes one document.
pub fn document(sources: &Sources, outcomes: &[Outcome]) -> String {
    let items = standing(outcomes);
    let diagnostics = items.iter().map(|item| diagnostic(sources, item));
    let diagnostics: Vec<Value> = diagnostics.collect();
    pretty(&json!({ "source": { "name": TOOL }, "diagnostics": diagnostics }))
}

/// Writes one document a line, each of one finding.
pub fn lines(sources: &Sources, outcomes: &[Outcome]) -> String {
    let items = standing(outcomes);
    let lines = items.iter().map(|item| {
        let mut diagnostic = diagnostic(sources, item);
        diagnostic["source"] = json!({ "name": TOOL });
        compact(&diagnostic)
    });
    lines.collect()
}

fn diagnostic(sources: &Sources, item: &Item<'_>) -> Value {
    let finding = item.finding;
    let place = Place::new(sources, finding.primary.span, Unit::Bytes);
    let suggestions = suggestions(sources, finding);
    let mut diagnostic = json!({
        "message": story(sources, finding),
        "location": {
            "path": place.path,
            "range": { "start": position(place.start), "end": position(place.end) },
        },
        "severity": finding.severity.word().to_uppercase(),
        "code": { "value": finding.rule },
    });
    if !suggestions.is_empty() {
        diagnostic["suggestions"] = json!(suggestions);
    }
    diagnostic
}

/// Returns the edits of a fix; a suggestion stands in the file of its finding.
fn suggestions(sources: &Sources, finding: &Finding) -> Vec<Value> {
    let here = |edit: &&Edit| edit.span.file == finding.primary.span.file;
    let fix = proposed(finding).filter(|fix| fix.edits.iter().all(|edit| here(&edit)));
    let edits = fix.into_iter().flat_map(|fix| &fix.edits);
    let suggestion = |edit: &Edit| {
        let place = Place::new(sources, edit.span, Unit::Bytes);
        json!({
            "range": { "start": position(place.start), "end": position(place.end) },
            "text": edit.text,
        })
    };
    edits.map(suggestion).collect()
}

fn position(at: LineColumn) -> Value {
    json!({ "line": at.line, "column": at.column })
}
