//! When each step of a flow begins and ends.

use super::super::canvas::{Canvas, Ink, Style, Theme};
use super::super::layout::Point;
use super::Room;
use super::flag::Flag;
use super::frame::{self, Axis, Cell, Column, Frame, Row};
use super::plot::{Mark, Plot, Tone, bar, fill, whisker};
use super::time::{percent, words};

/// So many steps can be read.
const MOST: usize = 40;
/// So many targets can.
const TARGETS: usize = 4;
/// How many times the means a percentile or target may be for the bars to stay long.
const FAR: f64 = 12.0;

/// When the steps of a flow begin and end; all times are in seconds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Waterfall {
    /// What pictures call the flow: `flow:Checkout`.
    pub id: String,
    /// Its name, or that of the operation that it answers.
    pub name: String,
    /// Its steps in order.
    pub steps: Vec<Step>,
    /// What they take together.
    pub total: Total,
    /// What it must keep.
    pub targets: Vec<Target>,
}

/// One step.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// What pictures call it: `relation:shop -> bank`; may be empty.
    pub id: String,
    /// Who asks whom.
    pub name: String,
    /// What is special about it, in a few words: `in 5 %`; may be empty.
    pub note: String,
    /// Whether the answer waits for it.
    pub counts: bool,
    /// When it begins, on average.
    pub starts: f64,
    /// How long it takes on average; nothing where that is not stated.
    pub mean: Option<f64>,
    /// What 99 of 100 stay under.
    pub p99: Option<f64>,
    /// What it adds to the mean of the flow, by how often it happens.
    pub adds: f64,
}

/// What a flow takes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Total {
    /// On average, as far as is stated.
    pub mean: f64,
    /// What 99 of 100 stay under, as far as is stated.
    pub p99: Option<f64>,
    /// Whether every step that counts says how long it takes.
    pub complete: bool,
}

/// What a flow must keep.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// As it is written, with what becomes of it: `p99 < 200ms, likely holds`.
    pub words: String,
    /// How long it may take.
    pub time: f64,
    /// Whether it is missed, for sure or likely.
    pub missed: bool,
}

impl Waterfall {
    pub(super) fn title(&self) -> String {
        format!("How long {} takes", self.name)
    }
}

/// Draws a flow, its steps from top to bottom and what they take together below.
pub(super) fn svg(data: &Waterfall, room: Room, theme: Theme) -> String {
    let (steps, notes) = chosen(data);
    let mut rows: Vec<Row> = steps.iter().map(|step| row(step)).collect();
    rows.push(total(data));
    let has_p99 = data.total.p99.is_some() || steps.iter().any(|step| step.p99.is_some());
    if !has_p99 {
        rows.iter_mut().for_each(|row| row.cells.truncate(1));
    }
    let mut columns = vec![column("mean", Mark::Bar)];
    columns.extend(has_p99.then(|| column("p99", Mark::Whisker)));
    let frame = Frame {
        title: data.title(),
        description: description(data),
        axis: Axis::Time(end(data, &steps)),
        flags: flags(data),
        columns,
        rows,
        notes,
    };
    frame::svg(&frame, room, theme, |canvas, plot, index, y| {
        match steps.get(index) {
            Some(step) => shapes(canvas, plot, step, y),
            None => total_shapes(canvas, plot, &data.total, y),
        }
    })
}

fn column(title: &'static str, mark: Mark) -> Column {
    Column {
        title,
        mark: Some(mark),
    }
}

/// Returns the steps that are drawn, in their order: of too many those that take most.
fn chosen(data: &Waterfall) -> (Vec<&Step>, Vec<String>) {
    let mut order: Vec<usize> = (0..data.steps.len()).collect();
    order.sort_by(|a, b| {
        data.steps[*b]
            .adds
            .total_cmp(&data.steps[*a].adds)
            .then(a.cmp(b))
    });
    let rest = order.split_off(order.len().min(MOST));
    order.sort_unstable();
    let mut notes = Vec::new();
    if !rest.is_empty() {
        let adds: f64 = rest.iter().map(|index| data.steps[*index].adds).sum();
        notes.push(format!("{} more steps add {}", rest.len(), words(adds)));
    }
    (
        order.into_iter().map(|index| &data.steps[index]).collect(),
        notes,
    )
}

fn end(data: &Waterfall, steps: &[&Step]) -> f64 {
    let means = steps
        .iter()
        .map(|step| step.starts + step.mean.unwrap_or(0.0).max(step.adds));
    let mean = means
        .chain([data.total.mean])
        .filter(|it| it.is_finite())
        .fold(0.0, f64::max);
    let percentiles = steps
        .iter()
        .filter_map(|step| Some(step.starts + step.p99?));
    let targets = data.targets.iter().map(|target| target.time);
    let near = |time: &f64| time.is_finite() && (mean <= 0.0 || *time <= mean * FAR);
    let others = percentiles.chain(data.total.p99).chain(targets);
    let end = others.filter(near).fold(mean, f64::max);
    match end > 0.0 {
        true => end * 1.04,
        false => 1e-3,
    }
}

