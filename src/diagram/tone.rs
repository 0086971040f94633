//! The colours of a family, and of a change.

use super::canvas::Ink;
use super::scene::Tone;
use crate::diff::Change;

/// Returns the colour of a box's ground and the one that its family is drawn in.
pub fn inks(tone: Tone) -> (Ink, Ink) {
    match tone {
        Tone::Compute => (Ink::Compute, Ink::ComputeLine),
        Tone::Decision => (Ink::Decision, Ink::DecisionLine),
        Tone::Edge => (Ink::Edge, Ink::EdgeLine),
        Tone::Messaging => (Ink::Messaging, Ink::MessagingLine),
        Tone::Outside => (Ink::Outside, Ink::OutsideLine),
        Tone::Plain => (Ink::Plain, Ink::PlainLine),
        Tone::Requirement => (Ink::Requirement, Ink::RequirementLine),
        Tone::State => (Ink::State, Ink::StateLine),
        Tone::Support => (Ink::Support, Ink::SupportLine),
    }
}

/// Returns the colour of a change.
pub fn change_ink(change: Change) -> Ink {
    match change {
        Change::Added => Ink::Added,
        Change::Changed => Ink::Changed,
        Change::Removed => Ink::Removed,
    }
}

/// Returns the sign of a change, so that nobody needs the colour: `+`, `~`, `−`.
pub fn change_sign(change: Change) -> &'static str {
    match change {
        Change::Added => "+",
        Change::Changed => "~",
        Change::Removed => "−",
    }
}
