//! DOT for Graphviz.

use graphviz_rust::dot_structures::{
    self as dot, Attribute, EdgeTy, GraphAttributes, Id, NodeId, Stmt, Subgraph, Vertex,
};
use graphviz_rust::printer::{DotPrinter, PrinterContext};

use super::words::{self, Tree};
use crate::diagram::canvas::{Ink, light};
use crate::diagram::scene::{
    Direction, Edge, End, Group, Line, Node, Scene, Shape, Structure, Tip,
};
use crate::diagram::tone::inks;

/// Returns a text as a quoted id.
///
/// Graphviz reads `\"` in quotes as a quote, and in labels `\\` as a backslash,
/// `\n` as a line end and `&lt;` as `<`; nothing else in quotes means anything.
pub fn quote(text: &str) -> Id {
    quote_lines(text, "\\n")
}

/// Returns a text as a quoted id whose lines end with `\n` or `\l`.
fn quote_lines(text: &str, line_end: &str) -> Id {
    let mut quoted = String::from("\"");
    for letter in words::clean(text).chars() {
        match letter {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '&' => quoted.push_str("&amp;"),
            '\n' => quoted.push_str(line_end),
            _ => quoted.push(letter),
        }
    }
    quoted.push('"');
    Id::Escaped(quoted)
}

/// Returns a structure as a directed graph.
pub fn structure(scene: &Scene, structure: &Structure) -> String {
    let tree = Tree::new(structure);
    let mut stmts = vec![
        Stmt::GAttribute(GraphAttributes::Graph(of_graph(scene, structure))),
        Stmt::GAttribute(GraphAttributes::Node(vec![
            set("fontname", "Helvetica"),
            set("fontsize", "12"),
            set("style", "filled"),
            set("shape", "box"),
            set("fontcolor", light(Ink::Text)),
            set("margin", "0.15,0.08"),
        ])),
        Stmt::GAttribute(GraphAttributes::Edge(vec![
            set("fontname", "Helvetica"),
            set("fontsize", "10"),
            set("color", light(Ink::Line)),
            set("fontcolor", light(Ink::Text)),
        ])),
    ];
    stmts.extend(inside(&tree, None));
    stmts.extend(structure.edges.iter().map(|it| of_edge(&tree, it)));
    stmts.extend(legend(structure));
    print(&scene.name, stmts)
}

/// Prints a directed graph.
pub fn print(name: &str, stmts: Vec<Stmt>) -> String {
    let graph = dot::Graph::DiGraph {
        id: quote(name),
        strict: false,
        stmts,
    };
    let mut text = graph.print(&mut PrinterContext::default());
    text.push('\n');
    text
}

/// Returns an attribute.
pub fn set(name: &str, value: &str) -> Attribute {
    Attribute(Id::Plain(name.to_owned()), quote(value))
}

/// Returns a box as a statement.
pub fn node(id: &str, attributes: Vec<Attribute>) -> Stmt {
    Stmt::Node(dot::Node::new(NodeId(quote(id), None), attributes))
}

/// Returns an arrow as a statement.
pub fn edge(from: &str, to: &str, attributes: Vec<Attribute>) -> Stmt {
    let vertex = |id| Vertex::N(NodeId(quote(id), None));
    Stmt::Edge(dot::Edge {
        ty: EdgeTy::Pair(vertex(from), vertex(to)),
        attributes,
    })
}

/// Returns a group as a statement.
pub fn cluster(name: &str, attributes: Vec<Attribute>, mut inside: Vec<Stmt>) -> Stmt {
    inside.insert(0, Stmt::GAttribute(GraphAttributes::Graph(attributes)));
    Stmt::Subgraph(Subgraph {
        id: quote(name),
        stmts: inside,
    })
}

/// Returns a point: `filled`, or `invis` where nobody shall see it.
pub fn point(name: &str, style: &str) -> Stmt {
    node(
        name,
        vec![
            set("shape", "point"),
            set("style", style),
            set("width", "0.05"),
        ],
    )
}

/// Returns the word for a direction.
pub fn direction(direction: Direction) -> &'static str {
    match direction {
        Direction::Down => "TB",
        Direction::Right => "LR",
    }
}

fn of_graph(scene: &Scene, structure: &Structure) -> Vec<Attribute> {
    vec![
        set("label", &scene.title),
        set("tooltip", &scene.description),
        set("labelloc", "t"),
        set("fontname", "Helvetica"),
        set("fontsize", "14"),
        set("fontcolor", light(Ink::Text)),
        set("rankdir", direction(structure.direction)),
        set("compound", "true"),
        set("nodesep", "0.5"),
        set("ranksep", "0.7"),
    ]
}

