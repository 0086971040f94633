//! Fixes, made until there is nothing more to fix.
//!
//! A fix is only kept if the text reads as well as before, the finding is gone
//! and no other one has come. So each is tried: all of a round at once, and
//! where that does not hold, the halves.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::config::Configs;
use super::files::{Files, Texts};
use super::find::find_files;
use super::load::Project;
use super::review::{Walked, known_environment, walk_project};
use super::{Error, Request, Review, Timings, formatted};
use crate::finding::{Edit, Finding, Fix, RuleName, Safety, Severity};
use crate::lint::{Outcome, RuleInfo};
use crate::rules;
use crate::source::{FileId, SourceFile, Sources};
use crate::syntax::SYNTAX_ERROR;

/// How often all designs are read again.
const ROUNDS: usize = 10;

/// A file with the text that it should have.
#[derive(Clone, Debug)]
pub struct Change {
    /// As it was read.
    pub before: SourceFile,
    /// As it is fixed.
    pub after: String,
    /// Where it was read; nowhere where a text was given instead of a file.
    pub path: Option<PathBuf>,
}

/// What fixing came to.
#[derive(Clone, Debug, Default)]
pub struct Fixed {
    /// The files that change, in the order in which they were read.
    pub changes: Vec<Change>,
    /// How many findings of each rule are gone.
    pub applied: BTreeMap<RuleName, usize>,
    /// The text that was given instead of a file, as it is fixed.
    pub given: Option<String>,
    /// The review of the fixed texts; what could not be fixed has no fix any more.
    pub review: Review,
}

impl Fixed {
    /// Returns how many findings are gone.
    pub fn count(&self) -> usize {
        self.applied.values().sum()
    }
}

/// Fixes every design among the paths as far as `allowed`, in memory. Files that
/// are only imported stay as they are.
///
/// # Errors
///
/// As [`super::review()`].
pub fn fix(request: &Request, allowed: Safety) -> Result<Fixed, Error> {
    let paths = found(request)?;
    let disk = Files::disk();
    let project = Project::new(&paths, request.stdin.clone(), &disk)?;
    let clusters: Vec<Result<Progress, Error>> = clusters(&project)
        .into_par_iter()
        .map(|files| {
            let ground = Ground::new(&project, &files, request, allowed);
            ground.fix(texts_of(&project, &files)?)
        })
        .collect();
    let mut texts = Texts::new();
    let mut applied = BTreeMap::new();
    for progress in clusters {
        let progress = progress?;
        for (rule, number) in progress.applied {
            *applied.entry(rule).or_default() += number;
        }
        texts.extend(progress.texts);
    }
    let changes = changes(&project, request, &texts)?;
    let stdin = given(request, &disk, &texts);
    let text = stdin
        .as_ref()
        .map(|(_, bytes)| String::from_utf8_lossy(bytes).into_owned());
    let fixed = Files::with(texts);
    let again = Project::new(&paths, stdin, &fixed)?;
    let mut walked = walk(&again, request, &rules::infos())?;
    known_environment(request, walked.environments.iter())?;
    forget(&mut walked.kept, allowed);
    Ok(Fixed {
        changes,
        applied,
        given: text,
        review: walked.review(),
    })
}

/// Returns the files that are asked for; none where a text is given instead.
fn found(request: &Request) -> Result<Vec<PathBuf>, Error> {
    match request.stdin {
        Some(_) => Ok(Vec::new()),
        None => {
            let infos = rules::infos();
            let mut configs = Configs::new(&request.configuration, &infos);
            find_files(&request.paths, |file| configs.include(file))
        }
    }
}

fn walk(
    project: &Project<'_>,
    request: &Request,
    infos: &[RuleInfo],
) -> Result<Walked<Outcome>, Error> {
    let mut configs = Configs::new(&request.configuration, infos);
    let timings = &mut Timings::default();
    walk_project(project, request, &mut configs, timings, |it| it.outcome)
}

/// Takes away the fixes that were tried in vain.
fn forget(outcomes: &mut [Outcome], allowed: Safety) {
    let findings = outcomes.iter_mut().flat_map(|it| &mut it.findings);
    for finding in findings {
        finding.fix = finding.fix.take().filter(|fix| fix.safety > allowed);
    }
}

