//! The first pass: who is there, and under which name.

use crate::finding::{Finding, Kinship, Severity, nearest, respelling};
use crate::source::Span;
use crate::syntax::tree::{self, AtomKind, Head as Shape, Item, Name, Node, Statement};
use crate::vocabulary::{self, Category, Group, KINDS, Kind, Owners, VERBS};

use super::requirement::RequirementKind;
use super::resolve::{Defaults, Pending, Resolver, Said, Scope, What};
use super::{
    Acceptance, Api, BAD_ACCEPTANCE, Component, DUPLICATE_NAME, Decision, Element, Entity,
    Estimate, Facts, Flow, Head, Id, Load, MISPLACED_STATEMENT, Operation, Place, Requirement,
    System, Technology, UNKNOWN_WORD, Verb,
};

impl<'t> Resolver<'t> {
    /// Declares the technologies and kinds that the design adds.
    pub(super) fn collect_types(&mut self) {
        let trees = self.trees.clone();
        for item in trees.iter().flat_map(|tree| &tree.items) {
            let Node::Statement(statement) = &item.node else {
                continue;
            };
            let Shape::Declare(declare) = &statement.head else {
                continue;
            };
            if matches!(declare.kind.text.as_str(), "technology" | "kind") {
                self.declare_type(declare, statement, item.span);
            }
        }
    }

    fn declare_type(&mut self, declare: &'t tree::Declare, statement: &'t Statement, span: Span) {
        let is_kind = declare.kind.text == "kind";
        let (Some(name), [base]) = (&declare.name, declare.types.as_slice()) else {
            let word = &declare.kind.text;
            let message = format!("`{word}` needs a name and a kind");
            self.report(
                Finding::new(MISPLACED_STATEMENT, message, statement.head_span)
                    .help(format!("write `{word} name: database {{ … }}`"))
                    .about(word.clone()),
            );
            return;
        };
        let Some(kind) = vocabulary::kind(&base.text).filter(|kind| kind.group.is_component())
        else {
            let base = Name {
                text: base.text.clone(),
                span: base.span,
            };
            self.unknown_word("kind", &base, component_kinds().map(str::to_owned));
            self.names.poison(&name.text);
            return;
        };
        if is_kind && vocabulary::kind(&name.text).is_some() {
            let message = format!("`{}` is a kind of the language already", name.text);
            let help = "choose a word that is not a kind, or leave the line out";
            let finding = Finding::new(DUPLICATE_NAME, message, name.span).help(help);
            self.report(finding.about(name.text.clone()));
            return;
        }
        let head = self.head(
            name,
            statement,
            span,
            String::new(),
            Vec::new(),
            &Scope::default(),
        );
        let id = self.model.technologies.push(Technology {
            head,
            kind,
            facts: Facts::default(),
            is_kind,
        });
        self.types.insert(name.text.clone(), id);
        self.name(
            Category::Type,
            &name.text,
            Element::Technology(id),
            name.span,
        );
    }

    /// Declares the statements of a file or a place.
    pub(super) fn declare_items(&mut self, items: &'t [Item], scope: &Scope) {
        let mut statements = self.statements(items);
        // Everything is taken in the order of names, so that which of several
        // equals comes first never depends on who was written first.
        statements.sort_by_cached_key(|said| order(said.statement));
        for said in statements {
            match &said.statement.head {
                Shape::Connect(_) => self.later(What::Connect, said, scope),
                Shape::Declare(declare) => self.declare(declare, said, scope),
                Shape::Set(_) if scope.place.is_some() => {}
                Shape::Demand(_) | Shape::Set(_) => {
                    let what = self.place_words(scope);
                    self.misplaced(&said, &what, Owners::NONE);
                }
            }
        }
    }

    /// Returns words for what a scope is: `zone eu`, or nothing at the top of a file.
    pub(super) fn place_words(&self, scope: &Scope) -> String {
        scope.place.map_or_else(String::new, |place| {
            let place = &self.model.places[place];
            format!("{} {}", place.kind.name, place.head.name)
        })
    }

    pub(super) fn later(&mut self, element: What, said: Said<'t>, scope: &Scope) {
        self.pending.push(Pending {
            element,
            said,
            scope: scope.clone(),
        });
    }

