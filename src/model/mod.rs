//! Trees and vocabulary to meaning.
//!
//! Takes the trees of one design, gives a [`Model`]: every name resolved, every
//! fact with where it comes from, references both ways; and findings about what
//! could not be understood. Does not know what makes a design good.

mod acceptance;
mod component;
mod decision;
mod declare;
mod entity;
mod environment;
mod estimate;
mod fact;
mod flow;
mod interface;
mod load;
mod names;
mod policy;
mod practice;
mod relation;
mod requirement;
mod resolve;
mod selector;
mod table;
mod technology;
mod values;
mod view;

pub use acceptance::Acceptance;
pub use component::{Component, Place, Redundancy};
pub use decision::Decision;
pub use entity::{Entity, Field, FieldType};
pub use estimate::{Estimate, EstimateLine, Piece};
pub use fact::{Count, DataUse, Fact, FactItem, FactValue, Facts, FieldPath, Origin, Schedule};
pub use flow::{Flow, Group, GroupKind, Link, Step};
pub use interface::{Api, Operation, Parameter, Verb};
pub use load::{Load, OperationRate, Rate};
pub use names::article;
pub use policy::{Asked, Clause, ClauseVerb, Pattern, Policy};
pub use practice::{Expectation, Hint, Problem, Question, Wanted};
pub use relation::Relation;
pub use requirement::{Demand, Requirement, RequirementKind};
pub use resolve::{Input, resolve};
pub use selector::{Filter, Noun, Selector, Target};
pub use table::{Id, Table};
pub use technology::Technology;
pub use view::{View, ViewKind};

use crate::source::Span;

/// A name that does not exist, is ambiguous, or names a thing of another kind.
pub const UNRESOLVED_REFERENCE: &str = "unresolved-reference";
/// Two things of one name.
pub const DUPLICATE_NAME: &str = "duplicate-name";
/// A first word, a type or a measure that the vocabulary does not have.
pub const UNKNOWN_WORD: &str = "unknown-word";
/// A key that its block does not know.
pub const UNKNOWN_PROPERTY: &str = "unknown-property";
/// A value of the wrong form, dimension or unit.
pub const WRONG_VALUE: &str = "wrong-value";
/// A statement where it cannot stand.
pub const MISPLACED_STATEMENT: &str = "misplaced-statement";
/// Two facts that disagree.
pub const CONFLICTING_FACTS: &str = "conflicting-facts";
/// An acceptance without a rule or reason, unused, or run out.
pub const BAD_ACCEPTANCE: &str = "bad-acceptance";
/// A view that shows nothing.
pub const EMPTY_VIEW: &str = "empty-view";

/// A design, understood.
#[derive(Clone, Debug, Default)]
pub struct Model {
    /// The system, if a file declares one.
    pub system: Option<System>,
    /// Functional requirements, qualities, assumptions, questions, exclusions.
    pub requirements: Table<Requirement>,
    /// Entities and enums.
    pub entities: Table<Entity>,
    /// APIs.
    pub apis: Table<Api>,
    /// Operations of all APIs.
    pub operations: Table<Operation>,
    /// Components, also those outside.
    pub components: Table<Component>,
    /// Regions, zones, networks, domains, hosts.
    pub places: Table<Place>,
    /// Connections; one for each pair of ends and arrow.
    pub relations: Table<Relation>,
    /// Flows.
    pub flows: Table<Flow>,
    /// Loads.
    pub loads: Table<Load>,
    /// Estimates.
    pub estimates: Table<Estimate>,
    /// Decisions.
    pub decisions: Table<Decision>,
    /// Technologies in use and those that the design adds.
    pub technologies: Table<Technology>,
    /// Pictures with a chosen part of the design.
    pub views: Table<View>,
    /// House rules.
    pub policies: Table<Policy>,
    /// The practice problem, if a file declares one.
    pub problem: Option<Problem>,
    /// What an answer to the problem should have, and should not.
    pub expectations: Table<Expectation>,
    /// What is given away to who is stuck, in order.
    pub hints: Vec<Hint>,
    /// What the design accepts.
    pub acceptances: Vec<Acceptance>,
    /// Strings and words as written, for rules about wording.
    pub texts: Vec<Wording>,
    /// The environments' names.
    pub environments: Vec<String>,
    /// Whether something could not be understood.
    pub incomplete: bool,
    /// Who links to each requirement with `for:`.
    motives: Vec<Vec<Element>>,
    /// What is referred to, and where; sorted.
    references: Vec<(Element, Span)>,
}

/// A string or a word as it is written.
#[derive(Clone, Debug)]
pub struct Wording {
    /// What it says.
    pub text: String,
    /// Where.
    pub span: Span,
    /// What goes with it when it is taken out: the title alone, or the statement
    /// that says nothing else.
    pub whole: Option<Span>,
}

/// The system under design.
#[derive(Clone, Debug)]
pub struct System {
    /// Its name.
    pub name: String,
    /// Its type, such as `product`.
    pub types: Vec<String>,
    /// Its title.
    pub title: Option<String>,
    /// What its block says.
    pub facts: Facts,
    /// Where it is declared.
    pub span: Span,
}

