//! Boxes, groups and arrows of chosen components.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::diagram::scene::{Edge, End, Group, Line, Node, Structure, Tip};
use crate::lint::Design;
use crate::model::{Component, Element, Id, Place, Relation};
use crate::syntax::tree::Arrow;
use crate::vocabulary::Traits;

use super::arrows::edge;
use super::boxes;
use super::partition::Part;

/// A box of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Spot {
    /// A component by itself.
    Own(Id<Component>),
    /// Several components in one closed box.
    Part(Part),
}

/// Who starts a connection, and who receives it.
pub type Ends = (Id<Component>, Id<Component>);

/// What is to be drawn.
pub struct Choice<'c> {
    /// The box of each component; `None` for one that is not in the picture.
    pub spot: &'c dyn Fn(Id<Component>) -> Option<Spot>,
    /// Whether a place is drawn around what stands in it.
    pub frames: &'c dyn Fn(Id<Place>) -> bool,
    /// Whether what connects two components is drawn, if both are.
    pub draws: &'c dyn Fn(Ends) -> bool,
}

/// A structure, and where in it the model's things are.
pub struct Drawing {
    /// What is drawn.
    pub structure: Structure,
    /// The box of each component.
    pub boxes: BTreeMap<Id<Component>, usize>,
    /// The arrow of each connection.
    pub arrows: BTreeMap<Id<Relation>, usize>,
}

/// A monitor that more than so many send to is drawn without arrows.
const MANY_WATCHED: usize = 3;

/// Draws chosen components: groups and boxes by name, arrows by theirs.
pub fn draw(design: &Design<'_>, choice: &Choice<'_>) -> Drawing {
    let spots = spots(design, choice);
    let (groups, frames) = groups(design, choice, &spots);
    let (nodes, index) = nodes(design, &spots, &frames);
    let boxes: BTreeMap<Id<Component>, usize> = spots
        .iter()
        .map(|(component, spot)| (*component, index[spot]))
        .collect();
    let (mut edges, arrows) = edges(design, choice, &boxes);
    let single = |id: Id<Component>| {
        let at = boxes.get(&id).copied();
        at.filter(|at| !nodes[*at].closed)
    };
    edges.extend(dead_letters(design, choice, &single));
    Drawing {
        structure: Structure {
            groups,
            nodes,
            edges,
            ..Structure::default()
        },
        boxes,
        arrows,
    }
}

/// Tells whether a connection only feeds a monitor that watches many.
pub fn is_watching(design: &Design<'_>, (from, to): Ends) -> bool {
    [from, to].iter().any(|end| watches_many(design, *end))
}

fn watches_many(design: &Design<'_>, id: Id<Component>) -> bool {
    if !design.component(id).is(Traits::OBSERVES) {
        return false;
    }
    let mut others = BTreeSet::new();
    partners(design, id).any(|other| others.insert(other) && others.len() > MANY_WATCHED)
}

/// Returns who is at the other end of a component's connections, perhaps twice.
fn partners(design: &Design<'_>, id: Id<Component>) -> impl Iterator<Item = Id<Component>> {
    let outgoing = design.model.outgoing(id).map(|(_, it)| it.to);
    outgoing.chain(design.model.incoming(id).map(|(_, it)| it.from))
}

/// Returns how many a monitor watches, where they are too many for arrows.
fn watched(design: &Design<'_>, id: Id<Component>) -> Option<usize> {
    let number = || partners(design, id).collect::<BTreeSet<_>>().len();
    watches_many(design, id).then(number)
}

fn spots(design: &Design<'_>, choice: &Choice<'_>) -> BTreeMap<Id<Component>, Spot> {
    let ids = design.model.components.ids();
    ids.filter_map(|id| Some((id, (choice.spot)(id)?)))
        .collect()
}

/// Returns the places around a place, itself last.
pub fn chain(design: &Design<'_>, place: Option<Id<Place>>) -> Vec<Id<Place>> {
    let mut chain = Vec::new();
    let mut next = place;
    while let Some(place) = next {
        chain.push(place);
        next = design.model.places[place].parent;
    }
    chain.reverse();
    chain
}

/// Returns the place that a box stands in.
fn around(design: &Design<'_>, spot: Spot) -> Option<Id<Place>> {
    match spot {
        Spot::Own(id) | Spot::Part(Part::Around(id)) => design.component(id).place,
        Spot::Part(Part::Place(id)) => design.model.places[id].parent,
    }
}

