//! Findings for forges and for the tools that stand between.
//!
//! Each format is a file of its own. What they share is here: which findings
//! there are, how they are told apart, and where they stand.

pub mod checkstyle;
pub mod github;
pub mod gitlab;
pub mod junit;
pub mod rdjson;
pub mod sarif;
mod xml;

use std::collections::{BTreeMap, BTreeSet};

use super::plain;
use super::text::visible;
use crate::finding::{Finding, Fix, Safety};
use crate::lint::{Accepted, Outcome};
use crate::source::{LineColumn, Sources, Span, Unit};

/// Who found it.
const TOOL: &str = env!("CARGO_PKG_NAME");
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// One finding of all reviews.
struct Item<'a> {
    /// The name of the design.
    design: &'a str,
    /// What was found.
    finding: &'a Finding,
    /// The acceptance, if the design accepts it.
    accepted: Option<&'a Accepted>,
    /// Whether a baseline or an older revision has it already.
    known: bool,
    /// The identity of the finding.
    fingerprint: String,
    /// Which one it is of those with this identity, from 1.
    number: usize,
}

/// Returns all findings, those of a file that several designs import once.
///
/// Accepted and known ones are numbered with the others, so that accepting a
/// finding leaves the identity of the rest as it was.
fn items(outcomes: &[Outcome]) -> Vec<Item<'_>> {
    let mut seen = BTreeSet::new();
    let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
    let mut items = Vec::new();
    for outcome in outcomes {
        for (finding, accepted, known) in of_design(outcome) {
            let same = (finding.primary.span, &finding.rule, &finding.message);
            if !seen.insert((same, accepted.is_some(), known)) {
                continue;
            }
            let fingerprint = finding.fingerprint_in(&outcome.design);
            let number = numbers.entry(fingerprint.clone()).or_default();
            *number += 1;
            items.push(Item {
                design: &outcome.design,
                finding,
                accepted,
                known,
                number: *number,
                fingerprint,
            });
        }
    }
    items
}

/// Returns what stands, without what is accepted or known.
fn standing(outcomes: &[Outcome]) -> Vec<Item<'_>> {
    let mut items = items(outcomes);
    items.retain(|item| item.accepted.is_none() && !item.known);
    items
}

fn of_design(outcome: &Outcome) -> Vec<(&Finding, Option<&Accepted>, bool)> {
    let findings = outcome.findings.iter().map(|it| (it, None, false));
    let accepted = outcome.accepted.iter();
    let accepted = accepted.map(|it| (&it.finding, Some(it), false));
    let known = outcome.known().map(|it| (it, None, true));
    let mut all: Vec<_> = findings.chain(accepted).chain(known).collect();
    all.sort_by(|(a, ..), (b, ..)| {
        let by_place = a.primary.span.cmp(&b.primary.span);
        let by_rule = by_place.then_with(|| a.rule.cmp(&b.rule));
        by_rule.then_with(|| a.message.cmp(&b.message))
    });
    all
}

/// Where something stands; the end is exclusive.
struct Place {
    path: String,
    start: LineColumn,
    end: LineColumn,
}

impl Place {
    /// Finds a place, with columns that count `unit`.
    fn new(sources: &Sources, span: Span, unit: Unit) -> Place {
        let file = sources.file(span.file);
        let position = |at: u32| file.lines.position_in(unit, &file.text, at as usize);
        Place {
            path: visible(&file.name).into_owned(),
            start: position(span.start),
            end: position(span.end),
        }
    }
}

/// Returns the fix of a finding that a tool may offer to make.
fn proposed(finding: &Finding) -> Option<&Fix> {
    let fix = finding.fix.as_ref();
    fix.filter(|fix| fix.safety != Safety::Display && !fix.edits.is_empty())
}

/// Writes the message and, on lines of their own, all that is known beside it.
fn story(sources: &Sources, finding: &Finding) -> String {
    let message = visible(&finding.message).into_owned();
    let mut lines = vec![message];
    lines.extend(plain::reasons(sources, finding));
    lines.join("\n")
}
