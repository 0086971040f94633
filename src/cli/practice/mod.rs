//! `underpin practice`.

mod answer;
mod problem;
mod progress;
mod test;
mod timer;

use std::path::PathBuf;

use super::Verdict;
use super::terminal::Terminal;
use crate::report;
use crate::workspace::Error;
use crate::workspace::practice::Shelf;

/// How something is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Html,
    Json,
    Markdown,
    Text,
}

const FORMATS: &[(&str, Format)] = &[
    ("text", Format::Text),
    ("markdown", Format::Markdown),
    ("html", Format::Html),
    ("json", Format::Json),
];

/// Arguments of `practice`.
#[derive(clap::Args)]
#[command(after_help = "\
Exit codes: 0 done, 1 below --min-score or a problem not fit for use, \
2 the question could not be answered")]
pub struct Practice {
    #[command(subcommand)]
    command: Command,

    /// Know the problems in this folder, too
    #[arg(long, global = true, value_name = "DIR")]
    problems: Vec<PathBuf>,

    /// Neither read nor write what was practised before
    #[arg(long, global = true)]
    no_progress: bool,

    /// Fit tables and sentences into this width [default: the terminal's, else 80]
    #[arg(long, global = true, value_name = "N")]
    width: Option<usize>,
}

#[derive(clap::Subcommand)]
enum Command {
    /// List the problems, and how far you are
    List,
    /// Show what is asked, what you may ask, and hints one at a time
    Show(problem::Show),
    /// Begin: write a file with the steps of the framework, and start the clock
    Start(problem::Start),
    /// Show the running clock, and which step is due; Ctrl-C ends it and lets the clock run
    Timer(timer::Timer),
    /// Say where your answer stands and what helps, without giving anything away
    Check(answer::Check),
    /// Say what your answer is worth, and why
    Score(answer::Score),
    /// Show the model answer with what decided it
    Reveal(problem::Reveal),
    /// Show your answer beside the model answer
    Compare(answer::Compare),
    /// Try whether problems are fit for use: the model answer is good, the naive one is not
    Test(test::Test),
}

/// What every subcommand gets.
struct Desk {
    shelf: Shelf,
    options: report::Options,
    no_progress: bool,
}

/// Does what is asked.
pub fn run(practice: &Practice, terminal: &Terminal) -> Result<(String, Verdict), Error> {
    let desk = Desk {
        shelf: Shelf::new(&practice.problems)?,
        options: report::Options {
            color: terminal.color,
            unicode: terminal.unicode,
            width: practice.width.or(terminal.width),
            ..report::Options::default()
        },
        no_progress: practice.no_progress,
    };
    match &practice.command {
        Command::List => problem::list(&desk),
        Command::Show(show) => problem::show(show, &desk),
        Command::Start(start) => problem::start(start, &desk),
        Command::Timer(timer) => timer::run(timer, &desk, terminal),
        Command::Check(check) => answer::check(check, &desk),
        Command::Score(score) => answer::score(score, &desk),
        Command::Reveal(reveal) => problem::reveal(reveal, &desk),
        Command::Compare(compare) => answer::compare(compare, &desk),
        Command::Test(test) => test::run(test, &desk),
    }
}
