//! Frames around boxes.

use super::super::canvas::{Anchor, Canvas, Ink, Style, Words};
use super::super::layout::{Point, Rect, Size};
use super::super::scene::Group;
use super::super::text::{Weight, width, wrap};
use super::super::tone::{change_ink, change_sign};

const TITLE: f64 = 12.0;
const SMALL: f64 = 10.5;
const LINE: f64 = 15.0;
const MOST: f64 = 260.0;
const PAD: f64 = 12.0;

/// Returns the room that a group's title needs.
pub fn header(group: &Group) -> Size {
    let (title, small) = texts(group);
    let titles = title.iter().map(|line| width(line, Weight::Bold, TITLE));
    let titles = titles.fold(0.0, f64::max);
    let small = width(&small, Weight::Regular, SMALL);
    Size {
        width: (titles + 8.0 + small + 2.0 * PAD).ceil(),
        height: title.len().max(1) as f64 * LINE + 11.0,
    }
}

// The title in one or two lines, and what stands behind it.
fn texts(group: &Group) -> (Vec<String>, String) {
    let title = match group.change {
        Some(change) => format!("{} {}", change_sign(change), group.title),
        None => group.title.clone(),
    };
    let title = wrap(&title, Weight::Bold, TITLE, MOST, 2);
    let words: Vec<&str> = [group.kind, group.caption.as_str()]
        .into_iter()
        .filter(|word| !word.is_empty() && *word != group.title)
        .collect();
    let small = wrap(&words.join(" · "), Weight::Regular, SMALL, MOST, 1).concat();
    (title, small)
}

/// Draws a group's frame; what is in it comes on top.
pub fn frame(canvas: &mut Canvas, group: &Group, depth: usize, rect: Rect) {
    canvas.open("group", &group.id, &tooltip(group));
    let fill = match depth.is_multiple_of(2) {
        true => Ink::Group,
        false => Ink::Paper,
    };
    let (width, dash) = match group.kind {
        "network" => (1.8, Some((7.0, 4.0))),
        "system" => (1.6, None),
        "domain" => (1.2, None),
        _ => (1.2, Some((4.0, 3.0))),
    };
    let style = Style {
        fill: Some(fill),
        stroke: Some(group.change.map_or(Ink::GroupLine, change_ink)),
        width: if group.change.is_some() { 2.2 } else { width },
        dash,
    };
    canvas.rect(rect, 10.0, &style);
    canvas.close();
}

/// Draws a group's title, on top of arrows that enter it.
pub fn title(canvas: &mut Canvas, group: &Group, rect: Rect) {
    canvas.open("group-title", &group.id, "");
    let (title, small) = texts(group);
    let x = rect.x + PAD;
    let mut y = rect.y + 17.0;
    let mut end = x;
    for line in &title {
        canvas.words(Point { x, y }, line, &words(Ink::Text, TITLE, Weight::Bold));
        end = x + width(line, Weight::Bold, TITLE) + 8.0;
        y += LINE;
    }
    let at = Point {
        x: end,
        y: if title.is_empty() { y } else { y - LINE },
    };
    if !small.is_empty() {
        canvas.words(at, &small, &words(Ink::Muted, SMALL, Weight::Regular));
    }
    canvas.close();
}

fn tooltip(group: &Group) -> String {
    let words: Vec<&str> = [group.title.as_str(), group.kind, group.caption.as_str()]
        .into_iter()
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" · ")
}

fn words(ink: Ink, size: f64, weight: Weight) -> Words {
    Words {
        anchor: Anchor::Start,
        ink,
        size,
        weight,
        halo: true,
    }
}
