//! How long a repository of many designs takes, with one thread and with two:
//! `cargo bench --bench repository`; `-- --write DIR` only writes the designs.

mod generate;

use std::path::Path;

use criterion::{BenchmarkId, Criterion, Throughput};
use rayon::ThreadPoolBuilder;
use underpin::workspace::{Request, review};

/// So many designs, each with as many components as people draw on one page.
const DESIGNS: usize = 2_000;
const COMPONENTS: usize = 30;

/// What every design imports.
const SHARED: &str =
    "policy Backed: warning \"Every database is backed up\" { require: database[backup] }\n";

/// Writes designs that differ, some of which have findings.
fn write(folder: &Path) {
    let text = generate::design(COMPONENTS);
    std::fs::write(folder.join("shared.arch"), SHARED).expect("the folder can be written");
    for number in 0..DESIGNS {
        let name = format!("system Generated{number}: product");
        let text = text.replace("system Generated: product", &name);
        let text = format!("{text}import \"shared.arch\"\n");
        let file = folder.join(format!("design{number:04}.arch"));
        std::fs::write(file, text).expect("the folder can be written");
    }
}

fn repository(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path());
    let request = Request::of(vec![folder.path().to_path_buf()]);
    let mut group = criterion.benchmark_group("repository");
    group.sample_size(10);
    group.throughput(Throughput::Elements(DESIGNS as u64));
    for threads in [1, 2] {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build();
        let pool = pool.expect("threads");
        group.bench_function(BenchmarkId::new("review", threads), |bench| {
            bench.iter(|| pool.install(|| review(&request)).expect("designs"));
        });
    }
    group.finish();
}

fn main() {
    let mut arguments = std::env::args().skip_while(|it| it != "--write").skip(1);
    if let Some(folder) = arguments.next() {
        return write(Path::new(&folder));
    }
    let mut criterion = Criterion::default().configure_from_args();
    repository(&mut criterion);
    criterion.final_summary();
}
