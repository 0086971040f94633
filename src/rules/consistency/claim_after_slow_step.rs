//! See `claim_after_slow_step.md`.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::{Confidence, Finding, Severity};
use crate::lint::visits::Visit;
use crate::lint::{About, Design, Report, Rule};
use crate::model::{Entity, FieldType, Flow, GroupKind, Id, Operation};
use crate::rules::words::{list, parts, seconds};
use crate::vocabulary::Traits;

/// From this long on a step leaves others the time to come first.
const SLOW: f64 = 1.0;

/// Words of fields that say how much is left, or whether it is taken.
const LEFT: &[&str] = &[
    "stock",
    "quantity",
    "available",
    "availability",
    "remaining",
    "left",
    "inventory",
    "status",
    "state",
    "taken",
    "free",
    "sold",
    "reserved",
    "booked",
    "held",
    "holder",
];

/// Words of what claims something before it is paid for.
const CLAIMS: &[&str] = &[
    "hold",
    "holds",
    "reserve",
    "reservation",
    "lock",
    "claim",
    "lease",
    "allocation",
];

/// Words of operations that give back rather than take.
const GIVES_BACK: &[&str] = &[
    "cancel", "release", "refund", "return", "expire", "free", "restock", "delete", "remove",
];

/// A thing that many want, claimed only when the slow part is over.
pub struct ClaimAfterSlowStep;

impl Rule for ClaimAfterSlowStep {
    fn about(&self) -> About {
        About {
            name: "claim-after-slow-step",
            category: "consistency",
            summary: "a contended thing that is claimed only after a payment or a slow step",
            severity: Severity::Warning,
            confidence: Confidence::Medium,
            motives: &["consistency"],
            page: include_str!("claim_after_slow_step.md"),
        }
    }

    fn undecided(&self, undecided: usize, of: usize) -> String {
        format!("{undecided} of {of} claims: not stated whether they are made before the slow step")
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        let wanted: BTreeSet<Id<Entity>> = design
            .model
            .entities
            .iter()
            .filter(|(_, entity)| entity.about.has("contended"))
            .map(|(id, _)| id)
            .collect();
        if wanted.is_empty() {
            return;
        }
        let mut flows: BTreeMap<Id<Flow>, Vec<&Visit<'_>>> = BTreeMap::new();
        for visit in design.visits() {
            if let Some(flow) = visit.flow {
                flows.entry(flow).or_default().push(visit);
            }
        }
        let claimed = claimed_elsewhere(design, &flows, &wanted);
        for (flow, visits) in &flows {
            let written: BTreeSet<Id<Entity>> = visits
                .iter()
                .flat_map(|it| it.writes.iter().copied())
                .collect();
            for entity in written.intersection(&wanted) {
                judge(design, *flow, *entity, visits, &claimed, report);
            }
        }
    }
}

/// Who claims something without having waited for anything slow before.
type Claimed = BTreeMap<Id<Entity>, BTreeSet<Id<Operation>>>;

fn claimed_elsewhere(
    design: &Design<'_>,
    flows: &BTreeMap<Id<Flow>, Vec<&Visit<'_>>>,
    wanted: &BTreeSet<Id<Entity>>,
) -> Claimed {
    let mut claimed = Claimed::new();
    for visits in flows.values() {
        let slow = visits.iter().position(|visit| is_slow(design, visit));
        let before = &visits[..slow.unwrap_or(visits.len())];
        for visit in before {
            if let Some(operation) = visit.operation.filter(|id| takes(design, *id)) {
                for entity in visit.writes.intersection(wanted) {
                    claimed.entry(*entity).or_default().insert(operation);
                }
            }
        }
    }
    let shown = |id| design.flow_of(id).is_some();
    let open = design
        .model
        .operations
        .iter()
        .filter(|(id, _)| !shown(*id) && takes(design, *id));
    for (id, operation) in open {
        for data in operation
            .facts
            .data("writes")
            .filter(|it| wanted.contains(&it.entity))
        {
            claimed.entry(data.entity).or_default().insert(id);
        }
    }
    claimed
}

