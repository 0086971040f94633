//! What several rules say of how much a component has to do.

use crate::analysis::input::Given;
use crate::analysis::load::{ComponentLoad, replicas_needed};
use crate::finding::Finding;
use crate::lint::{Design, RuleOption};
use crate::model::Element;
use crate::rules::words::per_second;

/// Beyond this share of what it can take a component has no room left, whatever is lost
/// in rounding.
pub(super) const FULL: f64 = 1.0 + 1e-9;
/// From this share on a component is planned too full: waiting grows fast above it.
pub(super) const BUSY: RuleOption = RuleOption {
    name: "busy",
    default: "70%",
    summary: "from this share of what it can take on a component has too little room",
};
/// From this rate on a request or a read is hot.
pub(super) const HOT: RuleOption = RuleOption {
    name: "hot",
    default: "100/s",
    summary: "from this rate at peak on it matters",
};

/// Shows the loads that a component's work comes from, most first.
pub(super) fn because(design: &Design<'_>, finding: Finding, of: &ComponentLoad) -> Finding {
    let mut finding = finding;
    for by in of.contributions.iter().take(3) {
        let mut rates = design.load().activities.iter();
        let stated = rates.find(|it| it.of == by.of && it.load == of.load && it.span.is_some());
        let span = stated
            .and_then(|it| it.span)
            .or_else(|| head_span(design, by.of));
        let Some(span) = span else { continue };
        let words = format!(
            "`{}` asks for {} of it",
            design.label(by.of),
            per_second(by.rate.peak)
        );
        finding = finding.because(span, words);
    }
    finding
}

fn head_span(design: &Design<'_>, of: Element) -> Option<crate::source::Span> {
    design.model.head(of).map(|head| head.name_span)
}

/// Shows what a component can take, and what of it is assumed.
pub(super) fn capacity(design: &Design<'_>, finding: Finding, of: &ComponentLoad) -> Finding {
    let facts = &design.component(of.component).facts;
    let fact = ["capacity", "concurrency", "threads"]
        .iter()
        .find_map(|key| facts.present(key));
    let mut finding = match (fact, &of.capacity) {
        (Some(fact), Some(capacity)) => finding.because(
            fact.span,
            format!("one can take {}", per_second(capacity.each)),
        ),
        _ => finding,
    };
    for input in &of.inputs {
        if let Given::Assumed(why) = &input.given {
            finding = finding.assume(format!("`{}` {}: {why}", input.name, input.words));
        }
    }
    finding
}

/// Returns how many replicas keep a component under the share that is planned for.
pub(super) fn enough(rate: f64, each: f64, busy: f64) -> u64 {
    replicas_needed(rate, each, busy.clamp(0.01, 1.0), 0)
}
