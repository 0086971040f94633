//! How the loads are shown.

use super::{ComponentLoad, Part, Remaining};
use crate::numbers::sheet::{Block, Cell, Column, Section, Table, Tone, sources};
use crate::numbers::words::{figure, listed, per_second, percent, time, times};

/// From this share of its capacity on a component has little room.
const BUSY: f64 = 0.7;
/// Below this share a component is not worth a line where there are many.
const IDLE: f64 = 0.1;
/// The most rows of a table.
const ROWS: usize = 12;
/// A wait is told from this share of the time that the work itself takes.
const NOTABLE: f64 = 0.1;
/// Requests that grow so many times while caches are cold are told.
const GROWN: f64 = 1.5;

pub(in crate::numbers) fn section(part: &Part) -> Option<Section> {
    if part.operations.is_empty() {
        return None;
    }
    let rows = ranked(part);
    let mut blocks = vec![Block::Paragraph(summary(part))];
    blocks.extend(operations(part));
    blocks.extend(components(&rows));
    blocks.extend(losses(&rows));
    blocks.extend(callers(&rows));
    blocks.extend(waiting(&rows));
    blocks.extend(part.loops.iter().map(endless));
    blocks.extend(sources(&part.inputs, &part.missing));
    Some(Section {
        title: "Load".into(),
        blocks,
    })
}

/// Returns the components that are asked, the fullest first, then those of which no
/// capacity is known, the most asked first.
fn ranked(part: &Part) -> Vec<&ComponentLoad> {
    let mut rows: Vec<&ComponentLoad> = part
        .components
        .iter()
        .filter(|it| it.peak_per_second > 0.0)
        .collect();
    let share = |it: &ComponentLoad| it.utilisation.unwrap_or(-1.0);
    rows.sort_by(|a, b| {
        let by_share = share(b).total_cmp(&share(a));
        by_share.then(b.peak_per_second.total_cmp(&a.peak_per_second))
    });
    rows
}

/// Says what breaks first.
fn summary(part: &Part) -> String {
    let Some(first) = &part.saturates_first else {
        return "Nothing that is asked states a capacity, so that nothing says what breaks first."
            .to_owned();
    };
    let (name, at) = (&first.component, first.at_times);
    if at < 1.0 {
        let share = percent(1.0 / at);
        let full = |it: &&ComponentLoad| it.utilisation.is_some_and(|it| it > 1.0);
        let more = match part.components.iter().filter(full).count() {
            0 | 1 => String::new(),
            2 => ", and so is 1 more".to_owned(),
            all => format!(", and so are {} more", all - 1),
        };
        return format!("`{name}` is overloaded: {share} of what it can take at the peak{more}.");
    }
    let known = part.components.iter().filter(|it| it.peak_per_second > 0.0);
    let all = known.clone().all(|it| it.capacity.is_some());
    let of = match all {
        true => "",
        false => " of those whose capacity is stated",
    };
    format!(
        "If all grows alike, `{name}` is the first to saturate{of}, at {} today's peak.",
        times(at)
    )
}

fn operations(part: &Part) -> Vec<Block> {
    let mut rows: Vec<_> = part.operations.iter().collect();
    rows.sort_by(|a, b| b.peak_per_second.total_cmp(&a.peak_per_second));
    let several = rows.iter().any(|it| it.load != rows[0].load);
    let mut columns = vec![Column::left("asked for")];
    columns.extend(several.then(|| Column::left("load")));
    columns.extend([
        Column::right("average /s"),
        Column::right("peak /s"),
        Column::left("known from"),
    ]);
    let mut table = Table::new(columns);
    for it in rows.iter().take(ROWS) {
        let why = match (it.stated, it.assumed_steps) {
            (true, false) => "the load",
            (true, true) => "the load; no flow shows its steps",
            (false, false) => "what starts it",
            (false, true) => "what starts it; no flow shows its steps",
        };
        let mut row = vec![Cell::from(&it.of)];
        row.extend(several.then(|| Cell::from(it.load.clone().unwrap_or_default())));
        row.extend([
            Cell::from(figure(it.average_per_second)),
            Cell::from(figure(it.peak_per_second)),
            Cell::from(why),
        ]);
        table.row(row);
    }
    let mut blocks = vec![Block::Table(table)];
    let more = rows.iter().skip(ROWS);
    let sum: f64 = more.clone().map(|it| it.peak_per_second).sum();
    blocks.extend(left_out(
        more.count(),
        &format!("{} together", per_second(sum)),
    ));
    blocks
}

