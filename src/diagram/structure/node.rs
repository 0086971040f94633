//! Boxes: what stands in them, how large they must be, and how they are drawn.

use super::super::canvas::{Anchor, Canvas, Ink, Style, Words};
use super::super::layout::{Point, Rect, Route, Size};
use super::super::scene::{Mark, Node, Row, Shape, Tone};
use super::super::text::{Weight, width, wrap};
use super::super::tone::{change_ink, inks};
use super::pen::Pen;
use super::shape::{self, STACK, Side};
use super::{disc, edge, icon};
use crate::diff::Change;

const TITLE: f64 = 13.0;
const SMALL: f64 = 11.0;
const TITLE_LINE: f64 = 16.0;
const SMALL_LINE: f64 = 14.0;
const MOST: f64 = 156.0;
const MOST_OF_PAGE: f64 = 204.0;
const SIGN: f64 = icon::SIDE + 8.0;
const PADLOCK: f64 = 12.0;
const LEAST: Size = Size {
    width: 104.0,
    height: 46.0,
};
const ROW: f64 = 19.0;
const GUTTER: f64 = 22.0;
const CELL: f64 = 14.0;
const TAG: f64 = 9.0;

/// What stands in a box, measured.
#[derive(Clone, Debug)]
pub struct Content {
    title: Vec<String>,
    small: Vec<(String, Ink)>,
    sign: Option<&'static str>,
    /// The size of the title's block with its sign and padlock.
    block: Size,
    columns: Columns,
}

/// How wide the columns of a box's rows are.
#[derive(Clone, Copy, Debug, Default)]
struct Columns {
    name: f64,
    detail: f64,
    tags: f64,
}

/// Measures what stands in a box.
pub fn content(node: &Node) -> Content {
    let most = match node.shape {
        Shape::Document => MOST_OF_PAGE,
        _ => MOST,
    };
    let title = wrap(&node.title, Weight::Bold, TITLE, most, 3);
    let mut small: Vec<(String, Ink)> = parts(&node.caption, most)
        .into_iter()
        .map(|line| (line, Ink::Muted))
        .collect();
    let count = node.count.as_deref().unwrap_or_default();
    let count = wrap(count, Weight::Regular, SMALL, most, 2);
    small.extend(count.into_iter().map(|line| (line, Ink::Text)));
    let sign = sign(node);
    let widest = title
        .iter()
        .map(|line| width(line, Weight::Bold, TITLE))
        .chain(
            small
                .iter()
                .map(|line| width(&line.0, Weight::Regular, SMALL)),
        )
        .fold(0.0, f64::max);
    let beside = if sign.is_some() { SIGN } else { 0.0 };
    let lock = if node.sensitive { PADLOCK + 6.0 } else { 0.0 };
    let lines = title.len() as f64 * TITLE_LINE + small.len() as f64 * SMALL_LINE;
    Content {
        block: Size {
            width: beside + widest + lock,
            height: lines.max(if sign.is_some() { icon::SIDE } else { 0.0 }),
        },
        title,
        small,
        sign,
        columns: columns(&node.rows),
    }
}

// Breaks a caption between its parts where that is enough, else between words.
fn parts(caption: &str, most: f64) -> Vec<String> {
    let fits = |line: &str| width(line, Weight::Regular, SMALL) <= most;
    let mut lines: Vec<String> = Vec::new();
    for part in caption.split(" · ") {
        match lines.last_mut() {
            Some(line) if fits(&format!("{line} · {part}")) => {
                line.push_str(" · ");
                line.push_str(part);
            }
            _ => lines.push(part.to_owned()),
        }
    }
    if lines.len() <= 2
        && lines
            .iter()
            .all(|line| fits(line) && !line.trim().is_empty())
    {
        return lines;
    }
    let words = wrap(caption, Weight::Regular, SMALL, most, 2);
    // A line needs no sign at its end that parts it from the next.
    let bare = |line: String| line.trim_end_matches(" ·").to_owned();
    words.into_iter().map(bare).collect()
}

fn sign(node: &Node) -> Option<&'static str> {
    match node.closed {
        true => Some(icon::FOLDED),
        false if node.rows.is_empty() => icon::sign(node.kind),
        false => None,
    }
}

fn columns(rows: &[Row]) -> Columns {
    let widest = |of: &dyn Fn(&Row) -> f64| rows.iter().map(of).fold(0.0, f64::max);
    Columns {
        name: widest(&|row| {
            let lock = if row.sensitive { PADLOCK + 3.0 } else { 0.0 };
            width(&cell(&row.name), Weight::Regular, SMALL) + lock
        }),
        detail: widest(&|row| width(&cell(&row.detail), Weight::Regular, SMALL)),
        tags: widest(&|row| width(&tags(row), Weight::Regular, TAG)),
    }
}

