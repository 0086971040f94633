use super::super::layout::{Rect, Size};
use super::super::scene::{
    Direction, Edge, Group, Key, Line, Mark, Node, Picture, Row, Shape, Tip, Tone,
};
use super::super::tone::inks;
use super::shape::Side;
use super::*;
use crate::finding::Severity;

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

const HOSTILE: [&str; 9] = [
    "",
    "x",
    "two\nlines and\ta tab",
    "<script>alert('x')</script>",
    "a & b \"c\" ]]> <!-- -->",
    "東京 🎉 データベース",
    "\u{202e}שלום עולם مرحبا",
    "a title of many words that goes on and on until nobody wants to read it any more",
    "\u{0}\u{7}\u{fffe}",
];

fn node(shape: Shape, title: &str, caption: &str) -> Node {
    Node {
        id: format!("component:{title}"),
        group: None,
        kind: "service",
        shape,
        tone: Tone::Compute,
        title: title.to_owned(),
        caption: caption.to_owned(),
        rows: Vec::new(),
        count: None,
        sensitive: false,
        closed: false,
        marks: Vec::new(),
        change: None,
    }
}

fn edge(label: &[&str]) -> Edge {
    Edge {
        id: "relation:a -> b".to_owned(),
        from: End::Node(0),
        to: End::Node(1),
        line: Line::Solid,
        start: Tip::None,
        finish: Tip::Arrow,
        label: label.iter().map(|line| (*line).to_owned()).collect(),
        sensitive: false,
        marks: Vec::new(),
        change: None,
    }
}

fn mark(number: usize, severity: Severity, primary: bool) -> Mark {
    Mark {
        number,
        severity,
        primary,
    }
}

fn scene(structure: Structure) -> Scene {
    Scene {
        name: "components".to_owned(),
        title: "Shop: components".to_owned(),
        description: "What there is.".to_owned(),
        picture: Picture::Structure(structure),
    }
}

// Boxes in a column, arrows straight down, labels beside them.
fn placed(structure: &Structure) -> Placement {
    let outline = outline(structure);
    let mut y = 0.0;
    let mut placement = Placement::default();
    for node in &outline.nodes {
        placement.nodes.push(Rect {
            x: 0.0,
            y,
            width: node.size.width,
            height: node.size.height,
        });
        y += node.size.height + 60.0;
    }
    for arrow in &outline.edges {
        let (End::Node(from) | End::Group(from), End::Node(to) | End::Group(to)) =
            (arrow.from, arrow.to);
        let (from, to) = (placement.nodes[from], placement.nodes[to]);
        let at = |y| Point { x: 40.0, y };
        let middle = (from.bottom() + to.y) / 2.0;
        placement.edges.push(Route {
            points: vec![at(from.bottom()), at(to.y)],
            label: arrow.label.map(|size| Rect {
                x: 40.0 - size.width / 2.0,
                y: middle - size.height / 2.0,
                width: size.width,
                height: size.height,
            }),
        });
    }
    for _ in &outline.groups {
        placement.groups.push(Rect {
            x: -20.0,
            y: -40.0,
            width: 300.0,
            height: y + 60.0,
        });
    }
    placement
}

fn drawn(structure: Structure) -> String {
    let placement = placed(&structure);
    let scene = scene(structure.clone());
    svg(&scene, &structure, &placement, Theme::Light)
}

// Where a line of words stands, from what an SVG reader makes of it.
fn place_of(text: roxmltree::Node<'_, '_>) -> Rect {
    let number = |name: &str| -> f64 { text.attribute(name).unwrap().parse().unwrap() };
    let weight = match text.attribute("font-weight") {
        Some("bold") => Weight::Bold,
        _ => Weight::Regular,
    };
    let size = number("font-size");
    assert!(size >= 9.0);
    let wide = width(text.text().unwrap_or_default(), weight, size);
    let x = match text.attribute("text-anchor") {
        Some("middle") => number("x") - wide / 2.0,
        Some("end") => number("x") - wide,
        _ => number("x"),
    };
    Rect {
        x,
        y: number("y") - 0.75 * size,
        width: wide,
        height: size,
    }
}

use resvg::usvg::roxmltree;

