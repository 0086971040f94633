//! Scores as sheets: sections and tables for people.

mod compare;
mod standing;

pub use compare::compare_sheet;
pub use standing::standing_sheet;

use crate::numbers::sheet::{Block, Cell, Column, Section, Sheet, Table, Tone};

use super::score::{Asked, Criterion, Line, Place, Points, Score, StepScore, Verdict};
use super::trial::{Role, Run, Trial};

/// The places that one line names.
const PLACES: usize = 3;
/// The lines of one criterion that are told.
const LINES: usize = 6;
/// How long a bar is.
const BAR: u32 = 20;

/// Writes what an answer is worth and why.
pub fn score_sheet(score: &Score) -> Sheet {
    let title = format!(
        "{}: {} of {} points, {} %",
        score.title, score.points, score.of, score.percent
    );
    let mut sections = vec![competencies(score)];
    sections.extend(score.steps.iter().filter_map(step));
    sections.extend(lost(score));
    sections.extend(next(score));
    sections.push(Section {
        title: "Not assessed".to_owned(),
        blocks: vec![Block::Paragraph(format!(
            "Nobody can read from a design: {}.",
            score.not_assessed.join("; ")
        ))],
    });
    Sheet { title, sections }
}

/// Writes whether problems are fit for use, and what their answers are worth.
pub fn trials_sheet(trials: &[Trial], everything: bool) -> Sheet {
    let failed = trials.iter().filter(|it| !it.failures().is_empty()).count();
    let title = match (trials.len(), failed) {
        (1, 0) => "The problem is fit for use".to_owned(),
        (all, 0) => format!("All {all} problems are fit for use"),
        (all, failed) => format!("{failed} of {all} problems not fit for use"),
    };
    let mut sections = vec![overview(trials)];
    for trial in trials {
        if everything || !trial.failures().is_empty() {
            sections.extend(trial_sections(trial));
        }
    }
    Sheet { title, sections }
}

fn overview(trials: &[Trial]) -> Section {
    let mut table = Table::new([
        Column::left("problem"),
        Column::left("answer"),
        Column::right("points"),
        Column::right("%"),
        Column::left("takes wrong turns"),
    ]);
    for trial in trials {
        for run in &trial.runs {
            let turns = run
                .score
                .criteria()
                .filter(|it| !it.general && it.verdict == Verdict::Shown);
            let turns: Vec<&str> = turns.map(|it| it.name.as_str()).collect();
            table.row([
                Cell::from(&trial.folder),
                Cell::from(&run.file),
                Cell::from(format!("{} of {}", run.score.points, run.score.of)),
                Cell::toned(run.score.percent.to_string(), Some(tone_of(run))),
                Cell::from(turns.join(", ")),
            ]);
        }
    }
    Section {
        title: "Answers".to_owned(),
        blocks: vec![Block::Table(table)],
    }
}

fn tone_of(run: &Run) -> Tone {
    let good = match run.role {
        Role::Model => run.score.percent >= super::trial::MODEL,
        Role::Naive => run.score.percent < super::trial::NAIVE,
        Role::Wrong(_) => true,
    };
    if good { Tone::Good } else { Tone::Bad }
}

fn trial_sections(trial: &Trial) -> Vec<Section> {
    let failures = trial.failures();
    let mut sections = Vec::new();
    if !failures.is_empty() {
        sections.push(Section {
            title: trial.folder.clone(),
            blocks: vec![Block::List("Not fit for use".to_owned(), failures)],
        });
    }
    for run in &trial.runs {
        let criteria = run.score.steps.iter().flat_map(|it| {
            it.criteria
                .iter()
                .map(|criterion| (it.step.as_str(), criterion))
        });
        let mut table = Table::new([
            Column::left(""),
            Column::right("points"),
            Column::left("step"),
            Column::left("expected"),
            Column::left("asked, and what was found"),
        ]);
        for (step, criterion) in criteria {
            let told = criterion.lines.iter().take(LINES).map(|line| {
                let mark = if line.met { "" } else { "NOT " };
                format!("{mark}{} ({})", bare(&line.asked), bare(&line.reason))
            });
            table.row([
                mark(criterion),
                Cell::from(points(criterion)),
                Cell::toned(step, Some(Tone::Quiet)),
                Cell::from(&criterion.name),
                Cell::from(told.collect::<Vec<_>>().join("; ")),
            ]);
        }
        sections.push(Section {
            title: format!("{}/{}: {} %", trial.folder, run.file, run.score.percent),
            blocks: vec![Block::Table(table)],
        });
    }
    sections
}

