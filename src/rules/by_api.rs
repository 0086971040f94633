//! Findings about operations, joined to one for each API.

use std::collections::BTreeMap;

use crate::finding::Finding;
use crate::lint::group;
use crate::model::Operation;

/// Joins the findings of one API, the gravest first, and has `message` say them
/// together. A finding's first subject is the API, and what its message begins
/// with in backticks is what it is about.
pub(super) fn by_api(
    findings: Vec<Finding>,
    message: impl Fn(&str, &[String]) -> String,
) -> Vec<Finding> {
    let mut order: BTreeMap<String, usize> = BTreeMap::new();
    let mut groups: Vec<Vec<Finding>> = Vec::new();
    for finding in findings {
        let api = finding.subjects.first().cloned().unwrap_or_default();
        let index = *order.entry(api).or_insert(groups.len());
        match groups.get_mut(index) {
            Some(group) => group.push(finding),
            None => groups.push(vec![finding]),
        }
    }
    groups
        .into_iter()
        .flat_map(|mut findings| {
            findings.sort_by_key(|it| std::cmp::Reverse((it.severity, it.confidence)));
            let mut names: Vec<String> = Vec::new();
            for name in findings.iter().map(|it| quoted(&it.message).to_owned()) {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
            for finding in findings.iter_mut().skip(1) {
                let name = quoted(&finding.message);
                if !finding.primary.text.contains(name) {
                    finding.primary.text = format!("`{name}`: {}", finding.primary.text);
                }
            }
            let mut joined = group(findings, |subjects| {
                message(subjects.first().map_or("", String::as_str), &names)
            });
            for finding in &mut joined {
                each_once(&mut finding.subjects);
            }
            joined
        })
        .collect()
}

fn each_once(subjects: &mut Vec<String>) {
    let mut seen = std::collections::BTreeSet::new();
    subjects.retain(|subject| seen.insert(subject.clone()));
}

/// Returns what stands between the first backticks.
fn quoted(text: &str) -> &str {
    text.split('`').nth(1).unwrap_or(text)
}

/// Names at most two, so that a sentence stays short: `a`, `b` and 3 more.
pub(super) fn few(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => format!("`{one}`"),
        [one, two] => format!("`{one}` and `{two}`"),
        [one, two, rest @ ..] => format!("`{one}`, `{two}` and {} more", rest.len()),
    }
}

/// Tells whether an operation is there for those who run the system.
pub(super) fn is_upkeep(operation: &Operation) -> bool {
    const ROUTES: &[&str] = &[
        "health", "healthz", "live", "livez", "ready", "readyz", "ping", "status", "metrics",
        "version",
    ];
    let inside = ["internal", "admin"]
        .iter()
        .any(|word| operation.facts.says("audience", word));
    let last = operation
        .route
        .as_ref()
        .and_then(|(route, _)| route.rsplit('/').next());
    inside || operation.facts.has("deprecated") || last.is_some_and(|last| ROUTES.contains(&last))
}
