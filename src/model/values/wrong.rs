//! What is said of a value that is wrong: what was expected, in words, and what
//! was perhaps meant.

use crate::finding::{self, Finding, Kinship, Safety, nearest, respelling};
use crate::quantity::{self, Quantity};
use crate::source::Span;
use crate::syntax::tree::{self, Atom, AtomKind, Phrase};
use crate::vocabulary::{Measure, Property, Shape, synonym};

use crate::model::resolve::Resolver;
use crate::model::{UNRESOLVED_REFERENCE, WRONG_VALUE};

use super::COMPARED_FIELDS;
use super::forms::*;

impl Resolver<'_> {
    /// Reports a word that is no field of any entity but nearly one.
    pub(in crate::model) fn is_misspelt_field(&mut self, path: &tree::Path) -> bool {
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
        let message = format!("no entity has a field `{}`", path.text);
        let safety = respelling(&path.text, near, fields(), Kinship::Names);
        let finding = Finding::new(UNRESOLVED_REFERENCE, message, path.span).meant(near, safety);
        self.report(finding.about(path.text.clone()));
        true
    }

    /// Tells whether there can be so much; less than nothing, or more than all
    /// where it is a share, is reported.
    pub(in crate::model) fn is_possible(
        &mut self,
        quantity: &Quantity,
        share: bool,
        span: Span,
    ) -> bool {
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

    pub(in crate::model) fn report_quantity(&mut self, span: Span, error: &quantity::ParseError) {
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
        let unit = format!("`{}`", self.sources.text(place));
        let near = help.as_deref().filter(|_| message.contains(&unit));
        let near = near.and_then(|it| it.strip_prefix("did you mean `")?.strip_suffix("`?"));
        let finding = Finding::new(WRONG_VALUE, message, place).about(written);
        let finding = match near {
            // One letter sets units apart, and its case.
            Some(near) => finding.meant(near, Safety::Unsafe),
            None => Finding { help, ..finding },
        };
        self.report(finding);
    }

    pub(in crate::model) fn report_dimension(
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

    pub(in crate::model) fn report_wrong(&mut self, property: &'static Property, phrase: &Phrase) {
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
                .meant(near, word_safety(&found, near, property)),
            (None, Some((span, near))) => {
                let written = self.sources.text(span);
                let safety = respelling(written, near, [near], Kinship::Words);
                finding(span).meant(near, safety)
            }
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
pub(super) fn near_word(found: &str, words: Vec<&'static str>) -> Option<&'static str> {
    let begins = |word: &&&'static str| found.len() >= 4 && word.starts_with(found);
    synonym(found, words.iter().copied())
        .or_else(|| nearest(found, words.iter().copied()))
        .or_else(|| words.iter().find(begins).copied())
}

/// Returns how safe it is to write one word of a property's list for what was found.
fn word_safety(found: &str, near: &str, property: &Property) -> Safety {
    let words = one_of(property).into_iter().flatten();
    respelling(found, near, words, Kinship::Words)
}

/// Returns the quantity that is meant by `100 million` or `10 per second`.
pub(super) fn in_words(found: &str, measures: &[Measure]) -> Option<String> {
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
pub(super) fn misspelt_joint(property: &Property, phrase: &Phrase) -> Option<(Span, &'static str)> {
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

/// Returns the words of a property that has a closed list.
pub(super) fn one_of(property: &Property) -> Option<impl Iterator<Item = &'static str> + use<>> {
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
pub(super) fn is_slip(property: &Property, phrase: &Phrase) -> bool {
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
pub(super) fn is_bare_number(property: &Property, phrase: &Phrase) -> bool {
    let measured = |shape: &Shape| matches!(shape, Shape::Quantity(_));
    let number = |atom: &Atom| matches!(atom.kind, AtomKind::Quantity(_));
    phrase.atoms.len() == 1
        && phrase.atoms.iter().all(number)
        && property.shapes.iter().any(measured)
}

pub(super) fn shorten(text: &str) -> String {
    let line: String = text
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .collect();
    match line.char_indices().nth(40) {
        Some((cut, _)) => format!("{}…", &line[..cut]),
        None => line,
    }
}

pub(super) fn measures_words(measures: &[Measure]) -> String {
    if measures.len() > 2 {
        return nouns(measures);
    }
    let words: Vec<&str> = measures.iter().map(|measure| measure.words()).collect();
    either(&words)
}

/// Returns what the measures are, without examples.
pub(super) fn nouns(measures: &[Measure]) -> String {
    let noun = |measure: &Measure| measure.words().split(" such as").next().unwrap_or_default();
    let words: Vec<&str> = measures.iter().map(noun).collect();
    either(&words)
}

/// Joins phrases with commas and a last "or".
pub(super) fn either(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [rest @ .., last] => format!("{} or {last}", rest.join(", ")),
    }
}

pub(super) fn shapes_words(shapes: &[Shape]) -> String {
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

pub(super) fn shape_words(shape: Shape) -> Option<String> {
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
            format!("the name of {}", crate::model::article(&either(&words)))
        }
        Shape::Schedule => "`continuously`, `every 1h` or `on` a queue or topic".to_owned(),
        Shape::Text => "a text in quotes".to_owned(),
        Shape::Word => "a word".to_owned(),
    })
}

/// Returns a number without unit as the percentage that it probably means:
/// `0.999` as `99.9%`.
pub(super) fn percentage(written: &str) -> String {
    match written.parse::<f64>() {
        Ok(share) if share <= 1.0 => format!("{}%", (share * 1e8).round() / 1e6),
        _ => format!("{written}%"),
    }
}

/// Says which units fit a number that has none.
pub(super) fn units_that_fit(measure: Measure, written: &str) -> Option<String> {
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
