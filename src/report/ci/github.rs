//! Workflow commands of GitHub Actions, which annotate the lines of a change.
//!
//! <https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands>

use std::cmp::Reverse;

use super::{Item, Place, TOOL, standing, story};
use crate::finding::Severity;
use crate::lint::Outcome;
use crate::report::text::count;
use crate::source::{Sources, Unit};

// So many of each kind are shown for a step, the rest is dropped in silence.
const SHOWN: usize = 10;

/// Writes one command a finding, the worst first.
pub fn commands(sources: &Sources, outcomes: &[Outcome]) -> String {
    let mut items = standing(outcomes);
    items.sort_by_key(|item| Reverse((item.finding.severity, item.finding.confidence)));
    let commands = items.iter().map(|item| command(sources, item));
    let commands: String = commands.collect();
    // A notice itself, it stands before the others, so that it is shown.
    notice(dropped(&items)) + &commands
}

fn dropped(items: &[Item<'_>]) -> usize {
    let groups = items.chunk_by(|a, b| a.finding.severity == b.finding.severity);
    groups.map(|group| group.len().saturating_sub(SHOWN)).sum()
}

fn notice(dropped: usize) -> String {
    match dropped {
        0 => String::new(),
        _ => {
            let more = count(dropped, "more finding");
            let text =
                format!("{more} than GitHub shows beside the code: see the log of this step");
            format!("::notice title={TOOL}::{}\n", data(&text))
        }
    }
}

fn command(sources: &Sources, item: &Item<'_>) -> String {
    let finding = item.finding;
    let place = Place::new(sources, finding.primary.span, Unit::Characters);
    let word = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    // Properties do not show in the log, so the place is said once more.
    let (line, column) = (place.start.line, place.start.column);
    let text = story(sources, finding).replace('\n', "\n  ");
    let text = format!("{}:{line}:{column}: {text}", place.path);
    let title = property(&finding.rule);
    format!(
        "::{word} {},title={title}::{}\n",
        region(&place),
        data(&text)
    )
}

// Columns are taken only where a region stays on its line.
fn region(place: &Place) -> String {
    let (start, end) = (place.start, place.end);
    let file = property(&place.path);
    let lines = format!("file={file},line={},endLine={}", start.line, end.line);
    match start.line == end.line {
        true => format!("{lines},col={},endColumn={}", start.column, end.column),
        false => lines,
    }
}

fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
