//! One fact a line, for ears as well as eyes.

use super::text::visible;
use super::{header, place};
use crate::finding::{Finding, Label};
use crate::source::Sources;

/// Writes all that is known about a finding, and an empty line.
pub fn facts(output: &mut String, sources: &Sources, finding: &Finding) {
    let message = format!("message: {}", visible(&finding.message));
    let lines = [header(sources, finding), message];
    for line in lines.into_iter().chain(reasons(sources, finding)) {
        output.push_str(&line);
        output.push('\n');
    }
    output.push('\n');
}

/// Returns a line for each fact about a finding beside its message.
pub fn reasons(sources: &Sources, finding: &Finding) -> Vec<String> {
    let mut lines = Vec::new();
    if !finding.primary.text.is_empty() {
        lines.push(format!("here: {}", visible(&finding.primary.text)));
    }
    for label in &finding.because {
        lines.push(format!("because: {}", said(sources, label)));
    }
    for (index, label) in finding.trace.iter().enumerate() {
        lines.push(format!("step {}: {}", index + 1, said(sources, label)));
    }
    for note in &finding.notes {
        lines.push(format!("note: {}", visible(note)));
    }
    for assumed in &finding.assumed {
        lines.push(format!("assumed: {}", visible(assumed)));
    }
    lines.push(format!("confidence: {}", finding.confidence.word()));
    if let Some(help) = &finding.help {
        lines.push(format!("help: {}", visible(help)));
    }
    lines
}

fn said(sources: &Sources, label: &Label) -> String {
    let place = place(sources, label.span);
    match &*label.text {
        "" => place,
        text => format!("{} (at {place})", visible(text)),
    }
}
