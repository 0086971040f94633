//! Small signs for kinds, drawn with lines on a square of sixteen.

/// The side of the square that every sign is drawn on.
pub const SIDE: f64 = 16.0;

/// A padlock: sensitive data. Drawn on a square of twelve.
pub const PADLOCK: &str = "M2.5 5.5H9.5V11H2.5ZM4 5.5V3.8A2 2 0 0 1 8 3.8V5.5";

/// A key: what a row is found by. Drawn on a square of twelve.
pub const KEY: &str = "M6.2 5.5A2.4 2.4 0 1 1 6.2 5.4ZM6.2 5.5H11.2V7.6M8.9 5.5V7.2";

/// A plus in a square: what has a picture of its own.
pub const FOLDED: &str = "M2.5 4.5A2 2 0 0 1 4.5 2.5H11.5A2 2 0 0 1 13.5 4.5V11.5A2 2 0 0 1 \
                          11.5 13.5H4.5A2 2 0 0 1 2.5 11.5ZM8 5.5V10.5M5.5 8H10.5";

// In alphabetical order.
const SIGNS: &[(&str, &str)] = &[
    // A fork.
    (
        "balancer",
        "M1.5 8H6M6 8C9 8 8.5 3.5 13 3.5M6 8H13.5M6 8C9 8 8.5 12.5 13 12.5M11.5 1.8L13.6 3.5L11.5 5.2M11.8 6.3L13.9 8L11.8 9.7M11.5 10.8L13.6 12.5L11.5 14.2",
    ),
    // A bolt.
    ("cache", "M9 1.5L3.5 9H7.5L6.8 14.5L12.5 6.8H8.4Z"),
    // A globe.
    (
        "cdn",
        "M14 8A6 6 0 1 1 2 8A6 6 0 1 1 14 8ZM2 8H14M8 2C4.7 5.2 4.7 10.8 8 14M8 2C11.3 5.2 11.3 10.8 8 14",
    ),
    // A way that parts.
    (
        "decision",
        "M8 14V9.5L3.5 5V2M8 9.5L12.5 5V2M2 3.6L3.5 2L5 3.6M11 3.6L12.5 2L14 3.6",
    ),
    // A signpost.
    (
        "dns",
        "M8 1.5V14.5M3 3H11L13 5L11 7H3ZM13 8.5H5.5L3.5 10.2L5.5 12H13Z",
    ),
    // A page out of a frame.
    (
        "external",
        "M9.5 2.5H13.5V6.5M13.5 2.5L7.5 8.5M12 9.5V13.5H2.5V4H6.5",
    ),
    // A way with stations.
    (
        "flow",
        "M4.5 3.5A1.5 1.5 0 1 1 1.5 3.5A1.5 1.5 0 1 1 4.5 3.5ZM14.5 12.5A1.5 1.5 0 1 1 11.5 12.5A1.5 1.5 0 1 1 14.5 12.5ZM4.5 3.5H10A2.25 2.25 0 0 1 10 8H6A2.25 2.25 0 0 0 6 12.5H11.5",
    ),
    // A lambda.
    ("function", "M4 2.5H6.3L11.7 13.5H13M8 6.2L4 13.5"),
    // A tick in a square.
    (
        "functional",
        "M2.5 2.5H13.5V13.5H2.5ZM5 8.2L7.2 10.4L11.2 5.8",
    ),
    // A gate with a way in.
    (
        "gateway",
        "M3 14V4.5L8 1.8L13 4.5V14M5 9H11M8.8 6.8L11 9L8.8 11.2",
    ),
    // A key.
    (
        "identity",
        "M8 10.5A3.5 3.5 0 1 1 8 10.4M7.4 8.2L13.5 2.2M11.2 4.5L13.2 6.5M9.3 6.4L10.8 7.9",
    ),
    // A padlock.
    (
        "lock",
        "M3 7.5H13V14H3ZM5 7.5V5A3 3 0 0 1 11 5V7.5M8 10V11.8",
    ),
    // A pulse.
    ("monitor", "M1.5 8.5H4.5L6.3 3.5L9.3 12.8L11.2 8.5H14.5"),
    // Waves.
    (
        "processor",
        "M1.5 5C3.7 2.6 5.8 2.6 8 5S12.3 7.4 14.5 5M1.5 8.6C3.7 6.2 5.8 6.2 8 8.6S12.3 11 14.5 8.6M1.5 12.2C3.7 9.8 5.8 9.8 8 12.2S12.3 14.6 14.5 12.2",
    ),
    // A gauge.
    (
        "quality",
        "M2 11.5A6 6 0 1 1 14 11.5M8 11.5L11 6.8M4.2 11.5H5.2M10.8 11.5H11.8",
    ),
    // Letters in a row.
    (
        "queue",
        "M1.5 4H5V12H1.5ZM6.8 4H10.3V12H6.8ZM12.2 8H15M13.4 6.2L15.2 8L13.4 9.8",
    ),
    // A clock.
    (
        "scheduler",
        "M14 8A6 6 0 1 1 2 8A6 6 0 1 1 14 8ZM8 4.5V8L10.5 9.8",
    ),
    // A lens.
    (
        "search",
        "M11.2 6.7A4.5 4.5 0 1 1 2.2 6.7A4.5 4.5 0 1 1 11.2 6.7ZM10 10L14 14",
    ),
    // A cube.
    (
        "service",
        "M8 1.8L13.5 4.8V11.2L8 14.2L2.5 11.2V4.8ZM2.5 4.8L8 7.8L13.5 4.8M8 7.8V14.2",
    ),
    // A bucket.
    (
        "storage",
        "M2.5 4L4.2 13.2H11.8L13.5 4M13.5 4A5.5 1.9 0 1 1 2.5 4A5.5 1.9 0 1 1 13.5 4Z",
    ),
    // A sender.
    (
        "topic",
        "M9.5 8A1.5 1.5 0 1 1 6.5 8A1.5 1.5 0 1 1 9.5 8ZM5 5A4.2 4.2 0 0 0 5 11M11 5A4.2 4.2 0 0 1 11 11M3 3A7 7 0 0 0 3 13M13 3A7 7 0 0 1 13 13",
    ),
    // A safe.
    (
        "vault",
        "M2 2.5H14V12.5H2ZM4 12.5V14M12 12.5V14M10.3 7.5A2.3 2.3 0 1 1 5.7 7.5A2.3 2.3 0 1 1 10.3 7.5ZM8 5.2V3.9M8 11.1V9.8M5.7 7.5H4.4M11.6 7.5H10.3",
    ),
    // Columns of numbers.
    (
        "warehouse",
        "M2 13.5H14M4 11.5V8M7 11.5V4.5M10 11.5V6.5M13 11.5V2.5",
    ),
    // A wheel with teeth.
    (
        "worker",
        "M12.3 8A4.3 4.3 0 1 1 3.7 8A4.3 4.3 0 1 1 12.3 8ZM9.6 8A1.6 1.6 0 1 1 6.4 8A1.6 1.6 0 1 1 9.6 8ZM8 1.6V3.7M8 12.3V14.4M1.6 8H3.7M12.3 8H14.4M3.5 3.5L4.9 4.9M11.1 11.1L12.5 12.5M3.5 12.5L4.9 11.1M11.1 4.9L12.5 3.5",
    ),
];

/// Returns the sign of a kind; none where its shape says it already.
pub fn sign(kind: &str) -> Option<&'static str> {
    let row = SIGNS.iter().find(|row| row.0 == kind);
    row.map(|row| row.1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary;

    #[test]
    fn signs_are_sorted_and_stand_for_kinds_of_the_language() {
        assert!(SIGNS.is_sorted_by(|a, b| a.0 < b.0));
        for (kind, _) in SIGNS {
            assert!(vocabulary::kind(kind).is_some(), "{kind}");
        }
        assert_eq!(sign("database"), None);
    }
}