/// Returns the texts of files that can be changed, by their keys.
fn texts_of(project: &Project<'_>, files: &[FileId]) -> Result<Texts, Error> {
    let mut texts = Texts::new();
    for id in files {
        let file = project.read(*id)?;
        if file.invalid_utf8_at.is_none() {
            texts.insert(project.key(*id).to_path_buf(), file.text.clone());
        }
    }
    Ok(texts)
}

/// Returns the text that is given instead of a file, as it is now.
fn given(request: &Request, files: &Files, texts: &Texts) -> Option<(String, Vec<u8>)> {
    let (name, bytes) = request.stdin.clone()?;
    let text = texts.get(&files.key(Path::new(&name)));
    let bytes = text.map_or(bytes, |text| text.clone().into_bytes());
    Some((name, bytes))
}

fn changes(project: &Project<'_>, request: &Request, texts: &Texts) -> Result<Vec<Change>, Error> {
    let mut changes = Vec::new();
    for id in project.ids().take(project.asked) {
        let before = project.read(id)?;
        let Some(after) = texts.get(project.key(id)) else {
            continue;
        };
        if before.text != *after {
            let is_file = request.stdin.is_none();
            changes.push(Change {
                before: SourceFile::clone(&before),
                after: after.clone(),
                path: is_file.then(|| project.path(id).to_path_buf()),
            });
        }
    }
    Ok(changes)
}

/// Returns the files that were read, those together that share a design.
fn clusters(project: &Project<'_>) -> Vec<Vec<FileId>> {
    let files = project.ids().count();
    let mut around: Vec<Vec<usize>> = vec![Vec::new(); files];
    for from in project.ids() {
        for to in project.imports(from) {
            around[from.0 as usize].push(to.0 as usize);
            around[to.0 as usize].push(from.0 as usize);
        }
    }
    let mut seen = vec![false; files];
    let mut clusters = Vec::new();
    for start in 0..files {
        let mut waiting = vec![start];
        let mut cluster = Vec::new();
        while let Some(file) = waiting.pop() {
            if !std::mem::replace(&mut seen[file], true) {
                cluster.push(FileId(file as u32));
                waiting.extend(&around[file]);
            }
        }
        if !cluster.is_empty() {
            cluster.sort_unstable();
            clusters.push(cluster);
        }
    }
    clusters
}

/// How far fixing has come.
struct Progress {
    texts: Texts,
    applied: BTreeMap<RuleName, usize>,
}

/// What is fixed together, and how.
struct Ground<'a> {
    request: &'a Request,
    paths: Vec<PathBuf>,
    infos: Vec<RuleInfo>,
    allowed: Safety,
}

/// Texts that were read and reviewed.
struct State {
    sources: Sources,
    /// The key of each file that was asked for.
    keys: Vec<PathBuf>,
    texts: Texts,
    findings: Vec<Finding>,
}

