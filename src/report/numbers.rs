//! Numbers as one JSON document, as `schemas/numbers.schema.json` describes it.

use serde::Serialize;

use super::json::{TOOL, Tool, pretty};
use crate::numbers::Numbers;

/// The whole document.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    /// The version of this format.
    version: u32,
    /// Who wrote it.
    tool: Tool,
    /// One entry for each design.
    designs: &'a [Numbers],
}

/// Writes the numbers of designs as one JSON document.
pub fn numbers_json(designs: &[Numbers]) -> String {
    pretty(&Document {
        version: 1,
        tool: TOOL,
        designs,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The schema is made of the types and their docs.
    #[test]
    fn the_schema_is_published() {
        let path = "schemas/numbers.schema.json";
        let mut schema = schemars::schema_for!(Document);
        schema.insert("title".into(), "The numbers of designs".into());
        let what = "What `underpin analyze --format json` writes.";
        schema.insert("description".into(), what.into());
        crate::report::published(path, &pretty(&schema));
    }
}
