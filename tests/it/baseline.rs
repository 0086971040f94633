//! `check --baseline`: findings that are known and borne; and what else decides
//! whether a run fails.

use serde_json::Value;

use crate::support::{Ran, Test};

/// Two things to find, both errors of one rule.
const DESIGN: &str = "\
system Shop: product
quality Uptime: availability { availability >= 99.9% }
client app: mobile
service shop { replicas: 1 }
database orders { replicas: 1 }
app -> shop -> orders
";

const ONLY: &str = "check --only single-point-of-failure --output-format concise";

/// Writes the baseline of a design, and returns it.
fn baseline(design: &str) -> String {
    let write = format!("{ONLY} a.arch --baseline known.json --write-baseline");
    let ran = Test::new(&write).file("a.arch", design).run().status(0);
    ran.read("known.json")
}

fn check(arguments: &str, design: &str, known: &str) -> Test {
    Test::new(&format!("{ONLY} a.arch {arguments}"))
        .file("a.arch", design)
        .file("known.json", known)
}

fn with(design: &str, known: &str) -> Ran {
    check("--baseline known.json", design, known).run()
}

fn subjects(document: &str) -> Vec<String> {
    let document: Value = serde_json::from_str(document).unwrap();
    let entries = document["findings"].as_array().unwrap().iter();
    entries
        .map(|it| {
            let (design, subject) = (&it["design"], &it["subjects"][0]);
            format!("{}:{}", design.as_str().unwrap(), subject.as_str().unwrap())
        })
        .collect()
}

#[test]
fn what_it_holds_is_counted_and_does_not_fail() {
    let known = baseline(DESIGN);
    assert_eq!(subjects(&known), ["a.arch:orders", "a.arch:shop"]);
    let first: Value = serde_json::from_str(&known).unwrap();
    assert_eq!(first["version"], 1);
    let entry = &first["findings"][0];
    assert_eq!(entry["rule"], "single-point-of-failure");
    assert!(entry["message"].as_str().unwrap().contains("`orders`"));
    assert_eq!(entry["fingerprint"].as_str().unwrap().len(), 16);
    let ran = with(DESIGN, &known).status(0).stderr("");
    assert!(
        ran.stdout
            .starts_with("No findings in 1 design. 2 in the baseline"),
        "{}",
        ran.stdout
    );
    let moved = format!("\n\n// moved\n{DESIGN}");
    with(&moved, &known).status(0).stderr("");
    let more = DESIGN.replace(
        "-> orders",
        "-> orders\nworker jobs { replicas: 1 }\nshop -> jobs",
    );
    let ran = with(&more, &known).status(1);
    assert!(ran.stdout.contains("losing `jobs`"), "{}", ran.stdout);
    assert!(!ran.stdout.contains("losing `orders`"), "{}", ran.stdout);
}

#[test]
fn writing_again_changes_nothing_and_another_folder_means_the_same() {
    let known = baseline(DESIGN);
    let again = check("--baseline known.json --write-baseline", DESIGN, &known);
    assert_eq!(again.run().status(0).read("known.json"), known);
    let inside = |folder: &str, arguments: &str| {
        Test::new(&format!("{ONLY} {arguments}"))
            .folder(".git")
            .file("designs/a.arch", DESIGN)
            .file("known/.keep", "")
            .within(folder)
            .run()
            .status(0)
    };
    let here = inside(".", "designs --baseline known/it.json --write-baseline");
    let there = inside(
        "designs",
        "a.arch --baseline ../known/it.json --write-baseline",
    );
    let here = here.read("known/it.json");
    assert_eq!(here, there.read("known/it.json"));
    assert_eq!(
        subjects(&here),
        ["designs/a.arch:orders", "designs/a.arch:shop"]
    );
}

#[test]
fn designs_do_not_share_entries() {
    let known = baseline(DESIGN);
    let both = Test::new(&format!("{ONLY} . --baseline known.json"))
        .file("a.arch", DESIGN)
        .file("b.arch", DESIGN)
        .file("known.json", &known);
    let ran = both.run().status(1);
    assert!(!ran.stdout.contains("a.arch:"), "{}", ran.stdout);
    assert_eq!(ran.stdout.matches("b.arch:").count(), 2, "{}", ran.stdout);
}

