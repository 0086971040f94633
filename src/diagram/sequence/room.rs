//! How much room everything needs from side to side.

use super::columns::Apart;
use super::place::{APART, BAR, BESIDE, LOOP, NESTED, REACH, SECTION};
use super::words::{label_lines, label_size, preferred, widest_tab, words_width};
use crate::diagram::scene::{Frame, Item, Message};

/// The columns that something takes up, and how far it reaches beyond them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extent {
    pub(super) first: usize,
    pub(super) last: usize,
    pub(super) left: f64,
    pub(super) right: f64,
}

impl Extent {
    /// Returns what takes up both.
    fn with(self, other: Extent) -> Extent {
        let at = |column, own: usize, reach: f64| match own == column {
            true => reach,
            false => 0.0,
        };
        let first = self.first.min(other.first);
        let last = self.last.max(other.last);
        Extent {
            first,
            last,
            left: at(first, self.first, self.left).max(at(first, other.first, other.left)),
            right: at(last, self.last, self.right).max(at(last, other.last, other.right)),
        }
    }
}

/// Finds out how much room everything needs from side to side.
pub(super) struct Room {
    columns: usize,
    pub(super) apart: Vec<Apart>,
    /// How far the innermost frames reach to the left, so that their tabs fit.
    tab: f64,
    /// How far each frame reaches, in the order in which they begin.
    pub(super) frames: Vec<Extent>,
}

impl Room {
    /// Prepares for so many columns and for the frames among the items.
    pub(super) fn new(columns: usize, items: &[Item]) -> Room {
        Room {
            columns,
            apart: Vec::new(),
            tab: widest_tab(items) + BAR + 4.0,
            frames: Vec::new(),
        }
    }

    /// Notes what items need; returns what they take up.
    pub(super) fn of_items(&mut self, items: &[Item]) -> Option<Extent> {
        let mut whole: Option<Extent> = None;
        for item in items {
            let extent = match item {
                Item::Frame(frame) => self.of_frame(frame),
                Item::Message(message) => self.of_message(message),
            };
            whole = match (whole, extent) {
                (Some(whole), Some(extent)) => Some(whole.with(extent)),
                (one, other) => one.or(other),
            };
        }
        whole
    }

    fn of_message(&mut self, message: &Message) -> Option<Extent> {
        let (first, last) = ends(message, self.columns)?;
        let lines = label_lines(&message.label, preferred(last - first));
        let label = label_size(&lines, message.sensitive).width;
        let beside = match first == last {
            true => LOOP.width + BESIDE + label,
            false => BESIDE,
        };
        match first == last {
            true => self.apart(first, first + 1, beside + APART),
            false => self.apart(first, last, label + 2.0 * BESIDE),
        }
        Some(Extent {
            first,
            last,
            left: BESIDE,
            right: beside,
        })
    }

    fn of_frame(&mut self, frame: &Frame) -> Option<Extent> {
        if self.columns == 0 {
            return None;
        }
        let index = self.frames.len();
        let nothing = Extent {
            first: 0,
            last: 0,
            left: 0.0,
            right: 0.0,
        };
        self.frames.push(nothing);
        let mut inner: Option<Extent> = None;
        for branch in &frame.branches {
            let extent = self.of_items(&branch.items);
            inner = match (inner, extent) {
                (Some(inner), Some(extent)) => Some(inner.with(extent)),
                (one, other) => one.or(other),
            };
        }
        let mut extent = inner.unwrap_or(nothing);
        extent.left = (extent.left + NESTED).max(self.tab);
        extent.right = (extent.right + NESTED).max(REACH);
        let words = SECTION + words_width(frame) + NESTED - extent.right;
        match extent.first == extent.last {
            true => extent.right += words.max(0.0),
            false => self.apart(extent.first, extent.last, words),
        }
        if let Some(before) = extent.first.checked_sub(1) {
            self.apart(before, extent.first, extent.left + APART);
        }
        self.apart(extent.last, extent.last + 1, extent.right + APART);
        self.frames[index] = extent;
        Some(extent)
    }

    fn apart(&mut self, first: usize, last: usize, least: f64) {
        if last < self.columns {
            self.apart.push(Apart { first, last, least });
        }
    }
}

/// Returns the columns of a message from left to right; `None` where one is missing.
pub(super) fn ends(message: &Message, columns: usize) -> Option<(usize, usize)> {
    let ends = (message.from.min(message.to), message.from.max(message.to));
    (ends.1 < columns).then_some(ends)
}
