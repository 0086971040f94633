//! The section about recovery.

use std::collections::BTreeMap;

use super::{Bounds, Cell as Outcome, DisruptionKind, MechanismKind, Objective, Part, Store};
use crate::numbers::sheet::{self, Block, Cell, Column, Section, Table};
use crate::numbers::{Verdict, nines};

/// The most stores of a table.
const ROWS: usize = 20;
/// The most sentences about what is missed.
const SENTENCES: usize = 8;

/// Lays out the part; nothing where there is no objective and no store says what
/// would bring its data back.
pub(in crate::numbers) fn section(part: &Part) -> Option<Section> {
    let helps = |cell: &Outcome| {
        !matches!(
            cell.mechanism,
            MechanismKind::Unstated | MechanismKind::Restart
        )
    };
    let told = part.stores.iter().flat_map(|store| &store.cells).any(helps);
    if part.stores.is_empty() || (!told && part.objectives.is_empty()) {
        return None;
    }
    let mut blocks = Vec::new();
    for (bounds, title) in [
        (Bounds::Loss, "Work lost at the worst moment"),
        (Bounds::Time, "Time until it is back"),
    ] {
        blocks.push(Block::Heading(title.to_owned()));
        blocks.extend(matrix(part, bounds));
    }
    blocks.extend(sheet::sources(&part.inputs, &part.missing));
    Some(Section {
        title: "Recovery".into(),
        blocks,
    })
}

/// The worst that becomes of each store in each kind of disruption.
type Verdicts<'p> = BTreeMap<(&'p str, DisruptionKind), Verdict>;

fn verdicts<'p>(objectives: impl Iterator<Item = &'p Objective>) -> Verdicts<'p> {
    let mut worst = Verdicts::new();
    for judged in objectives.flat_map(|it| &it.verdicts) {
        let known = worst
            .entry((judged.store.as_str(), judged.disruption))
            .or_insert(judged.verdict);
        *known = judged.verdict.min(*known);
    }
    worst
}

fn matrix(part: &Part, bounds: Bounds) -> Vec<Block> {
    let mut table = Table::new([
        Column::left("store"),
        Column::right("process"),
        Column::right("machine"),
        Column::right("zone"),
        Column::right("region"),
        Column::right("mistake"),
    ]);
    let objectives = part.objectives.iter().filter(|it| it.bounds == bounds);
    let verdicts = verdicts(objectives.clone());
    let verdict = |store: &Store, cell: &Outcome| {
        let key = (store.name.as_str(), cell.disruption);
        verdicts.get(&key).copied()
    };
    let worst = |store: &&Store| {
        let of_cells = store.cells.iter().filter_map(|it| verdict(store, it));
        of_cells.min().unwrap_or(Verdict::Holds)
    };
    let mut stores: Vec<&Store> = part.stores.iter().collect();
    stores.sort_by_key(worst);
    for store in stores.iter().take(ROWS) {
        let cells = store
            .cells
            .iter()
            .map(|it| cell(bounds, verdict(store, it), it));
        table.row(std::iter::once(Cell::from(&store.name)).chain(cells));
    }
    let mut blocks = vec![Block::Table(table)];
    let left = stores.len().saturating_sub(ROWS);
    if left > 0 {
        blocks.push(Block::Paragraph(format!("{left} more do no worse.")));
    }
    let told = objectives.flat_map(|it| sentences(part, it)).collect();
    blocks.extend(marked(told));
    blocks
}

/// Returns an amount; one that misses an objective is marked.
fn cell(bounds: Bounds, verdict: Option<Verdict>, outcome: &Outcome) -> Cell {
    let mark = if verdict.is_some_and(missed) {
        "! "
    } else {
        ""
    };
    let amount = outcome.amount(bounds);
    let text = match amount.estimate_seconds {
        Some(0.0) => "none".to_owned(),
        _ if amount.everything && bounds == Bounds::Time => "never".to_owned(),
        _ => amount.words(),
    };
    Cell::toned(format!("{mark}{text}"), verdict.and_then(Verdict::tone))
}

fn missed(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Breaks | Verdict::LikelyBreaks)
}

fn marked(mut told: Vec<String>) -> Option<Block> {
    let left = told.len().saturating_sub(SENTENCES);
    told.truncate(SENTENCES);
    if left > 0 {
        told.push(format!("{left} more"));
    }
    let any = !told.is_empty();
    any.then(|| Block::List("Marked with `!`".to_owned(), told))
}

/// Says of each store what misses an objective, and what it rests on.
fn sentences(part: &Part, objective: &Objective) -> Vec<String> {
    let verdicts = verdicts(std::iter::once(objective));
    let stores = part.stores.iter();
    let sentence = |store| sentence(objective, &verdicts, store);
    stores.filter_map(sentence).collect()
}

fn sentence(objective: &Objective, verdicts: &Verdicts, store: &Store) -> Option<String> {
    let mut causes: Vec<(String, Vec<String>)> = Vec::new();
    for cell in &store.cells {
        let verdict = verdicts.get(&(store.name.as_str(), cell.disruption));
        if !verdict.copied().is_some_and(missed) {
            continue;
        }
        let what = what(objective.bounds, cell);
        let after = cell.disruption.after().to_owned();
        match causes.iter_mut().find(|it| it.0 == what) {
            Some(known) => known.1.push(after),
            None => causes.push((what, vec![after])),
        }
    }
    let told = causes.iter();
    let told: Vec<String> = told
        .map(|(what, after)| format!("{what} {}", nines::phrases(after, 5)))
        .collect();
    let (name, demand) = (&store.name, &objective.demand);
    (!told.is_empty()).then(|| format!("`{name}`, `{demand}`: {}", told.join("; ")))
}

/// Says in words what a cell comes to.
fn what(bounds: Bounds, cell: &Outcome) -> String {
    let amount = cell.amount(bounds);
    let by = cell.mechanism.words();
    match bounds {
        _ if amount.everything => "nothing brings it back".to_owned(),
        Bounds::Loss => format!("{by} loses up to {}", amount.words()),
        Bounds::Time => format!("{by} takes {}", amount.words()),
    }
}

impl MechanismKind {
    fn words(self) -> &'static str {
        match self {
            MechanismKind::Backup => "bringing a backup back",
            MechanismKind::Copies => "taking over by a copy",
            MechanismKind::Follower => "taking over by the store that follows",
            MechanismKind::Nothing => "nothing",
            MechanismKind::Rebuild => "making it again",
            MechanismKind::Restart => "a restart",
            MechanismKind::Unstated => "what brings it back",
            MechanismKind::Versions => "going back to an older version",
        }
    }
}
