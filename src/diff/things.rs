//! Things with facts, and how two lists of them differ.

use std::collections::{BTreeMap, BTreeSet};

use super::steps::{self, Line};
use super::words::Said;
use super::{Change, FactChange, Item};

/// The sort of connections.
pub const RELATION: &str = "relation";

/// The sorts of things, in the order in which a reader wants them.
pub const SORTS: &[&str] = &[
    "system",
    "requirement",
    "api",
    "operation",
    "entity",
    "component",
    "place",
    "technology",
    "flow",
    "load",
    "estimate",
    "decision",
    "environment",
    RELATION,
];

/// A thing, with all that is said of it.
#[derive(Clone, Debug, Default)]
pub struct Thing {
    /// What sort of thing it is.
    pub sort: &'static str,
    /// Its kind.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// What is said of it: what makes it what it is first, parts last.
    pub facts: BTreeMap<(Rank, String), Said>,
    /// What happens in it, in order.
    pub steps: Vec<Line>,
}

/// Which facts stand first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// Its kind, types, place.
    Self_,
    /// What its block says.
    Stated,
    /// Its fields, parameters, rates.
    Part,
}

/// Who a thing is: its sort, its name, and which of those it is.
type Key = (usize, String, usize);

impl Thing {
    /// Adds a fact; several of one name are one fact.
    pub fn say(&mut self, rank: Rank, name: impl Into<String>, said: Said) {
        let key = (rank, name.into());
        match self.facts.get_mut(&key) {
            Some(known) => {
                known.words = format!("{}; {}", known.words, said.words);
                known.meaning = format!("{}; {}", known.meaning, said.meaning);
            }
            None => {
                self.facts.insert(key, said);
            }
        }
    }
}

/// Returns what was added, removed and changed, sort by sort and by name.
pub fn diff(base: &[Thing], head: &[Thing]) -> Vec<Item> {
    let (before, mut after) = (keyed(base), keyed(head));
    let before = follow_arrows(before, &mut after);
    let keys: BTreeSet<&Key> = before.keys().chain(after.keys()).collect();
    let items = keys.into_iter().filter_map(|key| {
        let (old, new) = (before.get(key).copied(), after.get(key).copied());
        item(old, new)
    });
    items.collect()
}

fn keyed(things: &[Thing]) -> BTreeMap<Key, &Thing> {
    let mut keyed = BTreeMap::new();
    for thing in things {
        let sort = SORTS.iter().position(|it| *it == thing.sort);
        let mut key = (sort.unwrap_or(SORTS.len()), thing.name.clone(), 0);
        while keyed.contains_key(&key) {
            key.2 += 1;
        }
        keyed.insert(key, thing);
    }
    keyed
}

/// Gives a connection that has another arrow now the key that it has now.
fn follow_arrows<'t>(
    before: BTreeMap<Key, &'t Thing>,
    after: &mut BTreeMap<Key, &'t Thing>,
) -> BTreeMap<Key, &'t Thing> {
    let mut fresh: BTreeMap<(&str, &str), Vec<Key>> = BTreeMap::new();
    for (key, thing) in after.iter() {
        if !before.contains_key(key)
            && let Some(ends) = ends(thing)
        {
            fresh.entry(ends).or_default().push(key.clone());
        }
    }
    let rows = before.into_iter().map(|(key, thing)| {
        let gone = ends(thing).filter(|_| !after.contains_key(&key));
        let taken = gone.and_then(|ends| fresh.get_mut(&ends)?.pop());
        (taken.unwrap_or(key), thing)
    });
    rows.collect()
}

/// Returns who is connected.
fn ends(thing: &Thing) -> Option<(&str, &str)> {
    let mut words = thing.name.split(' ').filter(|_| thing.sort == RELATION);
    let from = words.next()?;
    Some((from, words.next_back()?))
}

fn item(old: Option<&Thing>, new: Option<&Thing>) -> Option<Item> {
    let thing = new.or(old)?;
    let change = match (old, new) {
        (None, _) => Change::Added,
        (_, None) => Change::Removed,
        _ => Change::Changed,
    };
    let none = Thing::default();
    let (old, new) = (old.unwrap_or(&none), new.unwrap_or(&none));
    let mut facts = facts(old, new);
    facts.extend(steps::diff(&old.steps, &new.steps));
    if change == Change::Changed && old.name != new.name {
        let arrow = |thing: &Thing| thing.name.split(' ').nth(1).map(str::to_owned);
        let name = "arrow".to_owned();
        let (before, after) = (arrow(old), arrow(new));
        facts.insert(
            0,
            FactChange {
                name,
                before,
                after,
            },
        );
    }
    let same = change == Change::Changed && facts.is_empty();
    (!same).then(|| Item {
        sort: thing.sort,
        kind: thing.kind.clone(),
        name: thing.name.clone(),
        change,
        facts,
    })
}

fn facts(old: &Thing, new: &Thing) -> Vec<FactChange> {
    let keys: BTreeSet<&(Rank, String)> = old.facts.keys().chain(new.facts.keys()).collect();
    let changed = keys.into_iter().filter_map(|key| {
        let (before, after) = (old.facts.get(key), new.facts.get(key));
        let same = before.map(|it| &it.meaning) == after.map(|it| &it.meaning);
        let words = |said: Option<&Said>| said.map(|it| it.words.clone());
        (!same).then(|| FactChange {
            name: key.1.clone(),
            before: words(before),
            after: words(after),
        })
    });
    changed.collect()
}
