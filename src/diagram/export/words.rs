//! What the formats have in common: who is in what, and what stands in a box.

use crate::diagram::canvas::Ink;
use crate::diagram::scene::{Edge, End, Group, Mark, Node, Row, Structure};
use crate::finding::Severity;

/// A structure with what several formats ask about it.
pub struct Tree<'a> {
    /// What is written.
    pub structure: &'a Structure,
    anchored: Vec<bool>,
}

/// What stands directly in a group, or in none.
pub struct Inside<'a> {
    /// The groups, with their index.
    pub groups: Vec<(usize, &'a Group)>,
    /// The boxes, with their index.
    pub nodes: Vec<(usize, &'a Node)>,
}

impl Inside<'_> {
    /// Says whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty() && self.nodes.is_empty()
    }
}

impl<'a> Tree<'a> {
    /// Looks at a structure.
    pub fn new(structure: &'a Structure) -> Tree<'a> {
        let mut tree = Tree {
            structure,
            anchored: vec![false; structure.groups.len()],
        };
        for edge in &structure.edges {
            for (end, other) in [(edge.from, edge.to), (edge.to, edge.from)] {
                if let End::Group(group) = end
                    && tree.holds(group, other)
                {
                    tree.anchored[group] = true;
                }
            }
        }
        tree
    }

    /// Returns what stands directly in a group, or in none.
    pub fn inside(&self, parent: Option<usize>) -> Inside<'a> {
        let groups = self.structure.groups.iter().enumerate();
        let nodes = self.structure.nodes.iter().enumerate();
        Inside {
            groups: groups.filter(|(_, it)| it.parent == parent).collect(),
            nodes: nodes.filter(|(_, it)| it.group == parent).collect(),
        }
    }

    /// Returns the group directly around an end.
    fn around(&self, end: End) -> Option<usize> {
        match end {
            End::Group(at) => self.structure.groups[at].parent,
            End::Node(at) => self.structure.nodes[at].group,
        }
    }

    /// Says whether an end is a group itself or lies in it.
    pub fn holds(&self, group: usize, end: End) -> bool {
        let mut next = Some(end);
        while let Some(end) = next {
            if end == End::Group(group) {
                return true;
            }
            next = self.around(end).map(End::Group);
        }
        false
    }

    /// Says whether a group needs a point in it, for arrows between it and what
    /// it holds: no tool draws those.
    pub fn is_anchored(&self, group: usize) -> bool {
        self.anchored[group]
    }

    /// Says whether an arrow meets the point in a group rather than its border.
    pub fn meets_anchor(&self, end: End, other: End) -> bool {
        matches!(end, End::Group(group) if self.holds(group, other))
    }

    /// Returns the generated name of an end of an arrow.
    pub fn end(&self, end: End, other: End) -> String {
        match end {
            End::Group(at) if self.meets_anchor(end, other) => anchor(at),
            End::Group(at) => group(at),
            End::Node(at) => node(at),
        }
    }

    /// Returns the generated names of both ends of an arrow.
    pub fn ends(&self, edge: &Edge) -> (String, String) {
        let (from, to) = (edge.from, edge.to);
        (self.end(from, to), self.end(to, from))
    }

    /// Says whether the boxes are entities, or lists of values beside them.
    pub fn is_of_entities(&self) -> bool {
        let nodes = &self.structure.nodes;
        let is_entity = |it: &Node| it.kind == "entity";
        nodes.iter().any(is_entity) && nodes.iter().all(|it| is_entity(it) || !it.rows.is_empty())
    }
}

/// Returns the generated name of a box.
pub fn node(at: usize) -> String {
    format!("n{}", at + 1)
}

/// Returns the generated name of a group.
pub fn group(at: usize) -> String {
    format!("g{}", at + 1)
}

/// Returns the generated name of the point in a group.
pub fn anchor(at: usize) -> String {
    format!("p{}", at + 1)
}

