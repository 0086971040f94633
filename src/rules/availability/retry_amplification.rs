//! See `retry_amplification.md`.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::{Confidence, Finding, Severity};
use crate::lint::{About, Design, Report, Rule, RuleOption};
use crate::model::{Component, Id, Relation};
use crate::rules::words::{count, list, round};
use crate::vocabulary::Traits;

/// More tries than this for one request are reported.
const MAX_TRIES: RuleOption = RuleOption {
    name: "max-tries",
    default: "10",
    summary: "more tries than this of one request, over all layers, are reported",
};
/// More than this are an error: four layers of three retries multiply to 256,
/// three layers to 64.
const STORM: f64 = 64.0;
/// How many ways of layered retries are shown.
const WAYS_SHOWN: usize = 5;

/// Retries that multiply, follow at once, or repeat a write.
pub struct RetryAmplification;

impl Rule for RetryAmplification {
    fn about(&self) -> About {
        About {
            name: "retry-amplification",
            category: "availability",
            summary: "retries that multiply over layers, never pause, or repeat a write",
            severity: Severity::Warning,
            confidence: Confidence::High,
            motives: &[],
            page: include_str!("retry_amplification.md"),
        }
    }

    fn options(&self) -> &'static [RuleOption] {
        &[MAX_TRIES]
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        layers(design, report);
        pauses(design, report);
        writes(design, report);
    }

    fn undecided(&self, undecided: usize, _: usize) -> String {
        let calls = count(undecided, "call");
        format!("the pause between tries (`backoff`) is not stated for {calls} with `retries`")
    }
}

/// Returns how often a call is made at most.
fn tries(relation: &Relation) -> f64 {
    1.0 + relation.facts.number("retries").unwrap_or(0.0).max(0.0)
}

/// Tells whether it is a call that can be repeated by who waits for it.
fn is_call(design: &Design<'_>, relation: &Relation) -> bool {
    let medium = |id| design.component(id).is(Traits::MEDIUM);
    relation.waits() && !medium(relation.from) && !medium(relation.to)
}

fn layers(design: &Design<'_>, report: &mut Report) {
    let graph = design.graph_of(|_, relation| is_call(design, relation));
    let nodes: Vec<usize> = (0..graph.node_count()).collect();
    let mut shown: BTreeSet<usize> = BTreeSet::new();
    for _ in 0..WAYS_SHOWN {
        let weight = |id: usize| match shown.contains(&id) {
            true => 0.0,
            false => tries(&design.model.relations[Id::new(id)]).ln(),
        };
        let Some(path) = graph.longest_path(&nodes, |_| 0.0, weight) else {
            return;
        };
        let way = trimmed(design, &path.edges, &shown);
        let layers = way.iter().filter(|it| tries(it.1) > 1.0).count();
        let product: f64 = way.iter().map(|it| tries(it.1)).product();
        if layers < 2 || product <= report.option(MAX_TRIES.name) {
            break;
        }
        report.fail(storm(design, &way, product, layers, report));
        shown.extend(way.iter().map(|(id, _)| id.index()));
    }
    if shown.is_empty() && !nodes.is_empty() {
        report.pass();
    }
}

/// Cuts off what stands before the first and behind the last retry of a way, and
/// what was shown before.
fn trimmed<'a>(
    design: &Design<'a>,
    edges: &[usize],
    shown: &BTreeSet<usize>,
) -> Vec<(Id<Relation>, &'a Relation)> {
    let relations = edges
        .iter()
        .map(|id| (Id::new(*id), &design.model.relations[Id::new(*id)]));
    let way: Vec<(Id<Relation>, &Relation)> = relations.collect();
    let retries = |(id, relation): &(Id<Relation>, &Relation)| {
        tries(relation) > 1.0 && !shown.contains(&id.index())
    };
    let first = way.iter().position(retries);
    let last = way.iter().rposition(retries);
    match (first, last) {
        (Some(first), Some(last)) => way[first..=last].to_vec(),
        _ => Vec::new(),
    }
}

