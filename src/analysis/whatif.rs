//! What still works when something does not.
//!
//! Takes a model with its success functions and a [`Scenario`], gives the goals
//! that fail and what becomes of each requirement, with the reason. What is known
//! here is what must be up and how available that leaves the rest; load and
//! latency are asked of whoever knows them, through [`Judge`]. Nothing succeeds
//! because more is lost.

mod falls;

use std::collections::BTreeSet;

use super::availability::{
    Assumptions, Availability, GoalAvailability, Lost, MINUTES, Verdict, availability_while,
    unavailability,
};
use super::success::{NotEvaluated, Part, Success};
use super::target;
use crate::model::{Component, Demand, Element, Id, Model, Place, Requirement, RequirementKind};
use crate::quantity::round;
use crate::vocabulary::Traits;
use falls::Falls;

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
    /// It does not, however kind what is not stated may be.
    Breaks,
    /// It does not by the estimate.
    LikelyBreaks,
    /// Nothing tells.
    Unknown,
    /// It does by the estimate.
    LikelyHolds,
    /// It does.
    Holds,
}

/// What still succeeds in a scenario.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Left {
    /// Each goal of [`Success::goals`], in that order: whether it still succeeds.
    pub succeeds: Vec<bool>,
    /// The components of which too few replicas are left to do any work.
    pub down: BTreeSet<Id<Component>>,
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

/// Returns what still succeeds in a scenario.
pub fn left(model: &Model, success: &Success, scenario: &Scenario) -> Left {
    let lost = spread_out(model, scenario);
    let up = up_parts(success, &lost);
    let holds = |term| success.formula.holds(term, |it| up[it as usize]);
    let fallen = success.components.iter().filter(|(term, _)| !holds(**term));
    let fallen = fallen.map(|(_, id)| *id);
    Left {
        succeeds: success.goals.iter().map(|goal| holds(goal.term)).collect(),
        down: fallen.chain(lost.components.iter().copied()).collect(),
    }
}

/// Returns for each goal which of some components it cannot do without, each by
/// itself.
pub fn needed(
    model: &Model,
    success: &Success,
    components: impl IntoIterator<Item = Id<Component>>,
) -> Vec<Vec<Id<Component>>> {
    let mut falls = Falls::new(model, success);
    let mut needed = vec![Vec::new(); success.goals.len()];
    for id in components {
        let terms = falls.whole(id);
        for goal in falls.failing(&[&terms]) {
            needed[goal].push(id);
        }
    }
    needed
}

/// Returns what one more loss does in a scenario: what it makes fail that neither
/// it nor the scenario makes fail alone. These goals only are `failing`.
pub fn next_losses(model: &Model, success: &Success, scenario: &Scenario) -> Vec<LossImpact> {
    let mut falls = Falls::new(model, success);
    let gone: Vec<usize> = scenario
        .lost
        .iter()
        .flat_map(|it| falls.terms(*it))
        .collect();
    let failing = falls.failing(&[&gone]);
    let mut found = Vec::new();
    for loss in candidates(model, success) {
        let terms = falls.terms(loss);
        let alone = falls.failing(&[&terms]);
        let mut both = falls.failing(&[&gone, &terms]);
        both.retain(|goal| !alone.contains(goal) && !failing.contains(goal));
        found.extend(falls.impact(vec![loss], both));
    }
    rank(model, &mut found);
    found
}

/// Returns what may be lost as a whole: components, drawn places that hold some,
/// numbered zones and regions.
pub fn losses(model: &Model, success: &Success) -> Vec<Loss> {
    candidates(model, success)
}

/// Returns the components that stand in a place, also in places within it.
pub fn standing_in(model: &Model, place: Id<Place>) -> Vec<Id<Component>> {
    std::mem::take(&mut inside(model)[place.index()])
}

/// Returns the goals that a requirement or an operation's own demand is about, by
/// their index in [`Success::goals`].
pub fn goals_of(model: &Model, success: &Success, of: Element) -> Vec<usize> {
    let goals = success.goals.iter().enumerate();
    let functional = match of {
        Element::Requirement(id) => {
            let functional = model.requirements[id].kind == RequirementKind::Functional;
            functional.then(|| model.linked_to(id))
        }
        _ => None,
    };
    let about = goals.filter(|(_, goal)| match functional {
        Some(linked) => {
            let flow = goal.flow.map(Element::Flow);
            linked.contains(&goal.of) || flow.is_some_and(|it| linked.contains(&it))
        }
        None => concerns(model, success, of, goal.of),
    });
    about.map(|(index, _)| index).collect()
}

