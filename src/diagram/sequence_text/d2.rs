//! Sequences for D2.

use std::fmt::Write as _;

use super::{Dialect, guard, lines, named, write};
use crate::diagram::export::d2::word;
use crate::diagram::scene::{Frame, Line, Message, Scene, Sequence};

/// Writes a sequence as D2 reads it.
pub fn d2(scene: &Scene, sequence: &Sequence) -> String {
    let title = quoted(&lines([scene.title.as_str()].into_iter()));
    let mut text = format!("sequence: {title} {{\n  shape: sequence_diagram\n");
    for (index, participant) in sequence.participants.iter().enumerate() {
        let name = quoted(&named(participant));
        let shape = word(participant.shape);
        let _ = writeln!(text, "  p{index}: {name} {{shape: {shape}}}");
    }
    if sequence.participants.is_empty() {
        text.push_str("  nothing: \"no steps yet\"\n");
    }
    let mut d2 = D2 {
        text,
        depth: 1,
        groups: 0,
    };
    write(&mut d2, &sequence.items, sequence);
    d2.text.push_str("}\n");
    d2.text
}

struct D2 {
    text: String,
    depth: usize,
    /// How many groups were opened; each has a name of its own.
    groups: usize,
}

impl D2 {
    fn line(&mut self, line: &str) {
        let _ = writeln!(self.text, "{:1$}{line}", "", 2 * self.depth);
    }

    fn group(&mut self, says: String) {
        self.groups += 1;
        let line = format!("g{}: {} {{", self.groups, quoted(&[says]));
        self.line(&line);
        self.depth += 1;
    }

    fn end(&mut self) {
        self.depth -= 1;
        self.line("}");
    }
}

impl Dialect for D2 {
    fn message(&mut self, message: &Message, says: &[String]) {
        let arrow = match message.both {
            true => "<->",
            false => "->",
        };
        let mut line = format!("p{} {arrow} p{}", message.from, message.to);
        let _ = write!(line, ": {}", quoted(says));
        if message.line == Line::Dashed {
            line.push_str(" {style.stroke-dash: 4}");
        }
        self.line(&line);
    }

    fn open(&mut self, frame: &Frame) {
        let guard = guard(frame, 0);
        match frame.branches.len() > 1 {
            true => {
                self.group(frame.word.to_owned());
                self.group(guard);
            }
            false => self.group(format!("{} {guard}", frame.word).trim_end().to_owned()),
        }
    }

    fn next(&mut self, frame: &Frame, branch: usize) {
        self.end();
        self.group(guard(frame, branch));
    }

    fn close(&mut self, frame: &Frame) {
        self.end();
        if frame.branches.len() > 1 {
            self.end();
        }
    }
}

fn quoted(lines: &[String]) -> String {
    let lines: Vec<String> = lines.iter().map(|line| escape(line)).collect();
    format!("\"{}\"", lines.join("\\n"))
}

/// Returns a text as it may stand between double quotes.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        if matches!(letter, '"' | '\\' | '$') {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}