fn components(rows: &[&ComponentLoad]) -> Vec<Block> {
    let mut table = Table::new([
        Column::left("component"),
        Column::right("average /s"),
        Column::right("peak /s"),
        Column::right("can take /s"),
        Column::right("used"),
        Column::right("breaks at"),
    ]);
    let (shown, idle) = shown(rows, |it| it.utilisation.is_none_or(|it| it >= IDLE));
    for it in shown {
        let open = it.capacity.as_ref().is_some_and(|it| it.replicas_open);
        let capacity = it.capacity.as_ref().map(|it| figure(it.total_per_second));
        let mark = if open { "≥ " } else { "" };
        let quiet = || Cell::toned("not stated", Some(Tone::Quiet));
        table.row([
            Cell::from(&it.component),
            Cell::from(figure(it.average_per_second)),
            Cell::from(figure(it.peak_per_second)),
            capacity.map_or_else(quiet, |it| Cell::from(format!("{mark}{it}"))),
            it.utilisation.map_or_else(Cell::default, share),
            Cell::from(it.breaks_at_times.map_or_else(String::new, times)),
        ]);
    }
    let mut blocks = vec![
        Block::Heading("Components at the peak".into()),
        Block::Table(table),
    ];
    blocks.extend(left_out(idle, "less busy"));
    blocks
}

/// Returns the rows to show with how many are left out: all where there are few, else
/// those that matter.
fn shown<'r>(
    rows: &[&'r ComponentLoad],
    matters: impl Fn(&ComponentLoad) -> bool,
) -> (Vec<&'r ComponentLoad>, usize) {
    let kept: Vec<&ComponentLoad> = match rows.len() <= ROWS {
        true => rows.to_vec(),
        false => rows.iter().copied().filter(|it| matters(it)).collect(),
    };
    let shown: Vec<&ComponentLoad> = kept.into_iter().take(ROWS).collect();
    let left_out = rows.len() - shown.len();
    (shown, left_out)
}

fn left_out(count: usize, why: &str) -> Option<Block> {
    (count > 0).then(|| Block::Paragraph(format!("{count} more, {why}.")))
}

fn share(share: f64) -> Cell {
    let tone = match share {
        it if it >= 1.0 => Some(Tone::Bad),
        it if it >= BUSY => Some(Tone::Doubtful),
        _ => None,
    };
    Cell::toned(percent(share), tone)
}

/// Shows what becomes of those that get into trouble when something else goes wrong.
fn losses(rows: &[&ComponentLoad]) -> Vec<Block> {
    let known = rows.iter().filter(|it| it.capacity.is_some());
    let known: Vec<&ComponentLoad> = known.copied().collect();
    let mut blocks = vec![Block::Heading("When something goes wrong".into())];
    let (mut busy, calm): (Vec<&ComponentLoad>, Vec<_>) =
        known.into_iter().partition(|it| worst(it) >= BUSY);
    busy.sort_by(|a, b| worst(b).total_cmp(&worst(a)));
    let mut table = Table::new([
        Column::left("component"),
        Column::right("now"),
        Column::right("1 replica less"),
        Column::right("1 zone less"),
        Column::right("caches cold"),
        Column::right("all retried"),
    ]);
    for it in busy.iter().take(ROWS) {
        table.row([
            Cell::from(&it.component),
            it.utilisation.map_or_else(Cell::default, share),
            remaining(it.one_replica_lost.as_ref()),
            remaining(it.zone_lost.as_ref()),
            it.cold_caches.utilisation.map_or_else(Cell::default, share),
            retried(it),
        ]);
    }
    let calm = calm.len();
    let limit = percent(BUSY);
    if !busy.is_empty() {
        blocks.push(Block::Table(table));
        let more = busy.len().saturating_sub(ROWS);
        blocks.extend(left_out(more, &format!("which reach {limit} or more")));
        let stay = format!("which stay under {limit} whatever of these happens");
        blocks.extend(left_out(calm, &stay));
    } else if calm > 0 {
        blocks.push(Block::Paragraph(format!(
            "Without a replica, without a zone, with cold caches and with every call retried, all that state a capacity stay under {limit}."
        )));
    }
    let grown = grown(rows);
    if !grown.is_empty() {
        let title = "Asked more while caches are cold, and states no capacity";
        blocks.push(Block::List(title.to_owned(), grown));
    }
    match blocks.len() {
        1 => Vec::new(),
        _ => blocks,
    }
}

