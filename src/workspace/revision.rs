//! The files of a git revision, read through an installed git.

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Stdio};

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::Error;
use super::config::absolute;

/// The files that say what is left out; the first goes before the others.
const IGNORES: &[&str] = &[".underpinignore", ".ignore", ".gitignore"];

/// A revision of the repository that the current folder is in.
#[derive(Debug)]
pub struct Revision {
    /// How it was asked for: `main`.
    name: String,
    commit: String,
    /// The root of the repository.
    top: PathBuf,
    /// The current folder, seen from the root: `docs/` or nothing.
    prefix: String,
    /// The paths of its files, seen from the root.
    files: BTreeSet<String>,
    /// The paths of its links.
    links: BTreeSet<String>,
}

/// Links may lead to links this often.
const LINKS: usize = 8;

/// A repository around the current folder.
#[derive(Debug)]
pub struct Repository {
    top: PathBuf,
    prefix: String,
}

impl Repository {
    /// Finds the repository.
    pub fn here() -> Result<Repository, Error> {
        let line = |flag| -> Result<String, Error> {
            let output = git(&["rev-parse", flag]).map_err(|failure| match failure {
                Failure::Refused(words) => Error {
                    message: format!("there is no git repository to compare with: {words}"),
                    help: Some("run it in the repository of the design".to_owned()),
                },
                Failure::Missing(error) => error,
            })?;
            Ok(self::line(&output))
        };
        Ok(Repository {
            top: PathBuf::from(line("--show-toplevel")?),
            prefix: line("--show-prefix")?,
        })
    }

    /// Finds where the work at hand began: where it left the default branch of
    /// `origin`, or the last commit where that is not known. Returns what that is
    /// called, too, in words.
    pub fn base(&self) -> Result<(Revision, String), Error> {
        let Ok(branch) = git(&["rev-parse", "--abbrev-ref", "origin/HEAD"]) else {
            return Ok((self.revision("HEAD")?, "`HEAD`".to_owned()));
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
        let revision = self.revision(&line(&base))?;
        Ok((revision, format!("the merge base with `{branch}`")))
    }

    /// Finds a revision and lists its files.
    pub fn revision(&self, name: &str) -> Result<Revision, Error> {
        if name.contains("..") {
            return Err(Error {
                message: format!("`{name}` is a range, not one revision"),
                help: Some("name one revision; `underpin diff BASE HEAD` compares two".to_owned()),
            });
        }
        if name.is_empty() || name.starts_with('-') {
            return Err(unknown(name, "a revision does not begin with `-`"));
        }
        let commit = git(&["rev-list", "--max-count=1", name, "--"]);
        let commit = commit.map_err(|failure| failure.about(name))?;
        let commit = String::from_utf8_lossy(&commit).trim().to_owned();
        if commit.is_empty() {
            return Err(unknown(name, "it names no commit"));
        }
        let listed = git(&["ls-tree", "-r", "-z", "--full-tree", &commit]);
        let listed = listed.map_err(|failure| failure.about(name))?;
        Ok(Revision {
            name: name.to_owned(),
            commit,
            top: self.top.clone(),
            prefix: self.prefix.clone(),
            files: listed_as(&listed, "100"),
            links: listed_as(&listed, "120"),
        })
    }
}

impl Revision {
    /// Returns the path of a file as the repository knows it; `None` outside of it.
    fn place(&self, path: &Path) -> Option<String> {
        let whole = match path.is_absolute() {
            true => match path.strip_prefix(&self.top) {
                Ok(inside) => inside.to_path_buf(),
                Err(_) => absolute(path)
                    .strip_prefix(absolute(&self.top))
                    .ok()?
                    .to_path_buf(),
            },
            false => Path::new(&self.prefix).join(path),
        };
        let mut parts: Vec<String> = Vec::new();
        for part in whole.components() {
            match part {
                Component::CurDir => {}
                Component::ParentDir => {
                    parts.pop()?;
                }
                Component::Normal(name) => parts.push(name.to_string_lossy().into_owned()),
                Component::Prefix(_) | Component::RootDir => return None,
            }
        }
        Some(parts.join("/"))
    }

