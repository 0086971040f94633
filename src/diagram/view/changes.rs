//! The components of two states of a design in one picture, with what changed.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagram::scene::{Edge, End, Group, Node, Picture, Scene, Structure, Tip, Tone};
use crate::diff::{Change, Changes, Item};
use crate::lint::Design;
use crate::model::{Component, Id};

use super::drawing::{Choice, Spot, draw, is_watching};
use super::partition::LIMIT;
use super::{counted, heading};

/// Returns the picture of all components before and now. Where they are too many,
/// those that changed and those connected with them.
pub fn scene<'a>(
    base: Option<&Design<'a>>,
    head: Option<&Design<'a>>,
    changes: &Changes,
) -> Option<Scene> {
    let touched = Touched::new(changes);
    let shown = shown(base, head, &touched);
    let keep = |name: &str| shown.as_ref().is_none_or(|names| names.contains(name));
    let structure =
        |design: Option<&Design<'_>>| design.map(|it| drawn(it, &keep)).unwrap_or_default();
    let mut union = union(&structure(base), &structure(head));
    touched.mark(&mut union);
    let design = head.or(base)?;
    (!union.nodes.is_empty()).then(|| Scene {
        name: "changes".to_owned(),
        title: heading(design, "changes"),
        description: description(&union, shown.is_some()),
        picture: Picture::Structure(union),
    })
}

/// What changed, by the ids that pictures have for it.
struct Touched<'a> {
    elements: BTreeMap<String, Change>,
    /// Who is connected, either way.
    connected: BTreeSet<(&'a str, &'a str)>,
}

impl<'a> Touched<'a> {
    fn new(changes: &'a Changes) -> Touched<'a> {
        let drawn = |item: &&Item| matches!(item.sort, "component" | "place");
        let elements = changes.elements.iter().filter(drawn);
        let elements = elements.map(|item| (format!("{}:{}", item.sort, item.name), item.change));
        let connected = changes.relations.iter().filter_map(|item| {
            let mut words = item.name.split(' ');
            let (from, to) = (words.next()?, words.next_back()?);
            Some((from.min(to), from.max(to)))
        });
        Touched {
            elements: elements.collect(),
            connected: connected.collect(),
        }
    }

    /// Marks what is there before and now, and not the same.
    fn mark(&self, union: &mut Structure) {
        for (id, change) in boxes(union) {
            if change.is_none() && self.elements.get(id) == Some(&Change::Changed) {
                *change = Some(Change::Changed);
            }
        }
        let ids: Vec<&str> = union.nodes.iter().map(|it| it.id.as_str()).collect();
        for edge in &mut union.edges {
            let ends = [edge.from, edge.to].map(|end| name(&ids, end));
            let ends = (ends[0].min(ends[1]), ends[0].max(ends[1]));
            if edge.change.is_none() && self.connected.contains(&ends) {
                edge.change = Some(Change::Changed);
            }
        }
    }
}

/// Returns the ids and changes of boxes and groups.
fn boxes(union: &mut Structure) -> impl Iterator<Item = (&str, &mut Option<Change>)> {
    let nodes = union.nodes.iter_mut();
    let nodes = nodes.map(|it| (it.id.as_str(), &mut it.change));
    let groups = union.groups.iter_mut();
    nodes.chain(groups.map(|it| (it.id.as_str(), &mut it.change)))
}

fn name<'a>(ids: &[&'a str], end: End) -> &'a str {
    match end {
        End::Node(at) => ids[at].split_once(':').map_or(ids[at], |(_, name)| name),
        End::Group(_) => "",
    }
}

/// Returns the names of the components to draw; `None` for all.
fn shown<'a>(
    base: Option<&Design<'a>>,
    head: Option<&Design<'a>>,
    touched: &Touched<'_>,
) -> Option<BTreeSet<String>> {
    let designs = || [base, head].into_iter().flatten();
    let names = |design: &Design<'_>| -> Vec<String> {
        let ids = design.model.components.ids();
        ids.map(|id| design.name(id).to_owned()).collect()
    };
    let all: BTreeSet<String> = designs().flat_map(names).collect();
    if all.len() <= LIMIT {
        return None;
    }
    let changed = |name: &str| {
        let own = touched.elements.contains_key(&format!("component:{name}"));
        own || touched
            .connected
            .iter()
            .any(|ends| ends.0 == name || ends.1 == name)
    };
    let mut shown: BTreeSet<String> = all.iter().filter(|name| changed(name)).cloned().collect();
    for design in designs() {
        for relation in design.model.relations.rows() {
            let (from, to) = (design.name(relation.from), design.name(relation.to));
            if changed(from) || changed(to) {
                shown.extend([from.to_owned(), to.to_owned()]);
            }
        }
    }
    // Where nothing to draw changed, everything is as good as nothing.
    (!shown.is_empty()).then_some(shown)
}

fn drawn(design: &Design<'_>, keep: &dyn Fn(&str) -> bool) -> Structure {
    let spot = |id: Id<Component>| keep(design.name(id)).then_some(Spot::Own(id));
    let choice = Choice {
        spot: &spot,
        frames: &|_| true,
        draws: &|ends| !is_watching(design, ends),
    };
    draw(design, &choice).structure
}

