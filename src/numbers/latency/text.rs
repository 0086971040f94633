//! The section about latency: an overview, then flow by flow.

use super::super::words::{percentile, percentile_asked, share, time};
use super::{FlowTime, Part, Step, TimeTarget};
use crate::numbers::sheet::{Block, Cell, Column, Section, Table, Tone, sources};
use crate::numbers::{Input, Verdict};

/// Flows that are shown step by step.
const FLOWS: usize = 12;
/// Flows in the overview.
const ROWS: usize = 40;
/// Steps that are shown of one flow.
const STEPS: usize = 24;
/// The characters of a bar.
const WIDTH: usize = 12;

/// Lays out how long flows take; nothing where the design says nothing about it.
pub(super) fn section(part: &Part) -> Option<Section> {
    let timed: Vec<&FlowTime> = part.flows.iter().filter(|it| says_something(it)).collect();
    if timed.is_empty() {
        return None;
    }
    let mut flows = timed.clone();
    flows.sort_by_key(|flow| urgency(flow));
    let mut blocks = Vec::new();
    if timed.len() > 1 {
        blocks.extend(overview(part, &flows));
    }
    let worth = flows.iter().filter(|it| is_worth_detail(it));
    for flow in worth.clone().take(FLOWS) {
        blocks.extend(detail(flow));
    }
    blocks.extend(left_out(worth.count()));
    blocks.push(Block::Paragraph(meaning(&timed)));
    blocks.extend(inputs(part));
    Some(Section {
        title: "Latency".into(),
        blocks,
    })
}

fn says_something(flow: &FlowTime) -> bool {
    let step =
        |it: &Step| it.mean_seconds.is_some() || it.p99_seconds.is_some() || it.min_seconds > 0.0;
    !flow.targets.is_empty() || flow.steps.iter().any(step)
}

/// Orders flows: those whose targets are missed first, then those with targets.
fn urgency(flow: &FlowTime) -> Verdict {
    let verdicts = flow.targets.iter().map(|it| it.verdict);
    verdicts.min().unwrap_or(Verdict::Holds)
}

/// Tells whether the steps of a flow say more than its line in the overview.
fn is_worth_detail(flow: &FlowTime) -> bool {
    let timed = flow.steps.iter().filter(|it| is_timed(it));
    timed.count() > 1 || !flow.targets.is_empty() || !flow.side_by_side.is_empty()
}

fn is_timed(step: &Step) -> bool {
    step.waited_for
        && (step.adds_seconds > 0.0 || step.mean_seconds.is_some() || step.p99_seconds.is_some())
}

fn overview(part: &Part, flows: &[&FlowTime]) -> Vec<Block> {
    let mut table = Table::new([
        Column::left("flow"),
        Column::right("mean"),
        Column::right("p99 ≥"),
        Column::right("p99 likely"),
        Column::right("p99 ≤"),
        Column::right("left"),
    ]);
    for flow in flows.iter().take(ROWS) {
        let p99 = flow.percentiles.iter().find(|it| it.percentile == "p99");
        let shown = |seconds: Option<f64>| seconds.map_or_else(String::new, positive);
        let tightest = tightest(flow);
        table.row([
            Cell::from(part.name(flow)),
            Cell::from(positive(flow.mean_seconds)),
            Cell::from(shown(p99.map(|it| it.at_least_seconds))),
            Cell::from(shown(p99.and_then(|it| it.likely_seconds))),
            Cell::from(shown(p99.and_then(|it| it.at_most_seconds))),
            tightest.map_or_else(Cell::default, margin),
        ]);
    }
    let rest = flows.len().saturating_sub(ROWS);
    let more = (rest > 0).then(|| Block::Paragraph(format!("{rest} more flows.")));
    std::iter::once(Block::Table(table)).chain(more).collect()
}

/// Returns the target of which least is left, by its own measure.
fn tightest(flow: &FlowTime) -> Option<&TimeTarget> {
    let share = |it: &TimeTarget| it.slack_seconds / it.bound_seconds.max(f64::MIN_POSITIVE);
    let all = flow.targets.iter();
    all.min_by(|a, b| share(a).total_cmp(&share(b)))
}

/// Says how much is left, and of what where that is not the p99 beside it.
fn margin(target: &TimeTarget) -> Cell {
    let cell = slack(target);
    match target.measure.as_str() {
        "p99" => cell,
        measure => Cell::toned(format!("{measure}: {}", cell.text), cell.tone),
    }
}

