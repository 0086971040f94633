//! What is kept and exchanged.

use crate::finding::{Finding, Kinship, nearest, respelling};
use crate::quantity;
use crate::source::Span;
use crate::syntax::tree::{self, Atom, AtomKind, Head as Shape, Phrase};
use crate::vocabulary::{Category, FIELD_TYPES, MODIFIERS, Owners, synonym};

use super::names::Found;
use super::resolve::{Pending, Resolver, Said};
use super::{Element, Facts, Head, Id, MISPLACED_STATEMENT, UNKNOWN_WORD};

/// An entity, or an enum.
#[derive(Clone, Debug)]
pub struct Entity {
    /// Name, title and places.
    pub head: Head,
    /// For an enum its values; `None` for an entity.
    pub values: Option<Vec<String>>,
    /// Its fields; empty in a first draft.
    pub fields: Vec<Field>,
    /// What its `about` block says.
    pub about: Facts,
}

/// One field.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: FieldType,
    /// Whether it holds several (`T[]`).
    pub list: bool,
    /// The words after the type.
    pub modifiers: Vec<&'static str>,
    /// The whole statement.
    pub span: Span,
}

/// The type of a field or parameter.
#[derive(Clone, Debug, PartialEq)]
pub enum FieldType {
    /// An entity or enum.
    Entity(Id<Entity>),
    /// Not stated yet.
    Open,
    /// A scalar, with the number in its parentheses (characters or bytes).
    Scalar(&'static str, Option<f64>),
}

impl Entity {
    /// Tells whether it is an entity rather than an enum.
    pub fn is_entity(&self) -> bool {
        self.values.is_none()
    }

