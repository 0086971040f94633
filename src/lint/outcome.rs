//! What the review of a design came to.

use std::collections::BTreeSet;

use super::RuleInfo;
use crate::finding::{Finding, Label, RuleName, Severity};
use crate::source::{FileId, Span};

/// What the review of one design came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The name of the system, or of the root file.
    pub design: String,
    /// The file that the review began with.
    pub root: FileId,
    /// What is reported.
    pub findings: Vec<Finding>,
    /// What the design accepts, with its reasons.
    pub accepted: Vec<Accepted>,
    /// What lies below the profile or the confidence asked for.
    pub hidden: Vec<Finding>,
    /// What the baseline holds already, where there is one.
    pub baselined: Option<Vec<Finding>>,
    /// What an older revision had already, where one is compared with.
    pub unchanged: Option<Vec<Finding>>,
    /// What could not be decided.
    pub not_evaluated: Vec<NotEvaluated>,
    /// The rules that were asked for.
    pub ran: BTreeSet<RuleName>,
    /// What is known about the design's own policies, in alphabetical order.
    pub policies: Vec<RuleInfo>,
    /// The severity from which a finding fails the run.
    pub fail_on: Severity,
    /// What hides findings, in words: "profile `recommended`".
    pub hidden_by: String,
}

impl Outcome {
    /// Returns every place that a report can show.
    pub fn places(&self) -> impl Iterator<Item = Span> {
        let accepted = self.accepted.iter().map(|it| &it.finding);
        let findings = self.findings.iter().chain(accepted).chain(self.known());
        let acceptances = self.accepted.iter().map(|it| it.span);
        let undecided = self.not_evaluated.iter().flat_map(|it| &it.places);
        findings
            .flat_map(Finding::places)
            .chain(acceptances)
            .chain(undecided.map(|it| it.span))
    }

    /// Returns what a baseline or an older revision has already.
    pub fn known(&self) -> impl Iterator<Item = &Finding> {
        let lists = [&self.baselined, &self.unchanged];
        lists.into_iter().flatten().flatten()
    }
}

/// A finding that the design accepts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// What is accepted.
    pub finding: Finding,
    /// Why.
    pub reason: String,
    /// The last day on which it is.
    pub until: Option<String>,
    /// Where the work is tracked.
    pub ticket: Option<String>,
    /// Where the annotation stands.
    pub span: Span,
}

/// A rule that could not be decided in some places, because facts are not stated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotEvaluated {
    /// The rule's name.
    pub rule: &'static str,
    /// What is missing, such as "7 of 12 calls state no timeout".
    pub sentence: String,
    /// Where.
    pub places: Vec<Label>,
}
