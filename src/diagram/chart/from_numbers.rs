//! The data of charts, from what the numbers of a design come to.

use super::waterfall::often;
use super::{
    Busy, Cause, Chart, Contributions, Goal, Left, Step, Target, Total, Utilisation, Waterfall,
};
use crate::numbers::{Numbers, Verdict, availability, latency, load};

/// So many flows are drawn, and so many operations.
const FLOWS: usize = 12;
const GOALS: usize = 6;
/// Of shares that differ by less than this the smaller one is enough.
const SAME: f64 = 0.005;
const MINUTE: f64 = 60.0;

/// A chart and where it belongs.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// How the heading begins under which it belongs; nothing where it belongs on top.
    pub under: Option<String>,
    /// The chart.
    pub chart: Chart,
}

impl Shown {
    /// Tells whether it belongs under a heading: `Open` under `Open (Api.open)`, not
    /// under `OpenAll`.
    pub fn stands_under(&self, heading: &str) -> bool {
        let under = self.under.as_deref();
        let rest = under.and_then(|under| heading.strip_prefix(under));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([',', ' ']))
    }
}

/// Returns the charts of one part of the numbers, those first that matter most.
pub fn charts(numbers: &Numbers, part: &str) -> Vec<Shown> {
    match part {
        "availability" => contributions(&numbers.availability),
        "latency" => waterfalls(&numbers.latency),
        "load" => utilisation(&numbers.load).into_iter().collect(),
        _ => Vec::new(),
    }
}

fn utilisation(part: &load::Part) -> Option<Shown> {
    let asked = part.components.iter().filter(|it| it.peak_per_second > 0.0);
    let unknown = asked.clone().filter(|it| it.utilisation.is_none());
    let data = Utilisation {
        components: asked.filter_map(busy).collect(),
        unknown: unknown.map(|it| it.component.clone()).collect(),
    };
    (!data.components.is_empty()).then_some(Shown {
        under: None,
        chart: Chart::Utilisation(data),
    })
}

fn busy(load: &load::ComponentLoad) -> Option<Busy> {
    let peak = load.utilisation?;
    let cold = load.cold_caches.utilisation;
    Some(Busy {
        id: format!("component:{}", load.component),
        name: load.component.clone(),
        peak,
        one_lost: load.one_replica_lost.as_ref().map(left),
        zone_lost: load.zone_lost.as_ref().map(left),
        cold: cold.filter(|cold| *cold > peak * (1.0 + SAME)),
    })
}

fn left(remaining: &load::Remaining) -> Left {
    remaining.utilisation.map_or(Left::Nothing, Left::Share)
}

fn waterfalls(part: &latency::Part) -> Vec<Shown> {
    let mut flows: Vec<&latency::FlowTime> =
        part.flows.iter().filter(|it| is_telling(it)).collect();
    let worst = |flow: &latency::FlowTime| flow.targets.iter().map(|it| it.verdict).min();
    flows.sort_by_key(|flow| worst(flow).unwrap_or(Verdict::Holds));
    let shown = |flow: &latency::FlowTime| Shown {
        under: Some(flow.flow.clone()),
        chart: Chart::Waterfall(waterfall(flow)),
    };
    flows.into_iter().take(FLOWS).map(shown).collect()
}

/// Tells whether a flow has more to show than one bar.
fn is_telling(flow: &latency::FlowTime) -> bool {
    let timed = |it: &&latency::Step| it.mean_seconds.is_some() || it.p99_seconds.is_some();
    let timed = flow.steps.iter().filter(timed).count();
    timed > 1 || timed == 1 && !flow.targets.is_empty()
}