/// Puts together what was there before and what is there now; what is only in one
/// of them is marked, and no family has a colour, so that changes have.
fn union(base: &Structure, head: &Structure) -> Structure {
    let groups = groups(base, head);
    let nodes = nodes(base, head, &groups);
    let edges = edges(base, head, &nodes);
    Structure {
        direction: head.direction,
        groups,
        nodes,
        edges,
        keys: Vec::new(),
    }
}

fn only(in_base: bool, in_head: bool) -> Option<Change> {
    match (in_base, in_head) {
        (true, false) => Some(Change::Removed),
        (false, true) => Some(Change::Added),
        _ => None,
    }
}

fn groups(base: &Structure, head: &Structure) -> Vec<Group> {
    let is_in = |groups: &[Group], id: &str| groups.iter().any(|it| it.id == id);
    let mut union: Vec<Group> = Vec::new();
    for side in [head, base] {
        for group in &side.groups {
            if is_in(&union, &group.id) {
                continue;
            }
            let parent = group.parent.map(|at| side.groups[at].id.as_str());
            let parent = parent.and_then(|id| union.iter().position(|it| it.id == id));
            union.push(Group {
                parent,
                change: only(
                    is_in(&base.groups, &group.id),
                    is_in(&head.groups, &group.id),
                ),
                ..group.clone()
            });
        }
    }
    union
}

fn nodes(base: &Structure, head: &Structure, groups: &[Group]) -> Vec<Node> {
    let is_in = |nodes: &[Node], id: &str| nodes.iter().any(|it| it.id == id);
    let mut union: Vec<Node> = Vec::new();
    for side in [head, base] {
        for node in &side.nodes {
            if is_in(&union, &node.id) {
                continue;
            }
            let group = node.group.map(|at| side.groups[at].id.as_str());
            union.push(Node {
                group: group.and_then(|id| groups.iter().position(|it| it.id == id)),
                tone: Tone::Plain,
                change: only(is_in(&base.nodes, &node.id), is_in(&head.nodes, &node.id)),
                ..node.clone()
            });
        }
    }
    union.sort_by(|a, b| a.id.cmp(&b.id));
    union
}

fn edges(base: &Structure, head: &Structure, nodes: &[Node]) -> Vec<Edge> {
    let mut union: Vec<Edge> = Vec::new();
    for side in [head, base] {
        for edge in &side.edges {
            if is_drawn(&union, nodes, side, edge) {
                continue;
            }
            let has = |other: &Structure| other.edges.iter().any(|it| same(other, it, side, edge));
            union.push(Edge {
                from: moved(side, edge.from, nodes),
                to: moved(side, edge.to, nodes),
                change: only(has(base), has(head)),
                ..edge.clone()
            });
        }
    }
    union.sort_by(|a, b| a.id.cmp(&b.id));
    union
}

fn id_of(structure: &Structure, end: End) -> &str {
    match end {
        End::Group(at) => &structure.groups[at].id,
        End::Node(at) => &structure.nodes[at].id,
    }
}

/// Tells whether two arrows are between the same boxes; one with two heads may be
/// drawn from either end.
fn same(one: &Structure, a: &Edge, other: &Structure, b: &Edge) -> bool {
    let (a_ends, b_ends) = (
        (id_of(one, a.from), id_of(one, a.to)),
        (id_of(other, b.from), id_of(other, b.to)),
    );
    let both = a.start == Tip::Arrow && b.start == Tip::Arrow;
    a_ends == b_ends || (both && a_ends == (b_ends.1, b_ends.0))
}

fn is_drawn(union: &[Edge], nodes: &[Node], side: &Structure, edge: &Edge) -> bool {
    let (from, to) = (moved(side, edge.from, nodes), moved(side, edge.to, nodes));
    union.iter().any(|it| {
        let both = it.start == Tip::Arrow && edge.start == Tip::Arrow;
        (it.from, it.to) == (from, to) || (both && (it.from, it.to) == (to, from))
    })
}

/// Returns where an end is in the union; arrows of components end at boxes.
fn moved(side: &Structure, end: End, nodes: &[Node]) -> End {
    let id = id_of(side, end);
    let at = nodes.iter().position(|it| it.id == id);
    at.map_or(end, End::Node)
}

/// Counts what is marked: `Boxes: 1 added, 2 changed. Arrows: 1 removed.`
fn description(union: &Structure, chosen: bool) -> String {
    let nodes: Vec<Option<Change>> = union.nodes.iter().map(|it| it.change).collect();
    let edges: Vec<Option<Change>> = union.edges.iter().map(|it| it.change).collect();
    let mut text = format!(
        "{}: {}. {}: {}.",
        counted(nodes.len(), "component"),
        tally(&nodes),
        counted(edges.len(), "connection"),
        tally(&edges)
    );
    if chosen {
        text.push_str(" Only what changed and what is connected with it.");
    }
    text
}

fn tally(marks: &[Option<Change>]) -> String {
    let all = [Change::Added, Change::Removed, Change::Changed];
    let counts = all.into_iter().filter_map(|change| {
        let number = marks.iter().filter(|it| **it == Some(change)).count();
        (number > 0).then(|| format!("{number} {}", change.word()))
    });
    let counts: Vec<String> = counts.collect();
    match counts.is_empty() {
        true => "none changed".to_owned(),
        false => counts.join(", "),
    }
}
