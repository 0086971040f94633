//! How fast, and how much.

pub mod deep_sync_chain;
