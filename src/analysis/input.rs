//! Where a number comes from.

use crate::source::Span;

/// A number that an analysis used.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// What it is: `feeds.capacity`, `feeds -> feedStore p99`.
    pub name: String,
    /// The number in the base unit of its dimension: seconds, bytes, requests a second, shares.
    pub value: f64,
    /// The number as a reader knows it: `5k/s`, `99.9 %`.
    pub words: String,
    /// Where it comes from.
    pub given: Given,
}

/// Names what something states: `feeds.capacity`, and with a blank where a dot would
/// seem to belong to its last word: `feeds -> feedStore p99`.
pub(crate) fn fact_name(owner: &str, key: &str) -> String {
    let joint = if owner.contains(' ') { ' ' } else { '.' };
    format!("{owner}{joint}{key}")
}

/// Where a number comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Given {
    /// Not by the design: a technology's default or a rule of thumb, with its source.
    Assumed(String),
    /// By the design, here.
    Stated(Span),
}

/// A number that would be needed, and is not stated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// What is not stated: "`feeds -> feedStore` states no latency".
    pub what: String,
    /// The statement that could say it.
    pub span: Span,
}
