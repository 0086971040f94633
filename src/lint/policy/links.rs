//! One connection from one thing to another.

use super::{Breach, Found, Held};
use crate::model::{Clause, ClauseVerb, Component, Element, Id, Relation, Selector};
use crate::syntax::tree::Arrow;

impl Held<'_, '_> {
    pub(super) fn links(
        &self,
        clause: &Clause,
        from: &[Selector],
        arrow: Option<Arrow>,
        to: &[Selector],
        found: &mut Found,
    ) {
        let [starts, ends] = [self.members(from), self.members(to)];
        let fits = |relation: &Relation| {
            arrow.is_none_or(|arrow| relation.arrow == arrow) && ends[relation.to.index()]
        };
        match clause.verb {
            ClauseVerb::Deny => self.unwanted_links(clause, &starts, fits, found),
            ClauseVerb::Require => {
                let sign = arrow.unwrap_or(Arrow::Call).symbol();
                let words = self.words(to);
                let example = self.example(&ends).unwrap_or("…");
                for id in self.bound(&starts) {
                    let mut outgoing = self.design.model.outgoing(id);
                    if !outgoing.any(|(_, relation)| fits(relation)) {
                        let name = self.design.name(id);
                        let breach = Breach {
                            label: format!("has no connection to `{words}`"),
                            ..self.unconnected(
                                id,
                                format!("`{name}` has no connection to `{words}`"),
                                format!("write `{name} {sign} {example}`"),
                            )
                        };
                        self.report(clause, breach, found);
                    }
                }
            }
        }
    }

    fn unwanted_links(
        &self,
        clause: &Clause,
        starts: &[bool],
        fits: impl Fn(&Relation) -> bool,
        found: &mut Found,
    ) {
        let free = self.free();
        for (id, relation) in self.design.model.relations.iter() {
            let ends = [relation.from, relation.to];
            let is_free =
                ends.iter().any(|end| free[end.index()]) || self.is_free(Element::Relation(id));
            if !starts[relation.from.index()] || !fits(relation) || is_free {
                continue;
            }
            let [from, to] = ends.map(|end| self.design.name(end));
            let written = self.design.relation_name(id);
            let breach = Breach {
                what: format!("`{from}` reaches `{to}` directly"),
                at: relation.span,
                label: format!("reaches `{to}` directly"),
                help: format!("lead `{from}` to `{to}` through what may, and remove `{written}`"),
                subjects: vec![written],
                trace: Vec::new(),
                stated: None,
            };
            self.report(clause, breach, found);
        }
    }

    /// Returns those of the components that are not free of the policy.
    pub(super) fn bound(&self, members: &[bool]) -> Vec<Id<Component>> {
        let free = self.free();
        let ids = self.design.model.components.ids();
        ids.filter(|id| members[id.index()] && !free[id.index()])
            .collect()
    }

    /// Makes a breach by a component that does not use what it should.
    pub(super) fn unconnected(&self, id: Id<Component>, what: String, help: String) -> Breach {
        let head = &self.design.component(id).head;
        Breach {
            what,
            at: head.name_span,
            label: String::new(),
            help,
            subjects: vec![head.path.clone()],
            trace: Vec::new(),
            stated: None,
        }
    }
}
