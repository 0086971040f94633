//! See `single_point_of_failure.md`.

use std::collections::BTreeMap;

use crate::analysis::success::{Goal, Part};
use crate::finding::{Confidence, Finding, Severity};
use crate::lint::design::Witness;
use crate::lint::{About, Design, Report, Rule};
use crate::model::{Component, Element, Id, Place, Redundancy};
use crate::rules::words::{downtime, list};

/// From this target on a single point of failure is an error: it leaves less
/// than 43.2 minutes of downtime in 30 days.
const HIGH_AVAILABILITY: f64 = 0.999;

/// One component or machine whose loss alone fails an operation.
pub struct SinglePointOfFailure;

impl Rule for SinglePointOfFailure {
    fn about(&self) -> About {
        About {
            name: "single-point-of-failure",
            category: "availability",
            summary: "one component whose loss alone fails an operation",
            severity: Severity::Warning,
            confidence: Confidence::High,
            motives: &["availability", "fault-tolerance"],
            page: include_str!("single_point_of_failure.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        let mut witness = Witness::default();
        for (part, goals) in design.failing_alone() {
            match *part {
                Part::Component(id) => {
                    component(design, id, goals, &mut witness, report);
                }
                Part::Place(place) => host(design, place, goals, report),
                Part::Replica(..) | Part::Zone(..) => {}
            }
        }
    }
}

fn component(
    design: &Design<'_>,
    id: Id<Component>,
    goals: &[usize],
    witness: &mut Witness,
    report: &mut Report,
) {
    let component = design.component(id);
    let known = matches!(component.redundancy(), Redundancy::Stated(_));
    if !known || component.is_managed() || component.is_outside() {
        return;
    }
    let goals: Vec<&Goal> = goals
        .iter()
        .map(|index| &design.success().goals[*index])
        .collect();
    let (name, of) = (design.name(id), goal_names(design, &goals));
    let background = goals.iter().all(|goal| matches!(goal.of, Element::Flow(_)));
    if background
        && design
            .motive(&["availability", "fault-tolerance"])
            .is_none()
    {
        return report.pass();
    }
    let verb = if background { "stops" } else { "fails" };
    let finding = report
        .finding(
            component.head.name_span,
            format!("losing `{name}` alone {verb} {of}"),
        )
        .label(copies(component))
        .help(help(component, background))
        .about(name);
    let finding = targets(design, finding, &goals);
    let finding = witness.show(design, goals[0], id, finding);
    report.fail(not_counted(design, goals[0], finding));
}

fn copies(component: &Component) -> String {
    let alone = component.facts.is_absent("failover") && component.facts.has("standbys");
    if alone {
        "its standby never takes over".to_owned()
    } else {
        "only 1 replica, no standby".to_owned()
    }
}

fn help(component: &Component, background: bool) -> String {
    let name = &component.head.name;
    if component.is_source_of_truth() {
        format!(
            "give `{name}` a standby (`standbys: 1; failover: automatic`), or say why one is enough with `@accept`"
        )
    } else if background {
        "run several (`replicas: 2 across 2 zones`), or let another take over (`standbys: 1; failover: automatic`)".to_owned()
    } else {
        "run several (`replicas: 2 across 2 zones`), or make the call soft with a `fallback`"
            .to_string()
    }
}

fn host(design: &Design<'_>, place: Id<Place>, goals: &[usize], report: &mut Report) {
    let place_row = &design.model.places[place];
    let on_it: Vec<&str> = design
        .model
        .components
        .iter()
        .filter(|(_, component)| component.place == Some(place))
        .map(|(_, component)| component.head.name.as_str())
        .collect();
    if place_row.kind.name != "host" || on_it.len() < 2 {
        return;
    }
    let goals: Vec<&Goal> = goals
        .iter()
        .map(|index| &design.success().goals[*index])
        .collect();
    let (name, of) = (&place_row.head.path, goal_names(design, &goals));
    let finding = report
        .finding(
            place_row.head.name_span,
            format!("losing the machine `{name}` alone fails {of}"),
        )
        .label(format!("carries {}", list(&on_it)))
        .help("put the parts on machines of their own, each with a replica elsewhere")
        .about(name.clone());
    report.fail(targets(design, finding, &goals));
}

/// Returns what fails, three by name. What clients do besides is named only
/// where no operation or flow is.
fn goal_names(design: &Design<'_>, goals: &[&Goal]) -> String {
    let named = |goal: &&&Goal| !matches!(goal.of, Element::Component(_));
    let any = goals.iter().any(|goal| named(&goal));
    let names: Vec<String> = goals
        .iter()
        .filter(|goal| !any || named(goal))
        .map(|goal| match goal.of {
            Element::Component(id) => format!("what `{}` does", design.name(id)),
            of => format!("`{}`", design.label(of)),
        })
        .collect();
    match names.as_slice() {
        [one] => one.clone(),
        [one, two] => format!("{one} and {two}"),
        [one, two, three] => format!("{one}, {two} and {three}"),
        [one, two, rest @ ..] => format!("{one}, {two} and {} more", rest.len()),
        [] => String::new(),
    }
}

/// Shows the availability that is asked of what fails; a high one makes it an error.
fn targets(design: &Design<'_>, finding: Finding, goals: &[&Goal]) -> Finding {
    let asked = goals
        .iter()
        .filter_map(|goal| design.availability_target(goal.of));
    let Some(target) = asked.max_by(|a, b| a.share.total_cmp(&b.share)) else {
        return finding;
    };
    let words = format!(
        "breaks `{}`: {} allows {} of downtime a month",
        target.by,
        target.demand.bound,
        downtime(target.share)
    );
    let severity = match target.share >= HIGH_AVAILABILITY {
        true => Severity::Error,
        false => Severity::Warning,
    };
    finding
        .because(target.demand.span, words)
        .severity(severity)
}

/// Says which neighbours of the goal were left out as soft, so that nobody
/// wonders, and whether a flow or the connections were followed.
fn not_counted(design: &Design<'_>, goal: &Goal, finding: Finding) -> Finding {
    let finding = match (goal.flow, goal.of) {
        (None, Element::Operation(operation)) => finding.note(format!(
            "no flow says how `{}` is done, so all that its server surely needs was counted",
            design.operation_name(operation)
        )),
        _ => finding,
    };
    let soft: BTreeMap<&str, ()> = goal
        .needs
        .iter()
        .take(50)
        .map(|id| design.model.relations[*id].from)
        .flat_map(|from| design.model.outgoing(from))
        .filter(|(id, relation)| {
            !goal.needs.contains(id) && relation.facts.says("need", "soft") && goal.flow.is_none()
        })
        .map(|(_, relation)| (design.name(relation.to), ()))
        .collect();
    match soft.keys().copied().collect::<Vec<_>>().as_slice() {
        [] => finding,
        soft => finding.note(format!("not counted, because soft: {}", list(soft))),
    }
}
