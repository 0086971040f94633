//! See `contradictory_qualities.md`.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use crate::finding::{Confidence, Finding, Severity};
use crate::lint::{About, Design, Report, Rule};
use crate::model::{Component, Demand, Element, Model, Origin, RequirementKind};
use crate::source::Span;
use crate::syntax::tree::Comparison;

/// Targets that cannot hold together.
pub struct ContradictoryQualities;

/// What is asked of one scope; `None` is the whole system.
type Scope = Option<Element>;

/// A target with the name of who states it.
#[derive(Clone)]
struct Asked<'a> {
    by: String,
    demand: &'a Demand,
}

/// A choice with the name of who states it.
#[derive(Clone)]
struct Choice {
    by: String,
    span: Span,
}

/// Everything asked of one scope.
#[derive(Default)]
struct Wishes<'a> {
    targets: BTreeMap<&'a str, Vec<Asked<'a>>>,
    availability: Vec<Choice>,
    consistency: Vec<Choice>,
    strong: Vec<Choice>,
}

impl Rule for ContradictoryQualities {
    fn about(&self) -> About {
        About {
            name: "contradictory-qualities",
            category: "requirements",
            summary: "targets that cannot hold together",
            severity: Severity::Error,
            confidence: Confidence::High,
            motives: &[],
            page: include_str!("contradictory_qualities.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        for (scope, wishes) in wishes(design) {
            let mut found = Vec::new();
            for asked in wishes.targets.values() {
                found.extend(disjoint(asked, report));
            }
            found.extend(percentiles(&wishes, report));
            found.extend(preferences(&wishes, report));
            found.extend(lossless(design, scope, &wishes, report));
            if found.is_empty() {
                report.pass();
            }
            found.into_iter().for_each(|finding| report.fail(finding));
        }
    }
}

/// Collects what is asked of each scope by qualities, operations and entities.
fn wishes<'a>(design: &Design<'a>) -> BTreeMap<Scope, Wishes<'a>> {
    let mut found: BTreeMap<Scope, Wishes<'a>> = BTreeMap::new();
    let qualities = design.model.requirements.rows().iter();
    for quality in qualities.filter(|it| it.kind == RequirementKind::Quality) {
        let scopes: BTreeSet<Scope> = match quality.is_global() {
            true => BTreeSet::from([None]),
            false => quality.scope.iter().map(|scope| Some(*scope)).collect(),
        };
        for scope in scopes {
            let wishes = found.entry(scope).or_default();
            let by = quality.label().to_owned();
            for demand in &quality.demands {
                let by = by.clone();
                let asked = wishes.targets.entry(&demand.measure).or_default();
                asked.push(Asked { by, demand });
            }
            if let Some(fact) = quality.facts.present("prefer") {
                let span = fact.span;
                match quality.facts.says("prefer", "consistency") {
                    true => wishes.consistency.push(Choice { by, span }),
                    false => wishes.availability.push(Choice { by, span }),
                }
            }
            let strong = quality.facts.says("consistency", "strong");
            if let (true, Some(fact)) = (strong, quality.facts.get("consistency")) {
                let (by, span) = (quality.label().to_owned(), fact.span);
                wishes.strong.push(Choice { by, span });
            }
        }
    }
    of_operations(design, &mut found);
    of_entities(design.model, &mut found);
    found
}

fn of_operations<'a>(design: &Design<'a>, found: &mut BTreeMap<Scope, Wishes<'a>>) {
    for (id, operation) in design.model.operations.iter() {
        let strong = operation.facts.says("consistency", "strong");
        if operation.demands.is_empty() && !strong {
            continue;
        }
        let wishes = found.entry(Some(Element::Operation(id))).or_default();
        let by = design.operation_name(id);
        for demand in &operation.demands {
            let by = by.clone();
            let asked = wishes.targets.entry(&demand.measure).or_default();
            asked.push(Asked { by, demand });
        }
        if let (true, Some(fact)) = (strong, operation.facts.get("consistency")) {
            let span = fact.span;
            wishes.strong.push(Choice { by, span });
        }
    }
}

