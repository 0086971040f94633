//! Fifth phase: where on its side each arrow leaves or meets a box.
//!
//! The arrows of a side stand in the order of where they go next, as near to
//! straight as the room between them allows.

use super::columns::Columns;
use super::rows::{Kind, Rows};

/// Room between two arrows on a side, where the box is wide enough.
const APART: f64 = 14.0;

/// How much nearer to a corner an arrow may come if it is straight then.
const GIVE: f64 = 2.0;

/// How often both ends of an arrow look at each other.
const ROUNDS: usize = 3;

/// The x of the upper and of the lower end of each chain.
pub(super) type Ports = Vec<[f64; 2]>;

/// Chooses where the arrows leave and meet their boxes.
pub(super) fn ports(rows: &Rows, columns: &Columns) -> Ports {
    let mut ports: Ports = (rows.chains.iter())
        .map(|chain| [chain.slots[0], chain.slots[chain.slots.len() - 1]])
        .map(|ends| ends.map(|slot| columns.slots[slot]))
        .collect();
    let sides = sides(rows);
    for round in 0..ROUNDS {
        for (node, [above, below]) in sides.iter().enumerate() {
            place_side(rows, columns, &mut ports, node, above, 1);
            if round + 1 < ROUNDS {
                place_side(rows, columns, &mut ports, node, below, 0);
            }
        }
    }
    ports
}

/// Returns the chains that meet the upper and the lower side of each box.
fn sides(rows: &Rows) -> Vec<[Vec<usize>; 2]> {
    let mut sides: Vec<[Vec<usize>; 2]> = Vec::new();
    for (index, chain) in rows.chains.iter().enumerate() {
        let (top, bottom) = (chain.slots[0], chain.slots[chain.slots.len() - 1]);
        for (slot, side) in [(top, 1), (bottom, 0)] {
            if let Kind::Node(node) = rows.slots[slot].kind {
                if sides.len() <= node {
                    sides.resize(node + 1, Default::default());
                }
                sides[node][side].push(index);
            }
        }
    }
    sides
}

fn place_side(
    rows: &Rows,
    columns: &Columns,
    ports: &mut Ports,
    node: usize,
    chains: &[usize],
    end: usize,
) {
    if chains.is_empty() {
        return;
    }
    let mut wishes: Vec<(f64, f64, usize)> = (chains.iter())
        .map(|&chain| {
            let (next, far) = ahead(rows, columns, ports, chain, end);
            (next, far, chain)
        })
        .collect();
    wishes.sort_by(|one, other| {
        (one.0.total_cmp(&other.0))
            .then(one.1.total_cmp(&other.1))
            .then(one.2.cmp(&other.2))
    });
    let half = rows.slots[node].before;
    let corner = (half * 0.3).min(22.0);
    let reach = half - corner;
    let middle = columns.slots[node];
    let wanted: Vec<f64> = wishes.iter().map(|wish| wish.0).collect();
    let near = |limit: f64, wish: f64| (limit - wish).abs() < GIVE.min(corner);
    let (mut low, mut high) = (middle - reach, middle + reach);
    if near(low, wanted[0]) {
        low = low.min(wanted[0]);
    }
    if near(high, wanted[wanted.len() - 1]) {
        high = high.max(wanted[wanted.len() - 1]);
    }
    let places = spread(&wanted, low, high);
    for (wish, place) in wishes.iter().zip(places) {
        ports[wish.2][end] = place;
    }
}

/// Returns the x that a chain has next after its end, and the one after that.
fn ahead(rows: &Rows, columns: &Columns, ports: &Ports, chain: usize, end: usize) -> (f64, f64) {
    let slots = &rows.chains[chain].slots;
    let last = slots.len() - 1;
    let at = |step: usize| match step.min(last) {
        step if step == last => ports[chain][1 - end],
        step => columns.slots[slots[if end == 0 { step } else { last - step }]],
    };
    (at(1), at(2))
}

/// Returns the places nearest to wishes that keep apart and within their limits.
fn spread(wishes: &[f64], low: f64, high: f64) -> Vec<f64> {
    let between = (wishes.len() - 1).max(1) as f64;
    let apart = APART.min((high - low) / between);
    // Without their distances the places must only not fall: the means of blocks.
    let mut blocks: Vec<(f64, usize)> = Vec::new();
    for (index, wish) in wishes.iter().enumerate() {
        let mut block = (wish.clamp(low, high) - index as f64 * apart, 1);
        while let Some(&(mean, count)) = blocks.last() {
            if mean <= block.0 {
                break;
            }
            let total = count + block.1;
            block.0 = (mean * count as f64 + block.0 * block.1 as f64) / total as f64;
            block.1 = total;
            blocks.pop();
        }
        blocks.push(block);
    }
    let top = high - (wishes.len() - 1) as f64 * apart;
    (blocks.into_iter())
        .flat_map(|(mean, count)| std::iter::repeat_n(mean.max(low).min(top), count))
        .enumerate()
        .map(|(index, base)| base + index as f64 * apart)
        .collect()
}
