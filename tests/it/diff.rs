//! `underpin diff` through the real program.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::support::{Ran, Test};

const BASE: &str = r#"
system Shop: product
functional Buy
quality Up: availability { availability >= 99.9% }
api Public: rest { buy: POST /orders { for: Buy }; list: GET /orders { for: Buy } }
client app: browser
service orders { serves: Public; replicas: 3 across 3 zones }
database ledger { replicas: 2 across 2 zones; failover: automatic }
cache hot: redis
app -> orders
orders -> ledger { timeout: 1s }
orders -> hot { need: soft }
"#;

const HEAD: &str = r#"
system Shop: product
functional Buy
quality Up: availability { availability >= 99% }
api Public: rest { buy: POST /orders { for: Buy } }
client app: browser
service orders { serves: Public; replicas: 1 }
database ledger { replicas: 2 across 2 zones; failover: automatic }
queue jobs
app -> orders
orders -> ledger { timeout: 2s }
orders ~> jobs
"#;

fn git(folder: &Path, arguments: &[&str]) {
    let mut command = Command::new("git");
    let names = ["-c", "user.name=A", "-c", "user.email=a@example.org"];
    command.args(names).args(arguments).current_dir(folder);
    command
        .env("GIT_CONFIG_GLOBAL", "")
        .env("GIT_CONFIG_NOSYSTEM", "1");
    let output = command.output().expect("git runs");
    assert!(output.status.success(), "{arguments:?}: {output:?}");
}

/// Tells whether there is a git to test with.
fn has_git() -> bool {
    let version = Command::new("git").arg("--version").output();
    version.is_ok_and(|it| it.status.success())
}

/// Makes a repository of the files that a test has so far.
fn commit(test: Test) -> Test {
    git(test.path(), &["init", "--quiet", "--initial-branch=main"]);
    again(test, "base")
}

/// Commits what changed.
fn again(test: Test, tag: &str) -> Test {
    git(test.path(), &["add", "--all"]);
    git(test.path(), &["commit", "--quiet", "--message", tag]);
    git(test.path(), &["tag", tag]);
    test
}

fn files(flags: &str) -> Ran {
    let test = Test::new(&format!("diff old.arch new.arch --isolated {flags}"));
    test.file("old.arch", BASE).file("new.arch", HEAD).run()
}

fn json(ran: &Ran) -> Value {
    serde_json::from_str(&ran.stdout).expect("the output is JSON")
}

/// Returns what changed in the designs of a document, a line each.
fn told(ran: &Ran) -> Vec<String> {
    let document = json(ran);
    let mut lines = Vec::new();
    for design in document["designs"].as_array().unwrap() {
        for list in ["elements", "relations"] {
            for item in design[list].as_array().unwrap() {
                let word = |key: &str| item[key].as_str().unwrap().to_owned();
                lines.push(format!(
                    "{} {} {}",
                    word("change"),
                    word("kind"),
                    word("name")
                ));
            }
        }
    }
    lines
}

#[test]
fn two_files_are_compared() {
    let ran = files("").status(1).stderr("");
    let text = &ran.stdout;
    assert!(
        text.starts_with("Changes from old.arch to new.arch\n\nShop (old.arch → new.arch)\n"),
        "{text}"
    );
    // How wide a column is depends on all that is in it.
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for line in [
        "1 element added, 2 removed, 2 changed; 1 connection added, 1 removed, 1 changed; \
         4 new findings, 2 findings gone. 2 are breaking.",
        "- operation `Public.list` is removed",
        "- quality `Up` is weakened: availability >= 99.9% → >= 99%",
        "weakened Up availability >= 99.9% >= 99%",
        "~ service orders replicas 3 across 3 zones 1",
        "+ queue jobs –",
        "- cache hot types: redis –",
        "~ orders -> ledger timeout 1s 2s",
        "+ orders ~> jobs –",
    ] {
        assert!(words.contains(line), "{line}\n{text}");
    }
}

#[test]
fn markdown_is_for_a_comment() {
    let ran = files("--format markdown --fail-on never").status(0);
    for line in [
        "# Changes from old.arch to new.arch\n",
        "| weakened | Up | availability | \\>= 99.9% | \\>= 99% |",
        "| + | orders \\~\\> jobs |  | – |  |",
    ] {
        assert!(ran.stdout.contains(line), "{line}\n{}", ran.stdout);
    }
}

#[test]
fn json_has_all() {
    let ran = files("--format json").status(1);
    let document = json(&ran);
    assert_eq!(document["version"], 1);
    assert_eq!(document["breaking"], true);
    assert_eq!(document["designs"][0]["base"], "old.arch");
    assert_eq!(
        told(&ran),
        [
            "changed requirement Up".replace("requirement", "quality"),
            "removed operation Public.list".to_owned(),
            "removed cache hot".to_owned(),
            "added queue jobs".to_owned(),
            "changed service orders".to_owned(),
            "removed relation orders -> hot".to_owned(),
            "changed relation orders -> ledger".to_owned(),
            "added relation orders ~> jobs".to_owned(),
        ]
    );
    let new = document["designs"][0]["findings"]["new"]
        .as_array()
        .unwrap();
    assert!(!new.is_empty());
    assert!(
        new.iter().all(|it| it["place"]["path"] == "new.arch"),
        "{new:?}"
    );
}

