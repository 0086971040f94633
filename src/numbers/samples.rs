//! Designs for the tests of this room, and sections as lines.

use super::sheet::{Block, Cell, Section};
use super::{Context, Numbers, numbers};
use crate::analysis::success::Success;
use crate::model::{Input, resolve};
use crate::source::{SourceFile, Sources};

/// Returns what a part says of a design; everything in it must be understood.
pub(super) fn part_of<T>(text: &str, part: impl Fn(&Context) -> T) -> T {
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
    part(&Context {
        model: &model,
        success: &Success::new(&model),
        sources: &sources,
    })
}

/// Returns a section as lines: `cell | cell` of tables, `title: entry` of lists.
pub(super) fn lines(section: Option<Section>) -> Vec<String> {
    let mut lines = Vec::new();
    for block in section.map_or(Vec::new(), |it| it.blocks) {
        match block {
            Block::Heading(text) | Block::Paragraph(text) => lines.push(text),
            Block::List(title, entries) => {
                lines.extend(entries.iter().map(|it| format!("{title}: {it}")));
            }
            Block::Table(table) => {
                lines.push(joined(table.columns.iter().map(|it| it.title.as_str())));
                let texts = |row: &Vec<Cell>| joined(row.iter().map(|it| it.text.as_str()));
                lines.extend(table.rows.iter().map(texts));
            }
        }
    }
    lines
}

fn joined<'a>(cells: impl Iterator<Item = &'a str>) -> String {
    cells.collect::<Vec<_>>().join(" | ")
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

/// Returns the numbers of a text; everything in it must be understood.
pub(super) fn numbers_of(text: &str) -> Numbers {
    part_of(text, |context| numbers("S", context))
}

/// Returns a section as lines: cells between bars, entries after dashes.
pub(super) fn paragraphs(section: &Section) -> Vec<String> {
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
