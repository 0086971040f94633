//! See `missing_failure_headroom.md`.

use crate::analysis::load::{Capacity, ComponentLoad};
use crate::finding::{Confidence, Severity};
use crate::lint::design::Target;
use crate::lint::{About, Design, Report, Rule};
use crate::model::{Component, Element};
use crate::rules::by_load::{BUSY, FULL, because, capacity, enough};
use crate::rules::words::{downtime, per_second};

/// From this target on a lost replica or zone must not be noticed.
const HIGH_AVAILABILITY: f64 = 0.999;

/// A component that cannot take its load once a replica or a zone is lost.
pub struct MissingFailureHeadroom;

impl Rule for MissingFailureHeadroom {
    fn about(&self) -> About {
        About {
            name: "missing-failure-headroom",
            category: "availability",
            summary: "a component that is overloaded once a replica or a zone is lost",
            severity: Severity::Warning,
            confidence: Confidence::High,
            motives: &["availability", "fault-tolerance"],
            page: include_str!("missing_failure_headroom.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        for load in &design.load().components {
            let row = design.component(load.component);
            let ours = !row.is_outside() && !row.is_managed();
            if let (Some(room), true) = (&load.capacity, ours && load.rate.peak > 0.0) {
                component(design, (load, room), report);
            }
        }
    }
}

/// What is lost, and how many of a component are then left.
struct Loss {
    zone: Option<String>,
    left: f64,
    /// Over how many places they are spread, if a place is lost.
    places: f64,
}

fn component(design: &Design<'_>, (load, room): (&ComponentLoad, &Capacity), report: &mut Report) {
    let row = design.component(load.component);
    let overloaded = load.utilisation.is_none_or(|it| it > FULL);
    if room.open || overloaded || stands_by(row) {
        return report.pass();
    }
    let too_much = |it: &Loss| it.left > 0.0 && load.rate.least > it.left * room.each * FULL;
    let Some(loss) = losses(row, load).into_iter().find(too_much) else {
        return report.pass();
    };
    let Some(target) = target(design, load) else {
        return report.pass();
    };
    let name = design.name(load.component);
    let (rate, left) = (
        per_second(load.rate.least),
        per_second(loss.left * room.each),
    );
    let message = match &loss.zone {
        Some(place) => format!(
            "`{name}` cannot take its peak without one {place}: {rate} come, and {left} can be taken"
        ),
        None => format!(
            "`{name}` cannot take its peak with one replica less: {rate} come, and {left} can be taken"
        ),
    };
    let key = match row.facts.has("autoscale") {
        true => "autoscale",
        false => "replicas",
    };
    let room_left = BUSY.default_value().to_f64();
    let rest = load.rate.least / room.each;
    let needed = needed(rest, &loss).max(spread(enough(rest, 1.0, room_left), &loss));
    let across = match row.spread() {
        Some((count, of)) => format!(" across {count} {}s", of.trim_end_matches('s')),
        None => String::new(),
    };
    let finding = report
        .finding(row.head.name_span, message)
        .label(format!("{} of {} are left", loss.left, room.replicas))
        .because(
            target.demand.span,
            format!(
                "`{}` allows {} of downtime in 30 days",
                target.by,
                downtime(target.share)
            ),
        )
        .help(format!(
            "run {needed} (`{key}: {needed}{across}`), so that the others can take it all"
        ))
        .note(
            "when some are lost their load goes to the others at once, sooner than new ones start",
        )
        .about(name);
    let finding = because(design, finding, load);
    report.fail(capacity(design, finding, load));
}

/// Tells whether another takes the place of one that is lost.
fn stands_by(row: &Component) -> bool {
    row.facts.has("standbys") && !row.facts.is_absent("failover")
}

/// Returns what may be lost, the larger part first.
fn losses(row: &Component, load: &ComponentLoad) -> Vec<Loss> {
    let mut losses = Vec::new();
    if let (Some((places, of)), Some(lost)) = (row.spread().filter(|it| it.0 > 1), &load.zone_lost)
    {
        losses.push(Loss {
            zone: Some(of.trim_end_matches('s').to_owned()),
            left: lost.replicas,
            places: places as f64,
        });
    }
    if let Some(lost) = &load.one_lost {
        losses.push(Loss {
            zone: None,
            left: lost.replicas,
            places: f64::INFINITY,
        });
    }
    losses
}

/// Rounds up to as many in each place.
fn spread(count: u64, loss: &Loss) -> u64 {
    match loss.places.is_infinite() {
        true => count,
        false => count.next_multiple_of((loss.places as u64).max(1)),
    }
}

/// Returns how many there must be so that the rest suffices after a loss.
fn needed(rest: f64, loss: &Loss) -> u64 {
    let rest = (rest - rest * 1e-12).ceil().max(1.0);
    if loss.places.is_infinite() {
        return rest as u64 + 1;
    }
    // All places but one must hold the rest.
    let each = (rest / (loss.places - 1.0)).ceil();
    (each * loss.places) as u64
}

/// Returns the high availability that is asked of a component or of what asks it.
fn target<'a>(design: &Design<'a>, load: &ComponentLoad) -> Option<Target<'a>> {
    let of = load.contributions.iter().map(|it| it.of);
    let all = of.chain([Element::Component(load.component)]);
    let targets = all.filter_map(|it| design.availability_target(it));
    targets
        .filter(|it| it.share >= HIGH_AVAILABILITY)
        .max_by(|a, b| a.share.total_cmp(&b.share))
}
