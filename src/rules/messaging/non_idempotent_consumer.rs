//! See `non_idempotent_consumer.md`.

use std::collections::{BTreeMap, BTreeSet};

use super::{consumers, media};
use crate::finding::{Confidence, Finding, Severity};
use crate::lint::visits::Visit;
use crate::lint::{About, Design, Report, Rule};
use crate::model::{Component, Entity, Fact, FactValue, Facts, Id, Origin};
use crate::rules::words::list;
use crate::source::Span;
use crate::vocabulary::Traits;

/// A consumer that may get a message twice, and would do its work twice.
pub struct NonIdempotentConsumer;

impl Rule for NonIdempotentConsumer {
    fn about(&self) -> About {
        About {
            name: "non-idempotent-consumer",
            category: "messaging",
            summary: "a consumer that does its work again when a message comes again",
            severity: Severity::Warning,
            confidence: Confidence::Medium,
            motives: &[],
            page: include_str!("non_idempotent_consumer.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        let mut fed: BTreeMap<Id<Component>, Vec<Delivery>> = BTreeMap::new();
        for medium in media(design) {
            let Some(assumed) = repeats(design.component(medium)) else {
                continue;
            };
            for (consumer, connection) in consumers(design, medium) {
                if design.component(consumer).is(Traits::COMPUTE) {
                    let delivery = Delivery {
                        medium,
                        connection,
                        assumed: assumed.clone(),
                    };
                    fed.entry(consumer).or_default().push(delivery);
                }
            }
        }
        if fed.is_empty() {
            return;
        }
        let mut done: BTreeMap<Id<Component>, Vec<&Visit<'_>>> = BTreeMap::new();
        for visit in design.visits() {
            if fed.contains_key(&visit.from) {
                done.entry(visit.from).or_default().push(visit);
            }
        }
        let said = said_in_flows(design);
        for (consumer, deliveries) in &fed {
            let work = done.get(consumer).map_or(&[][..], Vec::as_slice);
            judge(design, *consumer, deliveries, work, &said, report);
        }
    }

    fn undecided(&self, undecided: usize, of: usize) -> String {
        format!("{undecided} of {of} consumers: not stated what they write")
    }
}

/// How messages come to a consumer.
struct Delivery {
    medium: Id<Component>,
    connection: Id<crate::model::Relation>,
    /// Why a message may come twice, where nobody says it.
    assumed: Option<String>,
}

/// Tells whether a medium may deliver a message twice, with what that rests on;
/// `None` where it does not.
fn repeats(medium: &Component) -> Option<Option<String>> {
    let name = &medium.head.path;
    let Some(fact) = medium.facts.get("delivery") else {
        return Some(Some(format!(
            "`{name}` delivers at least once (`delivery` is not stated)"
        )));
    };
    if !medium.facts.says("delivery", "at-least-once") {
        let open = fact.value == FactValue::Open;
        return open.then(|| Some(format!("`{name}` delivers at least once")));
    }
    Some(match &fact.origin {
        Origin::Technology(technology, _) => {
            Some(format!("{technology} delivers at least once (its default)"))
        }
        _ => None,
    })
}

/// What a consumer does that must not be done twice.
struct Deed<'v> {
    entity: Option<Id<Entity>>,
    to: Id<Component>,
    span: Span,
    refused: Option<&'v Fact>,
    severity: Severity,
}

fn judge(
    design: &Design<'_>,
    consumer: Id<Component>,
    deliveries: &[Delivery],
    work: &[&Visit<'_>],
    said: &BTreeSet<Id<crate::model::Relation>>,
    report: &mut Report,
) {
    let component = design.component(consumer);
    let bare: Vec<&Delivery> = deliveries
        .iter()
        .filter(|delivery| {
            let relation = &design.model.relations[delivery.connection];
            !relation.facts.has("idempotent")
                && !relation.facts.says("delivery", "exactly-once")
                && !relation.facts.says("delivery", "at-most-once")
        })
        .filter(|delivery| !said.contains(&delivery.connection))
        .collect();
    if bare.is_empty() || component.facts.has("idempotent") {
        return report.pass();
    }
    let mut deeds: Vec<Deed<'_>> = work.iter().flat_map(|visit| deeds(design, visit)).collect();
    let known: BTreeSet<Id<Component>> = work.iter().map(|visit| visit.to).collect();
    deeds.extend(outside(design, consumer, &known, work));
    if deeds.is_empty() {
        return silent(design, consumer, work, report);
    }
    report.fail(tell(design, consumer, bare[0], &deeds, report));
}

/// Returns the connections of which a step, a group around it or its flow says that
/// a repetition does no harm.
fn said_in_flows(design: &Design<'_>) -> BTreeSet<Id<crate::model::Relation>> {
    let mut said = BTreeSet::new();
    for flow in design.model.flows.rows() {
        for (link, around) in flow.links() {
            let grouped = around.iter().any(|group| group.facts.has("idempotent"));
            if link.facts.has("idempotent") || grouped || flow.facts.has("idempotent") {
                said.insert(link.relation);
            }
        }
    }
    said
}

/// Returns the changes of a visit that a second time makes wrong.
fn deeds<'v>(design: &Design<'_>, visit: &'v Visit<'_>) -> Vec<Deed<'v>> {
    let store = design.component(visit.to);
    if !store.is_source_of_truth() || is_safe(design, visit) {
        return Vec::new();
    }
    let core = |id: &&Id<Entity>| is_core(&design.model.entities[**id]);
    visit
        .writes
        .iter()
        .filter(core)
        .map(|entity| Deed {
            entity: Some(*entity),
            to: visit.to,
            span: visit.span,
            refused: refusal(visit.facts),
            severity: Severity::Warning,
        })
        .collect()
}

