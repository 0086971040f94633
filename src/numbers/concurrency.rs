//! PLACEHOLDER.

use serde::Serialize;

use super::sheet::Section;
use super::{Context, Target};

/// PLACEHOLDER.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Part {}

pub(super) fn part(_context: &Context) -> Part {
    Part {}
}

pub(super) fn targets(_part: &Part) -> Vec<Target> {
    Vec::new()
}

pub(super) fn section(_part: &Part) -> Option<Section> {
    None
}
