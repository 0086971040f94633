//! From what a design states to how often each thing is down.

use super::Assumptions;
use super::domain::Outages;
use super::pool::{Pool, Spread};
use crate::analysis::input::{Given, Input, Missing};
use crate::model::{Component, Fact, FactItem, Facts, Model, Origin, Place};
use crate::quantity::Quantity;
use crate::source::FileId;
use crate::vocabulary::Traits;

/// What is known of something that can be down.
#[derive(Clone, Debug)]
pub(super) struct Known<T> {
    /// With the kindest completion of what is not stated.
    pub optimistic: T,
    /// With what is stated or assumed; nothing where neither says enough.
    pub estimate: Option<T>,
    /// The numbers used.
    pub inputs: Vec<Input>,
    /// The numbers that would be needed.
    pub missing: Vec<Missing>,
}

/// Returns how a component is carried.
pub(super) fn component(component: &Component, assumptions: &Assumptions) -> Known<Pool> {
    let mut reading = Reading {
        component,
        assumptions,
        inputs: Vec::new(),
        missing: Vec::new(),
    };
    let (optimistic, estimate) = reading.pools();
    Known {
        optimistic,
        estimate: estimate.filter(|_| reading.missing.is_empty()),
        inputs: reading.inputs,
        missing: reading.missing,
    }
}

/// Returns the share of the time in which a drawn place is down.
pub(super) fn place(place: &Place, assumptions: &Assumptions) -> Known<f64> {
    let mut inputs = Vec::new();
    let name = place.head.path.as_str();
    if let Some(down) = down(&place.facts, name, &mut inputs) {
        return Known {
            optimistic: if down.stated { down.share } else { 0.0 },
            estimate: Some(down.share),
            inputs,
            missing: Vec::new(),
        };
    }
    let assumed = match place.kind.name {
        "zone" => Some(assumptions.zone),
        "region" => Some(assumptions.region),
        _ => None,
    };
    let missing = match assumed {
        Some(share) => {
            inputs.push(assumed_domain(
                name,
                share,
                place.kind.name == "region",
                assumptions,
            ));
            Vec::new()
        }
        None => vec![Missing {
            what: format!("`{name}` states no availability"),
            span: place.head.span,
        }],
    };
    Known {
        optimistic: 0.0,
        estimate: assumed,
        inputs,
        missing,
    }
}

/// Returns how often a domain of a kind is down that is only counted: as often
/// as the worst of those that the design draws, else as assumed.
pub(super) fn outages(
    model: &Model,
    region: bool,
    assumptions: &Assumptions,
) -> (Outages, Vec<Input>) {
    let word = if region { "region" } else { "zone" };
    let drawn = model.places.rows().iter().filter(|it| it.kind.name == word);
    let stated = drawn.filter_map(|it| {
        let mut inputs = Vec::new();
        let down = down(&it.facts, &it.head.path, &mut inputs)?;
        Some((down.share, inputs))
    });
    let worst = stated.max_by(|one, other| one.0.total_cmp(&other.0));
    let (each, mut inputs) = worst.unwrap_or_else(|| {
        let share = if region {
            assumptions.region
        } else {
            assumptions.zone
        };
        (
            share,
            vec![assumed_domain(word, share, region, assumptions)],
        )
    });
    let common = assumptions.common_cause;
    inputs.push(common_input(&format!("{word}s"), common));
    (Outages { each, common }, inputs)
}

fn assumed_domain(name: &str, down: f64, region: bool, assumptions: &Assumptions) -> Input {
    let usual = Assumptions::default();
    let promise = match region {
        true if assumptions.region == usual.region => {
            "what Google Compute Engine promises for machines in several zones, https://cloud.google.com/compute/sla"
        }
        false if assumptions.zone == usual.zone => {
            "what Google Compute Engine promises for one machine, and thus for its zone, https://cloud.google.com/compute/sla"
        }
        _ => "as asked",
    };
    Input {
        name: format!("{name}.availability"),
        value: 1.0 - down,
        words: percent(1.0 - down),
        given: Given::Assumed(promise.to_owned()),
    }
}

