//! What stores keep, now and later, and when they are full.

use std::collections::BTreeSet;

use serde::Serialize;

use super::sheet::{Block, Cell, Column, Section, Table, Tone, sources};
use super::{Context, Input, Missing};
use crate::analysis::storage::{self as analysis, Storage};
use crate::model::Element;
use crate::quantity::figures::{bytes, count, long, per_day};

/// The seconds of a year of 365 days.
const YEAR: f64 = 365.0 * 86_400.0;

/// What the stores of a design keep.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, schemars(rename = "Storage"))]
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
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, schemars(rename = "StoreGrowth"))]
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
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, schemars(rename = "Bytes"))]
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
#[cfg_attr(test, derive(schemars::JsonSchema))]
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
#[cfg_attr(test, derive(schemars::JsonSchema))]
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
    /// Whether that is stated, or follows from an HTTP method that creates.
    pub certain: bool,
    /// Why it is taken to add or to change.
    pub why: String,
}

/// A key that is a number of 32 bits.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
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
    let counted = store
        .kept
        .iter()
        .any(|it| it.before.is_some() && is_known(it));
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
    let counted = kept.before.is_some() || kept.additions.iter().any(|it| it.adds);
    counted && kept.row.bytes > 0.0
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
        certain: addition.certain,
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

/// Rows that are shown at the most; the rest are counted.
const SHOWN: usize = 15;

pub(super) fn section(part: &Part) -> Option<Section> {
    if part.stores.is_empty() && part.keys.is_empty() {
        return None;
    }
    let mut blocks = Vec::new();
    if part.stores.iter().any(|it| it.five_years.is_some()) {
        blocks.push(Block::Table(amounts(part)));
        blocks.push(Block::Paragraph(explained(part)));
    }
    let lists = [
        ("In five years", reckoned(part)),
        ("Rows", rows(part)),
        ("How writes count", writes(part)),
        ("Keys of 32 bits", key_words(part)),
    ];
    for (title, entries) in lists {
        if !entries.is_empty() {
            blocks.push(Block::List(title.into(), shown(entries)));
        }
    }
    blocks.extend(sources(&part.inputs, &part.missing));
    Some(Section {
        title: "Storage".into(),
        blocks,
    })
}

/// Returns the first entries, and how many more there are.
fn shown(mut entries: Vec<String>) -> Vec<String> {
    let more = entries.len().saturating_sub(SHOWN);
    if more > 1 {
        entries.truncate(SHOWN);
        entries.push(format!("and {more} more"));
    }
    entries
}

/// Returns the stores, the one that keeps most first.
fn largest_first(part: &Part) -> Vec<&Store> {
    let size = |store: &Store| {
        store
            .five_years
            .as_ref()
            .map_or(-1.0, |it| it.on_disk_bytes)
    };
    let mut stores: Vec<&Store> = part.stores.iter().collect();
    stores.sort_by(|a, b| size(b).total_cmp(&size(a)));
    stores
}

fn amounts(part: &Part) -> Table {
    let has = |of: fn(&Store) -> bool| part.stores.iter().any(of);
    let (now, room) = (has(|it| it.now.is_some()), has(|it| it.fills.is_some()));
    let shards = has(|it| it.five_years.as_ref().is_some_and(|it| it.shards.is_some()));
    let mut columns = vec![Column::left("store")];
    columns.extend(now.then(|| Column::right("now")));
    columns.extend(["1 year", "5 years", "on disk"].map(Column::right));
    columns.extend(room.then(|| Column::right("full in")));
    columns.extend(shards.then(|| Column::right("shards")));
    let mut table = Table::new(columns);
    let known = largest_first(part);
    let known = known.into_iter().filter(|it| it.five_years.is_some());
    for store in known.take(SHOWN) {
        let size = |amount: &Option<Amount>| Cell::from(at_least(store, amount));
        let mut cells = vec![Cell::from(&store.component)];
        cells.extend(now.then(|| size(&store.now)));
        cells.extend([size(&store.one_year), size(&store.five_years), disk(store)]);
        cells.extend(room.then(|| full(store)));
        cells.extend(shards.then(|| Cell::from(shard_words(store))));
        table.row(cells);
    }
    table
}

