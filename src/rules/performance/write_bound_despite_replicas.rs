//! See `write_bound_despite_replicas.md`.

use std::collections::BTreeMap;

use crate::finding::{Confidence, Finding, Severity};
use crate::lint::visits::{Visit, peaks};
use crate::lint::{About, Design, Report, Rule, RuleOption};
use crate::model::{Component, Element, FactItem, Id, Origin};
use crate::quantity::Dimension;
use crate::rules::by_load::BUSY;
use crate::rules::words::{per_second, round};

/// Writes that fill the one replica that takes them all.
pub struct WriteBoundDespiteReplicas;

impl Rule for WriteBoundDespiteReplicas {
    fn about(&self) -> About {
        About {
            name: "write-bound-despite-replicas",
            category: "performance",
            summary: "writes that fill the primary, which replicas cannot help",
            severity: Severity::Warning,
            confidence: Confidence::High,
            motives: &[],
            page: include_str!("write_bound_despite_replicas.md"),
        }
    }

    fn options(&self) -> &'static [RuleOption] {
        &[BUSY]
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        let mut writes: BTreeMap<Id<Component>, Vec<&Visit<'_>>> = BTreeMap::new();
        for visit in design.visits().iter().filter(|it| !it.writes.is_empty()) {
            writes.entry(visit.to).or_default().push(visit);
        }
        let loads = design.model.loads.rows().iter();
        let loads: Vec<Rates> = loads.map(peaks).collect();
        for (id, visits) in &writes {
            if has_one_primary(design.component(*id)) {
                judge(design, *id, &asked(&loads, visits), report);
            }
        }
    }

    fn undecided(&self, undecided: usize, of: usize) -> String {
        format!("{undecided} of {of} replicated stores: not stated what one replica takes")
    }
}

/// Tells whether one of several replicas takes all writes.
fn has_one_primary(store: &Component) -> bool {
    let facts = &store.facts;
    let replicas = facts.count("replicas").is_some_and(|it| it.least > 1);
    let shards = facts.has("shard") || facts.count("shards").is_some_and(|it| it.least > 1);
    let follow = ["sync", "async", "semi-sync"];
    let followed = follow.iter().any(|word| facts.says("replication", word));
    store.is_source_of_truth()
        && store.kind.name == "database"
        && replicas
        && followed
        && !shards
        && !store.is_managed()
        && !facts.has("quorum")
}

/// How often each operation and flow is used at the peak of one load.
type Rates = BTreeMap<Element, f64>;

/// What asks a store to write most, and how often all of it does.
struct Asked<'v, 'a> {
    total: f64,
    parts: Vec<(Element, &'v Visit<'a>, f64)>,
}

/// Returns the writes under the load where there are most.
fn asked<'v, 'a>(loads: &[Rates], visits: &[&'v Visit<'a>]) -> Asked<'v, 'a> {
    let mut most = Asked {
        total: 0.0,
        parts: Vec::new(),
    };
    for rates in loads {
        let part = |visit: &&'v Visit<'a>| {
            let of = visit.of()?;
            let rate = rates.get(&of)? * visit.times;
            (rate > 0.0).then_some((of, *visit, rate))
        };
        let parts: Vec<_> = visits.iter().filter_map(part).collect();
        let total = parts.iter().map(|it| it.2).sum();
        if total > most.total {
            most = Asked { total, parts };
        }
    }
    most.parts.sort_by(|a, b| b.2.total_cmp(&a.2));
    most
}

fn judge(design: &Design<'_>, id: Id<Component>, asked: &Asked<'_, '_>, report: &mut Report) {
    let store = design.component(id);
    if asked.total <= 0.0 {
        return;
    }
    let Some(takes) = takes(store) else {
        let words = format!(
            "not stated what one replica of `{}` takes (`capacity`)",
            store.head.path
        );
        return report.unknown(store.head.name_span, words);
    };
    match asked.total / takes < report.option(BUSY.name) {
        true => report.pass(),
        false => report.fail(tell(design, id, asked, takes, report)),
    }
}

/// Returns the requests a second that one replica takes.
fn takes(store: &Component) -> Option<f64> {
    let items = store.facts.items("capacity").iter();
    let mut rates = items.filter_map(|item| match item {
        FactItem::Quantity(it) if it.dimension == Dimension::RATE => Some(it.to_f64()),
        _ => None,
    });
    rates.next().filter(|it| *it > 0.0)
}

fn tell(
    design: &Design<'_>,
    id: Id<Component>,
    asked: &Asked<'_, '_>,
    takes: f64,
    report: &Report,
) -> Finding {
    let store = design.component(id);
    let name = design.name(id);
    let (writes, share) = (per_second(asked.total), round(asked.total / takes * 100.0));
    let mut finding = report
        .finding(
            store.head.name_span,
            format!("{writes} at peak fill {share} % of the primary of `{name}`, and its replicas cannot take them"),
        )
        .label(format!("one primary takes all {writes}"))
        .help(format!("split `{name}` by a key (`shards: 4; shard: …`), take writes together in batches, or put a queue in front of those that can wait"))
        .about(name);
    if let Some(fact) = store.facts.present("capacity") {
        let words = format!("one replica takes {}", per_second(takes));
        finding = finding.because(fact.span, words);
    }
    if let Some(fact) = store.facts.present("replicas") {
        finding = finding.because(fact.span, "each of them writes everything again");
    }
    for (of, visit, rate) in asked.parts.iter().take(3) {
        let name = design.label(*of);
        let span = design.model.rate(*of).map_or(visit.span, |it| it.span);
        finding = finding.because(
            span,
            format!("`{name}` writes {} at peak", per_second(*rate)),
        );
    }
    let assumed = store
        .facts
        .get("replication")
        .is_some_and(|fact| matches!(fact.origin, Origin::Technology(..)));
    match assumed {
        true => finding.assume(format!(
            "`{name}` has one primary that its replicas follow (its default)"
        )),
        false => finding,
    }
}
