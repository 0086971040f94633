//! See `unprotected_contended_update.md`.

use std::collections::{BTreeMap, BTreeSet};

use super::{Guard, guard};
use crate::finding::{Confidence, Finding, Severity};
use crate::lint::visits::Visit;
use crate::lint::{About, Design, Report, Rule};
use crate::model::{Entity, FieldType, GroupKind, Id};
use crate::rules::words::list;
use crate::vocabulary::Traits;

/// A contended thing that is changed with nothing to keep two writers apart.
pub struct UnprotectedContendedUpdate;

impl Rule for UnprotectedContendedUpdate {
    fn about(&self) -> About {
        About {
            name: "unprotected-contended-update",
            category: "consistency",
            summary: "a contended thing changed with nothing to keep two writers apart",
            severity: Severity::Warning,
            confidence: Confidence::Medium,
            motives: &["consistency"],
            page: include_str!("unprotected_contended_update.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        let contended: Vec<Id<Entity>> = design
            .model
            .entities
            .iter()
            .filter(|(_, entity)| entity.about.has("contended"))
            .map(|(id, _)| id)
            .collect();
        if contended.is_empty() {
            return;
        }
        let visits = design.visits();
        let mut writes: BTreeMap<Id<Entity>, Vec<&Visit<'_>>> = BTreeMap::new();
        for visit in visits.iter().filter(|visit| counts(design, visit)) {
            for entity in &visit.writes {
                writes.entry(*entity).or_default().push(visit);
            }
        }
        for id in contended {
            judge(design, id, writes.remove(&id).unwrap_or_default(), report);
        }
    }

    fn undecided(&self, undecided: usize, of: usize) -> String {
        format!("{undecided} of {of} contended entities: not stated who changes them")
    }
}

/// Tells whether a visit changes something where it is kept, and not a copy of it.
fn counts(design: &Design<'_>, visit: &Visit<'_>) -> bool {
    let store = design.component(visit.to);
    store.is(Traits::STORES) && !store.is(Traits::DERIVED) && !visit.facts.has("mode")
}

fn judge<'a>(design: &Design<'a>, id: Id<Entity>, writes: Vec<&Visit<'a>>, report: &mut Report) {
    let entity = &design.model.entities[id];
    if writes.is_empty() {
        let words = "contended, but not stated who changes it, and where (`writes`)";
        return report.unknown(entity.head.name_span, words);
    }
    if entity.about.has("immutable") || is_unique(entity) {
        return report.pass();
    }
    let bare: Vec<(&Visit<'_>, Guard<'_>)> = writes
        .into_iter()
        .map(|visit| (visit, guard(design, visit)))
        .filter(|(_, guard)| !matches!(guard, Guard::Kept))
        .collect();
    if bare.is_empty() {
        return report.pass();
    }
    report.fail(tell(design, id, &bare, report));
}

/// Tells whether a constraint lets only one of two writers through.
fn is_unique(entity: &Entity) -> bool {
    let claims = entity
        .fields
        .iter()
        .any(|field| field.is("unique") && matches!(field.ty, FieldType::Entity(_)));
    entity.about.has("unique") || claims
}

fn tell(
    design: &Design<'_>,
    id: Id<Entity>,
    bare: &[(&Visit<'_>, Guard<'_>)],
    report: &Report,
) -> Finding {
    let entity = &design.model.entities[id];
    let name = &entity.head.path;
    let (first, _) = &bare[0];
    let writers: BTreeSet<&str> = bare.iter().map(|(it, _)| design.name(it.from)).collect();
    let writers: Vec<&str> = writers.into_iter().collect();
    let refused = bare.iter().find_map(|(_, guard)| match guard {
        Guard::Refused(fact) => Some(*fact),
        _ => None,
    });
    let verb = if writers.len() == 1 {
        "changes"
    } else {
        "change"
    };
    let who = list(&writers);
    let message = match refused {
        Some(_) => format!(
            "{who} {verb} contended `{name}` without a lock: one of two writers at once is lost"
        ),
        None => format!(
            "{who} {verb} contended `{name}`, and nothing says what keeps two at once apart"
        ),
    };
    let confidence = match refused {
        Some(_) => Confidence::High,
        None => Confidence::Medium,
    };
    let mut finding = report
        .finding(first.span, message)
        .confidence(confidence)
        .label(format!("changes `{name}`"))
        .about(name.clone());
    if let Some(fact) = entity.about.get("contended") {
        finding = finding.because(fact.span, format!("many want the same `{name}`"));
    }
    if let Some(fact) = refused {
        finding = finding.because(fact.span, "no locking, it says here");
    }
    let mut shown = BTreeSet::from([first.relation]);
    let others = bare.iter().filter(|(it, _)| shown.insert(it.relation));
    for (visit, _) in others.take(3) {
        finding = finding.because(visit.span, "changed here too");
    }
    let atomic = bare.iter().any(|(visit, _)| {
        let mut around = visit.around.iter();
        around.any(|group| group.kind == GroupKind::Atomic)
    });
    if atomic {
        finding = finding.note(
            "a transaction alone does not help: two may read the same row before either writes it",
        );
    }
    let relation = design.relation_name(first.relation);
    finding.help(format!(
        "say how they are kept apart: `{relation} {{ locking: optimistic }}` (or `pessimistic`, `conditional`, `unique`), or send the changes through a queue with one reader for each `{name}`"
    ))
}
