//! See `exposed_datastore.md`.

use std::collections::{BTreeMap, BTreeSet};

use super::missing_authentication::authenticates;
use crate::finding::{Confidence, Finding, Severity};
use crate::lint::{About, Design, Report, Rule};
use crate::model::{Component, Entity, Facts, Id, Relation};
use crate::rules::public_edge::is_staff;
use crate::rules::words::list;
use crate::vocabulary::Traits;

/// A store or medium that outsiders reach without a program of ours between.
pub struct ExposedDatastore;

impl Rule for ExposedDatastore {
    fn about(&self) -> About {
        About {
            name: "exposed-datastore",
            category: "security",
            summary: "a store, queue or lock that outsiders reach without a program between",
            severity: Severity::Error,
            confidence: Confidence::Medium,
            motives: &["security"],
            page: include_str!("exposed_datastore.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        let doors = doors(design);
        for (id, component) in design.model.components.iter() {
            let keeps = Traits::STORES
                .with(Traits::MEDIUM)
                .with(Traits::CONTROL_PLANE)
                .with(Traits::SECRETS);
            if !component.traits.any(keeps) || component.is_outside() || is_on_device(component) {
                continue;
            }
            let open: Vec<Id<Relation>> = design
                .model
                .incoming(id)
                .filter(|(_, relation)| comes_from_outside(design, &doors, relation))
                .filter(|(_, relation)| !is_guarded(design, component, relation))
                .map(|(id, _)| id)
                .collect();
            if open.is_empty() {
                report.pass();
            } else {
                report.fail(finding(design, id, &open, &doors, report));
            }
        }
    }
}

/// The forwarders that pass requests from outside on to whatever is behind them,
/// each with the connection over which they come.
type Doors = BTreeMap<Id<Component>, Id<Relation>>;

fn doors(design: &Design<'_>) -> Doors {
    let mut doors = Doors::new();
    let mut seen: BTreeSet<Id<Component>> = BTreeSet::new();
    let components = design.model.components.iter();
    let mut waiting: Vec<Id<Component>> = components
        .filter(|(_, component)| component.is_outside())
        .map(|(id, _)| id)
        .collect();
    while let Some(from) = waiting.pop() {
        if !seen.insert(from) {
            continue;
        }
        for (id, relation) in design.model.outgoing(from) {
            let to = design.component(relation.to);
            let passes = to.is(Traits::FORWARDS) && !authenticates(design, relation.to);
            if passes && !knows(&relation.facts) {
                doors.entry(relation.to).or_insert(id);
                waiting.push(relation.to);
            }
        }
    }
    doors
}

fn comes_from_outside(design: &Design<'_>, doors: &Doors, relation: &Relation) -> bool {
    let from = design.component(relation.from);
    !relation.facts.has("mode") && (from.is_outside() || doors.contains_key(&relation.from))
}

/// Tells whether a way of knowing the caller is stated.
fn knows(facts: &Facts) -> bool {
    facts.has("auth") && !facts.says("auth", "public")
}

/// Tells whether a store is meant to be reached so: it knows its callers, and
/// rules say what each may do where all callers meet in one place; or it holds
/// files for a delivery network, or for everybody.
fn is_guarded(design: &Design<'_>, store: &Component, relation: &Relation) -> bool {
    let from = design.component(relation.from);
    let known = knows(&relation.facts) || knows(&store.facts);
    let ruled = relation.facts.has("authz") || store.facts.has("authz");
    let person = from.kind.name == "actor" || is_staff(design, relation.from);
    let shared = matches!(store.kind.name, "database" | "cache" | "lock" | "vault");
    let files = store.kind.name == "storage";
    let reads_only = !relation.facts.has("writes");
    let open = relation.facts.says("auth", "public") || store.facts.says("auth", "public");
    known && (ruled || person || !shared)
        || files && reads_only && (open || from.is(Traits::CACHES))
        || keeps_its_own(from, store)
}

/// Tells whether a gateway keeps counters, sessions or answers of its own in a cache.
fn keeps_its_own(from: &Component, store: &Component) -> bool {
    let program = from.facts.has("serves") || from.facts.has("rate-limit");
    from.kind.name == "gateway" && store.kind.name == "cache" && program
}

/// Tells whether a store stands in the caller's own hands.
fn is_on_device(store: &Component) -> bool {
    store.facts.says("scope", "local") || store.types.iter().any(|word| word == "sqlite")
}

fn finding(
    design: &Design<'_>,
    id: Id<Component>,
    open: &[Id<Relation>],
    doors: &Doors,
    report: &Report,
) -> Finding {
    let (store, name) = (design.component(id), design.name(id));
    let relations = || open.iter().map(|id| &design.model.relations[*id]);
    let callers: BTreeSet<&str> = relations().map(|it| design.name(it.from)).collect();
    let callers: Vec<&str> = callers.into_iter().collect();
    let verb = if callers.len() == 1 {
        "reaches"
    } else {
        "reach"
    };
    let first = &design.model.relations[open[0]];
    let denied = relations().any(|it| it.facts.is_absent("auth")) || store.facts.is_absent("auth");
    let (severity, confidence) = grade(design, store, first, denied);
    let mut finding = report
        .finding(
            first.span,
            format!(
                "{} {verb} `{name}` with no program of ours between",
                list(&callers)
            ),
        )
        .severity(severity)
        .confidence(confidence)
        .label(format!("straight into a {}", store.kind.name))
        .help(help(store))
        .about(name);
    for caller in &callers {
        finding = finding.about(*caller);
    }
    for relation in relations().skip(1) {
        finding = finding.because(relation.span, "so does this");
    }
    let mut entities = design
        .entities_in(id)
        .into_iter()
        .map(|id| &design.model.entities[id]);
    if let Some(entity) = entities.find(|entity| Entity::is_sensitive(entity)) {
        let words = format!("`{name}` keeps `{}`, which is sensitive", entity.head.name);
        finding = finding.because(entity.head.name_span, words);
    }
    way(design, first, doors, finding)
}

fn grade(
    design: &Design<'_>,
    store: &Component,
    first: &Relation,
    denied: bool,
) -> (Severity, Confidence) {
    let files = store.kind.name == "storage";
    let from = design.component(first.from);
    let device = from.types.iter().any(|word| word == "device");
    let feed = store.is(Traits::MEDIUM) && (device || from.is(Traits::THIRD_PARTY));
    match denied {
        true => (Severity::Error, Confidence::High),
        false if files || feed => (Severity::Warning, Confidence::Medium),
        false => (Severity::Error, Confidence::Medium),
    }
}

/// Shows the forwarders through which a store is reached.
fn way(design: &Design<'_>, last: &Relation, doors: &Doors, finding: Finding) -> Finding {
    let mut relations = vec![last];
    let mut at = last.from;
    while let Some(id) = doors.get(&at) {
        let relation = &design.model.relations[*id];
        relations.push(relation);
        at = relation.from;
        if relations.len() > doors.len() + 1 {
            break;
        }
    }
    relations
        .into_iter()
        .rev()
        .fold(finding, |finding, relation| {
            let (from, to) = (design.name(relation.from), design.name(relation.to));
            finding.step(relation.span, format!("`{from}` reaches `{to}`"))
        })
}

fn help(store: &Component) -> String {
    let name = &store.head.name;
    match store.kind.name {
        "storage" => format!(
            "say how callers are let in (`auth: signed-url` on the connection or on `{name}`), or put a cdn or a service before it"
        ),
        "queue" | "topic" => format!(
            "let a service take what comes and put it into `{name}`, or say how senders are known (`auth: certificate`)"
        ),
        _ => format!(
            "put a service before `{name}` that knows callers and what each may do; where rules in the store do that, say so (`auth: jwt; authz: owner`)"
        ),
    }
}
