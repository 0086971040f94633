//! The day of the review.

/// A day of the calendar.
pub use jiff::civil::Date;

use super::Error;

/// Returns the day it is now, in universal time.
pub fn today() -> Date {
    let now = jiff::Timestamp::now();
    now.to_zoned(jiff::tz::TimeZone::UTC).date()
}

/// Reads a day written `YYYY-MM-DD`.
pub fn date(text: &str) -> Result<Date, Error> {
    let bytes = text.as_bytes();
    let shaped = bytes.len() == 10 && bytes[4] == b'-' && bytes[7] == b'-';
    let parsed = text.parse().ok().filter(|_| shaped);
    parsed.ok_or_else(|| Error {
        message: format!("`{text}` is not a day"),
        help: Some("write a day as `2027-03-31`".to_string()),
    })
}

#[cfg(test)]
mod tests {
    use super::date;

    #[test]
    fn reads_days_and_nothing_else() {
        assert_eq!(date("2028-02-29").unwrap().to_string(), "2028-02-29");
        for text in [
            "",
            "2027-02-29",
            "20270331",
            "31.3.2027",
            "2027-03-31T00:00",
            "soon",
        ] {
            assert!(date(text).is_err(), "{text}");
        }
    }
}
