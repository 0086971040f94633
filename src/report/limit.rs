//! How many findings people are shown.

use std::collections::BTreeMap;

use crate::finding::Finding;
use crate::source::FileId;

/// The findings of a design that are shown, and how many are not.
pub struct Limited<'a> {
    /// Those shown, in order.
    pub shown: Vec<&'a Finding>,
    /// How many more there are of a rule in a file.
    pub rest: Vec<(FileId, &'a str, usize)>,
}

impl<'a> Limited<'a> {
    /// Keeps at most so many findings per rule and file; 0 keeps all.
    pub fn new(findings: &'a [Finding], most: usize) -> Limited<'a> {
        let mut seen: BTreeMap<(FileId, &str), usize> = BTreeMap::new();
        let mut shown = Vec::new();
        for finding in findings {
            let key = (finding.primary.span.file, finding.rule.as_str());
            let number = seen.entry(key).or_default();
            *number += 1;
            if most == 0 || *number <= most {
                shown.push(finding);
            }
        }
        let rest = seen.into_iter().filter(|_| most > 0);
        let rest = rest.map(|((file, rule), number)| (file, rule, number.saturating_sub(most)));
        Limited {
            shown,
            rest: rest.filter(|(.., more)| *more > 0).collect(),
        }
    }
}
