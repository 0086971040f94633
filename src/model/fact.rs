//! What is stated about a thing, what is stated to be absent, and what is not stated.

use crate::quantity::Quantity;
use crate::source::Span;

use super::{Component, Element, Entity, Id};

/// Where a fact comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum Origin {
    /// A `defaults` block of the design.
    Defaults,
    /// The environment that was chosen.
    Environment,
    /// The thing's own block.
    Stated,
    /// A technology or a user's kind; its name, and the source that the catalogue gives.
    Technology(String, String),
}

/// One `key: value`.
#[derive(Clone, Debug)]
pub struct Fact {
    /// The key, as the vocabulary has it.
    pub key: &'static str,
    /// What is said.
    pub value: FactValue,
    /// From the key to the end of the value.
    pub span: Span,
    /// Who says it.
    pub origin: Origin,
}

/// What a fact says.
#[derive(Clone, Debug, PartialEq)]
pub enum FactValue {
    /// `none` or `no`: stated to be absent.
    Absent,
    /// `yes`: there is one, details open.
    Open,
    /// The values between commas, at least one.
    Items(Vec<FactItem>),
}

/// One value of a fact.
#[derive(Clone, Debug, PartialEq)]
pub enum FactItem {
    /// `3`, `many`, `2..20`, each also `across 3 zones`.
    Count(Count),
    /// `Location by near(position)`.
    Data(DataUse),
    /// A date.
    Date(crate::quantity::Date),
    /// One field, or several that go together.
    Fields(FieldPath),
    /// `n: 3` of a block.
    Named(String, Box<Quantity>),
    /// Something that the tool keeps as text.
    Phrase(String),
    /// A number.
    Quantity(Box<Quantity>),
    /// `300/min per user`: the rate, and per what.
    RateLimit(Box<Quantity>, Option<String>),
    /// `2..10`
    Range(Box<(Quantity, Quantity)>),
    /// `100:1`
    Ratio(f64, f64),
    /// `continuously`, `every 1h`, `on posted`.
    Schedule(Schedule),
    /// A name, resolved.
    Target(Element),
    /// A string.
    Text(String),
    /// A word.
    Word(String),
}

/// How many of something there are.
#[derive(Clone, Debug, PartialEq)]
pub struct Count {
    /// The fewest; 2 for `many`.
    pub least: u64,
    /// The most, where a range is given.
    pub most: Option<u64>,
    /// Whether it is `many`: several, the number open.
    pub many: bool,
    /// `across 3 zones`: how many (2 for `many`), and of what.
    pub across: Option<(u64, String)>,
}

/// An entity as it is read, written, stored or carried.
#[derive(Clone, Debug, PartialEq)]
pub struct DataUse {
    /// Which.
    pub entity: Id<Entity>,
    /// By what it is found: field names, as written after `by`.
    pub by: Vec<String>,
    /// Where it is named.
    pub span: Span,
}

/// `Tweet.author`, `author`, `(a, b)`.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldPath {
    /// Whose field, where it is said or can only be one.
    pub entity: Option<Id<Entity>>,
    /// The fields' names.
    pub fields: Vec<String>,
}

/// When something works by itself.
#[derive(Clone, Debug, PartialEq)]
pub enum Schedule {
    /// All the time.
    Continuously,
    /// Once in a while.
    Every(Box<Quantity>),
    /// When a message comes from there.
    On(Id<Component>),
}

/// The facts of one thing. A key that is not in here is not stated.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    list: Vec<Fact>,
}

impl Facts {
    /// Returns the fact of that key, also one that says `none`.
    pub fn get(&self, key: &str) -> Option<&Fact> {
        self.list.iter().find(|fact| fact.key == key)
    }

    /// Returns the fact of that key unless it says `none`.
    pub fn present(&self, key: &str) -> Option<&Fact> {
        self.get(key).filter(|fact| fact.value != FactValue::Absent)
    }

    /// Tells whether the key is stated, and not as `none`.
    pub fn has(&self, key: &str) -> bool {
        self.present(key).is_some()
    }

    /// Tells whether the key is stated as `none` or `no`.
    pub fn is_absent(&self, key: &str) -> bool {
        self.get(key)
            .is_some_and(|fact| fact.value == FactValue::Absent)
    }

    /// Tells whether nothing at all is said about the key.
    pub fn is_unstated(&self, key: &str) -> bool {
        self.get(key).is_none()
    }

    /// Returns the values of a key, none where it is absent, open or not stated.
    pub fn items(&self, key: &str) -> &[FactItem] {
        match self.get(key).map(|fact| &fact.value) {
            Some(FactValue::Items(items)) => items,
            _ => &[],
        }
    }

    /// Returns the first word of a key.
    pub fn word(&self, key: &str) -> Option<&str> {
        self.items(key).iter().find_map(|item| match item {
            FactItem::Word(word) => Some(word.as_str()),
            _ => None,
        })
    }

    /// Tells whether one of the key's words is `word`.
    pub fn says(&self, key: &str, word: &str) -> bool {
        self.items(key)
            .iter()
            .any(|item| matches!(item, FactItem::Word(it) if it == word))
    }

