//! Lengths of time in words, and the steps in which people count them.

use crate::quantity::{Dimension, Quantity, round};

/// The units of time in seconds, with the steps in which each is counted.
const UNITS: &[(&str, f64, &[f64])] = &[
    ("us", 1e-6, DECIMAL),
    ("ms", 1e-3, DECIMAL),
    ("s", 1.0, CLOCK),
    ("min", 60.0, CLOCK),
    ("h", 3600.0, HOURS),
    ("d", 86_400.0, DECIMAL),
];

const DECIMAL: &[f64] = &[1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0];
const CLOCK: &[f64] = &[0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 20.0, 30.0];
const HOURS: &[f64] = &[0.5, 1.0, 2.0, 3.0, 6.0, 12.0];

/// Returns seconds in words, with three digits that count: `12.3 ms`.
pub(super) fn words(seconds: f64) -> String {
    if seconds == 0.0 || !seconds.is_finite() {
        return if seconds == 0.0 { "0" } else { "–" }.to_owned();
    }
    // What rounds to the next unit is said in that unit.
    let fits = |unit: &&(&str, f64, _)| seconds.abs() >= unit.1 * 0.9995;
    let (name, unit, _) = UNITS.iter().rev().find(fits).unwrap_or(&UNITS[0]);
    format!("{} {name}", round(seconds / unit))
}

/// Returns a share in words: `62 %`, `0.4 %`, `1 240 %`.
pub(super) fn percent(share: f64) -> String {
    let percent = share * 100.0;
    match percent.abs() {
        it if !it.is_finite() => "–".to_owned(),
        0.0 => "0 %".to_owned(),
        it if it < 0.01 => "< 0.01 %".to_owned(),
        it if it < 10.0 => format!("{} %", trimmed(percent)),
        it if it < 10_000.0 => format!("{percent:.0} %"),
        _ => format!("{}×", count(share)),
    }
}

fn trimmed(percent: f64) -> String {
    let places = usize::from(percent.abs() < 1.0) + 1;
    let text = format!("{percent:.places$}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn count(number: f64) -> String {
    let rounded = number.round();
    Quantity::from_f64(rounded, Dimension::NUMBER)
        .map_or_else(|| format!("{rounded:e}"), |it| it.to_string())
}

/// Returns times from zero to an end, so many at the most, that people like to read,
/// with their words.
pub(super) fn steps(end: f64, most: usize) -> Vec<(f64, String)> {
    let least = end / most.max(1) as f64;
    let sizes = UNITS
        .iter()
        .flat_map(|(_, unit, steps)| steps.iter().map(move |step| step * unit));
    let mut sizes = sizes.filter(|size| *size >= least);
    let Some(size) = sizes.next() else {
        return vec![(0.0, words(0.0))];
    };
    let count = (end / size * (1.0 + 1e-9)).floor() as usize;
    let step = |at: usize| {
        let time = at as f64 * size;
        (time, words(time))
    };
    (0..=count.min(most)).map(step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_said_in_the_unit_that_suits_them() {
        for (seconds, said) in [
            (0.0, "0"),
            (0.000_02, "20 us"),
            (0.012_34, "12.3 ms"),
            (0.999_9, "1 s"),
            (75.0, "1.25 min"),
            (21.6 * 60.0, "21.6 min"),
            (7200.0, "2 h"),
            (1e6, "11.6 d"),
            (f64::NAN, "–"),
        ] {
            assert_eq!(words(seconds), said);
        }
    }

    #[test]
    fn shares_are_said_without_false_digits() {
        for (share, said) in [
            (0.0, "0 %"),
            (0.000_01, "< 0.01 %"),
            (0.004, "0.4 %"),
            (0.0625, "6.2 %"),
            (0.62, "62 %"),
            (3.456, "346 %"),
            (200.0, "200×"),
            (f64::INFINITY, "–"),
        ] {
            assert_eq!(percent(share), said);
        }
    }

    #[test]
    fn steps_are_round_and_few() {
        let said = |end, most| {
            let steps = steps(end, most);
            steps.into_iter().map(|it| it.1).collect::<Vec<_>>()
        };
        assert_eq!(said(0.21, 5), ["0", "50 ms", "100 ms", "150 ms", "200 ms"]);
        assert_eq!(said(90.0, 4), ["0", "30 s", "1 min", "1.5 min"]);
        assert_eq!(
            said(1300.0, 5),
            ["0", "5 min", "10 min", "15 min", "20 min"]
        );
        assert_eq!(said(0.0, 5)[0], "0");
        for end in [1e-9, 3e-5, 0.7, 55.0, 4000.0, 1e7, 1e12] {
            for most in 1..8 {
                assert!(steps(end, most).len() <= most + 1, "{end} {most}");
            }
        }
    }
}
