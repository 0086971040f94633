//! What views and policies mean by a word: a kind, a name, a type, a trait or a tag.

use std::cmp::Ordering;

use crate::finding::{Finding, Safety, nearest};
use crate::quantity::Quantity;
use crate::source::Span;
use crate::syntax::tree::{
    self, Argument, Atom, AtomKind, Choice, Comparison, Operator, Path, Phrase,
};
use crate::vocabulary::{
    self, Category, Group, KINDS, Kind, Measure, Owners, Property, Shape, Traits, measure_word,
};

use super::component::is_within;
use super::resolve::Resolver;
use super::technology::catalogue_kinds;
use super::values::{Place, is_word};
use super::{
    Demand, Element, Entity, Expectation, FactItem, FactValue, Facts, Id, Model, RequirementKind,
    UNKNOWN_WORD, WRONG_VALUE,
};

/// What is meant: `database[backup]`, `#scratch`, `*`, `Payments`.
#[derive(Clone, Debug)]
pub struct Selector {
    /// What stands before the brackets.
    pub target: Target,
    /// What stands in them; all must hold.
    pub filters: Vec<Filter>,
    /// The whole, as written.
    pub span: Span,
}

/// What stands before the brackets of a selector.
#[derive(Clone, Debug)]
pub enum Target {
    /// `*`: everything but connections.
    Any,
    /// Everything of a sort: `component`, `operation`.
    Every(Noun),
    /// What the expectation of that name found in the answer to a practice problem:
    /// no design says it.
    Expected(Id<Expectation>),
    /// Everything of a kind.
    Kind(&'static Kind),
    /// What is called so: nearly always one thing, more where an entity and a
    /// requirement share a name.
    Named(Vec<Element>),
    /// What is tagged so.
    Tag(String),
    /// What has a trait.
    Traits(Traits),
    /// What has a type or a technology, or is of a kind that the design adds.
    Type(String),
}

/// Sorts of things that have no kind of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Noun {
    /// A component of any kind.
    Component,
    /// An operation of an API.
    Operation,
    /// A place of any kind.
    Place,
    /// A connection.
    Relation,
    /// A requirement of any kind.
    Requirement,
}

