//! Second phase: what stands in which row.
//!
//! A rank of boxes is a row. Below it may be a row for the labels of arrows that
//! leave it, and above it a row for the titles of groups that begin there, so that
//! labels and titles have room of their own. Every row that an arrow passes holds
//! a slot of it, and every row of a group its two sides.

use std::collections::BTreeSet;

use super::super::scene::{Direction, End};
use super::rank::{Fall, Ranks};
use super::tree::Tree;
use super::{Outline, Size};

/// What a slot holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// An arrow passing through.
    Bend,
    /// The place where an arrow meets the border of a group.
    Gate,
    /// The label of an arrow.
    Label(usize),
    /// The left side of a group.
    Left(usize),
    /// The loop of a group to itself.
    Loop(usize),
    /// A box.
    Node(usize),
    /// The right side of a group.
    Right(usize),
}

/// A place in a row.
#[derive(Clone, Debug)]
pub(super) struct Slot {
    /// What it holds.
    pub kind: Kind,
    /// Its row.
    pub row: usize,
    /// The group that it stands in; for a side of a group, the group around that.
    pub group: Option<usize>,
    /// How far it reaches to the left of its x.
    pub before: f64,
    /// How far it reaches to the right of its x.
    pub after: f64,
    /// Its height.
    pub height: f64,
}

/// What a row is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Boxes.
    Boxes,
    /// Labels of arrows.
    Labels,
    /// Titles of the groups that begin here.
    Titles,
}

/// The slots that an arrow passes, from the upper end down.
#[derive(Clone, Debug)]
pub(super) struct Chain {
    /// The arrow.
    pub edge: usize,
    /// Whether it is drawn from its last slot to its first.
    pub turned: bool,
    /// Its slots, one in each row.
    pub slots: Vec<usize>,
}

/// Everything in its row.
#[derive(Clone, Debug)]
pub(super) struct Rows {
    /// All slots; those of the boxes come first.
    pub slots: Vec<Slot>,
    /// What each row is for, from the top.
    pub roles: Vec<Role>,
    /// How the arrows pass.
    pub chains: Vec<Chain>,
    /// The first and the last row of each group.
    pub spans: Vec<(usize, usize)>,
    /// The slots of the sides of each group, from its first row.
    pub sides: Vec<Vec<(usize, usize)>>,
}

/// Room around the vertical line of a loop.
pub(super) const LOOP_GAP: f64 = 14.0;

/// How the loops of one box go.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Loop {
    /// The arrow.
    pub edge: usize,
    /// How far above and below the middle it leaves the box.
    pub port: f64,
    /// How far above and below the middle it goes.
    pub reach: f64,
    /// How far right of the box it turns away from the middle.
    pub turn: f64,
    /// How far right of the box its vertical line is.
    pub line: f64,
    /// The room of its label.
    pub label: Size,
}

/// Returns the loops of a box, inner first.
pub(super) fn loops(outline: &Outline, end: End, height: f64) -> Vec<Loop> {
    let own = own_loops(outline, end);
    let count = own.len();
    let (mut reach, mut right): (f64, f64) = (0.0, 4.0 + 4.0 * count as f64);
    let mut result = Vec::with_capacity(count);
    for (index, edge) in own.into_iter().enumerate() {
        let label = outline.edges[edge].label.unwrap_or_default();
        let port = (height / 2.0 - 4.0).max(0.0) * (index + 1) as f64 / (count + 1) as f64;
        let line = right + (label.width / 2.0).max(LOOP_GAP / 2.0);
        reach = port.max(reach + 6.0);
        result.push(Loop {
            edge,
            port,
            reach,
            turn: 4.0 * (count - index) as f64,
            line,
            label,
        });
        right = line + label.width / 2.0 + 6.0;
        reach = reach.max(label.height / 2.0);
    }
    result
}

fn own_loops(outline: &Outline, end: End) -> Vec<usize> {
    let own = |&edge: &usize| outline.edges[edge].from == end && outline.edges[edge].to == end;
    (0..outline.edges.len()).filter(own).collect()
}

/// Puts everything into its row.
pub(super) fn rows(outline: &Outline, tree: &Tree, ranks: &Ranks) -> Rows {
    let mut ways: Vec<Way> = (0..outline.edges.len())
        .filter_map(|edge| way(outline, tree, ranks, edge))
        .collect();
    choose_label_ranks(outline, ranks, &mut ways);
    let numbers = Numbers::new(outline, tree, ranks, &ways);
    let mut rows = Rows {
        slots: Vec::new(),
        roles: numbers.roles.clone(),
        chains: Vec::new(),
        spans: numbers.spans.clone(),
        sides: Vec::new(),
    };
    for (node, &rank) in ranks.nodes.iter().enumerate() {
        let slot = node_slot(outline, tree, node, numbers.boxes[rank]);
        rows.slots.push(slot);
    }
    for group in 0..outline.groups.len() {
        add_sides(&mut rows, outline, tree, group);
        add_loops(
            &mut rows,
            outline,
            group,
            numbers.boxes[ranks.groups[group].0],
        );
    }
    for way in &ways {
        add_chain(&mut rows, outline, tree, &numbers, way);
    }
    rows
}

