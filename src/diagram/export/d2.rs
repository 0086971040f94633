//! D2.

use std::fmt::Write as _;

use super::words::{self, Tree};
use crate::diagram::canvas::{Ink, light};
use crate::diagram::scene::{
    Direction, Edge, End, Group, Line, Node, Row, Scene, Shape, Structure, Tip,
};
use crate::diagram::tone::inks;

/// Returns a text in double quotes.
///
/// D2 reads `\"`, `\\` and `\n` there, and `${…}` as a variable unless its `$`
/// has a backslash before it.
pub fn quote(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in words::clean(text).chars() {
        match letter {
            '"' | '\\' | '$' => quoted.extend(['\\', letter]),
            '\n' => quoted.push_str("\\n"),
            _ => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

fn quote_lines(lines: &[String]) -> String {
    quote(&lines.join("\n"))
}

/// Returns a structure as a diagram.
pub fn structure(scene: &Scene, structure: &Structure) -> String {
    let tree = Tree::new(structure);
    let direction = match structure.direction {
        Direction::Down => "down",
        Direction::Right => "right",
    };
    let mut text = format!("direction: {direction}\n");
    let _ = writeln!(
        text,
        "title: {} {{\n  shape: text\n  near: top-center\n  style.font-size: 24\n}}",
        quote(&scene.title)
    );
    inside(&tree, None, "", &mut text);
    for edge in &structure.edges {
        arrow(&tree, edge, &mut text);
    }
    let keys = words::keys(structure);
    if !keys.is_empty() {
        let keys = quote_lines(&keys);
        let _ = writeln!(
            text,
            "keys: {keys} {{\n  shape: text\n  near: bottom-center\n}}"
        );
    }
    text
}

fn inside(tree: &Tree, parent: Option<usize>, indent: &str, text: &mut String) {
    let inside = tree.inside(parent);
    if let Some(at) = parent
        && tree.is_anchored(at)
    {
        let name = words::anchor(at);
        let size = "width: 8; height: 8";
        let _ = writeln!(text, "{indent}{name}: \"\" {{shape: circle; {size}}}");
    }
    for (at, node) in inside.nodes {
        boxed(at, node, indent, text);
    }
    for (at, group) in inside.groups {
        framed(tree, at, group, indent, text);
    }
}

fn framed(tree: &Tree, at: usize, group: &Group, indent: &str, text: &mut String) {
    let (name, label) = (words::group(at), quote_lines(&words::heading(group)));
    let _ = writeln!(text, "{indent}{name}: {label} {{");
    let (fill, line) = (light(Ink::Group), light(Ink::GroupLine));
    let _ = writeln!(
        text,
        "{indent}  style: {{fill: \"{fill}\"; stroke: \"{line}\"}}"
    );
    inside(tree, Some(at), &format!("{indent}  "), text);
    let _ = writeln!(text, "{indent}}}");
}

fn boxed(at: usize, node: &Node, indent: &str, text: &mut String) {
    let name = words::node(at);
    let mut lines = words::lines(node);
    if !node.rows.is_empty() {
        // The head of a table is one line.
        lines = vec![words::clean(&lines.join(" · ")).replace('\n', " ")];
    }
    let _ = writeln!(text, "{indent}{name}: {} {{", quote_lines(&lines));
    let shape = match node.rows.is_empty() {
        true => word(node.shape),
        false => "sql_table",
    };
    let _ = writeln!(text, "{indent}  shape: {shape}");
    let _ = writeln!(text, "{indent}  style: {{{}}}", style(node));
    for row in &node.rows {
        let _ = writeln!(text, "{indent}  {}", field(row));
    }
    let _ = writeln!(text, "{indent}}}");
}

/// Returns what a shape is called.
pub fn word(shape: Shape) -> &'static str {
    match shape {
        Shape::Box | Shape::Device | Shape::Process => "rectangle",
        Shape::Cloud => "cloud",
        Shape::Cylinder => "cylinder",
        Shape::Document => "page",
        Shape::Hexagon => "hexagon",
        Shape::Person => "person",
        Shape::Pipe => "queue",
    }
}

fn style(node: &Node) -> String {
    let (fill, line) = inks(node.tone);
    let line = words::alarm(&node.marks, node.sensitive).unwrap_or(line);
    // The ground of a table is the colour of its head, on which words are white.
    let style = match node.rows.is_empty() {
        true => (light(fill), light(line)),
        false => (light(line), light(Ink::Paper)),
    };
    let mut style = format!("fill: \"{}\"; stroke: \"{}\"", style.0, style.1);
    if node.count.is_some() || node.closed {
        style.push_str("; multiple: true");
    }
    if node.rows.is_empty() {
        let _ = write!(style, "; font-color: \"{}\"", light(Ink::Text));
    }
    match node.shape {
        Shape::Box if node.rows.is_empty() => style.push_str("; border-radius: 6"),
        Shape::Process => style.push_str("; double-border: true"),
        _ => {}
    }
    style
}

fn field(row: &Row) -> String {
    let known = [
        ("key", "primary_key"),
        ("reference", "foreign_key"),
        ("unique", "unique"),
    ];
    let constraints: Vec<&str> = words::remarks(row)
        .into_iter()
        .map(|tag| known.iter().find(|it| it.0 == tag).map_or(tag, |it| it.1))
        .collect();
    let field = format!("{}: {}", quote(&row.name), quote(&row.detail));
    match constraints.is_empty() {
        true => field,
        false => format!("{field} {{constraint: [{}]}}", constraints.join("; ")),
    }
}

fn arrow(tree: &Tree, edge: &Edge, text: &mut String) {
    let from = path(tree, edge.from, edge.to);
    let to = path(tree, edge.to, edge.from);
    let line = match (edge.start, edge.finish) {
        (Tip::None, Tip::None) => "--",
        (Tip::None, _) => "->",
        (_, Tip::None) => "<-",
        _ => "<->",
    };
    let mut styles = Vec::new();
    for (end, tip) in [("source", edge.start), ("target", edge.finish)] {
        if let Some(shape) = head(tip) {
            styles.push(format!("{end}-arrowhead: {{shape: {shape}}}"));
        }
    }
    if edge.line == Line::Dashed {
        styles.push("style.stroke-dash: 4".to_owned());
    }
    let ink = words::alarm(&edge.marks, edge.sensitive).unwrap_or(Ink::Line);
    styles.push(format!("style.stroke: \"{}\"", light(ink)));
    let label = quote_lines(&words::label(edge));
    let _ = writeln!(
        text,
        "{from} {line} {to}: {label} {{{}}}",
        styles.join("; ")
    );
}

fn head(tip: Tip) -> Option<&'static str> {
    match tip {
        Tip::Arrow | Tip::None => None,
        Tip::Many => Some("cf-many"),
        Tip::One => Some("cf-one-required"),
    }
}

/// Returns an end's name with those of the groups around it.
fn path(tree: &Tree, end: End, other: End) -> String {
    let structure = tree.structure;
    let mut names = vec![tree.end(end, other)];
    let mut group = match end {
        End::Group(at) if tree.meets_anchor(end, other) => Some(at),
        End::Group(at) => structure.groups[at].parent,
        End::Node(at) => structure.nodes[at].group,
    };
    while let Some(at) = group {
        names.push(words::group(at));
        group = structure.groups[at].parent;
    }
    names.reverse();
    names.join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_hold_whatever_a_name_is() {
        for (text, quoted) in [
            ("a", r#""a""#),
            ("a\"b\\", r#""a\"b\\""#),
            ("${x}\n", r#""\${x}\n""#),
            ("# ; {x} | *", r##""# ; {x} | *""##),
        ] {
            assert_eq!(quote(text), quoted, "{text:?}");
        }
    }
}