/// What narrows a selector.
#[derive(Clone, Debug, PartialEq)]
pub enum Filter {
    /// `carries: personal`: keeps or carries entities with such a field or class.
    Carries(&'static str),
    /// `p99 < 500ms`: states a number for which this holds.
    Compare(String, Comparison, Quantity),
    /// `writes: Link`: names what the expectation of that name found.
    Expected(&'static str, Id<Expectation>),
    /// `backup`: stated, and not `none`.
    Present(String),
    /// `backup: daily`: stated so.
    Says(&'static str, FactValue),
}

const NOUNS: [(Noun, &str); 5] = [
    (Noun::Component, "component"),
    (Noun::Operation, "operation"),
    (Noun::Place, "place"),
    (Noun::Relation, "relation"),
    (Noun::Requirement, "requirement"),
];

/// Where the names are that a selector may use.
const NAMED: &[Category] = &[
    Category::Component,
    Category::Entity,
    Category::Operation,
    Category::Requirement,
    Category::Flow,
    Category::Decision,
    Category::Load,
];

/// What an entity may be: the classes, and `sensitive` for all that must not be seen.
const CLASSES: &[&str] = &[
    "confidential",
    "internal",
    "personal",
    "public",
    "restricted",
    "secret",
    "sensitive",
];

/// Everybody whose properties a selector may ask for.
const EVERYBODY: Owners = Owners::COMPONENT
    .with(Owners::STORE)
    .with(Owners::CACHE)
    .with(Owners::MEDIUM)
    .with(Owners::BALANCER)
    .with(Owners::MONITOR)
    .with(Owners::COMPUTE)
    .with(Owners::LOCK)
    .with(Owners::CLIENT)
    .with(Owners::PLACE)
    .with(Owners::OPERATION)
    .with(Owners::API)
    .with(Owners::ABOUT)
    .with(Owners::REQUIREMENT)
    .with(Owners::QUALITY)
    .with(Owners::FLOW)
    .with(Owners::DECISION)
    .with(Owners::LOAD)
    .with(Owners::RELATION);

impl Selector {
    /// Tells whether something is meant: it, or what it stands in or belongs to.
    pub fn matches(&self, model: &Model, element: Element) -> bool {
        let meant = |it| self.means(model, it);
        meant(element) || containers(model, element).into_iter().any(meant)
    }

    /// Tells whether something itself is meant.
    pub fn means(&self, model: &Model, element: Element) -> bool {
        let mut filters = self.filters.iter();
        self.target.is(model, element) && filters.all(|it| it.holds(model, element))
    }
}

impl Target {
    /// Tells whether something is meant, whatever stands in the brackets.
    pub fn is(&self, model: &Model, element: Element) -> bool {
        match self {
            Target::Any => !matches!(element, Element::Relation(_)),
            Target::Every(noun) => noun.is(element),
            Target::Expected(_) => false,
            Target::Kind(kind) => kind_of(model, element).is_some_and(|own| own.name == kind.name),
            Target::Named(elements) => elements.contains(&element),
            Target::Tag(tag) => {
                let head = model.head(element);
                head.is_some_and(|head| head.tags.contains(tag))
            }
            Target::Traits(traits) => match element {
                Element::Component(id) => model.components[id].is(*traits),
                _ => false,
            },
            Target::Type(word) => types_of(model, element).contains(word),
        }
    }

    /// Returns whose properties may stand in the brackets.
    fn owners(&self, model: &Model) -> Owners {
        let of_kind = |kind: &Kind| match kind.name {
            "entity" | "enum" => Owners::ABOUT,
            _ => kind.words,
        };
        match self {
            Target::Any | Target::Expected(_) | Target::Tag(_) | Target::Type(_) => EVERYBODY,
            Target::Every(noun) => noun.owners(),
            Target::Kind(kind) => of_kind(kind),
            Target::Named(elements) => {
                let owners = elements.iter().map(|it| match (kind_of(model, *it), it) {
                    (_, Element::Operation(_)) => Owners::OPERATION,
                    (Some(kind), _) => of_kind(kind),
                    (None, _) => Owners::NONE,
                });
                owners.fold(Owners::NONE, Owners::with)
            }
            Target::Traits(_) => Noun::Component.owners(),
        }
    }

    /// Tells whether it may mean something that has targets, such as `p99 < 200ms`.
    fn has_demands(&self) -> bool {
        match self {
            Target::Any | Target::Expected(_) | Target::Tag(_) | Target::Type(_) => true,
            Target::Every(noun) => matches!(noun, Noun::Operation | Noun::Requirement),
            Target::Kind(kind) => matches!(kind.group, Group::Interface | Group::Requirements),
            Target::Named(elements) => elements
                .iter()
                .any(|it| matches!(it, Element::Operation(_) | Element::Requirement(_))),
            Target::Traits(_) => false,
        }
    }

    /// Tells whether it may mean an entity.
    fn may_be_entity(&self) -> bool {
        match self {
            Target::Any | Target::Expected(_) | Target::Tag(_) => true,
            Target::Kind(kind) => kind.group == Group::Data,
            Target::Named(elements) => {
                let mut elements = elements.iter();
                elements.any(|it| matches!(it, Element::Entity(_)))
            }
            Target::Every(_) | Target::Traits(_) | Target::Type(_) => false,
        }
    }
}

impl Noun {
    fn is(self, element: Element) -> bool {
        match self {
            Noun::Component => matches!(element, Element::Component(_)),
            Noun::Operation => matches!(element, Element::Operation(_)),
            Noun::Place => matches!(element, Element::Place(_)),
            Noun::Relation => matches!(element, Element::Relation(_)),
            Noun::Requirement => matches!(element, Element::Requirement(_)),
        }
    }

    fn owners(self) -> Owners {
        match self {
            Noun::Component => Owners::COMPONENT
                .with(Owners::STORE)
                .with(Owners::CACHE)
                .with(Owners::MEDIUM)
                .with(Owners::BALANCER)
                .with(Owners::MONITOR)
                .with(Owners::COMPUTE)
                .with(Owners::LOCK)
                .with(Owners::CLIENT),
            Noun::Operation => Owners::OPERATION,
            Noun::Place => Owners::PLACE,
            Noun::Relation => Owners::RELATION,
            Noun::Requirement => Owners::REQUIREMENT.with(Owners::QUALITY),
        }
    }
}

impl Filter {
    /// Tells whether it is about the data that something keeps or carries, which
    /// nobody states: where a policy asks, it says whom.
    pub fn is_about_data(&self) -> bool {
        match self {
            Filter::Carries(_) => true,
            Filter::Present(key) => key == "carries" || CLASSES.contains(&key.as_str()),
            Filter::Says(key, _) => *key == "carries",
            Filter::Compare(..) | Filter::Expected(..) => false,
        }
    }

    /// Tells whether facts state it, those of a step for example.
    pub fn is_stated(&self, facts: &Facts) -> bool {
        match self {
            Filter::Compare(key, comparison, bound) => compares(facts, key, *comparison, bound),
            Filter::Present(key) => facts.has(key),
            Filter::Says(key, value) => says(facts, key, value),
            Filter::Carries(_) | Filter::Expected(..) => false,
        }
    }

    /// Tells whether it holds for something.
    pub fn holds(&self, model: &Model, element: Element) -> bool {
        let facts = model.facts(element);
        match self {
            Filter::Carries(class) => carried(model, element)
                .into_iter()
                .any(|id| is_classed(&model.entities[id], class)),
            Filter::Compare(key, comparison, bound) => {
                let stated = facts.is_some_and(|it| compares(it, key, *comparison, bound));
                stated || {
                    let mut demands = demands(model, element).into_iter();
                    demands.any(|it| it.measure == *key && implies(it, *comparison, bound))
                }
            }
            Filter::Expected(..) => false,
            Filter::Present(key) => {
                facts.is_some_and(|facts| facts.has(key))
                    || demands(model, element).iter().any(|it| it.measure == *key)
                    || key == "carries" && !carried(model, element).is_empty()
                    || matches!(element, Element::Entity(id) if is_classed(&model.entities[id], key))
            }
            Filter::Says(key, value) => {
                let named = || match value {
                    FactValue::Items(items) => items.iter().all(|item| {
                        matches!(item, FactItem::Data(data)
                            if carried(model, element).contains(&data.entity))
                    }),
                    _ => false,
                };
                facts.is_some_and(|facts| says(facts, key, value)) || *key == "carries" && named()
            }
        }
    }
}

/// Returns what something stands in or belongs to, from the inside out.
fn containers(model: &Model, element: Element) -> Vec<Element> {
    let mut place = match element {
        Element::Component(id) => model.components[id].place,
        Element::Place(id) => model.places[id].parent,
        Element::Relation(_) | Element::Named => return Vec::new(),
        _ => return of_domain(model, element),
    };
    let mut found = Vec::new();
    while let Some(id) = place {
        found.push(Element::Place(id));
        place = model.places[id].parent;
    }
    found
}

/// Returns the API of an operation, and the places in whose block something is declared.
fn of_domain(model: &Model, element: Element) -> Vec<Element> {
    let api = match element {
        Element::Operation(id) => Some(Element::Api(model.operations[id].api)),
        _ => None,
    };
    let path = model.head(element).map_or("", |head| head.path.as_str());
    let places = model.places.iter();
    let around = places.filter(|(_, place)| is_within(path, &place.head.path));
    let around = around.map(|(id, _)| Element::Place(id));
    api.into_iter().chain(around).collect()
}

impl Model {
    /// Tells whether something is of a kind, type or technology of that name.
    pub fn is_called(&self, element: Element, word: &str) -> bool {
        let kind = kind_of(self, element).is_some_and(|kind| kind.name == word);
        kind || types_of(self, element).iter().any(|it| it == word)
    }
}

fn kind_of(model: &Model, element: Element) -> Option<&'static Kind> {
    let word = match element {
        Element::Api(_) => "api",
        Element::Component(id) => return Some(model.components[id].kind),
        Element::Decision(_) => "decision",
        Element::Entity(id) if model.entities[id].is_entity() => "entity",
        Element::Entity(_) => "enum",
        Element::Estimate(_) => "estimate",
        Element::Flow(_) => "flow",
        Element::Load(_) => "load",
        Element::Place(id) => return Some(model.places[id].kind),
        Element::Requirement(id) => model.requirements[id].kind.word(),
        Element::Technology(_) => "technology",
        Element::Operation(_) | Element::Relation(_) | Element::Named => return None,
    };
    vocabulary::kind(word)
}

fn types_of(model: &Model, element: Element) -> &[String] {
    match element {
        Element::Api(id) => &model.apis[id].types,
        Element::Component(id) => &model.components[id].types,
        Element::Requirement(id) => &model.requirements[id].types,
        _ => &[],
    }
}

/// Returns the targets that are stated for something: its own, and those of the
/// qualities that are said of it or of the whole system.
fn demands(model: &Model, element: Element) -> Vec<&Demand> {
    match element {
        Element::Operation(id) => {
            let operation = &model.operations[id];
            let api = Element::Api(operation.api);
            let qualities = model.requirements.rows().iter().filter(|it| {
                let concerned =
                    it.is_global() || [element, api].iter().any(|of| it.scope.contains(of));
                it.kind == RequirementKind::Quality && concerned
            });
            let asked = qualities.flat_map(|it| &it.demands);
            operation.demands.iter().chain(asked).collect()
        }
        Element::Requirement(id) => model.requirements[id].demands.iter().collect(),
        _ => Vec::new(),
    }
}

/// Tells whether a target that is met makes the comparison true.
fn implies(demand: &Demand, comparison: Comparison, bound: &Quantity) -> bool {
    let Ok(order) = demand.bound.compare(bound) else {
        return false;
    };
    let strict = matches!(demand.comparison, Comparison::Less | Comparison::Greater);
    match comparison {
        Comparison::Equal => order == Ordering::Equal,
        Comparison::Greater => demand.is_lower() && (order.is_gt() || order.is_eq() && strict),
        Comparison::GreaterOrEqual => demand.is_lower() && order.is_ge(),
        Comparison::Less => demand.is_upper() && (order.is_lt() || order.is_eq() && strict),
        Comparison::LessOrEqual => demand.is_upper() && order.is_le(),
    }
}

/// Tells whether a number of a key compares so with the bound.
fn compares(facts: &Facts, key: &str, comparison: Comparison, bound: &Quantity) -> bool {
    let order = |item: &FactItem| match item {
        FactItem::Count(count) => Quantity::count(i128::from(count.least)).compare(bound).ok(),
        FactItem::Quantity(quantity) | FactItem::RateLimit(quantity, _) => {
            quantity.compare(bound).ok()
        }
        _ => None,
    };
    let mut orders = facts.items(key).iter().filter_map(order);
    orders.any(|order| match comparison {
        Comparison::Equal => order.is_eq(),
        Comparison::Greater => order.is_gt(),
        Comparison::GreaterOrEqual => order.is_ge(),
        Comparison::Less => order.is_lt(),
        Comparison::LessOrEqual => order.is_le(),
    })
}

/// Tells whether a key is stated so, perhaps with more beside it.
fn says(facts: &Facts, key: &str, value: &FactValue) -> bool {
    match value {
        FactValue::Absent => facts.is_absent(key),
        FactValue::Open => facts.has(key),
        FactValue::Items(wanted) => {
            let stated = facts.items(key);
            let is_said = |it: &FactItem| stated.iter().any(|said| covers(said, it));
            wanted.iter().all(is_said)
        }
    }
}

/// Tells whether what is said includes what is wanted: `3 across 3 zones` is `3`.
fn covers(said: &FactItem, wanted: &FactItem) -> bool {
    match (said, wanted) {
        (FactItem::Count(said), FactItem::Count(wanted)) => {
            let number =
                (said.least, said.most, said.many) == (wanted.least, wanted.most, wanted.many);
            number && (wanted.across.is_none() || wanted.across == said.across)
        }
        (FactItem::Data(said), FactItem::Data(wanted)) => {
            said.entity == wanted.entity && (wanted.by.is_empty() || wanted.by == said.by)
        }
        (FactItem::RateLimit(said, _), FactItem::RateLimit(wanted, None)) => said == wanted,
        _ => said.says_the_same(wanted),
    }
}

/// Returns the entities that something keeps, reads, writes or carries.
fn carried(model: &Model, element: Element) -> Vec<Id<Entity>> {
    let of = |facts: &Facts, keys: &[&str]| -> Vec<Id<Entity>> {
        let data = keys.iter().flat_map(|key| facts.data(key));
        data.map(|it| it.entity).collect()
    };
    let crossing = ["reads", "writes", "carries"];
    match element {
        Element::Component(id) => {
            let mut found = of(&model.components[id].facts, &["stores", "carries"]);
            for (_, relation) in model.incoming(id) {
                found.extend(of(&relation.facts, &crossing));
            }
            found
        }
        Element::Entity(id) => vec![id],
        Element::Flow(id) => {
            let links = model.flows[id].links();
            let facts = links
                .iter()
                .flat_map(|(link, _)| of(&link.facts, &crossing));
            facts.collect()
        }
        Element::Operation(id) => {
            let operation = &model.operations[id];
            let mut found = of(&operation.facts, &crossing);
            found.extend(operation.result_entities().map(|(entity, _)| entity));
            found
        }
        Element::Relation(id) => of(&model.relations[id].facts, &crossing),
        _ => Vec::new(),
    }
}

/// Tells whether an entity has such a field, or is such as a whole.
fn is_classed(entity: &Entity, class: &str) -> bool {
    let field = || entity.fields.iter().any(|field| field.is(class));
    match class {
        "sensitive" => entity.is_sensitive(),
        _ => entity.about.says("class", class) || field(),
    }
}

/// Tells whether a kind declares something that can be meant.
fn is_selectable(kind: &Kind) -> bool {
    kind.group.is_component()
        || matches!(
            kind.group,
            Group::Behaviour
                | Group::Data
                | Group::Interface
                | Group::Numbers
                | Group::Places
                | Group::Reasoning
                | Group::Requirements
        )
}

/// Returns the measures that a property's numbers may have.
fn measures_of(property: &Property) -> impl Iterator<Item = Measure> + use<'_> {
    property.shapes.iter().filter_map(|shape| match shape {
        Shape::Count => Some(Measure::Count),
        Shape::Quantity(measure) => Some(*measure),
        Shape::RateLimit => Some(Measure::Rate),
        _ => None,
    })
}

impl Resolver<'_> {
    /// Reads selectors between commas; what is wrong is reported and left out.
    pub(super) fn read_selectors(&mut self, value: &tree::Value, scope: &str) -> Vec<Selector> {
        let mut found = Vec::new();
        for choice in &value.choices {
            if choice.phrases.len() > 1 {
                self.alternative_selectors(choice);
                continue;
            }
            for phrase in &choice.phrases {
                found.extend(self.read_selector(phrase, scope));
            }
        }
        found
    }

