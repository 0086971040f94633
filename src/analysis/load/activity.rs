//! What makes components work: operations, flows, and consumers of messages, each
//! with what one run of it asks of every component.

use std::collections::{BTreeMap, BTreeSet};

use super::often::{
    Circumstances, Entities, MOST_OFTEN, Node, Planner, Share, Use, retries, times,
};
use super::queueing::attempts;
use crate::analysis::figures::relation_name;
use crate::analysis::input::{Given, Input, fact_name};
use crate::analysis::success::Success;
use crate::model::{
    Component, Element, FactItem, Facts, Flow, Id, Link, Model, Operation, Relation, Schedule,
};
use crate::quantity::round;
use crate::syntax::tree::Arrow;
use crate::vocabulary::Traits;

/// Something that happens again and again.
#[derive(Clone, Debug)]
pub struct Activity {
    /// The operation, the flow without one, or the consumer of messages.
    pub of: Element,
    /// The flow that says what it does.
    pub flow: Option<Id<Flow>>,
    /// Among how many flows of one operation its requests are shared.
    pub among: usize,
    /// Whether it was put together from connections, as no flow says what it does.
    pub assumed: bool,
    /// What makes it run, where no load says how often.
    pub runs: Runs,
    /// What one run asks of components.
    pub visits: Vec<Visit>,
    /// How often steps are taken to happen of which nothing says it.
    pub guesses: Vec<Input>,
}

/// What makes an activity run.
#[derive(Clone, Debug, PartialEq)]
pub enum Runs {
    /// Somebody calls the operation.
    Asked,
    /// It runs so often a second by itself.
    Every(f64),
    /// It runs for each message, and gets that share of them.
    On(Vec<(Id<Component>, f64)>),
    /// It never rests, or nothing says.
    Unstated,
}

/// What one run asks of one component over one connection.
#[derive(Clone, Debug)]
pub struct Visit {
    /// Who is asked.
    pub to: Id<Component>,
    /// Over what; `None` for the work that a component starts by itself.
    pub relation: Option<Id<Relation>>,
    /// Requests for each run, at the least.
    pub least: f64,
    /// Requests for each run, as is reckoned.
    pub likely: f64,
    /// Whether a message is left there.
    pub message: bool,
    /// Whether it may wait: it stands behind a queue or topic.
    pub deferred: bool,
    /// Whether it tells how the message came that made the flow run; counted only
    /// where nothing else does.
    pub prelude: bool,
}

/// Puts together everything that makes a design's components work.
pub fn activities(
    model: &Model,
    success: &Success,
    circumstances: &Circumstances,
) -> Vec<Activity> {
    let planner = Planner::new(model, circumstances);
    let told = Told::new(model);
    let builder = Builder {
        model,
        planner,
        told,
        circumstances,
    };
    let mut found = Vec::new();
    let mut flows: BTreeMap<Id<Operation>, usize> = BTreeMap::new();
    for flow in model.flows.rows() {
        if let Some(operation) = flow.operation {
            *flows.entry(operation).or_default() += 1;
        }
    }
    found.extend(model.flows.iter().map(|(id, flow)| {
        let among = flow.operation.map_or(1, |it| flows[&it]);
        builder.flow(id, flow, among)
    }));
    for goal in &success.goals {
        if let (Element::Operation(id), None) = (goal.of, goal.flow) {
            found.extend(goal.start.map(|it| builder.closure(id, it, &goal.needs)));
        }
    }
    found.extend(builder.consumers());
    builder.share_queues(&mut found);
    found
}

/// What flows tell of connections.
struct Told {
    /// All connections that a flow uses.
    used: BTreeSet<Id<Relation>>,
    /// Those that a flow uses as more than the way by which its message came.
    counted: BTreeSet<Id<Relation>>,
    /// Connections out of a queue or topic, with the flows that run for its messages.
    taken: BTreeMap<Id<Relation>, BTreeSet<Id<Flow>>>,
    /// Who has a part in the flows that run for the messages of a queue or topic.
    workers: BTreeMap<Id<Component>, BTreeSet<Id<Component>>>,
}

