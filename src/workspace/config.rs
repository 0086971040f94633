//! Which configuration holds where.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Error;
use super::find::find_files;
use crate::config::{self, Config, Extends, FILE_NAME, Layer, Mistake};
use crate::lint::RuleInfo;
use crate::lint::selection::unknown_rule;

/// Files may build upon each other this deep.
const DEEPEST: usize = 16;

/// Which configuration is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Configuration {
    /// This file, and no other.
    File(PathBuf),
    /// None at all.
    None,
    /// The nearest `underpin.toml` above each file, up to the root of the repository.
    #[default]
    Nearest,
}

/// Configurations, each read once.
pub(super) struct Configs<'a> {
    wanted: &'a Configuration,
    rules: &'a [RuleInfo],
    known: BTreeMap<Option<PathBuf>, Arc<Config>>,
}

impl<'a> Configs<'a> {
    pub(super) fn new(wanted: &'a Configuration, rules: &'a [RuleInfo]) -> Configs<'a> {
        Configs {
            wanted,
            rules,
            known: BTreeMap::new(),
        }
    }

    /// Returns what is known about the rules.
    pub(super) fn rules(&self) -> &'a [RuleInfo] {
        self.rules
    }

    /// Returns the configuration that holds for a file.
    pub(super) fn of(&mut self, file: &Path) -> Result<Arc<Config>, Error> {
        let path = match self.wanted {
            Configuration::File(path) => Some(absolute(path)),
            Configuration::None => None,
            Configuration::Nearest => nearest(&absolute(file)),
        };
        if let Some(known) = self.known.get(&path) {
            return Ok(known.clone());
        }
        let config = match &path {
            Some(path) => Config::new(read(path, self.rules)?),
            None => Config::default(),
        };
        let config = Arc::new(config);
        self.known.insert(path, config.clone());
        Ok(config)
    }

    /// Expects every word that names no rule of ours to name a policy.
    ///
    /// What reads like one, with a capital letter, may be a policy of a design that
    /// is not reviewed now; what reads like a rule, or is called like one, may not.
    pub(super) fn judge(&self, policies: &[RuleInfo]) -> Result<(), Error> {
        for (path, doubt) in self.known.values().flat_map(|config| config.doubts()) {
            let is_called = |info: &RuleInfo| info.name == *doubt.word;
            let is_like = |info: &RuleInfo| info.name.eq_ignore_ascii_case(&doubt.word);
            let elsewhere = doubt.word.chars().any(char::is_uppercase)
                && !self.rules.iter().chain(policies).any(is_like);
            if policies.iter().any(is_called) || elsewhere {
                continue;
            }
            let all: Vec<RuleInfo> = self.rules.iter().chain(policies).cloned().collect();
            let help = unknown_rule(&doubt.word, &all).help;
            let mistake = Mistake {
                help: Some(help),
                ..doubt.mistake.clone()
            };
            return Err(located(path, mistake));
        }
        Ok(())
    }

    /// Tells whether a folder that was named means this file.
    pub(super) fn include(&mut self, file: &Path) -> Result<bool, Error> {
        Ok(self.of(file)?.includes(&absolute(file)))
    }
}

/// Returns the files that paths mean.
///
/// # Errors
///
/// If a path is missing or cannot be read, a folder holds no design, or a
/// configuration file cannot be understood.
pub fn files(
    paths: &[PathBuf],
    wanted: &Configuration,
    rules: &[RuleInfo],
) -> Result<Vec<PathBuf>, Error> {
    let mut configs = Configs::new(wanted, rules);
    find_files(paths, |file| configs.include(file))
}

/// Returns the paths without the files that a configuration excludes.
///
/// # Errors
///
/// If a configuration file cannot be understood.
pub fn without_excluded(
    paths: &[PathBuf],
    wanted: &Configuration,
    rules: &[RuleInfo],
) -> Result<Vec<PathBuf>, Error> {
    let mut configs = Configs::new(wanted, rules);
    let mut kept = Vec::new();
    for path in paths {
        if !path.is_file() || !configs.of(path)?.excludes(&absolute(path)) {
            kept.push(path.clone());
        }
    }
    Ok(kept)
}

/// Returns the configuration that holds for a file or folder.
///
/// # Errors
///
/// If a configuration file cannot be read or understood.
pub fn config(
    wanted: &Configuration,
    file: &Path,
    rules: &[RuleInfo],
) -> Result<Arc<Config>, Error> {
    Configs::new(wanted, rules).of(file)
}

/// Returns a path from the root of the file system, without `.` and `..`.
pub(super) fn absolute(path: &Path) -> PathBuf {
    let full = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    full.canonicalize().unwrap_or(full)
}

/// Returns the nearest configuration file above a file or folder, up to the root of
/// the repository.
fn nearest(file: &Path) -> Option<PathBuf> {
    for folder in file.ancestors() {
        let config = folder.join(FILE_NAME);
        if config.is_file() {
            return Some(config);
        }
        if folder.join(".git").exists() {
            return None;
        }
    }
    None
}

/// Reads a file after all that it builds upon.
fn read(path: &Path, rules: &[RuleInfo]) -> Result<Vec<(PathBuf, Layer)>, Error> {
    let mut layers = Vec::new();
    follow(path, rules, &mut Vec::new(), &mut layers)?;
    Ok(layers)
}

fn follow(
    path: &Path,
    rules: &[RuleInfo],
    above: &mut Vec<PathBuf>,
    layers: &mut Vec<(PathBuf, Layer)>,
) -> Result<(), Error> {
    if above.iter().any(|it| it == path) || above.len() == DEEPEST {
        return Err(Error {
            message: format!("`{}` builds upon itself", shown(path)),
            help: Some("take it out of `extends` of one of them".to_owned()),
        });
    }
    let text = std::fs::read_to_string(path).map_err(|error| {
        let mut told = Error::file("read", Path::new(&shown(path)), &error);
        if let Some(by) = above.last() {
            told.help = Some(format!("`extends` of `{}` names it", shown(by)));
        }
        told
    })?;
    let layer = config::parse(&text, rules).map_err(|mistake| located(path, mistake))?;
    above.push(path.to_path_buf());
    for base in &layer.extends {
        match base {
            Extends::File(name) => {
                let folder = path.parent().unwrap_or(Path::new(""));
                follow(&absolute(&folder.join(name)), rules, above, layers)?;
            }
            Extends::Profile(profile, line) => {
                layers.push((path.to_path_buf(), Layer::of_profile(*profile, *line)));
            }
        }
    }
    above.pop();
    layers.push((path.to_path_buf(), layer));
    Ok(())
}

fn located(path: &Path, mistake: Mistake) -> Error {
    let Mistake { line, column, .. } = mistake;
    Error {
        message: format!("{}:{line}:{column}: {}", shown(path), mistake.message),
        help: mistake.help,
    }
}

/// Returns a path as people see it: from the folder that they are in, if it is there.
pub fn shown(path: &Path) -> String {
    let here = absolute(Path::new("."));
    let path = path.strip_prefix(&here).unwrap_or(path);
    path.to_string_lossy().replace('\\', "/")
}
