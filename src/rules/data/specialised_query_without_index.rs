//! See `specialised_query_without_index.md`.

use std::collections::{BTreeMap, BTreeSet};

use super::lookup::{SMALL, counted};
use crate::finding::{Confidence, Finding, Severity};
use crate::lint::{About, Design, Report, Rule, RuleOption};
use crate::model::{Component, DataUse, Entity, Facts, FieldType, Id, Origin, Relation};
use crate::rules::words::list;
use crate::source::Span;
use crate::vocabulary::Traits;

/// A search by words, place or likeness in a store that has no index for it.
pub struct SpecialisedQueryWithoutIndex;

impl Rule for SpecialisedQueryWithoutIndex {
    fn about(&self) -> About {
        About {
            name: "specialised-query-without-index",
            category: "data",
            summary: "a search by words, place or likeness where no such index is",
            severity: Severity::Warning,
            confidence: Confidence::Medium,
            motives: &[],
            page: include_str!("specialised_query_without_index.md"),
        }
    }

    fn options(&self) -> &'static [RuleOption] {
        &[SMALL]
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        let mut asked: BTreeMap<(Id<Component>, &str), Asked> = BTreeMap::new();
        for (id, relation) in design.model.relations.iter() {
            let data: Vec<&DataUse> = relation.reads().collect();
            note(
                design,
                &mut asked,
                id,
                &relation.facts,
                &data,
                relation.span,
            );
        }
        for visit in design.visits().iter().filter(|it| it.flow.is_some()) {
            let data: Vec<&DataUse> = visit.facts.data("reads").collect();
            note(
                design,
                &mut asked,
                visit.relation,
                visit.facts,
                &data,
                visit.span,
            );
        }
        for ((store, how), asked) in &asked {
            judge(design, *store, how, asked, report);
        }
    }

    fn undecided(&self, undecided: usize, of: usize) -> String {
        format!("{undecided} of {of} special searches: not stated which indexes the store has")
    }
}

/// A way in which a store is searched.
struct Asked {
    relation: Id<Relation>,
    span: Span,
    entities: BTreeSet<Id<Entity>>,
}

fn note<'w>(
    design: &Design<'_>,
    asked: &mut BTreeMap<(Id<Component>, &'w str), Asked>,
    relation: Id<Relation>,
    facts: &Facts,
    data: &[&DataUse],
    span: Span,
) {
    let to = design.model.relations[relation].to;
    let store = design.component(to);
    if !store.is(Traits::STORES) || store.traits.any(Traits::THIRD_PARTY) {
        return;
    }
    let mut add = |how: &'w str, span: Span, entities: &mut dyn Iterator<Item = Id<Entity>>| {
        let entry = asked.entry((to, how)).or_insert(Asked {
            relation,
            span,
            entities: BTreeSet::new(),
        });
        entry.entities.extend(entities);
    };
    for how in ["text", "geo", "vector"] {
        if facts.says("query", how) {
            let span = facts.get("query").map_or(span, |fact| fact.span);
            add(how, span, &mut data.iter().map(|it| it.entity));
        }
    }
    for data in data {
        let entity = &design.model.entities[data.entity];
        for field in data.by.iter().filter_map(|name| entity.field(name)) {
            match field.ty {
                FieldType::Scalar("point", _) => {
                    add("geo", data.span, &mut std::iter::once(data.entity));
                }
                FieldType::Scalar("vector", _) => {
                    add("vector", data.span, &mut std::iter::once(data.entity));
                }
                _ => {}
            }
        }
    }
}

/// What a store says about an index of a kind.
enum Has {
    Yes,
    No,
    Unstated,
}

fn has(store: &Component, how: &str) -> Has {
    const WITHOUT: &[&str] = &["key-value", "blob", "wide-column", "time-series"];
    let facts = &store.facts;
    match facts.get("index") {
        Some(_) if facts.says("index", how) => Has::Yes,
        Some(fact) if fact.value == crate::model::FactValue::Open => Has::Yes,
        Some(_) => Has::No,
        None if store.kind.name == "search" && how == "text" => Has::Yes,
        None if facts.says("model", "vector") && how == "vector" => Has::Yes,
        None if store.kind.name == "storage" => Has::No,
        None if WITHOUT.iter().any(|model| facts.says("model", model)) => Has::No,
        None => Has::Unstated,
    }
}

fn judge(design: &Design<'_>, id: Id<Component>, how: &str, asked: &Asked, report: &mut Report) {
    let store = design.component(id);
    let few = report.option(SMALL.name);
    let small =
        |id: &Id<Entity>| counted(&design.model.entities[*id]).is_some_and(|count| count <= few);
    if !asked.entities.is_empty() && asked.entities.iter().all(small) {
        return report.pass();
    }
    match has(store, how) {
        Has::Yes => report.pass(),
        Has::No => report.fail(tell(design, id, how, asked, report)),
        Has::Unstated => {
            let words = format!(
                "not stated whether `{}` has an index for it (`index: {how}`)",
                store.head.path
            );
            report.unknown(asked.span, words);
        }
    }
}

fn tell(
    design: &Design<'_>,
    id: Id<Component>,
    how: &str,
    asked: &Asked,
    report: &Report,
) -> Finding {
    let store = design.component(id);
    let name = &store.head.path;
    let relation = &design.model.relations[asked.relation];
    let from = design.name(relation.from);
    let entities: Vec<&str> = asked
        .entities
        .iter()
        .map(|id| design.model.entities[*id].head.path.as_str())
        .collect();
    let what = match entities.is_empty() {
        true => String::new(),
        false => format!("{} ", list(&entities)),
    };
    let by = match how {
        "text" => "by words",
        "geo" => "by place",
        _ => "by likeness",
    };
    let own = crate::model::article(store.kind.name);
    let home = match store.is_source_of_truth() {
        true => format!(
            "feed a store that can from its log (`{name} ~> found {{ mode: cdc }}`, `search found: elasticsearch`), or say that an extension can (`index: {how}` on `{name}`)"
        ),
        false => {
            format!("take {own} that can, or say that this one does (`index: {how}` on `{name}`)")
        }
    };
    let mut finding = report
        .finding(
            asked.span,
            format!("`{from}` searches {what}{by} in `{name}`, which has no {how} index"),
        )
        .label(format!("needs a {how} index"))
        .help(home)
        .about(name.clone())
        .about(design.relation_name(asked.relation));
    let fact = store
        .facts
        .get("index")
        .or_else(|| store.facts.get("model"));
    if let Some(fact) = fact {
        let words: Vec<&str> = ["hash", "sorted", "text", "geo", "vector"]
            .into_iter()
            .filter(|word| store.facts.says("index", word))
            .collect();
        finding = match &fact.origin {
            Origin::Technology(product, _) if !words.is_empty() => finding.assume(format!(
                "{product} offers indexes of the kinds {}",
                list(&words)
            )),
            Origin::Technology(product, _) => {
                finding.assume(format!("{product} finds things by their key alone"))
            }
            _ => finding
                .because(fact.span, "what it can is said here")
                .confidence(Confidence::High),
        };
    }
    entities
        .iter()
        .fold(finding, |finding, it| finding.about(*it))
}