fn of_entities(model: &Model, found: &mut BTreeMap<Scope, Wishes<'_>>) {
    for (id, entity) in model.entities.iter() {
        if let (true, Some(fact)) = (
            entity.about.says("consistency", "strong"),
            entity.about.get("consistency"),
        ) {
            let wishes = found.entry(Some(Element::Entity(id))).or_default();
            let (by, span) = (entity.head.path.clone(), fact.span);
            wishes.strong.push(Choice { by, span });
        }
    }
}

/// Finds a lower bound above an upper one.
fn disjoint(asked: &[Asked<'_>], report: &Report) -> Option<Finding> {
    let exact = |it: &Demand| it.comparison == Comparison::Equal;
    let lower = strictest(asked, Ordering::Greater, |it| it.is_lower() || exact(it))?;
    let upper = strictest(asked, Ordering::Less, |it| it.is_upper() || exact(it))?;
    let strict =
        |it: &Asked<'_>| matches!(it.demand.comparison, Comparison::Less | Comparison::Greater);
    let apart = match lower.demand.bound.compare(&upper.demand.bound) {
        Ok(Ordering::Greater) => true,
        Ok(Ordering::Equal) => strict(lower) || strict(upper),
        _ => false,
    };
    if !apart {
        return None;
    }
    let (one, other) = in_order(lower, upper);
    let (a, b) = (one.demand.words(), other.demand.words());
    let finding = targets(
        one,
        other,
        format!("no number meets both `{a}` and `{b}`"),
        report,
    );
    Some(finding.help("drop one of them, or say with `on:` what each is about"))
}

/// Returns the target with the greatest or least bound.
fn strictest<'l, 'a>(
    asked: &'l [Asked<'a>],
    wanted: Ordering,
    which: impl Fn(&Demand) -> bool,
) -> Option<&'l Asked<'a>> {
    let mut fitting = asked.iter().filter(|it| which(it.demand));
    let first = fitting.next()?;
    Some(fitting.fold(first, |best, next| {
        let better = next.demand.bound.compare(&best.demand.bound) == Ok(wanted);
        if better { next } else { best }
    }))
}

/// Puts two targets into the order in which they are written.
fn in_order<'l, 'a>(a: &'l Asked<'a>, b: &'l Asked<'a>) -> (&'l Asked<'a>, &'l Asked<'a>) {
    if a.demand.span <= b.demand.span {
        (a, b)
    } else {
        (b, a)
    }
}

/// Makes a finding at the later of two targets.
fn targets(one: &Asked<'_>, other: &Asked<'_>, message: String, report: &Report) -> Finding {
    let finding = report
        .finding(other.demand.span, message)
        .label(format!("asked by `{}`", other.by))
        .because(one.demand.span, format!("asked by `{}`", one.by))
        .about(other.by.clone());
    if one.by == other.by {
        finding
    } else {
        finding.about(one.by.clone())
    }
}

/// Finds a percentile bounded tighter than a lower one.
fn percentiles(wishes: &Wishes<'_>, report: &Report) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut bounds: Vec<(f64, &str, &Asked<'_>)> = Vec::new();
    for (measure, asked) in &wishes.targets {
        let percentile = measure.strip_prefix('p').and_then(|it| it.parse().ok());
        let tightest = strictest(asked, Ordering::Less, Demand::is_upper);
        if let (Some(percentile), Some(tightest)) = (percentile, tightest) {
            bounds.push((percentile, measure, tightest));
        }
    }
    bounds.sort_by(|a, b| a.0.total_cmp(&b.0));
    for pair in bounds.windows(2) {
        let ((_, low, loose), (_, high, tight)) = (&pair[0], &pair[1]);
        if tight.demand.bound.compare(&loose.demand.bound) != Ok(Ordering::Less) {
            continue;
        }
        let (a, b) = (loose.demand.words(), tight.demand.words());
        let message = format!("`{a}` asks for nothing that `{b}` does not");
        let (one, other) = in_order(loose, tight);
        let finding = targets(one, other, message, report)
            .severity(Severity::Warning)
            .note(format!("{low} is never above {high}"))
            .help("exchange the two numbers if they were mixed up, else drop the first target");
        found.push(finding);
    }
    found
}