fn waterfall(flow: &latency::FlowTime) -> Waterfall {
    let p99 = flow.percentiles.iter().find(|it| it.percentile == "p99");
    let p99 = p99.map(|it| it.likely_seconds.unwrap_or(it.at_least_seconds));
    Waterfall {
        id: format!("flow:{}", flow.flow),
        name: flow.operation.clone().unwrap_or_else(|| flow.flow.clone()),
        steps: flow.steps.iter().map(step).collect(),
        total: Total {
            mean: flow.mean_seconds,
            p99: p99.filter(|p99| *p99 > 0.0),
            complete: flow.complete,
        },
        targets: flow.targets.iter().map(target).collect(),
    }
}

fn step(step: &latency::Step) -> Step {
    let often = often(step.share, step.times);
    let notes = [step.title.clone().unwrap_or_default(), often];
    let notes: Vec<String> = notes.into_iter().filter(|it| !it.is_empty()).collect();
    Step {
        id: format!("relation:{}", step.connection),
        name: arrowed(&step.connection),
        note: notes.join(", "),
        counts: step.waited_for,
        starts: step.starts_seconds,
        mean: step.mean_seconds,
        p99: step.p99_seconds,
        adds: step.adds_seconds,
    }
}

// Whether an answer is waited for is told beside it.
fn arrowed(connection: &str) -> String {
    let both = connection.replace(" <-> ", " ↔ ");
    both.replace(" -> ", " → ").replace(" ~> ", " → ")
}

fn target(target: &latency::TimeTarget) -> Target {
    Target {
        words: format!("{}, {}", target.demand, target.verdict.words()),
        time: target.bound_seconds,
        missed: matches!(target.verdict, Verdict::Breaks | Verdict::LikelyBreaks),
    }
}

fn contributions(part: &availability::Part) -> Vec<Shown> {
    let mut goals: Vec<&availability::Goal> = Vec::new();
    let telling = part.goals.iter().filter(|it| !it.contributions.is_empty());
    for goal in telling {
        // Of those that hang on the same and are asked for the same one is enough.
        let same = |it: &&availability::Goal| {
            it.contributions == goal.contributions && budget(it) == budget(goal)
        };
        if !goals.iter().any(same) {
            goals.push(goal);
        }
    }
    goals.sort_by(|a, b| {
        let verdict = |goal: &availability::Goal| goal.targets.iter().map(|it| it.verdict).min();
        let verdict = |goal| verdict(goal).unwrap_or(Verdict::Holds);
        let fails = |goal| used(goal).minutes_per_month;
        verdict(a)
            .cmp(&verdict(b))
            .then(fails(b).total_cmp(&fails(a)))
    });
    let shown = |goal: &availability::Goal| Shown {
        under: Some(goal.of.clone()),
        chart: Chart::Contributions(of_goal(goal)),
    };
    goals.into_iter().take(GOALS).map(shown).collect()
}

fn used(goal: &availability::Goal) -> &availability::Figure {
    goal.estimate.as_ref().unwrap_or(&goal.optimistic)
}

/// Returns how long a goal may fail, with the words of its strictest target.
fn budget(goal: &availability::Goal) -> Option<(f64, String)> {
    let target = goal.targets.first()?;
    Some((target.minutes_per_month * MINUTE, target.demand.clone()))
}

fn of_goal(goal: &availability::Goal) -> Contributions {
    let used = used(goal);
    let causes = goal
        .contributions
        .iter()
        .filter(|it| it.minutes_per_month > 0.0);
    Contributions {
        goal: Goal {
            id: String::new(),
            name: goal.of.clone(),
            fails: used.minutes_per_month * MINUTE,
            at_least: goal.estimate.is_none() || used.unavailability_at_most.is_some(),
            budget: budget(goal),
        },
        causes: causes.map(cause).collect(),
    }
}

fn cause(cost: &availability::Cost) -> Cause {
    let each = match cost.alike {
        0 | 1 => String::new(),
        alike => format!(" ({alike} of them)"),
    };
    Cause {
        id: format!("component:{}", cost.of),
        name: format!("{}{each}", cost.of),
        fails: cost.minutes_per_month * MINUTE,
    }
}
