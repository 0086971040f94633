//! The words on an arrow.

use std::collections::BTreeSet;

use crate::diagram::scene::{Edge, End, Line, Tip};
use crate::diagram::text::{Weight, width, wrap};
use crate::lint::Design;
use crate::model::{Entity, Facts, Id, Relation};
use crate::syntax::tree::Arrow;

use super::counted;

/// How wide a line on an arrow may be, in px at the size below.
const WIDEST: f64 = 150.0;
const SIZE: f64 = 11.0;
/// How many lines stand on an arrow.
const LINES: usize = 2;
/// Titles that say no more than the arrow itself.
const SAY_NOTHING: &[&str] = &["call", "calls", "request", "sends", "use", "uses"];

/// Returns the arrow that stands for one or more connections the same way; they
/// are sorted by name.
pub fn edge(design: &Design<'_>, relations: &[Id<Relation>], from: End, to: End) -> Edge {
    let rows = || relations.iter().map(|id| &design.model.relations[*id]);
    let waits = rows().any(|it| it.arrow != Arrow::Send);
    let both = rows().any(|it| it.arrow == Arrow::Duplex);
    let first = relations.first().map(|id| design.relation_name(*id));
    Edge {
        id: format!("relation:{}", first.unwrap_or_default()),
        from,
        to,
        line: if waits { Line::Solid } else { Line::Dashed },
        start: if both { Tip::Arrow } else { Tip::None },
        finish: Tip::Arrow,
        label: label(design, relations),
        sensitive: rows().any(|it| is_sensitive(design, it)),
        marks: Vec::new(),
        change: None,
    }
}

fn is_sensitive(design: &Design<'_>, relation: &Relation) -> bool {
    let said = ["reads", "writes", "carries"];
    let mut data = said.iter().flat_map(|key| relation.facts.data(key));
    data.any(|it| design.model.entities[it.entity].is_sensitive())
}

fn label(design: &Design<'_>, relations: &[Id<Relation>]) -> Vec<String> {
    let rows: Vec<&Relation> = relations
        .iter()
        .map(|id| &design.model.relations[*id])
        .collect();
    let ends: BTreeSet<_> = rows.iter().map(|it| (it.from, it.to)).collect();
    if ends.len() > 1 {
        return vec![counted(ends.len(), "connection")];
    }
    let title = rows.iter().find_map(|it| title(it));
    let room = LINES - title.map_or(0, |(_, lines)| lines);
    let mut lines = data(design, &rows, room);
    lines.extend(protocols(&rows));
    lines.truncate(room);
    lines.splice(0..0, title.map(|(title, _)| title.to_owned()));
    lines
}

/// Returns a title with the lines that it takes; none where it is too long for
/// an arrow or says nothing.
fn title(relation: &Relation) -> Option<(&str, usize)> {
    let title = relation.title.as_deref()?.trim();
    let says_nothing = SAY_NOTHING.iter().any(|it| title.eq_ignore_ascii_case(it));
    let lines = fitting(title)?;
    (!says_nothing && !title.is_empty()).then_some((title, lines))
}

/// Returns how many lines of an arrow a text takes; none where that is too many.
pub fn fitting(text: &str) -> Option<usize> {
    let lines = wrap(text, Weight::Regular, SIZE, WIDEST, LINES + 1).len();
    (lines <= LINES).then_some(lines)
}

/// Returns what is read and written, in so many lines or none.
fn data(design: &Design<'_>, rows: &[&Relation], room: usize) -> Vec<String> {
    let named = |key: &str| -> BTreeSet<&str> {
        let data = rows.iter().flat_map(|it| it.facts.data(key));
        data.map(|it| design.model.entities[it.entity].head.path.as_str())
            .collect()
    };
    let (reads, writes, carries) = (named("reads"), named("writes"), named("carries"));
    let lines: Vec<String> = match reads == writes && !reads.is_empty() {
        true => vec![listed("reads and writes", &reads)],
        false => [
            ("reads", &reads),
            ("writes", &writes),
            ("carries", &carries),
        ]
        .into_iter()
        .filter(|(_, names)| !names.is_empty())
        .map(|(verb, names)| listed(verb, names))
        .collect(),
    };
    match lines.len() > room {
        // Of what does not fit, a change says more than a look.
        true => lines.into_iter().rev().take(room).collect(),
        false => lines,
    }
}

/// Writes a verb and as many names as fit a line: `writes Charge, Card +3`.
pub fn listed(verb: &str, names: &BTreeSet<&str>) -> String {
    let names: Vec<&str> = names.iter().copied().collect();
    let written = |shown: usize| {
        let list = names[..shown].join(", ");
        let more = names.len() - shown;
        let line = match more {
            0 => format!("{verb} {list}"),
            _ => format!("{verb} {list} +{more}"),
        };
        line.trim_start().to_owned()
    };
    let fits = |line: &String| width(line, Weight::Regular, SIZE) <= WIDEST;
    let longest = (1..=names.len()).rev().map(written).find(fits);
    longest.unwrap_or_else(|| written(names.len().min(1)))
}

/// Returns the protocols of connections, or how data gets across by itself.
fn protocols(rows: &[&Relation]) -> Option<String> {
    let words: BTreeSet<&str> = rows.iter().filter_map(|it| protocol(&it.facts)).collect();
    let words: Vec<&str> = words.into_iter().collect();
    (!words.is_empty()).then(|| words.join(", "))
}

/// Returns how a connection speaks, where that is said.
pub fn protocol(facts: &Facts) -> Option<&str> {
    let mode = match facts.word("mode") {
        Some("cdc") => Some("change capture"),
        other => other,
    };
    facts.word("protocol").or(mode)
}

/// Returns the names of entities in alphabetical order.
pub fn names<'a>(
    design: &Design<'a>,
    entities: impl Iterator<Item = Id<Entity>>,
) -> BTreeSet<&'a str> {
    let model = design.model;
    entities
        .map(|id| model.entities[id].head.path.as_str())
        .collect()
}
