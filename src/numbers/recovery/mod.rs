//! What is lost, and how long it takes to be back, when something must be recovered.

mod lay;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

pub(super) use lay::section;

use super::nines;
use super::words::likewise;
use super::{Context, Input, Missing, Place, Target, Verdict};
use crate::analysis::recovery::{self as analysis, Bounded, Disruption, Mechanism};
use crate::model::{Component, Id};

/// What disruptions lose, and how long it takes to be back.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, schemars(rename = "Recovery"))]
pub struct Part {
    /// The stores that keep data for good, in the order of the text.
    pub stores: Vec<Store>,
    /// The operations, flows and clients that need one of them.
    pub goals: Vec<Goal>,
    /// The stated objectives, in the order of the text.
    pub objectives: Vec<Objective>,
    /// What went in.
    pub inputs: Vec<Input>,
    /// What is not stated, and would be needed.
    pub missing: Vec<Missing>,
}

/// What disruptions do to one store.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, schemars(rename = "StoreRecovery"))]
pub struct Store {
    /// Its name.
    pub name: String,
    /// One for each kind of disruption: process, node, zone, region, operator error.
    pub cells: Vec<Cell>,
}

/// What one kind of disruption does to one store.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Cell {
    /// What happens.
    pub disruption: DisruptionKind,
    /// What brings the data back.
    pub mechanism: MechanismKind,
    /// The store that follows this one, where that brings the data back.
    pub follower: Option<String>,
    /// Whether the backup is stated to have been brought back once, where a backup
    /// brings the data back.
    pub restore_tested: Option<bool>,
    /// How much work is lost, as the time in which it was done: the recovery point.
    pub loss: Amount,
    /// How long it takes to be back: the recovery time.
    pub time: Amount,
    /// What is not stated, and would be needed.
    pub missing: Vec<String>,
}

/// What can happen to a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum DisruptionKind {
    /// A program stops; its disk is still there.
    Process,
    /// A machine is lost, with its disk.
    Node,
    /// A zone is lost.
    Zone,
    /// A region is lost.
    Region,
    /// Somebody deletes or spoils data, or a program does.
    OperatorError,
}

/// What brings data back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum MechanismKind {
    /// A backup.
    Backup,
    /// The store's own copies.
    Copies,
    /// Another store that follows it.
    Follower,
    /// Nothing: all is lost.
    Nothing,
    /// It is made again from something else.
    Rebuild,
    /// What is on disk is still there.
    Restart,
    /// Nothing says what does.
    Unstated,
    /// Older versions that the store keeps.
    Versions,
}

/// A time of which more or less is known.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, schemars(rename = "Seconds"))]
pub struct Amount {
    /// The seconds at the least, whatever is not stated; none where all is lost.
    pub at_least_seconds: Option<f64>,
    /// The seconds by what is stated and assumed; none where nothing says, and where
    /// all is lost.
    pub estimate_seconds: Option<f64>,
    /// Whether all is lost, and nothing comes back.
    pub everything: bool,
}

/// What disruptions do to an operation, flow or client: the worst of its stores.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, schemars(rename = "GoalRecovery"))]
pub struct Goal {
    /// Its name.
    pub of: String,
    /// The stores that it needs.
    pub stores: Vec<String>,
    /// The worst of them, for each kind of disruption.
    pub worst: Vec<Worst>,
}

/// The worst that one kind of disruption does to the stores of an operation.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Worst {
    /// What happens.
    pub disruption: DisruptionKind,
    /// How much work is lost, as the time in which it was done.
    pub loss: Amount,
    /// How long it takes to be back.
    pub time: Amount,
}

/// An objective, and how each store in its scope does.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Objective {
    /// The requirement or operation that states it.
    pub by: String,
    /// As it would be written: `rpo <= 5min`.
    pub demand: String,
    /// What it bounds.
    pub bounds: Bounds,
    /// The bound in seconds.
    pub bound_seconds: f64,
    /// Every store in its scope, with every kind of disruption.
    pub verdicts: Vec<Judged>,
    /// Where it is stated.
    pub place: Place,
}

/// What an objective bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Bounds {
    /// The work that may be lost: the recovery point objective.
    Loss,
    /// The time that recovery may take: the recovery time objective.
    Time,
}