impl<'a> Ground<'a> {
    fn new(
        project: &Project<'_>,
        files: &[FileId],
        request: &'a Request,
        allowed: Safety,
    ) -> Ground<'a> {
        let asked = |id: &&FileId| request.stdin.is_none() && (id.0 as usize) < project.asked;
        let asked = files.iter().filter(asked);
        Ground {
            request,
            paths: asked.map(|id| project.path(*id).to_path_buf()).collect(),
            infos: rules::infos(),
            allowed,
        }
    }

    fn fix(&self, texts: Texts) -> Result<Progress, Error> {
        let mut applied = BTreeMap::new();
        let mut state = self.state(texts)?;
        for _ in 0..ROUNDS {
            let Some((next, made)) = self.round(&state)? else {
                break;
            };
            for rule in made {
                *applied.entry(rule).or_default() += 1;
            }
            state = next;
        }
        Ok(Progress {
            texts: state.texts,
            applied,
        })
    }

    fn state(&self, texts: Texts) -> Result<State, Error> {
        let files = Files::with(texts.clone());
        let stdin = given(self.request, &files, &texts);
        let project = Project::new(&self.paths, stdin, &files)?;
        let walked = walk(&project, self.request, &self.infos)?;
        let asked = project.ids().take(project.asked);
        let keys = asked.map(|id| project.key(id).to_path_buf()).collect();
        let mut seen = BTreeSet::new();
        let findings = walked.kept.into_iter().flat_map(|it| it.findings);
        // What several designs import is found in each.
        let findings = findings
            .filter(|it| seen.insert((it.primary.span, it.rule.clone(), it.message.clone())))
            .collect();
        Ok(State {
            sources: walked.sources,
            keys,
            texts,
            findings,
        })
    }

    /// Makes what can be made of one severity, the gravest first; gives what was
    /// reached, and the rule of each finding that is gone.
    fn round(&self, state: &State) -> Result<Option<(State, Vec<RuleName>)>, Error> {
        for severity in [Severity::Error, Severity::Warning, Severity::Info] {
            let wanted = wanted(state, severity, self.allowed);
            let (reached, made) = self.attempt(state, wanted)?;
            if let Some(reached) = reached {
                let rules = made.iter().map(|finding| finding.rule.clone()).collect();
                return Ok(Some((reached, rules)));
            }
        }
        Ok(None)
    }

    /// Makes as many of the fixes as hold together.
    fn attempt<'s>(
        &self,
        state: &State,
        wanted: Vec<&'s Finding>,
    ) -> Result<(Option<State>, Vec<&'s Finding>), Error> {
        let mut made: Vec<&Finding> = Vec::new();
        let mut reached = None;
        let mut waiting = vec![wanted];
        while let Some(chunk) = waiting.pop() {
            let trial: Vec<&Finding> = made.iter().chain(&chunk).copied().collect();
            if chunk.is_empty() {
                continue;
            }
            if let Some(next) = self.trial(state, &trial)? {
                (made, reached) = (trial, Some(next));
            } else if chunk.len() > 1 {
                let (first, second) = chunk.split_at(chunk.len() / 2);
                waiting.push(second.to_vec());
                waiting.push(first.to_vec());
            }
        }
        Ok((reached, made))
    }

    /// Makes fixes; gives what is then, if it is better.
    fn trial(&self, state: &State, fixed: &[&Finding]) -> Result<Option<State>, Error> {
        let fixes: Vec<&Fix> = fixed.iter().filter_map(|it| it.fix.as_ref()).collect();
        let Some(texts) = edited(state, &fixes) else {
            return Ok(None);
        };
        let next = self.state(texts)?;
        Ok(self.is_better(state, &next, fixed).then_some(next))
    }

    fn is_better(&self, before: &State, after: &State, fixed: &[&Finding]) -> bool {
        let syntax = |state: &State| {
            let all = state.findings.iter();
            all.filter(|it| it.rule == SYNTAX_ERROR).count()
        };
        let least = fixed.iter().map(|it| it.severity).min();
        let counted = |state: &State| counted(&state.findings, least);
        let (old, new) = (counted(before), counted(after));
        let mut gone: BTreeMap<Identity, usize> = BTreeMap::new();
        for finding in fixed {
            *gone.entry(identity(finding)).or_default() += 1;
        }
        let all_gone = gone
            .iter()
            .all(|(it, times)| number(&new, it) + times <= number(&old, it));
        let blind = fixed.iter().any(|it| self.is_of_language(it));
        // What only could not be seen before has not come with the fix; and what
        // can be fixed in turn is not worse.
        let fixable = |it: &Finding| {
            let fix = it.fix.as_ref();
            fix.is_some_and(|fix| fix.safety <= self.allowed)
        };
        let counts = |it: &&Finding| {
            Some(it.severity) >= least && !fixable(it) && (!blind || self.is_of_language(it))
        };
        let mut come = after.findings.iter().filter(counts);
        let is_new = |it: &Finding| {
            let it = identity(it);
            number(&new, &it) > number(&old, &it)
        };
        syntax(after) <= syntax(before) && all_gone && !come.any(is_new)
    }

    fn is_of_language(&self, finding: &Finding) -> bool {
        let mut infos = self.infos.iter();
        infos.any(|info| info.name == finding.rule && info.category == "language")
    }
}

/// What is the same finding before and after.
type Identity = (RuleName, String);

