//! See `plaintext_transport.md`.

use std::collections::BTreeSet;

use super::sensitive::{crossing, exchanged, why};
use crate::finding::{Confidence, Finding, Severity};
use crate::lint::{About, Design, Report, Rule, group};
use crate::model::{Component, Id, Place, Relation};
use crate::rules::words::list;
use crate::source::Span;
use crate::vocabulary::Traits;

/// A connection over which something travels that others could read.
pub struct PlaintextTransport;

const UNSAID: &str = "not stated whether it is encrypted";

impl Rule for PlaintextTransport {
    fn about(&self) -> About {
        About {
            name: "plaintext-transport",
            category: "security",
            summary: "a connection from outside, or with sensitive data, that is not encrypted",
            severity: Severity::Warning,
            confidence: Confidence::Medium,
            motives: &["security", "compliance"],
            page: include_str!("plaintext_transport.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        let edge = Edge::of(design);
        for (id, relation) in design.model.relations.iter() {
            if let Some(hop) = hop(design, relation) {
                edge.check(id, relation, hop, report);
            }
        }
    }

    fn merge(&self, findings: Vec<Finding>) -> Vec<Finding> {
        let (mut unsaid, mut stated): (Vec<Finding>, Vec<Finding>) = findings
            .into_iter()
            .partition(|it| it.primary.text == UNSAID);
        stated.sort_by_key(|it| std::cmp::Reverse(it.severity));
        // The reasons repeat; those of the first say enough.
        for finding in stated.iter_mut().skip(20).chain(unsaid.iter_mut().skip(20)) {
            finding.because.clear();
        }
        let mut merged = group(stated, |names| {
            format!("what crosses {} can be read on the way", list(names))
        });
        merged.extend(group(unsaid, |names| {
            format!(
                "nothing says that what crosses {} is encrypted",
                list(names)
            )
        }));
        merged
    }

    fn undecided(&self, undecided: usize, of: usize) -> String {
        format!(
            "whether sensitive data is encrypted on its way is not stated for {undecided} of {of} connections"
        )
    }
}

/// Where a connection runs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Hop {
    /// From people and their programs to us, or back.
    Edge,
    /// To or from another organisation.
    Partner,
    /// Among our own.
    Inside,
}

fn hop(design: &Design<'_>, relation: &Relation) -> Option<Hop> {
    let (from, to) = (
        design.component(relation.from),
        design.component(relation.to),
    );
    let both = |traits| [from, to].iter().any(|it| it.is(traits));
    let names = [from, to].iter().any(|it| it.kind.name == "dns");
    match (from.is_outside(), to.is_outside()) {
        _ if names => None,
        (true, true) if !both(Traits::THIRD_PARTY) => None,
        (false, false) => Some(Hop::Inside),
        _ if both(Traits::THIRD_PARTY) => Some(Hop::Partner),
        _ => Some(Hop::Edge),
    }
}

/// What is stated about what can be read on the way.
enum Cover {
    Encrypted,
    Plain {
        span: Span,
        words: String,
        certain: bool,
    },
    Unsaid,
}

fn cover(design: &Design<'_>, relation: &Relation) -> Cover {
    let facts = &relation.facts;
    const ENCRYPTED: &[&str] = &["http3", "https", "quic", "tls", "webrtc", "wss"];
    let says = |key, words: &[&str]| words.iter().any(|word| facts.says(key, word));
    let stated = facts.has("encrypted") || facts.has("tls");
    if stated || says("protocol", ENCRYPTED) || says("auth", &["mtls", "certificate"]) {
        return Cover::Encrypted;
    }
    let denied = ["encrypted", "tls"]
        .into_iter()
        .find(|key| facts.is_absent(key));
    if let Some(fact) = denied.and_then(|key| facts.get(key)) {
        let words = "says that it is not encrypted".to_owned();
        let (span, certain) = (fact.span, true);
        return Cover::Plain {
            span,
            words,
            certain,
        };
    }
    if share_cover(design, relation) {
        return Cover::Encrypted;
    }
    let plain = facts
        .get("protocol")
        .filter(|_| facts.says("protocol", "http"));
    match plain {
        Some(fact) => Cover::Plain {
            span: fact.span,
            words: "`http`, not `https`".to_owned(),
            certain: false,
        },
        None => Cover::Unsaid,
    }
}

/// Tells whether both ends stand on one machine, or in a place that encrypts
/// whatever is said inside.
fn share_cover(design: &Design<'_>, relation: &Relation) -> bool {
    let around = |id: Id<Component>| {
        let mut places: BTreeSet<Id<Place>> = BTreeSet::new();
        let mut place = design.component(id).place;
        while let Some(id) = place.filter(|id| places.insert(*id)) {
            place = design.model.places[id].parent;
        }
        places
    };
    let other = around(relation.to);
    around(relation.from).intersection(&other).any(|id| {
        let place = &design.model.places[*id];
        place.kind.name == "host" || place.facts.has("encrypted")
    })
}

/// What crosses the public edge, and what asks for secrecy.
struct Edge<'d, 'a> {
    design: &'d Design<'a>,
    /// What callers exchange with us that nobody else should read.
    exchanged: Option<(Span, String)>,
    /// That callers prove who they are.
    credentials: Option<(Span, String)>,
    /// A quality that asks for secrecy.
    asked: Option<(Span, String)>,
    /// Who is known to speak encrypted with whom: a step says it of the socket
    /// that it uses, too.
    covered: BTreeSet<(Id<Component>, Id<Component>)>,
}

/// Returns the two ends of a connection, whoever starts it.
fn ends(relation: &Relation) -> (Id<Component>, Id<Component>) {
    let (from, to) = (relation.from, relation.to);
    (from.min(to), from.max(to))
}

impl<'d, 'a> Edge<'d, 'a> {
    fn of(design: &'d Design<'a>) -> Edge<'d, 'a> {
        let model = design.model;
        let mut operations = model.operations.rows().iter();
        let exchanged = operations.find_map(|it| {
            let entity = exchanged(design, it)?;
            why(&model.entities[entity])
        });
        let operations = model.operations.rows().iter();
        let mut known = operations.filter(|it| it.facts.has("auth") && !it.is_public());
        let credentials = known.find_map(|it| {
            let fact = it.facts.get("auth")?;
            Some((fact.span, "callers prove who they are".to_owned()))
        });
        let asked = design.motive(&["security", "compliance"]).map(|it| {
            let words = format!("`{}` asks for {}", it.label(), it.types.join(" and "));
            (it.head.name_span, words)
        });
        let relations = model.relations.rows().iter();
        let covered = relations.filter(|it| matches!(cover(design, it), Cover::Encrypted));
        Edge {
            design,
            exchanged,
            credentials,
            asked,
            covered: covered.map(ends).collect(),
        }
    }

