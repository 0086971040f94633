//! What becomes of a design when something is lost, a cache is empty or the load grows.

mod all;
mod name;
mod sheet;
mod words;
mod world;

pub use all::{Impact, Losses, Named, Overload};
pub use name::{Unknown, cache, load, loss};

use std::collections::BTreeSet;

use serde::Serialize;

use super::{Context, Input, Missing, Place, Verdict};
use crate::analysis::availability::{MINUTES, unavailability};
use crate::analysis::latency::Waterfall;
use crate::analysis::target;
use crate::analysis::whatif::{
    Fate, RequirementOutcome, Scenario, next_losses, words as loss_words,
};
use crate::model::{self, Element, Id, Redundancy};
use crate::vocabulary::Traits;
use world::World;

/// What becomes of one design when something is lost, a cache is empty or the load grows.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct WhatIf {
    /// The name of the system, or of the root file.
    pub design: String,
    /// What comes of the scenario asked about; nothing where only `losses` were asked for.
    pub outcome: Option<Outcome>,
    /// What each loss does, and each pair of losses; nothing where that was not asked for.
    pub losses: Option<Losses>,
    /// The numbers that went in, of what changes.
    pub inputs: Vec<Input>,
    /// The numbers that would be needed and are not stated.
    pub missing: Vec<Missing>,
}

/// What comes of a scenario. "Before" is the design with nothing lost, today's load
/// and caches that are warm.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Outcome {
    /// What is lost, by name: `tweetStore`, `zone 1`, `links, replica 2`.
    pub lost: Vec<String>,
    /// The caches that are empty, by name.
    pub cold: Vec<String>,
    /// By how much today's load is multiplied.
    pub load: f64,
    /// Requests a second on average, of the operations whose rate is stated, with the
    /// load multiplied.
    pub requests_per_second: f64,
    /// How many of these ask for an operation that fails.
    pub lost_per_second: f64,
    /// Every functional requirement, every target of a quality and of an operation.
    pub requirements: Vec<Requirement>,
    /// Every operation, background flow and client.
    pub operations: Vec<Operation>,
    /// The components that are down, that have fewer replicas, that have more or less to
    /// do, or that are asked for more than they can take.
    pub components: Vec<Component>,
    /// The flows that take longer or shorter.
    pub latencies: Vec<Latency>,
    /// The calls that wait for something that is down.
    pub calls: Vec<Call>,
    /// What one more loss would make fail that neither it nor the scenario makes fail
    /// alone, worst first.
    pub next: Vec<Impact>,
}

/// What becomes of a requirement.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Requirement {
    /// The requirement, or the operation that states the target.
    pub by: String,
    /// The target as it would be written: `p99 < 200ms`; nothing for what users can do.
    pub demand: Option<String>,
    /// What becomes of it before.
    pub before: Verdict,
    /// What becomes of it in the scenario, as if that lasted.
    pub now: Verdict,
    /// Why, in a few words.
    pub why: String,
    /// For a target of availability that breaks because something fails: the minutes of
    /// failure in 30 days that it allows.
    pub budget_minutes: Option<f64>,
    /// Where it is stated.
    pub place: Place,
}

/// What becomes of an operation, a background flow or a client.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Operation {
    /// Its name: `Public.getFeed`, the name of a flow or of a client.
    pub name: String,
    /// What it is.
    pub kind: OperationKind,
    /// How often it is asked for, in requests a second on average with the load
    /// multiplied; nothing where that is not stated.
    pub per_second: Option<f64>,
    /// What becomes of it before.
    pub before: State,
    /// What becomes of it in the scenario.
    pub now: State,
    /// Why; empty where it works.
    pub why: String,
    /// The components that it cannot do without and that are down or overloaded.
    pub because: Vec<String>,
    /// The components that are down and that it goes on without.
    pub without: Vec<String>,
    /// Where it is declared.
    pub place: Place,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum OperationKind {
    /// What a client reaches outside any flow.
    Client,
    /// A flow that answers nobody.
    Flow,
    /// An operation of an API.
    Operation,
}

