//! See `retryable_write_not_idempotent.md`.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::{Confidence, Finding, Severity};
use crate::lint::{About, Design, Report, Rule};
use crate::model::{
    Component, Entity, FactItem, Facts, Field, FieldType, Id, Operation, Origin, Relation,
};
use crate::rules::by_api::{by_api, few};
use crate::rules::public_edge::handlers;
use crate::rules::words::parts;
use crate::source::Span;
use crate::syntax::tree::Arrow;
use crate::vocabulary::Traits;

/// A write that happens twice when it is asked for twice.
pub struct RetryableWriteNotIdempotent;

impl Rule for RetryableWriteNotIdempotent {
    fn about(&self) -> About {
        About {
            name: "retryable-write-not-idempotent",
            category: "interface",
            summary: "a write that is asked for again after a timeout and then happens twice",
            severity: Severity::Warning,
            confidence: Confidence::Medium,
            motives: &[],
            page: include_str!("retryable_write_not_idempotent.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        let mut retried = Retried {
            design,
            known: BTreeMap::new(),
        };
        let mut paying: BTreeMap<Id<Relation>, Repeat> = BTreeMap::new();
        for (id, operation) in design.model.operations.iter() {
            let again = retried.before(id);
            note_paying_calls(design, id, operation, again.as_ref(), &mut paying);
            check(design, id, operation, again, report);
        }
        for (id, relation) in design.model.relations.iter() {
            check_paying(design, id, relation, paying.get(&id), report);
        }
    }

    fn merge(&self, findings: Vec<Finding>) -> Vec<Finding> {
        by_api(findings, |_, names| {
            format!(
                "{} may happen twice: nothing tells a retry from a new request",
                few(names)
            )
        })
    }
}

/// Why something is asked for again, and where that is said.
type Repeat = (Span, String);

/// Finds out whether somebody on the way to an operation tries again.
struct Retried<'d, 'a> {
    design: &'d Design<'a>,
    known: BTreeMap<Id<Component>, Option<Repeat>>,
}

impl Retried<'_, '_> {
    fn before(&mut self, id: Id<Operation>) -> Option<Repeat> {
        let links = self.design.answering_links(id);
        if links.is_empty() {
            let handlers = handlers(self.design, id);
            return handlers
                .into_iter()
                .find_map(|it| self.before_component(it));
        }
        links.into_iter().find_map(|(link, _)| {
            let relation = &self.design.model.relations[link.relation];
            let to = self.design.component(relation.to);
            let changes = !to.is(Traits::STORES) || link.facts.has("writes");
            let ours = !to.is_outside() && changes && !is_safe(&link.facts);
            retries(&link.facts)
                .filter(|_| ours)
                .map(|span| self.said(relation, span))
        })
    }

    /// Looks at the connections over which forwarders bring requests to a component.
    fn before_component(&mut self, to: Id<Component>) -> Option<Repeat> {
        if let Some(known) = self.known.get(&to) {
            return known.clone();
        }
        let mut seen = BTreeSet::new();
        let mut waiting = vec![to];
        let mut found = None;
        while let Some(at) = waiting.pop().filter(|_| found.is_none()) {
            if !seen.insert(at) {
                continue;
            }
            for (_, relation) in self.design.model.incoming(at) {
                let from = self.design.component(relation.from);
                let brings = from.is_outside() || from.is(Traits::FORWARDS);
                if brings && relation.waits() {
                    let again = retries(&relation.facts).filter(|_| !is_safe(&relation.facts));
                    found = found.or(again.map(|span| self.said(relation, span)));
                    waiting.push(relation.from);
                }
            }
        }
        self.known.insert(to, found.clone());
        found
    }

