//! Pictures of a design.
//!
//! Takes a design and what a review found, gives [`scene`]s (what is drawn, not
//! where) and draws them. In reading order, which is the way of a datum:
//!
//! - [`view`]: a design to scenes
//! - [`structure`]: a scene of boxes to an outline (sizes, no words)
//! - [`layout`]: an outline to a placement, by one of two engines
//! - [`structure`], [`sequence`] and [`table`] again: all of it to SVG, with
//!   [`canvas`] and [`text`]
//! - [`png`]: SVG to pixels; [`export`]: scenes to the languages of other tools;
//!   [`html`]: everything to one page
//!
//! Knows no file and no terminal.

pub mod canvas;
pub mod chart;
pub mod export;
pub mod file_name;
pub mod html;
pub mod layout;
#[cfg(feature = "png")]
pub mod png;
pub mod scene;
pub mod sequence;
pub mod sequence_text;
pub mod structure;
pub mod table;
pub mod text;
mod tone;
pub mod view;

mod job;

pub use job::{Drawing, EngineName, Format, Job, Options, jobs, svg};
pub use view::scenes;