fn refusal(facts: &Facts) -> Option<&Fact> {
    facts
        .get("idempotent")
        .filter(|fact| fact.value == FactValue::Absent)
}

fn is_safe(design: &Design<'_>, visit: &Visit<'_>) -> bool {
    let flow = visit
        .flow
        .is_some_and(|id| design.model.flows[id].facts.has("idempotent"));
    let around = visit
        .around
        .iter()
        .any(|group| group.facts.has("idempotent"));
    let conditional =
        visit.facts.says("locking", "conditional") || visit.facts.says("locking", "unique");
    flow || around || conditional || visit.facts.has("idempotent") || visit.facts.has("mode")
}

/// Tells whether it matters that an entity is changed once: it lasts, and neither its
/// key nor a unique field makes a second write the same as the first.
fn is_core(entity: &Entity) -> bool {
    let about = &entity.about;
    let keyed = entity.fields.iter().any(|field| field.is("key"));
    let fixed = about.has("immutable")
        || !entity.fields.is_empty()
            && entity
                .fields
                .iter()
                .all(|field| field.is("immutable") || field.is("key"));
    let unique = about.has("unique") || entity.fields.iter().any(|field| field.is("unique"));
    let same_again = fixed && keyed || unique;
    entity.is_entity() && !about.has("transient") && !same_again
}

/// Returns what a consumer asks of other organisations' systems: pay, mail.
fn outside<'v>(
    design: &'v Design<'_>,
    consumer: Id<Component>,
    known: &BTreeSet<Id<Component>>,
    work: &'v [&Visit<'_>],
) -> Vec<Deed<'v>> {
    let safe = |to| {
        let mut steps = work.iter().filter(|visit| visit.to == to);
        known.contains(&to) && steps.any(|visit| is_safe(design, visit))
    };
    let mut deeds = Vec::new();
    for (_, relation) in design.model.outgoing(consumer) {
        let provider = design.component(relation.to);
        let typed = |words: &[&str]| provider.types.iter().any(|it| words.contains(&it.as_str()));
        let severity = match provider.is(Traits::THIRD_PARTY) {
            true if typed(&["payment", "bank"]) => Severity::Warning,
            true if typed(&["email", "push", "sms"]) => Severity::Info,
            _ => continue,
        };
        let reads = relation.facts.has("reads") && !relation.facts.has("writes");
        if !relation.facts.has("idempotent") && !reads && !safe(relation.to) {
            let (to, span) = (relation.to, relation.span);
            deeds.push(Deed {
                entity: None,
                to,
                span,
                refused: refusal(&relation.facts),
                severity,
            });
        }
    }
    deeds
}

