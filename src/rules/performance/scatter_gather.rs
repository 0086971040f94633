//! See `scatter_gather.md`.

use std::collections::BTreeSet;

use crate::analysis::latency::{FanOut, Target, Verdict, Waterfall, per_call};
use crate::finding::{Confidence, Finding, Severity};
use crate::lint::{About, Design, Report, Rule, RuleOption};
use crate::model::{Element, Id, Operation, Requirement};
use crate::quantity::round;
use crate::rules::words::seconds;

/// From so many calls on that must all be in time, one request in ten meets a call
/// that is slower than its p99.
const MIN_CALLS: RuleOption = RuleOption {
    name: "min-calls",
    default: "10",
    summary: "so many calls side by side, or more, are reported",
};

/// So many connections of a group are named.
const NAMED: usize = 5;

/// A request that waits for all of many calls side by side.
pub struct ScatterGather;

impl Rule for ScatterGather {
    fn about(&self) -> About {
        About {
            name: "scatter-gather",
            category: "performance",
            summary: "a request waits for all of many calls side by side, though it must be fast",
            severity: Severity::Warning,
            confidence: Confidence::Medium,
            motives: &["latency"],
            page: include_str!("scatter_gather.md"),
        }
    }

    fn options(&self) -> &'static [RuleOption] {
        &[MIN_CALLS]
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        for fall in design.waterfalls() {
            let Some(operation) = fall.operation else {
                continue;
            };
            for fan in &fall.fan_outs {
                judge(design, fall, operation, fan, report);
            }
        }
    }
}

fn judge(
    design: &Design<'_>,
    fall: &Waterfall,
    operation: Id<Operation>,
    fan: &FanOut,
    report: &mut Report,
) {
    if fan.calls < report.option(MIN_CALLS.name) || !fan.all {
        return report.pass();
    }
    let target = highest(fall);
    let asks = target.is_some() || wish(design, operation).is_some();
    match asks && !target.is_some_and(|it| is_reckoned(fall, it)) {
        true => report.fail(tell(design, fall, operation, fan, report)),
        false => report.pass(),
    }
}

/// Returns the target of the highest percentile, which suffers most from a slow call.
fn highest(fall: &Waterfall) -> Option<&Target> {
    let percentiles = fall.targets.iter().filter_map(|it| Some((level(it)?, it)));
    let highest = percentiles.max_by(|a, b| a.0.total_cmp(&b.0));
    highest.map(|(_, target)| target)
}

/// Returns the share of requests that a target asks to be in time.
fn level(target: &Target) -> Option<f64> {
    let percentile: f64 = target.measure.strip_prefix('p')?.parse().ok()?;
    (0.0..100.0)
        .contains(&percentile)
        .then_some(percentile / 100.0)
}

/// Returns a quality that asks for fast answers without a number.
fn wish<'a>(design: &Design<'a>, operation: Id<Operation>) -> Option<&'a Requirement> {
    let mut qualities = design.qualities("latency").map(|(_, it)| it);
    qualities.find(|it| it.demands.is_empty() && design.concerns(it, Element::Operation(operation)))
}

/// Tells whether the stated times of the calls, all of them together, already answer
/// whether the target is kept.
fn is_reckoned(fall: &Waterfall, target: &Target) -> bool {
    let likely = fall.complete && target.estimate.is_some_and(|it| it <= target.bound);
    target.verdict != Verdict::Open || likely
}

fn tell(
    design: &Design<'_>,
    fall: &Waterfall,
    operation: Id<Operation>,
    fan: &FanOut,
    report: &Report,
) -> Finding {
    let target = highest(fall);
    let level = target.and_then(level).unwrap_or(0.99);
    let (name, calls) = (design.operation_name(operation), round(fan.calls));
    let slow = 1.0 - level.powf(fan.calls);
    let each = per_call(level, fan.calls);
    let finding = report
        .finding(
            fan.span,
            format!(
                "`{name}` waits for all of {calls} calls side by side: one is slower than its {} in {} % of requests",
                percentile(level),
                round(slow * 100.0)
            ),
        )
        .label(format!("all {calls} are waited for"))
        .note(format!(
            "for a {} of all {calls} together, each must be in time as its {}: {}^(1/{calls})",
            percentile(level),
            percentile(each),
            round(level)
        ))
        .assume("one call is slow independently of the others")
        .help("go on with what came in time (`wait: 90` of 100), send each request to the one place that has the answer, or work the answer out beforehand")
        .about(design.model.operations[operation].head.path.clone());
    let finding = relations(design, fall, fan)
        .into_iter()
        .fold(finding, Finding::about);
    match (target, wish(design, operation)) {
        (Some(target), _) => asked(design, &name, target, finding),
        (None, Some(quality)) => {
            let words = format!("`{}` asks for fast answers", quality.label());
            finding.because(quality.head.name_span, words)
        }
        (None, None) => finding,
    }
}

fn asked(design: &Design<'_>, name: &str, target: &Target, finding: Finding) -> Finding {
    let by = target
        .requirement
        .map_or(name, |id| design.model.requirements[id].label());
    let words = format!(
        "`{by}` asks for {} within {}",
        target.measure,
        seconds(target.bound)
    );
    finding.because(target.span, words)
}

/// Returns the connections of a group, a few of many.
fn relations(design: &Design<'_>, fall: &Waterfall, fan: &FanOut) -> Vec<String> {
    let links = design.model.flows[fall.flow].links();
    let inside = links
        .iter()
        .filter(|(_, around)| around.iter().any(|group| group.span == fan.span));
    let names: BTreeSet<String> = inside
        .map(|(link, _)| design.relation_name(link.relation))
        .collect();
    names.into_iter().take(NAMED).collect()
}

/// Prints a percentile with two digits of what is left, rounded up: `p99.99`.
fn percentile(level: f64) -> String {
    let left = (1.0 - level) * 100.0;
    let places = (1.0 - left.max(1e-9).log10().floor()).clamp(0.0, 9.0);
    let scale = 10_f64.powf(places);
    let shown = (level * 100.0 * scale - 1e-7).ceil() / scale;
    format!("p{shown}")
}
