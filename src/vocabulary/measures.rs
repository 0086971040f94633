//! What demands and figures measure.

use crate::quantity::{Dimension, Quantity};

/// What a number counts, and how it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Bits or bytes in a time: `200Mbps`, `5 GB/day`.
    Bandwidth,
    /// A plain number: `100M`.
    Count,
    /// A time: `200ms`.
    Duration,
    /// Money, or money in a time: `$200/month`.
    Money,
    /// A multiple: `3x`.
    Multiple,
    /// A share: `99.95%`.
    Percent,
    /// How often: `300/s`.
    Rate,
    /// An amount of data: `320 bytes`.
    Size,
    /// Distinct users, or distinct users active in a period: `100M/day`.
    Users,
}

impl Measure {
    /// Returns words with an example for messages.
    pub fn words(self) -> &'static str {
        match self {
            Measure::Bandwidth => "a bandwidth such as `200Mbps`",
            Measure::Count => "a number such as `3` or `100M`",
            Measure::Duration => "a duration such as `200ms`",
            Measure::Money => "an amount of money such as `$200/month`",
            Measure::Multiple => "a multiple such as `3x`",
            Measure::Percent => "a percentage such as `99.95%`",
            Measure::Rate => "a rate such as `300/s`",
            Measure::Size => "a size such as `320 bytes`",
            Measure::Users => "a number of users such as `100M/day`",
        }
    }

    /// Tells whether a quantity can be this measure.
    ///
    /// A number of users in a period is written like a rate, so the dimension
    /// alone is not enough to tell the two apart.
    pub fn fits(self, quantity: &Quantity) -> bool {
        let dimension = quantity.dimension;
        let plain = dimension == Dimension::NUMBER;
        match self {
            Measure::Bandwidth => dimension == Dimension::BANDWIDTH,
            Measure::Count => plain && !quantity.is_percentage() && !quantity.is_multiple(),
            Measure::Percent => plain && quantity.is_percentage(),
            Measure::Multiple => plain && quantity.is_multiple(),
            Measure::Duration => dimension == Dimension::DURATION,
            Measure::Money => dimension.fits(Dimension::MONEY) || dimension.fits(Dimension::COST),
            Measure::Rate => [
                Dimension::RATE,
                Dimension::RATE_PER_USER,
                Dimension::BANDWIDTH,
            ]
            .contains(&dimension),
            Measure::Size => dimension == Dimension::SIZE,
            Measure::Users => {
                plain && !quantity.is_percentage()
                    || [Dimension::RATE, Dimension::USERS].contains(&dimension)
            }
        }
    }
}

/// The measures that demands may use, with what each counts and a phrase about it.
///
/// `p50`, `p99`, `p99.9` and the like are durations too; [`measure_word`] knows them.
pub const MEASURES: &[(&str, Measure, &str)] = &[
    ("mean", Measure::Duration, "the average time"),
    (
        "latency",
        Measure::Duration,
        "the time of an answer, without saying of how many",
    ),
    (
        "availability",
        Measure::Percent,
        "the share of the time in which it answers",
    ),
    (
        "throughput",
        Measure::Rate,
        "how much is processed in a time",
    ),
    (
        "users",
        Measure::Users,
        "distinct users, in a period if one is given",
    ),
    (
        "concurrent",
        Measure::Users,
        "users or connections at the same moment",
    ),
    (
        "durability",
        Measure::Percent,
        "the share of data that is kept through a year",
    ),
    (
        "rpo",
        Measure::Duration,
        "recovery point objective: how much work may be lost",
    ),
    (
        "rto",
        Measure::Duration,
        "recovery time objective: how long recovery may take",
    ),
    ("staleness", Measure::Duration, "how old an answer may be"),
    (
        "error-rate",
        Measure::Percent,
        "the share of requests that may fail",
    ),
    ("storage", Measure::Size, "how much is kept"),
    ("cost", Measure::Money, "what it costs"),
    ("retention", Measure::Duration, "how long data is kept"),
];

/// Returns what a demand's measure counts; `None` if there is no such measure.
pub fn measure_word(word: &str) -> Option<Measure> {
    let percentile = || {
        let digits = word.strip_prefix('p')?;
        let plain = digits.starts_with(|c: char| c.is_ascii_digit())
            && digits.chars().all(|c| c.is_ascii_digit() || c == '.');
        let number: f64 = digits.parse().ok().filter(|_| plain)?;
        (number > 0.0 && number < 100.0).then_some(Measure::Duration)
    };
    let named = MEASURES
        .iter()
        .find(|(name, ..)| *name == word)
        .map(|(_, measure, _)| *measure);
    named.or_else(percentile)
}