    fn declare(&mut self, declare: &'t tree::Declare, said: Said<'t>, scope: &Scope) {
        let word = declare.kind.text.as_str();
        let Some(kind) = vocabulary::kind(word) else {
            return self.declare_of_users_kind(declare, said, scope);
        };
        match kind.name {
            "import" => self.check_import(declare, &said, scope),
            "kind" | "technology" => self.declare_facts_of_type(declare, said, scope),
            "defaults" => self.declare_defaults(declare, said, scope),
            "problem" => self.declare_problem(declare, said, scope),
            "hint" => self.declare_hint(declare, said, scope),
            "system" => self.declare_system(declare, said, scope),
            _ => match &declare.name {
                Some(name) => self.declare_named(kind, name, declare, said, scope),
                None => self.nameless(kind, &said),
            },
        }
    }

    /// Reports an `import` that the loader could not follow.
    fn check_import(&mut self, declare: &tree::Declare, said: &Said<'t>, scope: &Scope) {
        if !scope.path.is_empty() {
            let what = self.place_words(scope);
            return self.misplaced(said, &what, Owners::NONE);
        }
        if declare.name.is_none() && said.statement.title.is_some() {
            return;
        }
        let written = declare.name.as_ref().map_or("name", |name| &name.text);
        let help = format!("write `import \"{written}.arch\"`");
        self.report(
            Finding::new(
                MISPLACED_STATEMENT,
                "`import` names no file in quotes",
                said.statement.head_span,
            )
            .help(help)
            .about("import"),
        );
    }

    pub(super) fn nameless(&mut self, kind: &Kind, said: &Said<'t>) {
        let Shape::Declare(declare) = &said.statement.head else {
            return;
        };
        let message = format!("this `{}` has no name", kind.name);
        let title = said.statement.title.as_ref();
        let title = title.map_or_else(String::new, |title| {
            format!(" {}", self.sources.text(title.span))
        });
        self.report(
            Finding::new(MISPLACED_STATEMENT, message, declare.kind.span)
                .help(format!("write `{} name{title}`", kind.name))
                .about(kind.name),
        );
    }

    fn declare_of_users_kind(&mut self, declare: &'t tree::Declare, said: Said<'t>, scope: &Scope) {
        let word = &declare.kind.text;
        let users = self
            .types
            .get(word)
            .filter(|id| self.model.technologies[**id].is_kind)
            .copied();
        let Some(technology) = users else {
            let own = self
                .model
                .technologies
                .rows()
                .iter()
                .filter(|it| it.is_kind);
            let own: Vec<String> = own.map(|it| it.head.name.clone()).collect();
            let kinds = KINDS.iter().map(|kind| kind.name.to_owned());
            if let Some(name) = &declare.name {
                self.names.poison(&name.text);
            }
            if self.names.is_poisoned(word) {
                return;
            }
            return self.unknown_word("kind", &declare.kind, kinds.chain(own));
        };
        let kind = self.model.technologies[technology].kind;
        match &declare.name {
            Some(name) => {
                let id = self.declare_component(kind, name, said, scope);
                if let Some(id) = id {
                    self.model.components[id].technologies.push(technology);
                    self.model.components[id].types.push(word.clone());
                    self.type_component(id, &declare.types);
                }
            }
            None => self.nameless(kind, &said),
        }
    }

    fn declare_facts_of_type(&mut self, declare: &'t tree::Declare, said: Said<'t>, scope: &Scope) {
        if !scope.path.is_empty() {
            let what = self.place_words(scope);
            self.misplaced(&said, &what, Owners::NONE);
            return;
        }
        let id = declare
            .name
            .as_ref()
            .and_then(|name| self.types.get(&name.text))
            .copied();
        if let Some(id) = id.filter(|id| self.model.technologies[*id].head.span == said.span) {
            self.later(What::Element(Element::Technology(id)), said, scope);
        }
    }

    fn declare_defaults(&mut self, declare: &'t tree::Declare, said: Said<'t>, scope: &Scope) {
        let Some(name) = &declare.name else {
            return self.nameless(vocabulary::kind("defaults").unwrap_or(&KINDS[0]), &said);
        };
        let known = name.text == "relation"
            || component_kinds().any(|kind| kind == name.text)
            || self.types.contains_key(&name.text);
        if !known {
            let kinds = component_kinds()
                .map(str::to_owned)
                .chain(["relation".to_owned()]);
            return self.unknown_word("kind", name, kinds);
        }
        self.defaults.push(Defaults {
            target: &name.text,
            scope: scope.path.clone(),
            said,
            read: None,
        });
    }

