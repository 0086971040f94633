//! Last phase: the y of every row and the corners of every arrow.
//!
//! Between two rows there is room for the borders of groups that end and begin
//! there and for the tracks of arrows that go aside.

use super::super::scene::{Direction, End};
use super::columns::{Columns, PAD};
use super::order::Order;
use super::ports::Ports;
use super::rows::{Chain, Kind, Role, Rows, loops};
use super::tracks::{Step, tracks};
use super::tree::Tree;
use super::{Outline, Placement, Point, Rect, Route, Size};

/// Room between two tracks.
const TRACK: f64 = 12.0;

/// Room between the border of a group and a track.
const BORDER: f64 = 10.0;

/// Everything that is known when the rows get their y.
pub(super) struct Plan<'a> {
    /// What is placed.
    pub outline: &'a Outline,
    /// Which group is in which.
    pub tree: &'a Tree,
    /// What stands in which row.
    pub rows: &'a Rows,
    /// In which order.
    pub order: &'a Order,
    /// At which x.
    pub columns: &'a Columns,
    /// Where arrows leave and meet their boxes.
    pub ports: &'a Ports,
}

/// Gives everything its place.
pub(super) fn route(plan: &Plan) -> Placement {
    let gaps = gaps(plan);
    let borders = Borders::new(plan);
    let levels = levels(plan, &borders, &gaps);
    let groups: Vec<Rect> = (0..plan.outline.groups.len())
        .map(|group| group_rect(plan, &borders, &levels, group))
        .collect();
    let nodes: Vec<Rect> = (0..plan.outline.nodes.len())
        .map(|node| node_rect(plan, &levels, node))
        .collect();
    let mut edges = vec![Route::default(); plan.outline.edges.len()];
    for (index, chain) in plan.rows.chains.iter().enumerate() {
        edges[chain.edge] = chain_route(plan, &gaps, &levels, &nodes, &groups, index);
    }
    for (node, rect) in nodes.iter().enumerate() {
        add_loops(plan.outline, node, rect, &mut edges);
    }
    add_group_loops(plan, &levels, &groups, &mut edges);
    edges.iter_mut().for_each(|edge| tidy(&mut edge.points));
    Placement {
        size: Size::default(),
        groups,
        nodes,
        edges,
    }
}

/// The steps of the chains through a gap and their tracks.
struct Gap {
    chains: Vec<usize>,
    steps: Vec<Step>,
    tracks: Vec<usize>,
    count: usize,
}

impl Gap {
    fn of(&self, chain: usize) -> Option<(Step, usize)> {
        let index = self.chains.binary_search(&chain).ok()?;
        Some((self.steps[index], self.tracks[index]))
    }
}

fn gaps(plan: &Plan) -> Vec<Gap> {
    let count = plan.rows.roles.len().saturating_sub(1);
    let mut through: Vec<(Vec<usize>, Vec<Step>)> = vec![Default::default(); count];
    for (index, chain) in plan.rows.chains.iter().enumerate() {
        let first = plan.rows.slots[chain.slots[0]].row;
        for step in 0..chain.slots.len() - 1 {
            let (chains, steps) = &mut through[first + step];
            chains.push(index);
            steps.push(Step {
                from: chain_x(plan, index, step),
                to: chain_x(plan, index, step + 1),
            });
        }
    }
    let gap = |(chains, steps): (Vec<usize>, Vec<Step>)| {
        let (tracks, count) = tracks(&steps);
        Gap {
            chains,
            steps,
            tracks,
            count,
        }
    };
    through.into_iter().map(gap).collect()
}

/// Returns the x of a chain in one of its rows.
fn chain_x(plan: &Plan, index: usize, step: usize) -> f64 {
    let chain = &plan.rows.chains[index];
    match step {
        0 => plan.ports[index][0],
        _ if step + 1 == chain.slots.len() => plan.ports[index][1],
        _ => plan.columns.slots[chain.slots[step]],
    }
}

/// How far the borders of groups are from the rows that they begin and end in.
struct Borders {
    above: Vec<f64>,
    below: Vec<f64>,
}

impl Borders {
    fn new(plan: &Plan) -> Self {
        let count = plan.outline.groups.len();
        let spans = &plan.rows.spans;
        let titled = plan.outline.direction == Direction::Down;
        let own = if titled { 0.0 } else { PAD };
        let (mut above, mut below) = (vec![own; count], vec![PAD; count]);
        for group in (0..count).rev() {
            let Some(parent) = plan.tree.parent(group) else {
                continue;
            };
            if spans[group].0 == spans[parent].0 {
                above[parent] = above[parent].max(above[group] + own);
            }
            if spans[group].1 == spans[parent].1 {
                below[parent] = below[parent].max(below[group] + PAD);
            }
        }
        Borders { above, below }
    }
}

/// The y of rows and tracks.
struct Levels {
    /// The top and the bottom of each row.
    rows: Vec<(f64, f64)>,
    /// The first track below each row.
    tracks: Vec<f64>,
}

