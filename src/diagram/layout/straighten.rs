//! Makes straight what is nearly straight, and groups narrow.
//!
//! A box, or a piece of an arrow that is straight already, is moved as a whole to
//! where it lines up with what it hangs on. It pushes whatever is in its way; the
//! move is kept if corners and ways aside become fewer on the whole.

use std::collections::{BTreeMap, BTreeSet};

use super::columns::{Distance, Lines, Side};
use super::rows::{Kind, Rows, Slot};

/// What a corner costs, in px of way aside.
const CORNER: f64 = 40.0;

/// What it costs to make groups wider, per px.
const WIDER: f64 = 2.0;

/// How much may be tried: how many times everything is moved, and how many things
/// one move may push.
struct Effort {
    rounds: usize,
    pushed: usize,
}

const EFFORT: Effort = Effort {
    rounds: 6,
    pushed: 60,
};

/// In pictures that nobody reads arrow by arrow.
const LARGE_EFFORT: Effort = Effort {
    rounds: 2,
    pushed: 8,
};

/// From how many slots on a picture is large.
const LARGE: usize = 8_000;

/// Straightens arrows and narrows groups.
pub(super) fn straighten(lines: &mut Lines, rows: &Rows) {
    let mut shifter = Shifter::new(lines, rows);
    shifter.tighten();
    for _ in 0..shifter.effort.rounds {
        let mut changed = false;
        for chain in 0..rows.chains.len() {
            changed |= shifter.shift_pieces(chain);
        }
        for node in 0..shifter.boxes {
            let wishes = shifter.wishes(&[node]);
            changed |= shifter.shift(&[node], &wishes);
        }
        shifter.tighten();
        if !changed {
            return;
        }
    }
}

/// A piece of a chain, by the number of its upper slot.
type Link = (usize, usize);

/// Where things would be.
type Moves = BTreeMap<usize, f64>;

struct Shifter<'a> {
    lines: &'a mut Lines,
    rows: &'a Rows,
    effort: Effort,
    boxes: usize,
    /// The distances to the right and to the left of each thing.
    after: Vec<Vec<Distance>>,
    before: Vec<Vec<Distance>>,
    /// The pieces of chains that meet in each slot.
    links: Vec<Vec<Link>>,
}

impl<'a> Shifter<'a> {
    fn new(lines: &'a mut Lines, rows: &'a Rows) -> Self {
        let count = lines.x.len();
        let (mut after, mut before) = (vec![Vec::new(); count], vec![Vec::new(); count]);
        for &distance in &lines.distances {
            after[distance.left].push(distance);
            before[distance.right].push(distance);
        }
        let mut links = vec![Vec::new(); count];
        for (index, chain) in rows.chains.iter().enumerate() {
            for (step, pair) in chain.slots.windows(2).enumerate() {
                links[pair[0]].push((index, step));
                links[pair[1]].push((index, step));
            }
        }
        let is_box = |slot: &&Slot| matches!(slot.kind, Kind::Node(_));
        Shifter {
            effort: if rows.slots.len() < LARGE {
                EFFORT
            } else {
                LARGE_EFFORT
            },
            boxes: rows.slots.iter().take_while(is_box).count(),
            lines,
            rows,
            after,
            before,
            links,
        }
    }

    /// Moves the straight pieces of a chain between its boxes.
    fn shift_pieces(&mut self, chain: usize) -> bool {
        let rows = self.rows;
        let slots = &rows.chains[chain].slots;
        let mut changed = false;
        let mut start = 0;
        while start < slots.len() {
            if slots[start] < self.boxes {
                start += 1;
                continue;
            }
            let x = self.lines.x[slots[start]];
            let same =
                |&&slot: &&usize| slot >= self.boxes && (self.lines.x[slot] - x).abs() < 0.01;
            let piece = &slots[start..start + slots[start..].iter().take_while(same).count()];
            let wishes = self.wishes(piece);
            changed |= self.shift(piece, &wishes);
            start += piece.len();
        }
        changed
    }

