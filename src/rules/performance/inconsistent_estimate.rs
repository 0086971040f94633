//! See `inconsistent_estimate.md`.

use crate::finding::{Confidence, Finding, Severity};
use crate::lint::{About, Design, Report, Rule};
use crate::model::{Demand, Element, Estimate, EstimateLine, Load, Requirement, RequirementKind};
use crate::quantity::Quantity;
use crate::rules::words::{parts, per_second, round};

/// From this factor on two numbers for the same thing are of another order.
const ANOTHER_ORDER: f64 = 3.0;

/// Up to this factor a stated result is the computed one, rounded.
const ROUNDED: f64 = 1.25;

/// Words of a requirement that is about more than the average.
const SURGES: &[&str] = &[
    "peak", "peaks", "burst", "bursts", "spike", "spikes", "surge", "surges", "rush", "busiest",
    "holiday", "holidays",
];

/// Numbers that say something else than the numbers that they come from.
pub struct InconsistentEstimate;

impl Rule for InconsistentEstimate {
    fn about(&self) -> About {
        About {
            name: "inconsistent-estimate",
            category: "performance",
            summary: "a number that contradicts the numbers it comes from",
            severity: Severity::Error,
            confidence: Confidence::High,
            motives: &[],
            page: include_str!("inconsistent_estimate.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        for estimate in design.model.estimates.rows() {
            for line in &estimate.lines {
                result(estimate, line, report);
            }
        }
        for load in design.model.loads.rows() {
            at_once(load, report);
            mix(design, load, report);
        }
        for requirement in design.model.requirements.rows() {
            users(design, requirement, report);
            throughput(design, requirement, report);
        }
        surge(design, report);
    }
}

/// Compares the result that a line states with what its arithmetic gives.
fn result(estimate: &Estimate, line: &EstimateLine, report: &mut Report) {
    let Some(stated) = &line.stated else {
        return;
    };
    let (said, found) = (stated.to_f64(), line.computed.to_f64());
    let factor = factor(said, found);
    if factor < ROUNDED {
        return report.pass();
    }
    let name = format!("{}.{}", estimate.head.name, line.name);
    let way = if said < found { "low" } else { "high" };
    let message = match factor.is_finite() {
        true => format!(
            "`{name}` is stated {} times too {way}: its arithmetic gives {}, not {stated}",
            round(factor),
            line.computed
        ),
        false => format!(
            "`{name}` is stated as {stated}, but its arithmetic gives {}",
            line.computed
        ),
    };
    let severity = match factor >= ANOTHER_ORDER {
        true => Severity::Error,
        false => Severity::Info,
    };
    let named = line.inputs();
    let inputs: Vec<String> = named
        .map(|(name, value)| match value.to_string() {
            same if same == name => same,
            value => format!("`{name}` is {value}"),
        })
        .collect();
    let finding = report
        .finding(line.span, message)
        .severity(severity)
        .label(format!("computed: {}", line.computed))
        .note(format!("computed from: {}", inputs.join(", ")))
        .help(format!(
            "state `= {}`, or correct the number that is wrong",
            line.computed
        ))
        .about(name);
    report.fail(finding);
}

/// Returns how many times the larger of two numbers is the smaller.
fn factor(one: f64, other: f64) -> f64 {
    if one == other {
        return 1.0;
    }
    let factor = (one / other).max(other / one);
    if factor.is_finite() && factor > 0.0 {
        factor
    } else {
        f64::INFINITY
    }
}

/// Finds more users at one moment than come in the whole period.
fn at_once(load: &Load, report: &mut Report) {
    let number = |key| load.facts.quantity(key).and_then(Quantity::active_users);
    let (Some(users), Some(fact)) = (number("users"), load.facts.get("users")) else {
        return;
    };
    let Some(concurrent) = load.facts.quantity("concurrent") else {
        return;
    };
    let at_once = concurrent.active_users().unwrap_or(*concurrent).to_f64();
    if at_once <= users.to_f64() {
        return report.pass();
    }
    let Some(span) = load.facts.get("concurrent").map(|it| it.span) else {
        return;
    };
    let stated = load.facts.quantity("users").unwrap_or(&users);
    let name = shown(load);
    let message = format!("{name} has {concurrent} users at one moment, but only {stated} in all");
    let finding = report
        .finding(span, message)
        .label("more than there are")
        .because(fact.span, format!("{stated} in all"))
        .help("correct one of them: those who are there at once are some of those who come")
        .about(subject(load));
    report.fail(finding);
}

fn shown(load: &Load) -> String {
    match load.head.name.as_str() {
        "" => "the load".to_owned(),
        name => format!("load `{name}`"),
    }
}

fn subject(load: &Load) -> String {
    match load.head.path.as_str() {
        "" => "load".to_owned(),
        path => path.to_owned(),
    }
}

/// Compares the stated ratio of reads to writes with the rates beside it.
fn mix(design: &Design<'_>, load: &Load, report: &mut Report) {
    let Some(fact) = load.facts.get("ratio") else {
        return;
    };
    let stated = load
        .facts
        .items("ratio")
        .iter()
        .find_map(|item| match item {
            crate::model::FactItem::Ratio(reads, writes) if *reads > 0.0 && *writes > 0.0 => {
                Some(reads / writes)
            }
            _ => None,
        });
    let (mut reads, mut writes) = (0.0, 0.0);
    for rate in &load.rates {
        let Element::Operation(id) = rate.of else {
            continue;
        };
        let Some(each) = rate.per_second else {
            return;
        };
        let operation = &design.model.operations[id];
        let open = operation.verb.0 == "rpc" && operation.facts.is_unstated("writes");
        match operation.mutates() {
            true => writes += each,
            false if open => return,
            false => reads += each,
        }
    }
    let Some(stated) = stated.filter(|_| reads > 0.0 && writes > 0.0) else {
        return;
    };
    let found = reads / writes;
    if factor(stated, found) < ANOTHER_ORDER {
        return report.pass();
    }
    let message = format!(
        "{} states {} reads for each write, but its rates come to {}",
        shown(load),
        round(stated),
        round(found)
    );
    let finding = report
        .finding(fact.span, message)
        .severity(Severity::Warning)
        .label(format!("by the rates: {}:1", round(found)))
        .note(format!(
            "reads {}, writes {}, on average",
            per_second(reads),
            per_second(writes)
        ))
        .help("correct the rate that is wrong, or leave the ratio out: the rates say it already")
        .about(subject(load));
    report.fail(finding);
}

/// Compares the users that a quality asks for with those that loads count on.
fn users(design: &Design<'_>, requirement: &Requirement, report: &mut Report) {
    let demand = requirement.demand("users").filter(|it| it.is_lower());
    let (Some(demand), RequirementKind::Quality) = (demand, requirement.kind) else {
        return;
    };
    let period = |quantity: &Quantity| quantity.period().map(|unit| unit.name());
    let loads = design.model.loads.rows().iter().filter_map(|load| {
        let fact = load.facts.get("users")?;
        let users = load.facts.quantity("users")?;
        let count = users.active_users()?.to_f64();
        (period(users) == period(&demand.bound)).then_some((count, users, fact.span))
    });
    let Some((most, users, span)) = loads.max_by(|a, b| a.0.total_cmp(&b.0)) else {
        return;
    };
    let Some(asked) = demand.bound.active_users().map(|it| it.to_f64()) else {
        return;
    };
    if asked < most * ANOTHER_ORDER {
        return report.pass();
    }
    let message = format!(
        "`{}` asks for {}, but no load has more than {users}",
        requirement.label(),
        demand.words()
    );
    let finding = report.finding(span, message).severity(Severity::Warning);
    report.fail(
        short_of(finding, requirement, demand, asked / most)
            .label(format!("all that is computed rests on {users}")),
    );
}

/// Compares the throughput that a quality asks for with what a load says of it.
fn throughput(design: &Design<'_>, requirement: &Requirement, report: &mut Report) {
    let demand = requirement.demand("throughput").filter(|it| it.is_lower());
    let (Some(demand), [of]) = (demand, requirement.scope.as_slice()) else {
        return;
    };
    let Some(rate) = design.model.rate(*of) else {
        return;
    };
    let asked = demand.bound.to_f64();
    if demand.bound.dimension != crate::quantity::Dimension::RATE || rate.peak <= 0.0 {
        return;
    }
    if asked < rate.peak * ANOTHER_ORDER {
        return report.pass();
    }
    let message = format!(
        "`{}` asks for {} of `{}`, but the load comes to {} at peak",
        requirement.label(),
        demand.bound,
        design.label(*of),
        per_second(rate.peak)
    );
    let finding = report
        .finding(rate.span, message)
        .severity(Severity::Warning);
    report.fail(
        short_of(finding, requirement, demand, asked / rate.peak)
            .label(format!("{} at peak", per_second(rate.peak))),
    );
}

fn short_of(finding: Finding, requirement: &Requirement, demand: &Demand, factor: f64) -> Finding {
    let name = requirement.label();
    finding
        .because(demand.span, format!("`{name}` asks for {}", demand.words()))
        .note(format!(
            "what is asked for is {} times what capacities are judged by",
            round(factor)
        ))
        .help("state the load that must be borne, in a `load` of its own if it is rare, or correct what is asked")
        .about(name)
}

/// Finds a quality about a rush where loads only state averages.
fn surge(design: &Design<'_>, report: &mut Report) {
    let loads = design.model.loads.rows();
    let averages = |load: &Load| !load.facts.has("peak") && !load.facts.has("burst");
    let [load] = loads else {
        return;
    };
    if load.rates.is_empty() || !averages(load) {
        return;
    }
    let rushes = |it: &&Requirement| {
        let title = it.head.title.as_deref().unwrap_or_default();
        let words = parts(title);
        it.kind == RequirementKind::Quality
            && words.iter().any(|word| SURGES.contains(&word.as_str()))
    };
    let Some(requirement) = design.model.requirements.rows().iter().find(rushes) else {
        return report.pass();
    };
    let name = requirement.label();
    let message = format!(
        "`{name}` is about more than the average, but {} states no `peak`",
        shown(load)
    );
    let finding = report
        .finding(load.head.name_span, message)
        .severity(Severity::Info)
        .confidence(Confidence::Medium)
        .label("averages, taken for the peak")
        .because(requirement.head.name_span, "asks for more than the average")
        .help("say how much more there is than the average (`peak: 3x`), or state the rush as a `load` of its own")
        .about(subject(load));
    report.fail(finding);
}
