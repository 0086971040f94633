//! A placed sequence as SVG.

use super::icon;
use super::place::{
    BAR, FRAME_LINE, FRAME_TEXT, HEAD_CAPTION, HEAD_CAPTION_LINE, HEAD_PAD, HEAD_TITLE,
    HEAD_TITLE_LINE, Head, LOCK, LOOP, MARGIN, Placed, PlacedFrame, PlacedMessage, TITLE,
    TITLE_LINE,
};
use crate::diagram::canvas::{Anchor, Canvas, Ink, Style, Theme, Words, number};
use crate::diagram::layout::{Point, Rect};
use crate::diagram::scene::{Line, Participant, Scene, Sequence};
use crate::diagram::text::Weight;
use crate::diagram::tone::inks;

pub(super) fn svg(scene: &Scene, sequence: &Sequence, placed: &Placed, theme: Theme) -> String {
    let mut canvas = Canvas::new(theme);
    title(&mut canvas, placed);
    placed.frames.iter().for_each(|it| ground(&mut canvas, it));
    lifelines(&mut canvas, sequence, placed);
    placed.frames.iter().for_each(|it| frame(&mut canvas, it));
    placed
        .messages
        .iter()
        .for_each(|it| message(&mut canvas, placed, it));
    for (participant, head) in sequence.participants.iter().zip(&placed.heads) {
        draw_head(&mut canvas, participant, head);
    }
    if placed.heads.is_empty() {
        let style = words(Anchor::Start, Ink::Muted, HEAD_TITLE, Weight::Regular);
        canvas.words(at(MARGIN, placed.lifeline.0), "no steps yet", &style);
    }
    canvas.finish(placed.size, &scene.title, &scene.description)
}

fn at(x: f64, y: f64) -> Point {
    Point { x, y }
}

fn filled(fill: Ink, stroke: Ink, width: f64) -> Style {
    Style {
        fill: Some(fill),
        stroke: Some(stroke),
        width,
        dash: None,
    }
}

fn stroked(stroke: Ink, width: f64) -> Style {
    Style {
        stroke: Some(stroke),
        width,
        ..Style::default()
    }
}

fn words(anchor: Anchor, ink: Ink, size: f64, weight: Weight) -> Words {
    Words {
        anchor,
        ink,
        size,
        weight,
        halo: false,
    }
}

fn title(canvas: &mut Canvas, placed: &Placed) {
    let style = words(Anchor::Start, Ink::Muted, TITLE, Weight::Bold);
    let mut y = MARGIN + TITLE - 2.0;
    for line in &placed.title {
        canvas.words(at(MARGIN, y), line, &style);
        y += TITLE_LINE;
    }
}

fn ground(canvas: &mut Canvas, frame: &PlacedFrame) {
    canvas.rect(frame.rect, 4.0, &filled(Ink::Group, Ink::GroupLine, 1.0));
}

fn lifelines(canvas: &mut Canvas, sequence: &Sequence, placed: &Placed) {
    let (top, bottom) = placed.lifeline;
    let style = Style {
        dash: Some((2.0, 4.0)),
        ..stroked(Ink::GroupLine, 1.0)
    };
    for head in &placed.heads {
        let x = number(head.x);
        let line = format!("M{x} {}V{}", number(top), number(bottom));
        canvas.path(&line, &style);
    }
    for bar in &placed.bars {
        let Some(head) = placed.heads.get(bar.column) else {
            continue;
        };
        let (fill, line) = inks(sequence.participants[bar.column].tone);
        let rect = Rect {
            x: head.x - BAR,
            y: bar.top,
            width: 2.0 * BAR,
            height: bar.bottom - bar.top,
        };
        canvas.rect(rect, 2.0, &filled(fill, line, 1.0));
    }
}

fn frame(canvas: &mut Canvas, frame: &PlacedFrame) {
    let divider = Style {
        dash: Some((5.0, 4.0)),
        ..stroked(Ink::GroupLine, 1.0)
    };
    for section in frame.sections.iter().skip(1) {
        let (left, right) = (number(frame.rect.x), number(frame.rect.right()));
        let line = format!("M{left} {}H{right}", number(section.top));
        canvas.path(&line, &divider);
    }
    tab(canvas, frame);
    let style = words(Anchor::Start, Ink::Text, FRAME_TEXT, Weight::Regular);
    for section in &frame.sections {
        cover(canvas, section.label, Ink::Group);
        let mut y = section.label.y + FRAME_TEXT - 1.0;
        for line in &section.lines {
            canvas.words(at(section.label.x, y), line, &style);
            y += FRAME_LINE;
        }
    }
}

