//! One part of a large design open, its neighbours closed.

use std::collections::BTreeSet;

use crate::diagram::scene::{Picture, Scene};
use crate::lint::Design;
use crate::model::{Component, Id, Place};

use super::drawing::{Choice, Ends, Spot, chain, draw, is_watching};
use super::partition::{Part, Partition};
use super::{counted, heading};

/// Returns a picture for each part that stands closed in the overview; none
/// where the whole is small enough for one picture.
pub fn scenes(design: &Design<'_>) -> Vec<Scene> {
    let overview = Partition::new(design, &|_| true);
    let parts = overview.parts(design);
    let pictures = parts.iter().flat_map(|(part, members)| {
        let inner = Partition::within(design, members);
        let mut scenes = vec![scene(design, *part, members, &overview, &inner)];
        let smaller = inner.parts(design);
        scenes.extend(
            smaller
                .iter()
                .map(|(part, members)| scene(design, *part, members, &overview, &inner)),
        );
        scenes
    });
    pictures.collect()
}

/// Draws one part: what it holds by itself, or by the parts within it, and around
/// that the boxes that the overview has for its neighbours.
fn scene(
    design: &Design<'_>,
    part: Part,
    members: &BTreeSet<Id<Component>>,
    overview: &Partition,
    inner: &Partition,
) -> Scene {
    let home = members.first().map(|id| overview.spot(*id));
    let closed = |id: Id<Component>| match overview.spot(id) {
        spot if Some(spot) == home => inner.spot(id),
        spot => spot,
    };
    let around: BTreeSet<Spot> = neighbours(design, members)
        .into_iter()
        .map(closed)
        .collect();
    let spot = |id: Id<Component>| match members.contains(&id) {
        true if inner.spot(id) == Spot::Part(part) => Some(Spot::Own(id)),
        true => Some(inner.spot(id)),
        false => Some(closed(id)).filter(|spot| around.contains(spot)),
    };
    let frames = |place: Id<Place>| match part {
        Part::Place(own) => chain(design, Some(place)).contains(&own),
        Part::Around(_) => false,
    };
    let choice = Choice {
        spot: &spot,
        frames: &frames,
        draws: &|ends| touches(members, ends) && !is_watching(design, ends),
    };
    let inside = counted(members.len(), "component");
    Scene {
        name: name(design, part),
        title: heading(design, &what(design, part)),
        description: match around.len() {
            0 => format!("{inside}, connected with nothing around."),
            number => format!("{inside} and {} around.", counted(number, "neighbour")),
        },
        picture: Picture::Structure(draw(design, &choice).structure),
    }
}

fn name(design: &Design<'_>, part: Part) -> String {
    match part {
        Part::Around(id) => format!("around-{}", design.name(id)),
        Part::Place(id) => {
            let head = &design.model.places[id].head;
            let mut places = design.model.places.iter();
            let is_other =
                |(other, it): (Id<Place>, &Place)| other != id && it.head.name == head.name;
            let name = match places.any(is_other) {
                true => &head.path,
                false => &head.name,
            };
            format!("domain-{name}")
        }
    }
}

fn what(design: &Design<'_>, part: Part) -> String {
    match part {
        Part::Around(_) => format!("around {}", part.title(design)),
        Part::Place(_) => part.title(design),
    }
}

fn touches(members: &BTreeSet<Id<Component>>, (from, to): Ends) -> bool {
    members.contains(&from) || members.contains(&to)
}

fn neighbours(design: &Design<'_>, members: &BTreeSet<Id<Component>>) -> BTreeSet<Id<Component>> {
    let relations = design.model.relations.rows().iter();
    relations
        .map(|it| (it.from, it.to))
        .filter(|ends| touches(members, *ends) && !is_watching(design, *ends))
        .flat_map(|(from, to)| [from, to])
        .filter(|id| !members.contains(id))
        .collect()
}
