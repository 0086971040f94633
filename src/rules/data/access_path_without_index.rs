//! See `access_path_without_index.md`.

use super::lookup::{Lookup, SMALL, counted, crosses_shards, lookups};
use crate::finding::{Confidence, Finding, Severity};
use crate::lint::{About, Design, Report, Rule, RuleOption};
use crate::model::Entity;
use crate::quantity::round;
use crate::rules::by_load::HOT;
use crate::rules::words::{per_second, thousands};
use crate::source::Span;

/// A search by a field that no index leads to.
pub struct AccessPathWithoutIndex;

impl Rule for AccessPathWithoutIndex {
    fn about(&self) -> About {
        About {
            name: "access-path-without-index",
            category: "data",
            summary: "a search by a field that neither the key nor an index leads to",
            severity: Severity::Warning,
            confidence: Confidence::Medium,
            motives: &[],
            page: include_str!("access_path_without_index.md"),
        }
    }

    fn options(&self) -> &'static [RuleOption] {
        &[HOT, SMALL]
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        for lookup in lookups(design) {
            let entity = &design.model.entities[lookup.entity];
            if lookup.batch || lookup.is_special(design) || crosses_shards(design, &lookup, report)
            {
                continue;
            }
            let led = lookup.has_index(design)
                || lookup.leads_the_key(design)
                || lookup.names_shard(design);
            let keyed = entity.fields.iter().any(|field| field.is("key"));
            let drafted = !keyed && entity.about.is_unstated("index");
            match (led, large(design, &lookup, entity, report)) {
                (true, _) | (_, Large::No) => report.pass(),
                (false, _) if drafted => {
                    let words = format!("not stated: key and index of `{}`", entity.head.path);
                    report.unknown(lookup.span, words);
                }
                (false, Large::Yes(span, why)) => {
                    report.fail(tell(design, &lookup, span, why, report));
                }
                (false, Large::Unstated) => {
                    let words = format!("not stated how many `{}` there are", entity.head.path);
                    report.unknown(lookup.span, words);
                }
            }
        }
    }

    fn undecided(&self, undecided: usize, of: usize) -> String {
        format!("{undecided} of {of} searches: not stated how much there is, or what is indexed")
    }
}

enum Large {
    No,
    Yes(Span, String),
    Unstated,
}

/// Tells whether so much is kept, or it is asked for so often, that reading through all
/// of it hurts.
fn large(design: &Design<'_>, lookup: &Lookup, entity: &Entity, report: &Report) -> Large {
    let about = &entity.about;
    if let (Some(count), Some(fact)) = (counted(entity), about.get("count")) {
        let words = format!(
            "{} of `{}` are counted",
            thousands(&round(count)),
            entity.head.name
        );
        let open = about.count("count").is_some_and(|count| count.many);
        return match count > report.option(SMALL.name) {
            true => Large::Yes(fact.span, words),
            false if open => Large::Unstated,
            false => Large::No,
        };
    }
    match (lookup.rate, lookup.busiest) {
        (Some(rate), Some(of)) if rate >= report.option(HOT.name) => {
            let span = design.model.rate(of).map_or(lookup.span, |rate| rate.span);
            let words = format!(
                "`{}` makes this search {} times a second at peak",
                design.label(of),
                per_second(rate).replace("/s", "")
            );
            Large::Yes(span, words)
        }
        _ => Large::Unstated,
    }
}

fn tell(design: &Design<'_>, lookup: &Lookup, span: Span, why: String, report: &Report) -> Finding {
    let entity = &design.model.entities[lookup.entity];
    let (name, fields) = (&entity.head.path, lookup.fields());
    let (from, store) = (design.name(lookup.from), design.name(lookup.store));
    let index = match lookup.by.len() {
        1 => fields.clone(),
        _ => format!("({fields})"),
    };
    let finding = report
        .finding(
            lookup.span,
            format!(
                "`{from}` finds `{name}` in `{store}` by `{fields}`, and no index leads there"
            ),
        )
        .label("reads through all of them")
        .because(span, why)
        .help(format!(
            "say which index serves it: `about {{ index: {index} }}` in `{name}`, or make `{fields}` a part of the key"
        ))
        .about(design.relation_name(lookup.relation))
        .about(name.clone());
    lookup.by.iter().fold(finding, |finding, field| {
        finding.about(format!("{name}.{field}"))
    })
}
