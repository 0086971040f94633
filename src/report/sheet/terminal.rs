//! A sheet on a terminal: columns of characters that fit its width.

use unicode_width::UnicodeWidthStr;

use crate::numbers::sheet::{Block, Cell, Column, Section, Sheet, Table, Tone};
use crate::report::Options;
use crate::report::text::{visible, wrap};

/// The width where none is known.
const WIDTH: usize = 80;
/// Sentences and tables that are wider are hard to read.
const WIDEST: usize = 120;
/// The blanks between two columns.
const GAP: usize = 2;
/// A column of words is made no narrower than this.
const NARROWEST: usize = 8;

/// Writes a sheet as text of the width asked for.
pub fn terminal(sheet: &Sheet, options: &Options) -> String {
    let mut writer = Writer {
        options,
        width: options.width.unwrap_or(WIDTH).clamp(40, WIDEST),
        output: String::new(),
    };
    writer.line(&writer.bold(&visible(&sheet.title)));
    for section in &sheet.sections {
        writer.section(section);
    }
    writer.output
}

struct Writer<'a> {
    options: &'a Options,
    width: usize,
    output: String,
}

impl Writer<'_> {
    fn line(&mut self, line: &str) {
        self.output.push_str(line.trim_end());
        self.output.push('\n');
    }

    fn section(&mut self, section: &Section) {
        let title = visible(&section.title).into_owned();
        self.line("");
        self.line(&self.bold(&title));
        for block in &section.blocks {
            self.line("");
            match block {
                Block::Heading(text) => self.heading(text),
                Block::List(title, entries) => self.list(title, entries),
                Block::Paragraph(text) => self.sentence("", "", text),
                Block::Table(table) => self.table(table),
            }
        }
    }

    fn heading(&mut self, text: &str) {
        for line in wrap(&visible(text), Some(self.width)) {
            self.line(&self.bold(&line));
        }
    }

    fn list(&mut self, title: &str, entries: &[String]) {
        self.sentence("", "", &format!("{title}:"));
        for entry in entries {
            self.sentence("- ", "  ", entry);
        }
    }

    fn sentence(&mut self, first: &str, rest: &str, text: &str) {
        let width = self.width - rest.len();
        for (at, line) in wrap(&visible(text), Some(width)).iter().enumerate() {
            let margin = if at == 0 { first } else { rest };
            self.line(&format!("{margin}{line}"));
        }
    }

    fn table(&mut self, table: &Table) {
        let widths = widths(table, self.width);
        let titles = table.columns.iter().map(|it| Cell::from(&it.title));
        self.row(&table.columns, &widths, &titles.collect::<Vec<_>>());
        let rule = if self.options.unicode { "─" } else { "-" };
        let rules = widths.iter().map(|width| rule.repeat(*width));
        self.line(&rules.collect::<Vec<_>>().join(&" ".repeat(GAP)));
        for row in &table.rows {
            self.row(&table.columns, &widths, row);
        }
    }

    /// Writes a row in as many lines as its longest cell takes.
    fn row(&mut self, columns: &[Column], widths: &[usize], cells: &[Cell]) {
        let folded: Vec<Vec<String>> = cells
            .iter()
            .zip(widths)
            .map(|(cell, width)| fold(&visible(&cell.text), *width))
            .collect();
        let height = folded.iter().map(Vec::len).max().unwrap_or(0);
        for at in 0..height {
            let mut line = String::new();
            for (column, cell) in cells.iter().enumerate() {
                let text = folded[column].get(at).map_or("", String::as_str);
                let blanks = " ".repeat(widths[column].saturating_sub(text.width()));
                let text = self.toned(text, cell.tone);
                match columns[column].numbers {
                    true => line.push_str(&format!("{blanks}{text}")),
                    false => line.push_str(&format!("{text}{blanks}")),
                }
                line.push_str(&" ".repeat(GAP));
            }
            self.line(&line);
        }
    }

    fn bold(&self, text: &str) -> String {
        self.styled(text, "1")
    }

    fn toned(&self, text: &str, tone: Option<Tone>) -> String {
        match tone {
            None => text.to_owned(),
            Some(Tone::Bad) => self.styled(text, "31"),
            Some(Tone::Doubtful) => self.styled(text, "33"),
            Some(Tone::Good) => self.styled(text, "32"),
            Some(Tone::Quiet) => self.styled(text, "2"),
        }
    }

    fn styled(&self, text: &str, style: &str) -> String {
        match self.options.color && !text.is_empty() {
            true => format!("\u{1b}[{style}m{text}\u{1b}[0m"),
            false => text.to_owned(),
        }
    }
}

