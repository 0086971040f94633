//! See `cache_policy_incomplete.md`.

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::storage::Volume;
use crate::finding::{Confidence, Finding, Fix, Severity};
use crate::lint::visits::{Entities, Visit, capacity, peaks};
use crate::lint::{About, Design, Report, Rule};
use crate::model::{Component, Entity, Fact, FactValue, Facts, Id, Origin};
use crate::rules::words::{per_second, round};
use crate::source::Span;
use crate::vocabulary::Traits;

/// From this hit ratio on the store behind a cache is built for what the cache lets through.
const RELIED_UPON: f64 = 0.9;

/// For so many seconds a copy must fit to be held whole.
const YEAR: f64 = 365.0 * 86_400.0;

/// What holds copies only, for a while.
const CACHING: Traits = Traits::CACHES.with(Traits::VOLATILE);

/// A cache that does not say when an entry goes, or how it is filled.
pub struct CachePolicyIncomplete;

impl Rule for CachePolicyIncomplete {
    fn about(&self) -> About {
        About {
            name: "cache-policy-incomplete",
            category: "performance",
            summary: "a cache that does not say when entries go, or how it is filled",
            severity: Severity::Warning,
            confidence: Confidence::High,
            motives: &[],
            page: include_str!("cache_policy_incomplete.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        let caches: Vec<Id<Component>> = design
            .model
            .components
            .iter()
            .filter(|(_, it)| it.is(Traits::CACHES.with(Traits::VOLATILE)))
            .map(|(id, _)| id)
            .collect();
        if caches.is_empty() {
            return;
        }
        let context = Context::new(design);
        for id in caches {
            judge(&context, id, report);
        }
    }

    fn undecided(&self, undecided: usize, of: usize) -> String {
        format!("{undecided} of {of} caches: not stated when entries go")
    }
}

struct Context<'d, 'a> {
    design: &'d Design<'a>,
    /// Where each entity is changed, for the first time said.
    changed: BTreeMap<Id<Entity>, Span>,
    /// The entities that a database or an index keeps too, and which one.
    kept: BTreeMap<Id<Entity>, Id<Component>>,
    /// How often each component is asked under the worst load.
    asked: BTreeMap<Id<Component>, f64>,
}

impl<'d, 'a> Context<'d, 'a> {
    fn new(design: &'d Design<'a>) -> Self {
        let visits = design.visits();
        let mut changed = BTreeMap::new();
        let mut kept = BTreeMap::new();
        for visit in visits {
            if design.component(visit.to).is_source_of_truth() {
                for entity in &visit.writes {
                    kept.entry(*entity).or_insert(visit.to);
                    changed.entry(*entity).or_insert(visit.span);
                }
            }
        }
        for (id, component) in design.model.components.iter() {
            let keeps = component.is(Traits::STORES) && !component.traits.any(CACHING);
            let stored = component.facts.data("stores").filter(|_| keeps);
            for data in stored {
                kept.entry(data.entity).or_insert(id);
            }
        }
        for operation in design.model.operations.rows() {
            for data in operation.facts.data("writes") {
                changed.entry(data.entity).or_insert(data.span);
            }
        }
        Context {
            design,
            changed,
            kept,
            asked: asked(design, visits),
        }
    }

    /// Returns the stores that those who ask the cache ask too.
    fn behind(&self, cache: Id<Component>) -> Vec<Id<Component>> {
        let model = self.design.model;
        let callers = model.incoming(cache).map(|(_, relation)| relation.from);
        let from = callers.chain(std::iter::once(cache));
        let found: BTreeSet<Id<Component>> = from
            .flat_map(|caller| model.outgoing(caller))
            .map(|(_, relation)| relation.to)
            .filter(|to| *to != cache && self.design.component(*to).is_source_of_truth())
            .collect();
        found.into_iter().collect()
    }
}

/// What is wrong with one cache.
#[derive(Default)]
struct Gaps {
    /// In a few words each.
    words: Vec<String>,
    /// What to write.
    fixes: Vec<String>,
    severity: Option<Severity>,
    confidence: Option<Confidence>,
    because: Vec<(Span, String)>,
    notes: Vec<String>,
    assumed: Vec<String>,
}

impl Gaps {
    fn add(&mut self, words: &str, fix: String, severity: Severity, confidence: Confidence) {
        self.words.push(words.to_owned());
        self.fixes.push(fix);
        self.severity = self.severity.max(Some(severity));
        self.confidence = self.confidence.max(Some(confidence));
    }
}

fn judge(context: &Context<'_, '_>, id: Id<Component>, report: &mut Report) {
    let cache = context.design.component(id);
    let held = context.design.entities_in(id);
    let behind = context.behind(id);
    if is_home(context, cache, &held, &behind) {
        return report.pass();
    }
    let mut gaps = Gaps::default();
    let decided = expiry(context, cache, &held, &behind, &mut gaps);
    if !holds_everything(context.design, cache, &held) {
        eviction(cache, &mut gaps);
    }
    warming(context, id, &behind, &mut gaps);
    if gaps.words.is_empty() {
        let full = cache.facts.is_unstated("eviction");
        let words = match decided {
            true if full => "not stated what goes when it is full (`eviction`)",
            true => return report.pass(),
            false => "not stated when an entry goes (`ttl`, `invalidation`)",
        };
        return report.unknown(cache.head.name_span, words);
    }
    let fix = filled(context.design, cache, &gaps);
    let finding = told(report, cache, gaps);
    report.fail(Finding { fix, ..finding });
}

/// Tells whether a cache is where its data lives, so that nothing in it is a copy.
fn is_home(
    context: &Context<'_, '_>,
    cache: &Component,
    held: &Entities,
    behind: &[Id<Component>],
) -> bool {
    let alone = !held.is_empty() && held.iter().all(|id| !context.kept.contains_key(id));
    alone
        || held.is_empty()
            && behind.is_empty()
            && (cache.facts.has("persist") || cache.facts.says("state", "shared"))
}

/// Looks for what removes an entry that is no longer true; gives whether that is decided.
fn expiry(
    context: &Context<'_, '_>,
    cache: &Component,
    held: &Entities,
    behind: &[Id<Component>],
    gaps: &mut Gaps,
) -> bool {
    let facts = &cache.facts;
    let written = ["through", "behind"]
        .iter()
        .any(|word| facts.says("write", word));
    let removed = facts.has("ttl") || facts.has("invalidation") || facts.says("eviction", "ttl");
    let on_a_connection = cache_connections(context, cache).any(|facts| facts.has("ttl"));
    if written || removed || on_a_connection {
        return true;
    }
    let changing: Vec<Id<Entity>> = held
        .iter()
        .copied()
        .filter(|id| !is_immutable(context.design, *id))
        .collect();
    if changing.is_empty() && !held.is_empty() {
        return true;
    }
    let confidence = match facts.is_absent("ttl") || facts.is_absent("invalidation") {
        true => Confidence::High,
        false => Confidence::Medium,
    };
    let motive = changing
        .iter()
        .find_map(|id| Some((*id, *context.changed.get(id)?)));
    let elsewhere = || held.iter().find_map(|id| context.kept.get(id));
    let copy = behind.first().or_else(elsewhere);
    let source = match (motive, copy) {
        (Some((entity, span)), _) => {
            let name = &context.design.model.entities[entity].head.path;
            gaps.because.push((
                span,
                format!("`{name}` is changed here; its copies are not"),
            ));
            true
        }
        (None, Some(store)) => {
            let name = context.design.name(*store);
            gaps.notes
                .push(format!("its entries are copies of what `{name}` keeps"));
            true
        }
        (None, None) => false,
    };
    if !source && confidence == Confidence::Medium {
        return false;
    }
    let words = match confidence {
        Confidence::High => "has nothing that removes an entry that is no longer true",
        _ => "does not say when an entry that is no longer true goes",
    };
    gaps.add(
        words,
        "`ttl: 1h` or `invalidation: on-write`".to_owned(),
        Severity::Warning,
        confidence,
    );
    true
}

fn cache_connections<'a>(
    context: &Context<'_, 'a>,
    cache: &Component,
) -> impl Iterator<Item = &'a Facts> {
    let model = context.design.model;
    cache.incoming.iter().map(|id| &model.relations[*id].facts)
}

