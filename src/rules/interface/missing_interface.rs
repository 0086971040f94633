//! See `missing_interface.md`.

use crate::finding::{Confidence, Finding, Severity};
use crate::lint::{About, Design, Report, Rule};
use crate::model::{Component, Id, Relation, Requirement, RequirementKind};
use crate::rules::public_edge::{Guards, Ways};
use crate::rules::words::count;
use crate::vocabulary::Traits;

/// A system that people use, without a word on what they can ask it for.
pub struct MissingInterface;

/// Protocols that are a contract by themselves.
const CONTRACTS: &[&str] = &["amqp", "dns", "kafka", "mqtt", "redis", "s3", "smtp", "sql"];

impl Rule for MissingInterface {
    fn about(&self) -> About {
        About {
            name: "missing-interface",
            category: "interface",
            summary: "requirements and callers, but no operation that callers could ask for",
            severity: Severity::Warning,
            confidence: Confidence::High,
            motives: &[],
            page: include_str!("missing_interface.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        let model = design.model;
        let Some(system) = &model.system else {
            return;
        };
        let mut wanted: Vec<&Requirement> =
            model.requirements.rows().iter().filter(is_wanted).collect();
        wanted.sort_by_key(|it| it.head.span);
        let inside = ["object-oriented", "frontend"];
        if wanted.is_empty() || system.types.iter().any(|it| inside.contains(&it.as_str())) {
            return;
        }
        if !model.operations.is_empty() {
            return report.pass();
        }
        if let Some((caller, program)) = caller(design) {
            report.fail(finding(
                design,
                &system.name,
                caller,
                program,
                &wanted,
                report,
            ));
        }
    }
}

fn is_wanted(requirement: &&Requirement) -> bool {
    requirement.kind == RequirementKind::Functional && !requirement.is_later()
}

/// Returns somebody outside who comes to a program that answers calls, and that program.
fn caller(design: &Design<'_>) -> Option<(Id<Component>, Id<Component>)> {
    let component = |_| false;
    let relation = |_, relation: &Relation| {
        let known = |word: &&str| relation.facts.says("protocol", word);
        CONTRACTS.iter().any(known)
    };
    let guards = Guards {
        component: &component,
        relation: &relation,
    };
    let outside = |id: Id<Component>| design.component(id).is(Traits::OUTSIDE);
    let ways = Ways::past(design, &guards, &outside);
    let mut programs = design.model.components.iter().filter(|(id, component)| {
        let answers = component.is(Traits::COMPUTE) && !component.is(Traits::BACKGROUND);
        answers && ways.reaches(*id)
    });
    let (program, _) = programs.next()?;
    Some((ways.caller(program, design)?, program))
}

fn finding(
    design: &Design<'_>,
    system: &str,
    caller: Id<Component>,
    program: Id<Component>,
    wanted: &[&Requirement],
    report: &Report,
) -> Finding {
    let (who, what) = (design.name(caller), design.name(program));
    let message = format!(
        "nothing says what `{who}` can ask `{what}` for: {}, and no operation",
        count(wanted.len(), "functional requirement")
    );
    let api = design.model.apis.rows().first();
    let (span, label) = match api {
        Some(api) => (api.head.name_span, "an API without operations"),
        None => (
            design.component(caller).head.name_span,
            "calls, but no `api` is declared",
        ),
    };
    let finding = wanted.iter().take(3).fold(
        report.finding(span, message).label(label).about(system),
        |finding, requirement| {
            let words = format!("asks for `{}`", requirement.label());
            finding.because(requirement.head.span, words)
        },
    );
    finding.help(help(design, wanted))
}

/// Says what to write, with an operation for the first requirement.
fn help(design: &Design<'_>, wanted: &[&Requirement]) -> String {
    let entities = design.model.entities.rows().iter();
    let entity = entities
        .filter(|it| it.is_entity())
        .min_by_key(|it| it.head.span);
    let purpose = wanted
        .iter()
        .find(|it| !it.head.name.is_empty())
        .map_or(String::new(), |it| format!(" {{ for: {} }}", it.head.name));
    let (route, result) = match entity {
        Some(entity) => {
            let name = &entity.head.name;
            let words = crate::rules::words::parts(name).join("-");
            let route = crate::rules::words::plural(&words);
            (route, format!(" (cursor, limit) -> {name}[]"))
        }
        None => ("things".to_owned(), String::new()),
    };
    let api = design.model.apis.rows().first();
    let api = api.map_or("Public", |api| api.head.name.as_str());
    format!(
        "give each requirement an operation: `api {api}: rest {{ list: GET /{route}{result}{purpose} }}`"
    )
}
