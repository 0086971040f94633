//! What somebody has practised, in a plain file of their own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::Error;
use crate::workspace::{date, write_all};

/// The version of the file that this program writes.
const VERSION: u32 = 1;

/// The name of the file.
const FILE: &str = "practice.json";

/// What is remembered between runs; nothing where nobody wants it.
#[derive(Clone, Debug, Default)]
pub struct Progress {
    file: Option<PathBuf>,
    kept: Kept,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
struct Kept {
    version: u32,
    problems: BTreeMap<String, Entry>,
}

/// What is remembered of one problem.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Entry {
    /// When its clock was started, in seconds since 1970; nothing where none runs.
    pub started: Option<u64>,
    /// How many hints were given.
    pub hints: usize,
    /// How many times an answer was scored.
    pub scored: u32,
    /// The last score in percent.
    pub last: Option<u32>,
    /// The best score in percent.
    pub best: Option<u32>,
}

/// A clock that has run longer than this, in seconds, was forgotten.
const FORGOTTEN: u64 = 24 * 60 * 60;

impl Progress {
    /// Reads what is remembered in a folder; without a folder nothing is.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, or is not one that this program wrote.
    pub fn open(folder: Option<&Path>) -> Result<Progress, Error> {
        let Some(file) = folder.map(|it| it.join(FILE)) else {
            return Ok(Progress::default());
        };
        let kept = match std::fs::read(&file) {
            Ok(bytes) => parse(&bytes, &file)?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Kept::default(),
            Err(error) => return Err(Error::file("read", &file, &error)),
        };
        Ok(Progress {
            file: Some(file),
            kept,
        })
    }

    /// Returns what is remembered of a problem.
    pub fn entry(&self, problem: &str) -> Entry {
        self.kept.problems.get(problem).cloned().unwrap_or_default()
    }

    /// Changes what is remembered of a problem, and keeps it.
    ///
    /// # Errors
    ///
    /// If the file cannot be written; it then holds what it held.
    pub fn change(&mut self, problem: &str, change: impl FnOnce(&mut Entry)) -> Result<(), Error> {
        change(self.kept.problems.entry(problem.to_owned()).or_default());
        self.kept.version = VERSION;
        let Some(file) = &self.file else {
            return Ok(());
        };
        let text = serde_json::to_string_pretty(&self.kept).unwrap_or_default();
        write_all(&[(file.clone(), format!("{text}\n").into_bytes())])
    }

    /// Returns how many minutes the clock of a problem has run.
    pub fn minutes(&self, problem: &str) -> Option<u32> {
        let minutes = self.seconds(problem)? / 60;
        Some(u32::try_from(minutes).unwrap_or(u32::MAX))
    }

    /// Returns how many seconds the clock of a problem has run.
    pub fn seconds(&self, problem: &str) -> Option<u64> {
        let started = self.kept.problems.get(problem)?.started?;
        let seconds = date::seconds().checked_sub(started)?;
        (seconds <= FORGOTTEN).then_some(seconds)
    }

    /// Returns the problem whose clock was started last.
    pub fn last_begun(&self) -> Option<&str> {
        let begun = self.kept.problems.iter();
        let begun = begun.filter(|(name, _)| self.seconds(name).is_some());
        let last = begun.max_by_key(|(_, entry)| entry.started);
        last.map(|(name, _)| name.as_str())
    }
}

fn parse(bytes: &[u8], file: &Path) -> Result<Kept, Error> {
    let kept: Result<Kept, _> = serde_json::from_slice(bytes);
    let wrong = match kept {
        Ok(kept) if kept.version <= VERSION => return Ok(kept),
        Ok(_) => "a newer version wrote it".to_owned(),
        Err(error) => error.to_string(),
    };
    Err(Error {
        message: format!("cannot read the progress in `{}`: {wrong}", file.display()),
        help: Some("move the file away, or give `--no-progress`".to_owned()),
    })
}

impl Entry {
    /// Notes a score.
    pub fn note(&mut self, percent: u32) {
        self.scored += 1;
        self.last = Some(percent);
        self.best = self.best.max(Some(percent));
    }

    /// Starts the clock, or stops it.
    pub fn start(&mut self, with_clock: bool) {
        self.started = with_clock.then(date::seconds);
        self.hints = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_noted_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("not/there/yet");
        let mut progress = Progress::open(Some(&folder)).unwrap();
        progress.change("a", |it| it.note(40)).unwrap();
        progress.change("a", |it| it.note(30)).unwrap();
        progress.change("b", |it| it.start(true)).unwrap();
        let again = Progress::open(Some(&folder)).unwrap();
        let entry = again.entry("a");
        assert_eq!(
            (entry.scored, entry.last, entry.best),
            (2, Some(30), Some(40))
        );
        assert_eq!((again.minutes("a"), again.minutes("b")), (None, Some(0)));
    }

    #[test]
    fn what_others_wrote_is_left_alone() {
        for text in ["", "[]", "{\"version\": 2, \"problems\": {}}"] {
            let file = Path::new("practice.json");
            let error = parse(text.as_bytes(), file).unwrap_err();
            assert!(error.message.contains("practice.json"), "{text}");
        }
    }
}
