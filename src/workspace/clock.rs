//! How long the parts of a review take.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use crate::lint::Clock;

/// How long stages and rules took, if that was asked for.
#[derive(Clone, Debug, Default)]
pub struct Timings {
    clock: Option<Clock>,
    /// The stages in their order.
    pub stages: Vec<(&'static str, Duration)>,
    /// The rules, each once.
    pub rules: Vec<(&'static str, Duration)>,
}

impl Timings {
    /// Begins to measure.
    pub fn measured() -> Timings {
        Timings {
            clock: Some(clock),
            ..Timings::default()
        }
    }

    /// Returns timings of the same kind without any in them.
    pub(super) fn fresh(&self) -> Timings {
        Timings {
            clock: self.clock,
            ..Timings::default()
        }
    }

    /// Returns what measures, if anything does.
    pub(super) fn clock(&self) -> Option<Clock> {
        self.clock
    }

    /// Does a piece of work and adds the time to its stage.
    pub fn measure<T>(&mut self, stage: &'static str, work: impl FnOnce() -> T) -> T {
        let Some(clock) = self.clock else {
            return work();
        };
        let start = clock();
        let done = work();
        add(&mut self.stages, stage, clock().saturating_sub(start));
        done
    }

    /// Adds the time that a rule took.
    pub(super) fn rule(&mut self, rule: &'static str, took: Duration) {
        add(&mut self.rules, rule, took);
    }

    /// Adds other timings.
    pub(super) fn extend(&mut self, other: Timings) {
        for (stage, took) in other.stages {
            add(&mut self.stages, stage, took);
        }
        for (rule, took) in other.rules {
            add(&mut self.rules, rule, took);
        }
    }
}

fn add(rows: &mut Vec<(&'static str, Duration)>, name: &'static str, took: Duration) {
    match rows.iter_mut().find(|(known, _)| *known == name) {
        Some((_, all)) => *all += took,
        None => rows.push((name, took)),
    }
}

/// Returns the time that has gone by since it was first asked for.
#[expect(
    clippy::disallowed_methods,
    reason = "times are measured and shown, and nothing depends on them"
)]
pub(super) fn clock() -> Duration {
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_one_stage_add_up_and_are_measured_on_wish_only() {
        let mut timings = Timings::measured();
        let pause = || std::thread::sleep(Duration::from_millis(2));
        timings.measure("read", pause);
        timings.measure("rules", || ());
        timings.measure("read", pause);
        let names: Vec<&str> = timings.stages.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, ["read", "rules"]);
        assert!(timings.stages[0].1 >= Duration::from_millis(4));
        let mut unasked = Timings::default();
        assert_eq!(unasked.measure("read", || 7), 7);
        assert!(unasked.stages.is_empty());
    }
}
