//! How good a placement is: counts what must not be and what should be little.
//!
//! Judges any engine by what it returns and nothing else. In pictures whose arrows
//! are curves the corners stand for them.

use super::super::scene::End;
use super::tree::Tree;
use super::{Outline, Placement, Point, Rect, Route};

/// How near two things may come before they touch.
const TOUCH: f64 = 0.5;

/// What was counted in a placement.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// Pairs of boxes on each other.
    pub box_overlaps: usize,
    /// Arrows over boxes that they do not end at.
    pub edges_through_boxes: usize,
    /// Arrows over groups that they have no business in.
    pub edges_through_groups: usize,
    /// Labels on a box, on another label, on another arrow or on a group's title.
    pub label_collisions: usize,
    /// Groups that reach out of the group around them, or over one beside them.
    pub groups_outside_parent: usize,
    /// Boxes that reach out of their group.
    pub nodes_outside_group: usize,
    /// Ends of arrows that are not on the border of what they end at.
    pub ends_off_border: usize,
    /// Things that reach out of the picture, or are nowhere at all.
    pub out_of_bounds: usize,
    /// Arrows over the title of a group.
    pub titles_crossed: usize,
    /// Pairs of arrows that cross, by how often they do.
    pub crossings: usize,
    /// Corners of arrows.
    pub bends: usize,
    /// The length of all arrows together.
    pub length: f64,
    /// The area of the picture.
    pub area: f64,
}

/// Counts what is wrong with a placement.
pub fn check(outline: &Outline, placement: &Placement) -> Report {
    let tree = Tree::new(outline);
    let titles = titles(outline, placement);
    let mut report = Report {
        box_overlaps: pairs(&placement.nodes),
        nodes_outside_group: nodes_outside(&tree, placement),
        groups_outside_parent: groups_outside(&tree, placement),
        label_collisions: label_collisions(placement, &titles),
        out_of_bounds: out_of_bounds(placement),
        crossings: crossings(&placement.edges),
        area: placement.size.width * placement.size.height,
        ..Report::default()
    };
    for (arrow, route) in outline.edges.iter().zip(&placement.edges) {
        let ends = [arrow.from, arrow.to];
        report.edges_through_boxes += boxes_passed(placement, route, ends);
        report.edges_through_groups += groups_passed(&tree, placement, route, ends);
        report.titles_crossed += titles.iter().filter(|title| passes(route, title)).count();
        report.ends_off_border += ends_off(placement, route, ends);
        report.bends += route.points.len().saturating_sub(2);
        report.length += route
            .points
            .windows(2)
            .map(|pair| distance(pair[0], pair[1]))
            .sum::<f64>();
    }
    report
}

fn distance(one: Point, other: Point) -> f64 {
    let (x, y) = (one.x - other.x, one.y - other.y);
    (x * x + y * y).sqrt()
}

/// Returns where the titles of groups stand: at the upper left.
fn titles(outline: &Outline, placement: &Placement) -> Vec<Rect> {
    (outline.groups.iter().zip(&placement.groups))
        .map(|(group, rect)| Rect {
            x: rect.x,
            y: rect.y,
            width: group.header.width,
            height: group.header.height,
        })
        .collect()
}

/// Returns whether two rectangles lie on each other; to touch is no harm.
pub(super) fn overlap(one: &Rect, other: &Rect) -> bool {
    one.x + TOUCH < other.right()
        && other.x + TOUCH < one.right()
        && one.y + TOUCH < other.bottom()
        && other.y + TOUCH < one.bottom()
}

fn contains(outer: &Rect, inner: &Rect) -> bool {
    outer.x <= inner.x + TOUCH
        && outer.y <= inner.y + TOUCH
        && inner.right() <= outer.right() + TOUCH
        && inner.bottom() <= outer.bottom() + TOUCH
}

/// Returns how many pairs of rectangles lie on each other.
fn pairs(rects: &[Rect]) -> usize {
    let mut order: Vec<&Rect> = rects.iter().collect();
    order.sort_by(|one, other| one.x.total_cmp(&other.x));
    let mut count = 0;
    for (index, rect) in order.iter().enumerate() {
        let near = order[index + 1..]
            .iter()
            .take_while(|other| other.x < rect.right());
        count += near.filter(|other| overlap(rect, other)).count();
    }
    count
}

fn nodes_outside(tree: &Tree, placement: &Placement) -> usize {
    let outside = |(node, rect): (usize, &Rect)| {
        let home = tree.home(End::Node(node));
        home.is_some_and(|group| !contains(&placement.groups[group], rect))
    };
    placement
        .nodes
        .iter()
        .enumerate()
        .filter(|&pair| outside(pair))
        .count()
}

