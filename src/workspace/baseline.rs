//! Findings that are known and borne: the baseline.
//!
//! A file of JSON. An entry belongs to one design, which is named by its path
//! from the root of the repository that the file lies in, or from the file's
//! folder where it lies in none: so it means the same wherever the command runs.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::Error;
use super::config::{absolute, shown};
use super::known::{Identity, split};
use super::review::Review;
use super::root::{name, root};
use crate::finding::{self, Finding};
use crate::lint::{INTERNAL_ERROR, Outcome, RuleInfo, is_language_error};
use crate::rules;

const VERSION: u32 = 1;

/// So many stale entries are named.
const NAMED: usize = 10;

/// What becomes of the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Upkeep {
    /// It stays as it is.
    #[default]
    Keep,
    /// What is stale goes.
    Prune,
    /// What is found now is in it.
    Write,
}

/// What applying baselines came to.
#[derive(Clone, Debug, Default)]
pub struct Settled {
    /// What is to be told beside the report: stale entries, written files.
    pub notes: Vec<String>,
    /// The files to be written.
    pub files: Vec<(PathBuf, Vec<u8>)>,
}

/// The file.
#[derive(Debug, Deserialize, Serialize)]
struct Document {
    version: u32,
    findings: Vec<Entry>,
}

/// A finding that is known and borne. The order of fields is that of entries.
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
struct Entry {
    design: String,
    rule: String,
    subjects: Vec<String>,
    message: String,
    fingerprint: String,
}

/// A baseline that was read.
struct Baseline {
    path: PathBuf,
    /// What the names of designs are seen from.
    root: PathBuf,
    /// Its text, where it is there.
    text: Option<Vec<u8>>,
    entries: Vec<Entry>,
}

/// Takes out of a review what the baselines hold: the file asked for, or those
/// that the configurations name.
///
/// # Errors
///
/// If a file is missing or is no baseline, or one is to be written and none is named.
pub fn apply_baselines(
    review: &mut Review,
    wanted: Option<&Path>,
    upkeep: Upkeep,
) -> Result<Settled, Error> {
    let mut settled = Settled::default();
    let places = places(review, wanted);
    if places.is_empty() && upkeep != Upkeep::Keep {
        return Err(unnamed());
    }
    for (path, (origin, designs)) in places {
        let mut baseline = Baseline::read(path, origin.as_deref(), upkeep)?;
        let stale = baseline.settle(review, &designs, upkeep);
        settled.notes.extend(baseline.notes(&stale, upkeep));
        let document = baseline.document().into_bytes();
        if upkeep != Upkeep::Keep && baseline.text.as_ref() != Some(&document) {
            settled.files.push((baseline.path, document));
        }
    }
    Ok(settled)
}

/// Who names a baseline, in words, and the designs that it is for.
type Place = (Option<String>, Vec<usize>);

fn places(review: &Review, wanted: Option<&Path>) -> BTreeMap<PathBuf, Place> {
    let mut places: BTreeMap<PathBuf, Place> = BTreeMap::new();
    for (index, config) in review.configs.iter().enumerate() {
        let (path, origin) = match wanted {
            Some(path) => (absolute(path), None),
            None => match config.baseline() {
                Some(path) => (absolute(&path), config.place("check.baseline")),
                None => continue,
            },
        };
        let origin = origin.map(|(file, line)| format!("{}:{line}: ", shown(&file)));
        let place = places.entry(path).or_insert((origin, Vec::new()));
        place.1.push(index);
    }
    places
}

fn unnamed() -> Error {
    Error {
        message: "there is no baseline to write: nothing names its file".to_owned(),
        help: Some(
            "add `--baseline .underpin-baseline.json`, or `baseline` to `[check]` of `underpin.toml`"
                .to_owned(),
        ),
    }
}

