//! The figures of one goal.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::domain::{Lost, Outages, State, all_up, any_down, states};
use super::facts::{self, Known};
use super::pool::{Pool, either};
use super::{Asked, Assumptions, PartFigures};
use crate::analysis::input::{Input, Missing};
use crate::analysis::success::{Diagram, Formula, Goal, NotEvaluated, Part, Shape, Success, Term};
use crate::model::{Component, Id, Model, Place};

/// What can be down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// A component, because too few of its replicas work.
    Component(Id<Component>),
    /// A machine, zone or region that the design draws.
    Place(Id<Place>),
    /// One of the zones over which replicas are spread, or of the regions; the
    /// first of several that hold equally much.
    Zone(bool, u32),
    /// All zones at once, or all regions.
    AllZones(bool),
}

/// The share of the time in which something fails.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Unavailability {
    /// It fails at least so much of the time.
    pub at_least: f64,
    /// It fails at most so much of the time; the same where the figure is exact.
    pub at_most: f64,
    /// Why it is not exact.
    pub refused: Option<NotEvaluated>,
}

/// What one cause does to a goal.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contribution {
    /// What is down.
    pub of: Cause,
    /// How many others there are that do the same, this one included.
    pub alike: u64,
    /// The share of the time in which it is down.
    pub down: f64,
    /// By how much the goal's unavailability is greater while it is down than
    /// while it is up (Birnbaum, 1969).
    pub importance: f64,
    /// The share of the time in which it is down and the goal would not fail
    /// without that.
    pub contribution: f64,
}

/// How much better the greatest contributor must get for the target to hold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Improvement {
    /// What to improve.
    pub of: Cause,
    /// The share of the time in which it, or each of its replicas, is down now.
    pub now: f64,
    /// The share of the time in which it, or each of its replicas, may be down;
    /// nothing where even never is not enough.
    pub needed: Option<f64>,
    /// The goal's unavailability if it were never down.
    pub at_best: f64,
}

impl Improvement {
    /// Returns how many more nines are needed, the decimal logarithm of how many
    /// times less it must be down; nothing where even never is not enough.
    pub fn more_nines(&self) -> Option<f64> {
        let needed = self.needed.filter(|needed| *needed > 0.0)?;
        Some((self.now / needed).log10().max(0.0))
    }
}

impl Unavailability {
    /// Makes a figure without doubt.
    pub fn exactly(share: f64) -> Unavailability {
        Unavailability {
            at_least: share,
            at_most: share,
            refused: None,
        }
    }

    /// Returns the figure if it is exact.
    pub fn exact(&self) -> Option<f64> {
        self.refused.is_none().then_some(self.at_least)
    }

    /// Returns the minutes in 30 days, at least and at most.
    pub fn minutes(&self) -> (f64, f64) {
        (
            self.at_least * super::MINUTES,
            self.at_most * super::MINUTES,
        )
    }
}

/// All that is known of one goal.
pub(super) struct GoalFigures {
    pub optimistic: Unavailability,
    pub estimate: Option<Unavailability>,
    pub missing: Vec<Missing>,
    pub parts: Vec<Cause>,
    pub contributions: Vec<Contribution>,
    pub improvement: Option<Improvement>,
}

/// How often everything is down, one way of completing what is not stated.
struct Figures {
    /// Components by their index; nothing where not enough is known.
    pools: Vec<Option<Pool>>,
    /// For each variable the share of the time; that of a spread component is set
    /// for each state.
    down: Vec<f64>,
    outages: [Outages; 2],
}

/// A formula over components and places, and what is known of them.
pub(super) struct Evaluator<'a> {
    model: &'a Model,
    lost: &'a Lost,
    formula: Formula,
    /// What the variables stand for.
    causes: Vec<Cause>,
    roots: Vec<Term>,
    optimistic: Figures,
    estimate: Figures,
    known: BTreeMap<Cause, (Vec<Input>, Vec<Missing>)>,
    /// What is left for building diagrams, and for asking them.
    steps: Purse,
    questions: Purse,
}

/// The steps to build the diagrams of a design beside those that every goal gets: so
/// many for each term under it, which is enough where parts are hardly shared.
const STEPS: usize = 1_600_000;
const STEPS_A_TERM: usize = 8;
/// The questions answered for a design beside those that every goal gets: for as many
/// states.
const QUESTIONS: usize = 20_000_000;
const FEWEST_STATES: usize = 16;

