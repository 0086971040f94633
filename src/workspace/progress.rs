//! How far a long piece of work is.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How far a long piece of work is; whoever has a copy can look while it goes on.
#[derive(Clone, Debug, Default)]
pub struct Progress(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    all: AtomicUsize,
    done: AtomicUsize,
}

impl Progress {
    /// Returns that of so many pieces, of which none is done.
    pub fn of(all: usize) -> Progress {
        let progress = Progress::default();
        progress.expect(all);
        progress
    }

    /// Says how many pieces there are.
    pub(super) fn expect(&self, all: usize) {
        self.0.all.store(all, Ordering::Relaxed);
    }

    /// Counts one more piece as done.
    pub fn advance(&self) {
        self.0.done.fetch_add(1, Ordering::Relaxed);
    }

    /// Returns how many pieces are done, and of how many.
    pub fn counts(&self) -> (usize, usize) {
        let count = |of: &AtomicUsize| of.load(Ordering::Relaxed);
        (count(&self.0.done), count(&self.0.all))
    }
}
