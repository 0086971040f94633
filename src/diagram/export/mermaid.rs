//! Mermaid: a flowchart of a structure, an entity-relationship diagram of entities.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::words::{self, Tree};
use crate::diagram::canvas::{Ink, light};
use crate::diagram::scene::{
    Direction, Edge, Group, Line, Node, Row, Scene, Shape, Structure, Tip, Tone,
};
use crate::diagram::tone::inks;

/// Returns a text as it may stand in double quotes.
///
/// Mermaid has no escape but entities with a `#` for `&`, by number. Lines of its
/// own, Markdown, formulas between `$$` and the `;` that ends a statement are
/// found before quotes are, so all that is neither letter, digit nor harmless
/// becomes an entity; a word joiner behind `$` keeps two of them apart. Without
/// any word a box cannot be measured, so there is a blank at least.
pub fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for letter in words::clean(text).chars() {
        match letter {
            '\n' => escaped.push_str("<br>"),
            '$' => escaped.push_str("#36;#8288;"),
            ' ' | ',' | '?' | '=' | '+' => escaped.push(letter),
            _ if letter.is_ascii_alphanumeric() || !letter.is_ascii() => escaped.push(letter),
            _ => {
                let _ = write!(escaped, "#{};", letter as u32);
            }
        }
    }
    match escaped.is_empty() {
        true => "#160;".to_owned(),
        false => escaped,
    }
}

fn escape_lines(lines: &[String]) -> String {
    escape(&lines.join("\n"))
}

/// Returns a structure as a diagram.
pub fn structure(scene: &Scene, structure: &Structure) -> String {
    let tree = Tree::new(structure);
    match tree.is_of_entities() {
        true => front(scene) + &entities(structure),
        false => front(scene) + &flowchart(&tree),
    }
}

/// Returns what stands before a diagram: its title, as YAML reads it.
pub fn front(scene: &Scene) -> String {
    let title = words::clean(&scene.title).replace('\n', " ");
    let title = serde_json::Value::from(title);
    format!("---\ntitle: {title}\n---\n")
}

fn flowchart(tree: &Tree) -> String {
    let structure = tree.structure;
    let direction = match structure.direction {
        Direction::Down => "TB",
        Direction::Right => "LR",
    };
    let mut text = format!("flowchart {direction}\n");
    inside(tree, None, "  ", &mut text);
    for edge in &structure.edges {
        arrow(tree, edge, &mut text);
    }
    for (at, edge) in structure.edges.iter().enumerate() {
        if let Some(ink) = words::alarm(&edge.marks, edge.sensitive) {
            let _ = writeln!(text, "  linkStyle {at} stroke:{}", light(ink));
        }
    }
    let keys = words::keys(structure);
    if !keys.is_empty() {
        let _ = writeln!(text, "  keys[\"{}\"]", escape_lines(&keys));
        text.push_str("  style keys fill:none,stroke:none,text-align:left\n");
    }
    styles(structure, &mut text);
    text
}

fn inside(tree: &Tree, parent: Option<usize>, indent: &str, text: &mut String) {
    let inside = tree.inside(parent);
    if let Some(at) = parent
        && tree.is_anchored(at)
    {
        let name = words::anchor(at);
        let _ = writeln!(
            text,
            "{indent}{name}[\" \"]\n{indent}{name}@{{ shape: f-circ }}"
        );
    }
    for (at, node) in inside.nodes {
        boxed(at, node, indent, text);
    }
    for (at, group) in inside.groups {
        framed(tree, at, group, indent, text);
    }
}

