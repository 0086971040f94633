//! `underpin init`.

use std::path::{Path, PathBuf};

use super::Verdict;
use super::words::one_of;
use super::writing;
use crate::report::visible;
use crate::workspace::Error;

/// Where a pipeline runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ci {
    Github,
    Gitlab,
}

const CIS: &[(&str, Ci)] = &[("github", Ci::Github), ("gitlab", Ci::Gitlab)];

/// Arguments of `init`.
#[derive(clap::Args)]
pub struct Init {
    /// The folder to begin in
    #[arg(value_name = "DIR", default_value = ".")]
    folder: PathBuf,

    /// Write a pipeline too
    #[arg(long, value_name = "WHERE", value_parser = one_of(CIS))]
    ci: Option<Ci>,
}

const CONFIG: &str = include_str!("init/underpin.toml");
const DESIGN: &str = include_str!("init/design.arch");
const GITHUB: &str = include_str!("init/github.yml");
const GITLAB: &str = include_str!("init/gitlab.yml");

/// Writes a configuration, a first design, and a pipeline if one is asked for; what
/// is there already stays as it is.
pub fn run(init: &Init) -> Result<(String, Verdict), Error> {
    let mut wanted = vec![("underpin.toml", CONFIG), ("design.arch", DESIGN)];
    match init.ci {
        Some(Ci::Github) => wanted.push((".github/workflows/underpin.yml", GITHUB)),
        Some(Ci::Gitlab) => wanted.push((".gitlab/underpin.yml", GITLAB)),
        None => {}
    }
    let (there, fresh): (Vec<_>, Vec<_>) = wanted
        .into_iter()
        .map(|(name, text)| (init.folder.join(name), text))
        .partition(|(path, _)| path.exists());
    let files: Vec<(PathBuf, Vec<u8>)> = fresh
        .into_iter()
        .map(|(path, text)| (path, text.as_bytes().to_vec()))
        .collect();
    writing::stop_between_writes();
    writing::write_all(&files)?;
    let mut told: String = files.iter().map(|(path, _)| line("wrote", path)).collect();
    told.extend(there.iter().map(|(path, _)| line("kept", path)));
    told.push_str(next(init.ci));
    Ok((told, Verdict::Clean))
}

fn line(deed: &str, path: &Path) -> String {
    let path = path.to_string_lossy();
    format!(
        "{deed} {}\n",
        visible(path.strip_prefix("./").unwrap_or(&path))
    )
}

fn next(ci: Option<Ci>) -> &'static str {
    match ci {
        Some(Ci::Github) => {
            "Next: `underpin check`, and say in .github/workflows/underpin.yml where underpin comes from\n"
        }
        Some(Ci::Gitlab) => {
            "Next: `underpin check`, say in .gitlab/underpin.yml where underpin comes from, \
             and `include: .gitlab/underpin.yml` in .gitlab-ci.yml\n"
        }
        None => "Next: `underpin check`\n",
    }
}
