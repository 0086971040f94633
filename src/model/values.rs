//! Values as written to values as meant.

use crate::finding::{self, Finding, Severity, nearest};
use crate::quantity::{self, Quantity};
use crate::source::Span;
use crate::syntax::tree::{self, Atom, AtomKind, Operator, Phrase};
use crate::vocabulary::{Category, Measure, Property, Shape, synonym};

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

/// How many words that are no field are compared with all fields.
const COMPARED_FIELDS: usize = 100;

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

    /// Reports a word that is no field of any entity but nearly one.
    fn is_misspelt_field(&mut self, path: &tree::Path) -> bool {
        let fields = || {
            let entities = self.model.entities.rows().iter();
            entities.flat_map(|entity| entity.fields.iter().map(|field| field.name.as_str()))
        };
        if fields().any(|field| field == path.text) {
            return false;
        }
        // Comparing is slow, and where many are unknown they are no slips.
        self.compared_fields += 1;
        let few = self.compared_fields <= COMPARED_FIELDS;
        let Some(near) = nearest(&path.text, fields().filter(|_| few)) else {
            return false;
        };
        let help = format!("did you mean `{near}`?");
        let message = format!("no entity has a field `{}`", path.text);
        let finding = Finding::new(UNRESOLVED_REFERENCE, message, path.span).help(help);
        self.report(finding.about(path.text.clone()));
        true
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
            let near = nearest(field, names.clone()).map(str::to_owned);
            let known: Vec<&str> = names.take(9).collect();
            let list = format!("its fields are `{}`", known.join("`, `"));
            let message = format!("entity `{}` has no field `{field}`", owner.head.name);
            let finding = Finding::new(UNRESOLVED_REFERENCE, message, span)
                .severity(Severity::Error)
                .because(owner.head.name_span, "declared here")
                .about(format!("{}.{field}", owner.head.path));
            self.report(match near {
                Some(near) => finding.help(format!("did you mean `{near}`?")),
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

    /// Tells whether there can be so much; less than nothing, or more than all
    /// where it is a share, is reported.
    fn is_possible(&mut self, quantity: &Quantity, share: bool, span: Span) -> bool {
        let number = quantity.to_f64();
        let why = if number < 0.0 {
            "is less than nothing"
        } else if share && quantity.is_percentage() && number > 1.0 {
            "is more than all"
        } else {
            return true;
        };
        let written = self.sources.text(span).to_owned();
        let message = format!("`{written}` {why}");
        self.report(Finding::new(WRONG_VALUE, message, span).about(written));
        false
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
        let (message, help) = match error.message.split_once("; ") {
            Some((message, help)) => (message, Some(help.to_owned())),
            None => (error.message.as_str(), None),
        };
        let mut finding = Finding::new(WRONG_VALUE, message, place).about(written);
        finding.help = help;
        self.report(finding);
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
                let units = measures
                    .iter()
                    .find_map(|measure| units_that_fit(*measure, written));
                let mut finding = finding.label("a unit is missing");
                finding.message = format!("`{written}` has no unit; expected {expected}");
                finding.help = units;
                finding
            }
            _ => {
                let mut finding = finding.label(format!("not {}", nouns(measures)));
                finding.message = format!("expected {expected}, found `{written}`");
                finding
            }
        };
        self.report(finding);
    }

    fn report_wrong(&mut self, property: &'static Property, phrase: &Phrase) {
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
        let finding = |span| {
            Finding::new(WRONG_VALUE, message, span)
                .about(property.key)
                .about(found.clone())
        };
        let near = one_of(property).and_then(|words| near_word(&found, words.collect()));
        let finding = match (near, misspelt_joint(property, phrase)) {
            (Some(near), _) => finding(phrase.span)
                .label(format!("expected {expected}"))
                .help(format!("did you mean `{near}`?")),
            (None, Some((span, near))) => finding(span).help(format!("did you mean `{near}`?")),
            (None, None) if property.shapes == [Shape::Text] && !found.contains(['"', '\n']) => {
                finding(phrase.span).help(format!("put it in quotes: `\"{found}\"`"))
            }
            (None, None) => {
                let meant = in_words(&found, &measures).map(|meant| format!("`{meant}`"));
                finding(phrase.span).help(format!("write {}", meant.unwrap_or(expected)))
            }
        };
        self.report(finding);
    }
}

