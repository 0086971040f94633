//! See `observability_shares_fate.md`.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::{Confidence, Finding, Severity};
use crate::lint::{About, Design, Report, Rule};
use crate::model::{Component, Element, Id, Place, Relation};
use crate::rules::availability::asked::because;
use crate::rules::words::list;
use crate::syntax::tree::Arrow;
use crate::vocabulary::Traits;

/// The qualities that ask to be told of a fault while it lasts.
const MOTIVES: &[&str] = &[
    "observability",
    "availability",
    "fault-tolerance",
    "recovery",
];

/// Monitoring that falls with what it should tell of.
pub struct ObservabilitySharesFate;

impl Rule for ObservabilitySharesFate {
    fn about(&self) -> About {
        About {
            name: "observability-shares-fate",
            category: "observability",
            summary: "monitoring that fails together with what it watches",
            severity: Severity::Warning,
            confidence: Confidence::Medium,
            motives: &["observability"],
            page: include_str!("observability_shares_fate.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        let monitors = components_of(design, |it| it.is(Traits::OBSERVES) && !it.is_managed());
        if monitors.is_empty() {
            return;
        }
        let others = components_of(design, |it| it.is(Traits::OBSERVES) && it.is_managed());
        let standing = standing(design);
        for id in monitors {
            if !others.is_empty() {
                report.pass();
                continue;
            }
            let shared = machine(design, id, &standing, report)
                .or_else(|| needed(design, id, report))
                .or_else(|| zone(design, id, &standing, report));
            match shared {
                Some(finding) => report.fail(finding),
                None => report.pass(),
            }
        }
    }
}

fn components_of(design: &Design<'_>, keep: impl Fn(&Component) -> bool) -> Vec<Id<Component>> {
    let all = design.model.components.iter();
    all.filter(|(_, it)| keep(it)).map(|(id, _)| id).collect()
}

/// Returns what stands in each place or in places within it, in order.
fn standing(design: &Design<'_>) -> BTreeMap<Id<Place>, Vec<Id<Component>>> {
    let mut standing: BTreeMap<Id<Place>, Vec<Id<Component>>> = BTreeMap::new();
    for (id, component) in design.model.components.iter() {
        for place in around(design, component) {
            standing.entry(place).or_default().push(id);
        }
    }
    standing
}

fn around<'d>(
    design: &'d Design<'_>,
    component: &Component,
) -> impl Iterator<Item = Id<Place>> + use<'d> {
    let places = &design.model.places;
    std::iter::successors(component.place, move |place| places[*place].parent)
}

/// Tells whether a monitor is there to tell of a component.
fn watches(design: &Design<'_>, monitor: Id<Component>, other: Id<Component>) -> bool {
    let component = design.component(other);
    if component.is_outside() || component.is(Traits::OBSERVES) {
        return false;
    }
    let mut named = design
        .component(monitor)
        .facts
        .targets("watches")
        .peekable();
    named.peek().is_none() || named.any(|it| it == Element::Component(other))
}

/// Returns what a monitor watches in a place that it stands in; nothing where
/// another monitor stands elsewhere.
fn beside(
    design: &Design<'_>,
    monitor: Id<Component>,
    inside: &[Id<Component>],
) -> Vec<Id<Component>> {
    let elsewhere = components_of(design, |it| it.is(Traits::OBSERVES));
    if elsewhere.iter().any(|id| !inside.contains(id)) {
        return Vec::new();
    }
    let mut watched = inside.to_vec();
    watched.retain(|id| watches(design, monitor, *id));
    watched
}

fn machine(
    design: &Design<'_>,
    id: Id<Component>,
    standing: &BTreeMap<Id<Place>, Vec<Id<Component>>>,
    report: &Report,
) -> Option<Finding> {
    let kind = |place: &Id<Place>| design.model.places[*place].kind.name == "host";
    let host = around(design, design.component(id)).find(kind)?;
    let watched = beside(design, id, standing.get(&host)?);
    if watched.is_empty() {
        return None;
    }
    let finding = place_finding(design, id, host, &watched, report);
    Some(
        finding
            .confidence(Confidence::High)
            .help("put the monitor on a machine of its own, or use one that somebody else runs"),
    )
}

