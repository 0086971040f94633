//! What still works when something does not.
//!
//! Takes a model with its success functions and a [`Scenario`], gives the goals
//! that fail and what becomes of each requirement, with the reason. What is known
//! here is what must be up and how available that leaves the rest; load and
//! latency are asked of whoever knows them, through [`Judge`]. Nothing succeeds
//! because more is lost.

use std::collections::{BTreeMap, BTreeSet};

use super::availability::{
    Assumptions, Availability, Lost, Verdict, availability_while, unavailability,
};
use super::success::{Formula, NotEvaluated, Part, Shape, Success, Term};
use super::target;
use crate::model::{Component, Demand, Element, Id, Model, Place, Requirement, RequirementKind};
use crate::vocabulary::Traits;

/// Something that is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Loss {
    /// A component with all its replicas.
    Component(Id<Component>),
    /// A place that the design draws, with all that stands in it.
    Place(Id<Place>),
    /// One part: a replica, a numbered zone or region.
    Part(Part),
}

/// A state of the world to look at.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// What is down.
    pub lost: BTreeSet<Loss>,
    /// The caches that know nothing yet.
    pub cold: BTreeSet<Id<Component>>,
    /// By how much the load is multiplied.
    pub load: f64,
}

impl Default for Scenario {
    fn default() -> Scenario {
        Scenario {
            lost: BTreeSet::new(),
            cold: BTreeSet::new(),
            load: 1.0,
        }
    }
}

/// Knows of a demand what availability does not tell: load, latency.
pub trait Judge {
    /// Returns what becomes of a demand of a requirement or operation; nothing
    /// where it does not know that measure.
    fn judge(&self, scenario: &Scenario, of: Element, demand: &Demand) -> Option<Judgement>;
}

/// Knows nothing but availability.
#[derive(Clone, Copy, Debug, Default)]
pub struct AvailabilityOnly;

impl Judge for AvailabilityOnly {
    fn judge(&self, _: &Scenario, _: Element, _: &Demand) -> Option<Judgement> {
        None
    }
}

impl<F: Fn(&Scenario, Element, &Demand) -> Option<Judgement>> Judge for F {
    fn judge(&self, scenario: &Scenario, of: Element, demand: &Demand) -> Option<Judgement> {
        self(scenario, of, demand)
    }
}

/// What becomes of something that must hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// Whether it does.
    pub verdict: Fate,
    /// Why.
    pub why: String,
}

/// Whether something holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// It does not.
    Breaks,
    /// Nothing tells.
    Unknown,
    /// It does.
    Holds,
}

/// What comes of a scenario.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Each goal of [`Success::goals`], in that order: whether it still succeeds.
    pub succeeds: Vec<bool>,
    /// The requests that fail, a second on average, of those whose rate is known.
    pub rate_lost: f64,
    /// What becomes of requirements and of operations' own demands.
    pub requirements: Vec<RequirementOutcome>,
}

/// What becomes of one requirement, or of an operation's own demand.
#[derive(Clone, Debug)]
pub struct RequirementOutcome {
    /// The requirement or operation.
    pub of: Element,
    /// The demand as it would be written; nothing for what users can do.
    pub demand: Option<String>,
    /// What becomes of it, and why.
    pub judgement: Judgement,
}

/// What one loss, or two together, make fail.
#[derive(Clone, Debug, PartialEq)]
pub struct LossImpact {
    /// What is lost: one thing, or two.
    pub lost: Vec<Loss>,
    /// The goals that fail, by their index in [`Success::goals`].
    pub failing: Vec<usize>,
    /// The requests that fail, a second on average, of those whose rate is known.
    pub rate_lost: f64,
}

/// What single losses and pairs do, worst first.
#[derive(Clone, Debug)]
pub struct AllLosses {
    /// Everything whose loss alone makes something fail.
    pub singles: Vec<LossImpact>,
    /// Pairs that together make something fail that neither does alone.
    pub pairs: Result<Vec<LossImpact>, NotEvaluated>,
}

/// The most things that are tried in pairs.
pub const PAIR_LIMIT: usize = 400;
/// The most terms that may be touched while trying pairs.
const STEP_BUDGET: usize = 20_000_000;

