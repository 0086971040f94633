//! See `kind_edge_mismatch.md`.

use crate::finding::{Confidence, Finding, Severity};
use crate::lint::{About, Design, Report, Rule};
use crate::model::{Component, Id, Relation};
use crate::source::Span;
use crate::syntax::tree::Arrow;
use crate::vocabulary::Traits;

/// Connections that what stands at their ends cannot have.
pub struct KindEdgeMismatch;

/// Protocols, and kinds that never speak them.
const FOREIGN: &[(&[&str], &[&str])] = &[
    (
        &["sql"],
        &[
            "cache", "storage", "queue", "topic", "lock", "vault", "dns", "cdn",
        ],
    ),
    (&["redis"], &["storage", "warehouse", "vault", "dns", "cdn"]),
    (&["s3"], &["cache", "queue", "topic", "lock", "dns"]),
    (
        &["smtp"],
        &[
            "database",
            "cache",
            "search",
            "warehouse",
            "lock",
            "queue",
            "topic",
            "dns",
            "cdn",
        ],
    ),
    (
        &["amqp", "mqtt", "kafka"],
        &[
            "database",
            "cache",
            "storage",
            "search",
            "warehouse",
            "lock",
            "vault",
            "dns",
            "cdn",
        ],
    ),
    (
        &["dns"],
        &[
            "database",
            "cache",
            "storage",
            "search",
            "warehouse",
            "queue",
            "topic",
        ],
    ),
];

/// Protocols over which a server may reach a client.
const BACKWARD: &[&str] = &[
    "websocket",
    "wss",
    "sse",
    "long-poll",
    "webrtc",
    "mqtt",
    "http2",
    "http3",
    "quic",
    "udp",
];

impl Rule for KindEdgeMismatch {
    fn about(&self) -> About {
        About {
            name: "kind-edge-mismatch",
            category: "structure",
            summary: "a connection that what stands at its ends cannot have",
            severity: Severity::Warning,
            confidence: Confidence::High,
            motives: &[],
            page: include_str!("kind_edge_mismatch.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        let relations = design.model.relations.iter();
        // What is sent over an open connection is judged with that.
        for (id, relation) in relations.filter(|(_, it)| it.over.is_none()) {
            let ends = Ends {
                from: design.component(relation.from),
                to: design.component(relation.to),
                relation,
            };
            match ends.mismatch() {
                Some(mismatch) => report.fail(finding(design, id, relation, mismatch, report)),
                None => report.pass(),
            }
        }
    }
}

/// What is wrong, shorter, where, and what to write.
struct Mismatch {
    message: String,
    label: &'static str,
    span: Span,
    help: String,
}

struct Ends<'a> {
    from: &'a Component,
    to: &'a Component,
    relation: &'a Relation,
}

impl Ends<'_> {
    fn mismatch(&self) -> Option<Mismatch> {
        if self.from.is(Traits::THIRD_PARTY) {
            return None;
        }
        self.store_that_calls()
            .or_else(|| self.worker_that_answers())
            .or_else(|| self.client_that_is_called())
            .or_else(|| self.foreign_protocol())
            .or_else(|| self.capture_of_nothing())
            .or_else(|| self.replication_of_unlike())
    }

    fn names(&self) -> (&str, &str) {
        (&self.from.head.path, &self.to.head.path)
    }

    fn fact_span(&self, key: &str) -> Span {
        let fact = self.relation.facts.get(key);
        fact.map_or(self.relation.span, |fact| fact.span)
    }

    fn is_store(component: &Component) -> bool {
        component.is(Traits::STORES) && !component.is(Traits::THIRD_PARTY)
    }

    fn store_that_calls(&self) -> Option<Mismatch> {
        let calls = Ends::is_store(self.from) && self.relation.waits();
        if !calls {
            return None;
        }
        let (from, to) = self.names();
        let help = if Ends::is_store(self.to) {
            let alike = self.from.kind.name == self.to.kind.name;
            let mode = if alike { "replication" } else { "cdc" };
            format!(
                "say how the data gets there: `{from} ~> {to} {{ mode: {mode} }}` or `mode: batch`; or draw the program that copies it"
            )
        } else if self.to.is(Traits::MEDIUM) {
            format!("changes are sent, not called: `{from} ~> {to} {{ mode: cdc }}`")
        } else {
            format!(
                "turn it round if `{to}` asks (`{to} -> {from}`); if `{from}` announces changes, write `~>`"
            )
        };
        Some(Mismatch {
            message: format!(
                "`{from}`, {}, calls `{to}` and waits for its answer",
                article(self.from)
            ),
            label: "a store answers; it does not ask",
            span: self.relation.span,
            help,
        })
    }