/// How one store does in one kind of disruption.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Judged {
    /// The store.
    pub store: String,
    /// What happens.
    pub disruption: DisruptionKind,
    /// Whether the objective is met; nothing helping at all is likely to break it.
    pub verdict: Verdict,
}

pub(super) fn part(context: &Context) -> Part {
    let found = analysis::recovery(context.model, context.success);
    let cells = || found.stores.iter().flat_map(|store| &store.cells);
    Part {
        stores: found.stores.iter().map(|it| store(context, it)).collect(),
        goals: found.goals.iter().map(|it| goal(context, it)).collect(),
        objectives: found
            .objectives
            .iter()
            .map(|it| objective(context, it))
            .collect(),
        inputs: context.inputs(cells().flat_map(|cell| &cell.inputs)),
        missing: context.missing(cells().flat_map(|cell| &cell.missing)),
    }
}

fn name(context: &Context, id: Id<Component>) -> String {
    context.model.name(id).to_owned()
}

fn store(context: &Context, store: &analysis::StoreRecovery) -> Store {
    let cell = |it: &analysis::Cell| {
        let (mechanism, follower, restore_tested) = match it.by {
            Mechanism::Backup(tested) => (MechanismKind::Backup, None, Some(tested)),
            Mechanism::Copies => (MechanismKind::Copies, None, None),
            Mechanism::Follower(id) => (MechanismKind::Follower, Some(name(context, id)), None),
            Mechanism::Nothing => (MechanismKind::Nothing, None, None),
            Mechanism::Rebuild => (MechanismKind::Rebuild, None, None),
            Mechanism::Restart => (MechanismKind::Restart, None, None),
            Mechanism::Unstated => (MechanismKind::Unstated, None, None),
            Mechanism::Versions => (MechanismKind::Versions, None, None),
        };
        Cell {
            disruption: it.disruption.into(),
            mechanism,
            follower,
            restore_tested,
            loss: it.loss.into(),
            time: it.time.into(),
            missing: it.missing.iter().map(|it| it.what.clone()).collect(),
        }
    };
    Store {
        name: name(context, store.component),
        cells: store.cells.iter().map(cell).collect(),
    }
}

fn goal(context: &Context, goal: &analysis::GoalRecovery) -> Goal {
    let worst = Disruption::ALL.into_iter().zip(&goal.loss).zip(&goal.time);
    let worst = worst.map(|((disruption, loss), time)| Worst {
        disruption: disruption.into(),
        loss: (*loss).into(),
        time: (*time).into(),
    });
    Goal {
        of: context.name(goal.of),
        stores: goal.stores.iter().map(|id| name(context, *id)).collect(),
        worst: worst.collect(),
    }
}

fn objective(context: &Context, objective: &analysis::Objective) -> Objective {
    let judged =
        |(id, disruption, verdict): &(Id<Component>, Disruption, analysis::Verdict)| Judged {
            store: name(context, *id),
            disruption: (*disruption).into(),
            verdict: (*verdict).into(),
        };
    Objective {
        by: context.name(objective.by),
        demand: objective.words.clone(),
        bounds: match objective.bounded {
            Bounded::Loss => Bounds::Loss,
            Bounded::Time => Bounds::Time,
        },
        bound_seconds: objective.bound,
        verdicts: objective.verdicts.iter().map(judged).collect(),
        place: context.place(objective.span),
    }
}

impl From<Disruption> for DisruptionKind {
    fn from(disruption: Disruption) -> DisruptionKind {
        match disruption {
            Disruption::Process => DisruptionKind::Process,
            Disruption::Node => DisruptionKind::Node,
            Disruption::Zone => DisruptionKind::Zone,
            Disruption::Region => DisruptionKind::Region,
            Disruption::OperatorError => DisruptionKind::OperatorError,
        }
    }
}

impl From<analysis::Amount> for Amount {
    fn from(amount: analysis::Amount) -> Amount {
        let finite = |seconds: &f64| seconds.is_finite();
        Amount {
            at_least_seconds: Some(amount.at_least).filter(finite),
            estimate_seconds: amount.estimate.filter(finite),
            everything: amount.estimate.is_some_and(f64::is_infinite),
        }
    }
}

