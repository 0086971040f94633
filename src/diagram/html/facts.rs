//! What the page's script knows: which element stands where, and what was found about it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::super::scene::{
    Edge, End, Group, Item, Key, Mark, Message, Node, Participant, Picture, Row, Scene, Sequence,
    Structure, Table, Tip,
};
use super::numbers;

/// The name of the part of the page that numbers belong to.
pub(super) const NUMBERS: &str = "Numbers";

/// Everything that the script knows.
#[derive(Debug, Serialize)]
pub(super) struct Facts<'a> {
    views: Vec<View<'a>>,
    elements: Vec<Element<'a>>,
    findings: Vec<Found<'a>>,
}

/// A picture.
#[derive(Debug, Serialize)]
struct View<'a> {
    name: &'a str,
    title: &'a str,
    label: &'a str,
    part: &'static str,
}

/// Whoever stands in a picture.
#[derive(Debug, Default, Serialize)]
struct Element<'a> {
    id: &'a str,
    kind: &'a str,
    title: String,
    caption: String,
    count: Option<&'a str>,
    sensitive: bool,
    rows: &'a [Row],
    /// The ids at its two ends, where it is an arrow; more than one pair where a
    /// picture draws it to what stands around an end.
    ends: Vec<(&'a str, &'a str)>,
    /// Whether nothing said yet what exactly it is between.
    #[serde(skip)]
    vague: bool,
    /// The pictures that it stands in, by their index.
    views: Vec<usize>,
}

/// A finding, and where its number stands.
#[derive(Debug, Serialize)]
struct Found<'a> {
    number: usize,
    severity: &'static str,
    rule: &'a str,
    message: &'a str,
    hits: Vec<Hit<'a>>,
}

/// An element that bears a finding's number.
#[derive(Debug, Serialize)]
struct Hit<'a> {
    view: usize,
    id: &'a str,
    primary: bool,
}

impl Facts<'_> {
    /// Tells whether an element stands in a picture.
    pub(super) fn knows(&self, id: &str) -> bool {
        self.elements.iter().any(|element| element.id == id)
    }
}

/// Gathers what the script knows from all pictures of a page.
pub(super) fn facts<'a>(
    scenes: &[&'a Scene],
    numbers: &'a [numbers::Part],
    findings: &'a [Key],
) -> Facts<'a> {
    let mut gathered = Gathered::default();
    for (view, scene) in scenes.iter().enumerate() {
        match &scene.picture {
            Picture::Sequence(sequence) => gathered.sequence(view, sequence),
            Picture::Structure(structure) => gathered.structure(view, structure),
            Picture::Table(_) => {}
        }
    }
    for (view, scene) in scenes.iter().enumerate() {
        if let Picture::Table(table) = &scene.picture {
            gathered.table(view, table);
        }
    }
    for (at, part) in numbers.iter().enumerate() {
        gathered.charts(scenes.len() + at, part);
    }
    let subjects = subjects(scenes);
    let views = scenes.iter().map(|scene| view(scene, &subjects));
    let found = findings.iter().map(|key| gathered.found(key)).collect();
    Facts {
        views: views.chain(numbers.iter().map(view_of_numbers)).collect(),
        findings: found,
        elements: gathered.elements.into_values().collect(),
    }
}

/// Returns what several pictures are of: `Short posts` in `Short posts: components`.
pub(super) fn subjects<'a>(scenes: &[&'a Scene]) -> BTreeSet<&'a str> {
    let mut met = BTreeSet::new();
    let titles = scenes
        .iter()
        .filter_map(|scene| scene.title.split_once(": "));
    titles
        .filter_map(|(subject, _)| (!met.insert(subject)).then_some(subject))
        .collect()
}

/// Returns what a picture shows, without what several of them are of.
pub(super) fn label<'a>(scene: &'a Scene, subjects: &BTreeSet<&str>) -> &'a str {
    match scene.title.split_once(": ") {
        Some((subject, title)) if subjects.contains(subject) => title,
        _ => &scene.title,
    }
}

/// Returns the name of the part of the page that a picture belongs to.
pub(super) fn part(scene: &Scene) -> &'static str {
    match &scene.picture {
        Picture::Sequence(_) => "Flows",
        Picture::Table(_) => "Requirements",
        Picture::Structure(_) if scene.name == "findings" => "Findings",
        Picture::Structure(structure) => {
            let all = |prefix: &str| {
                let mut nodes = structure.nodes.iter();
                !structure.nodes.is_empty() && nodes.all(|node| node.id.starts_with(prefix))
            };
            let any = |prefix: &str| {
                let mut nodes = structure.nodes.iter();
                nodes.any(|node| node.id.starts_with(prefix))
            };
            match () {
                () if all("entity:") => "Data",
                () if any("requirement:") => "Requirements",
                () => "Overview",
            }
        }
    }
}

/// Returns who a row of a table may be about: its first line names a requirement.
pub(super) fn named(row: &[Vec<String>]) -> Option<String> {
    let line = row.first()?.first()?;
    Some(format!("requirement:{line}"))
}

