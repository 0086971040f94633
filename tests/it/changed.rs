//! `check --changed`: only what a change introduces.

use std::path::Path;
use std::process::Command;

use crate::support::{Ran, Test};

const DESIGN: &str = "\
system Shop: product
quality Uptime: availability { availability >= 99.9% }
client app: mobile
service shop { replicas: 1 }
import \"stores.arch\"
app -> shop -> orders
";

const STORES: &str = "database orders { replicas: 2; failover: automatic }\n";
const WEAK: &str = "database orders { replicas: 1 }\n";

const ONLY: &str = "--only single-point-of-failure --output-format concise";

/// Runs git in a folder, with nothing of this machine's configuration.
fn git(folder: &Path, arguments: &str) {
    let mut command = Command::new("git");
    command
        .args(["-c", "user.name=a", "-c", "user.email=a@example.org"])
        .args(["-c", "init.defaultBranch=main"])
        .args(arguments.split_whitespace())
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .current_dir(folder);
    let output = command.output().expect("git is installed");
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "git {arguments}: {words}");
}

fn commit(folder: &Path) {
    git(folder, "add -A");
    git(folder, "commit -qm change --allow-empty");
}

/// A repository with one commit.
fn repository(arguments: &str) -> Test {
    let test = Test::new(&format!("check {arguments} {ONLY}"))
        .file("designs/shop.arch", DESIGN)
        .file("designs/stores.arch", STORES);
    git(test.path(), "init -q .");
    commit(test.path());
    test
}

#[track_caller]
fn reports(ran: Ran, status: i32, expected: &[&str]) -> Ran {
    let ran = ran.status(status);
    let found: Vec<&str> = ran
        .stdout
        .lines()
        .filter_map(|line| {
            line.split_once("[single-point-of-failure] losing `")?
                .1
                .split('`')
                .next()
        })
        .collect();
    assert_eq!(found, expected, "{}", ran.stdout);
    ran
}

#[test]
fn only_what_is_new_is_reported() {
    let ran = reports(repository("designs").run(), 1, &["shop"]);
    assert!(!ran.stdout.contains("not new since"), "{}", ran.stdout);
    let ran = reports(repository("designs --changed").run(), 0, &[]);
    assert!(
        ran.stdout
            .starts_with("No findings in 1 design. 1 not new since `HEAD`"),
        "{}",
        ran.stdout
    );
    let weak = || repository("designs --changed").file("designs/stores.arch", WEAK);
    reports(weak().run(), 1, &["orders"]);
    let inside = repository("shop.arch --changed").file("designs/stores.arch", WEAK);
    reports(inside.within("designs").run(), 1, &["orders"]);
    let moved = repository("designs --changed").file("designs/shop.arch", format!("\n\n{DESIGN}"));
    reports(moved.run(), 0, &[]);
}

#[test]
fn a_design_that_was_not_there_is_new() {
    let copy = DESIGN.replace("import \"stores.arch\"", STORES.trim());
    let test = repository("designs --changed").file("designs/copy.arch", copy);
    let ran = reports(test.run(), 1, &["shop"]);
    assert!(
        ran.stdout.starts_with("designs/copy.arch:"),
        "{}",
        ran.stdout
    );
    let imported = repository("designs/shop.arch --changed")
        .file("designs/shop.arch", DESIGN.replace("stores", "others"))
        .file("designs/others.arch", WEAK);
    reports(imported.run(), 1, &["orders"]);
}

#[test]
fn an_acceptance_that_goes_brings_its_finding_back() {
    let test = Test::new(&format!("check shop.arch --changed {ONLY}"));
    let accepted = DESIGN
        .replace("import \"stores.arch\"", STORES.trim())
        .replace(
            "service shop",
            "@accept(single-point-of-failure, \"cheap\")\nservice shop",
        );
    let test = test.file("shop.arch", &accepted);
    git(test.path(), "init -q .");
    commit(test.path());
    let bare = accepted.replace("@accept(single-point-of-failure, \"cheap\")\n", "");
    reports(test.file("shop.arch", bare).run(), 1, &["shop"]);
}

