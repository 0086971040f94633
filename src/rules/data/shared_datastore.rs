//! See `shared_datastore.md`.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::{Confidence, Severity};
use crate::lint::visits::Visit;
use crate::lint::{About, Design, Report, Rule};
use crate::model::{Component, Element, Entity, Id, Place};
use crate::rules::words::list;
use crate::source::Span;
use crate::vocabulary::Traits;

/// Two services that change the same entity in one store.
pub struct SharedDatastore;

impl Rule for SharedDatastore {
    fn about(&self) -> About {
        About {
            name: "shared-datastore",
            category: "data",
            summary: "two services that change the same entity in one store",
            severity: Severity::Warning,
            confidence: Confidence::Medium,
            motives: &["maintainability"],
            page: include_str!("shared_datastore.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        let mut stores: BTreeMap<Id<Component>, Writers> = BTreeMap::new();
        for visit in design.visits() {
            if counts(design, visit) {
                let store = stores.entry(visit.to).or_default();
                for entity in &visit.writes {
                    let writers = store.entry(*entity).or_default();
                    writers.entry(visit.from).or_insert(visit.span);
                }
            }
        }
        for (store, writers) in &stores {
            judge(design, *store, writers, report);
        }
        for (id, component) in design.model.components.iter() {
            if component.is_source_of_truth() && !stores.contains_key(&id) {
                silent(design, id, component, report);
            }
        }
    }

    fn undecided(&self, undecided: usize, of: usize) -> String {
        format!("{undecided} of {of} stores: not stated what their callers write")
    }
}

/// Who changes each entity of a store, with where it is said first.
type Writers = BTreeMap<Id<Entity>, BTreeMap<Id<Component>, Span>>;

fn counts(design: &Design<'_>, visit: &Visit<'_>) -> bool {
    let from = design.component(visit.from);
    design.component(visit.to).is_source_of_truth()
        && from.is(Traits::COMPUTE)
        && !visit.facts.has("mode")
}

fn judge(design: &Design<'_>, store: Id<Component>, writers: &Writers, report: &mut Report) {
    let mut shared: Vec<Id<Entity>> = Vec::new();
    let mut parties: BTreeMap<Id<Component>, Span> = BTreeMap::new();
    for (entity, by) in writers {
        let strangers = strangers(design, *entity, by);
        if strangers.len() > 1 {
            shared.push(*entity);
            for (id, span) in strangers {
                parties.entry(id).or_insert(span);
            }
        }
    }
    if shared.is_empty() {
        return report.pass();
    }
    let name = design.name(store);
    let who: Vec<&str> = parties.keys().map(|id| design.name(*id)).collect();
    let what: Vec<&str> = shared
        .iter()
        .map(|id| design.model.entities[*id].head.path.as_str())
        .collect();
    let component = design.component(store);
    let both = if who.len() == 2 {
        "both change"
    } else {
        "all change"
    };
    let mut finding = report
        .finding(
            component.head.name_span,
            format!("{} {both} {} in `{name}`", list(&who), list(&what)),
        )
        .label(format!("{} owners of the same data", who.len()))
        .about(name)
        .help(format!(
            "let one service own {} and the others ask it; or say that they are one (`domain` around them), or that a worker is its owner's own (`owns: {}`)",
            list(&what),
            what.join(", ")
        ));
    for (id, span) in parties.iter().take(4) {
        finding = finding.because(*span, format!("`{}` changes it here", design.name(*id)));
    }
    report.fail(finding);
}

/// Returns those who change an entity without being one service with its jobs.
fn strangers(
    design: &Design<'_>,
    entity: Id<Entity>,
    by: &BTreeMap<Id<Component>, Span>,
) -> Vec<(Id<Component>, Span)> {
    let mut seen: BTreeSet<Id<Place>> = BTreeSet::new();
    let mut found = Vec::new();
    for (id, span) in by {
        let component = design.component(*id);
        let owns = owns(component, entity);
        let job = component
            .traits
            .any(Traits::BACKGROUND.with(Traits::MANAGED));
        if job && owns != Some(false) {
            continue;
        }
        match domain(design, component) {
            Some(domain) if !seen.insert(domain) => {}
            _ => found.push((*id, *span)),
        }
    }
    found
}

/// Tells whether a component says that it owns an entity; `None` where it says nothing
/// about owning.
fn owns(component: &Component, entity: Id<Entity>) -> Option<bool> {
    let mut targets = component.facts.targets("owns").peekable();
    targets.peek()?;
    Some(targets.any(|target| target == Element::Entity(entity)))
}

fn domain(design: &Design<'_>, component: &Component) -> Option<Id<Place>> {
    let mut at = component.place;
    while let Some(id) = at {
        let place = &design.model.places[id];
        if place.kind.name == "domain" {
            return Some(id);
        }
        at = place.parent;
    }
    None
}

/// Notes a store that several services call without saying what they write.
fn silent(design: &Design<'_>, id: Id<Component>, store: &Component, report: &mut Report) {
    let callers: BTreeSet<Id<Component>> = design
        .model
        .incoming(id)
        .filter(|(_, it)| it.facts.is_unstated("reads") && it.facts.is_unstated("writes"))
        .map(|(_, it)| it.from)
        .filter(|from| {
            let from = design.component(*from);
            from.is(Traits::COMPUTE) && !from.is(Traits::BACKGROUND)
        })
        .collect();
    if callers.len() > 1 {
        let names: Vec<&str> = callers.iter().map(|id| design.name(*id)).collect();
        let words = format!("not stated what {} write to it (`writes`)", list(&names));
        report.unknown(store.head.name_span, words);
    }
}
