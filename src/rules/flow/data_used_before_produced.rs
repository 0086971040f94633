//! See `data_used_before_produced.md`.

use std::collections::BTreeMap;

use crate::finding::{Confidence, Finding, Severity};
use crate::lint::{About, Design, Report, Rule};
use crate::model::{Component, DataUse, Entity, Facts, Flow, Group, GroupKind, Id, Link, Relation};
use crate::rules::words::list;
use crate::vocabulary::Traits;

/// A step that takes data which nothing has supplied by then.
pub struct DataUsedBeforeProduced;

/// Where connections are used: by flow, in the order of its steps.
type Places = BTreeMap<Id<Relation>, Vec<(Id<Flow>, usize)>>;

/// The steps of a flow, in order, with the groups around each.
struct Steps<'a> {
    flow: Id<Flow>,
    name: &'a str,
    links: Vec<(&'a Link, Vec<&'a Group>)>,
}

/// What is known about the supply of something.
enum Supply {
    /// It is there.
    There,
    /// The flow supplies it at a later step.
    Later(usize),
    /// Nothing supplies it.
    Never,
    /// A connection does not say what it hands over.
    Unknown(Id<Relation>),
}

impl Rule for DataUsedBeforeProduced {
    fn about(&self) -> About {
        About {
            name: "data-used-before-produced",
            category: "flow",
            summary: "a step that takes data which nothing has supplied by then",
            severity: Severity::Warning,
            confidence: Confidence::High,
            motives: &[],
            page: include_str!("data_used_before_produced.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        let flows: Vec<Steps<'_>> = design
            .model
            .flows
            .iter()
            .map(|(id, flow)| Steps {
                flow: id,
                name: &flow.head.path,
                links: flow.links(),
            })
            .collect();
        let mut places = Places::new();
        for steps in &flows {
            for (index, (link, _)) in steps.links.iter().enumerate() {
                let used = places.entry(link.relation).or_default();
                used.push((steps.flow, index));
            }
        }
        for steps in &flows {
            for index in 0..steps.links.len() {
                step(design, steps, index, &places, report);
            }
        }
    }

    fn undecided(&self, undecided: usize, of: usize) -> String {
        format!("{undecided} of {of} reads come from where nothing says what is put")
    }
}

fn step(
    design: &Design<'_>,
    steps: &Steps<'_>,
    index: usize,
    places: &Places,
    report: &mut Report,
) {
    let link = steps.links[index].0;
    let relation = &design.model.relations[link.relation];
    let reads = link.facts.data("reads");
    if let Some((medium, taker)) = taken_from(design, relation, &link.facts) {
        let entities: Vec<Option<&DataUse>> = match link.facts.has("reads") {
            true => reads.map(Some).collect(),
            false => vec![None],
        };
        for data in entities {
            let supply = on_medium(design, steps, index, (medium, taker, data), places);
            let wanted = Wanted {
                from: medium,
                taker,
                data,
            };
            settle(design, steps, index, &wanted, supply, report);
        }
    } else if design.component(relation.to).is(Traits::STORES) {
        for data in reads {
            let supply = in_store(design, relation.to, data.entity);
            let wanted = Wanted {
                from: relation.to,
                taker: relation.from,
                data: Some(data),
            };
            settle(design, steps, index, &wanted, supply, report);
        }
    }
}

/// Returns the queue or topic that a step takes from, and who takes.
fn taken_from(
    design: &Design<'_>,
    relation: &Relation,
    facts: &Facts,
) -> Option<(Id<Component>, Id<Component>)> {
    let medium = |id| design.component(id).is(Traits::MEDIUM);
    if medium(relation.from) && !medium(relation.to) {
        return Some((relation.from, relation.to));
    }
    (medium(relation.to) && is_pull(facts)).then_some((relation.to, relation.from))
}

/// Tells whether a connection to a queue or topic takes from it.
fn is_pull(facts: &Facts) -> bool {
    facts.has("reads") && !facts.has("writes") && !facts.has("carries")
}

/// Returns whether something, or one entity, is on a queue or topic by a step.
fn on_medium(
    design: &Design<'_>,
    steps: &Steps<'_>,
    index: usize,
    (medium, taker, data): (Id<Component>, Id<Component>, Option<&DataUse>),
    places: &Places,
) -> Supply {
    let entity = data.map(|data| data.entity);
    let own = &design.component(medium).facts;
    if entity.is_some_and(|entity| own.data("carries").any(|it| it.entity == entity)) {
        return Supply::There;
    }
    let senders = design.model.incoming(medium);
    let senders = senders.filter(|(_, relation)| !is_pull(&relation.facts));
    let (mut any, mut unstated, mut later) = (false, None, None);
    for (id, relation) in senders {
        any = true;
        match hands_over(&relation.facts, entity) {
            Some(false) => continue,
            None => unstated = Some(id),
            Some(true) => {}
        }
        match before(design, steps, index, taker, id, places) {
            None if unstated == Some(id) => {}
            None => return Supply::There,
            Some(at) => later = Some(later.map_or(at, |first: usize| first.min(at))),
        }
    }
    match (later, unstated) {
        _ if !any => Supply::There,
        (Some(at), _) => Supply::Later(at),
        (None, Some(id)) => Supply::Unknown(id),
        (None, None) => Supply::Never,
    }
}

/// Tells whether a connection hands an entity over; `None` where it does not say.
fn hands_over(facts: &Facts, entity: Option<Id<Entity>>) -> Option<bool> {
    let Some(entity) = entity else {
        return Some(true);
    };
    let mut said = facts.data("writes").chain(facts.data("carries")).peekable();
    said.peek()?;
    Some(said.any(|data| data.entity == entity))
}

/// Returns the step at which a flow first uses a connection if that is after
/// `index` and the connection is used nowhere else.
fn before(
    design: &Design<'_>,
    steps: &Steps<'_>,
    index: usize,
    taker: Id<Component>,
    sender: Id<Relation>,
    places: &Places,
) -> Option<usize> {
    let used = places.get(&sender)?;
    let elsewhere = |(flow, at): &(Id<Flow>, usize)| *flow != steps.flow || *at < index;
    if used.iter().any(elsewhere) {
        return None;
    }
    let first = used.iter().map(|(_, at)| *at).min()?;
    let together = shares_round(&steps.links[index].1, &steps.links[first].1);
    let from = design.model.relations[sender].from;
    let feeds_itself = leads_to(design, steps, (index, first), taker, from);
    (!together && !feeds_itself).then_some(first)
}

/// Tells whether two steps stand in one loop, or side by side.
fn shares_round(one: &[&Group], other: &[&Group]) -> bool {
    let rounds = |group: &&&Group| matches!(group.kind, GroupKind::Loop | GroupKind::Par);
    one.iter()
        .filter(rounds)
        .any(|group| other.iter().any(|it| it.span == group.span))
}

/// Tells whether what one component does leads to another between two steps.
fn leads_to(
    design: &Design<'_>,
    steps: &Steps<'_>,
    (after, until): (usize, usize),
    start: Id<Component>,
    end: Id<Component>,
) -> bool {
    let mut reached = std::collections::BTreeSet::from([start]);
    for (link, _) in &steps.links[after + 1..until] {
        let relation = &design.model.relations[link.relation];
        if reached.contains(&relation.from) {
            reached.insert(relation.to);
        }
    }
    reached.contains(&end)
}

/// Returns whether a store keeps an entity, as far as it says what it keeps.
fn in_store(design: &Design<'_>, store: Id<Component>, entity: Id<Entity>) -> Supply {
    let facts = &design.component(store).facts;
    let mut kept = facts.data("stores").peekable();
    let copies = facts.has("copy-of") || design.model.entities[entity].about.has("copy-of");
    if kept.peek().is_none() || copies || kept.any(|data| data.entity == entity) {
        return Supply::There;
    }
    for (_, relation) in design.model.incoming(store) {
        let written = hands_over(&relation.facts, Some(entity)) == Some(true);
        if written || relation.facts.has("mode") {
            return Supply::There;
        }
    }
    Supply::Never
}

/// What a step takes, and from where.
struct Wanted<'a> {
    from: Id<Component>,
    taker: Id<Component>,
    data: Option<&'a DataUse>,
}

fn settle(
    design: &Design<'_>,
    steps: &Steps<'_>,
    index: usize,
    wanted: &Wanted<'_>,
    supply: Supply,
    report: &mut Report,
) {
    match supply {
        Supply::There => report.pass(),
        Supply::Unknown(id) => {
            let span = design.model.relations[id].span;
            let words = format!(
                "nothing says what `{}` hands over",
                design.relation_name(id)
            );
            report.unknown(span, words);
        }
        Supply::Later(at) => {
            let finding = too_early(design, steps, (index, at), wanted, report);
            report.fail(finding);
        }
        Supply::Never => {
            let finding = never(design, steps, index, wanted, report);
            report.fail(finding);
        }
    }
}

fn too_early(
    design: &Design<'_>,
    steps: &Steps<'_>,
    (index, at): (usize, usize),
    wanted: &Wanted<'_>,
    report: &Report,
) -> Finding {
    let (taker, from) = (design.name(wanted.taker), design.name(wanted.from));
    let what = what(design, wanted.data);
    let later = steps.links[at].0;
    let sender = design.name(design.model.relations[later.relation].from);
    report
        .finding(
            place(steps, index, wanted),
            format!("`{taker}` takes {what} from `{from}` before anything has put it there"),
        )
        .label(format!("step {} of `{}`", index + 1, steps.name))
        .because(later.span, format!("put there only at step {}", at + 1))
        .help(format!(
            "move the step of `{sender}` before this one, or show what else fills `{from}`"
        ))
        .about(steps.name.to_owned())
        .about(design.relation_name(steps.links[index].0.relation))
}

fn never(
    design: &Design<'_>,
    steps: &Steps<'_>,
    index: usize,
    wanted: &Wanted<'_>,
    report: &Report,
) -> Finding {
    let model = design.model;
    let (taker, from) = (design.name(wanted.taker), design.name(wanted.from));
    let what = what(design, wanted.data);
    let store = design.component(wanted.from);
    let medium = store.is(Traits::MEDIUM);
    let finding = report
        .finding(
            place(steps, index, wanted),
            match medium {
                true => format!("`{taker}` takes {what} from `{from}`, but nothing puts it there"),
                false => format!("`{taker}` reads {what} from `{from}`, which does not keep it"),
            },
        )
        .label("comes from nowhere");
    let entities = |facts: &Facts, key: &str| -> Vec<String> {
        let names = facts
            .data(key)
            .map(|data| &model.entities[data.entity].head.path);
        names.cloned().collect()
    };
    let finding = match store.facts.get("stores").filter(|_| !medium) {
        Some(fact) => {
            let kept = entities(&store.facts, "stores");
            finding.because(fact.span, format!("keeps {}", list(&kept)))
        }
        None => model
            .incoming(wanted.from)
            .take(3)
            .fold(finding, |finding, (_, it)| {
                let mut handed = entities(&it.facts, "writes");
                handed.extend(entities(&it.facts, "carries"));
                match handed.is_empty() {
                    true => finding,
                    false => finding.because(it.span, format!("hands over {}", list(&handed))),
                }
            }),
    };
    let name = wanted
        .data
        .map_or("it", |data| &model.entities[data.entity].head.path);
    let help = match medium {
        true => format!(
            "let a step or a connection put it there (`writes: {name}`), or read it elsewhere"
        ),
        false => format!("add it to `stores:` of `{from}`, or read it from where it is kept"),
    };
    finding
        .help(help)
        .about(steps.name.to_owned())
        .about(design.relation_name(steps.links[index].0.relation))
}

fn what(design: &Design<'_>, data: Option<&DataUse>) -> String {
    match data {
        Some(data) => format!("`{}`", design.model.entities[data.entity].head.path),
        None => "a message".to_owned(),
    }
}

/// Returns where the step says what it takes; the step itself where it does not.
fn place(steps: &Steps<'_>, index: usize, wanted: &Wanted<'_>) -> crate::source::Span {
    wanted
        .data
        .map_or(steps.links[index].0.span, |data| data.span)
}
