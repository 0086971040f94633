//! See `unencrypted_at_rest.md`.

use super::sensitive::{held, names, why};
use crate::finding::{Confidence, Finding, Severity};
use crate::lint::{About, Design, Report, Rule, group};
use crate::model::{Component, Entity, Id};
use crate::rules::words::{count, list};
use crate::vocabulary::Traits;

/// Sensitive data on disks that can be read by whoever holds them.
pub struct UnencryptedAtRest;

const UNSAID: &str = "no `encryption` stated";

impl Rule for UnencryptedAtRest {
    fn about(&self) -> About {
        About {
            name: "unencrypted-at-rest",
            category: "security",
            summary: "a store of sensitive data that is not encrypted, or does not say so",
            severity: Severity::Warning,
            confidence: Confidence::Medium,
            motives: &["security", "compliance"],
            page: include_str!("unencrypted_at_rest.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        let sensitive = design
            .model
            .entities
            .rows()
            .iter()
            .any(Entity::is_sensitive);
        for (id, component) in design.model.components.iter() {
            if !is_ours(component) {
                continue;
            }
            let entities = held(design, id);
            if component.facts.has("encryption") {
                report.pass();
            } else if !entities.is_empty() {
                report.fail(finding(design, id, &entities, report));
            } else if sensitive && design.entities_in(id).is_empty() {
                report.unknown(component.head.name_span, "nothing says what it keeps");
            }
        }
    }

    fn merge(&self, findings: Vec<Finding>) -> Vec<Finding> {
        let (unsaid, mut merged): (Vec<Finding>, Vec<Finding>) = findings
            .into_iter()
            .partition(|it| it.primary.text == UNSAID);
        merged.extend(group(unsaid, |names| {
            format!("nothing says that {} encrypt what they keep", list(names))
        }));
        merged
    }

    fn undecided(&self, undecided: usize, of: usize) -> String {
        format!(
            "{undecided} of {} do not say what they keep",
            count(of, "store")
        )
    }
}

/// Tells whether a component keeps data for good on disks that are ours to encrypt.
fn is_ours(component: &Component) -> bool {
    component.is(Traits::STORES)
        && !component.traits.any(Traits::DERIVED.with(Traits::VOLATILE))
        && !component.is_outside()
}

fn finding(
    design: &Design<'_>,
    id: Id<Component>,
    entities: &[Id<Entity>],
    report: &Report,
) -> Finding {
    let component = design.component(id);
    let (name, kept) = (design.name(id), list(&names(design, entities)));
    let denied = component.facts.get("encryption");
    let finding = match denied {
        Some(fact) => report
            .finding(fact.span, format!("`{name}` keeps {kept} unencrypted"))
            .confidence(Confidence::High)
            .label("stated: no encryption"),
        None => report
            .finding(
                component.head.name_span,
                format!("nothing says that `{name}` encrypts {kept}"),
            )
            .label(UNSAID),
    };
    let finding = entities
        .iter()
        .take(3)
        .filter_map(|id| why(&design.model.entities[*id]))
        .fold(finding, |finding, (span, words)| {
            finding.because(span, words)
        });
    let asked = design.motive(&["security", "compliance"]);
    let finding = match asked {
        Some(quality) => finding.because(
            quality.head.name_span,
            format!(
                "`{}` asks for {}",
                quality.label(),
                quality.types.join(" and ")
            ),
        ),
        None => finding,
    };
    finding
        .help(format!(
            "say `encryption: yes` on `{name}`, or with what (`encryption: \"AES-256, keys in the vault\"`)"
        ))
        .about(name)
}
