//! Where a number stands, and the shapes that stand for one.

use super::super::canvas::{Canvas, Ink, Style};
use super::super::layout::{Point, Rect};
use super::super::structure::Pen;

/// How thick a bar is.
pub(super) const BAR: f64 = 11.0;

/// A line on which numbers stand, from zero at its left.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plot {
    pub left: f64,
    pub right: f64,
    /// The number at its right.
    pub end: f64,
}

/// What a length is told by before it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    /// As wished.
    Usual,
    /// More than one would like.
    High,
    /// More than there may be.
    Over,
    /// All together.
    Total,
}

/// A small shape that stands for a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Bar,
    Circle,
    Diamond,
    Triangle,
    Whisker,
}

impl Plot {
    /// Returns where a number stands; what is beyond the end stands at the end.
    pub(super) fn x(&self, number: f64) -> f64 {
        let share = match self.end > 0.0 {
            true => (number / self.end).clamp(0.0, 1.0),
            false => 0.0,
        };
        self.left + (self.right - self.left) * if share.is_nan() { 0.0 } else { share }
    }

    /// Tells whether a number is too large for the line.
    pub(super) fn is_beyond(&self, number: f64) -> bool {
        number > self.end * (1.0 + 1e-9)
    }
}

impl Tone {
    pub(super) fn ink(self) -> Ink {
        match self {
            Tone::Usual => Ink::ComputeLine,
            Tone::High => Ink::Warning,
            Tone::Over => Ink::Error,
            Tone::Total => Ink::Line,
        }
    }

    /// Returns the colour of words that say such a number.
    pub(super) fn words(self) -> Ink {
        match self {
            Tone::Usual | Tone::Total => Ink::Text,
            Tone::High => Ink::Warning,
            Tone::Over => Ink::Error,
        }
    }
}

/// Draws a bar from one number to another, with its middle at a height. One that
/// goes on beyond the plot ends in a point.
pub(super) fn bar(canvas: &mut Canvas, plot: &Plot, y: f64, span: (f64, f64), style: &Style) {
    let (from, to) = (plot.x(span.0), plot.x(span.1));
    let rect = Rect {
        x: from.min(plot.right - 1.5),
        y: y - BAR / 2.0,
        width: (to - from).max(1.5),
        height: BAR,
    };
    match plot.is_beyond(span.1) {
        false => canvas.rect(rect, if rect.width > 5.0 { 2.0 } else { 0.0 }, style),
        true => {
            let path = Pen::at(rect.x, rect.y)
                .line(rect.right(), rect.y)
                .line(rect.right() + BAR / 2.0, y)
                .line(rect.right(), rect.bottom())
                .line(rect.x, rect.bottom())
                .close();
            canvas.path(&path.done(), style);
        }
    }
}

/// Draws a thin line from one number to another, with an end across it; beyond the
/// plot an arrow head instead.
pub(super) fn whisker(canvas: &mut Canvas, plot: &Plot, y: f64, span: (f64, f64), ink: Ink) {
    let (from, to) = (plot.x(span.0), plot.x(span.1));
    let line = Pen::at(from, y).line(to, y);
    let path = match plot.is_beyond(span.1) {
        true => line
            .jump(to - 4.0, y - 4.0)
            .line(to, y)
            .line(to - 4.0, y + 4.0),
        false => line.jump(to, y - 4.0).line(to, y + 4.0),
    };
    canvas.path(&path.done(), &stroke(ink, 1.5));
}

/// Draws a mark with its middle at a point.
pub(super) fn mark(canvas: &mut Canvas, mark: Mark, at: Point, ink: Ink) {
    let (x, y) = (at.x, at.y);
    let solid = Style {
        fill: Some(ink),
        stroke: Some(Ink::Paper),
        width: 1.0,
        dash: None,
    };
    match mark {
        Mark::Bar => {
            let rect = Rect {
                x: x - 5.0,
                y: y - 3.0,
                width: 10.0,
                height: 6.0,
            };
            canvas.rect(rect, 1.5, &solid);
        }
        Mark::Circle => canvas.circle(at, 4.0, &solid),
        Mark::Diamond => {
            let pen = Pen::at(x, y - 5.0).line(x + 5.0, y).line(x, y + 5.0);
            canvas.path(&pen.line(x - 5.0, y).close().done(), &solid);
        }
        Mark::Triangle => {
            let pen = Pen::at(x, y - 4.6).line(x + 5.0, y + 4.0);
            canvas.path(&pen.line(x - 5.0, y + 4.0).close().done(), &solid);
        }
        Mark::Whisker => {
            let pen = Pen::at(x - 5.0, y).line(x + 5.0, y).jump(x + 5.0, y - 4.0);
            canvas.path(&pen.line(x + 5.0, y + 4.0).done(), &stroke(ink, 1.5));
        }
    }
}

pub(super) fn fill(ink: Ink) -> Style {
    Style {
        fill: Some(ink),
        ..Style::default()
    }
}

pub(super) fn stroke(ink: Ink, width: f64) -> Style {
    Style {
        stroke: Some(ink),
        width,
        ..Style::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_between_the_ends() {
        let plot = Plot {
            left: 10.0,
            right: 110.0,
            end: 2.0,
        };
        for (number, x) in [
            (0.0, 10.0),
            (1.0, 60.0),
            (9.0, 110.0),
            (-1.0, 10.0),
            (f64::NAN, 10.0),
        ] {
            assert_eq!(plot.x(number), x, "{number}");
        }
        assert!(plot.is_beyond(2.1) && !plot.is_beyond(2.0));
        assert_eq!(Plot { end: 0.0, ..plot }.x(1.0), 10.0);
    }
}
