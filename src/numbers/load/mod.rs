//! How much each component has to do, and how much it could.

mod section;
mod targets;
#[cfg(test)]
pub(super) mod tests;

use serde::Serialize;

use super::{Context, Input, Missing, Target};
use crate::analysis::input::{self, Given};
use crate::analysis::load::{self, Conditions, Solution, solve};
use crate::model::{Element, Facts};

pub(super) use section::section;
pub(in crate::numbers) use targets::{Carried, State, carried};

/// How much each component has to do, and how much it could.
///
/// The rates of operations and flows are carried along the steps of their flows, through
/// `times`, `chance` and the `hit` of caches, and through queues into the flows that run
/// for their messages. Utilisation is the peak rate over the capacity of all replicas.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, schemars(rename = "Load"))]
pub struct Part {
    /// How often each operation and flow is used, under each load.
    pub operations: Vec<OperationLoad>,
    /// The components that are asked, or state a capacity, in the order of the text.
    pub components: Vec<ComponentLoad>,
    /// The component that saturates first if everything grows alike, of those whose
    /// capacity is known.
    pub saturates_first: Option<Saturation>,
    /// Work that makes as much work again, and never ends. Its rates count one round, so
    /// that they are lower bounds.
    pub loops: Vec<Loop>,
    /// What becomes of the targets on users and throughput.
    #[serde(skip)]
    judged: Vec<Target>,
    /// The numbers that went in.
    pub inputs: Vec<Input>,
    /// What would have to be stated to say more.
    pub missing: Vec<Missing>,
}

/// How often an operation or flow is used, under one load.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct OperationLoad {
    /// The operation, the flow without one, or the consumer of messages.
    pub of: String,
    /// The load; nothing for what runs by itself where no load is stated.
    pub load: Option<String>,
    /// How often on average, a second.
    pub average_per_second: f64,
    /// How often at the load's `peak`, a second.
    pub peak_per_second: f64,
    /// Whether the load or the design's own schedule states it; else it follows from what
    /// others send.
    pub stated: bool,
    /// Whether no flow says what it does, so that it is taken to ask once each of what
    /// its server needs.
    pub assumed_steps: bool,
}

/// How much one component has to do, under the load where that is most.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ComponentLoad {
    /// Which.
    pub component: String,
    /// The load under which it has most to do; nothing where no load is stated.
    pub load: Option<String>,
    /// Requests a second on average.
    pub average_per_second: f64,
    /// Requests a second at the peak.
    pub peak_per_second: f64,
    /// Requests a second at the peak, where everything that is not stated is as kind as
    /// can be.
    pub least_per_second: f64,
    /// Who asks, most first.
    pub contributions: Vec<Contribution>,
    /// What its replicas can take; nothing where no capacity is stated.
    pub capacity: Option<Capacity>,
    /// The share of the capacity that is used at the peak; from 1 on, work piles up.
    pub utilisation: Option<f64>,
    /// The same where everything that is not stated is as kind as can be; nothing where
    /// its replicas or their capacity are not stated by the design.
    pub least_utilisation: Option<f64>,
    /// With one replica less.
    pub one_replica_lost: Option<Remaining>,
    /// Without the zone or region that holds most of its replicas; nothing where no
    /// placement is stated.
    pub zone_lost: Option<Remaining>,
    /// While all caches of the design know nothing.
    pub cold_caches: Worse,
    /// If every attempt of every call failed and were repeated as often as `retries`
    /// allow: the worst case, and only that.
    pub retries_at_worst: Worse,
    /// How many times today's peak it could take.
    pub breaks_at_times: Option<f64>,
    /// What waits in front of it; an estimate.
    pub queue: Option<Queue>,
}

/// What one operation or flow asks of a component.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Contribution {
    /// The operation, the flow without one, or the consumer of messages.
    pub of: String,
    /// Requests a second on average.
    pub average_per_second: f64,
    /// Requests a second at the peak.
    pub peak_per_second: f64,
    /// Requests a second at the peak, where everything that is not stated is as kind as
    /// can be.
    pub least_per_second: f64,
}