fn groups_outside(tree: &Tree, placement: &Placement) -> usize {
    let mut count = 0;
    for (group, rect) in placement.groups.iter().enumerate() {
        let parent = tree.parent(group);
        count += usize::from(parent.is_some_and(|outer| !contains(&placement.groups[outer], rect)));
        let beside =
            (group + 1..placement.groups.len()).filter(|&other| tree.parent(other) == parent);
        count += beside
            .filter(|&other| overlap(rect, &placement.groups[other]))
            .count();
        let strange = |node: &usize| {
            let home = tree.home(End::Node(*node));
            !tree.path(home).any(|outer| outer == group)
        };
        let nodes = (0..placement.nodes.len()).filter(strange);
        count += nodes
            .filter(|&node| overlap(rect, &placement.nodes[node]))
            .count();
    }
    count
}

fn label_collisions(placement: &Placement, titles: &[Rect]) -> usize {
    let labels: Vec<Rect> = placement
        .edges
        .iter()
        .filter_map(|edge| edge.label)
        .collect();
    let mut count = pairs(&labels);
    for (index, edge) in placement.edges.iter().enumerate() {
        let Some(label) = &edge.label else {
            continue;
        };
        count += (placement.nodes.iter().chain(titles))
            .filter(|rect| overlap(rect, label))
            .count();
        let others = placement
            .edges
            .iter()
            .enumerate()
            .filter(|&(other, _)| other != index);
        count += others.filter(|(_, other)| passes(other, label)).count();
    }
    count
}

/// Returns whether a line runs over a rectangle; to touch it is no harm.
pub(super) fn passes(route: &Route, rect: &Rect) -> bool {
    route
        .points
        .windows(2)
        .any(|pair| cuts(pair[0], pair[1], rect))
}

/// Returns whether a piece of a line lies in a rectangle (Liang and Barsky's clipping).
pub(super) fn cuts(from: Point, to: Point, rect: &Rect) -> bool {
    let inner = (
        (rect.x + TOUCH, rect.right() - TOUCH),
        (rect.y + TOUCH, rect.bottom() - TOUCH),
    );
    let (mut enter, mut leave) = (0.0f64, 1.0f64);
    for (start, step, (low, high)) in [
        (from.x, to.x - from.x, inner.0),
        (from.y, to.y - from.y, inner.1),
    ] {
        if step.abs() < 1e-9 {
            if start <= low || start >= high {
                return false;
            }
            continue;
        }
        let (one, other) = ((low - start) / step, (high - start) / step);
        enter = enter.max(one.min(other));
        leave = leave.min(one.max(other));
    }
    enter < leave
}

fn boxes_passed(placement: &Placement, route: &Route, ends: [End; 2]) -> usize {
    let foreign = |node: &usize| !ends.contains(&End::Node(*node));
    let boxes = (0..placement.nodes.len()).filter(foreign);
    boxes
        .filter(|&node| passes(route, &placement.nodes[node]))
        .count()
}

fn groups_passed(tree: &Tree, placement: &Placement, route: &Route, ends: [End; 2]) -> usize {
    let own = |group: usize| {
        ends.iter()
            .any(|&end| end == End::Group(group) || tree.holds(group, end))
    };
    let groups = (0..placement.groups.len()).filter(|&group| !own(group));
    groups
        .filter(|&group| passes(route, &placement.groups[group]))
        .count()
}

fn ends_off(placement: &Placement, route: &Route, ends: [End; 2]) -> usize {
    let points = [route.points.first(), route.points.last()];
    let off = |(end, point): (End, Option<&Point>)| {
        let rect = match end {
            End::Group(group) => placement.groups.get(group),
            End::Node(node) => placement.nodes.get(node),
        };
        match (rect, point) {
            (Some(rect), Some(point)) => !on_border(rect, *point),
            _ => true,
        }
    };
    ends.into_iter()
        .zip(points)
        .filter(|&pair| off(pair))
        .count()
}

fn on_border(rect: &Rect, point: Point) -> bool {
    let near = |one: f64, other: f64| (one - other).abs() <= 2.0 * TOUCH;
    let beside = rect.x - TOUCH <= point.x && point.x <= rect.right() + TOUCH;
    let along = rect.y - TOUCH <= point.y && point.y <= rect.bottom() + TOUCH;
    (beside && (near(point.y, rect.y) || near(point.y, rect.bottom())))
        || (along && (near(point.x, rect.x) || near(point.x, rect.right())))
}

fn out_of_bounds(placement: &Placement) -> usize {
    let whole = Rect {
        x: 0.0,
        y: 0.0,
        width: placement.size.width,
        height: placement.size.height,
    };
    let labels = placement
        .edges
        .iter()
        .filter_map(|edge| edge.label.as_ref());
    let rects = placement
        .groups
        .iter()
        .chain(&placement.nodes)
        .chain(labels);
    let points = placement.edges.iter().flat_map(|edge| &edge.points);
    let spots = points.map(|point| Rect {
        x: point.x,
        y: point.y,
        ..Rect::default()
    });
    rects
        .copied()
        .chain(spots)
        .filter(|rect| !contains(&whole, rect))
        .count()
}

