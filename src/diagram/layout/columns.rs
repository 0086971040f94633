//! Fourth phase: the x of every slot and of every side of a group.
//!
//! The order of a row says how far its slots must be apart; arrows pull their
//! slots under each other, groups pull their sides together. Both are balanced
//! step by step: first around the middles of boxes, then around the ports where
//! the arrows will meet them. What then is nearly straight is made straight.

use std::collections::BTreeMap;

use super::super::scene::Direction;
use super::Outline;
use super::order::Order;
use super::ports::{Ports, ports};
use super::rows::{Kind, Role, Rows, Slot};
use super::straighten::straighten;

/// Room between the side of a group and what is in it.
pub(super) const PAD: f64 = 16.0;

/// Room around a title.
pub(super) const TITLE_GAP: f64 = 10.0;

/// How often pulls and distances are balanced.
const STEPS: usize = 70;

/// The lengths at which pulls grow no more, one after the other.
const FAR: f64 = 1e6;
const NEAR: f64 = 40.0;
const NEAREST: f64 = 6.0;

/// How often distances are restored after each pull.
const RESTORES: usize = 6;

/// Where everything is from left to right.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    /// The x of each slot.
    pub slots: Vec<f64>,
    /// The left and the right side of each group.
    pub groups: Vec<(f64, f64)>,
}

/// Gives every slot its x.
pub(super) fn columns(outline: &Outline, rows: &Rows, order: &Order) -> Columns {
    let mut lines = Lines::new(outline, rows, order);
    lines.balance(FAR);
    lines.balance(NEAR);
    lines.settle();
    lines.meet_ports(rows, &ports(rows, &lines.columns(rows)));
    lines.balance(NEAR);
    lines.balance(NEAREST);
    lines.settle();
    lines.meet_ports(rows, &ports(rows, &lines.columns(rows)));
    straighten(&mut lines, rows);
    lines.columns(rows)
}

/// What must be left of what, by how much.
#[derive(Clone, Copy, Debug)]
pub(super) struct Distance {
    /// What is left.
    pub left: usize,
    /// What is right.
    pub right: usize,
    /// How far they are apart at least.
    pub least: f64,
}

/// A side of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// The left one.
    Left,
    /// The right one.
    Right,
}

/// What pulls two things under each other.
#[derive(Clone, Copy, Debug)]
struct Pull {
    one: usize,
    other: usize,
    /// How far right of the first the second wants to be.
    offset: f64,
    weight: f64,
}

/// The things that have an x: a slot each, and the two sides of each group.
pub(super) struct Lines {
    /// Where each is.
    pub x: Vec<f64>,
    /// What must be left of what.
    pub distances: Vec<Distance>,
    /// How far right of the middles of their boxes the ends of each chain are.
    pub offsets: Ports,
    /// Where each was a step before.
    last: Vec<f64>,
    /// Which of them a slot is.
    of: Vec<usize>,
    first_side: usize,
    pulls: Vec<Pull>,
    /// How hard each is to push away.
    mass: Vec<f64>,
}

impl Lines {
    fn new(outline: &Outline, rows: &Rows, order: &Order) -> Self {
        let first_side = rows.slots.len();
        let of: Vec<usize> = (rows.slots.iter().enumerate())
            .map(|(index, slot)| match slot.kind {
                Kind::Left(group) => first_side + 2 * group,
                Kind::Right(group) => first_side + 2 * group + 1,
                _ => index,
            })
            .collect();
        let count = first_side + 2 * rows.spans.len();
        let mut lines = Lines {
            x: vec![0.0; count],
            last: vec![0.0; count],
            distances: distances(outline, rows, order, &of),
            offsets: vec![[0.0; 2]; rows.chains.len()],
            pulls: pulls(rows, first_side),
            mass: vec![1.0; count],
            of,
            first_side,
        };
        for pull in &lines.pulls {
            lines.mass[pull.one] += pull.weight;
            lines.mass[pull.other] += pull.weight;
        }
        lines.start(rows, order);
        lines
    }

    /// Starts with every row packed around the middle.
    fn start(&mut self, rows: &Rows, order: &Order) {
        for row in &order.rows {
            let width = |slot: &usize| rows.slots[*slot].before + rows.slots[*slot].after + 24.0;
            let mut x = -row.iter().map(width).sum::<f64>() / 2.0;
            for slot in row {
                self.x[self.of[*slot]] = x + rows.slots[*slot].before + 12.0;
                x += width(slot);
            }
        }
        self.settle();
    }

