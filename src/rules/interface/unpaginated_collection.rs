//! See `unpaginated_collection.md`.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::{Confidence, Finding, Severity};
use crate::lint::{About, Design, Report, Rule, RuleOption};
use crate::model::{Element, Entity, Facts, Id, Operation};
use crate::rules::by_api::{by_api, few};
use crate::rules::public_edge::is_one_of;
use crate::rules::words::{parts, per_second, plural, round, thousands};
use crate::source::Span;

/// A list that is given out as a whole, however long it has become.
pub struct UnpaginatedCollection;

/// A list of so many need not be cut.
const SHORT: RuleOption = RuleOption {
    name: "short",
    default: "100",
    summary: "a list of so many, or fewer, needs no pages",
};
/// A list that is bounded to more is long.
const LONG: RuleOption = RuleOption {
    name: "long",
    default: "1000",
    summary: "a list that is `bounded` by more than this needs pages all the same",
};

/// Words of parameters that cut a list.
const CUTS: &[&str] = &[
    "after", "before", "count", "cursor", "first", "k", "last", "limit", "max", "offset", "page",
    "size", "skip", "take", "top",
];
/// Words of parameters that keep a list short by what they choose.
const NARROWS: &[&str] = &[
    "bbox", "bound", "box", "date", "day", "from", "geohash", "ids", "interval", "radius", "range",
    "since", "until", "viewport", "week",
];

impl Rule for UnpaginatedCollection {
    fn about(&self) -> About {
        About {
            name: "unpaginated-collection",
            category: "interface",
            summary: "a list that grows without end and is answered as a whole",
            severity: Severity::Warning,
            confidence: Confidence::Medium,
            motives: &[],
            page: include_str!("unpaginated_collection.md"),
        }
    }

    fn options(&self) -> &'static [RuleOption] {
        &[SHORT, LONG]
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        let makers = makers(design);
        for (id, operation) in design.model.operations.iter() {
            let lists = operation.result_entities().filter(|(_, list)| *list);
            let entities: BTreeSet<Id<Entity>> = lists
                .map(|(entity, _)| entity)
                .filter(|entity| design.model.entities[*entity].is_entity())
                .collect();
            if entities.is_empty() || !gives_lists(design, operation) {
                continue;
            }
            check(design, id, &entities, &makers, report);
        }
    }

    fn merge(&self, findings: Vec<Finding>) -> Vec<Finding> {
        by_api(findings, |_, names| {
            format!(
                "{} answer whole lists, however long they become",
                few(names)
            )
        })
    }

    fn undecided(&self, undecided: usize, of: usize) -> String {
        format!("how long a list can become is not stated for {undecided} of {of} operations")
    }
}

/// The operations that add to each entity.
type Makers = BTreeMap<Id<Entity>, Id<Operation>>;

/// Finds for each entity the operation that adds most of it.
fn makers(design: &Design<'_>) -> Makers {
    let mut by_plural: BTreeMap<String, Id<Entity>> = BTreeMap::new();
    for (id, entity) in design.model.entities.iter().rev() {
        by_plural.insert(plural(&parts(&entity.head.name).concat()), id);
    }
    let mut found = Makers::new();
    for (id, operation) in design.model.operations.iter() {
        for entity in made(operation, &by_plural) {
            let peak = |id: Id<Operation>| design.peak(Element::Operation(id)).unwrap_or(0.0);
            let first = found.entry(entity).or_insert(id);
            if peak(id) > peak(*first) {
                *first = id;
            }
        }
    }
    found
}

/// Returns the entities of which each call adds one.
fn made(operation: &Operation, by_plural: &BTreeMap<String, Id<Entity>>) -> Vec<Id<Entity>> {
    if !operation.mutates() || matches!(operation.verb.0, "PUT" | "PATCH" | "DELETE") {
        return Vec::new();
    }
    let segment = operation
        .route
        .iter()
        .filter_map(|(route, _)| route.rsplit('/').next());
    let mut found: Vec<Id<Entity>> = segment
        .filter_map(|segment| by_plural.get(&parts(segment).concat()).copied())
        .collect();
    let single = operation.results.len() == 1;
    let given = operation
        .result_entities()
        .filter(|(_, list)| single && !list);
    let written: BTreeSet<Id<Entity>> =
        operation.facts.data("writes").map(|it| it.entity).collect();
    let says = operation.facts.has("writes");
    found.extend(
        given
            .map(|(entity, _)| entity)
            .filter(|entity| !says || written.contains(entity)),
    );
    found
}

/// Tells whether an operation answers with a list at once: it reads, and does
/// not go on sending.
fn gives_lists(design: &Design<'_>, operation: &Operation) -> bool {
    let api = &design.model.apis[operation.api];
    let streams = ["websocket", "sse", "events"];
    let asks = matches!(operation.verb.0, "GET" | "query" | "rpc") && !operation.mutates();
    asks && !api.types.iter().any(|it| streams.contains(&it.as_str()))
}

