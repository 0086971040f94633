//! See `overloaded_component.md`.

use crate::analysis::load::{Capacity, ComponentLoad};
use crate::finding::{Confidence, Finding, Severity};
use crate::lint::{About, Design, Report, Rule, RuleOption};
use crate::model::{Component, Redundancy};
use crate::rules::by_load::{BUSY, FULL, because, capacity, enough};
use crate::rules::words::per_second;
use crate::vocabulary::Traits;

/// What one machine with a cache does.
const CACHE_RATE: RuleOption = RuleOption {
    name: "cache-rate",
    default: "200k/s",
    summary: "more than this for each replica of a cache without `capacity` is reported",
};
/// What one machine with a queue or topic does.
const MEDIUM_RATE: RuleOption = RuleOption {
    name: "medium-rate",
    default: "800k/s",
    summary: "more than this for each replica of a queue or topic without `capacity` is reported",
};
/// What one machine with a durable store does.
const STORE_RATE: RuleOption = RuleOption {
    name: "store-rate",
    default: "100k/s",
    summary: "more than this for each replica of a durable store without `capacity` is reported",
};
/// What one machine was measured to do at the most, with who measured it; advice where
/// the design states no capacity.
const MACHINES: &[(Traits, RuleOption, &str)] = &[
    (
        Traits::VOLATILE,
        CACHE_RATE,
        "redis-benchmark without pipelining in the Redis documentation, rounded up",
    ),
    (
        Traits::MEDIUM,
        MEDIUM_RATE,
        "one producer of 100-byte messages at three Kafka brokers, LinkedIn 2014",
    ),
    (
        Traits::STORES.with(Traits::DURABLE),
        STORE_RATE,
        "pgbench reads from memory on eight cores, T. Vondra 2015, rounded up",
    ),
];

/// A component that is asked for more than it can take.
pub struct OverloadedComponent;

impl Rule for OverloadedComponent {
    fn about(&self) -> About {
        About {
            name: "overloaded-component",
            category: "performance",
            summary: "a component that is asked for more than it can take",
            severity: Severity::Warning,
            confidence: Confidence::High,
            motives: &[],
            page: include_str!("overloaded_component.md"),
        }
    }

    fn options(&self) -> &'static [RuleOption] {
        &[BUSY, CACHE_RATE, MEDIUM_RATE, STORE_RATE]
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        for load in &design.load().components {
            if load.rate.peak > 0.0 && !design.component(load.component).is_outside() {
                component(design, load, report);
            }
        }
    }

    fn undecided(&self, undecided: usize, of: usize) -> String {
        format!(
            "how much they can take is not stated of {undecided} of {of} components with a known load"
        )
    }
}

fn component(design: &Design<'_>, load: &ComponentLoad, report: &mut Report) {
    let row = design.component(load.component);
    let (Some(room), Some(used)) = (&load.capacity, load.utilisation) else {
        return unknown(design, load, report);
    };
    let name = design.name(load.component);
    if room.open {
        let words = format!("nothing says how many of `{name}` there are");
        return report.unknown(row.head.name_span, words);
    }
    let least = load.least_utilisation;
    let found = if least.is_some_and(|it| it > FULL) {
        let least = per_second(load.rate.least);
        let words = format!(
            "`{name}` gets {least} at the peak and can take {}",
            per_second(room.most)
        );
        Some((words, Severity::Error, Confidence::High))
    } else if used >= 1.0 {
        Some((
            estimate(name, load, room),
            Severity::Warning,
            Confidence::Medium,
        ))
    } else if least.is_some_and(|it| it >= report.option(BUSY.name)) {
        let words = format!(
            "`{name}` is {} busy at the peak: {} of {}",
            percent(used),
            per_second(load.rate.peak),
            per_second(room.total)
        );
        Some((words, Severity::Warning, Confidence::High))
    } else {
        None
    };
    let Some((words, severity, confidence)) = found else {
        return report.pass();
    };
    let finding = report
        .finding(row.head.name_span, words)
        .label(format!("{} of what it can take", percent(used)))
        .severity(severity)
        .confidence(confidence)
        .help(help(row, load, room, report.option(BUSY.name)))
        .about(name);
    let finding = because(design, finding, load);
    report.fail(assumptions(design, capacity(design, finding, load), load));
}

