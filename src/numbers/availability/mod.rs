//! How much of the time each operation succeeds, what that costs of the budget, and
//! what it hangs on.

mod lay;
mod names;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

pub(super) use lay::section;

use super::nines;
use super::words::{likewise, unstated};
use super::{Context, Input, Missing, Place, Target, Verdict};
use crate::analysis::availability::{
    self as analysis, Assumptions, Availability, Cause, Contribution, GoalAvailability, MINUTES,
    Unavailability,
};
use crate::analysis::target;
use crate::model::{Component, Demand, Element, Flow, Id, Operation};

/// How much of the time each operation succeeds.
///
/// Shares are of the time, from 0 to 1; minutes are of 30 days, 43,200 minutes.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, schemars(rename = "Availability"))]
pub struct Part {
    /// Operations, then background flows, then clients that need what no operation
    /// shows; each in the order of the text.
    pub goals: Vec<Goal>,
    /// What can be down: components, places, zones.
    pub parts: Vec<Failing>,
    /// A request's chance, whatever it asks for; none where no load says how often
    /// each operation is used.
    pub weighted: Option<Weighted>,
    /// What went in.
    pub inputs: Vec<Input>,
    /// What is not stated, and would be needed for estimates.
    pub missing: Vec<Missing>,
}

/// How much of the time one operation, background flow or client is served.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Goal {
    /// Its name: `Public.getFeed`.
    pub of: String,
    /// What it is.
    pub kind: GoalKind,
    /// The flow that says how it is done; where none does, all that its server
    /// surely needs counts.
    pub flow: Option<String>,
    /// How often it is asked for, in requests a second on average.
    pub rate_per_second: Option<f64>,
    /// With the kindest completion of what is not stated: it never fails.
    pub optimistic: Figure,
    /// With what is stated and assumed; none where something needed is neither.
    pub estimate: Option<Figure>,
    /// The targets, the strictest first.
    pub targets: Vec<Asked>,
    /// What makes it fail by its loss alone.
    pub single_cuts: Vec<Loss>,
    /// What makes it fail by its loss together, each not alone: the first hundred pairs.
    pub cut_pairs: Vec<(Loss, Loss)>,
    /// How many such pairs there are; none where there are too many parts to try them.
    pub cut_pair_count: Option<usize>,
    /// What each part costs, the greatest first, by the estimate or else by the
    /// optimistic figure; empty where the figure is not exact.
    pub contributions: Vec<Cost>,
    /// How much better the greatest contributor must get; only where a target is missed.
    pub improvement: Option<Improvement>,
    /// What is not stated, and would be needed for an estimate.
    pub missing: Vec<String>,
    /// How many nines can be told apart: two more than the smallest availability
    /// that goes in has.
    pub nines: f64,
}

/// What can be lost.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Loss {
    /// What it is.
    pub kind: LossKind,
    /// The component or place by its path; none for a zone or region that is only counted.
    pub name: Option<String>,
    /// Which of a component's replicas, or of the zones or regions over which replicas
    /// are spread, from 1.
    pub number: Option<u32>,
}

/// What kind of thing can be lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum LossKind {
    /// A component of which there is one, or of which nothing says how many there are.
    Component,
    /// A machine, zone or region that the design draws.
    Place,
    /// One of the regions over which replicas are spread.
    Region,
    /// One of a component's replicas.
    Replica,
    /// One of the zones over which replicas are spread.
    Zone,
}

/// What is to succeed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum GoalKind {
    /// What a client does outside any operation.
    Client,
    /// Background work.
    Flow,
    /// An operation of an interface.
    Operation,
}

/// A share of the time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Figure {
    /// The share in which it succeeds; at the most, where the figure is not exact.
    pub availability: f64,
    /// The share in which it fails; at the least, where the figure is not exact.
    pub unavailability: f64,
    /// The minutes of 30 days in which it fails; at the least, where the figure is not
    /// exact.
    pub minutes_per_month: f64,
    /// The share in which it fails at the most, where the figure is not exact because
    /// its parts depend on each other in too many ways.
    pub unavailability_at_most: Option<f64>,
}

/// A target.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Asked {
    /// The requirement or operation that states it.
    pub by: String,
    /// As it would be written: `availability >= 99.95%`.
    pub demand: String,
    /// The share of the time in which it may fail.
    pub unavailability: f64,
    /// The minutes of 30 days in which it may fail.
    pub minutes_per_month: f64,
    /// The minutes of 30 days that are left for what is not counted here, its own
    /// faults above all; less than nothing where the target is missed.
    pub minutes_left: f64,
    /// What becomes of it.
    pub verdict: Verdict,
    /// Where it is stated.
    pub place: Place,
}

/// How often one thing is down by itself.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Failing {
    /// A component or place by its path; `all zones at once`, `all regions at once`.
    pub name: String,
    /// The share of the time in which it is down while all that it stands in is up,
    /// with the kindest completion of what is not stated. All replicas together.
    pub optimistic: f64,
    /// The same with what is stated and assumed, where that is enough.
    pub estimate: Option<f64>,
}

