//! Where the head of a statement ends, and what follows it.

use super::{Cutter, DEEPEST, Region};
use crate::source::Span;
use crate::syntax::head::{self, Source};
use crate::syntax::message::Problem;
use crate::syntax::splitter::{self, Mark, MarkKind, NONE};

/// Where a statement's head stands and what follows.
pub(super) struct HeadPlace {
    pub start: usize,
    pub end: usize,
    pub comments: Vec<Span>,
    /// The mark of the `{` that follows.
    pub block: Option<usize>,
    /// The first thing that keeps it from being read at all.
    pub problem: Option<Problem>,
    pub too_deep: Option<usize>,
}

impl Cutter<'_> {
    /// Finds where the head that begins here ends, and what follows it.
    pub(super) fn head_place(&self, start: usize, region: Region) -> HeadPlace {
        let mut place = HeadPlace {
            start,
            end: start,
            comments: Vec::new(),
            block: None,
            problem: None,
            too_deep: None,
        };
        let mut index = self.mark;
        let mut from = start;
        let mut open = 0;
        loop {
            let mark = self
                .marks
                .get(index)
                .filter(|mark| (mark.start as usize) < region.limit);
            let until = mark.map_or(region.limit, |mark| mark.start as usize);
            let filled = self.text[from..until]
                .trim_end_matches([' ', '\t', '\r'])
                .len();
            if filled > 0 {
                place.end = from + filled;
            }
            let Some(mark) = mark else { break };
            from = mark.end as usize;
            match mark.kind {
                MarkKind::Semicolon | MarkKind::CloseBrace | MarkKind::UnclosedComment => break,
                MarkKind::OpenBrace => {
                    place.block = Some(index);
                    break;
                }
                MarkKind::Newline if open == 0 => match self.continuation(&place, index, region) {
                    Some(next) => {
                        place.comments.extend(self.comments(index, next));
                        index = next;
                        from = self.marks[index - 1].end as usize;
                        continue;
                    }
                    None => break,
                },
                MarkKind::Newline => {}
                MarkKind::Comment | MarkKind::Doc => {
                    place
                        .comments
                        .push(self.span(mark.start as usize, mark.end as usize));
                }
                kind => {
                    place.end = from;
                    open = self.count_open(&mut place, mark, kind, open);
                }
            }
            index += 1;
        }
        place.settle_comments();
        place
    }

    /// Counts the brackets that are open after a bracket or a string, and
    /// notes what is wrong with it.
    fn count_open(&self, place: &mut HeadPlace, mark: &Mark, kind: MarkKind, open: usize) -> usize {
        let start = mark.start as usize;
        match kind {
            MarkKind::UnclosedText => {
                let is_long = self.text[start..].starts_with("\"\"\"");
                let end = if is_long {
                    start + 3
                } else {
                    mark.end as usize
                };
                let help = if is_long {
                    "a string that begins with `\"\"\"` ends with `\"\"\"`"
                } else {
                    "a string ends on its line with `\"`; one over several lines stands between `\"\"\"`"
                };
                place.refuse(start, end, "unclosed string", help);
                open
            }
            MarkKind::OpenInner if mark.partner == NONE => {
                let sign = &self.text[start..start + 1];
                let close = if sign == "(" { ")" } else { "]" };
                place.refuse(
                    start,
                    start + 1,
                    format!("unclosed `{sign}`"),
                    format!("every `{sign}` needs its `{close}`"),
                );
                open
            }
            MarkKind::OpenInner => {
                if self.depth + open == DEEPEST {
                    place.too_deep = place.too_deep.or(Some(start));
                }
                open + 1
            }
            MarkKind::CloseInner if mark.partner != NONE => open.saturating_sub(1),
            _ => open,
        }
    }

    /// Returns the mark before which a statement goes on after a line break:
    /// what it ends in asks for more, and the next line with something on it
    /// is not a statement of another kind. A blank line ends it in any case.
    fn continuation(&self, place: &HeadPlace, index: usize, region: Region) -> Option<usize> {
        if !asks_for_more(&self.text[place.start..place.end]) {
            return None;
        }
        let mut index = index;
        let mut is_blank_line = false;
        loop {
            let from = self.marks[index].end as usize;
            let next = self.marks.get(index + 1);
            let until = next
                .map_or(self.text.len(), |mark| mark.start as usize)
                .min(region.limit);
            let line = self.text.get(from..until)?;
            let filled = line.trim_start_matches([' ', '\t', '\r']);
            if !filled.is_empty() {
                let rest = &self.text[until - filled.len()..];
                let is_other = rest.starts_with('@') || splitter::begins_set(rest);
                return (!is_other).then_some(index + 1);
            }
            match next
                .filter(|mark| (mark.start as usize) < region.limit)?
                .kind
            {
                MarkKind::Newline if is_blank_line => return None,
                MarkKind::Newline => is_blank_line = true,
                MarkKind::Comment => is_blank_line = false,
                MarkKind::OpenInner | MarkKind::Text => return Some(index + 1),
                _ => return None,
            }
            index += 1;
        }
    }

    fn comments(&self, from: usize, to: usize) -> impl Iterator<Item = Span> {
        let comments = self.marks[from..to].iter();
        let comments = comments.filter(|mark| mark.kind == MarkKind::Comment);
        comments.map(|mark| self.span(mark.start as usize, mark.end as usize))
    }

    /// Reads a head with blanks in place of its comments.
    pub(super) fn read_head<T>(
        &self,
        place: &HeadPlace,
        read: impl Fn(Source) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        if let Some(problem) = &place.problem {
            return Err(problem.clone());
        }
        let text = &self.text[place.start..place.end];
        let source = |text| Source {
            file: self.file,
            start: place.start,
            text,
        };
        if place.comments.is_empty() {
            read(source(text))
        } else {
            read(source(&blank_out(text, place)))
        }
    }
}

