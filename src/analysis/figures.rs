//! Facts of a design as the inputs of an analysis.

use crate::analysis::input::{Given, Input, Missing, fact_name};
use crate::model::{Component, Element, Fact, FactItem, Facts, Id, Model, Origin, Relation};
use crate::quantity::{Dimension, Quantity};

/// The seconds of a day.
pub(super) const DAY: f64 = 86_400.0;
/// The seconds of a year of 365 days.
pub(super) const YEAR: f64 = 365.0 * DAY;

/// Returns the first number that a key states, as an input called `owner.key`.
pub(super) fn stated(facts: &Facts, key: &str, owner: &str) -> Option<Input> {
    stated_as(facts, key, owner, |_| true)
}

/// Returns the first number of one dimension that a key states.
pub(super) fn stated_as(
    facts: &Facts,
    key: &str,
    owner: &str,
    fits: impl Fn(&Quantity) -> bool,
) -> Option<Input> {
    let fact = facts.get(key)?;
    let quantity = facts.items(key).iter().find_map(|item| match item {
        FactItem::Quantity(quantity) if fits(quantity) => Some(quantity.as_ref()),
        _ => None,
    })?;
    Some(Input {
        name: fact_name(owner, key),
        value: quantity.to_f64(),
        words: quantity.to_string(),
        given: given(fact),
    })
}

/// Returns where a fact comes from; what the catalogue says of a technology is assumed.
pub(super) fn given(fact: &Fact) -> Given {
    match &fact.origin {
        Origin::Technology(name, source) if !source.is_empty() => {
            Given::Assumed(format!("{name}: {}", source.trim()))
        }
        _ => Given::Stated(fact.span),
    }
}

/// Makes an input that the design does not state.
pub(super) fn assumed(name: impl Into<String>, value: f64, words: String, why: &str) -> Input {
    Input {
        name: name.into(),
        value,
        words,
        given: Given::Assumed(why.to_owned()),
    }
}

/// Returns how many of a component run, as an input; `None` where the number is open.
///
/// The most of a range or of `autoscale` counts, which is the kindest reading.
pub(super) fn replicas(component: &Component) -> Option<Input> {
    let name = &component.head.path;
    let mut best: Option<Input> = None;
    for key in ["replicas", "autoscale"] {
        let (Some(count), Some(fact)) = (component.facts.count(key), component.facts.get(key))
        else {
            continue;
        };
        if count.many {
            return None;
        }
        let most = count.most.unwrap_or(count.least).max(1) as f64;
        if best.as_ref().is_none_or(|known| known.value < most) {
            best = Some(Input {
                name: format!("{name}.{key}"),
                value: most,
                words: self::count(most),
                given: given(fact),
            });
        }
    }
    let absent = component.facts.is_absent("replicas");
    best.or_else(|| absent.then(|| one(name, "`replicas` is none")))
}

/// Returns how many of a component run; one, assumed, where nothing says.
pub(super) fn replicas_or_one(component: &Component) -> Input {
    let name = &component.head.path;
    replicas(component).unwrap_or_else(|| match component.facts.has("replicas") {
        true => assumed(
            format!("{name}.replicas"),
            2.0,
            "2".into(),
            "`many` is at least two",
        ),
        false => one(name, "nothing says how many there are"),
    })
}

fn one(name: &str, why: &str) -> Input {
    assumed(format!("{name}.replicas"), 1.0, "1".into(), why)
}

/// Returns what is missing from the statement of an element.
pub(super) fn missing(model: &Model, element: Element, what: String) -> Missing {
    let span = match element {
        Element::Relation(id) => model.relations[id].span,
        _ => model
            .head(element)
            .map(|head| head.name_span)
            .unwrap_or_default(),
    };
    Missing { what, span }
}

/// Returns a connection as it is written: `gate -> feeds`.
pub(super) fn relation_name(model: &Model, id: Id<Relation>) -> String {
    let relation = &model.relations[id];
    let (from, to) = (model.name(relation.from), model.name(relation.to));
    format!("{from} {} {to}", relation.arrow.symbol())
}

/// Returns how an operation or a flow is called.
pub(super) fn element_name(model: &Model, element: Element) -> &str {
    model.head(element).map_or("", |head| head.name.as_str())
}

/// Returns bytes in words: `6.4 GB`.
pub(super) fn size(bytes: f64) -> String {
    words(bytes, Dimension::SIZE)
}

/// Returns a plain number in words: `4bn`.
pub(super) fn count(number: f64) -> String {
    words(number, Dimension::NUMBER)
}

/// Returns how often something happens in a second: `694.4/s`.
pub(super) fn rate(per_second: f64) -> String {
    words(per_second, Dimension::RATE)
}

/// Returns seconds in words: `7 d`.
pub(super) fn duration(seconds: f64) -> String {
    words(seconds, Dimension::DURATION)
}

fn words(number: f64, dimension: Dimension) -> String {
    match Quantity::from_f64(number, dimension) {
        Some(quantity) => quantity.to_string(),
        None => number.to_string(),
    }
}
