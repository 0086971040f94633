//! From a design to its success functions: one goal for each operation, each
//! background flow, and each client that reaches something outside any flow.

use std::collections::{BTreeMap, BTreeSet};

use super::routing::Routing;
use super::{Formula, NotEvaluated, Shape, Term, cut_pairs, cut_pairs_within, single_cuts};
use crate::model::{
    Component, Element, FactItem, Flow, Group, GroupKind, Id, Link, Model, Operation, Place,
    Redundancy, Relation, Step,
};
use crate::syntax::tree::Arrow;
use crate::vocabulary::Traits;

/// What can fail by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// A component of which there is one, or of which nothing says how many there are.
    Component(Id<Component>),
    /// A machine, or a zone that the design draws.
    Place(Id<Place>),
    /// One of a component's replicas.
    Replica(Id<Component>, u32),
    /// One of the zones or regions over which replicas are spread, shared by all
    /// components that say so; the number is its own, `true` for a region.
    Zone(bool, u32),
}

/// Something that is to succeed.
#[derive(Clone, Debug)]
pub struct Goal {
    /// The operation, the flow without one, or the client.
    pub of: Element,
    /// The flow that says how, if one does; else all that can be reached counts.
    pub flow: Option<Id<Flow>>,
    /// Where it begins.
    pub start: Option<Id<Component>>,
    /// What must hold.
    pub term: Term,
    /// The hard connections that it uses, with where they are said.
    pub needs: Vec<Id<Relation>>,
}

/// The success functions of a design.
#[derive(Debug, Default)]
pub struct Success {
    /// All functions, sharing what they have in common.
    pub formula: Formula,
    /// What the formula's variables stand for.
    pub parts: Vec<Part>,
    /// The terms that say of a component that enough of its replicas are there,
    /// without the places around it.
    pub components: BTreeMap<Term, Id<Component>>,
    /// What operations use of what is behind forwarders.
    pub routing: Routing,
    /// The goals, operations first, in the order of their declaration.
    pub goals: Vec<Goal>,
}

/// Replicas beyond this many are not told apart; cuts of one and two see no more.
const REPLICAS_TOLD_APART: u64 = 3;
/// However many zones they are spread over, no more are told apart.
const MOST_TOLD_APART: u64 = 300;
/// The largest group whose majority is computed exactly.
const LARGEST_QUORUM: u64 = 9;
/// Alternatives within alternatives beyond this depth count as always there.
const DEEPEST_ALTERNATIVE: usize = 32;

impl Success {
    /// Builds the success functions of a design.
    pub fn new(model: &Model) -> Success {
        let mut builder = Builder {
            model,
            success: Success {
                routing: Routing::new(model),
                ..Success::default()
            },
            known: BTreeMap::new(),
            up: BTreeMap::new(),
            closures: BTreeMap::new(),
            any_behind: BTreeMap::new(),
        };
        builder.goals_of_operations();
        builder.goals_of_flows();
        builder.goals_of_clients();
        builder.success
    }

    /// Returns the parts whose loss alone makes a goal fail.
    pub fn single_cuts(&self, goal: &Goal) -> Vec<Part> {
        self.cuts_of(goal, &mut BTreeMap::new())
    }

    /// Returns the pairs of parts whose loss together makes a goal fail, while
    /// the loss of either alone does not.
    pub fn cut_pairs(&self, goal: &Goal) -> Result<Vec<(Part, Part)>, NotEvaluated> {
        let pairs = cut_pairs(&self.formula, goal.term)?;
        Ok(self.pairs(pairs))
    }

    /// As [`Success::cut_pairs`], where at most so many terms may be touched.
    ///
    /// # Errors
    ///
    /// If too many parts would have to be tried, or trying them takes too long.
    pub fn cut_pairs_within(
        &self,
        goal: &Goal,
        budget: usize,
    ) -> Result<Vec<(Part, Part)>, NotEvaluated> {
        let pairs = cut_pairs_within(&self.formula, goal.term, budget)?;
        Ok(self.pairs(pairs))
    }