/// What one part costs.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Cost {
    /// What is down: a component or place by its path, `a zone`, `all zones at once`.
    pub of: String,
    /// How many there are of its kind that cost as much each.
    pub alike: u64,
    /// The share of the time in which one of them is down.
    pub down: f64,
    /// By how much the unavailability is greater while it is down than while it is up
    /// (Birnbaum importance).
    pub importance: f64,
    /// The share of the time that all of them together cost.
    pub contribution: f64,
    /// The minutes of 30 days that all of them together cost.
    pub minutes_per_month: f64,
}

/// How much better one part must get for the strictest target to hold.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Improvement {
    /// What is to get better.
    pub of: String,
    /// The share of the time in which it, or each of its replicas, is down now.
    pub now: f64,
    /// The share of the time in which it, or each of its replicas, may be down; none
    /// where even never is not enough.
    pub needed: Option<f64>,
    /// How many more nines that is; none where even never being down is not enough.
    pub more_nines: Option<f64>,
    /// The unavailability if it were never down.
    pub at_best: f64,
}

/// A request's chance, whatever it asks for: availabilities weighted by rates.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Weighted {
    /// With the kindest completion of what is not stated.
    pub optimistic: Figure,
    /// With what is stated and assumed, where that is enough.
    pub estimate: Option<Figure>,
    /// All requests a second on average.
    pub rate_per_second: f64,
    /// Those that are not counted, because no load says how often they are asked for.
    pub without_rate: Vec<String>,
    /// How many nines can be told apart.
    pub nines: f64,
}

/// The most pairs that are listed for one goal.
const PAIRS: usize = 100;

pub(super) fn part(context: &Context) -> Part {
    let figures = analysis::availability(context.model, context.success, &Assumptions::default());
    let goals = figures.goals.iter();
    let goals: Vec<Goal> = goals.map(|it| goal(context, &figures, it)).collect();
    let used: BTreeSet<Cause> = figures
        .goals
        .iter()
        .flat_map(|goal| goal.parts.iter().copied())
        .collect();
    let used = used
        .iter()
        .filter_map(|cause| Some((*cause, figures.parts.get(cause)?)));
    let parts = used.clone().map(|(cause, part)| Failing {
        name: names::cause(context, cause),
        optimistic: part.optimistic,
        estimate: part.estimate,
    });
    let inputs = used.clone().flat_map(|(_, part)| &part.inputs);
    let missing = used.clone().flat_map(|(_, part)| &part.missing);
    let missing = context.missing(missing.chain(&figures.missing));
    Part {
        parts: parts.collect(),
        weighted: weighted(context, &figures, &goals),
        inputs: context.inputs(inputs),
        missing,
        goals,
    }
}

fn goal(context: &Context, figures: &Availability, it: &GoalAvailability) -> Goal {
    let pairs = it.cut_pairs.as_ref().ok();
    let pairs_listed = pairs.into_iter().flatten().take(PAIRS);
    let loss = |part: &_| names::loss(context, *part);
    Goal {
        of: context.name(it.of),
        kind: match it.of {
            Element::Operation(_) => GoalKind::Operation,
            Element::Flow(_) => GoalKind::Flow,
            _ => GoalKind::Client,
        },
        flow: it.flow.map(|flow| context.name(Element::Flow(flow))),
        rate_per_second: it.rate,
        optimistic: figure(&it.optimistic),
        estimate: it.estimate.as_ref().map(figure),
        targets: targets_of(context, it),
        single_cuts: it.single_cuts.iter().map(loss).collect(),
        cut_pairs: pairs_listed.map(|(a, b)| (loss(a), loss(b))).collect(),
        cut_pair_count: pairs.map(Vec::len),
        contributions: costs(context, &it.contributions),
        improvement: it.improvement.as_ref().map(|it| improvement(context, it)),
        missing: it.missing.iter().map(|it| it.what.clone()).collect(),
        nines: nines::nines_told(figures.inputs(it)),
    }
}

fn figure(it: &Unavailability) -> Figure {
    Figure {
        availability: 1.0 - it.at_least,
        unavailability: it.at_least,
        minutes_per_month: it.at_least * MINUTES,
        unavailability_at_most: it.refused.map(|_| it.at_most),
    }
}

fn costs(context: &Context, contributions: &[Contribution]) -> Vec<Cost> {
    let costing = contributions.iter().filter(|it| it.contribution > 0.0);
    let cost = |it: &Contribution| {
        let contribution = it.contribution * it.alike as f64;
        Cost {
            of: names::cause(context, it.of),
            alike: it.alike,
            down: it.down,
            importance: it.importance,
            contribution,
            minutes_per_month: contribution * MINUTES,
        }
    };
    let mut costs: Vec<Cost> = costing.map(cost).collect();
    costs.sort_by(|one, other| other.contribution.total_cmp(&one.contribution));
    costs
}

