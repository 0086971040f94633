//! Designs for the tests of this room.

use super::Context;
use super::sheet::{Block, Section};
use crate::analysis::success::Success;
use crate::model::{Input, resolve};
use crate::source::{SourceFile, Sources};

/// Returns what a part makes of a text; everything in it must be understood.
pub(super) fn part_of<Part>(text: &str, part: impl Fn(&Context) -> Part) -> Part {
    let mut sources = Sources::default();
    let id = sources.add(SourceFile::new("design.arch", text));
    let (tree, wrong) = crate::syntax::parse(id, sources.file(id));
    assert!(wrong.is_empty(), "{wrong:?}");
    let (model, findings) = resolve(&Input {
        sources: &sources,
        trees: vec![&tree],
        environment: None,
    });
    assert!(findings.is_empty(), "{findings:?}");
    part(&Context {
        model: &model,
        success: &Success::new(&model),
        sources: &sources,
    })
}

/// Returns the rows of all tables of a section.
pub(super) fn table_rows(section: &Section) -> Vec<Vec<String>> {
    let tables = section.blocks.iter().filter_map(|block| match block {
        Block::Table(table) => Some(table),
        _ => None,
    });
    let rows = tables.flat_map(|table| &table.rows);
    rows.map(|row| row.iter().map(|cell| cell.text.clone()).collect())
        .collect()
}

/// Returns the sentences of a section.
pub(super) fn sentences(section: &Section) -> String {
    let said = section.blocks.iter().filter_map(|block| match block {
        Block::Paragraph(text) => Some(text.as_str()),
        _ => None,
    });
    said.collect::<Vec<_>>().join("\n")
}
