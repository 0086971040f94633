//! What caches hold and answer, and what is left for what is behind them.

use serde::Serialize;

use super::sheet::Section;
use super::{Context, Input, Missing};
use crate::analysis::cache as analysis;
use crate::model::Element;

/// What the caches of a design hold and answer.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
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
#[serde(rename_all = "camelCase")]
pub struct Cache {
    /// The component.
    pub component: String,
    /// Bytes of memory that it needs in all; null where nothing says how much it holds.
    pub needed_bytes: Option<f64>,
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
    /// The reason that allows least.
    pub limited_by: Option<Limit>,
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
#[serde(rename_all = "kebab-case")]
pub enum Limit {
    /// Entries end after their `ttl`.
    Expiry,
    /// Every change removes the entry; this bound holds whatever is assumed.
    Invalidation,
    /// Only so many fit.
    Room,
}

/// A hit ratio that a reason allows.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Limited {
    /// The reason.
    pub by: Limit,
    /// The share of reads that it lets the cache answer.
    pub hit: f64,
    /// Whether how unevenly things are asked for is assumed rather than stated.
    pub assumes_popularity: bool,
}

/// What a cache holds of one entity.
#[derive(Clone, Debug, Serialize)]
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
    let least = |it: &&analysis::Prediction| Some(it.hit) == predicted;
    Cache {
        component: context.name(Element::Component(cache.component)),
        needed_bytes: cache.needed,
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

fn limit(by: analysis::Limited) -> Limit {
    match by {
        analysis::Limited::Expiry => Limit::Expiry,
        analysis::Limited::Invalidation => Limit::Invalidation,
        analysis::Limited::Room => Limit::Room,
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

pub(super) fn section(_part: &Part) -> Option<Section> {
    None
}
