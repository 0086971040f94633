//! Circumstances in which there is nothing to review.

use std::fmt;
use std::path::Path;

use crate::lint::selection::Unknown;

/// Why the work could not be done, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// What is wrong: lower case, no full stop, names in backticks.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

impl Error {
    /// Says that something could not be done with a file.
    pub fn file(deed: &str, path: &Path, error: &std::io::Error) -> Error {
        use std::io::ErrorKind;
        let path = path.display();
        let (message, help) = match error.kind() {
            ErrorKind::NotFound => (
                format!("`{path}` does not exist"),
                Some("check the spelling and the folder you are in"),
            ),
            ErrorKind::PermissionDenied => (
                format!("cannot {deed} `{path}`: permission denied"),
                Some("check who may read and write it"),
            ),
            _ => (format!("cannot {deed} `{path}`: {error}"), None),
        };
        Error {
            message,
            help: help.map(str::to_string),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

impl From<Unknown> for Error {
    fn from(unknown: Unknown) -> Error {
        Error {
            message: unknown.message,
            help: Some(unknown.help),
        }
    }
}
