//! Scenes for the tests of this room, and for those that ask the tools themselves.

use super::Severity;
use super::scene::*;

/// Names that mean something to one tool or another.
pub const NASTY: &[&str] = &[
    "say \"hi\"",
    "two\nlines",
    "<b>bold</b> &lt; &#34; & co",
    "a; b # c %% d",
    "pipe | [x] {y} (z) -> w",
    "back\\slash \\n \\",
    "emoji 🎉 עברית 東京",
    "end",
    "$x ${y} $$z$$ %date() !include",
    "**b** __u__ ~~s~~ //i// `c` 1. x",
    "]\"); click n1 \"x\"",
    "style:\"; classDef x fill:#f00;",
    "''' /' --- @enduml",
    "a\u{0}b\u{7}\u{85}c\u{2028}\u{feff}\u{202e}d\r\ne\tf",
    "",
];

/// Every shape.
const SHAPES: [Shape; 9] = [
    Shape::Box,
    Shape::Cloud,
    Shape::Cylinder,
    Shape::Device,
    Shape::Document,
    Shape::Hexagon,
    Shape::Person,
    Shape::Pipe,
    Shape::Process,
];

/// A scene whose every word is nasty.
pub fn nasty() -> Scene {
    scene("nasty", structure(NASTY))
}

/// Scenes of every sort.
pub fn all() -> Vec<Scene> {
    vec![
        nasty(),
        scene("plain", structure(&["Gateway", "Feeds", "Feed database"])),
        scene("signs", signs()),
        scene("empty", Structure::default()),
        scene("entities", entities()),
        flow(),
        Scene {
            name: "table".to_owned(),
            picture: Picture::Table(table()),
            ..nasty()
        },
    ]
}

fn scene(name: &str, structure: Structure) -> Scene {
    Scene {
        name: name.to_owned(),
        title: format!("{name}: \"a\" <b> # 🎉"),
        description: "What it shows.".to_owned(),
        picture: Picture::Structure(structure),
    }
}

/// Every sign of ASCII alone, twice, and around a letter.
fn signs() -> Structure {
    let signs: Vec<char> = ('!'..='~').filter(char::is_ascii_punctuation).collect();
    let title = |signs: &[char]| {
        let words = signs
            .iter()
            .map(|it| format!("{it} {it}{it} {it}x{it} {it}{it}y{it}{it}"));
        words.collect::<Vec<_>>().join(" ")
    };
    let titles: Vec<String> = signs.chunks(4).map(title).collect();
    let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
    structure(&titles)
}

/// Boxes with these titles in three groups, one of them empty, with arrows of
/// every sort between boxes and groups.
pub fn structure(titles: &[&str]) -> Structure {
    let group = |id: &str, parent, title: &str| Group {
        id: format!("place:{id}"),
        parent,
        kind: "region",
        title: title.to_owned(),
        caption: "private network".to_owned(),
        change: None,
    };
    let last = titles.len() - 1;
    let node = |at: usize| Node {
        group: [None, Some(1), Some(0)][at % 3],
        shape: SHAPES[at % SHAPES.len()],
        count: (at % 2 == 1).then(|| "×3".to_owned()),
        sensitive: at % 3 == 1,
        marks: vec![mark(at.is_multiple_of(2))],
        change: None,
        ..plain_node(at, titles[at])
    };
    let edge = |at: usize, from, to| Edge {
        from,
        to,
        label: vec![titles[at % titles.len()].to_owned(), "×2".to_owned()],
        ..plain_edge(at)
    };
    Structure {
        groups: vec![
            group("a", None, titles[0]),
            group("b", Some(0), titles[last]),
            group("c", Some(0), titles[0]),
        ],
        nodes: (0..titles.len()).map(node).collect(),
        edges: vec![
            edge(0, End::Node(0), End::Node(1)),
            edge(1, End::Node(0), End::Group(1)),
            edge(2, End::Group(0), End::Node(1)),
            edge(3, End::Node(1), End::Node(1)),
            edge(4, End::Group(2), End::Group(1)),
            edge(5, End::Node(last), End::Group(2)),
        ],
        keys: vec![Key {
            number: 1,
            severity: Severity::Error,
            rule: "lone-copy".into(),
            message: titles[0].to_owned(),
            help: None,
            place: "a.arch:1".to_owned(),
            fingerprint: "x".to_owned(),
        }],
        ..Structure::default()
    }
}

