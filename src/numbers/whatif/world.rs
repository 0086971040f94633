//! A design in a state of the world: what still succeeds, how busy the rest is, how
//! long it takes, and what becomes of each requirement.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::words::{time, times};
use crate::analysis::availability::Assumptions;
use crate::analysis::latency::{self, Waterfall, waterfalls_when};
use crate::analysis::load::{ComponentLoad, Conditions, Solution, solve};
use crate::analysis::success::Part;
use crate::analysis::whatif::{
    self, Fate, Judge, Judgement, Left, Loss, RequirementOutcome, Scenario, goals_of, needed,
};
use crate::model::{Component, Demand, Element, Id, Redundancy};
use crate::numbers::load::{Carried, State, carried};
use crate::numbers::{Context, Verdict};
use crate::vocabulary::Traits;

/// A design in a state of the world.
pub(super) struct World<'a> {
    context: &'a Context<'a>,
    scenario: &'a Scenario,
    /// What still succeeds.
    pub left: Left,
    /// How busy everything is.
    pub load: Solution,
    /// How long every flow takes.
    pub waterfalls: Rc<Vec<Waterfall>>,
    /// What is asked for more than it can take.
    pub overloaded: BTreeMap<Id<Component>, Overload>,
    /// For each goal what of that it cannot do without.
    pub needs: Vec<Vec<Id<Component>>>,
    /// The caches that answer nothing.
    empty: BTreeSet<Id<Component>>,
    /// How many replicas are lost.
    lost: BTreeMap<Id<Component>, u64>,
}

/// A component that is asked for more than it can take at the peak.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Overload {
    /// The share of what it can take.
    pub utilisation: f64,
    /// Whether that is so however kind what is not stated may be.
    pub certain: bool,
}

