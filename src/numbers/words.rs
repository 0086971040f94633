//! Numbers as readers know them, with no more digits than they carry.

use crate::quantity::round;

/// Nobody counts the digits of a number from this one on.
const LARGEST: f64 = 1e15;
/// The largest percentage that is told.
const MOST_PERCENT: f64 = 1e6;

/// Prints a number with three significant digits, grouped by threes: `34,700`.
pub(super) fn figure(number: f64) -> String {
    if !number.is_finite() {
        return "–".to_owned();
    }
    if number.abs() >= LARGEST {
        return round(number);
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
        it if it > MOST_PERCENT => format!("over {} %", figure(MOST_PERCENT)),
        it => format!("{} %", grouped(&format!("{:.0}", (it + 1e-9).round()))),
    }
}

/// Prints a multiple with two significant digits: `1.8×`, `24×`.
pub(super) fn times(factor: f64) -> String {
    match factor {
        it if it > 0.0 && it < 0.005 => "under 0.01×".to_owned(),
        it if it < 0.995 => format!("{}×", round((it * 100.0).round() / 100.0)),
        it if it < 9.95 => format!("{}×", round((it * 10.0).round() / 10.0)),
        it => format!("{}×", figure(it.round())),
    }
}

/// Prints a duration given in seconds: `1.27 ms`, `2.5 s`, `43.2 min`.
pub(super) fn time(seconds: f64) -> String {
    let (factor, unit) = match seconds {
        _ if seconds <= 0.0 => return "0 ms".to_owned(),
        _ if seconds < 0.000_999_5 => (1e6, "µs"),
        _ if seconds < 0.999_5 => (1e3, "ms"),
        _ if seconds < 119.95 => (1.0, "s"),
        _ if seconds < 7197.0 => (1.0 / 60.0, "min"),
        _ if seconds < 172_700.0 => (1.0 / 3600.0, "h"),
        _ if seconds < 730.0 * 86_400.0 => (1.0 / 86_400.0, "d"),
        _ => (1.0 / (365.0 * 86_400.0), "years"),
    };
    format!("{} {unit}", figure(seconds * factor))
}

/// Prints a share: `2.07 %`.
pub(super) fn share(share: f64) -> String {
    format!("{} %", round(share * 100.0))
}

/// Says what is not stated: the first, and how many more there are.
pub(super) fn unstated(missing: &[&str]) -> Option<String> {
    let (first, rest) = missing.split_first()?;
    if rest.is_empty() {
        return Some((*first).to_owned());
    }
    let more = rest.len();
    let alike = first.split_once(" states no ").filter(|(_, what)| {
        let end = format!("` states no {what}");
        rest.iter().all(|it| it.ends_with(&end))
    });
    Some(match alike {
        Some((name, what)) => format!("{name} and {more} more state no {what}"),
        None => {
            let verb = if more == 1 { "is" } else { "are" };
            format!("{first}, and {more} more {verb} not stated")
        }
    })
}

/// Says of how many others the same is true, after what is said of one.
pub(super) fn likewise(others: usize) -> String {
    match others {
        0 => String::new(),
        1 => "; 1 other likewise".to_owned(),
        others => format!("; {others} others likewise"),
    }
}

/// Joins names and figures for a sentence: `a`, `a and b`, `a, b and c`.
pub(super) fn listed(entries: &[String]) -> String {
    match entries {
        [] => String::new(),
        [one] => one.clone(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}

/// Prints the percentile that a share guarantees, with two digits of what is left, and
/// never more than it is: `p97.9`.
pub(super) fn percentile(level: f64) -> String {
    rounded(level, |digits| (digits + 1e-7).floor())
}

/// Prints the percentile that a share asks for, and never less than it is: `p99.99`.
pub(super) fn percentile_asked(level: f64) -> String {
    rounded(level, |digits| (digits - 1e-7).ceil())
}

fn rounded(level: f64, round: impl Fn(f64) -> f64) -> String {
    let left = (1.0 - level) * 100.0;
    let places = (1.0 - left.max(1e-9).log10().floor()).clamp(0.0, 9.0);
    let scale = 10_f64.powf(places);
    let text = format!(
        "{:.*}",
        places as usize,
        round(level * 100.0 * scale) / scale
    );
    match text.contains('.') {
        true => format!("p{}", text.trim_end_matches('0').trim_end_matches('.')),
        false => format!("p{text}"),
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
            (1.0412e21, "1.04e21"),
            (1e15, "1e15"),
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
        assert_eq!(percent(9e12), "over 1,000,000 %");
        assert_eq!([1.84, 24.4, 1.0].map(times), ["1.8×", "24×", "1×"]);
        assert_eq!(
            [0.983, 0.187, 1e-9].map(times),
            ["0.98×", "0.19×", "under 0.01×"]
        );
    }

    #[test]
    fn what_is_not_stated_is_counted() {
        let all = ["`a` states no availability", "`b` states no availability"];
        assert_eq!(unstated(&[]), None);
        assert_eq!(unstated(&all[..1]).unwrap(), all[0]);
        assert_eq!(
            unstated(&all).unwrap(),
            "`a` and 1 more state no availability"
        );
        let mixed = [all[0], "`c` does not say how a standby takes over"];
        let words = "`a` states no availability, and 1 more is not stated";
        assert_eq!(unstated(&mixed).unwrap(), words);
        assert_eq!(
            [0, 1, 2].map(likewise),
            ["", "; 1 other likewise", "; 2 others likewise"]
        );
    }

    #[test]
    fn times_have_a_unit_that_suits_them() {
        for (seconds, words) in [
            (0.0, "0 ms"),
            (0.000_25, "250 µs"),
            (0.001_27, "1.27 ms"),
            (0.999_6, "1 s"),
            (90.0, "90 s"),
            (2592.0, "43.2 min"),
            (14_400.0, "4 h"),
            (604_800.0, "7 d"),
            (3.1536e10, "1,000 years"),
        ] {
            assert_eq!(time(seconds), words);
        }
    }

    #[test]
    fn what_is_guaranteed_is_rounded_down() {
        for (level, words) in [
            (0.5, "p50"),
            (0.96, "p96"),
            (0.979_3, "p97.9"),
            (0.99, "p99"),
            (0.998_995_5, "p99.89"),
            (0.999_899_5, "p99.989"),
            (0.999, "p99.9"),
            (0.0, "p0"),
        ] {
            assert_eq!(percentile(level), words);
        }
    }

    #[test]
    fn what_is_asked_for_is_rounded_up() {
        for (level, words) in [
            (0.99, "p99"),
            (0.996_655, "p99.67"),
            (0.998_995_5, "p99.9"),
            (0.999_899_5, "p99.99"),
        ] {
            assert_eq!(percentile_asked(level), words);
        }
    }
}