fn inside(tree: &Tree, parent: Option<usize>) -> Vec<Stmt> {
    let inside = tree.inside(parent);
    let mut stmts = Vec::new();
    if let Some(group) = parent {
        let name = words::anchor(group);
        match (tree.is_anchored(group), inside.is_empty()) {
            (true, _) => stmts.push(point(&name, "filled")),
            (false, true) => stmts.push(point(&name, "invis")),
            (false, false) => {}
        }
    }
    stmts.extend(inside.nodes.iter().map(|(_, it)| of_node(it)));
    for (at, group) in inside.groups {
        stmts.push(of_group(tree, at, group));
    }
    stmts
}

fn of_group(tree: &Tree, at: usize, group: &Group) -> Stmt {
    let attributes = vec![
        set("label", &words::heading(group).join("\n")),
        set("id", &group.id),
        set("labeljust", "l"),
        set("style", "rounded,filled"),
        set("fillcolor", light(Ink::Group)),
        set("color", light(Ink::GroupLine)),
        set("fontsize", "12"),
        set("margin", "14"),
    ];
    cluster(&cluster_name(at), attributes, inside(tree, Some(at)))
}

/// Returns the name of a group; Graphviz draws only those that start so.
pub fn cluster_name(at: usize) -> String {
    format!("cluster_{}", words::group(at))
}

fn of_node(it: &Node) -> Stmt {
    let (fill, line) = inks(it.tone);
    let color = words::alarm(&it.marks, it.sensitive).unwrap_or(line);
    let (shape, style) = shape(it.shape);
    let mut attributes = vec![
        of_lines(it),
        set("id", &it.id),
        set("shape", shape),
        set("style", style),
        set("fillcolor", light(fill)),
        set("color", light(color)),
    ];
    // A second line around a cylinder would run through its words.
    if (it.count.is_some() || it.closed) && it.shape != Shape::Cylinder {
        attributes.push(set("peripheries", "2"));
    }
    node(&it.id, attributes)
}

/// Rows stand at the left, below a rule; without rows all is centred.
fn of_lines(node: &Node) -> Attribute {
    let label = Id::Plain("label".to_owned());
    let mut lines = words::lines(node);
    if node.rows.is_empty() {
        return Attribute(label, quote(&lines.join("\n")));
    }
    lines.push("─".repeat(12));
    lines.extend(node.rows.iter().map(words::row));
    lines.push(String::new());
    Attribute(label, quote_lines(&lines.join("\n"), "\\l"))
}

fn shape(shape: Shape) -> (&'static str, &'static str) {
    match shape {
        Shape::Box => ("box", "rounded,filled"),
        Shape::Cloud => ("ellipse", "filled"),
        Shape::Cylinder => ("cylinder", "filled"),
        Shape::Device => ("box", "filled"),
        Shape::Document => ("note", "filled"),
        Shape::Hexagon => ("hexagon", "filled"),
        Shape::Person => ("oval", "filled"),
        Shape::Pipe => ("cds", "filled"),
        Shape::Process => ("component", "filled"),
    }
}

fn of_edge(tree: &Tree, it: &Edge) -> Stmt {
    let mut attributes = vec![
        set("id", &it.id),
        set("dir", "both"),
        set("arrowtail", tip(it.start)),
        set("arrowhead", tip(it.finish)),
    ];
    if it.line == Line::Dashed {
        attributes.push(set("style", "dashed"));
    }
    let label = words::label(it);
    if !label.is_empty() {
        attributes.push(set("label", &label.join("\n")));
    }
    if let Some(ink) = words::alarm(&it.marks, it.sensitive) {
        attributes.push(set("color", light(ink)));
    }
    let (from, to) = (
        stand_in(tree, it.from, it.to),
        stand_in(tree, it.to, it.from),
    );
    for (name, (_, border)) in [("ltail", &from), ("lhead", &to)] {
        attributes.extend(border.as_deref().map(|it| set(name, it)));
    }
    edge(&from.0, &to.0, attributes)
}

/// Returns the box at an end of an arrow, and the group at whose border the
/// arrow is cut where it ends there: Graphviz knows arrows between boxes only.
fn stand_in(tree: &Tree, end: End, other: End) -> (String, Option<String>) {
    match end {
        End::Node(at) => (tree.structure.nodes[at].id.clone(), None),
        End::Group(at) if tree.meets_anchor(end, other) => (words::anchor(at), None),
        End::Group(at) => {
            let mut nodes = (0..tree.structure.nodes.len()).map(End::Node);
            let mut groups = (0..tree.structure.groups.len()).map(End::Group);
            let first = nodes.find(|it| tree.holds(at, *it));
            let name = match first {
                Some(End::Node(node)) => tree.structure.nodes[node].id.clone(),
                // Then there is a group in it, or itself, in which nothing stands.
                _ => groups
                    .find_map(|it| match it {
                        End::Group(empty) if tree.holds(at, it) => {
                            let inside = tree.inside(Some(empty));
                            inside.is_empty().then(|| words::anchor(empty))
                        }
                        _ => None,
                    })
                    .unwrap_or_else(|| words::anchor(at)),
            };
            (name, Some(cluster_name(at)))
        }
    }
}

