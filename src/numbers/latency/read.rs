//! Waterfalls with names in the place of ids.

use std::collections::BTreeSet;

use super::{
    CacheEffect, Distance, Family, FlowTime, Part, Percentile, PercentileSum, SideBySide, Step,
    judge,
};
use crate::analysis::input;
use crate::analysis::latency::{Bar, FanOut, Waterfall, waterfalls};
use crate::model::{
    Demand, Element, Group, GroupKind, Id, Operation, Origin, Requirement, RequirementKind,
};
use crate::numbers::words::{percentile, share};
use crate::numbers::{Context, Target, Verdict};

/// Reads how long flows take.
pub(super) fn part(context: &Context) -> Part {
    let falls = waterfalls(context.model);
    let bars = || falls.iter().flat_map(|fall| &fall.bars);
    let stated = bars().flat_map(|bar| &bar.inputs);
    let derived: Vec<input::Input> = hits(context, &falls)
        .into_iter()
        .chain(falls.iter().flat_map(|fall| assumed_shares(context, fall)))
        .collect();
    let mut missing = context.missing(falls.iter().flat_map(|fall| &fall.missing));
    missing.dedup_by(|next, first| next.what == first.what);
    let mut flows: Vec<FlowTime> = falls.iter().map(|fall| flow(context, fall)).collect();
    judge::together(&mut flows);
    Part {
        flows,
        undescribed: undescribed(context, &falls),
        inputs: context.inputs(stated.chain(&derived)),
        missing,
    }
}

fn flow(context: &Context, fall: &Waterfall) -> FlowTime {
    let head = &context.model.flows[fall.flow].head;
    let named = |it: Id<Operation>| context.name(Element::Operation(it));
    let demands = |it: &crate::analysis::latency::Target| {
        let demand = stated(context, fall, it).map(Demand::words);
        judge::target(context, fall, it, demand.unwrap_or_default())
    };
    FlowTime {
        flow: head.path.clone(),
        operation: fall.operation.map(named),
        place: context.place(head.name_span),
        complete: fall.complete,
        min_seconds: fall.min,
        mean_seconds: fall.mean,
        least_mean_seconds: fall.least_mean,
        mean_stated: fall.mean_stated,
        slowest_mean_seconds: fall.worst,
        steps: fall.bars.iter().map(|bar| step(context, bar)).collect(),
        percentiles: fall.percentiles.iter().map(level).collect(),
        sums: fall.guarantees.iter().map(sum).collect(),
        fitted: fall.distribution.as_ref().map(|_| Family::Lognormal),
        side_by_side: fall
            .fan_outs
            .iter()
            .map(|it| at_once(context, it))
            .collect(),
        caches: caches(context, fall),
        targets: fall.targets.iter().map(demands).collect(),
    }
}

/// Returns the demand that a target comes from.
fn stated<'a>(
    context: &Context<'a>,
    fall: &Waterfall,
    it: &crate::analysis::latency::Target,
) -> Option<&'a Demand> {
    let model = context.model;
    let demands = match (it.requirement, fall.operation) {
        (Some(id), _) => &model.requirements[id].demands,
        (None, Some(id)) => &model.operations[id].demands,
        (None, None) => return None,
    };
    demands.iter().find(|demand| demand.span == it.span)
}

fn step(context: &Context, bar: &Bar) -> Step {
    Step {
        connection: context.relation(bar.relation),
        title: bar.title.clone(),
        place: context.place(bar.span),
        waited_for: bar.counts,
        starts_seconds: bar.starts,
        share: bar.share,
        share_stated: bar.share_stated,
        times: bar.times,
        min_seconds: bar.min,
        mean_seconds: bar.mean,
        p50_seconds: bar.p50,
        p99_seconds: bar.p99,
        adds_seconds: bar.adds,
        distance: bar.distance.as_ref().map(|it| Distance {
            name: it.name.clone(),
            seconds: it.value,
        }),
    }
}

fn level(it: &crate::analysis::latency::Percentile) -> Percentile {
    Percentile {
        percentile: percentile(it.level),
        level: it.level,
        at_least_seconds: it.at_least,
        at_most_seconds: it.at_most,
        likely_seconds: it.estimate.map(|likely| likely.max(it.at_least)),
    }
}

fn sum(it: &crate::analysis::latency::Guarantee) -> PercentileSum {
    PercentileSum {
        of: it.of.to_owned(),
        seconds: it.time,
        guarantees: it.level.max(0.0),
    }
}

fn at_once(context: &Context, it: &FanOut) -> SideBySide {
    SideBySide {
        place: context.place(it.span),
        calls: it.calls,
        waits_for_all: it.all,
        any_slow: it.slow,
        each: it.each,
    }
}

