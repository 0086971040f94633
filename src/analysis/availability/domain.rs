//! Zones and regions that are numbered, not drawn, and which of them are up.
//!
//! Domains of one kind fail alike, so those that hold equally many replicas of
//! every component need not be told apart: a state says how many of each class
//! are up, and has the probability of all states that it stands for.

use std::collections::{BTreeMap, BTreeSet};

use super::pool::{Pool, either, power};
use crate::analysis::success::Part;
use crate::model::{Component, Id};

/// What is down for sure.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lost {
    /// Whole components.
    pub components: BTreeSet<Id<Component>>,
    /// Replicas, machines, zones.
    pub parts: BTreeSet<Part>,
}

impl Lost {
    /// Returns the numbers of a component's replicas that are lost.
    pub(super) fn replicas_of(&self, id: Id<Component>) -> impl Iterator<Item = u64> {
        let range = Part::Replica(id, 0)..=Part::Replica(id, u32::MAX);
        self.parts.range(range).filter_map(|part| match part {
            Part::Replica(_, number) => Some(u64::from(*number)),
            _ => None,
        })
    }

    fn zones(&self, region: bool) -> impl Iterator<Item = u64> {
        let range = Part::Zone(region, 0)..=Part::Zone(region, u32::MAX);
        self.parts.range(range).filter_map(|part| match part {
            Part::Zone(_, number) => Some(u64::from(*number)),
            _ => None,
        })
    }
}

/// How often domains of one kind are down.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Outages {
    /// The share of the time in which one of them is down.
    pub each: f64,
    /// The share of these failures that all have in common.
    pub common: f64,
}

impl Outages {
    /// Returns the share of the time in which a domain is down by itself.
    pub fn own(self) -> f64 {
        (1.0 - self.common) * self.each
    }

    /// Returns the share of the time in which all are down together.
    pub fn together(self) -> f64 {
        self.common * self.each
    }
}

/// Domains of one kind, from `first` on, that hold equally many of everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Class {
    pub first: u64,
    pub size: u64,
    lost: bool,
}

/// Which domains are up, zones before regions.
#[derive(Clone, Debug)]
pub(super) struct State {
    /// How likely it is.
    pub chance: f64,
    up: [Vec<(Class, u64)>; 2],
    /// Whether all domains of the kind fell together.
    pub together: [bool; 2],
}

impl State {
    /// Returns the first domain of each class, and how many of the class are up.
    pub fn up(&self, region: bool) -> impl Iterator<Item = (u64, u64)> {
        let kind = &self.up[usize::from(region)];
        kind.iter().map(|(class, up)| (class.first, *up))
    }

    /// Returns the classes of a kind with how many of each are up.
    pub fn classes(&self, region: bool) -> &[(Class, u64)] {
        &self.up[usize::from(region)]
    }

    /// Tells whether a domain is up that is alone in its class.
    pub fn is_up(&self, region: bool, domain: u64) -> bool {
        self.up(region).any(|(first, up)| first == domain && up > 0)
    }
}

/// The most states that are looked at, and the most domains of one class.
const STATES: u64 = 65_536;

/// Returns the states of all domains over which pools are spread; nothing where
/// there are too many.
pub(super) fn states(
    pools: &BTreeMap<Id<Component>, &Pool>,
    outages: [Outages; 2],
    lost: &Lost,
    limit: usize,
) -> Option<Vec<State>> {
    let limit = STATES.min(limit as u64);
    let kinds = [false, true].map(|region| {
        let classes = classes(pools, region, lost);
        let mut outages = outages[usize::from(region)];
        if classes.iter().map(|it| it.size).sum::<u64>() == 1 {
            outages.common = 0.0;
        }
        of_kind(&classes, outages, limit)
    });
    let [zones, regions] = kinds;
    let (zones, regions) = (zones?, regions?);
    if (zones.len() * regions.len()) as u64 > limit {
        return None;
    }
    let mut states = Vec::with_capacity(zones.len() * regions.len());
    for (one, zones, zones_together) in &zones {
        for (other, regions, regions_together) in &regions {
            states.push(State {
                chance: one * other,
                up: [zones.clone(), regions.clone()],
                together: [*zones_together, *regions_together],
            });
        }
    }
    Some(states)
}