#[test]
fn the_configuration_names_it_and_the_flag_wins() {
    let known = baseline(DESIGN);
    let config = "[check]\n\nbaseline = \"known.json\"\n";
    let test = |arguments: &str| check(arguments, DESIGN, &known).file("underpin.toml", config);
    test("").run().status(0);
    test("--isolated").run().status(1);
    let empty = "{ \"version\": 1, \"findings\": [] }";
    test("--baseline other.json")
        .file("other.json", empty)
        .run()
        .status(1);
    let elsewhere = Test::new(&format!("{ONLY} ../a.arch"))
        .file("a.arch", DESIGN)
        .file("known.json", &known)
        .file("underpin.toml", config)
        .folder("deep/.git")
        .within("deep");
    elsewhere.run().status(0);
    let missing = Test::new(&format!("{ONLY} a.arch"))
        .file("a.arch", DESIGN)
        .file("underpin.toml", config);
    missing.run().status(2).stdout("").stderr(
        "error: underpin.toml:3: `known.json` does not exist\n\
         help: make the baseline with `--write-baseline`\n",
    );
}

#[test]
fn what_is_stale_is_told_and_pruned() {
    let known = baseline(DESIGN);
    let mended = DESIGN.replace(
        "service shop { replicas: 1 }",
        "service shop { replicas: 3 }",
    );
    let ran = with(&mended, &known).status(0);
    assert_eq!(
        ran.stderr,
        "warning: `known.json` holds single-point-of-failure about `shop` of `a.arch`, \
         which is not found any more\n\
         help: take out what is stale with `--prune-baseline`\n"
    );
    assert_eq!(ran.read("known.json"), known);
    let prune = "--baseline known.json --prune-baseline";
    let pruned = check(prune, &mended, &known).run().status(0);
    assert_eq!(
        pruned.stderr,
        "Dropped 1 stale entry from `known.json`; 1 finding left.\n"
    );
    assert_eq!(subjects(&pruned.read("known.json")), ["a.arch:orders"]);
    // What prunes does not take in what is new.
    let empty = "{ \"version\": 1, \"findings\": [] }";
    let ran = check(prune, DESIGN, empty).run().status(1);
    assert!(subjects(&ran.read("known.json")).is_empty());
}

#[test]
fn what_was_not_reviewed_is_neither_stale_nor_lost() {
    let known = baseline(DESIGN);
    let other_rule = "check a.arch --only missing-cache --baseline known.json";
    let test = |arguments: &str, design: &str| {
        Test::new(arguments)
            .file("a.arch", design)
            .file("b.arch", "system B: product\n")
            .file("known.json", &known)
            .run()
    };
    test(other_rule, DESIGN).status(0).stderr("");
    let other_design = format!("{ONLY} b.arch --baseline known.json");
    test(&other_design, DESIGN).status(0).stderr("");
    let written = test(&format!("{other_design} --write-baseline"), DESIGN).status(0);
    assert_eq!(written.read("known.json"), known);
    // What is not understood hides what the entries are about.
    let broken = format!("{DESIGN}\nservice {{{{ }}\n").replace("app -> shop -> orders", "");
    let ran = test(&format!("{ONLY} a.arch --baseline known.json"), &broken).status(1);
    assert_eq!(ran.stderr, "");
    let gone = Test::new(&format!("{ONLY} b.arch --baseline known.json"))
        .file("b.arch", "system B: product\n")
        .file("known.json", &known);
    let gone = gone.run().status(0).stderr;
    assert_eq!(gone.matches("warning: ").count(), 2, "{gone}");
}

#[test]
fn what_cannot_be_understood_is_never_in_it() {
    let broken = format!("{DESIGN}service {{{{ }}\n");
    let write = format!("{ONLY} a.arch --baseline known.json --write-baseline");
    let ran = Test::new(&write).file("a.arch", &broken).run().status(1);
    assert!(ran.stdout.contains("error["), "{}", ran.stdout);
    assert!(!ran.read("known.json").contains("syntax"), "{}", ran.stdout);
}

#[test]
fn a_file_that_is_no_baseline_is_2_and_stays() {
    for (text, expected) in [
        ("", "known.json:1:1: this is no baseline: EOF"),
        (
            "{\n  \"version\": 1,\n<<<<<<<",
            "known.json:3:1: this is no baseline: ",
        ),
        ("[check]\n", "known.json:1:2: this is no baseline: "),
        (
            "{ \"version\": 1 }",
            "known.json:1:16: this is no baseline: missing field `findings`",
        ),
        (
            "{ \"version\": 2 }",
            "`known.json` is a baseline of version 2",
        ),
    ] {
        for more in ["", " --write-baseline", " --prune-baseline"] {
            let arguments = format!("--baseline known.json{more}");
            let ran = check(&arguments, DESIGN, text).run().status(2).stdout("");
            assert!(ran.stderr.contains(expected), "{text}: {}", ran.stderr);
            assert_eq!(ran.read("known.json"), text);
        }
    }
    let none = check("--baseline none.json", DESIGN, "").run().status(2);
    assert!(
        none.stderr.contains("`none.json` does not exist"),
        "{}",
        none.stderr
    );
    let unnamed = check("--write-baseline", DESIGN, "").run().status(2);
    assert!(
        unnamed.stderr.contains("nothing names its file"),
        "{}",
        unnamed.stderr
    );
}

