//! Named types with default facts.

use crate::source::Span;
use crate::syntax::tree::{self, Head as Shape, Node};
use crate::vocabulary::{self, Kind, Owners};

use super::resolve::{Pending, Resolver};
use super::{Fact, Facts, Head, Id, Origin};

/// A technology of the catalogue or of the design, or a kind that the design adds.
#[derive(Clone, Debug)]
pub struct Technology {
    /// Name, title and places; those of the catalogue lie in the catalogue's file.
    pub head: Head,
    /// The kind that it refines.
    pub kind: &'static Kind,
    /// Its default facts.
    pub facts: Facts,
    /// Whether it is a first word (`kind saga: worker`) rather than a type.
    pub is_kind: bool,
}

impl<'t> Resolver<'t> {
    /// Returns the technology of that name, the design's own before the catalogue's.
    pub(super) fn technology(&mut self, name: &str) -> Option<Id<Technology>> {
        if let Some(id) = self.types.get(name) {
            return Some(*id).filter(|id| !self.model.technologies[*id].is_kind);
        }
        let (declare, statement, span) = catalogue_entry(name)?;
        let base = declare.types.first()?;
        let head = Head {
            name: name.to_owned(),
            path: name.to_owned(),
            title: statement.title.as_ref().map(|title| title.text.clone()),
            span,
            name_span: declare.kind.span,
            ..Head::default()
        };
        let id = self.model.technologies.push(Technology {
            head,
            kind: vocabulary::kind(&base.text)?,
            facts: Facts::default(),
            is_kind: false,
        });
        self.types.insert(name.to_owned(), id);
        Some(id)
    }

    pub(super) fn read_technology(&mut self, id: Id<Technology>, pending: &Pending<'t>) {
        let facts = self.read_facts(pending, FACTS, "technology");
        self.store_technology(id, facts);
    }

    /// Reads the facts of a technology of the catalogue when it is first used.
    pub(super) fn read_technology_facts(&mut self, id: Id<Technology>) {
        let technology = &self.model.technologies[id];
        if !technology.facts.is_empty() || technology.head.span.file.0 != u32::MAX {
            return;
        }
        let Some((_, statement, _)) = catalogue_entry(&technology.head.name) else {
            return;
        };
        let Some(block) = &statement.block else {
            return;
        };
        let name = technology.head.name.clone();
        let mut facts = Facts::default();
        for said in self.statements(&block.items) {
            let Shape::Set(set) = &said.statement.head else {
                continue;
            };
            let Some(property) = vocabulary::property(&set.key.text, FACTS) else {
                continue;
            };
            let place = super::values::Place {
                scope: "",
                entity: None,
            };
            let Some(value) = self.read_value(property, &set.value, None, place) else {
                continue;
            };
            let origin = Origin::Technology(name.clone(), said.doc.clone());
            let _ = facts.add(Fact {
                key: property.key,
                value,
                span: said.span,
                origin,
            });
        }
        self.model.technologies[id].facts = facts;
    }

    fn store_technology(&mut self, id: Id<Technology>, facts: Facts) {
        let name = self.model.technologies[id].head.name.clone();
        let mut with_origin = Facts::default();
        for fact in facts.iter() {
            let origin = Origin::Technology(name.clone(), String::new());
            let _ = with_origin.add(Fact {
                origin,
                ..fact.clone()
            });
        }
        self.model.technologies[id].facts = with_origin;
    }
}

/// What a technology may state.
const FACTS: Owners = Owners::COMPONENT
    .with(Owners::STORE)
    .with(Owners::CACHE)
    .with(Owners::MEDIUM)
    .with(Owners::BALANCER)
    .with(Owners::MONITOR)
    .with(Owners::COMPUTE)
    .with(Owners::LOCK)
    .with(Owners::TECHNOLOGY);

type Entry = (&'static tree::Declare, &'static tree::Statement, Span);

fn catalogue_entries() -> impl Iterator<Item = Entry> {
    vocabulary::catalogue()
        .items
        .iter()
        .filter_map(|item| match &item.node {
            Node::Statement(statement) => match &statement.head {
                Shape::Declare(declare) => Some((declare, statement, item.span)),
                _ => None,
            },
            _ => None,
        })
}

fn catalogue_entry(name: &str) -> Option<Entry> {
    catalogue_entries()
        .find(|(declare, ..)| declare.name.as_ref().is_some_and(|own| own.text == name))
}

/// Returns the names of the catalogue's technologies with the kinds that they refine.
pub(super) fn catalogue_kinds() -> impl Iterator<Item = (&'static str, &'static Kind)> {
    catalogue_entries().filter_map(|(declare, ..)| {
        let name = declare.name.as_ref()?;
        let base = declare.types.first()?;
        Some((name.text.as_str(), vocabulary::kind(&base.text)?))
    })
}
