//! The files of a design, and the walk through all rooms below.
//!
//! Takes paths, gives [`Review`]s; the only room beside the doors that touches
//! files and the clock.

mod date;
mod error;
mod find;
mod write;

pub use date::{Date, date, today};
pub use error::Error;
pub use find::find_files;
pub use write::write;

use std::path::PathBuf;

use crate::lint::{Outcome, Selection};
use crate::source::{SourceFile, Sources};

// ---------------------------------------------------------------- the seam
// Everything below this line stands in for the walk through the rooms below.

/// What is to be reviewed, and how.
#[derive(Clone, Debug)]
pub struct Request {
    /// Files and directories.
    pub paths: Vec<PathBuf>,
    /// A text given instead of a file, with the name to show for it.
    pub stdin: Option<(String, Vec<u8>)>,
    /// The environment whose facts override the design's.
    pub environment: Option<String>,
    /// The day on which acceptances must still hold.
    pub today: Date,
    /// Which rules are asked for.
    pub selection: Selection,
}

/// What the review of several designs came to.
#[derive(Clone, Debug, Default)]
pub struct Review {
    /// Every text that was read.
    pub sources: Sources,
    /// One outcome for each design.
    pub outcomes: Vec<Outcome>,
}

/// Reviews every design among the paths.
pub fn review(request: &Request) -> Result<Review, Error> {
    let mut review = Review::default();
    let paths = match request.stdin {
        Some(_) => Vec::new(),
        None => find_files(&request.paths)?,
    };
    let files = paths.iter().map(|path| read(path));
    let stdin = request.stdin.clone();
    let stdin = stdin.map(|(name, bytes)| Ok(SourceFile::from_bytes(name, bytes)));
    for file in files.chain(stdin) {
        let file = file?;
        let design = file.name.clone();
        let root = review.sources.add(file);
        review.outcomes.push(Outcome {
            design,
            root,
            findings: Vec::new(),
            accepted: Vec::new(),
            hidden: Vec::new(),
            not_evaluated: Vec::new(),
        });
    }
    Ok(review)
}

/// Returns the text of a file as the formatter writes it.
pub fn formatted(file: &SourceFile) -> String {
    file.text.clone()
}

/// Reads a file under the name that people see.
pub fn read(path: &std::path::Path) -> Result<SourceFile, Error> {
    let bytes = std::fs::read(path).map_err(|error| Error::file("read", path, &error))?;
    let name = path.to_string_lossy().replace('\\', "/");
    Ok(SourceFile::from_bytes(name, bytes))
}
