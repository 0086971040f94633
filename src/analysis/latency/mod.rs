//! How long an answer takes.
//!
//! Takes a design, gives a waterfall for each flow: what each step takes as far as
//! that is stated, what they take together, and how that compares with the targets.
//! Does not know rules or reports.
//!
//! Means add. Percentiles do not: of `n` steps that each exceed a time in at most
//! `α` of cases, at least one does in at most `n·α`, whatever depends on what, so
//! that the sum of `n` p99s is guaranteed only as the percentile `100 − n` (the union
//! bound). What a percentile is at the least follows from any one step that always
//! happens: `Q(total) ≥ max_i (Q(X_i) + Σ_{j≠i} min_j)`. Of `n` calls side by side
//! each must keep its `q^{1/n}` (Dean and Barroso, "The Tail at Scale",
//! Communications of the ACM 56(2), 2013).
//!
//! Times on a connection are the hop and the receiver's own work. What is sent and
//! not waited for does not count for an answer; in a flow that answers nobody
//! everything counts. Waiting for busy components is not in here.

mod distribution;
mod hop;
mod lognormal;
mod sum;

pub use distribution::Distribution;

use std::collections::BTreeSet;

use super::input::{Input, Missing};
use super::load::often::{Circumstances, Node, Part, Plan, Planner, Share, Use};
use crate::model::{
    Component, Demand, Element, FactItem, Flow, Group, GroupKind, Id, Model, Operation, Relation,
    Requirement, RequirementKind,
};
use crate::source::Span;
use crate::vocabulary::Traits;
use hop::{Hop, LEVELS};
use sum::Sum;

/// Returns the mean of the lognormal distribution with that median and 99th percentile;
/// nothing where there is none that says something about the mean.
pub(super) fn lognormal_mean(p50: f64, p99: f64) -> Option<f64> {
    lognormal::Lognormal::through(p50, p99).map(lognormal::Lognormal::mean)
}

/// The time of a flow, step by step. All times are in seconds.
#[derive(Clone, Debug, PartialEq)]
pub struct Waterfall {
    /// The flow.
    pub flow: Id<Flow>,
    /// The operation that it answers.
    pub operation: Option<Id<Operation>>,
    /// Its steps in order.
    pub bars: Vec<Bar>,
    /// Whether every step that counts says how long it takes; the way from an actor
    /// or client to us is not asked for.
    pub complete: bool,
    /// The least time; sound, whatever is not stated.
    pub min: f64,
    /// The mean, where what is not stated takes no time; with branches by their weight.
    pub mean: f64,
    /// The mean at the least; sound.
    pub least_mean: f64,
    /// Whether the mean is of stated means only.
    pub mean_stated: bool,
    /// The mean if the slowest branch is always taken and all that may happen does.
    pub worst: f64,
    /// The percentiles p50, p90, p95, p99, p99.9.
    pub percentiles: Vec<Percentile>,
    /// What the sum of the steps' percentiles guarantees.
    pub guarantees: Vec<Guarantee>,
    /// How it is distributed if steps are independent and each lognormal through its
    /// p50 and p99; nothing where a step with times does not state both.
    pub distribution: Option<Distribution>,
    /// The steps that add most to the mean, most first, by their index in `bars`.
    pub largest: Vec<usize>,
    /// What runs side by side.
    pub fan_outs: Vec<FanOut>,
    /// What each cache does for the mean.
    pub caches: Vec<CacheEffect>,
    /// The targets that it must keep.
    pub targets: Vec<Target>,
    /// What would have to be stated.
    pub missing: Vec<Missing>,
}

