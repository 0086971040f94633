//! See `shard_key_problem.md`.

use std::collections::BTreeSet;

use crate::finding::{Confidence, Severity};
use crate::lint::{About, Design, Report, Rule};
use crate::model::{Component, Entity, Fact, FactItem, FactValue, FieldType, Id};
use crate::quantity::round;
use crate::rules::words::thousands;
use crate::source::Span;
use crate::vocabulary::Traits;

use super::lookup::{counted, shard_key};

/// A key should have this many values for each shard, so that none gets much more
/// than its share.
const VALUES_FOR_EACH: f64 = 10.0;

/// Data that is spread by nothing, or by something that does not spread it.
pub struct ShardKeyProblem;

impl Rule for ShardKeyProblem {
    fn about(&self) -> About {
        About {
            name: "shard-key-problem",
            category: "data",
            summary: "shards without a key, or with one that does not spread the data",
            severity: Severity::Warning,
            confidence: Confidence::Medium,
            motives: &[],
            page: include_str!("shard_key_problem.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        for (id, store) in design.model.components.iter() {
            let ours = store.is_source_of_truth() && !store.is(Traits::THIRD_PARTY);
            if !ours || store.kind.name == "storage" {
                continue;
            }
            match store.facts.get("shard") {
                Some(fact) if fact.value != FactValue::Absent => {
                    keyed(design, id, store, fact, report);
                }
                stated => keyless(design, id, store, stated, report),
            }
        }
    }
}

/// Returns over how many parts a store spreads its data, where that is said.
fn parts(store: &Component) -> Option<(f64, Span)> {
    let count = store.facts.count("shards")?;
    let span = store.facts.get("shards")?.span;
    Some((count.most.unwrap_or(count.least) as f64, span))
}

fn keyless(
    design: &Design<'_>,
    id: Id<Component>,
    store: &Component,
    stated: Option<&Fact>,
    report: &mut Report,
) {
    let many = parts(store).filter(|(parts, _)| *parts >= 2.0);
    let by_key = store.facts.says("model", "key-value");
    let Some((_, span)) = many else { return };
    if by_key && stated.is_none() {
        return report.pass();
    }
    let name = &store.head.path;
    let kept = design.entities_in(id);
    let example = kept.first().map_or("Order.buyer".to_owned(), |id| {
        let entity = &design.model.entities[*id];
        let wide = |field: &&crate::model::Field| {
            matches!(
                field.ty,
                FieldType::Scalar("uuid", _) | FieldType::Entity(_)
            )
        };
        let field = entity.fields.iter().find(wide);
        let field = field.or(entity.fields.first());
        let field = field.map_or("id", |field| field.name.as_str());
        format!("{}.{field}", entity.head.path)
    });
    let finding = report
        .finding(
            span,
            format!("`{name}` is split into shards, and nothing says by which key"),
        )
        .confidence(Confidence::High)
        .label("by what?")
        .help(format!(
            "name a field with many values that most searches know, such as `shard: {example}`"
        ))
        .about(name.clone());
    report.fail(match stated {
        Some(fact) => finding.because(fact.span, "it is said that there is none"),
        None => finding,
    });
}

/// Why a key does not spread.
enum Poor {
    /// It has no more than so many values.
    Few(f64),
    /// All that is new has the same value.
    Now,
}

fn keyed(
    design: &Design<'_>,
    id: Id<Component>,
    store: &Component,
    fact: &Fact,
    report: &mut Report,
) {
    let mut spread: BTreeSet<Id<Entity>> = design.entities_in(id);
    spread.extend(store.facts.items("shard").iter().filter_map(named));
    let mut fine = true;
    for entity in spread {
        let row = &design.model.entities[entity];
        let key = shard_key(design, id, entity);
        let apart = row.about.has("residency") || store.facts.says("model", "time-series");
        if apart || key.is_empty() {
            continue;
        }
        if let Some(poor) = poor(design, store, row, &key) {
            tell(store, row, &key, &poor, fact, report);
            fine = false;
        }
    }
    if fine {
        report.pass();
    }
}

fn named(item: &FactItem) -> Option<Id<Entity>> {
    match item {
        FactItem::Fields(path) => path.entity,
        _ => None,
    }
}

/// Tells why a key of several fields does not spread: no field of it does, and all
/// together have too few values.
fn poor(design: &Design<'_>, store: &Component, entity: &Entity, key: &[String]) -> Option<Poor> {
    let mut values = 1.0;
    let mut now = false;
    for name in key {
        match spread(design, store, &entity.field(name)?.ty)? {
            Poor::Few(count) => values *= count,
            Poor::Now => now = true,
        }
    }
    if now {
        let wanted = parts(store).map(|(parts, _)| parts * VALUES_FOR_EACH);
        return (values < wanted.unwrap_or(2.0)).then_some(Poor::Now);
    }
    match parts(store) {
        Some((parts, _)) => (values < parts * VALUES_FOR_EACH).then_some(Poor::Few(values)),
        None => (values <= VALUES_FOR_EACH).then_some(Poor::Few(values)),
    }
}

/// Says what is poor about a field as a key; nothing where it spreads, or may.
fn spread(design: &Design<'_>, store: &Component, ty: &FieldType) -> Option<Poor> {
    match ty {
        FieldType::Scalar("bool", _) => Some(Poor::Few(2.0)),
        FieldType::Scalar("date", _) => Some(Poor::Now),
        FieldType::Scalar("timestamp", _) if !is_hashed(store) => Some(Poor::Now),
        FieldType::Entity(id) => {
            let entity = &design.model.entities[*id];
            let values = entity.values.as_ref().map(|values| values.len() as f64);
            values.or_else(|| counted(entity)).map(Poor::Few)
        }
        _ => None,
    }
}

/// Tells whether a store spreads by the hash of the key, as those do that find by key.
fn is_hashed(store: &Component) -> bool {
    let models = ["key-value", "wide-column"];
    models.iter().any(|model| store.facts.says("model", model))
}

fn tell(
    store: &Component,
    entity: &Entity,
    key: &[String],
    poor: &Poor,
    fact: &Fact,
    report: &mut Report,
) {
    let name = &store.head.path;
    let path: Vec<String> = key
        .iter()
        .map(|field| format!("{}.{field}", entity.head.path))
        .collect();
    let shown = path.join(", ");
    let (message, label) = match poor {
        Poor::Few(values) => (
            format!(
                "`{name}` is spread by `{shown}`, which has {} values",
                thousands(&round(*values))
            ),
            "too few values to spread by",
        ),
        Poor::Now => (
            format!("`{name}` is spread by `{shown}`, so all that is new goes to one shard"),
            "one shard takes every write",
        ),
    };
    let help = match poor {
        Poor::Few(_) => "spread by something with many values, or add it to the key".to_owned(),
        Poor::Now => format!(
            "put something with many values in front: `shard: ({0}.…, {1})`",
            entity.head.path, shown
        ),
    };
    let mut finding = report
        .finding(fact.span, message)
        .label(label)
        .help(help)
        .about(name.clone());
    if matches!(poor, Poor::Now) && !is_hashed(store) {
        finding = finding.assume(format!("`{name}` keeps ranges of the key together"));
    }
    for field in key.iter().filter_map(|name| entity.field(name)) {
        finding = finding.because(field.span, "its type says what values there are");
    }
    if let (Poor::Few(values), Some((parts, span))) = (poor, parts(store)) {
        let parts = round(parts);
        finding = finding
            .because(span, format!("{parts} shards"))
            .note(format!(
                "{} values over {parts} shards; with fewer than {} for each, some shards get much more than others",
                thousands(&round(*values)),
                round(VALUES_FOR_EACH)
            ));
    }
    report.fail(path.iter().fold(finding, |finding, it| finding.about(it)));
}
