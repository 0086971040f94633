//! `underpin analyze`.

use serde_json::Value;

use crate::support::Test;

const DESIGN: &str = "\
system Shop: product
quality Fast: latency { on: list; p99 < 100ms }
quality Slow: latency { on: buy; p99 < 2s }
entity Order { id: uuid key; about { size: 1 KB; retention: 1 year } }
api Public: rest {
  list: GET /orders { reads: Order }
  buy: POST /orders { writes: Order }
}
load Daily { list: 100/s; buy: 10/s; peak: 3x }
client app: mobile
service shop { serves: Public; replicas: 2; capacity: 500/s }
database orders { stores: Order; replicas: 2; capacity: 1k/s }
app -> shop -> orders
flow List: list { app -> shop; shop -> orders { reads: Order; min: 150ms; p50: 160ms; p99: 200ms } }
flow Buy: buy { app -> shop; shop -> orders { writes: Order; p50: 5ms; p99: 20ms } }
";

fn analyze(arguments: &str) -> Test {
    Test::new(&format!("analyze {arguments}")).file("shop.arch", DESIGN)
}

fn fitting(text: &str, columns: usize) {
    for line in text.lines() {
        assert!(line.chars().count() <= columns, "{line}");
    }
}

#[test]
fn a_target_that_breaks_for_certain_fails_the_run() {
    let ran = analyze("shop.arch").run().status(1).stderr("");
    let targets: Vec<&str> = ran.stdout.lines().take(12).collect();
    let words = targets.join("\n");
    assert!(words.starts_with("Shop\n\nTargets\n"), "{words}");
    let row = |name: &str| targets.iter().find(|line| line.starts_with(name)).unwrap();
    assert!(row("Fast: p99 < 100ms").contains(" breaks "), "{words}");
    assert!(row("Slow: p99 < 2s").contains("holds"), "{words}");
    let kept = DESIGN.replace("p99 < 100ms", "p99 < 1s");
    Test::new("analyze -").stdin(kept).run().status(0);
}

#[test]
fn tables_fit_the_width() {
    let examples = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let ran = Test::new(&format!("analyze {}", examples.display())).run();
    // A path or an address is never cut.
    let whole = [examples.display().to_string(), "https://".to_owned()];
    let cut = |line: &&str| !whole.iter().any(|it| line.contains(it));
    for line in ran.stdout.lines().filter(cut) {
        assert!(line.chars().count() <= 80, "{line}");
    }
    fitting(&analyze("shop.arch --width 70").run().stdout, 70);
}

#[test]
fn parts_are_chosen_by_name() {
    let ran = analyze("shop.arch --only load,estimates").run().status(1);
    assert!(ran.stdout.contains("\nLoad\n"), "{}", ran.stdout);
    assert!(!ran.stdout.contains("\nLatency\n"), "{}", ran.stdout);
    let ran = analyze("shop.arch --only lod").run().status(2).stdout("");
    let expected = "error: there is no part `lod`\nhelp: did you mean `load`?\n";
    assert_eq!(ran.stderr, expected);
}

#[test]
fn json_is_one_document_with_every_part() {
    let ran = analyze("shop.arch --format json").run().status(1);
    let document: Value = serde_json::from_str(&ran.stdout).unwrap();
    let design = &document["designs"][0];
    assert_eq!(design["design"], "Shop");
    for part in [
        "targets",
        "availability",
        "latency",
        "load",
        "storage",
        "bandwidth",
        "concurrency",
        "caches",
        "recovery",
        "estimates",
    ] {
        assert!(!design[part].is_null(), "{part}");
    }
    let fast = &design["targets"][0];
    assert_eq!(fast["verdict"], "breaks");
    assert_eq!(fast["place"]["line"], 2);
}

#[test]
fn markdown_is_a_document() {
    let ran = analyze("shop.arch --format markdown").run().status(1);
    assert!(
        ran.stdout.starts_with("# Shop\n\n## Targets\n\n| target "),
        "{}",
        ran.stdout
    );
}

#[test]
fn what_cannot_be_understood_is_said_and_fails() {
    let wrong = DESIGN.replace("capacity: 1k/s", "capacity: 1k/parsec");
    let ran = Test::new("analyze -")
        .stdin(wrong.replace("p99 < 100ms", "p99 < 1s"))
        .run()
        .status(1);
    assert!(ran.stderr.contains("<stdin>:12:"), "{}", ran.stderr);
    assert!(ran.stdout.contains("\nLoad\n"), "{}", ran.stdout);
    Test::new("analyze missing.arch").run().status(2);
    let empty = Test::new("analyze -").stdin("").run().status(0).stdout;
    assert!(empty.contains("Nothing to compute"), "{empty}");
    Test::new("analyze -")
        .stdin([0, 159, 146, 150])
        .run()
        .status(1);
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let test = Test::new("").file("shop.arch", DESIGN);
    let ran = test.shell("$UNDERPIN analyze shop.arch | head -1");
    ran.status(0).stdout("Shop\n").stderr("");
}
