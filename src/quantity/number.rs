//! Exact numbers: fractions whose every operation notices when it does not fit.

use num_rational::Ratio;

type Number = Ratio<i128>;

/// Adds.
pub(super) fn add(left: Number, right: Number) -> Option<Number> {
    let shared = gcd(*left.denom(), *right.denom());
    let left_factor = right.denom() / shared;
    let right_factor = left.denom() / shared;
    let numerator = left
        .numer()
        .checked_mul(left_factor)?
        .checked_add(right.numer().checked_mul(right_factor)?)?;
    reduced(numerator, left.denom().checked_mul(left_factor)?)
}

/// Subtracts.
pub(super) fn sub(left: Number, right: Number) -> Option<Number> {
    add(left, neg(right)?)
}

/// Turns the sign.
pub(super) fn neg(number: Number) -> Option<Number> {
    let numerator = number.numer().checked_neg()?;
    Some(Ratio::new_raw(numerator, *number.denom()))
}

/// Multiplies.
pub(super) fn mul(left: Number, right: Number) -> Option<Number> {
    let first = gcd(*left.numer(), *right.denom());
    let second = gcd(*right.numer(), *left.denom());
    let numerator = (left.numer() / first).checked_mul(right.numer() / second)?;
    let denominator = (left.denom() / second).checked_mul(right.denom() / first)?;
    reduced(numerator, denominator)
}

/// Divides; nothing for a division by zero.
pub(super) fn div(left: Number, right: Number) -> Option<Number> {
    let turned = match *right.numer() {
        0 | i128::MIN => return None,
        numerator if numerator < 0 => Ratio::new_raw(-right.denom(), -numerator),
        numerator => Ratio::new_raw(*right.denom(), numerator),
    };
    mul(left, turned)
}

/// Returns ten to a power.
pub(super) fn power_of_ten(exponent: u32) -> Option<i128> {
    10_i128.checked_pow(exponent)
}

/// Returns the nearest float.
pub(super) fn to_f64(number: Number) -> f64 {
    *number.numer() as f64 / *number.denom() as f64
}

/// Returns the number with twelve significant digits; zero for what is too small.
pub(super) fn from_f64(number: f64) -> Option<Number> {
    if !number.is_finite() {
        return None;
    }
    let text = format!("{number:.11e}");
    let (mantissa, exponent) = text.split_once('e')?;
    let exponent = exponent.parse::<i32>().ok()? - 11;
    let digits: i128 = mantissa.replace('.', "").parse().ok()?;
    let power = power_of_ten(exponent.unsigned_abs());
    if exponent >= 0 {
        return Some(Ratio::from_integer(digits.checked_mul(power?)?));
    }
    match power {
        Some(power) => reduced(digits, power),
        None => Some(Ratio::from_integer(0)),
    }
}

/// Returns the fraction in lowest terms; the denominator is above zero.
pub(super) fn reduced(numerator: i128, denominator: i128) -> Option<Number> {
    if numerator == i128::MIN {
        return None;
    }
    let shared = gcd(numerator, denominator);
    Some(Ratio::new_raw(numerator / shared, denominator / shared))
}

/// Returns the greatest common divisor of a number and one that is not zero.
fn gcd(left: i128, right: i128) -> i128 {
    let (mut left, mut right) = (left.unsigned_abs(), right.unsigned_abs());
    while right != 0 {
        (left, right) = (right, left % right);
    }
    i128::try_from(left).unwrap_or(1).max(1)
}
