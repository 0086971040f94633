//! How much each component has to do, and how much it could.
//!
//! Takes a design with its success functions, gives the rate at which every
//! component is asked, on average and at the peak, who asks, and how busy that
//! makes it: now, without a replica, without a zone, with empty caches. Does not
//! know rules or reports.
//!
//! The rates of operations and flows are carried along the steps of their flows
//! through `times`, `chance` and the `hit` of caches, and through queues and topics
//! into the flows that run for their messages: `λ = e + Mᵀλ`. An operation without
//! a flow asks once each of what it needs, and is marked as assumed. Utilisation is
//! `ρ = λ/(n·μ)` (the utilisation and forced-flow laws of operational analysis,
//! Denning and Buzen, ACM Computing Surveys 10(3), 1978).

mod activity;
mod balance;
pub(super) mod often;
mod queueing;
mod room;

pub use queueing::{Queue, attempts, cold_multiplier, erlang_c, replicas_needed};
pub(crate) use room::given;
pub use room::{Capacity, Remaining};

use std::collections::{BTreeMap, BTreeSet};

use super::input::{Given, Input, Missing};
use super::success::Success;
use crate::model::{Component, Element, Flow, Id, Load, Model, Relation};
use crate::source::Span;
use crate::vocabulary::Traits;
use activity::{Activity, Runs, Visit, activities};
use balance::{Gain, solve as balance};
use often::Circumstances;

/// Under what conditions a design is loaded.
#[derive(Clone, Debug, PartialEq)]
pub struct Conditions {
    /// How many times today's load there is.
    pub factor: f64,
    /// The caches that know nothing.
    pub cold: BTreeSet<Id<Component>>,
    /// How many replicas of components are lost; [`Conditions::ALL`] for all.
    pub lost: BTreeMap<Id<Component>, u64>,
    /// The chance that one attempt of a call fails, so that it is tried again.
    pub failing: f64,
}

/// How much each component has to do.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Solution {
    /// The components that are asked, or state a capacity, in the order of the model.
    pub components: Vec<ComponentLoad>,
    /// How often each operation and flow is used, under each load.
    pub activities: Vec<ActivityRate>,
    /// How often each connection is used, under the load where it is used most.
    pub relations: BTreeMap<Id<Relation>, Rate>,
    /// The component that saturates first if everything grows alike.
    pub first: Option<Id<Component>>,
    /// Work that makes as much work again, and never ends.
    pub loops: Vec<Loop>,
    /// How often steps are taken to happen of which nothing says it.
    pub assumed: Vec<Input>,
    /// What would have to be stated.
    pub missing: Vec<Missing>,
}

/// A number of requests a second.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rate {
    /// On average.
    pub average: f64,
    /// At the load's `peak`.
    pub peak: f64,
    /// At the peak, where everything that is not stated is as kind as can be; what may
    /// wait behind a queue counts with its average.
    pub least: f64,
}

/// How often an operation or flow is used.
#[derive(Clone, Debug, PartialEq)]
pub struct ActivityRate {
    /// The operation, the flow without one, or the consumer of messages.
    pub of: Element,
    /// The flow that says what it does.
    pub flow: Option<Id<Flow>>,
    /// The load; `None` for what runs by itself where no load is stated.
    pub load: Option<Id<Load>>,
    /// How often.
    pub rate: Rate,
    /// Where the load says it; `None` where it follows from something else.
    pub span: Option<Span>,
    /// Whether it was put together from connections, as no flow says what it does.
    pub assumed: bool,
}

/// How much one component has to do, under the load where that is most.
#[derive(Clone, Debug, PartialEq)]
pub struct ComponentLoad {
    /// Which.
    pub component: Id<Component>,
    /// The load; `None` where no load is stated.
    pub load: Option<Id<Load>>,
    /// Requests a second.
    pub rate: Rate,
    /// Who asks, most first.
    pub contributions: Vec<Contribution>,
    /// What its replicas can take.
    pub capacity: Option<Capacity>,
    /// The share of its capacity that is used at the peak.
    pub utilisation: Option<f64>,
    /// The same where everything that is not stated is as kind as can be; nothing
    /// unless its own replicas and capacity are stated by the design.
    pub least_utilisation: Option<f64>,
    /// With one replica less.
    pub one_lost: Option<Remaining>,
    /// Without the zone or region that holds most of its replicas.
    pub zone_lost: Option<Remaining>,
    /// Requests a second at the peak while all caches know nothing.
    pub cold_peak: f64,
    /// The share of its capacity that is then used.
    pub cold_utilisation: Option<f64>,
    /// Requests a second at the peak if every attempt failed and was repeated as
    /// often as `retries` allow: the worst case, and only that.
    pub retried_peak: f64,
    /// The share of its capacity that would then be used.
    pub retried_utilisation: Option<f64>,
    /// How many times this load it could take.
    pub headroom: Option<f64>,
    /// What waits in front of it; an estimate.
    pub queue: Option<Queue>,
    /// The numbers that went into its capacity.
    pub inputs: Vec<Input>,
}