/// How an arrow goes from rank to rank.
struct Way {
    edge: usize,
    upper: Dock,
    lower: Dock,
    turned: bool,
    /// The rank below which its label stands.
    label: Option<usize>,
}

/// Where an arrow meets what it ends at.
#[derive(Clone, Copy)]
struct Dock {
    end: End,
    rank: usize,
    /// Whether it is in the row of boxes of its rank, not in a title's.
    boxes: bool,
}

/// Returns how an arrow goes; `None` for a loop.
fn way(outline: &Outline, tree: &Tree, ranks: &Ranks, edge: usize) -> Option<Way> {
    let arrow = outline.edges[edge];
    let way = |upper, lower, turned| Way {
        edge,
        upper,
        lower,
        turned,
        label: None,
    };
    let dock = |end: End, first: bool| match end {
        End::Node(node) => Dock {
            end,
            rank: ranks.nodes[node],
            boxes: true,
        },
        End::Group(group) => Dock {
            end,
            rank: match first {
                true => ranks.groups[group].0,
                false => ranks.groups[group].1,
            },
            boxes: !first,
        },
    };
    let inside = |outer: End, inner: End| match outer {
        End::Group(group) => tree.holds(group, inner),
        End::Node(_) => false,
    };
    let proper = |upper: End, lower: End, turned| {
        let upper_dock = dock(upper, inside(upper, lower));
        let lower_dock = dock(lower, !inside(lower, upper));
        way(upper_dock, lower_dock, turned)
    };
    match ranks.falls[edge] {
        Fall::Loop => None,
        Fall::Down => Some(proper(arrow.from, arrow.to, false)),
        Fall::Up => Some(proper(arrow.to, arrow.from, true)),
        Fall::Across => {
            let one = way(dock(arrow.from, true), dock(arrow.to, false), false);
            let other = way(dock(arrow.to, true), dock(arrow.from, false), true);
            [one, other]
                .into_iter()
                .find(|way| way.upper.rank < way.lower.rank)
        }
    }
}

/// Chooses the rank below which each label stands: near the middle of its arrow,
/// and where few labels are.
fn choose_label_ranks(outline: &Outline, ranks: &Ranks, ways: &mut [Way]) {
    let mut load = vec![0.0; ranks.count];
    let mut open: Vec<&mut Way> = ways.iter_mut().collect();
    open.sort_by_key(|way| (way.lower.rank.saturating_sub(way.upper.rank), way.edge));
    for way in open {
        let Some(label) = outline.edges[way.edge].label else {
            continue;
        };
        let (top, bottom) = (way.upper.rank, way.lower.rank);
        let cost = |rank: usize| load[rank] + 40.0 * (2 * rank + 1).abs_diff(top + bottom) as f64;
        way.label = (top..bottom).min_by(|&one, &other| cost(one).total_cmp(&cost(other)));
        if let Some(rank) = way.label {
            load[rank] += label.width;
        }
    }
}

/// The numbers of the rows.
struct Numbers {
    roles: Vec<Role>,
    /// The row of boxes of each rank.
    boxes: Vec<usize>,
    /// The row of labels below each rank.
    labels: Vec<usize>,
    /// The first and the last row of each group.
    spans: Vec<(usize, usize)>,
}

impl Numbers {
    fn new(outline: &Outline, tree: &Tree, ranks: &Ranks, ways: &[Way]) -> Self {
        let mut numbers = Numbers {
            roles: Vec::new(),
            boxes: vec![0; ranks.count],
            labels: vec![0; ranks.count],
            spans: vec![(0, 0); outline.groups.len()],
        };
        let labelled: BTreeSet<usize> = ways.iter().filter_map(|way| way.label).collect();
        for rank in 0..ranks.count {
            numbers.add_titles(outline, tree, ranks, rank);
            numbers.boxes[rank] = numbers.roles.len();
            numbers.roles.push(Role::Boxes);
            if labelled.contains(&rank) {
                numbers.labels[rank] = numbers.roles.len();
                numbers.roles.push(Role::Labels);
            }
        }
        for (group, &(_, last)) in ranks.groups.iter().enumerate() {
            numbers.spans[group].1 = numbers.boxes[last];
        }
        numbers
    }

    /// Adds a row of titles for each depth of groups that begin in a rank. Where
    /// arrows go to the right, titles stand beside the rows instead.
    fn add_titles(&mut self, outline: &Outline, tree: &Tree, ranks: &Ranks, rank: usize) {
        let first = self.roles.len();
        for group in (0..outline.groups.len()).filter(|&group| ranks.groups[group].0 == rank) {
            let level = match outline.direction {
                Direction::Down => title_level(tree, ranks, group),
                Direction::Right => 0,
            };
            self.spans[group].0 = first + level;
            if outline.direction == Direction::Down && self.roles.len() == first + level {
                self.roles.push(Role::Titles);
            }
        }
    }

