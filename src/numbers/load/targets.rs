//! Targets on how many users or requests there must be room for.

use std::collections::BTreeSet;

use crate::analysis::load::{ComponentLoad, Conditions, Solution, solve};
use crate::model::{Component, Demand, Element, Head, Id, Load, Model, Rate, Requirement};
use crate::numbers::words::{per_second, percent};
use crate::numbers::{Context, Target, Verdict};
use crate::quantity::Dimension;
use crate::vocabulary::Traits;

/// A share of the capacity above which work surely piles up, whatever is lost in rounding.
const FULL: f64 = 1.0 + 1e-9;

/// What a target would ask of the components.
struct Asked {
    /// What it is about, as readers know it.
    of: String,
    /// Of components that serve nothing else, where everything not stated is kind.
    least: Option<Solution>,
    /// With everything else as it is.
    likely: Solution,
    /// What does some of the work that it is about.
    concerned: BTreeSet<Id<Component>>,
}

/// The state of the world in which there must be room.
pub(in crate::numbers) struct State<'s> {
    /// What is lost, and how many times today's load there is.
    pub conditions: Conditions,
    /// Returns the requests a second that a component surely gets, and what it can take
    /// of them, where its own numbers are stated.
    pub least: &'s dyn Fn(&ComponentLoad) -> Option<(f64, f64)>,
    /// Tells whether a component still works.
    pub works: &'s dyn Fn(Id<Component>) -> bool,
}

/// What becomes of a target in a state of the world.
pub(in crate::numbers) struct Carried {
    /// What it is about, where that is one thing.
    pub of: String,
    /// What becomes of it.
    pub verdict: Verdict,
    /// Why.
    pub why: String,
}

/// Returns what becomes of the targets on users and throughput.
pub(super) fn judge(context: &Context) -> Vec<Target> {
    let model = context.model;
    let least = |it: &ComponentLoad| {
        let capacity = it
            .capacity
            .as_ref()
            .filter(|_| it.least_utilisation.is_some());
        Some((it.rate.least, capacity?.most))
    };
    let state = State {
        conditions: Conditions::default(),
        least: &least,
        works: &|_| true,
    };
    let mut targets = Vec::new();
    for (id, requirement) in model.requirements.iter() {
        for demand in &requirement.demands {
            let of = Element::Requirement(id);
            targets.extend(target(context, &state, of, scope(requirement), demand));
        }
    }
    for (id, operation) in model.operations.iter() {
        let of = Element::Operation(id);
        for demand in &operation.demands {
            targets.extend(target(context, &state, of, &[of], demand));
        }
    }
    targets
}

fn scope(requirement: &Requirement) -> &[Element] {
    &requirement.scope
}

fn target(
    context: &Context,
    state: &State,
    by: Element,
    scope: &[Element],
    demand: &Demand,
) -> Option<Target> {
    let Carried { of, verdict, why } = carried(context, state, scope, demand)?;
    Some(Target {
        by: context.name(by),
        of,
        demand: demand.words(),
        verdict,
        why,
        place: context.place(demand.span),
    })
}

/// Judges in a state of the world whether there is room for so many users or requests as
/// are asked for; nothing where that is not what is asked.
pub(in crate::numbers) fn carried(
    context: &Context,
    state: &State,
    scope: &[Element],
    demand: &Demand,
) -> Option<Carried> {
    let asked = match demand.measure.as_str() {
        "users" if demand.is_lower() => users(context, state, demand),
        "throughput" if demand.is_lower() && demand.bound.dimension == Dimension::RATE => {
            throughput(context, state, scope, demand)
        }
        _ => return None,
    };
    let (of, (verdict, why)) = match asked {
        Ok(asked) => (asked.of.clone(), verdict(context.model, state, &asked)),
        Err(why) => (String::new(), (Verdict::Unknown, why)),
    };
    Some(Carried { of, verdict, why })
}

