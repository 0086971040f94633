//! Which requirement is realised by what, as a picture and as a table.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagram::scene::{
    Direction, Edge, End, Line, Node, Picture, Scene, Shape, Structure, Table, Tip, Tone,
};
use crate::lint::Design;
use crate::model::{Component, Element, Flow, Id, Model, Operation, Requirement, RequirementKind};
use crate::vocabulary::Traits;

use super::boxes::{self, short_title};
use super::entities::{and, counted};
use super::heading;

/// Returns what realises the functional requirements and qualities that `keep`
/// lets pass: a picture where anything does, and a table; nothing where there
/// are none.
pub fn scenes(design: &Design<'_>, keep: &dyn Fn(Id<Requirement>) -> bool) -> Vec<Scene> {
    let model = design.model;
    let asked = |id: &Id<Requirement>| {
        let kind = model.requirements[*id].kind;
        matches!(kind, RequirementKind::Functional | RequirementKind::Quality) && keep(*id)
    };
    let mut shown: Vec<Id<Requirement>> = model.requirements.ids().filter(asked).collect();
    shown.sort_by_key(|id| model.requirements[*id].head.span);
    if shown.is_empty() {
        return Vec::new();
    }
    let traces: Vec<Trace> = shown.iter().map(|id| Trace::of(design, *id)).collect();
    let description = description(design, &traces);
    let table = Scene {
        name: "requirements-table".to_owned(),
        title: heading(design, "requirements"),
        description: description.clone(),
        picture: Picture::Table(table(design, &traces)),
    };
    let structure = structure(design, &traces);
    let picture = (!structure.edges.is_empty()).then(|| Scene {
        name: "requirements".to_owned(),
        title: heading(design, "what realises the requirements"),
        description,
        picture: Picture::Structure(structure),
    });
    picture.into_iter().chain([table]).collect()
}

/// What serves one requirement, as far as the design states it.
struct Trace {
    requirement: Id<Requirement>,
    /// Operations that are for it, or that it is said of.
    operations: BTreeSet<Id<Operation>>,
    /// Flows that are for it, and those of its operations.
    flows: BTreeSet<Id<Flow>>,
    /// Components that are for it, and those that stand for its operations and flows.
    components: BTreeSet<Id<Component>>,
    /// Decisions that are for it.
    decisions: Vec<Element>,
    /// Whatever else is for it, or that it is said of.
    others: BTreeSet<Element>,
    /// From left to right, who leads to whom.
    steps: BTreeSet<(Element, Element)>,
}

impl Trace {
    fn of(design: &Design<'_>, requirement: Id<Requirement>) -> Trace {
        let model = design.model;
        let mut trace = Trace {
            requirement,
            operations: BTreeSet::new(),
            flows: BTreeSet::new(),
            components: BTreeSet::new(),
            decisions: Vec::new(),
            others: BTreeSet::new(),
            steps: BTreeSet::new(),
        };
        let row = &model.requirements[requirement];
        let linked: BTreeSet<Element> = model.linked_to(requirement).iter().copied().collect();
        let scope = row.scope.iter().copied();
        let all: BTreeSet<Element> = linked.into_iter().chain(scope).collect();
        // Operations first, then flows: what leads to a component is known before it.
        for element in &all {
            match element {
                Element::Operation(id) => trace.add_operation(design, *id),
                Element::Decision(_) => trace.decisions.push(*element),
                _ => {}
            }
        }
        for element in &all {
            if let Element::Flow(id) = element {
                trace.add_flow(design, Element::Requirement(requirement), *id);
            }
        }
        for element in all {
            match element {
                Element::Component(id) => trace.add_component(id),
                Element::Decision(_)
                | Element::Flow(_)
                | Element::Named
                | Element::Operation(_) => {}
                _ => trace.add_other(element),
            }
        }
        trace
    }

    fn start(&self) -> Element {
        Element::Requirement(self.requirement)
    }

