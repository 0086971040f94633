//! See `unbounded_queue.md`.

use super::{consumers, media};
use crate::analysis::load::ComponentLoad;
use crate::finding::{Confidence, Finding, Severity};
use crate::lint::{About, Design, Report, Rule, RuleOption};
use crate::model::{Component, Id};
use crate::rules::by_load::{self, FULL};
use crate::rules::words::per_second;

/// A consumer that is busier than this at the peak may fall behind.
const BUSY: RuleOption = RuleOption {
    name: "busy",
    default: "70%",
    summary: "a consumer that is busier than this at the peak may fall behind",
};

/// What bounds a queue, or says what happens when it grows.
const BOUNDS: [&str; 4] = ["max", "ttl", "retention", "backpressure"];

/// A queue that may grow without end.
pub struct UnboundedQueue;

impl Rule for UnboundedQueue {
    fn about(&self) -> About {
        About {
            name: "unbounded-queue",
            category: "messaging",
            summary: "a queue that may grow without end before a busy consumer",
            severity: Severity::Info,
            confidence: Confidence::Medium,
            motives: &[],
            page: include_str!("unbounded_queue.md"),
        }
    }

    fn options(&self) -> &'static [RuleOption] {
        &[BUSY]
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        for id in media(design) {
            let facts = &design.component(id).facts;
            match BOUNDS.iter().any(|key| facts.present(key).is_some()) {
                true => report.pass(),
                false => judge(design, id, report),
            }
        }
    }

    fn undecided(&self, undecided: usize, of: usize) -> String {
        format!("{undecided} of {of} queues: not stated how busy the consumer is")
    }
}

fn judge(design: &Design<'_>, id: Id<Component>, report: &mut Report) {
    let consumers = consumers(design, id);
    let loads = consumers.keys().filter_map(|it| design.load().of(*it));
    let busiest = loads
        .filter_map(|load| Some((load.utilisation?, load)))
        .max_by(|a, b| a.0.total_cmp(&b.0));
    match busiest {
        Some((used, load)) if used > report.option(BUSY.name) => {
            report.fail(tell(design, id, load, used, report));
        }
        Some(_) => report.pass(),
        None if consumers.is_empty() => report.pass(),
        None => {
            let component = design.component(id);
            let what = format!(
                "not stated what the consumer of `{}` can take",
                design.name(id)
            );
            report.unknown(component.head.name_span, what);
        }
    }
}

fn tell(
    design: &Design<'_>,
    id: Id<Component>,
    load: &ComponentLoad,
    used: f64,
    report: &Report,
) -> Finding {
    let (component, name) = (design.component(id), design.name(id));
    let consumer = design.name(load.component);
    let share = (used * 100.0).round();
    let message = format!(
        "nothing bounds `{name}`, and `{consumer}` is {share} % busy at the peak: the queue may grow without end"
    );
    let finding = report
        .finding(component.head.name_span, message)
        .label("no `max`, `ttl` or `backpressure`")
        .help(format!(
            "say how much `{name}` holds (`max: 1M`), how long a message is worth doing (`ttl: 1h`), or what happens when it grows (`backpressure: shed`)"
        ))
        .about(name);
    let finding = by_load::because(design, finding, load);
    let finding = by_load::capacity(design, finding, load);
    let Some(capacity) = load.capacity.as_ref().filter(|_| used > FULL) else {
        return finding;
    };
    let total = load.rate.peak / used;
    let behind = per_second(load.rate.peak - total);
    finding
        .severity(Severity::Warning)
        .confidence(Confidence::Medium)
        .note(format!(
            "at the peak {} come in and {} can be done ({} each): {behind} are left over",
            per_second(load.rate.peak),
            per_second(total),
            per_second(capacity.each),
        ))
}