/// Returns what becomes of a design in a scenario.
pub fn whatif(
    model: &Model,
    success: &Success,
    assumptions: &Assumptions,
    scenario: &Scenario,
    judge: &dyn Judge,
) -> Outcome {
    let lost = spread_out(model, scenario);
    let Left { succeeds, .. } = left(model, success, scenario);
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

/// Returns what a loss is called: `feeds`, `host box`, `zone 1`, `feeds, replica 2`.
pub fn words(model: &Model, loss: Loss) -> String {
    match loss {
        Loss::Component(id) | Loss::Part(Part::Component(id)) => model.name(id).to_owned(),
        Loss::Place(id) | Loss::Part(Part::Place(id)) => {
            let place = &model.places[id];
            format!("{} {}", place.kind.name, place.head.path)
        }
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
        let goals = goals_of(self.model, self.success, Element::Requirement(id));
        let serving: Vec<(Element, bool)> = goals
            .into_iter()
            .map(|index| (self.success.goals[index].of, self.succeeds[index]))
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
        let failing = match needs_answers(demand) {
            true => self.failing(of),
            false => Vec::new(),
        };
        if !failing.is_empty() {
            let why = format!("{} cannot be done", self.names(&failing));
            return says(Fate::Breaks, why);
        }
        let judged = self.judge.judge(self.scenario, of, demand);
        judged.unwrap_or_else(|| {
            let why = format!("nothing here tells `{}`", demand.measure);
            says(Fate::Unknown, why)
        })
    }

    /// Returns what a demand is about and cannot be done.
    fn failing(&self, of: Element) -> Vec<Element> {
        let goals = goals_of(self.model, self.success, of);
        let failing = goals.into_iter().filter(|index| !self.succeeds[*index]);
        let failing = failing.map(|index| self.success.goals[index].of);
        // What a client calls outside flows has no latency and no load of its own.
        let timed = failing.filter(|of| !matches!(of, Element::Component(_)));
        timed.collect()
    }

    fn available(&self, of: Element, demand: &Demand) -> Judgement {
        let allowed = unavailability(&demand.bound);
        let concerned = goals_of(self.model, self.success, of);
        let any = !concerned.is_empty();
        let (mut failing, mut unknown) = (Vec::new(), Vec::new());
        let (mut broken, mut doubtful): (Option<Worst>, Option<Worst>) = (None, None);
        for index in concerned {
            let goal = &self.availability.goals[index];
            match goal.verdict_on(allowed) {
                _ if !self.succeeds[index] => failing.push(goal.of),
                Verdict::Met => {}
                Verdict::Broken => worsen(&mut broken, goal, goal.optimistic.at_least),
                Verdict::Doubtful => {
                    let share = goal.estimate.as_ref().map_or(0.0, |it| it.at_least);
                    worsen(&mut doubtful, goal, share);
                }
                Verdict::Unknown => unknown.push(goal.of),
            }
        }
        if !failing.is_empty() {
            let why = format!("{} cannot be done", self.names(&failing));
            return says(Fate::Breaks, why);
        }
        if let Some(worst) = broken {
            return says(Fate::Breaks, self.too_seldom(&worst, allowed, "at least "));
        }
        if let Some(worst) = doubtful {
            return says(Fate::LikelyBreaks, self.too_seldom(&worst, allowed, ""));
        }
        if !any || !unknown.is_empty() {
            let why = match any {
                true => format!("too little is known of {}", self.names(&unknown)),
                false => "it is said of nothing that can be analysed".to_owned(),
            };
            return says(Fate::Unknown, why);
        }
        says(
            Fate::LikelyHolds,
            "what is left is there often enough".to_owned(),
        )
    }

    fn too_seldom(&self, worst: &Worst, allowed: f64, least: &str) -> String {
        let name = self.names(&[worst.of]);
        let [down, allowed] = [worst.share, allowed].map(|it| round(it * MINUTES));
        format!("{name} would be down {least}{down} min a month, of {allowed} allowed")
    }

    fn names(&self, elements: &[Element]) -> String {
        let heads = elements
            .iter()
            .filter_map(|it| Some((it, self.model.head(*it)?)));
        let names: Vec<String> = heads
            .map(|(of, head)| match of {
                Element::Component(_) => format!("what `{}` calls outside flows", head.path),
                _ => format!("`{}`", head.path),
            })
            .collect();
        match names.as_slice() {
            [a, b, c, _, ..] => format!("{a}, {b}, {c} and {} more", names.len() - 3),
            _ => names.join(", "),
        }
    }
}

/// What misses a target, and in what share of the time it fails.
struct Worst {
    of: Element,
    share: f64,
}

/// Keeps what fails most.
fn worsen(known: &mut Option<Worst>, goal: &GoalAvailability, share: f64) {
    if known.as_ref().is_none_or(|it| it.share < share) {
        *known = Some(Worst { of: goal.of, share });
    }
}

/// Tells whether a demand can hold only for what is answered.
fn needs_answers(demand: &Demand) -> bool {
    let measure = demand.measure.as_str();
    let percentile = measure.strip_prefix('p').map(str::parse::<f64>);
    matches!(
        measure,
        "mean" | "latency" | "throughput" | "users" | "error-rate"
    ) || matches!(percentile, Some(Ok(_)))
}

/// Tells whether a requirement, or an operation's own demand, is about a goal.
fn concerns(model: &Model, success: &Success, of: Element, goal: Element) -> bool {
    let Element::Requirement(id) = of else {
        return of == goal;
    };
    let passes = |operation: Id<crate::model::Operation>| {
        let mut flows = model.flows.iter();
        let flow = flows.find(|(_, it)| it.operation == Some(operation));
        target::components_of(model, operation, flow.map(|(id, _)| id), |it| {
            success.routing.of(it)
        })
    };
    let requirement = &model.requirements[id];
    target::is_promised(model, requirement, goal)
        && target::concerns(model, requirement, goal, &passes)
}

fn says(verdict: Fate, why: String) -> Judgement {
    Judgement { verdict, why }
}

#[cfg(test)]
mod tests;
