//! What is offered to callers.

use crate::finding::Finding;
use crate::source::Span;
use crate::syntax::tree::{self, AtomKind, Head as Shape, Operator, Phrase};
use crate::vocabulary::Owners;

use super::declare::operation_verb;
use super::resolve::{Pending, Resolver, Said};
use super::{Component, Demand, Entity, Facts, FieldType, Head, Id, WRONG_VALUE};

/// A contract: several operations.
#[derive(Clone, Debug)]
pub struct Api {
    /// Name, title and places.
    pub head: Head,
    /// Its types, such as `rest`.
    pub types: Vec<String>,
    /// What its block says beside operations.
    pub facts: Facts,
    /// Its operations.
    pub operations: Vec<Id<Operation>>,
    /// The components that say that they serve it.
    pub servers: Vec<Id<Component>>,
}

/// One thing that callers can ask for.
#[derive(Clone, Debug)]
pub struct Operation {
    /// Name, title and places.
    pub head: Head,
    /// The API that it belongs to.
    pub api: Id<Api>,
    /// Its verb.
    pub verb: Verb,
    /// Its route, with where it stands.
    pub route: Option<(String, Span)>,
    /// What it takes beside what is in the route.
    pub parameters: Vec<Parameter>,
    /// What it answers.
    pub results: Vec<Parameter>,
    /// What its block says; `auth`, `rate-limit`, `idempotent` and `paginated`
    /// of the API where it says nothing itself.
    pub facts: Facts,
    /// Its own targets.
    pub demands: Vec<Demand>,
    /// The components that say that they serve it, or its API.
    pub servers: Vec<Id<Component>>,
    /// Whether nothing says so, and the one component that is reached from
    /// outside was taken for it.
    pub server_assumed: bool,
}

/// A value that goes in or comes out.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name; empty for a result.
    pub name: String,
    /// Its type.
    pub ty: FieldType,
    /// Whether there are several.
    pub list: bool,
    /// The words behind its type.
    pub modifiers: Vec<&'static str>,
    /// Where it stands.
    pub span: Span,
}

/// What kind of request an operation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verb(pub &'static str);

impl Verb {
    /// Tells whether it must not change anything (RFC 9110, 9.2.1, for HTTP methods).
    pub fn is_safe(self) -> bool {
        matches!(
            self.0,
            "GET" | "HEAD" | "OPTIONS" | "query" | "subscription" | "stream" | "receive"
        )
    }

    /// Tells whether asking twice is the same as asking once (RFC 9110, 9.2.2).
    pub fn is_idempotent(self) -> bool {
        self.is_safe() || matches!(self.0, "PUT" | "DELETE")
    }

    /// Tells whether it is an HTTP method.
    pub fn is_http(self) -> bool {
        self.0.chars().all(|letter| letter.is_ascii_uppercase())
    }
}

impl Operation {
    /// Tells whether it changes something: by what it says it writes, else by its verb.
    ///
    /// A remote procedure call that says nothing may or may not; it counts as
    /// changing only where it says so.
    pub fn mutates(&self) -> bool {
        self.facts.has("writes")
            || (!self.verb.is_safe() && self.verb.0 != "rpc" && !self.facts.is_absent("writes"))
    }

    /// Returns the entities of its results.
    pub fn result_entities(&self) -> impl Iterator<Item = (Id<Entity>, bool)> {
        self.results.iter().filter_map(|result| match result.ty {
            FieldType::Entity(entity) => Some((entity, result.list)),
            _ => None,
        })
    }

    /// Tells whether it says that everybody may call it.
    pub fn is_public(&self) -> bool {
        self.facts.says("auth", "public")
    }
}

