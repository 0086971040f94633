//! The files of a design, and the walk through all rooms below.
//!
//! Takes paths, gives [`Review`]s; the only room beside the doors that touches
//! files and the clock, and the only one that runs git.

mod analyze;
mod baseline;
mod changed;
mod clock;
mod config;
mod date;
mod diff;
mod draw;
mod error;
mod files;
mod find;
mod fix;
mod known;
mod load;
pub mod practice;
mod progress;
mod review;
mod revision;
mod root;
mod watch;
mod whatif;
mod write;

pub use analyze::{Analyzed, analyze};
pub use baseline::{Settled, Upkeep, apply_baselines};
pub use changed::keep_changed;
pub use clock::Timings;
pub use config::{Configuration, config, files, shown, without_excluded};
pub use date::{Date, date, today};
pub use diff::{Ask as DiffAsk, Compared, Comparison, diff};
pub use draw::{Beside, Drawn, draw};
pub use error::Error;
pub use files::read;
pub use fix::{Change, Fixed, fix};
pub use progress::Progress;
pub use review::{Request, Review, formatted, review, review_measured};
pub use root::from_root;
pub use watch::Watched;
pub use whatif::{Ask, Supposed, whatif};
pub use write::{rewrite_all, write, write_all};
