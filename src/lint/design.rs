//! What rules look at: a model with its graph, and the questions that many of
//! them ask.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use super::visits::{self, Visit};
use crate::analysis::availability::{Assumptions, Availability, availability};
use crate::analysis::latency::{self, Waterfall};
use crate::analysis::load::{Conditions, Solution, solve};
use crate::analysis::storage::{Storage, storage};
use crate::analysis::success::{Goal, Part, Success};
use crate::analysis::target;
pub use crate::analysis::target::Target;
use crate::finding::{self, Fix, Safety};
use crate::graph::{Digraph, Edge};
use crate::model::{
    Component, Element, Entity, Flow, Group, GroupKind, Head, Id, Link, Model, Operation, Relation,
    Requirement,
};
use crate::source::{Sources, Span};
use crate::syntax::tree::Arrow;
use crate::vocabulary::Traits;

/// A design under review.
pub struct Design<'a> {
    /// What it means.
    pub model: &'a Model,
    /// Its texts.
    pub sources: &'a Sources,
    storage: OnceLock<Storage>,
    success: OnceLock<Success>,
    failing_alone: OnceLock<BTreeMap<Part, Vec<usize>>>,
    availability: OnceLock<Availability>,
    load: OnceLock<Solution>,
    visits: OnceLock<Vec<Visit<'a>>>,
    waterfalls: OnceLock<Vec<Waterfall>>,
    flows: OnceLock<BTreeMap<usize, Id<Flow>>>,
}