#[test]
fn what_fails_is_asked_for() {
    let same = |flags: &str| {
        let test = Test::new(&format!("diff a b {flags}"));
        let text = HEAD.replace("app -> orders", "// words\napp   -> orders");
        test.file("a/x.arch", HEAD).file("b/x.arch", text).run()
    };
    let ran = same("--fail-on any").status(0).stderr("");
    assert_eq!(
        ran.stdout,
        "Changes from a to b\n\nSummary\n\nNothing changed in 1 design.\n"
    );
    let title = |flags: &str| {
        let test = Test::new(&format!("diff a b {flags}"));
        let text = HEAD.replace("timeout: 2s", "timeout: 1s");
        test.file("a/x.arch", HEAD).file("b/x.arch", text).run()
    };
    title("").status(0);
    title("--fail-on any").status(1);
    title("--fail-on never").status(0);
}

#[test]
fn folders_are_paired_by_path_and_by_system() {
    let other = HEAD.replace("Shop", "Other");
    let ran = Test::new("diff a b --format json --fail-on never --isolated")
        .file("a/x.arch", HEAD)
        .file("a/y.arch", &other)
        .file("b/x.arch", HEAD)
        .file("b/deep/z.arch", &other)
        .run()
        .status(0);
    assert!(told(&ran).is_empty(), "{:?}", told(&ran));
    assert_eq!(json(&ran)["changed"], false);
    assert_eq!(json(&ran)["designs"][0]["head"], "b/deep/z.arch");
}

#[test]
fn a_revision_is_compared_with_the_files_as_they_are() {
    if !has_git() {
        return;
    }
    let test = Test::new("diff main --format json --isolated").file("designs/shop.arch", BASE);
    let ran = commit(test).file("designs/shop.arch", HEAD).run().status(1);
    let document = json(&ran);
    assert_eq!(document["base"], "main");
    assert_eq!(document["head"], "working tree");
    assert_eq!(told(&ran).len(), 8);
}

#[test]
fn two_revisions_are_compared_also_from_a_folder_within() {
    if !has_git() {
        return;
    }
    let test = Test::new("diff base next --path ../designs/shop.arch --format json --isolated");
    let test = commit(test.file("designs/shop.arch", BASE).folder("docs"));
    let test = again(test.file("designs/shop.arch", HEAD), "next");
    let ran = test
        .file("designs/shop.arch", "broken {")
        .within("docs")
        .run();
    let ran = ran.status(1).stderr("");
    assert_eq!(told(&ran).len(), 8);
    assert_eq!(json(&ran)["designs"][0]["base"], "../designs/shop.arch");
}

#[test]
fn imports_are_those_of_the_revision() {
    if !has_git() {
        return;
    }
    let root = "import \"parts/data.arch\"\nsystem Shop: product\nservice orders { replicas: 2 }\norders -> ledger\n";
    let test = Test::new("diff base --format json --fail-on never --isolated");
    let test = test.file("shop.arch", root);
    let test = commit(test.file("parts/data.arch", "database ledger { replicas: 2 }\n"));
    let ran = test
        .file("parts/data.arch", "database ledger { replicas: 3 }\n")
        .run()
        .status(0);
    assert_eq!(told(&ran), ["changed database ledger"]);
}

#[test]
fn a_renamed_file_is_one_design() {
    if !has_git() {
        return;
    }
    let test = Test::new("diff HEAD --fail-on any --isolated").file("old.arch", HEAD);
    let test = commit(test);
    std::fs::rename(test.path().join("old.arch"), test.path().join("new.arch")).unwrap();
    test.run().status(0);
}

#[test]
fn a_first_design_and_a_last_one_have_nothing_to_be_compared_with() {
    if !has_git() {
        return;
    }
    let test = commit(Test::new("diff base --isolated --format json").file("readme", ""));
    let ran = test.file("shop.arch", HEAD).run();
    assert_eq!(json(&ran)["designs"][0]["base"], Value::Null);
    let test = commit(Test::new("diff base --isolated --format json").file("shop.arch", HEAD));
    std::fs::remove_file(test.path().join("shop.arch")).unwrap();
    let ran = test.run().status(1);
    assert_eq!(json(&ran)["designs"][0]["head"], Value::Null);
    let test = commit(Test::new("diff base").file("readme", ""));
    let ran = test.run().status(2);
    assert!(
        ran.stderr.contains("no design file under `.`"),
        "{}",
        ran.stderr
    );
}