fn tip(tip: Tip) -> &'static str {
    match tip {
        Tip::Arrow => "normal",
        Tip::Many => "crow",
        Tip::None => "none",
        Tip::One => "tee",
    }
}

fn legend(structure: &Structure) -> Option<Stmt> {
    let keys = words::keys(structure);
    let lines = keys.join("\n") + "\n";
    let label = Attribute(Id::Plain("label".to_owned()), quote_lines(&lines, "\\l"));
    let attributes = vec![label, set("shape", "plaintext"), set("style", "")];
    (!keys.is_empty()).then(|| node("keys", attributes))
}

#[cfg(test)]
mod tests {
    use graphviz_rust::parse;
    use proptest::prelude::*;

    use super::*;
    use crate::diagram::export::samples;

    /// Returns what a quoted id says.
    fn unquote(id: &Id) -> String {
        let Id::Escaped(quoted) = id else {
            panic!("{id:?} is not quoted");
        };
        let mut text = String::new();
        let mut letters = quoted[1..quoted.len() - 1].chars();
        while let Some(letter) = letters.next() {
            match letter {
                '\\' => match letters.next() {
                    Some('n' | 'l') => text.push('\n'),
                    Some(escaped) => text.push(escaped),
                    None => panic!("{quoted} ends in the middle"),
                },
                _ => text.push(letter),
            }
        }
        text.replace("&amp;", "&")
    }

    /// Returns the ids and labels of every box, in order.
    fn boxes(stmts: &[Stmt], found: &mut Vec<(String, String)>) {
        for stmt in stmts {
            match stmt {
                Stmt::Node(node) => {
                    let label = node.attributes.iter();
                    let label = label
                        .filter(|it| it.0 == Id::Plain("label".to_owned()))
                        .map(|it| unquote(&it.1));
                    found.push((unquote(&node.id.0), label.collect()));
                }
                Stmt::Subgraph(group) => boxes(&group.stmts, found),
                _ => {}
            }
        }
    }

    fn reread(text: &str) -> Vec<(String, String)> {
        let Ok(dot::Graph::DiGraph { stmts, .. }) = parse(text) else {
            panic!("cannot be read again:\n{text}");
        };
        let mut found = Vec::new();
        boxes(&stmts, &mut found);
        found
    }

    #[test]
    fn quotes_hold_whatever_a_name_is() {
        for (text, quoted) in [
            ("a", r#""a""#),
            ("a\"b", r#""a\"b""#),
            ("a\\", r#""a\\""#),
            ("a\r\nb\n", r#""a\nb\n""#),
            ("\\\"]; x -> y", r#""\\\"]; x -> y""#),
            ("&lt;", r#""&amp;lt;""#),
            ("<b>x</b>", r#""<b>x</b>""#),
            ("", r#""""#),
        ] {
            assert_eq!(quote(text), Id::Escaped(quoted.to_owned()), "{text:?}");
        }
    }

    #[test]
    fn every_sample_reads_back_with_every_box() {
        for scene in samples::all() {
            let crate::diagram::scene::Picture::Structure(it) = &scene.picture else {
                continue;
            };
            let found = reread(&structure(&scene, it));
            for node in &it.nodes {
                let known = found.iter().any(|(id, label)| {
                    *id == words::clean(&node.id) && label.starts_with(&words::clean(&node.title))
                });
                assert!(known, "{:?} in {found:?}", node.id);
            }
        }
    }

    proptest! {
        #[test]
        fn any_text_reads_back_as_it_was(text in any::<String>(), other in "[\\\\\"\n&;{}]*") {
            let title = format!("{text}{other}");
            let mut it = samples::structure(&[&title, &other]);
            it.nodes[1].id = title.clone();
            let scene = Scene { name: title.clone(), ..samples::nasty() };
            let found = reread(&structure(&scene, &it));
            let clean = words::clean(&title);
            prop_assert!(found.iter().any(|(id, _)| *id == clean));
            prop_assert!(found.iter().any(|(_, label)| label.starts_with(&clean)));
        }
    }
}
