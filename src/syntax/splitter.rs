//! One scan over the bytes that finds all that gives a text its structure.
//!
//! Takes a text, gives its [`Mark`]s: brackets with their partners, line
//! breaks, semicolons, strings and comments. The only place that knows what a
//! comment is. Does not know what a statement is.

/// Stands for "no partner".
pub(super) const NONE: u32 = u32::MAX;

/// Something that gives the text its structure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    pub kind: MarkKind,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// For a bracket: the index of the mark that it pairs with, or [`NONE`].
    pub partner: u32,
}

/// What a mark is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MarkKind {
    /// `}`
    CloseBrace,
    /// `)` or `]`
    CloseInner,
    /// `// …`, or `/* … */`
    Comment,
    /// `/// …` as the first thing of its line.
    Doc,
    /// `\n`
    Newline,
    /// `{`
    OpenBrace,
    /// `(` or `[`
    OpenInner,
    /// `;`
    Semicolon,
    /// `"…"` or `"""…"""`
    Text,
    /// `/* …` up to the end of the file.
    UnclosedComment,
    /// `"…` up to the end of the line, `"""…` up to the next item.
    UnclosedText,
}

/// Finds the marks of a text, in order.
pub(super) fn split(text: &str) -> Vec<Mark> {
    let bytes = text.as_bytes();
    let mut marks = Vec::with_capacity(bytes.len() / 16);
    let mut at = content_start(text);
    while let Some(offset) = bytes[at..].iter().position(|byte| is_structural(*byte)) {
        at += offset;
        let follows_comment = marks
            .last()
            .is_some_and(|mark: &Mark| mark.kind == MarkKind::Comment && mark.end as usize == at);
        let (kind, end) = mark_at(text, at, follows_comment);
        if let Some(kind) = kind {
            marks.push(Mark {
                kind,
                start: at as u32,
                end: end as u32,
                partner: NONE,
            });
        }
        at = end;
    }
    pair(bytes, &mut marks);
    marks
}

/// Returns where the content starts: after a byte order mark, if there is one.
pub(super) fn content_start(text: &str) -> usize {
    if text.starts_with('\u{feff}') { 3 } else { 0 }
}

/// Tells whether a line that starts here begins an item of the top level: a
/// word or `@` or `///` in its first column, and not `word:`.
pub(super) fn begins_item(text: &str) -> bool {
    let starts = |c: char| c == '_' || c == '@' || c.is_alphabetic();
    text.starts_with("///") || text.starts_with(starts) && !begins_set(text)
}

/// Tells whether a text begins with `word:`, where the word may be dotted.
pub(super) fn begins_set(text: &str) -> bool {
    let word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    let rest = text.trim_start_matches(word);
    rest.len() < text.len() && rest.trim_start_matches([' ', '\t']).starts_with(':')
}

/// Tells whether a byte is a blank.
pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

fn is_structural(byte: u8) -> bool {
    matches!(
        byte,
        b'\n' | b'"' | b'/' | b';' | b'{' | b'}' | b'(' | b')' | b'[' | b']'
    )
}

/// Returns what stands at a structural byte and where it ends.
fn mark_at(text: &str, at: usize, follows_comment: bool) -> (Option<MarkKind>, usize) {
    let bytes = text.as_bytes();
    let one = |kind| (Some(kind), at + 1);
    match bytes[at] {
        b'\n' => one(MarkKind::Newline),
        b';' => one(MarkKind::Semicolon),
        b'{' => one(MarkKind::OpenBrace),
        b'}' => one(MarkKind::CloseBrace),
        b'(' | b'[' => one(MarkKind::OpenInner),
        b')' | b']' => one(MarkKind::CloseInner),
        b'"' => string_at(text, at),
        _ if follows_comment || opens_comment(bytes, at) => comment_at(bytes, at),
        _ => (None, route_end(bytes, at)),
    }
}

fn string_at(text: &str, at: usize) -> (Option<MarkKind>, usize) {
    let bytes = text.as_bytes();
    if bytes[at..].starts_with(b"\"\"\"") {
        return match find(bytes, at + 3, b"\"\"\"") {
            Some(end) => (Some(MarkKind::Text), end + 3),
            None => (Some(MarkKind::UnclosedText), text_cut(text, at)),
        };
    }
    let mut end = at + 1;
    loop {
        match bytes.get(end) {
            Some(b'"') => return (Some(MarkKind::Text), end + 1),
            Some(b'\\') if bytes.get(end + 1).is_some_and(|byte| *byte != b'\n') => end += 2,
            Some(b'\n') | None => return (Some(MarkKind::UnclosedText), line_end(bytes, at)),
            Some(_) => end += 1,
        }
    }
}

fn comment_at(bytes: &[u8], at: usize) -> (Option<MarkKind>, usize) {
    if bytes[at..].starts_with(b"//") {
        return (Some(line_comment(bytes, at)), line_end(bytes, at));
    }
    if bytes[at..].starts_with(b"/*") {
        return match find(bytes, at + 2, b"*/") {
            Some(end) => (Some(MarkKind::Comment), end + 2),
            None => (Some(MarkKind::UnclosedComment), bytes.len()),
        };
    }
    (None, route_end(bytes, at))
}

