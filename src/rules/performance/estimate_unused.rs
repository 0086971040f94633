//! See `estimate_unused.md`.

use std::collections::BTreeSet;

use crate::finding::{Confidence, Severity};
use crate::lint::{About, Design, Report, Rule};
use crate::model::{Estimate, FactItem, Facts, Id};
use crate::quantity::{Dimension, Quantity};
use crate::rules::words::parts;

/// Within this factor a number elsewhere is the one that was computed.
const THE_SAME: f64 = 2.0;

/// Arithmetic from which nothing follows.
pub struct EstimateUnused;

impl Rule for EstimateUnused {
    fn about(&self) -> About {
        About {
            name: "estimate-unused",
            category: "performance",
            summary: "arithmetic from which nothing in the design follows",
            severity: Severity::Info,
            confidence: Confidence::Low,
            motives: &[],
            page: include_str!("estimate_unused.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        let estimates = &design.model.estimates;
        if estimates.is_empty() {
            return;
        }
        let told = told(design);
        let stated = stated(design);
        let used = used_by_others(design);
        for (id, estimate) in estimates.iter() {
            let explained = estimate.head.title.is_some() || !estimate.head.doc.is_empty();
            let named = told.contains(&estimate.head.name.to_lowercase());
            let result = estimate
                .lines
                .iter()
                .any(|line| stated.iter().any(|it| is_same(it, &line.computed)));
            if explained || named || result || used.contains(&id) || estimate.lines.is_empty() {
                report.pass();
            } else {
                tell(estimate, report);
            }
        }
    }
}

/// Returns every word by which a decision tells what it rests on.
fn told(design: &Design<'_>) -> BTreeSet<String> {
    let decisions = design.model.decisions.rows().iter();
    let texts = decisions.flat_map(|decision| {
        let because = decision
            .facts
            .iter()
            .flat_map(|fact| decision.facts.items(fact.key));
        let texts = because.filter_map(|item| match item {
            FactItem::Text(text) => Some(text.as_str()),
            _ => None,
        });
        texts
            .chain(decision.head.title.as_deref())
            .chain([decision.head.doc.as_str()])
    });
    let words = |text: &str| {
        let split = text.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
        split.map(str::to_lowercase).collect::<Vec<String>>()
    };
    texts
        .flat_map(|text| [words(text), parts(text)].concat())
        .collect()
}

/// Returns the numbers that targets and components state.
fn stated<'d>(design: &'d Design<'_>) -> Vec<&'d Quantity> {
    let model = design.model;
    let requirements = model.requirements.rows().iter().flat_map(|it| &it.demands);
    let operations = model.operations.rows().iter().flat_map(|it| &it.demands);
    let bounds = requirements.chain(operations).map(|demand| &demand.bound);
    let components = model.components.rows().iter().map(|it| &it.facts);
    let numbers = components.flat_map(numbers);
    let mut all: Vec<&Quantity> = bounds.chain(numbers).collect();
    all.retain(|it| it.dimension != Dimension::NUMBER && it.dimension != Dimension::DURATION);
    all
}

fn numbers(facts: &Facts) -> impl Iterator<Item = &Quantity> {
    let items = facts.iter().flat_map(|fact| facts.items(fact.key));
    items.filter_map(|item| match item {
        FactItem::Quantity(quantity) => Some(quantity.as_ref()),
        _ => None,
    })
}

fn is_same(one: &Quantity, other: &Quantity) -> bool {
    let (a, b) = (one.to_f64(), other.to_f64());
    one.dimension == other.dimension && a > 0.0 && b > 0.0 && (a / b).max(b / a) <= THE_SAME
}

/// Returns the estimates that other estimates compute with.
fn used_by_others(design: &Design<'_>) -> BTreeSet<Id<Estimate>> {
    let estimates = &design.model.estimates;
    let inputs = estimates.rows().iter().flat_map(|it| &it.lines);
    let named: BTreeSet<&str> = inputs
        .flat_map(|line| line.inputs())
        .filter_map(|(name, _)| name.split_once('.').map(|(estimate, _)| estimate))
        .collect();
    let used = estimates
        .iter()
        .filter(|(_, it)| named.contains(it.head.name.as_str()));
    used.map(|(id, _)| id).collect()
}

fn tell(estimate: &Estimate, report: &mut Report) {
    let name = &estimate.head.name;
    let results: Vec<String> = estimate
        .lines
        .iter()
        .rev()
        .take(1)
        .map(|line| line.computed.to_string())
        .collect();
    let shown = if name.is_empty() {
        "this estimate".to_owned()
    } else {
        format!("`{name}`")
    };
    let message = format!(
        "{shown} comes to {}, and nothing in the design follows from it",
        results.join(", ")
    );
    let subject = if name.is_empty() {
        "estimate"
    } else {
        name.as_str()
    };
    let finding = report
        .finding(estimate.head.name_span, message)
        .label("no title says what it shows")
        .help(format!(
            "say what follows from it (`estimate {subject} \"fits on one machine\" {{ … }}`), state it where it counts (such as `storage: …`), name it in the decision that rests on it, or leave it out"
        ))
        .about(subject);
    report.fail(finding);
}
