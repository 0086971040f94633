//! `underpin diff`.

use std::path::{Path, PathBuf};

use super::Verdict;
use super::analyze::{FORMATS, Format};
use super::check::{ConfigurationFlags, SelectionFlags};
use super::stream;
use super::terminal::Terminal;
use super::words::one_of;
use super::writing;
use crate::diagram::scene::Scene;
use crate::diagram::{EngineName, file_name};
use crate::diff::{Changes, sheet};
use crate::report;
use crate::workspace::{self, Comparison, DiffAsk, Error, Request};

/// What makes a comparison fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FailOn {
    Any,
    Breaking,
    Never,
}

const FAIL_ON: &[(&str, FailOn)] = &[
    ("any", FailOn::Any),
    ("breaking", FailOn::Breaking),
    ("never", FailOn::Never),
];

/// Arguments of `diff`.
#[derive(clap::Args)]
#[command(after_help = "\
Breaking are: an operation that is removed, or that its callers must use in another way; a \
requirement that is removed, weakened or replaced; a new finding that is an error.

Exit codes: 0 nothing of what --fail-on names, 1 something, \
2 the question could not be answered")]
pub struct Diff {
    /// A git revision; or a file or folder, where the other is one too
    #[arg(value_name = "BASE")]
    base: String,

    /// What to compare it with [default: the files as they are now]
    #[arg(value_name = "HEAD")]
    head: Option<String>,

    /// The files or folders to compare between revisions [default: .]
    #[arg(long = "path", value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// How to write the changes
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = one_of(FORMATS))]
    format: Format,

    /// Fail on any change, on breaking ones, or never
    #[arg(long, value_name = "WHAT", default_value = "breaking", value_parser = one_of(FAIL_ON))]
    fail_on: FailOn,

    /// Draw the components with what changed; where several designs changed, each
    /// gets a file with its name behind this one
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,

    #[command(flatten)]
    selection: SelectionFlags,

    #[command(flatten)]
    configuration: ConfigurationFlags,

    /// Compare the designs as they are in this environment
    #[arg(long, value_name = "NAME")]
    environment: Option<String>,

    /// Fit tables and sentences into this width [default: the terminal's, else 80]
    #[arg(long, value_name = "N")]
    width: Option<usize>,
}

/// Compares two states of designs, and tells whether what changed is too much.
pub fn run(diff: &Diff, terminal: &Terminal) -> Result<(String, Verdict), Error> {
    let ask = DiffAsk {
        base: diff.base.clone(),
        head: diff.head.clone(),
        picture: diff.svg.is_some(),
    };
    let comparison = workspace::diff(&ask, &diff.request()?)?;
    let mistakes = comparison.designs.iter().map(|it| &it.mistakes);
    for mistakes in mistakes {
        stream::mutter(&report::concise(&comparison.sources, mistakes));
    }
    if let Some(file) = &diff.svg {
        draw(&comparison, file)?;
    }
    let designs: Vec<Changes> = comparison
        .designs
        .iter()
        .map(|it| it.changes.clone())
        .collect();
    let text = diff.text(&comparison.base, &comparison.head, &designs, terminal);
    let failing = designs.iter().any(|changes| match diff.fail_on {
        FailOn::Any => !changes.is_empty(),
        FailOn::Breaking => !changes.breaking.is_empty(),
        FailOn::Never => false,
    });
    let verdict = match failing {
        true => Verdict::Failing,
        false => Verdict::Clean,
    };
    Ok((text, verdict))
}

impl Diff {
    fn request(&self) -> Result<Request, Error> {
        let revisions_only = !self.paths.is_empty();
        let exists = |name: &String| Path::new(name).exists();
        if revisions_only && exists(&self.base) && self.head.as_ref().is_some_and(exists) {
            return Err(Error {
                message: "`--path` says what to compare between revisions, not between two paths"
                    .into(),
                help: Some("leave it out, or name revisions".into()),
            });
        }
        let paths = match self.paths.as_slice() {
            [] => vec![PathBuf::from(".")],
            paths => paths.to_vec(),
        };
        Ok(Request {
            environment: self.environment.clone(),
            configuration: self.configuration.read(),
            wishes: self.selection.read(&crate::rules::infos())?,
            ..Request::of(paths)
        })
    }

    fn text(&self, base: &str, head: &str, designs: &[Changes], terminal: &Terminal) -> String {
        match self.format {
            Format::Json => report::diff_json(base, head, designs),
            Format::Markdown => report::sheet_markdown(&sheet(base, head, designs)),
            Format::Text => {
                let options = report::Options {
                    color: terminal.color,
                    unicode: terminal.unicode,
                    width: self.width.or(terminal.width),
                    ..report::Options::default()
                };
                report::sheet_text(&sheet(base, head, designs), &options)
            }
        }
    }
}

/// Draws the designs that changed, or the only one there is.
fn draw(comparison: &Comparison, file: &Path) -> Result<(), Error> {
    let designs = &comparison.designs;
    let drawn = designs
        .iter()
        .filter_map(|it| Some((&it.changes, it.scene.as_ref()?)));
    let drawn: Vec<(&Changes, &Scene)> = drawn
        .filter(|(changes, _)| designs.len() == 1 || !changes.is_empty())
        .collect();
    let names = drawn.iter().map(|(changes, _)| changes.design.as_str());
    let stems = file_name::stems(names);
    let mut files = Vec::new();
    for ((_, scene), stem) in drawn.iter().zip(stems) {
        let path = match drawn.len() {
            1 => file.to_owned(),
            _ => beside(file, &stem),
        };
        let svg = crate::diagram::svg(scene, EngineName::Embedded, Default::default());
        let svg = svg.map_err(|error| Error {
            message: error.message,
            help: error.help,
        })?;
        files.push((path, svg.into_bytes()));
    }
    if files.is_empty() {
        stream::mutter("Nothing to draw.\n");
        return Ok(());
    }
    writing::stop_between_writes();
    writing::write_all(&files)
}

/// Puts a name behind that of a file: `changes-Shop.svg`.
fn beside(file: &Path, name: &str) -> PathBuf {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    let ending = file
        .extension()
        .map(|it| format!(".{}", it.to_string_lossy()));
    file.with_file_name(format!("{stem}-{name}{}", ending.unwrap_or_default()))
}
