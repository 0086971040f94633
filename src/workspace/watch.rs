//! Whether anything that a review read is another now.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::clock::clock;
use super::config::{Configs, absolute};
use super::find::find_files;
use super::review::{Request, Review};
use crate::config::FILE_NAME;
use crate::rules;

/// How long it is left alone between two looks.
const PAUSE: Duration = Duration::from_millis(300);

/// How long it stays the same before it counts as written to the end.
const SETTLED: Duration = Duration::from_millis(50);

/// How often in a row it may be another before that is waited for no longer.
const RESTLESS: usize = 20;

/// When a file was written, and how long it is; nothing where there is none.
type Stamp = Option<(SystemTime, u64)>;

/// The files of a review as they were when they were looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Watched {
    /// What is looked at beside the files that the request means now.
    beside: BTreeSet<PathBuf>,
    stamps: BTreeMap<PathBuf, Stamp>,
}

impl Watched {
    /// Looks at the files that a request means.
    pub fn new(request: &Request) -> Watched {
        Watched::default().again(request)
    }

    /// Adds what a review read beside these: imports, configurations, and more.
    /// What is known already stays as it was seen before the review.
    pub fn learn(&mut self, request: &Request, review: &Review, more: &[PathBuf]) {
        let sources = review.sources.iter();
        let sources = sources.map(|(_, file)| PathBuf::from(&file.name));
        let configs = || review.configs.iter();
        let baselines = configs().filter_map(|config| config.baseline());
        let configs = configs().flat_map(|config| config.paths());
        self.beside = sources
            .chain(review.missing.iter().cloned())
            .chain(configs.map(Path::to_path_buf))
            .chain(baselines)
            .chain(more.iter().cloned())
            .collect();
        let now = self.again(request).stamps.into_iter();
        let seen = |path: &PathBuf, stamp| self.stamps.get(path).copied().unwrap_or(stamp);
        self.stamps = now
            .map(|(path, stamp)| {
                let stamp = seen(&path, stamp);
                (path, stamp)
            })
            .collect();
    }

    /// Returns how many files are watched that are there.
    pub fn len(&self) -> usize {
        self.stamps.values().flatten().count()
    }

    /// Tells whether none is there.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Waits until something is another, and is written to the end.
    pub fn wait(&mut self, request: &Request) {
        loop {
            let start = clock();
            let now = self.again(request);
            if now != *self {
                *self = now;
                return self.settle(request);
            }
            // A look into a large folder takes at most a tenth of the time.
            let spent = clock().saturating_sub(start);
            std::thread::sleep(PAUSE.max(spent * 9));
        }
    }

    fn settle(&mut self, request: &Request) {
        for _ in 0..RESTLESS {
            std::thread::sleep(SETTLED);
            let now = self.again(request);
            if now == *self {
                return;
            }
            *self = now;
        }
    }

    fn again(&self, request: &Request) -> Watched {
        let files = meant(request);
        let folders = files.iter().chain(&request.paths);
        let configs: BTreeSet<PathBuf> = folders.flat_map(|file| configs(file)).collect();
        let all = files.iter().chain(&configs).chain(&self.beside);
        Watched {
            beside: self.beside.clone(),
            stamps: all.map(|path| (path.clone(), stamp(path))).collect(),
        }
    }
}

/// Returns the files that a request means now; what cannot be found or understood
/// the review itself complains about.
fn meant(request: &Request) -> Vec<PathBuf> {
    let infos = rules::infos();
    let mut configs = Configs::new(&request.configuration, &infos);
    let one = |path: &PathBuf| {
        let found = find_files(std::slice::from_ref(path), |file| {
            Ok(configs.include(file).unwrap_or(true))
        });
        found.unwrap_or_else(|_| vec![path.clone()])
    };
    request.paths.iter().flat_map(one).collect()
}

/// Returns where the configuration of a file may lie.
fn configs(file: &Path) -> Vec<PathBuf> {
    let file = absolute(file);
    let mut folders = Vec::new();
    for folder in file.ancestors() {
        folders.push(folder.join(FILE_NAME));
        if folder.join(".git").exists() {
            break;
        }
    }
    folders
}

fn stamp(path: &Path) -> Stamp {
    let metadata = std::fs::metadata(path).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::write;

    #[test]
    fn a_file_that_comes_changes_or_goes_is_seen() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let at = |name: &str| root.join(name);
        std::fs::create_dir(at(".git")).unwrap();
        write(at("a.arch"), "service a").unwrap();
        let request = Request::of(vec![root.clone()]);
        let mut last = Watched::new(&request);
        assert_eq!(last.len(), 1);
        assert_eq!(last.again(&request), last);
        let mut is_new = |deed: &str| {
            let now = last.again(&request);
            assert_ne!(now, last, "{deed}");
            last = now;
        };
        write(at("a.arch"), "service another").unwrap();
        is_new("a change");
        write(at("b.arch"), "service b").unwrap();
        is_new("a new file");
        write(at("underpin.toml"), "[check]").unwrap();
        is_new("a configuration");
        std::fs::remove_file(at("a.arch")).unwrap();
        is_new("a file less");
    }
}
