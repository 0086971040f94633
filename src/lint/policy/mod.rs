//! The house rules of a design, held against it.
//!
//! Takes the policies of a model, gives findings that carry the policy's own
//! name, and what is known about each policy as of any rule.

mod links;
mod paths;
mod things;

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::{Design, Profile, RuleInfo};
use crate::finding::{Confidence, Finding, Label, RuleName, Severity};
use crate::model::{
    Clause, ClauseVerb, Component, DUPLICATE_NAME, Element, Id, Model, Pattern, Policy, Selector,
};
use crate::source::{Sources, Span};

/// The family of all policies.
pub const CATEGORY: &str = "policy";

/// What no policy may be called beside the names of rules: it means them all.
const RESERVED: &str = "ALL";

/// Returns what is known about the policies of a design, in alphabetical order.
pub fn infos(model: &Model, sources: &Sources, rules: &[RuleInfo]) -> Vec<RuleInfo> {
    let policies = model.policies.rows().iter();
    let fitting = policies.filter(|policy| !is_taken(&policy.head.path, rules));
    let mut infos: Vec<RuleInfo> = fitting.map(|policy| info(policy, sources)).collect();
    infos.sort_by(|a, b| a.name.cmp(&b.name));
    infos
}

/// Reports policies that are called like a rule of ours; they are left out.
pub fn clashes(model: &Model, rules: &[RuleInfo]) -> Vec<Finding> {
    let policies = model.policies.rows().iter();
    let taken = policies.filter(|policy| is_taken(&policy.head.path, rules));
    let findings = taken.map(|policy| {
        let name = &policy.head.path;
        let message = format!("policy `{name}` is called like a rule of underpin");
        Finding::new(DUPLICATE_NAME, message, policy.head.name_span)
            .severity(Severity::Error)
            .help("give it another name: findings of both would look the same")
            .about(format!("policy {name}"))
    });
    findings.collect()
}

fn is_taken(name: &str, rules: &[RuleInfo]) -> bool {
    name == RESERVED || rules.iter().any(|rule| rule.name == *name)
}

fn info(policy: &Policy, sources: &Sources) -> RuleInfo {
    let summary = match (&policy.head.title, policy.clauses.first()) {
        (Some(title), _) => title.clone(),
        (None, Some(clause)) => on_one_line(sources.text(clause.span)),
        (None, None) => String::new(),
    };
    RuleInfo {
        name: RuleName::from(policy.head.path.clone()),
        category: CATEGORY,
        page: Cow::Owned(page(policy, &summary, sources)),
        summary: Cow::Owned(summary),
        severity: policy.severity,
        confidence: Confidence::High,
        profiles: &Profile::ALL,
        options: &[],
    }
}

/// Writes the page of a policy: what it says of itself, and its text.
fn page(policy: &Policy, summary: &str, sources: &Sources) -> String {
    let text = sources.text(policy.head.span);
    let mut fence = "```".to_owned();
    while text.contains(&fence) {
        fence.push('`');
    }
    let mut page = format!("# {}\n\n{summary}\n\n", policy.head.path);
    if !policy.head.doc.is_empty() {
        page.push_str(&format!("{}\n\n", policy.head.doc));
    }
    page.push_str(&format!("{fence}arch\n{text}\n{fence}\n"));
    page
}

fn on_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns what breaks a policy: one finding for each element.
pub(super) fn check(design: &Design<'_>, policy: &Policy) -> Vec<Finding> {
    let held = Held { design, policy };
    let mut found = Found::default();
    for clause in &policy.clauses {
        match &clause.pattern {
            Pattern::Things(things) => held.things(clause, things, &mut found),
            Pattern::Link { from, arrow, to } => held.links(clause, from, *arrow, to, &mut found),
            Pattern::Path { from, to, through } => {
                held.paths(clause, [from, to, through], &mut found);
            }
        }
    }
    found.findings
}

/// Findings of one policy, one for each element.
#[derive(Default)]
struct Found {
    findings: Vec<Finding>,
    known: BTreeMap<Vec<String>, usize>,
}

