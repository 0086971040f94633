//! See `consistency_choice_missing.md`.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::{Confidence, Finding, Severity};
use crate::lint::{About, Design, Report, Rule, group};
use crate::model::{Component, Element, Entity, Id, Origin, Requirement, RequirementKind};
use crate::rules::words::list;
use crate::source::Span;
use crate::vocabulary::Traits;

/// Data of which there are several copies, and no word on which may be read.
pub struct ConsistencyChoiceMissing;

impl Rule for ConsistencyChoiceMissing {
    fn about(&self) -> About {
        About {
            name: "consistency-choice-missing",
            category: "requirements",
            summary: "data with several copies, and no word on how fresh a read must be",
            severity: Severity::Warning,
            confidence: Confidence::Medium,
            motives: &["consistency"],
            page: include_str!("consistency_choice_missing.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        let copies = Copies::of(design);
        let scope = Scope::of(design);
        for (id, homes) in &copies.homes {
            let entity = &design.model.entities[*id];
            let Some(lagging) = copies.lagging.get(id).filter(|_| !is_immutable(entity)) else {
                continue;
            };
            if scope.covers(design, *id) || copies.decided.contains(id) {
                report.pass();
                continue;
            }
            let changed = copies.changed.get(id);
            match changed {
                Some(span) => {
                    report.fail(finding(design, *id, homes, lagging, *span, report));
                }
                None => report.unknown(
                    entity.head.name_span,
                    "it has several copies, and nothing says whether it ever changes",
                ),
            }
        }
    }

    fn merge(&self, findings: Vec<Finding>) -> Vec<Finding> {
        group(findings, |names| {
            format!(
                "{} have several copies, and nothing says how fresh a read must be",
                list(names)
            )
        })
    }

    fn undecided(&self, undecided: usize, of: usize) -> String {
        format!(
            "how fresh reads must be is not decided for {undecided} of {of} entities with copies"
        )
    }
}

/// Where each entity is kept, copied and changed.
#[derive(Default)]
struct Copies {
    /// The stores that are no copies.
    homes: BTreeMap<Id<Entity>, BTreeSet<Id<Component>>>,
    /// The copies that follow a write, and why.
    lagging: BTreeMap<Id<Entity>, Vec<(Span, String)>>,
    /// Those of which a store, an operation or a connection says how fresh they are.
    decided: BTreeSet<Id<Entity>>,
    /// Where it is changed, for the first time said.
    changed: BTreeMap<Id<Entity>, Span>,
}

impl Copies {
    fn of(design: &Design<'_>) -> Copies {
        let mut copies = Copies::default();
        for (id, component) in design.model.components.iter() {
            copies.keep(design, id, component);
        }
        for (_, operation) in design.model.operations.iter() {
            let reads = operation.facts.data("reads").map(|data| data.entity);
            let named = operation.result_entities().map(|(entity, _)| entity);
            if operation.facts.has("consistency") {
                copies.decided.extend(reads.chain(named));
            }
            for data in operation.facts.data("writes") {
                copies.changed.entry(data.entity).or_insert(data.span);
            }
        }
        for visit in design.visits() {
            if visit.facts.has("consistency") || visit.facts.says("target", "primary") {
                copies.decided.extend(&visit.reads);
            }
            let source = design.component(visit.to).is_source_of_truth();
            for entity in visit.writes.iter().filter(|_| source) {
                copies.changed.entry(*entity).or_insert(visit.span);
            }
            if visit.facts.says("target", "replica") {
                let words = format!("read from a replica of `{}`", design.name(visit.to));
                for entity in &visit.reads {
                    let lagging = copies.lagging.entry(*entity).or_default();
                    lagging.push((visit.span, words.clone()));
                }
            }
        }
        copies
    }

    fn keep(&mut self, design: &Design<'_>, id: Id<Component>, component: &Component) {
        if !component.is(Traits::STORES) || component.is_outside() {
            return;
        }
        let kept = design.entities_in(id);
        let facts = &component.facts;
        let copy =
            component.traits.any(Traits::DERIVED.with(Traits::VOLATILE)) || facts.has("copy-of");
        // What a technology does by itself was not chosen for this data.
        let says = ["consistency", "quorum"].iter().any(|key| {
            let fact = facts.present(key);
            fact.is_some_and(|fact| !matches!(fact.origin, Origin::Technology(..)))
        });
        let at_once = facts.says("invalidation", "on-write") || facts.says("write", "through");
        if says {
            self.decided.extend(&kept);
        }
        for entity in kept {
            if !copy {
                self.homes.entry(entity).or_default().insert(id);
            } else if !at_once {
                let words = format!("`{}` holds a copy", design.name(id));
                let lagging = self.lagging.entry(entity).or_default();
                lagging.push((component.head.name_span, words));
            }
        }
    }
}

/// What qualities say of it.
struct Scope<'a> {
    /// Those of the whole system, or that name something.
    qualities: Vec<&'a Requirement>,
    /// What is named, and the entities that operations and flows touch.
    touched: BTreeSet<Id<Entity>>,
}

impl<'a> Scope<'a> {
    fn of(design: &Design<'a>) -> Scope<'a> {
        let all = design.model.requirements.rows().iter();
        let qualities: Vec<&Requirement> = all.filter(|it| chooses(it)).collect();
        let named: BTreeSet<Element> = qualities
            .iter()
            .flat_map(|it| it.scope.iter().copied())
            .collect();
        let purposes = named.iter().flat_map(|it| match it {
            Element::Requirement(id) => design.model.linked_to(*id),
            _ => &[],
        });
        let all: BTreeSet<Element> = named.iter().chain(purposes).copied().collect();
        let touched = all.into_iter().flat_map(|it| touched(design, it)).collect();
        Scope { qualities, touched }
    }

    fn covers(&self, design: &Design<'_>, id: Id<Entity>) -> bool {
        let about = &design.model.entities[id].about;
        let stated = about.get("consistency").is_some() || about.has("quorum");
        let global = self.qualities.iter().any(|it| it.is_global());
        stated || global || self.touched.contains(&id)
    }
}

/// Tells whether a quality says what wins, or how old an answer may be.
fn chooses(requirement: &Requirement) -> bool {
    let kind = requirement.kind == RequirementKind::Quality;
    let typed = requirement.is_quality("consistency") || requirement.is_quality("freshness");
    let says = requirement.facts.has("prefer") || requirement.facts.has("consistency");
    kind && (typed || says || requirement.demand("staleness").is_some())
}

fn touched(design: &Design<'_>, element: Element) -> Vec<Id<Entity>> {
    let model = design.model;
    match element {
        Element::Entity(id) => vec![id],
        Element::Operation(id) => design.entities_touched(id).into_iter().collect(),
        Element::Api(id) => {
            let operations = model.apis[id].operations.iter();
            operations
                .flat_map(|id| design.entities_touched(*id))
                .collect()
        }
        Element::Flow(id) => {
            let links = model.flows[id].links();
            let both = links
                .iter()
                .flat_map(|(link, _)| link.facts.data("reads").chain(link.facts.data("writes")));
            both.map(|data| data.entity).collect()
        }
        Element::Component(id) => design.entities_in(id).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// Tells whether it stays as it was written.
fn is_immutable(entity: &Entity) -> bool {
    let fields = &entity.fields;
    let fixed = |field: &crate::model::Field| field.is("immutable") || field.is("key");
    let all = !fields.is_empty() && fields.iter().all(fixed);
    let some = fields.iter().any(|field| field.is("immutable"));
    entity.about.has("immutable") || entity.about.has("transient") || all && some
}

fn finding(
    design: &Design<'_>,
    id: Id<Entity>,
    homes: &BTreeSet<Id<Component>>,
    lagging: &[(Span, String)],
    changed: Span,
    report: &Report,
) -> Finding {
    let entity = &design.model.entities[id];
    let name = &entity.head.name;
    let home: Vec<&str> = homes.iter().map(|id| design.name(*id)).collect();
    let message = format!(
        "`{name}` is kept in {} and copied, and nothing says how fresh a read must be",
        list(&home)
    );
    let finding = report
        .finding(entity.head.name_span, message)
        .label("no `consistency` stated")
        .help(format!(
            "choose for each: `about {{ consistency: eventual }}` where an old `{name}` does no harm, `strong` where it does; or for all with `prefer: availability` in a quality"
        ))
        .about(entity.head.path.clone());
    let finding = lagging
        .iter()
        .take(3)
        .fold(finding, |finding, (span, words)| {
            finding.because(*span, words.clone())
        });
    finding.because(changed, format!("`{name}` is changed here"))
}
