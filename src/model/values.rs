//! Values as written to values as meant.

use crate::finding::{Finding, Severity, nearest};
use crate::quantity::{self, Quantity};
use crate::source::Span;
use crate::syntax::tree::{self, Atom, AtomKind, Phrase};
use crate::vocabulary::{Category, Measure, Property, Shape};

use super::fact::{Count, DataUse, FactItem, FactValue, FieldPath, Schedule};
use super::names::Found;
use super::resolve::Resolver;
use super::{Element, Entity, Id, UNRESOLVED_REFERENCE, WRONG_VALUE};

/// Where a value stands: what it belongs to and what its names are looked up from.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    /// The enclosing names, dotted.
    pub scope: &'a str,
    /// The entity in whose `about` block it stands.
    pub entity: Option<Id<Entity>>,
}

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
            items.push(self.read_phrase(property, phrase, place)?);
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
        let sets = block.items.iter().filter_map(|item| match &item.node {
            tree::Node::Statement(statement) => match &statement.head {
                tree::Head::Set(set) => Some(set),
                _ => None,
            },
            _ => None,
        });
        let mut items = Vec::new();
        for set in sets {
            let atom = single_atom(&set.value)?;
            let number = self.quantity(atom, &[Measure::Count])?;
            items.push(FactItem::Named(set.key.text.clone(), Box::new(number)));
        }
        Some(FactValue::Items(items))
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
        self.report_wrong(property, phrase, place);
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
                Read::Item(FactItem::Quantity(Box::new(quantity)))
            }
            Ok(quantity::Value::Range(low, high)) if measure.fits(&low) => {
                Read::Item(FactItem::Range(Box::new((low, high))))
            }
            Ok(_) => Read::Other,
            Err(error) => {
                let _ = property;
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
        let found =
            self.names
                .resolve(self.sources, categories, &path.text, place.scope, path.span);
        match found {
            Found::One(element) => Read::Item(FactItem::Target(element)),
            Found::Poisoned => Read::Reported,
            Found::Nothing(finding) => {
                let words = property
                    .shapes
                    .iter()
                    .any(|shape| matches!(shape, Shape::Word));
                let later_references = property.shapes.iter().filter(
                    |shape| matches!(shape, Shape::Ref(other) if !std::ptr::eq(*other, categories)),
                );
                if words || self.found_by_another(later_references, path, place) {
                    return Read::Other;
                }
                let finding = match one_of(property).and_then(|words| nearest(&path.text, words)) {
                    Some(near) if finding.because.is_empty() => {
                        finding.help(format!("did you mean `{near}`?"))
                    }
                    _ => *finding,
                };
                self.report(finding);
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
        match self.names.resolve(
            self.sources,
            &categories,
            &path.text,
            place.scope,
            path.span,
        ) {
            Found::One(Element::Entity(entity)) => Read::Item(FactItem::Data(DataUse {
                entity,
                by,
                span: phrase.span,
            })),
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
        match self
            .names
            .resolve(self.sources, &categories, owner, place.scope, path.span)
        {
            Found::One(Element::Entity(entity)) => self.field_of(entity, field, path.span),
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
            None => Read::Item(FactItem::Fields(FieldPath {
                entity: None,
                fields: vec![path.text.clone()],
            })),
        }
    }

    fn field_of(&mut self, entity: Id<Entity>, field: &str, span: Span) -> Read {
        let owner = &self.model.entities[entity];
        if owner.field(field).is_none() && !owner.fields.is_empty() {
            let names = owner.fields.iter().map(|field| field.name.as_str());
            let near = nearest(field, names);
            let message = format!("entity `{}` has no field `{field}`", owner.head.name);
            let finding = Finding::new(UNRESOLVED_REFERENCE, message, span)
                .severity(Severity::Error)
                .because(owner.head.name_span, "declared here")
                .about(format!("{}.{field}", owner.head.path));
            self.report(match near {
                Some(near) => finding.help(format!("did you mean `{near}`?")),
                None => finding,
            });
            return Read::Reported;
        }
        Read::Item(FactItem::Fields(FieldPath {
            entity: Some(entity),
            fields: vec![field.to_owned()],
        }))
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
            ] if is_word(on, "on") => {
                let categories = [Category::Component];
                let found = self.names.resolve(
                    self.sources,
                    &categories,
                    &path.text,
                    place.scope,
                    path.span,
                );
                match found {
                    Found::One(Element::Component(source)) => Some(Schedule::On(source)),
                    Found::Nothing(finding) => {
                        self.report(*finding);
                        return Read::Reported;
                    }
                    _ => return Read::Reported,
                }
            }
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
            self.report(Finding::new(WRONG_VALUE, message, atom.span).about(found.to_owned()));
            return None;
        };
        match quantity::parse(written) {
            Ok(quantity::Value::Quantity(quantity))
                if measures.iter().any(|measure| measure.fits(&quantity)) =>
            {
                Some(quantity)
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

    pub(super) fn report_quantity(&mut self, span: Span, error: &quantity::ParseError) {
        let inner = Span {
            file: span.file,
            start: span.start + error.span.start as u32,
            end: span.start + error.span.end as u32,
        };
        let place = if span.contains(inner) && inner.start < inner.end {
            inner
        } else {
            span
        };
        let written = self.sources.text(span).to_owned();
        self.report(Finding::new(WRONG_VALUE, error.message.clone(), place).about(written));
    }

    fn report_dimension(
        &mut self,
        written: &str,
        span: Span,
        found: &quantity::Value,
        measures: &[Measure],
    ) {
        let finding = Finding::new(WRONG_VALUE, "", span).about(written.to_owned());
        let expected = measures_words(measures);
        let finding = match found {
            quantity::Value::Quantity(quantity)
                if quantity.dimension == quantity::Dimension::NUMBER
                    && !written.ends_with(['%', 'x']) =>
            {
                let units = measures.iter().find_map(|measure| units_that_fit(*measure));
                let mut finding = finding.label("a unit is missing");
                finding.message = format!("`{written}` has no unit; expected {expected}");
                finding.help = units.map(|units| format!("write the unit: {units}"));
                finding
            }
            _ => {
                let mut finding = finding.label(format!("not {expected}"));
                finding.message = format!("expected {expected}, found `{written}`");
                finding
            }
        };
        self.report(finding);
    }

    fn report_wrong(&mut self, property: &'static Property, phrase: &Phrase, _place: Place<'_>) {
        let found = self.sources.text(phrase.span).to_owned();
        let measures: Vec<Measure> = property
            .shapes
            .iter()
            .filter_map(|shape| match shape {
                Shape::Quantity(measure) => Some(*measure),
                _ => None,
            })
            .collect();
        if let (
            [
                Atom {
                    kind: AtomKind::Quantity(written),
                    span,
                },
            ],
            false,
        ) = (phrase.atoms.as_slice(), measures.is_empty())
        {
            match quantity::parse(written) {
                Ok(value) => self.report_dimension(written, *span, &value, &measures),
                Err(error) => self.report_quantity(*span, &error),
            }
            return;
        }
        let expected = shapes_words(property.shapes);
        let message = format!("`{}` cannot be `{}`", property.key, shorten(&found));
        let near = one_of(property).and_then(|words| nearest(&found, words));
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("write {expected}"),
        };
        self.report(
            Finding::new(WRONG_VALUE, message, phrase.span)
                .label(format!("expected {expected}"))
                .help(help)
                .about(property.key)
                .about(found),
        );
    }
}

/// Returns the words of a property that has a closed list.
fn one_of(property: &Property) -> Option<impl Iterator<Item = &'static str> + use<>> {
    let lists: Vec<&'static str> = property
        .shapes
        .iter()
        .filter_map(|shape| match shape {
            Shape::OneOf(words) => Some(words.iter().copied()),
            _ => None,
        })
        .flatten()
        .chain(["yes", "none"])
        .collect();
    (lists.len() > 2).then(|| lists.into_iter())
}

fn shorten(text: &str) -> String {
    let line: String = text
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .collect();
    match line.char_indices().nth(40) {
        Some((cut, _)) => format!("{}…", &line[..cut]),
        None => line,
    }
}

fn measures_words(measures: &[Measure]) -> String {
    let words: Vec<&str> = measures.iter().map(|measure| measure.words()).collect();
    either(&words)
}

/// Joins phrases with commas and a last "or".
fn either(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [rest @ .., last] => format!("{} or {last}", rest.join(", ")),
    }
}