/// What one operation or flow asks of a component.
#[derive(Clone, Debug, PartialEq)]
pub struct Contribution {
    /// The operation, the flow without one, or the consumer of messages.
    pub of: Element,
    /// Requests a second.
    pub rate: Rate,
    /// Whether it was put together from connections, as no flow says what it does.
    pub assumed: bool,
}

/// Work that makes as much work again.
#[derive(Clone, Debug, PartialEq)]
pub struct Loop {
    /// The operations, flows and consumers on it.
    pub of: Vec<Element>,
    /// How many runs come back for each run; `None` where it is too large to say.
    pub gain: Option<f64>,
    /// Where the first of them is declared.
    pub span: Span,
}

impl Default for Conditions {
    fn default() -> Conditions {
        Conditions {
            factor: 1.0,
            cold: BTreeSet::new(),
            lost: BTreeMap::new(),
            failing: 0.0,
        }
    }
}

impl Conditions {
    /// All replicas, however many there are.
    pub const ALL: u64 = u64::MAX;

    fn circumstances(&self, model: &Model) -> Circumstances {
        let gone = self.lost.iter().filter(|(id, lost)| {
            let all = room::replicas(&model.components[**id]).map_or(1.0, |it| it.value);
            **lost as f64 >= all
        });
        Circumstances {
            cold: self.cold.clone(),
            gone: gone.map(|(id, _)| *id).collect(),
            failing: self.failing,
        }
    }
}

impl Solution {
    /// Returns how much one component has to do.
    pub fn of(&self, component: Id<Component>) -> Option<&ComponentLoad> {
        let found = self
            .components
            .binary_search_by_key(&component, |it| it.component);
        found.ok().map(|index| &self.components[index])
    }
}

/// Reckons how much each component has to do.
pub fn solve(model: &Model, success: &Success, conditions: &Conditions) -> Solution {
    let usual = conditions.circumstances(model);
    let caches = model
        .components
        .iter()
        .filter(|(_, it)| it.is(Traits::CACHES));
    let cold = Circumstances {
        cold: caches.map(|(id, _)| id).collect(),
        ..usual.clone()
    };
    let retried = Circumstances {
        failing: 1.0,
        ..usual.clone()
    };
    let factor = conditions.factor;
    let [traffic, cold, retried] =
        [usual, cold, retried].map(|it| Traffic::new(model, success, &it, factor));
    let mut solution = Solution {
        activities: traffic.rates,
        relations: traffic.relations,
        loops: traffic.loops,
        assumed: traffic.assumed,
        missing: traffic.missing,
        ..Solution::default()
    };
    for (id, component) in model.components.iter() {
        let asked = traffic.components.get(&id);
        let counts = !component.is(Traits::OUTSIDE);
        if !counts || asked.is_none() && !component.facts.has("capacity") {
            continue;
        }
        let lost = conditions.lost.get(&id).copied().unwrap_or(0);
        let mut load = component_load(model, id, asked, lost);
        let peak = |traffic: &Traffic| {
            let asked = traffic.components.get(&id);
            asked.map_or(load.rate.peak, |it| it.rate.peak.max(load.rate.peak))
        };
        (load.cold_peak, load.retried_peak) = (peak(&cold), peak(&retried));
        load.measure();
        let missing = room::missing(component, &load);
        solution.missing.extend(missing);
        solution.components.push(load);
    }
    let busiest = solution.components.iter().filter_map(|it| {
        let utilisation = it.utilisation.filter(|_| it.rate.peak > 0.0)?;
        Some((it.component, utilisation))
    });
    // Of several the first, whatever their order.
    let busiest = busiest.max_by(|a, b| {
        let names = || model.name(b.0).cmp(model.name(a.0));
        a.1.total_cmp(&b.1).then_with(names)
    });
    solution.first = busiest.map(|(id, _)| id);
    solution
}

