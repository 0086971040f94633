//! Whole pictures, judged by the checker.

use proptest::prelude::*;

use super::super::scene::{Direction, End};
use super::super::text::{Weight, width};
use super::check::{Report, check};
use super::embedded::Embedded;
use super::{Arrow, Engine, GroupBox, NodeBox, Outline, Placement, Size};

/// The graph that engines were compared with: groups with parents, boxes with groups, arrows.
const GROUPS: [(&str, Option<usize>); 4] = [
    ("Region us-east-1", None),
    ("Edge zone (public subnet)", Some(0)),
    ("Trust boundary: private VPC", Some(0)),
    ("Data zone", Some(2)),
];

const BOXES: [(&str, Option<usize>); 18] = [
    ("Web / mobile client", None),
    ("CDN", None),
    ("API gateway", Some(1)),
    ("Load balancer", Some(1)),
    ("User DB (Postgres)", Some(3)),
    ("Order DB (Postgres)", Some(3)),
    ("Session cache (Redis)", Some(3)),
    ("Catalog cache (Redis)", Some(3)),
    ("Event queue (Kafka)", Some(3)),
    ("Search index", Some(3)),
    ("User service", Some(2)),
    ("Order service", Some(2)),
    ("Catalog service", Some(2)),
    ("Payment service", Some(2)),
    ("Search service", Some(2)),
    ("Email worker", Some(2)),
    ("Index worker", Some(2)),
    ("Object store (S3)", Some(0)),
];

const ARROWS: [(usize, usize, &str); 26] = [
    (0, 1, "static assets, HTTPS"),
    (0, 2, "REST, 5k rps"),
    (1, 17, "origin pull"),
    (2, 3, "HTTP/2"),
    (2, 10, "verify JWT"),
    (3, 10, "gRPC"),
    (3, 11, "gRPC 400 rps"),
    (3, 12, "gRPC 3k rps"),
    (3, 14, "gRPC 1k rps"),
    (10, 6, "get/set session"),
    (10, 4, "SQL read/write"),
    (11, 5, "SQL txn"),
    (11, 13, "charge (mTLS)"),
    (11, 8, "OrderPlaced"),
    (11, 12, "reserve stock"),
    (12, 7, "read-through"),
    (12, 17, "image URLs"),
    (12, 8, "ItemUpdated"),
    (13, 5, "ledger rows"),
    (13, 8, "PaymentSettled"),
    (8, 11, "PaymentSettled"),
    (8, 15, "consume"),
    (8, 16, "consume"),
    (14, 9, "query p99 < 50 ms"),
    (16, 9, "upsert docs"),
    (15, 4, "read address"),
];

fn text(words: &str, size: f64) -> Size {
    Size {
        width: width(words, Weight::Regular, size).ceil(),
        height: (size * 1.4).ceil(),
    }
}

pub(super) fn shop(direction: Direction) -> Outline {
    Outline {
        direction,
        groups: (GROUPS.iter())
            .map(|&(title, parent)| GroupBox {
                parent,
                header: Size {
                    width: text(title, 12.0).width + 20.0,
                    height: 26.0,
                },
            })
            .collect(),
        nodes: (BOXES.iter())
            .map(|&(title, parent)| NodeBox {
                parent,
                size: Size {
                    width: (text(title, 13.0).width + 32.0).max(110.0),
                    height: 50.0,
                },
            })
            .collect(),
        edges: (ARROWS.iter())
            .map(|&(from, to, label)| Arrow {
                from: End::Node(from),
                to: End::Node(to),
                label: Some(text(label, 11.0)),
            })
            .collect(),
    }
}

/// Numbers that look random.
struct Dice(u64);

impl Dice {
    fn below(&mut self, count: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % count.max(1)
    }
}

