//! See `dual_write.md`.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::{Confidence, Finding, Severity};
use crate::lint::visits::{Entities, Visit};
use crate::lint::{About, Design, Report, Rule};
use crate::model::{Component, Element, Entity, GroupKind, Id};
use crate::rules::words::list;
use crate::source::Span;
use crate::vocabulary::Traits;

/// One change that is told to two systems, one after the other.
pub struct DualWrite;

impl Rule for DualWrite {
    fn about(&self) -> About {
        About {
            name: "dual-write",
            category: "consistency",
            summary: "one change told to two systems, where a crash in between leaves them apart",
            severity: Severity::Warning,
            confidence: Confidence::Medium,
            motives: &[],
            page: include_str!("dual_write.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        let mut context = Context::new(design);
        let mut writers: BTreeMap<Id<Component>, Written> = BTreeMap::new();
        for visit in design.visits().iter().filter(|it| counts(design, it)) {
            match context.told(visit) {
                Told::Nothing => {}
                Told::Unstated => open(design, visit, report),
                Told::Of(entities, supposed) => {
                    let written = writers.entry(visit.from).or_default();
                    for entity in entities {
                        note(written, entity, visit, supposed);
                    }
                }
            }
        }
        for (writer, written) in &writers {
            judge(&context, *writer, written, report);
        }
    }

    fn undecided(&self, undecided: usize, of: usize) -> String {
        format!("{undecided} of {of} places: not stated what is sent beside a write")
    }
}

/// Where a change is told, first for each thing that it is done for.
#[derive(Default)]
struct Sink {
    at: BTreeMap<Option<Element>, Span>,
    /// Whether it is only supposed that the entity goes there.
    supposed: bool,
}

/// The sinks of each entity.
type Written = BTreeMap<Id<Entity>, BTreeMap<Id<Component>, Sink>>;

fn note(written: &mut Written, entity: Id<Entity>, visit: &Visit<'_>, supposed: bool) {
    let sink = written.entry(entity).or_default();
    let sink = sink.entry(visit.to).or_default();
    sink.at.entry(visit.of()).or_insert(visit.span);
    sink.supposed |= supposed;
}

/// What a visit tells.
enum Told {
    Nothing,
    /// Something, of which nothing is said.
    Unstated,
    /// Those, and whether that is only supposed.
    Of(Entities, bool),
}

/// Tells whether a visit is a part of answering a request that must not be lost.
fn counts(design: &Design<'_>, visit: &Visit<'_>) -> bool {
    let (from, to) = (design.component(visit.from), design.component(visit.to));
    let ours = from.is(Traits::COMPUTE) && !from.is(Traits::BACKGROUND);
    let one_of_several = visit
        .around
        .iter()
        .any(|group| matches!(group.kind, GroupKind::Alt | GroupKind::Either));
    let background = visit
        .flow
        .is_some_and(|id| design.model.flows[id].operation.is_none());
    let undone = visit
        .flow
        .is_some_and(|id| design.model.flows[id].facts.has("compensation"))
        || visit.around.iter().any(|it| it.facts.has("compensation"));
    let spared = visit.facts.says("need", "soft")
        || visit.facts.has("fallback")
        || visit.facts.has("mode")
        || visit.facts.says("delivery", "at-most-once")
        || to.facts.says("delivery", "at-most-once");
    ours && is_sink(to) && !one_of_several && !background && !undone && !spared
}

fn is_sink(to: &Component) -> bool {
    let other = Traits::CACHES
        .with(Traits::CONTROL_PLANE)
        .with(Traits::THIRD_PARTY);
    let keeps = to.is(Traits::STORES) && !matches!(to.kind.name, "storage" | "warehouse");
    (keeps || to.is(Traits::MEDIUM)) && !to.traits.any(other)
}

struct Context<'d, 'a> {
    design: &'d Design<'a>,
    /// What those who read from a medium have to do with.
    behind: BTreeMap<Id<Component>, Entities>,
    /// The jobs that use each store, and those that put something into each sink.
    using: BTreeMap<Id<Component>, BTreeSet<Id<Component>>>,
    filling: BTreeMap<Id<Component>, BTreeSet<Id<Component>>>,
    /// What each flow's writers change.
    changed: BTreeMap<(Option<Element>, Id<Component>), Entities>,
}

impl<'d, 'a> Context<'d, 'a> {
    fn new(design: &'d Design<'a>) -> Self {
        let mut context = Context {
            design,
            behind: BTreeMap::new(),
            using: BTreeMap::new(),
            filling: BTreeMap::new(),
            changed: BTreeMap::new(),
        };
        for relation in design.model.relations.rows() {
            let (from, to) = (relation.from, relation.to);
            if !design.component(from).is(Traits::BACKGROUND) {
                continue;
            }
            if !relation.facts.has("reads") || relation.facts.has("writes") {
                context.filling.entry(to).or_default().insert(from);
            }
            context.using.entry(to).or_default().insert(from);
        }
        for visit in design.visits() {
            if design.component(visit.to).is_source_of_truth() {
                let changed = context.changed.entry((visit.of(), visit.from));
                changed.or_default().extend(&visit.writes);
            }
        }
        context
    }

    fn told(&mut self, visit: &Visit<'_>) -> Told {
        let design = self.design;
        let to = design.component(visit.to);
        let carried = visit.facts.data("carries").map(|data| data.entity);
        let mut stated: Entities = visit.writes.iter().copied().chain(carried).collect();
        if !to.is(Traits::MEDIUM) || visit.facts.has("reads") {
            return match stated.is_empty() {
                true => Told::Nothing,
                false => Told::Of(stated, false),
            };
        }
        let relation = &design.model.relations[visit.relation].facts;
        let of_medium = to.facts.data("carries");
        if stated.is_empty() {
            let said = relation.data("writes").chain(relation.data("carries"));
            stated.extend(said.chain(of_medium).map(|data| data.entity));
        }
        if !stated.is_empty() {
            return Told::Of(stated, false);
        }
        let Some(changed) = self.changed.get(&(visit.of(), visit.from)) else {
            return Told::Nothing;
        };
        let behind = self
            .behind
            .entry(visit.to)
            .or_insert_with(|| behind(design, visit.to));
        let both: Entities = changed.intersection(behind).copied().collect();
        match (both.is_empty(), changed.is_empty()) {
            (false, _) => Told::Of(both, true),
            (true, false) if behind.is_empty() => Told::Unstated,
            _ => Told::Nothing,
        }
    }

    /// Tells whether a second system learns of the first one's changes in another way too.
    fn made_good(&self, home: Id<Component>, sink: Id<Component>) -> bool {
        let design = self.design;
        let copied = design
            .model
            .outgoing(home)
            .any(|(_, it)| it.to == sink && (it.facts.has("mode") || !it.waits()));
        let jobs = (self.using.get(&home), self.filling.get(&sink));
        let swept = matches!(jobs, (Some(a), Some(b)) if !a.is_disjoint(b));
        let outbox = design.component(home).facts.has("outbox");
        copied || swept || outbox || design.component(sink).facts.has("rebuildable")
    }
}

/// Returns the entities that the readers of a medium have to do with.
fn behind(design: &Design<'_>, medium: Id<Component>) -> Entities {
    let model = design.model;
    let given = model.outgoing(medium);
    let pulled = model
        .incoming(medium)
        .filter(|(_, relation)| relation.facts.has("reads"));
    let mut found = Entities::new();
    let mut readers: BTreeSet<Id<Component>> = pulled.map(|(_, it)| it.from).collect();
    for (_, relation) in given {
        found.extend(relation.reads().map(|data| data.entity));
        readers.insert(relation.to);
    }
    for reader in readers {
        for (_, relation) in model.outgoing(reader) {
            let data = relation.reads().chain(relation.writes());
            found.extend(data.map(|data| data.entity));
        }
    }
    found
}

fn open(design: &Design<'_>, visit: &Visit<'_>, report: &mut Report) {
    let (from, to) = (design.name(visit.from), design.name(visit.to));
    let words = format!("not stated what `{from}` sends to `{to}` (`writes`)");
    report.unknown(visit.span, words);
}

/// Two systems that are told of the same things.
struct Pair {
    home: Id<Component>,
    first: Span,
    second: Span,
}

fn judge(context: &Context<'_, '_>, writer: Id<Component>, written: &Written, report: &mut Report) {
    let design = context.design;
    if design.component(writer).facts.has("outbox") {
        return report.pass();
    }
    let mut found: Option<Pair> = None;
    let (mut entities, mut sinks) = (Entities::new(), BTreeSet::new());
    let mut supposed = BTreeSet::new();
    for (entity, by_sink) in written {
        let row = &design.model.entities[*entity];
        if row.about.has("transient") {
            continue;
        }
        let homes = by_sink
            .iter()
            .filter(|(id, _)| design.component(**id).is_source_of_truth());
        for (home, kept) in homes {
            let others = by_sink
                .iter()
                .filter(|(id, _)| *id != home && !context.made_good(*home, **id))
                .filter(|(id, _)| !context.made_good(**id, *home));
            for (sink, told) in others {
                let Some((first, second)) = together(kept, told) else {
                    continue;
                };
                if told.supposed {
                    supposed.insert((*sink, *entity));
                }
                entities.insert(*entity);
                sinks.extend([*home, *sink]);
                found.get_or_insert(Pair {
                    home: *home,
                    first,
                    second,
                });
            }
        }
    }
    let Some(pair) = found else {
        return report.pass();
    };
    let finding = tell(design, writer, &pair, &entities, &sinks, report);
    let finding = supposed.iter().fold(finding, |finding, (sink, entity)| {
        let (sink, entity) = (
            design.name(*sink),
            &design.model.entities[*entity].head.path,
        );
        finding.assume(format!(
            "what goes to `{sink}` is about `{entity}`, which its reader uses"
        ))
    });
    report.fail(finding);
}

/// Returns where both are told for the same reason, or one of them for a reason that
/// is not said.
fn together(one: &Sink, other: &Sink) -> Option<(Span, Span)> {
    let same = one
        .at
        .iter()
        .find_map(|(of, span)| Some((*span, *other.at.get(of)?)));
    let open = |a: &Sink, b: &Sink| {
        let span = a.at.get(&None)?;
        Some((*span, *b.at.values().next()?))
    };
    same.or_else(|| open(one, other))
        .or_else(|| open(other, one).map(|(a, b)| (b, a)))
}

fn tell(
    design: &Design<'_>,
    writer: Id<Component>,
    pair: &Pair,
    entities: &Entities,
    sinks: &BTreeSet<Id<Component>>,
    report: &Report,
) -> Finding {
    let name = design.name(writer);
    let home = design.name(pair.home);
    let others: Vec<&str> = sinks
        .iter()
        .filter(|id| **id != pair.home)
        .map(|id| design.name(*id))
        .collect();
    let what: Vec<&str> = entities
        .iter()
        .map(|id| design.model.entities[*id].head.path.as_str())
        .collect();
    let truths = sinks
        .iter()
        .filter(|id| {
            let sink = design.component(**id);
            sink.is_source_of_truth() && !sink.facts.has("copy-of")
        })
        .count();
    let severity = match truths > 1 {
        true => Severity::Error,
        false => Severity::Warning,
    };
    let help = help(design, writer, pair.home, sinks, truths > 1, &what);
    let finding = report
        .finding(
            pair.second,
            format!(
                "`{name}` tells `{home}` and {} of {} one after the other; a crash in between leaves them apart",
                list(&others),
                list(&what)
            ),
        )
        .severity(severity)
        .label("the second system that is told")
        .because(pair.first, format!("`{home}` is told here"))
        .help(help)
        .about(name)
        .about(home);
    others
        .iter()
        .fold(finding, |finding, it| finding.about(*it))
}

fn help(
    design: &Design<'_>,
    writer: Id<Component>,
    home: Id<Component>,
    sinks: &BTreeSet<Id<Component>>,
    both_decide: bool,
    what: &[&str],
) -> String {
    let other = sinks.iter().find(|id| **id != home).copied();
    let other = other.unwrap_or(home);
    let (name, from, to) = (design.name(writer), design.name(home), design.name(other));
    let log = format!("(`{from} ~> {to} {{ mode: cdc }}`)");
    if both_decide {
        let what = list(what);
        return format!("keep {what} in one of them and copy it to the other from its log {log}");
    }
    let alone = format!("let `{name}` write `{from}` alone and feed `{to}` from its log {log}");
    match design.component(other).is(Traits::MEDIUM) {
        true => {
            format!("{alone}, or write the message with the data (`outbox: yes` on `{name}`)")
        }
        false => alone,
    }
}
