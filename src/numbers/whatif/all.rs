//! Every loss by itself and every pair: an experiment on paper.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::OperationKind;
use super::world::World;
use crate::analysis::whatif::{
    Loss, LossImpact, Scenario, all_losses, goals_of, losses as candidates, words,
};
use crate::model::{Element, RequirementKind};
use crate::numbers::Context;
use crate::vocabulary::Traits;

/// What each loss does, and each pair of losses: of components, of places that the
/// design draws, of the zones and regions over which replicas are spread.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Losses {
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
    /// The requirements that cannot be kept because of what fails.
    pub requirements: Vec<String>,
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
    for loss in by_promise(context, candidates(model, success)) {
        let name = words(model, loss);
        let mut overloaded = Vec::new();
        if budget > 0 {
            budget -= 1;
            overloaded = overload(context, scenario, &calm, loss);
        } else {
            untried += 1;
        }
        let known = singles
            .iter_mut()
            .find(|it| alone.contains_key(&loss) && it.lost == [name.as_str()]);
        match known {
            Some(it) => it.overloaded = overloaded,
            None if overloaded.is_empty() => harmless.push(name),
            None => singles.push(Impact {
                lost: vec![name],
                failing: Vec::new(),
                lost_per_second: 0.0,
                requirements: Vec::new(),
                overloaded,
            }),
        }
    }
    harmless.sort();
    singles.extend(replicas(context, &calm));
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

fn overload(context: &Context, scenario: &Scenario, calm: &World, loss: Loss) -> Vec<Overload> {
    let lost = Scenario {
        lost: BTreeSet::from([loss]),
        ..scenario.clone()
    };
    let overloaded = calm.overloaded_in(&lost);
    let new = overloaded
        .into_iter()
        .filter(|(id, _)| !calm.overloaded.contains_key(id));
    let new = new.map(|(id, it)| Overload {
        component: context.model.name(id).to_owned(),
        utilisation: it.utilisation,
        certain: it.certain,
    });
    new.collect()
}

/// Returns the components that cannot spare one replica.
fn replicas(context: &Context, calm: &World) -> Vec<Impact> {
    let loads = calm.load.components.iter();
    let found = loads.filter_map(|it| {
        let left = it.one_lost.filter(|left| left.replicas > 0.0)?;
        let utilisation = left.utilisation.filter(|it| *it > 1.0 + 1e-9)?;
        let open = it.capacity.as_ref().is_none_or(|it| it.open);
        if open || calm.overloaded.contains_key(&it.component) {
            return None;
        }
        let component = context.model.name(it.component).to_owned();
        Some(Impact {
            lost: vec![format!("{component}, one replica")],
            failing: Vec::new(),
            lost_per_second: 0.0,
            requirements: Vec::new(),
            overloaded: vec![Overload {
                component,
                utilisation,
                certain: false,
            }],
        })
    });
    found.collect()
}

/// What every requirement is about.
struct Requirements {
    /// Its name, and its goals.
    about: Vec<(String, BTreeSet<usize>)>,
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
            (it.label().to_owned(), goals.into_iter().collect())
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
            .filter(|(_, about)| impact.failing.iter().any(|it| about.contains(it)));
        Impact {
            lost: impact.lost.iter().map(|it| words(model, *it)).collect(),
            failing: goals
                .map(|goal| Named {
                    name: context.name(goal.of),
                    kind: OperationKind::of(goal.of),
                })
                .collect(),
            lost_per_second: rates.map(|it| it.average * load).sum(),
            requirements: broken.map(|(name, _)| name.clone()).collect(),
            overloaded: Vec::new(),
        }
    }
}
