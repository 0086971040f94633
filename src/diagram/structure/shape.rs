//! The outlines of boxes: how they are drawn, where words may stand in them, and
//! where an arrow meets them.

use super::super::layout::{Point, Rect};
use super::super::scene::Shape;
use super::pen::Pen;

/// How far the two outlines behind a box that stands for several stand out.
pub const STACK: f64 = 8.0;

// Half the height of a cylinder's lid, and half the width of a pipe's.
const LID: f64 = 6.0;
// How far a hexagon's points stand out.
const POINT: f64 = 12.0;
// How far a cloud rises above its body.
const PUFF: f64 = 14.0;
// The bar of a window.
const BAR: f64 = 12.0;
// The corner of a page that is folded.
const FOLD: f64 = 12.0;
// A person's head, and how much of it stands above the shoulders.
const HEAD: f64 = 11.0;
const NECK: f64 = 17.0;
const SHOULDER: f64 = 18.0;
// The second edges of a process.
const SIDE: f64 = 7.0;

/// The room between an outline and the words in it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Insets {
    /// At the left.
    pub left: f64,
    /// At the top.
    pub top: f64,
    /// At the right.
    pub right: f64,
    /// At the bottom.
    pub bottom: f64,
}

/// Returns the room that an outline needs around words.
pub fn insets(shape: Shape) -> Insets {
    let (left, top, right, bottom) = match shape {
        Shape::Box => (12.0, 10.0, 12.0, 10.0),
        Shape::Cloud => (20.0, PUFF + 6.0, 20.0, 10.0),
        Shape::Cylinder => (12.0, 2.0 * LID + 7.0, 12.0, LID + 7.0),
        Shape::Device => (12.0, BAR + 8.0, 12.0, 9.0),
        Shape::Document => (12.0, 10.0, FOLD + 6.0, 10.0),
        Shape::Hexagon => (POINT + 8.0, 10.0, POINT + 8.0, 10.0),
        Shape::Person => (16.0, NECK + HEAD, 16.0, 9.0),
        Shape::Pipe => (LID + 10.0, 10.0, 2.0 * LID + 8.0, 10.0),
        Shape::Process => (SIDE + 10.0, 10.0, SIDE + 10.0, 10.0),
    };
    Insets {
        left,
        top,
        right,
        bottom,
    }
}

/// Returns the outline as a closed path.
pub fn outline(shape: Shape, rect: Rect) -> String {
    let (x, y, right, bottom) = (rect.x, rect.y, rect.right(), rect.bottom());
    match shape {
        Shape::Box | Shape::Device => rounded(rect, 7.0),
        Shape::Process => rounded(rect, 3.0),
        Shape::Cloud => cloud(rect),
        Shape::Cylinder => {
            let (rx, lid) = (rect.width / 2.0, lid(rect.height));
            Pen::at(x, y + lid)
                .arc(rx, lid, right, y + lid)
                .line(right, bottom - lid)
                .arc(rx, lid, x, bottom - lid)
                .close()
                .done()
        }
        Shape::Document => {
            let fold = fold(rect);
            Pen::at(x, y)
                .line(right - fold, y)
                .line(right, y + fold)
                .line(right, bottom)
                .line(x, bottom)
                .close()
                .done()
        }
        Shape::Hexagon => {
            let (point, middle) = (point(rect), rect.middle().y);
            Pen::at(x + point, y)
                .line(right - point, y)
                .line(right, middle)
                .line(right - point, bottom)
                .line(x + point, bottom)
                .line(x, middle)
                .close()
                .done()
        }
        Shape::Person => {
            let (top, round) = (y + NECK, shoulder(rect));
            Pen::at(x, top + round)
                .arc(round, round, x + round, top)
                .line(right - round, top)
                .arc(round, round, right, top + round)
                .line(right, bottom - 4.0)
                .arc(4.0, 4.0, right - 4.0, bottom)
                .line(x + 4.0, bottom)
                .arc(4.0, 4.0, x, bottom - 4.0)
                .close()
                .done()
        }
        Shape::Pipe => {
            let (ry, lid) = (rect.height / 2.0, lid(rect.width));
            Pen::at(x + lid, y)
                .line(right - lid, y)
                .arc(lid, ry, right - lid, bottom)
                .line(x + lid, bottom)
                .arc(lid, ry, x + lid, y)
                .close()
                .done()
        }
    }
}

