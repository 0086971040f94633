//! What happens, step by step.

pub mod data_used_before_produced;
pub mod step_against_relation;
