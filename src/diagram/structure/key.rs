//! The list below a picture that says what the numbers mean.

use super::super::canvas::{Anchor, Canvas, Ink, Words};
use super::super::layout::{Point, Size};
use super::super::scene::Key;
use super::super::text::{Weight, width, wrap};
use super::disc;

const SIZE: f64 = 11.0;
const LINE: f64 = 15.0;
const INDENT: f64 = 30.0;
const BETWEEN: f64 = 9.0;
const LEAST: f64 = 400.0;
const MOST: f64 = 640.0;
const GAP: f64 = 32.0;

/// Draws the list with its upper left corner at a point, as wide as there is room
/// and never narrower than can be read; returns how large it is.
pub fn draw(canvas: &mut Canvas, keys: &[Key], at: Point, room: f64) -> Size {
    let columns = ((room + GAP) / (LEAST + GAP)).floor().clamp(1.0, 3.0);
    let columns = columns.min(keys.len().max(1) as f64);
    let wide = ((room + GAP) / columns - GAP).clamp(LEAST, MOST);
    let heights: Vec<f64> = keys.iter().map(|key| height(key, wide)).collect();
    let share = heights.iter().sum::<f64>() / columns;
    let (mut x, mut y, mut lowest) = (at.x, at.y, at.y);
    let mut done = 0.0;
    for (key, height) in keys.iter().zip(heights) {
        let column = ((x - at.x) / (wide + GAP)).round();
        if y > at.y && column + 1.0 < columns && done + height / 2.0 > share * (column + 1.0) {
            x += wide + GAP;
            y = at.y;
        }
        entry(canvas, key, Point { x, y }, wide);
        y += height;
        done += height;
        lowest = lowest.max(y);
    }
    Size {
        width: x + wide - at.x,
        height: lowest - at.y,
    }
}

fn height(key: &Key, wide: f64) -> f64 {
    let lines = 1 + message(key, wide).len();
    (lines as f64 * LINE).max(disc::HEIGHT) + BETWEEN
}

fn message(key: &Key, wide: f64) -> Vec<String> {
    wrap(&key.message, Weight::Regular, SIZE, wide - INDENT, 8)
}

fn entry(canvas: &mut Canvas, key: &Key, at: Point, wide: f64) {
    let number = key.number.to_string();
    let middle = Point {
        x: at.x,
        y: at.y + disc::HEIGHT / 2.0,
    };
    disc::one(canvas, &number, disc::ink(key.severity), middle);
    let (mut x, mut y) = (at.x + INDENT, at.y + 13.0);
    let word = key.severity.word();
    let ink = disc::ink(key.severity);
    canvas.words(Point { x, y }, word, &words(ink, Weight::Bold));
    x += width(word, Weight::Bold, SIZE) + 7.0;
    canvas.words(Point { x, y }, &key.rule, &words(Ink::Text, Weight::Bold));
    x += width(&key.rule, Weight::Bold, SIZE) + 9.0;
    let left = (at.x + wide - x).max(0.0);
    let place = wrap(&key.place, Weight::Regular, SIZE - 1.0, left, 1).concat();
    let small = Words {
        size: SIZE - 1.0,
        ..words(Ink::Muted, Weight::Regular)
    };
    if left > 40.0 {
        canvas.words(Point { x, y }, &place, &small);
    }
    for line in message(key, wide) {
        y += LINE;
        let at = Point {
            x: at.x + INDENT,
            y,
        };
        canvas.words(at, &line, &words(Ink::Text, Weight::Regular));
    }
}

fn words(ink: Ink, weight: Weight) -> Words {
    Words {
        anchor: Anchor::Start,
        ink,
        size: SIZE,
        weight,
        halo: false,
    }
}