/// A piece of an arrow.
#[derive(Clone, Copy)]
struct Piece {
    edge: usize,
    from: Point,
    to: Point,
}

/// Returns how often some arrows cross or run on each other.
pub(super) fn crossings<'a>(edges: impl IntoIterator<Item = &'a Route>) -> usize {
    let mut pieces: Vec<Piece> = Vec::new();
    for (edge, route) in edges.into_iter().enumerate() {
        for pair in route.points.windows(2) {
            let (from, to) = match pair[0].x <= pair[1].x {
                true => (pair[0], pair[1]),
                false => (pair[1], pair[0]),
            };
            pieces.push(Piece { edge, from, to });
        }
    }
    pieces.sort_by(|one, other| one.from.x.total_cmp(&other.from.x));
    let mut count = 0;
    for (index, piece) in pieces.iter().enumerate() {
        let near = pieces[index + 1..]
            .iter()
            .take_while(|other| other.from.x <= piece.to.x);
        count += near
            .filter(|other| other.edge != piece.edge && cross(piece, other))
            .count();
    }
    count
}

/// Returns whether two pieces cross or run on each other.
fn cross(one: &Piece, other: &Piece) -> bool {
    let side = |piece: &Piece, point: Point| {
        (piece.to.x - piece.from.x) * (point.y - piece.from.y)
            - (piece.to.y - piece.from.y) * (point.x - piece.from.x)
    };
    let (first, second) = (side(one, other.from), side(one, other.to));
    let (third, fourth) = (side(other, one.from), side(other, one.to));
    if first.abs() + second.abs() < 1e-6 {
        return share(one, other);
    }
    first * second < 0.0 && third * fourth < 0.0
}

/// Returns whether two pieces on one line have more than a point in common.
fn share(one: &Piece, other: &Piece) -> bool {
    let common = |a: f64, b: f64, c: f64, d: f64| a.max(b).min(c.max(d)) - a.min(b).max(c.min(d));
    common(one.from.x, one.to.x, other.from.x, other.to.x) > TOUCH
        || common(one.from.y, one.to.y, other.from.y, other.to.y) > TOUCH
}

/// Returns whether two level or two upright pieces run beside each other, nearer
/// than some room.
pub(super) fn share_level(one: &[Point], other: &[Point], room: f64) -> bool {
    let spans = |piece: &[Point]| {
        let (from, to) = (piece[0], piece[1]);
        let x = (from.x.min(to.x), from.x.max(to.x));
        let y = (from.y.min(to.y), from.y.max(to.y));
        (x, y)
    };
    let beside = |a: (f64, f64), b: (f64, f64)| a.0.max(b.0) + TOUCH < a.1.min(b.1);
    let near = |a: (f64, f64), b: (f64, f64)| {
        a.1 - a.0 < TOUCH && b.1 - b.0 < TOUCH && (a.0 - b.0).abs() < room
    };
    let ((x, y), (left, top)) = (spans(one), spans(other));
    (near(x, left) && beside(y, top)) || (near(y, top) && beside(x, left))
}

#[cfg(test)]
mod tests {
    use super::super::{Arrow, GroupBox, NodeBox, Size};
    use super::*;

    fn rect(x: f64, y: f64, width: f64, height: f64) -> Rect {
        Rect {
            x,
            y,
            width,
            height,
        }
    }

    fn line(points: &[(f64, f64)]) -> Route {
        Route {
            points: points.iter().map(|&(x, y)| Point { x, y }).collect(),
            label: None,
        }
    }

    /// Two boxes in a group, one below it, a second group beside; arrows from the
    /// first box to the second and from the second to the third.
    fn sound() -> (Outline, Placement) {
        let group = GroupBox {
            parent: None,
            header: Size {
                width: 40.0,
                height: 20.0,
            },
        };
        let node = |parent| NodeBox {
            parent,
            size: Size {
                width: 40.0,
                height: 20.0,
            },
            first: false,
        };
        let arrow = |from, to| Arrow {
            from: End::Node(from),
            to: End::Node(to),
            label: None,
        };
        let outline = Outline {
            groups: vec![group, group],
            nodes: vec![node(Some(0)), node(Some(0)), node(None)],
            edges: vec![arrow(0, 1), arrow(1, 2)],
            ..Outline::default()
        };
        let placement = Placement {
            size: Size {
                width: 300.0,
                height: 300.0,
            },
            groups: vec![
                rect(10.0, 10.0, 120.0, 140.0),
                rect(200.0, 10.0, 60.0, 140.0),
            ],
            nodes: vec![
                rect(50.0, 40.0, 40.0, 20.0),
                rect(50.0, 100.0, 40.0, 20.0),
                rect(50.0, 200.0, 40.0, 20.0),
            ],
            edges: vec![
                line(&[(70.0, 60.0), (70.0, 100.0)]),
                line(&[(70.0, 120.0), (70.0, 200.0)]),
            ],
        };
        (outline, placement)
    }