/// A budget from which one goal after the other takes what it needs.
struct Purse {
    left: usize,
    sharers: usize,
    most: usize,
}

impl Purse {
    fn new(all: usize, sharers: usize) -> Purse {
        Purse {
            left: all,
            sharers,
            most: all / 4,
        }
    }

    /// Returns how much the next may take beside what it gets anyway: more than its
    /// fair share, as most need nothing.
    fn open(&mut self) -> usize {
        let fair = self.left / self.sharers.max(1);
        self.sharers = self.sharers.saturating_sub(1);
        (16 * fair).min(self.left).min(self.most)
    }

    /// Takes what was used beyond what the goal gets anyway.
    fn pay(&mut self, used: usize, anyway: usize) {
        self.left = self.left.saturating_sub(used.saturating_sub(anyway));
    }
}

impl<'a> Evaluator<'a> {
    pub fn new(
        model: &'a Model,
        success: &'a Success,
        assumptions: &Assumptions,
        lost: &'a Lost,
    ) -> Evaluator<'a> {
        let (formula, causes, roots) = rewrite(model, success);
        let mut evaluator = Evaluator {
            model,
            lost,
            formula,
            optimistic: Figures::empty(model, causes.len()),
            estimate: Figures::empty(model, causes.len()),
            steps: Purse::new(STEPS, roots.len()),
            questions: Purse::new(QUESTIONS, roots.len()),
            causes,
            roots,
            known: BTreeMap::new(),
        };
        evaluator.read(assumptions);
        evaluator
    }

    /// Reads what the design says of everything that can be down.
    fn read(&mut self, assumptions: &Assumptions) {
        for region in [false, true] {
            let (outages, inputs) = facts::outages(self.model, region, assumptions);
            self.estimate.outages[usize::from(region)] = outages;
            let known = (inputs, Vec::new());
            self.known.insert(Cause::AllZones(region), known);
        }
        for (index, cause) in self.causes.iter().enumerate() {
            let (inputs, missing) = match *cause {
                Cause::Component(id) => {
                    let known = facts::component(&self.model.components[id], assumptions);
                    let Known {
                        inputs, missing, ..
                    } = known;
                    let gone = self.lost.components.contains(&id)
                        || self.lost.parts.contains(&Part::Component(id));
                    let pools = match gone {
                        true => (Pool::whole(1.0), Some(Pool::whole(1.0))),
                        false => (known.optimistic, known.estimate),
                    };
                    self.optimistic.set(index, id, Some(pools.0), self.lost);
                    self.estimate.set(index, id, pools.1, self.lost);
                    (inputs, if gone { Vec::new() } else { missing })
                }
                Cause::Place(id) => {
                    let known = facts::place(&self.model.places[id], assumptions);
                    let gone = self.lost.parts.contains(&Part::Place(id));
                    let down = |share: f64| if gone { 1.0 } else { share };
                    self.optimistic.down[index] = down(known.optimistic);
                    self.estimate.down[index] = down(known.estimate.unwrap_or(0.0));
                    let missing = if gone { Vec::new() } else { known.missing };
                    (known.inputs, missing)
                }
                Cause::Zone(..) | Cause::AllZones(_) => continue,
            };
            self.known.insert(*cause, (inputs, missing));
        }
    }

    /// Returns how often each thing is down while all around it is up.
    pub fn parts(&self) -> BTreeMap<Cause, PartFigures> {
        let variables: BTreeMap<Cause, usize> = self.causes.iter().copied().zip(0..).collect();
        let figures = self.known.iter().map(|(cause, (inputs, missing))| {
            let (optimistic, estimate) = match (cause, variables.get(cause)) {
                (Cause::AllZones(region), _) => {
                    let index = usize::from(*region);
                    let each = |it: &Figures| it.outages[index].each;
                    (each(&self.optimistic), Some(each(&self.estimate)))
                }
                (_, Some(index)) => (
                    self.optimistic.alone(*index, *cause, self.lost),
                    Some(self.estimate.alone(*index, *cause, self.lost)),
                ),
                (_, None) => (0.0, None),
            };
            let part = PartFigures {
                optimistic,
                estimate: estimate.filter(|_| missing.is_empty()),
                inputs: inputs.clone(),
                missing: missing.clone(),
            };
            (*cause, part)
        });
        figures.collect()
    }

    /// Returns the figures of a goal.
    pub fn goal(&mut self, index: usize, of: &Goal, target: Option<&Asked>) -> GoalFigures {
        let root = self.roots[index];
        let variables = self.formula.variables(root);
        let known = variables.iter().map(|it| &self.causes[*it as usize]);
        let mut missing: Vec<Missing> = known
            .filter_map(|cause| self.known.get(cause))
            .flat_map(|(_, missing)| missing.iter().cloned())
            .collect();
        missing.extend(uncounted(self.model, of));
        let below = self.formula.below(root);
        let anyway = 1_000 + STEPS_A_TERM * below.len();
        let budget = anyway + self.steps.open();
        let (diagram, used) = diagram(&self.formula, &below, &variables, budget);
        self.steps.pay(used, anyway);
        let each = diagram.as_ref().map_or(below.len(), Diagram::len).max(1);
        let goal = GoalOf {
            formula: &self.formula,
            causes: &self.causes,
            below: &below,
            variables: &variables,
            diagram,
            lost: self.lost,
            states: FEWEST_STATES.max(self.questions.open() / each),
        };
        let complete = missing.is_empty();
        let optimistic = goal.evaluate(&mut self.optimistic, !complete);
        let estimate = complete.then(|| goal.evaluate(&mut self.estimate, true));
        let states = optimistic.states + estimate.as_ref().map_or(0, |it| it.states);
        self.questions.pay(states * each, FEWEST_STATES * each);
        let (shown, figures) = match &estimate {
            Some(estimate) => (estimate, &mut self.estimate),
            None => (&optimistic, &mut self.optimistic),
        };
        let mut contributions = shown.contributions.clone();
        sort(self.model, &mut contributions);
        let improvement = target
            .filter(|it| !it.allows(shown.unavailability.at_least))
            .and_then(|it| goal.improve(figures, greatest(&contributions)?, it));
        GoalFigures {
            optimistic: optimistic.unavailability,
            estimate: estimate.map(|it| it.unavailability),
            missing,
            parts: self.parts_of(&variables),
            contributions,
            improvement,
        }
    }

    /// Returns what can be down among variables, with the zones under them.
    fn parts_of(&self, variables: &[u32]) -> Vec<Cause> {
        let causes = variables.iter().map(|it| self.causes[*it as usize]);
        let mut parts: BTreeSet<Cause> = causes.collect();
        for figures in [&self.optimistic, &self.estimate] {
            let pools = variables
                .iter()
                .filter_map(|it| figures.pool(self.causes[*it as usize]));
            let spread: Vec<Cause> = pools
                .filter_map(|pool| Some(Cause::AllZones(pool.spread?.region)))
                .collect();
            parts.extend(spread);
        }
        parts.into_iter().collect()
    }
}

