//! From files to what answers are worth.

mod progress;
mod shelf;

pub use progress::{Entry, Progress};
pub use shelf::{Book, Shelf};

use std::path::PathBuf;

use super::Configuration;
use super::Error;
use super::date::Date;
use super::files::Files;
use super::load::Project;
use super::review::{Request, walk};
use crate::config::Wishes;
use crate::diagram;
use crate::diagram::scene::Scene;
use crate::finding::{Finding, Severity};
use crate::lint::{Outcome, Profile};
use crate::model::{FactItem, Input, Model, resolve};
use crate::practice::{self, Answer, Material, Role, Run, Score, Trial};
use crate::rules;
use crate::source::{FileId, Sources};

/// A problem, understood.
#[derive(Clone, Debug)]
pub struct Problem {
    /// Its texts.
    pub sources: Sources,
    /// What it means.
    pub model: Model,
    /// What of it could not be understood.
    pub mistakes: Vec<Finding>,
}

/// The file or text of an answer.
#[derive(Clone, Debug)]
pub enum Script {
    /// Files or folders with one design.
    Paths(Vec<PathBuf>),
    /// A text, and the name to show for it.
    Text(String, Vec<u8>),
}

/// What an answer came to.
#[derive(Clone, Debug)]
pub struct Scored {
    /// The answer's texts.
    pub sources: Sources,
    /// What it is worth.
    pub score: Score,
    /// The problem that it says it answers.
    pub answers: Option<String>,
    /// What of it could not be understood, and so does not count.
    pub mistakes: Vec<Finding>,
    /// What it is made of.
    pub material: Material,
    /// The picture of its components, where there is something to see.
    pub picture: Option<Scene>,
}

/// Reads a problem. What is wrong with its text is in it.
///
/// # Errors
///
/// If a file cannot be read, or declares no problem.
pub fn problem(book: &Book) -> Result<Problem, Error> {
    let file = book.file("problem.arch")?;
    let (paths, stdin) = match file {
        Script::Paths(paths) => (paths, None),
        Script::Text(name, bytes) => (Vec::new(), Some((name, bytes))),
    };
    let disk = Files::disk();
    let design = Project::new(&paths, stdin, &disk)?.design(FileId(0))?;
    let input = Input {
        sources: &design.sources,
        trees: design.trees.iter().collect(),
        environment: None,
    };
    let (model, meaning) = resolve(&input);
    let mut mistakes = design.findings.clone();
    mistakes.extend(meaning);
    mistakes.extend(practice::mistakes(&model, &rules::infos()));
    mistakes.retain(|finding| finding.severity == Severity::Error);
    crate::finding::sort(&mut mistakes);
    if model.problem.is_none() && mistakes.is_empty() {
        return Err(Error {
            message: format!("`{}` asks no problem", design.sources.file(FileId(0)).name),
            help: Some("begin it with `problem name \"Title\" { … }`".to_owned()),
        });
    }
    Ok(Problem {
        sources: design.sources,
        model,
        mistakes,
    })
}

impl Problem {
    /// Returns its mistakes as the outcome of a review.
    pub fn outcome(&self) -> Outcome {
        let root = FileId(0);
        Outcome {
            design: self.sources.file(root).name.clone(),
            root,
            findings: self.mistakes.clone(),
            accepted: Vec::new(),
            hidden: Vec::new(),
            baselined: None,
            unchanged: None,
            not_evaluated: Vec::new(),
            ran: std::collections::BTreeSet::new(),
            policies: Vec::new(),
            fail_on: Severity::Error,
            hidden_by: String::new(),
        }
    }
}

/// Finds out what an answer is worth: for the problem of that name, else for the one
/// that it says it answers.
///
/// The answer is reviewed as an interviewer would, whatever the configuration of
/// its folder says, on a day before any acceptance has run out.
///
/// # Errors
///
/// As [`super::review()`]; if there are several designs, or no such problem.
pub fn score(shelf: &Shelf, script: &Script, wanted: Option<&str>) -> Result<Scored, Error> {
    let find = |answers: Option<&str>, file: &str| {
        let named = wanted.or(answers).ok_or_else(|| unanswered(file))?;
        problem(shelf.book(named)?)
    };
    judge(script, find)
}

/// Finds out what the model answer of a problem is worth.
///
/// # Errors
///
/// If there is none, or it cannot be read.
pub fn model(book: &Book) -> Result<Scored, Error> {
    let problem = problem(book)?;
    judge(&book.file("model.arch")?, |_, _| Ok(problem.clone()))
}

