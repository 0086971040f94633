//! Facts that differ in one deployment.

use std::collections::BTreeMap;

use crate::finding::Finding;
use crate::source::Span;
use crate::syntax::tree::{self, Head as Shape};
use crate::vocabulary::{self, Owners};

use super::resolve::{Pending, Resolver, Said};
use super::values::Place;
use super::{CONFLICTING_FACTS, Component, Fact, Id, MISPLACED_STATEMENT, Origin};

impl<'t> Resolver<'t> {
    /// Reads `tweets.replicas: 1` lines; they hold only in the chosen environment.
    pub(super) fn read_environment(&mut self, pending: &Pending<'t>) {
        let Some(block) = &pending.said.statement.block else {
            return;
        };
        let Shape::Declare(declare) = &pending.said.statement.head else {
            return;
        };
        let name = declare.name.as_ref().map(|name| name.text.as_str());
        let holds = self.environment.is_some() && self.environment == name;
        let mut stated = BTreeMap::new();
        for said in self.statements(&block.items) {
            let Shape::Set(set) = &said.statement.head else {
                self.misplaced(&said, "environment", Owners::NONE);
                continue;
            };
            let Some((id, fact)) = self.read_override(set, &said, &pending.scope.path) else {
                continue;
            };
            match stated.get(&(id, fact.key)) {
                Some(first) => self.stated_again(set, *first, said.span),
                None => {
                    stated.insert((id, fact.key), said.span);
                    self.override_fact(id, fact, holds);
                }
            }
        }
    }

    fn stated_again(&mut self, set: &tree::Set, first: Span, span: Span) {
        let key = set.key.text.clone();
        let message = format!("`{key}` is stated twice");
        let finding = Finding::new(CONFLICTING_FACTS, message, span)
            .label("here again")
            .because(first, "stated here first")
            .help("keep one");
        self.report(finding.about(key));
    }

    fn override_fact(&mut self, id: Id<Component>, fact: Fact, holds: bool) {
        if holds {
            let component = &mut self.model.components[id];
            component.facts.replace(fact);
            component.settle_traits();
        }
    }

    fn read_override(
        &mut self,
        set: &'t tree::Set,
        said: &Said<'t>,
        scope: &str,
    ) -> Option<(Id<Component>, Fact)> {
        let Some((owner, key)) = set.key.text.rsplit_once('.') else {
            let key = &set.key;
            let message = format!("`{}` says nothing about whose it is", key.text);
            let help = format!("write `component.{}: …`", key.text);
            let finding = Finding::new(MISPLACED_STATEMENT, message, key.span).help(help);
            self.report(finding.about(key.text.clone()));
            return None;
        };
        let end = set.key.span.start + owner.len() as u32;
        let span = Span {
            end,
            ..set.key.span
        };
        let path = tree::Path {
            text: owner.to_owned(),
            span,
        };
        let id = self.component_of(&path, scope)?;
        let kind = self.model.components[id].kind;
        let Some(property) = vocabulary::property(key, kind.words) else {
            let span = Span {
                start: end + 1,
                ..set.key.span
            };
            self.unknown_property(key, span, kind.words, kind.name);
            return None;
        };
        let place = Place {
            scope,
            entity: None,
        };
        let block = said.statement.block.as_ref();
        let value = self.read_value(property, &set.value, block, place)?;
        let fact = Fact {
            key: property.key,
            value,
            span: said.span,
            origin: Origin::Environment,
        };
        Some((id, fact))
    }
}
