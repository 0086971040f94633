//! What of a design each picture shows.

pub mod flow;
