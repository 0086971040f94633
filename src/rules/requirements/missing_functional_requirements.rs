//! See `missing_functional_requirements.md`.

use crate::finding::{Confidence, Severity};
use crate::lint::{About, Design, Report, Rule};
use crate::model::{Model, RequirementKind};
use crate::rules::words::count;

/// A system that says how it is built, but not what anybody can do with it.
pub struct MissingFunctionalRequirements;

impl Rule for MissingFunctionalRequirements {
    fn about(&self) -> About {
        About {
            name: "missing-functional-requirements",
            category: "requirements",
            summary: "a design that does not say what its users can do",
            severity: Severity::Warning,
            confidence: Confidence::High,
            motives: &[],
            page: include_str!("missing_functional_requirements.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        let model = design.model;
        let Some(system) = &model.system else {
            return;
        };
        if states_what_for(model) {
            return report.pass();
        }
        let built = [
            (model.components.len(), "component"),
            (model.operations.len(), "operation"),
        ];
        let built: Vec<String> = built
            .into_iter()
            .filter(|(number, _)| *number > 0)
            .map(|(number, noun)| count(number, noun))
            .collect();
        if built.is_empty() {
            return;
        }
        let message = format!(
            "`{}` describes {}, but not what anybody can do with it",
            system.name,
            built.join(" and ")
        );
        let finding = report
            .finding(system.span, message)
            .label("states no functional requirement")
            .help("state what users can do, the most important first: `functional Search \"Users should be able to …\"`")
            .about(system.name.clone());
        report.fail(finding);
    }
}

/// Tells whether the design says what it is for; infrastructure may do so by
/// the operations that it offers and how well it must do them.
fn states_what_for(model: &Model) -> bool {
    let has = |kind| model.requirements.rows().iter().any(|it| it.kind == kind);
    let types = model.system.as_ref().map(|system| &system.types);
    let infrastructure = types.is_some_and(|types| types.iter().any(|it| it == "infrastructure"));
    let offers = !model.operations.is_empty() || has(RequirementKind::Quality);
    has(RequirementKind::Functional) || infrastructure && offers
}