fn groups(
    design: &Design<'_>,
    choice: &Choice<'_>,
    spots: &BTreeMap<Id<Component>, Spot>,
) -> (Vec<Group>, BTreeMap<Id<Place>, usize>) {
    let places = &design.model.places;
    let framed = |id: &Id<Place>| (choice.frames)(*id);
    let shown: BTreeSet<Vec<(&str, Id<Place>)>> = spots
        .values()
        .flat_map(|spot| {
            let around: Vec<Id<Place>> = chain(design, around(design, *spot));
            let around: Vec<Id<Place>> = around.into_iter().filter(framed).collect();
            (1..=around.len()).map(move |length| around[..length].to_vec())
        })
        .map(|chain| {
            let named = chain.iter().map(|id| (places[*id].head.path.as_str(), *id));
            named.collect()
        })
        .collect();
    let (mut groups, mut frames) = (Vec::new(), BTreeMap::new());
    for chain in &shown {
        let Some(((_, place), above)) = chain.split_last() else {
            continue;
        };
        let parent = above.last().and_then(|(_, id)| frames.get(id).copied());
        frames.insert(*place, groups.len());
        groups.push(group(&places[*place], parent));
    }
    (groups, frames)
}

fn group(place: &Place, parent: Option<usize>) -> Group {
    Group {
        id: format!("place:{}", place.head.path),
        parent,
        kind: place.kind.name,
        title: boxes::short_title(place.head.title.as_deref(), &place.head.name),
        caption: place_caption(place),
        change: None,
    }
}

/// Returns what is to be said of a place beside its kind: `private`.
pub fn place_caption(place: &Place) -> String {
    place.facts.word("trust").unwrap_or_default().to_owned()
}

/// Returns what a place is in few words: `private network`.
pub fn place_words(place: &Place) -> String {
    match place.facts.word("trust") {
        Some(trust) => format!("{trust} {}", place.kind.name),
        None => place.kind.name.to_owned(),
    }
}

fn nodes(
    design: &Design<'_>,
    spots: &BTreeMap<Id<Component>, Spot>,
    frames: &BTreeMap<Id<Place>, usize>,
) -> (Vec<Node>, BTreeMap<Spot, usize>) {
    let mut members: BTreeMap<Spot, Vec<Id<Component>>> = BTreeMap::new();
    for (component, spot) in spots {
        members.entry(*spot).or_default().push(*component);
    }
    let mut rows: Vec<(Spot, Node)> = members
        .iter()
        .map(|(spot, members)| (*spot, node(design, *spot, members, frames)))
        .collect();
    rows.sort_by(|(_, a), (_, b)| path(a).cmp(path(b)).then_with(|| a.id.cmp(&b.id)));
    let index = rows.iter().enumerate().map(|(at, (spot, _))| (*spot, at));
    let index = index.collect();
    (rows.into_iter().map(|(_, node)| node).collect(), index)
}

fn path(node: &Node) -> &str {
    node.id.split_once(':').map_or("", |(_, path)| path)
}

fn node(
    design: &Design<'_>,
    spot: Spot,
    members: &[Id<Component>],
    frames: &BTreeMap<Id<Place>, usize>,
) -> Node {
    let mut node = match spot {
        Spot::Own(id) => boxes::node(design, id),
        Spot::Part(part) => part.node(design, members),
    };
    if let Spot::Own(id) = spot
        && let Some(number) = watched(design, id)
    {
        node.caption = format!("{} · watches {number}", node.caption);
    }
    let mut places = chain(design, around(design, spot)).into_iter().rev();
    node.group = places.find_map(|place| frames.get(&place).copied());
    node
}

