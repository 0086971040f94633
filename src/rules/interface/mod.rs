//! What is promised to callers.

pub mod method_semantics;
pub mod resource_naming;
