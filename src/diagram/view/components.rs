//! All components in their places.

use crate::diagram::scene::{Picture, Scene, Structure};
use crate::lint::Design;
use crate::model::{Component, Id};

use super::drawing::{Choice, Drawing, draw, is_watching};
use super::partition::{LIMIT, NEIGHBOURHOOD, Partition};
use super::{Keep, counted, heading};

/// Returns a picture of the components that `keep` lets pass, `None` where there
/// is none; too many are drawn by the places that they stand in.
pub fn scene(design: &Design<'_>, keep: Keep<'_>) -> Option<Scene> {
    let partition = Partition::new(design, keep);
    let drawing = drawing(design, keep, &partition);
    let structure = drawing.structure;
    (!structure.nodes.is_empty()).then(|| Scene {
        name: "components".to_owned(),
        title: heading(design, "components"),
        description: description(design, keep, &structure),
        picture: Picture::Structure(structure),
    })
}

/// Draws chosen components, those of one part in one closed box.
pub fn drawing(design: &Design<'_>, keep: Keep<'_>, partition: &Partition) -> Drawing {
    let spot = |id: Id<Component>| keep(id).then(|| partition.spot(id));
    let choice = Choice {
        spot: &spot,
        frames: &|_| true,
        draws: &|ends| !is_watching(design, ends),
    };
    draw(design, &choice)
}

/// Says in a sentence or two what a picture shows.
fn description(design: &Design<'_>, keep: Keep<'_>, structure: &Structure) -> String {
    let components = design.model.components.ids().filter(|id| keep(*id)).count();
    let open = structure.nodes.iter().filter(|node| !node.closed).count();
    let closed = structure.nodes.len() - open;
    if closed == 0 {
        let sentence = counts(structure);
        return match open > LIMIT && design.model.places.is_empty() {
            true => format!("{sentence} Domains would divide it."),
            false => sentence,
        };
    }
    let sentence = format!(
        "An overview of {}; {} of them are in {}.",
        counted(components, "component"),
        components - open,
        counted(closed, "closed part"),
    );
    let mut nodes = structure.nodes.iter();
    match nodes.any(|node| node.kind == NEIGHBOURHOOD) {
        true => format!("{sentence} Those share a part that work most closely together."),
        false => sentence,
    }
}

/// Counts boxes and arrows: `12 components and 18 connections; 3 keep sensitive data.`
pub fn counts(structure: &Structure) -> String {
    let components = counted(structure.nodes.len(), "component");
    let connections = counted(structure.edges.len(), "connection");
    match structure.nodes.iter().filter(|node| node.sensitive).count() {
        0 => format!("{components} and {connections}."),
        1 => format!("{components} and {connections}; 1 keeps sensitive data."),
        some => format!("{components} and {connections}; {some} keep sensitive data."),
    }
}