/// One step of a waterfall.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// The connection.
    pub relation: Id<Relation>,
    /// Who starts it.
    pub from: Id<Component>,
    /// Who receives it.
    pub to: Id<Component>,
    /// The title.
    pub title: Option<String>,
    /// Where the step is said.
    pub span: Span,
    /// Whether the answer waits for it.
    pub counts: bool,
    /// When it begins, by the means of what is before it.
    pub starts: f64,
    /// In what share of cases it happens.
    pub share: f64,
    /// Whether that is stated rather than assumed.
    pub share_stated: bool,
    /// How often it is then done.
    pub times: f64,
    /// The least time.
    pub min: f64,
    /// The mean of one; the lognormal distribution's where only p50 and p99 are stated.
    pub mean: Option<f64>,
    /// The median.
    pub p50: Option<f64>,
    /// What 99 of 100 stay under.
    pub p99: Option<f64>,
    /// What it adds to the mean of the flow.
    pub adds: f64,
    /// The stated time of a round trip between the regions or zones of the two.
    pub distance: Option<Input>,
    /// The numbers that went in.
    pub inputs: Vec<Input>,
}

/// A percentile of a flow's time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Percentile {
    /// The share that stays under: 0.99.
    pub level: f64,
    /// What it is at the least; sound, whatever is not stated.
    pub at_least: f64,
    /// What it is at the most, whatever depends on what; nothing unless all is stated.
    pub at_most: Option<f64>,
    /// By the distribution.
    pub estimate: Option<f64>,
}

/// What a sum of percentiles guarantees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Guarantee {
    /// The percentile that was added up, or the nearest higher one that is stated: `p99`.
    pub of: &'static str,
    /// The sum.
    pub time: f64,
    /// The share that stays under it at the least; 0 where it guarantees nothing.
    pub level: f64,
}

/// Calls that run side by side.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FanOut {
    /// The group.
    pub span: Span,
    /// How many there are.
    pub calls: f64,
    /// Whether all of them are waited for.
    pub all: bool,
    /// The share of requests in which at least one takes longer than its p99:
    /// `1 − 0.99^n`.
    pub slow: f64,
    /// The percentile that each must keep so that 99 of 100 requests keep it: `0.99^{1/n}`.
    pub each: f64,
}

/// What a cache does for the mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CacheEffect {
    /// The cache.
    pub cache: Id<Component>,
    /// The mean of the flow as it is.
    pub mean: f64,
    /// The mean while the cache knows nothing.
    pub cold: f64,
}

/// A target with what the flow makes of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// The quality that states it; `None` where the operation does.
    pub requirement: Option<Id<Requirement>>,
    /// `p99`, `mean` …
    pub measure: String,
    /// What it asks for.
    pub bound: f64,
    /// What the measure is at the least; sound, whatever is not stated.
    pub at_least: f64,
    /// What it is at the most; nothing unless all is stated.
    pub at_most: Option<f64>,
    /// What it is likely to be.
    pub estimate: Option<f64>,
    /// What is left: the bound less the estimate, else less what is certain.
    pub slack: f64,
    /// The step whose own percentile makes the whole take `at_least`, with the least
    /// times of the others, by its index in `bars`; nothing for other measures.
    pub slow: Option<usize>,
    /// Whether it is kept.
    pub verdict: Verdict,
    /// Where it is stated.
    pub span: Span,
}

/// Whether a target is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Not even if what is not stated is as kind as can be.
    Broken,
    /// Whatever depends on what.
    Kept,
    /// Neither is certain.
    Open,
}

/// Returns the waterfalls of all flows that have steps, in their order.
pub fn waterfalls(model: &Model) -> Vec<Waterfall> {
    waterfalls_when(model, &BTreeSet::new())
}

/// Returns the waterfalls while some caches know nothing.
pub fn waterfalls_when(model: &Model, cold: &BTreeSet<Id<Component>>) -> Vec<Waterfall> {
    let circumstances = Circumstances {
        cold: cold.clone(),
        ..Circumstances::default()
    };
    let planner = Planner::new(model, &circumstances);
    let flows = model.flows.iter().filter(|(_, it)| !it.steps.is_empty());
    flows
        .map(|(id, _)| waterfall(model, id, &planner, cold))
        .collect()
}

