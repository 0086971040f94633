//! Who reads and writes what where, step by step, and how often.
//!
//! Takes a design, gives a [`Visit`] for each step of each flow, for each
//! connection that an operation without a flow must use, and for what
//! connections say by themselves. Does not know what is good or bad about it.

use std::collections::{BTreeMap, BTreeSet};

use super::Design;
use crate::finding::Confidence;
use crate::model::{
    Component, Element, Entity, FactItem, Facts, Flow, Group, GroupKind, Id, Link, Operation,
    Relation, Step,
};
use crate::quantity::round;
use crate::source::Span;
use crate::vocabulary::Traits;

/// One use of a component by another.
pub struct Visit<'a> {
    /// The connection.
    pub relation: Id<Relation>,
    /// Who asks.
    pub from: Id<Component>,
    /// Who is asked.
    pub to: Id<Component>,
    /// What is said of the step, else of the connection.
    pub facts: &'a Facts,
    /// The groups around the step, outermost first.
    pub around: Vec<&'a Group>,
    /// The flow, where a step says it.
    pub flow: Option<Id<Flow>>,
    /// The operation that it is done for.
    pub operation: Option<Id<Operation>>,
    /// Where it is said.
    pub span: Span,
    /// What is read.
    pub reads: BTreeSet<Id<Entity>>,
    /// What is changed.
    pub writes: BTreeSet<Id<Entity>>,
    /// How often it happens for each request, at the least.
    pub times: f64,
    /// What `times` is made of.
    pub terms: Vec<String>,
}

impl<'a> Visit<'a> {
    /// Returns what the visit is done for.
    pub fn of(&self) -> Option<Element> {
        let flow = self.flow.map(Element::Flow);
        self.operation.map(Element::Operation).or(flow)
    }

    /// Tells whether the caller asks, rather than sending or copying.
    pub fn is_call(&self, design: &Design<'_>) -> bool {
        design.model.relations[self.relation].arrow != crate::syntax::tree::Arrow::Send
            && !self.facts.has("mode")
    }

    /// Returns the first fact of that key: of the step or connection, of the
    /// groups around it, of its operation.
    pub fn fact(&self, design: &Design<'a>, key: &str) -> Option<&'a crate::model::Fact> {
        let around = self
            .around
            .iter()
            .rev()
            .map(|group: &&'a Group| &group.facts);
        let operation = self.operation.map(|id| &design.model.operations[id].facts);
        std::iter::once(self.facts)
            .chain(around)
            .chain(operation)
            .find_map(|facts| facts.get(key))
    }
}

/// Returns every visit, those of flows first, in the order of declaration.
pub(super) fn collect<'a>(design: &Design<'a>) -> Vec<Visit<'a>> {
    let mut all = Vec::new();
    let mut shown = BTreeSet::new();
    let held = held(design);
    for (id, flow) in design.model.flows.iter() {
        shown.extend(flow.operation);
        let mut walk = Walk::new(design, &held, id, flow.operation);
        walk.steps(&flow.steps, 1.0, &[]);
        all.append(&mut walk.found);
    }
    let mut behind: BTreeMap<&[Id<Component>], Stores> = BTreeMap::new();
    for (id, operation) in design.model.operations.iter() {
        if !shown.contains(&id) && !operation.servers.is_empty() {
            let servers = operation.servers.as_slice();
            let stores = behind
                .entry(servers)
                .or_insert_with(|| stores_behind(design, servers));
            all.extend(closure(design, id, stores));
        }
    }
    let said = said(&all);
    for (id, relation) in design.model.relations.iter() {
        let rest = |key: &str, writes: bool| -> BTreeSet<Id<Entity>> {
            let named = relation.facts.data(key).map(|data| data.entity);
            named
                .filter(|it| !said.contains(&(id, writes, *it)))
                .collect()
        };
        let (reads, writes) = (rest("reads", false), rest("writes", true));
        if !reads.is_empty() || !writes.is_empty() {
            all.push(Visit {
                reads,
                writes,
                ..plain(id, relation)
            });
        }
    }
    all
}

