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
    folder!("bank-accounts": "problem.arch", "model.arch", "naive.arch"),
    folder!("e-commerce": "problem.arch", "model.arch", "naive.arch"),
    folder!("file-storage": "problem.arch", "model.arch", "naive.arch"),
    folder!("key-value-store": "problem.arch", "model.arch", "naive.arch"),
    folder!("local-search": "problem.arch", "model.arch", "naive.arch"),
    folder!("message-broker": "problem.arch", "model.arch", "naive.arch"),
    folder!("news-feed": "problem.arch", "model.arch", "naive.arch"),
    folder!("notification-service": "problem.arch", "model.arch", "naive.arch", "wrong-OneLane.arch"),
    folder!("online-payment": "problem.arch", "model.arch", "naive.arch"),
    folder!("paste-bin": "problem.arch", "model.arch", "naive.arch"),
    folder!("rate-limiter": "problem.arch", "model.arch", "naive.arch", "wrong-LocalCounters.arch"),
    folder!("ride-sharing": "problem.arch", "model.arch", "naive.arch"),
    folder!("room-booking": "problem.arch", "model.arch", "naive.arch"),
    folder!("seat-booking": "problem.arch", "model.arch", "naive.arch"),
    folder!("short-posts": "problem.arch", "model.arch", "naive.arch"),
    folder!("social-network": "problem.arch", "model.arch", "naive.arch"),
    folder!("team-chat": "problem.arch", "model.arch", "naive.arch"),
    folder!("top-k-trending": "problem.arch", "model.arch", "naive.arch"),
    folder!("url-shortener": "problem.arch", "model.arch", "naive.arch"),
    folder!("video-streaming": "problem.arch", "model.arch", "naive.arch"),
    folder!("web-crawler": "problem.arch", "model.arch", "naive.arch"),
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
