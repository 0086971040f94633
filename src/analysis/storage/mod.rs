//! How much each store keeps, now and later, and when it is full.
//!
//! Takes a model, gives for each store what it keeps of each entity and how fast
//! that grows: `λ·row·min(t, retention)·copies·(1 + index)/compression + before`.
//! What writes add and what they change in place is told apart by the operation.

mod growth;
mod row;

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::figures::{
    assumed, count, given, missing, replicas, replicas_or_one, stated, stated_as,
};
use crate::analysis::input::{Input, Missing};
use crate::analysis::load::often::Entities;
use crate::analysis::uses::{Uses, touched, uses};
use crate::model::{Component, Element, Entity, FactItem, FactValue, Id, Model};
use crate::quantity::Dimension;
use crate::vocabulary::Traits;

pub(in crate::analysis) use growth::effect;
pub use growth::{Addition, Volume};
pub use row::Row;

pub(in crate::analysis) use row::Rows;

/// Copies of what is spread over shards, where nothing says how many there are; a rule of
/// thumb.
const COPIES: f64 = 3.0;
/// The largest number of a key of 32 bits.
const LARGEST_INT32: f64 = 2_147_483_647.0;

/// What all stores keep.
#[derive(Clone, Debug, Default)]
pub struct Storage {
    /// The stores, in the order of the components; caches are not among them.
    pub stores: Vec<Store>,
    /// The keys that can run out.
    pub keys: Vec<KeySpace>,
    /// What would be needed to say more.
    pub missing: Vec<Missing>,
}

/// What one store keeps.
#[derive(Clone, Debug)]
pub struct Store {
    /// The store.
    pub component: Id<Component>,
    /// What it keeps, in the order of the entities.
    pub kept: Vec<Kept>,
    /// How many times it keeps everything.
    pub copies: Input,
    /// The bytes that it can keep, each counted once however often it is copied.
    pub room: Option<Input>,
    /// The bytes that one shard can keep.
    pub shard_room: Option<Input>,
    /// What would be needed to say more.
    pub missing: Vec<Missing>,
}

/// What a store keeps of one entity.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The entity.
    pub entity: Id<Entity>,
    /// One row.
    pub row: Row,
    /// What its indexes add to each row, in bytes.
    pub index: Option<Input>,
    /// How many there are now, if it is stated.
    pub before: Option<Input>,
    /// Who writes it, and how often.
    pub additions: Vec<Addition>,
    /// How long one is kept, in seconds; infinite where it is stated to be kept for good.
    /// Where nothing says it is taken to be kept for good too.
    pub retention: Option<Input>,
}

/// The numbers that a key can take.
#[derive(Clone, Debug)]
pub struct KeySpace {
    /// The entity.
    pub entity: Id<Entity>,
    /// The key field.
    pub field: String,
    /// The numbers that are left.
    pub left: f64,
    /// How many are taken each second.
    pub taken_per_second: f64,
    /// After how many seconds none is left.
    pub lasts: f64,
}

/// Returns what the stores of a design keep.
pub fn storage(model: &Model) -> Storage {
    storage_of(model, &uses(model))
}

/// As [`storage`], where the uses are known.
pub(in crate::analysis) fn storage_of(model: &Model, uses: &Uses<'_>) -> Storage {
    let rows = Rows::new(model);
    let additions = growth::additions(model, uses, &rows);
    let mut missing = uses.missing.clone();
    let mut stores = Vec::new();
    for (id, component) in model.components.iter().filter(|(_, it)| keeps(it)) {
        let mut entities: Entities = component.facts.data("stores").map(|it| it.entity).collect();
        let written = additions.range((id, Id::new(0))..=(id, Id::new(u32::MAX as usize)));
        entities.extend(written.map(|((_, entity), _)| *entity));
        if entities.is_empty() {
            let what = format!("nothing says what `{}` keeps", component.head.path);
            missing.push(self::missing(model, Element::Component(id), what));
            continue;
        }
        let kept = entities.iter().map(|entity| {
            let additions = additions.get(&(id, *entity));
            kept(model, &rows, component, *entity, additions)
        });
        stores.push(store(model, id, kept.collect()));
    }
    let keys = key_spaces(model, &stores);
    Storage {
        stores,
        keys,
        missing,
    }
}