fn said(visits: &[Visit<'_>]) -> BTreeSet<(Id<Relation>, bool, Id<Entity>)> {
    let mut said = BTreeSet::new();
    for visit in visits {
        said.extend(visit.reads.iter().map(|it| (visit.relation, false, *it)));
        said.extend(visit.writes.iter().map(|it| (visit.relation, true, *it)));
    }
    said
}

fn plain(id: Id<Relation>, relation: &Relation) -> Visit<'_> {
    Visit {
        relation: id,
        from: relation.from,
        to: relation.to,
        facts: &relation.facts,
        around: Vec::new(),
        flow: None,
        operation: None,
        span: relation.span,
        reads: BTreeSet::new(),
        writes: BTreeSet::new(),
        times: 1.0,
        terms: Vec::new(),
    }
}

/// The connections to stores over which each entity may be reached.
type Stores = BTreeMap<Id<Entity>, BTreeSet<Id<Relation>>>;

/// Returns the connections to stores that servers reach over calls that wait.
fn stores_behind(design: &Design<'_>, servers: &[Id<Component>]) -> Stores {
    let mut seen: BTreeSet<Id<Component>> = servers.iter().copied().collect();
    let mut open: Vec<Id<Component>> = servers.to_vec();
    let mut found = Stores::new();
    while let Some(from) = open.pop() {
        for (id, relation) in design.model.outgoing(from).filter(|(_, it)| it.waits()) {
            let to = design.component(relation.to);
            if to.is(Traits::STORES) {
                let said = relation.reads().chain(relation.writes());
                for data in said.chain(to.facts.data("stores")) {
                    found.entry(data.entity).or_default().insert(id);
                }
            }
            if seen.insert(relation.to) {
                open.push(relation.to);
            }
        }
    }
    found
}

/// Returns the visits to stores of what an operation touches, where no flow says how
/// it is done.
fn closure<'a>(design: &Design<'a>, operation: Id<Operation>, stores: &Stores) -> Vec<Visit<'a>> {
    let (wanted_reads, wanted_writes) = wanted(design, Some(operation));
    let touched = wanted_reads.union(&wanted_writes);
    let near: BTreeSet<Id<Relation>> = touched
        .filter_map(|entity| stores.get(entity))
        .flatten()
        .copied()
        .collect();
    let mut found = Vec::new();
    for id in &near {
        let relation = &design.model.relations[*id];
        let (reads, writes) = guess(design, relation, &wanted_reads, &wanted_writes);
        let reads: Entities = reads.intersection(&wanted_reads).copied().collect();
        let writes: Entities = writes.intersection(&wanted_writes).copied().collect();
        if !reads.is_empty() || !writes.is_empty() {
            found.push(Visit {
                operation: Some(operation),
                reads,
                writes,
                ..plain(*id, relation)
            });
        }
    }
    found
}

/// Returns what each cache, index and other copy holds, as far as is stated.
pub fn held(design: &Design<'_>) -> BTreeMap<Id<Component>, Entities> {
    let copies = design.model.components.iter().filter(|(_, component)| {
        component.traits.any(Traits::CACHES.with(Traits::DERIVED)) || component.facts.has("copy-of")
    });
    copies.map(|(id, _)| (id, design.entities_in(id))).collect()
}

/// Several entities.
pub type Entities = BTreeSet<Id<Entity>>;

