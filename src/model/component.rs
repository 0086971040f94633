//! What the system is made of, and where it stands.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::finding::{Finding, nearest};
use crate::source::Span;
use crate::syntax::tree::{self, Head as Shape, Name, Node};
use crate::vocabulary::{self, Group, Kind, Owners, Traits};

use super::resolve::{Pending, Resolver, Said};
use super::{
    CONFLICTING_FACTS, Fact, FactValue, Facts, Head, Id, Origin, Relation, Technology, UNKNOWN_WORD,
};

/// A component, also one outside.
#[derive(Clone, Debug)]
pub struct Component {
    /// Name, title and places.
    pub head: Head,
    /// Its kind.
    pub kind: &'static Kind,
    /// The types after the colon as written; more than one while the choice is open.
    pub types: Vec<String>,
    /// The technologies among the types, and the user's kind if it is of one.
    pub technologies: Vec<Id<Technology>>,
    /// What rules may know of it.
    pub traits: Traits,
    /// What is said of it: by itself, by `defaults`, by its technology, by the environment.
    pub facts: Facts,
    /// The innermost place that it stands in.
    pub place: Option<Id<Place>>,
    /// Connections that start here.
    pub outgoing: Vec<Id<Relation>>,
    /// Connections that end here.
    pub incoming: Vec<Id<Relation>>,
}

/// A place that holds components.
#[derive(Clone, Debug)]
pub struct Place {
    /// Name, title and places.
    pub head: Head,
    /// `region`, `zone`, `network`, `domain` or `host`.
    pub kind: &'static Kind,
    /// What its block says.
    pub facts: Facts,
    /// The place around it.
    pub parent: Option<Id<Place>>,
}

/// How many of a component there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Redundancy {
    /// Nothing says.
    Unstated,
    /// At least so many, replicas and those that stand by.
    Stated(u64),
}

impl Component {
    /// Tells whether it has all of those traits.
    pub fn is(&self, traits: Traits) -> bool {
        self.traits.has(traits)
    }

    /// Returns how many there are: `replicas` or the low end of `autoscale`, and
    /// `standbys` on top unless `failover: none` keeps them from helping.
    pub fn redundancy(&self) -> Redundancy {
        let count = |key| self.facts.count(key).map(|count| count.least);
        let standbys = match count("standbys") {
            Some(standbys) if !self.facts.is_absent("failover") => standbys,
            None if self.stands_by_openly() => 1,
            _ => 0,
        };
        let least = count("replicas")
            .into_iter()
            .chain(count("autoscale"))
            .max();
        match least {
            Some(least) => Redundancy::Stated(least.max(1) + standbys),
            None if standbys > 0 => Redundancy::Stated(1 + standbys),
            None if self.facts.is_absent("replicas") => Redundancy::Stated(1),
            None => Redundancy::Unstated,
        }
    }

    fn stands_by_openly(&self) -> bool {
        self.facts.has("standbys") && !self.facts.is_absent("failover")
    }

    /// Returns over how many zones or regions its replicas are spread, if that is said.
    pub fn spread(&self) -> Option<(u64, &str)> {
        let counts = ["replicas", "autoscale"]
            .into_iter()
            .filter_map(|key| self.facts.count(key));
        counts
            .filter_map(|count| count.across.as_ref())
            .map(|(n, of)| (*n, of.as_str()))
            .next()
    }

    /// Tells whether somebody else keeps it up.
    pub fn is_managed(&self) -> bool {
        let stated = self.facts.get("managed");
        match stated {
            Some(_) => self.facts.has("managed"),
            None => self.traits.any(Traits::MANAGED.with(Traits::THIRD_PARTY)),
        }
    }

    /// Tells whether it stands outside the system: an actor, a client, a third party.
    pub fn is_outside(&self) -> bool {
        self.traits.any(Traits::OUTSIDE.with(Traits::THIRD_PARTY))
    }

    /// Tells whether it keeps data of its own for good.
    pub fn is_source_of_truth(&self) -> bool {
        self.is(Traits::STORES.with(Traits::DURABLE))
            && !self.traits.any(Traits::DERIVED.with(Traits::VOLATILE))
    }
}

impl<'t> Resolver<'t> {
    /// Gives a component the types after its colon.
    pub(super) fn type_component(&mut self, id: Id<Component>, types: &'t [tree::Path]) {
        let kind = self.model.components[id].kind;
        let mut shared: Option<Traits> = None;
        for word in types {
            let own = kind.types.iter().find(|known| known.name == word.text);
            let technology = match own {
                Some(_) => None,
                None => self
                    .technology(&word.text)
                    .filter(|it| self.fits(*it, kind)),
            };
            if own.is_none() && technology.is_none() {
                if !self.names.is_poisoned(&word.text) {
                    self.unknown_type(kind, word);
                }
                continue;
            }
            let traits = own.map_or(Traits::NONE, |known| known.traits);
            shared = Some(shared.map_or(traits, |shared| shared.shared(traits)));
            self.model.components[id].types.push(word.text.clone());
            self.model.components[id].technologies.extend(technology);
        }
        let component = &mut self.model.components[id];
        component.traits = component.traits.with(shared.unwrap_or_default());
    }

