//! Structurizr DSL: one workspace for a whole design.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::words;
use crate::diagram::canvas::{Ink, light};
use crate::diagram::scene::{
    Edge, End, Item, Line, Message, Node, Participant, Picture, Scene, Sequence, Shape, Structure,
    Tone,
};
use crate::diagram::tone::inks;

/// Separates the names of groups that stand in each other.
const SEPARATOR: char = '|';

/// Returns a text in double quotes.
///
/// Structurizr reads line by line, and knows `\"` but no other escape: a line end
/// becomes a blank, and a backslash the full-width one. `${…}` would be replaced,
/// and a brace alone would open or close a block: a word joiner keeps them apart.
pub fn quote(text: &str) -> String {
    let text = words::clean(text);
    let mut quoted = String::from("\"");
    for letter in text.trim().chars() {
        match letter {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push('＼'),
            '\n' => quoted.push(' '),
            '$' => quoted.push_str("$\u{2060}"),
            _ => quoted.push(letter),
        }
    }
    if matches!(text.trim(), "{" | "}") {
        quoted.push('\u{2060}');
    }
    quoted.push('"');
    quoted
}

/// Returns what a design's scenes show as one workspace: people, systems and
/// containers, how they are connected, and each flow as a dynamic view.
pub fn workspace(name: &str, scenes: &[Scene]) -> String {
    let model = Model::of(scenes);
    let mut text = format!("workspace {} {{\n", quote(name));
    model.write(name, &mut text);
    model.views(scenes, &mut text);
    text.push_str("}\n");
    text
}

/// Everything that the scenes show, each once.
#[derive(Default)]
struct Model<'a> {
    elements: Vec<Element>,
    known: BTreeMap<&'a str, usize>,
    relations: Vec<Relation>,
}

struct Element {
    groups: Vec<String>,
    kind: &'static str,
    name: String,
    remarks: String,
    shape: Shape,
    technology: String,
    tone: Tone,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Relation {
    from: usize,
    to: usize,
    words: String,
    tags: &'static str,
}

/// Who somebody is in the words of C4.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    Container,
    Person,
    System,
}

impl Element {
    fn sort(&self) -> Sort {
        match (self.kind, self.tone) {
            ("actor", _) => Sort::Person,
            (_, Tone::Outside) => Sort::System,
            _ => Sort::Container,
        }
    }

    fn of_node(node: &Node, structure: &Structure) -> Element {
        let mut groups = Vec::new();
        let mut next = node.group;
        while let Some(at) = next {
            let title = structure.groups[at].title.replace(SEPARATOR, "¦");
            groups.insert(0, title);
            next = structure.groups[at].parent;
        }
        let sensitive = node.sensitive.then(|| "sensitive data".to_owned());
        let remarks: Vec<String> = node.count.iter().cloned().chain(sensitive).collect();
        Element {
            groups,
            kind: node.kind,
            name: node.title.clone(),
            remarks: remarks.join(", "),
            shape: node.shape,
            technology: node.caption.clone(),
            tone: node.tone,
        }
    }

    fn of_participant(participant: &Participant) -> Element {
        Element {
            groups: Vec::new(),
            kind: participant.kind,
            name: participant.title.clone(),
            remarks: String::new(),
            shape: participant.shape,
            technology: participant.caption.clone(),
            tone: participant.tone,
        }
    }
}

