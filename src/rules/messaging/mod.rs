//! What is sent and comes later.

pub mod dangling_queue;
pub mod missing_dead_letter;
pub mod non_idempotent_consumer;
pub mod ordering_not_guaranteed;
pub mod socket_fanout_without_broker;
pub mod unbounded_queue;

use std::collections::{BTreeMap, BTreeSet};

use crate::lint::Design;
use crate::model::{Component, Entity, FactItem, Id, Relation, Schedule};
use crate::vocabulary::Traits;

/// Returns the queues and topics.
pub(super) fn media(design: &Design<'_>) -> Vec<Id<Component>> {
    let all = design.model.components.iter();
    all.filter(|(_, component)| component.is(Traits::MEDIUM))
        .map(|(id, _)| id)
        .collect()
}

/// Returns who takes messages from a medium, with the connection: those it sends to,
/// those that pull from it, and those that call it because they run on it.
pub(super) fn consumers(
    design: &Design<'_>,
    medium: Id<Component>,
) -> BTreeMap<Id<Component>, Id<Relation>> {
    let mut found = BTreeMap::new();
    for (id, relation) in design.model.outgoing(medium) {
        if !design.component(relation.to).is(Traits::OBSERVES) {
            found.entry(relation.to).or_insert(id);
        }
    }
    for (id, relation) in design.model.incoming(medium) {
        let pulls = relation.facts.has("reads") && relation.facts.is_unstated("writes");
        if pulls || runs_on(design, relation.from, medium) {
            found.entry(relation.from).or_insert(id);
        }
    }
    found
}

pub(super) fn runs_on(
    design: &Design<'_>,
    component: Id<Component>,
    medium: Id<Component>,
) -> bool {
    let items = design.component(component).facts.items("runs");
    items
        .iter()
        .any(|item| matches!(item, FactItem::Schedule(Schedule::On(id)) if *id == medium))
}

/// Returns the entities that messages carry: as stated of the medium, of what enters
/// it and of what leaves it.
pub(super) fn carried(design: &Design<'_>, id: Id<Component>) -> BTreeSet<Id<Entity>> {
    let leaving = design.model.outgoing(id).flat_map(|(_, relation)| {
        let keys = ["reads", "writes", "carries"].into_iter();
        keys.flat_map(|key| relation.facts.data(key))
    });
    let mut found = design.entities_in(id);
    found.extend(leaving.map(|data| data.entity));
    found
}
