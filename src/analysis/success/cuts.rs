//! Minimal cuts: the fewest parts whose loss ends success.
//!
//! Under one loss a formula is decided bottom-up whatever it shares, so losing
//! each part in turn is exact. Three things keep that cheap: a loss spreads
//! only to the terms that fall; it ends at a term that the root cannot do
//! without; and parts that fall into the same term are tried once.

use super::formula::place;
use super::{Formula, NotEvaluated, Shape, Term};
use std::collections::BTreeMap;

/// The most parts, single cuts left out, that are tried in pairs.
const PAIR_LIMIT: usize = 2_000;

/// The most terms that may be touched while trying pairs.
const STEP_BUDGET: usize = 50_000_000;

/// Returns the parts without which a term cannot hold, sorted.
///
/// A term that never holds has none: nothing need fail for it to fail.
pub fn single_cuts(formula: &Formula, root: Term) -> Vec<u32> {
    let mut losses = Losses::new(formula, root);
    let (cuts, _) = losses.split(&classes(formula, root, &losses));
    let mut cuts = cuts.concat();
    cuts.sort_unstable();
    cuts
}

/// Returns the pairs of parts without which a term cannot hold though it can
/// without either of them, sorted, the smaller part first.
///
/// # Errors
///
/// If too many parts would have to be tried, or trying them takes too long.
pub fn cut_pairs(formula: &Formula, root: Term) -> Result<Vec<(u32, u32)>, NotEvaluated> {
    cut_pairs_within(formula, root, STEP_BUDGET)
}

/// As [`cut_pairs`], where at most so many terms may be touched.
///
/// # Errors
///
/// If too many parts would have to be tried, or trying them takes too long.
pub fn cut_pairs_within(
    formula: &Formula,
    root: Term,
    budget: usize,
) -> Result<Vec<(u32, u32)>, NotEvaluated> {
    let mut losses = Losses::new(formula, root);
    let (_, classes) = losses.split(&classes(formula, root, &losses));
    let count = classes.iter().map(|class| class.parts.len()).sum();
    if count > PAIR_LIMIT {
        let limit = PAIR_LIMIT;
        return Err(NotEvaluated::TooManyVariables { count, limit });
    }
    losses.steps = 0;
    let mut pairs = Vec::new();
    for (index, first) in classes.iter().enumerate() {
        let mut fallen = Vec::new();
        losses.lose(first.head, &mut fallen);
        for second in &classes[index + 1..] {
            if losses.would_end(second.head) {
                pairs.extend(products(&first.parts, &second.parts));
            }
            if losses.steps > budget {
                return Err(NotEvaluated::TooLarge { budget });
            }
        }
        losses.restore(&fallen);
    }
    pairs.sort_unstable();
    Ok(pairs)
}

/// Parts whose loss has the same effect: the fall of one term.
#[derive(Clone)]
struct Class {
    head: usize,
    parts: Vec<u32>,
}

/// Groups the parts of a term by the term that falls with each.
fn classes(formula: &Formula, root: Term, losses: &Losses) -> Vec<Class> {
    let mut parts: BTreeMap<usize, Vec<u32>> = BTreeMap::new();
    for (index, &term) in formula.below(root).iter().enumerate() {
        if let Shape::Variable(variable) = formula.shape(term) {
            let head = losses.head[index];
            parts.entry(head).or_default().push(*variable);
        }
    }
    let class = |(head, parts)| Class { head, parts };
    parts.into_iter().map(class).collect()
}

fn products(left: &[u32], right: &[u32]) -> Vec<(u32, u32)> {
    let pair = |&one: &u32, &other: &u32| (one.min(other), one.max(other));
    left.iter()
        .flat_map(|one| right.iter().map(move |other| pair(one, other)))
        .collect()
}

/// The terms under a root, by their place, and which of them have fallen.
struct Losses {
    /// Whose child a term is, as often as it is.
    parents: Vec<Vec<usize>>,
    /// How many children must fall for a term to fall.
    tolerance: Vec<usize>,
    /// Whether the root falls with this term, because only `All` lies between.
    essential: Vec<bool>,
    /// The topmost term that falls with this one and through which alone this
    /// one matters.
    head: Vec<usize>,
    fallen: Vec<bool>,
    fallen_children: Vec<usize>,
    /// How many terms were touched so far.
    steps: usize,
}

impl Losses {
    fn new(formula: &Formula, root: Term) -> Self {
        let below = formula.below(root);
        let mut losses = Self {
            parents: vec![Vec::new(); below.len()],
            tolerance: Vec::with_capacity(below.len()),
            essential: vec![false; below.len()],
            head: (0..below.len()).collect(),
            fallen: vec![false; below.len()],
            fallen_children: vec![0; below.len()],
            steps: 0,
        };
        for (index, &term) in below.iter().enumerate() {
            losses.tolerance.push(tolerance(formula.shape(term)));
            for &child in formula.children(term) {
                losses.parents[place(&below, child)].push(index);
            }
        }
        losses.look_down();
        losses
    }

    /// Fills `essential` and `head`, parents first.
    fn look_down(&mut self) {
        let root = self.parents.len() - 1;
        self.essential[root] = true;
        for index in (0..root).rev() {
            let parents = &self.parents[index];
            let falls_with = |&parent: &usize| self.tolerance[parent] == 1;
            let essential = |&parent: &usize| falls_with(&parent) && self.essential[parent];
            self.essential[index] = parents.iter().any(essential);
            let head = self.head[parents[0]];
            let same_head = |parent: &usize| falls_with(parent) && self.head[*parent] == head;
            if parents.iter().all(same_head) {
                self.head[index] = head;
            }
        }
    }

    /// Parts the classes whose loss alone ends success from the others.
    fn split(&mut self, classes: &[Class]) -> (Vec<Vec<u32>>, Vec<Class>) {
        let (cuts, others): (Vec<_>, Vec<_>) = classes
            .iter()
            .cloned()
            .partition(|class| self.would_end(class.head));
        (cuts.into_iter().map(|class| class.parts).collect(), others)
    }

    /// Tells whether the root would fall with one more term.
    fn would_end(&mut self, term: usize) -> bool {
        let mut fallen = Vec::new();
        let ends = self.lose(term, &mut fallen);
        self.restore(&fallen);
        ends
    }

    /// Lets a term fall and all that cannot hold without it; stops and tells
    /// when the root is sure to fall.
    fn lose(&mut self, term: usize, fallen: &mut Vec<usize>) -> bool {
        let mut open = vec![term];
        while let Some(term) = open.pop() {
            self.steps += 1;
            if self.essential[term] {
                return true;
            }
            if self.fallen[term] {
                continue;
            }
            self.fallen[term] = true;
            fallen.push(term);
            self.steps += self.parents[term].len();
            for &parent in &self.parents[term] {
                self.fallen_children[parent] += 1;
                if self.fallen_children[parent] == self.tolerance[parent] {
                    open.push(parent);
                }
            }
        }
        false
    }

    /// Takes back what [`Losses::lose`] did.
    fn restore(&mut self, fallen: &[usize]) {
        for &term in fallen {
            self.fallen[term] = false;
            for &parent in &self.parents[term] {
                self.fallen_children[parent] -= 1;
            }
        }
    }
}

/// Returns how many children must fall for a term to fall.
fn tolerance(shape: &Shape) -> usize {
    match shape {
        Shape::True | Shape::False | Shape::Variable(_) => 0,
        Shape::All(_) => 1,
        Shape::Any(children) => children.len(),
        Shape::AtLeast(count, children) => children.len() - count + 1,
    }
}
