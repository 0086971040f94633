//! The system as one box, and who is around it.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagram::scene::{Direction, Edge, End, Node, Picture, Scene, Shape, Structure, Tone};
use crate::lint::Design;
use crate::model::{Component, Element, Id, Link, Operation, Relation};
use crate::syntax::tree::Arrow;

use super::arrows::{edge, fitting, listed, names, protocol};
use super::boxes;
use super::drawing::is_watching;
use super::{Keep, counted, heading, subject};

/// How many lines stand on an arrow.
const LINES: usize = 2;
/// Longer titles of steps tell more than what a party is for.
const FEW_LETTERS: usize = 18;

/// Returns the picture of those that `keep` lets pass; `None` where nothing is
/// around the system, or nothing in it.
pub fn scene(design: &Design<'_>, keep: Keep<'_>) -> Option<Scene> {
    let ids = || design.model.components.ids().filter(|id| keep(*id));
    let (mut outside, inside): (Vec<_>, Vec<_>) =
        ids().partition(|id| design.component(*id).is_outside());
    if outside.is_empty() || (inside.is_empty() && design.model.system.is_none()) {
        return None;
    }
    outside.sort_by_key(|id| design.name(*id));
    let mut nodes: Vec<Node> = outside.iter().map(|id| boxes::node(design, *id)).collect();
    nodes.push(system(design, inside.len()));
    let edges = edges(design, &outside, keep);
    let description = format!(
        "The system with {} around it and {}.",
        match outside.len() {
            1 => "1 party".to_owned(),
            number => format!("{number} parties"),
        },
        counted(edges.len(), "connection"),
    );
    let structure = Structure {
        direction: Direction::Right,
        nodes,
        edges,
        ..Structure::default()
    };
    Some(Scene {
        name: "context".to_owned(),
        title: heading(design, "context"),
        description,
        picture: Picture::Structure(structure),
    })
}

fn system(design: &Design<'_>, components: usize) -> Node {
    let (title, about) = match &design.model.system {
        Some(system) => (system.name.clone(), system.title.clone()),
        None => (subject(design), None),
    };
    Node {
        id: "system".to_owned(),
        group: None,
        kind: "system",
        shape: Shape::Box,
        tone: Tone::Compute,
        title,
        caption: about.unwrap_or_else(|| format!("system · {}", counted(components, "component"))),
        rows: Vec::new(),
        count: None,
        sensitive: false,
        closed: true,
        marks: Vec::new(),
        change: None,
    }
}

/// Returns an arrow for each two parties and direction.
fn edges(design: &Design<'_>, outside: &[Id<Component>], keep: Keep<'_>) -> Vec<Edge> {
    let system = outside.len();
    let index: BTreeMap<Id<Component>, usize> = outside
        .iter()
        .enumerate()
        .map(|(at, id)| (*id, at))
        .collect();
    let party = |id: &Id<Component>| index.get(id).copied().unwrap_or(system);
    let mut bundles: BTreeMap<(usize, usize), Vec<Id<Relation>>> = BTreeMap::new();
    for (id, relation) in design.model.relations.iter() {
        let mut ends = (party(&relation.from), party(&relation.to));
        // A two-way arrow is the same from either end; one for each party is enough.
        if relation.arrow == Arrow::Duplex && ends.0 == system {
            ends = (ends.1, ends.0);
        }
        let kept = keep(relation.from) && keep(relation.to);
        if kept && ends.0 != ends.1 && !is_watching(design, (relation.from, relation.to)) {
            bundles.entry(ends).or_default().push(id);
        }
    }
    let rows = bundles.into_iter().map(|((from, to), mut relations)| {
        relations.sort_by_key(|id| design.relation_name(*id));
        let ends = (End::Node(from), End::Node(to));
        match from == system || to == system {
            true => merged(design, &relations, ends),
            false => edge(design, &relations, ends.0, ends.1),
        }
    });
    let mut edges: Vec<Edge> = rows.collect();
    edges.sort_by(|a, b| a.id.cmp(&b.id));
    edges
}

