//! How much of the time each operation, flow and client is served.
//!
//! Takes a model with its success functions, gives for each goal the share of the
//! time in which it fails: exactly, with shared parts counted once, twice over.
//! The *optimistic* figure completes what is not stated in the kindest way, so
//! that a target that it misses is missed for sure. The *estimate* adds defaults
//! and rules of thumb, each of them listed, and is left out where a number is
//! missing. Does not know how figures are shown, nor what a finding is.
//!
//! Shares are of time, from 0 to 1. Unavailability is what is computed, never
//! availability: 1e-12 is lost in a number next to one.
//!
//! Numbered zones and regions are asked first, as states that say how many are up
//! (`domain`); given a state each component is one variable (`pool`), and the
//! goal is a decision diagram over components and drawn places. Replicas of one
//! component fail alike, so that nothing is lost by summing over them first.

mod bounds;
mod domain;
mod evaluate;
mod facts;
mod goal;
mod pool;
mod rewrite;
#[cfg(test)]
pub(super) mod simulation;

pub use domain::Lost;
pub use evaluate::{Cause, Contribution, Improvement, Unavailability};

use std::collections::{BTreeMap, BTreeSet};

use super::input::{Input, Missing};
use super::success::{Goal, NotEvaluated, Part, Success};
use super::target;
use crate::model::{Component, Element, Flow, Id, Model};
use crate::quantity::Quantity;
use crate::source::Span;
use evaluate::Evaluator;

/// What is taken for true where neither design nor technology says anything.
/// Used for estimates only.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Assumptions {
    /// The share of a replica's failures that all replicas have in common.
    pub common_cause: f64,
    /// The share of the time in which a zone is down.
    pub zone: f64,
    /// The share of the time in which a region is down.
    pub region: f64,
    /// How often a standby takes over that does so by itself.
    pub automatic: f64,
    /// How often a standby takes over in time that somebody has to switch on.
    pub manual: f64,
    /// How many copies of each shard a store with quorums keeps.
    pub copies: u64,
}

impl Default for Assumptions {
    fn default() -> Assumptions {
        Assumptions {
            common_cause: 0.1,
            zone: 1e-3,
            region: 1e-4,
            automatic: 0.95,
            manual: 0.5,
            copies: 3,
        }
    }
}

/// The availability of a design.
#[derive(Clone, Debug)]
pub struct Availability {
    /// Each goal of [`Success::goals`], in that order.
    pub goals: Vec<GoalAvailability>,
    /// What can be down, with the numbers used for it.
    pub parts: BTreeMap<Cause, PartFigures>,
    /// Over all requests; nothing where no load says how many there are.
    pub weighted: Option<Weighted>,
    /// Operations that cannot be analysed, and why.
    pub missing: Vec<Missing>,
}

/// How often one thing is down, while all that it stands in is up.
#[derive(Clone, Debug)]
pub struct PartFigures {
    /// The share of the time, in the kindest completion.
    pub optimistic: f64,
    /// The share of the time with what is stated or assumed, if that is enough.
    pub estimate: Option<f64>,
    /// The numbers used.
    pub inputs: Vec<Input>,
    /// The numbers that would be needed.
    pub missing: Vec<Missing>,
}

/// How much of the time one goal is met.
#[derive(Clone, Debug)]
pub struct GoalAvailability {
    /// The operation, the flow without one, or the client.
    pub of: Element,
    /// The flow that says how, if one does.
    pub flow: Option<Id<Flow>>,
    /// The kindest completion of what is not stated.
    pub optimistic: Unavailability,
    /// What is likely; nothing while something needed is unknown.
    pub estimate: Option<Unavailability>,
    /// What is needed and unknown.
    pub missing: Vec<Missing>,
    /// What can be down and matters for it.
    pub parts: Vec<Cause>,
    /// What is asked.
    pub target: Option<Asked>,
    /// Parts whose loss alone makes it fail.
    pub single_cuts: Vec<Part>,
    /// Pairs of parts whose loss together makes it fail.
    pub cut_pairs: Result<Vec<(Part, Part)>, NotEvaluated>,
    /// What can be down, and what comes of it, greatest contribution first: in the
    /// estimate, else in the optimistic figure. Empty where the figure is a bound.
    pub contributions: Vec<Contribution>,
    /// How much better the greatest contributor must get, where the target is missed.
    pub improvement: Option<Improvement>,
    /// How often it is asked for, in requests a second on average.
    pub rate: Option<f64>,
}

