//! Where the availability of an operation is lost.

use super::super::canvas::{Canvas, Ink, Theme};
use super::Room;
use super::flag::Flag;
use super::frame::{self, Axis, Cell, Column, Frame, Row};
use super::plot::{Plot, Tone, bar, fill};
use super::time::{percent, words};

/// So many causes can be read.
const MOST: usize = 8;
/// How many times all together the budget may be for the bars to stay long.
const FAR: f64 = 6.0;

/// Where the availability of one operation is lost; all times are in seconds a month.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Contributions {
    /// What is to be available.
    pub goal: Goal,
    /// What may keep it from that, in any order.
    pub causes: Vec<Cause>,
}

/// What is to be available, and how much it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Goal {
    /// What pictures call it: `operation:Shop.order`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// How long it fails.
    pub fails: f64,
    /// Whether it may well be longer, as not all is stated.
    pub at_least: bool,
    /// How long it may fail, with the words of the target.
    pub budget: Option<(f64, String)>,
}

/// What keeps an operation from being available.
#[derive(Clone, Debug, PartialEq)]
pub struct Cause {
    /// What pictures call it; may be empty.
    pub id: String,
    /// Its name.
    pub name: String,
    /// How long the operation fails only because this is down.
    pub fails: f64,
}

impl Goal {
    fn over(&self, fails: f64) -> bool {
        let budget = self.budget.as_ref();
        budget.is_some_and(|(budget, _)| fails > budget * (1.0 + 1e-9))
    }

    fn of_budget(&self, fails: f64) -> Option<f64> {
        let (budget, _) = self.budget.as_ref()?;
        (*budget > 0.0).then_some(fails / budget)
    }

    fn before(&self) -> &'static str {
        if self.at_least { "≥ " } else { "" }
    }
}

impl Contributions {
    pub(super) fn title(&self) -> String {
        format!("What makes {} fail in a month", self.goal.name)
    }
}

/// Draws what an operation fails by: all together, then each cause, greatest first.
pub(super) fn svg(data: &Contributions, room: Room, theme: Theme) -> String {
    let (causes, notes) = chosen(data);
    let goal = &data.goal;
    let mut rows = vec![total(goal, &data.title())];
    rows.extend(causes.iter().map(|cause| row(goal, cause)));
    let mut columns = vec![column("a month")];
    columns.extend(goal.budget.is_some().then(|| column("of the budget")));
    let frame = Frame {
        title: data.title(),
        description: description(data),
        axis: Axis::Time(end(data)),
        flags: flag(goal).into_iter().collect(),
        columns,
        rows,
        notes,
    };
    let bars: Vec<(f64, Tone)> = std::iter::once((goal.fails, total_tone(goal)))
        .chain(causes.iter().map(|cause| (cause.fails, tone(goal, cause))))
        .collect();
    frame::svg(&frame, room, theme, |canvas, plot, index, y| {
        shape(canvas, plot, bars[index], y);
    })
}

fn column(title: &'static str) -> Column {
    Column { title, mark: None }
}

fn chosen(data: &Contributions) -> (Vec<&Cause>, Vec<String>) {
    let mut causes: Vec<&Cause> = data.causes.iter().collect();
    causes.sort_by(|a, b| {
        b.fails
            .total_cmp(&a.fails)
            .then_with(|| a.name.cmp(&b.name))
    });
    let rest = causes.split_off(causes.len().min(MOST));
    let mut notes = Vec::new();
    if let Some(first) = rest.first() {
        let each = words(first.fails);
        notes.push(match rest.len() {
            1 => format!("1 more with {each}"),
            count => format!("{count} more with at most {each} each"),
        });
    }
    (causes, notes)
}

fn end(data: &Contributions) -> f64 {
    let causes = data.causes.iter().map(|cause| cause.fails);
    let fails = causes.chain([data.goal.fails]).filter(|it| it.is_finite());
    let fails = fails.fold(0.0, f64::max);
    let budget = data.goal.budget.as_ref().map_or(0.0, |(budget, _)| *budget);
    match budget <= fails * FAR || fails <= 0.0 {
        true => (fails.max(budget) * 1.06).max(1e-3),
        false => fails * 1.06,
    }
}

fn flag(goal: &Goal) -> Option<Flag> {
    let (budget, target) = goal.budget.as_ref()?;
    let over = goal.over(goal.fails);
    Some(Flag {
        at: *budget,
        label: format!("{target} allows {}", words(*budget)),
        tone: if over { Tone::Over } else { Tone::Total },
    })
}

fn description(data: &Contributions) -> String {
    let goal = &data.goal;
    let before = if goal.at_least { "at least " } else { "" };
    let budget = goal
        .budget
        .as_ref()
        .map_or(String::new(), |(time, target)| {
            format!(" of {} that {target} allows", words(*time))
        });
    format!("It fails for {before}{}{budget}.", words(goal.fails))
}

fn total_tone(goal: &Goal) -> Tone {
    match goal.over(goal.fails) {
        true => Tone::Over,
        false => Tone::Total,
    }
}

fn tone(goal: &Goal, cause: &Cause) -> Tone {
    match goal.over(cause.fails) {
        true => Tone::Over,
        false => Tone::Usual,
    }
}

fn total(goal: &Goal, title: &str) -> Row {
    let before = goal.before();
    let ink = total_tone(goal).words();
    Row {
        id: goal.id.clone(),
        title: format!("{title}: {before}{}", words(goal.fails)),
        name: "Together".to_owned(),
        bold: true,
        cells: cells(goal, goal.fails, before, ink, ink),
        ..Row::default()
    }
}

fn row(goal: &Goal, cause: &Cause) -> Row {
    let share = goal.of_budget(cause.fails).map_or(String::new(), |share| {
        format!(", {} of the budget", percent(share))
    });
    let ink = tone(goal, cause).words();
    let quiet = if ink == Ink::Text { Ink::Muted } else { ink };
    Row {
        id: cause.id.clone(),
        title: format!("{}: {} a month{share}", cause.name, words(cause.fails)),
        name: cause.name.clone(),
        cells: cells(goal, cause.fails, "", ink, quiet),
        ..Row::default()
    }
}

fn cells(goal: &Goal, fails: f64, before: &str, ink: Ink, quiet: Ink) -> Vec<Cell> {
    let time = Cell {
        text: format!("{before}{}", words(fails)),
        ink,
    };
    let share = goal.of_budget(fails).map(|share| Cell {
        text: format!("{before}{}", percent(share)),
        ink: quiet,
    });
    std::iter::once(time).chain(share).collect()
}

fn shape(canvas: &mut Canvas, plot: &Plot, (fails, tone): (f64, Tone), y: f64) {
    bar(canvas, plot, y, (0.0, fails), &fill(tone.ink()));
}