/// Tells whether an operation takes something, rather than giving it back or
/// setting it up.
fn takes(design: &Design<'_>, id: Id<Operation>) -> bool {
    let operation = &design.model.operations[id];
    let inside = ["internal", "admin"]
        .iter()
        .any(|word| operation.facts.says("audience", word));
    let names = parts(&operation.head.name);
    let gives_back = names.iter().any(|word| GIVES_BACK.contains(&word.as_str()));
    operation.verb.0 != "DELETE" && !inside && !gives_back
}

/// Tells whether a step takes as long as a person or a bank does.
fn is_slow(design: &Design<'_>, visit: &Visit<'_>) -> bool {
    let to = design.component(visit.to);
    let money = ["payment", "bank"]
        .iter()
        .any(|word| to.types.iter().any(|it| it == word));
    let long = ["mean", "p50", "p95", "p99"]
        .iter()
        .filter_map(|key| visit.facts.number(key))
        .any(|time| time >= SLOW);
    visit.is_call(design) && (money && to.is(Traits::THIRD_PARTY) || long && !to.is(Traits::STORES))
}

fn judge<'a>(
    design: &Design<'a>,
    flow: Id<Flow>,
    entity: Id<Entity>,
    visits: &[&Visit<'a>],
    claimed: &Claimed,
    report: &mut Report,
) {
    let claims = |visit: &&Visit<'_>| visit.writes.contains(&entity) && is_kept(design, visit);
    let Some(at) = visits.iter().position(claims) else {
        return;
    };
    let claim = visits[at];
    let follows = |visit: &&Visit<'_>| is_slow(design, visit) && !apart(visit, claim);
    let Some(start) = visits[..at].iter().position(follows) else {
        return report.pass();
    };
    let (slow, earlier) = (visits[start], &visits[..start]);
    let held = earlier.iter().any(|visit| holds(design, visit, entity));
    let looked = earlier.iter().find(|visit| visit.reads.contains(&entity));
    let by_another = claimed.get(&entity).is_some_and(|by| {
        by.iter()
            .any(|id| Some(*id) != design.model.flows[flow].operation)
    });
    let undone = visits.iter().any(|visit| compensated(visit))
        || design.model.flows[flow].facts.has("compensation");
    let finite = looked.is_some() || says_what_is_left(design, entity);
    let returns = design.model.flows[flow]
        .operation
        .is_some_and(|id| !takes(design, id));
    if held || by_another || undone || returns || !finite {
        return report.pass();
    }
    // What is written before anybody looks at the thing cannot be a claim to it.
    let from = earlier
        .iter()
        .rposition(|visit| visit.reads.contains(&entity))
        .unwrap_or(0);
    if let Some((visit, other)) = earlier[from..]
        .iter()
        .find_map(|it| refers(design, it, entity))
    {
        let (other, name) = (
            &design.model.entities[other].head.path,
            &design.model.entities[entity].head.path,
        );
        let words = format!("nothing says whether this `{other}` keeps others from its `{name}`");
        return report.unknown(visit.span, words);
    }
    report.fail(tell(
        design,
        flow,
        entity,
        claim,
        slow,
        looked.copied(),
        report,
    ));
}

/// Tells whether a write goes to where something is kept, and not to a copy of it.
fn is_kept(design: &Design<'_>, visit: &Visit<'_>) -> bool {
    let store = design.component(visit.to);
    store.is(Traits::STORES) && !visit.facts.has("mode")
}

/// Tells whether two steps stand in branches of which only one happens, or that
/// happen side by side.
fn apart(one: &Visit<'_>, other: &Visit<'_>) -> bool {
    one.around.iter().any(|group| {
        let forks = matches!(
            group.kind,
            GroupKind::Alt | GroupKind::Either | GroupKind::Par
        );
        forks && other.around.iter().any(|it| std::ptr::eq(*it, *group))
    })
}

