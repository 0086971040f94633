//! The targets that a design states, and what becomes of them.

use std::collections::BTreeSet;

use serde::Serialize;

use super::sheet::{Block, Cell, Column, Section, Table, Tone};
use super::{Context, Place};
use crate::model::{Demand, Element};

/// A target that the design states.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Target {
    /// The requirement or operation that states it.
    pub by: String,
    /// What it is judged for: an operation, a flow, a store; the system where it is
    /// about everything.
    pub of: String,
    /// As it would be written: `p99 < 200ms`.
    pub demand: String,
    /// What becomes of it.
    pub verdict: Verdict,
    /// Why, in a few words with the number.
    pub why: String,
    /// Where it is stated.
    pub place: Place,
}

/// What becomes of a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It is missed, however kind what is not stated may be.
    Breaks,
    /// It is missed by the estimate.
    LikelyBreaks,
    /// Too little is stated to tell.
    Unknown,
    /// It is kept by the estimate.
    LikelyHolds,
    /// It is kept, whatever is not stated.
    Holds,
}

impl Verdict {
    /// Returns the verdict in words.
    pub fn words(self) -> &'static str {
        match self {
            Verdict::Breaks => "breaks",
            Verdict::LikelyBreaks => "likely breaks",
            Verdict::Unknown => "unknown",
            Verdict::LikelyHolds => "likely holds",
            Verdict::Holds => "holds",
        }
    }

    pub(super) fn tone(self) -> Option<Tone> {
        match self {
            Verdict::Breaks => Some(Tone::Bad),
            Verdict::LikelyBreaks => Some(Tone::Doubtful),
            Verdict::Unknown => Some(Tone::Quiet),
            Verdict::LikelyHolds | Verdict::Holds => Some(Tone::Good),
        }
    }
}

/// Returns what was judged, and every other target of the design as unknown.
pub(super) fn all(context: &Context, mut judged: Vec<Target>) -> Vec<Target> {
    let known: BTreeSet<Place> = judged.iter().map(|target| target.place.clone()).collect();
    for (element, demand) in demands(context) {
        let place = context.place(demand.span);
        if !known.contains(&place) {
            judged.push(Target {
                by: context.name(element),
                of: String::new(),
                demand: demand.words(),
                verdict: Verdict::Unknown,
                why: format!("nothing computes `{}`", demand.measure),
                place,
            });
        }
    }
    judged.sort_by(|a, b| (&a.place, &a.of).cmp(&(&b.place, &b.of)));
    judged
}

/// Returns every demand with what states it.
fn demands<'a>(context: &Context<'a>) -> Vec<(Element, &'a Demand)> {
    let model = context.model;
    let mut found = Vec::new();
    for (id, requirement) in model.requirements.iter() {
        let demands = requirement.demands.iter();
        found.extend(demands.map(|demand| (Element::Requirement(id), demand)));
    }
    for (id, operation) in model.operations.iter() {
        let demands = operation.demands.iter();
        found.extend(demands.map(|demand| (Element::Operation(id), demand)));
    }
    found
}

pub(super) fn section(targets: &[Target]) -> Option<Section> {
    if targets.is_empty() {
        return None;
    }
    let columns = ["target", "for", "verdict", "why"].map(Column::left);
    let mut table = Table::new(columns);
    for target in targets {
        table.row([
            Cell::from(format!("{}: {}", target.by, target.demand)),
            Cell::from(&target.of),
            Cell::toned(target.verdict.words(), target.verdict.tone()),
            Cell::from(&target.why),
        ]);
    }
    Some(Section {
        title: "Targets".into(),
        blocks: vec![Block::Table(table)],
    })
}
