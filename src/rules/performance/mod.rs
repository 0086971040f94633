//! How fast, and how much.
