//! Whole files or nothing.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::Error;

/// Replaces the content of a file: afterwards it holds all of the new text or
/// all of the old. Permissions stay, a link stays a link.
pub fn write(path: &Path, text: &str) -> Result<(), Error> {
    replace(path, text).map_err(|error| Error::file("write", path, &error))
}

fn replace(path: &Path, text: &str) -> io::Result<()> {
    let target = path.canonicalize()?;
    let permissions = fs::metadata(&target)?.permissions();
    if permissions.readonly() {
        return Err(ErrorKind::PermissionDenied.into());
    }
    let (file, draft) = draft_beside(&target)?;
    let result = fs::set_permissions(&draft, permissions)
        .and_then(|()| fill(file, text))
        .and_then(|()| fs::rename(&draft, &target));
    if result.is_err() {
        // The first error is the one to tell; a draft that cannot be removed stays.
        let _ = fs::remove_file(&draft);
    }
    result
}

// In the same directory, since renaming works only within one file system.
fn draft_beside(target: &Path) -> io::Result<(File, PathBuf)> {
    let name = target.file_name().ok_or(ErrorKind::InvalidInput)?;
    let name = name.to_string_lossy();
    for attempt in 0..100 {
        let draft = format!(".{name}.{}-{attempt}.tmp", std::process::id());
        let draft = target.with_file_name(draft);
        match OpenOptions::new().write(true).create_new(true).open(&draft) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            opened => return opened.map(|file| (file, draft)),
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}

fn fill(mut file: File, text: &str) -> io::Result<()> {
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(root: &Path) -> usize {
        fs::read_dir(root).unwrap().count()
    }

    #[test]
    #[cfg(unix)]
    fn keeps_permissions_and_links_and_leaves_nothing_behind() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let root = tempfile::tempdir().unwrap();
        let (file, link) = (root.path().join("a.arch"), root.path().join("link.arch"));
        fs::write(&file, "old").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        symlink("a.arch", &link).unwrap();
        write(&link, "new").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(
            fs::metadata(&file).unwrap().permissions().mode() & 0o777,
            0o640
        );
        assert_eq!(entries(root.path()), 2);
    }

    #[test]
    fn a_file_that_may_not_be_written_stays() {
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join("a.arch");
        fs::write(&file, "old").unwrap();
        let mut permissions = fs::metadata(&file).unwrap().permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&file, permissions).unwrap();
        assert!(
            write(&file, "new")
                .unwrap_err()
                .message
                .contains("permission denied")
        );
        assert_eq!(fs::read_to_string(&file).unwrap(), "old");
        assert_eq!(entries(root.path()), 1);
        assert!(write(root.path(), "new").is_err());
    }
}
