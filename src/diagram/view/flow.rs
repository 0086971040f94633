//! A picture of what happens in each flow, message by message.

use std::collections::BTreeMap;

use crate::diagram::scene::{
    Branch, Frame, Item, Line, Message, Participant, Picture, Scene, Sequence,
};
use crate::lint::Design;
use crate::model::{
    Component, DataUse, FactItem, Facts, Flow, Group, GroupKind, Id, Link, Relation, Schedule, Step,
};
use crate::quantity::Quantity;

use super::shapes::look;
use super::{boxes, heading};

/// Returns a picture of each flow, in the order of their names.
pub fn scenes(design: &Design<'_>) -> Vec<Scene> {
    let mut flows: Vec<&Flow> = design.model.flows.rows().iter().collect();
    flows.sort_by(|one, two| one.head.path.cmp(&two.head.path));
    flows.into_iter().map(|flow| scene(design, flow)).collect()
}

/// Returns the picture of one flow.
pub fn scene(design: &Design<'_>, flow: &Flow) -> Scene {
    let mut drawn = Drawn::new(design, flow);
    let items = drawn.items(&flow.steps);
    let sequence = Sequence {
        participants: drawn.participants,
        items,
    };
    Scene {
        name: format!("flow-{}", flow.head.path),
        title: title(design, flow),
        description: description(design, flow, &sequence),
        picture: Picture::Sequence(sequence),
    }
}

fn title(design: &Design<'_>, flow: &Flow) -> String {
    let what = match flow.operation {
        Some(operation) => Some(design.operation_name(operation)),
        None => schedule(design, &flow.facts),
    };
    let what = what.map_or_else(String::new, |what| format!(" ({what})"));
    heading(design, &format!("{}{what}", flow.head.path))
}

fn description(design: &Design<'_>, flow: &Flow, sequence: &Sequence) -> String {
    let what = match (&flow.head.title, flow.operation) {
        (Some(title), _) => title.clone(),
        (None, Some(operation)) => {
            format!(
                "What happens on {}, step by step",
                design.operation_name(operation)
            )
        }
        (None, None) => format!("What {} does, step by step", flow.head.path),
    };
    let names: Vec<&str> = sequence
        .participants
        .iter()
        .map(|participant| participant.title.as_str())
        .collect();
    let among = match names.split_last() {
        None => return format!("{what}: nothing yet."),
        Some((one, [])) => format!("at {one}"),
        Some((last, others)) => format!("between {} and {last}", others.join(", ")),
    };
    let messages = match flow.links().len() {
        1 => "one message".to_owned(),
        many => format!("{many} messages"),
    };
    format!("{what}: {messages} {among}.")
}

fn schedule(design: &Design<'_>, facts: &Facts) -> Option<String> {
    facts.items("runs").iter().find_map(|item| match item {
        FactItem::Schedule(Schedule::Continuously) => Some("continuously".to_owned()),
        FactItem::Schedule(Schedule::Every(time)) => Some(format!("every {}", spaced(time))),
        FactItem::Schedule(Schedule::On(id)) => Some(format!("on {}", design.name(*id))),
        _ => None,
    })
}

/// A picture in the making.
struct Drawn<'d, 'm> {
    design: &'d Design<'m>,
    participants: Vec<Participant>,
    seats: BTreeMap<usize, usize>,
    /// What the first message says that has no title: the operation.
    opening: Option<String>,
}

impl<'d, 'm> Drawn<'d, 'm> {
    fn new(design: &'d Design<'m>, flow: &Flow) -> Drawn<'d, 'm> {
        let opening = flow.operation.map(|it| design.operation_name(it));
        Drawn {
            design,
            participants: Vec::new(),
            seats: BTreeMap::new(),
            opening,
        }
    }

    fn items(&mut self, steps: &[Step]) -> Vec<Item> {
        steps
            .iter()
            .map(|step| match step {
                Step::Group(group) => Item::Frame(self.frame(group)),
                Step::Link(link) => Item::Message(self.message(link)),
            })
            .collect()
    }

    fn frame(&mut self, group: &Group) -> Frame {
        let guarded = matches!(
            group.kind,
            GroupKind::Alt | GroupKind::Opt | GroupKind::Loop
        );
        let (guard, name) = match guarded {
            true => (group.title.clone(), None),
            false => (None, group.title.clone()),
        };
        let mut titles = std::iter::once(guard)
            .chain(group.otherwise.iter().cloned())
            .map(Option::unwrap_or_default);
        let mut branches: Vec<Branch> = Vec::new();
        for steps in &group.branches {
            let title = titles.next().unwrap_or_default();
            let items = self.items(steps);
            branches.push(Branch { title, items });
        }
        if branches.is_empty() {
            branches.push(Branch {
                title: titles.next().unwrap_or_default(),
                items: Vec::new(),
            });
        }
        Frame {
            word: word(group.kind),
            caption: caption(group, name),
            branches,
        }
    }

    fn message(&mut self, link: &Link) -> Message {
        let relation = &self.design.model.relations[link.relation];
        let from = self.seat(relation.from);
        let to = self.seat(relation.to);
        let opening = self.opening.take();
        Message {
            id: format!("relation:{}", self.design.relation_name(link.relation)),
            from,
            to,
            line: match relation.arrow.symbol() {
                "~>" => Line::Dashed,
                _ => Line::Solid,
            },
            both: relation.arrow.symbol() == "<->",
            label: self.label(link, relation, opening),
            sensitive: self.is_sensitive(link, relation),
        }
    }

