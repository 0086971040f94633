//! How long a review took, as a table.

use std::cmp::Reverse;
use std::time::Duration;

use crate::workspace::Timings;

/// Writes a table of stages, and one of rules with the slowest first.
pub fn table(timings: &Timings) -> String {
    let mut rules = timings.rules.clone();
    rules.sort_by_key(|(rule, took)| (Reverse(*took), *rule));
    let width = timings.stages.iter().chain(&rules);
    let width = width.map(|(name, _)| name.len()).max().unwrap_or_default();
    let mut output = rows("stage", &timings.stages, width);
    output.push('\n');
    output.push_str(&rows("rule", &rules, width));
    output
}

fn rows(title: &str, rows: &[(&str, Duration)], width: usize) -> String {
    let mut output = format!("{title:width$}  {:>10}\n", "ms");
    for (name, took) in rows {
        let milliseconds = took.as_secs_f64() * 1000.0;
        output.push_str(&format!("{name:width$}  {milliseconds:>10.3}\n"));
    }
    output
}
