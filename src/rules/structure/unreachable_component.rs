//! See `unreachable_component.md`.

use crate::finding::{Confidence, Finding, Severity};
use crate::graph::{Digraph, Edge};
use crate::lint::{About, Design, Report, Rule};
use crate::model::{Component, Element, Facts, Id, Relation};
use crate::rules::words::{count, list};
use crate::syntax::tree::Arrow;
use crate::vocabulary::Traits;

/// Components that nobody's request, message or clock ever gets to.
pub struct UnreachableComponent;

impl Rule for UnreachableComponent {
    fn about(&self) -> About {
        About {
            name: "unreachable-component",
            category: "structure",
            summary: "a component that no request, message or schedule ever reaches",
            severity: Severity::Warning,
            confidence: Confidence::High,
            motives: &[],
            page: include_str!("unreachable_component.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        let roots = roots(design);
        if roots.is_empty() || design.model.relations.is_empty() {
            if let Some((_, first)) = design.model.components.iter().next() {
                let text = "nothing says where requests come from, or who calls whom";
                report.unknown(first.head.name_span, text);
            }
            return;
        }
        let reached = ways(design).reachable(&roots);
        let mut lost = vec![false; reached.len()];
        for (id, component) in design.model.components.iter() {
            lost[id.index()] = !reached[id.index()] && must_be_reached(design, component);
        }
        if !lost.contains(&true) {
            return report.pass();
        }
        for island in islands(design, &lost) {
            report.fail(unreached(design, &island, report));
        }
    }

    fn undecided(&self, _: usize, _: usize) -> String {
        "nothing says where requests come from, or who calls whom".to_owned()
    }
}

/// Returns where things begin: outside, by the clock, and with who serves an API.
fn roots(design: &Design<'_>) -> Vec<usize> {
    let begins = |component: &Component| {
        component.is_outside()
            || component.kind.name == "scheduler"
            || component.facts.has("runs")
            || component.facts.has("serves")
    };
    let components = design.model.components.iter();
    let mut roots: Vec<usize> = components
        .filter(|(_, component)| begins(component))
        .map(|(id, _)| id.index())
        .collect();
    for flow in design.model.flows.rows() {
        let first = flow.links().first().map(|(link, _)| link.relation);
        roots.extend(first.map(|id| design.model.relations[id].from.index()));
    }
    roots
}

/// Returns the ways on which something gets from one component to another: along
/// connections, from a queue to who pulls, from data to who copies it, and to what
/// a component's facts refer to.
fn ways(design: &Design<'_>) -> Digraph {
    let mut edges = Vec::new();
    let mut add = |from: Id<Component>, to: Id<Component>| {
        let id = edges.len();
        edges.push(Edge {
            id,
            from: from.index(),
            to: to.index(),
        });
    };
    for relation in design.model.relations.rows() {
        add(relation.from, relation.to);
        if pulls(design, relation) || relation.facts.has("mode") {
            add(relation.to, relation.from);
        }
        named(&relation.facts).for_each(|to| add(relation.from, to));
    }
    for (id, component) in design.model.components.iter() {
        named(&component.facts).for_each(|to| add(id, to));
    }
    Digraph::new(design.model.components.len(), edges)
}

/// Tells whether messages come back over a connection to a queue or topic.
fn pulls(design: &Design<'_>, relation: &Relation) -> bool {
    let (from, to) = (
        design.component(relation.from),
        design.component(relation.to),
    );
    let reads = relation.reads().next().is_some();
    let works_off = from.is(Traits::BACKGROUND) && relation.writes().next().is_none();
    to.is(Traits::MEDIUM) && relation.arrow != Arrow::Send && (reads || works_off)
}

/// Returns the components that facts refer to, as `dead-letter: unsent` does.
fn named(facts: &Facts) -> impl Iterator<Item = Id<Component>> {
    let kept = facts
        .iter()
        .filter(|fact| !matches!(fact.key, "watches" | "for"));
    kept.flat_map(|fact| facts.targets(fact.key))
        .filter_map(|it| match it {
            Element::Component(id) => Some(id),
            _ => None,
        })
}

/// Tells whether it makes no sense unless something gets there.
fn must_be_reached(design: &Design<'_>, component: &Component) -> bool {
    let aside = Traits::OUTSIDE
        .with(Traits::OBSERVES)
        .with(Traits::SECRETS)
        .with(Traits::AUTHENTICATES);
    !component.traits.any(aside) && !is_later(design, component) && !is_library(design, component)
}

/// Tells whether all that it is for is put off.
fn is_later(design: &Design<'_>, component: &Component) -> bool {
    let mut purposes = component.facts.targets("for").peekable();
    purposes.peek().is_some()
        && purposes.all(|it| match it {
            Element::Requirement(id) => design.model.requirements[id].is_later(),
            _ => false,
        })
}

/// Tells whether it comes from an imported file, for those who want it.
fn is_library(design: &Design<'_>, component: &Component) -> bool {
    let unconnected = component.incoming.is_empty() && component.outgoing.is_empty();
    let imported = |system: &crate::model::System| system.span.file != component.head.span.file;
    unconnected && design.model.system.as_ref().is_some_and(imported)
}

/// Groups what is lost by what hangs together; of each group those come first to
/// which nothing leads.
fn islands(design: &Design<'_>, lost: &[bool]) -> Vec<Vec<Id<Component>>> {
    let within = design.graph_of(|_, relation| {
        lost[relation.from.index()] && lost[relation.to.index()] && relation.from != relation.to
    });
    let groups = within.connected_components().into_iter();
    groups
        .filter(|group| lost[group[0]])
        .map(|group| {
            let mut ids: Vec<Id<Component>> = group.into_iter().map(Id::new).collect();
            ids.sort_by_key(|id| (is_led_to(design, *id, lost), *id));
            ids
        })
        .collect()
}

fn is_led_to(design: &Design<'_>, id: Id<Component>, lost: &[bool]) -> bool {
    let mut incoming = design.model.incoming(id);
    incoming.any(|(_, relation)| relation.from != id && lost[relation.from.index()])
}

fn unreached(design: &Design<'_>, island: &[Id<Component>], report: &Report) -> Finding {
    let names: Vec<&str> = island.iter().map(|id| design.name(*id)).collect();
    let (first, behind) = (names[0], names.len() - 1);
    let component = design.component(island[0]);
    let alone = component.incoming.is_empty() && component.outgoing.is_empty();
    let message = match (alone, behind) {
        (true, _) => format!("`{first}` is connected to nothing"),
        (_, 0) => format!("nothing ever reaches `{first}`: no request, no message, no schedule"),
        (_, 1) => format!("nothing ever reaches `{first}`, nor `{}` with it", names[1]),
        _ => format!(
            "nothing ever reaches `{first}`, nor {} with it: {}",
            count(behind, "component"),
            list(&names[1..])
        ),
    };
    let finding = report
        .finding(component.head.name_span, message)
        .label("no way leads here")
        .help(help(component, first));
    names
        .iter()
        .fold(finding, |finding, name| finding.about(*name))
}

fn help(component: &Component, name: &str) -> String {
    if component.is(Traits::COMPUTE) {
        format!(
            "connect what calls it (`… -> {name}`), say when it works by itself (`runs: every 1h`), or leave it out"
        )
    } else {
        format!("connect what uses it (`… -> {name}`), or leave it out")
    }
}