fn common_input(name: &str, common: f64) -> Input {
    let source = "rule of thumb: one failure in ten hits all replicas (the beta factor model of IEC 61508-6, annex D)";
    Input {
        name: format!("{name}.common-cause"),
        value: common,
        words: percent(common),
        given: Given::Assumed(source.to_owned()),
    }
}

/// How often something is down, and whether the design itself says so.
struct Down {
    share: f64,
    stated: bool,
}

/// Reads `availability`, else `mtbf` with `mttr`: MTTR / (MTBF + MTTR).
fn down(facts: &Facts, name: &str, inputs: &mut Vec<Input>) -> Option<Down> {
    if let Some(fact) = facts.get("availability")
        && let Some(quantity) = facts.quantity("availability")
    {
        let share = complement(quantity).clamp(0.0, 1.0);
        inputs.push(input(name, fact, 1.0 - share, quantity.to_string()));
        let stated = is_stated(fact);
        return Some(Down { share, stated });
    }
    let (between, repair) = (facts.get("mtbf")?, facts.get("mttr")?);
    let (mtbf, mttr) = (facts.number("mtbf")?, facts.number("mttr")?);
    if mtbf < 0.0 || mttr < 0.0 || mtbf + mttr <= 0.0 {
        return None;
    }
    for (fact, value) in [(between, mtbf), (repair, mttr)] {
        let words = facts
            .quantity(fact.key)
            .map_or_else(String::new, Quantity::to_string);
        inputs.push(input(name, fact, value, words));
    }
    Some(Down {
        share: mttr / (mtbf + mttr),
        stated: is_stated(between) && is_stated(repair),
    })
}

/// Returns what is left of one, without rounding on the way.
pub(super) fn complement(share: &Quantity) -> f64 {
    let left = Quantity::count(1).sub(share);
    left.map_or_else(|_| 1.0 - share.to_f64(), |left| left.to_f64())
}

fn input(name: &str, fact: &Fact, value: f64, words: String) -> Input {
    Input {
        name: format!("{name}.{}", fact.key),
        value,
        words,
        given: given(fact),
    }
}

/// Tells whether the design says so: what the catalogue of technologies says, it
/// does not.
fn is_stated(fact: &Fact) -> bool {
    let own_file = fact.span.file != FileId(u32::MAX);
    own_file || !matches!(fact.origin, Origin::Technology(..))
}

fn given(fact: &Fact) -> Given {
    match &fact.origin {
        Origin::Technology(name, source) if !is_stated(fact) => {
            Given::Assumed(format!("{name}: {source}"))
        }
        _ => Given::Stated(fact.span),
    }
}

/// Returns a share as a percentage, without digits that nobody gave.
pub(super) fn percent(share: f64) -> String {
    let rounded = (share * 100.0 * 1e9).round() / 1e9;
    format!("{rounded}%")
}

/// A component while its facts are read.
struct Reading<'a> {
    component: &'a Component,
    assumptions: &'a Assumptions,
    inputs: Vec<Input>,
    missing: Vec<Missing>,
}

/// How many copies of something there are, and how many of them must work.
struct Copies {
    need: u64,
    active: u64,
    standbys: u64,
}

