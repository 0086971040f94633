//! See `stale_read_under_strong_consistency.md`.

use std::collections::{BTreeMap, BTreeSet};

use super::{Guard, guard};
use crate::finding::{Confidence, Severity};
use crate::lint::visits::{Strong, Visit, strong};
use crate::lint::{About, Design, Report, Rule};
use crate::model::{Component, Entity, FactItem, FactValue, Flow, Id, Origin};
use crate::rules::words::list;
use crate::source::Span;
use crate::vocabulary::Traits;

/// A read that must see the last write, answered by something that may lag behind.
pub struct StaleReadUnderStrongConsistency;

impl Rule for StaleReadUnderStrongConsistency {
    fn about(&self) -> About {
        About {
            name: "stale-read-under-strong-consistency",
            category: "consistency",
            summary: "a read that must see the last write, from something that may lag",
            severity: Severity::Error,
            confidence: Confidence::High,
            motives: &["consistency"],
            page: include_str!("stale_read_under_strong_consistency.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        let visits = design.visits();
        let context = Context::new(design, visits);
        let mut stale: BTreeMap<(Id<Entity>, Id<Component>), Vec<Read<'_, '_>>> = BTreeMap::new();
        for visit in visits {
            for entity in &visit.reads {
                match context.judge(visit, *entity) {
                    Verdict::Irrelevant => {}
                    Verdict::Fresh => report.pass(),
                    Verdict::Stale(read) => {
                        stale.entry((*entity, visit.to)).or_default().push(read);
                    }
                }
            }
        }
        for ((entity, source), reads) in &stale {
            tell(design, *entity, *source, reads, report);
        }
    }
}

enum Verdict<'v, 'a> {
    Irrelevant,
    Fresh,
    Stale(Read<'v, 'a>),
}

/// A read that may answer what is no longer true.
struct Read<'v, 'a> {
    visit: &'v Visit<'a>,
    lag: Lag,
    /// Who asks for more; nobody where the same flow wrote it a step before.
    asked: Option<Strong>,
}

/// Why an answer may be old.
struct Lag {
    words: String,
    span: Option<Span>,
    /// What stands at `span`.
    why: &'static str,
    assumed: Option<String>,
    help: String,
}

struct Context<'d, 'a, 'v> {
    design: &'d Design<'a>,
    /// Where each entity is kept for good.
    homes: BTreeMap<Id<Entity>, BTreeSet<Id<Component>>>,
    /// The entities whose changes check again what was read before.
    checked: BTreeSet<Id<Entity>>,
    /// The entities that anything is said to change.
    changed: BTreeSet<Id<Entity>>,
    /// What each flow has changed, with the first step that did.
    written: BTreeMap<(Id<Flow>, Id<Entity>), &'v Visit<'a>>,
}

impl<'d, 'a, 'v> Context<'d, 'a, 'v> {
    fn new(design: &'d Design<'a>, visits: &'v [Visit<'a>]) -> Self {
        let mut context = Context {
            design,
            homes: BTreeMap::new(),
            checked: BTreeSet::new(),
            changed: BTreeSet::new(),
            written: BTreeMap::new(),
        };
        for (id, component) in design.model.components.iter() {
            if component.is_source_of_truth() {
                for data in component.facts.data("stores") {
                    context.homes.entry(data.entity).or_default().insert(id);
                }
            }
        }
        for operation in design.model.operations.rows() {
            let written = operation.facts.data("writes").map(|data| data.entity);
            context.changed.extend(written);
            if operation.mutates() {
                let results = operation.result_entities().map(|(id, _)| id);
                context.changed.extend(results);
            }
        }
        for visit in visits {
            context.changed.extend(&visit.writes);
            for entity in &visit.writes {
                if design.component(visit.to).is_source_of_truth() {
                    let home = context.homes.entry(*entity).or_default();
                    home.insert(visit.to);
                }
                if checks_again(design, visit, *entity) {
                    context.checked.insert(*entity);
                }
                if let Some(flow) = visit.flow {
                    context.written.entry((flow, *entity)).or_insert(visit);
                }
            }
        }
        context
    }

