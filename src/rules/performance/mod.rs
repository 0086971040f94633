//! How fast, and how much.

pub mod blocking_work_in_request;
pub mod cache_policy_incomplete;
pub mod deep_sync_chain;
pub mod estimate_unused;
pub mod inconsistent_estimate;
pub mod latency_budget_exceeded;
pub mod missing_cache;
pub mod n_plus_one_calls;
pub mod scatter_gather;
pub mod unbounded_write_fanout;
