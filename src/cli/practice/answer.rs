//! `underpin practice check`, `score` and `compare`.

use std::path::{Path, PathBuf};

use super::super::Verdict;
use super::super::check::inputs;
use super::super::words::one_of;
use super::super::{stream, writing};
use super::{Desk, FORMATS, Format};
use crate::diagram::{self, scene::Scene};
use crate::numbers::sheet::{Block, Section, Sheet};
use crate::practice;
use crate::report::{self, visible};
use crate::workspace::Error;
use crate::workspace::practice::{self as files, Scored, Script};

/// An answer, and the problem that it answers.
#[derive(clap::Args)]
struct Answer {
    /// The answer, or - for stdin
    #[arg(value_name = "ANSWER")]
    answer: PathBuf,

    /// The problem [default: the one that the answer says it `answers`]
    #[arg(long, value_name = "NAME")]
    problem: Option<String>,
}

/// Arguments of `practice check`.
#[derive(clap::Args)]
pub struct Check {
    #[command(flatten)]
    answer: Answer,
}

/// Arguments of `practice score`.
#[derive(clap::Args)]
pub struct Score {
    #[command(flatten)]
    answer: Answer,

    /// How to write the score
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = one_of(FORMATS))]
    format: Format,

    /// Fail below this many percent
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(..=100))]
    min_score: Option<u32>,
}

/// Arguments of `practice compare`.
#[derive(clap::Args)]
pub struct Compare {
    #[command(flatten)]
    answer: Answer,

    /// Write both pictures side by side into this file: .svg, or .html with the tables
    #[arg(long, short, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl Answer {
    fn scored(&self, desk: &Desk) -> Result<Scored, Error> {
        let script = match inputs(std::slice::from_ref(&self.answer), "<stdin>")? {
            (_, Some((name, bytes))) => Script::Text(name, bytes),
            (paths, None) => Script::Paths(paths),
        };
        let scored = files::score(&desk.shelf, &script, self.problem.as_deref())?;
        stream::mutter(&report::concise(&scored.sources, &scored.mistakes));
        Ok(scored)
    }
}

/// Says where an answer stands.
pub fn check(check: &Check, desk: &Desk) -> Result<(String, Verdict), Error> {
    let scored = check.answer.scored(desk)?;
    let progress = desk.progress()?;
    let minutes = progress.minutes(&scored.score.problem);
    let mut sheet = practice::standing_sheet(&scored.score, minutes);
    let all = desk.allowed(&scored.score.problem)?;
    sheet.sections.splice(0..0, clock(minutes, all));
    Ok((report::sheet_text(&sheet, &desk.options), Verdict::Clean))
}

/// Says what an answer is worth.
pub fn score(score: &Score, desk: &Desk) -> Result<(String, Verdict), Error> {
    let scored = score.answer.scored(desk)?;
    let mut progress = desk.progress()?;
    let name = &scored.score.problem;
    let mut sheet = practice::score_sheet(&scored.score);
    let text = match score.format {
        Format::Html => report::sheet_html(&sheet, &[]),
        Format::Json => report::score_json(&scored.score),
        Format::Markdown => report::sheet_markdown(&sheet),
        Format::Text => {
            let timed = clock(progress.minutes(name), desk.allowed(name)?);
            sheet.sections.splice(0..0, timed);
            report::sheet_text(&sheet, &desk.options)
        }
    };
    progress.change(name, |entry| entry.note(scored.score.percent))?;
    let least = score.min_score.unwrap_or(0);
    let verdict = match scored.score.percent < least {
        true => Verdict::Failing,
        false => Verdict::Clean,
    };
    Ok((text, verdict))
}

/// Shows an answer beside the model answer.
pub fn compare(compare: &Compare, desk: &Desk) -> Result<(String, Verdict), Error> {
    let yours = compare.answer.scored(desk)?;
    let book = desk.shelf.book(&yours.score.problem)?;
    let model = files::model(book)?;
    let materials = (&yours.material, &model.material);
    let sheet = practice::compare_sheet(&yours.score, &model.score, materials.0, materials.1);
    let mut text = report::sheet_text(&sheet, &desk.options);
    if let Some(out) = &compare.out {
        let pictures = [&yours.picture, &model.picture];
        let drawn = drawn(out, &sheet, pictures)?;
        writing::write_all(&[(out.clone(), drawn.into_bytes())])?;
        text.push_str(&format!("\nWrote {}\n", visible(&out.to_string_lossy())));
    }
    Ok((text, Verdict::Clean))
}

impl Desk {
    /// Returns how many minutes a problem allows.
    fn allowed(&self, problem: &str) -> Result<Option<u32>, Error> {
        let problem = files::problem(self.shelf.book(problem)?)?;
        Ok(problem.model.problem.and_then(|it| it.minutes))
    }
}

/// Says how much of the time is gone, where a clock runs.
fn clock(minutes: Option<u32>, all: Option<u32>) -> Option<Section> {
    let minutes = minutes?;
    let gone = if minutes == 1 {
        "1 minute".to_owned()
    } else {
        format!("{minutes} minutes")
    };
    let text = match all {
        Some(all) if minutes > all => {
            format!(
                "{gone} since you started, {} over the {all} that the problem allows.",
                minutes - all
            )
        }
        Some(all) => format!("{gone} since you started, of {all}."),
        None => format!("{gone} since you started."),
    };
    Some(Section {
        title: "Time".to_owned(),
        blocks: vec![Block::Paragraph(text)],
    })
}

fn drawn(out: &Path, sheet: &Sheet, pictures: [&Option<Scene>; 2]) -> Result<String, Error> {
    let ending = out.extension().and_then(|it| it.to_str());
    let cannot = |error: diagram::layout::LayoutError| Error {
        message: error.message,
        help: error.help,
    };
    match (ending, pictures) {
        (Some("svg"), [Some(yours), Some(model)]) => {
            diagram::beside(&titled(yours, "Yours"), &titled(model, "Model answer")).map_err(cannot)
        }
        (Some("svg"), _) => Err(Error {
            message: "there is nothing to draw yet: an answer has components".to_owned(),
            help: Some("write an .html file for the tables alone".to_owned()),
        }),
        (Some("html"), _) => {
            let mut drawn = Vec::new();
            for (title, scene) in ["Yours", "Model answer"].into_iter().zip(pictures) {
                let Some(scene) = scene else { continue };
                let engine = diagram::EngineName::default();
                let svg = diagram::svg(scene, engine, diagram::canvas::Theme::Auto);
                drawn.push((title.to_owned(), svg.map_err(cannot)?));
            }
            Ok(report::sheet_html(sheet, &drawn))
        }
        _ => Err(Error {
            message: format!(
                "cannot write `{}`: it ends neither in .svg nor in .html",
                out.display()
            ),
            help: Some("name a file such as `compare.html`".to_owned()),
        }),
    }
}

fn titled(scene: &Scene, whose: &str) -> Scene {
    Scene {
        title: format!("{whose}: {}", scene.title),
        ..scene.clone()
    }
}
