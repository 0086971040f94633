//! Who finds what by which fields, as connections and operations say it
//! (`reads: Order by buyer`).

use std::collections::{BTreeMap, BTreeSet};

use crate::lint::visits::{Visit, peaks};
use crate::lint::{Design, Report, RuleOption};
use crate::model::{
    Component, DataUse, Element, Entity, FactItem, FieldPath, FieldType, Id, Relation, Schedule,
};
use crate::rules::by_load::HOT;
use crate::source::Span;
use crate::vocabulary::Traits;

/// So few rows are read through faster than an index helps.
pub(super) const SMALL: RuleOption = RuleOption {
    name: "small",
    default: "10k",
    summary: "so many of an entity, or fewer, are read through without harm",
};

/// A search in a store by fields.
pub(super) struct Lookup {
    /// Over which connection.
    pub(super) relation: Id<Relation>,
    /// Who searches.
    pub(super) from: Id<Component>,
    /// Where.
    pub(super) store: Id<Component>,
    /// What is found.
    pub(super) entity: Id<Entity>,
    /// By which fields.
    pub(super) by: Vec<String>,
    /// Where it is said.
    pub(super) span: Span,
    /// How often at peak, at the least; `None` where no load says.
    pub(super) rate: Option<f64>,
    /// The operation or flow that asks most often.
    pub(super) busiest: Option<Element>,
    /// Whether only work that runs once in a while does it.
    pub(super) batch: bool,
}

type Key = (Id<Relation>, Id<Entity>, Vec<String>);

/// Where a search is said first, and the operations that no visit shows.
struct Said {
    span: Span,
    unshown: Vec<Element>,
}

fn note(
    said: &mut BTreeMap<Key, Said>,
    relation: Id<Relation>,
    data: &DataUse,
    unshown: Option<Element>,
) {
    let known = said.entry((relation, data.entity, data.by.clone()));
    let known = known.or_insert(Said {
        span: data.span,
        unshown: Vec::new(),
    });
    known.unshown.extend(unshown);
}

/// Returns the calls to the databases that say that they store an entity.
fn ways_to_keepers(design: &Design<'_>) -> BTreeMap<Id<Entity>, Vec<Id<Relation>>> {
    let mut ways: BTreeMap<Id<Entity>, Vec<Id<Relation>>> = BTreeMap::new();
    for (id, relation) in design.model.relations.iter() {
        let to = design.component(relation.to);
        if relation.waits() && to.is_source_of_truth() {
            for data in to.facts.data("stores") {
                ways.entry(data.entity).or_default().push(id);
            }
        }
    }
    ways
}

/// Returns every search of a store by fields that the design states.
pub(super) fn lookups(design: &Design<'_>) -> Vec<Lookup> {
    let mut visits: BTreeMap<Id<Relation>, Vec<&Visit<'_>>> = BTreeMap::new();
    let mut of_operation: BTreeMap<Element, Vec<&Visit<'_>>> = BTreeMap::new();
    for visit in design.visits() {
        visits.entry(visit.relation).or_default().push(visit);
        if let Some(operation) = visit.operation {
            let of = of_operation.entry(Element::Operation(operation));
            of.or_default().push(visit);
        }
    }
    let mut said: BTreeMap<Key, Said> = BTreeMap::new();
    for (id, relation) in design.model.relations.iter() {
        for data in searches(relation.reads()) {
            note(&mut said, id, data, None);
        }
    }
    let kept = ways_to_keepers(design);
    for (id, operation) in design.model.operations.iter() {
        let element = Element::Operation(id);
        let near = of_operation.get(&element).map_or(&[][..], Vec::as_slice);
        for data in searches(operation.facts.data("reads")) {
            let mut shown = near.iter().filter(|it| it.reads.contains(&data.entity));
            let mut any = false;
            for visit in shown.by_ref() {
                note(&mut said, visit.relation, data, None);
                any = true;
            }
            // No visit shows it; where there is one way alone, it is that one.
            if let (false, Some([only])) = (any, kept.get(&data.entity).map(Vec::as_slice)) {
                note(&mut said, *only, data, Some(element));
            }
        }
    }
    let mut ways: BTreeMap<(Id<Relation>, Id<Entity>), usize> = BTreeMap::new();
    for (relation, entity, _) in said.keys() {
        *ways.entry((*relation, *entity)).or_default() += 1;
    }
    let rates = rates(design);
    let found = said
        .into_iter()
        .filter_map(|((relation, entity, by), said)| {
            let row = &design.model.relations[relation];
            let (from, store) = (row.from, row.to);
            let to = design.component(store);
            let keeps = to.is(Traits::STORES)
                && !to.traits.any(
                    Traits::CACHES
                        .with(Traits::THIRD_PARTY)
                        .with(Traits::CONTROL_PLANE),
                )
                && to.kind.name != "warehouse";
            keeps.then(|| {
                let uses = visits.get(&relation).map_or(&[][..], Vec::as_slice);
                let alone = ways.get(&(relation, entity)) == Some(&1);
                let uses: Vec<&&Visit<'_>> = uses
                    .iter()
                    .filter(|it| fits(design, it, entity, &by, alone))
                    .collect();
                let (rate, busiest) = traffic(&uses, &said.unshown, &rates);
                let batch = is_batch(design, from, &uses);
                Lookup {
                    relation,
                    from,
                    store,
                    entity,
                    by,
                    span: said.span,
                    rate,
                    busiest,
                    batch,
                }
            })
        });
    found.collect()
}