fn mark(primary: bool) -> Mark {
    Mark {
        number: 1,
        severity: Severity::Error,
        primary,
    }
}

fn plain_node(at: usize, title: &str) -> Node {
    Node {
        id: format!("component:{title}{at}"),
        group: None,
        kind: "service",
        shape: Shape::Box,
        tone: Tone::Compute,
        title: title.to_owned(),
        caption: "service · Go".to_owned(),
        rows: Vec::new(),
        count: None,
        sensitive: false,
        closed: false,
        marks: Vec::new(),
        change: None,
    }
}

fn plain_edge(at: usize) -> Edge {
    Edge {
        id: format!("relation:{at}"),
        from: End::Node(0),
        to: End::Node(0),
        line: [Line::Solid, Line::Dashed][at % 2],
        start: [Tip::None, Tip::None, Tip::Arrow][at % 3],
        finish: Tip::Arrow,
        label: Vec::new(),
        sensitive: at == 1,
        marks: Vec::new(),
        change: None,
    }
}

/// Entities whose every word is nasty.
fn entities() -> Structure {
    let row = |name: &&str| Row {
        name: (*name).to_owned(),
        detail: format!("list<{name}>"),
        tags: vec!["key", "unique", "indexed"],
        sensitive: true,
    };
    let node = |at: usize| Node {
        kind: "entity",
        caption: String::new(),
        rows: NASTY[..if at == 0 { NASTY.len() } else { 1 }]
            .iter()
            .map(row)
            .collect(),
        id: format!("entity:{at}"),
        ..plain_node(at, NASTY[at])
    };
    let edge = |at: usize| Edge {
        to: End::Node(at),
        label: vec![NASTY[at].to_owned()],
        start: [Tip::Many, Tip::None, Tip::One][at % 3],
        finish: [Tip::One, Tip::Many, Tip::Arrow][at % 3],
        ..plain_edge(at)
    };
    let mut nodes: Vec<Node> = (0..NASTY.len()).map(node).collect();
    nodes[1].kind = "enum";
    Structure {
        direction: Direction::Right,
        nodes,
        edges: (0..NASTY.len()).map(edge).collect(),
        ..Structure::default()
    }
}

/// A flow with a frame in a frame.
pub fn flow() -> Scene {
    let participant = |id: &str, kind, title: &str| Participant {
        id: format!("component:{id}"),
        kind,
        shape: Shape::Box,
        tone: Tone::Compute,
        title: title.to_owned(),
        caption: String::new(),
    };
    let message = |from, to, words: &str| {
        Item::Message(Message {
            id: format!("relation:{from} -> {to}"),
            from,
            to,
            line: Line::Solid,
            both: false,
            label: vec![words.to_owned(), "5 ms".to_owned()],
            sensitive: false,
        })
    };
    let frame = |word, items| {
        Item::Frame(Frame {
            word,
            caption: "5 %".to_owned(),
            branches: vec![Branch {
                title: "on a miss".to_owned(),
                items,
            }],
        })
    };
    let inner = frame("loop", vec![message(0, 1, "again")]);
    Scene {
        name: "flow-ask".to_owned(),
        picture: Picture::Sequence(Sequence {
            participants: vec![
                participant("ann", "actor", "Ann"),
                participant("gate", "gateway", "Gate"),
                participant("feeds", "service", "Feeds"),
            ],
            items: vec![
                message(0, 1, "open"),
                frame("opt", vec![message(1, 2, "ask"), inner]),
                message(0, 1, "close"),
            ],
        }),
        ..nasty()
    }
}

fn table() -> Table {
    Table {
        columns: NASTY.iter().map(|it| (*it).to_owned()).collect(),
        rows: vec![NASTY.iter().map(|it| vec![(*it).to_owned()]).collect()],
    }
}
