//! Which components share a closed box where there are too many for one picture.
//!
//! Places divide a design as its authors do. Where nothing has a place, those
//! that work most closely together share a box: clusters of high modularity
//! (Clauset, Newman, Moore: Finding community structure in very large networks,
//! Physical Review E 70, 066111).

use std::collections::{BTreeMap, BTreeSet};

use crate::diagram::scene::{Node, Shape, Tone};
use crate::lint::Design;
use crate::model::{Component, Id, Place};
use crate::vocabulary::{Group, Traits};

use super::boxes::{self, keeps_sensitive};
use super::drawing::{Spot, chain, dead_letter_ends, is_watching, place_words};
use super::{Keep, counted};

/// The kind of a closed box for those that work closely together.
pub const NEIGHBOURHOOD: &str = "neighbourhood";
/// How many boxes make a picture too full.
pub const LIMIT: usize = 40;
/// Fewer components than this are drawn themselves.
const FEW: usize = 3;
/// How many components share a box because they work closely together: the more
/// of a design there is, the more of it each box holds.
const CLOSE: std::ops::RangeInclusive<usize> = 24..=36;
/// How many such boxes are still one picture.
const BOXES: usize = 30;

/// Several components in one closed box.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Those that work closely with one.
    Around(Id<Component>),
    /// Those of a place.
    Place(Id<Place>),
}

/// The closed boxes of a picture.
pub struct Partition {
    parts: BTreeMap<Id<Component>, Part>,
}

impl Part {
    /// Returns its id in pictures.
    pub fn id(self, design: &Design<'_>) -> String {
        match self {
            Part::Around(id) => format!("around:{}", design.name(id)),
            Part::Place(id) => format!("place:{}", design.model.places[id].head.path),
        }
    }

    /// Returns its title.
    pub fn title(self, design: &Design<'_>) -> String {
        match self {
            Part::Around(id) => boxes::title_of(design.component(id)),
            Part::Place(id) => {
                let head = &design.model.places[id].head;
                boxes::short_title(head.title.as_deref(), &head.name)
            }
        }
    }

    /// Returns the closed box for its members.
    pub fn node(self, design: &Design<'_>, members: &[Id<Component>]) -> Node {
        let (kind, caption) = match self {
            Part::Around(_) => {
                let others = members.len().saturating_sub(1);
                (NEIGHBOURHOOD, format!("and {others} around it"))
            }
            Part::Place(id) => {
                let place = &design.model.places[id];
                let number = counted(members.len(), "component");
                (
                    place.kind.name,
                    format!("{} · {number}", place_words(place)),
                )
            }
        };
        Node {
            id: self.id(design),
            group: None,
            kind,
            shape: Shape::Box,
            tone: Tone::Plain,
            title: self.title(design),
            caption,
            rows: Vec::new(),
            count: None,
            sensitive: members.iter().any(|id| keeps_sensitive(design, *id)),
            closed: true,
            marks: Vec::new(),
            change: None,
        }
    }
}

impl Partition {
    /// Divides chosen components, if they are too many for one picture.
    pub fn new(design: &Design<'_>, keep: Keep<'_>) -> Partition {
        let chosen: Vec<Id<Component>> = design
            .model
            .components
            .ids()
            .filter(|id| keep(*id))
            .collect();
        if chosen.len() <= LIMIT {
            return Partition::whole();
        }
        let closed = closed_places(design, &chosen);
        let part = |id: &Id<Component>| {
            let places = chain(design, design.component(*id).place);
            let place = places.into_iter().find(|place| closed.contains(place))?;
            Some((*id, Part::Place(place)))
        };
        let mut parts: BTreeMap<Id<Component>, Part> = chosen.iter().filter_map(part).collect();
        let loose: Vec<Id<Component>> = chosen
            .into_iter()
            .filter(|id| !parts.contains_key(id))
            .collect();
        parts.extend(neighbourhoods(design, &loose));
        Partition { parts }
    }

    /// Divides what a part holds, if it is too much for one picture.
    pub fn within(design: &Design<'_>, members: &BTreeSet<Id<Component>>) -> Partition {
        let loose: Vec<Id<Component>> = members.iter().copied().collect();
        Partition {
            parts: neighbourhoods(design, &loose),
        }
    }

    /// Closes nothing.
    pub fn whole() -> Partition {
        Partition {
            parts: BTreeMap::new(),
        }
    }

    /// Tells whether anything is closed.
    pub fn divides(&self) -> bool {
        !self.parts.is_empty()
    }

    /// Returns the box of a component.
    pub fn spot(&self, id: Id<Component>) -> Spot {
        self.parts
            .get(&id)
            .map_or(Spot::Own(id), |part| Spot::Part(*part))
    }

    /// Returns the parts by name, each with what it holds.
    pub fn parts(&self, design: &Design<'_>) -> Vec<(Part, BTreeSet<Id<Component>>)> {
        let mut members: BTreeMap<Part, BTreeSet<Id<Component>>> = BTreeMap::new();
        for (component, part) in &self.parts {
            members.entry(*part).or_default().insert(*component);
        }
        let mut rows: Vec<_> = members.into_iter().collect();
        rows.sort_by_key(|(part, _)| part.id(design));
        rows
    }
}