impl Storage {
    /// Returns what one store keeps.
    pub fn of(&self, component: Id<Component>) -> Option<&Store> {
        let at = self
            .stores
            .binary_search_by_key(&component, |store| store.component);
        self.stores.get(at.ok()?)
    }
}

impl Store {
    /// Returns the bytes of one copy with its indexes, so many seconds from now.
    pub fn bytes_after(&self, seconds: f64) -> f64 {
        self.kept.iter().map(|it| it.volume().after(seconds)).sum()
    }

    /// Returns the bytes of all copies with their indexes, so many seconds from now.
    pub fn disk_after(&self, seconds: f64) -> f64 {
        self.bytes_after(seconds) * self.copies.value
    }

    /// Returns the bytes that are there at the least, whatever is not stated: rows of
    /// a stated size that are counted, or added and kept for a stated time.
    pub fn at_least_after(&self, seconds: f64) -> f64 {
        self.kept.iter().map(|it| it.certain().after(seconds)).sum()
    }

    /// Returns after how many seconds it is full: infinite if never, `None` where
    /// nothing says how much it can keep.
    pub fn full_after(&self) -> Option<f64> {
        let room = self.room.as_ref()?.value;
        Some(growth::reaches(self.kept.iter().map(Kept::volume), room))
    }

    /// Returns after how many seconds it is certainly full.
    pub fn certainly_full_after(&self) -> Option<f64> {
        let room = self.room.as_ref()?.value;
        Some(growth::reaches(self.kept.iter().map(Kept::certain), room))
    }

    /// Returns what takes most, so many seconds from now.
    pub fn largest_after(&self, seconds: f64) -> Option<&Kept> {
        let bytes = |it: &Kept| it.volume().after(seconds);
        self.kept
            .iter()
            .rev()
            .max_by(|a, b| bytes(a).total_cmp(&bytes(b)))
    }

    /// Returns how many shards it takes, so many seconds from now; `None` where
    /// nothing says how much one can keep.
    pub fn shards_after(&self, seconds: f64) -> Option<f64> {
        let room = self.shard_room.as_ref()?.value;
        (room > 0.0).then(|| (self.bytes_after(seconds) / room).ceil().max(1.0))
    }
}

impl Kept {
    /// Returns how many rows are added each second.
    pub fn added_per_second(&self) -> f64 {
        let adding = self.additions.iter().filter(|it| it.adds);
        adding.map(|it| it.per_second).sum()
    }

    /// Returns how much of it there is over time, in one copy with its indexes.
    pub fn volume(&self) -> Volume {
        Volume {
            added_per_second: self.added_per_second(),
            row: self.row.bytes,
            retention: self.retention.as_ref().map_or(f64::INFINITY, |it| it.value),
            copies: 1.0,
            index: self.index_share(),
            compression: 1.0,
            before: self.before.as_ref().map_or(0.0, |it| it.value) * self.row.bytes,
        }
    }

    /// Returns what is certain of it: without indexes, and of additions only those
    /// that are kept for a stated time.
    fn certain(&self) -> Volume {
        let stated = if self.row.is_stated() { 1.0 } else { 0.0 };
        let adding = self.additions.iter().filter(|it| it.adds && it.certain);
        let added: f64 = adding.map(|it| it.per_second).sum();
        let volume = self.volume();
        Volume {
            added_per_second: if self.retention.is_some() { added } else { 0.0 },
            row: volume.row * stated,
            index: 0.0,
            before: volume.before / (1.0 + volume.index) * stated,
            ..volume
        }
    }

    fn index_share(&self) -> f64 {
        match &self.index {
            Some(index) if self.row.bytes > 0.0 => index.value / self.row.bytes,
            _ => 0.0,
        }
    }
}

/// Tells whether data piles up in a component: in stores that are no caches, and in
/// topics that say how long they keep it.
fn keeps(component: &Component) -> bool {
    if component.is_outside() || component.is(Traits::CACHES) {
        return false;
    }
    let topic = component.kind.name == "topic" && component.facts.has("retention");
    topic || component.is(Traits::STORES)
}

