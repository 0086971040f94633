//! Any path from one thing to another, also one through a third.
//!
//! A path follows connections whatever their arrow, from who starts them to who
//! receives them; what is handed to a queue or topic goes on to those who take
//! from it. An answer is no path.

use super::{Breach, Found, Held};
use crate::finding::Label;
use crate::graph::{Digraph, Edge};
use crate::model::{Clause, ClauseVerb, Component, Id, Relation, Selector};
use crate::syntax::tree::Arrow;
use crate::vocabulary::Traits;

/// Ways that start at components: none where there is no way.
type Ways = Vec<(Id<Component>, Option<Vec<Id<Relation>>>)>;

/// What a path has to do with what stands behind `through`.
enum Through<'a> {
    /// Nothing.
    Whatever,
    /// It passes none of these.
    Past(&'a [bool]),
    /// It passes one of these.
    Passing(&'a [bool]),
}

impl Through<'_> {
    /// Tells whether a component is not on any path.
    fn removes(&self, component: usize) -> bool {
        matches!(self, Through::Past(members) if members[component])
    }

    /// Tells whether a path that gets to a component has passed what it must.
    fn has_passed(&self, component: usize) -> bool {
        match self {
            Through::Passing(members) => members[component],
            Through::Past(_) | Through::Whatever => true,
        }
    }
}

impl Held<'_, '_> {
    pub(super) fn paths(
        &self,
        clause: &Clause,
        [from, to, through]: [&[Selector]; 3],
        found: &mut Found,
    ) {
        let (starts, mut ends) = (self.bound(&self.members(from)), self.members(to));
        for (end, free) in ends.iter_mut().zip(self.free()) {
            *end &= !free;
        }
        let members = self.members(through);
        let passing = match (clause.verb, through.is_empty()) {
            (_, true) => Through::Whatever,
            (ClauseVerb::Deny, false) => Through::Passing(&members),
            (ClauseVerb::Require, false) => Through::Past(&members),
        };
        let ways = self.ways(&starts, &ends, &passing);
        let words = self.words(through);
        match passing {
            Through::Whatever if clause.verb == ClauseVerb::Require => {
                self.missing_ways(clause, ways, (to, &ends), found);
            }
            Through::Whatever => self.unwanted_ways(clause, ways, "", found),
            Through::Passing(_) => {
                self.unwanted_ways(clause, ways, &format!(" through `{words}`"), found);
            }
            Through::Past(_) => {
                self.unwanted_ways(clause, ways, &format!(" without passing `{words}`"), found);
            }
        }
    }

    /// Returns each start with its shortest way to an end other than itself.
    fn ways(&self, starts: &[Id<Component>], ends: &[bool], through: &Through<'_>) -> Ways {
        let count = ends.len();
        let graph = self.graph(count, through);
        // Each component is there twice: still to pass something, and having
        // passed it.
        let goals = (0..count).filter(|it| ends[*it]).map(|it| it + count);
        let goals: Vec<usize> = goals.collect();
        let ways = graph.ways_to(&goals, |node| through.removes(node % count));
        let way = |id: &Id<Component>| {
            let index = id.index();
            let passed = count * usize::from(through.has_passed(index));
            let long = ways.from(index + passed, index + count);
            let long = long.map(|ids| ids.into_iter().map(Id::new).collect::<Vec<_>>());
            match long {
                Some(way) if way.len() == 1 => (*id, Some(way)),
                _ => (*id, self.taken(*id, ends, through).or(long)),
            }
        };
        starts.iter().map(way).collect()
    }

    /// Returns the connection by which a component takes from an end itself: nothing
    /// else gets there on that way.
    fn taken(
        &self,
        id: Id<Component>,
        ends: &[bool],
        through: &Through<'_>,
    ) -> Option<Vec<Id<Relation>>> {
        let mut outgoing = self.design.model.outgoing(id);
        let found = outgoing.find(|(_, relation)| {
            let on_the_way = [id.index(), relation.to.index()];
            self.takes(relation)
                && ends[relation.to.index()]
                && !on_the_way.iter().any(|it| through.removes(*it))
                && on_the_way.iter().any(|it| through.has_passed(*it))
        });
        found.map(|(id, _)| vec![id])
    }