/// Returns the places to be closed: the outermost that are small enough for a
/// picture of their own, or that hold no further places; never one that holds
/// nearly everything.
fn closed_places(design: &Design<'_>, chosen: &[Id<Component>]) -> BTreeSet<Id<Place>> {
    let mut sizes: BTreeMap<Id<Place>, usize> = BTreeMap::new();
    for id in chosen {
        for place in chain(design, design.component(*id).place) {
            *sizes.entry(place).or_default() += 1;
        }
    }
    let worth = |place: &Id<Place>| sizes.get(place).is_some_and(|size| *size >= FEW);
    let divided: BTreeSet<Id<Place>> = sizes
        .keys()
        .filter(|place| worth(place))
        .filter_map(|place| design.model.places[*place].parent)
        .collect();
    let most = |place: &Id<Place>| sizes[place] * 2 > chosen.len();
    let opened =
        |place: &Id<Place>| sizes[place] > LIMIT && (divided.contains(place) || most(place));
    sizes
        .keys()
        .filter(|place| worth(place) && !opened(place))
        .filter(|place| {
            let above = chain(design, design.model.places[**place].parent);
            above.iter().all(opened)
        })
        .copied()
        .collect()
}

/// Returns what works closely together among components in no closed place;
/// nothing where they are few, or where that would hardly make fewer boxes.
fn neighbourhoods(design: &Design<'_>, loose: &[Id<Component>]) -> BTreeMap<Id<Component>, Part> {
    let nothing = BTreeMap::new();
    if loose.len() <= LIMIT {
        return nothing;
    }
    let mut rows: Vec<Id<Component>> = loose
        .iter()
        .copied()
        .filter(|id| stands_in_a_crowd(design, *id))
        .collect();
    rows.sort_by_key(|id| design.name(*id));
    let most = (rows.len() / BOXES).clamp(*CLOSE.start(), *CLOSE.end());
    let clusters = clusters(rows.len(), &links(design, &rows), most);
    let worth: Vec<&Vec<usize>> = clusters.iter().filter(|it| it.len() >= FEW).collect();
    let closed: usize = worth.iter().map(|it| it.len()).sum();
    if (loose.len() - closed + worth.len()) * 2 > loose.len() {
        return nothing;
    }
    let mut parts = BTreeMap::new();
    for cluster in worth {
        let members: Vec<Id<Component>> = cluster.iter().map(|at| rows[*at]).collect();
        let Some(middle) = middle(design, &members) else {
            continue;
        };
        parts.extend(members.iter().map(|id| (*id, Part::Around(middle))));
    }
    parts
}

/// Tells whether a component may share a box: who is outside, or stands at the
/// edge before everything, does not.
fn stands_in_a_crowd(design: &Design<'_>, id: Id<Component>) -> bool {
    let component = design.component(id);
    !component.is_outside()
        && !component.is(Traits::OBSERVES)
        && component.kind.group != Group::Edge
}

/// Returns how many connections there are between each two of one place.
fn links(design: &Design<'_>, rows: &[Id<Component>]) -> BTreeMap<(usize, usize), i64> {
    let index: BTreeMap<Id<Component>, usize> =
        rows.iter().enumerate().map(|(at, id)| (*id, at)).collect();
    let mut links = BTreeMap::new();
    let relations = design.model.relations.rows().iter();
    let relations = relations.map(|it| (it.from, it.to));
    for ends in relations.chain(dead_letter_ends(design)) {
        let (Some(a), Some(b)) = (index.get(&ends.0), index.get(&ends.1)) else {
            continue;
        };
        let (from, to) = (design.component(ends.0), design.component(ends.1));
        if a != b && from.place == to.place && !is_watching(design, ends) {
            *links.entry((*a.min(b), *a.max(b))).or_default() += 1;
        }
    }
    links
}

/// Joins the two clusters whose union raises the modularity most, again and
/// again, as long as one does and stays small enough.
fn clusters(rows: usize, links: &BTreeMap<(usize, usize), i64>, most: usize) -> Vec<Vec<usize>> {
    let total: i64 = links.values().sum();
    let mut members: Vec<Vec<usize>> = (0..rows).map(|row| vec![row]).collect();
    let mut degree = vec![0_i64; rows];
    let mut between: Vec<BTreeMap<usize, i64>> = vec![BTreeMap::new(); rows];
    for ((a, b), weight) in links {
        degree[*a] += weight;
        degree[*b] += weight;
        between[*a].insert(*b, *weight);
        between[*b].insert(*a, *weight);
    }
    // Twice the total times the gain, so that it is a whole number.
    let gain = |a: usize, b: usize, weight: i64, degree: &[i64]| {
        2 * total * weight - degree[a] * degree[b]
    };
    loop {
        let mut best: Option<(i64, usize, usize)> = None;
        for (a, others) in between.iter().enumerate() {
            for (b, weight) in others.range(a + 1..) {
                let gain = gain(a, *b, *weight, &degree);
                let fits = members[a].len() + members[*b].len() <= most;
                if fits && gain > best.map_or(0, |(gain, ..)| gain) {
                    best = Some((gain, a, *b));
                }
            }
        }
        let Some((_, a, b)) = best else {
            break;
        };
        let moved = std::mem::take(&mut members[b]);
        members[a].extend(moved);
        degree[a] += std::mem::take(&mut degree[b]);
        for (other, weight) in std::mem::take(&mut between[b]) {
            between[other].remove(&b);
            if other != a {
                *between[a].entry(other).or_default() += weight;
                *between[other].entry(a).or_default() += weight;
            }
        }
    }
    members.retain(|cluster| !cluster.is_empty());
    members
}

/// Returns the component that stands for its cluster: the one with most
/// connections, one that runs our code before any other.
fn middle(design: &Design<'_>, members: &[Id<Component>]) -> Option<Id<Component>> {
    let weight = |id: &Id<Component>| {
        let component = design.component(*id);
        let runs = component.is(Traits::COMPUTE) && !component.is(Traits::BACKGROUND);
        (runs, component.outgoing.len() + component.incoming.len())
    };
    let mut sorted = members.to_vec();
    sorted.sort_by_key(|id| (std::cmp::Reverse(weight(id)), design.name(*id)));
    sorted.first().copied()
}
