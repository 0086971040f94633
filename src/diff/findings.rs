//! What a review says that it did not, and the other way round.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::{Findings, Found, State};
use crate::finding::Finding;
use crate::numbers::Place;

/// What makes two findings one: the rule and the names that it is about.
type Identity<'a> = (&'a str, Vec<&'a str>);

/// Compares what two reviews found.
pub fn diff<'a>(base: Option<State<'a>>, head: Option<State<'a>>) -> Findings {
    let mut was_reported = Counted::new(base, |it| it.findings);
    let mut was_accepted = Counted::new(base, |it| it.accepted);
    let new = list(head, |it| it.findings, &mut was_reported);
    let newly_accepted = list(head, |it| it.accepted, &mut was_accepted);
    let mut is_known = Counted::new(head, |it| it.findings);
    is_known.add(head, |it| it.accepted);
    let gone = list(base, |it| it.findings, &mut is_known);
    Findings {
        new,
        accepted: newly_accepted,
        gone,
    }
}

/// How many findings of each identity there are.
#[derive(Default)]
struct Counted<'a>(BTreeMap<Identity<'a>, usize>);

impl<'a> Counted<'a> {
    fn new(state: Option<State<'a>>, of: fn(&State<'a>) -> &'a [Finding]) -> Counted<'a> {
        let mut counted = Counted::default();
        counted.add(state, of);
        counted
    }

    fn add(&mut self, state: Option<State<'a>>, of: fn(&State<'a>) -> &'a [Finding]) {
        if let Some(state) = state {
            for finding in of(&state) {
                *self.0.entry(identity(&state, finding)).or_default() += 1;
            }
        }
    }

    /// Takes one of an identity away; tells whether there was one.
    fn take(&mut self, identity: &Identity<'a>) -> bool {
        match self.0.get_mut(identity) {
            Some(count) if *count > 0 => {
                *count -= 1;
                true
            }
            _ => false,
        }
    }
}

/// Returns who a finding is; the name of the design's own file is no part of it, so
/// that a file may be moved.
fn identity<'a>(state: &State<'a>, finding: &'a Finding) -> Identity<'a> {
    let subjects = finding.subjects.iter().map(String::as_str);
    let mut subjects: Vec<&str> = subjects.filter(|it| *it != state.root).collect();
    subjects.sort_unstable();
    (finding.rule.as_str(), subjects)
}

/// Lists what is not among the known, the worst first.
fn list<'a>(
    state: Option<State<'a>>,
    of: fn(&State<'a>) -> &'a [Finding],
    known: &mut Counted<'a>,
) -> Vec<Found> {
    let mut found = Vec::new();
    if let Some(state) = state {
        let fresh = of(&state)
            .iter()
            .filter(|finding| !known.take(&identity(&state, finding)));
        found.extend(fresh.map(|finding| told(&state, finding)));
    }
    found.sort_by(|a, b| {
        let key = |it: &Found| (Reverse(it.severity), it.rule.clone());
        key(a).cmp(&key(b)).then_with(|| a.message.cmp(&b.message))
    });
    found
}

fn told(state: &State<'_>, finding: &Finding) -> Found {
    let span = finding.primary.span;
    let mut files = state.sources.iter();
    let known = files.any(|(id, _)| id == span.file);
    let place = known.then(|| {
        let at = state.sources.position(span);
        Place {
            path: state.sources.file(span.file).name.clone(),
            line: at.line,
            column: at.column,
        }
    });
    Found {
        rule: finding.rule.to_string(),
        severity: finding.severity,
        message: finding.message.clone(),
        place,
        fingerprint: finding.fingerprint(),
    }
}
