//! What breaks, and what then happens.

pub(super) mod asked;
pub mod redundancy_unstated;
pub mod single_point_of_failure;
