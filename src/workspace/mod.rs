//! The files of a design, and the walk through all rooms below.
//!
//! Takes paths, gives [`Review`]s; the only room beside the doors that touches
//! files, the clock and git.

mod analyze;
mod config;
mod date;
mod diff;
mod draw;
mod error;
mod find;
mod load;
mod review;
mod revision;
mod root;
mod whatif;
mod write;

pub use analyze::{Analyzed, analyze};
pub use config::{Configuration, config, files, shown, without_excluded};
pub use date::{Date, date, today};
pub use diff::{Ask as DiffAsk, Compared, Comparison, diff};
pub use draw::{Beside, Drawn, draw};
pub use error::Error;
pub use load::read;
pub use review::{Request, Review, formatted, review};
pub use root::from_root;
pub use whatif::{Ask, Supposed, whatif};
pub use write::{write, write_all};