#[test]
fn what_is_left_out_now_is_left_out_of_a_revision() {
    if !has_git() {
        return;
    }
    let test = Test::new("diff base --format json --isolated --fail-on any");
    let test = test
        .file(".underpinignore", "drafts/\n")
        .file("shop.arch", HEAD);
    let test = test
        .file("drafts/x.arch", BASE)
        .file(".secret/y.arch", BASE);
    let ran = commit(test).run().status(0);
    assert_eq!(json(&ran)["designs"].as_array().unwrap().len(), 1);
}

#[test]
fn mistakes_of_who_asks_are_told_in_gits_words() {
    if !has_git() {
        return;
    }
    let run = |arguments: &str| {
        let test = commit(Test::new(arguments).file("shop.arch", HEAD));
        test.run().status(2).stdout("").stderr
    };
    let told = run("diff nowhere");
    assert!(
        told.starts_with("error: git cannot read the revision `nowhere`: bad revision 'nowhere'"),
        "{told}"
    );
    let told = run("diff main..base");
    assert!(told.contains("is a range"), "{told}");
    let told = run("diff shop.arch");
    assert!(
        told.contains("is a path, not a revision") && told.contains("--path shop.arch"),
        "{told}"
    );
    let told = run("diff shop.arch main");
    assert!(
        told.contains("what it is to be compared with is none"),
        "{told}"
    );
    let told = run("diff main --path ../elsewhere");
    assert!(told.contains("is outside of the repository"), "{told}");
    let told = run("diff main --environment nowhere");
    assert!(told.contains("there is no environment `nowhere`"), "{told}");
    let told = Test::new("diff main")
        .file("a.arch", HEAD)
        .run()
        .status(2)
        .stderr;
    assert!(
        told.contains("there is no git repository to compare with: not a git repository"),
        "{told}"
    );
}

#[test]
#[cfg(unix)]
fn without_git_paths_can_still_be_compared() {
    let test = Test::new("").file("a.arch", HEAD).folder("empty");
    let ran = test
        .shell("PATH=$PWD/empty \"$UNDERPIN\" diff main")
        .status(2);
    assert!(
        ran.stderr.starts_with("error: `git` is not installed"),
        "{}",
        ran.stderr
    );
    let test = Test::new("")
        .file("a.arch", HEAD)
        .file("b.arch", HEAD)
        .folder("empty");
    test.shell("PATH=$PWD/empty \"$UNDERPIN\" diff a.arch b.arch")
        .status(0);
}

#[test]
fn the_change_is_drawn_with_signs() {
    let ran = files("--svg out/change.svg --fail-on never").status(0);
    let svg = ran.read("out/change.svg");
    let document = roxmltree::Document::parse(&svg).expect("the picture is XML");
    let group = |id: &str| {
        let found = document
            .descendants()
            .find(|it| it.attribute("data-id") == Some(id));
        let node = found.unwrap_or_else(|| panic!("{id} is drawn"));
        let words = node.descendants().filter(|it| it.has_tag_name("text"));
        let words: Vec<&str> = words.filter_map(|it| it.text()).collect();
        let dashed = node
            .descendants()
            .any(|it| it.has_attribute("stroke-dasharray"));
        (words.join("|"), dashed)
    };
    for (id, sign, dashed) in [
        ("component:jobs", "+", false),
        ("component:hot", "−", true),
        ("component:orders", "~", false),
        ("relation:orders -> hot", "−", true),
        ("relation:orders -> ledger", "~", false),
        ("relation:orders ~> jobs", "+", true),
    ] {
        let (words, is_dashed) = group(id);
        assert!(words.split('|').any(|it| it == sign), "{id}: {words}");
        assert_eq!(is_dashed, dashed, "{id}");
    }
    let (words, _) = group("component:ledger");
    assert!(!words.contains(['+', '−', '~']), "{words}");
    for word in ["added", "changed", "removed"] {
        assert!(svg.contains(&format!(">{word}</text>")), "{word}");
    }
}

#[test]
fn each_changed_design_has_its_picture() {
    let ran = Test::new("diff a b --svg change.svg --fail-on never --isolated")
        .file("a/x.arch", BASE)
        .file("a/y.arch", BASE.replace("Shop", "Other"))
        .file("a/z.arch", BASE.replace("Shop", "Same"))
        .file("b/x.arch", HEAD)
        .file("b/y.arch", HEAD.replace("Shop", "Other"))
        .file("b/z.arch", BASE.replace("Shop", "Same"))
        .run()
        .status(0);
    let folder = std::fs::read_dir(ran.path()).unwrap();
    let mut names: Vec<String> = folder
        .filter_map(|it| it.unwrap().file_name().into_string().ok())
        .filter(|name| name.ends_with(".svg"))
        .collect();
    names.sort();
    assert_eq!(names, ["change-Other.svg", "change-Shop.svg"]);
}
