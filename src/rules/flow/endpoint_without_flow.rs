//! See `endpoint_without_flow.md`.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::{Confidence, Finding, Severity};
use crate::lint::{About, Design, Report, Rule};
use crate::model::{Component, Element, Id, Operation, Relation};
use crate::rules::by_api::{by_api, few, is_upkeep};
use crate::rules::words::{list, per_second};
use crate::source::Span;
use crate::vocabulary::Traits;

/// The qualities that can only be judged along the way of a request.
const MEASURED: &[&str] = &["availability", "latency", "throughput", "fault-tolerance"];

/// An operation of which nothing says how it is done, where it could be done in several ways.
pub struct EndpointWithoutFlow;

impl Rule for EndpointWithoutFlow {
    fn about(&self) -> About {
        About {
            name: "endpoint-without-flow",
            category: "flow",
            summary: "an operation of which no flow shows how it is done",
            severity: Severity::Info,
            confidence: Confidence::High,
            motives: &[],
            page: include_str!("endpoint_without_flow.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        let mut known: BTreeMap<Id<Component>, Vec<Id<Component>>> = BTreeMap::new();
        for (id, operation) in design.model.operations.iter() {
            if is_inside(operation, design) {
                continue;
            }
            if design.flow_of(id).is_some() {
                report.pass();
                continue;
            }
            let Some(handler) = handler(design, operation) else {
                continue;
            };
            let used = known
                .entry(handler)
                .or_insert_with(|| used_by(design, handler));
            match motive(design, id) {
                Some(motive) if used.len() > 1 => {
                    report.fail(tell(design, id, handler, used, motive, report));
                }
                _ => report.pass(),
            }
        }
    }

    fn merge(&self, findings: Vec<Finding>) -> Vec<Finding> {
        by_api(findings, |_, names| {
            format!("no flow shows how {} are done", few(names))
        })
    }
}

/// Tells whether an operation is not for those outside, or to go away.
fn is_inside(operation: &Operation, design: &Design<'_>) -> bool {
    let api = &design.model.apis[operation.api].facts;
    let inside = ["internal", "admin"]
        .iter()
        .any(|it| api.says("audience", it));
    inside || api.has("deprecated") || is_upkeep(operation)
}

/// Returns the one program of ours that an operation gets to first.
fn handler(design: &Design<'_>, operation: &Operation) -> Option<Id<Component>> {
    let mut at = *operation.servers.first()?;
    let mut seen = BTreeSet::new();
    while let Some(routes) = design.success().routing.of(at) {
        let choices = routes.choices(operation);
        let [one] = choices.as_slice() else {
            return None;
        };
        if !seen.insert(at) {
            return None;
        }
        at = design.model.relations[*one].to;
    }
    Some(at)
}

/// Returns the components that a program uses to do its work, a store and the cache
/// in front of it being two.
fn used_by(design: &Design<'_>, handler: Id<Component>) -> Vec<Id<Component>> {
    let aside = Traits::OBSERVES
        .with(Traits::SECRETS)
        .with(Traits::AUTHENTICATES)
        .with(Traits::CONTROL_PLANE);
    let counts = |relation: &Relation| {
        let to = design.component(relation.to);
        !to.traits.any(aside) && !to.is(Traits::OUTSIDE) && relation.to != handler
    };
    let outgoing = design.model.outgoing(handler);
    let used: BTreeSet<Id<Component>> = outgoing
        .filter(|(_, relation)| counts(relation))
        .map(|(_, relation)| relation.to)
        .collect();
    used.into_iter().collect()
}

/// Returns what can only be judged along the operation's way, with where it stands.
fn motive(design: &Design<'_>, id: Id<Operation>) -> Option<(Span, String)> {
    let operation = &design.model.operations[id];
    let later = |purpose: Element| match purpose {
        Element::Requirement(id) => design.model.requirements[id].is_later(),
        _ => false,
    };
    let mut purposes = operation.facts.targets("for").peekable();
    if purposes.peek().is_some() && purposes.all(later) {
        return None;
    }
    if let Some(demand) = operation.demands.first() {
        let words = format!("asks for {}", demand.words());
        return Some((demand.span, words));
    }
    let mut qualities = design.model.requirements.rows().iter();
    let quality = qualities.find(|it| {
        MEASURED.iter().any(|word| it.is_quality(word))
            && !it.demands.is_empty()
            && design.concerns(it, Element::Operation(id))
    });
    if let Some(quality) = quality {
        let demand = &quality.demands[0];
        let words = format!("`{}` asks for {}", quality.label(), demand.words());
        return Some((demand.span, words));
    }
    let rate = design.model.rate(Element::Operation(id))?;
    let words = format!("is used {} at peak", per_second(rate.peak));
    Some((rate.span, words))
}

fn tell(
    design: &Design<'_>,
    id: Id<Operation>,
    handler: Id<Component>,
    used: &[Id<Component>],
    motive: (Span, String),
    report: &Report,
) -> Finding {
    let operation = &design.model.operations[id];
    let api = &design.model.apis[operation.api].head.path;
    let name = design.operation_name(id);
    let names: Vec<&str> = used.iter().map(|id| design.name(*id)).collect();
    let (server, first) = (design.name(handler), names[0]);
    report
        .finding(
            operation.head.name_span,
            format!("`{name}`: no flow shows how it is done"),
        )
        .label(format!(
            "which of {} does `{server}` use for it?",
            list(&names)
        ))
        .because(motive.0, motive.1)
        .note("until then it counts as using all that is surely needed behind its server")
        .help(format!(
            "write its steps: `flow {}: {} {{ … -> {server} -> {first} }}`",
            capitalised(&operation.head.name),
            operation.head.name
        ))
        .about(api.clone())
        .about(operation.head.path.clone())
}

fn capitalised(name: &str) -> String {
    let mut letters = name.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}
