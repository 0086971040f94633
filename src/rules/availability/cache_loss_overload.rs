//! See `cache_loss_overload.md`.

use std::collections::BTreeSet;

use super::asked::asked;
use crate::analysis::load::{ComponentLoad, Conditions, Solution, solve};
use crate::finding::{Confidence, Severity};
use crate::lint::{About, Design, Report, Rule};
use crate::model::{Component, Element, Id, Relation, Requirement};
use crate::rules::by_load::{FULL, because, capacity};
use crate::rules::words::per_second;
use crate::vocabulary::Traits;

/// So many caches are tried one by one.
const MOST_CACHES: usize = 12;

/// A cache without which what stands behind it is overloaded.
pub struct CacheLossOverload;

impl Rule for CacheLossOverload {
    fn about(&self) -> About {
        About {
            name: "cache-loss-overload",
            category: "availability",
            summary: "a cache without which the store behind it is overloaded",
            severity: Severity::Warning,
            confidence: Confidence::High,
            motives: &["availability", "fault-tolerance"],
            page: include_str!("cache_loss_overload.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        let endangered = endangered(design, report);
        if endangered.is_empty() {
            return;
        }
        let asked = design.load().components.iter();
        let caches = asked
            .filter(|it| design.component(it.component).is(Traits::CACHES) && it.rate.peak > 0.0);
        for cache in caches.take(MOST_CACHES) {
            let conditions = Conditions {
                cold: BTreeSet::from([cache.component]),
                ..Conditions::default()
            };
            let cold = solve(design.model, design.success(), &conditions);
            judge(design, cache.component, &endangered, &cold, report);
        }
    }
}

/// What would be overloaded if all caches knew nothing, and the quality that asks for it
/// to stay up.
type Endangered<'d, 'a> = (&'d ComponentLoad, &'a Requirement);

fn endangered<'d, 'a>(design: &'d Design<'a>, report: &mut Report) -> Vec<Endangered<'d, 'a>> {
    let mut found = Vec::new();
    for load in &design.load().components {
        let (Some(room), Some(now), Some(cold)) =
            (&load.capacity, load.utilisation, load.cold_utilisation)
        else {
            continue;
        };
        let row = design.component(load.component);
        let grows = load.cold_peak > load.rate.peak * FULL && !row.is_outside();
        if !grows {
            continue;
        }
        let overloaded = !room.open && now <= FULL && cold > FULL;
        let quality = overloaded.then(|| asked(design, Element::Component(load.component)));
        match quality.flatten() {
            Some(quality) => found.push((load, quality)),
            None => report.pass(),
        }
    }
    found
}

fn judge(
    design: &Design<'_>,
    cache: Id<Component>,
    endangered: &[Endangered<'_, '_>],
    cold: &Solution,
    report: &mut Report,
) {
    let row = design.component(cache);
    let flooded = endangered.iter().filter_map(|(load, quality)| {
        let then = cold.of(load.component)?;
        let certain = then.utilisation.is_some_and(|it| it > FULL);
        (certain && !is_shed(design, cache, load.component)).then_some((*load, *quality, then))
    });
    let mut flooded: Vec<_> = flooded.collect();
    flooded.sort_by(|a, b| {
        b.2.utilisation
            .unwrap_or(0.0)
            .total_cmp(&a.2.utilisation.unwrap_or(0.0))
    });
    let Some((load, quality, then)) = flooded.first() else {
        return report.pass();
    };
    let (name, store) = (design.name(cache), design.name(load.component));
    let total = then.capacity.as_ref().map_or(0.0, |it| it.total);
    let factor = then.rate.peak / load.rate.peak;
    let message = format!(
        "while `{name}` is cold `{store}` gets {} and can take {}",
        per_second(then.rate.peak),
        per_second(total)
    );
    let finding = report
        .finding(row.head.name_span, message)
        .label(format!("keeps {} of {} away from `{store}`",
            per_second(then.rate.peak - load.rate.peak), per_second(then.rate.peak)))
        .because(
            design.component(load.component).head.name_span,
            format!("{} times as much as with a full cache ({})", times(factor), per_second(load.rate.peak)),
        )
        .help(format!(
            "size `{store}` for it, let one caller fill an entry while others wait, limit what reaches `{store}` (`{} -> {store} {{ rate-limit: … }}`), or fill `{name}` before it is used (`warm:`)",
            caller(design, load.component)
        ))
        .note("an overloaded store cannot fill the cache again, so that it stays so after the cause is gone")
        .about(name)
        .about(store);
    let finding = super::asked::because(finding, quality);
    let finding = flooded
        .iter()
        .skip(1)
        .fold(finding, |finding, (load, _, then)| {
            let words = format!("gets {} then, too", per_second(then.rate.peak));
            finding
                .because(design.component(load.component).head.name_span, words)
                .about(design.name(load.component))
        });
    let finding = because(design, finding, then);
    report.fail(capacity(design, finding, then));
}

fn times(factor: f64) -> String {
    crate::rules::words::round(match factor >= 10.0 {
        true => factor.round(),
        false => (factor * 10.0).round() / 10.0,
    })
}

/// Returns who calls a store, for an example.
fn caller<'a>(design: &Design<'a>, store: Id<Component>) -> &'a str {
    let mut callers = design.model.incoming(store);
    callers
        .next()
        .map_or("caller", |(_, it)| design.name(it.from))
}

/// Tells whether something is stated that keeps a cold cache from flooding a store: the
/// cache is filled before it is used, or who asks both limits what it asks of the store.
fn is_shed(design: &Design<'_>, cache: Id<Component>, store: Id<Component>) -> bool {
    let row = design.component(cache);
    let limits = |relation: &Relation| {
        ["rate-limit", "circuit-breaker", "fallback"]
            .iter()
            .any(|key| relation.facts.has(key))
    };
    let callers: BTreeSet<Id<Component>> = design
        .model
        .incoming(cache)
        .map(|(_, relation)| relation.from)
        .collect();
    let mut to_store = design.model.incoming(store).map(|(_, relation)| relation);
    let shed = to_store.any(|it| callers.contains(&it.from) && limits(it));
    let limited = design.component(store).facts.has("rate-limit");
    row.facts.has("warm") || shed || limited
}
