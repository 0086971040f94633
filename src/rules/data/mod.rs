//! What is kept, where, and for whom.

pub mod access_path_without_index;
pub mod cross_shard_query;
pub mod derived_store_without_feed;
mod lookup;
pub mod shard_key_problem;
pub mod shared_datastore;
pub mod specialised_query_without_index;
pub mod store_capability_mismatch;
pub mod unpersisted_entity;
pub mod unused_entity;
pub mod volatile_source_of_truth;