// Asserts that all words of the only box stand within its outline.
fn check_words_within(node: &Node) {
    let structure = Structure {
        nodes: vec![node.clone()],
        ..Structure::default()
    };
    let svg = drawn(structure);
    let tree = roxmltree::Document::parse(&svg).unwrap();
    let group = tree
        .descendants()
        .find(|part| part.attribute("class") == Some("node"))
        .unwrap();
    let size = node::size(node);
    // The box is alone: it stands where its marks have room.
    let whole = Rect {
        x: MARGIN + 10.0,
        y: MARGIN + 26.0 + 10.0,
        width: size.width,
        height: size.height,
    };
    let front = node::front(node, whole);
    let texts = group.descendants().filter(|part| part.has_tag_name("text"));
    for text in texts {
        let words = place_of(text);
        for (x, y) in [
            (words.x, words.y),
            (words.right(), words.y),
            (words.x, words.bottom()),
            (words.right(), words.bottom()),
        ] {
            let at = Point { x, y };
            let depth = |side| shape::depth(node.shape, front, side, at);
            let within = x > front.x + depth(Side::Left)
                && x < front.right() - depth(Side::Right)
                && y > front.y + depth(Side::Top)
                && y < front.bottom() - depth(Side::Bottom);
            assert!(within, "{at:?} of {:?} in {front:?}: {node:?}", text.text());
        }
    }
}

#[test]
fn words_stand_within_every_shape() {
    for shape in SHAPES {
        for title in HOSTILE {
            check_words_within(&node(shape, title, ""));
            let mut node = node(shape, title, title);
            node.sensitive = true;
            node.count = Some("×9 in 3 zones".to_owned());
            check_words_within(&node);
            node.kind = "database";
            check_words_within(&node);
        }
    }
    check_words_within(&node(Shape::Hexagon, &"w".repeat(500), &"m".repeat(500)));
}

#[test]
fn rows_stand_within_their_box() {
    let row = |name: &str, detail: &str, tags: &[&'static str]| Row {
        name: name.to_owned(),
        detail: detail.to_owned(),
        tags: tags.to_vec(),
        sensitive: true,
    };
    for long in HOSTILE.into_iter().chain([&*"field".repeat(100)]) {
        let mut node = node(Shape::Box, long, "");
        node.rows = vec![
            row("id", "uuid", &["key"]),
            row(long, long, &["unique", "indexed"]),
            row("a", "", &[]),
        ];
        check_words_within(&node);
    }
}

#[test]
fn every_shape_is_drawn_in_every_family() {
    for shape in SHAPES {
        for tone in TONES {
            let mut node = node(shape, "a", "b");
            node.tone = tone;
            node.count = Some("×2".to_owned());
            let svg = drawn(Structure {
                nodes: vec![node],
                ..Structure::default()
            });
            let tree = roxmltree::Document::parse(&svg).unwrap();
            let mut canvas = Canvas::new(Theme::Light);
            let style = super::super::canvas::Style {
                fill: Some(inks(tone).0),
                stroke: Some(inks(tone).1),
                width: 1.2,
                dash: None,
            };
            canvas.path("", &style);
            let sample = canvas.finish(Size::default(), "", "");
            let sample = roxmltree::Document::parse(&sample).unwrap();
            let sample = sample
                .descendants()
                .find(|part| part.has_tag_name("path"))
                .unwrap();
            let same = |part: &roxmltree::Node<'_, '_>| {
                ["fill", "stroke"]
                    .iter()
                    .all(|name| part.attribute(*name) == sample.attribute(*name))
            };
            let outlines = tree
                .descendants()
                .filter(|part| part.has_tag_name("path") && same(part))
                .count();
            assert!(outlines >= 3, "{shape:?} {tone:?}: {svg}");
        }
    }
}

#[test]
fn whatever_names_hold_the_picture_is_a_document() {
    for text in HOSTILE {
        let mut first = node(Shape::Box, text, text);
        first.id = format!("component:{text}");
        let mut arrow = edge(&[text, text]);
        arrow.id = text.to_owned();
        let structure = Structure {
            groups: vec![Group {
                id: text.to_owned(),
                parent: None,
                kind: "zone",
                title: text.to_owned(),
                caption: text.to_owned(),
                change: None,
            }],
            nodes: vec![first.clone(), first],
            edges: vec![arrow],
            keys: vec![key(1, text)],
            ..Structure::default()
        };
        let svg = drawn(structure);
        let tree = roxmltree::Document::parse(&svg).unwrap();
        assert!(tree.descendants().all(|part| !part.has_tag_name("script")));
        let classes: Vec<&str> = tree
            .descendants()
            .filter(|part| part.attribute("data-id").is_some())
            .filter_map(|part| part.attribute("class"))
            .collect();
        assert_eq!(classes, ["group", "edge", "node", "node", "group-title"]);
    }
}

fn key(number: usize, message: &str) -> Key {
    Key {
        number,
        severity: Severity::Warning,
        rule: "single-point-of-failure".into(),
        message: message.to_owned(),
        help: None,
        place: "design.arch:12".to_owned(),
        fingerprint: "f".to_owned(),
    }
}