/// Finds availability and consistency both preferred, or strong consistency
/// where availability is.
fn preferences(wishes: &Wishes<'_>, report: &Report) -> Option<Finding> {
    let available = wishes.availability.first()?;
    let (other, words) = match (wishes.consistency.first(), wishes.strong.first()) {
        (Some(choice), _) => (choice, "prefers consistency"),
        (None, Some(choice)) => (choice, "asks for strong consistency"),
        (None, None) => return None,
    };
    let same = available.by == other.by;
    let message = match same {
        true => format!("`{}` prefers availability and {words}", other.by),
        false => format!(
            "`{}` prefers availability, and `{}` {words} of the same thing",
            available.by, other.by
        ),
    };
    let finding = report
        .finding(other.span, message)
        .label(words)
        .because(available.span, "prefers availability")
        .note("while the network is split, what answers may be stale, and what is never stale cannot answer")
        .help("choose one, or say with `on:` which feature needs which")
        .about(other.by.clone());
    Some(match same {
        true => finding,
        false => finding.about(available.by.clone()),
    })
}

/// Finds stores that copy later where nothing may be lost.
fn lossless(
    design: &Design<'_>,
    scope: Scope,
    wishes: &Wishes<'_>,
    report: &Report,
) -> Vec<Finding> {
    let none = |asked: &&Asked<'_>| asked.demand.bound.to_f64() == 0.0 && !asked.demand.is_lower();
    let mut asked = wishes.targets.get("rpo").into_iter().flatten();
    let mut found = Vec::new();
    let Some(asked) = asked.find(none) else {
        return found;
    };
    for (id, store) in design.model.components.iter() {
        let concerned = scope.is_none_or(|scope| concerns(design, scope, Element::Component(id)));
        if !concerned || !copies_later(store) {
            continue;
        }
        let name = design.name(id);
        let Some(fact) = store.facts.get("replication") else {
            continue;
        };
        let message = format!(
            "`{}` allows no loss, but `{name}` acknowledges a write before it is copied",
            asked.by
        );
        let finding = report
            .finding(asked.demand.span, message)
            .label("nothing may be lost");
        let finding = match &fact.origin {
            Origin::Technology(technology, _) => finding
                .because(
                    store.head.name_span,
                    format!("`{technology}` replicates asynchronously"),
                )
                .assume(format!(
                    "{technology} replicates asynchronously (its default)"
                ))
                .severity(Severity::Warning)
                .confidence(Confidence::Medium),
            _ => finding.because(
                fact.span,
                "what was not copied yet is lost with the primary",
            ),
        };
        let finding = finding
            .help(format!("replicate `{name}` with `replication: sync` or `quorum`, or allow a loss: `rpo <= 1min`"))
            .about(asked.by.clone())
            .about(name.to_owned());
        found.push(finding);
    }
    found
}

/// Tells whether a store of data that exists nowhere else copies it later.
fn copies_later(store: &Component) -> bool {
    store.is_source_of_truth()
        && store.facts.says("replication", "async")
        && !store.facts.has("rebuildable")
}

/// Tells whether a scope takes in a component.
fn concerns(design: &Design<'_>, scope: Element, component: Element) -> bool {
    let mut qualities = design.model.requirements.rows().iter();
    let scoped = qualities.find(|it| it.scope.contains(&scope));
    match (scope, component) {
        (Element::Entity(entity), Element::Component(id)) => design.keepers(entity).contains(&id),
        _ => scoped.is_some_and(|it| design.concerns(it, component)),
    }
}
