//! How often each operation and flow uses each connection, and for what.
//!
//! Takes a model, gives every step of every flow with how often it happens each
//! time, and how often each flow happens. Knows no replicas and no capacity.

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::figures::{element_name, missing, rate};
use crate::analysis::input::{Given, Input, Missing};
use crate::model::{
    Component, Element, Entity, FactItem, FactValue, Facts, Flow, Group, GroupKind, Id, Link,
    Model, Operation, Relation, Schedule, Step,
};
use crate::syntax::tree::Arrow;
use crate::vocabulary::Traits;

/// Several entities.
pub(super) type Entities = BTreeSet<Id<Entity>>;

/// A step of a flow, with how often it happens each time.
#[derive(Debug)]
pub(super) struct Use<'a> {
    /// What it is done for: the operation, or the flow without one.
    pub of: Element,
    /// The flow.
    pub flow: Id<Flow>,
    /// The step.
    pub link: &'a Link,
    /// How often it is expected to happen each time.
    pub times: f64,
    /// What is read.
    pub reads: Entities,
    /// What is written.
    pub writes: Entities,
    /// The groups around it, outermost first, each with the branch.
    pub around: Vec<(&'a Group, usize)>,
}

impl<'a> Use<'a> {
    /// Returns the connection.
    pub fn relation(&self, model: &'a Model) -> &'a Relation {
        &model.relations[self.link.relation]
    }

    /// Returns the first word of a key: of the step, or of a group around it.
    pub fn word(&self, key: &str) -> Option<&'a str> {
        let groups = self.around.iter().rev().map(|(group, _)| &group.facts);
        let own: Option<&'a Facts> = Some(&self.link.facts);
        own.into_iter()
            .chain(groups)
            .find_map(|facts| facts.word(key))
    }
}

/// How often something happens.
#[derive(Clone, Debug)]
pub(super) struct Rate {
    /// A second, over a long time: of several loads the calmest.
    pub average: f64,
    /// A second, at the peak of the load where it happens most.
    pub peak: f64,
    /// Where it comes from.
    pub input: Input,
}

/// All steps of all flows, and how often each happens.
#[derive(Debug, Default)]
pub(super) struct Uses<'a> {
    /// The steps, flow by flow, in order.
    pub all: Vec<Use<'a>>,
    /// How often operations and flows happen, as far as it is known.
    pub rates: BTreeMap<Element, Rate>,
    /// The operations that no flow shows.
    pub unshown: Vec<Id<Operation>>,
    /// What nothing says.
    pub missing: Vec<Missing>,
}

/// Returns what each operation and flow does, and how often.
pub(super) fn uses(model: &Model) -> Uses<'_> {
    let mut found = Uses::default();
    let mut shown = BTreeSet::new();
    for (id, flow) in model.flows.iter() {
        // Of several flows of one operation the first says how it is done.
        if flow
            .operation
            .is_none_or(|operation| shown.insert(operation))
        {
            let of = flow.operation.map_or(Element::Flow(id), Element::Operation);
            let mut walk = Walk::new(model, id, of);
            walk.steps(&flow.steps, 1.0);
            found.all.append(&mut walk.found);
        }
    }
    let unshown = model.operations.ids().filter(|id| !shown.contains(id));
    found.unshown = unshown.collect();
    rates(model, &mut found);
    found
}

impl Uses<'_> {
    /// Returns how often a step happens each second, over a long time.
    pub fn average(&self, step: &Use<'_>) -> f64 {
        self.rates
            .get(&step.of)
            .map_or(0.0, |rate| rate.average * step.times)
    }

    /// Returns how often a step happens each second, at peak.
    pub fn peak(&self, step: &Use<'_>) -> f64 {
        self.rates
            .get(&step.of)
            .map_or(0.0, |rate| rate.peak * step.times)
    }
}

fn rates(model: &Model, found: &mut Uses<'_>) {
    found.rates = stated_rates(model);
    let by_themselves = model
        .flows
        .iter()
        .filter(|(_, flow)| flow.operation.is_none());
    let sent = by_receiver(model, found);
    let mut derived = BTreeMap::new();
    for (id, flow) in by_themselves {
        let of = Element::Flow(id);
        if !found.rates.contains_key(&of)
            && let Some(rate) = scheduled(model, found, &sent, (id, flow))
        {
            derived.insert(of, rate);
        }
    }
    found.rates.extend(derived);
    let mut silent: BTreeSet<Element> = found
        .unshown
        .iter()
        .map(|id| Element::Operation(*id))
        .collect();
    silent.extend(found.all.iter().map(|step| step.of));
    silent.retain(|of| !found.rates.contains_key(of));
    for of in silent {
        let what = format!(
            "nothing says how often `{}` happens",
            element_name(model, of)
        );
        found.missing.push(missing(model, of, what));
    }
}

