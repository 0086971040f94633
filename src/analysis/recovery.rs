//! What a disruption loses, and how long it takes to be back.
//!
//! Takes a model and what its operations need, gives for each store and each kind of
//! disruption the mechanism that helps, how much work is lost and how long recovery takes;
//! for each operation the worst of the stores that it needs; and how that compares with
//! the stated objectives. Copies never help against an operator's error, which they
//! faithfully repeat. A backup that was never brought back proves nothing.

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::figures::{
    YEAR, assumed, count, duration, given, missing, relation_name, size, stated,
};
use crate::analysis::input::{Input, Missing};
use crate::analysis::storage::{Storage, copies, storage};
use crate::analysis::success::Success;
use crate::model::{
    Component, Demand, Element, FactItem, FactValue, Id, Model, Place, Redundancy, Requirement,
};
use crate::quantity::{self, Dimension, Value};
use crate::source::Span;
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

/// What can happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Disruption {
    /// A program stops; its disk is still there.
    Process,
    /// A machine is lost, with its disk.
    Node,
    /// A zone is lost.
    Zone,
    /// A region is lost.
    Region,
    /// Somebody deletes or spoils data, or a program does.
    OperatorError,
}

impl Disruption {
    /// Every kind, the smallest first.
    pub const ALL: [Disruption; 5] = [
        Disruption::Process,
        Disruption::Node,
        Disruption::Zone,
        Disruption::Region,
        Disruption::OperatorError,
    ];
}

/// What brings data back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mechanism {
    /// A backup; `true` if it is stated to have been brought back once.
    Backup(bool),
    /// The store's own copies.
    Copies,
    /// Another store that follows it.
    Follower(Id<Component>),
    /// Nothing: all is lost.
    Nothing,
    /// It is made again from something else.
    Rebuild,
    /// What is on disk is still there.
    Restart,
    /// Nothing says what does.
    Unstated,
    /// Older versions that the store keeps.
    Versions,
}

/// A time of which more or less is known, in seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Amount {
    /// What it is at the least, whatever is not stated; infinite where nothing helps.
    pub at_least: f64,
    /// What it is by what is stated and assumed; `None` where nothing says.
    pub estimate: Option<f64>,
}

/// What one disruption does to one store.
#[derive(Clone, Debug)]
pub struct Cell {
    /// What happens.
    pub disruption: Disruption,
    /// What helps.
    pub by: Mechanism,
    /// How much work is lost.
    pub loss: Amount,
    /// How long it takes to be back.
    pub time: Amount,
    /// What brings it back: a copy takes over before any backup is brought back, also
    /// where it is not stated how far it is behind.
    pub back_by: Mechanism,
    /// What went in.
    pub inputs: Vec<Input>,
    /// What would be needed to say more.
    pub missing: Vec<Missing>,
}

/// What disruptions do to one store.
#[derive(Clone, Debug)]
pub struct StoreRecovery {
    /// The store.
    pub component: Id<Component>,
    /// One cell for each of [`Disruption::ALL`].
    pub cells: Vec<Cell>,
}

/// What disruptions do to an operation or a flow: the worst of the stores that it needs.
#[derive(Clone, Debug)]
pub struct GoalRecovery {
    /// The operation, the flow, or the client.
    pub of: Element,
    /// The stores that it needs.
    pub stores: Vec<Id<Component>>,
    /// How much is lost, for each of [`Disruption::ALL`].
    pub loss: Vec<Amount>,
    /// How long it takes to be back, for each of [`Disruption::ALL`].
    pub time: Vec<Amount>,
}

/// What an objective bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bounded {
    /// The work that may be lost: the recovery point objective.
    Loss,
    /// The time that recovery may take: the recovery time objective.
    Time,
}

/// How a cell compares with an objective.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// It holds.
    Met,
    /// Nothing says, or only a backup that was never brought back would do.
    Unknown,
    /// It does not hold if what is assumed is right.
    MissedByEstimate,
    /// Nothing helps against it.
    NoMechanism,
    /// It does not hold, whatever is not stated.
    Missed,
}

