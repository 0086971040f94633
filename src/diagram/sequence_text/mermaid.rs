//! Sequences for Mermaid.

use std::fmt::Write as _;

use super::{Dialect, guard, lines, named, write};
use crate::diagram::scene::{Frame, Line, Message, Scene, Sequence, Shape};

/// Writes a sequence as Mermaid reads it.
pub fn mermaid(scene: &Scene, sequence: &Sequence) -> String {
    let mut text = "sequenceDiagram\n".to_owned();
    let about = [
        ("accTitle: ", &scene.title),
        ("accDescr: ", &scene.description),
        ("title ", &scene.title),
    ];
    for (key, value) in about {
        let value = lines([value.as_str()].into_iter()).join(" ");
        if !value.is_empty() {
            let _ = writeln!(text, "  {key}{}", escape(&value));
        }
    }
    for (index, participant) in sequence.participants.iter().enumerate() {
        let word = match participant.shape {
            Shape::Person => "actor",
            _ => "participant",
        };
        let name = words(&named(participant));
        let _ = writeln!(text, "  {word} p{index} as {name}");
    }
    let mut mermaid = Mermaid { text, depth: 1 };
    write(&mut mermaid, &sequence.items, sequence);
    mermaid.text
}

struct Mermaid {
    text: String,
    depth: usize,
}

impl Mermaid {
    fn line(&mut self, depth: usize, line: &str) {
        let _ = writeln!(self.text, "{:1$}{line}", "", 2 * depth);
    }
}

impl Dialect for Mermaid {
    fn message(&mut self, message: &Message, says: &[String]) {
        let arrow = match (message.line, message.both) {
            (Line::Solid, false) => "->>",
            (Line::Solid, true) => "<<->>",
            (Line::Dashed, false) => "--)",
            (Line::Dashed, true) => "<<-->>",
        };
        let (from, to) = (message.from, message.to);
        let line = format!("p{from}{arrow}p{to}: {}", words(says));
        self.line(self.depth, &line);
    }

    fn open(&mut self, frame: &Frame) {
        let guard = guard(frame, 0);
        let (word, guard) = match frame.word {
            "atomic" if guard.is_empty() => ("critical", "atomic".to_owned()),
            "atomic" => ("critical", format!("atomic: {guard}")),
            word => (word, guard),
        };
        self.line(self.depth, format!("{word} {}", escape(&guard)).trim_end());
        self.depth += 1;
    }

    fn next(&mut self, frame: &Frame, branch: usize) {
        let word = match frame.word {
            "par" => "and",
            "atomic" => "option",
            _ => "else",
        };
        let line = format!("{word} {}", escape(&guard(frame, branch)));
        self.line(self.depth - 1, line.trim_end());
    }

    fn close(&mut self, _: &Frame) {
        self.depth -= 1;
        self.line(self.depth, "end");
    }
}

/// Returns lines as one label; one that is empty is a blank that does not vanish.
fn words(lines: &[String]) -> String {
    let lines: Vec<String> = lines
        .iter()
        .filter(|line| !line.is_empty())
        .map(|line| escape(line))
        .collect();
    match lines.is_empty() {
        true => "#160;".to_owned(),
        false => lines.join("<br/>"),
    }
}

/// Returns a text of which Mermaid reads nothing as its own: every sign that it
/// may know becomes a character reference. Few do, since Mermaid takes one for
/// wider than it is, and may break a guard in the middle of it.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        let plain =
            !letter.is_ascii() || letter.is_ascii_alphanumeric() || HARMLESS.contains(letter);
        match plain {
            true => escaped.push(letter),
            false => {
                let _ = write!(escaped, "#{};", letter as u32);
            }
        }
    }
    escaped
}

const HARMLESS: &str = " .,/()?!'\"+-=_";
