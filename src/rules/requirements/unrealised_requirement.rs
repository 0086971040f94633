//! See `unrealised_requirement.md`.

use crate::finding::{Confidence, Finding, Severity};
use crate::lint::{About, Design, Report, Rule, group};
use crate::model::{Element, Id, Model, Requirement, RequirementKind};
use crate::rules::words::list;
use crate::vocabulary::Traits;

/// A functional requirement that no operation or flow is for.
pub struct UnrealisedRequirement;

impl Rule for UnrealisedRequirement {
    fn about(&self) -> About {
        About {
            name: "unrealised-requirement",
            category: "requirements",
            summary: "a functional requirement that no operation or flow is for",
            severity: Severity::Warning,
            confidence: Confidence::High,
            motives: &[],
            page: include_str!("unrealised_requirement.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        let model = design.model;
        let wanted: Vec<(Id<Requirement>, &Requirement)> = model
            .requirements
            .iter()
            .filter(|(id, it)| is_wanted(model, *id, it))
            .collect();
        let built = !model.components.is_empty() || !model.operations.is_empty();
        let (Some((_, first)), true) = (wanted.first(), built) else {
            return;
        };
        let linked = model
            .requirements
            .ids()
            .any(|id| !model.linked_to(id).is_empty());
        if !linked {
            let words = match wanted.len() {
                1 => "nothing says `for:` which it is".to_owned(),
                many => format!("nothing says `for:` any of {} requirements", many),
            };
            return report.unknown(first.head.name_span, words);
        }
        for (id, requirement) in wanted {
            match model.linked_to(id).iter().any(|it| realises(model, *it)) {
                true => report.pass(),
                false => {
                    let finding = unrealised(design, id, requirement, report);
                    report.fail(finding);
                }
            }
        }
    }

    fn merge(&self, findings: Vec<Finding>) -> Vec<Finding> {
        group(findings, |names| {
            format!("no operation or flow is for {}", list(names))
        })
    }

    fn undecided(&self, _undecided: usize, _of: usize) -> String {
        "no element says `for:` which requirement it is, so none could be traced".to_owned()
    }
}

/// Tells whether a requirement is to be built now.
fn is_wanted(model: &Model, id: Id<Requirement>, requirement: &Requirement) -> bool {
    let excluded = |other: &Requirement| {
        other.kind == RequirementKind::Excluded && other.scope.contains(&Element::Requirement(id))
    };
    requirement.kind == RequirementKind::Functional
        && !requirement.is_later()
        && !model.requirements.rows().iter().any(excluded)
}

/// Tells whether an element does what the requirement asks: an operation, a
/// flow, or a component that works by itself or in a design without operations.
fn realises(model: &Model, element: Element) -> bool {
    match element {
        Element::Api(_) | Element::Flow(_) | Element::Operation(_) => true,
        Element::Component(id) => {
            let component = &model.components[id];
            let alone = component.facts.has("runs") || component.is(Traits::BACKGROUND);
            alone || model.operations.is_empty()
        }
        Element::Relation(_) => model.operations.is_empty(),
        _ => false,
    }
}

fn unrealised(
    design: &Design<'_>,
    id: Id<Requirement>,
    requirement: &Requirement,
    report: &Report,
) -> Finding {
    let name = requirement.label();
    let finding = report
        .finding(
            requirement.head.name_span,
            format!("no operation or flow is for `{name}`"),
        )
        .label("nothing does it")
        .about(requirement.head.path.clone());
    let claims = design.model.linked_to(id).iter();
    let claims: Vec<String> = claims
        .map(|element| design.label(*element))
        .filter(|label| !label.is_empty())
        .collect();
    let finding = match claims.len() {
        0 => finding,
        _ => finding.note(format!(
            "{} says so of itself, but nothing shows how it is done",
            list(&claims)
        )),
    };
    finding.help(
        "add the operation or flow that does it, with `for:` and the name, or mark it `priority: later`",
    )
}
