//! Rows of a chart: a name, a plot, and the numbers in words.

use super::super::canvas::{Anchor, Canvas, Ink, Style, Theme, Words};
use super::super::layout::{Point, Size};
use super::super::structure::Pen;
use super::super::text::{Weight, width, wrap};
use super::Room;
use super::flag::{self, Flag, Placed};
use super::plot::{Mark, Plot, Tone, mark, stroke};
use super::time;

pub(super) const MARGIN: f64 = 8.0;
const NAME: f64 = 12.5;
pub(super) const SMALL: f64 = 11.0;
pub(super) const LINE: f64 = 14.0;
const GAP: f64 = 12.0;
// The most that names and titles of columns may take.
const MOST_NAME: f64 = 140.0;
const MOST_TITLE: f64 = 62.0;
// How far a mark's middle and its words are from each other.
const GLYPH: f64 = 15.0;

/// What is drawn, apart from the shapes in the rows.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    /// For those who do not see it.
    pub title: String,
    /// The same, in sentences.
    pub description: String,
    pub axis: Axis,
    /// Lines across all rows, with a name.
    pub flags: Vec<Flag>,
    pub columns: Vec<Column>,
    pub rows: Vec<Row>,
    /// What is said below.
    pub notes: Vec<String>,
}

/// What numbers stand on the line.
#[derive(Clone, Copy, Debug)]
pub(super) enum Axis {
    /// Shares, up to an end, with lines at 70 % and 100 %.
    Share(f64),
    /// Seconds, up to an end.
    Time(f64),
}

/// What all rows say.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    pub title: &'static str,
    pub mark: Option<Mark>,
}

/// A row in words.
#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    pub id: String,
    /// Everything about it in a sentence.
    pub title: String,
    pub name: String,
    /// What is said below the name, quietly; may be empty.
    pub note: String,
    pub bold: bool,
    /// For each column what it says; may be empty.
    pub cells: Vec<Cell>,
}

/// A number in words.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    pub text: String,
    pub ink: Ink,
}

impl Default for Cell {
    fn default() -> Cell {
        Cell {
            text: String::new(),
            ink: Ink::Muted,
        }
    }
}

/// A line at a number on the way to being drawn.
struct Tick {
    at: f64,
    /// Empty where there is no room for it.
    label: String,
    line: Style,
}

/// The colour of lines that only help to read.
const QUIET: Ink = Ink::GroupLine;

/// Where the parts of a frame stand.
struct Places {
    width: f64,
    names: f64,
    plot: Plot,
    /// The right end of each column of words.
    columns: Vec<f64>,
    ticks: Vec<Tick>,
    flags: Vec<Placed>,
    /// The height at which the ticks are named.
    axis: f64,
    /// How far to the right their names may go.
    names_end: f64,
    /// The upper side of each row, and of what is below them.
    rows: Vec<f64>,
    /// The height around which the shapes of each row stand.
    middles: Vec<f64>,
}

/// Draws a frame; `shapes` draws what stands in a row's plot around a height.
pub(super) fn svg(
    frame: &Frame,
    room: Room,
    theme: Theme,
    shapes: impl Fn(&mut Canvas, &Plot, usize, f64),
) -> String {
    let mut canvas = Canvas::new(theme);
    let places = places(frame, room);
    lines(&mut canvas, room, &places);
    head(&mut canvas, frame, room, &places);
    for (index, row) in frame.rows.iter().enumerate() {
        canvas.open("row", &row.id, &row.title);
        let y = words_of(&mut canvas, frame, room, &places, index);
        shapes(&mut canvas, &places.plot, index, y);
        canvas.close();
    }
    let bottom = notes(&mut canvas, frame, &places);
    let size = Size {
        width: places.width,
        height: bottom + MARGIN,
    };
    canvas.finish(size, &frame.title, &frame.description)
}