/// Returns the lines within the outline, where there are any.
pub fn lines(shape: Shape, rect: Rect) -> Option<String> {
    let (x, y, right, bottom) = (rect.x, rect.y, rect.right(), rect.bottom());
    let pen = match shape {
        Shape::Cylinder => {
            let (rx, lid) = (rect.width / 2.0, lid(rect.height));
            Pen::at(x, y + lid).back(rx, lid, right, y + lid)
        }
        Shape::Device => Pen::at(x, y + BAR).line(right, y + BAR),
        Shape::Document => {
            let fold = fold(rect);
            Pen::at(right - fold, y)
                .line(right - fold, y + fold)
                .line(right, y + fold)
        }
        Shape::Pipe => {
            let (ry, lid) = (rect.height / 2.0, lid(rect.width));
            Pen::at(right - lid, y).back(lid, ry, right - lid, bottom)
        }
        Shape::Process => Pen::at(x + SIDE, y)
            .line(x + SIDE, bottom)
            .jump(right - SIDE, y)
            .line(right - SIDE, bottom),
        Shape::Box | Shape::Cloud | Shape::Hexagon | Shape::Person => return None,
    };
    Some(pen.done())
}

/// Returns the middles and the radius of the circles that belong to an outline:
/// a head, or the buttons of a window; whether they are filled like the outline.
pub fn circles(shape: Shape, rect: Rect) -> (Vec<Point>, f64, bool) {
    let point = |x, y| Point { x, y };
    match shape {
        Shape::Person => (vec![point(rect.middle().x, rect.y + HEAD)], HEAD, true),
        Shape::Device => {
            let y = rect.y + BAR / 2.0;
            let dots = [9.0, 15.0, 21.0].map(|x| point(rect.x + x, y));
            (dots.to_vec(), 1.5, false)
        }
        _ => (Vec::new(), 0.0, false),
    }
}

/// The sides of a rectangle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The lower one.
    Bottom,
    /// The left one.
    Left,
    /// The right one.
    Right,
    /// The upper one.
    Top,
}

/// Returns how far within the side of its rectangle an outline is met, coming
/// straight from outside at a point.
pub fn depth(shape: Shape, rect: Rect, side: Side, at: Point) -> f64 {
    let (x, y) = (at.x - rect.x, at.y - rect.y);
    let (width, height) = (rect.width, rect.height);
    let depth = match (shape, side) {
        (Shape::Cylinder, Side::Top | Side::Bottom) => round(x, width, lid(height)),
        (Shape::Pipe, Side::Left | Side::Right) => round(y, height, lid(width)),
        (Shape::Hexagon, Side::Left | Side::Right) => {
            point(rect) * (2.0 * y / height - 1.0).abs().min(1.0)
        }
        (Shape::Hexagon, Side::Top | Side::Bottom) => {
            let off = x.min(width - x).max(0.0);
            height / 2.0 * (1.0 - off / point(rect)).max(0.0)
        }
        (Shape::Cloud, Side::Top) => puff(x, width),
        (Shape::Cloud, Side::Bottom) => arch(x.min(width - x), ball(rect)),
        (Shape::Cloud, Side::Left | Side::Right) => {
            let off = (y - PUFF).min(height - y);
            arch(off, ball(rect))
        }
        (Shape::Person, Side::Top) => {
            let off = (x - width / 2.0).abs();
            match off < HEAD {
                true => HEAD - (HEAD * HEAD - off * off).sqrt(),
                false => NECK + arch(x.min(width - x), shoulder(rect)),
            }
        }
        (Shape::Person, Side::Left | Side::Right) => arch(y - NECK, shoulder(rect)),
        (Shape::Document, Side::Top) => (x - (width - fold(rect))).max(0.0),
        (Shape::Document, Side::Right) => (fold(rect) - y).max(0.0),
        _ => 0.0,
    };
    if depth.is_finite() { depth } else { 0.0 }
}

