//! See `placeholder_value.md`.

use std::collections::BTreeMap;

use crate::finding::{Confidence, Edit, Finding, Fix, Safety, Severity, removal};
use crate::lint::{About, Design, Report, Rule};
use crate::model::{Head, Wording};
use crate::source::Span;

/// Words that wait for something better.
pub struct PlaceholderValue;

impl Rule for PlaceholderValue {
    fn about(&self) -> About {
        About {
            name: "placeholder-value",
            category: "structure",
            summary: "a text that still says TODO, TBD, ??? or nothing",
            severity: Severity::Warning,
            confidence: Confidence::High,
            motives: &[],
            page: include_str!("placeholder_value.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        let about_todos = heads(design).any(|head| head.name.to_lowercase().contains("todo"))
            || design
                .model
                .system
                .as_ref()
                .is_some_and(|it| it.name.to_lowercase().contains("todo"));
        let mut places: Vec<(Span, String)> = Vec::new();
        let mut removals: BTreeMap<Span, Edit> = BTreeMap::new();
        for Wording { text, span, whole } in &design.model.texts {
            match placeholder(text) {
                Some(word) if !(about_todos && word == "TODO") => {
                    if let Some(whole) = whole.filter(|_| says_nothing_else(text, &word)) {
                        let file = design.sources.file(span.file);
                        removals.insert(*span, removal(file, whole));
                    }
                    places.push((*span, word));
                }
                _ => report.pass(),
            }
        }
        places.sort();
        let mut by_owner: BTreeMap<(Span, String), Vec<(Span, String)>> = BTreeMap::new();
        for (owner, place) in owned(design, places) {
            by_owner.entry(owner).or_default().push(place);
        }
        for ((_, owner), places) in by_owner {
            let finding = left(&owner, &places, report);
            let edits = places.iter().map(|(span, _)| removals.get(span).cloned());
            let fix = edits
                .collect::<Option<Vec<Edit>>>()
                .map(|edits| Fix::new("remove what says nothing", Safety::Safe, edits));
            report.fail(Finding { fix, ..finding });
        }
    }
}

/// Tells whether nothing is lost with a text.
fn says_nothing_else(text: &str, word: &str) -> bool {
    let rest = text.replacen(word, "", 1);
    let sign = |c: char| c.is_whitespace() || matches!(c, '.' | ':' | '?' | '!' | '…');
    !word.starts_with("[[") && rest.chars().all(sign)
}

/// Returns the placeholder in a text, as it is written.
fn placeholder(text: &str) -> Option<String> {
    if text.trim().is_empty() {
        return Some(String::new());
    }
    let part_of_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '/');
    let words = text.split(|c: char| !part_of_word(c));
    let marks = |word: &&str| {
        let upper = matches!(*word, "TODO" | "XXX" | "FIXME" | "TBD" | "TBC");
        upper || word.eq_ignore_ascii_case("tbd") || word.eq_ignore_ascii_case("fixme")
    };
    if let Some(word) = words.into_iter().find(marks) {
        return Some(word.to_owned());
    }
    if text.contains("???") {
        return Some("???".to_owned());
    }
    let lower = text.to_lowercase();
    if lower.contains("lorem ipsum") {
        return Some("lorem ipsum".to_owned());
    }
    let open = text.find("[[")?;
    let inner = &text[open + 2..];
    let close = inner.find("]]").filter(|length| *length > 0)?;
    let shown: String = inner[..close]
        .chars()
        .take(30)
        .filter(|c| !c.is_control())
        .collect();
    Some(format!("[[{shown}]]"))
}

/// Returns everything that has a name.
fn heads<'a>(design: &Design<'a>) -> impl Iterator<Item = &'a Head> {
    let model = design.model;
    let requirements = model.requirements.rows().iter().map(|it| &it.head);
    let entities = model.entities.rows().iter().map(|it| &it.head);
    let apis = model.apis.rows().iter().map(|it| &it.head);
    let operations = model.operations.rows().iter().map(|it| &it.head);
    let components = model.components.rows().iter().map(|it| &it.head);
    let places = model.places.rows().iter().map(|it| &it.head);
    let flows = model.flows.rows().iter().map(|it| &it.head);
    let loads = model.loads.rows().iter().map(|it| &it.head);
    let estimates = model.estimates.rows().iter().map(|it| &it.head);
    let decisions = model.decisions.rows().iter().map(|it| &it.head);
    requirements
        .chain(entities)
        .chain(apis)
        .chain(operations)
        .chain(components)
        .chain(places)
        .chain(flows)
        .chain(loads)
        .chain(estimates)
        .chain(decisions)
}

type Owned = ((Span, String), (Span, String));

/// Finds for each place, in order, the innermost named thing around it.
fn owned(design: &Design<'_>, places: Vec<(Span, String)>) -> Vec<Owned> {
    let outer_first = |span: &Span| (span.file, span.start, std::cmp::Reverse(span.end));
    let mut around: Vec<(Span, &str)> = heads(design)
        .map(|head| (head.span, head.path.as_str()))
        .collect();
    around.sort_by_key(|(span, _)| outer_first(span));
    let mut coming = around.into_iter().peekable();
    let mut open: Vec<(Span, &str)> = Vec::new();
    let mut found = Vec::new();
    for (span, word) in places {
        let begun = |(it, _): &(Span, &str)| (it.file, it.start) <= (span.file, span.start);
        while let Some(next) = coming.next_if(begun) {
            open.retain(|(it, _)| it.contains(next.0));
            open.push(next);
        }
        open.retain(|(it, _)| it.contains(span));
        let named = open.iter().rev().find(|(_, path)| !path.is_empty());
        let owner = match (named, &design.model.system) {
            (Some((at, path)), _) => (*at, (*path).to_owned()),
            (None, Some(system)) => (system.span, system.name.clone()),
            (None, None) => (span, "this file".to_owned()),
        };
        found.push((owner, (span, word)));
    }
    found
}

fn left(owner: &str, places: &[(Span, String)], report: &Report) -> Finding {
    let (first, word) = &places[0];
    let message = match word.as_str() {
        "" => format!("a text of `{owner}` is empty"),
        word => format!("`{word}` stands where `{owner}` should say something"),
    };
    let finding = report
        .finding(*first, message)
        .label("still to be filled in")
        .help("write what is meant; what is not known yet is a `question Name \"…?\"`, and what is not decided is better left out")
        .about(owner);
    let rest = places[1..].iter();
    rest.fold(finding, |finding, (span, _)| {
        finding.because(*span, "and here")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_words_wait_for_something_better() {
        for (text, found) in [
            ("TODO: ask finance", Some("TODO")),
            ("tbd", Some("tbd")),
            ("p99 is ???", Some("???")),
            ("Dear [[name]],", Some("[[name]]")),
            ("Lorem ipsum dolor", Some("lorem ipsum")),
            ("  ", Some("")),
            ("Users can add a todo", None),
            ("XXXL shirts", None),
            ("TODO-list", None),
            ("XXX-XX-1234", None),
            ("Really??", None),
            ("if [[ -f x", None),
            ("[[]]", None),
        ] {
            assert_eq!(placeholder(text).as_deref(), found, "{text}");
        }
    }
}
