//! The section about availability.

use std::collections::BTreeSet;

use super::{Cost, Figure, Goal, Improvement, Loss, Part, Weighted};
use crate::numbers::sheet::{self, Block, Cell, Column, Section, Table};
use crate::numbers::{Verdict, words};
use crate::quantity::round;

/// The most operations of the first table.
const ROWS: usize = 20;
/// The most operations, or groups of them that hang on the same, that are looked into.
const GROUPS: usize = 4;
/// The most rows of what an operation hangs on.
const COSTS: usize = 6;

/// Lays out the part; nothing where nobody asks for availability or states one.
pub(in crate::numbers) fn section(part: &Part) -> Option<Section> {
    let asked = part.goals.iter().any(|goal| !goal.targets.is_empty());
    let states = |name: &str| {
        let ends = [".availability", ".mtbf"];
        ends.iter().any(|end| name.ends_with(end))
    };
    let stated = part
        .inputs
        .iter()
        .any(|it| it.stated.is_some() && states(&it.name));
    if part.goals.is_empty() || !(asked || stated) {
        return None;
    }
    let mut blocks = overview(part);
    blocks.extend(part.weighted.as_ref().map(weighted));
    for group in groups(part) {
        blocks.extend(detail(&group));
    }
    blocks.extend(sheet::sources(&part.inputs, &part.missing));
    Some(Section {
        title: "Availability".into(),
        blocks,
    })
}

/// Returns one row for each operation, those that do worst first.
fn overview(part: &Part) -> Vec<Block> {
    let mut table = Table::new([
        Column::left("operation"),
        Column::right("at most"),
        Column::right("estimate"),
        Column::right("down a month"),
        Column::right("budget"),
    ]);
    let goals = worst_first(part);
    for goal in goals.iter().take(ROWS) {
        table.row(row(goal));
    }
    let mut blocks = vec![Block::Table(table)];
    if goals.len() > ROWS {
        let more = goals.len() - ROWS;
        blocks.push(Block::Paragraph(format!("{more} more do better.")));
    }
    blocks
}

fn worst_first(part: &Part) -> Vec<&Goal> {
    let mut goals: Vec<&Goal> = part.goals.iter().collect();
    goals.sort_by(|a, b| {
        let verdict = |goal: &Goal| verdict(goal).unwrap_or(Verdict::Holds);
        let worse = used(b).unavailability.total_cmp(&used(a).unavailability);
        verdict(a).cmp(&verdict(b)).then(worse)
    });
    goals
}

/// Returns the worst that becomes of a goal's targets.
fn verdict(goal: &Goal) -> Option<Verdict> {
    goal.targets.iter().map(|it| it.verdict).min()
}

fn used(goal: &Goal) -> &Figure {
    goal.estimate.as_ref().unwrap_or(&goal.optimistic)
}

fn row(goal: &Goal) -> Vec<Cell> {
    let strictest = goal.targets.first();
    let shown = |figure: &Figure| match strictest {
        Some(asked) => words::available(figure.unavailability, goal.nines, asked.unavailability),
        None => words::availability(figure.unavailability, goal.nines),
    };
    let minutes = words::minutes(used(goal).minutes_per_month);
    let down = match goal.estimate {
        Some(_) => minutes,
        None if goal.optimistic.unavailability == 0.0 => "?".to_owned(),
        None => format!("≥ {minutes}"),
    };
    let tone = verdict(goal).and_then(Verdict::tone);
    vec![
        Cell::from(&goal.of),
        Cell::from(shown(&goal.optimistic)),
        Cell::from(goal.estimate.as_ref().map_or("?".to_owned(), shown)),
        Cell::toned(down, tone),
        Cell::from(strictest.map_or(String::new(), |it| words::minutes(it.minutes_per_month))),
    ]
}

fn weighted(it: &Weighted) -> Block {
    let share = |figure: &Figure| words::availability(figure.unavailability, it.nines);
    let likely = match &it.estimate {
        Some(estimate) => format!(", and likely {}", share(estimate)),
        None => String::new(),
    };
    let without = match it.without_rate.as_slice() {
        [] => String::new(),
        names => format!(
            "; no load says how often {} is asked for",
            words::list(names, 3)
        ),
    };
    Block::Paragraph(format!(
        "Weighted by how often each is asked for, at most {} of all requests succeed{likely}{without}.",
        share(&it.optimistic)
    ))
}

/// Returns goals that fail of the same and cost the same, together; those first
/// that do worst.
fn groups(part: &Part) -> Vec<Vec<&Goal>> {
    let mut groups: Vec<Vec<&Goal>> = Vec::new();
    for goal in worst_first(part) {
        match groups.iter().position(|group| same(group[0], goal)) {
            Some(known) => groups[known].push(goal),
            None if groups.len() < GROUPS => groups.push(vec![goal]),
            None => {}
        }
    }
    groups
}

