//! See `redundancy_unstated.md`.

use std::collections::BTreeMap;

use super::asked::{QUALITIES, asked, because, failing, place_of};
use crate::analysis::success::Part;
use crate::finding::{Confidence, Finding, Severity};
use crate::lint::{About, Design, Report, Rule, group};
use crate::model::{Component, Id, Place, Redundancy, Requirement};
use crate::rules::words::{count, list};

/// A component that an operation cannot do without, and of which nothing says
/// how many there are.
pub struct RedundancyUnstated;

impl Rule for RedundancyUnstated {
    fn about(&self) -> About {
        About {
            name: "redundancy-unstated",
            category: "availability",
            summary: "nothing says how many there are of what an operation cannot do without",
            severity: Severity::Warning,
            confidence: Confidence::Medium,
            motives: QUALITIES,
            page: include_str!("redundancy_unstated.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        let goals = &design.success().goals;
        let asked: Vec<_> = goals.iter().map(|goal| asked(design, goal.of)).collect();
        let mut beside: BTreeMap<Id<Place>, usize> = BTreeMap::new();
        for component in design.model.components.rows() {
            if let Some(host) = place_of(design, component, "host") {
                *beside.entry(host).or_default() += 1;
            }
        }
        for (part, failed) in design.failing_alone() {
            let Part::Component(id) = *part else {
                continue;
            };
            let component = design.component(id);
            if component.is_managed() || component.is_outside() {
                continue;
            }
            let host = place_of(design, component, "host");
            let shared = host.is_some_and(|host| beside[&host] > 1);
            if shared || matches!(component.redundancy(), Redundancy::Stated(_)) {
                report.pass();
                continue;
            }
            let wanted = failed.iter().find_map(|it| Some((*it, asked[*it]?)));
            match wanted {
                Some((goal, requirement)) => {
                    let of = failing(design, goals[goal].of);
                    report.fail(unstated(design, id, &of, requirement, report));
                }
                None => report.unknown(component.head.name_span, "nothing says how many there are"),
            }
        }
    }

    fn merge(&self, findings: Vec<Finding>) -> Vec<Finding> {
        group(findings, |names| {
            let names = list(names);
            format!("nothing says how many {names} there are, and operations fail without them")
        })
    }

    fn undecided(&self, undecided: usize, of: usize) -> String {
        let parts = count(of, "component");
        format!("{undecided} of {parts} that something cannot do without state no `replicas`")
    }
}

fn unstated(
    design: &Design<'_>,
    id: Id<Component>,
    of: &str,
    requirement: &Requirement,
    report: &Report,
) -> Finding {
    let component = design.component(id);
    let name = design.name(id);
    let finding = report
        .finding(
            component.head.name_span,
            format!("nothing says how many `{name}` there are, and {of} fails without it"),
        )
        .label("no `replicas` stated")
        .help(help(component))
        .about(name);
    because(finding, requirement)
}

fn help(component: &Component) -> &'static str {
    if component.is_source_of_truth() {
        "say what takes over (`standbys: 1; failover: automatic`, `replicas: 3 across 3 zones`), or that others keep it up (`managed: yes`)"
    } else {
        "say how many run (`replicas: 2 across 2 zones`), or that others keep them up (`managed: yes`)"
    }
}