impl<'a> Model<'a> {
    fn of(scenes: &'a [Scene]) -> Model<'a> {
        let mut model = Model::default();
        for scene in scenes {
            if let Picture::Structure(structure) = &scene.picture {
                model.add_structure(structure);
            }
        }
        for scene in scenes {
            if let Picture::Sequence(sequence) = &scene.picture {
                model.add_sequence(sequence);
            }
        }
        model.tell_apart();
        model
    }

    fn add_structure(&mut self, structure: &'a Structure) {
        let own = |it: &&Node| it.id.starts_with("component:") && !it.closed;
        for node in structure.nodes.iter().filter(own) {
            self.add(&node.id, || Element::of_node(node, structure));
        }
        for edge in &structure.edges {
            for from in self.at(structure, edge.from) {
                for to in self.at(structure, edge.to) {
                    // What stands in a group is not meant to use itself.
                    if from != to || edge.from == edge.to {
                        self.relate(relation(edge, from, to));
                    }
                }
            }
        }
    }

    fn add_sequence(&mut self, sequence: &'a Sequence) {
        for participant in &sequence.participants {
            self.add(&participant.id, || Element::of_participant(participant));
        }
        for (_, message) in steps(&sequence.items) {
            let (from, to) = self.both(sequence, message);
            let known = |it: &Relation| (it.from, it.to) == (from, to);
            if !self.relations.iter().any(known) {
                self.relate(Relation {
                    from,
                    to,
                    words: first(&message.label),
                    tags: tags(message.line, message.sensitive),
                });
            }
        }
    }

    fn add(&mut self, id: &'a str, element: impl FnOnce() -> Element) {
        if !self.known.contains_key(id) {
            self.known.insert(id, self.elements.len());
            self.elements.push(element());
        }
    }

    /// Structurizr has each relation between two once with the same words.
    fn relate(&mut self, relation: Relation) {
        let same = |it: &Relation| {
            (it.from, it.to, &it.words) == (relation.from, relation.to, &relation.words)
        };
        if !self.relations.iter().any(same) {
            self.relations.push(relation);
        }
    }

    /// Returns the elements at an end of an arrow: a group stands for all in it.
    fn at(&self, structure: &Structure, end: End) -> Vec<usize> {
        let tree = words::Tree::new(structure);
        let nodes = structure.nodes.iter().enumerate();
        let inside = nodes.filter(|(at, _)| match end {
            End::Group(group) => tree.holds(group, End::Node(*at)),
            End::Node(node) => *at == node,
        });
        inside
            .filter_map(|(_, node)| self.known.get(&*node.id).copied())
            .collect()
    }

    fn both(&self, sequence: &Sequence, message: &Message) -> (usize, usize) {
        let at = |at: usize| {
            let participant = &sequence.participants[at];
            self.known.get(&*participant.id).copied().unwrap_or(0)
        };
        (at(message.from), at(message.to))
    }

    /// Gives each element a name of its own.
    fn tell_apart(&mut self) {
        let mut taken = BTreeSet::new();
        for element in &mut self.elements {
            let name = match words::clean(&element.name).trim() {
                "" => element.kind.to_owned(),
                name => name.to_owned(),
            };
            let mut free = name.clone();
            let mut count = 1;
            while !taken.insert(free.to_lowercase()) {
                count += 1;
                free = format!("{name} ({count})");
            }
            element.name = free;
        }
    }

    fn write(&self, name: &str, text: &mut String) {
        text.push_str("  model {\n    properties {\n");
        let _ = writeln!(text, "      \"structurizr.groupSeparator\" \"{SEPARATOR}\"");
        text.push_str("    }\n");
        for (at, element) in self.elements.iter().enumerate() {
            match element.sort() {
                Sort::Container => {}
                Sort::Person => self.outside(at, "person", text),
                Sort::System => self.outside(at, "softwareSystem", text),
            }
        }
        let own = self.own_name(name);
        let _ = writeln!(text, "    system = softwareSystem {} {{", quote(&own));
        self.containers(&[], text);
        text.push_str("    }\n");
        for relation in &self.relations {
            let (from, to) = (words::node(relation.from), words::node(relation.to));
            let (words, tags) = (quote(&relation.words), quote(relation.tags));
            // Between the two, the technology: a label does not say which part of it is one.
            let _ = writeln!(text, "    {from} -> {to} {words} \"\" {tags}");
        }
        text.push_str("  }\n");
    }

    /// Returns a name for the system that no outside system bears.
    fn own_name(&self, name: &str) -> String {
        let mut own = match words::clean(name).trim() {
            "" => "System".to_owned(),
            name => name.to_owned(),
        };
        let taken = |own: &str| {
            let mut names = self.elements.iter().map(|it| it.name.to_lowercase());
            names.any(|it| it == own.to_lowercase())
        };
        while taken(&own) {
            own.push_str(" (system)");
        }
        own
    }

    fn outside(&self, at: usize, word: &str, text: &mut String) {
        let element = &self.elements[at];
        let about = [&*element.technology, &*element.remarks];
        let about: Vec<&str> = about.into_iter().filter(|it| !it.is_empty()).collect();
        let (name, about) = (quote(&element.name), quote(&about.join(", ")));
        let tags = quote(&element_tags(element));
        let _ = writeln!(
            text,
            "    {} = {word} {name} {about} {tags}",
            words::node(at)
        );
    }

    /// Writes the containers of a group, and the groups in it.
    fn containers(&self, group: &[String], text: &mut String) {
        let indent = "  ".repeat(group.len() + 3);
        let own = self.elements.iter().enumerate();
        let own = own.filter(|(_, it)| it.sort() == Sort::Container);
        let mut inner = BTreeSet::new();
        for (at, element) in own {
            if element.groups == group {
                let name = words::node(at);
                let title = quote(&element.name);
                let (remarks, technology) = (quote(&element.remarks), quote(&element.technology));
                let tags = quote(&element_tags(element));
                let _ = writeln!(
                    text,
                    "{indent}{name} = container {title} {remarks} {technology} {tags}"
                );
            } else if element.groups.starts_with(group) {
                inner.insert(&element.groups[..=group.len()]);
            }
        }
        for inner in inner {
            let name = inner.last().map_or("", String::as_str);
            let name = match name.trim() {
                "" => "group",
                name => name,
            };
            let _ = writeln!(text, "{indent}group {} {{", quote(name));
            self.containers(inner, text);
            let _ = writeln!(text, "{indent}}}");
        }
    }

    fn views(&self, scenes: &[Scene], text: &mut String) {
        text.push_str("  views {\n");
        for (word, key) in [("systemContext", "context"), ("container", "components")] {
            let _ = writeln!(text, "    {word} system \"{key}\" {{");
            text.push_str("      include *\n      autoLayout tb\n    }\n");
        }
        for scene in scenes {
            if let Picture::Sequence(sequence) = &scene.picture {
                self.dynamic(scene, sequence, text);
            }
        }
        styles(text);
        text.push_str("  }\n");
    }

    fn dynamic(&self, scene: &Scene, sequence: &Sequence, text: &mut String) {
        let (key, title) = (quote(&key(&scene.name)), quote(&scene.title));
        let _ = writeln!(text, "    dynamic system {key} {title} {{");
        for (condition, message) in steps(&sequence.items) {
            let (from, to) = self.both(sequence, message);
            let (from, to) = (words::node(from), words::node(to));
            let mut words = message.label.join(", ");
            if !condition.is_empty() {
                words = format!("[{condition}] {words}");
            }
            let _ = writeln!(text, "      {from} -> {to} {}", quote(&words));
        }
        text.push_str("      autoLayout lr\n    }\n");
    }
}

fn relation(edge: &Edge, from: usize, to: usize) -> Relation {
    Relation {
        from,
        to,
        words: first(&[edge.label.join(", ")]),
        tags: tags(edge.line, edge.sensitive),
    }
}

fn first(lines: &[String]) -> String {
    let line = lines.first().filter(|it| !it.trim().is_empty());
    line.map_or_else(|| "uses".to_owned(), |it| it.trim().to_owned())
}

fn tags(line: Line, sensitive: bool) -> &'static str {
    match (line, sensitive) {
        (Line::Dashed, false) => "Asynchronous",
        (Line::Dashed, true) => "Asynchronous,Sensitive",
        (Line::Solid, false) => "Synchronous",
        (Line::Solid, true) => "Synchronous,Sensitive",
    }
}

