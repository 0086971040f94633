//! The two passes: everything is declared first, then everything is read.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use crate::finding::{Finding, Kinship, Label, Safety, Severity, nearest, respelling};
use crate::source::{Sources, Span};
use crate::syntax::tree::{self, Head as Shape, Item, Node, Statement, Tree};
use crate::vocabulary::{
    self, Category, Measure, Owners, Shape as VocabularyShape, Traits, measure_word,
};

use super::names::{Found, Names};
use super::values::Place as ValuePlace;
use super::{
    Component, Element, Entity, Expectation, Fact, FactValue, Facts, Id, MISPLACED_STATEMENT,
    Model, Origin, Place, Policy, Relation, Requirement, Technology, UNKNOWN_PROPERTY,
    UNKNOWN_WORD, View, Wording,
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
    Expectation(Id<Expectation>),
    Hint,
    Policy(Id<Policy>),
    Problem,
    System,
    View(Id<View>),
}

/// The order in which declarations are read.
#[derive(Clone, Copy)]
enum Stage {
    Technologies,
    Entities,
    Things,
    Connections,
    Flows,
    Loads,
    Environments,
    Estimates,
}

impl Stage {
    const COUNT: usize = Stage::Estimates as usize + 1;

    fn of(what: What) -> Stage {
        match what {
            What::Element(Element::Technology(_)) => Stage::Technologies,
            What::Element(Element::Entity(_)) => Stage::Entities,
            What::Connect => Stage::Connections,
            What::Element(Element::Flow(_)) => Stage::Flows,
            What::Element(Element::Load(_)) => Stage::Loads,
            What::Environment => Stage::Environments,
            What::Element(Element::Estimate(_)) => Stage::Estimates,
            What::Element(_)
            | What::Expectation(_)
            | What::Hint
            | What::Policy(_)
            | What::Problem
            | What::System
            | What::View(_) => Stage::Things,
        }
    }
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
    /// How many words that are no field were compared with all fields.
    pub compared_fields: usize,
    /// Whether the selectors that are read are those of an expectation.
    pub expecting: bool,
    /// The requirements that policies are for.
    pub named_motives: Vec<Id<Requirement>>,
    /// Where a reference that cannot be resolved was reported, by message.
    unresolved: BTreeMap<String, Repeated>,
}

/// A finding that several places share.
struct Repeated {
    finding: usize,
    places: usize,
}

