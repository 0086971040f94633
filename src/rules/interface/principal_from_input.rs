//! See `principal_from_input.md`.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::{Confidence, Finding, Severity};
use crate::lint::{About, Design, Report, Rule};
use crate::model::{Component, Element, Entity, FieldType, Id, Operation, Parameter, Relation};
use crate::rules::by_api::{by_api, few};
use crate::rules::public_edge::{
    Guards, Reach, Ways, handlers, is_one_of, is_staff, is_staff_name, performer,
};
use crate::rules::words::parts;
use crate::source::Span;
use crate::vocabulary::Traits;

/// An operation that lets its caller say who they are.
pub struct PrincipalFromInput;

impl Rule for PrincipalFromInput {
    fn about(&self) -> About {
        About {
            name: "principal-from-input",
            category: "interface",
            summary: "an operation that takes the caller's identity from what the caller sends",
            severity: Severity::Error,
            confidence: Confidence::Medium,
            motives: &["security"],
            page: include_str!("principal_from_input.md"),
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
                "{} let callers say who they are: anybody can act as anybody",
                few(names)
            )
        })
    }
}

/// What a design tells about who calls.
struct Looked<'d, 'a> {
    design: &'d Design<'a>,
    /// The entities by the words of their names, run together.
    by_name: BTreeMap<String, Id<Entity>>,
    principals: BTreeSet<Id<Entity>>,
    everybody: Ways,
    people: Ways,
}

/// Names of entities that are people with an account.
const PEOPLE: &[&str] = &["customer", "member", "user"];
/// Names of parameters that say who somebody is.
const CALLERS: &[&str] = &[
    "accountid",
    "authorid",
    "createdby",
    "creatorid",
    "currentuser",
    "currentuserid",
    "customerid",
    "fromuser",
    "fromuserid",
    "ownerid",
    "requesterid",
    "senderid",
    "userid",
    "username",
];
/// Words of parameters that say whom something is done to.
const OTHERS: &[&str] = &[
    "assignee",
    "beneficiary",
    "blocked",
    "contact",
    "followee",
    "followed",
    "friend",
    "guest",
    "invitee",
    "mentioned",
    "new",
    "opponent",
    "other",
    "participant",
    "partner",
    "payee",
    "peer",
    "receiver",
    "recipient",
    "subject",
    "target",
    "to",
    "whom",
    "with",
];
/// Words of operations that are done to somebody.
const DONE_TO: &[&str] = &[
    "assign",
    "ban",
    "befriend",
    "block",
    "challenge",
    "contact",
    "follow",
    "friend",
    "grant",
    "impersonate",
    "invitation",
    "invite",
    "member",
    "mention",
    "mute",
    "participant",
    "permission",
    "promote",
    "role",
    "share",
    "signup",
    "suspend",
    "transfer",
    "unblock",
    "unfollow",
];
/// Where many people read a message.
const PLACES: &[&str] = &[
    "channel",
    "chat",
    "conversation",
    "group",
    "room",
    "thread",
    "topic",
];
/// Collections that everybody has one of their own of.
const OWN: &[&str] = &[
    "balance",
    "basket",
    "cart",
    "feed",
    "history",
    "home",
    "inbox",
    "me",
    "notification",
    "profile",
    "recommendation",
    "timeline",
    "wallet",
    "watchlist",
    "wishlist",
];

impl<'d, 'a> Looked<'d, 'a> {
    fn at(design: &'d Design<'a>) -> Looked<'d, 'a> {
        let (component, relation) = (|_| false, |_, _: &Relation| false);
        let guards = Guards {
            component: &component,
            relation: &relation,
        };
        let person = |id: Id<Component>| {
            let component = design.component(id);
            let machine = component.types.iter().any(|word| word == "partner");
            !machine && !is_staff(design, id) && !component.is(Traits::THIRD_PARTY)
        };
        let names = design.model.entities.iter().rev();
        Looked {
            design,
            by_name: names
                .map(|(id, it)| (parts(&it.head.name).concat(), id))
                .collect(),
            principals: principals(design),
            everybody: Ways::all(design),
            people: Ways::past(design, &guards, &person),
        }
    }

