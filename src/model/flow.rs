//! What happens, step by step.

use std::rc::Rc;

use crate::finding::Finding;
use crate::source::Span;
use crate::syntax::tree::{self, Head as Shape, Item};
use crate::vocabulary::{self, Category, Owners};

use super::names::Found;
use super::relation::join;
use super::resolve::{Pending, Resolver, Said};
use super::{
    Component, Element, Facts, Head, Id, MISPLACED_STATEMENT, Operation, Relation, Table,
    UNRESOLVED_REFERENCE,
};

/// A flow.
#[derive(Clone, Debug)]
pub struct Flow {
    /// Name, title and places.
    pub head: Head,
    /// The operation that it realises; `None` for background work.
    pub operation: Option<Id<Operation>>,
    /// What its block says beside steps.
    pub facts: Facts,
    /// Its steps in order.
    pub steps: Vec<Step>,
}

/// A step of a flow.
#[derive(Clone, Debug)]
pub enum Step {
    /// Several steps together.
    Group(Group),
    /// One thing uses another.
    Link(Link),
}

/// One thing uses another, here and now.
#[derive(Clone, Debug)]
pub struct Link {
    /// The connection that is used.
    pub relation: Id<Relation>,
    /// What holds for this step: its own facts over those of the connection.
    pub facts: Facts,
    /// The title.
    pub title: Option<String>,
    /// From the first end to the second.
    pub span: Span,
}

/// Steps that belong together.
#[derive(Clone, Debug)]
pub struct Group {
    /// How.
    pub kind: GroupKind,
    /// The title.
    pub title: Option<String>,
    /// What its block says.
    pub facts: Facts,
    /// The branches: one, or several of an `alt`, a `par`'s statements, or an `a | b`.
    pub branches: Vec<Vec<Step>>,
    /// The titles of the `else` branches, in order.
    pub otherwise: Vec<Option<String>>,
    /// What the blocks of the `else` branches say, in order.
    pub otherwise_facts: Vec<Facts>,
    /// The whole statement.
    pub span: Span,
}

impl Group {
    /// Returns what it is called in its flow: by its title, else by its first word.
    pub fn label(&self, flow: &str) -> String {
        match &self.title {
            Some(title) => format!("{flow} \"{title}\""),
            None => format!("{flow} {}", self.kind.word()),
        }
    }
}

impl GroupKind {
    /// Returns the word that it is written with.
    pub fn word(self) -> &'static str {
        match self {
            GroupKind::Alt => "alt",
            GroupKind::Atomic => "atomic",
            GroupKind::Either => "|",
            GroupKind::Loop => "loop",
            GroupKind::Opt => "opt",
            GroupKind::Par => "par",
        }
    }
}

/// How steps belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupKind {
    /// One or the other; every branch may happen.
    Alt,
    /// One transaction.
    Atomic,
    /// Any of them will do: `a -> b | c`.
    Either,
    /// Again and again.
    Loop,
    /// May happen.
    Opt,
    /// Side by side.
    Par,
}

impl Group {
    /// Returns what one branch says: the block of an `else`, or the group's own.
    pub fn facts_of(&self, branch: usize) -> &Facts {
        let own = branch
            .checked_sub(1)
            .filter(|_| self.kind == GroupKind::Alt);
        own.and_then(|index| self.otherwise_facts.get(index))
            .unwrap_or(&self.facts)
    }

    /// Returns in what share of cases each branch of an `alt` is stated to happen; of the
    /// only one that says nothing beside others that do, what those leave.
    pub fn chances(&self) -> Vec<Option<f64>> {
        let stated = |branch| self.facts_of(branch).number("chance");
        let mut chances: Vec<Option<f64>> = (0..self.branches.len())
            .map(|branch| stated(branch).map(|it| it.clamp(0.0, 1.0)))
            .collect();
        let silent: Vec<usize> = (0..chances.len())
            .filter(|it| chances[*it].is_none())
            .collect();
        if let [only] = silent[..]
            && chances.len() > 1
        {
            let others: f64 = chances.iter().flatten().sum();
            chances[only] = Some((1.0 - others).max(0.0));
        }
        chances
    }
}

impl Flow {
    /// Returns every link, in order, with the groups around it (outermost first).
    pub fn links(&self) -> Vec<(&Link, Vec<&Group>)> {
        let mut links = Vec::new();
        collect(&self.steps, &mut Vec::new(), &mut links);
        links
    }
}

fn collect<'a>(
    steps: &'a [Step],
    around: &mut Vec<&'a Group>,
    links: &mut Vec<(&'a Link, Vec<&'a Group>)>,
) {
    for step in steps {
        match step {
            Step::Link(link) => links.push((link, around.clone())),
            Step::Group(group) => {
                around.push(group);
                group
                    .branches
                    .iter()
                    .for_each(|branch| collect(branch, around, links));
                around.pop();
            }
        }
    }
}

