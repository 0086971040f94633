//! Text to a tree of the five statement shapes.
//!
//! Takes a [`SourceFile`], gives a [`Tree`] and findings; never fails, whatever
//! the bytes. The only room that knows pest. Does not know what words mean.

pub mod tree;

use crate::finding::Finding;
use crate::source::{FileId, SourceFile};
use tree::Tree;

/// The rule name of every finding of this room.
pub const SYNTAX_ERROR: &str = "syntax-error";

/// Reads a file. Everything that could not be read is reported once and kept
/// as [`tree::Node::Broken`].
pub fn parse(id: FileId, file: &SourceFile) -> (Tree, Vec<Finding>) {
    let _ = file;
    (
        Tree {
            file: id,
            items: Vec::new(),
        },
        Vec::new(),
    )
}