// One line of at most the width of a cell.
fn cell(text: &str) -> String {
    wrap(text, Weight::Regular, SMALL, MOST, 1).concat()
}

// The key has a sign of its own.
fn tags(row: &Row) -> String {
    let words: Vec<&str> = row
        .tags
        .iter()
        .copied()
        .filter(|tag| *tag != "key")
        .collect();
    words.join(" ")
}

impl Columns {
    fn width(&self) -> f64 {
        let gap = |width: f64| if width > 0.0 { width + CELL } else { 0.0 };
        GUTTER + self.name + gap(self.detail) + gap(self.tags) + 10.0
    }
}

/// Returns the size of a box with everything that belongs to it.
pub fn size(node: &Node) -> Size {
    let content = content(node);
    let insets = shape::insets(node.shape);
    let mut size = Size {
        width: content.block.width + insets.left + insets.right,
        height: content.block.height + insets.top + insets.bottom,
    };
    if !node.rows.is_empty() {
        size.width = size.width.max(content.columns.width());
        size.height += node.rows.len() as f64 * ROW + 8.0;
    }
    let stack = stack(node);
    // Whole lengths make borders sharp.
    Size {
        width: size.width.max(LEAST.width).ceil() + stack,
        height: size.height.max(LEAST.height).ceil() + stack,
    }
}

fn stack(node: &Node) -> f64 {
    if node.count.is_some() { STACK } else { 0.0 }
}

/// Returns the front of a box, before the outlines of the others like it.
pub fn front(node: &Node, rect: Rect) -> Rect {
    let stack = stack(node);
    Rect {
        x: rect.x,
        y: rect.y + stack,
        width: (rect.width - stack).max(0.0),
        height: (rect.height - stack).max(0.0),
    }
}

/// Moves the end of an arrow on until it meets a box's outline.
pub fn meet(node: &Node, rect: Rect, before: Point, last: &mut Point) {
    let (dx, dy) = (last.x - before.x, last.y - before.y);
    // An arrow that comes aslant ends where the engine says.
    let side = match (dx.abs() < 0.01, dy.abs() < 0.01) {
        (true, false) if dy > 0.0 => Side::Top,
        (true, false) => Side::Bottom,
        (false, true) if dx > 0.0 => Side::Left,
        (false, true) => Side::Right,
        _ => return,
    };
    let front = front(node, rect);
    let stack = stack(node);
    let depth = match side {
        Side::Top if last.x > front.x + stack => {
            shape::depth(node.shape, behind(front, stack), side, *last)
        }
        Side::Top => stack + shape::depth(node.shape, front, side, *last),
        Side::Right if last.y < front.bottom() - stack => {
            shape::depth(node.shape, behind(front, stack), side, *last)
        }
        Side::Right => stack + shape::depth(node.shape, front, side, *last),
        Side::Left if last.y < front.y => stack,
        Side::Bottom if last.x > front.right() => stack,
        Side::Bottom | Side::Left => shape::depth(node.shape, front, side, *last),
    };
    match side {
        Side::Bottom => last.y -= depth,
        Side::Left => last.x += depth,
        Side::Right => last.x -= depth,
        Side::Top => last.y += depth,
    }
}

fn behind(front: Rect, off: f64) -> Rect {
    Rect {
        x: front.x + off,
        y: front.y - off,
        ..front
    }
}

/// Draws a box; its marks stand clear of the arrows where they can.
pub fn draw(canvas: &mut Canvas, node: &Node, rect: Rect, routes: &[Route]) {
    canvas.open("node", &node.id, &tooltip(node));
    let front = front(node, rect);
    let style = style(node);
    if node.count.is_some() {
        let style = Style {
            width: style.width.min(1.4),
            ..style
        };
        for off in [STACK, STACK / 2.0] {
            frame(canvas, node.shape, behind(front, off), &style);
        }
    }
    frame(canvas, node.shape, front, &style);
    if node.closed && node.shape == Shape::Box {
        canvas.path(
            &shape::rounded(inset(front, 3.0), 4.5),
            &pencil(signed(node), 0.7),
        );
    }
    let content = content(node);
    match node.rows.is_empty() {
        true => words(canvas, node, &content, inner(node.shape, front)),
        false => {
            table(canvas, node, &content, front, &style);
            let open = Style {
                fill: None,
                ..style
            };
            canvas.path(&shape::outline(node.shape, front), &open);
        }
    }
    if let Some(at) = place_of_marks(node, front, routes) {
        disc::row(canvas, &node.marks, node.change, at);
    }
    canvas.close();
}