fn storm(
    design: &Design<'_>,
    way: &[(Id<Relation>, &Relation)],
    product: f64,
    layers: usize,
    report: &Report,
) -> Finding {
    let last = way[way.len() - 1].1;
    let name = design.name(last.to);
    let retried = || way.iter().filter(|(_, relation)| tries(relation) > 1.0);
    let limited = retried().all(|(_, relation)| relation.facts.has("circuit-breaker"));
    let severity = match product > STORM && !limited {
        true => Severity::Error,
        false => Severity::Warning,
    };
    let factors: Vec<String> = retried().map(|(_, it)| round(tries(it))).collect();
    let mut finding = report
        .finding(
            fact_span(last, "retries"),
            format!(
                "while `{name}` fails, one request tries it {} times: retries on {layers} layers multiply",
                round(product)
            ),
        )
        .label(format!("tried {} times from here", round(tries(last))))
        .severity(severity)
        .note(format!("{} = {}", factors.join(" × "), round(product)))
        .help("retry on one layer only, the one nearest to the fault or the caller, and let the others pass the error on")
        .about(name);
    for (id, relation) in way {
        let (from, to) = (design.name(relation.from), design.name(relation.to));
        let words = match tries(relation) {
            tries if tries > 1.0 => format!("`{from}` tries `{to}` up to {} times", round(tries)),
            _ => format!("`{from}` waits for `{to}`"),
        };
        finding = finding
            .step(fact_span(relation, "retries"), words)
            .about(design.relation_name(*id));
    }
    finding
}

fn fact_span(relation: &Relation, key: &str) -> crate::source::Span {
    relation
        .facts
        .get(key)
        .map_or(relation.span, |fact| fact.span)
}

/// Returns the calls that are retried, by caller.
fn retried<'a>(design: &Design<'a>) -> BTreeMap<Id<Component>, Vec<(Id<Relation>, &'a Relation)>> {
    let mut retried: BTreeMap<Id<Component>, Vec<(Id<Relation>, &Relation)>> = BTreeMap::new();
    for (id, relation) in design.model.relations.iter() {
        let counted = relation.facts.number("retries");
        let again = relation.facts.has("retries") && counted != Some(0.0);
        if again && is_call(design, relation) {
            retried
                .entry(relation.from)
                .or_default()
                .push((id, relation));
        }
    }
    retried
}

fn pauses(design: &Design<'_>, report: &mut Report) {
    for (caller, calls) in retried(design) {
        let mut hasty = Vec::new();
        for (id, relation) in calls {
            if relation.facts.is_absent("backoff") {
                hasty.push((id, relation));
            } else if relation.facts.is_unstated("backoff") {
                report.unknown(
                    fact_span(relation, "retries"),
                    "nothing says how long it waits between tries (`backoff`)",
                );
            } else {
                report.pass();
            }
        }
        if let Some((_, first)) = hasty.first() {
            let names = callees(design, &hasty);
            let caller = design.name(caller);
            let finding = report
                .finding(
                    fact_span(first, "backoff"),
                    format!("`{caller}` repeats failed calls to {names} without a pause"),
                )
                .label("the next try follows at once")
                .help(
                    "wait longer after each try, and not all callers alike: `backoff: exponential`",
                )
                .about(caller);
            report.fail(others(design, finding, &hasty, "backoff"));
        }
    }
}

fn callees(design: &Design<'_>, calls: &[(Id<Relation>, &Relation)]) -> String {
    let names: Vec<&str> = calls.iter().map(|(_, it)| design.name(it.to)).collect();
    list(&names)
}

/// Adds the connections as subjects, and where those after the first are stated.
fn others(
    design: &Design<'_>,
    finding: Finding,
    calls: &[(Id<Relation>, &Relation)],
    key: &str,
) -> Finding {
    let finding = calls.iter().fold(finding, |finding, (id, _)| {
        finding.about(design.relation_name(*id))
    });
    let first = calls.first().map(|(_, relation)| fact_span(relation, key));
    let rest = calls.iter().map(|(_, relation)| fact_span(relation, key));
    rest.filter(|span| Some(*span) != first)
        .fold(finding, |finding, span| finding.because(span, "and here"))
}

