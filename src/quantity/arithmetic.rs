//! Adding, multiplying and comparing, with dimensions checked.

use super::unit::{self, Measure, Unit};
use super::{Dimension, Hold, Quantity, Style, number, print};
use num_rational::Ratio;
use std::cmp::Ordering;
use std::fmt;

/// Why two quantities do not combine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArithmeticError {
    /// A duration and a size were added, two currencies multiplied.
    Dimensions {
        /// What was attempted: "added", "compared" …
        attempt: &'static str,
        /// Of the left side.
        left: Dimension,
        /// Of the right side.
        right: Dimension,
    },
    /// The right side is zero.
    DivisionByZero,
    /// The result has more digits than are kept.
    Overflow,
    /// A rate per user and day was multiplied by the users of a month.
    Periods {
        /// The period of the rate per user.
        rate: &'static str,
        /// The period in which the users were counted.
        users: &'static str,
    },
}

impl fmt::Display for ArithmeticError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ArithmeticError::Dimensions {
                attempt,
                left,
                right,
            } => write!(
                formatter,
                "{} and {} cannot be {attempt}",
                left.noun(),
                right.noun()
            ),
            ArithmeticError::DivisionByZero => formatter.write_str("division by zero"),
            ArithmeticError::Overflow => {
                formatter.write_str("the result is too large to be kept exactly")
            }
            ArithmeticError::Periods { rate, users } => write!(
                formatter,
                "a rate per user and {rate} does not go with users counted per {users}; state both for the same period"
            ),
        }
    }
}

impl std::error::Error for ArithmeticError {}

type Outcome = Result<Quantity, ArithmeticError>;

impl Quantity {
    /// Adds a quantity of the same dimension.
    pub fn add(&self, other: &Quantity) -> Outcome {
        let number = number::add(self.number, other.number);
        self.combined(other, number, "added")
    }

    /// Subtracts a quantity of the same dimension.
    pub fn sub(&self, other: &Quantity) -> Outcome {
        let number = number::sub(self.number, other.number);
        self.combined(other, number, "subtracted")
    }

    /// Multiplies; `10/user/day` times users is a rate.
    pub fn mul(&self, other: &Quantity) -> Outcome {
        same_period(self, other)?;
        same_period(other, self)?;
        let dimension = self.dimension.times(other.dimension);
        let number = number::mul(self.number, other.number);
        let style = product(self, other);
        self.computed(other, number, dimension, style, "multiplied")
    }

    /// Divides.
    pub fn div(&self, other: &Quantity) -> Outcome {
        if *other.number.numer() == 0 {
            return Err(ArithmeticError::DivisionByZero);
        }
        let dimension = self.dimension.over(other.dimension);
        let number = number::div(self.number, other.number);
        let style = quotient(self, other);
        self.computed(other, number, dimension, style, "divided")
    }

    /// Compares with a quantity of the same dimension.
    pub fn compare(&self, other: &Quantity) -> Result<Ordering, ArithmeticError> {
        match self.dimension == other.dimension {
            true => Ok(self.number.cmp(&other.number)),
            false => Err(self.mismatch(other, "compared")),
        }
    }

    fn mismatch(&self, other: &Quantity, attempt: &'static str) -> ArithmeticError {
        ArithmeticError::Dimensions {
            attempt,
            left: self.dimension,
            right: other.dimension,
        }
    }

    fn combined(
        &self,
        other: &Quantity,
        number: Option<Ratio<i128>>,
        attempt: &'static str,
    ) -> Outcome {
        if self.dimension != other.dimension {
            return Err(self.mismatch(other, attempt));
        }
        let dimension = Some(self.dimension);
        self.computed(other, number, dimension, sum(self, other), attempt)
    }

    fn computed(
        &self,
        other: &Quantity,
        number: Option<Ratio<i128>>,
        dimension: Option<Dimension>,
        style: Style,
        attempt: &'static str,
    ) -> Outcome {
        let dimension = dimension.ok_or_else(|| self.mismatch(other, attempt))?;
        Ok(Quantity {
            number: number.ok_or(ArithmeticError::Overflow)?,
            dimension,
            style: kept(style, dimension),
        })
    }
}

