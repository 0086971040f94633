//! Where texts are read from: the disk or a git revision.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Component, Path, PathBuf};

use super::Error;
use super::revision::Revision;
use crate::source::SourceFile;

/// The most bytes that a file may have: more is not written by hand.
const LARGEST: u64 = 256 << 20;

/// Texts that count instead of what the files hold, by the files' keys.
pub(super) type Texts = BTreeMap<PathBuf, String>;

/// Where texts are read from.
#[derive(Debug, Default)]
pub(super) struct Files {
    store: Store,
    texts: Texts,
}

#[derive(Debug, Default)]
enum Store {
    /// The files as they are now.
    #[default]
    Disk,
    /// The files of a git revision.
    Revision(Box<Revision>),
}

impl Files {
    /// Returns the files as they are now.
    pub fn disk() -> Files {
        Files::default()
    }

    /// Returns the files as they are now, but for some texts.
    pub fn with(texts: Texts) -> Files {
        Files {
            texts,
            ..Files::default()
        }
    }

    /// Returns the files of a revision.
    pub fn of(revision: Revision) -> Files {
        Files {
            store: Store::Revision(Box::new(revision)),
            ..Files::default()
        }
    }

    /// Returns the revision, where they are those of one.
    pub fn revision(&self) -> Option<&Revision> {
        match &self.store {
            Store::Disk => None,
            Store::Revision(revision) => Some(revision),
        }
    }

    /// Reads a file under the name that people see.
    pub fn read(&self, path: &Path) -> Result<SourceFile, Error> {
        if !self.texts.is_empty()
            && let Some(text) = self.texts.get(&self.key(path))
        {
            return Ok(SourceFile::new(shown_name(path), text.clone()));
        }
        let bytes = match &self.store {
            Store::Disk => bytes(path)?,
            Store::Revision(revision) => revision.read(path)?,
        };
        Ok(SourceFile::from_bytes(shown_name(path), bytes))
    }

    /// Tells whether a file gives the same however often it is read; a pipe does not.
    pub fn can_be_read_again(&self, path: &Path) -> bool {
        match &self.store {
            Store::Disk => path.is_file(),
            Store::Revision(_) => true,
        }
    }

    /// Returns a path that is the same for all names of one file.
    pub fn key(&self, path: &Path) -> PathBuf {
        match &self.store {
            Store::Disk => normal(path),
            Store::Revision(revision) => revision.key(path),
        }
    }

    /// Returns the names of the designs in a folder.
    pub fn designs(&self, folder: &Path) -> Vec<String> {
        let mut names = match &self.store {
            Store::Disk => std::fs::read_dir(folder)
                .into_iter()
                .flatten()
                .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
                .collect(),
            Store::Revision(revision) => revision.beside(folder),
        };
        names.retain(|name| name.ends_with(".arch"));
        names
    }
}

/// Reads a file under the name that people see.
pub fn read(path: &Path) -> Result<SourceFile, Error> {
    Files::disk().read(path)
}

fn bytes(path: &Path) -> Result<Vec<u8>, Error> {
    let told = |error| Error::file("read", path, &error);
    let file = File::open(path).map_err(told)?;
    let mut bytes = Vec::new();
    let mut limited = file.take(LARGEST + 1);
    limited.read_to_end(&mut bytes).map_err(told)?;
    match bytes.len() as u64 > LARGEST {
        true => Err(Error {
            message: format!("`{}` is larger than {} MiB", path.display(), LARGEST >> 20),
            help: Some("a design is text: name the right file, or split it".to_owned()),
        }),
        false => Ok(bytes),
    }
}

fn shown_name(path: &Path) -> String {
    let name = path.to_string_lossy().replace('\\', "/");
    name.strip_prefix("./").unwrap_or(&name).to_owned()
}

/// Returns a path without `.` and `..`, so that one file has one name.
fn normal(path: &Path) -> PathBuf {
    if let Ok(full) = path.canonicalize() {
        return full;
    }
    let mut parts = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if parts.file_name().is_some() => {
                parts.pop();
            }
            other => parts.push(other),
        }
    }
    parts
}