fn levels(plan: &Plan, borders: &Borders, gaps: &[Gap]) -> Levels {
    let mut stretch = vec![0.0; plan.rows.roles.len()];
    let mut levels = stack(plan, borders, gaps, &stretch);
    if plan.outline.direction == Direction::Right {
        // A title needs its width along the rows.
        for group in (0..plan.outline.groups.len()).rev() {
            let rect = group_rect(plan, borders, &levels, group);
            let lack = plan.outline.groups[group].header.width - rect.height;
            if lack > 0.0 {
                stretch[plan.rows.spans[group].1] += lack;
                levels = stack(plan, borders, gaps, &stretch);
            }
        }
    }
    levels
}

/// Puts the rows below each other; `stretch` makes rows higher.
fn stack(plan: &Plan, borders: &Borders, gaps: &[Gap], stretch: &[f64]) -> Levels {
    let mut levels = Levels {
        rows: Vec::new(),
        tracks: Vec::new(),
    };
    let mut y = 0.0;
    for (row, slots) in plan.order.rows.iter().enumerate() {
        let heights = slots.iter().map(|&slot| plan.rows.slots[slot].height);
        let height = heights.fold(0.0, f64::max) + stretch[row];
        levels.rows.push((y, y + height));
        y += height;
        if let Some(gap) = gaps.get(row) {
            y += room_below(plan, borders, gaps, row);
            levels.tracks.push(y);
            y += gap.count.saturating_sub(1) as f64 * TRACK;
            y += room_above(plan, borders, gaps, row + 1);
        }
    }
    levels
}

/// Returns the room between a row and the first track below it.
fn room_below(plan: &Plan, borders: &Borders, gaps: &[Gap], row: usize) -> f64 {
    let busy = !gaps[row].chains.is_empty();
    let own = match plan.rows.roles[row] {
        Role::Boxes if busy => 18.0,
        Role::Boxes => 12.0,
        Role::Labels => 7.0,
        Role::Titles => 2.0,
    };
    let ending = (plan.rows.spans.iter().zip(&borders.below))
        .filter(|(span, _)| span.1 == row)
        .map(|(_, &below)| below + BORDER);
    ending.fold(own, f64::max)
}

/// Returns the room between the last track above a row and the row.
fn room_above(plan: &Plan, borders: &Borders, gaps: &[Gap], row: usize) -> f64 {
    let busy = !gaps[row - 1].chains.is_empty();
    let own = match plan.rows.roles[row] {
        Role::Boxes if busy => 20.0,
        Role::Boxes => 8.0,
        Role::Labels => 7.0,
        Role::Titles => BORDER,
    };
    let beginning = (plan.rows.spans.iter().zip(&borders.above))
        .filter(|(span, _)| span.0 == row)
        .map(|(_, &above)| above + BORDER);
    beginning.fold(own, f64::max)
}

fn group_rect(plan: &Plan, borders: &Borders, levels: &Levels, group: usize) -> Rect {
    let (first, last) = plan.rows.spans[group];
    let (left, right) = plan.columns.groups[group];
    let top = levels.rows[first].0 - borders.above[group];
    Rect {
        x: left,
        y: top,
        width: right - left,
        height: levels.rows[last].1 + borders.below[group] - top,
    }
}

fn node_rect(plan: &Plan, levels: &Levels, node: usize) -> Rect {
    let size = plan.outline.nodes[node].size;
    let (top, bottom) = levels.rows[plan.rows.slots[node].row];
    Rect {
        x: plan.columns.slots[node] - size.width / 2.0,
        y: (top + bottom - size.height) / 2.0,
        width: size.width,
        height: size.height,
    }
}

/// Returns the corners of an arrow and the place of its label.
fn chain_route(
    plan: &Plan,
    gaps: &[Gap],
    levels: &Levels,
    nodes: &[Rect],
    groups: &[Rect],
    index: usize,
) -> Route {
    let chain = &plan.rows.chains[index];
    let first = plan.rows.slots[chain.slots[0]].row;
    let (top, bottom) = end_levels(plan, chain, nodes, groups);
    let mut points = vec![Point {
        x: chain_x(plan, index, 0),
        y: top,
    }];
    for (row, gap) in gaps
        .iter()
        .enumerate()
        .skip(first)
        .take(chain.slots.len() - 1)
    {
        let Some((step, track)) = gap.of(index).filter(|(step, _)| step.bends()) else {
            continue;
        };
        let y = levels.tracks[row] + track as f64 * TRACK;
        points.push(Point { x: step.from, y });
        points.push(Point { x: step.to, y });
    }
    points.push(Point {
        x: chain_x(plan, index, chain.slots.len() - 1),
        y: bottom,
    });
    cut_ends(plan, chain, groups, &mut points);
    if chain.turned {
        points.reverse();
    }
    Route {
        points,
        label: chain
            .slots
            .iter()
            .find_map(|&slot| label_rect(plan, levels, slot)),
    }
}

fn label_rect(plan: &Plan, levels: &Levels, slot: usize) -> Option<Rect> {
    let Kind::Label(edge) = plan.rows.slots[slot].kind else {
        return None;
    };
    let size = plan.outline.edges[edge].label?;
    let (top, bottom) = levels.rows[plan.rows.slots[slot].row];
    let middle = Point {
        x: plan.columns.slots[slot],
        y: (top + bottom) / 2.0,
    };
    Some(around(middle, size))
}

