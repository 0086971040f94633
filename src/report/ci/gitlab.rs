//! GitLab's code quality report.
//!
//! <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>

use serde_json::{Value, json};

use super::{Item, Place, standing};
use crate::finding::{Finding, Severity};
use crate::lint::{Outcome, RuleInfo};
use crate::report::json::pretty;
use crate::report::text::visible;
use crate::source::{LineColumn, Sources, Unit};

/// Writes the document: a list of issues.
pub fn document(sources: &Sources, outcomes: &[Outcome], rules: &[RuleInfo]) -> String {
    let items = standing(outcomes);
    let issues = items.iter().map(|item| issue(sources, item, rules));
    pretty(&issues.collect::<Vec<Value>>())
}

fn issue(sources: &Sources, item: &Item<'_>, rules: &[RuleInfo]) -> Value {
    let finding = item.finding;
    let place = Place::new(sources, finding.primary.span, Unit::Characters);
    // The name of the check is not shown, so it is said with the message.
    let description = format!("{}: {}", finding.rule, visible(&finding.message));
    json!({
        "check_name": finding.rule,
        "description": description,
        "fingerprint": fingerprint(item),
        "location": {
            "path": place.path,
            "positions": { "begin": position(place.start), "end": position(place.end) },
        },
        "severity": severity(finding, rules),
    })
}

// Issues of one fingerprint are shown as one.
fn fingerprint(item: &Item<'_>) -> String {
    match item.number {
        1 => item.fingerprint.clone(),
        number => format!("{}-{number}", item.fingerprint),
    }
}

fn position(at: LineColumn) -> Value {
    json!({ "line": at.line, "column": at.column })
}

fn severity(finding: &Finding, rules: &[RuleInfo]) -> &'static str {
    let mut rules = rules.iter();
    let is_security = rules.any(|rule| rule.name == finding.rule && rule.category == "security");
    match finding.severity {
        Severity::Error if is_security => "critical",
        Severity::Error => "major",
        Severity::Warning => "minor",
        Severity::Info => "info",
    }
}
