//! See `resource_naming.md`.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::{Confidence, Edit, Finding, Fix, Safety, Severity};
use crate::lint::{About, Design, Report, Rule};
use crate::model::{Api, Id, Operation};
use crate::rules::by_api::by_api;
use crate::rules::words::{list, parts, plural};
use crate::source::Span;

/// Paths that are not named as resources are.
pub struct ResourceNaming;

/// Words that say what a method already says.
const CRUD: &[&str] = &[
    "create", "get", "update", "delete", "add", "remove", "list", "fetch",
];
/// Nouns of which there is no plural, and of which each caller has one.
const NEVER: &[&str] = &[
    "basket",
    "cart",
    "content",
    "data",
    "equipment",
    "feed",
    "feedback",
    "health",
    "history",
    "inbox",
    "information",
    "inventory",
    "login",
    "me",
    "media",
    "metadata",
    "money",
    "music",
    "news",
    "profile",
    "search",
    "series",
    "software",
    "stock",
    "telemetry",
    "timeline",
    "traffic",
    "watchlist",
    "weather",
    "wishlist",
];

impl Rule for ResourceNaming {
    fn about(&self) -> About {
        About {
            name: "resource-naming",
            category: "interface",
            summary: "a path that is not named as the resources of a REST API are",
            severity: Severity::Info,
            confidence: Confidence::High,
            motives: &[],
            page: include_str!("resource_naming.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        let nouns = Nouns::of(design);
        for (id, api) in design.model.apis.iter() {
            if api.types.iter().any(|word| word == "rest") || api.types.is_empty() {
                check_api(design, &nouns, id, api, report);
            }
        }
    }

    fn merge(&self, findings: Vec<Finding>) -> Vec<Finding> {
        by_api(findings, |api, names| {
            format!("{} in `{api}` are not named as resources are", list(names))
        })
    }
}

/// A name that should be another.
struct Oddity {
    segment: String,
    why: String,
    /// What to call it, where that is certain.
    better: Option<String>,
    operation: Id<Operation>,
    span: Span,
}

fn check_api(design: &Design<'_>, nouns: &Nouns, id: Id<Api>, api: &Api, report: &mut Report) {
    let mut odd = Vec::new();
    let mut styles: BTreeMap<Style, (String, Id<Operation>, Span)> = BTreeMap::new();
    let mut routes = 0;
    for operation in &api.operations {
        let row = &design.model.operations[*operation];
        let Some((route, span)) = row.route.as_ref().filter(|_| row.verb.is_http()) else {
            continue;
        };
        routes += 1;
        for (segment, used) in segments(route, row) {
            let many = nouns.singular(segment, used);
            let why = match &many {
                Some(many) => Some(format!("`/{segment}` holds many: `/{many}`")),
                None => nouns.verb(segment),
            };
            odd.extend(why.map(|why| Oddity {
                segment: segment.to_owned(),
                why,
                better: many,
                operation: *operation,
                span: *span,
            }));
            if let Some(style) = style(segment) {
                let place = (segment.to_owned(), *operation, *span);
                styles.entry(style).or_insert(place);
            }
        }
    }
    odd.extend(mixed(&styles));
    if odd.is_empty() {
        if routes > 0 {
            report.pass();
        }
        return;
    }
    report_api(design, id, &odd, report);
}

fn report_api(design: &Design<'_>, api: Id<Api>, odd: &[Oddity], report: &mut Report) {
    let name = &design.model.apis[api].head.path;
    let mut seen = BTreeSet::new();
    for it in odd.iter().filter(|it| seen.insert((&it.segment, &it.why))) {
        let finding = report
            .finding(it.span, format!("`/{}` in `{name}` is not named as resources are", it.segment))
            .label(it.why.clone())
            .help("name a collection in the plural, let the method say what is done to it, and write all paths in one case")
            .about(name.clone())
            .about(design.model.operations[it.operation].head.path.clone());
        let better = it.better.as_deref();
        let fix = better.and_then(|better| renamed(design, api, &it.segment, better));
        report.fail(Finding { fix, ..finding });
    }
}

/// Returns the fix that renames a segment in all routes of an API; there is none
/// where two operations would then be one.
fn renamed(design: &Design<'_>, api: Id<Api>, segment: &str, better: &str) -> Option<Fix> {
    let mut edits = Vec::new();
    let mut routes = BTreeSet::new();
    for operation in &design.model.apis[api].operations {
        let row = &design.model.operations[*operation];
        let Some((route, span)) = &row.route else {
            continue;
        };
        if design.sources.text(*span) != route {
            return None;
        }
        let mut after = route.clone();
        for start in places(route, segment).into_iter().rev() {
            let end = start + segment.len();
            after.replace_range(start..end, better);
            let start = span.start as usize + start;
            edits.push(Edit {
                span: Span::new(span.file, start, start + segment.len()),
                text: better.to_owned(),
            });
        }
        if !routes.insert((row.verb.0, after)) {
            return None;
        }
    }
    edits.sort();
    let title = format!("write `/{better}`");
    Some(Fix::new(title, Safety::Safe, edits))
}

/// Returns where a segment begins in a route.
fn places(route: &str, segment: &str) -> Vec<usize> {
    let path = route.split(['?', '#']).next().unwrap_or_default();
    let mut start = 0;
    let mut found = Vec::new();
    for part in path.split('/') {
        if part == segment {
            found.push(start);
        }
        start += part.len() + 1;
    }
    found
}

/// How a segment is used.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Used {
    /// As a collection: an id follows, or it is posted to, or a list comes back.
    Collection,
    /// As something of which there is one.
    Single,
}

/// Returns the literal segments of a route with how each is used.
fn segments<'a>(route: &'a str, operation: &Operation) -> Vec<(&'a str, Used)> {
    let path = route.split(['?', '#']).next().unwrap_or_default();
    let all: Vec<&str> = path.split('/').filter(|it| !it.is_empty()).collect();
    let is_parameter = |segment: &str| segment.starts_with(['{', ':', '*']);
    let lists = operation.results.iter().any(|result| result.list);
    let used = |index: usize| match all.get(index + 1) {
        Some(next) if is_parameter(next) && !is_of_another(all[index], next) => Used::Collection,
        Some(_) => Used::Single,
        None if operation.verb.0 == "POST" || lists => Used::Collection,
        None => Used::Single,
    };
    let literal = all.iter().enumerate().filter(|(_, it)| !is_parameter(it));
    literal
        .map(|(index, segment)| match segment.split_once(':') {
            Some((noun, _)) => (noun, Used::Single),
            None => (*segment, used(index)),
        })
        .collect()
}

