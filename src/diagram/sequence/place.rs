//! Where everything in a sequence stands.

use super::bars::Work;
use super::columns::{Apart, widen};
use super::icon;
use super::room::{Extent, Room, ends};
use super::words::{label_lines, label_size, preferred, section_words, tab_width};
use crate::diagram::layout::{Rect, Size};
use crate::diagram::scene::{Frame, Item, Line, Message, Participant, Sequence};
use crate::diagram::text::{Weight, balanced, width, wrap};

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

pub(super) const MARGIN: f64 = 20.0;
pub(super) const TITLE: f64 = 13.0;
pub(super) const TITLE_LINE: f64 = 18.0;
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
/// The room between a lifeline and the words beside it.
pub(super) const BESIDE: f64 = 16.0;
/// How far a frame reaches beyond the last lifeline in it, and how much farther
/// than a frame in it.
pub(super) const REACH: f64 = 26.0;
pub(super) const NESTED: f64 = 10.0;
/// How far from the first lifeline in a frame the words of its compartments begin.
pub(super) const SECTION: f64 = BAR + 8.0;
/// The room between two things side by side that have nothing to do with each other.
pub(super) const APART: f64 = 20.0;
/// From which height on the heads stand at the bottom too.
const TALL: f64 = 700.0;

/// Gives everything its place.
pub fn place(title: &str, sequence: &Sequence) -> Placed {
    let heads: Vec<Head> = sequence.participants.iter().map(head).collect();
    let mut room = Room::new(heads.len(), &sequence.items);
    let whole = room.of_items(&sequence.items);
    let mut placed = Placed {
        heads,
        ..Placed::default()
    };
    let right = place_columns(&mut placed, room.apart, whole);
    let least = width(title, Weight::Bold, TITLE).clamp(160.0, 420.0);
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
        let behind = self.x(extent.first) + SECTION;
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
            self.section(frame, number, (index, behind));
            self.items(&branch.items);
            self.y += 2.0;
        }
        self.work.restore(&before);
        self.depth -= 1;
        let bottom = self.y.max(top + TAB + 4.0);
        self.placed.frames[index].rect.height = bottom - top;
        self.y = bottom + 10.0;
    }

    /// Opens a compartment of the frame of that index; its words begin at a place
    /// behind the first lifeline if there is no room before it.
    fn section(&mut self, frame: &Frame, number: usize, (index, behind): (usize, f64)) {
        let branch = &frame.branches[number];
        let placed = &mut self.placed.frames[index];
        let top = self.y;
        let words = section_words(frame, number, branch);
        let before = placed.tab.right() + 8.0;
        let end = before + width(&words, Weight::Regular, FRAME_TEXT);
        let x = match end + SECTION <= behind - SECTION {
            true => before,
            false => behind,
        };
        let room = placed.rect.right() - x - 8.0;
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
