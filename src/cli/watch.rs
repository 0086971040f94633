//! `underpin check --watch`.

use super::Verdict;
use super::check::{Check, is_stdin};
use super::stream;
use super::terminal::{Terminal, When};
use super::writing;
use crate::workspace::{Error, Watched};

/// Empties a terminal, with what was scrolled away.
const CLEAR: &str = "\u{1b}[2J\u{1b}[3J\u{1b}[H";

/// Reviews whenever a file is another, for as long as somebody reads.
pub fn run(check: &Check, terminal: &Terminal, when: When) -> Result<(String, Verdict), Error> {
    if is_stdin(&check.paths)? {
        return Err(Error {
            message: "stdin cannot be watched".to_owned(),
            help: Some("name files or folders, or leave out `--watch`".to_owned()),
        });
    }
    let request = check.request()?;
    let more: Vec<_> = check.baseline().cloned().into_iter().collect();
    writing::stop_between_writes();
    let mut watched = Watched::new(&request);
    loop {
        if terminal.interactive {
            stream::show(CLEAR.as_bytes())?;
        }
        match check.answer(&request, terminal) {
            Ok(answer) => {
                watched.learn(&request, &answer.review, &more);
                if !stream::show(answer.text.as_bytes())? {
                    return Ok((String::new(), answer.verdict));
                }
            }
            Err(error) => stream::complain(&error, &Terminal::of_stderr(when)),
        }
        let files = match watched.len() {
            1 => "1 file".to_owned(),
            files => format!("{files} files"),
        };
        stream::mutter(&format!("Watching {files}; Ctrl-C ends it.\n"));
        watched.wait(&request);
    }
}