    pub(super) fn alternative_selectors(&mut self, choice: &Choice) {
        let spans = choice.phrases.iter().map(|phrase| phrase.span);
        let span = spans.reduce(Span::to).unwrap_or_default();
        let parts = choice.phrases.iter().map(|it| self.sources.text(it.span));
        let help = format!("write `{}`", parts.collect::<Vec<_>>().join(", "));
        let finding = Finding::new(
            WRONG_VALUE,
            "commas stand between what is meant, not `|`",
            span,
        );
        self.report(finding.help(help).about(self.sources.text(span).to_owned()));
    }

    fn read_selector(&mut self, phrase: &Phrase, scope: &str) -> Option<Selector> {
        let [atom] = phrase.atoms.as_slice() else {
            return self.not_a_selector(phrase.span);
        };
        self.selector_of(atom, scope)
    }

    /// Reads one selector.
    pub(super) fn selector_of(&mut self, atom: &Atom, scope: &str) -> Option<Selector> {
        let (target, arguments): (_, &[Argument]) = match &atom.kind {
            AtomKind::Any => (Target::Any, &[]),
            AtomKind::Selector(path, filters) => match path.text.split_at_checked(1) {
                Some(("#", tag)) => (Target::Tag(tag.to_owned()), filters),
                Some(("*", "")) => (Target::Any, filters),
                _ => (self.target_of(path, scope)?, filters),
            },
            AtomKind::Tag(tag) => (Target::Tag(tag.clone()), &[]),
            AtomKind::Word(path, false) => (self.target_of(path, scope)?, &[]),
            _ => return self.not_a_selector(atom.span),
        };
        let mut filters = Vec::with_capacity(arguments.len());
        for argument in arguments {
            filters.push(self.read_filter(&target, argument, atom, scope)?);
        }
        let span = atom.span;
        Some(Selector {
            target,
            filters,
            span,
        })
    }