fn shapes_words(shapes: &[Shape]) -> String {
    let words: Vec<String> = shapes
        .iter()
        .filter_map(|shape| shape_words(*shape))
        .collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    if words.is_empty() {
        "`yes` or `none`".to_owned()
    } else {
        either(&words)
    }
}

fn shape_words(shape: Shape) -> Option<String> {
    Some(match shape {
        Shape::Any => return None,
        Shape::Block => "a block such as `{ n: 3; r: 2; w: 2 }`".to_owned(),
        Shape::Count => "a number such as `3`, `many` or `2..20`".to_owned(),
        Shape::Data => "an entity, as in `Location by city`".to_owned(),
        Shape::Date => "a date such as `2027-01-31`".to_owned(),
        Shape::Field => "a field such as `Tweet.author`".to_owned(),
        Shape::Flag => "`yes` or `no`".to_owned(),
        Shape::OneOf(words) if words.len() > 9 => {
            format!("one of `{}`, …", words[..8].join("`, `"))
        }
        Shape::OneOf(words) => format!("one of `{}`", words.join("`, `")),
        Shape::Quantity(measure) => measure.words().to_owned(),
        Shape::RateLimit => "a limit such as `300/min per user`".to_owned(),
        Shape::Ratio => "a ratio such as `100:1`".to_owned(),
        Shape::Ref(categories) => {
            let words: Vec<&str> = categories.iter().map(|category| category.word()).collect();
            format!("the name of {}", super::article(&either(&words)))
        }
        Shape::Schedule => "`continuously`, `every 1h` or `on` a queue or topic".to_owned(),
        Shape::Text => "a text in quotes".to_owned(),
        Shape::Word => "a word".to_owned(),
    })
}

