//! What stores keep, now and later, and when they are full.

use serde::Serialize;

use super::sheet::Section;
use super::{Context, Input, Missing};
use crate::analysis::storage::{self as analysis, Storage};
use crate::model::Element;

/// The seconds of a year of 365 days.
const YEAR: f64 = 365.0 * 86_400.0;

/// What the stores of a design keep.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Part {
    /// The stores, and the topics that keep messages, in the order of the design.
    pub stores: Vec<Store>,
    /// The keys that are numbers of 32 bits, which can run out.
    pub keys: Vec<Keys>,
    /// The numbers that went in.
    pub inputs: Vec<Input>,
    /// What would have to be stated to say more.
    pub missing: Vec<Missing>,
}

/// What one store keeps.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Store {
    /// The component.
    pub component: String,
    /// What it keeps now; null where nothing says how many rows there are.
    pub now: Option<Amount>,
    /// What it keeps in a year of 365 days; null where nothing says how many rows there
    /// are or come.
    pub one_year: Option<Amount>,
    /// What it keeps in five years; null as above.
    pub five_years: Option<Amount>,
    /// Whether it is known of everything how many there are, how many come and how large
    /// they are; where not, the amounts are what there is at the least.
    pub complete: bool,
    /// The entity that takes most in five years.
    pub largest: Option<String>,
    /// How many times it keeps everything.
    pub copies: f64,
    /// The bytes that fit, each counted once however often it is copied; null where
    /// nothing says.
    pub room_bytes: Option<f64>,
    /// The bytes that fit into one shard; null where nothing says.
    pub shard_room_bytes: Option<f64>,
    /// Whether it gets full one day; null where nothing says how much fits.
    pub fills: Option<bool>,
    /// After how many seconds it is full; null where it never is, or nothing says.
    pub full_after_seconds: Option<f64>,
    /// What it keeps of each entity, in the order of the design.
    pub entities: Vec<Kept>,
}

/// How much there is at one time.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Amount {
    /// Bytes of one copy, with its indexes.
    pub bytes: f64,
    /// Bytes of all copies, with their indexes.
    pub on_disk_bytes: f64,
    /// How many shards that takes; null where nothing says what fits into one.
    pub shards: Option<f64>,
}

/// What a store keeps of one entity.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Kept {
    /// The entity.
    pub entity: String,
    /// Bytes of one row, without its indexes.
    pub row_bytes: f64,
    /// What the row is made of: the stated size alone, or each field in bytes and what a
    /// row takes beside them.
    pub row: Vec<Input>,
    /// Bytes that its indexes add to each row.
    pub index_bytes: f64,
    /// How many rows there are now; null where nothing says.
    pub rows_now: Option<f64>,
    /// How many rows are added a second, on average.
    pub added_per_second: f64,
    /// Seconds for which a row is kept; null where it is kept for good, or nothing says.
    pub retention_seconds: Option<f64>,
    /// Who writes it.
    pub writers: Vec<Writer>,
    /// Bytes of one copy with its indexes in a year; null where nothing says how many
    /// rows there are or come.
    pub one_year_bytes: Option<f64>,
    /// Bytes of one copy with its indexes in five years; null as above.
    pub five_years_bytes: Option<f64>,
}

/// Who writes an entity, and how often.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Writer {
    /// The operation or flow; the entity itself where it states its growth.
    pub by: String,
    /// How often that happens, on average.
    pub rate: Input,
    /// How often it writes one each time.
    pub times: f64,
    /// Rows written a second, on average.
    pub per_second: f64,
    /// Whether each adds a row, rather than changing one that is there.
    pub adds: bool,
    /// Why it is taken to add or to change.
    pub why: String,
}

/// A key that is a number of 32 bits.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Keys {
    /// The entity.
    pub entity: String,
    /// The field that is the key.
    pub field: String,
    /// How many numbers are left.
    pub left: f64,
    /// How many are taken a second, on average.
    pub taken_per_second: f64,
    /// After how many seconds none is left; null where none is taken.
    pub lasts_seconds: Option<f64>,
}