/// What becomes of something to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Something that it cannot do without is down.
    Fails,
    /// Something that it cannot do without is asked for more than it can take at the
    /// peak, however kind what is not stated may be.
    Overloaded,
    /// The same by the estimate.
    LikelyOverloaded,
    /// It works without something that it uses.
    Degraded,
    /// It works.
    Works,
}

/// What becomes of a component.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Component {
    /// Its name.
    pub name: String,
    /// What becomes of it.
    pub state: ComponentState,
    /// How many replicas there are before, where that is stated.
    pub replicas_before: Option<u64>,
    /// How many are left.
    pub replicas_now: Option<u64>,
    /// Requests a second at the peak before, where a load tells.
    pub peak_per_second_before: Option<f64>,
    /// Requests a second at the peak in the scenario.
    pub peak_per_second_now: Option<f64>,
    /// The share of what it can take that is asked for at the peak before; nothing where
    /// no capacity is stated.
    pub utilisation_before: Option<f64>,
    /// The same in the scenario; nothing also where nothing of it is left.
    pub utilisation_now: Option<f64>,
    /// The same if every attempt failed and was repeated as often as `retries` allow;
    /// the worst case, and only that.
    pub retried_utilisation_now: Option<f64>,
    /// Seconds that a request waits for a free replica on average before (M/M/c, an
    /// estimate); nothing where too much is asked or too little is stated.
    pub wait_seconds_before: Option<f64>,
    /// The same in the scenario.
    pub wait_seconds_now: Option<f64>,
    /// Where it is declared.
    pub place: Place,
}

/// What becomes of a component.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ComponentState {
    /// It is lost, or too few of its replicas are left.
    Down,
    /// It is asked for more than it can take at the peak, however kind what is not
    /// stated may be.
    Overloaded,
    /// The same by the estimate.
    LikelyOverloaded,
    /// Some of its replicas are lost.
    Reduced,
    /// It works.
    Works,
}

/// How long a flow takes.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Latency {
    /// The operation, or the flow without one.
    pub of: String,
    /// The flow.
    pub flow: String,
    /// The mean before, in seconds, where what is not stated takes no time.
    pub mean_seconds_before: f64,
    /// The mean in the scenario.
    pub mean_seconds_now: f64,
    /// What 99 of 100 stay under before, in seconds, by the estimate; nothing where too
    /// little is stated.
    pub p99_seconds_before: Option<f64>,
    /// The same in the scenario.
    pub p99_seconds_now: Option<f64>,
}

/// A connection over which something waits for what is down.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Call {
    /// The connection as it is written: `feeds -> feedCache`.
    pub name: String,
    /// Its `timeout` in seconds; nothing where none is stated, so that the caller may hang.
    pub timeout_seconds: Option<f64>,
    /// How often it is tried, with the stated `retries`.
    pub tries: f64,
    /// Seconds that the caller may wait before it gives up: each try until its timeout,
    /// without pauses in between.
    pub longest_seconds: Option<f64>,
    /// Whether a `circuit-breaker` is stated, after which it no longer waits.
    pub breaker: bool,
    /// Where it is stated.
    pub place: Place,
}

/// What is asked about a design.
#[derive(Clone, Debug, Default)]
pub struct Question {
    /// What is lost, cold and multiplied.
    pub scenario: Scenario,
    /// Whether every loss and pair of losses is to be tried.
    pub all: bool,
}

impl Question {
    /// Tells whether a scenario is asked about.
    fn has_scenario(&self) -> bool {
        self.scenario != Scenario::default() || !self.all
    }
}