/// Returns the nearest word, or the one that begins like what was found.
fn near_word(found: &str, words: Vec<&'static str>) -> Option<&'static str> {
    let begins = |word: &&&'static str| found.len() >= 4 && word.starts_with(found);
    synonym(found, words.iter().copied())
        .or_else(|| nearest(found, words.iter().copied()))
        .or_else(|| words.iter().find(begins).copied())
}

/// Returns the quantity that is meant by `100 million` or `10 per second`.
fn in_words(found: &str, measures: &[Measure]) -> Option<String> {
    const WORDS: [(&str, &str); 12] = [
        (" thousand", "k"),
        (" million", "M"),
        (" billion", "bn"),
        (" percent", "%"),
        (" times", "x"),
        (" x", "x"),
        (" per second", "/s"),
        (" per minute", "/min"),
        (" per hour", "/h"),
        (" per day", "/day"),
        (" per month", "/month"),
        (" per user", "/user"),
    ];
    let fold = |text: String, (words, sign): &(&str, &str)| text.replace(words, sign);
    let meant = WORDS.iter().fold(found.to_owned(), fold);
    let quantity::Value::Quantity(quantity) = quantity::parse(&meant).ok()? else {
        return None;
    };
    let fits = measures.iter().any(|measure| measure.fits(&quantity));
    (meant != found && fits).then_some(meant)
}

/// Returns a word inside a value of several words that nearly is the one that
/// joins them: `accross` in `3 accross 3 zones`.
fn misspelt_joint(property: &Property, phrase: &Phrase) -> Option<(Span, &'static str)> {
    let joints: &[&'static str] = match property.shapes.first()? {
        Shape::Count => &[
            "across", "many", "zones", "regions", "hosts", "racks", "networks",
        ],
        Shape::Data => &["by"],
        Shape::RateLimit => &["per"],
        Shape::Schedule => &["continuously", "every", "on"],
        _ => return None,
    };
    let mut words = phrase.atoms.iter().filter_map(|atom| match &atom.kind {
        AtomKind::Word(path, false) => {
            let plural = format!("{}s", path.text);
            let known = joints
                .iter()
                .any(|joint| *joint == path.text || *joint == plural);
            (!known).then_some(path)
        }
        _ => None,
    });
    words.find_map(|path| Some((path.span, nearest(&path.text, joints.iter().copied())?)))
}

/// Returns where a second target begins that stands in the value of a first.
fn second_target(value: &tree::Value) -> Option<Span> {
    let phrases = value.choices.iter().flat_map(|choice| &choice.phrases);
    let mut pairs = phrases.flat_map(|phrase| phrase.atoms.windows(2));
    let found =
        pairs.find(|pair| matches!(pair[1].kind, AtomKind::Operator(Operator::Compare(_))))?;
    let start = found[0].span.start;
    Some(Span {
        start,
        ..value.span
    })
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

/// Tells whether a word is one slip away from a word of the property's list: a
/// list that takes other words too would let it pass.
fn is_slip(property: &Property, phrase: &Phrase) -> bool {
    let Some(word) = word(phrase) else {
        return false;
    };
    let lists = property.shapes.iter().filter_map(|shape| match shape {
        Shape::OneOf(words) => Some(words.iter().copied()),
        _ => None,
    });
    let plain = |word: &str| word.len() >= 4 && !word.contains(|c: char| c.is_ascii_digit());
    let near = |known: &str| {
        let shorter = known.len().min(word.len()) >= 4;
        let plural = word.strip_suffix('s') == Some(known);
        shorter && plain(known) && !plural && finding::is_slip(word, known)
    };
    plain(word) && lists.flatten().any(near)
}

/// Tells whether a value is one number where a number would need another unit.
fn is_bare_number(property: &Property, phrase: &Phrase) -> bool {
    let measured = |shape: &Shape| matches!(shape, Shape::Quantity(_));
    let number = |atom: &Atom| matches!(atom.kind, AtomKind::Quantity(_));
    phrase.atoms.len() == 1
        && phrase.atoms.iter().all(number)
        && property.shapes.iter().any(measured)
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
    if measures.len() > 2 {
        return nouns(measures);
    }
    let words: Vec<&str> = measures.iter().map(|measure| measure.words()).collect();
    either(&words)
}

/// Returns what the measures are, without examples.
fn nouns(measures: &[Measure]) -> String {
    let noun = |measure: &Measure| measure.words().split(" such as").next().unwrap_or_default();
    let words: Vec<&str> = measures.iter().map(noun).collect();
    either(&words)
}

/// Returns the places of a dotted path's first `owner` bytes and of what follows the dot.
pub(super) fn parts(path: &tree::Path, owner: usize) -> (Span, Span) {
    let span = path.span;
    if (span.end - span.start) as usize != path.text.len() {
        return (span, span);
    }
    let end = span.start + owner as u32;
    let start = end + 1;
    (Span { end, ..span }, Span { start, ..span })
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
        Shape::Count => "a number such as `3`, `many`, `2..20` or `3 across 3 zones`".to_owned(),
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

/// Returns a number without unit as the percentage that it probably means:
/// `0.999` as `99.9%`.
fn percentage(written: &str) -> String {
    match written.parse::<f64>() {
        Ok(share) if share <= 1.0 => format!("{}%", (share * 1e8).round() / 1e6),
        _ => format!("{written}%"),
    }
}

/// Says which units fit a number that has none.
fn units_that_fit(measure: Measure, written: &str) -> Option<String> {
    let units = match measure {
        Measure::Duration => "`ms`, `s`, `min`, `h`, `d`",
        Measure::Size => "`bytes`, `KB`, `MB`, `GB`, `TB`",
        Measure::Rate => "`/s`, `/min`, `/day`, `/month`",
        Measure::Bandwidth => "`Mbps`, `MB/s`, `GB/day`",
        Measure::Percent => return Some(format!("write `{}`", percentage(written))),
        Measure::Multiple => return Some(format!("write `{written}x`")),
        Measure::Money => return Some(format!("write `${written}`, or `${written}/month`")),
        Measure::Count | Measure::Users => return None,
    };
    Some(format!("write the unit: {units}"))
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

fn date(phrase: &Phrase) -> Option<crate::quantity::Date> {
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
            .filter(|_| number > 0)
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
