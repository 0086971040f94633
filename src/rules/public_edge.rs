//! How requests from outside come to the operations of a design, and what they
//! can come past.

use std::collections::{BTreeSet, VecDeque};

use crate::finding::Finding;
use crate::lint::Design;
use crate::model::{Component, Element, FieldType, Id, Operation, Relation};
use crate::rules::words::parts;
use crate::vocabulary::Traits;

/// What stops a request, such as whoever authenticates it.
pub(super) struct Guards<'g> {
    /// Whether a component stops what arrives at it.
    pub component: &'g dyn Fn(Id<Component>) -> bool,
    /// Whether a connection stops what crosses it.
    pub relation: &'g dyn Fn(Id<Relation>, &Relation) -> bool,
}

/// The ways from outside that pass no guard.
pub(super) struct Ways {
    /// Whether there is anybody outside at all.
    begin: bool,
    /// For each component whether it can be reached, and over which connection first.
    arrivals: Vec<Option<Arrival>>,
}

/// How a component is reached first.
#[derive(Clone, Copy)]
enum Arrival {
    /// It is where requests begin.
    Start,
    /// Over a connection.
    Over(Id<Relation>),
}

/// Whether an operation can be reached from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// Nobody outside comes to it, as far as the design shows.
    Closed,
    /// It can be reached, here.
    Open(Id<Component>),
    /// Some of those who may handle it can be reached, and nothing says which do.
    Unclear,
}

impl Ways {
    /// Returns all ways from outside, whatever stands on them.
    pub fn all(design: &Design<'_>) -> Ways {
        let component = |_| false;
        let relation = |_, _: &Relation| false;
        let guards = Guards {
            component: &component,
            relation: &relation,
        };
        Ways::past(design, &guards, &|_| true)
    }

    /// Returns the ways that pass no guard, of those outside for whom `who` holds.
    pub fn past(
        design: &Design<'_>,
        guards: &Guards<'_>,
        who: &dyn Fn(Id<Component>) -> bool,
    ) -> Ways {
        let ends = endpoints(design);
        let passes = |id: Id<Relation>, relation: &Relation| {
            let from = relation.from;
            passes_on(design.component(from))
                && !ends.contains(&from)
                && !design.component(relation.to).is_outside()
                && !relation.facts.has("mode")
                && !(guards.relation)(id, relation)
                && !(guards.component)(relation.to)
        };
        let begins = |id: &Id<Component>| who(*id) && !(guards.component)(*id);
        let mut waiting: VecDeque<Id<Component>> =
            starts(design).into_iter().filter(begins).collect();
        let mut arrivals = vec![None; design.model.components.len()];
        for start in &waiting {
            arrivals[start.index()] = Some(Arrival::Start);
        }
        let begin = !waiting.is_empty();
        while let Some(from) = waiting.pop_front() {
            for (id, relation) in design.model.outgoing(from) {
                let to = relation.to.index();
                if arrivals[to].is_none() && passes(id, relation) {
                    arrivals[to] = Some(Arrival::Over(id));
                    waiting.push_back(relation.to);
                }
            }
        }
        Ways { begin, arrivals }
    }

    /// Tells whether a component can be reached from outside.
    pub fn reaches(&self, component: Id<Component>) -> bool {
        self.arrivals[component.index()].is_some()
    }

    /// Tells whether anybody outside is drawn at all.
    pub fn begin(&self) -> bool {
        self.begin
    }

    /// Tells whether an operation can be reached.
    pub fn to(&self, handlers: &BTreeSet<Id<Component>>) -> Reach {
        let mut open = handlers.iter().copied().filter(|id| self.reaches(*id));
        match (open.next(), handlers.len()) {
            (None, _) => Reach::Closed,
            (Some(first), all) if open.count() + 1 == all => Reach::Open(first),
            (Some(_), _) => Reach::Unclear,
        }
    }

    /// Returns as far as it is certain how an operation is reached: its one
    /// handler, or the door to several.
    pub fn door(
        &self,
        design: &Design<'_>,
        id: Id<Operation>,
        handlers: &BTreeSet<Id<Component>>,
        reached: Id<Component>,
    ) -> Id<Component> {
        let servers = &design.model.operations[id].servers;
        let door = servers.iter().copied().find(|it| self.reaches(*it));
        match handlers.len() {
            1 => reached,
            _ => door.unwrap_or(reached),
        }
    }

