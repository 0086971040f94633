//! How much goes on at once, by Little's law: `L = λ·W`.
//!
//! Takes a model, gives for every stated limit (connections, threads, pools, what one
//! replica does at a time) what is needed at peak, and the time at which it breaks; for
//! sockets the users who are there; for what many change at once how often they meet.
//! Uses mean times: a long tail and bursts need room on top. A larger pool only moves
//! the line to whoever is behind it, so that pools are also added up.

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::figures::{
    assumed, count, duration, element_name, given, missing, relation_name, replicas, stated,
};
use crate::analysis::input::{Given, Input, Missing};
use crate::analysis::latency::lognormal_mean;
use crate::analysis::storage::population;
use crate::analysis::uses::{Use, Uses, uses, waits};
use crate::model::{Component, Element, Entity, Facts, GroupKind, Id, Model, Relation};
use crate::syntax::tree::Arrow;
use crate::vocabulary::Traits;

/// What goes on at once.
#[derive(Clone, Debug, Default)]
pub struct Concurrency {
    /// The stated limits, and sockets also where no limit is stated.
    pub limits: Vec<Limit>,
    /// Pools that together open more or fewer connections than their receiver holds.
    pub pools: Vec<Pools>,
    /// What many change at once.
    pub contended: Vec<Contended>,
    /// What would be needed to say more.
    pub missing: Vec<Missing>,
}

/// What a limit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Counted {
    /// `connections` of a component, one for each request that is under way.
    Connections,
    /// `concurrency` of a component: requests under way.
    Requests,
    /// `pool` of a connection.
    Pool,
    /// `connections` of a component, one for each user who is there.
    Sockets,
    /// `threads` of a component.
    Threads,
}

/// A limit, and what is needed of it.
#[derive(Clone, Debug)]
pub struct Limit {
    /// The component or connection.
    pub of: Element,
    /// What it counts.
    pub counted: Counted,
    /// The limit of one replica; `None` for sockets of which nothing says.
    pub stated: Option<Input>,
    /// How many replicas have it; `None` where the number is open.
    pub replicas: Option<Input>,
    /// Requests a second at peak; nothing for sockets.
    pub per_second: f64,
    /// How many are needed at once, by what is stated and assumed.
    pub needed: f64,
    /// How many are needed at the least, whatever is not stated.
    pub at_least: f64,
    /// The mean times that went in, or the users.
    pub inputs: Vec<Input>,
    /// Times that nothing states; they count as nothing.
    pub missing: Vec<Missing>,
}

/// What all pools of a component's callers open.
#[derive(Clone, Debug)]
pub struct Pools {
    /// The component that they reach.
    pub component: Id<Component>,
    /// How many connections they keep open, of all replicas of all callers.
    pub open: f64,
    /// How many it holds, with all replicas.
    pub held: f64,
    /// The pools and the limit.
    pub inputs: Vec<Input>,
}

/// How often those who change the same thing meet.
///
/// The truth lies between all writes going to one row, and all rows being written alike.
#[derive(Clone, Debug)]
pub struct Contended {
    /// Where it is kept.
    pub component: Id<Component>,
    /// What is changed.
    pub entity: Id<Entity>,
    /// Whether the entity says that many change the same one.
    pub is_said: bool,
    /// How two are kept apart, if it is stated.
    pub locking: Option<String>,
    /// How many there are, if it is stated.
    pub rows: Option<Input>,
    /// Writes a second at peak.
    pub per_second: f64,
    /// How long one takes on average, in seconds: the lock is held, or the row that was
    /// read may change.
    pub held: f64,
    /// The times that went in.
    pub inputs: Vec<Input>,
    /// Times that nothing states; they count as nothing.
    pub missing: Vec<Missing>,
}

/// Returns how many are under way at once: Little's law (J. D. C. Little, "A Proof for
/// the Queuing Formula L = λW", 1961).
pub fn under_way(per_second: f64, mean: f64) -> f64 {
    per_second * mean
}

