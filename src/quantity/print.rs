//! Values to text.

use super::unit::{self, Measure, Unit};
use super::{Dimension, Hold, Quantity, Style, Value, number};
use num_rational::Ratio;
use std::fmt;

/// How many digits a rounded number keeps.
const SIGNIFICANT: usize = 4;

/// How many digits an exact number may have to be printed in full.
const SHORT: usize = 6;

/// How many decimal places are looked at; more than any stated number has.
const PLACES: usize = 40;

impl fmt::Display for Quantity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = Parts::of(self);
        let Parts { sign, prefix, .. } = parts;
        formatter.pad(&format!("{sign}{prefix}{}{}", parts.digits, parts.suffix))
    }
}

impl fmt::Display for Value {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Date(date) => date.fmt(formatter),
            Value::Quantity(quantity) => quantity.fmt(formatter),
            Value::Range(low, high) => formatter.write_str(&range(low, high)),
            Value::Ratio(left, right) => write!(formatter, "{left}:{right}"),
        }
    }
}

/// Says the unit once, at the end, where both ends are written alike.
fn range(low: &Quantity, high: &Quantity) -> String {
    let parts = Parts::of(low);
    let alike = low.style == high.style && low.style.hold == Hold::Stated;
    let plain = low.style.scale.is_none() && parts.sign.is_empty();
    match alike && plain {
        true => {
            let end = Parts::of(high);
            format!(
                "{}{}..{}{}",
                parts.prefix, parts.digits, end.digits, end.suffix
            )
        }
        false => format!("{low}..{high}"),
    }
}

/// What a printed quantity consists of.
struct Parts {
    sign: &'static str,
    prefix: &'static str,
    digits: String,
    suffix: String,
}

impl Parts {
    fn of(quantity: &Quantity) -> Parts {
        let style = completed(quantity);
        let magnitude = Ratio::new_raw(
            quantity.number.numer().saturating_abs(),
            *quantity.number.denom(),
        );
        let (digits, unit) = numerator(magnitude, quantity.dimension, &style);
        let mut suffix = unit;
        for under in style.divisors().chain(style.active) {
            suffix.push('/');
            suffix.push_str(under.name());
        }
        Parts {
            sign: match *quantity.number.numer() < 0 {
                true => "-",
                false => "",
            },
            prefix: match has_dollar(quantity.dimension, &style) {
                true => "$",
                false => "",
            },
            digits,
            suffix,
        }
    }
}

/// Returns the style with whatever the dimension still needs, or another that suits it.
fn completed(quantity: &Quantity) -> Style {
    if suits(&quantity.style, quantity.dimension) {
        return quantity.style;
    }
    let dimension = quantity.dimension;
    Style {
        per_user: dimension.user() == -1,
        per_size: (dimension.data() == -1).then(unit::gigabyte),
        period: (dimension.time() == -1).then(unit::second),
        ..Style::default()
    }
}

/// Returns whether a style writes just this dimension.
pub(super) fn suits(style: &Style, dimension: Dimension) -> bool {
    let rest = style.dimension().and_then(|own| dimension.over(own));
    let plain = [
        Dimension::NUMBER,
        Dimension::USERS,
        Dimension::DURATION,
        Dimension::SIZE,
    ];
    match (rest, style.unit) {
        (Some(Dimension::NUMBER), _) => true,
        (Some(rest), None) => plain.contains(&rest) || rest.fits(Dimension::MONEY),
        _ => false,
    }
}

/// Returns the digits and the unit above the slash.
fn numerator(magnitude: Ratio<i128>, dimension: Dimension, style: &Style) -> (String, String) {
    let below = Style {
        hold: Hold::Stated,
        period: style.period,
        per_size: style.per_size,
        per_user: style.per_user,
        ..Style::default()
    };
    let amount = quotient(magnitude, below.factor());
    let rest = below.dimension().and_then(|below| dimension.over(below));
    let rest = rest.unwrap_or(dimension);
    let ladder = match (style.unit, rest) {
        (Some(unit), _) => Some(unit.measure()),
        (None, Dimension::DURATION) => Some(Measure::Time),
        (None, Dimension::SIZE) => Some(Measure::Size),
        (None, _) => None,
    };
    match ladder {
        Some(ladder) => measured(amount, ladder, style),
        None => counted(amount, rest, style),
    }
}

