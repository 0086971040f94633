//! `underpin draw`.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::Verdict;
use super::check::{ConfigurationFlags, SelectionFlags, inputs, threaded};
use super::progress::Teller;
use super::stream;
use super::terminal::{Terminal, When};
use super::words::{one_of, threads};
use super::writing;
use crate::config::Config;
use crate::diagram::canvas::Theme;
use crate::diagram::{Drawing, EngineName, Format, Job, Options, export, file_name, jobs};
use crate::finding::nearest;
use crate::report::{self, visible};
use crate::source::Sources;
use crate::workspace::{self, Beside, Drawn, Error, Progress, Request};

const FORMATS: &[(&str, Format)] = &[
    ("svg", Format::Svg),
    ("png", Format::Png),
    ("html", Format::Html),
    ("dot", Format::Text(export::Format::Dot)),
    ("mermaid", Format::Text(export::Format::Mermaid)),
    ("d2", Format::Text(export::Format::D2)),
    ("plantuml", Format::Text(export::Format::Plantuml)),
    ("structurizr", Format::Text(export::Format::Structurizr)),
    ("json", Format::Text(export::Format::Json)),
];

const THEMES: &[(&str, Theme)] = &[
    ("auto", Theme::Auto),
    ("light", Theme::Light),
    ("dark", Theme::Dark),
];

const ENGINES: &[(&str, EngineName)] = &[
    ("embedded", EngineName::Embedded),
    ("dot", EngineName::Graphviz),
];

/// Arguments of `draw`.
#[derive(clap::Args)]
pub struct Draw {
    /// Files or folders to draw, or - for stdin [default: .]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// The folder to write to, or - to write one picture to stdout
    /// [default: `out` of underpin.toml, or diagrams]
    #[arg(short, long, value_name = "DIR")]
    out: Option<PathBuf>,

    /// What to write [default: `formats` of underpin.toml, or svg]
    #[arg(long, value_name = "FORMATS", value_delimiter = ',', value_parser = one_of(FORMATS))]
    format: Vec<Format>,

    /// Draw these views only [default: all that apply]
    #[arg(long = "view", value_name = "NAMES", value_delimiter = ',')]
    views: Vec<String>,

    /// Write nothing, list the views
    #[arg(long)]
    list: bool,

    /// The colours of SVG and PNG: auto follows the reader's system
    /// [default: `theme` of underpin.toml, or auto]
    #[arg(long, value_name = "THEME", value_parser = one_of(THEMES))]
    theme: Option<Theme>,

    /// What places boxes: our own engine, or dot of an installed Graphviz
    #[arg(long, value_name = "ENGINE", default_value = "embedded", value_parser = one_of(ENGINES))]
    engine: EngineName,

    /// How many pixels of a PNG to a px of the picture, 0.1 to 10
    #[arg(long, value_name = "N", default_value_t = 2.0, value_parser = scale)]
    scale: f32,

    #[command(flatten)]
    selection: SelectionFlags,

    #[command(flatten)]
    configuration: ConfigurationFlags,

    /// Draw the design as it is in this environment
    #[arg(long, value_name = "NAME")]
    environment: Option<String>,

    /// The name to show for stdin
    #[arg(long, value_name = "PATH", default_value = "<stdin>")]
    stdin_filename: String,

    /// How many threads to use [default: one per processor]
    #[arg(short = 'j', long, value_name = "N", value_parser = threads)]
    threads: Option<NonZeroUsize>,
}

fn scale(word: &str) -> Result<f32, String> {
    let known = word.parse().ok();
    known
        .filter(|scale| (0.1..=10.0).contains(scale))
        .ok_or_else(|| "a number from 0.1 to 10 was expected".to_owned())
}

/// A picture with the file that it goes to.
struct Planned<'a> {
    job: Job<'a>,
    theme: Theme,
    file: PathBuf,
}

/// Draws designs; gives the list of files, and whether all was understood.
pub fn run(draw: &Draw, when: When) -> Result<(Vec<u8>, Verdict), Error> {
    if let Some(threads) = draw.threads {
        threaded(threads)?;
    }
    writing::stop_between_writes();
    let terminal = Terminal::of_stderr(when);
    let (sources, mut designs) = workspace::draw(&draw.request()?, |config| draw.beside(config))?;
    draw.choose(&mut designs)?;
    let mistaken = designs.iter().any(|design| !design.mistakes.is_empty());
    let verdict = match mistaken {
        true => Verdict::Failing,
        false => Verdict::Clean,
    };
    if draw.list {
        return Ok((list(&designs).into_bytes(), verdict));
    }
    let planned = draw.plan(&designs, &sources);
    draw.expect(&designs, planned.len())?;
    let pictures = draw.pictures(planned, &terminal)?;
    for design in &designs {
        stream::mutter(&report::concise(&sources, &design.mistakes));
    }
    if mistaken {
        stream::mutter("Drawn without what could not be understood.\n");
    }
    let told = draw.deliver(pictures)?;
    Ok((told, verdict))
}