impl Found {
    /// Adds a breach; where the element has broken the policy before, to that one.
    fn add(&mut self, breach: Breach, finding: Finding) {
        match self.known.get(&finding.subjects) {
            Some(index) => {
                let first = &mut self.findings[*index];
                first.notes.push(breach.what);
                let new = |label: &Label| !first.because.contains(label);
                let because: Vec<Label> = finding.because.into_iter().filter(new).collect();
                first.because.extend(because);
            }
            None => {
                self.known
                    .insert(finding.subjects.clone(), self.findings.len());
                self.findings.push(finding);
            }
        }
    }
}

/// One way in which a policy is broken.
struct Breach {
    /// What breaks it: "`app` reaches `ledger` directly".
    what: String,
    /// Where.
    at: Span,
    /// The same in few words, for the place.
    label: String,
    /// What to do.
    help: String,
    /// The names of what it is about.
    subjects: Vec<String>,
    /// The way there, step by step.
    trace: Vec<Label>,
    /// What is stated instead.
    stated: Option<Label>,
}

/// A policy, held against a design.
struct Held<'a, 'd> {
    design: &'a Design<'d>,
    policy: &'a Policy,
}

impl Held<'_, '_> {
    fn report(&self, clause: &Clause, breach: Breach, found: &mut Found) {
        let name = &self.policy.head.path;
        let message = match &self.policy.head.title {
            Some(title) => format!("{}: {} (`{name}`)", breach.what, said(title)),
            None => format!("{}, against policy `{name}`", breach.what),
        };
        let because = match clause.verb {
            ClauseVerb::Deny => "denied here",
            ClauseVerb::Require => "required here",
        };
        let mut finding = Finding::new(name.clone(), message, breach.at)
            .severity(self.policy.severity)
            .label(breach.label.clone())
            .because(clause.span, because)
            .help(breach.help.clone());
        finding.subjects.clone_from(&breach.subjects);
        finding.trace.clone_from(&breach.trace);
        finding.because.extend(breach.stated.clone());
        found.add(breach, finding);
    }

    /// Tells whether something is free of the policy.
    fn is_free(&self, element: Element) -> bool {
        let mut except = self.policy.except.iter();
        except.any(|it| it.matches(self.design.model, element))
    }

    /// Tells of each component whether it is one of those that are meant.
    fn members(&self, selectors: &[Selector]) -> Vec<bool> {
        let model = self.design.model;
        let meant = |id: Id<Component>| {
            let element = Element::Component(id);
            selectors.iter().any(|it| it.matches(model, element))
        };
        model.components.ids().map(meant).collect()
    }

    /// Returns those that are free of the policy, as [`Held::members`] does.
    fn free(&self) -> Vec<bool> {
        self.members(&self.policy.except)
    }

    /// Returns selectors as they are written, between backticks.
    fn words(&self, selectors: &[Selector]) -> String {
        let words = selectors.iter().map(|it| self.text(it.span));
        words.collect::<Vec<_>>().join("` or `")
    }

    fn text(&self, span: Span) -> String {
        on_one_line(self.design.sources.text(span))
    }

    /// Says what could be used to do as a policy asks: the only one that is meant,
    /// if there is only one.
    fn example(&self, members: &[bool]) -> Option<&str> {
        let ids = self.design.model.components.ids();
        let mut meant = ids.filter(|id| members[id.index()]);
        match (meant.next(), meant.next()) {
            (Some(only), None) => Some(self.design.name(only)),
            _ => None,
        }
    }
}

/// Returns a title as it stands within a sentence: `Only services may` begins small.
fn said(title: &str) -> String {
    let title = title.trim().trim_end_matches('.');
    let word = title.split(|c: char| !c.is_alphanumeric()).next();
    let mut letters = word.unwrap_or_default().chars();
    match letters.next() {
        Some(first) if letters.all(char::is_lowercase) => {
            let rest = &title[first.len_utf8()..];
            first.to_lowercase().chain(rest.chars()).collect()
        }
        _ => title.to_owned(),
    }
}
