//! See `missing_object_authorization.md`.

use std::collections::{BTreeMap, BTreeSet};

use super::missing_authentication::authenticates;
use crate::finding::{Confidence, Finding, Severity};
use crate::lint::{About, Design, Report, Rule};
use crate::model::{Component, Entity, Fact, Facts, Id, Operation, Relation};
use crate::rules::by_api::{by_api, few};
use crate::rules::public_edge::{
    Guards, Reach, Ways, handlers, is_staff, is_staff_name, performer,
};
use crate::rules::words::parts;

/// An operation on something of somebody's that does not ask whose it is.
pub struct MissingObjectAuthorization;

impl Rule for MissingObjectAuthorization {
    fn about(&self) -> About {
        About {
            name: "missing-object-authorization",
            category: "security",
            summary: "an operation on a thing with an owner, and no rule who may do it",
            severity: Severity::Warning,
            confidence: Confidence::Medium,
            motives: &["security"],
            page: include_str!("missing_object_authorization.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        let looked = Looked::at(design);
        for (id, operation) in design.model.operations.iter() {
            looked.check(id, operation, report);
        }
    }

    fn merge(&self, findings: Vec<Finding>) -> Vec<Finding> {
        by_api(findings, |_, names| {
            format!(
                "nothing says that {} only let callers at things of their own",
                few(names)
            )
        })
    }

    fn undecided(&self, undecided: usize, of: usize) -> String {
        format!("whose data may be worked on is not decided for {undecided} of {of} operations")
    }
}

struct Looked<'d, 'a> {
    design: &'d Design<'a>,
    /// The entities by the words of their names, run together.
    by_name: BTreeMap<String, Id<Entity>>,
    /// The same, by their plurals.
    by_plural: BTreeMap<String, Id<Entity>>,
    /// The ways of those who are not staff.
    people: Ways,
    /// Whether anything says how callers are known.
    known: bool,
}

impl<'d, 'a> Looked<'d, 'a> {
    fn at(design: &'d Design<'a>) -> Looked<'d, 'a> {
        let (component, relation) = (|_| false, |_, _: &Relation| false);
        let guards = Guards {
            component: &component,
            relation: &relation,
        };
        let entities = design.model.entities.iter().rev();
        let by_name: BTreeMap<String, Id<Entity>> = entities
            .map(|(id, it)| (parts(&it.head.name).concat(), id))
            .collect();
        let plurals = by_name
            .iter()
            .map(|(name, id)| (crate::rules::words::plural(name), *id));
        Looked {
            design,
            by_plural: plurals.collect(),
            by_name,
            people: Ways::past(design, &guards, &|id| !is_staff(design, id)),
            known: design
                .model
                .components
                .ids()
                .any(|id| authenticates(design, id)),
        }
    }

    fn check(&self, id: Id<Operation>, operation: &Operation, report: &mut Report) {
        let Some(object) = self.object(operation).filter(|it| self.is_owned(*it)) else {
            return;
        };
        let Some(changes) = self.works_on(id, operation, object) else {
            return;
        };
        let open = operation.is_public() || operation.facts.is_absent("auth");
        if open || self.is_for_staff(id, operation) {
            return;
        }
        let rule = self.rule(id, operation);
        if rule.is_some_and(|fact| fact.value != crate::model::FactValue::Absent) {
            return report.pass();
        }
        let at = operation.head.name_span;
        if !self.known && !operation.facts.has("auth") {
            return report.unknown(at, "nothing says who calls it");
        }
        report.fail(self.finding(id, object, changes, rule, report));
    }

    /// Returns the entity of which a route names one: `/orders/{orderId}`.
    fn object(&self, operation: &Operation) -> Option<Id<Entity>> {
        let (route, _) = operation.route.as_ref()?;
        let segments: Vec<&str> = route.split('/').filter(|it| !it.is_empty()).collect();
        if segments
            .first()
            .is_some_and(|first| ["me", "my", "self"].contains(first))
        {
            return None;
        }
        let last = segments.iter().rposition(|it| it.starts_with('{'))?;
        let collection = last.checked_sub(1).and_then(|it| segments.get(it));
        let held = collection.and_then(|it| self.entity_of(&parts(it).concat()));
        let name = parts(segments[last]).concat();
        let stem = name.strip_suffix("id").unwrap_or(&name);
        let named = self.by_name.get(stem).copied();
        match (named, held) {
            (Some(named), Some(held)) if named != held => None,
            (Some(named), _) => Some(named),
            (None, Some(held)) if stem.is_empty() || self.is_key(held, &name) => Some(held),
            _ => None,
        }
    }

    fn is_key(&self, entity: Id<Entity>, name: &str) -> bool {
        let entity = &self.design.model.entities[entity];
        let mut keys = entity.fields.iter().filter(|it| it.is("key"));
        keys.any(|field| parts(&field.name).concat() == name)
    }

    /// Returns the entity of a collection's name.
    fn entity_of(&self, segment: &str) -> Option<Id<Entity>> {
        let known = self.by_plural.get(segment);
        known.or_else(|| self.by_name.get(segment)).copied()
    }

    fn is_owned(&self, entity: Id<Entity>) -> bool {
        let about = &self.design.model.entities[entity].about;
        about.has("owner") && !about.says("class", "public")
    }

    /// Tells whether an operation changes (`true`) or shows (`false`) the one that
    /// its route names.
    fn works_on(
        &self,
        id: Id<Operation>,
        operation: &Operation,
        object: Id<Entity>,
    ) -> Option<bool> {
        let (route, _) = operation.route.as_ref()?;
        let itself = route.trim_end_matches('/').ends_with('}');
        let written = operation.facts.data("writes").map(|data| data.entity);
        let links = self.design.links_of(id);
        let stepped = links.iter().flat_map(|(link, _)| link.facts.data("writes"));
        let mut all = written.chain(stepped.map(|data| data.entity));
        let changes = operation.mutates() && (itself || all.any(|entity| entity == object));
        let mut given = operation.result_entities();
        let shows = !operation.mutates() && (itself || given.any(|(entity, _)| entity == object));
        match (changes, shows) {
            (true, _) => Some(true),
            (_, true) => Some(false),
            _ => None,
        }
    }

    fn is_for_staff(&self, id: Id<Operation>, operation: &Operation) -> bool {
        let audience = ["admin", "internal"];
        let stated = audience
            .iter()
            .any(|word| operation.facts.says("audience", word));
        if stated || performer(self.design, operation).is_some_and(|it| is_staff_name(&it)) {
            return true;
        }
        let handlers = handlers(self.design, id);
        !handlers.is_empty() && self.people.begin() && self.people.to(&handlers) == Reach::Closed
    }

    /// Returns what is said about who may do it: by the operation, its API, what
    /// serves and handles it, or what its flow crosses.
    fn rule(&self, id: Id<Operation>, operation: &Operation) -> Option<&'a Fact> {
        let model = self.design.model;
        let said = |facts: &'a Facts| facts.get("authz");
        let own = said(&model.operations[id].facts);
        let programs: BTreeSet<Id<Component>> = handlers(self.design, id)
            .into_iter()
            .chain(operation.servers.iter().copied())
            .collect();
        let links = self.design.links_of(id);
        let around = links.iter().flat_map(|(link, _)| {
            [
                said(&link.facts),
                said(&model.relations[link.relation].facts),
            ]
        });
        own.or_else(|| {
            let mut stated = programs
                .iter()
                .filter_map(|id| said(&model.components[*id].facts));
            stated.next()
        })
        .or_else(|| around.flatten().next())
    }

    fn finding(
        &self,
        id: Id<Operation>,
        object: Id<Entity>,
        changes: bool,
        rule: Option<&Fact>,
        report: &Report,
    ) -> Finding {
        let design = self.design;
        let operation = &design.model.operations[id];
        let entity = &design.model.entities[object];
        let (name, thing) = (design.operation_name(id), &entity.head.name);
        let verb = if changes { "change" } else { "see" };
        let message = match rule {
            Some(_) => {
                format!("`{name}` lets any caller {verb} any `{thing}`: it asks nobody whose it is")
            }
            None => {
                format!("nothing says that `{name}` only lets callers {verb} their own `{thing}`")
            }
        };
        let severity = match changes || entity.is_sensitive() {
            true => Severity::Warning,
            false => Severity::Info,
        };
        let confidence = match rule {
            Some(_) => Confidence::High,
            None => Confidence::Medium,
        };
        let span = operation
            .route
            .as_ref()
            .map_or(operation.head.name_span, |(_, span)| *span);
        let mut finding = report
            .finding(span, message)
            .severity(severity)
            .confidence(confidence)
            .label(format!("`{name}`: the caller names the `{thing}`"))
            .help("say who may do it: `authz: owner` on the operation or its API, or a role in words (`authz: \"owner or support\"`)")
            .about(design.model.apis[operation.api].head.path.clone())
            .about(operation.head.path.clone());
        if let Some(fact) = rule {
            finding = finding.because(fact.span, "says that nobody asks");
        }
        if let Some(fact) = entity.about.present("owner") {
            finding = finding.because(fact.span, format!("each `{thing}` belongs to somebody"));
        }
        if !changes && !entity.is_sensitive() {
            finding = finding.note(format!(
                "if everybody may see every `{thing}`, say `class: public` in its `about`"
            ));
        }
        finding
    }
}
