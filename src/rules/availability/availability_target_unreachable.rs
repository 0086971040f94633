//! See `availability_target_unreachable.md`.

use std::collections::BTreeMap;

use super::asked::failing;
use crate::analysis::availability::{
    Asked, Availability, Cause, Contribution, GoalAvailability, Improvement, MINUTES,
    Unavailability, Verdict,
};
use crate::analysis::input::{Given, Input};
use crate::analysis::target::is_target;
use crate::finding::{Confidence, Finding, Severity};
use crate::lint::{About, Design, Report, Rule};
use crate::model::{Element, Facts, Origin};
use crate::numbers::nines::{self, available};
use crate::source::Span;

/// What is said of an availability.
const KEYS: [&str; 2] = ["availability", "mtbf"];
/// How many contributors are shown.
const SHOWN: usize = 3;
/// The smallest share of all downtime that is worth a word.
const LEAST_SHARE: f64 = 0.01;

/// An availability that cannot come of those of the parts.
pub struct AvailabilityTargetUnreachable;

impl Rule for AvailabilityTargetUnreachable {
    fn about(&self) -> About {
        About {
            name: "availability-target-unreachable",
            category: "availability",
            summary: "an availability target that the stated availabilities of its parts miss",
            severity: Severity::Error,
            confidence: Confidence::High,
            motives: &["availability"],
            page: include_str!("availability_target_unreachable.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        if !is_asked(design) || !is_stated(design) {
            return;
        }
        let figures = design.availability();
        let mut targets: BTreeMap<Span, Vec<(&Asked, &GoalAvailability)>> = BTreeMap::new();
        for goal in &figures.goals {
            let stated = figures.inputs(goal).any(states_availability);
            if let Some(asked) = goal.target.as_ref().filter(|_| stated) {
                targets.entry(asked.span).or_default().push((asked, goal));
            }
        }
        for goals in targets.values() {
            judge(design, figures, goals, report);
        }
    }

    fn undecided(&self, undecided: usize, of: usize) -> String {
        format!("{undecided} of {of} availability targets hang on parts that state none")
    }
}

fn is_asked(design: &Design<'_>) -> bool {
    let qualities = design.model.requirements.rows().iter();
    let operations = design.model.operations.rows().iter();
    let mut demands = qualities
        .flat_map(|it| &it.demands)
        .chain(operations.flat_map(|it| &it.demands));
    demands.any(is_target)
}

/// Tells whether the design itself says of anything how available it is.
fn is_stated(design: &Design<'_>) -> bool {
    let states = |facts: &Facts| {
        let mut found = KEYS.iter().filter_map(|key| facts.get(key));
        found.any(|fact| !matches!(fact.origin, Origin::Technology(..)))
    };
    let model = design.model;
    let mut components = model.components.rows().iter();
    let mut places = model.places.rows().iter();
    components.any(|it| states(&it.facts)) || places.any(|it| states(&it.facts))
}

fn states_availability(input: &Input) -> bool {
    let key = input.name.rsplit('.').next().unwrap_or_default();
    matches!(input.given, Given::Stated(_)) && KEYS.contains(&key)
}

/// Tells for one target who misses it for sure, and who by the estimate.
fn judge(
    design: &Design<'_>,
    figures: &Availability,
    goals: &[(&Asked, &GoalAvailability)],
    report: &mut Report,
) {
    let of = |verdict: Verdict| -> Vec<(&Asked, &GoalAvailability)> {
        let it = goals
            .iter()
            .filter(|(_, goal)| goal.verdict() == Some(verdict));
        worst_first(it.copied().collect())
    };
    let (broken, doubtful) = (of(Verdict::Broken), of(Verdict::Doubtful));
    for goals in [&broken, &doubtful] {
        if let Some((asked, goal)) = goals.first() {
            report.fail(finding(design, figures, asked, goal, goals, report));
        }
    }
    if !broken.is_empty() || !doubtful.is_empty() {
        return;
    }
    match of(Verdict::Unknown).first() {
        Some((asked, goal)) => report.unknown(asked.span, unknown(goal)),
        None => report.pass(),
    }
}

fn unknown(goal: &GoalAvailability) -> String {
    match goal.missing.as_slice() {
        [] => "the parts depend on each other in too many ways".to_owned(),
        [one] => one.what.clone(),
        [one, rest @ ..] => format!("{}, nor do {} more", one.what, rest.len()),
    }
}

/// Sorts the worst to the front; what clients do besides counts only where no
/// operation or flow misses the target.
fn worst_first<'g>(
    mut goals: Vec<(&'g Asked, &'g GoalAvailability)>,
) -> Vec<(&'g Asked, &'g GoalAvailability)> {
    let client = |goal: &GoalAvailability| matches!(goal.of, Element::Component(_));
    if goals.iter().any(|(_, goal)| !client(goal)) {
        goals.retain(|(_, goal)| !client(goal));
    }
    goals.sort_by(|a, b| shown(b.1).at_least.total_cmp(&shown(a.1).at_least));
    goals
}