/// Prints an amount that has a unit.
fn measured(amount: Ratio<i128>, ladder: Measure, style: &Style) -> (String, String) {
    let fixed = style.is_portion() || style.is_time_in_time();
    let chosen = style.unit.filter(|_| fixed || style.hold != Hold::Loose);
    let scale = style.scale.filter(|_| chosen.is_some());
    let one = Ratio::from_integer(1);
    let (digits, unit) = printed(amount, style, |amount| {
        let unit = chosen.or_else(|| unit::best(ladder, amount)).or(style.unit);
        let factor = unit.map_or(one, Unit::factor);
        let scaled = scale.and_then(|scale| number::mul(factor, scale.factor()));
        (scaled.unwrap_or(factor), unit)
    });
    let mut suffix = scale.map_or("", Unit::name).to_owned();
    suffix.push_str(&unit.map_or(String::new(), |unit| unit.after(&digits, scale.is_some())));
    (digits, suffix)
}

/// Prints an amount that has none but perhaps a scale: counts, users, money.
fn counted(amount: Ratio<i128>, rest: Dimension, style: &Style) -> (String, String) {
    let free = style.hold == Hold::Loose || (style.hold == Hold::Asked && style.scale.is_none());
    let (digits, scale) = printed(amount, style, |amount| {
        let scale = match free {
            true => unit::best(Measure::Scale, amount),
            false => style.scale,
        };
        (scale.map_or(Ratio::from_integer(1), Unit::factor), scale)
    });
    let mut suffix = scale.map_or("", Unit::name).to_owned();
    match rest {
        Dimension::NUMBER | Dimension::USERS => {}
        _ if has_dollar(rest, style) => {}
        _ => {
            suffix.push(' ');
            suffix.push_str(&rest.formula());
        }
    }
    (digits, suffix)
}

fn has_dollar(dimension: Dimension, style: &Style) -> bool {
    let dollars = dimension.currency().map(|currency| currency.code()) == Some("USD");
    dollars && !style.currency_code && style.unit.is_none()
}

/// Prints an amount in the unit that suits it, chosen again after rounding:
/// what rounds to `1000ms` is `1s`.
fn printed<Chosen>(
    amount: Ratio<i128>,
    style: &Style,
    choose: impl Fn(Ratio<i128>) -> (Ratio<i128>, Chosen),
) -> (String, Chosen) {
    let (factor, _) = choose(amount);
    let digits = Decimal::of(quotient(amount, Some(factor))).print(style);
    let rounded = digits_value(&digits).and_then(|digits| number::mul(digits, factor));
    let (factor, chosen) = choose(rounded.unwrap_or(amount));
    let digits = Decimal::of(quotient(amount, Some(factor))).print(style);
    (digits, chosen)
}

fn digits_value(digits: &str) -> Option<Ratio<i128>> {
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let numerator = format!("{whole}{fraction}").parse().ok()?;
    let power = number::power_of_ten(u32::try_from(fraction.len()).ok()?)?;
    number::reduced(numerator, power)
}

/// Divides, and comes as near as a float does where that does not fit.
fn quotient(amount: Ratio<i128>, factor: Option<Ratio<i128>>) -> Ratio<i128> {
    let factor = factor.unwrap_or(Ratio::from_integer(1));
    let nearly = || number::from_f64(number::to_f64(amount) / number::to_f64(factor));
    number::div(amount, factor)
        .or_else(nearly)
        .unwrap_or(amount)
}

/// The decimal digits of a number that is not negative.
struct Decimal {
    whole: String,
    fraction: Vec<u8>,
    exact: bool,
}

