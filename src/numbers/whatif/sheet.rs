//! What a review reads first comes first: what breaks, why, what still works.

use std::collections::BTreeMap;

use super::words::{count, listed, names, per_second, percent, time};
use super::{
    Component, ComponentState, Impact, Latency, Losses, Operation, OperationKind, Outcome,
    Requirement, State, Verdict, WhatIf,
};
use crate::numbers::sheet::{Block, Cell, Column, Section, Sheet, Table, Tone, sources};
use crate::quantity::round;

/// The most rows of a table of losses; JSON has all.
const ROWS: usize = 20;
/// The most losses in a row that do the same.
const ALIKE: usize = 6;
/// What is used beyond this share of its capacity has little to spare.
const NEARLY_FULL: f64 = 0.8;
/// The most names in a cell.
const NAMES: usize = 3;

/// Lays out what becomes of a design.
pub(super) fn sheet(whatif: &WhatIf) -> Sheet {
    let mut sections = Vec::new();
    if let Some(outcome) = &whatif.outcome {
        sections.push(summary(outcome));
        let parts = [
            broken(outcome),
            operations(outcome),
            components(outcome),
            latencies(outcome),
            calls(outcome),
            next(outcome),
            kept(outcome),
            untold(outcome),
        ];
        sections.extend(parts.into_iter().flatten());
    }
    if let Some(losses) = &whatif.losses {
        sections.push(singles(losses));
        sections.push(pairs(losses));
        sections.extend(harmless(losses));
    }
    sections.extend(given(whatif));
    Sheet {
        title: whatif.design.clone(),
        sections,
    }
}

fn section(title: &str, blocks: Vec<Block>) -> Section {
    Section {
        title: title.to_owned(),
        blocks,
    }
}

fn summary(outcome: &Outcome) -> Section {
    let mut sentences = vec![answered(outcome)];
    let requirements = &outcome.requirements;
    if !requirements.is_empty() {
        sentences.push(promised(requirements));
    }
    let blocks = sentences.into_iter().map(Block::Paragraph).collect();
    section(&scenario(outcome), blocks)
}

/// Names a scenario: "Without tweetStore and zone 1, timelines empty, at 3 times the load".
fn scenario(outcome: &Outcome) -> String {
    let mut parts = Vec::new();
    if !outcome.lost.is_empty() {
        parts.push(format!("without {}", listed(&outcome.lost)));
    }
    if !outcome.cold.is_empty() {
        parts.push(format!("with {} empty", listed(&outcome.cold)));
    }
    if outcome.load != 1.0 {
        parts.push(format!("at {} times the load", round(outcome.load)));
    }
    if parts.is_empty() {
        parts.push("as it is".to_owned());
    }
    let text = parts.join(", ");
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => text,
    }
}

fn answered(outcome: &Outcome) -> String {
    let operations = outcome.operations.iter();
    let operations: Vec<&Operation> = operations
        .filter(|it| it.kind == OperationKind::Operation)
        .collect();
    let with = |state: &[State]| {
        let found = operations.iter().filter(|it| state.contains(&it.now));
        found.count()
    };
    let failing = with(&[State::Fails]);
    let strained = with(&[State::Overloaded, State::LikelyOverloaded]);
    let mut text = match failing {
        0 if operations.is_empty() => "No operation is declared.".to_owned(),
        0 => "No operation fails.".to_owned(),
        failing => {
            let verb = if failing == 1 { "fails" } else { "fail" };
            format!(
                "{failing} of {} {verb}",
                count(operations.len(), "operation")
            )
        }
    };
    if failing > 0 {
        let (lost, all) = (outcome.lost_per_second, outcome.requests_per_second);
        text += &match all > 0.0 {
            true => format!(
                ": {} of {} requests ({}).",
                per_second(lost),
                per_second(all),
                percent(lost / all)
            ),
            false => ".".to_owned(),
        };
    }
    if strained > 0 {
        let noun = match failing {
            0 => count(strained, "operation"),
            _ => format!("{strained} more"),
        };
        let verb = if strained == 1 { "depends" } else { "depend" };
        text += &format!(" {noun} {verb} on something that is asked for more than it can take.");
    }
    let degraded = with(&[State::Degraded]);
    if degraded > 0 {
        let verb = if degraded == 1 { "goes" } else { "go" };
        let noun = count(degraded, "operation");
        text += &format!(" {noun} {verb} on without something lost.");
    }
    text
}

