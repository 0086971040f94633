//! Text within XML.

use crate::report::text::visible;

/// The first line of a document.
pub const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

/// Escapes a text of one line, for content and for attributes in double quotes.
pub fn escaped(text: &str) -> String {
    let mut output = String::with_capacity(text.len());
    for character in visible(text).chars() {
        match character {
            '&' => output.push_str("&amp;"),
            '<' => output.push_str("&lt;"),
            '>' => output.push_str("&gt;"),
            '"' => output.push_str("&quot;"),
            '\'' => output.push_str("&apos;"),
            // No document may hold these two: https://www.w3.org/TR/xml/#charsets.
            '\u{fffe}' | '\u{ffff}' => output.push('\u{fffd}'),
            _ => output.push(character),
        }
    }
    output
}

/// Escapes a text of several lines, for content.
pub fn escaped_lines(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(escaped).collect();
    lines.join("\n")
}
