//! What breaks, and what then happens.

pub(super) mod asked;
pub mod cyclic_hard_dependency;
pub mod missing_timeout;
pub mod redundancy_in_one_failure_domain;
pub mod redundancy_unstated;
pub mod retry_amplification;
pub mod single_point_of_failure;
