//! House rules: what must not be, and what must be.

use crate::finding::{Finding, Severity, nearest};
use crate::source::Span;
use crate::syntax::tree::{self, Argument, Arrow, Atom, AtomKind, Head as Shape, Operator};
use crate::vocabulary::{Group, Owners};

use super::resolve::{Pending, Resolver, Said};
use super::selector::{Filter, Noun, Selector, Target};
use super::{Element, FactValue, Facts, Head, Id, WRONG_VALUE};

/// A rule that a team makes for its designs.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Name, title and places.
    pub head: Head,
    /// How bad it is to break it.
    pub severity: Severity,
    /// What it forbids and asks for.
    pub clauses: Vec<Clause>,
    /// Who is free of it.
    pub except: Vec<Selector>,
}

/// One line of a policy.
#[derive(Clone, Debug)]
pub struct Clause {
    /// Whether it forbids or asks.
    pub verb: ClauseVerb,
    /// What it forbids or asks for.
    pub pattern: Pattern,
    /// The line.
    pub span: Span,
}

/// What a line of a policy does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClauseVerb {
    /// `deny:` forbids what matches.
    Deny,
    /// `require:` asks it of everything that stands first.
    Require,
}

/// What a policy looks for.
#[derive(Clone, Debug)]
pub enum Pattern {
    /// `A`: things by themselves.
    Things(Vec<Asked>),
    /// `A -> B`: one connection.
    Link {
        /// Where it starts.
        from: Vec<Selector>,
        /// Which arrow it has; `->` stands for any.
        arrow: Option<Arrow>,
        /// Where it ends.
        to: Vec<Selector>,
    },
    /// `A to B through C`: any path.
    Path {
        /// Where it starts.
        from: Vec<Selector>,
        /// Where it ends.
        to: Vec<Selector>,
        /// What it passes; empty where that does not matter.
        through: Vec<Selector>,
    },
}

/// Things, and what must be true of each.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The things: for `require: database[backup]` every database.
    pub of: Selector,
    /// What is asked of them, and where it stands; empty under `deny`.
    pub filters: Vec<(Filter, Span)>,
}

/// What stands between two sides of a clause.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Connector {
    Arrow(Arrow),
    Through,
    To,
}

/// What stands after `deny:` or `require:`, taken apart.
struct Sides<'v> {
    sides: Vec<Vec<(Selector, &'v Atom)>>,
    connectors: Vec<(Connector, Span)>,
}

/// What can stand in a clause.
const FORMS: &str = "write `A`, `A -> B`, `A to B` or `A to B through C`";

impl<'t> Resolver<'t> {
    /// Adds a policy; an unknown severity was reported, and a second one is here.
    pub(super) fn add_policy(&mut self, head: Head, types: &[tree::Path]) -> Id<Policy> {
        if let [_, second, ..] = types {
            let finding = Finding::new(WRONG_VALUE, "a policy has one severity", second.span)
                .label("a second one")
                .help("keep one of `error`, `warning`, `info`");
            self.report(finding.about(head.path.clone()));
        }
        let severity = match types.first().map(|word| word.text.as_str()) {
            Some("error") => Severity::Error,
            Some("info") => Severity::Info,
            _ => Severity::Warning,
        };
        self.model.policies.push(Policy {
            head,
            severity,
            clauses: Vec::new(),
            except: Vec::new(),
        })
    }

    pub(super) fn read_policy(&mut self, id: Id<Policy>, pending: &Pending<'t>) {
        let scope = pending.scope.path.clone();
        let mut facts = Facts::default();
        let block = pending.said.statement.block.as_ref();
        let (before, mut clauses) = (self.findings.len(), 0);
        for said in block.map_or_else(Vec::new, |block| self.statements(&block.items)) {
            let fact = self.read_fact_of(&said, Owners::POLICY, "policy", &scope, None);
            let (Some(fact), Shape::Set(set)) = (fact, &said.statement.head) else {
                continue;
            };
            match fact.key {
                "deny" | "require" | "except" if !matches!(fact.value, FactValue::Items(_)) => {
                    self.names_nothing(fact.key, &set.value);
                }
                "except" => {
                    let free = self.read_selectors(&set.value, &scope);
                    self.model.policies[id].except.extend(free);
                }
                "deny" | "require" => {
                    clauses += 1;
                    let clause = self.read_clause(fact.key, &set.value, &said, &scope);
                    self.model.policies[id].clauses.extend(clause);
                }
                _ => self.add_fact(&mut facts, fact),
            }
        }
        let motives = facts.targets("for").filter_map(|target| match target {
            Element::Requirement(id) => Some(id),
            _ => None,
        });
        self.named_motives.extend(motives);
        let misread = self.findings.len() > before || block.is_some_and(is_broken);
        if clauses == 0 && !misread {
            self.asks_nothing(id);
        }
    }