fn promised(requirements: &[Requirement]) -> String {
    let broken = requirements.iter().filter(|it| it.is_broken()).count();
    let was = |surely: bool| {
        let was = requirements.iter().filter(|it| was_broken(it));
        was.filter(|it| (it.before == Verdict::Breaks) == surely)
            .count()
    };
    let (sure, likely) = (was(true), was(false));
    let unknown = requirements
        .iter()
        .filter(|it| it.now == Verdict::Unknown)
        .count();
    let all = count(requirements.len(), "requirement");
    let mut text = match broken {
        0 if requirements.len() - sure - likely - unknown > 0 => {
            "Every requirement that held before still holds".to_owned()
        }
        0 => "No requirement is known to break".to_owned(),
        1 => format!("1 of {all} no longer holds"),
        broken => format!("{broken} of {all} no longer hold"),
    };
    if sure > 0 {
        text += &format!("; {sure} did not hold before either");
    }
    if likely > 0 {
        text += &format!("; {likely} likely did not hold before either");
    }
    if unknown > 0 {
        text += &format!("; {unknown} cannot be told");
    }
    text + "."
}

/// Tells whether a requirement does not hold, and did not before.
fn was_broken(requirement: &Requirement) -> bool {
    requirement.now <= Verdict::LikelyBreaks && !requirement.is_broken()
}

fn title(requirement: &Requirement) -> String {
    match &requirement.demand {
        Some(demand) => format!("{}: {demand}", requirement.by),
        None => requirement.by.clone(),
    }
}

fn tone(verdict: Verdict) -> Option<Tone> {
    match verdict {
        Verdict::Breaks => Some(Tone::Bad),
        Verdict::LikelyBreaks => Some(Tone::Doubtful),
        Verdict::Unknown => Some(Tone::Quiet),
        Verdict::LikelyHolds | Verdict::Holds => Some(Tone::Good),
    }
}

fn broken(outcome: &Outcome) -> Option<Section> {
    let rows: Vec<&Requirement> = outcome
        .requirements
        .iter()
        .filter(|it| it.now <= Verdict::LikelyBreaks)
        .collect();
    if rows.is_empty() {
        return None;
    }
    let mut table = Table::new(["requirement", "before", "now", "why"].map(Column::left));
    let mut rows = rows;
    rows.sort_by_key(|it| (was_broken(it), it.now));
    for it in &rows {
        table.row([
            Cell::from(title(it)),
            Cell::toned(it.before.words(), tone(it.before)),
            Cell::toned(it.now.words(), tone(it.now)),
            Cell::from(&it.why),
        ]);
    }
    let mut blocks = vec![Block::Table(table)];
    let budgets = rows.iter().filter_map(|it| {
        let minutes = time(it.budget_minutes? * 60.0);
        Some(format!("`{}` after {minutes}", it.by))
    });
    let budgets: Vec<String> = budgets.collect();
    if !budgets.is_empty() {
        blocks.push(Block::Paragraph(format!(
            "If this lasts, the downtime of 30 days is used up: {}.",
            budgets.join(", ")
        )));
    }
    Some(section("What breaks", blocks))
}

fn state_words(state: State) -> (&'static str, Tone) {
    match state {
        State::Fails => ("fails", Tone::Bad),
        State::Overloaded => ("overloaded", Tone::Bad),
        State::LikelyOverloaded => ("likely overloaded", Tone::Doubtful),
        State::Degraded => ("degraded", Tone::Doubtful),
        State::Works => ("works", Tone::Good),
    }
}

fn called(name: &str, kind: OperationKind) -> String {
    match kind {
        OperationKind::Client => format!("{name} (outside flows)"),
        OperationKind::Flow => format!("{name} (flow)"),
        OperationKind::Operation => name.to_owned(),
    }
}

fn operations(outcome: &Outcome) -> Option<Section> {
    if outcome.operations.is_empty() {
        return None;
    }
    let mut blocks = Vec::new();
    let mut rows: Vec<&Operation> = outcome
        .operations
        .iter()
        .filter(|it| it.now != State::Works)
        .collect();
    rows.sort_by(|a, b| {
        let [x, y] = [a, b].map(|it| it.per_second.unwrap_or(0.0));
        a.now.cmp(&b.now).then_with(|| y.total_cmp(&x))
    });
    if !rows.is_empty() {
        let mut table = Table::new([
            Column::left("operation"),
            Column::right("average"),
            Column::left("now"),
            Column::left("why"),
        ]);
        for it in rows {
            let (words, tone) = state_words(it.now);
            table.row([
                Cell::from(called(&it.name, it.kind)),
                Cell::from(it.per_second.map_or_else(String::new, per_second)),
                Cell::toned(words, Some(tone)),
                Cell::from(&it.why),
            ]);
        }
        blocks.push(Block::Table(table));
    }
    let works = outcome
        .operations
        .iter()
        .filter(|it| it.now == State::Works);
    let works: Vec<String> = works
        .map(|it| match it.kind {
            OperationKind::Client => format!("what `{}` calls outside flows", it.name),
            _ => format!("`{}`", it.name),
        })
        .collect();
    if !works.is_empty() {
        let works = names(&works, ROWS);
        blocks.push(Block::Paragraph(format!("As before: {works}.")));
    }
    Some(section("Operations and flows", blocks))
}

