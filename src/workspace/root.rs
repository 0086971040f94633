//! Files as they are named from the root of the repository.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use crate::source::{SourceFile, Sources};

/// Returns the same texts, each named by its path from the root of the
/// repository that the current folder is in, or from the current folder where
/// it is in none. What lies elsewhere is named by its whole path.
pub fn from_root(sources: &Sources) -> Sources {
    let Ok(here) = std::env::current_dir() else {
        return sources.clone();
    };
    let root = root(&here).unwrap_or(&here);
    let mut renamed = Sources::default();
    for (id, file) in sources.iter() {
        let file = SourceFile {
            name: name(&file.name, &here, root),
            ..file.clone()
        };
        renamed.insert(id, Arc::new(file));
    }
    renamed
}

/// Finds the nearest folder above with a `.git` in it, which is a file in a worktree.
pub(super) fn root(here: &Path) -> Option<&Path> {
    here.ancestors().find(|folder| folder.join(".git").exists())
}

/// Returns the name that a file has seen from a root.
pub(super) fn name(given: &str, here: &Path, root: &Path) -> String {
    // The text was not in a file.
    if given.starts_with('<') && given.ends_with('>') {
        return given.to_owned();
    }
    let path = whole(&here.join(given));
    let seen = root.canonicalize().ok();
    let seen = seen.as_deref().unwrap_or(root);
    let path = path.strip_prefix(seen).unwrap_or(&path);
    path.to_string_lossy().replace('\\', "/")
}

/// Returns a path without links to folders and without `..`. A link to a file
/// keeps its name: it is what is in the repository.
pub(super) fn whole(path: &Path) -> PathBuf {
    let parts = (path.parent(), path.file_name());
    if let (Some(folder), Some(file)) = parts
        && let Ok(folder) = folder.canonicalize()
    {
        return folder.join(file);
    }
    let mut whole = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                whole.pop();
            }
            part => whole.push(part),
        }
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_from_the_root_to_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let repository = folder.path().canonicalize().unwrap();
        let here = repository.join("docs/designs");
        std::fs::create_dir_all(&here).unwrap();
        std::fs::write(repository.join(".git"), "gitdir: elsewhere").unwrap();
        let found = root(&here).unwrap();
        assert_eq!(found, repository);
        let whole = here.join("a.arch").to_string_lossy().into_owned();
        for (given, expected) in [
            ("a.arch", "docs/designs/a.arch"),
            ("./a.arch", "docs/designs/a.arch"),
            ("../b.arch", "docs/b.arch"),
            ("not/there/../a.arch", "docs/designs/not/a.arch"),
            (&whole, "docs/designs/a.arch"),
            ("<stdin>", "<stdin>"),
            ("/elsewhere/a.arch", "/elsewhere/a.arch"),
        ] {
            assert_eq!(name(given, &here, found), expected);
        }
    }

    #[test]
    #[cfg(unix)]
    fn a_linked_folder_is_the_one_that_it_links_to() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        std::fs::create_dir(root.join("real")).unwrap();
        std::os::unix::fs::symlink("real", root.join("link")).unwrap();
        assert_eq!(name("link/a.arch", &root, &root), "real/a.arch");
    }
}