    fn not_a_selector(&mut self, span: Span) -> Option<Selector> {
        let found = self.sources.text(span).to_owned();
        let message = format!("`{found}` does not say what is meant");
        let help = "name kinds such as `database`, tags such as `#pci`, or things of the design, with commas between";
        let finding = Finding::new(WRONG_VALUE, message, span).help(help);
        self.report(finding.about(found));
        None
    }

    /// Finds out what a word means: a kind first, then what is called so, then a
    /// type, then a trait.
    fn target_of(&mut self, path: &Path, scope: &str) -> Option<Target> {
        let word = path.text.as_str();
        if let Some(kind) = vocabulary::kind(word).filter(|kind| is_selectable(kind)) {
            return Some(Target::Kind(kind));
        }
        if let Some((noun, _)) = NOUNS.iter().find(|(_, name)| *name == word) {
            return Some(Target::Every(*noun));
        }
        if self.expecting {
            return self.expected_target(path);
        }
        let named: Vec<Element> = self.elements_named(path, scope)?;
        if !named.is_empty() {
            return Some(Target::Named(named));
        }
        self.target_of_word(path)
    }

    fn expected_target(&mut self, path: &Path) -> Option<Target> {
        match self.expectation_named(&path.text) {
            Some(id) => Some(Target::Expected(id)),
            None => self.target_of_word(path),
        }
    }