/// Returns the chance that a row changes while one reads, decides and writes.
pub fn conflict_chance(writes_per_second: f64, seconds: f64) -> f64 {
    -(-writes_per_second * seconds).exp_m1()
}

impl Limit {
    /// Returns how many all replicas allow together.
    pub fn allowed(&self) -> Option<f64> {
        Some(self.stated.as_ref()?.value * self.replicas.as_ref()?.value)
    }

    /// Returns the needed share of what is allowed.
    pub fn share(&self) -> Option<f64> {
        let allowed = self.allowed().filter(|it| *it > 0.0)?;
        Some(self.needed / allowed)
    }

    /// Returns the mean time, in seconds, beyond which it does not suffice.
    pub fn breaks_at(&self) -> Option<f64> {
        let allowed = self.allowed()?;
        (self.per_second > 0.0).then(|| allowed / self.per_second)
    }
}

impl Contended {
    /// Returns the share of the time in which the lock of one row is held that gets all
    /// writes; from 1 on, writers wait without end.
    pub fn utilisation(&self) -> f64 {
        under_way(self.per_second, self.held)
    }

    /// Returns the same where all rows are written alike; `None` where nothing says how
    /// many there are.
    pub fn spread_utilisation(&self) -> Option<f64> {
        let rows = self.rows.as_ref().filter(|it| it.value >= 1.0)?;
        Some(self.utilisation() / rows.value)
    }

    /// Returns the chance that a write finds a row changed that gets all writes.
    pub fn conflict(&self) -> f64 {
        conflict_chance(self.per_second, self.held)
    }

    /// Returns the same where all rows are written alike.
    pub fn spread_conflict(&self) -> Option<f64> {
        Some(-(-self.spread_utilisation()?).exp_m1())
    }
}

/// Returns what goes on at once in a design.
pub fn concurrency(model: &Model) -> Concurrency {
    concurrency_of(model, &uses(model))
}

/// As [`concurrency`], where the uses are known.
pub(in crate::analysis) fn concurrency_of(model: &Model, uses: &Uses<'_>) -> Concurrency {
    let held = held(model, uses);
    let sockets = sockets(model);
    let mut found = Concurrency {
        missing: uses.missing.clone(),
        ..Concurrency::default()
    };
    for (id, component) in model.components.iter() {
        if component.is_outside() {
            continue;
        }
        let of = Element::Component(id);
        let keys = [
            (Counted::Requests, "concurrency"),
            (Counted::Threads, "threads"),
            (Counted::Connections, "connections"),
        ];
        for (counted, key) in keys {
            let socket = key == "connections" && sockets.contains(&id);
            if let (Some(stated), false) =
                (self::stated(&component.facts, key, model.name(id)), socket)
            {
                found.limits.push(Limit {
                    of,
                    counted,
                    stated: Some(stated),
                    replicas: replicas(component),
                    ..held.limit(model, uses, of)
                });
            }
        }
    }
    pool_limits(model, uses, &held, &mut found);
    socket_limits(model, &sockets, &mut found);
    found.pools = pools(model);
    found.contended = contended(model, uses, &held);
    found
}

/// A mean time, and what it is at the least.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Time {
    estimate: f64,
    at_least: f64,
}

impl Time {
    fn times(self, factor: f64) -> Time {
        Time {
            estimate: self.estimate * factor,
            at_least: self.at_least * factor,
        }
    }

    fn add(&mut self, other: Time) {
        self.estimate += other.estimate;
        self.at_least += other.at_least;
    }
}

/// How long each step keeps its receiver busy, of one request.
struct Held {
    /// The receiver's own work for one step.
    own: Vec<Time>,
    /// With what it waits for, times how often the step happens each time.
    whole: Vec<Time>,
    /// What is known of each step's own time.
    inputs: Vec<Option<Input>>,
    /// The steps that end at each component and cross each connection.
    steps: BTreeMap<Element, Vec<usize>>,
    /// The step that led to each.
    parents: Vec<Option<usize>>,
}