/// What the replicas of a component can take.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Capacity {
    /// Requests a second that one replica can take.
    pub replica_per_second: f64,
    /// How many replicas there are; the most that `autoscale` allows.
    pub replicas: f64,
    /// Requests a second that all can take together.
    pub total_per_second: f64,
    /// Whether the number of replicas is open, as in `many`, or not stated.
    pub replicas_open: bool,
}

/// What is left of a component when some of its replicas are lost.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Remaining {
    /// How many replicas are lost.
    pub lost: f64,
    /// How many replicas are left.
    pub replicas: f64,
    /// The share of what is left that is used at the peak; nothing where nothing is left.
    pub utilisation: Option<f64>,
}

/// What a component has to do when something else goes wrong.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Worse {
    /// Requests a second at the peak.
    pub peak_per_second: f64,
    /// The share of its capacity that is then used.
    pub utilisation: Option<f64>,
}

/// What waits in front of several like replicas: M/M/c.
///
/// Supposes that requests come at random, that each replica does one at a time, and that
/// all share one queue. Real traffic is burstier, so that this is an estimate and no bound.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Queue {
    /// The share of requests that wait, by Erlang's C formula.
    pub waiting_share: f64,
    /// How long a request waits on average, in seconds.
    pub mean_wait_seconds: f64,
    /// How long it takes on average with its wait, in seconds.
    pub mean_response_seconds: f64,
}

/// The component that saturates first.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Saturation {
    /// Which.
    pub component: String,
    /// At how many times today's peak; below 1 it is overloaded already.
    pub at_times: f64,
}

/// Work that makes as much work again.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Loop {
    /// The operations, flows and consumers on it.
    pub of: Vec<String>,
    /// How many runs come back for each run; nothing where the loop is too large to say.
    pub gain: Option<f64>,
}

/// Returns what becomes of the targets on users and throughput.
pub(super) fn targets(part: &Part) -> Vec<Target> {
    part.judged.clone()
}

pub(super) fn part(context: &Context) -> Part {
    let solution = solve(context.model, context.success, &Conditions::default());
    let components: Vec<ComponentLoad> = solution
        .components
        .iter()
        .map(|it| component(context, it))
        .collect();
    let first = solution.first.and_then(|id| solution.of(id));
    Part {
        operations: operations(context, &solution),
        saturates_first: first.and_then(|it| {
            Some(Saturation {
                component: context.name(Element::Component(it.component)),
                at_times: it.headroom.filter(|it| it.is_finite())?,
            })
        }),
        loops: solution
            .loops
            .iter()
            .map(|it| Loop {
                of: it.of.iter().map(|of| context.name(*of)).collect(),
                gain: it.gain,
            })
            .collect(),
        judged: targets::judge(context),
        inputs: context.inputs(&inputs(context, &solution)),
        missing: context.missing(&solution.missing),
        components,
    }
}

fn operations(context: &Context, solution: &Solution) -> Vec<OperationLoad> {
    let used = solution.activities.iter().filter(|it| it.rate.peak > 0.0);
    let row = |it: &load::ActivityRate| OperationLoad {
        of: context.name(it.of),
        load: it.load.map(|id| context.model.loads[id].head.name.clone()),
        average_per_second: it.rate.average,
        peak_per_second: it.rate.peak,
        stated: it.span.is_some(),
        assumed_steps: it.assumed,
    };
    used.map(row).collect()
}