fn searches<'a>(data: impl Iterator<Item = &'a DataUse>) -> impl Iterator<Item = &'a DataUse> {
    data.filter(|data| !data.by.is_empty())
}

/// Tells whether a visit is this search: it reads the entity, and it, else its
/// operation, finds it by these fields; where neither says, no other fields are said.
fn fits(
    design: &Design<'_>,
    visit: &Visit<'_>,
    entity: Id<Entity>,
    by: &[String],
    alone: bool,
) -> bool {
    let of_operation = visit.operation.map(|id| &design.model.operations[id].facts);
    let own = visit.flow.map(|_| visit.facts);
    let mut said = [own, of_operation].into_iter().flatten().map(|facts| {
        let named = searches(facts.data("reads"));
        let named = named.filter(|data| data.entity == entity);
        named.collect::<Vec<&DataUse>>()
    });
    let fits = match said.find(|data| !data.is_empty()) {
        Some(data) => data.iter().any(|data| data.by == by),
        None => alone,
    };
    visit.reads.contains(&entity) && fits
}

/// Returns the peak rate of each operation and flow, the highest of several loads.
fn rates(design: &Design<'_>) -> BTreeMap<Element, f64> {
    let mut all: BTreeMap<Element, f64> = BTreeMap::new();
    for load in design.model.loads.rows() {
        for (of, rate) in peaks(load) {
            let known = all.entry(of).or_insert(rate);
            *known = known.max(rate);
        }
    }
    all
}

fn traffic(
    uses: &[&&Visit<'_>],
    unshown: &[Element],
    rates: &BTreeMap<Element, f64>,
) -> (Option<f64>, Option<Element>) {
    let shown = uses.iter().filter_map(|visit| {
        let of = visit.of()?;
        Some((rates.get(&of)? * visit.times, of))
    });
    let unshown = unshown.iter().filter_map(|of| Some((*rates.get(of)?, *of)));
    let asked: Vec<(f64, Element)> = shown.chain(unshown).collect();
    let busiest = asked.iter().max_by(|a, b| a.0.total_cmp(&b.0));
    let total = (!asked.is_empty()).then(|| asked.iter().map(|(rate, _)| rate).sum());
    (total, busiest.map(|(_, of)| *of))
}

fn is_batch(design: &Design<'_>, from: Id<Component>, uses: &[&&Visit<'_>]) -> bool {
    let scheduled = |items: &[FactItem]| {
        items
            .iter()
            .any(|item| matches!(item, FactItem::Schedule(Schedule::Every(_))))
    };
    let own = scheduled(design.component(from).facts.items("runs"));
    let flows: BTreeSet<bool> = uses
        .iter()
        .filter_map(|visit| visit.flow)
        .map(|id| scheduled(design.model.flows[id].facts.items("runs")))
        .collect();
    own || flows.len() == 1 && flows.contains(&true)
}

