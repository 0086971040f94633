//! How often operations and flows are used.

use std::collections::BTreeMap;

use crate::finding::{Finding, nearest};
use crate::quantity::{Dimension, Quantity};
use crate::source::Span;
use crate::syntax::tree::{self, Head as Shape};
use crate::vocabulary::{self, Category, Measure, Owners};

use super::names::Found;
use super::resolve::{Pending, Resolver, key_safety};
use super::{CONFLICTING_FACTS, Element, Facts, Head, Id, Model, WRONG_VALUE};

/// A load.
#[derive(Clone, Debug)]
pub struct Load {
    /// Name, title and places.
    pub head: Head,
    /// What its block says beside rates.
    pub facts: Facts,
    /// How often each operation or flow is used.
    pub rates: Vec<Rate>,
}

/// `getFeed: 10/user/day`.
#[derive(Clone, Debug)]
pub struct Rate {
    /// The operation or flow.
    pub of: Element,
    /// As stated: a rate, or a rate for each user.
    pub stated: Quantity,
    /// Requests a second on average; a rate for each user times the load's users.
    /// `None` where the load states no users.
    pub per_second: Option<f64>,
    /// The whole statement.
    pub span: Span,
    /// What stands after the colon.
    pub value_span: Span,
}

/// How often an operation or flow is used, under the load where it is used most.
#[derive(Clone, Copy, Debug)]
pub struct OperationRate {
    /// The load that says so.
    pub load: Id<Load>,
    /// Requests a second on average.
    pub average: f64,
    /// Requests a second at the load's `peak`; the average where none is stated.
    pub peak: f64,
    /// Where the rate is stated.
    pub span: Span,
}

impl Load {
    /// Returns its `peak` as a factor, 1 where it is not stated.
    pub fn peak(&self) -> f64 {
        self.facts.number("peak").unwrap_or(1.0)
    }
}

impl Model {
    /// Returns how often an operation or flow is used, under the load where it is used most.
    pub fn rate(&self, of: Element) -> Option<OperationRate> {
        let stated = self.loads.iter().flat_map(|(id, load)| {
            let rates = load.rates.iter().filter(move |rate| rate.of == of);
            rates.filter_map(move |rate| {
                let average = rate.per_second?;
                let peak = average * load.peak();
                Some(OperationRate {
                    load: id,
                    average,
                    peak,
                    span: rate.span,
                })
            })
        });
        stated.max_by(|a, b| a.peak.total_cmp(&b.peak))
    }
}

impl<'t> Resolver<'t> {
    pub(super) fn read_load(&mut self, id: Id<Load>, pending: &Pending<'t>) {
        let Some(block) = &pending.said.statement.block else {
            return;
        };
        let scope = pending.scope.path.clone();
        let mut facts = Facts::default();
        let mut rates = BTreeMap::new();
        for said in self.statements(&block.items) {
            let Shape::Set(set) = &said.statement.head else {
                self.misplaced(&said, "load", Owners::LOAD);
                continue;
            };
            if vocabulary::property(&set.key.text, Owners::LOAD).is_some() {
                let fact = self.read_fact(set, &said, Owners::LOAD, "load", &scope, None);
                if let Some(fact) = fact {
                    self.add_fact(&mut facts, fact);
                }
            } else if let Some(rate) = self.read_rate(set, said.span, &scope) {
                self.no_block(&set.key.text, &said);
                self.add_rate(&mut rates, rate, &set.key.text);
            }
        }
        let users = facts.get("users").and_then(|fact| {
            let users = facts.quantity("users").and_then(Quantity::active_users)?;
            Some((users, fact.span))
        });
        let mut rates: Vec<Rate> = rates.into_values().collect();
        rates.sort_by_key(|rate| rate.span);
        for rate in &mut rates {
            self.settle(rate, users.as_ref());
        }
        self.model.loads[id].facts = facts;
        self.model.loads[id].rates = rates;
    }

    fn read_rate(&mut self, set: &tree::Set, span: Span, scope: &str) -> Option<Rate> {
        let categories = [Category::Operation, Category::Flow];
        let path = &set.key;
        let of = match self.refer(&categories, &path.text, scope, path.span) {
            Found::One(of @ (Element::Operation(_) | Element::Flow(_))) => of,
            Found::One(_) => {
                let message = format!("`{}` is an API; a load counts operations", path.text);
                self.report_api(message, path);
                return None;
            }
            Found::Nothing(finding) => {
                self.report(self.with_keys(*finding, &path.text));
                return None;
            }
            Found::Poisoned => return None,
        };
        let stated = self.single_quantity(&set.value, &[Measure::Rate])?;
        Some(Rate {
            of,
            stated,
            per_second: None,
            span,
            value_span: set.value.span,
        })
    }

    /// Adds a rate; a second one of the same operation is reported.
    fn add_rate(&mut self, rates: &mut BTreeMap<Element, Rate>, rate: Rate, name: &str) {
        let Some(first) = rates.get(&rate.of) else {
            rates.insert(rate.of, rate);
            return;
        };
        let message = format!("`{name}` is stated twice");
        self.report(
            Finding::new(CONFLICTING_FACTS, message, rate.span)
                .label("here again")
                .because(first.span, "stated here first")
                .help("keep one, or state the second in another `load`")
                .about(name.to_owned()),
        );
    }

    fn with_keys(&self, finding: Finding, word: &str) -> Finding {
        match nearest(word, vocabulary::property_keys(Owners::LOAD)) {
            Some(near) if finding.because.is_empty() => {
                let safety = key_safety(word, near, Owners::LOAD);
                finding.meant(near, safety)
            }
            _ => finding,
        }
    }

    /// Turns a rate for each user into a rate.
    fn settle(&mut self, rate: &mut Rate, users: Option<&(Quantity, Span)>) {
        if rate.stated.dimension != Dimension::RATE_PER_USER {
            rate.per_second = Some(rate.stated.to_f64());
            return;
        }
        let Some((users, span)) = users else { return };
        match rate.stated.mul(users) {
            Ok(total) => rate.per_second = Some(total.to_f64()),
            Err(error) => {
                let error = error.to_string();
                let why = error.split("; ").next().unwrap_or_default();
                self.report(
                    Finding::new(WRONG_VALUE, why, rate.value_span)
                        .label("another period than the users'")
                        .because(*span, "the users are counted here")
                        .help("state both for the same period")
                        .about(rate.stated.to_string()),
                );
            }
        }
    }
}
