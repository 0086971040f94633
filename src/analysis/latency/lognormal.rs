//! The lognormal distribution: what a step's time is taken to follow where only its
//! p50 and p99 are stated.

/// How many standard deviations of a normal distribution 99 of 100 stay under.
const Z99: f64 = 2.326_347_874_040_841;
/// Beyond this spread p50 and p99 lie too far apart for one lognormal distribution
/// to say something about the mean: p99 is then a hundred times p50.
const WIDEST: f64 = 2.0;

/// A time whose logarithm is normally distributed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Lognormal {
    /// The logarithm of the median.
    log_median: f64,
    /// The standard deviation of the logarithm.
    spread: f64,
}

impl Lognormal {
    /// Returns the distribution with that median and 99th percentile; nothing where
    /// there is none, or where it would be too wide to mean anything.
    pub fn through(p50: f64, p99: f64) -> Option<Lognormal> {
        if !(p50 > 0.0 && p99 >= p50 && p99.is_finite()) {
            return None;
        }
        let spread = (p99.ln() - p50.ln()) / Z99;
        let log_median = p50.ln();
        (spread <= WIDEST).then_some(Lognormal { log_median, spread })
    }

    /// Returns the mean.
    pub fn mean(self) -> f64 {
        (self.log_median + self.spread * self.spread / 2.0).exp()
    }

    /// Returns the standard deviation.
    pub fn deviation(self) -> f64 {
        self.mean() * (self.spread * self.spread).exp_m1().sqrt()
    }

    /// Returns the chance of no more than `time`.
    pub fn share_under(self, time: f64) -> f64 {
        if time <= 0.0 {
            return 0.0;
        }
        let away = time.ln() - self.log_median;
        if self.spread == 0.0 {
            return f64::from(u8::from(away >= 0.0));
        }
        normal(away / self.spread)
    }

    /// Returns the time that all but `rest` stay under.
    pub fn all_but(self, rest: f64) -> f64 {
        let (mut low, mut high) = (0.0_f64, 8.0_f64);
        for _ in 0..60 {
            let middle = f64::midpoint(low, high);
            if normal(-middle) > rest {
                low = middle;
            } else {
                high = middle;
            }
        }
        (self.log_median + high * self.spread).exp()
    }
}

/// Returns the chance that a standard normal variable stays under `z`.
fn normal(z: f64) -> f64 {
    if z.abs() > 8.0 {
        return f64::from(u8::from(z > 0.0));
    }
    // Abramowitz and Stegun 26.2.11: all terms have one sign, so that none cancel.
    let (mut term, mut sum, mut odd) = (z, z, 1.0);
    while term.abs() > 1e-17 * sum.abs() {
        odd += 2.0;
        term *= z * z / odd;
        sum += term;
    }
    let density = (-z * z / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
    (0.5 + density * sum).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_normal_distribution_is_right() {
        for (z, expected) in [
            (0.0, 0.5),
            (1.0, 0.841_344_746_068_543),
            (-1.0, 0.158_655_253_931_457),
            (Z99, 0.99),
            (3.090_232_306_167_813, 0.999),
            (9.0, 1.0),
        ] {
            assert!((normal(z) - expected).abs() < 1e-12, "{z}: {}", normal(z));
        }
    }

    #[test]
    fn it_goes_through_what_is_stated() {
        let it = Lognormal::through(0.001, 0.004).unwrap();
        assert!((it.share_under(0.001) - 0.5).abs() < 1e-12);
        assert!((it.share_under(0.004) - 0.99).abs() < 1e-12);
        assert!((it.all_but(0.01) - 0.004).abs() < 1e-12);
        assert!((it.mean() - 0.001_194_3).abs() < 1e-7, "{}", it.mean());
        let fixed = Lognormal::through(0.002, 0.002).unwrap();
        assert_eq!(
            (fixed.share_under(0.001), fixed.share_under(0.003)),
            (0.0, 1.0)
        );
        assert!(fixed.deviation() < 1e-12);
    }

    #[test]
    fn what_makes_no_sense_is_not_fitted() {
        for (p50, p99) in [(0.0, 1.0), (2.0, 1.0), (0.001, 10.0), (1.0, f64::INFINITY)] {
            assert_eq!(Lognormal::through(p50, p99), None);
        }
    }
}
