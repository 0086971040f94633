//! The flags of `check` that fix.

use std::path::PathBuf;

use super::Verdict;
use super::fmt::diff;
use super::terminal::Terminal;
use super::writing;
use crate::finding::Safety;
use crate::report::visible;
use crate::workspace::{Change, Error, Fixed};

/// The flags that say what is fixed.
#[derive(clap::Args)]
pub struct FixFlags {
    /// Fix what can be fixed without changing what is meant
    #[arg(long)]
    fix: bool,

    /// Also make fixes that have to be read, and filled in
    #[arg(long)]
    unsafe_fixes: bool,

    /// Write nothing, show what fixes would change
    #[arg(long)]
    pub diff: bool,

    /// Fix, and do not report what is left
    #[arg(long)]
    pub fix_only: bool,
}

impl FixFlags {
    /// Tells whether anything is to be fixed.
    pub fn is_asked(&self) -> bool {
        self.fix || self.diff || self.fix_only
    }

    /// Returns which fixes may be made.
    pub fn allowed(&self) -> Safety {
        match self.unsafe_fixes {
            true => Safety::Unsafe,
            false => Safety::Safe,
        }
    }
}

/// Shows what fixes would change.
pub fn shown(fixed: &Fixed, terminal: &Terminal) -> (String, Verdict) {
    let diffs = fixed.changes.iter().map(|change| {
        let name = visible(&change.before.name);
        diff(&name, &change.before.text, &change.after, terminal)
    });
    let verdict = match fixed.changes.is_empty() {
        true => Verdict::Clean,
        false => Verdict::Failing,
    };
    (diffs.collect(), verdict)
}

/// Writes the files that change, all of them or none.
pub fn write(fixed: &Fixed) -> Result<(), Error> {
    let to_write = |change: &Change| Some((change.path.clone()?, change.after.clone()));
    let files: Vec<(PathBuf, String)> = fixed.changes.iter().filter_map(to_write).collect();
    if !files.is_empty() {
        writing::stop_between_writes();
        writing::rewrite_all(&files)?;
    }
    Ok(())
}

/// Says in a line what was fixed.
pub fn told(fixed: &Fixed) -> String {
    let count = |number: usize, word: &str| match number {
        1 => format!("1 {word}"),
        _ => format!("{number} {word}s"),
    };
    match fixed.count() {
        0 => "Nothing to fix.\n".to_owned(),
        findings => format!(
            "Fixed {} in {}.\n",
            count(findings, "finding"),
            count(fixed.changes.len(), "file")
        ),
    }
}
