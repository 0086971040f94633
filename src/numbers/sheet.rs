//! Sections and tables, in the order in which they are read; no layout.

use super::{Input, Missing};

/// A document about numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// What it is about.
    pub title: String,
    /// What it says.
    pub sections: Vec<Section>,
}

/// A section with a title.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// The title.
    pub title: String,
    /// What stands under it.
    pub blocks: Vec<Block>,
}

/// A piece of a section. Names of the design and its text stand between backticks
/// in running text, and bare in tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A title within a section.
    Heading(String),
    /// Entries under words of their own: "Assumed".
    List(String, Vec<String>),
    /// Sentences.
    Paragraph(String),
    /// Rows and columns.
    Table(Table),
}

/// Rows and columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows; each has a cell for each column.
    pub rows: Vec<Vec<Cell>>,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The title, short.
    pub title: String,
    /// Whether it holds numbers, which stand at the right; words may be wrapped.
    pub numbers: bool,
    /// Whether it is a sketch made of characters, for where nothing can be drawn.
    pub sketch: bool,
}

/// A cell of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// What it says; may be empty.
    pub text: String,
    /// What colour it has where there are colours.
    pub tone: Option<Tone>,
}

/// What a cell tells before it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Something breaks.
    Bad,
    /// Something is likely to break.
    Doubtful,
    /// Something holds.
    Good,
    /// It matters less than the rest.
    Quiet,
}

impl Column {
    /// Makes a column of words.
    pub fn left(title: &str) -> Column {
        Column {
            title: title.to_owned(),
            numbers: false,
            sketch: false,
        }
    }

    /// Makes a column of sketches.
    pub fn sketch(title: &str) -> Column {
        Column {
            sketch: true,
            ..Column::left(title)
        }
    }

    /// Makes a column of numbers.
    pub fn right(title: &str) -> Column {
        Column {
            title: title.to_owned(),
            numbers: true,
            sketch: false,
        }
    }
}

impl Cell {
    /// Makes a cell with a colour.
    pub fn toned(text: impl Into<String>, tone: Option<Tone>) -> Cell {
        Cell {
            text: text.into(),
            tone,
        }
    }
}

impl<T: Into<String>> From<T> for Cell {
    fn from(text: T) -> Cell {
        Cell::toned(text, None)
    }
}

impl Table {
    /// Makes a table without rows.
    pub fn new(columns: impl IntoIterator<Item = Column>) -> Table {
        Table {
            columns: columns.into_iter().collect(),
            rows: Vec::new(),
        }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: impl IntoIterator<Item = Cell>) {
        self.rows.push(cells.into_iter().collect());
    }
}

/// The most stated numbers that are shown; a program reads them all.
const STATED: usize = 30;
/// The most entries of what is assumed, and of what is missing.
const ENTRIES: usize = 12;
/// The most names that one entry shows.
const NAMES: usize = 6;

/// Returns what went in: first what the design states, then what is assumed and why,
/// then what is missing; each only where there is some, and of many the first.
pub fn sources(inputs: &[Input], missing: &[Missing]) -> Vec<Block> {
    let stated = inputs.iter().filter(|input| input.assumed.is_none());
    let stated: Vec<String> = stated
        .map(|input| format!("`{}` {}", input.name, input.words))
        .collect();
    let mut blocks = Vec::new();
    if !stated.is_empty() {
        let words = cut(stated, STATED).join(", ");
        blocks.push(Block::Paragraph(format!("Stated: {words}.")));
    }
    for (title, entries) in [("Assumed", assumed(inputs)), ("Not stated", told(missing))] {
        if !entries.is_empty() {
            blocks.push(Block::List(title.to_owned(), cut(entries, ENTRIES)));
        }
    }
    blocks
}

/// Keeps the first entries, and says where the others are.
fn cut(mut entries: Vec<String>, most: usize) -> Vec<String> {
    // One line that says that there is one more is no shorter.
    if entries.len() > most + 1 {
        let more = entries.len() - most;
        entries.truncate(most);
        entries.push(format!("and {more} more, all in `--format json`"));
    }
    entries
}

