//! How often each step of a flow happens, each time the flow runs.
//!
//! A step's share comes from its `chance`, from the groups around it, and from the
//! `hit` of a cache that the same caller asked before for the same data, or of a
//! content network that passes on what it does not have. A chance that says the same
//! as the miss of such a cache is counted once. `times`
//! and `chance` hold for the step or group that states them and for no other.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::queueing::attempts;
use crate::model::{
    Component, Entity, Facts, Flow, Group, GroupKind, Id, Link, Model, Operation, Relation, Step,
};
use crate::source::Span;
use crate::syntax::tree::Arrow;
use crate::vocabulary::Traits;

/// In what share of cases something happens.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    /// At the least: 0 where nothing says.
    pub least: f64,
    /// As is reckoned: stated, or assumed where nothing says.
    pub likely: f64,
    /// At the most: 1 where nothing says.
    pub most: f64,
}

/// A flow with how often each of its steps happens.
#[derive(Clone, Debug)]
pub struct Plan<'a> {
    /// Its steps in order.
    pub nodes: Vec<Node<'a>>,
    /// The caches that it asks, in order, each once.
    pub caches: Vec<Id<Component>>,
}

/// A step or a group of steps.
#[derive(Clone, Debug)]
pub enum Node<'a> {
    /// Several steps together.
    Part(Part<'a>),
    /// One thing uses another.
    Use(Box<Use<'a>>),
}

/// One thing uses another.
#[derive(Clone, Debug)]
pub struct Use<'a> {
    /// The step.
    pub link: &'a Link,
    /// Who starts it.
    pub from: Id<Component>,
    /// Who receives it.
    pub to: Id<Component>,
    /// In what share of the cases it happens, the groups around it aside.
    pub share: Share,
    /// How often it is then done.
    pub times: f64,
    /// How often each call is tried, with what the callers before try again.
    pub attempts: f64,
    /// Whether the answer waits for it.
    pub answers: bool,
    /// Whether it changes what it reaches.
    pub writes: bool,
}

/// Steps that belong together.
#[derive(Clone, Debug)]
pub struct Part<'a> {
    /// The group.
    pub group: &'a Group,
    /// How often the whole is done.
    pub times: f64,
    /// Its branches with the share of cases in which each happens.
    pub branches: Vec<(Share, Vec<Node<'a>>)>,
}

/// Under what circumstances a flow runs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Circumstances {
    /// The caches that know nothing.
    pub cold: BTreeSet<Id<Component>>,
    /// The components that are not there at all.
    pub gone: BTreeSet<Id<Component>>,
    /// The chance that one attempt of a call fails.
    pub failing: f64,
}

/// More often than this is not told apart, so that nothing becomes infinite.
pub const MOST_OFTEN: f64 = 1e100;

/// Everything is there and every cache is warm.
pub static USUAL: Circumstances = Circumstances {
    cold: BTreeSet::new(),
    gone: BTreeSet::new(),
    failing: 0.0,
};

/// So much apart, a chance and the miss of a cache still say the same.
const ROUNDED: f64 = 0.01;

/// Several entities.
pub type Entities = BTreeSet<Id<Entity>>;

/// Reckons how often the steps of flows happen.
pub struct Planner<'a> {
    /// The design.
    pub model: &'a Model,
    circumstances: &'a Circumstances,
    /// What each cache holds, as far as is stated.
    held: Rc<BTreeMap<Id<Component>, Entities>>,
}

/// A cache that was asked.
#[derive(Clone, Copy)]
struct Asked {
    caller: Id<Component>,
    cache: Id<Component>,
    /// The share that it answers, if that is stated.
    hit: Option<f64>,
    /// The same as it is written, also while the cache knows nothing.
    stated: Option<f64>,
}

