//! Files, and the files that they import.
//!
//! They are read from the disk, or from wherever else there are [`Files`].

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use rayon::prelude::*;

use super::Error;
use super::find::find_files;
use crate::finding::{Finding, Severity, nearest};
use crate::source::{FileId, SourceFile, Sources, Span};
use crate::syntax;
use crate::syntax::tree::{Head, Node, Tree};

/// An `import` of a file that is not there, or cannot be read.
pub const MISSING_IMPORT: &str = "missing-import";

/// Everything that was read.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The texts.
    pub sources: Sources,
    /// The tree of each file.
    pub trees: Vec<Tree>,
    /// What is wrong with each file's text and imports.
    pub findings: Vec<Vec<Finding>>,
    /// The files that each file imports.
    pub imports: Vec<Vec<FileId>>,
    /// How many of the files were asked for; the others were imported.
    pub asked: usize,
    /// The files that are imported and cannot be read.
    pub missing: Vec<PathBuf>,
    by_path: BTreeMap<PathBuf, FileId>,
}

/// Tells whether a file is one of those that a folder means.
pub type Includes<'a> = &'a mut dyn FnMut(&Path) -> Result<bool, Error>;

/// Where files are read from.
pub trait Files {
    /// Returns the files that paths mean.
    fn find(&self, paths: &[PathBuf], includes: Includes<'_>) -> Result<Vec<PathBuf>, Error>;

    /// Reads a file.
    fn read(&self, path: &Path) -> Result<Vec<u8>, Error>;

    /// Returns a path by which a file is known, however it was reached.
    fn identity(&self, path: &Path) -> PathBuf;

    /// Returns the names of the files in a folder.
    fn names(&self, folder: &Path) -> Vec<String>;
}

/// The files as they are now.
pub struct Disk;

impl Files for Disk {
    fn find(&self, paths: &[PathBuf], includes: Includes<'_>) -> Result<Vec<PathBuf>, Error> {
        find_files(paths, includes)
    }

    fn read(&self, path: &Path) -> Result<Vec<u8>, Error> {
        std::fs::read(path).map_err(|error| Error::file("read", path, &error))
    }

    fn identity(&self, path: &Path) -> PathBuf {
        path.canonicalize().unwrap_or_else(|_| plain(path))
    }

    fn names(&self, folder: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(folder).into_iter().flatten();
        entries
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .collect()
    }
}

/// Reads a file under the name that people see.
pub fn read(path: &Path) -> Result<SourceFile, Error> {
    text(&Disk, path)
}

fn text(files: &dyn Files, path: &Path) -> Result<SourceFile, Error> {
    let bytes = files.read(path)?;
    let name = path.to_string_lossy().replace('\\', "/");
    let name = name.strip_prefix("./").unwrap_or(&name).to_owned();
    Ok(SourceFile::from_bytes(name, bytes))
}

/// Reads files, and all that they import, each once.
pub fn load(
    paths: &[PathBuf],
    stdin: Option<(String, Vec<u8>)>,
    files: &dyn Files,
) -> Result<Loaded, Error> {
    let mut loaded = Loaded::default();
    let mut fresh = Vec::new();
    for path in paths {
        let key = files.identity(path);
        if !loaded.by_path.contains_key(&key) {
            fresh.push(loaded.add(key, text(files, path)?));
        }
    }
    if let Some((name, bytes)) = stdin {
        let key = files.identity(Path::new(&name));
        fresh.push(loaded.add(key, SourceFile::from_bytes(name, bytes)));
    }
    loaded.asked = fresh.len();
    while !fresh.is_empty() {
        loaded.parse(&fresh);
        fresh = fresh
            .into_iter()
            .flat_map(|file| loaded.follow(file, files))
            .collect();
    }
    Ok(loaded)
}

impl Loaded {
    fn add(&mut self, key: PathBuf, file: SourceFile) -> FileId {
        let id = self.sources.add(file);
        self.by_path.insert(key, id);
        self.trees.push(Tree {
            file: id,
            items: Vec::new(),
        });
        self.findings.push(Vec::new());
        self.imports.push(Vec::new());
        id
    }

    fn parse(&mut self, files: &[FileId]) {
        let sources = &self.sources;
        let parsed: Vec<(Tree, Vec<Finding>)> = files
            .par_iter()
            .map(|id| syntax::parse(*id, sources.file(*id)))
            .collect();
        for (id, (tree, findings)) in files.iter().zip(parsed) {
            self.trees[id.0 as usize] = tree;
            self.findings[id.0 as usize] = findings;
        }
    }

    /// Reads what a file imports; returns the files that are new.
    fn follow(&mut self, file: FileId, files: &dyn Files) -> Vec<FileId> {
        let mut fresh = Vec::new();
        for (written, span) in imports(&self.trees[file.0 as usize]) {
            let path = self.relative(file, &written);
            let key = files.identity(&path);
            let known = self.by_path.get(&key).copied();
            let target = match known {
                Some(known) => known,
                None => match text(files, &path) {
                    Ok(text) => {
                        let id = self.add(key, text);
                        fresh.push(id);
                        id
                    }
                    Err(error) => {
                        let finding = missing(&written, &path, span, &error, files);
                        self.findings[file.0 as usize].push(finding);
                        self.missing.push(path);
                        continue;
                    }
                },
            };
            self.imports[file.0 as usize].push(target);
        }
        fresh
    }

    fn relative(&self, file: FileId, written: &str) -> PathBuf {
        let importer = Path::new(&self.sources.file(file).name);
        importer.parent().unwrap_or(Path::new("")).join(written)
    }

    /// Returns a file and all that it imports, itself first, each once.
    pub fn closure(&self, root: FileId) -> Vec<FileId> {
        let mut found = vec![root];
        let mut next = 0;
        while let Some(file) = found.get(next).copied() {
            next += 1;
            for import in &self.imports[file.0 as usize] {
                if !found.contains(import) {
                    found.push(*import);
                }
            }
        }
        found
    }

    /// Tells whether a file declares a system.
    pub fn has_system(&self, file: FileId) -> bool {
        self.trees[file.0 as usize].items.iter().any(|item| {
            matches!(&item.node, Node::Statement(statement)
                if matches!(&statement.head, Head::Declare(it) if it.kind.text == "system"))
        })
    }
}

/// Returns what a file's `import` statements name.
fn imports(tree: &Tree) -> Vec<(String, Span)> {
    let statements = tree.items.iter().filter_map(|item| match &item.node {
        Node::Statement(statement) => Some(statement),
        _ => None,
    });
    let of_import = statements.filter(
        |it| matches!(&it.head, Head::Declare(declare) if declare.kind.text == "import" && declare.name.is_none()),
    );
    of_import
        .filter_map(|it| it.title.as_ref())
        .map(|it| (it.text.clone(), it.span))
        .collect()
}

fn missing(written: &str, path: &Path, span: Span, error: &Error, files: &dyn Files) -> Finding {
    let folder = path.parent().unwrap_or(Path::new(""));
    let folder = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    let mut siblings = files.names(folder);
    siblings.retain(|name| name.ends_with(".arch"));
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let near = nearest(&name, siblings.iter().map(String::as_str)).map(str::to_owned);
    let message = format!("cannot import `{written}`: {error}");
    let finding = Finding::new(MISSING_IMPORT, message, span)
        .severity(Severity::Error)
        .label("looked for beside this file")
        .about(format!("import {written}"));
    match near {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None => finding.help("a path is relative to the file that imports it"),
    }
}

/// Returns a path without `.` and `..`, so that one file has one name.
pub(super) fn plain(path: &Path) -> PathBuf {
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