/// An objective, and how each store in its scope does.
#[derive(Clone, Debug)]
pub struct Objective {
    /// The quality, or the operation.
    pub by: Element,
    /// The statement.
    pub span: Span,
    /// What it bounds.
    pub bounded: Bounded,
    /// The bound in seconds.
    pub bound: f64,
    /// The demand as it would be written: `rpo <= 5 min`.
    pub words: String,
    /// Every store in its scope, with every disruption.
    pub verdicts: Vec<(Id<Component>, Disruption, Verdict)>,
}

/// What disruptions do to a design.
#[derive(Clone, Debug, Default)]
pub struct Recovery {
    /// The stores that keep data for good, in the order of the components.
    pub stores: Vec<StoreRecovery>,
    /// The goals that need one of them, in the order of [`Success::goals`].
    pub goals: Vec<GoalRecovery>,
    /// The stated objectives, in the order of the text.
    pub objectives: Vec<Objective>,
}

/// Returns what disruptions do to a design.
pub fn recovery(model: &Model, success: &Success) -> Recovery {
    recovery_of(model, success, &storage(model))
}

/// As [`recovery`], where the stores are known.
pub(in crate::analysis) fn recovery_of(
    model: &Model,
    success: &Success,
    storage: &Storage,
) -> Recovery {
    let kept = model
        .components
        .iter()
        .filter(|(_, it)| keeps_for_good(model, it));
    let stores: Vec<StoreRecovery> = kept
        .map(|(component, _)| StoreRecovery {
            component,
            cells: Disruption::ALL
                .into_iter()
                .map(|it| cell(model, storage, component, it))
                .collect(),
        })
        .collect();
    let by_store: BTreeMap<Id<Component>, &StoreRecovery> =
        stores.iter().map(|it| (it.component, it)).collect();
    let goals = goals(model, success, &by_store);
    let objectives = objectives(model, &goals, &stores);
    Recovery {
        stores,
        goals,
        objectives,
    }
}

/// Tells whether losing it loses data that was to stay.
fn keeps_for_good(model: &Model, component: &Component) -> bool {
    let mut kept = component.facts.data("stores").peekable();
    let passing = kept.peek().is_some()
        && kept.all(|data| model.entities[data.entity].about.has("transient"));
    component.is_source_of_truth() && !component.is_outside() && !passing
}

impl Amount {
    const NONE: Amount = Amount::exactly(0.0);
    const ALL: Amount = Amount::exactly(f64::INFINITY);
    const UNKNOWN: Amount = Amount {
        at_least: 0.0,
        estimate: None,
    };

    const fn exactly(seconds: f64) -> Amount {
        Amount {
            at_least: seconds,
            estimate: Some(seconds),
        }
    }

    const fn about(seconds: f64) -> Amount {
        Amount {
            at_least: 0.0,
            estimate: Some(seconds),
        }
    }

    fn worse(self, other: Amount) -> Amount {
        let both = self.estimate.zip(other.estimate);
        Amount {
            at_least: self.at_least.max(other.at_least),
            estimate: both.map(|(one, two)| one.max(two)),
        }
    }
}

impl Cell {
    /// Returns how it compares with an objective.
    pub fn verdict(&self, bounded: Bounded, bound: f64) -> Verdict {
        if self.by == Mechanism::Nothing {
            return Verdict::NoMechanism;
        }
        let amount = match bounded {
            Bounded::Loss => self.loss,
            Bounded::Time => self.time,
        };
        match amount.estimate {
            _ if amount.at_least > bound => Verdict::Missed,
            Some(estimate) if estimate > bound => Verdict::MissedByEstimate,
            Some(_) if self.by == Mechanism::Backup(false) => Verdict::Unknown,
            Some(_) => Verdict::Met,
            None => Verdict::Unknown,
        }
    }
}

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

