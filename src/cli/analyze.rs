//! `underpin analyze`.

use std::path::PathBuf;

use super::Verdict;
use super::check::inputs;
use super::stream;
use super::terminal::Terminal;
use super::words::one_of;
use crate::finding::nearest;
use crate::numbers::{Numbers, PARTS};
use crate::report;
use crate::workspace::{self, Analyzed, Error, Request};

/// How numbers are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One JSON document.
    Json,
    /// A document of Markdown.
    Markdown,
    /// Tables for people.
    Text,
}

/// The words for it.
pub const FORMATS: &[(&str, Format)] = &[
    ("text", Format::Text),
    ("markdown", Format::Markdown),
    ("json", Format::Json),
];

/// Arguments of `analyze`.
#[derive(clap::Args)]
pub struct Analyze {
    /// Files or folders to analyze, or - for stdin [default: .]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// How to write the numbers
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = one_of(FORMATS))]
    format: Format,

    /// Show these parts only: targets, availability, latency, load, storage, bandwidth,
    /// concurrency, caches, recovery, estimates
    #[arg(long, value_name = "PARTS", value_delimiter = ',')]
    only: Vec<String>,

    /// Analyze the design as it is in this environment
    #[arg(long, value_name = "NAME")]
    environment: Option<String>,

    /// Fit tables and sentences into this width [default: the terminal's, else 80]
    #[arg(long, value_name = "N")]
    width: Option<usize>,

    /// The name to show for stdin
    #[arg(long, value_name = "PATH", default_value = "<stdin>")]
    stdin_filename: String,
}

/// Analyzes designs; gives the numbers, and whether a stated target breaks for certain.
pub fn run(analyze: &Analyze, terminal: &Terminal) -> Result<(String, Verdict), Error> {
    let only = analyze.parts()?;
    let (paths, stdin) = inputs(&analyze.paths, &analyze.stdin_filename)?;
    let request = Request {
        stdin,
        environment: analyze.environment.clone(),
        ..Request::of(paths).without_rules()
    };
    let (sources, designs) = workspace::analyze(&request)?;
    for design in &designs {
        stream::mutter(&report::concise(&sources, &design.mistakes));
    }
    let text = analyze.text(&designs, &only, terminal);
    Ok((text, verdict(&designs)))
}

impl Analyze {
    fn parts(&self) -> Result<Vec<&'static str>, Error> {
        let words = self.only.iter().map(|word| word.trim());
        words.map(part).collect()
    }

    fn text(&self, designs: &[Analyzed], only: &[&str], terminal: &Terminal) -> String {
        let options = report::Options {
            color: terminal.color,
            unicode: terminal.unicode,
            width: self.width.or(terminal.width),
            ..report::Options::default()
        };
        let numbers = designs.iter().map(|design| &design.numbers);
        let texts: Vec<String> = match self.format {
            Format::Json => {
                let numbers: Vec<Numbers> = numbers.cloned().collect();
                return report::numbers_json(&numbers);
            }
            Format::Markdown => numbers
                .map(|it| report::sheet_markdown(&it.sheet(only)))
                .collect(),
            Format::Text => numbers
                .map(|it| report::sheet_text(&it.sheet(only), &options))
                .collect(),
        };
        texts.join("\n")
    }
}

fn part(word: &str) -> Result<&'static str, Error> {
    let known = PARTS.iter().find(|part| **part == word);
    known.copied().ok_or_else(|| Error {
        message: format!("there is no part `{word}`"),
        help: Some(match nearest(word, PARTS.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("there are `{}`", PARTS.join("`, `")),
        }),
    })
}

fn verdict(designs: &[Analyzed]) -> Verdict {
    let failing = |it: &Analyzed| it.numbers.breaks() || !it.mistakes.is_empty();
    match designs.iter().any(failing) {
        true => Verdict::Failing,
        false => Verdict::Clean,
    }
}
