//! The two passes: everything is declared first, then everything is read.

use std::collections::HashMap;
use std::rc::Rc;

use crate::finding::{Finding, Severity, nearest};
use crate::source::{Sources, Span};
use crate::syntax::tree::{self, Head as Shape, Item, Node, Statement, Tree};
use crate::vocabulary::{self, Category, Owners, Traits};

use super::names::{Found, Names};
use super::values::Place as ValuePlace;
use super::{
    Component, Element, Entity, Fact, Facts, Id, MISPLACED_STATEMENT, Model, Origin, Place,
    Relation, Technology, UNKNOWN_PROPERTY, UNKNOWN_WORD,
};

/// What a design is made of.
pub struct Input<'t> {
    /// The texts.
    pub sources: &'t Sources,
    /// The trees, the root's first; every imported file once.
    pub trees: Vec<&'t Tree>,
    /// The environment whose facts hold.
    pub environment: Option<&'t str>,
}

/// Resolves a design. Whatever is wrong is reported and left out; the rest is understood.
pub fn resolve(input: &Input<'_>) -> (Model, Vec<Finding>) {
    let mut resolver = Resolver::new(input);
    resolver.collect_types();
    for tree in &input.trees {
        resolver.declare_items(&tree.items, &Scope::default());
        resolver.collect_texts(&tree.items);
    }
    resolver.read_pending();
    resolver.finish()
}

/// Where a declaration stands.
#[derive(Clone)]
pub(super) struct Scope {
    /// The names around it, dotted.
    pub path: Rc<str>,
    /// The place around it.
    pub place: Option<Id<Place>>,
}

impl Default for Scope {
    fn default() -> Scope {
        Scope {
            path: Rc::from(""),
            place: None,
        }
    }
}

impl Scope {
    /// Returns a name's path in this scope.
    pub fn join(&self, name: &str) -> String {
        if self.path.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.path)
        }
    }
}

/// A statement with what stands before it.
#[derive(Clone)]
pub(super) struct Said<'t> {
    pub statement: &'t Statement,
    pub span: Span,
    pub doc: String,
    pub tags: Vec<String>,
}

/// Something declared whose block is still to be read.
pub(super) struct Pending<'t> {
    pub element: What,
    pub said: Said<'t>,
    pub scope: Scope,
}

/// What kind of reading a pending statement needs.
#[derive(Clone, Copy)]
pub(super) enum What {
    Connect,
    Element(Element),
    Environment,
    Policy,
    System,
    View,
}

/// A `defaults` block: for what, where, and its facts' statements.
pub(super) struct Defaults<'t> {
    pub target: &'t str,
    pub scope: Rc<str>,
    pub said: Said<'t>,
    /// Its facts, once they have been read.
    pub read: Option<Vec<Fact>>,
}

/// Everything that the passes share.
pub(super) struct Resolver<'t> {
    pub sources: &'t Sources,
    pub environment: Option<&'t str>,
    pub trees: Vec<&'t Tree>,
    pub model: Model,
    pub names: Names,
    pub findings: Vec<Finding>,
    pub types: HashMap<String, Id<Technology>>,
    pub pending: Vec<Pending<'t>>,
    pub defaults: Vec<Defaults<'t>>,
    pub by_ends: HashMap<(Id<Component>, Id<Component>, tree::Arrow), Id<Relation>>,
    pub relation_scopes: Vec<Rc<str>>,
    pub alternatives: u32,
}

