//! Whether a problem is fit for use: its model answer is a good one, its naive
//! answer is not, and every wrong turn is seen.

use super::score::{Score, Verdict};

/// The least that a model answer is worth, in percent.
pub const MODEL: u32 = 95;
/// What a naive answer must not be worth, in percent.
pub const NAIVE: u32 = 50;

/// A problem with the answers that come with it.
#[derive(Clone, Debug)]
pub struct Trial {
    /// The name of the problem's folder.
    pub folder: String,
    /// The answers.
    pub runs: Vec<Run>,
    /// What is wrong with the problem's files, beside what the answers show.
    pub mistakes: usize,
}

/// An answer that comes with a problem.
#[derive(Clone, Debug)]
pub struct Run {
    /// The file.
    pub file: String,
    /// What it is there for.
    pub role: Role,
    /// What it is worth.
    pub score: Score,
    /// The practice problem that it says it answers.
    pub answers: Option<String>,
    /// How much of its text could not be understood.
    pub mistakes: usize,
}

/// What an answer that comes with a problem is there for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role {
    /// To be the best.
    Model,
    /// To be believable and bad.
    Naive,
    /// To show one wrong turn.
    Wrong(String),
}

impl Trial {
    /// Returns what is wrong with the problem; nothing where it is fit for use.
    pub fn failures(&self) -> Vec<String> {
        if self.mistakes > 0 {
            return vec!["`problem.arch` has mistakes".to_owned()];
        }
        let mut failures = Vec::new();
        for run in &self.runs {
            failures.extend(run.failures(&self.folder));
        }
        let has = |role: &Role| self.runs.iter().any(|run| run.role == *role);
        for (role, file) in [(Role::Model, "model.arch"), (Role::Naive, "naive.arch")] {
            if !has(&role) {
                failures.push(format!("there is no `{file}`"));
            }
        }
        failures.extend(self.unseen());
        failures
    }

    /// Returns the wrong turns that no bad answer takes.
    fn unseen(&self) -> Vec<String> {
        let Some(first) = self.runs.first() else {
            return Vec::new();
        };
        let turns = first
            .score
            .criteria()
            .filter(|it| !it.general && it.is_cost());
        let unseen = turns.filter(|turn| {
            let mut bad = self.runs.iter().filter(|run| run.role != Role::Model);
            !bad.any(|run| run.shows(&turn.name))
        });
        let words = unseen.map(|turn| {
            format!(
                "no bad answer takes the wrong turn `{0}`; let `naive.arch` or `wrong-{0}.arch` take it",
                turn.name
            )
        });
        words.collect()
    }
}

impl Run {
    fn shows(&self, name: &str) -> bool {
        let criterion = self.score.criterion(name);
        criterion.is_some_and(|it| it.verdict == Verdict::Shown)
    }

    fn failures(&self, problem: &str) -> Vec<String> {
        let mut failures = Vec::new();
        let (file, percent) = (&self.file, self.score.percent);
        if self.mistakes > 0 {
            failures.push(format!("`{file}` has mistakes"));
        }
        if self.answers.as_deref() != Some(self.score.problem.as_str()) {
            let name = &self.score.problem;
            failures.push(format!("`{file}` does not say `answers: {name}`"));
        }
        if self.score.problem != problem {
            let name = &self.score.problem;
            failures.push(format!(
                "the problem `{name}` stands in a folder `{problem}`"
            ));
        }
        match &self.role {
            Role::Model => {
                if percent < MODEL {
                    failures.push(format!("`{file}` scores {percent} %, and needs {MODEL} %"));
                }
                if self.shows("review") {
                    failures.push(format!("the review has findings in `{file}`"));
                }
            }
            Role::Naive if percent >= NAIVE => {
                failures.push(format!(
                    "`{file}` scores {percent} %, and should stay below {NAIVE} %"
                ));
            }
            Role::Wrong(name) if !self.shows(name) => {
                failures.push(format!("`{file}` does not take the wrong turn `{name}`"));
            }
            Role::Naive | Role::Wrong(_) => {}
        }
        failures
    }
}
