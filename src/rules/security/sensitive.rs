//! Why data is not for everybody, and where it is.

use std::collections::BTreeSet;

use crate::lint::Design;
use crate::model::{Component, Entity, Id, Operation, Relation};
use crate::source::Span;
use crate::vocabulary::Traits;

/// Returns where and why an entity is sensitive; `None` where it is not.
pub(super) fn why(entity: &Entity) -> Option<(Span, String)> {
    let name = &entity.head.name;
    for word in ["secret", "personal"] {
        if let Some(field) = entity.fields.iter().find(|field| field.is(word)) {
            return Some((field.span, format!("`{name}.{}` is {word}", field.name)));
        }
    }
    if !entity.is_sensitive() {
        return None;
    }
    let classed = entity.about.present("class");
    let words = match entity.about.word("class") {
        Some(class) => format!("`{name}` is {class}"),
        None => format!("`{name}` is not for everybody"),
    };
    let fact = classed.or(entity.about.present("sensitive"))?;
    Some((fact.span, words))
}

/// Returns the sensitive entities that a component keeps or carries.
pub(super) fn held(design: &Design<'_>, id: Id<Component>) -> Vec<Id<Entity>> {
    let mut found = design.entities_in(id);
    if design.component(id).is(Traits::MEDIUM) {
        let taken = design.model.outgoing(id);
        found.extend(taken.flat_map(|(_, it)| crossing(it)));
    }
    let sensitive = |id: &Id<Entity>| design.model.entities[*id].is_sensitive();
    found.into_iter().filter(sensitive).collect()
}

/// Returns the entities that are said to cross a connection.
pub(super) fn crossing(relation: &Relation) -> impl Iterator<Item = Id<Entity>> {
    let keys = ["reads", "writes", "carries"].into_iter();
    keys.flat_map(|key| relation.facts.data(key))
        .map(|data| data.entity)
}

/// Returns the first sensitive entity that an operation takes or gives.
pub(super) fn exchanged(design: &Design<'_>, operation: &Operation) -> Option<Id<Entity>> {
    let both = operation.parameters.iter().chain(&operation.results);
    let entities = both.filter_map(|it| match it.ty {
        crate::model::FieldType::Entity(entity) => Some(entity),
        _ => None,
    });
    let stated = ["reads", "writes", "carries"]
        .into_iter()
        .flat_map(|key| operation.facts.data(key));
    let all: BTreeSet<Id<Entity>> = entities.chain(stated.map(|data| data.entity)).collect();
    all.into_iter()
        .find(|id| design.model.entities[*id].is_sensitive())
}

/// Returns the names of entities.
pub(super) fn names<'d>(design: &Design<'d>, entities: &[Id<Entity>]) -> Vec<&'d str> {
    let rows = entities.iter().map(|id| &design.model.entities[*id]);
    rows.map(|entity| entity.head.name.as_str()).collect()
}
