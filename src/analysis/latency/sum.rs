//! The time of several steps together, number by number.

use super::distribution::Distribution;
use super::hop::Hop;
use crate::analysis::load::often::Share;

/// Longer and more often than this is not told apart, so that nothing becomes infinite.
pub(super) const MOST: f64 = 1e100;

/// The time of some steps, in seconds. What is not stated counts nothing.
#[derive(Clone, Debug)]
pub(super) struct Sum {
    /// The least.
    pub min: f64,
    /// The mean.
    pub mean: f64,
    /// The mean at the least.
    pub least_mean: f64,
    /// The mean if the slowest branch is always taken and all that may happen does.
    pub worst: f64,
    /// For each percentile that a step can state a time with the chance that it is exceeded at the most;
    /// `None` where a step states no percentile as high.
    pub bounds: [Option<(f64, f64)>; 5],
    /// How it is distributed, where every step says enough.
    pub distribution: Option<Distribution>,
}

impl Sum {
    /// Takes no time.
    pub fn none(step: Option<f64>) -> Sum {
        Sum {
            min: 0.0,
            mean: 0.0,
            least_mean: 0.0,
            worst: 0.0,
            bounds: [Some((0.0, 0.0)); 5],
            distribution: step.map(Distribution::none),
        }
    }

    /// Takes the time of one step.
    pub fn of(hop: &Hop, step: Option<f64>) -> Sum {
        if !hop.is_timed() {
            let least = Sum::none(step);
            let (min, least_mean) = (hop.min, hop.min);
            let (mean, worst) = (hop.min, hop.min);
            return Sum {
                min,
                mean,
                least_mean,
                worst,
                ..least
            };
        }
        let bound = |level| hop.at_most(level).map(|(time, share)| (time, 1.0 - share));
        let mean = hop.mean.unwrap_or(hop.least_mean);
        let fit = hop.fit.zip(step);
        Sum {
            min: hop.min,
            mean,
            least_mean: hop.least_mean,
            worst: mean,
            bounds: std::array::from_fn(bound),
            distribution: fit.map(|(fit, step)| Distribution::of(fit, step)),
        }
    }

    /// Takes the one and then the other: means add, and so do the chances that a
    /// bound is exceeded (the union bound, whatever depends on what).
    pub fn then(self, other: &Sum) -> Sum {
        let add = |level: usize| {
            let (one, other) = (self.bounds[level]?, other.bounds[level]?);
            Some((one.0 + other.0, (one.1 + other.1).min(1.0)))
        };
        let both = self.distribution.as_ref().zip(other.distribution.as_ref());
        Sum {
            min: self.min + other.min,
            mean: self.mean + other.mean,
            least_mean: self.least_mean + other.least_mean,
            worst: self.worst + other.worst,
            bounds: std::array::from_fn(add),
            distribution: both.map(|(one, other)| one.then(other)),
        }
    }

    /// Happens in a share of cases, and then so often, one after the other.
    pub fn often(self, share: Share, times: f64) -> Sum {
        if share == Share::ALWAYS && times == 1.0 {
            return self;
        }
        if share.most == 0.0 || times == 0.0 {
            return Sum::none(self.distribution.map(|it| it.step));
        }
        let certain = if share.least >= 1.0 {
            times.floor()
        } else {
            0.0
        };
        let exceeded = share.most * times.ceil();
        let long = |seconds: f64| seconds.min(MOST);
        let bound = |it: (f64, f64)| (long(it.0 * times.ceil()), (it.1 * exceeded).min(1.0));
        let distribution = self.distribution;
        Sum {
            min: long(self.min * certain),
            mean: long(self.mean * share.likely * times),
            least_mean: long(self.least_mean * share.least * times),
            worst: long(self.worst * times),
            bounds: self.bounds.map(|it| it.map(bound)),
            distribution: distribution.map(|it| it.repeated(times).sometimes(share.likely)),
        }
    }

    /// Happens so often at once, and all are waited for.
    pub fn at_once(self, times: f64) -> Sum {
        if times <= 1.0 {
            return self.often(Share::ALWAYS, times);
        }
        let bound = |it: (f64, f64)| (it.0, (it.1 * times.ceil()).min(1.0));
        let distribution = self.distribution.map(|it| it.all_of(times));
        let slowest = distribution.as_ref().map_or(0.0, Distribution::mean);
        Sum {
            mean: self.mean.max(slowest),
            worst: self.worst.max(slowest),
            bounds: self.bounds.map(|it| it.map(bound)),
            distribution,
            ..self
        }
    }

