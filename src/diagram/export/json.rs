//! JSON: the scene itself, as `schemas/scene.schema.json` describes it.

use serde::Serialize;

use crate::diagram::layout::Placement;
use crate::diagram::scene::Scene;

/// The version of the format; it grows when a reader of the one before could
/// not read it.
pub const VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    scene: &'a Scene,
    #[serde(skip_serializing_if = "Option::is_none")]
    placement: Option<&'a Placement>,
}

/// Returns a scene as JSON, with the places of things where it has been laid out.
///
/// The lists of a placement go with those of the structure.
pub fn document(scene: &Scene, placement: Option<&Placement>) -> String {
    let document = Document {
        version: VERSION,
        scene,
        placement,
    };
    // A scene has no map and no number that JSON cannot hold.
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}