    fn pairs(&self, pairs: Vec<(u32, u32)>) -> Vec<(Part, Part)> {
        let named = |(a, b)| (self.part(a), self.part(b));
        pairs.into_iter().map(named).collect()
    }

    /// Returns for every part that is a cut by itself the goals that it fails, by
    /// their index in [`Success::goals`].
    pub fn failing_alone(&self) -> BTreeMap<Part, Vec<usize>> {
        let mut known = BTreeMap::new();
        let mut failing: BTreeMap<Part, Vec<usize>> = BTreeMap::new();
        for (index, goal) in self.goals.iter().enumerate() {
            for part in self.cuts_of(goal, &mut known) {
                failing.entry(part).or_default().push(index);
            }
        }
        failing
    }

    /// Goals share most of what they need, so each need is looked at once.
    fn cuts_of(&self, goal: &Goal, known: &mut BTreeMap<Term, Vec<u32>>) -> Vec<Part> {
        let needs = match self.formula.shape(goal.term) {
            Shape::All(needs) => needs,
            _ => std::slice::from_ref(&goal.term),
        };
        let mut parts = Vec::new();
        for need in needs {
            let cuts = known
                .entry(*need)
                .or_insert_with(|| single_cuts(&self.formula, *need));
            parts.extend(cuts.iter().map(|it| self.part(*it)));
        }
        parts.sort_unstable();
        parts.dedup();
        parts
    }

    fn part(&self, variable: u32) -> Part {
        self.parts[variable as usize]
    }
}

/// A component, and the operation for which it routes if it does.
type Asked = (Id<Component>, Option<Id<Operation>>);

struct Builder<'a> {
    model: &'a Model,
    success: Success,
    known: BTreeMap<Part, Term>,
    up: BTreeMap<Id<Component>, Term>,
    closures: BTreeMap<Asked, (Term, Vec<Id<Relation>>)>,
    /// Any of what is behind a forwarder, once it was asked for.
    any_behind: BTreeMap<Id<Component>, Term>,
}

