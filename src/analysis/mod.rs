//! What the numbers of a design say.
//!
//! Takes plain facts, gives results that can be shown with their reasons. Every
//! analysis is a pure function; none knows rules, findings or reports.

pub mod availability;
pub mod input;
pub mod success;
pub mod target;
pub mod whatif;
