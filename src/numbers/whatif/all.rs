//! Every loss by itself and every pair: an experiment on paper.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::OperationKind;
use super::world::{self, World};
use crate::analysis::whatif::{
    Loss, LossImpact, Scenario, all_losses, goals_of, losses as candidates, needed, words,
};
use crate::model::{Component, Element, Id, RequirementKind};
use crate::numbers::Context;
use crate::vocabulary::Traits;

/// What each loss does, and each pair of losses: of components, of places that the
/// design draws, of the zones and regions over which replicas are spread.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Losses {
    /// How many operations, background flows and clients there are that could fail.
    pub goals: usize,
    /// Each loss that alone makes something fail or be asked for more than it can take,
    /// worst first.
    pub singles: Vec<Impact>,
    /// Pairs that make something fail that neither does alone, worst first; `failing`
    /// holds only that.
    pub pairs: Vec<Impact>,
    /// Why pairs were not tried; nothing where they were.
    pub pairs_refused: Option<String>,
    /// What can be lost alone without making anything fail.
    pub harmless: Vec<String>,
    /// How many losses were not tried for what is then overloaded, as there are too many.
    pub overload_untried: usize,
}

/// What a loss does.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Impact {
    /// What is lost: one thing, or two.
    pub lost: Vec<String>,
    /// The operations, background flows and clients that then fail.
    pub failing: Vec<Named>,
    /// Requests a second on average that ask for an operation that fails, of those whose
    /// rate is stated.
    pub lost_per_second: f64,
    /// The requirements that break for certain.
    pub requirements: Vec<String>,
    /// The requirements that likely break, as they depend on what is overloaded.
    pub strained: Vec<String>,
    /// What is then asked for more than it can take at the peak, and was not before.
    pub overloaded: Vec<Overload>,
}

/// Something to be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Named {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: OperationKind,
}

/// A component that is asked for more than it can take.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Overload {
    /// Its name.
    pub component: String,
    /// The share of what it can take that is asked for at the peak.
    pub utilisation: f64,
    /// Whether that is so however kind what is not stated may be.
    pub certain: bool,
}

/// How much may be reckoned to find what is overloaded after each loss: components
/// times losses.
const EFFORT: usize = 20_000;

/// Returns what each loss does, at the load and with the cold caches of a scenario.
pub(super) fn losses(context: &Context, scenario: &Scenario, usual: &World) -> Losses {
    let (model, success) = (context.model, context.success);
    let all = all_losses(model, success);
    let asking = Requirements::new(context);
    let mut singles = Vec::new();
    let mut alone: BTreeMap<Loss, &[usize]> = BTreeMap::new();
    for it in &all.singles {
        alone.insert(it.lost[0], &it.failing);
        singles.push(asking.impact(context, scenario.load, it));
    }
    let mut untried = 0;
    let mut budget = EFFORT / model.components.len().max(1);
    let mut harmless = Vec::new();
    let calm = Scenario {
        lost: BTreeSet::new(),
        ..scenario.clone()
    };
    let calm = World::new(context, &calm, Some(usual));
    for loss in by_promise(context, everything(context)) {
        let name = words(model, loss);
        let mut overloaded = Overloads::new();
        if budget > 0 {
            budget -= 1;
            overloaded = overload(scenario, &calm, loss);
        } else {
            untried += 1;
        }
        let known = singles
            .iter_mut()
            .find(|it| alone.contains_key(&loss) && it.lost == [name.as_str()]);
        match known {
            Some(it) => asking.strain(context, it, overloaded),
            None if overloaded.is_empty() => harmless.push(name),
            None => {
                let mut impact = Impact::of(name);
                asking.strain(context, &mut impact, overloaded);
                singles.push(impact);
            }
        }
    }
    harmless.sort();
    singles.extend(replicas(context, &calm, &asking));
    let (pairs, refused) = match all.pairs {
        Ok(pairs) => (pairs, None),
        Err(refused) => (Vec::new(), Some(refused.to_string())),
    };
    let pairs = pairs.into_iter().map(|mut pair| {
        let known = pair.lost.iter().filter_map(|it| alone.get(it));
        let known: BTreeSet<usize> = known.flat_map(|it| it.iter().copied()).collect();
        pair.failing.retain(|it| !known.contains(it));
        asking.impact(context, scenario.load, &pair)
    });
    Losses {
        goals: success.goals.len(),
        singles,
        pairs: pairs.collect(),
        pairs_refused: refused,
        harmless,
        overload_untried: untried,
    }
}

/// Returns what a loss that was tried does.
pub(super) fn impact(context: &Context, load: f64, impact: &LossImpact) -> Impact {
    Requirements::new(context).impact(context, load, impact)
}

/// Returns all that can be lost, also what nothing needs.
fn everything(context: &Context) -> Vec<Loss> {
    let mut all = candidates(context.model, context.success);
    let needed: BTreeSet<Loss> = all.iter().copied().collect();
    let components = context.model.components.iter();
    let ours = components.filter(|(_, it)| !it.is(Traits::OUTSIDE));
    let losses = ours.map(|(id, _)| Loss::Component(id));
    all.extend(losses.filter(|it| !needed.contains(it)));
    all
}

