//! What is added, and how it piles up.

use std::collections::{BTreeMap, BTreeSet};

use super::{keeps, population, unshown};
use crate::analysis::figures::{YEAR, assumed, given, rate, stated};
use crate::analysis::input::Input;
use crate::analysis::storage::Rows;
use crate::analysis::uses::Uses;
use crate::model::{
    Component, Element, Entity, FactItem, FactValue, Facts, FieldType, Id, Link, Model, Operation,
};
use crate::quantity::{Dimension, Quantity};

/// What piles up of one entity, or of anything that comes at an even rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Volume {
    /// Rows added each second.
    pub added_per_second: f64,
    /// Bytes of a row.
    pub row: f64,
    /// Seconds for which a row is kept; infinite where it stays.
    pub retention: f64,
    /// How many times everything is kept.
    pub copies: f64,
    /// What indexes add, as a share of the row.
    pub index: f64,
    /// How many times smaller it is made.
    pub compression: f64,
    /// Bytes of the rows that are there now, in one copy, without indexes, compressed.
    pub before: f64,
}

impl Volume {
    /// Returns the bytes after so many seconds.
    ///
    /// The rows of now are taken to stay, also where those that come are kept for a while.
    pub fn after(&self, seconds: f64) -> f64 {
        let rows = self.added_per_second * seconds.min(self.retention);
        let added = rows * self.row / self.compression;
        (added + self.before) * self.copies * (1.0 + self.index)
    }

    fn per_second(&self) -> f64 {
        self.added_per_second * self.row * self.copies * (1.0 + self.index) / self.compression
    }
}

/// Returns after how many seconds several volumes reach so many bytes together;
/// infinite if never.
pub(super) fn reaches(volumes: impl Iterator<Item = Volume>, bytes: f64) -> f64 {
    let mut volumes: Vec<Volume> = volumes.collect();
    volumes.sort_by(|a, b| a.retention.total_cmp(&b.retention));
    let mut there: f64 = volumes.iter().map(|it| it.after(0.0)).sum();
    if there >= bytes {
        return 0.0;
    }
    let mut now = 0.0;
    for (index, volume) in volumes.iter().enumerate() {
        let growth: f64 = volumes[index..].iter().map(Volume::per_second).sum();
        let until = volume.retention;
        if growth > 0.0 {
            let full = now + (bytes - there) / growth;
            if full <= until {
                return full;
            }
            there += growth * (until - now);
        }
        now = until;
    }
    f64::INFINITY
}

/// Who writes an entity into a store, and how often.
#[derive(Clone, Debug)]
pub struct Addition {
    /// The operation or flow; the entity itself where it states its growth.
    pub of: Element,
    /// How often that happens, on average.
    pub rate: Input,
    /// How often it writes one each time.
    pub times: f64,
    /// Rows written each second, on average.
    pub per_second: f64,
    /// Whether each adds a row, rather than changing one that is there.
    pub adds: bool,
    /// Whether that is stated, or follows from an HTTP method that creates.
    pub certain: bool,
    /// Why it is taken to add or to change.
    pub why: &'static str,
}

/// What is written into each store, of each entity.
pub(super) type Additions = BTreeMap<(Id<Component>, Id<Entity>), Vec<Addition>>;

pub(super) fn additions(model: &Model, uses: &Uses<'_>, rows: &Rows<'_>) -> Additions {
    let mut found = written(model, uses);
    for (of, store, entity) in unshown(model, uses) {
        let Some(rate) = uses.rates.get(&of) else {
            continue;
        };
        let (adds, certain, why) = effect(model, of, entity, None, false);
        found.entry((store, entity)).or_default().push(Addition {
            of,
            rate: rate.input.clone(),
            times: 1.0,
            per_second: rate.average,
            adds,
            certain,
            why,
        });
    }
    follow(model, &mut found);
    for ((_, entity), list) in &mut found {
        if let Some(grown) = stated_growth(model, rows, *entity) {
            list.retain(|it| !it.adds);
            list.push(grown);
        }
    }
    keep_grown(model, rows, &mut found);
    found
}