/// Returns what comes of as many users as are asked for, who do what those of the load do
/// that counts most in the same period.
fn users(context: &Context, state: &State, demand: &Demand) -> Result<Asked, String> {
    let model = context.model;
    let wanted = demand.bound.active_users();
    let wanted = wanted.ok_or_else(|| "it counts no users".to_owned())?;
    let period = |it: &crate::quantity::Quantity| it.period().map(|unit| unit.name());
    let counted = model.loads.iter().filter_map(|(id, load)| {
        let users = load.facts.quantity("users")?.active_users()?;
        let fits = period(&users) == period(&wanted) && users.to_f64() > 0.0;
        fits.then(|| (id, users.to_f64()))
    });
    let Some((id, users)) = counted.max_by(|a, b| a.1.total_cmp(&b.1)) else {
        return Err(match period(&wanted) {
            Some(unit) => format!("no `load` counts users in a {unit}"),
            None => "no `load` counts users".to_owned(),
        });
    };
    let factor = wanted.to_f64() / users;
    let solution = with_loads(context, state, [model.loads[id].clone()], factor);
    Ok(Asked {
        of: String::new(),
        concerned: asked_in(&solution),
        least: Some(solution.clone()),
        likely: solution,
    })
}

/// Returns what comes of as many requests as are asked for: of one operation or flow with
/// all else as it is, or of all in today's mixture.
fn throughput(
    context: &Context,
    state: &State,
    scope: &[Element],
    demand: &Demand,
) -> Result<Asked, String> {
    let model = context.model;
    let wanted = demand.bound.to_f64();
    // A rate in a longer period is an average, and peaks above it.
    let second = |unit: &str| matches!(unit, "s" | "ms" | "us" | "min");
    let averaged = !demand.bound.period().is_none_or(|it| second(it.name()));
    let peak = |load: &Load| if averaged { load.peak() } else { 1.0 };
    if let [of @ (Element::Operation(_) | Element::Flow(_))] = *scope {
        let only = Load {
            head: Head::default(),
            facts: crate::model::Facts::default(),
            rates: vec![rate(of, demand, wanted)],
        };
        let all = model.loads.rows().iter().map(|load| {
            let mut load = load.clone();
            let wanted = wanted * peak(&load) / load.peak();
            load.rates.retain(|it| it.of != of);
            load.rates.push(rate(of, demand, wanted));
            load
        });
        let only = with_loads(context, state, [only], 1.0);
        return Ok(Asked {
            of: context.name(of),
            likely: match model.loads.is_empty() {
                true => only.clone(),
                false => with_loads(context, state, all, 1.0),
            },
            concerned: asked_in(&only),
            least: Some(only),
        });
    }
    let within = |of: &Element| match (of, scope) {
        (Element::Operation(_), []) => true,
        (Element::Operation(id), _) => {
            let api = Element::Api(model.operations[*id].api);
            scope.contains(of) || scope.contains(&api)
        }
        _ => scope.contains(of),
    };
    let now = model.loads.rows().iter().map(|load| {
        let rates = load.rates.iter().filter(|it| within(&it.of));
        let sum: f64 = rates.filter_map(|it| it.per_second).sum();
        (load, sum)
    });
    let Some((load, now)) = now
        .filter(|(_, sum)| *sum > 0.0)
        .max_by(|a, b| a.1.total_cmp(&b.1))
    else {
        return Err("no `load` says how often what it is about is used".to_owned());
    };
    let factor = wanted * peak(load) / (now * load.peak());
    let mut load = load.clone();
    for rate in load.rates.iter_mut().filter(|it| within(&it.of)) {
        rate.per_second = rate.per_second.map(|it| it * factor);
    }
    let only = Load {
        rates: load
            .rates
            .iter()
            .filter(|it| within(&it.of))
            .cloned()
            .collect(),
        ..load.clone()
    };
    Ok(Asked {
        of: String::new(),
        least: None,
        concerned: asked_in(&with_loads(context, state, [only], 1.0)),
        likely: with_loads(context, state, [load], 1.0),
    })
}

fn asked_in(solution: &Solution) -> BTreeSet<Id<Component>> {
    let asked = solution.components.iter().filter(|it| it.rate.peak > 0.0);
    asked.map(|it| it.component).collect()
}

