//! What all reviews came to, in a line or a table.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::Options;
use super::text::{count, visible};
use crate::finding::{Finding, Safety, Severity};
use crate::lint::Outcome;

/// Counts over all reviews.
pub struct Totals {
    /// Errors, warnings and infos reported.
    pub by_severity: BTreeMap<Reverse<Severity>, usize>,
    /// Findings that the designs accept.
    pub accepted: usize,
    /// Findings below the profile or the confidence asked for.
    pub hidden: usize,
    /// Findings that the baseline holds already.
    pub baselined: usize,
    /// Findings that the revision compared with had already.
    pub unchanged: usize,
    /// Rules that could not be decided somewhere.
    pub not_evaluated: usize,
    /// Findings that can be fixed without asking.
    pub fixable: usize,
    /// Findings of which the fix has to be read, and filled in.
    pub fixable_unsafely: usize,
}

/// Counts.
pub fn totals(outcomes: &[Outcome]) -> Totals {
    let mut by_severity = BTreeMap::new();
    for finding in outcomes.iter().flat_map(|outcome| &outcome.findings) {
        *by_severity.entry(Reverse(finding.severity)).or_default() += 1;
    }
    let undecided = outcomes.iter().flat_map(|outcome| &outcome.not_evaluated);
    let undecided: BTreeSet<&str> = undecided.map(|it| it.rule).collect();
    let fixable = |safety| {
        let findings = outcomes.iter().flat_map(|outcome| &outcome.findings);
        let fixes = findings.filter_map(|finding| finding.fix.as_ref());
        fixes.filter(|fix| fix.safety == safety).count()
    };
    let number =
        |of: fn(&Outcome) -> &Option<Vec<Finding>>| outcomes.iter().flat_map(of).flatten().count();
    Totals {
        fixable: fixable(Safety::Safe),
        fixable_unsafely: fixable(Safety::Unsafe),
        by_severity,
        baselined: number(|it| &it.baselined),
        unchanged: number(|it| &it.unchanged),
        accepted: outcomes.iter().map(|outcome| outcome.accepted.len()).sum(),
        hidden: outcomes.iter().map(|outcome| outcome.hidden.len()).sum(),
        not_evaluated: undecided.len(),
    }
}

/// Writes the line that ends every report for people.
pub fn line(outcomes: &[Outcome], options: &Options) -> String {
    let totals = totals(outcomes);
    let found = totals.by_severity.iter();
    let found: Vec<String> = found
        .map(|(severity, number)| count(*number, severity.0.word()))
        .collect();
    let designs = count(outcomes.len(), "design");
    let first = match found.is_empty() {
        true => format!("No findings in {designs}."),
        false => format!("Found {} in {designs}.", found.join(", ")),
    };
    let rest = rest(&totals, options);
    match rest.is_empty() {
        true => format!("{first}\n"),
        false => format!("{first} {}.\n", rest.join(", ")),
    }
}

fn rest(totals: &Totals, options: &Options) -> Vec<String> {
    let mut rest = Vec::new();
    if options.fixed > 0 {
        rest.push(format!("{} fixed", options.fixed));
    }
    rest.extend(fixable(totals));
    if totals.accepted > 0 {
        rest.push(format!("{} accepted", totals.accepted));
    }
    if totals.baselined > 0 {
        rest.push(format!("{} in the baseline", totals.baselined));
    }
    if totals.unchanged > 0 {
        let since = visible(&options.since);
        rest.push(format!("{} not new since {since}", totals.unchanged));
    }
    if totals.hidden > 0 {
        rest.push(format!("{} hidden by {}", totals.hidden, options.hidden_by));
    }
    if totals.not_evaluated > 0 {
        let rules = count(totals.not_evaluated, "rule");
        let more = "run `underpin explain --not-evaluated PATH`";
        rest.push(format!("{rules} not evaluated ({more})"));
    }
    rest
}

/// Says how many findings can be fixed, and how.
fn fixable(totals: &Totals) -> Option<String> {
    let unsafely = "`--fix --unsafe-fixes`";
    match (totals.fixable, totals.fixable_unsafely) {
        (0, 0) => None,
        (0, more) => Some(format!("{more} fixable with {unsafely}")),
        (safely, 0) => Some(format!("{safely} fixable with `--fix`")),
        (safely, more) => Some(format!(
            "{safely} fixable with `--fix` ({more} more with `--unsafe-fixes`)"
        )),
    }
}

/// Counts the findings of each rule, most first.
pub fn per_rule(outcomes: &[Outcome]) -> Vec<(&str, Severity, usize)> {
    let mut counts: BTreeMap<&str, (Severity, usize)> = BTreeMap::new();
    for finding in outcomes.iter().flat_map(|outcome| &outcome.findings) {
        let (severity, number) = counts.entry(&finding.rule).or_insert((finding.severity, 0));
        *severity = (*severity).max(finding.severity);
        *number += 1;
    }
    let counts = counts.into_iter();
    let mut rules: Vec<_> = counts.map(|(rule, (worst, n))| (rule, worst, n)).collect();
    rules.sort_by_key(|(_, worst, number)| Reverse((*number, *worst)));
    rules
}

/// Writes a table of counts per rule, and an empty line.
pub fn statistics(outcomes: &[Outcome]) -> String {
    let rules = per_rule(outcomes);
    let rows = rules
        .iter()
        .map(|(rule, severity, number)| format!("{number:>5}  {:<7}  {rule}\n", severity.word()));
    let table: String = rows.collect();
    match table.is_empty() {
        true => table,
        false => format!("{table}\n"),
    }
}
