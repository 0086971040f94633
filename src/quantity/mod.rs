//! Numbers with units, exact, written and read the way people write them.
//!
//! Takes the text of one quantity (`200ms`, `6.4 GB/day`, `99.95%`, `2..10`),
//! gives a [`Value`] with its dimension; adds, multiplies, compares and prints
//! quantities. Does not know files, designs, or which quantity is wanted where.
//!
//! A month is 30 days and a year 365 days, always. Sizes with `KB`, `MB` … are
//! decimal, with `KiB`, `MiB` … binary; `kbps`, `Mbps` … count bits.
//! `$` is the US dollar.

mod arithmetic;
mod date;
mod dimension;
pub mod figures;
mod number;
mod parse;
mod print;
mod unit;

#[cfg(test)]
mod tests;

pub use arithmetic::ArithmeticError;
pub use date::Date;
pub use dimension::{Currency, Dimension};
pub use parse::{ParseError, parse};
pub use print::round;
pub use unit::{Unit, is_unit, units};

use num_rational::Ratio;
use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use unit::Measure;

/// What the text of one quantity says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// `2027-01-31`
    Date(Date),
    /// `200ms`
    Quantity(Quantity),
    /// `2..10`: two ends of one dimension, the low one first.
    Range(Quantity, Quantity),
    /// `100:1`: two plain numbers, not negative and not both zero.
    Ratio(Quantity, Quantity),
}

/// A number with its dimension, and how it was written.
///
/// Two quantities are equal when dimension and number are, however written.
/// The order puts different dimensions apart; to compare what people stated
/// use [`Quantity::compare`], which refuses different dimensions.
#[derive(Clone, Copy, Debug)]
pub struct Quantity {
    /// How much, in seconds, bytes, users, currency units, or by itself.
    pub number: Ratio<i128>,
    /// Of what.
    pub dimension: Dimension,
    /// How it was written, so that it prints that way.
    pub style: Style,
}

/// How a quantity is written; the default lets printing choose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// How much of the rest binds.
    hold: Hold,
    /// `k`, `M` or `bn`.
    scale: Option<&'static Unit>,
    /// `ms`, `GB`, `%`, `Mbps` …; money has none.
    unit: Option<&'static Unit>,
    /// `EUR` rather than a sign.
    currency_code: bool,
    /// `/user`
    per_user: bool,
    /// `/GB`
    per_size: Option<&'static Unit>,
    /// `/day`
    period: Option<&'static Unit>,
    /// The period in which users are counted, `/day` in `100M/day`.
    active: Option<&'static Unit>,
}

/// How closely printing follows a style.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Hold {
    /// The unit was asked for: that unit, rounded.
    Asked,
    /// Left over from arithmetic: the family of the unit, the period.
    #[default]
    Loose,
    /// Written by a person: that unit, every digit.
    Stated,
}

impl Quantity {
    /// Makes a quantity that prints in the unit that suits it best.
    pub fn new(number: Ratio<i128>, dimension: Dimension) -> Quantity {
        Quantity {
            number,
            dimension,
            style: Style::default(),
        }
    }

    /// Makes a plain number.
    pub fn count(number: i128) -> Quantity {
        Quantity::new(Ratio::from_integer(number), Dimension::NUMBER)
    }

    /// Makes a quantity from a computed number, kept to twelve digits.
    ///
    /// Returns nothing for what is not a number or too large.
    pub fn from_f64(number: f64, dimension: Dimension) -> Option<Quantity> {
        number::from_f64(number).map(|number| Quantity::new(number, dimension))
    }

    /// Returns the number in base units, as near as an `f64` comes.
    pub fn to_f64(&self) -> f64 {
        number::to_f64(self.number)
    }

    /// Returns the same quantity, printed in the given unit from now on
    /// (`min/month`, `GB`, `/s`, `%`); nothing if the unit does not fit it.
    pub fn in_unit(&self, unit: &str) -> Option<Quantity> {
        let style = parse::style_of(unit, self.dimension)?;
        Some(Quantity { style, ..*self })
    }

    /// Returns the same amount, written in the period and unit of another one.
    pub fn written_like(&self, other: &Quantity) -> Quantity {
        let style = Style {
            hold: Hold::Loose,
            ..other.style
        };
        Quantity { style, ..*self }
    }