impl<'t> Resolver<'t> {
    pub(super) fn read_api(&mut self, id: Id<Api>, pending: &Pending<'t>) {
        let Some(block) = &pending.said.statement.block else {
            return;
        };
        let scope = self.model.apis[id].head.path.clone();
        let mut facts = Facts::default();
        for said in self.statements(&block.items) {
            let Shape::Set(set) = &said.statement.head else {
                self.misplaced(&said, "api", Owners::API);
                continue;
            };
            if operation_verb(set).is_some() {
                self.read_operation(id, set, &said, &scope);
            } else if let Some(verb) = lone_verb(set) {
                self.unfinished_operation(set, verb);
            } else if let Some(word) = mistaken_verb(set) {
                self.unknown_verb(word);
            } else if let Some(fact) = self.read_fact(set, &said, Owners::API, "api", &scope, None)
            {
                self.add_fact(&mut facts, fact);
            }
        }
        self.model.apis[id].facts = facts;
    }

    fn read_operation(&mut self, api: Id<Api>, set: &'t tree::Set, said: &Said<'t>, scope: &str) {
        let mut operations = self.model.apis[api].operations.iter().copied();
        let span = set.key.span;
        let Some(id) = operations.find(|id| self.model.operations[*id].head.name_span == span)
        else {
            return;
        };
        self.model.operations[id].head.doc.clone_from(&said.doc);
        self.model.operations[id].head.tags.clone_from(&said.tags);
        self.read_signature(id, &set.value, scope);
        let Some(block) = &said.statement.block else {
            return;
        };
        let mut facts = Facts::default();
        for inner in self.statements(&block.items) {
            if let Shape::Demand(demand) = &inner.statement.head {
                let demand = self.read_demand(demand, inner.span);
                self.model.operations[id].demands.extend(demand);
            } else if let Some(fact) =
                self.read_fact_of(&inner, Owners::OPERATION, "operation", scope, None)
            {
                self.add_fact(&mut facts, fact);
            }
        }
        self.model.operations[id].facts = facts;
    }

    fn read_signature(&mut self, id: Id<Operation>, value: &'t tree::Value, scope: &str) {
        let verb = value.choices.first().and_then(|choice| {
            let first = choice.phrases.first()?.atoms.first()?;
            Some(first.span)
        });
        let mut answers = false;
        let mut results: Vec<&Phrase> = Vec::new();
        let (mut parts, mut owned) = (Vec::new(), Vec::new());
        let phrases = value.choices.iter().flat_map(|choice| &choice.phrases);
        for (index, phrase) in phrases.enumerate() {
            if index > 0 {
                results.push(phrase);
                continue;
            }
            for atom in &phrase.atoms {
                match &atom.kind {
                    AtomKind::Operator(Operator::Arrow(_)) => answers = true,
                    _ if answers => owned.push(atom.clone()),
                    _ => parts.push(atom),
                }
            }
        }
        for atom in parts {
            match &atom.kind {
                AtomKind::Route(route) => {
                    self.model.operations[id].route = Some((route.clone(), atom.span));
                }
                AtomKind::Group(arguments) | AtomKind::Call(_, arguments) => {
                    let parameters: Vec<Parameter> = arguments
                        .iter()
                        .filter_map(|argument| self.read_parameter(argument, scope))
                        .collect();
                    self.model.operations[id].parameters.extend(parameters);
                }
                AtomKind::Word(..) if Some(atom.span) == verb => {}
                _ => self.unexpected_part(id, atom),
            }
        }
        let first = owned.first().map(|atom| Phrase {
            span: atom.span,
            atoms: owned.clone(),
        });
        for phrase in first.iter().chain(results) {
            let Some((ty, list, modifiers)) = self.read_type(phrase, scope) else {
                continue;
            };
            let span = phrase.span;
            let result = Parameter {
                name: String::new(),
                ty,
                list,
                modifiers,
                span,
            };
            self.model.operations[id].results.push(result);
        }
    }

    /// Reports what stands between the verb and the `->` and is neither route,
    /// name nor parameters.
    fn unexpected_part(&mut self, id: Id<Operation>, atom: &tree::Atom) {
        let operation = &self.model.operations[id];
        let found = self.sources.text(atom.span);
        let is_name = matches!(&atom.kind, AtomKind::Word(..));
        let http = operation.verb.is_http();
        if is_name && !http {
            return;
        }
        let (message, help) = if http && operation.route.is_none() {
            let route = found.trim_matches('"').trim_start_matches('/');
            let message = format!(
                "expected a route after `{}`, found `{found}`",
                operation.verb.0
            );
            (message, format!("write `/{route}`"))
        } else {
            let message = format!("unexpected `{found}` in an operation");
            (
                message,
                "parameters stand in parentheses, the answer after `->`".to_owned(),
            )
        };
        let finding = Finding::new(WRONG_VALUE, message, atom.span).help(help);
        self.report(finding.about(found.to_owned()));
    }