fn caches(context: &Context, fall: &Waterfall) -> Vec<CacheEffect> {
    let effect = |it: &crate::analysis::latency::CacheEffect| CacheEffect {
        cache: context.name(Element::Component(it.cache)),
        cold_mean_seconds: it.cold,
    };
    fall.caches.iter().map(effect).collect()
}

/// Returns the stated hit ratios of the caches that flows ask.
fn hits(context: &Context, falls: &[Waterfall]) -> Vec<input::Input> {
    let asked = falls.iter().flat_map(|fall| &fall.caches);
    let caches: BTreeSet<_> = asked.map(|effect| effect.cache).collect();
    let hit = |id| {
        let component = &context.model.components[id];
        let (fact, value) = (component.facts.get("hit")?, component.facts.number("hit")?);
        let given = match &fact.origin {
            Origin::Technology(name, source) => {
                input::Given::Assumed(format!("{name}: {}", source.trim()))
            }
            _ => input::Given::Stated(fact.span),
        };
        Some(input::Input {
            name: format!("{}.hit", component.head.path),
            value,
            words: component.facts.quantity("hit")?.to_string(),
            given,
        })
    };
    caches.into_iter().filter_map(hit).collect()
}

/// Returns in what share of cases steps are taken to happen where nothing says.
fn assumed_shares(context: &Context, fall: &Waterfall) -> Vec<input::Input> {
    // The steps of a waterfall are the links of its flow, in their order.
    let links = context.model.flows[fall.flow].links();
    let steps = fall.bars.iter().zip(links);
    let open = |bar: &Bar| !bar.share_stated && bar.counts && bar.mean.is_some();
    steps
        .filter(|(bar, _)| open(bar))
        .map(|(bar, (_, around))| input::Input {
            name: format!("{} share", context.relation(bar.relation)),
            value: bar.share,
            words: share(bar.share),
            given: input::Given::Assumed(why_so_often(&around).to_owned()),
        })
        .collect()
}

fn why_so_often(around: &[&Group]) -> &'static str {
    let kinds = around.iter().rev().map(|group| group.kind);
    let mut kinds =
        kinds.filter(|kind| matches!(kind, GroupKind::Alt | GroupKind::Either | GroupKind::Opt));
    match kinds.next() {
        Some(GroupKind::Either) => "of `a | b` the first is taken, the others stand in",
        Some(GroupKind::Alt) => "branches without a `chance` share what is left evenly",
        _ => "what is optional and states no `chance` is taken to happen",
    }
}

/// Returns the targets of operations that no flow describes, one for each demand.
fn undescribed(context: &Context, falls: &[Waterfall]) -> Vec<Target> {
    let model = context.model;
    let described: BTreeSet<_> = falls.iter().filter_map(|fall| fall.operation).collect();
    let open = |id: &Id<Operation>| !described.contains(id);
    let mut found = Vec::new();
    for (id, operation) in model.operations.iter().filter(|(id, _)| open(id)) {
        let demands = operation.demands.iter().filter(|it| is_time(it));
        let name = context.name(Element::Operation(id));
        found.extend(demands.map(|it| undecided(context, &name, &name, it)));
    }
    for requirement in model.requirements.rows() {
        if requirement.kind != RequirementKind::Quality {
            continue;
        }
        let names: Vec<String> = concerned(context, requirement)
            .into_iter()
            .filter(open)
            .map(|id| context.name(Element::Operation(id)))
            .collect();
        let of = match names.as_slice() {
            [] => continue,
            [one] => one.clone(),
            [first, rest @ ..] => format!("{first} and {} more", rest.len()),
        };
        let demands = requirement.demands.iter().filter(|it| is_time(it));
        found.extend(demands.map(|it| undecided(context, requirement.label(), &of, it)));
    }
    found
}

/// Returns the operations that a quality is said of.
fn concerned(context: &Context, requirement: &Requirement) -> Vec<Id<Operation>> {
    let model = context.model;
    if requirement.is_global() {
        return model.operations.iter().map(|(id, _)| id).collect();
    }
    let scope = requirement.scope.iter();
    let of = |scope: &Element| match scope {
        Element::Operation(id) => vec![*id],
        Element::Api(id) => model.apis[*id].operations.clone(),
        _ => Vec::new(),
    };
    let mut found: Vec<_> = scope.flat_map(of).collect();
    found.sort_unstable();
    found.dedup();
    found
}

fn is_time(demand: &Demand) -> bool {
    let number = demand.measure.strip_prefix('p').map(str::parse::<f64>);
    demand.is_upper()
        && (matches!(demand.measure.as_str(), "mean" | "latency") || matches!(number, Some(Ok(_))))
}

fn undecided(context: &Context, by: &str, of: &str, demand: &Demand) -> Target {
    Target {
        by: by.to_owned(),
        of: of.to_owned(),
        demand: demand.words(),
        verdict: Verdict::Unknown,
        why: "no flow says how it is done".to_owned(),
        place: context.place(demand.span),
    }
}