fn competencies(score: &Score) -> Section {
    let mut table = Table::new([
        Column::left("competency"),
        Column::right("points"),
        Column::sketch(""),
        Column::right("met"),
        Column::right("partly"),
        Column::right("missed"),
        Column::right("lost"),
    ]);
    for it in &score.competencies {
        let left = it.earned.minus(it.cost);
        table.row([
            Cell::from(&it.name),
            Cell::from(format!("{left} of {}", it.of)),
            Cell::toned(bar(left, it.of), Some(tone(left.percent_of(it.of)))),
            Cell::from(it.met.to_string()),
            Cell::from(it.partly.to_string()),
            Cell::from(it.missed.to_string()),
            Cell::from(cost(it.cost)),
        ]);
    }
    Section {
        title: "What an interview assesses".to_owned(),
        blocks: vec![Block::Table(table)],
    }
}

fn bar(earned: Points, of: Points) -> String {
    let filled = earned.percent_of(of) * BAR / 100;
    let part = |character: &str, times: u32| character.repeat(times as usize);
    format!("{}{}", part("█", filled), part("░", BAR - filled))
}

fn tone(percent: u32) -> Tone {
    match percent {
        80.. => Tone::Good,
        50.. => Tone::Doubtful,
        _ => Tone::Bad,
    }
}

fn cost(points: Points) -> String {
    match points == Points::NONE {
        true => String::new(),
        false => format!("-{points}"),
    }
}

fn step(step: &StepScore) -> Option<Section> {
    let mut table = Table::new([
        Column::left(""),
        Column::right("points"),
        Column::left("what"),
        Column::left("in the answer"),
    ]);
    let told = step
        .criteria
        .iter()
        .filter(|it| it.verdict != Verdict::Absent);
    for criterion in told {
        table.row([
            mark(criterion),
            Cell::from(points(criterion)),
            Cell::from(bare(&criterion.title)),
            Cell::toned(evidence(criterion), Some(Tone::Quiet)),
        ]);
    }
    let lost = match step.cost == Points::NONE {
        true => String::new(),
        false => format!(", {} lost", step.cost),
    };
    let title = format!(
        "{}: {} of {}{lost}",
        step_words(&step.step),
        step.earned,
        step.of
    );
    (!table.rows.is_empty()).then(|| Section {
        title,
        blocks: vec![Block::Table(table)],
    })
}

/// Returns a step as people say it.
pub fn step_words(step: &str) -> &str {
    match step {
        "requirements" => "Requirements",
        "estimates" => "Estimates",
        "entities" => "Core entities",
        "api" => "API",
        "data-flow" => "Data flow",
        "high-level" => "High-level design",
        "deep-dives" => "Deep dives",
        other => other,
    }
}

fn mark(criterion: &Criterion) -> Cell {
    let (word, tone) = match criterion.verdict {
        Verdict::Absent => ("", Tone::Quiet),
        Verdict::Met => ("met", Tone::Good),
        Verdict::Missed => ("missed", Tone::Bad),
        Verdict::Partly => ("partly", Tone::Doubtful),
        Verdict::Shown => ("lost", Tone::Bad),
    };
    Cell::toned(word, Some(tone))
}

fn points(criterion: &Criterion) -> String {
    match criterion.is_cost() {
        true => cost(criterion.cost),
        false => format!("{} of {}", criterion.earned, criterion.of),
    }
}

/// Says where in the answer something was found, or how many things were.
fn evidence(criterion: &Criterion) -> String {
    let places = criterion.lines.iter().flat_map(|line| &line.at);
    let mut places: Vec<&Place> = places.collect();
    places.sort();
    places.dedup();
    let named = places.iter().take(PLACES).map(|it| it.line.to_string());
    let named: Vec<String> = named.collect();
    match (places.len(), places.len().saturating_sub(PLACES)) {
        (0, _) => String::new(),
        (1, _) => format!("line {}", named.concat()),
        (_, 0) => format!("lines {}", named.join(", ")),
        (_, more) => format!("lines {} and {more} more", named.join(", ")),
    }
}

