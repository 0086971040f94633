//! See `local_state_in_scaled_service.md`.

use super::asked;
use crate::finding::{Confidence, Finding, Severity};
use crate::lint::{About, Design, Report, Rule};
use crate::model::{Component, Element, Fact, Id, Redundancy, Relation};
use crate::rules::words::list;
use crate::syntax::tree::Arrow;
use crate::vocabulary::Traits;

/// Several replicas of which each remembers something else.
pub struct LocalStateInScaledService;

impl Rule for LocalStateInScaledService {
    fn about(&self) -> About {
        About {
            name: "local-state-in-scaled-service",
            category: "availability",
            summary: "several replicas of which each keeps what it must remember to itself",
            severity: Severity::Warning,
            confidence: Confidence::Medium,
            motives: &[],
            page: include_str!("local_state_in_scaled_service.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        for (id, component) in design.model.components.iter() {
            if answers(component) && is_scaled(component) {
                judge(design, id, component, report);
            }
        }
    }

    fn undecided(&self, undecided: usize, of: usize) -> String {
        format!("{undecided} of {of} scaled services: not stated where they keep their `state`")
    }
}

/// Tells whether a component answers requests, one of its replicas each.
fn answers(component: &Component) -> bool {
    let gateway = component.kind.name == "gateway";
    let program = component.is(Traits::COMPUTE) && !component.is(Traits::BACKGROUND);
    (program || gateway) && !component.is(Traits::MANAGED)
}

fn is_scaled(component: &Component) -> bool {
    let most = component
        .facts
        .count("autoscale")
        .and_then(|count| count.most);
    let running = component.facts.count("replicas");
    let at_once = running.is_some_and(|count| count.least.max(count.most.unwrap_or(0)) > 1);
    at_once || most.is_some_and(|most| most > 1)
}

fn judge(design: &Design<'_>, id: Id<Component>, component: &Component, report: &mut Report) {
    let Some(fact) = component.facts.get("state") else {
        let words = "not stated where it keeps what it must remember (`state`)";
        return report.unknown(component.head.name_span, words);
    };
    if !component.facts.says("state", "local") || is_told_of(design, id) {
        return report.pass();
    }
    let callers: Vec<&Relation> = design
        .model
        .incoming(id)
        .map(|(_, relation)| relation)
        .filter(|relation| relation.waits() && !is_held(relation))
        .collect();
    if callers.is_empty() || routed(design, component, &callers) {
        return report.pass();
    }
    report.fail(tell(design, id, component, fact, &callers, report));
}

/// Tells whether a caller keeps a connection open, which stays at one replica.
fn is_held(relation: &Relation) -> bool {
    let mut spoken = ["websocket", "wss", "sse"].iter();
    let said = spoken.any(|word| relation.facts.says("protocol", word));
    said || relation.arrow == Arrow::Duplex
}

/// Tells whether it holds connections, and others reach them over a queue or topic.
fn is_told_of(design: &Design<'_>, id: Id<Component>) -> bool {
    let mut incoming = design.model.incoming(id);
    let open = incoming.any(|(_, relation)| is_held(relation));
    let told = design
        .model
        .incoming(id)
        .any(|(_, relation)| design.component(relation.from).is(Traits::MEDIUM));
    let pulls = design.model.outgoing(id).any(|(_, relation)| {
        design.component(relation.to).is(Traits::MEDIUM) && relation.facts.has("reads")
    });
    open && (told || pulls)
}

/// Tells whether the same caller always comes to the same replica.
fn routed(design: &Design<'_>, component: &Component, callers: &[&Relation]) -> bool {
    let keeps = |of: &Component| {
        let hashed = ["ip-hash", "consistent-hash"]
            .iter()
            .any(|word| of.facts.says("algorithm", word));
        of.facts.has("sticky") || hashed
    };
    keeps(component)
        || callers
            .iter()
            .any(|relation| keeps(design.component(relation.from)))
}

fn tell(
    design: &Design<'_>,
    id: Id<Component>,
    component: &Component,
    fact: &Fact,
    callers: &[&Relation],
    report: &Report,
) -> Finding {
    let name = &component.head.path;
    let from: Vec<&str> = callers
        .iter()
        .map(|relation| design.name(relation.from))
        .collect();
    let number = match component.redundancy() {
        Redundancy::Stated(number) if number > 1 => {
            let many = component.facts.count("replicas").is_some_and(|it| it.many);
            match many {
                true => "several".to_owned(),
                false => number.to_string(),
            }
        }
        _ => "several".to_owned(),
    };
    let mut finding = report
        .finding(
            fact.span,
            format!("each of the {number} replicas of `{name}` remembers something else"),
        )
        .label("known to one replica only")
        .help(format!(
            "keep it where all replicas find it (`state: shared`, with a store or cache that `{name}` asks); until then `sticky: yes` in front sends a caller back to the same one"
        ))
        .about(name.clone());
    let count = component
        .facts
        .get("replicas")
        .or_else(|| component.facts.get("autoscale"));
    if let Some(count) = count {
        let words = format!("a request of {} may come to any of them", list(&from));
        finding = finding.because(count.span, words);
    }
    let refused = callers.iter().find_map(|relation| {
        let caller = design.component(relation.from);
        let fact = caller.facts.get("sticky")?;
        caller.facts.is_absent("sticky").then_some(fact)
    });
    if let Some(refused) = refused {
        finding = finding
            .because(refused.span, "a caller may come to another one next time")
            .confidence(Confidence::High);
    }
    match asked::asked(design, Element::Component(id)) {
        Some(requirement) => asked::because(finding, requirement),
        None => finding,
    }
}