/// The caches whose effect is reckoned, for each flow.
const MOST_CACHES: usize = 50;

fn waterfall(
    model: &Model,
    id: Id<Flow>,
    planner: &Planner<'_>,
    cold: &BTreeSet<Id<Component>>,
) -> Waterfall {
    let flow = &model.flows[id];
    let plan = planner.plan(flow);
    let mut reader = Reader::new(model, &plan);
    let total = reader.sum(&plan.nodes, 1.0, 0.0);
    let Reader {
        hops,
        bars,
        missing,
        fan_outs,
        complete,
        ..
    } = reader;
    let counted = || bars.iter().filter(|it| it.counts && it.share > 0.0);
    let lower = |level| {
        Lower {
            hops: &hops,
            next: 0,
        }
        .steps(&plan.nodes, level)
    };
    let guarantees = guarantees(&total);
    let mean_stated = hops.iter().all(|it| !it.is_timed() || it.mean_stated);
    let mut largest: Vec<usize> = (0..bars.len()).filter(|it| bars[*it].adds > 0.0).collect();
    largest.sort_by(|a, b| bars[*b].adds.total_cmp(&bars[*a].adds));
    let timed = counted().any(|it| it.p99.is_some() || it.p50.is_some() || it.mean.is_some());
    let mut result = Waterfall {
        flow: id,
        operation: flow.operation,
        complete,
        min: total.min,
        mean: total.mean,
        least_mean: total.least_mean,
        mean_stated,
        worst: total.worst,
        percentiles: Vec::new(),
        guarantees,
        distribution: total.distribution.filter(|_| timed),
        largest,
        fan_outs,
        caches: effects(planner, flow, &plan, cold, total.mean),
        targets: Vec::new(),
        missing,
        bars,
    };
    result.percentiles = LEVELS
        .iter()
        .map(|(_, level)| result.percentile(*level, lower(*level).percentile))
        .collect();
    for (requirement, demand) in demands(model, id, flow) {
        result
            .targets
            .extend(result.target(requirement, demand, &lower));
    }
    result
}

impl Waterfall {
    fn percentile(&self, level: f64, at_least: f64) -> Percentile {
        let kept = self.guarantees.iter().filter(|it| it.level >= level - 1e-9);
        let at_most = kept.map(|it| it.time).min_by(f64::total_cmp);
        Percentile {
            level,
            at_least,
            at_most: at_most.filter(|_| self.complete),
            estimate: self.distribution.as_ref().map(|it| it.quantile(level)),
        }
    }

    fn target(
        &self,
        requirement: Option<Id<Requirement>>,
        demand: &Demand,
        lower: &dyn Fn(f64) -> Least,
    ) -> Option<Target> {
        if !demand.is_upper() {
            return None;
        }
        let mut slow = None;
        let (at_least, at_most, estimate) = match demand.measure.as_str() {
            "mean" => {
                let certain = self.complete && self.mean_stated && self.shares_stated();
                let most = certain.then_some(self.mean);
                (self.least_mean, most, Some(self.mean))
            }
            // Of how many is not said: at the least of somebody.
            "latency" => (self.min, None, Some(self.mean)),
            measure => {
                let level: f64 = measure.strip_prefix('p')?.parse().ok()?;
                let level = (0.0..100.0).contains(&level).then_some(level / 100.0)?;
                let least = lower(level);
                slow = least.slow;
                let it = self.percentile(level, least.percentile);
                (it.at_least, it.at_most, it.estimate)
            }
        };
        let bound = demand.bound.to_f64();
        // Summing must not break by rounding what is kept exactly.
        let close = bound * (1.0 + 1e-9);
        let verdict = match at_most {
            _ if at_least > close => Verdict::Broken,
            Some(most) if most <= close => Verdict::Kept,
            _ => Verdict::Open,
        };
        let estimate = estimate.map(|it| it.max(at_least));
        Some(Target {
            requirement,
            measure: demand.measure.clone(),
            bound,
            at_least,
            at_most,
            estimate,
            slack: bound - estimate.unwrap_or(at_least),
            slow,
            verdict,
            span: demand.span,
        })
    }