fn units_that_fit(measure: Measure) -> Option<&'static str> {
    Some(match measure {
        Measure::Duration => "`ms`, `s`, `min`, `h`, `d`",
        Measure::Size => "`bytes`, `KB`, `MB`, `GB`, `TB`",
        Measure::Rate => "`/s`, `/min`, `/day`, `/month`",
        Measure::Bandwidth => "`Mbps`, `MB/s`, `GB/day`",
        Measure::Percent => "`%`",
        Measure::Multiple => "`x`",
        Measure::Money => "`$200/month`",
        Measure::Count | Measure::Users => return None,
    })
}

/// Returns the only word of a value.
pub(super) fn single_word(value: &tree::Value) -> Option<&str> {
    match value.choices.as_slice() {
        [choice] => match choice.phrases.as_slice() {
            [phrase] => match phrase.atoms.as_slice() {
                [
                    Atom {
                        kind: AtomKind::Word(path, false),
                        ..
                    },
                ] => Some(&path.text),
                [
                    Atom {
                        kind: AtomKind::Word(path, false),
                        ..
                    },
                    Atom {
                        kind: AtomKind::Text(_),
                        ..
                    },
                ] => Some(&path.text),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}

/// Returns the only atom of a value.
pub(super) fn single_atom(value: &tree::Value) -> Option<&Atom> {
    match value.choices.as_slice() {
        [choice] => match choice.phrases.as_slice() {
            [phrase] if phrase.atoms.len() == 1 => phrase.atoms.first(),
            _ => None,
        },
        _ => None,
    }
}

/// Tells whether an atom is that word.
pub(super) fn is_word(atom: &Atom, word: &str) -> bool {
    matches!(&atom.kind, AtomKind::Word(path, false) if path.text == word)
}

fn word(phrase: &Phrase) -> Option<&str> {
    match phrase.atoms.as_slice() {
        [
            Atom {
                kind: AtomKind::Word(path, false),
                ..
            },
        ] => Some(&path.text),
        _ => None,
    }
}

fn words(phrase: &Phrase) -> Option<String> {
    let plain = phrase.atoms.iter().map(|atom| match &atom.kind {
        AtomKind::Word(path, false) => Some(path.text.as_str()),
        AtomKind::Quantity(text) => Some(text.as_str()),
        _ => None,
    });
    let all: Option<Vec<&str>> = plain.collect();
    all.filter(|words| !words.is_empty())
        .map(|words| words.join(" "))
}

fn text(phrase: &Phrase) -> Option<String> {
    match phrase.atoms.as_slice() {
        [
            Atom {
                kind: AtomKind::Text(text),
                ..
            },
        ] => Some(text.clone()),
        _ => None,
    }
}

fn date(phrase: &Phrase) -> Option<jiff::civil::Date> {
    match phrase.atoms.as_slice() {
        [
            Atom {
                kind: AtomKind::Quantity(text),
                ..
            },
        ] => text.parse().ok(),
        _ => None,
    }
}

fn ratio(phrase: &Phrase) -> Option<FactItem> {
    match phrase.atoms.as_slice() {
        [
            Atom {
                kind: AtomKind::Quantity(text),
                ..
            },
        ] => match quantity::parse(text).ok()? {
            quantity::Value::Ratio(left, right) => {
                let [left, right] = [left, right].map(|side| side.to_f64());
                Some(FactItem::Ratio(left, right))
            }
            _ => None,
        },
        _ => None,
    }
}

fn rate_limit(phrase: &Phrase) -> Option<FactItem> {
    let (rate, rest) = phrase.atoms.split_first()?;
    let AtomKind::Quantity(written) = &rate.kind else {
        return None;
    };
    let quantity::Value::Quantity(rate) = quantity::parse(written).ok()? else {
        return None;
    };
    if rate.dimension != quantity::Dimension::RATE
        && rate.dimension != quantity::Dimension::RATE_PER_USER
    {
        return None;
    }
    match rest {
        [] => Some(FactItem::RateLimit(Box::new(rate), None)),
        [
            per,
            Atom {
                kind: AtomKind::Word(path, false),
                ..
            },
            ..,
        ] if is_word(per, "per") => {
            Some(FactItem::RateLimit(Box::new(rate), Some(path.text.clone())))
        }
        _ => None,
    }
}

fn count(phrase: &Phrase) -> Option<Count> {
    let (first, rest) = phrase.atoms.split_first()?;
    let (least, most, many) = number_or_many(first)?;
    let across = match rest {
        [] => None,
        [across, number, of] if is_word(across, "across") => {
            let (number, ..) = number_or_many(number)?;
            let AtomKind::Word(path, false) = &of.kind else {
                return None;
            };
            let of = path.text.trim_end_matches('s');
            matches!(
                of,
                "zone" | "region" | "host" | "rack" | "network" | "datacenter"
            )
            .then(|| (number, of.to_owned()))
            .map(Some)?
        }
        _ => return None,
    };
    Some(Count {
        least,
        most,
        many,
        across,
    })
}

fn number_or_many(atom: &Atom) -> Option<(u64, Option<u64>, bool)> {
    if is_word(atom, "many") {
        return Some((2, None, true));
    }
    let AtomKind::Quantity(written) = &atom.kind else {
        return None;
    };
    let whole = |quantity: &Quantity| {
        let number = quantity.to_f64();
        let plain = quantity.dimension == quantity::Dimension::NUMBER && !written.ends_with('%');
        (plain && number >= 0.0 && number.fract() == 0.0).then_some(number as u64)
    };
    match quantity::parse(written).ok()? {
        quantity::Value::Quantity(quantity) => Some((whole(&quantity)?, None, false)),
        quantity::Value::Range(low, high) => Some((whole(&low)?, Some(whole(&high)?), false)),
        _ => None,
    }
}

fn field_names(atom: &Atom) -> Vec<String> {
    let last = |path: &tree::Path| path.segments().next_back().unwrap_or_default().to_owned();
    match &atom.kind {
        AtomKind::Word(path, _) => vec![last(path)],
        AtomKind::Call(_, arguments) | AtomKind::Group(arguments) => arguments
            .iter()
            .flat_map(|it| it.value.atoms.iter().flat_map(field_names))
            .collect(),
        _ => Vec::new(),
    }
}