fn is_immutable(design: &Design<'_>, id: Id<Entity>) -> bool {
    let entity = &design.model.entities[id];
    let fixed = |field: &crate::model::Field| field.is("immutable") || field.is("key");
    entity.about.has("immutable") || !entity.fields.is_empty() && entity.fields.iter().all(fixed)
}

/// Tells whether a cache is stated to hold all there is: it answers everything, or is
/// a copy that fits, still after a year. Nothing may go from it then.
fn holds_everything(design: &Design<'_>, cache: &Component, held: &Entities) -> bool {
    let fits = fits(design, cache, held);
    let answers_all = cache.facts.number("hit").is_some_and(|hit| hit >= 1.0);
    let copy = cache.facts.has("copy-of");
    answers_all && fits != Some(false) || copy && fits == Some(true)
}

/// Tells whether all that a cache may hold fits into it; `None` where its memory, or how
/// much there is, is not stated.
fn fits(design: &Design<'_>, cache: &Component, held: &Entities) -> Option<bool> {
    let shards = cache.facts.count("shards").map_or(1, |it| it.least.max(1));
    let room = cache.facts.number("memory")? * shards as f64;
    let sizes = held.iter().map(|id| largest(design, *id));
    let needed = sizes.sum::<Option<f64>>()?;
    (!held.is_empty()).then_some(needed <= room)
}