fn places(frame: &Frame, room: Room) -> Places {
    let (width, names) = match room {
        Room::Page => (664.0, names(frame)),
        Room::Slim => (344.0, 0.0),
    };
    let mut right = width - MARGIN;
    let mut columns = vec![right; frame.columns.len()];
    if room == Room::Page {
        for (index, column) in frame.columns.iter().enumerate().rev() {
            columns[index] = right;
            right -= column_width(frame, column, index) + GAP;
        }
    }
    let plot = Plot {
        left: MARGIN + names,
        right: right - frame.axis.beyond(),
        end: frame.axis.end(),
    };
    let titles = match room {
        // The last line stands beside the names on the axis.
        Room::Page => title_lines(frame).max(1) - 1,
        Room::Slim => legend(frame, width).len(),
    };
    let titled = titles as f64 * LINE;
    let flagged = frame.flags.len() as f64 * LINE;
    let above = match room {
        Room::Page => titled.max(flagged),
        Room::Slim => titled + flagged,
    };
    let axis = MARGIN + above + LINE;
    let mut y = axis + 6.0;
    let mut rows = vec![y];
    let mut middles = Vec::new();
    for row in &frame.rows {
        let height = row_height(row, room);
        middles.push(match room {
            Room::Page => y + height / 2.0,
            Room::Slim => y + 28.0 + note_height(row),
        });
        y += height;
        rows.push(y);
    }
    let flags = flag::placed(&frame.flags, &plot);
    Places {
        width,
        names,
        ticks: ticks(frame.axis, &flags, &plot),
        flags,
        plot,
        columns,
        axis,
        names_end: match room {
            Room::Page => right + GAP - 2.0,
            Room::Slim => width - 1.0,
        },
        rows,
        middles,
    }
}

impl Axis {
    /// Returns how much room what goes on beyond the end needs: the points of bars, and
    /// marks behind them.
    fn beyond(&self) -> f64 {
        match self {
            Axis::Share(_) => 18.0,
            Axis::Time(_) => 6.0,
        }
    }

    fn end(&self) -> f64 {
        match self {
            Axis::Share(end) | Axis::Time(end) => *end,
        }
    }
}

fn names(frame: &Frame) -> f64 {
    let widths = frame.rows.iter().flat_map(|row| {
        [
            width(&row.name, weight(row), NAME),
            width(&row.note, Weight::Regular, SMALL),
        ]
    });
    widths.fold(40.0, f64::max).min(MOST_NAME).ceil() + GAP
}

fn weight(row: &Row) -> Weight {
    match row.bold {
        true => Weight::Bold,
        false => Weight::Regular,
    }
}

fn column_width(frame: &Frame, column: &Column, index: usize) -> f64 {
    let cells = frame.rows.iter().filter_map(|row| row.cells.get(index));
    let widest = cells.map(|cell| width(&cell.text, cell_weight(index), NAME));
    let titles = title(column).into_iter().enumerate().map(|(line, text)| {
        let beside = if line == 0 && column.mark.is_some() {
            GLYPH
        } else {
            0.0
        };
        width(&text, Weight::Regular, SMALL) + beside
    });
    widest.chain(titles).fold(0.0, f64::max).ceil()
}

fn cell_weight(column: usize) -> Weight {
    match column {
        0 => Weight::Bold,
        _ => Weight::Regular,
    }
}

fn title(column: &Column) -> Vec<String> {
    wrap(column.title, Weight::Regular, SMALL, MOST_TITLE, 2)
}

fn title_lines(frame: &Frame) -> usize {
    let lines = frame.columns.iter().map(|column| title(column).len());
    lines.max().unwrap_or(0)
}

fn note_height(row: &Row) -> f64 {
    match row.note.is_empty() {
        true => 0.0,
        false => LINE - 1.0,
    }
}

fn row_height(row: &Row, room: Room) -> f64 {
    let note = note_height(row);
    match room {
        Room::Page => 25.0 + note * 0.8,
        Room::Slim => {
            let below = row.cells.iter().skip(1).any(|cell| !cell.text.is_empty());
            43.0 + note + if below { LINE } else { 0.0 }
        }
    }
}

/// Returns the titles of the columns with their marks, in lines that fit.
fn legend(frame: &Frame, room: f64) -> Vec<Vec<(f64, &Column)>> {
    let mut lines: Vec<Vec<(f64, &Column)>> = Vec::new();
    let mut x = f64::INFINITY;
    for column in frame.columns.iter().filter(|it| it.mark.is_some()) {
        let wide = GLYPH + width(column.title, Weight::Regular, SMALL);
        if x + wide > room - MARGIN {
            lines.push(Vec::new());
            x = MARGIN;
        }
        if let Some(line) = lines.last_mut() {
            line.push((x, column));
        }
        x += wide + GAP;
    }
    lines
}

/// Returns what is named on the axis, with no two names too close.
fn ticks(axis: Axis, flags: &[Placed], plot: &Plot) -> Vec<Tick> {
    let ticks = match axis {
        Axis::Share(end) => shares(end),
        Axis::Time(end) => {
            let most = ((plot.right - plot.left) / 56.0).floor().max(1.0) as usize;
            let steps = time::steps(end, most).into_iter();
            let line = stroke(QUIET, 0.5);
            steps.map(|(at, label)| Tick { at, label, line }).collect()
        }
    };
    apart(ticks, flags, plot)
}