/// Returns the figure that is shown: the bound where that alone misses the target.
fn shown(goal: &GoalAvailability) -> Unavailability {
    match (goal.verdict(), goal.estimate) {
        (Some(Verdict::Broken), _) | (_, None) => goal.optimistic,
        (_, Some(estimate)) => estimate,
    }
}

fn finding(
    design: &Design<'_>,
    figures: &Availability,
    asked: &Asked,
    goal: &GoalAvailability,
    goals: &[(&Asked, &GoalAvailability)],
    report: &Report,
) -> Finding {
    let sure = goal.verdict() == Some(Verdict::Broken);
    let nines = nines::nines_told(figures.inputs(goal));
    let figure = shown(goal);
    let share = available(figure.at_least, nines, asked.unavailability);
    let minutes = nines::minutes(figure.minutes().0);
    let budget = nines::minutes(asked.minutes());
    let (most, severity, confidence) = match sure {
        true => ("up at most", Severity::Error, Confidence::High),
        false => ("likely up", Severity::Warning, Confidence::Medium),
    };
    let least = if sure { "at least " } else { "" };
    let of = names(design, goals);
    let verb = if goals.len() > 1 { "are" } else { "is" };
    let message = format!(
        "{of} {verb} {most} {share} of the time, and `{}` asks for `{}`",
        asked.by, asked.words
    );
    let finding = report
        .finding(asked.span, message)
        .severity(severity)
        .confidence(confidence)
        .label(format!(
            "allows {budget} of downtime a month, and it comes to {least}{minutes}"
        ));
    let finding = contributors(design, goal, finding);
    let finding = match goal.estimate {
        Some(_) => assumed(figures, goal, finding),
        None => finding,
    };
    let finding = finding.help(help(design, goal, nines));
    subjects(design, goals, finding)
}

/// Returns who misses it, two by name.
fn names(design: &Design<'_>, goals: &[(&Asked, &GoalAvailability)]) -> String {
    let names: Vec<String> = goals.iter().map(|(_, it)| failing(design, it.of)).collect();
    match names.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [one, two] => format!("{one} and {two}"),
        [one, two, rest @ ..] => format!("{one}, {two} and {} more", rest.len()),
    }
}

fn subjects(
    design: &Design<'_>,
    goals: &[(&Asked, &GoalAvailability)],
    finding: Finding,
) -> Finding {
    let paths = goals
        .iter()
        .filter_map(|(_, goal)| design.model.head(goal.of));
    paths.fold(finding, |finding, head| finding.about(head.path.clone()))
}

/// Shows what costs most, and where it says how available it is: of the estimate
/// where there is one, else of the bound.
fn contributors(design: &Design<'_>, goal: &GoalAvailability, finding: Finding) -> Finding {
    let total: f64 = goal.contributions.iter().map(cost).sum();
    let matter = |it: &&Contribution| cost(it) >= LEAST_SHARE * total && total > 0.0;
    let all: Vec<&Contribution> = goal.contributions.iter().filter(matter).collect();
    let mut finding = finding;
    for it in all.iter().take(SHOWN) {
        if let Some((span, name)) = place_of(design, it.of) {
            let minutes = nines::minutes(cost(it) * MINUTES);
            finding = finding.because(span, format!("`{name}` costs {minutes} a month"));
        }
    }
    let listed = all.iter().take(2 * SHOWN).map(|it| {
        let minutes = nines::minutes(cost(it) * MINUTES);
        format!("{} {minutes}", cause(design, it.of, it.alike))
    });
    let listed: Vec<String> = listed.collect();
    let (how, figure) = match &goal.estimate {
        Some(estimate) => ("likely", estimate),
        None => ("at the least", &goal.optimistic),
    };
    match listed.is_empty() {
        true => finding,
        false => finding.note(format!(
            "{how} {} of 43,200 min a month: {}",
            nines::minutes(figure.minutes().0),
            listed.join(", ")
        )),
    }
}

