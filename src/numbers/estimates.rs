//! The design's own arithmetic, line by line.

use serde::Serialize;

use super::sheet::Section;
use super::{Context, Place};

/// The design's own arithmetic.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Part {
    /// Every estimate, in the order of the text.
    pub estimates: Vec<Estimate>,
}

/// An estimate.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Estimate {
    /// The name.
    pub name: String,
    /// The title.
    pub title: Option<String>,
    /// Where it is stated.
    pub place: Place,
    /// Its lines, in the order of the text.
    pub lines: Vec<Line>,
}

/// A line of an estimate.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Line {
    /// The name: `perDay`.
    pub name: String,
    /// From what is written to what comes out: `createPost × Post.size`,
    /// `20M/day × 320 bytes`, `6.4 GB/day`.
    pub derivation: Vec<String>,
    /// The names and numbers that it computes with, in order.
    pub operands: Vec<Operand>,
    /// What comes out, with its unit: `6.4 GB/day`.
    pub result: String,
    /// What comes out, in base units: seconds, bytes, users, and those a second.
    pub value: f64,
    /// What the design states as the result.
    pub stated: Option<String>,
    /// What the design states, in base units.
    pub stated_value: Option<f64>,
    /// By what share of the computed result the stated one differs: 0.25 where it is
    /// a quarter more; nothing where none is stated, or where the computed one is 0.
    pub difference: Option<f64>,
    /// The share of the larger of the two by which they may differ: 0.05, and 0.2
    /// where a rate is turned into one of another period.
    pub tolerance: f64,
    /// Whether they are that close; nothing where none is stated.
    pub agrees: Option<bool>,
    /// Where it is stated.
    pub place: Place,
}

/// A name or a number in a line.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Operand {
    /// As it is written: `Post.size`, `320 bytes`.
    pub written: String,
    /// What it stands for, with its unit: `320 bytes`.
    pub words: String,
    /// What it stands for, in base units.
    pub value: f64,
}

pub(super) fn part(_context: &Context) -> Part {
    Part {
        estimates: Vec::new(),
    }
}

pub(super) fn section(_part: &Part) -> Option<Section> {
    None
}
