//! Who asks that something stays up, and where it stands.

use crate::finding::Finding;
use crate::lint::Design;
use crate::model::{Component, Element, Id, Place, Requirement};

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

/// Returns the innermost place of a kind, such as `host`, that a component stands in.
pub(super) fn place_of(
    design: &Design<'_>,
    component: &Component,
    kind: &str,
) -> Option<Id<Place>> {
    let around = |place: &Id<Place>| design.model.places[*place].parent;
    std::iter::successors(component.place, around)
        .find(|place| design.model.places[*place].kind.name == kind)
}

/// Returns what fails, for a sentence: an operation or flow, or what a client does.
pub(super) fn failing(design: &Design<'_>, of: Element) -> String {
    match of {
        Element::Component(id) => format!("what `{}` does", design.name(id)),
        of => format!("`{}`", design.label(of)),
    }
}
