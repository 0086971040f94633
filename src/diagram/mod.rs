//! Pictures of a design.
//!
//! Takes a model and what a review found, gives scenes (what is drawn, not
//! where) and draws them: placed by an engine and written as SVG or PNG, or
//! written as text for another tool. Knows no file and no terminal.

pub mod canvas;
pub mod html;
pub mod layout;
pub mod scene;
pub mod text;
