//! What falls with what, found by counting fallen children upward.

use std::collections::{BTreeMap, BTreeSet};

use super::{Loss, LossImpact, inside};
use crate::analysis::success::{Formula, Part, Shape, Success, Term};
use crate::model::{Component, Id, Model};

/// The terms of all goals, and which of them have fallen.
pub(super) struct Falls {
    /// Whose child a term is, as often as it is.
    parents: Vec<Vec<usize>>,
    /// How many children must fall for a term to fall.
    tolerance: Vec<usize>,
    fallen_children: Vec<usize>,
    fallen: Vec<bool>,
    /// The goals that a term is.
    goals: Vec<Vec<usize>>,
    /// The rate of each goal.
    rates: Vec<f64>,
    /// The terms of the variables of each component, place and zone.
    variables: BTreeMap<Loss, Vec<usize>>,
    /// How many terms were touched.
    pub steps: usize,
    /// The terms of components, by the component.
    components: BTreeMap<Id<Component>, Vec<usize>>,
}

impl Falls {
    pub fn new(model: &Model, success: &Success) -> Falls {
        let terms = terms(success);
        let place: BTreeMap<Term, usize> = terms.iter().copied().zip(0..).collect();
        let mut falls = Falls {
            parents: vec![Vec::new(); terms.len()],
            tolerance: terms
                .iter()
                .map(|it| tolerance(&success.formula, *it))
                .collect(),
            fallen_children: vec![0; terms.len()],
            fallen: vec![false; terms.len()],
            goals: vec![Vec::new(); terms.len()],
            rates: Vec::new(),
            variables: BTreeMap::new(),
            steps: 0,
            components: BTreeMap::new(),
        };
        for (index, term) in terms.iter().enumerate() {
            for child in success.formula.children(*term) {
                falls.parents[place[child]].push(index);
            }
            if let Shape::Variable(number) = success.formula.shape(*term) {
                falls.stands_for(success.parts[*number as usize], index);
            }
        }
        for (term, id) in &success.components {
            if let Some(index) = place.get(term) {
                falls.components.entry(*id).or_default().push(*index);
            }
        }
        for (index, goal) in success.goals.iter().enumerate() {
            falls.goals[place[&goal.term]].push(index);
            let rate = model.rate(goal.of).map_or(0.0, |rate| rate.average);
            falls.rates.push(rate);
        }
        falls.places(model);
        falls
    }

    fn stands_for(&mut self, part: Part, term: usize) {
        let loss = match part {
            Part::Component(id) | Part::Replica(id, _) => Loss::Component(id),
            Part::Place(id) => Loss::Place(id),
            Part::Zone(..) => Loss::Part(part),
        };
        if loss != Loss::Part(part) {
            self.variables
                .entry(Loss::Part(part))
                .or_default()
                .push(term);
        }
        self.variables.entry(loss).or_default().push(term);
    }

    /// Lets a place fall with all that stands in it.
    fn places(&mut self, model: &Model) {
        for (place, components) in inside(model).into_iter().enumerate() {
            let parts = components.iter();
            let parts = parts.filter_map(|id| self.variables.get(&Loss::Component(*id)));
            let terms: Vec<usize> = parts.flatten().copied().collect();
            let known = self.variables.entry(Loss::Place(Id::new(place)));
            known.or_default().extend(terms);
        }
    }

    pub fn terms(&self, loss: Loss) -> Vec<usize> {
        self.variables.get(&loss).cloned().unwrap_or_default()
    }

    /// Returns the terms that say that a component is there.
    pub fn whole(&self, id: Id<Component>) -> Vec<usize> {
        self.components.get(&id).cloned().unwrap_or_default()
    }

    /// Returns the goals that fail with some terms, sorted.
    pub fn failing(&mut self, lost: &[&Vec<usize>]) -> Vec<usize> {
        let mut open: Vec<usize> = lost.iter().flat_map(|it| it.iter()).copied().collect();
        let (mut fallen, mut failing) = (Vec::new(), Vec::new());
        while let Some(term) = open.pop() {
            if std::mem::replace(&mut self.fallen[term], true) {
                continue;
            }
            fallen.push(term);
            failing.extend(&self.goals[term]);
            self.steps += 1 + self.parents[term].len();
            for parent in &self.parents[term] {
                self.fallen_children[*parent] += 1;
                if self.fallen_children[*parent] == self.tolerance[*parent] {
                    open.push(*parent);
                }
            }
        }
        for term in fallen {
            self.fallen[term] = false;
            for parent in &self.parents[term] {
                self.fallen_children[*parent] -= 1;
            }
        }
        failing.sort_unstable();
        failing
    }

    pub fn impact(&self, lost: Vec<Loss>, failing: Vec<usize>) -> Option<LossImpact> {
        let rate_lost = failing.iter().map(|goal| self.rates[*goal]).sum();
        (!failing.is_empty()).then_some(LossImpact {
            lost,
            failing,
            rate_lost,
        })
    }
}

/// Returns the terms of all goals, children before their parents.
fn terms(success: &Success) -> Vec<Term> {
    let mut seen = BTreeSet::new();
    let mut open: Vec<Term> = success.goals.iter().map(|goal| goal.term).collect();
    while let Some(term) = open.pop() {
        if seen.insert(term) {
            open.extend(success.formula.children(term));
        }
    }
    seen.into_iter().collect()
}

/// Returns how many children must fall for a term to fall.
fn tolerance(formula: &Formula, term: Term) -> usize {
    match formula.shape(term) {
        Shape::True | Shape::False | Shape::Variable(_) => usize::MAX,
        Shape::All(_) => 1,
        Shape::Any(children) => children.len(),
        Shape::AtLeast(count, children) => children.len() - count + 1,
    }
}