/// Tells whether a parameter is the id of something else than the segment before
/// it names, as in `/click/{adId}`.
fn is_of_another(segment: &str, parameter: &str) -> bool {
    let named = parts(parameter);
    match named.split_last() {
        Some((last, of)) if last == "id" && !of.is_empty() => {
            !parts(segment).concat().ends_with(&of.concat())
        }
        _ => false,
    }
}

/// The nouns of a design's entities, by their words joined: `seathold`.
struct Nouns {
    singular: BTreeMap<String, Vec<String>>,
    plural: BTreeSet<String>,
}

impl Nouns {
    fn of(design: &Design<'_>) -> Nouns {
        let mut nouns = Nouns {
            singular: BTreeMap::new(),
            plural: BTreeSet::new(),
        };
        for entity in design
            .model
            .entities
            .rows()
            .iter()
            .filter(|it| it.is_entity())
        {
            let words = parts(&entity.head.name);
            let Some((last, rest)) = words.split_last() else {
                continue;
            };
            let many = plural(last);
            let is_plural = last.ends_with('s') && !last.ends_with("ss") && !last.ends_with("us");
            if is_plural || NEVER.contains(&last.as_str()) {
                nouns.plural.insert(words.concat());
                continue;
            }
            nouns.plural.insert(format!("{}{many}", rest.concat()));
            let renamed: Vec<String> = rest.iter().cloned().chain([many]).collect();
            nouns.singular.insert(words.concat(), renamed);
        }
        nouns
    }

    /// Returns a segment that should be in the plural in it.
    fn singular(&self, segment: &str, used: Used) -> Option<String> {
        let words = parts(segment);
        let many = self.singular.get(&words.concat())?;
        let style = style(segment).unwrap_or(Style::Kebab);
        (used == Used::Collection).then(|| style.join(many))
    }

    /// Says which verb a segment begins with.
    fn verb(&self, segment: &str) -> Option<String> {
        let words = parts(segment);
        let first = words.first().filter(|word| CRUD.contains(&word.as_str()))?;
        let whole = words.concat();
        let is_noun = self.singular.contains_key(&whole) || self.plural.contains(&whole);
        (!is_noun).then(|| format!("`/{segment}`: the method says `{first}` already"))
    }
}

/// How the words of a segment are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Style {
    Kebab,
    Snake,
    Camel,
}

impl Style {
    fn word(self) -> &'static str {
        match self {
            Style::Kebab => "kebab-case",
            Style::Snake => "snake_case",
            Style::Camel => "camelCase",
        }
    }

    fn join(self, words: &[String]) -> String {
        match self {
            Style::Kebab => words.join("-"),
            Style::Snake => words.join("_"),
            Style::Camel => {
                let mut joined = String::new();
                for (index, word) in words.iter().enumerate() {
                    let mut letters = word.chars();
                    match letters.next() {
                        Some(first) if index > 0 => joined.extend(first.to_uppercase()),
                        Some(first) => joined.push(first),
                        None => {}
                    }
                    joined.push_str(letters.as_str());
                }
                joined
            }
        }
    }
}

/// Returns the style of a segment of several words; one word has none.
fn style(segment: &str) -> Option<Style> {
    if segment.contains('.') {
        return None;
    }
    match segment.trim_matches(['-', '_']) {
        it if it.contains('_') => Some(Style::Snake),
        it if it.contains('-') => Some(Style::Kebab),
        it if it.chars().skip(1).any(char::is_uppercase) => Some(Style::Camel),
        _ => None,
    }
}

/// Says which segments are not in the case of the first style.
fn mixed(styles: &BTreeMap<Style, (String, Id<Operation>, Span)>) -> Vec<Oddity> {
    if styles.len() < 2 {
        return Vec::new();
    }
    let each = styles
        .iter()
        .map(|(style, (segment, operation, span))| Oddity {
            segment: segment.clone(),
            why: format!("`/{segment}` is in {}", style.word()),
            better: None,
            operation: *operation,
            span: *span,
        });
    each.collect()
}