/// Returns what becomes of a design in a scenario.
pub fn whatif(
    model: &Model,
    success: &Success,
    assumptions: &Assumptions,
    scenario: &Scenario,
    judge: &dyn Judge,
) -> Outcome {
    let lost = spread_out(model, scenario);
    let up = up_parts(success, &lost);
    let succeeds: Vec<bool> = success
        .goals
        .iter()
        .map(|goal| success.formula.holds(goal.term, |it| up[it as usize]))
        .collect();
    let rates = success.goals.iter().zip(&succeeds).filter(|(_, it)| !**it);
    let rate_lost = rates
        .filter_map(|(goal, _)| model.rate(goal.of))
        .map(|it| it.average)
        .sum();
    let judging = Judging {
        model,
        success,
        scenario,
        judge,
        succeeds: &succeeds,
        availability: availability_while(model, success, assumptions, &lost),
    };
    Outcome {
        requirements: judging.all(),
        rate_lost,
        succeeds,
    }
}

/// Returns what each loss does by itself, and each pair of losses: of components,
/// of drawn machines, zones, regions and networks, and of numbered zones and
/// regions. Pairs are refused where there are more than [`PAIR_LIMIT`] things.
pub fn all_losses(model: &Model, success: &Success) -> AllLosses {
    let mut falls = Falls::new(model, success);
    let losses = candidates(model, success);
    let parts: Vec<Vec<usize>> = losses.iter().map(|it| falls.terms(*it)).collect();
    let mut alone = Vec::with_capacity(losses.len());
    let mut singles = Vec::new();
    for (loss, terms) in losses.iter().zip(&parts) {
        let failing = falls.failing(&[terms]);
        singles.extend(falls.impact(vec![*loss], failing.clone()));
        alone.push(failing);
    }
    let pairs = pairs(&mut falls, &losses, &parts, &alone);
    rank(model, &mut singles);
    AllLosses {
        singles,
        pairs: pairs.map(|mut pairs| {
            rank(model, &mut pairs);
            pairs
        }),
    }
}

fn pairs(
    falls: &mut Falls,
    losses: &[Loss],
    parts: &[Vec<usize>],
    alone: &[Vec<usize>],
) -> Result<Vec<LossImpact>, NotEvaluated> {
    let count = losses.len();
    if count > PAIR_LIMIT {
        let limit = PAIR_LIMIT;
        return Err(NotEvaluated::TooManyVariables { count, limit });
    }
    falls.steps = 0;
    let mut pairs = Vec::new();
    for one in 0..count {
        for other in one + 1..count {
            let failing = falls.failing(&[&parts[one], &parts[other]]);
            let known: BTreeSet<&usize> = alone[one].iter().chain(&alone[other]).collect();
            if failing.len() > known.len() {
                pairs.extend(falls.impact(vec![losses[one], losses[other]], failing));
            }
            if falls.steps > STEP_BUDGET {
                let budget = STEP_BUDGET;
                return Err(NotEvaluated::TooLarge { budget });
            }
        }
    }
    Ok(pairs)
}

/// Puts first what makes most goals fail, then what loses most requests, then by
/// name.
fn rank(model: &Model, impacts: &mut [LossImpact]) {
    impacts.sort_by(|one, other| {
        let more = other.failing.len().cmp(&one.failing.len());
        let rate = || other.rate_lost.total_cmp(&one.rate_lost);
        let names = |it: &LossImpact| -> Vec<String> {
            it.lost.iter().map(|loss| words(model, *loss)).collect()
        };
        more.then_with(rate)
            .then_with(|| names(one).cmp(&names(other)))
    });
}

/// Returns what a loss is called: `feeds`, `zone 1`, `feeds, replica 2`.
pub fn words(model: &Model, loss: Loss) -> String {
    match loss {
        Loss::Component(id) | Loss::Part(Part::Component(id)) => model.name(id).to_owned(),
        Loss::Place(id) | Loss::Part(Part::Place(id)) => model.places[id].head.path.clone(),
        Loss::Part(Part::Replica(id, number)) => {
            format!("{}, replica {}", model.name(id), u64::from(number) + 1)
        }
        Loss::Part(Part::Zone(region, number)) => {
            let word = if region { "region" } else { "zone" };
            format!("{word} {}", u64::from(number) + 1)
        }
    }
}

