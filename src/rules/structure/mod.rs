//! Whether the parts fit together.