fn components(outcome: &Outcome) -> Option<Section> {
    if outcome.components.is_empty() {
        return None;
    }
    let mut table = Table::new([
        Column::left("component"),
        Column::left("now"),
        Column::right("replicas"),
        Column::right("at the peak"),
        Column::right("of capacity"),
    ]);
    for it in outcome.components.iter().take(ROWS) {
        table.row(component(it));
    }
    let mut blocks = vec![Block::Table(table)];
    blocks.extend(left_out(outcome.components.len(), ROWS));
    let asked = outcome.components.iter();
    let retried = asked.filter_map(|it| {
        let (now, retried) = (it.utilisation_now?, it.retried_utilisation_now?);
        let overloaded = now > 1.0 && retried > 1.05 * now;
        overloaded.then(|| format!("`{}` to {}", it.name, percent(retried)))
    });
    let retried: Vec<String> = retried.collect();
    if !retried.is_empty() {
        blocks.push(Block::Paragraph(format!(
            "What is overloaded fails, and is asked again: at the worst the stated retries \
             drive {} of capacity.",
            names(&retried, NAMES)
        )));
    }
    let waits = outcome.components.iter().filter_map(|it| {
        let (before, now) = (it.wait_seconds_before?, it.wait_seconds_now?);
        let slower = now > 1e-3 && now > 2.0 * before;
        slower.then(|| format!("`{}` {} → {}", it.name, time(before), time(now)))
    });
    let waits: Vec<String> = waits.collect();
    if !waits.is_empty() {
        let waits = names(&waits, NAMES);
        blocks.push(Block::Paragraph(format!(
            "Requests wait for a free replica on average (M/M/c, an estimate): {waits}."
        )));
    }
    Some(section("Components", blocks))
}

fn component(component: &Component) -> [Cell; 5] {
    let (words, tone) = match component.state {
        ComponentState::Down => ("down", Some(Tone::Bad)),
        ComponentState::Overloaded => ("overloaded", Some(Tone::Bad)),
        ComponentState::LikelyOverloaded => ("likely overloaded", Some(Tone::Doubtful)),
        ComponentState::Reduced => ("fewer replicas", None),
        ComponentState::Works => (busyness(component), Some(Tone::Good)),
    };
    let full = component
        .utilisation_now
        .is_some_and(|it| it >= NEARLY_FULL);
    let (words, tone) = match component.state {
        ComponentState::Works | ComponentState::Reduced if full => {
            ("nearly full", Some(Tone::Doubtful))
        }
        _ => (words, tone),
    };
    let replicas = match (component.replicas_before, component.replicas_now) {
        (Some(before), Some(now)) if before != now => format!("{now} of {before}"),
        (Some(before), _) => before.to_string(),
        (None, _) => String::new(),
    };
    let down = component.state == ComponentState::Down;
    let change = |before: Option<f64>, now: Option<f64>, words: &dyn Fn(f64) -> String| {
        let [before, now] = [before, now].map(|it| it.filter(|it| it.is_finite()).map(words));
        match (before, now) {
            (None, None) => String::new(),
            (before, now) if before == now => before.unwrap_or_default(),
            (before, now) => {
                let [before, now] = [before, now].map(|it| it.unwrap_or_else(|| "–".into()));
                format!("{before} → {now}")
            }
        }
    };
    let peak = change(
        component.peak_per_second_before,
        component.peak_per_second_now.filter(|_| !down),
        &per_second,
    );
    let used = change(
        component.utilisation_before,
        component.utilisation_now,
        &percent,
    );
    [
        Cell::from(&component.name),
        Cell::toned(words, tone),
        Cell::from(replicas),
        Cell::from(peak),
        Cell::toned(used, tone.filter(|it| *it != Tone::Good && !down)),
    ]
}

fn busyness(component: &Component) -> &'static str {
    let [before, now] = [
        component.peak_per_second_before,
        component.peak_per_second_now,
    ];
    match now.unwrap_or(0.0) >= before.unwrap_or(0.0) {
        true => "busier",
        false => "less busy",
    }
}

