//! What caches hold and answer, and what is left for what is behind them.

use serde::Serialize;

use super::sheet::{Block, Cell, Column, Section, Table, Tone, sources};
use super::words::{per_second, percent};
use super::{Context, Input, Missing};
use crate::analysis::cache as analysis;
use crate::model::Element;
use crate::quantity::figures::{bytes, count, hit};

/// What the caches of a design hold and answer.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, schemars(rename = "Caches"))]
pub struct Part {
    /// The caches, in the order of the design.
    pub caches: Vec<Cache>,
    /// The numbers that went in.
    pub inputs: Vec<Input>,
    /// What would have to be stated to say more.
    pub missing: Vec<Missing>,
}

/// What one cache holds and answers.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Cache {
    /// The component.
    pub component: String,
    /// Bytes of memory that it needs in all; null where nothing says how much it holds.
    pub needed_bytes: Option<f64>,
    /// How many times it holds each entry.
    pub copies: f64,
    /// Bytes that an entry takes beside its key and its value.
    pub overhead_bytes: f64,
    /// The share of the memory that is filled before entries are put out.
    pub fill: f64,
    /// The share of the memory that is lost between entries.
    pub fragmented: f64,
    /// Bytes of memory that it has in all; null where nothing says.
    pub memory_bytes: Option<f64>,
    /// The share of its memory that it needs; null where either is not known.
    pub memory_share: Option<f64>,
    /// Reads a second at peak.
    pub peak_reads_per_second: f64,
    /// The share of reads that it is said to answer; null where nothing says.
    pub stated_hit: Option<f64>,
    /// The share of reads that it can be expected to answer: the least that a reason
    /// allows; null where nothing limits it, or too little is stated.
    pub predicted_hit: Option<f64>,
    /// The reason that allows least; null where no reason is known.
    pub limited_by: Option<HitLimit>,
    /// What each reason allows.
    pub limits: Vec<Limited>,
    /// Reads a second at peak that reach what is behind it at the stated hit ratio.
    pub behind_at_stated_hit: Option<f64>,
    /// The same at the predicted hit ratio.
    pub behind_at_predicted_hit: Option<f64>,
    /// The same while it is empty.
    pub behind_while_empty: f64,
    /// What it holds of each entity, in the order of the design.
    pub entries: Vec<Entries>,
}

/// Why a cache answers no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum HitLimit {
    /// Entries end after their `ttl`.
    Expiry,
    /// Every change removes the entry; this bound holds whatever is assumed.
    Invalidation,
    /// Only so many fit.
    Room,
}

/// A hit ratio that a reason allows.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Limited {
    /// The reason.
    pub by: HitLimit,
    /// The share of reads that it lets the cache answer.
    pub hit: f64,
    /// Whether how unevenly things are asked for is assumed rather than stated.
    pub assumes_popularity: bool,
}

/// What a cache holds of one entity.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Entries {
    /// The entity.
    pub entity: String,
    /// Bytes of a key.
    pub key_bytes: f64,
    /// Bytes of a value.
    pub value_bytes: f64,
    /// How many the cache holds at a time; null where nothing says.
    pub held: Option<f64>,
    /// How many there are to be asked for; null where nothing says.
    pub population: Option<f64>,
    /// Reads a second, on average.
    pub reads_per_second: f64,
    /// Changes a second of what is read, on average.
    pub changes_per_second: f64,
}

pub(super) fn part(context: &Context) -> Part {
    let found = analysis::caches(context.model);
    let inputs = found.caches.iter().flat_map(inputs);
    let missing = found.caches.iter().flat_map(|it| &it.missing);
    Part {
        caches: found.caches.iter().map(|it| cache(context, it)).collect(),
        inputs: context.inputs(inputs),
        missing: context.missing(missing.chain(&found.missing)),
    }
}