fn view<'a>(scene: &'a Scene, subjects: &BTreeSet<&str>) -> View<'a> {
    View {
        name: &scene.name,
        title: &scene.title,
        label: label(scene, subjects),
        part: part(scene),
    }
}

fn view_of_numbers(part: &numbers::Part) -> View<'_> {
    View {
        name: &part.name,
        title: &part.section.title,
        label: &part.section.title,
        part: NUMBERS,
    }
}

#[derive(Default)]
struct Gathered<'a> {
    elements: BTreeMap<&'a str, Element<'a>>,
    hits: BTreeMap<&'a str, Vec<Hit<'a>>>,
}

impl<'a> Gathered<'a> {
    fn structure(&mut self, view: usize, structure: &'a Structure) {
        for group in &structure.groups {
            self.meet(view, from_group(group));
        }
        for node in &structure.nodes {
            self.meet(view, from_node(node));
            self.mark(view, &node.id, &node.marks, &structure.keys);
        }
        for edge in &structure.edges {
            self.meet(view, from_edge(structure, edge));
            self.mark(view, &edge.id, &edge.marks, &structure.keys);
        }
    }

    // A table names elements that other pictures show.
    fn table(&mut self, view: usize, table: &Table) {
        for row in &table.rows {
            if let Some(id) = named(row) {
                self.show(view, &id);
            }
        }
    }

    // So does a chart.
    fn charts(&mut self, view: usize, part: &numbers::Part) {
        for id in part.ids() {
            self.show(view, id);
        }
    }

    // Notes that a view names an element that other pictures show.
    fn show(&mut self, view: usize, id: &str) {
        if let Some(element) = self.elements.get_mut(id) {
            element.views.push(view);
            element.views.sort_unstable();
            element.views.dedup();
        }
    }

    fn sequence(&mut self, view: usize, sequence: &'a Sequence) {
        for participant in &sequence.participants {
            self.meet(view, from_participant(participant));
        }
        self.items(view, sequence, &sequence.items);
    }

    fn items(&mut self, view: usize, sequence: &'a Sequence, items: &'a [Item]) {
        for item in items {
            match item {
                Item::Frame(frame) => {
                    for branch in &frame.branches {
                        self.items(view, sequence, &branch.items);
                    }
                }
                Item::Message(message) => self.meet(view, from_message(sequence, message)),
            }
        }
    }

    // The first picture with something to say about an element says it.
    fn meet(&mut self, view: usize, element: Element<'a>) {
        let known = self.elements.entry(element.id).or_insert_with(|| Element {
            id: element.id,
            kind: element.kind,
            title: element.title.clone(),
            vague: element.vague,
            ..Element::default()
        });
        if known.vague && !element.vague {
            known.vague = false;
            known.title = element.title;
            known.caption = element.caption;
            known.ends.splice(0..0, element.ends);
        } else {
            known.ends.extend(element.ends);
            if known.caption.is_empty() {
                known.caption = element.caption;
            }
        }
        let mut pairs = BTreeSet::new();
        known.ends.retain(|pair| pairs.insert(*pair));
        if known.rows.is_empty() {
            known.rows = element.rows;
        }
        known.count = known.count.or(element.count);
        known.sensitive |= element.sensitive;
        if known.views.last() != Some(&view) {
            known.views.push(view);
        }
    }

    // Where no picture bears the number, the elements that the message names stand in for it.
    fn found(&mut self, key: &'a Key) -> Found<'a> {
        let hits = self.hits.remove(key.fingerprint.as_str());
        Found {
            number: key.number,
            severity: key.severity.word(),
            rule: key.rule,
            message: &key.message,
            hits: hits.unwrap_or_else(|| self.named(&key.message)),
        }
    }

    fn named(&self, message: &str) -> Vec<Hit<'a>> {
        let names: BTreeSet<&str> = message.split('`').skip(1).step_by(2).collect();
        let named = |element: &&Element| {
            let path = element.id.split_once(':').map_or("", |(_, path)| path);
            let words = [path, &element.title, &element.caption];
            element.ends.is_empty() && words.iter().any(|it| names.contains(it))
        };
        let elements = self.elements.values().filter(named);
        let hits = elements.flat_map(|element| {
            element.views.iter().map(|view| Hit {
                view: *view,
                id: element.id,
                primary: true,
            })
        });
        hits.collect()
    }

    fn mark(&mut self, view: usize, id: &'a str, marks: &[Mark], keys: &'a [Key]) {
        for mark in marks {
            let key = keys.iter().find(|key| key.number == mark.number);
            if let Some(key) = key {
                self.hits.entry(&key.fingerprint).or_default().push(Hit {
                    view,
                    id,
                    primary: mark.primary,
                });
            }
        }
    }
}

fn from_group(group: &Group) -> Element<'_> {
    Element {
        id: &group.id,
        kind: group.kind,
        title: group.title.clone(),
        caption: group.caption.clone(),
        ..Element::default()
    }
}

fn from_node(node: &Node) -> Element<'_> {
    Element {
        id: &node.id,
        kind: node.kind,
        title: node.title.clone(),
        caption: node.caption.clone(),
        count: node.count.as_deref(),
        sensitive: node.sensitive,
        rows: &node.rows,
        ..Element::default()
    }
}

