//! Where everything stands.
//!
//! Takes an outline (sizes and who is in what, no words) and gives a placement.
//! All lengths are in px at natural size; x grows to the right, y downward.

pub mod check;
mod columns;
pub mod embedded;
pub mod graphviz;
mod jogs;
mod order;
mod parts;
mod ports;
mod rank;
mod restarts;
mod router;
mod rows;
mod straighten;
#[cfg(test)]
mod tests;
mod tracks;
mod tree;
mod turn;

use serde::Serialize;

use super::scene::{Direction, End};

/// What is to be placed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outline {
    /// Which way most arrows go.
    pub direction: Direction,
    /// Groups; a parent stands before its children.
    pub groups: Vec<GroupBox>,
    /// Boxes.
    pub nodes: Vec<NodeBox>,
    /// Arrows.
    pub edges: Vec<Arrow>,
}

/// A group to be placed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GroupBox {
    /// The group around it, by its index.
    pub parent: Option<usize>,
    /// The room that its title needs at the top.
    pub header: Size,
}

/// A box to be placed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NodeBox {
    /// The group that it stands in, by its index.
    pub parent: Option<usize>,
    /// Its size with everything that belongs to it.
    pub size: Size,
    /// Whether the reader begins here: people and clients.
    pub first: bool,
}

/// An arrow to be placed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Arrow {
    /// Where it starts.
    pub from: End,
    /// Where it ends.
    pub to: End,
    /// The room that its label needs; `None` where it has none.
    pub label: Option<Size>,
}

/// A width and a height.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Size {
    /// From left to right.
    pub width: f64,
    /// From top to bottom.
    pub height: f64,
}

/// A point.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Point {
    /// From the left.
    pub x: f64,
    /// From the top.
    pub y: f64,
}

/// A rectangle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Rect {
    /// Its left side.
    pub x: f64,
    /// Its upper side.
    pub y: f64,
    /// From left to right.
    pub width: f64,
    /// From top to bottom.
    pub height: f64,
}

impl Rect {
    /// Returns the x of its right side.
    pub fn right(&self) -> f64 {
        self.x + self.width
    }

    /// Returns the y of its lower side.
    pub fn bottom(&self) -> f64 {
        self.y + self.height
    }

    /// Returns its middle.
    pub fn middle(&self) -> Point {
        Point {
            x: self.x + self.width / 2.0,
            y: self.y + self.height / 2.0,
        }
    }
}

/// Where everything stands; its lists go with those of the outline.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Placement {
    /// The size of the whole, with a margin.
    pub size: Size,
    /// Where each group stands, around all that is in it.
    pub groups: Vec<Rect>,
    /// Where each box stands.
    pub nodes: Vec<Rect>,
    /// How each arrow goes.
    pub edges: Vec<Route>,
}

impl Placement {
    /// Returns every group, box and label.
    fn rects_mut(&mut self) -> impl Iterator<Item = &mut Rect> {
        let labels = self.edges.iter_mut().filter_map(|edge| edge.label.as_mut());
        self.groups.iter_mut().chain(&mut self.nodes).chain(labels)
    }

    /// Returns every corner of every arrow.
    fn points_mut(&mut self) -> impl Iterator<Item = &mut Point> {
        self.edges.iter_mut().flat_map(|edge| &mut edge.points)
    }
}

/// How an arrow goes.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Route {
    /// Its corners, from the border of where it starts to the border of where it ends.
    pub points: Vec<Point>,
    /// Where its label stands.
    pub label: Option<Rect>,
}

/// Places things.
pub trait Engine {
    /// Gives everything its place.
    ///
    /// # Errors
    ///
    /// In words for a user, if it cannot: the program that it needs is missing
    /// or did not answer in time.
    fn place(&self, outline: &Outline) -> Result<Placement, LayoutError>;
}

/// Why an engine could not place a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayoutError {
    /// What went wrong: lower case, no full stop.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}