fn slack(target: &TimeTarget) -> Cell {
    let left = target.slack_seconds;
    let words = match left < 0.0 {
        true => format!("-{}", time(-left)),
        false => time(left),
    };
    let tone = match target.verdict {
        Verdict::Breaks => Tone::Bad,
        Verdict::LikelyBreaks => Tone::Doubtful,
        Verdict::Unknown => Tone::Quiet,
        Verdict::LikelyHolds | Verdict::Holds => Tone::Good,
    };
    Cell::toned(words, Some(tone))
}

/// Prints a time; nothing for none.
fn positive(seconds: f64) -> String {
    match seconds > 0.0 {
        true => time(seconds),
        false => String::new(),
    }
}

fn detail(flow: &FlowTime) -> Vec<Block> {
    let title = match &flow.operation {
        Some(operation) => format!("{} ({operation})", flow.flow),
        None => flow.flow.clone(),
    };
    let mut blocks = vec![Block::Heading(title), Block::Table(waterfall(flow))];
    let notes = notes(flow);
    if !notes.is_empty() {
        blocks.push(Block::Paragraph(notes.join(" ")));
    }
    if let Some(table) = measures(flow) {
        blocks.push(Block::Table(table));
    }
    let says = sentences(flow);
    if !says.is_empty() {
        blocks.push(Block::Paragraph(says.join(" ")));
    }
    blocks
}

/// A column of a waterfall, and what stands in it for each step.
type Shown = (&'static str, fn(&Step) -> Option<f64>);

const TIMES: [Shown; 4] = [
    ("least", |it| Some(it.min_seconds)),
    ("mean", |it| it.mean_seconds),
    ("p50", |it| it.p50_seconds),
    ("p99", |it| it.p99_seconds),
];

/// Lays out the steps that are waited for; columns that would be empty are left out.
fn waterfall(flow: &FlowTime) -> Table {
    let steps: Vec<&Step> = shown_steps(flow);
    let filled = |value: &fn(&Step) -> Option<f64>| {
        steps
            .iter()
            .any(|it| value(it).is_some_and(|seconds| seconds > 0.0))
    };
    let times: Vec<&Shown> = TIMES.iter().filter(|(_, value)| filled(value)).collect();
    let varies = steps.iter().any(|it| !often(it).is_empty());
    let mut columns = vec![Column::left("step")];
    columns.extend(varies.then(|| Column::right("how often")));
    columns.extend(times.iter().map(|(title, _)| Column::right(title)));
    columns.push(Column::right("adds"));
    columns.push(Column::sketch("when"));
    let mut table = Table::new(columns);
    let ends = steps.iter().map(|it| it.starts_seconds + it.adds_seconds);
    let whole = ends.fold(0.0, f64::max);
    for step in steps {
        let mut cells = vec![Cell::from(&step.connection)];
        cells.extend(varies.then(|| Cell::from(often(step))));
        cells.extend(
            times
                .iter()
                .map(|(_, value)| Cell::from(value(step).map_or_else(String::new, positive))),
        );
        cells.push(Cell::from(positive(step.adds_seconds)));
        cells.push(Cell::from(bar(step, whole)));
        table.row(cells);
    }
    table
}

/// Returns the steps that are waited for; of very many those that add most.
fn shown_steps(flow: &FlowTime) -> Vec<&Step> {
    let mut order: Vec<(usize, &Step)> = flow
        .steps
        .iter()
        .enumerate()
        .filter(|(_, it)| it.waited_for)
        .collect();
    if order.len() > STEPS {
        order.sort_by(|a, b| b.1.adds_seconds.total_cmp(&a.1.adds_seconds));
        order.truncate(STEPS);
        order.sort_by_key(|(at, _)| *at);
    }
    order.into_iter().map(|(_, step)| step).collect()
}

/// Says how often a step happens: `2 %`, `200 times`.
fn often(step: &Step) -> String {
    if step.share <= 0.0 && !step.share_stated {
        return "stands in".to_owned();
    }
    let open = if step.share_stated { "" } else { "?" };
    let share =
        (step.share < 1.0 || !step.share_stated).then(|| format!("{}{open}", share(step.share)));
    let times = (step.times != 1.0).then(|| format!("{}x", crate::quantity::round(step.times)));
    let both: Vec<String> = share.into_iter().chain(times).collect();
    both.join(", ")
}

/// Draws when a step happens and how much of the mean it makes.
fn bar(step: &Step, whole: f64) -> String {
    if whole <= 0.0 || step.adds_seconds <= 0.0 {
        return String::new();
    }
    let cells = |seconds: f64| (seconds / whole * WIDTH as f64).round() as usize;
    let start = cells(step.starts_seconds).min(WIDTH - 1);
    let end = cells(step.starts_seconds + step.adds_seconds).clamp(start + 1, WIDTH);
    format!(
        "{}{}{}",
        "·".repeat(start),
        "█".repeat(end - start),
        "·".repeat(WIDTH - end)
    )
}

/// Says what the table of steps does not show.
fn notes(flow: &FlowTime) -> Vec<String> {
    let waited = flow.steps.iter().filter(|it| it.waited_for).count();
    let behind = flow.steps.len() - waited;
    let mut notes = Vec::new();
    if waited > STEPS {
        notes.push(format!("{} more steps add less.", waited - STEPS));
    }
    if behind > 0 {
        let steps = counted(behind, "step is", "steps are");
        notes.push(format!("{steps} not waited for."));
    }
    if flow.steps.iter().any(|it| often(it).contains('?')) {
        notes.push("`?` marks shares that are not stated.".to_owned());
    }
    notes
}

fn counted(count: usize, one: &str, many: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        _ => format!("{count} {many}"),
    }
}

