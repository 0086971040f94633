//! Sequences as text for other tools.
//!
//! Takes a scene and its sequence, gives what Mermaid, PlantUML or D2 reads.
//! Each tool has one function that makes any words harmless.

mod d2;
mod mermaid;
mod plantuml;
#[cfg(test)]
mod tests;

pub use d2::d2;
pub use mermaid::mermaid;
pub use plantuml::plantuml;

use super::scene::{Frame, Item, Message, Participant, Sequence};

/// What a tool writes differently.
trait Dialect {
    /// Writes a message: the names of both ends and what it says.
    fn message(&mut self, message: &Message, says: &[String]);
    /// Opens a frame, and its first compartment.
    fn open(&mut self, frame: &Frame);
    /// Opens a later compartment.
    fn next(&mut self, frame: &Frame, branch: usize);
    /// Closes a frame.
    fn close(&mut self, frame: &Frame);
}

/// Writes all items; those whose ends are not in the picture are left out.
fn write(dialect: &mut impl Dialect, items: &[Item], sequence: &Sequence) {
    let columns = sequence.participants.len();
    for item in items {
        match item {
            Item::Message(message) if message.from.max(message.to) < columns => {
                dialect.message(message, &says(message));
            }
            Item::Message(_) => {}
            Item::Frame(frame) => {
                dialect.open(frame);
                for (index, branch) in frame.branches.iter().enumerate() {
                    if index > 0 {
                        dialect.next(frame, index);
                    }
                    write(dialect, &branch.items, sequence);
                }
                dialect.close(frame);
            }
        }
    }
}

/// Returns what a message says, line by line, with a lock before what is sensitive.
fn says(message: &Message) -> Vec<String> {
    let mut says = lines(message.label.iter().map(String::as_str));
    if message.sensitive {
        match says.first_mut() {
            Some(first) => first.insert_str(0, "🔒 "),
            None => says.push("🔒".to_owned()),
        }
    }
    says
}

/// Returns what stands on a participant, line by line.
fn named(participant: &Participant) -> Vec<String> {
    lines([participant.title.as_str(), participant.caption.as_str()].into_iter())
}

/// Returns what stands at the top of a compartment.
fn guard(frame: &Frame, branch: usize) -> String {
    let title = frame.branches.get(branch).map_or("", |it| it.title.trim());
    let caption = match branch {
        0 => frame.caption.trim(),
        _ => "",
    };
    let parts: Vec<&str> = [title, caption]
        .into_iter()
        .filter(|it| !it.is_empty())
        .collect();
    lines([parts.join(" · ").as_str()].into_iter()).join(" ")
}

/// Splits texts into lines; empty ones are left out.
fn lines<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<String> {
    texts
        .flat_map(str::lines)
        .map(clean)
        .filter(|line| !line.is_empty())
        .collect()
}

/// Returns a line without what no tool shows: control characters become blanks.
fn clean(line: &str) -> String {
    let shown = line.chars().map(|letter| match letter {
        _ if letter.is_control() => ' ',
        '\u{2028}' | '\u{2029}' | '\u{fffe}' | '\u{ffff}' => ' ',
        _ => letter,
    });
    shown.collect::<String>().trim().to_owned()
}
