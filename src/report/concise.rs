//! One line a finding.

use super::header;
use super::text::visible;
use crate::finding::Finding;
use crate::source::Sources;

const LONGEST_REASON: usize = 60;

/// Writes `path:line:col: severity[rule] message (reason)`.
pub fn line(output: &mut String, sources: &Sources, finding: &Finding) {
    let header = header(sources, finding);
    let message = visible(&finding.message);
    output.push_str(&format!("{header} {message}"));
    let reasons = finding.because.iter().map(|label| short(&label.text));
    if let Some(reason) = reasons.into_iter().find(|reason| !reason.is_empty()) {
        output.push_str(&format!(" ({reason})"));
    }
    output.push('\n');
}

// What stands before a colon says which requirement, what follows says more.
fn short(reason: &str) -> String {
    let reason = visible(reason);
    let reason = reason.split(": ").next().unwrap_or_default().trim();
    if reason.chars().count() <= LONGEST_REASON {
        return reason.to_string();
    }
    let cut: String = reason.chars().take(LONGEST_REASON).collect();
    let words = cut.rsplit_once(' ').map_or(&*cut, |(words, _)| words);
    // Half a name in backticks would read as a name.
    let whole = match words.matches('`').count() % 2 {
        0 => words,
        _ => words.rsplit_once('`').map_or(words, |(before, _)| before),
    };
    format!("{} ...", whole.trim_end())
}
