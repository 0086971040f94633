//! See `shared_host.md`.

use std::collections::BTreeMap;

use super::asked::{because, place_of};
use crate::finding::{Confidence, Finding, Severity};
use crate::lint::{About, Design, Report, Rule};
use crate::model::{Component, Id, Place, Relation};
use crate::rules::words::list;
use crate::vocabulary::Traits;

/// The qualities that a lost machine breaks.
const MOTIVES: &[&str] = &["availability", "fault-tolerance", "durability", "recovery"];

/// A store on the machine of who uses it.
pub struct SharedHost;

impl Rule for SharedHost {
    fn about(&self) -> About {
        About {
            name: "shared-host",
            category: "availability",
            summary: "a store stands on the same machine as what it serves",
            severity: Severity::Warning,
            confidence: Confidence::High,
            motives: MOTIVES,
            page: include_str!("shared_host.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        let mut found: BTreeMap<Id<Place>, Vec<&Relation>> = BTreeMap::new();
        for relation in design.model.relations.rows() {
            let (user, store) = (
                design.component(relation.from),
                design.component(relation.to),
            );
            let kept = keeps_alone(design, relation.to) && user.is(Traits::COMPUTE);
            let Some(host) = place_of(design, store, "host").filter(|_| kept) else {
                continue;
            };
            match place_of(design, user, "host") == Some(host) {
                true => found.entry(host).or_default().push(relation),
                false => report.pass(),
            }
        }
        for (host, relations) in found {
            report.fail(together(design, host, &relations, report));
        }
    }
}

/// Tells whether a component keeps data of which no replication makes a copy elsewhere.
fn keeps_alone(design: &Design<'_>, id: Id<Component>) -> bool {
    let component = design.component(id);
    let around = design.model.outgoing(id).chain(design.model.incoming(id));
    let copied = around
        .map(|(_, relation)| relation)
        .any(|relation| relation.facts.says("mode", "replication"));
    let spread = component.spread().is_some_and(|(places, _)| places > 1);
    component.is_source_of_truth() && !copied && !spread
}

fn together(
    design: &Design<'_>,
    host: Id<Place>,
    relations: &[&Relation],
    report: &Report,
) -> Finding {
    let names = |ids: Vec<Id<Component>>| {
        let mut ids = ids;
        ids.sort_unstable();
        ids.dedup();
        ids.iter().map(|id| design.name(*id)).collect::<Vec<_>>()
    };
    let users = names(relations.iter().map(|it| it.from).collect());
    let stores = names(relations.iter().map(|it| it.to).collect());
    let place = &design.model.places[host];
    let finding = report
        .finding(
            place.head.name_span,
            format!(
                "{} and what uses it, {}, stand on one machine, `{}`",
                list(&stores),
                list(&users),
                place.head.path
            ),
        )
        .label("one fault takes the program and its data")
        .note("they compete for its memory and disk too, and neither can grow alone")
        .help("give the store a machine of its own with a copy elsewhere, or a managed one (`managed: yes`)")
        .about(place.head.path.clone());
    let names = stores.iter().chain(&users);
    let finding = names.fold(finding, |finding, name| finding.about(*name));
    match design.motive(MOTIVES) {
        Some(requirement) => because(finding, requirement),
        None => finding.severity(Severity::Info),
    }
}
