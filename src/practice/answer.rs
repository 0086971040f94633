//! An answer as it works: which flows happen, step by step, and whom they visit.

use std::collections::{BTreeMap, BTreeSet};

use crate::lint::{Design, Outcome};
use crate::model::{
    Component, Element, FactItem, Facts, Filter, Flow, Id, Model, Operation, Relation, Schedule,
};
use crate::syntax::tree::Arrow;
use crate::vocabulary::{Group, Traits};

/// An answer under assessment.
pub struct Answer<'a> {
    /// What it says.
    pub design: &'a Design<'a>,
    /// What the review made of it.
    pub outcome: Outcome,
    /// The flows that happen, each with all that it sets off.
    pub walks: Vec<Walk>,
    visited: BTreeSet<Id<Component>>,
    used: BTreeSet<Id<Relation>>,
}

/// A flow that happens, and what it sets off behind queues and copies.
pub struct Walk {
    /// The flow.
    pub flow: Id<Flow>,
    /// What it realises.
    pub operation: Option<Id<Operation>>,
    /// Its steps in order.
    pub hops: Vec<Hop>,
}

/// A step: from where to where something goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hop {
    /// The connection that is used.
    pub relation: Id<Relation>,
    /// Who had it before.
    pub from: Id<Component>,
    /// Who gets it: who takes from a queue, also where it asks for it.
    pub to: Id<Component>,
    /// Who asks: `from`, but where something is taken from a queue.
    pub asks: Id<Component>,
    /// How it is asked.
    pub arrow: Arrow,
}

impl<'a> Answer<'a> {
    /// Prepares an answer.
    pub fn new(design: &'a Design<'a>, outcome: Outcome) -> Answer<'a> {
        let model = design.model;
        let own: BTreeMap<Id<Flow>, Vec<Hop>> = model
            .flows
            .iter()
            .filter(|(id, _)| happens(model, *id))
            .map(|(id, flow)| (id, hops(model, flow)))
            .collect();
        let walks = own.keys().map(|id| walk(model, *id, &own));
        let walks: Vec<Walk> = walks.collect();
        let hops = || walks.iter().flat_map(|walk| &walk.hops);
        let visited = hops().flat_map(|hop| [hop.from, hop.to]).collect();
        Answer {
            design,
            outcome,
            visited: with_named(model, visited),
            used: hops().map(|hop| hop.relation).collect(),
            walks,
        }
    }

    /// Returns what it says.
    pub fn model(&self) -> &'a Model {
        self.design.model
    }

    /// Tells whether something takes part: boxes and lines that no flow uses do not.
    pub fn counts(&self, element: Element) -> bool {
        match element {
            Element::Component(id) => self.visited.contains(&id) || self.stands_beside(id),
            Element::Flow(id) => self.walks.iter().any(|walk| walk.flow == id),
            Element::Relation(id) => self.used.contains(&id),
            Element::Decision(_) => self.works(),
            _ => true,
        }
    }

    /// Tells whether the answer is a design and not words alone: at least half of the
    /// operations are led to their answer, or something runs where there are none.
    pub fn works(&self) -> bool {
        let operations = self.model().operations.ids();
        let (led, open): (Vec<_>, Vec<_>) = operations.partition(|id| self.is_realised(*id));
        !self.walks.is_empty() && led.len() >= open.len()
    }

    /// Tells whether a filter is stated for a connection by a flow that happens: by a
    /// step over it, or by a group around that.
    pub fn is_stated_by_step(&self, relation: Id<Relation>, filter: &Filter) -> bool {
        let flows = self.walks.iter().map(|it| &self.model().flows[it.flow]);
        let links = flows.flat_map(Flow::links);
        links
            .filter(|(link, _)| link.relation == relation)
            .any(|(link, around)| {
                let groups = around.iter().map(|group| &group.facts);
                let mut facts = groups.chain([&link.facts]);
                facts.any(|it| filter.is_stated(it))
            })
    }

    /// Tells whether an operation's flow happens.
    pub fn is_realised(&self, operation: Id<Operation>) -> bool {
        self.walks.iter().any(|it| it.operation == Some(operation))
    }

    /// Returns the components that nothing uses and that do not stand beside.
    pub fn idle(&self) -> Vec<Id<Component>> {
        let ids = self.model().components.ids();
        let idle = ids.filter(|id| {
            let outside = self.model().components[*id].kind.group == Group::Outside;
            !outside && !self.counts(Element::Component(*id))
        });
        idle.collect()
    }

    /// Tells whether a component serves where no flow goes, as monitors do, and is
    /// connected with something that it serves.
    fn stands_beside(&self, id: Id<Component>) -> bool {
        let component = &self.model().components[id];
        let beside = component.kind.group == Group::Support
            || matches!(component.kind.name, "actor" | "dns");
        let connected = !component.incoming.is_empty() || !component.outgoing.is_empty();
        beside && (connected || component.facts.has("watches"))
    }
}

