//! A finding with the source around each of its places.

use std::fmt;

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode};

use super::snippet::{Mark, View, Views, labels};
use super::text::{count, visible, wrap};
use super::{Options, header};
use crate::finding::{Finding, Label, Severity};
use crate::source::FileId;

// A finding that fills the screen is not read; `plain` and `json` tell all.
const MOST_STEPS: usize = 6;
const MOST_REASONS: usize = 3;
// Up to here a line of context above and below each place fits as well.
const FEW_MARKS: usize = 3;

/// Writes one finding and an empty line.
pub fn card(output: &mut String, views: &mut Views<'_>, finding: &Finding, options: &Options) {
    let marks = marks(finding);
    let handler = handler(options, marks.len());
    let title = header(views.sources, finding);
    let message = wrap(&visible(&finding.message), inner(options, 4)).join("\n");
    for (index, file) in files(&marks).into_iter().enumerate() {
        let view = views.view(file);
        let here: Vec<Mark> = marks
            .iter()
            .filter(|it| it.span.file == file)
            .cloned()
            .collect();
        let card = Card {
            title: (index == 0).then_some(&title),
            message: &message,
            severity: finding.severity,
            view,
            labels: labels(view, &here),
        };
        let mut text = String::new();
        // Writing to a string does not fail, and every label lies in its text.
        let _ = handler.render_report(&mut text, &card);
        output.push_str(if index == 0 {
            &text
        } else {
            snippet(&card, &text)
        });
    }
    foot(output, finding, options);
    output.push('\n');
}

// A further file's snippet stands below the first one without a message of its own.
fn snippet<'a>(card: &Card<'_>, text: &'a str) -> &'a str {
    let message = card.message.lines().count();
    let breaks = text.match_indices('\n').nth(message.saturating_sub(1));
    breaks.map_or("", |(at, _)| &text[at + 1..])
}

fn handler(options: &Options, marks: usize) -> GraphicalReportHandler {
    let mut theme = match options.unicode {
        true => GraphicalTheme::unicode(),
        false => GraphicalTheme::ascii(),
    };
    if !options.color {
        theme.styles = GraphicalTheme::none().styles;
    }
    GraphicalReportHandler::new_themed(theme)
        .with_wrap_lines(false)
        .with_context_lines(usize::from(marks <= FEW_MARKS))
        .with_urls(false)
        .without_cause_chain()
        .without_syntax_highlighting()
}

// In the order of importance: the finding's own place, the reasons, the witness.
fn marks(finding: &Finding) -> Vec<Mark> {
    let mark = |label: &Label, text: String| Mark {
        span: label.span,
        texts: vec![visible(&text).into_owned()],
        primary: false,
    };
    let primary = Mark {
        primary: true,
        ..mark(&finding.primary, finding.primary.text.clone())
    };
    let reasons = finding.because.iter().take(MOST_REASONS);
    let reasons = reasons.map(|label| mark(label, label.text.clone()));
    let steps = finding.trace.iter().take(MOST_STEPS).enumerate();
    let steps = steps.map(|(index, label)| {
        let text = format!("{}. {}", index + 1, label.text);
        mark(label, text.trim_end().to_string())
    });
    std::iter::once(primary)
        .chain(reasons)
        .chain(steps)
        .collect()
}

fn files(marks: &[Mark]) -> Vec<FileId> {
    let mut files: Vec<FileId> = Vec::new();
    for mark in marks {
        if !files.contains(&mark.span.file) {
            files.push(mark.span.file);
        }
    }
    files
}

fn inner(options: &Options, indent: usize) -> Option<usize> {
    options
        .width
        .map(|width| width.saturating_sub(indent).max(20))
}

fn foot(output: &mut String, finding: &Finding, options: &Options) {
    let rest = [
        (finding.because.len().saturating_sub(MOST_REASONS), "reason"),
        (finding.trace.len().saturating_sub(MOST_STEPS), "step"),
    ];
    for (more, noun) in rest.into_iter().filter(|(more, _)| *more > 0) {
        let more = count(more, &format!("more {noun}"));
        fact(
            output,
            "and",
            &format!("{more}, see `--output-format plain`"),
            options,
        );
    }
    for note in &finding.notes {
        fact(output, "note", note, options);
    }
    for assumed in &finding.assumed {
        fact(output, "assumed", assumed, options);
    }
    if let Some(help) = &finding.help {
        fact(output, "help", help, options);
    }
}

fn fact(output: &mut String, word: &str, text: &str, options: &Options) {
    let indent = word.len() + 4;
    let lines = wrap(&visible(text), inner(options, indent));
    let word = match options.color {
        true => format!("\u{1b}[36m{word}:\u{1b}[0m"),
        false => format!("{word}:"),
    };
    let lines = lines.join(&format!("\n{:indent$}", ""));
    output.push_str(&format!("  {word} {lines}\n"));
}

#[derive(Debug)]
struct Card<'a> {
    title: Option<&'a String>,
    message: &'a str,
    severity: Severity,
    view: &'a View<'a>,
    labels: Vec<LabeledSpan>,
}

impl fmt::Display for Card<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.message)
    }
}

impl std::error::Error for Card<'_> {}

impl Diagnostic for Card<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.title
            .map(|title| Box::new(title) as Box<dyn fmt::Display>)
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Info => miette::Severity::Advice,
            Severity::Warning => miette::Severity::Warning,
            Severity::Error => miette::Severity::Error,
        })
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self.view)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}
