//! A tree back to text, in the one canonical layout.
//!
//! Takes a [`Tree`] and the text it was read from, gives the text laid out:
//! nothing is lost, nothing changes its meaning, and what is laid out already
//! stays as it is. Does not know what words mean.
//!
//! - One statement a line, two blanks for each block around it, at most one
//!   blank line between statements, none at the edges of a block.
//! - A block that stood on one line stays on it while it fits 100 columns. A
//!   statement head that its author broke over lines, or that holds a comment,
//!   is kept byte for byte.
//! - A comment, an annotation and an `else` stay on the line where they stood,
//!   after one blank. Columns are not aligned.
//! - Line breaks are those that most lines have.
//! - What could not be read is copied byte for byte, with all that stands
//!   between it and its neighbours. Should the text around it read otherwise
//!   after all, the whole text stays as it was.

mod head;
#[cfg(test)]
mod tests;

use crate::source::{SourceFile, Span};
use crate::syntax::tree::{Annotation, Block, Head, Item, Node, Statement, Tree};

/// How many columns a block on one line may reach.
const WIDTH: usize = 100;
/// The blanks before what stands in a block.
const INDENTATION: &str = "  ";
const BYTE_ORDER_MARK: char = '\u{feff}';

/// Returns the text of a tree in the canonical layout; `text` is what it was read from.
pub fn format(tree: &Tree, text: &str) -> String {
    let formatted = with_line_breaks_of(text, &lay_out(tree, text));
    let has_error = tree.items.iter().any(|item| is_broken(item, text));
    if has_error && !reads_the_same(tree, text, &formatted) {
        return text.to_owned();
    }
    formatted
}

fn lay_out(tree: &Tree, text: &str) -> String {
    let mut layout = Layout::new(text);
    if text.starts_with(BYTE_ORDER_MARK) {
        layout.out.push(BYTE_ORDER_MARK);
    }
    layout.file(&tree.items);
    let content = layout.out.trim_end_matches([' ', '\t', '\r', '\n']).len();
    layout.out.truncate(content);
    if !layout.out.trim_start_matches(BYTE_ORDER_MARK).is_empty() {
        layout.out.push('\n');
    }
    layout.out
}

/// Tells whether a text that holds errors reads as it did, and is its own layout.
fn reads_the_same(tree: &Tree, text: &str, formatted: &str) -> bool {
    let read = |text: &str| crate::syntax::parse(tree.file, &SourceFile::new("", text)).0;
    let again = read(formatted);
    outline(&again.items, formatted) == outline(&tree.items, text)
        && with_line_breaks_of(formatted, &lay_out(&again, formatted)) == formatted
}

/// Returns what must not change: every item without its place, in order.
fn outline(items: &[Item], text: &str) -> String {
    let mut layout = Layout::new(text);
    layout.outline(items);
    layout.out
}

/// Tells whether an item is, or holds, what could not be read.
fn is_broken(item: &Item, text: &str) -> bool {
    match &item.node {
        Node::Annotation(_) | Node::Doc(_) => false,
        Node::Broken(_) => true,
        Node::Comment => {
            let comment = &text[item.span.range()];
            comment.starts_with("/*") && (comment.len() < 4 || !comment.ends_with("*/"))
        }
        Node::Statement(statement) => statement.block.as_ref().is_some_and(|block| {
            is_unclosed(block) || block.items.iter().any(|item| is_broken(item, text))
        }),
    }
}

/// Tells whether a block ends with its last item and not with a brace.
fn is_unclosed(block: &Block) -> bool {
    let last = block.items.last();
    block.span.end == last.map_or(block.span.start + 1, |item| item.span.end)
}

/// Replaces line breaks by those that most lines of `text` have.
fn with_line_breaks_of(text: &str, formatted: &str) -> String {
    let all = text.matches('\n').count();
    let windows = text.matches("\r\n").count();
    let lines = formatted
        .split('\n')
        .map(|line| line.trim_end_matches('\r'));
    let line_break = if windows * 2 > all { "\r\n" } else { "\n" };
    lines.collect::<Vec<_>>().join(line_break)
}

/// The text that is being written.
struct Layout<'a> {
    text: &'a str,
    out: String,
    depth: usize,
}

/// What stands on the line that is being written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Line {
    /// Nothing, or what a statement may follow: annotations and comments.
    Open,
    /// A statement or the start of a block, after which the next begins a line.
    Taken,
}