/// Returns the one state in which all domains are up that are not lost.
pub(super) fn all_up(pools: &BTreeMap<Id<Component>, &Pool>, lost: &Lost) -> State {
    let up = [false, true].map(|region| {
        let classes = classes(pools, region, lost);
        let full = |it: Class| (it, if it.lost { 0 } else { it.size });
        classes.into_iter().map(full).collect()
    });
    State {
        chance: 1.0,
        up,
        together: [false; 2],
    }
}

/// Returns the probability that any domain is down that is not lost.
pub(super) fn any_down(state: &State, outages: [Outages; 2]) -> f64 {
    let mut down = 0.0;
    for region in [false, true] {
        let outage = outages[usize::from(region)];
        let count: u64 = state.up(region).map(|(_, up)| up).sum();
        if count > 0 {
            let own = 1.0 - power(1.0 - outage.own(), count);
            down = either(down, either(outage.together(), own));
        }
    }
    down
}

/// Parts the domains of a kind into classes.
fn classes(pools: &BTreeMap<Id<Component>, &Pool>, region: bool, lost: &Lost) -> Vec<Class> {
    let mut ends = BTreeSet::new();
    for (id, pool) in pools {
        let Some(spread) = pool.spread.filter(|it| it.region == region) else {
            continue;
        };
        let domains = spread.domains;
        ends.extend([pool.active % domains, pool.count() % domains]);
        ends.insert(domains.min(pool.count()));
        for replica in lost.replicas_of(*id) {
            ends.extend([replica % domains, replica % domains + 1]);
        }
    }
    let Some(last) = ends.last().copied() else {
        return Vec::new();
    };
    let gone: BTreeSet<u64> = lost.zones(region).filter(|it| *it < last).collect();
    ends.extend(gone.iter().flat_map(|it| [*it, *it + 1]));
    let mut first = 0;
    let mut classes = Vec::new();
    for end in ends {
        if end > first {
            let (size, lost) = (end - first, gone.contains(&first));
            classes.push(Class { first, size, lost });
            first = end;
        }
    }
    classes
}

/// A state of one kind: its chance, what is up, and whether all fell together.
type OfKind = (f64, Vec<(Class, u64)>, bool);

fn of_kind(classes: &[Class], outages: Outages, limit: u64) -> Option<Vec<OfKind>> {
    let own = outages.own();
    let free = |class: &Class| !class.lost && own > 0.0;
    let mut count: u64 = 1;
    for class in classes.iter().filter(|it| free(it)) {
        count = count.saturating_mul(class.size.saturating_add(1));
    }
    if count >= limit.max(2) {
        return None;
    }
    let mut states = vec![(1.0, Vec::new(), false)];
    for class in classes {
        let choices: Vec<(u64, f64)> = match (class.lost, free(class)) {
            (true, _) => vec![(0, 1.0)],
            (false, false) => vec![(class.size, 1.0)],
            (false, true) => (0..=class.size)
                .map(|up| (up, exactly(class.size, class.size - up, own)))
                .collect(),
        };
        let longer = states.iter().flat_map(|(chance, list, _)| {
            choices.iter().map(move |(up, more)| {
                let mut list: Vec<(Class, u64)> = list.clone();
                list.push((*class, *up));
                (chance * more, list, false)
            })
        });
        states = longer.collect();
    }
    let together = outages.together();
    if together > 0.0 && !classes.is_empty() {
        states.iter_mut().for_each(|it| it.0 *= 1.0 - together);
        let none = classes.iter().map(|class| (*class, 0)).collect();
        states.push((together, none, true));
    }
    Some(states)
}

/// Returns the probability that exactly `down` of `count` are down.
fn exactly(count: u64, down: u64, each: f64) -> f64 {
    let mut chance = power(1.0 - each, count - down);
    for index in 1..=down {
        chance *= (count - down + index) as f64 / index as f64 * each;
    }
    chance
}
