//! See `cross_service_transaction.md`.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::{Confidence, Severity};
use crate::lint::visits::Visit;
use crate::lint::{About, Design, Report, Rule};
use crate::model::{Component, Facts, Flow, Group, GroupKind, Id};
use crate::rules::words::list;
use crate::source::Span;
use crate::vocabulary::Traits;

/// One transaction over what several services or stores must do.
pub struct CrossServiceTransaction;

impl Rule for CrossServiceTransaction {
    fn about(&self) -> About {
        About {
            name: "cross-service-transaction",
            category: "consistency",
            summary: "one transaction that several services or stores would have to share",
            severity: Severity::Warning,
            confidence: Confidence::Medium,
            motives: &[],
            page: include_str!("cross_service_transaction.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        let mut parties: BTreeMap<(Id<Flow>, Span), Parties<'_>> = BTreeMap::new();
        for visit in design.visits() {
            let atomic = visit.around.iter().find(|it| it.kind == GroupKind::Atomic);
            if let (Some(flow), Some(group)) = (visit.flow, atomic) {
                let known = parties.entry((flow, group.span));
                let known = known.or_insert_with(|| Parties::new(group));
                known.add(design, visit);
            }
        }
        let mut told = BTreeSet::new();
        for ((flow, _), parties) in &parties {
            let apart = parties.stores.len() > 1 || !parties.called.is_empty();
            if !apart || is_split(&design.model.flows[*flow].facts, parties.group) {
                report.pass();
            } else if told.insert(*flow) {
                tell(design, *flow, parties, report);
            }
        }
    }
}

/// Who would have to commit together.
struct Parties<'a> {
    group: &'a Group,
    stores: BTreeMap<Id<Component>, Span>,
    called: BTreeMap<Id<Component>, Span>,
}

impl<'a> Parties<'a> {
    fn new(group: &'a Group) -> Self {
        Parties {
            group,
            stores: BTreeMap::new(),
            called: BTreeMap::new(),
        }
    }

    fn add(&mut self, design: &Design<'_>, visit: &Visit<'_>) {
        let (from, to) = (design.component(visit.from), design.component(visit.to));
        let only_reads = visit.writes.is_empty() && !visit.reads.is_empty();
        if only_reads || !from.is(Traits::COMPUTE) {
            return;
        }
        let call = visit.is_call(design) && visit.from != visit.to;
        let another = to.traits.any(Traits::COMPUTE.with(Traits::THIRD_PARTY));
        if to.is_source_of_truth() && !to.is(Traits::THIRD_PARTY) {
            self.stores.entry(visit.to).or_insert(visit.span);
        } else if call && another && !visit.facts.says("need", "soft") {
            self.called.entry(visit.to).or_insert(visit.span);
        }
    }
}

/// Tells whether it is said how the parts are undone, or which protocol holds them together.
fn is_split(flow: &Facts, group: &Group) -> bool {
    const PROTOCOLS: &[&str] = &["2pc", "two-phase", "two-phase-commit", "xa", "saga", "tcc"];
    let said = |facts: &Facts| {
        let word = |key: &str| facts.word(key).map(str::to_ascii_lowercase);
        let isolation = word("isolation");
        facts.has("compensation") || isolation.is_some_and(|it| PROTOCOLS.contains(&it.as_str()))
    };
    said(flow) || said(&group.facts)
}

fn tell(design: &Design<'_>, flow: Id<Flow>, parties: &Parties<'_>, report: &mut Report) {
    let row = &design.model.flows[flow];
    let name = &row.head.path;
    let names = |of: &BTreeMap<Id<Component>, Span>| -> Vec<&str> {
        of.keys().map(|id| design.name(*id)).collect()
    };
    let (stores, called) = (names(&parties.stores), names(&parties.called));
    let message = match (stores.len() > 1, called.is_empty()) {
        (true, true) => format!(
            "the transaction in `{name}` spans {}: none of them can undo the others",
            list(&stores)
        ),
        (_, false) => format!(
            "the transaction in `{name}` asks {}, which will not undo its part when the rest fails",
            list(&called)
        ),
        (false, true) => return,
    };
    let mut finding = report
        .finding(parties.group.span, message)
        .label("not one transaction")
        .help("keep in `atomic` what one store does, and say how the other steps are undone (`compensation: \"…\"`): a saga; or bring the data under one owner")
        .about(name.clone());
    for (id, span) in parties.called.iter().chain(&parties.stores).take(4) {
        let to = design.component(*id);
        let words = match to.is(Traits::STORES) {
            true => format!("changes `{}`", to.head.path),
            false => format!("asks `{}`", to.head.path),
        };
        finding = finding.because(*span, words);
    }
    for it in called.iter().chain(&stores) {
        finding = finding.about(*it);
    }
    report.fail(finding);
}
