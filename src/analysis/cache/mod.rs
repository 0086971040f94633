//! How much memory a cache takes, and what it can be expected to answer.
//!
//! Takes a model, gives for each cache the memory of what it holds, the hit ratio that
//! its room, its expiry and its invalidation allow, and the load of what is behind it.
//! Requests are taken to be independent, which ignores that what was asked for just now is
//! asked for again; sizes are taken to be even.

mod popularity;

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::figures::{YEAR, assumed, count, missing, replicas, size, stated};
use crate::analysis::input::{Given, Input, Missing};
use crate::analysis::storage::{Kept, Row, Rows, Storage, effect, storage_of};
use crate::analysis::uses::{Uses, uses};
use crate::model::{Component, Element, Entity, Id, Model};
use crate::vocabulary::Traits;

pub use popularity::{Popularity, invalidation_bound, refreshed_hit, ttl_hit};

/// What an entry takes beside key and value: 56 bytes with both of them empty (Redis
/// documentation, MEMORY USAGE), more with a time to live and longer keys; a rule of thumb.
const OVERHEAD: f64 = 80.0;
/// The share of the memory that is filled before entries are put out; a rule of thumb.
const FILL: f64 = 0.8;
/// The share of the memory that is lost between entries; a rule of thumb.
const FRAGMENTED: f64 = 0.15;
/// How unevenly things are asked for: by Zipf's law, with an exponent that varies from trace
/// to trace (L. Breslau et al., "Web Caching and Zipf-like Distributions: Evidence and
/// Implications", 1999); this one is a rule of thumb.
const ZIPF: f64 = 0.8;

/// What all caches hold and answer.
#[derive(Clone, Debug, Default)]
pub struct Caches {
    /// The caches, in the order of the components.
    pub caches: Vec<Cache>,
    /// What would be needed to say more.
    pub missing: Vec<Missing>,
}

/// What one cache holds and answers.
#[derive(Clone, Debug)]
pub struct Cache {
    /// The cache.
    pub component: Id<Component>,
    /// What it holds.
    pub entries: Vec<Entries>,
    /// What memory is made of beside entries: copies, fill, fragmentation.
    pub inputs: Vec<Input>,
    /// The memory that it needs in all; `None` where nothing says how much it holds.
    pub needed: Option<f64>,
    /// The memory that it has in all.
    pub memory: Option<Input>,
    /// Reads a second at peak.
    pub reads: f64,
    /// What each reason allows it to answer.
    pub predictions: Vec<Prediction>,
    /// What it is said to answer.
    pub stated: Option<Input>,
    /// What would be needed to say more.
    pub missing: Vec<Missing>,
}

/// What a cache holds of one entity.
#[derive(Clone, Debug)]
pub struct Entries {
    /// The entity.
    pub entity: Id<Entity>,
    /// The value.
    pub row: Row,
    /// The bytes of the key.
    pub key: f64,
    /// How many there are to be asked for.
    pub population: Option<Input>,
    /// How many it holds at a time.
    pub held: Option<Input>,
    /// Reads a second on average.
    pub reads: f64,
    /// Changes a second, on average, of what is read.
    pub changes: f64,
}

/// Why a cache answers no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Limited {
    /// Entries end after their `ttl`.
    Expiry,
    /// Every change removes the entry; this bound holds whatever is assumed.
    Invalidation,
    /// Only so many fit.
    Room,
}

/// A hit ratio that a reason allows.
#[derive(Clone, Debug, PartialEq)]
pub struct Prediction {
    /// The reason.
    pub by: Limited,
    /// The share of reads that it answers.
    pub hit: f64,
    /// What went in.
    pub inputs: Vec<Input>,
}

/// Returns the memory of entries in all copies:
/// `items·(key + value + overhead)·copies/(fill·(1 − fragmented))`.
pub fn memory(items: f64, entry: f64, copies: f64, fill: f64, fragmented: f64) -> f64 {
    items * entry * copies / (fill * (1.0 - fragmented))
}

/// Returns what the caches of a design hold and answer.
pub fn caches(model: &Model) -> Caches {
    let uses = uses(model);
    let storage = storage_of(model, &uses);
    caches_of(model, &uses, &storage)
}

