//! `underpin fmt`.

use std::path::PathBuf;

use super::Verdict;
use super::check::is_stdin;
use super::stream;
use super::terminal::Terminal;
use crate::report::{visible, visible_lines};
use crate::source::SourceFile;
use crate::workspace::{self, Configuration, Error};

/// Arguments of `fmt`.
#[derive(clap::Args)]
pub struct Fmt {
    /// Files or folders to format, or - for stdin [default: .]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// Write nothing, name the files that would change
    #[arg(long)]
    check: bool,

    /// Write nothing, show what would change
    #[arg(long)]
    diff: bool,

    /// Leave out what `files.exclude` names, also where it is given as PATH
    #[arg(long)]
    force_exclude: bool,

    /// The name to show for stdin
    #[arg(long, value_name = "PATH", default_value = "<stdin>")]
    stdin_filename: String,
}

struct Change {
    file: SourceFile,
    formatted: String,
    // Nothing to write to where the text came from stdin.
    path: Option<PathBuf>,
}

/// Formats designs with the formatter given; all are read before any is written.
pub fn run(
    fmt: &Fmt,
    terminal: &Terminal,
    formatted: fn(&SourceFile) -> String,
) -> Result<(String, Verdict), Error> {
    let changes = fmt.read(formatted)?;
    let changed: Vec<&Change> = changes
        .iter()
        .filter(|it| it.formatted != it.file.text)
        .collect();
    if fmt.check || fmt.diff {
        let verdict = match changed.is_empty() {
            true => Verdict::Clean,
            false => Verdict::Failing,
        };
        let told = changed.iter().map(|change| fmt.tell(change, terminal));
        return Ok((told.collect(), verdict));
    }
    for change in &changed {
        if let Some(path) = &change.path {
            workspace::write(path, &change.formatted)?;
        }
    }
    let text = match &changes[..] {
        [
            Change {
                path: None,
                formatted,
                ..
            },
        ] => formatted.clone(),
        _ => summary(changed.len(), changes.len() - changed.len()),
    };
    Ok((text, Verdict::Clean))
}

impl Fmt {
    fn read(&self, formatted: fn(&SourceFile) -> String) -> Result<Vec<Change>, Error> {
        if is_stdin(&self.paths)? {
            let file = SourceFile::from_bytes(self.stdin_filename.clone(), stream::stdin()?);
            return Ok(vec![change(file, None, formatted)?]);
        }
        let here = [PathBuf::from(".")];
        let paths = match &self.paths[..] {
            [] => &here[..],
            paths => paths,
        };
        let (nearest, rules) = (Configuration::Nearest, crate::rules::infos());
        let mut paths = paths.to_vec();
        if self.force_exclude {
            paths = workspace::without_excluded(&paths, &nearest, &rules)?;
        }
        let files = workspace::files(&paths, &nearest, &rules)?;
        let read = |path: &PathBuf| change(workspace::read(path)?, Some(path), formatted);
        files.iter().map(read).collect()
    }

    fn tell(&self, change: &Change, terminal: &Terminal) -> String {
        let name = visible(&change.file.name);
        let mut told = String::new();
        if self.check {
            told.push_str(&format!("would format {name}\n"));
        }
        if self.diff {
            let (before, after) = (&change.file.text, &change.formatted);
            told.push_str(&diff(&name, before, after, terminal));
        }
        told
    }
}

fn change(
    file: SourceFile,
    path: Option<&PathBuf>,
    formatted: fn(&SourceFile) -> String,
) -> Result<Change, Error> {
    if file.invalid_utf8_at.is_some() {
        return Err(not_text(&file));
    }
    Ok(Change {
        formatted: formatted(&file),
        path: path.cloned(),
        file,
    })
}

// Writing it back would put replacement characters in the place of the bytes.
fn not_text(file: &SourceFile) -> Error {
    let offset = file.invalid_utf8_at.unwrap_or_default();
    Error {
        message: format!("`{}` is not UTF-8 from byte {offset} on", file.name),
        help: Some("convert it to UTF-8 first; nothing was written".to_string()),
    }
}

/// Writes what sets two texts of a file apart, as a patch.
pub fn diff(name: &str, before: &str, after: &str, terminal: &Terminal) -> String {
    let lines = similar::TextDiff::from_lines(before, after);
    let diff = lines.unified_diff().header(name, name).to_string();
    // A patch must be exact, a screen must be safe.
    let diff = match terminal.interactive {
        true => visible_lines(&diff),
        false => diff,
    };
    match terminal.color {
        true => diff.split_inclusive('\n').map(painted).collect(),
        false => diff,
    }
}