    fn said(&self, relation: &Relation, span: Span) -> Repeat {
        let (from, to) = (
            self.design.name(relation.from),
            self.design.name(relation.to),
        );
        (
            span,
            format!("`{from}` asks `{to}` again when no answer comes"),
        )
    }
}

/// Returns where a connection says that it is tried again.
fn retries(facts: &Facts) -> Option<Span> {
    let fact = facts.present("retries")?;
    let none = facts.number("retries").is_some_and(|number| number <= 0.0);
    (!none).then_some(fact.span)
}

/// Tells whether asking twice is said to be the same as asking once.
fn is_safe(facts: &Facts) -> bool {
    let locked = facts.says("locking", "unique") || facts.says("locking", "conditional");
    facts.has("idempotent") || locked
}

fn check(
    design: &Design<'_>,
    id: Id<Operation>,
    operation: &Operation,
    again: Option<Repeat>,
    report: &mut Report,
) {
    if operation.verb.is_idempotent() || !operation.mutates() || is_harmless(design, id, operation)
    {
        return;
    }
    if is_recognised(design, id, operation) {
        return report.pass();
    }
    // Without a flow the retries may be on a way that this operation never takes.
    let (shown, supposed) = match design.flow_of(id) {
        Some(_) => (again, None),
        None => (None, again),
    };
    let motive = shown
        .or_else(|| payment(design, id, operation))
        .or_else(|| contended(design, id, operation))
        .or(supposed);
    let Some((span, why)) = motive else {
        let text = "nothing says whether it is tried again, or what then happens";
        return report.unknown(operation.head.name_span, text);
    };
    let name = design.operation_name(id);
    let confidence = match operation.facts.is_absent("idempotent") {
        true => Confidence::High,
        false => Confidence::Medium,
    };
    let finding = report
        .finding(
            operation.head.name_span,
            format!("`{name}` may happen twice: nothing tells a retry from a new request"),
        )
        .confidence(confidence)
        .label("asked twice, it is done twice")
        .because(span, why)
        .help("let callers send a key that is stored with the result (`idempotent: key`), or mark what no two may share (`unique`)")
        .about(design.model.apis[operation.api].head.path.clone())
        .about(operation.head.path.clone());
    report.fail(finding);
}

/// Tells whether an operation changes nothing that could be there twice.
fn is_harmless(design: &Design<'_>, id: Id<Operation>, operation: &Operation) -> bool {
    const HARMLESS: &[&str] = &[
        "authenticate",
        "check",
        "estimate",
        "heartbeat",
        "login",
        "logout",
        "preview",
        "quote",
        "search",
        "signin",
        "signout",
        "validate",
        "verify",
    ];
    let words = parts(&operation.head.name);
    let named = HARMLESS.contains(&words.concat().as_str())
        || words
            .first()
            .is_some_and(|word| HARMLESS.contains(&word.as_str()));
    let written = written(design, id, operation);
    let reads_only = operation.facts.has("reads") && written.is_empty();
    let passing = |id: &Id<Entity>| design.model.entities[*id].about.has("transient");
    named || reads_only || !written.is_empty() && written.iter().all(passing)
}

/// Returns the entities that an operation is said to change.
fn written(design: &Design<'_>, id: Id<Operation>, operation: &Operation) -> BTreeSet<Id<Entity>> {
    let links = design.links_of(id);
    let steps = links.iter().flat_map(|(link, _)| link.facts.data("writes"));
    let all = operation.facts.data("writes").chain(steps);
    all.map(|data| data.entity).collect()
}

/// Tells whether a second request is recognised: by a key, or because no two of
/// what it makes can be there.
fn is_recognised(design: &Design<'_>, id: Id<Operation>, operation: &Operation) -> bool {
    let flow = design.flow_of(id).map(|id| &design.model.flows[id].facts);
    let keyed = |facts: &Facts| facts.has("idempotent");
    if keyed(&operation.facts) || flow.is_some_and(keyed) {
        return true;
    }
    if handlers(design, id)
        .iter()
        .any(|it| keyed(&design.component(*it).facts))
    {
        return true;
    }
    let links = design.links_of(id);
    let mut writing = links.iter().filter(|(link, _)| link.facts.has("writes"));
    if writing.any(|(link, _)| is_safe(&link.facts)) || is_safe(&operation.facts) {
        return true;
    }
    let written = written(design, id, operation);
    let results = operation.result_entities().map(|(id, _)| id);
    let results: BTreeSet<Id<Entity>> = results
        .filter(|id| written.is_empty() || written.contains(id))
        .collect();
    let made: BTreeSet<Id<Entity>> = match results.is_empty() {
        true => written,
        false => results,
    };
    let made = || made.iter().map(|id| &design.model.entities[*id]);
    let unique = |entity: &Entity| {
        entity.about.has("unique") || entity.fields.iter().any(|field| field.is("unique"))
    };
    made().any(unique) || made().next().is_some() && made().all(has_natural_key)
}

/// Tells whether the key of an entity says what it is, rather than counting up.
fn has_natural_key(entity: &Entity) -> bool {
    let keys: Vec<&Field> = entity
        .fields
        .iter()
        .filter(|field| field.is("key"))
        .collect();
    let generated = |field: &&&Field| {
        matches!(
            field.ty,
            FieldType::Scalar("uuid" | "int" | "int32", _) | FieldType::Open
        )
    };
    !keys.is_empty() && (keys.len() > 1 || keys.iter().filter(generated).count() == 0)
}

/// Tells whether somebody outside moves money.
fn moves_money(component: &Component) -> bool {
    const NAMES: &[&str] = &[
        "acquirer",
        "adyen",
        "bank",
        "braintree",
        "klarna",
        "payment",
        "payments",
        "paypal",
        "psp",
        "stripe",
    ];
    let named = || {
        parts(&component.head.name)
            .iter()
            .any(|word| NAMES.contains(&word.as_str()))
    };
    let typed = component
        .types
        .iter()
        .any(|it| it == "payment" || it == "bank");
    component.is(Traits::THIRD_PARTY) && (typed || component.types.is_empty() && named())
}

/// Tells whether a connection only asks.
fn only_reads(facts: &Facts) -> bool {
    facts.has("reads") && !facts.has("writes")
}

/// Returns the step at which an operation moves money.
fn payment(design: &Design<'_>, id: Id<Operation>, operation: &Operation) -> Option<Repeat> {
    let links = design.links_of(id);
    let pays = links.iter().find(|(link, _)| {
        let to = design.model.relations[link.relation].to;
        moves_money(design.component(to)) && !only_reads(&link.facts)
    });
    if let Some((link, _)) = pays {
        let to = design.name(design.model.relations[link.relation].to);
        return Some((
            link.span,
            format!("a second one moves money at `{to}` again"),
        ));
    }
    if !links.is_empty() || !speaks_of_money(operation) {
        return None;
    }
    let handlers = handlers(design, id);
    let mut calls = handlers.iter().flat_map(|id| design.model.outgoing(*id));
    let (_, relation) =
        calls.find(|(_, it)| moves_money(design.component(it.to)) && !only_reads(&it.facts))?;
    let to = design.name(relation.to);
    Some((
        relation.span,
        format!("a second one moves money at `{to}` again"),
    ))
}

fn speaks_of_money(operation: &Operation) -> bool {
    const MONEY: &[&str] = &[
        "book",
        "buy",
        "charge",
        "charges",
        "checkout",
        "deposit",
        "deposits",
        "order",
        "orders",
        "pay",
        "payment",
        "payments",
        "payout",
        "payouts",
        "purchase",
        "purchases",
        "refund",
        "refunds",
        "subscription",
        "subscriptions",
        "topup",
        "transfer",
        "transfers",
        "withdraw",
        "withdrawals",
    ];
    let mut segments = operation
        .route
        .iter()
        .flat_map(|(route, _)| route.rsplit('/'));
    let last = segments.find(|it| !it.starts_with('{') && !it.is_empty());
    let first = parts(&operation.head.name).into_iter().next();
    let mut words = last.map(parts).unwrap_or_default().into_iter().chain(first);
    words.any(|word| MONEY.contains(&word.as_str()))
}

/// Returns the contended thing that an operation changes.
fn contended(design: &Design<'_>, id: Id<Operation>, operation: &Operation) -> Option<Repeat> {
    let written = written(design, id, operation);
    let entities = written.iter().map(|id| &design.model.entities[*id]);
    let mut contended = entities.filter_map(|entity| {
        let fact = entity.about.present("contended")?;
        Some((
            fact.span,
            format!(
                "`{}` is contended, and a second request changes it again",
                entity.head.name
            ),
        ))
    });
    contended.next()
}

/// Notes which calls that move money are made by operations that are asked again.
fn note_paying_calls(
    design: &Design<'_>,
    id: Id<Operation>,
    operation: &Operation,
    again: Option<&Repeat>,
    paying: &mut BTreeMap<Id<Relation>, Repeat>,
) {
    let promised = operation.facts.present("idempotent").map(|fact| {
        let name = design.operation_name(id);
        (
            fact.span,
            format!("`{name}` promises that asking again is safe"),
        )
    });
    let Some(repeat) = promised.or_else(|| again.cloned()) else {
        return;
    };
    let mut note = |relation: Id<Relation>, facts: &Facts| {
        let to = design.component(design.model.relations[relation].to);
        if moves_money(to) && !only_reads(facts) && !is_safe(facts) {
            paying.entry(relation).or_insert_with(|| repeat.clone());
        }
    };
    let links = design.links_of(id);
    for (link, _) in &links {
        note(link.relation, &link.facts);
    }
    if links.is_empty() && speaks_of_money(operation) {
        for handler in handlers(design, id) {
            for (relation, row) in design.model.outgoing(handler) {
                note(relation, &row.facts);
            }
        }
    }
}

/// Follows a repeated request through to whoever moves the money.
fn check_paying(
    design: &Design<'_>,
    id: Id<Relation>,
    relation: &Relation,
    asked_again: Option<&Repeat>,
    report: &mut Report,
) {
    let to = design.component(relation.to);
    if !moves_money(to)
        || only_reads(&relation.facts)
        || design.component(relation.from).is_outside()
    {
        return;
    }
    let own = retries(&relation.facts)
        .filter(|_| !is_safe(&relation.facts))
        .map(|span| (span, "the call itself is tried again".to_owned()));
    let delivered = delivered_again(design, relation).filter(|_| !is_safe(&relation.facts));
    let stated = own.or_else(|| asked_again.cloned());
    let assumed = delivered.as_ref().filter(|_| stated.is_none());
    let assumed = assumed.and_then(|(medium, _)| default_delivery(design, *medium));
    let Some((span, why)) = stated.or(delivered.map(|(_, repeat)| repeat)) else {
        return report.pass();
    };
    let (name, provider) = (design.relation_name(id), &to.head.name);
    let finding = report
        .finding(
            relation.span,
            format!("`{name}` may move money twice: nothing lets `{provider}` recognise a repeated call"),
        )
        .label("no key goes with the call")
        .because(span, why)
        .help("send the same key with every try, such as the order's id, and say so: `idempotent: key`")
        .about(name);
    report.fail(match assumed {
        Some(words) => finding.assume(words),
        None => finding,
    });
}

/// Says what was taken for true of a medium that does not say how often it delivers.
fn default_delivery(design: &Design<'_>, id: Id<Component>) -> Option<String> {
    let name = design.name(id);
    let fact = design.component(id).facts.get("delivery");
    match fact.map(|fact| &fact.origin) {
        None => Some(format!(
            "`{name}` may deliver more than once, as nothing says otherwise"
        )),
        Some(Origin::Technology(technology, _)) => Some(format!(
            "`{name}` delivers at least once (the default of `{technology}`)"
        )),
        Some(_) => None,
    }
}

/// Returns the medium whose messages a caller may get twice.
fn delivered_again(design: &Design<'_>, relation: &Relation) -> Option<(Id<Component>, Repeat)> {
    let incoming = design.model.incoming(relation.from);
    let handed = incoming
        .filter(|(_, it)| it.arrow == Arrow::Send)
        .map(|(_, it)| (it.from, it));
    let outgoing = design.model.outgoing(relation.from);
    let pulled = outgoing
        .filter(|(_, it)| it.facts.has("reads"))
        .map(|(_, it)| (it.to, it));
    let mut media = handed.chain(pulled);
    media.find_map(|(id, it)| {
        let medium = design.component(id);
        let twice = medium.facts.items("delivery").iter().all(|item| {
            !matches!(item, FactItem::Word(word) if word == "at-most-once" || word == "exactly-once")
        });
        let recognised = is_safe(&it.facts) || is_safe(&design.component(relation.from).facts);
        let name = &medium.head.name;
        let why = format!("`{name}` may deliver a message twice");
        (medium.is(Traits::MEDIUM) && twice && !recognised).then_some((id, (it.span, why)))
    })
}
