//! What would make a finding go away: text to put in the place of text.

use crate::source::{SourceFile, Span};

/// Whether a fix may be made without asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Safety {
    /// It cannot change what is meant.
    Safe,
    /// It says something that nobody has said yet: to be read, and filled in.
    Unsafe,
    /// It is only shown.
    Display,
}

impl Safety {
    /// Returns the word for it, in lower case.
    pub fn word(self) -> &'static str {
        match self {
            Safety::Safe => "safe",
            Safety::Unsafe => "unsafe",
            Safety::Display => "display",
        }
    }
}

/// A text in the place of another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Edit {
    /// What is replaced; empty where something is only inserted.
    pub span: Span,
    /// What stands there then.
    pub text: String,
}

/// What would make a finding go away.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fix {
    /// What it does, in a few words.
    pub title: String,
    /// Where; they do not overlap.
    pub edits: Vec<Edit>,
    /// Whether it may be made without asking.
    pub safety: Safety,
}

impl Fix {
    /// Makes a fix of edits.
    pub fn new(title: impl Into<String>, safety: Safety, edits: Vec<Edit>) -> Fix {
        let title = title.into();
        Fix {
            title,
            edits,
            safety,
        }
    }

    /// Adds what another fix does; of two degrees of safety the lesser holds.
    #[must_use]
    pub fn and(mut self, other: Fix) -> Fix {
        for edit in other.edits {
            if !self.edits.contains(&edit) {
                self.edits.push(edit);
            }
        }
        self.safety = self.safety.max(other.safety);
        self
    }
}

/// What marks a value that somebody has to look at.
const FILL_IN: &str = "fill in";

/// Returns the edit that adds a line to the block of a statement, marked to be
/// filled in; without a block it gets one. The line looks as its neighbours do.
///
/// There is none for a block that is not closed.
pub fn added_line(
    file: &SourceFile,
    statement: Span,
    block: Option<Span>,
    line: &str,
) -> Option<Edit> {
    let text = &file.text;
    let marked = format!("{line} /* {FILL_IN} */");
    let at = |offset: usize, text: String| {
        let span = Span::new(statement.file, offset, offset);
        Some(Edit { span, text })
    };
    let Some(block) = block else {
        return at(statement.end as usize, format!(" {{ {marked} }}"));
    };
    let inside = text[block.range()].strip_suffix('}')?;
    let last = block.start as usize + inside.trim_end().len();
    let items = inside[1..].trim();
    if !inside.contains('\n') {
        let between = if items.is_empty() || items.ends_with(';') {
            " "
        } else {
            "; "
        };
        let after = if inside[1..].ends_with([' ', '\t']) {
            ""
        } else {
            " "
        };
        return at(last, format!("{between}{marked}{after}"));
    }
    let indentation = inner_indentation(text, block);
    let line_break = line_break_of(text);
    at(
        last,
        format!("{line_break}{indentation}{line} // {FILL_IN}"),
    )
}

/// Returns the edit that gives a fact another value, marked to be filled in.
pub fn filled_in(span: Span, fact: &str) -> Edit {
    Edit {
        span,
        text: format!("{fact} /* {FILL_IN} */"),
    }
}

/// Returns the edit that takes a piece of text out, with its line where nothing
/// else stands there, and with the block that would be empty.
pub fn removal(file: &SourceFile, span: Span) -> Edit {
    let text = &file.text;
    let (before, after) = (&text[..span.start as usize], &text[span.end as usize..]);
    let edit = |start: usize, end: usize| Edit {
        span: Span::new(span.file, start, end),
        text: String::new(),
    };
    let rest = after.trim_start().trim_start_matches(';').trim_start();
    let around = (before.trim_end().strip_suffix('{'), rest.strip_prefix('}'));
    if let (Some(head), Some(tail)) = around {
        return edit(head.trim_end().len(), text.len() - tail.len());
    }
    let is_blank = |c: char| matches!(c, ' ' | '\t');
    let indented = before.trim_end_matches(is_blank);
    let begins_line = indented.is_empty() || indented.ends_with(['\n', '\u{feff}']);
    let rest = after.trim_start_matches(is_blank);
    let line_break = [";\r\n", ";\n", "\r\n", "\n"]
        .into_iter()
        .find(|it| rest.starts_with(it));
    let blanks = after.len() - rest.len();
    let (start, end) = (span.start as usize, span.end as usize);
    let (start, end) = match (begins_line, line_break) {
        (true, Some(line_break)) => (indented.len(), end + blanks + line_break.len()),
        (true, None) if rest.is_empty() => (indented.len(), text.len()),
        (true, None) => match rest.strip_prefix(';') {
            Some(next) => (start, text.len() - next.trim_start_matches(is_blank).len()),
            None => (start, end + blanks),
        },
        (false, _) => match rest.strip_prefix(';') {
            Some(next) => (indented.len(), text.len() - next.len()),
            None => (without_separator(indented).len(), end),
        },
    };
    edit(start, end)
}