fn at_least(store: &Store, amount: &Option<Amount>) -> String {
    match amount {
        Some(amount) if store.complete => bytes(amount.bytes),
        Some(amount) => format!("≥ {}", bytes(amount.bytes)),
        None => "?".into(),
    }
}

fn disk(store: &Store) -> Cell {
    let Some(amount) = &store.five_years else {
        return Cell::from("?");
    };
    let least = if store.complete { "" } else { "≥ " };
    Cell::from(format!("{least}{}", bytes(amount.on_disk_bytes)))
}

fn full(store: &Store) -> Cell {
    match (store.fills, store.full_after_seconds) {
        (None, _) => Cell::from("?"),
        (_, Some(after)) if after <= 0.0 => Cell::toned("full now", Some(Tone::Bad)),
        (_, Some(after)) if after < YEAR => Cell::toned(long(after), Some(Tone::Bad)),
        (_, Some(after)) if after < 5.0 * YEAR => Cell::toned(long(after), Some(Tone::Doubtful)),
        (_, Some(after)) => Cell::from(long(after)),
        (_, None) if store.complete => Cell::toned("never", Some(Tone::Good)),
        (_, None) => Cell::from("?"),
    }
}

fn shard_words(store: &Store) -> String {
    let shards = store.five_years.as_ref().and_then(|it| it.shards);
    shards.map_or_else(|| "?".into(), count)
}

fn explained(part: &Part) -> String {
    let mut words = "Sizes are of one copy with its indexes; on disk are all copies after five \
                     years"
        .to_owned();
    let shards = |it: &Store| it.shard_room_bytes.is_some();
    if part.stores.iter().any(shards) {
        words.push_str(", and so are the shards");
    }
    let incomplete = |it: &&Store| !it.complete && it.five_years.is_some();
    if part.stores.iter().any(|it| incomplete(&it)) {
        words.push_str("; ≥ means that not everything is stated");
    }
    let unknown = part.stores.iter().filter(|it| it.five_years.is_none());
    let unknown: Vec<String> = unknown.map(|it| format!("`{}`", it.component)).collect();
    words.push('.');
    if !unknown.is_empty() {
        let names = shown(unknown).join(", ");
        words.push_str(&format!(" Nothing says how much there is in {names}."));
    }
    words
}

/// Returns how the sizes after five years come about, the largest first.
fn reckoned(part: &Part) -> Vec<String> {
    let mut all: Vec<(&Store, &Kept, f64)> = Vec::new();
    for store in &part.stores {
        let known = store.entities.iter();
        all.extend(known.filter_map(|it| Some((store, it, it.five_years_bytes?))));
    }
    all.sort_by(|a, b| b.2.total_cmp(&a.2));
    let entry = |(store, kept, size): &(&Store, &Kept, f64)| {
        format!(
            "`{}` in `{}`: {} × {} = {}{}",
            kept.entity,
            store.component,
            row_count(kept),
            bytes(kept.row_bytes + kept.index_bytes),
            bytes(*size),
            added_by(kept)
        )
    };
    all.iter().map(entry).collect()
}

/// Returns how many rows there are in five years, as a person would reckon it.
fn row_count(kept: &Kept) -> String {
    let horizon = 5.0 * YEAR;
    let time = kept.retention_seconds.map_or(horizon, |it| it.min(horizon));
    let added = || format!("{} × {}", per_day(kept.added_per_second), long(time));
    match kept.rows_now {
        None => added(),
        Some(now) if kept.added_per_second == 0.0 => count(now),
        Some(now) => format!("({} + {})", count(now), added()),
    }
}