    fn check(&self, id: Id<Relation>, relation: &Relation, hop: Hop, report: &mut Report) {
        let mut cover = cover(self.design, relation);
        if matches!(cover, Cover::Unsaid) && self.covered.contains(&ends(relation)) {
            cover = Cover::Encrypted;
        }
        let crosses = self.crosses(relation, hop);
        let motive = match hop {
            Hop::Edge => crosses.clone().or_else(|| self.asked.clone()),
            Hop::Partner => crosses.clone(),
            Hop::Inside => crosses.clone().and(self.asked.clone()),
        };
        match (cover, hop) {
            (Cover::Encrypted, _) => report.pass(),
            (Cover::Plain { .. }, Hop::Partner | Hop::Inside) if crosses.is_none() => {}
            (
                Cover::Plain {
                    span,
                    words,
                    certain,
                },
                _,
            ) => {
                let severity = match hop {
                    Hop::Inside => Severity::Warning,
                    _ if crosses.is_none() => Severity::Warning,
                    _ => Severity::Error,
                };
                let confidence = if certain {
                    Confidence::High
                } else {
                    Confidence::Medium
                };
                let name = self.design.relation_name(id);
                let finding = report
                    .finding(
                        relation.span,
                        format!("what crosses `{name}` can be read on the way"),
                    )
                    .severity(severity)
                    .confidence(confidence)
                    .label("in the clear")
                    .because(span, words);
                report.fail(self.finish(id, relation, crosses, finding));
            }
            (Cover::Unsaid, _) if motive.is_some() => {
                let name = self.design.relation_name(id);
                let message = format!("nothing says that what crosses `{name}` is encrypted");
                let finding = report.finding(relation.span, message).label(UNSAID);
                let finding = self.finish(id, relation, crosses.clone(), finding);
                report.fail(match motive.filter(|it| crosses.as_ref() != Some(it)) {
                    Some((span, words)) => finding.because(span, words),
                    None => finding,
                });
            }
            (Cover::Unsaid, _) if crosses.is_some() => {
                report.unknown(
                    relation.span,
                    "carries sensitive data, and nothing says whether it is encrypted",
                );
            }
            (Cover::Unsaid, _) => {}
        }
    }

    fn finish(
        &self,
        id: Id<Relation>,
        relation: &Relation,
        crosses: Option<(Span, String)>,
        finding: Finding,
    ) -> Finding {
        let web = self.design.component(relation.from).is(Traits::OUTSIDE);
        let finding = finding.about(self.design.relation_name(id)).help(match web {
            true => "speak `protocol: https` (or `wss`, `tls`), or say `encrypted: yes` where the protocol does not tell",
            false => "say `encrypted: yes` on the connection, or on the `network` whose members all speak so; `protocol: https` says it too",
        });
        match crosses {
            Some((span, words)) => finding.because(span, words),
            None => finding,
        }
    }

    /// Returns what crosses a connection that nobody else should read.
    fn crosses(&self, relation: &Relation, hop: Hop) -> Option<(Span, String)> {
        let design = self.design;
        let (from, to) = (
            design.component(relation.from),
            design.component(relation.to),
        );
        let mut stated = crossing(relation);
        let stated = stated.find_map(|id| why(&design.model.entities[id]));
        let requests = Traits::FORWARDS.with(Traits::COMPUTE);
        match hop {
            _ if stated.is_some() => stated,
            Hop::Edge if to.traits.any(requests) || to.is(Traits::AUTHENTICATES) => {
                self.exchanged.clone().or_else(|| self.credentials.clone())
            }
            Hop::Inside if from.is(Traits::FORWARDS) && to.traits.any(requests) => {
                self.exchanged.clone()
            }
            Hop::Partner => {
                let fact = relation.facts.present("auth")?;
                let words = "the caller proves who it is".to_owned();
                Some((fact.span, words))
            }
            _ => None,
        }
    }
}