    fn judge(&self, visit: &'v Visit<'a>, entity: Id<Entity>) -> Verdict<'v, 'a> {
        let Some(lag) = self.lag(visit, entity) else {
            return Verdict::Irrelevant;
        };
        let validated = visit
            .fact(self.design, "validated")
            .is_some_and(|fact| fact.value != FactValue::Absent);
        if validated {
            return Verdict::Fresh;
        }
        let asked = strong(self.design, entity, visit.operation, visit.facts)
            .filter(|asked| asked.confidence == Confidence::High || self.changes(entity));
        match asked {
            Some(_) if self.checked.contains(&entity) && !self.own_demand(visit) => Verdict::Fresh,
            Some(asked) => Verdict::Stale(Read {
                visit,
                lag,
                asked: Some(asked),
            }),
            None if self.follows_a_write(visit, entity) => Verdict::Stale(Read {
                visit,
                lag,
                asked: None,
            }),
            None => Verdict::Irrelevant,
        }
    }

    /// Tells whether an entity may change: something is said to write it, or nothing
    /// is said of writes at all.
    fn changes(&self, entity: Id<Entity>) -> bool {
        self.changed.is_empty() || self.changed.contains(&entity)
    }

    /// Tells whether the operation itself is asked to see the last write.
    fn own_demand(&self, visit: &Visit<'_>) -> bool {
        visit.facts.says("consistency", "strong")
            || visit.operation.is_some_and(|id| {
                self.design.model.operations[id]
                    .facts
                    .says("consistency", "strong")
            })
    }

    /// Tells whether the flow changed at its home, a step before, what is read here.
    fn follows_a_write(&self, visit: &Visit<'_>, entity: Id<Entity>) -> bool {
        let stated = &self.design.model.entities[entity].about;
        let replica = visit.facts.says("target", "replica")
            || self.design.component(visit.to).facts.has("copy-of");
        let write = visit
            .flow
            .and_then(|flow| self.written.get(&(flow, entity)));
        let before = write.is_some_and(|write| write.span < visit.span);
        replica && before && stated.is_unstated("consistency")
    }

    /// Says why what is asked may lag behind, if it may.
    fn lag(&self, visit: &Visit<'_>, entity: Id<Entity>) -> Option<Lag> {
        let component = self.design.component(visit.to);
        let elsewhere = self
            .homes
            .get(&entity)
            .is_some_and(|homes| homes.iter().any(|home| *home != visit.to));
        if component.is(Traits::CACHES) && !component.is(Traits::DURABLE) {
            return elsewhere.then(|| cached(component)).flatten();
        }
        if component.is(Traits::DERIVED) {
            return elsewhere.then(|| self.indexed(visit.to)).flatten();
        }
        if component.facts.has("copy-of") && component.is(Traits::STORES) {
            return replicated(component, None);
        }
        if visit.facts.says("target", "replica") {
            let span = visit.facts.get("target").map(|fact| fact.span);
            return replicated(component, span);
        }
        None
    }

    fn indexed(&self, index: Id<Component>) -> Option<Lag> {
        let feed = self
            .design
            .model
            .incoming(index)
            .find(|(_, relation)| !relation.waits() || relation.facts.has("writes"))?;
        let component = self.design.component(index);
        let (words, span) = match feed {
            (_, relation) if relation.facts.says("mode", "batch") => {
                ("filled in batches", relation.span)
            }
            (_, relation) if !relation.waits() => {
                ("fed after the write has been answered", relation.span)
            }
            (_, relation) => {
                let from = self.design.component(relation.from);
                if !from.is(Traits::BACKGROUND) {
                    return None;
                }
                ("fed by work in the background", relation.span)
            }
        };
        let home =
            "read it where it is written, or check there what the index found (`validated: yes`)";
        Some(Lag {
            words: format!("`{}`, {words}", component.head.path),
            span: Some(span),
            why: "this is how it is fed",
            assumed: None,
            help: home.to_owned(),
        })
    }
}

/// Tells whether a change of an entity looks again at what it is based on.
fn checks_again<'a>(design: &Design<'a>, visit: &Visit<'a>, entity: Id<Entity>) -> bool {
    let store = design.component(visit.to);
    if !store.is_source_of_truth() {
        return false;
    }
    let fact = visit
        .fact(design, "locking")
        .or_else(|| store.facts.get("locking"));
    let conditional = fact.is_some_and(|fact| match &fact.value {
        FactValue::Items(items) => items.iter().any(|item| {
            let word = |word: &str| matches!(item, FactItem::Word(it) if it == word);
            word("optimistic") || word("conditional")
        }),
        _ => false,
    });
    conditional || visit.reads.contains(&entity) && matches!(guard(design, visit), Guard::Kept)
}

