//! See `missing_monitoring.md`.

use crate::finding::{Confidence, Finding, Severity};
use crate::lint::{About, Design, Report, Rule};
use crate::model::{Component, Element, Id, Requirement};
use crate::rules::availability::asked::because;
use crate::rules::words::count;
use crate::vocabulary::Traits;

/// The qualities that nobody can keep who does not look.
const MOTIVES: &[&str] = &[
    "observability",
    "availability",
    "fault-tolerance",
    "recovery",
];

/// From this many components on a fault is not found by looking at each.
const MANY: usize = 4;

/// A system that nobody watches.
pub struct MissingMonitoring;

impl Rule for MissingMonitoring {
    fn about(&self) -> About {
        About {
            name: "missing-monitoring",
            category: "observability",
            summary: "nothing watches the system",
            severity: Severity::Warning,
            confidence: Confidence::Medium,
            motives: &["observability"],
            page: include_str!("missing_monitoring.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        let components = &design.model.components;
        let ours: Vec<Id<Component>> = components
            .iter()
            .filter(|(_, it)| !it.is_outside() && !it.is(Traits::OBSERVES))
            .map(|(id, _)| id)
            .collect();
        let Some(first) = ours.first() else {
            return;
        };
        if is_watched(design) {
            return report.pass();
        }
        let motive = design.motive(MOTIVES);
        if motive.is_none() && ours.len() < MANY {
            let span = design.component(*first).head.name_span;
            return report.unknown(span, "nothing watches it, and nothing asks for that");
        }
        report.fail(unwatched(design, &ours, motive, report));
    }

    fn undecided(&self, _: usize, _: usize) -> String {
        "nothing is said about monitoring, and no requirement asks for it".to_owned()
    }
}

fn is_watched(design: &Design<'_>) -> bool {
    let mut components = design.model.components.rows().iter();
    components.any(|component| {
        let measured = ["metrics", "alerts"]
            .iter()
            .any(|key| component.facts.has(key));
        component.is(Traits::OBSERVES) || measured
    })
}

fn unwatched(
    design: &Design<'_>,
    ours: &[Id<Component>],
    motive: Option<&Requirement>,
    report: &Report,
) -> Finding {
    let parts = count(ours.len(), "component");
    let (span, subject) = match &design.model.system {
        Some(system) => (design.root_span(), system.name.as_str()),
        None => (
            design.component(ours[0]).head.name_span,
            design.name(ours[0]),
        ),
    };
    let message = match ours.len() {
        1 => format!(
            "nothing watches `{}`: its users notice a fault first",
            design.name(ours[0])
        ),
        _ => format!("nothing watches the {parts}: users notice a fault before anybody else does"),
    };
    let finding = report
        .finding(span, message)
        .label("no `monitor`, no `metrics`, no `alerts`")
        .help("add `monitor watch { metrics: \"error rate\", \"p99\"; alerts: yes }`, or say what is measured where (`metrics:`)")
        .about(subject);
    let busiest = design.model.operations.ids().filter_map(|id| {
        let rate = design.peak(Element::Operation(id))?;
        Some((rate, design.operation_name(id)))
    });
    let busiest = busiest.max_by(|a, b| a.0.total_cmp(&b.0));
    let finding = match busiest {
        Some((rate, name)) if rate >= 1.0 => finding.note(format!(
            "a minute of failing `{name}` at peak is {} requests",
            whole(rate * 60.0)
        )),
        _ => finding,
    };
    match motive {
        Some(motive) => because(finding, motive),
        None => finding.severity(Severity::Info),
    }
}

/// Prints a large number with two significant digits.
fn whole(number: f64) -> String {
    let scale = 10f64.powi((number.log10().floor() as i32 - 1).max(0));
    crate::rules::words::thousands(&format!("{:.0}", (number / scale).round() * scale))
}
