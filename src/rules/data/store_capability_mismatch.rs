//! See `store_capability_mismatch.md`.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::{Confidence, Finding, Severity};
use crate::lint::visits::Visit;
use crate::lint::{About, Design, Report, Rule, RuleOption};
use crate::model::{Component, Entity, Fact, FactValue, FieldType, Flow, GroupKind, Id, Origin};
use crate::quantity::round;
use crate::rules::words::list;
use crate::source::Span;
use crate::vocabulary::Traits;

/// From this size on bytes belong into storage for large objects.
const LARGE: RuleOption = RuleOption {
    name: "large",
    default: "1 MB",
    summary: "an entity of more than this belongs into a store for blobs",
};

/// Something that is asked of a store that is not made for it.
pub struct StoreCapabilityMismatch;

impl Rule for StoreCapabilityMismatch {
    fn about(&self) -> About {
        About {
            name: "store-capability-mismatch",
            category: "data",
            summary: "transactions or large objects in a store that is not made for them",
            severity: Severity::Warning,
            confidence: Confidence::Medium,
            motives: &[],
            page: include_str!("store_capability_mismatch.md"),
        }
    }

    fn options(&self) -> &'static [RuleOption] {
        &[LARGE]
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        transactions(design, report);
        large_objects(design, report);
    }

    fn undecided(&self, undecided: usize, of: usize) -> String {
        format!("{undecided} of {of} uses: not stated whether the store has `transactions`")
    }
}

/// What one transaction changes in one store.
#[derive(Default)]
struct Change {
    entities: BTreeSet<Id<Entity>>,
    steps: Vec<Span>,
}

fn transactions(design: &Design<'_>, report: &mut Report) {
    let mut changes: BTreeMap<(Id<Component>, Id<Flow>, Span), Change> = BTreeMap::new();
    for visit in design.visits() {
        let atomic = visit.around.iter().find(|it| it.kind == GroupKind::Atomic);
        let (Some(flow), Some(group)) = (visit.flow, atomic) else {
            continue;
        };
        if !changes_store(design, visit) {
            continue;
        }
        let change = changes.entry((visit.to, flow, group.span)).or_default();
        change.entities.extend(&visit.writes);
        change.steps.push(visit.span);
    }
    let mut told: BTreeSet<Id<Component>> = BTreeSet::new();
    for ((store, flow, _), change) in &changes {
        if change.entities.len() < 2 && change.steps.len() < 2 {
            continue;
        }
        let component = design.component(*store);
        match component.facts.get("transactions") {
            None => {
                let name = &component.head.path;
                let words = format!("not stated whether `{name}` has `transactions` over rows");
                report.unknown(change.steps[0], words);
            }
            Some(fact) if fact.value == FactValue::Open => report.pass(),
            Some(_) if component.facts.says("transactions", "multi") => report.pass(),
            Some(fact) if told.insert(*store) => {
                report.fail(not_atomic(design, *store, *flow, change, fact, report));
            }
            Some(_) => {}
        }
    }
}

fn changes_store(design: &Design<'_>, visit: &Visit<'_>) -> bool {
    let to = design.component(visit.to);
    let keeps = to.is(Traits::STORES)
        && !to
            .traits
            .any(Traits::THIRD_PARTY.with(Traits::CONTROL_PLANE));
    keeps && !visit.writes.is_empty()
}

fn not_atomic(
    design: &Design<'_>,
    store: Id<Component>,
    flow: Id<Flow>,
    change: &Change,
    fact: &Fact,
    report: &Report,
) -> Finding {
    let name = design.name(store);
    let flow = &design.model.flows[flow].head.path;
    let entities = names(design, &change.entities);
    let what = match change.entities.len() {
        1 => format!("several {}", list(&entities)),
        _ => list(&entities),
    };
    let finding = report
        .finding(
            change.steps[0],
            format!("`{flow}` changes {what} as one in `{name}`, which has no transaction over several rows"),
        )
        .label("not one change")
        .help(format!(
            "keep them in a store with transactions (`database {name}: postgres`), put what changes together into one row, or say that these rows share a partition in which it has them (`transactions: multi`)"
        ))
        .about(name)
        .about(flow.clone());
    let finding = match &fact.origin {
        Origin::Technology(product, _) => finding.assume(format!(
            "{product} changes one row, or rows of one partition, at a time"
        )),
        _ => finding
            .because(fact.span, "this is what it can")
            .confidence(Confidence::High),
    };
    entities
        .iter()
        .fold(finding, |finding, it| finding.about(*it))
}