/// Draws the word of a frame on a tab with a cut corner.
fn tab(canvas: &mut Canvas, frame: &PlacedFrame) {
    let tab = frame.tab;
    let (x, y) = (number(tab.x), number(tab.y));
    let (right, bottom) = (number(tab.right()), number(tab.bottom()));
    let (up, back) = (number(tab.bottom() - 7.0), number(tab.right() - 7.0));
    let outline = format!("M{x} {y}H{right}V{up}L{back} {bottom}H{x}Z");
    canvas.path(&outline, &filled(Ink::Paper, Ink::GroupLine, 1.0));
    let style = words(Anchor::Start, Ink::Text, FRAME_TEXT, Weight::Bold);
    canvas.words(at(tab.x + 7.0, tab.y + 14.0), frame.word, &style);
}

/// Hides what goes on behind words.
fn cover(canvas: &mut Canvas, rect: Rect, ink: Ink) {
    if rect.width <= 0.0 || rect.height <= 0.0 {
        return;
    }
    let style = Style {
        fill: Some(ink),
        ..Style::default()
    };
    let wider = Rect {
        x: rect.x - 3.0,
        width: rect.width + 6.0,
        ..rect
    };
    canvas.rect(wider, 2.0, &style);
}

fn message(canvas: &mut Canvas, placed: &Placed, message: &PlacedMessage) {
    canvas.open("message", &message.id, &message.says);
    if message.columns.0 == message.columns.1 {
        own(canvas, placed.heads[message.columns.0].x, message);
    } else {
        let from = placed.heads[message.columns.0].x;
        let to = placed.heads[message.columns.1].x;
        arrow(canvas, from, to, message);
    }
    label(canvas, placed, message);
    canvas.close();
}

fn line_style(message: &PlacedMessage) -> Style {
    Style {
        dash: (message.line == Line::Dashed).then_some((6.0, 4.0)),
        ..stroked(Ink::Line, 1.4)
    }
}

fn arrow(canvas: &mut Canvas, from: f64, to: f64, message: &PlacedMessage) {
    let way = if to > from { 1.0 } else { -1.0 };
    let (start, end) = (from + way * BAR, to - way * BAR);
    let back = match message.line {
        Line::Solid => 6.0 * way,
        Line::Dashed => 1.0 * way,
    };
    let begin = match message.both {
        true => start + back,
        false => start,
    };
    let y = number(message.y);
    let line = format!("M{} {y}H{}", number(begin), number(end - back));
    canvas.path(&line, &line_style(message));
    tip(canvas, at(end, message.y), way, message.line);
    if message.both {
        tip(canvas, at(start, message.y), -way, message.line);
    }
}

/// Draws a head at a point: filled for a call, open for what goes on.
fn tip(canvas: &mut Canvas, point: Point, way: f64, line: Line) {
    let (x, y) = (number(point.x), number(point.y));
    let back = number(point.x - way * 9.0);
    let (above, below) = (number(point.y - 4.5), number(point.y + 4.5));
    match line {
        Line::Solid => {
            let style = filled(Ink::Line, Ink::Line, 0.5);
            canvas.path(&format!("M{x} {y}L{back} {above}V{below}Z"), &style);
        }
        Line::Dashed => {
            let outline = format!("M{back} {above}L{x} {y}L{back} {below}");
            canvas.path(&outline, &stroked(Ink::Line, 1.4));
        }
    }
}

/// Draws a message to oneself.
fn own(canvas: &mut Canvas, x: f64, message: &PlacedMessage) {
    let (start, turn) = (number(x + BAR), number(x + LOOP.width - 6.0));
    let back = number(x + BAR + 4.0);
    let y = number(message.y);
    let height = number(LOOP.height - 12.0);
    let line = format!("M{start} {y}H{turn}q6 0 6 6v{height}q0 6 -6 6H{back}");
    canvas.path(&line, &line_style(message));
    let end = at(x + BAR, message.y + LOOP.height);
    tip(canvas, end, -1.0, message.line);
    if message.both {
        tip(canvas, at(x + BAR, message.y), -1.0, message.line);
    }
}