    fn read_parameter(&mut self, argument: &tree::Argument, scope: &str) -> Option<Parameter> {
        let span = argument.value.span;
        match &argument.name {
            Some(name) => {
                let (ty, list, modifiers) = self.read_type(&argument.value, scope)?;
                Some(Parameter {
                    name: name.text.clone(),
                    ty,
                    list,
                    modifiers,
                    span: name.span,
                })
            }
            None => {
                let (first, rest) = argument.value.atoms.split_first()?;
                let AtomKind::Word(path, list) = &first.kind else {
                    return None;
                };
                let is_entity = !self
                    .names
                    .find(crate::vocabulary::Category::Entity, &path.text, scope)
                    .is_empty();
                if is_entity {
                    let (ty, list, modifiers) = self.read_type(&argument.value, scope)?;
                    return Some(Parameter {
                        name: path.text.clone(),
                        ty,
                        list,
                        modifiers,
                        span,
                    });
                }
                let modifiers = rest
                    .iter()
                    .filter_map(|atom| self.read_modifier(atom))
                    .collect();
                let name = path.text.clone();
                Some(Parameter {
                    name,
                    ty: FieldType::Open,
                    list: *list,
                    modifiers,
                    span,
                })
            }
        }
    }

    /// Reports a verb that nothing follows, or only a text.
    fn unfinished_operation(&mut self, set: &tree::Set, verb: &str) {
        let atoms = &set.value.choices[0].phrases[0].atoms;
        let http = Verb(verb_named(verb)).is_http();
        let (wanted, example) = if http {
            ("a route", format!("{verb} /{}", set.key.text))
        } else {
            ("a name or `()`", format!("{verb} ()"))
        };
        let finding = match atoms.get(1) {
            Some(text) => {
                let found = self.sources.text(text.span).to_owned();
                let route = found.trim_matches('"').to_owned();
                let message = format!("expected {wanted} after `{verb}`, found `{found}`");
                Finding::new(WRONG_VALUE, message, text.span)
                    .help(format!("write `{verb} {route}`, without quotes"))
            }
            None => {
                let message = format!("{wanted} is missing after `{verb}`");
                Finding::new(WRONG_VALUE, message, atoms[0].span)
                    .help(format!("write `{}: {example}`", set.key.text))
            }
        };
        self.report(finding.about(set.key.text.clone()));
    }
}

/// Returns a verb as the vocabulary has it.
fn verb_named(word: &str) -> &'static str {
    let mut verbs = crate::vocabulary::VERBS.iter();
    verbs.find(|verb| **verb == word).copied().unwrap_or("GET")
}

/// Returns the verb of a value that is only a verb, or a verb and a text.
fn lone_verb(set: &tree::Set) -> Option<&str> {
    let atoms = &set.value.choices.first()?.phrases.first()?.atoms;
    let AtomKind::Word(path, false) = &atoms.first()?.kind else {
        return None;
    };
    let known = crate::vocabulary::VERBS.contains(&path.text.as_str());
    let unknown_key = crate::vocabulary::property(&set.key.text, Owners::API).is_none();
    (known && unknown_key).then_some(path.text.as_str())
}

/// Returns the first word of a value if a route follows it: it should have been a verb.
fn mistaken_verb(set: &tree::Set) -> Option<&tree::Path> {
    let atoms = &set.value.choices.first()?.phrases.first()?.atoms;
    match atoms.as_slice() {
        [first, second, ..] => match (&first.kind, &second.kind) {
            (AtomKind::Word(path, false), AtomKind::Route(_) | AtomKind::Group(_)) => Some(path),
            _ => None,
        },
        _ => None,
    }
}
