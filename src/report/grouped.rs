//! One line a finding, under the name of its file.

use super::limit::Limited;
use super::text::{count, visible};
use crate::finding::{Finding, Severity};
use crate::source::{FileId, Sources};

/// Writes the files of a design that have findings, each with an empty line after it.
pub fn files(output: &mut String, sources: &Sources, limited: &Limited<'_>, color: bool) {
    let file = |finding: &Finding| finding.primary.span.file;
    for group in limited.shown.chunk_by(|a, b| file(a) == file(b)) {
        let id = file(group[0]);
        let name = visible(&sources.file(id).name);
        let name = painted(&name, "4", color);
        output.push_str(&format!("{name}\n"));
        lines(output, sources, group, color);
        rest(output, limited, id);
        output.push('\n');
    }
}

fn lines(output: &mut String, sources: &Sources, findings: &[&Finding], color: bool) {
    let places: Vec<String> = findings
        .iter()
        .map(|finding| {
            let at = sources.position(finding.primary.span);
            format!("{}:{}", at.line, at.column)
        })
        .collect();
    let width = places.iter().map(String::len).max().unwrap_or(0);
    for (finding, place) in findings.iter().zip(places) {
        let code = match finding.severity {
            Severity::Error => "31",
            Severity::Warning => "33",
            Severity::Info => "36",
        };
        let word = painted(finding.severity.word(), code, color);
        let message = visible(&finding.message);
        output.push_str(&format!(
            "  {place:>width$} {word}[{}] {message}\n",
            finding.rule
        ));
    }
}

fn rest(output: &mut String, limited: &Limited<'_>, file: FileId) {
    for (_, rule, more) in limited.rest.iter().filter(|(it, ..)| *it == file) {
        let more = count(*more, "more finding");
        output.push_str(&format!("  {more} of {rule}, use `--max-findings 0`\n"));
    }
}

fn painted(text: &str, code: &str, color: bool) -> String {
    match color {
        true => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
        false => text.to_owned(),
    }
}
