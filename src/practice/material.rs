//! What an answer is made of, for people who lay two answers side by side.

use std::collections::BTreeMap;

use super::answer::Answer;
use crate::model::{Decision, Element, FactItem, RequirementKind};
use crate::vocabulary::Group;

/// What an answer has, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Material {
    /// The names of what it has, by sort, in the order in which a design is argued.
    pub parts: Vec<Part>,
    /// What was chosen.
    pub decisions: Vec<Choice>,
}

/// Everything of one sort.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The sort: `entity`, `cache`.
    pub sort: String,
    /// The names.
    pub names: Vec<String>,
}

/// A decision in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What was chosen.
    pub title: String,
    /// What was not.
    pub instead_of: Vec<String>,
    /// Why.
    pub because: Vec<String>,
    /// What it costs.
    pub consequence: Vec<String>,
}

/// Returns what an answer is made of.
pub fn material(answer: &Answer<'_>) -> Material {
    let model = answer.model();
    let mut sorts: BTreeMap<(usize, &str), Vec<(crate::source::Span, String)>> = BTreeMap::new();
    for element in model.elements() {
        let Some((rank, sort)) = sort_of(answer, element) else {
            continue;
        };
        let head = model.head(element);
        let at = head.map_or_else(Default::default, |head| head.span);
        let names = sorts.entry((rank, sort)).or_default();
        names.push((at, answer.design.label(element)));
    }
    let parts = sorts.into_iter().map(|((_, sort), mut names)| {
        names.sort();
        Part {
            sort: sort.to_owned(),
            names: names.into_iter().map(|(_, name)| name).collect(),
        }
    });
    let mut decisions: Vec<&Decision> = model.decisions.rows().iter().collect();
    decisions.sort_by_key(|it| it.head.span);
    Material {
        parts: parts.collect(),
        decisions: decisions.into_iter().map(choice).collect(),
    }
}

fn sort_of(answer: &Answer<'_>, element: Element) -> Option<(usize, &'static str)> {
    let model = answer.model();
    Some(match element {
        Element::Requirement(id) => match model.requirements[id].kind {
            RequirementKind::Functional if model.requirements[id].is_later() => {
                (3, "left for later")
            }
            RequirementKind::Functional => (0, "core feature"),
            RequirementKind::Quality => (1, "quality"),
            RequirementKind::Excluded => (2, "excluded"),
            _ => return None,
        },
        Element::Estimate(_) => (4, "estimate"),
        Element::Entity(_) => (5, "entity"),
        Element::Operation(_) => (6, "operation"),
        Element::Component(id) => {
            let kind = model.components[id].kind;
            let rank = match kind.group {
                Group::Outside => 7,
                Group::Edge => 8,
                Group::Compute => 9,
                Group::State => 10,
                Group::Messaging => 11,
                _ => 12,
            };
            (rank, kind.name)
        }
        Element::Flow(_) if answer.counts(element) => (13, "flow that happens"),
        _ => return None,
    })
}

fn choice(decision: &Decision) -> Choice {
    let texts = |key: &str| {
        let items = decision.facts.items(key).iter();
        let texts = items.filter_map(|item| match item {
            FactItem::Text(text) | FactItem::Word(text) => Some(text.clone()),
            _ => None,
        });
        texts.collect()
    };
    let head = &decision.head;
    Choice {
        title: head.title.clone().unwrap_or_else(|| head.name.clone()),
        instead_of: texts("instead-of"),
        because: texts("because"),
        consequence: texts("consequence"),
    }
}