    fn declare_system(&mut self, declare: &'t tree::Declare, said: Said<'t>, scope: &Scope) {
        let Some(name) = &declare.name else {
            return self.nameless(vocabulary::kind("system").unwrap_or(&KINDS[0]), &said);
        };
        if let Some(first) = &self.model.system {
            let finding = Finding::new(DUPLICATE_NAME, "a design has one `system`", name.span)
                .label("a second one")
                .because(first.span, "the first one is here")
                .help("keep one; `import` only what declares no `system` of its own")
                .about(name.text.clone());
            return self.report(finding);
        }
        self.check_types(
            vocabulary::kind("system").unwrap_or(&KINDS[0]),
            &declare.types,
        );
        self.model.system = Some(System {
            name: name.text.clone(),
            types: declare.types.iter().map(|it| it.text.clone()).collect(),
            title: said
                .statement
                .title
                .as_ref()
                .map(|title| title.text.clone()),
            facts: Facts::default(),
            span: said.statement.head_span,
        });
        self.later(What::System, said, scope);
    }

    pub(super) fn check_types(&mut self, kind: &Kind, types: &[tree::Path]) {
        for word in types {
            if kind.types.iter().all(|known| known.name != word.text) {
                let name = Name {
                    text: word.text.clone(),
                    span: word.span,
                };
                if kind.types.is_empty() {
                    let message = format!("a `{}` has no types", kind.name);
                    let finding = Finding::new(UNKNOWN_WORD, message, word.span)
                        .help(format!("leave `: {}` out", word.text));
                    self.report(finding.about(word.text.clone()));
                    continue;
                }
                let known = kind.types.iter().map(|it| it.name.to_owned());
                self.unknown_word(&format!("type of `{}`", kind.name), &name, known);
            }
        }
    }

    fn declare_named(
        &mut self,
        kind: &'static Kind,
        name: &'t Name,
        declare: &'t tree::Declare,
        said: Said<'t>,
        scope: &Scope,
    ) {
        let allowed = scope.place.is_none()
            || kind.group.is_component()
            || kind.group == Group::Places
            || self.in_domain(scope);
        if !allowed {
            let what = self.place_words(scope);
            return self.misplaced(&said, &what, Owners::NONE);
        }
        match kind.group {
            Group::Places => return self.declare_place(kind, name, said, scope),
            group if group.is_component() => {
                if let Some(id) = self.declare_component(kind, name, said, scope) {
                    self.type_component(id, &declare.types);
                }
                return;
            }
            _ => {}
        }
        if kind.name != "flow" {
            self.check_types(kind, &declare.types);
        }
        let head = self.head_of(name, &said, scope);
        let types: Vec<String> = declare.types.iter().map(|it| it.text.clone()).collect();
        let category = kind.category.unwrap_or(Category::View);
        let what = self.next_of(kind);
        if !self.name(category, &head.path, what, name.span) {
            return;
        }
        if kind.name == "view" {
            let id = self.add_view(head, &declare.types);
            return self.later(What::View(id), said, scope);
        }
        if kind.name == "policy" {
            let id = self.add_policy(head, &declare.types);
            return self.later(What::Policy(id), said, scope);
        }
        if kind.name == "expectation" {
            let id = self.add_expectation(head, &types);
            return self.later(What::Expectation(id), said, scope);
        }
        match what {
            Element::Api(_) => return self.declare_api(head, types, said, scope),
            Element::Decision(_) => self.add_decision(head),
            Element::Entity(_) => self.add_entity(kind, head),
            Element::Estimate(_) => self.add_estimate(head),
            Element::Flow(_) => self.add_flow(head),
            Element::Load(_) => self.add_load(head),
            Element::Requirement(_) => self.add_requirement(kind, head, types),
            _ => {}
        }
        match kind.name {
            "environment" => {
                self.model.environments.push(name.text.clone());
                self.later(What::Environment, said, scope);
            }
            _ => self.later(What::Element(what), said, scope),
        }
    }

    /// Returns what the next declaration of a kind will be.
    fn next_of(&self, kind: &Kind) -> Element {
        let model = &self.model;
        match kind.name {
            "functional" | "quality" | "assumption" | "question" | "excluded" => {
                Element::Requirement(Id::new(model.requirements.len()))
            }
            "entity" | "enum" => Element::Entity(Id::new(model.entities.len())),
            "api" => Element::Api(Id::new(model.apis.len())),
            "flow" => Element::Flow(Id::new(model.flows.len())),
            "load" => Element::Load(Id::new(model.loads.len())),
            "estimate" => Element::Estimate(Id::new(model.estimates.len())),
            "decision" => Element::Decision(Id::new(model.decisions.len())),
            _ => Element::Named,
        }
    }

