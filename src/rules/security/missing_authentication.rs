//! See `missing_authentication.md`.

use std::collections::BTreeSet;

use crate::finding::{Confidence, Finding, Fix, Severity};
use crate::lint::{About, Design, Report, Rule};
use crate::model::{Component, Element, Entity, Facts, FieldType, Id, Operation, Place, Relation};
use crate::rules::by_api::{by_api, few};
use crate::rules::public_edge::{
    Guards, Reach, Ways, handlers, is_one_of, outermost_programs, performer, usual_callers,
};
use crate::rules::words::parts;
use crate::source::Span;
use crate::vocabulary::Traits;

/// An operation that can be called without saying who one is.
pub struct MissingAuthentication;

impl Rule for MissingAuthentication {
    fn about(&self) -> About {
        About {
            name: "missing-authentication",
            category: "security",
            summary: "an operation that anybody outside can call without saying who they are",
            severity: Severity::Error,
            confidence: Confidence::High,
            motives: &["security"],
            page: include_str!("missing_authentication.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        let edge = Edge::of(design);
        for (id, operation) in design.model.operations.iter() {
            edge.check(id, operation, report);
        }
    }

    fn merge(&self, findings: Vec<Finding>) -> Vec<Finding> {
        by_api(findings, |_, names| {
            format!(
                "{} can be called by anybody: nothing asks who they are",
                few(names)
            )
        })
    }

    fn undecided(&self, undecided: usize, of: usize) -> String {
        format!(
            "whether callers are authenticated is not decided for {undecided} of {of} operations"
        )
    }
}

/// The ways to a design's operations, of those who call them.
struct Edge<'d, 'a> {
    design: &'d Design<'a>,
    callers: Callers,
    /// With the other systems that call to tell us something.
    hooks: Callers,
    outermost: BTreeSet<Id<Component>>,
    motive: Option<(Span, String)>,
}

/// The ways that callers have, with and without those who authenticate.
struct Callers {
    all: Ways,
    unauthenticated: Ways,
    doubtful: Ways,
}

impl Callers {
    fn of(design: &Design<'_>, who: &dyn Fn(Id<Component>) -> bool) -> Callers {
        let weak_component =
            |id: Id<Component>| authenticates(design, id) || may_authenticate(design, id);
        let past = |component: &dyn Fn(Id<Component>) -> bool,
                    relation: &dyn Fn(Id<Relation>, &Relation) -> bool| {
            let guards = Guards {
                component,
                relation,
            };
            Ways::past(design, &guards, who)
        };
        Callers {
            all: past(&|_| false, &|_, _| false),
            unauthenticated: past(&|id| authenticates(design, id), &|_, relation| {
                authenticated(design, relation)
            }),
            doubtful: past(&weak_component, &|_, relation| states(&relation.facts)),
        }
    }
}

impl<'d, 'a> Edge<'d, 'a> {
    fn of(design: &'d Design<'a>) -> Edge<'d, 'a> {
        Edge {
            design,
            callers: Callers::of(design, &usual_callers(design)),
            hooks: Callers::of(design, &|_| true),
            outermost: outermost_programs(design),
            motive: motive(design),
        }
    }

    fn callers(&self, operation: &Operation) -> &Callers {
        match is_hook(operation) {
            true => &self.hooks,
            false => &self.callers,
        }
    }

    fn check(&self, id: Id<Operation>, operation: &Operation, report: &mut Report) {
        if operation.is_public() || states(&operation.facts) {
            return report.pass();
        }
        let anybody = |who: String| is_one_of(&who, ANYBODY);
        if opens_a_session(operation) || performer(self.design, operation).is_some_and(anybody) {
            return;
        }
        let at = operation.head.name_span;
        let callers = self.callers(operation);
        let handlers = self.handlers(id);
        if handlers.is_empty() || !callers.all.begin() {
            return report.unknown(at, "nothing says who calls it, or what serves it");
        }
        if callers.all.to(&handlers) == Reach::Closed {
            return report.pass();
        }
        let denied = own_denial(self.design, operation);
        let open = match (denied, callers.unauthenticated.to(&handlers)) {
            (Some(_), _) => callers.all.to(&handlers),
            (None, open) => open,
        };
        match open {
            Reach::Closed => report.pass(),
            Reach::Unclear => report.unknown(
                at,
                "one of its servers is reached past all that authenticates",
            ),
            Reach::Open(_)
                if denied.is_none() && callers.doubtful.to(&handlers) == Reach::Closed =>
            {
                report.unknown(
                    at,
                    "what stands before it may know the caller, or only the machine that calls",
                );
            }
            Reach::Open(handler) => {
                let way = self.way(operation);
                let door = way.door(self.design, id, &handlers, handler);
                self.report(id, operation, door, report);
            }
        }
    }

    /// Returns the ways that a finding shows: past those who authenticate, where
    /// the operation itself does not say that nobody need be known.
    fn way(&self, operation: &Operation) -> &Ways {
        let callers = self.callers(operation);
        match operation.facts.is_absent("auth") {
            true => &callers.all,
            false => &callers.unauthenticated,
        }
    }

    fn handlers(&self, id: Id<Operation>) -> BTreeSet<Id<Component>> {
        let found = handlers(self.design, id);
        if found.is_empty() {
            return self.outermost.clone();
        }
        found
    }

    fn report(
        &self,
        id: Id<Operation>,
        operation: &Operation,
        to: Id<Component>,
        report: &mut Report,
    ) {
        let protected = protected(self.design, id);
        let motive = self.motive.as_ref().filter(|_| operation.mutates());
        let certain = protected.is_some() || motive.is_some();
        if !certain && !operation.mutates() {
            return report.pass();
        }
        let told = operation.facts.has("authz") || operation.facts.has("audience");
        let denied = operation.facts.is_absent("auth");
        if told && !denied {
            let text = "it says who may call it, and nothing says how they are known";
            return report.unknown(operation.head.name_span, text);
        }
        let name = self.design.operation_name(id);
        let way = self.way(operation);
        let hook = is_hook(operation);
        let caller = way.caller(to, self.design).filter(|_| !hook);
        let who = caller.map_or("its caller".to_owned(), |id| {
            format!("`{}`", self.design.name(id))
        });
        let message = if denied {
            format!("`{name}` can be called by anybody: it says that nobody asks who they are")
        } else {
            format!("`{name}` can be called by anybody: nothing says how {who} is known")
        };
        let (severity, confidence) = match certain {
            true => (Severity::Error, Confidence::High),
            false => (Severity::Warning, Confidence::Medium),
        };
        let mut finding = report
            .finding(operation.head.name_span, message)
            .severity(severity)
            .confidence(confidence)
            .label(label(operation, protected.as_ref()))
            .help(help(operation, protected.is_some()))
            .about(self.design.model.apis[operation.api].head.path.clone())
            .about(operation.head.path.clone());
        finding.fix = self.fix(operation);
        if let Some(fact) = operation.facts.get("auth").filter(|_| denied) {
            finding = finding.because(fact.span, "says that nobody asks");
        }
        if let Some(fact) = self.open_door(way, to).filter(|_| !denied) {
            finding = finding.because(fact, "says that it asks nobody");
        }
        if let Some((span, why)) = protected {
            finding = finding.because(span, why);
        }
        if let Some((span, why)) = motive {
            finding = finding.because(*span, why.clone());
        }
        report.fail(way.show(self.design, to, finding));
    }
}

impl Edge<'_, '_> {
    /// Returns the fix that says how callers are known, where nothing is said yet.
    fn fix(&self, operation: &Operation) -> Option<Fix> {
        let api = &self.design.model.apis[operation.api];
        if api.facts.get("auth").is_some() || operation.facts.get("auth").is_some() {
            return None;
        }
        match is_hook(operation) {
            true => self.design.adding(&operation.head, "auth: signature"),
            false => self.design.adding(&api.head, "auth: oauth2"),
        }
    }

    /// Returns where the first component on the way that lets everybody in says so.
    fn open_door(&self, way: &Ways, to: Id<Component>) -> Option<Span> {
        way.stations(self.design, to).into_iter().find_map(|id| {
            let facts = &self.design.component(id).facts;
            let fact = facts.get("auth").filter(|_| facts.is_absent("auth"))?;
            Some(fact.span)
        })
    }
}

/// Tells whether other systems call an operation to tell us something.
fn is_hook(operation: &Operation) -> bool {
    let route = operation
        .route
        .iter()
        .flat_map(|(route, _)| route.split('/'));
    let mut words = route.flat_map(parts).chain(parts(&operation.head.name));
    words.any(|word| is_one_of(&word, &["callback", "hook", "webhook"]))
}

fn help(operation: &Operation, protected: bool) -> &'static str {
    if is_hook(operation) {
        "say how the system that calls is known (`auth: signature`, `auth: hmac`)"
    } else if protected {
        "say how callers are known: `auth: oauth2` on the API, or on the gateway before it"
    } else {
        "say how callers are known (`auth: oauth2` on the API, or on the gateway before it), or that it is meant to be open (`auth: public`)"
    }
}

fn label(operation: &Operation, protected: Option<&(Span, String)>) -> String {
    match (operation.mutates(), protected) {
        (true, Some(_)) => "changes something, and touches protected data".to_owned(),
        (true, None) => "changes something".to_owned(),
        (false, _) => "shows protected data".to_owned(),
    }
}

/// Who performs a requirement that is meant for strangers.
const ANYBODY: &[&str] = &[
    "anybody",
    "anyone",
    "browser",
    "everybody",
    "everyone",
    "guest",
    "stranger",
    "visitor",
    "world",
];

/// Tells whether a way of knowing the caller is stated.
fn states(facts: &Facts) -> bool {
    facts.has("auth") && !facts.says("auth", "public")
}

/// Tells whether an operation's own block, and not its API, says that nobody asks.
fn own_denial(design: &Design<'_>, operation: &Operation) -> Option<Span> {
    let own = operation.facts.get("auth")?;
    let inherited = design.model.apis[operation.api].facts.get("auth");
    let denies = operation.facts.is_absent("auth");
    (denies && inherited.is_none_or(|it| it.span != own.span)).then_some(own.span)
}

/// Tells whether a component knows its callers: it says so, or it asks somebody
/// who does.
pub(super) fn authenticates(design: &Design<'_>, id: Id<Component>) -> bool {
    let component = design.component(id);
    let asks = || {
        let mut called = design.model.outgoing(id);
        called.any(|(_, relation)| design.component(relation.to).is(Traits::AUTHENTICATES))
    };
    states(&component.facts)
        || component.is(Traits::AUTHENTICATES)
        || component.traits.any(Traits::FORWARDS.with(Traits::COMPUTE)) && asks()
}

/// Tells whether the receiver of a connection knows who is behind it. Two
/// machines of ours that know each other do not know who asked the first.
fn authenticated(design: &Design<'_>, relation: &Relation) -> bool {
    let machines = ["certificate", "iam", "mtls"]
        .iter()
        .any(|word| relation.facts.says("auth", word));
    states(&relation.facts) && (design.component(relation.from).is_outside() || !machines)
}

/// Tells whether a component may know its callers, as its name or its place suggests.
fn may_authenticate(design: &Design<'_>, id: Id<Component>) -> bool {
    let named = |id: Id<Component>| {
        let words = parts(&design.component(id).head.name);
        words.iter().any(|word| SUGGESTS.contains(&word.as_str()))
    };
    named(id)
        || in_known_place(design, id)
        || design
            .model
            .outgoing(id)
            .any(|(_, relation)| named(relation.to))
}

/// Words in the names of programs that authenticate.
const SUGGESTS: &[&str] = &[
    "auth",
    "authn",
    "authentication",
    "authenticator",
    "authorizer",
    "authz",
    "iam",
    "identity",
    "idp",
    "login",
    "oauth",
    "oidc",
    "signin",
    "sso",
];

fn in_known_place(design: &Design<'_>, id: Id<Component>) -> bool {
    let mut place: Option<Id<Place>> = design.component(id).place;
    while let Some(row) = place.map(|id| &design.model.places[id]) {
        if row.facts.has("auth") {
            return true;
        }
        place = row.parent;
    }
    false
}

/// Tells whether an operation is one that callers use before anybody can know
/// them, or that shows nothing but whether we live.
pub(super) fn opens_a_session(operation: &Operation) -> bool {
    let name = parts(&operation.head.name).concat();
    let last = operation
        .route
        .as_ref()
        .and_then(|(route, _)| route.rsplit('/').next())
        .map(|segment| parts(segment).concat());
    let known = |word: &str| UNKNOWN_CALLERS.contains(&word);
    known(&name) || last.is_some_and(|last| known(&last))
}

/// Operations before which nobody is known, by the words of their names.
const UNKNOWN_CALLERS: &[&str] = &[
    "authenticate",
    "callback",
    "confirmemail",
    "createsession",
    "createuser",
    "forgotpassword",
    "health",
    "healthcheck",
    "healthz",
    "livez",
    "login",
    "logon",
    "passwordreset",
    "ping",
    "readyz",
    "refreshtoken",
    "register",
    "registeruser",
    "registration",
    "resetpassword",
    "signin",
    "signup",
    "startsession",
    "token",
    "verifyemail",
];

/// Returns the protected data that an operation touches: where and why it is.
fn protected(design: &Design<'_>, id: Id<Operation>) -> Option<(Span, String)> {
    let operation = &design.model.operations[id];
    let taken = operation.parameters.iter().filter_map(|it| match it.ty {
        FieldType::Entity(entity) => Some(entity),
        _ => None,
    });
    let mut touched: BTreeSet<Id<Entity>> = design.entities_touched(id);
    touched.extend(taken);
    let entities = touched.iter().map(|id| &design.model.entities[*id]);
    let mut all = entities.filter(|it| operation.mutates() || !it.about.says("class", "public"));
    all.find_map(|entity| why_protected(design, entity))
}

fn why_protected(design: &Design<'_>, entity: &Entity) -> Option<(Span, String)> {
    let name = &entity.head.name;
    let marked = entity
        .fields
        .iter()
        .find(|it| it.is("personal") || it.is("secret"));
    if let Some(field) = marked {
        let word = if field.is("secret") {
            "secret"
        } else {
            "personal"
        };
        return Some((field.span, format!("`{name}.{}` is {word}", field.name)));
    }
    if entity.is_sensitive() {
        let fact = entity
            .about
            .get("class")
            .or(entity.about.get("sensitive"))?;
        return Some((fact.span, format!("`{name}` is not for everybody")));
    }
    let fact = entity.about.present("owner")?;
    let owner = entity.about.targets("owner").next();
    let whose = owner.map_or_else(
        || " to somebody".to_owned(),
        |owner: Element| {
            let owner = design.label(owner);
            format!(" to its `{owner}`")
        },
    );
    Some((fact.span, format!("each `{name}` belongs{whose}")))
}

/// Returns what shows that the design means to know its callers.
fn motive(design: &Design<'_>) -> Option<(Span, String)> {
    if let Some(quality) = design.motive(&["security"]) {
        let words = format!("`{}` asks for security", quality.label());
        return Some((quality.head.name_span, words));
    }
    let operations = design.model.operations.rows().iter();
    let facts = design.model.apis.rows().iter().map(|api| &api.facts);
    let mut stated = facts
        .chain(operations.map(|it| &it.facts))
        .filter(|it| states(it));
    if let Some(fact) = stated.find_map(|facts| facts.get("auth")) {
        return Some((
            fact.span,
            "others of its operations ask who calls".to_owned(),
        ));
    }
    let doors = Traits::FORWARDS.with(Traits::COMPUTE);
    let mut components = design.model.components.rows().iter();
    let knows = components
        .find(|it| it.is(Traits::AUTHENTICATES) || it.traits.any(doors) && states(&it.facts))?;
    let words = format!(
        "`{}` knows who callers are, and nobody asks it here",
        knows.head.name
    );
    Some((knows.head.name_span, words))
}