    /// Returns by how much things would have to move to line up with what they hang on.
    fn wishes(&self, things: &[usize]) -> Vec<f64> {
        let mut wishes = Vec::new();
        for &thing in things {
            for &link in &self.links[thing] {
                let (upper, lower) = self.ends(link, &Moves::new());
                let upward = self.rows.chains[link.0].slots[link.1] == thing;
                wishes.push(if upward { lower - upper } else { upper - lower });
            }
        }
        wishes.retain(|by| by.abs() > 0.01);
        wishes
    }

    /// Returns the x of both ends of a link if some things were moved.
    fn ends(&self, (chain, step): Link, moves: &Moves) -> (f64, f64) {
        let slots = &self.rows.chains[chain].slots;
        let x = |slot: usize| moves.get(&slot).copied().unwrap_or(self.lines.x[slot]);
        let (mut upper, mut lower) = (x(slots[step]), x(slots[step + 1]));
        if step == 0 {
            upper += self.lines.offsets[chain][0];
        }
        if step + 2 == slots.len() {
            lower += self.lines.offsets[chain][1];
        }
        (upper, lower)
    }

    /// Moves some things together by the best of some wishes, if that is any good.
    fn shift(&mut self, things: &[usize], wishes: &[f64]) -> bool {
        let mut best = (-0.5, Moves::new());
        for &by in wishes {
            let Some(moves) = self.pushed(things, by) else {
                continue;
            };
            let change = self.change(&moves);
            if change < best.0 {
                best = (change, moves);
            }
        }
        for (&line, &x) in &best.1 {
            self.lines.x[line] = x;
        }
        !best.1.is_empty()
    }

    /// Returns where things are after some of them move and push others.
    fn pushed(&self, things: &[usize], by: f64) -> Option<Moves> {
        let mut moves: Moves = things
            .iter()
            .map(|&thing| (thing, self.lines.x[thing] + by))
            .collect();
        let mut open = things.to_vec();
        while let Some(line) = open.pop() {
            let x = moves[&line];
            let next: Vec<(usize, f64)> = match by > 0.0 {
                true => self.after[line]
                    .iter()
                    .map(|way| (way.right, x + way.least))
                    .collect(),
                false => self.before[line]
                    .iter()
                    .map(|way| (way.left, x - way.least))
                    .collect(),
            };
            for (other, limit) in next {
                let now = moves.get(&other).copied().unwrap_or(self.lines.x[other]);
                if (limit - now) * by.signum() > 1e-6 {
                    moves.insert(other, limit);
                    open.push(other);
                }
            }
            if moves.len() > self.effort.pushed + things.len() {
                return None;
            }
        }
        Some(moves)
    }

    /// Returns how much worse some moves make the picture.
    fn change(&self, moves: &Moves) -> f64 {
        let still = Moves::new();
        let links: BTreeSet<Link> = moves
            .keys()
            .flat_map(|&line| self.links[line].iter().copied())
            .collect();
        let cost = |(upper, lower): (f64, f64)| match (upper - lower).abs() {
            aside if aside < 0.01 => 0.0,
            aside => CORNER + aside,
        };
        let bent = (links.into_iter())
            .map(|link| cost(self.ends(link, moves)) - cost(self.ends(link, &still)))
            .sum::<f64>();
        let wider = |(&line, &x): (&usize, &f64)| match self.lines.side_of(line) {
            Some((_, Side::Left)) => (self.lines.x[line] - x).max(0.0),
            Some((_, Side::Right)) => (x - self.lines.x[line]).max(0.0),
            None => 0.0,
        };
        bent + WIDER * moves.iter().map(wider).sum::<f64>()
    }

    /// Moves the sides of every group to what is in it, inner groups first.
    fn tighten(&mut self) {
        for group in (0..self.rows.spans.len()).rev() {
            let (left, right) = self.lines.sides(group);
            let mut width: f64 = 0.0;
            let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
            for distance in &self.after[left] {
                match distance.right == right {
                    true => width = width.max(distance.least),
                    false => low = low.min(self.lines.x[distance.right] - distance.least),
                }
            }
            for distance in self.before[right]
                .iter()
                .filter(|distance| distance.left != left)
            {
                high = high.max(self.lines.x[distance.left] + distance.least);
            }
            if low.is_finite() && high.is_finite() {
                low = low.min(self.lines.x[right] - width);
                self.lines.x[left] = low;
                self.lines.x[right] = high.max(low + width);
            }
        }
    }
}