    fn asks_nothing(&mut self, id: Id<Policy>) {
        let head = &self.model.policies[id].head;
        let message = format!(
            "policy `{}` neither denies nor requires anything",
            head.path
        );
        let finding = Finding::new(WRONG_VALUE, message, head.name_span)
            .help("add for example `deny: client -> database` or `require: database[backup]`")
            .about(head.path.clone());
        self.report(finding);
    }

    /// Reports `yes` or `none` where something is to be named.
    pub(super) fn names_nothing(&mut self, key: &str, value: &tree::Value) {
        let found = self.sources.text(value.span).to_owned();
        let message = format!("`{key}` cannot be `{found}`");
        let help = match key {
            "except" => "leave the line out, or name who is free of the policy",
            "called" | "unless" | "with" | "without" => "leave the line out, or say which",
            _ => FORMS,
        };
        let finding = Finding::new(WRONG_VALUE, message, value.span).help(help);
        self.report(finding.about(key).about(found));
    }

    fn read_clause(
        &mut self,
        key: &str,
        value: &tree::Value,
        said: &Said<'t>,
        scope: &str,
    ) -> Option<Clause> {
        let verb = match key {
            "deny" => ClauseVerb::Deny,
            _ => ClauseVerb::Require,
        };
        let sides = self.sides(value, scope)?;
        let pattern = self.pattern(verb, sides)?;
        Some(Clause {
            verb,
            pattern,
            span: said.span,
        })
    }

    /// Reads what an expectation asks for; what narrows a selector there chooses.
    pub(super) fn read_pattern(&mut self, value: &tree::Value, scope: &str) -> Option<Pattern> {
        let sides = self.sides(value, scope)?;
        self.pattern(ClauseVerb::Deny, sides)
    }

