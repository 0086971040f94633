//! Tries several beginnings and keeps the best picture.
//!
//! How many is decided by the size of the picture, never by the clock, so that it
//! comes out the same on every machine. The beginning that follows the order of the
//! names is kept unless another is clearly better: then small edits change little.

use rayon::prelude::*;

use super::check;
use super::columns::columns;
use super::jogs::straighten_jogs;
use super::order::{CROSSING, Order, order};
use super::parts::crop;
use super::ports::ports;
use super::rank::ranks;
use super::router::{Plan, route};
use super::rows::{Rows, rows};
use super::tree::Tree;
use super::{Outline, Placement};

/// How many of the tries are drawn to the end, and in large pictures.
const FINALISTS: usize = 4;
const LARGE_FINALISTS: usize = 1;

/// How much better another beginning must be than the usual one.
const CLEARLY: f64 = 0.95;

/// Places a picture in the best of several ways.
pub(super) fn best(outline: &Outline) -> Placement {
    let tree = Tree::new(outline);
    let mut tries: Vec<Try> = (0..count(outline))
        .into_par_iter()
        .map(|seed| Try::new(outline, &tree, seed))
        .collect();
    tries.sort_by(|one, other| (one.cost.total_cmp(&other.cost)).then(one.seed.cmp(&other.seed)));
    tries.truncate(match outline.nodes.len() {
        0..=100 => FINALISTS,
        _ => LARGE_FINALISTS,
    });
    let drawn: Vec<(f64, Placement)> = (tries.par_iter())
        .map(|attempt| {
            let placement = attempt.draw(outline, &tree);
            (score(outline, &placement), placement)
        })
        .collect();
    let best = drawn
        .into_iter()
        .min_by(|one, other| one.0.total_cmp(&other.0));
    best.map(|(_, placement)| placement).unwrap_or_default()
}

/// Returns how many beginnings are tried.
fn count(outline: &Outline) -> u64 {
    match outline.nodes.len() + outline.groups.len() {
        0..=1 => 1,
        2..=20 => 64,
        21..=40 => 24,
        41..=100 => 8,
        101..=300 => 4,
        _ => 1,
    }
}

/// Rows in order, from one beginning.
struct Try {
    seed: u64,
    rows: Rows,
    order: Order,
    cost: f64,
}

impl Try {
    fn new(outline: &Outline, tree: &Tree, seed: u64) -> Self {
        let mut random = Random::new(seed);
        let arrows = random.permutation(outline.edges.len());
        let ranks = ranks(outline, tree, &arrows);
        let rows = rows(outline, tree, &ranks);
        let order = order(&rows, tree, &random.permutation(rows.chains.len()));
        let crossings = order.cost as f64 / CROSSING as f64;
        let slots = rows.slots.len() as f64;
        let usual = if seed == 0 { CLEARLY } else { 1.0 };
        Try {
            cost: (crossings * 100.0 + slots * 8.0) * usual,
            seed,
            rows,
            order,
        }
    }

    fn draw(&self, outline: &Outline, tree: &Tree) -> Placement {
        let columns = columns(outline, &self.rows, &self.order);
        let ports = ports(&self.rows, &columns);
        let mut placement = route(&Plan {
            outline,
            tree,
            rows: &self.rows,
            order: &self.order,
            columns: &columns,
            ports: &ports,
        });
        straighten_jogs(outline, tree, &mut placement);
        crop(&mut placement);
        placement
    }
}

/// Returns how bad a picture is.
fn score(outline: &Outline, placement: &Placement) -> f64 {
    let report = check::check(outline, placement);
    100.0 * report.crossings as f64
        + 300.0 * report.edges_through_groups as f64
        + 10.0 * report.bends as f64
        + report.length / 20.0
        + (placement.size.width / 1.6).max(placement.size.height) / 4.0
}

/// Numbers that look random and are the same every time (SplitMix64).
struct Random {
    seed: u64,
    state: u64,
}

impl Random {
    fn new(seed: u64) -> Self {
        Random { seed, state: seed }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Returns the numbers up to a count in some order; in their own for the first seed.
    fn permutation(&mut self, count: usize) -> Vec<usize> {
        let mut all: Vec<usize> = (0..count).collect();
        if self.seed > 0 {
            for index in (1..count).rev() {
                let other = (self.next() % (index as u64 + 1)) as usize;
                all.swap(index, other);
            }
        }
        all
    }
}
