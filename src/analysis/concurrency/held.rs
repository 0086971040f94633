//! How long each step keeps its receiver busy, with all that it waits for.

use std::collections::{BTreeMap, BTreeSet};

use super::{Counted, Limit, under_way};
use crate::analysis::figures::{assumed, duration, missing, relation_name, stated};
use crate::analysis::input::{Given, Input, Missing};
use crate::analysis::latency::lognormal_mean;
use crate::analysis::uses::{Use, Uses, waits};
use crate::model::{Component, Element, Facts, GroupKind, Id, Model, Relation};

/// A mean time, and what it is at the least.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Time {
    pub estimate: f64,
    at_least: f64,
}

impl Time {
    fn times(self, factor: f64) -> Time {
        Time {
            estimate: self.estimate * factor,
            at_least: self.at_least * factor,
        }
    }

    fn add(&mut self, other: Time) {
        self.estimate += other.estimate;
        self.at_least += other.at_least;
    }
}

/// How long each step keeps its receiver busy, of one request.
pub(super) struct Held {
    /// The receiver's own work for one step.
    pub own: Vec<Time>,
    /// With what it waits for, times how often the step happens each time.
    whole: Vec<Time>,
    /// What is known of each step's own time.
    pub inputs: Vec<Option<Input>>,
    /// The steps that end at each component and cross each connection.
    steps: BTreeMap<Element, Vec<usize>>,
    /// The step that led to each.
    parents: Vec<Option<usize>>,
}

pub(super) fn held(model: &Model, uses: &Uses<'_>) -> Held {
    let times: Vec<_> = uses.all.iter().map(|step| own_time(model, step)).collect();
    let parents = parents(model, uses);
    let mut steps: BTreeMap<Element, Vec<usize>> = BTreeMap::new();
    for (index, step) in uses.all.iter().enumerate() {
        let to = Element::Component(step.relation(model).to);
        steps.entry(to).or_default().push(index);
        steps
            .entry(Element::Relation(step.link.relation))
            .or_default()
            .push(index);
    }
    let own: Vec<Time> = times.iter().map(|(time, _)| *time).collect();
    let inputs = times.into_iter().map(|(_, input)| input).collect();
    let whole = whole(model, uses, &own, &parents);
    Held {
        own,
        whole,
        inputs,
        steps,
        parents,
    }
}

/// Returns for each step the one that its caller was reached by.
fn parents(model: &Model, uses: &Uses<'_>) -> Vec<Option<usize>> {
    let mut reached: BTreeMap<Id<Component>, usize> = BTreeMap::new();
    let mut flow = None;
    let mut parents = Vec::with_capacity(uses.all.len());
    for (index, step) in uses.all.iter().enumerate() {
        if flow != Some(step.flow) {
            (flow, reached) = (Some(step.flow), BTreeMap::new());
        }
        let relation = step.relation(model);
        parents.push(reached.get(&relation.from).copied());
        reached.insert(relation.to, index);
    }
    parents
}

/// Adds to each step's own work that of the steps that its receiver waits for; of those
/// side by side the longest counts.
fn whole(model: &Model, uses: &Uses<'_>, own: &[Time], parents: &[Option<usize>]) -> Vec<Time> {
    let mut whole: Vec<Time> = own
        .iter()
        .zip(&uses.all)
        .map(|(time, step)| time.times(step.times))
        .collect();
    let mut beside: BTreeMap<(usize, usize), BTreeMap<usize, Time>> = BTreeMap::new();
    for index in (0..whole.len()).rev() {
        // All that this step leads to comes after it, and is done by now.
        let groups: Vec<_> = beside.range((index, 0)..=(index, usize::MAX)).collect();
        let longest: Vec<Time> = groups
            .into_iter()
            .map(|(_, branches)| longest(branches))
            .collect();
        longest.into_iter().for_each(|time| whole[index].add(time));
        let step = &uses.all[index];
        let Some(parent) = parents[index].filter(|_| waits(model, step)) else {
            continue;
        };
        let time = whole[index];
        match side_by_side(step, &uses.all[parent]) {
            Some((group, branch)) => {
                let branches = beside.entry((parent, group)).or_default();
                branches.entry(branch).or_default().add(time);
            }
            None => whole[parent].add(time),
        }
    }
    whole
}

fn longest(branches: &BTreeMap<usize, Time>) -> Time {
    let most = |part: fn(&Time) -> f64| branches.values().map(part).fold(0.0, f64::max);
    Time {
        estimate: most(|it| it.estimate),
        at_least: most(|it| it.at_least),
    }
}

/// Returns the group in which a step runs beside others of its caller, by its place in the
/// text, with its branch.
fn side_by_side(step: &Use<'_>, parent: &Use<'_>) -> Option<(usize, usize)> {
    let around = |other: &crate::model::Group| {
        parent
            .around
            .iter()
            .any(|(group, _)| std::ptr::eq(*group, other))
    };
    let found = step
        .around
        .iter()
        .find(|(group, _)| group.kind == GroupKind::Par && !around(group))?;
    let waits_for_all = !found.0.facts.has("wait") || found.0.facts.says("wait", "all");
    waits_for_all.then_some((found.0.span.start as usize, found.1))
}

