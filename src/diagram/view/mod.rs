//! What each picture shows.
//!
//! Takes a design and what a review found, gives scenes in the order in which a
//! person reads them. Knows no size and no place on the paper.

mod arrows;
mod boxes;
pub mod changes;
mod chosen;
pub mod components;
pub mod context;
pub mod domain;
mod drawing;
pub mod entities;
pub mod findings;
pub mod flow;
mod partition;
pub mod requirements;
pub mod shapes;

#[cfg(test)]
mod data_tests;
#[cfg(test)]
mod tests;

pub use boxes::{caption, title_of};

use std::path::Path;

use super::scene::Scene;
use crate::finding::Finding;
use crate::lint::Design;
use crate::model::{Component, Id};
use crate::source::FileId;

/// Tells which components a picture is about.
pub type Keep<'k> = &'k dyn Fn(Id<Component>) -> bool;

/// Returns every picture that a design gets without being asked, and those that it
/// asks for; one that would be empty is left out. A picture asked for takes the
/// place of another one of its name, so that each name is there once.
pub fn scenes(design: &Design<'_>, findings: &[Finding]) -> Vec<Scene> {
    let mut scenes: Vec<Scene> = context::scene(design, &|_| true).into_iter().collect();
    scenes.extend(components::scene(design, &|_| true));
    scenes.extend(domain::scenes(design));
    scenes.extend(flow::scenes(design));
    scenes.extend(entities::scene(design, &|_| true));
    scenes.extend(requirements::scenes(design, &|_| true));
    scenes.extend(findings::scene(design, findings, &|_| true));
    for scene in chosen::scenes(design, findings) {
        match scenes.iter_mut().find(|it| it.name == scene.name) {
            Some(other) => *other = scene,
            None => scenes.push(scene),
        }
    }
    scenes
}

/// Returns the title of a picture: what is pictured, then what of it is shown.
pub fn heading(design: &Design<'_>, what: &str) -> String {
    format!("{}: {what}", subject(design))
}

/// Returns what a design is called in few words: the system's title if it is
/// short, else its name, else that of the file.
fn subject(design: &Design<'_>) -> String {
    match &design.model.system {
        Some(system) => boxes::short_title(system.title.as_deref(), &system.name),
        None => file_stem(design),
    }
}

fn file_stem(design: &Design<'_>) -> String {
    let model = design.model;
    let components = model.components.rows().iter().map(|it| &it.head);
    let entities = model.entities.rows().iter().map(|it| &it.head);
    let requirements = model.requirements.rows().iter().map(|it| &it.head);
    let heads = components.chain(entities).chain(requirements);
    let first = heads.map(|head| head.span.file).min();
    let first = first.unwrap_or(FileId(0));
    let name = design.sources.iter().find(|(id, _)| *id == first);
    let stem = name.and_then(|(_, file)| Path::new(&file.name).file_stem());
    stem.map_or_else(
        || "design".to_owned(),
        |stem| stem.to_string_lossy().into_owned(),
    )
}

/// Writes a number with its noun: `1 component`, `3 components`.
fn counted(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}