fn latencies(outcome: &Outcome) -> Option<Section> {
    if outcome.latencies.is_empty() {
        return None;
    }
    let mut table = Table::new([
        Column::left("operation"),
        Column::right("mean before"),
        Column::right("now"),
        Column::right("p99 before"),
        Column::right("now"),
    ]);
    let optional = |it: Option<f64>| it.map_or_else(String::new, time);
    let rows = outcome.latencies.iter().take(ROWS);
    rows.for_each(|it: &Latency| {
        table.row([
            Cell::from(&it.of),
            Cell::from(time(it.mean_seconds_before)),
            Cell::from(time(it.mean_seconds_now)),
            Cell::from(optional(it.p99_seconds_before)),
            Cell::from(optional(it.p99_seconds_now)),
        ]);
    });
    let told = "Stated times only; waiting for busy replicas is not in here.".to_owned();
    let mut blocks = vec![Block::Table(table), Block::Paragraph(told)];
    blocks.extend(left_out(outcome.latencies.len(), ROWS));
    Some(section("How long it takes", blocks))
}

fn kept(outcome: &Outcome) -> Option<Section> {
    let held = |it: &&Requirement| it.now >= Verdict::LikelyHolds;
    let held: Vec<&Requirement> = outcome.requirements.iter().filter(held).collect();
    if held.is_empty() {
        return None;
    }
    let mut table = Table::new(["requirement", "now", "why"].map(Column::left));
    for it in held {
        table.row([
            Cell::from(title(it)),
            Cell::toned(it.now.words(), tone(it.now)),
            Cell::from(&it.why),
        ]);
    }
    Some(section("What still holds", vec![Block::Table(table)]))
}

fn untold(outcome: &Outcome) -> Option<Section> {
    let unknown = |it: &&Requirement| it.now == Verdict::Unknown;
    let unknown: Vec<&Requirement> = outcome.requirements.iter().filter(unknown).collect();
    if unknown.is_empty() {
        return None;
    }
    let mut table = Table::new(["requirement", "why"].map(Column::left));
    for it in unknown {
        table.row([Cell::from(title(it)), Cell::from(&it.why)]);
    }
    Some(section("What cannot be told", vec![Block::Table(table)]))
}

fn calls(outcome: &Outcome) -> Option<Section> {
    if outcome.calls.is_empty() {
        return None;
    }
    let mut table = Table::new([
        Column::left("call"),
        Column::right("timeout"),
        Column::right("tries"),
        Column::right("waits up to"),
        Column::left("circuit breaker"),
    ]);
    for it in outcome.calls.iter().take(ROWS) {
        let (waits, tone) = match it.longest_seconds {
            Some(seconds) => (time(seconds), None),
            None => ("for ever".to_owned(), Some(Tone::Bad)),
        };
        table.row([
            Cell::from(&it.name),
            Cell::from(
                it.timeout_seconds
                    .map_or_else(|| "not stated".to_owned(), time),
            ),
            Cell::from(round(it.tries)),
            Cell::toned(waits, tone),
            Cell::from(if it.breaker { "yes" } else { "not stated" }),
        ]);
    }
    let mut blocks = vec![Block::Table(table)];
    blocks.extend(left_out(outcome.calls.len(), ROWS));
    Some(section("Who waits for what is down", blocks))
}

/// Says how many rows a table leaves out.
fn left_out(rows: usize, shown: usize) -> Option<Block> {
    let more = rows.checked_sub(shown).filter(|it| *it > 0)?;
    Some(Block::Paragraph(format!(
        "{more} more follow; `--format json` lists them all."
    )))
}

/// Losses that do the same.
struct Alike<'a> {
    lost: Vec<String>,
    impact: &'a Impact,
}

/// Puts losses together that do the same, in the order of the first of them.
fn alike(rows: &[Impact]) -> Vec<Alike<'_>> {
    let mut groups: Vec<Alike> = Vec::new();
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    for impact in rows {
        let does = format!("{:?}", (&impact.failing, &impact.overloaded));
        let lost = impact.lost.join(" + ");
        match known.get(&does) {
            Some(index) => groups[*index].lost.push(lost),
            None => {
                known.insert(does, groups.len());
                let lost = vec![lost];
                groups.push(Alike { lost, impact });
            }
        }
    }
    groups
}

