//! One page for a browser, complete in itself: no script, nothing from a network.

use super::markdown::reason;
use super::text::{count, spans, visible};
use super::{Options, place, summary};
use crate::finding::{Finding, Label, Severity};
use crate::lint::{Accepted, NotEvaluated, Outcome};
use crate::source::{SourceFile, Sources, Span};

const STYLE: &str = include_str!("html.css");
const SEVERITIES: [Severity; 3] = [Severity::Error, Severity::Warning, Severity::Info];
// Lines shown of one place, and the bytes shown of one line.
const MOST_LINES: usize = 4;
const LONG_LINE: usize = 240;
const MARGIN: usize = 80;

/// Writes the page.
pub fn document(sources: &Sources, outcomes: &[Outcome], options: &Options) -> String {
    let designs: String = outcomes
        .iter()
        .map(|outcome| design(sources, outcome, options))
        .collect();
    let names: Vec<String> = outcomes.iter().map(|it| escaped(&it.design)).collect();
    let title = match names.as_slice() {
        [one] => format!("{one}: design review"),
        _ => "Design review".to_owned(),
    };
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <header>\n<h1>{title}</h1>\n<p>{}</p>\n</header>\n{}<main>\n{designs}</main>\n\
         </body>\n</html>\n",
        words(summary::line(outcomes, options).trim_end()),
        filters(outcomes),
    )
}

/// Writes a box to tick for each severity that occurs.
fn filters(outcomes: &[Outcome]) -> String {
    let number = |severity| {
        let findings = outcomes.iter().flat_map(|it| &it.findings);
        findings.filter(|it| it.severity == severity).count()
    };
    let filters = SEVERITIES.map(|severity| match (number(severity), severity.word()) {
        (0, _) => String::new(),
        (number, word) => format!(
            "<label class=\"{word}\"><input type=\"checkbox\" id=\"show-{word}\" checked> \
             {}</label>\n",
            count(number, word)
        ),
    });
    let filters = filters.concat();
    match filters.is_empty() {
        true => filters,
        false => format!("<form aria-label=\"Shown findings\">\n{filters}</form>\n"),
    }
}

fn design(sources: &Sources, outcome: &Outcome, options: &Options) -> String {
    let mut output = format!(
        "<section>\n<h2>{} <small>{}</small></h2>\n",
        escaped(&outcome.design),
        escaped(&sources.file(outcome.root).name)
    );
    let mut findings: Vec<&Finding> = outcome.findings.iter().collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    for finding in &findings {
        output.push_str(&card(sources, finding, options));
    }
    if findings.is_empty() {
        output.push_str("<p class=\"none\">Nothing was found.</p>\n");
    }
    output.push_str(&accepted(sources, &outcome.accepted));
    output.push_str(&undecided(sources, &outcome.not_evaluated));
    output.push_str("</section>\n");
    output
}

fn card(sources: &Sources, finding: &Finding, options: &Options) -> String {
    let word = finding.severity.word();
    let mut rules = options.rules.iter();
    let summary = rules.find(|it| it.name == finding.rule);
    let summary = summary.map_or_else(String::new, |it| escaped(&it.summary));
    let mut output = format!(
        "<article class=\"{word}\">\n<h3>{}</h3>\n<p class=\"meta\"><b>{word}</b> \
         <code title=\"{summary}\">{}</code> <span>{} confidence</span></p>\n",
        words(&finding.message),
        escaped(&finding.rule),
        finding.confidence.word(),
    );
    output.push_str(&shown(sources, &finding.primary, ""));
    for label in &finding.because {
        output.push_str(&shown(sources, label, "because"));
    }
    for (index, label) in finding.trace.iter().enumerate() {
        output.push_str(&shown(sources, label, &format!("step {}", index + 1)));
    }
    output.push_str(&facts(finding));
    output.push_str("</article>\n");
    output
}

fn facts(finding: &Finding) -> String {
    let notes = finding.notes.iter().map(|it| ("note", it));
    let assumed = finding.assumed.iter().map(|it| ("assumed", it));
    let help = finding.help.iter().map(|it| ("help", it));
    let facts = notes.chain(assumed).chain(help);
    let facts = facts
        .map(|(word, text)| format!("<p class=\"{word}\"><b>{word}</b> {}</p>\n", words(text)));
    facts.collect()
}

