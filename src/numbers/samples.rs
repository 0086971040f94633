//! Sections of small designs, for the tests of this room.

use super::sheet::{Block, Section};
use super::{Numbers, numbers};
use crate::analysis::success::Success;
use crate::model::{Input, resolve};
use crate::numbers::Context;
use crate::source::{SourceFile, Sources};

/// Returns the numbers of a text; everything in it must be understood.
pub(super) fn numbers_of(text: &str) -> Numbers {
    let mut sources = Sources::default();
    let file = sources.add(SourceFile::new("design.arch", text));
    let (tree, wrong) = crate::syntax::parse(file, sources.file(file));
    assert!(wrong.is_empty(), "{wrong:?}");
    let (model, findings) = resolve(&Input {
        sources: &sources,
        trees: vec![&tree],
        environment: None,
    });
    assert!(findings.is_empty(), "{findings:?}");
    let success = Success::new(&model);
    let context = Context {
        model: &model,
        success: &success,
        sources: &sources,
    };
    numbers("S", &context)
}

/// Returns a section as lines: cells between bars, entries after dashes.
pub(super) fn lines(section: &Section) -> Vec<String> {
    let blocks = section.blocks.iter();
    blocks.flat_map(block).collect()
}

fn block(block: &Block) -> Vec<String> {
    match block {
        Block::Heading(text) => vec![format!("# {text}")],
        Block::List(title, entries) => {
            let entries = entries.iter().map(|it| format!("- {it}"));
            std::iter::once(format!("{title}:"))
                .chain(entries)
                .collect()
        }
        Block::Paragraph(text) => vec![text.clone()],
        Block::Table(table) => {
            let titles = table.columns.iter().map(|it| it.title.clone());
            let rows = table.rows.iter().map(|row| {
                let cells: Vec<&str> = row.iter().map(|it| it.text.as_str()).collect();
                cells.join(" | ")
            });
            let titles = titles.collect::<Vec<_>>().join(" | ");
            std::iter::once(titles).chain(rows).collect()
        }
    }
}