/// Returns the shares that are named, those first that matter most.
fn shares(end: f64) -> Vec<Tick> {
    let quiet = stroke(QUIET, 0.5);
    let full = stroke(Ink::Error, 1.4);
    let busy = Style {
        dash: Some((4.0, 3.0)),
        ..stroke(Ink::Warning, 1.2)
    };
    let shares = [
        (1.0, full),
        (0.7, busy),
        (0.0, quiet),
        (0.5, quiet),
        (1.5, quiet),
    ];
    let within = shares
        .into_iter()
        .filter(|(at, _)| *at <= end * (1.0 + 1e-9));
    let tick = |(at, line)| Tick {
        at,
        label: time::percent(at),
        line,
    };
    within.map(tick).collect()
}

// Names that come first stay, and no line of a flag goes through one.
fn apart(ticks: Vec<Tick>, flags: &[Placed], plot: &Plot) -> Vec<Tick> {
    let half = |tick: &Tick| width(&tick.label, Weight::Regular, SMALL) / 2.0 + 1.5;
    let mut kept: Vec<Tick> = Vec::new();
    for mut tick in ticks {
        let x = plot.x(tick.at);
        let named = kept.iter().filter(|it| !it.label.is_empty());
        let close = |it: &Tick| (plot.x(it.at) - x).abs() < half(it) + half(&tick);
        let flagged = |flag: &Placed| flag.line.is_some_and(|it| (it - x).abs() < half(&tick));
        let crowded = named.clone().any(close);
        if crowded || flags.iter().any(flagged) {
            tick.label.clear();
        }
        if !tick.label.is_empty() || tick.line.stroke != Some(QUIET) {
            kept.push(tick);
        }
    }
    kept
}

fn head(canvas: &mut Canvas, frame: &Frame, room: Room, places: &Places) {
    match room {
        Room::Page => titles(canvas, frame, places),
        Room::Slim => {
            let lines = legend(frame, places.width);
            for (index, line) in lines.iter().enumerate() {
                let y = MARGIN + 9.0 + index as f64 * LINE;
                for (x, column) in line {
                    glyph(canvas, column, Point { x: *x + 5.0, y });
                    let at = Point { x: *x + GLYPH, y };
                    canvas.words(at, column.title, &words(Ink::Muted, SMALL, Anchor::Start));
                }
            }
        }
    }
    axis(canvas, places);
    flag::draw(canvas, &places.flags, places.axis);
}

fn titles(canvas: &mut Canvas, frame: &Frame, places: &Places) {
    for (column, right) in frame.columns.iter().zip(&places.columns) {
        let lines = title(column);
        let first = places.axis - (lines.len() as f64 - 1.0) * LINE * 0.9;
        for (index, line) in lines.iter().enumerate() {
            let y = first + index as f64 * LINE * 0.9;
            let at = Point { x: *right, y };
            canvas.words(at, line, &words(Ink::Muted, SMALL, Anchor::End));
            if index == 0 {
                let wide = width(line, Weight::Regular, SMALL);
                let x = right - wide - GLYPH + 5.0;
                glyph(canvas, column, Point { x, y });
            }
        }
    }
}

// Draws the mark of a column in front of words with their base line at a height.
fn glyph(canvas: &mut Canvas, column: &Column, at: Point) {
    if let Some(it) = column.mark {
        let y = at.y - SMALL * 0.36;
        mark(canvas, it, Point { x: at.x, y }, mark_ink(it));
    }
}

/// Returns the colour of a mark that says nothing but what it is.
pub(super) fn mark_ink(mark: Mark) -> Ink {
    match mark {
        Mark::Bar => Tone::Usual.ink(),
        _ => Ink::Text,
    }
}

/// Draws the lines of ticks and flags behind all rows.
fn lines(canvas: &mut Canvas, room: Room, places: &Places) {
    for (top, bottom) in bands(room, places) {
        let mut line = |x: f64, style: &Style| {
            canvas.path(&Pen::at(x, top).line(x, bottom).done(), style);
        };
        for tick in &places.ticks {
            line(places.plot.x(tick.at), &tick.line);
        }
        for flag in &places.flags {
            if let Some(x) = flag.line {
                line(x, &flag.style());
            }
        }
    }
}

/// Returns from where to where lines go: where names stand above their bars, not
/// through the names.
fn bands(room: Room, places: &Places) -> Vec<(f64, f64)> {
    match room {
        Room::Page => {
            let bottom = places.rows.last().copied().unwrap_or(places.axis);
            vec![(places.axis + 4.0, bottom)]
        }
        Room::Slim => {
            let middles = places.middles.iter();
            middles
                .map(|middle| (middle - 10.0, middle + 10.0))
                .collect()
        }
    }
}

