//! Two pictures side by side.

use super::canvas::Theme;
use super::layout::LayoutError;
use super::scene::Scene;
use super::{EngineName, svg};

/// The blanks between the two.
const GAP: f64 = 32.0;

/// Draws two scenes as one SVG document, the first at the left.
///
/// # Errors
///
/// If one of them cannot be placed.
pub fn beside(left: &Scene, right: &Scene) -> Result<String, LayoutError> {
    let [left, right] = [left, right].map(|scene| svg(scene, EngineName::default(), Theme::Auto));
    let (left, right) = (left?, right?);
    let ((left_width, left_height), (right_width, right_height)) = (size(&left), size(&right));
    let (width, height) = (
        left_width + GAP + right_width,
        left_height.max(right_height),
    );
    let moved = right.replacen("<svg ", &format!("<svg x=\"{}\" ", left_width + GAP), 1);
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\">\n{left}\n{moved}\n</svg>\n"
    ))
}

/// Returns the width and the height that a document of ours states.
fn size(svg: &str) -> (f64, f64) {
    let stated = |key: &str| {
        let (_, rest) = svg.split_once(&format!(" {key}=\""))?;
        rest.split('"').next()?.parse::<f64>().ok()
    };
    (
        stated("width").unwrap_or(0.0),
        stated("height").unwrap_or(0.0),
    )
}
