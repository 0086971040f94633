//! Things by themselves: what must not be there, and what each must state.

use super::{Breach, Found, Held};
use crate::finding::Label;
use crate::model::{Asked, Clause, ClauseVerb, Element, Filter, Origin, Selector};
use crate::source::Span;
use crate::vocabulary::measure_word;

impl Held<'_, '_> {
    pub(super) fn things(&self, clause: &Clause, things: &[Asked], found: &mut Found) {
        let model = self.design.model;
        let relations = model.relations.ids().map(Element::Relation);
        for element in model.elements().chain(relations) {
            for asked in things {
                if !asked.of.means(model, element) || self.is_free(element) {
                    continue;
                }
                let breach = match clause.verb {
                    ClauseVerb::Deny => Some(self.unwanted(element, &asked.of)),
                    ClauseVerb::Require => self.lacking(element, asked),
                };
                if let Some(breach) = breach {
                    self.report(clause, breach, found);
                }
            }
        }
    }

    fn unwanted(&self, element: Element, of: &Selector) -> Breach {
        let name = self.design.label(element);
        let words = self.text(of.span);
        let help = match of.filters.is_empty() {
            true => format!("put something else in its place, or do without `{name}`"),
            false => format!("change what `{name}` states"),
        };
        Breach {
            what: format!("`{name}` is `{words}`"),
            label: format!("is `{words}`"),
            ..self.of(element, help)
        }
    }

    /// Says what of what is asked does not hold, if anything.
    fn lacking(&self, element: Element, asked: &Asked) -> Option<Breach> {
        let filters = asked.filters.iter();
        let lacking: Vec<&(Filter, Span)> = filters
            .filter(|(filter, _)| !filter.holds(self.design.model, element))
            .collect();
        let (first, span) = lacking.first()?;
        let name = self.design.label(element);
        let words: Vec<String> = lacking.iter().map(|(_, at)| self.text(*at)).collect();
        let what = match words.as_slice() {
            [only] if self.is_none(element, first) => format!("states `{only}: none`"),
            [all @ .., last] if !all.is_empty() => {
                format!("does not state `{}` and `{last}`", all.join("`, `"))
            }
            _ => format!("does not state `{}`", words.concat()),
        };
        let help = match words.len() {
            1 => self.what_to_state(element, first, &self.text(*span)),
            _ => format!("state them in the block of `{name}`"),
        };
        let stated = lacking.iter().find_map(|(it, _)| self.stated(element, it));
        Some(Breach {
            what: format!("`{name}` {what}"),
            label: what,
            stated,
            ..self.of(element, help)
        })
    }

    /// Tells whether what is asked for is stated not to be there.
    fn is_none(&self, element: Element, filter: &Filter) -> bool {
        let facts = self.design.model.facts(element);
        let is_absent = |key: &str| facts.is_some_and(|facts| facts.is_absent(key));
        matches!(filter, Filter::Present(key) if is_absent(key))
    }

    /// Returns where something else is stated than what is asked for.
    fn stated(&self, element: Element, filter: &Filter) -> Option<Label> {
        let key: &str = match filter {
            Filter::Compare(key, ..) | Filter::Present(key) => key,
            Filter::Says(key, _) => key,
            Filter::Carries(_) | Filter::Expected(..) => return None,
        };
        let fact = self.design.model.facts(element)?.get(key)?;
        (fact.origin == Origin::Stated).then(|| Label {
            span: fact.span,
            text: "stated otherwise here".to_owned(),
        })
    }

    fn what_to_state(&self, element: Element, filter: &Filter, words: &str) -> String {
        let name = self.design.label(element);
        let has_targets = matches!(element, Element::Operation(_) | Element::Requirement(_));
        match filter {
            Filter::Compare(key, ..) if has_targets && measure_word(key).is_some() => {
                format!("write `{words}` in the block of `{name}`, or a quality that asks it")
            }
            Filter::Compare(key, ..) => {
                format!("state `{key}: …` in the block of `{name}`, so that `{words}`")
            }
            Filter::Present(key) => format!("state `{key}: …` in the block of `{name}`"),
            Filter::Carries(_) | Filter::Expected(..) | Filter::Says(..) => {
                format!("write `{words}` in the block of `{name}`")
            }
        }
    }

    /// Makes a breach by an element, still without words.
    fn of(&self, element: Element, help: String) -> Breach {
        let model = self.design.model;
        let (at, subject) = match (element, model.head(element)) {
            (Element::Relation(id), _) => (model.relations[id].span, self.design.relation_name(id)),
            (_, Some(head)) => (head.name_span, head.path.clone()),
            (_, None) => (Span::default(), String::new()),
        };
        Breach {
            what: String::new(),
            at,
            label: String::new(),
            help,
            subjects: vec![subject],
            trace: Vec::new(),
            stated: None,
        }
    }
}
