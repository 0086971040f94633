//! Third phase: in which order the slots of a row stand.
//!
//! Sweeps down and up sort each row by where its arrows come from; then
//! neighbours change places as long as arrows cross less. What is in a group stays
//! together, and groups beside each other have one order in all their rows, so
//! that each can be a rectangle.

use super::rows::{Kind, Rows};
use super::tree::Tree;

/// What an arrow counts where it crosses another line.
const ARROW: u64 = 2;

/// What the side of a group counts: to pass through a group is as bad as three crossings.
const SIDE: u64 = 3;

/// How many times the rows are swept, and in pictures of many slots.
const SWEEPS: usize = 10;
const LARGE_SWEEPS: usize = 3;

/// From how many slots on a picture is large.
const LARGE: usize = 8_000;

/// How many times neighbours may change places in every row after a sweep, and at last.
const SWITCHES: usize = 2;
const LAST_SWITCHES: usize = 12;

/// What a crossing of two arrows costs.
pub(super) const CROSSING: u64 = ARROW * ARROW;

/// The slots of each row from left to right.
#[derive(Clone, Debug)]
pub(super) struct Order {
    /// The slots of each row.
    pub rows: Vec<Vec<usize>>,
    /// What the crossings cost.
    pub cost: u64,
}

/// Orders the slots of all rows; `first` says in which order the arrows are walked at first.
pub(super) fn order(rows: &Rows, tree: &Tree, first: &[usize]) -> Order {
    let mut state = State::new(rows, tree, first);
    let mut best = state.snapshot();
    let large = rows.slots.len() >= LARGE;
    for sweep in 0..if large { LARGE_SWEEPS } else { SWEEPS } {
        state.sweep(sweep % 2 == 0);
        state.switch(SWITCHES);
        let now = state.snapshot();
        if now.cost() < best.cost() {
            best = now;
        }
    }
    state.restore(best);
    state.switch(if large { SWITCHES } else { LAST_SWITCHES });
    Order {
        cost: state.cost(),
        rows: state.rows,
    }
}

/// Something that stands in a group, or outside of all, in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Child {
    Group(usize),
    Slot(usize),
}

/// The lists of an order, and what it costs.
struct Snapshot {
    lists: Vec<Vec<Vec<Child>>>,
    places: Vec<f64>,
    cost: u64,
}

impl Snapshot {
    fn cost(&self) -> u64 {
        self.cost
    }
}

struct State<'a> {
    source: &'a Rows,
    /// The neighbours of each slot in the row above and in the row below, with weights.
    above: Vec<Vec<(usize, u64)>>,
    below: Vec<Vec<(usize, u64)>>,
    /// What stands in each row: first outside of all groups, then in each group.
    lists: Vec<Vec<Vec<Child>>>,
    /// The slots of each row in order.
    rows: Vec<Vec<usize>>,
    /// The position of each slot in its row.
    position: Vec<usize>,
    /// About where each slot is from left to right.
    place: Vec<f64>,
    /// About where each group is: decides the order of groups beside each other.
    places: Vec<f64>,
    siblings: Vec<Vec<usize>>,
}

impl<'a> State<'a> {
    fn new(source: &'a Rows, tree: &Tree, first: &[usize]) -> Self {
        let count = source.slots.len();
        let (above, below) = links(source);
        let groups = source.spans.len();
        let mut siblings = vec![Vec::new(); groups + 1];
        for group in 0..groups {
            siblings[list(tree.parent(group))].push(group);
        }
        let mut state = State {
            source,
            above,
            below,
            lists: vec![vec![Vec::new(); groups + 1]; source.roles.len()],
            rows: vec![Vec::new(); source.roles.len()],
            position: vec![0; count],
            place: first_places(source, first),
            places: vec![0.0; groups],
            siblings,
        };
        for (index, slot) in source.slots.iter().enumerate() {
            let child = match slot.kind {
                Kind::Left(group) => Child::Group(group),
                Kind::Right(_) => continue,
                _ => Child::Slot(index),
            };
            state.lists[slot.row][list(slot.group)].push(child);
        }
        state.place_groups();
        let keys = state.place.clone();
        for row in 0..state.rows.len() {
            state.sort(row, &keys);
        }
        state
    }