    fn seat(&mut self, id: Id<Component>) -> usize {
        let next = self.participants.len();
        let seat = *self.seats.entry(id.index()).or_insert(next);
        if seat == next {
            self.participants.push(participant(self.design, id));
        }
        seat
    }

    fn label(&self, link: &Link, relation: &Relation, opening: Option<String>) -> Vec<String> {
        let own_data = self.data(&link.facts);
        let title = link
            .title
            .clone()
            .or(opening)
            .or_else(|| relation.title.clone().filter(|_| own_data.is_none()));
        let data = own_data.or_else(|| {
            let known = self.data(&relation.facts);
            known.filter(|_| title.is_none())
        });
        let bare = title.is_none() && data.is_none();
        let manner = manner(&link.facts, bare);
        [title, data, manner].into_iter().flatten().collect()
    }

    /// Returns what crosses, in words: `reads Post, writes Follow`.
    fn data(&self, facts: &Facts) -> Option<String> {
        let parts: Vec<String> = DATA
            .iter()
            .filter_map(|key| {
                let names: Vec<&str> = facts.data(key).map(|data| self.entity(data)).collect();
                (!names.is_empty()).then(|| format!("{key} {}", names.join(", ")))
            })
            .collect();
        (!parts.is_empty()).then(|| parts.join("; "))
    }

    fn entity(&self, data: &DataUse) -> &'m str {
        &self.design.model.entities[data.entity].head.path
    }

    /// Tells whether the step carries sensitive data; where it does not say what
    /// it carries, what its connection carries counts.
    fn is_sensitive(&self, link: &Link, relation: &Relation) -> bool {
        let says = DATA.iter().any(|key| link.facts.has(key));
        let facts = match says {
            true => &link.facts,
            false => &relation.facts,
        };
        let entities = &self.design.model.entities;
        DATA.iter()
            .flat_map(|key| facts.data(key))
            .any(|data| entities[data.entity].is_sensitive())
    }
}

/// The keys that say what crosses.
const DATA: &[&str] = &["reads", "writes", "carries"];

/// The keys that say how long it takes, from the least to the most.
const TIMES: &[&str] = &["min", "mean", "p50", "p90", "p95", "p99", "p99.9"];

/// Returns how it crosses: how long it takes, else how long the caller waits,
/// how often and in what share of cases; the protocol where nothing else is said.
fn manner(facts: &Facts, bare: bool) -> Option<String> {
    let mut parts: Vec<String> = Vec::new();
    let protocol = facts.word("protocol").filter(|_| bare);
    parts.extend(protocol.map(str::to_owned));
    parts.extend(facts.word("mode").map(str::to_owned));
    let timed = |key: &&str| Some(format!("{key} {}", spaced(facts.quantity(key)?)));
    let times: Vec<String> = TIMES.iter().filter_map(timed).collect();
    match times.is_empty() {
        true => parts.extend(timed(&"timeout")),
        false => parts.extend(times),
    }
    parts.extend(timed(&"lag"));
    let often = facts.number("times").map(|times| format!("×{times}"));
    parts.extend(often);
    parts.extend(facts.quantity("chance").map(spaced));
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// Returns a quantity with a blank before its unit, as prose has it.
fn spaced(quantity: &Quantity) -> String {
    let text = quantity.to_string();
    let unit = text.find(|letter: char| letter.is_alphabetic() || letter == '%');
    match unit.map(|at| text.split_at(at)) {
        Some((number, unit)) if number.ends_with(|it: char| it.is_ascii_digit()) => {
            format!("{number} {unit}")
        }
        _ => text,
    }
}

fn word(kind: GroupKind) -> &'static str {
    match kind {
        GroupKind::Alt | GroupKind::Either => "alt",
        GroupKind::Atomic => "atomic",
        GroupKind::Loop => "loop",
        GroupKind::Opt => "opt",
        GroupKind::Par => "par",
    }
}

fn caption(group: &Group, name: Option<String>) -> String {
    let facts = &group.facts;
    let mut parts: Vec<String> = name.into_iter().collect();
    if group.kind == GroupKind::Either {
        parts.push("any of".to_owned());
    }
    parts.extend(facts.quantity("chance").map(spaced));
    let times = facts.number("times").map(|times| match times {
        1.0 => "once".to_owned(),
        many => format!("{many} times"),
    });
    parts.extend(times);
    let until = text(facts, "until").map(|until| format!("until {until}"));
    parts.extend(until);
    let wait = text(facts, "wait").map(|wait| format!("waits for {wait}"));
    parts.extend(wait);
    let locking = text(facts, "locking").map(|locking| format!("{locking} locking"));
    parts.extend(locking);
    parts.join(", ")
}

fn text(facts: &Facts, key: &str) -> Option<String> {
    facts.items(key).first().and_then(|item| match item {
        FactItem::Word(text) | FactItem::Text(text) | FactItem::Phrase(text) => Some(text.clone()),
        FactItem::Quantity(quantity) => Some(quantity.to_string()),
        FactItem::Count(count) => Some(count.least.to_string()),
        _ => None,
    })
}

fn participant(design: &Design<'_>, id: Id<Component>) -> Participant {
    let component = design.component(id);
    let (shape, tone) = look(component.kind);
    Participant {
        id: format!("component:{}", component.head.path),
        kind: component.kind.name,
        shape,
        tone,
        title: boxes::title_of(component),
        caption: boxes::caption(design.model, component),
    }
}

#[cfg(test)]
mod tests;