fn cell(model: &Model, storage: &Storage, id: Id<Component>, disruption: Disruption) -> Cell {
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
            takes_over = Some((helped, reader.inputs.clone()));
        }
        if better {
            best = Some((helped, reader.inputs));
        }
    }
    let nothing = (Mechanism::Nothing, Amount::ALL, Amount::ALL);
    let ((by, loss, mut time), mut inputs) = best.unwrap_or((nothing, Vec::new()));
    let mut back_by = by;
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
                let what = format!("`{name}` does not say over how many zones or regions");
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
        let run = crate::analysis::figures::replicas_or_one(self.component).value;
        let parts = (run / copies(self.component).value.max(1.0)).max(1.0);
        let name = &self.component.head.path;
        let data = assumed(
            format!("{name}.data"),
            bytes,
            size(bytes),
            "what is there in a year",
        );
        let speed = assumed(
            format!("{name}.restore"),
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

fn goals(
    model: &Model,
    success: &Success,
    stores: &BTreeMap<Id<Component>, &StoreRecovery>,
) -> Vec<GoalRecovery> {
    let mut found = Vec::new();
    for goal in &success.goals {
        let needed = goal.needs.iter().map(|id| model.relations[*id].to);
        let needed: BTreeSet<Id<Component>> = needed.filter(|id| stores.contains_key(id)).collect();
        if needed.is_empty() {
            continue;
        }
        let worst = |part: fn(&Cell) -> Amount| -> Vec<Amount> {
            let kinds = 0..Disruption::ALL.len();
            let of = |kind: usize| needed.iter().map(move |id| part(&stores[id].cells[kind]));
            kinds
                .map(|kind| of(kind).fold(Amount::NONE, Amount::worse))
                .collect()
        };
        found.push(GoalRecovery {
            of: goal.of,
            loss: worst(|cell| cell.loss),
            time: worst(|cell| cell.time),
            stores: needed.into_iter().collect(),
        });
    }
    found
}

fn objectives(model: &Model, goals: &[GoalRecovery], stores: &[StoreRecovery]) -> Vec<Objective> {
    let mut found = Vec::new();
    for (id, requirement) in model.requirements.iter() {
        let by = Element::Requirement(id);
        let mut scope = None;
        for demand in &requirement.demands {
            if let Some(bounded) = bounded(demand) {
                let scope = scope.get_or_insert_with(|| in_scope(model, requirement, goals));
                found.push(objective(by, demand, bounded, stores, scope.as_ref()));
            }
        }
    }
    for (id, operation) in model.operations.iter() {
        let by = Element::Operation(id);
        for demand in &operation.demands {
            if let Some(bounded) = bounded(demand) {
                let needed = needed_by(goals, &BTreeSet::from([by]));
                found.push(objective(by, demand, bounded, stores, Some(&needed)));
            }
        }
    }
    found.sort_by_key(|it| it.span);
    found
}

fn bounded(demand: &Demand) -> Option<Bounded> {
    match demand.measure.as_str() {
        _ if demand.is_lower() => None,
        "rpo" => Some(Bounded::Loss),
        "rto" => Some(Bounded::Time),
        _ => None,
    }
}

fn objective(
    by: Element,
    demand: &Demand,
    bounded: Bounded,
    stores: &[StoreRecovery],
    scope: Option<&BTreeSet<Id<Component>>>,
) -> Objective {
    let bound = demand.bound.to_f64();
    let within: Vec<&StoreRecovery> = match scope {
        None => stores.iter().collect(),
        Some(scope) => {
            let at = |id| stores.binary_search_by_key(id, |store| store.component);
            scope
                .iter()
                .filter_map(|id| stores.get(at(id).ok()?))
                .collect()
        }
    };
    let verdicts = within.into_iter().flat_map(|store| {
        let cells = store.cells.iter();
        cells.map(|cell| {
            (
                store.component,
                cell.disruption,
                cell.verdict(bounded, bound),
            )
        })
    });
    Objective {
        by,
        span: demand.span,
        bounded,
        bound,
        words: demand.words(),
        verdicts: verdicts.collect(),
    }
}

/// Returns the stores that a quality is said of; `None` for all.
fn in_scope(
    model: &Model,
    requirement: &Requirement,
    goals: &[GoalRecovery],
) -> Option<BTreeSet<Id<Component>>> {
    if requirement.is_global() {
        return None;
    }
    let mut stores = BTreeSet::new();
    let mut asked = BTreeSet::new();
    for element in &requirement.scope {
        match element {
            Element::Component(id) => _ = stores.insert(*id),
            Element::Api(id) => {
                let operations = model.apis[*id].operations.iter();
                asked.extend(operations.map(|id| Element::Operation(*id)));
            }
            Element::Requirement(id) => asked.extend(model.linked_to(*id).iter().copied()),
            Element::Entity(entity) => {
                let keeps = |it: &Component| it.facts.data("stores").any(|it| it.entity == *entity);
                let keepers = model.components.iter().filter(|(_, it)| keeps(it));
                stores.extend(keepers.map(|(id, _)| id));
            }
            other => _ = asked.insert(*other),
        }
    }
    stores.extend(needed_by(goals, &asked));
    Some(stores)
}

fn needed_by(goals: &[GoalRecovery], asked: &BTreeSet<Element>) -> BTreeSet<Id<Component>> {
    let goals = goals.iter().filter(|goal| asked.contains(&goal.of));
    goals.flat_map(|goal| goal.stores.iter().copied()).collect()
}

/// Reads `every 6h`, in seconds.
fn period(words: &str) -> Option<f64> {
    match quantity::parse(words.strip_prefix("every ")?) {
        Ok(Value::Quantity(it)) if it.dimension == Dimension::DURATION => Some(it.to_f64()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::samples::{EXAMPLE, component, model, operation};

    const HOUR: f64 = 3600.0;

    fn cells(facts: &str) -> Vec<Cell> {
        let text =
            format!("system S\nentity E {{ id: uuid key }}\ndatabase d {{ stores: E; {facts} }}");
        let model = model(&text);
        let found = recovery(&model, &Success::new(&model));
        found.stores.into_iter().next().expect("a store").cells
    }

    fn losses(facts: &str) -> Vec<Option<f64>> {
        cells(facts).iter().map(|it| it.loss.estimate).collect()
    }

    fn times(facts: &str) -> Vec<Option<f64>> {
        cells(facts).iter().map(|it| it.time.estimate).collect()
    }

    #[test]
    fn copies_in_step_lose_nothing_but_to_an_operator() {
        let all = losses("replicas: 3 across 3 zones; replication: sync; backup: daily");
        let day = Some(24.0 * HOUR);
        assert_eq!(all, [Some(0.0), Some(0.0), Some(0.0), day, day]);
        let regions = losses("replicas: 4 across 2 regions; replication: sync; backup: hourly");
        assert_eq!(
            regions,
            [Some(0.0), Some(0.0), Some(0.0), Some(0.0), Some(HOUR)]
        );
    }

    #[test]
    fn copies_that_follow_lose_their_lag() {
        let all = losses("replicas: 2 across 2 zones; replication: async; lag: 5s; backup: 6h");
        assert_eq!(
            all,
            [
                Some(0.0),
                Some(5.0),
                Some(5.0),
                Some(6.0 * HOUR),
                Some(6.0 * HOUR)
            ]
        );
        let in_one = losses("replicas: 2; replication: 3s; backup: 6h");
        assert_eq!(in_one[1..3], [Some(3.0), Some(6.0 * HOUR)]);
    }

    #[test]
    fn without_copies_and_backup_all_is_lost() {
        let all = cells("replicas: 1; backup: none");
        assert_eq!(all[0].by, Mechanism::Restart);
        assert_eq!(all[1].by, Mechanism::Nothing);
        assert_eq!(all[1].loss.at_least, f64::INFINITY);
        assert_eq!(all[4].verdict(Bounded::Loss, HOUR), Verdict::NoMechanism);
        let unstated = cells("replicas: 1");
        assert_eq!(unstated[1].by, Mechanism::Unstated);
        assert_eq!(unstated[1].verdict(Bounded::Loss, HOUR), Verdict::Unknown);
        assert_eq!(unstated[1].missing[0].what, "`d` states no `backup`");
    }

    #[test]
    fn an_untested_backup_is_unknown_but_one_too_seldom_is_missed() {
        let verdict = |facts: &str, hours: f64| {
            let cells = cells(&format!("replicas: 1; {facts}"));
            cells[4].verdict(Bounded::Loss, hours * HOUR)
        };
        assert_eq!(verdict("backup: daily", 24.0), Verdict::Unknown);
        assert_eq!(
            verdict("backup: daily; restore-tested: yes", 24.0),
            Verdict::Met
        );
        assert_eq!(
            verdict("backup: daily; restore-tested: none", 24.0),
            Verdict::Unknown
        );
        assert_eq!(
            verdict("backup: daily; restore-tested: yes", 1.0),
            Verdict::Missed
        );
        assert_eq!(verdict("backup: daily", 1.0), Verdict::Missed);
        let every = "backup: every 6h; restore-tested: yes";
        assert_eq!(verdict(every, 5.0), Verdict::Missed);
        assert_eq!(verdict(every, 6.0), Verdict::Met);
        assert_eq!(verdict("backup: every night", 24.0), Verdict::Unknown);
        assert_eq!(
            verdict("backup: yes; restore-tested: yes", 1.0),
            Verdict::Unknown
        );
        assert_eq!(
            verdict("backup: continuous; restore-tested: yes", 1.0),
            Verdict::Met
        );
        assert_eq!(
            verdict("backup: continuous; restore-tested: yes", 0.01),
            Verdict::MissedByEstimate
        );
    }

    #[test]
    fn what_copies_may_save_is_not_certainly_missed() {
        let verdict = |facts: &str, at: usize| {
            let cell = &cells(&format!("{facts}; backup: daily; restore-tested: yes"))[at];
            cell.verdict(Bounded::Loss, HOUR)
        };
        assert_eq!(verdict("replicas: 2", 1), Verdict::MissedByEstimate);
        assert_eq!(
            verdict("replicas: 2; replication: async", 1),
            Verdict::MissedByEstimate
        );
        assert_eq!(
            verdict("replicas: 2; replication: sync", 2),
            Verdict::MissedByEstimate
        );
        assert_eq!(
            verdict("replicas: 2; replication: none", 1),
            Verdict::Missed
        );
        assert_eq!(verdict("persist: yes", 1), Verdict::MissedByEstimate);
        assert_eq!(
            verdict("replicas: 3 across 3 zones; replication: sync", 3),
            Verdict::Missed
        );
    }

    #[test]
    fn recovery_takes_a_failover_or_a_restore() {
        let both = "replicas: 2; replication: sync; backup: daily; restore: 2h";
        let automatic = times(&format!("{both}; failover: automatic"));
        assert_eq!(
            automatic,
            [
                Some(60.0),
                Some(60.0),
                Some(2.0 * HOUR),
                Some(2.0 * HOUR),
                Some(2.0 * HOUR)
            ]
        );
        assert_eq!(times(&format!("{both}; failover: manual"))[1], Some(1800.0));
        assert_eq!(times(&format!("{both}; failover: 20s"))[1], Some(20.0));
        assert_eq!(times(both)[1], None);
        assert_eq!(
            times("replicas: 1; mttr: 4h; backup: daily")[0],
            Some(4.0 * HOUR)
        );
        assert_eq!(times("replicas: 1; backup: daily")[4], None);
    }

    #[test]
    fn a_restore_takes_as_long_as_its_bytes() {
        let text = "system S
            entity E { id: uuid key; about { size: 1 KB; count: 1bn } }
            database d { stores: E; replicas: 1; backup: daily; restore-tested: yes }";
        let model = model(text);
        let found = recovery(&model, &Success::new(&model));
        assert_eq!(found.stores[0].cells[4].time, Amount::about(1e4));
    }

    #[test]
    fn another_region_helps_if_it_is_one() {
        let text = "system S
            entity E { id: uuid key }
            region a { database one { stores: E; replicas: 1; backup: daily; failover: manual } }
            region b { database two { stores: E; replicas: 1; backup: daily } }
            one ~> two { mode: replication; lag: 30s }";
        let model = model(text);
        let found = recovery(&model, &Success::new(&model));
        let one = component(&model, "one");
        let store = found.stores.iter().find(|it| it.component == one).unwrap();
        let two = component(&model, "two");
        assert_eq!(store.cells[3].by, Mechanism::Follower(two));
        assert_eq!(store.cells[3].loss, Amount::exactly(30.0));
        // The design draws no zones.
        assert_eq!(store.cells[2].by, Mechanism::Backup(false));
        assert_eq!(store.cells[4].by, Mechanism::Backup(false));
    }

    #[test]
    fn versions_and_rebuilding_save_from_mistakes() {
        assert_eq!(
            losses("replicas: 1; versioning: yes; backup: none")[4],
            Some(0.0)
        );
        assert_eq!(
            losses("replicas: 1; versioning: yes; backup: none")[1],
            Some(f64::INFINITY)
        );
        assert_eq!(
            losses("replicas: 1; rebuildable: yes; backup: none")[1],
            Some(0.0)
        );
    }

    #[test]
    fn an_operation_recovers_with_the_worst_of_its_stores() {
        let text = "system S
            entity E { id: uuid key }
            quality R: recovery { on: put; rpo <= 1h }
            api A: rest { put: POST /es -> E; get: GET /es/{id} -> E { rto <= 5 min } }
            client c
            service s { serves: A; replicas: 2 }
            database d { stores: E; replicas: 1; backup: hourly; restore-tested: yes; restore: 1h }
            database f { stores: E; replicas: 1; backup: daily; restore-tested: yes; restore: 10 min }
            flow Put: put { c -> s; s -> d; s -> f }
            flow Get: get { c -> s; s -> f }";
        let model = model(text);
        let found = recovery(&model, &Success::new(&model));
        let put = found
            .goals
            .iter()
            .find(|it| it.of == Element::Operation(operation(&model, "put")))
            .unwrap();
        assert_eq!(put.stores.len(), 2);
        assert_eq!(put.loss[4], Amount::exactly(24.0 * HOUR));
        assert_eq!(put.time[4], Amount::exactly(HOUR));
        let missed = |at: usize| {
            let verdicts = found.objectives[at].verdicts.iter();
            let missed = verdicts.filter(|it| it.2 == Verdict::Missed);
            missed.map(|it| model.name(it.0)).collect::<BTreeSet<_>>()
        };
        assert_eq!(found.objectives[0].bounded, Bounded::Loss);
        assert_eq!(missed(0), BTreeSet::from(["f"]));
        assert_eq!(found.objectives[1].verdicts.len(), 5);
        assert_eq!(missed(1), BTreeSet::from(["f"]));
    }

    #[test]
    fn the_example_loses_a_day_at_most() {
        let model = model(EXAMPLE);
        let found = recovery(&model, &Success::new(&model));
        assert_eq!(found.stores.len(), 3);
        let rpo = &found.objectives[0];
        assert_eq!(rpo.bound, 24.0 * HOUR);
        assert!(
            rpo.verdicts.iter().all(|it| it.2 == Verdict::Met),
            "{:?}",
            rpo.verdicts
        );
    }
}