impl HeadPlace {
    fn refuse(
        &mut self,
        start: usize,
        end: usize,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let start = start - self.start;
        let end = end - self.start;
        self.problem.get_or_insert_with(|| Problem {
            range: start..end,
            message: message.into(),
            help: Some(help.into()),
        });
    }

    /// Leaves out the comments after the head; before a block they belong to it.
    fn settle_comments(&mut self) {
        if self.block.is_some() {
            let last = self
                .comments
                .last()
                .map_or(0, |comment| comment.end as usize);
            self.end = self.end.max(last);
        } else {
            let end = self.end;
            self.comments
                .retain(|comment| (comment.start as usize) < end);
        }
    }
}

fn blank_out(text: &str, place: &HeadPlace) -> String {
    let mut blanked = String::with_capacity(text.len());
    for comment in &place.comments {
        let range = comment.start as usize - place.start..comment.end as usize - place.start;
        blanked.push_str(&text[blanked.len()..range.start]);
        blanked.extend(range.map(|_| ' '));
    }
    blanked.push_str(&text[blanked.len()..]);
    blanked
}

/// Tells whether a statement goes on after a line break: it ends in a comma,
/// a bar, a colon, an operator or an arrow.
fn asks_for_more(head: &str) -> bool {
    let last = head.as_bytes().last().copied().unwrap_or_default();
    if !matches!(
        last,
        b',' | b'|' | b':' | b'<' | b'>' | b'=' | b'+' | b'-' | b'*' | b'/'
    ) {
        return false;
    }
    let token = head
        .rsplit([' ', '\t', '\n', '\r'])
        .next()
        .unwrap_or_default();
    let before = head[..head.len() - token.len()].trim_end();
    let word = before
        .rsplit([' ', '\t', '\n', '\r'])
        .next()
        .unwrap_or_default();
    match last {
        b'+' | b'-' => token.len() == 1,
        b'*' => token == "*" && ends_operand(word) && !head::is_path_word(word),
        b'/' => token == "/" && !head::is_verb(word),
        _ => token.len() == 1 || !token.starts_with('/'),
    }
}

fn ends_operand(word: &str) -> bool {
    word.ends_with(|c: char| c.is_alphanumeric() || matches!(c, ')' | ']' | '%' | '_'))
}
