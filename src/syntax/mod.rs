//! Text to a tree of the five statement shapes.
//!
//! Takes a [`SourceFile`], gives a [`Tree`] and findings; never fails, whatever
//! the bytes. The only room that knows pest. Does not know what words mean.

mod head;
mod items;
mod message;
mod splitter;
mod string;
pub mod tree;

use crate::finding::{Finding, Severity};
use crate::source::{FileId, SourceFile, Span};
use tree::{Broken, Item, Node, Tree};

/// The rule name of every finding of this room.
pub const SYNTAX_ERROR: &str = "syntax-error";

/// Reads a file. Everything that could not be read is reported once and kept
/// as [`tree::Node::Broken`].
///
/// A file that is not UTF-8 and holds zero bytes is no text at all: it is one
/// broken item and one finding.
pub fn parse(id: FileId, file: &SourceFile) -> (Tree, Vec<Finding>) {
    if let Some(at) = file.invalid_utf8_at.filter(|_| file.text.contains('\0')) {
        return (no_text(id, file), vec![not_utf8(id, &file.text, at)]);
    }
    let (items, mut findings) = items::read(id, &file.text);
    if let Some(at) = file.invalid_utf8_at {
        findings.retain(|finding| !is_replaced(&file.text, finding));
        findings.insert(0, not_utf8(id, &file.text, at));
    }
    (Tree { file: id, items }, findings)
}

/// Reads only the heads that stand in no block and begin with one of the words:
/// what a file says of itself, for a small part of the time.
///
/// All else, and what cannot be read, is [`tree::Node::Broken`].
pub fn outline(id: FileId, file: &SourceFile, words: &[&str]) -> Tree {
    if file.invalid_utf8_at.is_some() && file.text.contains('\0') {
        return no_text(id, file);
    }
    let items = items::outline(id, &file.text, words);
    Tree { file: id, items }
}

fn no_text(id: FileId, file: &SourceFile) -> Tree {
    let (span, node) = (
        Span::new(id, 0, file.text.len()),
        Node::Broken(Broken::default()),
    );
    let whole = Item {
        span,
        blank_before: false,
        same_line: false,
        node,
    };
    Tree {
        file: id,
        items: vec![whole],
    }
}

/// Tells whether a finding is about a character that stands for invalid bytes.
fn is_replaced(text: &str, finding: &Finding) -> bool {
    text[finding.primary.span.range()].contains('\u{fffd}')
}

fn not_utf8(id: FileId, text: &str, at: usize) -> Finding {
    let replaced = text[at..].chars().next().map_or(0, char::len_utf8);
    let span = Span::new(id, at, at + replaced);
    let message = format!("the file is not UTF-8: the byte at offset {at} cannot be read");
    Finding::new(SYNTAX_ERROR, message, span)
        .severity(Severity::Error)
        .help("save the file in UTF-8")
        .about("encoding")
}

#[cfg(test)]
mod tests;
