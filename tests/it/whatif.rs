//! `underpin whatif` through the real program.

use crate::support::{Ran, Test};

const DESIGN: &str = r#"
system Things: product
functional Read
quality Up: availability { availability >= 99% }
api Public: rest { read: GET /things { for: Read } }
load Now { read: 100/s }
client app: browser
service web { serves: Public; replicas: 4 across 2 zones; capacity: 50/s; availability: 99.9% }
cache hot: redis { replicas: 2 across 2 zones; capacity: 5k/s }
database store { replicas: 1; capacity: 200/s; availability: 99.9% }
app -> web
web -> hot { need: soft }
web -> store { timeout: 1s }
flow Reading: read { app -> web; web -> hot; web -> store }
environment tiny { web.replicas: 1 }
"#;

fn ask(flags: &str) -> Ran {
    let test = Test::new(&format!("whatif design.arch {flags}"));
    test.file("design.arch", DESIGN).run()
}

#[test]
fn a_loss_that_breaks_a_requirement_fails() {
    let ran = ask("--lose store").status(1).stderr("");
    assert_eq!(
        ran.stdout,
        "\
Things

Without store

1 of 1 operation fails: 100/s of 100/s requests (100 %).

2 of 2 requirements no longer hold.

What breaks

requirement              before        now     why
───────────────────────  ────────────  ──────  ────────────────────────────
Read                     holds         breaks  `Public.read` cannot be done
Up: availability >= 99%  likely holds  breaks  `Public.read` cannot be done

If this lasts, the downtime of 30 days is used up: `Up` after 7.2 h.

Operations and flows

operation    average  now    why
───────────  ───────  ─────  ─────────────
Public.read    100/s  fails  needs `store`

Components

component  now   replicas  at the peak  of capacity
─────────  ────  ────────  ───────────  ───────────
store      down    0 of 1    100/s → –     50 % → –

Who waits for what is down

call          timeout  tries  waits up to  circuit breaker
────────────  ───────  ─────  ───────────  ───────────────
web -> store      1 s      1          1 s  not stated
"
    );
}

#[test]
fn a_loss_that_breaks_nothing_passes() {
    for flags in ["--lose hot", "--lose zone:a", "--lose web#1", "--cold hot"] {
        let ran = ask(flags).status(0).stderr("");
        let held = "Every requirement that held before still holds.";
        assert!(ran.stdout.contains(held), "{flags}: {}", ran.stdout);
    }
}

#[test]
fn load_and_environment_count() {
    // 100/s over 4 × 50/s, and three times that.
    ask("--load 1.9x").status(0);
    let ran = ask("--load 300%").status(1);
    assert!(
        ran.stdout.contains("At 3 times the load\n"),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains("50 % → 150 %"), "{}", ran.stdout);
    // One replica is asked for twice what it can take, and was before.
    let ran = ask("--environment tiny --lose hot").status(0);
    assert!(ran.stdout.contains("overloaded"), "{}", ran.stdout);
}

#[test]
fn without_a_question_every_loss_is_tried() {
    let ran = ask("").status(1).stderr("");
    let all = ask("--all").status(1).stdout;
    assert_eq!(ran.stdout, all);
    assert!(
        all.contains("store or web  100/s  Public.read  Read, Up\n"),
        "{all}"
    );
    assert!(all.contains("without `hot`, `zone 1`, `zone 2`."), "{all}");
}

#[test]
fn json_is_one_document() {
    let ran = ask("--lose store,zone:2 --cold hot --load 2 --all --format json").status(1);
    let value: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(value["version"], 1);
    assert_eq!(value["design"], "Things");
    let outcome = &value["outcome"];
    assert_eq!(outcome["lost"], serde_json::json!(["store", "zone 2"]));
    assert_eq!(outcome["cold"], serde_json::json!(["hot"]));
    assert_eq!(outcome["load"], 2.0);
    assert_eq!(outcome["requirements"][0]["now"], "breaks");
    assert_eq!(outcome["requirements"][0]["place"]["line"], 3);
    assert_eq!(outcome["operations"][0]["now"], "fails");
    assert!(!value["losses"]["singles"].as_array().unwrap().is_empty());
}

