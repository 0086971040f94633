//! See `cross_shard_query.md`.

use super::lookup::{Lookup, SMALL, crosses_shards, lookups, shard_key};
use crate::finding::{Confidence, Finding, Severity};
use crate::lint::{About, Design, Report, Rule, RuleOption};
use crate::rules::by_load::HOT;
use crate::rules::words::per_second;

/// A hot search that cannot be sent to one part of a store.
pub struct CrossShardQuery;

impl Rule for CrossShardQuery {
    fn about(&self) -> About {
        About {
            name: "cross-shard-query",
            category: "data",
            summary: "a hot search that must ask every shard, as it names no shard key",
            severity: Severity::Warning,
            confidence: Confidence::Medium,
            motives: &[],
            page: include_str!("cross_shard_query.md"),
        }
    }

    fn options(&self) -> &'static [RuleOption] {
        &[HOT, SMALL]
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        for lookup in lookups(design) {
            if shard_key(design, lookup.store, lookup.entity).is_empty() {
                continue;
            }
            let routed = lookup.names_shard(design) || lookup.has_index(design);
            if crosses_shards(design, &lookup, report) {
                report.fail(tell(design, &lookup, report));
            } else if lookup.rate.is_none() && !routed && !lookup.batch {
                let name = &design.model.entities[lookup.entity].head.path;
                let words = format!(
                    "not stated how often `{name}` is found by `{}`",
                    lookup.fields()
                );
                report.unknown(lookup.span, words);
            } else {
                report.pass();
            }
        }
    }

    fn undecided(&self, undecided: usize, of: usize) -> String {
        format!("{undecided} of {of} searches in spread stores: not stated how often they happen")
    }
}

fn tell(design: &Design<'_>, lookup: &Lookup, report: &Report) -> Finding {
    let entity = &design.model.entities[lookup.entity];
    let store = design.component(lookup.store);
    let (name, fields) = (&entity.head.path, lookup.fields());
    let key = shard_key(design, lookup.store, lookup.entity).join(", ");
    let rate = lookup.rate.unwrap_or_default();
    let finding = report
        .finding(
            lookup.span,
            format!(
                "`{}` finds `{name}` by `{fields}`, but `{}` spreads it by `{key}`: each search asks every shard",
                design.name(lookup.from),
                store.head.path
            ),
        )
        .label(format!("{} at peak", per_second(rate).replace("/s", " searches/s")))
        .help(format!(
            "pass `{key}` along with `{fields}`, keep a second table by `{fields}`, or say that an index over all shards serves it (`about {{ index: {fields} }}`)"
        ))
        .about(design.relation_name(lookup.relation))
        .about(name.clone());
    let finding = match store.facts.get("shard") {
        Some(fact) => finding.because(fact.span, format!("spread by `{key}`")),
        None => finding,
    };
    let finding = match lookup
        .busiest
        .and_then(|of| Some((of, design.model.rate(of)?)))
    {
        Some((of, stated)) => {
            let words = format!("`{}` makes it hot", design.label(of));
            finding.because(stated.span, words)
        }
        None => finding,
    };
    let finding = match store.facts.count("shards") {
        Some(parts) if !parts.many => finding.note(format!(
            "{} searches/s on {} shards are {} pieces of work a second",
            per_second(rate).replace("/s", ""),
            parts.least,
            per_second(rate * parts.least as f64).replace("/s", "")
        )),
        _ => finding,
    };
    let finding = lookup.by.iter().fold(finding, |finding, field| {
        finding.about(format!("{name}.{field}"))
    });
    match names_the_key(design, lookup) {
        true => finding.confidence(Confidence::Low).assume(format!(
            "the `{fields}` of `{name}` does not itself tell its `{key}`"
        )),
        false => finding,
    }
}

/// Tells whether the whole key is given, which may be made so that it tells the shard.
fn names_the_key(design: &Design<'_>, lookup: &Lookup) -> bool {
    let entity = &design.model.entities[lookup.entity];
    let mut keys = entity.fields.iter().filter(|field| field.is("key"));
    lookup.leads_the_key(design) && keys.all(|field| lookup.by.contains(&field.name))
}
