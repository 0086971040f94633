//! Fourth phase: the x of every slot and of every side of a group.
//!
//! The order of a row says how far its slots must be apart; arrows pull their
//! slots under each other, groups pull their sides together. Both are balanced
//! step by step, and what then is nearly straight is made straight.

use std::collections::BTreeMap;

use super::super::scene::Direction;
use super::Outline;
use super::order::Order;
use super::rows::{Kind, Role, Rows, Slot};

/// Room between the side of a group and what is in it.
pub(super) const PAD: f64 = 16.0;

/// Room around a title.
pub(super) const TITLE_GAP: f64 = 10.0;

/// How often pulls and distances are balanced.
const STEPS: usize = 90;

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
    for step in 0..STEPS {
        lines.pull(step * 3 < STEPS);
        for turn in 0..RESTORES {
            lines.restore(turn % 2 == 0);
        }
    }
    lines.settle();
    lines.straighten(rows);
    lines.result(rows)
}

/// What must be left of what, by how much.
#[derive(Clone, Copy, Debug)]
struct Distance {
    left: usize,
    right: usize,
    least: f64,
}

/// What pulls two things under each other.
#[derive(Clone, Copy, Debug)]
struct Pull {
    one: usize,
    other: usize,
    weight: f64,
}

/// The things that have an x: a slot each, and the two sides of each group.
struct Lines {
    x: Vec<f64>,
    /// Which of them a slot is.
    of: Vec<usize>,
    first_side: usize,
    distances: Vec<Distance>,
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
            distances: distances(outline, rows, order, &of),
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

    /// Moves everything to where its pulls balance; far ones count as much as near
    /// ones unless `even`, so that most arrows become straight and a few bend.
    fn pull(&mut self, even: bool) {
        let mut sums = vec![(0.0, 0.0); self.x.len()];
        for pull in &self.pulls {
            let (one, other) = (self.x[pull.one], self.x[pull.other]);
            let weight = match even {
                true => pull.weight,
                false => pull.weight * 40.0 / (40.0 + (one - other).abs()),
            };
            sums[pull.one].0 += weight * other;
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

    /// Gives the bends of each arrow one x as far as there is room.
    fn straighten(&mut self, rows: &Rows) {
        let mut near: Vec<Vec<usize>> = vec![Vec::new(); self.x.len()];
        for (index, distance) in self.distances.iter().enumerate() {
            near[distance.left].push(index);
            near[distance.right].push(index);
        }
        let mut chains: Vec<usize> = (0..rows.chains.len()).collect();
        chains.sort_by_key(|&chain| std::cmp::Reverse(rows.chains[chain].slots.len()));
        for _ in 0..3 {
            for &chain in &chains {
                self.straighten_chain(rows, &rows.chains[chain].slots, &near);
            }
        }
    }

    fn straighten_chain(&mut self, rows: &Rows, slots: &[usize], near: &[Vec<usize>]) {
        let mut start = 0;
        while start < slots.len() {
            let mut room = (f64::NEG_INFINITY, f64::INFINITY);
            let mut end = start;
            while end < slots.len() {
                let line = self.of[slots[end]];
                let node = matches!(rows.slots[slots[end]].kind, Kind::Node(_));
                let own = match node {
                    true => self.ports(rows, slots[end]),
                    false => self.room(line, near),
                };
                let both = (room.0.max(own.0), room.1.min(own.1));
                if both.0 > both.1 {
                    break;
                }
                room = both;
                end += 1;
            }
            self.align(rows, &slots[start..end], room);
            start = end.max(start + 1);
        }
    }

    /// Returns where arrows may leave a box.
    fn ports(&self, rows: &Rows, slot: usize) -> (f64, f64) {
        let reach = rows.slots[slot].before * 0.5;
        (self.x[slot] - reach, self.x[slot] + reach)
    }

    /// Returns between what a thing can move.
    fn room(&self, line: usize, near: &[Vec<usize>]) -> (f64, f64) {
        let mut room = (f64::NEG_INFINITY, f64::INFINITY);
        for &index in &near[line] {
            let Distance { left, right, least } = self.distances[index];
            if left == line {
                room.1 = room.1.min(self.x[right] - least);
            } else {
                room.0 = room.0.max(self.x[left] + least);
            }
        }
        room
    }

    fn align(&mut self, rows: &Rows, slots: &[usize], room: (f64, f64)) {
        let free = |slot: &&usize| !matches!(rows.slots[**slot].kind, Kind::Node(_));
        let mut places: Vec<f64> = slots.iter().map(|&slot| self.x[self.of[slot]]).collect();
        places.sort_by(f64::total_cmp);
        if places.len() < 2 {
            return;
        }
        let x = places[places.len() / 2].max(room.0).min(room.1);
        for &slot in slots.iter().filter(free) {
            let line = self.of[slot];
            self.x[line] = x;
        }
    }

    fn result(self, rows: &Rows) -> Columns {
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
    for chain in &rows.chains {
        for pair in chain.slots.windows(2) {
            let weight = match (node(pair[0]), node(pair[1])) {
                (true, true) => 1.0,
                (false, false) => 8.0,
                _ => 2.0,
            };
            pulls.push(Pull {
                one: pair[0],
                other: pair[1],
                weight,
            });
        }
    }
    for group in 0..rows.spans.len() {
        pulls.push(Pull {
            one: first_side + 2 * group,
            other: first_side + 2 * group + 1,
            weight: 1.0,
        });
    }
    pulls
}
