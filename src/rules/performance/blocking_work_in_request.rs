//! See `blocking_work_in_request.md`.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::{Confidence, Finding, Severity};
use crate::lint::{About, Design, Report, Rule, RuleOption};
use crate::model::{Component, Demand, Element, Facts, Id, Link, Operation, Relation};
use crate::rules::words::{list, parts, seconds};
use crate::source::Span;
use crate::vocabulary::Traits;

/// People begin to wonder after a second.
const SLOW: RuleOption = RuleOption {
    name: "slow",
    default: "1s",
    summary: "work that usually takes so long, or longer, is slow",
};

/// Slow work that a caller waits for.
pub struct BlockingWorkInRequest;

impl Rule for BlockingWorkInRequest {
    fn about(&self) -> About {
        About {
            name: "blocking-work-in-request",
            category: "performance",
            summary: "slow work that the caller waits for and need not",
            severity: Severity::Warning,
            confidence: Confidence::Medium,
            motives: &[],
            page: include_str!("blocking_work_in_request.md"),
        }
    }

    fn options(&self) -> &'static [RuleOption] {
        &[SLOW]
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        let mut found: BTreeMap<Id<Relation>, Found> = BTreeMap::new();
        for (id, operation) in design.model.operations.iter() {
            if streams(design, operation) {
                continue;
            }
            for (link, _) in design.answering_links(id) {
                if link.facts.says("need", "soft") && link.facts.has("timeout") {
                    continue;
                }
                match slow(design, id, link, report.option(SLOW.name)) {
                    Some(why) => {
                        let known = found.entry(link.relation);
                        let known = known.or_insert(Found::new(link.span, why));
                        known.operations.insert(id);
                    }
                    None => report.pass(),
                }
            }
        }
        outside_flows(design, &mut found);
        for (relation, found) in &found {
            report.fail(tell(design, *relation, found, report));
        }
    }
}

/// Slow work behind a connection.
struct Found {
    span: Span,
    why: Why,
    operations: BTreeSet<Id<Operation>>,
}

impl Found {
    fn new(span: Span, why: Why) -> Self {
        Found {
            span,
            why,
            operations: BTreeSet::new(),
        }
    }
}

/// Why work is slow.
enum Why {
    /// It takes so many seconds, as is said there; and what is asked of the whole, if
    /// anything is.
    Takes(f64, Span, Option<Demand>),
    /// It sends a message to somebody, who need not have it yet.
    Sends(&'static str),
    /// Its name says that it converts pictures, sound or film.
    Converts,
}

/// Tells whether an answer comes bit by bit.
fn streams(design: &Design<'_>, operation: &Operation) -> bool {
    let api = &design.model.apis[operation.api];
    let bits = ["websocket", "sse", "events"];
    let slowly = api.types.iter().any(|it| bits.contains(&it.as_str()));
    slowly || matches!(operation.verb.0, "stream" | "subscription" | "receive")
}

fn slow(design: &Design<'_>, operation: Id<Operation>, link: &Link, slow: f64) -> Option<Why> {
    let to = design.component(design.model.relations[link.relation].to);
    if is_awaited(to) {
        return None;
    }
    if let Some((takes, span)) = duration(&link.facts).or_else(|| duration(&to.facts)) {
        if takes < slow {
            return None;
        }
        let target = target(design, operation);
        let fits = target.is_some_and(|target| takes < target.bound.to_f64());
        return (!fits).then(|| Why::Takes(takes, span, target.cloned()));
    }
    let row = &design.model.operations[operation];
    sends(to)
        .filter(|_| !asks_for_a_code(row))
        .map(Why::Sends)
        .or_else(|| converts(to).then_some(Why::Converts))
}

/// Tells whether people expect to wait for such an answer, which decides what they see.
fn is_awaited(to: &Component) -> bool {
    const AWAITED: &[&str] = &["bank", "identity", "map", "payment"];
    to.types.iter().any(|it| AWAITED.contains(&it.as_str())) || to.is(Traits::AUTHENTICATES)
}

/// Returns how long something usually takes, in seconds.
fn duration(facts: &Facts) -> Option<(f64, Span)> {
    ["min", "p50", "mean"].iter().find_map(|key| {
        let takes = facts.number(key)?;
        Some((takes, facts.get(key)?.span))
    })
}

/// Returns the bound on the time in which an operation must answer.
fn target<'a>(design: &Design<'a>, operation: Id<Operation>) -> Option<&'a Demand> {
    let element = Element::Operation(operation);
    let times = ["p50", "p90", "p95", "p99", "p99.9", "mean", "latency"];
    let asked = design.qualities("latency").map(|(_, it)| it);
    let of_qualities = asked
        .filter(|requirement| design.concerns(requirement, element))
        .flat_map(|requirement| &requirement.demands);
    let own = &design.model.operations[operation].demands;
    own.iter()
        .chain(of_qualities)
        .filter(|demand| demand.is_upper() && times.contains(&demand.measure.as_str()))
        .min_by(|a, b| a.bound.to_f64().total_cmp(&b.bound.to_f64()))
}

