//! PlantUML, with nothing included: its own shapes, and its entities.

use std::fmt::Write as _;

use super::words::{self, Tree};
use crate::diagram::canvas::{Ink, light};
use crate::diagram::scene::{
    Direction, Edge, Group, Line, Node, Scene, Shape, Structure, Tip, Tone,
};
use crate::diagram::tone::inks;

/// Returns a text as it may stand in quotes or at the end of a line.
///
/// PlantUML has no escape for a quote, and reads markup, variables and lines of
/// its own everywhere; but it shows `&#34;` as a quote. So every sign that could
/// mean something becomes such a number. The backslash is the exception, since
/// its number makes version 1.2020.2 fail: it becomes `<U+005C>` with a word
/// joiner behind it, without which the end of an entity's name reads as a type.
pub fn escape(text: &str) -> String {
    let mut escaped = String::new();
    let mut before = None;
    for letter in words::clean(text).chars() {
        match letter {
            '\n' => escaped.push_str("\\n"),
            '\\' => escaped.push_str("<U+005C>&#8288;"),
            // Twice or in front they are markup, a comment or a visibility.
            '.' | '_' | '-' | '/' | '+'
                if before.is_some_and(|it| it != letter && it != '\n' && it != '\'') =>
            {
                escaped.push(letter);
            }
            ' ' | ',' | '?' | ':' | '$' => escaped.push(letter),
            _ if letter.is_ascii_alphanumeric() || !letter.is_ascii() => escaped.push(letter),
            _ => {
                let _ = write!(escaped, "&#{};", letter as u32);
            }
        }
        before = Some(letter);
    }
    match escaped.trim().is_empty() {
        true => "&#32;".to_owned(),
        false => escaped,
    }
}

fn escape_lines(lines: &[String]) -> String {
    escape(&lines.join("\n"))
}

/// Returns a structure as a diagram.
pub fn structure(scene: &Scene, structure: &Structure) -> String {
    let tree = Tree::new(structure);
    let mut text = head(scene);
    if structure.direction == Direction::Right {
        text.push_str("left to right direction\n");
    }
    inside(&tree, None, "", &mut text);
    for edge in &structure.edges {
        arrow(&tree, edge, &mut text);
    }
    let keys = words::keys(structure);
    if !keys.is_empty() {
        text.push_str("legend\n");
        for key in keys {
            let _ = writeln!(text, "  {}", escape(&key.replace('\n', " ")));
        }
        text.push_str("end legend\n");
    }
    text.push_str("@enduml\n");
    text
}

/// Returns the first lines of a diagram: its title and how things look.
pub fn head(scene: &Scene) -> String {
    let (text, line) = (light(Ink::Text), light(Ink::Line));
    format!(
        "@startuml\ntitle {}\n\
         skinparam shadowing false\n\
         skinparam defaultTextAlignment center\n\
         skinparam defaultFontColor {text}\n\
         skinparam ArrowColor {line}\n\
         skinparam RoundCorner 8\n\
         hide circle\n\
         hide empty members\n",
        escape(&scene.title)
    )
}

fn inside(tree: &Tree, parent: Option<usize>, indent: &str, text: &mut String) {
    let inside = tree.inside(parent);
    if let Some(at) = parent
        && tree.is_anchored(at)
    {
        let _ = writeln!(
            text,
            "{indent}{} as {} {}",
            point(tree),
            words::anchor(at),
            paint(light(Ink::Paper), light(Ink::Line))
        );
    }
    for (at, node) in inside.nodes {
        match tree.is_of_entities() {
            true => entity(at, node, indent, text),
            false => boxed(at, node, indent, text),
        }
    }
    for (at, group) in inside.groups {
        framed(tree, at, group, indent, text);
    }
}

/// A diagram of classes knows other shapes than one of components.
fn point(tree: &Tree) -> &'static str {
    match tree.is_of_entities() {
        true => "circle \" \"",
        false => "interface \" \"",
    }
}