/// Notes a consumer of whose work nothing is said, if it reaches a store.
fn silent(design: &Design<'_>, consumer: Id<Component>, work: &[&Visit<'_>], report: &mut Report) {
    let visited: BTreeSet<Id<crate::model::Relation>> = work
        .iter()
        .filter(|visit| !(visit.reads.is_empty() && visit.writes.is_empty()))
        .map(|visit| visit.relation)
        .collect();
    let unsaid = design.model.outgoing(consumer).find(|(id, relation)| {
        let nothing = relation.facts.is_unstated("writes") && relation.facts.is_unstated("reads");
        let said = relation.facts.has("idempotent");
        design.component(relation.to).is_source_of_truth()
            && nothing
            && !visited.contains(id)
            && !said
    });
    match unsaid {
        Some((id, relation)) => {
            let words = format!("not stated what `{}` writes", design.relation_name(id));
            report.unknown(relation.span, words);
        }
        None => report.pass(),
    }
}

fn tell(
    design: &Design<'_>,
    consumer: Id<Component>,
    delivery: &Delivery,
    deeds: &[Deed<'_>],
    report: &Report,
) -> Finding {
    let component = design.component(consumer);
    let (name, medium) = (&component.head.path, design.name(delivery.medium));
    let worst = deeds
        .iter()
        .map(|deed| deed.severity)
        .max()
        .unwrap_or(Severity::Info);
    let relation = &design.model.relations[delivery.connection];
    let refused = refusal(&relation.facts)
        .or_else(|| refusal(&component.facts))
        .or_else(|| deeds.iter().find_map(|deed| deed.refused));
    let what = what(design, deeds);
    let message = match refused {
        Some(_) => {
            format!("a message from `{medium}` that comes twice makes `{name}` {what} twice")
        }
        None => format!(
            "`{name}` may {what} twice: `{medium}` delivers at least once, and nothing says `idempotent`"
        ),
    };
    let confidence = match refused {
        Some(_) => Confidence::High,
        None => Confidence::Medium,
    };
    let mut finding = report
        .finding(relation.span, message)
        .severity(worst)
        .confidence(confidence)
        .label("a message may come again")
        .about(name.clone())
        .about(medium)
        .help(format!(
            "say how a repetition is noticed: `{} {{ idempotent: key }}` (the message's id is remembered, or the write replaces what it wrote before)",
            design.relation_name(delivery.connection)
        ));
    if let Some(fact) = refused {
        finding = finding.because(fact.span, "it is said that it is not idempotent");
    }
    for deed in deeds.iter().take(3) {
        let words = match deed.entity {
            Some(entity) => format!("changes `{}`", design.model.entities[entity].head.path),
            None => format!("asks `{}`", design.name(deed.to)),
        };
        finding = finding.because(deed.span, words);
    }
    match &delivery.assumed {
        Some(assumed) => finding.assume(assumed.clone()),
        None => match design.component(delivery.medium).facts.get("delivery") {
            Some(fact) => finding.because(fact.span, "delivers at least once"),
            None => finding,
        },
    }
}

/// Says what is done twice: `write `Order``, `ask `bank``.
fn what(design: &Design<'_>, deeds: &[Deed<'_>]) -> String {
    let entities: BTreeSet<&str> = deeds
        .iter()
        .filter_map(|deed| deed.entity)
        .map(|id| design.model.entities[id].head.path.as_str())
        .collect();
    let providers: BTreeSet<&str> = deeds
        .iter()
        .filter(|deed| deed.entity.is_none())
        .map(|deed| design.name(deed.to))
        .collect();
    let entities: Vec<&str> = entities.into_iter().collect();
    let providers: Vec<&str> = providers.into_iter().collect();
    match (entities.is_empty(), providers.is_empty()) {
        (false, true) => format!("write {}", list(&entities)),
        (true, _) => format!("call {}", list(&providers)),
        (false, false) => format!("write {} and call {}", list(&entities), list(&providers)),
    }
}
