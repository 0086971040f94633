//! The flags of `check` that say what fails.

use std::collections::BTreeMap;
use std::path::Path;

use super::Verdict;
use super::words::{SEVERITIES, one_of};
use crate::config::Config;
use crate::finding::Severity;
use crate::lint::{INTERNAL_ERROR, Outcome};
use crate::workspace::Review;

/// The flags that say what fails.
#[derive(clap::Args, Default)]
pub struct FailingFlags {
    /// Fail when there is a finding of this severity or above [default: warning]
    #[arg(long, value_name = "SEVERITY", value_parser = one_of(SEVERITIES))]
    pub fail_on: Option<Severity>,

    /// Let so many warnings pass, and fail when there are more
    #[arg(long, value_name = "N")]
    max_warnings: Option<u64>,

    /// Do not fail because of findings
    #[arg(long)]
    exit_zero: bool,
}

impl FailingFlags {
    /// Tells whether a review fails, and why where that cannot be seen in the report.
    pub fn verdict(&self, review: &Review) -> (Verdict, Option<String>) {
        let mut findings = review.outcomes.iter().flat_map(|it| &it.findings);
        if findings.any(|it| it.rule == INTERNAL_ERROR) {
            return (Verdict::Broken, None);
        }
        if self.exit_zero {
            return (Verdict::Clean, None);
        }
        let reason = self.too_many(review);
        match reason.is_some() || self.fails(review) {
            true => (Verdict::Failing, reason),
            false => (Verdict::Clean, None),
        }
    }

    /// Tells whether there is a finding that fails by itself: a warning does not
    /// where warnings are counted.
    fn fails(&self, review: &Review) -> bool {
        let designs = review.outcomes.iter().zip(&review.configs);
        let mut fails = designs.map(|(outcome, config)| {
            let counted = self.limit(config).is_some();
            outcome
                .findings
                .iter()
                .any(|finding| match finding.severity {
                    Severity::Warning if counted => false,
                    severity => severity >= outcome.fail_on,
                })
        });
        fails.any(|it| it)
    }

    fn limit(&self, config: &Config) -> Option<u64> {
        self.max_warnings.or(config.max_warnings())
    }

    /// Says where there are too many warnings: in all designs together, or in
    /// those of one configuration that states a limit.
    fn too_many(&self, review: &Review) -> Option<String> {
        let mut counts: BTreeMap<Option<&Path>, (u64, u64)> = BTreeMap::new();
        for (outcome, config) in review.outcomes.iter().zip(&review.configs) {
            let Some(limit) = self.limit(config) else {
                continue;
            };
            let of = match self.max_warnings {
                Some(_) => None,
                None => config.path(),
            };
            counts.entry(of).or_insert((0, limit)).0 += warnings(outcome);
        }
        let mut counts = counts.into_values();
        let (found, limit) = counts.find(|(found, limit)| found > limit)?;
        Some(format!(
            "Too many warnings: {found}, and at most {limit} may be."
        ))
    }
}

fn warnings(outcome: &Outcome) -> u64 {
    let findings = outcome.findings.iter();
    let warnings = findings.filter(|it| it.severity == Severity::Warning);
    warnings.count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Finding;
    use crate::source::{FileId, Span};
    use std::sync::Arc;

    fn review(found: &[Severity], fail_on: Severity) -> Review {
        let finding = |severity: &Severity| {
            Finding::new("rule", "words", Span::default()).severity(*severity)
        };
        let outcome = Outcome {
            design: String::new(),
            root: FileId(0),
            findings: found.iter().map(finding).collect(),
            accepted: Vec::new(),
            hidden: vec![Finding::new("rule", "words", Span::default())],
            baselined: None,
            unchanged: None,
            not_evaluated: Vec::new(),
            ran: Default::default(),
            policies: Vec::new(),
            fail_on,
            hidden_by: String::new(),
        };
        Review {
            outcomes: vec![outcome],
            configs: vec![Arc::new(Config::default())],
            ..Review::default()
        }
    }

    fn verdict(flags: &FailingFlags, found: &[Severity], fail_on: Severity) -> Verdict {
        flags.verdict(&review(found, fail_on)).0
    }

    #[test]
    fn fails_from_the_severity_asked_for() {
        let flags = FailingFlags::default();
        let severities = [Severity::Info, Severity::Warning, Severity::Error];
        for found in severities {
            for fail_on in severities {
                let failing = verdict(&flags, &[found], fail_on) == Verdict::Failing;
                assert_eq!(failing, found >= fail_on);
            }
        }
        assert_eq!(flags.verdict(&Review::default()).0, Verdict::Clean);
    }

    #[test]
    fn warnings_are_counted_where_there_is_a_limit() {
        use Severity::{Error, Warning};
        let flags = FailingFlags {
            max_warnings: Some(1),
            ..FailingFlags::default()
        };
        for (found, fail_on, expected) in [
            (&[Warning][..], Warning, Verdict::Clean),
            (&[Warning, Warning], Warning, Verdict::Failing),
            (&[Warning, Warning], Error, Verdict::Failing),
            (&[Warning, Error], Error, Verdict::Failing),
        ] {
            assert_eq!(verdict(&flags, found, fail_on), expected, "{found:?}");
        }
        let (_, reason) = flags.verdict(&review(&[Warning, Warning], Error));
        assert_eq!(
            reason.as_deref(),
            Some("Too many warnings: 2, and at most 1 may be.")
        );
    }

    #[test]
    fn nothing_fails_on_wish_but_what_broke() {
        let flags = FailingFlags {
            exit_zero: true,
            max_warnings: Some(0),
            ..FailingFlags::default()
        };
        let mut review = review(&[Severity::Error, Severity::Warning], Severity::Info);
        assert_eq!(flags.verdict(&review).0, Verdict::Clean);
        review.outcomes[0].findings[0].rule = INTERNAL_ERROR.into();
        assert_eq!(flags.verdict(&review).0, Verdict::Broken);
    }
}
