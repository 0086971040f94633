//! Words made fit to be shown.

use std::borrow::Cow;

/// Makes every character visible and keeps the text on one line: a break or a
/// tab becomes a blank, any other control character its escape, `\u{1b}`.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_control) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        match character {
            '\n' | '\t' => shown.push(' '),
            '\r' => {}
            _ if is_control(character) => shown.extend(character.escape_unicode()),
            _ => shown.push(character),
        }
    }
    Cow::Owned(shown)
}

/// Makes every character visible; breaks between lines stay.
pub fn visible_lines(text: &str) -> String {
    let lines: Vec<_> = text.split('\n').map(visible).collect();
    lines.join("\n")
}

/// Replaces what must not reach a terminal by as many bytes of something that
/// may, so that offsets stay. Breaks and tabs stay.
pub(super) fn visible_in_place(text: &str) -> String {
    let mut shown = String::with_capacity(text.len() + 2);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let ends_line =
            character == '\n' || (character == '\r' && characters.peek() == Some(&'\n'));
        match character.len_utf8() {
            _ if ends_line || character == '\t' || !is_control(character) => shown.push(character),
            3 => shown.push('\u{fffd}'),
            length => shown.extend(std::iter::repeat_n('?', length)),
        }
    }
    shown
}

/// Tells whether a character does something to the terminal or to the order of
/// what is read, rather than being seen.
pub(super) fn is_control(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            // Marks, embeddings, overrides and isolates of bidirectional text.
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
            // Separators of lines and paragraphs; tags.
            | '\u{2028}' | '\u{2029}' | '\u{e0000}'..='\u{e007f}'
        )
}

/// Breaks a sentence into lines of at most `width` characters, between words
/// and never inside backticks; a word that is longer stands alone.
pub fn wrap(text: &str, width: Option<usize>) -> Vec<String> {
    let Some(width) = width else {
        return vec![text.to_string()];
    };
    let mut lines = vec![String::new()];
    for word in words(text) {
        let line = lines.last_mut().expect("there is always a line");
        let length = line.chars().count() + 1 + word.chars().count();
        if line.is_empty() {
            line.push_str(word);
        } else if length <= width {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_string());
        }
    }
    lines
}

fn words(text: &str) -> Vec<&str> {
    let mut in_code = false;
    let pieces = text.split(move |character| {
        in_code ^= character == '`';
        character == ' ' && !in_code
    });
    pieces.filter(|word| !word.is_empty()).collect()
}

/// Parts a sentence into words and the names between backticks, which are marked
/// by `true`; a backtick without a second one is a word.
pub(super) fn spans(text: &str) -> Vec<(bool, &str)> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('`') {
        let Some((name, next)) = after.split_once('`') else {
            break;
        };
        parts.push((false, before));
        parts.push((true, name));
        rest = next;
    }
    parts.push((false, rest));
    parts.retain(|(_, text)| !text.is_empty());
    parts
}

/// Writes a number with its noun: `1 design`, `2 designs`.
pub(super) fn count(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_moves_a_terminal_stays() {
        assert_eq!(visible("a\u{1b}[2Jb\u{9b}c"), "a\\u{1b}[2Jb\\u{9b}c");
        assert_eq!(visible("a\nb\tc\r\n\u{202e}d"), "a b c \\u{202e}d");
        assert_eq!(visible("ünï 🙂 👩\u{200d}💻"), "ünï 🙂 👩\u{200d}💻");
        assert_eq!(visible_lines("a\r\n\u{7}b\n"), "a\n\\u{7}b\n");
    }

    #[test]
    fn in_place_every_byte_keeps_its_offset() {
        let text = "a\u{1b}b\r\nc\rd\u{9b}e\u{202e}f\u{e0041}g\té";
        let shown = visible_in_place(text);
        assert_eq!(shown, "a?b\r\nc?d??e\u{fffd}f????g\té");
        assert_eq!(shown.len(), text.len());
    }

    #[test]
    fn names_stand_between_two_backticks() {
        assert_eq!(
            spans("`a` or `b c` and `d"),
            [
                (true, "a"),
                (false, " or "),
                (true, "b c"),
                (false, " and `d")
            ]
        );
        assert_eq!(spans(""), []);
    }

    #[test]
    fn wraps_between_words_but_never_in_code() {
        assert_eq!(wrap("a bb ccc", None), ["a bb ccc"]);
        assert_eq!(wrap("a bb ccc", Some(4)), ["a bb", "ccc"]);
        assert_eq!(
            wrap("write `timeout: 150 ms` here", Some(10)),
            ["write", "`timeout: 150 ms`", "here"]
        );
        assert_eq!(wrap("unclosed `a b c", Some(3)), ["unclosed", "`a b c"]);
        assert_eq!(wrap("", Some(10)), [""]);
    }
}
