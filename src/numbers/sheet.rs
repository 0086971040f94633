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

/// Returns what went in: first what the design states, then what is assumed and why,
/// then what is missing; each only where there is some.
pub fn sources(inputs: &[Input], missing: &[Missing]) -> Vec<Block> {
    let stated = inputs.iter().filter(|input| input.assumed.is_none());
    let stated: Vec<String> = stated
        .map(|input| format!("`{}` {}", input.name, input.words))
        .collect();
    let mut blocks = Vec::new();
    if !stated.is_empty() {
        blocks.push(Block::Paragraph(format!("Stated: {}.", stated.join(", "))));
    }
    for (title, entries) in [("Assumed", assumed(inputs)), ("Not stated", told(missing))] {
        if !entries.is_empty() {
            blocks.push(Block::List(title.to_owned(), entries));
        }
    }
    blocks
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
    let entries = reasons.into_iter();
    let entry =
        |(why, words, names): (_, _, Vec<String>)| format!("{} {words}: {why}", names.join(", "));
    entries.map(entry).collect()
}

fn told(missing: &[Missing]) -> Vec<String> {
    let entry = |it: &Missing| format!("{} ({}:{})", it.what, it.place.path, it.place.line);
    missing.iter().map(entry).collect()
}
