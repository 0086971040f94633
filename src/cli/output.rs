//! Where reports go: `--output-format FORMAT[=FILE]`, as often as wanted.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::PathBuf;

use clap::builder::{PossibleValue, TypedValueParser};
use clap::error::ErrorKind;

use super::words::one_of;
use crate::report::Format;
use crate::workspace::Error;

const FORMATS: &[(&str, Format)] = &[
    ("full", Format::Full),
    ("concise", Format::Concise),
    ("plain", Format::Plain),
    ("grouped", Format::Grouped),
    ("json", Format::Json),
    ("jsonl", Format::Jsonl),
    ("sarif", Format::Sarif),
    ("junit", Format::Junit),
    ("github", Format::Github),
    ("gitlab", Format::Gitlab),
    ("rdjson", Format::Rdjson),
    ("rdjsonl", Format::Rdjsonl),
    ("checkstyle", Format::Checkstyle),
    ("markdown", Format::Markdown),
    ("html", Format::Html),
];

/// One report that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// How it is written.
    pub format: Format,
    /// The file that it goes to; without one it goes to stdout.
    pub file: Option<PathBuf>,
}

/// Accepts `FORMAT`, `FORMAT=FILE`, and `FORMAT=-` for stdout.
#[derive(Clone)]
pub struct OutputParser;

impl TypedValueParser for OutputParser {
    type Value = Output;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<Output, clap::Error> {
        let text = value.to_str();
        let (word, file) = match text.and_then(|text| text.split_once('=')) {
            Some((word, file)) => (OsStr::new(word), Some(file)),
            None => (value, None),
        };
        let format = one_of(FORMATS).parse_ref(command, argument, word)?;
        let file = match file {
            Some("") => {
                let message = format!("`{}` names no file", value.to_string_lossy());
                let mut command = command.clone();
                return Err(command.error(ErrorKind::InvalidValue, message));
            }
            None | Some("-") => None,
            Some(file) => Some(PathBuf::from(file)),
        };
        Ok(Output { format, file })
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let words = FORMATS.iter().map(|(word, _)| PossibleValue::new(*word));
        Some(Box::new(words))
    }
}

/// Sees that no two reports go to one place.
pub fn distinct(outputs: &[Output]) -> Result<(), Error> {
    let mut places = BTreeSet::new();
    for output in outputs {
        if places.insert(&output.file) {
            continue;
        }
        let word = word(output.format);
        return Err(match &output.file {
            None => Error {
                message: format!("`{word}` cannot go to stdout, another format goes there"),
                help: Some(format!("name a file: `--output-format {word}=FILE`")),
            },
            Some(file) => Error {
                message: format!("two formats go to `{}`", file.display()),
                help: Some("name a file for each".to_owned()),
            },
        });
    }
    Ok(())
}

fn word(format: Format) -> &'static str {
    let found = FORMATS.iter().find(|(_, it)| *it == format);
    found.map_or("", |(word, _)| word)
}
