//! Pictures of a design.
//!
//! Takes a model and what a review found, gives scenes (what is drawn, not
//! where) and draws them: placed by an engine and written as SVG or PNG, or
//! written as text for another tool. Knows no file and no terminal.

pub mod canvas;
pub mod layout;
#[cfg(feature = "png")]
pub mod png;
pub mod scene;
pub mod structure;
pub mod table;
pub mod text;
pub mod view;
