//! How a team wants its designs reviewed.

use std::collections::BTreeMap;

use super::selection::Matcher;
use super::{RuleInfo, Selection};
use crate::finding::{Finding, RuleName, Severity};
use crate::model::{Element, Model};
use crate::quantity::Quantity;

/// How a team wants its designs reviewed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    /// Which rules are asked for.
    pub selection: Selection,
    /// The severities that rules have here; of several for one finding the last holds.
    pub levels: Vec<LevelOf>,
    /// What an acceptance must say.
    pub accept: AcceptPolicy,
    /// The options of rules that are not their defaults, by rule and name:
    /// `deep-sync-chain`, `max-hops`.
    pub options: BTreeMap<(RuleName, &'static str), Quantity>,
}

/// The severity of a rule's findings, or of those about some elements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LevelOf {
    /// The rules.
    pub rules: Matcher,
    /// What it is about; everything where empty.
    pub elements: Vec<Pattern>,
    /// How bad they are.
    pub level: Level,
}

/// How bad findings are here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// They are not reported.
    Off,
    /// They are reported so.
    At(Severity),
}

/// Which elements are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// `kind:database`: of a kind or type.
    Kind(String),
    /// `legacy.*`: whose path is so; `*` stands for any letters.
    Name(String),
    /// `tag:batch`: with a tag.
    Tag(String),
}

/// What an acceptance must say to be one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AcceptPolicy {
    /// Whether it must say until when it holds.
    pub require_until: bool,
    /// How many days from today it may hold at the most.
    pub max_days: Option<u32>,
    /// What may not be accepted at all.
    pub forbid: Vec<Matcher>,
    /// Whether, and how, an acceptance that silences nothing is reported; a
    /// warning where nothing is said.
    pub unused: Option<Level>,
}

/// The elements of a design by the names that findings give their subjects.
pub(super) struct Elements<'a> {
    model: &'a Model,
    by_path: BTreeMap<&'a str, Vec<Element>>,
}

impl<'a> Elements<'a> {
    pub(super) fn new(model: &'a Model) -> Elements<'a> {
        let mut by_path: BTreeMap<&str, Vec<Element>> = BTreeMap::new();
        for element in model.elements() {
            if let Some(head) = model.head(element) {
                by_path.entry(&head.path).or_default().push(element);
            }
        }
        Elements { model, by_path }
    }

    /// Returns what a subject is; of a connection what it starts from.
    fn of(&self, subject: &str) -> &[Element] {
        let name = subject.split(' ').next().unwrap_or(subject);
        self.by_path.get(name).map_or(&[], Vec::as_slice)
    }
}

impl Settings {
    /// Returns the severity that a finding has here, if it is another one.
    pub(super) fn level(
        &self,
        elements: &Elements<'_>,
        rule: &RuleInfo,
        finding: &Finding,
    ) -> Option<Level> {
        let mut latest = self.levels.iter().rev();
        let fitting =
            latest.find(|it| it.rules.nearness(rule) > 0 && it.concerns(elements, finding));
        fitting.map(|it| it.level)
    }
}

impl LevelOf {
    fn concerns(&self, elements: &Elements<'_>, finding: &Finding) -> bool {
        let Some(subject) = finding.subjects.first() else {
            return self.elements.is_empty();
        };
        let means = |pattern: &Pattern| pattern.means(elements, subject);
        self.elements.is_empty() || self.elements.iter().any(means)
    }
}

impl Pattern {
    /// Reads `tag:batch`, `kind:database`, or a name.
    pub fn parse(word: &str) -> Pattern {
        match word.split_once(':') {
            Some(("kind", kind)) => Pattern::Kind(kind.trim().to_owned()),
            Some(("tag", tag)) => Pattern::Tag(tag.trim().to_owned()),
            _ => Pattern::Name(word.to_owned()),
        }
    }

    fn means(&self, elements: &Elements<'_>, subject: &str) -> bool {
        let (model, mut of) = (elements.model, elements.of(subject).iter());
        match self {
            Pattern::Kind(word) => of.any(|element| model.is_called(*element, word)),
            Pattern::Name(name) => is_like(name, subject),
            Pattern::Tag(tag) => of.any(|element| {
                let head = model.head(*element);
                head.is_some_and(|head| head.tags.contains(tag))
            }),
        }
    }
}

/// Tells whether a text is like a pattern in which `*` stands for any letters.
fn is_like(pattern: &str, text: &str) -> bool {
    let mut pieces = pattern.split('*');
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let Some(last) = pieces.next_back() else {
        return rest.is_empty();
    };
    for piece in pieces {
        match rest.find(piece) {
            Some(at) => rest = &rest[at + piece.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_letters() {
        for (pattern, text, is) in [
            ("ledger", "ledger", true),
            ("ledger", "ledgers", false),
            ("legacy.*", "legacy.reports", true),
            ("*Store", "feedStore", true),
            ("*Store", "feedStores", false),
            ("a*b*a", "aba", true),
            ("a*b*a", "ab", false),
            ("a*a", "a", false),
            ("*", "", true),
        ] {
            assert_eq!(is_like(pattern, text), is, "{pattern} {text}");
        }
    }

    #[test]
    fn patterns_say_what_they_are() {
        let tag = Pattern::Tag("batch".into());
        assert_eq!(Pattern::parse("tag:batch"), tag);
        assert_eq!(Pattern::parse("kind: cache"), Pattern::Kind("cache".into()));
        assert_eq!(Pattern::parse("a.b"), Pattern::Name("a.b".into()));
    }
}
