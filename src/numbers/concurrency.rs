//! What goes on at once, by Little's law.

use serde::Serialize;

use super::sheet::{self, Block, Cell, Column, Section, Table, Tone};
use super::words::{figure, listed, per_second, percent, seconds};
use super::{Context, Input, Missing};
use crate::analysis::concurrency::{self as analysis, Counted, concurrency};
use crate::model::Element;

/// What goes on at once, by Little's law: so many are under way as arrive in the time that
/// one takes.
///
/// Uses mean times: a long tail and bursts need room on top.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Part {
    /// The stated limits with what is needed of them, and sockets also where no limit is
    /// stated.
    pub limits: Vec<Limit>,
    /// What all pools of a component's callers open together.
    pub pools: Vec<Pools>,
    /// What many change at once.
    pub contended: Vec<Contended>,
    /// The numbers that went in.
    pub inputs: Vec<Input>,
    /// What would have to be stated to say more; times that are not stated count as none.
    pub missing: Vec<Missing>,
}

/// A limit, and what is needed of it at the peak.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Limit {
    /// The component or connection.
    pub of: String,
    /// What it limits: `connections`, `requests`, `pool`, `sockets` or `threads`.
    pub counts: &'static str,
    /// The limit of one replica; nothing where none is stated.
    pub replica_limit: Option<f64>,
    /// The limit of all replicas together; nothing where their number is open.
    pub limit: Option<f64>,
    /// Requests a second at the peak; nothing for sockets.
    pub peak_per_second: Option<f64>,
    /// How long one takes on average, in seconds, with what it waits for; nothing for
    /// sockets, and where no time is stated.
    pub mean_seconds: Option<f64>,
    /// How many are needed at once, by what is stated and assumed.
    pub needed: f64,
    /// How many are needed at the least, whatever is not stated.
    pub needed_at_least: f64,
    /// The needed share of the limit.
    pub utilisation: Option<f64>,
    /// The mean time, in seconds, beyond which the limit does not suffice.
    pub breaks_at_mean_seconds: Option<f64>,
    /// Whether times are not stated that would make it more.
    pub incomplete: bool,
}

/// What all pools of a component's callers open together.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Pools {
    /// The component that they reach.
    pub component: String,
    /// How many connections they keep open, of all replicas of all callers.
    pub open: f64,
    /// How many it holds, with all replicas.
    pub limit: f64,
}

/// How often those who change the same thing meet.
///
/// The truth lies between all writes going to one row, and all rows being written alike.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Contended {
    /// What is changed.
    pub entity: String,
    /// Where it is kept.
    pub component: String,
    /// How two are kept apart, if it is stated: `optimistic`, `pessimistic`, `lease` and
    /// the like.
    pub locking: Option<String>,
    /// How many rows there are, if it is stated.
    pub rows: Option<f64>,
    /// Writes a second at the peak.
    pub writes_per_second: f64,
    /// How long one takes on average, in seconds: the lock is held, or the row that was
    /// read may change.
    pub held_seconds: f64,
    /// The share of the time in which the lock of one row is held, if that one gets all
    /// writes; from 1 on, writers wait without end.
    pub utilisation: f64,
    /// The same where all rows are written alike.
    pub spread_utilisation: Option<f64>,
    /// The chance that a write finds its row changed, if that one gets all writes.
    pub conflict: f64,
    /// The same where all rows are written alike.
    pub spread_conflict: Option<f64>,
}

pub(super) fn part(context: &Context) -> Part {
    let found = concurrency(context.model);
    let limits = found.limits.iter();
    let inputs = limits
        .clone()
        .flat_map(|it| it.inputs.iter().chain(&it.stated).chain(&it.replicas))
        .chain(found.pools.iter().flat_map(|it| &it.inputs))
        .chain(
            found
                .contended
                .iter()
                .flat_map(|it| it.inputs.iter().chain(&it.rows)),
        );
    let missing = found
        .missing
        .iter()
        .chain(limits.clone().flat_map(|it| &it.missing))
        .chain(found.contended.iter().flat_map(|it| &it.missing));
    Part {
        inputs: context.inputs(inputs),
        missing: context.missing(missing),
        limits: limits.map(|it| limit(context, it)).collect(),
        pools: found.pools.iter().map(|it| pools(context, it)).collect(),
        contended: found
            .contended
            .iter()
            .map(|it| contended(context, it))
            .collect(),
    }
}

fn limit(context: &Context, of: &analysis::Limit) -> Limit {
    let asked = of.per_second > 0.0;
    Limit {
        of: context.name(of.of),
        counts: match of.counted {
            Counted::Connections => "connections",
            Counted::Requests => "requests",
            Counted::Pool => "pool",
            Counted::Sockets => "sockets",
            Counted::Threads => "threads",
        },
        replica_limit: of.stated.as_ref().map(|it| it.value),
        limit: of.allowed(),
        peak_per_second: (of.counted != Counted::Sockets).then_some(of.per_second),
        mean_seconds: (asked && of.needed > 0.0).then(|| of.needed / of.per_second),
        needed: of.needed,
        needed_at_least: of.at_least,
        utilisation: of.share(),
        breaks_at_mean_seconds: of.breaks_at(),
        incomplete: !of.missing.is_empty(),
    }
}

fn pools(context: &Context, of: &analysis::Pools) -> Pools {
    Pools {
        component: context.name(Element::Component(of.component)),
        open: of.open,
        limit: of.held,
    }
}

fn contended(context: &Context, of: &analysis::Contended) -> Contended {
    Contended {
        entity: context.name(Element::Entity(of.entity)),
        component: context.name(Element::Component(of.component)),
        locking: of.locking.clone(),
        rows: of.rows.as_ref().map(|it| it.value),
        writes_per_second: of.per_second,
        held_seconds: of.held,
        utilisation: of.utilisation(),
        spread_utilisation: of.spread_utilisation(),
        conflict: of.conflict(),
        spread_conflict: of.spread_conflict(),
    }
}

pub(super) fn section(_part: &Part) -> Option<Section> {
    None
}