/// Returns what becomes of a design.
pub fn whatif(design: &str, context: &Context, question: &Question) -> WhatIf {
    let usual_scenario = Scenario::default();
    let usual = World::new(context, &usual_scenario, None);
    let mut result = WhatIf {
        design: design.to_owned(),
        outcome: None,
        losses: None,
        inputs: Vec::new(),
        missing: Vec::new(),
    };
    let mut missing: Vec<_> = usual.load.missing.iter().collect();
    if question.has_scenario() {
        let now = World::new(context, &question.scenario, Some(&usual));
        let change = Change {
            context,
            usual: &usual,
            now: &now,
        };
        let outcome = change.outcome(&question.scenario);
        result.inputs = change.inputs(&outcome);
        result.outcome = Some(outcome);
    }
    if question.all {
        result.losses = Some(all::losses(context, &question.scenario, &usual));
    }
    let asked = usual.waterfalls.iter().filter(|it| !it.targets.is_empty());
    let timed = asked.flat_map(|it| &it.missing);
    if question.has_scenario() {
        missing.extend(timed);
    }
    result.missing = context.missing(missing);
    result
}

impl WhatIf {
    /// Tells whether a stated requirement breaks that held before: in the scenario, or
    /// if none is asked about, by any single loss.
    pub fn breaks(&self) -> bool {
        match (&self.outcome, &self.losses) {
            (Some(outcome), _) => outcome.requirements.iter().any(Requirement::is_broken),
            (None, Some(losses)) => losses.singles.iter().any(|it| !it.requirements.is_empty()),
            (None, None) => false,
        }
    }

    /// Lays it out.
    pub fn sheet(&self) -> super::sheet::Sheet {
        sheet::sheet(self)
    }
}

impl OperationKind {
    fn of(goal: Element) -> OperationKind {
        match goal {
            Element::Operation(_) => OperationKind::Operation,
            Element::Component(_) => OperationKind::Client,
            _ => OperationKind::Flow,
        }
    }
}

impl Requirement {
    /// Tells whether it breaks and did not before, for certain, or by the same estimate
    /// by which it held.
    pub fn is_broken(&self) -> bool {
        match self.now {
            Verdict::Breaks => self.before != Verdict::Breaks,
            Verdict::LikelyBreaks => self.before >= Verdict::LikelyHolds,
            _ => false,
        }
    }
}

/// A design before and in a scenario.
struct Change<'a> {
    context: &'a Context<'a>,
    usual: &'a World<'a>,
    now: &'a World<'a>,
}

