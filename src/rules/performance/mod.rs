//! How fast, and how much.

pub mod blocking_work_in_request;
pub mod cache_policy_incomplete;
pub mod concurrency_limit_exceeded;
pub mod deep_sync_chain;
pub mod estimate_unused;
pub mod inconsistent_estimate;
pub mod missing_cache;
pub mod overloaded_component;
pub mod unbounded_write_fanout;
