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

/// Writes new files, all of them or none: folders that are missing are made, a
/// file that stands there under its name is replaced, and so is a link, so that
/// nothing is written where it points.
pub fn write_all(files: &[(PathBuf, Vec<u8>)]) -> Result<(), Error> {
    let mut drafts = Vec::new();
    let drafted = files.iter().try_for_each(|(path, bytes)| {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(|error| no_folder(folder, &error))?;
        }
        let draft = draft(path, bytes).map_err(|error| Error::file("write", path, &error))?;
        drafts.push(draft);
        Ok(())
    });
    let written = drafted.and_then(|()| {
        let both = drafts.iter().zip(files);
        both.into_iter().try_for_each(|(draft, (path, _))| {
            fs::rename(draft, path).map_err(|error| Error::file("write", path, &error))
        })
    });
    if written.is_err() {
        // Those that have their name already are gone from here.
        for draft in &drafts {
            let _ = fs::remove_file(draft);
        }
    }
    written
}

/// Says why there can be no folder of this name.
fn no_folder(folder: &Path, error: &io::Error) -> Error {
    let nearest = folder.ancestors().find(|it| it.exists());
    match nearest.filter(|it| !it.is_dir()) {
        Some(file) => Error {
            message: format!(
                "cannot write into the folder `{}`: `{}` is a file",
                folder.display(),
                file.display()
            ),
            help: Some("name another folder, or move the file away".to_owned()),
        },
        None if error.kind() == ErrorKind::NotFound => Error {
            message: format!("cannot make the folder `{}`: {error}", folder.display()),
            help: Some("name a folder in which files can be made".to_owned()),
        },
        None => Error::file("make the folder", folder, error),
    }
}

/// Replaces the content of files: unless a file cannot be written, all hold the
/// new text afterwards, and else none does. Permissions stay, a link stays a link.
pub fn rewrite_all(files: &[(PathBuf, String)]) -> Result<(), Error> {
    let mut drafts: Vec<(PathBuf, PathBuf)> = Vec::new();
    let drafted = files.iter().try_for_each(|(path, text)| {
        let draft = redraft(path, text).map_err(|error| Error::file("write", path, &error))?;
        drafts.push(draft);
        Ok(())
    });
    let written = drafted.and_then(|()| {
        drafts.iter().try_for_each(|(draft, target)| {
            fs::rename(draft, target).map_err(|error| Error::file("write", target, &error))
        })
    });
    if written.is_err() {
        for (draft, _) in &drafts {
            let _ = fs::remove_file(draft);
        }
    }
    written
}

fn draft(path: &Path, bytes: &[u8]) -> io::Result<PathBuf> {
    if path.is_dir() {
        return Err(io::Error::other("a folder of this name is there"));
    }
    if is_stream(path) {
        return Err(io::Error::other("it is no file, but a device or a pipe"));
    }
    let (file, draft) = draft_beside(path)?;
    match fill(file, bytes) {
        Ok(()) => Ok(draft),
        Err(error) => {
            let _ = fs::remove_file(&draft);
            Err(error)
        }
    }
}

/// Tells whether a path is something that must not be replaced by a file, such
/// as `/dev/null`; `/dev/stdout` is a link to whatever stdout is.
fn is_stream(path: &Path) -> bool {
    let other = fs::metadata(path).is_ok_and(|it| !it.is_file());
    let streams = ["/dev/stdout", "/dev/stderr", "/dev/fd", "/proc"];
    other || streams.iter().any(|it| path.starts_with(it))
}

fn replace(path: &Path, text: &str) -> io::Result<()> {
    let (draft, target) = redraft(path, text)?;
    let result = fs::rename(&draft, &target);
    if result.is_err() {
        // The first error is the one to tell; a draft that cannot be removed stays.
        let _ = fs::remove_file(&draft);
    }
    result
}