    fn target_of_word(&mut self, path: &Path) -> Option<Target> {
        let word = path.text.as_str();
        if self.is_type(word) {
            return Some(Target::Type(word.to_owned()));
        }
        if let Some(traits) = Traits::named(word) {
            return Some(Target::Traits(traits));
        }
        if !self.names.is_poisoned(word) {
            self.unknown_selector(path);
        }
        None
    }

    /// Returns everything of that name; `None` where it is ambiguous, which is reported.
    fn elements_named(&mut self, path: &Path, scope: &str) -> Option<Vec<Element>> {
        let mut found = Vec::new();
        for category in NAMED {
            let named = self.names.find(*category, &path.text, scope);
            if let [only] = named.as_slice() {
                found.push(only.element);
                self.model.references.push((only.element, path.span));
            } else if !named.is_empty() {
                let ambiguous = self
                    .names
                    .resolve(&[*category], &path.text, scope, path.span);
                if let super::names::Found::Nothing(finding) = ambiguous {
                    self.report(*finding);
                }
                return None;
            }
        }
        Some(found)
    }

    fn is_type(&self, word: &str) -> bool {
        let kinds = KINDS.iter().filter(|kind| is_selectable(kind));
        let mut types = kinds.flat_map(|kind| kind.types);
        types.any(|it| it.name == word)
            || self.types.contains_key(word)
            || catalogue_kinds().any(|(name, _)| name == word)
    }