    /// Moves each group to the middle of what is in it.
    fn place_groups(&mut self) {
        let mut sums = vec![(0.0, 0.0); self.places.len()];
        for (slot, place) in self.source.slots.iter().zip(&self.place) {
            if let (Some(group), false) = (slot.group, is_side(slot.kind)) {
                sums[group] = (sums[group].0 + place, sums[group].1 + 1.0);
            }
        }
        // Children stand behind their parents.
        for children in (0..self.places.len()).rev() {
            for &group in &self.siblings[children + 1] {
                let (sum, count) = sums[group];
                sums[children] = (sums[children].0 + sum, sums[children].1 + count);
            }
        }
        for (place, (sum, count)) in self.places.iter_mut().zip(sums) {
            if count > 0.0 {
                *place = sum / count;
            }
        }
    }

    fn sweep(&mut self, down: bool) {
        let count = self.rows.len();
        let mut keys = self.place.clone();
        for step in 1..count {
            let row = if down { step } else { count - 1 - step };
            self.pull_row(row, down, &mut keys);
            self.sort(row, &keys);
        }
        self.place_groups();
        let keys = self.place.clone();
        for row in 0..count {
            self.sort(row, &keys);
        }
    }

    /// Finds where each slot of a row would be best, for the row above or below it.
    fn pull_row(&self, row: usize, down: bool, keys: &mut [f64]) {
        let links = if down { &self.above } else { &self.below };
        for &slot in &self.rows[row] {
            let weight: u64 = links[slot].iter().map(|&(_, weight)| weight).sum();
            if weight > 0 {
                let sum: f64 = (links[slot].iter())
                    .map(|&(other, weight)| self.place[other] * weight as f64)
                    .sum();
                keys[slot] = sum / weight as f64;
            }
        }
    }

    /// Sorts a row by keys, groups by their places.
    fn sort(&mut self, row: usize, keys: &[f64]) {
        self.group_key(row, 0, keys);
        self.flatten(row);
    }

    /// Sorts what stands in a group in a row, and returns the mean of its keys and
    /// how many they are.
    fn group_key(&mut self, row: usize, list: usize, keys: &[f64]) -> (f64, f64) {
        let children = std::mem::take(&mut self.lists[row][list]);
        let (mut total, mut count) = (0.0, 0.0);
        let mut keyed: Vec<(f64, Child)> = Vec::with_capacity(children.len());
        for child in children {
            let (sum, number) = match child {
                Child::Group(group) => match self.group_key(row, group + 1, keys) {
                    (_, 0.0) => (self.places[group], 0.0),
                    known => known,
                },
                Child::Slot(slot) if matches!(self.source.slots[slot].kind, Kind::Loop(_)) => {
                    (f64::INFINITY, 0.0)
                }
                Child::Slot(slot) => (keys[slot], 1.0),
            };
            keyed.push((sum / f64::max(number, 1.0), child));
            if number > 0.0 {
                total += sum;
                count += number;
            }
        }
        keyed.sort_by(|one, other| one.0.total_cmp(&other.0));
        self.lists[row][list] = keyed.into_iter().map(|(_, child)| child).collect();
        self.align_groups(row, list);
        (total, count)
    }

    /// Brings the groups of a list into the order of their places.
    fn align_groups(&mut self, row: usize, list: usize) {
        let children = &mut self.lists[row][list];
        let mut groups: Vec<usize> = (children.iter())
            .filter_map(|child| match child {
                Child::Group(group) => Some(*group),
                Child::Slot(_) => None,
            })
            .collect();
        let places = &self.places;
        groups.sort_by(|&one, &other| places[one].total_cmp(&places[other]).then(one.cmp(&other)));
        let mut groups = groups.into_iter();
        for child in children.iter_mut() {
            if let Child::Group(group) = child {
                *group = groups.next().unwrap_or(*group);
            }
        }
    }

    /// Writes the lists of a row out as slots.
    fn flatten(&mut self, row: usize) {
        let mut slots = Vec::with_capacity(self.rows[row].len());
        for &child in &self.lists[row][0] {
            self.push_block(row, child, &mut slots);
        }
        let widths: f64 = slots.iter().map(|&slot| self.width(slot)).sum();
        let mut x = -widths / 2.0;
        for (position, &slot) in slots.iter().enumerate() {
            self.position[slot] = position;
            let width = self.width(slot);
            self.place[slot] = x + width / 2.0;
            x += width;
        }
        self.rows[row] = slots;
    }