    fn add_decision(&mut self, head: Head) {
        let facts = Facts::default();
        self.model.decisions.push(Decision { head, facts });
    }

    fn add_entity(&mut self, kind: &Kind, head: Head) {
        self.model.entities.push(Entity {
            head,
            values: (kind.name == "enum").then(Vec::new),
            fields: Vec::new(),
            about: Facts::default(),
        });
    }

    fn add_estimate(&mut self, head: Head) {
        let lines = Vec::new();
        self.model.estimates.push(Estimate { head, lines });
    }

    fn add_flow(&mut self, head: Head) {
        self.model.flows.push(Flow {
            head,
            operation: None,
            facts: Facts::default(),
            steps: Vec::new(),
        });
    }

    fn add_load(&mut self, head: Head) {
        self.model.loads.push(Load {
            head,
            facts: Facts::default(),
            rates: Vec::new(),
        });
    }

    fn add_requirement(&mut self, kind: &Kind, head: Head, types: Vec<String>) {
        self.model.requirements.push(Requirement {
            head,
            kind: requirement_kind(kind.name),
            types,
            facts: Facts::default(),
            demands: Vec::new(),
            scope: Vec::new(),
        });
    }

    fn in_domain(&self, scope: &Scope) -> bool {
        scope
            .place
            .is_some_and(|place| self.model.places[place].kind.name == "domain")
    }

    fn declare_place(
        &mut self,
        kind: &'static Kind,
        name: &'t Name,
        said: Said<'t>,
        scope: &Scope,
    ) {
        let head = self.head_of(name, &said, scope);
        let path = head.path.clone();
        let id = self.model.places.push(Place {
            head,
            kind,
            facts: Facts::default(),
            parent: scope.place,
        });
        self.name(Category::Component, &path, Element::Place(id), name.span);
        let inner = Scope {
            path: path.as_str().into(),
            place: Some(id),
        };
        if let Some(block) = &said.statement.block {
            self.declare_items(&block.items, &inner);
        }
        self.later(What::Element(Element::Place(id)), said, scope);
    }

    fn declare_component(
        &mut self,
        kind: &'static Kind,
        name: &'t Name,
        said: Said<'t>,
        scope: &Scope,
    ) -> Option<Id<Component>> {
        let head = self.head_of(name, &said, scope);
        let path = head.path.clone();
        let id = Id::new(self.model.components.len());
        if !self.name(
            Category::Component,
            &path,
            Element::Component(id),
            name.span,
        ) {
            return None;
        }
        self.model.components.push(Component {
            head,
            kind,
            types: Vec::new(),
            technologies: Vec::new(),
            traits: kind.traits,
            facts: Facts::default(),
            place: scope.place,
            outgoing: Vec::new(),
            incoming: Vec::new(),
        });
        self.later(What::Element(Element::Component(id)), said, scope);
        Some(id)
    }

    fn declare_api(&mut self, head: Head, types: Vec<String>, said: Said<'t>, scope: &Scope) {
        let path = head.path.clone();
        let id = self.model.apis.push(Api {
            head,
            types,
            facts: Facts::default(),
            operations: Vec::new(),
            servers: Vec::new(),
        });
        if let Some(block) = &said.statement.block {
            let inner = Scope {
                path: path.as_str().into(),
                place: scope.place,
            };
            for item in &block.items {
                if let Node::Statement(statement) = &item.node {
                    self.declare_operation(id, statement, item.span, &inner);
                }
            }
        }
        self.later(What::Element(Element::Api(id)), said, scope);
    }

    fn declare_operation(
        &mut self,
        api: Id<Api>,
        statement: &'t Statement,
        span: Span,
        scope: &Scope,
    ) {
        let Shape::Set(set) = &statement.head else {
            return;
        };
        let Some(verb) = operation_verb(set) else {
            return;
        };
        let name = Name {
            text: set.key.text.clone(),
            span: set.key.span,
        };
        let head = self.head(&name, statement, span, String::new(), Vec::new(), scope);
        let path = head.path.clone();
        let id = Id::new(self.model.operations.len());
        if !self.name(
            Category::Operation,
            &path,
            Element::Operation(id),
            set.key.span,
        ) {
            return;
        }
        self.model.operations.push(Operation {
            head,
            api,
            verb,
            route: None,
            parameters: Vec::new(),
            results: Vec::new(),
            facts: Facts::default(),
            demands: Vec::new(),
            servers: Vec::new(),
            server_assumed: false,
        });
        self.model.apis[api].operations.push(id);
    }

