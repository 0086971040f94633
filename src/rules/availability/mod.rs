//! What breaks, and what then happens.

pub(super) mod asked;
pub mod availability_target_unreachable;
pub mod backup_missing_or_untested;
pub mod cache_loss_overload;
pub mod cyclic_hard_dependency;
pub mod failover_too_slow;
pub mod local_state_in_scaled_service;
pub mod missing_failure_headroom;
pub mod missing_load_distribution;
pub mod missing_timeout;
pub mod recovery_objective_violated;
pub mod redundancy_in_one_failure_domain;
pub mod redundancy_unstated;
pub mod retry_amplification;
pub mod shared_host;
pub mod single_point_of_failure;