/// Returns the receiver's own time for a step, with the fact that says it: of the step, of
/// the connection, of the receiver.
fn own_time(model: &Model, step: &Use<'_>) -> (Time, Option<Input>) {
    let relation = step.relation(model);
    let name = relation_name(model, step.link.relation);
    let receiver = &model.components[relation.to];
    let known = time_in(&step.link.facts, &name);
    known
        .or_else(|| time_in(&receiver.facts, &receiver.head.path))
        .map_or_else(Default::default, |(time, input)| (time, Some(input)))
}

/// Returns the mean of the lognormal distribution through p50 and p99, as latencies are
/// reckoned with.
fn fitted_mean(facts: &Facts, owner: &str) -> Option<Input> {
    let [p50, p99] = ["p50", "p99"].map(|key| facts.number(key));
    let mean = lognormal_mean(p50?, p99?)?;
    let why = "the mean of the lognormal distribution through p50 and p99";
    Some(assumed(format!("{owner} mean"), mean, duration(mean), why))
}

/// Half of all take at least the median, so that the mean is at least half of it; and so
/// on (Markov's inequality).
fn time_in(facts: &Facts, owner: &str) -> Option<(Time, Input)> {
    if let Some(mean) = stated(facts, "mean", owner) {
        let time = Time {
            estimate: mean.value,
            at_least: mean.value,
        };
        return Some((time, mean));
    }
    let quantiles = [
        ("min", 1.0),
        ("p50", 0.5),
        ("p90", 0.1),
        ("p95", 0.05),
        ("p99", 0.01),
        ("p99.9", 0.001),
    ];
    let bounds = quantiles
        .iter()
        .filter_map(|(key, above)| Some(facts.number(key)? * above));
    let at_least = bounds.fold(0.0, f64::max);
    if let Some(mean) = fitted_mean(facts, owner) {
        let estimate = mean.value.max(at_least);
        return Some((Time { estimate, at_least }, mean));
    }
    if let Some(median) = stated(facts, "p50", owner) {
        let estimate = median.value.max(at_least);
        let why = "the mean is taken to be the median";
        let input = Input {
            given: Given::Assumed(why.to_owned()),
            ..median
        };
        return Some((Time { estimate, at_least }, input));
    }
    let input = stated(facts, "min", owner)?;
    Some((
        Time {
            estimate: at_least,
            at_least,
        },
        input,
    ))
}

impl Held {
    /// Returns what is needed at once of a component or connection.
    pub fn limit(&self, model: &Model, uses: &Uses<'_>, of: Element) -> Limit {
        let mut limit = Limit {
            of,
            counted: Counted::Requests,
            stated: None,
            replicas: None,
            per_second: 0.0,
            needed: 0.0,
            at_least: 0.0,
            inputs: Vec::new(),
            missing: Vec::new(),
        };
        let steps = self.steps.get(&of).map_or(&[][..], Vec::as_slice);
        let counted = |index: &&usize| uses.rates.contains_key(&uses.all[**index].of);
        for &index in steps.iter().filter(counted) {
            let step = &uses.all[index];
            let peak = uses.rates.get(&step.of).map_or(0.0, |rate| rate.peak);
            limit.per_second += peak * step.times;
            limit.needed += under_way(peak, self.whole[index].estimate);
            limit.at_least += under_way(peak, self.whole[index].at_least);
        }
        let steps: BTreeSet<usize> = steps.iter().filter(counted).copied().collect();
        self.explain(model, uses, &steps, &mut limit);
        limit
    }

    /// Lists the times that steps are made of: their own, and of what they wait for.
    fn explain(&self, model: &Model, uses: &Uses<'_>, steps: &BTreeSet<usize>, limit: &mut Limit) {
        let mut within: BTreeSet<usize> = BTreeSet::new();
        let mut silent = BTreeSet::new();
        let mut next = steps.first().copied();
        while let Some(index) = next {
            let step = &uses.all[index];
            let parent = self.parents[index];
            let follows = parent.is_some_and(|it| within.contains(&it)) && waits(model, step);
            if steps.contains(&index) || follows {
                within.insert(index);
                match &self.inputs[index] {
                    Some(input) => limit.inputs.push(input.clone()),
                    None => _ = silent.insert(step.link.relation),
                }
            }
            let flow_goes_on = uses
                .all
                .get(index + 1)
                .is_some_and(|it| it.flow == step.flow);
            next = match flow_goes_on {
                true => Some(index + 1),
                false => steps.range(index + 1..).next().copied(),
            };
        }
        limit.inputs.sort_by(|a, b| a.name.cmp(&b.name));
        let same = |a: &mut Input, b: &mut Input| a.name == b.name && a.value == b.value;
        limit.inputs.dedup_by(same);
        limit.missing = silences(model, &silent);
    }
}

pub(super) fn silences(model: &Model, relations: &BTreeSet<Id<Relation>>) -> Vec<Missing> {
    let silent = relations.iter().map(|id| {
        let what = format!("`{}` states no mean time", relation_name(model, *id));
        missing(model, Element::Relation(*id), what)
    });
    silent.collect()
}
