//! The engine that needs nothing else installed: layers, as Sugiyama had them.
//!
//! In reading order: `parts` splits what does not hang together, `turn` treats
//! right as down, `rank` gives ranks (by dugong), `rows` makes rows of them, `order`
//! orders each row, `columns` finds every x and `straighten` mends it, `ports` says
//! where arrows leave and meet boxes, `tracks` how they go between rows, `router`
//! gives every y, and `jogs` takes small ways aside out. `restarts` runs all that from several beginnings.
//!
//! Of dugong only the network simplex is used: its order and its columns know
//! nothing of titles, of borders and of where arrows will be drawn.

use super::super::scene::Direction;
use super::{Engine, LayoutError, Outline, Placement};
use super::{parts, restarts, turn};

/// Places everything by itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct Embedded;

impl Engine for Embedded {
    fn place(&self, outline: &Outline) -> Result<Placement, LayoutError> {
        let outline = parts::sound(outline);
        let placed = parts::parts(&outline).into_iter().map(|part| {
            let placement = place_part(&part.outline);
            (part, placement)
        });
        Ok(parts::pack(&outline, placed.collect()))
    }
}

fn place_part(outline: &Outline) -> Placement {
    match outline.direction {
        Direction::Down => restarts::best(outline),
        Direction::Right => {
            let mut turned = outline.clone();
            turn::turn_outline(&mut turned);
            let mut placement = restarts::best(&turned);
            turn::turn_placement(&mut placement);
            placement
        }
    }
}