/// A row about a measure of the whole flow.
struct Measured<'a> {
    name: &'a str,
    at_least: f64,
    likely: Option<f64>,
    at_most: Option<f64>,
    target: Option<&'a TimeTarget>,
}

/// Lays out the measures of a flow with its targets.
fn measures(flow: &FlowTime) -> Option<Table> {
    let rows = measured(flow);
    let asked = rows.iter().any(|it| it.target.is_some());
    let mut columns = vec![Column::left("whole")];
    columns.extend(["at least", "likely", "at most"].map(Column::right));
    if asked {
        columns.extend(["target", "left"].map(Column::right));
    }
    let mut table = Table::new(columns);
    for row in rows.iter().filter(|it| it.is_known()) {
        let mut cells = vec![
            Cell::from(row.name),
            Cell::from(positive(row.at_least)),
            Cell::from(row.likely.map_or_else(String::new, positive)),
            Cell::from(row.at_most.map_or_else(String::new, positive)),
        ];
        if asked {
            let bound = row.target.map(|it| bound(it).to_owned());
            cells.push(Cell::from(bound.unwrap_or_default()));
            cells.push(row.target.map_or_else(Cell::default, slack));
        }
        table.row(cells);
    }
    (!table.rows.is_empty()).then_some(table)
}

/// Returns a demand without its measure: `< 200ms`.
fn bound(target: &TimeTarget) -> &str {
    let demand = target.demand.as_str();
    demand
        .strip_prefix(target.measure.as_str())
        .unwrap_or(demand)
        .trim_start()
}

impl Measured<'_> {
    fn is_known(&self) -> bool {
        let likely = self.likely.is_some_and(|it| it > 0.0);
        self.target.is_some()
            || self.at_least > 0.0
            || likely
            || self.at_most.is_some_and(|it| it > 0.0)
    }
}

/// Returns the mean, the usual percentiles and whatever is asked for.
fn measured(flow: &FlowTime) -> Vec<Measured<'_>> {
    let target = |name: &str| {
        let same = flow.targets.iter().filter(|it| it.measure == name);
        same.min_by(|a, b| a.bound_seconds.total_cmp(&b.bound_seconds))
    };
    let mut rows = vec![Measured {
        name: "mean",
        at_least: flow.least_mean_seconds,
        likely: Some(flow.mean_seconds),
        at_most: target("mean").and_then(|it| it.at_most_seconds),
        target: target("mean"),
    }];
    let usual = ["p50", "p99", "p99.9"];
    for it in &flow.percentiles {
        let target = target(&it.percentile);
        if target.is_some() || usual.contains(&it.percentile.as_str()) {
            rows.push(Measured {
                name: &it.percentile,
                at_least: it.at_least_seconds,
                likely: it.likely_seconds,
                at_most: it.at_most_seconds,
                target,
            });
        }
    }
    let names: Vec<&str> = rows.iter().map(|it| it.name).collect();
    let others = flow
        .targets
        .iter()
        .filter(|it| !names.contains(&it.measure.as_str()));
    let others = others.map(|it| Measured {
        name: &it.measure,
        at_least: it.at_least_seconds,
        likely: it.likely_seconds,
        at_most: it.at_most_seconds,
        target: Some(it),
    });
    rows.extend(others.collect::<Vec<_>>());
    rows
}

/// Says what no table can.
fn sentences(flow: &FlowTime) -> Vec<String> {
    let mut says: Vec<String> = guaranteed(flow).into_iter().collect();
    let together = flow.side_by_side.iter().filter(|it| it.waits_for_all);
    says.extend(together.map(at_once));
    says.extend(cold(flow));
    says.extend(slowest(flow));
    says.extend(distances(flow));
    says
}

