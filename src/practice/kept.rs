//! What is wrong with a problem beyond its language, and the order of what it expects.

use crate::finding::{Finding, Severity, nearest};
use crate::lint::RuleInfo;
use crate::model::{Expectation, Id, Model, UNKNOWN_WORD};

/// Returns what a problem's language cannot know: the rules that it names and that
/// there are none of.
pub fn mistakes(problem: &Model, rules: &[RuleInfo]) -> Vec<Finding> {
    let expectations = problem.expectations.rows().iter();
    let named = expectations.flat_map(|it| &it.without);
    let unknown = named.filter(|(name, _)| rules.iter().all(|rule| rule.name != *name));
    let findings = unknown.map(|(name, span)| {
        let message = format!("there is no rule `{name}`");
        let finding = Finding::new(UNKNOWN_WORD, message, *span)
            .severity(Severity::Error)
            .about(name.clone());
        match nearest(name, rules.iter().map(|rule| rule.name.as_str())) {
            Some(near) => finding.help(format!("did you mean `{near}`?")),
            None => finding.help("`underpin rules` lists every rule"),
        }
    });
    findings.collect()
}

/// Returns what a problem expects, in the order of the steps and then of the text.
pub fn sorted(problem: &Model) -> Vec<(Id<Expectation>, &Expectation)> {
    let mut all: Vec<(Id<Expectation>, &Expectation)> = problem.expectations.iter().collect();
    all.sort_by_key(|(_, it)| (it.step, it.is_wrong_turn, it.head.span));
    all
}
