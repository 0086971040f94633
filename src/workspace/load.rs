//! Files, and the files that they import.
//!
//! A [`Project`] knows of each file what it imports, and keeps no text; the texts
//! of one design are read when it is reviewed, and go when that is done. So
//! thousands of designs take no more memory than the largest of them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use super::Error;
use super::config::absolute;
use super::files::Files;
use super::root::root;
use crate::finding::{Edit, Finding, Fix, Safety, Severity, nearest};
use crate::source::{FileId, SourceFile, Sources, Span};
use crate::syntax;
use crate::syntax::tree::{Head, Node, Statement, Tree};

/// An `import` of a file that is not there, or cannot be read.
pub const MISSING_IMPORT: &str = "missing-import";

/// The files among paths, and which imports which.
#[derive(Debug)]
pub(super) struct Project<'f> {
    files: &'f Files,
    parts: Vec<Part>,
    by_key: BTreeMap<PathBuf, FileId>,
    /// How many of the files were asked for, which are the first; the others are imported.
    pub asked: usize,
}

/// What a project knows of a file.
#[derive(Debug)]
struct Part {
    path: PathBuf,
    key: PathBuf,
    /// The text, where it cannot be read again.
    given: Option<Arc<SourceFile>>,
    has_system: bool,
    written: Vec<String>,
    imports: Vec<FileId>,
}

/// The files of one design.
#[derive(Debug, Default)]
pub(super) struct DesignFiles {
    /// The texts.
    pub sources: Sources,
    /// The tree of each file; the file that the design begins with is the first.
    pub trees: Vec<Tree>,
    /// What is wrong with texts and imports.
    pub findings: Vec<Finding>,
    /// Whether the first file declares what is whole by itself: a system, or a
    /// practice problem.
    pub is_whole: bool,
}

/// A file that is about to be looked at.
struct Fresh {
    path: PathBuf,
    key: PathBuf,
    given: Option<SourceFile>,
}

