//! Where everything in a sequence stands.

use super::bars::Work;
use super::columns::{Apart, widen};
use super::icon;
use crate::diagram::layout::{Rect, Size};
use crate::diagram::scene::{Branch, Frame, Item, Line, Message, Participant, Sequence};
use crate::diagram::text::{Weight, width, wrap};

/// A sequence with places; x grows to the right, y downward.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Placed {
    /// The size of the whole, with a margin.
    pub size: Size,
    /// The title, line by line.
    pub title: Vec<String>,
    /// The participants' heads, in their order.
    pub heads: Vec<Head>,
    /// From where to where the lifelines go.
    pub lifeline: (f64, f64),
    /// Who is at work when.
    pub bars: Vec<Bar>,
    /// Frames; one stands before those in it.
    pub frames: Vec<PlacedFrame>,
    /// Messages from top to bottom.
    pub messages: Vec<PlacedMessage>,
}

/// A participant's head.
#[derive(Clone, Debug, PartialEq)]
pub struct Head {
    /// Where its lifeline is.
    pub x: f64,
    /// Where it stands.
    pub rect: Rect,
    /// Where it stands again below a tall picture.
    pub foot: Option<Rect>,
    /// Its title, line by line.
    pub title: Vec<String>,
    /// What stands under the title, line by line.
    pub caption: Vec<String>,
}

/// When a participant is at work.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    /// Whose lifeline it is on.
    pub column: usize,
    /// Where it begins.
    pub top: f64,
    /// Where it ends.
    pub bottom: f64,
}

/// A frame.
#[derive(Clone, Debug, PartialEq)]
pub struct PlacedFrame {
    /// Its word: `opt`.
    pub word: &'static str,
    /// Where it stands.
    pub rect: Rect,
    /// Where its word stands.
    pub tab: Rect,
    /// Its compartments, at least one.
    pub sections: Vec<Section>,
}

/// A compartment of a frame.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// The line above it.
    pub top: f64,
    /// Where its words stand.
    pub label: Rect,
    /// Its words, line by line.
    pub lines: Vec<String>,
}

/// A message.
#[derive(Clone, Debug, PartialEq)]
pub struct PlacedMessage {
    /// Its connection: `relation:gate -> feeds`.
    pub id: String,
    /// All that it says, for whom a line was cut.
    pub says: String,
    /// From which column it comes, and to which it goes.
    pub columns: (usize, usize),
    /// The height of its arrow; of one to its own sender that of the way out.
    pub y: f64,
    /// Where its words stand, with the lock.
    pub label: Rect,
    /// Its words, line by line.
    pub lines: Vec<LabelLine>,
    /// Solid for a call that waits, dashed for one that goes on.
    pub line: Line,
    /// Whether it goes both ways.
    pub both: bool,
    /// Whether it carries a lock.
    pub sensitive: bool,
    /// In how many frames it stands.
    pub depth: usize,
}

/// A line of a label.
#[derive(Clone, Debug, PartialEq)]
pub struct LabelLine {
    /// Its words.
    pub text: String,
    /// Whether it belongs to the first thing that is said.
    pub leads: bool,
}

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

pub(super) const MARGIN: f64 = 24.0;
pub(super) const TITLE: f64 = 16.0;
pub(super) const TITLE_LINE: f64 = 22.0;
pub(super) const HEAD_TITLE: f64 = 13.0;
pub(super) const HEAD_TITLE_LINE: f64 = 16.0;
pub(super) const HEAD_CAPTION: f64 = 11.0;
pub(super) const HEAD_CAPTION_LINE: f64 = 14.0;
pub(super) const HEAD_PAD: f64 = 10.0;
pub(super) const LOCK: f64 = 14.0;
/// Half the width of a bar.
pub(super) const BAR: f64 = 4.0;
/// How far a message to oneself goes to the side, and down.
pub(super) const LOOP: Size = Size {
    width: 34.0,
    height: 20.0,
};
pub(super) const FRAME_TEXT: f64 = 11.0;
pub(super) const FRAME_LINE: f64 = 14.0;
pub(super) const TAB: f64 = 20.0;
const LEADING: f64 = 12.0;
const FOLLOWING: f64 = 11.0;
/// The room between a lifeline and the words beside it.
const BESIDE: f64 = 16.0;
/// How far a frame reaches beyond the last lifeline in it, and how much farther
/// than a frame in it.
const REACH: f64 = 26.0;
const NESTED: f64 = 10.0;
/// How far from the first lifeline in a frame the words of its compartments begin.
const SECTION: f64 = BAR + 8.0;
/// The room between two things side by side that have nothing to do with each other.
const APART: f64 = 20.0;
/// From which height on the heads stand at the bottom too.
const TALL: f64 = 700.0;

