//! Whole pictures, judged by the checker.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

use proptest::prelude::*;

use super::super::scene::{Direction, End};
use super::super::text::{Weight, width};
use super::check::{Report, check};
use super::embedded::Embedded;
use super::{Arrow, Engine, GroupBox, NodeBox, Outline, Placement, Point, Route, Size};

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
                first: false,
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
            first: false,
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
    for (count, seeds) in [(20, 2), (40, 2), (100, 1), (300, 1)] {
        for seed in 0..seeds {
            let both = [Direction::Down, Direction::Right];
            for &direction in &both[..if count < 300 { 2 } else { 1 }] {
                let outline = generated(count, seed, direction);
                let report = check(&outline, &place(&outline));
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
                            first: false,
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

#[test]
fn nothing_and_one_thing_are_placed() {
    assert!(place(&Outline::default()).nodes.is_empty());
    let one = Outline {
        nodes: vec![NodeBox {
            parent: None,
            size: text("one", 13.0),
            first: false,
        }],
        ..Outline::default()
    };
    let placement = place(&one);
    assert_eq!(faults(&check(&one, &placement)), Report::default());
    assert!(placement.size.width > placement.nodes[0].width);
}

#[test]
fn lengths_that_are_none_and_ends_that_are_not_there_do_no_harm() {
    let strange = Size {
        width: f64::NAN,
        height: f64::INFINITY,
    };
    let outline = Outline {
        groups: vec![GroupBox {
            parent: Some(7),
            header: strange,
        }],
        nodes: vec![NodeBox {
            parent: Some(9),
            size: strange,
            first: false,
        }],
        edges: vec![Arrow {
            from: End::Node(0),
            to: End::Group(5),
            label: Some(strange),
        }],
        ..Outline::default()
    };
    let placement = place(&outline);
    assert!(placement.size.width.is_finite() && placement.size.height.is_finite());
    assert!(placement.edges[0].points.is_empty());
}

#[test]
fn a_box_and_its_group_have_room_for_many_loops() {
    for (height, crossings) in [(1.0, None), (80.0, Some(0))] {
        let size = Size {
            width: height,
            height,
        };
        let arrow = |from, to| Arrow {
            from,
            to,
            label: Some(size),
        };
        let (node, group) = (End::Node(0), End::Group(0));
        let mut edges = vec![arrow(node, node); 10];
        edges.extend([arrow(group, group), arrow(node, group), arrow(group, group)]);
        let outline = Outline {
            groups: vec![GroupBox {
                parent: None,
                header: size,
            }],
            nodes: vec![NodeBox {
                parent: Some(0),
                size,
                first: false,
            }],
            edges,
            ..Outline::default()
        };
        let report = check(&outline, &place(&outline));
        assert_eq!(faults(&report), Report::default());
        assert!(crossings.is_none_or(|crossings| report.crossings == crossings));
    }
}

#[test]
fn groups_nest_six_deep_and_may_be_empty() {
    for direction in [Direction::Down, Direction::Right] {
        let mut outline = shop(direction);
        for depth in 0..6 {
            outline.groups.push(GroupBox {
                parent: (depth > 0).then(|| outline.groups.len() - 1),
                header: text("a title that is long", 12.0),
            });
        }
        let last = outline.groups.len() - 1;
        outline.edges.push(Arrow {
            from: End::Node(0),
            to: End::Group(last),
            label: None,
        });
        let placement = place(&outline);
        assert_eq!(faults(&check(&outline, &placement)), Report::default());
        assert!(placement.groups[last].width >= outline.groups[last].header.width);
    }
}

#[test]
fn many_leaves_and_many_single_boxes_stand_in_several_rows() {
    let mut outline = Outline {
        nodes: vec![
            NodeBox {
                parent: None,
                size: Size {
                    width: 120.0,
                    height: 50.0,
                },
                first: false
            };
            41
        ],
        ..Outline::default()
    };
    let leaf = |node: usize| Arrow {
        from: End::Node(0),
        to: End::Node(node),
        label: None,
    };
    outline.edges = (1..=20).map(leaf).collect();
    let placement = place(&outline);
    assert_eq!(faults(&check(&outline, &placement)), Report::default());
    let Size { width, height } = placement.size;
    assert!(width < 3.0 * height, "{width} wide, {height} high");
}

#[test]
fn single_boxes_stand_in_an_empty_corner() {
    for direction in [Direction::Down, Direction::Right] {
        let mut outline = shop(direction);
        outline.groups.clear();
        outline.nodes.iter_mut().for_each(|node| node.parent = None);
        let groups = |arrow: &Arrow| {
            [arrow.from, arrow.to]
                .iter()
                .all(|end| matches!(end, End::Node(_)))
        };
        outline.edges.retain(groups);
        let without = place(&outline).size;
        outline.nodes.push(NodeBox {
            parent: None,
            size: Size {
                width: 60.0,
                height: 40.0,
            },
            first: false,
        });
        let placement = place(&outline);
        assert_eq!(faults(&check(&outline, &placement)), Report::default());
        assert_eq!(placement.size, without, "{direction:?}");
    }
}

#[test]
fn small_ways_aside_are_taken_out() {
    let mut outline = shop(Direction::Down);
    let size = Size {
        width: 90.0,
        height: 18.0,
    };
    for edge in &mut outline.edges {
        edge.label = edge.label.map(|_| size);
    }
    let placement = place(&outline);
    assert_eq!(faults(&check(&outline, &placement)), Report::default());
    let tiny = |four: &&[Point]| {
        let aside = (four[1].x - four[2].x).abs();
        let onward = (four[1].y - four[0].y) * (four[3].y - four[2].y) > 0.0;
        onward && four[1].y == four[2].y && aside < 4.0
    };
    let count: usize = (placement.edges.iter())
        .map(|edge| edge.points.windows(4).filter(tiny).count())
        .sum();
    assert_eq!(count, 0);
}

#[test]
fn threads_and_repetition_change_nothing() {
    let outlines = [shop(Direction::Down), generated(40, 5, Direction::Right)];
    for outline in outlines {
        let run = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            let placement = pool.expect("a pool").install(|| place(&outline));
            serde_json::to_string(&placement).expect("a placement is JSON")
        };
        let first = run(1);
        assert_eq!(first, run(4));
        assert_eq!(first, run(1));
    }
}

/// Writes an outline for Graphviz, sizes and titles as they are.
fn dot(outline: &Outline) -> String {
    let mut text = String::from(
        "digraph {\ncompound=true;nodesep=0.35;ranksep=0.5;\nnode [shape=box fixedsize=true];\n",
    );
    write_group(outline, None, &mut text);
    for arrow in &outline.edges {
        if let (End::Node(from), End::Node(to)) = (arrow.from, arrow.to) {
            let label = arrow.label.map_or(0, |label| (label.width / 6.0) as usize);
            let _ = writeln!(
                text,
                "n{from} -> n{to} [label=\"{}\" fontsize=11];",
                "x".repeat(label)
            );
        }
    }
    text + "}\n"
}

fn write_group(outline: &Outline, parent: Option<usize>, text: &mut String) {
    for (index, node) in outline
        .nodes
        .iter()
        .enumerate()
        .filter(|(_, node)| node.parent == parent)
    {
        let (width, height) = (node.size.width / 72.0, node.size.height / 72.0);
        let _ = writeln!(text, "n{index} [width={width} height={height}];");
    }
    for (index, _) in outline
        .groups
        .iter()
        .enumerate()
        .filter(|(_, group)| group.parent == parent)
    {
        let _ = writeln!(text, "subgraph cluster_{index} {{ label=\"title\";");
        write_group(outline, Some(index), text);
        text.push_str("}\n");
    }
}

/// Returns how often the arrows of Graphviz cross; `None` where it is not installed.
fn graphviz_crossings(outline: &Outline) -> Option<usize> {
    let mut child = Command::new("dot")
        .arg("-Tplain")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .ok()?;
    child
        .stdin
        .take()?
        .write_all(dot(outline).as_bytes())
        .ok()?;
    let output = child.wait_with_output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let edges: Vec<Route> = text.lines().filter_map(curve).collect();
    let whole = Placement {
        edges,
        ..Placement::default()
    };
    Some(check(&Outline::default(), &whole).crossings)
}

/// Reads an edge of Graphviz's plain output: Bezier curves, here made of short lines.
fn curve(line: &str) -> Option<Route> {
    let mut words = line.strip_prefix("edge ")?.split(' ').skip(2);
    let count: usize = words.next()?.parse().ok()?;
    let numbers: Vec<f64> = words
        .take(2 * count)
        .filter_map(|word| word.parse().ok())
        .collect();
    let controls: Vec<(f64, f64)> = numbers
        .chunks_exact(2)
        .map(|pair| (pair[0] * 72.0, pair[1] * 72.0))
        .collect();
    let mut points = Vec::new();
    for start in (0..controls.len().saturating_sub(3)).step_by(3) {
        for step in 0..=10 {
            let (t, u) = (f64::from(step) / 10.0, 1.0 - f64::from(step) / 10.0);
            let weights = [u * u * u, 3.0 * u * u * t, 3.0 * u * t * t, t * t * t];
            let part = &controls[start..start + 4];
            let sum = |pick: fn(&(f64, f64)) -> f64| {
                part.iter()
                    .zip(weights)
                    .map(|(point, weight)| pick(point) * weight)
                    .sum()
            };
            points.push(Point {
                x: sum(|point| point.0),
                y: sum(|point| point.1),
            });
        }
    }
    Some(Route {
        points,
        label: None,
    })
}

#[test]
fn crossings_are_compared_with_graphviz() {
    let mut outlines = vec![("shop".to_owned(), shop(Direction::Down))];
    for count in [20, 40] {
        let name = format!("{count} boxes");
        outlines.push((name, generated(count, 0, Direction::Down)));
    }
    for (name, outline) in outlines {
        let ours = check(&outline, &place(&outline)).crossings;
        match graphviz_crossings(&outline) {
            Some(theirs) => println!("{name}: {ours} crossings, Graphviz {theirs}"),
            None => println!("{name}: {ours} crossings, Graphviz is not installed"),
        }
    }
}