impl<'a> Design<'a> {
    /// Prepares a design for review.
    pub fn new(model: &'a Model, sources: &'a Sources) -> Design<'a> {
        Design {
            model,
            sources,
            storage: OnceLock::new(),
            success: OnceLock::new(),
            failing_alone: OnceLock::new(),
            availability: OnceLock::new(),
            load: OnceLock::new(),
            visits: OnceLock::new(),
            waterfalls: OnceLock::new(),
            flows: OnceLock::new(),
        }
    }

    /// Returns where the design begins, for findings about the whole of it.
    pub fn root_span(&self) -> Span {
        self.model
            .system
            .as_ref()
            .map_or_else(Span::default, |system| system.span)
    }

    /// Returns the graph of only those connections that `keep` lets pass.
    pub fn graph_of(&self, keep: impl Fn(Id<Relation>, &Relation) -> bool) -> Digraph {
        let kept = self
            .model
            .relations
            .iter()
            .filter(|(id, relation)| keep(*id, relation));
        let edges = kept.map(|(id, relation)| Edge {
            id: id.index(),
            from: relation.from.index(),
            to: relation.to.index(),
        });
        Digraph::new(self.model.components.len(), edges)
    }

    /// Returns what the stores keep, now and later.
    pub fn storage(&self) -> &Storage {
        self.storage.get_or_init(|| storage(self.model))
    }

    /// Returns what must be up for each operation, flow and client.
    pub fn success(&self) -> &Success {
        self.success.get_or_init(|| Success::new(self.model))
    }

    /// Returns every part whose loss alone fails something, with the goals that it
    /// fails by their index in [`Success::goals`].
    pub fn failing_alone(&self) -> &BTreeMap<Part, Vec<usize>> {
        self.failing_alone
            .get_or_init(|| self.success().failing_alone())
    }

    /// Returns how long each flow with steps takes, in their order.
    pub fn waterfalls(&self) -> &[Waterfall] {
        self.waterfalls
            .get_or_init(|| latency::waterfalls(self.model))
    }

    /// Returns how much each component has to do, under usual conditions.
    pub fn load(&self) -> &Solution {
        self.load
            .get_or_init(|| solve(self.model, self.success(), &Conditions::default()))
    }

    /// Returns how much of the time each goal is met, with the usual assumptions.
    pub fn availability(&self) -> &Availability {
        let assumptions = Assumptions::default();
        self.availability
            .get_or_init(|| availability(self.model, self.success(), &assumptions))
    }

    /// Returns a component.
    pub fn component(&self, id: Id<Component>) -> &'a Component {
        &self.model.components[id]
    }

    /// Returns a component's name as readers know it.
    pub fn name(&self, id: Id<Component>) -> &'a str {
        &self.model.components[id].head.path
    }

    /// Returns a connection as it is written: `gate -> feeds`.
    pub fn relation_name(&self, id: Id<Relation>) -> String {
        let relation = &self.model.relations[id];
        let (from, to) = (self.name(relation.from), self.name(relation.to));
        format!("{from} {} {to}", relation.arrow.symbol())
    }

    /// Returns how an operation is called in messages: its route with the verb,
    /// else its name.
    pub fn operation_name(&self, id: Id<Operation>) -> String {
        let operation = &self.model.operations[id];
        match &operation.route {
            Some((route, _)) => format!("{} {route}", operation.verb.0),
            None => operation.head.name.clone(),
        }
    }

    /// Returns how anything is called in messages.
    pub fn label(&self, element: Element) -> String {
        match element {
            Element::Operation(id) => self.operation_name(id),
            Element::Relation(id) => self.relation_name(id),
            Element::Requirement(id) => self.model.requirements[id].label().to_owned(),
            _ => self
                .model
                .head(element)
                .map_or_else(String::new, |head| head.path.clone()),
        }
    }

    /// Returns the flow that realises an operation, the first of several.
    pub fn flow_of(&self, operation: Id<Operation>) -> Option<Id<Flow>> {
        let flows = self.flows.get_or_init(|| {
            let flows = self.model.flows.iter().rev();
            flows
                .filter_map(|(id, flow)| Some((flow.operation?.index(), id)))
                .collect()
        });
        flows.get(&operation.index()).copied()
    }

    /// Returns the links of an operation's flow with the groups around them; none
    /// where no flow says how it is done.
    pub fn links_of(&self, operation: Id<Operation>) -> Vec<(&'a Link, Vec<&'a Group>)> {
        self.flow_of(operation)
            .map_or_else(Vec::new, |flow| self.model.flows[flow].links())
    }

    /// Returns those links of an operation's flow that happen before it answers:
    /// not what hands over to a medium, nor what happens behind one.
    pub fn answering_links(&self, operation: Id<Operation>) -> Vec<(&'a Link, Vec<&'a Group>)> {
        let mut links = self.links_of(operation);
        let (mut before, mut behind) = (BTreeSet::new(), BTreeSet::new());
        links.retain(|(link, _)| {
            let relation = &self.model.relations[link.relation];
            let (from, to) = (relation.from, relation.to);
            let pulls = self.component(from).is(Traits::BACKGROUND) && !before.is_empty();
            let in_front = before.contains(&from) || !(behind.contains(&from) || pulls);
            let waits = in_front && relation.waits() && !link.facts.has("mode");
            if in_front {
                before.insert(from);
            }
            if waits {
                before.insert(to);
            } else {
                behind.insert(to);
            }
            waits
        });
        links
    }

    /// Returns the components that an operation passes through: those of its
    /// flow, else all that its servers reach over connections that wait, where a
    /// gateway routes to what the operation uses.
    pub fn components_of(&self, operation: Id<Operation>) -> BTreeSet<Id<Component>> {
        target::components_of(self.model, operation, self.flow_of(operation), |id| {
            self.success().routing.of(id)
        })
    }

    /// Returns the qualities of a type.
    pub fn qualities(
        &self,
        word: &'a str,
    ) -> impl Iterator<Item = (Id<Requirement>, &'a Requirement)> + use<'a> {
        self.model
            .requirements
            .iter()
            .filter(move |(_, it)| it.is_quality(word))
    }

    /// Returns the quality of any of the types that is written first, as a motive
    /// to be shown.
    pub fn motive(&self, words: &[&str]) -> Option<&'a Requirement> {
        let all = self.model.requirements.rows().iter();
        let fitting = all.filter(|it| words.iter().any(|word| it.is_quality(word)));
        fitting.min_by_key(|requirement| requirement.head.span)
    }

    /// Tells whether a requirement is said of something: of the whole system, of
    /// it by name, of its API, or of an operation or flow that passes through it.
    pub fn concerns(&self, requirement: &Requirement, element: Element) -> bool {
        target::concerns(self.model, requirement, element, &|it| {
            self.components_of(it)
        })
    }

    /// Returns the strictest availability asked of something: by a quality that
    /// concerns it, or by the operation itself.
    pub fn availability_target(&self, element: Element) -> Option<Target<'a>> {
        target::availability_target(self.model, element, &|it| self.components_of(it))
    }

    /// Returns who reads and writes what where, those of flows first.
    pub fn visits(&self) -> &[Visit<'a>] {
        self.visits.get_or_init(|| visits::collect(self))
    }

    /// Returns the components that keep an entity: by `stores:`, or because
    /// something writes it to them.
    pub fn keepers(&self, entity: Id<Entity>) -> Vec<Id<Component>> {
        let stated = self.model.components.iter().filter(|(_, component)| {
            component
                .facts
                .data("stores")
                .any(|data| data.entity == entity)
        });
        let mut found: BTreeSet<Id<Component>> = stated.map(|(id, _)| id).collect();
        let written = self.model.relations.rows().iter().filter(|relation| {
            let to = self.component(relation.to);
            to.is(Traits::STORES) && relation.writes().any(|data| data.entity == entity)
        });
        found.extend(written.map(|relation| relation.to));
        found.into_iter().collect()
    }

    /// Returns the entities that a component keeps or carries, as far as is stated.
    pub fn entities_in(&self, component: Id<Component>) -> BTreeSet<Id<Entity>> {
        let facts = &self.component(component).facts;
        let mut found: BTreeSet<Id<Entity>> = facts
            .data("stores")
            .chain(facts.data("carries"))
            .map(|data| data.entity)
            .collect();
        for (_, relation) in self.model.incoming(component) {
            let said = ["writes", "carries", "reads"];
            found.extend(
                said.iter()
                    .flat_map(|key| relation.facts.data(key))
                    .map(|it| it.entity),
            );
        }
        found
    }

    /// Tells whether an operation touches an entity for which `which` holds, by
    /// its parameters, results, `reads:` and `writes:`.
    pub fn touches(&self, operation: Id<Operation>, which: impl Fn(&Entity) -> bool) -> bool {
        self.entities_touched(operation)
            .iter()
            .any(|entity| which(&self.model.entities[*entity]))
    }

    /// Returns the entities that an operation names, and those that its flow reads
    /// and writes.
    pub fn entities_touched(&self, operation: Id<Operation>) -> BTreeSet<Id<Entity>> {
        let row = &self.model.operations[operation];
        let mut found: BTreeSet<Id<Entity>> = row.result_entities().map(|(id, _)| id).collect();
        let both = row.facts.data("reads").chain(row.facts.data("writes"));
        found.extend(both.map(|data| data.entity));
        for (link, _) in self.links_of(operation) {
            let both = link.facts.data("reads").chain(link.facts.data("writes"));
            found.extend(both.map(|data| data.entity));
        }
        found
    }

    /// Returns how often an operation or flow is used at peak, in requests a
    /// second; `None` where no load says.
    pub fn peak(&self, of: Element) -> Option<f64> {
        self.model.rate(of).map(|rate| rate.peak)
    }

    /// Returns the stated ratio of reads to writes, the highest of several loads.
    pub fn read_ratio(&self) -> Option<f64> {
        let ratios = self
            .model
            .loads
            .rows()
            .iter()
            .flat_map(|load| load.facts.items("ratio"));
        ratios
            .filter_map(|item| match item {
                crate::model::FactItem::Ratio(reads, writes) if *writes > 0.0 => {
                    Some(reads / writes)
                }
                _ => None,
            })
            .max_by(f64::total_cmp)
    }

    /// Tells whether a step may be left out: it stands in an `opt` or one of
    /// several branches, or states a chance.
    pub fn is_optional(&self, link: &Link, around: &[&Group]) -> bool {
        let branching = |group: &&Group| {
            matches!(
                group.kind,
                GroupKind::Alt | GroupKind::Either | GroupKind::Opt
            )
        };
        around.iter().any(branching) || link.facts.has("chance")
    }

    /// Returns the fix that adds a line to the block of something declared, to be
    /// filled in.
    pub fn adding(&self, head: &Head, line: &str) -> Option<Fix> {
        let file = self.sources.file(head.span.file);
        let edit = finding::added_line(file, head.span, head.block, line)?;
        let title = format!("add `{line}` to `{}`, and fill in what holds", head.name);
        Some(Fix::new(title, Safety::Unsafe, vec![edit]))
    }

    /// Tells whether the caller of a connection waits for a hard answer.
    pub fn is_hard_call(&self, relation: &Relation) -> bool {
        relation.arrow != Arrow::Send
            && !relation.facts.says("need", "soft")
            && !relation.facts.has("mode")
            && !relation.facts.has("fallback")
    }
}