pub(super) fn part(context: &Context) -> Part {
    let found = analysis::storage(context.model);
    Part {
        stores: found.stores.iter().map(|it| store(context, it)).collect(),
        keys: found.keys.iter().map(|it| keys(context, it)).collect(),
        inputs: context.inputs(inputs(&found)),
        missing: context.missing(missing(&found)),
    }
}

fn store(context: &Context, store: &analysis::Store) -> Store {
    let counted = store.kept.iter().any(|it| it.before.is_some());
    let known = store.kept.iter().any(is_known);
    let largest = store.largest_after(5.0 * YEAR).filter(|_| known);
    let full = store.full_after();
    Store {
        component: context.name(Element::Component(store.component)),
        now: counted.then(|| amount(store, 0.0)),
        one_year: known.then(|| amount(store, YEAR)),
        five_years: known.then(|| amount(store, 5.0 * YEAR)),
        complete: store
            .kept
            .iter()
            .all(|it| is_known(it) && it.row.missing.is_empty()),
        largest: largest.map(|it| context.name(Element::Entity(it.entity))),
        copies: store.copies.value,
        room_bytes: store.room.as_ref().map(|it| it.value),
        shard_room_bytes: store.shard_room.as_ref().map(|it| it.value),
        fills: full.filter(|_| known).map(f64::is_finite),
        full_after_seconds: full.filter(|it| known && it.is_finite()),
        entities: store.kept.iter().map(|it| kept(context, it)).collect(),
    }
}

/// Tells whether anything says how many rows there are or come.
fn is_known(kept: &analysis::Kept) -> bool {
    kept.before.is_some() || kept.additions.iter().any(|it| it.adds)
}

fn amount(store: &analysis::Store, seconds: f64) -> Amount {
    Amount {
        bytes: store.bytes_after(seconds),
        on_disk_bytes: store.disk_after(seconds),
        shards: store.shards_after(seconds),
    }
}

fn kept(context: &Context, kept: &analysis::Kept) -> Kept {
    let after = |seconds| is_known(kept).then(|| kept.volume().after(seconds));
    let retention = kept.retention.as_ref().map(|it| it.value);
    Kept {
        entity: context.name(Element::Entity(kept.entity)),
        row_bytes: kept.row.bytes,
        row: kept.row.parts.iter().map(|it| context.input(it)).collect(),
        index_bytes: kept.index.as_ref().map_or(0.0, |it| it.value),
        rows_now: kept.before.as_ref().map(|it| it.value),
        added_per_second: kept.added_per_second(),
        retention_seconds: retention.filter(|it| it.is_finite()),
        writers: kept
            .additions
            .iter()
            .map(|it| writer(context, it))
            .collect(),
        one_year_bytes: after(YEAR),
        five_years_bytes: after(5.0 * YEAR),
    }
}

fn writer(context: &Context, addition: &analysis::Addition) -> Writer {
    Writer {
        by: context.name(addition.of),
        rate: context.input(&addition.rate),
        times: addition.times,
        per_second: addition.per_second,
        adds: addition.adds,
        why: addition.why.to_owned(),
    }
}

fn keys(context: &Context, keys: &analysis::KeySpace) -> Keys {
    Keys {
        entity: context.name(Element::Entity(keys.entity)),
        field: keys.field.clone(),
        left: keys.left,
        taken_per_second: keys.taken_per_second,
        lasts_seconds: Some(keys.lasts).filter(|it| it.is_finite()),
    }
}

type Given = crate::analysis::input::Input;

/// Returns every number that went in.
fn inputs(storage: &Storage) -> Vec<&Given> {
    let mut inputs = Vec::new();
    for store in &storage.stores {
        inputs.push(&store.copies);
        inputs.extend(&store.room);
        inputs.extend(&store.shard_room);
        for kept in &store.kept {
            inputs.extend(&kept.row.parts);
            inputs.extend(&kept.index);
            inputs.extend(&kept.before);
            inputs.extend(&kept.retention);
            inputs.extend(kept.additions.iter().map(|it| &it.rate));
        }
    }
    inputs
}

fn missing(storage: &Storage) -> impl Iterator<Item = &crate::analysis::input::Missing> {
    let stores = storage.stores.iter().flat_map(|store| &store.missing);
    stores.chain(&storage.missing)
}

pub(super) fn section(_part: &Part) -> Option<Section> {
    None
}
