//! Computed sizes, rates and long times as people say them, with three digits at the most.

use super::{Dimension, Quantity, round};

const DAY: f64 = 86_400.0;
const YEAR: f64 = 365.0 * DAY;

/// Prints bytes: `13.1 TB`.
pub fn bytes(bytes: f64) -> String {
    words(bytes, Dimension::SIZE)
}

/// Prints a plain number, whole from ten on: `20M`.
pub fn count(number: f64) -> String {
    match number >= 10.0 {
        true => words(number.round(), Dimension::NUMBER),
        false => words(number, Dimension::NUMBER),
    }
}

fn words(number: f64, dimension: Dimension) -> String {
    let number = three_digits(number);
    // More than a million petabytes have no unit that anybody knows.
    if number >= 1e21 {
        let unit = if dimension == Dimension::SIZE {
            " bytes"
        } else {
            ""
        };
        return format!("{}{unit}", round(number));
    }
    match Quantity::from_f64(number, dimension) {
        Some(quantity) => quantity.to_string(),
        None => number.to_string(),
    }
}

fn three_digits(number: f64) -> f64 {
    let text = format!("{number:.2e}");
    text.parse().unwrap_or(number)
}

/// Prints how often something happens in a day: `20M/day`.
pub fn per_day(per_second: f64) -> String {
    format!("{}/day", count(per_second * DAY))
}

/// Prints bits a second: `1.06 Gbps`.
pub fn bits(per_second: f64) -> String {
    let units = ["bps", "kbps", "Mbps", "Gbps", "Tbps"];
    let (mut number, mut unit) = (three_digits(per_second), 0);
    while number >= 1000.0 && unit + 1 < units.len() {
        (number, unit) = (number / 1000.0, unit + 1);
    }
    format!("{} {}", round(number), units[unit])
}

/// Prints a long time given in seconds: `7 days`, `3.2 years`.
pub fn long(seconds: f64) -> String {
    let (number, unit) = match seconds {
        it if it < 2.0 * 3600.0 => (it / 60.0, "minute"),
        it if it < 2.0 * DAY => (it / 3600.0, "hour"),
        it if it < YEAR => (it / DAY, "day"),
        it => (it / YEAR, "year"),
    };
    let number = round(three_digits(number));
    if seconds < 60.0 {
        return "under a minute".to_owned();
    }
    match number.as_str() {
        "1" => format!("1 {unit}"),
        _ => format!("{number} {unit}s"),
    }
}

/// Prints the share of reads that a cache answers; what it does not answer keeps two
/// digits, so that nearly all never reads as all: `90.9 %`, `99.95 %`.
pub fn hit(share: f64) -> String {
    let left = (1.0 - share) * 100.0;
    let places = match left {
        it if it >= 1.0 || it <= 0.0 => 1,
        it => (1.0 - it.log10().floor()).clamp(1.0, 6.0) as usize,
    };
    format!("{} %", round_to(share * 100.0, places))
}

fn round_to(number: f64, places: usize) -> String {
    let text = format!("{number:.places$}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_counts_have_three_digits() {
        assert_eq!(bytes(13.1449e12), "13.1 TB");
        assert_eq!(bytes(360.0), "360 bytes");
        assert_eq!(bytes(999_999.0), "1 MB");
        assert_eq!(bytes(1.6425e30), "1.64e30 bytes");
        assert_eq!(count(4e9), "4bn");
        assert_eq!(count(1234.0), "1230");
        assert_eq!(count(0.0), "0");
        assert_eq!(count(11.57), "12");
        assert_eq!(per_day(20e6 / DAY), "20M/day");
    }

    #[test]
    fn bits_go_up_to_the_unit_that_suits_them() {
        assert_eq!(bits(0.0), "0 bps");
        assert_eq!(bits(999.9e6), "1 Gbps");
        assert_eq!(bits(80.0256e6), "80 Mbps");
        assert_eq!(bits(1.5e15), "1500 Tbps");
    }

    #[test]
    fn long_times_are_told_in_days_and_years() {
        let times = [600.0, 5.0 * 3600.0, 7.0 * DAY, YEAR, 3.214 * YEAR];
        let words = ["10 minutes", "5 hours", "7 days", "1 year", "3.21 years"];
        assert_eq!(times.map(long), words);
        assert_eq!(long(0.2), "under a minute");
    }

    #[test]
    fn nearly_all_is_not_all() {
        let hits = [0.0, 10.0 / 11.0, 0.98, 0.9995, 0.999_96, 1.0];
        let words = ["0 %", "90.9 %", "98 %", "99.95 %", "99.996 %", "100 %"];
        assert_eq!(hits.map(hit), words);
    }
}