fn added_by(kept: &Kept) -> String {
    let adding: Vec<&Writer> = kept.writers.iter().filter(|it| it.adds).collect();
    let several = adding.len() > 1;
    let words = adding.iter().take(3).map(|it| {
        let own = if several {
            format!(" {}", per_day(it.per_second))
        } else {
            String::new()
        };
        match it.times == 1.0 {
            true => format!("`{}`{own}", it.by),
            false => {
                let rate = per_day(it.rate.value);
                format!("`{}`{own} ({rate} × {})", it.by, count(it.times))
            }
        }
    });
    let mut words: Vec<String> = words.collect();
    if adding.len() > 3 {
        words.push(format!("{} more", adding.len() - 3));
    }
    match words.is_empty() {
        true => String::new(),
        false => format!(", by {}", words.join(", ")),
    }
}

/// Returns what rows are made of, each entity once; those whose size is stated and that
/// have no index need no words.
fn rows(part: &Part) -> Vec<String> {
    let kept = part.stores.iter().flat_map(|it| &it.entities);
    let made = kept.filter(|it| it.row.len() > 1 || it.index_bytes > 0.0);
    once(made.map(row_words))
}

/// Returns each entry where it comes first.
fn once(entries: impl Iterator<Item = String>) -> Vec<String> {
    let mut known = BTreeSet::new();
    let mut new = entries.collect::<Vec<_>>();
    new.retain(|it| known.insert(it.clone()));
    new
}

fn row_words(kept: &Kept) -> String {
    let field = |input: &Input| {
        let name = input.name.strip_prefix(&kept.entity).unwrap_or(&input.name);
        let name = name.trim_start_matches(['.', ' ']);
        let name = if name == "row" { "header" } else { name };
        format!("{name} {}", count(input.value))
    };
    let mut parts: Vec<String> = kept.row.iter().map(field).collect();
    if kept.index_bytes > 0.0 {
        parts.push(format!("indexes {}", count(kept.index_bytes)));
    }
    let all = bytes(kept.row_bytes + kept.index_bytes);
    format!("`{}` {all} = {}", kept.entity, parts.join(" + "))
}

/// Returns what writes are taken to do, where no HTTP method that creates says it.
fn writes(part: &Part) -> Vec<String> {
    let kept = part.stores.iter().flat_map(|it| &it.entities);
    let writers = kept.flat_map(|kept| kept.writers.iter().map(move |it| (kept, it)));
    let assumed = writers.filter(|(_, writer)| !writer.certain);
    once(assumed.map(|(kept, writer)| {
        let effect = if writer.adds { "adds" } else { "adds no" };
        format!("`{}` {effect} `{}`: {}", writer.by, kept.entity, writer.why)
    }))
}

