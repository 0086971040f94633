//! Distributions of time on a fixed grid, added and compared number by number.
//!
//! Times are independent of each other here; that is an assumption, and the reader
//! of a result is told. What lies beyond the end of the grid is kept at its end.

use super::lognormal::Lognormal;

/// The number of points of the grid.
pub(super) const POINTS: usize = 512;
/// Chances below this are dropped from both ends; all together they stay far below
/// the thousandth that p99.9 leaves.
const NOTHING: f64 = 1e-9;
/// Branches of which a part is waited for are not compared beyond this many.
const MOST_WAITED_FOR: usize = 200;

/// How a time is distributed: the chance of each point of the grid.
#[derive(Clone, Debug, PartialEq)]
pub struct Distribution {
    /// Seconds from one point to the next.
    pub step: f64,
    /// The first point with a chance.
    first: usize,
    /// The chances from there on.
    chances: Vec<f64>,
}

impl Distribution {
    /// Takes no time.
    pub(super) fn none(step: f64) -> Distribution {
        Distribution {
            step,
            first: 0,
            chances: vec![1.0],
        }
    }

    /// Puts a lognormal time on the grid.
    pub(super) fn of(time: Lognormal, step: f64) -> Distribution {
        let mut below = 0.0;
        let mut chances = Vec::with_capacity(POINTS);
        for point in 0..POINTS {
            let under = match point + 1 == POINTS {
                true => 1.0,
                false => time.share_under((point as f64 + 0.5) * step),
            };
            chances.push((under - below).max(0.0));
            below = under;
            if 1.0 - under < NOTHING {
                break;
            }
        }
        trimmed(step, 0, chances)
    }

    /// Takes the one and then the other.
    pub(super) fn then(&self, other: &Distribution) -> Distribution {
        let first = (self.first + other.first).min(POINTS - 1);
        let length = (self.chances.len() + other.chances.len() - 1).min(POINTS - first);
        let mut chances = vec![0.0; length];
        for (left, a) in self.chances.iter().enumerate() {
            let room = length.saturating_sub(left);
            let (inside, beyond) = other.chances.split_at(room.min(other.chances.len()));
            for (to, b) in chances[left.min(length)..].iter_mut().zip(inside) {
                *to += a * b;
            }
            chances[length - 1] += a * beyond.iter().sum::<f64>();
        }
        trimmed(self.step, first, chances)
    }

    /// Happens so often, one after the other; a fraction is a chance of once more.
    pub(super) fn repeated(&self, times: f64) -> Distribution {
        let whole = times.floor().min(1e9);
        let mut result = Distribution::none(self.step);
        let mut power = self.clone();
        let mut rest = whole as u64;
        while rest > 0 {
            if rest & 1 == 1 {
                result = result.then(&power);
            }
            rest >>= 1;
            if rest > 0 {
                power = power.then(&power);
            }
        }
        match times - whole {
            fraction if fraction > 0.0 => result.then(&self.sometimes(fraction.min(1.0))),
            _ => result,
        }
    }

    /// Happens in that share of cases, and else takes no time.
    pub(super) fn sometimes(&self, share: f64) -> Distribution {
        Distribution::mixed(
            self.step,
            &[(share, self), (1.0 - share, &Distribution::none(self.step))],
        )
    }

    /// Takes one of several, each with its chance.
    pub(super) fn mixed(step: f64, branches: &[(f64, &Distribution)]) -> Distribution {
        let mut chances = vec![0.0; POINTS];
        for (share, branch) in branches {
            for (point, chance) in branch.chances.iter().enumerate() {
                chances[branch.first + point] += share * chance;
            }
        }
        trimmed(step, 0, chances)
    }

    /// Waits until so many of several that run side by side are done; nothing where
    /// there are too many to say.
    pub(super) fn side_by_side(
        step: f64,
        branches: &[Distribution],
        wanted: usize,
    ) -> Option<Distribution> {
        let count = branches.len();
        let all = wanted >= count;
        if !all && count > MOST_WAITED_FOR {
            return None;
        }
        let under: Vec<Vec<f64>> = branches.iter().map(Distribution::cumulative).collect();
        let at = |point: usize| {
            let shares = under.iter().map(|it| it[point]);
            match all {
                true => shares.product(),
                false => at_least(wanted, shares, count),
            }
        };
        Some(Distribution::from_cumulative(step, at))
    }

    /// Waits for all of so many alike that run side by side.
    pub(super) fn all_of(&self, times: f64) -> Distribution {
        let under = self.cumulative();
        Distribution::from_cumulative(self.step, |point| under[point].powf(times))
    }

    fn from_cumulative(step: f64, under: impl Fn(usize) -> f64) -> Distribution {
        let mut below = 0.0;
        let mut chances = Vec::with_capacity(POINTS);
        for point in 0..POINTS {
            let under = under(point);
            chances.push((under - below).max(0.0));
            below = under;
        }
        trimmed(step, 0, chances)
    }

    fn cumulative(&self) -> Vec<f64> {
        let mut under = vec![0.0; POINTS];
        let mut sum = 0.0;
        for (point, to) in under.iter_mut().enumerate() {
            let chance = point
                .checked_sub(self.first)
                .and_then(|it| self.chances.get(it));
            sum += chance.unwrap_or(&0.0);
            *to = sum.min(1.0);
        }
        under
    }