    fn shares_stated(&self) -> bool {
        let side_by_side = !self.fan_outs.is_empty();
        !side_by_side && self.bars.iter().all(|it| it.share_stated)
    }
}

fn guarantees(total: &Sum) -> Vec<Guarantee> {
    let names = LEVELS.iter().zip(total.bounds);
    let found = names.filter_map(|((of, _), bound)| {
        let (time, rest) = bound?;
        (time > 0.0).then_some(Guarantee {
            of,
            time,
            level: 1.0 - rest,
        })
    });
    found.collect()
}

/// Returns the targets of a flow: of its operation, and of the qualities that are said
/// of it, of its operation, or of a requirement that either is for.
fn demands<'a>(
    model: &'a Model,
    id: Id<Flow>,
    flow: &'a Flow,
) -> Vec<(Option<Id<Requirement>>, &'a Demand)> {
    let operation = flow.operation.map(|it| (it, &model.operations[it]));
    let own = operation.map_or(&[][..], |(_, it)| &it.demands);
    let mut found: Vec<_> = own.iter().map(|it| (None, it)).collect();
    let purposes: Vec<Element> = operation
        .into_iter()
        .flat_map(|(_, it)| it.facts.targets("for"))
        .chain(flow.facts.targets("for"))
        .collect();
    let concerns = |scope: &Element| match scope {
        Element::Flow(it) => *it == id,
        Element::Operation(it) => flow.operation == Some(*it),
        Element::Api(it) => operation.is_some_and(|(_, row)| row.api == *it),
        Element::Requirement(_) => operation.is_some() && purposes.contains(scope),
        _ => false,
    };
    for (requirement, row) in model.requirements.iter() {
        let global = row.is_global() && operation.is_some();
        let meant = row.kind == RequirementKind::Quality;
        if meant && (global || row.scope.iter().any(concerns)) {
            found.extend(row.demands.iter().map(|it| (Some(requirement), it)));
        }
    }
    let timed = |measure: &str| {
        let number = measure.strip_prefix('p').map(str::parse::<f64>);
        matches!(measure, "mean" | "latency") || matches!(number, Some(Ok(_)))
    };
    found.retain(|(_, it)| timed(&it.measure));
    found
}

/// Returns what the mean would be with each of the caches knowing nothing.
fn effects(
    planner: &Planner<'_>,
    flow: &Flow,
    plan: &Plan<'_>,
    cold: &BTreeSet<Id<Component>>,
    mean: f64,
) -> Vec<CacheEffect> {
    let caches = plan.caches.iter().filter(|it| !cold.contains(it));
    let effect = |cache: &Id<Component>| {
        let mut circumstances = Circumstances::default();
        circumstances.cold.extend(cold);
        circumstances.cold.insert(*cache);
        let planner = planner.under(&circumstances);
        let plan = planner.plan(flow);
        let mut reader = Reader::new(planner.model, &plan);
        reader.step = None;
        let cold = reader.sum(&plan.nodes, 1.0, 0.0).mean;
        let cache = *cache;
        CacheEffect { cache, mean, cold }
    };
    caches.take(MOST_CACHES).map(effect).collect()
}

/// Adds up the steps of a plan.
struct Reader<'a> {
    model: &'a Model,
    /// The times of all steps in order, and of how many the sum is made so far.
    hops: Vec<Hop>,
    next: usize,
    /// The grid of distributions.
    step: Option<f64>,
    bars: Vec<Bar>,
    missing: Vec<Missing>,
    fan_outs: Vec<FanOut>,
    complete: bool,
    /// In what share of cases the steps at hand happen, by the groups around them.
    around: Share,
}