fn component_load(
    model: &Model,
    id: Id<Component>,
    asked: Option<&Asked>,
    lost: u64,
) -> ComponentLoad {
    let component = &model.components[id];
    let (capacity, inputs) = room::capacity(component, lost);
    let mut contributions = asked.map_or(Vec::new(), |it| it.contributions.clone());
    contributions.sort_by(|a, b| {
        let order = b.rate.peak.total_cmp(&a.rate.peak);
        order.then_with(|| a.of.cmp(&b.of))
    });
    let room = capacity.as_ref();
    ComponentLoad {
        component: id,
        load: asked.and_then(|it| it.load),
        rate: asked.map_or(Rate::default(), |it| it.rate),
        contributions,
        utilisation: None,
        least_utilisation: None,
        one_lost: room.map(|it| it.without(1.0)),
        zone_lost: room.and_then(|it| Some(it.without(room::fullest(model, component, it)?))),
        cold_peak: 0.0,
        cold_utilisation: None,
        retried_peak: 0.0,
        retried_utilisation: None,
        headroom: None,
        queue: None,
        capacity,
        inputs,
    }
}

impl ComponentLoad {
    /// Compares what is asked with what it can take.
    fn measure(&mut self) {
        let Some(capacity) = &self.capacity else {
            return;
        };
        let peak = self.rate.peak;
        let (total, each, replicas) = (capacity.total, capacity.each, capacity.replicas);
        self.utilisation = Some(share(peak, total));
        let stated = |it: &Input| matches!(it.given, Given::Stated(_));
        self.least_utilisation = (self.inputs.iter().all(stated) && !capacity.open)
            .then(|| share(self.rate.least, capacity.most));
        self.cold_utilisation = Some(share(self.cold_peak, total));
        self.retried_utilisation = Some(share(self.retried_peak, total));
        self.headroom = (peak > 0.0).then_some(total / peak);
        self.queue = Queue::new(peak, each, replicas.floor().max(0.0) as u64);
        let remaining = [&mut self.one_lost, &mut self.zone_lost];
        for it in remaining.into_iter().flatten() {
            it.utilisation = (it.replicas > 0.0).then(|| share(peak, it.replicas * each));
        }
    }
}

/// Returns what share of the capacity is used; without any capacity and with
/// something to do, infinity.
fn share(rate: f64, capacity: f64) -> f64 {
    if rate == 0.0 { 0.0 } else { rate / capacity }
}

/// What is asked of everything.
struct Traffic {
    components: BTreeMap<Id<Component>, Asked>,
    relations: BTreeMap<Id<Relation>, Rate>,
    rates: Vec<ActivityRate>,
    loops: Vec<Loop>,
    assumed: Vec<Input>,
    missing: Vec<Missing>,
}

/// What is asked of one component, under the load where that is most.
struct Asked {
    load: Option<Id<Load>>,
    rate: Rate,
    contributions: Vec<Contribution>,
}

/// A number for each of average, peak, and the least at the peak.
type Three = [f64; 3];
/// The same, and the least on average.
type Four = [f64; 4];

impl Traffic {
    fn new(
        model: &Model,
        success: &Success,
        circumstances: &Circumstances,
        factor: f64,
    ) -> Traffic {
        let activities = activities(model, success, circumstances);
        let mut traffic = Traffic {
            components: BTreeMap::new(),
            relations: BTreeMap::new(),
            rates: Vec::new(),
            loops: Vec::new(),
            assumed: Vec::new(),
            missing: Vec::new(),
        };
        let loads: Vec<Option<Id<Load>>> = match model.loads.is_empty() {
            true => vec![None],
            false => model.loads.ids().map(Some).collect(),
        };
        let mut used = vec![false; activities.len()];
        for load in loads {
            traffic.add(model, &activities, load, factor, &mut used);
        }
        traffic.unused(model, &activities, &used);
        let used = activities.into_iter().zip(used).filter(|(_, used)| *used);
        traffic.assumed = used.flat_map(|(it, _)| it.guesses).collect();
        traffic
    }

