//! Source texts as miette sees them, and the marks in them.
//!
//! miette looks lines up by reading the text from its start, so it is given
//! views that use the file's own line table.

use std::collections::BTreeMap;

use miette::{LabeledSpan, MietteError, SourceCode, SourceSpan, SpanContents};

use super::text::{visible, visible_in_place};
use crate::source::{FileId, SourceFile, Sources, Span};

// A line of more bytes would fill the screen; near a place this much is shown.
const LONG_LINE: usize = 400;
const MARGIN: usize = 80;

/// The views of a run, each made when it is first needed.
pub struct Views<'a> {
    /// The texts themselves.
    pub sources: &'a Sources,
    views: BTreeMap<FileId, View<'a>>,
}

impl<'a> Views<'a> {
    /// Makes no view yet.
    pub fn new(sources: &'a Sources) -> Views<'a> {
        Views {
            sources,
            views: BTreeMap::new(),
        }
    }

    /// Returns the view of a file.
    pub fn view(&mut self, id: FileId) -> &View<'a> {
        let file = self.sources.file(id);
        self.views.entry(id).or_insert_with(|| View::new(file))
    }
}

/// A text without anything that could harm a terminal, each byte at its offset.
#[derive(Debug)]
pub struct View<'a> {
    name: String,
    file: &'a SourceFile,
    // With one line break more than the file, so that its end is on a line.
    text: String,
}

impl<'a> View<'a> {
    fn new(file: &'a SourceFile) -> View<'a> {
        let mut text = visible_in_place(&file.text);
        text.push('\n');
        View {
            name: visible(&file.name).into_owned(),
            file,
            text,
        }
    }

    /// Narrows a span to what can be underlined: the start of its first line, between characters.
    pub fn underlined(&self, span: Span) -> std::ops::Range<usize> {
        let length = self.file.text.len();
        let start = floor(&self.text, (span.start as usize).min(length));
        let line = self.text[start..].find('\n').unwrap_or(0);
        let line = self.text[start..start + line].trim_end().len();
        let end = (span.end as usize).min(length).min(start + LONG_LINE);
        start..floor(&self.text, end).clamp(start, start + line)
    }

    // The empty line after the last break is not worth showing for itself.
    fn last_line(&self) -> usize {
        let last = self.file.lines.count() - 1;
        last - usize::from(last > 0 && self.file.text.ends_with('\n'))
    }

    fn line_start(&self, line: usize) -> usize {
        self.file.lines.start(line).unwrap_or(self.text.len())
    }

    fn is_long(&self, line: usize) -> bool {
        self.line_start(line + 1) - self.line_start(line) > LONG_LINE
    }

    // Lines from `first` to `last`; of a long line only what is near the span.
    fn shown(&self, span: std::ops::Range<usize>, first: usize, last: usize) -> SourceSpan {
        let (mut start, mut end) = (self.line_start(first), self.line_start(last + 1));
        if first == last && self.is_long(first) {
            start = start.max(floor(&self.text, span.start.saturating_sub(MARGIN)));
            end = end.min(floor(&self.text, (span.end + MARGIN).min(self.text.len())));
        }
        (start, end - start).into()
    }
}

fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

impl SourceCode for View<'_> {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let lines = &self.file.lines;
        let end = span.offset() + span.len();
        let at = lines.line(span.offset());
        let until = lines.line(end.saturating_sub(1).max(span.offset()));
        let mut first = at.saturating_sub(before);
        let mut last = (until + after).min(self.last_line()).max(until);
        if (first..=last).any(|line| self.is_long(line)) {
            (first, last) = (at, until);
        }
        // Places around or along a long line do not share a box.
        if (at..=until).any(|line| self.is_long(line)) && (at < until || span.len() > LONG_LINE) {
            return Err(MietteError::OutOfBounds);
        }
        let column = lines.position(&self.file.text, span.offset()).column - 1;
        Ok(Box::new(Lines {
            view: self,
            span: self.shown(span.offset()..end, first, last),
            line: first,
            // With context the text starts at a line's start.
            column: if before == 0 { column } else { 0 },
            count: last + 1 - first,
        }))
    }
}

struct Lines<'a> {
    view: &'a View<'a>,
    span: SourceSpan,
    line: usize,
    column: usize,
    count: usize,
}

impl<'a> SpanContents<'a> for Lines<'a> {
    fn data(&self) -> &'a [u8] {
        let start = self.span.offset();
        &self.view.text.as_bytes()[start..start + self.span.len()]
    }

    fn span(&self) -> &SourceSpan {
        &self.span
    }

    fn name(&self) -> Option<&str> {
        Some(&self.view.name)
    }

    fn line(&self) -> usize {
        self.line
    }

    fn column(&self) -> usize {
        self.column
    }

    // miette reads this only to see whether the next place shares the box: it
    // does where the lines between are no more than a box's own two.
    fn line_count(&self) -> usize {
        self.count + 2
    }
}

/// A place to underline in one file, with what is said about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Where.
    pub span: Span,
    /// What is said; several sentences where several things are said of one place.
    pub texts: Vec<String>,
    /// Whether it is the place of the finding itself.
    pub primary: bool,
}

/// Makes marks that can be drawn together: those that start at one place are
/// one, and one that reaches into the next ends there.
pub fn labels(view: &View<'_>, marks: &[Mark]) -> Vec<LabeledSpan> {
    let mut places: BTreeMap<usize, (usize, Vec<&str>, bool)> = BTreeMap::new();
    for mark in marks {
        let range = view.underlined(mark.span);
        let (end, texts, primary) = places.entry(range.start).or_default();
        *end = (*end).max(range.end);
        *primary |= mark.primary;
        for text in mark.texts.iter().filter(|text| !text.is_empty()) {
            if !texts.contains(&text.as_str()) {
                texts.push(text);
            }
        }
    }
    let starts: Vec<usize> = places.keys().copied().collect();
    let nexts = starts.iter().copied().skip(1).chain([usize::MAX]);
    let places = places.into_iter().zip(nexts);
    let label = |((start, (end, texts, primary)), next): ((usize, (usize, Vec<_>, _)), usize)| {
        let text = (!texts.is_empty()).then(|| texts.join("; "));
        let span = start..end.min(next);
        match primary {
            true => LabeledSpan::new_primary_with_span(text, span),
            false => LabeledSpan::new_with_span(text, span),
        }
    };
    places.map(label).collect()
}
