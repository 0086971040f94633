//! underpin reads an architecture spec and reviews it the way a senior
//! engineer would.
//!
//! The rooms below stand on floors; a room calls only rooms on lower floors.
//! In reading order, which is the way of a datum:
//!
//! - [`source`]: text and places; [`quantity`]: numbers with units
//! - [`finding`]: what is wrong, where, and why
//! - [`syntax`]: text to a tree of the five statement shapes
//! - [`mod@format`]: a tree back to text; [`vocabulary`]: every word of the language
//! - [`model`]: trees and vocabulary to meaning
//! - [`graph`]: the model as a graph
//! - [`analysis`]: what must be up for an operation to succeed
//! - [`lint`]: what a rule is, and the run of many
//! - [`rules`]: the rules themselves, one file and one page each
//! - [`report`]: findings to text
//! - [`workspace`]: the files of a design, and the walk through all of the above
//! - [`cli`]: the command line

pub mod analysis;
pub mod cli;
pub mod finding;
pub mod format;
pub mod graph;
pub mod lint;
pub mod model;
pub mod quantity;
pub mod report;
pub mod rules;
pub mod source;
pub mod syntax;
pub mod vocabulary;
pub mod workspace;