    fn fits(&self, technology: Id<Technology>, kind: &Kind) -> bool {
        let technology = &self.model.technologies[technology];
        !technology.is_kind && refines(technology.kind, kind)
    }

    fn unknown_type(&mut self, kind: &Kind, word: &tree::Path) {
        let name = Name {
            text: word.text.clone(),
            span: word.span,
        };
        if let Some(technology) = self.technology(&word.text) {
            return self.technology_of_another_kind(kind, word, technology);
        }
        let built_in = super::technology::catalogue_kinds()
            .filter(|(_, refined)| refines(refined, kind))
            .map(|(name, _)| name.to_owned());
        let own = self
            .model
            .technologies
            .rows()
            .iter()
            .filter(|it| !it.is_kind && it.head.span.file.0 != u32::MAX);
        let own: Vec<String> = own.map(|it| it.head.name.clone()).collect();
        let known = kind.types.iter().map(|it| it.name.to_owned());
        let known: Vec<String> = known.chain(built_in).chain(own).collect();
        if nearest(&word.text, known.iter().map(String::as_str)).is_some() {
            return self.unknown_word(&format!("type of `{}`", kind.name), &name, known);
        }
        let message = format!("unknown type `{}` of `{}`", word.text, kind.name);
        let help = format!(
            "declare it: `technology {}: {}`, or leave it out",
            word.text, kind.name
        );
        let finding = Finding::new(UNKNOWN_WORD, message, word.span).help(help);
        self.report(finding.about(word.text.clone()));
    }

    fn technology_of_another_kind(
        &mut self,
        kind: &Kind,
        word: &tree::Path,
        technology: Id<Technology>,
    ) {
        let technology = &self.model.technologies[technology];
        let (base, span) = (technology.kind.name, technology.head.name_span);
        let is = super::article(base).replace(base, &format!("`{base}`"));
        let message = format!("`{}` is {is}, not `{}`", word.text, kind.name);
        let mut finding = Finding::new(UNKNOWN_WORD, message, word.span)
            .help(format!("write `{base} name: {}`", word.text))
            .about(word.text.clone());
        if span.file.0 != u32::MAX {
            finding = finding.because(span, "declared here");
        }
        self.report(finding);
    }

    pub(super) fn read_component(&mut self, id: Id<Component>, pending: &Pending<'t>) {
        let kind = self.model.components[id].kind;
        let path = self.model.components[id].head.path.clone();
        let mut facts = self.read_facts(pending, kind.words, kind.name);
        for technology in self.model.components[id].technologies.clone() {
            self.read_technology_facts(technology);
        }
        facts.fill(self.defaults_for(kind.name, &self.model.components[id].types.clone(), &path));
        facts.fill(self.facts_of_types(id));
        let component = &mut self.model.components[id];
        component.facts = facts;
        component.settle_traits();
    }

    /// Returns what a component's technologies have in common, and then what the
    /// design says of its own kind.
    fn facts_of_types(&self, id: Id<Component>) -> Vec<Fact> {
        let component = &self.model.components[id];
        let row = |id: &Id<Technology>| &self.model.technologies[*id];
        let (kinds, technologies): (Vec<_>, Vec<_>) = component
            .technologies
            .iter()
            .partition(|id| row(id).is_kind);
        let mut facts = Facts::default();
        if technologies.len() + kinds.len() == component.types.len() {
            facts.fill(self.shared_facts(component, &technologies));
        }
        facts.fill(kinds.iter().flat_map(|id| row(id).facts.iter().cloned()));
        facts.iter().cloned().collect()
    }

    fn shared_facts(&self, component: &Component, technologies: &[Id<Technology>]) -> Vec<Fact> {
        let Some((first, others)) = technologies.split_first() else {
            return Vec::new();
        };
        let facts = |id: &Id<Technology>| &self.model.technologies[*id].facts;
        let agreed = |fact: &&Fact| {
            others.iter().all(|other| {
                facts(other)
                    .get(fact.key)
                    .is_some_and(|same| same.value == fact.value)
            })
        };
        let known = |fact: &&Fact| vocabulary::property(fact.key, component.kind.words).is_some();
        facts(first)
            .iter()
            .filter(agreed)
            .filter(known)
            .cloned()
            .collect()
    }

