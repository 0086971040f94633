//! See `n_plus_one_calls.md`.

use crate::analysis::latency::{Bar, Waterfall};
use crate::finding::{Confidence, Finding, Severity};
use crate::lint::{About, Design, Report, Rule, RuleOption};
use crate::model::{Element, Facts, Group, GroupKind, Id, Link, Operation};
use crate::quantity::round;
use crate::rules::words::{per_second, seconds, thousands};
use crate::syntax::tree::Arrow;
use crate::vocabulary::Traits;

/// More calls than this in a row are reported.
const MAX_CALLS: RuleOption = RuleOption {
    name: "max-calls",
    default: "10",
    summary: "more calls than this, one after the other, are reported",
};
/// What happens in fewer than one in a hundred requests is left alone.
const RARE: f64 = 0.01;

/// A request that calls the same thing again and again, one call after the other.
pub struct NPlusOneCalls;

impl Rule for NPlusOneCalls {
    fn about(&self) -> About {
        About {
            name: "n-plus-one-calls",
            category: "performance",
            summary: "a request makes one call for each item, one after the other",
            severity: Severity::Warning,
            confidence: Confidence::Medium,
            motives: &[],
            page: include_str!("n_plus_one_calls.md"),
        }
    }

    fn options(&self) -> &'static [RuleOption] {
        &[MAX_CALLS]
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        for fall in design.waterfalls() {
            if let Some(operation) = fall.operation {
                judge(design, operation, fall, report);
            }
        }
    }

    fn undecided(&self, undecided: usize, of: usize) -> String {
        format!("{undecided} of {of} repeated calls: not stated how often they repeat")
    }
}

/// Calls of one thing in a row.
struct Calls<'a> {
    bar: &'a Bar,
    often: f64,
}

fn judge(design: &Design<'_>, operation: Id<Operation>, fall: &Waterfall, report: &mut Report) {
    // The steps of a waterfall are the links of its flow, in their order.
    let links = design.model.flows[fall.flow].links();
    let mut found: Vec<Calls<'_>> = Vec::new();
    for (bar, (link, around)) in fall.bars.iter().zip(&links) {
        if !is_call(design, operation, bar, link) || bar.share < RARE {
            continue;
        }
        match often(bar, link, around) {
            None => report.unknown(bar.span, "not stated how often it repeats (`times`)"),
            Some(often) if often > report.option(MAX_CALLS.name) => {
                found.push(Calls { bar, often });
            }
            Some(often) if often > 1.0 => report.pass(),
            Some(_) => {}
        }
    }
    if !found.is_empty() {
        report.fail(tell(design, operation, fall, &found, report));
    }
}

/// Tells whether a step is a call over the network that is waited for, by itself.
fn is_call(design: &Design<'_>, operation: Id<Operation>, bar: &Bar, link: &Link) -> bool {
    let relation = &design.model.relations[link.relation];
    let (from, to) = (design.component(bar.from), design.component(bar.to));
    let batches = |facts: &Facts| facts.has("batch");
    let together = batches(&link.facts) || batches(&from.facts) || batches(&to.facts);
    let streams = ["websocket", "sse"]
        .iter()
        .any(|it| link.facts.says("protocol", it));
    let waits = bar.counts && relation.waits() && relation.arrow == Arrow::Call;
    let here = from.place.filter(|_| from.place == to.place);
    let local = here.is_some_and(|id| design.model.places[id].kind.name == "host");
    let moved = moves_parts(design, operation, bar, link);
    waits && bar.from != bar.to && !together && !streams && !local && !moved
}

/// Tells whether a step moves the parts of large objects, each of which is a call by
/// its nature: from or to somebody's own program, or into a store of such objects.
fn moves_parts(design: &Design<'_>, operation: Id<Operation>, bar: &Bar, link: &Link) -> bool {
    let (from, to) = (design.component(bar.from), design.component(bar.to));
    let relation = &design.model.relations[link.relation].facts;
    let said = |key: &str| link.facts.has(key) || relation.has(key);
    let mutates = design.model.operations[operation].mutates();
    let writes = said("writes") || mutates && !said("reads");
    match to.kind.name {
        "storage" => from.is(Traits::OUTSIDE) || writes,
        "cdn" => from.is(Traits::OUTSIDE),
        _ => false,
    }
}

