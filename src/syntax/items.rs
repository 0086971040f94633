//! Cuts a text into items and blocks, and reads each.
//!
//! Takes a file and its marks, gives its items and all that is wrong with
//! them. Every statement is read by itself, so one bad one costs no other.

mod place;
mod unclosed;

use std::ops::Range;

use super::SYNTAX_ERROR;
use super::head;
use super::message::Problem;
use super::splitter::{self, Mark, MarkKind, NONE};
use super::tree::*;
use crate::finding::{self, Finding, Severity};
use crate::source::{FileId, Span};
use place::HeadPlace;

/// How deep braces, parentheses and brackets may nest, together.
const DEEPEST: usize = 64;

/// Reads the items of a file.
pub(super) fn read(file: FileId, text: &str) -> (Vec<Item>, Vec<Finding>) {
    cut(file, text, None)
}

/// Reads the heads of the items that stand in no block and begin with one of the
/// words; the others are kept as broken ones without words.
pub(super) fn outline(file: FileId, text: &str, words: &[&str]) -> Vec<Item> {
    cut(file, text, Some(words)).0
}

fn cut(file: FileId, text: &str, only: Option<&[&str]>) -> (Vec<Item>, Vec<Finding>) {
    let marks = splitter::split(text);
    let mut cutter = Cutter {
        file,
        text,
        only,
        marks: &marks,
        mark: 0,
        at: splitter::content_start(text),
        depth: 0,
        outer: 0,
        outer_title: None,
        findings: Vec::new(),
    };
    let region = Region {
        limit: text.len(),
        close: None,
        is_cut: false,
    };
    // Only a nested item returns an error; the top level takes each itself.
    let items = cutter.items(region).unwrap_or_default();
    let mut findings = cutter.findings;
    finding::sort(&mut findings);
    (items, findings)
}

/// Nesting went too deep; the whole item of the top level is given up.
struct TooDeep;

/// The place of a run of items.
#[derive(Clone, Copy)]
struct Region {
    /// Where it ends, at the latest.
    limit: usize,
    /// The mark of the `}` that ends it.
    close: Option<usize>,
    /// Whether a block that is never closed was cut here.
    is_cut: bool,
}

struct Cutter<'a> {
    file: FileId,
    text: &'a str,
    /// The words of an outline: no other head is read, and no block.
    only: Option<&'a [&'a str]>,
    marks: &'a [Mark],
    /// The first mark that is not yet read.
    mark: usize,
    /// The first byte that is not yet read.
    at: usize,
    depth: usize,
    /// Where the item of the top level begins.
    outer: usize,
    /// Its first words, once they were asked for.
    outer_title: Option<String>,
    findings: Vec<Finding>,
}

/// The items of a block so far, and how the next one stands to them.
#[derive(Default)]
struct Items {
    items: Vec<Item>,
    /// Line breaks since the last item.
    breaks: usize,
}

impl Items {
    fn done(mut self) -> Vec<Item> {
        self.items.shrink_to_fit();
        self.items
    }

    fn push(&mut self, span: Span, node: Node, breaks: usize) {
        self.items.push(Item {
            span,
            blank_before: breaks > 1,
            same_line: breaks == 0,
            node,
        });
        self.breaks = 0;
    }
}

