//! How far a long piece of work is, on a terminal.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{JoinHandle, spawn};
use std::time::Duration;

use super::stream;

/// Work that takes less than this is not worth a word.
const PATIENCE: Duration = Duration::from_millis(700);

/// A line that tells how far the work is, and leaves nothing behind.
pub struct Progress {
    done: Arc<AtomicUsize>,
    // Taken on the drop: the teller ends when nobody can send any more.
    teller: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Progress {
    /// Begins to tell of so many pieces of work, if somebody watches.
    pub fn new(all: usize, interactive: bool) -> Progress {
        let done = Arc::new(AtomicUsize::new(0));
        let teller = interactive.then(|| {
            let (sender, receiver) = channel::<()>();
            let done = Arc::clone(&done);
            let tell = move || {
                let mut told = false;
                while receiver.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                    let done = done.load(Ordering::Relaxed);
                    stream::mutter(&format!("\r\u{1b}[2KDrawing: {done} of {all} done"));
                    told = true;
                }
                if told {
                    stream::mutter("\r\u{1b}[2K");
                }
            };
            (sender, spawn(tell))
        });
        Progress { done, teller }
    }

    /// Counts one more piece as done.
    pub fn advance(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((sender, teller)) = self.teller.take() {
            drop(sender);
            // A teller that failed has nothing more to say.
            let _ = teller.join();
        }
    }
}