impl<'a> Reader<'a> {
    fn new(model: &'a Model, plan: &Plan<'_>) -> Reader<'a> {
        let (mut hops, mut extent) = (Vec::new(), 0.0);
        measure(model, &plan.nodes, 1.0, &mut hops, &mut extent);
        let step = extent / distribution::POINTS as f64;
        Reader {
            model,
            hops,
            next: 0,
            step: Some(step).filter(|it| it.is_finite() && *it > 0.0),
            bars: Vec::new(),
            missing: Vec::new(),
            fan_outs: Vec::new(),
            complete: true,
            around: Share::ALWAYS,
        }
    }

    /// Adds up steps that follow each other; `often` each is done on average for each
    /// run, the first begins `at`.
    fn sum(&mut self, nodes: &[Node<'_>], often: f64, at: f64) -> Sum {
        let mut total = Sum::none(self.step);
        for node in nodes {
            let at = at + often * total.mean;
            let next = match node {
                Node::Use(it) => self.one(it, often, at, false),
                Node::Part(part) => self.part(part, often, at),
            };
            total = total.then(&next);
        }
        total
    }

    fn one(&mut self, it: &Use<'_>, often: f64, at: f64, at_once: bool) -> Sum {
        let hop = self.hops[self.next].clone();
        self.next += 1;
        let sum = match (it.answers, at_once) {
            (false, _) => Sum::none(self.step),
            (true, false) => Sum::of(&hop, self.step).often(it.share, it.times),
            (true, true) => Sum::of(&hop, self.step)
                .at_once(it.times)
                .often(it.share, 1.0),
        };
        let share = self.around.of(it.share);
        if it.answers && share.most > 0.0 && !hop.is_timed() {
            self.untimed(it);
        }
        self.bars.push(Bar {
            relation: it.link.relation,
            from: it.from,
            to: it.to,
            title: it.link.title.clone(),
            span: it.link.span,
            counts: it.answers,
            starts: at,
            share: share.likely,
            share_stated: share.is_known(),
            times: it.times,
            min: hop.min,
            mean: hop.mean,
            p50: hop.percentiles[0],
            p99: hop.percentiles[3],
            adds: often * sum.mean,
            distance: hop.distance,
            inputs: hop.inputs,
        });
        sum
    }

    /// Notes that a step says no times; the way from a client is not ours to know.
    fn untimed(&mut self, it: &Use<'_>) {
        if self.model.components[it.from].is(Traits::OUTSIDE) {
            return;
        }
        self.complete = false;
        let (from, to) = (self.model.name(it.from), self.model.name(it.to));
        let arrow = self.model.relations[it.link.relation].arrow.symbol();
        let what = format!("`{from} {arrow} {to}` states no latency");
        if !self.missing.iter().any(|it| it.what == what) {
            let span = it.link.span;
            self.missing.push(Missing { what, span });
        }
    }

    fn part(&mut self, part: &Part<'_>, often: f64, at: f64) -> Sum {
        let side_by_side = part.group.kind == GroupKind::Par;
        let around = self.around;
        let mut branches = Vec::new();
        for (share, nodes) in &part.branches {
            self.around = around.of(*share);
            let often = (often * share.likely * part.times).min(sum::MOST);
            let sum = match nodes.as_slice() {
                [Node::Use(it)] if side_by_side => self.one(it, often, at, true),
                nodes => self.sum(nodes, often, at),
            };
            branches.push((*share, sum));
        }
        self.around = around;
        if side_by_side {
            self.fan_outs.extend(fan_out(part));
        }
        match part.group.kind {
            GroupKind::Alt | GroupKind::Either => {
                Sum::one_of(&branches, self.step).often(Share::ALWAYS, part.times)
            }
            GroupKind::Par => {
                let share = branches.first().map_or(Share::ALWAYS, |(share, _)| *share);
                let branches: Vec<Sum> = branches.into_iter().map(|(_, it)| it).collect();
                let wanted = waited_for(part.group, branches.len());
                Sum::side_by_side(&branches, wanted, self.step).often(share, part.times)
            }
            GroupKind::Atomic | GroupKind::Loop | GroupKind::Opt => {
                let none = || (Share::ALWAYS, Sum::none(self.step));
                let (share, sum) = branches.pop().unwrap_or_else(none);
                sum.often(share, part.times)
            }
        }
    }
}

