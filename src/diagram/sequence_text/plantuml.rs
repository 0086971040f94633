//! Sequences for PlantUML.

use std::fmt::Write as _;

use super::{Dialect, guard, lines, named, write};
use crate::diagram::scene::{Frame, Line, Message, Scene, Sequence, Shape};

/// Writes a sequence as PlantUML reads it.
pub fn plantuml(scene: &Scene, sequence: &Sequence) -> String {
    let mut text = "@startuml\nhide footbox\nskinparam shadowing false\n".to_owned();
    let title = lines([scene.title.as_str()].into_iter()).join(" ");
    if !title.is_empty() {
        let _ = writeln!(text, "title {}", escape(&title));
    }
    for (index, participant) in sequence.participants.iter().enumerate() {
        let word = match participant.shape {
            Shape::Cylinder => "database",
            Shape::Person => "actor",
            _ => "participant",
        };
        let name = words(&named(participant));
        let _ = writeln!(text, "{word} \"{name}\" as p{index}");
    }
    if sequence.participants.is_empty() {
        text.push_str("note over nothing : no steps yet\n");
    }
    let mut plantuml = Plantuml { text, depth: 0 };
    write(&mut plantuml, &sequence.items, sequence);
    plantuml.text.push_str("@enduml\n");
    plantuml.text
}

struct Plantuml {
    text: String,
    depth: usize,
}

impl Plantuml {
    fn line(&mut self, depth: usize, line: &str) {
        let _ = writeln!(self.text, "{:1$}{line}", "", 2 * depth);
    }
}

impl Dialect for Plantuml {
    fn message(&mut self, message: &Message, says: &[String]) {
        let arrow = match (message.line, message.both) {
            (Line::Solid, false) => "->",
            (Line::Solid, true) => "<->",
            (Line::Dashed, false) => "-->>",
            (Line::Dashed, true) => "<<-->>",
        };
        let mut line = format!("p{} {arrow} p{}", message.from, message.to);
        if !says.is_empty() {
            let _ = write!(line, " : {}", words(says));
        }
        self.line(self.depth, &line);
    }

    fn open(&mut self, frame: &Frame) {
        let word = match frame.word {
            "atomic" => "group atomic",
            word => word,
        };
        let line = format!("{word} {}", escape(&guard(frame, 0)));
        self.line(self.depth, line.trim_end());
        self.depth += 1;
    }

    fn next(&mut self, frame: &Frame, branch: usize) {
        let line = format!("else {}", escape(&guard(frame, branch)));
        self.line(self.depth - 1, line.trim_end());
    }

    fn close(&mut self, _: &Frame) {
        self.depth -= 1;
        self.line(self.depth, "end");
    }
}

fn words(lines: &[String]) -> String {
    let lines: Vec<String> = lines.iter().map(|line| escape(line)).collect();
    lines.join("\\n")
}

/// Returns a text of which PlantUML reads nothing as its own: every sign that it
/// may know becomes `<U+…>`. Those that mean something only twice stay single.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut before = '\n';
    for letter in text.chars() {
        let plain = !letter.is_ascii() || letter.is_ascii_alphanumeric();
        let single = matches!(letter, '/' | '-' | '_' | '.' | '=') && letter != before;
        let single = single && before != '\n';
        match plain || single || matches!(letter, ' ' | ',' | '(' | ')' | '?' | ':') {
            true => escaped.push(letter),
            false => {
                let _ = write!(escaped, "<U+{:04X}>", letter as u32);
            }
        }
        before = letter;
    }
    escaped
}
