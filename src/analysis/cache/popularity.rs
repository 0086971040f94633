//! How evenly things are asked for, and what a cache of some of them answers.

/// Ranks that are looked at one by one.
const EXACT: f64 = 200.0;
/// How much wider each further class of ranks is than the one before.
const WIDER: f64 = 1.05;
/// Halvings of the interval in which the characteristic time lies.
const HALVINGS: usize = 60;

/// How often each of many things is asked for: `p_i ∝ i^−α` (Zipf's law).
///
/// From some rank on things are taken together in classes, so that a billion of them cost
/// no more than a thousand.
#[derive(Clone, Debug)]
pub struct Popularity {
    /// How many are in each class, and the share of requests for each of them.
    classes: Vec<(f64, f64)>,
    items: f64,
}

impl Popularity {
    /// Makes the popularity of so many things; an exponent of 0 is even.
    pub fn zipf(items: f64, exponent: f64) -> Popularity {
        let items = items.max(1.0).floor();
        let mut classes = Vec::new();
        let exact = items.min(EXACT) as usize;
        classes.extend((1..=exact).map(|rank| (1.0, (rank as f64).powf(-exponent))));
        let mut from = exact as f64;
        while from < items {
            let to = (from * WIDER).ceil().min(items);
            let weight = between(from + 0.5, to + 0.5, exponent);
            classes.push((to - from, weight / (to - from)));
            from = to;
        }
        let all: f64 = classes.iter().map(|(count, weight)| count * weight).sum();
        classes.iter_mut().for_each(|(_, weight)| *weight /= all);
        Popularity { classes, items }
    }

    /// Returns the share of requests that a cache of so many things answers that forgets
    /// what was not asked for longest.
    ///
    /// H. Che, Y. Tung, Z. Wang, "Hierarchical Web Caching Systems: Modeling, Design and
    /// Experimental Results", 2002: the time `T` for which a thing stays solves
    /// `Σ(1 − e^{−p_i·T}) = C`, and `h = Σ p_i(1 − e^{−p_i·T})`.
    pub fn least_recently_used(&self, capacity: f64) -> f64 {
        if capacity >= self.items {
            return 1.0;
        }
        if capacity <= 0.0 {
            return 0.0;
        }
        let time = self.characteristic_time(capacity);
        self.sum(|share| share * -(-share * time).exp_m1())
    }

    /// Returns the share of requests answered where an entry lives for a time from when it
    /// was put there: `λ_i·T/(1 + λ_i·T)` of each.
    pub fn expiring(&self, per_second: f64, seconds: f64) -> f64 {
        self.sum(|share| share * ttl_hit(share * per_second, seconds))
    }

    /// Returns the share of requests answered where each read lets an entry live on:
    /// `1 − e^{−λ_i·T}` of each.
    pub fn refreshed(&self, per_second: f64, seconds: f64) -> f64 {
        self.sum(|share| share * refreshed_hit(share * per_second, seconds))
    }

    /// Returns how many different things are asked for in a time.
    pub fn different(&self, per_second: f64, seconds: f64) -> f64 {
        self.sum(|share| refreshed_hit(share * per_second, seconds))
    }

    fn characteristic_time(&self, capacity: f64) -> f64 {
        let filled = |time: f64| self.sum(|share| -(-share * time).exp_m1());
        let mut high = capacity;
        while filled(high) < capacity && high < f64::MAX / 4.0 {
            high *= 4.0;
        }
        let mut low = 0.0;
        for _ in 0..HALVINGS {
            let middle = 0.5 * (low + high);
            match filled(middle) < capacity {
                true => low = middle,
                false => high = middle,
            }
        }
        0.5 * (low + high)
    }

    fn sum(&self, of: impl Fn(f64) -> f64) -> f64 {
        self.classes
            .iter()
            .map(|(count, share)| count * of(*share))
            .sum()
    }
}

/// Returns the share of reads of one thing that are answered where an entry lives for a
/// time from when a miss put it there.
pub fn ttl_hit(per_second: f64, seconds: f64) -> f64 {
    let expected = per_second * seconds;
    if expected.is_infinite() {
        1.0
    } else {
        expected / (1.0 + expected)
    }
}

/// Returns the share of reads of one thing that are answered where each read lets the
/// entry live on.
pub fn refreshed_hit(per_second: f64, seconds: f64) -> f64 {
    -(-per_second * seconds).exp_m1()
}

/// Returns the most that a cache can answer from which every write removes the entry: a
/// read hits only if what came before it was a read.
pub fn invalidation_bound(reads: f64, writes: f64) -> f64 {
    if reads + writes > 0.0 {
        reads / (reads + writes)
    } else {
        1.0
    }
}