/// What is known on the way through a flow.
struct Walk {
    operation: Option<Id<Operation>>,
    /// Whether the operation changes something.
    changes: bool,
    /// Who must be there for the answer.
    answering: BTreeSet<Id<Component>>,
    asked: Vec<Asked>,
    /// The caches whose misses a group around already counts.
    settled: Vec<Id<Component>>,
    /// The steps whose chance the group around already counts.
    counted: Vec<Span>,
    /// In what share of runs each component is reached, content networks considered.
    reach: BTreeMap<Id<Component>, f64>,
    /// The content networks that were asked and say what they answer.
    networks: BTreeMap<Id<Component>, Asked>,
    /// How often each component is tried each time it is called.
    attempts: BTreeMap<Id<Component>, f64>,
    caches: Vec<Id<Component>>,
}

impl Share {
    /// Happens always.
    pub const ALWAYS: Share = Share::exactly(1.0);

    /// Is known.
    pub const fn exactly(share: f64) -> Share {
        Share {
            least: share,
            likely: share,
            most: share,
        }
    }

    /// Is not stated; reckoned as that.
    fn assumed(likely: f64) -> Share {
        Share {
            least: 0.0,
            likely,
            most: 1.0,
        }
    }

    /// Returns the share of both, one within the other.
    pub fn of(self, other: Share) -> Share {
        Share {
            least: self.least * other.least,
            likely: self.likely * other.likely,
            most: self.most * other.most,
        }
    }

    /// Tells whether it is stated rather than assumed.
    pub fn is_known(self) -> bool {
        self.least == self.most
    }
}