#[test]
fn a_label_has_the_room_that_it_asked_for() {
    let long = "word ".repeat(80);
    for text in HOSTILE.into_iter().chain([long.as_str()]) {
        let mut arrow = edge(&[text, "p99 < 50 ms"]);
        arrow.sensitive = true;
        arrow.marks = vec![
            mark(7, Severity::Error, true),
            mark(8, Severity::Info, true),
        ];
        let size = edge::label_size(&arrow).unwrap();
        let structure = Structure {
            nodes: vec![node(Shape::Box, "a", ""), node(Shape::Box, "b", "")],
            edges: vec![arrow],
            ..Structure::default()
        };
        let rect = moved_label(&structure);
        let svg = drawn(structure);
        let tree = roxmltree::Document::parse(&svg).unwrap();
        let group = tree
            .descendants()
            .find(|part| part.attribute("class") == Some("edge"))
            .unwrap();
        for text in group.descendants().filter(|part| part.has_tag_name("text")) {
            let words = place_of(text);
            let within = words.x >= rect.x
                && words.right() <= rect.right()
                && words.y >= rect.y
                && words.bottom() <= rect.bottom();
            assert!(within, "{words:?} in {rect:?}, {size:?}");
        }
    }
    assert_eq!(edge::label_size(&edge(&[])), None);
    assert_eq!(edge::label_size(&edge(&["", " "])), None);
}

// Where the label of the first arrow stands in the picture.
fn moved_label(structure: &Structure) -> Rect {
    let placement = placed(structure);
    let extent = extent(&placement);
    let placement = moved(&placement, MARGIN - extent.x, MARGIN + 26.0 - extent.y);
    placement.edges[0].label.unwrap()
}

#[test]
fn everything_stands_within_the_picture() {
    let mut structure = Structure {
        direction: Direction::Down,
        groups: vec![Group {
            id: "place:eu".to_owned(),
            parent: None,
            kind: "region",
            title: "Europe".to_owned(),
            caption: "west".to_owned(),
            change: None,
        }],
        nodes: vec![node(Shape::Box, "a", ""), node(Shape::Cloud, "b", "c")],
        edges: vec![edge(&[&"a label wider than both boxes ".repeat(3)])],
        keys: (1..=7)
            .map(|number| key(number, &"words ".repeat(60)))
            .collect(),
    };
    structure.nodes[0].marks = (1..=7).map(|n| mark(n, Severity::Warning, true)).collect();
    structure.nodes[1].sensitive = true;
    structure.edges[0].line = Line::Dashed;
    let svg = drawn(structure);
    let tree = roxmltree::Document::parse(&svg).unwrap();
    let root = tree.root_element();
    let length = |name: &str| -> f64 { root.attribute(name).unwrap().parse().unwrap() };
    let (wide, high) = (length("width"), length("height"));
    let texts = tree.descendants().filter(|part| part.has_tag_name("text"));
    assert!(texts.clone().count() > 30);
    for text in texts {
        let words = place_of(text);
        assert!(words.x >= 0.0 && words.y >= 0.0, "{words:?}");
        assert!(words.right() <= wide && words.bottom() <= high, "{words:?}");
    }
}

#[test]
fn many_marks_are_counted_and_the_worst_shows() {
    let mut marked = node(Shape::Box, "a", "");
    marked.marks = (1..=6).map(|n| mark(n, Severity::Warning, true)).collect();
    marked.marks.push(mark(7, Severity::Error, true));
    marked.marks.push(mark(8, Severity::Error, false));
    let svg = drawn(Structure {
        nodes: vec![marked],
        ..Structure::default()
    });
    let tree = roxmltree::Document::parse(&svg).unwrap();
    let words: Vec<&str> = tree
        .descendants()
        .filter(|part| part.has_tag_name("text"))
        .filter_map(|part| part.text())
        .collect();
    assert_eq!(words, ["Shop: components", "a", "7", "1", "2", "+4"]);
}

#[test]
fn marks_stand_where_no_arrow_ends() {
    let mut marked = node(Shape::Box, "a box with marks", "");
    marked.marks = vec![mark(1, Severity::Error, true)];
    let size = node::size(&marked);
    let at = |x| {
        let route = Route {
            points: vec![Point { x, y: -40.0 }, Point { x, y: 0.0 }],
            label: None,
        };
        let rect = Rect {
            width: size.width,
            height: size.height,
            ..Rect::default()
        };
        let mut canvas = Canvas::new(Theme::Light);
        node::draw(&mut canvas, &marked, rect, &[route]);
        let svg = canvas.finish(size, "", "");
        let tree = roxmltree::Document::parse(&svg).unwrap();
        let disc = tree
            .descendants()
            .find(|part| part.has_tag_name("rect") && part.attribute("rx") == Some("9"))
            .unwrap();
        disc.attribute("y").unwrap().parse::<f64>().unwrap()
    };
    assert_eq!(at(size.width / 2.0), -9.0);
    assert_eq!(at(size.width - 4.0), size.height - 9.0);
}