/// Returns how often a step is done for each request, one after the other; `None`
/// where a loop around does not say how often it repeats.
fn often(bar: &Bar, link: &Link, around: &[&Group]) -> Option<f64> {
    let inner = around.last().map(|group| group.kind);
    let at_once = inner == Some(GroupKind::Par);
    let own = if at_once { 1.0 } else { bar.times };
    around.iter().try_fold(own, |often, group| {
        match (group.kind, group.facts.number("times")) {
            (GroupKind::Par, _) => Some(often),
            (_, Some(times)) => Some(often * times),
            (GroupKind::Loop, None) if !link.facts.has("times") => None,
            (_, None) => Some(often),
        }
    })
}

fn tell(
    design: &Design<'_>,
    operation: Id<Operation>,
    fall: &Waterfall,
    calls: &[Calls<'_>],
    report: &Report,
) -> Finding {
    // Of several that are as many, the first makes the others.
    let most = calls.iter().rev();
    let most = most.max_by(|a, b| a.often.total_cmp(&b.often));
    let worst = most.unwrap_or(&calls[0]);
    let (name, to) = (design.operation_name(operation), design.name(worst.bar.to));
    let number = thousands(&round(worst.often));
    let rate = design.peak(Element::Operation(operation));
    let finding = report
        .finding(
            worst.bar.span,
            format!("`{name}` calls `{to}` {number} times, one call after the other"),
        )
        .severity(Severity::Info)
        .label(format!("{number} calls, each waits for the one before"))
        .help(format!(
            "ask `{to}` for all of them at once and say so (`batch: {}`), keep together what is read together, or ask side by side (`par`)",
            round(worst.often)
        ))
        .about(design.model.operations[operation].head.path.clone())
        .about(design.relation_name(worst.bar.relation));
    let finding = others(design, calls, worst, finding);
    let finding = match worst.bar.mean.filter(|mean| *mean > 0.0) {
        Some(mean) => finding.note(format!(
            "{number} times {} on average are {}",
            seconds(mean),
            seconds(mean * worst.often)
        )),
        None => finding,
    };
    let finding = match rate.filter(|rate| *rate > 0.0) {
        Some(rate) => finding.severity(Severity::Warning).note(format!(
            "{} at peak make {} of `{to}`",
            per_second(rate).replace("/s", " requests/s"),
            per_second(rate * worst.often * worst.bar.share).replace("/s", " calls/s")
        )),
        None => finding,
    };
    asked(design, operation, fall, finding)
}

/// Shows what else the request calls as often, a few of many.
fn others(
    design: &Design<'_>,
    calls: &[Calls<'_>],
    worst: &Calls<'_>,
    finding: Finding,
) -> Finding {
    let others = calls.iter().filter(|it| it.bar.span != worst.bar.span);
    others.take(3).fold(finding, |finding, it| {
        let (name, number) = (design.name(it.bar.to), thousands(&round(it.often)));
        finding
            .because(
                it.bar.span,
                format!("`{name}` is called {number} times, too"),
            )
            .about(design.relation_name(it.bar.relation))
    })
}

/// Shows why the request must be fast, or how often it comes.
fn asked(
    design: &Design<'_>,
    operation: Id<Operation>,
    fall: &Waterfall,
    finding: Finding,
) -> Finding {
    let of = Element::Operation(operation);
    if let Some(target) = fall.targets.first() {
        let by = match target.requirement {
            Some(id) => design.model.requirements[id].label().to_owned(),
            None => design.operation_name(operation),
        };
        let asks = format!(
            "`{by}` asks for {} within {}",
            target.measure,
            seconds(target.bound)
        );
        return finding
            .severity(Severity::Warning)
            .because(target.span, asks);
    }
    let mut qualities = design.qualities("latency").map(|(_, it)| it);
    if let Some(quality) = qualities.find(|it| design.concerns(it, of)) {
        let asks = format!("`{}` asks for fast answers", quality.label());
        return finding
            .severity(Severity::Warning)
            .because(quality.head.name_span, asks);
    }
    match design.model.rate(of) {
        Some(rate) => finding.because(rate.span, format!("{} at peak", per_second(rate.peak))),
        None => finding,
    }
}