    /// Adds the shortest way to a component to a finding, step by step.
    pub fn show(&self, design: &Design<'_>, to: Id<Component>, finding: Finding) -> Finding {
        self.way(design, to)
            .into_iter()
            .fold(finding, |finding, id| {
                let relation = &design.model.relations[id];
                let (from, to) = (design.name(relation.from), design.name(relation.to));
                finding.step(relation.span, format!("`{from}` reaches `{to}`"))
            })
    }

    /// Returns who outside comes to a component first.
    pub fn caller(&self, to: Id<Component>, design: &Design<'_>) -> Option<Id<Component>> {
        let way = self.way(design, to);
        Some(design.model.relations[*way.first()?].from)
    }

    /// Returns the components on the way to one, itself the last.
    pub fn stations(&self, design: &Design<'_>, to: Id<Component>) -> Vec<Id<Component>> {
        let way = self.way(design, to);
        way.into_iter()
            .map(|id| design.model.relations[id].to)
            .collect()
    }

    fn way(&self, design: &Design<'_>, to: Id<Component>) -> Vec<Id<Relation>> {
        let mut way = Vec::new();
        let mut at = to;
        while let Some(Arrival::Over(id)) = self.arrivals[at.index()] {
            way.push(id);
            at = design.model.relations[id].from;
        }
        way.reverse();
        way
    }
}

/// Returns the programs that do what operations ask for. Behind them their own
/// calls begin.
fn endpoints(design: &Design<'_>) -> BTreeSet<Id<Component>> {
    let operations = design.model.operations.ids();
    operations
        .flat_map(|id| handlers(design, id))
        .filter(|id| design.component(*id).is(Traits::COMPUTE))
        .collect()
}

/// Tells whether a component may pass a request on: what is outside, forwarders,
/// and programs that offer nothing themselves.
fn passes_on(component: &Component) -> bool {
    component.is_outside()
        || component.is(Traits::FORWARDS)
        || component.is(Traits::AUTHENTICATES)
        || component.is(Traits::COMPUTE)
            && !component.is(Traits::BACKGROUND)
            && !component.facts.has("serves")
}

/// Returns where requests from outside begin: those outside, what says that
/// strangers may reach it, and the outermost of the edge where nobody is drawn.
fn starts(design: &Design<'_>) -> Vec<Id<Component>> {
    let components = design.model.components.iter();
    let begins = components.filter(|(_, component)| {
        let outermost = component.is(Traits::EDGE) && component.incoming.is_empty();
        component.is_outside() && !component.outgoing.is_empty()
            || component.facts.has("public")
            || outermost && !component.is_outside()
    });
    begins.map(|(id, _)| id).collect()
}

/// Tells who calls operations: people and their programs; other organisations'
/// systems too only where nobody else is drawn. Those that call back have an
/// operation of their own for that.
pub(super) fn usual_callers(design: &Design<'_>) -> impl Fn(Id<Component>) -> bool {
    let third = |id: Id<Component>| design.component(id).is(Traits::THIRD_PARTY);
    let only_third = starts(design).into_iter().all(third);
    move |id| only_third || !third(id)
}

/// Returns the programs that handle an operation: those that serve it, or those
/// to which its flow or its gateway passes it.
pub(super) fn handlers(design: &Design<'_>, id: Id<Operation>) -> BTreeSet<Id<Component>> {
    let servers = &design.model.operations[id].servers;
    let ours = |id: &Id<Component>| {
        let component = design.component(*id);
        !component.is_outside() && !component.is(Traits::FORWARDS)
    };
    let programs: BTreeSet<Id<Component>> = servers.iter().copied().filter(ours).collect();
    if !programs.is_empty() {
        return programs;
    }
    if let Some(first) = first_program(design, id) {
        return BTreeSet::from([first]);
    }
    let operation = &design.model.operations[id];
    let routing = &design.success().routing;
    let behind = servers.iter().flat_map(|server| match routing.of(*server) {
        Some(routes) => routes.choices(operation),
        None => design.component(*server).outgoing.clone(),
    });
    let behind: BTreeSet<Id<Component>> = behind
        .map(|relation| design.model.relations[relation].to)
        .filter(|id| {
            let component = design.component(*id);
            component.is(Traits::COMPUTE) && !component.facts.has("serves")
        })
        .collect();
    if behind.is_empty() {
        return servers.iter().copied().collect();
    }
    let known = responsible(design, id, &behind);
    if known.is_empty() { behind } else { known }
}