/// As [`caches`], where the uses and the stores are known.
pub(in crate::analysis) fn caches_of(model: &Model, uses: &Uses<'_>, storage: &Storage) -> Caches {
    let traffic = traffic(model, uses);
    let known = Known {
        model,
        rows: Rows::new(model),
        populations: populations(model, storage),
        changes: changes(model, &traffic),
        traffic,
    };
    let is_cache = |it: &Component| it.is(Traits::CACHES.with(Traits::STORES)) && !it.is_outside();
    let caches = model.components.iter().filter(|(_, it)| is_cache(it));
    let caches = caches.map(|(id, _)| known.cache(id)).collect();
    Caches {
        caches,
        missing: uses.missing.clone(),
    }
}

impl Prediction {
    /// Tells whether how unevenly things are asked for is taken from elsewhere; what comes
    /// out then says more about that than about the design.
    pub fn assumes_popularity(&self) -> bool {
        let assumed = |it: &Input| matches!(it.given, Given::Assumed(_));
        let mut inputs = self.inputs.iter();
        inputs.any(|it| it.name.ends_with(".zipf") && assumed(it))
    }
}

impl Cache {
    /// Returns the hit ratio that all reasons together allow.
    pub fn predicted(&self) -> Option<f64> {
        let hits = self.predictions.iter().map(|it| it.hit);
        hits.min_by(f64::total_cmp)
    }

    /// Returns the most that it can answer, whatever is assumed.
    pub fn at_most(&self) -> Option<f64> {
        let bound = self
            .predictions
            .iter()
            .filter(|it| it.by == Limited::Invalidation);
        bound.map(|it| it.hit).min_by(f64::total_cmp)
    }

    /// Returns the reads a second at peak that reach what is behind it, at a hit ratio.
    pub fn behind_at(&self, hit: f64) -> f64 {
        self.reads * (1.0 - hit)
    }

    /// Returns the needed share of its memory.
    pub fn share(&self) -> Option<f64> {
        let memory = self.memory.as_ref().filter(|it| it.value > 0.0)?;
        Some(self.needed? / memory.value)
    }
}

/// Reads and writes a second of one entity at one component.
#[derive(Clone, Copy, Debug, Default)]
struct Traffic {
    reads: f64,
    peak_reads: f64,
    writes: f64,
    changes: f64,
}

struct Known<'a> {
    model: &'a Model,
    rows: Rows<'a>,
    populations: BTreeMap<Id<Entity>, Input>,
    changes: BTreeMap<Id<Entity>, f64>,
    traffic: BTreeMap<(Id<Component>, Id<Entity>), Traffic>,
}

/// Returns how many of each entity there will be in a year in the store that has most.
fn populations(model: &Model, storage: &Storage) -> BTreeMap<Id<Entity>, Input> {
    let mut found: BTreeMap<Id<Entity>, Input> = BTreeMap::new();
    for kept in storage.stores.iter().flat_map(|store| &store.kept) {
        let Some(input) = population(model, kept) else {
            continue;
        };
        match found.get(&kept.entity) {
            Some(known) if known.value >= input.value => {}
            _ => _ = found.insert(kept.entity, input),
        }
    }
    found
}

fn population(model: &Model, kept: &Kept) -> Option<Input> {
    let added = kept.added_per_second();
    let kept_for = kept.retention.as_ref().map_or(f64::INFINITY, |it| it.value);
    let before = kept.before.as_ref().map_or(0.0, |it| it.value);
    let items = before + added * kept_for.min(YEAR);
    match (&kept.before, added > 0.0) {
        (Some(stated), false) => Some(stated.clone()),
        (_, true) => Some(assumed(
            format!("{} rows", model.entities[kept.entity].head.name),
            items,
            count(items),
            "what is there in a year",
        )),
        (None, false) => None,
    }
}

