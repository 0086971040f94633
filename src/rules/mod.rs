//! The rules: one `.rs` and one `.md` each, in a folder for each family.
//!
//! Takes a [`crate::lint::Design`], gives findings. The page is the
//! documentation, what `explain` prints, and the first tests.

mod availability;
mod consistency;
mod data;
mod flow;
mod interface;
mod language;
mod messaging;
mod observability;
mod performance;
mod requirements;
mod security;
mod sets;
mod structure;
mod words;

use crate::lint::{Rule, RuleInfo};

pub use sets::FOLDS;

/// Every rule that looks at a design, by family.
pub const ALL: &[&dyn Rule] = &[
    &availability::single_point_of_failure::SinglePointOfFailure,
    &flow::data_used_before_produced::DataUsedBeforeProduced,
    &flow::step_against_relation::StepAgainstRelation,
    &requirements::contradictory_qualities::ContradictoryQualities,
    &requirements::missing_functional_requirements::MissingFunctionalRequirements,
    &requirements::unaddressed_quality::UnaddressedQuality,
    &requirements::unquantified_quality::UnquantifiedQuality,
    &requirements::unrealised_requirement::UnrealisedRequirement,
];

/// Returns what is known about every rule, those of the language too, in
/// alphabetical order.
pub fn infos() -> Vec<RuleInfo> {
    let about = ALL
        .iter()
        .map(|rule| rule.about())
        .chain(language::ABOUT.iter().copied());
    let mut infos: Vec<RuleInfo> = about
        .map(|about| RuleInfo {
            name: about.name,
            category: about.category,
            summary: about.summary,
            severity: about.severity,
            confidence: about.confidence,
            profiles: sets::profiles(&about),
            page: about.page,
        })
        .collect();
    infos.sort_by_key(|info| info.name);
    infos
}
