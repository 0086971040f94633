//! See `dangling_queue.md`.

use std::collections::{BTreeMap, BTreeSet};

use super::{media, runs_on};
use crate::finding::{Confidence, Severity};
use crate::lint::{About, Design, Report, Rule};
use crate::model::{Component, Element, FactItem, Id, Relation, Schedule};
use crate::rules::words::list;
use crate::syntax::tree::Arrow;
use crate::vocabulary::Traits;

/// From this long on a topic is kept for its own sake, as a record.
const RECORD: f64 = 30.0 * 86_400.0;

/// A queue or topic that nobody fills, or nobody empties.
pub struct DanglingQueue;

impl Rule for DanglingQueue {
    fn about(&self) -> About {
        About {
            name: "dangling-queue",
            category: "messaging",
            summary: "a queue that nothing sends to, or nothing takes from",
            severity: Severity::Warning,
            confidence: Confidence::High,
            motives: &[],
            page: include_str!("dangling_queue.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        let named = named(design);
        for id in media(design) {
            let medium = design.component(id);
            let alone = medium.incoming.is_empty() && medium.outgoing.is_empty();
            if !alone && !named.contains(&id) && !medium.facts.has("serves") {
                judge(design, id, report);
            }
        }
    }

    fn undecided(&self, undecided: usize, of: usize) -> String {
        format!("{undecided} of {of} queues: not stated who sends and who takes")
    }
}

/// Returns what holds the dead letters of others, or is fallen back on: something
/// else than a connection fills it.
fn named(design: &Design<'_>) -> BTreeSet<Id<Component>> {
    let components = design.model.components.rows().iter().map(|it| &it.facts);
    let relations = design.model.relations.rows().iter().map(|it| &it.facts);
    let targets = components
        .chain(relations)
        .flat_map(|facts| ["dead-letter", "fallback"].map(|key| facts.targets(key)))
        .flatten();
    targets
        .filter_map(|target| match target {
            Element::Component(id) => Some(id),
            _ => None,
        })
        .collect()
}

/// Who stands at a medium.
#[derive(Default)]
struct Ends {
    /// Who sends, with the connection.
    senders: BTreeMap<Id<Component>, Id<Relation>>,
    /// Who takes, with the connection.
    takers: BTreeMap<Id<Component>, Id<Relation>>,
    /// Who does one of both, and nothing says which.
    open: BTreeMap<Id<Component>, Id<Relation>>,
}

fn ends(design: &Design<'_>, medium: Id<Component>) -> Ends {
    let mut ends = Ends::default();
    for (id, relation) in design.model.outgoing(medium) {
        ends.takers.insert(relation.to, id);
        if relation.arrow == Arrow::Duplex {
            ends.senders.insert(relation.to, id);
        }
    }
    let incoming = || design.model.incoming(medium);
    let handed = incoming().any(|(_, relation)| relation.arrow == Arrow::Send);
    for (id, relation) in incoming() {
        let facts = &relation.facts;
        let both = relation.arrow == Arrow::Duplex;
        let takes = facts.has("reads") || runs_on(design, relation.from, medium);
        let sends = facts.has("writes") || relation.arrow == Arrow::Send || facts.has("mode");
        let from = design.component(relation.from);
        let may_take = from.traits.any(Traits::BACKGROUND.with(Traits::STORES))
            || from.is(Traits::COMPUTE) && handed;
        if takes || both {
            ends.takers.insert(relation.from, id);
        }
        if sends || both {
            ends.senders.insert(relation.from, id);
        }
        if !takes && !sends && !both {
            match may_take {
                true => ends.open.insert(relation.from, id),
                false => ends.senders.insert(relation.from, id),
            };
        }
    }
    ends
}

fn judge(design: &Design<'_>, id: Id<Component>, report: &mut Report) {
    let medium = design.component(id);
    let ends = ends(design, id);
    let has_taker = !ends.takers.is_empty() || starts_a_flow(design, id) || is_record(medium);
    match (!ends.senders.is_empty(), has_taker) {
        (true, true) => report.pass(),
        _ if !ends.open.is_empty() => settle(design, id, &ends, has_taker, report),
        (false, _) => unfed(design, id, &ends, report),
        (true, false) => unread(design, id, &ends, report),
    }
}

/// Judges where a connection may be for either: a worker that calls takes.
fn settle(
    design: &Design<'_>,
    id: Id<Component>,
    ends: &Ends,
    has_taker: bool,
    report: &mut Report,
) {
    let works = |id: &Id<Component>| design.component(*id).is(Traits::BACKGROUND);
    let one_end = has_taker || !ends.senders.is_empty();
    if one_end && ends.open.keys().any(works) {
        return report.pass();
    }
    let names: Vec<&str> = ends.open.keys().map(|id| design.name(*id)).collect();
    let verb = if names.len() == 1 { "sends" } else { "send" };
    let words = format!(
        "not stated whether {} {verb} to it (`~>`) or takes from it (`reads:`)",
        list(&names)
    );
    report.unknown(design.component(id).head.name_span, words);
}

/// Tells whether a flow runs on its messages.
fn starts_a_flow(design: &Design<'_>, medium: Id<Component>) -> bool {
    let on =
        |item: &FactItem| matches!(item, FactItem::Schedule(Schedule::On(id)) if *id == medium);
    let components = design.model.components.rows().iter().map(|it| &it.facts);
    let flows = design.model.flows.rows().iter().map(|it| &it.facts);
    components
        .chain(flows)
        .any(|facts| facts.items("runs").iter().any(on))
}

/// Tells whether messages are kept to be looked up, whoever has read them.
fn is_record(medium: &Component) -> bool {
    let kept = medium.facts.number("retention");
    medium.kind.name == "topic" && kept.is_some_and(|seconds| seconds >= RECORD)
}

fn unread(design: &Design<'_>, id: Id<Component>, ends: &Ends, report: &mut Report) {
    let (medium, name) = (design.component(id), design.name(id));
    let senders: Vec<&str> = ends.senders.keys().map(|id| design.name(*id)).collect();
    let verb = if senders.len() == 1 { "sends" } else { "send" };
    let message = format!("nothing takes what {} {verb} to `{name}`", list(&senders));
    let finding = report
        .finding(medium.head.name_span, message)
        .label("no consumer")
        .help(format!(
            "connect who handles the messages (`{name} ~> …`), also one outside (`external partner; {name} ~> partner`), or leave it out"
        ))
        .about(name);
    let finding = ends.senders.values().take(3).fold(finding, |finding, id| {
        finding.because(design.model.relations[*id].span, "sent here")
    });
    report.fail(finding);
}

fn unfed(design: &Design<'_>, id: Id<Component>, ends: &Ends, report: &mut Report) {
    let (medium, name) = (design.component(id), design.name(id));
    let takers: Vec<&str> = ends.takers.keys().map(|id| design.name(*id)).collect();
    let verb = if takers.len() == 1 { "waits" } else { "wait" };
    let message = match takers.as_slice() {
        [] => format!("nothing sends to `{name}`"),
        _ => format!(
            "nothing sends to `{name}`: {} {verb} for messages that never come",
            list(&takers)
        ),
    };
    let finding = report
        .finding(medium.head.name_span, message)
        .label("no producer")
        .help(format!(
            "connect who sends (`… ~> {name}`), also one outside (`external partner; partner ~> {name}`), or leave it out"
        ))
        .about(name);
    let finding = ends.takers.values().take(3).fold(finding, |finding, id| {
        finding.because(design.model.relations[*id].span, "taken here")
    });
    report.fail(finding);
}