fn traffic(model: &Model, uses: &Uses<'_>) -> BTreeMap<(Id<Component>, Id<Entity>), Traffic> {
    let mut found: BTreeMap<_, Traffic> = BTreeMap::new();
    let mut read = BTreeSet::new();
    let mut flow = None;
    for step in &uses.all {
        if flow != Some(step.flow) {
            (flow, read) = (Some(step.flow), BTreeSet::new());
        }
        let to = step.relation(model).to;
        let (average, peak) = (uses.average(step), uses.peak(step));
        for entity in &step.reads {
            read.insert((to, *entity));
            let row = found.entry((to, *entity)).or_default();
            row.reads += average;
            row.peak_reads += peak;
        }
        for entity in &step.writes {
            let seen = read.contains(&(to, *entity));
            let (adds, ..) = effect(model, step.of, *entity, Some(step.link), seen);
            let row = found.entry((to, *entity)).or_default();
            row.writes += average;
            row.changes += if adds { 0.0 } else { average };
        }
    }
    found
}

/// Returns how often each entity changes where it is kept for good.
fn changes(
    model: &Model,
    traffic: &BTreeMap<(Id<Component>, Id<Entity>), Traffic>,
) -> BTreeMap<Id<Entity>, f64> {
    let mut found: BTreeMap<Id<Entity>, f64> = BTreeMap::new();
    for ((store, entity), row) in traffic {
        if model.components[*store].is_source_of_truth() {
            let known = found.entry(*entity).or_default();
            *known = known.max(row.changes);
        }
    }
    found
}

