//! What the replicas of a component can take, and what is left when some are lost.

use super::ComponentLoad;
use crate::analysis::input::{Given, Input, Missing};
use crate::model::{Component, Fact, FactItem, Model, Origin, Redundancy};
use crate::quantity::{Dimension, Quantity, round};
use crate::vocabulary::Traits;

/// What a component can take.
#[derive(Clone, Debug, PartialEq)]
pub struct Capacity {
    /// Requests a second that one replica can take.
    pub each: f64,
    /// How many replicas work; the most that `autoscale` allows.
    pub replicas: f64,
    /// Requests a second that all can take together.
    pub total: f64,
    /// The same as if no replica were lost and as many as allowed ran.
    pub most: f64,
    /// Whether the number of replicas is open, as in `many`, or not stated.
    pub open: bool,
}

/// What is left of a component when something is lost.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Remaining {
    /// How many replicas are lost.
    pub lost: f64,
    /// How many are left.
    pub replicas: f64,
    /// The share of what is left that is used at the peak; `None` where nothing is left.
    pub utilisation: Option<f64>,
}

impl Capacity {
    /// Returns what is left with so many replicas less.
    pub(super) fn without(&self, lost: f64) -> Remaining {
        Remaining {
            lost,
            replicas: (self.replicas - lost).max(0.0),
            utilisation: None,
        }
    }
}

/// Returns what a component can take with some replicas lost, with the numbers that
/// went in; nothing where no capacity in requests is stated.
pub(super) fn capacity(component: &Component, lost: u64) -> (Option<Capacity>, Vec<Input>) {
    let mut inputs = Vec::new();
    let Some(each) = each(component, &mut inputs) else {
        return (None, inputs);
    };
    let stated = replicas(component);
    let open = stated.is_none() || counts(component).any(|it| it.many);
    let count = stated.unwrap_or_else(|| Input {
        name: format!("{}.replicas", component.head.path),
        value: 1.0,
        words: "1".to_owned(),
        given: Given::Assumed("nothing says how many there are".to_owned()),
    });
    let running = (count.value - lost as f64).max(0.0);
    let capacity = Capacity {
        each,
        replicas: running,
        total: running * each,
        most: count.value * each,
        open,
    };
    inputs.push(count);
    (Some(capacity), inputs)
}

/// Returns what one replica can take: its `capacity`, else what it does at a time
/// through how long that takes (Little's law).
fn each(component: &Component, inputs: &mut Vec<Input>) -> Option<f64> {
    let facts = &component.facts;
    if let Some(fact) = facts.present("capacity") {
        let rate = facts.items("capacity").iter().find_map(|item| match item {
            FactItem::Quantity(it) if it.dimension == Dimension::RATE => Some(it.as_ref()),
            _ => None,
        })?;
        inputs.push(input(component, fact, rate));
        return Some(rate.to_f64()).filter(|it| *it > 0.0);
    }
    let at_once = ["concurrency", "threads"]
        .iter()
        .find_map(|key| Some((facts.present(key)?, facts.quantity(key)?)))?;
    let taking = (facts.present("mean")?, facts.quantity("mean")?);
    let (count, mean) = (at_once.1.to_f64(), taking.1.to_f64());
    if !(count > 0.0 && mean > 0.0) {
        return None;
    }
    inputs.push(input(component, at_once.0, at_once.1));
    inputs.push(input(component, taking.0, taking.1));
    Some(count / mean)
}

/// Returns how many replicas there are, as far as is stated.
pub(super) fn replicas(component: &Component) -> Option<Input> {
    let keys = ["autoscale", "replicas"];
    let found = keys.iter().find_map(|key| {
        let fact = component.facts.present(key)?;
        Some((fact, component.facts.count(key)?))
    });
    let Some((fact, count)) = found else {
        let one = component.redundancy() == Redundancy::Stated(1);
        let fact = component.facts.get("replicas").filter(|_| one)?;
        return Some(Input {
            name: format!("{}.replicas", component.head.path),
            value: 1.0,
            words: "1".to_owned(),
            given: given(fact),
        });
    };
    let value = count.most.unwrap_or(count.least).max(1);
    Some(Input {
        name: format!("{}.{}", component.head.path, fact.key),
        value: value as f64,
        words: value.to_string(),
        given: given(fact),
    })
}

fn counts(component: &Component) -> impl Iterator<Item = &crate::model::Count> {
    let keys = ["autoscale", "replicas"].into_iter();
    keys.filter_map(|key| component.facts.count(key)).take(1)
}

/// Returns how many replicas the fullest zone or region holds, if that is stated: by
/// `across`, or because all stand in one that the design draws.
pub(super) fn fullest(model: &Model, component: &Component, capacity: &Capacity) -> Option<f64> {
    if let Some((domains, _)) = component.spread() {
        return Some((capacity.replicas / domains.max(1) as f64).ceil());
    }
    let mut around = component.place;
    while let Some(place) = around {
        let row = &model.places[place];
        if matches!(row.kind.name, "zone" | "region") {
            return Some(capacity.replicas);
        }
        around = row.parent;
    }
    None
}

fn input(component: &Component, fact: &Fact, quantity: &Quantity) -> Input {
    Input {
        name: format!("{}.{}", component.head.path, fact.key),
        value: quantity.to_f64(),
        words: quantity.to_string(),
        given: given(fact),
    }
}

/// Returns where a fact comes from.
pub(crate) fn given(fact: &Fact) -> Given {
    match &fact.origin {
        Origin::Technology(name, source) if source.is_empty() => {
            Given::Assumed(format!("`{name}`"))
        }
        Origin::Technology(name, source) => Given::Assumed(format!("`{name}`: {source}")),
        Origin::Defaults | Origin::Environment | Origin::Stated => Given::Stated(fact.span),
    }
}

/// Returns what keeps a component from being judged.
pub(super) fn missing(component: &Component, load: &ComponentLoad) -> Vec<Missing> {
    let name = &component.head.path;
    let span = component.head.name_span;
    let ours = !component.is_outside() && !component.is_managed();
    let asked = load.rate.peak > 0.0 && ours;
    let of_interest = Traits::COMPUTE.with(Traits::STORES).with(Traits::FORWARDS);
    let mut missing = Vec::new();
    if asked && load.capacity.is_none() && component.traits.any(of_interest) {
        let none = component.facts.number("capacity") == Some(0.0);
        let what = match component.facts.has("capacity") {
            true if none => format!("`{name}` states a `capacity` of 0, and is not judged"),
            true => format!("`{name}` states a `capacity`, but not how many requests a second"),
            false => format!("`{name}` states no `capacity`"),
        };
        missing.push(Missing { what, span });
    }
    if let Some(capacity) = load.capacity.as_ref().filter(|it| it.open && asked) {
        let what = match capacity.replicas == 1.0 {
            true => format!("`{name}` does not say how many replicas there are; one is counted"),
            false => format!(
                "`{name}` leaves open how many replicas there are; {} are counted",
                round(capacity.replicas)
            ),
        };
        missing.push(Missing { what, span });
    }
    missing
}
