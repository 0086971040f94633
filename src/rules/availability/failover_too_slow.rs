//! See `failover_too_slow.md`.

use std::collections::BTreeMap;

use crate::analysis::availability::unavailability;
use crate::analysis::target::availability_targets;
use crate::finding::{Confidence, Finding, Severity};
use crate::lint::{About, Design, Report, Rule};
use crate::model::{Component, Demand, Fact, FactItem, Id, Origin, Redundancy};
use crate::numbers::nines::{duration, minutes};
use crate::vocabulary::Traits;

/// Seconds until somebody is awake, has understood and has switched over.
const BY_HAND: f64 = 30.0 * 60.0;
/// Seconds in the 30 days for which a budget is reckoned.
const MONTH: f64 = 30.0 * 86_400.0;

/// A store whose failover alone takes longer than the target allows in a month.
pub struct FailoverTooSlow;

impl Rule for FailoverTooSlow {
    fn about(&self) -> About {
        About {
            name: "failover-too-slow",
            category: "availability",
            summary: "one failover of a store takes more than a month's budget of downtime",
            severity: Severity::Warning,
            confidence: Confidence::Medium,
            motives: &["availability"],
            page: include_str!("failover_too_slow.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        for (id, target) in needed(design) {
            let component = design.component(id);
            if keeps_one_primary(component) {
                look(design, id, target, report);
            }
        }
    }

    fn undecided(&self, undecided: usize, of: usize) -> String {
        format!("{undecided} of {of} stores do not say how another takes over")
    }
}

/// A target with who asks for it.
type Asked<'a> = (&'a str, &'a Demand);

/// Returns what an operation or flow with a target waits for, with the strictest of
/// the targets; alternatives are not waited for.
fn needed<'a>(design: &Design<'a>) -> BTreeMap<Id<Component>, Asked<'a>> {
    let share = |asked: &Asked| asked.1.bound.to_f64();
    let mut found: BTreeMap<Id<Component>, Asked<'a>> = BTreeMap::new();
    for goal in &design.success().goals {
        let passes = |id| design.components_of(id);
        let targets = availability_targets(design.model, goal.of, &passes).into_iter();
        let Some(asked) = targets.max_by(|a, b| share(a).total_cmp(&share(b))) else {
            continue;
        };
        let relations = goal.needs.iter().map(|id| &design.model.relations[*id]);
        for relation in relations.filter(|it| it.alternative.is_none()) {
            let known = found.entry(relation.to).or_insert(asked);
            if share(&asked) > share(known) {
                *known = asked;
            }
        }
    }
    found
}

/// Tells whether one of several does the work until another takes over.
fn keeps_one_primary(component: &Component) -> bool {
    let facts = &component.facts;
    let several = matches!(component.redundancy(), Redundancy::Stated(2..));
    let all_work = facts.says("replication", "multi-primary")
        || facts.says("replication", "quorum")
        || facts.has("quorum")
        || component.is(Traits::CONTROL_PLANE);
    component.is_source_of_truth()
        && several
        && !all_work
        && !component.is_managed()
        && !component.is_outside()
}

/// How long it takes, and why.
struct Failover {
    seconds: f64,
    how: &'static str,
    assumed: bool,
}

fn look(design: &Design<'_>, id: Id<Component>, (by, demand): Asked<'_>, report: &mut Report) {
    let component = design.component(id);
    let own = |fact: &&Fact| !matches!(fact.origin, Origin::Technology(..));
    let Some(fact) = component.facts.get("failover").filter(own) else {
        let name = design.name(id);
        let what = format!("nothing says how another takes over from the primary of `{name}`");
        return report.unknown(component.head.name_span, what);
    };
    let budget = unavailability(&demand.bound) * MONTH;
    match failover(component) {
        Some(failover) if failover.seconds > budget => {
            report.fail(finding(
                design,
                id,
                (by, demand),
                fact,
                &failover,
                budget,
                report,
            ));
        }
        _ => report.pass(),
    }
}

/// Returns how long it takes until another has taken over; nothing where that
/// happens by itself.
fn failover(component: &Component) -> Option<Failover> {
    let facts = &component.facts;
    let stated = facts.items("failover").iter().find_map(|item| match item {
        FactItem::Quantity(quantity) => Some(quantity.to_f64()),
        _ => None,
    });
    if let Some(seconds) = stated {
        let (how, assumed) = ("takes", false);
        return Some(Failover {
            seconds,
            how,
            assumed,
        });
    }
    let how = match () {
        () if facts.says("failover", "manual") => "by hand takes",
        () if facts.is_absent("failover") => "by nothing but repair takes",
        () => return None,
    };
    let repair = facts.number("mttr").filter(|_| facts.is_absent("failover"));
    Some(Failover {
        seconds: repair.unwrap_or(BY_HAND),
        how,
        assumed: repair.is_none(),
    })
}

fn finding(
    design: &Design<'_>,
    id: Id<Component>,
    (by, demand): Asked<'_>,
    fact: &Fact,
    failover: &Failover,
    budget: f64,
    report: &Report,
) -> Finding {
    let name = design.name(id);
    let (about, time) = (
        if failover.assumed { "about " } else { "" },
        duration(failover.seconds),
    );
    let allowed = minutes(budget / 60.0);
    let how = failover.how;
    let message = format!(
        "one failover of `{name}` {how} {about}{time}, and `{by}` allows {allowed} of downtime a month"
    );
    let finding = report
        .finding(fact.span, message)
        .label(format!("{about}{time} for one"))
        .because(
            demand.span,
            format!("{} leaves {allowed} a month", demand.bound),
        )
        .help(format!(
            "let a standby of `{name}` take over by itself (`failover: automatic`), use a store of which several take writes, or ask for less"
        ))
        .about(name);
    match failover.assumed {
        true => finding.assume(format!(
            "somebody is awake and has switched over after {}, a rule of thumb; state a measured time (`failover: 5 min`)",
            duration(failover.seconds)
        )),
        false => finding,
    }
}
