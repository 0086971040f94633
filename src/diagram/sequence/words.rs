//! What is written, line by line, and how much room it takes.

use super::place::{FRAME_TEXT, LOCK, LabelLine};
use crate::diagram::layout::Size;
use crate::diagram::scene::{Branch, Frame, Item};
use crate::diagram::text::{Weight, balanced, width};

/// The sizes of the letters of what a message says first, and of the rest.
const LEADING: f64 = 12.0;
const FOLLOWING: f64 = 11.0;

impl LabelLine {
    /// Returns the size of its letters.
    pub fn size(&self) -> f64 {
        match self.leads {
            true => LEADING,
            false => FOLLOWING,
        }
    }

    /// Returns the height that it takes.
    pub fn height(&self) -> f64 {
        self.size() + 3.0
    }

    fn width(&self) -> f64 {
        width(&self.text, Weight::Regular, self.size())
    }
}

/// Returns how wide a label over so many columns should be at most.
pub(super) fn preferred(columns: usize) -> f64 {
    176.0 + 60.0 * columns.saturating_sub(1).min(4) as f64
}

pub(super) fn label_lines(label: &[String], most_width: f64) -> Vec<LabelLine> {
    let mut lines = Vec::new();
    for (index, text) in label.iter().enumerate() {
        let leads = index == 0;
        let (size, most) = match leads {
            true => (LEADING, 4),
            false => (FOLLOWING, 3),
        };
        let broken = balanced(text, Weight::Regular, size, most_width, most);
        lines.extend(broken.into_iter().map(|text| LabelLine { text, leads }));
    }
    lines
}

pub(super) fn label_size(lines: &[LabelLine], sensitive: bool) -> Size {
    let lock = match sensitive {
        true => LOCK,
        false => 0.0,
    };
    let first = lines.first().map_or(0.0, LabelLine::width) + lock;
    let height: f64 = lines.iter().map(LabelLine::height).sum();
    Size {
        width: lines.iter().map(LabelLine::width).fold(first, f64::max),
        height: height.max(lock),
    }
}

/// Returns what stands at the top of a compartment.
pub(super) fn section_words(frame: &Frame, index: usize, branch: &Branch) -> String {
    let title = match branch.title.trim() {
        "" if index > 0 && frame.word == "alt" && frame.branches[0].title.trim() != "" => {
            "[else]".to_owned()
        }
        "" => String::new(),
        title => format!("[{title}]"),
    };
    match (index, frame.caption.as_str()) {
        (0, caption) if title.is_empty() => caption.to_owned(),
        (0, caption) if !caption.is_empty() => format!("{title} · {caption}"),
        _ => title,
    }
}

pub(super) fn tab_width(word: &str) -> f64 {
    (width(word, Weight::Bold, FRAME_TEXT) + 18.0).ceil()
}

pub(super) fn widest_tab(items: &[Item]) -> f64 {
    let tabs = items.iter().map(|item| match item {
        Item::Message(_) => 0.0,
        Item::Frame(frame) => {
            let inner = frame.branches.iter().map(|it| widest_tab(&it.items));
            inner.fold(tab_width(frame.word), f64::max)
        }
    });
    tabs.fold(0.0, f64::max)
}

/// Returns the width that a frame needs for what stands at the top of its compartments.
pub(super) fn words_width(frame: &Frame) -> f64 {
    let words = frame.branches.iter().enumerate().map(|(index, branch)| {
        let words = section_words(frame, index, branch);
        width(&words, Weight::Regular, FRAME_TEXT).min(220.0)
    });
    words.fold(0.0, f64::max).ceil()
}