#[test]
fn a_caption_breaks_between_its_parts() {
    let caption = "48 bytes · kept 7 days · in feedCache and feedStore";
    let node = node(Shape::Box, "FeedEntry", caption);
    let svg = drawn(Structure {
        nodes: vec![node],
        ..Structure::default()
    });
    assert!(svg.contains(">48 bytes · kept 7 days<"));
    assert!(svg.contains(">in feedCache and feedStore<"));
}

#[test]
fn what_is_only_on_the_way_is_marked_thinner_and_without_a_number() {
    let ink = |marks: &[Mark]| node::marked(marks, Ink::Line, 1.2);
    let (error, warning) = (
        mark(1, Severity::Error, false),
        mark(2, Severity::Warning, true),
    );
    assert_eq!(ink(&[]), (Ink::Line, 1.2));
    assert_eq!(ink(std::slice::from_ref(&error)), (Ink::Error, 1.6));
    assert_eq!(ink(&[error.clone(), warning]), (Ink::Warning, 2.4));
    assert_eq!(disc::row_width(&[error], None), 0.0);
}

#[test]
fn a_legend_says_only_what_occurs() {
    let two = || vec![node(Shape::Box, "a", ""), node(Shape::Box, "b", "")];
    let with = |edges: Vec<Edge>, nodes: Vec<Node>| {
        drawn(Structure {
            nodes,
            edges,
            ..Structure::default()
        })
    };
    let dashed = Edge {
        line: Line::Dashed,
        ..edge(&[])
    };
    let svg = with(vec![edge(&[])], two());
    assert!(!svg.contains("calls and waits"));
    let svg = with(vec![edge(&[]), dashed], two());
    assert!(svg.contains("calls and waits") && svg.contains("sends and goes on"));
    assert!(!svg.contains("more than one of it") && !svg.contains(">sensitive data<"));
    let mut nodes = two();
    nodes[0].count = Some("×3".to_owned());
    assert!(!with(Vec::new(), nodes.clone()).contains("more than one of it"));
    nodes[1].sensitive = true;
    let svg = with(Vec::new(), nodes);
    assert!(svg.contains("more than one of it") && svg.contains(">sensitive data<"));
}

#[test]
fn an_arrow_goes_on_until_it_meets_the_outline() {
    let meet = |shape, from: (f64, f64), to: (f64, f64)| {
        let rect = Rect {
            x: 0.0,
            y: 0.0,
            width: 120.0,
            height: 60.0,
        };
        let mut last = Point { x: to.0, y: to.1 };
        let before = Point {
            x: from.0,
            y: from.1,
        };
        node::meet(&node(shape, "a", ""), rect, before, &mut last);
        (last.x, last.y)
    };
    assert_eq!(meet(Shape::Box, (60.0, -9.0), (60.0, 0.0)), (60.0, 0.0));
    assert_eq!(meet(Shape::Hexagon, (-9.0, 30.0), (0.0, 30.0)), (0.0, 30.0));
    assert_eq!(meet(Shape::Hexagon, (-9.0, 15.0), (0.0, 15.0)), (6.0, 15.0));
    assert_eq!(meet(Shape::Person, (60.0, -9.0), (60.0, 0.0)), (60.0, 0.0));
    let (_, shoulder) = meet(Shape::Person, (100.0, -9.0), (100.0, 0.0));
    assert_eq!(shoulder, 17.0);
    // Aslant: as the engine says.
    assert_eq!(meet(Shape::Hexagon, (-9.0, 0.0), (0.0, 15.0)), (0.0, 15.0));
}

#[test]
fn a_line_is_open_where_its_own_label_stands() {
    let at = |x: f64, y: f64| Point { x, y };
    let label = Rect {
        x: 40.0,
        y: -5.0,
        width: 20.0,
        height: 10.0,
    };
    let pieces = edge::outside(&[at(0.0, 0.0), at(100.0, 0.0)], &label);
    assert_eq!(
        pieces,
        [
            vec![at(0.0, 0.0), at(40.0, 0.0)],
            vec![at(60.0, 0.0), at(100.0, 0.0)]
        ]
    );
    let beside = edge::outside(&[at(0.0, 5.0), at(100.0, 5.0)], &label);
    assert_eq!(beside, [vec![at(0.0, 5.0), at(100.0, 5.0)]]);
    let corner = edge::outside(&[at(50.0, -50.0), at(50.0, 0.0), at(100.0, 0.0)], &label);
    assert_eq!(
        corner,
        [
            vec![at(50.0, -50.0), at(50.0, -5.0)],
            vec![at(60.0, 0.0), at(100.0, 0.0)]
        ]
    );
}

#[test]
fn nothing_at_all_is_a_picture_too() {
    let svg = drawn(Structure::default());
    assert!(roxmltree::Document::parse(&svg).is_ok());
    assert!(!svg.contains("NaN") && !svg.contains("inf"));
}
