//! Files, and the files that they import.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use rayon::prelude::*;

use super::Error;
use crate::finding::{Edit, Finding, Fix, Safety, Severity, nearest};
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
    by_path: BTreeMap<PathBuf, FileId>,
    paths: Vec<PathBuf>,
    texts: Texts,
}

/// Reads a file under the name that people see.
pub fn read(path: &Path) -> Result<SourceFile, Error> {
    let bytes = std::fs::read(path).map_err(|error| Error::file("read", path, &error))?;
    Ok(SourceFile::from_bytes(shown_name(path), bytes))
}

fn shown_name(path: &Path) -> String {
    let name = path.to_string_lossy().replace('\\', "/");
    name.strip_prefix("./").unwrap_or(&name).to_owned()
}

/// Texts that count instead of what the files hold, by the files' paths.
pub type Texts = BTreeMap<PathBuf, String>;

/// Reads files, and all that they import, each once.
pub fn load(
    paths: &[PathBuf],
    stdin: Option<(String, Vec<u8>)>,
    texts: Texts,
) -> Result<Loaded, Error> {
    let mut loaded = Loaded {
        texts,
        ..Loaded::default()
    };
    let mut fresh = Vec::new();
    for path in paths {
        let key = normal(path);
        if !loaded.by_path.contains_key(&key) {
            let file = loaded.read(&key, path)?;
            fresh.push(loaded.add(key, file));
        }
    }
    if let Some((name, bytes)) = stdin {
        let key = normal(Path::new(&name));
        fresh.push(loaded.add(key, SourceFile::from_bytes(name, bytes)));
    }
    loaded.asked = fresh.len();
    while !fresh.is_empty() {
        loaded.parse(&fresh);
        fresh = fresh
            .into_iter()
            .flat_map(|file| loaded.follow(file))
            .collect();
    }
    Ok(loaded)
}

impl Loaded {
    fn add(&mut self, key: PathBuf, file: SourceFile) -> FileId {
        let id = self.sources.add(file);
        self.by_path.insert(key.clone(), id);
        self.paths.push(key);
        self.trees.push(Tree {
            file: id,
            items: Vec::new(),
        });
        self.findings.push(Vec::new());
        self.imports.push(Vec::new());
        id
    }

    /// Returns a file with the text that counts for it.
    fn read(&self, key: &Path, path: &Path) -> Result<SourceFile, Error> {
        match self.texts.get(key) {
            Some(text) => Ok(SourceFile::new(shown_name(path), text.clone())),
            None => read(path),
        }
    }

    /// Returns where a file was read.
    pub fn path(&self, id: FileId) -> &Path {
        &self.paths[id.0 as usize]
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
    fn follow(&mut self, file: FileId) -> Vec<FileId> {
        let mut fresh = Vec::new();
        for (written, span) in imports(&self.trees[file.0 as usize]) {
            let path = self.relative(file, &written);
            let key = normal(&path);
            let known = self.by_path.get(&key).copied();
            let target = match known {
                Some(known) => known,
                None => match self.read(&key, &path) {
                    Ok(text) => {
                        let id = self.add(key, text);
                        fresh.push(id);
                        id
                    }
                    Err(error) => {
                        let finding = missing(&written, &path, span, &error);
                        self.findings[file.0 as usize].push(finding);
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

fn missing(written: &str, path: &Path, span: Span, error: &Error) -> Finding {
    let folder = path.parent().unwrap_or(Path::new(""));
    let folder = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    let siblings: Vec<String> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.ends_with(".arch"))
        .collect();
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
        Some(near) => finding
            .help(format!("did you mean `{near}`?"))
            .fix(renamed(written, &name, &near, span)),
        None => finding.help("a path is relative to the file that imports it"),
    }
}

/// Returns the fix that imports the file of the nearest name.
fn renamed(written: &str, name: &str, near: &str, span: Span) -> Fix {
    let folder = written.strip_suffix(name).unwrap_or_default();
    let text = format!("\"{folder}{near}\"");
    let title = format!("import `{folder}{near}`");
    Fix::new(title, Safety::Unsafe, vec![Edit { span, text }])
}

/// Returns a path without `.` and `..`, so that one file has one name.
pub fn normal(path: &Path) -> PathBuf {
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
