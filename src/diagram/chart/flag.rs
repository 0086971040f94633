//! Lines across a chart with a name, and where the names stand.

use super::super::canvas::{Anchor, Canvas, Words};
use super::super::layout::Point;
use super::super::structure::Pen;
use super::super::text::{Weight, width, wrap};
use super::frame::{LINE, MARGIN, SMALL, words};
use super::plot::{Plot, Tone, stroke};

/// How far a name and its line are from each other.
const BESIDE: f64 = 5.0;

/// A line at a number.
#[derive(Clone, Debug)]
pub(super) struct Flag {
    pub at: f64,
    pub label: String,
    pub tone: Tone,
}

/// A flag whose name has its place.
#[derive(Clone, Debug)]
pub(super) struct Placed {
    label: String,
    tone: Tone,
    /// Where its line stands; nothing where that is beyond the end.
    pub line: Option<f64>,
    /// From where to where its name goes.
    name: (f64, f64),
}

/// Returns flags in the order of their names from top to bottom, so that as few lines
/// as can be go through names.
pub(super) fn placed(flags: &[Flag], plot: &Plot) -> Vec<Placed> {
    let (far, mut near): (Vec<&Flag>, Vec<&Flag>) =
        flags.iter().partition(|flag| plot.is_beyond(flag.at));
    // What lies beyond has no line: on top nothing goes through its name.
    near.sort_by(|a, b| a.at.total_cmp(&b.at));
    let to_the_right = far.iter().chain(&near).map(|flag| place(flag, plot, true));
    let to_the_right: Vec<Placed> = to_the_right.collect();
    let to_the_left = far.iter().chain(near.iter().rev());
    let to_the_left: Vec<Placed> = to_the_left.map(|flag| place(flag, plot, false)).collect();
    match crossings(&to_the_left) < crossings(&to_the_right) {
        true => to_the_left,
        false => to_the_right,
    }
}

fn place(flag: &Flag, plot: &Plot, to_the_right: bool) -> Placed {
    let x = plot.x(flag.at);
    let beyond = plot.is_beyond(flag.at);
    let label = match beyond {
        true => format!("{} →", flag.label),
        false => flag.label.clone(),
    };
    let label = wrap(&label, Weight::Bold, SMALL, plot.right - MARGIN, 1).concat();
    let wide = width(&label, Weight::Bold, SMALL);
    let right = x + BESIDE + wide <= plot.right;
    let left = x - BESIDE - wide >= MARGIN;
    let start = match right && !beyond && (to_the_right || !left) {
        true => x + BESIDE,
        false if beyond => plot.right - wide,
        false => (x - BESIDE - wide).max(MARGIN),
    };
    Placed {
        label,
        tone: flag.tone,
        line: (!beyond).then_some(x),
        name: (start, start + wide),
    }
}

/// Counts the lines that go through names further down.
fn crossings(flags: &[Placed]) -> usize {
    let crossed = |(index, flag): (usize, &Placed)| {
        let hits = |below: &&Placed| {
            let (left, right) = below.name;
            flag.line.is_some_and(|x| x > left - 2.0 && x < right + 2.0)
        };
        flags[index + 1..].iter().filter(hits).count()
    };
    flags.iter().enumerate().map(crossed).sum()
}

/// Draws the lines down to a height, then the names, the lowest with its base line at
/// that height less a line.
pub(super) fn draw(canvas: &mut Canvas, flags: &[Placed], down: f64) {
    let y = |index: usize| down - (flags.len() - index) as f64 * LINE;
    for (index, flag) in flags.iter().enumerate() {
        if let Some(x) = flag.line {
            let path = Pen::at(x, y(index) - 9.0).line(x, down + 4.0);
            canvas.path(&path.done(), &flag.style());
        }
    }
    for (index, flag) in flags.iter().enumerate() {
        let style = Words {
            weight: Weight::Bold,
            halo: true,
            ..words(flag.tone.words(), SMALL, Anchor::Start)
        };
        let (x, y) = (flag.name.0, y(index));
        canvas.words(Point { x, y }, &flag.label, &style);
    }
}

impl Placed {
    /// Returns how its line is drawn.
    pub(super) fn style(&self) -> super::super::canvas::Style {
        stroke(self.tone.ink(), 1.6)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(at: &[f64]) -> Vec<Placed> {
        let flags: Vec<Flag> = at
            .iter()
            .map(|at| Flag {
                at: *at,
                label: format!("p99 < {at}ms"),
                tone: Tone::Total,
            })
            .collect();
        let plot = Plot {
            left: 150.0,
            right: 450.0,
            end: 100.0,
        };
        placed(&flags, &plot)
    }

    #[test]
    fn no_line_goes_through_a_name() {
        for at in [
            &[10.0][..],
            &[90.0, 95.0],
            &[99.0, 98.0, 20.0],
            &[1.0, 2.0, 3.0],
            &[50.0, 1000.0],
        ] {
            let placed = lines(at);
            assert_eq!(crossings(&placed), 0, "{placed:?}");
            assert_eq!(placed.len(), at.len());
        }
    }

    #[test]
    fn what_lies_beyond_has_a_name_and_no_line() {
        let placed = lines(&[50.0, 1000.0]);
        assert_eq!(placed[0].label, "p99 < 1000ms →");
        assert!(placed[0].line.is_none() && placed[1].line.is_some());
    }
}
