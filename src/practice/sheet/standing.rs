//! Where an answer stands, without giving anything away.

use super::{step_words, tone};
use crate::numbers::sheet::{Block, Cell, Column, Section, Sheet, Table, Tone};
use crate::practice::clock::{due, step_at};
use crate::practice::score::{Criterion, Score, StepScore, Verdict};

/// Writes which steps are done, and what helps with the first that is not.
///
/// What the problem expects is not said, only how much of it is there, and its hints.
pub fn standing_sheet(score: &Score, minutes: Option<u32>) -> Sheet {
    let steps: Vec<&StepScore> = score
        .steps
        .iter()
        .filter(|it| !it.criteria.is_empty())
        .collect();
    let open = steps.iter().find(|step| step.criteria.iter().any(is_open));
    let title = match open {
        Some(step) => format!("{}: at {}", score.title, step_words(&step.step)),
        None => format!("{}: every step is done", score.title),
    };
    let mut sections = vec![overview(score, &steps, minutes)];
    match open {
        Some(step) => sections.push(help(step)),
        None => sections.push(Section {
            title: "Next".to_owned(),
            blocks: vec![Block::Paragraph(
                "`underpin practice score` says what the answer is worth.".to_owned(),
            )],
        }),
    }
    Sheet { title, sections }
}

/// Tells whether something is still to be done; what the review finds is for later.
fn is_open(criterion: &Criterion) -> bool {
    matches!(criterion.verdict, Verdict::Missed | Verdict::Partly)
}

fn overview(score: &Score, steps: &[&StepScore], minutes: Option<u32>) -> Section {
    let flows = score.steps.iter().find(|it| it.step == "data-flow");
    let has_data_flow = flows.is_some_and(|it| !it.criteria.is_empty());
    let mut table = Table::new([
        Column::left("step"),
        Column::right("there"),
        Column::right("of"),
        Column::right("minutes"),
        Column::left(""),
    ]);
    let now = minutes.map(|it| step_at(it, has_data_flow));
    for step in steps {
        let wanted = step.criteria.iter().filter(|it| !it.is_cost());
        let there = wanted
            .clone()
            .filter(|it| it.verdict == Verdict::Met)
            .count();
        let all = wanted.count();
        if all == 0 {
            continue;
        }
        let (from, to) = due(&step.step, has_data_flow);
        let due = if from < to {
            format!("{from} to {to}")
        } else {
            String::new()
        };
        let here = if now == Some(step.step.as_str()) {
            "by the clock you are here"
        } else {
            ""
        };
        let share = u32::try_from(there * 100 / all).unwrap_or(0);
        table.row([
            Cell::from(step_words(&step.step)),
            Cell::toned(there.to_string(), Some(tone(share))),
            Cell::from(all.to_string()),
            Cell::toned(due, Some(Tone::Quiet)),
            Cell::toned(here, Some(Tone::Doubtful)),
        ]);
    }
    Section {
        title: "Steps".to_owned(),
        blocks: vec![Block::Table(table)],
    }
}

fn help(step: &StepScore) -> Section {
    let open = || step.criteria.iter().filter(|it| is_open(it));
    let mut blocks = Vec::new();
    // What is expected of every answer is no secret.
    let general: Vec<String> = open()
        .filter(|it| it.general)
        .map(|it| it.title.clone())
        .collect();
    if !general.is_empty() {
        blocks.push(Block::List("Not so yet".to_owned(), general));
    }
    let hints = open().filter_map(|it| it.hint.clone());
    let mut hints: Vec<String> = hints.collect();
    hints.dedup();
    if !hints.is_empty() {
        blocks.push(Block::List("Think about".to_owned(), hints));
    }
    let silent = open().filter(|it| it.hint.is_none()).count();
    if silent > 0 {
        let things = if silent == 1 { "thing" } else { "things" };
        blocks.push(Block::Paragraph(format!(
            "{silent} more {things} without a hint."
        )));
    }
    let asked = step
        .criteria
        .iter()
        .filter(|it| it.verdict == Verdict::Shown && !it.general);
    let asked: Vec<String> = asked.filter_map(|it| it.ask.clone()).collect();
    if !asked.is_empty() {
        blocks.push(Block::List("An interviewer would ask".to_owned(), asked));
    }
    Section {
        title: format!("{}: what is missing", step_words(&step.step)),
        blocks,
    }
}