/// Returns the integral of `x^−α`.
fn between(from: f64, to: f64, exponent: f64) -> f64 {
    if (exponent - 1.0).abs() < 1e-9 {
        return (to / from).ln();
    }
    let power = 1.0 - exponent;
    (to.powf(power) - from.powf(power)) / power
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::samples::assert_near;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    #[test]
    fn hit_ratios_by_how_much_fits() {
        let rows = [
            (0.0, [0.01, 0.10, 0.20]),
            (0.6, [0.054, 0.252, 0.389]),
            (0.8, [0.204, 0.469, 0.592]),
            (1.0, [0.506, 0.737, 0.812]),
        ];
        for (exponent, expected) in rows {
            let popularity = Popularity::zipf(1e5, exponent);
            for (share, expected) in [1e3, 1e4, 2e4].into_iter().zip(expected) {
                let hit = popularity.least_recently_used(share);
                assert!(
                    (hit - expected).abs() < 0.0006,
                    "α {exponent}, {share}: {hit}"
                );
            }
        }
    }

    /// The number that the classes must come to, by summing every rank.
    fn che(items: usize, exponent: f64, capacity: f64) -> f64 {
        let weights: Vec<f64> = (1..=items)
            .map(|rank| (rank as f64).powf(-exponent))
            .collect();
        let all: f64 = weights.iter().sum();
        let classes = weights.iter().map(|weight| (1.0, weight / all)).collect();
        Popularity {
            classes,
            items: items as f64,
        }
        .least_recently_used(capacity)
    }

    #[test]
    fn classes_are_as_good_as_single_ranks() {
        assert_near(che(10_000, 0.8, 1e3), 0.4367, 2e-4);
        let classes = Popularity::zipf(1e4, 0.8).least_recently_used(1e3);
        assert_near(classes, che(10_000, 0.8, 1e3), 1e-4);
    }

    /// What a cache really does under independent requests: .4353 by a long run.
    #[test]
    fn a_simulated_cache_agrees() {
        const ITEMS: usize = 10_000;
        let mut upto = 0.0;
        let sums: Vec<f64> = (1..=ITEMS)
            .map(|rank| {
                upto += (rank as f64).powf(-0.8);
                upto
            })
            .collect();
        let mut state = 42_u64;
        let mut draw = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let point = (state >> 11) as f64 / (1_u64 << 53) as f64 * upto;
            sums.partition_point(|it| *it < point)
        };
        let (mut last, mut by_time) = (BTreeMap::new(), BTreeMap::new());
        let (mut hits, mut counted) = (0, 0);
        for now in 0..60_000_u32 {
            let item = draw();
            let known = last.insert(item, now);
            if now > 20_000 {
                counted += 1;
                hits += usize::from(known.is_some());
            }
            if let Some(before) = known {
                by_time.remove(&before);
            }
            by_time.insert(now, item);
            if by_time.len() > 1000
                && let Some((_, oldest)) = by_time.pop_first()
            {
                last.remove(&oldest);
            }
        }
        let simulated = hits as f64 / f64::from(counted);
        assert!((simulated - 0.4353).abs() < 0.01, "{simulated}");
    }

    #[test]
    fn entries_that_expire_answer_what_comes_in_their_time() {
        assert_eq!(ttl_hit(1.0, 1.0), 0.5);
        assert_eq!(ttl_hit(9.0, 1.0), 0.9);
        assert_near(refreshed_hit(1.0, 1.0), 0.632_120_558_8, 1e-9);
        let even = Popularity::zipf(1000.0, 0.0);
        assert_near(even.expiring(1000.0, 9.0), 0.9, 1e-9);
        assert_near(even.refreshed(1000.0, 1.0), 0.632_120_558_8, 1e-9);
        assert_near(even.different(1000.0, 1.0), 632.120_558_8, 1e-9);
    }

    #[test]
    fn a_write_removes_what_the_next_read_would_find() {
        assert_near(invalidation_bound(10.0, 1.0), 0.909, 1e-3);
        assert_eq!(invalidation_bound(1.0, 1.0), 0.5);
        assert_eq!(invalidation_bound(0.0, 0.0), 1.0);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn more_room_never_answers_less(
            items in 1.0..1e12f64, exponent in 0.0..1.5f64, less in 0.0..1.0f64, more in 0.0..1.0f64,
        ) {
            let popularity = Popularity::zipf(items, exponent);
            let hit = |share: f64| popularity.least_recently_used(share * items);
            let (less, more) = (less.min(more), less.max(more));
            prop_assert!(hit(less) <= hit(more) + 1e-9);
            prop_assert!((0.0..=1.0 + 1e-9).contains(&hit(more)));
        }
    }
}
