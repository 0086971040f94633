//! A row of signs that not everyone knows; only those that occur.

use super::super::canvas::{Anchor, Canvas, Ink, Style, Words};
use super::super::layout::{Point, Rect, Route, Size};
use super::super::scene::{Edge, End, Line, Structure, Tip};
use super::super::text::{Weight, width};
use super::super::tone::{change_ink, change_sign};
use super::shape::rounded;
use super::{disc, edge, icon};
use crate::diff::Change;

const SIZE: f64 = 10.5;
const SIGN: f64 = 34.0;
const GAP: f64 = 22.0;
const LINE: f64 = 20.0;

/// What a legend explains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Entry {
    Calls,
    Change(Change),
    Closed,
    Sends,
    Sensitive,
    Stack,
}

impl Entry {
    fn words(self) -> &'static str {
        match self {
            Entry::Calls => "calls and waits",
            Entry::Change(change) => change.word(),
            Entry::Closed => "has a picture of its own",
            Entry::Sends => "sends and goes on",
            Entry::Sensitive => "sensitive data",
            Entry::Stack => "more than one of it",
        }
    }

    fn sign(self) -> f64 {
        match self {
            Entry::Calls | Entry::Sends => SIGN,
            Entry::Change(_) => disc::HEIGHT,
            Entry::Closed | Entry::Sensitive => 16.0,
            Entry::Stack => 19.0,
        }
    }

    fn width(self) -> f64 {
        self.sign() + 6.0 + width(self.words(), Weight::Regular, SIZE)
    }
}

fn entries(structure: &Structure) -> Vec<Entry> {
    let line = |line| {
        let arrow = |edge: &Edge| edge.line == line && edge.finish == Tip::Arrow;
        structure.edges.iter().any(arrow)
    };
    let nodes = &structure.nodes;
    let rows = || nodes.iter().flat_map(|node| &node.rows);
    let sensitive = nodes.iter().any(|node| node.sensitive)
        || rows().any(|row| row.sensitive)
        || structure.edges.iter().any(|edge| edge.sensitive);
    // Other arrows than those of components mean other things.
    let relations = structure
        .edges
        .iter()
        .any(|edge| edge.id.starts_with("relation:"));
    let both = relations && line(Line::Solid) && line(Line::Dashed);
    let changed = |change| (occurs(structure, change), Entry::Change(change));
    [
        changed(Change::Added),
        changed(Change::Removed),
        changed(Change::Changed),
        (both, Entry::Calls),
        (both, Entry::Sends),
        (nodes.iter().any(|node| node.count.is_some()), Entry::Stack),
        (sensitive, Entry::Sensitive),
        (nodes.iter().any(|node| node.closed), Entry::Closed),
    ]
    .into_iter()
    .filter_map(|(occurs, entry)| occurs.then_some(entry))
    .collect()
}

fn occurs(structure: &Structure, change: Change) -> bool {
    let nodes = structure.nodes.iter().map(|it| it.change);
    let edges = structure.edges.iter().map(|it| it.change);
    let groups = structure.groups.iter().map(|it| it.change);
    let mut all = nodes.chain(edges).chain(groups);
    all.any(|it| it == Some(change))
}

/// Draws the legend with its upper left corner at a point, in as many lines as
/// the room asks; returns how large it is.
pub fn draw(canvas: &mut Canvas, structure: &Structure, at: Point, room: f64) -> Size {
    let entries = entries(structure);
    // Its number says of a stack what it is.
    if entries.iter().all(|entry| *entry == Entry::Stack) {
        return Size::default();
    }
    let (mut x, mut y, mut widest) = (at.x, at.y, 0.0_f64);
    for one in entries {
        if x > at.x && x + one.width() > at.x + room {
            (x, y) = (at.x, y + LINE);
        }
        sign(canvas, one, Point { x, y });
        let words = Words {
            anchor: Anchor::Start,
            ink: Ink::Muted,
            size: SIZE,
            weight: Weight::Regular,
            halo: false,
        };
        let start = Point {
            x: x + one.sign() + 6.0,
            y: y + 13.5,
        };
        canvas.words(start, one.words(), &words);
        x += one.width() + GAP;
        widest = widest.max(x - GAP - at.x);
    }
    Size {
        width: widest,
        height: y + LINE - at.y,
    }
}

fn sign(canvas: &mut Canvas, entry: Entry, at: Point) {
    let pencil = |ink| Style {
        stroke: Some(ink),
        width: 1.2,
        ..Style::default()
    };
    match entry {
        Entry::Calls => arrow(canvas, Line::Solid, at),
        Entry::Sends => arrow(canvas, Line::Dashed, at),
        Entry::Change(change) => {
            let middle = Point {
                y: at.y + 10.0,
                ..at
            };
            disc::one(canvas, change_sign(change), change_ink(change), middle);
        }
        Entry::Closed => canvas.icon(
            Point {
                y: at.y + 2.0,
                ..at
            },
            icon::FOLDED,
            &pencil(Ink::Muted),
        ),
        Entry::Sensitive => {
            let at = Point {
                x: at.x + 2.0,
                y: at.y + 3.0,
            };
            canvas.icon(at, icon::PADLOCK, &pencil(Ink::Error));
        }
        Entry::Stack => {
            for off in [5.0, 2.5, 0.0] {
                let rect = Rect {
                    x: at.x + off,
                    y: at.y + 8.0 - off,
                    width: 13.0,
                    height: 7.5,
                };
                let style = Style {
                    fill: Some(Ink::Plain),
                    ..pencil(Ink::PlainLine)
                };
                canvas.path(&rounded(rect, 2.0), &style);
            }
        }
    }
}

fn arrow(canvas: &mut Canvas, line: Line, at: Point) {
    let y = at.y + 10.0;
    let sample = Edge {
        id: String::new(),
        from: End::Node(0),
        to: End::Node(0),
        line,
        start: Tip::None,
        finish: Tip::Arrow,
        label: Vec::new(),
        sensitive: false,
        marks: Vec::new(),
        change: None,
    };
    let route = Route {
        points: vec![Point { x: at.x, y }, Point { x: at.x + SIGN, y }],
        label: None,
    };
    edge::line(canvas, &sample, &route);
}
