//! Which block it is whose brace is missing.

use super::Cutter;
use crate::syntax::splitter::{Mark, MarkKind};

impl Cutter<'_> {
    /// Reports a block that is never closed, at its opening brace. Where a
    /// block inside it is closed by a brace that is indented less than it, it
    /// is that block whose brace is missing.
    pub(super) fn report_unclosed(&mut self, open: usize, limit: usize) {
        let suspect = self.outdented(open, limit);
        let mark = suspect.unwrap_or(self.marks[open]);
        let start = mark.start as usize;
        let line = self.text[..start]
            .rfind(['\n', '{', ';'])
            .map_or(0, |at| at + 1);
        let subject = start - self.text[line..start].trim_start().len();
        let help = "every `{` needs its `}`";
        self.report(subject, start..start + 1, "unclosed `{`", Some(help));
    }

    /// Finds the first block to end within an unclosed one whose closing brace
    /// begins its line and is indented less than the line on which it opens.
    fn outdented(&self, open: usize, limit: usize) -> Option<Mark> {
        let mut indentation = self.indentation(self.line_start(open));
        let mut found: Option<(u32, Mark)> = None;
        for mark in &self.marks[open + 1..] {
            if mark.start as usize >= limit {
                break;
            }
            match (mark.kind, self.marks.get(mark.partner as usize)) {
                (MarkKind::Newline, _) => indentation = self.indentation(mark.end as usize),
                (MarkKind::OpenBrace, Some(close)) if (close.start as usize) < limit => {
                    let is_first = found.is_none_or(|(end, _)| close.start < end);
                    if is_first && self.is_indented_less(close.start as usize, indentation) {
                        found = Some((close.start, *mark));
                    }
                }
                _ => {}
            }
        }
        found.map(|(_, mark)| mark)
    }

    fn line_start(&self, mark: usize) -> usize {
        let before = self.marks[..mark].iter().rev();
        let line_break = before
            .into_iter()
            .find(|mark| mark.kind == MarkKind::Newline);
        line_break.map_or(0, |mark| mark.end as usize)
    }

    fn indentation(&self, line: usize) -> usize {
        let blanks = self.text.as_bytes()[line..].iter();
        blanks
            .take_while(|byte| matches!(byte, b' ' | b'\t'))
            .count()
    }

    /// Tells whether a brace is the first thing of its line, with fewer blanks
    /// before it than that.
    fn is_indented_less(&self, brace: usize, indentation: usize) -> bool {
        let before = self.text.as_bytes()[..brace].iter().rev();
        let blanks = before
            .take_while(|byte| matches!(byte, b' ' | b'\t'))
            .count();
        let is_first = blanks == brace || self.text.as_bytes()[brace - blanks - 1] == b'\n';
        is_first && blanks < indentation
    }
}
