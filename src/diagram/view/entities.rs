//! Entities with their fields, and which refers to which.

use std::collections::BTreeMap;

use crate::diagram::scene::{
    Direction, Edge, End, Group, Line, Node, Picture, Row, Scene, Shape, Structure, Tip, Tone,
};
use crate::lint::Design;
use crate::model::{Element, Entity, FactItem, Field, FieldType, Id, Place};
use crate::quantity::{Dimension, Quantity};

use super::boxes::short_title;
use super::drawing::place_caption;
use super::heading;

/// How many stores a caption names.
const NAMED: usize = 3;

/// Returns the entities that `keep` lets pass as an entity-relationship diagram;
/// nothing where there are none.
pub fn scene(design: &Design<'_>, keep: &dyn Fn(Id<Entity>) -> bool) -> Option<Scene> {
    let mut shown: Vec<Id<Entity>> = design.model.entities.ids().filter(|id| keep(*id)).collect();
    shown.sort_by_key(|id| &design.model.entities[*id].head.path);
    if shown.is_empty() {
        return None;
    }
    let places = places_around(design, &shown);
    let groups = groups(design, &places);
    let nodes = shown.iter().map(|id| node(design, *id, &places)).collect();
    let indices: BTreeMap<Id<Entity>, usize> = shown.iter().copied().zip(0..).collect();
    let references = references(design, &shown, &indices);
    let structure = Structure {
        direction: Direction::Right,
        groups,
        nodes,
        edges: edges(references),
        keys: Vec::new(),
    };
    Some(Scene {
        name: "entities".to_owned(),
        title: heading(design, "entities"),
        description: description(design, &shown),
        picture: Picture::Structure(structure),
    })
}

/// Returns `one` for 1, else the number with the plural.
pub(super) fn counted(number: usize, one: &str, several: &str) -> String {
    match number {
        1 => format!("1 {one}"),
        _ => format!("{number} {several}"),
    }
}

/// Joins names with commas and a last "and".
pub(super) fn and(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}

/// Returns the places in whose blocks the entities are declared, by their paths.
fn places_around(design: &Design<'_>, shown: &[Id<Entity>]) -> Vec<Id<Place>> {
    let model = design.model;
    let holds = |place: &Place| {
        let mut paths = shown.iter().map(|id| &model.entities[*id].head.path);
        paths.any(|path| is_inside(path, &place.head.path))
    };
    let mut places: Vec<Id<Place>> = model.places.ids().collect();
    places.retain(|id| holds(&model.places[*id]));
    places.sort_by_key(|id| &model.places[*id].head.path);
    // A place whose name is taken already holds nothing of its own.
    places.dedup_by_key(|id| &model.places[*id].head.path);
    places
}

fn is_inside(path: &str, place: &str) -> bool {
    let rest = path.strip_prefix(place);
    rest.is_some_and(|rest| rest.starts_with('.'))
}

/// Returns the innermost of the places that a path lies in.
fn innermost(design: &Design<'_>, places: &[Id<Place>], path: &str) -> Option<usize> {
    let path_of = |index: &usize| design.model.places[places[*index]].head.path.as_str();
    let around = (0..places.len()).filter(|index| is_inside(path, path_of(index)));
    around.max_by_key(|index| path_of(index).len())
}

fn groups(design: &Design<'_>, places: &[Id<Place>]) -> Vec<Group> {
    let group = |id: &Id<Place>| {
        let place = &design.model.places[*id];
        Group {
            id: format!("place:{}", place.head.path),
            parent: innermost(design, places, &place.head.path),
            kind: place.kind.name,
            title: short_title(place.head.title.as_deref(), &place.head.name),
            caption: place_caption(place),
            change: None,
        }
    };
    places.iter().map(group).collect()
}

fn node(design: &Design<'_>, id: Id<Entity>, places: &[Id<Place>]) -> Node {
    let entity = &design.model.entities[id];
    let group = innermost(design, places, &entity.head.path);
    let rows = match &entity.values {
        Some(values) => values.iter().map(|value| value_row(value)).collect(),
        None => entity
            .fields
            .iter()
            .map(|it| row(design, entity, it))
            .collect(),
    };
    Node {
        id: format!("entity:{}", entity.head.path),
        group,
        kind: if entity.is_entity() { "entity" } else { "enum" },
        shape: Shape::Box,
        tone: if entity.is_entity() {
            Tone::State
        } else {
            Tone::Plain
        },
        title: match group {
            Some(_) => entity.head.name.clone(),
            None => entity.head.path.clone(),
        },
        caption: caption(design, id),
        rows,
        count: None,
        sensitive: entity.is_sensitive(),
        closed: false,
        marks: Vec::new(),
        change: None,
    }
}

