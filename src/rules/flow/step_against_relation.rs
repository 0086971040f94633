//! See `step_against_relation.md`.

use std::collections::BTreeMap;

use crate::finding::{Confidence, Finding, Severity};
use crate::lint::{About, Design, Report, Rule};
use crate::model::{Component, Id, Relation};
use crate::source::Span;
use crate::syntax::tree::Arrow;
use crate::vocabulary::Traits;

/// A step that runs against the connection between its ends.
pub struct StepAgainstRelation;

/// The connections that are declared beside the components, by their ends.
type Declared = BTreeMap<(Id<Component>, Id<Component>), Vec<Id<Relation>>>;

impl Rule for StepAgainstRelation {
    fn about(&self) -> About {
        About {
            name: "step-against-relation",
            category: "flow",
            summary: "a step that runs against the connection between its ends",
            severity: Severity::Error,
            confidence: Confidence::High,
            motives: &[],
            page: include_str!("step_against_relation.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        let relations = &design.model.relations;
        let mut declared = Declared::new();
        for (id, relation) in relations.iter().filter(|(_, it)| !it.from_step) {
            let ends = (relation.from, relation.to);
            declared.entry(ends).or_default().push(id);
        }
        let steps = steps(design);
        for (id, relation) in relations.iter().filter(|(_, it)| it.from_step) {
            let Some((flow, span)) = steps.get(&id).and_then(|places| places.first()) else {
                continue;
            };
            match against(design, relation, &declared) {
                None => report.pass(),
                Some(other) => {
                    let finding = finding(design, id, other, (flow, *span), report);
                    let more = steps[&id].iter().skip(1);
                    let finding = more.fold(finding, |finding, (_, span)| {
                        finding.because(*span, "and here")
                    });
                    report.fail(finding);
                }
            }
        }
    }
}

/// Returns the flow and the place of each step, for connections that only steps declare.
fn steps<'a>(design: &Design<'a>) -> BTreeMap<Id<Relation>, Vec<(&'a str, Span)>> {
    let mut found: BTreeMap<Id<Relation>, Vec<(&str, Span)>> = BTreeMap::new();
    for flow in design.model.flows.rows() {
        for (link, _) in flow.links() {
            if design.model.relations[link.relation].from_step {
                let places = found.entry(link.relation).or_default();
                places.push((&flow.head.path, link.span));
            }
        }
    }
    found
}

/// Returns the declared connection that a step runs against.
fn against(design: &Design<'_>, step: &Relation, declared: &Declared) -> Option<Id<Relation>> {
    let (from, to) = (design.component(step.from), design.component(step.to));
    let medium = from.is(Traits::MEDIUM) || to.is(Traits::MEDIUM);
    if medium || step.over.is_some() {
        return None;
    }
    let same = declared.get(&(step.from, step.to));
    let back = declared.get(&(step.to, step.from));
    let mut both = same.into_iter().chain(back).flatten().copied();
    // Somebody else's system may well call back.
    let calls_back = same.is_none() && from.is(Traits::THIRD_PARTY);
    if calls_back { None } else { both.next() }
}

fn finding(
    design: &Design<'_>,
    step: Id<Relation>,
    other: Id<Relation>,
    (flow, span): (&str, Span),
    report: &Report,
) -> Finding {
    let model = design.model;
    let (written, declared) = (design.relation_name(step), design.relation_name(other));
    let arrow = model.relations[step].arrow;
    let reversed = model.relations[step].from != model.relations[other].from;
    let (from, to) = (
        design.name(model.relations[step].from),
        design.name(model.relations[step].to),
    );
    let message = match reversed {
        true => {
            format!("`{flow}` goes from `{from}` to `{to}`, but the connection is `{declared}`")
        }
        false => format!("`{flow}` writes `{written}`, but the connection is `{declared}`"),
    };
    let (label, help) = if reversed {
        let help = format!(
            "an answer needs no step of its own; if `{from}` does call `{to}`, declare `{written}` beside the components"
        );
        ("against the connection".to_owned(), help)
    } else {
        let symbol = model.relations[other].arrow.symbol();
        let help = format!("write the step with `{symbol}`, or declare `{written}` as well");
        (arrow_words(arrow).to_owned(), help)
    };
    report
        .finding(span, message)
        .label(label)
        .because(
            model.relations[other].span,
            format!(
                "declared here: {}",
                arrow_words(model.relations[other].arrow)
            ),
        )
        .help(help)
        .about(written)
}

fn arrow_words(arrow: Arrow) -> &'static str {
    match arrow {
        Arrow::Call => "calls and waits",
        Arrow::Duplex => "holds a two-way connection",
        Arrow::Send => "sends and goes on",
    }
}