impl<'f> Project<'f> {
    /// Looks at files, and at all that they import, each once.
    pub fn new(
        paths: &[PathBuf],
        stdin: Option<(String, Vec<u8>)>,
        files: &'f Files,
    ) -> Result<Project<'f>, Error> {
        let mut project = Project {
            files,
            parts: Vec::new(),
            by_key: BTreeMap::new(),
            asked: 0,
        };
        let mut fresh: Vec<Fresh> = paths.iter().map(|path| project.fresh(path)).collect();
        if let Some((name, bytes)) = stdin {
            fresh.push(Fresh {
                given: Some(SourceFile::from_bytes(name.clone(), bytes)),
                ..project.fresh(Path::new(&name))
            });
        }
        let mut seen = BTreeSet::new();
        fresh.retain(|it| seen.insert(it.key.clone()));
        let mut added = Vec::new();
        for part in project.look_at(fresh) {
            added.push(project.add(part?));
        }
        project.asked = added.len();
        while !added.is_empty() {
            added = project.follow(&added);
        }
        project.connect();
        Ok(project)
    }

    fn fresh(&self, path: &Path) -> Fresh {
        Fresh {
            path: path.to_path_buf(),
            key: self.files.key(path),
            given: None,
        }
    }

    /// Reads what files say of themselves.
    fn look_at(&self, fresh: Vec<Fresh>) -> Vec<Result<Part, Error>> {
        let look = |fresh: Fresh| {
            let again = fresh.given.is_none() && self.files.can_be_read_again(&fresh.path);
            let file = match fresh.given {
                Some(file) => file,
                None => self.files.read(&fresh.path)?,
            };
            let tree = syntax::outline(FileId::default(), &file, &["system", "import"]);
            Ok(Part {
                path: fresh.path,
                key: fresh.key,
                has_system: declares(&tree, "system"),
                written: imports(&tree).into_iter().map(|(path, _)| path).collect(),
                imports: Vec::new(),
                given: (!again).then(|| Arc::new(file)),
            })
        };
        fresh.into_par_iter().map(look).collect()
    }

    fn add(&mut self, part: Part) -> FileId {
        let id = FileId(self.parts.len() as u32);
        self.by_key.insert(part.key.clone(), id);
        self.parts.push(part);
        id
    }

    /// Looks at what files import; returns the files that are new.
    fn follow(&mut self, importers: &[FileId]) -> Vec<FileId> {
        let mut fresh = BTreeMap::new();
        for importer in importers {
            for path in self.imported(*importer) {
                let new = self.fresh(&path);
                let known = self.by_key.contains_key(&new.key);
                if !known && self.is_allowed(*importer, &new).is_ok() {
                    fresh.entry(new.key.clone()).or_insert(new);
                }
            }
        }
        // What cannot be read is said where it is imported.
        let parts = self.look_at(fresh.into_values().collect());
        let parts = parts.into_iter().flatten();
        parts.map(|part| self.add(part)).collect()
    }

    fn imported(&self, importer: FileId) -> Vec<PathBuf> {
        let part = self.part(importer);
        let written = part.written.iter();
        written.map(|it| beside(&part.path, it)).collect()
    }

    /// Tells why a file may not be imported: a design that others wrote must not
    /// show what lies outside of its repository.
    fn is_allowed(&self, importer: FileId, new: &Fresh) -> Result<(), Error> {
        let error = |message: &str, help: &str| Error {
            message: message.to_owned(),
            help: Some(help.to_owned()),
        };
        if self.files.revision().is_some() {
            return Ok(());
        }
        if new.path.exists() && !new.path.is_file() {
            return Err(error("it is no file", "name a file with a design"));
        }
        let from = absolute(&self.part(importer).path);
        match root(&from) {
            Some(root) if !new.key.starts_with(root) && new.path.exists() => Err(error(
                "it lies outside of the repository",
                "copy what is needed into the repository",
            )),
            _ => Ok(()),
        }
    }

    /// Finds out which file each import means.
    fn connect(&mut self) {
        for index in 0..self.parts.len() {
            let paths = self.imported(FileId(index as u32));
            let keys = paths.iter().map(|path| self.files.key(path));
            let found = keys.filter_map(|key| self.by_key.get(&key).copied());
            self.parts[index].imports = found.collect();
        }
    }

    fn part(&self, id: FileId) -> &Part {
        &self.parts[id.0 as usize]
    }

    /// Returns the name by which a file was reached.
    pub fn path(&self, id: FileId) -> &Path {
        &self.part(id).path
    }

    /// Returns a path that is the same for all names of a file.
    pub fn key(&self, id: FileId) -> &Path {
        &self.part(id).key
    }

    /// Returns the files that a file imports.
    pub fn imports(&self, id: FileId) -> &[FileId] {
        &self.part(id).imports
    }

    /// Returns all files, those that were asked for first.
    pub fn ids(&self) -> impl Iterator<Item = FileId> + use<> {
        (0..self.parts.len() as u32).map(FileId)
    }

    /// Returns a file and all that it imports, itself first, each once.
    pub fn closure(&self, root: FileId) -> Vec<FileId> {
        let mut found = vec![root];
        let mut seen = BTreeSet::from([root]);
        let mut next = 0;
        while let Some(file) = found.get(next).copied() {
            next += 1;
            let imports = self.imports(file).iter().copied();
            found.extend(imports.filter(|import| seen.insert(*import)));
        }
        found
    }

    /// Returns the files that designs begin with: those that declare a system, and
    /// those that were asked for and nothing imports.
    pub fn roots(&self) -> Vec<FileId> {
        let files = || self.ids().take(self.asked);
        let mut roots: Vec<FileId> = files().filter(|id| self.part(*id).has_system).collect();
        let mut covered: BTreeSet<FileId> = roots.iter().flat_map(|it| self.closure(*it)).collect();
        let imported = self.parts.iter().flat_map(|part| &part.imports);
        let imported: BTreeSet<FileId> = imported.copied().collect();
        let (alone, in_cycles): (Vec<_>, Vec<_>) = files().partition(|id| !imported.contains(id));
        for id in alone.into_iter().chain(in_cycles) {
            if !covered.contains(&id) {
                covered.extend(self.closure(id));
                roots.push(id);
            }
        }
        roots.sort_unstable();
        roots
    }

    /// Reads a file.
    pub fn read(&self, id: FileId) -> Result<Arc<SourceFile>, Error> {
        let part = self.part(id);
        match &part.given {
            Some(file) => Ok(Arc::clone(file)),
            None => self.files.read(&part.path).map(Arc::new),
        }
    }

    /// Reads the files of the design that begins with a file.
    pub fn design(&self, root: FileId) -> Result<DesignFiles, Error> {
        let mut design = DesignFiles::default();
        for id in self.closure(root) {
            let file = self.read(id)?;
            let (tree, findings) = syntax::parse(id, &file);
            design.findings.extend(findings);
            let imports = imports(&tree).into_iter();
            let missing =
                imports.filter_map(|(written, span)| self.why_missing(id, &written, span));
            design.findings.extend(missing);
            let whole = |kind| declares(&tree, kind);
            design.is_whole |= id == root && (whole("system") || whole("problem"));
            design.sources.insert(id, file);
            design.trees.push(tree);
        }
        Ok(design)
    }

    /// Says why an import leads to no file, if it does not.
    fn why_missing(&self, importer: FileId, written: &str, span: Span) -> Option<Finding> {
        let path = beside(&self.part(importer).path, written);
        let new = self.fresh(&path);
        if self.by_key.contains_key(&new.key) {
            return None;
        }
        let allowed = self.is_allowed(importer, &new);
        let refused = allowed.is_err();
        let error = allowed
            .and_then(|()| self.files.read(&path).map(drop))
            .err()?;
        let finding = Finding::new(
            MISSING_IMPORT,
            format!("cannot import `{written}`: {error}"),
            span,
        )
        .severity(Severity::Error)
        .label("looked for beside this file")
        .about(format!("import {written}"));
        Some(match (refused, self.near(&path)) {
            (true, _) => finding.help(error.help.unwrap_or_default()),
            (false, Some(near)) => finding
                .help(format!("did you mean `{near}`?"))
                .fix(renamed(written, &path, &near, span)),
            (false, None) => finding.help("a path is relative to the file that imports it"),
        })
    }

    /// Returns the design beside a path whose name is nearest to it.
    fn near(&self, path: &Path) -> Option<String> {
        let folder = path.parent().unwrap_or(Path::new(""));
        let folder = match folder.as_os_str().is_empty() {
            true => Path::new("."),
            false => folder,
        };
        let siblings = self.files.designs(folder);
        let name = path.file_name()?.to_string_lossy().into_owned();
        nearest(&name, siblings.iter().map(String::as_str)).map(str::to_owned)
    }

    /// Returns the imports that lead to no file.
    pub fn missing(&self) -> Vec<PathBuf> {
        let paths = self.ids().flat_map(|id| self.imported(id));
        let missing = paths.filter(|path| !self.by_key.contains_key(&self.files.key(path)));
        missing.collect()
    }
}