    /// Returns the field of that name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// Tells whether a field or the whole is personal, secret or classed above internal.
    pub fn is_sensitive(&self) -> bool {
        let classed = ["confidential", "personal", "secret", "restricted"]
            .iter()
            .any(|class| self.about.says("class", class));
        let marked = |field: &Field| field.is("personal") || field.is("secret");
        classed || self.about.has("sensitive") || self.fields.iter().any(marked)
    }
}

impl Field {
    /// Tells whether the word stands behind its type.
    pub fn is(&self, modifier: &str) -> bool {
        self.modifiers.contains(&modifier)
    }
}

/// The type of a field, whether it is a list, and its modifiers.
pub(super) type Typed = (FieldType, bool, Vec<&'static str>);

impl<'t> Resolver<'t> {
    pub(super) fn read_entity(&mut self, id: Id<Entity>, pending: &Pending<'t>) {
        let Some(block) = &pending.said.statement.block else {
            return;
        };
        let said = self.statements(&block.items);
        let is_enum = self.model.entities[id].values.is_some();
        let mut about = Vec::new();
        for said in said {
            match &said.statement.head {
                Shape::Declare(it) if is_bare(it, said.statement) && is_enum => {
                    self.add_value(id, &it.kind);
                }
                Shape::Declare(it) if is_bare(it, said.statement) => {
                    let open = (FieldType::Open, false, Vec::new());
                    self.add_field(id, &it.kind.text, open, said.span);
                }
                Shape::Set(set) if !is_enum => {
                    if !ends_with_about(&set.value) {
                        self.no_block(&set.key.text, &said);
                    }
                    let typed = self.read_type_value(&set.value, &pending.scope.path);
                    if let Some(typed) = typed {
                        self.add_field(id, &set.key.text, typed, said.span);
                    }
                }
                Shape::Declare(it) if it.kind.text == "about" && said.statement.block.is_some() => {
                    about.push(said);
                }
                _ => self.not_a_field(&said, is_enum),
            }
        }
        for said in about {
            self.read_about(id, &said, &pending.scope.path);
        }
    }

    fn add_value(&mut self, id: Id<Entity>, name: &tree::Name) {
        let entity = &mut self.model.entities[id];
        let values = entity.values.get_or_insert_default();
        if !values.contains(&name.text) {
            return values.push(name.text.clone());
        }
        let path = format!("{}.{}", entity.head.path, name.text);
        let message = format!("`{}` stands twice in `{}`", name.text, entity.head.name);
        self.report(
            Finding::new(super::DUPLICATE_NAME, message, name.span)
                .label("here again")
                .help("leave one out")
                .about(path),
        );
    }

    fn not_a_field(&mut self, said: &Said<'t>, is_enum: bool) {
        let help = if is_enum {
            "an enum holds bare names, one a line"
        } else {
            "write `name: type`, or the bare name while the type is open"
        };
        let what = if is_enum {
            "a value of an enum"
        } else {
            "a field"
        };
        let span = said.statement.head_span;
        let text = self.sources.text(span).to_owned();
        let help = match &said.statement.head {
            Shape::Declare(declare) if !is_enum => match &declare.name {
                Some(ty) => format!("write `{}: {}`", declare.kind.text, ty.text),
                None => help.to_owned(),
            },
            _ => help.to_owned(),
        };
        self.report(
            Finding::new(MISPLACED_STATEMENT, format!("`{text}` is not {what}"), span)
                .help(help)
                .about(text),
        );
    }

    fn add_field(&mut self, id: Id<Entity>, name: &str, typed: Typed, span: Span) {
        let (ty, list, modifiers) = typed;
        if let Some(first) = self.model.entities[id].field(name) {
            let finding = Finding::new(
                super::DUPLICATE_NAME,
                format!("field `{name}` is declared twice"),
                span,
            )
            .label("here again")
            .because(first.span, "first declared here")
            .help("rename one of them, or leave one out")
            .about(format!("{}.{name}", self.model.entities[id].head.path));
            return self.report(finding);
        }
        let field = Field {
            name: name.to_owned(),
            ty,
            list,
            modifiers,
            span,
        };
        self.model.entities[id].fields.push(field);
    }

    fn read_about(&mut self, id: Id<Entity>, said: &Said<'t>, scope: &str) {
        let Some(block) = &said.statement.block else {
            return;
        };
        let mut facts = std::mem::take(&mut self.model.entities[id].about);
        for said in self.statements(&block.items) {
            let fact = self.read_fact_of(&said, Owners::ABOUT, "about", scope, Some(id));
            if let Some(fact) = fact {
                self.add_fact(&mut facts, fact);
            }
        }
        self.model.entities[id].about = facts;
    }

    fn read_type_value(&mut self, value: &tree::Value, scope: &str) -> Option<Typed> {
        match value.choices.as_slice() {
            [choice] => match choice.phrases.as_slice() {
                [phrase] => self.read_type(phrase, scope),
                open => {
                    for phrase in open {
                        self.read_type(phrase, scope);
                    }
                    Some((FieldType::Open, false, Vec::new()))
                }
            },
            [_, second, ..] => {
                let spans = second.phrases.iter().map(|phrase| phrase.span);
                let span = spans.reduce(Span::to).unwrap_or(value.span);
                let finding = Finding::new(super::WRONG_VALUE, "a field has one type", span)
                    .help("words such as `key` follow the type without a comma");
                self.report(finding.about(self.sources.text(span).to_owned()));
                None
            }
            [] => Some((FieldType::Open, false, Vec::new())),
        }
    }

    /// Reads `text(60) unique`, `User`, `Tweet[]`.
    pub(super) fn read_type(&mut self, phrase: &Phrase, scope: &str) -> Option<Typed> {
        let (first, rest) = phrase.atoms.split_first()?;
        let (ty, list) = match &first.kind {
            AtomKind::Word(path, list) => (self.type_named(path, None, scope)?, *list),
            AtomKind::Call(path, arguments) => {
                let size = arguments
                    .first()
                    .and_then(|argument| argument.value.atoms.first());
                (self.type_named(path, size.and_then(size_of), scope)?, false)
            }
            _ => {
                let found = self.sources.text(first.span).to_owned();
                let message = format!("expected a type, found `{found}`");
                self.report(
                    Finding::new(super::WRONG_VALUE, message, first.span)
                        .help("write a type such as `text(60)`, or the name of an entity")
                        .about(found),
                );
                return None;
            }
        };
        let modifiers = rest
            .iter()
            .filter_map(|atom| self.read_modifier(atom))
            .collect();
        Some((ty, list, modifiers))
    }

    fn type_named(
        &mut self,
        path: &tree::Path,
        size: Option<f64>,
        scope: &str,
    ) -> Option<FieldType> {
        if let Some(scalar) = FIELD_TYPES.iter().find(|word| **word == path.text) {
            return Some(FieldType::Scalar(scalar, size));
        }
        let categories = [Category::Entity];
        match self.refer(&categories, &path.text, scope, path.span) {
            Found::One(Element::Entity(entity)) => Some(FieldType::Entity(entity)),
            Found::Nothing(finding) => {
                let types = || FIELD_TYPES.iter().copied();
                let scalar = synonym(&path.text, types()).or_else(|| nearest(&path.text, types()));
                let mut finding = *finding;
                finding.message = format!("unknown type `{}`", path.text);
                finding.primary.text = "neither a type nor an entity of this design".to_owned();
                if path.text == "enum" {
                    let help =
                        "declare `enum Name { a; b }` beside the entity, and write its name here";
                    finding.help = Some(help.to_owned());
                    finding.fix = None;
                } else if let Some(scalar) = scalar.filter(|_| finding.because.is_empty()) {
                    let safety = respelling(&path.text, scalar, types(), Kinship::Words);
                    finding = finding.meant(scalar, safety);
                } else if finding.because.is_empty() {
                    finding.help = Some(format!(
                        "declare `entity {}`, or use one of `{}`",
                        path.text,
                        FIELD_TYPES.join("`, `")
                    ));
                }
                self.report(finding);
                Some(FieldType::Open)
            }
            _ => Some(FieldType::Open),
        }
    }

    pub(super) fn read_modifier(&mut self, atom: &Atom) -> Option<&'static str> {
        if let AtomKind::Word(path, false) = &atom.kind
            && let Some(known) = MODIFIERS.iter().find(|word| **word == path.text)
        {
            return Some(known);
        }
        let written = self.sources.text(atom.span).to_owned();
        if written == "about" {
            let message = "a new line or `;` is missing before `about`";
            let finding = Finding::new(MISPLACED_STATEMENT, message, atom.span);
            self.report(
                finding
                    .help("`about { … }` is a statement of its own")
                    .about(written),
            );
            return None;
        }
        let words = || MODIFIERS.iter().copied();
        let near = synonym(&written, words()).or_else(|| nearest(&written, words()));
        let near = near.map(|near| {
            let safety = respelling(&written, near, words(), Kinship::Words);
            (near, safety)
        });
        let finding = Finding::new(
            UNKNOWN_WORD,
            format!("unknown modifier `{written}`"),
            atom.span,
        )
        .about(written);
        self.report(match near {
            Some((near, safety)) => finding.meant(near, safety),
            None => finding.help(format!("use one of `{}`", MODIFIERS.join("`, `"))),
        });
        None
    }
}

fn is_bare(declare: &tree::Declare, statement: &tree::Statement) -> bool {
    declare.name.is_none()
        && declare.types.is_empty()
        && statement.block.is_none()
        && statement.title.is_none()
}

/// Tells whether `about` stands behind a field: what follows is its block.
fn ends_with_about(value: &tree::Value) -> bool {
    let last = value.choices.last().and_then(|it| it.phrases.last());
    last.and_then(|phrase| phrase.atoms.last())
        .is_some_and(|atom| super::values::is_word(atom, "about"))
}

fn size_of(atom: &Atom) -> Option<f64> {
    let AtomKind::Quantity(written) = &atom.kind else {
        return None;
    };
    match quantity::parse(written).ok()? {
        quantity::Value::Quantity(quantity) => Some(quantity.to_f64()),
        _ => None,
    }
}