/// Writes a place with what is said of it, and the lines there.
fn shown(sources: &Sources, label: &Label, word: &str) -> String {
    let file = sources.file(label.span.file);
    let word = match word {
        "" => String::new(),
        word => format!("<b>{word}</b> "),
    };
    format!(
        "<figure>\n<figcaption><div>{word}{}</div> <span>{}</span></figcaption>\n<pre><code>{}</code></pre>\n</figure>\n",
        words(&label.text),
        escaped(&place(sources, label.span)),
        code(file, label.span),
    )
}

/// Writes the lines of a span with their numbers, the span marked.
fn code(file: &SourceFile, span: Span) -> String {
    let (start, end) = (floor(&file.text, span.start), floor(&file.text, span.end));
    let first = file.lines.line(start);
    let last = file.lines.line(end.saturating_sub(1).max(start));
    let width = (last + 1).to_string().len();
    let mut output = String::new();
    for number in first..=last.min(first + MOST_LINES - 1) {
        let from = file.lines.start(number).unwrap_or(0);
        let line = file.text[from..].lines().next().unwrap_or_default();
        let marked = start.max(from) - from..end.clamp(from, from + line.len()) - from;
        let line = line_of(line, marked);
        output.push_str(&format!("<i>{:>width$}</i> {line}\n", number + 1));
    }
    if last >= first + MOST_LINES {
        output.push_str(&format!("<i>{:>width$}</i>\n", "…"));
    }
    output
}

fn line_of(line: &str, marked: std::ops::Range<usize>) -> String {
    let start = marked.start.min(line.len());
    let end = marked.end.clamp(start, line.len());
    let (mut from, mut to) = (0, line.len());
    let (mut before, mut after) = ("", "");
    if line.len() > LONG_LINE {
        from = floor(line, start.saturating_sub(MARGIN) as u32);
        to = floor(
            line,
            (start + LONG_LINE).max(end.min(start + LONG_LINE)) as u32,
        );
        before = if from > 0 { "… " } else { "" };
        after = if to < line.len() { " …" } else { "" };
    }
    let end = end.min(to);
    format!(
        "{before}{}<mark>{}</mark>{}{after}",
        escaped(&line[from..start]),
        escaped(&line[start..end]),
        escaped(&line[end..to])
    )
}

fn floor(text: &str, at: u32) -> usize {
    let mut at = (at as usize).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn accepted(sources: &Sources, all: &[Accepted]) -> String {
    let items = all.iter().map(|accepted| {
        let Finding {
            message,
            rule,
            primary,
            ..
        } = &accepted.finding;
        format!(
            "<li>{} <code>{}</code> <span>{}</span><p><b>accepted</b> {}</p></li>\n",
            words(message),
            escaped(rule),
            escaped(&place(sources, primary.span)),
            escaped(&reason(accepted))
        )
    });
    folded(
        &format!("{} accepted", all.len()),
        &items.collect::<String>(),
    )
}

fn undecided(sources: &Sources, all: &[NotEvaluated]) -> String {
    let items = all.iter().map(|it| {
        let places = it.places.iter();
        let places = places.map(|label| {
            let place = escaped(&place(sources, label.span));
            format!("<p>{} <span>{place}</span></p>", words(&label.text))
        });
        let places: String = places.collect();
        format!(
            "<li><code>{}</code> {}{places}</li>\n",
            escaped(it.rule),
            words(&it.sentence)
        )
    });
    folded(
        &format!("{} not evaluated", all.len()),
        &items.collect::<String>(),
    )
}

fn folded(title: &str, items: &str) -> String {
    match items {
        "" => String::new(),
        _ => format!("<details>\n<summary>{title}</summary>\n<ul>\n{items}</ul>\n</details>\n"),
    }
}

/// Writes a sentence with its names as code.
pub(super) fn words(text: &str) -> String {
    let text = visible(text);
    let part = |(is_name, text): (bool, &str)| match is_name {
        true => format!("<code>{}</code>", escaped(text)),
        false => escaped(text),
    };
    spans(&text).into_iter().map(part).collect()
}

pub(super) fn escaped(text: &str) -> String {
    visible(text)
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}