impl<'a> World<'a> {
    /// Works out a state; `usual` is the state of nothing lost, where it is known.
    pub fn new(
        context: &'a Context<'a>,
        scenario: &'a Scenario,
        usual: Option<&World>,
    ) -> World<'a> {
        let model = context.model;
        let left = whatif::left(model, context.success, scenario);
        let empty = empty(context, scenario, &left);
        let waterfalls = match usual.filter(|it| it.empty == empty) {
            Some(usual) => usual.waterfalls.clone(),
            None => Rc::new(waterfalls_when(model, &empty)),
        };
        let mut world = World::pressed(context, scenario, left, usual.map(|it| &it.load));
        world.waterfalls = waterfalls;
        world.empty = empty;
        world.needs = needed(model, context.success, world.overloaded.keys().copied());
        world
    }

    /// Works out only what is overloaded.
    fn pressed(
        context: &'a Context<'a>,
        scenario: &'a Scenario,
        left: Left,
        usual: Option<&Solution>,
    ) -> World<'a> {
        let conditions = conditions(context, scenario, &left, usual);
        let mut world = World {
            context,
            scenario,
            overloaded: BTreeMap::new(),
            needs: Vec::new(),
            load: solve(context.model, context.success, &conditions),
            lost: conditions.lost,
            waterfalls: Rc::default(),
            empty: BTreeSet::new(),
            left,
        };
        world.overloaded = world.overloaded();
        world
    }

    /// Returns what is overloaded in another scenario of the same design.
    pub fn overloaded_in(&self, scenario: &Scenario) -> BTreeMap<Id<Component>, Overload> {
        let left = whatif::left(self.context.model, self.context.success, scenario);
        World::pressed(self.context, scenario, left, Some(&self.load)).overloaded
    }

    /// Returns how many replicas of a component are lost while it still works.
    pub fn lost(&self, id: Id<Component>) -> u64 {
        self.lost.get(&id).copied().unwrap_or(0)
    }

    /// Tells whether a component is lost as a whole, by itself or with its place.
    pub fn is_lost(&self, id: Id<Component>) -> bool {
        let model = self.context.model;
        let mut around = model.components[id].place;
        while let Some(place) = around {
            if self.scenario.lost.contains(&Loss::Place(place)) {
                return true;
            }
            around = model.places[place].parent;
        }
        self.scenario.lost.contains(&Loss::Component(id))
    }

    /// Returns what becomes of each requirement.
    pub fn requirements(&self) -> Vec<RequirementOutcome> {
        let (model, success) = (self.context.model, self.context.success);
        let assumptions = Assumptions::default();
        let outcome = whatif::whatif(model, success, &assumptions, self.scenario, self);
        let mut requirements = outcome.requirements;
        for it in &mut requirements {
            self.strain(it);
        }
        requirements
    }

    /// Returns the overloaded component that a goal cannot do without, the worst.
    pub fn strained(&self, goal: usize) -> Option<(Id<Component>, Overload)> {
        // Of several that are equally full the first.
        let needs = self.needs[goal].iter().rev();
        let worst = needs.max_by(|a, b| {
            let [a, b] = [a, b].map(|it| self.overloaded[it].utilisation);
            a.total_cmp(&b)
        })?;
        Some((*worst, self.overloaded[worst]))
    }

    /// Lets a requirement break where what it is about needs something overloaded.
    fn strain(&self, outcome: &mut RequirementOutcome) {
        let measure = outcome.demand.as_deref().unwrap_or("");
        let measure = measure.split(' ').next().unwrap_or("");
        if !matches!(
            measure,
            "" | "availability" | "mean" | "latency" | "throughput" | "users"
        ) && !is_percentile(measure)
        {
            return;
        }
        let goals = goals_of(self.context.model, self.context.success, outcome.of);
        let counts = |it: &usize| {
            let of = self.context.success.goals[*it].of;
            self.left.succeeds[*it]
                && (measure == "availability" || !matches!(of, Element::Component(_)))
        };
        let strained = goals.into_iter().rev().filter(counts);
        let strained = strained.filter_map(|goal| Some((goal, self.strained(goal)?)));
        let worst = strained.max_by(|a, b| {
            let certain = a.1.1.certain.cmp(&b.1.1.certain);
            certain.then(a.1.1.utilisation.total_cmp(&b.1.1.utilisation))
        });
        let Some((goal, (component, overload))) = worst else {
            return;
        };
        // A peak is not all of a month.
        let fate = match overload.certain && measure != "availability" {
            true => Fate::Breaks,
            false => Fate::LikelyBreaks,
        };
        if fate < outcome.judgement.verdict {
            let of = self.called(self.context.success.goals[goal].of);
            let name = self.context.model.name(component);
            let share = times(overload.utilisation);
            outcome.judgement = Judgement {
                verdict: fate,
                why: format!("{of} needs `{name}`, asked for {share} what it can take"),
            };
        }
    }

    /// Names something to be done in a sentence.
    fn called(&self, of: Element) -> String {
        let name = self.context.name(of);
        match of {
            Element::Component(_) => format!("what `{name}` calls outside flows"),
            _ => format!("`{name}`"),
        }
    }

    /// Returns what is overloaded: for certain if what still succeeds is too much by
    /// itself, in the kindest completion.
    fn overloaded(&self) -> BTreeMap<Id<Component>, Overload> {
        let mut found = BTreeMap::new();
        for it in &self.load.components {
            let Some(utilisation) = it.utilisation else {
                continue;
            };
            let many = self.context.model.components[it.component]
                .facts
                .count("replicas")
                .is_some_and(|it| it.many);
            // Nothing is left of what nothing needs, and which is therefore not down.
            let none = !utilisation.is_finite();
            if none || many || self.left.down.contains(&it.component) || utilisation <= 1.0 + 1e-9 {
                continue;
            }
            let certain = self
                .least(it)
                .is_some_and(|(rate, room)| rate / room > 1.0 + 1e-9);
            let overload = Overload {
                utilisation,
                certain,
            };
            found.insert(it.component, overload);
        }
        found
    }

    /// Returns what a component gets of what still succeeds, and what it can take, in the
    /// kindest completion; nothing where not all of its numbers are stated.
    fn least(&self, load: &ComponentLoad) -> Option<(f64, f64)> {
        load.least_utilisation?;
        let capacity = load.capacity.as_ref()?;
        let room = match self.is_elastic(load.component) {
            true => capacity.most,
            false => capacity.total,
        };
        let asks = load.contributions.iter();
        let asks = asks.filter(|it| self.succeeds(it.of));
        Some((asks.map(|it| it.rate.least).sum(), room))
    }

    /// Tells whether replicas are added where they are missed.
    fn is_elastic(&self, id: Id<Component>) -> bool {
        let facts = &self.context.model.components[id].facts;
        let counts = ["autoscale", "replicas"].map(|key| facts.count(key));
        let mut counts = counts.iter().flatten();
        facts.has("autoscale") || counts.any(|it| it.most.is_some_and(|most| most > it.least))
    }

    fn succeeds(&self, of: Element) -> bool {
        if let Element::Component(id) = of {
            return !self.left.down.contains(&id);
        }
        let mut goals = self.context.success.goals.iter().zip(&self.left.succeeds);
        goals
            .find(|(goal, _)| goal.of == of)
            .is_none_or(|(_, succeeds)| *succeeds)
    }

    fn latency(&self, demand: &Demand) -> Option<Judgement> {
        let model = self.context.model;
        let flows = self.waterfalls.iter();
        let targets = flows.flat_map(|fall| {
            let mine = fall.targets.iter().filter(|it| it.span == demand.span);
            mine.map(move |it| (fall, it))
        });
        let judged = targets.map(|(fall, target)| {
            let of = match fall.operation {
                Some(id) => Element::Operation(id),
                None => Element::Flow(fall.flow),
            };
            let of = self.context.name(of);
            let (mut fate, time, why) = latency_judgement(&of, &demand.measure, fall, target);
            // What is down takes no time, or as long as its callers wait for it.
            let gone = |bar: &latency::Bar| bar.counts && self.left.down.contains(&bar.to);
            if fall.bars.iter().any(gone) {
                fate = fate.clamp(Fate::LikelyBreaks, Fate::LikelyHolds);
            }
            (fate, time, why)
        });
        let worst = judged.min_by_key(|(verdict, time, _)| (*verdict, -(*time * 1e6) as i64));
        let (verdict, _, why) = worst.or_else(|| {
            let flows = model.flows.is_empty();
            let why = match flows {
                true => "no flow says what takes how long",
                false => "no flow of it says how long it takes",
            };
            Some((Fate::Unknown, 0.0, why.to_owned()))
        })?;
        Some(Judgement { verdict, why })
    }

    /// Judges whether there is room for so much as is asked for, times the load.
    fn carries(&self, of: Element, demand: &Demand) -> Option<Judgement> {
        let own = [of];
        let scope = match of {
            Element::Requirement(id) => self.context.model.requirements[id].scope.as_slice(),
            _ => &own,
        };
        let state = State {
            conditions: Conditions {
                factor: self.scenario.load,
                cold: self.scenario.cold.clone(),
                lost: self.lost.clone(),
                failing: 0.0,
            },
            least: &|it| self.least(it),
            works: &|id| !self.left.down.contains(&id),
        };
        let Carried { verdict, why, .. } = carried(self.context, &state, scope, demand)?;
        let verdict = match verdict {
            Verdict::Breaks => Fate::Breaks,
            Verdict::LikelyBreaks => Fate::LikelyBreaks,
            Verdict::Unknown => Fate::Unknown,
            Verdict::LikelyHolds => Fate::LikelyHolds,
            Verdict::Holds => Fate::Holds,
        };
        Some(Judgement { verdict, why })
    }
}

