//! Findings that are known from elsewhere, found again.

use std::collections::BTreeMap;

use crate::finding::Finding;

/// By what a finding is known again.
#[derive(Clone, Debug)]
pub struct Identity {
    /// Its fingerprint.
    pub fingerprint: String,
    /// Its words, which tell those of one fingerprint apart.
    pub message: String,
}

impl Identity {
    /// Returns by what a finding is known again.
    pub fn of(finding: &Finding) -> Identity {
        Identity {
            fingerprint: finding.fingerprint(),
            message: finding.message.clone(),
        }
    }
}

/// Findings held against known ones.
#[derive(Debug, Default)]
pub struct Split {
    /// Those that are not known.
    pub fresh: Vec<Finding>,
    /// Those that are.
    pub known: Vec<Finding>,
    /// Which of the known ones were not found again.
    pub gone: Vec<usize>,
}

/// Holds findings against known ones: each of these stands for one finding, of
/// the same words where there is one.
pub fn split(findings: Vec<Finding>, known: &[Identity]) -> Split {
    let mut open: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, identity) in known.iter().enumerate() {
        open.entry(&identity.fingerprint).or_default().push(index);
    }
    let prints: Vec<String> = findings.iter().map(Finding::fingerprint).collect();
    let mut is_known = vec![false; findings.len()];
    for exact in [true, false] {
        for (index, finding) in findings.iter().enumerate() {
            if is_known[index] {
                continue;
            }
            let Some(left) = open.get_mut(prints[index].as_str()) else {
                continue;
            };
            let fits = |at: &usize| !exact || known[*at].message == finding.message;
            if let Some(at) = left.iter().position(fits) {
                left.remove(at);
                is_known[index] = true;
            }
        }
    }
    let mut split = Split::default();
    for (finding, is_known) in findings.into_iter().zip(is_known) {
        match is_known {
            true => split.known.push(finding),
            false => split.fresh.push(finding),
        }
    }
    split.gone = open.into_values().flatten().collect();
    split.gone.sort_unstable();
    split
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Span;

    fn finding(subject: &str, message: &str) -> Finding {
        Finding::new("missing-cache", message, Span::default()).about(subject)
    }

    fn messages(findings: &[Finding]) -> Vec<&str> {
        findings.iter().map(|it| it.message.as_str()).collect()
    }

    #[test]
    fn each_known_one_stands_for_one_finding_of_the_same_words_first() {
        let known = [("a", "one"), ("a", "old words"), ("b", "gone")];
        let known = known.map(|(subject, message)| Identity::of(&finding(subject, message)));
        let found = vec![
            finding("a", "new"),
            finding("a", "newer"),
            finding("a", "one"),
            finding("c", "one"),
        ];
        let split = split(found, &known);
        assert_eq!(messages(&split.known), ["new", "one"]);
        assert_eq!(messages(&split.fresh), ["newer", "one"]);
        assert_eq!(split.gone, [2]);
    }
}