/// Returns what contributes most of all that somebody can improve.
fn greatest(contributions: &[Contribution]) -> Option<&Contribution> {
    let ours = |it: &&Contribution| matches!(it.of, Cause::Component(_) | Cause::Place(_));
    contributions.iter().find(ours)
}

/// Sorts what contributes most to the front, and what does equally by its name,
/// so that nothing depends on the order of declarations.
fn sort(model: &Model, contributions: &mut [Contribution]) {
    let name = |cause: Cause| match cause {
        Cause::Component(id) => (0, model.components[id].head.path.as_str(), 0),
        Cause::Place(id) => (1, model.places[id].head.path.as_str(), 0),
        Cause::Zone(region, number) => (2 + u32::from(region), "", number),
        Cause::AllZones(region) => (4 + u32::from(region), "", 0),
    };
    contributions.sort_by(|one, other| {
        let greater = other.contribution.total_cmp(&one.contribution);
        greater.then_with(|| name(one.of).cmp(&name(other.of)))
    });
}

/// Returns the connections that state an availability of their own.
fn uncounted(model: &Model, goal: &Goal) -> Vec<Missing> {
    let needs: BTreeSet<_> = goal.needs.iter().copied().collect();
    let relations = needs.into_iter().map(|id| &model.relations[id]);
    let stating = relations.filter(|it| {
        let facts = &it.facts;
        facts.has("availability") || facts.has("mtbf")
    });
    let missing = stating.map(|it| {
        let (from, to) = (model.name(it.from), model.name(it.to));
        let arrow = it.arrow.symbol();
        Missing {
            what: format!(
                "the availability of `{from} {arrow} {to}` is not counted: state it at `{to}`"
            ),
            span: it.span,
        }
    });
    missing.collect()
}