impl Judge for World<'_> {
    fn judge(&self, _: &Scenario, of: Element, demand: &Demand) -> Option<Judgement> {
        match demand.measure.as_str() {
            "throughput" | "users" => self.carries(of, demand),
            "mean" | "latency" => self.latency(demand),
            measure if is_percentile(measure) => self.latency(demand),
            "rpo" | "rto" | "durability" => Some(Judgement {
                verdict: Fate::Unknown,
                why: "`underpin analyze` judges recovery".to_owned(),
            }),
            _ => None,
        }
    }
}

fn is_percentile(measure: &str) -> bool {
    let number = measure.strip_prefix('p').map(str::parse::<f64>);
    matches!(number, Some(Ok(_)))
}

/// Returns what becomes of a latency target, the time that says so, and why.
fn latency_judgement(
    of: &str,
    measure: &str,
    fall: &Waterfall,
    target: &latency::Target,
) -> (Fate, f64, String) {
    let close = target.bound * (1.0 + 1e-9);
    let (fate, least, seconds) = match (target.verdict, target.at_most, target.estimate) {
        (latency::Verdict::Broken, ..) => (Fate::Breaks, "at least ", target.at_least),
        (latency::Verdict::Kept, Some(most), _) => (Fate::Holds, "at most ", most),
        (.., Some(it)) if it > close => (Fate::LikelyBreaks, "about ", it),
        (.., Some(it)) if fall.complete => (Fate::LikelyHolds, "about ", it),
        _ => (Fate::Unknown, "at least ", target.at_least),
    };
    let why = match fate {
        Fate::Unknown => match fall.missing.first() {
            Some(missing) => missing.what.clone(),
            None => format!("the times of `{of}` do not tell its {measure}"),
        },
        _ => format!("{measure} of `{of}` is {least}{}", time(seconds)),
    };
    (fate, seconds, why)
}

