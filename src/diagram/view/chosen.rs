//! The pictures that a design asks for with `view`.

use crate::diagram::scene::Scene;
use crate::finding::Finding;
use crate::lint::Design;
use crate::model::{Component, Element, Entity, Id, Requirement, View, ViewKind};

use super::{components, context, entities, findings, heading, requirements};

/// Returns the pictures asked for, in the order of their names; one that would
/// be empty is left out.
pub fn scenes(design: &Design<'_>, found: &[Finding]) -> Vec<Scene> {
    let mut views: Vec<&View> = design.model.views.rows().iter().collect();
    views.sort_by(|one, two| one.head.path.cmp(&two.head.path));
    let scenes = views.into_iter().flat_map(|view| named(design, found, view));
    scenes.collect()
}

/// Returns what a view shows under its own name; requirements have a table too.
fn named(design: &Design<'_>, found: &[Finding], view: &View) -> Vec<Scene> {
    let shows = |element| view.shows(design.model, element);
    let component = |id: Id<Component>| shows(Element::Component(id));
    let entity = |id: Id<Entity>| shows(Element::Entity(id));
    let requirement = |id: Id<Requirement>| shows(Element::Requirement(id));
    let scenes: Vec<Scene> = match view.of {
        ViewKind::Components => components::scene(design, &component).into_iter().collect(),
        ViewKind::Context => context::scene(design, &component).into_iter().collect(),
        ViewKind::Entities => entities::scene(design, &entity).into_iter().collect(),
        ViewKind::Findings => findings::scene(design, found, &component).into_iter().collect(),
        ViewKind::Requirements => requirements::scenes(design, &requirement),
    };
    let title = view.head.title.as_deref().unwrap_or(&view.head.path);
    let renamed = scenes.into_iter().map(|scene| Scene {
        name: scene.name.replacen(view.of.word(), &view.head.path, 1),
        title: heading(design, title),
        ..scene
    });
    renamed.collect()
}
