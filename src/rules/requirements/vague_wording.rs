//! See `vague_wording.md`.

use super::unquantified_quality::is_measured;
use crate::finding::{Confidence, Finding, Severity};
use crate::lint::{About, Design, Report, Rule};
use crate::model::{Element, Id, Model, Requirement, RequirementKind};

/// A requirement in words on which two readers would not agree.
pub struct VagueWording;

/// Why a phrase says too little.
#[derive(Clone, Copy)]
enum Vague {
    /// It judges without a measure.
    Judgement,
    /// It lets everybody off.
    Escape,
    /// It goes on without saying where.
    OpenEnd,
}

/// The phrases, in lower case; found where they stand as whole words.
const PHRASES: &[(Vague, &[&str])] = &[
    (
        Vague::Judgement,
        &[
            "acceptable",
            "adequate",
            "adequately",
            "appropriate",
            "appropriately",
            "easily",
            "easy to use",
            "efficient",
            "efficiently",
            "fast",
            "good performance",
            "intuitive",
            "intuitively",
            "performant",
            "quickly",
            "reasonable",
            "reasonably",
            "robust",
            "seamless",
            "seamlessly",
            "smoothly",
            "state of the art",
            "state-of-the-art",
            "user friendly",
            "user-friendly",
            "world-class",
        ],
    ),
    (
        Vague::Escape,
        &[
            "as applicable",
            "as appropriate",
            "as far as possible",
            "as much as possible",
            "as needed",
            "as required",
            "if feasible",
            "if necessary",
            "if possible",
            "if practicable",
            "to the extent possible",
            "when possible",
            "where appropriate",
            "where feasible",
            "where possible",
        ],
    ),
    (
        Vague::OpenEnd,
        &[
            "and more",
            "and so on",
            "and/or",
            "etc",
            "including but not limited to",
            "and the like",
        ],
    ),
];

/// Names that only look like a judgement.
const NAMES: &[&str] = &["fast food", "fast forward", "fast lane", "fast track"];

impl Rule for VagueWording {
    fn about(&self) -> About {
        About {
            name: "vague-wording",
            category: "requirements",
            summary: "a requirement in words on which two readers would not agree",
            severity: Severity::Info,
            confidence: Confidence::Medium,
            motives: &[],
            page: include_str!("vague_wording.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        let model = design.model;
        for (id, requirement) in model.requirements.iter() {
            let Some(title) = requirement
                .head
                .title
                .as_deref()
                .filter(|_| is_open(requirement))
            else {
                continue;
            };
            match vague(title).filter(|_| !is_measured_elsewhere(model, id)) {
                Some((kind, phrase)) => {
                    let finding = finding(requirement, kind, phrase, report);
                    report.fail(finding);
                }
                None => report.pass(),
            }
        }
    }
}

/// Tells whether the words are all that tells what is meant.
fn is_open(requirement: &Requirement) -> bool {
    match requirement.kind {
        RequirementKind::Functional => true,
        RequirementKind::Quality => {
            let stated = requirement.facts.has("verified-by") || requirement.facts.has("standard");
            requirement.demands.is_empty() && !stated && !is_measured(requirement)
        }
        _ => false,
    }
}

/// Tells whether a quality with a target is said of a functional requirement, or
/// of what is for it, or its operation has a target.
fn is_measured_elsewhere(model: &Model, id: Id<Requirement>) -> bool {
    let linked = model.linked_to(id);
    let concerns = |scope: &Element| *scope == Element::Requirement(id) || linked.contains(scope);
    let mut qualities = model.requirements.rows().iter();
    let mut operations = linked.iter().filter_map(|it| match it {
        Element::Operation(id) => Some(&model.operations[*id]),
        _ => None,
    });
    operations.any(|it| !it.demands.is_empty())
        || qualities.any(|it| !it.demands.is_empty() && it.scope.iter().any(concerns))
}

/// Returns the first vague phrase of a text in a sentence without a number.
fn vague(title: &str) -> Option<(Vague, &'static str)> {
    let open = without_quotes(&title.to_lowercase());
    open.split_inclusive(['.', ';', '!', '?'])
        .filter(|sentence| !sentence.contains(|c: char| c.is_ascii_digit()))
        .find_map(|sentence| {
            let words = NAMES
                .iter()
                .fold(format!(" {} ", spaced(sentence)), |words, name| {
                    words.replace(name, "")
                });
            let mut all = PHRASES
                .iter()
                .flat_map(|(kind, phrases)| phrases.iter().map(|phrase| (*kind, *phrase)));
            all.find(|(_, phrase)| words.contains(&format!(" {phrase} ")))
        })
}

/// Leaves out what stands in quotes or backticks: names that somebody else chose.
fn without_quotes(text: &str) -> String {
    let mut open = None;
    let mut kept = String::new();
    for letter in text.chars() {
        match (open, letter) {
            (None, '`' | '"' | '“') => open = Some(letter),
            (Some('“'), '”') => open = None,
            (Some(quote), _) if quote == letter => open = None,
            (None, _) => kept.push(letter),
            (Some(_), _) => {}
        }
    }
    kept
}

/// Puts one blank between words, without the marks around them.
fn spaced(sentence: &str) -> String {
    let part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '/' | '\'');
    let words = sentence
        .split(|c: char| !part(c))
        .filter(|it| !it.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

fn finding(requirement: &Requirement, kind: Vague, phrase: &str, report: &Report) -> Finding {
    let name = requirement.label();
    let (why, help) = match kind {
        Vague::Judgement => (
            "nobody can tell whether it is met",
            "say what would be enough: a number (`quality … { p99 < 1s }`), a count of steps, or what a user must not have to do",
        ),
        Vague::Escape => (
            "it binds nobody",
            "say in which cases it must hold, and leave the others out",
        ),
        Vague::OpenEnd => (
            "nobody knows where it ends",
            "list all that is meant, and put the rest off (`priority: later`) or out (`excluded`)",
        ),
    };
    report
        .finding(
            requirement.head.name_span,
            format!("`{name}` says \"{phrase}\": {why}"),
        )
        .label(format!("\"{phrase}\""))
        .help(help)
        .about(requirement.head.path.clone())
}
