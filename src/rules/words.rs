//! Phrases that several rules use.

pub(super) use crate::quantity::round;

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

/// Prints a duration given in seconds: 150 ms, 2.5 s, 3 min.
pub(super) fn seconds(duration: f64) -> String {
    match duration {
        _ if duration < 1.0 => format!("{} ms", round(duration * 1000.0)),
        _ if duration < 120.0 => format!("{} s", round(duration)),
        _ => format!("{} min", round(duration / 60.0)),
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

/// Groups digits by threes: 12,345.
pub(super) fn thousands(digits: &str) -> String {
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

/// Splits a name into its words, in lower case: `seatHold`, `seat-hold` and
/// `seat_hold` are all `seat`, `hold`.
pub(super) fn parts(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut after_lower = false;
    for letter in name.chars() {
        let opens = letter.is_uppercase() && after_lower;
        if opens || !letter.is_alphanumeric() {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| letter.is_alphanumeric()) {
            word.extend(letter.to_lowercase());
        }
        after_lower = letter.is_lowercase() || letter.is_ascii_digit();
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Returns the plural of an English noun in lower case.
pub(super) fn plural(noun: &str) -> String {
    const IRREGULAR: &[(&str, &str)] = &[
        ("person", "people"),
        ("child", "children"),
        ("man", "men"),
        ("woman", "women"),
        ("index", "indices"),
        ("criterion", "criteria"),
        ("analysis", "analyses"),
    ];
    if let Some((_, many)) = IRREGULAR.iter().find(|(one, _)| *one == noun) {
        return (*many).to_owned();
    }
    let before = noun.chars().rev().nth(1).unwrap_or('a');
    match noun {
        _ if noun.ends_with('y') && !"aeiou".contains(before) => {
            format!("{}ies", &noun[..noun.len() - 1])
        }
        _ if ["s", "x", "z", "ch", "sh"]
            .iter()
            .any(|end| noun.ends_with(end)) =>
        {
            format!("{noun}es")
        }
        _ => format!("{noun}s"),
    }
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
    fn counts_and_durations() {
        assert_eq!(count(1, "call"), "1 call");
        assert_eq!(count(2, "call"), "2 calls");
        assert_eq!(seconds(0.15), "150 ms");
        assert_eq!(seconds(2.5), "2.5 s");
        assert_eq!(seconds(300.0), "5 min");
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

    #[test]
    fn names_fall_into_words() {
        for name in ["seatHold", "SeatHold", "seat-hold", "seat_hold"] {
            assert_eq!(parts(name), ["seat", "hold"]);
        }
        assert_eq!(parts("userID2"), ["user", "id2"]);
        assert!(parts("").is_empty());
    }

    #[test]
    fn plurals_of_nouns() {
        let nouns = ["tweet", "story", "day", "address", "batch", "person"];
        let many = [
            "tweets",
            "stories",
            "days",
            "addresses",
            "batches",
            "people",
        ];
        assert_eq!(nouns.map(plural), many);
    }
}
