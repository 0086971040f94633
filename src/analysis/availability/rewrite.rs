//! Formulas over components and drawn places, and the diagrams that answer them.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::evaluate::Cause;
use crate::analysis::success::{Diagram, Formula, NotEvaluated, Part, Shape, Success, Term};
use crate::model::{Component, Id, Model, Place};

/// Makes each component one variable, with the drawn regions around it beside it.
pub(super) fn rewrite(model: &Model, success: &Success) -> (Formula, Vec<Cause>, Vec<Term>) {
    let mut formula = Formula::new();
    let mut numbers: BTreeMap<Cause, u32> = BTreeMap::new();
    let mut causes = Vec::new();
    let mut variable = |formula: &mut Formula, cause: Cause| {
        let number = *numbers.entry(cause).or_insert_with(|| {
            causes.push(cause);
            causes.len() as u32 - 1
        });
        formula.variable(number)
    };
    let mut rewritten: BTreeMap<Term, Term> = BTreeMap::new();
    for term in needed(success) {
        let of = |children: &[Term]| -> Vec<Term> {
            children.iter().map(|child| rewritten[child]).collect()
        };
        let new = match success.components.get(&term) {
            Some(id) => {
                let mut terms = vec![variable(&mut formula, Cause::Component(*id))];
                for place in regions_around(model, *id) {
                    terms.push(variable(&mut formula, Cause::Place(place)));
                }
                formula.all(terms)
            }
            None => match success.formula.shape(term) {
                Shape::False => formula.never(),
                Shape::Variable(number) => match success.parts[*number as usize] {
                    Part::Place(place) => variable(&mut formula, Cause::Place(place)),
                    // Replicas and zones stand under their component only.
                    _ => formula.always(),
                },
                Shape::True => formula.always(),
                Shape::All(children) => formula.all(of(children)),
                Shape::Any(children) => formula.any(of(children)),
                Shape::AtLeast(count, children) => formula.at_least(*count, of(children)),
            },
        };
        rewritten.insert(term, new);
    }
    let roots = success.goals.iter().map(|goal| rewritten[&goal.term]);
    let roots = roots.collect();
    (formula, causes, roots)
}

/// Returns the terms of all goals down to components, children before parents.
fn needed(success: &Success) -> Vec<Term> {
    let mut seen = BTreeSet::new();
    let mut open: Vec<Term> = success.goals.iter().map(|goal| goal.term).collect();
    while let Some(term) = open.pop() {
        if seen.insert(term) && !success.components.contains_key(&term) {
            open.extend(success.formula.children(term));
        }
    }
    seen.into_iter().collect()
}

fn regions_around(model: &Model, id: Id<Component>) -> Vec<Id<Place>> {
    let mut around = model.components[id].place;
    let mut found = Vec::new();
    while let Some(place) = around {
        if model.places[place].kind.name == "region" {
            found.push(place);
        }
        around = model.places[place].parent;
    }
    found
}

/// Builds a goal's diagram: depth first, and where that grows too large level by level,
/// and then with what most others share asked first. Returns what that took, too.
pub(super) fn diagram(
    formula: &Formula,
    below: &[Term],
    variables: &[u32],
    budget: usize,
) -> (Result<Diagram, NotEvaluated>, usize) {
    let root = below[below.len() - 1];
    let mut used = 0;
    let mut refused = NotEvaluated::TooLarge { budget };
    let orders: [fn(&Formula, &[Term], &[u32]) -> Vec<u32>; 3] =
        [|_, _, it| it.to_vec(), by_level, by_use];
    for order in orders {
        let order = order(formula, below, variables);
        match Diagram::ordered(formula, root, order, budget) {
            Ok(diagram) => {
                used += diagram.steps();
                return (Ok(diagram), used);
            }
            Err(why) => (refused, used) = (why, used + budget),
        }
    }
    (Err(refused), used)
}

/// Returns variables in the order of how many terms are around them.
fn by_level(formula: &Formula, below: &[Term], _: &[u32]) -> Vec<u32> {
    let mut seen = BTreeSet::new();
    let mut waiting = VecDeque::from_iter(below.last().copied());
    let mut order = Vec::new();
    while let Some(term) = waiting.pop_front() {
        if !seen.insert(term) {
            continue;
        }
        if let Shape::Variable(number) = formula.shape(term) {
            order.push(*number);
        }
        waiting.extend(formula.children(term));
    }
    order
}

/// Returns variables in the order of how many terms need them, most first.
fn by_use(formula: &Formula, below: &[Term], variables: &[u32]) -> Vec<u32> {
    let mut uses: BTreeMap<u32, usize> = BTreeMap::new();
    for child in below.iter().flat_map(|term| formula.children(*term)) {
        if let Shape::Variable(number) = formula.shape(*child) {
            *uses.entry(*number).or_default() += 1;
        }
    }
    let mut order = variables.to_vec();
    order.sort_by_key(|it| std::cmp::Reverse(uses.get(it).copied().unwrap_or(0)));
    order
}
