//! How far a long piece of work is, on a terminal.

use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{JoinHandle, spawn};
use std::time::Duration;

use super::stream;
use crate::workspace::Progress;

/// Work that takes less than this is not worth a word.
const PATIENCE: Duration = Duration::from_millis(700);

/// A line that tells how far the work is, and leaves nothing behind.
pub struct Teller {
    // Taken on the drop: the thread ends when nobody can send any more.
    thread: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Teller {
    /// Begins to tell of work that is called so, if somebody watches.
    pub fn new(deed: &'static str, progress: &Progress, interactive: bool) -> Teller {
        let thread = interactive.then(|| {
            let (sender, receiver) = channel::<()>();
            let progress = progress.clone();
            let tell = move || {
                let mut told = false;
                while receiver.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                    if let Some(line) = line(deed, &progress) {
                        stream::mutter(&line);
                        told = true;
                    }
                }
                if told {
                    stream::mutter("\r\u{1b}[2K");
                }
            };
            (sender, spawn(tell))
        });
        Teller { thread }
    }
}

/// Says how far the work is, in the place of what was said before; nothing while
/// nobody knows how much there is to do.
fn line(deed: &str, progress: &Progress) -> Option<String> {
    let (done, all) = progress.counts();
    (all > 0).then(|| format!("\r\u{1b}[2K{deed}: {done} of {all} done"))
}

impl Drop for Teller {
    fn drop(&mut self) {
        if let Some((sender, thread)) = self.thread.take() {
            drop(sender);
            // A thread that failed has nothing more to say.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_takes_the_place_of_the_last() {
        assert_eq!(line("Reviewing", &Progress::default()), None);
        let progress = Progress::of(3);
        progress.advance();
        let told = line("Reviewing", &progress);
        assert_eq!(told.as_deref(), Some("\r\u{1b}[2KReviewing: 1 of 3 done"));
    }
}