fn cache(context: &Context, cache: &analysis::Cache) -> Cache {
    let stated = cache.stated.as_ref().map(|it| it.value);
    let predicted = cache.predicted();
    let least = |it: &&analysis::Prediction| Some(it.hit) == predicted && it.hit < 1.0;
    let input = |what: &str, otherwise: f64| {
        let found = cache.inputs.iter().find(|it| it.name.ends_with(what));
        found.map_or(otherwise, |it| it.value)
    };
    Cache {
        component: context.name(Element::Component(cache.component)),
        needed_bytes: cache.needed,
        copies: input(" copies", 1.0),
        overhead_bytes: input(" overhead", 0.0),
        fill: input(" fill", 1.0),
        fragmented: input(" fragmented", 0.0),
        memory_bytes: cache.memory.as_ref().map(|it| it.value),
        memory_share: cache.share(),
        peak_reads_per_second: cache.reads,
        stated_hit: stated,
        predicted_hit: predicted,
        limited_by: cache.predictions.iter().find(least).map(|it| limit(it.by)),
        limits: cache.predictions.iter().map(limited).collect(),
        behind_at_stated_hit: stated.map(|hit| cache.behind_at(hit)),
        behind_at_predicted_hit: predicted.map(|hit| cache.behind_at(hit)),
        behind_while_empty: cache.behind_at(0.0),
        entries: cache
            .entries
            .iter()
            .map(|it| entries(context, it))
            .collect(),
    }
}

fn limit(by: analysis::Limited) -> HitLimit {
    match by {
        analysis::Limited::Expiry => HitLimit::Expiry,
        analysis::Limited::Invalidation => HitLimit::Invalidation,
        analysis::Limited::Room => HitLimit::Room,
    }
}

fn limited(prediction: &analysis::Prediction) -> Limited {
    Limited {
        by: limit(prediction.by),
        hit: prediction.hit,
        assumes_popularity: prediction.assumes_popularity(),
    }
}

fn entries(context: &Context, entries: &analysis::Entries) -> Entries {
    Entries {
        entity: context.name(Element::Entity(entries.entity)),
        key_bytes: entries.key,
        value_bytes: entries.row.bytes,
        held: entries.held.as_ref().map(|it| it.value),
        population: entries.population.as_ref().map(|it| it.value),
        reads_per_second: entries.reads,
        changes_per_second: entries.changes,
    }
}

type Given = crate::analysis::input::Input;

/// Returns every number that went in.
fn inputs(cache: &analysis::Cache) -> impl Iterator<Item = &Given> {
    let entries = cache.entries.iter();
    let entries = entries.flat_map(|it| it.row.parts.iter().chain(&it.population).chain(&it.held));
    let limits = cache.predictions.iter().flat_map(|it| &it.inputs);
    let own = cache.inputs.iter().chain(&cache.memory);
    own.chain(&cache.stated).chain(limits).chain(entries)
}

/// How far a stated hit ratio may lie above the predicted one before that is told.
const CLAIMED: f64 = 0.1;
/// Caches that are shown at the most.
const SHOWN: usize = 15;

pub(super) fn section(part: &Part) -> Option<Section> {
    if part.caches.is_empty() {
        return None;
    }
    let mut blocks = Vec::new();
    let caches = &part.caches[..part.caches.len().min(SHOWN)];
    if caches.iter().any(|it| it.needed_bytes.is_some()) {
        blocks.push(Block::Table(memory(caches)));
        blocks.push(Block::List("Memory needed".into(), sums(caches)));
    }
    let judged: Vec<&Cache> = caches.iter().filter(|it| is_judged(it)).collect();
    if !judged.is_empty() {
        blocks.push(Block::Table(hits(&judged)));
        blocks.push(Block::Table(behind(&judged)));
        blocks.extend(popularity(&judged));
    }
    if part.caches.len() > SHOWN {
        let more = part.caches.len() - SHOWN;
        blocks.push(Block::Paragraph(format!("{more} more caches.")));
    }
    blocks.extend(sources(&used(part), &part.missing));
    Some(Section {
        title: "Caches".into(),
        blocks,
    })
}

/// Returns what went in, without what is assumed of caches of which nothing comes.
fn used(part: &Part) -> Vec<Input> {
    let silent = part.caches.iter();
    let silent = silent.filter(|it| it.needed_bytes.is_none() && !is_judged(it));
    let of: Vec<String> = silent.map(|it| format!("{} ", it.component)).collect();
    let idle = |it: &Input| it.assumed.is_some() && of.iter().any(|of| it.name.starts_with(of));
    let inputs = part.inputs.iter();
    inputs.filter(|it| !idle(it)).cloned().collect()
}

/// Tells whether there is something to say about what a cache answers.
fn is_judged(cache: &Cache) -> bool {
    let read = cache.peak_reads_per_second > 0.0;
    cache.predicted_hit.is_some() || cache.stated_hit.is_some() && read
}