fn cost(contribution: &Contribution) -> f64 {
    contribution.contribution * contribution.alike as f64
}

/// Returns where something says how available it is.
fn place_of<'d>(design: &Design<'d>, cause: Cause) -> Option<(Span, &'d str)> {
    let (facts, head) = match cause {
        Cause::Component(id) => {
            let component = &design.model.components[id];
            (&component.facts, &component.head)
        }
        Cause::Place(id) => {
            let place = &design.model.places[id];
            (&place.facts, &place.head)
        }
        Cause::Zone(..) | Cause::AllZones(_) => return None,
    };
    let mut stated = KEYS.iter().filter_map(|key| facts.get(key));
    let own = stated.find(|fact| !matches!(fact.origin, Origin::Technology(..)));
    Some((own.map_or(head.name_span, |fact| fact.span), &head.path))
}

fn cause(design: &Design<'_>, cause: Cause, alike: u64) -> String {
    let domain = |region: bool| if region { "region" } else { "zone" };
    match cause {
        Cause::Component(id) => format!("`{}`", design.name(id)),
        Cause::Place(id) => format!("`{}`", design.model.places[id].head.path),
        Cause::Zone(region, _) if alike > 1 => format!("any of {alike} {}s", domain(region)),
        Cause::Zone(region, _) => format!("a {}", domain(region)),
        Cause::AllZones(region) => format!("all {}s at once", domain(region)),
    }
}

/// Says what the estimate takes for true of what it hangs on.
fn assumed(figures: &Availability, goal: &GoalAvailability, finding: Finding) -> Finding {
    let mut reasons: Vec<(&str, &str, Vec<String>)> = Vec::new();
    for input in figures.inputs(goal) {
        let Given::Assumed(why) = &input.given else {
            continue;
        };
        let name = format!("`{}`", input.name);
        match reasons.iter_mut().find(|it| it.0 == why) {
            Some(known) => known.2.push(name),
            None => reasons.push((why, &input.words, vec![name])),
        }
    }
    reasons
        .into_iter()
        .fold(finding, |finding, (why, words, names)| {
            let others = match names.len() {
                1 => String::new(),
                count => format!(" and {} more", count - 1),
            };
            finding.assume(format!("{}{others} {words}: {why}", names[0]))
        })
}

fn help(design: &Design<'_>, goal: &GoalAvailability, nines: f64) -> String {
    let Some(better) = &goal.improvement else {
        return "make parts more available, make calls soft with a `fallback`, or ask for less"
            .to_owned();
    };
    let name = cause(design, better.of, 1);
    let how = how(design, better);
    match (better.needed, better.more_nines()) {
        (Some(needed), Some(more)) => format!(
            "{name} needs {more:.1} more nines ({}): {how}, or ask for less",
            nines::availability(needed, nines)
        ),
        _ => format!(
            "{name} costs most, but without its failures {} a month would be left: {how}, improve the others too, or ask for less",
            nines::minutes(better.at_best * MINUTES)
        ),
    }
}

fn how(design: &Design<'_>, better: &Improvement) -> String {
    let Cause::Component(id) = better.of else {
        return "spread what stands in it over several".to_owned();
    };
    let component = design.component(id);
    let name = &component.head.name;
    if component.is_outside() || component.is_managed() {
        return format!(
            "put an alternative beside it (`… -> {name} | another`), call it softly with a `fallback` or behind a queue"
        );
    }
    if component.is_source_of_truth() {
        return "give it a standby that takes over (`standbys: 1; failover: automatic`)".to_owned();
    }
    "run more of it (`replicas: 3 across 3 zones`)".to_owned()
}