    fn width(&self, slot: usize) -> f64 {
        let slot = &self.source.slots[slot];
        slot.before + slot.after + 16.0
    }

    fn push_block(&self, row: usize, child: Child, slots: &mut Vec<usize>) {
        match child {
            Child::Slot(slot) => slots.push(slot),
            Child::Group(group) => {
                let (left, right) = self.source.sides[group][row - self.source.spans[group].0];
                slots.push(left);
                for &inner in &self.lists[row][group + 1] {
                    self.push_block(row, inner, slots);
                }
                slots.push(right);
            }
        }
    }

    /// Lets neighbours change places while that saves crossings.
    fn switch(&mut self, times: usize) {
        for _ in 0..times {
            let mut changed = self.switch_groups();
            for row in 0..self.rows.len() {
                for list in 0..self.lists[row].len() {
                    changed |= self.switch_list(row, list);
                }
            }
            if !changed {
                return;
            }
        }
    }

    fn switch_list(&mut self, row: usize, list: usize) -> bool {
        let mut changed = false;
        for index in 1..self.lists[row][list].len() {
            let (left, right) = (
                self.lists[row][list][index - 1],
                self.lists[row][list][index],
            );
            if matches!((left, right), (Child::Group(_), Child::Group(_))) || self.is_loop(right) {
                continue;
            }
            let (mut before, mut after) = (Vec::new(), Vec::new());
            self.push_block(row, left, &mut before);
            self.push_block(row, right, &mut after);
            if self.pairs(&before, &after) > self.pairs(&after, &before) {
                self.lists[row][list].swap(index - 1, index);
                self.flatten(row);
                changed = true;
            }
        }
        changed
    }

    fn is_loop(&self, child: Child) -> bool {
        let Child::Slot(slot) = child else {
            return false;
        };
        matches!(self.source.slots[slot].kind, Kind::Loop(_))
    }

    /// Returns what it costs that some slots stand before others of their row.
    fn pairs(&self, before: &[usize], after: &[usize]) -> u64 {
        let mut cost = 0;
        for &left in before {
            for &right in after {
                cost += self.pair(&self.above[left], &self.above[right]);
                cost += self.pair(&self.below[left], &self.below[right]);
            }
        }
        cost
    }

    fn pair(&self, left: &[(usize, u64)], right: &[(usize, u64)]) -> u64 {
        let mut cost = 0;
        for &(one, weight) in left {
            for &(other, heft) in right {
                if self.position[one] > self.position[other] {
                    cost += weight * heft;
                }
            }
        }
        cost
    }

    /// Lets groups beside each other change places in all their rows.
    fn switch_groups(&mut self) -> bool {
        let mut changed = false;
        for parent in 0..self.siblings.len() {
            let mut groups = self.siblings[parent].clone();
            let places = &self.places;
            groups.sort_by(|&one, &other| {
                places[one].total_cmp(&places[other]).then(one.cmp(&other))
            });
            for index in 1..groups.len() {
                if self.switch_pair(parent, groups[index - 1], groups[index]) {
                    groups.swap(index - 1, index);
                    changed = true;
                }
            }
        }
        changed
    }

    fn switch_pair(&mut self, list: usize, left: usize, right: usize) -> bool {
        let (one, other) = (self.source.spans[left], self.source.spans[right]);
        let shared = one.0.max(other.0)..=one.1.min(other.1);
        if shared.is_empty() || self.places[left] == self.places[right] {
            return false;
        }
        let around = shared.start().saturating_sub(1)..*shared.end() + 1;
        let count = |state: &Self| -> u64 { around.clone().map(|row| state.between(row)).sum() };
        let before = count(self);
        self.exchange(list, left, right, shared.clone());
        if count(self) < before {
            self.places.swap(left, right);
            return true;
        }
        self.exchange(list, left, right, shared);
        false
    }

    fn exchange(
        &mut self,
        list: usize,
        left: usize,
        right: usize,
        rows: std::ops::RangeInclusive<usize>,
    ) {
        for row in rows {
            for child in &mut self.lists[row][list] {
                if *child == Child::Group(left) {
                    *child = Child::Group(right);
                } else if *child == Child::Group(right) {
                    *child = Child::Group(left);
                }
            }
            self.flatten(row);
        }
    }

    /// Returns what all crossings cost.
    fn cost(&self) -> u64 {
        (1..self.rows.len()).map(|row| self.between(row - 1)).sum()
    }

