//! How the cost of the analyses grows with the design.

mod generate;

use criterion::{BenchmarkId, Criterion, Throughput};
use std::fmt::Write;
use underpin::analysis::availability::{Assumptions, availability};
use underpin::analysis::success::Success;
use underpin::analysis::whatif::all_losses;
use underpin::model::{Input, Model, resolve};
use underpin::source::{SourceFile, Sources};
use underpin::syntax;

const SIZES: [usize; 3] = [100, 1_000, 10_000];

fn understood(text: String) -> Model {
    let mut sources = Sources::default();
    let file = sources.add(SourceFile::new("generated.arch", text));
    let (tree, _) = syntax::parse(file, sources.file(file));
    let input = Input {
        sources: &sources,
        trees: vec![&tree],
        environment: None,
    };
    resolve(&input).0
}

/// Returns one operation that needs 300 services with three replicas each, one in
/// each of three zones: 900 things that can fail.
fn three_hundred_services() -> String {
    let mut text = String::from(
        "system Wide: product \"One operation\"
quality Uptime: availability { availability >= 99.9% }
api Public: rest { get: GET /things }
defaults service { replicas: 3 across 3 zones; availability: 99.9% }
service s0 { serves: Public }
",
    );
    for index in 1..300 {
        let below = (index - 1) / 2;
        let _ = writeln!(text, "service s{index}\ns{below} -> s{index}");
    }
    text
}

/// States an availability for everything that the generated design runs itself.
fn generated(size: usize) -> String {
    let mut text = generate::design(size);
    for kind in ["service", "database", "cache", "topic", "search", "gateway"] {
        let _ = writeln!(text, "defaults {kind} {{ availability: 99.9% }}");
    }
    text
}

fn analyses(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("analysis");
    group.sample_size(10);
    let assumptions = Assumptions::default();
    let wide = understood(three_hundred_services());
    let success = Success::new(&wide);
    group.bench_function("availability/900 failures", |bench| {
        bench.iter(|| availability(&wide, &success, &assumptions));
    });
    for size in SIZES {
        let model = understood(generated(size));
        let success = Success::new(&model);
        group.throughput(Throughput::Elements(size as u64));
        group.bench_function(BenchmarkId::new("availability", size), |bench| {
            bench.iter(|| availability(&model, &success, &assumptions));
        });
        group.bench_function(BenchmarkId::new("losses", size), |bench| {
            bench.iter(|| all_losses(&model, &success));
        });
    }
    group.finish();
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    analyses(&mut criterion);
    criterion.final_summary();
}