fn identity(finding: &Finding) -> Identity {
    (finding.rule.clone(), finding.fingerprint())
}

fn number(of: &BTreeMap<Identity, usize>, it: &Identity) -> usize {
    of.get(it).copied().unwrap_or_default()
}

/// Counts the findings of a severity or above.
fn counted(findings: &[Finding], least: Option<Severity>) -> BTreeMap<Identity, usize> {
    let mut counts = BTreeMap::new();
    for finding in findings.iter().filter(|it| Some(it.severity) >= least) {
        *counts.entry(identity(finding)).or_default() += 1;
    }
    counts
}

/// Returns the findings of a severity that can be fixed, from the top of each
/// file; one whose fix overlaps with an earlier one waits for the next round.
fn wanted(state: &State, severity: Severity, allowed: Safety) -> Vec<&Finding> {
    let fixable = |finding: &&Finding| {
        let fix = finding.fix.as_ref();
        let fix = fix.filter(|it| finding.severity == severity && it.safety <= allowed);
        fix.is_some_and(|fix| !fix.edits.is_empty() && is_within(state, fix))
    };
    let mut found: Vec<&Finding> = state.findings.iter().filter(fixable).collect();
    let edits = |finding: &Finding| finding.fix.clone().map(|fix| fix.edits).unwrap_or_default();
    found.sort_by(|a, b| edits(a).cmp(&edits(b)).then(a.rule.cmp(&b.rule)));
    let mut taken: Vec<Edit> = Vec::new();
    found.retain(|finding| {
        let edits = edits(finding);
        let free = |edit: &Edit| taken.iter().all(|other| !overlap(edit, other));
        let all_free = edits.iter().all(free);
        taken.extend(edits.into_iter().filter(|_| all_free));
        all_free
    });
    found
}

/// Tells whether a fix stays within what was asked for.
fn is_within(state: &State, fix: &Fix) -> bool {
    fix.edits.iter().all(|edit| {
        let file = edit.span.file;
        let is_text = state.sources.file(file).invalid_utf8_at.is_none();
        (file.0 as usize) < state.keys.len() && is_text
    })
}

/// Tells whether two edits cannot be made together; neighbours can be, unless
/// both begin at one place.
fn overlap(a: &Edit, b: &Edit) -> bool {
    let (a, b) = (a.span, b.span);
    let apart = a.end < b.start || b.end < a.start;
    let touch = (a.end == b.start || b.end == a.start) && a.start != b.start;
    a.file == b.file && !apart && !touch
}

/// Returns the texts with the edits made; a text in the canonical layout is laid
/// out again. There are none where edits overlap.
fn edited(state: &State, fixes: &[&Fix]) -> Option<Texts> {
    let mut by_file: BTreeMap<FileId, Vec<&Edit>> = BTreeMap::new();
    for edit in fixes.iter().flat_map(|fix| &fix.edits) {
        by_file.entry(edit.span.file).or_default().push(edit);
    }
    let unread: BTreeSet<FileId> = state
        .findings
        .iter()
        .filter(|it| it.rule == SYNTAX_ERROR)
        .map(|it| it.primary.span.file)
        .collect();
    let mut texts = state.texts.clone();
    for (id, mut edits) in by_file {
        edits.sort();
        let clash = edits.windows(2).any(|pair| overlap(pair[0], pair[1]));
        if clash {
            return None;
        }
        let file = state.sources.file(id);
        let text = replaced(&file.text, &edits)?;
        let laid_out = !unread.contains(&id) && formatted(file) == file.text;
        let text = match laid_out {
            true => formatted(&SourceFile::new(file.name.clone(), text)),
            false => text,
        };
        texts.insert(state.keys[id.0 as usize].clone(), text);
    }
    Some(texts)
}

/// Makes edits that stand in order.
fn replaced(text: &str, edits: &[&Edit]) -> Option<String> {
    let mut output = String::with_capacity(text.len());
    let mut end = 0;
    for edit in edits {
        output.push_str(text.get(end..edit.span.start as usize)?);
        output.push_str(&edit.text);
        end = edit.span.end as usize;
    }
    output.push_str(text.get(end..)?);
    Some(output)
}
