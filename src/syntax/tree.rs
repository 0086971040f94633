//! The tree: the five statement shapes, with comments and blank lines kept.
//!
//! Every word is as written; what a word means is not known here.

use crate::source::{FileId, Span};

/// One file, read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree {
    /// The file that was read.
    pub file: FileId,
    /// Its items in order.
    pub items: Vec<Item>,
}

/// One thing in a block or at the top of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// From its first byte to its last, without the terminator.
    pub span: Span,
    /// Whether at least one blank line stands before it.
    pub blank_before: bool,
    /// Whether it starts on the line on which the item before it ended
    /// (for the first of a block: on the line of the `{`).
    pub same_line: bool,
    /// What it is.
    pub node: Node,
}

/// What an item is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// `@accept(rule, "reason")`: about the next statement.
    Annotation(Annotation),
    /// Text that could not be read; kept byte for byte. Its first words are
    /// saved so that users of the name raise no second error.
    Broken(Broken),
    /// `// …` or `/* … */`; the text is what the item's span covers.
    Comment,
    /// `/// …`: documentation of the next statement; one item a line.
    Doc(String),
    /// Declare, set, demand or connect.
    Statement(Statement),
}

/// What could be saved of a broken statement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Broken {
    /// The words at its start, up to the first that is not a plain word, at most three.
    pub words: Vec<Name>,
}

/// One statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The part before the block.
    pub head: Head,
    /// The part before the block, as a place: without title and block it is the whole statement.
    pub head_span: Span,
    /// `"Title"` of a declaration or a connection; of a `set`, strings are part of the value.
    pub title: Option<Text>,
    /// `{ … }`.
    pub block: Option<Block>,
    /// Comments that stand inside the head (between its words), in order.
    /// A head that has one is formatted byte for byte.
    pub inner_comments: Vec<Span>,
}

/// `{ … }`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Block {
    /// From `{` to `}`, both included.
    pub span: Span,
    /// What stands between.
    pub items: Vec<Item>,
}

/// The statement shapes (the fifth, annotate, is [`Node::Annotation`]).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Head {
    /// `a -> b, c | d ~> e`.
    Connect(Connect),
    /// `kind name: type`, also a bare word.
    Declare(Declare),
    /// `measure < quantity`.
    Demand(Demand),
    /// `key: value`.
    Set(Set),
}

/// `kind [name] [: type | type]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declare {
    /// The first word.
    pub kind: Name,
    /// The second word.
    pub name: Option<Name>,
    /// After the colon; more than one where the choice is still open (`redis | memcached`).
    pub types: Vec<Path>,
}

/// `key: value`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Set {
    /// Before the colon, dotted in an `environment`.
    pub key: Path,
    /// After it; empty where only a block follows.
    pub value: Value,
}

/// `measure < quantity`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Demand {
    /// `p99`, `p99.9`, `availability` …
    pub measure: Path,
    /// How the two sides compare.
    pub comparison: Comparison,
    /// Where the comparison stands.
    pub comparison_span: Span,
    /// The right side.
    pub bound: Value,
}

/// How a measure compares with its bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `=`
    Equal,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
}

/// `a -> b, c -> d`: at least two hops, one link fewer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connect {
    /// The ends, in order.
    pub hops: Vec<Hop>,
    /// The arrows between them.
    pub arrows: Vec<(Arrow, Span)>,
}

/// One end of a chain's links: `b`, `b, c` or `b | c`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hop {
    /// Each used for its own purpose; the inner list holds alternatives.
    pub ends: Vec<Vec<Path>>,
}

/// How two ends are connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Arrow {
    /// `->`: calls and waits.
    Call,
    /// `<->`: holds a two-way connection.
    Duplex,
    /// `~>`: sends and goes on.
    Send,
}

/// `@name(arguments)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annotation {
    /// After the `@`.
    pub name: Name,
    /// Between the parentheses.
    pub arguments: Vec<Argument>,
}

/// One identifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// As written.
    pub text: String,
    /// Where.
    pub span: Span,
}

/// A dotted path of identifiers, also a measure such as `p99.9`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// As written, with the dots: `Tweet.author`.
    pub text: String,
    /// Where.
    pub span: Span,
}

/// A string with its escapes resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// What it says.
    pub text: String,
    /// With its quotes.
    pub span: Span,
}

/// What stands after a colon: choices between commas.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Value {
    /// From the first atom to the last; empty right after the colon where there is none.
    pub span: Span,
    /// Separated by `,`.
    pub choices: Vec<Choice>,
}

/// What stands between commas: phrases between `|`, nearly always one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Separated by `|`.
    pub phrases: Vec<Phrase>,
}

/// Atoms in a row: `3 across 3 zones`, `Location by near(position)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase {
    /// From the first atom to the last.
    pub span: Span,
    /// At least one.
    pub atoms: Vec<Atom>,
}

/// The smallest part of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Atom {
    /// Where.
    pub span: Span,
    /// What.
    pub kind: AtomKind,
}

/// What an atom is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AtomKind {
    /// `*`, as a selector; between blanks in an estimate it is [`Operator::Times`].
    Any,
    /// `name(arguments)`, glued: `text(280)`, `near(position)`.
    Call(Path, Vec<Argument>),
    /// `(arguments)` by itself: parameters, a composite index, grouping in arithmetic.
    Group(Vec<Argument>),
    /// An operator, an arrow, or a comparison.
    Operator(Operator),
    /// A number with all that is glued to it and its separate unit: `200ms`,
    /// `320 bytes`, `10/user/day`, `100:1`, `2..10`, `$200/month`, `6.4 GB/day`,
    /// also a date `2027-01-31`. As written, one blank between the words.
    Quantity(String),
    /// `/users/{id}`: from a slash to the next blank or `;`.
    Route(String),
    /// `target[filters]`, for policies and views; what stands in several brackets
    /// is in one list.
    Selector(Path, Vec<Argument>),
    /// `#name`, without the sign.
    Tag(String),
    /// A string.
    Text(String),
    /// A word or a dotted path; `true` where `[]` follows (`Tweet[]`).
    Word(Path, bool),
}

/// What stands between operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `->`, `~>`, `<->`
    Arrow(Arrow),
    /// `<`, `<=`, `>`, `>=`, `=`
    Compare(Comparison),
    /// `/`
    Divide,
    /// `-`
    Minus,
    /// `+`
    Plus,
    /// `*`
    Times,
}

/// What stands between commas in parentheses or brackets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Argument {
    /// `until` in `until: 2027-01-31`, `text` in `(text: text)`.
    pub name: Option<Name>,
    /// The rest; a parameter without a type is a phrase of one word.
    pub value: Phrase,
}

impl Name {
    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl Path {
    /// Returns the text with its dots.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the parts between the dots.
    pub fn segments(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.text.split('.')
    }
}

impl Arrow {
    /// Returns how it is written.
    pub fn symbol(self) -> &'static str {
        match self {
            Arrow::Call => "->",
            Arrow::Duplex => "<->",
            Arrow::Send => "~>",
        }
    }
}

impl Comparison {
    /// Returns how it is written.
    pub fn symbol(self) -> &'static str {
        match self {
            Comparison::Equal => "=",
            Comparison::Greater => ">",
            Comparison::GreaterOrEqual => ">=",
            Comparison::Less => "<",
            Comparison::LessOrEqual => "<=",
        }
    }
}