fn cached(cache: &Component) -> Option<Lag> {
    let facts = &cache.facts;
    if facts.says("invalidation", "on-write") || facts.says("write", "through") {
        return None;
    }
    let name = &cache.head.path;
    let fact = facts.get("invalidation").or_else(|| facts.get("ttl"));
    let why = match facts.get("invalidation") {
        Some(_) => "an entry goes only so",
        None => "an entry lives this long",
    };
    let words = match (facts.present("ttl"), facts.says("invalidation", "on-event")) {
        (_, true) => format!("cache `{name}`, which hears of a write later"),
        (Some(_), _) => match facts.quantity("ttl") {
            Some(ttl) => {
                format!("cache `{name}`, which may answer for {ttl} what is no longer true")
            }
            None => {
                format!("cache `{name}`, which answers what is no longer true until it expires")
            }
        },
        _ => format!("cache `{name}`, which no write invalidates"),
    };
    Some(Lag {
        words,
        span: fact.map(|fact| fact.span),
        why,
        assumed: None,
        help: format!(
            "say `invalidation: on-write` on `{name}`, read the store, or check again what was read (`validated: yes`)"
        ),
    })
}

fn replicated(store: &Component, span: Option<Span>) -> Option<Lag> {
    let replication = store.facts.get("replication");
    let copied = store.facts.get("copy-of").map(|fact| fact.span);
    if store.facts.says("replication", "sync") || store.facts.says("replication", "quorum") {
        return None;
    }
    let assumed = match replication.map(|fact| &fact.origin) {
        Some(Origin::Technology(name, _)) => {
            Some(format!("{name} replicates asynchronously (its default)"))
        }
        Some(_) => None,
        None => Some(
            "replicas follow a moment after the write (`replication` is not stated)".to_owned(),
        ),
    };
    let stated = replication
        .filter(|fact| !matches!(fact.origin, Origin::Technology(..)))
        .map(|fact| fact.span);
    let name = &store.head.path;
    let (what, from) = match copied {
        Some(_) => (
            format!("`{name}`, a copy that follows after the write"),
            "the source",
        ),
        None => (
            format!("a replica of `{name}`, which follows after the write"),
            "`target: primary`",
        ),
    };
    Some(Lag {
        words: what,
        span: span.or(copied).or(stated),
        why: match (span, copied) {
            (Some(_), _) => "a replica is asked",
            (None, Some(_)) => "it is a copy",
            (None, None) => "this is how copies follow",
        },
        assumed,
        help: format!(
            "read from {from}, replicate before answering (`replication: sync`), or check again what was read (`validated: yes`)"
        ),
    })
}

fn tell(
    design: &Design<'_>,
    entity: Id<Entity>,
    source: Id<Component>,
    reads: &[Read<'_, '_>],
    report: &mut Report,
) {
    let Some(first) = reads
        .iter()
        .find(|read| read.asked.is_some())
        .or(reads.first())
    else {
        return;
    };
    let name = &design.model.entities[entity].head.path;
    let from = match first.visit.operation {
        Some(operation) => format!("`{}`", design.operation_name(operation)),
        None => format!("`{}`", design.name(first.visit.from)),
    };
    let message = format!("{from} reads `{name}` from {}", first.lag.words);
    let confidence = match (&first.asked, &first.lag.assumed) {
        (Some(asked), None) => asked.confidence,
        (None, None) => Confidence::High,
        (_, Some(_)) => Confidence::Medium,
    };
    let severity = match first.asked {
        Some(_) => Severity::Error,
        None => Severity::Warning,
    };
    let mut finding = report
        .finding(first.visit.span, message)
        .severity(severity)
        .confidence(confidence)
        .label("may answer what is no longer true")
        .help(first.lag.help.clone())
        .about(name.clone())
        .about(design.name(source));
    match &first.asked {
        Some(asked) => finding = finding.because(asked.span, asked.words.clone()),
        None => {
            finding = finding.note(format!(
                "the same flow changes `{name}` before, and may not see its own write"
            ))
        }
    }
    if let Some(span) = first.lag.span {
        finding = finding.because(span, first.lag.why);
    }
    if let Some(assumed) = &first.lag.assumed {
        finding = finding.assume(assumed.clone());
    }
    let others: BTreeSet<String> = reads
        .iter()
        .filter_map(|read| read.visit.operation)
        .map(|id| design.operation_name(id))
        .collect();
    if others.len() > 1 {
        let others: Vec<String> = others.into_iter().collect();
        finding = finding.note(format!("read so by {}", list(&others)));
    }
    report.fail(finding);
}
