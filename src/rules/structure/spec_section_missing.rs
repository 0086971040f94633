//! See `spec_section_missing.md`.

use crate::finding::{Confidence, Finding, Severity};
use crate::lint::{About, Design, Report, Rule};
use crate::model::{Element, Requirement, RequirementKind, System};
use crate::rules::words::count;
use crate::vocabulary::Traits;

/// From this many parts of ours on a design has made choices that can be argued about.
const CHOICES: usize = 4;

/// A design that left out a step of its argument.
pub struct SpecSectionMissing;

impl Rule for SpecSectionMissing {
    fn about(&self) -> About {
        About {
            name: "spec-section-missing",
            category: "structure",
            summary: "a design that leaves out a step of its argument",
            severity: Severity::Info,
            confidence: Confidence::High,
            motives: &[],
            page: include_str!("spec_section_missing.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        let Some(system) = &design.model.system else {
            return;
        };
        let parts = parts(design);
        if parts == 0 || is(system, "object-oriented") {
            return;
        }
        let missing = missing(design, system, parts);
        match missing.is_empty() {
            true => report.pass(),
            false => report.fail(tell(system, parts, &missing, report)),
        }
    }
}

/// A step that was left out.
struct Section {
    /// What is not there, in the singular.
    word: &'static str,
    /// What it is needed for.
    purpose: &'static str,
    /// How it is begun.
    example: &'static str,
}

const QUALITIES: Section = Section {
    word: "quality",
    purpose: "how well it must do its work",
    example: "`quality Quick: latency \"…\" { p99 < 300ms }`",
};
const ENTITIES: Section = Section {
    word: "entity",
    purpose: "what it keeps",
    example: "`entity Order { id: uuid key }`",
};
const BEHAVIOUR: Section = Section {
    word: "operation or flow",
    purpose: "what goes through it",
    example: "`flow Crawl { runs: continuously; … -> … }`",
};
const DECISIONS: Section = Section {
    word: "decision",
    purpose: "why it meets its qualities",
    example: "`decision OneStore \"…\" { for: …; instead-of: \"…\"; because: \"…\" }`",
};

/// Returns how many components of ours there are, monitors not counted.
fn parts(design: &Design<'_>) -> usize {
    let ours = |it: &&crate::model::Component| !it.is_outside() && !it.is(Traits::OBSERVES);
    design.model.components.rows().iter().filter(ours).count()
}

fn is(system: &System, word: &str) -> bool {
    system.types.iter().any(|it| it == word)
}

fn missing(design: &Design<'_>, system: &System, parts: usize) -> Vec<Section> {
    let model = design.model;
    let mut missing = Vec::new();
    let qualities = qualities(design);
    if qualities == 0 {
        missing.push(QUALITIES);
    }
    let keeps = model
        .components
        .rows()
        .iter()
        .any(|it| it.is(Traits::STORES));
    if model.entities.is_empty() && keeps && !is(system, "frontend") {
        missing.push(ENTITIES);
    }
    let infrastructure = is(system, "infrastructure");
    if infrastructure && model.operations.is_empty() && model.flows.is_empty() {
        missing.push(BEHAVIOUR);
    }
    if qualities > 0 && parts >= CHOICES && !is_argued(design) {
        missing.push(DECISIONS);
    }
    missing
}

/// Returns how many qualities are stated, or said to be out of scope.
fn qualities(design: &Design<'_>) -> usize {
    let told = |it: &&Requirement| match it.kind {
        RequirementKind::Quality => true,
        RequirementKind::Excluded | RequirementKind::Assumption => !it.types.is_empty(),
        RequirementKind::Functional | RequirementKind::Question => false,
    };
    let operations = design.model.operations.rows().iter();
    let targets = operations.filter(|it| !it.demands.is_empty()).count();
    targets + design.model.requirements.rows().iter().filter(told).count()
}

/// Tells whether a choice is explained, or a part linked to a quality.
fn is_argued(design: &Design<'_>) -> bool {
    let model = design.model;
    let quality = |element: Element| match element {
        Element::Requirement(id) => model.requirements[id].kind == RequirementKind::Quality,
        _ => false,
    };
    let components = model.components.rows().iter().map(|it| &it.facts);
    let flows = model.flows.rows().iter().map(|it| &it.facts);
    let mut linked = components.chain(flows);
    !model.decisions.is_empty() || linked.any(|facts| facts.targets("for").any(quality))
}

fn tell(system: &System, parts: usize, missing: &[Section], report: &Report) -> Finding {
    let words: Vec<String> = missing.iter().map(|it| format!("no {}", it.word)).collect();
    let message = format!(
        "`{}` shows {}, but states {}",
        system.name,
        count(parts, "component"),
        join(&words)
    );
    let open: Vec<&str> = missing.iter().map(|it| it.purpose).collect();
    let examples: Vec<&str> = missing.iter().map(|it| it.example).collect();
    report
        .finding(system.span, message)
        .label(format!("left open: {}", open.join(", ")))
        .help(format!("add {}", examples.join(", ")))
        .about(system.name.clone())
}

fn join(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}
