//! The file that an answer begins with: the steps, their time boxes, and no answer.

use std::fmt::Write;

use super::clock::due;
use crate::model::Model;

/// What stands under each step, as comments.
const STEPS: [(&str, &str, &[&str]); 6] = [
    (
        "requirements",
        "Requirements",
        &[
            "What must users be able to do? Name the top three, and what you leave out.",
            "functional Read \"Users should be able to …\"",
            "excluded Payments \"Another team's\"",
            "",
            "How fast, how many, how often may it fail? Three to five, each with a number.",
            "quality Fast: latency { on: read; p99 < 200ms }",
            "quality Up: availability { prefer: availability; availability >= 99.9% }",
            "",
            "Work a number out only if it decides something.",
            "estimate Storage { perDay: create * Thing.size }",
        ],
    ),
    (
        "entities",
        "Core entities",
        &[
            "Which nouns does the API exchange, and which are kept? Fields can follow later.",
            "entity Thing { id: uuid key }",
        ],
    ),
    (
        "api",
        "API",
        &[
            "One operation for each feature; say which with `for:`.",
            "api Public: rest {",
            "  auth: oauth2",
            "  read: GET /things/{id} -> Thing { for: Read }",
            "}",
        ],
    ),
    (
        "data-flow",
        "Data flow, only for systems that process data",
        &["What happens to an input, step by step, until it is an output?"],
    ),
    (
        "high-level",
        "High-level design",
        &[
            "Endpoint by endpoint, as simple as it works: boxes, arrows, and a flow for each.",
            "client app: browser",
            "service things { serves: Public }",
            "database store: postgres { stores: Thing }",
            "app -> things -> store",
            "flow Reading: read { app -> things -> store { reads: Thing by id } }",
        ],
    ),
    (
        "deep-dives",
        "Deep dives",
        &[
            "Now the qualities: replicas, timeouts, caches, indexes, shards, what fails and what",
            "happens then. Say what you chose, instead of what, and why.",
            "load Daily { users: 1M/day; read: 10/user/day; peak: 3x }",
            "decision CacheAside \"…\" { for: Fast; instead-of: \"…\"; because: \"…\" }",
        ],
    ),
];

/// Writes the skeleton of an answer.
pub fn skeleton(problem: &Model) -> String {
    let Some(asked) = &problem.problem else {
        return String::new();
    };
    let name = &asked.head.name;
    let title = asked.head.title.as_deref().unwrap_or(name);
    let minutes = asked.minutes.unwrap_or(35);
    let mut text = format!("// {title}: {minutes} minutes\n//\n");
    for line in asked.head.doc.lines() {
        let _ = writeln!(text, "{}", format!("// {line}").trim_end());
    }
    let _ = write!(
        text,
        "//\n// What you may ask: underpin practice show {name}\n\
         // Where you are: underpin practice check THIS-FILE\n\n\
         system {}: {} {} {{\n  answers: {name}\n}}\n",
        system_name(name),
        asked.kind.as_deref().unwrap_or("product"),
        quoted(title),
    );
    for (at, (step, words, lines)) in STEPS.iter().enumerate() {
        let (from, to) = due(step, *step == "data-flow");
        let _ = writeln!(text, "\n// {}. {words}: minutes {from} to {to}", at + 1);
        for line in *lines {
            let _ = writeln!(text, "{}", format!("//    {line}").trim_end());
        }
    }
    text
}

/// Returns `RateLimiter` for `rate-limiter`.
fn system_name(name: &str) -> String {
    let parts = name.split(['-', '_']).filter(|it| !it.is_empty());
    let capitals = parts.map(|part| {
        let mut letters = part.chars();
        let first = letters.next().map(|it| it.to_uppercase().to_string());
        format!("{}{}", first.unwrap_or_default(), letters.as_str())
    });
    capitals.collect()
}

fn quoted(text: &str) -> String {
    format!(
        "\"{}\"",
        text.replace('\\', "\\\\")
            .replace('"', "\\\"")
            .replace('\n', " ")
    )
}