#[test]
fn reports_tell_known_from_new() {
    let known = baseline(DESIGN);
    let design = format!("{DESIGN}worker jobs {{ replicas: 1 }}\nshop -> jobs\n");
    let report = |format: &str, baseline: &str| {
        let arguments = format!(
            "check a.arch --only single-point-of-failure --output-format {format} {baseline}"
        );
        let ran = Test::new(&arguments)
            .file("a.arch", &design)
            .file("known.json", &known)
            .run()
            .status(1);
        serde_json::from_str::<Value>(&ran.stdout).unwrap()
    };
    let json = report("json", "--baseline known.json");
    assert_eq!(json["summary"]["baselined"], 2);
    assert_eq!(json["designs"][0]["baselined"], 2);
    assert_eq!(json["summary"]["errors"], 1);
    let states = |baseline: &str| {
        let sarif = report("sarif", baseline);
        let results = sarif["runs"][0]["results"].as_array().unwrap().clone();
        let mut states: Vec<String> = results
            .iter()
            .map(|it| it["baselineState"].as_str().unwrap_or("none").to_owned())
            .collect();
        states.sort();
        states.join(" ")
    };
    assert_eq!(states("--baseline known.json"), "new unchanged unchanged");
    assert_eq!(states(""), "none none none");
    let gitlab = report("gitlab", "--baseline known.json");
    assert_eq!(gitlab.as_array().unwrap().len(), 1);
}

#[test]
fn warnings_may_be_few_and_findings_may_fail_nothing() {
    let warnings = "[rules.single-point-of-failure]\nseverity = \"warning\"\n[check]\n";
    let run = |arguments: &str, config: &str| {
        let config = format!("{warnings}{config}");
        let test = Test::new(&format!("{ONLY} a.arch {arguments}"));
        test.file("a.arch", DESIGN)
            .file("underpin.toml", config)
            .run()
    };
    run("", "").status(1).stderr("");
    run("--max-warnings 2", "").status(0).stderr("");
    let many = "Too many warnings: 2, and at most 1 may be.\n";
    run("--max-warnings 1", "").status(1).stderr(many);
    run("--max-warnings 1 --fail-on error", "").status(1);
    run("", "max-warnings = 1").status(1).stderr(many);
    run("", "max-warnings = 2").status(0);
    run("--max-warnings 0", "max-warnings = 2").status(1);
    run("--exit-zero", "max-warnings = 0").status(0);
    run("--exit-zero missing.arch", "").status(2);
    let errors = Test::new(&format!("{ONLY} a.arch --max-warnings 9"));
    errors.file("a.arch", DESIGN).run().status(1);
}

#[test]
fn timings_are_on_stderr_only() {
    let test = |arguments: &str| {
        let test = Test::new(&format!("check a.arch --output-format json {arguments}"));
        test.file("a.arch", DESIGN).run().status(1)
    };
    let (timed, plain) = (test("--timings"), test("").stderr(""));
    assert_eq!(timed.stdout, plain.stdout);
    for name in [
        "stage ",
        "read and parse ",
        "run rules ",
        "report ",
        "\nrule ",
        "\nmissing-cache ",
    ] {
        assert!(timed.stderr.contains(name), "{name}: {}", timed.stderr);
    }
}

#[test]
#[cfg(unix)]
fn a_watch_reviews_again_and_ends_with_130() {
    let line = "
        $UNDERPIN check a.arch --watch --output-format concise --only single-point-of-failure >out 2>err & pid=$!
        waits() { n=0; until test \"$(grep -c \"$1\" $2)\" -ge $3; do
            n=$((n+1)); test $n -lt 200 || { cat out err; exit 9; }; sleep 0.05; done; }
        waits '^Watching' err 1
        echo 'import \"b.arch\"' >> a.arch
        waits 'cannot import' out 1; waits '^Watching' err 2
        echo 'worker jobs { replicas: 1 }' > b.arch
        waits '^Found 2 errors' out 2; waits '^Watching' err 3
        echo 'nonsense' > underpin.toml
        waits 'underpin.toml:1' err 1; waits '^Watching' err 4
        rm underpin.toml
        waits '^Found 2 errors' out 3; waits '^Watching' err 5
        kill -INT $pid; wait $pid";
    let ran = Test::new("").file("a.arch", DESIGN).shell(line).status(130);
    let out = ran.read("out");
    assert!(!out.contains('\u{1b}'), "{out}");
    let stdin = Test::new("check - --watch").stdin(DESIGN).run().status(2);
    assert!(
        stdin.stderr.contains("stdin cannot be watched"),
        "{}",
        stdin.stderr
    );
}
