//! The built-in catalogue of technologies, written in the language itself.

use std::sync::LazyLock;

use crate::source::{FileId, SourceFile};
use crate::syntax;
use crate::syntax::tree::Tree;

static CATALOGUE: LazyLock<(SourceFile, Tree)> = LazyLock::new(|| {
    let file = SourceFile::new("technologies.arch", include_str!("technologies.arch"));
    let (tree, findings) = syntax::parse(FileId(u32::MAX), &file);
    debug_assert!(
        findings.is_empty(),
        "the catalogue is part of the program: {findings:?}"
    );
    (file, tree)
});

/// Returns the built-in technologies, each a `technology name: kind { facts }`.
/// Its spans lie in a file of its own, [`FileId`]`(u32::MAX)`.
pub fn catalogue() -> &'static Tree {
    &CATALOGUE.1
}
