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
//! - [`numbers`]: what the analyses come to, as tables
//! - [`mod@diff`]: what changed between two states of a design
//! - [`lint`]: what a rule is, and the run of many
//! - [`rules`]: the rules themselves, one file and one page each
//! - [`config`]: how a team wants it
//! - [`practice`]: problems to practise with, and what answers are worth
//! - [`report`]: findings to text; [`diagram`]: the design and its findings to pictures
//! - [`workspace`]: the files of a design, and the walk through all of the above
//! - [`cli`]: the command line
//!
//! ```
//! let design = "
//!     quality Uptime: availability { availability >= 99.9% }
//!     client app: mobile
//!     service orders { replicas: 3 }
//!     database ledger { replicas: 1 }
//!     app -> orders -> ledger
//! ";
//! let review = underpin::check("orders.arch", design, "2027-01-31".parse()?);
//! let findings = &review.outcomes[0].findings;
//! assert!(findings.iter().any(|it| it.rule == "single-point-of-failure"));
//!
//! let pictures = underpin::draw("orders.arch", design);
//! assert!(pictures.iter().any(|(view, svg)| view == "components" && svg.starts_with("<svg")));
//!
//! assert_eq!(underpin::format("service  a{replicas:3}"), "service a { replicas: 3 }\n");
//! # Ok::<(), underpin::quantity::ParseError>(())
//! ```

pub mod analysis;
pub mod cli;
pub mod config;
pub mod diagram;
pub mod diff;
pub mod finding;
pub mod format;
pub mod graph;
pub mod lint;
pub mod model;
pub mod numbers;
pub mod practice;
pub mod quantity;
pub mod report;
pub mod rules;
pub mod source;
pub mod syntax;
pub mod vocabulary;
pub mod workspace;

/// Reviews a text with the recommended rules, as of a day; what it imports is
/// read relative to its name.
pub fn check(name: &str, text: &str, today: quantity::Date) -> workspace::Review {
    let request = workspace::Request {
        today,
        ..given(name, text)
    };
    // Only paths and environments can be missing, and none is asked for.
    workspace::review(&request).unwrap_or_default()
}

/// Draws every view of a text that applies: its name, and an SVG document.
pub fn draw(name: &str, text: &str) -> Vec<(String, String)> {
    let beside = |_: &config::Config| workspace::Beside::Nothing;
    let (_, designs) = workspace::draw(&given(name, text), beside).unwrap_or_default();
    let scenes = designs.into_iter().flat_map(|design| design.scenes);
    let svg = |scene: diagram::scene::Scene| {
        let svg = diagram::svg(&scene, Default::default(), Default::default()).ok()?;
        Some((scene.name, svg))
    };
    scenes.filter_map(svg).collect()
}

/// Asks for a text, whatever configuration files there are.
fn given(name: &str, text: &str) -> workspace::Request {
    workspace::Request {
        stdin: Some((name.to_owned(), text.as_bytes().to_vec())),
        configuration: workspace::Configuration::None,
        ..workspace::Request::of(Vec::new())
    }
}

/// Returns a text as the formatter writes it.
pub fn format(text: &str) -> String {
    workspace::formatted(&source::SourceFile::new("", text))
}
