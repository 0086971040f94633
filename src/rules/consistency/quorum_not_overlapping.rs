//! See `quorum_not_overlapping.md`.

use crate::finding::{Confidence, Severity};
use crate::lint::visits::strong;
use crate::lint::{About, Design, Report, Rule};
use crate::model::{Component, Entity, Fact, FactItem, FactValue, Id};
use crate::quantity::round;
use crate::source::Span;

/// A quorum whose reads and writes need not meet.
pub struct QuorumNotOverlapping;

impl Rule for QuorumNotOverlapping {
    fn about(&self) -> About {
        About {
            name: "quorum-not-overlapping",
            category: "consistency",
            summary: "a quorum in which a read and the last write need not meet",
            severity: Severity::Error,
            confidence: Confidence::High,
            motives: &["consistency"],
            page: include_str!("quorum_not_overlapping.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        for (id, entity) in design.model.entities.iter() {
            if let Some(fact) = entity.about.present("quorum") {
                let claim = claim_on_entity(design, id);
                judge(&entity.head.path, fact, &claim, report);
            }
        }
        for (id, component) in design.model.components.iter() {
            if let Some(fact) = component.facts.present("quorum") {
                let claim = claim_on_store(design, id, component);
                judge(&component.head.path, fact, &claim, report);
            }
        }
    }

    fn undecided(&self, undecided: usize, of: usize) -> String {
        format!("{undecided} of {of} quorums: not stated how many copies there are and are asked")
    }
}

/// What a reader is promised.
enum Claim {
    /// The last write, as is said there.
    Strong(Span, String),
    /// Less, on purpose.
    Weak,
    Unstated,
}

fn claim_on_entity(design: &Design<'_>, id: Id<Entity>) -> Claim {
    let about = &design.model.entities[id].about;
    match strong(design, id, None, about) {
        Some(strong) => Claim::Strong(strong.span, strong.words),
        None if about.has("consistency") => Claim::Weak,
        None => Claim::Unstated,
    }
}

fn claim_on_store(design: &Design<'_>, id: Id<Component>, store: &Component) -> Claim {
    let stated = store.facts.get("consistency");
    if let Some(fact) = stated.filter(|_| store.facts.says("consistency", "strong")) {
        let words = format!("`{}` is said to be strongly consistent", store.head.path);
        return Claim::Strong(fact.span, words);
    }
    let kept = design.entities_in(id);
    let claims: Vec<Claim> = kept
        .iter()
        .map(|entity| claim_on_entity(design, *entity))
        .collect();
    let weak = !claims.is_empty() && claims.iter().all(|it| matches!(it, Claim::Weak));
    let mut strong = claims
        .into_iter()
        .filter(|it| matches!(it, Claim::Strong(..)));
    match strong.next() {
        Some(claim) => claim,
        None if weak || stated.is_some() => Claim::Weak,
        None => Claim::Unstated,
    }
}

/// Returns the numbers `n`, `r` and `w`.
fn numbers(fact: &Fact) -> Option<[f64; 3]> {
    let FactValue::Items(items) = &fact.value else {
        return None;
    };
    let number = |key: &str| {
        items.iter().find_map(|item| match item {
            FactItem::Named(name, quantity) if name == key => Some(quantity.to_f64()),
            _ => None,
        })
    };
    Some([number("n")?, number("r")?, number("w")?])
}

fn judge(name: &str, fact: &Fact, claim: &Claim, report: &mut Report) {
    let Some([n, r, w]) = numbers(fact) else {
        if fact.value != FactValue::Open {
            report.unknown(fact.span, "not stated: `n`, `r` and `w` together");
        }
        return;
    };
    let missed = r + w <= n;
    let twice = 2.0 * w <= n;
    if !missed && !twice || matches!(claim, Claim::Weak) {
        return report.pass();
    }
    let (copies, read, told) = (round(n), round(r), round(w));
    let message = match missed {
        true => format!(
            "a read of `{name}` may miss the last write: of {copies} copies {told} are told and {read} asked"
        ),
        false => format!(
            "two writes of `{name}` need not meet: of {copies} copies each has to tell only {told}"
        ),
    };
    let note = match missed {
        true => format!("r + w = {read} + {told} is not more than n = {copies}"),
        false => format!("2 w = 2 x {told} is not more than n = {copies}"),
    };
    let most = round((n / 2.0).floor() + 1.0);
    let mut finding = report
        .finding(fact.span, message)
        .label("the two need not share a copy")
        .note(note)
        .help(format!(
            "ask and tell a majority (`quorum: {{ n: {copies}; r: {most}; w: {most} }}`), or say that an older answer will do (`consistency: eventual`)"
        ))
        .about(name);
    finding = match claim {
        Claim::Strong(span, words) => finding.because(*span, words.clone()),
        _ => finding.severity(Severity::Info),
    };
    report.fail(finding);
}