/// Returns the upper right corner that an outline has, where marks stand.
pub fn corner(shape: Shape, rect: Rect) -> Point {
    let (right, down) = match shape {
        Shape::Cloud => (4.0, PUFF - 4.0),
        Shape::Cylinder => (0.0, lid(rect.height) / 2.0),
        Shape::Hexagon => (point(rect), 0.0),
        Shape::Person => (0.0, NECK - 4.0),
        Shape::Pipe => (lid(rect.width), 0.0),
        Shape::Box | Shape::Device | Shape::Document | Shape::Process => (0.0, 0.0),
    };
    Point {
        x: rect.right() - right,
        y: rect.y + down,
    }
}

/// Returns the path of a rectangle with round corners.
pub fn rounded(rect: Rect, radius: f64) -> String {
    let (x, y, right, bottom) = (rect.x, rect.y, rect.right(), rect.bottom());
    let r = radius.min(rect.width / 2.0).min(rect.height / 2.0);
    Pen::at(x + r, y)
        .line(right - r, y)
        .arc(r, r, right, y + r)
        .line(right, bottom - r)
        .arc(r, r, right - r, bottom)
        .line(x + r, bottom)
        .arc(r, r, x, bottom - r)
        .line(x, y + r)
        .arc(r, r, x + r, y)
        .close()
        .done()
}

// Where the two puffs of a cloud start and end, in parts of its width.
const PUFFS: [(f64, f64, f64); 2] = [(0.2, 0.6, PUFF), (0.6, 0.84, PUFF * 0.6)];

fn cloud(rect: Rect) -> String {
    let (x, y, right, bottom) = (rect.x, rect.y + PUFF, rect.right(), rect.bottom());
    let r = ball(rect);
    let mut pen = Pen::at(x + r, bottom)
        .arc(r, r, x, bottom - r)
        .line(x, y + r)
        .arc(r, r, x + r, y);
    for (from, to, height) in PUFFS {
        let (from, to) = (x + from * rect.width, x + to * rect.width);
        pen = pen
            .line(from.max(x + r), y)
            .arc((to - from) / 2.0, height, to.min(right - r), y);
    }
    pen.line(right - r, y)
        .arc(r, r, right, y + r)
        .line(right, bottom - r)
        .arc(r, r, right - r, bottom)
        .close()
        .done()
}

fn puff(x: f64, width: f64) -> f64 {
    let part = x / width;
    let over = PUFFS.iter().find(|puff| part > puff.0 && part < puff.1);
    over.map_or(PUFF, |(from, to, height)| {
        PUFF - height + round(x - from * width, (to - from) * width, *height)
    })
}

// How far an arc over a width stands behind its highest point, at x.
fn round(x: f64, width: f64, height: f64) -> f64 {
    let off = (2.0 * x / width - 1.0).clamp(-1.0, 1.0);
    height * (1.0 - (1.0 - off * off).sqrt())
}

// How far a round corner stands behind a side, so far from the side's end.
fn arch(off: f64, radius: f64) -> f64 {
    let from = (radius - off).clamp(0.0, radius);
    radius - (radius * radius - from * from).sqrt()
}

fn ball(rect: Rect) -> f64 {
    ((rect.height - PUFF) / 2.0).min(rect.width * 0.2).min(24.0)
}

fn lid(length: f64) -> f64 {
    LID.min(length / 4.0)
}

fn point(rect: Rect) -> f64 {
    POINT.min(rect.width / 4.0)
}

fn fold(rect: Rect) -> f64 {
    FOLD.min(rect.width / 3.0).min(rect.height / 3.0)
}

fn shoulder(rect: Rect) -> f64 {
    SHOULDER
        .min(rect.width / 2.0)
        .min((rect.height - NECK) / 2.0)
        .max(0.0)
}
