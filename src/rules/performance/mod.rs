//! How fast, and how much.

pub mod cache_policy_incomplete;
pub mod missing_cache;
