//! JUnit's XML: a suite for each design, in it a case for each finding.

use std::collections::BTreeMap;

use super::xml::{DECLARATION, escaped, escaped_lines};
use super::{Item, Place, TOOL, items, story};
use crate::lint::{INTERNAL_ERROR, Outcome};
use crate::report::text::visible;
use crate::source::{Sources, Unit};

/// What a case came to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Accepted,
    Broken,
    Failed,
    Noted,
}

/// A case with its name, which no other of its suite has.
struct Case<'a> {
    item: Item<'a>,
    name: String,
    state: State,
}

/// Writes the document. What does not fail its design is noted in a case that passes.
pub fn document(sources: &Sources, outcomes: &[Outcome]) -> String {
    let suites: Vec<(&Outcome, Vec<Case<'_>>)> = outcomes
        .iter()
        .map(|outcome| (outcome, cases(outcome)))
        .collect();
    let all = || suites.iter().flat_map(|(_, cases)| cases);
    // A design without a finding has a case that passes.
    let clean = suites.iter().filter(|(_, cases)| cases.is_empty()).count();
    let mut output = format!(
        "{DECLARATION}<testsuites name=\"{TOOL}\"{}>\n",
        counts(all(), clean)
    );
    for (outcome, cases) in &suites {
        suite(&mut output, sources, outcome, cases);
    }
    output.push_str("</testsuites>\n");
    output
}

fn cases(outcome: &Outcome) -> Vec<Case<'_>> {
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    let cases = items(std::slice::from_ref(outcome))
        .into_iter()
        .filter(|item| !item.known)
        .map(|item| {
            let mut name = item.finding.rule.to_string();
            if !item.finding.subjects.is_empty() {
                name.push_str(&format!(": {}", item.finding.subjects.join(", ")));
            }
            let number = names.entry(name.clone()).or_default();
            *number += 1;
            if *number > 1 {
                name.push_str(&format!(" ({number})"));
            }
            let state = match &item {
                Item {
                    accepted: Some(_), ..
                } => State::Accepted,
                Item { finding, .. } if finding.rule == INTERNAL_ERROR => State::Broken,
                Item { finding, .. } if finding.severity >= outcome.fail_on => State::Failed,
                _ => State::Noted,
            };
            Case { item, name, state }
        });
    cases.collect()
}

fn counts<'a>(cases: impl Iterator<Item = &'a Case<'a>>, clean: usize) -> String {
    let states: Vec<State> = cases.map(|case| case.state).collect();
    let of = |wanted| states.iter().filter(|state| **state == wanted).count();
    format!(
        " tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\"",
        states.len() + clean,
        of(State::Failed),
        of(State::Broken),
        of(State::Accepted),
    )
}

fn suite(output: &mut String, sources: &Sources, outcome: &Outcome, cases: &[Case<'_>]) {
    let name = escaped(&outcome.design);
    let root = escaped(&sources.file(outcome.root).name);
    let clean = usize::from(cases.is_empty());
    let counts = counts(cases.iter(), clean);
    output.push_str(&format!("  <testsuite name=\"{name}\"{counts}>\n"));
    if cases.is_empty() {
        let case =
            format!("    <testcase name=\"{TOOL}\" classname=\"{root}\" file=\"{root}\"/>\n");
        output.push_str(&case);
    }
    for case in cases {
        output.push_str(&element(sources, case));
    }
    output.push_str("  </testsuite>\n");
}

fn element(sources: &Sources, case: &Case<'_>) -> String {
    let finding = case.item.finding;
    let place = Place::new(sources, finding.primary.span, Unit::Characters);
    let path = escaped(&place.path);
    format!(
        "    <testcase name=\"{}\" classname=\"{path}\" file=\"{path}\" line=\"{}\">\n{}    </testcase>\n",
        escaped(&case.name),
        place.start.line,
        state(sources, case, &place),
    )
}

fn state(sources: &Sources, case: &Case<'_>, place: &Place) -> String {
    let finding = case.item.finding;
    let (line, column) = (place.start.line, place.start.column);
    let story = format!(
        "{}:{line}:{column}: {}",
        place.path,
        story(sources, finding)
    );
    let story = escaped_lines(&story);
    let failure = |element: &str| {
        let word = finding.severity.word();
        let message = escaped(&visible(&finding.message));
        format!("      <{element} type=\"{word}\" message=\"{message}\">{story}</{element}>\n")
    };
    match case.state {
        State::Accepted => {
            let reason = case.item.accepted.map(|it| escaped(&it.reason));
            let reason = reason.unwrap_or_default();
            format!("      <skipped message=\"accepted: {reason}\"/>\n")
        }
        State::Broken => failure("error"),
        State::Failed => failure("failure"),
        State::Noted => format!("      <system-out>{story}</system-out>\n"),
    }
}