fn check(
    design: &Design<'_>,
    id: Id<Operation>,
    entities: &BTreeSet<Id<Entity>>,
    makers: &Makers,
    report: &mut Report,
) {
    let operation = &design.model.operations[id];
    let denied = operation.facts.is_absent("paginated");
    let by_api = design.model.apis[operation.api].facts.has("paginated") && !denied;
    if by_api || is_cut(operation, report.option(LONG.name)) {
        return report.pass();
    }
    let short = report.option(SHORT.name);
    let growing = entities
        .iter()
        .filter(|entity| !is_short(design, **entity, short));
    let growing: Vec<Id<Entity>> = growing.copied().collect();
    if growing.is_empty() {
        return report.pass();
    }
    let of_one = operation.route.iter().any(|(route, _)| route.contains('{'));
    let grown = growing
        .iter()
        .find_map(|entity| Some((*entity, grows(design, *entity, makers, of_one)?)));
    match grown {
        Some((entity, why)) if !is_narrowed(operation) => {
            report.fail(finding(design, id, entity, why, denied, report));
        }
        _ => report.unknown(
            operation.head.name_span,
            "nothing says how long the list can become",
        ),
    }
}

/// Tells whether a list is cut into pages, or bounded.
fn is_cut(operation: &Operation, long: f64) -> bool {
    let cuts = operation.parameters.iter().any(|parameter| {
        let words = parts(&parameter.name);
        words.iter().any(|word| is_one_of(word, CUTS))
    });
    let most = most(&operation.facts, "bounded");
    let bounded = operation.facts.has("bounded") && most.is_none_or(|most| most <= long);
    cuts || operation.facts.has("paginated") || bounded
}

/// Tells whether what a caller chooses by keeps the list short: a place, a time,
/// or the ones that are wanted.
fn is_narrowed(operation: &Operation) -> bool {
    operation.parameters.iter().any(|parameter| {
        let words = parts(&parameter.name);
        parameter.list || words.iter().any(|word| is_one_of(word, NARROWS))
    })
}

/// Tells whether there are known to be few.
fn is_short(design: &Design<'_>, entity: Id<Entity>, short: f64) -> bool {
    let count = count(&design.model.entities[entity]);
    count.is_some_and(|(count, _)| count <= short)
}

fn count(entity: &Entity) -> Option<(f64, Span)> {
    let fact = entity.about.get("count")?;
    Some((most(&entity.about, "count")?, fact.span))
}

/// Returns the number of a key, the greater of a range.
fn most(facts: &Facts, key: &str) -> Option<f64> {
    let counted = facts.count(key).filter(|it| !it.many);
    let most = counted.map(|it| it.most.unwrap_or(it.least) as f64);
    facts.number(key).or(most)
}

/// Why a list becomes long, where that is said, and whether with a number.
struct Growth {
    span: Span,
    words: String,
    counted: bool,
}

fn grows(design: &Design<'_>, entity: Id<Entity>, makers: &Makers, of_one: bool) -> Option<Growth> {
    let row = &design.model.entities[entity];
    let name = &row.head.name;
    if let Some(fact) = row.about.present("growth") {
        let words = format!("more `{name}`s all the time");
        return Some(grown(fact.span, words, true));
    }
    if let Some((count, span)) = count(row).filter(|_| !of_one) {
        let words = format!("{} of them", thousands(&round(count)));
        return Some(grown(span, words, true));
    }
    let maker = *makers.get(&entity)?;
    let called = design.operation_name(maker);
    match design.model.rate(Element::Operation(maker)) {
        Some(rate) => {
            let words = format!("`{called}` adds {} on average", per_second(rate.average));
            Some(grown(rate.span, words, true))
        }
        None => {
            let span = design.model.operations[maker].head.name_span;
            Some(grown(
                span,
                format!("`{called}` adds one with each call"),
                false,
            ))
        }
    }
}

fn grown(span: Span, words: String, counted: bool) -> Growth {
    Growth {
        span,
        words,
        counted,
    }
}

fn finding(
    design: &Design<'_>,
    id: Id<Operation>,
    entity: Id<Entity>,
    why: Growth,
    denied: bool,
    report: &Report,
) -> Finding {
    let operation = &design.model.operations[id];
    let (called, name) = (
        design.operation_name(id),
        &design.model.entities[entity].head.name,
    );
    let message = match denied {
        true => format!("`{called}` answers every `{name}` at once, and says so"),
        false => {
            format!("`{called}` answers every `{name}` at once: nothing cuts the list into pages")
        }
    };
    let severity = match why.counted {
        true => Severity::Warning,
        false => Severity::Info,
    };
    let confidence = match denied {
        true => Confidence::High,
        false => Confidence::Medium,
    };
    let span = operation
        .results
        .iter()
        .find(|it| it.list)
        .map_or(operation.head.name_span, |it| it.span);
    let fix = design.adding(&operation.head, "paginated: cursor");
    let finding = report.finding(span, message);
    let fix = fix.filter(|_| !denied);
    Finding { fix, ..finding }
        .severity(severity)
        .confidence(confidence)
        .label("as long as there are")
        .because(why.span, why.words)
        .help("take `(cursor, limit)` and say `paginated: cursor`; if the list stays short, say how short (`bounded: 50`)")
        .about(design.model.apis[operation.api].head.path.clone())
        .about(operation.head.path.clone())
}