impl From<analysis::Verdict> for Verdict {
    fn from(verdict: analysis::Verdict) -> Verdict {
        match verdict {
            analysis::Verdict::Met => Verdict::LikelyHolds,
            analysis::Verdict::Unknown => Verdict::Unknown,
            analysis::Verdict::MissedByEstimate | analysis::Verdict::NoMechanism => {
                Verdict::LikelyBreaks
            }
            analysis::Verdict::Missed => Verdict::Breaks,
        }
    }
}

/// What becomes of each store in each kind of disruption.
type Cells<'p> = BTreeMap<(&'p str, DisruptionKind), &'p Cell>;

/// Judges every objective, by the store and the disruption that do worst.
pub(super) fn targets(part: &Part) -> Vec<Target> {
    let cells = part.stores.iter().flat_map(|store| {
        let cells = store.cells.iter();
        cells.map(|cell| ((store.name.as_str(), cell.disruption), cell))
    });
    let cells: Cells = cells.collect();
    let objectives = part.objectives.iter();
    objectives.filter_map(|it| judged(&cells, it)).collect()
}

fn judged(cells: &Cells, objective: &Objective) -> Option<Target> {
    let verdict = objective.verdicts.iter().map(|it| it.verdict).min()?;
    let worst = objective.verdicts.iter().filter(|it| it.verdict == verdict);
    let size = |judged: &&Judged| {
        let key = (judged.store.as_str(), judged.disruption);
        cells
            .get(&key)
            .map_or(0.0, |cell| cell.amount(objective.bounds).size())
    };
    // Of those that are equally bad the first, and the smallest disruption.
    let worst = worst.rev().max_by(|a, b| size(a).total_cmp(&size(b)))?;
    let others = objective.verdicts.iter();
    let others: BTreeSet<&str> = others
        .filter(|it| it.verdict == verdict && it.store != worst.store)
        .map(|it| it.store.as_str())
        .collect();
    let mut why = why(cells, objective, worst);
    why.push_str(&likewise(others.len()));
    Some(Target {
        by: objective.by.clone(),
        of: worst.store.clone(),
        demand: objective.demand.clone(),
        verdict,
        why,
        place: objective.place.clone(),
    })
}

fn why(cells: &Cells, objective: &Objective, worst: &Judged) -> String {
    let Some(cell) = cells.get(&(worst.store.as_str(), worst.disruption)) else {
        return String::new();
    };
    let amount = cell.amount(objective.bounds);
    let after = worst.disruption.after();
    match (worst.verdict, objective.bounds) {
        (Verdict::Unknown, _) => match cell.missing.first() {
            Some(missing) => missing.clone(),
            None => format!("nothing says what happens {after}"),
        },
        (_, _) if amount.everything => format!("nothing brings it back {after}"),
        (_, Bounds::Loss) => format!("up to {} are lost {after}", amount.words()),
        (_, Bounds::Time) => format!("back within {} {after}", amount.words()),
    }
}

impl Cell {
    fn amount(&self, bounds: Bounds) -> Amount {
        match bounds {
            Bounds::Loss => self.loss,
            Bounds::Time => self.time,
        }
    }
}

impl Amount {
    fn size(&self) -> f64 {
        let known = self.estimate_seconds.or(self.at_least_seconds);
        match self.everything {
            true => f64::INFINITY,
            false => known.unwrap_or(0.0),
        }
    }

    /// Says how much it is: `24 h`, `all`, `?`.
    fn words(&self) -> String {
        match (self.estimate_seconds, self.at_least_seconds) {
            _ if self.everything => "all".to_owned(),
            (Some(seconds), least) if least == Some(seconds) => nines::duration(seconds),
            (Some(seconds), _) => nines::about(seconds),
            (None, Some(seconds)) if seconds > 0.0 => format!("≥ {}", nines::duration(seconds)),
            (None, _) => "?".to_owned(),
        }
    }
}

impl DisruptionKind {
    /// Says when it is.
    fn after(self) -> &'static str {
        match self {
            DisruptionKind::Process => "when a process stops",
            DisruptionKind::Node => "when a machine is lost",
            DisruptionKind::Zone => "when a zone is lost",
            DisruptionKind::Region => "when a region is lost",
            DisruptionKind::OperatorError => "when somebody deletes it",
        }
    }
}

#[cfg(test)]
mod tests;