fn zone(
    design: &Design<'_>,
    id: Id<Component>,
    standing: &BTreeMap<Id<Place>, Vec<Id<Component>>>,
    report: &Report,
) -> Option<Finding> {
    let motive = design.motive(MOTIVES)?;
    let monitor = design.component(id);
    if monitor.spread().is_some_and(|(number, _)| number > 1) {
        return None;
    }
    let places = &design.model.places;
    let one_of_several = |place: &Id<Place>| {
        let kind = places[*place].kind.name;
        let alike = places.rows().iter().filter(|it| it.kind.name == kind);
        matches!(kind, "zone" | "region") && alike.count() > 1
    };
    let place = around(design, monitor).find(one_of_several)?;
    let mut watched = beside(design, id, standing.get(&place)?);
    watched.retain(|id| {
        design
            .component(*id)
            .spread()
            .is_none_or(|(number, _)| number < 2)
    });
    if watched.is_empty() {
        return None;
    }
    let kind = places[place].kind.name;
    let finding = place_finding(design, id, place, &watched, report);
    Some(because(finding, motive).help(format!(
        "let it watch from another {kind}, or use a monitor that somebody else runs"
    )))
}

fn place_finding(
    design: &Design<'_>,
    id: Id<Component>,
    place: Id<Place>,
    watched: &[Id<Component>],
    report: &Report,
) -> Finding {
    let (monitor, place) = (design.component(id), &design.model.places[place]);
    let name = design.name(id);
    let names: Vec<&str> = watched.iter().map(|id| design.name(*id)).collect();
    let word = match place.kind.name {
        "host" => "machine",
        other => other,
    };
    let message = format!(
        "losing the {word} `{}` takes {} and `{name}`, which should tell of it",
        place.head.path,
        list(&names)
    );
    report
        .finding(monitor.head.name_span, message)
        .label(format!(
            "stands in `{}` with what it watches",
            place.head.name
        ))
        .because(place.head.name_span, "all of it falls together")
        .about(name)
}

/// Reports what a monitor needs for its own work and should tell of.
fn needed(design: &Design<'_>, id: Id<Component>, report: &Report) -> Option<Finding> {
    let mut via: BTreeMap<Id<Component>, Id<Relation>> = BTreeMap::new();
    let mut open = vec![id];
    let mut shared: BTreeSet<Id<Component>> = BTreeSet::new();
    while let Some(at) = open.pop() {
        for relation in needs(design, at, at == id) {
            let to = design.model.relations[relation].to;
            if to == id || via.contains_key(&to) {
                continue;
            }
            via.insert(to, relation);
            match watches(design, id, to) && is_used(design, to, &via, id) {
                true => {
                    shared.insert(to);
                }
                false => open.push(to),
            }
        }
    }
    let first = *shared.first()?;
    let names: Vec<&str> = shared.iter().map(|id| design.name(*id)).collect();
    let (monitor, name) = (design.component(id), design.name(id));
    let fails = if names.len() == 1 {
        "it fails"
    } else {
        "one of them fails"
    };
    let message = format!(
        "`{name}` needs {}, which it watches: when {fails}, nobody is told",
        list(&names)
    );
    let finding = report
        .finding(monitor.head.name_span, message)
        .label("cannot tell of what it stands on")
        .about(name)
        .help(format!(
            "let `{name}` keep its data and send its alerts by ways of its own: a store that nothing else uses, and `{name} ~> pager` with `external pager: sms`"
        ));
    let mut way = Vec::new();
    let mut at = first;
    while let Some(relation) = via.get(&at) {
        way.push(*relation);
        at = design.model.relations[*relation].from;
    }
    let steps = way.iter().rev();
    Some(steps.fold(finding, |finding, relation| {
        let words = format!("`{}`", design.relation_name(*relation));
        finding.step(design.model.relations[*relation].span, words)
    }))
}

/// Returns what a component needs for its own work. What a monitor calls may be
/// what it measures; it surely needs what it writes to and sends its alerts by,
/// unless it can tell somebody outside directly.
fn needs(design: &Design<'_>, id: Id<Component>, is_monitor: bool) -> Vec<Id<Relation>> {
    let outgoing = || design.model.outgoing(id);
    let direct = outgoing().any(|(_, relation)| design.component(relation.to).is_outside());
    let counts = |relation: &Relation| {
        let sent = relation.arrow == Arrow::Send;
        let hard = relation.facts.says("need", "hard");
        if relation.facts.says("need", "soft") || relation.facts.has("fallback") {
            return false;
        }
        match is_monitor {
            true => hard || relation.facts.has("writes") && !sent || sent && !direct,
            false => design.component(id).is(Traits::MEDIUM) || design.is_hard_call(relation),
        }
    };
    outgoing()
        .filter(|(_, relation)| relation.alternative.is_none() && counts(relation))
        .map(|(id, _)| id)
        .collect()
}

/// Tells whether others than the monitor, and what only works for it, use a component.
fn is_used(
    design: &Design<'_>,
    id: Id<Component>,
    via: &BTreeMap<Id<Component>, Id<Relation>>,
    monitor: Id<Component>,
) -> bool {
    design.model.incoming(id).any(|(_, relation)| {
        let from = relation.from;
        from != monitor && !via.contains_key(&from) && !design.component(from).is(Traits::OBSERVES)
    })
}
