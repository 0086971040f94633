//! See `recovery_objective_violated.md`.

use std::collections::BTreeMap;

use crate::analysis::input::Given;
use crate::analysis::recovery::{
    self, Bounded, Cell, Disruption, Mechanism, Objective, Recovery, StoreRecovery, Verdict,
};
use crate::finding::{Confidence, Finding, Severity};
use crate::lint::{About, Design, Report, Rule};
use crate::model::{Component, Demand, Id};
use crate::numbers::nines::{self, duration};

/// An estimate that rests on a rule of thumb must miss the objective so many times
/// over to be told.
const FAR: f64 = 10.0;

/// An objective of recovery that what is stated to bring data back cannot meet.
pub struct RecoveryObjectiveViolated;

impl Rule for RecoveryObjectiveViolated {
    fn about(&self) -> About {
        About {
            name: "recovery-objective-violated",
            category: "availability",
            summary: "an `rpo` or `rto` that the store's copies and backups miss",
            severity: Severity::Error,
            confidence: Confidence::High,
            motives: &["recovery", "durability"],
            page: include_str!("recovery_objective_violated.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        if !is_asked(design) {
            return;
        }
        let recovery = recovery::recovery(design.model, design.success());
        let mut strictest: BTreeMap<(Id<Component>, Bounded), &Objective> = BTreeMap::new();
        for objective in &recovery.objectives {
            for (store, ..) in &objective.verdicts {
                let known = strictest
                    .entry((*store, objective.bounded))
                    .or_insert(objective);
                if objective.bound < known.bound {
                    *known = objective;
                }
            }
        }
        let stores = by_id(&recovery);
        for ((id, _), objective) in strictest {
            if let Some(store) = stores.get(&id) {
                look(design, store, objective, report);
            }
        }
    }

    fn undecided(&self, undecided: usize, of: usize) -> String {
        format!("{undecided} of {of} stores do not say enough about how they are recovered")
    }
}

fn is_asked(design: &Design<'_>) -> bool {
    let asks = |demand: &Demand| matches!(demand.measure.as_str(), "rpo" | "rto");
    let qualities = design.model.requirements.rows().iter();
    let operations = design.model.operations.rows().iter();
    let mut demands = qualities
        .flat_map(|it| &it.demands)
        .chain(operations.flat_map(|it| &it.demands));
    demands.any(asks)
}

fn by_id(recovery: &Recovery) -> BTreeMap<Id<Component>, &StoreRecovery> {
    let stores = recovery.stores.iter();
    stores.map(|store| (store.component, store)).collect()
}

/// One objective against one store.
fn look(design: &Design<'_>, store: &StoreRecovery, objective: &Objective, report: &mut Report) {
    let (bounded, bound) = (objective.bounded, objective.bound);
    let of = |verdict: Verdict| -> Vec<&Cell> {
        let cells = store.cells.iter();
        cells
            .filter(|it| it.verdict(bounded, bound) == verdict)
            .collect()
    };
    // That a design of one region may lose it is not what every objective means.
    let one_region = !knows_regions(design);
    let (beyond, missed): (Vec<&Cell>, Vec<&Cell>) = of(Verdict::Missed)
        .into_iter()
        .partition(|cell| one_region && cell.disruption == Disruption::Region);
    let far: Vec<&Cell> = of(Verdict::MissedByEstimate)
        .into_iter()
        .filter(|cell| estimate(cell, bounded).is_some_and(|it| it >= FAR * bound))
        .filter(|cell| cell.missing.is_empty() || bounded == Bounded::Time)
        .collect();
    let likely = if far.is_empty() { &beyond } else { &far };
    if !missed.is_empty() {
        report.fail(finding(design, store, objective, &missed, report));
    } else if let Some(first) = likely.first() {
        let finding = finding(design, store, objective, likely, report);
        let finding = finding
            .severity(Severity::Warning)
            .confidence(Confidence::Medium);
        report.fail(assumed(first, finding));
    } else if let Some(what) = unknown(store, bounded, bound) {
        report.unknown(design.component(store.component).head.name_span, what);
    } else {
        report.pass();
    }
}

/// Tells whether the design draws regions, or spreads anything over some.
fn knows_regions(design: &Design<'_>) -> bool {
    let model = design.model;
    let mut places = model.places.rows().iter();
    let mut components = model.components.rows().iter();
    let over = |it: &Component| it.spread().is_some_and(|(_, of)| of.starts_with("region"));
    places.any(|it| it.kind.name == "region") || components.any(over)
}

fn estimate(cell: &Cell, bounded: Bounded) -> Option<f64> {
    let amount = match bounded {
        Bounded::Loss => cell.loss,
        Bounded::Time => cell.time,
    };
    amount.estimate.filter(|seconds| seconds.is_finite())
}

fn unknown(store: &StoreRecovery, bounded: Bounded, bound: f64) -> Option<String> {
    let open = store.cells.iter().find(|cell| {
        matches!(
            cell.verdict(bounded, bound),
            Verdict::Unknown | Verdict::MissedByEstimate
        )
    })?;
    let missing = open.missing.first().map(|it| it.what.clone());
    Some(missing.unwrap_or_else(|| "too little is stated about how it is recovered".to_owned()))
}

fn finding(
    design: &Design<'_>,
    store: &StoreRecovery,
    objective: &Objective,
    cells: &[&Cell],
    report: &Report,
) -> Finding {
    let component = design.component(store.component);
    let name = design.name(store.component);
    let bounded = objective.bounded;
    let worst = cells
        .iter()
        .rev()
        .max_by(|a, b| least(a, bounded).total_cmp(&least(b, bounded)));
    let seconds = worst.map_or(0.0, |cell| least(cell, bounded));
    let sure = worst.is_some_and(|cell| cell.verdict(bounded, objective.bound) == Verdict::Missed);
    let amount = if sure {
        duration(seconds)
    } else {
        nines::about(seconds)
    };
    let about = if sure { "" } else { "about " };
    let alike = cells.iter().filter(|cell| least(cell, bounded) == seconds);
    let when: Vec<String> = alike.map(|cell| when(cell.disruption).to_owned()).collect();
    let when = nines::choices(&when, 5);
    let by = design.label(objective.by);
    let message = match bounded {
        Bounded::Loss => format!(
            "`{name}` loses up to {about}{amount} of work when {when}, and `{by}` asks for `{}`",
            objective.words
        ),
        Bounded::Time => format!(
            "`{name}` takes {about}{amount} to be back when {when}, and `{by}` asks for `{}`",
            objective.words
        ),
    };
    let (keys, subject): (&[&str], &str) = match bounded {
        Bounded::Loss => (&["backup", "lag", "replication"], "backup"),
        Bounded::Time => (&["restore", "failover", "mttr", "backup"], "restore"),
    };
    let span = keys
        .iter()
        .find_map(|key| component.facts.get(key).filter(|fact| is_own(fact)))
        .map_or(component.head.name_span, |fact| fact.span);
    let finding = report
        .finding(span, message)
        .label(label(bounded, &format!("{about}{amount}")))
        .because(
            objective.span,
            format!("`{by}` asks for `{}`", objective.words),
        )
        .help(help(bounded, cells, &component.head.name, &objective.words))
        .about(name)
        .about(format!("{name}.{subject}"));
    notes(cells, bounded, finding)
}

fn is_own(fact: &crate::model::Fact) -> bool {
    !matches!(fact.origin, crate::model::Origin::Technology(..))
}

/// Returns what it is at the least, else what it is likely.
fn least(cell: &Cell, bounded: Bounded) -> f64 {
    estimate(cell, bounded).unwrap_or(0.0)
}

fn label(bounded: Bounded, amount: &str) -> String {
    match bounded {
        Bounded::Loss => format!("up to {amount} of work lost"),
        Bounded::Time => format!("back after {amount}"),
    }
}

fn when(disruption: Disruption) -> &'static str {
    match disruption {
        Disruption::Process => "a process stops",
        Disruption::Node => "a machine is lost",
        Disruption::Zone => "a zone is lost",
        Disruption::Region => "a region is lost",
        Disruption::OperatorError => "somebody deletes data",
    }
}