impl Baseline {
    fn read(path: PathBuf, origin: Option<&str>, upkeep: Upkeep) -> Result<Baseline, Error> {
        let text = match std::fs::read(&path) {
            Ok(text) => Some(text),
            Err(error) if upkeep == Upkeep::Write && is_missing(&error) => None,
            Err(error) => return Err(unreadable(&path, origin, &error)),
        };
        let entries = text.as_deref().map(|text| parse(&path, text)).transpose()?;
        let folder = path.parent().unwrap_or(Path::new(""));
        let root = root(folder).unwrap_or(folder).to_path_buf();
        Ok(Baseline {
            path,
            root,
            text,
            entries: entries.unwrap_or_default(),
        })
    }

    /// Writes the file's text: always the same for the same entries.
    fn document(&self) -> String {
        let document = Document {
            version: VERSION,
            findings: self.entries.clone(),
        };
        let text = serde_json::to_string_pretty(&document).expect("all keys are words");
        format!("{text}\n")
    }

    /// Takes what is known out of the designs; returns the stale entries. Those that
    /// are to go, and those that are to come, have done so afterwards.
    fn settle(&mut self, review: &mut Review, designs: &[usize], upkeep: Upkeep) -> Vec<Entry> {
        let infos = rules::infos();
        let mut others = std::mem::take(&mut self.entries);
        let (mut kept, mut stale) = (Vec::new(), Vec::new());
        for index in designs {
            let design = self.design(review, *index);
            let (own, rest): (Vec<Entry>, Vec<Entry>) =
                others.into_iter().partition(|it| it.design == design);
            others = rest;
            let outcome = &mut review.outcomes[*index];
            let gone = take_known(outcome, &own, &infos, upkeep);
            if upkeep == Upkeep::Write {
                let found = outcome.baselined.iter().flatten();
                kept.extend(found.map(|it| entry(&design, it)));
            }
            for (index, entry) in own.into_iter().enumerate() {
                match (gone.contains(&index), upkeep) {
                    (true, _) if is_judged(outcome, &entry, &infos) => stale.push(entry),
                    (false, Upkeep::Write) => {}
                    _ => kept.push(entry),
                }
            }
        }
        let asked = review.sources.iter().take(review.asked);
        let asked: BTreeSet<String> = asked.map(|(_, file)| self.name(&file.name)).collect();
        for entry in others {
            match self.is_gone(&asked, &entry) {
                true => stale.push(entry),
                false => kept.push(entry),
            }
        }
        stale.sort();
        if upkeep == Upkeep::Keep {
            kept.extend(stale.iter().cloned());
        }
        kept.sort();
        self.entries = kept;
        stale
    }

    fn design(&self, review: &Review, index: usize) -> String {
        self.name(&review.sources.file(review.outcomes[index].root).name)
    }

    fn name(&self, given: &str) -> String {
        let here = std::env::current_dir().unwrap_or_default();
        name(given, &here, &self.root)
    }

    /// Tells whether an entry is of a design that is none any more; of one that was
    /// not asked for nothing is known.
    fn is_gone(&self, asked: &BTreeSet<String>, entry: &Entry) -> bool {
        let is_text = entry.design.starts_with('<');
        let is_part = asked.contains(&entry.design);
        !is_text && (is_part || !self.root.join(&entry.design).exists())
    }

    fn notes(&self, stale: &[Entry], upkeep: Upkeep) -> Vec<String> {
        let path = shown(&self.path);
        let number = |number: usize, one: &str, more: &str| match number {
            1 => format!("1 {one}"),
            _ => format!("{number} {more}"),
        };
        let gone = number(stale.len(), "stale entry", "stale entries");
        let all = number(self.entries.len(), "finding", "findings");
        match upkeep {
            Upkeep::Keep => warnings(&path, stale),
            Upkeep::Prune => vec![format!("Dropped {gone} from `{path}`; {all} left.")],
            Upkeep::Write => vec![format!("`{path}` holds {all} now.")],
        }
    }
}

fn warnings(path: &str, stale: &[Entry]) -> Vec<String> {
    let named = stale.iter().take(NAMED).map(|entry| {
        let about = match entry.subjects.is_empty() {
            true => String::new(),
            false => format!(" about `{}`", entry.subjects.join("`, `")),
        };
        let Entry { design, rule, .. } = entry;
        format!("warning: `{path}` holds {rule}{about} of `{design}`, which is not found any more")
    });
    let mut notes: Vec<String> = named.collect();
    if stale.len() > NAMED {
        notes.push(format!("warning: and {} more", stale.len() - NAMED));
    }
    if !stale.is_empty() {
        notes.push("help: take out what is stale with `--prune-baseline`".to_owned());
    }
    notes
}

