//! Boxes, groups and arrows, measured and drawn.
//!
//! Takes a structure and gives its outline, from which an engine makes a
//! placement; takes both and gives an SVG document. Knows no engine.

mod disc;
mod edge;
mod group;
mod icon;
mod key;
mod legend;
mod node;
mod pen;
mod shape;
#[cfg(all(test, feature = "png"))]
mod tests;

pub use pen::Pen;

use super::canvas::{Anchor, Canvas, Ink, Theme, Words};
use super::layout::{Arrow, GroupBox, NodeBox, Outline, Placement, Point, Rect, Route, Size};
use super::scene::{End, Scene, Shape, Structure};
use super::text::{Weight, width, wrap};

/// The room between the picture's border and what is in it.
const MARGIN: f64 = 20.0;
const TITLE: f64 = 13.0;
// How wide a list of findings is at least.
const LIST: f64 = 600.0;

/// Returns how large everything is, for an engine to place.
pub fn outline(structure: &Structure) -> Outline {
    let group = |group: &super::scene::Group| GroupBox {
        parent: group.parent,
        header: group::header(group),
    };
    let node = |node: &super::scene::Node| NodeBox {
        parent: node.group,
        size: node::size(node),
        first: matches!(node.shape, Shape::Device | Shape::Person),
    };
    let arrow = |edge: &super::scene::Edge| Arrow {
        from: edge.from,
        to: edge.to,
        label: edge::label_size(edge),
    };
    Outline {
        direction: structure.direction,
        groups: structure.groups.iter().map(group).collect(),
        nodes: structure.nodes.iter().map(node).collect(),
        edges: structure.edges.iter().map(arrow).collect(),
    }
}

/// Draws a structure as an SVG document.
pub fn svg(scene: &Scene, structure: &Structure, placement: &Placement, theme: Theme) -> String {
    let mut canvas = Canvas::new(theme);
    let extent = extent(placement);
    let above = if scene.title.trim().is_empty() {
        0.0
    } else {
        26.0
    };
    let placement = moved(placement, MARGIN - extent.x, MARGIN + above - extent.y);
    let mut wide = extent.width;
    wide = wide.max(title(&mut canvas, &scene.title, wide));
    let mut y = MARGIN + above + extent.height;
    picture(&mut canvas, structure, &placement);
    let below = Point {
        x: MARGIN,
        y: y + 18.0,
    };
    let legend = legend::draw(&mut canvas, structure, below, wide);
    if legend.height > 0.0 {
        y = below.y + legend.height;
        wide = wide.max(legend.width);
    }
    if !structure.keys.is_empty() {
        let below = Point {
            x: MARGIN,
            y: y + 20.0,
        };
        wide = wide.max(LIST);
        let list = key::draw(&mut canvas, &structure.keys, below, wide);
        y = below.y + list.height;
        wide = wide.max(list.width);
    }
    let size = Size {
        width: wide + 2.0 * MARGIN,
        height: y + MARGIN,
    };
    canvas.finish(size, &scene.title, &scene.description)
}

// Writes the title; returns how wide it is.
fn title(canvas: &mut Canvas, title: &str, room: f64) -> f64 {
    let line = wrap(title, Weight::Bold, TITLE, room.max(360.0), 1).concat();
    let words = Words {
        anchor: Anchor::Start,
        ink: Ink::Muted,
        size: TITLE,
        weight: Weight::Bold,
        halo: false,
    };
    let at = Point {
        x: MARGIN,
        y: MARGIN + 10.0,
    };
    if !line.is_empty() {
        canvas.words(at, &line, &words);
    }
    width(&line, Weight::Bold, TITLE)
}

fn picture(canvas: &mut Canvas, structure: &Structure, placement: &Placement) {
    let groups = || structure.groups.iter().zip(&placement.groups);
    for (index, (group, rect)) in groups().enumerate() {
        group::frame(canvas, group, depth(structure, index), *rect);
    }
    for (edge, route) in structure.edges.iter().zip(&placement.edges) {
        let route = met(structure, placement, edge, route);
        edge::draw(canvas, edge, &route);
    }
    for (node, rect) in structure.nodes.iter().zip(&placement.nodes) {
        node::draw(canvas, node, *rect, &placement.edges);
    }
    for (group, rect) in groups() {
        group::title(canvas, group, *rect);
    }
}

// How many groups stand around a group.
fn depth(structure: &Structure, index: usize) -> usize {
    let parent = |index: usize| structure.groups.get(index).and_then(|group| group.parent);
    let around = std::iter::successors(parent(index), |index| parent(*index));
    around.take(structure.groups.len()).count()
}

// An arrow that goes on until it meets the outlines of the boxes it joins.
fn met(
    structure: &Structure,
    placement: &Placement,
    edge: &super::scene::Edge,
    route: &Route,
) -> Route {
    let mut route = route.clone();
    meet(structure, placement, edge.to, &mut route.points);
    route.points.reverse();
    meet(structure, placement, edge.from, &mut route.points);
    route.points.reverse();
    route
}

fn meet(structure: &Structure, placement: &Placement, end: End, points: &mut [Point]) {
    let End::Node(index) = end else {
        return;
    };
    let (Some(node), Some(rect)) = (structure.nodes.get(index), placement.nodes.get(index)) else {
        return;
    };
    if let [.., before, last] = points {
        node::meet(node, *rect, *before, last);
    }
}

// The rectangle around everything that is placed.
fn extent(placement: &Placement) -> Rect {
    let mut corners: Vec<Point> = Vec::new();
    let mut add = |rect: &Rect, over: f64| {
        corners.push(Point {
            x: rect.x - over,
            y: rect.y - over,
        });
        corners.push(Point {
            x: rect.right() + over,
            y: rect.bottom() + over,
        });
    };
    for rect in &placement.groups {
        add(rect, 1.0);
    }
    for rect in &placement.nodes {
        // Marks stand out at the corner.
        add(rect, 10.0);
    }
    for route in &placement.edges {
        for point in &route.points {
            let rect = Rect {
                x: point.x,
                y: point.y,
                ..Rect::default()
            };
            add(&rect, 4.0);
        }
        if let Some(label) = &route.label {
            add(label, 2.0);
        }
    }
    let least = |of: fn(&Point) -> f64| corners.iter().map(of).fold(f64::INFINITY, f64::min);
    let most = |of: fn(&Point) -> f64| corners.iter().map(of).fold(f64::NEG_INFINITY, f64::max);
    if corners.is_empty() {
        return Rect::default();
    }
    let (x, y) = (least(|point| point.x), least(|point| point.y));
    Rect {
        x,
        y,
        width: most(|point| point.x) - x,
        height: most(|point| point.y) - y,
    }
}

fn moved(placement: &Placement, dx: f64, dy: f64) -> Placement {
    let mut moved = placement.clone();
    let rects = moved.groups.iter_mut().chain(&mut moved.nodes);
    let labels = moved
        .edges
        .iter_mut()
        .filter_map(|route| route.label.as_mut());
    // Both borrow different fields.
    for rect in rects.chain(labels) {
        rect.x += dx;
        rect.y += dy;
    }
    for route in &mut moved.edges {
        for point in &mut route.points {
            point.x += dx;
            point.y += dy;
        }
    }
    moved
}