    fn check(&self, id: Id<Operation>, operation: &Operation, report: &mut Report) {
        let given: Vec<&Parameter> = operation
            .parameters
            .iter()
            .filter(|it| self.names_caller(it) && !is_resource(operation, it))
            .collect();
        if operation.parameters.is_empty() {
            return;
        }
        let done_to =
            given.len() == 1 && is_done_to(operation, given[0]) && !self.names_other(operation);
        let silent = operation.is_public() || done_to || self.others_call(id, operation);
        let Some(parameter) = given.first().filter(|_| !silent) else {
            return report.pass();
        };
        let foreign = performer(self.design, operation).filter(|it| self.is_foreign(it, parameter));
        if foreign.is_some() || !operation.mutates() && self.is_filter(id, operation) {
            return report.pass();
        }
        report.fail(self.finding(operation, parameter, id, report));
    }

    fn finding(
        &self,
        operation: &Operation,
        parameter: &Parameter,
        id: Id<Operation>,
        report: &Report,
    ) -> Finding {
        let (name, what) = (self.design.operation_name(id), &parameter.name);
        let severity = match operation.mutates() {
            true => Severity::Error,
            false => Severity::Warning,
        };
        let mut finding = report
            .finding(
                parameter.span,
                format!("`{name}` lets callers say who they are: `{what}` comes from them"),
            )
            .severity(severity)
            .label(format!("whoever calls can write another's `{what}` here"))
            .help(format!(
                "leave `{what}` out and take the caller from the token or session (`auth:`); if it says whom it is done to, let its name say that, as `recipient` does"
            ))
            .about(self.design.model.apis[operation.api].head.path.clone())
            .about(operation.head.path.clone());
        if let Some(fact) = operation.facts.present("auth") {
            finding = finding.because(fact.span, "knows the caller already");
        }
        if let Some((span, why)) = self.why_principal(parameter) {
            finding = finding.because(span, why);
        }
        finding
    }

    /// Tells whether a parameter says who calls.
    fn names_caller(&self, parameter: &Parameter) -> bool {
        let words = parts(&parameter.name);
        let other = words.iter().any(|word| is_one_of(word, OTHERS));
        if parameter.list || other || words.is_empty() {
            return false;
        }
        if let FieldType::Entity(entity) = parameter.ty {
            return self.principals.contains(&entity);
        }
        let name = words.concat();
        let stem = name.strip_suffix("id").unwrap_or(&name);
        let declared = self.entity_named(stem);
        match declared {
            Some(entity) => self.principals.contains(&entity),
            None => CALLERS.contains(&name.as_str()),
        }
    }

    fn entity_named(&self, name: &str) -> Option<Id<Entity>> {
        self.by_name.get(name).copied()
    }

    /// Tells whether another parameter or the route says whom it is done to.
    fn names_other(&self, operation: &Operation) -> bool {
        let other = |name: &str| parts(name).iter().any(|word| is_one_of(word, OTHERS));
        let in_route = operation.route.iter().any(|(route, _)| {
            let segments: Vec<&str> = route.split('/').collect();
            segments.windows(2).any(|pair| {
                let people = parts(pair[0]).iter().any(|word| is_one_of(word, PEOPLE));
                people && pair[1].starts_with('{')
            })
        });
        in_route || operation.parameters.iter().any(|it| other(&it.name))
    }

    /// Tells whether only staff, other systems or programs of ours call it.
    fn others_call(&self, id: Id<Operation>, operation: &Operation) -> bool {
        let audience = ["admin", "internal", "partner"];
        let stated = audience
            .iter()
            .any(|word| operation.facts.says("audience", word));
        let named = operation.facts.targets("audience").any(|it| match it {
            Element::Component(id) => is_staff(self.design, id),
            _ => false,
        });
        if stated || named {
            return true;
        }
        let handlers = handlers(self.design, id);
        if handlers.is_empty() || !self.everybody.begin() {
            return false;
        }
        self.people.to(&handlers) == Reach::Closed
    }

    /// Tells whether a performer is somebody else than whom a parameter names.
    fn is_foreign(&self, subject: &str, parameter: &Parameter) -> bool {
        const ANYBODY: &[&str] = &[
            "anyone",
            "anybody",
            "everybody",
            "everyone",
            "person",
            "people",
            "user",
        ];
        const MACHINES: &[&str] = &["merchant", "partner", "service", "system", "job", "server"];
        let staff = is_one_of(subject, MACHINES) || is_staff_name(subject);
        let named = match parameter.ty {
            FieldType::Entity(entity) => {
                self.design.model.entities[entity].head.name.to_lowercase()
            }
            _ => parts(&parameter.name).concat(),
        };
        let stem = named.strip_suffix("id").unwrap_or(&named);
        let generic = ["user", "owner", "account", "author", "sender"].contains(&stem);
        staff && !is_one_of(subject, &[stem])
            || !generic && !is_one_of(subject, ANYBODY) && !is_one_of(subject, &[stem])
    }

