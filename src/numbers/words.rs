//! Numbers as people write them, with two or three significant digits.

use crate::quantity::round;

/// Prints a duration given in seconds: `1.27 ms`, `2.5 s`, `43.2 min`.
pub(super) fn time(seconds: f64) -> String {
    let (factor, unit) = match seconds {
        _ if seconds <= 0.0 => return "0 ms".to_owned(),
        _ if seconds < 0.000_999_5 => (1e6, "us"),
        _ if seconds < 0.999_5 => (1e3, "ms"),
        _ if seconds < 119.95 => (1.0, "s"),
        _ if seconds < 7197.0 => (1.0 / 60.0, "min"),
        _ if seconds < 172_700.0 => (1.0 / 3600.0, "h"),
        _ => (1.0 / 86_400.0, "d"),
    };
    format!("{} {unit}", round(seconds * factor))
}

/// Prints a share: `2.07 %`.
pub(super) fn percent(share: f64) -> String {
    format!("{} %", round(share * 100.0))
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
    fn times_have_a_unit_that_suits_them() {
        for (seconds, words) in [
            (0.0, "0 ms"),
            (0.000_25, "250 us"),
            (0.001_27, "1.27 ms"),
            (0.999_6, "1 s"),
            (90.0, "90 s"),
            (2592.0, "43.2 min"),
            (14_400.0, "4 h"),
            (604_800.0, "7 d"),
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
