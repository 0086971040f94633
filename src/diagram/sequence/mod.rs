//! Messages over time.
//!
//! Takes a sequence, gives a picture: participants side by side on lifelines,
//! and below them everything that happens, from top to bottom. Columns stand as
//! close as what is written between them lets them.

mod bars;
mod columns;
mod draw;
mod icon;
mod place;
#[cfg(test)]
#[cfg(test)]
mod tests;

pub use place::{Bar, Head, LabelLine, Placed, PlacedFrame, PlacedMessage, Section, place};

use super::canvas::Theme;
use super::scene::{Scene, Sequence};

/// Draws a sequence as an SVG document.
pub fn svg(scene: &Scene, sequence: &Sequence, theme: Theme) -> String {
    let placed = place(&scene.title, sequence);
    draw::svg(scene, sequence, &placed, theme)
}
