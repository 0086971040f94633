//! Whether the parts fit together.

pub mod kind_edge_mismatch;
pub mod placeholder_value;
pub mod unreachable_component;
