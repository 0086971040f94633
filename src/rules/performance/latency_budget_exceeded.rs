//! See `latency_budget_exceeded.md`.

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::input::{Given, Input};
use crate::analysis::latency::{Bar, Target, Verdict, Waterfall};
use crate::finding::{Confidence, Finding, Severity};
use crate::lint::{About, Design, Report, Rule};
use crate::model::{Demand, Element};
use crate::rules::words::seconds;
use crate::source::Span;

/// So many steps are shown beside the slow one.
const STEPS_SHOWN: usize = 8;

/// Steps that add less of the mean than this are not shown.
const LITTLE: f64 = 0.05;

/// A latency target that the stated times of the steps already miss.
pub struct LatencyBudgetExceeded;

impl Rule for LatencyBudgetExceeded {
    fn about(&self) -> About {
        About {
            name: "latency-budget-exceeded",
            category: "performance",
            summary: "a latency target that the stated times of the steps already miss",
            severity: Severity::Error,
            confidence: Confidence::High,
            motives: &["latency"],
            page: include_str!("latency_budget_exceeded.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        let mut flows: BTreeMap<Element, Vec<&Waterfall>> = BTreeMap::new();
        for fall in design.waterfalls() {
            let of = fall.operation.map(Element::Operation);
            let of = of.unwrap_or(Element::Flow(fall.flow));
            flows.entry(of).or_default().push(fall);
        }
        for (of, falls) in flows {
            judge(design, of, &falls, report);
        }
    }

    fn undecided(&self, undecided: usize, of: usize) -> String {
        format!("{undecided} of {of} latency targets: too little is stated to tell")
    }
}

/// A target with the flow that comes nearest to it.
type Missed<'a> = (&'a Waterfall, &'a Target);

/// Judges the targets of an operation, or of a flow that answers none.
fn judge(design: &Design<'_>, of: Element, falls: &[&Waterfall], report: &mut Report) {
    let spans: BTreeSet<Span> = falls
        .iter()
        .flat_map(|fall| fall.targets.iter().map(|it| it.span))
        .collect();
    let mut missed: Vec<Missed<'_>> = Vec::new();
    for span in spans {
        let of_flow = falls.iter().copied();
        let all: Vec<Missed<'_>> = of_flow.filter_map(|it| of_span(it, span)).collect();
        let broken = |(_, it): &Missed<'_>| it.verdict == Verdict::Broken;
        let kept = |(_, it): &Missed<'_>| it.verdict == Verdict::Kept;
        if all.iter().all(broken) {
            // How often each flow answers is not stated: the kindest counts.
            let least = |it: &Missed<'_>| it.1.at_least;
            missed.extend(all.into_iter().min_by(|a, b| least(a).total_cmp(&least(b))));
        } else if all.iter().all(kept) {
            report.pass();
        } else {
            report.unknown(span, open(design, of, &all));
        }
    }
    let by = |(_, it): &Missed<'_>| it.at_least / it.bound.max(f64::MIN_POSITIVE);
    missed.sort_by(|a, b| by(b).total_cmp(&by(a)));
    if let Some((fall, worst)) = missed.first() {
        report.fail(tell(design, of, fall, worst, &missed, report));
    }
}

fn of_span(fall: &Waterfall, span: Span) -> Option<Missed<'_>> {
    let mut targets = fall.targets.iter();
    Some((fall, targets.find(|it| it.span == span)?))
}

/// Says what would have to be stated to tell.
fn open(design: &Design<'_>, of: Element, all: &[Missed<'_>]) -> String {
    let name = design.label(of);
    let mut missing = all.iter().flat_map(|(fall, _)| &fall.missing);
    match missing.next() {
        Some(first) => format!("not stated how long `{name}` takes: {}", first.what),
        None => format!("not certain how long `{name}` takes at the most"),
    }
}

fn tell(
    design: &Design<'_>,
    of: Element,
    fall: &Waterfall,
    worst: &Target,
    missed: &[Missed<'_>],
    report: &Report,
) -> Finding {
    let (name, demand) = (design.label(of), demand(design, of, worst));
    let asked = demand.map_or_else(|| worst.measure.clone(), Demand::words);
    let needs = match worst.measure.as_str() {
        "mean" => format!("{} on average", seconds(worst.at_least)),
        "latency" => seconds(worst.at_least),
        measure => format!("a {measure} of {}", seconds(worst.at_least)),
    };
    let culprit = culprit(fall, worst);
    let span = culprit.map_or(design.model.flows[fall.flow].head.name_span, |bar| bar.span);
    let label = culprit.map_or_else(String::new, |bar| stated(design, bar));
    let finding = report
        .finding(
            span,
            format!("`{name}` cannot keep `{asked}`: its steps need {needs} at the least"),
        )
        .label(label)
        .help(help(design, fall, worst, culprit))
        .about(path(design, of));
    let finding = missed.iter().fold(finding, |finding, (_, it)| {
        let asked = self::demand(design, of, it).map_or_else(String::new, Demand::words);
        let by = match it.requirement {
            Some(id) => design.model.requirements[id].label().to_owned(),
            None => name.clone(),
        };
        finding.because(it.span, format!("`{by}` asks for {asked}"))
    });
    let finding = finding.note(arithmetic(design, worst, culprit));
    let finding = steps(design, fall, worst, culprit, finding);
    assumptions(fall, not_counted(fall, finding))
}

fn path(design: &Design<'_>, of: Element) -> String {
    let head = design.model.head(of);
    head.map_or_else(String::new, |head| head.path.clone())
}

/// Returns the demand that a target comes from.
fn demand<'a>(design: &Design<'a>, of: Element, target: &Target) -> Option<&'a Demand> {
    let model = design.model;
    let demands = match (target.requirement, of) {
        (Some(id), _) => &model.requirements[id].demands,
        (None, Element::Operation(id)) => &model.operations[id].demands,
        (None, _) => return None,
    };
    demands.iter().find(|it| it.span == target.span)
}

