//! See `missing_cache.md`.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::{Confidence, Finding, Severity};
use crate::lint::visits::{Entities, Visit, capacity, held, may_hold, peaks, strong};
use crate::lint::{About, Design, Report, Rule, RuleOption};
use crate::model::{Component, Element, Entity, Id, Operation, OperationRate, Requirement};
use crate::rules::by_load::HOT;
use crate::rules::words::{list, per_second, round};
use crate::source::Span;
use crate::vocabulary::Traits;

/// From so many reads for each write on, copies pay.
const MIN_RATIO: RuleOption = RuleOption {
    name: "min-ratio",
    default: "10",
    summary: "so many reads for each write, or more, make a cache pay",
};
/// Below this utilisation a store has room to spare.
const AT_EASE: f64 = 0.3;

/// A durable store that answers every read of a hot, read-dominated operation.
pub struct MissingCache;

impl Rule for MissingCache {
    fn about(&self) -> About {
        About {
            name: "missing-cache",
            category: "performance",
            summary: "hot reads that all reach the durable store",
            severity: Severity::Warning,
            confidence: Confidence::Medium,
            motives: &[],
            page: include_str!("missing_cache.md"),
        }
    }

    fn options(&self) -> &'static [RuleOption] {
        &[HOT, MIN_RATIO]
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        let visits = design.visits();
        let paths = Paths::new(design, visits);
        let mut stores: BTreeMap<Id<Component>, Vec<&Visit<'_>>> = BTreeMap::new();
        for visit in visits {
            let reads = visit
                .operation
                .is_some_and(|id| !design.model.operations[id].mutates());
            if reads && is_asked(design, visit) {
                stores.entry(visit.to).or_default().push(visit);
            }
        }
        let traffic = Traffic::new(design, visits);
        for (store, visits) in stores {
            judge(design, store, &visits, &paths, &traffic, report);
        }
    }

    fn undecided(&self, undecided: usize, of: usize) -> String {
        format!("{undecided} of {of} stores: not stated how often they are read")
    }
}

/// Tells whether a visit reads a store that keeps data of its own.
fn is_asked(design: &Design<'_>, visit: &Visit<'_>) -> bool {
    let store = design.component(visit.to);
    let copy = visit.facts.says("target", "replica") || store.facts.has("copy-of");
    store.is_source_of_truth()
        && !store.is_outside()
        && store.kind.name == "database"
        && !copy
        && (visit.writes.is_empty() || !visit.reads.is_empty())
}

/// What stands on the way of each operation.
struct Paths<'v, 'a> {
    of: BTreeMap<Id<Operation>, Vec<&'v Visit<'a>>>,
    /// Networks that deliver content, where no flow says whether they are passed.
    networks: Vec<Id<Component>>,
    /// What copies hold.
    held: BTreeMap<Id<Component>, Entities>,
}

