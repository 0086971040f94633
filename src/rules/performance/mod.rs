//! How fast, and how much.

pub mod blocking_work_in_request;
pub mod cache_policy_incomplete;
pub mod concurrency_limit_exceeded;
pub mod deep_sync_chain;
pub mod estimate_unused;
pub mod inconsistent_estimate;
pub mod ineffective_cache;
pub mod latency_budget_exceeded;
pub mod missing_cache;
pub mod n_plus_one_calls;
pub mod overloaded_component;
pub mod premature_scaling;
pub mod scatter_gather;
pub mod storage_exhaustion;
pub mod unbounded_write_fanout;
pub mod write_bound_despite_replicas;