impl Reading<'_> {
    fn pools(&mut self) -> (Pool, Option<Pool>) {
        let name = self.component.head.path.clone();
        let down = down(&self.component.facts, &name, &mut self.inputs);
        let Some(down) = down else {
            self.miss(format!("`{name}` states no availability"));
            return (self.shape(0.0).0, None);
        };
        let kind = if down.stated { down.share } else { 0.0 };
        // A provider promises for the whole of what it runs; who states replicas
        // too may mean each of them, which is kinder.
        if self.component.is_managed() {
            let own = self.facts().get("replicas").is_some_and(is_stated);
            let kindest = match own {
                true => self.kindest(kind),
                false => Pool::whole(kind),
            };
            return (kindest, Some(Pool::whole(down.share)));
        }
        let (kindest, likely) = self.shape(down.share);
        (kindest.with_each(kind.min(kindest.each)), Some(likely))
    }

    /// Returns the pools of replicas that are down for a share of the time: the
    /// kindest and the likeliest.
    fn shape(&mut self, each: f64) -> (Pool, Pool) {
        let mut kindest = self.kindest(each);
        let mut likely = self.likeliest(each);
        if likely.count() > 1 {
            likely.common = self.common();
            if self.facts().get("common-cause").is_some_and(is_stated) {
                kindest.common = likely.common;
            }
        }
        if likely.standbys > 0 {
            likely.coverage = self.coverage();
            likely.switching = self.switching();
        }
        (kindest, likely)
    }

    fn facts(&self) -> &Facts {
        &self.component.facts
    }

    fn miss(&mut self, what: String) {
        let span = self.component.head.span;
        self.missing.push(Missing { what, span });
    }

    /// Returns how many of a key are stated: the number, and whether it is open.
    fn count(&self, key: &str) -> Option<(u64, bool)> {
        let count = self.facts().count(key)?;
        Some((count.least.max(1), count.many))
    }

    fn kindest(&self, each: f64) -> Pool {
        let open = ["replicas", "autoscale", "standbys"]
            .iter()
            .any(|key| self.count(key).is_some_and(|(_, many)| many) || self.is_open(key));
        let copies = self.copies();
        let need = match self.facts().get("replication") {
            _ if self.component.is(Traits::CONTROL_PLANE) => copies.need,
            _ if quorum(self.facts()).is_some() => copies.need,
            Some(fact) if is_stated(fact) && !self.is_sharded() => copies.need,
            _ => 1,
        };
        let pool = self.pool(if open { 0.0 } else { each }, &copies);
        let need = need.min(self.fewest_asked().unwrap_or(need));
        Pool { need, ..pool }
    }

    fn is_open(&self, key: &str) -> bool {
        self.facts().has(key) && self.facts().count(key).is_none()
    }

    fn likeliest(&mut self, each: f64) -> Pool {
        let mut copies = self.copies();
        if copies.need > 1 && quorum(self.facts()).is_none() && self.is_sharded() {
            let count = self.assumptions.copies.min(copies.active).max(1);
            copies = Copies {
                need: count / 2 + 1,
                active: count,
                standbys: 0,
            };
            self.assume(
                "copies",
                count as f64,
                "rule of thumb: three copies of each shard, of which a majority must answer",
            );
        }
        self.say_replicas(&copies);
        self.pool(each, &copies)
    }

    fn pool(&self, each: f64, copies: &Copies) -> Pool {
        let spread = self.component.spread().filter(|_| copies.active > 0);
        let spread = spread.map(|(domains, of)| Spread {
            region: of == "region",
            domains: domains.max(1),
        });
        Pool {
            need: copies.need,
            active: copies.active,
            standbys: copies.standbys,
            spread,
            ..Pool::single(each)
        }
    }

    /// Returns how many replicas work, stand by, and must be there; like
    /// [`Component::redundancy`], with the two kinds apart.
    fn copies(&self) -> Copies {
        let facts = self.facts();
        let least = self.count("replicas").into_iter();
        let least = least.chain(self.count("autoscale")).max();
        let active = least.map_or(1, |(count, _)| count);
        if let Some((copies, read, write)) = quorum(facts) {
            return Copies {
                need: read.max(write).clamp(1, copies),
                active: copies,
                standbys: 0,
            };
        }
        let standbys = match self.count("standbys") {
            _ if facts.is_absent("failover") => 0,
            Some((count, _)) => count,
            None => u64::from(facts.has("standbys")),
        };
        if self.needs_majority() {
            let active = active + standbys;
            return Copies {
                need: active / 2 + 1,
                active,
                standbys: 0,
            };
        }
        if standbys == 0 && active > 1 && self.has_one_primary() {
            return Copies {
                need: 1,
                active: 1,
                standbys: active - 1,
            };
        }
        Copies {
            need: 1,
            active,
            standbys,
        }
    }

    /// Consensus needs a majority (Ongaro and Ousterhout, "In Search of an
    /// Understandable Consensus Algorithm", 2014, section 5.1).
    fn needs_majority(&self) -> bool {
        let quorum = self.facts().says("replication", "quorum");
        self.component.is(Traits::CONTROL_PLANE) || quorum
    }

    /// A store that says what happens when one breaks has one that others replace.
    fn has_one_primary(&self) -> bool {
        let stated = self.facts().present("failover").is_some_and(is_stated);
        let several = self.facts().says("replication", "multi-primary");
        stated && self.component.is(Traits::STORES) && !several
    }

    fn is_sharded(&self) -> bool {
        self.facts().has("shard") || self.facts().has("shards")
    }

    /// Returns how many copies the kinder of reading and writing asks for.
    fn fewest_asked(&self) -> Option<u64> {
        let (copies, read, write) = quorum(self.facts())?;
        Some(read.min(write).clamp(1, copies))
    }

    /// Returns the share of failures in common; a lone replica has none.
    fn common(&mut self) -> f64 {
        let name = self.component.head.path.clone();
        if let Some(fact) = self.facts().get("common-cause")
            && let Some(quantity) = self.facts().quantity("common-cause")
        {
            let share = quantity.to_f64().clamp(0.0, 1.0);
            let input = input(&name, fact, share, quantity.to_string());
            self.inputs.push(input);
            return share;
        }
        let common = self.assumptions.common_cause;
        self.inputs.push(common_input(&name, common));
        common
    }

    fn coverage(&mut self) -> f64 {
        let (automatic, manual) = (self.assumptions.automatic, self.assumptions.manual);
        if self.facts().number("failover").is_some() || self.facts().says("failover", "automatic") {
            let source = "rule of thumb: taking over by itself fails once in twenty times";
            self.assume("takes over", automatic, source);
            return automatic;
        }
        if self.facts().says("failover", "manual") {
            let source = "rule of thumb: by hand, half of the failures end before anybody acts";
            self.assume("takes over", manual, source);
            return manual;
        }
        let name = &self.component.head.path;
        self.miss(format!("`{name}` does not say how a standby takes over"));
        1.0
    }

    /// Returns the share of the time that goes into taking over: how often
    /// failures come times how long it takes.
    fn switching(&mut self) -> f64 {
        let facts = self.facts();
        let (Some(time), Some(mtbf)) = (facts.number("failover"), facts.number("mtbf")) else {
            return 0.0;
        };
        let cycle = mtbf + facts.number("mttr").unwrap_or(0.0);
        if cycle <= 0.0 {
            return 0.0;
        }
        (time / cycle).clamp(0.0, 1.0)
    }

    fn assume(&mut self, key: &str, value: f64, source: &str) {
        let words = match key {
            "copies" => value.to_string(),
            _ => percent(value),
        };
        let input = Input {
            name: format!("{} {key}", self.component.head.path),
            value,
            words,
            given: Given::Assumed(source.to_owned()),
        };
        self.inputs.push(input);
    }

    fn say_replicas(&mut self, copies: &Copies) {
        let keys = ["quorum", "replicas", "autoscale", "standbys"];
        let Some(fact) = keys.iter().find_map(|key| self.facts().present(key)) else {
            return;
        };
        let count = copies.active + copies.standbys;
        let mut words = count.to_string();
        if copies.need > 1 {
            words = format!("{} of {count}", copies.need);
        }
        if let Some((domains, of)) = self.component.spread() {
            words = format!("{words} across {domains} {of}s");
        }
        let input = input(&self.component.head.path, fact, count as f64, words);
        self.inputs.push(input);
    }
}

/// Returns what `quorum:` states: copies in all, asked on a read, told on a write.
fn quorum(facts: &Facts) -> Option<(u64, u64, u64)> {
    let number = |key: &str| {
        facts.items("quorum").iter().find_map(|item| match item {
            FactItem::Named(name, quantity) if name == key => Some(quantity.to_f64() as u64),
            _ => None,
        })
    };
    let copies = number("n").or_else(|| facts.count("replicas").map(|it| it.least))?;
    let copies = copies.max(1);
    let (read, write) = (number("r"), number("w"));
    let either = read.or(write)?;
    Some((copies, read.unwrap_or(either), write.unwrap_or(either)))
}
