//! Markdown for summaries of jobs and comments on changes, as GitHub and GitLab
//! show it.

use std::cmp::Reverse;

use super::limit::Limited;
use super::text::{count, spans, visible};
use super::{Options, place, plain, summary};
use crate::finding::Finding;
use crate::lint::{Accepted, Outcome};
use crate::source::{Sources, Span};

/// Writes the document: what was found in each design, and why.
pub fn document(sources: &Sources, outcomes: &[Outcome], options: &Options) -> String {
    let mut output = format!("## Design review\n\n{}", summary::line(outcomes, options));
    for outcome in outcomes {
        design(&mut output, sources, outcome, options);
    }
    if options.statistics {
        statistics(&mut output, outcomes);
    }
    output
}

fn design(output: &mut String, sources: &Sources, outcome: &Outcome, options: &Options) {
    let mut limited = Limited::new(&outcome.findings, options.max_findings);
    limited.shown.sort_by_key(|it| Reverse(it.severity));
    if outcome.findings.is_empty() && outcome.accepted.is_empty() {
        return;
    }
    let root = code(&sources.file(outcome.root).name);
    output.push_str(&format!("\n### {} in {root}\n", words(&outcome.design)));
    if !limited.shown.is_empty() {
        table(output, sources, &limited);
        reasons(output, sources, &limited);
    }
    if !outcome.accepted.is_empty() {
        accepted(output, sources, &outcome.accepted);
    }
}

fn table(output: &mut String, sources: &Sources, limited: &Limited<'_>) {
    output
        .push_str("\n| | severity | finding | rule | where |\n| ---: | --- | --- | --- | --- |\n");
    for (index, finding) in limited.shown.iter().enumerate() {
        output.push_str(&format!(
            "| {} | {} | {} | {} | {} |\n",
            index + 1,
            finding.severity.word(),
            sentence(&finding.message),
            code(&finding.rule),
            at(sources, finding.primary.span),
        ));
    }
    for (file, rule, more) in &limited.rest {
        let more = count(*more, "more finding");
        let file = code(&sources.file(*file).name);
        output.push_str(&format!("\n{more} of {} in {file}.\n", code(rule)));
    }
}

fn reasons(output: &mut String, sources: &Sources, limited: &Limited<'_>) {
    output.push_str("\n<details>\n<summary>Why, and what to do</summary>\n");
    for (index, finding) in limited.shown.iter().enumerate() {
        output.push_str(&format!(
            "\n{}. {}\n",
            index + 1,
            sentence(&finding.message)
        ));
        for reason in plain::reasons(sources, finding) {
            output.push_str(&format!("   - {}\n", fact(&reason)));
        }
    }
    output.push_str("\n</details>\n");
}

fn fact(line: &str) -> String {
    match line.split_once(": ") {
        Some((word, text)) => format!("**{}**: {}", words(word), sentence(text)),
        None => sentence(line),
    }
}

fn accepted(output: &mut String, sources: &Sources, all: &[Accepted]) {
    let number = all.len();
    output.push_str(&format!(
        "\n<details>\n<summary>{number} accepted</summary>\n\n"
    ));
    for accepted in all {
        let Finding {
            message,
            rule,
            primary,
            ..
        } = &accepted.finding;
        output.push_str(&format!(
            "- {}: {} at {}\n  - **accepted**: {}\n",
            code(rule),
            sentence(message),
            at(sources, primary.span),
            words(&reason(accepted)),
        ));
    }
    output.push_str("\n</details>\n");
}

/// Writes why something is accepted, until when, and where the work is tracked.
pub(super) fn reason(accepted: &Accepted) -> String {
    let until = accepted.until.iter().map(|day| format!(", until {day}"));
    let ticket = accepted.ticket.iter().map(|it| format!(", see {it}"));
    let more: String = until.chain(ticket).collect();
    accepted.reason.clone() + &more
}

fn statistics(output: &mut String, outcomes: &[Outcome]) {
    output.push_str("\n| findings | severity | rule |\n| ---: | --- | --- |\n");
    for (rule, severity, number) in summary::per_rule(outcomes) {
        let (rule, word) = (code(rule), severity.word());
        output.push_str(&format!("| {number} | {word} | {rule} |\n"));
    }
}

fn at(sources: &Sources, span: Span) -> String {
    code(&place(sources, span))
}

/// Writes a sentence: names stay code, the rest stays words.
fn sentence(text: &str) -> String {
    let text = visible(text);
    let part = |(is_name, text)| if is_name { code(text) } else { words(text) };
    spans(&text).into_iter().map(part).collect()
}

/// Writes a name, also within a table.
fn code(name: &str) -> String {
    let name = visible(name);
    // As many backticks around as keep those inside apart.
    let fence = if name.contains('`') { "``" } else { "`" };
    let pad = if name.contains('`') { " " } else { "" };
    let name = name.replace('|', "\\|");
    format!("{fence}{pad}{name}{pad}{fence}")
}

/// Escapes what would be a mark, an element, or call somebody by name.
fn words(text: &str) -> String {
    let mut output = String::with_capacity(text.len());
    for character in visible(text).chars() {
        match character {
            '<' => output.push_str("&lt;"),
            '>' => output.push_str("&gt;"),
            '&' => output.push_str("&amp;"),
            '@' => output.push_str("@<!-- -->"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '|' | '~' | '!' => {
                output.push('\\');
                output.push(character);
            }
            _ => output.push(character),
        }
    }
    output
}
