//! Makes straight what is nearly straight, and groups narrow.
//!
//! A box, or a piece of an arrow that is straight already, is moved as a whole to
//! where it lines up with what it hangs on, if that saves corners and length.
//! Nothing is pushed but the sides of its own groups.

use super::columns::{Distance, Lines, Side};
use super::rows::{Kind, Rows};

/// What a corner costs, in px of way aside.
const CORNER: f64 = 40.0;

/// What it costs to make groups wider, per px.
const WIDER: f64 = 2.0;

/// How many times everything is tried.
const ROUNDS: usize = 6;

/// Straightens arrows and narrows groups.
pub(super) fn straighten(lines: &mut Lines, rows: &Rows) {
    let mut shifter = Shifter::new(lines, rows);
    shifter.tighten();
    for _ in 0..ROUNDS {
        let mut changed = false;
        for chain in 0..rows.chains.len() {
            changed |= shifter.shift_pieces(chain);
        }
        for node in 0..shifter.ends.len() {
            changed |= shifter.shift_box(node);
        }
        shifter.tighten();
        if !changed {
            return;
        }
    }
}

/// What hangs on something that is moved: where it is itself, and where that is.
struct Link {
    own: f64,
    other: f64,
}

struct Shifter<'a> {
    lines: &'a mut Lines,
    rows: &'a Rows,
    /// The distances to the right and to the left of each thing.
    after: Vec<Vec<Distance>>,
    before: Vec<Vec<Distance>>,
    /// The chains that end at each box, and which of their ends does.
    ends: Vec<Vec<(usize, usize)>>,
}

impl<'a> Shifter<'a> {
    fn new(lines: &'a mut Lines, rows: &'a Rows) -> Self {
        let count = lines.x.len();
        let (mut after, mut before) = (vec![Vec::new(); count], vec![Vec::new(); count]);
        for &distance in &lines.distances {
            after[distance.left].push(distance);
            before[distance.right].push(distance);
        }
        let is_box = |slot: &super::rows::Slot| matches!(slot.kind, Kind::Node(_));
        let boxes = rows.slots.iter().take_while(|slot| is_box(slot)).count();
        let mut ends = vec![Vec::new(); boxes];
        for (index, chain) in rows.chains.iter().enumerate() {
            let both = [chain.slots[0], chain.slots[chain.slots.len() - 1]];
            for (end, slot) in both.into_iter().enumerate() {
                if slot < boxes {
                    ends[slot].push((index, end));
                }
            }
        }
        Shifter {
            lines,
            rows,
            after,
            before,
            ends,
        }
    }

    /// Returns the x of a chain in one of its rows.
    fn at(&self, chain: usize, step: usize) -> f64 {
        let slots = &self.rows.chains[chain].slots;
        let x = self.lines.x[slots[step]];
        match step {
            0 => x + self.lines.offsets[chain][0],
            _ if step + 1 == slots.len() => x + self.lines.offsets[chain][1],
            _ => x,
        }
    }

    fn is_box(&self, slot: usize) -> bool {
        slot < self.ends.len()
    }

    /// Moves the straight pieces of a chain between its boxes.
    fn shift_pieces(&mut self, chain: usize) -> bool {
        let rows = self.rows;
        let slots = &rows.chains[chain].slots;
        let mut changed = false;
        let mut start = 0;
        while start < slots.len() {
            if self.is_box(slots[start]) {
                start += 1;
                continue;
            }
            let x = self.lines.x[slots[start]];
            let same =
                |&&slot: &&usize| !self.is_box(slot) && (self.lines.x[slot] - x).abs() < 0.01;
            let end = start + slots[start..].iter().take_while(same).count();
            let mut links = Vec::new();
            if start > 0 {
                links.push(self.link(chain, start, start - 1));
            }
            if end < slots.len() {
                links.push(self.link(chain, end - 1, end));
            }
            changed |= self.shift(&slots[start..end], &links);
            start = end;
        }
        changed
    }

    fn link(&self, chain: usize, own: usize, other: usize) -> Link {
        Link {
            own: self.at(chain, own),
            other: self.at(chain, other),
        }
    }

