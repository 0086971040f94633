//! Numbers as readers know them, with no more digits than they carry.

use crate::quantity::round;

/// Prints a number with three significant digits, grouped by threes: `34,700`.
pub(super) fn figure(number: f64) -> String {
    if !number.is_finite() {
        return "–".to_owned();
    }
    let rounded = match number.abs() >= 1000.0 {
        true => {
            let scale = 10f64.powi(number.abs().log10().floor() as i32 - 2);
            (number / scale).round() * scale
        }
        false => number,
    };
    grouped(&round(rounded))
}

/// Groups digits by threes: `12,345`.
fn grouped(digits: &str) -> String {
    let (whole, rest) = digits
        .split_once('.')
        .map_or((digits, None), |(a, b)| (a, Some(b)));
    let mut text = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && digit.is_ascii_digit() && (whole.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    match rest {
        Some(rest) => format!("{text}.{rest}"),
        None => text,
    }
}

/// Prints a rate in requests a second: `34,700/s`, `0.2/s`.
pub(super) fn per_second(rate: f64) -> String {
    format!("{}/s", figure(rate))
}

/// Prints a share as a whole percentage, with a digit more where it is small: `87 %`,
/// `2.5 %`, `< 0.1 %`.
pub(super) fn percent(share: f64) -> String {
    match share * 100.0 {
        0.0 => "0 %".to_owned(),
        it if it < 0.1 => "< 0.1 %".to_owned(),
        it if it < 9.95 => format!("{} %", round((it * 10.0).round() / 10.0)),
        it => format!("{} %", grouped(&format!("{it:.0}"))),
    }
}

/// Prints a multiple with two significant digits: `1.8×`, `24×`.
pub(super) fn times(factor: f64) -> String {
    match factor {
        it if it < 9.95 => format!("{}×", round((it * 10.0).round() / 10.0)),
        it => format!("{}×", figure(it.round())),
    }
}

/// Prints a duration given in seconds: `150 ms`, `2.5 s`, `3 min`.
pub(super) fn seconds(duration: f64) -> String {
    let (number, unit) = match duration {
        it if it < 0.001 => (it * 1e6, "µs"),
        it if it < 1.0 => (it * 1e3, "ms"),
        it if it < 120.0 => (it, "s"),
        it if it < 7200.0 => (it / 60.0, "min"),
        it if it < 172_800.0 => (it / 3600.0, "h"),
        it => (it / 86_400.0, "d"),
    };
    format!("{} {unit}", figure(number))
}

/// Joins names and figures for a sentence: `a`, `a and b`, `a, b and c`.
pub(super) fn listed(entries: &[String]) -> String {
    match entries {
        [] => String::new(),
        [one] => one.clone(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_have_three_digits() {
        let cases = [
            (34_722.2, "34,700"),
            (999_999.0, "1,000,000"),
            (694.44, "694"),
            (0.2, "0.2"),
            (0.0, "0"),
            (1000.0, "1,000"),
        ];
        for (number, words) in cases {
            assert_eq!(figure(number), words);
        }
        assert_eq!(per_second(1234.5), "1,230/s");
    }

    #[test]
    fn shares_multiples_and_times() {
        let shares = [0.0, 0.000_5, 0.024_6, 0.868, 1.0, 20.0];
        let words = ["0 %", "< 0.1 %", "2.5 %", "87 %", "100 %", "2,000 %"];
        assert_eq!(shares.map(percent), words);
        assert_eq!([1.84, 24.4, 1.0].map(times), ["1.8×", "24×", "1×"]);
        let times = [0.000_25, 0.0125, 2.5, 300.0, 10_800.0, 604_800.0];
        let words = ["250 µs", "12.5 ms", "2.5 s", "5 min", "3 h", "7 d"];
        assert_eq!(times.map(seconds), words);
    }
}
