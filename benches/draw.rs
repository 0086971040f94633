//! How the cost of a picture grows with the number of boxes.

use criterion::{BenchmarkId, Criterion, Throughput};
use underpin::diagram::layout::embedded::Embedded;
use underpin::diagram::layout::{Arrow, Engine, GroupBox, NodeBox, Outline, Size};
use underpin::diagram::scene::{Direction, End};

const SIZES: [usize; 5] = [20, 50, 100, 300, 1_000];

/// Returns a design with groups of six and one and a half arrows per box, mostly
/// between near boxes.
fn outline(count: usize) -> Outline {
    let mut state = count as u64;
    let mut below = |limit: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % limit.max(1)
    };
    let size = |width: usize, height: f64| Size {
        width: width as f64,
        height,
    };
    let mut groups: Vec<GroupBox> = Vec::new();
    for index in 0..count / 6 {
        let before = index.checked_sub(1 + below(3));
        let nested = |group: usize| {
            groups[group]
                .parent
                .is_some_and(|up| groups[up].parent.is_some())
        };
        groups.push(GroupBox {
            parent: before.filter(|&group| below(3) > 0 && !nested(group)),
            header: size(60 + below(120), 26.0),
        });
    }
    let nodes = (0..count)
        .map(|index| NodeBox {
            parent: (below(6) > 0).then(|| (index / 6).min(groups.len() - 1)),
            size: size(100 + below(80), 50.0),
            first: false,
        })
        .collect();
    let edges = (0..count * 3 / 2)
        .map(|_| {
            let from = below(count);
            let to = match below(8) {
                0 => below(count),
                _ => (from + 1 + below(9)).min(count - 1),
            };
            Arrow {
                from: End::Node(from),
                to: End::Node(to),
                label: (below(4) > 0).then(|| size(30 + below(80), 16.0)),
            }
        })
        .collect();
    Outline {
        direction: Direction::Down,
        groups,
        nodes,
        edges,
    }
}

fn layout(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("draw");
    group.sample_size(10);
    for count in SIZES {
        let outline = outline(count);
        group.throughput(Throughput::Elements(count as u64));
        group.bench_function(BenchmarkId::new("layout", count), |bench| {
            bench.iter(|| Embedded.place(&outline));
        });
    }
    group.finish();
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    layout(&mut criterion);
    criterion.final_summary();
}