/// Returns the rates that loads state: the calmest and the highest peak of each.
fn stated_rates(model: &Model) -> BTreeMap<Element, Rate> {
    let mut rates: BTreeMap<Element, Rate> = BTreeMap::new();
    for load in model.loads.rows() {
        for rate in &load.rates {
            let Some(average) = rate.per_second else {
                continue;
            };
            let input = Input {
                name: element_name(model, rate.of).to_owned(),
                value: average,
                words: rate.stated.to_string(),
                given: Given::Stated(rate.span),
            };
            let peak = average * load.peak();
            let known = rates.entry(rate.of).or_insert_with(|| Rate {
                average,
                peak,
                input: input.clone(),
            });
            known.peak = known.peak.max(peak);
            if average < known.average {
                (known.average, known.input) = (average, input);
            }
        }
    }
    rates
}

/// The steps that end at each component.
type Received = BTreeMap<Id<Component>, Vec<usize>>;

fn by_receiver(model: &Model, found: &Uses<'_>) -> Received {
    let mut received = Received::new();
    for (index, step) in found.all.iter().enumerate() {
        let to = step.relation(model).to;
        received.entry(to).or_default().push(index);
    }
    received
}

/// Returns how often a flow happens that no load names: as its `runs:` says, or that
/// of the component that starts it.
fn scheduled(
    model: &Model,
    found: &Uses<'_>,
    received: &Received,
    (id, flow): (Id<Flow>, &Flow),
) -> Option<Rate> {
    let own = flow.facts.get("runs");
    let first = flow
        .links()
        .first()
        .map(|(link, _)| model.relations[link.relation].from);
    let starter = || first.and_then(|it| model.components[it].facts.get("runs"));
    let fact = own.or_else(starter)?;
    let FactValue::Items(items) = &fact.value else {
        return None;
    };
    let (mut average, mut peak) = (0.0, 0.0);
    for item in items {
        match item {
            FactItem::Schedule(Schedule::Every(period)) if period.to_f64() > 0.0 => {
                average += 1.0 / period.to_f64();
                peak += 1.0 / period.to_f64();
            }
            FactItem::Schedule(Schedule::On(medium)) => {
                let (more, most) = sent_to(model, found, received, (id, *medium));
                average += more;
                peak += most;
            }
            _ => {}
        }
    }
    let name = flow.head.name.clone();
    let given = Given::Stated(fact.span);
    let input = Input {
        name,
        value: average,
        words: rate(average),
        given,
    };
    (average > 0.0).then_some(Rate {
        average,
        peak,
        input,
    })
}

/// Returns how many messages a second other flows put into a medium, those that
/// follow the changes of a store among them.
fn sent_to(
    model: &Model,
    found: &Uses<'_>,
    received: &Received,
    (but, medium): (Id<Flow>, Id<Component>),
) -> (f64, f64) {
    let steps = |to: &Id<Component>| {
        let indexes = received.get(to).into_iter().flatten();
        let steps = indexes.map(|index| &found.all[*index]);
        steps.filter(|step| step.flow != but)
    };
    let mut total = (0.0, 0.0);
    let mut add = |step: &Use<'_>| {
        total.0 += found.average(step);
        total.1 += found.peak(step);
    };
    steps(&medium).for_each(&mut add);
    let feeds = model
        .incoming(medium)
        .filter(|(_, it)| it.facts.has("mode"));
    for (_, feed) in feeds {
        let carried: Entities = feed.writes().map(|data| data.entity).collect();
        let changes = steps(&feed.from).filter(|step| !step.writes.is_disjoint(&carried));
        changes.for_each(&mut add);
    }
    total
}

/// Returns what an operation reads and changes, as far as it says.
pub(super) fn touched(model: &Model, operation: Id<Operation>) -> (Entities, Entities) {
    let row = &model.operations[operation];
    let named = |key| row.facts.data(key).map(|data| data.entity);
    let results: Entities = row.result_entities().map(|(entity, _)| entity).collect();
    let mut reads: Entities = named("reads").collect();
    let mut writes: Entities = named("writes").collect();
    if !row.mutates() {
        reads.extend(results);
    } else if writes.is_empty() {
        writes = results;
    }
    (reads, writes)
}

/// Who asked a cache last, which one, and the share that it does not answer.
type Missed = (Id<Component>, Id<Component>, f64);

struct Walk<'a> {
    model: &'a Model,
    flow: Id<Flow>,
    of: Element,
    touched: (Entities, Entities),
    around: Vec<(&'a Group, usize)>,
    /// The share of requests that no network of caches in front has answered.
    passed: f64,
    missed: Option<Missed>,
    found: Vec<Use<'a>>,
}