/// The columns that something takes up, and how far it reaches beyond them.
#[derive(Clone, Copy, Debug)]
struct Extent {
    first: usize,
    last: usize,
    left: f64,
    right: f64,
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

/// Gives everything its place.
pub fn place(title: &str, sequence: &Sequence) -> Placed {
    let heads: Vec<Head> = sequence.participants.iter().map(head).collect();
    let mut room = Room {
        columns: heads.len(),
        apart: Vec::new(),
        tab: widest_tab(&sequence.items) + BAR + 4.0,
        frames: Vec::new(),
    };
    let whole = room.of_items(&sequence.items);
    let mut placed = Placed {
        heads,
        ..Placed::default()
    };
    let right = place_columns(&mut placed, room.apart, whole);
    let least = width(title, Weight::Bold, TITLE).min(420.0).max(160.0);
    let inner = (right - MARGIN).max(least);
    placed.title = wrap(title, Weight::Bold, TITLE, inner + 1.0, 4);
    placed.size.width = inner + 2.0 * MARGIN;
    place_heads(&mut placed);
    let mut walk = Walk {
        y: placed.lifeline.0 + 10.0,
        frames: room.frames.into_iter(),
        depth: 0,
        work: Work::default(),
        placed,
    };
    walk.items(&sequence.items);
    finish(walk)
}

fn head(participant: &Participant) -> Head {
    let title = balanced(&participant.title, Weight::Bold, HEAD_TITLE, 136.0, 3);
    let caption = balanced(
        &participant.caption,
        Weight::Regular,
        HEAD_CAPTION,
        136.0,
        2,
    );
    let widths = title
        .iter()
        .map(|line| width(line, Weight::Bold, HEAD_TITLE))
        .chain(
            caption
                .iter()
                .map(|line| width(line, Weight::Regular, HEAD_CAPTION)),
        );
    let widest = widths.fold(64.0, f64::max);
    let height = HEAD_PAD * 2.0
        + icon::HEIGHT
        + 4.0
        + title.len() as f64 * HEAD_TITLE_LINE
        + caption.len() as f64 * HEAD_CAPTION_LINE;
    Head {
        x: 0.0,
        rect: Rect {
            width: (widest + 2.0 * HEAD_PAD).ceil(),
            height,
            ..Rect::default()
        },
        foot: None,
        title,
        caption,
    }
}

/// Puts the columns side by side; returns how far to the right all reaches.
fn place_columns(placed: &mut Placed, apart: Vec<Apart>, whole: Option<Extent>) -> f64 {
    let half: Vec<f64> = placed.heads.iter().map(|it| it.rect.width / 2.0).collect();
    let mut gaps: Vec<f64> = half
        .windows(2)
        .map(|pair| (pair[0] + pair[1] + APART).ceil())
        .collect();
    widen(&mut gaps, apart);
    let left = whole.filter(|it| it.first == 0).map_or(0.0, |it| it.left);
    let mut x = (MARGIN + half.first().copied().unwrap_or(0.0).max(left)).ceil();
    for (column, head) in placed.heads.iter_mut().enumerate() {
        head.x = x;
        head.rect.x = x - head.rect.width / 2.0;
        x += gaps.get(column).copied().unwrap_or(0.0).ceil();
    }
    let heads = placed.heads.iter().map(|head| head.rect.right());
    let reach = whole.and_then(|it| Some(placed.heads.get(it.last)?.x + it.right));
    heads.chain(reach).fold(MARGIN, f64::max)
}

fn place_heads(placed: &mut Placed) {
    let top = MARGIN + placed.title.len() as f64 * TITLE_LINE + 8.0;
    let tallest = tallest(&placed.heads);
    for head in &mut placed.heads {
        head.rect.y = top;
        head.rect.height = tallest;
    }
    placed.lifeline = (top + tallest, top + tallest);
}

fn tallest(heads: &[Head]) -> f64 {
    heads
        .iter()
        .map(|head| head.rect.height)
        .fold(0.0, f64::max)
}

fn finish(walk: Walk) -> Placed {
    let Walk {
        y,
        work,
        mut placed,
        ..
    } = walk;
    placed.bars = work.bars();
    let deepest = placed.bars.iter().map(|bar| bar.bottom).fold(y, f64::max);
    let bottom = deepest + 14.0;
    placed.lifeline.1 = bottom;
    let mut end = bottom;
    if bottom > TALL {
        for head in &mut placed.heads {
            let foot = Rect {
                y: bottom,
                ..head.rect
            };
            end = end.max(foot.bottom());
            head.foot = Some(foot);
        }
    }
    placed.size.height = end + MARGIN;
    placed
}

/// Finds out how much room everything needs from side to side.
struct Room {
    columns: usize,
    apart: Vec<Apart>,
    /// How far the innermost frames reach to the left, so that their tabs fit.
    tab: f64,
    /// How far each frame reaches, in the order in which they begin.
    frames: Vec<Extent>,
}

impl Room {
    fn of_items(&mut self, items: &[Item]) -> Option<Extent> {
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
fn ends(message: &Message, columns: usize) -> Option<(usize, usize)> {
    let ends = (message.from.min(message.to), message.from.max(message.to));
    (ends.1 < columns).then_some(ends)
}

/// Returns how wide a label over so many columns should be at most.
fn preferred(columns: usize) -> f64 {
    176.0 + 60.0 * columns.saturating_sub(1).min(4) as f64
}

fn label_lines(label: &[String], most_width: f64) -> Vec<LabelLine> {
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

/// Breaks a text as `wrap` does, into lines that are about equally long.
fn balanced(text: &str, weight: Weight, size: f64, most_width: f64, most: usize) -> Vec<String> {
    let blank = width(" ", weight, size);
    let words: Vec<f64> = text
        .split_whitespace()
        .map(|word| width(word, weight, size))
        .collect();
    let longest = words.iter().copied().fold(0.0, f64::max);
    let least = count_lines(&words, blank, most_width);
    if least < 2 || least > most || longest > most_width {
        return wrap(text, weight, size, most_width, most);
    }
    let (mut narrow, mut wide) = (longest, most_width);
    for _ in 0..10 {
        let middle = (narrow + wide) / 2.0;
        match count_lines(&words, blank, middle) > least {
            true => narrow = middle,
            false => wide = middle,
        }
    }
    let lines = wrap(text, weight, size, wide + 0.01, most);
    match lines.len() > least {
        true => wrap(text, weight, size, most_width, most),
        false => lines,
    }
}

/// Returns how many lines words of those widths make.
fn count_lines(words: &[f64], blank: f64, most_width: f64) -> usize {
    let mut lines = 0;
    let mut line = f64::INFINITY;
    for word in words {
        if line + blank + word <= most_width {
            line += blank + word;
        } else {
            lines += 1;
            line = *word;
        }
    }
    lines
}

fn label_size(lines: &[LabelLine], sensitive: bool) -> Size {
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
fn section_words(frame: &Frame, index: usize, branch: &Branch) -> String {
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

fn tab_width(word: &str) -> f64 {
    (width(word, Weight::Bold, FRAME_TEXT) + 18.0).ceil()
}

fn widest_tab(items: &[Item]) -> f64 {
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
fn words_width(frame: &Frame) -> f64 {
    let words = frame.branches.iter().enumerate().map(|(index, branch)| {
        let words = section_words(frame, index, branch);
        width(&words, Weight::Regular, FRAME_TEXT).min(220.0)
    });
    words.fold(0.0, f64::max).ceil()
}

/// Goes from top to bottom.
struct Walk {
    y: f64,
    frames: std::vec::IntoIter<Extent>,
    depth: usize,
    work: Work,
    placed: Placed,
}

impl Walk {
    fn items(&mut self, items: &[Item]) {
        for item in items {
            match item {
                Item::Frame(frame) => self.frame(frame),
                Item::Message(message) => self.message(message),
            }
        }
    }

    fn message(&mut self, message: &Message) {
        let Some((first, last)) = ends(message, self.placed.heads.len()) else {
            return;
        };
        let (lines, label) = match first == last {
            true => self.beside(message, first),
            false => self.above(message, first, last),
        };
        let y = match first == last {
            true => label.middle().y - LOOP.height / 2.0,
            false => label.bottom() + 5.0,
        };
        let waits = message.line == Line::Solid;
        self.work.send(message.from, message.to, y, waits);
        let bottom = match first == last {
            true => label.bottom().max(y + LOOP.height),
            false => y,
        };
        if first == last {
            self.work.last_until(y + LOOP.height + 6.0);
        }
        self.y = bottom + 14.0;
        self.placed.messages.push(PlacedMessage {
            id: message.id.clone(),
            says: message.label.join("\n"),
            columns: (message.from, message.to),
            y,
            label,
            lines,
            line: message.line,
            both: message.both,
            sensitive: message.sensitive,
            depth: self.depth,
        });
    }

    /// Puts a label to the right of a message to oneself.
    fn beside(&self, message: &Message, column: usize) -> (Vec<LabelLine>, Rect) {
        let lines = label_lines(&message.label, preferred(1));
        let size = label_size(&lines, message.sensitive);
        let height = size.height.max(LOOP.height);
        let rect = Rect {
            x: self.x(column) + LOOP.width + BESIDE - 6.0,
            y: self.y + 8.0 + (height - size.height) / 2.0,
            width: size.width,
            height: size.height,
        };
        (lines, rect)
    }

    /// Puts a label above a message: in the gap next to the sender where it fits
    /// as well as over all of the way, so that no lifeline goes through it.
    fn above(&self, message: &Message, first: usize, last: usize) -> (Vec<LabelLine>, Rect) {
        let mut gaps: Vec<usize> = (first..last).collect();
        if message.from != first {
            gaps.reverse();
        }
        let receiving = gaps.pop();
        gaps.splice(1.min(gaps.len())..1.min(gaps.len()), receiving);
        let lines = label_lines(&message.label, self.between(first, last));
        let size = label_size(&lines, message.sensitive);
        let found = gaps
            .into_iter()
            .find(|column| size.width <= self.between(*column, column + 1));
        let (first, last) = found.map_or((first, last), |column| (column, column + 1));
        let middle = (self.x(first) + self.x(last)) / 2.0;
        let rect = Rect {
            x: middle - size.width / 2.0,
            y: self.y + 6.0,
            width: size.width,
            height: size.height,
        };
        (lines, rect)
    }

    /// Returns the room for words between two columns, a lock left out.
    fn between(&self, first: usize, last: usize) -> f64 {
        let room = self.x(last) - self.x(first) - 2.0 * BESIDE;
        room.min(preferred(last - first) + 60.0)
    }

    fn x(&self, column: usize) -> f64 {
        self.placed.heads[column].x
    }

    fn frame(&mut self, frame: &Frame) {
        if self.placed.heads.is_empty() {
            return;
        }
        let Some(extent) = self.frames.next() else {
            return;
        };
        let (left, right) = (
            self.x(extent.first) - extent.left,
            self.x(extent.last) + extent.right,
        );
        let top = self.y + 4.0;
        let words = self.x(extent.first) + SECTION;
        let index = self.placed.frames.len();
        self.placed.frames.push(PlacedFrame {
            word: frame.word,
            rect: Rect {
                x: left,
                y: top,
                width: right - left,
                height: 0.0,
            },
            tab: Rect {
                x: left,
                y: top,
                width: tab_width(frame.word),
                height: TAB,
            },
            sections: Vec::new(),
        });
        self.depth += 1;
        let before = self.work.save();
        self.y = top;
        for (number, branch) in frame.branches.iter().enumerate() {
            self.work.restore(&before);
            self.section(frame, number, (index, words));
            self.items(&branch.items);
            self.y += 2.0;
        }
        self.work.restore(&before);
        self.depth -= 1;
        let bottom = self.y.max(top + TAB + 4.0);
        self.placed.frames[index].rect.height = bottom - top;
        self.y = bottom + 10.0;
    }

    /// Opens a compartment of the frame of that index; its words begin at `x`.
    fn section(&mut self, frame: &Frame, number: usize, (index, x): (usize, f64)) {
        let branch = &frame.branches[number];
        let placed = &mut self.placed.frames[index];
        let top = self.y;
        let room = placed.rect.right() - x - 8.0;
        let words = section_words(frame, number, branch);
        let lines = wrap(&words, Weight::Regular, FRAME_TEXT, room, 3);
        let widest = lines
            .iter()
            .map(|line| width(line, Weight::Regular, FRAME_TEXT))
            .fold(0.0, f64::max);
        let label = Rect {
            x,
            y: top + 4.0,
            width: widest,
            height: lines.len() as f64 * FRAME_LINE,
        };
        let least = match number {
            0 => TAB,
            _ => 4.0,
        };
        self.y = (label.bottom() + 2.0).max(top + least);
        placed.sections.push(Section { top, label, lines });
    }
}
