//! Arrows: their labels, and how they are drawn.

use super::super::canvas::{Anchor, Canvas, Ink, Style, Words};
use super::super::layout::{Point, Rect, Route, Size};
use super::super::scene::{Edge, Line, Tip};
use super::super::text::{Weight, balanced, width};
use super::super::tone::change_ink;
use super::node::marked;
use super::pen::Pen;
use super::{disc, icon};
use crate::diff::Change;

const SIZE: f64 = 11.0;
const LINE: f64 = 14.0;
const MOST: f64 = 150.0;
const LOCK: f64 = 14.0;
const RADIUS: f64 = 6.0;
// An arrow's head.
const HEAD: f64 = 9.0;
const HALF: f64 = 3.8;
// A crow's foot.
const FOOT: f64 = 11.0;
const TOES: f64 = 6.0;

/// The lengths of dashes and gaps of what is gone, in px.
pub const GONE: (f64, f64) = (2.5, 3.5);

/// What stands on an arrow, measured.
struct Label {
    lines: Vec<(String, Ink)>,
    // What stands before the first line.
    before: f64,
    size: Size,
}

/// Returns the room that an arrow's label needs; `None` where it has none.
pub fn label_size(edge: &Edge) -> Option<Size> {
    let label = label(edge);
    let shown = label.size.width > 0.0;
    shown.then_some(label.size)
}

fn label(edge: &Edge) -> Label {
    let mut lines = Vec::new();
    for (index, text) in edge.label.iter().enumerate() {
        let ink = if index == 0 { Ink::Text } else { Ink::Muted };
        let wrapped = balanced(text, Weight::Regular, SIZE, MOST, 2);
        lines.extend(wrapped.into_iter().map(|line| (line, ink)));
    }
    let discs = disc::row_width(&edge.marks, edge.change);
    let lock = if edge.sensitive { LOCK } else { 0.0 };
    let before = discs
        + lock
        + if discs > 0.0 && !lines.is_empty() {
            4.0
        } else {
            0.0
        };
    let lengths = lines.iter().enumerate().map(|(index, line)| {
        let beside = if index == 0 { before } else { 0.0 };
        beside + width(&line.0, Weight::Regular, SIZE)
    });
    let widest = lengths.fold(before, f64::max);
    let first = if discs > 0.0 { disc::HEIGHT } else { LINE };
    let more = lines.len().saturating_sub(1) as f64 * LINE;
    let size = match widest > 0.0 {
        true => Size {
            width: (widest + 6.0).ceil(),
            height: first + more + 2.0,
        },
        false => Size::default(),
    };
    Label {
        lines,
        before,
        size,
    }
}

/// Draws an arrow.
pub fn draw(canvas: &mut Canvas, edge: &Edge, route: &Route) {
    canvas.open("edge", &edge.id, &edge.label.join(" · "));
    line(canvas, edge, route);
    if let Some(rect) = route.label {
        words(canvas, edge, rect);
    }
    canvas.close();
}

/// Draws an arrow's line and tips.
pub fn line(canvas: &mut Canvas, edge: &Edge, route: &Route) {
    let (ink, width) = match edge.change {
        Some(change) => (change_ink(change), 2.2),
        None => marked(&edge.marks, Ink::Line, 1.2),
    };
    let dash = match (edge.change, edge.line) {
        (Some(Change::Removed), _) => Some(GONE),
        (_, Line::Dashed) => Some((5.0, 4.0)),
        (_, Line::Solid) => None,
    };
    let style = Style {
        fill: None,
        stroke: Some(ink),
        width,
        dash,
    };
    for piece in pieces(edge, route) {
        canvas.path(&rounded(&piece), &style);
    }
    let mut points = route.points.clone();
    tip(canvas, edge, edge.finish, &points, &style);
    points.reverse();
    tip(canvas, edge, edge.start, &points, &style);
}

// The line without its heads, and open where its own label stands.
fn pieces(edge: &Edge, route: &Route) -> Vec<Vec<Point>> {
    let mut points = route.points.clone();
    shorten(&mut points, room(edge, edge.finish));
    points.reverse();
    shorten(&mut points, room(edge, edge.start));
    points.reverse();
    match route.label {
        Some(rect) => outside(&points, &rect),
        None => vec![points],
    }
}

// How much of the line a tip covers: a filled head hides it, the others need it.
fn room(edge: &Edge, tip: Tip) -> f64 {
    match (tip, edge.line) {
        (Tip::Arrow, Line::Solid) => HEAD - 2.0,
        (Tip::Arrow, Line::Dashed) => 1.0,
        (Tip::Many | Tip::None | Tip::One, _) => 0.0,
    }
}

// Takes a length away from the last stretch.
fn shorten(points: &mut [Point], by: f64) {
    let [.., before, last] = points else {
        return;
    };
    let (along, length) = direction(*before, *last);
    let by = by.min(length);
    last.x -= along.x * by;
    last.y -= along.y * by;
}

fn direction(from: Point, to: Point) -> (Point, f64) {
    let (x, y) = (to.x - from.x, to.y - from.y);
    let length = (x * x + y * y).sqrt();
    let along = match length > 0.0 {
        true => Point {
            x: x / length,
            y: y / length,
        },
        false => Point { x: 0.0, y: 1.0 },
    };
    (along, length)
}

