//! `underpin practice`.

use std::path::PathBuf;

use super::Verdict;
use super::check::inputs;
use super::stream;
use super::terminal::Terminal;
use super::words::one_of;
use crate::practice;
use crate::report;
use crate::workspace::Error;
use crate::workspace::practice::{self as files, Book, Script, Shelf};

/// How a score is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Json,
    Markdown,
    Text,
}

const FORMATS: &[(&str, Format)] = &[
    ("text", Format::Text),
    ("markdown", Format::Markdown),
    ("json", Format::Json),
];

/// Arguments of `practice`.
#[derive(clap::Args)]
pub struct Practice {
    #[command(subcommand)]
    command: Command,

    /// Know the problems in this folder, too
    #[arg(long, global = true, value_name = "DIR")]
    problems: Vec<PathBuf>,

    /// Fit tables and sentences into this width [default: the terminal's, else 80]
    #[arg(long, global = true, value_name = "N")]
    width: Option<usize>,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Say what an answer is worth, and why
    Score(ScoreArguments),
    /// Try whether problems are fit for use: the model answer is good, the naive one is not
    Test(TestArguments),
}

/// Arguments of `practice score`.
#[derive(clap::Args)]
struct ScoreArguments {
    /// The answer, or - for stdin
    #[arg(value_name = "ANSWER")]
    answer: PathBuf,

    /// The problem [default: the one that the answer says it `answers`]
    #[arg(long, value_name = "NAME")]
    problem: Option<String>,

    /// How to write the score
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = one_of(FORMATS))]
    format: Format,

    /// Fail below this many percent
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(..=100))]
    min_score: Option<u32>,
}

/// Arguments of `practice test`.
#[derive(clap::Args)]
struct TestArguments {
    /// Folders of problems, or folders that hold such [default: all known problems]
    #[arg(value_name = "FOLDER")]
    folders: Vec<PathBuf>,

    /// Show all that was looked at, also of problems that are fit for use
    #[arg(long)]
    all: bool,
}

/// Does what is asked.
pub fn run(practice: &Practice, terminal: &Terminal) -> Result<(String, Verdict), Error> {
    let shelf = Shelf::new(&practice.problems)?;
    let options = report::Options {
        color: terminal.color,
        unicode: terminal.unicode,
        width: practice.width.or(terminal.width),
        ..report::Options::default()
    };
    match &practice.command {
        Command::Score(arguments) => score(arguments, &shelf, &options),
        Command::Test(arguments) => test(arguments, &shelf, &options),
    }
}

fn script(answer: &PathBuf) -> Result<Script, Error> {
    Ok(match inputs(std::slice::from_ref(answer), "<stdin>")? {
        (_, Some((name, bytes))) => Script::Text(name, bytes),
        (paths, None) => Script::Paths(paths),
    })
}

fn score(
    arguments: &ScoreArguments,
    shelf: &Shelf,
    options: &report::Options,
) -> Result<(String, Verdict), Error> {
    let script = script(&arguments.answer)?;
    let scored = files::score(shelf, &script, arguments.problem.as_deref())?;
    stream::mutter(&report::concise(&scored.sources, &scored.mistakes));
    let sheet = practice::score_sheet(&scored.score);
    let text = match arguments.format {
        Format::Json => report::score_json(&scored.score),
        Format::Markdown => report::sheet_markdown(&sheet),
        Format::Text => report::sheet_text(&sheet, options),
    };
    let least = arguments.min_score.unwrap_or(0);
    let verdict = match scored.score.percent < least {
        true => Verdict::Failing,
        false => Verdict::Clean,
    };
    Ok((text, verdict))
}

fn test(
    arguments: &TestArguments,
    shelf: &Shelf,
    options: &report::Options,
) -> Result<(String, Verdict), Error> {
    let mut books: Vec<Book> = Vec::new();
    for folder in &arguments.folders {
        books.extend(Book::under(folder)?);
    }
    if arguments.folders.is_empty() {
        books = shelf.books().to_vec();
    }
    let mut trials = Vec::new();
    for book in &books {
        let (problem, trial, said) = files::trial(book)?;
        if !problem.mistakes.is_empty() {
            stream::mutter(&report::render(
                &problem.sources,
                &[problem.outcome()],
                options,
            ));
        }
        for (sources, mistakes) in &said {
            stream::mutter(&report::concise(sources, mistakes));
        }
        trials.push(trial);
    }
    let fit = trials.iter().all(|it| it.failures().is_empty());
    let everything = arguments.all || !arguments.folders.is_empty();
    let sheet = practice::trials_sheet(&trials, everything);
    let verdict = if fit {
        Verdict::Clean
    } else {
        Verdict::Failing
    };
    Ok((report::sheet_text(&sheet, options), verdict))
}