    pub(super) fn head_of(&self, name: &Name, said: &Said<'t>, scope: &Scope) -> Head {
        self.head(
            name,
            said.statement,
            said.span,
            said.doc.clone(),
            said.tags.clone(),
            scope,
        )
    }

    fn head(
        &self,
        name: &Name,
        statement: &Statement,
        span: Span,
        doc: String,
        tags: Vec<String>,
        scope: &Scope,
    ) -> Head {
        Head {
            name: name.text.clone(),
            path: scope.join(&name.text),
            title: statement.title.as_ref().map(|title| title.text.clone()),
            doc,
            span,
            name_span: name.span,
            tags,
            block: statement.block.as_ref().map(|block| block.span),
        }
    }

    /// Declares a name; a second one of the same category is reported.
    fn name(&mut self, category: Category, path: &str, element: Element, span: Span) -> bool {
        match self.names.declare(category, path, element, span) {
            Ok(()) => true,
            Err(first) => {
                let word = match element {
                    Element::Api(_) => "API",
                    Element::Place(id) => self.model.places[id].kind.name,
                    _ => category.word(),
                };
                let message = format!("{word} `{path}` is declared twice");
                self.report(
                    Finding::new(DUPLICATE_NAME, message, span)
                        .label("here again")
                        .because(first.span, "first declared here")
                        .help("rename one of them, or keep one declaration")
                        .about(format!("{} {path}", category.word())),
                );
                false
            }
        }
    }