/// Tells what is reckoned with: work that may wait, or what is not stated, is in it.
fn estimate(name: &str, load: &ComponentLoad, room: &Capacity) -> String {
    let (rate, total) = (per_second(load.rate.peak), per_second(room.total));
    let later = load.contributions.iter().all(|it| !is_operation(it.of));
    if later && load.rate.average < room.total {
        return format!(
            "`{name}` falls behind while the peak lasts: {rate} come and it can take {total}"
        );
    }
    format!("`{name}` likely gets {rate} at the peak and can take {total}")
}

fn is_operation(of: crate::model::Element) -> bool {
    matches!(of, crate::model::Element::Operation(_))
}

/// Says what is in the estimate beside what is stated.
fn assumptions(design: &Design<'_>, finding: Finding, load: &ComponentLoad) -> Finding {
    let assumed = load.contributions.iter().filter(|it| it.assumed);
    let mut finding = assumed.take(3).fold(finding, |finding, it| {
        finding.assume(format!(
            "no flow shows what `{}` does, so one call for each request was counted",
            design.label(it.of)
        ))
    });
    if load.rate.least < load.rate.peak * (1.0 - 1e-9) {
        finding = finding.note(format!(
            "{} of it are certain at the peak: the rest may wait behind a queue, or nothing says how often it happens",
            per_second(load.rate.least)
        ));
    }
    finding
}

fn help(row: &Component, load: &ComponentLoad, room: &Capacity, busy: f64) -> String {
    let needed = enough(load.rate.peak, room.each, busy);
    let key = match row.facts.has("autoscale") {
        true => "autoscale",
        false => "replicas",
    };
    let name = &row.head.name;
    if row.is_source_of_truth() {
        return format!(
            "spread `{name}` over {needed} or more (`{key}: {needed}` for reads, `shards: {needed}; shard: …` for writes), or keep reads away from it with a cache"
        );
    }
    format!(
        "run {needed} of `{name}` (`{key}: {needed}`), which then are {} busy, or give it less to do",
        percent(load.rate.peak / (room.each * needed as f64))
    )
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

/// Advises where the load alone is more than machines were measured to do.
fn unknown(design: &Design<'_>, load: &ComponentLoad, report: &mut Report) {
    let row = design.component(load.component);
    let name = design.name(load.component);
    let of_interest = Traits::COMPUTE.with(Traits::STORES).with(Traits::FORWARDS);
    let known = MACHINES.iter().find(|(traits, ..)| row.is(*traits));
    if row.is_managed() || known.is_none() && !row.traits.any(of_interest) {
        return report.pass();
    }
    let count = match row.redundancy() {
        Redundancy::Stated(count) => Some(count),
        Redundancy::Unstated => None,
    };
    let many = row.facts.count("replicas").is_some_and(|it| it.many);
    let (Some((_, option, source)), Some(count), false) = (known, count, many) else {
        let words = format!("nothing says how much `{name}` can take");
        return report.unknown(row.head.name_span, words);
    };
    let each = load.rate.peak / count as f64;
    let most = report.option(option.name);
    if each <= most {
        let words = format!("nothing says how much `{name}` can take");
        return report.unknown(row.head.name_span, words);
    }
    let set = most != option.default_value().to_f64();
    let (known, source) = match set {
        true => ("set", format!("`{}`", option.name)),
        false => ("measured", (*source).to_owned()),
    };
    let finding = report
        .finding(
            row.head.name_span,
            format!(
                "{}`{name}` gets {} at the peak, more than one machine is known to do",
                if count > 1 { "each " } else { "" },
                per_second(each)
            ),
        )
        .label("nothing says how much it can take")
        .severity(Severity::Info)
        .confidence(Confidence::Low)
        .note(format!("{known}: {} ({source})", per_second(most)))
        .help("state what one can take (`capacity:`), as far as you know it")
        .about(name);
    report.fail(because(design, finding, load));
}
