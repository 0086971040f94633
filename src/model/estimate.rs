//! Arithmetic with units.

use crate::quantity::Quantity;
use crate::source::Span;

use super::Head;

/// An estimate: lines of arithmetic, evaluated in order.
#[derive(Clone, Debug)]
pub struct Estimate {
    /// Name, title and places.
    pub head: Head,
    /// Its lines.
    pub lines: Vec<EstimateLine>,
}

/// `perDay: createTweet * Tweet.size = 6.4 GB/day`.
#[derive(Clone, Debug)]
pub struct EstimateLine {
    /// The name before the colon.
    pub name: String,
    /// What the arithmetic gives.
    pub computed: Quantity,
    /// What is stated after `=`.
    pub stated: Option<Quantity>,
    /// The names and numbers that went in, with what they stand for.
    pub inputs: Vec<(String, Quantity)>,
    /// The whole statement.
    pub span: Span,
}