// Where the row of marks starts: at the first corner where no arrow ends.
fn place_of_marks(node: &Node, front: Rect, routes: &[Route]) -> Option<Point> {
    let wide = disc::row_width(&node.marks, node.change);
    let corner = shape::corner(node.shape, front);
    let (left, right) = (front.x - 6.0, corner.x + 6.0 - wide);
    let corners = [
        (right, corner.y),
        (right, front.bottom()),
        (left, front.bottom()),
        (left, corner.y),
    ];
    let free = |at: &Point| {
        let rect = Rect {
            x: at.x - 3.0,
            y: at.y - disc::HEIGHT / 2.0 - 3.0,
            width: wide + 6.0,
            height: disc::HEIGHT + 6.0,
        };
        let lines = routes.iter().flat_map(|route| route.points.windows(2));
        let mut lines = lines.map(|pair| edge::within(pair[0], pair[1], &rect));
        lines.all(|part| part.is_none())
    };
    let mut corners = corners.into_iter().map(|(x, y)| Point { x, y });
    let first = corners.clone().next();
    let some = corners.find(free).or(first);
    some.filter(|_| wide > 0.0)
}

fn tooltip(node: &Node) -> String {
    let parts = [
        Some(node.title.as_str()),
        Some(node.caption.as_str()),
        node.count.as_deref(),
        node.sensitive.then_some("sensitive data"),
    ];
    let parts: Vec<&str> = parts.into_iter().flatten().collect();
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(" · ")
}

fn frame(canvas: &mut Canvas, shape: Shape, rect: Rect, style: &Style) {
    canvas.path(&shape::outline(shape, rect), style);
    let open = Style {
        fill: None,
        ..*style
    };
    if let Some(lines) = shape::lines(shape, rect) {
        canvas.path(&lines, &open);
    }
    let (middles, radius, filled) = shape::circles(shape, rect);
    let round = match filled {
        true => *style,
        false => Style {
            fill: style.stroke,
            ..Style::default()
        },
    };
    for middle in middles {
        canvas.circle(middle, radius, &round);
    }
}

fn style(node: &Node) -> Style {
    let (fill, line) = match (node.closed, node.tone) {
        (true, Tone::Plain) => (Ink::Group, Ink::PlainLine),
        _ => inks(node.tone),
    };
    let (stroke, width) = match node.change {
        Some(change) => (change_ink(change), 2.4),
        None => marked(&node.marks, line, 1.2),
    };
    Style {
        fill: Some(fill),
        stroke: Some(stroke),
        width,
        dash: (node.change == Some(Change::Removed)).then_some((6.0, 4.0)),
    }
}

/// Returns the ink and the width of a line that may be marked.
pub fn marked(marks: &[Mark], ink: Ink, width: f64) -> (Ink, f64) {
    let worst = |primary: bool| {
        let some = marks.iter().filter(|mark| mark.primary == primary);
        some.map(|mark| mark.severity).max()
    };
    match (worst(true), worst(false)) {
        (Some(severity), _) => (disc::ink(severity), 2.4),
        (None, Some(severity)) => (disc::ink(severity), 1.6_f64.max(width)),
        (None, None) => (ink, width),
    }
}

fn inset(rect: Rect, by: f64) -> Rect {
    Rect {
        x: rect.x + by,
        y: rect.y + by,
        width: (rect.width - 2.0 * by).max(0.0),
        height: (rect.height - 2.0 * by).max(0.0),
    }
}

fn inner(shape: Shape, front: Rect) -> Rect {
    let insets = shape::insets(shape);
    Rect {
        x: front.x + insets.left,
        y: front.y + insets.top,
        width: front.width - insets.left - insets.right,
        height: front.height - insets.top - insets.bottom,
    }
}

// The block in the middle: the sign at its left, the words beside it.
fn words(canvas: &mut Canvas, node: &Node, content: &Content, inner: Rect) {
    let left = inner.x + (inner.width - content.block.width) / 2.0;
    let top = inner.y + (inner.height - content.block.height) / 2.0;
    let lock = if node.sensitive { PADLOCK + 6.0 } else { 0.0 };
    let right = left + content.block.width - lock;
    let mut at = Point {
        x: (left + right) / 2.0,
        y: top,
    };
    let mut anchor = Anchor::Middle;
    if let Some(sign) = content.sign {
        let sign_at = Point { x: left, y: top };
        canvas.icon(sign_at, sign, &pencil(signed(node), 1.3));
        at.x = left + SIGN;
        anchor = Anchor::Start;
    }
    lines(canvas, content, at, anchor);
    if node.sensitive {
        let at = Point {
            x: right + 6.0,
            y: top + 1.5,
        };
        canvas.icon(at, icon::PADLOCK, &pencil(Ink::Error, 1.3));
    }
}