impl<'a> Walk<'a> {
    fn new(model: &'a Model, flow: Id<Flow>, of: Element) -> Self {
        let touched = match of {
            Element::Operation(id) => touched(model, id),
            _ => Default::default(),
        };
        Walk {
            model,
            flow,
            of,
            touched,
            around: Vec::new(),
            passed: 1.0,
            missed: None,
            found: Vec::new(),
        }
    }

    fn steps(&mut self, steps: &'a [Step], times: f64) {
        for step in steps {
            match step {
                Step::Link(link) => self.link(link, times),
                Step::Group(group) => self.group(group, times),
            }
        }
    }

    fn group(&mut self, group: &'a Group, times: f64) {
        for (index, branch) in group.branches.iter().enumerate() {
            let share = repeated(&group.facts) * self.share(group, index);
            let missed = self.missed;
            if group.facts.has("chance") {
                self.missed = None;
            }
            self.around.push((group, index));
            self.steps(branch, times * share);
            self.around.pop();
            self.missed = self.missed.or(missed);
        }
    }

    /// Returns in what share of cases a branch is expected to be taken.
    fn share(&self, group: &Group, branch: usize) -> f64 {
        let chance = group.facts.number("chance").map(|it| it.clamp(0.0, 1.0));
        let branches = group.branches.len() as f64;
        match (group.kind, chance) {
            (GroupKind::Opt, Some(chance)) => chance,
            (GroupKind::Alt, Some(chance)) if branch == 0 => chance,
            (GroupKind::Alt, Some(chance)) => (1.0 - chance) / (branches - 1.0).max(1.0),
            (GroupKind::Alt, None) if self.missed.is_none() => 1.0 / branches,
            (GroupKind::Either, _) if branch > 0 => 0.0,
            _ => 1.0,
        }
    }

    fn link(&mut self, link: &'a Link, times: f64) {
        let relation = &self.model.relations[link.relation];
        let to = &self.model.components[relation.to];
        let (reads, writes) = self.data(link, relation);
        let mut times = times * self.passed * repeated(&link.facts);
        if let Some(chance) = link.facts.number("chance") {
            times *= chance.clamp(0.0, 1.0);
        } else if let Some((from, cache, miss)) = self.missed {
            let behind = from == relation.from && to.is_source_of_truth();
            if behind && writes.is_empty() && self.may_hold(cache, &reads) {
                times *= miss;
            }
        }
        self.found.push(Use {
            of: self.of,
            flow: self.flow,
            link,
            times,
            reads,
            writes,
            around: self.around.clone(),
        });
        let hit = link.facts.number("hit").or(to.facts.number("hit"));
        match hit.map(|hit| hit.clamp(0.0, 1.0)) {
            Some(hit) if to.is(Traits::CACHES.with(Traits::FORWARDS)) => self.passed *= 1.0 - hit,
            Some(hit) if to.is(Traits::CACHES) => {
                self.missed = Some((relation.from, relation.to, 1.0 - hit));
            }
            _ => {}
        }
    }

    /// Tells whether a cache may hold any of these; where it does not say, it may.
    fn may_hold(&self, cache: Id<Component>, of: &Entities) -> bool {
        let held: Entities = kept(&self.model.components[cache].facts);
        held.is_empty() || of.is_empty() || !held.is_disjoint(of)
    }

    /// Returns what a step reads and writes: as it says, else as its connection
    /// says, else what the operation touches of what the receiver keeps.
    fn data(&self, link: &Link, relation: &Relation) -> (Entities, Entities) {
        let (reads, writes) = said(&link.facts);
        if !reads.is_empty() || !writes.is_empty() {
            return (reads, writes);
        }
        let (reads, writes) = said(&relation.facts);
        let kept = kept(&self.model.components[relation.to].facts);
        let common = |a: &Entities, b: &Entities| a.intersection(b).copied().collect();
        match (reads.is_empty(), writes.is_empty()) {
            (false, false) => (
                common(&reads, &self.touched.0),
                common(&writes, &self.touched.1),
            ),
            (true, true) => (
                common(&kept, &self.touched.0),
                common(&kept, &self.touched.1),
            ),
            _ => (reads, writes),
        }
    }
}

fn said(facts: &Facts) -> (Entities, Entities) {
    let named = |key| facts.data(key).map(|data| data.entity).collect();
    (named("reads"), named("writes"))
}

fn kept(facts: &Facts) -> Entities {
    facts.data("stores").map(|data| data.entity).collect()
}

fn repeated(facts: &Facts) -> f64 {
    facts.number("times").unwrap_or(1.0).max(0.0)
}

/// Returns whether the caller waits for the receiver in this step.
pub(super) fn waits(model: &Model, step: &Use<'_>) -> bool {
    let relation = step.relation(model);
    relation.arrow != Arrow::Send && !step.link.facts.has("mode")
}
