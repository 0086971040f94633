//! What availability is asked of what.
//!
//! Takes a model, gives the requirement that is said of an operation, a flow or a
//! component and asks most. Does not know whether it is met.

use std::collections::BTreeSet;

use super::success::Routes;
use crate::model::{Component, Demand, Element, Flow, Id, Model, Operation, Relation, Requirement};

/// An availability that is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// The share of the time, from 0 to 1.
    pub share: f64,
    /// The name of the quality or operation that asks for it.
    pub by: &'a str,
    /// The statement.
    pub demand: &'a Demand,
}

/// Returns the strictest availability asked of something: by a quality that
/// concerns it, or by the operation itself. `passes` tells the components that an
/// operation passes through.
pub fn availability_target<'a>(
    model: &'a Model,
    element: Element,
    passes: &dyn Fn(Id<Operation>) -> BTreeSet<Id<Component>>,
) -> Option<Target<'a>> {
    asked(model, element, passes, &|_| true)
        .into_iter()
        .map(|(by, demand)| Target {
            share: demand.bound.to_f64(),
            by,
            demand,
        })
        // Of several the first by name, whatever their order.
        .max_by(|a, b| a.share.total_cmp(&b.share).then_with(|| b.by.cmp(a.by)))
}

/// Returns every availability that something breaks by failing, with who asks for
/// it. What is asked of the whole system is asked of its operations; background work
/// beside them is late, not refused, unless the quality names it. What is asked of an
/// operation is not asked of all else that its client does.
pub fn availability_targets<'a>(
    model: &'a Model,
    element: Element,
    passes: &dyn Fn(Id<Operation>) -> BTreeSet<Id<Component>>,
) -> Vec<(&'a str, &'a Demand)> {
    asked(model, element, passes, &|it| {
        is_promised(model, it, element)
    })
}

/// Tells whether a quality that concerns something promises that it is answered: of
/// background work beside operations, and of what a client does beside them, only where
/// it names that.
pub fn is_promised(model: &Model, requirement: &Requirement, element: Element) -> bool {
    let beside = matches!(element, Element::Flow(_)) && !model.operations.is_empty();
    let client = matches!(element, Element::Component(_));
    match requirement.is_global() {
        true => !beside,
        false => !client || requirement.scope.contains(&element),
    }
}

/// Returns every availability asked of something by the qualities that concern it
/// and count, then by the operation itself.
fn asked<'a>(
    model: &'a Model,
    element: Element,
    passes: &dyn Fn(Id<Operation>) -> BTreeSet<Id<Component>>,
    counts: &dyn Fn(&Requirement) -> bool,
) -> Vec<(&'a str, &'a Demand)> {
    let qualities = model.requirements.rows().iter();
    let of_qualities = qualities
        .filter(|it| asks(it) && counts(it) && concerns(model, it, element, passes))
        .flat_map(|it| it.demands.iter().map(move |demand| (it.label(), demand)));
    let own = match element {
        Element::Operation(id) => Some(&model.operations[id]),
        _ => None,
    };
    let of_itself = own.into_iter().flat_map(|it| {
        it.demands
            .iter()
            .map(move |demand| (it.head.name.as_str(), demand))
    });
    of_qualities
        .chain(of_itself)
        .filter(|(_, demand)| is_target(demand))
        .collect()
}

fn asks(requirement: &Requirement) -> bool {
    requirement.demands.iter().any(is_target)
}

/// Tells whether a demand asks for an availability.
pub fn is_target(demand: &Demand) -> bool {
    demand.measure == "availability" && demand.is_lower()
}

/// Tells whether a requirement is said of something: of the whole system, of it
/// by name, of its API, or of an operation or flow that passes through it.
pub fn concerns(
    model: &Model,
    requirement: &Requirement,
    element: Element,
    passes: &dyn Fn(Id<Operation>) -> BTreeSet<Id<Component>>,
) -> bool {
    let covers = |scope: &Element| covers(model, *scope, element, passes);
    requirement.is_global() || requirement.scope.iter().any(covers)
}

fn covers(
    model: &Model,
    scope: Element,
    element: Element,
    passes: &dyn Fn(Id<Operation>) -> BTreeSet<Id<Component>>,
) -> bool {
    if scope == element {
        return true;
    }
    match (scope, element) {
        (Element::Api(api), Element::Operation(id)) => model.operations[id].api == api,
        (Element::Operation(operation), Element::Component(id)) => passes(operation).contains(&id),
        (Element::Api(api), Element::Component(id)) => {
            let operations = &model.apis[api].operations;
            operations.iter().any(|it| passes(*it).contains(&id))
        }
        (Element::Flow(flow), Element::Component(id)) => {
            model.flows[flow].links().iter().any(|(link, _)| {
                let relation = &model.relations[link.relation];
                relation.from == id || relation.to == id
            })
        }
        (Element::Requirement(_), _) => model
            .facts(element)
            .is_some_and(|facts| facts.targets("for").any(|it| it == scope)),
        _ => false,
    }
}

/// Returns the components that an operation passes through: those of its flow,
/// else all that its servers reach over connections that wait, where a gateway
/// routes to what the operation uses.
pub fn components_of<'r>(
    model: &Model,
    operation: Id<Operation>,
    flow: Option<Id<Flow>>,
    routes: impl Fn(Id<Component>) -> Option<&'r Routes>,
) -> BTreeSet<Id<Component>> {
    let links = flow.map_or_else(Vec::new, |flow| model.flows[flow].links());
    if !links.is_empty() {
        let relations = links
            .iter()
            .map(|(link, _)| &model.relations[link.relation]);
        return relations
            .flat_map(|relation| [relation.from, relation.to])
            .collect();
    }
    let row = &model.operations[operation];
    let mut found = BTreeSet::new();
    let mut waiting = row.servers.clone();
    while let Some(id) = waiting.pop() {
        if !found.insert(id) {
            continue;
        }
        let next: Vec<Id<Relation>> = match routes(id) {
            Some(routes) => [routes.others.clone(), routes.choices(row)].concat(),
            None => model.components[id].outgoing.clone(),
        };
        let relations = next.iter().map(|id| &model.relations[*id]);
        waiting.extend(relations.filter(|it| it.waits()).map(|it| it.to));
    }
    found
}
