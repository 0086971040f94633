//! Sixth phase: the tracks of the gaps between rows.
//!
//! In a gap an arrow goes down, aside, and down again. Each way aside has a track
//! of its own; the order of the tracks decides which arrows cross.

/// How near two vertical lines may come before they look like one.
const NEAR: f64 = 6.0;

/// What it costs that two lines run on each other.
const OVERLAP: u64 = 50;

/// How many times the tracks of a gap are reordered.
const ROUNDS: usize = 12;

/// The way of an arrow through a gap: the x at its top and at its bottom.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Step {
    /// Where it enters from above.
    pub from: f64,
    /// Where it leaves below.
    pub to: f64,
}

impl Step {
    /// Returns whether it goes aside at all.
    pub(super) fn bends(&self) -> bool {
        (self.from - self.to).abs() > 0.01
    }

    fn span(&self) -> (f64, f64) {
        (self.from.min(self.to), self.from.max(self.to))
    }

    fn covers(&self, x: f64) -> bool {
        let (left, right) = self.span();
        left < x && x < right
    }
}

/// Returns the track of each step, from 0 at the top, and how many there are.
pub(super) fn tracks(steps: &[Step]) -> (Vec<usize>, usize) {
    let mut order: Vec<usize> = (0..steps.len())
        .filter(|&index| steps[index].bends())
        .collect();
    order.sort_by(|&one, &other| start_key(&steps[one]).total_cmp(&start_key(&steps[other])));
    improve(steps, &mut order);
    let mut levels = vec![0; steps.len()];
    let mut count = 0;
    for (position, &step) in order.iter().enumerate() {
        let above = order[..position]
            .iter()
            .filter(|&&other| meet(&steps[other], &steps[step]));
        levels[step] = above.map(|&other| levels[other] + 1).max().unwrap_or(0);
        count = count.max(levels[step] + 1);
    }
    (levels, count)
}

/// Those that go right come from the right first, those that go left from the left:
/// then neighbours with one direction do not cross.
fn start_key(step: &Step) -> f64 {
    match step.from < step.to {
        true => -step.from,
        false => step.from,
    }
}

/// Moves tracks to where they cost least, one by one.
fn improve(steps: &[Step], order: &mut [usize]) {
    for _ in 0..ROUNDS {
        let mut changed = false;
        for position in 0..order.len() {
            changed |= reinsert(steps, order, position);
        }
        if !changed {
            return;
        }
    }
}

/// Moves one track to its best position; returns whether that saves anything.
fn reinsert(steps: &[Step], order: &mut [usize], position: usize) -> bool {
    let step = &steps[order[position]];
    let gain = |other: usize| {
        let other = &steps[other];
        (cost(step, other) as i64, cost(other, step) as i64)
    };
    let (mut best, mut target) = (0, position);
    let mut change = 0;
    for (index, &other) in order.iter().enumerate().skip(position + 1) {
        let (above, below) = gain(other);
        change += below - above;
        if change < best {
            (best, target) = (change, index);
        }
    }
    change = 0;
    for (index, &other) in order.iter().enumerate().take(position).rev() {
        let (above, below) = gain(other);
        change += above - below;
        if change < best {
            (best, target) = (change, index);
        }
    }
    match target > position {
        true => order[position..=target].rotate_left(1),
        false => order[target..=position].rotate_right(1),
    }
    target != position
}

/// Returns what it costs that one track is above another.
fn cost(upper: &Step, lower: &Step) -> u64 {
    let mut cost = 0;
    cost += u64::from(upper.covers(lower.from));
    cost += u64::from(lower.covers(upper.to));
    cost += OVERLAP * u64::from((upper.to - lower.from).abs() < NEAR);
    cost
}

/// Returns whether two steps cannot share a track.
fn meet(one: &Step, other: &Step) -> bool {
    let ((left, right), (start, end)) = (one.span(), other.span());
    left < end + NEAR && start < right + NEAR
}