fn boxed(at: usize, node: &Node, indent: &str, text: &mut String) {
    let mut lines = words::lines(node);
    lines.extend(node.rows.iter().map(words::row));
    let (name, label) = (words::node(at), escape_lines(&lines));
    let class = class(node.tone);
    let _ = writeln!(text, "{indent}{name}[\"{label}\"]:::{class}");
    let shape = match (node.shape, node.count.is_some() || node.closed) {
        (Shape::Box, true) => "st-rect",
        (shape, _) => word(shape),
    };
    let _ = writeln!(text, "{indent}{name}@{{ shape: {shape} }}");
    if let Some(ink) = words::alarm(&node.marks, node.sensitive) {
        let _ = writeln!(text, "{indent}style {name} stroke:{}", light(ink));
    }
}

fn word(shape: Shape) -> &'static str {
    match shape {
        Shape::Box => "rounded",
        Shape::Cloud => "cloud",
        Shape::Cylinder => "cyl",
        Shape::Device => "curv-trap",
        Shape::Document => "doc",
        Shape::Hexagon => "hex",
        Shape::Person => "stadium",
        Shape::Pipe => "h-cyl",
        Shape::Process => "fr-rect",
    }
}

/// A frame around nothing would lose its border, so it becomes a box.
fn framed(tree: &Tree, at: usize, group: &Group, indent: &str, text: &mut String) {
    let (name, label) = (words::group(at), escape_lines(&words::heading(group)));
    if tree.inside(Some(at)).is_empty() && !tree.is_anchored(at) {
        let _ = writeln!(text, "{indent}{name}[\"{label}\"]");
        return;
    }
    let _ = writeln!(text, "{indent}subgraph {name}[\"{label}\"]");
    inside(tree, Some(at), &format!("{indent}  "), text);
    let _ = writeln!(text, "{indent}end");
}

fn arrow(tree: &Tree, edge: &Edge, text: &mut String) {
    let (from, to) = tree.ends(edge);
    let start = match edge.start {
        Tip::Arrow => "<",
        Tip::Many => "o",
        Tip::None | Tip::One => "",
    };
    let (bare, headed) = match edge.line {
        Line::Dashed => ("-.-", "-.-"),
        Line::Solid => ("---", "--"),
    };
    let line = match edge.finish {
        Tip::Arrow => format!("{headed}>"),
        Tip::Many => format!("{headed}o"),
        Tip::None | Tip::One if start.is_empty() => bare.to_owned(),
        // Mermaid draws a tip at the start only with one at the end.
        Tip::None | Tip::One => return turned(tree, edge, text),
    };
    let label = match words::label(edge) {
        lines if lines.is_empty() => String::new(),
        lines => format!("|\"{}\"|", escape_lines(&lines)),
    };
    let _ = writeln!(text, "  {from} {start}{line}{label} {to}");
}

/// Writes an arrow from its other end.
fn turned(tree: &Tree, edge: &Edge, text: &mut String) {
    let other = Edge {
        from: edge.to,
        to: edge.from,
        start: edge.finish,
        finish: edge.start,
        ..edge.clone()
    };
    arrow(tree, &other, text);
}

fn class(tone: Tone) -> String {
    // Mermaid's own style sheet has classes with short names.
    format!("tone{tone:?}")
}

fn styles(structure: &Structure, text: &mut String) {
    let ink = light(Ink::Text);
    let tones: BTreeSet<Tone> = structure.nodes.iter().map(|it| it.tone).collect();
    for tone in tones {
        let (fill, line) = inks(tone);
        let (class, fill, line) = (class(tone), light(fill), light(line));
        let _ = writeln!(
            text,
            "  classDef {class} fill:{fill},stroke:{line},color:{ink}"
        );
    }
    if !structure.groups.is_empty() {
        let (fill, line) = (light(Ink::Group), light(Ink::GroupLine));
        let names: Vec<String> = (0..structure.groups.len()).map(words::group).collect();
        let _ = writeln!(text, "  class {} group", names.join(","));
        let _ = writeln!(
            text,
            "  classDef group fill:{fill},stroke:{line},color:{ink}"
        );
    }
}

