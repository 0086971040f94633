//! See `missing_timeout.md`.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::{Confidence, Finding, Fix, Safety, Severity, filled_in};
use crate::lint::{About, Design, Report, Rule, group};
use crate::model::{Component, Flow, Id, Origin, Relation};
use crate::rules::words::{count, list, seconds};
use crate::source::Span;
use crate::syntax::tree::Arrow;
use crate::vocabulary::Traits;

/// Of a component with very many calls only the most telling are compared.
const CALLS_COMPARED: usize = 200;

/// What a finding says of a call that lasts longer than who wants its answer.
const OUTLASTS: &str = "still waits when nobody wants the answer";

/// Calls that may wait for ever, or longer than their caller does.
pub struct MissingTimeout;

type Call<'a> = (Id<Relation>, &'a Relation);

impl Rule for MissingTimeout {
    fn about(&self) -> About {
        About {
            name: "missing-timeout",
            category: "availability",
            summary: "a call without a timeout, or with one longer than its caller waits",
            severity: Severity::Warning,
            confidence: Confidence::High,
            motives: &[],
            page: include_str!("missing_timeout.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        let mut endless: BTreeMap<Id<Component>, Vec<Call<'_>>> = BTreeMap::new();
        for (id, relation) in design.model.relations.iter() {
            if !is_ours(design, relation) {
                continue;
            }
            let facts = &relation.facts;
            if facts.has("timeout") {
                report.pass();
            } else if facts.is_unstated("timeout") {
                report.unknown(relation.span, "no `timeout` stated");
            } else if facts.has("circuit-breaker") {
                report.pass();
            } else {
                endless
                    .entry(relation.from)
                    .or_default()
                    .push((id, relation));
            }
        }
        for (caller, calls) in endless {
            (1..calls.len()).for_each(|_| report.pass());
            report.fail(never_gives_up(design, caller, &calls, report));
        }
        outlasting(design, report);
    }

    /// One statement for many calls, such as `defaults relation`, is one finding.
    fn merge(&self, findings: Vec<Finding>) -> Vec<Finding> {
        let (shared, mut merged): (Vec<Finding>, Vec<Finding>) =
            findings.into_iter().partition(|finding| {
                let outer = finding.because.first().map(|label| label.span);
                finding.primary.text == OUTLASTS && outer == Some(finding.primary.span)
            });
        let mut by_statement: BTreeMap<Span, Vec<Finding>> = BTreeMap::new();
        for finding in shared {
            let statement = finding.primary.span;
            by_statement.entry(statement).or_default().push(finding);
        }
        for (_, findings) in by_statement {
            merged.extend(group(findings, |subjects| {
                let names: Vec<&String> = subjects.iter().filter(|it| !it.contains(' ')).collect();
                format!(
                    "{} wait for others as long as their own callers wait for them, or longer",
                    list(&names)
                )
            }));
        }
        merged
    }

    fn undecided(&self, undecided: usize, of: usize) -> String {
        format!("{undecided} of {} state no `timeout`", count(of, "call"))
    }
}

/// Tells whether it is a call of ours that may hang: to what does the work, not
/// to what passes it on, carries it or watches.
fn is_ours(design: &Design<'_>, relation: &Relation) -> bool {
    let (from, to) = (
        design.component(relation.from),
        design.component(relation.to),
    );
    let aside = Traits::OUTSIDE
        .with(Traits::FORWARDS)
        .with(Traits::MEDIUM)
        .with(Traits::OBSERVES);
    let asks = from.traits.any(Traits::COMPUTE.with(Traits::FORWARDS));
    let works = asks && !to.traits.any(aside);
    works && relation.arrow == Arrow::Call && relation.waits() && relation.from != relation.to
}

fn never_gives_up(
    design: &Design<'_>,
    caller: Id<Component>,
    calls: &[Call<'_>],
    report: &Report,
) -> Finding {
    let span = |relation: &Relation| {
        let fact = relation.facts.get("timeout");
        fact.map_or(relation.span, |fact| fact.span)
    };
    let names: Vec<&str> = calls.iter().map(|(_, it)| design.name(it.to)).collect();
    let caller = design.name(caller);
    let finding = report
        .finding(
            span(calls[0].1),
            format!("`{caller}` waits for {} for ever: no timeout, no circuit breaker", list(&names)),
        )
        .label("never gives up")
        .help("give up a little after the slowest answer that is still useful (`timeout: 500ms`), sooner than the caller's caller does")
        .about(caller);
    let finding = calls.iter().fold(finding, |finding, (id, _)| {
        finding.about(design.relation_name(*id))
    });
    let finding = Finding {
        fix: giving_up(calls),
        ..finding
    };
    let rest = calls[1..].iter().map(|(_, relation)| span(relation));
    rest.filter(|it| *it != span(calls[0].1))
        .fold(finding, |finding, span| finding.because(span, "and here"))
}

/// What is written in the place of `timeout: none`.
const TIMEOUT: &str = "timeout: 500ms";

/// Returns the fix that gives every call a timeout, where each states that it has none.
fn giving_up(calls: &[Call<'_>]) -> Option<Fix> {
    let mut edits = Vec::new();
    for (_, relation) in calls {
        let fact = relation.facts.get("timeout")?;
        if matches!(fact.origin, Origin::Technology(..)) {
            return None;
        }
        let edit = filled_in(fact.span, TIMEOUT);
        if !edits.contains(&edit) {
            edits.push(edit);
        }
    }
    let title = format!("write `{TIMEOUT}`, and fill in what holds");
    Some(Fix::new(title, Safety::Unsafe, edits))
}

/// Finds components that go on waiting when their own caller has given up.
fn outlasting(design: &Design<'_>, report: &mut Report) {
    let flows = flows_of(design);
    for id in design.model.components.ids() {
        let component = design.component(id);
        if !component.traits.any(Traits::COMPUTE.with(Traits::FORWARDS)) {
            continue;
        }
        // A queue hands over, and gives up on nobody.
        let asked = design.model.incoming(id);
        let asked = asked.filter(|(_, it)| !design.component(it.from).is(Traits::MEDIUM));
        let mut incoming = timed(asked);
        incoming.sort_by(|a, b| a.1.total_cmp(&b.1));
        incoming.truncate(CALLS_COMPARED);
        let mut outgoing = timed(design.model.outgoing(id));
        outgoing.sort_by(|a, b| b.2.total_cmp(&a.2));
        outgoing.truncate(CALLS_COMPARED);
        // What only passes requests on may wait as long as its caller: both end together.
        let even = !component.is(Traits::FORWARDS);
        let outlasts_it = |whole: f64, limit: f64| whole > limit || (even && whole == limit);
        if let Some(pair) = worst(&incoming, &outgoing, &flows, outlasts_it) {
            report.fail(outlasts(design, id, pair, report));
        }
    }
}

/// Keeps the calls that state how long they wait, with how long that is in all.
fn timed<'a>(calls: impl Iterator<Item = Call<'a>>) -> Vec<(Call<'a>, f64, f64)> {
    calls
        .filter(|(_, relation)| relation.arrow == Arrow::Call && relation.waits())
        .filter_map(|(id, relation)| {
            let timeout = relation.facts.number("timeout")?;
            let tries = 1.0 + relation.facts.number("retries").unwrap_or(0.0).max(0.0);
            Some(((id, relation), timeout, timeout * tries))
        })
        .collect()
}

/// Returns in which flows each connection stands.
fn flows_of(design: &Design<'_>) -> BTreeMap<Id<Relation>, BTreeSet<Id<Flow>>> {
    let mut flows: BTreeMap<Id<Relation>, BTreeSet<Id<Flow>>> = BTreeMap::new();
    for (id, flow) in design.model.flows.iter() {
        for (link, _) in flow.links() {
            flows.entry(link.relation).or_default().insert(id);
        }
    }
    flows
}

/// An incoming and an outgoing call with the seconds that each lasts.
struct Pair<'a> {
    outer: (Call<'a>, f64),
    inner: (Call<'a>, f64),
}

/// Returns the pair of one request in which the callee outlasts its caller most.
fn worst<'a>(
    incoming: &[(Call<'a>, f64, f64)],
    outgoing: &[(Call<'a>, f64, f64)],
    flows: &BTreeMap<Id<Relation>, BTreeSet<Id<Flow>>>,
    too_long: impl Fn(f64, f64) -> bool,
) -> Option<Pair<'a>> {
    let shortest = incoming.first()?.1;
    let mut best: Option<Pair<'a>> = None;
    for (inner, _, whole) in outgoing.iter().filter(|it| it.2 >= shortest) {
        let together = incoming.iter().filter(|(outer, timeout, _)| {
            let back = outer.1.from == inner.1.to;
            too_long(*whole, *timeout) && !back && same_request(outer.0, inner.0, flows)
        });
        for (outer, timeout, _) in together {
            let excess = |pair: &Pair<'_>| pair.inner.1 / pair.outer.1;
            let pair = Pair {
                outer: (*outer, *timeout),
                inner: (*inner, *whole),
            };
            if best
                .as_ref()
                .is_none_or(|best| excess(&pair) > excess(best))
            {
                best = Some(pair);
            }
        }
    }
    best
}

/// Tells whether one request makes both calls: a flow has both, or none has either.
fn same_request(
    outer: Id<Relation>,
    inner: Id<Relation>,
    flows: &BTreeMap<Id<Relation>, BTreeSet<Id<Flow>>>,
) -> bool {
    match (flows.get(&outer), flows.get(&inner)) {
        (None, None) => true,
        (Some(outer), Some(inner)) => outer.intersection(inner).next().is_some(),
        _ => false,
    }
}

fn outlasts(design: &Design<'_>, id: Id<Component>, pair: Pair<'_>, report: &Report) -> Finding {
    let ((outer_id, outer), limit) = pair.outer;
    let ((inner_id, inner), whole) = pair.inner;
    let (caller, name, callee) = (
        design.name(outer.from),
        design.name(id),
        design.name(inner.to),
    );
    let span = |relation: &Relation| {
        let fact = relation.facts.get("timeout");
        fact.map_or(relation.span, |fact| fact.span)
    };
    let finding = report
        .finding(
            span(inner),
            match whole > limit {
                true => format!(
                    "`{name}` waits up to {} for `{callee}`, but `{caller}` gives up on `{name}` after {}",
                    seconds(whole),
                    seconds(limit)
                ),
                false => format!(
                    "`{name}` waits up to {} for `{callee}`, and `{caller}` gives up on `{name}` at the same moment",
                    seconds(whole)
                ),
            },
        )
        .label(OUTLASTS)
        .because(
            span(outer),
            format!("`{caller}` waits {} for `{name}`", seconds(limit)),
        )
        .help(format!("make the inner wait shorter than the outer one: less than {} in all, with its retries", seconds(limit)))
        .about(name)
        .about(design.relation_name(outer_id))
        .about(design.relation_name(inner_id));
    match (
        inner.facts.quantity("timeout"),
        inner.facts.quantity("retries"),
    ) {
        (Some(timeout), Some(retries)) if retries.to_f64() > 0.0 => finding.note(format!(
            "{timeout} × (1 + {retries}) = {}, without pauses between tries",
            seconds(whole)
        )),
        _ => finding,
    }
}
