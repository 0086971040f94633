//! See `concurrency_limit_exceeded.md`.

use crate::analysis::concurrency::{Counted, Limit, Pools, concurrency};
use crate::analysis::input::Given;
use crate::finding::{Confidence, Finding, Severity};
use crate::lint::{About, Design, Report, Rule};
use crate::model::{Element, Fact};
use crate::rules::by_load::FULL;
use crate::rules::words::{per_second, round, seconds, thousands};
use crate::source::Span;

/// A limit on what goes on at once that is less than what goes on.
pub struct ConcurrencyLimitExceeded;

impl Rule for ConcurrencyLimitExceeded {
    fn about(&self) -> About {
        About {
            name: "concurrency-limit-exceeded",
            category: "performance",
            summary: "a pool, thread or connection limit below what goes on at once",
            severity: Severity::Warning,
            confidence: Confidence::High,
            motives: &[],
            page: include_str!("concurrency_limit_exceeded.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        let model = design.model;
        let limited = model.components.rows().iter().any(|it| {
            let keys = ["concurrency", "threads", "connections"];
            keys.iter().any(|key| it.facts.has(key))
        });
        let pooled = model.relations.rows().iter().any(|it| it.facts.has("pool"));
        if !limited && !pooled {
            return;
        }
        let found = concurrency(model);
        for limit in found.limits.iter().filter(|it| it.stated.is_some()) {
            judge(design, limit, report);
        }
        for pools in &found.pools {
            opened(design, pools, report);
        }
    }
}

fn judge(design: &Design<'_>, limit: &Limit, report: &mut Report) {
    let name = limit.name(design.model);
    let span = span(design, limit);
    let Some(allowed) = limit.allowed() else {
        let words = format!(
            "nothing says how many replicas have the {} of `{name}`",
            word(limit.counted)
        );
        return report.unknown(span, words);
    };
    let certain = limit.at_least > allowed * FULL;
    if !certain && limit.needed <= allowed * FULL {
        return match limit.missing.first() {
            Some(missing) => report.unknown(missing.span, missing.what.clone()),
            None => report.pass(),
        };
    }
    let (needed, stated) = match certain {
        true => (limit.at_least, ""),
        false => (limit.needed, "likely "),
    };
    let message = format!(
        "`{name}` {stated}needs {} {} at once and has {}",
        figure(needed.ceil()),
        word(limit.counted),
        figure(allowed)
    );
    let confidence = match certain {
        true => Confidence::High,
        false => Confidence::Medium,
    };
    let finding = report
        .finding(span, message)
        .label(format!("{} in all", figure(allowed)))
        .confidence(confidence)
        .help(help(limit, needed))
        .about(name);
    report.fail(inputs(arithmetic(finding, limit, needed), limit));
}

fn word(counted: Counted) -> &'static str {
    match counted {
        Counted::Connections | Counted::Sockets => "connections",
        Counted::Requests => "places for requests",
        Counted::Pool => "pooled connections",
        Counted::Threads => "threads",
    }
}

fn key(counted: Counted) -> &'static str {
    match counted {
        Counted::Connections | Counted::Sockets => "connections",
        Counted::Requests => "concurrency",
        Counted::Pool => "pool",
        Counted::Threads => "threads",
    }
}

fn help(limit: &Limit, needed: f64) -> String {
    let replicas = limit.replicas.as_ref().map_or(1.0, |it| it.value);
    let each = (needed / 0.7 / replicas).ceil();
    let key = key(limit.counted);
    match limit.counted {
        Counted::Sockets => {
            let stated = limit.stated.as_ref().map_or(1.0, |it| it.value).max(1.0);
            let count = (needed / 0.7 / stated).ceil();
            format!("run more (`replicas: {count}` leaves room for reconnects), or raise `{key}`")
        }
        Counted::Pool => format!(
            "raise it (`{key}: {each}` leaves room for bursts) if the receiver can hold so many, or make each use shorter"
        ),
        _ => format!(
            "raise it (`{key}: {each}` leaves room for bursts), run more replicas, or wait for less"
        ),
    }
}

/// Shows the sum of Little's law, and when it would break.
fn arithmetic(finding: Finding, limit: &Limit, needed: f64) -> Finding {
    if limit.per_second <= 0.0 {
        return finding;
    }
    let finding = finding.note(format!(
        "{} × {} = {} at once (Little's law)",
        per_second(limit.per_second),
        seconds(needed / limit.per_second),
        figure(needed)
    ));
    match limit.breaks_at() {
        Some(mean) => finding.note(format!("it suffices for {} each", seconds(mean))),
        None => finding,
    }
}

fn inputs(finding: Finding, limit: &Limit) -> Finding {
    let mut shown = 0;
    let mut finding = finding;
    for input in limit.inputs.iter().chain(&limit.replicas) {
        match &input.given {
            Given::Assumed(why) => {
                finding = finding.assume(format!("`{}` {}: {why}", input.name, input.words));
            }
            Given::Stated(span) if shown < 4 => {
                shown += 1;
                finding = finding.because(*span, format!("`{}` is {}", input.name, input.words));
            }
            Given::Stated(_) => {}
        }
    }
    finding
}

/// Judges pools together against what their receiver holds.
fn opened(design: &Design<'_>, pools: &Pools, report: &mut Report) {
    if pools.open <= pools.held * FULL {
        return report.pass();
    }
    let row = design.component(pools.component);
    let name = design.name(pools.component);
    let at = row
        .facts
        .get("connections")
        .map_or(row.head.name_span, |it| it.span);
    let message = format!(
        "the pools of those who call `{name}` open up to {} connections, and it holds {}",
        figure(pools.open),
        figure(pools.held)
    );
    let mut finding = report
        .finding(at, message)
        .label(format!("{} in all", figure(pools.held)))
        .help(format!(
            "make the pools smaller, put a pooler before `{name}`, or let it hold more (`connections:`)"
        ))
        .note("which callers are refused is left to chance, and it happens when all are busy")
        .about(name);
    for input in &pools.inputs {
        if let Given::Stated(span) = &input.given
            && *span != at
        {
            finding = finding.because(*span, format!("`{}` is {}", input.name, input.words));
        }
    }
    report.fail(finding);
}

fn span(design: &Design<'_>, limit: &Limit) -> Span {
    let key = key(limit.counted);
    let own = |fact: &Fact| fact.span;
    match limit.of {
        Element::Relation(id) => {
            let row = &design.model.relations[id];
            row.facts.get(key).map_or(row.span, own)
        }
        Element::Component(id) => {
            let row = design.component(id);
            row.facts.get(key).map_or(row.head.name_span, own)
        }
        _ => Span::default(),
    }
}

fn figure(number: f64) -> String {
    thousands(&round(number))
}
