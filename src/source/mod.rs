//! Text and places in it.
//!
//! Takes bytes, gives [`SourceFile`]s with [`Span`]s into them and the
//! conversion to lines and columns. Does not know what the text means.

mod line_index;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

pub use line_index::{LineColumn, LineIndex, Unit};

/// Names one file within [`Sources`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A range of bytes in one file, end exclusive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file that the range lies in.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// Returns the span of `start..end` in `file`.
    pub fn new(file: FileId, start: usize, end: usize) -> Span {
        Span {
            file,
            start: start as u32,
            end: end as u32,
        }
    }

    /// Returns the smallest span that covers both; they must be of one file.
    pub fn to(self, other: Span) -> Span {
        Span {
            file: self.file,
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }

    /// Returns the byte range for slicing the file's text.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Tells whether `other` lies inside this span.
    pub fn contains(self, other: Span) -> bool {
        self.file == other.file && self.start <= other.start && other.end <= self.end
    }
}

/// One text with its name and line table.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// The name shown to people, with `/` between its parts.
    pub name: String,
    /// The text; bytes that were not UTF-8 stand as U+FFFD.
    pub text: String,
    /// Where the lines start.
    pub lines: LineIndex,
    /// Offset in the original bytes of the first byte that was not UTF-8.
    pub invalid_utf8_at: Option<usize>,
}

impl SourceFile {
    /// Makes a file of text.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> SourceFile {
        let text = text.into();
        let lines = LineIndex::new(&text);
        SourceFile {
            name: name.into(),
            text,
            lines,
            invalid_utf8_at: None,
        }
    }

    /// Makes a file of bytes, with U+FFFD in place of what is not UTF-8.
    pub fn from_bytes(name: impl Into<String>, bytes: Vec<u8>) -> SourceFile {
        match String::from_utf8(bytes) {
            Ok(text) => SourceFile::new(name, text),
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
                SourceFile {
                    invalid_utf8_at: Some(at),
                    ..SourceFile::new(name, text)
                }
            }
        }
    }
}

/// The files of a run, or some of them.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: BTreeMap<FileId, Arc<SourceFile>>,
}

/// What stands for a file that is not there.
static NO_FILE: LazyLock<SourceFile> = LazyLock::new(|| SourceFile::new("", ""));

impl Sources {
    /// Adds a file and returns its id.
    pub fn add(&mut self, file: SourceFile) -> FileId {
        let last = self.files.last_key_value();
        let id = FileId(last.map_or(0, |(last, _)| last.0 + 1));
        self.insert(id, Arc::new(file));
        id
    }

    /// Puts a file in under an id.
    pub fn insert(&mut self, id: FileId, file: Arc<SourceFile>) {
        self.files.insert(id, file);
    }

    /// Takes in the files of others, whose ids are of the same run.
    pub fn extend(&mut self, others: Sources) {
        self.files.extend(others.files);
    }

    /// Returns the files with those ids, the others without their texts.
    #[must_use]
    pub fn with_texts_of(&self, ids: &BTreeSet<FileId>) -> Sources {
        let files = self.files.iter().map(|(id, file)| match ids.contains(id) {
            true => (*id, Arc::clone(file)),
            false => (*id, Arc::new(SourceFile::new(file.name.clone(), ""))),
        });
        Sources {
            files: files.collect(),
        }
    }

    /// Returns the file with that id, an empty one where there is none.
    pub fn file(&self, id: FileId) -> &SourceFile {
        self.files.get(&id).map_or(&NO_FILE, |file| file)
    }

    /// Returns the text that a span covers.
    pub fn text(&self, span: Span) -> &str {
        &self.file(span.file).text[span.range()]
    }

    /// Returns line and column of a span's start, in characters from 1.
    pub fn position(&self, span: Span) -> LineColumn {
        let file = self.file(span.file);
        file.lines.position(&file.text, span.start as usize)
    }

    /// Returns the files in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        self.files.iter().map(|(id, file)| (*id, &**file))
    }
}