    fn shift_box(&mut self, node: usize) -> bool {
        let links: Vec<Link> = (self.ends[node].iter())
            .map(|&(chain, end)| match end {
                0 => self.link(chain, 0, 1),
                _ => {
                    let last = self.rows.chains[chain].slots.len() - 1;
                    self.link(chain, last, last - 1)
                }
            })
            .collect();
        self.shift(&[node], &links)
    }

    /// Moves some things together to where their links cost least.
    fn shift(&mut self, things: &[usize], links: &[Link]) -> bool {
        let mut room = (f64::NEG_INFINITY, f64::INFINITY);
        for &thing in things {
            let x = self.lines.x[thing];
            room.0 = room.0.max(self.leftmost(thing) - x);
            room.1 = room.1.min(self.rightmost(thing) - x);
        }
        if room.0 > room.1 {
            return false;
        }
        let cost = |by: f64| -> f64 {
            let aside = |link: &Link| (link.own + by - link.other).abs();
            let costs = links
                .iter()
                .map(aside)
                .map(|off| if off < 0.01 { 0.0 } else { CORNER + off });
            costs.sum::<f64>() + WIDER * self.widening(things, by)
        };
        let wishes = links
            .iter()
            .map(|link| (link.other - link.own).max(room.0).min(room.1));
        let best = wishes.min_by(|&one, &other| cost(one).total_cmp(&cost(other)));
        let Some(by) = best.filter(|&by| cost(by) < cost(0.0) - 0.5) else {
            return false;
        };
        for &thing in things {
            self.lines.x[thing] += by;
            self.push(thing);
        }
        true
    }

    /// Returns how much wider groups become if some things move.
    fn widening(&self, things: &[usize], by: f64) -> f64 {
        let mut most: f64 = 0.0;
        for &thing in things {
            let x = self.lines.x[thing] + by;
            for distance in &self.after[thing] {
                if matches!(self.lines.side_of(distance.right), Some((_, Side::Right))) {
                    most = most.max(x + distance.least - self.lines.x[distance.right]);
                }
            }
            for distance in &self.before[thing] {
                if matches!(self.lines.side_of(distance.left), Some((_, Side::Left))) {
                    most = most.max(self.lines.x[distance.left] + distance.least - x);
                }
            }
        }
        most
    }

    /// Returns how far to the right something can go if its groups give way.
    fn rightmost(&self, line: usize) -> f64 {
        let limit = |distance: &Distance| {
            let right = match self.lines.side_of(distance.right) {
                Some((_, Side::Right)) => self.rightmost(distance.right),
                _ => self.lines.x[distance.right],
            };
            right - distance.least
        };
        self.after[line]
            .iter()
            .map(limit)
            .fold(f64::INFINITY, f64::min)
    }

    /// Returns how far to the left something can go if its groups give way.
    fn leftmost(&self, line: usize) -> f64 {
        let limit = |distance: &Distance| {
            let left = match self.lines.side_of(distance.left) {
                Some((_, Side::Left)) => self.leftmost(distance.left),
                _ => self.lines.x[distance.left],
            };
            left + distance.least
        };
        self.before[line]
            .iter()
            .map(limit)
            .fold(f64::NEG_INFINITY, f64::max)
    }

    /// Moves the sides of the groups around something out of its way.
    fn push(&mut self, line: usize) {
        for index in 0..self.after[line].len() {
            let Distance { right, least, .. } = self.after[line][index];
            if self.lines.x[right] < self.lines.x[line] + least
                && matches!(self.lines.side_of(right), Some((_, Side::Right)))
            {
                self.lines.x[right] = self.lines.x[line] + least;
                self.push(right);
            }
        }
        for index in 0..self.before[line].len() {
            let Distance { left, least, .. } = self.before[line][index];
            if self.lines.x[left] > self.lines.x[line] - least
                && matches!(self.lines.side_of(left), Some((_, Side::Left)))
            {
                self.lines.x[left] = self.lines.x[line] - least;
                self.push(left);
            }
        }
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
