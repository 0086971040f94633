//! Facts that differ in one deployment.

use crate::finding::Finding;
use crate::source::Span;
use crate::syntax::tree::{self, Head as Shape};
use crate::vocabulary::{self, Owners};

use super::resolve::{Pending, Resolver, Said};
use super::values::Place;
use super::{Fact, MISPLACED_STATEMENT, Origin};

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
        for said in self.statements(&block.items) {
            let Shape::Set(set) = &said.statement.head else {
                self.misplaced(&said, "environment", Owners::NONE);
                continue;
            };
            self.read_override(set, &said, holds, &pending.scope.path);
        }
    }

    fn read_override(&mut self, set: &'t tree::Set, said: &Said<'t>, holds: bool, scope: &str) {
        let Some((owner, key)) = set.key.text.rsplit_once('.') else {
            let key = &set.key;
            let message = format!("`{}` says nothing about whose it is", key.text);
            let help = format!("write `component.{}: …`", key.text);
            let finding = Finding::new(MISPLACED_STATEMENT, message, key.span).help(help);
            return self.report(finding.about(key.text.clone()));
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
        let Some(id) = self.component_of(&path, scope) else {
            return;
        };
        let kind = self.model.components[id].kind;
        let Some(property) = vocabulary::property(key, kind.words) else {
            let span = Span {
                start: end + 1,
                ..set.key.span
            };
            return self.unknown_property(key, span, kind.words, kind.name);
        };
        let place = Place {
            scope,
            entity: None,
        };
        let block = said.statement.block.as_ref();
        let Some(value) = self.read_value(property, &set.value, block, place) else {
            return;
        };
        if holds {
            let origin = Origin::Environment;
            let component = &mut self.model.components[id];
            component.facts.replace(Fact {
                key: property.key,
                value,
                span: said.span,
                origin,
            });
            component.settle_traits();
        }
    }
}
