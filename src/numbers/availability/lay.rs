//! The section about availability.

use std::collections::BTreeSet;

use super::names;
use super::{Cost, Figure, Goal, GoalKind, Improvement, Loss, LossKind, Part, Weighted};
use crate::numbers::sheet::{self, Block, Cell, Column, Section, Table};
use crate::numbers::{Verdict, nines};

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
    let mut blocks = match known(part) {
        true => overview(part),
        false => vec![Block::Paragraph(NOTHING.to_owned())],
    };
    blocks.extend(part.weighted.as_ref().and_then(weighted));
    for group in groups(part) {
        blocks.extend(detail(&group, part));
    }
    blocks.extend(sheet::sources(&part.inputs, &part.missing));
    Some(Section {
        title: "Availability".into(),
        blocks,
    })
}

/// What is said where nothing can be reckoned.
const NOTHING: &str = "Nothing that these need states an availability, so that there are no figures. \
     State `availability: 99.9%`, or `mtbf` and `mttr`, of components.";

/// Tells whether there is a figure of anything.
fn known(part: &Part) -> bool {
    let figure = |it: &Goal| it.estimate.is_some() || it.optimistic.unavailability > 0.0;
    part.goals.iter().any(figure)
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
        table.row(row(goal, part));
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

fn row(goal: &Goal, part: &Part) -> Vec<Cell> {
    let strictest = goal.targets.first();
    let shown = |figure: &Figure| match strictest {
        Some(asked) => nines::available(figure.unavailability, goal.nines, asked.unavailability),
        None => nines::availability(figure.unavailability, goal.nines),
    };
    let minutes = nines::minutes(used(goal).minutes_per_month);
    let down = match goal.estimate {
        Some(_) => minutes,
        None if goal.optimistic.unavailability == 0.0 => "?".to_owned(),
        None => format!("≥ {minutes}"),
    };
    let tone = verdict(goal).and_then(Verdict::tone);
    vec![
        Cell::from(title(goal, part)),
        Cell::from(shown(&goal.optimistic)),
        Cell::from(goal.estimate.as_ref().map_or("?".to_owned(), shown)),
        Cell::toned(down, tone),
        Cell::from(strictest.map_or(String::new(), |it| nines::minutes(it.minutes_per_month))),
    ]
}

fn weighted(it: &Weighted) -> Option<Block> {
    if it.estimate.is_none() && it.optimistic.unavailability == 0.0 {
        return None;
    }
    let share = |figure: &Figure| nines::availability(figure.unavailability, it.nines);
    let likely = match &it.estimate {
        Some(estimate) => format!(", and likely {}", share(estimate)),
        None => String::new(),
    };
    let without = match it.without_rate.as_slice() {
        [] => String::new(),
        names => format!(
            "; no load says how often {} is asked for",
            nines::list(names, 3)
        ),
    };
    Some(Block::Paragraph(format!(
        "Weighted by how often each is asked for, at most {} of all requests succeed{likely}{without}.",
        share(&it.optimistic)
    )))
}

/// Returns goals that fail of the same and cost the same, together; those first
/// that do worst.
fn groups(part: &Part) -> Vec<Vec<&Goal>> {
    let mut groups: Vec<Vec<&Goal>> = Vec::new();
    let hanging = |goal: &&Goal| {
        !(goal.contributions.is_empty() && goal.single_cuts.is_empty())
            || goal.cut_pair_count.is_some_and(|count| count > 0)
    };
    for goal in worst_first(part).into_iter().filter(hanging) {
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

fn detail(group: &[&Goal], part: &Part) -> Vec<Block> {
    let goal = group[0];
    let names: Vec<String> = group.iter().map(|it| title(it, part)).collect();
    let heading = match names.as_slice() {
        [one, two, three, rest @ ..] if !rest.is_empty() => {
            format!("{one}, {two}, {three} and {} more", rest.len())
        }
        names => names.join(", "),
    };
    let mut blocks = vec![Block::Heading(heading)];
    blocks.extend(costs(goal));
    let better = goal.improvement.as_ref();
    blocks.push(Block::Paragraph(cuts(goal)));
    blocks.extend(better.map(|it| Block::Paragraph(improvement(goal, it))));
    blocks.extend(left(goal).map(Block::Paragraph));
    blocks.extend(shared(goal).map(Block::Paragraph));
    blocks
}

/// Returns what costs most; what costs less than a hundredth, in one sentence.
fn costs(goal: &Goal) -> Vec<Block> {
    let costs = together(&goal.contributions);
    let total: f64 = costs.iter().map(|it| it.contribution).sum();
    let share = |cost: &Cost| cost.contribution / total;
    let shown = costs.iter().take(COSTS).filter(|it| share(it) >= 0.01);
    let shown = shown.count();
    if shown == 0 {
        return Vec::new();
    }
    let mut table = Table::new([
        Column::left("what fails"),
        Column::right("is down a month"),
        Column::right("costs a month"),
        Column::right("share"),
    ]);
    for cost in &costs[..shown] {
        table.row([
            Cell::from(named(cost)),
            Cell::from(nines::minutes(cost.down * super::MINUTES)),
            Cell::from(nines::minutes(cost.minutes_per_month)),
            Cell::from(format!("{:.0} %", share(cost) * 100.0)),
        ]);
    }
    let mut blocks = vec![Block::Table(table)];
    let left: f64 = costs[shown..].iter().map(|it| it.minutes_per_month).sum();
    let more = match costs.len() - shown {
        0 => return blocks,
        1 => "1 more costs".to_owned(),
        count => format!("{count} more cost"),
    };
    let together = format!("{more} {} a month.", nines::minutes(left));
    blocks.push(Block::Paragraph(together));
    blocks
}

/// Returns what costs, all zones in one and all regions in one.
fn together(contributions: &[Cost]) -> Vec<Cost> {
    let mut costs: Vec<Cost> = Vec::new();
    for cost in contributions {
        let domain = cost.of == names::ZONE || cost.of == names::REGION;
        match costs.iter_mut().find(|it| domain && it.of == cost.of) {
            Some(known) => {
                known.alike += cost.alike;
                known.contribution += cost.contribution;
                known.minutes_per_month += cost.minutes_per_month;
            }
            None => costs.push(cost.clone()),
        }
    }
    costs.sort_by(|one, other| other.contribution.total_cmp(&one.contribution));
    costs
}

fn named(cost: &Cost) -> String {
    match (cost.alike, cost.of.as_str()) {
        (1, name) => name.to_owned(),
        (count, names::ZONE) => format!("any of {count} zones"),
        (count, names::REGION) => format!("any of {count} regions"),
        (count, name) => format!("any of {count} like {name}"),
    }
}

/// Says what makes it fail by itself, and what together.
fn cuts(goal: &Goal) -> String {
    let alone = words_once(goal.single_cuts.iter().map(Loss::words));
    let one = match alone.as_slice() {
        [] => "No single loss makes it fail".to_owned(),
        [one] => format!("The loss of {one} alone makes it fail"),
        several => format!(
            "The loss of any of these makes it fail: {}",
            nines::phrases(several, 8)
        ),
    };
    let Some(count) = goal.cut_pair_count else {
        return format!("{one}. There are too many parts to try them in pairs.");
    };
    let pairs = pairs(goal);
    let among = match count > goal.cut_pairs.len() {
        true => ", among others",
        false => "",
    };
    let two = nines::choices(&pairs, 5);
    match (pairs.is_empty(), alone.is_empty()) {
        (true, _) => format!("{one}."),
        (_, true) => format!("{one}; that of {two}{among} does."),
        (_, false) => format!("{one}. So does that of {two}{among}."),
    }
}

/// Returns pairs in words, different parts first. That a replica and a zone are one
/// goes without saying where two replicas are, and two zones.
fn pairs(goal: &Goal) -> Vec<String> {
    let numbered = |it: &Loss| !matches!(it.kind, LossKind::Component | LossKind::Place);
    let zone = |it: &Loss| matches!(it.kind, LossKind::Zone | LossKind::Region);
    let alike = |(one, other): &(Loss, Loss)| (one.kind, &one.name) == (other.kind, &other.name);
    let implied =
        |(one, other): &(Loss, Loss)| numbered(one) && numbered(other) && zone(one) != zone(other);
    let told = goal.cut_pairs.iter().filter(|pair| !implied(pair));
    let (same, different): (Vec<_>, Vec<_>) = told.partition(|pair| alike(pair));
    let different = different
        .into_iter()
        .map(|(one, other)| format!("{} with {}", one.words(), other.words()));
    words_once(different.chain(same.into_iter().map(|(one, _)| one.plural())))
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
    let share = |down: f64| nines::availability(down, goal.nines);
    match (it.needed, it.more_nines) {
        (Some(needed), Some(more)) => format!(
            "{demand} holds if `{of}` is up {} of the time in place of {}: {more:.1} more nines.",
            share(needed),
            share(it.now)
        ),
        _ => format!(
            "{demand} does not hold even if `{of}` never fails: {} a month are left.",
            nines::minutes(it.at_best * super::MINUTES)
        ),
    }
}

/// Says what is left of the budget where the estimate keeps it.
fn left(goal: &Goal) -> Option<String> {
    let asked = goal.targets.first()?;
    let holds = asked.verdict == Verdict::LikelyHolds && goal.estimate.is_some();
    holds.then(|| {
        format!(
            "Of its budget {} a month are left for what is not counted here, its own faults above all.",
            nines::minutes(asked.minutes_left)
        )
    })
}

/// Says how much of the budget is left for what makes it fail by itself and states no
/// availability. Whatever else fails leaves less.
fn shared(goal: &Goal) -> Option<String> {
    let asked = goal.targets.first()?;
    let left = 1.0 - (1.0 - asked.unavailability) / goal.optimistic.availability;
    let silent = goal.single_cuts.iter().filter_map(|it| it.name.as_ref());
    let silent: Vec<&String> = silent
        .filter(|name| {
            goal.missing
                .contains(&format!("`{name}` states no availability"))
        })
        .collect();
    if goal.estimate.is_some() || silent.is_empty() || !(left > 0.0) {
        return None;
    }
    // All of them must be up: the root of what is asked for.
    let each = 1.0 - (1.0 - left).powf(1.0 / silent.len() as f64);
    let share = nines::availability(each, nines::nines(each) + 1.0);
    let (demand, minutes) = (&asked.demand, nines::minutes(left * super::MINUTES));
    Some(match silent.as_slice() {
        [one] => format!(
            "`{demand}` leaves `{one}` at most {minutes} a month: it must be up {share} of the time."
        ),
        several => format!(
            "`{demand}` leaves the {} of these that state no availability at most {minutes} a month together; if they are alike, each must be up {share} of the time.",
            several.len()
        ),
    })
}

/// Returns what a goal is called in the sheet.
fn title(goal: &Goal, part: &Part) -> String {
    let operations = part.goals.iter().any(|it| it.kind != GoalKind::Client);
    match goal.kind {
        GoalKind::Client if operations => format!("{} (outside flows)", goal.of),
        GoalKind::Client => format!("what {} does", goal.of),
        GoalKind::Flow | GoalKind::Operation => goal.of.clone(),
    }
}