impl<'a> Layout<'a> {
    fn new(text: &'a str) -> Layout<'a> {
        Layout {
            text,
            out: String::with_capacity(text.len()),
            depth: 0,
        }
    }

    fn copy(&mut self, span: Span) {
        self.out.push_str(&self.text[span.range()]);
    }

    /// Writes the items of a file; broken ones with all that stands around them.
    fn file(&mut self, items: &[Item]) {
        let mut line = Line::Open;
        let mut end = self.out.len();
        let mut was_broken = false;
        for (index, item) in items.iter().enumerate() {
            let start = item.span.start as usize;
            let is_broken = is_broken(item, self.text);
            if is_broken || was_broken {
                self.out.push_str(&self.text[end..start]);
                line = Line::Open;
            } else if index > 0 {
                line = self.join(&items[index - 1], item, line);
            }
            if is_broken {
                self.copy(item.span);
            } else {
                line = self.item(item, line);
            }
            was_broken = is_broken;
            end = item.span.end as usize;
        }
    }

    /// Writes the items of a block that takes several lines.
    fn items(&mut self, items: &[Item]) {
        let mut line = Line::Taken;
        for (index, item) in items.iter().enumerate() {
            line = match index.checked_sub(1) {
                Some(before) => self.join(&items[before], item, line),
                None if item.same_line && matches!(item.node, Node::Comment) => self.stay(),
                None => self.new_line(false),
            };
            line = self.item(item, line);
        }
    }

    /// Writes what stands between two items; returns the line as it is then.
    fn join(&mut self, before: &Item, item: &Item, line: Line) -> Line {
        let stays = match &item.node {
            Node::Comment => true,
            _ if is_else(item) => has_block(before),
            _ => line == Line::Open,
        };
        if item.same_line && stays {
            self.stay();
            return line;
        }
        self.new_line(item.blank_before)
    }

    fn stay(&mut self) -> Line {
        self.out.push(' ');
        Line::Taken
    }

    fn new_line(&mut self, blank: bool) -> Line {
        self.out.push_str(if blank { "\n\n" } else { "\n" });
        for _ in 0..self.depth {
            self.out.push_str(INDENTATION);
        }
        Line::Open
    }

    /// Writes one item; returns the line as it is after it.
    fn item(&mut self, item: &Item, line: Line) -> Line {
        match &item.node {
            Node::Annotation(annotation) => self.annotation(item.span, annotation),
            Node::Broken(_) | Node::Comment => self.copy(item.span),
            Node::Doc(text) if text.is_empty() => self.out.push_str("///"),
            Node::Doc(text) => {
                self.out.push_str("/// ");
                self.out.push_str(text);
            }
            Node::Statement(statement) => {
                self.statement(statement);
                return Line::Taken;
            }
        }
        line
    }

    /// Writes an annotation; as it stood if it takes several lines or holds a comment.
    fn annotation(&mut self, span: Span, annotation: &Annotation) {
        if self.text[span.range()].contains(['\n', '*']) {
            self.copy(span);
        } else {
            head::annotation(&mut self.out, self.text, annotation);
        }
    }

    fn statement(&mut self, statement: &Statement) {
        self.head(statement);
        let Some(block) = &statement.block else {
            return;
        };
        self.out.push(' ');
        if let Some(line) = self.one_line(block) {
            self.out.push_str(&line);
            return;
        }
        self.out.push('{');
        self.depth += 1;
        self.items(&block.items);
        self.depth -= 1;
        self.new_line(false);
        self.out.push('}');
    }

    /// Writes a head; as it stood if it takes several lines or holds a comment.
    fn head(&mut self, statement: &Statement) {
        let written = &self.text[statement.head_span.range()];
        if written.contains('\n') || !statement.inner_comments.is_empty() {
            self.out.push_str(written);
        } else {
            head::head(&mut self.out, self.text, statement);
        }
    }

    /// Returns a block on one line, if it stood on one and fits there.
    fn one_line(&self, block: &Block) -> Option<String> {
        if block.items.is_empty() {
            return Some("{}".to_owned());
        }
        if self.text[block.span.range()].contains('\n') {
            return None;
        }
        let mut layout = Layout::new(self.text);
        layout.block_on_line(block);
        let line = self.out.rsplit('\n').next().unwrap_or_default();
        let columns = line.chars().count() + layout.out.chars().count();
        (columns <= WIDTH).then_some(layout.out)
    }

    fn block_on_line(&mut self, block: &Block) {
        self.out.push('{');
        let mut before: Option<&Item> = None;
        for item in &block.items {
            let is_comment = matches!(item.node, Node::Comment);
            let parts = before.is_some_and(|before| !is_else(item) || !has_block(before));
            if parts && !is_comment {
                self.out.push(';');
            }
            self.out.push(' ');
            before = match &item.node {
                Node::Statement(statement) => {
                    self.statement_on_line(statement);
                    Some(item)
                }
                _ => {
                    self.item(item, Line::Open);
                    before.filter(|_| is_comment)
                }
            };
        }
        self.out
            .push_str(if block.items.is_empty() { "}" } else { " }" });
    }

    fn statement_on_line(&mut self, statement: &Statement) {
        self.head(statement);
        if let Some(block) = &statement.block {
            self.out.push(' ');
            self.block_on_line(block);
        }
    }

    /// Writes items so that equal texts mean equal trees.
    fn outline(&mut self, items: &[Item]) {
        for item in items {
            match &item.node {
                Node::Statement(statement) => {
                    self.head(statement);
                    if let Some(block) = &statement.block {
                        self.out.push_str(" {\n");
                        self.outline(&block.items);
                        self.out.push('}');
                    }
                }
                Node::Broken(_) => {
                    self.out.push_str("broken ");
                    self.copy(item.span);
                }
                _ => {
                    self.item(item, Line::Open);
                }
            }
            self.out.push('\n');
        }
    }
}

fn has_block(item: &Item) -> bool {
    matches!(&item.node, Node::Statement(statement) if statement.block.is_some())
}

/// Tells whether an item is the other branch of the one before it.
fn is_else(item: &Item) -> bool {
    match &item.node {
        Node::Statement(statement) => {
            matches!(&statement.head, Head::Declare(declare) if declare.kind.text == "else")
        }
        _ => false,
    }
}
