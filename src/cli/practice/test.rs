//! `underpin practice test`.

use std::path::PathBuf;

use super::super::Verdict;
use super::super::stream;
use super::Desk;
use crate::practice;
use crate::report;
use crate::workspace::Error;
use crate::workspace::practice::{self as files, Book};

/// Arguments of `practice test`.
#[derive(clap::Args)]
pub struct Test {
    /// Folders of problems, or folders that hold such [default: all known problems]
    #[arg(value_name = "FOLDER")]
    folders: Vec<PathBuf>,

    /// Show all that was looked at, also of problems that are fit for use
    #[arg(long)]
    all: bool,
}

/// Tries problems.
pub fn run(test: &Test, desk: &Desk) -> Result<(String, Verdict), Error> {
    let mut books: Vec<Book> = Vec::new();
    for folder in &test.folders {
        books.extend(Book::under(folder)?);
    }
    if test.folders.is_empty() {
        books = desk.shelf.books().to_vec();
    }
    let mut trials = Vec::new();
    for book in &books {
        trials.push(tried(book, desk)?);
    }
    let fit = trials.iter().all(|it| it.failures().is_empty());
    let everything = test.all || trials.len() == 1;
    let sheet = practice::trials_sheet(&trials, everything);
    let verdict = if fit {
        Verdict::Clean
    } else {
        Verdict::Failing
    };
    Ok((report::sheet_text(&sheet, &desk.options), verdict))
}

fn tried(book: &Book, desk: &Desk) -> Result<practice::Trial, Error> {
    let tried = files::trial(book)?;
    let problem = &tried.problem;
    if !problem.mistakes.is_empty() {
        let outcome = problem.outcome();
        stream::mutter(&report::render(&problem.sources, &[outcome], &desk.options));
    }
    for (sources, mistakes) in &tried.mistakes {
        stream::mutter(&report::concise(sources, mistakes));
    }
    Ok(tried.trial)
}