fn held(model: &Model, uses: &Uses<'_>) -> Held {
    let times: Vec<_> = uses.all.iter().map(|step| own_time(model, step)).collect();
    let parents = parents(model, uses);
    let mut steps: BTreeMap<Element, Vec<usize>> = BTreeMap::new();
    for (index, step) in uses.all.iter().enumerate() {
        let to = Element::Component(step.relation(model).to);
        steps.entry(to).or_default().push(index);
        steps
            .entry(Element::Relation(step.link.relation))
            .or_default()
            .push(index);
    }
    let own: Vec<Time> = times.iter().map(|(time, _)| *time).collect();
    let inputs = times.into_iter().map(|(_, input)| input).collect();
    let whole = whole(model, uses, &own, &parents);
    Held {
        own,
        whole,
        inputs,
        steps,
        parents,
    }
}

/// Returns for each step the one that its caller was reached by.
fn parents(model: &Model, uses: &Uses<'_>) -> Vec<Option<usize>> {
    let mut reached: BTreeMap<Id<Component>, usize> = BTreeMap::new();
    let mut flow = None;
    let mut parents = Vec::with_capacity(uses.all.len());
    for (index, step) in uses.all.iter().enumerate() {
        if flow != Some(step.flow) {
            (flow, reached) = (Some(step.flow), BTreeMap::new());
        }
        let relation = step.relation(model);
        parents.push(reached.get(&relation.from).copied());
        reached.insert(relation.to, index);
    }
    parents
}

/// Adds to each step's own work that of the steps that its receiver waits for; of those
/// side by side the longest counts.
fn whole(model: &Model, uses: &Uses<'_>, own: &[Time], parents: &[Option<usize>]) -> Vec<Time> {
    let mut whole: Vec<Time> = own
        .iter()
        .zip(&uses.all)
        .map(|(time, step)| time.times(step.times))
        .collect();
    let mut beside: BTreeMap<(usize, usize), BTreeMap<usize, Time>> = BTreeMap::new();
    for index in (0..whole.len()).rev() {
        // All that this step leads to comes after it, and is done by now.
        let groups: Vec<_> = beside.range((index, 0)..=(index, usize::MAX)).collect();
        let longest: Vec<Time> = groups
            .into_iter()
            .map(|(_, branches)| longest(branches))
            .collect();
        longest.into_iter().for_each(|time| whole[index].add(time));
        let step = &uses.all[index];
        let Some(parent) = parents[index].filter(|_| waits(model, step)) else {
            continue;
        };
        let time = whole[index];
        match side_by_side(step, &uses.all[parent]) {
            Some((group, branch)) => {
                let branches = beside.entry((parent, group)).or_default();
                branches.entry(branch).or_default().add(time);
            }
            None => whole[parent].add(time),
        }
    }
    whole
}

fn longest(branches: &BTreeMap<usize, Time>) -> Time {
    let most = |part: fn(&Time) -> f64| branches.values().map(part).fold(0.0, f64::max);
    Time {
        estimate: most(|it| it.estimate),
        at_least: most(|it| it.at_least),
    }
}

/// Returns the group in which a step runs beside others of its caller, by its place in the
/// text, with its branch.
fn side_by_side(step: &Use<'_>, parent: &Use<'_>) -> Option<(usize, usize)> {
    let around = |other: &crate::model::Group| {
        parent
            .around
            .iter()
            .any(|(group, _)| std::ptr::eq(*group, other))
    };
    let found = step
        .around
        .iter()
        .find(|(group, _)| group.kind == GroupKind::Par && !around(group))?;
    let waits_for_all = !found.0.facts.has("wait") || found.0.facts.says("wait", "all");
    waits_for_all.then_some((found.0.span.start as usize, found.1))
}

/// Returns the receiver's own time for a step, with the fact that says it: of the step, of
/// the connection, of the receiver.
fn own_time(model: &Model, step: &Use<'_>) -> (Time, Option<Input>) {
    let relation = step.relation(model);
    let name = relation_name(model, step.link.relation);
    let receiver = &model.components[relation.to];
    let known = time_in(&step.link.facts, &name);
    known
        .or_else(|| time_in(&receiver.facts, &receiver.head.path))
        .map_or_else(Default::default, |(time, input)| (time, Some(input)))
}