/// Makes a table of what losses do.
fn impacts(rows: &[Impact], first: &str) -> Vec<Block> {
    let rates = rows.iter().any(|it| it.lost_per_second > 0.0);
    let mut columns = vec![Column::left(first)];
    if rates {
        columns.push(Column::right("lost"));
    }
    columns.extend(["fails", "breaks"].map(Column::left));
    let mut table = Table::new(columns);
    let groups = alike(rows);
    for it in groups.iter().take(ROWS) {
        let mut cells = vec![Cell::from(either(&it.lost))];
        if rates {
            let lost = Some(it.impact.lost_per_second).filter(|it| *it > 0.0);
            cells.push(Cell::from(lost.map_or_else(String::new, per_second)));
        }
        cells.push(Cell::from(fails(it.impact)));
        cells.push(Cell::from(breaks(it.impact)));
        table.row(cells);
    }
    let mut blocks = vec![Block::Table(table)];
    blocks.extend(left_out(groups.len(), ROWS));
    blocks
}

/// Joins losses any of which does it: `fetch, parse or pages`.
fn either(lost: &[String]) -> String {
    match lost {
        [rest @ .., last] if !rest.is_empty() && lost.len() <= ALIKE => {
            format!("{} or {last}", rest.join(", "))
        }
        lost => names(lost, ALIKE),
    }
}

fn breaks(impact: &Impact) -> String {
    let mut parts = Vec::new();
    if !impact.requirements.is_empty() {
        parts.push(names(&impact.requirements, NAMES));
    }
    if !impact.strained.is_empty() {
        parts.push(format!("likely {}", names(&impact.strained, NAMES)));
    }
    parts.join("; ")
}

fn fails(impact: &Impact) -> String {
    let mut parts = Vec::new();
    if !impact.failing.is_empty() {
        let failing = impact.failing.iter();
        let failing: Vec<String> = failing.map(|it| called(&it.name, it.kind)).collect();
        parts.push(names(&failing, NAMES));
    }
    if !impact.overloaded.is_empty() {
        let each = impact.overloaded.iter();
        let each: Vec<String> = each
            .map(|it| format!("{} at {}", it.component, percent(it.utilisation)))
            .collect();
        parts.push(format!("overloads {}", names(&each, NAMES)));
    }
    parts.join("; ")
}

fn next(outcome: &Outcome) -> Option<Section> {
    if outcome.next.is_empty() {
        return None;
    }
    let mut blocks = vec![Block::Paragraph(
        "While this lasts, the design leans on these; without the loss it could spare each."
            .to_owned(),
    )];
    blocks.extend(impacts(&outcome.next, "then losing"));
    Some(section("One more loss", blocks))
}

fn singles(losses: &Losses) -> Section {
    let mut blocks = match losses.singles.is_empty() {
        true if losses.goals == 0 => vec![Block::Paragraph(
            "No operation and no flow says what could fail.".to_owned(),
        )],
        true => vec![Block::Paragraph(
            "Nothing that is lost alone makes an operation fail.".to_owned(),
        )],
        false => impacts(&losses.singles, "losing"),
    };
    if losses.overload_untried > 0 {
        blocks.push(Block::Paragraph(format!(
            "What is overloaded then was not tried for {}: there are too many.",
            count(losses.overload_untried, "loss").replace("losss", "losses")
        )));
    }
    section("Every single loss, worst first", blocks)
}

fn pairs(losses: &Losses) -> Section {
    let blocks = match (&losses.pairs_refused, losses.pairs.is_empty()) {
        (Some(refused), _) => vec![Block::Paragraph(format!("Not tried: {refused}."))],
        (None, true) => vec![Block::Paragraph(
            "No pair makes anything fail that neither of the two does alone.".to_owned(),
        )],
        (None, false) => {
            let mut blocks = vec![Block::Paragraph(
                "Only what neither of the two makes fail alone is shown.".to_owned(),
            )];
            blocks.extend(impacts(&losses.pairs, "losing both"));
            blocks
        }
    };
    section("Every pair of losses, worst first", blocks)
}

fn harmless(losses: &Losses) -> Option<Section> {
    if losses.harmless.is_empty() {
        return None;
    }
    let quoted: Vec<String> = losses.harmless.iter().map(|it| format!("`{it}`")).collect();
    let text = format!(
        "Nothing fails and nothing is overloaded without {}.",
        names(&quoted, ROWS)
    );
    Some(section("What can be lost", vec![Block::Paragraph(text)]))
}

fn given(whatif: &WhatIf) -> Option<Section> {
    let mut missing = whatif.missing.clone();
    missing.sort_by(|a, b| a.what.cmp(&b.what));
    missing.dedup_by(|a, b| a.what == b.what);
    let blocks = sources(&whatif.inputs, &missing);
    (!blocks.is_empty()).then(|| section("What this rests on", blocks))
}