    /// Takes one of several.
    pub fn one_of(branches: &[(Share, Sum)], step: Option<f64>) -> Sum {
        let possible = || branches.iter().filter(|(share, _)| share.most > 0.0);
        if possible().next().is_none() {
            return Sum::none(step);
        }
        let least = |value: fn(&Sum) -> f64| {
            let values = possible().map(|(_, it)| value(it));
            values.fold(f64::INFINITY, f64::min)
        };
        let weighted = |value: fn(&Sum) -> f64, share: fn(&Share) -> f64| -> f64 {
            let values = possible().map(|(it, sum)| share(it) * value(sum));
            values.sum()
        };
        let sure: f64 = branches.iter().map(|(share, _)| share.least).sum();
        let open = (1.0 - sure).max(0.0);
        let known = branches.iter().all(|(share, _)| share.is_known());
        let bound = |level: usize| {
            let (mut time, mut most, mut sum) = (0.0_f64, 0.0_f64, 0.0);
            for (share, branch) in possible() {
                let (one, rest) = branch.bounds[level]?;
                time = time.max(one);
                most = most.max(rest);
                sum += share.likely * rest;
            }
            Some((time, if known { sum } else { most }))
        };
        let mixed: Option<Vec<(f64, &Distribution)>> = branches
            .iter()
            .map(|(share, it)| Some((share.likely, it.distribution.as_ref()?)))
            .collect();
        let likely: f64 = branches.iter().map(|(share, _)| share.likely).sum();
        let whole = (likely - 1.0).abs() < 1e-9;
        Sum {
            min: least(|it| it.min),
            mean: weighted(|it| it.mean, |it| it.likely),
            least_mean: weighted(|it| it.least_mean, |it| it.least)
                + open * least(|it| it.least_mean),
            worst: possible().map(|(_, it)| it.worst).fold(0.0, f64::max),
            bounds: std::array::from_fn(bound),
            distribution: mixed
                .zip(step)
                .filter(|_| whole)
                .map(|(it, step)| Distribution::mixed(step, &it)),
        }
    }

    /// Runs several side by side until so many are done.
    pub fn side_by_side(branches: &[Sum], wanted: usize, step: Option<f64>) -> Sum {
        if branches.is_empty() {
            return Sum::none(step);
        }
        let wanted = wanted.clamp(1, branches.len());
        let all = wanted == branches.len();
        let done = |value: fn(&Sum) -> f64| {
            let mut values: Vec<f64> = branches.iter().map(value).collect();
            values.sort_unstable_by(f64::total_cmp);
            values[wanted - 1]
        };
        let bound = |level: usize| {
            let all: Option<Vec<(f64, f64)>> = branches.iter().map(|it| it.bounds[level]).collect();
            let mut all = all?;
            all.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
            all.truncate(wanted);
            let rest: f64 = all.iter().map(|it| it.1).sum();
            Some((all[wanted - 1].0, rest.min(1.0)))
        };
        let each: Option<Vec<Distribution>> =
            branches.iter().map(|it| it.distribution.clone()).collect();
        let distribution = each
            .zip(step)
            .and_then(|(it, step)| Distribution::side_by_side(step, &it, wanted));
        let reckoned = distribution.as_ref().map(Distribution::mean);
        let mean = match (all, reckoned) {
            (true, reckoned) => done(|it| it.mean).max(reckoned.unwrap_or(0.0)),
            (false, Some(reckoned)) => reckoned,
            (false, None) => done(|it| it.mean),
        };
        Sum {
            min: done(|it| it.min),
            mean,
            // The mean of the slowest is no less than the mean of each.
            least_mean: if all {
                done(|it| it.least_mean)
            } else {
                done(|it| it.min)
            },
            worst: done(|it| it.worst).max(if all { mean } else { 0.0 }),
            bounds: std::array::from_fn(bound),
            distribution,
        }
    }
}

/// Returns the chance that stays for what happens in a share of cases, where all but
/// `rest` of all cases are asked for: `1 − (1 − q)/c`; nothing where it is rarer than that.
pub(super) fn within(level: f64, share: f64) -> Option<f64> {
    (share > 1.0 - level).then(|| 1.0 - (1.0 - level) / share)
}
