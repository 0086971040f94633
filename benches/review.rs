//! How the cost of a review grows with the design.

mod generate;

use criterion::{BenchmarkId, Criterion, Throughput};
use underpin::analysis::success::Success;
use underpin::lint::{self, Design, Settings};
use underpin::model::{Input, resolve};
use underpin::source::{SourceFile, Sources};
use underpin::{rules, syntax, workspace};

const SIZES: [usize; 4] = [100, 1_000, 10_000, 100_000];

fn stages(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("review");
    group.sample_size(10);
    for size in SIZES {
        let mut sources = Sources::default();
        let file = sources.add(SourceFile::new("generated.arch", generate::design(size)));
        let (tree, _) = syntax::parse(file, sources.file(file));
        let input = || Input {
            sources: &sources,
            trees: vec![&tree],
            environment: None,
        };
        let (model, _) = resolve(&input());
        group.throughput(Throughput::Elements(size as u64));
        group.bench_function(BenchmarkId::new("parse", size), |bench| {
            bench.iter(|| syntax::parse(file, sources.file(file)));
        });
        group.bench_function(BenchmarkId::new("resolve", size), |bench| {
            bench.iter(|| resolve(&input()));
        });
        group.bench_function(BenchmarkId::new("success", size), |bench| {
            bench.iter(|| Success::new(&model).failing_alone());
        });
        group.bench_function(BenchmarkId::new("rules", size), |bench| {
            let (settings, infos) = (Settings::default(), rules::infos());
            let today = workspace::date("2026-11-21").expect("a day");
            let run = lint::Run {
                rules: rules::ALL,
                infos: &infos,
                folds: rules::FOLDS,
                settings: &settings,
                today,
                clock: None,
            };
            bench.iter(|| lint::review(&Design::new(&model, &sources), Vec::new(), &run));
        });
    }
    group.finish();
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    stages(&mut criterion);
    criterion.final_summary();
}
