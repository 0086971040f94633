//! How often each operation and flow uses each connection, and for what.
//!
//! Takes a model, gives every step of every flow with how often it happens each
//! time, and how often each flow happens. Knows no replicas and no capacity.

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::figures::{element_name, missing, rate};
use crate::analysis::input::{Given, Input, Missing};
use crate::analysis::load::often::{Entities, MOST_OFTEN, Node, Part, Planner, USUAL};
use crate::model::{
    Component, Element, FactItem, FactValue, Facts, Flow, Group, Id, Link, Model, Operation,
    Relation, Schedule,
};
use crate::syntax::tree::Arrow;
use crate::vocabulary::Traits;

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
    let planner = Planner::new(model, &USUAL);
    for (id, flow) in model.flows.iter() {
        // Of several flows of one operation the first says how it is done.
        if flow
            .operation
            .is_none_or(|operation| shown.insert(operation))
        {
            let of = flow.operation.map_or(Element::Flow(id), Element::Operation);
            let mut walk = Walk::new(model, id, of);
            walk.nodes(&planner.plan(flow).nodes, 1.0);
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
                name: format!("{}.{}", load.head.name, element_name(model, rate.of)),
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
/// of the component that starts it or takes the first message.
fn scheduled(
    model: &Model,
    found: &Uses<'_>,
    received: &Received,
    (id, flow): (Id<Flow>, &Flow),
) -> Option<Rate> {
    let links = flow.links();
    let first = links
        .first()
        .map(|(link, _)| &model.relations[link.relation]);
    let runs = |id: Id<Component>| model.components[id].facts.get("runs");
    let starter = || first.and_then(|it| runs(it.from).or_else(|| runs(it.to)));
    let fact = flow.facts.get("runs").or_else(starter)?;
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

struct Walk<'a> {
    model: &'a Model,
    flow: Id<Flow>,
    of: Element,
    touched: (Entities, Entities),
    around: Vec<(&'a Group, usize)>,
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
            found: Vec::new(),
        }
    }

    fn nodes(&mut self, nodes: &[Node<'a>], times: f64) {
        for node in nodes {
            match node {
                Node::Use(it) => self.link(it.link, times * it.share.likely * it.times),
                Node::Part(part) => self.part(part, (times * part.times).min(MOST_OFTEN)),
            }
        }
    }

    fn part(&mut self, part: &Part<'a>, times: f64) {
        // What one branch of several does several times is a part of that branch.
        let known = self.around.last().copied();
        let within = known.filter(|(group, _)| std::ptr::eq(*group, part.group));
        for (index, (share, nodes)) in part.branches.iter().enumerate() {
            self.around.push(within.unwrap_or((part.group, index)));
            self.nodes(nodes, times * share.likely);
            self.around.pop();
        }
    }

    fn link(&mut self, link: &'a Link, times: f64) {
        let (reads, writes) = self.data(link, &self.model.relations[link.relation]);
        self.found.push(Use {
            of: self.of,
            flow: self.flow,
            link,
            times,
            reads,
            writes,
            around: self.around.clone(),
        });
    }

    fn is_cache(&self, id: Id<Component>) -> bool {
        self.model.components[id].is(Traits::CACHES)
    }

    /// Returns what a step reads and writes: as it says, else as its connection
    /// says, else what the operation touches of what the receiver keeps; work that
    /// answers nobody reads what a cache keeps.
    fn data(&self, link: &Link, relation: &Relation) -> (Entities, Entities) {
        let (reads, writes) = said(&link.facts);
        if !reads.is_empty() || !writes.is_empty() {
            return (reads, writes);
        }
        let (reads, writes) = said(&relation.facts);
        let kept = kept(&self.model.components[relation.to].facts);
        let common = |a: &Entities, b: &Entities| a.intersection(b).copied().collect();
        let background = self.touched.0.is_empty() && self.touched.1.is_empty();
        match (reads.is_empty(), writes.is_empty()) {
            (true, true) if background && self.is_cache(relation.to) => (kept, writes),
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

/// Returns whether the caller waits for the receiver in this step.
pub(super) fn waits(model: &Model, step: &Use<'_>) -> bool {
    let relation = step.relation(model);
    relation.arrow != Arrow::Send && !step.link.facts.has("mode")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::figures::relation_name;
    use crate::analysis::samples::{assert_near, model};
    use crate::analysis::success::Success;
    use crate::analysis::{bandwidth, cache, concurrency, recovery, storage};
    use proptest::prelude::*;

    /// Returns each step with how often it happens each time, and a second at peak.
    fn steps(text: &str) -> Vec<(String, f64, f64)> {
        let model = model(text);
        let uses = uses(&model);
        let row = |step: &Use<'_>| {
            let name = relation_name(&model, step.link.relation);
            (name, step.times, uses.peak(step))
        };
        uses.all.iter().map(row).collect()
    }

    fn times(flow: &str) -> Vec<f64> {
        let text = format!(
            "system S
            entity E {{ id: uuid key }}
            api A: rest {{ get: GET /es -> E[] }}
            client c
            cdn edge {{ hit: 75% }}
            service s {{ serves: A }}
            cache h {{ stores: E; hit: 90% }}
            database d {{ stores: E }}
            flow Get: get {{ {flow} }}"
        );
        steps(&text)
            .into_iter()
            .map(|(_, times, _)| times)
            .collect()
    }

    #[test]
    fn groups_chances_and_caches_say_how_often() {
        assert_eq!(
            times("c -> s; loop { times: 3; s -> d { times: 2 } }"),
            [1.0, 6.0]
        );
        assert_eq!(times("opt { chance: 5%; s -> d }"), [0.05]);
        assert_eq!(times("s -> d { chance: 5% }"), [0.05]);
        assert_eq!(
            times("alt { chance: 20%; s -> d } else { s -> h }"),
            [0.2, 0.8]
        );
        let said = times("alt { s -> d } else { chance: 80%; s -> h }");
        assert_near(said[0], 0.2, 1e-12);
        assert_eq!(said[1], 0.8);
        assert_eq!(
            times(
                "alt { chance: 20%; s -> d } else { chance: 30%; times: 3; s -> h } else { c -> s }"
            ),
            [0.2, 0.3 * 3.0, 0.5]
        );
        assert_eq!(times("alt { s -> d } else { c -> s }"), [0.5, 0.5]);
        assert_eq!(times("s -> d | h"), [1.0, 0.0]);
        assert_eq!(times("par { s -> d; s -> h }"), [1.0, 1.0]);
        assert_eq!(times("c -> edge -> s"), [1.0, 0.25]);
        assert_eq!(times("c -> edge; edge -> s { chance: 25% }"), [1.0, 0.25]);
        assert_eq!(times("c -> edge; edge -> s { chance: 10% }"), [1.0, 0.025]);
        assert_eq!(
            times("c -> edge; opt { edge -> s -> d { writes: E } }; s -> d"),
            [1.0, 0.25, 0.25, 0.25]
        );
        assert_eq!(
            times("c -> edge; opt { chance: 25%; edge -> s { chance: 25% } }"),
            [1.0, 0.25]
        );
        assert_eq!(
            times("c -> edge; opt { chance: 50%; edge -> s }"),
            [1.0, 0.125]
        );
        assert_eq!(
            times("alt { c -> edge } else { c -> edge -> s }"),
            [0.75, 0.25, 0.25]
        );
        assert_eq!(
            times("c -> edge; alt { chance: 75%; c -> edge } else { edge -> s }"),
            [1.0, 0.75, 0.25]
        );
        let missed = times("s -> h { reads: E }; opt { s -> d { reads: E } }");
        assert_near(missed[1], 0.1, 1e-12);
        let stated = times("s -> h { reads: E }; opt { chance: 7%; s -> d { reads: E } }");
        assert_eq!(stated, [1.0, 0.07]);
        let written = times("s -> h { reads: E }; s -> d { writes: E }");
        assert_eq!(written, [1.0, 1.0]);
    }

    #[test]
    fn work_in_the_background_happens_as_it_says() {
        let found = steps(
            "system S
            entity E { id: uuid key }
            api A: rest { put: POST /es -> E }
            load L { put: 10/s; peak: 3x }
            client c
            service s { serves: A }
            database d { stores: E }
            topic t
            worker w { runs: on t }
            worker v { runs: every 5s }
            d ~> t { mode: cdc; writes: E }
            flow Put: put { c -> s; s -> d { writes: E } }
            flow Follow { t ~> w; w -> s { times: 4 } }
            flow Tidy { v -> d }",
        );
        let at = |name: &str| found.iter().find(|it| it.0 == name).unwrap().2;
        assert_eq!(at("s -> d"), 30.0);
        assert_eq!(at("w -> s"), 120.0);
        assert_near(at("v -> d"), 0.2, 1e-12);
    }

    #[test]
    fn of_several_loads_the_calmest_lasts_and_the_highest_is_the_peak() {
        let model = model(
            "system S
            api A: rest { get: GET /x; all: GET /y }
            load Day { get: 10/s; peak: 2x }
            load Sale { get: 100/s }",
        );
        let uses = uses(&model);
        let rate = uses.rates.values().next().unwrap();
        assert_eq!((rate.average, rate.peak), (10.0, 100.0));
        assert_eq!(uses.missing[0].what, "nothing says how often `all` happens");
    }

    const STATEMENTS: [&str; 13] = [
        "system S { }",
        "entity E { id: uuid key; name: text(10); about { retention: 1 year; index: name } }",
        "entity F { e: E key; about { size: 70 bytes; growth: 5/s; contended: yes } }",
        "api A: rest { e: POST /es -> E; f: PUT /fs/{fId} -> F; g: GET /es/{eId} -> E }",
        "load L { e: 10/s; f: 20/s; g: 200/s; peak: 2x }",
        "quality Q: recovery { rpo <= 1h; rto <= 1h }",
        "service s { serves: A; threads: 8; replicas: 2 }",
        "database d { stores: F; storage: 1 TB; replicas: 2; backup: daily; connections: 50 }",
        "database c { stores: E; storage: 1 GB; replication: async; replicas: 3 across 3 zones }",
        "cache h { stores: E; ttl: 1h; memory: 1 MB; replicas: 1; hit: 90% }",
        "flow Put: e { s -> c { writes: E; times: 3; mean: 4ms } }",
        "flow Set: f { s -> d { writes: F; p50: 4ms; locking: optimistic } }",
        "flow Get: g { s -> h { reads: E; mean: 1ms }; opt { s -> c { reads: E; mean: 5ms } } }",
    ];

    /// Returns every number of every analysis under its name, sorted.
    fn summary(text: &str) -> Vec<String> {
        let model = model(text);
        let name = |element: Element| match element {
            Element::Relation(id) => relation_name(&model, id),
            other => element_name(&model, other).to_owned(),
        };
        let maybe = |it: Option<f64>| it.map(|it| format!("{it:.6e}"));
        let mut lines = Vec::new();
        for store in storage::storage(&model).stores {
            let (disk, full) = (store.disk_after(1e8), maybe(store.full_after()));
            lines.push(format!(
                "{} {disk:.6e} {full:?}",
                model.name(store.component)
            ));
        }
        let carried = bandwidth::bandwidth(&model);
        for it in carried.operations.iter().chain(&carried.connections) {
            lines.push(format!("{} {:.6e}", name(it.of), it.bits));
        }
        let at_once = concurrency::concurrency(&model);
        for it in at_once.limits {
            lines.push(format!(
                "{} {:.6e} {:.6e}",
                name(it.of),
                it.needed,
                it.at_least
            ));
        }
        for it in at_once.contended {
            lines.push(format!(
                "{} {:.6e}",
                model.name(it.component),
                it.conflict()
            ));
        }
        for it in cache::caches(&model).caches {
            lines.push(format!(
                "{} {:?} {:?}",
                model.name(it.component),
                maybe(it.needed),
                maybe(it.predicted())
            ));
        }
        let recovery = recovery::recovery(&model, &Success::new(&model));
        for it in recovery.objectives.iter().flat_map(|it| &it.verdicts) {
            lines.push(format!("{} {:?} {:?}", model.name(it.0), it.1, it.2));
        }
        lines.sort();
        lines
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn the_order_of_declaration_does_not_matter(
            order in Just((0..STATEMENTS.len()).collect::<Vec<usize>>()).prop_shuffle(),
        ) {
            let shuffled: Vec<&str> = order.iter().map(|it| STATEMENTS[*it]).collect();
            prop_assert_eq!(summary(&shuffled.join("\n")), summary(&STATEMENTS.join("\n")));
        }
    }
}
