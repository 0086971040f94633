//! The time boxes of the framework.

use crate::model::Model;
use crate::vocabulary::STEPS;

/// A step with its share of the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeBox {
    /// The step, as the language has it.
    pub step: &'static str,
    /// How many minutes it takes.
    pub minutes: u32,
}

/// The steps in order. Estimates belong to the requirements and are worked out where
/// they decide something; the data flow is for systems that process data.
pub const BOXES: [TimeBox; 7] = [
    TimeBox {
        step: "requirements",
        minutes: 5,
    },
    TimeBox {
        step: "estimates",
        minutes: 0,
    },
    TimeBox {
        step: "entities",
        minutes: 2,
    },
    TimeBox {
        step: "api",
        minutes: 5,
    },
    TimeBox {
        step: "data-flow",
        minutes: 0,
    },
    TimeBox {
        step: "high-level",
        minutes: 13,
    },
    TimeBox {
        step: "deep-dives",
        minutes: 10,
    },
];

/// The minutes of a data flow, where a problem has one.
pub const DATA_FLOW: u32 = 5;

/// Tells whether a problem expects something of a data flow.
pub fn has_data_flow(problem: &Model) -> bool {
    let expectations = problem.expectations.rows().iter();
    let mut steps = expectations.filter_map(|it| STEPS.get(it.step));
    steps.any(|step| *step == "data-flow")
}

/// Returns from which to which minute a step is due; the same where it has no time of
/// its own.
pub fn due(step: &str, has_data_flow: bool) -> (u32, u32) {
    let mut start = 0;
    for it in BOXES {
        let own = match it.step {
            "data-flow" if has_data_flow => DATA_FLOW,
            _ => it.minutes,
        };
        if it.step == step {
            return (start, start + own);
        }
        start += own;
    }
    (start, start)
}

/// Returns the step that is due so many minutes after the start.
pub fn step_at(minutes: u32, has_data_flow: bool) -> &'static str {
    let mut steps = BOXES.iter().map(|it| it.step);
    let due_now = steps.find(|step| minutes < due(step, has_data_flow).1);
    due_now.unwrap_or("deep-dives")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_boxes_follow_each_other() {
        assert_eq!(due("requirements", false), (0, 5));
        assert_eq!(due("api", false), (7, 12));
        assert_eq!(due("high-level", false), (12, 25));
        assert_eq!(due("deep-dives", true), (30, 40));
        assert_eq!(step_at(6, false), "entities");
        assert_eq!(step_at(14, true), "data-flow");
        assert_eq!(step_at(500, false), "deep-dives");
    }
}