impl<'a> Planner<'a> {
    /// Prepares the plans of a design's flows.
    pub fn new(model: &'a Model, circumstances: &'a Circumstances) -> Planner<'a> {
        let caches = model
            .components
            .iter()
            .filter(|(_, it)| it.is(Traits::CACHES));
        let held = Rc::new(caches.map(|(id, _)| (id, held(model, id))).collect());
        Planner {
            model,
            circumstances,
            held,
        }
    }

    /// Prepares the plans of the same design under other circumstances.
    pub fn under<'b>(&self, circumstances: &'b Circumstances) -> Planner<'b>
    where
        'a: 'b,
    {
        Planner {
            model: self.model,
            circumstances,
            held: self.held.clone(),
        }
    }

    /// Reckons how often the steps of a flow happen.
    pub fn plan(&self, flow: &'a Flow) -> Plan<'a> {
        let first = first_link(&flow.steps);
        let start = first.map(|link| self.model.relations[link.relation].from);
        let operation = flow.operation;
        let mut walk = Walk {
            operation,
            changes: operation.is_some_and(|id| self.model.operations[id].mutates()),
            answering: start.into_iter().collect(),
            asked: Vec::new(),
            settled: Vec::new(),
            counted: Vec::new(),
            reach: BTreeMap::new(),
            networks: BTreeMap::new(),
            attempts: BTreeMap::new(),
            caches: Vec::new(),
        };
        let nodes = self.nodes(&flow.steps, &mut walk);
        Plan {
            nodes,
            caches: walk.caches,
        }
    }

    fn nodes(&self, steps: &'a [Step], walk: &mut Walk) -> Vec<Node<'a>> {
        let nodes = steps.iter().map(|step| match step {
            Step::Link(link) => Node::Use(Box::new(self.link(link, walk))),
            Step::Group(group) => Node::Part(self.group(group, walk)),
        });
        nodes.collect()
    }

    fn link(&self, link: &'a Link, walk: &mut Walk) -> Use<'a> {
        let relation = &self.model.relations[link.relation];
        let (from, to) = (relation.from, self.present(relation.to, &link.facts));
        let behind = self.cache_before(link, walk, &walk.asked);
        let network = walk.networks.get(&from);
        let missed = network.is_some_and(|it| says_miss(link.facts.number("chance"), it));
        let share = match missed || walk.counted.contains(&link.span) {
            true => Share::ALWAYS,
            false => self.share_of_link(&link.facts, behind),
        };
        let reach = walk.reach_behind(from);
        let tried = walk.attempts.get(&from).copied().unwrap_or(1.0);
        let tried = tried * attempts(self.circumstances.failing, retries(&link.facts));
        let answers = walk.waits_for(relation, &link.facts);
        walk.attempts.insert(to, tried);
        walk.reach.insert(to, reach);
        match self.network(link, to, walk.changes) {
            Some(network) => walk.networks.insert(to, network),
            None => walk.networks.remove(&to),
        };
        if let Some(asked) = self.asked(link, walk) {
            if !walk.caches.contains(&asked.cache) {
                walk.caches.push(asked.cache);
            }
            walk.asked.push(asked);
        }
        Use {
            link,
            from,
            to,
            share: share.of(Share::exactly(reach)),
            times: times(&link.facts),
            attempts: tried,
            answers,
            writes: self.writes(link, walk.operation).is_some(),
        }
    }

    /// Returns who receives a call: what stands in where the other end is gone.
    fn present(&self, to: Id<Component>, facts: &Facts) -> Id<Component> {
        let instead = facts.targets("fallback").find_map(|target| match target {
            crate::model::Element::Component(id) => Some(id),
            _ => None,
        });
        match instead {
            Some(other) if self.is_gone(to) => other,
            _ => to,
        }
    }

    fn is_gone(&self, component: Id<Component>) -> bool {
        self.circumstances.gone.contains(&component)
    }

    fn share_of_link(&self, facts: &Facts, behind: Option<Asked>) -> Share {
        let miss = behind.and_then(|it| it.hit).map(|hit| 1.0 - hit);
        match (facts.number("chance"), miss) {
            (Some(_), Some(1.0)) => Share::ALWAYS,
            (Some(chance), _) => Share::exactly(chance.clamp(0.0, 1.0)),
            (None, Some(miss)) => Share::exactly(miss),
            (None, None) => Share::ALWAYS,
        }
    }

    /// Returns a content network that a step asks, and that says what it answers; the
    /// rest goes on behind it.
    fn network(&self, link: &Link, to: Id<Component>, changes: bool) -> Option<Asked> {
        let component = &self.model.components[to];
        let answers = !changes && component.is(Traits::CACHES.with(Traits::FORWARDS));
        let stated = self.stated_hit(&link.facts, to).filter(|_| answers)?;
        Some(Asked {
            caller: self.model.relations[link.relation].from,
            cache: to,
            hit: self.hit(&link.facts, to),
            stated: Some(stated),
        })
    }

    /// Returns the content network whose miss leads to some steps, unless they state
    /// another chance: one that was asked before them, or in an earlier branch that goes
    /// no further.
    fn network_of(
        &self,
        links: &[&Link],
        earlier: &[Asked],
        chance: Option<f64>,
        walk: &Walk,
    ) -> Option<Asked> {
        let mut again: Vec<Id<Component>> = Vec::new();
        for link in links {
            let relation = &self.model.relations[link.relation];
            let before = earlier.iter().find(|it| it.cache == relation.from);
            let asked = || walk.networks.get(&relation.from);
            let found = match again.contains(&relation.from) {
                true => before,
                false => before.or_else(asked),
            };
            let open = |it: &&Asked| {
                let settled = walk.settled.contains(&it.cache);
                !settled && (chance.is_none() || says_miss(chance, it))
            };
            if let Some(found) = found.filter(open) {
                return Some(*found);
            }
            again.push(relation.to);
        }
        None
    }

    /// Returns the content networks that a branch asks without going on from them.
    fn networks_answering(&self, branch: &[Step], walk: &Walk) -> Vec<Asked> {
        let links = links_of(branch, true);
        let from = |it: &&Link| self.model.relations[it.relation].from;
        let passing: Vec<Id<Component>> = links.iter().map(from).collect();
        let asked = links.iter().filter_map(|link| {
            let to = self.model.relations[link.relation].to;
            self.network(link, to, walk.changes)
        });
        asked.filter(|it| !passing.contains(&it.cache)).collect()
    }

    fn hit(&self, facts: &Facts, cache: Id<Component>) -> Option<f64> {
        if self.circumstances.cold.contains(&cache) || self.is_gone(cache) {
            return Some(0.0);
        }
        self.stated_hit(facts, cache)
    }

    fn stated_hit(&self, facts: &Facts, cache: Id<Component>) -> Option<f64> {
        let own = &self.model.components[cache].facts;
        let hit = facts.number("hit").or(own.number("hit"))?;
        Some(hit.clamp(0.0, 1.0))
    }

    /// Returns the cache that a step asks, if it reads one.
    fn asked(&self, link: &Link, walk: &Walk) -> Option<Asked> {
        let relation = &self.model.relations[link.relation];
        let to = &self.model.components[relation.to];
        let cache = to.is(Traits::CACHES) && (!to.is(Traits::FORWARDS) || !walk.changes);
        let reads = cache && self.reads(link, walk.operation).is_some();
        reads.then(|| Asked {
            caller: relation.from,
            cache: relation.to,
            hit: self.hit(&link.facts, relation.to),
            stated: self.stated_hit(&link.facts, relation.to),
        })
    }

    /// Returns the cache behind which a step reads a store: the last of `asked` that
    /// the same caller asked for the same data.
    fn cache_before(&self, link: &Link, walk: &Walk, asked: &[Asked]) -> Option<Asked> {
        let relation = &self.model.relations[link.relation];
        if !self.model.components[relation.to].is_source_of_truth() {
            return None;
        }
        let reads = self.reads(link, walk.operation)?;
        let mut found = asked.iter().rev().filter(|it| it.caller == relation.from);
        found
            .find(|it| !walk.settled.contains(&it.cache) && self.may_hold(it.cache, &reads))
            .copied()
    }

    fn may_hold(&self, cache: Id<Component>, wanted: &Entities) -> bool {
        let held = self.held.get(&cache);
        held.is_none_or(|held| held.is_empty() || wanted.is_empty() || !held.is_disjoint(wanted))
    }

    /// Returns what a step reads, empty where that is not said; `None` if it reads nothing.
    pub fn reads(&self, link: &Link, operation: Option<Id<Operation>>) -> Option<Entities> {
        self.data(link, operation, "reads", "writes", false)
    }

    /// Returns what a step changes, empty where that is not said; `None` if it changes nothing.
    pub fn writes(&self, link: &Link, operation: Option<Id<Operation>>) -> Option<Entities> {
        self.data(link, operation, "writes", "reads", true)
    }

    fn data(
        &self,
        link: &Link,
        operation: Option<Id<Operation>>,
        key: &str,
        other: &str,
        writing: bool,
    ) -> Option<Entities> {
        let changes = operation.is_some_and(|id| self.model.operations[id].mutates());
        let named =
            |facts: &Facts, key| -> Entities { facts.data(key).map(|it| it.entity).collect() };
        let known = &self.model.relations[link.relation].facts;
        let (mut wanted, mut rest) = (named(&link.facts, key), named(&link.facts, other));
        if wanted.is_empty() && rest.is_empty() {
            (wanted, rest) = (named(known, key), named(known, other));
            if !wanted.is_empty() && !rest.is_empty() && changes != writing {
                return None;
            }
        }
        match (wanted.is_empty(), rest.is_empty()) {
            (false, _) => Some(wanted),
            (true, false) => None,
            (true, true) => (changes == writing).then_some(wanted),
        }
    }

    fn group(&self, group: &'a Group, walk: &mut Walk) -> Part<'a> {
        let inside = self.chance_inside(group, walk);
        let shares = self.shares(group, inside.as_ref().map(|it| it.0), walk);
        walk.counted.extend(inside.into_iter().flat_map(|it| it.1));
        let mut branches = Vec::new();
        for (branch, (share, cache)) in group.branches.iter().zip(shares) {
            let (known, settled) = (walk.asked.len(), walk.settled.len());
            walk.settled.extend(cache);
            let reached = walk.reach.clone();
            let nodes = self.nodes(branch, walk);
            let nodes = own_times(group, branches.len(), nodes);
            walk.settled.truncate(settled);
            walk.leave(cache, &reached);
            if matches!(
                group.kind,
                GroupKind::Opt | GroupKind::Alt | GroupKind::Either
            ) {
                walk.asked.truncate(known);
            }
            branches.push((share, nodes));
        }
        let mut part = Part {
            group,
            times: match group.kind {
                GroupKind::Alt => 1.0,
                _ => times(&group.facts),
            },
            branches,
        };
        if group.kind == GroupKind::Par {
            all_at_once(&mut part);
        }
        part
    }

    /// Returns the chance that the steps of an `opt` state in place of it, and where: a
    /// read of a store behind a cache, which means the same miss as the group.
    fn chance_inside(&self, group: &Group, walk: &Walk) -> Option<(f64, Vec<Span>)> {
        if group.kind != GroupKind::Opt || group.facts.has("chance") {
            return None;
        }
        let links = links_of(group.branches.first()?, false).into_iter();
        let chances = links.filter_map(|link| {
            let chance = link.facts.number("chance")?.clamp(0.0, 1.0);
            let cache = self.cache_before(link, walk, &walk.asked)?;
            let alike = cache.stated.is_none() || says_miss(Some(chance), &cache);
            alike.then_some((chance, link.span))
        });
        let chances: Vec<(f64, Span)> = chances.collect();
        let (first, _) = *chances.first()?;
        let same = chances.iter().filter(|it| it.0 == first);
        Some((first, same.map(|it| it.1).collect()))
    }

    /// Returns the share of each branch, with the cache whose misses it counts.
    fn shares(
        &self,
        group: &Group,
        inside: Option<f64>,
        walk: &Walk,
    ) -> Vec<(Share, Option<Id<Component>>)> {
        let count = group.branches.len();
        let chance = group.facts.number("chance").map(|it| it.clamp(0.0, 1.0));
        let chance = chance.or(inside);
        match group.kind {
            GroupKind::Either => {
                let first = self.first_present(group);
                let share = |index| match (count, index == first) {
                    (1, _) => Share::ALWAYS,
                    (_, chosen) => Share::assumed(f64::from(u8::from(chosen))),
                };
                (0..count).map(|index| (share(index), None)).collect()
            }
            GroupKind::Alt => self.shares_of_alternatives(group, walk),
            GroupKind::Opt => {
                let mut behind = self.caches_of(group, walk);
                let cache = behind.pop().flatten();
                let miss = cache.and_then(|it| it.hit).map(|hit| 1.0 - hit);
                let share = match (chance, miss) {
                    (Some(_), Some(1.0)) => Share::ALWAYS,
                    (Some(chance), _) => Share::exactly(chance),
                    (None, Some(miss)) => Share::exactly(miss),
                    (None, None) => Share::assumed(1.0),
                };
                vec![(share, cache.map(|it| it.cache)); count]
            }
            GroupKind::Atomic | GroupKind::Loop | GroupKind::Par => {
                let share = chance.map_or(Share::ALWAYS, Share::exactly);
                vec![(share, None); count]
            }
        }
    }

    fn shares_of_alternatives(
        &self,
        group: &Group,
        walk: &Walk,
    ) -> Vec<(Share, Option<Id<Component>>)> {
        let count = group.branches.len();
        let behind = self.caches_of(group, walk);
        let missing = behind.iter().filter(|it| it.is_some()).count();
        let miss = behind
            .iter()
            .position(Option::is_some)
            .filter(|_| missing == 1);
        let hit = miss.and_then(|index| behind[index]).and_then(|it| it.hit);
        let mut known = group.chances();
        let silent = known.iter().all(Option::is_none);
        match (hit, miss) {
            (Some(0.0), Some(index)) => {
                known.fill(Some(0.0));
                known[index] = Some(1.0);
            }
            (Some(hit), Some(index)) if silent => {
                known[index] = Some(1.0 - hit);
                if let (2, other) = (count, 1 - index.min(1)) {
                    known[other] = Some(hit);
                }
            }
            _ => {}
        }
        let open = known.iter().filter(|it| it.is_none()).count();
        let stated: f64 = known.iter().flatten().sum();
        let rest = (1.0 - stated).max(0.0);
        let share = |index: usize| match known[index] {
            Some(share) => Share::exactly(share),
            None if open == count => Share::assumed(1.0 / count as f64),
            None => Share {
                least: 0.0,
                likely: rest / open as f64,
                most: rest,
            },
        };
        let cache = |index: usize| behind[index].map(|it| it.cache);
        (0..count)
            .map(|index| (share(index), cache(index)))
            .collect()
    }

    /// Returns for each branch the cache whose miss leads there.
    fn caches_of(&self, group: &Group, walk: &Walk) -> Vec<Option<Asked>> {
        let mut earlier: Vec<Asked> = Vec::new();
        let mut found = Vec::new();
        let chances = match group.kind {
            GroupKind::Alt => group.chances(),
            _ => vec![group.facts.number("chance"); group.branches.len()],
        };
        for (branch, chance) in group.branches.iter().zip(chances) {
            let links = links_of(branch, false);
            let cache = self.cache_of(&links, &earlier, walk);
            let network = || self.network_of(&links, &earlier, chance, walk);
            found.push(cache.or_else(network));
            if group.kind == GroupKind::Alt {
                earlier.extend(self.answering(branch, walk));
                earlier.extend(self.networks_answering(branch, walk));
            }
        }
        found
    }

    /// Returns the cache whose miss leads to some steps: it was asked before them, or
    /// in an earlier branch that goes no further than the cache.
    fn cache_of(&self, links: &[&Link], earlier: &[Asked], walk: &Walk) -> Option<Asked> {
        let mut own: Vec<Asked> = Vec::new();
        for link in links {
            let again = self.cache_before(link, walk, &own);
            let known = |it: &Asked| earlier.iter().any(|other| other.cache == it.cache);
            let before = || self.cache_before(link, walk, &walk.asked);
            let found = match again {
                Some(it) => Some(it).filter(known),
                None => self.cache_before(link, walk, earlier).or_else(before),
            };
            if found.is_some() {
                return found;
            }
            own.extend(self.asked(link, walk));
        }
        None
    }

    /// Returns the caches that a branch asks without reading the store behind them.
    fn answering(&self, branch: &[Step], walk: &Walk) -> Vec<Asked> {
        let links = links_of(branch, true);
        let asked: Vec<Asked> = links.iter().filter_map(|it| self.asked(it, walk)).collect();
        let behind = links
            .iter()
            .filter_map(|it| self.cache_before(it, walk, &asked));
        let behind: Vec<Id<Component>> = behind.map(|it| it.cache).collect();
        let alone = asked.into_iter().filter(|it| !behind.contains(&it.cache));
        alone.collect()
    }

    fn first_present(&self, group: &Group) -> usize {
        let there = |branch: &Vec<Step>| {
            let link = first_link(branch);
            link.is_some_and(|it| !self.is_gone(self.model.relations[it.relation].to))
        };
        group.branches.iter().position(there).unwrap_or(0)
    }
}

impl Walk {
    /// Returns in what share of runs something goes on from a component: what a content
    /// network misses, unless a group around counts that already.
    fn reach_behind(&self, from: Id<Component>) -> f64 {
        let reach = self.reach.get(&from).copied().unwrap_or(1.0);
        let network = self.networks.get(&from);
        let network = network.filter(|it| !self.settled.contains(&it.cache));
        reach * network.map_or(1.0, miss)
    }

    /// Counts the misses of a content network for what was reached in a group that
    /// stands for them, and that is left now.
    fn leave(&mut self, cache: Option<Id<Component>>, before: &BTreeMap<Id<Component>, f64>) {
        let Some(network) = cache.and_then(|it| self.networks.get(&it)) else {
            return;
        };
        let (cache, missed) = (network.cache, miss(network));
        for (id, reach) in &mut self.reach {
            if *id != cache && before.get(id) != Some(reach) {
                *reach *= missed;
            }
        }
    }

    /// Tells whether the answer waits for a step, and remembers who answers.
    fn waits_for(&mut self, relation: &Relation, facts: &Facts) -> bool {
        let everything = self.operation.is_none();
        let goes_on = relation.arrow != Arrow::Send && !facts.has("mode");
        let waits = everything || (goes_on && self.answering.contains(&relation.from));
        if waits {
            self.answering.insert(relation.to);
        }
        waits
    }
}

/// Returns the share that a cache does not answer.
fn miss(cache: &Asked) -> f64 {
    1.0 - cache.hit.unwrap_or(0.0)
}

/// Tells whether a chance is the same as the stated miss of a cache.
fn says_miss(chance: Option<f64>, cache: &Asked) -> bool {
    let stated = cache.stated.map(|hit| 1.0 - hit);
    let pair = chance.zip(stated);
    pair.is_some_and(|(chance, miss)| (chance - miss).abs() <= ROUNDED)
}

/// Returns what a cache holds: what it stores, and what is read and written there.
fn held(model: &Model, cache: Id<Component>) -> Entities {
    let own = model.components[cache].facts.data("stores");
    let mut held: Entities = own.map(|it| it.entity).collect();
    for (_, relation) in model.incoming(cache) {
        held.extend(
            relation
                .reads()
                .chain(relation.writes())
                .map(|it| it.entity),
        );
    }
    held
}

/// Returns how often something is done where it happens.
pub fn times(facts: &Facts) -> f64 {
    facts.number("times").unwrap_or(1.0).max(0.0)
}

/// Returns how often a call is tried again.
pub fn retries(facts: &Facts) -> f64 {
    facts.number("retries").unwrap_or(0.0).max(0.0)
}

/// Does so often side by side what a `par` of single steps says of all of them.
fn all_at_once(part: &mut Part<'_>) {
    let single = |nodes: &[Node<'_>]| matches!(nodes, [Node::Use(_)]);
    if !part.branches.iter().all(|(_, nodes)| single(nodes)) {
        return;
    }
    for node in part.branches.iter_mut().flat_map(|(_, nodes)| nodes) {
        if let Node::Use(it) = node {
            it.times *= part.times;
        }
    }
    part.times = 1.0;
}

/// Puts around the nodes of an alternative how often its own block says that they are done.
fn own_times<'a>(group: &'a Group, branch: usize, nodes: Vec<Node<'a>>) -> Vec<Node<'a>> {
    let times = times(group.facts_of(branch));
    if group.kind != GroupKind::Alt || times == 1.0 {
        return nodes;
    }
    let branches = vec![(Share::ALWAYS, nodes)];
    vec![Node::Part(Part {
        group,
        times,
        branches,
    })]
}

fn first_link(steps: &[Step]) -> Option<&Link> {
    steps.iter().find_map(|step| match step {
        Step::Link(link) => Some(link),
        Step::Group(group) => group.branches.iter().find_map(|it| first_link(it)),
    })
}

/// Returns the links of some steps; those that may not happen only on demand.
fn links_of(steps: &[Step], all: bool) -> Vec<&Link> {
    let mut found = Vec::new();
    for step in steps {
        match step {
            Step::Link(link) => found.push(link),
            Step::Group(group) => {
                let certain = !matches!(group.kind, GroupKind::Opt | GroupKind::Alt);
                if all || certain {
                    found.extend(group.branches.iter().flat_map(|it| links_of(it, all)));
                }
            }
        }
    }
    found
}
