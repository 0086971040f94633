//! What is stated about the time of one step.

use super::lognormal::Lognormal;
use crate::analysis::input::{Given, Input};
use crate::analysis::load::{given, often::Use};
use crate::model::{Component, Element, FactItem, Facts, Id, Model, Place};
use crate::quantity::{self, Dimension, Value};

/// The percentiles that a step can state, with the share that stays under each.
pub(super) const LEVELS: [(&str, f64); 5] = [
    ("p50", 0.5),
    ("p90", 0.9),
    ("p95", 0.95),
    ("p99", 0.99),
    ("p99.9", 0.999),
];

/// The time of one step, in seconds, as far as it is stated.
#[derive(Clone, Debug)]
pub(super) struct Hop {
    /// The least, 0 where nothing says.
    pub min: f64,
    /// The mean: stated, or of the distribution through p50 and p99.
    pub mean: Option<f64>,
    /// Whether the mean is stated.
    pub mean_stated: bool,
    /// What the mean is at the least, by all that is stated.
    pub least_mean: f64,
    /// The percentiles of [`LEVELS`].
    pub percentiles: [Option<f64>; 5],
    /// The distribution through p50 and p99.
    pub fit: Option<Lognormal>,
    /// The stated time of a round trip between the two places, where they differ.
    pub distance: Option<Input>,
    /// The numbers that went in.
    pub inputs: Vec<Input>,
}

impl Hop {
    /// Reads the time of a step: what the step or its connection states, else what
    /// the receiver states for its own work.
    pub fn of(model: &Model, it: &Use<'_>) -> Hop {
        let receiver = &model.components[it.to].facts;
        let arrow = model.relations[it.link.relation].arrow.symbol();
        let name = format!("{} {arrow} {}", model.name(it.from), model.name(it.to));
        let facts = &it.link.facts;
        let mut hop = match is_timed(facts) || !is_timed(receiver) {
            true => Hop::read(facts, &name),
            false => Hop::read(receiver, model.name(it.to)),
        };
        if let Some(distance) = distance(model, it.from, it.to) {
            hop.min = hop.min.max(distance.value);
            hop.inputs.push(distance.clone());
            hop.distance = Some(distance);
        }
        hop.least_mean = hop.lower_mean();
        hop
    }

    fn read(facts: &Facts, name: &str) -> Hop {
        let mut inputs = Vec::new();
        let mut read = |key: &str| {
            let (fact, quantity) = (facts.present(key)?, facts.quantity(key)?);
            let value = quantity.to_f64();
            inputs.push(Input {
                name: format!("{name} {key}"),
                value,
                words: quantity.to_string(),
                given: given(fact),
            });
            Some(value)
        };
        let min = read("min").unwrap_or(0.0);
        let stated = read("mean");
        let percentiles = LEVELS.map(|(key, _)| read(key));
        let fit = match (percentiles[0], percentiles[3]) {
            (Some(p50), Some(p99)) => Lognormal::through(p50, p99),
            _ => None,
        };
        let fitted = fit.filter(|_| stated.is_none()).map(Lognormal::mean);
        if let Some(mean) = fitted {
            let words = quantity::Quantity::from_f64(mean, Dimension::DURATION);
            let why = "the mean of the lognormal distribution through p50 and p99";
            inputs.push(Input {
                name: format!("{name} mean"),
                value: mean,
                words: words.map_or_else(|| format!("{mean} s"), |it| it.to_string()),
                given: Given::Assumed(why.to_owned()),
            });
        }
        Hop {
            min,
            mean: stated.or(fitted),
            mean_stated: stated.is_some(),
            least_mean: 0.0,
            percentiles,
            fit,
            distance: None,
            inputs,
        }
    }

    /// Tells whether anything is stated beside a least time.
    pub fn is_timed(&self) -> bool {
        self.mean.is_some() || self.percentiles.iter().any(Option::is_some)
    }

    /// Returns the percentile of a level: the nearest stated one that is as high.
    pub fn at_most(&self, level: usize) -> Option<(f64, f64)> {
        (level..LEVELS.len()).find_map(|it| Some((self.percentiles[it]?, LEVELS[it].1)))
    }

    /// Returns what the percentile of a share is at the least: the highest stated one
    /// that is not above it.
    pub fn at_least(&self, share: f64) -> f64 {
        let stated = LEVELS.iter().zip(self.percentiles);
        let known = stated.filter(|((_, level), _)| *level <= share + 1e-12);
        known.filter_map(|(_, it)| it).fold(self.min, f64::max)
    }

    /// Returns what the mean is at the least: whoever is not under a percentile takes
    /// as long as that.
    fn lower_mean(&self) -> f64 {
        if let Some(mean) = self.mean.filter(|_| self.mean_stated) {
            return mean;
        }
        let (mut at, mut below, mut sum) = (self.min, 0.0, 0.0);
        for ((_, level), time) in LEVELS.iter().zip(self.percentiles) {
            if let Some(time) = time.filter(|it| *it >= at) {
                sum += (level - below) * at;
                (at, below) = (time, *level);
            }
        }
        sum + (1.0 - below) * at
    }
}

fn is_timed(facts: &Facts) -> bool {
    let keys = LEVELS.iter().map(|(key, _)| *key);
    keys.chain(["mean", "min"]).any(|key| facts.has(key))
}

/// Returns the stated time of a round trip between the regions, else the zones, in
/// which two components stand; the shortest where several are stated.
fn distance(model: &Model, from: Id<Component>, to: Id<Component>) -> Option<Input> {
    ["region", "zone"].iter().find_map(|kind| {
        let [from, to] = [from, to].map(|it| place(model, it, kind));
        let (from, to) = (from?, to?);
        if from == to {
            return None;
        }
        let there = stated_distance(model, from, to);
        let back = stated_distance(model, to, from);
        let both = there.into_iter().chain(back);
        both.min_by(|a, b| a.value.total_cmp(&b.value))
    })
}

fn place(model: &Model, component: Id<Component>, kind: &str) -> Option<Id<Place>> {
    let mut around = model.components[component].place;
    while let Some(place) = around {
        let row = &model.places[place];
        if row.kind.name == kind {
            return Some(place);
        }
        around = row.parent;
    }
    None
}

/// Reads `distance: 80ms`, to any other place, or `distance: asia 80ms`.
fn stated_distance(model: &Model, from: Id<Place>, to: Id<Place>) -> Option<Input> {
    let (here, there) = (&model.places[from].head, &model.places[to].head);
    let fact = model.facts(Element::Place(from))?.present("distance")?;
    let crate::model::FactValue::Items(items) = &fact.value else {
        return None;
    };
    let read = |item: &FactItem| match item {
        FactItem::Quantity(time) => Some((time.to_f64(), time.to_string(), false)),
        FactItem::Phrase(text) => {
            let (name, time) = text.split_once(char::is_whitespace)?;
            let Ok(Value::Quantity(time)) = quantity::parse(time.trim()) else {
                return None;
            };
            let meant = name == there.name || name == there.path;
            let duration = time.dimension == Dimension::DURATION;
            (meant && duration).then(|| (time.to_f64(), time.to_string(), true))
        }
        _ => None,
    };
    let found: Vec<(f64, String, bool)> = items.iter().filter_map(read).collect();
    let exact = found.iter().find(|(_, _, named)| *named);
    let (value, words, _) = exact.or(found.first())?.clone();
    Some(Input {
        name: format!("distance from {} to {}", here.path, there.path),
        value,
        words,
        given: given(fact),
    })
}
