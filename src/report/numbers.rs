//! Numbers as one JSON document, as `schemas/numbers.schema.json` describes it.

use serde::Serialize;

use super::json::{TOOL, Tool, pretty};
use crate::numbers::Numbers;
use crate::numbers::whatif::WhatIf;

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

/// The whole document about one design.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct Supposed<'a> {
    /// The version of this format.
    version: u32,
    /// Who wrote it.
    tool: Tool,
    /// What becomes of the design.
    #[serde(flatten)]
    whatif: &'a WhatIf,
}

/// Writes what becomes of a design as one JSON document, as
/// `schemas/whatif.schema.json` describes it.
pub fn whatif_json(whatif: &WhatIf) -> String {
    pretty(&Supposed {
        version: 1,
        tool: TOOL,
        whatif,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The schema is made of the types and their docs.
    #[test]
    fn the_schema_is_published() {
        let path = "schemas/numbers.schema.json";
        let what = "What `underpin analyze --format json` writes.";
        let title = "The numbers of designs";
        crate::report::published_schema::<Document>(path, title, what);
    }

    #[test]
    fn the_schema_of_suppositions_is_published() {
        let path = "schemas/whatif.schema.json";
        let what = "What `underpin whatif --format json` writes.";
        let title = "What breaks when something is lost, empty or busier";
        crate::report::published_schema::<Supposed>(path, title, what);
    }
}
