//! The figures of all goals, from what is known of everything that can be down.

use std::collections::{BTreeMap, BTreeSet};

use super::domain::{Lost, Outages, State, all_up};
use super::facts::{self, Known};
use super::goal::GoalOf;
use super::pool::Pool;
use super::rewrite::{diagram, rewrite};
use super::{Asked, Assumptions, PartFigures};
use crate::analysis::input::{Input, Missing};
use crate::analysis::success::{Diagram, Formula, Goal, NotEvaluated, Part, Success, Term};
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
pub(super) struct Figures {
    /// Components by their index; nothing where not enough is known.
    pub pools: Vec<Option<Pool>>,
    /// For each variable the share of the time; that of a spread component is set
    /// for each state.
    pub down: Vec<f64>,
    pub outages: [Outages; 2],
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
    pub fn enter(&mut self, spread: &[(usize, Id<Component>, Pool)], state: &State, lost: &Lost) {
        for (variable, id, pool) in spread {
            self.down[*variable] = pool.down(*id, state, lost);
        }
    }
}
