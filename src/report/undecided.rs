//! The rules that could not be decided, and where.

use super::place;
use super::text::{count, visible};
use crate::lint::Outcome;
use crate::source::Sources;

/// Writes for each design which rules could not be decided, why and where.
pub fn undecided(sources: &Sources, outcomes: &[Outcome]) -> String {
    let mut output = String::new();
    for outcome in outcomes {
        let design = visible(&outcome.design);
        let open = &outcome.not_evaluated;
        if open.is_empty() {
            output.push_str(&format!("{design}: every rule could be decided\n"));
            continue;
        }
        let rules = count(open.len(), "rule");
        output.push_str(&format!("{design}: {rules} not evaluated\n"));
        for rule in open {
            output.push_str(&format!("  {}: {}\n", rule.rule, visible(&rule.sentence)));
            for label in &rule.places {
                let words = match &*label.text {
                    "" => String::new(),
                    text => format!(": {}", visible(text)),
                };
                output.push_str(&format!("    {}{words}\n", place(sources, label.span)));
            }
        }
    }
    output
}