impl<'t> Resolver<'t> {
    fn new(input: &Input<'t>) -> Resolver<'t> {
        Resolver {
            sources: input.sources,
            environment: input.environment,
            trees: input.trees.clone(),
            model: Model::default(),
            names: Names::default(),
            findings: Vec::new(),
            types: HashMap::new(),
            pending: Vec::new(),
            defaults: Vec::new(),
            by_ends: HashMap::new(),
            relation_scopes: Vec::new(),
            alternatives: 0,
        }
    }

    /// Reports something that is wrong with the text; it counts as an error.
    pub fn report(&mut self, finding: Finding) {
        self.model.incomplete = true;
        self.findings.push(finding.severity(Severity::Error));
    }

    /// Returns the statements of a block with what stands before each; names of
    /// broken ones are noted, annotations are taken up.
    pub fn statements(&mut self, items: &'t [Item]) -> Vec<Said<'t>> {
        let mut said = Vec::new();
        let mut doc = String::new();
        let mut annotations = Vec::new();
        for item in items {
            match &item.node {
                Node::Annotation(annotation) => annotations.push((annotation, item.span)),
                Node::Comment => {}
                Node::Doc(line) => {
                    if !doc.is_empty() {
                        doc.push('\n');
                    }
                    doc.push_str(line.trim());
                }
                Node::Broken(broken) => {
                    self.model.incomplete = true;
                    broken
                        .words
                        .iter()
                        .for_each(|word| self.names.poison(&word.text));
                    annotations.clear();
                    doc.clear();
                }
                Node::Statement(statement) => {
                    let tags = self.annotate(&annotations, statement, item.span);
                    annotations.clear();
                    let doc = std::mem::take(&mut doc);
                    said.push(Said {
                        statement,
                        span: item.span,
                        doc,
                        tags,
                    });
                }
            }
        }
        for (annotation, span) in annotations {
            let message = format!("`@{}` stands before nothing", annotation.name.text);
            self.report(
                Finding::new(MISPLACED_STATEMENT, message, span)
                    .help("an annotation is about the statement that follows it"),
            );
        }
        said
    }

    fn read_pending(&mut self) {
        let pending = std::mem::take(&mut self.pending);
        let order = |what: &What| match what {
            What::Element(Element::Technology(_)) => 0,
            What::Element(Element::Entity(_)) => 1,
            What::Connect => 3,
            What::Element(Element::Flow(_)) => 4,
            What::Element(Element::Load(_)) => 5,
            What::Environment => 6,
            What::Element(Element::Estimate(_)) => 8,
            _ => 2,
        };
        let mut pending: Vec<Pending<'t>> = pending.into_iter().collect();
        pending.sort_by_key(|it| order(&it.element));
        let (before_flows, rest): (Vec<_>, Vec<_>) =
            pending.into_iter().partition(|it| order(&it.element) < 4);
        before_flows.iter().for_each(|it| self.read(it));
        let (flows, rest): (Vec<_>, Vec<_>) =
            rest.into_iter().partition(|it| order(&it.element) < 6);
        flows.iter().for_each(|it| self.read(it));
        self.apply_defaults();
        let (environments, last): (Vec<_>, Vec<_>) =
            rest.into_iter().partition(|it| order(&it.element) < 8);
        environments.iter().for_each(|it| self.read(it));
        self.fill_links();
        last.iter().for_each(|it| self.read(it));
    }

    fn read(&mut self, pending: &Pending<'t>) {
        match pending.element {
            What::Connect => self.read_connection(pending),
            What::Environment => self.read_environment(pending),
            What::Policy => self.read_plain(pending, Owners::POLICY, "policy"),
            What::View => self.read_plain(pending, Owners::VIEW, "view"),
            What::System => self.read_system(pending),
            What::Element(element) => match element {
                Element::Api(id) => self.read_api(id, pending),
                Element::Component(id) => self.read_component(id, pending),
                Element::Decision(id) => self.read_decision(id, pending),
                Element::Entity(id) => self.read_entity(id, pending),
                Element::Estimate(id) => self.read_estimate(id, pending),
                Element::Flow(id) => self.read_flow(id, pending),
                Element::Load(id) => self.read_load(id, pending),
                Element::Place(id) => self.read_place(id, pending),
                Element::Requirement(id) => self.read_requirement(id, pending),
                Element::Technology(id) => self.read_technology(id, pending),
                Element::Operation(_) | Element::Relation(_) | Element::Named => {}
            },
        }
    }

    fn read_plain(&mut self, pending: &Pending<'t>, owners: Owners, what: &str) {
        self.read_facts(pending, owners, what);
    }

    fn read_system(&mut self, pending: &Pending<'t>) {
        let facts = self.read_facts(pending, Owners::SYSTEM, "system");
        if let Some(system) = &mut self.model.system {
            system.facts = facts;
        }
    }

    /// Reads a block that holds only `key: value`.
    pub fn read_facts(&mut self, pending: &Pending<'t>, owners: Owners, what: &str) -> Facts {
        let Some(block) = &pending.said.statement.block else {
            return Facts::default();
        };
        let mut facts = Facts::default();
        for said in self.statements(&block.items) {
            if let Some(fact) = self.read_fact_of(&said, owners, what, &pending.scope.path, None) {
                self.add_fact(&mut facts, fact);
            }
        }
        facts
    }

    /// Reads a statement that must be `key: value`.
    pub fn read_fact_of(
        &mut self,
        said: &Said<'t>,
        owners: Owners,
        what: &str,
        scope: &str,
        entity: Option<Id<Entity>>,
    ) -> Option<Fact> {
        let Shape::Set(set) = &said.statement.head else {
            self.misplaced(said, what, owners);
            return None;
        };
        self.read_fact(set, said, owners, what, scope, entity)
    }

    /// Reads `key: value`.
    pub fn read_fact(
        &mut self,
        set: &'t tree::Set,
        said: &Said<'t>,
        owners: Owners,
        what: &str,
        scope: &str,
        entity: Option<Id<Entity>>,
    ) -> Option<Fact> {
        let Some(property) = vocabulary::property(&set.key.text, owners) else {
            self.unknown_property(&set.key.text, set.key.span, owners, what);
            return None;
        };
        let place = ValuePlace { scope, entity };
        let block = said.statement.block.as_ref();
        let value = self.read_value(property, &set.value, block, place)?;
        Some(Fact {
            key: property.key,
            value,
            span: said.span,
            origin: Origin::Stated,
        })
    }

    /// Adds a fact; a key that is stated twice is reported.
    pub fn add_fact(&mut self, facts: &mut Facts, fact: Fact) {
        if let Err(again) = facts.add(fact) {
            let message = format!("`{}` is stated twice", again.key);
            let first = facts.get(again.key).map(|fact| fact.span);
            let finding = Finding::new(super::CONFLICTING_FACTS, message, again.span)
                .label("here again")
                .about(again.key)
                .help("keep one; several values stand in one list: `key: a, b`");
            self.report(match first {
                Some(first) => finding.because(first, "stated here first"),
                None => finding,
            });
        }
    }

    /// Reports a key that its block does not know.
    pub fn unknown_property(&mut self, key: &str, span: Span, owners: Owners, what: &str) {
        let finding = Finding::new(
            UNKNOWN_PROPERTY,
            format!("`{what}` has no property `{key}`"),
            span,
        )
        .about(format!("{what}.{key}"));
        let others = vocabulary::owners_of_key(key);
        let finding = if others != Owners::NONE {
            finding.label(format!("belongs to {}", others.words()))
        } else if let Some(near) = nearest(key, vocabulary::property_keys(owners)) {
            finding.help(format!("did you mean `{near}`?"))
        } else {
            let mut keys: Vec<&str> = vocabulary::property_keys(owners).collect();
            keys.sort_unstable();
            let some = keys.len().min(8);
            let more = if keys.len() > some { ", …" } else { "" };
            finding.help(format!("it knows `{}`{more}", keys[..some].join("`, `")))
        };
        self.report(finding);
    }

    /// Reports a statement where it cannot stand.
    pub fn misplaced(&mut self, said: &Said<'t>, what: &str, owners: Owners) {
        let statement = said.statement;
        let finding = match &statement.head {
            Shape::Declare(declare) if declare.name.is_none() && statement.block.is_none() => {
                let word = &declare.kind.text;
                if owners != Owners::NONE && vocabulary::property(word, owners).is_some() {
                    Finding::new(
                        MISPLACED_STATEMENT,
                        format!("`{word}` has no value"),
                        said.span,
                    )
                    .help(format!("write `{word}: …`, or `{word}: yes`"))
                } else {
                    Finding::new(
                        MISPLACED_STATEMENT,
                        format!("`{word}` says nothing here"),
                        said.span,
                    )
                    .help(format!("a `{what}` holds `key: value` lines"))
                }
            }
            Shape::Declare(declare)
                if vocabulary::property(&declare.kind.text, owners).is_some() =>
            {
                let key = &declare.kind.text;
                Finding::new(
                    MISPLACED_STATEMENT,
                    format!("a colon is missing after `{key}`"),
                    declare.kind.span,
                )
                .help(format!("write `{key}: …`"))
            }
            Shape::Declare(declare) => {
                let word = &declare.kind.text;
                if let Some(name) = &declare.name {
                    self.names.poison(&name.text);
                }
                let message = format!("`{word}` cannot stand inside `{what}`");
                Finding::new(MISPLACED_STATEMENT, message, declare.kind.span)
            }
            Shape::Demand(demand) => {
                let message = format!("a target cannot stand inside `{what}`");
                let help = format!("state it in a `quality`, as in `{}`", demand.measure.text);
                Finding::new(MISPLACED_STATEMENT, message, said.span).help(help)
            }
            Shape::Connect(_) => {
                let message = format!("a connection cannot stand inside `{what}`");
                Finding::new(MISPLACED_STATEMENT, message, said.span)
                    .help("write it beside the components, or as a step of a flow")
            }
            Shape::Set(set) => {
                let message = format!("`{}: …` cannot stand here", set.key.text);
                Finding::new(MISPLACED_STATEMENT, message, set.key.span)
                    .help("a fact stands in the block of the thing that it is about")
            }
        };
        let words = self
            .sources
            .text(said.span)
            .split_whitespace()
            .take(3)
            .collect::<Vec<_>>();
        self.report(finding.about(words.join(" ")));
    }

    /// Reports a word that the vocabulary does not have.
    pub fn unknown_word(
        &mut self,
        what: &str,
        name: &tree::Name,
        candidates: impl IntoIterator<Item = String>,
    ) {
        let candidates: Vec<String> = candidates.into_iter().collect();
        let near = nearest(&name.text, candidates.iter().map(String::as_str));
        let message = format!("unknown {what} `{}`", name.text);
        let finding = Finding::new(UNKNOWN_WORD, message, name.span).about(name.text.clone());
        self.report(match near {
            Some(near) => finding.help(format!("did you mean `{near}`?")),
            None if candidates.len() <= 12 && !candidates.is_empty() => {
                finding.help(format!("use one of `{}`", candidates.join("`, `")))
            }
            None => finding.label("not a word of the language"),
        });
    }

    /// Resolves a name to a component; what is wrong is reported.
    pub fn component_of(&mut self, path: &tree::Path, scope: &str) -> Option<Id<Component>> {
        let categories = [Category::Component];
        match self
            .names
            .resolve(self.sources, &categories, &path.text, scope, path.span)
        {
            Found::One(Element::Component(id)) => Some(id),
            Found::One(_) => {
                let message = format!("`{}` is a place, not a component", path.text);
                self.report(
                    Finding::new(super::UNRESOLVED_REFERENCE, message, path.span)
                        .help("connect the components that stand in it")
                        .about(path.text.clone()),
                );
                None
            }
            Found::Poisoned => None,
            Found::Nothing(finding) => {
                self.report(*finding);
                None
            }
        }
    }

    fn finish(mut self) -> (Model, Vec<Finding>) {
        self.inherit();
        self.link_servers();
        self.assume_servers();
        self.link_requirements();
        (self.model, self.findings)
    }

    /// Gives operations what their API says of all of them.
    fn inherit(&mut self) {
        const INHERITED: &[&str] = &[
            "auth",
            "authz",
            "rate-limit",
            "idempotent",
            "paginated",
            "audience",
        ];
        for id in self.model.operations.ids() {
            let api = &self.model.apis[self.model.operations[id].api];
            let facts: Vec<Fact> = INHERITED
                .iter()
                .filter_map(|key| api.facts.get(key))
                .filter(|fact| fact.key != "paginated")
                .cloned()
                .collect();
            self.model.operations[id].facts.fill(facts);
        }
    }

    fn link_servers(&mut self) {
        for id in self.model.components.ids() {
            let served: Vec<Element> = self.model.components[id].facts.targets("serves").collect();
            for element in served {
                match element {
                    Element::Api(api) => {
                        self.model.apis[api].servers.push(id);
                        for operation in self.model.apis[api].operations.clone() {
                            self.model.operations[operation].servers.push(id);
                        }
                    }
                    Element::Operation(operation) => {
                        self.model.operations[operation].servers.push(id);
                    }
                    _ => {}
                }
            }
        }
    }

    /// An API that nothing says it serves is served by the one component that
    /// those outside reach, if there is exactly one.
    fn assume_servers(&mut self) {
        let mut entries: Vec<Id<Component>> = Vec::new();
        for relation in self.model.relations.rows() {
            let [from, to] = [relation.from, relation.to].map(|id| &self.model.components[id]);
            let enters = from.is(Traits::OUTSIDE) && !to.is_outside();
            if enters && !entries.contains(&relation.to) {
                entries.push(relation.to);
            }
        }
        let [only] = entries.as_slice() else { return };
        for api in self.model.apis.ids() {
            let row = &self.model.apis[api];
            let stated = row
                .operations
                .iter()
                .any(|it| !self.model.operations[*it].servers.is_empty());
            if stated || row.types.iter().any(|word| word == "events") {
                continue;
            }
            for operation in self.model.apis[api].operations.clone() {
                self.model.operations[operation].servers.push(*only);
                self.model.operations[operation].server_assumed = true;
            }
        }
    }

    fn link_requirements(&mut self) {
        let mut motives = vec![Vec::new(); self.model.requirements.len()];
        let model = &self.model;
        let elements = (model.apis.ids().map(Element::Api))
            .chain(model.operations.ids().map(Element::Operation))
            .chain(model.components.ids().map(Element::Component))
            .chain(model.places.ids().map(Element::Place))
            .chain(model.relations.ids().map(Element::Relation))
            .chain(model.flows.ids().map(Element::Flow))
            .chain(model.entities.ids().map(Element::Entity))
            .chain(model.decisions.ids().map(Element::Decision));
        for element in elements {
            let Some(facts) = model.facts(element) else {
                continue;
            };
            for target in facts.targets("for") {
                if let Element::Requirement(id) = target {
                    motives[id.index()].push(element);
                }
            }
        }
        self.model.motives = motives;
    }

    fn collect_texts(&mut self, items: &'t [Item]) {
        for item in items {
            let Node::Statement(statement) = &item.node else {
                continue;
            };
            if matches!(&statement.head, Shape::Declare(it) if it.kind.text == "question") {
                continue;
            }
            if let Some(title) = &statement.title {
                self.model.texts.push((title.text.clone(), title.span));
            }
            if let Shape::Set(set) = &statement.head {
                self.collect_words(&set.value);
            }
            if let Some(block) = &statement.block {
                self.collect_texts(&block.items);
            }
        }
    }

    fn collect_words(&mut self, value: &'t tree::Value) {
        let phrases = value.choices.iter().flat_map(|choice| &choice.phrases);
        for atom in phrases.flat_map(|phrase| &phrase.atoms) {
            match &atom.kind {
                tree::AtomKind::Text(text) => self.model.texts.push((text.clone(), atom.span)),
                tree::AtomKind::Word(path, _) if path.text.chars().all(|c| c.is_uppercase()) => {
                    self.model.texts.push((path.text.clone(), atom.span));
                }
                _ => {}
            }
        }
    }
}