    fn unknown_selector(&mut self, path: &Path) {
        let kinds = KINDS.iter().filter(|kind| is_selectable(kind));
        let of_kinds = kinds.flat_map(|kind| {
            let types = kind.types.iter().map(|it| it.name);
            std::iter::once(kind.name).chain(types)
        });
        let built_in = of_kinds
            .chain(NOUNS.map(|(_, name)| name))
            .chain(catalogue_kinds().map(|(name, _)| name))
            .chain(Traits::all_names());
        let own = self.model.technologies.rows().iter();
        let own: Vec<String> = own.map(|it| it.head.name.clone()).collect();
        let words: Vec<&str> = built_in.map(|word| word as &str).collect();
        let words: Vec<&str> = words
            .into_iter()
            .chain(own.iter().map(String::as_str))
            .collect();
        let names = match self.expecting {
            true => &[Category::Expectation],
            false => NAMED,
        };
        let near = self.names.nearest_to(&path.text, names, &words);
        let message = format!("nothing is called `{}`", path.text);
        let finding = Finding::new(UNKNOWN_WORD, message, path.span)
            .label(match self.expecting {
                true => "no kind, type or trait, and no expectation of this problem",
                false => "no kind, type or trait, and no name in this design",
            })
            .about(path.text.clone());
        self.report(match near {
            // A selector may choose more than one thing: it is read again before it is changed.
            Some(near) => finding.meant(&near, Safety::Unsafe),
            None => finding.help("write a kind such as `database`, or a name of the design"),
        });
    }