impl Known<'_> {
    fn cache(&self, id: Id<Component>) -> Cache {
        let component = &self.model.components[id];
        let name = &component.head.path;
        let kept = component.facts.data("stores").map(|data| data.entity);
        let used = self
            .traffic
            .range((id, Id::new(0))..=(id, Id::new(u32::MAX as usize)));
        let entities: BTreeSet<Id<Entity>> = kept.chain(used.map(|((_, it), _)| *it)).collect();
        let mut cache = Cache {
            component: id,
            entries: entities.iter().map(|it| self.entries(id, *it)).collect(),
            inputs: vec![
                copies(component),
                assumed(
                    format!("{name} overhead"),
                    OVERHEAD,
                    size(OVERHEAD),
                    "rule of thumb; Redis takes 56 bytes for an entry of nothing (its documentation, MEMORY USAGE)",
                ),
                assumed(
                    format!("{name} fill"),
                    FILL,
                    "80%".into(),
                    "rule of thumb: room is left for bursts",
                ),
                assumed(
                    format!("{name} fragmented"),
                    FRAGMENTED,
                    "15%".into(),
                    "rule of thumb: 10 to 20 % are lost between entries",
                ),
            ],
            needed: None,
            memory: total_memory(component),
            reads: entities
                .iter()
                .map(|it| self.traffic_of(id, *it).peak_reads)
                .sum(),
            predictions: Vec::new(),
            stated: stated(&component.facts, "hit", name),
            missing: Vec::new(),
        };
        self.fill(component, &mut cache);
        cache.needed = needed(&cache);
        cache
            .predictions
            .extend(self.by_invalidation(component, &cache));
        cache.predictions.extend(self.by_expiry(component, &cache));
        cache.predictions.extend(self.by_room(component, &cache));
        for entries in &cache.entries {
            cache.missing.extend(entries.row.missing.iter().cloned());
        }
        self.gaps(component, &mut cache);
        cache
    }

    fn traffic_of(&self, at: Id<Component>, entity: Id<Entity>) -> Traffic {
        self.traffic.get(&(at, entity)).copied().unwrap_or_default()
    }

    fn entries(&self, id: Id<Component>, entity: Id<Entity>) -> Entries {
        let here = self.traffic_of(id, entity);
        let immutable = self.model.entities[entity].about.has("immutable");
        Entries {
            entity,
            row: self.rows.row(entity),
            key: self.rows.key(entity),
            population: self.populations.get(&entity).cloned(),
            held: None,
            reads: here.reads,
            changes: match immutable {
                true => 0.0,
                false => self.changes.get(&entity).copied().unwrap_or(0.0),
            },
        }
    }

    /// Says how many of each entity a cache holds: its stated most, else what is put there
    /// in the time for which an entry lives, and never more than there are.
    fn fill(&self, component: &Component, cache: &mut Cache) {
        let name = &component.head.path;
        let most = stated(&component.facts, "max", name)
            .filter(|_| component.facts.quantity("max").is_some_and(is_number));
        let ttl = component.facts.number("ttl");
        let misses = 1.0 - cache.stated.as_ref().map_or(0.0, |it| it.value);
        for entries in &mut cache.entries {
            if let Some(most) = &most {
                entries.held = Some(most.clone());
                continue;
            }
            let traffic = self.traffic_of(cache.component, entries.entity);
            let put = traffic.writes + traffic.reads * misses;
            let living = ttl.filter(|_| put > 0.0).map(|ttl| put * ttl);
            let there = entries.population.as_ref().map(|it| it.value);
            let (held, why) = match (living, there) {
                (Some(living), Some(there)) if living < there => {
                    (living, "what is put there while an entry lives")
                }
                (Some(living), None) => (living, "what is put there while an entry lives"),
                (_, Some(there)) => (there, "all that there are in a year"),
                (None, None) => continue,
            };
            let entity = &self.model.entities[entries.entity].head.name;
            let name = format!("{name} entries of {entity}");
            entries.held = Some(assumed(name, held, count(held), why));
        }
    }

    /// Returns the bound of a cache that is emptied by changes and not told what changed.
    fn by_invalidation(&self, component: &Component, cache: &Cache) -> Option<Prediction> {
        let emptied = ["on-write", "on-event"];
        if !emptied
            .iter()
            .any(|it| component.facts.says("invalidation", it))
        {
            return None;
        }
        let told = |it: &&Entries| self.traffic_of(cache.component, it.entity).writes == 0.0;
        let reads: f64 = cache.entries.iter().map(|it| it.reads).sum();
        let hits = cache.entries.iter().map(|it| match told(&it) {
            true => it.reads * invalidation_bound(it.reads, it.changes),
            false => it.reads,
        });
        let changes: f64 = cache.entries.iter().filter(told).map(|it| it.changes).sum();
        let input = |what: &str, rate| rate_input(format!("{} {what}", component.head.path), rate);
        let inputs = vec![input("reads", reads), input("changes", changes)];
        (reads > 0.0 && changes > 0.0).then(|| Prediction {
            by: Limited::Invalidation,
            hit: hits.sum::<f64>() / reads,
            inputs,
        })
    }

    fn by_expiry(&self, component: &Component, cache: &Cache) -> Option<Prediction> {
        let name = &component.head.path;
        let ttl = stated(&component.facts, "ttl", name)?;
        let mut inputs = vec![ttl.clone()];
        let hit = self.weighted(component, cache, &mut inputs, |entries, popularity| {
            // What is written there is there before it is first asked for.
            let written = self.traffic_of(cache.component, entries.entity).writes > 0.0;
            match written {
                true => 1.0,
                false => popularity.expiring(entries.reads, ttl.value),
            }
        })?;
        Some(Prediction {
            by: Limited::Expiry,
            hit,
            inputs,
        })
    }

    fn by_room(&self, component: &Component, cache: &Cache) -> Option<Prediction> {
        let memory = cache.memory.clone()?;
        let copies = cache.inputs.first().map_or(1.0, |it| it.value);
        let read: Vec<&Entries> = cache.entries.iter().filter(|it| it.reads > 0.0).collect();
        let each = memory.value / read.len().max(1) as f64;
        let mut inputs = vec![memory];
        let hit = self.weighted(component, cache, &mut inputs, |entries, popularity| {
            let one = memory_of_one(entries, copies);
            popularity.least_recently_used(each / one)
        })?;
        Some(Prediction {
            by: Limited::Room,
            hit,
            inputs,
        })
    }

    /// Returns the mean over what is read; nothing if of one of them nothing says how many
    /// there are.
    fn weighted(
        &self,
        component: &Component,
        cache: &Cache,
        inputs: &mut Vec<Input>,
        hit: impl Fn(&Entries, &Popularity) -> f64,
    ) -> Option<f64> {
        let (mut hits, mut reads) = (0.0, 0.0);
        for entries in cache.entries.iter().filter(|it| it.reads > 0.0) {
            let population = entries.population.as_ref()?;
            let zipf = self.zipf(component, entries.entity);
            let popularity = Popularity::zipf(population.value, zipf.value);
            hits += entries.reads * hit(entries, &popularity);
            reads += entries.reads;
            inputs.extend([population.clone(), zipf]);
        }
        (reads > 0.0).then(|| hits / reads)
    }

    fn zipf(&self, component: &Component, entity: Id<Entity>) -> Input {
        let entity = &self.model.entities[entity];
        let own = stated(&component.facts, "zipf", &component.head.path);
        own.or_else(|| stated(&entity.about, "zipf", &entity.head.name))
            .unwrap_or_else(|| {
                let name = format!("{}.zipf", entity.head.name);
                let why = "rule of thumb; requests follow Zipf's law, with an exponent that varies (Breslau et al., Web Caching and Zipf-like Distributions, 1999)";
                assumed(name, ZIPF, ZIPF.to_string(), why)
            })
    }

    fn gaps(&self, component: &Component, cache: &mut Cache) {
        let name = &component.head.path;
        let mut what = Vec::new();
        for entries in &cache.entries {
            let entity = &self.model.entities[entries.entity].head.name;
            if entries.held.is_none() {
                what.push(format!("nothing says how many `{entity}` `{name}` holds"));
            } else if entries.reads > 0.0 && entries.population.is_none() {
                what.push(format!("nothing says how many `{entity}` there are"));
            }
        }
        if cache.entries.is_empty() {
            what.push(format!("nothing says what `{name}` holds"));
        }
        if cache.memory.is_none() {
            what.push(format!("nothing says how much memory `{name}` has"));
        }
        let of = Element::Component(cache.component);
        cache
            .missing
            .extend(what.into_iter().map(|what| missing(self.model, of, what)));
    }
}

