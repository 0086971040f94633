//! Phrases that several rules use.

/// Joins names for a sentence: `a`, `b` and 3 more.
pub(super) fn list<S: AsRef<str>>(names: &[S]) -> String {
    let quoted: Vec<String> = names
        .iter()
        .map(|name| format!("`{}`", name.as_ref()))
        .collect();
    match quoted.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [rest @ .., last] if rest.len() <= 3 => format!("{} and {last}", rest.join(", ")),
        [a, b, c, rest @ ..] => format!("{a}, {b}, {c} and {} more", rest.len()),
        _ => quoted.join(", "),
    }
}

/// Returns the downtime that an availability leaves in 30 days (43,200 minutes).
pub(super) fn downtime(availability: f64) -> String {
    let minutes = (1.0 - availability) * 43_200.0;
    match minutes {
        _ if minutes >= 120.0 => format!("{} h", round(minutes / 60.0)),
        _ if minutes >= 1.0 => format!("{} min", round(minutes)),
        _ => format!("{} s", round(minutes * 60.0)),
    }
}

/// Counts in words: 1 call, 3 calls.
pub(super) fn count(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}

/// Prints a rate in requests a second with three significant digits: 5,800/s.
pub(super) fn per_second(rate: f64) -> String {
    let digits = if rate >= 100.0 {
        let scale = 10f64.powi(rate.log10().floor() as i32 - 2);
        (rate / scale).round() * scale
    } else {
        rate
    };
    format!("{}/s", thousands(&round(digits)))
}

/// Rounds to three significant digits, without trailing zeros.
pub(super) fn round(number: f64) -> String {
    if number == 0.0 || !number.is_finite() {
        return number.to_string();
    }
    let places = (2 - number.abs().log10().floor() as i32).clamp(0, 6) as usize;
    let text = format!("{number:.places$}");
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

fn thousands(digits: &str) -> String {
    let (whole, rest) = digits
        .split_once('.')
        .map_or((digits, None), |(a, b)| (a, Some(b)));
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    rest.map_or(grouped.clone(), |rest| format!("{grouped}.{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn downtime_in_thirty_days() {
        assert_eq!(downtime(0.99), "7.2 h");
        assert_eq!(downtime(0.999), "43.2 min");
        assert_eq!(downtime(0.9995), "21.6 min");
        assert_eq!(downtime(0.99999), "25.9 s");
    }

    #[test]
    fn lists_stay_short() {
        assert_eq!(list(&["a"]), "`a`");
        assert_eq!(list(&["a", "b", "c"]), "`a`, `b` and `c`");
        assert_eq!(list(&["a", "b", "c", "d", "e"]), "`a`, `b`, `c` and 2 more");
    }

    #[test]
    fn rates_have_three_digits() {
        assert_eq!(per_second(11574.07), "11,600/s");
        assert_eq!(per_second(0.25), "0.25/s");
        assert_eq!(per_second(385.8), "386/s");
    }
}
