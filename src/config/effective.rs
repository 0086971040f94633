//! Configuration files on top of each other.

use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use super::layer::{Doubt, Layer};
use crate::finding::{Confidence, Severity};
use crate::lint::selection::Matcher;
use crate::lint::{AcceptPolicy, LevelOf, Profile, Selection, Settings};

/// What holds in a folder: a configuration file with all that it builds upon.
#[derive(Debug, Default)]
pub struct Config {
    /// The files, what is built upon first, each with its name.
    layers: Vec<(PathBuf, Layer)>,
}

/// What a command line asks for; what it leaves open the configuration says.
#[derive(Clone, Debug, Default)]
pub struct Wishes {
    /// The set of rules to start from.
    pub profile: Option<Profile>,
    /// What stands in the place of the profile.
    pub select: Vec<Matcher>,
    /// What is added.
    pub extend_select: Vec<Matcher>,
    /// What is taken away.
    pub ignore: Vec<Matcher>,
    /// What runs and nothing else.
    pub only: Vec<Matcher>,
    /// The confidence from which findings are reported.
    pub min_confidence: Option<Confidence>,
    /// The severity from which a finding fails the run.
    pub fail_on: Option<Severity>,
}

/// A value that holds, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The key: `check.profile`.
    pub key: String,
    /// The value as it is written in TOML.
    pub value: String,
    /// The file and line; nothing for what holds unless something is said.
    pub origin: Option<(PathBuf, usize)>,
}

/// Keys whose values add up.
const LISTS: &[&str] = &[
    "accept.forbid",
    "check.extend-select",
    "check.ignore",
    "files.exclude",
    "overrides",
];

/// Keys about a file itself.
const OWN: &[&str] = &["$schema", "extends", "required-version"];

const DEFAULTS: &[(&str, &str)] = &[
    ("accept.report-unused", "\"warning\""),
    ("accept.require-until", "false"),
    ("check.fail-on", "\"warning\""),
    ("check.profile", "\"recommended\""),
    ("draw.formats", "[\"svg\"]"),
    ("draw.out", "\"diagrams\""),
    ("draw.theme", "\"auto\""),
];

impl Config {
    /// Puts files on top of each other, what is built upon first; their paths are
    /// absolute, as are all paths that are asked about.
    pub fn new(layers: Vec<(PathBuf, Layer)>) -> Config {
        Config { layers }
    }

    /// Returns the file itself; nothing where there is none.
    pub fn path(&self) -> Option<&Path> {
        self.layers.last().map(|(path, _)| path.as_path())
    }

    /// Returns the words that are mistakes unless they name policies, with their files.
    pub fn doubts(&self) -> impl Iterator<Item = (&Path, &Doubt)> {
        let layers = self.layers.iter();
        layers.flat_map(|(path, layer)| layer.doubts.iter().map(|it| (path.as_path(), it)))
    }