fn key_words(part: &Part) -> Vec<String> {
    let words = part.keys.iter().map(|keys| {
        let left = format!(
            "`{}.{}`: {} numbers are left",
            keys.entity,
            keys.field,
            count(keys.left)
        );
        match keys.lasts_seconds {
            Some(lasts) => format!(
                "{left}, {} are taken: none is left in {}",
                per_day(keys.taken_per_second),
                long(lasts)
            ),
            None => format!("{left}; nothing says how fast they are taken"),
        }
    });
    words.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numbers::samples::{lines, part_of};

    const TEXT: &str = "system S
        entity U { id: uuid key; about { size: 100 bytes } }
        entity E {
            id: int32 key; by: U; text: text(280); at: timestamp
            about { retention: 2 years; count: 1M; index: by }
        }
        api A: rest { add: POST /es -> E; edit: PATCH /es/{eId} -> E }
        load L { add: 8.64M/day; edit: 1/s }
        service s { serves: A }
        database d { stores: E, U; replicas: 2; capacity: 1 TB }
        flow Add: add { s -> d { writes: E } }
        flow Edit: edit { s -> d { writes: E } }";

    #[test]
    fn sizes_can_be_followed() {
        // A row is 4 + 16 + 280 + 8 + 28 bytes, its index 16 + 4. In two years
        // 730 × 8.64M = 6.3072bn rows come to the million that is there.
        let found = lines(section(&part_of(TEXT, part)));
        let expected = [
            "store | now | 1 year | 5 years | on disk | full in | shards",
            // 1M × 356, (1M + 3153.6M) × 356, (1M + 6307.2M) × 356; room for 1 TB is
            // filled by 35.6 kB/s in 325 days; 2.2457 TB take three shards of 1 TB.
            "d | ≥ 356 MB | ≥ 1.12 TB | ≥ 2.25 TB | ≥ 4.49 TB | 325 days | 3",
        ];
        assert_eq!(found[..2], expected);
        let expected = [
            "In five years: `E` in `d`: (1M + 8.64M/day × 2 years) × 356 bytes = 2.25 TB, by `A.add`",
            "Rows: `E` 356 bytes = id 4 + by 16 + text 280 + at 8 + header 28 + indexes 20",
            "How writes count: `A.edit` adds no `E`: it changes what is there",
            // 2,147,483,647 − 1M numbers at 100/s last 248 days.
            "Keys of 32 bits: `E.id`: 2.15bn numbers are left, 8.64M/day are taken: none is left in 248 days",
        ];
        assert_eq!(found[3..7], expected);
    }

    #[test]
    fn amounts_are_plain_numbers() {
        let found = part_of(TEXT, part);
        let json = serde_json::to_value(&found).unwrap();
        let store = &json["stores"][0];
        assert_eq!(store["component"], "d");
        assert_eq!(store["complete"], false);
        assert_eq!(store["largest"], "E");
        assert_eq!(store["now"]["bytes"], 356e6);
        assert_eq!(store["now"]["onDiskBytes"], 712e6);
        let after = store["fullAfterSeconds"].as_f64().unwrap();
        assert!((after - (1e12 - 356e6) / 35_600.0).abs() < 1.0, "{after}");
        let entities = store["entities"].as_array().unwrap();
        let user = entities.iter().find(|it| it["entity"] == "U").unwrap();
        assert_eq!(user["fiveYearsBytes"], serde_json::Value::Null);
        assert_eq!(json["keys"][0]["field"], "id");
    }

    #[test]
    fn what_is_not_stated_is_said() {
        let found = part_of(&TEXT.replace("count: 1M; ", ""), part);
        assert_eq!(found.stores[0].now, None);
        let missing: Vec<&str> = found.missing.iter().map(|it| it.what.as_str()).collect();
        let expected = ["nothing says how many `U` there are in `d`, or how many are added"];
        assert_eq!(missing, expected);
        assert!(section(&part_of("system S\nservice s", part)).is_none());
    }

    #[test]
    fn what_does_not_grow_is_never_full() {
        let still = TEXT.replace("count: 1M", "count: 1M; growth: 0/s");
        let found = lines(section(&part_of(
            &still.replace("stores: E, U", "stores: E"),
            part,
        )));
        assert_eq!(
            found[1],
            "d | 356 MB | 356 MB | 356 MB | 712 MB | never | 1"
        );
    }

    #[test]
    fn of_many_stores_the_largest_are_shown() {
        let mut text = "system S\nentity E { id: uuid key; about { size: 1 KB } }".to_owned();
        for index in 0..30 {
            text.push_str(&format!("\ndatabase d{index} {{ stores: F{index} }}"));
            let count = format!("about {{ size: 1 KB; count: {} }}", 1000 + index);
            text.push_str(&format!("\nentity F{index} {{ id: uuid key; {count} }}"));
        }
        let found = lines(section(&part_of(&text, part)));
        assert!(found[1].starts_with("d29 | "), "{found:?}");
        let last = "In five years: and 15 more";
        assert!(found.iter().any(|it| it == last), "{found:?}");
    }
}
