//! Writing files so that an interrupt leaves no half of a set.

use std::path::PathBuf;
use std::sync::Mutex;

use crate::workspace::{self, Error};

/// Held while files are written, so that an interrupt waits for the end of it.
static WRITING: Mutex<()> = Mutex::new(());

/// Lets Ctrl-C or a wish to terminate end the program between writes only; 130 is what shells expect.
pub fn stop_between_writes() {
    // Without a handler the default one is as good but for drafts left behind.
    let _ = ctrlc::set_handler(|| {
        let _writing = WRITING.lock();
        std::process::exit(130);
    });
}

/// Writes all files or none.
pub fn write_all(files: &[(PathBuf, Vec<u8>)]) -> Result<(), Error> {
    let writing = WRITING.lock();
    let written = workspace::write_all(files);
    drop(writing);
    written
}

/// Replaces the text of all files or of none.
pub fn rewrite_all(files: &[(PathBuf, String)]) -> Result<(), Error> {
    let writing = WRITING.lock();
    let written = workspace::rewrite_all(files);
    drop(writing);
    written
}
