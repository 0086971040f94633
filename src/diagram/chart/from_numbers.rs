//! The data of charts, from what the numbers of a design come to.

use super::Chart;
use crate::numbers::Numbers;

/// A chart and where it belongs.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// How the heading begins under which it belongs; nothing where it belongs on top.
    pub under: Option<String>,
    /// The chart.
    pub chart: Chart,
}

impl Shown {
    /// Tells whether it belongs under a heading: `Open` under `Open (Api.open)`, not
    /// under `OpenAll`.
    pub fn stands_under(&self, heading: &str) -> bool {
        let rest = |under: &String| heading.strip_prefix(under.as_str()).map(str::to_owned);
        let rest = self.under.as_ref().and_then(rest);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([',', ' ']))
    }
}

/// Returns the charts of one part of the numbers.
pub fn charts(_numbers: &Numbers, _part: &str) -> Vec<Shown> {
    Vec::new()
}
