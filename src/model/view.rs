//! Pictures with a chosen part of the design.

use crate::finding::{Finding, Severity};
use crate::syntax::tree::{self, Head as Shape};
use crate::vocabulary::Owners;

use super::resolve::{Pending, Resolver};
use super::{EMPTY_VIEW, Element, FactValue, Facts, Head, Id, Model, Selector, WRONG_VALUE};

/// A picture that the design asks for.
#[derive(Clone, Debug)]
pub struct View {
    /// Name, title and places.
    pub head: Head,
    /// What sort of picture it is.
    pub of: ViewKind,
    /// What is drawn; everything where it is empty.
    pub include: Vec<Selector>,
    /// What is left out of that.
    pub exclude: Vec<Selector>,
}

/// The sorts of picture that a `view` can ask for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum ViewKind {
    /// Components in their places; what a view without a type shows.
    #[default]
    Components,
    /// The system as one box.
    Context,
    /// Entities with their fields.
    Entities,
    /// The components with what a review found.
    Findings,
    /// Requirements and what realises them.
    Requirements,
}

impl ViewKind {
    /// Returns the sort of that name.
    pub fn named(word: &str) -> Option<ViewKind> {
        let mut all = [
            ViewKind::Components,
            ViewKind::Context,
            ViewKind::Entities,
            ViewKind::Findings,
            ViewKind::Requirements,
        ]
        .into_iter();
        all.find(|kind| kind.word() == word)
    }

    /// Returns the word after the colon.
    pub fn word(self) -> &'static str {
        match self {
            ViewKind::Components => "components",
            ViewKind::Context => "context",
            ViewKind::Entities => "entities",
            ViewKind::Findings => "findings",
            ViewKind::Requirements => "requirements",
        }
    }
}

impl View {
    /// Tells whether something belongs into the picture.
    ///
    /// A connection does where both its ends do, unless it is excluded itself.
    pub fn shows(&self, model: &Model, element: Element) -> bool {
        let chosen = |by: &[Selector]| by.iter().any(|it| it.matches(model, element));
        let included = match element {
            Element::Relation(id) => {
                let relation = &model.relations[id];
                let ends = [relation.from, relation.to].map(Element::Component);
                ends.into_iter().all(|end| self.shows(model, end))
            }
            _ => self.include.is_empty() || chosen(&self.include),
        };
        included && !chosen(&self.exclude)
    }

    /// Tells whether there is nothing in the design that it would show.
    pub fn is_empty(&self, model: &Model) -> bool {
        let shows = |element| self.shows(model, element);
        match self.of {
            ViewKind::Components | ViewKind::Context | ViewKind::Findings => {
                !model.components.ids().map(Element::Component).any(shows)
            }
            ViewKind::Entities => !model.entities.ids().map(Element::Entity).any(shows),
            ViewKind::Requirements => {
                let mut ids = model.requirements.ids().map(Element::Requirement);
                !ids.any(shows)
            }
        }
    }
}

impl<'t> Resolver<'t> {
    /// Adds a view; an unknown type was reported, and a second one is here.
    pub(super) fn add_view(&mut self, head: Head, types: &[tree::Path]) -> Id<View> {
        if let [_, second, ..] = types {
            let finding = Finding::new(WRONG_VALUE, "a view has one type", second.span)
                .label("a second one")
                .help("declare a second view for it");
            self.report(finding.about(head.path.clone()));
        }
        let of = types.first().and_then(|word| ViewKind::named(&word.text));
        self.model.views.push(View {
            head,
            of: of.unwrap_or_default(),
            include: Vec::new(),
            exclude: Vec::new(),
        })
    }

    pub(super) fn read_view(&mut self, id: Id<View>, pending: &Pending<'t>) {
        let Some(block) = &pending.said.statement.block else {
            return;
        };
        let scope = pending.scope.path.clone();
        let mut facts = Facts::default();
        for said in self.statements(&block.items) {
            let fact = self.read_fact_of(&said, Owners::VIEW, "view", &scope, None);
            let (Some(fact), Shape::Set(set)) = (fact, &said.statement.head) else {
                continue;
            };
            let again = facts.get(fact.key).is_some();
            let selectors = match fact.value {
                FactValue::Absent if fact.key == "exclude" => Vec::new(),
                FactValue::Absent | FactValue::Open => {
                    self.nothing_chosen(fact.key, &set.value);
                    Vec::new()
                }
                FactValue::Items(_) if again => Vec::new(),
                FactValue::Items(_) => self.read_selectors(&set.value, &scope),
            };
            let view = &mut self.model.views[id];
            match fact.key {
                "exclude" => view.exclude.extend(selectors),
                _ => view.include.extend(selectors),
            }
            self.add_fact(&mut facts, fact);
        }
    }

    /// Advises of views that show nothing, unless what they would show may have
    /// been left out as wrong.
    pub(super) fn find_empty_views(&mut self) {
        if self.model.incomplete {
            return;
        }
        let empty = self.model.views.rows().iter();
        let empty = empty.filter(|view| view.is_empty(&self.model));
        let findings = empty.map(|view| {
            let message = format!("view `{}` shows nothing", view.head.path);
            let help = match view.include.is_empty() {
                true => "leave it out until there is something to show",
                false => "name what the design has now, or remove the view",
            };
            Finding::new(EMPTY_VIEW, message, view.head.name_span)
                .severity(Severity::Info)
                .help(help)
                .about(view.head.path.clone())
        });
        let findings: Vec<Finding> = findings.collect();
        self.findings.extend(findings);
    }

    /// Reports `yes` or `none` where something is to be named.
    fn nothing_chosen(&mut self, key: &str, value: &tree::Value) {
        let found = self.sources.text(value.span).to_owned();
        let message = format!("`{key}` cannot be `{found}`");
        let help = match key {
            "include" => "leave the line out to draw everything, or name what is drawn",
            _ => "leave the line out to draw everything, or name what is left out",
        };
        let finding = Finding::new(WRONG_VALUE, message, value.span).help(help);
        self.report(finding.about(key).about(found));
    }
}
