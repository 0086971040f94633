//! Days of the calendar.

use std::fmt;
use std::str::FromStr;

use super::{ParseError, Value};

/// A day, `2027-01-31`; the earlier one is less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    /// 1 to 9999.
    pub year: u16,
    /// 1 to 12.
    pub month: u8,
    /// 1 to the length of the month.
    pub day: u8,
}

impl Date {
    /// Returns how many days it is after 1970-01-01; less than 0 before.
    ///
    /// The inverse of [`Date::from_unix_days`] (`days_from_civil` of the same text).
    pub fn unix_days(self) -> i64 {
        let (month, day) = (i64::from(self.month), i64::from(self.day));
        let year = i64::from(self.year) - i64::from(month <= 2);
        let era = year.div_euclid(400);
        let of_era = year.rem_euclid(400);
        let from_march = if month > 2 { month - 3 } else { month + 9 };
        let of_year = (153 * from_march + 2) / 5 + day - 1;
        era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
    }

    /// Returns the day that is so many days after 1970-01-01.
    ///
    /// Counts years from March, so that the leap day comes last (H. Hinnant,
    /// "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`).
    pub fn from_unix_days(days: u32) -> Date {
        let days = days + 719_468;
        let (era, of_era) = (days / 146_097, days % 146_097);
        let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let from_march = (5 * of_year + 2) / 153;
        let day = of_year - (153 * from_march + 2) / 5 + 1;
        let month = if from_march < 10 {
            from_march + 3
        } else {
            from_march - 9
        };
        let year = era * 400 + year + u32::from(month <= 2);
        Date {
            year: year as u16,
            month: month as u8,
            day: day as u8,
        }
    }
}

impl FromStr for Date {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Date, ParseError> {
        match super::parse(text)? {
            Value::Date(date) => Ok(date),
            _ => Err(ParseError {
                span: 0..text.len(),
                message: format!("`{text}` is not a date; write `2027-01-31`"),
                replacement: None,
            }),
        }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{:04}-{:02}-{:02}",
            self.year, self.month, self.day
        )
    }
}

#[cfg(test)]
mod tests {
    use super::Date;

    #[test]
    fn days_since_1970() {
        for (days, date) in [
            (0, "1970-01-01"),
            (59, "1970-03-01"),
            (11_016, "2000-02-29"),
            (20_778, "2026-11-21"),
            (47_540, "2100-02-28"),
            (47_541, "2100-03-01"),
        ] {
            let known = Date::from_unix_days(days);
            assert_eq!(known.to_string(), date);
            assert_eq!(known.unix_days(), i64::from(days));
        }
    }

    #[test]
    fn days_are_read_and_ordered() {
        let [early, late]: [Date; 2] = ["2027-01-31", "2027-02-01"].map(|it| it.parse().unwrap());
        assert!(early < late);
        for text in [
            "",
            "2027-02-29",
            "20270331",
            "31.3.2027",
            "2027-03-31T00:00",
            "soon",
            "3",
        ] {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
    }
}
