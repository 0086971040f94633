//! See `unpersisted_entity.md`.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::{Confidence, Severity};
use crate::lint::{About, Design, Report, Rule};
use crate::model::{Component, Entity, FieldType, Id, Operation};
use crate::rules::words::list;
use crate::source::Span;
use crate::vocabulary::Traits;

/// An entity that operations change and no store keeps.
pub struct UnpersistedEntity;

impl Rule for UnpersistedEntity {
    fn about(&self) -> About {
        About {
            name: "unpersisted-entity",
            category: "data",
            summary: "an entity that operations change and no store keeps",
            severity: Severity::Warning,
            confidence: Confidence::Medium,
            motives: &[],
            page: include_str!("unpersisted_entity.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        let changed = changed(design);
        if changed.is_empty() || design.model.components.is_empty() {
            return;
        }
        let kept = kept(design);
        let anywhere = design.model.components.iter().find(|(_, it)| is_silent(it));
        let mut open: BTreeMap<Id<Operation>, Option<Id<Component>>> = BTreeMap::new();
        for (entity, by) in &changed {
            let row = &design.model.entities[*entity];
            if row.about.has("transient") || row.about.has("copy-of") || !row.is_entity() {
                continue;
            }
            if kept.contains(entity) {
                report.pass();
                continue;
            }
            let silent = by.iter().find_map(|(operation, _)| {
                let store = open.entry(*operation);
                *store.or_insert_with(|| match anywhere {
                    Some((first, _)) => silent_store(design, *operation, first),
                    None => None,
                })
            });
            match silent {
                Some(store) => {
                    let (store, name) = (design.component(store), &row.head.path);
                    let words = format!("not stated whether it keeps `{name}` (`stores`)");
                    report.unknown(store.head.name_span, words);
                }
                None => tell(design, *entity, by, report),
            }
        }
    }

    fn undecided(&self, undecided: usize, of: usize) -> String {
        format!("{undecided} of {of} entities: not stated what the stores keep")
    }
}

type Changes = BTreeMap<Id<Entity>, Vec<(Id<Operation>, Span)>>;

/// Returns the entities that operations say they change, or take and answer while
/// they change something.
fn changed(design: &Design<'_>) -> Changes {
    let mut changed = Changes::new();
    for (id, operation) in design.model.operations.iter() {
        if !operation.mutates() {
            continue;
        }
        let stated: Vec<(Id<Entity>, Span)> = operation
            .facts
            .data("writes")
            .map(|data| (data.entity, data.span))
            .collect();
        let results = operation.results.iter();
        let implied = results.filter_map(|it| match it.ty {
            FieldType::Entity(entity) => Some((entity, it.span)),
            _ => None,
        });
        let said = match stated.is_empty() {
            true => implied.collect(),
            false => stated,
        };
        for (entity, span) in said {
            changed.entry(entity).or_default().push((id, span));
        }
    }
    changed
}

/// Returns the entities that anything is said to keep.
fn kept(design: &Design<'_>) -> BTreeSet<Id<Entity>> {
    let mut kept = BTreeSet::new();
    for component in design.model.components.rows() {
        kept.extend(component.facts.data("stores").map(|data| data.entity));
        for target in component.facts.targets("owns") {
            if let (crate::model::Element::Entity(id), true) = (target, component.is_outside()) {
                kept.insert(id);
            }
        }
    }
    for relation in design.model.relations.rows() {
        let to = design.component(relation.to);
        if to.is(Traits::STORES)
            || to.traits.any(
                Traits::THIRD_PARTY
                    .with(Traits::AUTHENTICATES)
                    .with(Traits::SECRETS),
            )
        {
            kept.extend(
                relation
                    .writes()
                    .chain(relation.reads())
                    .map(|data| data.entity),
            );
        }
    }
    kept
}

/// Returns a store on the way of an operation that does not say what it keeps; the
/// first of all where the way is not known.
fn silent_store(
    design: &Design<'_>,
    operation: Id<Operation>,
    first: Id<Component>,
) -> Option<Id<Component>> {
    let ways = design.components_of(operation);
    if ways.is_empty() {
        return Some(first);
    }
    let mut near: BTreeSet<Id<Component>> = ways.clone();
    for id in &ways {
        near.extend(design.model.outgoing(*id).map(|(_, relation)| relation.to));
    }
    near.into_iter().find(|id| is_silent(design.component(*id)))
}

/// Tells whether a component may keep things of which it does not say so.
fn is_silent(component: &Component) -> bool {
    component.is(Traits::STORES) && component.facts.is_unstated("stores")
        || component.is(Traits::THIRD_PARTY)
}

fn tell(design: &Design<'_>, id: Id<Entity>, by: &[(Id<Operation>, Span)], report: &mut Report) {
    let entity = &design.model.entities[id];
    let name = &entity.head.path;
    let mut operations: Vec<String> = by
        .iter()
        .map(|(id, _)| design.operation_name(*id))
        .collect();
    operations.dedup();
    let verb = if operations.len() == 1 {
        "changes"
    } else {
        "change"
    };
    let mut finding = report
        .finding(entity.head.name_span, format!("{} {verb} `{name}`, and no store keeps it", list(&operations)))
        .label("stored nowhere")
        .about(name.clone())
        .help(format!(
            "say which store keeps it (`stores: {name}`), or that it need not last (`about {{ transient: yes }}`)"
        ));
    for (_, span) in by.iter().take(3) {
        finding = finding.because(*span, format!("`{name}` is changed here"));
    }
    report.fail(finding);
}
