//! Scores as one JSON document, as `schemas/practice.schema.json` describes it.

use serde::Serialize;

use super::json::{TOOL, Tool, pretty};
use crate::practice::Score;

/// The whole document.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    /// The version of this format.
    version: u32,
    /// Who wrote it.
    tool: Tool,
    /// What the answer is worth, and why.
    score: &'a Score,
}

/// Writes what an answer is worth as one JSON document.
pub fn score_json(score: &Score) -> String {
    pretty(&Document {
        version: 1,
        tool: TOOL,
        score,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The schema is made of the types and their docs.
    #[test]
    fn the_schema_of_scores_is_published() {
        let path = "schemas/practice.schema.json";
        let what = "What `underpin practice score --format json` writes.";
        let title = "What an answer is worth";
        crate::report::published_schema::<Document>(path, title, what);
    }
}