/// Returns the largest share that is used if one thing goes wrong; without bound where
/// nothing is left.
fn worst(of: &ComponentLoad) -> f64 {
    let remaining = [&of.one_replica_lost, &of.zone_lost];
    let remaining = remaining
        .into_iter()
        .flatten()
        .map(|it| it.utilisation.unwrap_or(f64::INFINITY));
    let others = [
        of.utilisation,
        of.cold_caches.utilisation,
        of.retries_at_worst.utilisation,
    ];
    remaining
        .chain(others.into_iter().flatten())
        .fold(0.0, f64::max)
}

fn remaining(of: Option<&Remaining>) -> Cell {
    match of {
        None => Cell::toned("–", Some(Tone::Quiet)),
        Some(it) => it
            .utilisation
            .map_or_else(|| Cell::toned("none left", Some(Tone::Bad)), share),
    }
}

/// Retries at their worst follow from a failure that is there already, and are doubtful
/// at the most.
fn retried(of: &ComponentLoad) -> Cell {
    let cell = of
        .retries_at_worst
        .utilisation
        .map_or_else(Cell::default, share);
    Cell {
        tone: cell.tone.map(|_| Tone::Doubtful),
        ..cell
    }
}

fn grown(rows: &[&ComponentLoad]) -> Vec<String> {
    let rows = rows.iter().filter(|it| {
        it.capacity.is_none() && it.cold_caches.peak_per_second >= GROWN * it.peak_per_second
    });
    let entry = |it: &&ComponentLoad| {
        format!(
            "`{}`: {} instead of {}, {}",
            it.component,
            per_second(it.cold_caches.peak_per_second),
            per_second(it.peak_per_second),
            times(it.cold_caches.peak_per_second / it.peak_per_second)
        )
    };
    rows.take(ROWS).map(entry).collect()
}

fn callers(rows: &[&ComponentLoad]) -> Vec<Block> {
    let mut table = Table::new([
        Column::left("component"),
        Column::left("asked by, at the peak"),
    ]);
    let (shown, left) = shown(rows, |it| it.utilisation.is_none_or(|it| it >= IDLE));
    for it in shown {
        let mut who: Vec<String> = it
            .contributions
            .iter()
            .take(3)
            .map(|by| format!("{} {}", by.of, per_second(by.peak_per_second)))
            .collect();
        if it.contributions.len() > who.len() {
            who.push(format!("{} more", it.contributions.len() - who.len()));
        }
        table.row([Cell::from(&it.component), Cell::from(listed(&who))]);
    }
    let mut blocks = vec![Block::Heading("Who asks".into()), Block::Table(table)];
    blocks.extend(left_out(left, "less busy"));
    blocks
}

fn waiting(rows: &[&ComponentLoad]) -> Option<Block> {
    let notable = rows.iter().filter_map(|it| {
        let queue = it.queue.as_ref()?;
        let own = queue.mean_response_seconds - queue.mean_wait_seconds;
        (queue.mean_wait_seconds >= NOTABLE * own).then(|| {
            format!(
                "`{}`: {} of requests wait, {} on average over all",
                it.component,
                percent(queue.waiting_share),
                time(queue.mean_wait_seconds)
            )
        })
    });
    let entries: Vec<String> = notable.take(ROWS).collect();
    let title = "Waiting, as a rough guide (M/M/c: requests come at random, a replica does one at a time; real traffic comes in bursts and waits longer)";
    (!entries.is_empty()).then(|| Block::List(title.to_owned(), entries))
}

fn endless(of: &super::Loop) -> Block {
    let names: Vec<String> = of.of.iter().map(|it| format!("`{it}`")).collect();
    let gain = match of.gain {
        Some(gain) => format!("each run leads to {} more", figure(gain)),
        None => "too much of it goes around to be reckoned".to_owned(),
    };
    Block::Paragraph(format!(
        "The work of {} never ends: {gain}. What comes around is not counted, so that all that follows is a lower bound.",
        listed(&names)
    ))
}
