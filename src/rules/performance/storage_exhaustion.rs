//! See `storage_exhaustion.md`.

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::input::{Given, Input};
use crate::analysis::storage::{Addition, Kept, KeySpace, Store};
use crate::finding::{Confidence, Finding, Severity};
use crate::lint::{About, Design, Report, Rule, group};
use crate::model::{Component, Element, Entity, Id};
use crate::quantity::figures::{bytes, count, long, per_day};
use crate::rules::words::list;
use crate::vocabulary::Traits;

/// The seconds of a year: what is full sooner is planned for too late.
const YEAR: f64 = 365.0 * 86_400.0;
/// Who adds less than so many bytes a year need not say for how long it is kept.
const MUCH: f64 = 100e9;

/// A store that is full, data that grows without end, or a key that runs out.
pub struct StorageExhaustion;

impl Rule for StorageExhaustion {
    fn about(&self) -> About {
        About {
            name: "storage-exhaustion",
            category: "performance",
            summary: "a store that fills up, data without end, or a key that runs out",
            severity: Severity::Warning,
            confidence: Confidence::High,
            motives: &[],
            page: include_str!("storage_exhaustion.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        let storage = design.storage();
        let full = storage.stores.iter();
        let full = full.filter(|store| fills(design, store, report));
        let full: BTreeSet<_> = full.map(|store| store.component).collect();
        let homes = homes(design);
        for (entity, home) in &homes {
            if !full.contains(&home.store.component) {
                stays(design, *entity, home, report);
            }
        }
        for keys in &storage.keys {
            runs_out(design, keys, homes.get(&keys.entity), report);
        }
    }

    fn merge(&self, findings: Vec<Finding>) -> Vec<Finding> {
        let advice = |it: &Finding| it.confidence == Confidence::Medium && is_advice(it);
        let (staying, mut others): (Vec<_>, Vec<_>) = findings.into_iter().partition(advice);
        others.extend(group(staying, |names| {
            format!(
                "nothing says how long {} are kept, and each grows without end",
                list(names)
            )
        }));
        others
    }

    fn undecided(&self, undecided: usize, of: usize) -> String {
        format!("{undecided} of {of} stores and keys: not stated what fits or what is added")
    }
}

fn is_advice(finding: &Finding) -> bool {
    finding.severity == Severity::Info
}

/// Where an entity is kept for good.
struct Home<'d> {
    store: &'d Store,
    kept: &'d Kept,
}

/// Returns the stores that keep entities for good, of several the one where most is added.
fn homes<'d>(design: &'d Design<'_>) -> BTreeMap<Id<Entity>, Home<'d>> {
    let mut homes: BTreeMap<Id<Entity>, Home<'_>> = BTreeMap::new();
    let stores = design.storage().stores.iter();
    for store in stores.filter(|it| design.component(it.component).is_source_of_truth()) {
        for kept in &store.kept {
            let added = kept.added_per_second();
            let known = homes.get(&kept.entity);
            if known.is_none_or(|it| it.kept.added_per_second() < added) {
                homes.insert(kept.entity, Home { store, kept });
            }
        }
    }
    homes
}

/// Judges whether what is kept outgrows what fits; tells whether it does.
fn fills(design: &Design<'_>, store: &Store, report: &mut Report) -> bool {
    let component = design.component(store.component);
    let grows = store.bytes_after(YEAR) - store.bytes_after(0.0);
    let (Some(room), Some(full)) = (&store.room, store.full_after()) else {
        let matters = grows >= MUCH && !component.is_managed() && component.is(Traits::STORES);
        if matters {
            let name = &component.head.path;
            let words = format!("not stated how much `{name}` can keep (`storage`)");
            report.unknown(component.head.name_span, words);
        }
        return false;
    };
    let Given::Stated(span) = room.given else {
        return false;
    };
    if full >= YEAR {
        report.pass();
        return false;
    }
    let name = design.name(store.component);
    let (fits, then) = (bytes(room.value), bytes(store.bytes_after(YEAR)));
    let message = match full <= 0.0 {
        true => format!(
            "`{name}` is full already: {fits} fit, and {} are there",
            bytes(store.bytes_after(0.0))
        ),
        false => format!(
            "`{name}` is full in {}: {fits} fit, and {then} are there in a year",
            long(full)
        ),
    };
    let finding = report
        .finding(component.head.name_span, message)
        .confidence(surely(store, component))
        .label(if full <= 0.0 {
            "full already".to_owned()
        } else {
            format!("full in {}", long(full))
        })
        .because(span, format!("room for {}", room.words))
        .help(help(design, store))
        .about(name);
    report.fail(reckoned(design, store, finding));
    true
}

/// Returns how sure it is: high where even the least that is certain fills it.
fn surely(store: &Store, component: &Component) -> Confidence {
    let plain = component.facts.has("storage") || store.copies.value == 1.0;
    match store.certainly_full_after() {
        Some(full) if full < YEAR && plain => Confidence::High,
        _ => Confidence::Medium,
    }
}

fn help(design: &Design<'_>, store: &Store) -> String {
    let later = bytes(store.bytes_after(5.0 * YEAR));
    let room = match design.component(store.component).facts.has("storage") {
        true => format!("make room for five years (`storage: {later}`)"),
        false => format!("make room for the {later} of five years (`replicas`, `shards`)"),
    };
    let kept = store
        .largest_after(YEAR)
        .filter(|it| it.added_per_second() > 0.0);
    match kept {
        Some(kept) => {
            let entity = &design.model.entities[kept.entity].head.name;
            format!(
                "{room}, or keep `{entity}` for a shorter time (`retention: 90 days` in its `about`)"
            )
        }
        None => room,
    }
}

/// Shows how the size after a year comes about, the largest three first.
fn reckoned(design: &Design<'_>, store: &Store, mut finding: Finding) -> Finding {
    let mut kept: Vec<&Kept> = store.kept.iter().collect();
    kept.sort_by(|a, b| b.volume().after(YEAR).total_cmp(&a.volume().after(YEAR)));
    kept.retain(|it| it.volume().after(YEAR) > 0.0);
    for it in kept.into_iter().take(3) {
        let entity = &design.model.entities[it.entity];
        finding = shown(design, it, finding);
        if it.retention.is_none() && it.added_per_second() > 0.0 {
            let words = "nothing says how long it is kept";
            finding = finding.because(entity.head.name_span, words);
        }
    }
    finding
}

/// Shows who adds an entity, and what that comes to in a year.
fn shown(design: &Design<'_>, kept: &Kept, mut finding: Finding) -> Finding {
    let name = &design.model.entities[kept.entity].head.name;
    for addition in kept.additions.iter().filter(|it| it.adds).take(2) {
        if let Given::Stated(span) = addition.rate.given {
            finding = finding.because(span, added(design, addition, name));
        }
    }
    let volume = kept.volume();
    let row = bytes(volume.row * (1.0 + volume.index));
    let time = long(volume.retention.min(YEAR));
    let rate = per_day(volume.added_per_second);
    let before = kept.before.as_ref().map_or(0.0, |it| it.value);
    let rows = match (before > 0.0, volume.added_per_second > 0.0) {
        (true, true) => format!("({} + {rate} × {time})", count(before)),
        (true, false) => count(before),
        (false, _) => format!("{rate} × {time}"),
    };
    finding = finding.note(format!(
        "`{name}`: {rows} × {row} = {}",
        bytes(volume.after(YEAR))
    ));
    match kept.row.is_stated() {
        true => finding,
        false => finding.assume(format!(
            "a row of `{name}` takes {} by its fields",
            bytes(kept.row.bytes)
        )),
    }
}

fn added(design: &Design<'_>, addition: &Addition, name: &str) -> String {
    let by = design.label(addition.of);
    let rate = per_day(addition.per_second);
    let rate = rate.strip_suffix("/day").unwrap_or(&rate);
    match matches!(addition.of, Element::Entity(_)) {
        true => format!("`{name}` is said to grow by {rate} a day"),
        false => format!("`{by}` adds {rate} `{name}` a day"),
    }
}

/// Judges whether it is said for how long an entity is kept that grows.
fn stays(design: &Design<'_>, id: Id<Entity>, home: &Home<'_>, report: &mut Report) {
    let entity = &design.model.entities[id];
    let Home { store, kept } = home;
    let said = |facts: &crate::model::Facts| !facts.is_unstated("retention");
    let component = design.component(store.component);
    let yearly = grown(design, kept);
    if yearly <= 0.0 {
        return;
    }
    let compliance = design
        .motive(&["compliance"])
        .filter(|_| entity.is_sensitive());
    let little = yearly < MUCH && compliance.is_none();
    if said(&entity.about) || said(&component.facts) || little {
        return report.pass();
    }
    let name = &entity.head.name;
    let message = format!(
        "nothing says how long `{name}` is kept, and {} of it are added to `{}` in a year",
        bytes(yearly),
        design.name(store.component)
    );
    let mut finding = report
        .finding(entity.head.name_span, message)
        .severity(Severity::Info)
        .confidence(Confidence::Medium)
        .label("kept for good?")
        .help(format!(
            "say for how long (`about {{ retention: 2 years }}`), or that `{name}` is kept for good (`retention: forever`)"
        ))
        .about(&entity.head.path);
    if let Some(quality) = compliance {
        let words = format!("`{}` asks how personal data is kept", quality.label());
        finding = finding.because(quality.head.name_span, words);
    }
    report.fail(shown(design, kept, finding));
}

/// Returns the bytes that a year adds to one copy, without what is deleted.
fn grown(design: &Design<'_>, kept: &Kept) -> f64 {
    let deletes = |it: &&Addition| match it.of {
        crate::model::Element::Operation(id) => design.model.operations[id].verb.0 == "DELETE",
        _ => false,
    };
    let deleted: f64 = kept
        .additions
        .iter()
        .filter(deletes)
        .map(|it| it.per_second)
        .sum();
    let volume = kept.volume();
    (volume.added_per_second - deleted) * volume.row * (1.0 + volume.index) * YEAR
}

/// Judges whether a key of 32 bits lasts.
fn runs_out(design: &Design<'_>, keys: &KeySpace, home: Option<&Home<'_>>, report: &mut Report) {
    let entity = &design.model.entities[keys.entity];
    let name = format!("{}.{}", entity.head.name, keys.field);
    let span = entity
        .field(&keys.field)
        .map_or(entity.head.name_span, |field| field.span);
    if keys.taken_per_second <= 0.0 && keys.left > 0.0 {
        let words = format!("not stated how fast the numbers of `{name}` are taken");
        return report.unknown(span, words);
    }
    if keys.lasts >= 5.0 * YEAR {
        return report.pass();
    }
    let rate = per_day(keys.taken_per_second);
    let message = match keys.left > 0.0 {
        true => format!(
            "`{name}` runs out of numbers in {}: {} are left, and {rate} are taken",
            long(keys.lasts),
            count(keys.left)
        ),
        false => format!("`{name}` has run out of numbers: an `int32` has 2.15bn"),
    };
    let soon = keys.lasts < YEAR;
    let severity = if soon {
        Severity::Warning
    } else {
        Severity::Info
    };
    let mut finding = report
        .finding(span, message)
        .severity(severity)
        .label("an `int32` ends at 2,147,483,647")
        .assume(format!("`{name}` is numbered one by one"))
        .help(format!(
            "make it wider before it holds data: `{}: int key` (64 bits) or `uuid`",
            keys.field
        ))
        .about(&entity.head.path);
    if let Some(Home { kept, .. }) = home {
        for addition in kept.additions.iter().filter(|it| it.adds).take(2) {
            if let Given::Stated(span) = addition.rate.given {
                finding = finding.because(span, added(design, addition, &entity.head.name));
            }
        }
        finding = counted(kept.before.as_ref(), &entity.head.name, finding);
    }
    report.fail(finding);
}

fn counted(before: Option<&Input>, name: &str, finding: Finding) -> Finding {
    match before.map(|it| (&it.given, &it.words)) {
        Some((Given::Stated(span), words)) => {
            finding.because(*span, format!("{words} `{name}` are there now"))
        }
        _ => finding,
    }
}
