//! What must hold, and whether it can be checked.

pub mod consistency_choice_missing;
pub mod contradictory_qualities;
pub mod core_scope_unfocused;
pub mod missing_functional_requirements;
pub mod unaddressed_quality;
pub mod unquantified_quality;
pub mod unrealised_requirement;
pub mod vague_wording;