fn around(middle: Point, size: Size) -> Rect {
    Rect {
        x: middle.x - size.width / 2.0,
        y: middle.y - size.height / 2.0,
        width: size.width,
        height: size.height,
    }
}

/// Returns the upper and lower end of a chain, upper first.
fn chain_ends(plan: &Plan, chain: &Chain) -> [End; 2] {
    let arrow = plan.outline.edges[chain.edge];
    match chain.turned {
        true => [arrow.to, arrow.from],
        false => [arrow.from, arrow.to],
    }
}

fn holds(plan: &Plan, outer: End, inner: End) -> bool {
    matches!(outer, End::Group(group) if plan.tree.holds(group, inner))
}

/// Returns the y at which an arrow begins and ends.
fn end_levels(plan: &Plan, chain: &Chain, nodes: &[Rect], groups: &[Rect]) -> (f64, f64) {
    let [upper, lower] = chain_ends(plan, chain);
    let top = match upper {
        End::Node(node) => nodes[node].bottom(),
        End::Group(group) if holds(plan, upper, lower) => groups[group].y,
        End::Group(group) => groups[group].bottom(),
    };
    let bottom = match lower {
        End::Node(node) => nodes[node].y,
        End::Group(group) if holds(plan, lower, upper) => groups[group].bottom(),
        End::Group(group) => groups[group].y,
    };
    (top, bottom)
}

/// Cuts off what of an arrow lies in a group that it leaves or enters at its side.
fn cut_ends(plan: &Plan, chain: &Chain, groups: &[Rect], points: &mut Vec<Point>) {
    let [upper, lower] = chain_ends(plan, chain);
    let row = |slot: Option<&usize>| slot.map(|&slot| plan.rows.slots[slot].row);
    if let End::Group(group) = upper {
        let beside = row(chain.slots.first()) != Some(plan.rows.spans[group].1);
        if beside && !holds(plan, upper, lower) {
            points[0].y = groups[group].middle().y.min(points[1].y);
            cut_start(points, &groups[group]);
        }
    }
    if let End::Group(group) = lower {
        let beside = row(chain.slots.last()) != Some(plan.rows.spans[group].0);
        if beside && !holds(plan, lower, upper) {
            points.reverse();
            points[0].y = groups[group].middle().y.max(points[1].y);
            cut_start(points, &groups[group]);
            points.reverse();
        }
    }
}

/// Lets a line begin where it leaves a rectangle for the last time.
fn cut_start(points: &mut Vec<Point>, rect: &Rect) {
    let inside = |point: &Point| {
        rect.x < point.x && point.x < rect.right() && rect.y < point.y && point.y < rect.bottom()
    };
    let Some(last) = points.iter().rposition(inside) else {
        return;
    };
    let Some(&next) = points.get(last + 1) else {
        return;
    };
    let start = Point {
        x: next.x.clamp(rect.x, rect.right()),
        y: next.y.clamp(rect.y, rect.bottom()),
    };
    points.splice(..=last, [start]);
}

/// Draws the loops of a box on its right.
fn add_loops(outline: &Outline, node: usize, rect: &Rect, edges: &mut [Route]) {
    let (right, middle) = (rect.right(), rect.middle().y);
    for own in loops(outline, End::Node(node), rect.height) {
        let (turn, line) = (right + own.turn, right + own.line);
        let corners = [
            (right, -own.port),
            (turn, -own.port),
            (turn, -own.reach),
            (line, -own.reach),
            (line, own.reach),
            (turn, own.reach),
            (turn, own.port),
            (right, own.port),
        ];
        let points = (corners.into_iter())
            .map(|(x, off)| Point { x, y: middle + off })
            .collect();
        let at = Point { x: line, y: middle };
        edges[own.edge] = Route {
            points,
            label: outline.edges[own.edge].label.map(|size| around(at, size)),
        };
    }
}

fn add_group_loops(plan: &Plan, levels: &Levels, groups: &[Rect], edges: &mut [Route]) {
    for (index, slot) in plan.rows.slots.iter().enumerate() {
        let (Kind::Loop(edge), Some(group)) = (slot.kind, slot.group) else {
            continue;
        };
        let (top, bottom) = levels.rows[slot.row];
        let (x, right, y) = (
            plan.columns.slots[index],
            groups[group].right(),
            (top + bottom) / 2.0,
        );
        let reach = slot.height / 2.0 - 4.0;
        let corners = [(right, -reach), (x, -reach), (x, reach), (right, reach)];
        edges[edge] = Route {
            points: corners
                .into_iter()
                .map(|(x, off)| Point { x, y: y + off })
                .collect(),
            label: (plan.outline.edges[edge].label).map(|size| around(Point { x, y }, size)),
        };
    }
}

/// Leaves out corners that are none.
fn tidy(points: &mut Vec<Point>) {
    let same = |one: f64, other: f64| (one - other).abs() < 0.01;
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
