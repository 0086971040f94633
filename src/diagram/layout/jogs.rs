//! Takes small ways aside out of arrows that are routed.
//!
//! Where an arrow goes down, a little aside and down again, both ways down become
//! one: its end moves along the side of its box and pushes its neighbours there,
//! and its label need not stand in the middle of the line. A move is kept only if
//! nothing is hit, crossed or come near to that was not before.

use super::super::scene::{Direction, End};
use super::check::{crossings, cuts, overlap, passes, share_level};
use super::tree::Tree;
use super::{Outline, Placement, Point, Rect, Route};

/// The widest way aside that is taken out.
const JOG: f64 = 40.0;

/// How near the corner of its box an arrow may end.
const CORNER: f64 = 22.0;

/// How near to each other two arrows may end on a side.
const APART: f64 = 10.0;

/// How near lines and borders may come to each other.
const NEAR: f64 = 8.0;

/// How near a label may come to other arrows and their labels.
const LABEL_NEAR: f64 = 6.0;

/// Which share of its width, from either side, a label keeps clear of its line.
const ASIDE: f64 = 0.25;

/// How often all arrows are looked at.
const ROUNDS: usize = 3;

/// Takes the small ways aside out of all arrows.
pub(super) fn straighten_jogs(outline: &Outline, tree: &Tree, placement: &mut Placement) {
    let titles = (outline.groups.iter().zip(&placement.groups))
        .map(|(group, rect)| {
            let (width, height) = (group.header.width, group.header.height);
            let (width, height) = match outline.direction {
                Direction::Down => (width, height),
                Direction::Right => (height, width),
            };
            Rect {
                width,
                height,
                ..*rect
            }
        })
        .collect();
    let mut smoother = Smoother {
        outline,
        tree,
        titles,
        placement,
    };
    for _ in 0..ROUNDS {
        let mut changed = false;
        for edge in 0..outline.edges.len() {
            while smoother.straighten(edge) {
                changed = true;
            }
        }
        if !changed {
            break;
        }
    }
    for edge in 0..outline.edges.len() {
        smoother.centre_label(edge);
    }
}

/// What is wrong with some arrows; each must not grow.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Harm {
    hits: usize,
    crossings: usize,
    near: usize,
}

impl Harm {
    fn within(self, other: Harm) -> bool {
        self.hits <= other.hits && self.crossings <= other.crossings && self.near <= other.near
    }
}

/// Arrows and how they were before.
type Saved = Vec<(usize, Route)>;

struct Smoother<'a> {
    outline: &'a Outline,
    tree: &'a Tree,
    titles: Vec<Rect>,
    placement: &'a mut Placement,
}

