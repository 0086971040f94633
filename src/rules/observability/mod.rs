//! What can be seen from outside.

pub mod missing_monitoring;