    /// Reads what stands between two commas of the brackets.
    fn read_filter(
        &mut self,
        target: &Target,
        argument: &Argument,
        atom: &Atom,
        scope: &str,
    ) -> Option<Filter> {
        if let Some(name) = &argument.name {
            let key = Path {
                text: name.text.clone(),
                span: name.span,
            };
            return self.read_said(target, &key, &argument.value, atom, scope);
        }
        match argument.value.atoms.as_slice() {
            [
                Atom {
                    kind: AtomKind::Word(key, false),
                    ..
                },
            ] => {
                self.known_key(target, key, atom)?;
                Some(Filter::Present(key.text.clone()))
            }
            [
                Atom {
                    kind: AtomKind::Word(key, false),
                    ..
                },
                Atom {
                    kind: AtomKind::Operator(Operator::Compare(comparison)),
                    ..
                },
                bound @ ..,
            ] => self.read_comparison(target, key, *comparison, bound, atom),
            _ => self.not_a_filter(argument.value.span),
        }
    }

    fn not_a_filter(&mut self, span: Span) -> Option<Filter> {
        let found = self.sources.text(span).to_owned();
        let message = format!("`{found}` cannot stand in brackets");
        let help = "write `[backup]`, `[backup: daily]` or `[replicas >= 2]`";
        self.report(
            Finding::new(WRONG_VALUE, message, span)
                .help(help)
                .about(found),
        );
        None
    }

