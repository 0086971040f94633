//! See `method_semantics.md`.

use std::collections::BTreeSet;

use crate::finding::{Confidence, Finding, Severity};
use crate::lint::{About, Design, Report, Rule};
use crate::model::{Entity, Id, Link, Operation};
use crate::rules::words::list;
use crate::source::Span;
use crate::vocabulary::Traits;

/// A method that does what callers and caches trust it not to do.
pub struct MethodSemantics;

impl Rule for MethodSemantics {
    fn about(&self) -> About {
        About {
            name: "method-semantics",
            category: "interface",
            summary: "a safe method that changes data, or a PUT or DELETE that is not idempotent",
            severity: Severity::Warning,
            confidence: Confidence::High,
            motives: &[],
            page: include_str!("method_semantics.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        for (id, operation) in design.model.operations.iter() {
            match operation.verb.0 {
                "GET" | "HEAD" | "query" => safe(design, id, operation, report),
                "PUT" | "DELETE" => repeatable(design, id, operation, report),
                _ => {}
            }
        }
    }
}

/// Something that an operation changes, and where that is said.
struct Change {
    entity: Id<Entity>,
    span: Span,
    whither: Option<String>,
}

fn safe(design: &Design<'_>, id: Id<Operation>, operation: &Operation, report: &mut Report) {
    let changes = changes(design, id, operation);
    let Some(first) = changes.first() else {
        return report.pass();
    };
    let name = design.operation_name(id);
    let mut entities: Vec<&str> = changes
        .iter()
        .map(|it| design.model.entities[it.entity].head.name.as_str())
        .collect();
    entities.sort_unstable();
    entities.dedup();
    let (what, verb) = (list(&entities), operation.verb.0);
    let mut finding = report
        .finding(
            operation.route.as_ref().map_or(operation.head.name_span, |(_, span)| *span),
            format!("`{name}` changes {what} before it answers, and `{verb}` promises not to"),
        )
        .label("caches, crawlers and retries may ask this at any time")
        .help(format!(
            "use `POST` or `PUT`, or hand the change over with `~>` if the answer need not wait for {what}"
        ))
        .about(operation.head.path.clone());
    let words = match &first.whither {
        Some(whither) => format!("writes {what} to `{whither}` and waits for it"),
        None => format!("says that it writes {what}"),
    };
    finding = finding.because(first.span, words);
    report.fail(finding);
}

/// Returns the entities that an operation changes while its caller waits.
fn changes(design: &Design<'_>, id: Id<Operation>, operation: &Operation) -> Vec<Change> {
    let kept = |entity: Id<Entity>| !design.model.entities[entity].about.has("transient");
    let everywhere = design.links_of(id);
    let handed_over: BTreeSet<Id<Entity>> = everywhere
        .iter()
        .filter(|(link, _)| !design.model.relations[link.relation].waits())
        .flat_map(|(link, _)| link.facts.data("writes").map(|data| data.entity))
        .collect();
    let mut found = Vec::new();
    for (link, _) in design.answering_links(id) {
        let relation = &design.model.relations[link.relation];
        let (from, to) = (design.component(relation.from), relation.to);
        let receiver = design.component(to);
        let keeps = receiver.is(Traits::STORES) && !receiver.is(Traits::DERIVED);
        let calls = from.is(Traits::COMPUTE) && receiver.is(Traits::COMPUTE);
        if !keeps && !calls {
            continue;
        }
        let kept = |entity| kept(entity) && (keeps || !handed_over.contains(&entity));
        for data in link.facts.data("writes").filter(|data| kept(data.entity)) {
            found.push(Change {
                entity: data.entity,
                span: link.span,
                whither: Some(design.name(to).to_owned()),
            });
        }
    }
    let shown = |entity: Id<Entity>| {
        let writes = |link: &Link| link.facts.data("writes").any(|data| data.entity == entity);
        everywhere.iter().any(|(link, _)| writes(link))
    };
    let stated = operation.facts.data("writes");
    for data in stated.filter(|data| kept(data.entity) && !shown(data.entity)) {
        found.push(Change {
            entity: data.entity,
            span: data.span,
            whither: None,
        });
    }
    found
}

fn repeatable(design: &Design<'_>, id: Id<Operation>, operation: &Operation, report: &mut Report) {
    let inherited = design.model.apis[operation.api].facts.get("idempotent");
    let own = operation
        .facts
        .get("idempotent")
        .filter(|fact| inherited.is_none_or(|inherited| inherited.span != fact.span));
    let Some(fact) = own.filter(|_| operation.facts.is_absent("idempotent")) else {
        return report.pass();
    };
    let (name, verb) = (design.operation_name(id), operation.verb.0);
    let finding: Finding = report
        .finding(
            fact.span,
            format!("`{name}` is not idempotent, and `{verb}` promises that it is"),
        )
        .label("asking twice is said to differ from asking once")
        .because(
            operation.route.as_ref().map_or(operation.head.name_span, |(_, span)| *span),
            format!("clients and proxies may repeat a `{verb}` by themselves"),
        )
        .help("state the whole new value rather than a difference, or use `POST` with `idempotent: key`")
        .about(operation.head.path.clone());
    report.fail(finding);
}
