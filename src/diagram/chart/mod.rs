//! Charts of what the numbers of a design come to.
//!
//! Takes plain data ([`Utilisation`], [`Waterfall`], [`Contributions`]), gives SVG
//! in which every length is also said in words, and every colour also by a shape, a
//! place or a word. Only [`from_numbers`] knows where the data come from.

mod contributions;
mod flag;
mod frame;
pub mod from_numbers;
mod plot;
#[cfg(all(test, feature = "png"))]
mod tests;
mod time;
mod utilisation;
mod waterfall;

pub use contributions::{Cause, Contributions, Goal};
pub use utilisation::{Busy, Left, Utilisation};
pub use waterfall::{Step, Target, Total, Waterfall};

use super::canvas::Theme;

/// How much room a chart has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// That of a page: names stand beside their bars.
    Page,
    /// That of a telephone: names stand above their bars.
    Slim,
}

/// What can be drawn as a chart.
#[derive(Clone, Debug, PartialEq)]
pub enum Chart {
    /// Where availability is lost.
    Contributions(Contributions),
    /// How busy components are.
    Utilisation(Utilisation),
    /// When each step of a flow begins and ends.
    Waterfall(Waterfall),
}

impl Chart {
    /// Draws the chart as an SVG document.
    pub fn svg(&self, room: Room, theme: Theme) -> String {
        match self {
            Chart::Contributions(it) => contributions::svg(it, room, theme),
            Chart::Utilisation(it) => utilisation::svg(it, room, theme),
            Chart::Waterfall(it) => waterfall::svg(it, room, theme),
        }
    }

    /// Returns what pictures call those who stand in it.
    pub fn ids(&self) -> Vec<&str> {
        match self {
            Chart::Contributions(it) => it.causes.iter().map(|it| it.id.as_str()).collect(),
            Chart::Utilisation(it) => it.components.iter().map(|it| it.id.as_str()).collect(),
            Chart::Waterfall(it) => it.steps.iter().map(|it| it.id.as_str()).collect(),
        }
    }

    /// Returns what it shows, in a few words.
    pub fn title(&self) -> String {
        match self {
            Chart::Contributions(it) => it.title(),
            Chart::Utilisation(_) => "How busy components are at the peak".to_owned(),
            Chart::Waterfall(it) => it.title(),
        }
    }
}
