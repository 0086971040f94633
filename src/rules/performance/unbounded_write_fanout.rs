//! See `unbounded_write_fanout.md`.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::{Confidence, Finding, Severity};
use crate::lint::visits::Visit;
use crate::lint::{About, Design, Report, Rule};
use crate::model::{
    Decision, Element, Fact, FactItem, FactValue, Facts, Flow, GroupKind, Id, Schedule,
};
use crate::quantity::round;
use crate::rules::words::{parts, per_second, thousands};
use crate::source::Span;
use crate::vocabulary::Traits;

/// From so many writes for one change on, an average says little about the most.
const SEVERAL: f64 = 50.0;

/// So many writes for one change are too many, whoever does them.
const MOST: f64 = 10_000.0;

/// One change that becomes as many writes as somebody has followers.
pub struct UnboundedWriteFanout;

impl Rule for UnboundedWriteFanout {
    fn about(&self) -> About {
        About {
            name: "unbounded-write-fanout",
            category: "performance",
            summary: "one change that becomes many writes, and nothing says how many at most",
            severity: Severity::Warning,
            confidence: Confidence::Medium,
            motives: &[],
            page: include_str!("unbounded_write_fanout.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        let decided = design.model.decisions.rows().iter().any(weighs_fan_out);
        let mut found: BTreeMap<Id<Flow>, Vec<FanOut<'_, '_>>> = BTreeMap::new();
        for visit in design.visits() {
            let Some(flow) = visit.flow.filter(|_| is_write(design, visit)) else {
                continue;
            };
            if is_batch(&design.model.flows[flow].facts, design, visit) {
                continue;
            }
            match copies(visit) {
                Copies::One => {}
                Copies::Few => report.pass(),
                Copies::Unstated(span) => {
                    report.unknown(span, "not stated how often it repeats (`times`, `at-most`)");
                }
                Copies::Many(number, fact) => {
                    let write = FanOut {
                        visit,
                        number,
                        fact,
                    };
                    found.entry(flow).or_default().push(write);
                }
            }
        }
        for (flow, writes) in &found {
            match decided {
                true => report.pass(),
                false => tell(design, *flow, writes, report),
            }
        }
    }

    fn undecided(&self, undecided: usize, of: usize) -> String {
        format!("{undecided} of {of} repeated writes: not stated how often they repeat")
    }
}

/// How many writes one change becomes.
enum Copies<'a> {
    One,
    Few,
    /// So many, as an average (`times`) or at most (`at-most`).
    Many(f64, &'a Fact),
    /// A loop that does not say how often.
    Unstated(Span),
}

/// A write that happens many times for one change.
struct FanOut<'v, 'a> {
    visit: &'v Visit<'a>,
    number: f64,
    fact: &'a Fact,
}

fn is_write(design: &Design<'_>, visit: &Visit<'_>) -> bool {
    let to = design.component(visit.to);
    let told = to
        .types
        .iter()
        .any(|it| matches!(it.as_str(), "push" | "email" | "sms"));
    let sent = to.is(Traits::MEDIUM) && !visit.facts.has("reads");
    let from = design.component(visit.from);
    (!visit.writes.is_empty() || sent || told) && from.is(Traits::COMPUTE)
}

/// Tells whether it is work through a stock of things, not the consequence of one change.
fn is_batch(flow: &Facts, design: &Design<'_>, visit: &Visit<'_>) -> bool {
    let by_itself = |facts: &Facts| {
        facts.items("runs").iter().any(|item| {
            matches!(
                item,
                FactItem::Schedule(Schedule::Every(_) | Schedule::Continuously)
            )
        })
    };
    let operation = visit.operation.is_some();
    !operation && (by_itself(flow) || by_itself(&design.component(visit.from).facts))
}

fn copies<'a>(visit: &Visit<'a>) -> Copies<'a> {
    let loops = visit.around.iter().filter(|it| it.kind == GroupKind::Loop);
    let mut product = 1.0;
    let mut last: Option<&'a Fact> = None;
    let mut bound: Option<(f64, &'a Fact)> = None;
    let mut open: Option<Span> = None;
    let groups = visit.around.iter().map(|group| &group.facts);
    for facts in groups.chain([visit.facts]) {
        let most = facts.number("at-most");
        match (facts.get("times"), facts.number("times")) {
            (Some(fact), Some(times)) => {
                product *= most.unwrap_or(times);
                last = Some(fact);
            }
            _ => product *= most.unwrap_or(1.0),
        }
        if let (Some(most), Some(fact)) = (most, facts.get("at-most")) {
            bound = Some((most, fact));
        }
    }
    for group in loops {
        let said = ["times", "at-most", "until"];
        if !said.iter().any(|key| group.facts.has(key)) {
            open = open.or(Some(group.span));
        }
    }
    match (open, bound, last) {
        (Some(span), ..) => Copies::Unstated(span),
        (None, Some((_, fact)), _) if product >= MOST => Copies::Many(product, fact),
        (None, Some(_), _) => Copies::Few,
        (None, None, Some(fact)) if fact.value == FactValue::Open => Copies::Unstated(fact.span),
        (None, None, Some(fact)) if product >= SEVERAL => Copies::Many(product, fact),
        (None, None, Some(_)) => Copies::Few,
        (None, None, None) => Copies::One,
    }
}

/// Tells whether a decision weighs copying on writing against collecting on reading.
fn weighs_fan_out(decision: &Decision) -> bool {
    let written = ["because", "instead-of", "consequence"];
    let facts = written
        .iter()
        .flat_map(|key| decision.facts.items(key))
        .filter_map(|item| match item {
            FactItem::Text(text) | FactItem::Phrase(text) | FactItem::Word(text) => {
                Some(text.as_str())
            }
            _ => None,
        });
    let title = decision.head.title.as_deref();
    let mut texts = facts.chain(title).chain([decision.head.name.as_str()]);
    texts.any(|text| {
        let words = parts(text);
        let pair = |pair: &[String]| pair[0] == "fan" && pair[1] == "out";
        words.windows(2).any(pair) || words.iter().any(|word| word == "fanout")
    })
}

/// Returns the path of what the writes are done for: an operation, else the flow.
fn path(design: &Design<'_>, of: Element, flow: &Flow) -> String {
    let head = design.model.head(of);
    head.map_or_else(|| flow.head.path.clone(), |head| head.path.clone())
}

fn tell(design: &Design<'_>, flow: Id<Flow>, writes: &[FanOut<'_, '_>], report: &mut Report) {
    let worst = writes.iter().max_by(|a, b| a.number.total_cmp(&b.number));
    let Some(worst) = worst else { return };
    let row = &design.model.flows[flow];
    let of = row
        .operation
        .map_or(Element::Flow(flow), Element::Operation);
    let (name, to) = (design.label(of), design.name(worst.visit.to));
    let number = thousands(&round(worst.number));
    let bounded = worst.fact.key == "at-most";
    let (message, words) = match bounded {
        true => (
            format!("one `{name}` becomes up to {number} writes to `{to}`"),
            "the most that is said",
        ),
        false => (
            format!(
                "one `{name}` becomes {number} writes to `{to}`, and nothing says how many at most"
            ),
            "an average, from which a few differ a thousandfold",
        ),
    };
    let mut finding = report
        .finding(worst.visit.span, message)
        .label(format!("x {number}"))
        .because(worst.fact.span, words)
        .help("leave out those with very many and collect theirs on reading, and say from how many on (`at-most: 5000`); or write a `decision` on fan-out that says why it may be any number")
        .about(path(design, of, row));
    if let Some(rate) = design.model.rate(of) {
        let total = per_second(rate.peak * worst.number).replace("/s", " writes/s");
        finding = finding
            .because(rate.span, format!("`{name}` happens this often"))
            .note(format!(
                "{} x {number} = {total} at peak",
                per_second(rate.peak)
            ));
    }
    let sinks: BTreeSet<&str> = writes.iter().map(|it| design.name(it.visit.to)).collect();
    report.fail(sinks.into_iter().fold(finding, Finding::about));
}
