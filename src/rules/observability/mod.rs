//! What can be seen from outside.

pub mod missing_monitoring;
pub mod observability_shares_fate;