    /// Adds what one load asks.
    fn add(
        &mut self,
        model: &Model,
        activities: &[Activity],
        load: Option<Id<Load>>,
        factor: f64,
        used: &mut [bool],
    ) {
        let sources = sources(model, activities, load, factor);
        let (rates, loops) = rates(model, activities, &sources);
        for it in loops {
            if !self.loops.iter().any(|known| known.of == it.of) {
                self.loops.push(it);
            }
        }
        for (index, used) in used.iter_mut().enumerate() {
            *used |= sources[index].known || rates[index][1] > 0.0;
        }
        let Crossing { asked, crossed } = Crossing::new(activities, &sources, &rates);
        for (component, by) in asked {
            self.keep_worst(component, load, by);
        }
        for (relation, amount) in crossed {
            let known = self.relations.entry(relation).or_default();
            if amount[1] > known.peak {
                *known = Rate::of(amount);
            }
        }
        for (index, activity) in activities.iter().enumerate() {
            self.rates.push(ActivityRate {
                of: activity.of,
                flow: activity.flow,
                load,
                rate: Rate {
                    average: rates[index][0],
                    peak: rates[index][1],
                    least: rates[index][2],
                },
                span: sources[index].span,
                assumed: activity.assumed,
            });
        }
    }

    fn keep_worst(
        &mut self,
        component: Id<Component>,
        load: Option<Id<Load>>,
        by: BTreeMap<(Element, bool), Three>,
    ) {
        let mut total = Three::default();
        by.values().for_each(|amount| add(&mut total, *amount));
        let known = self.components.get(&component);
        if known.is_some_and(|it| it.rate.peak >= total[1]) {
            return;
        }
        let contributions = by.into_iter().filter(|(_, amount)| amount[1] > 0.0);
        let contributions = contributions.map(|((of, assumed), amount)| Contribution {
            of,
            rate: Rate::of(amount),
            assumed,
        });
        let asked = Asked {
            load,
            rate: Rate::of(total),
            contributions: contributions.collect(),
        };
        self.components.insert(component, asked);
    }

    /// Lists what no load counts.
    fn unused(&mut self, model: &Model, activities: &[Activity], used: &[bool]) {
        let mut missing = BTreeMap::new();
        for (activity, used) in activities.iter().zip(used) {
            if *used {
                continue;
            }
            let of = match (activity.flow, &activity.of) {
                (Some(flow), Element::Flow(_)) => Element::Flow(flow),
                (_, of) => *of,
            };
            if let Some(head) = model.head(of) {
                let what = format!("no `load` says how often `{}` is used", head.path);
                let span = head.name_span;
                missing.insert(of, Missing { what, span });
            }
        }
        self.missing.extend(missing.into_values());
    }
}

/// What is asked of components and over connections under one load.
#[derive(Default)]
struct Crossing {
    asked: BTreeMap<Id<Component>, BTreeMap<(Element, bool), Three>>,
    crossed: BTreeMap<Id<Relation>, Three>,
}

impl Crossing {
    fn new(activities: &[Activity], sources: &[Source], rates: &[Four]) -> Crossing {
        let mut all = Crossing::default();
        let mut preludes = Vec::new();
        for (index, activity) in activities.iter().enumerate() {
            let [average, peak, least, calm] = rates[index];
            let background = !matches!(activity.of, Element::Operation(_));
            for visit in &activity.visits {
                let waits = background || visit.deferred;
                let kind = if waits { calm } else { least };
                let amount = [
                    times(average, visit.likely),
                    times(peak, visit.likely),
                    times(kind, visit.least),
                ];
                if !visit.prelude {
                    all.count(activity, visit, amount);
                } else if sources[index].known {
                    preludes.push((activity, visit, amount));
                }
            }
        }
        // How a message came is told where nothing else tells it.
        let told = |it: &Id<Relation>| all.crossed.get(it).is_some_and(|it| it[1] > 0.0);
        preludes.retain(|(_, visit, _)| !visit.relation.as_ref().is_some_and(told));
        for (activity, visit, amount) in preludes {
            all.count(activity, visit, amount);
        }
        all
    }

    fn count(&mut self, activity: &Activity, visit: &Visit, amount: Three) {
        let by = self.asked.entry(visit.to).or_default();
        let key = (activity.of, activity.assumed);
        add(by.entry(key).or_default(), amount);
        if let Some(relation) = visit.relation {
            add(self.crossed.entry(relation).or_default(), amount);
        }
    }
}

impl Rate {
    fn of(amount: Three) -> Rate {
        Rate {
            average: amount[0],
            peak: amount[1],
            least: amount[2],
        }
    }
}