/// Returns what may be lost as a whole, each once.
fn candidates(model: &Model, success: &Success) -> Vec<Loss> {
    let components = model
        .components
        .iter()
        .filter(|(_, it)| !it.is(Traits::OUTSIDE));
    let used: BTreeSet<Id<Component>> = success.components.values().copied().collect();
    let mut found: Vec<Loss> = components
        .filter(|(id, _)| used.contains(id))
        .map(|(id, _)| Loss::Component(id))
        .collect();
    let inside = inside(model);
    let places = model
        .places
        .ids()
        .filter(|id| !inside[id.index()].is_empty());
    found.extend(places.map(Loss::Place));
    let zones = success
        .parts
        .iter()
        .filter(|it| matches!(it, Part::Zone(..)));
    let mut zones: Vec<Loss> = zones.map(|it| Loss::Part(*it)).collect();
    zones.sort_unstable();
    found.extend(zones);
    found
}

/// Returns the components that stand in each place, by the place's index.
fn inside(model: &Model) -> Vec<Vec<Id<Component>>> {
    let mut inside = vec![Vec::new(); model.places.len()];
    for (id, component) in model.components.iter() {
        let mut around = component.place;
        while let Some(place) = around {
            inside[place.index()].push(id);
            around = model.places[place].parent;
        }
    }
    inside
}

/// Returns what is down in a scenario: places with what stands in them.
fn spread_out(model: &Model, scenario: &Scenario) -> Lost {
    let mut lost = Lost::default();
    let any_place = scenario.lost.iter().any(|it| matches!(it, Loss::Place(_)));
    let inside = if any_place { inside(model) } else { Vec::new() };
    for loss in &scenario.lost {
        match loss {
            Loss::Component(id) => {
                lost.components.insert(*id);
            }
            Loss::Place(id) => {
                lost.components.extend(&inside[id.index()]);
                lost.parts.insert(Part::Place(*id));
            }
            Loss::Part(part) => {
                lost.parts.insert(*part);
            }
        }
    }
    lost
}

fn up_parts(success: &Success, lost: &Lost) -> Vec<bool> {
    let is_up = |part: &Part| {
        let whole = match part {
            Part::Component(id) | Part::Replica(id, _) => lost.components.contains(id),
            Part::Place(_) | Part::Zone(..) => false,
        };
        !whole && !lost.parts.contains(part)
    };
    success.parts.iter().map(is_up).collect()
}

/// What is known while requirements are judged.
struct Judging<'a> {
    model: &'a Model,
    success: &'a Success,
    scenario: &'a Scenario,
    judge: &'a dyn Judge,
    succeeds: &'a [bool],
    availability: Availability,
}