impl Builder<'_> {
    fn goals_of_operations(&mut self) {
        for id in self.model.operations.ids() {
            let flow = self
                .model
                .flows
                .iter()
                .find(|(_, flow)| flow.operation == Some(id));
            let goal = match flow {
                Some((flow, _)) => self.goal_of_flow(Element::Operation(id), flow),
                None => self.goal_of_closure(id),
            };
            self.success.goals.extend(goal);
        }
    }

    fn goals_of_flows(&mut self) {
        for (id, flow) in self.model.flows.iter() {
            if flow.operation.is_none() {
                let goal = self.goal_of_flow(Element::Flow(id), id);
                self.success.goals.extend(goal);
            }
        }
    }

    /// What a client uses outside any flow must be there for it too.
    fn goals_of_clients(&mut self) {
        let in_flows: BTreeSet<Id<Relation>> = self
            .model
            .flows
            .rows()
            .iter()
            .flat_map(|flow| flow.links().into_iter().map(|(link, _)| link.relation))
            .collect();
        for (id, component) in self.model.components.iter() {
            if !component.is(Traits::OUTSIDE) {
                continue;
            }
            let uncovered: Vec<Id<Relation>> = component
                .outgoing
                .iter()
                .copied()
                .filter(|relation| !in_flows.contains(relation))
                .collect();
            if uncovered.is_empty() {
                continue;
            }
            let (term, needs) = self.needs_of(id, &uncovered, None, 0);
            let of = Element::Component(id);
            self.success.goals.push(Goal {
                of,
                flow: None,
                start: Some(id),
                term,
                needs,
            });
        }
    }

    fn goal_of_flow(&mut self, of: Element, id: Id<Flow>) -> Option<Goal> {
        let flow = &self.model.flows[id];
        let links = flow.links();
        let (first, _) = links.first()?;
        let start = self.model.relations[first.relation].from;
        let mut walk = Walk {
            answering: BTreeSet::from([start]),
            everything: flow.operation.is_none(),
            caches: self.caches_of(&links),
            needs: Vec::new(),
        };
        let steps = self.steps(&flow.steps, &mut walk);
        let term = self.success.formula.all(steps);
        Some(Goal {
            of,
            flow: Some(id),
            start: Some(start),
            term,
            needs: walk.needs,
        })
    }

    /// Returns who reaches a cache in the flow: the store behind it stays needed.
    fn caches_of(&self, links: &[(&Link, Vec<&Group>)]) -> BTreeSet<Id<Component>> {
        let relations = links
            .iter()
            .map(|(link, _)| &self.model.relations[link.relation]);
        relations
            .filter(|relation| self.model.components[relation.to].is(Traits::VOLATILE))
            .map(|relation| relation.from)
            .collect()
    }

    fn steps(&mut self, steps: &[Step], walk: &mut Walk) -> Vec<Term> {
        let mut terms = Vec::new();
        for step in steps {
            match step {
                Step::Link(link) => terms.extend(self.step(link, walk)),
                Step::Group(group) => terms.extend(self.group(group, walk)),
            }
        }
        terms
    }

    fn group(&mut self, group: &Group, walk: &mut Walk) -> Option<Term> {
        if group.kind == GroupKind::Opt {
            let stores = self.stores_behind_caches(&group.branches, walk);
            return Some(self.success.formula.all(stores));
        }
        let mut branches = Vec::new();
        for branch in &group.branches {
            let terms = self.steps(branch, walk);
            branches.push(self.success.formula.all(terms));
        }
        let formula = &mut self.success.formula;
        Some(match group.kind {
            GroupKind::Either => formula.any(branches),
            GroupKind::Alt => {
                let one = formula.any(branches);
                let stores = self.stores_behind_caches(&group.branches, walk);
                self.success.formula.all(std::iter::once(one).chain(stores))
            }
            GroupKind::Par => match waited_for(group, branches.len()) {
                Some(count) => formula.at_least(count, branches),
                None => formula.all(branches),
            },
            GroupKind::Atomic | GroupKind::Loop | GroupKind::Opt => formula.all(branches),
        })
    }

    /// A store that is read when its cache does not know stays needed: without it
    /// the cache cannot be filled.
    fn stores_behind_caches(&mut self, branches: &[Vec<Step>], walk: &mut Walk) -> Vec<Term> {
        let mut terms = Vec::new();
        for step in branches.iter().flatten() {
            match step {
                Step::Link(link) => {
                    let relation = &self.model.relations[link.relation];
                    let store = self.model.components[relation.to].is_source_of_truth();
                    if store && walk.caches.contains(&relation.from) {
                        terms.extend(self.step(link, walk));
                    }
                }
                Step::Group(group) => {
                    terms.extend(self.stores_behind_caches(&group.branches, walk));
                }
            }
        }
        terms
    }

    /// What one step needs; `None` where the answer does not wait for it.
    fn step(&mut self, link: &Link, walk: &mut Walk) -> Option<Term> {
        let relation = &self.model.relations[link.relation];
        let to = &self.model.components[relation.to];
        let counts = walk.everything || walk.answering.contains(&relation.from);
        if !counts {
            return None;
        }
        let goes_on = relation.arrow != Arrow::Send || walk.everything;
        if goes_on {
            walk.answering.insert(relation.to);
        }
        if relation.arrow == Arrow::Send && !to.is(Traits::MEDIUM) && !walk.everything {
            return None;
        }
        let facts = &link.facts;
        let soft = facts.says("need", "soft") || facts.has("mode") || to.is(Traits::OBSERVES);
        let backed_cache = to.is(Traits::VOLATILE) && self.backs(relation.from, relation.to);
        let (from, target) = (relation.from, relation.to);
        let from = self.up(from);
        if facts.says("need", "hard") {
            walk.needs.push(link.relation);
            let to = self.up(target);
            return Some(self.success.formula.all([from, to]));
        }
        if soft || backed_cache {
            return Some(from);
        }
        let fallback = facts
            .present("fallback")
            .map(|_| component_target(facts.targets("fallback")));
        match fallback {
            Some(Some(other)) => {
                let (to, other) = (self.up(target), self.up(other));
                let either = self.success.formula.any([to, other]);
                walk.needs.push(link.relation);
                Some(self.success.formula.all([from, either]))
            }
            Some(None) => Some(from),
            None => {
                walk.needs.push(link.relation);
                let to = self.up(target);
                Some(self.success.formula.all([from, to]))
            }
        }
    }

    /// Tells whether a caller also reaches a store that keeps for good what the
    /// cache keeps copies of.
    fn backs(&self, caller: Id<Component>, cache: Id<Component>) -> bool {
        self.model.outgoing(caller).any(|(_, other)| {
            other.to != cache && self.model.components[other.to].is_source_of_truth()
        })
    }

    fn goal_of_closure(&mut self, id: Id<Operation>) -> Option<Goal> {
        let operation = &self.model.operations[id];
        let start = *operation.servers.first()?;
        let mut terms = Vec::new();
        let mut needs = Vec::new();
        for server in operation.servers.clone() {
            let (term, more) = self.closure(server, Some(id), 0);
            terms.push(term);
            needs.extend(more);
        }
        let term = self.success.formula.any(terms);
        needs.sort_unstable();
        needs.dedup();
        let of = Element::Operation(id);
        Some(Goal {
            of,
            flow: None,
            start: Some(start),
            term,
            needs,
        })
    }

    /// What a component needs to answer: itself, and all that it reaches over
    /// hard connections.
    fn closure(
        &mut self,
        start: Id<Component>,
        operation: Option<Id<Operation>>,
        depth: usize,
    ) -> (Term, Vec<Id<Relation>>) {
        let routes = operation.filter(|_| self.model.components[start].is(Traits::FORWARDS));
        let key = (start, routes);
        if let Some(known) = self.closures.get(&key) {
            return known.clone();
        }
        let outgoing = self.model.components[start].outgoing.clone();
        let result = self.needs_of(start, &outgoing, routes, depth);
        self.closures.insert(key, result.clone());
        result
    }

    fn needs_of(
        &mut self,
        start: Id<Component>,
        first: &[Id<Relation>],
        operation: Option<Id<Operation>>,
        depth: usize,
    ) -> (Term, Vec<Id<Relation>>) {
        let mut seen = BTreeSet::from([start]);
        let mut waiting: Vec<(Id<Component>, Vec<Id<Relation>>)> = vec![(start, first.to_vec())];
        let mut terms = vec![self.up(start)];
        let mut needs = Vec::new();
        let mut options: BTreeMap<(Id<Component>, u32), Vec<Id<Component>>> = BTreeMap::new();
        while let Some((from, relations)) = waiting.pop() {
            let (relations, choices) = self.routed(from, relations, operation);
            if let Some(first) = choices.first() {
                // One way is enough to show what all ways have in common.
                needs.push(*first);
                terms.push(self.any_of(from, choices, operation, depth, &mut needs));
            }
            for relation in relations {
                match self.hardness(relation) {
                    Hardness::Soft => {}
                    Hardness::Or(other) if depth < DEEPEST_ALTERNATIVE => {
                        let to = self.model.relations[relation].to;
                        let (first, _) = self.closure(to, operation, depth + 1);
                        let (second, _) = self.closure(other, operation, depth + 1);
                        terms.push(self.success.formula.any([first, second]));
                        needs.push(relation);
                    }
                    Hardness::Or(_) => {}
                    Hardness::Hard(waits) => {
                        needs.push(relation);
                        let row = &self.model.relations[relation];
                        if let Some(group) = row.alternative {
                            options.entry((from, group)).or_default().push(row.to);
                            continue;
                        }
                        let to = row.to;
                        if seen.insert(to) {
                            terms.push(self.up(to));
                            if waits {
                                waiting.push((to, self.model.components[to].outgoing.clone()));
                            }
                        }
                    }
                }
            }
        }
        for (_, options) in options {
            if depth >= DEEPEST_ALTERNATIVE {
                continue;
            }
            let mut branches = Vec::new();
            for option in options {
                let (term, more) = self.closure(option, operation, depth + 1);
                branches.push(term);
                needs.extend(more);
            }
            terms.push(self.success.formula.any(branches));
        }
        // Two ways to the same would double with every such pair behind another.
        needs.sort_unstable();
        needs.dedup();
        (self.success.formula.all(terms), needs)
    }

    /// What an operation uses of what is behind a forwarder; of all others all.
    /// Where several may be meant they are given apart: one of them is.
    fn routed(
        &self,
        from: Id<Component>,
        relations: Vec<Id<Relation>>,
        operation: Option<Id<Operation>>,
    ) -> (Vec<Id<Relation>>, Vec<Id<Relation>>) {
        let routes = self.success.routing.of(from);
        let (Some(routes), Some(operation)) = (routes, operation) else {
            return (relations, Vec::new());
        };
        let mut others = routes.others.clone();
        let choices = routes.choices(&self.model.operations[operation]);
        if let [only] = choices.as_slice() {
            others.push(*only);
            return (others, Vec::new());
        }
        (others, choices)
    }

    fn any_of(
        &mut self,
        forwarder: Id<Component>,
        choices: Vec<Id<Relation>>,
        operation: Option<Id<Operation>>,
        depth: usize,
        needs: &mut Vec<Id<Relation>>,
    ) -> Term {
        if depth >= DEEPEST_ALTERNATIVE {
            return self.success.formula.always();
        }
        let all = self
            .success
            .routing
            .of(forwarder)
            .is_some_and(|it| it.behind == choices);
        let known = self.any_behind.get(&forwarder).copied().filter(|_| all);
        let mut branches = Vec::new();
        for (index, choice) in choices.iter().enumerate() {
            if index > 0 && known.is_some() {
                break;
            }
            let to = self.model.relations[*choice].to;
            let (term, more) = self.closure(to, operation, depth + 1);
            branches.push(term);
            if index == 0 {
                needs.extend(more);
            }
        }
        let term = known.unwrap_or_else(|| self.success.formula.any(branches));
        if all {
            self.any_behind.insert(forwarder, term);
        }
        term
    }

    /// How much a component needs another; what is sent over an open connection
    /// counts with that.
    fn hardness(&self, id: Id<Relation>) -> Hardness {
        let relation = &self.model.relations[id];
        let to = &self.model.components[relation.to];
        let facts = &relation.facts;
        if relation.over.is_some() {
            return Hardness::Soft;
        }
        if facts.says("need", "hard") {
            return Hardness::Hard(relation.waits());
        }
        let pulls = to.is(Traits::MEDIUM) && relation.arrow == Arrow::Call;
        let sends_on = relation.arrow == Arrow::Send && !to.is(Traits::MEDIUM);
        let from_medium = self.model.components[relation.from].is(Traits::MEDIUM);
        let soft = facts.says("need", "soft") || facts.has("mode") || to.is(Traits::OBSERVES);
        let backed = to.is(Traits::VOLATILE) && self.backs(relation.from, relation.to);
        let reads = facts.data("reads").next().is_some();
        if soft || backed || sends_on || from_medium || (pulls && reads) {
            return Hardness::Soft;
        }
        if facts.has("fallback") {
            return component_target(facts.targets("fallback"))
                .map_or(Hardness::Soft, Hardness::Or);
        }
        Hardness::Hard(relation.waits())
    }

    /// What must hold for a component to be there at all.
    fn up(&mut self, id: Id<Component>) -> Term {
        if let Some(term) = self.up.get(&id) {
            return *term;
        }
        let component = &self.model.components[id];
        let term = if component.is(Traits::OUTSIDE) {
            self.success.formula.always()
        } else {
            let own = self.replicas(id, component);
            self.success.components.insert(own, id);
            let places = self.places(component);
            self.success.formula.all(std::iter::once(own).chain(places))
        };
        self.up.insert(id, term);
        term
    }

    fn places(&mut self, component: &Component) -> Vec<Term> {
        let mut terms = Vec::new();
        let mut around = component.place;
        while let Some(place) = around {
            let row = &self.model.places[place];
            if matches!(row.kind.name, "host" | "zone") {
                terms.push(self.variable(Part::Place(place)));
            }
            around = row.parent;
        }
        terms
    }

    fn replicas(&mut self, id: Id<Component>, component: &Component) -> Term {
        let count = match component.redundancy() {
            Redundancy::Unstated => return self.variable(Part::Component(id)),
            Redundancy::Stated(0 | 1) => {
                let zone = component.spread().map(|(_, of)| of == "region");
                let zone = zone.map(|region| self.variable(Part::Zone(region, 0)));
                let own = self.variable(Part::Component(id));
                return self.success.formula.all(zone.into_iter().chain([own]));
            }
            Redundancy::Stated(count) => count,
        };
        let majority = needs_majority(component) && count <= LARGEST_QUORUM;
        let domains = component
            .spread()
            .map(|(domains, of)| (domains, of == "region"));
        let told_apart = match (majority, domains) {
            (true, _) => count,
            (false, Some((domains, _))) => {
                let apart = domains.max(1).saturating_mul(REPLICAS_TOLD_APART);
                count.min(apart).min(MOST_TOLD_APART)
            }
            (false, None) => count.min(REPLICAS_TOLD_APART),
        };
        let replicas: Vec<Term> = (0..told_apart)
            .map(|number| {
                let replica = self.variable(Part::Replica(id, number as u32));
                match domains {
                    Some((domains, region)) if domains > 0 => {
                        let zone = Part::Zone(region, (number % domains) as u32);
                        let zone = self.variable(zone);
                        self.success.formula.all([zone, replica])
                    }
                    _ => replica,
                }
            })
            .collect();
        let needed = if majority { count / 2 + 1 } else { 1 };
        self.success.formula.at_least(needed as usize, replicas)
    }

    fn variable(&mut self, part: Part) -> Term {
        if let Some(term) = self.known.get(&part) {
            return *term;
        }
        let number = self.success.parts.len() as u32;
        self.success.parts.push(part);
        let term = self.success.formula.variable(number);
        self.known.insert(part, term);
        term
    }
}

