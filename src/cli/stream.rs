//! Reading and writing the three streams.

use std::io::{ErrorKind, Read, Write};

use super::terminal::Terminal;
use crate::report::visible;
use crate::workspace::Error;

/// Writes an answer; a reader who has left has seen enough.
pub fn print(bytes: &[u8]) -> Result<(), Error> {
    show(bytes).map(|_| ())
}

/// Writes an answer; tells whether somebody still reads.
pub fn show(bytes: &[u8]) -> Result<bool, Error> {
    let mut stdout = std::io::stdout().lock();
    let written = stdout.write_all(bytes);
    match written.and_then(|()| stdout.flush()) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(Error {
            message: format!("cannot write the output: {error}"),
            help: None,
        }),
    }
}

/// Writes to stderr; where nobody listens there is nobody to tell.
pub fn mutter(text: &str) {
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}

/// Says why the work could not be done.
pub fn complain(error: &Error, terminal: &Terminal) {
    let word = |word: &str, color: &str| match terminal.color {
        true => format!("\u{1b}[{color}m{word}:\u{1b}[0m"),
        false => format!("{word}:"),
    };
    let mut text = format!("{} {}\n", word("error", "1;31"), visible(&error.message));
    if let Some(help) = &error.help {
        text.push_str(&format!("{} {}\n", word("help", "36"), visible(help)));
    }
    mutter(&text);
}

/// Reads all of stdin.
pub fn stdin() -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    match std::io::stdin().lock().read_to_end(&mut bytes) {
        Ok(_) => Ok(bytes),
        Err(error) => Err(Error {
            message: format!("cannot read from stdin: {error}"),
            help: None,
        }),
    }
}