/// Returns what the steps of flows write.
fn written(model: &Model, uses: &Uses<'_>) -> Additions {
    let mut found = Additions::new();
    let mut read = BTreeSet::new();
    let mut flow = None;
    for step in &uses.all {
        if flow != Some(step.flow) {
            (flow, read) = (Some(step.flow), BTreeSet::new());
        }
        let to = step.relation(model).to;
        read.extend(step.reads.iter().map(|entity| (to, *entity)));
        let Some(rate) = uses
            .rates
            .get(&step.of)
            .filter(|_| keeps(&model.components[to]))
        else {
            continue;
        };
        for entity in &step.writes {
            let seen = read.contains(&(to, *entity));
            let (adds, certain, why) = effect(model, step.of, *entity, Some(step.link), seen);
            found.entry((to, *entity)).or_default().push(Addition {
                of: step.of,
                rate: rate.input.clone(),
                times: step.times,
                per_second: uses.average(step),
                adds,
                certain,
                why,
            });
        }
    }
    found
}

/// Returns whether a write adds a row, whether that is certain, and why; the step that
/// writes it is given where there is one.
pub(in crate::analysis) fn effect(
    model: &Model,
    of: Element,
    entity: Id<Entity>,
    step: Option<&Link>,
    read_before: bool,
) -> (bool, bool, &'static str) {
    if read_before {
        return (
            false,
            false,
            "the flow reads it first, and changes what is there",
        );
    }
    let counted = model.entities[entity].about.has("count");
    let changes = counted && step.is_some_and(|link| changes_in_place(&link.facts));
    let Element::Operation(id) = of else {
        return match changes {
            true => (false, false, CHANGES_A_COUNTED_ONE),
            false => (true, false, "each write is taken to add one"),
        };
    };
    let operation = &model.operations[id];
    match operation.verb.0 {
        "DELETE" => (false, false, "it deletes"),
        "PATCH" => (false, false, "it changes what is there"),
        _ if names_one(model, operation, entity) => {
            (false, false, "the caller names one that is there")
        }
        "PUT"
            if operation
                .route
                .as_ref()
                .is_some_and(|(route, _)| !route.contains('{')) =>
        {
            (false, false, "the caller has only one")
        }
        "PUT" if names_a_counted_one(model, operation, entity) => {
            (false, false, NAMES_A_COUNTED_ONE)
        }
        "POST" if changes && operation.result_entities().all(|(it, _)| it != entity) => {
            (false, false, CHANGES_A_COUNTED_ONE)
        }
        "POST" => (true, true, "`POST` creates"),
        "rpc" if counted && gives_key(model, operation, entity) => {
            (false, false, NAMES_A_COUNTED_ONE)
        }
        _ if changes => (false, false, CHANGES_A_COUNTED_ONE),
        _ => (true, false, "each write is taken to add one"),
    }
}

const CHANGES_A_COUNTED_ONE: &str = "it changes one of those that are counted";
const NAMES_A_COUNTED_ONE: &str = "the caller names one of those that are counted";

/// Tells whether a step says that it writes where something is already: it takes care
/// that nobody else changed it, or writes the same however often it is done. A key
/// against repetition does not say that: it guards what is added, too.
fn changes_in_place(facts: &Facts) -> bool {
    let same = facts.get("idempotent");
    let same = same.is_some_and(|fact| fact.value == FactValue::Open);
    facts.has("locking") && !facts.says("locking", "unique") || same
}

/// Tells whether a call that may be repeated gives the key of an entity, so that it
/// writes the one of that key.
fn gives_key(model: &Model, operation: &Operation, entity: Id<Entity>) -> bool {
    let same = operation.facts.get("idempotent");
    let row = &model.entities[entity];
    let is_key = |name: &str| row.field(name).is_some_and(|it| it.is("key"));
    same.is_some_and(|fact| fact.value == FactValue::Open)
        && operation.parameters.iter().any(|it| is_key(&it.name))
}