fn same(one: &Goal, other: &Goal) -> bool {
    (&one.contributions, &one.single_cuts, &one.improvement)
        == (&other.contributions, &other.single_cuts, &other.improvement)
        && one.cut_pairs == other.cut_pairs
}

fn detail(group: &[&Goal]) -> Vec<Block> {
    let goal = group[0];
    let names: Vec<&str> = group.iter().map(|it| it.of.as_str()).collect();
    let title = match names.as_slice() {
        [one, two, three, rest @ ..] if !rest.is_empty() => {
            format!("{one}, {two}, {three} and {} more", rest.len())
        }
        names => names.join(", "),
    };
    let mut blocks = vec![Block::Heading(title)];
    blocks.extend(costs(goal));
    let better = goal.improvement.as_ref();
    blocks.push(Block::Paragraph(cuts(goal)));
    blocks.extend(better.map(|it| Block::Paragraph(improvement(goal, it))));
    blocks
}

fn costs(goal: &Goal) -> Vec<Block> {
    if goal.contributions.is_empty() {
        return Vec::new();
    }
    let mut table = Table::new([
        Column::left("what fails"),
        Column::right("is down a month"),
        Column::right("costs a month"),
        Column::right("share"),
    ]);
    let total: f64 = goal.contributions.iter().map(|it| it.contribution).sum();
    for cost in goal.contributions.iter().take(COSTS) {
        let share = cost.contribution / total.max(f64::MIN_POSITIVE) * 100.0;
        table.row([
            Cell::from(named(cost)),
            Cell::from(words::minutes(cost.down * super::MINUTES)),
            Cell::from(words::minutes(cost.minutes_per_month)),
            Cell::from(if share < 1.0 {
                "< 1 %".to_owned()
            } else {
                format!("{share:.0} %")
            }),
        ]);
    }
    let mut blocks = vec![Block::Table(table)];
    let left: Vec<&Cost> = goal.contributions.iter().skip(COSTS).collect();
    if !left.is_empty() {
        let minutes: f64 = left.iter().map(|it| it.minutes_per_month).sum();
        let count = left.len();
        blocks.push(Block::Paragraph(format!(
            "{count} more cost {} together.",
            words::minutes(minutes)
        )));
    }
    blocks
}

fn named(cost: &Cost) -> String {
    match (cost.alike, cost.of.as_str()) {
        (1, name) => name.to_owned(),
        (count, "a zone") => format!("any of {count} zones"),
        (count, "a region") => format!("any of {count} regions"),
        (count, name) => format!("any of {count} like {name}"),
    }
}

/// Says what makes it fail by itself, and what together.
fn cuts(goal: &Goal) -> String {
    let alone = words_once(goal.single_cuts.iter().map(Loss::words));
    let alone = match alone.as_slice() {
        [] => "No single loss fails it".to_owned(),
        [one] => format!("It fails when {one} does"),
        several => format!(
            "It fails when one of these does: {}",
            words::phrases(several, 8)
        ),
    };
    let Some(count) = goal.cut_pair_count else {
        return format!("{alone}; there are too many parts to try them in pairs.");
    };
    let pairs = words_once(goal.cut_pairs.iter().map(pair));
    let more = match count > goal.cut_pairs.len() {
        true => ", among others",
        false => "",
    };
    match pairs.as_slice() {
        [] => format!("{alone}."),
        pairs => format!("{alone}; or with {}{more}.", words::phrases(pairs, 6)),
    }
}

fn pair((one, other): &(Loss, Loss)) -> String {
    match (one.kind, &one.name) == (other.kind, &other.name) {
        true => one.plural(),
        false => format!("{} and {}", one.words(), other.words()),
    }
}

/// Returns words in their order, each once.
fn words_once(words: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    words.filter(|it| seen.insert(it.clone())).collect()
}

fn improvement(goal: &Goal, it: &Improvement) -> String {
    let target = goal.targets.first();
    let demand = target.map_or(String::new(), |it| format!("`{}`", it.demand));
    let of = &it.of;
    let share = |down: f64| words::availability(down, goal.nines);
    match (it.needed, it.more_nines) {
        (Some(needed), Some(more)) => format!(
            "For {demand}, `{of}` must get {} more nines: {} in place of {}.",
            round(more),
            share(needed),
            share(it.now)
        ),
        _ => format!(
            "Even if `{of}` never failed, {} a month would be left: {demand} asks for more than that.",
            words::minutes(it.at_best * super::MINUTES)
        ),
    }
}