fn label(canvas: &mut Canvas, placed: &Placed, message: &PlacedMessage) {
    let rect = message.label;
    let crossed = placed
        .heads
        .iter()
        .any(|head| head.x > rect.x && head.x < rect.right());
    if crossed {
        let ink = match message.depth {
            0 => Ink::Paper,
            _ => Ink::Group,
        };
        cover(canvas, rect, ink);
    }
    let beside = message.columns.0 == message.columns.1;
    let mut y = rect.y;
    for (index, line) in message.lines.iter().enumerate() {
        let ink = match line.leads {
            true => Ink::Text,
            false => Ink::Muted,
        };
        let lock = match index == 0 && message.sensitive {
            true => LOCK,
            false => 0.0,
        };
        let (anchor, x) = match beside {
            true => (Anchor::Start, rect.x + lock),
            false => (Anchor::Middle, rect.middle().x + lock / 2.0),
        };
        let style = words(anchor, ink, line.size(), Weight::Regular);
        canvas.words(at(x, y + line.size() - 1.0), &line.text, &style);
        y += line.height();
    }
    if message.sensitive {
        padlock(canvas, lock_place(message, beside));
    }
}

/// Returns where the left upper corner of the lock is: before the first words.
fn lock_place(message: &PlacedMessage, beside: bool) -> Point {
    let rect = message.label;
    let Some(first) = message.lines.first() else {
        return at(rect.middle().x - 4.5, rect.y);
    };
    let wide = crate::diagram::text::width(&first.text, Weight::Regular, first.size()) + LOCK;
    let x = match beside {
        true => rect.x,
        false => rect.middle().x - wide / 2.0,
    };
    at(x, rect.y)
}

fn padlock(canvas: &mut Canvas, corner: Point) {
    let (x, y) = (number(corner.x + 2.0), number(corner.y + 6.0));
    let shackle = format!("M{x} {y}v-2.2a2.5 2.5 0 0 1 5 0v2.2");
    canvas.path(&shackle, &stroked(Ink::Error, 1.3));
    let body = Rect {
        x: corner.x,
        y: corner.y + 5.5,
        width: 9.0,
        height: 6.0,
    };
    let style = Style {
        fill: Some(Ink::Error),
        ..Style::default()
    };
    canvas.rect(body, 1.0, &style);
}

fn draw_head(canvas: &mut Canvas, participant: &Participant, head: &Head) {
    let says = format!("{}\n{}", participant.title, participant.caption);
    canvas.open("participant", &participant.id, says.trim());
    std::iter::once(head.rect)
        .chain(head.foot)
        .for_each(|rect| head_box(canvas, participant, head, rect));
    canvas.close();
}

fn head_box(canvas: &mut Canvas, participant: &Participant, head: &Head, rect: Rect) {
    let (fill, line) = inks(participant.tone);
    canvas.rect(rect, 6.0, &filled(fill, line, 1.3));
    let used = icon::HEIGHT
        + 4.0
        + head.title.len() as f64 * HEAD_TITLE_LINE
        + head.caption.len() as f64 * HEAD_CAPTION_LINE;
    let spare = (rect.height - 2.0 * HEAD_PAD - used).max(0.0);
    let mut y = rect.y + HEAD_PAD + spare / 2.0;
    let sign = icon::path(participant.shape, at(head.x, y + icon::HEIGHT / 2.0));
    canvas.path(&sign, &stroked(line, 1.3));
    y += icon::HEIGHT + 4.0;
    let style = words(Anchor::Middle, Ink::Text, HEAD_TITLE, Weight::Bold);
    for text in &head.title {
        canvas.words(at(head.x, y + HEAD_TITLE - 1.0), text, &style);
        y += HEAD_TITLE_LINE;
    }
    let style = words(Anchor::Middle, Ink::Muted, HEAD_CAPTION, Weight::Regular);
    for text in &head.caption {
        canvas.words(at(head.x, y + HEAD_CAPTION - 1.0), text, &style);
        y += HEAD_CAPTION_LINE;
    }
}