/// Returns what an operation reads and changes, as far as it says.
fn wanted(design: &Design<'_>, operation: Option<Id<Operation>>) -> (Entities, Entities) {
    let Some(row) = operation.map(|id| &design.model.operations[id]) else {
        return Default::default();
    };
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

/// Returns what crosses a connection of which a step says nothing.
fn guess(
    design: &Design<'_>,
    relation: &Relation,
    reads: &Entities,
    writes: &Entities,
) -> (Entities, Entities) {
    let named = |key| -> Entities { relation.facts.data(key).map(|it| it.entity).collect() };
    let (read, written) = (named("reads"), named("writes"));
    let stores = &design.component(relation.to).facts;
    let kept: Entities = stores.data("stores").map(|data| data.entity).collect();
    let common = |a: &Entities, b: &Entities| -> Entities { a.intersection(b).copied().collect() };
    match (read.is_empty(), written.is_empty()) {
        (false, true) => (read, Entities::new()),
        (true, false) => (Entities::new(), written),
        (false, false) => (common(&read, reads), common(&written, writes)),
        (true, true) => (common(&kept, reads), common(&kept, writes)),
    }
}

struct Walk<'d, 'a> {
    design: &'d Design<'a>,
    held: &'d BTreeMap<Id<Component>, Entities>,
    flow: Id<Flow>,
    operation: Option<Id<Operation>>,
    wanted: (Entities, Entities),
    around: Vec<&'a Group>,
    /// The share of requests that no content delivery network has answered.
    passed: f64,
    /// Who asked a cache last, which one, and the share that it does not answer.
    missed: Option<(Id<Component>, Id<Component>, f64)>,
    found: Vec<Visit<'a>>,
}

impl<'d, 'a> Walk<'d, 'a> {
    fn new(
        design: &'d Design<'a>,
        held: &'d BTreeMap<Id<Component>, Entities>,
        flow: Id<Flow>,
        operation: Option<Id<Operation>>,
    ) -> Self {
        Walk {
            design,
            held,
            flow,
            operation,
            wanted: wanted(design, operation),
            around: Vec::new(),
            passed: 1.0,
            missed: None,
            found: Vec::new(),
        }
    }

    fn steps(&mut self, steps: &'a [Step], times: f64, terms: &[String]) {
        for step in steps {
            match step {
                Step::Link(link) => self.link(link, times, terms),
                Step::Group(group) => self.group(group, times, terms),
            }
        }
    }

    fn group(&mut self, group: &'a Group, times: f64, terms: &[String]) {
        self.around.push(group);
        for (index, branch) in group.branches.iter().enumerate() {
            let mut terms = terms.to_vec();
            let share = self.share(group, index, &mut terms);
            let missed = self.missed;
            let said = group.facts.has("chance") || group.facts_of(index).has("chance");
            if said || share == 0.0 {
                self.missed = None;
            }
            self.steps(branch, times * share, &terms);
            self.missed = self.missed.or(missed);
        }
        self.around.pop();
    }

    /// Returns how often a branch happens at the least.
    fn share(&self, group: &Group, branch: usize, terms: &mut Vec<String>) -> f64 {
        let mut share = repeated(group.facts_of(branch), terms);
        let chance = match group.kind {
            GroupKind::Alt => group.chances()[branch],
            _ => group.facts.number("chance"),
        };
        match (group.kind, chance) {
            (GroupKind::Opt | GroupKind::Alt, Some(chance)) => share *= said_share(chance, terms),
            (GroupKind::Opt, None) if self.missed.is_some() => {}
            (GroupKind::Either, _) if branch == 0 => {}
            (GroupKind::Opt | GroupKind::Alt | GroupKind::Either, _) => return 0.0,
            _ => {}
        }
        share
    }

    fn link(&mut self, link: &'a Link, times: f64, terms: &[String]) {
        let relation = &self.design.model.relations[link.relation];
        let to = self.design.component(relation.to);
        let (reads, writes) = self.data(link, relation);
        let mut terms = terms.to_vec();
        let mut times = times * self.passed * repeated(&link.facts, &mut terms);
        if let Some(chance) = link.facts.number("chance") {
            times *= said_share(chance, &mut terms);
        } else if let Some((from, cache, miss)) = self.missed {
            let behind = from == relation.from && to.is_source_of_truth();
            if behind && may_hold(self.held.get(&cache), &reads) {
                times *= said_share(miss, &mut terms);
            }
        }
        self.found.push(Visit {
            from: relation.from,
            to: relation.to,
            relation: link.relation,
            facts: &link.facts,
            around: self.around.clone(),
            flow: Some(self.flow),
            operation: self.operation,
            span: link.span,
            reads,
            writes,
            times,
            terms,
        });
        let hit = link.facts.number("hit").or(to.facts.number("hit"));
        match hit {
            Some(hit) if to.is(Traits::CACHES.with(Traits::FORWARDS)) => self.passed *= 1.0 - hit,
            Some(hit) if to.is(Traits::CACHES) => {
                self.missed = Some((relation.from, relation.to, 1.0 - hit));
            }
            _ => {}
        }
    }

    fn data(&self, link: &Link, relation: &Relation) -> (Entities, Entities) {
        let named = |key| -> Entities { link.facts.data(key).map(|it| it.entity).collect() };
        let (reads, writes) = (named("reads"), named("writes"));
        if reads.is_empty() && writes.is_empty() {
            return guess(self.design, relation, &self.wanted.0, &self.wanted.1);
        }
        (reads, writes)
    }
}

/// Tells whether what a copy holds may be any of these; where either is not said, it may.
pub fn may_hold(held: Option<&Entities>, of: &Entities) -> bool {
    held.is_none_or(|held| held.is_empty() || of.is_empty() || !held.is_disjoint(of))
}

fn repeated(facts: &Facts, terms: &mut Vec<String>) -> f64 {
    let Some(times) = facts.number("times") else {
        return 1.0;
    };
    terms.push(format!("x {}", round(times)));
    times
}

fn said_share(share: f64, terms: &mut Vec<String>) -> f64 {
    let share = share.clamp(0.0, 1.0);
    terms.push(format!("x {} %", round(share * 100.0)));
    share
}

/// Returns the peak rate of each operation and flow under one load.
pub fn peaks(load: &crate::model::Load) -> BTreeMap<Element, f64> {
    let rates = load.rates.iter();
    rates
        .filter_map(|rate| Some((rate.of, rate.per_second? * load.peak())))
        .collect()
}

/// Returns how many requests a second all replicas of a component can take.
pub fn capacity(component: &Component) -> Option<f64> {
    let item = component.facts.items("capacity").iter().find_map(|item| {
        let FactItem::Quantity(quantity) = item else {
            return None;
        };
        (quantity.dimension == crate::quantity::Dimension::RATE).then(|| quantity.to_f64())
    })?;
    let count = component.facts.count("replicas").map_or(1, |it| it.least);
    Some(item * count.max(1) as f64)
}

/// Who asks that an entity is read as it was last written.
pub struct Strong {
    /// Where.
    pub span: Span,
    /// In which words.
    pub words: String,
    /// How surely it is meant of this read.
    pub confidence: Confidence,
}

/// Returns who asks that a read is strongly consistent; the nearest statement decides.
pub fn strong(
    design: &Design<'_>,
    entity: Id<Entity>,
    operation: Option<Id<Operation>>,
    facts: &Facts,
) -> Option<Strong> {
    let row = &design.model.entities[entity];
    let name = &row.head.path;
    let of_operation = operation.map(|id| &design.model.operations[id].facts);
    let near = [Some(facts), of_operation, Some(&row.about)];
    let stated = near
        .into_iter()
        .flatten()
        .find_map(|facts| facts.get("consistency").map(|fact| (facts, fact)));
    if let Some((facts, fact)) = stated {
        return facts.says("consistency", "strong").then(|| Strong {
            span: fact.span,
            words: format!("`{name}` is asked to be strongly consistent"),
            confidence: Confidence::High,
        });
    }
    by_quality(design, entity, operation)
}

fn by_quality(
    design: &Design<'_>,
    entity: Id<Entity>,
    operation: Option<Id<Operation>>,
) -> Option<Strong> {
    let about = |requirement: &crate::model::Requirement| {
        operation.is_some_and(|id| design.concerns(requirement, Element::Operation(id)))
            || design.concerns(requirement, Element::Entity(entity))
    };
    let all = || design.model.requirements.rows().iter();
    let relaxed = all().any(|it| {
        it.demand("staleness").is_some() && !it.is_global() && about(it)
            || it.facts.says("prefer", "availability") && !it.is_global() && about(it)
    });
    if relaxed {
        return None;
    }
    let asks = all().find(|it| {
        let strict = it.facts.says("prefer", "consistency")
            || it.is_quality("consistency") && it.facts.says("consistency", "strong");
        strict && it.kind == crate::model::RequirementKind::Quality && about(it)
    })?;
    Some(Strong {
        span: asks.head.name_span,
        words: format!("`{}` prefers consistency", asks.label()),
        confidence: Confidence::Medium,
    })
}