/// Reads the times of all steps, and how far a grid must reach for their sum.
fn measure(model: &Model, nodes: &[Node<'_>], times: f64, hops: &mut Vec<Hop>, extent: &mut f64) {
    for node in nodes {
        match node {
            Node::Use(it) => {
                let hop = Hop::of(model, it);
                let often = (times * it.times).max(1.0);
                if let Some(fit) = hop.fit.filter(|_| it.answers) {
                    let many = often * fit.mean() + 6.0 * often.sqrt() * fit.deviation();
                    let once = fit.all_but(1e-4);
                    *extent += if often > 1.0 { many + once } else { once };
                }
                hops.push(hop);
            }
            Node::Part(part) => {
                for (_, branch) in &part.branches {
                    let times = (times * part.times.max(1.0)).min(sum::MOST);
                    measure(model, branch, times, hops, extent);
                }
            }
        }
    }
}

fn fan_out(part: &Part<'_>) -> Option<FanOut> {
    let calls = part
        .branches
        .iter()
        .map(|(_, nodes)| match nodes.as_slice() {
            [Node::Use(it)] if it.answers => it.times,
            [Node::Use(_)] => 0.0,
            _ => 1.0,
        });
    let calls: f64 = calls.sum();
    (calls > 1.0).then(|| FanOut {
        span: part.group.span,
        calls,
        all: stated_wait(part.group).is_none_or(|wanted| wanted as f64 >= calls),
        slow: any_slow(calls),
        each: per_call(0.99, calls),
    })
}

/// Returns the chance that of so many calls at least one takes longer than its p99.
pub fn any_slow(calls: f64) -> f64 {
    1.0 - 0.99_f64.powf(calls)
}

/// Returns the percentile that each of so many independent calls side by side must
/// keep so that all together keep `level`.
pub fn per_call(level: f64, calls: f64) -> f64 {
    level.powf(1.0 / calls)
}

/// Returns for how many of its branches a group waits.
fn waited_for(group: &Group, branches: usize) -> usize {
    stated_wait(group).unwrap_or(branches)
}

fn stated_wait(group: &Group) -> Option<usize> {
    if group.facts.says("wait", "any") {
        return Some(1);
    }
    let items = group.facts.items("wait").iter();
    let mut counts = items.filter_map(|item| match item {
        FactItem::Quantity(count) => Some(count.to_f64() as usize),
        _ => None,
    });
    counts.next()
}

/// What some steps take at the least.
#[derive(Clone, Copy, Debug, Default)]
struct Least {
    /// The percentile that is asked for.
    percentile: f64,
    /// The least time.
    min: f64,
    /// The step whose percentile counts, the others taking their least time.
    slow: Option<usize>,
}

/// Reckons what a percentile is at the least, and the least time.
struct Lower<'a> {
    hops: &'a [Hop],
    next: usize,
}

