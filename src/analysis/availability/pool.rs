//! The replicas of one component, and how often too few of them work.

use super::domain::{Lost, State};
use crate::model::{Component, Id};

/// How a component is carried by its replicas, all of one kind.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Pool {
    /// The share of the time in which one replica is down.
    pub each: f64,
    /// The share of a replica's failures that all have in common (the beta factor).
    pub common: f64,
    /// How many must work.
    pub need: u64,
    /// How many work at once.
    pub active: u64,
    /// How many wait to take over.
    pub standbys: u64,
    /// How often taking over succeeds.
    pub coverage: f64,
    /// The share of the time that is lost while taking over.
    pub switching: f64,
    /// Over which domains they are spread, one after the other.
    pub spread: Option<Spread>,
    /// Whether it stands for all replicas of which somebody else takes care.
    pub whole: bool,
}

/// The failure domains of a component: so many zones or regions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spread {
    /// Whether they are regions.
    pub region: bool,
    /// How many there are, at least one.
    pub domains: u64,
}

/// Beyond this many replicas a majority is computed of this many.
const LARGEST_MAJORITY: u64 = 1_001;

impl Pool {
    /// Makes one replica that is down for this share of the time.
    pub fn single(each: f64) -> Pool {
        Pool {
            each,
            common: 0.0,
            need: 1,
            active: 1,
            standbys: 0,
            coverage: 1.0,
            switching: 0.0,
            spread: None,
            whole: false,
        }
    }

    /// Makes something whose replicas are another's affair.
    pub fn whole(each: f64) -> Pool {
        Pool {
            whole: true,
            ..Pool::single(each)
        }
    }

    /// Returns how many replicas there are.
    pub fn count(&self) -> u64 {
        self.active + self.standbys
    }

    /// Returns this pool with replicas that are down for another share of the time.
    pub fn with_each(&self, each: f64) -> Pool {
        Pool {
            each,
            ..self.clone()
        }
    }

    /// Returns the share of the time in which too few work, while the domains are
    /// in a state.
    pub fn down(&self, id: Id<Component>, state: &State, lost: &Lost) -> f64 {
        let (active, standbys) = self.live(id, state, lost);
        let alone = self.count() == 1;
        let (own, common) = match alone {
            true => (self.each, 0.0),
            false => ((1.0 - self.common) * self.each, self.common * self.each),
        };
        let group = if self.need <= 1 {
            let uncovered = 1.0 - self.coverage;
            power(own, active) * (uncovered + self.coverage * power(own, standbys))
        } else {
            too_few(active + standbys, self.need, own)
        };
        either(common, either(self.switching, group))
    }

    /// Returns how many active replicas and standbys stand where something is up.
    fn live(&self, id: Id<Component>, state: &State, lost: &Lost) -> (u64, u64) {
        let gone = lost.replicas_of(id).filter(|_| !self.whole);
        let Some(spread) = self.spread else {
            let gone: Vec<u64> = gone.filter(|it| *it < self.count()).collect();
            let active = gone.iter().filter(|it| **it < self.active).count() as u64;
            let standbys = gone.len() as u64 - active;
            return (self.active - active, self.standbys - standbys);
        };
        let (mut active, mut all) = (0, 0);
        for (first, up) in state.up(spread.region) {
            active += up * in_domain(self.active, first, spread.domains);
            all += up * in_domain(self.count(), first, spread.domains);
        }
        for replica in gone.filter(|it| *it < self.count()) {
            if state.is_up(spread.region, replica % spread.domains) {
                all -= 1;
                active -= u64::from(replica < self.active);
            }
        }
        (active, all - active)
    }
}

/// Returns how many of the first `count` replicas stand in a domain.
fn in_domain(count: u64, domain: u64, domains: u64) -> u64 {
    if domain >= domains {
        return 0;
    }
    count / domains + u64::from(domain < count % domains)
}

/// Returns the probability that one or the other happens, independently.
pub(super) fn either(one: f64, other: f64) -> f64 {
    one + (1.0 - one) * other
}

pub(super) fn power(base: f64, exponent: u64) -> f64 {
    base.powi(i32::try_from(exponent).unwrap_or(i32::MAX))
}

/// Returns the probability that fewer than `need` of `count` work, where each is
/// down for a share of the time: a sum of positive terms, so that small results
/// are exact.
pub(super) fn too_few(count: u64, need: u64, down: f64) -> f64 {
    if need > count || down >= 1.0 {
        return 1.0;
    }
    if need == 0 || down <= 0.0 {
        return 0.0;
    }
    let (count, need) = capped(count, need);
    let fewest = count - need + 1;
    let mut term = power(1.0 - down, count - fewest);
    for index in 1..=fewest {
        term *= (count - fewest + index) as f64 / index as f64 * down;
    }
    let mut sum = term;
    for failed in fewest..count {
        term *= (count - failed) as f64 / (failed + 1) as f64 * (down / (1.0 - down));
        sum += term;
    }
    sum.min(1.0)
}

fn capped(count: u64, need: u64) -> (u64, u64) {
    if count <= LARGEST_MAJORITY {
        return (count, need);
    }
    let share = need as f64 / count as f64;
    let need = (share * LARGEST_MAJORITY as f64).ceil() as u64;
    (LARGEST_MAJORITY, need.clamp(1, LARGEST_MAJORITY))
}
