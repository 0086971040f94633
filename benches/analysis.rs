//! How the cost of the analyses grows with the design.

mod generate;

use criterion::{BenchmarkId, Criterion, Throughput};
use std::fmt::Write;
use std::hint::black_box;
use underpin::analysis::availability::{Assumptions, availability};
use underpin::analysis::load::{Conditions, solve};
use underpin::analysis::recovery::recovery;
use underpin::analysis::success::Success;
use underpin::analysis::whatif::all_losses;
use underpin::analysis::{bandwidth, cache, concurrency, estimates, latency, storage};
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

/// States an availability for everything that the generated design runs itself, and
/// how often each operation is used.
fn generated(size: usize) -> String {
    let mut text = generate::design(size);
    for kind in ["service", "database", "cache", "topic", "search", "gateway"] {
        let _ = writeln!(text, "defaults {kind} {{ availability: 99.9% }}");
    }
    let _ = writeln!(text, "load Day {{ peak: 3x");
    (0..size.div_ceil(10)).for_each(|group| _ = writeln!(text, "get{group}: 10/s"));
    text + "}\n"
}

/// Runs every analysis once.
fn everything(model: &Model) {
    let success = Success::new(model);
    black_box(availability(model, &success, &Assumptions::default()));
    black_box(solve(model, &success, &Conditions::default()));
    black_box(latency::waterfalls(model));
    black_box(storage::storage(model));
    black_box(bandwidth::bandwidth(model));
    black_box(concurrency::concurrency(model));
    black_box(cache::caches(model));
    black_box(recovery(model, &success));
    black_box(estimates::estimates(model));
    black_box(all_losses(model, &success));
}

/// Returns an operation that needs services of which each needs one of three stores: no
/// order of questions keeps that small.
fn tangled() -> String {
    let mut text = String::from(
        "api Public: rest { get: GET /things }
defaults service { replicas: 1; availability: 99% }
defaults database { replicas: 1; availability: 99% }
service front { serves: Public }
",
    );
    (0..60).for_each(|index| _ = writeln!(text, "database d{index}"));
    for index in 0..120 {
        let [a, b, c] = [7, 11, 13].map(|step| (index * step + index / 60 * 17) % 60);
        let _ = writeln!(text, "service s{index}\nfront -> s{index}");
        let _ = writeln!(
            text,
            "s{index} -> d{a} | d{} | d{}",
            (b + 20) % 60,
            (c + 41) % 60
        );
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
    let tangled = understood(tangled());
    let success = Success::new(&tangled);
    group.bench_function("availability/refused", |bench| {
        bench.iter(|| availability(&tangled, &success, &assumptions));
    });
    for size in SIZES {
        let model = understood(generated(size));
        let success = Success::new(&model);
        group.throughput(Throughput::Elements(size as u64));
        group.bench_function(BenchmarkId::new("availability", size), |bench| {
            bench.iter(|| availability(&model, &success, &assumptions));
        });
        group.bench_function(BenchmarkId::new("load", size), |bench| {
            bench.iter(|| solve(&model, &success, &Conditions::default()));
        });
        group.bench_function(BenchmarkId::new("latency", size), |bench| {
            bench.iter(|| latency::waterfalls(&model));
        });
        group.bench_function(BenchmarkId::new("everything", size), |bench| {
            bench.iter(|| everything(&model));
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
