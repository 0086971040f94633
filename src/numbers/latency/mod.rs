//! How long each flow takes: its waterfall, what is certain, what is likely.

mod judge;
mod read;
mod text;

use serde::Serialize;

use super::sheet::Section;
use super::{Context, Input, Missing, Place, Target, Verdict};

/// How long flows take. Waiting for components that are busy is not in here.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, schemars(rename = "Latency"))]
pub struct Part {
    /// Every flow that has steps, in the order of the text.
    pub flows: Vec<FlowTime>,
    /// The targets of operations that no flow describes; nothing can be said of them.
    pub undescribed: Vec<Target>,
    /// The numbers that went in.
    pub inputs: Vec<Input>,
    /// The numbers that would be needed.
    pub missing: Vec<Missing>,
}

/// How long one flow takes.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct FlowTime {
    /// The name of the flow.
    pub flow: String,
    /// The operation that it answers; nothing for background work.
    pub operation: Option<String>,
    /// Where it is stated.
    pub place: Place,
    /// Whether every step that counts says how long it takes; the way from an actor
    /// or client to us is not asked for.
    pub complete: bool,
    /// The least time in seconds, whatever is not stated.
    pub min_seconds: f64,
    /// The mean in seconds, where what is not stated takes no time; branches count
    /// by their share.
    pub mean_seconds: f64,
    /// The mean at the least in seconds, whatever is not stated.
    pub least_mean_seconds: f64,
    /// Whether all means that went in are stated; else some are the means of
    /// lognormal distributions through p50 and p99.
    pub mean_stated: bool,
    /// The mean in seconds if everything that may happen does, and of branches the
    /// slowest is taken.
    pub slowest_mean_seconds: f64,
    /// Its steps in order.
    pub steps: Vec<Step>,
    /// The percentiles p50, p90, p95, p99 and p99.9.
    pub percentiles: Vec<Percentile>,
    /// What sums of the steps' percentiles guarantee.
    pub sums: Vec<PercentileSum>,
    /// The family of distributions that is fitted to each step for the likely
    /// percentiles, with independent steps; nothing where a step with times does not
    /// state both p50 and p99.
    pub fitted: Option<Family>,
    /// What runs side by side.
    pub side_by_side: Vec<SideBySide>,
    /// What each cache does for the mean.
    pub caches: Vec<CacheEffect>,
    /// The targets that it must keep.
    pub targets: Vec<TimeTarget>,
}

/// A family of distributions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Family {
    /// The logarithm of the time is normally distributed.
    Lognormal,
}

/// One step of a flow.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Step {
    /// The connection: `feeds -> feedCache`.
    pub connection: String,
    /// The title of the step.
    pub title: Option<String>,
    /// Where it is stated.
    pub place: Place,
    /// Whether the answer waits for it.
    pub waited_for: bool,
    /// When it begins in seconds, by the means of what is before it.
    pub starts_seconds: f64,
    /// In what share of cases it happens.
    pub share: f64,
    /// Whether that share is stated, rather than assumed.
    pub share_stated: bool,
    /// How often it is then done.
    pub times: f64,
    /// The least time in seconds that one takes.
    pub min_seconds: f64,
    /// The mean of one in seconds; that of the lognormal distribution where only p50
    /// and p99 are stated.
    pub mean_seconds: Option<f64>,
    /// The median of one in seconds.
    pub p50_seconds: Option<f64>,
    /// What 99 of 100 stay under, in seconds.
    pub p99_seconds: Option<f64>,
    /// What it adds to the mean of the flow in seconds, by its share and times.
    pub adds_seconds: f64,
    /// How far apart the two ends are, where they stand in different regions or zones.
    pub distance: Option<Distance>,
}

/// How far apart two regions or zones are.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Distance {
    /// Between which: `distance from eu to us`.
    pub name: String,
    /// The time of a round trip in seconds; no call is faster.
    pub seconds: f64,
}

/// A percentile of a flow's time.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Percentile {
    /// The percentile: `p99`.
    pub percentile: String,
    /// The share of cases that stay under it: 0.99.
    pub level: f64,
    /// What it is at the least in seconds, whatever is not stated.
    pub at_least_seconds: f64,
    /// What it is at the most in seconds, whatever depends on what (the union bound);
    /// nothing unless all that is needed is stated.
    pub at_most_seconds: Option<f64>,
    /// What it is by the fitted distributions in seconds, where what is not stated
    /// takes no time.
    pub likely_seconds: Option<f64>,
}

/// What a sum of percentiles guarantees: of steps that each exceed theirs in a share
/// of cases, one does at the most in the sum of those shares (the union bound).
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PercentileSum {
    /// The percentile that is added up, or the nearest higher one that a step states: `p99`.
    pub of: String,
    /// The sum in seconds.
    pub seconds: f64,
    /// The share of cases that stay under the sum at the least; 0 where nothing is
    /// guaranteed.
    pub guarantees: f64,
}

/// Calls that run side by side.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct SideBySide {
    /// Where it is stated.
    pub place: Place,
    /// How many calls there are.
    pub calls: f64,
    /// Whether all of them are waited for.
    pub waits_for_all: bool,
    /// The share of requests in which at least one call is slower than its p99:
    /// 1 − 0.99ⁿ for independent calls.
    pub any_slow: f64,
    /// The share of calls that must be in time so that 99 of 100 requests are: 0.99^(1/n).
    pub each: f64,
}

/// What a cache does for the mean of a flow.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct CacheEffect {
    /// The cache.
    pub cache: String,
    /// The mean in seconds while the cache knows nothing.
    pub cold_mean_seconds: f64,
}

/// A target with what a flow makes of it.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct TimeTarget {
    /// The requirement or operation that states it.
    pub by: String,
    /// As it would be written: `p99 < 200ms`.
    pub demand: String,
    /// What is bounded: `p99`, `mean`, `latency`.
    pub measure: String,
    /// The bound in seconds.
    pub bound_seconds: f64,
    /// What the measure is at the least in seconds, whatever is not stated.
    pub at_least_seconds: f64,
    /// What it is at the most in seconds; nothing unless all that is needed is stated.
    pub at_most_seconds: Option<f64>,
    /// What it is likely to be in seconds.
    pub likely_seconds: Option<f64>,
    /// What is left in seconds: the bound less what is likely, else less what is
    /// certain; below 0 where the target is missed.
    pub slack_seconds: f64,
    /// What becomes of it.
    pub verdict: Verdict,
    /// Why, in a few words with the number.
    pub why: String,
    /// Where it is stated.
    pub place: Place,
}

pub(super) fn part(context: &Context) -> Part {
    read::part(context)
}

pub(super) fn targets(part: &Part) -> Vec<Target> {
    let judged = part.flows.iter().flat_map(|flow| {
        let of = part.name(flow);
        flow.targets.iter().map(move |it| Target {
            by: it.by.clone(),
            of: of.to_owned(),
            demand: it.demand.clone(),
            verdict: it.verdict,
            why: it.why.clone(),
            place: it.place.clone(),
        })
    });
    judged.chain(part.undescribed.iter().cloned()).collect()
}

pub(super) fn section(part: &Part) -> Option<Section> {
    text::section(part)
}

impl Part {
    /// Returns what a flow is about: its operation, unless several flows answer that.
    fn name<'a>(&'a self, flow: &'a FlowTime) -> &'a str {
        let Some(operation) = &flow.operation else {
            return &flow.flow;
        };
        let same = |it: &&FlowTime| it.operation.as_ref() == Some(operation);
        match self.flows.iter().filter(same).nth(1) {
            Some(_) => &flow.flow,
            None => operation,
        }
    }
}