/// Returns the programs among these that keep or own what an operation is about.
fn responsible(
    design: &Design<'_>,
    id: Id<Operation>,
    programs: &BTreeSet<Id<Component>>,
) -> BTreeSet<Id<Component>> {
    let mut touched = design.entities_touched(id);
    let taken = design.model.operations[id].parameters.iter();
    touched.extend(taken.filter_map(|it| match it.ty {
        FieldType::Entity(entity) => Some(entity),
        _ => None,
    }));
    if touched.is_empty() {
        return BTreeSet::new();
    }
    let keeps = |id: &Id<Component>| {
        let facts = &design.component(*id).facts;
        let owned = facts.targets("owns").filter_map(|it| match it {
            Element::Entity(entity) => Some(entity),
            _ => None,
        });
        let stored = facts.data("stores").map(|data| data.entity);
        owned.chain(stored).any(|entity| touched.contains(&entity))
    };
    programs.iter().copied().filter(keeps).collect()
}

/// Returns the first program of ours in an operation's flow.
fn first_program(design: &Design<'_>, id: Id<Operation>) -> Option<Id<Component>> {
    let links = design.links_of(id);
    let ends = links.iter().flat_map(|(link, _)| {
        let relation = &design.model.relations[link.relation];
        [relation.from, relation.to]
    });
    ends.into_iter()
        .find(|id| design.component(*id).is(Traits::COMPUTE))
}

/// Returns the programs nearest to the outside: those that handle an API of
/// which nothing says who serves it.
pub(super) fn outermost_programs(design: &Design<'_>) -> BTreeSet<Id<Component>> {
    let ways = Ways::all(design);
    let relations = design.model.relations.rows().iter();
    let inward = relations.filter(|relation| {
        let (from, to) = (
            design.component(relation.from),
            design.component(relation.to),
        );
        let before = from.is_outside() || from.is(Traits::FORWARDS) && ways.reaches(relation.from);
        before && to.is(Traits::COMPUTE) && !relation.facts.has("mode")
    });
    inward.map(|relation| relation.to).collect()
}

/// Words in the names of those who run the system.
const STAFF: &[&str] = &[
    "admin",
    "administrator",
    "agent",
    "analyst",
    "backoffice",
    "cashier",
    "clerk",
    "curator",
    "dispatcher",
    "editor",
    "employee",
    "manager",
    "moderator",
    "operations",
    "operator",
    "ops",
    "staff",
    "support",
    "teller",
];

/// Tells whether a person or program outside belongs to those who run the
/// system: its name says so, or only such people use it.
pub(super) fn is_staff(design: &Design<'_>, id: Id<Component>) -> bool {
    const PROGRAMS: &[&str] = &[
        "admin",
        "backoffice",
        "moderator",
        "operations",
        "ops",
        "staff",
        "support",
    ];
    let component = design.component(id);
    let named = match component.kind.name {
        "actor" => is_staff_name(&component.head.name),
        _ => parts(&component.head.name)
            .iter()
            .any(|word| is_one_of(word, PROGRAMS)),
    };
    let mut users = design.model.incoming(id).peekable();
    let by_staff = users.peek().is_some()
        && users.all(|(_, relation)| is_staff_name(design.name(relation.from)));
    component.is_outside() && (by_staff || named)
}

/// Tells whether a name is that of somebody who runs the system.
pub(super) fn is_staff_name(name: &str) -> bool {
    parts(name).iter().any(|word| is_one_of(word, STAFF))
}

/// Tells whether a word is in a list, in the singular or with an `s`.
pub(super) fn is_one_of(word: &str, list: &[&str]) -> bool {
    list.contains(&word)
        || word
            .strip_suffix('s')
            .is_some_and(|one| list.contains(&one))
}

/// Returns who performs the requirement that an operation is for, in lower case,
/// as its `actor` or its first words say: "Tellers should be able to …".
pub(super) fn performer(design: &Design<'_>, operation: &Operation) -> Option<String> {
    let requirements = operation.facts.targets("for").filter_map(|it| match it {
        Element::Requirement(id) => Some(&design.model.requirements[id]),
        _ => None,
    });
    requirements
        .filter_map(|requirement| {
            let actor = requirement.facts.targets("actor").find_map(|it| match it {
                Element::Component(id) => Some(design.component(id).head.name.to_lowercase()),
                _ => None,
            });
            actor.or_else(|| subject(requirement.head.title.as_deref()?))
        })
        .next()
}

fn subject(title: &str) -> Option<String> {
    let title = title.to_lowercase();
    let (subject, _) = title.split_once(" should ").or(title.split_once(" can "))?;
    subject.split_whitespace().next_back().map(str::to_owned)
}