/// Returns the caches that answer nothing in a scenario.
fn empty(context: &Context, scenario: &Scenario, left: &Left) -> BTreeSet<Id<Component>> {
    let is_cache = |id: &&Id<Component>| context.model.components[**id].is(Traits::CACHES);
    let down = left.down.iter().filter(is_cache).copied();
    down.chain(scenario.cold.iter().copied()).collect()
}

/// Returns the conditions of load in a scenario.
fn conditions(
    context: &Context,
    scenario: &Scenario,
    left: &Left,
    usual: Option<&Solution>,
) -> Conditions {
    let mut lost: BTreeMap<Id<Component>, u64> = BTreeMap::new();
    for (id, component) in context.model.components.iter() {
        if left.down.contains(&id) {
            lost.insert(id, Conditions::ALL);
            continue;
        }
        let known = usual.and_then(|it| it.of(id)?.capacity.as_ref());
        let count = match (known, component.redundancy()) {
            (Some(known), _) => known.replicas as u64,
            (None, Redundancy::Stated(count)) => count,
            (None, Redundancy::Unstated) => continue,
        };
        let spread = component.spread();
        let spread = spread.map(|(domains, of)| (domains.max(1), of == "region"));
        let gone: BTreeSet<u64> = zones_lost(scenario, spread);
        let zones = spread.map_or(0, |(domains, _)| {
            let held = |zone: &u64| count / domains + u64::from(*zone < count % domains);
            gone.iter().map(held).sum()
        });
        let single = scenario.lost.iter().filter(|it| match it {
            Loss::Part(Part::Replica(of, number)) => {
                let number = u64::from(*number);
                let zone = spread.map(|(domains, _)| number % domains);
                *of == id && number < count && zone.is_none_or(|it| !gone.contains(&it))
            }
            _ => false,
        });
        let all = zones + single.count() as u64;
        if all > 0 {
            lost.insert(id, all);
        }
    }
    Conditions {
        factor: scenario.load,
        cold: scenario.cold.clone(),
        lost,
        failing: 0.0,
    }
}

/// Returns the zones or regions that are lost, of those over which something is spread.
fn zones_lost(scenario: &Scenario, spread: Option<(u64, bool)>) -> BTreeSet<u64> {
    let lost = scenario.lost.iter().filter_map(|it| match it {
        Loss::Part(Part::Zone(region, number)) => Some((u64::from(*number), *region)),
        _ => None,
    });
    let mine = lost.filter(|(number, region)| {
        spread.is_some_and(|(domains, of)| of == *region && *number < domains)
    });
    mine.map(|(number, _)| number).collect()
}