impl Draw {
    fn request(&self) -> Result<Request, Error> {
        let wishes = self.selection.read(&crate::rules::infos())?;
        let (paths, stdin) = inputs(&self.paths, &self.stdin_filename)?;
        Ok(Request {
            stdin,
            environment: self.environment.clone(),
            configuration: self.configuration.read(),
            wishes,
            ..Request::of(paths)
        })
    }

    /// Tells what is wanted beside pictures: a page has the numbers too, unless it is
    /// asked for some views only.
    fn beside(&self, config: &Config) -> Beside {
        let is_whole = self.views.is_empty() && !self.list;
        match is_whole && self.formats(config).contains(&Format::Html) {
            true => Beside::Numbers,
            false => Beside::Nothing,
        }
    }

    /// Keeps the views asked for.
    fn choose(&self, designs: &mut [Drawn]) -> Result<(), Error> {
        if self.views.is_empty() {
            return Ok(());
        }
        let known: BTreeSet<String> = designs
            .iter()
            .flat_map(|design| design.scenes.iter().map(|scene| scene.name.clone()))
            .collect();
        let wanted: Vec<String> = self
            .views
            .iter()
            .map(|view| found(view.trim(), &known))
            .collect::<Result<_, _>>()?;
        for design in designs {
            design.scenes.retain(|scene| wanted.contains(&scene.name));
        }
        Ok(())
    }

    /// Gives every picture its file: a folder for each design where there are several.
    fn plan<'a>(&self, designs: &'a [Drawn], sources: &Sources) -> Vec<Planned<'a>> {
        let folders = match designs {
            [_] => vec![String::new()],
            _ => file_name::stems(names(designs, sources).iter().map(String::as_str)),
        };
        let mut planned = Vec::new();
        for (design, folder) in designs.iter().zip(folders) {
            let formats = self.formats(&design.config);
            let folder = self.folder(&design.config).join(folder);
            let theme = self.theme(&design.config);
            let jobs = jobs(
                &design.design,
                &design.scenes,
                design.numbers.as_ref(),
                &formats,
            );
            planned.extend(jobs.into_iter().map(|job| Planned {
                file: folder.join(job.file_name()),
                theme,
                job,
            }));
        }
        planned
    }

    /// Returns what to write of a design, in the order of the words.
    fn formats(&self, config: &Config) -> Vec<Format> {
        let configured = config.formats().unwrap_or_else(|| vec!["svg".to_owned()]);
        let is_wanted = |word: &str, format: &Format| match self.format.is_empty() {
            true => configured.iter().any(|it| it == word),
            false => self.format.contains(format),
        };
        let known = FORMATS.iter().filter(|(word, it)| is_wanted(word, it));
        known.map(|(_, format)| *format).collect()
    }

    fn folder(&self, config: &Config) -> PathBuf {
        let wanted = self.out.clone().or_else(|| config.out());
        wanted.unwrap_or_else(|| PathBuf::from("diagrams"))
    }

    fn theme(&self, config: &Config) -> Theme {
        let configured = || {
            let word = config.theme()?;
            let found = THEMES.iter().find(|(known, _)| *known == word)?;
            Some(found.1)
        };
        self.theme.or_else(configured).unwrap_or(Theme::Auto)
    }

    /// Asks whether there is something to write, and not too much for stdout,
    /// before the time is spent on drawing it.
    fn expect(&self, designs: &[Drawn], pictures: usize) -> Result<(), Error> {
        let some = designs.iter().any(|design| !design.scenes.is_empty());
        match pictures {
            0 if some => Err(not_sayable(&self.all_formats(designs))),
            1 => Ok(()),
            _ if self.goes_to_stdout() => Err(not_one(pictures)),
            _ => Ok(()),
        }
    }

    fn all_formats(&self, designs: &[Drawn]) -> Vec<Format> {
        let formats = designs.iter().flat_map(|it| self.formats(&it.config));
        formats.collect()
    }

    fn goes_to_stdout(&self) -> bool {
        self.out.as_ref().is_some_and(|out| out.as_os_str() == "-")
    }

    /// Draws everything before anything is written, so that a picture that
    /// cannot be drawn leaves no half of a set behind.
    fn pictures(
        &self,
        planned: Vec<Planned<'_>>,
        terminal: &Terminal,
    ) -> Result<Vec<(PathBuf, Vec<u8>)>, Error> {
        let progress = Progress::of(planned.len());
        let teller = Teller::new("Drawing", &progress, terminal.interactive);
        let drawn: Vec<(PathBuf, Drawing)> = planned
            .into_par_iter()
            .map(|Planned { job, theme, file }| {
                let options = Options {
                    engine: self.engine,
                    theme,
                    scale: self.scale,
                };
                let drawing = job.run(&options).map_err(|error| Error {
                    message: error.message,
                    help: error.help,
                })?;
                progress.advance();
                Ok((file, drawing))
            })
            .collect::<Result<_, Error>>()?;
        drop(teller);
        let unreadable = drawn
            .iter()
            .flat_map(|(_, it)| it.unreadable.iter().copied());
        stream::mutter(&boxed(&unreadable.collect()));
        let pictures = drawn.into_iter();
        Ok(pictures.map(|(file, it)| (file, it.bytes)).collect())
    }

    fn deliver(&self, mut pictures: Vec<(PathBuf, Vec<u8>)>) -> Result<Vec<u8>, Error> {
        if self.goes_to_stdout() {
            let picture = pictures.pop().ok_or_else(|| not_one(0))?;
            return Ok(picture.1);
        }
        writing::write_all(&pictures)?;
        Ok(self.tell(&pictures).into_bytes())
    }

    fn tell(&self, pictures: &[(PathBuf, Vec<u8>)]) -> String {
        let mut told: String = pictures
            .iter()
            .map(|(file, _)| format!("{}\n", visible(&workspace::shown(file))))
            .collect();
        told.push_str(&match pictures.len() {
            0 => "Nothing to draw\n".to_owned(),
            1 => "Drew 1 picture\n".to_owned(),
            number => format!("Drew {number} pictures\n"),
        });
        told
    }
}

