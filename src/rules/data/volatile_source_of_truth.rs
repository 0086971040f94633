//! See `volatile_source_of_truth.md`.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::{Confidence, Finding, Severity};
use crate::lint::{About, Design, Report, Rule};
use crate::model::{Component, Element, Entity, Id, Origin};
use crate::rules::words::list;
use crate::source::Span;
use crate::vocabulary::Traits;

/// An entity whose only home may forget it.
pub struct VolatileSourceOfTruth;

impl Rule for VolatileSourceOfTruth {
    fn about(&self) -> About {
        About {
            name: "volatile-source-of-truth",
            category: "data",
            summary: "an entity whose only home is a cache, an index or memory",
            severity: Severity::Error,
            confidence: Confidence::Medium,
            motives: &[],
            page: include_str!("volatile_source_of_truth.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        let mut homes: BTreeMap<Id<Entity>, BTreeSet<Id<Component>>> = BTreeMap::new();
        for (id, component) in design.model.components.iter() {
            for data in component.facts.data("stores") {
                homes.entry(data.entity).or_default().insert(id);
            }
        }
        for relation in design.model.relations.rows() {
            if design.component(relation.to).is(Traits::STORES) {
                for data in relation.writes() {
                    homes.entry(data.entity).or_default().insert(relation.to);
                }
            }
        }
        let outside = known_outside(design);
        for (entity, homes) in &homes {
            let row = &design.model.entities[*entity];
            let lasting = !row.about.has("transient") && !row.about.has("copy-of");
            if row.is_entity() && lasting && !outside.contains(entity) {
                judge(design, *entity, homes, report);
            }
        }
    }
}

/// Returns the entities that another organisation's system, or an identity provider
/// or vault, is said to know.
fn known_outside(design: &Design<'_>) -> BTreeSet<Id<Entity>> {
    let mut known = BTreeSet::new();
    for relation in design.model.relations.rows() {
        for end in [relation.from, relation.to] {
            if design.component(end).is(Traits::THIRD_PARTY) {
                known.extend(
                    relation
                        .reads()
                        .chain(relation.writes())
                        .map(|data| data.entity),
                );
            }
        }
    }
    known
}

fn judge(
    design: &Design<'_>,
    id: Id<Entity>,
    homes: &BTreeSet<Id<Component>>,
    report: &mut Report,
) {
    let forgets = |home: &Id<Component>| forgets(design.component(*home));
    if !homes.iter().all(forgets) {
        return report.pass();
    }
    let rebuilt = homes
        .iter()
        .any(|home| design.component(*home).facts.has("rebuildable"));
    if rebuilt {
        return report.pass();
    }
    report.fail(tell(design, id, homes, report));
}

/// Tells whether a component may lose what it holds, or holds it as a copy only.
fn forgets(component: &Component) -> bool {
    let facts = &component.facts;
    let stated = facts
        .get("persist")
        .filter(|fact| !matches!(fact.origin, Origin::Technology(..)));
    if stated.is_some() {
        return facts.is_absent("persist");
    }
    if component.is(Traits::MEDIUM) {
        return facts.is_absent("persist");
    }
    component.is(Traits::STORES)
        && !component.is(Traits::DURABLE)
        && !component.is(Traits::CONTROL_PLANE)
        && !component.is_outside()
}

fn tell(
    design: &Design<'_>,
    id: Id<Entity>,
    homes: &BTreeSet<Id<Component>>,
    report: &Report,
) -> Finding {
    let entity = &design.model.entities[id];
    let name = &entity.head.path;
    let homes: Vec<&Component> = homes.iter().map(|id| design.component(*id)).collect();
    let names: Vec<&str> = homes.iter().map(|it| it.head.path.as_str()).collect();
    let first = homes[0];
    let only = match homes.len() {
        1 => format!("only in {} `{}`", kind(first), names[0]),
        _ => format!("only in {}", list(&names)),
    };
    let why = if first.is(Traits::VOLATILE) {
        "which may forget it"
    } else {
        "which is a copy by its nature"
    };
    let why = if homes.len() > 1 {
        "none of which keeps it for good"
    } else {
        why
    };
    let reason = lasts(design, id);
    let forgetful = homes
        .iter()
        .any(|home| !home.is(Traits::DERIVED) || home.is(Traits::VOLATILE));
    let severity = match reason {
        Some(_) if forgetful => Severity::Error,
        _ => Severity::Warning,
    };
    let mut finding = report
        .finding(
            first.head.name_span,
            format!("`{name}` is kept {only}, {why}"),
        )
        .severity(severity)
        .label(format!("the only home of `{name}`"))
        .about(name.clone())
        .help(help(name, first, &names));
    finding = match reason {
        Some((span, words)) => finding.because(span, words),
        None => finding.because(
            entity.head.name_span,
            format!("nothing says that `{name}` may be lost"),
        ),
    };
    let forgets = first.facts.get("persist").map(|fact| &fact.origin);
    match forgets {
        Some(Origin::Technology(technology, _)) if first.facts.is_absent("persist") => finding
            .assume(format!(
                "{technology} does not survive a restart (its default)"
            )),
        _ => finding,
    }
}

fn help(name: &str, first: &Component, homes: &[&str]) -> String {
    let copy = match first.is(Traits::DERIVED) && !first.is(Traits::VOLATILE) {
        true => format!(" and feed {} from there", list(homes)),
        false => format!(
            ", say that {} survives a restart (`persist: yes`)",
            list(homes)
        ),
    };
    format!(
        "keep `{name}` in a database{copy}, or say that it need not last (`about {{ transient: yes }}`)"
    )
}

fn kind(component: &Component) -> String {
    match component.kind.name {
        "search" => "the search index".to_owned(),
        kind => format!("the {kind}"),
    }
}

/// Returns what says that an entity must last.
fn lasts(design: &Design<'_>, id: Id<Entity>) -> Option<(Span, String)> {
    let entity = &design.model.entities[id];
    let name = &entity.head.path;
    let qualities = design.model.requirements.rows().iter();
    let mut asked = qualities.filter(|it| it.is_quality("durability") || it.is_quality("recovery"));
    if let Some(requirement) = asked.find(|it| design.concerns(it, Element::Entity(id))) {
        let words = format!("`{}` asks that nothing is lost", requirement.label());
        return Some((requirement.head.name_span, words));
    }
    if let Some(fact) = entity.about.present("contended") {
        return Some((
            fact.span,
            format!("`{name}` is contended, so it matters who has it"),
        ));
    }
    let kept = entity
        .about
        .number("retention")
        .filter(|seconds| *seconds >= 86_400.0)?;
    let fact = entity.about.get("retention")?;
    let days = crate::rules::words::round(kept / 86_400.0);
    Some((fact.span, format!("`{name}` is to be kept for {days} days")))
}
