//! How much goes on at once, by Little's law: `L = λ·W`.
//!
//! Takes a model, gives for every stated limit (connections, threads, pools, what one
//! replica does at a time) what is needed at peak, and the time at which it breaks; for
//! sockets the users who are there; for what many change at once how often they meet.
//! Uses mean times: a long tail and bursts need room on top. A larger pool only moves
//! the line to whoever is behind it, so that pools are also added up.

mod contended;
mod held;
mod pools;

use crate::analysis::figures::{
    count, duration, element_name, rate, relation_name, replicas, stated,
};
use crate::analysis::input::{Input, Missing};
use crate::analysis::uses::{Uses, uses};
use crate::model::{Component, Element, Entity, Id, Model};
use contended::contended;
use held::held;
use pools::{pool_limits, pools, socket_limits, sockets};

/// What goes on at once.
#[derive(Clone, Debug, Default)]
pub struct Concurrency {
    /// The stated limits, and sockets also where no limit is stated.
    pub limits: Vec<Limit>,
    /// Pools that together open more or fewer connections than their receiver holds.
    pub pools: Vec<Pools>,
    /// What many change at once.
    pub contended: Vec<Contended>,
    /// What would be needed to say more.
    pub missing: Vec<Missing>,
}

/// What a limit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Counted {
    /// `connections` of a component, one for each request that is under way.
    Connections,
    /// `concurrency` of a component: requests under way.
    Requests,
    /// `pool` of a connection.
    Pool,
    /// `connections` of a component, one for each user who is there.
    Sockets,
    /// `threads` of a component.
    Threads,
}

/// A limit, and what is needed of it.
#[derive(Clone, Debug)]
pub struct Limit {
    /// The component or connection.
    pub of: Element,
    /// What it counts.
    pub counted: Counted,
    /// The limit of one replica; `None` for sockets of which nothing says.
    pub stated: Option<Input>,
    /// How many replicas have it; `None` where the number is open.
    pub replicas: Option<Input>,
    /// Requests a second at peak; nothing for sockets.
    pub per_second: f64,
    /// How many are needed at once, by what is stated and assumed.
    pub needed: f64,
    /// How many are needed at the least, whatever is not stated.
    pub at_least: f64,
    /// The mean times that went in, or the users.
    pub inputs: Vec<Input>,
    /// Times that nothing states; they count as nothing.
    pub missing: Vec<Missing>,
}

/// What all pools of a component's callers open.
#[derive(Clone, Debug)]
pub struct Pools {
    /// The component that they reach.
    pub component: Id<Component>,
    /// How many connections they keep open, of all replicas of all callers.
    pub open: f64,
    /// How many it holds, with all replicas.
    pub held: f64,
    /// The pools and the limit.
    pub inputs: Vec<Input>,
}

/// How often those who change the same thing meet.
///
/// The truth lies between all writes going to one row, and all rows being written alike.
#[derive(Clone, Debug)]
pub struct Contended {
    /// Where it is kept.
    pub component: Id<Component>,
    /// What is changed.
    pub entity: Id<Entity>,
    /// Whether the entity says that many change the same one.
    pub is_said: bool,
    /// How two are kept apart, if it is stated.
    pub locking: Option<String>,
    /// How many there are, if it is stated.
    pub rows: Option<Input>,
    /// Writes a second at peak.
    pub per_second: f64,
    /// How long one takes on average, in seconds: the lock is held, or the row that was
    /// read may change.
    pub held: f64,
    /// The times that went in.
    pub inputs: Vec<Input>,
    /// Times that nothing states; they count as nothing.
    pub missing: Vec<Missing>,
}

/// Returns how many are under way at once: Little's law (J. D. C. Little, "A Proof for
/// the Queuing Formula L = λW", 1961).
pub fn under_way(per_second: f64, mean: f64) -> f64 {
    per_second * mean
}

/// Returns the chance that a row changes while one reads, decides and writes.
pub fn conflict_chance(writes_per_second: f64, seconds: f64) -> f64 {
    -(-writes_per_second * seconds).exp_m1()
}

impl Limit {
    /// Returns how many all replicas allow together.
    pub fn allowed(&self) -> Option<f64> {
        Some(self.stated.as_ref()?.value * self.replicas.as_ref()?.value)
    }

    /// Returns the needed share of what is allowed.
    pub fn share(&self) -> Option<f64> {
        let allowed = self.allowed().filter(|it| *it > 0.0)?;
        Some(self.needed / allowed)
    }

    /// Returns the mean time, in seconds, beyond which it does not suffice.
    pub fn breaks_at(&self) -> Option<f64> {
        let allowed = self.allowed()?;
        (self.per_second > 0.0).then(|| allowed / self.per_second)
    }
}

impl Contended {
    /// Returns the share of the time in which the lock of one row is held that gets all
    /// writes; from 1 on, writers wait without end.
    pub fn utilisation(&self) -> f64 {
        under_way(self.per_second, self.held)
    }

    /// Returns the same where all rows are written alike; `None` where nothing says how
    /// many there are.
    pub fn spread_utilisation(&self) -> Option<f64> {
        let rows = self.rows.as_ref().filter(|it| it.value >= 1.0)?;
        Some(self.utilisation() / rows.value)
    }

    /// Returns the chance that a write finds a row changed that gets all writes.
    pub fn conflict(&self) -> f64 {
        conflict_chance(self.per_second, self.held)
    }

    /// Returns the same where all rows are written alike.
    pub fn spread_conflict(&self) -> Option<f64> {
        Some(-(-self.spread_utilisation()?).exp_m1())
    }
}

/// Returns what goes on at once in a design.
pub fn concurrency(model: &Model) -> Concurrency {
    concurrency_of(model, &uses(model))
}

/// As [`concurrency`], where the uses are known.
pub(in crate::analysis) fn concurrency_of(model: &Model, uses: &Uses<'_>) -> Concurrency {
    let held = held(model, uses);
    let sockets = sockets(model);
    let mut found = Concurrency {
        missing: uses.missing.clone(),
        ..Concurrency::default()
    };
    for (id, component) in model.components.iter() {
        if component.is_outside() {
            continue;
        }
        let of = Element::Component(id);
        let keys = [
            (Counted::Requests, "concurrency"),
            (Counted::Threads, "threads"),
            (Counted::Connections, "connections"),
        ];
        for (counted, key) in keys {
            let socket = key == "connections" && sockets.contains(&id);
            if let (Some(stated), false) =
                (self::stated(&component.facts, key, model.name(id)), socket)
            {
                found.limits.push(Limit {
                    of,
                    counted,
                    stated: Some(stated),
                    replicas: replicas(component),
                    ..held.limit(model, uses, of)
                });
            }
        }
    }
    pool_limits(model, uses, &held, &mut found);
    socket_limits(model, &sockets, &mut found);
    found.pools = pools(model);
    found.contended = contended(model, uses, &held);
    found
}

impl Limit {
    /// Returns what is needed in words: `2k/s × 50ms = 100`.
    pub fn words(&self) -> String {
        let needed = count(self.needed);
        match self.per_second > 0.0 {
            true => {
                let mean = duration(self.needed / self.per_second);
                format!("{} × {mean} = {needed}", rate(self.per_second))
            }
            false => needed,
        }
    }

    /// Returns the name of what has the limit.
    pub fn name(&self, model: &Model) -> String {
        match self.of {
            Element::Relation(id) => relation_name(model, id),
            Element::Component(id) => model.name(id).to_owned(),
            other => element_name(model, other).to_owned(),
        }
    }
}

#[cfg(test)]
mod tests;