/// Takes away the `;` at the end, so that none is left before nothing.
fn without_separator(text: &str) -> &str {
    match text.strip_suffix(';') {
        Some(rest) => rest.trim_end_matches([' ', '\t']),
        None => text,
    }
}

/// Returns the blanks before the first line in a block, or those of its end and two more.
fn inner_indentation(text: &str, block: Span) -> String {
    let blanks = |line: &str| {
        let content = line.trim_start_matches([' ', '\t']);
        line[..line.len() - content.len()].to_owned()
    };
    let mut lines = text[block.range()].lines().skip(1);
    let found = lines.find(|line| !line.trim().is_empty() && line.trim() != "}");
    if let Some(line) = found {
        return blanks(line);
    }
    let start = text[..block.end as usize]
        .rfind('\n')
        .map_or(0, |at| at + 1);
    format!("{}  ", blanks(&text[start..block.end as usize]))
}

/// Returns the line break that most lines have.
fn line_break_of(text: &str) -> &'static str {
    let windows = text.matches("\r\n").count();
    match windows * 2 > text.matches('\n').count() {
        true => "\r\n",
        false => "\n",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    fn applied(text: &str, edit: &Edit) -> String {
        let mut text = text.to_owned();
        text.replace_range(edit.span.range(), &edit.text);
        text
    }

    fn span_of(text: &str, part: &str) -> Span {
        let start = text.find(part).unwrap();
        Span::new(FileId(0), start, start + part.len())
    }

    #[test]
    fn a_line_is_added_as_its_neighbours_are() {
        for (text, block, expected) in [
            (
                "cache c: redis\n",
                "",
                "cache c: redis { ttl: 1h /* fill in */ }\n",
            ),
            ("cache c {}\n", "{}", "cache c { ttl: 1h /* fill in */ }\n"),
            (
                "cache c { hit: 9% }",
                "{ hit: 9% }",
                "cache c { hit: 9%; ttl: 1h /* fill in */ }",
            ),
            (
                "cache c {hit: 9%}",
                "{hit: 9%}",
                "cache c {hit: 9%; ttl: 1h /* fill in */ }",
            ),
            (
                "cache c {\n  hit: 9%\n}\n",
                "{\n  hit: 9%\n}",
                "cache c {\n  hit: 9%\n  ttl: 1h // fill in\n}\n",
            ),
            (
                "\tcache c {\r\n\t\thit: 9% // why\r\n\t}\r\n",
                "{\r\n\t\thit: 9% // why\r\n\t}",
                "\tcache c {\r\n\t\thit: 9% // why\r\n\t\tttl: 1h // fill in\r\n\t}\r\n",
            ),
            (
                "cache c {\n}\n",
                "{\n}",
                "cache c {\n  ttl: 1h // fill in\n}\n",
            ),
        ] {
            let file = SourceFile::new("", text);
            let statement = span_of(text, text.trim());
            let block = (!block.is_empty()).then(|| span_of(text, block));
            let edit = added_line(&file, statement, block, "ttl: 1h").unwrap();
            assert_eq!(applied(text, &edit), expected, "{text:?}");
        }
    }

    #[test]
    fn a_removal_takes_its_line_and_its_separator_along() {
        for (text, part, expected) in [
            ("a\n  @x(y)\n  b\n", "@x(y)", "a\n  b\n"),
            ("a\r\n@x(y)\r\nb\r\n", "@x(y)", "a\r\nb\r\n"),
            ("\u{feff}@x(y)\nb\n", "@x(y)", "\u{feff}b\n"),
            ("@x(y) @z(w) b\n", "@x(y)", "@z(w) b\n"),
            ("@x(y) @z(w) b\n", "@z(w)", "@x(y) b\n"),
            ("@x(y) // why\nb\n", "@x(y)", "// why\nb\n"),
            ("d { a: b; c: \"\" }", "c: \"\"", "d { a: b }"),
            ("d { c: \"\"; a: b }", "c: \"\"", "d { a: b }"),
            ("d { c: \"\" }\n", "c: \"\"", "d\n"),
            ("d \"e\" {\n  c: \"\";\n}\n", "c: \"\"", "d \"e\"\n"),
            (
                "service a \"???\" { b: c }",
                "\"???\"",
                "service a { b: c }",
            ),
            ("x\n@x(y)", "@x(y)", "x\n"),
        ] {
            let file = SourceFile::new("", text);
            let edit = removal(&file, span_of(text, part));
            assert_eq!(applied(text, &edit), expected, "{text:?}");
        }
    }
}