/// The day on which answers are reviewed.
const DAY: Date = Date {
    year: 2000,
    month: 1,
    day: 1,
};

fn judge(
    script: &Script,
    find: impl Fn(Option<&str>, &str) -> Result<Problem, Error> + Sync,
) -> Result<Scored, Error> {
    let (paths, stdin) = match script.clone() {
        Script::Paths(paths) => (paths, None),
        Script::Text(name, bytes) => (Vec::new(), Some((name, bytes))),
    };
    let request = Request {
        stdin,
        today: DAY,
        configuration: Configuration::None,
        wishes: Wishes {
            profile: Some(Profile::Practice),
            ..Wishes::default()
        },
        ..Request::of(paths)
    };
    let (sources, mut scored) = walk(&request, |reviewed| {
        let design = reviewed.design;
        let file = &design.sources.file(reviewed.outcome.root).name;
        let answers = answered(design.model);
        let problem = find(answers.as_deref(), file)?;
        if !problem.mistakes.is_empty() {
            return Err(mistaken(&problem));
        }
        let scenes = diagram::scenes(design, &[]);
        let picture = scenes.into_iter().find(|scene| scene.name == "components");
        let answer = Answer::new(design, reviewed.outcome);
        let score = practice::grade(&problem.model, &problem.sources, &answer);
        let material = practice::material(&answer);
        Ok((score, answers, reviewed.mistakes, material, picture))
    })?;
    let Some(only) = scored.pop().filter(|_| scored.is_empty()) else {
        return Err(Error {
            message: format!(
                "there are {} designs, and one can be an answer",
                scored.len() + 1
            ),
            help: Some("name the file of your answer".to_owned()),
        });
    };
    let (score, answers, mistakes, material, picture) = only?;
    Ok(Scored {
        sources,
        score,
        answers,
        mistakes,
        material,
        picture,
    })
}

fn mistaken(problem: &Problem) -> Error {
    let name = &problem.sources.file(FileId(0)).name;
    Error {
        message: format!("the problem `{name}` has mistakes"),
        help: Some("`underpin practice test` shows them".to_owned()),
    }
}

fn unanswered(file: &str) -> Error {
    Error {
        message: format!("`{file}` does not say which problem it answers"),
        help: Some(
            "write `system Name: product { answers: url-shortener }`, or give `--problem`"
                .to_owned(),
        ),
    }
}

/// Returns the problem that a design says it answers.
fn answered(model: &Model) -> Option<String> {
    let facts = &model.system.as_ref()?.facts;
    facts.items("answers").iter().find_map(|item| match item {
        FactItem::Text(word) | FactItem::Word(word) => Some(word.clone()),
        _ => None,
    })
}

/// A problem held against the answers that come with it.
#[derive(Clone, Debug)]
pub struct Tried {
    /// The problem.
    pub problem: Problem,
    /// What its answers are worth.
    pub trial: Trial,
    /// What of each answer could not be understood.
    pub mistakes: Vec<(Sources, Vec<Finding>)>,
}

/// Holds a problem against the answers that come with it.
///
/// # Errors
///
/// If a file cannot be read.
pub fn trial(book: &Book) -> Result<Tried, Error> {
    let problem = problem(book)?;
    let mut trial = Trial {
        folder: book.name.clone(),
        runs: Vec::new(),
        mistakes: problem.mistakes.len(),
    };
    let mut said = Vec::new();
    if problem.mistakes.is_empty() {
        for (file, role) in book.answers()? {
            let scored = judge(&book.file(&file)?, |_, _| Ok(problem.clone()))?;
            trial.runs.push(Run {
                file,
                role,
                score: scored.score,
                answers: scored.answers,
                mistakes: scored.mistakes.len(),
            });
            said.push((scored.sources, scored.mistakes));
        }
    }
    Ok(Tried {
        problem,
        trial,
        mistakes: said,
    })
}

/// Returns what a file of a problem's folder is there for.
fn role(file: &str) -> Option<Role> {
    match file {
        "model.arch" => Some(Role::Model),
        "naive.arch" => Some(Role::Naive),
        _ => {
            let name = file.strip_prefix("wrong-")?.strip_suffix(".arch")?;
            Some(Role::Wrong(name.to_owned()))
        }
    }
}