fn element_tags(element: &Element) -> String {
    format!("{:?},{:?}", element.tone, element.shape)
}

/// Returns every message in order, with the conditions under which it is sent.
fn steps(items: &[Item]) -> Vec<(String, &Message)> {
    let mut found = Vec::new();
    collect(items, "", &mut found);
    found
}

fn collect<'a>(items: &'a [Item], condition: &str, found: &mut Vec<(String, &'a Message)>) {
    for item in items {
        match item {
            Item::Message(message) => found.push((condition.to_owned(), message)),
            Item::Frame(frame) => {
                for branch in &frame.branches {
                    let words = [condition, frame.word, &frame.caption, &branch.title];
                    let words: Vec<&str> = words.into_iter().filter(|it| !it.is_empty()).collect();
                    collect(&branch.items, &words.join(" "), found);
                }
            }
        }
    }
}

/// Returns a view's key: only such letters may stand in it.
fn key(name: &str) -> String {
    let letters = name.chars().map(|letter| match letter {
        _ if letter.is_ascii_alphanumeric() => letter,
        '_' => '_',
        _ => '-',
    });
    letters.collect()
}

const TONES: [Tone; 9] = [
    Tone::Compute,
    Tone::Decision,
    Tone::Edge,
    Tone::Messaging,
    Tone::Outside,
    Tone::Plain,
    Tone::Requirement,
    Tone::State,
    Tone::Support,
];

const SHAPES: [(Shape, &str); 9] = [
    (Shape::Box, "RoundedBox"),
    (Shape::Cloud, "Ellipse"),
    (Shape::Cylinder, "Cylinder"),
    (Shape::Device, "WebBrowser"),
    (Shape::Document, "Folder"),
    (Shape::Hexagon, "Hexagon"),
    (Shape::Person, "Person"),
    (Shape::Pipe, "Pipe"),
    (Shape::Process, "Component"),
];