    fn add_operation(&mut self, design: &Design<'_>, id: Id<Operation>) {
        self.operations.insert(id);
        self.steps.insert((self.start(), Element::Operation(id)));
        let flows = design.model.flows.iter();
        let flows = flows.filter(|(_, flow)| flow.operation == Some(id));
        let flows: Vec<Id<Flow>> = flows.map(|(flow, _)| flow).collect();
        for flow in &flows {
            self.add_flow(design, Element::Operation(id), *flow);
        }
        if flows.is_empty() {
            let row = &design.model.operations[id];
            let passed = design.components_of(id);
            let motives = motives(design.model, Element::Operation(id));
            let chosen = those_for(design.model, &passed, &motives);
            let servers = row.servers.iter().copied().collect();
            self.lead(
                Element::Operation(id),
                if chosen.is_empty() { servers } else { chosen },
            );
        }
    }

    /// Adds a flow behind what it realises, unless something led to it before.
    fn add_flow(&mut self, design: &Design<'_>, from: Element, id: Id<Flow>) {
        if !self.flows.insert(id) {
            return;
        }
        self.steps.insert((from, Element::Flow(id)));
        self.lead(Element::Flow(id), standing_for(design, id));
    }

    fn lead(&mut self, from: Element, to: BTreeSet<Id<Component>>) {
        for id in to {
            self.components.insert(id);
            self.steps.insert((from, Element::Component(id)));
        }
    }

    /// Adds a component that is for the requirement, unless something led to it before.
    fn add_component(&mut self, id: Id<Component>) {
        if self.components.insert(id) {
            self.steps.insert((self.start(), Element::Component(id)));
        }
    }

    fn add_other(&mut self, element: Element) {
        self.others.insert(element);
        self.steps.insert((self.start(), element));
    }

    /// Tells whether nothing is for it, and it is said of nothing.
    fn is_loose(&self) -> bool {
        self.steps.is_empty()
    }
}

/// Returns the requirements that something says it is for.
fn motives(model: &Model, element: Element) -> Vec<Element> {
    let facts = model.facts(element);
    facts.map_or_else(Vec::new, |facts| facts.targets("for").collect())
}

/// Returns those components that are for one of the requirements.
fn those_for(
    model: &Model,
    components: &BTreeSet<Id<Component>>,
    requirements: &[Element],
) -> BTreeSet<Id<Component>> {
    let serves = |id: &&Id<Component>| {
        let own = motives(model, Element::Component(**id));
        own.iter().any(|it| requirements.contains(it))
    };
    components.iter().filter(serves).copied().collect()
}

/// Returns the components that stand for a flow: of those that it passes
/// through, those that are for the same requirement, else those that compute.
fn standing_for(design: &Design<'_>, id: Id<Flow>) -> BTreeSet<Id<Component>> {
    let model = design.model;
    let flow = &model.flows[id];
    let links = flow.links();
    let relations = links
        .iter()
        .map(|(link, _)| &model.relations[link.relation]);
    let passed: BTreeSet<Id<Component>> = relations
        .flat_map(|relation| [relation.from, relation.to])
        .collect();
    let mut purposes = motives(model, Element::Flow(id));
    if let Some(operation) = flow.operation {
        purposes.extend(motives(model, Element::Operation(operation)));
    }
    let chosen = those_for(model, &passed, &purposes);
    if !chosen.is_empty() {
        return chosen;
    }
    let computes = |id: &Id<Component>| {
        let component = design.component(*id);
        component.is(Traits::COMPUTE) && !component.is(Traits::FORWARDS)
    };
    passed.into_iter().filter(computes).collect()
}

