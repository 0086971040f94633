//! What becomes of the targets of a flow, and why.

use std::collections::BTreeSet;

use super::super::words::{percentile, time, unstated};
use super::{FlowTime, TimeTarget};
use crate::analysis::latency::{self, Guarantee, Target, Waterfall};
use crate::numbers::{Context, Place, Verdict};

/// Compares a target with what a flow takes.
pub(super) fn target(
    context: &Context,
    fall: &Waterfall,
    it: &Target,
    demand: String,
) -> TimeTarget {
    let (verdict, why) = judged(fall, it);
    TimeTarget {
        by: by(context, fall, it),
        demand,
        measure: it.measure.clone(),
        bound_seconds: it.bound,
        at_least_seconds: it.at_least,
        at_most_seconds: it.at_most,
        likely_seconds: it.estimate,
        slack_seconds: it.slack,
        verdict,
        why,
        place: context.place(it.span),
    }
}

/// Lets a target of an operation that several flows answer be missed for certain only
/// where all of them miss it: nothing says how often each is the one that answers.
pub(super) fn together(flows: &mut [FlowTime]) {
    let mut kept: BTreeSet<(String, Place)> = BTreeSet::new();
    for flow in flows.iter() {
        let Some(operation) = &flow.operation else {
            continue;
        };
        let others = flow
            .targets
            .iter()
            .filter(|it| it.verdict != Verdict::Breaks);
        kept.extend(others.map(|it| (operation.clone(), it.place.clone())));
    }
    for flow in flows {
        let Some(operation) = &flow.operation else {
            continue;
        };
        for target in &mut flow.targets {
            let missed = target.verdict == Verdict::Breaks;
            if missed && kept.contains(&(operation.clone(), target.place.clone())) {
                target.verdict = Verdict::LikelyBreaks;
            }
        }
    }
}

fn by(context: &Context, fall: &Waterfall, it: &Target) -> String {
    use crate::model::Element;
    let operation = || {
        fall.operation
            .map(|it| context.name(Element::Operation(it)))
    };
    match it.requirement {
        Some(id) => context.model.requirements[id].label().to_owned(),
        None => operation().unwrap_or_default(),
    }
}

fn judged(fall: &Waterfall, it: &Target) -> (Verdict, String) {
    let name = &it.measure;
    match (it.verdict, it.estimate) {
        (latency::Verdict::Broken, _) => {
            let why = format!("{name} is {} at the least", time(it.at_least));
            (Verdict::Breaks, why)
        }
        (latency::Verdict::Kept, _) => {
            let most = it.at_most.unwrap_or(it.at_least);
            (
                Verdict::Holds,
                format!("{name} is {} at the most", time(most)),
            )
        }
        (latency::Verdict::Open, Some(likely)) => likely_judged(fall, it, likely),
        (latency::Verdict::Open, None) => summed(fall, it),
    }
}

fn likely_judged(fall: &Waterfall, it: &Target, likely: f64) -> (Verdict, String) {
    let name = match it.measure.as_str() {
        "latency" => "mean",
        measure => measure,
    };
    let so_far = format!("{name} is likely {}", time(likely));
    match likely > it.bound {
        true => (Verdict::LikelyBreaks, so_far),
        false if fall.complete => (Verdict::LikelyHolds, so_far),
        false => (Verdict::Unknown, format!("{so_far} so far; {}", open(fall))),
    }
}

/// Judges a percentile by the sum of the steps' own: where what is slow does not
/// depend on each other, the percentile of the sum is usually less than that.
fn summed(fall: &Waterfall, it: &Target) -> (Verdict, String) {
    if !fall.complete {
        let least = time(it.at_least);
        let why = match it.at_least > 0.0 {
            true => format!("{least} at the least so far; {}", open(fall)),
            false => open(fall),
        };
        return (Verdict::Unknown, why);
    }
    let of = |sum: &&Guarantee| sum.of == it.measure && sum.time <= it.bound;
    match fall.guarantees.iter().find(of) {
        Some(sum) => {
            let (sum, sure) = (time(sum.time), percentile(sum.level.max(0.0)));
            let why = format!(
                "the {}s add up to {sum}, certain only for {sure}",
                it.measure
            );
            (Verdict::LikelyHolds, why)
        }
        None => {
            let least = time(it.at_least);
            let why = format!("{least} at the least; a step lacks p50 or p99");
            (Verdict::Unknown, why)
        }
    }
}

fn open(fall: &Waterfall) -> String {
    let missing: Vec<&str> = fall.missing.iter().map(|it| it.what.as_str()).collect();
    unstated(&missing).unwrap_or_else(|| "a step states no latency".to_owned())
}