/// Makes each component one variable, with the drawn regions around it beside it.
fn rewrite(model: &Model, success: &Success) -> (Formula, Vec<Cause>, Vec<Term>) {
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
fn diagram(
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

impl Figures {
    fn empty(model: &Model, variables: usize) -> Figures {
        Figures {
            pools: vec![None; model.components.len()],
            down: vec![0.0; variables],
            outages: [Outages::default(); 2],
        }
    }

    fn pool(&self, cause: Cause) -> Option<&Pool> {
        match cause {
            Cause::Component(id) => self.pools[id.index()].as_ref(),
            _ => None,
        }
    }

    fn set(&mut self, variable: usize, id: Id<Component>, pool: Option<Pool>, lost: &Lost) {
        if let Some(pool) = &pool
            && pool.spread.is_none()
        {
            let state = all_up(&BTreeMap::new(), lost);
            self.down[variable] = pool.down(id, &state, lost);
        }
        self.pools[id.index()] = pool;
    }

    /// Returns the share in which something is down while no domain is.
    fn alone(&self, variable: usize, cause: Cause, lost: &Lost) -> f64 {
        if let Cause::Component(id) = cause
            && let Some(pool) = &self.pools[id.index()]
        {
            let state = all_up(&BTreeMap::from([(id, pool)]), lost);
            return pool.down(id, &state, lost);
        }
        self.down[variable]
    }

    /// Sets how often the spread components among these are down in a state.
    fn enter(&mut self, spread: &[(usize, Id<Component>, Pool)], state: &State, lost: &Lost) {
        for (variable, id, pool) in spread {
            self.down[*variable] = pool.down(*id, state, lost);
        }
    }
}

/// One goal, ready to be evaluated.
struct GoalOf<'a> {
    formula: &'a Formula,
    causes: &'a [Cause],
    /// Its terms, the root last.
    below: &'a [Term],
    variables: &'a [u32],
    diagram: Result<Diagram, NotEvaluated>,
    lost: &'a Lost,
    /// How many states of the domains may be looked at.
    states: usize,
}

/// What came of evaluating a goal.
struct Evaluation {
    unavailability: Unavailability,
    contributions: Vec<Contribution>,
    /// How many states were looked at.
    states: usize,
}

impl GoalOf<'_> {
    /// Evaluates it, with what contributes if that is asked for.
    fn evaluate(&self, figures: &mut Figures, in_detail: bool) -> Evaluation {
        let spread = self.spread(figures);
        let pools = spread.iter().map(|(_, id, pool)| (*id, pool)).collect();
        let Some(states) = states(&pools, figures.outages, self.lost, self.states) else {
            return self.without_domains(figures, &spread, all_up(&pools, self.lost));
        };
        match &self.diagram {
            Ok(diagram) if in_detail => self.exactly(figures, &spread, &states, diagram),
            Ok(diagram) => self.briefly(figures, &spread, &states, diagram),
            Err(why) => self.bounded(figures, &spread, &states, *why),
        }
    }

    fn briefly(
        &self,
        figures: &mut Figures,
        spread: &[(usize, Id<Component>, Pool)],
        states: &[State],
        diagram: &Diagram,
    ) -> Evaluation {
        let mut total = 0.0;
        for state in states {
            figures.enter(spread, state, self.lost);
            total += state.chance * diagram.unavailability(|it| figures.down[it as usize]);
        }
        Evaluation {
            unavailability: Unavailability::exactly(total),
            contributions: Vec::new(),
            states: states.len(),
        }
    }

    /// Returns the components that are spread, with their variables.
    fn spread(&self, figures: &Figures) -> Vec<(usize, Id<Component>, Pool)> {
        let variables = self.variables.iter().map(|it| *it as usize);
        variables
            .filter_map(|variable| {
                let Cause::Component(id) = self.causes[variable] else {
                    return None;
                };
                let pool = figures.pools[id.index()].as_ref()?;
                pool.spread?;
                Some((variable, id, pool.clone()))
            })
            .collect()
    }

    fn exactly(
        &self,
        figures: &mut Figures,
        spread: &[(usize, Id<Component>, Pool)],
        states: &[State],
        diagram: &Diagram,
    ) -> Evaluation {
        let count = diagram.variables().len();
        let (mut downs, mut importances) = (vec![0.0; count], vec![0.0; count]);
        let mut contributions = vec![0.0; count];
        let mut values = Vec::with_capacity(states.len());
        for state in states {
            figures.enter(spread, state, self.lost);
            let down = |variable: u32| figures.down[variable as usize];
            let (value, importance) = diagram.importances(down);
            values.push(value);
            for (index, variable) in diagram.variables().iter().enumerate() {
                let (down, importance) = (down(*variable), importance[index].max(0.0));
                downs[index] += state.chance * down;
                importances[index] += state.chance * importance;
                contributions[index] += state.chance * down * importance;
            }
        }
        let total = states
            .iter()
            .zip(&values)
            .map(|(it, value)| it.chance * value);
        let unavailability = Unavailability::exactly(total.sum());
        let of_variable = |(index, variable): (usize, &u32)| Contribution {
            of: self.causes[*variable as usize],
            alike: 1,
            down: downs[index],
            importance: importances[index],
            contribution: contributions[index],
        };
        let variables = diagram.variables().iter().enumerate();
        let mut contributions: Vec<Contribution> = variables.map(of_variable).collect();
        for region in [false, true] {
            let outages = figures.outages[usize::from(region)];
            contributions.extend(of_domains(region, outages, states, &values));
        }
        Evaluation {
            unavailability,
            contributions,
            states: states.len(),
        }
    }

    /// Returns sound bounds where the diagram is too large.
    fn bounded(
        &self,
        figures: &mut Figures,
        spread: &[(usize, Id<Component>, Pool)],
        states: &[State],
        why: NotEvaluated,
    ) -> Evaluation {
        let (mut at_least, mut at_most) = (0.0, 0.0);
        for state in states {
            figures.enter(spread, state, self.lost);
            let (low, high) = bounds(self.formula, self.below, &figures.down);
            at_least += state.chance * low;
            at_most += state.chance * high;
        }
        Evaluation {
            unavailability: Unavailability {
                at_least,
                at_most,
                refused: Some(why),
            },
            contributions: Vec::new(),
            states: states.len(),
        }
    }

    /// Returns sound bounds where there are too many domains: as if none ever
    /// failed, and as if any failure were the end.
    fn without_domains(
        &self,
        figures: &mut Figures,
        spread: &[(usize, Id<Component>, Pool)],
        state: State,
    ) -> Evaluation {
        let any = any_down(&state, figures.outages);
        let states = [state];
        let mut evaluation = match &self.diagram {
            Ok(diagram) => self.exactly(figures, spread, &states, diagram),
            Err(why) => self.bounded(figures, spread, &states, *why),
        };
        let figure = &mut evaluation.unavailability;
        figure.at_most = either(any, figure.at_most);
        figure.refused = Some(NotEvaluated::TooManyStates { limit: self.states });
        evaluation.contributions.clear();
        evaluation
    }

    /// Returns how good the greatest contributor must get. A goal is linear in
    /// how often one thing is down, so that for a thing without replicas the
    /// answer is one division; how often replicas are down together grows with
    /// each of them, and is searched by halves.
    fn improve(
        &self,
        figures: &mut Figures,
        greatest: &Contribution,
        target: &Asked,
    ) -> Option<Improvement> {
        let of = greatest.of;
        let variable = self.causes.iter().position(|it| *it == of)?;
        let lines = self.lines(figures, variable)?;
        let Cause::Component(id) = of else {
            return Some(linear(of, figures.down[variable], &lines, target));
        };
        let pool = figures.pools[id.index()].as_ref()?;
        if pool.count() == 1 && pool.spread.is_none() {
            return Some(linear(of, pool.each, &lines, target));
        }
        let total = |each: f64| -> f64 {
            let better = pool.with_each(each);
            let line = |it: &Line| it.at(better.down(id, &it.state, self.lost));
            lines.iter().map(line).sum()
        };
        let at_best = total(0.0);
        let allowed = target.unavailability;
        Some(Improvement {
            of,
            now: pool.each,
            needed: target
                .allows(at_best)
                .then(|| greatest_within(pool.each, |each| total(each) <= allowed)),
            at_best,
        })
    }

    /// Returns how a goal depends on one variable, for each state of the domains.
    fn lines(&self, figures: &mut Figures, variable: usize) -> Option<Vec<Line>> {
        let diagram = self.diagram.as_ref().ok()?;
        let mut variables = diagram.variables().iter();
        let place = variables.position(|it| *it as usize == variable)?;
        let spread = self.spread(figures);
        let pools = spread.iter().map(|(_, id, pool)| (*id, pool)).collect();
        let states = states(&pools, figures.outages, self.lost, self.states)?;
        let line = |state: State| {
            figures.enter(&spread, &state, self.lost);
            let down = figures.down[variable];
            let (value, importances) = diagram.importances(|it| figures.down[it as usize]);
            let importance = importances[place];
            Line {
                without: (value - down * importance).max(0.0),
                importance,
                state,
            }
        };
        Some(states.into_iter().map(line).collect())
    }
}