/// Returns the arrow between a party and the system, with what it is for.
fn merged(design: &Design<'_>, relations: &[Id<Relation>], ends: (End, End)) -> Edge {
    let whole = edge(design, relations, ends.0, ends.1);
    Edge {
        label: label(design, relations),
        ..whole
    }
}

fn label(design: &Design<'_>, relations: &[Id<Relation>]) -> Vec<String> {
    let rows: Vec<&Relation> = relations
        .iter()
        .map(|id| &design.model.relations[*id])
        .collect();
    let starts = rows.iter().any(|it| design.component(it.from).is_outside());
    let uses: Vec<String> = match starts {
        true => operations(design, relations).into_iter().collect(),
        false => Vec::new(),
    };
    let mut lines = if uses.is_empty() {
        said(design, relations, &rows)
    } else {
        uses
    };
    let protocols: BTreeSet<&str> = rows
        .iter()
        .filter_map(|it| protocol(&it.facts))
        .filter(|word| rows.len() == 1 || *word != "dns")
        .collect();
    if !protocols.is_empty() {
        let protocols: Vec<&str> = protocols.into_iter().collect();
        lines.push(protocols.join(", "));
    }
    lines.truncate(LINES);
    lines
}

/// Returns what connections are said to be for: their one title, else those of
/// the steps that use them, else their data.
fn said(design: &Design<'_>, relations: &[Id<Relation>], rows: &[&Relation]) -> Vec<String> {
    let titles: BTreeSet<&str> = rows.iter().filter_map(|it| it.title.as_deref()).collect();
    let only = titles.first().filter(|_| titles.len() == 1);
    if let Some(title) = only.filter(|title| fitting(title).is_some()) {
        return vec![(*title).to_owned()];
    }
    let steps = step_titles(design, relations);
    if !steps.is_empty() {
        return vec![listed("", &steps)];
    }
    let of = |key: &'static str| {
        let data = rows.iter().flat_map(move |it| it.facts.data(key));
        names(design, data.map(|it| it.entity))
    };
    let lines = [("reads", of("reads")), ("writes", of("writes"))];
    let lines = lines.iter().filter(|(_, names)| !names.is_empty());
    lines.map(|(verb, names)| listed(verb, names)).collect()
}

/// Returns the short titles of the steps that use connections.
fn step_titles<'a>(design: &Design<'a>, relations: &[Id<Relation>]) -> BTreeSet<&'a str> {
    let links = design.model.flows.rows().iter().flat_map(|it| it.links());
    links
        .filter(|(link, _)| relations.contains(&link.relation))
        .filter_map(|(link, _)| link.title.as_deref())
        .filter(|title| title.chars().count() <= FEW_LETTERS)
        .collect()
}

/// Returns which operations flows ask for over connections, in a line; a party
/// that asks for many asks for their APIs.
fn operations(design: &Design<'_>, relations: &[Id<Relation>]) -> Option<String> {
    let passes = |links: &[(&Link, Vec<_>)]| {
        links
            .iter()
            .any(|(link, _)| relations.contains(&link.relation))
    };
    let flows = design.model.flows.rows().iter();
    let asked: BTreeSet<Id<Operation>> = flows
        .filter(|flow| passes(&flow.links()))
        .filter_map(|flow| flow.operation)
        .collect();
    let titles: BTreeSet<&str> = asked
        .iter()
        .filter_map(|id| design.model.head(Element::Operation(*id)))
        .map(|head| head.title.as_deref().unwrap_or(&head.name))
        .collect();
    match titles.len() {
        0 => None,
        1..=2 => Some(titles.into_iter().collect::<Vec<_>>().join(", "))
            .filter(|titles| fitting(titles) == Some(1)),
        number => {
            let apis = asked.iter().map(|id| design.model.operations[*id].api);
            let apis: BTreeSet<&str> = apis
                .map(|id| design.model.apis[id].head.name.as_str())
                .collect();
            let apis: Vec<&str> = apis.into_iter().collect();
            Some(match apis.as_slice() {
                [one] => format!("{number} operations of {one}"),
                _ => format!("{number} operations"),
            })
        }
    }
}