/// Names what stands on the axis.
fn axis(canvas: &mut Canvas, places: &Places) {
    for tick in places.ticks.iter().filter(|tick| !tick.label.is_empty()) {
        let half = width(&tick.label, Weight::Regular, SMALL) / 2.0;
        let most = places.names_end - half;
        let x = places.plot.x(tick.at).min(most).max(half + 1.0);
        let ink = tick.line.stroke.filter(|ink| *ink != QUIET);
        let style = words(ink.unwrap_or(Ink::Muted), SMALL, Anchor::Middle);
        canvas.words(Point { x, y: places.axis }, &tick.label, &style);
    }
}

/// Writes what a row says; returns the height around which its shapes stand.
fn words_of(canvas: &mut Canvas, frame: &Frame, room: Room, places: &Places, index: usize) -> f64 {
    let (row, middle) = (&frame.rows[index], places.middles[index]);
    match room {
        Room::Page => beside(canvas, row, places, middle),
        Room::Slim => around(canvas, frame, row, places, middle),
    }
    middle
}

fn beside(canvas: &mut Canvas, row: &Row, places: &Places, middle: f64) {
    let y = match row.note.is_empty() {
        true => middle + NAME * 0.36,
        false => middle - 2.0,
    };
    named(canvas, row, Point { x: MARGIN, y }, places.names - GAP);
    let y = middle + NAME * 0.36;
    for (column, (cell, right)) in row.cells.iter().zip(&places.columns).enumerate() {
        let style = Words {
            weight: cell_weight(column),
            ..words(cell.ink, NAME, Anchor::End)
        };
        canvas.words(Point { x: *right, y }, &cell.text, &style);
    }
}

fn around(canvas: &mut Canvas, frame: &Frame, row: &Row, places: &Places, middle: f64) {
    let right = places.width - MARGIN;
    let first = row.cells.first().cloned().unwrap_or_default();
    let taken = width(&first.text, Weight::Bold, NAME);
    let y = middle - 15.0 - note_height(row);
    let style = Words {
        weight: Weight::Bold,
        ..words(first.ink, NAME, Anchor::End)
    };
    canvas.words(Point { x: right, y }, &first.text, &style);
    let room = right - taken - GAP - MARGIN;
    named(canvas, row, Point { x: MARGIN, y }, room);
    let mut x = MARGIN;
    let rest = row.cells.iter().zip(&frame.columns).skip(1);
    for (cell, column) in rest.filter(|(cell, _)| !cell.text.is_empty()) {
        let y = middle + 20.0;
        let text = match column.mark {
            Some(_) => cell.text.clone(),
            None => format!("{} {}", cell.text, column.title),
        };
        if column.mark.is_some() {
            glyph(canvas, column, Point { x: x + 5.0, y });
            x += GLYPH;
        }
        canvas.words(
            Point { x, y },
            &text,
            &words(cell.ink, SMALL, Anchor::Start),
        );
        x += width(&text, Weight::Regular, SMALL) + GAP;
    }
}

fn named(canvas: &mut Canvas, row: &Row, at: Point, room: f64) {
    let name = wrap(&row.name, weight(row), NAME, room, 1).concat();
    let style = Words {
        weight: weight(row),
        ..words(Ink::Text, NAME, Anchor::Start)
    };
    canvas.words(at, &name, &style);
    if !row.note.is_empty() {
        let note = wrap(&row.note, Weight::Regular, SMALL, room, 1).concat();
        let y = at.y + LINE - 1.0;
        canvas.words(
            Point { y, ..at },
            &note,
            &words(Ink::Muted, SMALL, Anchor::Start),
        );
    }
}

/// Writes what is said below the rows; returns how far down it goes.
fn notes(canvas: &mut Canvas, frame: &Frame, places: &Places) -> f64 {
    let mut y = places.rows.last().copied().unwrap_or(places.axis);
    let room = places.width - 2.0 * MARGIN;
    for note in &frame.notes {
        for line in wrap(note, Weight::Regular, SMALL, room, 3) {
            y += LINE;
            let at = Point { x: MARGIN, y };
            canvas.words(at, &line, &words(Ink::Muted, SMALL, Anchor::Start));
        }
    }
    y
}

pub(super) fn words(ink: Ink, size: f64, anchor: Anchor) -> Words {
    Words {
        anchor,
        ink,
        size,
        weight: Weight::Regular,
        halo: false,
    }
}
