//! See `realtime_without_push.md`.

use std::collections::BTreeSet;

use crate::finding::{Confidence, Finding, Severity};
use crate::lint::{About, Design, Report, Rule};
use crate::model::{
    Component, Element, FactItem, Facts, Flow, Id, Operation, Relation, Requirement,
    RequirementKind, Schedule,
};
use crate::source::Span;
use crate::syntax::tree::Arrow;
use crate::vocabulary::Traits;

/// Something that people should see without asking, and no way to tell them.
pub struct RealtimeWithoutPush;

/// Asking as often as this is as good as being told.
const POLL: f64 = 5.0;

/// Phrases in which requirements ask for it.
const PHRASES: &[&str] = &[
    "in real time",
    "in real-time",
    "in realtime",
    "live updates",
];
/// Protocols over which a server may speak first.
const PUSHING: &[&str] = &[
    "amqp",
    "long-poll",
    "mqtt",
    "sse",
    "webrtc",
    "websocket",
    "wss",
];

impl Rule for RealtimeWithoutPush {
    fn about(&self) -> About {
        About {
            name: "realtime-without-push",
            category: "interface",
            summary: "something people should see at once, and nothing that could tell them",
            severity: Severity::Warning,
            confidence: Confidence::Medium,
            motives: &[],
            page: include_str!("realtime_without_push.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        let requirements = design.model.requirements.iter();
        let asked: Vec<(Id<Requirement>, &Requirement, Span)> = requirements
            .filter(|(_, it)| it.kind == RequirementKind::Functional && !it.is_later())
            .filter_map(|(id, it)| Some((id, it, asks(it)?)))
            .collect();
        if asked.is_empty() {
            return;
        }
        let told = channel(design);
        for (id, requirement, span) in asked {
            if told {
                report.pass();
            } else if let Some(asking) = asking(design, id) {
                report.fail(finding(design, requirement, span, &asking, report));
            } else {
                report.unknown(span, "nothing says how people come to see it");
            }
        }
    }
}

/// Returns where a requirement asks to be seen without asking.
fn asks(requirement: &Requirement) -> Option<Span> {
    if let Some(fact) = requirement.facts.get("realtime") {
        return requirement.facts.has("realtime").then_some(fact.span);
    }
    let title = requirement.head.title.as_deref()?.to_lowercase();
    let said = PHRASES.iter().any(|phrase| title.contains(phrase));
    said.then_some(requirement.head.span)
}

/// Tells whether there is any way on which we speak to people first, or they ask
/// often enough.
fn channel(design: &Design<'_>) -> bool {
    let model = design.model;
    let streams = ["websocket", "sse", "events"];
    let pushes = |it: &Operation| matches!(it.verb.0, "subscription" | "receive" | "stream");
    let types =
        |words: &[String], known: &[&str]| words.iter().any(|it| known.contains(&it.as_str()));
    model
        .apis
        .rows()
        .iter()
        .any(|it| types(&it.types, &streams))
        || model.operations.rows().iter().any(pushes)
        || model
            .relations
            .rows()
            .iter()
            .any(|it| speaks_first(design, it))
        || model.components.rows().iter().any(|it| {
            let provider = it.is(Traits::THIRD_PARTY) && types(&it.types, &["push", "sms"]);
            provider || it.is_outside() && asks_often(&it.facts)
        })
        || model
            .flows
            .rows()
            .iter()
            .any(|it| asks_often(&it.facts) && is_theirs(design, it))
}

fn speaks_first(design: &Design<'_>, relation: &Relation) -> bool {
    let outside = |id: Id<Component>| design.component(id).is(Traits::OUTSIDE);
    let (from, to) = (outside(relation.from), outside(relation.to));
    let spoken = PUSHING
        .iter()
        .any(|word| relation.facts.says("protocol", word));
    match (from, to) {
        (true, true) | (false, false) => false,
        (false, true) => true,
        (true, false) => spoken || relation.arrow == Arrow::Duplex,
    }
}

/// Tells whether a flow begins with people or their programs.
fn is_theirs(design: &Design<'_>, flow: &Flow) -> bool {
    let links = flow.links();
    let first = links.first().map(|(link, _)| link.relation);
    first.is_some_and(|id| {
        let from = design.model.relations[id].from;
        design.component(from).is(Traits::OUTSIDE)
    })
}

/// Tells whether something asks again and again by itself.
fn asks_often(facts: &Facts) -> bool {
    facts.items("runs").iter().any(|item| match item {
        FactItem::Schedule(Schedule::Continuously) => true,
        FactItem::Schedule(Schedule::Every(each)) => each.to_f64() <= POLL,
        _ => false,
    })
}

/// Returns the operations for a requirement; `None` where there are none, and
/// nobody outside who could ask.
fn asking(design: &Design<'_>, id: Id<Requirement>) -> Option<Vec<Id<Operation>>> {
    let linked = design.model.linked_to(id).iter();
    let operations: BTreeSet<Id<Operation>> = linked
        .filter_map(|it| match it {
            Element::Operation(id) => Some(*id),
            Element::Flow(id) => design.model.flows[*id].operation,
            _ => None,
        })
        .collect();
    let called = design.model.relations.rows().iter().any(|it| {
        design.component(it.from).is(Traits::OUTSIDE) && !design.component(it.to).is_outside()
    });
    (called || !operations.is_empty()).then(|| operations.into_iter().collect())
}

fn finding(
    design: &Design<'_>,
    requirement: &Requirement,
    span: Span,
    asking: &[Id<Operation>],
    report: &Report,
) -> Finding {
    let label = requirement.label();
    let finding = report
        .finding(
            requirement.head.name_span,
            format!("`{label}` should be seen at once, but nothing can tell people: they have to ask"),
        )
        .label("no way from us to them")
        .note("looked for a socket, a stream, a long poll, a subscription, a push provider, and frequent asking")
        .help("add a stream (`api Live: sse { changed: receive -> … }`), a socket where both sides speak (`app <-> gate { protocol: websocket }`), or say how often clients ask (`runs: every 2s` on the client)")
        .about(requirement.head.path.clone());
    let finding = match span == requirement.head.span {
        true => finding,
        false => finding.because(span, "to be seen without asking"),
    };
    asking.iter().take(3).fold(finding, |finding, id| {
        let operation = &design.model.operations[*id];
        let name = design.operation_name(*id);
        finding.because(
            operation.head.name_span,
            format!("`{name}` answers only who asks"),
        )
    })
}
