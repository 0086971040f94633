//! See `premature_scaling.md`.

use crate::analysis::load::ComponentLoad;
use crate::analysis::storage::Store;
use crate::finding::{Confidence, Finding, Severity};
use crate::lint::{About, Design, Report, Rule};
use crate::model::{Component, FactItem, Id};
use crate::quantity::figures::bytes;
use crate::rules::words::{count, parts, per_second, round};
use crate::source::Span;
use crate::vocabulary::Traits;

/// Below this utilisation of one machine nothing needs a second for its load.
const AT_EASE: f64 = 0.3;
/// What any one machine can take, where nothing says what it can: requests a second.
const ANY_MACHINE: f64 = 100.0;
/// What any one machine can keep, where nothing says what it can: bytes.
const ANY_DISK: f64 = 1e12;
/// So far ahead one machine must have room.
const HORIZON: f64 = 5.0 * 365.0 * 86_400.0;

/// Shards and replicas that the stated numbers do not need.
pub struct PrematureScaling;

impl Rule for PrematureScaling {
    fn about(&self) -> About {
        About {
            name: "premature-scaling",
            category: "performance",
            summary: "shards or replicas that the stated numbers do not need",
            severity: Severity::Info,
            confidence: Confidence::Low,
            motives: &[],
            page: include_str!("premature_scaling.md"),
        }
    }

    fn check(&self, design: &Design<'_>, report: &mut Report) {
        let decided = Decided::new(design);
        for (id, component) in design.model.components.iter() {
            let Some(scale) = scale(component) else {
                continue;
            };
            if component.is_managed() || component.is_outside() {
                continue;
            }
            match decided.asks(design, id) {
                true => report.pass(),
                false => judge(design, id, &scale, report),
            }
        }
    }

    fn undecided(&self, undecided: usize, of: usize) -> String {
        format!("{undecided} of {of} scaled components: not stated what they have to do")
    }
}

/// What was made more of than one machine needs.
enum Scale {
    /// So many shards.
    Shards(u64, Span),
    /// So many replicas, over so many zones or regions.
    Replicas(u64, u64, Span),
}

/// Returns the shards of a store, else the replicas beyond those that keep it up: two,
/// or one in each zone, twice over.
fn scale(component: &Component) -> Option<Scale> {
    let facts = &component.facts;
    let stated = |key: &str| {
        let fact = facts.present(key)?;
        let own = !matches!(fact.origin, crate::model::Origin::Technology(..));
        let count = facts.count(key).filter(|it| own && !it.many)?;
        Some((count.least, fact.span))
    };
    if let Some((shards, span)) = stated("shards").filter(|(shards, _)| *shards > 1) {
        return Some(Scale::Shards(shards, span));
    }
    let (replicas, span) = stated("autoscale").or_else(|| stated("replicas"))?;
    let zones = component.spread().map_or(1, |(zones, _)| zones);
    let many = replicas > 2 * zones.max(2) && !component.is(Traits::CONTROL_PLANE);
    many.then_some(Scale::Replicas(replicas, zones, span))
}

/// What the design says beside numbers about growing.
struct Decided {
    /// The words of all decisions.
    words: std::collections::BTreeSet<String>,
    /// Whether more is expected than the load states.
    grows: bool,
}

impl Decided {
    fn new(design: &Design<'_>) -> Decided {
        let decisions = design.model.decisions.rows().iter();
        let texts = decisions.flat_map(|decision| {
            let facts = decision
                .facts
                .iter()
                .flat_map(|fact| decision.facts.items(fact.key));
            let texts = facts.filter_map(|item| match item {
                FactItem::Text(text) | FactItem::Phrase(text) | FactItem::Word(text) => {
                    Some(text.as_str())
                }
                _ => None,
            });
            let head = [decision.head.name.as_str(), decision.head.doc.as_str()];
            texts.chain(decision.head.title.as_deref()).chain(head)
        });
        let loads = design.model.loads.rows().iter();
        Decided {
            words: texts.flat_map(parts).collect(),
            grows: loads.clone().any(|load| load.facts.has("growth")) || expects_more(design),
        }
    }

    /// Tells whether a decision speaks of a component or of spreading data, or growth is
    /// planned for: the reader then has a reason that numbers of today do not show.
    fn asks(&self, design: &Design<'_>, id: Id<Component>) -> bool {
        let component = design.component(id);
        let named = parts(&component.head.name)
            .iter()
            .all(|it| self.words.contains(it));
        let spread = [
            "shard",
            "shards",
            "sharding",
            "partition",
            "partitions",
            "isolation",
        ];
        let spread =
            component.facts.has("shards") && spread.iter().any(|it| self.words.contains(*it));
        self.grows || named || spread || component.facts.has("isolation")
    }
}

/// Tells whether a quality asks for more people than the loads state.
fn expects_more(design: &Design<'_>) -> bool {
    let loads = design.model.loads.rows().iter();
    let users = loads.filter_map(|load| load.facts.quantity("users")?.once_each());
    let users = users.fold(0.0, f64::max);
    let asked = design.qualities("scalability").filter_map(|(_, quality)| {
        let demand = quality.demand("users").filter(|it| it.is_lower())?;
        demand.bound.once_each()
    });
    asked.into_iter().any(|asked| asked > users * 1.01)
}

