//! See `redundancy_in_one_failure_domain.md`.

use std::collections::{BTreeMap, BTreeSet};

use super::asked::{QUALITIES, failing, place_of};
use crate::analysis::success::{Goal, Part};
use crate::finding::{Confidence, Finding, Severity};
use crate::lint::design::Target;
use crate::lint::{About, Design, Report, Rule, group};
use crate::model::{Component, Id, Place, Redundancy};
use crate::rules::words::{count, downtime, list};
use crate::vocabulary::Traits;

/// From this target on the loss of a zone must not be noticed: it leaves less
/// than 43.2 minutes of downtime in 30 days.
const HIGH_AVAILABILITY: f64 = 0.999;

/// What a finding says of replicas that state one zone.
const ALL_IN_ONE: &str = "all replicas in 1 zone";

/// Several replicas that one zone's loss takes all at once.
pub struct RedundancyInOneFailureDomain;

impl Rule for RedundancyInOneFailureDomain {
    fn about(&self) -> About {
        About {
            name: "redundancy-in-one-failure-domain",
            category: "availability",
            summary: "all replicas stand in one zone, whose loss fails an operation",
            severity: Severity::Warning,
            confidence: Confidence::High,
            motives: QUALITIES,
            page: include_str!("redundancy_in_one_failure_domain.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        let needed = needed(design);
        if needed.is_empty() {
            return;
        }
        let failing = design.failing_alone();
        let mut drawn: BTreeMap<Id<Place>, Vec<Id<Component>>> = BTreeMap::new();
        for (id, goals) in &needed {
            let component = design.component(*id);
            let redundant = matches!(component.redundancy(), Redundancy::Stated(2..));
            if !redundant || component.is_outside() {
                continue;
            }
            match (component.spread(), place_of(design, component, "zone")) {
                (Some((1, "zone")), _) => {
                    let cut = failing.get(&Part::Zone(false, 0));
                    match worst(design, cut, goals) {
                        Some((goal, target)) => {
                            report.fail(stated(design, *id, goal, target, report));
                        }
                        None => report.pass(),
                    }
                }
                (Some(_), _) => report.pass(),
                (None, Some(zone)) => drawn.entry(zone).or_default().push(*id),
                (None, None) if component.is_managed() => {}
                (None, None) => report.unknown(
                    component.head.name_span,
                    "nothing says over how many zones its replicas are spread",
                ),
            }
        }
        for (zone, components) in drawn {
            let goals = components.iter().flat_map(|id| &needed[id]).copied();
            let cut = failing.get(&Part::Place(zone));
            match worst(design, cut, &goals.collect()) {
                Some((goal, target)) => {
                    report.fail(in_zone(design, zone, &components, goal, target, report));
                }
                None => report.pass(),
            }
        }
    }

    fn merge(&self, findings: Vec<Finding>) -> Vec<Finding> {
        let (stated, drawn): (Vec<Finding>, Vec<Finding>) = findings
            .into_iter()
            .partition(|finding| finding.primary.text == ALL_IN_ONE);
        let mut merged = group(stated, |names| {
            format!(
                "all replicas of {} stand in one zone, and fail with it",
                list(names)
            )
        });
        merged.extend(drawn);
        merged
    }

    fn undecided(&self, undecided: usize, of: usize) -> String {
        let parts = count(of, "replicated component");
        format!("{undecided} of {parts} do not say over how many zones they are spread")
    }
}

/// Returns what the goals with a high target need, and which goals those are.
fn needed(design: &Design<'_>) -> BTreeMap<Id<Component>, BTreeSet<usize>> {
    let mut needed: BTreeMap<Id<Component>, BTreeSet<usize>> = BTreeMap::new();
    for (index, goal) in design.success().goals.iter().enumerate() {
        if target(design, goal).is_none() {
            continue;
        }
        let ends = goal.needs.iter().flat_map(|id| {
            let relation = &design.model.relations[*id];
            [relation.from, relation.to]
        });
        for id in ends.chain(goal.start) {
            if !design.component(id).is(Traits::OUTSIDE) {
                needed.entry(id).or_default().insert(index);
            }
        }
    }
    needed
}

fn target<'a>(design: &Design<'a>, goal: &Goal) -> Option<Target<'a>> {
    let target = design.availability_target(goal.of);
    target.filter(|target| target.share >= HIGH_AVAILABILITY)
}

/// Returns the strictest of the targets that a cut breaks, with its goal.
fn worst<'d, 'a>(
    design: &'d Design<'a>,
    cut: Option<&Vec<usize>>,
    goals: &BTreeSet<usize>,
) -> Option<(&'d Goal, Target<'a>)> {
    let failed = cut?.iter().filter(|index| goals.contains(index));
    let targets = failed.filter_map(|index| {
        let goal = &design.success().goals[*index];
        Some((goal, target(design, goal)?))
    });
    targets.reduce(|best, next| {
        if next.1.share > best.1.share {
            next
        } else {
            best
        }
    })
}

fn stated(
    design: &Design<'_>,
    id: Id<Component>,
    goal: &Goal,
    target: Target<'_>,
    report: &Report,
) -> Finding {
    let (name, of) = (design.name(id), failing(design, goal.of));
    let component = design.component(id);
    let fact = ["replicas", "autoscale"]
        .into_iter()
        .find_map(|key| component.facts.present(key));
    let finding = report
        .finding(
            fact.map_or(component.head.name_span, |fact| fact.span),
            format!("all replicas of `{name}` stand in one zone, and {of} fails when it is lost"),
        )
        .label(ALL_IN_ONE)
        .help("spread them: `across 3 zones`, or `across 2 zones` at least")
        .about(name);
    because(finding, target)
}

fn in_zone(
    design: &Design<'_>,
    zone: Id<Place>,
    components: &[Id<Component>],
    goal: &Goal,
    target: Target<'_>,
    report: &Report,
) -> Finding {
    let place = &design.model.places[zone];
    let names: Vec<&str> = components.iter().map(|id| design.name(*id)).collect();
    let of = failing(design, goal.of);
    let finding = report
        .finding(
            place.head.name_span,
            format!(
                "all replicas of {} stand in zone `{}`, and {of} fails when it is lost",
                list(&names),
                place.head.path
            ),
        )
        .label("one zone holds them all")
        .help("draw a second zone with replicas of its own, or move them out and write `replicas: 3 across 3 zones`")
        .about(place.head.path.clone());
    let finding = names
        .iter()
        .fold(finding, |finding, name| finding.about(*name));
    because(finding, target)
}

fn because(finding: Finding, target: Target<'_>) -> Finding {
    let words = format!(
        "`{}`: {} allows {} of downtime a month",
        target.by,
        target.demand.bound,
        downtime(target.share)
    );
    finding.because(target.demand.span, words)
}