    pub(super) fn read_place(&mut self, id: Id<Place>, pending: &Pending<'t>) {
        let Some(block) = &pending.said.statement.block else {
            return;
        };
        let scope = self.model.places[id].head.path.clone();
        let what = self.model.places[id].kind.name;
        let mut facts = Facts::default();
        for item in &block.items {
            let Node::Statement(statement) = &item.node else {
                continue;
            };
            let Shape::Set(set) = &statement.head else {
                continue;
            };
            let (span, doc, tags) = (item.span, String::new(), Vec::new());
            let said = Said {
                statement,
                span,
                doc,
                tags,
            };
            if let Some(fact) = self.read_fact(set, &said, Owners::PLACE, what, &scope, None) {
                self.add_fact(&mut facts, fact);
            }
        }
        self.model.places[id].facts = facts;
    }

    /// Returns the `defaults` facts that hold for a kind at a path, innermost first.
    pub(super) fn defaults_for(&mut self, kind: &str, types: &[String], path: &str) -> Vec<Fact> {
        let mut fitting: Vec<usize> = (0..self.defaults.len())
            .filter(|index| {
                let defaults = &self.defaults[*index];
                let about = defaults.target == kind || types.iter().any(|it| it == defaults.target);
                about && is_within(path, &defaults.scope)
            })
            .collect();
        fitting.sort_by_key(|index| std::cmp::Reverse(self.defaults[*index].scope.len()));
        let mut facts = Facts::default();
        for index in fitting {
            facts.fill(self.facts_of_defaults(index));
        }
        facts.iter().cloned().collect()
    }

    fn facts_of_defaults(&mut self, index: usize) -> Vec<Fact> {
        if let Some(facts) = &self.defaults[index].read {
            return facts.clone();
        }
        let target = self.defaults[index].target;
        let owners = match target {
            "relation" => Owners::RELATION,
            word => match vocabulary::kind(word) {
                Some(kind) => kind.words,
                None => self.types.get(word).map_or(Owners::COMPONENT, |id| {
                    self.model.technologies[*id].kind.words
                }),
            },
        };
        let said = self.defaults[index].said.clone();
        let scope = self.defaults[index].scope.clone();
        let mut facts = Facts::default();
        if let Some(block) = &said.statement.block {
            for inner in self.statements(&block.items) {
                let fact = self.read_fact_of(&inner, owners, target, &scope, None);
                if let Some(fact) = fact {
                    let origin = Origin::Defaults;
                    self.add_fact(&mut facts, Fact { origin, ..fact });
                }
            }
        }
        let facts: Vec<Fact> = facts.iter().cloned().collect();
        self.defaults[index].read = Some(facts.clone());
        facts
    }

    /// Reads `defaults` blocks that nothing used, so that what is wrong in them is reported.
    pub(super) fn read_unused_defaults(&mut self) {
        let mut first: BTreeMap<(&str, Rc<str>, &str), Fact> = BTreeMap::new();
        for index in 0..self.defaults.len() {
            let (target, scope) = (
                self.defaults[index].target,
                self.defaults[index].scope.clone(),
            );
            for fact in self.facts_of_defaults(index) {
                match first.get(&(target, scope.clone(), fact.key)) {
                    Some(known) if known.value != fact.value => {
                        let known = known.span;
                        self.conflicting_defaults(target, &fact, known);
                    }
                    Some(_) => {}
                    None => {
                        first.insert((target, scope.clone(), fact.key), fact);
                    }
                }
            }
        }
    }

    fn conflicting_defaults(&mut self, target: &str, fact: &Fact, first: Span) {
        let key = fact.key;
        let message = format!("`{key}` of `defaults {target}` is stated twice, differently");
        self.report(
            Finding::new(CONFLICTING_FACTS, message, fact.span)
                .label("here again")
                .because(first, "stated here first")
                .help("keep one, or put the second into a place such as `zone`")
                .about(format!("defaults {target}"))
                .about(key),
        );
    }
}

/// Tells whether a path lies inside a scope; everything lies inside the empty one.
pub(super) fn is_within(path: &str, scope: &str) -> bool {
    scope.is_empty()
        || path == scope
        || path
            .strip_prefix(scope)
            .is_some_and(|it| it.starts_with('.'))
}

impl Component {
    /// Takes up the traits that facts state.
    pub(super) fn settle_traits(&mut self) {
        if self.facts.has("managed") {
            self.traits = self.traits.with(Traits::MANAGED);
        }
        let persists = self
            .facts
            .get("persist")
            .map(|fact| fact.value != FactValue::Absent);
        let stated = self
            .facts
            .get("persist")
            .is_some_and(|fact| fact.origin == Origin::Stated);
        if self.traits.has(Traits::VOLATILE) && persists == Some(true) && stated {
            self.traits = self.traits.with(Traits::DURABLE);
        }
    }
}

/// Tells whether a technology of one kind can be a type of another.
fn refines(technology: &Kind, kind: &Kind) -> bool {
    let keeps = |group| matches!(group, Group::State | Group::Messaging | Group::Support);
    let runs = |group| matches!(group, Group::Compute | Group::Edge);
    let (own, wanted) = (technology.group, kind.group);
    own == wanted
        || keeps(own) && keeps(wanted)
        || runs(own) && runs(wanted)
        || wanted == Group::Outside
}
