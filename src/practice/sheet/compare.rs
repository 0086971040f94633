//! An answer beside the model.

use super::{bare, mark, points, step_words};
use crate::numbers::sheet::{Block, Cell, Column, Section, Sheet, Table, Tone};
use crate::practice::material::{Material, Part};
use crate::practice::score::{Criterion, Score};

/// The names of one sort that are shown.
const NAMES: usize = 6;

/// Writes what an answer and the model have in common, and what one of them has.
pub fn compare_sheet(yours: &Score, model: &Score, own: &Material, other: &Material) -> Sheet {
    let title = format!(
        "{}: {} {} % beside the model answer's {} %",
        yours.title, yours.answer, yours.percent, model.percent
    );
    let mut sections = vec![parts(own, other)];
    for (step, models) in yours.steps.iter().zip(&model.steps) {
        let pairs = step.criteria.iter().zip(&models.criteria);
        let pairs: Vec<_> = pairs.filter(|(it, _)| !it.general).collect();
        if !pairs.is_empty() {
            sections.push(expected(&step.step, &pairs));
        }
    }
    Sheet { title, sections }
}

fn parts(own: &Material, other: &Material) -> Section {
    let mut table = Table::new([
        Column::left(""),
        Column::left("sort"),
        Column::left("yours"),
        Column::left("model"),
    ]);
    let of = |material: &Material, sort: &str| -> Option<Part> {
        material.parts.iter().find(|it| it.sort == sort).cloned()
    };
    let mut sorts: Vec<&str> = other.parts.iter().map(|it| it.sort.as_str()).collect();
    let only = own.parts.iter().map(|it| it.sort.as_str());
    let only: Vec<&str> = only.filter(|it| !sorts.contains(it)).collect();
    sorts.extend(only);
    for sort in sorts {
        let (yours, models) = (of(own, sort), of(other, sort));
        let (word, tone) = match (&yours, &models) {
            (Some(_), Some(_)) => ("both", Tone::Good),
            (Some(_), None) => ("yours", Tone::Doubtful),
            _ => ("model", Tone::Doubtful),
        };
        table.row([
            Cell::toned(word, Some(tone)),
            Cell::from(sort),
            Cell::from(names(yours)),
            Cell::from(names(models)),
        ]);
    }
    Section {
        title: "What they are made of".to_owned(),
        blocks: vec![Block::Table(table)],
    }
}

fn names(part: Option<Part>) -> String {
    let Some(part) = part else {
        return String::new();
    };
    let shown = part
        .names
        .iter()
        .take(NAMES)
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    match part.names.len().saturating_sub(NAMES) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

fn expected(step: &str, pairs: &[(&Criterion, &Criterion)]) -> Section {
    let mut table = Table::new([
        Column::left(""),
        Column::right("points"),
        Column::left("what"),
        Column::left("yours"),
        Column::left("model"),
    ]);
    for (yours, model) in pairs {
        if yours.is_cost() && yours.cost == model.cost {
            continue;
        }
        table.row([
            mark(yours),
            Cell::from(points(yours)),
            Cell::from(bare(&yours.title)),
            Cell::from(found(yours)),
            Cell::from(found(model)),
        ]);
    }
    Section {
        title: step_words(step).to_owned(),
        blocks: vec![Block::Table(table)],
    }
}

/// Returns what was found, by name.
fn found(criterion: &Criterion) -> String {
    let met = criterion
        .lines
        .iter()
        .filter(|it| it.met && !it.at.is_empty());
    let reasons: Vec<String> = met.map(|it| bare(&it.reason)).collect();
    reasons.join("; ")
}
