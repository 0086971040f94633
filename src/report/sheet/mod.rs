//! Sheets of numbers to text.

mod markdown;
mod terminal;

pub use markdown::markdown;
pub use terminal::terminal;