/// Returns what is assumed, that of one reason in one entry.
fn assumed(inputs: &[Input]) -> Vec<String> {
    let mut reasons: Vec<(&str, &str, Vec<String>)> = Vec::new();
    for input in inputs {
        let Some(why) = &input.assumed else { continue };
        let name = format!("`{}`", input.name);
        let alike = |it: &&mut (&str, &str, _)| it.0 == why && it.1 == input.words;
        match reasons.iter_mut().find(alike) {
            Some(known) => known.2.push(name),
            None => reasons.push((why, &input.words, vec![name])),
        }
    }
    // What is assumed of most weighs most.
    reasons.sort_by_key(|(_, _, names)| std::cmp::Reverse(names.len()));
    let entries = reasons.into_iter();
    let entry = |(why, words, names)| format!("{} {words}: {why}", together(names));
    entries.map(entry).collect()
}

fn together(mut names: Vec<String>) -> String {
    if names.len() > NAMES + 1 {
        let more = names.len() - NAMES;
        names.truncate(NAMES);
        return format!("{} and {more} more, each", names.join(", "));
    }
    names.join(", ")
}

fn told(missing: &[Missing]) -> Vec<String> {
    let entry = |it: &Missing| format!("{} ({}:{})", it.what, it.place.path, it.place.line);
    missing.iter().map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numbers::Place;

    fn input(number: usize, assumed: Option<&str>) -> Input {
        Input {
            name: format!("s{number}.replicas"),
            value: 1.0,
            words: "1".into(),
            stated: None,
            assumed: assumed.map(str::to_owned),
        }
    }

    fn missing(number: usize) -> Missing {
        Missing {
            what: format!("`s{number}` states no `capacity`"),
            place: Place {
                path: "a.arch".into(),
                line: number,
                column: 1,
            },
        }
    }

    fn entries(block: &Block) -> &[String] {
        match block {
            Block::List(_, entries) => entries,
            _ => &[],
        }
    }

    #[test]
    fn of_many_numbers_the_first_are_shown() {
        let stated = (0..200).map(|it| input(it, None));
        let alike = (0..60).map(|it| input(it, Some("nothing says how many there are")));
        let reasons: Vec<String> = (0..40).map(|it| format!("reason {it}")).collect();
        let each = reasons.iter().map(|it| input(1, Some(it.as_str())));
        let inputs: Vec<Input> = stated.chain(each).chain(alike).collect();
        let missing: Vec<Missing> = (0..1000).map(missing).collect();
        let blocks = sources(&inputs, &missing);
        let Block::Paragraph(stated) = &blocks[0] else {
            panic!("{blocks:?}");
        };
        assert_eq!(stated.matches(".replicas").count(), STATED);
        assert!(stated.ends_with(" 1, and 170 more, all in `--format json`."));
        let assumed = entries(&blocks[1]);
        assert_eq!(assumed.len(), ENTRIES + 1);
        let most =
            "`s4.replicas`, `s5.replicas` and 54 more, each 1: nothing says how many there are";
        assert!(assumed[0].ends_with(most), "{}", assumed[0]);
        assert_eq!(assumed[ENTRIES], "and 29 more, all in `--format json`");
        let last = entries(&blocks[2]).last().unwrap();
        assert_eq!(last, "and 988 more, all in `--format json`");
    }

    #[test]
    fn a_few_numbers_are_all_shown() {
        let inputs: Vec<Input> = (0..=STATED).map(|it| input(it, None)).collect();
        let missing: Vec<Missing> = (0..=ENTRIES).map(missing).collect();
        let blocks = sources(&inputs, &missing);
        let Block::Paragraph(stated) = &blocks[0] else {
            panic!("{blocks:?}");
        };
        assert!(stated.ends_with("`s30.replicas` 1."), "{stated}");
        let last = entries(&blocks[1]).last().unwrap();
        assert_eq!(last, "`s12` states no `capacity` (a.arch:12)");
    }
}