    /// Takes `a, b to c, d through e` apart; nothing where a part of it is wrong,
    /// which is reported.
    fn sides<'v>(&mut self, value: &'v tree::Value, scope: &str) -> Option<Sides<'v>> {
        let mut sides = vec![Vec::new()];
        let mut connectors = Vec::new();
        let mut whole = true;
        for choice in &value.choices {
            let [phrase] = choice.phrases.as_slice() else {
                self.alternative_selectors(choice);
                whole = false;
                continue;
            };
            // Selectors and what connects them take turns, so that a component
            // may be called `to`.
            for (index, atom) in phrase.atoms.iter().enumerate() {
                if index % 2 == 1 {
                    connectors.push((self.connector(atom)?, atom.span));
                    sides.push(Vec::new());
                } else if let Some(selector) = self.selector_of(atom, scope) {
                    sides.last_mut()?.push((selector, atom));
                } else {
                    whole = false;
                }
            }
            if let Some(last) = phrase.atoms.last().filter(|_| phrase.atoms.len() % 2 == 0) {
                self.cannot_stand(last.span, "something is missing after it");
                return None;
            }
        }
        whole.then_some(Sides { sides, connectors })
    }

    fn connector(&mut self, atom: &Atom) -> Option<Connector> {
        match &atom.kind {
            AtomKind::Operator(Operator::Arrow(arrow)) => return Some(Connector::Arrow(*arrow)),
            AtomKind::Word(word, false) if word.text == "through" => {
                return Some(Connector::Through);
            }
            AtomKind::Word(word, false) if word.text == "to" => return Some(Connector::To),
            _ => {}
        }
        let word = self.sources.text(atom.span).to_owned();
        let help = match nearest(&word, ["to", "through"]) {
            Some(near) => format!("did you mean `{near}`?"),
            None => FORMS.to_owned(),
        };
        self.cannot_stand(atom.span, &help);
        None
    }

    fn cannot_stand(&mut self, span: Span, help: &str) {
        let found = self.sources.text(span).to_owned();
        let message = format!("`{found}` cannot stand here");
        let finding = Finding::new(WRONG_VALUE, message, span).help(help);
        self.report(finding.about(found));
    }

    fn pattern(&mut self, verb: ClauseVerb, sides: Sides<'_>) -> Option<Pattern> {
        let kinds: Vec<Connector> = sides.connectors.iter().map(|(kind, _)| *kind).collect();
        if kinds.is_empty() {
            return self.things(verb, sides.sides.into_iter().flatten());
        }
        let wrong = match kinds.as_slice() {
            [Connector::Arrow(_) | Connector::To] | [Connector::To, Connector::Through] => None,
            [Connector::Through, ..] => Some(0),
            [Connector::To, Connector::Through, _, ..] => Some(2),
            _ => Some(1),
        };
        if let Some((_, span)) = wrong.and_then(|index| sides.connectors.get(index)) {
            self.cannot_stand(*span, FORMS);
            return None;
        }
        let mut ends = Vec::new();
        for side in sides.sides {
            ends.push(self.connected(side)?);
        }
        let mut ends = ends.into_iter();
        let (from, to) = (ends.next()?, ends.next()?);
        Some(match kinds.first()? {
            Connector::Arrow(arrow) => Pattern::Link {
                from,
                arrow: Some(*arrow).filter(|arrow| *arrow != Arrow::Call),
                to,
            },
            _ => Pattern::Path {
                from,
                to,
                through: ends.next().unwrap_or_default(),
            },
        })
    }

    /// Returns one side of a connection; what has none is reported.
    fn connected(&mut self, side: Vec<(Selector, &Atom)>) -> Option<Vec<Selector>> {
        let mut whole = true;
        for (selector, _) in &side {
            if !self.expecting && !selector.target.may_be_connected() {
                let found = self.sources.text(selector.span).to_owned();
                let message = format!("`{found}` has no connections");
                let finding = Finding::new(WRONG_VALUE, message, selector.span)
                    .help("name components here, by kind, type, trait, tag, place or name");
                self.report(finding.about(found));
                whole = false;
            }
        }
        let selectors = side.into_iter().map(|(selector, _)| selector);
        whole.then(|| selectors.collect())
    }

    fn things<'v>(
        &mut self,
        verb: ClauseVerb,
        side: impl Iterator<Item = (Selector, &'v Atom)>,
    ) -> Option<Pattern> {
        let mut things = Vec::new();
        for (selector, atom) in side {
            things.push(match verb {
                ClauseVerb::Deny => Asked {
                    of: selector,
                    filters: Vec::new(),
                },
                ClauseVerb::Require => self.asked(selector, atom)?,
            });
        }
        Some(Pattern::Things(things))
    }

    /// Parts what chooses from what is asked: `database[carries: personal,
    /// encryption]` asks for encryption where there is personal data.
    fn asked(&mut self, selector: Selector, atom: &Atom) -> Option<Asked> {
        let arguments: &[Argument] = match &atom.kind {
            AtomKind::Selector(_, arguments) => arguments,
            _ => &[],
        };
        let places = arguments.iter().map(|it| {
            let start = it.name.as_ref().map_or(it.value.span, |name| name.span);
            start.to(it.value.span)
        });
        let filters = selector.filters.into_iter().zip(places);
        let (choosing, asked): (Vec<_>, Vec<_>) =
            filters.partition(|(filter, _)| filter.is_about_data());
        if asked.is_empty() {
            let found = self.sources.text(atom.span).to_owned();
            let message = format!("`{found}` asks nothing");
            let finding = Finding::new(WRONG_VALUE, message, atom.span)
                .help(format!(
                    "say what it must state, as in `database[backup]`, or what it must use: `{found} -> …`"
                ))
                .about(found);
            self.report(finding);
            return None;
        }
        Some(Asked {
            of: Selector {
                filters: choosing.into_iter().map(|(filter, _)| filter).collect(),
                ..selector
            },
            filters: asked,
        })
    }
}

impl Target {
    /// Tells whether it may mean a component.
    fn may_be_connected(&self) -> bool {
        match self {
            Target::Any
            | Target::Expected(_)
            | Target::Tag(_)
            | Target::Traits(_)
            | Target::Type(_) => true,
            Target::Every(noun) => matches!(noun, Noun::Component | Noun::Place),
            Target::Kind(kind) => kind.group.is_component() || kind.group == Group::Places,
            Target::Named(elements) => elements
                .iter()
                .any(|it| matches!(it, Element::Component(_) | Element::Place(_))),
        }
    }
}

pub(super) fn is_broken(block: &tree::Block) -> bool {
    let mut items = block.items.iter();
    items.any(|item| matches!(item.node, tree::Node::Broken(_)))
}
