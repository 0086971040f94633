//! Designs for the tests of this room.

use crate::model::{Component, Entity, Id, Input, Model, Operation, resolve};
use crate::source::{SourceFile, Sources};

/// The short posts that the documentation shows.
pub(super) const EXAMPLE: &str = include_str!("../../examples/short-posts/design.arch");

/// Returns what a text means; everything in it must be understood.
pub(super) fn model(text: &str) -> Model {
    let mut sources = Sources::default();
    let id = sources.add(SourceFile::new("design.arch", text));
    let (tree, wrong) = crate::syntax::parse(id, sources.file(id));
    assert!(wrong.is_empty(), "{wrong:?}");
    let input = Input {
        sources: &sources,
        trees: vec![&tree],
        environment: None,
    };
    let (model, findings) = resolve(&input);
    assert!(!model.incomplete, "{findings:?}");
    model
}

/// Returns the component of that name.
pub(super) fn component(model: &Model, name: &str) -> Id<Component> {
    let mut all = model.components.iter();
    all.find(|(_, it)| it.head.name == name)
        .expect("a component")
        .0
}

/// Returns the entity of that name.
pub(super) fn entity(model: &Model, name: &str) -> Id<Entity> {
    let mut all = model.entities.iter();
    all.find(|(_, it)| it.head.name == name)
        .expect("an entity")
        .0
}

/// Returns the operation of that name.
pub(super) fn operation(model: &Model, name: &str) -> Id<Operation> {
    let mut all = model.operations.iter();
    all.find(|(_, it)| it.head.name == name)
        .expect("an operation")
        .0
}

/// Says that two numbers are equal but for what is lost on the way.
pub(super) fn assert_near(actual: f64, expected: f64, share: f64) {
    let far = (actual - expected).abs() > share * expected.abs().max(1e-300);
    assert!(!far, "{actual} is not {expected}");
}
