//! What changed between two states of a design.
//!
//! Takes two models with what a review found in each, gives [`Changes`]: what was
//! added, removed and changed, which requirements ask for less, what breaks those
//! who rely on it. Formatting, comments and the order of statements are no change.
//! Does not know where the states come from, nor how changes are printed or drawn.

mod breaking;
mod describe;
mod findings;
mod requirements;
mod sheet;
mod steps;
mod things;
mod words;

#[cfg(test)]
mod tests;

pub use sheet::sheet;

use serde::Serialize;

use crate::finding::{Finding, Severity};
use crate::model::Model;
use crate::numbers::Place;
use crate::source::Sources;

/// One state of a design.
#[derive(Clone, Copy)]
pub struct State<'a> {
    /// What it means.
    pub model: &'a Model,
    /// Its texts.
    pub sources: &'a Sources,
    /// What a review reports.
    pub findings: &'a [Finding],
    /// What it would report if the design did not accept it.
    pub accepted: &'a [Finding],
    /// The name of the file that the design begins with.
    pub root: &'a str,
}

/// What happened to something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// It is new.
    Added,
    /// Something is said of it that was not, or the other way round.
    Changed,
    /// It is gone.
    Removed,
}

/// What changed in one design.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Changes {
    /// The name of the system, or of the root file.
    pub design: String,
    /// The path of the root file before; null for a new design.
    pub base: Option<String>,
    /// The path of the root file now; null for a design that is gone.
    pub head: Option<String>,
    /// What breaks those who rely on the design.
    pub breaking: Vec<Breaking>,
    /// The targets and requirements that ask for more or less.
    pub requirements: Vec<Target>,
    /// What has a name: components, operations, entities, flows and all else.
    pub elements: Vec<Item>,
    /// Connections, by their ends and arrow.
    pub relations: Vec<Item>,
    /// What a review says that it did not, and the other way round.
    pub findings: Findings,
}

/// Something that was added, removed or changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Item {
    /// What sort of thing it is: `component`, `operation`, `requirement`, `relation`.
    pub sort: &'static str,
    /// Its kind: `service`, `quality`; the sort where there are no kinds.
    pub kind: String,
    /// Its name; of a connection its ends: `gate -> feeds`.
    pub name: String,
    /// What happened to it.
    pub change: Change,
    /// What is said of it and was not, and the other way round; all of it where it is
    /// new or gone.
    pub facts: Vec<FactChange>,
}

/// A fact that was added, removed or changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct FactChange {
    /// What it is about: `replicas`, `field author`, `step 3`.
    pub name: String,
    /// What was said; null where nothing was.
    pub before: Option<String>,
    /// What is said now; null where nothing is.
    pub after: Option<String>,
}

/// Whether a requirement asks for more or less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// It is gone.
    Removed,
    /// Some of what was allowed is not, and the other way round.
    Replaced,
    /// It asks for less.
    Weakened,
    /// It asks for more.
    Strengthened,
    /// It is new.
    Added,
}

/// A target or requirement that asks for more or less.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Target {
    /// The requirement or the operation that states it.
    pub of: String,
    /// Its kind: `quality`, `functional`, `operation`.
    pub kind: &'static str,
    /// What is asked for: `p99`, `priority`; `requirement` for the whole of it.
    pub what: String,
    /// Whether it asks for more or less.
    pub direction: Direction,
    /// What was asked for; null where nothing was.
    pub before: Option<String>,
    /// What is asked for now; null where nothing is.
    pub after: Option<String>,
}

/// Why a change breaks something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// Callers ask for an operation that is gone.
    OperationRemoved,
    /// Callers ask in a way that is not understood any more, or miss what they got.
    OperationChanged,
    /// A requirement is gone.
    RequirementRemoved,
    /// A requirement asks for less, or for something else.
    RequirementWeakened,
    /// The review reports an error that it did not.
    NewError,
}

/// Something that breaks those who rely on the design.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Breaking {
    /// Why.
    pub reason: Reason,
    /// What it is about: a name, or a finding's fingerprint.
    pub of: String,
    /// What is broken, in words.
    pub message: String,
}

/// What a review says that it did not, and the other way round.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Findings {
    /// Reported now and not before.
    pub new: Vec<Found>,
    /// Accepted now and not before.
    pub accepted: Vec<Found>,
    /// Reported before, and neither reported nor accepted now.
    pub gone: Vec<Found>,
}

/// A finding.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Found {
    /// The rule.
    pub rule: String,
    /// How bad: `error`, `warning` or `info`.
    #[cfg_attr(test, schemars(with = "String"))]
    pub severity: Severity,
    /// What was found.
    pub message: String,
    /// Where; of one that is gone, where it was.
    pub place: Option<Place>,
    /// Its identity in every report.
    pub fingerprint: String,
}

impl Changes {
    /// Tells whether nothing changed.
    pub fn is_empty(&self) -> bool {
        let Findings {
            new,
            accepted,
            gone,
        } = &self.findings;
        let same = self.elements.is_empty() && self.relations.is_empty();
        let found = [new, accepted, gone].iter().all(|list| list.is_empty());
        same && found && self.requirements.is_empty() && self.base.is_some() == self.head.is_some()
    }
}

impl Change {
    /// Returns the sign for it: `+`, `~` or `-`.
    pub fn sign(self) -> &'static str {
        match self {
            Change::Added => "+",
            Change::Changed => "~",
            Change::Removed => "-",
        }
    }

    /// Returns the word for it.
    pub fn word(self) -> &'static str {
        match self {
            Change::Added => "added",
            Change::Changed => "changed",
            Change::Removed => "removed",
        }
    }
}

/// Returns what changed from one state of a design to another; a state that is
/// missing is that of a design that does not exist.
pub fn diff<'a>(base: Option<State<'a>>, head: Option<State<'a>>) -> Changes {
    let describe = |state: Option<State<'_>>| {
        let described = state.map(|it| describe::describe(it.model, it.sources));
        described.unwrap_or_default()
    };
    let (before, after) = (describe(base), describe(head));
    let (relations, elements): (Vec<Item>, Vec<Item>) = things::diff(&before, &after)
        .into_iter()
        .partition(|item| item.sort == things::RELATION);
    let requirements = requirements::diff(base.map(|it| it.model), head.map(|it| it.model));
    let findings = findings::diff(base, head);
    let root = |state: Option<State<'_>>| state.map(|it| it.root.to_owned());
    let name = |state: State<'_>| match &state.model.system {
        Some(system) => system.name.clone(),
        None => state.root.to_owned(),
    };
    Changes {
        design: head.or(base).map(name).unwrap_or_default(),
        base: root(base),
        head: root(head),
        breaking: breaking::breaking(&elements, &requirements, &findings),
        requirements,
        elements,
        relations,
        findings,
    }
}
