//! The day of the review.

use std::time::{Duration, SystemTime};

pub use crate::quantity::Date;

use super::Error;

/// Returns the seconds since 1970, in universal time.
#[expect(
    clippy::disallowed_methods,
    reason = "this is where the day and the minutes of a practice come from"
)]
pub(super) fn seconds() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.unwrap_or_default().as_secs()
}

/// Returns the day it is now, in universal time.
pub fn today() -> Date {
    const DAY: Duration = Duration::from_secs(24 * 60 * 60);
    Date::from_unix_days((seconds() / DAY.as_secs()) as u32)
}

/// Reads a day written `YYYY-MM-DD`.
///
/// # Errors
///
/// If the text is written otherwise, or there is no such day.
pub fn date(text: &str) -> Result<Date, Error> {
    text.parse().map_err(|_| Error {
        message: format!("`{text}` is not a day"),
        help: Some("write a day as `2027-03-31`".to_string()),
    })
}
