//! The forms of values: what a phrase is, whoever asks.

use crate::quantity::{self, Quantity};
use crate::source::Span;
use crate::syntax::tree::{self, Atom, AtomKind, Operator, Phrase};

use crate::model::fact::{Count, FactItem};

/// Returns where a second target begins that stands in the value of a first.
pub(in crate::model) fn second_target(value: &tree::Value) -> Option<Span> {
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

/// Returns the places of a dotted path's first `owner` bytes and of what follows the dot.
pub(in crate::model) fn parts(path: &tree::Path, owner: usize) -> (Span, Span) {
    let span = path.span;
    if (span.end - span.start) as usize != path.text.len() {
        return (span, span);
    }
    let end = span.start + owner as u32;
    let start = end + 1;
    (Span { end, ..span }, Span { start, ..span })
}

/// Returns the only word of a value.
pub(in crate::model) fn single_word(value: &tree::Value) -> Option<&str> {
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
pub(in crate::model) fn single_atom(value: &tree::Value) -> Option<&Atom> {
    match value.choices.as_slice() {
        [choice] => match choice.phrases.as_slice() {
            [phrase] if phrase.atoms.len() == 1 => phrase.atoms.first(),
            _ => None,
        },
        _ => None,
    }
}

/// Tells whether an atom is that word.
pub(in crate::model) fn is_word(atom: &Atom, word: &str) -> bool {
    matches!(&atom.kind, AtomKind::Word(path, false) if path.text == word)
}

pub(in crate::model) fn word(phrase: &Phrase) -> Option<&str> {
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

pub(in crate::model) fn words(phrase: &Phrase) -> Option<String> {
    let plain = phrase.atoms.iter().map(|atom| match &atom.kind {
        AtomKind::Word(path, false) => Some(path.text.as_str()),
        AtomKind::Quantity(text) => Some(text.as_str()),
        _ => None,
    });
    let all: Option<Vec<&str>> = plain.collect();
    all.filter(|words| !words.is_empty())
        .map(|words| words.join(" "))
}

pub(in crate::model) fn text(phrase: &Phrase) -> Option<String> {
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

pub(in crate::model) fn date(phrase: &Phrase) -> Option<crate::quantity::Date> {
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

pub(in crate::model) fn ratio(phrase: &Phrase) -> Option<FactItem> {
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

pub(in crate::model) fn rate_limit(phrase: &Phrase) -> Option<FactItem> {
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

pub(in crate::model) fn count(phrase: &Phrase) -> Option<Count> {
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

pub(in crate::model) fn number_or_many(atom: &Atom) -> Option<(u64, Option<u64>, bool)> {
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

pub(in crate::model) fn field_names(atom: &Atom) -> Vec<String> {
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