/// Anything that can be referred to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Element {
    /// An API.
    Api(Id<Api>),
    /// A component.
    Component(Id<Component>),
    /// A decision.
    Decision(Id<Decision>),
    /// An entity or enum.
    Entity(Id<Entity>),
    /// An estimate.
    Estimate(Id<Estimate>),
    /// A flow.
    Flow(Id<Flow>),
    /// A load.
    Load(Id<Load>),
    /// An operation.
    Operation(Id<Operation>),
    /// A place.
    Place(Id<Place>),
    /// A connection.
    Relation(Id<Relation>),
    /// A requirement.
    Requirement(Id<Requirement>),
    /// A technology or user's kind.
    Technology(Id<Technology>),
    /// Something that only has a name: a view, a policy, an environment.
    Named,
}

/// What every declared thing has.
#[derive(Clone, Debug, Default)]
pub struct Head {
    /// Its own name.
    pub name: String,
    /// Its name with what it stands in: `Payments.ledger`.
    pub path: String,
    /// Its title.
    pub title: Option<String>,
    /// Its `///` lines.
    pub doc: String,
    /// The whole statement.
    pub span: Span,
    /// Its name; the first word where it has none.
    pub name_span: Span,
    /// The words of its `@tag`s.
    pub tags: Vec<String>,
    /// Its block, from `{` to `}`, if it has one.
    pub block: Option<Span>,
}

impl Model {
    /// Returns who names a requirement in `for:`.
    pub fn linked_to(&self, requirement: Id<Requirement>) -> &[Element] {
        self.motives
            .get(requirement.index())
            .map_or(&[], Vec::as_slice)
    }

    /// Returns the places where something is referred to by name, in order.
    pub fn references(&self, element: Element) -> impl Iterator<Item = Span> {
        let start = self.references.partition_point(|(of, _)| *of < element);
        let from = self.references[start..].iter();
        from.take_while(move |(of, _)| *of == element)
            .map(|(_, span)| *span)
    }

    /// Returns the name of a component as the reader knows it: the shortest that is enough.
    pub fn name(&self, component: Id<Component>) -> &str {
        &self.components[component].head.path
    }

    /// Returns the connections that start at a component.
    pub fn outgoing(
        &self,
        component: Id<Component>,
    ) -> impl Iterator<Item = (Id<Relation>, &Relation)> {
        self.components[component]
            .outgoing
            .iter()
            .map(|id| (*id, &self.relations[*id]))
    }

    /// Returns the connections that end at a component.
    pub fn incoming(
        &self,
        component: Id<Component>,
    ) -> impl Iterator<Item = (Id<Relation>, &Relation)> {
        self.components[component]
            .incoming
            .iter()
            .map(|id| (*id, &self.relations[*id]))
    }

    /// Returns everything that has a name, sort by sort.
    pub fn elements(&self) -> impl Iterator<Item = Element> {
        let apis = self.apis.iter().map(|(id, _)| Element::Api(id));
        let components = self.components.iter().map(|(id, _)| Element::Component(id));
        let decisions = self.decisions.iter().map(|(id, _)| Element::Decision(id));
        let entities = self.entities.iter().map(|(id, _)| Element::Entity(id));
        let estimates = self.estimates.iter().map(|(id, _)| Element::Estimate(id));
        let flows = self.flows.iter().map(|(id, _)| Element::Flow(id));
        let loads = self.loads.iter().map(|(id, _)| Element::Load(id));
        let operations = self.operations.iter().map(|(id, _)| Element::Operation(id));
        let places = self.places.iter().map(|(id, _)| Element::Place(id));
        let requirements = self
            .requirements
            .iter()
            .map(|(id, _)| Element::Requirement(id));
        apis.chain(components)
            .chain(decisions)
            .chain(entities)
            .chain(estimates)
            .chain(flows)
            .chain(loads)
            .chain(operations)
            .chain(places)
            .chain(requirements)
    }

    /// Returns the facts of anything.
    pub fn facts(&self, element: Element) -> Option<&Facts> {
        Some(match element {
            Element::Api(id) => &self.apis[id].facts,
            Element::Component(id) => &self.components[id].facts,
            Element::Decision(id) => &self.decisions[id].facts,
            Element::Entity(id) => &self.entities[id].about,
            Element::Flow(id) => &self.flows[id].facts,
            Element::Load(id) => &self.loads[id].facts,
            Element::Operation(id) => &self.operations[id].facts,
            Element::Place(id) => &self.places[id].facts,
            Element::Relation(id) => &self.relations[id].facts,
            Element::Requirement(id) => &self.requirements[id].facts,
            Element::Technology(id) => &self.technologies[id].facts,
            Element::Estimate(_) | Element::Named => return None,
        })
    }

    /// Returns the head of anything that has one.
    pub fn head(&self, element: Element) -> Option<&Head> {
        Some(match element {
            Element::Api(id) => &self.apis[id].head,
            Element::Component(id) => &self.components[id].head,
            Element::Decision(id) => &self.decisions[id].head,
            Element::Entity(id) => &self.entities[id].head,
            Element::Estimate(id) => &self.estimates[id].head,
            Element::Flow(id) => &self.flows[id].head,
            Element::Load(id) => &self.loads[id].head,
            Element::Operation(id) => &self.operations[id].head,
            Element::Place(id) => &self.places[id].head,
            Element::Requirement(id) => &self.requirements[id].head,
            Element::Technology(id) => &self.technologies[id].head,
            Element::Relation(_) | Element::Named => return None,
        })
    }
}