fn structure(design: &Design<'_>, traces: &[Trace]) -> Structure {
    let mut steps: BTreeSet<(Element, Element)> = BTreeSet::new();
    let mut elements: BTreeSet<Element> = BTreeSet::new();
    for trace in traces {
        elements.insert(trace.start());
        steps.extend(trace.steps.iter().copied());
        steps.extend(trace.decisions.iter().map(|it| (*it, trace.start())));
    }
    elements.extend(steps.iter().flat_map(|(from, to)| [*from, *to]));
    let mut nodes: Vec<(Element, Node)> = elements
        .into_iter()
        .map(|element| (element, node(design, element, traces)))
        .collect();
    nodes.sort_by(|(_, a), (_, b)| a.id.cmp(&b.id));
    let at: BTreeMap<Element, usize> = nodes.iter().map(|(element, _)| *element).zip(0..).collect();
    let nodes: Vec<Node> = nodes.into_iter().map(|(_, node)| node).collect();
    let mut edges: Vec<Edge> = steps
        .iter()
        .map(|(from, to)| edge(&nodes, [at[from], at[to]]))
        .collect();
    edges.sort_by(|a, b| a.id.cmp(&b.id));
    Structure {
        direction: Direction::Right,
        groups: Vec::new(),
        nodes,
        edges,
        keys: Vec::new(),
    }
}

fn edge(nodes: &[Node], [from, to]: [usize; 2]) -> Edge {
    Edge {
        id: format!("trace:{} -> {}", nodes[from].id, nodes[to].id),
        from: End::Node(from),
        to: End::Node(to),
        line: Line::Solid,
        start: Tip::None,
        finish: Tip::Arrow,
        label: Vec::new(),
        sensitive: false,
        marks: Vec::new(),
        change: None,
    }
}

fn node(design: &Design<'_>, element: Element, traces: &[Trace]) -> Node {
    let model = design.model;
    let mut plain = Node {
        id: identity(design, element),
        group: None,
        kind: "",
        shape: Shape::Box,
        tone: Tone::Plain,
        title: model
            .head(element)
            .map_or_else(String::new, |head| head.path.clone()),
        caption: String::new(),
        rows: Vec::new(),
        count: None,
        sensitive: false,
        closed: false,
        marks: Vec::new(),
        change: None,
    };
    match element {
        Element::Api(id) => {
            plain.kind = "api";
            plain.tone = Tone::Edge;
            plain.caption = counted(model.apis[id].operations.len(), "operation", "operations");
        }
        Element::Component(id) => return boxes::node(design, id),
        Element::Decision(id) => {
            plain.kind = "decision";
            plain.shape = Shape::Document;
            plain.tone = Tone::Decision;
            plain.title = model.decisions[id].head.path.clone();
        }
        Element::Entity(_) => {
            plain.kind = "entity";
            plain.tone = Tone::State;
        }
        Element::Flow(id) => {
            plain.kind = "flow";
            plain.caption = match model.flows[id].operation {
                Some(_) => "flow".to_owned(),
                None => "background flow".to_owned(),
            };
        }
        Element::Operation(id) => {
            plain.kind = "operation";
            plain.tone = Tone::Edge;
            plain.title = model.operations[id].head.name.clone();
            plain.caption = route(design, id);
        }
        Element::Place(id) => {
            plain.kind = model.places[id].kind.name;
            plain.caption = model.places[id].kind.name.to_owned();
        }
        Element::Relation(id) => {
            plain.kind = "relation";
            plain.title = design.relation_name(id);
        }
        Element::Requirement(id) => requirement(design, id, traces, &mut plain),
        Element::Estimate(_) | Element::Load(_) | Element::Named | Element::Technology(_) => {}
    }
    plain
}

fn requirement(design: &Design<'_>, id: Id<Requirement>, traces: &[Trace], node: &mut Node) {
    let row = &design.model.requirements[id];
    node.kind = row.kind.word();
    node.shape = Shape::Document;
    node.tone = Tone::Requirement;
    let measured = |word: &&String| row.demands.iter().any(|demand| demand.measure == **word);
    let types = row.types.iter().filter(|word| !measured(word));
    let mut words: Vec<String> = types.cloned().collect();
    words.extend(row.demands.iter().map(|demand| demand.words()));
    if row.is_later() {
        words.push("later".to_owned());
    }
    let trace = traces.iter().find(|it| it.requirement == id);
    let loose = trace.filter(|it| it.is_loose());
    match row.kind {
        RequirementKind::Functional if loose.is_some() => {
            words.push("nothing realises it".to_owned());
        }
        _ if loose.is_some_and(|it| it.decisions.is_empty()) => {
            words.push("the whole system".to_owned());
        }
        _ => {}
    }
    node.caption = words.join(" · ");
}

