//! The run of many rules over one design.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use super::settings::Elements;
use super::{
    Accepted, Design, Level, NotEvaluated, Report, Rule, RuleInfo, Settings, acceptance, policy,
};
use crate::finding::{self, Finding, Label, RuleName, Severity};
use crate::model::{BAD_ACCEPTANCE, RequirementKind};

/// A rule broke; the others ran on.
pub const INTERNAL_ERROR: &str = "internal-error";

/// Tells how much time has gone by since some moment.
pub type Clock = fn() -> Duration;

/// What a run needs beside the design.
pub struct Run<'a> {
    /// Every rule.
    pub rules: &'a [&'static dyn Rule],
    /// What is known about every rule, those of the language too.
    pub infos: &'a [RuleInfo],
    /// A finding of the first rule is left out where one of the second has the
    /// same first subject: it would say the same again.
    pub folds: &'a [(&'static str, &'static str)],
    /// How the team wants it.
    pub settings: &'a Settings,
    /// The day on which acceptances must still hold.
    pub today: crate::quantity::Date,
    /// What measures the rules, where they are measured.
    pub clock: Option<Clock>,
}

/// What the rules made of a design.
#[derive(Debug, Default)]
pub struct Reviewed {
    /// What stands, sorted.
    pub findings: Vec<Finding>,
    /// What is accepted, sorted.
    pub accepted: Vec<Accepted>,
    /// What is below what was asked for, sorted.
    pub hidden: Vec<Finding>,
    /// What could not be decided, by rule.
    pub not_evaluated: Vec<NotEvaluated>,
    /// The rules that were asked for.
    pub ran: BTreeSet<RuleName>,
    /// How long each rule took, where they were measured.
    pub took: Vec<(&'static str, Duration)>,
}

/// Runs every rule over a design and sorts what comes of it, together with what
/// the language's own rooms found.
pub fn review(design: &Design<'_>, language: Vec<Finding>, run: &Run<'_>) -> Reviewed {
    let mut reviewed = Reviewed::default();
    let mut used = BTreeSet::new();
    let acceptances = &design.model.acceptances;
    let mut found = Vec::new();
    for rule in run.rules {
        let about = rule.about();
        let start = run.clock.map(|clock| clock());
        let (findings, undecided) = check(*rule, design, run.settings);
        if let (Some(clock), Some(start)) = (run.clock, start) {
            reviewed
                .took
                .push((about.name, clock().saturating_sub(start)));
        }
        let (findings, silenced) = excluded(design, about.motives, findings);
        let asked = run
            .infos
            .iter()
            .any(|info| info.name == about.name && run.settings.selection.selects(info));
        if asked {
            reviewed.not_evaluated.extend(undecided);
            reviewed
                .not_evaluated
                .extend(silenced.map(|it| NotEvaluated {
                    rule: about.name,
                    ..it
                }));
        }
        let (findings, accepted) = acceptance::apply(findings, acceptances, run, &mut used);
        reviewed.accepted.extend(accepted);
        found.extend(rule.merge(findings));
    }
    for findings in broken_policies(design, run) {
        let (findings, accepted) = acceptance::apply(findings, acceptances, run, &mut used);
        reviewed.accepted.extend(accepted);
        found.extend(findings);
    }
    let (language, accepted) = acceptance::apply(language, acceptances, run, &mut used);
    reviewed.accepted.extend(accepted);
    found.extend(language);
    let ran: BTreeSet<RuleName> = run
        .infos
        .iter()
        .filter(|info| run.settings.selection.selects(info))
        .map(|info| info.name.clone())
        .collect();
    // What could not be understood may be what an acceptance is about.
    let judged = match design.model.incomplete {
        true => BTreeSet::new(),
        false => ran.clone(),
    };
    found.extend(acceptance::judge(design, &used, &judged, run));
    let elements = Elements::new(design.model);
    for mut finding in found {
        let is_on = level(&mut finding, run, &elements);
        match is_on && shown(&finding, run, &ran) {
            true => reviewed.findings.push(finding),
            false => reviewed.hidden.push(finding),
        }
    }
    fold(&mut reviewed.findings, &[], run.folds);
    fold(&mut reviewed.hidden, &reviewed.findings, run.folds);
    finding::sort(&mut reviewed.findings);
    finding::sort(&mut reviewed.hidden);
    reviewed.accepted.sort_by(|a, b| {
        let key = |it: &Accepted| (it.finding.primary.span, it.finding.rule.clone());
        key(a).cmp(&key(b))
    });
    reviewed.ran = ran;
    reviewed
}

/// Gives a finding the severity that it has here; tells whether it is reported.
fn level(finding: &mut Finding, run: &Run<'_>, elements: &Elements<'_>) -> bool {
    let info = run.infos.iter().find(|info| info.name == finding.rule);
    let is_mistake = is_language_error(finding, run.infos);
    let Some(info) = info.filter(|_| !is_mistake) else {
        return true;
    };
    match run.settings.level(elements, info, finding) {
        None => true,
        Some(Level::Off) => false,
        Some(Level::At(severity)) => {
            finding.severity = severity;
            true
        }
    }
}

fn shown(finding: &Finding, run: &Run<'_>, ran: &BTreeSet<RuleName>) -> bool {
    let always = finding.rule == INTERNAL_ERROR || is_language_error(finding, run.infos);
    always || ran.contains(&finding.rule) && run.settings.selection.shows(finding.confidence)
}

/// Tells whether a finding says that something cannot be understood. That is said
/// whatever was asked for: silence would look like a clean design.
pub fn is_language_error(finding: &Finding, infos: &[RuleInfo]) -> bool {
    finding.severity == Severity::Error
        && finding.rule != BAD_ACCEPTANCE
        && infos
            .iter()
            .any(|info| info.name == finding.rule && info.category == "language")
}

fn check(
    rule: &dyn Rule,
    design: &Design<'_>,
    settings: &Settings,
) -> (Vec<Finding>, Option<NotEvaluated>) {
    let about = rule.about();
    let mut report = Report::new(rule, settings);
    let ran = catch_unwind(AssertUnwindSafe(|| rule.check(design, &mut report)));
    if ran.is_err() {
        return (vec![broken(about.name, design)], None);
    }
    let undecided = report.unknown.len();
    let not_evaluated = (undecided > 0).then(|| NotEvaluated {
        rule: about.name,
        sentence: rule.undecided(undecided, undecided + report.decided),
        places: std::mem::take(&mut report.unknown),
    });
    (report.findings, not_evaluated)
}

/// Returns what breaks the design's policies, for each that is known to the run.
fn broken_policies(design: &Design<'_>, run: &Run<'_>) -> Vec<Vec<Finding>> {
    let known = run
        .infos
        .iter()
        .filter(|it| it.category == policy::CATEGORY);
    let known: BTreeSet<&str> = known.map(|info| info.name.as_str()).collect();
    let policies = design.model.policies.rows().iter();
    let policies = policies.filter(|policy| known.contains(policy.head.path.as_str()));
    let check = |policy| catch_unwind(AssertUnwindSafe(|| policy::check(design, policy)));
    let findings = policies
        .map(|policy| check(policy).unwrap_or_else(|_| vec![broken(&policy.head.path, design)]));
    findings.collect()
}

fn broken(rule: &str, design: &Design<'_>) -> Finding {
    Finding::new(
        INTERNAL_ERROR,
        format!("rule `{rule}` broke on this design"),
        design.root_span(),
    )
    .severity(Severity::Error)
    .help("this is a fault of underpin; please report it with the design, or a part that shows it")
    .about(rule)
}

/// Takes out the findings whose every motive the design excludes; says so.
fn excluded(
    design: &Design<'_>,
    motives: &[&str],
    findings: Vec<Finding>,
) -> (Vec<Finding>, Option<NotEvaluated>) {
    let mut labels: Vec<Label> = Vec::new();
    let (silent, standing): (Vec<Finding>, Vec<Finding>) =
        findings.into_iter().partition(|finding| {
            !motives.is_empty()
                && motives
                    .iter()
                    .all(|motive| excludes(design, motive, finding))
        });
    for finding in &silent {
        labels.push(Label {
            span: finding.primary.span,
            text: finding.message.clone(),
        });
    }
    let sentence = match silent.len() {
        0 => return (standing, None),
        1 => "1 finding is silent: what would motivate it is excluded".to_owned(),
        many => format!("{many} findings are silent: what would motivate them is excluded"),
    };
    (
        standing,
        Some(NotEvaluated {
            rule: "",
            sentence,
            places: labels,
        }),
    )
}

/// Tells whether the design excludes a motive for what a finding is about.
fn excludes(design: &Design<'_>, motive: &str, finding: &Finding) -> bool {
    let requirements = design.model.requirements.rows();
    let wanted = requirements.iter().any(|it| it.is_quality(motive));
    let out = requirements.iter().any(|it| {
        let typed =
            it.kind == RequirementKind::Excluded && it.types.iter().any(|word| word == motive);
        typed
            && (it.is_global()
                || it
                    .scope
                    .iter()
                    .any(|element| about(design, *element, finding)))
    });
    out && !wanted
}

fn about(design: &Design<'_>, element: crate::model::Element, finding: &Finding) -> bool {
    let path = design.model.head(element).map(|head| head.path.as_str());
    path.is_some_and(|path| finding.subjects.iter().any(|subject| subject == path))
}

/// Leaves out what another finding about the same, one of these or of `others`, says at
/// least as loudly.
fn fold(findings: &mut Vec<Finding>, others: &[Finding], folds: &[(&str, &str)]) {
    for (rule, cause) in folds {
        let mut causes: BTreeMap<String, Severity> = BTreeMap::new();
        let all = findings.iter().chain(others);
        for finding in all.filter(|it| it.rule == *cause) {
            let Some(subject) = finding.subjects.first() else {
                continue;
            };
            let worst = causes.entry(subject.clone()).or_insert(finding.severity);
            *worst = finding.severity.max(*worst);
        }
        let said = |finding: &Finding| {
            let cause = finding.subjects.first().and_then(|it| causes.get(it));
            cause.is_some_and(|severity| *severity >= finding.severity)
        };
        findings.retain(|finding| finding.rule != *rule || !said(finding));
    }
}

#[cfg(test)]
mod tests;