impl Change<'_> {
    fn outcome(&self, scenario: &Scenario) -> Outcome {
        let (model, success) = (self.context.model, self.context.success);
        let operations = self.operations(scenario);
        let asked = |it: &&Operation| it.kind == OperationKind::Operation;
        let rate = |it: &Operation| it.per_second.unwrap_or(0.0);
        let failing = |it: &&Operation| it.now == State::Fails;
        let next = match scenario.lost.is_empty() {
            true => Vec::new(),
            false => next_losses(model, success, scenario),
        };
        let next = next
            .iter()
            .map(|it| all::impact(self.context, scenario.load, it));
        Outcome {
            lost: scenario
                .lost
                .iter()
                .map(|it| loss_words(model, *it))
                .collect(),
            cold: scenario
                .cold
                .iter()
                .map(|it| model.name(*it).to_owned())
                .collect(),
            load: scenario.load,
            requests_per_second: operations.iter().filter(asked).map(rate).sum(),
            lost_per_second: operations
                .iter()
                .filter(asked)
                .filter(failing)
                .map(rate)
                .sum(),
            requirements: self.requirements(),
            components: self.components(),
            latencies: self.latencies(),
            calls: self.calls(),
            next: next.collect(),
            operations,
        }
    }

    fn requirements(&self) -> Vec<Requirement> {
        let before = self.usual.requirements().into_iter();
        let pairs = before.zip(self.now.requirements());
        let rows = pairs.map(|(before, now)| self.requirement(&before, now));
        rows.collect()
    }

    fn requirement(&self, before: &RequirementOutcome, now: RequirementOutcome) -> Requirement {
        let model = self.context.model;
        let (demands, head) = match now.of {
            Element::Requirement(id) => {
                let row = &model.requirements[id];
                (&row.demands, &row.head)
            }
            Element::Operation(id) => {
                let row = &model.operations[id];
                (&row.demands, &row.head)
            }
            _ => unreachable!("only requirements and operations make demands"),
        };
        let by = match now.of {
            Element::Requirement(id) => model.requirements[id].label().to_owned(),
            of => self.context.name(of),
        };
        let demand = demands
            .iter()
            .find(|it| Some(it.words()) == now.demand)
            .filter(|_| now.demand.is_some());
        let fails = now.judgement.verdict == Fate::Breaks;
        let budget = demand
            .filter(|it| fails && target::is_target(it) && self.fails(now.of))
            .map(|it| unavailability(&it.bound) * MINUTES);
        Requirement {
            by,
            before: verdict(before.judgement.verdict),
            now: verdict(now.judgement.verdict),
            why: now.judgement.why,
            budget_minutes: budget,
            place: self
                .context
                .place(demand.map_or(head.name_span, |it| it.span)),
            demand: now.demand,
        }
    }

    /// Tells whether something that a requirement is about fails.
    fn fails(&self, of: Element) -> bool {
        let (model, success) = (self.context.model, self.context.success);
        let goals = crate::analysis::whatif::goals_of(model, success, of);
        goals.into_iter().any(|it| !self.now.left.succeeds[it])
    }

    fn operations(&self, scenario: &Scenario) -> Vec<Operation> {
        let (model, success) = (self.context.model, self.context.success);
        let causes =
            crate::analysis::whatif::needed(model, success, self.now.left.down.iter().copied());
        let rows = success.goals.iter().enumerate();
        let rows = rows.map(|(index, goal)| {
            let without = self.without(index);
            let now = state(self.now, index, !without.is_empty());
            let because: Vec<Id<model::Component>> = match now {
                State::Fails => causes[index].clone(),
                State::Overloaded | State::LikelyOverloaded => self.now.needs[index].clone(),
                State::Degraded | State::Works => Vec::new(),
            };
            let names = |ids: &[Id<model::Component>]| -> Vec<String> {
                ids.iter().map(|id| model.name(*id).to_owned()).collect()
            };
            let rate = model.rate(goal.of).map(|it| it.average * scenario.load);
            let head = model.head(goal.of);
            Operation {
                name: self.context.name(goal.of),
                kind: OperationKind::of(goal.of),
                per_second: rate,
                before: state(self.usual, index, false),
                now,
                why: self.why(index, now, &because, &without),
                because: names(&because),
                without: names(&without),
                place: self
                    .context
                    .place(head.map_or_else(Default::default, |it| it.name_span)),
            }
        });
        rows.collect()
    }

    fn why(
        &self,
        goal: usize,
        now: State,
        because: &[Id<model::Component>],
        without: &[Id<model::Component>],
    ) -> String {
        let model = self.context.model;
        let quoted = |ids: &[Id<model::Component>]| {
            let quoted: Vec<String> = ids
                .iter()
                .map(|id| format!("`{}`", model.name(*id)))
                .collect();
            words::names(&quoted, 3)
        };
        match now {
            State::Works => String::new(),
            State::Degraded => format!("without {}", quoted(without)),
            State::Overloaded | State::LikelyOverloaded => match self.now.strained(goal) {
                Some((id, overload)) => format!(
                    "needs `{}`, asked for {} what it can take",
                    model.name(id),
                    words::times(overload.utilisation)
                ),
                None => String::new(),
            },
            State::Fails if because.is_empty() => {
                let used = self.used(goal);
                let down = self.now.left.down.iter().copied();
                let down: Vec<_> = down.filter(|id| used.contains(id)).collect();
                match down.is_empty() {
                    true => "nothing is left that it could use instead".to_owned(),
                    false => format!("too little is left of {}", quoted(&down)),
                }
            }
            State::Fails => match because.iter().any(|id| self.now.is_lost(*id)) {
                false => format!("needs {}, too few of which are left", quoted(because)),
                true => format!("needs {}", quoted(because)),
            },
        }
    }

    /// Returns what a goal uses, also what it can do without.
    fn used(&self, goal: usize) -> BTreeSet<Id<model::Component>> {
        let (model, success) = (self.context.model, self.context.success);
        let goal = &success.goals[goal];
        match (goal.flow, goal.of) {
            (Some(flow), _) => {
                let links = model.flows[flow].links();
                let relations = links
                    .iter()
                    .map(|(link, _)| &model.relations[link.relation]);
                relations.flat_map(|it| [it.from, it.to]).collect()
            }
            (None, Element::Operation(id)) => {
                target::components_of(model, id, None, |it| success.routing.of(it))
            }
            _ => goal
                .needs
                .iter()
                .map(|it| model.relations[*it].to)
                .collect(),
        }
    }

    /// Returns what a goal that succeeds uses and goes on without.
    fn without(&self, goal: usize) -> Vec<Id<model::Component>> {
        let left = &self.now.left;
        if !left.succeeds[goal] || left.down.is_empty() {
            return Vec::new();
        }
        let used = self.used(goal);
        used.intersection(&left.down).copied().collect()
    }

    fn components(&self) -> Vec<Component> {
        let model = self.context.model;
        let rows = model.components.ids().filter_map(|id| self.component(id));
        let mut rows: Vec<Component> = rows.collect();
        let busy = |it: &Component| it.utilisation_now.unwrap_or(0.0);
        rows.sort_by(|a, b| {
            let states = a.state.cmp(&b.state);
            let order = states.then_with(|| busy(b).total_cmp(&busy(a)));
            order.then_with(|| a.name.cmp(&b.name))
        });
        rows
    }

    fn component(&self, id: Id<model::Component>) -> Option<Component> {
        let row = &self.context.model.components[id];
        let down = self.now.left.down.contains(&id);
        let lost = self.now.lost(id);
        let [before, now] = [self.usual, self.now].map(|it| it.load.of(id));
        let [peak_before, peak_now] = [before, now].map(|it| it.map(|it| it.rate.peak));
        let state = match self.now.overloaded.get(&id) {
            _ if down => ComponentState::Down,
            Some(it) if it.certain => ComponentState::Overloaded,
            Some(_) => ComponentState::LikelyOverloaded,
            None if lost > 0 => ComponentState::Reduced,
            None => ComponentState::Works,
        };
        if state == ComponentState::Works && !differs(peak_before, peak_now) {
            return None;
        }
        let replicas = before.and_then(|it| it.capacity.as_ref().filter(|it| !it.open));
        let replicas = replicas
            .map(|it| it.replicas as u64)
            .or(match row.redundancy() {
                Redundancy::Stated(count) => Some(count),
                Redundancy::Unstated => None,
            });
        let shown = now.filter(|_| !down);
        let wait = |it: Option<&crate::analysis::load::ComponentLoad>| it?.queue.map(|it| it.wait);
        Some(Component {
            name: row.head.path.clone(),
            state,
            replicas_before: replicas,
            replicas_now: replicas.map(|it| if down { 0 } else { it.saturating_sub(lost) }),
            peak_per_second_before: peak_before,
            peak_per_second_now: peak_now,
            utilisation_before: before.and_then(|it| it.utilisation),
            utilisation_now: shown.and_then(|it| it.utilisation),
            retried_utilisation_now: shown.and_then(|it| it.retried_utilisation),
            wait_seconds_before: wait(before),
            wait_seconds_now: wait(shown),
            place: self.context.place(row.head.name_span),
        })
    }

    fn latencies(&self) -> Vec<Latency> {
        let falls = self.usual.waterfalls.iter().zip(&*self.now.waterfalls);
        let rows = falls.filter_map(|(before, now)| {
            let [p99_before, p99_now] = [before, now].map(p99);
            let changed =
                differs(Some(before.mean), Some(now.mean)) || differs(p99_before, p99_now);
            let of = of_flow(now);
            let fails = self.goal_of(of).is_some_and(|it| !it);
            (changed && !fails).then(|| Latency {
                of: self.context.name(of),
                flow: self.context.name(Element::Flow(now.flow)),
                mean_seconds_before: before.mean,
                mean_seconds_now: now.mean,
                p99_seconds_before: p99_before,
                p99_seconds_now: p99_now,
            })
        });
        rows.collect()
    }

    /// Returns the calls of what is there to what is down.
    fn calls(&self) -> Vec<Call> {
        let model = self.context.model;
        let down = |id: &Id<model::Component>| self.now.left.down.contains(id);
        let relations = model.relations.iter().filter(|(_, it)| {
            let ours = !model.components[it.from].is(Traits::OUTSIDE);
            it.waits() && ours && down(&it.to) && !down(&it.from)
        });
        let calls = relations.map(|(id, it)| {
            let timeout = it.facts.quantity("timeout").map(|it| it.to_f64());
            let tries = 1.0 + it.facts.number("retries").unwrap_or(0.0).max(0.0);
            Call {
                name: self.context.relation(id),
                timeout_seconds: timeout,
                tries,
                longest_seconds: timeout.map(|it| it * tries),
                breaker: it.facts.has("circuit-breaker"),
                place: self.context.place(it.span),
            }
        });
        let mut calls: Vec<Call> = calls.collect();
        // What may hang comes first, then what waits longest.
        let longest = |it: &Call| it.longest_seconds.unwrap_or(f64::INFINITY);
        calls.sort_by(|a, b| {
            let order = longest(b).total_cmp(&longest(a));
            order.then_with(|| a.name.cmp(&b.name))
        });
        calls
    }

    /// Returns whether what is to be done succeeds.
    fn goal_of(&self, of: Element) -> Option<bool> {
        let goals = self.context.success.goals.iter();
        let mut goals = goals.zip(&self.now.left.succeeds);
        goals.find(|(goal, _)| goal.of == of).map(|(_, it)| *it)
    }

    /// Returns the numbers behind what changes.
    fn inputs(&self, outcome: &Outcome) -> Vec<Input> {
        let model = self.context.model;
        let shown: BTreeSet<&str> = outcome
            .components
            .iter()
            .filter(|it| it.utilisation_now.is_some())
            .map(|it| it.name.as_str())
            .collect();
        let loads = self.now.load.components.iter();
        let loads = loads.filter(|it| shown.contains(model.name(it.component)));
        let slower: BTreeSet<&str> = outcome
            .latencies
            .iter()
            .map(|it| it.flow.as_str())
            .collect();
        let falls = self.now.waterfalls.iter();
        let falls =
            falls.filter(|it| slower.contains(self.context.name(Element::Flow(it.flow)).as_str()));
        let times = falls.flat_map(|it| &it.bars).flat_map(|bar| &bar.inputs);
        self.context
            .inputs(loads.flat_map(|it| &it.inputs).chain(times))
    }
}