/// Comments open at a line's start, after a blank, a comment or one of `{ } ; ,`, so
/// that `/files/*` and `https://…` are text.
fn opens_comment(bytes: &[u8], at: usize) -> bool {
    let before = before(bytes, at);
    is_blank(before) || matches!(before, b'{' | b'}' | b';' | b',')
}

fn line_comment(bytes: &[u8], at: usize) -> MarkKind {
    let is_doc = bytes[at..].starts_with(b"///") && !bytes[at..].starts_with(b"////");
    let blanks = bytes[..at]
        .iter()
        .rev()
        .take_while(|byte| matches!(**byte, b' ' | b'\t' | b';'));
    let first = at - blanks.count();
    if is_doc && before(bytes, first) == b'\n' {
        MarkKind::Doc
    } else {
        MarkKind::Comment
    }
}

/// Returns the byte before; a line break at the start of the content.
fn before(bytes: &[u8], at: usize) -> u8 {
    let is_start = at == 0 || at == 3 && bytes.starts_with("\u{feff}".as_bytes());
    if is_start { b'\n' } else { bytes[at - 1] }
}

/// Returns the end of the route that a slash begins, so that the braces of
/// `/users/{id}` are text; it must agree with `route` of the grammar.
fn route_end(bytes: &[u8], at: usize) -> usize {
    let before = before(bytes, at);
    if !is_blank(before) && !matches!(before, b'(' | b'[' | b',' | b':' | b'{' | b';' | b'|') {
        return at + 1;
    }
    let mut end = at + 1;
    while let Some(byte) = bytes.get(end) {
        match byte {
            b'{' => match parameter_end(bytes, end) {
                Some(close) => end = close,
                None => return end,
            },
            b'}' | b'(' | b')' | b'[' | b']' | b'"' | b';' | b'|' => return end,
            b',' if bytes.get(end + 1).is_none_or(|byte| is_blank(*byte)) => return end,
            byte if is_blank(*byte) => return end,
            _ => end += 1,
        }
    }
    end
}

fn parameter_end(bytes: &[u8], open: usize) -> Option<usize> {
    let stops = |byte: &u8| is_blank(*byte) || matches!(byte, b'{' | b'}' | b'"' | b';');
    let end = open + 1 + bytes[open + 1..].iter().position(stops)?;
    (bytes[end] == b'}').then_some(end + 1)
}

/// Returns where a `"""` that is never closed is cut: before the next line that
/// begins an item, so that the items after it survive.
fn text_cut(text: &str, at: usize) -> usize {
    let breaks = text[at..].match_indices('\n');
    let cut = breaks
        .map(|(offset, _)| at + offset)
        .find(|end| begins_item(&text[end + 1..]));
    cut.unwrap_or_else(|| at + text[at..].trim_end().len())
}

fn find(bytes: &[u8], from: usize, what: &[u8]) -> Option<usize> {
    let rest = bytes.get(from..)?;
    let found = rest.windows(what.len()).position(|window| window == what);
    found.map(|offset| from + offset)
}

/// Returns the end of a line without its line break.
fn line_end(bytes: &[u8], at: usize) -> usize {
    let rest = bytes[at..].iter().position(|byte| *byte == b'\n');
    let mut end = rest.map_or(bytes.len(), |offset| at + offset);
    while end > at + 1 && matches!(bytes[end - 1], b'\r' | b' ' | b'\t') {
        end -= 1;
    }
    end
}

/// Finds the partners of brackets. Round and square ones never reach over a
/// brace or a semicolon, so that one that is missing does little harm.
fn pair(bytes: &[u8], marks: &mut [Mark]) {
    let mut open: Vec<u32> = Vec::new();
    for index in 0..marks.len() {
        let mark = marks[index];
        match mark.kind {
            MarkKind::OpenInner => open.push(index as u32),
            MarkKind::CloseInner => {
                let fits = |top: &mut u32| closes(bytes, marks[*top as usize], mark);
                if let Some(top) = open.pop_if(fits) {
                    join(marks, top, index);
                }
            }
            MarkKind::OpenBrace | MarkKind::CloseBrace | MarkKind::Semicolon => {
                while open.pop_if(|top| is_inner(marks[*top as usize])).is_some() {}
                match mark.kind {
                    MarkKind::OpenBrace => open.push(index as u32),
                    MarkKind::CloseBrace => {
                        if let Some(top) = open.pop() {
                            join(marks, top, index);
                        }
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }
}

fn is_inner(mark: Mark) -> bool {
    mark.kind == MarkKind::OpenInner
}

fn closes(bytes: &[u8], open: Mark, close: Mark) -> bool {
    let pair = (bytes[open.start as usize], bytes[close.start as usize]);
    matches!(pair, (b'(', b')') | (b'[', b']'))
}

fn join(marks: &mut [Mark], open: u32, close: usize) {
    marks[open as usize].partner = close as u32;
    marks[close].partner = open;
}