/// Tells whether a step keeps others away from a thing: by a lock, or by a claim
/// that refers to it.
fn holds<'a>(design: &Design<'a>, visit: &Visit<'a>, entity: Id<Entity>) -> bool {
    let locked = visit
        .fact(design, "locking")
        .is_some_and(|fact| fact.value != crate::model::FactValue::Absent);
    let touched = visit.reads.contains(&entity) || visit.writes.contains(&entity);
    let coordinates = design.component(visit.to).is(Traits::CONTROL_PLANE);
    let claims = visit.writes.iter().any(|id| {
        let row = &design.model.entities[*id];
        let refers = row
            .fields
            .iter()
            .any(|it| it.ty == FieldType::Entity(entity));
        let named = parts(&row.head.name)
            .iter()
            .any(|it| CLAIMS.contains(&it.as_str()));
        named || refers && (locked || row.about.has("contended") || row.about.has("unique"))
    });
    coordinates || claims || locked && touched
}

/// Returns what a step writes that refers to a thing, such as a pending order.
fn refers<'v, 'a>(
    design: &Design<'_>,
    visit: &'v Visit<'a>,
    entity: Id<Entity>,
) -> Option<(&'v Visit<'a>, Id<Entity>)> {
    let refers = |id: &&Id<Entity>| {
        let mut fields = design.model.entities[**id].fields.iter();
        fields.any(|it| it.ty == FieldType::Entity(entity))
    };
    Some((visit, *visit.writes.iter().find(refers)?))
}

fn compensated(visit: &Visit<'_>) -> bool {
    visit
        .around
        .iter()
        .any(|group| group.facts.has("compensation"))
        || visit.facts.has("compensation")
}

/// Tells whether an entity is taken or runs out, rather than only being changed.
fn says_what_is_left(design: &Design<'_>, entity: Id<Entity>) -> bool {
    let fields = design.model.entities[entity].fields.iter();
    fields.into_iter().any(|field| {
        let state = match field.ty {
            FieldType::Entity(id) => !design.model.entities[id].is_entity(),
            _ => false,
        };
        let words = parts(&field.name);
        state || words.iter().any(|word| LEFT.contains(&word.as_str()))
    })
}

fn tell(
    design: &Design<'_>,
    flow: Id<Flow>,
    entity: Id<Entity>,
    claim: &Visit<'_>,
    slow: &Visit<'_>,
    looked: Option<&Visit<'_>>,
    report: &Report,
) -> Finding {
    let row = &design.model.entities[entity];
    let (name, provider) = (&row.head.path, design.name(slow.to));
    let of = match design.model.flows[flow].operation {
        Some(id) => design.operation_name(id),
        None => design.model.flows[flow].head.path.clone(),
    };
    let message = format!(
        "`{of}` claims `{name}` only after `{provider}`: meanwhile somebody else may have taken it"
    );
    let took = ["mean", "p50", "p95", "p99"]
        .iter()
        .find_map(|key| slow.facts.number(key));
    let finding = report
        .finding(claim.span, message)
        .label(format!("the first change of `{name}`"))
        .about(name.clone())
        .about(of);
    let finding = match row.about.get("contended") {
        Some(fact) => finding.because(fact.span, format!("many want the same `{name}`")),
        None => finding,
    };
    let finding = match looked {
        Some(visit) => finding.step(
            visit.span,
            format!("looks at `{name}`, which others may see as free too"),
        ),
        None => finding,
    };
    let words = match took {
        Some(time) => format!("waits {} for `{provider}`", seconds(time)),
        None => format!("waits for `{provider}`"),
    };
    let store = design.name(claim.to);
    let all: Vec<&str> = claim
        .writes
        .iter()
        .map(|id| design.model.entities[*id].head.path.as_str())
        .collect();
    finding
        .step(slow.span, words)
        .step(claim.span, format!("writes {} to `{store}`", list(&all)))
        .help(format!(
            "claim first, for a limited time (`{} -> {store} \"hold\" {{ writes: {name}; locking: conditional }}`), then call `{provider}`, then confirm or let go",
            design.name(claim.from)
        ))
}