/// Returns the bytes of all there is of an entity in a year, where the most is kept.
fn largest(design: &Design<'_>, entity: Id<Entity>) -> Option<f64> {
    let stores = design.storage().stores.iter();
    let kept = stores
        .flat_map(|it| &it.kept)
        .filter(|it| it.entity == entity);
    let sizes = kept.map(|it| {
        let known = it.before.is_some() && it.row.missing.is_empty();
        let rows = Volume {
            index: 0.0,
            ..it.volume()
        };
        known.then(|| rows.after(YEAR))
    });
    sizes
        .collect::<Option<Vec<f64>>>()?
        .into_iter()
        .max_by(f64::total_cmp)
}

/// Looks for what goes when the cache is full.
fn eviction(cache: &Component, gaps: &mut Gaps) {
    let Some(fact) = cache.facts.get("eviction") else {
        return;
    };
    if !refuses(fact, cache) {
        return;
    }
    match &fact.origin {
        Origin::Technology(name, _) => {
            gaps.assumed.push(format!(
                "{name} does not evict (its default); once full, it refuses writes"
            ));
            gaps.add(
                "would be full one day and refuse writes",
                "`eviction: lru`".to_owned(),
                Severity::Info,
                match cache.facts.has("ttl") {
                    true => Confidence::Low,
                    false => Confidence::Medium,
                },
            );
        }
        _ => {
            gaps.because
                .push((fact.span, "nothing goes when it is full".to_owned()));
            gaps.add(
                "evicts nothing, so it refuses writes once full",
                "`eviction: lru`".to_owned(),
                Severity::Info,
                Confidence::High,
            );
        }
    }
}

fn refuses(fact: &Fact, cache: &Component) -> bool {
    fact.value == FactValue::Absent || cache.facts.says("eviction", "noeviction")
}

/// Looks for how a cache that the store relies on is filled after a restart.
fn warming(
    context: &Context<'_, '_>,
    id: Id<Component>,
    behind: &[Id<Component>],
    gaps: &mut Gaps,
) {
    let cache = context.design.component(id);
    let Some(hit) = cache
        .facts
        .number("hit")
        .filter(|hit| (RELIED_UPON..1.0).contains(hit))
    else {
        return;
    };
    if cache.facts.has("warm") || cache.facts.has("persist") {
        return;
    }
    let cold = match cold(context, id, behind) {
        Cold::Borne => return,
        Cold::TooMuch(words) => Some(words),
        Cold::Unknown => None,
    };
    let confidence = match (cache.facts.is_absent("warm"), &cold) {
        (true, _) => Confidence::High,
        (false, Some(_)) => Confidence::Medium,
        (false, None) => Confidence::Low,
    };
    if let Some(fact) = cache.facts.get("hit") {
        let share = round((1.0 - hit) * 100.0);
        gaps.because
            .push((fact.span, format!("only {share} % of its reads go further")));
    }
    gaps.notes.push(format!(
        "empty after a restart, it lets through {} times what it does now",
        round(1.0 / (1.0 - hit))
    ));
    if let Some(cold) = cold {
        gaps.notes.push(cold);
    }
    gaps.add(
        "does not say how it is filled after a restart",
        "`warm: yes`".to_owned(),
        Severity::Info,
        confidence,
    );
}

