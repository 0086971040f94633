//! What a picture shows, before anything has a place: feeds every format.
//!
//! Rows are in the order of their names, so that a small edit changes a picture
//! little. Titles are text as the user wrote it; every writer escapes it.

use serde::Serialize;

use crate::diff::Change;
use crate::finding::Severity;

/// One picture.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Scene {
    /// Its name, unique in a design; the stem of its file: `components`, `flow-OpenFeed`.
    pub name: String,
    /// What stands above it: `Short posts: components`.
    pub title: String,
    /// What it shows in a sentence or two, for those who cannot see it.
    pub description: String,
    /// What is in it.
    pub picture: Picture,
}

/// The sorts of picture.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "type")]
pub enum Picture {
    /// Messages over time.
    Sequence(Sequence),
    /// Boxes, groups and arrows.
    Structure(Structure),
    /// Rows and columns.
    Table(Table),
}

/// Boxes, groups around them, and arrows between them.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Structure {
    /// Which way most arrows go.
    pub direction: Direction,
    /// Groups; a parent stands before its children.
    pub groups: Vec<Group>,
    /// Boxes.
    pub nodes: Vec<Node>,
    /// Arrows.
    pub edges: Vec<Edge>,
    /// What the numbers of the marks mean; empty where nothing is marked.
    pub keys: Vec<Key>,
}

/// Which way most arrows go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// From top to bottom.
    #[default]
    Down,
    /// From left to right.
    Right,
}

/// A frame around boxes and other groups.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Group {
    /// Who it is: `place:eu`; unique in its picture.
    pub id: String,
    /// The group around it, by its index.
    pub parent: Option<usize>,
    /// `region`, `zone`, `network`, `domain`, `host` or `system`.
    pub kind: &'static str,
    /// Its title.
    pub title: String,
    /// More about it in a few words, beside its kind: `private`.
    pub caption: String,
    /// What happened to it, where two states are compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<Change>,
}

/// A box.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Node {
    /// Who it is: `component:gate`, `entity:Tweet`; unique in its picture.
    pub id: String,
    /// The group that it stands in, by its index.
    pub group: Option<usize>,
    /// Its kind: `database`, `entity`, `functional`.
    pub kind: &'static str,
    /// Its outline.
    pub shape: Shape,
    /// What family it is of; chooses its colour.
    pub tone: Tone,
    /// Its title.
    pub title: String,
    /// What stands under the title: `cache · Redis`.
    pub caption: String,
    /// Lines in a compartment of their own: the fields of an entity.
    pub rows: Vec<Row>,
    /// How many there are, where there is more than one: `×9 in 3 zones`.
    pub count: Option<String>,
    /// Whether it keeps or carries sensitive data.
    pub sensitive: bool,
    /// Whether it stands for several things that have a picture of their own.
    pub closed: bool,
    /// What a review found about it.
    pub marks: Vec<Mark>,
    /// What happened to it, where two states are compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<Change>,
}

/// A line in a box.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// What stands first: a field's name.
    pub name: String,
    /// What stands behind it: a field's type.
    pub detail: String,
    /// What is to be known of it: `key`, `unique`, `indexed`, `derived`.
    pub tags: Vec<&'static str>,
    /// Whether it is personal, secret or classed.
    pub sensitive: bool,
}

/// Outlines that architects know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shape {
    /// A rectangle: services and whatever has no shape of its own.
    #[default]
    Box,
    /// A cloud: what others run.
    Cloud,
    /// A cylinder: databases and other stores.
    Cylinder,
    /// A screen: clients.
    Device,
    /// A page: requirements, decisions.
    Document,
    /// A hexagon: gateways, balancers and what else passes requests on.
    Hexagon,
    /// A head over shoulders: people.
    Person,
    /// A lying pipe: queues and topics.
    Pipe,
    /// A box with a second edge on each side: workers and what else runs in the background.
    Process,
}

