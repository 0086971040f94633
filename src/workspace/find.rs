//! The design files among paths.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::Error;

/// Finds the files that the paths mean, sorted, each once.
///
/// A file is taken whatever its extension; under a directory every `*.arch`
/// that is neither hidden nor ignored by `.gitignore`, `.ignore` or
/// `.underpinignore`. Links are followed where they are named, not where they
/// are found. Of the files under a directory only those that `includes` wants.
pub fn find_files(
    paths: &[PathBuf],
    mut includes: impl FnMut(&Path) -> Result<bool, Error>,
) -> Result<Vec<PathBuf>, Error> {
    let mut found = BTreeMap::new();
    for path in paths {
        let metadata = std::fs::metadata(path).map_err(|e| Error::file("read", path, &e))?;
        let files = match metadata.is_dir() {
            true => under(path, &mut includes)?,
            false => vec![readable(path, metadata.is_file())?],
        };
        if files.is_empty() {
            return Err(nothing(path));
        }
        add(&mut found, files);
    }
    Ok(sorted(found))
}

/// Finds files as [`find_files`] does; a path that is missing and a folder without
/// a design mean none.
pub fn find_any_files(
    paths: &[PathBuf],
    mut includes: impl FnMut(&Path) -> Result<bool, Error>,
) -> Result<Vec<PathBuf>, Error> {
    let mut found = BTreeMap::new();
    for path in paths.iter().filter(|path| path.exists()) {
        let files = match path.is_dir() {
            true => under(path, &mut includes)?,
            false => vec![readable(path, path.is_file())?],
        };
        add(&mut found, files);
    }
    Ok(sorted(found))
}

/// Adds files, each once.
fn add(found: &mut BTreeMap<PathBuf, PathBuf>, files: Vec<PathBuf>) {
    for file in files {
        let identity = file.canonicalize().unwrap_or_else(|_| file.clone());
        found.entry(identity).or_insert(file);
    }
}

fn sorted(found: BTreeMap<PathBuf, PathBuf>) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = found.into_values().collect();
    files.sort();
    files
}

// A pipe is left alone: what is read from it to try it is lost.
fn readable(path: &Path, regular: bool) -> Result<PathBuf, Error> {
    if regular {
        std::fs::File::open(path).map_err(|error| Error::file("read", path, &error))?;
    }
    Ok(plain(path))
}

fn under(
    directory: &Path,
    includes: &mut impl FnMut(&Path) -> Result<bool, Error>,
) -> Result<Vec<PathBuf>, Error> {
    let walk = ignore::WalkBuilder::new(directory)
        .git_global(false)
        .add_custom_ignore_filename(".underpinignore")
        .build();
    let mut files = Vec::new();
    for entry in walk {
        let entry = entry.map_err(|error| unwalkable(directory, &error))?;
        let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
        let is_design = is_file && entry.path().extension().is_some_and(|it| it == "arch");
        if is_design && includes(entry.path())? {
            files.push(plain(entry.path()));
        }
    }
    Ok(files)
}

fn plain(path: &Path) -> PathBuf {
    path.strip_prefix("./").unwrap_or(path).to_path_buf()
}

/// Says that there is no design in a folder.
pub(super) fn nothing(directory: &Path) -> Error {
    Error {
        message: format!("no design file under `{}`", directory.display()),
        help: Some(
            "designs end in `.arch`; hidden and git-ignored files are left out, a file that is named never is"
                .to_string(),
        ),
    }
}

fn unwalkable(directory: &Path, error: &ignore::Error) -> Error {
    Error {
        message: format!("cannot read all of `{}`: {error}", directory.display()),
        help: Some("leave out what is not yours with a `.underpinignore` file".to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[&str]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for file in files {
            let path = root.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "*.tmp.arch\n").unwrap();
        }
        root
    }

    fn names(root: &tempfile::TempDir, paths: &[&str]) -> Vec<String> {
        let paths: Vec<_> = paths.iter().map(|path| root.path().join(path)).collect();
        let files = find_files(&paths, |_| Ok(true)).unwrap();
        let name = |file: &PathBuf| {
            let name = file.strip_prefix(root.path()).unwrap();
            name.to_string_lossy().replace('\\', "/")
        };
        files.iter().map(name).collect()
    }

    #[test]
    fn walks_sorted_without_hidden_ignored_and_other_files() {
        let root = tree(&[
            "b.arch",
            "a/z.arch",
            "a.arch/inner.arch",
            "notes.md",
            ".hidden.arch",
            ".secret/x.arch",
            "old.tmp.arch",
            ".gitignore",
            ".git/config",
        ]);
        assert_eq!(
            names(&root, &[""]),
            ["a/z.arch", "a.arch/inner.arch", "b.arch"]
        );
    }

    #[test]
    fn a_named_file_is_taken_whatever_it_is_and_once() {
        let root = tree(&["a.arch", "design.txt", ".hidden.arch"]);
        assert_eq!(
            names(
                &root,
                &["design.txt", "a.arch", "", ".hidden.arch", "a.arch"]
            ),
            [".hidden.arch", "a.arch", "design.txt"]
        );
    }

    #[test]
    #[cfg(unix)]
    fn links_are_followed_where_named_not_where_found() {
        let root = tree(&["a.arch", "elsewhere/b.arch"]);
        let link = |to: &str, from: &str| {
            std::os::unix::fs::symlink(root.path().join(to), root.path().join(from)).unwrap();
        };
        std::fs::create_dir(root.path().join("in")).unwrap();
        link("a.arch", "in/link.arch");
        link("elsewhere", "in/folder");
        link(".", "in/loop");
        assert!(find_files(&[root.path().join("in")], |_| Ok(true)).is_err());
        assert_eq!(names(&root, &["in/link.arch"]), ["in/link.arch"]);
        assert_eq!(names(&root, &["in/folder"]), ["in/folder/b.arch"]);
    }

    #[test]
    fn nothing_to_read_is_an_error() {
        let root = tree(&["readme.md"]);
        let missing = find_files(&[root.path().join("missing.arch")], |_| Ok(true)).unwrap_err();
        assert!(missing.message.ends_with("missing.arch` does not exist"));
        let empty = find_files(&[root.path().to_path_buf()], |_| Ok(true)).unwrap_err();
        assert!(empty.message.starts_with("no design file under `"));
    }
}