/// Adds the queues for what fails and the like: what visited components name.
fn with_named(model: &Model, mut visited: BTreeSet<Id<Component>>) -> BTreeSet<Id<Component>> {
    let facts = |id: &Id<Component>| &model.components[*id].facts;
    let items = visited
        .iter()
        .flat_map(|id| facts(id).iter().flat_map(|it| facts(id).items(it.key)));
    let named = items.filter_map(|item| match item {
        FactItem::Target(Element::Component(id)) => Some(*id),
        _ => None,
    });
    let named: Vec<Id<Component>> = named.collect();
    visited.extend(named);
    visited
}

/// Tells whether a flow happens: it realises an operation, or something sets it off.
fn happens(model: &Model, id: Id<Flow>) -> bool {
    let flow = &model.flows[id];
    let links = flow.links();
    let Some((first, _)) = links.first() else {
        return false;
    };
    let relation = &model.relations[first.relation];
    let ends = [relation.from, relation.to].map(|it| &model.components[it]);
    let by_itself = ends[0].facts.has("runs")
        || ends[0].kind.name == "scheduler"
        || ends.iter().any(|it| it.is(Traits::MEDIUM));
    let mut rates = model.loads.rows().iter().flat_map(|load| &load.rates);
    flow.operation.is_some()
        || flow.facts.has("runs")
        || by_itself
        || rates.any(|rate| rate.of == Element::Flow(id))
}

fn hops(model: &Model, flow: &Flow) -> Vec<Hop> {
    let links = flow.links();
    let hops = links
        .iter()
        .map(|(link, _)| hop(model, link.relation, &link.facts));
    hops.collect()
}

fn hop(model: &Model, id: Id<Relation>, facts: &Facts) -> Hop {
    let relation = &model.relations[id];
    let [from, to] = match takes(model, relation, facts) {
        true => [relation.to, relation.from],
        false => [relation.from, relation.to],
    };
    Hop {
        relation: id,
        from,
        to,
        asks: relation.from,
        arrow: relation.arrow,
    }
}

/// Tells whether messages come back over a connection to a queue or topic.
fn takes(model: &Model, relation: &Relation, facts: &Facts) -> bool {
    let [from, to] = [relation.from, relation.to].map(|id| &model.components[id]);
    let reads = facts.has("reads") || from.is(Traits::BACKGROUND);
    to.is(Traits::MEDIUM) && relation.arrow != Arrow::Send && reads && !facts.has("writes")
}

/// Follows a flow through what it hands over and what is copied.
fn walk(model: &Model, id: Id<Flow>, own: &BTreeMap<Id<Flow>, Vec<Hop>>) -> Walk {
    let mut hops = own[&id].clone();
    let mut followed = BTreeSet::from([id]);
    loop {
        let next = own.keys().find(|other| {
            let flow = &model.flows[**other];
            let set_off = flow.operation.is_none() && !followed.contains(*other);
            set_off
                && sources(model, flow, &own[*other])
                    .iter()
                    .any(|it| reached(&hops, *it))
        });
        let Some(next) = next else { break };
        followed.insert(*next);
        hops.extend(&own[next]);
    }
    hops.extend(copies(model, &hops));
    Walk {
        flow: id,
        operation: model.flows[id].operation,
        hops,
    }
}

fn reached(hops: &[Hop], component: Id<Component>) -> bool {
    hops.iter().any(|hop| hop.to == component)
}

/// Returns the queues and topics that set a flow off.
fn sources(model: &Model, flow: &Flow, hops: &[Hop]) -> Vec<Id<Component>> {
    let first = hops.first();
    let starter = first.map(|hop| &model.components[hop.asks].facts);
    let runs = [Some(&flow.facts), starter].into_iter().flatten();
    let on = runs
        .flat_map(|facts| facts.items("runs"))
        .filter_map(|it| match it {
            FactItem::Schedule(Schedule::On(id)) => Some(*id),
            _ => None,
        });
    let taken = first.map(|hop| hop.from);
    let taken = taken.filter(|id| model.components[*id].is(Traits::MEDIUM));
    on.chain(taken).collect()
}

/// Returns the copying that goes on by itself behind what the hops reach.
fn copies(model: &Model, hops: &[Hop]) -> Vec<Hop> {
    let mut found: Vec<Hop> = Vec::new();
    let mut reached: BTreeSet<Id<Component>> = hops.iter().map(|hop| hop.to).collect();
    while let Some((id, relation)) = model.relations.iter().find(|(_, it)| {
        it.facts.has("mode") && reached.contains(&it.from) && !reached.contains(&it.to)
    }) {
        reached.insert(relation.to);
        found.push(hop(model, id, &relation.facts));
    }
    found
}