/// What is known on the way through a flow.
struct Walk {
    /// Who must be there for the answer.
    answering: BTreeSet<Id<Component>>,
    /// Whether what is done later counts too: the flow answers nobody.
    everything: bool,
    /// Who reaches a cache.
    caches: BTreeSet<Id<Component>>,
    /// The hard connections met.
    needs: Vec<Id<Relation>>,
}

enum Hardness {
    /// The caller fails without it; `true` if also without what that needs.
    Hard(bool),
    /// The caller needs it or that other component.
    Or(Id<Component>),
    /// The caller goes on without it.
    Soft,
}

/// Consensus needs a majority of its members (Ongaro and Ousterhout, "In Search
/// of an Understandable Consensus Algorithm", 2014, section 5.1).
fn needs_majority(component: &Component) -> bool {
    component.is(Traits::CONTROL_PLANE) || component.facts.says("replication", "quorum")
}

fn component_target(mut targets: impl Iterator<Item = Element>) -> Option<Id<Component>> {
    targets.find_map(|target| match target {
        Element::Component(id) => Some(id),
        _ => None,
    })
}

/// Returns how many branches a `par` waits for, if not for all.
fn waited_for(group: &Group, branches: usize) -> Option<usize> {
    if group.facts.says("wait", "any") {
        return Some(1);
    }
    let count = group
        .facts
        .items("wait")
        .iter()
        .find_map(|item| match item {
            FactItem::Quantity(quantity) => Some(quantity.to_f64() as usize),
            _ => None,
        })?;
    Some(count.clamp(1, branches.max(1)))
}