    /// Tells whether a key can be asked for, and its property if it has one; an
    /// unknown one is reported.
    fn known_key(
        &mut self,
        target: &Target,
        key: &Path,
        atom: &Atom,
    ) -> Option<Option<&'static Property>> {
        let (word, owners) = (key.text.as_str(), target.owners(&self.model));
        let property = vocabulary::property(word, owners);
        let asked = target.has_demands() && measure_word(word).is_some();
        let classed = target.may_be_entity() && CLASSES.contains(&word);
        if property.is_none() && !asked && !classed && word != "carries" {
            let what = match &atom.kind {
                AtomKind::Selector(path, _) => path.text.clone(),
                _ => String::new(),
            };
            self.unknown_property(word, key.span, owners, &what);
            return None;
        }
        Some(property)
    }

    /// Reads `backup: daily`.
    fn read_said(
        &mut self,
        target: &Target,
        key: &Path,
        value: &Phrase,
        atom: &Atom,
        scope: &str,
    ) -> Option<Filter> {
        if let Some(id) = self.expected_value(value) {
            // What flows and components do to data their steps say, not they themselves.
            let done = ["carries", "reads", "stores", "writes"];
            let key = match done.into_iter().find(|it| *it == key.text) {
                Some(done) => done,
                None => self.known_key(target, key, atom)??.key,
            };
            return Some(Filter::Expected(key, id));
        }
        let property = self.known_key(target, key, atom)?;
        if key.text == "carries"
            && let Some(class) = self.class_of(value, scope)
        {
            return class.ok().map(Filter::Carries);
        }
        let carries = || vocabulary::property("carries", Owners::RELATION);
        let property = property.or_else(|| carries().filter(|it| it.key == key.text));
        let Some(property) = property else {
            return self.not_a_value(key, value.span);
        };
        let value = tree::Value {
            span: value.span,
            choices: vec![Choice {
                phrases: vec![value.clone()],
            }],
        };
        let entity = None;
        let read = self.read_value(property, &value, None, Place { scope, entity })?;
        Some(Filter::Says(property.key, read))
    }

    fn not_a_value(&mut self, key: &Path, span: Span) -> Option<Filter> {
        let key = &key.text;
        let message = format!("`{key}` has no value to ask for");
        let help = match measure_word(key) {
            Some(_) => format!("compare it, as in `[{key} < …]`, or write `[{key}]`"),
            None => format!("write `[{key}]`"),
        };
        self.report(
            Finding::new(WRONG_VALUE, message, span)
                .help(help)
                .about(key.clone()),
        );
        None
    }

    /// Returns the class that a value names; `None` where it may be an entity, and
    /// nothing where a misspelt one was reported.
    fn class_of(&mut self, value: &Phrase, scope: &str) -> Option<Result<&'static str, ()>> {
        let [atom] = value.atoms.as_slice() else {
            return None;
        };
        let class = CLASSES.iter().find(|class| is_word(atom, class));
        if let Some(class) = class {
            return Some(Ok(class));
        }
        let AtomKind::Word(path, false) = &atom.kind else {
            return None;
        };
        let known = self.names.find(Category::Entity, &path.text, scope);
        let near = nearest(&path.text, CLASSES.iter().copied()).filter(|_| known.is_empty())?;
        let message = format!("`carries` cannot be `{}`", path.text);
        let finding = Finding::new(WRONG_VALUE, message, path.span)
            .meant(near, Safety::Unsafe)
            .about(path.text.clone());
        self.report(finding);
        Some(Err(()))
    }

    /// Reads `p99 < 500ms`.
    fn read_comparison(
        &mut self,
        target: &Target,
        key: &Path,
        comparison: Comparison,
        bound: &[Atom],
        atom: &Atom,
    ) -> Option<Filter> {
        let property = self.known_key(target, key, atom)?;
        let asked = measure_word(&key.text).filter(|_| target.has_demands());
        let measures: Vec<Measure> = property
            .into_iter()
            .flat_map(measures_of)
            .chain(asked)
            .collect();
        if measures.is_empty() {
            let (key, at) = (&key.text, key.span);
            let message = format!("`{key}` is no number");
            let help = format!("write `[{key}]`, or `[{key}: …]`");
            let finding = Finding::new(WRONG_VALUE, message, at).help(help);
            self.report(finding.about(key.clone()));
            return None;
        }
        let Some(span) = bound.iter().map(|it| it.span).reduce(Span::to) else {
            return self.not_a_filter(key.span);
        };
        let atoms = bound.to_vec();
        let value = tree::Value {
            span,
            choices: vec![Choice {
                phrases: vec![Phrase { span, atoms }],
            }],
        };
        let bound = self.single_quantity(&value, &measures)?;
        Some(Filter::Compare(key.text.clone(), comparison, bound))
    }
}