/// Refuses a rate per user with another period than that of its users.
fn same_period(rate: &Quantity, users: &Quantity) -> Result<(), ArithmeticError> {
    let periods = (rate.style.period, users.style.active);
    match periods {
        (Some(rate), Some(users)) if rate.factor() != users.factor() => {
            Err(ArithmeticError::Periods {
                rate: rate.name(),
                users: users.name(),
            })
        }
        _ => Ok(()),
    }
}

/// Returns the style without what binds only a stated number.
fn loose(style: Style) -> Style {
    Style {
        hold: Hold::Loose,
        scale: None,
        ..style
    }
}

/// Returns how a sum is written: as the left side, unless only the right one has a style.
fn sum(left: &Quantity, right: &Quantity) -> Style {
    match left.style == Style::default() {
        true => loose(right.style),
        false => loose(left.style),
    }
}

/// Returns how a product would be written: with every unit of either side.
fn product(left: &Quantity, right: &Quantity) -> Style {
    let (first, second) = (left.style, right.style);
    let unit = match (first.unit, second.unit) {
        (Some(one), Some(other)) if first.is_portion() && second.is_portion() => {
            (one == other).then_some(one)
        }
        _ => measure_unit(&first).or(measure_unit(&second)),
    };
    let period = match crossed(&first, &second) || crossed(&second, &first) {
        true => None,
        false => first.period.or(second.period),
    };
    Style {
        hold: Hold::Loose,
        scale: None,
        unit,
        currency_code: first.currency_code || second.currency_code,
        per_user: first.per_user || second.per_user,
        per_size: first.per_size.or(second.per_size),
        period,
        active: first.active.or(second.active),
    }
}

/// Returns how a quotient would be written: as the left side, and per unit of the right one.
fn quotient(left: &Quantity, right: &Quantity) -> Style {
    let (first, second) = (loose(left.style), right.style);
    let under = |measure: Measure| second.unit.filter(|unit| unit.measure() == measure);
    let below_time = under(Measure::Time).and_then(|unit| unit::below_slash(unit.name()));
    let time = first.unit.map(Unit::measure) == Some(Measure::Time);
    let slow = |unit: &&Unit| !time && unit.factor() >= Ratio::from_integer(1);
    let plain = right.dimension == Dimension::NUMBER && !second.is_portion();
    Style {
        unit: first.unit.filter(|_| plain || !first.is_portion()),
        per_user: first.per_user || right.dimension == Dimension::USERS,
        per_size: first.per_size.or(under(Measure::Size)),
        period: first.period.or(below_time.filter(slow)),
        ..first
    }
}

/// Returns whether a unit of time on one side meets a period on the other.
fn crossed(one: &Style, other: &Style) -> bool {
    let time = one.unit.map(Unit::measure) == Some(Measure::Time);
    time && other.period.is_some() && one.period.is_none()
}

/// Returns the unit of a style, `%` and `x` aside.
fn measure_unit(style: &Style) -> Option<&'static Unit> {
    style.unit.filter(|_| !style.is_portion())
}

/// Returns what of a style still writes the dimension: each part only where
/// it is needed, and nothing if the parts do not add up.
fn kept(style: Style, dimension: Dimension) -> Style {
    let fits = |unit: &&Unit| match unit.measure() {
        Measure::Size | Measure::BinarySize => dimension.data() == 1,
        Measure::Bandwidth => dimension.data() == 1 && dimension.time() == -1,
        Measure::Time => dimension.time() == 1 || (dimension.time() == 0 && style.period.is_some()),
        Measure::Portion => true,
        Measure::Scale | Measure::User => false,
    };
    let unit = style.unit.filter(fits);
    let timed = unit.map(Unit::measure);
    let period = match timed {
        Some(Measure::Time) => dimension.time() == 0,
        Some(Measure::Bandwidth) => false,
        _ => dimension.time() == -1,
    };
    let kept = Style {
        unit,
        currency_code: style.currency_code && dimension.currency().is_some(),
        per_user: style.per_user && dimension.user() == -1,
        per_size: style.per_size.filter(|_| dimension.data() == -1),
        period: style.period.filter(|_| period),
        active: style.active.filter(|_| dimension == Dimension::USERS),
        ..style
    };
    match print::suits(&kept, dimension) {
        true => kept,
        false => Style::default(),
    }
}
