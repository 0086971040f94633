//! See `ineffective_cache.md`.

use crate::analysis::cache::{Cache, Entries, Limited, Prediction, caches};
use crate::finding::{Confidence, Finding, Severity};
use crate::lint::{About, Design, Report, Rule};
use crate::numbers::nines::duration;
use crate::quantity::figures::{bytes, count, hit};
use crate::rules::words::{per_second, round};
use crate::vocabulary::Traits;

/// Below this hit ratio a cache costs most requests a hop and saves them nothing.
const HALF: f64 = 0.5;

/// A cache that can answer fewer than half of its reads.
pub struct IneffectiveCache;

impl Rule for IneffectiveCache {
    fn about(&self) -> About {
        About {
            name: "ineffective-cache",
            category: "performance",
            summary: "a cache that can answer fewer than half of its reads",
            severity: Severity::Info,
            confidence: Confidence::Medium,
            motives: &[],
            page: include_str!("ineffective_cache.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        let mut components = design.model.components.rows().iter();
        if !components.any(|it| it.is(Traits::CACHES.with(Traits::STORES))) {
            return;
        }
        for cache in &caches(design.model).caches {
            judge(design, cache, report);
        }
    }

    fn undecided(&self, undecided: usize, of: usize) -> String {
        format!("{undecided} of {of} caches: not stated how often and how evenly they are asked")
    }
}

fn judge(design: &Design<'_>, cache: &Cache, report: &mut Report) {
    let known = cache
        .predictions
        .iter()
        .filter(|it| !it.assumes_popularity());
    let least = known.min_by(|a, b| a.hit.total_cmp(&b.hit));
    match least {
        Some(least) if least.hit < HALF => report.fail(tell(design, cache, least, report)),
        Some(_) => report.pass(),
        None => {
            let name = design.name(cache.component);
            let what = match cache.reads > 0.0 {
                true => format!("not stated how evenly what `{name}` holds is asked for (`zipf`)"),
                false => format!("not stated how often `{name}` is read (`load`)"),
            };
            report.unknown(design.component(cache.component).head.name_span, what);
        }
    }
}

fn tell(design: &Design<'_>, cache: &Cache, least: &Prediction, report: &Report) -> Finding {
    let component = design.component(cache.component);
    let name = design.name(cache.component);
    let share = hit(least.hit);
    let message = match least.by {
        Limited::Invalidation => format!(
            "`{name}` can answer {share} of its reads at the most: what it holds changes too often"
        ),
        Limited::Expiry => format!(
            "`{name}` can be expected to answer {share} of its reads: entries end before they are asked for again"
        ),
        Limited::Room => {
            format!("`{name}` can be expected to answer {share} of its reads: too little fits")
        }
    };
    let mut finding = report
        .finding(component.head.name_span, message)
        .label(format!("answers {share}"))
        .help(help(design, cache, least.by))
        .about(name);
    let key = match least.by {
        Limited::Invalidation => "invalidation",
        Limited::Expiry => "ttl",
        Limited::Room => "memory",
    };
    if let Some(fact) = component.facts.present(key) {
        finding = finding.because(fact.span, reason(least.by));
    }
    if let Some(fact) = component.facts.present("hit") {
        finding = finding.because(fact.span, "more is stated");
    }
    let mut read: Vec<&Entries> = cache.entries.iter().filter(|it| it.reads > 0.0).collect();
    read.sort_by(|a, b| b.reads.total_cmp(&a.reads));
    for entries in read.into_iter().take(3) {
        finding = finding.note(arithmetic(design, cache, entries, least.by));
    }
    finding
}

fn reason(by: Limited) -> &'static str {
    match by {
        Limited::Invalidation => "every change removes what it holds",
        Limited::Expiry => "entries end after this",
        Limited::Room => "no more fits",
    }
}

fn arithmetic(design: &Design<'_>, cache: &Cache, entries: &Entries, by: Limited) -> String {
    let name = &design.model.entities[entries.entity].head.name;
    let (reads, changes) = (per_second(entries.reads), per_second(entries.changes));
    let there = entries.population.as_ref().map_or(0.0, |it| it.value);
    let many = count(there);
    match by {
        Limited::Invalidation => format!(
            "`{name}`: {reads} reads, {changes} changes, and a read is answered only if another read came after the last change"
        ),
        Limited::Expiry => {
            let ttl = design
                .component(cache.component)
                .facts
                .number("ttl")
                .unwrap_or(0.0);
            let each = entries.reads / there.max(1.0);
            format!(
                "`{name}`: {reads} reads of {many}: each is asked for {} times in {}",
                round(each * ttl),
                duration(ttl)
            )
        }
        Limited::Room => {
            let memory = cache.memory.as_ref().map_or(0.0, |it| it.value);
            format!(
                "`{name}`: {many} of {} each, in {}",
                bytes(entries.row.bytes),
                bytes(memory)
            )
        }
    }
}

fn help(design: &Design<'_>, cache: &Cache, by: Limited) -> String {
    let name = design.name(cache.component);
    match by {
        Limited::Invalidation => {
            let writes = cache
                .entries
                .iter()
                .max_by(|a, b| a.changes.total_cmp(&b.changes));
            let entity = writes.map_or("", |it| &design.model.entities[it.entity].head.name);
            format!(
                "let the change write the new value (`writes: {entity}` to `{name}`), cache what changes less, or leave `{name}` out"
            )
        }
        Limited::Expiry => format!(
            "keep entries longer (`ttl`) and remove them when they change (`invalidation: on-write`), or leave `{name}` out"
        ),
        Limited::Room => {
            format!("give `{name}` more `memory`, hold smaller values, or leave it out")
        }
    }
}