/// Returns the step that matters most: the one whose percentile counts, else the one
/// that adds most to the mean.
fn culprit<'a>(fall: &'a Waterfall, target: &Target) -> Option<&'a Bar> {
    let slow = target.slow.or_else(|| fall.largest.first().copied());
    fall.bars.get(slow?)
}

/// Returns what a step states: `p50 100ms, p99 250ms`.
fn stated(design: &Design<'_>, bar: &Bar) -> String {
    let near = format!("{} -> {} ", design.name(bar.from), design.name(bar.to));
    let own = format!("{} ", design.name(bar.to));
    let word = |it: &Input| {
        let name = it.name.strip_prefix(&near).or(it.name.strip_prefix(&own));
        let name = name.unwrap_or(&it.name);
        matches!(it.given, Given::Stated(_)).then(|| format!("{name} {}", it.words))
    };
    let words: Vec<String> = bar.inputs.iter().filter_map(word).collect();
    words.join(", ")
}

fn arithmetic(design: &Design<'_>, target: &Target, culprit: Option<&Bar>) -> String {
    match (target.measure.as_str(), target.slow, culprit) {
        ("mean", ..) => {
            "means add, and a step's mean is no less than its percentiles leave".to_owned()
        }
        ("latency", ..) => "the least times of steps that always happen add".to_owned(),
        (measure, Some(_), Some(bar)) => format!(
            "the {measure} of the whole is no less than that of `{}` alone, with the least times of the other steps",
            design.relation_name(bar.relation)
        ),
        (measure, ..) => format!("no {measure} is less than the least times of its steps together"),
    }
}

/// Shows the other steps that count with what they state.
fn steps(
    design: &Design<'_>,
    fall: &Waterfall,
    target: &Target,
    culprit: Option<&Bar>,
    finding: Finding,
) -> Finding {
    let matters = |bar: &&Bar| match target.measure.as_str() {
        "mean" => bar.adds > fall.mean * LITTLE,
        _ => bar.min > 0.0,
    };
    let other = |bar: &&Bar| culprit.is_none_or(|it| it.span != bar.span);
    let certain = |bar: &&Bar| bar.counts && bar.share > 0.0 && bar.share_stated;
    let counted = fall.bars.iter().filter(certain);
    let mut shown: Vec<&Bar> = counted.filter(matters).filter(other).collect();
    if shown.len() > STEPS_SHOWN {
        shown.sort_by(|a, b| b.adds.total_cmp(&a.adds));
        shown.truncate(STEPS_SHOWN);
        shown.sort_by_key(|bar| bar.span);
    }
    shown.iter().fold(finding, |finding, bar| {
        let name = design.relation_name(bar.relation);
        finding.step(bar.span, format!("`{name}`: {}", stated(design, bar)))
    })
}

fn not_counted(fall: &Waterfall, finding: Finding) -> Finding {
    match fall.missing.len() {
        0 => finding,
        1 => finding.note("1 connection that states no latency counts nothing here"),
        many => finding.note(format!(
            "{many} connections that state no latency count nothing here"
        )),
    }
}

fn assumptions(fall: &Waterfall, finding: Finding) -> Finding {
    let inputs = fall.bars.iter().flat_map(|bar| &bar.inputs);
    let assumed = inputs.filter_map(|input| match &input.given {
        Given::Assumed(why) if !why.contains("lognormal") => {
            Some(format!("`{}` is {}: {why}", input.name, input.words))
        }
        _ => None,
    });
    let assumed: BTreeSet<String> = assumed.collect();
    assumed.into_iter().fold(finding, Finding::assume)
}

fn help(design: &Design<'_>, fall: &Waterfall, target: &Target, culprit: Option<&Bar>) -> String {
    let bound = seconds(target.bound);
    let apart = fall
        .bars
        .iter()
        .any(|bar| bar.counts && bar.distance.is_some());
    if apart && fall.min > target.bound / 2.0 {
        return "answer from the caller's own region (a replica or a cache there), ask other regions side by side (`par`), or relax the target".to_owned();
    }
    let alone = culprit.filter(|bar| bar.adds > 0.0 && alone(bar, target));
    match alone {
        Some(bar) => format!(
            "`{}` alone takes longer: hand it over with `~>` if the answer can do without it, make it faster than {bound}, or relax the target",
            design.relation_name(bar.relation)
        ),
        None => "run steps side by side (`par`) that do not need each other, put a cache in front of the slowest, hand over with `~>` what the answer can do without, or relax the target".to_owned(),
    }
}

/// Tells whether one step by itself takes longer than all may.
fn alone(bar: &Bar, target: &Target) -> bool {
    let own = match target.measure.as_str() {
        "mean" => Some(bar.adds),
        "latency" => Some(bar.min),
        "p50" => bar.p50,
        "p99" | "p99.9" => bar.p99,
        _ => None,
    };
    own.is_some_and(|own| own > target.bound)
}