fn memory(caches: &[Cache]) -> Table {
    let mut table = Table::new([
        Column::left("cache"),
        Column::right("needs"),
        Column::right("has"),
        Column::right("used"),
    ]);
    for cache in caches {
        let size = |size: Option<f64>| Cell::from(size.map_or("?".into(), bytes));
        let tone = cache.memory_share.filter(|it| *it > 1.0);
        table.row([
            Cell::from(&cache.component),
            size(cache.needed_bytes),
            size(cache.memory_bytes),
            Cell::toned(
                cache.memory_share.map_or("?".into(), percent),
                tone.map(|_| Tone::Bad),
            ),
        ]);
    }
    table
}

/// Returns how the memory that each cache needs comes about.
fn sums(caches: &[Cache]) -> Vec<String> {
    caches.iter().filter_map(sum).collect()
}

fn sum(cache: &Cache) -> Option<String> {
    let needed = cache.needed_bytes?;
    let terms = cache.entries.iter().map(|it| {
        let entry = [it.key_bytes, it.value_bytes, cache.overhead_bytes];
        let [key, value, around] = entry.map(count);
        let held = count(it.held.unwrap_or(0.0));
        format!(
            "{held} `{}` × ({key} + {value} + {around}) bytes",
            it.entity
        )
    });
    let terms: Vec<String> = terms.collect();
    let entries = match terms.as_slice() {
        [one] => one.clone(),
        _ => format!("({})", terms.join(" + ")),
    };
    let copies = match cache.copies {
        1.0 => String::new(),
        copies => format!(" × {}", count(copies)),
    };
    let (fill, whole) = (hit(cache.fill), hit(1.0 - cache.fragmented));
    let needed = bytes(needed);
    let name = &cache.component;
    Some(format!(
        "`{name}`: {entries}{copies} / ({fill} × {whole}) = {needed}"
    ))
}

fn hits(caches: &[&Cache]) -> Table {
    let bounded = caches.iter().any(|it| bound(it).is_some());
    let mut columns = vec![Column::left("cache")];
    columns.extend(["hit stated", "predicted"].map(Column::right));
    columns.push(Column::left("limited by"));
    columns.extend(bounded.then(|| Column::right("at most")));
    let mut table = Table::new(columns);
    for cache in caches {
        let share = |share: Option<f64>| share.map_or("?".into(), hit);
        let tone = claims_too_much(cache).then_some(Tone::Doubtful);
        let mut cells = vec![
            Cell::from(&cache.component),
            Cell::toned(share(cache.stated_hit), tone),
            predicted(cache, share(cache.predicted_hit)),
            Cell::from(limit_words(cache)),
        ];
        let most = bound(cache).unwrap_or(1.0);
        cells.extend(bounded.then(|| Cell::from(hit(most))));
        table.row(cells);
    }
    table
}

/// Returns the most that a cache can answer which every change empties.
fn bound(cache: &Cache) -> Option<f64> {
    let mut limits = cache.limits.iter();
    let found = limits.find(|it| it.by == HitLimit::Invalidation);
    found.map(|it| it.hit)
}

/// Marks a prediction that rests on a popularity that is assumed.
fn predicted(cache: &Cache, words: String) -> Cell {
    match assumes(cache) {
        true => Cell::toned(format!("({words})"), Some(Tone::Quiet)),
        false => Cell::from(words),
    }
}

fn claims_too_much(cache: &Cache) -> bool {
    let predicted = cache.predicted_hit.filter(|_| !assumes(cache));
    match (cache.stated_hit, predicted) {
        (Some(stated), Some(predicted)) => stated > predicted + CLAIMED,
        _ => false,
    }
}

fn limit_words(cache: &Cache) -> String {
    let Some(by) = cache.limited_by else {
        return match cache.predicted_hit {
            Some(_) => "nothing stated".into(),
            None => "?".into(),
        };
    };
    match by {
        HitLimit::Expiry => "its ttl".into(),
        HitLimit::Invalidation => "changes".into(),
        HitLimit::Room => "its memory".into(),
    }
}

/// Tells whether the predicted hit ratio rests on a popularity that is assumed.
fn assumes(cache: &Cache) -> bool {
    let least = cache
        .limits
        .iter()
        .find(|it| Some(it.by) == cache.limited_by);
    least.is_some_and(|it| it.assumes_popularity)
}