fn from_edge<'a>(structure: &'a Structure, edge: &'a Edge) -> Element<'a> {
    let end = |end| match end {
        End::Group(at) => structure.groups.get(at).map(|it| (&*it.id, &*it.title)),
        End::Node(at) => structure.nodes.get(at).map(|it| (&*it.id, &*it.title)),
    };
    let closed = |end| match end {
        End::Group(_) => false,
        End::Node(at) => structure.nodes.get(at).is_some_and(|it| it.closed),
    };
    let both = edge.start == Tip::Arrow && edge.finish == Tip::Arrow;
    Element {
        vague: closed(edge.from) || closed(edge.to),
        sensitive: edge.sensitive,
        ..arrow(&edge.id, end(edge.from), end(edge.to), both, &edge.label)
    }
}

fn from_participant(participant: &Participant) -> Element<'_> {
    Element {
        id: &participant.id,
        kind: participant.kind,
        title: participant.title.clone(),
        caption: participant.caption.clone(),
        ..Element::default()
    }
}

fn from_message<'a>(sequence: &'a Sequence, message: &'a Message) -> Element<'a> {
    let end = |at: usize| {
        let participant = sequence.participants.get(at);
        participant.map(|it| (&*it.id, &*it.title))
    };
    let ends = (end(message.from), end(message.to));
    Element {
        sensitive: message.sensitive,
        ..arrow(&message.id, ends.0, ends.1, message.both, &message.label)
    }
}

fn arrow<'a>(
    id: &'a str,
    from: Option<(&'a str, &str)>,
    to: Option<(&'a str, &str)>,
    both: bool,
    label: &[String],
) -> Element<'a> {
    let head = match both {
        true => "↔",
        false => "→",
    };
    let title = match (from, to) {
        (Some((_, from)), Some((_, to))) => format!("{from} {head} {to}"),
        _ => id.to_owned(),
    };
    Element {
        id,
        kind: "relation",
        title,
        caption: label.join(" · "),
        ends: from
            .zip(to)
            .map(|((from, _), (to, _))| (from, to))
            .into_iter()
            .collect(),
        ..Element::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Severity;

    fn node(id: &str, title: &str, closed: bool) -> Node {
        Node {
            id: id.to_owned(),
            group: None,
            kind: "service",
            shape: Default::default(),
            tone: Default::default(),
            title: title.to_owned(),
            caption: String::new(),
            rows: Vec::new(),
            count: None,
            sensitive: false,
            closed,
            marks: Vec::new(),
        }
    }

    fn scene(name: &str, nodes: Vec<Node>) -> Scene {
        let edge = Edge {
            id: "relation:app -> gate".to_owned(),
            from: End::Node(0),
            to: End::Node(1),
            line: Default::default(),
            start: Tip::None,
            finish: Tip::Arrow,
            label: Vec::new(),
            sensitive: false,
            marks: Vec::new(),
        };
        Scene {
            name: name.to_owned(),
            title: format!("Posts: {name}"),
            description: String::new(),
            picture: Picture::Structure(Structure {
                nodes,
                edges: vec![edge],
                ..Structure::default()
            }),
        }
    }

    fn both() -> [Scene; 2] {
        let app = || node("component:app", "app", false);
        [
            scene("context", vec![app(), node("system", "Posts", true)]),
            scene(
                "components",
                vec![app(), node("component:gate", "Gate", false)],
            ),
        ]
    }

    #[test]
    fn an_arrow_is_between_what_it_is_drawn_to_most_exactly() {
        let scenes = both();
        let facts = facts(&scenes.each_ref(), &[], &[]);
        let arrow = facts.elements.iter().find(|it| !it.ends.is_empty());
        let arrow = arrow.expect("an arrow");
        assert_eq!(arrow.title, "app → Gate");
        assert_eq!(arrow.ends[0], ("component:app", "component:gate"));
        assert_eq!(arrow.ends[1], ("component:app", "system"));
        assert_eq!(arrow.views, [0, 1]);
    }

    #[test]
    fn a_finding_without_a_mark_is_about_whom_it_names() {
        let scenes = both();
        let key = Key {
            number: 1,
            severity: Severity::Info,
            rule: "rule",
            message: "`gate` and gate".to_owned(),
            help: None,
            place: String::new(),
            fingerprint: String::new(),
        };
        let keys = [key];
        let facts = facts(&scenes.each_ref(), &[], &keys);
        let hits: Vec<_> = facts.findings[0]
            .hits
            .iter()
            .map(|it| (it.view, it.id))
            .collect();
        assert_eq!(hits, [(1, "component:gate")]);
    }

    #[test]
    fn what_several_pictures_are_of_is_left_out_of_their_labels() {
        let scenes = both();
        let subjects = subjects(&scenes.each_ref());
        assert_eq!(label(&scenes[0], &subjects), "context");
        assert_eq!(label(&scenes[0], &BTreeSet::new()), "Posts: context");
    }
}