/// Returns the designs' names; those of one name are told apart by their files.
fn names(designs: &[Drawn], sources: &Sources) -> Vec<String> {
    let name = |design: &Drawn| {
        let alike = designs.iter().filter(|it| it.design == design.design);
        match alike.count() {
            1 => design.design.clone(),
            _ => {
                let file = Path::new(&sources.file(design.root).name).file_stem();
                let file = file.unwrap_or_default().to_string_lossy();
                format!("{}-{file}", design.design)
            }
        }
    };
    designs.iter().map(name).collect()
}

/// Finds a view by its name, or a flow's by the name of the flow.
fn found(view: &str, known: &BTreeSet<String>) -> Result<String, Error> {
    let flow = format!("flow-{view}");
    if let Some(name) = [view, &flow].into_iter().find(|it| known.contains(*it)) {
        return Ok(name.to_owned());
    }
    let help = match nearest(view, known.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => "there is nothing to draw".to_owned(),
        None => {
            let names: Vec<&str> = known.iter().map(String::as_str).collect();
            format!("there are `{}`", names.join("`, `"))
        }
    };
    Err(Error {
        message: format!("there is no view `{view}`"),
        help: Some(help),
    })
}

/// Says which letters a PNG shows as empty boxes.
fn boxed(unreadable: &BTreeSet<char>) -> String {
    if unreadable.is_empty() {
        return String::new();
    }
    let some: String = unreadable.iter().take(20).collect();
    let more = unreadable.len().saturating_sub(20);
    let more = match more {
        0 => String::new(),
        _ => format!(" and {more} more"),
    };
    format!("No font here has {some}{more}: a PNG shows an empty box for each.\n")
}

fn not_sayable(formats: &[Format]) -> Error {
    let asked = FORMATS.iter().filter(|(_, it)| formats.contains(it));
    let words: Vec<&str> = asked.map(|(word, _)| *word).collect();
    Error {
        message: format!(
            "what is asked for cannot be written as `{}`",
            words.join("`, `")
        ),
        help: Some(
            "`dot` takes no flows and no tables, the other text formats no tables: \
                    ask for `--format svg` or for another `--view`"
                .to_owned(),
        ),
    }
}

fn not_one(pictures: usize) -> Error {
    Error {
        message: format!("`--out -` writes one picture, and there are {pictures}"),
        help: Some("name one with `--view` and one `--format`".to_owned()),
    }
}

fn list(designs: &[Drawn]) -> String {
    let rows = designs.iter().flat_map(|design| &design.scenes);
    let rows: Vec<(&str, &str)> = rows
        .map(|scene| (scene.name.as_str(), scene.description.as_str()))
        .collect();
    let width = rows
        .iter()
        .map(|(name, _)| name.chars().count())
        .max()
        .unwrap_or(0);
    rows.iter()
        .map(|(name, description)| format!("{:width$}  {}\n", visible(name), visible(description)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{DRAW_FORMATS, DRAW_THEMES};

    #[test]
    fn a_configuration_has_the_words_of_the_flags() {
        let formats: Vec<&str> = FORMATS.iter().map(|(word, _)| *word).collect();
        let themes: Vec<&str> = THEMES.iter().map(|(word, _)| *word).collect();
        assert_eq!(formats, DRAW_FORMATS);
        assert_eq!(themes, DRAW_THEMES);
    }
}