fn painted(line: &str) -> String {
    let color = match line.as_bytes().first() {
        Some(b'+') => "32",
        Some(b'-') => "31",
        Some(b'@') => "36",
        _ => return line.to_string(),
    };
    let text = line.trim_end_matches('\n');
    format!("\u{1b}[{color}m{text}\u{1b}[0m\n")
}

fn summary(changed: usize, unchanged: usize) -> String {
    let files = |number: usize| match number {
        1 => "1 file".to_string(),
        _ => format!("{number} files"),
    };
    match (changed, unchanged) {
        (0, _) => format!("{} already formatted\n", files(unchanged)),
        (_, 0) => format!("Formatted {}\n", files(changed)),
        (_, _) => format!("Formatted {}, {unchanged} unchanged\n", files(changed)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn no_trailing_blanks(file: &SourceFile) -> String {
        let lines = file
            .text
            .lines()
            .map(|line| format!("{}\n", line.trim_end()));
        lines.collect()
    }

    fn screen(interactive: bool, color: bool) -> Terminal {
        Terminal {
            interactive,
            color,
            unicode: true,
            width: None,
        }
    }

    fn fmt(paths: Vec<PathBuf>, check: bool, diff: bool) -> Result<(String, Verdict), Error> {
        let fmt = Fmt {
            paths,
            check,
            diff,
            force_exclude: false,
            stdin_filename: String::new(),
        };
        run(&fmt, &screen(false, false), no_trailing_blanks)
    }

    #[test]
    fn writes_what_changes_and_touches_nothing_else() {
        let root = tempfile::tempdir().unwrap();
        let (dirty, clean) = (
            root.path().join("dirty.arch"),
            root.path().join("clean.arch"),
        );
        fs::write(&dirty, "service a  \n").unwrap();
        fs::write(&clean, "service b\n").unwrap();
        let before = fs::metadata(&clean).unwrap().modified().unwrap();
        let paths = || vec![root.path().to_path_buf()];

        let (told, verdict) = fmt(paths(), true, false).unwrap();
        assert!(
            told.starts_with("would format ") && told.ends_with("dirty.arch\n"),
            "{told}"
        );
        assert_eq!((told.lines().count(), verdict), (1, Verdict::Failing));
        assert_eq!(fs::read_to_string(&dirty).unwrap(), "service a  \n");

        let written = fmt(paths(), false, false).unwrap();
        assert_eq!(
            written,
            ("Formatted 1 file, 1 unchanged\n".into(), Verdict::Clean)
        );
        assert_eq!(fs::read_to_string(&dirty).unwrap(), "service a\n");
        assert_eq!(fs::metadata(&clean).unwrap().modified().unwrap(), before);

        assert_eq!(
            fmt(paths(), true, true).unwrap(),
            (String::new(), Verdict::Clean)
        );
        let again = fmt(paths(), false, false).unwrap();
        assert_eq!(again.0, "2 files already formatted\n");
    }

    #[test]
    fn nothing_is_written_when_one_file_is_not_text() {
        let root = tempfile::tempdir().unwrap();
        let (dirty, bytes) = (root.path().join("a.arch"), root.path().join("b.arch"));
        fs::write(&dirty, "service a  \n").unwrap();
        fs::write(&bytes, b"service \xff  \n").unwrap();
        let error = fmt(vec![root.path().to_path_buf()], false, false).unwrap_err();
        assert!(
            error
                .message
                .ends_with("b.arch` is not UTF-8 from byte 8 on")
        );
        assert_eq!(fs::read_to_string(&dirty).unwrap(), "service a  \n");
        assert_eq!(fs::read(&bytes).unwrap(), b"service \xff  \n");
    }

    #[test]
    fn a_diff_is_exact_in_a_pipe_and_safe_on_a_screen() {
        let file = SourceFile::new("a.arch", "one\ntwo \u{1b}[2J  \n");
        let formatted = no_trailing_blanks(&file);
        let head = "--- a.arch\n+++ a.arch\n@@ -1,2 +1,2 @@\n one\n";
        assert_eq!(
            diff("a.arch", &file.text, &formatted, &screen(false, false)),
            format!("{head}-two \u{1b}[2J  \n+two \u{1b}[2J\n")
        );
        assert_eq!(
            diff("a.arch", &file.text, &formatted, &screen(true, false)),
            format!("{head}-two \\u{{1b}}[2J  \n+two \\u{{1b}}[2J\n")
        );
        let colored = diff("a.arch", &file.text, &formatted, &screen(true, true));
        assert!(
            colored.ends_with("\u{1b}[32m+two \\u{1b}[2J\u{1b}[0m\n"),
            "{colored:?}"
        );
    }
}
