//! What breaks, and what then happens.

pub mod single_point_of_failure;