fn kept(
    model: &Model,
    rows: &Rows<'_>,
    component: &Component,
    entity: Id<Entity>,
    additions: Option<&Vec<Addition>>,
) -> Kept {
    let row = &model.entities[entity];
    let indexed = component.is(Traits::STORES);
    Kept {
        entity,
        row: rows.row(entity),
        index: rows.index(entity).filter(|_| indexed),
        before: population(row).filter(|_| indexed),
        additions: additions.cloned().unwrap_or_default(),
        retention: retention(row, component),
    }
}

/// Returns how many of an entity there are now, if it is stated.
pub(in crate::analysis) fn population(entity: &Entity) -> Option<Input> {
    let name = &entity.head.name;
    stated(&entity.about, "count", name).or_else(|| {
        let (count, fact) = (entity.about.count("count")?, entity.about.get("count")?);
        let value = count.least as f64;
        let known = !count.many;
        known.then(|| Input {
            name: format!("{name}.count"),
            value,
            words: self::count(value),
            given: given(fact),
        })
    })
}

/// Returns how long a component keeps one of an entity: the shorter of what both say.
pub(in crate::analysis) fn retention(entity: &Entity, component: &Component) -> Option<Input> {
    let own = retention_in(&entity.about, &entity.head.name);
    let there = retention_in(&component.facts, &component.head.path);
    match (own, there) {
        (Some(own), Some(there)) if there.value < own.value => Some(there),
        (own, there) => own.or(there),
    }
}

fn retention_in(facts: &crate::model::Facts, owner: &str) -> Option<Input> {
    let fact = facts.present("retention")?;
    let for_good = || {
        let FactValue::Items(items) = &fact.value else {
            return None;
        };
        items.iter().find_map(|item| match item {
            FactItem::Word(word) => Some(Input {
                name: format!("{owner}.retention"),
                value: f64::INFINITY,
                words: word.clone(),
                given: given(fact),
            }),
            _ => None,
        })
    };
    stated(facts, "retention", owner).or_else(for_good)
}

fn store(model: &Model, id: Id<Component>, kept: Vec<Kept>) -> Store {
    let component = &model.components[id];
    let copies = copies(component);
    let shard_room = shard_room(component);
    let room = room(component, &copies);
    let mut missing: Vec<Missing> = Vec::new();
    for it in &kept {
        missing.extend(it.row.missing.iter().cloned());
        missing.extend(gaps(model, component, it));
    }
    if component.facts.has("compression") {
        let what = format!(
            "nothing says how much smaller `{}` makes things",
            component.head.path
        );
        missing.push(self::missing(model, Element::Component(id), what));
    }
    Store {
        component: id,
        kept,
        copies,
        room,
        shard_room,
        missing,
    }
}

fn gaps(model: &Model, component: &Component, kept: &Kept) -> Vec<Missing> {
    let entity = &model.entities[kept.entity];
    let name = &entity.head.name;
    let mut what = Vec::new();
    if kept.before.is_none() && !kept.additions.iter().any(|it| it.adds) {
        let store = &component.head.path;
        what.push(format!(
            "nothing says how many `{name}` there are in `{store}`, or how many are added"
        ));
    }
    if kept.retention.is_none() && kept.added_per_second() > 0.0 {
        what.push(format!(
            "nothing says how long a `{name}` is kept; it is taken to stay"
        ));
    }
    let missing = |what| self::missing(model, Element::Entity(kept.entity), what);
    what.into_iter().map(missing).collect()
}

