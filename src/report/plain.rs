//! One fact a line, for ears as well as eyes.

use super::text::visible;
use super::{header, place};
use crate::finding::{Finding, Label};
use crate::source::Sources;

/// Writes all that is known about a finding, and an empty line.
pub fn facts(output: &mut String, sources: &Sources, finding: &Finding) {
    let mut fact = |words: String| {
        output.push_str(&words);
        output.push('\n');
    };
    fact(header(sources, finding));
    fact(format!("message: {}", visible(&finding.message)));
    if !finding.primary.text.is_empty() {
        fact(format!("here: {}", visible(&finding.primary.text)));
    }
    for label in &finding.because {
        fact(format!("because: {}", said(sources, label)));
    }
    for (index, label) in finding.trace.iter().enumerate() {
        fact(format!("step {}: {}", index + 1, said(sources, label)));
    }
    for note in &finding.notes {
        fact(format!("note: {}", visible(note)));
    }
    for assumed in &finding.assumed {
        fact(format!("assumed: {}", visible(assumed)));
    }
    fact(format!("confidence: {}", finding.confidence.word()));
    if let Some(help) = &finding.help {
        fact(format!("help: {}", visible(help)));
    }
    fact(String::new());
}

fn said(sources: &Sources, label: &Label) -> String {
    let place = place(sources, label.span);
    match &*label.text {
        "" => place,
        text => format!("{} (at {place})", visible(text)),
    }
}