/// Returns an operation's verb and route, else its verb.
fn route(design: &Design<'_>, id: Id<Operation>) -> String {
    let operation = &design.model.operations[id];
    match &operation.route {
        Some((route, _)) => format!("{} {route}", operation.verb.0),
        None => operation.verb.0.to_owned(),
    }
}

/// Returns who something is in every picture: `operation:Public.getFeed`.
fn identity(design: &Design<'_>, element: Element) -> String {
    let category = match element {
        Element::Api(_) | Element::Operation(_) => "operation",
        Element::Component(_) => "component",
        Element::Decision(_) => "decision",
        Element::Entity(_) => "entity",
        Element::Flow(_) => "flow",
        Element::Place(_) => "place",
        Element::Relation(id) => return format!("relation:{}", design.relation_name(id)),
        Element::Requirement(_) => "requirement",
        Element::Estimate(_) | Element::Load(_) => "load",
        Element::Named | Element::Technology(_) => "technology",
    };
    let path = design.model.head(element).map_or("", |head| &head.path);
    format!("{category}:{path}")
}

fn table(design: &Design<'_>, traces: &[Trace]) -> Table {
    let columns = [
        "Requirement",
        "Target",
        "Operations",
        "Flows",
        "Components",
        "Decisions",
    ];
    Table {
        columns: columns.map(str::to_owned).to_vec(),
        rows: traces.iter().map(|trace| line(design, trace)).collect(),
    }
}

fn line(design: &Design<'_>, trace: &Trace) -> Vec<Vec<String>> {
    let model = design.model;
    let row = &model.requirements[trace.requirement];
    let later = row.is_later().then(|| "later".to_owned());
    let first: Vec<String> = [row.head.path.clone()]
        .into_iter()
        .chain(row.head.title.clone())
        .collect();
    let targets = row.demands.iter().map(|demand| demand.words());
    let mut operations = sorted(trace.operations.iter().map(|id| {
        format!(
            "{} ({})",
            model.operations[*id].head.name,
            route(design, *id)
        )
    }));
    operations.extend(sorted(trace.others.iter().map(|it| design.label(*it))));
    let nothing = match row.kind {
        RequirementKind::Functional => "nothing realises it",
        _ => "the whole system",
    };
    if trace.is_loose() {
        operations.push(nothing.to_owned());
    }
    let flows = sorted(
        trace
            .flows
            .iter()
            .map(|id| model.flows[*id].head.path.clone()),
    );
    let components = trace.components.iter();
    let components = sorted(components.map(|id| {
        short_title(
            model.components[*id].head.title.as_deref(),
            design.name(*id),
        )
    }));
    let decisions = sorted(trace.decisions.iter().map(|it| design.label(*it)));
    vec![
        first,
        targets.chain(later).collect(),
        operations,
        flows,
        components,
        decisions,
    ]
}

fn sorted(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

/// Says how many there are, and what nothing realises.
fn description(design: &Design<'_>, traces: &[Trace]) -> String {
    let row = |trace: &&Trace| &design.model.requirements[trace.requirement];
    let functional = |trace: &&Trace| row(trace).kind == RequirementKind::Functional;
    let number = traces.iter().filter(functional).count();
    let qualities = traces.len() - number;
    let all = [
        (number, "functional requirement", "functional requirements"),
        (qualities, "quality", "qualities"),
    ];
    let counts: Vec<String> = all
        .iter()
        .filter(|(number, ..)| *number > 0)
        .map(|(number, one, several)| counted(*number, one, several))
        .collect();
    let words = format!(
        "{} with the operations, flows and components that realise them, and the decisions made for them.",
        counts.join(" and ")
    );
    let loose = traces.iter().filter(functional).filter(|it| it.is_loose());
    let loose: Vec<&str> = loose.map(|it| row(&it).head.path.as_str()).collect();
    match loose.is_empty() {
        true => words,
        false => format!("{words} Nothing realises {}.", and(&loose)),
    }
}