fn is_number(quantity: &crate::quantity::Quantity) -> bool {
    quantity.dimension == crate::quantity::Dimension::NUMBER
}

fn rate_input(name: String, per_second: f64) -> Input {
    let words = crate::analysis::figures::rate(per_second);
    assumed(name, per_second, words, "by the loads of the design")
}

/// Returns the memory of one entry, in all copies and with what is lost around it.
fn memory_of_one(entries: &Entries, copies: f64) -> f64 {
    memory(
        1.0,
        entries.row.bytes + entries.key + OVERHEAD,
        copies,
        FILL,
        FRAGMENTED,
    )
}

fn needed(cache: &Cache) -> Option<f64> {
    let copies = cache.inputs.first().map_or(1.0, |it| it.value);
    let of = |it: &Entries| Some(it.held.as_ref()?.value * memory_of_one(it, copies));
    let all: Option<Vec<f64>> = cache.entries.iter().map(of).collect();
    all.filter(|it| !it.is_empty()).map(|it| it.iter().sum())
}

/// Returns how many times a cache holds each entry: on each caller where it is local, twice
/// where it is replicated, else once.
fn copies(component: &Component) -> Input {
    let name = format!("{} copies", component.head.path);
    let of = |value: f64, why: &str| assumed(name.clone(), value, count(value), why);
    let replicas = replicas(component).map_or(1.0, |it| it.value);
    if component.facts.says("scope", "local") {
        return of(replicas, "each replica has its own");
    }
    match component.facts.has("replication") && replicas > 1.0 {
        true => of(2.0, "each entry and its replica"),
        false => of(1.0, "each entry is in one place"),
    }
}