    /// Tells whether a read may choose by this, because what it shows is everybody's.
    fn is_filter(&self, id: Id<Operation>, operation: &Operation) -> bool {
        let ruled = operation.facts.has("authz");
        let segments = operation
            .route
            .iter()
            .flat_map(|(route, _)| route.split('/'));
        let mut names = segments.chain([operation.head.name.as_str()]).map(parts);
        let own = !names.clone().any(|words| is_somebodys(&words))
            && names.any(|words| words.iter().any(|word| is_one_of(word, OWN)));
        let held = |entity: &Entity| entity.about.has("owner") && !self.is_principal(entity);
        ruled || !(own || self.design.touches(id, held))
    }

    fn is_principal(&self, entity: &Entity) -> bool {
        self.entity_named(&parts(&entity.head.name).concat())
            .is_some_and(|id| self.principals.contains(&id))
    }

    fn why_principal(&self, parameter: &Parameter) -> Option<(Span, String)> {
        let name = parts(&parameter.name).concat();
        let entity = match parameter.ty {
            FieldType::Entity(entity) => entity,
            _ => self.entity_named(name.strip_suffix("id").unwrap_or(&name))?,
        };
        let entity = &self.design.model.entities[entity];
        let words = format!("`{}` is who calls", entity.head.name);
        Some((entity.head.name_span, words))
    }
}

/// Returns the entities that are those who call: owners of others, actors by
/// their name, and people with an account.
fn principals(design: &Design<'_>) -> BTreeSet<Id<Entity>> {
    let model = design.model;
    let actors: BTreeSet<String> = model
        .components
        .rows()
        .iter()
        .filter(|it| it.kind.name == "actor" && !is_staff_name(&it.head.name))
        .map(|it| parts(&it.head.name).concat())
        .collect();
    let mut found: BTreeSet<Id<Entity>> = BTreeSet::new();
    for (id, entity) in model.entities.iter() {
        let name = parts(&entity.head.name).concat();
        if entity.is_entity() && (actors.contains(&name) || PEOPLE.contains(&name.as_str())) {
            found.insert(id);
        }
        let owners = entity.about.targets("owner").filter_map(|it| match it {
            Element::Entity(owner) => Some(owner),
            _ => None,
        });
        found.extend(owners);
    }
    found
}

/// Tells whether a name is that of what some person has made, as `user_timeline` is.
fn is_somebodys(words: &[String]) -> bool {
    words
        .windows(2)
        .any(|pair| is_one_of(&pair[0], &["author", "member", "user"]) && is_one_of(&pair[1], OWN))
}

/// Tells whether a parameter is what an operation is about: it takes a whole
/// entity that it also writes or gives back.
fn is_resource(operation: &Operation, parameter: &Parameter) -> bool {
    let FieldType::Entity(entity) = parameter.ty else {
        return false;
    };
    let written = operation.facts.data("writes").map(|data| data.entity);
    let given = operation.result_entities().map(|(id, _)| id);
    written.chain(given).any(|id| id == entity)
}

/// Tells whether an operation is done to somebody, as its name or route says. A message
/// is not where it says otherwise where it goes.
fn is_done_to(operation: &Operation, given: &Parameter) -> bool {
    let route = operation
        .route
        .iter()
        .flat_map(|(route, _)| route.split('/'));
    let mut words = route.flat_map(parts).chain(parts(&operation.head.name));
    let elsewhere = goes_elsewhere(operation, given);
    words.any(|word| is_one_of(&word, DONE_TO) || !elsewhere && is_one_of(&word, &["message"]))
}

/// Tells whether the route, or a parameter beside the given one, names what something
/// goes to, such as a channel.
fn goes_elsewhere(operation: &Operation, given: &Parameter) -> bool {
    let named = |it: &Parameter| {
        let words = parts(&it.name);
        let place = words.iter().any(|word| is_one_of(word, PLACES));
        place && it.name != given.name
    };
    let in_route = operation.route.iter().any(|(route, _)| route.contains('{'));
    in_route || operation.parameters.iter().any(named)
}