fn improvement(context: &Context, it: &analysis::Improvement) -> Improvement {
    Improvement {
        of: names::cause(context, it.of),
        now: it.now,
        needed: it.needed,
        more_nines: it.more_nines(),
        at_best: it.at_best,
    }
}

fn weighted(context: &Context, figures: &Availability, goals: &[Goal]) -> Option<Weighted> {
    let weighted = figures.weighted.as_ref()?;
    let rated = goals.iter().filter(|it| it.rate_per_second.is_some());
    let unrated = weighted.without_rate.iter();
    let unrated = unrated.filter(|it| !matches!(it, Element::Component(_)));
    Some(Weighted {
        optimistic: figure(&weighted.optimistic),
        estimate: weighted.estimate.as_ref().map(figure),
        rate_per_second: weighted.rate,
        without_rate: unrated.map(|it| context.name(*it)).collect(),
        nines: rated
            .map(|it| it.nines)
            .fold(f64::INFINITY, f64::min)
            .min(16.0),
    })
}

/// Returns every availability that is asked of a goal, the strictest first.
fn targets_of(context: &Context, goal: &GoalAvailability) -> Vec<Asked> {
    let passes = |id: Id<Operation>| {
        let flow = context
            .model
            .flows
            .iter()
            .find(|(_, it)| it.operation == Some(id));
        let flow: Option<Id<Flow>> = flow.map(|(id, _)| id);
        let routes = |id: Id<Component>| context.success.routing.of(id);
        target::components_of(context.model, id, flow, routes)
    };
    let found = target::availability_targets(context.model, goal.of, &passes);
    let mut targets: Vec<Asked> = found
        .into_iter()
        .map(|(by, demand)| asked(context, goal, by, demand))
        .collect();
    targets.sort_by(|a, b| a.unavailability.total_cmp(&b.unavailability));
    targets
}

fn asked(context: &Context, goal: &GoalAvailability, by: &str, demand: &Demand) -> Asked {
    let allowed = analysis::unavailability(&demand.bound);
    let used = goal.estimate.as_ref().unwrap_or(&goal.optimistic);
    Asked {
        by: by.to_owned(),
        demand: demand.words(),
        unavailability: allowed,
        minutes_per_month: allowed * MINUTES,
        minutes_left: (allowed - used.at_most) * MINUTES,
        verdict: match goal.verdict_on(allowed) {
            analysis::Verdict::Broken => Verdict::Breaks,
            analysis::Verdict::Doubtful => Verdict::LikelyBreaks,
            analysis::Verdict::Unknown => Verdict::Unknown,
            analysis::Verdict::Met => Verdict::LikelyHolds,
        },
        place: context.place(demand.span),
    }
}

/// Judges every availability that is asked for, by the goal that does worst.
pub(super) fn targets(part: &Part) -> Vec<Target> {
    let mut by_place: BTreeMap<&Place, Vec<(&Goal, &Asked)>> = BTreeMap::new();
    for goal in &part.goals {
        for asked in &goal.targets {
            by_place
                .entry(&asked.place)
                .or_default()
                .push((goal, asked));
        }
    }
    by_place
        .into_values()
        .filter_map(|of| judged(&of))
        .collect()
}

fn judged(of: &[(&Goal, &Asked)]) -> Option<Target> {
    let worse = |a: &&(&Goal, &Asked), b: &&(&Goal, &Asked)| {
        let by_verdict = a.1.verdict.cmp(&b.1.verdict);
        by_verdict.then(a.1.minutes_left.total_cmp(&b.1.minutes_left))
    };
    let (goal, asked) = *of.iter().min_by(worse)?;
    let alike = of
        .iter()
        .filter(|(_, it)| it.verdict == asked.verdict)
        .count();
    let mut why = why(goal, asked);
    why.push_str(&likewise(alike - 1));
    Some(Target {
        by: asked.by.clone(),
        of: goal.of.clone(),
        demand: asked.demand.clone(),
        verdict: asked.verdict,
        why,
        place: asked.place.clone(),
    })
}

fn why(goal: &Goal, asked: &Asked) -> String {
    let told = |how: &str, figure: &Figure| {
        let availability =
            nines::available(figure.unavailability, goal.nines, asked.unavailability);
        let minutes = nines::minutes(figure.minutes_per_month);
        let budget = nines::minutes(asked.minutes_per_month);
        format!("{how} {availability}: down {minutes} a month, of {budget} allowed")
    };
    match (asked.verdict, &goal.estimate) {
        (Verdict::Breaks, _) => told("at most", &goal.optimistic),
        (Verdict::Unknown, None) => {
            let missing: Vec<&str> = goal.missing.iter().map(String::as_str).collect();
            unstated(&missing).unwrap_or_else(|| "too little is stated".to_owned())
        }
        (_, Some(estimate)) => told("likely", estimate),
        (_, None) => told("at most", &goal.optimistic),
    }
}

#[cfg(test)]
mod tests;