    /// Returns the files that it is made of, what is built upon first.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.layers.iter().map(|(path, _)| path.as_path())
    }

    /// Returns the file and line that a value comes from.
    pub fn place(&self, key: &str) -> Option<(PathBuf, usize)> {
        let mut entries = self.entries().into_iter();
        entries.find(|entry| entry.key == key)?.origin
    }

    /// Tells whether a folder that was named means this file.
    pub fn includes(&self, file: &Path) -> bool {
        let mut including = self.layers.iter().rev().filter_map(|(path, layer)| {
            let globs = layer.include.as_ref()?;
            Some(is_in(globs, path, file))
        });
        including.next().unwrap_or(true) && !self.excludes(file)
    }

    /// Tells whether a file is left out of folders.
    pub fn excludes(&self, file: &Path) -> bool {
        let mut layers = self.layers.iter();
        layers.any(|(path, layer)| is_in(&layer.exclude, path, file))
    }

    /// Returns how a design is reviewed that begins with this file.
    pub fn settings(&self, root: &Path, wishes: &Wishes) -> Settings {
        Settings {
            selection: self.selection(wishes),
            levels: self.levels(root),
            accept: self.accept(),
            options: self
                .layers
                .iter()
                .flat_map(|(_, layer)| layer.options.clone())
                .collect(),
        }
    }

    fn selection(&self, wishes: &Wishes) -> Selection {
        // Who names rules on the command line means them, whatever a file says.
        let named = !wishes.select.is_empty() || !wishes.only.is_empty();
        let select = match wishes.profile {
            None if !named => self.last(|layer| layer.select.clone()),
            _ => None,
        };
        let all = |of: fn(&Layer) -> &Vec<Matcher>| match named {
            true => Vec::new(),
            false => self.all(of),
        };
        let profile = self.last(|layer| layer.profile);
        Selection {
            profile: wishes.profile.or(profile).unwrap_or_default(),
            select: match named {
                true => wishes.select.clone(),
                false => select.unwrap_or_default(),
            },
            extend: [all(|it| &it.extend_select), wishes.extend_select.clone()].concat(),
            ignore: [all(|it| &it.ignore), wishes.ignore.clone()].concat(),
            only: wishes.only.clone(),
            min_confidence: wishes
                .min_confidence
                .or(self.last(|layer| layer.min_confidence)),
        }
    }

    fn levels(&self, root: &Path) -> Vec<LevelOf> {
        let mut levels = Vec::new();
        for (_, layer) in &self.layers {
            levels.extend(layer.levels.iter().map(|(rules, level)| LevelOf {
                rules: rules.clone(),
                elements: Vec::new(),
                level: *level,
            }));
        }
        for (path, layer) in &self.layers {
            let overrides = layer.overrides.iter().filter(|it| {
                let globs = set(&it.files);
                it.files.is_empty() || relative(root, path).is_some_and(|it| globs.is_match(it))
            });
            for exception in overrides {
                levels.extend(exception.rules.iter().map(|(rules, level)| LevelOf {
                    rules: rules.clone(),
                    elements: exception.elements.clone(),
                    level: *level,
                }));
            }
        }
        levels
    }

    fn accept(&self) -> AcceptPolicy {
        AcceptPolicy {
            require_until: self.last(|layer| layer.require_until).unwrap_or(false),
            max_days: self.last(|layer| layer.max_days),
            forbid: self.all(|layer| &layer.forbid),
            unused: self.last(|layer| layer.report_unused),
        }
    }

    /// Returns the severity from which a finding fails the run.
    pub fn fail_on(&self, wishes: &Wishes) -> Severity {
        let stated = wishes.fail_on.or(self.last(|layer| layer.fail_on));
        stated.unwrap_or(Severity::Warning)
    }

    /// Returns how many warnings there may be, if that is limited.
    pub fn max_warnings(&self) -> Option<u64> {
        self.last(|layer| layer.max_warnings)
    }

    /// Returns the file with the findings that are known and borne.
    pub fn baseline(&self) -> Option<PathBuf> {
        self.last_path(|layer| layer.baseline.as_deref())
    }

    /// Returns the formats to draw, each one of [`DRAW_FORMATS`](super::DRAW_FORMATS).
    pub fn formats(&self) -> Option<Vec<String>> {
        self.last(|layer| layer.formats.clone())
    }

    /// Returns the folder to draw to.
    pub fn out(&self) -> Option<PathBuf> {
        self.last_path(|layer| layer.out.as_deref())
    }

    /// Returns the theme of pictures, one of [`DRAW_THEMES`](super::DRAW_THEMES).
    pub fn theme(&self) -> Option<String> {
        self.last(|layer| layer.theme.clone())
    }

    /// Returns every value that holds, with where it comes from, in the order of keys.
    pub fn entries(&self) -> Vec<Entry> {
        let mut entries: Vec<Entry> = DEFAULTS
            .iter()
            .map(|(key, value)| Entry {
                key: (*key).to_owned(),
                value: (*value).to_owned(),
                origin: None,
            })
            .collect();
        for (path, layer) in &self.layers {
            for (key, value, line) in &layer.written {
                if OWN.contains(&key.as_str()) {
                    continue;
                }
                if !LISTS.contains(&key.as_str()) {
                    entries.retain(|entry| entry.key != *key);
                }
                entries.push(Entry {
                    key: key.clone(),
                    value: value.clone(),
                    origin: Some((path.clone(), *line)),
                });
            }
        }
        entries.sort_by(|a, b| a.key.cmp(&b.key));
        entries
    }

    fn last<T>(&self, of: impl Fn(&Layer) -> Option<T>) -> Option<T> {
        self.layers.iter().rev().find_map(|(_, layer)| of(layer))
    }

    fn last_path(&self, of: impl Fn(&Layer) -> Option<&str>) -> Option<PathBuf> {
        let mut latest = self.layers.iter().rev();
        latest.find_map(|(path, layer)| {
            let folder = path.parent().unwrap_or(Path::new(""));
            Some(folder.join(of(layer)?))
        })
    }

    fn all(&self, of: impl Fn(&Layer) -> &Vec<Matcher>) -> Vec<Matcher> {
        let layers = self.layers.iter();
        layers.flat_map(|(_, layer)| of(layer).clone()).collect()
    }
}

/// Returns a file as it is seen from the folder of a configuration file.
fn relative<'a>(file: &'a Path, config: &Path) -> Option<&'a Path> {
    file.strip_prefix(config.parent()?).ok()
}

fn is_in(globs: &[String], config: &Path, file: &Path) -> bool {
    relative(file, config).is_some_and(|it| set(globs).is_match(it))
}

// Every pattern was tried when it was read.
fn set(globs: &[String]) -> GlobSet {
    let mut builder = GlobSetBuilder::new();
    for glob in globs {
        if let Ok(glob) = GlobBuilder::new(glob).literal_separator(true).build() {
            builder.add(glob);
        }
    }
    builder.build().unwrap_or_default()
}