fn entities(structure: &Structure) -> String {
    let mut text = "erDiagram\n".to_owned();
    if structure.direction == Direction::Right {
        text.push_str("  direction LR\n");
    }
    for (at, node) in structure.nodes.iter().enumerate() {
        let (name, label) = (words::node(at), escape_lines(&words::lines(node)));
        let _ = writeln!(text, "  {name}[\"{label}\"] {{");
        for row in &node.rows {
            let _ = writeln!(text, "    {}", attribute(row));
        }
        text.push_str("  }\n");
    }
    let tree = Tree::new(structure);
    for edge in &structure.edges {
        let (from, to) = tree.ends(edge);
        let line = match edge.line {
            Line::Dashed => "..",
            Line::Solid => "--",
        };
        let (start, finish) = (many(edge.start, "}o"), many(edge.finish, "o{"));
        let label = escape_lines(&words::label(edge));
        let _ = writeln!(text, "  {from} {start}{line}{finish} {to} : \"{label}\"");
    }
    text
}

/// What is not said may be any number.
fn many(tip: Tip, many: &'static str) -> &'static str {
    match tip {
        Tip::Arrow | Tip::One => "||",
        Tip::Many | Tip::None => many,
    }
}

/// Returns a field: type and name are words there, so what a word cannot hold is
/// told in the comment.
fn attribute(row: &Row) -> String {
    let (kind, name) = (bare(&row.detail), bare(&row.name));
    let keys = [("key", "PK"), ("reference", "FK"), ("unique", "UK")];
    let keys: Vec<&str> = keys
        .iter()
        .filter(|(tag, _)| row.tags.contains(tag))
        .map(|(_, key)| *key)
        .collect();
    let known = |it: &&str| !matches!(*it, "key" | "reference" | "unique");
    let mut remarks: Vec<&str> = words::remarks(row).into_iter().filter(known).collect();
    let full = format!("{}: {}", row.name, row.detail);
    if (name != row.name || kind != row.detail) && !row.detail.is_empty() {
        remarks.insert(0, &full);
    }
    let mut text = format!("{kind} {name}");
    if !keys.is_empty() {
        let _ = write!(text, " {}", keys.join(", "));
    }
    if !remarks.is_empty() {
        let _ = write!(text, " \"{}\"", escape(&remarks.join(", ")));
    }
    text
}

fn bare(text: &str) -> String {
    let mut bare = String::new();
    for letter in text.chars() {
        // Further letters Mermaid does not know in a word.
        match letter.is_alphanumeric() && letter < '\u{fffe}' {
            true => bare.push(letter),
            false if bare.ends_with('_') => {}
            false => bare.push('_'),
        }
    }
    let bare = bare.trim_matches('_');
    match bare.chars().next() {
        Some(first) if first.is_alphabetic() => bare.to_owned(),
        _ => format!("_{bare}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_quotes_means_anything() {
        for (text, escaped) in [
            ("Feed 2, new", "Feed 2, new"),
            ("a\"b\n%%c", "a#34;b<br>#37;#37;c"),
            ("<b>#1;", "#60;b#62;#35;1#59;"),
            ("$$x", "#36;#8288;#36;#8288;x"),
            ("東京 🎉", "東京 🎉"),
            ("", "#160;"),
        ] {
            assert_eq!(escape(text), escaped, "{text:?}");
        }
    }

    #[test]
    fn a_field_keeps_its_full_type_in_a_comment() {
        let row = |name: &str, detail: &str, tags: &[&'static str]| {
            attribute(&Row {
                name: name.to_owned(),
                detail: detail.to_owned(),
                tags: tags.to_vec(),
                sensitive: tags.contains(&"key"),
            })
        };
        assert_eq!(
            row("id", "int", &["key", "unique"]),
            "int id PK, UK \"sensitive\""
        );
        assert_eq!(row("id", "int", &[]), "int id");
        assert_eq!(
            row("tags", "list<text>", &["indexed"]),
            "list_text tags \"tags#58; list#60;text#62;, indexed\""
        );
        assert_eq!(row("1", "", &[]), "_ _1");
    }
}