fn judge(design: &Design<'_>, id: Id<Component>, scale: &Scale, report: &mut Report) {
    let component = design.component(id);
    let name = design.name(id);
    let load = design.load().of(id).filter(|it| it.rate.peak > 0.0);
    let Some(load) = load else {
        let words = format!("not stated what `{name}` has to do (`load`)");
        return report.unknown(component.head.name_span, words);
    };
    if load.capacity.is_none() && component.is(Traits::BACKGROUND) {
        // One piece of work may take seconds.
        let words = format!("not stated what one replica of `{name}` takes (`capacity`)");
        return report.unknown(component.head.name_span, words);
    }
    let kept = design.storage().of(id);
    let (least, disk) = (each(load), disk(kept));
    let keeps = component.is(Traits::STORES.with(Traits::DURABLE));
    let room = match (keeps, kept) {
        (false, _) => None,
        (true, Some(store)) if is_known(store) => Some(store.bytes_after(HORIZON)),
        (true, _) => {
            let words = format!("not stated how much `{name}` keeps");
            return report.unknown(component.head.name_span, words);
        }
    };
    let easy = load.rate.peak <= least && room.is_none_or(|room| room <= disk);
    if !easy {
        return report.pass();
    }
    report.fail(tell(design, id, scale, load, room, report));
}

/// Returns the requests a second that one replica takes with ease.
fn each(load: &ComponentLoad) -> f64 {
    load.capacity
        .as_ref()
        .map_or(ANY_MACHINE, |it| it.each * AT_EASE)
}

/// Returns the bytes that one machine can keep.
fn disk(store: Option<&Store>) -> f64 {
    let room = store.and_then(|store| store.shard_room.as_ref());
    room.map_or(ANY_DISK, |it| it.value)
}

/// Tells whether it is known of everything that a store keeps how much there is.
fn is_known(store: &Store) -> bool {
    let known = |kept: &crate::analysis::storage::Kept| {
        let comes = kept.additions.iter().any(|it| it.adds);
        kept.row.missing.is_empty() && (kept.before.is_some() || comes)
    };
    store.kept.iter().all(known)
}

fn tell(
    design: &Design<'_>,
    id: Id<Component>,
    scale: &Scale,
    load: &ComponentLoad,
    room: Option<f64>,
    report: &Report,
) -> Finding {
    let component = design.component(id);
    let name = design.name(id);
    let peak = per_second(load.rate.peak);
    let keeps = room.map_or_else(String::new, |room| {
        format!(" and {} in five years", bytes(room))
    });
    let message = |what: &str| {
        format!("`{name}` has {what} for {peak} at peak{keeps}, which one machine takes")
    };
    let (span, what, help) = match scale {
        Scale::Shards(shards, span) => (
            *span,
            format!("{shards} shards"),
            "start with one shard and a standby, and note as a decision at what size it is split"
                .to_owned(),
        ),
        Scale::Replicas(replicas, zones, span) => {
            let enough = (*zones).max(2);
            let where_to = if *zones > 1 {
                format!(" across {zones} zones")
            } else {
                String::new()
            };
            (
                *span,
                count(*replicas as usize, "replica"),
                format!(
                    "`replicas: {enough}{where_to}` keep it up when one is lost; say in a decision on `{name}` what more are for"
                ),
            )
        }
    };
    let mut finding = report
        .finding(span, message(&what))
        .label(what)
        .help(help)
        .about(name);
    finding = asked(design, load, finding);
    finding = takes(component, load, finding);
    match room {
        Some(_) if disk_unstated(design.storage().of(id)) => {
            finding.assume(format!("one machine keeps {}", bytes(ANY_DISK)))
        }
        _ => finding,
    }
}

fn disk_unstated(store: Option<&Store>) -> bool {
    store.is_none_or(|store| store.shard_room.is_none())
}

/// Shows who asks most.
fn asked(design: &Design<'_>, load: &ComponentLoad, mut finding: Finding) -> Finding {
    for contribution in load.contributions.iter().take(2) {
        let Some(rate) = design.model.rate(contribution.of) else {
            continue;
        };
        let by = design.label(contribution.of);
        let words = format!(
            "`{by}` asks for {} of it",
            per_second(contribution.rate.peak)
        );
        finding = finding.because(rate.span, words);
    }
    finding
}

/// Shows what one machine takes.
fn takes(component: &Component, load: &ComponentLoad, finding: Finding) -> Finding {
    let Some(capacity) = &load.capacity else {
        return finding.assume(format!("any machine answers {}", per_second(ANY_MACHINE)));
    };
    let share = round(load.rate.peak / capacity.each * 100.0);
    let words = format!(
        "one replica takes {}: a utilisation of {share} %",
        per_second(capacity.each)
    );
    match component.facts.present("capacity") {
        Some(fact) => finding.because(fact.span, words),
        None => finding.note(words),
    }
}