fn value_row(value: &str) -> Row {
    Row {
        name: value.to_owned(),
        detail: String::new(),
        tags: Vec::new(),
        sensitive: false,
    }
}

fn row(design: &Design<'_>, entity: &Entity, field: &Field) -> Row {
    let mut tags = field.modifiers.clone();
    if is_in_index(entity, &field.name) && !field.is("indexed") && !field.is("key") {
        tags.push("indexed");
    }
    Row {
        name: field.name.clone(),
        detail: type_words(design, field),
        tags,
        sensitive: field.is("personal") || field.is("secret"),
    }
}

/// Tells whether the `about` block lets a field be searched by.
fn is_in_index(entity: &Entity, field: &str) -> bool {
    let mut items = entity.about.items("index").iter();
    items.any(
        |item| matches!(item, FactItem::Fields(path) if path.fields.iter().any(|it| it == field)),
    )
}

/// Returns a field's type as it would be written: `text(280)`, `Tweet[]`.
fn type_words(design: &Design<'_>, field: &Field) -> String {
    let word = match &field.ty {
        FieldType::Entity(id) => design.model.entities[*id].head.name.clone(),
        FieldType::Open => String::new(),
        FieldType::Scalar(word, None) => (*word).to_owned(),
        FieldType::Scalar(word, Some(size)) => {
            let dimension = match *word {
                "blob" => Dimension::SIZE,
                _ => Dimension::NUMBER,
            };
            match Quantity::from_f64(*size, dimension) {
                Some(size) => format!("{word}({size})"),
                None => (*word).to_owned(),
            }
        }
    };
    let list = if field.list { "[]" } else { "" };
    format!("{word}{list}")
}

/// Returns how large it is, how long it is kept, and where.
fn caption(design: &Design<'_>, id: Id<Entity>) -> String {
    let about = &design.model.entities[id].about;
    let size = about.quantity("size").map(Quantity::to_string);
    let kept = about.quantity("retention");
    let kept = kept.map(|retention| format!("kept {retention}"));
    let mut stores: Vec<&str> = design
        .keepers(id)
        .iter()
        .map(|it| design.name(*it))
        .collect();
    stores.sort_unstable();
    let more = stores.len().saturating_sub(NAMED);
    stores.truncate(NAMED);
    let place = match (stores.is_empty(), more) {
        (true, _) => None,
        (false, 0) => Some(format!("in {}", and(&stores))),
        (false, more) => Some(format!("in {} and {more} more", stores.join(", "))),
    };
    let parts: Vec<String> = size.into_iter().chain(kept).chain(place).collect();
    parts.join(" · ")
}

/// What two entities have to do with each other.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Ends {
    from: usize,
    to: usize,
    line: Line,
    start: Tip,
    finish: Tip,
}

/// A reference: what it is called, and by whom.
struct Reference {
    ends: Ends,
    owner: String,
    label: String,
    sensitive: bool,
}

fn references(
    design: &Design<'_>,
    shown: &[Id<Entity>],
    indices: &BTreeMap<Id<Entity>, usize>,
) -> Vec<Reference> {
    let mut found = Vec::new();
    for (from, id) in shown.iter().enumerate() {
        let entity = &design.model.entities[*id];
        for field in &entity.fields {
            if let FieldType::Entity(target) = field.ty
                && let Some(to) = indices.get(&target)
            {
                found.extend(reference(design, *id, field, [from, *to]));
            }
        }
        let sources = entity.about.targets("copy-of");
        found.extend(sources.filter_map(|source| match source {
            Element::Entity(source) => Some(Reference {
                ends: copy(from, *indices.get(&source)?),
                owner: entity.head.path.clone(),
                label: "copy of".to_owned(),
                sensitive: false,
            }),
            _ => None,
        }));
    }
    found
}

fn copy(from: usize, to: usize) -> Ends {
    Ends {
        from,
        to,
        line: Line::Dashed,
        start: Tip::None,
        finish: Tip::Arrow,
    }
}