impl Told {
    fn new(model: &Model) -> Told {
        let mut told = Told {
            used: BTreeSet::new(),
            counted: BTreeSet::new(),
            taken: BTreeMap::new(),
            workers: BTreeMap::new(),
        };
        for (id, flow) in model.flows.iter() {
            let media = media(model, flow);
            let prelude = prelude(model, flow);
            for (link, _) in flow.links() {
                let relation = &model.relations[link.relation];
                for medium in &media {
                    let workers = told.workers.entry(*medium).or_default();
                    workers.extend([relation.from, relation.to]);
                }
            }
            for (index, (link, _)) in flow.links().iter().enumerate() {
                told.used.insert(link.relation);
                if index >= prelude {
                    told.counted.insert(link.relation);
                }
                let relation = &model.relations[link.relation];
                let pulled = pulls(model, relation, &link.facts) && media.contains(&relation.to);
                if media.contains(&relation.from) || pulled {
                    told.taken.entry(link.relation).or_default().insert(id);
                }
            }
        }
        told
    }
}

struct Builder<'a> {
    model: &'a Model,
    planner: Planner<'a>,
    told: Told,
    circumstances: &'a Circumstances,
}

/// The visits of one flow while they are found.
struct Found {
    flow: Id<Flow>,
    operation: Option<Id<Operation>>,
    /// The number of links that belong to the prelude, and of those met.
    prelude: usize,
    met: usize,
    seen: BTreeSet<Id<Component>>,
    /// What works behind a queue or topic.
    behind: BTreeSet<Id<Component>>,
    visits: Vec<Visit>,
    guesses: Vec<Input>,
}

impl<'a> Builder<'a> {
    fn flow(&self, id: Id<Flow>, flow: &'a Flow, among: usize) -> Activity {
        let plan = self.planner.plan(flow);
        let mut found = Found {
            flow: id,
            operation: flow.operation,
            prelude: prelude(self.model, flow),
            met: 0,
            seen: BTreeSet::new(),
            behind: BTreeSet::new(),
            visits: Vec::new(),
            guesses: Vec::new(),
        };
        self.nodes(&plan.nodes, Share::ALWAYS, &mut found);
        let of = flow.operation.map_or(Element::Flow(id), Element::Operation);
        let runs = match flow.operation {
            Some(_) => Runs::Asked,
            None => runs(self.model, flow),
        };
        Activity {
            of,
            flow: Some(id),
            among,
            assumed: false,
            runs,
            visits: found.visits,
            guesses: found.guesses,
        }
    }

