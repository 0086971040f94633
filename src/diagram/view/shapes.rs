//! How each kind of component looks.

use crate::diagram::scene::{Shape, Tone};
use crate::vocabulary::Kind;

/// The outline and the family of each kind of component, in the vocabulary's order.
const LOOKS: &[(&str, Shape, Tone)] = &[
    ("actor", Shape::Person, Tone::Outside),
    ("client", Shape::Device, Tone::Outside),
    ("external", Shape::Cloud, Tone::Outside),
    ("dns", Shape::Hexagon, Tone::Edge),
    ("cdn", Shape::Cloud, Tone::Edge),
    ("balancer", Shape::Hexagon, Tone::Edge),
    ("gateway", Shape::Hexagon, Tone::Edge),
    ("service", Shape::Box, Tone::Compute),
    ("worker", Shape::Process, Tone::Compute),
    ("function", Shape::Box, Tone::Compute),
    ("scheduler", Shape::Process, Tone::Compute),
    ("processor", Shape::Process, Tone::Compute),
    ("database", Shape::Cylinder, Tone::State),
    ("cache", Shape::Cylinder, Tone::State),
    ("storage", Shape::Cylinder, Tone::State),
    ("search", Shape::Cylinder, Tone::State),
    ("warehouse", Shape::Cylinder, Tone::State),
    ("lock", Shape::Cylinder, Tone::State),
    ("queue", Shape::Pipe, Tone::Messaging),
    ("topic", Shape::Pipe, Tone::Messaging),
    ("identity", Shape::Box, Tone::Support),
    ("vault", Shape::Box, Tone::Support),
    ("monitor", Shape::Box, Tone::Support),
];

/// Returns the outline of a kind and the family that chooses its colour.
pub fn look(kind: &Kind) -> (Shape, Tone) {
    let row = LOOKS.iter().find(|(name, ..)| *name == kind.name);
    row.map_or_else(Default::default, |(_, shape, tone)| (*shape, *tone))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::KINDS;

    #[test]
    fn every_kind_of_component_has_its_look() {
        let kinds = KINDS.iter().filter(|kind| kind.group.is_component());
        let wanted: Vec<&str> = kinds.map(|kind| kind.name).collect();
        let known: Vec<&str> = LOOKS.iter().map(|(name, ..)| *name).collect();
        assert_eq!(known, wanted);
        assert!(LOOKS.iter().all(|(.., tone)| *tone != Tone::Plain));
    }
}