#[test]
fn markdown_has_tables() {
    let ran = ask("--lose store --format markdown").status(1);
    assert!(ran.stdout.starts_with("# Things\n"), "{}", ran.stdout);
    assert!(
        ran.stdout.contains("| Read | holds | breaks |"),
        "{}",
        ran.stdout
    );
}

#[test]
fn names_of_nothing_cannot_be_answered() {
    for (flags, message) in [
        (
            "--lose stroe",
            "error: there is no component or place `stroe`\nhelp: did you mean `store`?\n",
        ),
        (
            "--cold store",
            "error: `store` is a database: only a cache can be cold\nhelp: there is the cache `hot`\n",
        ),
        (
            "--load fast",
            "error: `fast` is not a multiple of the load\nhelp: write `3x`, `2.5` or `300%`\n",
        ),
    ] {
        ask(flags).status(2).stdout("").stderr(message);
    }
}

#[test]
fn one_design_is_asked_about() {
    let two = Test::new("whatif").file("a.arch", "system A: product\n");
    let ran = two.file("b.arch", "system B: product\n").run();
    ran.status(2).stdout("").stderr(
        "error: there are 2 designs, and one can be asked about\n\
         help: name one of `a.arch`, `b.arch`\n",
    );
    let stdin = Test::new("whatif - --lose store").stdin(DESIGN).run();
    assert_eq!(stdin.status(1).stdout, ask("--lose store").stdout);
}

#[test]
fn mistakes_are_told_and_fail() {
    let design = format!("{DESIGN}\nservice lost {{ replicas: three }}\n");
    let ran = Test::new("whatif design.arch --lose hot").file("design.arch", design);
    let ran = ran.run().status(1);
    assert!(ran.stderr.contains("design.arch:17:"), "{}", ran.stderr);
    assert!(ran.stdout.contains("Without hot"), "{}", ran.stdout);
}

/// Six hundred services in a chain and three hundred stores.
fn large() -> String {
    let mut text = String::from(
        "system Large: product\nfunctional Get\nquality Up: availability { availability >= 99% }\n\
         api Public: rest { get: GET /things { for: Get } }\nload Now { get: 1k/s }\n\
         service s0 { serves: Public; replicas: 2 across 3 zones; capacity: 2k/s }\n",
    );
    for index in 1..600 {
        text += &format!(
            "service s{index} {{ replicas: 2 across 3 zones; capacity: 2k/s }}\n\
             s{} -> s{index}\n",
            index - 1
        );
    }
    for index in 0..300 {
        text +=
            &format!("database d{index} {{ replicas: 1; capacity: 2k/s }}\ns{index} -> d{index}\n");
    }
    text
}

#[test]
fn a_large_design_is_answered() {
    let ran = Test::new("whatif large.arch --lose d7 --load 3x --all").file("large.arch", large());
    let ran = ran.run().status(1).stderr("");
    assert!(ran.stdout.contains("needs `d7`"), "{}", ran.stdout);
    let refused = "Not tried: 902 parts can fail, and pairs are looked for among at most 400.";
    assert!(ran.stdout.contains(refused), "{}", ran.stdout);
}

#[test]
fn zones_beyond_all_reason_end_at_once() {
    let many = DESIGN.replace("4 across 2 zones", "6 across 1000000000 zones");
    for flags in ["", "--lose zone:1", "--lose web#1"] {
        let test = Test::new(&format!("whatif design.arch {flags}"));
        let ran = test.file("design.arch", &many).run();
        assert!(ran.stdout.starts_with("Things\n"), "{}", ran.stdout);
    }
    for command in ["check", "analyze", "draw --list"] {
        let test = Test::new(&format!("{command} design.arch"));
        let ran = test.file("design.arch", &many).run();
        assert!(ran.status < 2, "{}", ran.stderr);
    }
}