/// Families of things that share a colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tone {
    /// Runs our code.
    Compute,
    /// Decisions.
    Decision,
    /// Stands before the services and passes requests on.
    Edge,
    /// Carries messages.
    Messaging,
    /// People, clients, third parties.
    Outside,
    /// What belongs to no family.
    #[default]
    Plain,
    /// Requirements.
    Requirement,
    /// Keeps data.
    State,
    /// Identity, secrets, monitoring.
    Support,
}

/// An arrow.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Edge {
    /// Who it is: `relation:gate -> feeds`; unique in its picture.
    pub id: String,
    /// Where it starts.
    pub from: End,
    /// Where it ends.
    pub to: End,
    /// How it is drawn.
    pub line: Line,
    /// What stands at its start.
    pub start: Tip,
    /// What stands at its end.
    pub finish: Tip,
    /// What stands on it, line by line; the first is the most important.
    pub label: Vec<String>,
    /// Whether sensitive data crosses it.
    pub sensitive: bool,
    /// What a review found about it, or the witness path that it lies on.
    pub marks: Vec<Mark>,
    /// What happened to it, where two states are compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<Change>,
}

/// An end of an arrow, by its index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum End {
    /// At the border of a group.
    Group(usize),
    /// At a box.
    Node(usize),
}

/// How an arrow is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Line {
    /// Sends and goes on.
    Dashed,
    /// Calls and waits.
    #[default]
    Solid,
}

/// What stands at an end of an arrow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tip {
    /// A head.
    Arrow,
    /// A crow's foot: many.
    Many,
    /// Nothing.
    #[default]
    None,
    /// A bar: exactly one.
    One,
}

/// A finding's number on what it is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mark {
    /// The number of its key.
    pub number: usize,
    /// How bad it is.
    pub severity: Severity,
    /// Whether it is about this, rather than only on the way to it.
    pub primary: bool,
}

/// What a number means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Key {
    /// The number.
    pub number: usize,
    /// How bad it is.
    pub severity: Severity,
    /// The rule that found it.
    pub rule: String,
    /// What was found.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// The file and the line, `design.arch:12`, where it is known.
    pub place: String,
    /// Its identity in every report.
    pub fingerprint: String,
}

/// Messages between participants, from top to bottom.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Sequence {
    /// Who takes part, from left to right.
    pub participants: Vec<Participant>,
    /// What happens, in order.
    pub items: Vec<Item>,
}

/// Who takes part.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Participant {
    /// Who it is: `component:gate`.
    pub id: String,
    /// Its kind.
    pub kind: &'static str,
    /// Its outline.
    pub shape: Shape,
    /// What family it is of.
    pub tone: Tone,
    /// Its title.
    pub title: String,
    /// What stands under the title: `cache · Redis`.
    pub caption: String,
}

/// A message, or several in a frame.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "type")]
pub enum Item {
    /// Several in a frame.
    Frame(Frame),
    /// One message.
    Message(Message),
}

/// One participant uses another.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Message {
    /// The connection that is used: `relation:gate -> feeds`.
    pub id: String,
    /// Who sends, by index.
    pub from: usize,
    /// Who receives, by index.
    pub to: usize,
    /// Solid for a call that waits, dashed for one that goes on.
    pub line: Line,
    /// Whether it goes both ways.
    pub both: bool,
    /// What it says, line by line: its title first, then data, then timing.
    pub label: Vec<String>,
    /// Whether sensitive data crosses.
    pub sensitive: bool,
}

/// Several items that belong together.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Frame {
    /// `alt`, `atomic`, `loop`, `opt` or `par`.
    pub word: &'static str,
    /// What is known of it as a whole: `5 %`, `50 times`.
    pub caption: String,
    /// Its compartments: one, or several of `alt` and `par`.
    pub branches: Vec<Branch>,
}

/// A compartment of a frame.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Branch {
    /// When it happens: `on a miss`; may be empty.
    pub title: String,
    /// What happens.
    pub items: Vec<Item>,
}

/// Rows and columns.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Table {
    /// The heads of the columns.
    pub columns: Vec<String>,
    /// The rows; a cell is a list of lines.
    pub rows: Vec<Vec<Vec<String>>>,
}
