//! What the design accepts, held against what was found.

use std::collections::BTreeSet;

use super::{Accepted, RuleInfo};
use crate::finding::{Finding, Severity, nearest};
use crate::model::{Acceptance, BAD_ACCEPTANCE};

/// Splits findings into those that stand and those that are accepted; notes
/// which acceptances were used.
pub(super) fn apply(
    findings: Vec<Finding>,
    acceptances: &[Acceptance],
    today: crate::quantity::Date,
    used: &mut BTreeSet<usize>,
) -> (Vec<Finding>, Vec<Accepted>) {
    let mut standing = Vec::new();
    let mut accepted = Vec::new();
    for finding in findings {
        let mut fitting = acceptances.iter().enumerate().filter(|(_, it)| {
            it.rule == finding.rule
                && has_reason(it)
                && it
                    .covers
                    .is_none_or(|covers| covers.contains(finding.primary.span))
        });
        // An expired one is not unused: it would silence something.
        let found = fitting
            .clone()
            .find(|(_, it)| holds(it, today))
            .or_else(|| fitting.next());
        let Some((index, acceptance)) = found else {
            standing.push(finding);
            continue;
        };
        used.insert(index);
        if !holds(acceptance, today) {
            standing.push(finding);
            continue;
        }
        accepted.push(Accepted {
            finding,
            reason: acceptance.reason.clone().unwrap_or_default(),
            until: acceptance.until.map(|date| date.to_string()),
            ticket: acceptance.ticket.clone(),
            span: acceptance.span,
        });
    }
    (standing, accepted)
}

fn has_reason(acceptance: &Acceptance) -> bool {
    acceptance
        .reason
        .as_deref()
        .is_some_and(|reason| !reason.trim().is_empty())
}

fn holds(acceptance: &Acceptance, today: crate::quantity::Date) -> bool {
    acceptance.until.is_none_or(|until| today <= until)
}

/// Reports acceptances without reason, for no rule, unused, or run out.
pub(super) fn judge(
    acceptances: &[Acceptance],
    used: &BTreeSet<usize>,
    ran: &BTreeSet<&str>,
    rules: &[RuleInfo],
    today: crate::quantity::Date,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, acceptance) in acceptances.iter().enumerate() {
        let rule = &acceptance.rule;
        let finding = |message: String| {
            Finding::new(BAD_ACCEPTANCE, message, acceptance.span).about(format!("@accept {rule}"))
        };
        if acceptance.reported {
            continue;
        }
        if rules.iter().all(|known| known.name != rule) {
            let near = nearest(rule, rules.iter().map(|known| known.name));
            let help = near.map_or_else(
                || "`underpin rules` lists every rule".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            let mut unknown = finding(format!("there is no rule `{rule}` to accept")).help(help);
            unknown.primary.span = acceptance.rule_span;
            findings.push(unknown);
        } else if !has_reason(acceptance) {
            findings.push(
                finding(format!(
                    "`@accept({rule})` gives no reason, so it silences nothing"
                ))
                .severity(Severity::Error)
                .help(format!("write `@accept({rule}, \"why it is fine here\")`")),
            );
        } else if let Some(until) = acceptance.until.filter(|until| today > *until) {
            let help = if used.contains(&index) {
                "fix what it was accepted for, or set a later date"
            } else {
                "it would silence nothing any more: remove it"
            };
            findings.push(finding(format!("`@accept({rule})` ran out on {until}")).help(help));
        } else if !used.contains(&index) && ran.contains(rule.as_str()) {
            findings.push(
                finding(format!("`@accept({rule})` silences nothing"))
                    .label("no such finding here or below")
                    .help("remove it, or move it before the statement that it is about"),
            );
        }
    }
    findings
}
