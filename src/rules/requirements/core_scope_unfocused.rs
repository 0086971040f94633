//! See `core_scope_unfocused.md`.

use crate::finding::{Confidence, Finding, Severity};
use crate::lint::{About, Design, Report, Rule};
use crate::model::{Requirement, RequirementKind};
use crate::rules::words::list;

/// More core features than one design can serve well.
pub struct CoreScopeUnfocused;

/// How many requirements can be the core of a design.
struct Most {
    /// More core ones are too many.
    core: usize,
    /// As many without any priority leave open which are the core.
    unranked: usize,
}

const DESIGN: Most = Most {
    core: 7,
    unranked: 6,
};
/// For an answer to a practice problem, which has three quarters of an hour.
const ANSWER: Most = Most {
    core: 3,
    unranked: 4,
};

impl Rule for CoreScopeUnfocused {
    fn about(&self) -> About {
        About {
            name: "core-scope-unfocused",
            category: "requirements",
            summary: "so many core requirements, or none ranked, that the core is not known",
            severity: Severity::Info,
            confidence: Confidence::High,
            motives: &[],
            page: include_str!("core_scope_unfocused.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        let Some(system) = &design.model.system else {
            return;
        };
        let all = design.model.requirements.rows().iter();
        let wanted: Vec<&Requirement> = all
            .filter(|it| it.kind == RequirementKind::Functional)
            .collect();
        if wanted.is_empty() {
            return;
        }
        let most = match system.facts.has("answers") {
            true => ANSWER,
            false => DESIGN,
        };
        let mut core: Vec<&Requirement> = wanted.iter().copied().filter(|it| is_core(it)).collect();
        core.sort_by_key(|it| it.head.span);
        let ranked = wanted.iter().any(|it| it.facts.has("priority"));
        let message = if core.len() > most.core {
            let words = if ranked {
                "are core"
            } else {
                "all count as core"
            };
            format!(
                "{} functional requirements {words}: a design serves {} well",
                core.len(),
                most.core
            )
        } else if !ranked && wanted.len() >= most.unranked {
            format!(
                "{} functional requirements, and nothing says which come first",
                wanted.len()
            )
        } else {
            return report.pass();
        };
        report.fail(finding(&system.name, message, &core, report));
    }
}

/// Tells whether a requirement is of the first rank, as one is that says nothing.
fn is_core(requirement: &Requirement) -> bool {
    let rest = ["medium", "should", "low", "could", "later"];
    !rest
        .iter()
        .any(|word| requirement.facts.says("priority", word))
}

fn finding(system: &str, message: String, core: &[&Requirement], report: &Report) -> Finding {
    let span = core
        .first()
        .map_or_else(Default::default, |it| it.head.name_span);
    let names: Vec<&str> = core.iter().map(|it| it.label()).collect();
    let last = core.last().map_or("", |it| it.label());
    report
        .finding(span, message)
        .label("the first of them")
        .note(format!("core: {}", list(&names)))
        .help(format!(
            "keep the few without which nobody would come, and put the others off: `functional {last} \"…\" {{ priority: later }}`, or `excluded`"
        ))
        .about(system)
}
