//! What operations lose, and how that compares with the stated objectives.

use std::collections::{BTreeMap, BTreeSet};

use super::{Amount, Bounded, Cell, Disruption, GoalRecovery, Objective, StoreRecovery};
use crate::analysis::success::Success;
use crate::model::{Component, Demand, Element, Id, Model, Requirement};

pub(super) fn goals(
    model: &Model,
    success: &Success,
    stores: &BTreeMap<Id<Component>, &StoreRecovery>,
) -> Vec<GoalRecovery> {
    let mut found = Vec::new();
    for goal in &success.goals {
        let needed = goal.needs.iter().map(|id| model.relations[*id].to);
        let needed: BTreeSet<Id<Component>> = needed.filter(|id| stores.contains_key(id)).collect();
        if needed.is_empty() {
            continue;
        }
        let worst = |part: fn(&Cell) -> Amount| -> Vec<Amount> {
            let kinds = 0..Disruption::ALL.len();
            let of = |kind: usize| needed.iter().map(move |id| part(&stores[id].cells[kind]));
            kinds
                .map(|kind| of(kind).fold(Amount::NONE, Amount::worse))
                .collect()
        };
        found.push(GoalRecovery {
            of: goal.of,
            loss: worst(|cell| cell.loss),
            time: worst(|cell| cell.time),
            stores: needed.into_iter().collect(),
        });
    }
    found
}

pub(super) fn objectives(
    model: &Model,
    goals: &[GoalRecovery],
    stores: &[StoreRecovery],
) -> Vec<Objective> {
    let mut found = Vec::new();
    for (id, requirement) in model.requirements.iter() {
        let by = Element::Requirement(id);
        let mut scope = None;
        for demand in &requirement.demands {
            if let Some(bounded) = bounded(demand) {
                let scope = scope.get_or_insert_with(|| in_scope(model, requirement, goals));
                found.push(objective(by, demand, bounded, stores, scope.as_ref()));
            }
        }
    }
    for (id, operation) in model.operations.iter() {
        let by = Element::Operation(id);
        for demand in &operation.demands {
            if let Some(bounded) = bounded(demand) {
                let needed = needed_by(goals, &BTreeSet::from([by]));
                found.push(objective(by, demand, bounded, stores, Some(&needed)));
            }
        }
    }
    found.sort_by_key(|it| it.span);
    found
}

fn bounded(demand: &Demand) -> Option<Bounded> {
    match demand.measure.as_str() {
        _ if demand.is_lower() => None,
        "rpo" => Some(Bounded::Loss),
        "rto" => Some(Bounded::Time),
        _ => None,
    }
}

fn objective(
    by: Element,
    demand: &Demand,
    bounded: Bounded,
    stores: &[StoreRecovery],
    scope: Option<&BTreeSet<Id<Component>>>,
) -> Objective {
    let bound = demand.bound.to_f64();
    let within: Vec<&StoreRecovery> = match scope {
        None => stores.iter().collect(),
        Some(scope) => {
            let at = |id| stores.binary_search_by_key(id, |store| store.component);
            scope
                .iter()
                .filter_map(|id| stores.get(at(id).ok()?))
                .collect()
        }
    };
    let verdicts = within.into_iter().flat_map(|store| {
        let cells = store.cells.iter();
        cells.map(|cell| {
            (
                store.component,
                cell.disruption,
                cell.verdict(bounded, bound),
            )
        })
    });
    Objective {
        by,
        words: demand.words(),
        span: demand.span,
        bounded,
        bound,
        verdicts: verdicts.collect(),
    }
}

/// Returns the stores that a quality is said of; `None` for all.
fn in_scope(
    model: &Model,
    requirement: &Requirement,
    goals: &[GoalRecovery],
) -> Option<BTreeSet<Id<Component>>> {
    if requirement.is_global() {
        return None;
    }
    let mut stores = BTreeSet::new();
    let mut asked = BTreeSet::new();
    for element in &requirement.scope {
        match element {
            Element::Component(id) => _ = stores.insert(*id),
            Element::Api(id) => {
                let operations = model.apis[*id].operations.iter();
                asked.extend(operations.map(|id| Element::Operation(*id)));
            }
            Element::Requirement(id) => asked.extend(model.linked_to(*id).iter().copied()),
            Element::Entity(entity) => {
                let keeps = |it: &Component| it.facts.data("stores").any(|it| it.entity == *entity);
                let keepers = model.components.iter().filter(|(_, it)| keeps(it));
                stores.extend(keepers.map(|(id, _)| id));
            }
            other => _ = asked.insert(*other),
        }
    }
    stores.extend(needed_by(goals, &asked));
    Some(stores)
}

fn needed_by(goals: &[GoalRecovery], asked: &BTreeSet<Element>) -> BTreeSet<Id<Component>> {
    let goals = goals.iter().filter(|goal| asked.contains(&goal.of));
    goals.flat_map(|goal| goal.stores.iter().copied()).collect()
}
