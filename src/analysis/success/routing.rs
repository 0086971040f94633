//! A gateway routes: of what is behind it only what the operation uses counts,
//! where the data or the purpose that it names tells which that is.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Component, Element, Entity, Id, Model, Operation, Relation};
use crate::vocabulary::Traits;

/// What stands behind the forwarders of a design.
#[derive(Debug, Default)]
pub struct Routing {
    forwarders: BTreeMap<Id<Component>, Routes>,
}

impl Routing {
    /// Looks at what stands behind each forwarder of a design.
    pub fn new(model: &Model) -> Routing {
        let forwarders = model
            .components
            .iter()
            .filter(|(_, it)| it.is(Traits::FORWARDS));
        let routes = forwarders.map(|(id, it)| (id, Routes::new(model, &it.outgoing)));
        Routing {
            forwarders: routes.collect(),
        }
    }

    /// Returns what stands behind a forwarder; nothing for what does not forward.
    pub fn of(&self, forwarder: Id<Component>) -> Option<&Routes> {
        self.forwarders.get(&forwarder)
    }
}

/// What stands behind a forwarder, and by what an operation finds its own.
#[derive(Debug, Default)]
pub struct Routes {
    /// The connections to our programs.
    pub behind: Vec<Id<Relation>>,
    /// All other connections.
    pub others: Vec<Id<Relation>>,
    /// Those of `behind` whose program reads or writes an entity.
    by_entity: BTreeMap<Id<Entity>, Vec<Id<Relation>>>,
    /// Those of `behind` whose program is for a requirement.
    by_purpose: BTreeMap<Element, Vec<Id<Relation>>>,
}

impl Routes {
    fn new(model: &Model, relations: &[Id<Relation>]) -> Routes {
        let mut routes = Routes::default();
        for id in relations {
            let service = model.relations[*id].to;
            if !model.components[service].is(Traits::COMPUTE) {
                routes.others.push(*id);
                continue;
            }
            routes.behind.push(*id);
            for purpose in model.components[service].facts.targets("for") {
                routes.by_purpose.entry(purpose).or_default().push(*id);
            }
            for (_, edge) in model.outgoing(service) {
                for data in edge.reads().chain(edge.writes()) {
                    let known = routes.by_entity.entry(data.entity).or_default();
                    if known.last() != Some(id) {
                        known.push(*id);
                    }
                }
            }
        }
        routes
    }

    /// Returns the connections to those that an operation can be meant for: by the
    /// requirement that both are for, else by the entities that it names, else all.
    pub fn choices(&self, operation: &Operation) -> Vec<Id<Relation>> {
        let purposes = operation
            .facts
            .targets("for")
            .filter_map(|it| self.by_purpose.get(&it));
        let mut used: BTreeSet<Id<Relation>> = purposes.flatten().copied().collect();
        if used.is_empty() {
            let results = operation.result_entities().map(|(entity, _)| entity);
            let named = operation
                .facts
                .data("reads")
                .chain(operation.facts.data("writes"));
            let touched = results.chain(named.map(|data| data.entity));
            used.extend(touched.filter_map(|it| self.by_entity.get(&it)).flatten());
        }
        if used.is_empty() {
            return self.behind.clone();
        }
        used.into_iter().collect()
    }
}