/// Returns the mean of the lognormal distribution through p50 and p99, as latencies are
/// reckoned with.
fn fitted_mean(facts: &Facts, owner: &str) -> Option<Input> {
    let [p50, p99] = ["p50", "p99"].map(|key| facts.number(key));
    let mean = lognormal_mean(p50?, p99?)?;
    let why = "the mean of the lognormal distribution through p50 and p99";
    Some(assumed(format!("{owner} mean"), mean, duration(mean), why))
}

/// Half of all take at least the median, so that the mean is at least half of it; and so
/// on (Markov's inequality).
fn time_in(facts: &Facts, owner: &str) -> Option<(Time, Input)> {
    if let Some(mean) = stated(facts, "mean", owner) {
        let time = Time {
            estimate: mean.value,
            at_least: mean.value,
        };
        return Some((time, mean));
    }
    let quantiles = [
        ("min", 1.0),
        ("p50", 0.5),
        ("p90", 0.1),
        ("p95", 0.05),
        ("p99", 0.01),
        ("p99.9", 0.001),
    ];
    let bounds = quantiles
        .iter()
        .filter_map(|(key, above)| Some(facts.number(key)? * above));
    let at_least = bounds.fold(0.0, f64::max);
    if let Some(mean) = fitted_mean(facts, owner) {
        let estimate = mean.value.max(at_least);
        return Some((Time { estimate, at_least }, mean));
    }
    if let Some(median) = stated(facts, "p50", owner) {
        let estimate = median.value.max(at_least);
        let why = "the mean is taken to be the median";
        let input = Input {
            given: Given::Assumed(why.to_owned()),
            ..median
        };
        return Some((Time { estimate, at_least }, input));
    }
    let input = stated(facts, "min", owner)?;
    Some((
        Time {
            estimate: at_least,
            at_least,
        },
        input,
    ))
}

impl Held {
    /// Returns what is needed at once of a component or connection.
    fn limit(&self, model: &Model, uses: &Uses<'_>, of: Element) -> Limit {
        let mut limit = Limit {
            of,
            counted: Counted::Requests,
            stated: None,
            replicas: None,
            per_second: 0.0,
            needed: 0.0,
            at_least: 0.0,
            inputs: Vec::new(),
            missing: Vec::new(),
        };
        let steps = self.steps.get(&of).map_or(&[][..], Vec::as_slice);
        let counted = |index: &&usize| uses.rates.contains_key(&uses.all[**index].of);
        for &index in steps.iter().filter(counted) {
            let step = &uses.all[index];
            let peak = uses.rates.get(&step.of).map_or(0.0, |rate| rate.peak);
            limit.per_second += peak * step.times;
            limit.needed += under_way(peak, self.whole[index].estimate);
            limit.at_least += under_way(peak, self.whole[index].at_least);
        }
        let steps: BTreeSet<usize> = steps.iter().filter(counted).copied().collect();
        self.explain(model, uses, &steps, &mut limit);
        limit
    }

    /// Lists the times that steps are made of: their own, and of what they wait for.
    fn explain(&self, model: &Model, uses: &Uses<'_>, steps: &BTreeSet<usize>, limit: &mut Limit) {
        let mut within: BTreeSet<usize> = BTreeSet::new();
        let mut silent = BTreeSet::new();
        let mut next = steps.first().copied();
        while let Some(index) = next {
            let step = &uses.all[index];
            let parent = self.parents[index];
            let follows = parent.is_some_and(|it| within.contains(&it)) && waits(model, step);
            if steps.contains(&index) || follows {
                within.insert(index);
                match &self.inputs[index] {
                    Some(input) => limit.inputs.push(input.clone()),
                    None => _ = silent.insert(step.link.relation),
                }
            }
            let flow_goes_on = uses
                .all
                .get(index + 1)
                .is_some_and(|it| it.flow == step.flow);
            next = match flow_goes_on {
                true => Some(index + 1),
                false => steps.range(index + 1..).next().copied(),
            };
        }
        limit.inputs.sort_by(|a, b| a.name.cmp(&b.name));
        let same = |a: &mut Input, b: &mut Input| a.name == b.name && a.value == b.value;
        limit.inputs.dedup_by(same);
        limit.missing = silences(model, &silent);
    }
}

