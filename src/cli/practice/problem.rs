//! `underpin practice list`, `show`, `start` and `reveal`.

use std::path::{Path, PathBuf};

use super::super::Verdict;
use super::super::words::one_of;
use super::super::writing;
use super::Desk;
use crate::numbers::sheet::{Block, Cell, Column, Section, Sheet, Table, Tone};
use crate::practice;
use crate::report::{self, visible};
use crate::workspace::Error;
use crate::workspace::practice::{self as files, Entry};

/// How a page is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Page {
    Markdown,
    Text,
}

const PAGES: &[(&str, Page)] = &[("text", Page::Text), ("markdown", Page::Markdown)];

/// Arguments of `practice show`.
#[derive(clap::Args)]
pub struct Show {
    /// The problem
    #[arg(value_name = "PROBLEM")]
    problem: String,

    /// Give the next hint, beside those that were given
    #[arg(long, conflicts_with = "hints")]
    hint: bool,

    /// Give so many hints
    #[arg(long, value_name = "N")]
    hints: Option<usize>,

    /// How to write it
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = one_of(PAGES))]
    format: Page,
}

/// Arguments of `practice start`.
#[derive(clap::Args)]
pub struct Start {
    /// The problem
    #[arg(value_name = "PROBLEM")]
    problem: String,

    /// The file to write, which must not be there yet [default: stdout]
    #[arg(long, short, value_name = "FILE")]
    out: Option<PathBuf>,

    /// Start no clock
    #[arg(long)]
    no_timer: bool,
}

/// Arguments of `practice reveal`.
#[derive(clap::Args)]
pub struct Reveal {
    /// The problem
    #[arg(value_name = "PROBLEM")]
    problem: String,

    /// How to write it
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = one_of(PAGES))]
    format: Page,

    /// Write the model answer alone into this file, which must not be there yet
    #[arg(long, short, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Lists all problems.
pub fn list(desk: &Desk) -> Result<(String, Verdict), Error> {
    let progress = desk.progress()?;
    let mut table = Table::new([
        Column::left("problem"),
        Column::left("title"),
        Column::left("sort"),
        Column::right("minutes"),
        Column::right("best"),
    ]);
    for book in desk.shelf.books() {
        let problem = files::problem(book)?;
        let Some(asked) = &problem.model.problem else {
            return Err(mistaken(&book.name));
        };
        let entry = progress.entry(&asked.head.name);
        table.row([
            Cell::from(&book.name),
            Cell::from(asked.head.title.as_deref().unwrap_or_default()),
            Cell::toned(
                asked.kind.as_deref().unwrap_or("product"),
                Some(Tone::Quiet),
            ),
            Cell::from(asked.minutes.map_or_else(String::new, |it| it.to_string())),
            best(&entry),
        ]);
    }
    let count = table.rows.len();
    let sheet = Sheet {
        title: format!("{count} problem{}", if count == 1 { "" } else { "s" }),
        sections: vec![Section {
            title: "To practise".to_owned(),
            blocks: vec![
                Block::Table(table),
                Block::Paragraph("Begin with `underpin practice show PROBLEM`.".to_owned()),
            ],
        }],
    };
    Ok((report::sheet_text(&sheet, &desk.options), Verdict::Clean))
}

fn best(entry: &Entry) -> Cell {
    match (entry.best, entry.started) {
        (Some(best @ 80..), _) => Cell::toned(format!("{best} %"), Some(Tone::Good)),
        (Some(best), _) => Cell::toned(format!("{best} %"), Some(Tone::Doubtful)),
        (None, Some(_)) => Cell::toned("begun", Some(Tone::Quiet)),
        (None, None) => Cell::default(),
    }
}

fn mistaken(name: &str) -> Error {
    Error {
        message: format!("the problem `{name}` has mistakes"),
        help: Some("`underpin practice test` shows them".to_owned()),
    }
}

/// Shows what is asked.
pub fn show(show: &Show, desk: &Desk) -> Result<(String, Verdict), Error> {
    let problem = files::problem(desk.shelf.book(&show.problem)?)?;
    let Some(asked) = &problem.model.problem else {
        return Err(mistaken(&show.problem));
    };
    let mut hints = show.hints.unwrap_or(0);
    if show.hint {
        let mut progress = desk.progress()?;
        let most = problem.model.hints.len();
        hints = (progress.entry(&asked.head.name).hints + 1).min(most);
        progress.change(&asked.head.name, |entry| entry.hints = hints)?;
    }
    let page = practice::prompt_page(&problem.model, hints);
    Ok((desk.page(page, show.format), Verdict::Clean))
}

/// Writes a skeleton and starts the clock.
pub fn start(start: &Start, desk: &Desk) -> Result<(String, Verdict), Error> {
    let problem = files::problem(desk.shelf.book(&start.problem)?)?;
    let Some(asked) = &problem.model.problem else {
        return Err(mistaken(&start.problem));
    };
    let text = practice::skeleton(&problem.model);
    if let Some(out) = &start.out {
        new_file(out, &text)?;
    }
    let mut progress = desk.progress()?;
    progress.change(&asked.head.name, |entry| entry.start(!start.no_timer))?;
    let Some(out) = &start.out else {
        return Ok((text, Verdict::Clean));
    };
    let out = visible(&out.to_string_lossy()).into_owned();
    let clock = match (start.no_timer || desk.no_progress, asked.minutes) {
        (true, _) | (_, None) => String::new(),
        (false, Some(minutes)) => {
            format!("The clock runs: {minutes} minutes; `underpin practice timer` shows it\n")
        }
    };
    let told = format!("wrote {out}\n{clock}Next: `underpin practice check {out}`\n");
    Ok((told, Verdict::Clean))
}

/// Shows the model answer.
pub fn reveal(reveal: &Reveal, desk: &Desk) -> Result<(String, Verdict), Error> {
    let book = desk.shelf.book(&reveal.problem)?;
    let (problem, model) = (files::problem(book)?, files::model(book)?);
    let text = book.text("model.arch")?;
    if let Some(out) = &reveal.out {
        new_file(out, &text)?;
        let told = format!("wrote {}\n", visible(&out.to_string_lossy()));
        return Ok((told, Verdict::Clean));
    }
    let page = practice::answer_page(&problem.model, &model.score, &model.material, &text);
    Ok((desk.page(page, reveal.format), Verdict::Clean))
}

fn new_file(out: &Path, text: &str) -> Result<(), Error> {
    if out.exists() {
        return Err(Error {
            message: format!("`{}` is there already", out.display()),
            help: Some("name another file, or move that one away".to_owned()),
        });
    }
    writing::write_all(&[(out.to_path_buf(), text.as_bytes().to_vec())])
}

impl Desk {
    fn page(&self, markdown: String, format: Page) -> String {
        match format {
            Page::Markdown => markdown,
            Page::Text => {
                let width = self.options.width.unwrap_or(80).clamp(40, 120);
                let options = report::Options {
                    width: Some(width),
                    ..self.options.clone()
                };
                report::page(&markdown, &options)
            }
        }
    }
}
