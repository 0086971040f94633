//! What the design accepts, held against what was found.

use std::collections::BTreeSet;

use super::{AcceptPolicy, Accepted, Design, Level, RuleInfo, Run};
use crate::finding::{
    self, Finding, Fix, Kinship, RuleName, Safety, Severity, nearest, respelling,
};
use crate::model::{Acceptance, BAD_ACCEPTANCE};

/// Splits findings into those that stand and those that are accepted; notes
/// which acceptances were used.
pub(super) fn apply(
    findings: Vec<Finding>,
    acceptances: &[Acceptance],
    run: &Run<'_>,
    used: &mut BTreeSet<usize>,
) -> (Vec<Finding>, Vec<Accepted>) {
    let holds = |it: &Acceptance| holds(it, run.today) && refusal(it, run).is_none();
    let mut standing = Vec::new();
    let mut accepted = Vec::new();
    for finding in findings {
        let mut fitting = acceptances.iter().enumerate().filter(|(_, it)| {
            finding.rule == it.rule
                && has_reason(it)
                && it
                    .covers
                    .is_none_or(|covers| covers.contains(finding.primary.span))
        });
        // An expired one is not unused: it would silence something.
        let found = fitting
            .clone()
            .find(|(_, it)| holds(it))
            .or_else(|| fitting.next());
        let Some((index, acceptance)) = found else {
            standing.push(finding);
            continue;
        };
        used.insert(index);
        if !holds(acceptance) {
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

/// Says why the team does not let an acceptance hold, if it does not.
fn refusal(acceptance: &Acceptance, run: &Run<'_>) -> Option<(String, String)> {
    let AcceptPolicy {
        require_until,
        max_days,
        forbid,
        ..
    } = &run.settings.accept;
    let rule = &acceptance.rule;
    let info = run.infos.iter().find(|info| info.name == *rule)?;
    if forbid.iter().any(|matcher| matcher.nearness(info) > 0) {
        let message = format!("`{rule}` may not be accepted here");
        return Some((
            message,
            "`forbid` of `[accept]` names it: mend what it is about".into(),
        ));
    }
    let limit = max_days.map(|days| format!("at most {days} days from today"));
    match (acceptance.until, max_days) {
        (None, _) if *require_until => Some((
            format!("`@accept({rule})` does not say until when it holds"),
            format!(
                "add `until:` and a day, {}",
                limit.unwrap_or_else(|| "such as `until: 2027-01-31`".into())
            ),
        )),
        (Some(until), Some(days))
            if until.unix_days() - run.today.unix_days() > i64::from(*days) =>
        {
            Some((
                format!("`@accept({rule})` holds until {until}, longer than {days} days"),
                "`max-days` of `[accept]` allows no more: set an earlier day".into(),
            ))
        }
        _ => None,
    }
}

/// Reports acceptances without reason, for no rule, unused, or run out.
pub(super) fn judge(
    design: &Design<'_>,
    used: &BTreeSet<usize>,
    ran: &BTreeSet<RuleName>,
    run: &Run<'_>,
) -> Vec<Finding> {
    let (rules, today): (&[RuleInfo], _) = (run.infos, run.today);
    let mut findings = Vec::new();
    for (index, acceptance) in design.model.acceptances.iter().enumerate() {
        let rule = &acceptance.rule;
        let finding = |message: String| {
            Finding::new(BAD_ACCEPTANCE, message, acceptance.span).about(format!("@accept {rule}"))
        };
        if acceptance.reported {
            continue;
        }
        if rules.iter().all(|known| known.name != *rule) {
            findings.push(unknown(
                finding(format!("there is no rule `{rule}` to accept")),
                acceptance,
                rules,
            ));
        } else if !has_reason(acceptance) {
            findings.push(
                finding(format!(
                    "`@accept({rule})` gives no reason, so it silences nothing"
                ))
                .severity(Severity::Error)
                .help(format!("write `@accept({rule}, \"why it is fine here\")`")),
            );
        } else if let Some(until) = acceptance.until.filter(|until| today > *until) {
            let (help, safety) = if used.contains(&index) {
                let help = "fix what it was accepted for, or set a later date";
                (help, Safety::Unsafe)
            } else {
                let help = "it would silence nothing any more: remove it";
                (help, removal_safety(design, ran, rule))
            };
            let finding = finding(format!("`@accept({rule})` ran out on {until}")).help(help);
            findings.push(finding.fix(removal(design, acceptance, safety)));
        } else if let Some((message, help)) = refusal(acceptance, run) {
            findings.push(finding(message).severity(Severity::Error).help(help));
        } else if !used.contains(&index) && ran.contains(rule.as_str()) {
            let severity = match run.settings.accept.unused {
                Some(Level::Off) => continue,
                Some(Level::At(severity)) => severity,
                None => Severity::Warning,
            };
            findings.push(
                finding(format!("`@accept({rule})` silences nothing"))
                    .severity(severity)
                    .label("no such finding here or below")
                    .help("remove it, or move it before the statement that it is about")
                    .fix(removal(
                        design,
                        acceptance,
                        removal_safety(design, ran, rule),
                    )),
            );
        }
    }
    findings
}

/// Adds to the finding of an acceptance for no rule which one may be meant.
fn unknown(mut finding: Finding, acceptance: &Acceptance, rules: &[RuleInfo]) -> Finding {
    let names = || rules.iter().map(|known| known.name.as_str());
    let rule = &acceptance.rule;
    finding.primary.span = acceptance.rule_span;
    match nearest(rule, names()) {
        Some(near) => finding.meant(near, respelling(rule, near, names(), Kinship::Words)),
        None => finding.help("`underpin rules` lists every rule"),
    }
}

/// Returns how safe it is to take out what silences nothing: it is where the rule
/// looked, and no environment is there in which it may find something.
fn removal_safety(design: &Design<'_>, ran: &BTreeSet<RuleName>, rule: &str) -> Safety {
    match ran.contains(rule) && design.model.environments.is_empty() {
        true => Safety::Safe,
        false => Safety::Unsafe,
    }
}

fn removal(design: &Design<'_>, acceptance: &Acceptance, safety: Safety) -> Fix {
    let file = design.sources.file(acceptance.span.file);
    let edit = finding::removal(file, acceptance.span);
    let title = format!("remove `@accept({})`", acceptance.rule);
    Fix::new(title, safety, vec![edit])
}
