//! See `missing_rate_limit.md`.

use std::collections::BTreeSet;

use super::missing_authentication::opens_a_session;
use crate::finding::{Confidence, Finding, Severity};
use crate::lint::{About, Design, Report, Rule};
use crate::model::{Component, Id, Link, Operation, Relation};
use crate::rules::by_api::{by_api, few};
use crate::rules::public_edge::{
    Guards, Reach, Ways, handlers, is_staff, outermost_programs, usual_callers,
};
use crate::source::Span;
use crate::vocabulary::Traits;

/// An operation that may be called as often as anybody likes.
pub struct MissingRateLimit;

impl Rule for MissingRateLimit {
    fn about(&self) -> About {
        About {
            name: "missing-rate-limit",
            category: "security",
            summary: "a costly or changing operation that outsiders may call without limit",
            severity: Severity::Warning,
            confidence: Confidence::Medium,
            motives: &["security"],
            page: include_str!("missing_rate_limit.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        let limited = |id: Id<Component>| design.component(id).facts.has("rate-limit");
        let relation = |_, relation: &Relation| relation.facts.has("rate-limit");
        let guards = Guards {
            component: &limited,
            relation: &relation,
        };
        let usual = usual_callers(design);
        let ways = Ways::past(design, &guards, &|id| usual(id) && !is_staff(design, id));
        let edge = Edge {
            motive: motive(design),
            outermost: outermost_programs(design),
            design,
            ways,
        };
        for (id, operation) in design.model.operations.iter() {
            edge.check(id, operation, report);
        }
    }

    fn merge(&self, findings: Vec<Finding>) -> Vec<Finding> {
        by_api(findings, |_, names| {
            format!("{} may be called as often as anybody likes", few(names))
        })
    }

    fn undecided(&self, undecided: usize, of: usize) -> String {
        format!("whether callers are limited is not stated for {undecided} of {of} operations")
    }
}

struct Edge<'d, 'a> {
    design: &'d Design<'a>,
    ways: Ways,
    outermost: BTreeSet<Id<Component>>,
    motive: Option<(Span, String)>,
}

impl Edge<'_, '_> {
    fn check(&self, id: Id<Operation>, operation: &Operation, report: &mut Report) {
        let inside = ["internal", "admin"]
            .iter()
            .any(|word| operation.facts.says("audience", word));
        let reason = reason(self.design, id, operation);
        let costly = reason.is_some() || operation.mutates();
        if inside || !costly || opens_nothing(operation) {
            return;
        }
        if operation.facts.has("rate-limit") {
            return report.pass();
        }
        let at = operation.head.name_span;
        let mut handlers = handlers(self.design, id);
        if handlers.is_empty() {
            handlers.clone_from(&self.outermost);
        }
        if handlers.is_empty() || !self.ways.begin() {
            return report.unknown(at, "nothing says who calls it, or what serves it");
        }
        let handler = match self.ways.to(&handlers) {
            Reach::Closed => return report.pass(),
            Reach::Unclear => {
                return report.unknown(at, "one of its servers is reached past the rate limit");
            }
            Reach::Open(handler) => self.ways.door(self.design, id, &handlers, handler),
        };
        let motive = self.motive.clone().filter(|_| !is_among_few(operation));
        match reason.or(motive) {
            Some(why) => self.report(id, operation, handler, why, report),
            None if operation.facts.is_absent("rate-limit") => report.pass(),
            None => report.unknown(at, "nothing says how often it may be called"),
        }
    }

    fn report(
        &self,
        id: Id<Operation>,
        operation: &Operation,
        handler: Id<Component>,
        (span, why): (Span, String),
        report: &mut Report,
    ) {
        let name = self.design.operation_name(id);
        let denied = operation.facts.is_absent("rate-limit");
        let (words, confidence) = match denied {
            true => ("it says that nothing limits it", Confidence::High),
            false => ("nothing says how often", Confidence::Medium),
        };
        let finding = report
            .finding(
                operation.head.name_span,
                format!("`{name}` may be called as often as anybody likes: {words}"),
            )
            .confidence(confidence)
            .label("no rate limit on any way to it")
            .because(span, why)
            .help("state a limit where all callers pass, per caller (`rate-limit: 60/min per user`; `per address` where nobody is known)")
            .about(self.design.model.apis[operation.api].head.path.clone())
            .about(operation.head.path.clone());
        report.fail(self.ways.show(self.design, handler, finding));
    }
}

/// Tells whether only organisations or employees that are known one by one call an
/// operation: who floods it can be shut out.
fn is_among_few(operation: &Operation) -> bool {
    const KNOWN: &[&str] = &[
        "certificate",
        "hmac",
        "iam",
        "kerberos",
        "ldap",
        "mtls",
        "saml",
        "signature",
        "sso",
    ];
    let few = KNOWN.iter().any(|word| operation.facts.says("auth", word));
    few || operation.facts.says("audience", "partner")
}

/// Tells whether an operation only says that we live.
fn opens_nothing(operation: &Operation) -> bool {
    let name = operation.head.name.to_lowercase();
    [
        "health",
        "healthz",
        "healthcheck",
        "ping",
        "livez",
        "readyz",
    ]
    .contains(&name.as_str())
}

/// Returns why calls of this operation in particular invite abuse or cost much.
fn reason(design: &Design<'_>, id: Id<Operation>, operation: &Operation) -> Option<(Span, String)> {
    if opens_a_session(operation) && operation.mutates() {
        return Some((
            operation.head.name_span,
            "invites guessing and mass registration".to_owned(),
        ));
    }
    let open = operation.mutates() && (operation.is_public() || operation.facts.is_absent("auth"));
    if let Some(fact) = operation.facts.get("auth").filter(|_| open) {
        return Some((fact.span, "anybody may change something".to_owned()));
    }
    let scraped = operation.result_entities().find_map(|(entity, list)| {
        let entity = &design.model.entities[entity];
        let field = entity.fields.iter().find(|it| it.is("personal"))?;
        let words = format!(
            "lists of `{}.{}` invite scraping",
            entity.head.name, field.name
        );
        list.then_some((field.span, words))
    });
    scraped.or_else(|| costly_call(design, id))
}

/// Returns the first step that costs money, or much work before the answer.
fn costly_call(design: &Design<'_>, id: Id<Operation>) -> Option<(Span, String)> {
    const PAID: &[&str] = &["email", "map", "model", "payment", "sms"];
    let to = |link: &Link| design.component(design.model.relations[link.relation].to);
    let all = design.links_of(id);
    let mut paid = all.iter().filter(|(link, _)| {
        let types = &to(link).types;
        types.iter().any(|it| PAID.contains(&it.as_str()))
    });
    if let Some((link, _)) = paid.next() {
        let name = &to(link).head.name;
        return Some((link.span, format!("each call costs one at `{name}`")));
    }
    let heavy = |link: &Link| {
        let query = ["scan", "text", "vector"]
            .into_iter()
            .find(|word| link.facts.says("query", word))?;
        let store = to(link);
        let words = format!("each call is a {query} query at `{}`", store.head.name);
        store.is(Traits::STORES).then_some((link.span, words))
    };
    let before = design.answering_links(id);
    before.into_iter().find_map(|(link, _)| heavy(link))
}

/// Returns what shows that the design means to limit callers.
fn motive(design: &Design<'_>) -> Option<(Span, String)> {
    if let Some(quality) = design.motive(&["security"]) {
        let words = format!("`{}` asks for security", quality.label());
        return Some((quality.head.name_span, words));
    }
    // What a provider allows us is no limit for our callers.
    let model = design.model;
    let ours = model.components.rows().iter().filter(|it| !it.is_outside());
    let relations = model.relations.rows().iter();
    let inward = relations.filter(|it| !design.component(it.to).is_outside());
    let facts = (model.apis.rows().iter().map(|it| &it.facts))
        .chain(model.operations.rows().iter().map(|it| &it.facts))
        .chain(ours.map(|it| &it.facts))
        .chain(inward.map(|it| &it.facts));
    let mut stated = facts.filter_map(|facts| facts.present("rate-limit"));
    let first = stated.next()?;
    Some((first.span, "other callers are limited".to_owned()))
}
