//! See `write_to_replica.md`.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::{Confidence, Severity};
use crate::lint::visits::Visit;
use crate::lint::{About, Design, Report, Rule};
use crate::model::{Component, Element, Entity, Id};
use crate::rules::words::list;
use crate::source::Span;
use crate::vocabulary::Traits;

/// A write that goes to a copy rather than to what it is a copy of.
pub struct WriteToReplica;

impl Rule for WriteToReplica {
    fn about(&self) -> About {
        About {
            name: "write-to-replica",
            category: "consistency",
            summary: "a write to a replica rather than to what it copies",
            severity: Severity::Error,
            confidence: Confidence::High,
            motives: &[],
            page: include_str!("write_to_replica.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        let visits = design.visits();
        let mut wrong: BTreeMap<Id<Component>, Vec<&Visit<'_>>> = BTreeMap::new();
        let mut asked: BTreeSet<Id<Component>> = BTreeSet::new();
        for visit in visits.iter().filter(|visit| !visit.writes.is_empty()) {
            let copy = visit.facts.says("target", "replica") || is_copy(design, visit.to);
            if !copy || takes_writes(design, visit.to) {
                continue;
            }
            match is_feed(design, visit) {
                true => asked.extend([visit.to]),
                false => wrong.entry(visit.to).or_default().push(visit),
            }
        }
        for (store, visits) in &wrong {
            tell(design, *store, visits, report);
        }
        asked
            .iter()
            .filter(|id| !wrong.contains_key(id))
            .for_each(|_| report.pass());
    }
}

/// Tells whether a store that keeps data for good is said to be a copy of another.
fn is_copy(design: &Design<'_>, store: Id<Component>) -> bool {
    let component = design.component(store);
    component.is_source_of_truth() && source(design, store).is_some()
}

/// Returns the store that another is a copy of.
fn source(design: &Design<'_>, copy: Id<Component>) -> Option<Id<Component>> {
    design
        .component(copy)
        .facts
        .targets("copy-of")
        .find_map(|target| match target {
            Element::Component(id) if design.component(id).is(Traits::STORES) => Some(id),
            _ => None,
        })
}

fn takes_writes(design: &Design<'_>, store: Id<Component>) -> bool {
    let several = |id| {
        let facts = &design.component(id).facts;
        facts.says("replication", "multi-primary")
    };
    several(store) || source(design, store).is_some_and(several)
}

/// Tells whether a write is how a copy follows: replication, or work that starts
/// from what happened at the source.
fn is_feed(design: &Design<'_>, visit: &Visit<'_>) -> bool {
    if visit.facts.says("target", "replica") {
        return false;
    }
    let model = design.model;
    let origin = source(design, visit.to);
    let writer = design.component(visit.from);
    let by_itself = visit.facts.has("mode") || !visit.is_call(design);
    let follows = model
        .incoming(visit.from)
        .any(|(_, relation)| design.component(relation.from).is(Traits::MEDIUM));
    let copies = model
        .outgoing(visit.from)
        .any(|(_, relation)| Some(relation.to) == origin && relation.facts.is_unstated("writes"));
    let background = writer.is(Traits::BACKGROUND) && (follows || copies);
    by_itself || background || Some(visit.from) == origin || writer.is(Traits::MEDIUM)
}

fn tell(design: &Design<'_>, store: Id<Component>, visits: &[&Visit<'_>], report: &mut Report) {
    let Some(first) = visits.first() else { return };
    let name = design.name(store);
    let entities: BTreeSet<Id<Entity>> = visits
        .iter()
        .flat_map(|it| it.writes.iter().copied())
        .collect();
    let entities: Vec<&str> = entities
        .into_iter()
        .map(|id| design.model.entities[id].head.path.as_str())
        .collect();
    let from = design.name(first.from);
    let origin = source(design, store);
    let (copy, help) = match origin {
        Some(origin) => (
            format!("`{name}`, a copy of `{}`", design.name(origin)),
            format!(
                "write to `{}` and let `{name}` follow (`mode: replication`)",
                design.name(origin)
            ),
        ),
        None => (
            format!("a replica of `{name}`"),
            format!(
                "write with `target: primary`, or leave `target` out; keep `target: replica` for reads of `{name}`"
            ),
        ),
    };
    let mut finding = report
        .finding(
            first.span,
            format!("`{from}` writes {} to {copy}", list(&entities)),
        )
        .label("written here")
        .help(help)
        .about(name);
    if let Some((span, words)) = said(design, store, first) {
        finding = finding.because(span, words);
    }
    for visit in visits.iter().skip(1).take(3) {
        finding = finding.because(visit.span, "and here");
    }
    report.fail(
        finding.note("a replica refuses writes, or keeps them from everybody who reads elsewhere"),
    );
}

fn said(design: &Design<'_>, store: Id<Component>, visit: &Visit<'_>) -> Option<(Span, String)> {
    if visit.facts.says("target", "replica") {
        let fact = visit.facts.get("target")?;
        return Some((fact.span, "asks a replica".to_owned()));
    }
    let fact = design.component(store).facts.get("copy-of")?;
    Some((fact.span, "is a copy".to_owned()))
}