/// How a goal depends on one thing while the domains are in a state.
struct Line {
    state: State,
    /// The goal's unavailability while the thing is up.
    without: f64,
    /// What is added while it is down.
    importance: f64,
}

impl Line {
    /// Returns this state's share of the goal's unavailability, if the thing is
    /// down for a share of the time.
    fn at(&self, down: f64) -> f64 {
        self.state.chance * (self.without + self.importance * down)
    }
}

/// Returns the greatest number up to `most` for which something holds that holds
/// for nought and, once it does not, never again.
fn greatest_within(most: f64, holds: impl Fn(f64) -> bool) -> f64 {
    let (mut good, mut bad) = (0.0, most);
    for _ in 0..100 {
        let middle = (good + bad) / 2.0;
        if holds(middle) {
            good = middle;
        } else {
            bad = middle;
        }
    }
    good
}

fn linear(of: Cause, now: f64, lines: &[Line], target: &Asked) -> Improvement {
    let at_best: f64 = lines.iter().map(|it| it.at(0.0)).sum();
    let importance: f64 = lines.iter().map(|it| it.state.chance * it.importance).sum();
    let left = target.unavailability - at_best;
    let needed =
        (target.allows(at_best) && importance > 0.0).then(|| (left / importance).clamp(0.0, 1.0));
    Improvement {
        of,
        now,
        needed,
        at_best,
    }
}