// The sign keeps its family's colour when the box is marked.
fn signed(node: &Node) -> Ink {
    inks(node.tone).1
}

fn lines(canvas: &mut Canvas, content: &Content, mut at: Point, anchor: Anchor) {
    for line in &content.title {
        let baseline = Point {
            y: at.y + 12.5,
            ..at
        };
        canvas.words(baseline, line, &bold(anchor));
        at.y += TITLE_LINE;
    }
    for (line, ink) in &content.small {
        let baseline = Point {
            y: at.y + 11.0,
            ..at
        };
        canvas.words(baseline, line, &small(anchor, *ink, SMALL));
        at.y += SMALL_LINE;
    }
}

// A box with rows: the title in a band of its family's colour, the rows below.
fn table(canvas: &mut Canvas, node: &Node, content: &Content, front: Rect, style: &Style) {
    let below = front.bottom() - node.rows.len() as f64 * ROW - 8.0;
    let sheet = Rect {
        y: below,
        height: front.bottom() - below,
        ..front
    };
    lid(canvas, sheet, style);
    let insets = shape::insets(node.shape);
    let head = Rect {
        x: front.x + insets.left,
        y: front.y + insets.top,
        width: front.width - insets.left - insets.right,
        height: below - front.y - insets.top - insets.bottom,
    };
    words(canvas, node, content, head);
    for (index, row) in node.rows.iter().enumerate() {
        let top = below + 4.0 + index as f64 * ROW;
        line(canvas, row, &content.columns, &front, top);
    }
}

// The part of a box under its band, round at the bottom, and the line between.
fn lid(canvas: &mut Canvas, sheet: Rect, style: &Style) {
    let (x, right, bottom) = (sheet.x, sheet.right(), sheet.bottom());
    let round = 7.0;
    let path = Pen::at(x, sheet.y)
        .line(right, sheet.y)
        .line(right, bottom - round)
        .arc(round, round, right - round, bottom)
        .line(x + round, bottom)
        .arc(round, round, x, bottom - round)
        .close();
    let ground = Style {
        fill: Some(Ink::Plain),
        ..Style::default()
    };
    canvas.path(&path.done(), &ground);
    let open = Style {
        fill: None,
        ..*style
    };
    let line = Pen::at(x, sheet.y).line(right, sheet.y);
    canvas.path(&line.done(), &open);
}

fn line(canvas: &mut Canvas, row: &Row, columns: &Columns, front: &Rect, top: f64) {
    let y = top + 13.5;
    let mut x = front.x + GUTTER;
    if row.tags.contains(&"key") {
        let at = Point {
            x: front.x + 5.0,
            y: top + 4.0,
        };
        canvas.icon(at, icon::KEY, &pencil(Ink::Muted, 1.2));
    }
    let name = cell(&row.name);
    canvas.words(
        Point { x, y },
        &name,
        &small(Anchor::Start, Ink::Text, SMALL),
    );
    if row.sensitive {
        let at = Point {
            x: x + width(&name, Weight::Regular, SMALL) + 3.0,
            y: top + 3.0,
        };
        canvas.icon(at, icon::PADLOCK, &pencil(Ink::Error, 1.2));
    }
    x += columns.name + CELL;
    let detail = small(Anchor::Start, Ink::Muted, SMALL);
    canvas.words(Point { x, y }, &cell(&row.detail), &detail);
    let end = Point {
        x: front.right() - 10.0,
        y,
    };
    canvas.words(end, &tags(row), &small(Anchor::End, Ink::Muted, TAG));
}

fn pencil(ink: Ink, width: f64) -> Style {
    Style {
        fill: None,
        stroke: Some(ink),
        width,
        dash: None,
    }
}

fn bold(anchor: Anchor) -> Words {
    Words {
        anchor,
        ink: Ink::Text,
        size: TITLE,
        weight: Weight::Bold,
        halo: false,
    }
}

fn small(anchor: Anchor, ink: Ink, size: f64) -> Words {
    Words {
        anchor,
        ink,
        size,
        weight: Weight::Regular,
        halo: false,
    }
}
