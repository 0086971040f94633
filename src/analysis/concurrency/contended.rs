//! What many change at once, and for how long others must wait or may get in between.

use std::collections::{BTreeMap, BTreeSet};

use super::Contended;
use super::held::{Held, silences};
use crate::analysis::storage::population;
use crate::analysis::uses::{Use, Uses, waits};
use crate::model::{Component, Element, Entity, GroupKind, Id, Model, Relation};

/// What is kept where.
type At = (Id<Component>, Id<Entity>);

/// Returns what many change at once: what says that it is, and what is locked.
pub(super) fn contended(model: &Model, uses: &Uses<'_>, held: &Held) -> Vec<Contended> {
    let mut found: BTreeMap<At, Contended> = BTreeMap::new();
    let mut silent: BTreeMap<At, BTreeSet<Id<Relation>>> = BTreeMap::new();
    for (index, step) in uses.all.iter().enumerate() {
        let component = step.relation(model).to;
        let Some(rate) = uses.rates.get(&step.of).filter(|_| step.times > 0.0) else {
            continue;
        };
        for &entity in &step.writes {
            let locking = locking(model, step, component);
            if locking.is_none() && !model.entities[entity].about.has("contended") {
                continue;
            }
            let at = (component, entity);
            let row = found.entry(at).or_insert_with(|| Contended {
                component,
                entity,
                is_said: model.entities[entity].about.has("contended"),
                locking: None,
                rows: population(&model.entities[entity]),
                per_second: 0.0,
                held: 0.0,
                inputs: Vec::new(),
                missing: Vec::new(),
            });
            let mut seconds = 0.0;
            for part in window(model, uses, index, entity, locking.as_deref()) {
                seconds += held.own[part].estimate;
                match &held.inputs[part] {
                    Some(input) => row.inputs.push(input.clone()),
                    None => {
                        _ = silent
                            .entry(at)
                            .or_default()
                            .insert(uses.all[part].link.relation)
                    }
                }
            }
            let writes = rate.peak * step.times;
            row.held += seconds * writes;
            row.per_second += writes;
            row.locking = row.locking.take().or(locking);
        }
    }
    let rows = found.into_iter().map(|(at, row)| Contended {
        held: if row.per_second > 0.0 {
            row.held / row.per_second
        } else {
            0.0
        },
        missing: silent
            .get(&at)
            .map_or_else(Vec::new, |it| silences(model, it)),
        ..row
    });
    rows.collect()
}

fn locking(model: &Model, step: &Use<'_>, store: Id<Component>) -> Option<String> {
    let own = step.word("locking");
    let operation = match step.of {
        Element::Operation(id) => model.operations[id].facts.word("locking"),
        _ => None,
    };
    let store = model.components[store].facts.word("locking");
    own.or(operation).or(store).map(str::to_owned)
}

/// Returns the steps of the flow during which others must wait, or may get in between: the
/// transaction around a write; without one, or where nobody waits, all from the first
/// step that touches the same thing.
fn window(
    model: &Model,
    uses: &Uses<'_>,
    write: usize,
    entity: Id<Entity>,
    locking: Option<&str>,
) -> Vec<usize> {
    let step = &uses.all[write];
    let store = step.relation(model).to;
    let start = uses.all[..write]
        .iter()
        .rposition(|it| it.flow != step.flow)
        .map_or(0, |it| it + 1);
    let waited = matches!(locking, Some("pessimistic" | "lease"));
    let atomic = step
        .around
        .iter()
        .find(|(group, _)| group.kind == GroupKind::Atomic);
    if let (true, Some((atomic, _))) = (waited, atomic) {
        let inside = |it: &Use<'_>| {
            it.around
                .iter()
                .any(|(group, _)| std::ptr::eq(*group, *atomic))
        };
        let flow = uses.all.iter().enumerate().skip(start);
        let flow = flow.take_while(|(_, it)| it.flow == step.flow);
        return flow
            .filter(|(_, it)| inside(it))
            .map(|(index, _)| index)
            .collect();
    }
    if waited {
        return vec![write];
    }
    let touches = |it: &Use<'_>| it.relation(model).to == store && it.reads.contains(&entity);
    let first = (start..write)
        .find(|index| touches(&uses.all[*index]))
        .unwrap_or(write);
    (first..=write)
        .filter(|index| waits(model, &uses.all[*index]))
        .collect()
}
