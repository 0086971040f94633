//! How often operations and flows are used.

use crate::quantity::Quantity;
use crate::source::Span;

use super::{Element, Facts, Head, Id, Model};

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
                Some(OperationRate { load: id, average, peak, span: rate.span })
            })
        });
        stated.max_by(|a, b| a.peak.total_cmp(&b.peak))
    }
}