fn popularity(caches: &[&Cache]) -> Option<Block> {
    let words = "In parentheses: how unevenly things are asked for is assumed, and the number says \
                 more about that than about the design. State `zipf` to trust it; where new \
                 things are asked for most, more is answered.";
    let any = caches.iter().any(|it| assumes(it));
    any.then(|| Block::Paragraph(words.into()))
}

fn behind(caches: &[&Cache]) -> Table {
    let mut table = Table::new([
        Column::left("passed on at peak"),
        Column::right("reads"),
        Column::right("hit stated"),
        Column::right("predicted"),
        Column::right("while empty"),
    ]);
    for cache in caches {
        let rate = |rate: Option<f64>| Cell::from(rate.map_or("?".into(), per_second));
        table.row([
            Cell::from(&cache.component),
            rate(Some(cache.peak_reads_per_second)),
            rate(cache.behind_at_stated_hit),
            predicted(
                cache,
                cache.behind_at_predicted_hit.map_or("?".into(), per_second),
            ),
            rate(Some(cache.behind_while_empty)),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numbers::samples::{lines, part_of};

    const TEXT: &str = "system S
        entity E { id: uuid key; about { size: 404 bytes; count: 100k; zipf: 0 } }
        api A: rest { get: GET /e -> E; put: PUT /es/{eId} -> E { writes: E } }
        load L { get: 10k/s; put: 1k/s; peak: 2x }
        service s { serves: A }
        database d { stores: E }
        cache c { stores: E; hit: 98%; memory: 50 MB; replicas: 2; EXTRA }
        client u
        flow Get: get { u -> s; s -> c { reads: E }; opt { s -> d { reads: E } } }
        flow Put: put { u -> s; s -> d { writes: E } }";

    #[test]
    fn memory_and_hits_can_be_followed() {
        let text = TEXT.replace("EXTRA", "ttl: 90s; invalidation: on-write");
        let found = lines(section(&part_of(&text, part)));
        let expected = [
            "cache | needs | has | used",
            // Of 10k reads a second 2 % put an entry there for 90 s: 18k entries of 500
            // bytes in 68 % of the memory; 100 MB are there.
            "c | 13.2 MB | 100 MB | 13 %",
            "Memory needed: `c`: 18k `E` × (16 + 404 + 80) bytes / (80 % × 85 %) = 13.2 MB",
            "cache | hit stated | predicted | limited by | at most",
            // 0.1 reads a second of each entry for 90 s: 9/(1 + 9); 10 reads a change: 10/11.
            "c | 98 % | 90 % | its ttl | 90.9 %",
            "passed on at peak | reads | hit stated | predicted | while empty",
            "c | 20,000/s | 400/s | 2,000/s | 20,000/s",
        ];
        assert_eq!(found[..7], expected);
    }

    #[test]
    fn assumed_popularity_is_told() {
        let text = TEXT.replace("; zipf: 0", "").replace("EXTRA", "ttl: 90s");
        let found = lines(section(&part_of(&text, part)));
        let words = |text: &str| found.iter().any(|it| it.contains(text));
        assert!(words("%) | its ttl"), "{found:?}");
        assert!(words("State `zipf`"), "{found:?}");
    }

    #[test]
    fn caches_are_plain_numbers() {
        let text = TEXT.replace("EXTRA", "invalidation: on-write");
        let json = serde_json::to_value(part_of(&text, part)).unwrap();
        let cache = &json["caches"][0];
        assert_eq!(cache["limitedBy"], "invalidation");
        assert_eq!(cache["overheadBytes"], 80.0);
        assert_eq!(cache["behindWhileEmpty"], 20_000.0);
        // Nothing says how long an entry lives: all that there are.
        assert_eq!(cache["entries"][0]["held"], 100_000.0);
    }

    #[test]
    fn a_store_without_limits_is_not_judged() {
        let text = "system S\nentity E { id: uuid key }\ncache c { stores: E; hit: 90% }";
        let found = part_of(text, part);
        assert!(!is_judged(&found.caches[0]));
        let said = lines(section(&found));
        assert!(!said.iter().any(|it| it.contains("predicted")), "{said:?}");
        // What is assumed of a cache of which nothing comes is noise.
        let said = lines(section(&part_of("system S\ncache c { ttl: 1h }", part)));
        let assumed = |it: &&String| it.starts_with("Assumed");
        assert_eq!(said.iter().find(assumed), None, "{said:?}");
        assert!(!said.is_empty());
        assert!(section(&part_of("system S\nservice s", part)).is_none());
    }
}
