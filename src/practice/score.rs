//! What an answer is worth: plain data.

use std::fmt;

use serde::{Serialize, Serializer};

/// What an answer to a problem is worth, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Score {
    /// The problem's name.
    pub problem: String,
    /// The problem's title.
    pub title: String,
    /// The answer's system.
    pub answer: String,
    /// The points that are left after what was lost: of each competency what is left,
    /// never below 0.
    pub points: Points,
    /// The points that could be earned.
    pub of: Points,
    /// The share of the points that could be earned, in whole percent, rounded down.
    pub percent: u32,
    /// What an interview assesses, as far as it can be read from a design.
    pub competencies: Vec<Competency>,
    /// The steps of the framework, with all that was looked at.
    pub steps: Vec<StepScore>,
    /// What an interviewer would ask next.
    pub next: Vec<Asked>,
    /// What nobody can read from a design.
    pub not_assessed: Vec<String>,
}

/// One of the things that an interview assesses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Competency {
    /// Its name.
    pub name: String,
    /// The points that were earned.
    pub earned: Points,
    /// The points that could be earned.
    pub of: Points,
    /// The points that wrong turns and findings cost.
    pub cost: Points,
    /// How many criteria are met.
    pub met: usize,
    /// How many are met in part.
    pub partly: usize,
    /// How many are missed.
    pub missed: usize,
}

/// A step of the framework.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct StepScore {
    /// Its name: `high-level`.
    pub step: String,
    /// The points that were earned.
    pub earned: Points,
    /// The points that could be earned.
    pub of: Points,
    /// The points that wrong turns and findings cost.
    pub cost: Points,
    /// What was looked at.
    pub criteria: Vec<Criterion>,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Criterion {
    /// Its name: that of the expectation, or of what is expected of every answer.
    pub name: String,
    /// What is there where it is met; of a wrong turn, what is wrong.
    pub title: String,
    /// Whether it is expected of every answer to every problem.
    pub general: bool,
    /// What came of it.
    pub verdict: Verdict,
    /// The points that it earned.
    pub earned: Points,
    /// The points that it could earn.
    pub of: Points,
    /// The points that it cost.
    pub cost: Points,
    /// What was asked for, line by line, and what was found.
    pub lines: Vec<Line>,
    /// The idea behind it.
    pub why: Option<String>,
    /// What helps without giving it away.
    pub hint: Option<String>,
    /// What an interviewer would ask next.
    pub ask: Option<String>,
}

/// One line of what was asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Line {
    /// What was asked for, in the words of the language or in a sentence.
    pub asked: String,
    /// Whether it was found.
    pub met: bool,
    /// What was found and where, or what was looked at instead.
    pub reason: String,
    /// The places in the answer.
    pub at: Vec<Place>,
}

/// A place in the answer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Place {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
}

/// A question that an interviewer would ask next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Asked {
    /// The question.
    pub question: String,
    /// The name of what it is about.
    pub about: String,
}

/// What came of a criterion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// A wrong turn that the answer does not take, or something bad that is not there.
    Absent,
    /// All of it is there.
    Met,
    /// Nothing of it is there.
    Missed,
    /// Some of it is there.
    Partly,
    /// A wrong turn that the answer takes, or something bad that is there.
    Shown,
}

/// Points, to the half.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Points {
    halves: u32,
}

impl Points {
    /// None.
    pub const NONE: Points = Points { halves: 0 };

    /// Returns so many whole points.
    pub const fn whole(points: u32) -> Points {
        Points { halves: points * 2 }
    }

    /// Returns so many half points.
    pub const fn halves(halves: u32) -> Points {
        Points { halves }
    }

    /// Returns half of them, rounded up.
    #[must_use]
    pub fn half(self) -> Points {
        Points {
            halves: self.halves.div_ceil(2),
        }
    }

    /// Returns what is left after a cost, never below 0.
    #[must_use]
    pub fn minus(self, cost: Points) -> Points {
        Points {
            halves: self.halves.saturating_sub(cost.halves),
        }
    }

    /// Returns the share of others in whole percent, rounded down.
    pub fn percent_of(self, all: Points) -> u32 {
        match all.halves {
            0 => 0,
            all => self.halves.min(all) * 100 / all,
        }
    }
}

impl std::iter::Sum for Points {
    fn sum<I: Iterator<Item = Points>>(points: I) -> Points {
        Points {
            halves: points.map(|it| it.halves).sum(),
        }
    }
}

impl fmt::Display for Points {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let half = if self.halves % 2 == 1 { ".5" } else { "" };
        write!(formatter, "{}{half}", self.halves / 2)
    }
}

impl Serialize for Points {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.halves % 2 {
            0 => serializer.serialize_u32(self.halves / 2),
            _ => serializer.serialize_f64(f64::from(self.halves) / 2.0),
        }
    }
}

#[cfg(test)]
impl schemars::JsonSchema for Points {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Points".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "Points, to the half.",
            "type": "number",
            "minimum": 0,
            "multipleOf": 0.5
        })
    }
}

impl Verdict {
    /// Returns the word for it.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Absent => "absent",
            Verdict::Met => "met",
            Verdict::Missed => "missed",
            Verdict::Partly => "partly",
            Verdict::Shown => "shown",
        }
    }

    /// Tells whether it earned less than it could, or cost something.
    pub fn is_loss(self) -> bool {
        matches!(self, Verdict::Missed | Verdict::Partly | Verdict::Shown)
    }
}

impl Score {
    /// Returns everything that was looked at, in order.
    pub fn criteria(&self) -> impl Iterator<Item = &Criterion> {
        self.steps.iter().flat_map(|step| &step.criteria)
    }

    /// Returns what was looked at under that name.
    pub fn criterion(&self, name: &str) -> Option<&Criterion> {
        self.criteria().find(|it| it.name == name)
    }
}

impl Criterion {
    /// Tells whether it can only cost.
    pub fn is_cost(&self) -> bool {
        matches!(self.verdict, Verdict::Absent | Verdict::Shown)
    }
}