/// Writes a new text beside a file; returns where, and the file that a link leads to.
fn redraft(path: &Path, text: &str) -> io::Result<(PathBuf, PathBuf)> {
    let target = path.canonicalize()?;
    let permissions = fs::metadata(&target)?.permissions();
    if permissions.readonly() {
        return Err(ErrorKind::PermissionDenied.into());
    }
    let (file, draft) = draft_beside(&target)?;
    let result =
        fs::set_permissions(&draft, permissions).and_then(|()| fill(file, text.as_bytes()));
    match result {
        Ok(()) => Ok((draft, target)),
        Err(error) => {
            let _ = fs::remove_file(&draft);
            Err(error)
        }
    }
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

fn fill(mut file: File, bytes: &[u8]) -> io::Result<()> {
    file.write_all(bytes)?;
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
    fn all_new_files_are_written_or_none() {
        let root = tempfile::tempdir().unwrap();
        let at = |name: &str| root.path().join(name);
        let file = |name: &str| (at(name), b"new".to_vec());
        fs::write(at("a.svg"), "old").unwrap();
        fs::create_dir(at("b.svg")).unwrap();
        let error = write_all(&[file("a.svg"), file("b.svg")]).unwrap_err();
        assert!(
            error.message.ends_with("a folder of this name is there"),
            "{error}"
        );
        assert_eq!(fs::read_to_string(at("a.svg")).unwrap(), "old");
        assert_eq!(entries(root.path()), 2);
        write_all(&[file("a.svg"), file("deep/er/c.svg")]).unwrap();
        assert_eq!(fs::read_to_string(at("a.svg")).unwrap(), "new");
        assert_eq!(fs::read_to_string(at("deep/er/c.svg")).unwrap(), "new");
        assert_eq!(entries(root.path()), 3);
        assert!(write_all(&[file("a.svg/d.svg")]).is_err());
    }

    #[test]
    fn all_files_are_rewritten_or_none() {
        let root = tempfile::tempdir().unwrap();
        let files = ["a.arch", "b.arch"].map(|name| root.path().join(name));
        files
            .iter()
            .for_each(|file| fs::write(file, "old").unwrap());
        let texts = files.clone().map(|file| (file, "new".to_owned()));
        let writable = fs::metadata(&files[1]).unwrap().permissions();
        let mut locked = writable.clone();
        locked.set_readonly(true);
        fs::set_permissions(&files[1], locked).unwrap();
        assert!(rewrite_all(&texts).is_err());
        assert_eq!(fs::read_to_string(&files[0]).unwrap(), "old");
        assert_eq!(entries(root.path()), 2);
        fs::set_permissions(&files[1], writable).unwrap();
        rewrite_all(&texts).unwrap();
        for file in &files {
            assert_eq!(fs::read_to_string(file).unwrap(), "new");
        }
        assert_eq!(entries(root.path()), 2);
    }

    #[test]
    #[cfg(unix)]
    fn a_link_is_replaced_and_what_it_points_to_stays() {
        let root = tempfile::tempdir().unwrap();
        let (other, link) = (root.path().join("other"), root.path().join("a.svg"));
        fs::write(&other, "old").unwrap();
        std::os::unix::fs::symlink(&other, &link).unwrap();
        write_all(&[(link.clone(), b"new".to_vec())]).unwrap();
        assert_eq!(fs::read_to_string(&other).unwrap(), "old");
        assert_eq!(fs::read_to_string(&link).unwrap(), "new");
    }

    #[test]
    #[cfg(unix)]
    fn a_device_is_not_replaced() {
        use std::os::unix::fs::FileTypeExt;
        for device in ["/dev/null", "/dev/stdout"] {
            let error = write_all(&[(device.into(), b"new".to_vec())]).unwrap_err();
            assert!(error.message.contains("it is no file"), "{error}");
        }
        let null = fs::metadata("/dev/null").unwrap();
        assert!(null.file_type().is_char_device());
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
