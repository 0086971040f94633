//! What a rule is, which rules are asked for, and the run of many.
//!
//! Takes a [`Design`] and rules, gives an [`Outcome`]: findings, what was
//! accepted, hidden, and not decided. Names no rule.

mod acceptance;
pub mod design;
pub mod outcome;
pub mod policy;
mod rule;
mod run;
pub mod selection;
mod settings;
pub mod visits;

pub use design::Design;
pub use outcome::{Accepted, NotEvaluated, Outcome};
pub use rule::{About, Report, Rule, RuleInfo, RuleOption, group};
pub use run::{Clock, INTERNAL_ERROR, Run, is_language_error, review};
pub use selection::{Profile, Selection};
pub use settings::{AcceptPolicy, Level, LevelOf, Pattern, Settings};