fn names<'d>(design: &Design<'d>, ids: &BTreeSet<Id<Entity>>) -> Vec<&'d str> {
    ids.iter()
        .map(|id| design.model.entities[*id].head.path.as_str())
        .collect()
}

/// Something large, how large, and where that is said.
struct Large {
    entity: Id<Entity>,
    size: f64,
    span: Span,
}

fn large_objects(design: &Design<'_>, report: &mut Report) {
    let most = report.option(LARGE.name);
    let large: BTreeMap<Id<Entity>, Large> = design
        .model
        .entities
        .iter()
        .filter_map(|(id, entity)| Some((id, large(id, entity, most)?)))
        .collect();
    if large.is_empty() {
        return;
    }
    let mut kept: BTreeMap<Id<Component>, BTreeSet<Id<Entity>>> = BTreeMap::new();
    for (id, component) in design.model.components.iter() {
        if !holds_small_things(component) {
            continue;
        }
        let facts = &component.facts;
        let said = facts.data("stores").chain(facts.data("carries"));
        let written = design.model.incoming(id).flat_map(|(_, relation)| {
            let carried = relation.facts.data("carries");
            relation.writes().chain(carried)
        });
        let entities: BTreeSet<Id<Entity>> = said
            .chain(written)
            .map(|data| data.entity)
            .filter(|id| large.contains_key(id))
            .collect();
        if !entities.is_empty() {
            kept.insert(id, entities);
        }
    }
    for (store, entities) in &kept {
        let largest = entities.iter().filter_map(|id| large.get(id));
        let largest = largest.max_by(|a, b| a.size.total_cmp(&b.size));
        if let Some(largest) = largest {
            report.fail(too_large(design, *store, largest, entities, report));
        }
    }
}

fn large(id: Id<Entity>, entity: &Entity, most: f64) -> Option<Large> {
    let fields = entity.fields.iter().filter_map(|field| match field.ty {
        FieldType::Scalar("blob", Some(size)) => Some((size, field.span)),
        _ => None,
    });
    let whole = entity
        .about
        .get("size")
        .and_then(|fact| Some((entity.about.number("size")?, fact.span)));
    let (size, span) = fields.chain(whole).max_by(|a, b| a.0.total_cmp(&b.0))?;
    let entity = id;
    (size > most).then_some(Large { entity, size, span })
}

/// Tells whether a store or medium is made for many small things.
fn holds_small_things(component: &Component) -> bool {
    let small = matches!(
        component.kind.name,
        "database" | "cache" | "queue" | "topic"
    );
    let blobs = component.facts.says("model", "blob") || component.facts.says("model", "columnar");
    small && !blobs && !component.is(Traits::THIRD_PARTY)
}

fn too_large(
    design: &Design<'_>,
    store: Id<Component>,
    large: &Large,
    entities: &BTreeSet<Id<Entity>>,
    report: &Report,
) -> Finding {
    let component = design.component(store);
    let (name, entity) = (
        &component.head.path,
        &design.model.entities[large.entity].head.path,
    );
    let most = component.facts.quantity("max-item");
    let limit = most.filter(|most| large.size > most.to_f64());
    let size = bytes(large.size);
    let (verb, kind) = match component.kind.name {
        "queue" | "topic" => ("carries", "messages"),
        "cache" => ("keeps", "entries"),
        _ => ("keeps", "rows"),
    };
    let message = match limit {
        Some(most) => {
            format!("`{name}` {verb} `{entity}` of {size}, but takes no more than {most} at a time")
        }
        None => format!("`{name}` {verb} `{entity}` of {size} among its {kind}"),
    };
    let mut finding = report
        .finding(component.head.name_span, message)
        .label(format!("made for small {kind}"))
        .because(large.span, format!("one is {size}"))
        .help(format!(
            "put the bytes into a `storage`, and only their address and what is searched by into `{name}`"
        ))
        .about(name.clone());
    if let (Some(_), Some(fact)) = (limit, component.facts.get("max-item")) {
        finding = match &fact.origin {
            Origin::Technology(product, _) => {
                finding.assume(format!("{product} takes no more than that (its limit)"))
            }
            _ => finding
                .because(fact.span, "the most that it takes")
                .confidence(Confidence::High),
        };
    }
    names(design, entities)
        .iter()
        .fold(finding, |finding, it| finding.about(*it))
}

/// Prints a size: 5 MB, 1.5 GB.
fn bytes(size: f64) -> String {
    match size {
        _ if size >= 1e9 => format!("{} GB", round(size / 1e9)),
        _ if size >= 1e6 => format!("{} MB", round(size / 1e6)),
        _ => format!("{} KB", round(size / 1e3)),
    }
}