fn component(context: &Context, of: &load::ComponentLoad) -> ComponentLoad {
    let finite = |it: Option<f64>| it.filter(|it| it.is_finite());
    let contribution = |it: &load::Contribution| Contribution {
        of: context.name(it.of),
        average_per_second: it.rate.average,
        peak_per_second: it.rate.peak,
        least_per_second: it.rate.least,
    };
    ComponentLoad {
        component: context.name(Element::Component(of.component)),
        load: of.load.map(|id| context.model.loads[id].head.name.clone()),
        average_per_second: of.rate.average,
        peak_per_second: of.rate.peak,
        least_per_second: of.rate.least,
        contributions: of.contributions.iter().map(contribution).collect(),
        capacity: of.capacity.as_ref().map(|it| Capacity {
            replica_per_second: it.each,
            replicas: it.replicas,
            total_per_second: it.total,
            replicas_open: it.open,
        }),
        utilisation: finite(of.utilisation),
        least_utilisation: finite(of.least_utilisation),
        one_replica_lost: of.one_lost.map(remaining),
        zone_lost: of.zone_lost.map(remaining),
        cold_caches: Worse {
            peak_per_second: of.cold_peak,
            utilisation: finite(of.cold_utilisation),
        },
        retries_at_worst: Worse {
            peak_per_second: of.retried_peak,
            utilisation: finite(of.retried_utilisation),
        },
        breaks_at_times: finite(of.headroom),
        queue: of.queue.map(|it| Queue {
            waiting_share: it.waits,
            mean_wait_seconds: it.wait,
            mean_response_seconds: it.response,
        }),
    }
}

fn remaining(of: load::Remaining) -> Remaining {
    Remaining {
        lost: of.lost,
        replicas: of.replicas,
        utilisation: of.utilisation.filter(|it| it.is_finite()),
    }
}

/// Returns the numbers that went in: the loads, what multiplies and divides them on the
/// way, and the capacities.
fn inputs(context: &Context, solution: &Solution) -> Vec<input::Input> {
    let mut inputs = solution.assumed.clone();
    loads(context, &mut inputs);
    for it in &solution.components {
        inputs.extend(it.inputs.iter().cloned());
        let component = &context.model.components[it.component];
        let path = &component.head.path;
        inputs.extend(quantity(&component.facts, "hit", path));
    }
    for (id, rate) in &solution.relations {
        if rate.peak > 0.0 {
            let facts = &context.model.relations[*id].facts;
            let name = context.relation(*id);
            inputs.extend(quantity(facts, "retries", &name));
        }
    }
    for flow in context.model.flows.rows() {
        for (link, around) in flow.links() {
            let name = context.relation(link.relation);
            let own = ["times", "chance", "hit"].map(|key| quantity(&link.facts, key, &name));
            inputs.extend(own.into_iter().flatten());
            for group in around {
                let name = group.label(&flow.head.name);
                let own = ["times", "chance"].map(|key| quantity(&group.facts, key, &name));
                inputs.extend(own.into_iter().flatten());
            }
        }
    }
    inputs
}

fn loads(context: &Context, inputs: &mut Vec<input::Input>) {
    for load in context.model.loads.rows() {
        let name = &load.head.name;
        inputs.extend(quantity(&load.facts, "users", name));
        let peak = quantity(&load.facts, "peak", name);
        let average = || input::Input {
            name: format!("{name}.peak"),
            value: 1.0,
            words: "1x".to_owned(),
            given: Given::Assumed(
                "nothing says how high the peak is; it is taken to be no higher than the average"
                    .to_owned(),
            ),
        };
        if !load.rates.is_empty() {
            inputs.push(peak.unwrap_or_else(average));
        }
        inputs.extend(load.rates.iter().map(|rate| input::Input {
            name: format!("{name}.{}", operation_name(context, rate.of)),
            value: rate.per_second.unwrap_or_default(),
            words: rate.stated.to_string(),
            given: Given::Stated(rate.span),
        }));
    }
}

/// Returns what a load calls an operation or flow.
fn operation_name(context: &Context, of: Element) -> String {
    let head = context.model.head(of);
    head.map_or_else(|| context.name(of), |it| it.name.clone())
}

/// Returns a number that a key states, as an input.
fn quantity(facts: &Facts, key: &str, owner: &str) -> Option<input::Input> {
    let (fact, quantity) = (facts.present(key)?, facts.quantity(key)?);
    Some(input::Input {
        name: input::fact_name(owner, key),
        value: quantity.to_f64(),
        words: quantity.to_string(),
        given: load::given(fact),
    })
}