fn rate(of: Element, demand: &Demand, per_second: f64) -> Rate {
    Rate {
        of,
        stated: demand.bound,
        per_second: Some(per_second),
        span: demand.span,
        value_span: demand.span,
    }
}

fn with_loads(
    context: &Context,
    state: &State,
    loads: impl IntoIterator<Item = Load>,
    factor: f64,
) -> Solution {
    let mut model = context.model.clone();
    model.loads = crate::model::Table::default();
    loads.into_iter().for_each(|load| {
        let _: Id<Load> = model.loads.push(load);
    });
    let conditions = Conditions {
        factor: factor * state.conditions.factor,
        ..state.conditions.clone()
    };
    solve(&model, context.success, &conditions)
}

fn verdict(model: &Model, state: &State, asked: &Asked) -> (Verdict, String) {
    let concerned =
        |it: &ComponentLoad| asked.concerned.contains(&it.component) && (state.works)(it.component);
    let too_much = |it: &ComponentLoad, rate: f64, room: f64, how: &str| {
        let (name, share) = (model.name(it.component), percent(rate / room));
        let (rate, room) = (per_second(rate), per_second(room));
        format!("`{name}` would get {rate}{how} and can take {room}: {share}")
    };
    let certain = asked.least.iter().flat_map(|it| &it.components);
    let certain = certain.filter(|it| concerned(it));
    if let Some((it, rate, room)) = busiest(certain, state.least)
        && rate / room > FULL
    {
        let why = too_much(it, rate, room, " at the least");
        return (Verdict::Breaks, why);
    }
    let likely = asked.likely.components.iter().filter(|it| concerned(it));
    let likely: Vec<&ComponentLoad> = likely.collect();
    let total = |it: &ComponentLoad| Some((it.rate.peak, it.capacity.as_ref()?.total));
    let busiest = busiest(likely.iter().copied(), &total);
    if let Some((it, rate, room)) = busiest
        && rate / room >= 1.0
    {
        return (Verdict::LikelyBreaks, too_much(it, rate, room, ""));
    }
    let silent = silent(model, &likely);
    match (busiest, silent.as_slice()) {
        (None, []) => (
            Verdict::Unknown,
            "nothing that is asked states a capacity".to_owned(),
        ),
        (Some((it, rate, room)), []) => (
            Verdict::LikelyHolds,
            format!(
                "`{}` would be the busiest, at {}",
                model.name(it.component),
                percent(rate / room)
            ),
        ),
        (_, [one]) => (Verdict::Unknown, format!("`{one}` states no capacity")),
        (_, [one, rest @ ..]) => (
            Verdict::Unknown,
            format!("`{one}` and {} more state no capacity", rest.len()),
        ),
    }
}

/// Returns what uses most of its room, with how much it gets and can take.
fn busiest<'s>(
    of: impl IntoIterator<Item = &'s ComponentLoad>,
    room: &dyn Fn(&ComponentLoad) -> Option<(f64, f64)>,
) -> Option<(&'s ComponentLoad, f64, f64)> {
    let known = of.into_iter().filter_map(|it| {
        let (rate, room) = room(it)?;
        (room > 0.0).then_some((it, rate, room))
    });
    known
        .filter(|(it, ..)| it.rate.peak > 0.0)
        .max_by(|a, b| (a.1 / a.2).total_cmp(&(b.1 / b.2)))
}

/// Returns the components of the system's own that are asked and state no capacity.
fn silent<'m>(model: &'m Model, asked: &[&ComponentLoad]) -> Vec<&'m str> {
    let of_interest = Traits::COMPUTE.with(Traits::STORES).with(Traits::FORWARDS);
    let asked = asked.iter().filter(|it| {
        let component = &model.components[it.component];
        it.rate.peak > 0.0
            && it.capacity.is_none()
            && component.traits.any(of_interest)
            && !component.is_outside()
            && !component.is_managed()
    });
    asked.map(|it| model.name(it.component)).collect()
}