fn writes(design: &Design<'_>, report: &mut Report) {
    let safe = repeatable(design);
    for (caller, calls) in retried(design) {
        if design.component(caller).is(Traits::OUTSIDE) {
            continue;
        }
        let (mut unsafe_calls, mut unsaid) = (Vec::new(), Vec::new());
        for (id, relation) in calls {
            let copy = design.component(relation.to).traits;
            if relation.writes().next().is_none() || copy.any(Traits::CACHES.with(Traits::OBSERVES))
            {
                continue;
            }
            if relation.facts.is_absent("idempotent") {
                unsafe_calls.push((id, relation));
            } else if relation.facts.has("idempotent") || is_guarded(relation) || safe.contains(&id)
            {
                report.pass();
            } else {
                unsaid.push((id, relation));
            }
        }
        if !unsafe_calls.is_empty() {
            report.fail(repeated(design, caller, &unsafe_calls, report));
        }
        if !unsaid.is_empty() {
            let finding = repeated(design, caller, &unsaid, report);
            report.fail(unsaid_words(design, caller, &unsaid, finding));
        }
    }
}

/// Tells whether a write that comes twice finds that it was there before.
fn is_guarded(relation: &Relation) -> bool {
    ["conditional", "optimistic", "unique"]
        .iter()
        .any(|word| relation.facts.says("locking", word))
}

/// Returns the connections whose every use stands in a step, or serves an
/// operation, that may be repeated.
fn repeatable(design: &Design<'_>) -> BTreeSet<Id<Relation>> {
    let (mut safe, mut not) = (BTreeSet::new(), BTreeSet::new());
    for flow in design.model.flows.rows() {
        let operation = flow.operation.map(|id| &design.model.operations[id]);
        let whole =
            operation.is_some_and(|it| it.verb.is_idempotent() || it.facts.has("idempotent"));
        for (link, _) in flow.links() {
            let stated = link.facts.has("idempotent") || link.facts.data("writes").next().is_none();
            match whole || stated {
                true => safe.insert(link.relation),
                false => not.insert(link.relation),
            };
        }
    }
    safe.difference(&not).copied().collect()
}

fn repeated(
    design: &Design<'_>,
    caller: Id<Component>,
    calls: &[(Id<Relation>, &Relation)],
    report: &Report,
) -> Finding {
    let written: BTreeSet<&str> = calls
        .iter()
        .flat_map(|(_, relation)| relation.writes())
        .map(|data| design.model.entities[data.entity].head.name.as_str())
        .collect();
    let written: Vec<&str> = written.into_iter().collect();
    let (caller, to) = (design.name(caller), callees(design, calls));
    let first = calls[0].1;
    let finding = report
        .finding(
            fact_span(first, "retries"),
            format!("`{caller}` repeats writes to {to} that are not idempotent"),
        )
        .label(format!("may write {} twice", list(&written)))
        .help("send a key with the write and ignore one that was seen (`idempotent: key`), or do not retry (`retries: 0`)")
        .note("a call whose answer is lost may have been done: the retry then does it again")
        .about(caller);
    let finding = match first.facts.get("idempotent") {
        Some(fact) => finding.because(fact.span, "stated not to be idempotent"),
        None => finding,
    };
    others(design, finding, calls, "retries")
}

fn unsaid_words(
    design: &Design<'_>,
    caller: Id<Component>,
    calls: &[(Id<Relation>, &Relation)],
    mut finding: Finding,
) -> Finding {
    let (caller, to) = (design.name(caller), callees(design, calls));
    finding.message =
        format!("`{caller}` repeats writes to {to}, and nothing says that they are idempotent");
    finding.confidence(Confidence::Medium)
}
