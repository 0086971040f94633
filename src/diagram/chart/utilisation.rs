//! How busy components are, and how busy they would be without some of what they have.

use super::super::canvas::{Canvas, Ink, Theme, number};
use super::super::layout::Point;
use super::Room;
use super::frame::{self, Axis, Cell, Column, Frame, Row, mark_ink};
use super::plot::{Mark, Plot, Tone, bar, fill, mark, stroke};
use super::time::percent;

/// Those that are not even this busy are counted only.
const IDLE: f64 = 0.1;
/// So many rows can be read.
const MOST: usize = 40;
/// More than this is said in words and stands at the end.
const END: f64 = 1.5;

/// How busy components are.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Utilisation {
    /// The components of which that is known, in any order.
    pub components: Vec<Busy>,
    /// The names of those of which it is not.
    pub unknown: Vec<String>,
}

/// How busy one component is: shares of what it can take.
#[derive(Clone, Debug, PartialEq)]
pub struct Busy {
    /// What pictures call it: `component:feeds`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// At the peak.
    pub peak: f64,
    /// With one replica less; nothing where that is the same or not known.
    pub one_lost: Option<Left>,
    /// Without a zone; nothing where that is not known.
    pub zone_lost: Option<Left>,
    /// While caches know nothing; nothing where that changes nothing.
    pub cold: Option<f64>,
}

/// What a loss leaves of a component.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Left {
    /// Nothing that could work.
    Nothing,
    /// Some, with this share of it used at the peak.
    Share(f64),
}

impl Left {
    fn share(self) -> f64 {
        match self {
            Left::Nothing => f64::INFINITY,
            Left::Share(share) => share,
        }
    }

    fn words(self) -> String {
        match self {
            Left::Nothing => "none left".to_owned(),
            Left::Share(share) => percent(share),
        }
    }
}

impl Busy {
    /// Returns what would be used after each loss.
    fn losses(&self) -> [(Loss, Option<Left>); 3] {
        [
            (Loss::Replica, self.one_lost),
            (Loss::Zone, self.zone_lost),
            (Loss::Caches, self.cold.map(Left::Share)),
        ]
    }

    /// Returns the greatest share of what is left, where something is.
    fn worst(&self) -> f64 {
        let losses = self.losses().into_iter().filter_map(|(_, left)| left);
        let shares = losses.map(Left::share).filter(|it| it.is_finite());
        shares.fold(self.peak, f64::max)
    }

    fn sentence(&self) -> String {
        let mut text = format!("{}: {} at the peak", self.name, percent(self.peak));
        for (loss, left) in self.losses() {
            if let Some(left) = left {
                text += &format!(", {} {}", left.words(), loss.when());
            }
        }
        text
    }
}

/// What is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Loss {
    Caches,
    Replica,
    Zone,
}

impl Loss {
    fn column(self) -> Column {
        let (title, mark) = match self {
            Loss::Caches => ("caches cold", Mark::Circle),
            Loss::Replica => ("one replica lost", Mark::Diamond),
            Loss::Zone => ("zone lost", Mark::Triangle),
        };
        Column {
            title,
            mark: Some(mark),
        }
    }

    fn when(self) -> &'static str {
        match self {
            Loss::Caches => "while caches are cold",
            Loss::Replica => "with one replica lost",
            Loss::Zone => "with a zone lost",
        }
    }
}

/// Draws how busy components are, the busiest first.
pub(super) fn svg(data: &Utilisation, room: Room, theme: Theme) -> String {
    let (shown, notes) = chosen(data);
    let known = [Loss::Replica, Loss::Zone, Loss::Caches];
    let told = |loss: &Loss| {
        let mut losses = shown.iter().flat_map(|it| it.losses());
        losses.any(|(it, left)| it == *loss && left.is_some())
    };
    let losses: Vec<Loss> = known.into_iter().filter(told).collect();
    let peak = Column {
        title: "at the peak",
        mark: Some(Mark::Bar),
    };
    let columns = std::iter::once(peak).chain(losses.iter().map(|loss| loss.column()));
    let frame = Frame {
        title: "How busy components are".to_owned(),
        description: description(data, &shown),
        axis: Axis::Share(end(&shown)),
        flags: Vec::new(),
        columns: columns.collect(),
        rows: shown.iter().map(|it| row(it, &losses)).collect(),
        notes,
    };
    frame::svg(&frame, room, theme, |canvas, plot, index, y| {
        shapes(canvas, plot, shown[index], y);
    })
}

