//! What breaks those who rely on a design.

use super::{Breaking, Change, Direction, FactChange, Findings, Item, Reason, Target};
use crate::finding::Severity;

/// Returns what breaks callers, what asks for less, and new errors.
pub fn breaking(elements: &[Item], requirements: &[Target], findings: &Findings) -> Vec<Breaking> {
    let operations = elements.iter().filter(|item| item.sort == "operation");
    let mut all: Vec<Breaking> = operations.filter_map(operation).collect();
    all.extend(requirements.iter().filter_map(requirement));
    let errors = findings.new.iter();
    let errors = errors.filter(|found| found.severity == Severity::Error);
    all.extend(errors.map(|found| Breaking {
        reason: Reason::NewError,
        of: found.fingerprint.clone(),
        message: format!("new error `{}`: {}", found.rule, found.message),
    }));
    all.sort_by_key(|it| it.reason);
    all
}

fn operation(item: &Item) -> Option<Breaking> {
    let of = item.name.clone();
    match item.change {
        Change::Added => None,
        Change::Removed => Some(Breaking {
            reason: Reason::OperationRemoved,
            message: format!("operation `{of}` is removed"),
            of,
        }),
        Change::Changed => {
            let facts = item.facts.iter().filter(|fact| breaks_callers(fact));
            let facts: Vec<String> = facts.map(words).collect();
            (!facts.is_empty()).then(|| Breaking {
                reason: Reason::OperationChanged,
                message: format!(
                    "operation `{of}` is another one for its callers: {}",
                    facts.join(", ")
                ),
                of,
            })
        }
    }
}

/// Tells whether callers that knew an operation as it was must change: it is reached
/// in another way, what it takes is of another type or new and not optional, what it
/// returns is another.
fn breaks_callers(fact: &FactChange) -> bool {
    let optional = |said: &Option<String>| {
        let mut words = said.iter().flat_map(|said| said.split(' '));
        words.any(|word| word == "optional")
    };
    match fact.name.as_str() {
        "verb" | "route" => true,
        "returns" => fact.before.is_some(),
        name if name.starts_with("takes ") => match (&fact.before, &fact.after) {
            (None, after) => !optional(after),
            (Some(_), None) => false,
            (before, after) => {
                let bare = |said: &Option<String>| {
                    let words = said.iter().flat_map(|said| said.split(' '));
                    let words = words.filter(|word| *word != "optional");
                    words.map(str::to_owned).collect::<Vec<_>>()
                };
                bare(before) != bare(after) || !optional(after)
            }
        },
        _ => false,
    }
}

fn words(fact: &FactChange) -> String {
    let said = |said: &Option<String>| said.clone().unwrap_or_else(|| "nothing".to_owned());
    format!(
        "{} {} → {}",
        fact.name,
        said(&fact.before),
        said(&fact.after)
    )
}

fn requirement(target: &Target) -> Option<Breaking> {
    let (reason, verb) = match target.direction {
        Direction::Removed => (Reason::RequirementRemoved, "removed"),
        Direction::Replaced => (Reason::RequirementWeakened, "replaced"),
        Direction::Weakened => (Reason::RequirementWeakened, "weakened"),
        Direction::Strengthened | Direction::Added => return None,
    };
    let Target { of, kind, what, .. } = target;
    let message = match (what.as_str(), &target.before, &target.after) {
        ("requirement", ..) => format!("{kind} `{of}` is removed"),
        (_, before, after) => {
            let said =
                |said: &Option<String>| said.clone().unwrap_or_else(|| "not stated".to_owned());
            let (before, after) = (said(before), said(after));
            format!("{kind} `{of}` is {verb}: {what} {before} → {after}")
        }
    };
    Some(Breaking {
        reason,
        of: of.clone(),
        message,
    })
}
