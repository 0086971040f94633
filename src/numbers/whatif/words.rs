//! Numbers and names as a review says them.

pub(super) use crate::numbers::words::{listed, per_second, percent, time};

/// Prints how many times too much is asked: `1.8×`, `24×`; rounding does not hide that
/// it is too much.
pub(super) fn times(factor: f64) -> String {
    match factor {
        it if it > 1.0 && it < 1.05 => format!("{:.2}×", it.max(1.01)),
        it => crate::numbers::words::times(it),
    }
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
    fn what_is_too_much_is_more_than_once() {
        let words = ["1.01×", "1.02×", "2.4×", "24×"];
        assert_eq!([1.000_1, 1.02, 2.44, 24.4].map(times), words);
    }

    #[test]
    fn the_first_of_many_names_are_shown() {
        assert_eq!(names(&["a", "b", "c"], 2), "a, b and 1 more");
        assert_eq!(names(&["a", "b"], 2), "a, b");
        assert_eq!(count(1, "operation"), "1 operation");
    }
}
