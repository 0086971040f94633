//! See `missing_load_distribution.md`.

use std::collections::BTreeSet;

use crate::finding::{Confidence, Finding, Severity};
use crate::lint::{About, Design, Report, Rule, RuleOption, group};
use crate::model::{Component, FactItem, Id, Redundancy, Relation};
use crate::rules::by_load::HOT;
use crate::rules::words::{count, list, per_second};
use crate::source::Span;
use crate::vocabulary::Traits;

/// What a finding says of callers that nothing tells which replica to ask.
const UNSAID: &str = "several replicas, and nothing spreads requests over them";

/// Replicas among which nothing chooses, and balancers that choose broken ones.
pub struct MissingLoadDistribution;

impl Rule for MissingLoadDistribution {
    fn about(&self) -> About {
        About {
            name: "missing-load-distribution",
            category: "availability",
            summary: "replicas over which nothing spreads requests, or only blindly",
            severity: Severity::Warning,
            confidence: Confidence::Medium,
            motives: &[
                "availability",
                "fault-tolerance",
                "scalability",
                "throughput",
            ],
            page: include_str!("missing_load_distribution.md"),
        }
    }

    fn options(&self) -> &'static [RuleOption] {
        &[HOT]
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        let rates = rates(design);
        for (id, component) in design.model.components.iter() {
            if component.is(Traits::COMPUTE) && is_replicated(component) && !component.is_managed()
            {
                chosen(design, id, rates[id.index()], report);
            }
            if component.is(Traits::FORWARDS) {
                blind(design, id, report);
            }
        }
    }

    fn merge(&self, findings: Vec<Finding>) -> Vec<Finding> {
        let (unsaid, mut merged): (Vec<Finding>, Vec<Finding>) = findings
            .into_iter()
            .partition(|finding| finding.primary.text == UNSAID);
        let (likely, advice): (Vec<Finding>, Vec<Finding>) = unsaid
            .into_iter()
            .partition(|finding| finding.confidence == Confidence::Medium);
        let words = |names: &[String]| {
            let names = list(names);
            format!("nothing says how callers of {names} find one of the replicas")
        };
        merged.extend(group(likely, words));
        merged.extend(group(advice, words));
        merged
    }

    fn undecided(&self, undecided: usize, _: usize) -> String {
        let balancers = count(undecided, "balancer");
        format!("nothing says how {balancers} would notice a broken replica (`health-check`)")
    }
}

fn is_replicated(component: &Component) -> bool {
    matches!(component.redundancy(), Redundancy::Stated(2..))
}

/// Returns for each component the requests a second that pass it at peak, as far
/// as loads say.
fn rates(design: &Design<'_>) -> Vec<f64> {
    let mut rates = vec![0.0; design.model.components.len()];
    for goal in &design.success().goals {
        let Some(peak) = design.peak(goal.of) else {
            continue;
        };
        let ends = goal.needs.iter().map(|id| design.model.relations[*id].to);
        let passed: BTreeSet<Id<Component>> = ends.chain(goal.start).collect();
        for id in passed {
            rates[id.index()] += peak;
        }
    }
    rates
}

/// Looks at who calls a replicated component without anything between.
fn chosen(design: &Design<'_>, id: Id<Component>, rate: f64, report: &mut Report) {
    let component = design.component(id);
    let calls = design.model.incoming(id).map(|(_, relation)| relation);
    let direct: Vec<&Relation> = calls.filter(|it| is_direct(design, it)).collect();
    if direct.is_empty() || component.facts.has("discovery") {
        return report.pass();
    }
    let callers: BTreeSet<Id<Component>> = direct.iter().map(|it| it.from).collect();
    let callers: Vec<&str> = callers.iter().map(|id| design.name(*id)).collect();
    let name = design.name(id);
    if let Some(fact) = component.facts.get("discovery") {
        let finding = report
            .finding(
                fact.span,
                format!(
                    "{} cannot find the replicas of `{name}`: nothing spreads requests",
                    list(&callers)
                ),
            )
            .label("stated: nothing tells one from another")
            .confidence(Confidence::High)
            .help(help(name))
            .about(name);
        return report.fail(with_callers(finding, &callers));
    }
    let finding = report
        .finding(
            component.head.name_span,
            format!(
                "nothing says how {} finds one of the replicas of `{name}`",
                list(&callers)
            ),
        )
        .label(UNSAID)
        .help(help(name))
        .about(name);
    report.fail(weighed(component, rate, report.option(HOT.name), finding));
}

