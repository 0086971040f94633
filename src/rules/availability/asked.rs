//! Who asks that something stays up.

use crate::finding::Finding;
use crate::lint::Design;
use crate::model::{Element, Requirement};

/// The qualities that ask for it.
pub(super) const QUALITIES: &[&str] = &["availability", "fault-tolerance"];

/// Returns the first quality that asks that something stays up.
pub(super) fn asked<'a>(design: &Design<'a>, of: Element) -> Option<&'a Requirement> {
    let model = design.model;
    let mut all = model.requirements.rows().iter();
    all.find(|requirement| {
        let asks = QUALITIES.iter().any(|word| requirement.is_quality(word));
        asks && design.concerns(requirement, of)
    })
}

/// Shows the quality that makes a finding matter.
pub(in crate::rules) fn because(finding: Finding, requirement: &Requirement) -> Finding {
    let name = requirement.label();
    if let Some(demand) = requirement.demand("availability") {
        let words = format!("`{name}` asks for {}", demand.words());
        return finding.because(demand.span, words);
    }
    let word = requirement.types.first().map_or("this", String::as_str);
    finding.because(
        requirement.head.name_span,
        format!("`{name}` asks for {word}"),
    )
}
