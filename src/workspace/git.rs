//! Files as they were at a revision.
//!
//! The only place that runs `git`, and it only looks.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::Error;
use super::load::plain;
use super::root::{name, whole};

/// Links may lead to links this often.
const LINKS: usize = 8;

/// The files of a repository at one of its commits.
#[derive(Debug)]
pub struct Revision {
    /// What it is called, in words: "`main`".
    pub words: String,
    /// The folder that the command runs in.
    here: PathBuf,
    /// The folder of the repository.
    root: PathBuf,
    files: BTreeMap<String, Entry>,
}

/// What a file is at a commit.
#[derive(Debug)]
struct Entry {
    object: String,
    is_link: bool,
}

impl Revision {
    /// Finds a branch, tag or commit of the repository that the command runs in.
    pub fn open(reference: &str) -> Result<Revision, Error> {
        Revision::named(reference, format!("`{reference}`"))
    }

    /// Finds where the work at hand began: where it left the default branch of
    /// `origin`, or the last commit where that is not known.
    pub fn base() -> Result<Revision, Error> {
        let Ok(branch) = git(&["rev-parse", "--abbrev-ref", "origin/HEAD"]) else {
            return Revision::open("HEAD");
        };
        let branch = line(&branch);
        let base = git(&["merge-base", "HEAD", &branch]).map_err(|_| {
            Error {
            message: format!("`HEAD` and `{branch}` have no commit in common here"),
            help: Some(
                "fetch more history where the clone is shallow, or name a revision: `--changed=REF`"
                    .to_owned(),
            ),
        }
        })?;
        Revision::named(&line(&base), format!("the merge base with `{branch}`"))
    }

    fn named(reference: &str, words: String) -> Result<Revision, Error> {
        let root = git(&["rev-parse", "--show-toplevel"]).map_err(|error| Error {
            help: error
                .help
                .or(Some("run it in the repository of the design".into())),
            ..error
        })?;
        let root = PathBuf::from(line(&root));
        if reference.is_empty() || reference.starts_with('-') {
            return Err(unknown(reference, "no revision is written like this"));
        }
        let commit = format!("{reference}^{{commit}}");
        let commit = git(&["rev-parse", "--verify", &commit])
            .map_err(|error| unknown(reference, &error.message))?;
        let list = git(&["ls-tree", "-r", "-z", "--full-tree", &line(&commit)])?;
        Ok(Revision {
            words,
            here: std::env::current_dir().unwrap_or_default(),
            root: root.canonicalize().unwrap_or(root),
            files: entries(&list),
        })
    }

    /// Returns the files under a folder, as they are named from the root.
    pub fn files(&self, under: &Path) -> impl Iterator<Item = &Path> {
        let folder = self.place(under);
        let files = self.files.keys().map(Path::new);
        files.filter(move |file| file.starts_with(&folder))
    }

    /// Tells whether there was such a file.
    pub fn has(&self, path: &Path) -> bool {
        let place = self.place(path);
        place.to_str().is_some_and(|it| self.files.contains_key(it))
    }

    /// Tells whether a path is in the repository at all.
    pub fn covers(&self, path: &Path) -> bool {
        whole(&self.here.join(path)).starts_with(&self.root)
    }

    /// Reads a file.
    pub fn read(&self, path: &Path) -> Result<Vec<u8>, Error> {
        let mut place = self.place(path);
        for _ in 0..LINKS {
            let entry = place.to_str().and_then(|it| self.files.get(it));
            let Some(entry) = entry else { break };
            let bytes = git(&["cat-file", "blob", &entry.object])?;
            if !entry.is_link {
                return Ok(bytes);
            }
            let folder = place.parent().unwrap_or(Path::new(""));
            place = plain(&folder.join(&*String::from_utf8_lossy(&bytes)));
        }
        Err(Error {
            message: format!("`{}` does not exist at {}", path.display(), self.words),
            help: None,
        })
    }

    /// Returns a path as it is seen from the root of the repository.
    pub fn place(&self, path: &Path) -> PathBuf {
        let given = path.to_string_lossy();
        match &*given {
            "" | "." => PathBuf::from(name(".", &self.here, &self.root)),
            given => PathBuf::from(name(given, &self.here, &self.root)),
        }
    }
}

/// Reads what `git ls-tree -z` writes: `mode type object TAB path NUL`, often.
fn entries(list: &[u8]) -> BTreeMap<String, Entry> {
    let records = list.split(|byte| *byte == 0);
    let entry = |record: &[u8]| {
        let record = std::str::from_utf8(record).ok()?;
        let (facts, path) = record.split_once('\t')?;
        let mut facts = facts.split(' ');
        let (mode, kind, object) = (facts.next()?, facts.next()?, facts.next()?);
        let entry = Entry {
            object: object.to_owned(),
            is_link: mode == "120000",
        };
        (kind == "blob").then(|| (path.to_owned(), entry))
    };
    records.filter_map(entry).collect()
}

fn git(arguments: &[&str]) -> Result<Vec<u8>, Error> {
    let mut command = Command::new("git");
    command.args(arguments).stdin(Stdio::null());
    let output = command.output().map_err(|error| Error {
        message: format!("cannot run `git`: {error}"),
        help: Some(
            "older revisions are read with git: install it, or leave `--changed` out".into(),
        ),
    })?;
    match output.status.success() {
        true => Ok(output.stdout),
        false => Err(refused(&String::from_utf8_lossy(&output.stderr))),
    }
}

/// Says what git said.
fn refused(words: &str) -> Error {
    let words: Vec<&str> = words.split_whitespace().collect();
    let words = words.join(" ");
    let words = words.strip_prefix("fatal: ").unwrap_or(&words);
    Error {
        message: format!("git says: {words}"),
        help: None,
    }
}

fn unknown(reference: &str, why: &str) -> Error {
    Error {
        message: format!("there is no revision `{reference}`: {why}"),
        help: Some(
            "name a branch, a tag or a commit, and fetch it where the clone is shallow".into(),
        ),
    }
}

fn line(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_is_read_with_odd_names_and_without_submodules() {
        let list = b"100644 blob 11\ta b.arch\x00120000 blob 22\tin/\xc3\xa9\t.arch\0\
            160000 commit 33\tmodule\x00100644 blob 44\tbad\xff.arch\0";
        let found = entries(list);
        let rows: Vec<(&str, &str, bool)> = found
            .iter()
            .map(|(path, it)| (path.as_str(), it.object.as_str(), it.is_link))
            .collect();
        let expected = [("a b.arch", "11", false), ("in/é\t.arch", "22", true)];
        assert_eq!(rows, expected);
    }

    #[test]
    fn what_git_says_is_one_line() {
        let error = refused("fatal: detected dubious ownership\n\n\tgit config --add\n");
        assert_eq!(
            error.message,
            "git says: detected dubious ownership git config --add"
        );
    }
}