/// A target for one goal.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// The share of the time in which it may fail.
    pub unavailability: f64,
    /// The quality or operation that asks for it.
    pub by: String,
    /// The demand as it would be written.
    pub words: String,
    /// The statement.
    pub span: Span,
}

/// Whether a target is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Even the kindest completion misses it.
    Broken,
    /// The estimate misses it, the kindest completion does not.
    Doubtful,
    /// Too little is known.
    Unknown,
    /// The estimate meets it.
    Met,
}

/// The availability of a request, whatever it asks for: the sum of rate times
/// availability over the sum of rates.
#[derive(Clone, Debug)]
pub struct Weighted {
    /// In the kindest completion.
    pub optimistic: Unavailability,
    /// Where every goal with a rate has an estimate.
    pub estimate: Option<Unavailability>,
    /// All requests a second on average.
    pub rate: f64,
    /// The goals of which no load says how often they are asked for.
    pub without_rate: Vec<Element>,
}

/// Minutes in the 30 days for which budgets are reckoned.
pub const MINUTES: f64 = 30.0 * 24.0 * 60.0;

impl Asked {
    /// Returns the minutes in 30 days in which it may fail.
    pub fn minutes(&self) -> f64 {
        self.unavailability * MINUTES
    }

    fn allows(&self, unavailability: f64) -> bool {
        allows(self.unavailability, unavailability)
    }
}

/// Tells whether a figure is within what is allowed, but for rounding.
fn allows(allowed: f64, unavailability: f64) -> bool {
    unavailability <= allowed * (1.0 + 1e-9)
}

/// Returns the share of the time in which something may fail that is to be
/// available for another, without rounding on the way.
pub fn unavailability(availability: &Quantity) -> f64 {
    facts::complement(availability).clamp(0.0, 1.0)
}

impl GoalAvailability {
    /// Returns whether the target is met; nothing where none is asked.
    pub fn verdict(&self) -> Option<Verdict> {
        Some(self.verdict_on(self.target.as_ref()?.unavailability))
    }

    /// Returns whether it fails no more than this share of the time.
    pub fn verdict_on(&self, allowed: f64) -> Verdict {
        match &self.estimate {
            _ if !allows(allowed, self.optimistic.at_least) => Verdict::Broken,
            Some(it) if allows(allowed, it.at_most) => Verdict::Met,
            Some(it) if !allows(allowed, it.at_least) => Verdict::Doubtful,
            _ => Verdict::Unknown,
        }
    }

    /// Returns the minutes in 30 days that the target leaves for what is not
    /// counted here, the design's own faults above all; less than nothing where
    /// it is missed.
    pub fn minutes_left(&self) -> Option<f64> {
        let used = self.estimate.as_ref().unwrap_or(&self.optimistic);
        Some(self.target.as_ref()?.minutes() - used.at_most * MINUTES)
    }
}

impl Availability {
    /// Returns the numbers that went into a goal's figures.
    pub fn inputs<'a>(&'a self, goal: &'a GoalAvailability) -> impl Iterator<Item = &'a Input> {
        let parts = goal.parts.iter();
        parts
            .filter_map(|cause| self.parts.get(cause))
            .flat_map(|part| &part.inputs)
    }
}

/// Returns the availability of a design.
pub fn availability(model: &Model, success: &Success, assumptions: &Assumptions) -> Availability {
    availability_while(model, success, assumptions, &Lost::default())
}

/// Returns the availability of a design while something is down.
pub fn availability_while(
    model: &Model,
    success: &Success,
    assumptions: &Assumptions,
    lost: &Lost,
) -> Availability {
    let mut evaluator = Evaluator::new(model, success, assumptions, lost);
    let singles = single_cuts(success);
    let pairs = PairLimit::new(success);
    let flows = flows_of(model);
    let goals: Vec<GoalAvailability> = success
        .goals
        .iter()
        .zip(singles)
        .enumerate()
        .map(|(index, (goal, single_cuts))| {
            let target = asked(model, success, &flows, goal);
            let figures = evaluator.goal(index, goal, target.as_ref());
            GoalAvailability {
                of: goal.of,
                flow: goal.flow,
                optimistic: figures.optimistic,
                estimate: figures.estimate,
                missing: figures.missing,
                parts: figures.parts,
                target,
                single_cuts,
                cut_pairs: pairs.of(success, goal),
                contributions: figures.contributions,
                improvement: figures.improvement,
                rate: model.rate(goal.of).map(|rate| rate.average),
            }
        })
        .collect();
    Availability {
        weighted: weighted(&goals),
        parts: evaluator.parts(),
        missing: without_goal(model, success),
        goals,
    }
}

