//! Connections that stay open: pools of callers, and sockets of users.

use std::collections::BTreeSet;

use super::held::Held;
use super::{Concurrency, Counted, Limit, Pools};
use crate::analysis::figures::{given, missing, relation_name, replicas, stated};
use crate::analysis::input::Input;
use crate::analysis::uses::Uses;
use crate::model::{Component, Element, Id, Model, Relation};
use crate::syntax::tree::Arrow;
use crate::vocabulary::Traits;

pub(super) fn pool_limits(model: &Model, uses: &Uses<'_>, held: &Held, found: &mut Concurrency) {
    for (id, relation) in model.relations.iter() {
        let of = Element::Relation(id);
        if let Some(stated) = stated(&relation.facts, "pool", &relation_name(model, id)) {
            found.limits.push(Limit {
                counted: Counted::Pool,
                stated: Some(stated),
                replicas: replicas(&model.components[relation.from]),
                ..held.limit(model, uses, of)
            });
        }
    }
}

/// Returns the components that hold a connection open for each user who is there.
pub(super) fn sockets(model: &Model) -> BTreeSet<Id<Component>> {
    let outside = model
        .components
        .iter()
        .filter(|(_, it)| it.is(Traits::OUTSIDE));
    let mut open: Vec<Id<Component>> = outside.map(|(id, _)| id).collect();
    let mut found = BTreeSet::new();
    while let Some(from) = open.pop() {
        for (_, relation) in model.outgoing(from) {
            let inside = !model.components[relation.to].is_outside();
            if inside && stays_open(relation) && found.insert(relation.to) {
                open.push(relation.to);
            }
        }
    }
    found
}

fn stays_open(relation: &Relation) -> bool {
    let protocols = ["websocket", "wss", "sse", "long-poll"];
    relation.arrow == Arrow::Duplex
        || protocols
            .iter()
            .any(|it| relation.facts.says("protocol", it))
}

pub(super) fn socket_limits(
    model: &Model,
    sockets: &BTreeSet<Id<Component>>,
    found: &mut Concurrency,
) {
    let Some(users) = users_at_once(model) else {
        for id in sockets {
            let what = format!(
                "nothing says how many users `{}` holds at the same moment",
                model.name(*id)
            );
            found
                .missing
                .push(missing(model, Element::Component(*id), what));
        }
        return;
    };
    for id in sockets {
        let component = &model.components[*id];
        found.limits.push(Limit {
            of: Element::Component(*id),
            counted: Counted::Sockets,
            stated: stated(&component.facts, "connections", model.name(*id)),
            replicas: replicas(component),
            per_second: 0.0,
            needed: users.value,
            at_least: users.value,
            inputs: vec![users.clone()],
            missing: Vec::new(),
        });
    }
}

/// Returns how many users are there at the same moment: the most that a load or a client
/// states.
fn users_at_once(model: &Model) -> Option<Input> {
    let loads = model
        .loads
        .rows()
        .iter()
        .map(|load| (&load.facts, &load.head.name));
    let outside = model
        .components
        .rows()
        .iter()
        .filter(|it| it.is(Traits::OUTSIDE));
    let clients = outside.map(|client| (&client.facts, &client.head.path));
    let stated = loads.chain(clients).filter_map(|(facts, owner)| {
        let (fact, quantity) = (facts.get("concurrent")?, facts.quantity("concurrent")?);
        Some(Input {
            name: format!("{owner}.concurrent"),
            value: quantity.to_f64(),
            words: quantity.to_string(),
            given: given(fact),
        })
    });
    stated.max_by(|a, b| a.value.total_cmp(&b.value).then(b.name.cmp(&a.name)))
}

/// Adds up the pools of each component that says how many connections it holds.
pub(super) fn pools(model: &Model) -> Vec<Pools> {
    let mut found = Vec::new();
    for (id, component) in model.components.iter() {
        let stated = stated(&component.facts, "connections", model.name(id));
        let (Some(stated), Some(replicas)) = (stated, replicas(component)) else {
            continue;
        };
        let mut open = 0.0;
        let mut inputs = Vec::new();
        for (relation, row) in model.incoming(id) {
            let pool = self::stated(&row.facts, "pool", &relation_name(model, relation));
            let callers = self::replicas(&model.components[row.from]);
            if let (Some(pool), Some(callers)) = (pool, callers) {
                open += pool.value * callers.value;
                inputs.extend([pool, callers]);
            }
        }
        if !inputs.is_empty() {
            let held = stated.value * replicas.value;
            inputs.extend([stated, replicas]);
            found.push(Pools {
                component: id,
                open,
                held,
                inputs,
            });
        }
    }
    found
}
