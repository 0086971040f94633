//! Changes as one JSON document, as `schemas/diff.schema.json` describes it.

use serde::Serialize;

use super::json::{TOOL, Tool, pretty};
use crate::diff::Changes;

/// The whole document.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    /// The version of this format.
    version: u32,
    /// Who wrote it.
    tool: Tool,
    /// What was compared: a revision, a file or a folder.
    base: &'a str,
    /// What it was compared with: a revision, a file, a folder, or `working tree`.
    head: &'a str,
    /// Whether anything changed.
    changed: bool,
    /// Whether anything that changed breaks those who rely on a design.
    breaking: bool,
    /// One entry for each design, also for those in which nothing changed.
    designs: &'a [Changes],
}

/// Writes what changed in designs from one state to another as one JSON document.
pub fn diff_json(base: &str, head: &str, designs: &[Changes]) -> String {
    pretty(&Document {
        version: 1,
        tool: TOOL,
        base,
        head,
        changed: designs.iter().any(|it| !it.is_empty()),
        breaking: designs.iter().any(|it| !it.breaking.is_empty()),
        designs,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The schema is made of the types and their docs.
    #[test]
    fn the_schema_of_changes_is_published() {
        let path = "schemas/diff.schema.json";
        let what = "What `underpin diff --format json` writes.";
        let title = "What changed in designs";
        crate::report::published_schema::<Document>(path, title, what);
    }
}
