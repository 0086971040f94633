//! See `purposeless_element.md`.

use std::collections::BTreeSet;

use crate::finding::{Confidence, Finding, Severity};
use crate::lint::{About, Design, Report, Rule};
use crate::model::{Api, Component, Element, Facts, Id, Operation, RequirementKind};
use crate::rules::by_api::{few, is_upkeep};
use crate::rules::words::list;
use crate::vocabulary::{Group, Traits};

/// Parts of which nothing says what they are for.
pub struct PurposelessElement;

impl Rule for PurposelessElement {
    fn about(&self) -> About {
        About {
            name: "purposeless-element",
            category: "structure",
            summary: "a part that no requirement, flow or operation needs",
            severity: Severity::Info,
            confidence: Confidence::Medium,
            motives: &[],
            page: include_str!("purposeless_element.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        let requirements = design.model.requirements.rows();
        let asked = requirements
            .iter()
            .any(|it| it.kind == RequirementKind::Functional);
        if !asked {
            return;
        }
        let named = named(design);
        operations(design, &named, report);
        components(design, &named, report);
    }
}

/// Returns everything that some fact refers to: what a quality or decision is about,
/// what is fallen back on, what takes the dead letters.
fn named(design: &Design<'_>) -> BTreeSet<Element> {
    let model = design.model;
    let components = model.components.rows().iter().map(|it| &it.facts);
    let relations = model.relations.rows().iter().map(|it| &it.facts);
    let decisions = model.decisions.rows().iter().map(|it| &it.facts);
    let requirements = model.requirements.rows().iter().map(|it| &it.facts);
    let all = components
        .chain(relations)
        .chain(decisions)
        .chain(requirements);
    let kept = all
        .flat_map(Facts::iter)
        .filter(|fact| !matches!(fact.key, "watches" | "serves"));
    kept.flat_map(|fact| match &fact.value {
        crate::model::FactValue::Items(items) => items.as_slice(),
        _ => &[],
    })
    .filter_map(|item| match item {
        crate::model::FactItem::Target(target) => Some(*target),
        _ => None,
    })
    .collect()
}

/// Looks for operations without a requirement where others have one.
fn operations(design: &Design<'_>, named: &BTreeSet<Element>, report: &mut Report) {
    for (id, api) in design.model.apis.iter() {
        let aimless: Vec<Id<Operation>> = api
            .operations
            .iter()
            .filter(|id| !has_purpose(design, **id, named))
            .copied()
            .collect();
        let linked = api.operations.len() - aimless.len();
        let traced = api.facts.has("for") || linked > 0 && linked >= aimless.len();
        match aimless.as_slice() {
            [] => report.pass(),
            _ if !traced || named.contains(&Element::Api(id)) => {}
            aimless => report.fail(aimless_operations(design, api, aimless, report)),
        }
    }
}

fn has_purpose(design: &Design<'_>, id: Id<Operation>, named: &BTreeSet<Element>) -> bool {
    let operation = &design.model.operations[id];
    let flow = design.flow_of(id).map(|id| &design.model.flows[id].facts);
    let stated = [
        Some(&operation.facts),
        flow,
        Some(&design.model.apis[operation.api].facts),
    ];
    let linked = stated.into_iter().flatten().any(|facts| facts.has("for"));
    linked || named.contains(&Element::Operation(id)) || is_upkeep(operation)
}

fn aimless_operations(
    design: &Design<'_>,
    api: &Api,
    aimless: &[Id<Operation>],
    report: &Report,
) -> Finding {
    let names: Vec<String> = aimless
        .iter()
        .map(|id| design.operation_name(*id))
        .collect();
    let (verb, it) = match names.len() {
        1 => ("serves", "it"),
        _ => ("serve", "them"),
    };
    let rows = aimless.iter().map(|id| &design.model.operations[*id]);
    let first = &design.model.operations[aimless[0]].head;
    let finding = report
        .finding(
            first.name_span,
            format!("{} {verb} no requirement, as others of `{}` do", few(&names), api.head.path),
        )
        .label("no `for:`")
        .help(format!(
            "say who needs {it} (`{{ for: … }}`), state the requirement if it is missing, or leave {it} out"
        ))
        .about(api.head.path.clone());
    rows.enumerate().fold(finding, |finding, (index, row)| {
        let finding = finding.about(row.head.path.clone());
        match index {
            1..=3 => finding.because(row.head.name_span, "nor this one"),
            _ => finding,
        }
    })
}

/// Looks for components that nothing passes through where flows are drawn.
fn components(design: &Design<'_>, named: &BTreeSet<Element>, report: &mut Report) {
    let model = design.model;
    let has_for = |facts: &Facts| facts.has("for");
    let traced = model.components.rows().iter().any(|it| has_for(&it.facts))
        || model.operations.rows().iter().any(|it| has_for(&it.facts));
    if model.flows.is_empty() || !traced {
        return;
    }
    let used = used(design);
    let aimless: Vec<bool> = model
        .components
        .iter()
        .map(|(id, component)| {
            !used[id.index()]
                && !named.contains(&Element::Component(id))
                && must_have_purpose(design, id, component)
        })
        .collect();
    if !aimless.contains(&true) {
        return report.pass();
    }
    let both = |it: &crate::model::Relation| aimless[it.from.index()] && aimless[it.to.index()];
    for group in design.graph_of(|_, it| both(it)).connected_components() {
        if aimless[group[0]] {
            let mut ids: Vec<Id<Component>> = group.into_iter().map(Id::new).collect();
            ids.sort();
            report.fail(aimless_components(design, &ids, report));
        }
    }
}

/// Returns which components a flow passes through, and which may be used where no
/// flow says: by operations, and by components that say what they are for.
fn used(design: &Design<'_>) -> Vec<bool> {
    let model = design.model;
    let mut shown = vec![false; model.components.len()];
    for flow in model.flows.rows() {
        for (link, _) in flow.links() {
            let relation = &model.relations[link.relation];
            shown[relation.from.index()] = true;
            shown[relation.to.index()] = true;
        }
    }
    let open = model
        .operations
        .iter()
        .filter(|(id, _)| design.flow_of(*id).is_none());
    let servers = open.flat_map(|(_, it)| it.servers.iter().map(|it| it.index()));
    let purposeful = model
        .components
        .iter()
        .filter(|(id, it)| !shown[id.index()] && says_why(it));
    let starts: Vec<usize> = servers
        .chain(purposeful.map(|(id, _)| id.index()))
        .collect();
    let watched = |from| design.component(from).is(Traits::OBSERVES);
    let reached = design
        .graph_of(|_, it| !watched(it.from))
        .reachable(&starts);
    shown
        .iter()
        .zip(reached)
        .map(|(shown, reached)| *shown || reached)
        .collect()
}

/// Tells whether a component says what it is for, or works by itself.
fn says_why(component: &Component) -> bool {
    ["for", "serves", "owns", "runs", "copy-of"]
        .iter()
        .any(|key| component.facts.has(key))
}

/// Tells whether a component makes no sense by itself.
fn must_have_purpose(design: &Design<'_>, id: Id<Component>, component: &Component) -> bool {
    let aside = Traits::OUTSIDE
        .with(Traits::THIRD_PARTY)
        .with(Traits::OBSERVES)
        .with(Traits::SECRETS)
        .with(Traits::AUTHENTICATES)
        .with(Traits::FORWARDS)
        .with(Traits::CONTROL_PLANE);
    let serves_all = component.traits.any(aside) || component.kind.group == Group::Edge;
    let says = says_why(component);
    let model = design.model;
    let unconnected = component.incoming.is_empty() && component.outgoing.is_empty();
    let copies = model
        .incoming(id)
        .any(|(_, it)| it.facts.says("mode", "replication") || it.facts.says("mode", "batch"));
    let imported = model
        .system
        .as_ref()
        .is_some_and(|system| system.span.file != component.head.span.file);
    let mut callers = model.incoming(id).map(|(_, it)| design.component(it.from));
    let helps = !component.incoming.is_empty() && callers.all(|it| it.is(Traits::OBSERVES));
    !(serves_all || says || unconnected || copies || imported || helps)
}

fn aimless_components(design: &Design<'_>, ids: &[Id<Component>], report: &Report) -> Finding {
    let names: Vec<&str> = ids.iter().map(|id| design.name(*id)).collect();
    let first = &design.component(ids[0]).head;
    let (verb, it) = match names.len() {
        1 => ("is", "it"),
        _ => ("are", "they"),
    };
    let message = format!(
        "no flow passes through {}, and nothing says what {it} {verb} for",
        list(&names)
    );
    let finding = report
        .finding(first.name_span, message)
        .label("no flow, no `for:`")
        .help(format!(
            "show where {it} {verb} used (a step `… -> {name}` in a flow), say what for (`{name} {{ for: … }}`), or leave {what} out until somebody needs {what}",
            name = first.name,
            what = if names.len() == 1 { "it" } else { "them" },
        ));
    names
        .iter()
        .fold(finding, |finding, name| finding.about(*name))
}
