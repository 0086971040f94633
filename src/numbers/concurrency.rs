//! What goes on at once, by Little's law.

use serde::Serialize;

use super::sheet::{self, Block, Cell, Column, Section, Table, Tone};
use super::words::{figure, percent, time};
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
#[cfg_attr(test, schemars(rename = "Concurrency"))]
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
    /// Whether the design says that many change the same one; else it is only locked.
    pub contended: bool,
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
        contended: of.is_said,
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

pub(super) fn section(part: &Part) -> Option<Section> {
    if part.limits.is_empty() && part.pools.is_empty() && part.contended.is_empty() {
        return None;
    }
    let mut blocks = Vec::new();
    blocks.extend(limits(part));
    blocks.extend(opened(part));
    blocks.extend(rows(part));
    blocks.extend(sheet::sources(&part.inputs, &part.missing));
    Some(Section {
        title: "Concurrency".into(),
        blocks,
    })
}

fn limits(part: &Part) -> Vec<Block> {
    let mut limits: Vec<&Limit> = part.limits.iter().collect();
    if limits.is_empty() {
        return Vec::new();
    }
    let share = |it: &Limit| it.utilisation.unwrap_or(-1.0);
    limits.sort_by(|a, b| share(b).total_cmp(&share(a)));
    let mut table = Table::new([
        Column::left("where"),
        Column::left("of"),
        Column::right("needed"),
        Column::right("limit"),
        Column::right("used"),
        Column::right("breaks at a mean of"),
    ]);
    for it in &limits {
        let least = if it.incomplete { "≥ " } else { "" };
        let none = || Cell::toned("not stated", Some(Tone::Quiet));
        let breaks = it.breaks_at_mean_seconds.map_or_else(String::new, time);
        table.row([
            Cell::from(&it.of),
            Cell::from(it.counts),
            Cell::from(format!("{least}{}", figure(it.needed))),
            it.limit.map_or_else(none, |it| Cell::from(figure(it))),
            it.utilisation.map_or_else(Cell::default, used),
            Cell::from(breaks),
        ]);
    }
    let mut blocks = vec![Block::Table(table)];
    if limits.iter().any(|it| it.peak_per_second.is_some()) {
        blocks.push(Block::Paragraph(
            "By Little's law, with mean times at the peak: bursts and a long tail need room on top."
                .to_owned(),
        ));
    }
    blocks
}

fn used(share: f64) -> Cell {
    let tone = match share {
        it if it > 1.0 => Some(Tone::Bad),
        it if it >= 0.7 => Some(Tone::Doubtful),
        _ => None,
    };
    Cell::toned(percent(share), tone)
}

/// Shows pools against what the component behind them holds.
fn opened(part: &Part) -> Vec<Block> {
    if part.pools.is_empty() {
        return Vec::new();
    }
    let mut table = Table::new([
        Column::left("component"),
        Column::right("opened by all pools"),
        Column::right("holds"),
        Column::right("used"),
    ]);
    for it in &part.pools {
        table.row([
            Cell::from(&it.component),
            Cell::from(figure(it.open)),
            Cell::from(figure(it.limit)),
            match it.limit > 0.0 {
                true => used(it.open / it.limit),
                false => Cell::default(),
            },
        ]);
    }
    vec![Block::Heading("Connections".into()), Block::Table(table)]
}

/// Shows how often those who change the same thing meet.
fn rows(part: &Part) -> Vec<Block> {
    let written = part.contended.iter();
    let written = written.filter(|it| it.contended && it.writes_per_second > 0.0);
    let mut written: Vec<&Contended> = written.collect();
    if written.is_empty() {
        return Vec::new();
    }
    written.sort_by(|a, b| b.utilisation.total_cmp(&a.utilisation));
    let mut table = Table::new([
        Column::left("changed"),
        Column::right("writes /s"),
        Column::right("held for"),
        Column::right("all in one row"),
        Column::right("in all alike"),
    ]);
    for it in &written {
        let waited = matches!(it.locking.as_deref(), Some("pessimistic" | "lease"));
        let (one, spread) = match waited {
            true => (it.utilisation, it.spread_utilisation),
            false => (it.conflict, it.spread_conflict),
        };
        let kept = it.locking.as_ref();
        let kept = kept.map_or_else(String::new, |word| format!(", {word}"));
        table.row([
            Cell::from(format!("{} in {}{kept}", it.entity, it.component)),
            Cell::from(figure(it.writes_per_second)),
            Cell::from(match it.held_seconds > 0.0 {
                true => time(it.held_seconds),
                false => "not stated".to_owned(),
            }),
            Cell::from(share_of(it, one)),
            Cell::from(spread.map_or_else(String::new, |share| share_of(it, share))),
        ]);
    }
    let words = "With locks that others wait for (`pessimistic`, `lease`) the share of the time in which a row is locked, else the chance that a write finds its row changed. The truth lies between all writes going to one row and all rows being written alike.";
    vec![
        Block::Heading("Changed by many at once".into()),
        Block::Table(table),
        Block::Paragraph(words.to_owned()),
    ]
}

