//! The figures of one goal: exact over its diagram, else bounds.

use super::Asked;
use super::bounds::bounds;
use super::domain::{Lost, Outages, State, all_up, any_down, states};
use super::evaluate::{Cause, Contribution, Figures, Improvement, Unavailability};
use super::pool::{Pool, either};
use crate::analysis::success::{Diagram, Formula, NotEvaluated, Term};
use crate::model::{Component, Id};

/// One goal, ready to be evaluated.
pub(super) struct GoalOf<'a> {
    pub formula: &'a Formula,
    pub causes: &'a [Cause],
    /// Its terms, the root last.
    pub below: &'a [Term],
    pub variables: &'a [u32],
    pub diagram: Result<Diagram, NotEvaluated>,
    pub lost: &'a Lost,
    /// How many states of the domains may be looked at.
    pub states: usize,
}

/// What came of evaluating a goal.
pub(super) struct Evaluation {
    pub unavailability: Unavailability,
    pub contributions: Vec<Contribution>,
    /// How many states were looked at.
    pub states: usize,
}

impl GoalOf<'_> {
    /// Evaluates it, with what contributes if that is asked for.
    pub fn evaluate(&self, figures: &mut Figures, in_detail: bool) -> Evaluation {
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
    pub fn improve(
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
