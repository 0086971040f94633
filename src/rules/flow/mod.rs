//! What happens, step by step.

pub mod step_against_relation;