/// Returns the parts of a line that stand outside a rectangle.
pub fn outside(points: &[Point], rect: &Rect) -> Vec<Vec<Point>> {
    let mut pieces = Vec::new();
    let mut piece: Vec<Point> = points.first().copied().into_iter().collect();
    for pair in points.windows(2) {
        let at = |part: f64| Point {
            x: pair[0].x + (pair[1].x - pair[0].x) * part,
            y: pair[0].y + (pair[1].y - pair[0].y) * part,
        };
        if let Some((from, to)) = within(pair[0], pair[1], rect) {
            piece.push(at(from));
            pieces.push(std::mem::replace(&mut piece, vec![at(to)]));
        }
        piece.push(pair[1]);
    }
    pieces.push(piece);
    let long = |piece: &Vec<Point>| {
        piece
            .windows(2)
            .any(|pair| direction(pair[0], pair[1]).1 > 0.1)
    };
    pieces.retain(long);
    pieces
}

/// Returns which part of a straight line lies in a rectangle.
pub fn within(from: Point, to: Point, rect: &Rect) -> Option<(f64, f64)> {
    let (dx, dy) = (to.x - from.x, to.y - from.y);
    let mut part = (0.0_f64, 1.0_f64);
    for (step, low, high) in [
        (dx, rect.x - from.x, rect.right() - from.x),
        (dy, rect.y - from.y, rect.bottom() - from.y),
    ] {
        if step == 0.0 {
            if low >= 0.0 || high <= 0.0 {
                return None;
            }
        } else {
            let (one, two) = (low / step, high / step);
            part = (part.0.max(one.min(two)), part.1.min(one.max(two)));
        }
    }
    (part.0 < part.1).then_some(part)
}

// The line with round corners.
fn rounded(points: &[Point]) -> String {
    let Some(first) = points.first() else {
        return String::new();
    };
    let mut pen = Pen::at(first.x, first.y);
    for three in points.windows(3) {
        let (back, before) = direction(three[1], three[0]);
        let (on, after) = direction(three[1], three[2]);
        let radius = RADIUS.min(before / 2.0).min(after / 2.0);
        let corner = three[1];
        pen = pen
            .line(corner.x + back.x * radius, corner.y + back.y * radius)
            .bend(
                (corner.x, corner.y),
                corner.x + on.x * radius,
                corner.y + on.y * radius,
            );
    }
    if let Some(last) = points.last() {
        pen = pen.line(last.x, last.y);
    }
    pen.done()
}

// Draws what stands at the last point of a line.
fn tip(canvas: &mut Canvas, edge: &Edge, tip: Tip, points: &[Point], line: &Style) {
    let [.., before, last] = points else {
        return;
    };
    let (along, _) = direction(*before, *last);
    let at = |back: f64, side: f64| {
        (
            last.x - along.x * back - along.y * side,
            last.y - along.y * back + along.x * side,
        )
    };
    let join = |pen: Pen, (x, y): (f64, f64)| pen.line(x, y);
    let from = |(x, y): (f64, f64)| Pen::at(x, y);
    let half = HALF + (line.width - 1.2).max(0.0);
    let open = Style {
        dash: None,
        ..*line
    };
    match tip {
        Tip::None => {}
        Tip::Arrow if edge.line == Line::Solid => {
            let pen = join(join(from(at(0.0, 0.0)), at(HEAD, half)), at(HEAD, -half));
            let filled = Style {
                fill: line.stroke,
                stroke: None,
                ..open
            };
            canvas.path(&pen.close().done(), &filled);
        }
        Tip::Arrow => {
            let pen = join(
                join(from(at(HEAD, half + 0.7)), at(0.5, 0.0)),
                at(HEAD, -half - 0.7),
            );
            canvas.path(&pen.done(), &open);
        }
        Tip::Many => {
            let pen = join(join(from(at(0.0, TOES)), at(FOOT, 0.0)), at(0.0, -TOES));
            canvas.path(&pen.done(), &open);
        }
        Tip::One => {
            let pen = join(from(at(FOOT - 2.0, TOES)), at(FOOT - 2.0, -TOES));
            canvas.path(&pen.done(), &open);
        }
    }
}

fn words(canvas: &mut Canvas, edge: &Edge, rect: Rect) {
    let label = label(edge);
    let first = label.lines.first();
    let beside = first.map_or(0.0, |line| width(&line.0, Weight::Regular, SIZE));
    let discs = disc::row_width(&edge.marks, edge.change);
    let high = if discs > 0.0 { disc::HEIGHT } else { LINE };
    let middle = rect.middle();
    let top = middle.y - (label.size.height - 2.0) / 2.0;
    let mut x = middle.x - (label.before + beside) / 2.0;
    let y = top + high / 2.0;
    disc::row(canvas, &edge.marks, edge.change, Point { x, y });
    x += discs + if discs > 0.0 { 4.0 } else { 0.0 };
    if edge.sensitive {
        let style = Style {
            stroke: Some(Ink::Error),
            width: 1.3,
            ..Style::default()
        };
        let at = Point { x, y: y - 7.0 };
        canvas.icon(at, icon::PADLOCK, &style);
        x += LOCK;
    }
    for (index, (line, ink)) in label.lines.iter().enumerate() {
        let (anchor, x, y) = match index {
            0 => (Anchor::Start, x, y + 4.0),
            _ => (
                Anchor::Middle,
                middle.x,
                y + 4.0 + index as f64 * LINE + (high - LINE) / 2.0,
            ),
        };
        let words = Words {
            anchor,
            ink: *ink,
            size: SIZE,
            weight: Weight::Regular,
            halo: true,
        };
        canvas.words(Point { x, y }, line, &words);
    }
}