impl Cutter<'_> {
    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, start, end)
    }

    /// Reads items up to the end of the region and past its closing brace.
    fn items(&mut self, region: Region) -> Result<Vec<Item>, TooDeep> {
        let mut items = Items {
            breaks: usize::from(self.depth == 0),
            ..Items::default()
        };
        loop {
            let next = self
                .marks
                .get(self.mark)
                .map_or(self.text.len(), |mark| mark.start as usize);
            let end = next.min(region.limit);
            if let Some(start) = self.skip_blanks(end) {
                self.item(start, region, &mut items)?;
            } else if end == region.limit && next >= region.limit {
                self.at = region.limit;
                return Ok(items.done());
            } else if region.close == Some(self.mark) {
                self.advance();
                return Ok(items.done());
            } else {
                self.at_mark(region, &mut items)?;
            }
        }
    }

    /// Moves past blanks; returns where something else stands before `end`.
    fn skip_blanks(&mut self, end: usize) -> Option<usize> {
        let rest = self.text.as_bytes().get(self.at..end)?;
        let blanks = rest.iter().position(|byte| !splitter::is_blank(*byte));
        self.at = blanks.map_or(end, |offset| self.at + offset);
        blanks.map(|_| self.at)
    }

    /// Moves past the current mark.
    fn advance(&mut self) {
        self.at = self.marks[self.mark].end as usize;
        self.mark += 1;
    }

    /// Moves to a place, past all marks that begin before it.
    fn move_to(&mut self, at: usize) {
        self.at = at;
        self.mark = self
            .marks
            .partition_point(|mark| (mark.start as usize) < at);
    }

    fn at_mark(&mut self, region: Region, items: &mut Items) -> Result<(), TooDeep> {
        let mark = self.marks[self.mark];
        let span = self.span(mark.start as usize, mark.end as usize);
        let (start, breaks) = (mark.start as usize, items.breaks);
        match mark.kind {
            MarkKind::Newline => {
                items.breaks += 1;
                self.advance();
            }
            MarkKind::Semicolon => self.advance(),
            MarkKind::Comment => {
                self.advance();
                items.push(span, Node::Comment, breaks);
            }
            MarkKind::UnclosedComment => {
                self.advance();
                let help = "a comment that begins with `/*` ends with `*/`";
                self.report(start, start..start + 2, "unclosed comment", Some(help));
                items.push(span, Node::Comment, breaks);
            }
            MarkKind::Doc => {
                self.advance();
                let text = &self.text[span.range()][3..];
                let text = text.strip_prefix(' ').unwrap_or(text).trim_end();
                items.push(span, Node::Doc(text.to_owned()), breaks);
            }
            MarkKind::CloseBrace => {
                self.skip_close_braces(region);
                let span = self.span(start, self.at);
                let help = "remove `}`, or open its block before";
                self.report(start, start..start + 1, "`}` closes nothing", Some(help));
                items.push(span, Node::Broken(Broken::default()), breaks);
            }
            _ => self.item(start, region, items)?,
        }
        Ok(())
    }

    /// Moves past closing braces that stand side by side.
    fn skip_close_braces(&mut self, region: Region) {
        self.advance();
        let is_next =
            |mark: &Mark, at| mark.kind == MarkKind::CloseBrace && mark.start as usize == at;
        while self.at < region.limit
            && self
                .marks
                .get(self.mark)
                .is_some_and(|mark| is_next(mark, self.at))
        {
            self.advance();
        }
    }

    /// Reads one item; at the top level, gives it up if it nests too deep.
    fn item(&mut self, start: usize, region: Region, items: &mut Items) -> Result<(), TooDeep> {
        if self.depth > 0 {
            return self.nested_item(start, region, items);
        }
        self.outer = start;
        self.outer_title = None;
        let found = self.findings.len();
        if self.nested_item(start, region, items).is_err() {
            let deepest = self.findings.pop();
            self.findings.truncate(found);
            self.findings.extend(deepest);
            self.give_up(start, region, items);
        }
        Ok(())
    }

    /// Keeps an item of the top level that nests too deep as one broken piece.
    fn give_up(&mut self, start: usize, region: Region, items: &mut Items) {
        self.depth = 0;
        self.move_to(start);
        let place = self.head_place(start, region);
        let end = match place.block {
            Some(open) => self.block_region(open, region).limit,
            None => place.end,
        };
        self.move_to(end);
        let node = Node::Broken(self.broken(start));
        let end = start + self.text[start..end].trim_end().len();
        items.push(self.span(start, end), node, items.breaks);
    }

    fn nested_item(
        &mut self,
        start: usize,
        region: Region,
        items: &mut Items,
    ) -> Result<(), TooDeep> {
        match self.text.as_bytes()[start] {
            b'@' => self.annotation(start, region, items),
            b'{' => self.lone_block(region, items),
            _ => self.statement(start, region, items),
        }
    }

    fn annotation(
        &mut self,
        start: usize,
        region: Region,
        items: &mut Items,
    ) -> Result<(), TooDeep> {
        let limit = self.annotation_end(start, region).unwrap_or(region.limit);
        let place = self.head_place(start, Region { limit, ..region });
        self.check_depth(&place)?;
        let node = match self.read_head(&place, head::annotation) {
            Ok(annotation) => Node::Annotation(annotation),
            Err(problem) => self.refuse(start, problem),
        };
        self.finish(place, node, region, items)
    }

    /// Returns the end of an annotation that is well formed.
    fn annotation_end(&self, start: usize, region: Region) -> Option<usize> {
        let name = &self.text[start + 1..region.limit];
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
        let end = start + 1 + name.find(|c| !is_part(c)).unwrap_or(name.len());
        let open = self.marks.get(self.mark);
        let open =
            open.filter(|mark| mark.start as usize == end && mark.kind == MarkKind::OpenInner);
        let end = match open {
            Some(open) => self.marks.get(open.partner as usize)?.end as usize,
            None => end,
        };
        (end > start + 1 && end <= region.limit).then_some(end)
    }

    fn statement(
        &mut self,
        start: usize,
        region: Region,
        items: &mut Items,
    ) -> Result<(), TooDeep> {
        let mut place = self.head_place(start, region);
        if self.is_left_out(start) {
            return self.finish(place, Node::Broken(Broken::default()), region, items);
        }
        self.check_depth(&place)?;
        let has_block = place.block.is_some();
        let node = match self.read_head(&place, |source| head::statement(source, has_block)) {
            Ok((head, title)) => Node::Statement(Statement {
                head,
                head_span: self.span(start, place.end),
                title,
                block: None,
                inner_comments: std::mem::take(&mut place.comments),
            }),
            Err(problem) => self.refuse(start, problem),
        };
        self.finish(place, node, region, items)
    }

    /// Tells whether a head is none that an outline asks for.
    fn is_left_out(&self, start: usize) -> bool {
        self.only
            .is_some_and(|words| match self.broken(start).words.first() {
                Some(first) => !words.contains(&first.as_str()),
                None => true,
            })
    }

    /// Reads the block that follows a head, if any, and adds the item.
    fn finish(
        &mut self,
        place: HeadPlace,
        mut node: Node,
        region: Region,
        items: &mut Items,
    ) -> Result<(), TooDeep> {
        let breaks = items.breaks;
        self.move_to(place.end);
        let Some(open) = place.block else {
            items.push(self.span(place.start, place.end), node, breaks);
            return Ok(());
        };
        let (block, is_closed) = self.block(open, region)?;
        let span = self.span(place.start, block.span.end as usize);
        if let Node::Statement(statement) = &mut node {
            statement.block = Some(block);
        }
        items.push(span, node, breaks);
        items.breaks = usize::from(!is_closed);
        Ok(())
    }

    /// Reads a block that stands where a statement should: it belongs to the
    /// statement of the line before, or to none.
    fn lone_block(&mut self, region: Region, items: &mut Items) -> Result<(), TooDeep> {
        let open = self.mark;
        let start = self.marks[open].start as usize;
        let owner = items.items.last();
        let owner = owner.filter(|item| items.breaks == 1 && can_take_block(item));
        let subject = owner.map_or(start, |item| item.span.start as usize);
        let belongs = owner.is_some();
        let (message, help) = if belongs {
            (
                "expected `{` on the line of its statement",
                "put `{` at the end of the line before",
            )
        } else {
            (
                "expected a statement before `{`",
                "a block belongs to what stands before it on its line",
            )
        };
        self.report(subject, start..start + 1, message, Some(help));
        let (block, is_closed) = self.block(open, region)?;
        match items.items.last_mut() {
            Some(item) if belongs => {
                item.span.end = block.span.end;
                if let Node::Statement(statement) = &mut item.node {
                    statement.block = Some(block);
                }
            }
            _ => items.push(block.span, Node::Broken(Broken::default()), items.breaks),
        }
        items.breaks = usize::from(!is_closed);
        Ok(())
    }

    /// Reads the block that a mark opens; tells whether it is closed as well.
    fn block(&mut self, open: usize, region: Region) -> Result<(Block, bool), TooDeep> {
        let start = self.marks[open].start as usize;
        if self.depth == DEEPEST {
            return Err(self.too_deep(start));
        }
        let inner = self.block_region(open, region);
        if self.only.is_some() {
            self.move_to(inner.limit);
            let span = self.span(start, inner.limit);
            let items = Vec::new();
            return Ok((Block { span, items }, inner.close.is_some()));
        }
        if self.marks[open].partner == NONE && !self.has_unclosed_comment() {
            self.report_unclosed(open, inner.limit);
        }
        self.mark = open;
        self.advance();
        self.depth += 1;
        let items = self.items(inner)?;
        self.depth -= 1;
        let last = items
            .last()
            .map_or(start + 1, |item| item.span.end as usize);
        let end = if inner.close.is_some() { self.at } else { last };
        let span = self.span(start, end);
        Ok((Block { span, items }, inner.close.is_some()))
    }

    /// Returns the place of a block's items. A block that is never closed is
    /// cut before the next line that begins an item of the top level.
    fn block_region(&self, open: usize, region: Region) -> Region {
        let partner = self.marks[open].partner;
        let close = self.marks.get(partner as usize);
        match close.filter(|close| (close.start as usize) < region.limit) {
            Some(close) => Region {
                limit: close.end as usize,
                close: Some(partner as usize),
                is_cut: region.is_cut,
            },
            None => Region {
                limit: if region.is_cut {
                    region.limit
                } else {
                    self.next_item(open, region.limit)
                },
                close: None,
                is_cut: true,
            },
        }
    }

    /// Returns the start of the next line that begins an item, or the limit.
    fn next_item(&self, open: usize, limit: usize) -> usize {
        let after = self.marks[open + 1..].iter();
        let breaks = after.filter(|mark| mark.kind == MarkKind::Newline);
        let mut lines = breaks
            .map(|mark| mark.end as usize)
            .take_while(|line| *line < limit);
        let found = lines.find(|line| splitter::begins_item(&self.text[*line..]));
        found.unwrap_or(limit)
    }

    fn has_unclosed_comment(&self) -> bool {
        self.marks
            .last()
            .is_some_and(|mark| mark.kind == MarkKind::UnclosedComment)
    }

    fn check_depth(&mut self, place: &HeadPlace) -> Result<(), TooDeep> {
        match place.too_deep {
            Some(at) => Err(self.too_deep(at)),
            None => Ok(()),
        }
    }

    fn too_deep(&mut self, at: usize) -> TooDeep {
        let message = format!("nesting is deeper than {DEEPEST} levels");
        let help = "take the inner part out and give it a name of its own";
        self.report(self.outer, at..at + 1, &message, Some(help));
        TooDeep
    }

    /// Reports what is wrong with an item, and saves its words.
    fn refuse(&mut self, start: usize, problem: Problem) -> Node {
        let range = start + problem.range.start..start + problem.range.end;
        self.report(start, range, &problem.message, problem.help.as_deref());
        Node::Broken(self.broken(start))
    }

    fn report(&mut self, subject: usize, range: Range<usize>, message: &str, help: Option<&str>) {
        let span = self.span(range.start, range.end);
        let mut finding = Finding::new(SYNTAX_ERROR, message, span).severity(Severity::Error);
        finding.help = help.map(str::to_owned);
        let outer = self
            .outer_title
            .take()
            .unwrap_or_else(|| self.broken(self.outer).title());
        let subjects = [outer.clone(), self.broken(subject).title()];
        self.outer_title = Some(outer);
        for subject in subjects {
            if !subject.is_empty() && !finding.subjects.contains(&subject) {
                finding = finding.about(subject);
            }
        }
        self.findings.push(finding.about(message));
    }

    /// Saves the first words of an item that could not be read.
    fn broken(&self, start: usize) -> Broken {
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
        let mut broken = Broken::default();
        let mut at = start;
        while broken.words.len() < 3 {
            let rest = &self.text[at..];
            let word = &rest[..rest.find(|c| !is_part(c)).unwrap_or(rest.len())];
            if !word.starts_with(|c: char| c.is_alphabetic() || c == '_') {
                break;
            }
            broken.words.push(Name {
                text: word.to_owned(),
                span: self.span(at, at + word.len()),
            });
            at += word.len();
            at += self.text[at..].len() - self.text[at..].trim_start_matches([' ', '\t']).len();
        }
        broken
    }
}

impl Broken {
    fn title(&self) -> String {
        let words: Vec<&str> = self.words.iter().map(Name::as_str).collect();
        words.join(" ")
    }
}

fn can_take_block(item: &Item) -> bool {
    match &item.node {
        Node::Statement(statement) => statement.block.is_none(),
        Node::Annotation(_) | Node::Broken(_) | Node::Comment | Node::Doc(_) => false,
    }
}