fn silences(model: &Model, relations: &BTreeSet<Id<Relation>>) -> Vec<Missing> {
    let silent = relations.iter().map(|id| {
        let what = format!("`{}` states no mean time", relation_name(model, *id));
        missing(model, Element::Relation(*id), what)
    });
    silent.collect()
}

fn pool_limits(model: &Model, uses: &Uses<'_>, held: &Held, found: &mut Concurrency) {
    for (id, relation) in model.relations.iter() {
        let of = Element::Relation(id);
        if let Some(stated) = stated(&relation.facts, "pool", &relation_name(model, id)) {
            found.limits.push(Limit {
                counted: Counted::Pool,
                stated: Some(stated),
                replicas: replicas(&model.components[relation.from]),
                ..held.limit(model, uses, of)
            });
        }
    }
}

/// Returns the components that hold a connection open for each user who is there.
fn sockets(model: &Model) -> BTreeSet<Id<Component>> {
    let outside = model
        .components
        .iter()
        .filter(|(_, it)| it.is(Traits::OUTSIDE));
    let mut open: Vec<Id<Component>> = outside.map(|(id, _)| id).collect();
    let mut found = BTreeSet::new();
    while let Some(from) = open.pop() {
        for (_, relation) in model.outgoing(from) {
            let inside = !model.components[relation.to].is_outside();
            if inside && stays_open(relation) && found.insert(relation.to) {
                open.push(relation.to);
            }
        }
    }
    found
}

fn stays_open(relation: &Relation) -> bool {
    let protocols = ["websocket", "wss", "sse", "long-poll"];
    relation.arrow == Arrow::Duplex
        || protocols
            .iter()
            .any(|it| relation.facts.says("protocol", it))
}

fn socket_limits(model: &Model, sockets: &BTreeSet<Id<Component>>, found: &mut Concurrency) {
    let Some(users) = users_at_once(model) else {
        for id in sockets {
            let what = format!(
                "nothing says how many users `{}` holds at the same moment",
                model.name(*id)
            );
            found
                .missing
                .push(missing(model, Element::Component(*id), what));
        }
        return;
    };
    for id in sockets {
        let component = &model.components[*id];
        found.limits.push(Limit {
            of: Element::Component(*id),
            counted: Counted::Sockets,
            stated: stated(&component.facts, "connections", model.name(*id)),
            replicas: replicas(component),
            per_second: 0.0,
            needed: users.value,
            at_least: users.value,
            inputs: vec![users.clone()],
            missing: Vec::new(),
        });
    }
}

/// Returns how many users are there at the same moment: the most that a load or a client
/// states.
fn users_at_once(model: &Model) -> Option<Input> {
    let loads = model
        .loads
        .rows()
        .iter()
        .map(|load| (&load.facts, &load.head.name));
    let outside = model
        .components
        .rows()
        .iter()
        .filter(|it| it.is(Traits::OUTSIDE));
    let clients = outside.map(|client| (&client.facts, &client.head.path));
    let stated = loads.chain(clients).filter_map(|(facts, owner)| {
        let (fact, quantity) = (facts.get("concurrent")?, facts.quantity("concurrent")?);
        Some(Input {
            name: format!("{owner}.concurrent"),
            value: quantity.to_f64(),
            words: quantity.to_string(),
            given: given(fact),
        })
    });
    stated.max_by(|a, b| a.value.total_cmp(&b.value).then(b.name.cmp(&a.name)))
}

