//! What facts say, in words, and in a form that is the same for all that say the same.

use crate::model::{Count, Element, Fact, FactItem, FactValue, Model, Schedule};
use crate::quantity::{Dimension, Quantity};
use crate::source::Sources;

/// What is said about something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// For people.
    pub words: String,
    /// For comparing: equal where the meaning is.
    pub meaning: String,
}

impl Said {
    /// Says words that mean themselves.
    pub fn plain(words: impl Into<String>) -> Said {
        let words = words.into();
        Said {
            meaning: words.clone(),
            words,
        }
    }

    /// Says a quantity.
    pub fn quantity(quantity: &Quantity) -> Said {
        Said {
            words: quantity.to_string(),
            meaning: exact(quantity),
        }
    }

    /// Says several things whose order is of no meaning.
    pub fn unordered(words: impl IntoIterator<Item = String>) -> Said {
        let words: Vec<String> = words.into_iter().collect();
        let mut sorted = words.clone();
        sorted.sort();
        Said {
            words: words.join(", "),
            meaning: sorted.join(", "),
        }
    }
}

/// Returns a number in base units with its dimension; of users also in what time
/// they are counted.
fn exact(quantity: &Quantity) -> String {
    let counted = quantity.period().map(|unit| unit.name());
    let counted = counted.filter(|_| quantity.dimension == Dimension::USERS);
    let counted = counted.unwrap_or_default();
    format!("{} {:?} {counted}", quantity.number, quantity.dimension)
}

/// Says what facts of a design say.
#[derive(Clone, Copy)]
pub struct Words<'a> {
    /// The design.
    pub model: &'a Model,
    /// Its texts.
    pub sources: &'a Sources,
}

impl Words<'_> {
    /// Returns what a fact says.
    pub fn fact(&self, fact: &Fact) -> Said {
        match &fact.value {
            FactValue::Absent => Said::plain("none"),
            FactValue::Open => Said::plain("yes"),
            FactValue::Items(items) if items.iter().any(is_nameless) => self.written(fact),
            FactValue::Items(items) => {
                let words = items.iter().map(|it| self.item(it, &Quantity::to_string));
                let mut meaning: Vec<String> =
                    items.iter().map(|it| self.item(it, &exact)).collect();
                meaning.sort();
                Said {
                    words: words.collect::<Vec<_>>().join(", "),
                    meaning: meaning.join(", "),
                }
            }
        }
    }

    /// Returns a fact as it is written, without its key and line breaks.
    fn written(&self, fact: &Fact) -> Said {
        let mut files = self.sources.iter();
        let known = files.any(|(id, _)| id == fact.span.file);
        let text = if known {
            self.sources.text(fact.span)
        } else {
            ""
        };
        let value = text.split_once(':').map_or(text, |(_, value)| value);
        Said::plain(one_line(value))
    }

    fn item(&self, item: &FactItem, number: &dyn Fn(&Quantity) -> String) -> String {
        match item {
            FactItem::Count(it) => count(it),
            FactItem::Data(data) => {
                let entity = &self.model.entities[data.entity].head.path;
                match data.by.is_empty() {
                    true => entity.clone(),
                    false => format!("{entity} by {}", data.by.join(", ")),
                }
            }
            FactItem::Date(date) => date.to_string(),
            FactItem::Fields(path) => {
                let fields = match path.fields.as_slice() {
                    [one] => one.clone(),
                    several => format!("({})", several.join(", ")),
                };
                match path.entity {
                    Some(id) => format!("{}.{fields}", self.model.entities[id].head.path),
                    None => fields,
                }
            }
            FactItem::Named(name, quantity) => format!("{name} {}", number(quantity)),
            FactItem::Phrase(text) => one_line(text),
            FactItem::Quantity(quantity) => number(quantity),
            FactItem::RateLimit(rate, None) => number(rate),
            FactItem::RateLimit(rate, Some(per)) => format!("{} per {per}", number(rate)),
            FactItem::Range(ends) => format!("{}..{}", number(&ends.0), number(&ends.1)),
            FactItem::Ratio(one, other) => format!("{one}:{other}"),
            FactItem::Schedule(Schedule::Continuously) => "continuously".to_owned(),
            FactItem::Schedule(Schedule::Every(time)) => format!("every {}", number(time)),
            FactItem::Schedule(Schedule::On(id)) => format!("on {}", self.model.name(*id)),
            FactItem::Target(element) => self.name(*element),
            FactItem::Text(text) | FactItem::Word(text) => one_line(text),
        }
    }

    /// Returns what a thing is called.
    pub fn name(&self, element: Element) -> String {
        if let Element::Relation(id) = element {
            let relation = &self.model.relations[id];
            let (from, to) = (self.model.name(relation.from), self.model.name(relation.to));
            return format!("{from} {} {to}", relation.arrow.symbol());
        }
        let head = self.model.head(element);
        head.map_or_else(String::new, |head| head.path.clone())
    }
}

/// Tells whether the model keeps no name of what a value refers to.
fn is_nameless(item: &FactItem) -> bool {
    matches!(item, FactItem::Target(Element::Named))
}

fn count(count: &Count) -> String {
    let number = match (count.many, count.most) {
        (true, _) => "many".to_owned(),
        (false, Some(most)) => format!("{}..{most}", count.least),
        (false, None) => count.least.to_string(),
    };
    match &count.across {
        Some((1, of)) => format!("{number} across 1 {}", of.trim_end_matches('s')),
        Some((places, of)) => format!("{number} across {places} {}s", of.trim_end_matches('s')),
        None => number,
    }
}

/// Returns a text on one line, with one blank between words.
pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