fn beside(importer: &Path, written: &str) -> PathBuf {
    importer.parent().unwrap_or(Path::new("")).join(written)
}

/// Returns the fix that imports the file of the nearest name.
fn renamed(written: &str, path: &Path, near: &str, span: Span) -> Fix {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let folder = written.strip_suffix(&*name).unwrap_or_default();
    let text = format!("\"{folder}{near}\"");
    let title = format!("import `{folder}{near}`");
    Fix::new(title, Safety::Unsafe, vec![Edit { span, text }])
}

fn statements(tree: &Tree) -> impl Iterator<Item = &Statement> {
    tree.items.iter().filter_map(|item| match &item.node {
        Node::Statement(statement) => Some(statement),
        _ => None,
    })
}

/// Tells whether a file declares something of a kind.
fn declares(tree: &Tree, kind: &str) -> bool {
    statements(tree).any(|it| matches!(&it.head, Head::Declare(it) if it.kind.text == kind))
}

/// Returns what a file's `import` statements name.
fn imports(tree: &Tree) -> Vec<(String, Span)> {
    let of_import = statements(tree).filter(
        |it| matches!(&it.head, Head::Declare(declare) if declare.kind.text == "import" && declare.name.is_none()),
    );
    of_import
        .filter_map(|it| it.title.as_ref())
        .map(|it| (it.text.clone(), it.span))
        .collect()
}