/// How many places one finding shows.
const PLACES: usize = 8;

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
            compared_fields: 0,
            expecting: false,
            named_motives: Vec::new(),
            unresolved: BTreeMap::new(),
        }
    }

    /// Reports something that is wrong with the text; it counts as an error.
    ///
    /// A name that cannot be resolved is reported once, with all its places:
    /// most often its declaration is what is misspelt.
    pub fn report(&mut self, finding: Finding) {
        self.model.incomplete = true;
        if finding.rule == super::UNRESOLVED_REFERENCE {
            let next = self.findings.len();
            let known = self.unresolved.entry(finding.message.clone());
            let known = known.or_insert(Repeated {
                finding: next,
                places: 0,
            });
            known.places += 1;
            if known.finding < next {
                if known.places <= PLACES {
                    let first = &mut self.findings[known.finding];
                    first.because.push(Label {
                        span: finding.primary.span,
                        text: "used here too".to_owned(),
                    });
                }
                return;
            }
        }
        self.findings.push(finding.severity(Severity::Error));
    }

    fn count_places(&mut self) {
        for repeated in self.unresolved.values() {
            if repeated.places > PLACES {
                let words = format!("used in {} places", repeated.places);
                self.findings[repeated.finding].notes.push(words);
            }
        }
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

    /// Reads what was declared, each kind after those that it builds on.
    fn read_pending(&mut self) {
        let mut stages: [Vec<Pending<'t>>; Stage::COUNT] = Default::default();
        for pending in std::mem::take(&mut self.pending) {
            stages[Stage::of(pending.element) as usize].push(pending);
        }
        for (stage, pending) in stages.iter().enumerate() {
            if stage == Stage::Environments as usize {
                self.apply_defaults();
            }
            if stage == Stage::Estimates as usize {
                self.fill_links();
                let ordered = super::estimate::in_order(pending);
                ordered.into_iter().for_each(|it| self.read(it));
                continue;
            }
            pending.iter().for_each(|it| self.read(it));
        }
    }

    fn read(&mut self, pending: &Pending<'t>) {
        match pending.element {
            What::Connect => self.read_connection(pending),
            What::Environment => self.read_environment(pending),
            What::Expectation(id) => self.read_expectation(id, pending),
            What::Hint => self.read_hint(pending),
            What::Policy(id) => self.read_policy(id, pending),
            What::Problem => self.read_problem(pending),
            What::View(id) => self.read_view(id, pending),
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
        if !set.value.choices.is_empty() {
            self.no_block(&set.key.text, said);
        }
        Some(Fact {
            key: property.key,
            value,
            span: said.span,
            origin: Origin::Stated,
        })
    }

    /// Reports a block after a statement that has none.
    pub fn no_block(&mut self, key: &str, said: &Said<'t>) {
        if let Some(block) = &said.statement.block {
            self.report(
                Finding::new(
                    MISPLACED_STATEMENT,
                    format!("`{key}` takes no block"),
                    block.span,
                )
                .help("end the statement before the `{` with `;` or a new line, or leave the block out")
                .about(key.to_owned()),
            );
        }
    }

    /// Adds a fact; a key that is stated twice is reported.
    pub fn add_fact(&mut self, facts: &mut Facts, fact: Fact) {
        if let Err(again) = facts.add(fact) {
            let key = again.key;
            let message = format!("`{key}` is stated twice");
            let first = facts.get(key).map(|fact| fact.span);
            let several = matches!(&again.value, FactValue::Items(items)
                if items.iter().all(|item| item.stands_in_lists()));
            let help = if several {
                format!("keep one, or write both in one list: `{key}: a, b`")
            } else {
                "keep one".to_owned()
            };
            let finding = Finding::new(super::CONFLICTING_FACTS, message, again.span)
                .label("here again")
                .about(key)
                .help(help);
            self.report(match first {
                Some(first) => finding.because(first, "stated here first"),
                None => finding,
            });
        }
    }

    /// Reports a key that its block does not know.
    pub fn unknown_property(&mut self, key: &str, span: Span, owners: Owners, what: &str) {
        let message = format!("`{what}` has no property `{key}`");
        let finding = Finding::new(UNKNOWN_PROPERTY, message, span).about(format!("{what}.{key}"));
        let others = vocabulary::owners_of_key(key);
        let said_so = vocabulary::synonym(key, vocabulary::property_keys(owners));
        let finding = if let Some(ours) = said_so {
            finding.meant(ours, key_safety(key, ours, owners))
        } else if owners.meets(Owners::QUALITY) && measure_word(key).is_some() {
            finding.help(format!(
                "`{key}` is a measure: write a target such as `{}`",
                target(key)
            ))
        } else if others != Owners::NONE {
            finding.label(format!("belongs to {}", others.words()))
        } else if let Some(near) = near_key(key, owners) {
            finding.meant(near, key_safety(key, near, owners))
        } else {
            let mut keys: Vec<&str> = vocabulary::property_keys(owners).collect();
            keys.sort_unstable();
            let some = keys.len().min(8);
            let more = if keys.len() > some { ", …" } else { "" };
            finding.help(format!("it knows `{}`{more}", keys[..some].join("`, `")))
        };
        let alone = self.sources.text(span) == key;
        self.report(Finding {
            fix: finding.fix.clone().filter(|_| alone),
            ..finding
        });
    }

    /// Reports a statement where it cannot stand; `what` names the block, or is
    /// empty at the top of a file.
    pub fn misplaced(&mut self, said: &Said<'t>, what: &str, owners: Owners) {
        let statement = said.statement;
        let place = match what {
            "" => "at the top of a file".to_owned(),
            what => format!("inside `{what}`"),
        };
        let finding = |message: String, span| Finding::new(MISPLACED_STATEMENT, message, span);
        let finding = match &statement.head {
            Shape::Declare(declare) => {
                if let Some(name) = &declare.name {
                    self.names.poison(&name.text);
                }
                misplaced_declaration(declare, statement, said.span, what, owners)
            }
            Shape::Demand(demand) => {
                let written = self.sources.text(said.span);
                let help = target_help(&demand.measure.text, written, owners);
                finding(format!("a target cannot stand {place}"), said.span).help(help)
            }
            Shape::Connect(_) => finding(format!("a connection cannot stand {place}"), said.span)
                .help("write it beside the components, or as a step of a flow"),
            Shape::Set(set) => misplaced_fact(&set.key, statement.head_span, &place),
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
        let words = || candidates.iter().map(String::as_str);
        let near =
            vocabulary::synonym(&name.text, words()).or_else(|| nearest(&name.text, words()));
        let message = match what.strip_prefix("type of ") {
            Some(kind) => format!("unknown type `{}` of {kind}", name.text),
            None => format!("unknown {what} `{}`", name.text),
        };
        let finding = Finding::new(UNKNOWN_WORD, message, name.span).about(name.text.clone());
        self.report(match near {
            Some(near) => {
                let safety = respelling(&name.text, near, words(), Kinship::Words);
                finding.meant(near, safety)
            }
            None if candidates.len() <= 12 && !candidates.is_empty() => {
                finding.help(format!("use one of `{}`", candidates.join("`, `")))
            }
            None => finding.label("not a word of the language"),
        });
    }

    /// Looks a name up, and notes who is referred to where.
    pub fn refer(&mut self, categories: &[Category], path: &str, scope: &str, span: Span) -> Found {
        let found = self.names.resolve(categories, path, scope, span);
        if let Found::One(element) = found {
            self.model.references.push((element, span));
        }
        found
    }

    /// Resolves a name to a component; what is wrong is reported.
    pub fn component_of(&mut self, path: &tree::Path, scope: &str) -> Option<Id<Component>> {
        let categories = [Category::Component];
        match self.refer(&categories, &path.text, scope, path.span) {
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
        self.count_places();
        self.find_empty_views();
        self.find_circles();
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
        for id in &self.named_motives {
            motives[id.index()].push(Element::Named);
        }
        self.model.motives = motives;
        self.model.references.sort_unstable();
    }

    fn collect_texts(&mut self, items: &'t [Item]) {
        for item in items {
            let Node::Statement(statement) = &item.node else {
                continue;
            };
            if matches!(&statement.head, Shape::Declare(it) if is_prose(&it.kind.text)) {
                continue;
            }
            if let Some(title) = &statement.title {
                self.model.texts.push(Wording {
                    text: title.text.clone(),
                    span: title.span,
                    whole: Some(title.span),
                });
            }
            if let Shape::Set(set) = &statement.head {
                let bare = statement.block.is_none().then_some(item.span);
                self.collect_words(&set.value, bare);
            }
            if let Some(block) = &statement.block {
                self.collect_texts(&block.items);
            }
        }
    }

    /// Collects what a value says in words; `statement` is all that goes with it
    /// if it is taken out.
    fn collect_words(&mut self, value: &'t tree::Value, statement: Option<Span>) {
        let phrases = value.choices.iter().flat_map(|choice| &choice.phrases);
        let atoms: Vec<&tree::Atom> = phrases.flat_map(|phrase| &phrase.atoms).collect();
        let whole = statement.filter(|_| atoms.len() == 1);
        for atom in atoms {
            let text = match &atom.kind {
                tree::AtomKind::Text(text) => text.clone(),
                tree::AtomKind::Word(path, _) if path.text.chars().all(|c| c.is_uppercase()) => {
                    path.text.clone()
                }
                _ => continue,
            };
            let span = atom.span;
            self.model.texts.push(Wording { text, span, whole });
        }
    }
}

/// Tells whether what a declaration says is nobody's design.
fn is_prose(kind: &str) -> bool {
    matches!(kind, "expectation" | "hint" | "problem" | "question")
}

/// Returns the key that was probably meant: the nearest spelling, or one that
/// begins like it.
pub(super) fn near_key(key: &str, owners: Owners) -> Option<&'static str> {
    let keys = || vocabulary::property_keys(owners);
    let begins = |known: &&'static str| {
        let shorter = known.len().min(key.len());
        shorter >= 4 && (known.starts_with(key) || key.starts_with(*known))
    };
    vocabulary::synonym(key, keys())
        .or_else(|| nearest(key, keys()))
        .or_else(|| keys().filter(begins).max_by_key(|known| known.len()))
}

/// Returns how safe it is to write one key in the place of another.
pub(super) fn key_safety(key: &str, near: &str, owners: Owners) -> Safety {
    respelling(key, near, vocabulary::property_keys(owners), Kinship::Words)
}

/// Returns a target as an example of a measure.
fn target(measure: &str) -> String {
    let bound = match measure_word(measure) {
        _ if matches!(measure, "rpo" | "rto") => "<= 1h",
        _ if matches!(measure, "staleness") => "<= 10s",
        Some(Measure::Duration) => "< 200ms",
        Some(Measure::Percent) if measure == "error-rate" => "< 0.1%",
        Some(Measure::Percent) => ">= 99.95%",
        Some(Measure::Rate) => ">= 300/s",
        Some(Measure::Users) => ">= 100M/day",
        Some(Measure::Money) => "<= $200/month",
        Some(Measure::Size) => "<= 10 TB",
        _ => "< 200ms",
    };
    format!("{measure} {bound}")
}

/// Says where a target belongs.
fn target_help(measure: &str, written: &str, owners: Owners) -> String {
    let quality = match measure {
        "availability" => "availability",
        "throughput" => "throughput",
        "users" | "concurrent" | "storage" => "scalability",
        "durability" => "durability",
        "rpo" | "rto" => "recovery",
        "staleness" => "freshness",
        "error-rate" => "fault-tolerance",
        "cost" => "cost",
        "retention" => "compliance",
        _ => "latency",
    };
    let written = written.trim_end_matches(';');
    let quality = format!("`quality Name: {quality} {{ {written} }}`");
    match vocabulary::property(measure, owners) {
        Some(_) => format!("a target stands in {quality}; a fact is written `{measure}: …`"),
        None => format!("a target stands in {quality}"),
    }
}

fn misplaced_declaration(
    declare: &tree::Declare,
    statement: &Statement,
    span: Span,
    what: &str,
    owners: Owners,
) -> Finding {
    let word = &declare.kind.text;
    let finding = |message: String, span| Finding::new(MISPLACED_STATEMENT, message, span);
    let bare = declare.name.is_none() && statement.block.is_none();
    if let Some(property) = vocabulary::property(word, owners) {
        let block = property.shapes.contains(&VocabularyShape::Block) && !bare;
        let value = if block { "{ … }" } else { "…" };
        return match bare {
            true => finding(format!("`{word}` has no value"), span)
                .help(format!("write `{word}: …`, or `{word}: yes`")),
            false => finding(
                format!("a colon is missing after `{word}`"),
                declare.kind.span,
            )
            .help(format!("write `{word}: {value}`")),
        };
    }
    if bare {
        let help = match key_of_word(word, owners) {
            _ if owners.meets(Owners::QUALITY) && measure_word(word).is_some() => {
                format!("a target needs a bound: write `{}`", target(word))
            }
            Some(key) => format!("did you mean `{key}: {word}`?"),
            None => match near_key(word, owners) {
                Some(near) => format!("did you mean `{near}: …`?"),
                None => format!("a `{what}` holds `key: value` lines"),
            },
        };
        return finding(format!("`{word}` says nothing here"), span).help(help);
    }
    let help = match vocabulary::kind(word) {
        Some(kind) if kind.group.is_component() => {
            "a component stands at the top of a file, or in a place such as `zone`".to_owned()
        }
        Some(_) => "declare it at the top of a file".to_owned(),
        None => match near_key(word, owners) {
            Some(near) => format!("did you mean `{near}: …`?"),
            None => format!("a `{what}` holds `key: value` lines"),
        },
    };
    let message = format!("`{word}` cannot stand inside `{what}`");
    finding(message, declare.kind.span).help(help)
}

fn misplaced_fact(key: &tree::Path, span: Span, place: &str) -> Finding {
    let word = &key.text;
    if vocabulary::kind(word).is_some() {
        let message = format!("a name is missing after `{word}`");
        let help = format!("write `{word} name: …`");
        return Finding::new(MISPLACED_STATEMENT, message, span).help(help);
    }
    let message = format!("`{word}: …` cannot stand {place}");
    Finding::new(MISPLACED_STATEMENT, message, key.span)
        .help("a fact stands in the block of the thing that it is about")
}

/// Returns the key that has the word among its values.
fn key_of_word(word: &str, owners: Owners) -> Option<&'static str> {
    let knows = |shape: &VocabularyShape| matches!(shape, VocabularyShape::OneOf(words) if words.contains(&word));
    let mut known = vocabulary::PROPERTIES
        .iter()
        .filter(|property| property.owners.meets(owners));
    known
        .find(|property| property.shapes.iter().any(knows))
        .map(|property| property.key)
}