    /// Returns the first number of a key.
    pub fn quantity(&self, key: &str) -> Option<&Quantity> {
        self.items(key).iter().find_map(|item| match item {
            FactItem::Quantity(quantity) => Some(quantity.as_ref()),
            FactItem::RateLimit(quantity, _) => Some(quantity.as_ref()),
            _ => None,
        })
    }

    /// Returns the first number of a key in base units: seconds, bytes, per second, or plain.
    pub fn number(&self, key: &str) -> Option<f64> {
        self.quantity(key).map(Quantity::to_f64)
    }

    /// Returns how many a key counts.
    pub fn count(&self, key: &str) -> Option<&Count> {
        self.items(key).iter().find_map(|item| match item {
            FactItem::Count(count) => Some(count),
            _ => None,
        })
    }

    /// Returns the entities that a key names.
    pub fn data(&self, key: &str) -> impl Iterator<Item = &DataUse> {
        self.items(key).iter().filter_map(|item| match item {
            FactItem::Data(data) => Some(data),
            _ => None,
        })
    }

    /// Returns the things that a key refers to.
    pub fn targets(&self, key: &str) -> impl Iterator<Item = Element> {
        self.items(key).iter().filter_map(|item| match item {
            FactItem::Target(target) => Some(*target),
            _ => None,
        })
    }

    /// Returns all facts in the order in which they were stated, defaults last.
    pub fn iter(&self) -> impl Iterator<Item = &Fact> {
        self.list.iter()
    }

    /// Tells whether there is no fact.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Adds a fact; one of the same key stays and the new one is given back.
    pub fn add(&mut self, fact: Fact) -> Result<(), Fact> {
        if self.get(fact.key).is_some() {
            return Err(fact);
        }
        self.list.push(fact);
        Ok(())
    }

    /// Sets a fact in place of one of the same key.
    pub fn replace(&mut self, fact: Fact) {
        self.list.retain(|old| old.key != fact.key);
        self.list.push(fact);
    }

    /// Adds the facts that are not stated yet.
    pub fn fill(&mut self, facts: impl IntoIterator<Item = Fact>) {
        for fact in facts {
            let _ = self.add(fact);
        }
    }

    /// Adds what another statement of the same thing says; lists grow, and a
    /// fact that disagrees is given back with the one it disagrees with.
    pub fn merge(&mut self, other: Facts) -> Vec<(Fact, Fact)> {
        let mut clashes = Vec::new();
        for fact in other.list {
            match self.list.iter_mut().find(|old| old.key == fact.key) {
                None => self.list.push(fact),
                Some(old) if old.value == fact.value => {}
                Some(old) if GROWING.contains(&fact.key) => old.grow(fact.value),
                Some(old) => clashes.push((old.clone(), fact)),
            }
        }
        clashes
    }
}

impl Facts {
    /// Takes up what a flow's step says: what it reads, writes and carries, and
    /// all else too if only steps declare the connection.
    pub fn learn(&mut self, step: &Facts, everything: bool) {
        let told = step
            .list
            .iter()
            .filter(|fact| everything || GROWING.contains(&fact.key));
        let told = Facts {
            list: told.cloned().collect(),
        };
        self.merge(told);
    }
}

impl FactItem {
    /// Tells whether two values say the same, wherever they stand.
    pub(super) fn says_the_same(&self, other: &FactItem) -> bool {
        match (self, other) {
            (FactItem::Data(one), FactItem::Data(two)) => {
                (one.entity, &one.by) == (two.entity, &two.by)
            }
            _ => self == other,
        }
    }

    /// Tells whether several such values make sense for one key.
    pub(super) fn stands_in_lists(&self) -> bool {
        matches!(
            self,
            FactItem::Data(_)
                | FactItem::Fields(_)
                | FactItem::Phrase(_)
                | FactItem::Target(_)
                | FactItem::Text(_)
        )
    }
}

/// The keys whose values add up when a thing is stated twice.
const GROWING: &[&str] = &["reads", "writes", "carries", "for"];

impl Fact {
    fn grow(&mut self, value: FactValue) {
        if let (FactValue::Items(items), FactValue::Items(more)) = (&mut self.value, value) {
            for item in more {
                if !items.iter().any(|known| known.says_the_same(&item)) {
                    items.push(item);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    #[test]
    fn what_is_said_again_elsewhere_is_not_there_twice() {
        let writes = |start| {
            let span = Span::new(FileId(0), start, start + 4);
            let data = DataUse {
                entity: Id::new(0),
                by: Vec::new(),
                span,
            };
            let value = FactValue::Items(vec![FactItem::Data(data)]);
            let mut facts = Facts::default();
            let fact = Fact {
                key: "writes",
                value,
                span,
                origin: Origin::Stated,
            };
            assert!(facts.add(fact).is_ok());
            facts
        };
        let mut facts = writes(3);
        assert!(facts.merge(writes(30)).is_empty());
        assert_eq!(facts.data("writes").count(), 1);
    }
}
