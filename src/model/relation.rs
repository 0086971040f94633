//! Who uses whom.

use std::rc::Rc;

use crate::finding::Finding;
use crate::source::Span;
use crate::syntax::tree::{self, Arrow, Head as Shape};
use crate::vocabulary::{Category, Owners};

use super::flow::OF_ONE_STEP;
use super::resolve::{Pending, Resolver};
use super::{CONFLICTING_FACTS, Component, DataUse, Element, Fact, Facts, Id};

/// A connection: one for each pair of ends and arrow.
#[derive(Clone, Debug)]
pub struct Relation {
    /// Who starts it.
    pub from: Id<Component>,
    /// Who receives it.
    pub to: Id<Component>,
    /// How.
    pub arrow: Arrow,
    /// The title of the first statement that has one.
    pub title: Option<String>,
    /// What is said of it.
    pub facts: Facts,
    /// From the first end to the second, where it is first said.
    pub span: Span,
    /// Where else it is said.
    pub repeated: Vec<Span>,
    /// The number of the `a | b` that it belongs to: of one number, any will do.
    pub alternative: Option<u32>,
    /// Whether only a flow's step says it.
    pub from_step: bool,
    /// The two-way connection over which a step sends this, if one is held open.
    pub over: Option<Id<Relation>>,
}

impl Relation {
    /// Tells whether the caller waits for the other end.
    pub fn waits(&self) -> bool {
        self.arrow != Arrow::Send && !self.facts.has("mode")
    }

    /// Returns what is read across it.
    pub fn reads(&self) -> impl Iterator<Item = &DataUse> {
        self.facts.data("reads")
    }

    /// Returns what is written across it.
    pub fn writes(&self) -> impl Iterator<Item = &DataUse> {
        self.facts.data("writes")
    }
}

/// The ends that a chain's link connects, with the number of its `|` if it has one.
struct Ends {
    from: Vec<(Id<Component>, Span)>,
    to: Vec<(Id<Component>, Span, Option<u32>)>,
}

impl<'t> Resolver<'t> {
    /// Reads a connection that stands outside flows.
    pub(super) fn read_connection(&mut self, pending: &Pending<'t>) {
        let Shape::Connect(connect) = &pending.said.statement.head else {
            return;
        };
        let scope = pending.scope.path.clone();
        let facts = self.read_facts(pending, Owners::RELATION, "connection");
        let title = pending
            .said
            .statement
            .title
            .as_ref()
            .map(|title| title.text.clone());
        for (index, (arrow, _)) in connect.arrows.iter().enumerate() {
            let Some(ends) = self.ends(connect, index, &scope) else {
                continue;
            };
            for (from, start) in &ends.from {
                for (to, end, alternative) in &ends.to {
                    let relation = Relation {
                        from: *from,
                        to: *to,
                        arrow: *arrow,
                        title: title.clone(),
                        facts: facts.clone(),
                        span: join(*start, *end),
                        repeated: Vec::new(),
                        alternative: *alternative,
                        from_step: false,
                        over: None,
                    };
                    self.add_relation(relation, &scope);
                }
            }
        }
    }

    /// Resolves both sides of a chain's link; what is unknown is reported by the
    /// link on whose left it stands first, so that it is reported once.
    fn ends(&mut self, connect: &'t tree::Connect, index: usize, scope: &Rc<str>) -> Option<Ends> {
        let (left, right) = (connect.hops.get(index)?, connect.hops.get(index + 1)?);
        let mut from = Vec::new();
        for path in left.ends.iter().flatten() {
            let known = if index == 0 {
                self.component_of(path, scope)
            } else {
                self.component_again(path, scope)
            };
            from.extend(known.map(|id| (id, path.span)));
        }
        let mut to = Vec::new();
        for options in &right.ends {
            let alternative = (options.len() > 1).then(|| {
                self.alternatives += 1;
                self.alternatives
            });
            for path in options {
                let known = self.component_of(path, scope);
                to.extend(known.map(|id| (id, path.span, alternative)));
            }
        }
        Some(Ends { from, to })
    }