    /// Tells whether there was such a file; nothing of one outside of the repository.
    pub fn has(&self, path: &Path) -> Option<bool> {
        let place = self.place(path)?;
        Some(self.files.contains(&place) || self.links.contains(&place))
    }

    /// Returns one name for each file, however it is written.
    pub fn key(&self, path: &Path) -> PathBuf {
        self.place(path)
            .map_or_else(|| path.to_path_buf(), PathBuf::from)
    }

    /// Reads a file.
    pub fn read(&self, path: &Path) -> Result<Vec<u8>, Error> {
        let Some(place) = self.led_to(path)? else {
            return Err(Error {
                message: format!("`{}` does not exist in `{}`", path.display(), self.name),
                help: Some("check the spelling and the folder you are in".to_owned()),
            });
        };
        self.show(&place)
            .map_err(|failure| failure.about(&self.name))
    }

    /// Returns the file that a path leads to, over links within the repository.
    fn led_to(&self, path: &Path) -> Result<Option<String>, Error> {
        let mut place = self.place(path);
        for _ in 0..LINKS {
            match place {
                Some(link) if self.links.contains(&link) => {
                    let target = self.show(&link);
                    let target = target.map_err(|failure| failure.about(&self.name))?;
                    let target = PathBuf::from(line(&target));
                    let folder = self.top.join(&link);
                    place = self.place(&folder.parent().unwrap_or(&self.top).join(target));
                }
                found => return Ok(found.filter(|it| self.files.contains(it))),
            }
        }
        Ok(None)
    }

    fn show(&self, place: &str) -> Result<Vec<u8>, Failure> {
        git(&["show", "--no-textconv", &format!("{}:{place}", self.commit)])
    }

    /// Returns the names of the files beside which a file stands.
    pub fn beside(&self, folder: &Path) -> Vec<String> {
        let Some(folder) = self.place(folder) else {
            return Vec::new();
        };
        let names = self.under(&folder).filter(|rest| !rest.contains('/'));
        names.map(str::to_owned).collect()
    }

    /// Returns the files under a folder, seen from it.
    fn under<'a>(&'a self, folder: &str) -> impl Iterator<Item = &'a str> {
        let start = match folder.is_empty() {
            true => String::new(),
            false => format!("{folder}/"),
        };
        let after = self.files.range(start.clone()..);
        after.map_while(move |file| file.strip_prefix(&start))
    }

    /// Finds the designs that paths mean, as they are found among files; a path that
    /// the revision does not have means none.
    pub fn find(
        &self,
        paths: &[PathBuf],
        mut includes: impl FnMut(&Path) -> Result<bool, Error>,
    ) -> Result<Vec<PathBuf>, Error> {
        let mut ignores = Ignores::new(self);
        let mut found = BTreeMap::new();
        for path in paths {
            let Some(place) = self.place(path) else {
                return Err(Error {
                    message: format!("`{}` is outside of the repository", path.display()),
                    help: Some("name files and folders of the repository".to_owned()),
                });
            };
            if self.files.contains(&place) {
                found.entry(place).or_insert_with(|| plain(path));
                continue;
            }
            for rest in self.under(&place) {
                let file = match place.is_empty() {
                    true => rest.to_owned(),
                    false => format!("{place}/{rest}"),
                };
                let hidden = rest.split('/').any(|part| part.starts_with('.'));
                let is_design = Path::new(rest).extension().is_some_and(|it| it == "arch");
                let name = path.join(rest);
                if is_design && !hidden && !ignores.hold(&file)? && includes(&name)? {
                    found.entry(file).or_insert_with(|| plain(&name));
                }
            }
        }
        let mut files: Vec<PathBuf> = found.into_values().collect();
        files.sort();
        Ok(files)
    }
}

fn plain(path: &Path) -> PathBuf {
    path.strip_prefix("./").unwrap_or(path).to_path_buf()
}