impl Decimal {
    fn of(number: Ratio<i128>) -> Decimal {
        let mut divisor = number.denom().unsigned_abs();
        let whole = number.numer().unsigned_abs() / divisor;
        let mut rest = number.numer().unsigned_abs() % divisor;
        let mut exact = true;
        // Ten times the rest must fit; the last bits of so long a number do not print.
        while divisor > u128::MAX / 16 {
            exact = rest == 0;
            (divisor, rest) = (divisor >> 4, rest >> 4);
        }
        let mut fraction = Vec::new();
        while rest != 0 && fraction.len() < PLACES {
            rest *= 10;
            fraction.push((rest / divisor).min(9) as u8);
            rest %= divisor;
        }
        Decimal {
            whole: whole.to_string(),
            fraction,
            exact: exact && rest == 0,
        }
    }

    /// Prints every digit where they were stated or are few, else rounds.
    fn print(&self, style: &Style) -> String {
        let stated = style.hold == Hold::Stated;
        match self.exact && (stated || self.significant() <= SHORT) {
            true => self.joined(),
            false => self.rounded(self.places(style)),
        }
    }

    /// Returns how many digits there are from the first that is not zero.
    fn significant(&self) -> usize {
        match self.whole.as_str() {
            "0" => self.fraction.len() - self.zeros(),
            whole => whole.trim_end_matches('0').len().max(self.whole_digits()),
        }
    }

    /// Returns the digits of a number with a fraction; zero for an integer.
    fn whole_digits(&self) -> usize {
        match self.fraction.len() {
            0 => 0,
            places => self.whole.len() + places,
        }
    }

    fn zeros(&self) -> usize {
        self.fraction
            .iter()
            .take_while(|digit| **digit == 0)
            .count()
    }

    /// Returns how many decimal places are kept; a percentage near 100 keeps
    /// two digits of what is missing, so that it never rounds to all.
    fn places(&self, style: &Style) -> usize {
        let places = match self.whole.as_str() {
            "0" => self.zeros() + SIGNIFICANT,
            whole => SIGNIFICANT.saturating_sub(whole.len()),
        };
        let nines = self.fraction.iter().take_while(|digit| **digit == 9);
        match style.unit.map(Unit::name) == Some("%") && self.whole == "99" {
            true => places.max(nines.count() + 2),
            false => places,
        }
    }

    fn joined(&self) -> String {
        let mut text = self.whole.clone();
        if !self.fraction.is_empty() {
            text.push('.');
            text.extend(self.fraction.iter().map(|digit| char::from(b'0' + digit)));
        }
        text
    }

    /// Rounds half up, and drops zeros at the end.
    fn rounded(&self, places: usize) -> String {
        let up = self.fraction.get(places).is_some_and(|digit| *digit >= 5);
        let whole = self.whole.bytes().map(|byte| byte - b'0');
        let mut digits: Vec<u8> = whole.collect();
        digits.extend(self.fraction.iter().take(places));
        let kept = digits.len() - self.whole.len();
        // Large whole numbers round before the point.
        let dropped = match kept {
            0 => self.whole.len().saturating_sub(SIGNIFICANT),
            _ => 0,
        };
        let split = digits.len() - dropped;
        let up = match digits.get(split) {
            Some(digit) => *digit >= 5,
            None => up,
        };
        digits[split..].fill(0);
        if up {
            raise(&mut digits, split);
        }
        let point = digits.len() - kept;
        let mut fraction = digits.split_off(point);
        while fraction.last() == Some(&0) {
            fraction.pop();
        }
        Decimal {
            whole: digits
                .iter()
                .map(|digit| char::from(b'0' + digit))
                .collect(),
            fraction,
            exact: true,
        }
        .joined()
    }
}

/// Adds one to the last of the first so many digits.
fn raise(digits: &mut Vec<u8>, count: usize) {
    for digit in digits[..count].iter_mut().rev() {
        if *digit < 9 {
            *digit += 1;
            return;
        }
        *digit = 0;
    }
    digits.insert(0, 1);
}

/// Rounds to three significant digits, without trailing zeros.
pub fn round(number: f64) -> String {
    if number == 0.0 || !number.is_finite() {
        return number.to_string();
    }
    if number.abs() >= 1e15 {
        let three: f64 = format!("{number:.2e}").parse().unwrap_or(number);
        return format!("{three:e}");
    }
    let places = (2 - number.abs().log10().floor() as i32).clamp(0, 6) as usize;
    let text = format!("{number:.places$}");
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}
