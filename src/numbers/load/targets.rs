//! Targets on how many users or requests there must be room for.

use crate::analysis::load::{ComponentLoad, Conditions, Solution, solve};
use crate::model::{Demand, Element, Head, Id, Load, Model, Rate, Requirement};
use crate::numbers::words::{figure, per_second, percent};
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
}

/// Returns what becomes of the targets on users and throughput.
pub(super) fn judge(context: &Context) -> Vec<Target> {
    let model = context.model;
    let mut targets = Vec::new();
    for (id, requirement) in model.requirements.iter() {
        for demand in &requirement.demands {
            let of = Element::Requirement(id);
            targets.extend(target(context, of, scope(requirement), demand));
        }
    }
    for (id, operation) in model.operations.iter() {
        let of = Element::Operation(id);
        for demand in &operation.demands {
            targets.extend(target(context, of, &[of], demand));
        }
    }
    targets
}

fn scope(requirement: &Requirement) -> &[Element] {
    &requirement.scope
}

fn target(context: &Context, by: Element, scope: &[Element], demand: &Demand) -> Option<Target> {
    let asked = match demand.measure.as_str() {
        "users" if demand.is_lower() => users(context, demand),
        "throughput" if demand.is_lower() && demand.bound.dimension == Dimension::RATE => {
            throughput(context, scope, demand)
        }
        _ => return None,
    };
    let (of, (verdict, why)) = match asked {
        Ok(asked) => (asked.of.clone(), verdict(context.model, &asked)),
        Err(why) => (String::new(), (Verdict::Unknown, why)),
    };
    Some(Target {
        by: context.name(by),
        of,
        demand: demand.words(),
        verdict,
        why,
        place: context.place(demand.span),
    })
}

/// Returns what comes of as many users as are asked for, who do what those of the load do
/// that counts most in the same period.
fn users(context: &Context, demand: &Demand) -> Result<Asked, String> {
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
    let solution = with_loads(context, [model.loads[id].clone()], factor);
    Ok(Asked {
        of: String::new(),
        least: Some(solution.clone()),
        likely: solution,
    })
}

/// Returns what comes of as many requests as are asked for: of one operation or flow with
/// all else as it is, or of all in today's mixture.
fn throughput(context: &Context, scope: &[Element], demand: &Demand) -> Result<Asked, String> {
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
        return Ok(Asked {
            of: context.name(of),
            likely: match model.loads.is_empty() {
                true => with_loads(context, [only.clone()], 1.0),
                false => with_loads(context, all, 1.0),
            },
            least: Some(with_loads(context, [only], 1.0)),
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
    Ok(Asked {
        of: String::new(),
        least: None,
        likely: with_loads(context, [load], 1.0),
    })
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

fn with_loads(context: &Context, loads: impl IntoIterator<Item = Load>, factor: f64) -> Solution {
    let mut model = context.model.clone();
    model.loads = crate::model::Table::default();
    loads.into_iter().for_each(|load| {
        let _: Id<Load> = model.loads.push(load);
    });
    let conditions = Conditions {
        factor,
        ..Conditions::default()
    };
    solve(&model, context.success, &conditions)
}

fn verdict(model: &Model, asked: &Asked) -> (Verdict, String) {
    let least = asked.least.iter().flat_map(|it| &it.components);
    if let Some((it, share)) = busiest(least, |it| it.least_utilisation).filter(|it| it.1 > FULL) {
        let capacity = it.capacity.as_ref().map_or(0.0, |it| it.most);
        let (name, rate) = (model.name(it.component), per_second(it.rate.least));
        let why = format!(
            "`{name}` would get {rate} at the least and can take {}: {}",
            figure(capacity),
            percent(share)
        );
        return (Verdict::Breaks, why);
    }
    let busiest = busiest(&asked.likely.components, |it| it.utilisation);
    if let Some((it, share)) = busiest.filter(|it| it.1 >= 1.0) {
        let (name, rate) = (model.name(it.component), per_second(it.rate.peak));
        let capacity = it.capacity.as_ref().map_or(0.0, |it| it.total);
        let why = format!(
            "`{name}` would get {rate} and can take {}: {}",
            figure(capacity),
            percent(share)
        );
        return (Verdict::LikelyBreaks, why);
    }
    let silent = silent(model, &asked.likely);
    match (busiest, silent.as_slice()) {
        (None, []) => (
            Verdict::Unknown,
            "nothing that is asked states a capacity".to_owned(),
        ),
        (Some((it, share)), []) => (
            Verdict::LikelyHolds,
            format!(
                "`{}` is then the busiest, with {}",
                model.name(it.component),
                percent(share)
            ),
        ),
        (_, [one]) => (Verdict::Unknown, format!("`{one}` states no capacity")),
        (_, [one, rest @ ..]) => (
            Verdict::Unknown,
            format!("`{one}` and {} more state no capacity", rest.len()),
        ),
    }
}

fn busiest<'s>(
    of: impl IntoIterator<Item = &'s ComponentLoad>,
    share: fn(&ComponentLoad) -> Option<f64>,
) -> Option<(&'s ComponentLoad, f64)> {
    let known = of.into_iter().filter_map(|it| Some((it, share(it)?)));
    known
        .filter(|(it, _)| it.rate.peak > 0.0)
        .max_by(|a, b| a.1.total_cmp(&b.1))
}

/// Returns the components of the system's own that are asked and state no capacity.
fn silent<'m>(model: &'m Model, solution: &Solution) -> Vec<&'m str> {
    let of_interest = Traits::COMPUTE.with(Traits::STORES).with(Traits::FORWARDS);
    let asked = solution.components.iter().filter(|it| {
        let component = &model.components[it.component];
        it.rate.peak > 0.0
            && it.capacity.is_none()
            && component.traits.any(of_interest)
            && !component.is_outside()
            && !component.is_managed()
    });
    asked.map(|it| model.name(it.component)).collect()
}