impl Lower<'_> {
    /// Of steps that follow each other any one may be the slow one.
    fn steps(&mut self, nodes: &[Node<'_>], level: f64) -> Least {
        let (mut total, mut excess) = (Least::default(), 0.0_f64);
        for node in nodes {
            let one = match node {
                Node::Use(it) => self.one(it, it.times, level),
                Node::Part(part) => self.part(part, level),
            };
            total.min += one.min;
            if one.percentile - one.min > excess {
                excess = one.percentile - one.min;
                total.slow = one.slow;
            }
        }
        total.percentile = total.min + excess;
        total
    }

    fn one(&mut self, it: &Use<'_>, times: f64, level: f64) -> Least {
        let at = self.next;
        let hop = &self.hops[at];
        self.next += 1;
        if !it.answers {
            return Least::default();
        }
        often(it.share, times, level, |level| Least {
            percentile: hop.at_least(level),
            min: hop.min,
            slow: Some(at),
        })
    }

    fn part(&mut self, part: &Part<'_>, level: f64) -> Least {
        match part.group.kind {
            GroupKind::Alt | GroupKind::Either => {
                let one = self.one_of(&part.branches, level);
                often(Share::ALWAYS, part.times, level, |_| one)
            }
            GroupKind::Par => {
                let share = part.branches.first();
                let share = share.map_or(Share::ALWAYS, |(share, _)| *share);
                let wanted = waited_for(part.group, part.branches.len());
                often(share, part.times, level, |level| {
                    self.side_by_side(&part.branches, wanted, level)
                })
            }
            GroupKind::Atomic | GroupKind::Loop | GroupKind::Opt => {
                let Some((share, nodes)) = part.branches.first() else {
                    return Least::default();
                };
                often(*share, part.times, level, |level| self.steps(nodes, level))
            }
        }
    }

    /// Whichever branch is taken: what is certain of one that is taken often enough,
    /// and what is the least of all that may be.
    fn one_of(&mut self, branches: &[(Share, Vec<Node<'_>>)], level: f64) -> Least {
        let mut certain = Least::default();
        let mut lowest: Option<Least> = None;
        let mut min = f64::INFINITY;
        for (share, nodes) in branches {
            let inside = sum::within(level, share.least);
            // Inside a branch a lower percentile is all that was asked for.
            let one = self.steps(nodes, inside.unwrap_or(level));
            if inside.is_some() && one.percentile > certain.percentile {
                certain = one;
            }
            if share.most > 0.0 {
                min = min.min(one.min);
                let lower = lowest.is_none_or(|known| one.percentile < known.percentile);
                lowest = if lower { Some(one) } else { lowest };
            }
        }
        let lowest = lowest.unwrap_or_default();
        let least = match certain.percentile > lowest.percentile {
            true => certain,
            false => lowest,
        };
        let min = if min.is_finite() { min } else { 0.0 };
        Least { min, ..least }
    }

    fn side_by_side(
        &mut self,
        branches: &[(Share, Vec<Node<'_>>)],
        wanted: usize,
        level: f64,
    ) -> Least {
        let each = branches.iter().map(|(_, it)| match it.as_slice() {
            // So many at once take no less than one.
            [Node::Use(it)] => self.one(it, it.times.min(1.0), level),
            nodes => self.steps(nodes, level),
        });
        let each: Vec<Least> = each.collect();
        let mut least: Vec<f64> = each.iter().map(|it| it.min).collect();
        least.sort_unstable_by(f64::total_cmp);
        let wanted = wanted.clamp(1, least.len().max(1));
        let min = least.get(wanted - 1).copied().unwrap_or(0.0);
        let slowest = each
            .into_iter()
            .max_by(|a, b| a.percentile.total_cmp(&b.percentile));
        match slowest.filter(|_| wanted == least.len()) {
            Some(slowest) => Least { min, ..slowest },
            None => Least {
                percentile: min,
                min,
                slow: None,
            },
        }
    }
}

/// Reckons the same for what happens in a share of cases, and then so often.
fn often(share: Share, times: f64, level: f64, once: impl FnOnce(f64) -> Least) -> Least {
    // All must be read, whether it counts or not.
    let inside = sum::within(level, share.least);
    let one = once(inside.unwrap_or(level));
    let whole = times.floor();
    if inside.is_none() || whole < 1.0 {
        return Least::default();
    }
    let min = if share.least >= 1.0 {
        whole * one.min
    } else {
        0.0
    };
    let percentile = one.percentile + (whole - 1.0) * one.min;
    Least {
        percentile: percentile.min(sum::MOST),
        min: min.min(sum::MOST),
        slow: one.slow,
    }
}

#[cfg(test)]
mod tests;
