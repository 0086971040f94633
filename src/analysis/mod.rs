//! What the numbers of a design say.
//!
//! Takes plain facts, gives results that can be shown with their reasons. Every
//! analysis is a pure function; none knows rules, findings or reports.

pub mod availability;
pub mod bandwidth;
pub mod cache;
pub mod concurrency;
pub mod estimates;
mod figures;
pub mod input;
pub mod latency;
#[cfg(test)]
mod limits;
pub mod load;
pub mod recovery;
#[cfg(test)]
mod samples;
pub mod storage;
pub mod success;
pub mod target;
mod uses;
pub mod whatif;
