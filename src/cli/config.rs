//! `underpin config`.

use std::path::{Path, PathBuf};

use super::Verdict;
use crate::config::{Config, SCHEMA};
use crate::report::visible;
use crate::workspace::{self, Configuration, Error, shown};

/// Arguments of `config`.
#[derive(clap::Args)]
pub struct ConfigArguments {
    #[command(subcommand)]
    question: Question,
}

#[derive(clap::Subcommand)]
enum Question {
    /// Show every value that holds for a file, and where it comes from
    Show(At),
    /// Print the JSON schema of underpin.toml
    Schema,
    /// Say which configuration file holds for a file
    Where(At),
}

#[derive(clap::Args)]
struct At {
    /// The file or folder
    #[arg(value_name = "PATH", default_value = ".")]
    path: PathBuf,

    /// Use this configuration file, and no other
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// Answers a question about configuration.
pub fn run(arguments: &ConfigArguments) -> Result<(String, Verdict), Error> {
    let text = match &arguments.question {
        Question::Schema => SCHEMA.to_owned(),
        Question::Show(at) => show(&*at.config()?),
        Question::Where(at) => which(&*at.config()?, &at.path),
    };
    Ok((text, Verdict::Clean))
}

impl At {
    fn config(&self) -> Result<std::sync::Arc<Config>, Error> {
        std::fs::metadata(&self.path).map_err(|error| Error::file("read", &self.path, &error))?;
        let wanted = match &self.config {
            Some(file) => Configuration::File(file.clone()),
            None => Configuration::Nearest,
        };
        workspace::config(&wanted, &self.path, &crate::rules::infos())
    }
}

fn which(config: &Config, path: &Path) -> String {
    match config.path() {
        Some(file) => format!("{}\n", visible(&shown(file))),
        None => format!(
            "no underpin.toml holds for `{}`: what is built in does\n",
            visible(&path.to_string_lossy())
        ),
    }
}

/// Writes one line a value, as TOML with the origin behind it.
fn show(config: &Config) -> String {
    let lines: Vec<(String, String)> = config
        .entries()
        .into_iter()
        .map(|entry| {
            let origin = match &entry.origin {
                Some((path, line)) => format!("{}:{line}", shown(path)),
                None => "built in".to_owned(),
            };
            (format!("{} = {}", entry.key, entry.value), origin)
        })
        .collect();
    let width = lines.iter().map(|(said, _)| said.chars().count()).max();
    let width = width.unwrap_or(0).min(60);
    let line = |(said, origin): (String, String)| {
        let said = visible(&said).into_owned();
        format!("{said:width$}  # {}\n", visible(&origin))
    };
    lines.into_iter().map(line).collect()
}