fn of_flow(fall: &Waterfall) -> Element {
    match fall.operation {
        Some(id) => Element::Operation(id),
        None => Element::Flow(fall.flow),
    }
}

fn p99(fall: &Waterfall) -> Option<f64> {
    let found = fall.percentiles.iter().find(|it| it.level == 0.99)?;
    found.estimate
}

/// Tells whether two numbers differ by more than rounding.
fn differs(one: Option<f64>, other: Option<f64>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => (one - other).abs() > 1e-3 * one.abs().max(other.abs()),
        (one, other) => one.is_some() != other.is_some(),
    }
}

fn state(world: &World, goal: usize, without: bool) -> State {
    let overload = world.strained(goal).map(|(_, it)| it);
    let certain = world.needs[goal]
        .iter()
        .any(|it| world.overloaded[it].certain);
    match overload {
        _ if !world.left.succeeds[goal] => State::Fails,
        Some(_) if certain => State::Overloaded,
        Some(_) => State::LikelyOverloaded,
        None if without => State::Degraded,
        None => State::Works,
    }
}

fn verdict(fate: Fate) -> Verdict {
    match fate {
        Fate::Breaks => Verdict::Breaks,
        Fate::LikelyBreaks => Verdict::LikelyBreaks,
        Fate::Unknown => Verdict::Unknown,
        Fate::LikelyHolds => Verdict::LikelyHolds,
        Fate::Holds => Verdict::Holds,
    }
}

#[cfg(test)]
mod tests;
