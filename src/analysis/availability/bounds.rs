//! Sound bounds of how often a formula does not hold, without a diagram.

use std::collections::BTreeSet;

use super::pool::either;
use crate::analysis::success::{Formula, Shape, Term};

/// Returns an unavailability that is not too great and one that is not too small,
/// without a diagram. What shares parts fails together rather than apart (Esary,
/// Proschan and Walkup, "Association of random variables", 1967), so that terms
/// taken as independent bound `all` from above and `any` from below; and a term
/// is no better than the worst of what it needs.
pub(super) fn bounds(formula: &Formula, below: &[Term], down: &[f64]) -> (f64, f64) {
    let mut known: Vec<(f64, f64)> = Vec::with_capacity(below.len());
    for term in below {
        let of = |children: &[Term]| -> Vec<(f64, f64)> {
            let place = |child| below.binary_search(child).unwrap_or_default();
            children.iter().map(|child| known[place(child)]).collect()
        };
        known.push(match formula.shape(*term) {
            Shape::True => (0.0, 0.0),
            Shape::False => (1.0, 1.0),
            Shape::Variable(number) => (down[*number as usize], down[*number as usize]),
            Shape::All(children) => enough(of(children), children.len()),
            Shape::Any(children) => enough(of(children), 1),
            Shape::AtLeast(count, children) => enough(of(children), *count),
        });
    }
    let (low, high) = known[below.len() - 1];
    let root = below[below.len() - 1];
    (low.max(series(formula, root, down)), high)
}

/// Bounds how often fewer than `need` hold.
fn enough(children: Vec<(f64, f64)>, need: usize) -> (f64, f64) {
    let (mut lows, mut highs): (Vec<f64>, Vec<f64>) = children.into_iter().unzip();
    lows.sort_by(|one, other| other.total_cmp(one));
    highs.sort_by(f64::total_cmp);
    let fatal = lows.len() - need + 1;
    let low = lows.iter().take(fatal).product();
    let high = highs
        .iter()
        .take(need)
        .fold(0.0, |sum, it| either(sum, *it));
    (low, high)
}

/// Returns how often one of the variables is down that the root cannot do without.
fn series(formula: &Formula, root: Term, down: &[f64]) -> f64 {
    let mut open = vec![root];
    let mut seen = BTreeSet::new();
    let mut sum = 0.0;
    while let Some(term) = open.pop() {
        if !seen.insert(term) {
            continue;
        }
        match formula.shape(term) {
            Shape::All(children) => open.extend(children),
            Shape::Variable(number) => sum = either(sum, down[*number as usize]),
            _ => {}
        }
    }
    sum
}
