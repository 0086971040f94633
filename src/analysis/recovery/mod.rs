//! What a disruption loses, and how long it takes to be back.
//!
//! Takes a model and what its operations need, gives for each store and each kind of
//! disruption the mechanism that helps, how much work is lost and how long recovery takes;
//! for each operation the worst of the stores that it needs; and how that compares with
//! the stated objectives. Copies never help against an operator's error, which they
//! faithfully repeat. A backup that was never brought back proves nothing.

mod mechanisms;
mod objectives;

use std::collections::BTreeMap;

use crate::analysis::input::{Input, Missing};
use crate::analysis::storage::{Storage, storage};
use crate::analysis::success::Success;
use crate::model::{Component, Element, Id, Model};
use crate::source::Span;
use mechanisms::cell;
use objectives::{goals, objectives};

/// What can happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Disruption {
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

impl Disruption {
    /// Every kind, the smallest first.
    pub const ALL: [Disruption; 5] = [
        Disruption::Process,
        Disruption::Node,
        Disruption::Zone,
        Disruption::Region,
        Disruption::OperatorError,
    ];
}

/// What brings data back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mechanism {
    /// A backup; `true` if it is stated to have been brought back once.
    Backup(bool),
    /// The store's own copies.
    Copies,
    /// Another store that follows it.
    Follower(Id<Component>),
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

/// A time of which more or less is known, in seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Amount {
    /// What it is at the least, whatever is not stated; infinite where nothing helps.
    pub at_least: f64,
    /// What it is by what is stated and assumed; `None` where nothing says.
    pub estimate: Option<f64>,
}

/// What one disruption does to one store.
#[derive(Clone, Debug)]
pub struct Cell {
    /// What happens.
    pub disruption: Disruption,
    /// What helps.
    pub by: Mechanism,
    /// How much work is lost.
    pub loss: Amount,
    /// How long it takes to be back.
    pub time: Amount,
    /// What brings it back: a copy takes over before any backup is brought back, also
    /// where it is not stated how far it is behind.
    pub back_by: Mechanism,
    /// What went in.
    pub inputs: Vec<Input>,
    /// What would be needed to say more.
    pub missing: Vec<Missing>,
}

/// What disruptions do to one store.
#[derive(Clone, Debug)]
pub struct StoreRecovery {
    /// The store.
    pub component: Id<Component>,
    /// One cell for each of [`Disruption::ALL`].
    pub cells: Vec<Cell>,
}

/// What disruptions do to an operation or a flow: the worst of the stores that it needs.
#[derive(Clone, Debug)]
pub struct GoalRecovery {
    /// The operation, the flow, or the client.
    pub of: Element,
    /// The stores that it needs.
    pub stores: Vec<Id<Component>>,
    /// How much is lost, for each of [`Disruption::ALL`].
    pub loss: Vec<Amount>,
    /// How long it takes to be back, for each of [`Disruption::ALL`].
    pub time: Vec<Amount>,
}

/// What an objective bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bounded {
    /// The work that may be lost: the recovery point objective.
    Loss,
    /// The time that recovery may take: the recovery time objective.
    Time,
}

/// How a cell compares with an objective.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// It holds.
    Met,
    /// Nothing says, or only a backup that was never brought back would do.
    Unknown,
    /// It does not hold if what is assumed is right.
    MissedByEstimate,
    /// Nothing helps against it.
    NoMechanism,
    /// It does not hold, whatever is not stated.
    Missed,
}

/// An objective, and how each store in its scope does.
#[derive(Clone, Debug)]
pub struct Objective {
    /// The quality, or the operation.
    pub by: Element,
    /// The demand as it would be written: `rpo <= 5 min`.
    pub words: String,
    /// The statement.
    pub span: Span,
    /// What it bounds.
    pub bounded: Bounded,
    /// The bound in seconds.
    pub bound: f64,
    /// Every store in its scope, with every disruption.
    pub verdicts: Vec<(Id<Component>, Disruption, Verdict)>,
}

/// What disruptions do to a design.
#[derive(Clone, Debug, Default)]
pub struct Recovery {
    /// The stores that keep data for good, in the order of the components.
    pub stores: Vec<StoreRecovery>,
    /// The goals that need one of them, in the order of [`Success::goals`].
    pub goals: Vec<GoalRecovery>,
    /// The stated objectives, in the order of the text.
    pub objectives: Vec<Objective>,
}

/// Returns what disruptions do to a design.
pub fn recovery(model: &Model, success: &Success) -> Recovery {
    recovery_of(model, success, &storage(model))
}

/// As [`recovery`], where the stores are known.
pub(in crate::analysis) fn recovery_of(
    model: &Model,
    success: &Success,
    storage: &Storage,
) -> Recovery {
    let kept = model
        .components
        .iter()
        .filter(|(_, it)| keeps_for_good(model, it));
    let stores: Vec<StoreRecovery> = kept
        .map(|(component, _)| StoreRecovery {
            component,
            cells: Disruption::ALL
                .into_iter()
                .map(|it| cell(model, storage, component, it))
                .collect(),
        })
        .collect();
    let by_store: BTreeMap<Id<Component>, &StoreRecovery> =
        stores.iter().map(|it| (it.component, it)).collect();
    let goals = goals(model, success, &by_store);
    let objectives = objectives(model, &goals, &stores);
    Recovery {
        stores,
        goals,
        objectives,
    }
}

/// Tells whether losing it loses data that was to stay.
fn keeps_for_good(model: &Model, component: &Component) -> bool {
    let mut kept = component.facts.data("stores").peekable();
    let passing = kept.peek().is_some()
        && kept.all(|data| model.entities[data.entity].about.has("transient"));
    component.is_source_of_truth() && !component.is_outside() && !passing
}

impl Amount {
    const NONE: Amount = Amount::exactly(0.0);
    const ALL: Amount = Amount::exactly(f64::INFINITY);
    const UNKNOWN: Amount = Amount {
        at_least: 0.0,
        estimate: None,
    };

    const fn exactly(seconds: f64) -> Amount {
        Amount {
            at_least: seconds,
            estimate: Some(seconds),
        }
    }

    const fn about(seconds: f64) -> Amount {
        Amount {
            at_least: 0.0,
            estimate: Some(seconds),
        }
    }

    fn worse(self, other: Amount) -> Amount {
        let both = self.estimate.zip(other.estimate);
        Amount {
            at_least: self.at_least.max(other.at_least),
            estimate: both.map(|(one, two)| one.max(two)),
        }
    }
}

impl Cell {
    /// Returns how it compares with an objective.
    pub fn verdict(&self, bounded: Bounded, bound: f64) -> Verdict {
        if self.by == Mechanism::Nothing {
            return Verdict::NoMechanism;
        }
        let amount = match bounded {
            Bounded::Loss => self.loss,
            Bounded::Time => self.time,
        };
        match amount.estimate {
            _ if amount.at_least > bound => Verdict::Missed,
            Some(estimate) if estimate > bound => Verdict::MissedByEstimate,
            Some(_) if self.by == Mechanism::Backup(false) => Verdict::Unknown,
            Some(_) => Verdict::Met,
            None => Verdict::Unknown,
        }
    }
}

#[cfg(test)]
mod tests;
