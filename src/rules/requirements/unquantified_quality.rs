//! See `unquantified_quality.md`.

use crate::finding::{Confidence, Finding, Severity};
use crate::lint::{About, Design, Report, Rule};
use crate::model::{Element, Model, Requirement};
use crate::quantity::{self, Quantity};
use crate::vocabulary::Measure;

/// A quality that can be measured, without the number that it must reach.
pub struct UnquantifiedQuality;

/// The types of quality that are met or missed by a number, with a target as an
/// example and the measure that prose would state.
const MEASURED: &[(&str, &str, &[Measure])] = &[
    ("availability", "availability >= 99.9%", &[Measure::Percent]),
    (
        "durability",
        "durability >= 99.999999999%",
        &[Measure::Percent],
    ),
    ("fault-tolerance", "error-rate < 0.1%", &[Measure::Percent]),
    ("freshness", "staleness < 10s", &[Measure::Duration]),
    ("latency", "p99 < 200ms", &[Measure::Duration]),
    ("recovery", "rto <= 1h", &[Measure::Duration]),
    ("scalability", "users >= 1M/day", &[Measure::Users]),
    ("throughput", "throughput >= 500/s", &[Measure::Rate]),
];

impl Rule for UnquantifiedQuality {
    fn about(&self) -> About {
        About {
            name: "unquantified-quality",
            category: "requirements",
            summary: "a quality without the number that would tell whether it is met",
            severity: Severity::Warning,
            confidence: Confidence::High,
            motives: &[],
            page: include_str!("unquantified_quality.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        for requirement in design.model.requirements.rows() {
            let measured = MEASURED
                .iter()
                .find(|(word, ..)| requirement.is_quality(word));
            let Some((word, example, measures)) = measured else {
                continue;
            };
            if is_quantified(design.model, requirement, word) || only_prefers(requirement) {
                report.pass();
            } else if !requirement.is_later() {
                let found = in_prose(requirement, measures);
                let finding = unquantified(requirement, (word, example), found, report);
                report.fail(finding);
            }
        }
    }
}

/// Tells whether a quality is met or missed by a number.
pub(super) fn is_measured(requirement: &Requirement) -> bool {
    MEASURED
        .iter()
        .any(|(word, ..)| requirement.is_quality(word))
}

/// Tells whether a number is stated: by itself, by each operation that it is
/// about, or by a load where it is about how many there are.
fn is_quantified(model: &Model, requirement: &Requirement, word: &str) -> bool {
    let by_scope = |scope: &Element| match scope {
        Element::Operation(id) => !model.operations[*id].demands.is_empty(),
        _ => false,
    };
    let scoped = !requirement.scope.is_empty() && requirement.scope.iter().all(by_scope);
    let growth = matches!(word, "scalability" | "throughput");
    let loads = model.loads.rows().iter();
    let mut counted = loads.filter(|load| !load.rates.is_empty() || load.facts.has("users"));
    !requirement.demands.is_empty() || scoped || growth && counted.next().is_some()
}

/// Tells whether the choice between availability and consistency is all it says.
fn only_prefers(requirement: &Requirement) -> bool {
    requirement.facts.has("prefer")
}

fn unquantified(
    requirement: &Requirement,
    (word, example): (&str, &str),
    found: Option<Quantity>,
    report: &Report,
) -> Finding {
    let label = requirement.label();
    let finding = |message: String| {
        report
            .finding(requirement.head.name_span, message)
            .about(requirement.head.path.clone())
    };
    match found {
        Some(number) => {
            let target = with_number(example, &number);
            finding(format!(
                "the number of `{label}` stands in prose, where nothing checks it"
            ))
            .severity(Severity::Info)
            .label(format!("says {number}"))
            .help(format!("write it as a target: `{target}`"))
        }
        None => finding(format!(
            "`{label}` states no number, so nobody can tell whether it is met"
        ))
        .label(format!("no target for {}", word.replace('-', " ")))
        .help(format!("state what would be enough, such as `{example}`")),
    }
}

/// Puts a number in place of the example's.
fn with_number(example: &str, number: &Quantity) -> String {
    let parts: Vec<&str> = example.split(' ').collect();
    match parts.as_slice() {
        [measure, comparison, _] => format!("{measure} {comparison} {number}"),
        _ => example.to_owned(),
    }
}

/// Returns the first number in the title or the documentation that fits a measure.
fn in_prose(requirement: &Requirement, measures: &[Measure]) -> Option<Quantity> {
    let title = requirement.head.title.as_deref().unwrap_or_default();
    let texts = [title, &requirement.head.doc];
    texts.into_iter().find_map(|text| number_in(text, measures))
}

fn number_in(text: &str, measures: &[Measure]) -> Option<Quantity> {
    let trim = |word: &'_ str| {
        word.trim_matches(|c: char| !c.is_alphanumeric() && !"%/$€".contains(c))
            .to_owned()
    };
    let one = |word: String| match word.as_str() {
        "a" | "an" | "one" => "1".to_owned(),
        _ => word,
    };
    let words: Vec<String> = text.split_whitespace().map(trim).map(one).collect();
    (0..words.len()).find_map(|index| {
        let word = &words[index];
        if !word.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        let unit = words.get(index + 1).map(|unit| short_unit(unit));
        let glued = unit.as_ref().map(|unit| format!("{word}{unit}"));
        let readings = [glued, Some(word.clone())];
        readings
            .into_iter()
            .flatten()
            .find_map(|written| measured(&written, measures))
    })
}

fn measured(written: &str, measures: &[Measure]) -> Option<Quantity> {
    let quantity::Value::Quantity(number) = quantity::parse(written).ok()? else {
        return None;
    };
    let many = |measure: &Measure| *measure != Measure::Users || number.to_f64() >= 1000.0;
    let mut fitting = measures
        .iter()
        .filter(|measure| measure.fits(&number) && many(measure));
    fitting.next().map(|_| number)
}

/// Returns the sign of a unit that is written out.
fn short_unit(word: &str) -> &str {
    match word {
        "millisecond" | "milliseconds" => "ms",
        "second" | "seconds" | "sec" => "s",
        "minute" | "minutes" => "min",
        "hour" | "hours" => "h",
        "day" | "days" => "d",
        "percent" => "%",
        "DAU" | "DAUs" | "dau" => "/day",
        "MAU" | "MAUs" | "mau" => "/month",
        other => other,
    }
}
