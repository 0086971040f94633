//! Numbers on coloured discs: what a review found.

use super::super::canvas::{Anchor, Canvas, Ink, Style, Words};
use super::super::layout::{Point, Rect};
use super::super::scene::Mark;
use super::super::text::{Weight, width};
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
pub fn row_width(marks: &[Mark]) -> f64 {
    let discs = discs(marks);
    let widths: f64 = discs.iter().map(|(text, _)| pill(text) + GAP).sum();
    (widths - GAP).max(0.0)
}

/// Draws the numbers of what was found about an element, from a point to the
/// right, with their middle at its height.
pub fn row(canvas: &mut Canvas, marks: &[Mark], at: Point) {
    let mut x = at.x;
    for (text, severity) in discs(marks) {
        x += one(canvas, &text, severity, Point { x, y: at.y }) + GAP;
    }
}

/// Draws one disc with its left end at a point and its middle at the point's
/// height; returns how wide it is.
pub fn one(canvas: &mut Canvas, text: &str, severity: Severity, at: Point) -> f64 {
    let wide = pill(text);
    let rect = Rect {
        x: at.x,
        y: at.y - HEIGHT / 2.0,
        width: wide,
        height: HEIGHT,
    };
    let style = Style {
        fill: Some(ink(severity)),
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

// The worst first; what is only on the way to something has no number.
fn discs(marks: &[Mark]) -> Vec<(String, Severity)> {
    let mut marks: Vec<&Mark> = marks.iter().filter(|mark| mark.primary).collect();
    marks.sort_by_key(|mark| (std::cmp::Reverse(mark.severity), mark.number));
    marks.dedup_by_key(|mark| mark.number);
    let shown = match marks.len() > SHOWN {
        true => SHOWN - 1,
        false => marks.len(),
    };
    let mut discs: Vec<(String, Severity)> = marks[..shown]
        .iter()
        .map(|mark| (mark.number.to_string(), mark.severity))
        .collect();
    if let Some(next) = marks.get(shown) {
        discs.push((format!("+{}", marks.len() - shown), next.severity));
    }
    discs
}
