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
                    let (done, all) = progress.counts();
                    if all > 0 {
                        stream::mutter(&format!("\r\u{1b}[2K{deed}: {done} of {all} done"));
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

impl Drop for Teller {
    fn drop(&mut self) {
        if let Some((sender, thread)) = self.thread.take() {
            drop(sender);
            // A thread that failed has nothing more to say.
            let _ = thread.join();
        }
    }
}
