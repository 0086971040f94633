//! Numbers as a review says them.

use crate::quantity::round;

/// Prints a duration given in seconds: `12.5 ms`, `3 min`.
pub(super) fn time(seconds: f64) -> String {
    let (number, unit) = match seconds {
        it if it <= 0.0 => (0.0, "ms"),
        it if it < 0.001 => (it * 1e6, "us"),
        it if it < 1.0 => (it * 1e3, "ms"),
        it if it < 120.0 => (it, "s"),
        it if it < 7200.0 => (it / 60.0, "min"),
        it if it < 172_800.0 => (it / 3600.0, "h"),
        it => (it / 86_400.0, "d"),
    };
    format!("{} {unit}", round(number))
}

/// Prints a share: `87 %`, `2.5 %`, `< 0.1 %`.
pub(super) fn percent(share: f64) -> String {
    match share * 100.0 {
        0.0 => "0 %".to_owned(),
        it if it < 0.1 => "< 0.1 %".to_owned(),
        it if it < 9.95 => format!("{} %", round((it * 10.0).round() / 10.0)),
        it => format!("{} %", grouped(it)),
    }
}

/// Prints a multiple: `1.8×`, `24×`.
pub(super) fn times(factor: f64) -> String {
    match factor {
        // Rounding must not hide that it is too much.
        it if it > 1.0 && it < 1.095 => format!("{it:.2}×"),
        it if it < 9.95 => format!("{}×", round((it * 10.0).round() / 10.0)),
        it => format!("{}×", grouped(it)),
    }
}

/// Prints a rate in requests a second with three digits: `34,700/s`.
pub(super) fn rate(per_second: f64) -> String {
    if per_second < 1000.0 {
        return format!("{}/s", round(per_second));
    }
    let scale = 10f64.powi(per_second.log10().floor() as i32 - 2);
    format!("{}/s", grouped((per_second / scale).round() * scale))
}

/// Prints a whole number in groups of three digits.
fn grouped(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Joins names for a sentence, the first few of many.
pub(super) fn names<T: AsRef<str>>(names: &[T], most: usize) -> String {
    let shown = &names[..names.len().min(most)];
    let shown: Vec<&str> = shown.iter().map(AsRef::as_ref).collect();
    match names.len() - shown.len() {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// Prints a count with its noun: `1 operation`, `2 operations`.
pub(super) fn count(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        number => format!("{number} {noun}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_three_digits_and_a_unit() {
        let times_of = [0.0, 0.000_25, 0.0125, 2.5, 300.0];
        let words = ["0 ms", "250 us", "12.5 ms", "2.5 s", "5 min"];
        assert_eq!(times_of.map(time), words);
        let shares = [0.0, 0.000_5, 0.0246, 0.868, 20.0];
        let words = ["0 %", "< 0.1 %", "2.5 %", "87 %", "2,000 %"];
        assert_eq!(shares.map(percent), words);
        assert_eq!([1.02, 2.44, 24.4].map(times), ["1.02×", "2.4×", "24×"]);
        assert_eq!([0.2, 34_722.2].map(rate), ["0.2/s", "34,700/s"]);
        assert_eq!(names(&["a", "b", "c"], 2), "a, b and 1 more");
    }
}