/// Moves what is known into its own list; returns which entries were not found.
fn take_known(
    outcome: &mut Outcome,
    own: &[Entry],
    infos: &[RuleInfo],
    upkeep: Upkeep,
) -> Vec<usize> {
    let findings = std::mem::take(&mut outcome.findings);
    let (always, findings): (Vec<Finding>, Vec<Finding>) = findings
        .into_iter()
        .partition(|it| it.rule == INTERNAL_ERROR || is_language_error(it, infos));
    let identities: Vec<Identity> = own.iter().map(Entry::identity).collect();
    let mut split = split(findings, &identities);
    if upkeep == Upkeep::Write {
        split.known.append(&mut split.fresh);
        finding::sort(&mut split.known);
    }
    outcome.findings = always;
    outcome.findings.extend(split.fresh);
    finding::sort(&mut outcome.findings);
    outcome.baselined = Some(split.known);
    split.gone
}

/// Tells whether the review would have found it: its rule ran, the design was
/// understood, and nothing hid it.
fn is_judged(outcome: &Outcome, entry: &Entry, infos: &[RuleInfo]) -> bool {
    let mistaken = outcome
        .findings
        .iter()
        .any(|it| is_language_error(it, infos));
    let mut hidden = outcome.hidden.iter();
    let hides = hidden.any(|it| it.rule == entry.rule && it.fingerprint() == entry.fingerprint);
    let is_known = infos.iter().any(|info| info.name == entry.rule);
    let ran = outcome.ran.contains(entry.rule.as_str());
    !mistaken && !hides && (ran || !is_known)
}

impl Entry {
    fn identity(&self) -> Identity {
        Identity {
            fingerprint: self.fingerprint.clone(),
            message: self.message.clone(),
        }
    }
}

fn entry(design: &str, finding: &Finding) -> Entry {
    Entry {
        design: design.to_owned(),
        rule: finding.rule.to_string(),
        subjects: finding.subjects.clone(),
        message: finding.message.clone(),
        fingerprint: finding.fingerprint(),
    }
}

fn is_missing(error: &std::io::Error) -> bool {
    error.kind() == std::io::ErrorKind::NotFound
}

fn unreadable(path: &Path, origin: Option<&str>, error: &std::io::Error) -> Error {
    let mut told = Error::file("read", Path::new(&shown(path)), error);
    told.message.insert_str(0, origin.unwrap_or_default());
    if is_missing(error) {
        told.help = Some("make the baseline with `--write-baseline`".to_owned());
    }
    told
}

/// Reads the text of a baseline; what version it is of is asked first.
fn parse(path: &Path, bytes: &[u8]) -> Result<Vec<Entry>, Error> {
    #[derive(Deserialize)]
    struct Versioned {
        version: u32,
    }
    let Versioned { version } = serde_json::from_slice(bytes).map_err(|it| broken(path, &it))?;
    if version != VERSION {
        return Err(Error {
            message: format!(
                "`{}` is a baseline of version {version}, and this underpin reads version {VERSION}",
                shown(path)
            ),
            help: Some("use the underpin that wrote it, or write it anew: remove it first".into()),
        });
    }
    let document: Document = serde_json::from_slice(bytes).map_err(|it| broken(path, &it))?;
    Ok(document.findings)
}

fn broken(path: &Path, error: &serde_json::Error) -> Error {
    let (line, column) = (error.line().max(1), error.column().max(1));
    let words = error.to_string();
    let end = words.rfind(" at line ").unwrap_or(words.len());
    Error {
        message: format!(
            "{}:{line}:{column}: this is no baseline: {}",
            shown(path),
            &words[..end]
        ),
        help: Some("restore the file, or remove it and use `--write-baseline`".to_owned()),
    }
}