    /// Returns what the crossings between a row and the next one cost.
    fn between(&self, row: usize) -> u64 {
        let width = self.rows.get(row + 1).map_or(0, Vec::len);
        let mut passed = Sums::new(width);
        let mut cost = 0;
        for &slot in &self.rows[row] {
            for &(other, weight) in &self.below[slot] {
                cost += weight * passed.beyond(self.position[other]);
            }
            for &(other, weight) in &self.below[slot] {
                passed.add(self.position[other], weight);
            }
        }
        cost
    }

    fn snapshot(&self) -> Snapshot {
        Snapshot {
            lists: self.lists.clone(),
            places: self.places.clone(),
            cost: self.cost(),
        }
    }

    fn restore(&mut self, snapshot: Snapshot) {
        self.lists = snapshot.lists;
        self.places = snapshot.places;
        for row in 0..self.rows.len() {
            self.flatten(row);
        }
    }
}

/// Sums of weights up to a position (a Fenwick tree).
struct Sums {
    tree: Vec<u64>,
    total: u64,
}

impl Sums {
    fn new(count: usize) -> Self {
        Sums {
            tree: vec![0; count + 1],
            total: 0,
        }
    }

    fn add(&mut self, position: usize, weight: u64) {
        self.total += weight;
        let mut index = position + 1;
        while index < self.tree.len() {
            self.tree[index] += weight;
            index += index & index.wrapping_neg();
        }
    }

    /// Returns the sum of the weights behind a position.
    fn beyond(&self, position: usize) -> u64 {
        let mut index = position + 1;
        let mut sum = 0;
        while index > 0 {
            sum += self.tree[index];
            index -= index & index.wrapping_neg();
        }
        self.total - sum
    }
}

/// Returns the number of the list of a group, or of what is outside of all.
fn list(group: Option<usize>) -> usize {
    group.map_or(0, |group| group + 1)
}

fn is_side(kind: Kind) -> bool {
    matches!(kind, Kind::Left(_) | Kind::Right(_))
}

type Links = Vec<Vec<(usize, u64)>>;

/// Returns the neighbours of each slot in the row above and in the row below.
fn links(rows: &Rows) -> (Links, Links) {
    let (mut above, mut below) = (
        vec![Vec::new(); rows.slots.len()],
        vec![Vec::new(); rows.slots.len()],
    );
    let mut link = |upper: usize, lower: usize, weight: u64| {
        below[upper].push((lower, weight));
        above[lower].push((upper, weight));
    };
    for chain in &rows.chains {
        for pair in chain.slots.windows(2) {
            link(pair[0], pair[1], ARROW);
        }
    }
    for sides in &rows.sides {
        for pair in sides.windows(2) {
            link(pair[0].0, pair[1].0, SIDE);
            link(pair[0].1, pair[1].1, SIDE);
        }
    }
    (above, below)
}

/// Returns a first place for each slot: along a walk from box to box.
fn first_places(rows: &Rows, first: &[usize]) -> Vec<f64> {
    let mut leaving: Vec<Vec<usize>> = vec![Vec::new(); rows.slots.len()];
    for &chain in first {
        let slots = &rows.chains[chain].slots;
        if let (Some(&top), Some(&bottom)) = (slots.first(), slots.last()) {
            leaving[top].push(chain);
            leaving[bottom].push(chain);
        }
    }
    let mut places: Vec<Option<usize>> = vec![None; rows.slots.len()];
    let mut next = 0;
    let mut starts: Vec<usize> = first
        .iter()
        .map(|&chain| rows.chains[chain].slots[0])
        .collect();
    starts.sort_by_key(|&slot| rows.slots[slot].row);
    starts.extend(0..rows.slots.len());
    for start in starts {
        let mut open = vec![start];
        while let Some(slot) = open.pop() {
            if places[slot].is_some() {
                continue;
            }
            places[slot] = Some(next);
            next += 1;
            for &chain in leaving[slot].iter().rev() {
                let slots = &rows.chains[chain].slots;
                for &inner in &slots[1..slots.len() - 1] {
                    if places[inner].is_none() {
                        places[inner] = Some(next);
                        next += 1;
                    }
                }
                open.extend(slots.first().into_iter().chain(slots.last()));
            }
        }
    }
    places
        .into_iter()
        .map(|place| place.unwrap_or(0) as f64)
        .collect()
}