/// Returns what stands in a box above its rows, line by line.
pub fn lines(node: &Node) -> Vec<String> {
    let mut lines = vec![node.title.clone()];
    lines.extend(Some(node.caption.clone()).filter(|it| !it.is_empty()));
    lines.extend(node.count.clone());
    lines.extend(node.sensitive.then(|| "sensitive".to_owned()));
    lines.extend(numbers(&node.marks));
    lines
}

/// Returns what stands on an arrow, line by line.
pub fn label(edge: &Edge) -> Vec<String> {
    let mut lines = edge.label.clone();
    lines.extend(numbers(&edge.marks));
    lines
}

/// Returns the numbers of what was found about something: `[1] [3]`.
fn numbers(marks: &[Mark]) -> Option<String> {
    let primary = marks.iter().filter(|it| it.primary);
    let numbers: Vec<String> = primary.map(|it| format!("[{}]", it.number)).collect();
    (!numbers.is_empty()).then(|| numbers.join(" "))
}

/// Returns a group's title and what else is said of it.
pub fn heading(group: &Group) -> Vec<String> {
    let about: Vec<&str> = [group.kind, &group.caption]
        .into_iter()
        .filter(|it| !it.is_empty())
        .collect();
    let about = Some(about.join(" · ")).filter(|it| !it.is_empty());
    [group.title.clone()].into_iter().chain(about).collect()
}

/// Returns what is to be known of a row in words: `key, sensitive`.
pub fn remarks(row: &Row) -> Vec<&'static str> {
    let sensitive = row.sensitive.then_some("sensitive");
    row.tags.iter().copied().chain(sensitive).collect()
}

/// Returns a row on one line: `id: text (key)`.
pub fn row(row: &Row) -> String {
    let mut line = row.name.clone();
    if !row.detail.is_empty() {
        line.push_str(": ");
        line.push_str(&row.detail);
    }
    let remarks = remarks(row);
    if !remarks.is_empty() {
        line.push_str(&format!(" ({})", remarks.join(", ")));
    }
    clean(&line).replace('\n', " ")
}

/// Returns what the numbers mean, one line each.
pub fn keys(structure: &Structure) -> Vec<String> {
    let keys = structure.keys.iter();
    keys.map(|it| {
        let place = match it.place.is_empty() {
            true => String::new(),
            false => format!(" ({})", it.place),
        };
        format!(
            "[{}] {} {}: {}{place}",
            it.number,
            it.severity.word(),
            it.rule,
            it.message
        )
    })
    .collect()
}

/// Returns the colour of the worst that was found, or of sensitive data.
pub fn alarm(marks: &[Mark], sensitive: bool) -> Option<Ink> {
    let worst = marks.iter().map(|it| it.severity).max();
    let found = worst.map(|severity| match severity {
        Severity::Error => Ink::Error,
        Severity::Warning => Ink::Warning,
        Severity::Info => Ink::Info,
    });
    found.or(sensitive.then_some(Ink::Error))
}

/// Returns a text without what no format can hold: control characters become `�`,
/// every sort of line end becomes a newline.
pub fn clean(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let letters = text.chars().map(|letter| match letter {
        '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => '\n',
        '\t' => ' ',
        '\u{fffe}' | '\u{ffff}' => '\u{fffd}',
        _ if letter.is_control() => '\u{fffd}',
        _ => letter,
    });
    letters.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagram::export::samples;

    #[test]
    fn a_group_knows_what_it_holds() {
        let structure = samples::structure(&["a", "b"]);
        let tree = Tree::new(&structure);
        // Group 1 stands in group 0, node 1 in group 1.
        assert!(tree.holds(0, End::Node(1)) && tree.holds(0, End::Group(1)));
        assert!(!tree.holds(1, End::Group(0)) && !tree.holds(1, End::Node(0)));
        assert!(tree.is_anchored(0) && !tree.is_anchored(1));
        assert!(tree.inside(Some(2)).is_empty());
    }

    #[test]
    fn a_clean_text_has_no_control_characters() {
        assert_eq!(clean("a\r\nb\u{0}\u{2028}c\td"), "a\nb\u{fffd}\nc d");
    }
}
