//! What is promised to callers.

pub mod resource_naming;