/// Returns the parts that are cuts by themselves, for each goal.
fn single_cuts(success: &Success) -> Vec<Vec<Part>> {
    let mut cuts = vec![Vec::new(); success.goals.len()];
    for (part, goals) in success.failing_alone() {
        goals.into_iter().for_each(|goal| cuts[goal].push(part));
    }
    cuts
}

/// How many parts are tried in pairs for one goal, so that all goals together
/// stay affordable.
struct PairLimit {
    limit: usize,
    /// How many terms may be touched.
    steps: usize,
}

/// The most pairs that are tried in one design, and the most terms that are touched.
const PAIRS: usize = 4_000_000;
const PAIR_STEPS: usize = 20_000_000;

impl PairLimit {
    fn new(success: &Success) -> PairLimit {
        let each = PAIRS / success.goals.len().max(1);
        PairLimit {
            limit: each.isqrt(),
            steps: PAIR_STEPS / success.goals.len().max(1),
        }
    }

    fn of(&self, success: &Success, goal: &Goal) -> Result<Vec<(Part, Part)>, NotEvaluated> {
        let count = success.formula.variables(goal.term).len();
        let limit = self.limit;
        if count > limit {
            return Err(NotEvaluated::TooManyVariables { count, limit });
        }
        success.cut_pairs_within(goal, self.steps)
    }
}

fn flows_of(model: &Model) -> BTreeMap<usize, Id<Flow>> {
    let flows = model.flows.iter().rev();
    flows
        .filter_map(|(id, flow)| Some((flow.operation?.index(), id)))
        .collect()
}

fn asked(
    model: &Model,
    success: &Success,
    flows: &BTreeMap<usize, Id<Flow>>,
    goal: &Goal,
) -> Option<Asked> {
    let passes = |id: Id<crate::model::Operation>| -> BTreeSet<Id<Component>> {
        let flow = flows.get(&id.index()).copied();
        target::components_of(model, id, flow, |it| success.routing.of(it))
    };
    let all = target::availability_targets(model, goal.of, &passes);
    let asked = all.into_iter().map(|(by, demand)| Asked {
        unavailability: unavailability(&demand.bound),
        by: by.to_owned(),
        words: demand.words(),
        span: demand.span,
    });
    asked.min_by(|a, b| a.unavailability.total_cmp(&b.unavailability))
}

fn without_goal(model: &Model, success: &Success) -> Vec<Missing> {
    let known: BTreeSet<Element> = success.goals.iter().map(|goal| goal.of).collect();
    let operations = model.operations.iter();
    operations
        .filter(|(id, _)| !known.contains(&Element::Operation(*id)))
        .map(|(_, operation)| Missing {
            what: format!(
                "nothing says what serves `{}`, and no flow shows it",
                operation.head.path
            ),
            span: operation.head.span,
        })
        .collect()
}

fn weighted(goals: &[GoalAvailability]) -> Option<Weighted> {
    let rated: Vec<(f64, &GoalAvailability)> = goals
        .iter()
        .filter_map(|goal| Some((goal.rate.filter(|rate| *rate > 0.0)?, goal)))
        .collect();
    let rate: f64 = rated.iter().map(|(rate, _)| rate).sum();
    if rate <= 0.0 {
        return None;
    }
    let mean = |figure: &dyn Fn(&GoalAvailability) -> Option<Unavailability>| {
        let mut sum = Unavailability::exactly(0.0);
        for (weight, goal) in &rated {
            let figure = figure(goal)?;
            sum.at_least += weight / rate * figure.at_least;
            sum.at_most += weight / rate * figure.at_most;
            sum.refused = sum.refused.or(figure.refused);
        }
        Some(sum)
    };
    let unrated = goals.iter().filter(|goal| goal.rate.is_none());
    Some(Weighted {
        optimistic: mean(&|goal| Some(goal.optimistic))?,
        estimate: mean(&|goal| goal.estimate),
        rate,
        without_rate: unrated.map(|goal| goal.of).collect(),
    })
}

#[cfg(test)]
pub(super) mod tests;
