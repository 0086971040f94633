//! What two who act at once see and do to each other.

pub mod claim_after_slow_step;
pub mod cross_service_transaction;
pub mod dual_write;
pub mod quorum_not_overlapping;
pub mod stale_read_under_strong_consistency;
pub mod unprotected_contended_update;
pub mod write_to_replica;

use crate::lint::Design;
use crate::model::{Component, Fact, FactValue, Id, Origin};
use crate::vocabulary::Traits;

use crate::lint::visits::Visit;

/// What keeps two writers of the same thing apart.
pub(super) enum Guard<'d> {
    /// Something does.
    Kept,
    /// It is said that nothing does.
    Refused(&'d Fact),
    /// Nothing is said.
    Unstated,
}

/// Returns what keeps a write apart from another of the same thing: a lock, a
/// condition, a unique constraint, one writer for each key, or transactions of a
/// store that keeps them apart.
pub(super) fn guard<'a>(design: &Design<'a>, visit: &Visit<'a>) -> Guard<'a> {
    let store = design.component(visit.to);
    let stated = visit
        .fact(design, "locking")
        .or_else(|| store.facts.get("locking"));
    match stated {
        Some(fact) if fact.value != FactValue::Absent => return Guard::Kept,
        _ if isolated(design, visit)
            || serializable(design, visit)
            || one_at_a_time(design, visit.from) =>
        {
            return Guard::Kept;
        }
        _ => {}
    }
    stated.map_or(Guard::Unstated, Guard::Refused)
}

/// Tells whether transactions are said to run as if one after the other.
fn isolated<'a>(design: &Design<'a>, visit: &Visit<'a>) -> bool {
    let around = visit.around.iter().map(|group| &group.facts);
    let store = &design.component(visit.to).facts;
    let mut said = around.chain([visit.facts, store]);
    said.any(|facts| facts.says("isolation", "serializable"))
}

/// Tells whether a write stands in a transaction of a store that answers as if
/// transactions ran one after the other.
fn serializable(design: &Design<'_>, visit: &Visit<'_>) -> bool {
    let facts = &design.component(visit.to).facts;
    let atomic = visit
        .around
        .iter()
        .any(|group| group.kind == crate::model::GroupKind::Atomic);
    atomic && facts.says("consistency", "strong") && facts.says("transactions", "multi")
}

/// Tells whether a component does its work in the order of a queue, or under a lock
/// that it takes elsewhere.
fn one_at_a_time(design: &Design<'_>, writer: Id<Component>) -> bool {
    let ordered = |id: Id<Component>| {
        let medium = design.component(id);
        let stated = medium.facts.present("ordering").is_some_and(|fact| {
            !matches!(fact.origin, Origin::Technology(..)) || medium.kind.name == "topic"
        });
        medium.is(Traits::MEDIUM) && stated
    };
    let model = design.model;
    let from_queue = model
        .incoming(writer)
        .any(|(_, relation)| ordered(relation.from));
    let pulled = model
        .outgoing(writer)
        .any(|(_, relation)| relation.facts.has("reads") && ordered(relation.to));
    let locks = model.outgoing(writer).any(|(_, relation)| {
        let to = design.component(relation.to);
        to.is(Traits::CONTROL_PLANE)
    });
    from_queue || pulled || locks
}