    /// Lets pulls and distances work in turns. Pulls grow with their length up to a
    /// length: the smaller that is, the more arrows become straight and the farther
    /// aside the others go.
    fn balance(&mut self, length: f64) {
        self.last.clone_from(&self.x);
        for step in 0..STEPS {
            let drift = 0.9 * (1.0 - step as f64 / STEPS as f64);
            for (x, last) in self.x.iter_mut().zip(&mut self.last) {
                let old = *x;
                *x += (old - *last) * drift;
                *last = old;
            }
            self.pull(length);
            for turn in 0..RESTORES {
                self.restore((step + turn) % 2 == 0);
            }
        }
    }

    /// Moves everything towards where its pulls balance.
    fn pull(&mut self, length: f64) {
        let mut sums = vec![(0.0, 0.0); self.x.len()];
        for pull in &self.pulls {
            let (one, other) = (self.x[pull.one] + pull.offset, self.x[pull.other]);
            let weight = pull.weight * length / (length + (one - other).abs());
            sums[pull.one].0 += weight * (other - pull.offset);
            sums[pull.one].1 += weight;
            sums[pull.other].0 += weight * one;
            sums[pull.other].1 += weight;
        }
        for (x, (sum, weight)) in self.x.iter_mut().zip(sums) {
            if weight > 0.0 {
                *x += (sum / weight - *x) * 0.7;
            }
        }
    }

    /// Takes over where arrows meet their boxes.
    fn meet_ports(&mut self, rows: &Rows, ports: &Ports) {
        let mut pulls = self.pulls.iter_mut();
        for (index, chain) in rows.chains.iter().enumerate() {
            let ends = [chain.slots[0], chain.slots[chain.slots.len() - 1]];
            for (side, slot) in ends.into_iter().enumerate() {
                self.offsets[index][side] = ports[index][side] - self.x[self.of[slot]];
            }
            let steps = chain.slots.len() - 1;
            for (step, pull) in pulls.by_ref().take(steps).enumerate() {
                let above = if step == 0 {
                    self.offsets[index][0]
                } else {
                    0.0
                };
                let below = if step + 1 == steps {
                    self.offsets[index][1]
                } else {
                    0.0
                };
                pull.offset = above - below;
            }
        }
    }

    /// Pushes apart what is too near.
    fn restore(&mut self, rightward: bool) {
        let count = self.distances.len();
        for index in 0..count {
            let index = if rightward { index } else { count - 1 - index };
            let Distance { left, right, least } = self.distances[index];
            let lack = self.x[left] + least - self.x[right];
            if lack > 0.0 {
                let share = self.mass[right] / (self.mass[left] + self.mass[right]);
                self.x[left] -= lack * share;
                self.x[right] += lack * (1.0 - share);
            }
        }
    }

    /// Pushes what is still too near to the right, for good.
    fn settle(&mut self) {
        for &index in &self.sorted() {
            let Distance { left, right, least } = self.distances[index];
            self.x[right] = self.x[right].max(self.x[left] + least);
        }
    }

    /// Returns the distances so that none stands before those that move its left thing.
    fn sorted(&self) -> Vec<usize> {
        let mut leaving: Vec<Vec<usize>> = vec![Vec::new(); self.x.len()];
        let mut entering = vec![0usize; self.x.len()];
        for (index, distance) in self.distances.iter().enumerate() {
            leaving[distance.left].push(index);
            entering[distance.right] += 1;
        }
        let mut open: Vec<usize> = (0..self.x.len())
            .filter(|&line| entering[line] == 0)
            .collect();
        let mut sorted = Vec::with_capacity(self.distances.len());
        while let Some(line) = open.pop() {
            for &index in &leaving[line] {
                sorted.push(index);
                let right = self.distances[index].right;
                entering[right] -= 1;
                if entering[right] == 0 {
                    open.push(right);
                }
            }
        }
        sorted
    }

    /// Returns the group whose left or right side something is, and which of the two.
    pub(super) fn side_of(&self, line: usize) -> Option<(usize, Side)> {
        let index = line.checked_sub(self.first_side)?;
        let side = if index % 2 == 0 {
            Side::Left
        } else {
            Side::Right
        };
        Some((index / 2, side))
    }