fn total_memory(component: &Component) -> Option<Input> {
    let each = stated(&component.facts, "memory", &component.head.path)?;
    let replicas = replicas(component)?;
    let value = each.value * replicas.value;
    let words = format!("{} × {}", each.words, replicas.words);
    Some(Input {
        value,
        words,
        ..each
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::samples::{EXAMPLE, assert_near, component, model};

    fn cache(text: &str, name: &str) -> Cache {
        let model = model(text);
        let id = component(&model, name);
        let all = caches(&model).caches;
        all.into_iter()
            .find(|it| it.component == id)
            .expect("a cache")
    }

    const TEXT: &str = "system S
        entity E { id: uuid key; about { size: 404 bytes; count: 100k; zipf: 0.8 } }
        api A: rest { get: GET /e -> E; put: PUT /es/{eId} -> E { writes: E } }
        load L { get: 10k/s; put: 1k/s; peak: 2x }
        service s { serves: A }
        database d { stores: E }
        cache c { stores: E; hit: 90%; EXTRA }
        client u
        flow Get: get { u -> s; s -> c { reads: E }; opt { s -> d { reads: E } } }
        flow Put: put { u -> s; s -> d { writes: E } }";

    #[test]
    fn memory_is_entries_with_what_is_around_them() {
        assert_near(memory(1e6, 500.0, 2.0, 0.8, 0.15), 1e9 / 0.68, 1e-12);
        let found = cache(&TEXT.replace("EXTRA", "memory: 50 MB; replicas: 2"), "c");
        assert_near(found.needed.unwrap(), 1e5 * 500.0 / 0.68, 1e-9);
        assert_near(found.share().unwrap(), 0.5 / 0.68, 1e-9);
        let twice = cache(
            &TEXT.replace("EXTRA", "replication: async; replicas: 2"),
            "c",
        );
        assert_near(twice.needed.unwrap(), 1e8 / 0.68, 1e-9);
    }

    #[test]
    fn room_limits_what_is_answered() {
        // A tenth fits: .469 by Che's approximation.
        let memory = format!(
            "memory: {} bytes; replicas: 1",
            (1e4 * 500.0 / 0.68_f64).round()
        );
        let found = cache(&TEXT.replace("EXTRA", &memory), "c");
        assert_eq!(found.predictions[0].by, Limited::Room);
        assert!((found.predicted().unwrap() - 0.469).abs() < 0.001);
        assert_near(found.behind_at(0.0), 20e3, 1e-12);
        assert_near(
            found.behind_at(found.stated.as_ref().unwrap().value),
            2e3,
            1e-9,
        );
    }

    #[test]
    fn changes_limit_what_is_answered() {
        let found = cache(&TEXT.replace("EXTRA", "invalidation: on-write"), "c");
        assert_near(found.at_most().unwrap(), 10.0 / 11.0, 1e-9);
        let kept = TEXT
            .replace("EXTRA", "invalidation: on-write")
            .replace("count: 100k", "count: 100k; immutable: yes");
        assert_eq!(cache(&kept, "c").at_most(), None);
        let none = cache(&TEXT.replace("EXTRA", "eviction: lru"), "c");
        assert_eq!(none.predicted(), None);
    }

    #[test]
    fn expiry_limits_what_is_answered() {
        let even = TEXT
            .replace("zipf: 0.8", "zipf: 0")
            .replace("EXTRA", "ttl: 90s");
        let found = cache(&even, "c");
        assert_near(found.predicted().unwrap(), 0.9, 1e-6);
        assert!(!found.predictions[0].assumes_popularity());
        let assumed = cache(&even.replace("; zipf: 0", ""), "c");
        assert!(assumed.predictions[0].assumes_popularity());
    }

    #[test]
    fn what_nothing_says_is_listed() {
        let text = "system S\nentity E { id: uuid key }\ncache c { stores: E }\ncache d";
        let words = |name| {
            let missing = cache(text, name).missing;
            missing.into_iter().map(|it| it.what).collect::<Vec<_>>()
        };
        assert_eq!(
            words("c"),
            [
                "nothing says how many `E` `c` holds",
                "nothing says how much memory `c` has"
            ]
        );
        assert_eq!(
            words("d"),
            [
                "nothing says what `d` holds",
                "nothing says how much memory `d` has"
            ]
        );
    }

    #[test]
    fn the_example_reads_its_feeds_from_memory() {
        let feeds = cache(EXAMPLE, "feedCache");
        assert_near(feeds.reads, 1e9 / 86_400.0 * 3.0, 1e-9);
        // Four thousand million entries are written in the day for which they live.
        let held = feeds.entries[0].held.as_ref().unwrap().value;
        assert_near(held, 4e9 + 1e9 * 0.02, 1e-6);
        assert!(feeds.needed.unwrap() > 1e12);
        let posts = cache(EXAMPLE, "hotPosts");
        assert!(posts.predicted().is_some());
    }
}
