//! `underpin whatif`.

use std::path::PathBuf;

use super::Verdict;
use super::analyze::{FORMATS, Format};
use super::check::inputs;
use super::stream;
use super::terminal::Terminal;
use super::words::one_of;
use crate::report;
use crate::workspace::{self, Ask, Error, Request};

/// Arguments of `whatif`.
#[derive(clap::Args)]
#[command(after_help = "\
Exit codes: 0 every requirement that held still holds, 1 one breaks, \
2 the question could not be answered")]
pub struct Whatif {
    /// The design to ask about, or - for stdin [default: .]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// Lose these: components, places, zone:1 or region:1, component#1 for a replica
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    lose: Vec<String>,

    /// Empty these caches
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    cold: Vec<String>,

    /// Multiply the load: 3x, 2.5, 300%
    #[arg(long, value_name = "FACTOR")]
    load: Option<String>,

    /// Try every loss, and every pair of losses [default: where nothing else is asked]
    #[arg(long)]
    all: bool,

    /// How to write the answer
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = one_of(FORMATS))]
    format: Format,

    /// Ask about the design as it is in this environment
    #[arg(long, value_name = "NAME")]
    environment: Option<String>,

    /// Fit tables and sentences into this width [default: the terminal's, else 80]
    #[arg(long, value_name = "N")]
    width: Option<usize>,

    /// The name to show for stdin
    #[arg(long, value_name = "PATH", default_value = "<stdin>")]
    stdin_filename: String,
}

/// Answers what becomes of a design, and whether a requirement breaks that held.
pub fn run(whatif: &Whatif, terminal: &Terminal) -> Result<(String, Verdict), Error> {
    let (paths, stdin) = inputs(&whatif.paths, &whatif.stdin_filename)?;
    let request = Request {
        stdin,
        environment: whatif.environment.clone(),
        ..Request::of(paths).without_rules()
    };
    let (sources, supposed) = workspace::whatif(&request, &whatif.ask())?;
    stream::mutter(&report::concise(&sources, &supposed.mistakes));
    let text = match whatif.format {
        Format::Json => report::whatif_json(&supposed.whatif),
        Format::Markdown => report::sheet_markdown(&supposed.whatif.sheet()),
        Format::Text => {
            let options = report::Options {
                color: terminal.color,
                unicode: terminal.unicode,
                width: whatif.width.or(terminal.width),
                ..report::Options::default()
            };
            report::sheet_text(&supposed.whatif.sheet(), &options)
        }
    };
    let verdict = match supposed.whatif.breaks() || !supposed.mistakes.is_empty() {
        true => Verdict::Failing,
        false => Verdict::Clean,
    };
    Ok((text, verdict))
}

impl Whatif {
    fn ask(&self) -> Ask {
        let trimmed = |names: &[String]| -> Vec<String> {
            names.iter().map(|it| it.trim().to_owned()).collect()
        };
        let asked = !self.lose.is_empty() || !self.cold.is_empty() || self.load.is_some();
        Ask {
            lose: trimmed(&self.lose),
            cold: trimmed(&self.cold),
            load: self.load.clone(),
            all: self.all || !asked,
        }
    }
}