/// Ways through the hard connections of goals, found once for each goal.
#[derive(Default)]
pub struct Witness {
    ways: BTreeMap<Element, BTreeMap<Id<Component>, Id<Relation>>>,
}

impl Witness {
    /// Returns the hard connections on a shortest way from a goal's start to a component.
    pub fn way(&mut self, model: &Model, goal: &Goal, to: Id<Component>) -> Vec<Id<Relation>> {
        let last = self
            .ways
            .entry(goal.of)
            .or_insert_with(|| tree_of(model, goal));
        let mut way = Vec::new();
        let mut at = to;
        while let Some(relation) = last.get(&at) {
            way.push(*relation);
            at = model.relations[*relation].from;
            if Some(at) == goal.start || way.len() > model.relations.len() {
                break;
            }
        }
        way.reverse();
        way
    }

    /// Adds the way to a finding, step by step.
    pub fn show(
        &mut self,
        design: &Design<'_>,
        goal: &Goal,
        to: Id<Component>,
        finding: crate::finding::Finding,
    ) -> crate::finding::Finding {
        let way = self.way(design.model, goal, to);
        way.into_iter().fold(finding, |finding, id| {
            let relation = &design.model.relations[id];
            let (from, to) = (design.name(relation.from), design.name(relation.to));
            let words = if relation.arrow == Arrow::Send {
                format!("`{from}` hands over to `{to}`")
            } else {
                format!("`{from}` waits for `{to}`")
            };
            finding.step(relation.span, words)
        })
    }
}

/// Returns for each component that a goal reaches the connection over which it
/// is reached first.
fn tree_of(model: &Model, goal: &Goal) -> BTreeMap<Id<Component>, Id<Relation>> {
    let mut by_from: BTreeMap<Id<Component>, Vec<Id<Relation>>> = BTreeMap::new();
    for id in &goal.needs {
        by_from
            .entry(model.relations[*id].from)
            .or_default()
            .push(*id);
    }
    let mut last = BTreeMap::new();
    let mut waiting: std::collections::VecDeque<Id<Component>> = goal.start.into_iter().collect();
    while let Some(from) = waiting.pop_front() {
        for id in by_from.get(&from).into_iter().flatten() {
            let to = model.relations[*id].to;
            if Some(to) != goal.start && !last.contains_key(&to) {
                last.insert(to, *id);
                waiting.push_back(to);
            }
        }
    }
    last
}
