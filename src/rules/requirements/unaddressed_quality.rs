//! See `unaddressed_quality.md`.

use crate::finding::{Confidence, Finding, Severity};
use crate::lint::{About, Design, Report, Rule};
use crate::model::{Facts, Model, Requirement, RequirementKind};
use crate::vocabulary::Traits;

/// A quality that nothing in the design is for.
pub struct UnaddressedQuality;

/// The types whose targets other rules decide.
const DECIDED: &[&str] = &[
    "availability",
    "latency",
    "recovery",
    "scalability",
    "throughput",
];

/// What shows that a quality is looked after: facts of components, operations,
/// connections and flows, facts of entities, and components with a trait.
struct Evidence {
    quality: &'static str,
    facts: &'static [&'static str],
    about: &'static [&'static str],
    traits: Option<Traits>,
    /// What to look for, in words.
    words: &'static str,
}

const EVIDENCE: &[Evidence] = &[
    Evidence {
        quality: "compliance",
        facts: &["encryption", "retention", "logs"],
        about: &["class", "residency", "retention"],
        traits: None,
        words: "a class, a retention or a residency of the data",
    },
    Evidence {
        quality: "consistency",
        facts: &[
            "consistency",
            "locking",
            "quorum",
            "transactions",
            "invalidation",
            "replication",
        ],
        about: &["consistency", "quorum", "contended"],
        traits: None,
        words: "`consistency:` of an entity, `locking:` or `quorum:`",
    },
    Evidence {
        quality: "cost",
        facts: &["cost"],
        about: &[],
        traits: None,
        words: "a `cost:` of its parts",
    },
    Evidence {
        quality: "durability",
        facts: &["backup", "replication", "quorum", "persist"],
        about: &["quorum"],
        traits: None,
        words: "`replication:` or `backup:` of a store",
    },
    Evidence {
        quality: "fault-tolerance",
        facts: &[
            "circuit-breaker",
            "dead-letter",
            "failover",
            "fallback",
            "replicas",
            "retries",
            "standbys",
        ],
        about: &[],
        traits: None,
        words: "replicas, retries or a fallback",
    },
    Evidence {
        quality: "freshness",
        facts: &["invalidation", "lag", "mode", "ttl", "staleness"],
        about: &[],
        traits: None,
        words: "how copies follow: `ttl:`, `invalidation:` or `lag:`",
    },
    Evidence {
        quality: "observability",
        facts: &["metrics", "alerts", "logs"],
        about: &[],
        traits: Some(Traits::OBSERVES),
        words: "a `monitor`",
    },
    Evidence {
        quality: "security",
        facts: &[
            "auth",
            "authz",
            "encrypted",
            "encryption",
            "rate-limit",
            "isolation",
        ],
        about: &["class", "owner"],
        traits: Some(Traits::AUTHENTICATES),
        words: "`auth:`, `encryption:`, `rate-limit:` or an `identity`",
    },
];

impl Rule for UnaddressedQuality {
    fn about(&self) -> About {
        About {
            name: "unaddressed-quality",
            category: "requirements",
            summary: "a quality that nothing in the design is for",
            severity: Severity::Warning,
            confidence: Confidence::Medium,
            motives: &[],
            page: include_str!("unaddressed_quality.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        let model = design.model;
        if model.components.is_empty() {
            return;
        }
        for (id, quality) in model.requirements.iter() {
            if !is_open(quality) {
                continue;
            }
            let linked = !model.linked_to(id).is_empty() || quality.facts.has("verified-by");
            let words: Vec<&Evidence> = EVIDENCE
                .iter()
                .filter(|it| quality.is_quality(it.quality))
                .collect();
            if linked || words.iter().any(|evidence| is_evident(model, evidence)) {
                report.pass();
            } else {
                let finding = unaddressed(quality, words.first().copied(), report);
                report.fail(finding);
            }
        }
    }
}

/// Tells whether no other rule decides whether a quality is met.
fn is_open(quality: &Requirement) -> bool {
    let decided = quality
        .types
        .iter()
        .any(|it| DECIDED.contains(&it.as_str()));
    quality.kind == RequirementKind::Quality
        && !quality.types.is_empty()
        && !decided
        && !quality.facts.has("prefer")
        && !quality.is_later()
}

fn is_evident(model: &Model, evidence: &Evidence) -> bool {
    let says = |facts: &Facts| evidence.facts.iter().any(|key| facts.has(key));
    let about = |facts: &Facts| evidence.about.iter().any(|key| facts.has(key));
    let kept = evidence.quality == "compliance" || evidence.quality == "security";
    model.components.rows().iter().any(|component| {
        let helps = evidence.traits.is_some_and(|traits| component.is(traits));
        helps || kept && component.is(Traits::SECRETS) || says(&component.facts)
    }) || model.relations.rows().iter().any(|it| says(&it.facts))
        || model.operations.rows().iter().any(|it| says(&it.facts))
        || model.apis.rows().iter().any(|it| says(&it.facts))
        || model.flows.rows().iter().any(|it| says(&it.facts))
        || model.entities.rows().iter().any(|it| about(&it.about))
}

fn unaddressed(quality: &Requirement, evidence: Option<&Evidence>, report: &Report) -> Finding {
    let name = quality.label();
    let word = quality.types.join(" and ").replace('-', " ");
    let looked = match evidence {
        Some(evidence) => format!("looked for {}, and found none", evidence.words),
        None => "no decision, component, operation or flow is for it".to_owned(),
    };
    report
        .finding(
            quality.head.name_span,
            format!("nothing in the design says how `{name}` is met ({word})"),
        )
        .label("asked, but not answered")
        .note(looked)
        .help(format!(
            "write `for: {name}` in the decision or the component that sees to it"
        ))
        .about(quality.head.path.clone())
}