/// Says what each amount rests on.
fn notes(cells: &[&Cell], bounded: Bounded, finding: Finding) -> Finding {
    let mut told: Vec<(String, Vec<String>)> = Vec::new();
    for cell in cells {
        let amount = match bounded {
            Bounded::Loss => duration(least(cell, bounded)),
            Bounded::Time => nines::about(least(cell, bounded)),
        };
        let by = match bounded {
            Bounded::Loss => &cell.by,
            Bounded::Time => &cell.back_by,
        };
        let by = match by {
            Mechanism::Backup(_) => "from a backup",
            Mechanism::Copies => "from a copy",
            Mechanism::Follower(_) => "from the store that follows",
            _ => "by what brings it back",
        };
        let words = format!("{amount} {by}");
        let when = when(cell.disruption).to_owned();
        match told.iter_mut().find(|it| it.0 == words) {
            Some(known) => known.1.push(when),
            None => told.push((words, vec![when])),
        }
    }
    let told: Vec<String> = told
        .iter()
        .map(|(what, when)| format!("when {}: {what}", nines::choices(when, 5)))
        .collect();
    let finding = finding.note(told.join("; "));
    let mistake = cells
        .iter()
        .any(|it| it.disruption == Disruption::OperatorError);
    match mistake && bounded == Bounded::Loss {
        true => finding.note("copies repeat a mistake; only a backup or older versions undo it"),
        false => finding,
    }
}

fn assumed(cell: &Cell, finding: Finding) -> Finding {
    let inputs = cell.inputs.iter();
    let assumed = inputs.filter_map(|input| match &input.given {
        Given::Assumed(why) => Some(format!("`{}` {}: {why}", input.name, input.words)),
        Given::Stated(_) => None,
    });
    assumed.fold(finding, Finding::assume)
}

fn help(bounded: Bounded, cells: &[&Cell], name: &str, words: &str) -> String {
    let mistake = cells
        .iter()
        .any(|it| it.disruption == Disruption::OperatorError);
    match (bounded, mistake) {
        (Bounded::Loss, true) => format!(
            "back `{name}` up more often (`backup: continuous` for point in time), or ask for less than `{words}`"
        ),
        (Bounded::Loss, false) => format!(
            "keep copies of `{name}` in step where the loss does not reach (`replication: sync` across zones or regions), or ask for less than `{words}`"
        ),
        (Bounded::Time, true) => format!(
            "make `{name}` quicker to bring back (snapshots, smaller shards) and state the measured `restore`, or ask for less than `{words}`"
        ),
        (Bounded::Time, false) => format!(
            "let a copy of `{name}` take over by itself (`standbys: 1; failover: automatic`), or ask for less than `{words}`"
        ),
    }
}
