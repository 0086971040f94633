//! What happens, step by step.

pub mod data_used_before_produced;
pub mod endpoint_without_flow;
pub mod step_against_relation;