impl<'t> Resolver<'t> {
    pub(super) fn read_flow(&mut self, id: Id<Flow>, pending: &Pending<'t>) {
        let Shape::Declare(declare) = &pending.said.statement.head else {
            return;
        };
        let scope = pending.scope.path.clone();
        for path in &declare.types {
            let operation = self.operation_of(path, &scope);
            self.model.flows[id].operation = operation;
        }
        let Some(block) = &pending.said.statement.block else {
            return;
        };
        let (steps, facts) = self.read_steps(&block.items, &scope, Owners::FLOW, "flow");
        let flow = &mut self.model.flows[id];
        flow.steps = steps;
        flow.facts = facts;
    }

    /// Resolves a name to an operation; what is wrong is reported.
    pub(super) fn operation_of(&mut self, path: &tree::Path, scope: &str) -> Option<Id<Operation>> {
        let categories = [Category::Operation];
        match self.refer(&categories, &path.text, scope, path.span) {
            Found::One(Element::Operation(id)) => Some(id),
            Found::One(_) => {
                let message = format!("`{}` is an API; a flow realises one operation", path.text);
                self.report_api(message, path);
                None
            }
            Found::Nothing(finding) => {
                self.report(*finding);
                None
            }
            Found::Poisoned => None,
        }
    }

    /// Reports an API where one of its operations is meant.
    pub(super) fn report_api(&mut self, message: String, path: &tree::Path) {
        let found = self.model.apis.rows().iter().find(|api| {
            let full = &api.head.path;
            *full == path.text || full.ends_with(&format!(".{}", path.text))
        });
        let first = found.and_then(|api| api.operations.first());
        let help = match first {
            Some(id) => {
                let name = &self.model.operations[*id].head.name;
                format!("name the operation, as in `{}.{name}`", path.text)
            }
            None => "name one of its operations".to_owned(),
        };
        let finding = Finding::new(UNRESOLVED_REFERENCE, message, path.span).help(help);
        self.report(finding.about(path.text.clone()));
    }

    fn read_steps(
        &mut self,
        items: &'t [Item],
        scope: &Rc<str>,
        owners: Owners,
        what: &str,
    ) -> (Vec<Step>, Facts) {
        let mut steps: Vec<Step> = Vec::new();
        let mut facts = Facts::default();
        for said in self.statements(items) {
            match &said.statement.head {
                Shape::Connect(connect) => {
                    let links = self.read_links(connect, &said, scope);
                    steps.extend(links);
                }
                Shape::Declare(declare) => self.read_group(declare, &said, scope, &mut steps),
                Shape::Set(set) => {
                    if let Some(fact) = self.read_fact(set, &said, owners, what, scope, None) {
                        self.add_fact(&mut facts, fact);
                    }
                }
                Shape::Demand(_) => self.misplaced(&said, what, owners),
            }
        }
        (steps, facts)
    }

    fn read_group(
        &mut self,
        declare: &'t tree::Declare,
        said: &Said<'t>,
        scope: &Rc<str>,
        steps: &mut Vec<Step>,
    ) {
        let Some(block) = &said.statement.block else {
            return self.not_a_step(declare, said);
        };
        let word = declare.kind.text.as_str();
        let Some(kind) = group_kind(word) else {
            let known = vocabulary::STEP_GROUPS
                .iter()
                .map(|word| (*word).to_owned());
            return self.unknown_word("group of steps", &declare.kind, known);
        };
        let (inner, facts) = self.read_steps(&block.items, scope, Owners::STEPS, word);
        if word == "else" {
            return self.read_else(inner, facts, said, steps);
        }
        let branches = match kind {
            GroupKind::Par => inner.into_iter().map(|step| vec![step]).collect(),
            _ => vec![inner],
        };
        let title = title_of(said);
        steps.push(Step::Group(Group {
            kind,
            title,
            facts,
            branches,
            otherwise: Vec::new(),
            otherwise_facts: Vec::new(),
            span: said.span,
        }));
    }

    fn read_else(&mut self, inner: Vec<Step>, facts: Facts, said: &Said<'t>, steps: &mut [Step]) {
        if let Some(Step::Group(group)) = steps.last_mut()
            && group.kind == GroupKind::Alt
        {
            group.branches.push(inner);
            group.otherwise.push(title_of(said));
            group.otherwise_facts.push(facts);
            return;
        }
        self.report(
            Finding::new(
                MISPLACED_STATEMENT,
                "`else` follows no `alt`",
                said.statement.head_span,
            )
            .help("write `alt \"…\" { … } else \"…\" { … }`")
            .about("else"),
        );
    }