fn asked(design: &Design<'_>, visits: &[Visit<'_>]) -> BTreeMap<Id<Component>, f64> {
    let mut most: BTreeMap<Id<Component>, f64> = BTreeMap::new();
    for load in design.model.loads.rows() {
        let rates = peaks(load);
        let mut sums: BTreeMap<Id<Component>, f64> = BTreeMap::new();
        for visit in visits {
            let rate = visit.of().and_then(|of| rates.get(&of)).unwrap_or(&0.0);
            *sums.entry(visit.to).or_default() += rate * visit.times;
        }
        for (id, sum) in sums {
            let known = most.entry(id).or_default();
            *known = known.max(sum);
        }
    }
    most
}

/// What happens behind a cache that is empty.
enum Cold {
    Borne,
    TooMuch(String),
    Unknown,
}

/// Compares all reads of a cache with what the weakest store behind it can take.
fn cold(context: &Context<'_, '_>, cache: Id<Component>, behind: &[Id<Component>]) -> Cold {
    let most = context.asked.get(&cache).copied().unwrap_or(0.0);
    let can = behind
        .iter()
        .map(|id| Some((capacity(context.design.component(*id))?, *id)));
    let can: Option<Vec<(f64, Id<Component>)>> = can.collect();
    let weakest = can
        .unwrap_or_default()
        .into_iter()
        .min_by(|a, b| a.0.total_cmp(&b.0));
    match weakest {
        Some((can, _)) if most > 0.0 && can >= most => Cold::Borne,
        Some((can, id)) if most > 0.0 => Cold::TooMuch(format!(
            "its {} at peak are more than the {} that `{}` can take",
            per_second(most),
            per_second(can),
            context.design.name(id)
        )),
        _ => Cold::Unknown,
    }
}

/// Returns the fix that closes all gaps of a cache, where its block says nothing
/// about them yet.
fn filled(design: &Design<'_>, cache: &Component, gaps: &Gaps) -> Option<Fix> {
    let says = |key: &str| {
        let fact = cache.facts.get(key);
        fact.is_some_and(|fact| !matches!(fact.origin, Origin::Technology(..)))
    };
    let mut lines = Vec::new();
    for gap in &gaps.fixes {
        let line = gap.split('`').nth(1)?;
        let key = line.split(':').next()?;
        if says(key) || key == "ttl" && says("invalidation") {
            return None;
        }
        lines.push(line);
    }
    design.adding(&cache.head, &lines.join("; "))
}

fn told(report: &Report, cache: &Component, gaps: Gaps) -> Finding {
    let name = &cache.head.path;
    let shown = gaps.words.len().min(2);
    let message = format!("cache `{name}` {}", gaps.words[..shown].join(", and "));
    let label = match gaps.words.get(2) {
        Some(words) => format!("also {words}"),
        None => "not said when entries go".to_owned(),
    };
    let label = match gaps.severity {
        Some(Severity::Info) => "policy incomplete".to_owned(),
        _ => label,
    };
    let mut finding = report
        .finding(cache.head.name_span, message)
        .severity(gaps.severity.unwrap_or(Severity::Info))
        .confidence(gaps.confidence.unwrap_or(Confidence::Low))
        .label(label)
        .about(name.clone())
        .help(format!(
            "state {} on `{}`",
            gaps.fixes.join(" and "),
            cache.head.name
        ));
    for (span, text) in gaps.because {
        finding = finding.because(span, text);
    }
    for note in gaps.notes {
        finding = finding.note(note);
    }
    for assumed in gaps.assumed {
        finding = finding.assume(assumed);
    }
    finding
}