    fn worker_that_answers(&self) -> Option<Mismatch> {
        let asks = self.from.traits.any(Traits::OUTSIDE.with(Traits::FORWARDS));
        let works = self.to.is(Traits::COMPUTE.with(Traits::BACKGROUND));
        let answers = self.to.facts.has("serves");
        if !asks || !works || answers || self.relation.arrow == Arrow::Send {
            return None;
        }
        let (from, to) = self.names();
        Some(Mismatch {
            message: format!(
                "`{from}` waits for an answer of `{to}`, {}",
                article(self.to)
            ),
            label: "works in the background and answers nobody",
            span: self.relation.span,
            help: format!(
                "let a service take the request and hand it over through a queue, or make `{to}` a `service` if it answers"
            ),
        })
    }

    fn client_that_is_called(&self) -> Option<Mismatch> {
        let device = ["browser", "mobile"];
        let types = &self.to.types;
        let closed = !types.is_empty() && types.iter().all(|it| device.contains(&it.as_str()));
        let ours = !self.from.is(Traits::OUTSIDE);
        let open = BACKWARD
            .iter()
            .any(|word| self.relation.facts.says("protocol", word));
        if !closed || !ours || open || self.relation.arrow != Arrow::Call {
            return None;
        }
        let (from, to) = self.names();
        let what = types.first().map_or("client", String::as_str);
        Some(Mismatch {
            message: format!("`{from}` calls `{to}`, a {what} client, which nobody can call"),
            label: "clients call; they cannot be called",
            span: self.relation.span,
            help: format!(
                "answers need no arrow; to tell it something, let it hold a connection (`{to} <-> {from}`) or push (`{from} ~> {to} {{ protocol: sse }}`)"
            ),
        })
    }

    fn foreign_protocol(&self) -> Option<Mismatch> {
        let facts = &self.relation.facts;
        let foreign = |protocols: &[&'static str], kinds: &[&str]| {
            let kind = kinds.contains(&self.to.kind.name);
            let spoken = protocols.iter().find(|word| facts.says("protocol", word));
            spoken.filter(|_| kind).copied()
        };
        let protocol = FOREIGN
            .iter()
            .find_map(|(protocols, kinds)| foreign(protocols, kinds))?;
        let (_, to) = self.names();
        Some(Mismatch {
            message: format!("`{to}`, {}, does not speak `{protocol}`", article(self.to)),
            label: "not a protocol of what stands at this end",
            span: self.fact_span("protocol"),
            help: format!("correct the `protocol`, or the kind of `{to}`"),
        })
    }

    fn capture_of_nothing(&self) -> Option<Mismatch> {
        let stores = self.from.is(Traits::STORES) || self.to.is(Traits::STORES);
        let outside = self.to.is(Traits::THIRD_PARTY);
        if stores || outside || !self.relation.facts.says("mode", "cdc") {
            return None;
        }
        let (from, to) = self.names();
        Some(Mismatch {
            message: format!("`{from}` to `{to}` captures changes of data, but neither keeps any"),
            label: "no store whose changes could be captured",
            span: self.fact_span("mode"),
            help: "start it at the store whose changes it carries, or leave `mode` out".to_owned(),
        })
    }

    fn replication_of_unlike(&self) -> Option<Mismatch> {
        let alike = self.from.kind.name == self.to.kind.name;
        let outside = self.to.is(Traits::THIRD_PARTY);
        if alike || outside || !self.relation.facts.says("mode", "replication") {
            return None;
        }
        let (from, to) = self.names();
        Some(Mismatch {
            message: format!(
                "`{from}`, {}, cannot replicate itself to `{to}`, {}",
                article(self.from),
                article(self.to)
            ),
            label: "replication makes a second one of the same kind",
            span: self.fact_span("mode"),
            help: "changes that feed another kind of store are captured (`mode: cdc`) or copied (`mode: batch`)".to_owned(),
        })
    }
}

fn article(component: &Component) -> String {
    crate::model::article(component.kind.name)
}

fn finding(
    design: &Design<'_>,
    id: Id<Relation>,
    relation: &Relation,
    mismatch: Mismatch,
    report: &Report,
) -> Finding {
    report
        .finding(mismatch.span, mismatch.message)
        .label(mismatch.label)
        .help(mismatch.help)
        .about(design.relation_name(id))
        .about(design.name(relation.from))
        .about(design.name(relation.to))
}
