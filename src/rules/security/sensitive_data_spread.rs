//! See `sensitive_data_spread.md`.

use super::sensitive::{held, names, why};
use crate::finding::{Confidence, Finding, Severity};
use crate::lint::{About, Design, Report, Rule, group};
use crate::model::{Component, Entity, Id};
use crate::rules::words::{count, list};
use crate::source::Span;
use crate::vocabulary::Traits;

/// A copy of sensitive data where nobody looks after it.
pub struct SensitiveDataSpread;

const UNSAID: &str = "no `encryption` stated";
const FOREVER: &str = "stated: entries never go";

impl Rule for SensitiveDataSpread {
    fn about(&self) -> About {
        About {
            name: "sensitive-data-spread",
            category: "security",
            summary: "a copy of sensitive data in a cache, index, queue or log without protection",
            severity: Severity::Warning,
            confidence: Confidence::Medium,
            motives: &["security", "compliance"],
            page: include_str!("sensitive_data_spread.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        for (id, component) in design.model.components.iter() {
            let Some(sink) = Sink::of(component) else {
                continue;
            };
            let entities = held(design, id);
            if entities.is_empty() {
                continue;
            }
            let gaps = gaps(sink, component);
            if gaps.is_empty() {
                report.pass();
            } else {
                report.fail(finding(design, id, &entities, sink, &gaps, report));
            }
        }
    }

    fn merge(&self, findings: Vec<Finding>) -> Vec<Finding> {
        let (unsaid, mut merged): (Vec<Finding>, Vec<Finding>) = findings
            .into_iter()
            .partition(|it| it.primary.text == UNSAID);
        merged.extend(group(unsaid, |names| {
            format!(
                "sensitive data is copied to {}, and nothing says that they encrypt it",
                list(names)
            )
        }));
        merged
    }

    fn undecided(&self, undecided: usize, of: usize) -> String {
        format!(
            "the protection of {undecided} of {} is not decided",
            count(of, "copy of sensitive data")
        )
    }
}

/// Where a copy can lie.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sink {
    Cache,
    Edge,
    Index,
    Log,
    Medium,
}

impl Sink {
    fn of(component: &Component) -> Option<Sink> {
        let own = component.facts.says("scope", "local");
        let derived = component.is(Traits::STORES.with(Traits::DERIVED));
        match component {
            it if it.is_outside() || own => None,
            it if it.is(Traits::EDGE.with(Traits::CACHES)) => Some(Sink::Edge),
            it if it.is(Traits::OBSERVES) => Some(Sink::Log),
            it if it.is(Traits::MEDIUM) => Some(Sink::Medium),
            it if it.is(Traits::STORES.with(Traits::VOLATILE)) => Some(Sink::Cache),
            _ => derived.then_some(Sink::Index),
        }
    }
}

/// What a copy lacks: where it is said, in words, and how certain it is.
struct Gap {
    span: Span,
    words: &'static str,
    confidence: Confidence,
}

fn gaps(sink: Sink, component: &Component) -> Vec<Gap> {
    let gap = |key: &str, absent: &'static str, unsaid: Option<&'static str>| {
        let fact = component.facts.get(key);
        let stated = fact.filter(|_| component.facts.is_absent(key));
        match (stated, fact, unsaid) {
            (Some(fact), _, _) => Some(Gap {
                span: fact.span,
                words: absent,
                confidence: Confidence::High,
            }),
            (None, None, Some(words)) => Some(Gap {
                span: component.head.name_span,
                words,
                confidence: Confidence::Medium,
            }),
            _ => None,
        }
    };
    let encryption = || gap("encryption", "stated: no encryption", Some(UNSAID));
    let found = match sink {
        Sink::Cache => vec![encryption(), gap("ttl", FOREVER, None)],
        Sink::Index | Sink::Medium => vec![encryption()],
        Sink::Log => vec![
            encryption(),
            gap(
                "retention",
                "stated: kept for ever",
                Some("no `retention` stated"),
            ),
        ],
        Sink::Edge => vec![Some(Gap {
            span: component.head.name_span,
            words: "kept where everybody's answers are kept",
            confidence: Confidence::Medium,
        })],
    };
    found.into_iter().flatten().collect()
}

fn finding(
    design: &Design<'_>,
    id: Id<Component>,
    entities: &[Id<Entity>],
    sink: Sink,
    gaps: &[Gap],
    report: &Report,
) -> Finding {
    let (name, kept) = (design.name(id), list(&names(design, entities)));
    let first = gaps.iter().max_by_key(|it| it.confidence);
    let (span, words, confidence) = match first {
        Some(gap) => (gap.span, gap.words, gap.confidence),
        None => (
            design.component(id).head.name_span,
            UNSAID,
            Confidence::Medium,
        ),
    };
    let message = message(sink, words, name, &kept, entities.len());
    let finding = report
        .finding(span, message)
        .confidence(confidence)
        .label(words)
        .about(name);
    let others = gaps.iter().filter(|gap| gap.words != words);
    let finding = others.fold(finding, |finding, gap| finding.because(gap.span, gap.words));
    entities
        .iter()
        .take(3)
        .filter_map(|id| why(&design.model.entities[*id]))
        .fold(finding, |finding, (span, words)| {
            finding.because(span, words)
        })
        .note("what is deleted or hidden at the source stays in its copies until they go too")
        .help(help(sink, name))
}

/// Says where what went, in the singular or the plural.
fn message(sink: Sink, words: &str, name: &str, kept: &str, many: usize) -> String {
    let one = |one: &'static str, several: &'static str| if many == 1 { one } else { several };
    let (is, it, goes) = (one("is", "are"), one("it", "them"), one("flows", "flow"));
    match (sink, words) {
        (Sink::Edge, _) => {
            format!("{kept} {is} kept in `{name}`, on servers that answer everybody")
        }
        (Sink::Log, _) => {
            format!("{kept} {goes} into `{name}`, where many read and nobody deletes")
        }
        (_, UNSAID) => {
            format!("{kept} {is} copied to `{name}`, and nothing says that it encrypts {it}")
        }
        (_, FOREVER) => format!(
            "{kept} {} in `{name}` for ever, whatever is deleted at the source",
            one("stays", "stay")
        ),
        _ => format!("{kept} {is} copied to `{name}` unencrypted"),
    }
}

fn help(sink: Sink, name: &str) -> String {
    match sink {
        Sink::Cache => format!(
            "say `encryption: yes` and a `ttl` on `{name}`, or keep only what is not sensitive there"
        ),
        Sink::Edge => format!(
            "let `{name}` pass such answers on without keeping them: leave the entity out of its `stores`"
        ),
        Sink::Log => format!(
            "send ids instead; where it must be, say `encryption: yes` and a `retention` on `{name}`"
        ),
        Sink::Index => format!(
            "say `encryption: yes` on `{name}`, or leave the sensitive fields out of the copy"
        ),
        Sink::Medium => format!(
            "say `encryption: yes` on `{name}`, or send the id and let the receiver read the rest"
        ),
    }
}