    fn nodes(&self, nodes: &[Node<'_>], around: Share, found: &mut Found) {
        for node in nodes {
            match node {
                Node::Use(it) => self.step(it, around, found),
                Node::Part(part) => {
                    let flow = &self.model.flows[found.flow].head.name;
                    for (share, branch) in &part.branches {
                        if !share.is_known() {
                            let name = part.group.label(flow);
                            found.guesses.push(guessed(name, *share));
                        }
                        self.nodes(branch, repeated(around.of(*share), part.times), found);
                    }
                }
            }
        }
    }

    fn step(&self, it: &Use<'_>, around: Share, found: &mut Found) {
        let prelude = found.met < found.prelude;
        found.met += 1;
        if self.is_taken_elsewhere(it.link, found.flow) {
            return;
        }
        self.starts(it, around, prelude, found);
        found.seen.insert(it.to);
        if !it.share.is_known() {
            let name = relation_name(self.model, it.link.relation);
            found.guesses.push(guessed(name, it.share));
        }
        let often = repeated(around.of(it.share), it.times * it.attempts);
        let relation = &self.model.relations[it.link.relation];
        let pulled = pulls(self.model, relation, &it.link.facts);
        let message = self.model.components[it.to].is(Traits::MEDIUM) && !pulled;
        let taken = pulled || self.model.components[it.from].is(Traits::MEDIUM);
        let deferred = taken || found.behind.contains(&it.from);
        if deferred {
            found.behind.extend([it.from, it.to]);
        }
        found.visits.push(Visit {
            to: it.to,
            relation: Some(it.link.relation),
            least: often.least,
            likely: often.likely,
            message,
            deferred,
            prelude,
        });
        if it.writes && !prelude {
            let written = self.planner.writes(it.link, found.operation);
            self.changes(it.to, &written.unwrap_or_default(), often, found);
        }
    }

    /// Tells whether a connection out of a queue belongs to another flow, which runs
    /// for each of its messages.
    fn is_taken_elsewhere(&self, link: &Link, flow: Id<Flow>) -> bool {
        let takers = self.told.taken.get(&link.relation);
        takers.is_some_and(|it| !it.contains(&flow))
    }

    /// Counts the work of a program that starts something without being asked.
    fn starts(&self, it: &Use<'_>, around: Share, prelude: bool, found: &mut Found) {
        let from = &self.model.components[it.from];
        let works = from.traits.any(Traits::COMPUTE.with(Traits::FORWARDS)) && !from.is_outside();
        if !found.seen.insert(it.from) || !works || it.link.facts.has("mode") {
            return;
        }
        found.visits.push(Visit {
            to: it.from,
            relation: None,
            least: around.least,
            likely: around.likely,
            message: false,
            deferred: false,
            prelude,
        });
    }

    /// Counts what a store sends on by itself when it is written: to a queue or
    /// topic, or by its change log.
    fn changes(&self, store: Id<Component>, written: &Entities, often: Share, found: &mut Found) {
        if !self.model.components[store].is(Traits::STORES) {
            return;
        }
        for (id, relation) in self.model.outgoing(store) {
            let medium = self.model.components[relation.to].is(Traits::MEDIUM);
            let sends =
                relation.arrow == Arrow::Send && (medium || relation.facts.says("mode", "cdc"));
            let carried = relation.writes().chain(relation.facts.data("carries"));
            let carried: Entities = carried.map(|it| it.entity).collect();
            let fits = carried.is_empty() || written.is_empty() || !carried.is_disjoint(written);
            if sends && fits && !self.told.counted.contains(&id) {
                found.visits.push(Visit {
                    to: relation.to,
                    relation: Some(id),
                    // A change log may pass on some changes only.
                    least: 0.0,
                    likely: often.likely,
                    message: medium,
                    deferred: false,
                    prelude: false,
                });
            }
        }
    }

    /// What an operation asks where no flow says: all that it needs, once each.
    fn closure(&self, id: Id<Operation>, start: Id<Component>, needs: &[Id<Relation>]) -> Activity {
        let changes = self.model.operations[id].mutates();
        let visits = self.reached(start, needs, changes);
        Activity {
            of: Element::Operation(id),
            flow: None,
            among: 1,
            assumed: true,
            runs: Runs::Asked,
            visits,
            guesses: Vec::new(),
        }
    }

    fn reached(&self, start: Id<Component>, needs: &[Id<Relation>], changes: bool) -> Vec<Visit> {
        let mut outgoing: BTreeMap<Id<Component>, Vec<Id<Relation>>> = BTreeMap::new();
        for id in needs.iter().copied().collect::<BTreeSet<_>>() {
            let from = self.model.relations[id].from;
            outgoing.entry(from).or_default().push(id);
        }
        let mut visits = vec![visit(start, None, Share::ALWAYS)];
        let mut layer = BTreeMap::from([(start, 1.0)]);
        let mut seen = BTreeSet::from([start]);
        while !layer.is_empty() {
            let mut next: BTreeMap<Id<Component>, f64> = BTreeMap::new();
            for (from, tried) in &layer {
                let hits = self.hits(*from, changes, &mut visits, *tried);
                for id in outgoing.get(from).into_iter().flatten() {
                    if hits.iter().any(|it| it.relation == *id) {
                        continue;
                    }
                    let relation = &self.model.relations[*id];
                    let tried =
                        tried * attempts(self.circumstances.failing, retries(&relation.facts));
                    let often = self.often(relation, &hits, changes);
                    let mut found = visit(relation.to, Some(*id), repeated(often, tried));
                    found.message = self.model.components[relation.to].is(Traits::MEDIUM)
                        && !pulls(self.model, relation, &relation.facts);
                    visits.push(found);
                    if !seen.contains(&relation.to) {
                        let known = next.entry(relation.to).or_default();
                        *known = known.max(tried);
                    }
                }
            }
            seen.extend(next.keys().copied());
            layer = next;
        }
        // That it needs something does not say that it asks each time.
        let asked = visits.iter_mut().filter(|it| it.relation.is_some());
        asked.for_each(|it| it.least = 0.0);
        visits
    }

    /// Counts the caches that a caller asks before its stores, and returns what they
    /// hold with the share that they do not answer.
    fn hits(
        &self,
        caller: Id<Component>,
        changes: bool,
        visits: &mut Vec<Visit>,
        tried: f64,
    ) -> Vec<Hit> {
        let mut hits = Vec::new();
        if changes {
            return hits;
        }
        for (id, relation) in self.model.outgoing(caller) {
            let cache = &self.model.components[relation.to];
            let volatile = Traits::CACHES.with(Traits::VOLATILE);
            let writes = relation.writes().next().is_some() && relation.reads().next().is_none();
            if !cache.is(volatile) || writes {
                continue;
            }
            let unknowing = self.circumstances.cold.contains(&relation.to)
                || self.circumstances.gone.contains(&relation.to);
            let stated = relation.facts.number("hit").or(cache.facts.number("hit"));
            let Some(hit) = stated.filter(|_| !unknowing).or(unknowing.then_some(0.0)) else {
                continue;
            };
            let held = cache.facts.data("stores").chain(relation.reads());
            let held: Entities = held.map(|it| it.entity).collect();
            visits.push(visit(relation.to, Some(id), repeated(Share::ALWAYS, tried)));
            let miss = 1.0 - hit.clamp(0.0, 1.0);
            let relation = id;
            hits.push(Hit {
                relation,
                held,
                miss,
            });
        }
        hits
    }

    fn often(&self, relation: &Relation, hits: &[Hit], changes: bool) -> Share {
        let chance = relation.facts.number("chance");
        let mut share = chance.map_or(1.0, |it| it.clamp(0.0, 1.0)) * times(&relation.facts);
        let store = self.model.components[relation.to].is_source_of_truth();
        let read: Entities = relation.reads().map(|it| it.entity).collect();
        let writes = relation.writes().next().is_some();
        if store && !changes && !(writes && read.is_empty()) {
            let behind = hits
                .iter()
                .find(|it| it.held.is_empty() || read.is_empty() || !it.held.is_disjoint(&read));
            share *= behind.map_or(1.0, |it| it.miss);
        }
        Share::exactly(share)
    }

    /// Programs that take messages which no flow takes.
    fn consumers(&self) -> Vec<Activity> {
        let mut found = Vec::new();
        for (id, component) in self.model.components.iter() {
            if !component.is(Traits::COMPUTE) {
                continue;
            }
            let mut media = BTreeSet::new();
            for (relation, row) in self.model.incoming(id) {
                let medium = self.model.components[row.from].is(Traits::MEDIUM);
                if medium && !self.told.used.contains(&relation) {
                    media.insert(row.from);
                }
            }
            for (relation, row) in self.model.outgoing(id) {
                if pulls(self.model, row, &row.facts) && !self.told.used.contains(&relation) {
                    media.insert(row.to);
                }
            }
            if media.is_empty() || self.works_in_a_flow(id, &media) {
                continue;
            }
            let needs: Vec<Id<Relation>> = self
                .model
                .outgoing(id)
                .filter(|(_, row)| self.uses(row))
                .map(|(relation, _)| relation)
                .collect();
            found.push(Activity {
                of: Element::Component(id),
                flow: None,
                among: 1,
                assumed: true,
                runs: Runs::On(media.into_iter().map(|it| (it, 1.0)).collect()),
                visits: self.reached(id, &needs, true),
                guesses: Vec::new(),
            });
        }
        found
    }

    /// Tells whether a flow that runs for messages says what a consumer does with them.
    fn works_in_a_flow(&self, consumer: Id<Component>, media: &BTreeSet<Id<Component>>) -> bool {
        let workers = media.iter().filter_map(|it| self.told.workers.get(it));
        workers.into_iter().any(|it| it.contains(&consumer))
    }

    /// Tells whether a consumer uses a connection for each message.
    fn uses(&self, relation: &Relation) -> bool {
        let to = &self.model.components[relation.to];
        let pulled = pulls(self.model, relation, &relation.facts);
        !pulled && !to.is(Traits::OBSERVES) && !relation.facts.says("need", "soft")
    }

    /// Gives each of several consumers of a queue its part of the messages.
    fn share_queues(&self, activities: &mut [Activity]) {
        let mut consumers: BTreeMap<Id<Component>, u32> = BTreeMap::new();
        for activity in activities.iter() {
            for medium in media_of(&activity.runs) {
                *consumers.entry(medium).or_default() += 1;
            }
        }
        for activity in activities {
            let Runs::On(media) = &mut activity.runs else {
                continue;
            };
            for (medium, share) in media {
                if self.model.components[*medium].kind.name == "queue" {
                    *share = 1.0 / f64::from(consumers[medium].max(1));
                }
            }
        }
    }
}

/// A cache that a caller asks, outside any flow, before its stores.
struct Hit {
    relation: Id<Relation>,
    held: Entities,
    /// The share that it does not answer.
    miss: f64,
}

fn visit(to: Id<Component>, relation: Option<Id<Relation>>, often: Share) -> Visit {
    Visit {
        to,
        relation,
        least: often.least,
        likely: often.likely,
        message: false,
        deferred: false,
        prelude: false,
    }
}

/// Says how often something is taken to happen of which nothing says it.
fn guessed(name: String, share: Share) -> Input {
    Input {
        name: fact_name(&name, "chance"),
        value: share.likely,
        words: format!("{}%", round(share.likely * 100.0)),
        given: Given::Assumed("nothing says how often it happens".to_owned()),
    }
}

fn repeated(share: Share, times: f64) -> Share {
    let often = |share: f64| (share * times).min(MOST_OFTEN);
    Share {
        least: often(share.least),
        likely: often(share.likely),
        most: often(share.most),
    }
}

fn media_of(runs: &Runs) -> Vec<Id<Component>> {
    match runs {
        Runs::On(media) => media.iter().map(|(id, _)| *id).collect(),
        _ => Vec::new(),
    }
}

/// Tells whether a connection takes messages from a queue or topic.
fn pulls(model: &Model, relation: &Relation, facts: &Facts) -> bool {
    let medium = model.components[relation.to].is(Traits::MEDIUM);
    let said = |key| facts.has(key) || relation.facts.has(key);
    let (reads, writes) = (said("reads"), said("writes"));
    let background = model.components[relation.from].is(Traits::BACKGROUND);
    medium && relation.arrow != Arrow::Send && !writes && (reads || background)
}

/// Returns when something says that it runs.
fn schedule(facts: &Facts) -> Runs {
    let mut media = Vec::new();
    for item in facts.items("runs") {
        match item {
            FactItem::Schedule(Schedule::On(id)) => media.push((*id, 1.0)),
            FactItem::Schedule(Schedule::Every(period)) if period.to_f64() > 0.0 => {
                return Runs::Every(1.0 / period.to_f64());
            }
            _ => {}
        }
    }
    if media.is_empty() {
        return Runs::Unstated;
    }
    media.sort_unstable_by_key(|(id, _)| *id);
    media.dedup_by_key(|(id, _)| *id);
    Runs::On(media)
}

/// Returns what makes a flow without an operation run: what it says, else what its
/// first worker says.
fn runs(model: &Model, flow: &Flow) -> Runs {
    let own = schedule(&flow.facts);
    if own != Runs::Unstated || flow.facts.has("runs") {
        return own;
    }
    let ends = flow.links().into_iter().flat_map(|(link, _)| {
        let relation = &model.relations[link.relation];
        [relation.from, relation.to]
    });
    let mut said = ends.map(|it| schedule(&model.components[it].facts));
    said.find(|it| *it != Runs::Unstated)
        .unwrap_or(Runs::Unstated)
}

/// Returns the queues and topics for whose messages a flow runs.
fn media(model: &Model, flow: &Flow) -> BTreeSet<Id<Component>> {
    match flow.operation {
        Some(_) => BTreeSet::new(),
        None => media_of(&runs(model, flow)).into_iter().collect(),
    }
}

/// Returns how many of a flow's first links tell how the message came for which it
/// runs: those before the first that takes one.
fn prelude(model: &Model, flow: &Flow) -> usize {
    let media = media(model, flow);
    let taking = flow.links().iter().position(|(link, _)| {
        let relation = &model.relations[link.relation];
        let pulled = pulls(model, relation, &link.facts) && media.contains(&relation.to);
        media.contains(&relation.from) || pulled
    });
    taking.unwrap_or(0)
}
