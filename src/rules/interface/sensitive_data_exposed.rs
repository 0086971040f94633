//! See `sensitive_data_exposed.md`.

use std::collections::BTreeMap;

use crate::finding::{Confidence, Finding, Severity};
use crate::lint::{About, Design, Report, Rule};
use crate::model::{Entity, Field, Id, Operation, Parameter};
use crate::rules::by_api::{by_api, few};
use crate::rules::public_edge::is_one_of;
use crate::rules::words::parts;
use crate::source::Span;

/// An interface that shows what nobody, or not everybody, should see.
pub struct SensitiveDataExposed;

/// Personal fields that people show each other, or that say little by themselves.
const SHOWN: &[&str] = &[
    "avatar", "bio", "city", "country", "display", "handle", "language", "locale", "name", "nick",
    "nickname", "photo", "picture", "text", "title", "username",
];
/// Words in the names of entities that are made to be handed out once.
const HANDED_OUT: &[&str] = &[
    "certificate",
    "credential",
    "invitation",
    "key",
    "otp",
    "session",
    "token",
    "voucher",
];

impl Rule for SensitiveDataExposed {
    fn about(&self) -> About {
        About {
            name: "sensitive-data-exposed",
            category: "interface",
            summary: "a secret in an answer, personal data in a URL or open to everybody",
            severity: Severity::Error,
            confidence: Confidence::Medium,
            motives: &["security", "compliance"],
            page: include_str!("sensitive_data_exposed.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        let marked = Marked::of(design);
        for (id, operation) in design.model.operations.iter() {
            let found = [
                in_address(design, id, operation, &marked, report),
                in_answer(design, id, operation, report),
            ];
            let found: Vec<Finding> = found.into_iter().flatten().collect();
            if found.is_empty() {
                report.pass();
            }
            found.into_iter().for_each(|finding| report.fail(finding));
        }
    }

    fn merge(&self, findings: Vec<Finding>) -> Vec<Finding> {
        by_api(findings, |_, names| {
            format!("{} expose what should stay hidden", few(names))
        })
    }
}

/// The personal and secret fields that a parameter may be, by its name.
struct Marked<'a> {
    /// By the field's name: the first that is not meant to be shown.
    by_field: BTreeMap<String, (Id<Entity>, &'a Field)>,
    /// By the names of the entity and the field, run together.
    by_both: BTreeMap<String, (Id<Entity>, &'a Field)>,
}

impl<'a> Marked<'a> {
    fn of(design: &Design<'a>) -> Marked<'a> {
        let mut marked = Marked {
            by_field: BTreeMap::new(),
            by_both: BTreeMap::new(),
        };
        let model: &'a crate::model::Model = design.model;
        for (id, entity) in model.entities.iter() {
            let hidden = entity.fields.iter().filter(|field| is_hidden(field));
            for field in hidden {
                let name = parts(&field.name).concat();
                let both = format!("{}{name}", parts(&entity.head.name).concat());
                marked.by_field.entry(name).or_insert((id, field));
                marked.by_both.entry(both).or_insert((id, field));
            }
        }
        // A name that some entity uses for something open says nothing.
        for entity in model.entities.rows() {
            for field in entity.fields.iter().filter(|field| !is_marked(field)) {
                marked.by_field.remove(&parts(&field.name).concat());
            }
        }
        marked
    }

    fn named(&self, name: &str) -> Option<(Id<Entity>, &'a Field)> {
        let name = parts(name).concat();
        let found = self.by_both.get(&name).or(self.by_field.get(&name));
        found.copied()
    }
}

fn is_marked(field: &Field) -> bool {
    field.is("personal") || field.is("secret")
}

/// Tells whether a field should not lie about: a secret, or what is personal and
/// neither shown to others nor the name by which the thing is known.
fn is_hidden(field: &Field) -> bool {
    field.is("secret") || field.is("personal") && !field.is("key") && !is_shown(&field.name)
}

fn is_shown(name: &str) -> bool {
    let words = parts(name);
    words.last().is_some_and(|last| is_one_of(last, SHOWN))
}

/// What stands in an address: the name, whether it is secret, where it is, and
/// where it is marked.
struct Written {
    name: String,
    secret: bool,
    span: Span,
    marked: Option<(Span, String)>,
}

fn in_address(
    design: &Design<'_>,
    id: Id<Operation>,
    operation: &Operation,
    marked: &Marked<'_>,
    report: &Report,
) -> Option<Finding> {
    let (route, at) = operation.route.as_ref()?;
    let held = |name: &str| {
        let (entity, field) = marked.named(name)?;
        let owner = &design.model.entities[entity].head.name;
        let word = if field.is("secret") {
            "secret"
        } else {
            "personal"
        };
        Some((
            field,
            (field.span, format!("`{owner}.{}` is {word}", field.name)),
        ))
    };
    let in_route = names_in(route).find_map(|name| {
        let (field, marked) = held(&name)?;
        Some(Written {
            name,
            secret: field.is("secret"),
            span: *at,
            marked: Some(marked),
        })
    });
    let asked = operation.parameters.iter();
    let in_query = || {
        let mut asked = asked.filter(|_| matches!(operation.verb.0, "GET" | "HEAD" | "DELETE"));
        asked.find_map(|it| written(it, held(&it.name)))
    };
    let written = in_route.or_else(in_query)?;
    Some(address(design, id, operation, &written, report))
}

fn written(parameter: &Parameter, held: Option<(&Field, (Span, String))>) -> Option<Written> {
    let own = ["secret", "personal"]
        .into_iter()
        .find(|word| parameter.modifiers.contains(word));
    let secret = match (own, &held) {
        (Some(word), _) => word == "secret",
        (None, Some((field, _))) => field.is("secret"),
        (None, None) => return None,
    };
    Some(Written {
        name: parameter.name.clone(),
        secret,
        span: parameter.span,
        marked: held.map(|(_, marked)| marked),
    })
}

/// Returns what stands in braces.
fn names_in(route: &str) -> impl Iterator<Item = String> {
    route.split('{').skip(1).filter_map(|rest| {
        let (name, _) = rest.split_once('}')?;
        Some(name.to_owned())
    })
}

fn address(
    design: &Design<'_>,
    id: Id<Operation>,
    operation: &Operation,
    written: &Written,
    report: &Report,
) -> Finding {
    let (called, name) = (design.operation_name(id), &written.name);
    let severity = match written.secret {
        true => Severity::Error,
        false => Severity::Warning,
    };
    let finding = report
        .finding(
            written.span,
            format!("`{called}` takes `{name}` in its address, where every log and history keeps it"),
        )
        .severity(severity)
        .label(format!("`{name}` becomes part of the URL"))
        .help(format!(
            "send `{name}` in the body (`POST`) or a header, or name the thing by an id that says nothing"
        ));
    let finding = match &written.marked {
        Some((span, words)) => finding.because(*span, words.clone()),
        None => finding,
    };
    about(design, operation, finding)
}

fn about(design: &Design<'_>, operation: &Operation, finding: Finding) -> Finding {
    finding
        .about(design.model.apis[operation.api].head.path.clone())
        .about(operation.head.path.clone())
}

fn in_answer(
    design: &Design<'_>,
    id: Id<Operation>,
    operation: &Operation,
    report: &Report,
) -> Option<Finding> {
    let inside = ["admin", "internal"]
        .iter()
        .any(|word| operation.facts.says("audience", word));
    if inside {
        return None;
    }
    operation.result_entities().find_map(|(entity, _)| {
        let entity = &design.model.entities[entity];
        let (field, words, open) = exposed(operation, entity)?;
        let called = design.operation_name(id);
        let name = &entity.head.name;
        let message = match open {
            false => format!("`{called}` answers with {words}, a secret"),
            true => format!("`{called}` shows everybody {words}"),
        };
        let result = operation.results.iter().map(|it| it.span).next();
        let finding = report
            .finding(result.unwrap_or(operation.head.name_span), message)
            .label(format!("answers with a whole `{name}`"))
            .because(
                field,
                if open {
                    "not for everybody"
                } else {
                    "a secret"
                },
            )
            .help(help(name, open));
        let finding = match operation.facts.get("auth").filter(|_| open) {
            Some(fact) => finding.because(fact.span, "anybody may ask"),
            None => finding,
        };
        Some(about(design, operation, finding))
    })
}

/// Returns what an answer should not hold, where that is said, and whether it is
/// only because everybody may ask.
fn exposed(operation: &Operation, entity: &Entity) -> Option<(Span, String, bool)> {
    let name = &entity.head.name;
    let told = |field: &Field| (field.span, format!("`{name}.{}`", field.name));
    let handed = parts(name).iter().any(|word| is_one_of(word, HANDED_OUT));
    let secret = entity.fields.iter().find(|field| field.is("secret"));
    if let Some(field) = secret.filter(|_| !(handed && operation.mutates())) {
        let (span, words) = told(field);
        return Some((span, words, false));
    }
    if !operation.is_public() || entity.about.says("class", "public") || operation.mutates() {
        return None;
    }
    let hidden = entity
        .fields
        .iter()
        .find(|field| field.is("personal") && !is_shown(&field.name));
    if let Some(field) = hidden {
        let (span, words) = told(field);
        return Some((span, words, true));
    }
    let class = entity.about.word("class")?;
    let closed = ["confidential", "personal", "restricted", "secret"].contains(&class);
    let fact = entity.about.get("class").filter(|_| closed)?;
    Some((fact.span, format!("`{name}`, which is {class}"), true))
}

fn help(name: &str, open: bool) -> String {
    match open {
        false => format!(
            "keep the secret in an entity of its own, or answer with one that leaves it out (`-> {name}View`)"
        ),
        true => format!(
            "answer with an entity that holds only what everybody may see (`-> Public{name}`), or ask who calls (`auth:`)"
        ),
    }
}