impl Smoother<'_> {
    /// Takes one way aside out of an arrow; returns whether it could.
    fn straighten(&mut self, edge: usize) -> bool {
        let points = &self.placement.edges[edge].points;
        let jogs: Vec<(usize, f64, f64)> = (points.windows(4).enumerate())
            .filter(|(_, four)| is_jog(four))
            .map(|(at, four)| (at, four[0].x, four[3].x))
            .collect();
        for (at, upper, lower) in jogs {
            let shares = [1.0, 0.0, 0.5, 0.75, 0.25];
            for x in shares.map(|share| upper + (lower - upper) * share) {
                if self.try_column(edge, at, x) {
                    return true;
                }
            }
        }
        false
    }

    /// Moves two ways down of an arrow into one column, if that does no harm.
    fn try_column(&mut self, edge: usize, at: usize, x: f64) -> bool {
        match self.moved(edge, at, x) {
            Some(changed) => self.try_routes(changed),
            None => false,
        }
    }

    /// Changes some arrows, if that does no harm.
    fn try_routes(&mut self, changed: Saved) -> bool {
        let edges: Vec<usize> = changed.iter().map(|(edge, _)| *edge).collect();
        let before = self.harm(&edges);
        let saved = self.exchange(changed);
        if self.harm(&edges).within(before) {
            return true;
        }
        self.exchange(saved);
        false
    }

    /// Moves a label to the middle of its line, or as near as does no harm.
    fn centre_label(&mut self, edge: usize) {
        let route = self.placement.edges[edge].clone();
        let Some((label, line)) = route.label.zip(label_line(&route)) else {
            return;
        };
        let off = line - label.middle().x;
        for share in [1.0, 0.75, 0.5, 0.25] {
            let mut moved = route.clone();
            moved.label = Some(Rect {
                x: label.x + off * share,
                ..label
            });
            if same(off, 0.0) || self.try_routes(vec![(edge, moved)]) {
                return;
            }
        }
    }

    fn exchange(&mut self, routes: Saved) -> Saved {
        let swap = |(edge, route)| {
            let old = std::mem::replace(&mut self.placement.edges[edge], route);
            (edge, old)
        };
        routes.into_iter().map(swap).collect()
    }

    /// Returns the arrows that change if two ways down of one become one column.
    fn moved(&self, edge: usize, at: usize, x: f64) -> Option<Saved> {
        let mut route = self.placement.edges[edge].clone();
        let count = route.points.len();
        for point in &mut route.points[at..at + 4] {
            point.x = x;
        }
        let mut changed = Vec::new();
        if at == 0 {
            self.push(edge, false, x, &mut changed)?;
        }
        if at + 4 == count {
            self.push(edge, true, x, &mut changed)?;
        }
        route.points.drain(at + 1..at + 3);
        tidy(&mut route.points);
        hang_label(&mut route)?;
        changed.push((edge, route));
        Some(changed)
    }

    /// Moves an end of an arrow along its side, and those that are then too near.
    fn push(&self, edge: usize, last: bool, x: f64, changed: &mut Saved) -> Option<()> {
        let (end, old) = self.tip(edge, last)?;
        let side = match end {
            End::Group(group) => self.placement.groups.get(group)?,
            End::Node(node) => self.placement.nodes.get(node)?,
        };
        let corner = CORNER.min(side.width / 4.0);
        let low = (side.x + corner).min(old.x);
        let high = (side.right() - corner).max(old.x);
        let way = (x - old.x).signum();
        let mut beside: Vec<(f64, usize, bool)> = (self.tips(end, old.y))
            .filter(|&(other, tail, _)| (other, tail) != (edge, last))
            .map(|(other, tail, at)| ((at - old.x) * way, other, tail))
            .filter(|&(ahead, ..)| ahead >= 0.0)
            .collect();
        beside.sort_by(|one, other| one.0.total_cmp(&other.0));
        let (mut reached, mut passed) = ((x - old.x) * way, 0.0);
        for (ahead, other, tail) in beside {
            let least = reached + APART.min(ahead - passed);
            if ahead >= least - 1e-6 {
                break;
            }
            if other == edge || changed.iter().any(|(known, _)| *known == other) {
                return None;
            }
            let route = self.placement.edges[other].clone();
            changed.push((other, with_tip(route, tail, old.x + least * way)?));
            (reached, passed) = (least, ahead);
        }
        let farthest = old.x + reached * way;
        (low - 1e-6 <= farthest && farthest <= high + 1e-6).then_some(())
    }

    fn tip(&self, edge: usize, last: bool) -> Option<(End, Point)> {
        let (arrow, route) = (self.outline.edges[edge], &self.placement.edges[edge]);
        match last {
            true => Some((arrow.to, *route.points.last()?)),
            false => Some((arrow.from, *route.points.first()?)),
        }
    }

    /// Returns the arrows that end on a side, whether with their last point, and where.
    fn tips(&self, end: End, y: f64) -> impl Iterator<Item = (usize, bool, f64)> {
        let all = (0..self.outline.edges.len()).flat_map(|edge| [(edge, false), (edge, true)]);
        all.filter_map(move |(edge, last)| {
            let (own, point) = self.tip(edge, last)?;
            (own == end && same(point.y, y)).then_some((edge, last, point.x))
        })
    }

    fn harm(&self, edges: &[usize]) -> Harm {
        let mut harm = Harm::default();
        for &edge in edges {
            self.add_hits(edge, &mut harm);
            self.add_borders(edge, &mut harm);
            self.add_others(edge, &mut harm);
        }
        harm
    }

    /// Counts boxes, groups and titles that an arrow or its label is on.
    fn add_hits(&self, edge: usize, harm: &mut Harm) {
        let (arrow, route) = (self.outline.edges[edge], &self.placement.edges[edge]);
        let ends = [arrow.from, arrow.to];
        for (node, rect) in self.placement.nodes.iter().enumerate() {
            if !ends.contains(&End::Node(node)) {
                harm.hits += usize::from(passes(route, rect));
                harm.near += usize::from(passes(route, &wider(rect, NEAR)));
            }
            let on = |label: &Rect| overlap(&wider(rect, 2.0), label);
            harm.hits += usize::from(route.label.as_ref().is_some_and(on));
        }
        for (group, rect) in self.placement.groups.iter().enumerate() {
            let own = |end: End| end == End::Group(group) || self.tree.holds(group, end);
            if !ends.into_iter().any(own) {
                harm.hits += usize::from(passes(route, rect));
            }
        }
        for title in &self.titles {
            let on = |label: &Rect| overlap(title, label);
            harm.hits += usize::from(passes(route, title));
            harm.hits += usize::from(route.label.as_ref().is_some_and(on));
        }
    }

    /// Counts sides of groups that an arrow crosses or comes near to.
    fn add_borders(&self, edge: usize, harm: &mut Harm) {
        let route = &self.placement.edges[edge];
        for rect in &self.placement.groups {
            for x in [rect.x, rect.right()] {
                let side = Rect {
                    x: x - 2.0,
                    width: 4.0,
                    ..*rect
                };
                let near = |pair: &&[Point]| cuts(pair[0], pair[1], &wider(&side, NEAR - 2.0));
                harm.near += route.points.windows(2).filter(near).count();
                let on = |label: &Rect| overlap(&side, label);
                harm.near += usize::from(route.label.as_ref().is_some_and(on));
            }
        }
    }

    /// Counts what an arrow has with other arrows and their labels.
    fn add_others(&self, edge: usize, harm: &mut Harm) {
        let route = &self.placement.edges[edge];
        let reach = wider(&reach(route), NEAR);
        for (index, other) in self.placement.edges.iter().enumerate() {
            if index == edge || !overlap(&reach, &wider(&self::reach(other), 1.0)) {
                continue;
            }
            harm.crossings += crossings([route, other]);
            harm.near += near_pieces(route, other);
            for (line, label) in [(route, other.label), (other, route.label)] {
                let on = |label: Rect| passes(line, &wider(&label, LABEL_NEAR));
                harm.hits += usize::from(label.is_some_and(on));
            }
            if let (Some(one), Some(other)) = (route.label, other.label) {
                harm.hits += usize::from(overlap(&wider(&one, LABEL_NEAR), &other));
            }
        }
    }
}

