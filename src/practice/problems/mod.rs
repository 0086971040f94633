//! The problems that come with the program: one folder each, compiled in.

/// A problem's folder.
#[derive(Clone, Copy, Debug)]
pub struct Folder {
    /// Its name, which is the problem's.
    pub name: &'static str,
    /// Its files: name and text.
    pub files: &'static [(&'static str, &'static str)],
}

/// Reads the files of a folder into the program.
macro_rules! folder {
    ($name:literal: $($file:literal),+) => {
        Folder { name: $name, files: &[$(($file, include_str!(concat!($name, "/", $file)))),+] }
    };
}

/// Every problem, in alphabetical order.
pub const ALL: &[Folder] = &[
    folder!("rate-limiter": "problem.arch", "model.arch", "naive.arch", "wrong-LocalCounters.arch"),
];

/// Returns the problem of that name.
pub fn named(name: &str) -> Option<&'static Folder> {
    ALL.iter().find(|folder| folder.name == name)
}

impl Folder {
    /// Returns the text of a file.
    pub fn text(&self, file: &str) -> Option<&'static str> {
        let found = self.files.iter().find(|(name, _)| *name == file);
        found.map(|(_, text)| *text)
    }
}
