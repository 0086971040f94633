//! See `derived_store_without_feed.md`.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::{Confidence, Severity};
use crate::lint::{About, Design, Report, Rule};
use crate::model::{Component, Entity, Id, Relation};
use crate::rules::words::list;
use crate::syntax::tree::Arrow;
use crate::vocabulary::Traits;

/// An index, a cache or another copy that nothing keeps up to date.
pub struct DerivedStoreWithoutFeed;

impl Rule for DerivedStoreWithoutFeed {
    fn about(&self) -> About {
        About {
            name: "derived-store-without-feed",
            category: "data",
            summary: "an index, cache or copy that nothing fills",
            severity: Severity::Error,
            confidence: Confidence::High,
            motives: &[],
            page: include_str!("derived_store_without_feed.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        let homes = homes(design);
        for (id, component) in design.model.components.iter() {
            let copy = component.is(Traits::DERIVED.with(Traits::STORES))
                || component.is(Traits::STORES) && component.facts.has("copy-of");
            if copy && !component.is_outside() {
                judge(design, &homes, id, component, report);
            }
        }
    }

    fn undecided(&self, undecided: usize, of: usize) -> String {
        format!("{undecided} of {of} copies: not stated who writes to them")
    }
}

/// How a connection bears on what a copy holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Bearing {
    Feeds,
    /// It is said that it reads.
    Reads,
    /// It may do either.
    Unstated,
}

/// Where each entity is kept for good; under no entity, the first store of all.
type Homes = BTreeMap<Option<Id<Entity>>, Id<Component>>;

fn homes(design: &Design<'_>) -> Homes {
    let mut homes = Homes::new();
    let kept =
        |component: &&Component| component.is_source_of_truth() && !component.facts.has("copy-of");
    for (id, component) in design.model.components.iter() {
        if kept(&component) {
            homes.entry(None).or_insert(id);
            for data in component.facts.data("stores") {
                homes.entry(Some(data.entity)).or_insert(id);
            }
        }
    }
    homes
}

fn judge(
    design: &Design<'_>,
    homes: &Homes,
    id: Id<Component>,
    copy: &Component,
    report: &mut Report,
) {
    let incoming: Vec<(Id<Relation>, &Relation, Bearing)> = design
        .model
        .incoming(id)
        .filter(|(_, relation)| !design.component(relation.from).is(Traits::OBSERVES))
        .map(|(at, relation)| (at, relation, bearing(design, copy, relation)))
        .collect();
    let fed = incoming
        .iter()
        .any(|(_, _, bearing)| *bearing == Bearing::Feeds);
    if fed || feeds_itself(design, id, copy) {
        return partly(design, copy, &incoming, report);
    }
    if incoming.is_empty() {
        return report.unknown(copy.head.name_span, "nothing reads it and nothing fills it");
    }
    let readers: BTreeSet<&str> = incoming
        .iter()
        .map(|(_, it, _)| design.name(it.from))
        .collect();
    let readers: Vec<&str> = readers.into_iter().collect();
    let certain = incoming
        .iter()
        .all(|(_, _, bearing)| *bearing == Bearing::Reads);
    let cache = copy.is(Traits::CACHES);
    if !certain && cache {
        let words = format!("not stated whether {} fills it (`writes`)", list(&readers));
        return report.unknown(copy.head.name_span, words);
    }
    let name = &copy.head.path;
    let verb = if readers.len() == 1 { "reads" } else { "read" };
    let message = match certain {
        true => format!(
            "{} {verb} `{name}`, but nothing ever fills it",
            list(&readers)
        ),
        false => format!(
            "{} uses `{name}`, and nothing says what keeps it up to date",
            list(&readers)
        ),
    };
    let (severity, confidence) = match certain {
        true => (Severity::Error, Confidence::High),
        false => (Severity::Warning, Confidence::Medium),
    };
    let mut finding = report
        .finding(copy.head.name_span, message)
        .severity(severity)
        .confidence(confidence)
        .label(copied(design, copy))
        .about(name.clone())
        .help(help(design, homes, id, copy));
    for (_, relation, _) in incoming.iter().take(3) {
        finding = finding.because(relation.span, "used here");
    }
    report.fail(finding);
}

/// Says what makes a component a copy.
fn copied(design: &Design<'_>, copy: &Component) -> String {
    let of = copy.facts.targets("copy-of").next();
    match (of, copy.kind.name) {
        (Some(of), _) => format!("a copy of `{}`", design.label(of)),
        (None, "search") => "a search index only holds copies".to_owned(),
        (None, kind) => format!("{} only holds copies", crate::model::article(kind)),
    }
}

fn bearing(design: &Design<'_>, copy: &Component, relation: &Relation) -> Bearing {
    let facts = &relation.facts;
    let from = design.component(relation.from);
    let sends = relation.arrow == Arrow::Send || facts.has("mode") || from.is(Traits::MEDIUM);
    let source = from.is(Traits::STORES);
    if sends || source || facts.has("writes") || facts.has("carries") {
        return Bearing::Feeds;
    }
    if copy.is(Traits::CACHES) && backs(design, copy, relation.from) {
        return Bearing::Feeds;
    }
    if facts.has("reads") {
        return Bearing::Reads;
    }
    match from.is(Traits::BACKGROUND) {
        true => Bearing::Feeds,
        false => Bearing::Unstated,
    }
}

/// Tells whether a caller of a cache also asks for what it may keep there: a store,
/// another service, somebody else's system.
fn backs(design: &Design<'_>, cache: &Component, caller: Id<Component>) -> bool {
    design.model.outgoing(caller).any(|(_, relation)| {
        let to = design.component(relation.to);
        let another = !std::ptr::eq(to, cache) && relation.waits();
        another && (to.is_source_of_truth() || to.is(Traits::THIRD_PARTY) || to.is(Traits::COMPUTE))
    })
}

/// Tells whether a copy says itself how it is filled, or fetches what it holds.
fn feeds_itself(design: &Design<'_>, id: Id<Component>, copy: &Component) -> bool {
    let said = ["rebuildable", "warm", "write", "runs"];
    let pulls = design.model.outgoing(id).any(|(_, relation)| {
        let to = design.component(relation.to);
        to.traits.any(
            Traits::STORES
                .with(Traits::MEDIUM)
                .with(Traits::THIRD_PARTY)
                .with(Traits::COMPUTE),
        )
    });
    pulls || said.iter().any(|key| copy.facts.has(key))
}

/// Looks for entities that a copy is said to store and none of its feeds brings.
fn partly(
    design: &Design<'_>,
    copy: &Component,
    incoming: &[(Id<Relation>, &Relation, Bearing)],
    report: &mut Report,
) {
    let feeds = || {
        incoming
            .iter()
            .filter(|(_, _, bearing)| *bearing == Bearing::Feeds)
    };
    let named = |relation: &Relation| -> BTreeSet<Id<Entity>> {
        let keys = ["writes", "carries"].into_iter();
        keys.flat_map(|key| relation.facts.data(key))
            .map(|it| it.entity)
            .collect()
    };
    let open = feeds().any(|(_, relation, _)| named(relation).is_empty());
    if copy.is(Traits::CACHES) || open || feeds().next().is_none() {
        return report.pass();
    }
    let brought: BTreeSet<Id<Entity>> = feeds()
        .flat_map(|(_, relation, _)| named(relation))
        .collect();
    let missing: Vec<&str> = copy
        .facts
        .data("stores")
        .filter(|data| !brought.contains(&data.entity))
        .map(|data| design.model.entities[data.entity].head.path.as_str())
        .collect();
    if missing.is_empty() {
        return report.pass();
    }
    let name = &copy.head.path;
    let mut finding = report
        .finding(
            copy.head.name_span,
            format!(
                "nothing brings {} to `{name}`, which is said to store it",
                list(&missing)
            ),
        )
        .severity(Severity::Warning)
        .confidence(Confidence::Medium)
        .label(format!("stores {}", list(&missing)))
        .about(name.clone())
        .help(format!(
            "say which connection brings it (`writes: {}`), or take it out of `stores`",
            missing.join(", ")
        ));
    for (_, relation, _) in feeds().take(3) {
        finding = finding.because(relation.span, "brings other things");
    }
    report.fail(finding);
}

fn help(design: &Design<'_>, homes: &Homes, id: Id<Component>, copy: &Component) -> String {
    let name = &copy.head.path;
    let held = design.entities_in(id);
    let home = match held.is_empty() {
        true => homes.values().next(),
        false => held.iter().find_map(|entity| homes.get(&Some(*entity))),
    };
    let home = home.map_or("store", |id| design.name(*id));
    let cache = copy.is(Traits::CACHES);
    match cache {
        true => format!(
            "say who fills it: its caller after a miss (the caller also asks `{home}`), or a connection with `writes`"
        ),
        false => format!(
            "feed it from where the data is written: `{home} ~> {name} {{ mode: cdc; lag: 1s }}`"
        ),
    }
}