/// Returns what is worth a row, the busiest first, and what is said of the rest.
fn chosen(data: &Utilisation) -> (Vec<&Busy>, Vec<String>) {
    let mut sorted: Vec<&Busy> = data.components.iter().collect();
    sorted.sort_by(|a, b| {
        let keys = |it: &Busy| (it.peak, it.worst());
        let ((a_peak, a_worst), (b_peak, b_worst)) = (keys(a), keys(b));
        let by_number = b_peak.total_cmp(&a_peak).then(b_worst.total_cmp(&a_worst));
        by_number.then_with(|| a.name.cmp(&b.name))
    });
    let (mut shown, idle): (Vec<_>, Vec<_>) = sorted.into_iter().partition(|it| it.worst() >= IDLE);
    let crowd = shown.split_off(shown.len().min(MOST));
    let mut notes = Vec::new();
    if let Some(first) = crowd.first() {
        notes.push(format!(
            "{} more up to {}",
            crowd.len(),
            percent(first.peak)
        ));
    }
    if !idle.is_empty() {
        notes.push(format!("{} more below {}", idle.len(), percent(IDLE)));
    }
    if !data.unknown.is_empty() {
        notes.push(format!(
            "No capacity is known of {}",
            data.unknown.join(", ")
        ));
    }
    (shown, notes)
}

fn end(shown: &[&Busy]) -> f64 {
    let losses = shown.iter().flat_map(|it| it.losses());
    let losses = losses.filter_map(|(_, left)| left).map(Left::share);
    let numbers = losses.chain(shown.iter().map(|it| it.peak));
    let most = numbers.filter(|it| it.is_finite()).fold(1.0, f64::max);
    (most * 1.06).clamp(1.15, END)
}

fn description(data: &Utilisation, shown: &[&Busy]) -> String {
    let over = shown.iter().filter(|it| it.peak > 1.0).count();
    let high = shown.iter().filter(|it| it.peak > 0.7).count() - over;
    format!(
        "{} components by the share of their capacity that is used at the peak: \
         {over} above 100 %, {high} more above 70 %.",
        data.components.len()
    )
}

fn tone(share: f64) -> Tone {
    match share {
        it if it > 1.0 => Tone::Over,
        it if it > 0.7 => Tone::High,
        _ => Tone::Usual,
    }
}

fn row(busy: &Busy, losses: &[Loss]) -> Row {
    let peak = Cell {
        text: percent(busy.peak),
        ink: tone(busy.peak).words(),
    };
    let told = losses.iter().map(|loss| {
        let mut known = busy.losses().into_iter();
        let left = known.find(|(it, _)| it == loss).and_then(|(_, left)| left);
        left.map_or_else(Cell::default, |left| Cell {
            text: left.words(),
            ink: match tone(left.share()) {
                Tone::Usual | Tone::Total => Ink::Muted,
                tone => tone.words(),
            },
        })
    });
    Row {
        id: busy.id.clone(),
        title: busy.sentence(),
        name: busy.name.clone(),
        cells: std::iter::once(peak).chain(told).collect(),
        ..Row::default()
    }
}

fn shapes(canvas: &mut Canvas, plot: &Plot, busy: &Busy, y: f64) {
    bar(
        canvas,
        plot,
        y,
        (0.0, busy.peak),
        &fill(tone(busy.peak).ink()),
    );
    let marks: Vec<(Mark, f64)> = busy
        .losses()
        .into_iter()
        .filter_map(|(loss, left)| Some((loss.column().mark?, left?.share())))
        .collect();
    let far = marks
        .iter()
        .map(|(_, share)| spot(plot, *share))
        .fold(0.0, f64::max);
    let from = plot.x(busy.peak);
    if far > from + 6.0 && !plot.is_beyond(busy.peak) {
        let path = format!("M{} {y}H{}", number(from), number(far));
        canvas.path(&path, &stroke(Ink::Muted, 1.0));
    }
    for ((it, share), rise) in marks.iter().zip(rises(&marks, plot)) {
        let x = spot(plot, *share);
        mark(canvas, *it, Point { x, y: y + rise }, mark_ink(*it));
    }
}

/// Returns where a mark stands: behind the end, and the points of bars, if it must.
fn spot(plot: &Plot, share: f64) -> f64 {
    match plot.is_beyond(share) {
        true => plot.right + 12.0,
        false => plot.x(share),
    }
}

/// Returns how far each mark is moved up or down, so that none hides another.
fn rises(marks: &[(Mark, f64)], plot: &Plot) -> Vec<f64> {
    let near = |a: f64, b: f64| (spot(plot, a) - spot(plot, b)).abs() < 10.0;
    let rise = |index: usize| {
        let share = marks[index].1;
        let others = |range: &[(Mark, f64)]| range.iter().filter(|it| near(it.1, share)).count();
        let (before, after) = (others(&marks[..index]), others(&marks[index + 1..]));
        (before as f64 - after as f64) * 5.2
    };
    (0..marks.len()).map(rise).collect()
}
