//! The design's own arithmetic, line by line.

use serde::Serialize;

use super::sheet::{Block, Cell, Column, Section, Table, Tone};
use super::{Context, Place};
use crate::analysis::estimates::{self as analysis, Derivation};
use crate::model::{self, Id};
use crate::quantity::{Quantity, round};

/// The design's own arithmetic.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, schemars(rename = "Estimates"))]
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
    /// `20M/day × 320 bytes`, `6.4 GB/day`; and once more in the period of the
    /// stated result, where that is another.
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

pub(super) fn part(context: &Context) -> Part {
    let mut estimates: Vec<(Id<model::Estimate>, Estimate)> = Vec::new();
    for derivation in analysis::estimates(context.model) {
        if estimates
            .last()
            .is_none_or(|(id, _)| *id != derivation.estimate)
        {
            estimates.push((derivation.estimate, estimate(context, derivation.estimate)));
        }
        if let Some((_, estimate)) = estimates.last_mut() {
            estimate.lines.push(line(context, derivation));
        }
    }
    let estimates = estimates.into_iter().map(|(_, it)| it).collect();
    Part { estimates }
}

fn estimate(context: &Context, id: Id<model::Estimate>) -> Estimate {
    let head = &context.model.estimates[id].head;
    Estimate {
        name: head.path.clone(),
        title: head.title.clone(),
        place: context.place(head.name_span),
        lines: Vec::new(),
    }
}

fn line(context: &Context, it: Derivation) -> Line {
    let value = it.result.to_f64();
    let stated_value = it.stated.map(|stated| stated.to_f64());
    let difference = stated_value.map(|stated| stated / value - 1.0);
    let operand = |(written, value): (String, Quantity)| Operand {
        written,
        words: value.to_string(),
        value: value.to_f64(),
    };
    Line {
        name: it.name,
        derivation: it.steps,
        operands: it.operands.into_iter().map(operand).collect(),
        result: it.result.to_string(),
        value,
        stated: it.stated.map(|stated| stated.to_string()),
        stated_value,
        difference: difference.filter(|it| it.is_finite()),
        tolerance: it.tolerance,
        agrees: it.agrees,
        place: context.place(it.span),
    }
}

pub(super) fn section(part: &Part) -> Option<Section> {
    let shown = |estimate: &Estimate| {
        let title = match &estimate.title {
            Some(title) => format!("{}: {title}", estimate.name),
            None => estimate.name.clone(),
        };
        [Block::Heading(title), Block::Table(table(estimate))]
    };
    (!part.estimates.is_empty()).then(|| Section {
        title: "Estimates".into(),
        blocks: part.estimates.iter().flat_map(shown).collect(),
    })
}

fn table(estimate: &Estimate) -> Table {
    let mut table = Table::new([
        Column::left("line"),
        Column::left("arithmetic"),
        Column::right("comes to"),
        Column::left("stated"),
    ]);
    for line in &estimate.lines {
        table.row([
            Cell::from(&line.name),
            Cell::from(arithmetic(line)),
            Cell::from(comes_to(line)),
            stated(line),
        ]);
    }
    table
}

/// Returns the steps before the result; a bare number needs none.
fn arithmetic(line: &Line) -> String {
    let before = line.derivation.iter().take_while(|it| **it != line.result);
    before.map(String::as_str).collect::<Vec<_>>().join(" = ")
}

/// Returns the result, and once more where it is turned.
fn comes_to(line: &Line) -> String {
    let last = line.derivation.last().filter(|last| **last != line.result);
    match last {
        Some(turned) => format!("{} = {turned}", line.result),
        None => line.result.clone(),
    }
}

/// Compares what is stated with what comes out.
fn stated(line: &Line) -> Cell {
    let (Some(stated), Some(agrees)) = (&line.stated, line.agrees) else {
        return Cell::default();
    };
    match (agrees, off(line)) {
        (true, None) => Cell::toned("agrees", Some(Tone::Good)),
        (true, Some(off)) => Cell::toned(format!("{stated} agrees, {off}"), Some(Tone::Good)),
        (false, off) => {
            let differs = off.map_or_else(|| "differs".to_owned(), |off| format!("is {off}"));
            Cell::toned(format!("{stated} {differs}"), Some(Tone::Bad))
        }
    }
}

/// Says by how much the stated result differs; nothing where that is too little to tell.
fn off(line: &Line) -> Option<String> {
    let difference = line.difference?;
    match difference {
        _ if difference.abs() < 0.000_5 => None,
        _ if difference >= 1.0 => Some(format!("{} times as much", round(difference + 1.0))),
        _ => Some(format!("off by {} %", round(difference.abs() * 100.0))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numbers::samples::{part_of, table_rows};

    fn estimates(lines: &str) -> Part {
        part_of(&format!("system S\nestimate E {{ {lines} }}"), part)
    }

    fn rows(lines: &str) -> Vec<Vec<String>> {
        table_rows(&section(&estimates(lines)).expect("a section"))
    }

    #[test]
    fn each_line_is_derived_and_compared() {
        let rows = rows(
            "perDay: 20M/day * 320 bytes = 6.4 GB/day
            kept: perDay * 5 = 40 GB/day
            perSecond: 1bn/month * 1 = 400/s
            plain: 7",
        );
        // 32 GB/day come out where 40 are stated: a quarter more. 10⁹ in 30 days of
        // 86,400 s are 385.8/s, which 400/s exceeds by 3.68 %.
        let expected = [
            ["perDay", "20M/day × 320 bytes", "6.4 GB/day", "agrees"],
            [
                "kept",
                "perDay × 5 = 6.4 GB/day × 5",
                "32 GB/day",
                "40 GB/day is off by 25 %",
            ],
            [
                "perSecond",
                "1bn/month × 1",
                "1bn/month = 385.8/s",
                "400/s agrees, off by 3.68 %",
            ],
            ["plain", "", "7", ""],
        ];
        assert_eq!(rows, expected);
    }

    #[test]
    fn results_of_another_order_are_told_in_times() {
        let rows = rows("a: 2 * 3 = 60; b: 2 * 300 = 60; c: 3 - 3 = 4");
        let stated: Vec<&str> = rows.iter().map(|row| row[3].as_str()).collect();
        // 60 for 6 is ten times as much; 60 for 600 lacks 90 %; of 0 there is no share.
        assert_eq!(
            stated,
            ["60 is 10 times as much", "60 is off by 90 %", "4 differs"]
        );
    }

    #[test]
    fn the_data_have_base_units() {
        let part = estimates("perDay: 86.4M/day * 320 bytes = 30 GB/day");
        let line = &part.estimates[0].lines[0];
        // 86.4 million a day are a thousand a second: 320 kB/s.
        assert!((line.value - 320_000.0).abs() < 1e-6);
        assert!((line.stated_value.unwrap() - 30e9 / 86_400.0).abs() < 1e-3);
        assert_eq!((line.agrees, line.tolerance), (Some(false), 0.05));
        let operands: Vec<(&str, f64)> = line
            .operands
            .iter()
            .map(|it| (it.written.as_str(), it.value))
            .collect();
        assert_eq!(operands, [("86.4M/day", 1000.0), ("320 bytes", 320.0)]);
    }

    #[test]
    fn a_design_without_estimates_has_no_section() {
        assert!(section(&part_of("system S", part)).is_none());
    }
}