    fn graph(&self, count: usize, through: &Through<'_>) -> Digraph {
        let mut edges = Vec::new();
        for (id, relation) in self.design.model.relations.iter() {
            let (from, to) = match self.takes(relation) {
                true => (relation.to.index(), relation.from.index()),
                false => (relation.from.index(), relation.to.index()),
            };
            let id = id.index();
            let passed = count * usize::from(through.has_passed(to));
            edges.push(Edge {
                id,
                from,
                to: to + passed,
            });
            edges.push(Edge {
                id,
                from: from + count,
                to: to + count,
            });
        }
        Digraph::new(count * 2, edges)
    }

    /// Tells whether messages come back over a connection to a queue or topic.
    fn takes(&self, relation: &Relation) -> bool {
        let [from, to] = [relation.from, relation.to].map(|id| self.design.component(id));
        let reads = relation.facts.has("reads") || from.is(Traits::BACKGROUND);
        let writes = relation.facts.has("writes");
        to.is(Traits::MEDIUM) && relation.arrow != Arrow::Send && reads && !writes
    }

    /// Reports ways that must not be; `words` say how they lead.
    fn unwanted_ways(&self, clause: &Clause, ways: Ways, words: &str, found: &mut Found) {
        for (start, way) in ways {
            let Some(way) = way else { continue };
            let (trace, end) = self.steps(start, &way);
            let [from, to] = [start, end].map(|id| self.design.name(id));
            let reaches = match (way.len(), words) {
                (1, "") => format!("reaches `{to}` directly"),
                (many, "") => format!("reaches `{to}` over {many} connections"),
                _ => format!("reaches `{to}`{words}"),
            };
            let help = match clause.verb {
                ClauseVerb::Deny => "remove one of the connections on the way".to_owned(),
                ClauseVerb::Require => format!("lead the way from `{from}` to `{to}` through it"),
            };
            let breach = Breach {
                what: format!("`{from}` {reaches}"),
                at: self.design.component(start).head.name_span,
                label: reaches,
                help,
                subjects: vec![from.to_owned(), to.to_owned()],
                trace,
                stated: None,
            };
            self.report(clause, breach, found);
        }
    }

    fn missing_ways(
        &self,
        clause: &Clause,
        ways: Ways,
        (to, ends): (&[Selector], &[bool]),
        found: &mut Found,
    ) {
        let words = self.words(to);
        let example = self.example(ends).unwrap_or("…");
        for (start, _) in ways.into_iter().filter(|(_, way)| way.is_none()) {
            let name = self.design.name(start);
            let breach = Breach {
                label: format!("reaches no `{words}`"),
                ..self.unconnected(
                    start,
                    format!("`{name}` reaches no `{words}`"),
                    format!("connect it, as in `{name} -> {example}`"),
                )
            };
            self.report(clause, breach, found);
        }
    }

    /// Returns a way step by step, and where it ends.
    fn steps(&self, start: Id<Component>, way: &[Id<Relation>]) -> (Vec<Label>, Id<Component>) {
        let mut at = start;
        let steps = way.iter().map(|id| {
            let relation = &self.design.model.relations[*id];
            let next = match relation.from == at {
                true => relation.to,
                false => relation.from,
            };
            let [from, to] = [at, next].map(|id| self.design.name(id));
            let text = match relation.arrow {
                _ if relation.from != at => format!("`{to}` takes from `{from}`"),
                _ if self.takes(relation) => format!("`{from}` takes from `{to}`"),
                Arrow::Call => format!("`{from}` calls `{to}`"),
                Arrow::Duplex => format!("`{from}` holds a connection to `{to}`"),
                Arrow::Send => format!("`{from}` sends to `{to}`"),
            };
            at = next;
            Label {
                span: relation.span,
                text,
            }
        });
        let steps = steps.collect();
        (steps, at)
    }
}