/// Says of everything that was lost why it matters, what is there instead, and what
/// would be asked; what matters most first.
fn lost(score: &Score) -> Option<Section> {
    let mut lost: Vec<&Criterion> = score.criteria().filter(|it| it.verdict.is_loss()).collect();
    lost.sort_by_key(|it| std::cmp::Reverse(it.of.minus(it.earned).max(it.cost)));
    let blocks: Vec<Block> = lost.into_iter().flat_map(told).collect();
    (!blocks.is_empty()).then(|| Section {
        title: "What lost points".to_owned(),
        blocks,
    })
}

fn told(criterion: &Criterion) -> Vec<Block> {
    let points = match criterion.is_cost() {
        true => format!("cost {}", criterion.cost),
        false => format!("{} of {}", criterion.earned, criterion.of),
    };
    let mut blocks = vec![Block::Heading(format!("{} ({points})", criterion.title))];
    let lines = criterion
        .lines
        .iter()
        .filter(|it| it.met == criterion.is_turn());
    let more = lines.clone().count().saturating_sub(LINES);
    let rest = (more > 0).then(|| format!("and {more} more, all in `--format json`"));
    let said: Vec<String> = lines.take(LINES).map(said).chain(rest).collect();
    let why = criterion
        .why
        .as_deref()
        .map(|it| format!("{}.", it.trim_end_matches('.')));
    match said.as_slice() {
        [one] => {
            let one = match criterion.is_turn() {
                true => format!("It shows at {one}."),
                false => format!("{}.", capital(one)),
            };
            blocks.extend(why.into_iter().chain([one]).map(Block::Paragraph));
        }
        _ => {
            blocks.extend(why.map(Block::Paragraph));
            let word = if criterion.is_turn() {
                "It shows in"
            } else {
                "In the answer"
            };
            blocks.push(Block::List(word.to_owned(), said));
        }
    }
    let ask = criterion
        .ask
        .iter()
        .map(|it| Block::Paragraph(format!("Next question: {it}")));
    blocks.extend(ask);
    blocks
}

impl Criterion {
    /// Tells whether it is a wrong turn of the problem, whose lines say what is there.
    fn is_turn(&self) -> bool {
        self.is_cost() && !self.general
    }
}

fn said(line: &Line) -> String {
    let places = match line.at.first() {
        Some(place) => format!(" (line {})", place.line),
        None => String::new(),
    };
    let asked = match line.reason.starts_with("looked at ") {
        true => format!(" for {}", first_of(&line.asked)),
        false => String::new(),
    };
    format!("{}{asked}{places}", line.reason)
}

/// Returns the first of several ways to fulfil a line: `a[b, c], d` is one of two.
fn first_of(asked: &str) -> String {
    let mut depth = 0;
    let end = asked.find(|c| {
        depth += i32::from(c == '[') - i32::from(c == ']');
        c == ',' && depth == 0
    });
    match end {
        Some(end) => format!("`{}` or the like", &asked[..end]),
        None => format!("`{asked}`"),
    }
}

/// Begins a sentence with a capital, unless a name stands there.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => format!("{}{}", first.to_uppercase(), letters.as_str()),
        None => String::new(),
    }
}

fn next(score: &Score) -> Option<Section> {
    let asked = |it: &Asked| it.question.clone();
    let questions: Vec<String> = score.next.iter().map(asked).collect();
    (!questions.is_empty()).then(|| Section {
        title: "What an interviewer would ask first".to_owned(),
        blocks: vec![Block::List("Be ready for".to_owned(), questions)],
    })
}

/// Returns a text without backticks, as it stands in tables.
fn bare(text: &str) -> String {
    text.replace('`', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_way_of_several_is_named() {
        assert_eq!(first_of("flow[runs, writes: X]"), "`flow[runs, writes: X]`");
        assert_eq!(first_of("a[b, c], d"), "`a[b, c]` or the like");
    }
}