/// Returns how wide each column is, so that the table fits where it can: the widest
/// columns of words give way first.
fn widths(table: &Table, room: usize) -> Vec<usize> {
    let mut widths: Vec<usize> = table
        .columns
        .iter()
        .enumerate()
        .map(|(at, column)| natural(table, at, column))
        .collect();
    let gaps = GAP * widths.len().saturating_sub(1);
    loop {
        let total = widths.iter().sum::<usize>() + gaps;
        let giving = (0..widths.len())
            .filter(|at| !table.columns[*at].numbers && widths[*at] > NARROWEST)
            .max_by_key(|at| widths[*at]);
        match giving {
            Some(at) if total > room => widths[at] -= 1,
            _ => return widths,
        }
    }
}

fn natural(table: &Table, at: usize, column: &Column) -> usize {
    let cells = table.rows.iter().filter_map(|row| row.get(at));
    let widest = cells.map(|cell| visible(&cell.text).width()).max();
    column.title.width().max(widest.unwrap_or(0))
}

/// Breaks a text into lines of a width: between words, and within one that is longer.
fn fold(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(' ') {
        if !line.is_empty() && line.width() + 1 + word.width() > width {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        while line.width() > width {
            let rest = line.split_off(fitting(&line, width));
            lines.push(std::mem::replace(&mut line, rest));
        }
    }
    lines.push(line);
    lines
}

/// Returns how many bytes of a text fit, at least one character; a name breaks after
/// a dot or a slash rather than within a word.
fn fitting(text: &str, width: usize) -> usize {
    let mut end = 0;
    let mut seam = 0;
    for (at, character) in text.char_indices() {
        let next = at + character.len_utf8();
        if end > 0 && text[..next].width() > width {
            break;
        }
        end = next;
        if matches!(character, '.' | '/' | '-' | '_') {
            seam = end;
        }
    }
    if seam > 0 { seam } else { end }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(width: usize, color: bool) -> Options {
        Options {
            width: Some(width),
            unicode: false,
            color,
            ..Options::default()
        }
    }

    fn sheet() -> Sheet {
        let columns = [Column::left("component"), Column::right("peak")];
        let mut table = Table::new(columns);
        table.row([Cell::from("feeds"), Cell::toned("35k/s", Some(Tone::Bad))]);
        table.row([Cell::from("日本"), Cell::from("1/s")]);
        let entries = vec!["`feeds.replicas` 1: nothing says how many there are".to_owned()];
        let section = Section {
            title: "Load".into(),
            blocks: vec![
                Block::Table(table),
                Block::List("Assumed".into(), entries),
                Block::Paragraph("`feeds` breaks first.".into()),
            ],
        };
        Sheet {
            title: "S\u{1b}[2J".into(),
            sections: vec![section],
        }
    }

    #[test]
    fn columns_stand_under_their_titles() {
        let text = terminal(&sheet(), &options(40, false));
        let expected = "S\\u{1b}[2J

Load

component   peak
---------  -----
feeds      35k/s
日本         1/s

Assumed:
- `feeds.replicas` 1: nothing says how
  many there are

`feeds` breaks first.
";
        assert_eq!(text, expected);
    }

    #[test]
    fn long_titles_are_wrapped() {
        let list = Block::List("Waiting, as a rough guide to what may be".into(), vec![]);
        let section = Section {
            title: "Load".into(),
            blocks: vec![
                Block::Heading("Posts: a few machines could hold them all".into()),
                list,
            ],
        };
        let sheet = Sheet {
            title: "S".into(),
            sections: vec![section],
        };
        let text = terminal(&sheet, &options(40, false));
        let expected = "Posts: a few machines could hold them\nall\n\n\
            Waiting, as a rough guide to what may\nbe:\n";
        assert!(text.ends_with(expected), "{text}");
    }

    #[test]
    fn colours_take_no_room() {
        let text = terminal(&sheet(), &options(80, true));
        assert!(
            text.contains("\nfeeds      \u{1b}[31m35k/s\u{1b}[0m\n"),
            "{text}"
        );
    }

    #[test]
    fn wide_tables_fold_their_widest_words() {
        let mut table = Table::new([Column::left("a"), Column::left("b"), Column::right("c")]);
        let long = "one two three four five six seven eight nine ten";
        table.row([Cell::from(long), Cell::from("short"), Cell::from("1000")]);
        let widths = widths(&table, 40);
        assert_eq!(widths, [27, 5, 4]);
        assert_eq!(
            fold(long, 27),
            ["one two three four five six", "seven eight nine ten"]
        );
    }

    #[test]
    fn long_names_break_at_their_seams() {
        assert_eq!(
            fold("Public.openTheFeedNow", 10),
            ["Public.", "openTheFee", "dNow"]
        );
        assert_eq!(fold("日本語", 3), ["日", "本", "語"]);
        assert_eq!(fold("", 10), [""]);
    }
}
