//! What is promised to callers.

pub mod method_semantics;
pub mod missing_interface;
pub mod principal_from_input;
pub mod realtime_without_push;
pub mod resource_naming;
pub mod retryable_write_not_idempotent;
pub mod sensitive_data_exposed;
pub mod unpaginated_collection;
