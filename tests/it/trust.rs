//! A design that others wrote can do no harm: it is only read.

use crate::support::Test;

const DESIGN: &str = "system Shop: product\nservice orders { replicas: 2 }\n";

/// A repository in a folder, beside which something lies that is none of its business.
fn repository(import: &str) -> Test {
    Test::new("check repository --output-format concise --select ALL")
        .folder("repository/.git")
        .file("secret.txt", "the password is hunter2\n")
        .file(
            "repository/shared.arch",
            "database ledger { replicas: 2 }\n",
        )
        .file(
            "repository/designs/shop.arch",
            format!("{DESIGN}import \"{import}\"\n"),
        )
}

#[test]
fn an_import_stays_within_the_repository() {
    let inside = repository("../shared.arch").run();
    assert!(
        !inside.stdout.contains("cannot import"),
        "{}",
        inside.stdout
    );
    let outside = repository("../../secret.txt").run().status(1);
    let words = "cannot import `../../secret.txt`: it lies outside of the repository";
    assert!(outside.stdout.contains(words), "{}", outside.stdout);
    assert!(!outside.stdout.contains("hunter2"), "{}", outside.stdout);
}

#[test]
#[cfg(unix)]
fn a_link_that_leads_out_of_the_repository_is_not_followed() {
    let test = repository("../link.arch");
    let link = test.path().join("repository/link.arch");
    std::os::unix::fs::symlink("../secret.txt", link).unwrap();
    let ran = test.run().status(1);
    assert!(
        ran.stdout.contains("outside of the repository"),
        "{}",
        ran.stdout
    );
    assert!(!ran.stdout.contains("hunter2"), "{}", ran.stdout);
}

#[test]
#[cfg(unix)]
fn an_import_reads_files_only() {
    for (import, why) in [
        ("/dev/zero", "it is no file"),
        ("/dev/stdin", "it is no file"),
        ("..", "it is no file"),
        ("/proc/self/environ", "it lies outside of the repository"),
    ] {
        let ran = repository(import).run().status(1);
        let words = format!("cannot import `{import}`: {why}");
        assert!(ran.stdout.contains(&words), "{}", ran.stdout);
    }
}

#[test]
fn no_command_needs_another_program() {
    for command in [
        "check a.arch",
        "analyze a.arch",
        "whatif a.arch --all",
        "draw a.arch --out -  --view components",
        "fmt --check a.arch",
        "explain missing-cache",
        "rules",
        "config show",
    ] {
        let test = Test::new(command).file("a.arch", DESIGN);
        let ran = test.variable("PATH", "/nowhere").run();
        assert_ne!(ran.status, 2, "{command}: {}", ran.stderr);
    }
}

#[test]
fn only_what_was_asked_for_is_written() {
    for command in [
        "check .",
        "check . --fix --unsafe-fixes --diff",
        "analyze .",
        "whatif a.arch",
    ] {
        let ran = Test::new(command).file("a.arch", DESIGN).run();
        let names = std::fs::read_dir(ran.path()).unwrap();
        let names: Vec<_> = names.map(|it| it.unwrap().file_name()).collect();
        assert_eq!(names, ["a.arch"], "{command}");
        assert_eq!(ran.read("a.arch"), DESIGN, "{command}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_file_without_end_is_an_error() {
    let ran = Test::new("check /dev/zero").run().status(2).stdout("");
    assert!(
        ran.stderr.contains("is larger than 256 MiB"),
        "{}",
        ran.stderr
    );
}
