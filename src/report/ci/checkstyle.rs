//! Checkstyle's XML, which many tools read.

use super::xml::{DECLARATION, escaped};
use super::{Item, Place, TOOL, standing};
use crate::lint::Outcome;
use crate::source::{FileId, Sources, Unit};

/// Writes the document: an element for each file, in it one for each finding.
pub fn document(sources: &Sources, outcomes: &[Outcome]) -> String {
    let mut items = standing(outcomes);
    items.sort_by_key(|item| item.finding.primary.span.file);
    // The version of Checkstyle whose format this is.
    let mut output = format!("{DECLARATION}<checkstyle version=\"4.3\">\n");
    for group in items.chunk_by(|a, b| file(a) == file(b)) {
        let name = escaped(&sources.file(file(&group[0])).name);
        output.push_str(&format!("  <file name=\"{name}\">\n"));
        for item in group {
            output.push_str(&error(sources, item));
        }
        output.push_str("  </file>\n");
    }
    output.push_str("</checkstyle>\n");
    output
}

fn file(item: &Item<'_>) -> FileId {
    item.finding.primary.span.file
}

fn error(sources: &Sources, item: &Item<'_>) -> String {
    let finding = item.finding;
    let place = Place::new(sources, finding.primary.span, Unit::Characters);
    let help = finding.help.iter().map(|help| format!("; help: {help}"));
    let message = finding.message.clone() + &help.collect::<String>();
    format!(
        "    <error line=\"{}\" column=\"{}\" severity=\"{}\" message=\"{}\" source=\"{TOOL}.{}\"/>\n",
        place.start.line,
        place.start.column,
        finding.severity.word(),
        escaped(&message),
        escaped(&finding.rule),
    )
}