impl<'v, 'a> Paths<'v, 'a> {
    fn new(design: &Design<'_>, visits: &'v [Visit<'a>]) -> Self {
        let mut of: BTreeMap<Id<Operation>, Vec<&Visit<'_>>> = BTreeMap::new();
        for visit in visits {
            if let Some(operation) = visit.operation {
                of.entry(operation).or_default().push(visit);
            }
        }
        let all = design.model.components.iter();
        let networks = all
            .filter(|(_, it)| it.is(Traits::CACHES.with(Traits::FORWARDS)) && it.kind.name == "cdn")
            .map(|(id, _)| id)
            .collect();
        Paths {
            of,
            networks,
            held: held(design),
        }
    }

    /// Tells whether a copy answers what a visit reads, or how it may.
    fn cover(&self, design: &Design<'_>, visit: &Visit<'_>) -> Cover {
        if is_copy(design, visit.from) {
            return Cover::Copy;
        }
        let Some(operation) = visit.operation else {
            return Cover::Nothing;
        };
        let steps = self.of.get(&operation).map_or(&[][..], Vec::as_slice);
        let mut near = steps.iter().filter(|it| {
            it.flow == visit.flow
                && is_copy(design, it.to)
                && !is_network(design, it.to)
                && may_hold(self.held.get(&it.to), &visit.reads)
        });
        let beside = |(_, relation): (_, &crate::model::Relation)| {
            visit.flow.is_none()
                && is_copy(design, relation.to)
                && may_hold(self.held.get(&relation.to), &visit.reads)
        };
        if near.next().is_some() || design.model.outgoing(visit.from).any(beside) {
            return Cover::Copy;
        }
        let network = self
            .networks
            .iter()
            .find(|id| visit.flow.is_none() || leads(steps, **id, visit.from));
        match network {
            Some(id) if says_what_it_keeps(design.component(*id)) => Cover::Copy,
            Some(_) if design.model.operations[operation].is_public() => Cover::Copy,
            Some(id) => Cover::Unstated(*id),
            None => Cover::Nothing,
        }
    }
}

enum Cover {
    Copy,
    Nothing,
    /// A network that does not say whether it keeps answers.
    Unstated(Id<Component>),
}

/// Tells whether steps lead from one component to another.
fn leads(steps: &[&Visit<'_>], from: Id<Component>, to: Id<Component>) -> bool {
    let mut reached = BTreeSet::from([from]);
    for step in steps {
        if reached.contains(&step.from) {
            reached.insert(step.to);
        }
    }
    reached.contains(&to)
}

fn is_network(design: &Design<'_>, id: Id<Component>) -> bool {
    design.component(id).is(Traits::FORWARDS)
}

fn is_copy(design: &Design<'_>, id: Id<Component>) -> bool {
    let component = design.component(id);
    component.traits.any(Traits::CACHES.with(Traits::DERIVED)) || component.facts.has("copy-of")
}

fn says_what_it_keeps(network: &Component) -> bool {
    let own = |key: &&str| {
        let fact = network.facts.present(key);
        fact.is_some_and(|fact| !matches!(fact.origin, crate::model::Origin::Technology(..)))
    };
    ["hit", "ttl", "stores", "invalidation"].iter().any(own)
}

/// How often each store is asked, and each entity changed, under the worst load.
struct Traffic {
    at: BTreeMap<Id<Component>, f64>,
    reads: BTreeMap<Id<Entity>, f64>,
    writes: BTreeMap<Id<Entity>, f64>,
    /// How often each operation is used, under the load where it is used most.
    rates: BTreeMap<Element, OperationRate>,
}

impl Traffic {
    fn new(design: &Design<'_>, visits: &[Visit<'_>]) -> Traffic {
        let mut traffic = Traffic {
            at: BTreeMap::new(),
            reads: BTreeMap::new(),
            writes: BTreeMap::new(),
            rates: BTreeMap::new(),
        };
        for load in design.model.loads.rows() {
            let rates = peaks(load);
            let mut at: BTreeMap<Id<Component>, f64> = BTreeMap::new();
            let mut reads: BTreeMap<Id<Entity>, f64> = BTreeMap::new();
            let mut writes: BTreeMap<Id<Entity>, f64> = BTreeMap::new();
            for visit in visits {
                let rate = visit.of().and_then(|of| rates.get(&of)).unwrap_or(&0.0) * visit.times;
                *at.entry(visit.to).or_default() += rate;
                for entity in &visit.reads {
                    *reads.entry(*entity).or_default() += rate;
                }
                for entity in &visit.writes {
                    *writes.entry(*entity).or_default() += rate;
                }
            }
            most(&mut traffic.at, at);
            most(&mut traffic.reads, reads);
            most(&mut traffic.writes, writes);
        }
        traffic.rates = busiest(design);
        traffic
    }

    fn rate(&self, operation: Id<Operation>) -> Option<&OperationRate> {
        self.rates.get(&Element::Operation(operation))
    }

    /// Returns the reads for each write of the entity where copies help most.
    fn ratio(&self, entities: &Entities) -> f64 {
        let ratios = entities.iter().map(|entity| {
            let reads = self.reads.get(entity).copied().unwrap_or(0.0);
            let writes = self.writes.get(entity).copied().unwrap_or(0.0);
            if writes > 0.0 {
                reads / writes
            } else {
                f64::INFINITY
            }
        });
        ratios.max_by(f64::total_cmp).unwrap_or(f64::INFINITY)
    }
}

fn busiest(design: &Design<'_>) -> BTreeMap<Element, OperationRate> {
    let mut busiest: BTreeMap<Element, OperationRate> = BTreeMap::new();
    for (load, row) in design.model.loads.iter() {
        for rate in &row.rates {
            let Some(average) = rate.per_second else {
                continue;
            };
            let (peak, span) = (average * row.peak(), rate.span);
            let found = OperationRate {
                load,
                average,
                peak,
                span,
            };
            let known = busiest.entry(rate.of).or_insert(found);
            if found.peak > known.peak {
                *known = found;
            }
        }
    }
    busiest
}

fn most<K: Ord>(into: &mut BTreeMap<K, f64>, from: BTreeMap<K, f64>) {
    for (key, rate) in from {
        let known = into.entry(key).or_default();
        *known = known.max(rate);
    }
}

/// The reads of one operation that no copy answers.
struct Hot<'v, 'a> {
    visit: &'v Visit<'a>,
    operation: Id<Operation>,
    /// How many a second; `None` where no load says.
    rate: Option<f64>,
}

fn judge(
    design: &Design<'_>,
    store: Id<Component>,
    visits: &[&Visit<'_>],
    paths: &Paths<'_, '_>,
    traffic: &Traffic,
    report: &mut Report,
) {
    let mut bare: Vec<Hot<'_, '_>> = Vec::new();
    for visit in visits {
        let Some(operation) = visit.operation else {
            continue;
        };
        let rate = traffic.rate(operation).map(|rate| rate.peak * visit.times);
        if rate.is_some_and(|rate| rate <= 0.0) || is_strong(design, visit) {
            continue;
        }
        match paths.cover(design, visit) {
            Cover::Copy => {}
            Cover::Unstated(network) if rate.is_none_or(|rate| rate >= report.option(HOT.name)) => {
                let head = &design.component(network).head;
                let operation = design.operation_name(operation);
                let words = format!(
                    "not stated whether `{}` answers `{operation}` (`hit`)",
                    head.path
                );
                return report.unknown(head.name_span, words);
            }
            Cover::Unstated(_) => {}
            Cover::Nothing => bare.push(Hot {
                visit,
                operation,
                rate,
            }),
        }
    }
    if bare.is_empty() {
        return report.pass();
    }
    if bare.iter().any(|hot| hot.rate.is_some()) {
        counted(design, store, &bare, traffic, report);
    } else {
        uncounted(design, store, &bare, report);
    }
}

fn is_strong(design: &Design<'_>, visit: &Visit<'_>) -> bool {
    let own = |entity: &Id<Entity>| strong(design, *entity, visit.operation, visit.facts).is_some();
    visit.facts.says("consistency", "strong")
        || !visit.reads.is_empty() && visit.reads.iter().all(own)
        || visit.reads.is_empty()
            && design
                .model
                .requirements
                .rows()
                .iter()
                .any(|it| it.facts.says("prefer", "consistency"))
}

/// Judges a store whose reads are counted.
fn counted(
    design: &Design<'_>,
    store: Id<Component>,
    bare: &[Hot<'_, '_>],
    traffic: &Traffic,
    report: &mut Report,
) {
    let least = report.option(MIN_RATIO.name);
    let dominated = |hot: &&Hot<'_, '_>| traffic.ratio(&hot.visit.reads) >= least;
    let stated = design.read_ratio().is_some_and(|ratio| ratio >= least);
    let hot: Vec<&Hot<'_, '_>> = bare
        .iter()
        .filter(|hot| hot.rate.is_some())
        .filter(|hot| stated || dominated(hot))
        .collect();
    let reads: f64 = hot.iter().filter_map(|hot| hot.rate).sum();
    if reads < report.option(HOT.name) {
        return report.pass();
    }
    let component = design.component(store);
    let can = capacity(component);
    if can.is_none() && spreads_by_itself(component) {
        let words = format!(
            "`{}` is spread by its key; nothing says what that can take (`capacity`)",
            component.head.path
        );
        return report.unknown(component.head.name_span, words);
    }
    let asked = traffic.at.get(&store).copied().unwrap_or(reads).max(reads);
    if can.is_some_and(|can| asked / can < AT_EASE) {
        return report.pass();
    }
    let name = design.name(store);
    let mut finding = report
        .finding(
            component.head.name_span,
            format!(
                "{} reach `{name}`, and no cache stands in front of it",
                per_second(reads).replace("/s", " reads/s")
            ),
        )
        .label(format!("answers all {} itself", per_second(reads)))
        .about(name);
    let mut shown = BTreeSet::new();
    for hot in hot.iter().take(3) {
        if shown.insert(hot.operation) {
            finding = finding.because(
                rate_span(design, hot.operation),
                words(design, hot.operation),
            );
        }
    }
    finding = quality(design, &hot, finding);
    finding = arithmetic(design, &hot, finding);
    if let Some(can) = can {
        finding = finding.note(format!(
            "`{name}` can take {}; at peak {} reach it, a utilisation of {} %",
            per_second(can),
            per_second(asked),
            round(asked / can * 100.0)
        ));
    } else {
        finding = finding.note(format!("`{name}` does not say what it can take (`capacity`); below 30 % of that no cache is needed"));
    }
    report.fail(finding.help(help(design, &hot, store)));
}

/// Tells whether a provider runs a store and its data is said to be spread, so that
/// it grows with the reads.
fn spreads_by_itself(store: &Component) -> bool {
    store.is(Traits::MANAGED) && store.facts.has("shard")
}

fn rate_span(design: &Design<'_>, operation: Id<Operation>) -> Span {
    let rate = design.model.rate(Element::Operation(operation));
    rate.map_or(design.model.operations[operation].head.name_span, |rate| {
        rate.span
    })
}

fn words(design: &Design<'_>, operation: Id<Operation>) -> String {
    let name = design.operation_name(operation);
    match design.model.rate(Element::Operation(operation)) {
        Some(rate) if rate.peak > rate.average => format!(
            "`{name}`: {} on average, {} at peak",
            per_second(rate.average),
            per_second(rate.peak)
        ),
        Some(rate) => format!("`{name}`: {}", per_second(rate.average)),
        None => format!("`{name}`"),
    }
}

/// Shows the requirement that these reads bear on.
fn quality(design: &Design<'_>, hot: &[&Hot<'_, '_>], finding: Finding) -> Finding {
    let about = |requirement: &&Requirement| {
        let asks = ["scalability", "latency", "throughput"];
        let counts = |measure| requirement.demand(measure).is_some();
        let room = counts("storage") && !counts("users") && !counts("throughput");
        let concerned =
            |hot: &&Hot<'_, '_>| design.concerns(requirement, Element::Operation(hot.operation));
        asks.iter().any(|word| requirement.is_quality(word)) && !room && hot.iter().any(concerned)
    };
    match design.model.requirements.rows().iter().find(about) {
        Some(requirement) => finding.because(
            requirement.head.name_span,
            format!("`{}` depends on these reads", requirement.label()),
        ),
        None => finding,
    }
}

fn arithmetic(design: &Design<'_>, hot: &[&Hot<'_, '_>], mut finding: Finding) -> Finding {
    for each in hot.iter().take(5) {
        let Some(rate) = each.rate else { continue };
        let name = design.operation_name(each.operation);
        let peak = design
            .peak(Element::Operation(each.operation))
            .unwrap_or(rate);
        let terms = each.visit.terms.join(" ");
        let sum = match terms.as_str() {
            "" => format!("`{name}`: one read each, {}", per_second(rate)),
            _ => format!(
                "`{name}`: {} {terms} = {}",
                per_second(peak),
                per_second(rate)
            ),
        };
        finding = finding.note(sum);
    }
    match hot.len() {
        0..=5 => finding,
        more => finding.note(format!("and {} more reads like these", more - 5)),
    }
}

fn help(design: &Design<'_>, hot: &[&Hot<'_, '_>], store: Id<Component>) -> String {
    let kept: BTreeSet<&str> = hot
        .iter()
        .flat_map(|hot| hot.visit.reads.iter().map(move |id| (hot, *id)))
        .filter(|(hot, id)| strong(design, *id, Some(hot.operation), hot.visit.facts).is_none())
        .map(|(_, id)| design.model.entities[id].head.path.as_str())
        .collect();
    let from = hot.first().map_or("", |hot| design.name(hot.visit.from));
    let stores = match kept.iter().copied().collect::<Vec<_>>() {
        kept if kept.is_empty() => String::new(),
        kept => format!("stores: {}; ", kept.join(", ")),
    };
    let name = design.name(store);
    format!(
        "put a cache in front (`cache hot {{ {stores}ttl: 1h; eviction: lru; hit: 90% }}`, `{from} -> hot`), read from replicas, or state the `capacity` of `{name}`"
    )
}

/// Judges a store of whose reads only a ratio or the number of users is known.
fn uncounted(design: &Design<'_>, store: Id<Component>, bare: &[Hot<'_, '_>], report: &mut Report) {
    let component = design.component(store);
    let name = design.name(store);
    let least = report.option(MIN_RATIO.name);
    let ratio = design.read_ratio().filter(|ratio| *ratio >= least);
    let users = crowd(design);
    let (span, because) = match (&users, ratio) {
        (Some((span, rate)), _) if *rate >= report.option(HOT.name) => (
            *span,
            format!("if each comes once, that is {}", per_second(*rate)),
        ),
        (None, Some(ratio)) => (
            ratio_span(design),
            format!("{} reads for each write", round(ratio)),
        ),
        (Some(_), _) => return report.pass(),
        _ => {
            let words = format!("not stated how often `{name}` is read (`load`)");
            return report.unknown(component.head.name_span, words);
        }
    };
    let mut operations: Vec<String> = bare
        .iter()
        .map(|hot| design.operation_name(hot.operation))
        .collect();
    operations.dedup();
    let all: Vec<&Hot<'_, '_>> = bare.iter().collect();
    let finding = report
        .finding(
            component.head.name_span,
            format!(
                "every {} reads `{name}`, and no cache stands in front of it",
                list(&operations)
            ),
        )
        .label("answers every read itself")
        .because(span, because)
        .note("no load says how often; writes that are not stated count as few")
        .help(help(design, &all, store))
        .about(name);
    let severity = if users.is_some() {
        Severity::Warning
    } else {
        Severity::Info
    };
    report.fail(finding.severity(severity));
}

/// Returns how many requests a second there are at the least, by those who come.
fn crowd(design: &Design<'_>) -> Option<(Span, f64)> {
    let asked = design
        .model
        .requirements
        .rows()
        .iter()
        .filter_map(|requirement| {
            let demand = requirement.demand("users").filter(|it| it.is_lower())?;
            requirement
                .is_quality("scalability")
                .then_some((demand.span, demand.bound.once_each()?))
        });
    let loaded = design.model.loads.rows().iter().filter_map(|load| {
        let fact = load.facts.get("users")?;
        Some((fact.span, load.facts.quantity("users")?.once_each()?))
    });
    asked.chain(loaded).max_by(|a, b| a.1.total_cmp(&b.1))
}

fn ratio_span(design: &Design<'_>) -> Span {
    let facts = design
        .model
        .loads
        .rows()
        .iter()
        .filter_map(|load| load.facts.get("ratio"));
    facts
        .map(|fact| fact.span)
        .next()
        .unwrap_or_else(|| design.root_span())
}