/// Tells whether a caller says which one of an entity is meant: a parameter is one, or
/// a part of the route is its id.
fn names_one(model: &Model, operation: &Operation, entity: Id<Entity>) -> bool {
    let name = model.entities[entity].head.name.to_lowercase();
    let given = |ty: &FieldType| *ty == FieldType::Entity(entity);
    if operation.parameters.iter().any(|it| given(&it.ty)) {
        return true;
    }
    let route = operation
        .route
        .as_ref()
        .map_or("", |(route, _)| route.as_str());
    let mut parts = route
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split('}').next());
    parts.any(|part| {
        let part = part.to_lowercase();
        part == name
            || part
                .strip_suffix("id")
                .map(|it| it.trim_end_matches(['_', '-']))
                == Some(&name)
    })
}

/// Tells whether a route ends in the key of an entity of which it is said how many there are.
fn names_a_counted_one(model: &Model, operation: &Operation, entity: Id<Entity>) -> bool {
    let row = &model.entities[entity];
    let last = operation.route.as_ref().and_then(|(route, _)| {
        let last = route.rsplit('/').next()?;
        last.strip_prefix('{')?.strip_suffix('}')
    });
    let key = last
        .and_then(|name| row.field(name))
        .filter(|it| it.is("key"));
    key.is_some() && row.about.has("count")
}

/// What follows the changes of a store gets what the store gets.
fn follow(model: &Model, found: &mut Additions) {
    let feeds = model
        .relations
        .rows()
        .iter()
        .filter(|it| it.facts.has("mode"));
    let feeds: Vec<_> = feeds.collect();
    // A copy of a copy of a copy …: further ones are not followed.
    for _ in 0..4 {
        let mut more = Additions::new();
        for feed in feeds.iter().filter(|it| keeps(&model.components[it.to])) {
            for data in feed.writes() {
                let at = (feed.to, data.entity);
                let source = found.get(&(feed.from, data.entity));
                if let (false, Some(source)) = (found.contains_key(&at), source) {
                    more.insert(at, source.clone());
                }
            }
        }
        if more.is_empty() {
            return;
        }
        found.extend(more);
    }
}

/// Stores that only say that they keep an entity have it grow as the entity says.
fn keep_grown(model: &Model, rows: &Rows<'_>, found: &mut Additions) {
    for (id, component) in model.components.iter().filter(|(_, it)| keeps(it)) {
        for data in component.facts.data("stores") {
            let at = (id, data.entity);
            if !found.contains_key(&at)
                && let Some(grown) = stated_growth(model, rows, data.entity)
            {
                found.insert(at, vec![grown]);
            }
        }
    }
}

/// Returns how fast an entity says that it grows.
fn stated_growth(model: &Model, rows: &Rows<'_>, id: Id<Entity>) -> Option<Addition> {
    let entity = &model.entities[id];
    let fact = entity.about.present("growth")?;
    let quantity = entity
        .about
        .items("growth")
        .iter()
        .find_map(|item| match item {
            FactItem::Quantity(quantity) => Some(quantity.as_ref()),
            _ => None,
        })?;
    let (per_second, certain) = growth(quantity, rows.row(id).bytes, population(entity))?;
    let input = stated(&entity.about, "growth", &entity.head.name);
    let why = "the entity states its growth";
    let name = format!("{}.growth", entity.head.name);
    Some(Addition {
        of: Element::Entity(id),
        rate: input.unwrap_or_else(|| assumed(name, per_second, rate(per_second), why)),
        times: 1.0,
        per_second,
        adds: true,
        certain: certain && matches!(given(fact), crate::analysis::input::Given::Stated(_)),
        why,
    })
}

/// Returns rows a second of a growth: a rate, bytes in a time, or a share of what is
/// there, which is taken to be meant of a year.
fn growth(quantity: &Quantity, row: f64, before: Option<Input>) -> Option<(f64, bool)> {
    let number = quantity.to_f64();
    match quantity.dimension {
        Dimension::RATE => Some((number, true)),
        Dimension::BANDWIDTH if row > 0.0 => Some((number / row, true)),
        Dimension::NUMBER => {
            let share = if quantity.is_multiple() {
                number - 1.0
            } else {
                number
            };
            Some((before?.value * share.max(0.0) / YEAR, false))
        }
        _ => None,
    }
}
