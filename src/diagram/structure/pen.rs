//! Paths, stroke by stroke.

use std::fmt::Write as _;

use super::super::canvas::number;

/// Writes the `d` of a path.
#[derive(Clone, Debug, Default)]
pub struct Pen(String);

impl Pen {
    /// Starts at a point.
    pub fn at(x: f64, y: f64) -> Pen {
        Pen::default().jump(x, y)
    }

    /// Goes to a point without drawing.
    pub fn jump(self, x: f64, y: f64) -> Pen {
        self.add('M', &[x, y])
    }

    /// Draws a straight line to a point.
    pub fn line(self, x: f64, y: f64) -> Pen {
        self.add('L', &[x, y])
    }

    /// Draws a bend towards a corner to a point.
    pub fn bend(self, corner: (f64, f64), x: f64, y: f64) -> Pen {
        self.add('Q', &[corner.0, corner.1, x, y])
    }

    /// Draws the shorter arc of an ellipse to a point, clockwise.
    pub fn arc(self, rx: f64, ry: f64, x: f64, y: f64) -> Pen {
        self.add('A', &[rx, ry, 0.0, 0.0, 1.0, x, y])
    }

    /// Draws the shorter arc of an ellipse to a point, counter-clockwise.
    pub fn back(self, rx: f64, ry: f64, x: f64, y: f64) -> Pen {
        self.add('A', &[rx, ry, 0.0, 0.0, 0.0, x, y])
    }

    /// Goes back to the start of this stroke.
    pub fn close(mut self) -> Pen {
        self.0.push('Z');
        self
    }

    /// Returns the path.
    pub fn done(self) -> String {
        self.0
    }

    fn add(mut self, letter: char, numbers: &[f64]) -> Pen {
        self.0.push(letter);
        for (index, length) in numbers.iter().enumerate() {
            let blank = if index == 0 { "" } else { " " };
            let _ = write!(self.0, "{blank}{}", number(*length));
        }
        self
    }
}
