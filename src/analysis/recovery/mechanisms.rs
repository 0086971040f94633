//! What helps one store against one disruption, and what is lost until it has.

use super::{Amount, Cell, Disruption, Mechanism};
use crate::analysis::figures::{
    YEAR, assumed, count, duration, given, missing, relation_name, replicas_or_one, size, stated,
};
use crate::analysis::input::{Input, Missing};
use crate::analysis::storage::{Storage, copies};
use crate::model::{Component, Element, FactItem, FactValue, Id, Model, Place, Redundancy};
use crate::quantity::{self, Dimension, Value};
use crate::vocabulary::Traits;

/// How far behind a continuous backup is: within the last five minutes (Amazon RDS User
/// Guide, Restoring a DB instance to a specified time).
const CONTINUOUS: f64 = 300.0;
/// How long an automatic failover takes at least: 60 to 120 seconds (Amazon RDS User Guide, Failing
/// over a Multi-AZ DB instance).
const AUTOMATIC: f64 = 60.0;
/// How long it takes until a majority has agreed on a leader and callers have found it; a
/// rule of thumb. Members wait a second before they vote (etcd documentation, Tuning).
const ELECTION: f64 = 10.0;
/// How long it takes until somebody is awake and has done it; a rule of thumb.
const MANUAL: f64 = 30.0 * 60.0;
/// Bytes a second at which one machine takes a backup back: about a line of one gigabit; a
/// rule of thumb.
const RESTORED: f64 = 100e6;

/// What is collected about one store and one disruption.
struct Reader<'a> {
    model: &'a Model,
    storage: &'a Storage,
    id: Id<Component>,
    component: &'a Component,
    inputs: Vec<Input>,
    missing: Vec<Missing>,
}

/// A mechanism with what it comes to.
type Helped = (Mechanism, Amount, Amount);

pub(super) fn cell(
    model: &Model,
    storage: &Storage,
    id: Id<Component>,
    disruption: Disruption,
) -> Cell {
    let mut best: Option<(Helped, Vec<Input>)> = None;
    let mut takes_over: Option<(Helped, Vec<Input>)> = None;
    let mut missing = Vec::new();
    let (mut least_loss, mut least_time) = (f64::INFINITY, f64::INFINITY);
    for mechanism in MECHANISMS {
        let mut reader = Reader {
            model,
            storage,
            id,
            component: &model.components[id],
            inputs: Vec::new(),
            missing: Vec::new(),
        };
        let Some(helped) = mechanism(&mut reader, disruption) else {
            continue;
        };
        // Whichever helps most may be the one of which something is not stated.
        least_loss = least_loss.min(helped.1.at_least);
        least_time = least_time.min(helped.2.at_least);
        missing.append(&mut reader.missing);
        let better = best
            .as_ref()
            .is_none_or(|(known, _)| rank(&helped) < rank(known));
        let copy = matches!(helped.0, Mechanism::Copies | Mechanism::Follower(_));
        if copy && takes_over.is_none() {
            takes_over = Some((helped.clone(), reader.inputs.clone()));
        }
        if better {
            best = Some((helped, reader.inputs));
        }
    }
    let nothing = (Mechanism::Nothing, Amount::ALL, Amount::ALL);
    let ((by, loss, mut time), mut inputs) = best.unwrap_or((nothing, Vec::new()));
    let mut back_by = by.clone();
    let from_backup = matches!(by, Mechanism::Backup(_));
    if let (true, Some((helped, more))) = (from_backup, takes_over) {
        (back_by, _, time) = helped;
        inputs.extend(more);
    }
    Cell {
        disruption,
        by,
        loss: Amount {
            at_least: least_loss,
            ..loss
        },
        time: Amount {
            at_least: least_time,
            ..time
        },
        back_by,
        inputs,
        missing,
    }
}

/// The mechanism that loses least counts; of those that lose as much the earlier. One of
/// which something is not known comes after one that suffices by what is known, and so
/// does one of which nothing is stated.
fn rank((by, loss, _): &Helped) -> (bool, f64) {
    let estimate = loss.estimate.unwrap_or(f64::INFINITY);
    (
        *by == Mechanism::Unstated,
        if estimate.is_finite() {
            estimate
        } else {
            1e300
        },
    )
}