/// Returns a design with one and a half arrows per box, mostly between near boxes.
pub(super) fn generated(count: usize, seed: u64, direction: Direction) -> Outline {
    let mut dice = Dice(seed.wrapping_mul(77) + count as u64);
    let mut groups: Vec<GroupBox> = Vec::new();
    for index in 0..count / 6 {
        let before = index.checked_sub(1 + dice.below(3));
        let nested = |group: usize| {
            groups[group]
                .parent
                .is_some_and(|up| groups[up].parent.is_some())
        };
        groups.push(GroupBox {
            parent: before.filter(|&group| dice.below(3) > 0 && !nested(group)),
            header: Size {
                width: 60.0 + dice.below(120) as f64,
                height: 26.0,
            },
        });
    }
    let nodes = (0..count)
        .map(|index| NodeBox {
            parent: (dice.below(6) > 0 && !groups.is_empty())
                .then(|| (index / 6).min(groups.len() - 1)),
            size: Size {
                width: 100.0 + dice.below(80) as f64,
                height: 40.0 + dice.below(4) as f64 * 10.0,
            },
        })
        .collect();
    let edges = (0..count * 3 / 2)
        .map(|_| {
            let from = dice.below(count);
            let to = match dice.below(8) {
                0 => dice.below(count),
                _ => (from + 1 + dice.below(9)).min(count - 1),
            };
            Arrow {
                from: End::Node(from),
                to: End::Node(to),
                label: (dice.below(4) > 0).then(|| Size {
                    width: 30.0 + dice.below(80) as f64,
                    height: 16.0,
                }),
            }
        })
        .collect();
    Outline {
        direction,
        groups,
        nodes,
        edges,
    }
}

fn place(outline: &Outline) -> Placement {
    Embedded.place(outline).expect("every outline has a place")
}

/// Returns the report with what only should be little left out.
fn faults(report: &Report) -> Report {
    Report {
        edges_through_groups: 0,
        titles_crossed: 0,
        crossings: 0,
        bends: 0,
        length: 0.0,
        area: 0.0,
        ..report.clone()
    }
}

#[test]
fn generated_designs_have_no_faults() {
    for (count, seeds) in [(20, 3), (40, 2), (100, 2), (300, 1)] {
        for seed in 0..seeds {
            for direction in [Direction::Down, Direction::Right] {
                let outline = generated(count, seed, direction);
                let report = check(&outline, &place(&outline));
                println!("{count} {seed} {direction:?} {report:?}");
                assert_eq!(
                    faults(&report),
                    Report::default(),
                    "{count} {seed} {direction:?}"
                );
            }
        }
    }
}

#[test]
fn the_shop_is_drawn_with_few_crossings() {
    for direction in [Direction::Down, Direction::Right] {
        let outline = shop(direction);
        let report = check(&outline, &place(&outline));
        println!("{direction:?} {report:?}");
        assert_eq!(faults(&report), Report::default());
        assert_eq!(report.edges_through_groups, 0);
        assert!(report.crossings <= 9, "{} crossings", report.crossings);
    }
}

fn any_end(groups: usize, nodes: usize) -> BoxedStrategy<End> {
    let node = (0..nodes).prop_map(End::Node);
    match groups {
        0 => node.boxed(),
        _ => prop_oneof![3 => node, 1 => (0..groups).prop_map(End::Group)].boxed(),
    }
}

fn any_size(width: f64, height: f64) -> impl Strategy<Value = Size> {
    (1.0..width, 1.0..height).prop_map(|(width, height)| Size { width, height })
}

fn any_outline() -> impl Strategy<Value = Outline> {
    (0..7usize, 1..14usize, 0..24usize, any::<bool>()).prop_flat_map(
        |(groups, nodes, edges, right)| {
            let parents = proptest::collection::vec(any::<prop::sample::Index>(), groups + nodes);
            let headers = proptest::collection::vec(any_size(200.0, 40.0), groups);
            let boxes = proptest::collection::vec(any_size(260.0, 120.0), nodes);
            let end = || any_end(groups, nodes);
            let arrow = (end(), end(), proptest::option::of(any_size(150.0, 50.0)));
            let arrow = arrow.prop_map(|(from, to, label)| Arrow { from, to, label });
            let arrows = proptest::collection::vec(arrow, edges);
            (parents, headers, boxes, arrows).prop_map(move |(parents, headers, boxes, edges)| {
                Outline {
                    direction: if right {
                        Direction::Right
                    } else {
                        Direction::Down
                    },
                    groups: (headers.into_iter().enumerate())
                        .map(|(index, header)| GroupBox {
                            parent: parents[index].index(index + 1).checked_sub(1),
                            header,
                        })
                        .collect(),
                    nodes: (boxes.into_iter().enumerate())
                        .map(|(index, size)| NodeBox {
                            parent: parents[groups + index].index(groups + 1).checked_sub(1),
                            size,
                        })
                        .collect(),
                    edges,
                }
            })
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_outline_is_placed_without_faults(outline in any_outline()) {
        let placement = place(&outline);
        let report = check(&outline, &placement);
        prop_assert_eq!(faults(&report), Report::default());
        prop_assert!(report.length.is_finite() && report.area.is_finite());
        for (arrow, route) in outline.edges.iter().zip(&placement.edges) {
            prop_assert_eq!(arrow.label.is_some(), route.label.is_some());
        }
    }
}