    /// Takes up the annotations before a statement; returns its tags.
    pub(super) fn annotate(
        &mut self,
        annotations: &[(&'t tree::Annotation, Span)],
        statement: &Statement,
        covers: Span,
    ) -> Vec<String> {
        let is_system =
            matches!(&statement.head, Shape::Declare(declare) if declare.kind.text == "system");
        let covers = (!is_system).then_some(covers);
        let mut tags = Vec::new();
        for (annotation, span) in annotations {
            match annotation.name.text.as_str() {
                "accept" => self.accept(annotation, *span, covers),
                "tag" => tags.extend(annotation.arguments.iter().flat_map(|argument| {
                    argument
                        .value
                        .atoms
                        .iter()
                        .map(|atom| self.sources.text(atom.span).to_owned())
                })),
                "link" | "owner" => {}
                _ => {
                    let known = ["accept", "tag", "link", "owner"].map(str::to_owned);
                    self.unknown_word("annotation", &annotation.name, known);
                }
            }
        }
        tags
    }

    fn accept(&mut self, annotation: &tree::Annotation, span: Span, covers: Option<Span>) {
        let mut acceptance = Acceptance {
            rule: String::new(),
            reason: None,
            until: None,
            ticket: None,
            span,
            rule_span: span,
            covers,
            reported: false,
        };
        for argument in &annotation.arguments {
            self.read_acceptance(&mut acceptance, argument);
        }
        if acceptance.rule.is_empty() {
            let finding = Finding::new(BAD_ACCEPTANCE, "`@accept` names no rule", span)
                .help("write `@accept(missing-cache, \"why it is fine here\")`")
                .about("no rule");
            return self.findings.push(finding.severity(Severity::Error));
        }
        self.model.acceptances.push(acceptance);
    }

    fn read_acceptance(&mut self, acceptance: &mut Acceptance, argument: &tree::Argument) {
        let name = argument.name.as_ref().map(|name| name.text.as_str());
        let atom = argument.value.atoms.first();
        match (name, atom.map(|atom| &atom.kind)) {
            (None, Some(AtomKind::Word(path, false))) if acceptance.rule.is_empty() => {
                acceptance.rule.clone_from(&path.text);
                acceptance.rule_span = path.span;
            }
            (None | Some("reason" | "because"), Some(AtomKind::Text(text))) => {
                acceptance.reason = Some(text.clone());
            }
            (Some("until"), Some(AtomKind::Quantity(text)))
                if text.parse::<crate::quantity::Date>().is_ok() =>
            {
                acceptance.until = text.parse().ok();
            }
            (Some("ticket"), Some(AtomKind::Text(text))) => acceptance.ticket = Some(text.clone()),
            (Some("ticket"), Some(AtomKind::Word(path, _))) => {
                acceptance.ticket = Some(path.text.clone());
            }
            _ => {
                acceptance.reported = true;
                let finding = self.wrong_argument(argument).about(acceptance.rule.clone());
                self.findings.push(finding.severity(Severity::Error));
            }
        }
    }

    fn wrong_argument(&self, argument: &tree::Argument) -> Finding {
        const KNOWN: [&str; 4] = ["reason", "because", "until", "ticket"];
        let found = self.sources.text(argument.value.span);
        let form = "write `@accept(rule, \"reason\", until: 2027-01-31, ticket: \"ARCH-12\")`";
        let Some(name) = &argument.name else {
            let message = format!("`@accept` cannot use `{found}`");
            return Finding::new(BAD_ACCEPTANCE, message, argument.value.span).help(form);
        };
        if !KNOWN.contains(&name.text.as_str()) {
            let message = format!("`@accept` knows no `{}`", name.text);
            let finding = Finding::new(BAD_ACCEPTANCE, message, name.span);
            return match nearest(&name.text, KNOWN) {
                Some(near) => {
                    let safety = respelling(&name.text, near, KNOWN, Kinship::Words);
                    finding.meant(near, safety)
                }
                None => finding.help(form),
            };
        }
        let message = format!("`{}` cannot be `{found}`", name.text);
        Finding::new(BAD_ACCEPTANCE, message, argument.value.span).help(form)
    }

    /// Reports a verb that is none, where a route follows it.
    pub(super) fn unknown_verb(&mut self, path: &tree::Path) {
        let name = Name {
            text: path.text.clone(),
            span: path.span,
        };
        let near = nearest(&path.text, VERBS.iter().copied())
            .or_else(|| nearest(&path.text.to_uppercase(), VERBS.iter().copied()));
        let finding = Finding::new(
            UNKNOWN_WORD,
            format!("unknown verb `{}`", name.text),
            name.span,
        )
        .about(name.text.clone());
        self.report(match near {
            Some(near) => {
                let safety = respelling(&name.text, near, VERBS.iter().copied(), Kinship::Words);
                finding.meant(near, safety)
            }
            None => finding.help(format!("use one of `{}`", VERBS.join("`, `"))),
        });
    }
}

/// Returns what statements are sorted by: their name, or the names they connect,
/// the first two apart from the others.
fn order(statement: &Statement) -> (&str, &str, Vec<&str>) {
    match &statement.head {
        Shape::Declare(declare) => (
            declare.name.as_ref().map_or("", |name| &name.text),
            "",
            Vec::new(),
        ),
        Shape::Connect(connect) => {
            let mut ends = connect
                .hops
                .iter()
                .flat_map(|hop| hop.ends.iter().flatten());
            let mut next = || ends.next().map_or("", |path| path.text.as_str());
            (
                next(),
                next(),
                ends.map(|path| path.text.as_str()).collect(),
            )
        }
        Shape::Demand(_) | Shape::Set(_) => ("", "", Vec::new()),
    }
}

fn component_kinds() -> impl Iterator<Item = &'static str> {
    KINDS
        .iter()
        .filter(|kind| kind.group.is_component())
        .map(|kind| kind.name)
}

fn requirement_kind(word: &str) -> RequirementKind {
    match word {
        "functional" => RequirementKind::Functional,
        "quality" => RequirementKind::Quality,
        "assumption" => RequirementKind::Assumption,
        "question" => RequirementKind::Question,
        _ => RequirementKind::Excluded,
    }
}

/// Returns the verb if the value makes the statement an operation: a verb
/// followed by a route, a name, `(` or an arrow.
pub(super) fn operation_verb(set: &tree::Set) -> Option<Verb> {
    let phrase = set.value.choices.first()?.phrases.first()?;
    let (first, rest) = phrase.atoms.split_first()?;
    let AtomKind::Word(word, false) = &first.kind else {
        return match &first.kind {
            AtomKind::Call(word, _) => verb(&word.text),
            _ => None,
        };
    };
    let verb = verb(&word.text)?;
    rest.first()
        .is_some_and(|next| !matches!(next.kind, AtomKind::Text(_)))
        .then_some(verb)
}

fn verb(word: &str) -> Option<Verb> {
    VERBS
        .iter()
        .find(|verb| **verb == word)
        .map(|verb| Verb(verb))
}