/// Returns what zones or regions do: each class of those alike, and all at once.
fn of_domains(
    region: bool,
    outages: Outages,
    states: &[State],
    values: &[f64],
) -> Vec<Contribution> {
    let own = outages.own();
    let Some(first) = states.first().filter(|_| own > 0.0) else {
        return Vec::new();
    };
    let alone = first
        .classes(region)
        .iter()
        .map(|it| it.0.size)
        .sum::<u64>()
        == 1;
    let own = if alone { outages.each } else { own };
    let index = usize::from(region);
    let weighed = || {
        states
            .iter()
            .zip(values)
            .map(|(it, value)| (it, it.chance * value))
    };
    let mut found = Vec::new();
    for (place, (class, _)) in first.classes(region).iter().enumerate() {
        let (mut down, mut up) = (0.0, 0.0);
        for (state, value) in weighed().filter(|(it, _)| !it.together[index]) {
            let count = state.classes(region)[place].1 as f64;
            let size = class.size as f64;
            up += value * count / size / (1.0 - own);
            down += value * (size - count) / size / own;
        }
        let importance = (down - up).max(0.0);
        found.push(Contribution {
            of: Cause::Zone(region, class.first as u32),
            alike: class.size,
            down: own,
            importance,
            contribution: own * importance,
        });
    }
    let share = outages.together();
    if !found.is_empty() && share > 0.0 && !alone {
        let sum = |together: bool| -> f64 {
            let fitting = weighed().filter(|(it, _)| it.together[index] == together);
            fitting.map(|(_, value)| value).sum()
        };
        let importance = (sum(true) / share - sum(false) / (1.0 - share)).max(0.0);
        found.push(Contribution {
            of: Cause::AllZones(region),
            alike: 1,
            down: share,
            importance,
            contribution: share * importance,
        });
    }
    found
}

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