    /// Returns the left and the right side of a group.
    pub(super) fn sides(&self, group: usize) -> (usize, usize) {
        let left = self.first_side + 2 * group;
        (left, left + 1)
    }

    fn columns(&self, rows: &Rows) -> Columns {
        let side = |group: usize, right: usize| self.x[self.first_side + 2 * group + right];
        Columns {
            slots: self.of.iter().map(|&line| self.x[line]).collect(),
            groups: (0..rows.spans.len())
                .map(|group| (side(group, 0), side(group, 1)))
                .collect(),
        }
    }
}

/// Returns how far apart neighbours must be.
fn distances(outline: &Outline, rows: &Rows, order: &Order, of: &[usize]) -> Vec<Distance> {
    let mut all: BTreeMap<(usize, usize), f64> = BTreeMap::new();
    for (row, slots) in order.rows.iter().enumerate() {
        for pair in slots.windows(2) {
            let (left, right) = (&rows.slots[pair[0]], &rows.slots[pair[1]]);
            let least = left.after + right.before + gap(outline, rows, row, left, right);
            let known = all.entry((of[pair[0]], of[pair[1]])).or_insert(least);
            *known = known.max(least);
        }
    }
    let mut list: Vec<Distance> = (all.into_iter())
        .map(|((left, right), least)| Distance { left, right, least })
        .collect();
    let mut position = vec![0usize; of.len() + 2 * rows.spans.len()];
    for slots in &order.rows {
        for (index, &slot) in slots.iter().enumerate() {
            position[of[slot]] = position[of[slot]].max(index);
        }
    }
    list.sort_by_key(|distance| (position[distance.left], distance.left, distance.right));
    list
}

/// Returns the room between two neighbours.
fn gap(outline: &Outline, rows: &Rows, row: usize, left: &Slot, right: &Slot) -> f64 {
    match (left.kind, right.kind) {
        (Kind::Left(group), inner) => {
            let header = outline.groups[group].header;
            let titled = rows.roles[row] == Role::Titles && rows.spans[group].0 == row;
            let empty = inner == Kind::Right(group);
            match outline.direction {
                Direction::Right => header.height + if empty { PAD } else { 0.0 } + PAD,
                Direction::Down if titled && empty => header.width.max(2.0 * PAD),
                Direction::Down if titled => header.width.max(PAD) + TITLE_GAP,
                Direction::Down => {
                    if empty {
                        2.0 * PAD
                    } else {
                        PAD
                    }
                }
            }
        }
        (_, Kind::Right(_)) => PAD,
        (Kind::Right(_), Kind::Left(_)) => 28.0,
        (Kind::Right(_), _) | (_, Kind::Left(_)) => 20.0,
        (Kind::Node(_), Kind::Node(_)) => 32.0,
        (Kind::Node(_) | Kind::Loop(_), _) | (_, Kind::Node(_) | Kind::Loop(_)) => 18.0,
        (Kind::Label(_), Kind::Label(_)) => 16.0,
        (Kind::Label(_), _) | (_, Kind::Label(_)) => 10.0,
        (Kind::Bend | Kind::Gate, Kind::Bend | Kind::Gate) => 14.0,
    }
}

/// Returns what pulls what: long arrows are the stiffer.
fn pulls(rows: &Rows, first_side: usize) -> Vec<Pull> {
    let mut pulls = Vec::new();
    let node = |slot: usize| matches!(rows.slots[slot].kind, Kind::Node(_));
    let home = |slot: usize| rows.slots[slot].group;
    for chain in &rows.chains {
        for pair in chain.slots.windows(2) {
            let weight = match (node(pair[0]), node(pair[1])) {
                (true, true) => 1.0,
                (false, false) if home(pair[0]) == home(pair[1]) => 8.0,
                _ => 2.0,
            };
            pulls.push(Pull {
                one: pair[0],
                other: pair[1],
                offset: 0.0,
                weight,
            });
        }
    }
    for group in 0..rows.spans.len() {
        pulls.push(Pull {
            one: first_side + 2 * group,
            other: first_side + 2 * group + 1,
            offset: 0.0,
            weight: 1.0,
        });
    }
    pulls
}