#[test]
fn any_revision_can_be_compared_with() {
    let test = |reference: &str| {
        let test = repository(&format!("designs --changed={reference}"));
        git(test.path(), "tag first");
        let test = test.file("designs/stores.arch", WEAK);
        commit(test.path());
        test
    };
    reports(test("HEAD").run(), 0, &[]);
    reports(test("HEAD~1").run(), 1, &["orders"]);
    let ran = reports(test("first").run(), 1, &["orders"]);
    assert!(
        ran.stdout.contains("1 not new since `first`"),
        "{}",
        ran.stdout
    );
    for (reference, expected) in [
        ("nowhere", "git cannot read the revision `nowhere`: "),
        ("--all", "git cannot read the revision `--all`: "),
        ("a..b", "`a..b` is a range, not one revision"),
        ("", "git cannot read the revision ``: "),
    ] {
        let ran = test(reference).run();
        assert_eq!(ran.status, 2, "{reference}: {}", ran.stdout);
        assert!(ran.stderr.contains(expected), "{reference}: {}", ran.stderr);
        assert_eq!(ran.stdout, "");
    }
}

#[test]
fn the_work_at_hand_begins_where_it_left_the_default_branch() {
    let test = repository("designs --changed");
    let path = test.path().to_path_buf();
    git(&path, "update-ref refs/remotes/origin/main HEAD");
    git(
        &path,
        "symbolic-ref refs/remotes/origin/HEAD refs/remotes/origin/main",
    );
    let test = test.file("designs/stores.arch", WEAK);
    commit(&path);
    let ran = reports(test.run(), 1, &["orders"]);
    assert!(
        ran.stdout
            .contains("1 not new since the merge base with `origin/main`"),
        "{}",
        ran.stdout
    );
    let apart = repository("designs --changed");
    let path = apart.path().to_path_buf();
    git(&path, "update-ref refs/remotes/origin/main HEAD");
    git(
        &path,
        "symbolic-ref refs/remotes/origin/HEAD refs/remotes/origin/main",
    );
    git(&path, "checkout -q --orphan other");
    let apart = apart.file("notes.md", "another first commit");
    commit(&path);
    let ran = apart.run().status(2);
    assert!(ran.stderr.contains("no commit in common"), "{}", ran.stderr);
}

#[test]
fn without_a_repository_or_git_there_is_nothing_to_compare_with() {
    let outside = Test::new(&format!("check a.arch --changed {ONLY}"))
        .file("a.arch", DESIGN)
        .variable("GIT_CEILING_DIRECTORIES", "/");
    let ran = outside.run().status(2).stdout("");
    assert!(
        ran.stderr
            .starts_with("error: there is no git repository to compare with"),
        "{}",
        ran.stderr
    );
    let no_git = repository("designs --changed").variable("PATH", "/nowhere");
    let ran = no_git.run().status(2);
    assert!(
        ran.stderr.starts_with("error: `git` is not installed"),
        "{}",
        ran.stderr
    );
    // Only this flag runs it.
    repository("designs")
        .variable("PATH", "/nowhere")
        .run()
        .status(1)
        .stderr("");
    let stdin = repository("- --changed").stdin(DESIGN).run().status(2);
    assert!(
        stdin.stderr.contains("--stdin-filename"),
        "{}",
        stdin.stderr
    );
    let named = repository("- --changed --stdin-filename designs/shop.arch").stdin(DESIGN);
    reports(named.run(), 0, &[]);
}

#[test]
#[cfg(unix)]
fn links_lead_where_they_led_then() {
    let test = repository("designs --changed");
    std::fs::remove_file(test.path().join("designs/stores.arch")).unwrap();
    let test = test.file("shared/stores.arch", WEAK);
    let link = test.path().join("designs/stores.arch");
    std::os::unix::fs::symlink("../shared/stores.arch", link).unwrap();
    commit(test.path());
    reports(test.run(), 0, &[]);
}
