//! Whether the parts fit together.

pub mod kind_edge_mismatch;
pub mod placeholder_value;
pub mod purposeless_element;
pub mod spec_section_missing;
pub mod unreachable_component;