/// Adds up the pools of each component that says how many connections it holds.
fn pools(model: &Model) -> Vec<Pools> {
    let mut found = Vec::new();
    for (id, component) in model.components.iter() {
        let stated = stated(&component.facts, "connections", model.name(id));
        let (Some(stated), Some(replicas)) = (stated, replicas(component)) else {
            continue;
        };
        let mut open = 0.0;
        let mut inputs = Vec::new();
        for (relation, row) in model.incoming(id) {
            let pool = self::stated(&row.facts, "pool", &relation_name(model, relation));
            let callers = self::replicas(&model.components[row.from]);
            if let (Some(pool), Some(callers)) = (pool, callers) {
                open += pool.value * callers.value;
                inputs.extend([pool, callers]);
            }
        }
        if !inputs.is_empty() {
            let held = stated.value * replicas.value;
            inputs.extend([stated, replicas]);
            found.push(Pools {
                component: id,
                open,
                held,
                inputs,
            });
        }
    }
    found
}

/// What is kept where.
type At = (Id<Component>, Id<Entity>);

/// Returns what many change at once: what says that it is, and what is locked.
fn contended(model: &Model, uses: &Uses<'_>, held: &Held) -> Vec<Contended> {
    let mut found: BTreeMap<At, Contended> = BTreeMap::new();
    let mut silent: BTreeMap<At, BTreeSet<Id<Relation>>> = BTreeMap::new();
    for (index, step) in uses.all.iter().enumerate() {
        let component = step.relation(model).to;
        let Some(rate) = uses.rates.get(&step.of).filter(|_| step.times > 0.0) else {
            continue;
        };
        for &entity in &step.writes {
            let locking = locking(model, step, component);
            if locking.is_none() && !model.entities[entity].about.has("contended") {
                continue;
            }
            let at = (component, entity);
            let row = found.entry(at).or_insert_with(|| Contended {
                component,
                entity,
                is_said: model.entities[entity].about.has("contended"),
                locking: None,
                rows: population(&model.entities[entity]),
                per_second: 0.0,
                held: 0.0,
                inputs: Vec::new(),
                missing: Vec::new(),
            });
            let mut seconds = 0.0;
            for part in window(model, uses, index, entity, locking.as_deref()) {
                seconds += held.own[part].estimate;
                match &held.inputs[part] {
                    Some(input) => row.inputs.push(input.clone()),
                    None => {
                        _ = silent
                            .entry(at)
                            .or_default()
                            .insert(uses.all[part].link.relation)
                    }
                }
            }
            let writes = rate.peak * step.times;
            row.held += seconds * writes;
            row.per_second += writes;
            row.locking = row.locking.take().or(locking);
        }
    }
    let rows = found.into_iter().map(|(at, row)| Contended {
        held: if row.per_second > 0.0 {
            row.held / row.per_second
        } else {
            0.0
        },
        missing: silent
            .get(&at)
            .map_or_else(Vec::new, |it| silences(model, it)),
        ..row
    });
    rows.collect()
}

fn locking(model: &Model, step: &Use<'_>, store: Id<Component>) -> Option<String> {
    let own = step.word("locking");
    let operation = match step.of {
        Element::Operation(id) => model.operations[id].facts.word("locking"),
        _ => None,
    };
    let store = model.components[store].facts.word("locking");
    own.or(operation).or(store).map(str::to_owned)
}