    /// Resolves a name that was resolved, or reported, before.
    pub(super) fn component_again(&self, path: &tree::Path, scope: &str) -> Option<Id<Component>> {
        match self
            .names
            .find(Category::Component, &path.text, scope)
            .as_slice()
        {
            [one] => match one.element {
                Element::Component(id) => Some(id),
                _ => None,
            },
            _ => None,
        }
    }

    /// Adds a connection, or merges it into the one of the same ends and arrow.
    pub(super) fn add_relation(&mut self, relation: Relation, scope: &Rc<str>) -> Id<Relation> {
        let ends = (relation.from, relation.to, relation.arrow);
        if let Some(id) = self.by_ends.get(&ends).copied() {
            self.merge_relation(id, relation);
            return id;
        }
        let (from, to) = (relation.from, relation.to);
        let id = self.model.relations.push(relation);
        self.relation_scopes.push(scope.clone());
        self.by_ends.insert(ends, id);
        self.model.components[from].outgoing.push(id);
        self.model.components[to].incoming.push(id);
        id
    }

    fn merge_relation(&mut self, id: Id<Relation>, other: Relation) {
        let first = &mut self.model.relations[id];
        first.repeated.push(other.span);
        first.title = first.title.take().or(other.title);
        first.alternative = first.alternative.or(other.alternative);
        let clashes = first.facts.merge(other.facts);
        let (from, to) = (first.from, first.to);
        for (old, new) in clashes {
            let (from, to) = (
                self.model.name(from).to_owned(),
                self.model.name(to).to_owned(),
            );
            let message = format!(
                "`{}` of `{from} -> {to}` is stated twice, differently",
                new.key
            );
            self.report(
                Finding::new(CONFLICTING_FACTS, message, new.span)
                    .label("here again")
                    .because(old.span, "stated here first")
                    .help("keep one; a fact that holds for one step only stands in the flow's step")
                    .about(format!("{from} -> {to}"))
                    .about(new.key),
            );
        }
    }

    /// Returns the two-way connection that is declared between two components,
    /// whichever of them opens it.
    pub(super) fn held_open(&self, a: Id<Component>, b: Id<Component>) -> Option<Id<Relation>> {
        let ways = [(a, b), (b, a)].into_iter();
        let mut held = ways.filter_map(|(from, to)| self.by_ends.get(&(from, to, Arrow::Duplex)));
        held.find(|id| !self.model.relations[**id].from_step)
            .copied()
    }

    /// Gives connections the facts of `defaults relation`, and what is sent over an
    /// open one the facts of that.
    pub(super) fn apply_defaults(&mut self) {
        let none: [String; 0] = [];
        // What is held open is declared before the steps that use it.
        for id in self.model.relations.ids() {
            if let Some(open) = self.model.relations[id].over {
                let facts = self.facts_over(id, open);
                self.model.relations[id].facts.fill(facts);
                continue;
            }
            let scope = self.relation_scopes[id.index()].clone();
            let facts = self.defaults_for("relation", &none, &scope);
            self.model.relations[id].facts.fill(facts);
        }
        self.read_unused_defaults();
    }

    /// Returns what an open connection says of a message that is sent over it.
    fn facts_over(&self, id: Id<Relation>, open: Id<Relation>) -> Vec<Fact> {
        let (message, open) = (&self.model.relations[id], &self.model.relations[open]);
        let back = message.from != open.from;
        let holds = |fact: &&Fact| {
            let elsewhere = back && OF_ONE_DIRECTION.contains(&fact.key);
            !elsewhere && !OF_ONE_STEP.contains(&fact.key)
        };
        open.facts.iter().filter(holds).cloned().collect()
    }
}

/// The keys that speak of who receives: of the other end when it is told something back.
const OF_ONE_DIRECTION: &[&str] = &["fallback", "mean", "min", "need", "p50", "p99"];

/// Returns the place from one end to the other; the second alone where they
/// stand in another order.
pub(super) fn join(start: Span, end: Span) -> Span {
    if start.file == end.file && start.start < end.end {
        start.to(end)
    } else {
        end
    }
}