/// Multiplies; what never happens is nothing, however often it would be done.
fn times(rate: f64, share: f64) -> f64 {
    if share == 0.0 { 0.0 } else { rate * share }
}

fn add(to: &mut Three, amount: Three) {
    to.iter_mut().zip(amount).for_each(|(to, it)| *to += it);
}

/// How often something is used by itself.
#[derive(Clone, Copy, Default)]
struct Source {
    rate: Three,
    /// Whether it is known, so that nothing else makes it run.
    known: bool,
    span: Option<Span>,
}

/// Returns how often each activity is used because a load or its own schedule says so.
fn sources(
    model: &Model,
    activities: &[Activity],
    load: Option<Id<Load>>,
    factor: f64,
) -> Vec<Source> {
    let row = load.map(|id| &model.loads[id]);
    let peak = row.map_or(1.0, Load::peak);
    let mut stated: BTreeMap<Element, (f64, Span)> = BTreeMap::new();
    for rate in row.map_or(&[][..], |it| &it.rates) {
        if let Some(per_second) = rate.per_second {
            stated.insert(rate.of, (per_second * factor, rate.span));
        }
    }
    let own = |it: &Activity| it.flow.and_then(|flow| stated.get(&Element::Flow(flow)));
    // Of an operation's requests, those that its flows do not count themselves.
    let mut counted: BTreeMap<Element, (f64, usize)> = BTreeMap::new();
    for activity in activities {
        if let Some((rate, _)) = own(activity) {
            let known = counted.entry(activity.of).or_default();
            *known = (known.0 + rate, known.1 + 1);
        }
    }
    let source = |activity: &Activity| {
        let of = own(activity).copied().or_else(|| {
            let (rate, span) = stated.get(&activity.of)?;
            let (apart, flows) = counted.get(&activity.of).copied().unwrap_or_default();
            let shared = activity.among.saturating_sub(flows).max(1) as f64;
            Some(((rate - apart).max(0.0) / shared, *span))
        });
        match (of, &activity.runs) {
            (Some((rate, span)), _) => Source {
                rate: [rate, rate * peak, rate * peak],
                known: true,
                span: Some(span),
            },
            (None, Runs::Every(rate)) => Source {
                rate: [*rate; 3],
                known: true,
                span: None,
            },
            _ => Source::default(),
        }
    };
    activities.iter().map(source).collect()
}

/// Returns how often each activity runs, with what others make it run.
///
/// The last number is the least on average.
fn rates(model: &Model, activities: &[Activity], sources: &[Source]) -> (Vec<Four>, Vec<Loop>) {
    let mut consumers: BTreeMap<Id<Component>, Vec<(usize, f64)>> = BTreeMap::new();
    for (index, activity) in activities.iter().enumerate() {
        if let (Runs::On(media), false) = (&activity.runs, sources[index].known) {
            for (medium, share) in media {
                consumers.entry(*medium).or_default().push((index, *share));
            }
        }
    }
    let (mut likely, mut least) = (Vec::new(), Vec::new());
    for (from, activity) in activities.iter().enumerate() {
        for visit in activity
            .visits
            .iter()
            .filter(|it| it.message && !it.prelude)
        {
            for (to, share) in consumers.get(&visit.to).into_iter().flatten() {
                let to = *to;
                let gain = |gain| Gain { from, to, gain };
                likely.push(gain(visit.likely * share));
                least.push(gain(visit.least * share));
            }
        }
    }
    let external = |which: usize| -> Vec<f64> { sources.iter().map(|it| it.rate[which]).collect() };
    let (average, runaways) = balance(&external(0), &likely);
    let (peak, _) = balance(&external(1), &likely);
    let (kind, _) = balance(&external(2), &least);
    let (calm, _) = balance(&external(0), &least);
    let rates = (0..activities.len()).map(|it| {
        let [kind, calm] = [(kind[it], peak[it]), (calm[it], average[it])];
        [
            average[it],
            peak[it],
            kind.0.min(kind.1),
            calm.0.min(calm.1),
        ]
    });
    let loops = runaways.into_iter().map(|runaway| {
        let of: Vec<Element> = runaway.nodes.iter().map(|it| activities[*it].of).collect();
        let span = of
            .first()
            .and_then(|it| model.head(*it))
            .map_or_else(Span::default, |it| it.name_span);
        Loop {
            of,
            gain: runaway.gain,
            span,
        }
    });
    (rates.collect(), loops.collect())
}

#[cfg(test)]
mod tests;