/// Tells whether the message is what the caller asks for: a code to sign in with.
fn asks_for_a_code(operation: &Operation) -> bool {
    const CODES: &[&str] = &[
        "challenge",
        "code",
        "codes",
        "otp",
        "otps",
        "pin",
        "verification",
        "verifications",
        "verify",
    ];
    let route = operation.route.iter().map(|(route, _)| route.as_str());
    let mut words = route.chain([operation.head.name.as_str()]).flat_map(parts);
    words.any(|word| CODES.contains(&word.as_str()))
}

fn sends(to: &Component) -> Option<&'static str> {
    let typed = |word: &str| to.is(Traits::THIRD_PARTY) && to.types.iter().any(|it| it == word);
    match () {
        () if typed("email") => Some("mail"),
        () if typed("sms") => Some("a text message"),
        () if typed("push") => Some("a push message"),
        () => None,
    }
}

fn converts(to: &Component) -> bool {
    const WORDS: &[&str] = &[
        "transcode",
        "transcoder",
        "transcoding",
        "thumbnailer",
        "thumbnails",
    ];
    let words = parts(&to.head.name);
    to.is(Traits::COMPUTE) && words.iter().any(|word| WORDS.contains(&word.as_str()))
}

/// Looks at calls that no flow shows, from programs that answer requests and do
/// nothing by themselves.
fn outside_flows(design: &Design<'_>, found: &mut BTreeMap<Id<Relation>, Found>) {
    let mut shown: BTreeSet<Id<Relation>> = BTreeSet::new();
    for flow in design.model.flows.rows() {
        shown.extend(flow.links().iter().map(|(link, _)| link.relation));
    }
    let mut servers: BTreeSet<Id<Component>> = BTreeSet::new();
    let unshown = design
        .model
        .operations
        .iter()
        .filter(|(id, _)| design.flow_of(*id).is_none());
    for (_, operation) in unshown {
        if operation.mutates() && !streams(design, operation) && !asks_for_a_code(operation) {
            servers.extend(&operation.servers);
        }
    }
    for (id, relation) in design.model.relations.iter() {
        let from = design.component(relation.from);
        let asked = servers.contains(&relation.from) && !from.is(Traits::BACKGROUND);
        let spared = relation.facts.says("need", "soft") || from.facts.has("runs");
        if shown.contains(&id) || !asked || spared || !relation.waits() {
            continue;
        }
        if let Some(what) = sends(design.component(relation.to)) {
            found.insert(id, Found::new(relation.span, Why::Sends(what)));
        }
    }
}

fn tell(design: &Design<'_>, id: Id<Relation>, found: &Found, report: &Report) -> Finding {
    let relation = &design.model.relations[id];
    let to = design.name(relation.to);
    let from = design.name(relation.from);
    let operations: Vec<String> = found
        .operations
        .iter()
        .map(|id| design.operation_name(*id))
        .collect();
    let (who, verb) = match operations.len() {
        0 => (format!("`{from}`"), "waits"),
        1 => (list(&operations), "waits"),
        _ => (list(&operations), "wait"),
    };
    let message = match &found.why {
        Why::Takes(takes, ..) => {
            format!(
                "{who} {verb} {} for `{to}` before the answer",
                seconds(*takes)
            )
        }
        Why::Sends(what) => format!("{who} {verb} until `{to}` has taken {what}"),
        Why::Converts => format!("{who} {verb} until `{to}` is done"),
    };
    let mut finding = report
        .finding(found.span, message)
        .label("the caller waits here")
        .help(format!(
            "hand it over and answer at once: `{from} ~> jobs`, with a `queue jobs` and a worker that asks `{to}`; where the caller needs the outcome, answer with where to look for it"
        ))
        .about(design.relation_name(id));
    match &found.why {
        Why::Takes(_, span, target) => {
            finding = finding.because(*span, "it takes this long");
            if let Some(target) = target {
                finding = finding.because(target.span, format!("asked for: {}", target.words()));
            } else {
                finding =
                    finding.note("no latency is asked for; people notice from about a second on");
            }
        }
        Why::Sends(_) => {
            finding = finding.note(format!(
                "while `{to}` is slow or down, so is what waits for it"
            ));
            if operations.is_empty() {
                finding = finding.assume(format!(
                    "`{from}` calls `{to}` while it answers (no flow says when)"
                ));
            }
        }
        Why::Converts => {
            finding = finding.assume(format!(
                "`{to}` converts media, by its name, and that takes long"
            ));
        }
    }
    let paths = found
        .operations
        .iter()
        .map(|id| design.model.operations[*id].head.path.clone());
    paths.fold(finding, Finding::about)
}