/// Puts first the losses that are most likely to overload what is left: zones,
/// places, caches.
fn by_promise(context: &Context, mut losses: Vec<Loss>) -> Vec<Loss> {
    let promise = |loss: &Loss| match loss {
        Loss::Part(_) => 0,
        Loss::Place(_) => 1,
        Loss::Component(id) => {
            let caches = context.model.components[*id].is(Traits::CACHES);
            3 - u8::from(caches)
        }
    };
    losses.sort_by_key(promise);
    losses
}

/// What is overloaded, and how much.
type Overloads = BTreeMap<Id<Component>, world::Overload>;

fn overload(scenario: &Scenario, calm: &World, loss: Loss) -> Overloads {
    let lost = Scenario {
        lost: BTreeSet::from([loss]),
        ..scenario.clone()
    };
    let mut overloaded = calm.overloaded_in(&lost);
    overloaded.retain(|id, _| !calm.overloaded.contains_key(id));
    overloaded
}

/// Returns the components that cannot spare one replica.
fn replicas(context: &Context, calm: &World, asking: &Requirements) -> Vec<Impact> {
    let loads = calm.load.components.iter();
    let found = loads.filter_map(|it| {
        let left = it.one_lost.filter(|left| left.replicas > 0.0)?;
        let utilisation = left.utilisation.filter(|it| *it > 1.0 + 1e-9)?;
        let open = it.capacity.as_ref().is_none_or(|it| it.open);
        if open || calm.overloaded.contains_key(&it.component) {
            return None;
        }
        let name = context.model.name(it.component);
        let mut impact = Impact::of(format!("{name}, one replica"));
        let overload = world::Overload {
            utilisation,
            certain: false,
        };
        let overloaded = Overloads::from([(it.component, overload)]);
        asking.strain(context, &mut impact, overloaded);
        Some(impact)
    });
    found.collect()
}

impl Impact {
    /// Makes the impact of a loss that does nothing.
    fn of(lost: String) -> Impact {
        Impact {
            lost: vec![lost],
            failing: Vec::new(),
            lost_per_second: 0.0,
            requirements: Vec::new(),
            strained: Vec::new(),
            overloaded: Vec::new(),
        }
    }
}

/// What every requirement is about.
struct Requirements {
    about: Vec<About>,
}

struct About {
    name: String,
    /// Whether it breaks as soon as what it is about is overloaded.
    strict: bool,
    goals: BTreeSet<usize>,
}

impl Requirements {
    fn new(context: &Context) -> Requirements {
        let (model, success) = (context.model, context.success);
        let stated = model.requirements.iter().filter(|(_, it)| match it.kind {
            RequirementKind::Functional => true,
            RequirementKind::Quality => it.demands.iter().any(crate::analysis::target::is_target),
            _ => false,
        });
        let about = stated.map(|(id, it)| {
            let goals = goals_of(model, success, Element::Requirement(id));
            About {
                name: it.label().to_owned(),
                strict: it.kind == RequirementKind::Functional,
                goals: goals.into_iter().collect(),
            }
        });
        Requirements {
            about: about.collect(),
        }
    }

    fn impact(&self, context: &Context, load: f64, impact: &LossImpact) -> Impact {
        let (model, success) = (context.model, context.success);
        let goals = impact.failing.iter().map(|it| &success.goals[*it]);
        let operations = goals
            .clone()
            .filter(|goal| matches!(goal.of, Element::Operation(_)));
        let rates = operations.filter_map(|goal| model.rate(goal.of));
        let broken = self
            .about
            .iter()
            .filter(|about| impact.failing.iter().any(|it| about.goals.contains(it)));
        Impact {
            lost: impact.lost.iter().map(|it| words(model, *it)).collect(),
            failing: goals
                .map(|goal| Named {
                    name: context.name(goal.of),
                    kind: OperationKind::of(goal.of),
                })
                .collect(),
            lost_per_second: rates.map(|it| it.average * load).sum(),
            requirements: broken.map(|it| it.name.clone()).collect(),
            strained: Vec::new(),
            overloaded: Vec::new(),
        }
    }

    /// Adds what is overloaded to an impact, with the requirements that depend on it.
    fn strain(&self, context: &Context, impact: &mut Impact, overloaded: Overloads) {
        if overloaded.is_empty() {
            return;
        }
        let (model, success) = (context.model, context.success);
        let needs = needed(model, success, overloaded.keys().copied());
        for about in &self.about {
            let mut needed = about.goals.iter().flat_map(|goal| &needs[*goal]).peekable();
            if impact.requirements.contains(&about.name) || needed.peek().is_none() {
                continue;
            }
            match about.strict && needed.any(|id| overloaded[id].certain) {
                true => impact.requirements.push(about.name.clone()),
                false => impact.strained.push(about.name.clone()),
            }
        }
        let named = overloaded.into_iter().map(|(id, it)| Overload {
            component: model.name(id).to_owned(),
            utilisation: it.utilisation,
            certain: it.certain,
        });
        impact.overloaded = named.collect();
    }
}