fn framed(tree: &Tree, at: usize, group: &Group, indent: &str, text: &mut String) {
    let (name, label) = (words::group(at), escape_lines(&words::heading(group)));
    let word = match tree.is_of_entities() {
        true => "package",
        false => "rectangle",
    };
    let color = paint(light(Ink::Group), light(Ink::GroupLine));
    let _ = writeln!(text, "{indent}{word} \"{label}\" as {name} {color} {{");
    inside(tree, Some(at), &format!("{indent}  "), text);
    let _ = writeln!(text, "{indent}}}");
}

fn boxed(at: usize, node: &Node, indent: &str, text: &mut String) {
    let mut lines = words::lines(node);
    lines.extend(node.rows.iter().map(words::row));
    let (name, label) = (words::node(at), escape_lines(&lines));
    let word = match (node.shape, node.count.is_some() || node.closed) {
        (Shape::Box, true) => "collections",
        (shape, _) => word(shape),
    };
    let color = color(node);
    let _ = writeln!(text, "{indent}{word} \"{label}\" as {name} {color}");
}

fn entity(at: usize, node: &Node, indent: &str, text: &mut String) {
    let (name, label) = (words::node(at), escape_lines(&words::lines(node)));
    let color = color(node);
    let _ = writeln!(text, "{indent}entity \"{label}\" as {name} {color} {{");
    for row in &node.rows {
        let _ = writeln!(text, "{indent}  {}", escape(&words::row(row)));
    }
    let _ = writeln!(text, "{indent}}}");
}

fn color(node: &Node) -> String {
    let (fill, line): (Ink, Ink) = inks(node.tone);
    let line = words::alarm(&node.marks, node.sensitive).unwrap_or(line);
    let fill = match (node.shape, node.tone) {
        // Nothing but its outline is filled, which black words stand below.
        (Shape::Person, _) | (_, Tone::Plain) => Ink::Paper,
        _ => fill,
    };
    paint(light(fill), light(line))
}

fn paint(fill: &str, line: &str) -> String {
    format!("{fill};line:{}", line.trim_start_matches('#'))
}

/// The words of version 1.2020.2, which knows no hexagon.
fn word(shape: Shape) -> &'static str {
    match shape {
        Shape::Box | Shape::Device => "rectangle",
        Shape::Cloud => "cloud",
        Shape::Cylinder => "database",
        Shape::Document => "file",
        Shape::Hexagon => "card",
        Shape::Person => "actor",
        Shape::Pipe => "queue",
        Shape::Process => "component",
    }
}

fn arrow(tree: &Tree, edge: &Edge, text: &mut String) {
    let (from, to) = tree.ends(edge);
    // Only a diagram of classes knows crow's feet.
    let feet = tree.is_of_entities();
    let start = match edge.start {
        Tip::Arrow => "<",
        Tip::Many if feet => "}o",
        Tip::One if feet => "||",
        Tip::Many | Tip::None | Tip::One => "",
    };
    let finish = match edge.finish {
        Tip::Arrow => ">",
        Tip::Many if feet => "o{",
        Tip::One if feet => "||",
        Tip::Many | Tip::None | Tip::One => "",
    };
    let line = match edge.line {
        Line::Dashed => ".",
        Line::Solid => "-",
    };
    let color = match words::alarm(&edge.marks, edge.sensitive) {
        Some(ink) => format!("[{}]", light(ink)),
        None => String::new(),
    };
    let _ = write!(text, "{from} {start}{line}{color}{line}{finish} {to}");
    match words::label(edge) {
        lines if lines.is_empty() => text.push('\n'),
        lines => {
            let _ = writeln!(text, " : {}", escape_lines(&lines));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_sign_means_anything() {
        for (text, escaped) in [
            ("Feed 2: new, v1.2", "Feed 2: new, v1.2"),
            ("say \"a\"\nb", "say &#34;a&#34;\\nb"),
            ("a\\", "a<U+005C>&#8288;"),
            ("**b** a--b a__b", "&#42;&#42;b&#42;&#42; a-&#45;b a_&#95;b"),
            ("-a\n.b", "&#45;a\\n&#46;b"),
            ("user_id", "user_id"),
            ("/'", "&#47;&#39;"),
            ("@enduml", "&#64;enduml"),
            ("!include x", "&#33;include x"),
            ("%date()", "&#37;date&#40;&#41;"),
            ("", "&#32;"),
        ] {
            assert_eq!(escape(text), escaped, "{text:?}");
        }
    }
}