    /// Returns the number of users that a rate or a plain number stands for.
    ///
    /// `100M/day` then counts the distinct users of a day, and prints as before.
    pub fn active_users(&self) -> Option<Quantity> {
        let (number, active) = match (self.dimension, self.style.period) {
            (Dimension::NUMBER, None) if self.style.unit.is_none() => (self.number, None),
            (Dimension::RATE, Some(period)) if self.style.unit.is_none() => {
                (number::mul(self.number, period.factor())?, Some(period))
            }
            (Dimension::USERS, _) => return Some(*self),
            _ => return None,
        };
        let style = Style {
            period: None,
            active,
            ..self.style
        };
        Some(Quantity {
            number,
            dimension: Dimension::USERS,
            style,
        })
    }

    /// Returns how many requests a second there are at the least if each of the
    /// users that are counted in a period comes once in it.
    pub fn once_each(&self) -> Option<f64> {
        let period = self.active_users()?.style.active?;
        let seconds = number::to_f64(period.factor());
        (seconds > 0.0).then(|| self.active_users().map_or(0.0, |it| it.to_f64()) / seconds)
    }

    /// Returns the same quantity for each user: `300/min` becomes `300/user/min`.
    pub fn per_user(&self) -> Option<Quantity> {
        let dimension = self.dimension.over(Dimension::USERS)?;
        let style = Style {
            per_user: true,
            ..self.style
        };
        Some(Quantity {
            number: self.number,
            dimension,
            style,
        })
    }

    /// Returns the unit of the period it was written with: `day` for `10/user/day`.
    pub fn period(&self) -> Option<&'static Unit> {
        self.style.period.or(self.style.active)
    }

    /// Returns whether it was written with `%`.
    pub fn is_percentage(&self) -> bool {
        self.has_unit("%")
    }

    /// Returns whether it was written as a multiple, `3x`.
    pub fn is_multiple(&self) -> bool {
        self.has_unit("x")
    }

    /// Returns what it is, in words with an example.
    pub fn describe(&self) -> String {
        match self.dimension {
            Dimension::NUMBER if self.is_percentage() => "a percentage such as `99.95%`".into(),
            Dimension::NUMBER if self.is_multiple() => "a multiple such as `3x`".into(),
            dimension => dimension.describe(),
        }
    }

    fn has_unit(&self, name: &str) -> bool {
        self.style.unit.is_some_and(|unit| unit.name() == name)
    }

    fn key(&self) -> (Dimension, Ratio<i128>) {
        (self.dimension, self.number)
    }
}

impl Style {
    /// Returns the dimension of what the style writes, money aside.
    fn dimension(&self) -> Option<Dimension> {
        let mut dimension = self.unit.map_or(Dimension::NUMBER, Unit::dimension);
        for under in self.divisors() {
            dimension = dimension.over(under.dimension())?;
        }
        Some(dimension)
    }

    /// Returns what stands after a slash, in the order in which it is printed.
    fn divisors(&self) -> impl Iterator<Item = &'static Unit> {
        let user = self.per_user.then(unit::user);
        [user, self.per_size, self.period].into_iter().flatten()
    }

    /// Returns what one of the unit written is in base units.
    fn factor(&self) -> Option<Ratio<i128>> {
        let mut above = [self.scale, self.unit].into_iter().flatten();
        let one = Ratio::from_integer(1);
        let above = above.try_fold(one, |all, unit| number::mul(all, unit.factor()))?;
        self.divisors()
            .try_fold(above, |all, unit| number::div(all, unit.factor()))
    }

    /// Returns whether the unit is a part of a number: `%` or `x`.
    fn is_portion(&self) -> bool {
        self.unit
            .is_some_and(|unit| unit.measure() == Measure::Portion)
    }

    /// Returns whether it writes a share of time, as `min/month` does.
    fn is_time_in_time(&self) -> bool {
        let time = self.unit.map(Unit::measure) == Some(Measure::Time);
        time && self.period.is_some()
    }
}

impl PartialEq for Quantity {
    fn eq(&self, other: &Quantity) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Quantity {}

impl PartialOrd for Quantity {
    fn partial_cmp(&self, other: &Quantity) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Quantity {
    fn cmp(&self, other: &Quantity) -> Ordering {
        self.key().cmp(&other.key())
    }
}

impl Hash for Quantity {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}