/// Returns the steps of the flow during which others must wait, or may get in between: the
/// transaction around a write; without one, or where nobody waits, all from the first
/// step that touches the same thing.
fn window(
    model: &Model,
    uses: &Uses<'_>,
    write: usize,
    entity: Id<Entity>,
    locking: Option<&str>,
) -> Vec<usize> {
    let step = &uses.all[write];
    let store = step.relation(model).to;
    let start = uses.all[..write]
        .iter()
        .rposition(|it| it.flow != step.flow)
        .map_or(0, |it| it + 1);
    let waited = matches!(locking, Some("pessimistic" | "lease"));
    let atomic = step
        .around
        .iter()
        .find(|(group, _)| group.kind == GroupKind::Atomic);
    if let (true, Some((atomic, _))) = (waited, atomic) {
        let inside = |it: &Use<'_>| {
            it.around
                .iter()
                .any(|(group, _)| std::ptr::eq(*group, *atomic))
        };
        let flow = uses.all.iter().enumerate().skip(start);
        let flow = flow.take_while(|(_, it)| it.flow == step.flow);
        return flow
            .filter(|(_, it)| inside(it))
            .map(|(index, _)| index)
            .collect();
    }
    if waited {
        return vec![write];
    }
    let touches = |it: &Use<'_>| it.relation(model).to == store && it.reads.contains(&entity);
    let first = (start..write)
        .find(|index| touches(&uses.all[*index]))
        .unwrap_or(write);
    (first..=write)
        .filter(|index| waits(model, &uses.all[*index]))
        .collect()
}

impl Limit {
    /// Returns what is needed in words: `2k/s × 50ms = 100`.
    pub fn words(&self) -> String {
        use crate::analysis::figures::rate;
        let needed = count(self.needed);
        match self.per_second > 0.0 {
            true => {
                let mean = duration(self.needed / self.per_second);
                format!("{} × {mean} = {needed}", rate(self.per_second))
            }
            false => needed,
        }
    }