    fn not_a_step(&mut self, declare: &tree::Declare, said: &Said<'t>) {
        let span = said.statement.head_span;
        let text = self.sources.text(span).to_owned();
        let message = format!("`{text}` is not a step");
        let help = match &declare.name {
            Some(name) => format!("write `{} -> {}`", declare.kind.text, name.text),
            None => "a step connects two components, as in `gate -> feeds`".to_owned(),
        };
        self.report(
            Finding::new(MISPLACED_STATEMENT, message, span)
                .help(help)
                .about(text),
        );
    }

    fn read_links(
        &mut self,
        connect: &'t tree::Connect,
        said: &Said<'t>,
        scope: &Rc<str>,
    ) -> Vec<Step> {
        let facts = self.read_step_facts(said, scope);
        let title = title_of(said);
        let mut steps = Vec::new();
        for (index, (arrow, _)) in connect.arrows.iter().enumerate() {
            for left in connect.hops[index].ends.iter().flatten() {
                let from = if index == 0 {
                    self.component_of(left, scope)
                } else {
                    self.component_again(left, scope)
                };
                for options in &connect.hops[index + 1].ends {
                    let links: Vec<Step> = options
                        .iter()
                        .filter_map(|right| {
                            let to = self.component_of(right, scope)?;
                            let span = join(left.span, right.span);
                            let link = self.link(from?, to, *arrow, &facts, span, scope);
                            Some(Step::Link(Link {
                                title: title.clone(),
                                ..link
                            }))
                        })
                        .collect();
                    steps.extend(either(links, said.span));
                }
            }
        }
        steps
    }

    fn read_step_facts(&mut self, said: &Said<'t>, scope: &Rc<str>) -> Facts {
        let pending = Pending {
            element: super::resolve::What::Connect,
            said: said.clone(),
            scope: super::resolve::Scope {
                path: scope.clone(),
                place: None,
            },
        };
        let owners = Owners::RELATION.with(Owners::STEPS);
        self.read_facts(&pending, owners, "step")
    }

    /// Makes a step, and the connection that it uses if nothing else declares it.
    fn link(
        &mut self,
        from: Id<Component>,
        to: Id<Component>,
        arrow: tree::Arrow,
        facts: &Facts,
        span: Span,
        scope: &Rc<str>,
    ) -> Link {
        let relation = match self.by_ends.get(&(from, to, arrow)).copied() {
            Some(known) => {
                let row = &mut self.model.relations[known];
                let step_only = row.from_step && row.over.is_none();
                row.facts.learn(facts, step_only);
                known
            }
            None => {
                let over = self.held_open(from, to);
                let mut known = Facts::default();
                known.learn(facts, over.is_none());
                let relation = Relation {
                    from,
                    to,
                    arrow,
                    title: None,
                    facts: known,
                    span,
                    repeated: Vec::new(),
                    alternative: None,
                    from_step: true,
                    over,
                };
                self.add_relation(relation, scope)
            }
        };
        Link {
            relation,
            facts: facts.clone(),
            title: None,
            span,
        }
    }

    /// Gives every step the facts of its connection that it does not state itself.
    pub(super) fn fill_links(&mut self) {
        let mut flows = std::mem::take(&mut self.model.flows);
        for id in flows.ids() {
            fill(&mut flows[id].steps, &self.model.relations);
        }
        self.model.flows = flows;
    }
}

fn fill(steps: &mut [Step], relations: &Table<Relation>) {
    for step in steps {
        match step {
            Step::Link(link) => {
                let known = relations[link.relation].facts.iter();
                link.facts.fill(
                    known
                        .filter(|fact| !OF_ONE_STEP.contains(&fact.key))
                        .cloned(),
                );
            }
            Step::Group(group) => group
                .branches
                .iter_mut()
                .for_each(|branch| fill(branch, relations)),
        }
    }
}

/// The keys that say what one step does; another step over the same connection
/// does not do it too.
pub(super) const OF_ONE_STEP: &[&str] = &["reads", "writes", "carries", "times", "chance"];

fn either(links: Vec<Step>, span: Span) -> Vec<Step> {
    if links.len() < 2 {
        return links;
    }
    let branches = links.into_iter().map(|link| vec![link]).collect();
    let (kind, title, facts) = (GroupKind::Either, None, Facts::default());
    vec![Step::Group(Group {
        kind,
        title,
        facts,
        branches,
        otherwise: Vec::new(),
        otherwise_facts: Vec::new(),
        span,
    })]
}

fn title_of(said: &Said<'_>) -> Option<String> {
    let title = said.statement.title.as_ref()?;
    Some(title.text.clone())
}

fn group_kind(word: &str) -> Option<GroupKind> {
    Some(match word {
        "opt" => GroupKind::Opt,
        "alt" | "else" => GroupKind::Alt,
        "par" => GroupKind::Par,
        "loop" => GroupKind::Loop,
        "atomic" => GroupKind::Atomic,
        _ => return None,
    })
}
