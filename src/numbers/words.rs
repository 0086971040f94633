//! Numbers as readers know them.

use crate::quantity::{Dimension, Quantity, round};

/// Returns how many nines an availability has: 3 for 99.9 %.
pub(super) fn nines(unavailability: f64) -> f64 {
    -unavailability.max(1e-16).log10()
}

/// Returns a share as a percentage with two digits of what is left of one, and no
/// more nines than can be told apart.
pub(super) fn availability(unavailability: f64, nines: f64) -> String {
    percent(unavailability, nines, 2)
}

/// As [`availability`], with as many digits as tell it from another one.
pub(super) fn available(unavailability: f64, nines: f64, other: f64) -> String {
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
        let places = (most as usize).saturating_sub(2);
        let least = 100.0 * (1.0 - 10f64.powf(-most));
        return format!("> {least:.places$} %");
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
pub(super) fn minutes(minutes: f64) -> String {
    match minutes {
        _ if minutes.abs() >= 0.1 || minutes == 0.0 => format!("{} min", round(minutes)),
        _ => format!("{} s", round(minutes * 60.0)),
    }
}

/// Returns seconds as a duration: `90 s`, `24 h`.
pub(super) fn duration(seconds: f64) -> String {
    match Quantity::from_f64(seconds, Dimension::DURATION) {
        Some(quantity) => quantity.to_string(),
        None => format!("{} s", round(seconds)),
    }
}

/// Joins names for running text, each between backticks: `a`, `b` and 3 more.
pub(super) fn list<S: AsRef<str>>(names: &[S], most: usize) -> String {
    let quote = |name: &S| format!("`{}`", name.as_ref());
    phrases(&names.iter().map(quote).collect::<Vec<_>>(), most)
}

/// Joins phrases for running text: one, another and 3 more.
pub(super) fn phrases(phrases: &[String], most: usize) -> String {
    let shown = phrases.len().min(most);
    let rest = phrases.len() - shown;
    let (mut shown, last) = match (rest, &phrases[..shown]) {
        (0, []) => return String::new(),
        (0, [one]) => return one.clone(),
        (0, [first @ .., last]) => (first.to_vec(), last.clone()),
        (_, shown) => (shown.to_vec(), format!("{rest} more")),
    };
    if shown.is_empty() {
        shown.push(String::new());
    }
    format!("{} and {last}", shown.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn availabilities_have_no_more_digits_than_are_known() {
        assert_eq!(availability(1e-3, 5.0), "99.9 %");
        assert_eq!(availability(9.1e-4, 5.0), "99.909 %");
        assert_eq!(availability(0.1234, 5.0), "88 %");
        assert_eq!(availability(2.2e-9, 5.0), "> 99.999 %");
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
        assert_eq!(minutes(0.0432), "2.59 s");
        assert_eq!(minutes(0.0), "0 min");
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
