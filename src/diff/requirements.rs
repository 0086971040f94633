//! Requirements that ask for more or less.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use super::words::one_line;
use super::{Direction, Target};
use crate::model::{Demand, Model, Requirement, RequirementKind};
use crate::quantity::Quantity;
use crate::syntax::tree::Comparison;

/// What is asked for in one place.
#[derive(Default)]
struct Asked<'a> {
    kind: &'static str,
    demands: Vec<&'a Demand>,
    requirement: Option<&'a Requirement>,
    /// What it is said of; empty for the whole system.
    scope: BTreeSet<&'a str>,
}

/// Returns what asks for more or less; first what asks for less.
pub fn diff(base: Option<&Model>, head: Option<&Model>) -> Vec<Target> {
    let (before, after) = (base.map(asked), head.map(asked));
    let (before, after) = (before.unwrap_or_default(), after.unwrap_or_default());
    let keys: BTreeSet<&(bool, String)> = before.keys().chain(after.keys()).collect();
    let mut targets = Vec::new();
    for key in keys {
        match (before.get(key), after.get(key)) {
            (Some(old), Some(new)) => compare(&key.1, old, new, &mut targets),
            (Some(old), None) if !key.0 => targets.push(whole(&key.1, old, Direction::Removed)),
            (None, Some(new)) if !key.0 => targets.push(whole(&key.1, new, Direction::Added)),
            // An operation that is new or gone is told as such.
            _ => {}
        }
    }
    targets.sort_by_key(|it| it.direction);
    targets
}

/// Returns all that is asked for, by whether an operation says it, and by name.
fn asked(model: &Model) -> BTreeMap<(bool, String), Asked<'_>> {
    let must = |it: &&Requirement| {
        matches!(
            it.kind,
            RequirementKind::Functional | RequirementKind::Quality
        )
    };
    let requirements = model.requirements.rows().iter().filter(must).map(|it| {
        let scope = it.scope.iter().filter_map(|element| model.head(*element));
        let asked = Asked {
            kind: it.kind.word(),
            demands: it.demands.iter().collect(),
            requirement: Some(it),
            scope: scope.map(|head| head.path.as_str()).collect(),
        };
        ((false, name(it)), asked)
    });
    let operations = model.operations.rows().iter().map(|it| {
        let asked = Asked {
            kind: "operation",
            demands: it.demands.iter().collect(),
            ..Asked::default()
        };
        ((true, it.head.path.clone()), asked)
    });
    requirements.chain(operations).collect()
}

fn name(requirement: &Requirement) -> String {
    match requirement.head.path.as_str() {
        "" => one_line(requirement.label()),
        path => path.to_owned(),
    }
}

/// Tells of a requirement that is new or gone.
fn whole(name: &str, asked: &Asked<'_>, direction: Direction) -> Target {
    let demands: Vec<String> = asked.demands.iter().map(|it| it.words()).collect();
    let title = asked.requirement.and_then(|it| it.head.title.as_deref());
    let words = match demands.is_empty() {
        true => title.map_or_else(|| "stated".to_owned(), one_line),
        false => demands.join(", "),
    };
    let (before, after) = match direction {
        Direction::Removed => (Some(words), None),
        _ => (None, Some(words)),
    };
    Target {
        of: name.to_owned(),
        kind: asked.kind,
        what: "requirement".to_owned(),
        direction,
        before,
        after,
    }
}

fn compare(name: &str, old: &Asked<'_>, new: &Asked<'_>, targets: &mut Vec<Target>) {
    let mut add = |what: &str, direction, before, after| {
        targets.push(Target {
            of: name.to_owned(),
            kind: new.kind,
            what: what.to_owned(),
            direction,
            before,
            after,
        });
    };
    let (ours, theirs) = (by_measure(&old.demands), by_measure(&new.demands));
    let measures: BTreeSet<&str> = ours.keys().chain(theirs.keys()).copied().collect();
    for measure in measures {
        let (before, after) = (ours.get(measure), theirs.get(measure));
        if let Some(direction) = direction(before, after) {
            let words = |range: Option<&Range>| range.map(|it| it.words.join(" and "));
            add(measure, direction, words(before), words(after));
        }
    }
    if let Some(direction) = scoped(&old.scope, &new.scope) {
        add(
            "on",
            direction,
            Some(extent(&old.scope)),
            Some(extent(&new.scope)),
        );
    }
    if let (Some(old), Some(new)) = (old.requirement, new.requirement) {
        for (what, rank) in RANKED {
            let (before, after) = (rank(old), rank(new));
            if let Some(direction) = ordered(before.0, after.0) {
                add(what, direction, before.1, after.1);
            }
        }
    }
}

/// How much a word asks for, and the word.
type Ranked = (i32, Option<String>);

/// Finds out how much a requirement asks for.
type Rank = fn(&Requirement) -> Ranked;