fn flags(data: &Waterfall) -> Vec<Flag> {
    let mut targets: Vec<&Target> = data.targets.iter().collect();
    targets.sort_by(|a, b| {
        a.time
            .total_cmp(&b.time)
            .then_with(|| a.words.cmp(&b.words))
    });
    targets.dedup_by(|a, b| a.words == b.words);
    let flag = |target: &Target| Flag {
        at: target.time,
        label: target.words.clone(),
        tone: match target.missed {
            true => Tone::Over,
            false => Tone::Total,
        },
    };
    targets.into_iter().take(TARGETS).map(flag).collect()
}

fn description(data: &Waterfall) -> String {
    let at_least = if data.total.complete { "" } else { "at least " };
    let p99 = data.total.p99.map_or(String::new(), |p99| {
        format!(", 99 of 100 stay under {at_least}{}", words(p99))
    });
    let mean = words(data.total.mean);
    let count = data.steps.len();
    format!("{count} steps; together they take {at_least}{mean} on average{p99}.")
}

fn row(step: &Step) -> Row {
    let notes = [
        step.note.as_str(),
        if step.counts { "" } else { "not waited for" },
    ];
    let notes: Vec<&str> = notes.into_iter().filter(|it| !it.is_empty()).collect();
    let note = notes.join(", ");
    let mean = step.mean.map_or("not stated".to_owned(), words);
    let mut title = format!("{}: {mean} on average", step.name);
    if let Some(p99) = step.p99 {
        title += &format!(", p99 {}", words(p99));
    }
    title += &format!(", from {}", words(step.starts));
    if !note.is_empty() {
        title += &format!(" ({note})");
    }
    let ink = match step.mean.is_some() && step.counts {
        true => Ink::Text,
        false => Ink::Muted,
    };
    Row {
        id: step.id.clone(),
        title,
        name: step.name.clone(),
        note,
        cells: vec![Cell { text: mean, ink }, percentile(step.p99, "")],
        ..Row::default()
    }
}

fn percentile(p99: Option<f64>, before: &str) -> Cell {
    Cell {
        text: p99.map_or(String::new(), |p99| format!("{before}{}", words(p99))),
        ink: Ink::Muted,
    }
}

fn total(data: &Waterfall) -> Row {
    let total = &data.total;
    let before = if total.complete { "" } else { "≥ " };
    Row {
        id: data.id.clone(),
        title: format!("{}: {}", data.name, description(data)),
        name: "Together".to_owned(),
        bold: true,
        cells: vec![
            Cell {
                text: format!("{before}{}", words(total.mean)),
                ink: Ink::Text,
            },
            percentile(total.p99, before),
        ],
        ..Row::default()
    }
}

fn shapes(canvas: &mut Canvas, plot: &Plot, step: &Step, y: f64) {
    let Some(mean) = step.mean else {
        return unknown(canvas, plot, step.starts, y);
    };
    let until = |time: f64| (step.starts, step.starts + time);
    // Solid is what the answer waits for on average, open what happens seldom or besides.
    let open = Style {
        fill: Some(Ink::Paper),
        stroke: Some(Ink::ComputeLine),
        width: 1.2,
        dash: (!step.counts).then_some((3.0, 2.0)),
    };
    if !step.counts || mean > step.adds * 1.001 {
        bar(canvas, plot, y, until(mean), &open);
    }
    if step.counts {
        bar(canvas, plot, y, until(step.adds), &fill(Ink::ComputeLine));
    }
    if let Some(p99) = step.p99 {
        let from = step.starts + mean.min(p99);
        whisker(canvas, plot, y, (from, step.starts + p99), Ink::Text);
    }
}

// An open ring where a step begins that does not say how long it takes.
fn unknown(canvas: &mut Canvas, plot: &Plot, starts: f64, y: f64) {
    let style = Style {
        fill: Some(Ink::Paper),
        stroke: Some(Ink::Muted),
        width: 1.4,
        dash: None,
    };
    let x = plot.x(starts) + 4.0;
    canvas.circle(Point { x, y }, 3.5, &style);
}

fn total_shapes(canvas: &mut Canvas, plot: &Plot, total: &Total, y: f64) {
    bar(canvas, plot, y, (0.0, total.mean), &fill(Tone::Total.ink()));
    if let Some(p99) = total.p99 {
        whisker(canvas, plot, y, (total.mean.min(p99), p99), Ink::Text);
    }
}

/// Says how often a step happens, where that is not always.
pub(super) fn often(share: f64, times: f64) -> String {
    let share = (share < 0.9995).then(|| format!("in {}", percent(share)));
    let times = (times > 1.0005).then(|| format!("{} times", crate::quantity::round(times)));
    let both: Vec<String> = share.into_iter().chain(times).collect();
    both.join(", ")
}