/// Returns how many times a store keeps everything.
pub(in crate::analysis) fn copies(component: &Component) -> Input {
    let name = format!("{} copies", component.head.path);
    let facts = &component.facts;
    let quorum = facts.items("quorum").iter().find_map(|item| match item {
        FactItem::Named(key, number) if key == "n" => Some(number.to_f64()),
        _ => None,
    });
    if let (Some(number), Some(fact)) = (quorum, facts.get("quorum")) {
        let words = count(number);
        return Input {
            name,
            value: number.max(1.0),
            words,
            given: given(fact),
        };
    }
    let replicas = replicas_or_one(component);
    let run = replicas.value;
    let of = |value: f64, why: &str| assumed(name.clone(), value, count(value), why);
    let shards = facts.count("shards").map_or(0.0, |it| it.least as f64);
    if facts.is_absent("replication") {
        return of(1.0, "`replication` is none");
    }
    if shards > 1.0 {
        let evenly = run >= shards && run % shards == 0.0;
        let each = if evenly {
            run / shards
        } else {
            run.min(COPIES)
        };
        return of(each, "the replicas of each shard");
    }
    let spread = facts.has("shard") || component.is(Traits::MEDIUM);
    match spread {
        true => of(
            run.min(COPIES),
            "rule of thumb: at most three copies of each part where data is spread",
        ),
        false => {
            let standbys = facts.count("standbys").map_or(0.0, |it| it.least as f64);
            of(run + standbys, "each replica keeps everything")
        }
    }
}

/// Returns the bytes that fit: the stated `storage`, read as what can be kept however
/// often it is copied, else what the replicas take together.
fn room(component: &Component, copies: &Input) -> Option<Input> {
    let name = &component.head.path;
    if let Some(storage) = stated(&component.facts, "storage", name) {
        return Some(storage);
    }
    let (each, replicas) = (shard_room(component)?, replicas(component)?);
    let value = each.value * replicas.value / copies.value.max(1.0);
    Some(Input {
        name: format!("{name} room"),
        value,
        words: format!("{} × {} / {}", each.words, replicas.words, copies.words),
        given: each.given,
    })
}

fn shard_room(component: &Component) -> Option<Input> {
    stated_as(
        &component.facts,
        "capacity",
        &component.head.path,
        |quantity| quantity.dimension == Dimension::SIZE,
    )
}

/// Returns the keys of 32 bits that are numbered one by one.
fn key_spaces(model: &Model, stores: &[Store]) -> Vec<KeySpace> {
    let mut taken: BTreeMap<Id<Entity>, f64> = BTreeMap::new();
    for kept in stores.iter().flat_map(|store| &store.kept) {
        let rate = taken.entry(kept.entity).or_default();
        *rate = rate.max(kept.added_per_second());
    }
    let mut spaces = Vec::new();
    for (id, entity) in model.entities.iter() {
        let keys: Vec<_> = entity
            .fields
            .iter()
            .filter(|field| field.is("key"))
            .collect();
        let [key] = keys.as_slice() else { continue };
        if !matches!(key.ty, crate::model::FieldType::Scalar("int32", _)) {
            continue;
        }
        let taken_per_second = taken.get(&id).copied().unwrap_or(0.0);
        let before = population(entity).map_or(0.0, |it| it.value);
        let left = (LARGEST_INT32 - before).max(0.0);
        spaces.push(KeySpace {
            entity: id,
            field: key.name.clone(),
            left,
            taken_per_second,
            lasts: keys_last(left, taken_per_second),
        });
    }
    spaces
}

/// Returns for how many seconds the numbers that are left suffice.
pub fn keys_last(left: f64, taken_per_second: f64) -> f64 {
    match taken_per_second > 0.0 {
        true => left / taken_per_second,
        false => f64::INFINITY,
    }
}

/// Returns the stores that say that they keep each entity.
fn keepers(model: &Model) -> BTreeMap<Id<Entity>, BTreeSet<Id<Component>>> {
    let mut keepers: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for (id, component) in model.components.iter().filter(|(_, it)| keeps(it)) {
        for data in component.facts.data("stores") {
            keepers.entry(data.entity).or_default().insert(id);
        }
    }
    keepers
}

/// Returns what operations that no flow shows write where.
fn unshown(model: &Model, uses: &Uses<'_>) -> Vec<(Element, Id<Component>, Id<Entity>)> {
    let keepers = keepers(model);
    let mut found = Vec::new();
    for operation in &uses.unshown {
        for entity in touched(model, *operation).1 {
            let stores = keepers.get(&entity).into_iter().flatten();
            found.extend(stores.map(|store| (Element::Operation(*operation), *store, entity)));
        }
    }
    found
}

#[cfg(test)]
mod tests;