/// Returns what a field refers to; nothing for a list that its entries refer
/// back from, which says the same.
fn reference(
    design: &Design<'_>,
    id: Id<Entity>,
    field: &Field,
    [from, to]: [usize; 2],
) -> Option<Reference> {
    let entity = &design.model.entities[id];
    let FieldType::Entity(target) = field.ty else {
        return None;
    };
    let other = &design.model.entities[target];
    let lists = || fields_of(other, id).filter(|it| it.list);
    let single = || fields_of(other, id).filter(|it| !it.list);
    if field.list && target != id && single().count() == 1 && sole(entity, target, true) {
        return None;
    }
    let (start, finish) = match (other.is_entity(), field.list) {
        (false, _) => (Tip::None, Tip::None),
        (true, true) => (Tip::None, Tip::Many),
        (true, false) => (start_of(entity, field), finish_of(field)),
    };
    let label = match lists().next() {
        Some(list)
            if !field.list
                && target != id
                && sole(entity, target, false)
                && sole(other, id, true) =>
        {
            format!("{} / {}", field.name, list.name)
        }
        _ => field.name.clone(),
    };
    let line = Line::Solid;
    Some(Reference {
        ends: Ends {
            from,
            to,
            line,
            start,
            finish,
        },
        owner: entity.head.path.clone(),
        label,
        sensitive: field.is("personal") || field.is("secret"),
    })
}

/// Returns the fields of an entity that refer to another.
fn fields_of(entity: &Entity, other: Id<Entity>) -> impl Iterator<Item = &Field> {
    let fields = entity.fields.iter();
    fields.filter(move |field| field.ty == FieldType::Entity(other))
}

/// Tells whether one field alone refers to another entity so.
fn sole(entity: &Entity, other: Id<Entity>, list: bool) -> bool {
    fields_of(entity, other)
        .filter(|field| field.list == list)
        .count()
        == 1
}

/// Returns how many may refer to the same: one where no two may hold the same value.
fn start_of(entity: &Entity, field: &Field) -> Tip {
    let keys = entity.fields.iter().filter(|it| it.is("key")).count();
    let alone = field.is("key") && keys == 1;
    if alone || field.is("unique") {
        Tip::One
    } else {
        Tip::Many
    }
}

fn finish_of(field: &Field) -> Tip {
    if field.is("optional") {
        Tip::None
    } else {
        Tip::One
    }
}

/// Makes one edge of the references between the same two, of the same nature.
fn edges(references: Vec<Reference>) -> Vec<Edge> {
    let mut together: BTreeMap<Ends, Vec<Reference>> = BTreeMap::new();
    for reference in references {
        together.entry(reference.ends).or_default().push(reference);
    }
    let edge = |(ends, references): (Ends, Vec<Reference>)| {
        let first = references.first()?;
        Some(Edge {
            id: format!("field:{}.{}", first.owner, first.label),
            from: End::Node(ends.from),
            to: End::Node(ends.to),
            line: ends.line,
            start: ends.start,
            finish: ends.finish,
            label: references.iter().map(|it| it.label.clone()).collect(),
            sensitive: references.iter().any(|it| it.sensitive),
            marks: Vec::new(),
            change: None,
        })
    };
    let mut edges: Vec<Edge> = together.into_iter().filter_map(edge).collect();
    edges.sort_by(|a, b| a.id.cmp(&b.id));
    edges
}

/// Says how many there are, and which refers to which.
fn description(design: &Design<'_>, shown: &[Id<Entity>]) -> String {
    let model = design.model;
    let enums = shown
        .iter()
        .filter(|id| !model.entities[**id].is_entity())
        .count();
    let entities = shown.len() - enums;
    let mut counts = vec![counted(entities, "entity", "entities")];
    if enums > 0 {
        counts.push(counted(enums, "enum", "enums"));
    }
    let mut words = format!("{} with their fields.", counts.join(" and "));
    for id in shown {
        let entity = &model.entities[*id];
        let targets = entity.fields.iter().filter_map(|field| match field.ty {
            FieldType::Entity(target) if shown.contains(&target) => {
                Some(model.entities[target].head.path.as_str())
            }
            _ => None,
        });
        let mut targets: Vec<&str> = targets.collect();
        targets.sort_unstable();
        targets.dedup();
        if !targets.is_empty() {
            words.push_str(&format!(
                " {} refers to {}.",
                entity.head.path,
                and(&targets)
            ));
        }
    }
    words
}