fn edges(
    design: &Design<'_>,
    choice: &Choice<'_>,
    boxes: &BTreeMap<Id<Component>, usize>,
) -> (Vec<Edge>, BTreeMap<Id<Relation>, usize>) {
    let steps = steps_from_outside(design);
    let mut bundles: BTreeMap<(usize, usize), Vec<Id<Relation>>> = BTreeMap::new();
    for (id, relation) in design.model.relations.iter() {
        if sent_back(design, relation).is_some() {
            continue;
        }
        let (Some(from), Some(to)) = (boxes.get(&relation.from), boxes.get(&relation.to)) else {
            continue;
        };
        let inside = from == to && relation.from != relation.to;
        if !inside && (choice.draws)((relation.from, relation.to)) {
            bundles.entry((*from, *to)).or_default().push(id);
        }
    }
    let mut rows: Vec<(Edge, Vec<Id<Relation>>)> = bundles
        .into_iter()
        .map(|((from, to), mut relations)| {
            relations.sort_by_key(|id| design.relation_name(*id));
            let (from, to) = match is_backward(design, &relations, &steps) {
                true => (to, from),
                false => (from, to),
            };
            let edge = edge(design, &relations, End::Node(from), End::Node(to));
            (edge, relations)
        })
        .collect();
    rows.sort_by(|(a, _), (b, _)| a.id.cmp(&b.id));
    let mut arrows = BTreeMap::new();
    for (at, (_, relations)) in rows.iter().enumerate() {
        arrows.extend(relations.iter().map(|id| (*id, at)));
    }
    for (id, relation) in design.model.relations.iter() {
        let open = sent_back(design, relation).and_then(|it| arrows.get(&it).copied());
        arrows.extend(open.map(|at| (id, at)));
    }
    (rows.into_iter().map(|(edge, _)| edge).collect(), arrows)
}

/// Returns the open connection over which something is told to who holds it; one
/// arrow stands for both.
fn sent_back(design: &Design<'_>, relation: &Relation) -> Option<Id<Relation>> {
    let open = relation.over?;
    let back = design.model.relations[open].from != relation.from;
    back.then_some(open)
}

/// Returns over how many connections each component is reached from outside.
fn steps_from_outside(design: &Design<'_>) -> BTreeMap<Id<Component>, usize> {
    let components = design.model.components.iter();
    let outside = components.filter(|(_, it)| it.is(Traits::OUTSIDE));
    let mut waiting: VecDeque<(Id<Component>, usize)> = outside.map(|(id, _)| (id, 0)).collect();
    let mut steps = BTreeMap::new();
    while let Some((id, far)) = waiting.pop_front() {
        if let Entry::Vacant(entry) = steps.entry(id) {
            entry.insert(far);
            let next = design.model.outgoing(id);
            waiting.extend(next.map(|(_, it)| (it.to, far + 1)));
        }
    }
    steps
}

/// Tells whether a two-way arrow reads better from its other end, which is
/// nearer to those who use the system: its heads are the same either way.
fn is_backward(
    design: &Design<'_>,
    relations: &[Id<Relation>],
    steps: &BTreeMap<Id<Component>, usize>,
) -> bool {
    let far = |id: Id<Component>| steps.get(&id).copied().unwrap_or(usize::MAX);
    let mut rows = relations.iter().map(|id| &design.model.relations[*id]);
    let both = |it: &Relation| it.arrow == Arrow::Duplex || it.over.is_some();
    rows.all(|it| both(it) && far(it.to) < far(it.from))
}

/// Returns the arrows from media to where they put what nobody could take.
fn dead_letters(
    design: &Design<'_>,
    choice: &Choice<'_>,
    single: &dyn Fn(Id<Component>) -> Option<usize>,
) -> Vec<Edge> {
    let arrows = dead_letter_ends(design).into_iter().filter_map(|ends| {
        let (from, to) = (single(ends.0)?, single(ends.1)?);
        (choice.draws)(ends).then(|| dead_letter(design, ends, (from, to)))
    });
    let mut edges: Vec<Edge> = arrows.collect();
    edges.sort_by(|a, b| a.id.cmp(&b.id));
    edges
}

/// Returns each medium with where it puts what nobody could take, unless a
/// connection says so already.
pub fn dead_letter_ends(design: &Design<'_>) -> Vec<Ends> {
    let components = design.model.components.iter();
    let stated = components.flat_map(|(id, component)| {
        let targets = component.facts.targets("dead-letter");
        targets.filter_map(move |target| match target {
            Element::Component(to) if to != id => Some((id, to)),
            _ => None,
        })
    });
    let is_new = |ends: &Ends| design.model.outgoing(ends.0).all(|(_, it)| it.to != ends.1);
    stated.filter(is_new).collect()
}

fn dead_letter(design: &Design<'_>, (from, to): Ends, ends: (usize, usize)) -> Edge {
    Edge {
        id: format!("dead-letter:{} ~> {}", design.name(from), design.name(to)),
        from: End::Node(ends.0),
        to: End::Node(ends.1),
        line: Line::Dashed,
        start: Tip::None,
        finish: Tip::Arrow,
        label: vec!["dead letters".to_owned()],
        sensitive: boxes::keeps_sensitive(design, from),
        marks: Vec::new(),
        change: None,
    }
}