    /// Returns the row in which an arrow meets its end.
    fn row(&self, dock: Dock) -> usize {
        match dock.end {
            End::Group(group) if !dock.boxes => self.spans[group].0,
            End::Group(_) | End::Node(_) => self.boxes[dock.rank],
        }
    }
}

/// Returns how many groups around a group begin in the same rank.
fn title_level(tree: &Tree, ranks: &Ranks, group: usize) -> usize {
    let first = ranks.groups[group].0;
    let outer = tree.path(tree.parent(group));
    outer
        .filter(|&outer| ranks.groups[outer].0 == first)
        .count()
}

fn node_slot(outline: &Outline, tree: &Tree, index: usize, row: usize) -> Slot {
    let size = outline.nodes[index].size;
    let loops = loops(outline, End::Node(index), size.height);
    let beside = loops.last().map_or(0.0, |outer| {
        outer.line + (outer.label.width / 2.0).max(LOOP_GAP / 2.0)
    });
    let reach = loops
        .iter()
        .map(|own| own.reach.max(own.label.height / 2.0));
    Slot {
        kind: Kind::Node(index),
        row,
        group: tree.home(End::Node(index)),
        before: size.width / 2.0,
        after: size.width / 2.0 + beside,
        height: reach.fold(size.height / 2.0, f64::max) * 2.0,
    }
}

fn add_sides(rows: &mut Rows, outline: &Outline, tree: &Tree, group: usize) {
    let (first, last) = rows.spans[group];
    let mut sides = Vec::new();
    for row in first..=last {
        let title = match rows.roles[row] {
            Role::Titles if row == first => outline.groups[group].header.height,
            _ => 0.0,
        };
        let slot = |kind| Slot {
            kind,
            row,
            group: tree.parent(group),
            before: 0.0,
            after: 0.0,
            height: title,
        };
        let at = rows.slots.len();
        rows.slots.push(slot(Kind::Left(group)));
        rows.slots.push(slot(Kind::Right(group)));
        sides.push((at, at + 1));
    }
    rows.sides.push(sides);
}

/// Adds the loops of a group, which stand inside it at its right side: the last is
/// the nearest to the side, and the others go around it.
fn add_loops(rows: &mut Rows, outline: &Outline, group: usize, row: usize) {
    let mut reach: f64 = 0.0;
    let mut slots = Vec::new();
    for edge in own_loops(outline, End::Group(group)).into_iter().rev() {
        let label = outline.edges[edge].label.unwrap_or_default();
        reach = (reach + 6.0).max(label.height / 2.0 + LOOP_GAP);
        slots.push(Slot {
            kind: Kind::Loop(edge),
            row,
            group: Some(group),
            before: label.width / 2.0,
            after: (label.width / 2.0).max(LOOP_GAP / 2.0),
            height: 2.0 * reach,
        });
    }
    rows.slots.extend(slots.into_iter().rev());
}

fn add_chain(rows: &mut Rows, outline: &Outline, tree: &Tree, numbers: &Numbers, way: &Way) {
    let (top, bottom) = (numbers.row(way.upper), numbers.row(way.lower));
    let label = way.label.map(|rank| numbers.labels[rank]);
    let mut slots = vec![end_slot(rows, way.upper.end, top)];
    for row in top + 1..bottom {
        let size = outline.edges[way.edge].label.filter(|_| label == Some(row));
        slots.push(rows.slots.len());
        rows.slots.push(Slot {
            kind: size.map_or(Kind::Bend, |_| Kind::Label(way.edge)),
            row,
            group: passed(rows, tree, way.upper.end, way.lower.end, row),
            before: size.map_or(0.0, |size| size.width / 2.0),
            after: size.map_or(0.0, |size| size.width / 2.0),
            height: size.map_or(0.0, |size| size.height),
        });
    }
    slots.push(end_slot(rows, way.lower.end, bottom));
    rows.chains.push(Chain {
        edge: way.edge,
        turned: way.turned,
        slots,
    });
}

/// Returns the slot of a box, or a new one at the border of a group.
fn end_slot(rows: &mut Rows, end: End, row: usize) -> usize {
    let group = match end {
        End::Node(node) => return node,
        End::Group(group) => group,
    };
    rows.slots.push(Slot {
        kind: Kind::Gate,
        row,
        group: Some(group),
        before: 0.0,
        after: 0.0,
        height: 0.0,
    });
    rows.slots.len() - 1
}

/// Returns the group that an arrow passes in a row between its ends.
fn passed(rows: &Rows, tree: &Tree, upper: End, lower: End, row: usize) -> Option<usize> {
    let spans = |group: usize| rows.spans[group].0 <= row && row <= rows.spans[group].1;
    let (above, below) = (tree.home(upper), tree.home(lower));
    let shared = tree.common(above, below);
    let own = |home: Option<usize>| {
        tree.path(home)
            .take_while(|&group| Some(group) != shared)
            .find(|&group| spans(group))
    };
    own(below).or_else(|| own(above)).or(shared)
}