/// What a revision leaves out by its `.gitignore` and the like.
struct Ignores<'a> {
    revision: &'a Revision,
    known: BTreeMap<String, Gitignore>,
}

impl<'a> Ignores<'a> {
    fn new(revision: &'a Revision) -> Ignores<'a> {
        Ignores {
            revision,
            known: BTreeMap::new(),
        }
    }

    /// Tells whether a file is left out.
    fn hold(&mut self, file: &str) -> Result<bool, Error> {
        for name in IGNORES {
            for folder in Path::new(file).ancestors().skip(1) {
                let folder = folder.to_string_lossy().into_owned();
                let inside = file[folder.len()..].trim_start_matches('/');
                let place = match folder.is_empty() {
                    true => (*name).to_owned(),
                    false => format!("{folder}/{name}"),
                };
                match self.of(place)?.matched_path_or_any_parents(inside, false) {
                    Match::Ignore(_) => return Ok(true),
                    Match::Whitelist(_) => return Ok(false),
                    Match::None => {}
                }
            }
        }
        Ok(false)
    }

    fn of(&mut self, place: String) -> Result<&Gitignore, Error> {
        if !self.known.contains_key(&place) {
            let mut builder = GitignoreBuilder::new("");
            if self.revision.files.contains(&place) {
                let text = self.revision.show(&place);
                let text = text.map_err(|failure| failure.about(&self.revision.name))?;
                for line in String::from_utf8_lossy(&text).lines() {
                    // A line that is no pattern leaves nothing out.
                    let _ = builder.add_line(None, line);
                }
            }
            let built = builder.build().unwrap_or_else(|_| Gitignore::empty());
            self.known.insert(place.clone(), built);
        }
        Ok(&self.known[&place])
    }
}

/// Reads what `ls-tree -z` lists: `100644 blob 8ab1…<TAB>path`, of the files whose
/// mode begins so.
fn listed_as(listed: &[u8], mode: &str) -> BTreeSet<String> {
    let entries = listed.split(|byte| *byte == 0);
    let files = entries.filter_map(|entry| {
        let entry = String::from_utf8_lossy(entry).into_owned();
        let (about, path) = entry.split_once('\t')?;
        let is_file = about.starts_with(mode) && about.contains(" blob ");
        is_file.then(|| path.to_owned())
    });
    files.collect()
}

/// Why git gave no answer.
enum Failure {
    /// There is no git.
    Missing(Error),
    /// It said no, in these words.
    Refused(String),
}

impl Failure {
    fn about(self, revision: &str) -> Error {
        match self {
            Failure::Missing(error) => error,
            Failure::Refused(words) => unknown(revision, &words),
        }
    }
}

fn line(output: &[u8]) -> String {
    let text = String::from_utf8_lossy(output);
    text.trim_end_matches(['\n', '\r']).to_owned()
}

fn unknown(revision: &str, words: &str) -> Error {
    Error {
        message: format!("git cannot read the revision `{revision}`: {words}"),
        help: Some(
            "see `git branch --all` and `git tag`; a CI checkout may have to fetch the history first"
                .to_owned(),
        ),
    }
}

fn git(arguments: &[&str]) -> Result<Vec<u8>, Failure> {
    let mut command = Command::new("git");
    command.args(arguments).stdin(Stdio::null());
    let output = command.output().map_err(|error| {
        let message = match error.kind() {
            ErrorKind::NotFound => {
                "`git` is not installed, or not where programs are looked for".to_owned()
            }
            _ => format!("cannot run `git`: {error}"),
        };
        Failure::Missing(Error {
            message,
            help: Some("install it: older revisions are read with it".to_owned()),
        })
    })?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let words = String::from_utf8_lossy(&output.stderr);
    let first = words.lines().find(|line| !line.trim().is_empty());
    let first = first.unwrap_or("it gave no reason").trim();
    let first = first.strip_prefix("fatal: ").unwrap_or(first);
    Err(Failure::Refused(first.to_owned()))
}
