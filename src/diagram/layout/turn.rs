//! Pictures whose arrows go to the right: laid out as if they went down, with
//! width and height exchanged before and after.

use super::{Outline, Placement, Point, Rect, Size};

/// Exchanges widths and heights, but not those of titles: they are read where they stand.
pub(super) fn turn_outline(outline: &mut Outline) {
    for node in &mut outline.nodes {
        node.size = turn_size(node.size);
    }
    for edge in &mut outline.edges {
        edge.label = edge.label.map(turn_size);
    }
}

/// Exchanges x and y.
pub(super) fn turn_placement(placement: &mut Placement) {
    placement.size = turn_size(placement.size);
    for rect in placement.rects_mut() {
        *rect = Rect {
            x: rect.y,
            y: rect.x,
            width: rect.height,
            height: rect.width,
        };
    }
    for point in placement.points_mut() {
        *point = Point {
            x: point.y,
            y: point.x,
        };
    }
}

fn turn_size(size: Size) -> Size {
    Size {
        width: size.height,
        height: size.width,
    }
}
