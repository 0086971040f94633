//! Values as written to values as meant.

mod forms;
mod wrong;

pub(super) use forms::{is_word, parts, single_atom, single_word};

use crate::finding::{Finding, Kinship, Severity, nearest, respelling};
use crate::quantity::{self, Quantity};
use crate::source::Span;
use crate::syntax::tree::{self, Atom, AtomKind, Phrase};
use crate::vocabulary::{Category, Measure, Property, Shape};

use super::fact::{DataUse, FactItem, FactValue, FieldPath, Schedule};
use super::names::Found;
use super::resolve::Resolver;
use super::{Element, Entity, Id, UNRESOLVED_REFERENCE, WRONG_VALUE};

use forms::*;
use wrong::*;

/// Where a value stands: what it belongs to and what its names are looked up from.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    /// The enclosing names, dotted.
    pub scope: &'a str,
    /// The entity in whose `about` block it stands.
    pub entity: Option<Id<Entity>>,
}

/// How many words that are no field are compared with all fields.
pub(super) const COMPARED_FIELDS: usize = 100;

/// What came of trying one form.
enum Read {
    /// It has this form.
    Item(FactItem),
    /// It has this form but is wrong; it was reported.
    Reported,
    /// It has another form.
    Other,
}

impl Resolver<'_> {
    /// Reads the value of a property; what is wrong with it is reported once.
    pub(super) fn read_value(
        &mut self,
        property: &'static Property,
        value: &tree::Value,
        block: Option<&tree::Block>,
        place: Place<'_>,
    ) -> Option<FactValue> {
        if let Some(only) = single_word(value) {
            match only {
                "none" | "no" => return Some(FactValue::Absent),
                "yes" => return Some(FactValue::Open),
                _ => {}
            }
        }
        if value.choices.is_empty() {
            return self.read_block(property, value, block);
        }
        let mut items = Vec::with_capacity(value.choices.len());
        for phrase in value.choices.iter().flat_map(|choice| &choice.phrases) {
            let more = matches!(items.last(), Some(FactItem::Schedule(Schedule::On(_))));
            let item = match phrase.atoms.as_slice() {
                [
                    Atom {
                        kind: AtomKind::Word(path, false),
                        ..
                    },
                ] if more => FactItem::Schedule(self.source(path, place)?),
                _ => self.read_phrase(property, phrase, place)?,
            };
            items.push(item);
        }
        Some(FactValue::Items(items))
    }

    fn read_block(
        &mut self,
        property: &Property,
        value: &tree::Value,
        block: Option<&tree::Block>,
    ) -> Option<FactValue> {
        let Some(block) = block.filter(|_| property.shapes.contains(&Shape::Block)) else {
            let message = format!("`{}` has no value", property.key);
            self.report(
                Finding::new(WRONG_VALUE, message, value.span)
                    .help(format!("write {}", shapes_words(property.shapes))),
            );
            return None;
        };
        let statements = block.items.iter().filter_map(|item| match &item.node {
            tree::Node::Statement(statement) => Some((statement, item.span)),
            _ => None,
        });
        let mut items = Vec::new();
        for (statement, span) in statements {
            let tree::Head::Set(set) = &statement.head else {
                let written = self.sources.text(span).to_owned();
                let message = format!("`{}` cannot hold `{}`", property.key, shorten(&written));
                let finding = Finding::new(WRONG_VALUE, message, span);
                self.report(finding.help("write `{ n: 3; r: 2; w: 2 }`").about(written));
                return None;
            };
            items.push(self.read_named(property, set)?);
        }
        Some(FactValue::Items(items))
    }

    /// Reads `n: 3` of a block of numbers.
    fn read_named(&mut self, property: &Property, set: &tree::Set) -> Option<FactItem> {
        let key = &set.key.text;
        if !["n", "r", "w"].contains(&key.as_str()) {
            let message = format!("`{}` counts no `{key}`", property.key);
            self.report(
                Finding::new(WRONG_VALUE, message, set.key.span)
                    .help("`n` copies in all, `r` asked on a read, `w` told on a write")
                    .about(key.clone()),
            );
            return None;
        }
        let number = self.single_quantity(&set.value, &[Measure::Count])?;
        Some(FactItem::Named(key.clone(), Box::new(number)))
    }

    /// Reads a value that must be one number; what is wrong is reported.
    pub(super) fn single_quantity(
        &mut self,
        value: &tree::Value,
        measures: &[Measure],
    ) -> Option<Quantity> {
        if let Some(atom) = single_atom(value) {
            return self.quantity(atom, measures);
        }
        let expected = measures_words(measures);
        let found = self.sources.text(value.span).to_owned();
        let finding = match second_target(value) {
            Some(span) => Finding::new(WRONG_VALUE, "two targets stand in one statement", span)
                .label("the second one")
                .help("put `;` or a new line between them"),
            None => {
                let message = format!("expected {expected}, found `{}`", shorten(&found));
                let finding = Finding::new(WRONG_VALUE, message, value.span);
                match in_words(&found, measures) {
                    Some(meant) => finding.help(format!("write `{meant}`")),
                    None => finding,
                }
            }
        };
        self.report(finding.about(found));
        None
    }

    fn read_phrase(
        &mut self,
        property: &'static Property,
        phrase: &Phrase,
        place: Place<'_>,
    ) -> Option<FactItem> {
        for shape in property.shapes {
            match self.read_shape(property, *shape, phrase, place) {
                Read::Item(item) => return Some(item),
                Read::Reported => return None,
                Read::Other => {}
            }
        }
        self.report_wrong(property, phrase);
        None
    }

    fn read_shape(
        &mut self,
        property: &'static Property,
        shape: Shape,
        phrase: &Phrase,
        place: Place<'_>,
    ) -> Read {
        let found = match shape {
            Shape::Any => Some(FactItem::Phrase(self.sources.text(phrase.span).to_owned())),
            Shape::Block | Shape::Flag => None,
            Shape::Count => count(phrase).map(FactItem::Count),
            Shape::Data => return self.read_data(phrase, place),
            Shape::Date => date(phrase).map(FactItem::Date),
            Shape::Field if is_slip(property, phrase) => None,
            Shape::Field => return self.read_fields(phrase, place),
            Shape::OneOf(words) => word(phrase)
                .filter(|word| words.contains(word))
                .map(|word| FactItem::Word(word.to_owned())),
            Shape::Quantity(measure) => return self.read_quantity(property, measure, phrase),
            Shape::RateLimit => rate_limit(phrase),
            Shape::Ratio => ratio(phrase),
            Shape::Ref(categories) => {
                return self.read_reference(property, categories, phrase, place);
            }
            Shape::Schedule => return self.read_schedule(phrase, place),
            Shape::Text => text(phrase).map(FactItem::Text),
            Shape::Word if is_slip(property, phrase) || is_bare_number(property, phrase) => None,
            Shape::Word => words(phrase).map(FactItem::Word),
        };
        found.map_or(Read::Other, Read::Item)
    }

    fn read_quantity(
        &mut self,
        property: &'static Property,
        measure: Measure,
        phrase: &Phrase,
    ) -> Read {
        let [
            Atom {
                kind: AtomKind::Quantity(written),
                span,
            },
        ] = phrase.atoms.as_slice()
        else {
            return Read::Other;
        };
        match quantity::parse(written) {
            Ok(quantity::Value::Quantity(quantity)) if measure.fits(&quantity) => {
                let share = property.key != "growth";
                match self.is_possible(&quantity, share, *span) {
                    true => Read::Item(FactItem::Quantity(Box::new(quantity))),
                    false => Read::Reported,
                }
            }
            Ok(quantity::Value::Range(low, high)) if measure.fits(&low) => {
                match self.is_possible(&low, false, *span) {
                    true => Read::Item(FactItem::Range(Box::new((low, high)))),
                    false => Read::Reported,
                }
            }
            Ok(_) => Read::Other,
            Err(error) => {
                self.report_quantity(*span, &error);
                Read::Reported
            }
        }
    }

    fn read_reference(
        &mut self,
        property: &'static Property,
        categories: &'static [Category],
        phrase: &Phrase,
        place: Place<'_>,
    ) -> Read {
        let [
            Atom {
                kind: AtomKind::Word(path, false),
                ..
            },
        ] = phrase.atoms.as_slice()
        else {
            return Read::Other;
        };
        let found = self.refer(categories, &path.text, place.scope, path.span);
        match found {
            Found::One(element) => Read::Item(FactItem::Target(element)),
            Found::Poisoned => Read::Reported,
            Found::Nothing(finding) => {
                let near_name = !finding.because.is_empty();
                let words = property
                    .shapes
                    .iter()
                    .any(|shape| matches!(shape, Shape::Word))
                    || one_of(property).is_some() && !near_name;
                let later_references = property.shapes.iter().filter(
                    |shape| matches!(shape, Shape::Ref(other) if !std::ptr::eq(*other, categories)),
                );
                if words || self.found_by_another(later_references, path, place) {
                    return Read::Other;
                }
                self.report(*finding);
                Read::Reported
            }
        }
    }

    fn found_by_another<'s>(
        &self,
        mut shapes: impl Iterator<Item = &'s Shape>,
        path: &tree::Path,
        place: Place<'_>,
    ) -> bool {
        shapes.any(|shape| match shape {
            Shape::Ref(categories) => categories.iter().any(|category| {
                !self
                    .names
                    .find(*category, &path.text, place.scope)
                    .is_empty()
            }),
            _ => false,
        })
    }

    fn read_data(&mut self, phrase: &Phrase, place: Place<'_>) -> Read {
        let (AtomKind::Word(path, _), rest) = (&phrase.atoms[0].kind, &phrase.atoms[1..]) else {
            return Read::Other;
        };
        let by = match rest {
            [] => Vec::new(),
            [by, fields @ ..] if is_word(by, "by") && !fields.is_empty() => {
                fields.iter().flat_map(field_names).collect()
            }
            _ => return Read::Other,
        };
        let categories = [Category::Entity];
        match self.refer(&categories, &path.text, place.scope, path.span) {
            Found::One(Element::Entity(entity)) => {
                let span = phrase.span;
                match rest
                    .iter()
                    .skip(1)
                    .all(|atom| self.has_fields(entity, atom))
                {
                    true => Read::Item(FactItem::Data(DataUse { entity, by, span })),
                    false => Read::Reported,
                }
            }
            Found::Nothing(finding) => {
                self.report(*finding);
                Read::Reported
            }
            _ => Read::Reported,
        }
    }

    fn read_fields(&mut self, phrase: &Phrase, place: Place<'_>) -> Read {
        let [atom] = phrase.atoms.as_slice() else {
            return Read::Other;
        };
        let AtomKind::Word(path, false) = &atom.kind else {
            return match &atom.kind {
                AtomKind::Group(_) | AtomKind::Call(..) => {
                    if place
                        .entity
                        .is_some_and(|entity| !self.has_fields(entity, atom))
                    {
                        return Read::Reported;
                    }
                    Read::Item(FactItem::Fields(FieldPath {
                        entity: place.entity,
                        fields: field_names(atom),
                    }))
                }
                _ => Read::Other,
            };
        };
        let Some((owner, field)) = path.text.rsplit_once('.') else {
            return self.own_field(path, place);
        };
        let categories = [Category::Entity];
        let (before, after) = parts(path, owner.len());
        match self.refer(&categories, owner, place.scope, before) {
            Found::One(Element::Entity(entity)) => self.field_of(entity, field, after),
            Found::Nothing(finding) => {
                self.report(*finding);
                Read::Reported
            }
            _ => Read::Reported,
        }
    }

    fn own_field(&mut self, path: &tree::Path, place: Place<'_>) -> Read {
        match place.entity {
            Some(entity) => self.field_of(entity, &path.text, path.span),
            None if self.is_misspelt_field(path) => Read::Reported,
            None => Read::Item(FactItem::Fields(FieldPath {
                entity: None,
                fields: vec![path.text.clone()],
            })),
        }
    }

    /// Tells whether an entity has the fields that an atom names; the first that
    /// it has not is reported.
    fn has_fields(&mut self, entity: Id<Entity>, atom: &Atom) -> bool {
        match &atom.kind {
            AtomKind::Word(path, _) if path.text.contains('.') => true,
            AtomKind::Word(path, _) => {
                matches!(self.field_of(entity, &path.text, path.span), Read::Item(_))
            }
            AtomKind::Call(_, arguments) | AtomKind::Group(arguments) => arguments
                .iter()
                .flat_map(|argument| &argument.value.atoms)
                .all(|atom| self.has_fields(entity, atom)),
            _ => true,
        }
    }

    fn field_of(&mut self, entity: Id<Entity>, field: &str, span: Span) -> Read {
        let owner = &self.model.entities[entity];
        if owner.field(field).is_none() && !owner.fields.is_empty() {
            let names = owner.fields.iter().map(|field| field.name.as_str());
            let near = nearest(field, names.clone());
            let near = near.map(|near| {
                let safety = respelling(field, near, names.clone(), Kinship::Names);
                (near.to_owned(), safety)
            });
            let known: Vec<&str> = names.take(9).collect();
            let list = format!("its fields are `{}`", known.join("`, `"));
            let message = format!("entity `{}` has no field `{field}`", owner.head.name);
            let finding = Finding::new(UNRESOLVED_REFERENCE, message, span)
                .severity(Severity::Error)
                .because(owner.head.name_span, "declared here")
                .about(format!("{}.{field}", owner.head.path));
            self.report(match near {
                Some((near, safety)) => finding.meant(&near, safety),
                None => finding.help(list),
            });
            return Read::Reported;
        }
        Read::Item(FactItem::Fields(FieldPath {
            entity: Some(entity),
            fields: vec![field.to_owned()],
        }))
    }

    /// Reads the name of what starts the work: `posted` in `on posted`.
    fn source(&mut self, path: &tree::Path, place: Place<'_>) -> Option<Schedule> {
        let categories = [Category::Component];
        let found = self.refer(&categories, &path.text, place.scope, path.span);
        match found {
            Found::One(Element::Component(source)) => Some(Schedule::On(source)),
            Found::Nothing(finding) => {
                self.report(*finding);
                None
            }
            _ => None,
        }
    }

    fn read_schedule(&mut self, phrase: &Phrase, place: Place<'_>) -> Read {
        let found = match phrase.atoms.as_slice() {
            [only] if is_word(only, "continuously") => Some(Schedule::Continuously),
            [every, period] if is_word(every, "every") => {
                match self.quantity(period, &[Measure::Duration]) {
                    Some(period) => Some(Schedule::Every(Box::new(period))),
                    None => return Read::Reported,
                }
            }
            [
                on,
                Atom {
                    kind: AtomKind::Word(path, false),
                    ..
                },
            ] if is_word(on, "on") => match self.source(path, place) {
                Some(schedule) => Some(schedule),
                None => return Read::Reported,
            },
            _ => None,
        };
        found.map_or(Read::Other, |schedule| {
            Read::Item(FactItem::Schedule(schedule))
        })
    }

    /// Reads one number that must be one of `measures`; what is wrong is reported.
    pub(super) fn quantity(&mut self, atom: &Atom, measures: &[Measure]) -> Option<Quantity> {
        let AtomKind::Quantity(written) = &atom.kind else {
            let found = self.sources.text(atom.span);
            let message = format!("expected {}, found `{found}`", measures_words(measures));
            let finding = Finding::new(WRONG_VALUE, message, atom.span).label("not a number");
            self.report(finding.about(found.to_owned()));
            return None;
        };
        match quantity::parse(written) {
            Ok(quantity::Value::Quantity(quantity))
                if measures.iter().any(|measure| measure.fits(&quantity)) =>
            {
                self.is_possible(&quantity, true, atom.span)
                    .then_some(quantity)
            }
            Ok(found) => {
                self.report_dimension(written, atom.span, &found, measures);
                None
            }
            Err(error) => {
                self.report_quantity(atom.span, &error);
                None
            }
        }
    }
}
