//! See `cyclic_hard_dependency.md`.

use std::collections::BTreeSet;

use crate::finding::{Confidence, Finding, Severity};
use crate::graph::Digraph;
use crate::lint::{About, Design, Report, Rule};
use crate::model::{Id, Redundancy, Relation};
use crate::rules::words::list;
use crate::vocabulary::Traits;

/// A longer cycle is shown by its first steps.
const STEPS_SHOWN: usize = 12;

/// Components that wait for each other.
pub struct CyclicHardDependency;

impl Rule for CyclicHardDependency {
    fn about(&self) -> About {
        About {
            name: "cyclic-hard-dependency",
            category: "availability",
            summary: "components that need each other to answer",
            severity: Severity::Warning,
            confidence: Confidence::High,
            motives: &[],
            page: include_str!("cyclic_hard_dependency.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        let optional = optional(design);
        let graph =
            design.graph_of(|id, relation| is_needed(design, relation) && !optional.contains(&id));
        for cycle in graph.cycles() {
            match cycle.as_slice() {
                [alone] => itself(design, Id::new(*alone), report),
                _ => report.fail(ring(design, &graph, &cycle, report)),
            }
        }
    }
}

/// Tells whether one of our own cannot answer without another.
fn is_needed(design: &Design<'_>, relation: &Relation) -> bool {
    let (from, to) = (
        design.component(relation.from),
        design.component(relation.to),
    );
    let ours = !from.is_outside() && !to.is_outside();
    let works = !from.is(Traits::MEDIUM) && !to.is(Traits::MEDIUM) && !to.is(Traits::OBSERVES);
    // What is sent over an open connection, either way, needs no more than that.
    let own = relation.alternative.is_none() && relation.over.is_none();
    ours && works && own && design.is_hard_call(relation)
}

/// Returns the connections that flows use, but only where they need not.
fn optional(design: &Design<'_>) -> BTreeSet<Id<Relation>> {
    let (mut optional, mut needed) = (BTreeSet::new(), BTreeSet::new());
    for flow in design.model.flows.rows() {
        for (link, around) in flow.links() {
            let soft = link.facts.says("need", "soft") || link.facts.has("fallback");
            let open = design.model.relations[link.relation].over;
            let connection = open.unwrap_or(link.relation);
            if soft || design.is_optional(link, &around) {
                optional.insert(connection);
            } else {
                needed.insert(connection);
            }
        }
    }
    optional.difference(&needed).copied().collect()
}

fn itself(design: &Design<'_>, id: Id<crate::model::Component>, report: &mut Report) {
    let component = design.component(id);
    match component.redundancy() {
        Redundancy::Stated(1) => {}
        Redundancy::Stated(_) => return report.pass(),
        Redundancy::Unstated => {
            let text = "it calls itself, and nothing says whether there are several";
            return report.unknown(component.head.name_span, text);
        }
    }
    let name = design.name(id);
    let finding = report
        .finding(
            component.head.name_span,
            format!("`{name}` waits for itself, and there is only one of it"),
        )
        .label("calls itself")
        .help("do the work within one call, or hand it over and go on (`~>`)")
        .about(name);
    report.fail(finding);
}

fn ring(design: &Design<'_>, graph: &Digraph, cycle: &[usize], report: &Report) -> Finding {
    let names: Vec<&str> = cycle
        .iter()
        .map(|node| design.name(Id::new(*node)))
        .collect();
    let steps = graph.cycle_witness(cycle).unwrap_or_default();
    let first = design.component(Id::new(cycle[0]));
    let finding = report
        .finding(
            first.head.name_span,
            format!("{} wait for each other: none answers without the others", list(&names)),
        )
        .label("waits, in the end, for itself")
        .help("let one of the calls go on without an answer (`~>`), give it a `fallback`, or move what both need into a third component");
    let shown = steps.iter().take(STEPS_SHOWN);
    let finding = shown.fold(finding, |finding, id| {
        let relation = &design.model.relations[Id::new(*id)];
        let (from, to) = (design.name(relation.from), design.name(relation.to));
        finding.step(relation.span, format!("`{from}` waits for `{to}`"))
    });
    let finding = match steps.len().checked_sub(STEPS_SHOWN) {
        None | Some(0) => finding,
        Some(more) => finding.note(format!("the cycle has {more} more steps")),
    };
    names
        .iter()
        .fold(finding, |finding, name| finding.about(*name))
}
