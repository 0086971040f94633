//! Numbers and signs on coloured discs: what a review found, and what changed.

use super::super::canvas::{Anchor, Canvas, Ink, Style, Words};
use super::super::layout::{Point, Rect};
use super::super::scene::Mark;
use super::super::text::{Weight, width};
use super::super::tone::{change_ink, change_sign};
use crate::diff::Change;
use crate::finding::Severity;

/// How high a disc is.
pub const HEIGHT: f64 = 18.0;

const SIZE: f64 = 10.0;
const GAP: f64 = 2.0;
// More than these are counted.
const SHOWN: usize = 4;

/// Returns the colour of a severity.
pub fn ink(severity: Severity) -> Ink {
    match severity {
        Severity::Error => Ink::Error,
        Severity::Info => Ink::Info,
        Severity::Warning => Ink::Warning,
    }
}

/// Returns how wide a row of discs is; 0 where none is shown.
pub fn row_width(marks: &[Mark], change: Option<Change>) -> f64 {
    let discs = discs(marks, change);
    let widths: f64 = discs.iter().map(|(text, _)| pill(text) + GAP).sum();
    (widths - GAP).max(0.0)
}

/// Draws what happened to an element and the numbers of what was found about it,
/// from a point to the right, with their middle at its height.
pub fn row(canvas: &mut Canvas, marks: &[Mark], change: Option<Change>, at: Point) {
    let mut x = at.x;
    for (text, ink) in discs(marks, change) {
        x += one(canvas, &text, ink, Point { x, y: at.y }) + GAP;
    }
}

/// Draws one disc with its left end at a point and its middle at the point's
/// height; returns how wide it is.
pub fn one(canvas: &mut Canvas, text: &str, ink: Ink, at: Point) -> f64 {
    let wide = pill(text);
    let rect = Rect {
        x: at.x,
        y: at.y - HEIGHT / 2.0,
        width: wide,
        height: HEIGHT,
    };
    let style = Style {
        fill: Some(ink),
        stroke: Some(Ink::Paper),
        width: 1.5,
        dash: None,
    };
    canvas.rect(rect, HEIGHT / 2.0, &style);
    let words = Words {
        anchor: Anchor::Middle,
        ink: Ink::OnMark,
        size: SIZE,
        weight: Weight::Bold,
        halo: false,
    };
    let middle = Point {
        x: at.x + wide / 2.0,
        y: at.y + 3.6,
    };
    canvas.words(middle, text, &words);
    wide
}

fn pill(text: &str) -> f64 {
    HEIGHT.max(width(text, Weight::Bold, SIZE) + 9.0)
}

// The change, then the worst; what is only on the way to something has no number.
fn discs(marks: &[Mark], change: Option<Change>) -> Vec<(String, Ink)> {
    let mut marks: Vec<&Mark> = marks.iter().filter(|mark| mark.primary).collect();
    marks.sort_by_key(|mark| (std::cmp::Reverse(mark.severity), mark.number));
    marks.dedup_by_key(|mark| mark.number);
    let shown = match marks.len() > SHOWN {
        true => SHOWN - 1,
        false => marks.len(),
    };
    let changed = change.map(|it| (change_sign(it).to_owned(), change_ink(it)));
    let numbers = marks[..shown].iter();
    let numbers = numbers.map(|mark| (mark.number.to_string(), ink(mark.severity)));
    let mut discs: Vec<(String, Ink)> = changed.into_iter().chain(numbers).collect();
    if let Some(next) = marks.get(shown) {
        discs.push((format!("+{}", marks.len() - shown), ink(next.severity)));
    }
    discs
}