fn share_of(of: &Contended, share: f64) -> String {
    match share {
        _ if of.held_seconds <= 0.0 => String::new(),
        it if it > 1.0 => "over 100 %".to_owned(),
        it => percent(it),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numbers::load::tests::{rows_of, with_context};

    const SALE: &str = "system Seats
        api P: rest { hold: POST /holds -> Seat; view: GET /seats -> Seat[] }
        entity Seat { id: uuid key; about { contended: yes; count: 60k } }
        load Sale { hold: 300/s; view: 2k/s; concurrent: 400k }
        client app: browser
        service web { serves: P; replicas: 4; concurrency: 50 }
        service live { connections: 50k; replicas: 6 }
        database db { stores: Seat; replicas: 1; connections: 200 }
        app <-> live { protocol: websocket }
        app -> web
        web -> db { pool: 60 }
        flow Holding: hold {
          app -> web { mean: 10ms }
          web -> db { writes: Seat; mean: 5ms; locking: pessimistic }
        }
        flow Viewing: view { app -> web; web -> db { mean: 30ms; reads: Seat } }";

    #[test]
    fn limits_are_compared_with_what_is_under_way() {
        with_context(SALE, |context| {
            let part = part(context);
            let limit = |of: &str, counts: &str| {
                let mut all = part.limits.iter();
                all.find(|it| it.of == of && it.counts == counts)
                    .unwrap()
                    .clone()
            };
            // 300/s × (10 + 5) ms + 2,000/s × (? + 30) ms = 4.5 + 60 of 4 × 50
            let web = limit("web", "requests");
            assert!((web.needed - 64.5).abs() < 1e-9, "{web:?}");
            assert_eq!(web.limit, Some(200.0));
            assert!(web.incomplete);
            // 300/s × 5 ms + 2,000/s × 30 ms = 61.5 of 200; breaks at 200 / 2,300/s
            let db = limit("db", "connections");
            assert!((db.needed - 61.5).abs() < 1e-9, "{db:?}");
            assert!((db.breaks_at_mean_seconds.unwrap() - 200.0 / 2300.0).abs() < 1e-9);
            assert_eq!(limit("live", "sockets").utilisation, Some(400.0 / 300.0));
            assert_eq!((part.pools[0].open, part.pools[0].limit), (240.0, 200.0));
            let seat = &part.contended[0];
            assert!((seat.utilisation - 1.5).abs() < 1e-9, "{seat:?}");
        });
    }

    #[test]
    fn the_worst_limit_comes_first() {
        with_context(SALE, |context| {
            let rows = rows_of(&section(&part(context)).unwrap());
            assert_eq!(
                rows,
                [
                    "live | sockets | 400,000 | 300,000 | 133 % | ",
                    "web | requests | ≥ 64.5 | 200 | 32 % | 87 ms",
                    "db | connections | 61.5 | 200 | 31 % | 87 ms",
                    "web -> db | pool | 61.5 | 240 | 26 % | 104 ms",
                    "db | 240 | 200 | 120 %",
                    "Seat in db, pessimistic | 300 | 5 ms | over 100 % | < 0.1 %",
                ]
            );
        });
    }

    #[test]
    fn nothing_is_said_where_nothing_is_limited() {
        with_context("service a; service b; a -> b", |context| {
            assert_eq!(section(&part(context)), None);
        });
    }
}
