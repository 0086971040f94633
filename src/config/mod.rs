//! How a team wants its designs reviewed: `underpin.toml`.
//!
//! Takes texts of configuration files, gives [`Settings`](crate::lint::Settings).
//! Says of every mistake where it is and what was perhaps meant. Reads no file;
//! who calls it knows where files are.

mod effective;
mod file;
mod layer;

pub use effective::{Config, Entry, Wishes};
pub use file::File;
pub use layer::{DRAW_FORMATS, DRAW_THEMES, Doubt, Extends, Layer, Mistake, parse};

/// What a configuration file is called.
pub const FILE_NAME: &str = "underpin.toml";

/// The JSON schema of a configuration file.
pub const SCHEMA: &str = include_str!("../../schemas/underpin.schema.json");
