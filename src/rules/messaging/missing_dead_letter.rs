//! See `missing_dead_letter.md`.

use std::collections::{BTreeMap, BTreeSet};

use super::{carried, consumers, media};
use crate::finding::{Confidence, Finding, Severity};
use crate::lint::{About, Design, Report, Rule, group};
use crate::model::{Component, Element, Id, Origin, Relation};
use crate::rules::words::list;
use crate::source::Span;
use crate::vocabulary::Traits;

/// A queue with nowhere to put a message that cannot be handled.
pub struct MissingDeadLetter;

impl Rule for MissingDeadLetter {
    fn about(&self) -> About {
        About {
            name: "missing-dead-letter",
            category: "messaging",
            summary: "a queue with nowhere to put a message that cannot be handled",
            severity: Severity::Warning,
            confidence: Confidence::Medium,
            motives: &[],
            page: include_str!("missing_dead_letter.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        let media = media(design);
        let last: BTreeSet<Id<Component>> = media
            .iter()
            .flat_map(|id| design.component(*id).facts.targets("dead-letter"))
            .filter_map(|target| match target {
                Element::Component(id) => Some(id),
                _ => None,
            })
            .collect();
        for id in media {
            let consumers: BTreeMap<Id<Component>, Id<Relation>> = consumers(design, id)
                .into_iter()
                .filter(|(to, _)| !design.component(*to).is(Traits::MEDIUM))
                .collect();
            if !last.contains(&id) && !consumers.is_empty() {
                judge(design, id, &consumers, report);
            }
        }
    }

    fn merge(&self, findings: Vec<Finding>) -> Vec<Finding> {
        let unsaid = |finding: &Finding| finding.primary.text == UNSAID;
        let (unsaid, mut merged): (Vec<Finding>, Vec<Finding>) =
            findings.into_iter().partition(unsaid);
        merged.extend(group(unsaid, |names| {
            format!(
                "nothing says where messages of {} go that cannot be handled",
                list(names)
            )
        }));
        merged
    }

    fn undecided(&self, undecided: usize, of: usize) -> String {
        format!(
            "{undecided} of {of} queues: not stated where a message goes that cannot be handled"
        )
    }
}

/// What a finding about media that say nothing shows.
const UNSAID: &str = "no `dead-letter`";

fn judge(
    design: &Design<'_>,
    id: Id<Component>,
    consumers: &BTreeMap<Id<Component>, Id<Relation>>,
    report: &mut Report,
) {
    let medium = design.component(id);
    let facts = &medium.facts;
    if facts.has("dead-letter") || facts.says("delivery", "at-most-once") {
        return report.pass();
    }
    let matters = matters(design, id);
    if facts.is_absent("dead-letter") {
        let retried = retried(design, medium, consumers);
        let lost = matters.filter(|_| !is_log(medium));
        return match retried.or(lost) {
            Some(why) => report.fail(refused(medium, why, report)),
            None => report.pass(),
        };
    }
    match matters.filter(|_| !is_log(medium)) {
        Some(why) => {
            let finding = unsaid(medium, why, report);
            let fix = design.adding(&medium.head, "dead-letter: yes");
            report.fail(Finding { fix, ..finding });
        }
        None => {
            let words = "not stated where a message goes that cannot be handled (`dead-letter`)";
            report.unknown(medium.head.name_span, words);
        }
    }
}

/// Tells whether messages stay in it, whoever has read them, so that one that was
/// skipped can be read again.
fn is_log(medium: &Component) -> bool {
    medium.kind.name == "topic" && medium.facts.has("retention")
}

/// Why a message must not get lost, or stuck.
struct Why {
    span: Span,
    words: String,
    /// What then happens to it.
    fate: &'static str,
}

/// Returns what says that a message is tried again and again.
fn retried(
    design: &Design<'_>,
    medium: &Component,
    consumers: &BTreeMap<Id<Component>, Id<Relation>>,
) -> Option<Why> {
    let fate = match is_log(medium) {
        true => "holds up all behind it",
        false => "comes back until it expires",
    };
    let connections = consumers
        .values()
        .map(|id| &design.model.relations[*id].facts);
    let retries = connections
        .chain([&medium.facts])
        .find_map(|facts| facts.present("retries"));
    if let Some(fact) = retries {
        let words = "a message that fails is tried again".to_owned();
        return Some(Why {
            span: fact.span,
            words,
            fate,
        });
    }
    let again = medium.facts.get("delivery").filter(|fact| {
        let stated = !matches!(fact.origin, Origin::Technology(..));
        stated && medium.facts.says("delivery", "at-least-once") && medium.kind.name == "queue"
    })?;
    let words = "what is not acknowledged is delivered again".to_owned();
    Some(Why {
        span: again.span,
        words,
        fate,
    })
}

/// Returns what says that a message matters.
fn matters(design: &Design<'_>, id: Id<Component>) -> Option<Why> {
    let fate = "is lost when it expires";
    for entity in carried(design, id) {
        let row = &design.model.entities[entity];
        let name = &row.head.path;
        let fact = row.about.present("contended");
        let field = row
            .fields
            .iter()
            .find(|it| it.is("personal") || it.is("secret"));
        let (span, words) = match (fact, field) {
            (Some(fact), _) => (
                fact.span,
                format!("it carries `{name}`, which is contended"),
            ),
            (None, Some(field)) => (
                field.span,
                format!("it carries `{name}`, which is sensitive"),
            ),
            (None, None) if row.is_sensitive() => (
                row.head.name_span,
                format!("it carries `{name}`, which is sensitive"),
            ),
            _ => continue,
        };
        return Some(Why { span, words, fate });
    }
    let mut qualities = design.model.requirements.rows().iter();
    let requirement = qualities
        .find(|it| it.is_quality("durability") && design.concerns(it, Element::Component(id)))?;
    let words = format!("`{}` asks that nothing is lost", requirement.label());
    Some(Why {
        span: requirement.head.name_span,
        words,
        fate,
    })
}

fn refused(medium: &Component, why: Why, report: &Report) -> Finding {
    let name = &medium.head.path;
    let span = medium
        .facts
        .get("dead-letter")
        .map_or(medium.head.name_span, |fact| fact.span);
    report
        .finding(
            span,
            format!(
                "a message that `{name}` cannot hand over {}, for it has no dead letters",
                why.fate
            ),
        )
        .confidence(Confidence::High)
        .label("nowhere to put it")
        .because(why.span, why.words)
        .about(name.clone())
        .help(help(medium))
}

fn unsaid(medium: &Component, why: Why, report: &Report) -> Finding {
    let name = &medium.head.path;
    report
        .finding(
            medium.head.name_span,
            format!("nothing says where a message of `{name}` goes that cannot be handled"),
        )
        .label(UNSAID)
        .because(why.span, why.words)
        .about(name.clone())
        .help(help(medium))
}

fn help(medium: &Component) -> String {
    let name = &medium.head.name;
    let kind = &medium.kind.name;
    format!(
        "put it aside after some tries and watch how many there are: `{kind} {name}Failed {{ retention: 14d }}`, and `dead-letter: {name}Failed` on `{name}`"
    )
}