impl Lookup {
    /// Tells whether a search by coordinates or by likeness is meant, which needs an
    /// index of its own kind.
    pub(super) fn is_special(&self, design: &Design<'_>) -> bool {
        let facts = &design.model.relations[self.relation].facts;
        let worded = ["text", "geo", "vector", "scan"]
            .iter()
            .any(|word| facts.says("query", word));
        let entity = &design.model.entities[self.entity];
        let typed = |name: &String| {
            let field = entity.field(name);
            field.is_some_and(|it| matches!(it.ty, FieldType::Scalar("point" | "vector", _)))
        };
        worded || self.by.iter().any(typed)
    }

    /// Tells whether an index that the entity states leads there: it begins with one of
    /// the fields.
    pub(super) fn has_index(&self, design: &Design<'_>) -> bool {
        let entity = &design.model.entities[self.entity];
        let marked = |name: &String| {
            let field = entity.field(name);
            field.is_some_and(|it| it.is("indexed") || it.is("unique"))
        };
        let stated = ["index", "unique"];
        let open = entity
            .about
            .present("index")
            .is_some_and(|fact| fact.value == crate::model::FactValue::Open);
        let listed = stated
            .iter()
            .flat_map(|key| entity.about.items(key))
            .filter_map(fields)
            .any(|path| path.fields.first().is_some_and(|it| self.by.contains(it)));
        open || listed || self.by.iter().any(marked)
    }

    /// Tells whether it names the first field of the key.
    pub(super) fn leads_the_key(&self, design: &Design<'_>) -> bool {
        let entity = &design.model.entities[self.entity];
        let first = entity.fields.iter().find(|field| field.is("key"));
        first.is_some_and(|field| self.by.contains(&field.name))
    }

    /// Tells whether it names every field by which the store spreads the entity.
    pub(super) fn names_shard(&self, design: &Design<'_>) -> bool {
        let key = shard_key(design, self.store, self.entity);
        !key.is_empty() && key.iter().all(|field| self.by.contains(field))
    }

    /// Returns the fields for a sentence: `buyer`, `event, section`.
    pub(super) fn fields(&self) -> String {
        self.by.join(", ")
    }
}

fn fields(item: &FactItem) -> Option<&FieldPath> {
    match item {
        FactItem::Fields(path) => Some(path),
        _ => None,
    }
}

/// Returns the fields by which a store spreads an entity; none where nothing is said
/// of that entity.
pub(super) fn shard_key(
    design: &Design<'_>,
    store: Id<Component>,
    entity: Id<Entity>,
) -> Vec<String> {
    let row = &design.model.entities[entity];
    let paths = design.component(store).facts.items("shard").iter();
    let own = paths.filter_map(fields).filter(|path| match path.entity {
        Some(named) => named == entity,
        None => path.fields.iter().all(|field| row.field(field).is_some()),
    });
    own.flat_map(|path| path.fields.clone()).collect()
}

/// Returns how many of an entity there are, as far as is stated.
pub(super) fn counted(entity: &Entity) -> Option<f64> {
    let about = &entity.about;
    let least = || about.count("count").map(|count| count.least as f64);
    about.number("count").or_else(least)
}

/// Tells whether a search is hot and has to ask every part of a store that is spread
/// by other fields, because no index leads there either.
pub(super) fn crosses_shards(design: &Design<'_>, lookup: &Lookup, report: &Report) -> bool {
    let store = design.component(lookup.store);
    let entity = &design.model.entities[lookup.entity];
    let spread = !shard_key(design, lookup.store, lookup.entity).is_empty();
    let parts = store.facts.count("shards");
    let few = parts.is_some_and(|parts| !parts.many && parts.most.unwrap_or(parts.least) <= 2);
    let small = counted(entity).is_some_and(|count| count <= report.option(SMALL.name));
    let open = lookup.names_shard(design) || lookup.has_index(design) || lookup.is_special(design);
    let hot = lookup
        .rate
        .is_some_and(|rate| rate >= report.option(HOT.name));
    spread && hot && !few && !small && !open && !lookup.batch
}
