//! A sheet as Markdown, as forges and static sites read it.

use crate::numbers::sheet::{Block, Cell, Section, Sheet, Table};
use crate::report::text::visible;

/// Writes a sheet as Markdown.
pub fn markdown(sheet: &Sheet) -> String {
    let mut output = format!("# {}\n", escaped(&sheet.title));
    for section in &sheet.sections {
        self::section(&mut output, section);
    }
    output
}

fn section(output: &mut String, section: &Section) {
    output.push_str(&format!("\n## {}\n", escaped(&section.title)));
    for block in &section.blocks {
        output.push('\n');
        match block {
            Block::Heading(text) => output.push_str(&format!("### {}\n", escaped(text))),
            Block::List(title, entries) => {
                output.push_str(&format!("{}:\n\n", escaped(title)));
                for entry in entries {
                    output.push_str(&format!("- {}\n", escaped(entry)));
                }
            }
            Block::Paragraph(text) => output.push_str(&format!("{}\n", escaped(text))),
            Block::Table(table) => self::table(output, table),
        }
    }
}

fn table(output: &mut String, table: &Table) {
    let titles = table.columns.iter().map(|column| escaped(&column.title));
    row(output, titles);
    let marks = table.columns.iter().map(|column| match column.numbers {
        true => "--:".to_owned(),
        false => "---".to_owned(),
    });
    row(output, marks);
    for cells in &table.rows {
        row(output, cells.iter().map(|cell: &Cell| escaped(&cell.text)));
    }
}

fn row(output: &mut String, cells: impl Iterator<Item = String>) {
    let cells: Vec<String> = cells.collect();
    output.push_str(&format!("| {} |\n", cells.join(" | ")));
}

/// Writes what would mean something to Markdown as itself; code between backticks
/// stays code.
fn escaped(text: &str) -> String {
    let text = visible(text);
    let is_paired = text.matches('`').count().is_multiple_of(2);
    let mut in_code = false;
    let mut output = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '`' if is_paired => in_code = !in_code,
            // Tables are cut at bars before code is looked for.
            '|' => output.push('\\'),
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '~' if !in_code => {
                output.push('\\');
            }
            _ => {}
        }
        output.push(character);
    }
    output
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numbers::sheet::Column;

    #[test]
    fn tables_keep_their_columns_whatever_is_in_them() {
        let mut table = Table::new([Column::left("a|b"), Column::right("n")]);
        table.row([Cell::from("x | `y|z` *w*"), Cell::from("1")]);
        table.row([Cell::from("line\nbreak"), Cell::from("<2")]);
        let sheet = Sheet {
            title: "S".into(),
            sections: vec![Section {
                title: "T_1".into(),
                blocks: vec![
                    Block::Table(table),
                    Block::List("Assumed".into(), vec!["`a_b` 1".into()]),
                ],
            }],
        };
        let expected = "# S

## T\\_1

| a\\|b | n |
| --- | --: |
| x \\| `y\\|z` \\*w\\* | 1 |
| line break | \\<2 |

Assumed:

- `a_b` 1
";
        assert_eq!(markdown(&sheet), expected);
    }
}