/// What is said in words that ask for more or less.
const RANKED: &[(&str, Rank)] = &[
    ("consistency", consistency),
    ("priority", priority),
    ("realtime", realtime),
];

fn consistency(requirement: &Requirement) -> Ranked {
    let word = requirement.facts.word("consistency");
    let rank = match word {
        Some("strong") => 3,
        Some("eventual") => 1,
        None => 0,
        Some(_) => 2,
    };
    (rank, word.map(str::to_owned))
}

fn priority(requirement: &Requirement) -> Ranked {
    let word = requirement.facts.word("priority");
    let rank = match word {
        None | Some("core" | "high" | "must") => 2,
        Some("medium" | "should") => 1,
        Some(_) => 0,
    };
    (rank, word.map(str::to_owned))
}

fn realtime(requirement: &Requirement) -> Ranked {
    let asks = requirement.facts.has("realtime");
    (i32::from(asks), asks.then(|| "yes".to_owned()))
}

fn ordered(before: i32, after: i32) -> Option<Direction> {
    match after.cmp(&before) {
        Ordering::Less => Some(Direction::Weakened),
        Ordering::Equal => None,
        Ordering::Greater => Some(Direction::Strengthened),
    }
}

/// Compares what a requirement is said of.
fn scoped(old: &BTreeSet<&str>, new: &BTreeSet<&str>) -> Option<Direction> {
    match (old.is_empty(), new.is_empty()) {
        _ if old == new => None,
        (true, _) => Some(Direction::Weakened),
        (_, true) => Some(Direction::Strengthened),
        _ if new.is_subset(old) => Some(Direction::Weakened),
        _ if new.is_superset(old) => Some(Direction::Strengthened),
        _ => Some(Direction::Replaced),
    }
}

fn extent(scope: &BTreeSet<&str>) -> String {
    match scope.is_empty() {
        true => "the whole system".to_owned(),
        false => scope.iter().copied().collect::<Vec<_>>().join(", "),
    }
}

/// What a measure may be, by all that is asked of it.
#[derive(Default)]
struct Range {
    low: Option<End>,
    high: Option<End>,
    words: Vec<String>,
}

/// An end of a range, and whether it belongs to it.
type End = (Quantity, bool);

fn by_measure<'a>(demands: &[&'a Demand]) -> BTreeMap<&'a str, Range> {
    let mut ranges: BTreeMap<&str, Range> = BTreeMap::new();
    for demand in demands {
        let range = ranges.entry(&demand.measure).or_default();
        let own = |it| (demand.bound, it);
        let (low, high) = match demand.comparison {
            Comparison::Equal => (Some(own(true)), Some(own(true))),
            Comparison::Greater => (Some(own(false)), None),
            Comparison::GreaterOrEqual => (Some(own(true)), None),
            Comparison::Less => (None, Some(own(false))),
            Comparison::LessOrEqual => (None, Some(own(true))),
        };
        range.low = narrower(range.low, low, false);
        range.high = narrower(range.high, high, true);
        let symbol = demand.comparison.symbol();
        range.words.push(format!("{symbol} {}", demand.bound));
        range.words.sort();
    }
    ranges
}

fn narrower(one: Option<End>, other: Option<End>, upper: bool) -> Option<End> {
    match ease(one.as_ref(), other.as_ref(), upper) {
        Ordering::Less => other,
        _ => one,
    }
}

/// Tells whether an end became easier to stay within (greater) or harder (less).
fn ease(old: Option<&End>, new: Option<&End>, upper: bool) -> Ordering {
    match (old, new) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => Ordering::Less,
        (Some(_), None) => Ordering::Greater,
        (Some(old), Some(new)) => {
            let by = new.0.number.cmp(&old.0.number);
            let by = if upper { by } else { by.reverse() };
            by.then(new.1.cmp(&old.1))
        }
    }
}

fn direction(old: Option<&Range>, new: Option<&Range>) -> Option<Direction> {
    let (old, new) = match (old, new) {
        (None, None) => return None,
        (Some(_), None) => return Some(Direction::Removed),
        (None, Some(_)) => return Some(Direction::Added),
        (Some(old), Some(new)) => (old, new),
    };
    let of = |range: &Range| range.low.or(range.high).map(|end| end.0.dimension);
    if of(old) != of(new) {
        return Some(Direction::Replaced);
    }
    let low = ease(old.low.as_ref(), new.low.as_ref(), false);
    let high = ease(old.high.as_ref(), new.high.as_ref(), true);
    match (low, high) {
        (Ordering::Equal, Ordering::Equal) => None,
        (Ordering::Less, Ordering::Greater) | (Ordering::Greater, Ordering::Less) => {
            Some(Direction::Replaced)
        }
        (Ordering::Greater, _) | (_, Ordering::Greater) => Some(Direction::Weakened),
        _ => Some(Direction::Strengthened),
    }
}
