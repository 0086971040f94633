//! Small signs for outlines that architects know.

use crate::diagram::canvas::number;
use crate::diagram::layout::Point;
use crate::diagram::scene::Shape;

/// How much room a sign takes at most, to each side.
pub(super) const HEIGHT: f64 = 18.0;

/// Returns the `d` of a sign around a point.
pub(super) fn path(shape: Shape, middle: Point) -> String {
    let ((x, y), strokes) = match shape {
        Shape::Box => ((-9.0, -6.5), "h18v13h-18z"),
        Shape::Cloud => (
            (-6.0, 6.5),
            "a4 4 0 0 1 -.5 -8a5.5 5.5 0 0 1 10.5 -1.5a4.8 4.8 0 0 1 2 9.5z",
        ),
        Shape::Cylinder => (
            (-7.5, -5.5),
            "a7.5 2.5 0 0 1 15 0v11a7.5 2.5 0 0 1 -15 0zm0 0a7.5 2.5 0 0 0 15 0",
        ),
        Shape::Device => ((-9.0, -7.5), "h18v11.5h-18zm6 14.5h6m-3 -3v3"),
        Shape::Document => ((-6.0, -8.0), "h8l4 4v12h-12zm8 0v4h4"),
        Shape::Hexagon => ((-10.0, 0.0), "l5 -7.5h10l5 7.5l-5 7.5h-10z"),
        Shape::Person => ((-7.0, 8.0), "a7 7 0 0 1 14 0zm7 -8.5a3.8 3.8 0 1 1 .01 0z"),
        Shape::Pipe => (
            (-8.0, -5.5),
            "h16a2.5 5.5 0 0 1 0 11h-16a2.5 5.5 0 0 1 0 -11zm16 0a2.5 5.5 0 0 0 0 11",
        ),
        Shape::Process => ((-9.5, -6.5), "h19v13h-19zm4 0v13m11 -13v13"),
    };
    let (x, y) = (number(middle.x + x), number(middle.y + y));
    format!("M{x} {y}{strokes}")
}