fn same(one: f64, other: f64) -> bool {
    (one - other).abs() < 0.01
}

/// Returns whether a line goes down, a little aside, and on in the same direction.
fn is_jog(four: &[Point]) -> bool {
    let [one, two, three, four] = four else {
        return false;
    };
    let down = same(one.x, two.x) && same(two.y, three.y) && same(three.x, four.x);
    down && (two.x - three.x).abs() <= JOG && (two.y - one.y) * (four.y - three.y) > 0.0
}

/// Returns an arrow whose first or last way down is in another column; `None` if
/// it has no way aside there.
fn with_tip(mut route: Route, last: bool, x: f64) -> Option<Route> {
    if last {
        route.points.reverse();
    }
    if route.points.len() < 3 || !same(route.points[0].x, route.points[1].x) {
        return None;
    }
    route.points[0].x = x;
    route.points[1].x = x;
    if last {
        route.points.reverse();
    }
    tidy(&mut route.points);
    hang_label(&mut route)?;
    Some(route)
}

/// Moves a label no farther than needed for its line to pass well within it;
/// `None` if the line does not pass it.
fn hang_label(route: &mut Route) -> Option<()> {
    if route.label.is_none() {
        return Some(());
    }
    let line = label_line(route)?;
    let label = route.label.as_mut()?;
    let free = label.width * ASIDE;
    label.x = (label.x).clamp(line - label.width + free, line - free);
    Some(())
}

/// Returns the x of the way down that passes a label.
fn label_line(route: &Route) -> Option<f64> {
    let label = route.label?;
    let beside = |pair: &&[Point]| {
        let (one, two) = (pair[0], pair[1]);
        let (top, bottom) = (one.y.min(two.y), one.y.max(two.y));
        same(one.x, two.x) && top <= label.y + 1.0 && label.bottom() - 1.0 <= bottom
    };
    let away = |x: f64| (x - label.middle().x).abs();
    (route.points.windows(2).filter(beside))
        .map(|pair| pair[0].x)
        .min_by(|&one, &other| away(one).total_cmp(&away(other)))
}

/// Leaves out corners that are none.
fn tidy(points: &mut Vec<Point>) {
    points.dedup_by(|one, other| same(one.x, other.x) && same(one.y, other.y));
    let mut index = 1;
    while index + 1 < points.len() {
        let (before, at, after) = (points[index - 1], points[index], points[index + 1]);
        let vertical = same(before.x, at.x) && same(at.x, after.x);
        let level = same(before.y, at.y) && same(at.y, after.y);
        match vertical || level {
            true => drop(points.remove(index)),
            false => index += 1,
        }
    }
}

fn wider(rect: &Rect, by: f64) -> Rect {
    Rect {
        x: rect.x - by,
        y: rect.y - by,
        width: rect.width + 2.0 * by,
        height: rect.height + 2.0 * by,
    }
}

/// Returns the rectangle around an arrow and its label.
fn reach(route: &Route) -> Rect {
    let label = route.label.into_iter().flat_map(|label| {
        let low = Point {
            x: label.x,
            y: label.y,
        };
        let high = Point {
            x: label.right(),
            y: label.bottom(),
        };
        [low, high]
    });
    let (mut low, mut high) = (
        Point {
            x: f64::INFINITY,
            y: f64::INFINITY,
        },
        Point {
            x: f64::NEG_INFINITY,
            y: f64::NEG_INFINITY,
        },
    );
    for point in route.points.iter().copied().chain(label) {
        (low.x, low.y) = (low.x.min(point.x), low.y.min(point.y));
        (high.x, high.y) = (high.x.max(point.x), high.y.max(point.y));
    }
    Rect {
        x: low.x,
        y: low.y,
        width: high.x - low.x,
        height: high.y - low.y,
    }
}

/// Returns how many pieces of two arrows run beside each other without room between.
fn near_pieces(one: &Route, other: &Route) -> usize {
    let pairs = one.points.windows(2);
    pairs
        .map(|pair| {
            let near = |rival: &&[Point]| share_level(pair, rival, NEAR);
            other.points.windows(2).filter(near).count()
        })
        .sum()
}