fn help(name: &str) -> String {
    format!(
        "put a `balancer` before `{name}`, or say how it is found: `discovery: dns`, `mesh`, `client` or `balancer`"
    )
}

fn with_callers(finding: Finding, callers: &[&str]) -> Finding {
    callers
        .iter()
        .fold(finding, |finding, name| finding.about(*name))
}

/// Tells whether a caller asks one of several replicas with nothing between.
fn is_direct(design: &Design<'_>, relation: &Relation) -> bool {
    let from = design.component(relation.from);
    let between = Traits::FORWARDS
        .with(Traits::MEDIUM)
        .with(Traits::THIRD_PARTY)
        .with(Traits::OBSERVES);
    relation.waits() && relation.from != relation.to && !from.traits.any(between)
}

/// A load that one replica cannot take makes it likely; without one it is advice.
fn weighed(component: &Component, rate: f64, hot: f64, finding: Finding) -> Finding {
    let one = component.facts.get("capacity");
    let capacity = component
        .facts
        .items("capacity")
        .iter()
        .find_map(|item| match item {
            FactItem::Quantity(quantity) => Some(quantity),
            _ => None,
        });
    let words = format!("up to {} arrive at peak", per_second(rate));
    match (one, capacity) {
        (Some(fact), Some(capacity)) if rate > capacity.to_f64() => {
            finding.because(fact.span, format!("{words}, one replica takes {capacity}"))
        }
        (None, _) if rate >= hot => finding.note(words),
        _ => finding.severity(Severity::Info).confidence(Confidence::Low),
    }
}

/// Looks at whether who spreads requests notices a broken replica.
fn blind(design: &Design<'_>, id: Id<Component>, report: &mut Report) {
    let component = design.component(id);
    let behind = design.model.outgoing(id).map(|(_, relation)| relation);
    let several: Vec<&Relation> = behind
        .filter(|relation| {
            let to = design.component(relation.to);
            relation.waits()
                && to.is(Traits::COMPUTE)
                && !to.is_managed()
                && (is_replicated(to) || relation.alternative.is_some())
        })
        .collect();
    if several.is_empty() || component.facts.has("health-check") {
        return;
    }
    let own = component.facts.get("health-check");
    let theirs = several.iter().filter_map(|relation| {
        Some((
            relation.to,
            design.component(relation.to).facts.get("health-check")?,
        ))
    });
    let theirs: Vec<_> = theirs.collect();
    let none = theirs
        .iter()
        .find(|(to, _)| design.component(*to).facts.is_absent("health-check"));
    match (own, none) {
        (Some(fact), _) => report.fail(unnoticed(design, id, fact.span, &several, report)),
        (None, Some((_, fact))) => {
            report.fail(unnoticed(design, id, fact.span, &several, report));
        }
        (None, None) if theirs.len() == several.len() || component.is_managed() => report.pass(),
        (None, None) => report.unknown(
            component.head.name_span,
            "nothing says how it notices a broken replica (`health-check`)",
        ),
    }
}

fn unnoticed(
    design: &Design<'_>,
    id: Id<Component>,
    span: Span,
    behind: &[&Relation],
    report: &Report,
) -> Finding {
    let name = design.name(id);
    let behind: Vec<&str> = behind.iter().map(|it| design.name(it.to)).collect();
    report
        .finding(
            span,
            format!(
                "`{name}` goes on sending requests to broken replicas of {}: no health check",
                list(&behind)
            ),
        )
        .label("a broken replica is not noticed")
        .confidence(Confidence::High)
        .help(
            "let it ask each replica, and leave out those that do not answer (`health-check: yes`)",
        )
        .about(name)
}