/// All that may help, the quickest first.
const MECHANISMS: [fn(&mut Reader<'_>, Disruption) -> Option<Helped>; 6] =
    [restart, own_copies, follower, versions, rebuild, backup];

fn restart(reader: &mut Reader<'_>, disruption: Disruption) -> Option<Helped> {
    if disruption != Disruption::Process {
        return None;
    }
    let several = !matches!(reader.component.redundancy(), Redundancy::Stated(0 | 1));
    let takes_over = several && !reader.component.facts.is_absent("failover");
    let time = match takes_over {
        true => reader.failover(),
        false => reader.repair(),
    };
    Some((Mechanism::Restart, Amount::NONE, time))
}

fn own_copies(reader: &mut Reader<'_>, disruption: Disruption) -> Option<Helped> {
    let survive = reader.copies_survive(disruption)?;
    let loss = reader.behind();
    let time = match reader.component.facts.is_absent("failover") {
        true => reader.repair(),
        false => reader.failover(),
    };
    let follows = loss != Amount::UNKNOWN || reader.component.facts.has("replication");
    match survive && follows {
        true => Some((Mechanism::Copies, loss, time)),
        false => Some((Mechanism::Unstated, Amount::UNKNOWN, Amount::UNKNOWN)),
    }
}

fn follower(reader: &mut Reader<'_>, disruption: Disruption) -> Option<Helped> {
    if matches!(disruption, Disruption::Process | Disruption::OperatorError) {
        return None;
    }
    let model = reader.model;
    let apart = |other: Id<Component>| match disruption {
        Disruption::Zone => in_different(model, reader.id, other, "zone"),
        Disruption::Region => in_different(model, reader.id, other, "region"),
        _ => true,
    };
    let (id, relation) = model.outgoing(reader.id).find(|(_, relation)| {
        let store = model.components[relation.to].is(Traits::STORES);
        relation.facts.says("mode", "replication") && store && apart(relation.to)
    })?;
    let name = relation_name(model, id);
    let loss = match stated(&relation.facts, "lag", &name) {
        Some(lag) => reader.exactly(lag),
        None => reader.unknown(Element::Relation(id), format!("`{name}` states no `lag`")),
    };
    let time = reader.failover();
    Some((Mechanism::Follower(relation.to), loss, time))
}

fn versions(reader: &mut Reader<'_>, disruption: Disruption) -> Option<Helped> {
    let kept = reader.component.facts.has("versioning");
    (disruption == Disruption::OperatorError && kept).then_some((
        Mechanism::Versions,
        Amount::NONE,
        Amount::UNKNOWN,
    ))
}

fn rebuild(reader: &mut Reader<'_>, disruption: Disruption) -> Option<Helped> {
    let can = reader.component.facts.has("rebuildable");
    (disruption != Disruption::Process && can).then_some((
        Mechanism::Rebuild,
        Amount::NONE,
        Amount::UNKNOWN,
    ))
}

fn backup(reader: &mut Reader<'_>, _: Disruption) -> Option<Helped> {
    let name = &reader.component.head.path;
    let Some(fact) = reader.component.facts.get("backup") else {
        let what = format!("`{name}` states no `backup`");
        let unknown = reader.unknown(Element::Component(reader.id), what);
        return Some((Mechanism::Unstated, unknown, Amount::UNKNOWN));
    };
    if fact.value == FactValue::Absent {
        return None;
    }
    let loss = reader.interval();
    let tested = reader.component.facts.has("restore-tested");
    if !tested {
        let what = format!("nothing says that a backup of `{name}` was ever brought back");
        reader.missing(Element::Component(reader.id), what);
    }
    let time = reader.restore();
    Some((Mechanism::Backup(tested), loss, time))
}

impl Reader<'_> {
    fn exactly(&mut self, input: Input) -> Amount {
        let amount = Amount::exactly(input.value);
        self.inputs.push(input);
        amount
    }

    fn about(&mut self, key: &str, seconds: f64, why: &str) -> Amount {
        let name = format!("{}.{key}", self.component.head.path);
        self.inputs
            .push(assumed(name, seconds, duration(seconds), why));
        Amount::about(seconds)
    }

    fn unknown(&mut self, of: Element, what: String) -> Amount {
        self.missing(of, what);
        Amount::UNKNOWN
    }

    fn missing(&mut self, of: Element, what: String) {
        self.missing.push(missing(self.model, of, what));
    }

    fn of_store(&mut self, what: &str) -> Amount {
        let what = format!("`{}` states no `{what}`", self.component.head.path);
        self.unknown(Element::Component(self.id), what)
    }

    /// Tells whether some copy is known to outlive a disruption; `None` where it is known
    /// that none does.
    fn copies_survive(&mut self, disruption: Disruption) -> Option<bool> {
        let facts = &self.component.facts;
        let against = !matches!(disruption, Disruption::Process | Disruption::OperatorError);
        if !against || facts.is_absent("replication") {
            return None;
        }
        match self.component.redundancy() {
            Redundancy::Stated(0 | 1) => return None,
            Redundancy::Unstated if !facts.has("quorum") => {
                self.of_store("replicas");
                return Some(false);
            }
            _ => {}
        }
        let copies = copies(self.component);
        let several = copies.value > 1.0;
        self.inputs.push(copies);
        let spread = self.component.spread();
        match (disruption, spread) {
            _ if !several => None,
            (Disruption::Zone, Some((over, _))) => (over > 1).then_some(true),
            (Disruption::Region, Some((over, of))) => {
                (over > 1 && of.starts_with("region")).then_some(true)
            }
            (Disruption::Zone | Disruption::Region, None) => {
                let name = &self.component.head.path;
                let what =
                    format!("`{name}` does not say over how many zones or regions it is spread");
                self.missing(Element::Component(self.id), what);
                Some(false)
            }
            _ => Some(true),
        }
    }

    /// Returns how far the copies may be behind.
    fn behind(&mut self) -> Amount {
        let facts = &self.component.facts;
        let name = self.component.head.path.clone();
        let told = facts.items("quorum").iter().find_map(|item| match item {
            FactItem::Named(key, number) if key == "w" => Some(number.to_f64()),
            _ => None,
        });
        match (facts.word("replication"), told) {
            (Some("sync" | "quorum" | "semi-sync"), _) => Amount::NONE,
            (None, Some(told)) if told >= 2.0 => Amount::NONE,
            (None, None) if !facts.has("replication") => self.of_store("replication"),
            _ => {
                let lag = stated(facts, "lag", &name);
                match lag.or_else(|| stated(facts, "replication", &name)) {
                    Some(lag) => self.exactly(lag),
                    None => self.of_store("lag"),
                }
            }
        }
    }

    /// Returns how long it takes until another has taken over.
    fn failover(&mut self) -> Amount {
        let facts = &self.component.facts;
        if let Some(stated) = stated(facts, "failover", &self.component.head.path) {
            return self.exactly(stated);
        }
        match facts.word("failover") {
            _ if facts.says("replication", "quorum") && !facts.says("failover", "manual") => {
                self.about("failover", ELECTION, "rule of thumb: a majority agrees on a leader, and callers find it")
            }
            Some("automatic") => self.about(
                "failover",
                AUTOMATIC,
                "the least of the 60 to 120 seconds of the Amazon RDS User Guide, Failing over a Multi-AZ DB instance",
            ),
            Some("manual") => self.about("failover", MANUAL, "rule of thumb: somebody wakes up and does it"),
            _ => self.of_store("failover"),
        }
    }

    fn repair(&mut self) -> Amount {
        match stated(&self.component.facts, "mttr", &self.component.head.path) {
            Some(mttr) => self.exactly(mttr),
            None => self.of_store("mttr"),
        }
    }

    /// Returns how much was done since the last backup, at the worst moment.
    fn interval(&mut self) -> Amount {
        let facts = &self.component.facts;
        let name = format!("{}.backup", self.component.head.path);
        if let Some(every) = stated(facts, "backup", &self.component.head.path) {
            return self.exactly(every);
        }
        let seconds = match facts.word("backup") {
            Some(words) if period(words).is_some() => period(words).unwrap_or_default(),
            Some("hourly") => 3600.0,
            Some("daily") => 86_400.0,
            Some("weekly") => 7.0 * 86_400.0,
            Some("continuous" | "point-in-time") => {
                return self.about(
                    "backup",
                    CONTINUOUS,
                    "within five minutes (Amazon RDS User Guide, Restoring a DB instance to a specified time)",
                );
            }
            _ => {
                let what = format!("`{name}` does not say how often");
                return self.unknown(Element::Component(self.id), what);
            }
        };
        let words = facts.word("backup").unwrap_or_default().to_owned();
        let Some(fact) = facts.get("backup") else {
            return Amount::UNKNOWN;
        };
        let given = given(fact);
        self.exactly(Input {
            name,
            value: seconds,
            words,
            given,
        })
    }

    /// Returns how long it takes to bring a backup back: as stated, else by how much there
    /// will be in a year.
    fn restore(&mut self) -> Amount {
        let facts = &self.component.facts;
        if let Some(stated) = stated(facts, "restore", &self.component.head.path) {
            return self.exactly(stated);
        }
        let bytes = self
            .storage
            .of(self.id)
            .map_or(0.0, |store| store.bytes_after(YEAR));
        if bytes <= 0.0 {
            return self.of_store("restore");
        }
        let run = replicas_or_one(self.component).value;
        let parts = (run / copies(self.component).value.max(1.0)).max(1.0);
        let name = &self.component.head.path;
        let data = assumed(
            format!("{name} data"),
            bytes,
            size(bytes),
            "what is there in a year",
        );
        let speed = assumed(
            format!("{name} restores"),
            RESTORED * parts,
            format!("{}/s × {}", size(RESTORED), count(parts)),
            "rule of thumb: about a line of one gigabit for each part",
        );
        self.inputs.extend([data, speed]);
        Amount::about(bytes / (RESTORED * parts))
    }
}

/// Tells whether two components stand in places of one kind, and in different ones.
fn in_different(model: &Model, one: Id<Component>, two: Id<Component>, kind: &str) -> bool {
    let around = |id: Id<Component>| -> Option<Id<Place>> {
        let mut place = model.components[id].place;
        while let Some(id) = place.filter(|id| model.places[*id].kind.name != kind) {
            place = model.places[id].parent;
        }
        place
    };
    around(one)
        .zip(around(two))
        .is_some_and(|(one, two)| one != two)
}

/// Reads `every 6h`, in seconds.
fn period(words: &str) -> Option<f64> {
    match quantity::parse(words.strip_prefix("every ")?) {
        Ok(Value::Quantity(it)) if it.dimension == Dimension::DURATION => Some(it.to_f64()),
        _ => None,
    }
}