    /// Returns what is counted after a change of the sound placement.
    fn after(change: impl Fn(&mut Outline, &mut Placement)) -> Report {
        let (mut outline, mut placement) = sound();
        change(&mut outline, &mut placement);
        check(&outline, &placement)
    }

    #[test]
    fn a_sound_placement_has_no_faults() {
        let expected = Report {
            length: 120.0,
            area: 90_000.0,
            ..Report::default()
        };
        assert_eq!(after(|_, _| {}), expected);
    }

    #[test]
    fn boxes_on_each_other_are_counted() {
        let report = after(|_, placement| placement.nodes[1].y = 50.0);
        assert_eq!(report.box_overlaps, 1);
    }

    #[test]
    fn arrows_over_boxes_and_groups_are_counted() {
        let way = [
            (70.0, 60.0),
            (230.0, 60.0),
            (230.0, 210.0),
            (40.0, 210.0),
            (40.0, 110.0),
            (50.0, 110.0),
        ];
        let report = after(|_, placement| placement.edges[0] = line(&way));
        assert_eq!(
            (report.edges_through_boxes, report.edges_through_groups),
            (1, 1)
        );
        assert_eq!(report.bends, 4);
        assert_eq!(report.crossings, 0);
    }

    #[test]
    fn arrows_over_titles_are_counted() {
        let way = [
            (60.0, 40.0),
            (60.0, 15.0),
            (20.0, 15.0),
            (20.0, 110.0),
            (50.0, 110.0),
        ];
        let report = after(|_, placement| placement.edges[0] = line(&way));
        assert_eq!(report.titles_crossed, 1);
    }

    #[test]
    fn labels_on_anything_are_counted() {
        let collisions = |label: Rect| {
            after(move |_, placement| placement.edges[0].label = Some(label)).label_collisions
        };
        assert_eq!(collisions(rect(60.0, 70.0, 20.0, 10.0)), 0);
        assert_eq!(collisions(rect(45.0, 50.0, 20.0, 20.0)), 1, "on a box");
        assert_eq!(collisions(rect(12.0, 12.0, 10.0, 10.0)), 1, "on a title");
        assert_eq!(
            collisions(rect(60.0, 150.0, 20.0, 10.0)),
            1,
            "on another arrow"
        );
        let report = after(|_, placement| {
            placement.edges[0].label = Some(rect(100.0, 150.0, 20.0, 10.0));
            placement.edges[1].label = Some(rect(110.0, 155.0, 20.0, 10.0));
        });
        assert_eq!(report.label_collisions, 1, "on another label");
    }

    #[test]
    fn what_leaves_its_group_is_counted() {
        let report = after(|_, placement| placement.groups[0].height = 100.0);
        assert_eq!(report.nodes_outside_group, 1);
        let report = after(|outline, _| outline.groups[1].parent = Some(0));
        assert_eq!(report.groups_outside_parent, 1);
        let report = after(|_, placement| placement.groups[1].x = 100.0);
        assert_eq!(report.groups_outside_parent, 1, "over a group beside it");
    }

    #[test]
    fn loose_ends_are_counted() {
        let report = after(|_, placement| placement.edges[0].points[0].y = 66.0);
        assert_eq!(report.ends_off_border, 1);
        let report = after(|_, placement| placement.edges[0].points.clear());
        assert_eq!(report.ends_off_border, 2);
    }

    #[test]
    fn what_is_outside_or_nowhere_is_counted() {
        let report = after(|_, placement| placement.size.height = 190.0);
        assert_eq!(report.out_of_bounds, 2);
        let report = after(|_, placement| placement.nodes[2].x = f64::NAN);
        assert_eq!(report.out_of_bounds, 1);
    }

    #[test]
    fn crossings_and_arrows_on_each_other_are_counted() {
        let report = after(|_, placement| {
            placement.edges[1] = line(&[
                (90.0, 110.0),
                (100.0, 110.0),
                (100.0, 80.0),
                (40.0, 80.0),
                (40.0, 210.0),
                (50.0, 210.0),
            ]);
        });
        assert_eq!(report.crossings, 1);
        let report = after(|_, placement| placement.edges[1] = placement.edges[0].clone());
        assert_eq!(report.crossings, 1);
    }
}
