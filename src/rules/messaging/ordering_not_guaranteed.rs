//! See `ordering_not_guaranteed.md`.

use std::collections::{BTreeMap, BTreeSet};

use super::{carried, consumers, media};
use crate::finding::{Confidence, Finding, Severity};
use crate::lint::{About, Design, Report, Rule};
use crate::model::{Component, Entity, Fact, FactItem, FactValue, Id, Origin, Relation};
use crate::rules::words::list;
use crate::vocabulary::Traits;

/// Messages whose order matters, over a medium or past consumers that do not keep it.
pub struct OrderingNotGuaranteed;

impl Rule for OrderingNotGuaranteed {
    fn about(&self) -> About {
        About {
            name: "ordering-not-guaranteed",
            category: "messaging",
            summary: "messages whose order matters, on a way that does not keep it",
            severity: Severity::Warning,
            confidence: Confidence::Medium,
            motives: &[],
            page: include_str!("ordering_not_guaranteed.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        let ordered: BTreeSet<Id<Entity>> = design
            .model
            .entities
            .iter()
            .filter(|(_, entity)| entity.about.has("ordered-by"))
            .map(|(id, _)| id)
            .collect();
        if ordered.is_empty() {
            return;
        }
        let checked = checked(design);
        for medium in media(design) {
            let entities = carried(design, medium);
            let entities: BTreeSet<Id<Entity>> = entities.intersection(&ordered).copied().collect();
            let takers = takers(design, medium);
            let safe = |to: &Id<Component>| {
                entities
                    .iter()
                    .all(|entity| checked.contains(&(*to, *entity)))
            };
            let takers: Vec<Id<Component>> = takers.into_keys().filter(|to| !safe(to)).collect();
            if !entities.is_empty() && !takers.is_empty() {
                judge(design, medium, &entities, &takers, report);
            }
        }
    }

    fn undecided(&self, undecided: usize, of: usize) -> String {
        format!(
            "{undecided} of {of} queues: not stated within what they keep the order (`ordering`)"
        )
    }
}

/// Returns the programs that take messages from a medium and do something with them.
fn takers(design: &Design<'_>, medium: Id<Component>) -> BTreeMap<Id<Component>, Id<Relation>> {
    let mut takers = consumers(design, medium);
    takers.retain(|to, _| design.component(*to).is(Traits::COMPUTE));
    takers
}

/// Returns who writes which entity only on a condition, such as the number that it
/// must have: what comes too late is turned away.
fn checked(design: &Design<'_>) -> BTreeSet<(Id<Component>, Id<Entity>)> {
    let conditional = |facts: &crate::model::Facts| {
        ["optimistic", "conditional"]
            .iter()
            .any(|word| facts.says("locking", word))
    };
    let mut found = BTreeSet::new();
    for visit in design.visits() {
        let around = visit.around.iter().any(|group| conditional(&group.facts));
        if around || conditional(visit.facts) {
            found.extend(visit.writes.iter().map(|entity| (visit.from, *entity)));
        }
    }
    found
}

fn judge(
    design: &Design<'_>,
    id: Id<Component>,
    entities: &BTreeSet<Id<Entity>>,
    takers: &[Id<Component>],
    report: &mut Report,
) {
    let medium = design.component(id);
    if medium.facts.has("ordered-by") {
        return report.pass();
    }
    let Some(fact) = medium.facts.get("ordering") else {
        let words = "carries what is `ordered-by`, and nothing says whether it keeps the order";
        return report.unknown(medium.head.name_span, words);
    };
    let assumed = matches!(fact.origin, Origin::Technology(..));
    match &fact.value {
        FactValue::Absent => {
            report.fail(unordered(design, id, fact, entities, report));
        }
        FactValue::Items(items) if whole(items) && medium.kind.name == "queue" => {
            let many: Vec<Id<Component>> = takers
                .iter()
                .filter(|taker| works_in_parallel(design.component(**taker)))
                .copied()
                .collect();
            match many.as_slice() {
                [] => report.pass(),
                many => report.fail(side_by_side(design, id, fact, entities, many, report)),
            }
        }
        FactValue::Items(items) if assumed && !whole(items) => {
            let words = "nothing says by what its messages are put into partitions (`ordering`)";
            report.unknown(medium.head.name_span, words);
        }
        _ => report.pass(),
    }
}

/// Tells whether a medium has one order for all, which holds only as long as one
/// after the other is taken.
fn whole(items: &[FactItem]) -> bool {
    let one = |item: &FactItem| matches!(item, FactItem::Word(word) if word == "queue" || word == "global");
    items.iter().any(one)
}

/// Tells whether several messages are worked on at the same time.
fn works_in_parallel(component: &Component) -> bool {
    let several = ["replicas", "autoscale"]
        .iter()
        .filter_map(|key| component.facts.count(key))
        .any(|count| count.least > 1 || count.most.is_some_and(|most| most > 1));
    let concurrent = component.facts.number("concurrency");
    several || concurrent.is_some_and(|number| number > 1.0)
}

fn unordered(
    design: &Design<'_>,
    id: Id<Component>,
    fact: &Fact,
    entities: &BTreeSet<Id<Entity>>,
    report: &Report,
) -> Finding {
    let (medium, name) = (design.component(id), design.name(id));
    let message = format!(
        "`{name}` may hand over {} in another order than it was sent, and its order matters",
        names(design, entities)
    );
    let finding = report
        .finding(medium.head.name_span, message)
        .label("keeps no order")
        .about(name);
    let finding = match &fact.origin {
        Origin::Technology(technology, _) => {
            finding.assume(format!("{technology} keeps no order (its default)"))
        }
        _ => finding
            .confidence(Confidence::High)
            .because(fact.span, "no order, it says here"),
    };
    matters(design, finding, entities).help(help(design, name, entities))
}

fn side_by_side(
    design: &Design<'_>,
    id: Id<Component>,
    fact: &Fact,
    entities: &BTreeSet<Id<Entity>>,
    takers: &[Id<Component>],
    report: &Report,
) -> Finding {
    let (medium, name) = (design.component(id), design.name(id));
    let who: Vec<&str> = takers.iter().map(|id| design.name(*id)).collect();
    let verb = if who.len() == 1 { "takes" } else { "take" };
    let message = format!(
        "{} {verb} {} from `{name}` side by side, so a later one may overtake an earlier one",
        list(&who),
        names(design, entities)
    );
    let first = design.component(takers[0]);
    let finding = report
        .finding(medium.head.name_span, message)
        .label("in order up to here")
        .about(name);
    let finding = match &fact.origin {
        Origin::Technology(technology, _) => finding.assume(format!(
            "{technology} keeps the order within the queue (its default)"
        )),
        _ => finding,
    };
    let copies = ["replicas", "autoscale", "concurrency"]
        .iter()
        .find_map(|key| first.facts.get(key));
    let finding = match copies {
        Some(copies) => finding.because(copies.span, "several at work at once"),
        None => finding,
    };
    matters(design, finding, entities).help(help(design, name, entities))
}

/// Shows who says that the order matters.
fn matters(design: &Design<'_>, finding: Finding, entities: &BTreeSet<Id<Entity>>) -> Finding {
    let rows = entities.iter().map(|id| &design.model.entities[*id]);
    let stated = rows.filter_map(|row| Some((row, row.about.get("ordered-by")?)));
    stated.take(3).fold(finding, |finding, (row, fact)| {
        let words = format!("the order of `{}` matters", row.head.path);
        finding.because(fact.span, words)
    })
}

fn names(design: &Design<'_>, entities: &BTreeSet<Id<Entity>>) -> String {
    let names: Vec<&str> = entities
        .iter()
        .map(|id| design.model.entities[*id].head.path.as_str())
        .collect();
    list(&names)
}

fn help(design: &Design<'_>, medium: &str, entities: &BTreeSet<Id<Entity>>) -> String {
    let field = entities.iter().find_map(|id| {
        let entity = &design.model.entities[*id];
        let fields = entity.about.items("ordered-by").iter();
        let field = fields.into_iter().find_map(|item| match item {
            FactItem::Fields(path) => path.fields.first(),
            _ => None,
        })?;
        Some(format!("{}.{field}", entity.head.name))
    });
    let key = field.unwrap_or_else(|| "partition".to_owned());
    format!(
        "keep what belongs together in order (`ordering: {key}` on `{medium}`, with a medium that has partitions), or let the consumer turn away what comes late (`locking: conditional` on its write)"
    )
}