    /// Returns the name of what has the limit.
    pub fn name(&self, model: &Model) -> String {
        match self.of {
            Element::Relation(id) => relation_name(model, id),
            Element::Component(id) => model.name(id).to_owned(),
            other => element_name(model, other).to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::samples::{assert_near, model};

    fn limits(text: &str) -> Vec<(String, Counted, f64, f64, Option<f64>)> {
        let model = model(text);
        let found = concurrency(&model);
        let row = |it: &Limit| {
            (
                it.name(&model),
                it.counted,
                it.needed,
                it.at_least,
                it.breaks_at(),
            )
        };
        found.limits.iter().map(row).collect()
    }

    #[test]
    fn little_locks_and_conflicts() {
        assert_eq!(under_way(2000.0, 0.05), 100.0);
        assert_eq!(under_way(50.0, 0.01), 0.5);
        assert_near(conflict_chance(50.0, 0.01), 0.393, 2e-3);
        assert_eq!(conflict_chance(0.0, 1.0), 0.0);
    }

    #[test]
    fn a_limit_is_held_against_what_is_under_way() {
        let text = "system S
            api A: rest { get: GET /x }
            load L { get: 1k/s; peak: 2x }
            client c
            service s { serves: A; concurrency: 30; replicas: 4 }
            database d { connections: 100; p50: 20ms }
            c -> s
            s -> d { pool: 20 }
            flow Get: get { c -> s { mean: 10ms }; s -> d { mean: 40ms } }";
        let all = limits(text);
        assert_eq!(all[0].1, Counted::Connections);
        assert_near(all[0].2, 80.0, 1e-12);
        // The number of databases is not stated.
        assert_eq!(all[0].4, None);
        assert_eq!((all[1].0.as_str(), all[1].1), ("s", Counted::Requests));
        assert_near(all[1].2, 100.0, 1e-12);
        assert_near(all[1].4.unwrap(), 0.06, 1e-12);
        assert_eq!((all[2].0.as_str(), all[2].1), ("s -> d", Counted::Pool));
        assert_near(all[2].2, 80.0, 1e-12);
        assert_near(all[2].4.unwrap(), 0.04, 1e-12);
    }

    #[test]
    fn the_median_is_an_estimate_and_half_of_it_certain() {
        let text = "system S
            api A: rest { get: GET /x }
            load L { get: 1k/s }
            client c
            service s { serves: A; threads: 10; replicas: 1 }
            flow Get: get { c -> s { p50: 10ms; p99: 2s } }";
        let all = limits(text);
        assert_near(all[0].2, 20.0, 1e-12);
        assert_near(all[0].3, 20.0, 1e-12);
        let all = limits(&text.replace("p99: 2s", "p90: 20ms"));
        assert_near(all[0].2, 10.0, 1e-12);
        assert_near(all[0].3, 5.0, 1e-12);
        // With a p99 as latencies are: ln 2 / 2.3263 = 0.29796, 10 ms · e^(0.29796² / 2).
        let all = limits(&text.replace("p99: 2s", "p99: 20ms"));
        assert_near(all[0].2, 10.453_885, 1e-6);
        assert_near(all[0].3, 5.0, 1e-12);
    }

    #[test]
    fn side_by_side_the_longest_counts_and_what_is_sent_is_not_waited_for() {
        let text = "system S
            api A: rest { get: GET /x }
            load L { get: 100/s }
            client c
            service s { serves: A; threads: 10; replicas: 1 }
            service a { mean: 10ms }
            service b { mean: 30ms }
            service e { mean: 5ms }
            queue q
            flow Get: get {
                c -> s { mean: 1ms }
                par { s -> a -> e; s -> b }
                loop { times: 3; s -> e }
                s ~> q { mean: 9s }
            }";
        let all = limits(text);
        assert_near(all[0].2, 100.0 * (0.001 + 0.030 + 0.015), 1e-9);
    }

    #[test]
    fn sockets_are_as_many_as_users() {
        let text = "system S
            load L { concurrent: 10M }
            client phone
            balancer front { replicas: 6 }
            service sockets { replicas: 200; connections: 40k }
            phone <-> front <-> sockets";
        let model = model(text);
        let found = concurrency(&model);
        let front = &found.limits[0];
        assert_eq!((front.counted, front.needed), (Counted::Sockets, 1e7));
        assert!(front.stated.is_none());
        let sockets = &found.limits[1];
        assert_near(sockets.share().unwrap(), 1.25, 1e-12);
    }

    #[test]
    fn pools_add_up() {
        let text = "system S
            service a { replicas: 10 }
            service b { replicas: 5 }
            database d { connections: 300; replicas: 1 }
            a -> d { pool: 20 }
            b -> d { pool: 30 }";
        let found = concurrency(&model(text));
        assert_eq!((found.pools[0].open, found.pools[0].held), (350.0, 300.0));
    }

    #[test]
    fn a_transaction_holds_its_locks_to_its_end() {
        let text = |locking: &str| {
            format!(
                "system S
            entity Seat {{ id: uuid key; about {{ contended: yes; count: 100 }} }}
            api A: rest {{ hold: POST /holds {{ writes: Seat }} }}
            load L {{ hold: 50/s }}
            client c
            service s {{ serves: A }}
            database d {{ stores: Seat }}
            flow Hold: hold {{
                c -> s {{ mean: 100ms }}
                atomic {{ {locking}
                    s -> d {{ reads: Seat; mean: 4ms }}
                    s -> d {{ writes: Seat; mean: 6ms }}
                }}
            }}"
            )
        };
        let model = model(&text("locking: pessimistic"));
        let found = concurrency(&model);
        let row = &found.contended[0];
        assert_eq!(row.locking.as_deref(), Some("pessimistic"));
        assert!(row.is_said);
        assert_near(row.utilisation(), 0.5, 1e-12);
        assert_near(row.spread_utilisation().unwrap(), 0.005, 1e-12);
        let row = &concurrency(&self::model(&text("locking: optimistic"))).contended[0];
        assert_near(row.conflict(), 0.393, 2e-3);
        assert!(row.missing.is_empty());
    }

    #[test]
    fn times_that_nothing_states_are_listed() {
        let text = "system S
            api A: rest { get: GET /x }
            load L { get: 1k/s }
            client c
            service s { serves: A; threads: 10; replicas: 1 }
            database d
            flow Get: get { c -> s; s -> d }";
        let found = concurrency(&model(text));
        let missing: Vec<&str> = found.limits[0]
            .missing
            .iter()
            .map(|it| it.what.as_str())
            .collect();
        assert_eq!(
            missing,
            [
                "`c -> s` states no mean time",
                "`s -> d` states no mean time"
            ]
        );
    }
}