impl Judging<'_> {
    fn all(&self) -> Vec<RequirementOutcome> {
        let mut found = Vec::new();
        for (id, requirement) in self.model.requirements.iter() {
            match requirement.kind {
                RequirementKind::Functional => found.extend(self.functional(id)),
                RequirementKind::Quality => {
                    found.extend(self.demands(Element::Requirement(id), &requirement.demands))
                }
                _ => {}
            }
        }
        for (id, operation) in self.model.operations.iter() {
            found.extend(self.demands(Element::Operation(id), &operation.demands));
        }
        found
    }

    /// What users can do breaks with any operation or flow that is for it.
    fn functional(&self, id: Id<Requirement>) -> Option<RequirementOutcome> {
        let linked = self.model.linked_to(id);
        let goals = self.success.goals.iter().zip(self.succeeds);
        let serving: Vec<(Element, bool)> = goals
            .filter(|(goal, _)| {
                let flow = goal.flow.map(Element::Flow);
                linked.contains(&goal.of) || flow.is_some_and(|it| linked.contains(&it))
            })
            .map(|(goal, succeeds)| (goal.of, *succeeds))
            .collect();
        let failing: Vec<Element> = serving.iter().filter(|it| !it.1).map(|it| it.0).collect();
        let judgement = match (serving.is_empty(), failing.is_empty()) {
            (true, _) => says(Fate::Unknown, "no operation or flow is for it".to_owned()),
            (_, true) => says(Fate::Holds, "all that is for it still works".to_owned()),
            _ => says(
                Fate::Breaks,
                format!("{} cannot be done", self.names(&failing)),
            ),
        };
        Some(RequirementOutcome {
            of: Element::Requirement(id),
            demand: None,
            judgement,
        })
    }

    fn demands(&self, of: Element, demands: &[Demand]) -> Vec<RequirementOutcome> {
        let outcome = |demand: &Demand| RequirementOutcome {
            of,
            demand: Some(demand.words()),
            judgement: self.demand(of, demand),
        };
        demands.iter().map(outcome).collect()
    }

    fn demand(&self, of: Element, demand: &Demand) -> Judgement {
        if target::is_target(demand) {
            return self.available(of, demand);
        }
        let judged = self.judge.judge(self.scenario, of, demand);
        judged.unwrap_or_else(|| {
            let why = format!("nothing here tells `{}`", demand.measure);
            says(Fate::Unknown, why)
        })
    }

    fn available(&self, of: Element, demand: &Demand) -> Judgement {
        let allowed = unavailability(&demand.bound);
        let goals = self.availability.goals.iter().zip(self.succeeds);
        let concerned = goals.filter(|(goal, _)| self.concerns(of, goal.of));
        let (mut failing, mut broken, mut unknown) = (Vec::new(), Vec::new(), Vec::new());
        let mut any = false;
        for (goal, succeeds) in concerned {
            any = true;
            match goal.verdict_on(allowed) {
                _ if !succeeds => failing.push(goal.of),
                Verdict::Met => {}
                Verdict::Broken => broken.push(goal.of),
                Verdict::Doubtful | Verdict::Unknown => unknown.push(goal.of),
            }
        }
        if !failing.is_empty() {
            let why = format!("{} cannot be done", self.names(&failing));
            return says(Fate::Breaks, why);
        }
        if !broken.is_empty() {
            let why = format!(
                "what is left of {} is too seldom there",
                self.names(&broken)
            );
            return says(Fate::Breaks, why);
        }
        if !any || !unknown.is_empty() {
            let why = match any {
                true => format!("too little is known of {}", self.names(&unknown)),
                false => "it is said of nothing that can be analysed".to_owned(),
            };
            return says(Fate::Unknown, why);
        }
        says(Fate::Holds, "what is left is there often enough".to_owned())
    }

    fn concerns(&self, of: Element, goal: Element) -> bool {
        match of {
            Element::Requirement(id) => {
                let requirement = &self.model.requirements[id];
                let passes = |operation: Id<crate::model::Operation>| {
                    let flows = self.model.flows.iter();
                    let mut flows = flows.filter(|(_, it)| it.operation == Some(operation));
                    let flow = flows.next().map(|(id, _)| id);
                    target::components_of(self.model, operation, flow, |it| {
                        self.success.routing.of(it)
                    })
                };
                target::concerns(self.model, requirement, goal, &passes)
            }
            _ => of == goal,
        }
    }

    fn names(&self, elements: &[Element]) -> String {
        let heads = elements.iter().filter_map(|it| self.model.head(*it));
        let names: Vec<String> = heads.map(|head| format!("`{}`", head.path)).collect();
        match names.as_slice() {
            [a, b, c, _, ..] => format!("{a}, {b}, {c} and {} more", names.len() - 3),
            _ => names.join(", "),
        }
    }
}

fn says(verdict: Fate, why: String) -> Judgement {
    Judgement { verdict, why }
}

/// The terms of all goals, and which of them have fallen.
struct Falls {
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
    steps: usize,
}

impl Falls {
    fn new(model: &Model, success: &Success) -> Falls {
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
        };
        for (index, term) in terms.iter().enumerate() {
            for child in success.formula.children(*term) {
                falls.parents[place[child]].push(index);
            }
            if let Shape::Variable(number) = success.formula.shape(*term) {
                falls.stands_for(success.parts[*number as usize], index);
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

    fn terms(&self, loss: Loss) -> Vec<usize> {
        self.variables.get(&loss).cloned().unwrap_or_default()
    }

    /// Returns the goals that fail with some terms, sorted.
    fn failing(&mut self, lost: &[&Vec<usize>]) -> Vec<usize> {
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

    fn impact(&self, lost: Vec<Loss>, failing: Vec<usize>) -> Option<LossImpact> {
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

#[cfg(test)]
mod tests;
