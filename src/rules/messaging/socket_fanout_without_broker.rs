//! See `socket_fanout_without_broker.md`.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::{Confidence, Finding, Severity};
use crate::lint::{About, Design, Report, Rule};
use crate::model::{Component, Entity, FactValue, Id, Operation, Redundancy, Relation};
use crate::rules::words::list;
use crate::syntax::tree::Arrow;
use crate::vocabulary::Traits;

/// Several socket servers, none of which can reach the others' clients.
pub struct SocketFanoutWithoutBroker;

impl Rule for SocketFanoutWithoutBroker {
    fn about(&self) -> About {
        About {
            name: "socket-fanout-without-broker",
            category: "messaging",
            summary: "several socket servers that cannot reach each other's clients",
            severity: Severity::Warning,
            confidence: Confidence::Medium,
            motives: &[],
            page: include_str!("socket_fanout_without_broker.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        for (id, talk) in talks(design) {
            if !talk.between().is_empty() {
                judge(design, id, &talk, report);
            }
        }
    }

    fn undecided(&self, undecided: usize, of: usize) -> String {
        format!(
            "{undecided} of {of} socket servers: not stated how many there are, or who comes to which"
        )
    }
}

/// What clients give to a server, and what it gives to clients by itself.
#[derive(Default)]
struct Talk {
    given: BTreeMap<Id<Entity>, Id<Operation>>,
    pushed: BTreeMap<Id<Entity>, Id<Operation>>,
}

impl Talk {
    /// Returns what goes from one client to others.
    fn between(&self) -> Vec<(Id<Entity>, Id<Operation>, Id<Operation>)> {
        let both = self.pushed.iter();
        both.filter_map(|(entity, push)| Some((*entity, *self.given.get(entity)?, *push)))
            .collect()
    }
}

/// Returns the talk of each component that holds sockets.
fn talks(design: &Design<'_>) -> BTreeMap<Id<Component>, Talk> {
    let mut talks: BTreeMap<Id<Component>, Talk> = BTreeMap::new();
    let operations = || design.model.operations.iter();
    for (id, operation) in operations().filter(|(_, it)| is_push(design, it)) {
        for server in holders(design, operation) {
            let talk = talks.entry(server).or_default();
            for entity in pushed(operation) {
                talk.pushed.entry(entity).or_insert(id);
            }
        }
    }
    for (id, operation) in operations().filter(|(_, it)| it.mutates()) {
        for server in takers(design, operation) {
            let Some(talk) = talks.get_mut(&server) else {
                continue;
            };
            for entity in design.entities_touched(id) {
                if given(operation, entity) {
                    talk.given.entry(entity).or_insert(id);
                }
            }
        }
    }
    talks
}

/// Tells whether the server speaks first, and not only to the client whose thing it is.
fn is_push(design: &Design<'_>, operation: &Operation) -> bool {
    let api = &design.model.apis[operation.api];
    let speaks = matches!(operation.verb.0, "receive" | "subscription" | "stream");
    let events = api.types.iter().any(|it| it == "sse");
    is_live(design, operation)
        && (speaks || events && operation.verb.0 == "GET")
        && !operation.facts.says("authz", "owner")
}

fn pushed(operation: &Operation) -> BTreeSet<Id<Entity>> {
    let results = operation.result_entities().map(|(entity, _)| entity);
    let read = operation.facts.data("reads").map(|data| data.entity);
    results.chain(read).collect()
}

/// Tells whether an operation makes or changes an entity.
fn given(operation: &Operation, entity: Id<Entity>) -> bool {
    if operation.facts.has("writes") {
        return operation.facts.data("writes").any(|it| it.entity == entity);
    }
    operation.result_entities().any(|(it, _)| it == entity)
}

/// Returns who holds the sockets of an operation: its servers, and of a gateway
/// what it keeps two-way connections to.
fn holders(design: &Design<'_>, operation: &Operation) -> BTreeSet<Id<Component>> {
    let mut found = BTreeSet::new();
    for server in &operation.servers {
        if design.component(*server).is(Traits::COMPUTE) {
            found.insert(*server);
            continue;
        }
        let behind = design.model.outgoing(*server);
        let open = behind.filter(|(_, it)| is_socket(it)).map(|(_, it)| it.to);
        found.extend(open.filter(|to| design.component(*to).is(Traits::COMPUTE)));
    }
    found
}

/// Returns who an operation that clients call may end at: over its own sockets, else
/// where a gateway routes it.
fn takers(design: &Design<'_>, operation: &Operation) -> BTreeSet<Id<Component>> {
    if is_live(design, operation) {
        return holders(design, operation);
    }
    let mut found = BTreeSet::new();
    for server in &operation.servers {
        match design.success().routing.of(*server) {
            Some(routes) => {
                let choices = routes.choices(operation);
                found.extend(choices.iter().map(|id| design.model.relations[*id].to));
            }
            None => {
                found.insert(*server);
            }
        }
    }
    found
}

/// Tells whether an operation belongs to an API over connections that stay open.
fn is_live(design: &Design<'_>, operation: &Operation) -> bool {
    let api = &design.model.apis[operation.api];
    let types = ["websocket", "sse", "graphql", "grpc"];
    types
        .iter()
        .any(|word| api.types.iter().any(|it| it == word))
}

fn is_socket(relation: &Relation) -> bool {
    let spoken = ["websocket", "wss", "sse", "long-poll"];
    relation.arrow == Arrow::Duplex || spoken.iter().any(|it| relation.facts.says("protocol", it))
}

fn judge(design: &Design<'_>, id: Id<Component>, talk: &Talk, report: &mut Report) {
    let server = design.component(id);
    let name = server.head.name_span;
    if server.is_managed() || hears_of_others(design, id) {
        return report.pass();
    }
    match several(server) {
        Some(false) => return report.pass(),
        None => return report.unknown(name, "holds sockets, and nothing says how many there are"),
        Some(true) => {}
    }
    match routed(design, id) {
        Routed::Together => report.pass(),
        Routed::Open => report.unknown(
            name,
            "nothing says by what clients come to the same one (`sticky`)",
        ),
        Routed::Apart => report.fail(tell(design, id, talk, report)),
    }
}

fn several(server: &Component) -> Option<bool> {
    let counts = ["replicas", "autoscale"]
        .iter()
        .filter_map(|key| server.facts.count(key));
    let most = counts
        .map(|it| it.most.unwrap_or(it.least).max(it.least))
        .max();
    match (most, server.redundancy()) {
        (Some(most), _) => Some(most > 1),
        (None, Redundancy::Stated(1)) => Some(false),
        _ => None,
    }
}

/// Tells whether something tells a server what came in at another: a topic, a queue
/// that it reads, a shared cache or registry, changes of a store, or a program of ours.
fn hears_of_others(design: &Design<'_>, id: Id<Component>) -> bool {
    let shared = Traits::CACHES.with(Traits::CONTROL_PLANE);
    let asks = design.model.outgoing(id).any(|(_, relation)| {
        let to = design.component(relation.to);
        let only_sent = relation.arrow == Arrow::Send && to.kind.name != "topic";
        let medium = to.is(Traits::MEDIUM) && !only_sent;
        medium || to.traits.any(shared) || relation.to == id
    });
    let told = design.model.incoming(id).any(|(_, relation)| {
        let from = design.component(relation.from);
        let ours = Traits::COMPUTE.with(Traits::STORES).with(Traits::MEDIUM);
        from.traits.any(shared.with(ours)) || relation.facts.has("mode")
    });
    asks || told
}

/// Whether those who talk to each other come to the same server.
enum Routed {
    Apart,
    Open,
    Together,
}

fn routed(design: &Design<'_>, id: Id<Component>) -> Routed {
    let before = design
        .model
        .incoming(id)
        .map(|(_, it)| design.component(it.from));
    let mut open = false;
    for balancer in before.filter(|it| it.is(Traits::FORWARDS)) {
        if balancer.facts.says("algorithm", "consistent-hash") {
            return Routed::Together;
        }
        match balancer.facts.present("sticky").map(|fact| &fact.value) {
            Some(FactValue::Open) => open = true,
            Some(_) if !by_client(balancer) => return Routed::Together,
            _ => {}
        }
    }
    if open { Routed::Open } else { Routed::Apart }
}

/// Tells whether what sticks is one client rather than those who talk together.
fn by_client(balancer: &Component) -> bool {
    ["cookie", "session", "ip", "user", "client", "connection"]
        .iter()
        .any(|word| balancer.facts.says("sticky", word))
}

fn tell(design: &Design<'_>, id: Id<Component>, talk: &Talk, report: &Report) -> Finding {
    let (server, name) = (design.component(id), design.name(id));
    let between = talk.between();
    let names: Vec<&str> = between
        .iter()
        .map(|(entity, ..)| design.model.entities[*entity].head.path.as_str())
        .collect();
    let message = format!(
        "nothing tells the other replicas of `{name}` of a {} that comes in at one of them",
        list(&names).replace("` and", "` or")
    );
    let copies = ["replicas", "autoscale"]
        .iter()
        .find_map(|key| server.facts.get(key));
    let finding = report
        .finding(server.head.name_span, message)
        .label("each holds the sockets of its own clients only")
        .about(name)
        .help(format!(
            "put a topic between them (`topic bus; {name} ~> bus ~> {name}`), or keep in a cache who is connected where and send it there"
        ));
    let finding = match copies {
        Some(copies) => finding.because(copies.span, "several of them"),
        None => finding,
    };
    let Some((entity, give, push)) = between.first() else {
        return finding;
    };
    let entity = &design.model.entities[*entity].head.path;
    let operation = |id: &Id<Operation>| design.model.operations[*id].head.name_span;
    let finding = finding.because(operation(give), format!("a client gives `{entity}`"));
    if give == push {
        return finding;
    }
    finding.because(operation(push), format!("others are told of `{entity}`"))
}
