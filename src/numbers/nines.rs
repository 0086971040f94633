//! Numbers as readers know them.

use super::words::figure;
use crate::analysis::input::Input;
use crate::quantity::round;

/// Returns how many nines an availability has: 3 for 99.9 %.
pub(crate) fn nines(unavailability: f64) -> f64 {
    -unavailability.max(1e-16).log10()
}

/// Returns how many nines can be told apart: two more than the smallest
/// availability that goes in has; five where none is stated as such.
pub(crate) fn nines_told<'i>(inputs: impl Iterator<Item = &'i Input>) -> f64 {
    let shares = inputs.filter(|input| input.name.ends_with(".availability"));
    let nines = shares.map(|input| nines(1.0 - input.value));
    let least = nines.min_by(f64::total_cmp).unwrap_or(3.0);
    least.max(0.0) + 2.0
}

/// Returns a share as a percentage with two digits of what is left of one, and no
/// more nines than can be told apart.
pub(crate) fn availability(unavailability: f64, nines: f64) -> String {
    percent(unavailability, nines, 2)
}

/// As [`availability`], with as many digits as tell it from another one.
pub(crate) fn available(unavailability: f64, nines: f64, other: f64) -> String {
    let differs = |digits: &usize| {
        unavailability == other
            || percent(unavailability, nines, *digits) != percent(other, nines, *digits)
    };
    let digits = (2..6).find(differs).unwrap_or(6);
    percent(unavailability, nines, digits)
}

fn percent(unavailability: f64, most: f64, digits: usize) -> String {
    let most = most.ceil();
    if unavailability <= 0.0 {
        return "100 %".to_owned();
    }
    if nines(unavailability) > most + 1e-9 {
        return "≈ 100 %".to_owned();
    }
    let left = unavailability * 100.0;
    let first = left.log10().floor() as i32;
    let places = (digits as i32 - 1 - first).clamp(0, 14) as usize;
    let text = format!("{:.places$}", 100.0 - left);
    let text = match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.'),
        false => &text,
    };
    format!("{text} %")
}

/// Returns minutes with three digits, seconds where there are few.
pub(crate) fn minutes(minutes: f64) -> String {
    match minutes {
        _ if minutes.abs() >= 1000.0 => format!("{} min", figure(minutes)),
        _ if minutes.abs() >= 0.1 || minutes == 0.0 => format!("{} min", round(minutes)),
        _ => format!("{} s", two(minutes * 60.0)),
    }
}

/// Returns seconds as a duration of three digits: `90 s`, `24 h`.
pub(crate) fn duration(seconds: f64) -> String {
    in_unit(seconds, round)
}

/// Returns seconds as a duration of two digits, for what rests on rules of thumb.
pub(crate) fn about(seconds: f64) -> String {
    in_unit(seconds, two)
}

fn in_unit(seconds: f64, digits: fn(f64) -> String) -> String {
    const UNITS: [(f64, f64, &str); 6] = [
        (1.0, 1e-3, "ms"),
        (120.0, 1.0, "s"),
        (3600.0, 60.0, "min"),
        (48.0 * 3600.0, 3600.0, "h"),
        (730.0 * 86_400.0, 86_400.0, "d"),
        (f64::INFINITY, 365.0 * 86_400.0, "years"),
    ];
    let fits = UNITS.iter().find(|(below, ..)| seconds < *below);
    let (_, size, unit) = fits.unwrap_or(&UNITS[5]);
    format!("{} {unit}", digits(seconds / size))
}

/// Rounds to two significant digits.
fn two(number: f64) -> String {
    if number == 0.0 || !number.is_finite() {
        return number.to_string();
    }
    let scale = 10f64.powi(number.abs().log10().floor() as i32 - 1);
    round((number / scale).round() * scale)
}

/// Joins names for running text, each between backticks: `a`, `b` and 3 more.
pub(crate) fn list<S: AsRef<str>>(names: &[S], most: usize) -> String {
    let quote = |name: &S| format!("`{}`", name.as_ref());
    phrases(&names.iter().map(quote).collect::<Vec<_>>(), most)
}

/// Joins phrases for running text: one, another and 3 more.
pub(crate) fn phrases(phrases: &[String], most: usize) -> String {
    joined(phrases, most, "and")
}

/// Joins phrases of which one is enough: one, another or 3 more.
pub(crate) fn choices(phrases: &[String], most: usize) -> String {
    joined(phrases, most, "or")
}

fn joined(phrases: &[String], most: usize, word: &str) -> String {
    let (shown, left) = phrases.split_at(phrases.len().min(most.max(1)));
    match (shown, left.len()) {
        ([], _) => String::new(),
        ([one], 0) => one.clone(),
        ([first @ .., last], 0) => format!("{} {word} {last}", first.join(", ")),
        (shown, left) => format!("{} {word} {left} more", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn availabilities_have_no_more_digits_than_are_known() {
        assert_eq!(availability(1e-3, 5.0), "99.9 %");
        assert_eq!(availability(9.1e-4, 5.0), "99.909 %");
        assert_eq!(availability(0.1234, 5.0), "88 %");
        assert_eq!(availability(2.2e-9, 5.0), "≈ 100 %");
        assert_eq!(availability(0.0, 5.0), "100 %");
        assert_eq!(availability(1e-5, 5.0), "99.999 %");
    }

    #[test]
    fn availabilities_differ_from_what_they_miss() {
        assert_eq!(available(5.04e-4, 5.0, 5e-4), "99.9496 %");
        assert_eq!(available(5e-4, 5.0, 5e-4), "99.95 %");
        assert_eq!(available(9e-4, 5.0, 5e-4), "99.91 %");
    }

    #[test]
    fn minutes_and_seconds() {
        assert_eq!(minutes(43.2), "43.2 min");
        assert_eq!(minutes(0.432), "0.432 min");
        assert_eq!(minutes(0.0432), "2.6 s");
        assert_eq!(minutes(0.0), "0 min");
        assert_eq!(minutes(43_200.0), "43,200 min");
    }

    #[test]
    fn durations() {
        assert_eq!(duration(0.05), "50 ms");
        assert_eq!(duration(90.0), "90 s");
        assert_eq!(duration(1800.0), "30 min");
        assert_eq!(duration(86_400.0), "24 h");
        assert_eq!(duration(7.0 * 86_400.0), "7 d");
        assert_eq!(about(1912.6), "32 min");
        assert_eq!(about(198_700.0), "2.3 d");
        assert_eq!(about(94.608e6), "3 years");
    }

    #[test]
    fn lists_say_how_much_they_leave_out() {
        assert_eq!(list(&["a"], 3), "`a`");
        assert_eq!(list(&["a", "b", "c"], 3), "`a`, `b` and `c`");
        assert_eq!(
            list(&["a", "b", "c", "d", "e"], 3),
            "`a`, `b`, `c` and 2 more"
        );
    }
}