/// Says what the sum of the steps' percentiles guarantees, and what they would have
/// to state to guarantee as much of the whole.
fn guaranteed(flow: &FlowTime) -> Option<String> {
    let sum = flow
        .sums
        .iter()
        .find(|it| it.of == "p99")
        .or(flow.sums.last())?;
    let level: f64 = sum.of.strip_prefix('p')?.parse::<f64>().ok()? / 100.0;
    if sum.guarantees >= level - 1e-9 {
        return None;
    }
    let of = &sum.of;
    let stated = if flow.complete {
        "The steps'"
    } else {
        "The stated"
    };
    let sum_is = format!("{stated} {of}s add up to {}", time(sum.seconds));
    if sum.guarantees <= 0.0 {
        return Some(format!(
            "{sum_is}, which guarantees no percentile of the whole."
        ));
    }
    let each = 1.0 - (1.0 - level) * (1.0 - level) / (1.0 - sum.guarantees);
    Some(format!(
        "{sum_is}, which guarantees only {} of the whole: any of them may be the slow one. \
        To guarantee the {of} of the whole, add up their {}s.",
        percentile(sum.guarantees),
        percentile_asked(each)
    ))
}

fn at_once(it: &super::SideBySide) -> String {
    format!(
        "Of {} independent calls side by side (line {}) at least one is slower than its p99 in {} of \
        requests; for a p99 of them all, each must be in time as {}.",
        crate::quantity::round(it.calls),
        it.place.line,
        share(it.any_slow),
        percentile_asked(it.each)
    )
}

fn cold(flow: &FlowTime) -> Option<String> {
    let longer = |it: &&super::CacheEffect| it.cold_mean_seconds > flow.mean_seconds * 1.005;
    let effects = flow.caches.iter().filter(longer);
    let words = effects.map(|it| {
        format!(
            "{} while `{}` is cold",
            time(it.cold_mean_seconds),
            it.cache
        )
    });
    let words: Vec<String> = words.collect();
    let mean = time(flow.mean_seconds);
    (!words.is_empty()).then(|| format!("The mean of {mean} becomes {}.", words.join(", ")))
}

fn slowest(flow: &FlowTime) -> Option<String> {
    let slowest = flow.slowest_mean_seconds;
    // A cold cache has said as much already.
    let told = |it: &super::CacheEffect| it.cold_mean_seconds > slowest * 0.99;
    let matters = slowest > flow.mean_seconds * 1.2 && !flow.caches.iter().any(told);
    matters.then(|| {
        format!(
            "When all that may happen does, the mean is {}.",
            time(slowest)
        )
    })
}

fn distances(flow: &FlowTime) -> Option<String> {
    let mut far: Vec<String> = Vec::new();
    for step in flow.steps.iter().filter(|it| it.waited_for) {
        let Some(distance) = &step.distance else {
            continue;
        };
        let words = format!("{} is {}", distance.name, time(distance.seconds));
        if !far.contains(&words) {
            far.push(words);
        }
    }
    (!far.is_empty()).then(|| format!("The {}, which no call undercuts.", far.join(", the ")))
}

fn left_out(flows: usize) -> Option<Block> {
    let rest = flows.saturating_sub(FLOWS);
    (rest > 0).then(|| {
        let more = counted(rest, "more flow is", "more flows are");
        Block::Paragraph(format!("{more} not shown step by step."))
    })
}

/// Says what the columns mean.
fn meaning(flows: &[&FlowTime]) -> String {
    let mut text = "At least: certain, whatever is not stated. ".to_owned();
    if flows.iter().any(|it| it.fitted.is_some()) {
        text.push_str(
            "Likely: each step lognormal through its p50 and p99 (its mean, too, where none \
            is stated), independent of the others, all added up by convolution; what is not \
            stated counts nothing. ",
        );
    } else {
        text.push_str("Likely: what is not stated counts nothing. ");
    }
    let least = |it: &Step| it.mean_seconds.is_none() && it.adds_seconds > 0.0;
    if flows.iter().any(|it| it.steps.iter().any(least)) {
        text.push_str("A step with neither mean nor p50 adds the least mean that it leaves. ");
    }
    text.push_str(
        "At most: certain, whatever depends on what. Waiting for busy components is not counted.",
    );
    text
}

/// Returns what went in beside what the tables show.
fn inputs(part: &Part) -> Vec<Block> {
    let shown = [" p50", " p99", " mean", " min"];
    let is_shown = |it: &&Input| {
        let in_table = shown.iter().any(|end| it.name.ends_with(end));
        let fitted = it
            .assumed
            .as_deref()
            .is_some_and(|why| why.contains("lognormal"));
        !(in_table && (fitted || it.assumed.is_none()))
    };
    let inputs: Vec<Input> = part.inputs.iter().filter(is_shown).cloned().collect();
    sources(&inputs, &part.missing)
}

#[cfg(test)]
mod tests;