fn styles(text: &mut String) {
    text.push_str("    styles {\n");
    for tone in TONES {
        let (fill, line) = inks(tone);
        let _ = writeln!(text, "      element \"{tone:?}\" {{");
        let _ = writeln!(text, "        background {}", light(fill));
        let _ = writeln!(text, "        stroke {}", light(line));
        let _ = writeln!(text, "        color {}\n      }}", light(Ink::Text));
    }
    for (shape, word) in SHAPES {
        let _ = writeln!(text, "      element \"{shape:?}\" {{");
        let _ = writeln!(text, "        shape {word}\n      }}");
    }
    for (tag, style) in [
        ("Synchronous", "dashed false".to_owned()),
        ("Asynchronous", "dashed true".to_owned()),
        ("Sensitive", format!("color {}", light(Ink::Error))),
    ] {
        let _ = writeln!(text, "      relationship \"{tag}\" {{");
        let _ = writeln!(text, "        {style}\n      }}");
    }
    text.push_str("    }\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagram::export::samples;

    /// Returns the words of a line as Structurizr parts them.
    fn tokens(line: &str) -> Vec<String> {
        let mut tokens = Vec::new();
        let mut token: Option<(bool, String)> = None;
        let mut before = ' ';
        for letter in line.trim().chars().chain([' ']) {
            token = match token {
                None if letter == ' ' => None,
                None if letter == '"' => Some((true, String::new())),
                None => Some((false, letter.to_string())),
                Some((quoted, mut text)) if letter == '"' && before == '\\' => {
                    text.pop();
                    text.push('"');
                    Some((quoted, text))
                }
                Some((true, text)) if letter == '"' => {
                    tokens.push(text);
                    None
                }
                Some((false, text)) if letter == ' ' => {
                    tokens.push(text);
                    None
                }
                Some((quoted, mut text)) => {
                    text.push(letter);
                    Some((quoted, text))
                }
            };
            before = letter;
        }
        assert!(token.is_none(), "a quote stays open: {line}");
        tokens
    }

    #[test]
    fn quotes_hold_whatever_a_name_is() {
        for (text, read) in [
            ("a", "a"),
            ("a \"b\"", "a \"b\""),
            ("\"", "\""),
            ("a\\", "a＼"),
            ("\\\"", "＼\""),
            ("a\nb", "a b"),
            ("${HOME}", "$\u{2060}{HOME}"),
            ("{", "{\u{2060}"),
            ("", ""),
        ] {
            assert_eq!(tokens(&quote(text)), [read], "{text:?}");
        }
    }

    /// Reads a workspace by the rules of its language: a block opens at the end of
    /// a line and closes on one of its own, a name is known before it is used.
    fn read(text: &str) -> (Vec<String>, usize) {
        let (mut depth, mut relations) = (0, 0);
        let mut names = BTreeSet::from(["*".to_owned()]);
        let mut titles = Vec::new();
        for line in text.lines() {
            let tokens = tokens(line);
            let words: Vec<&str> = tokens.iter().map(String::as_str).collect();
            match words[..] {
                ["}"] => depth -= 1,
                [
                    name,
                    "=",
                    "person" | "softwareSystem" | "container",
                    title,
                    ..,
                ] => {
                    assert!(names.insert(name.to_owned()), "{name} is there twice");
                    titles.push(title.to_owned());
                }
                [from, "->", to, ..] => {
                    assert!(names.contains(from) && names.contains(to), "{line}");
                    relations += 1;
                }
                _ => {}
            }
            depth += i32::from(words.last() == Some(&"{"));
            assert!(depth >= 0, "{line}");
        }
        assert_eq!(depth, 0, "a block stays open");
        (titles, relations)
    }

    #[test]
    fn a_workspace_has_every_element_once_under_a_name_of_its_own() {
        let scenes = samples::all();
        let (mut titles, relations) = read(&workspace("Short \"posts\"", &scenes));
        let count = titles.len();
        titles.sort();
        titles.dedup();
        assert_eq!(titles.len(), count);
        for title in [
            "Gateway",
            "Feed database",
            "say \"hi\"",
            "Short \"posts\"",
            "end",
        ] {
            assert!(titles.iter().any(|it| it == title), "{title} in {titles:?}");
        }
        assert!(relations > scenes.len());
    }

    #[test]
    fn a_message_that_no_relation_carries_brings_one() {
        let scenes = [samples::flow()];
        let text = workspace("a", &scenes);
        let (_, relations) = read(&text);
        // Two between the participants, and a line for each message.
        assert_eq!(relations, 2 + 4, "{text}");
        assert!(text.contains("n1 = person \"Ann\""), "{text}");
        assert!(text.contains("[opt 5 % on a miss] ask"), "{text}");
    }

    #[test]
    fn an_empty_design_is_a_workspace() {
        assert_eq!(read(&workspace("", &[])), (vec!["System".to_owned()], 0));
    }
}
