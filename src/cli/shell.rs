//! `underpin completions` and `underpin man`.

use std::path::PathBuf;

use clap::Command;
use clap_complete::Shell;

use super::Verdict;
use super::writing;
use crate::report::visible;
use crate::workspace::Error;

/// Arguments of `completions`.
#[derive(clap::Args)]
pub struct Completions {
    /// The shell that completes
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

/// Arguments of `man`.
#[derive(clap::Args)]
pub struct Man {
    /// Write one page a command into this folder [default: the main page to stdout]
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
}

/// Writes what a shell reads to complete commands and flags.
pub fn completions(arguments: &Completions, mut command: Command) -> (String, Verdict) {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, "underpin", &mut script);
    (
        String::from_utf8_lossy(&script).into_owned(),
        Verdict::Clean,
    )
}

/// Writes pages for `man`.
pub fn man(arguments: &Man, command: Command) -> Result<(String, Verdict), Error> {
    let Some(folder) = &arguments.folder else {
        let page = page(&command, "underpin")?;
        return Ok((String::from_utf8_lossy(&page).into_owned(), Verdict::Clean));
    };
    let mut pages = vec![(folder.join("underpin.1"), page(&command, "underpin")?)];
    for sub in command
        .get_subcommands()
        .filter(|it| it.get_name() != "help")
    {
        let name = format!("underpin-{}", sub.get_name());
        pages.push((folder.join(format!("{name}.1")), page(sub, &name)?));
    }
    writing::stop_between_writes();
    writing::write_all(&pages)?;
    let told = pages
        .iter()
        .map(|(file, _)| format!("{}\n", visible(&file.to_string_lossy())));
    Ok((told.collect(), Verdict::Clean))
}

fn page(command: &Command, name: &str) -> Result<Vec<u8>, Error> {
    let command = command.clone().display_name(name);
    let mut page = Vec::new();
    clap_mangen::Man::new(command)
        .title(name)
        .render(&mut page)
        .map_err(|error| Error {
            message: format!("cannot write the page of `{name}`: {error}"),
            help: None,
        })?;
    Ok(page)
}
