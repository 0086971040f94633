//! What a rule is.

use std::borrow::Cow;

use super::{Design, Profile, Settings};
use crate::finding::{Confidence, Finding, Fix, Label, RuleName, Severity};
use crate::quantity::{self, Quantity, Value};
use crate::source::Span;

/// What is known about a rule without running it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleInfo {
    /// The permanent name: in kebab-case, or as the design's policy is called.
    pub name: RuleName,
    /// The family, such as `availability`.
    pub category: &'static str,
    /// What it finds, in one line.
    pub summary: Cow<'static, str>,
    /// How bad its findings usually are.
    pub severity: Severity,
    /// How sure its findings usually are.
    pub confidence: Confidence,
    /// The profiles that hold it, smallest first.
    pub profiles: &'static [Profile],
    /// Its page, in Markdown.
    pub page: Cow<'static, str>,
    /// What can be set.
    pub options: &'static [RuleOption],
}

/// A number of a rule that a team may set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleOption {
    /// Its name, in kebab-case.
    pub name: &'static str,
    /// What it is unless it is set, as it would be written: `4`, `100/s`.
    pub default: &'static str,
    /// What it is, in one line.
    pub summary: &'static str,
}

impl RuleOption {
    /// Returns what it is unless it is set.
    pub fn default_value(&self) -> Quantity {
        match quantity::parse(self.default) {
            Ok(Value::Quantity(quantity)) => quantity,
            other => panic!("the default of `{}` is no quantity: {other:?}", self.name),
        }
    }
}

/// What a rule says of itself.
#[derive(Clone, Copy, Debug)]
pub struct About {
    /// The permanent name, in kebab-case: the pattern that is found.
    pub name: &'static str,
    /// The family: `availability`, `consistency`, `data`, `flow`, `interface`,
    /// `messaging`, `observability`, `performance`, `requirements`, `security`
    /// or `structure`.
    pub category: &'static str,
    /// What it finds, in one line.
    pub summary: &'static str,
    /// How bad its findings usually are.
    pub severity: Severity,
    /// How sure its findings usually are.
    pub confidence: Confidence,
    /// The types of quality that make it matter; it is silent where the design
    /// excludes them all. Empty where it always matters.
    pub motives: &'static [&'static str],
    /// Its page, in Markdown.
    pub page: &'static str,
}

/// A pure function of a design.
pub trait Rule: Sync {
    /// Says what the rule is.
    fn about(&self) -> About;

    /// Looks at a design and tells what it found.
    fn check(&self, design: &Design<'_>, report: &mut Report);

    /// Returns the numbers that a team may set.
    fn options(&self) -> &'static [RuleOption] {
        &[]
    }

    /// Joins findings that are one for a reader; called after acceptances have
    /// taken theirs out.
    fn merge(&self, findings: Vec<Finding>) -> Vec<Finding> {
        findings
    }

    /// Says in one sentence what was not decided.
    fn undecided(&self, undecided: usize, of: usize) -> String {
        format!("not decided in {undecided} of {of} places")
    }
}

/// What a rule found: three-valued.
#[derive(Debug)]
pub struct Report {
    about: About,
    options: Vec<(&'static str, Quantity)>,
    pub(super) findings: Vec<Finding>,
    pub(super) unknown: Vec<Label>,
    pub(super) decided: usize,
}

impl Report {
    /// Makes an empty report of a rule.
    pub(super) fn new(rule: &dyn Rule, settings: &Settings) -> Report {
        let about = rule.about();
        let value = |option: &RuleOption| {
            let set = settings
                .options
                .get(&(about.name.into(), option.name))
                .copied();
            (option.name, set.unwrap_or_else(|| option.default_value()))
        };
        Report {
            options: rule.options().iter().map(value).collect(),
            about,
            findings: Vec::new(),
            unknown: Vec::new(),
            decided: 0,
        }
    }

    /// Returns what one of the rule's options is here, in its base unit.
    ///
    /// # Panics
    ///
    /// If the rule has no such option.
    pub fn option(&self, name: &str) -> f64 {
        let found = self.options.iter().find(|(known, _)| *known == name);
        let (_, value) = found.expect("the rule has that option");
        value.to_f64()
    }

    /// Starts a finding with the rule's name, usual severity and confidence.
    pub fn finding(&self, span: Span, message: impl Into<String>) -> Finding {
        Finding::new(self.about.name, message, span)
            .severity(self.about.severity)
            .confidence(self.about.confidence)
    }

    /// Reports a failure.
    pub fn fail(&mut self, finding: Finding) {
        self.decided += 1;
        self.findings.push(finding);
    }

    /// Notes that one place is in order.
    pub fn pass(&mut self) {
        self.decided += 1;
    }

    /// Notes that one place could not be decided, and what is not stated there.
    pub fn unknown(&mut self, span: Span, text: impl Into<String>) {
        self.unknown.push(Label {
            span,
            text: text.into(),
        });
    }
}

/// Joins several findings into one: the first one's place, help and reasons, a
/// message made of all subjects, and the other places as labels.
pub fn group(findings: Vec<Finding>, message: impl Fn(&[String]) -> String) -> Vec<Finding> {
    if findings.len() < 2 {
        return findings;
    }
    let fixes: Vec<Option<Fix>> = findings.iter().map(|it| it.fix.clone()).collect();
    let mut findings = findings.into_iter();
    let Some(mut first) = findings.next() else {
        return Vec::new();
    };
    for other in findings {
        first.subjects.extend(other.subjects);
        first.because.push(other.primary);
        for label in other.because {
            if !first.because.contains(&label) && first.primary != label {
                first.because.push(label);
            }
        }
        first.assumed.extend(other.assumed);
    }
    first.assumed.dedup();
    first.fix = all_of(fixes);
    first.message = message(&first.subjects);
    vec![first]
}

/// Makes one fix of several; there is none where one is lacking, for the finding
/// would stay.
fn all_of(fixes: Vec<Option<Fix>>) -> Option<Fix> {
    let fixes: Option<Vec<Fix>> = fixes.into_iter().collect();
    let mut fixes = fixes?.into_iter();
    let first = fixes.next()?;
    let several = fixes.len() > 0;
    let mut joined = fixes.fold(first, Fix::and);
    if several && joined.edits.len() > 1 {
        joined.title.push_str(", and so on");
    }
    Some(joined)
}