    /// Returns the mean in seconds.
    pub fn mean(&self) -> f64 {
        let points = self.chances.iter().enumerate();
        let sum: f64 = points
            .map(|(point, chance)| (self.first + point) as f64 * chance)
            .sum();
        sum * self.step
    }

    /// Returns the time in seconds that the share `level` stays under.
    pub fn quantile(&self, level: f64) -> f64 {
        let mut below = 0.0;
        for (point, chance) in self.chances.iter().enumerate() {
            let at = (self.first + point) as f64;
            if below + chance >= level && *chance > 0.0 {
                // No time at all is a point of its own; all else is spread around its point.
                let inside = ((level - below) / chance).clamp(0.0, 1.0) - 0.5;
                let lump = self.chances.len() == 1 || at == 0.0;
                return if lump { at } else { at + inside } * self.step;
            }
            below += chance;
        }
        (self.first + self.chances.len() - 1) as f64 * self.step
    }
}

/// Returns the chance that at least `wanted` of independent events happen.
fn at_least(wanted: usize, shares: impl Iterator<Item = f64>, count: usize) -> f64 {
    let mut exactly = vec![0.0; count + 1];
    exactly[0] = 1.0;
    for (seen, share) in shares.enumerate() {
        for happened in (0..=seen).rev() {
            exactly[happened + 1] += exactly[happened] * share;
            exactly[happened] *= 1.0 - share;
        }
    }
    exactly[wanted.min(count)..].iter().sum()
}

/// Drops what is next to nothing at both ends.
fn trimmed(step: f64, first: usize, mut chances: Vec<f64>) -> Distribution {
    let last = chances.iter().rposition(|it| *it > NOTHING).unwrap_or(0);
    chances.truncate(last + 1);
    let start = chances.iter().position(|it| *it > NOTHING).unwrap_or(0);
    chances.drain(..start);
    let first = first + start;
    Distribution {
        step,
        first,
        chances,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn point(at: usize) -> Distribution {
        trimmed(1.0, at, vec![1.0])
    }

    /// The step that is nothing in 99 of 100 cases, and takes 100 in the last.
    fn rare() -> Distribution {
        Distribution::mixed(1.0, &[(0.99, &point(0)), (0.01, &point(100))])
    }

    #[test]
    fn the_sum_of_two_rarely_slow_steps_is_slow_more_often() {
        let both = rare().then(&rare());
        assert!((both.chances[0] - 0.9801).abs() < 1e-12);
        assert_eq!(both.quantile(0.98), 0.0);
        assert!((both.quantile(0.99) - 100.0).abs() <= 0.5);
        assert!((both.mean() - 2.0).abs() < 1e-9);
        assert_eq!(rare().repeated(2.0), both);
    }

    #[test]
    fn of_a_hundred_side_by_side_one_is_slow_in_63_of_100_cases() {
        let slowest = rare().all_of(100.0);
        assert!((slowest.chances[0] - (1.0 - 0.633_967_658_726_8)).abs() < 1e-9);
        let branches = vec![rare(); 100];
        let same = Distribution::side_by_side(1.0, &branches, 100).unwrap();
        assert!((same.chances[0] - slowest.chances[0]).abs() < 1e-9);
    }

    #[test]
    fn waiting_for_some_is_between_waiting_for_one_and_for_all() {
        let branches = [point(3), point(9), point(5)];
        for (wanted, expected) in [(1, 3), (2, 5), (3, 9)] {
            let found = Distribution::side_by_side(1.0, &branches, wanted).unwrap();
            assert_eq!(found, point(expected));
        }
    }

    #[test]
    fn nothing_is_lost_at_the_end_of_the_grid() {
        let far = point(400).then(&point(400));
        assert_eq!(far, point(POINTS - 1));
        let sum: f64 = rare().repeated(50.5).chances.iter().sum();
        assert!((sum - 1.0).abs() < 1e-9, "{sum}");
    }

    proptest! {
        #[test]
        fn a_lognormal_keeps_its_percentiles(p50 in 0.001..0.1_f64, wider in 1.5..20.0_f64) {
            let time = Lognormal::through(p50, p50 * wider).unwrap();
            let step = time.all_but(1e-4) / POINTS as f64;
            let it = Distribution::of(time, step);
            for (level, expected) in [(0.5, p50), (0.99, p50 * wider)] {
                let found = it.quantile(level);
                prop_assert!((found - expected).abs() <= step, "{found} is not {expected}");
            }
        }

        #[test]
        fn means_add(one in 0.001..0.1_f64, other in 0.001..0.1_f64) {
            let [a, b] = [one, other].map(|it| Lognormal::through(it, it * 4.0).unwrap());
            let step = (a.all_but(1e-6) + b.all_but(1e-6)) / POINTS as f64;
            let [a, b] = [a, b].map(|it| Distribution::of(it, step));
            let sum = a.then(&b);
            let error = (sum.mean() - a.mean() - b.mean()).abs();
            // What is far out is kept at the end of the grid.
            prop_assert!(error < 1e-5 * sum.mean(), "{error}");
        }
    }
}
