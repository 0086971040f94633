//! Scenes as text for other tools.
//!
//! Takes a scene, gives what another program reads: Graphviz, Mermaid, D2,
//! PlantUML, Structurizr, or anything that reads JSON. Every format has one
//! function through which every word passes, so that a name can hold anything
//! and break out of nothing. Places nothing: that is left to the other tool.

pub mod d2;
pub mod dot;
pub mod json;
pub mod mermaid;
pub mod plantuml;
pub mod structurizr;
mod words;

#[cfg(test)]
mod samples;

use super::scene::{Picture, Scene};
use super::sequence_text;

// What the samples ask of the module around them.
#[cfg(test)]
use super::scene;
#[cfg(test)]
use crate::finding::Severity;

/// The texts that a scene can be written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// For D2.
    D2,
    /// For Graphviz.
    Dot,
    /// The scene itself.
    Json,
    /// For Mermaid.
    Mermaid,
    /// For PlantUML.
    Plantuml,
    /// For Structurizr: one text for a whole design.
    Structurizr,
}

impl Format {
    /// All of them, in the order of their names.
    pub const ALL: [Format; 6] = [
        Format::D2,
        Format::Dot,
        Format::Json,
        Format::Mermaid,
        Format::Plantuml,
        Format::Structurizr,
    ];

    /// Returns its name.
    pub fn word(self) -> &'static str {
        match self {
            Format::D2 => "d2",
            Format::Dot => "dot",
            Format::Json => "json",
            Format::Mermaid => "mermaid",
            Format::Plantuml => "plantuml",
            Format::Structurizr => "structurizr",
        }
    }

    /// Tells whether it has such a picture.
    pub fn can_say(self, scene: &Scene) -> bool {
        match (self, &scene.picture) {
            (Format::Json, _) => true,
            (Format::Dot, picture) => matches!(picture, Picture::Structure(_)),
            (_, picture) => !matches!(picture, Picture::Table(_)),
        }
    }

    /// Returns the ending that its tool expects of a file.
    pub fn extension(self) -> &'static str {
        match self {
            Format::D2 => "d2",
            Format::Dot => "dot",
            Format::Json => "json",
            Format::Mermaid => "mmd",
            Format::Plantuml => "puml",
            Format::Structurizr => "dsl",
        }
    }
}

/// Returns a scene as text, or `None` if the format has no such picture.
///
/// Structurizr has none of a single scene: see [`structurizr::workspace`].
pub fn text(format: Format, scene: &Scene) -> Option<String> {
    match (format, &scene.picture) {
        (Format::Json, _) => Some(json::document(scene, None)),
        (Format::D2, Picture::Structure(it)) => Some(d2::structure(scene, it)),
        (Format::Dot, Picture::Structure(it)) => Some(dot::structure(scene, it)),
        (Format::Mermaid, Picture::Structure(it)) => Some(mermaid::structure(scene, it)),
        (Format::Plantuml, Picture::Structure(it)) => Some(plantuml::structure(scene, it)),
        (Format::D2, Picture::Sequence(it)) => Some(sequence_text::d2(scene, it)),
        (Format::Mermaid, Picture::Sequence(it)) => Some(sequence_text::mermaid(scene, it)),
        (Format::Plantuml, Picture::Sequence(it)) => Some(sequence_text::plantuml(scene, it)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagram::scene::Table;

    #[test]
    fn formats_stand_in_the_order_of_their_names() {
        assert!(Format::ALL.map(Format::word).is_sorted());
        assert!(Format::ALL.is_sorted());
    }

    #[test]
    fn a_table_is_only_written_as_json() {
        let scene = Scene {
            picture: Picture::Table(Table::default()),
            ..samples::nasty()
        };
        let written = Format::ALL.map(|format| text(format, &scene).is_some());
        assert_eq!(written, [false, false, true, false, false, false]);
    }

    #[test]
    fn a_structure_is_written_in_the_same_bytes_twice() {
        for scene in samples::all() {
            for format in Format::ALL {
                assert_eq!(text(format, &scene), text(format, &scene));
            }
        }
    }
}
