//! Flags, streams and exit codes.

use crate::support::Test;

/// A design in which there is nothing to find.
const EMPTY: &str = "system Shop: product\n";
const CLEAN: &str = "No findings in 1 design.\n";
const COMMANDS: [&str; 4] = ["check", "fmt", "explain", "rules"];

#[test]
fn help_is_an_answer() {
    for arguments in ["--help", "-h", "help", "check --help", "help fmt"] {
        let ran = Test::new(arguments).run().status(0).stderr("");
        assert!(ran.stdout.contains("Usage: underpin"), "{}", ran.stdout);
    }
    let help = Test::new("--help").run().stdout;
    assert!(
        COMMANDS.iter().all(|command| help.contains(command)),
        "{help}"
    );
    assert!(
        help.contains("Exit codes: 0 clean, 1 findings, 2"),
        "{help}"
    );
    let version = format!("underpin {}\n", env!("CARGO_PKG_VERSION"));
    Test::new("--version").run().status(0).stdout(&version);
}

#[test]
fn help_of_check_names_every_flag() {
    let help = Test::new("check --help").run().status(0).stdout;
    for flag in [
        "--profile",
        "--select",
        "--ignore",
        "--only",
        "--force-exclude",
        "--fail-on",
        "--min-confidence",
        "--output-format",
        "--max-findings",
        "--statistics",
        "--environment",
        "--fix",
        "--unsafe-fixes",
        "--diff",
        "--fix-only",
        "--color",
        "--width",
        "--today",
        "--stdin-filename",
        "--threads",
        "-j",
        "--baseline",
        "--write-baseline",
        "--prune-baseline",
        "--changed",
        "--max-warnings",
        "--exit-zero",
        "--timings",
        "--watch",
    ] {
        assert!(help.contains(flag), "{flag} is missing in {help}");
    }
}

#[test]
fn a_mistake_in_the_arguments_is_2_and_on_stderr() {
    for (arguments, words) in [
        ("", "requires a subcommand"),
        ("chek", "'check'"),
        ("check --profil strict", "'--profile'"),
        ("check --profile strickt", "'strict'"),
        ("check --output-format jsn", "'json'"),
        (
            "check --fail-on all",
            "[possible values: error, warning, info]",
        ),
        (
            "check --min-confidence maximal",
            "[possible values: low, medium, high]",
        ),
        ("check --threads 0", "invalid value '0'"),
        ("check --max-findings many", "invalid value 'many'"),
        (
            "check --color pink",
            "[possible values: auto, always, never]",
        ),
        ("fmt --fix", "unexpected argument '--fix'"),
        ("explain --all syntax-error", "cannot be used with"),
        ("rules --format yaml", "[possible values: text, json]"),
    ] {
        let ran = Test::new(arguments)
            .file("a.arch", "")
            .run()
            .status(2)
            .stdout("");
        assert!(
            ran.stderr.starts_with("error: "),
            "{arguments}: {}",
            ran.stderr
        );
        assert!(ran.stderr.contains(words), "{arguments}: {}", ran.stderr);
    }
}

#[test]
fn an_unknown_rule_is_2_with_the_nearest() {
    let rule = "error: there is no rule `syntax-eror`\nhelp: did you mean `syntax-error`?\n";
    for arguments in [
        "check --select syntax-eror",
        "check --ignore syntax-error,syntax-eror",
        "check --only syntax-eror .",
        "explain syntax-eror",
        "explain syntax-error syntax-eror",
    ] {
        let test = Test::new(arguments).file("a.arch", "");
        test.run().status(2).stdout("").stderr(rule);
    }
    let category = "error: there is no category `langage`\nhelp: did you mean `language`?\n";
    for arguments in [
        "check --ignore category:langage",
        "rules --category langage",
    ] {
        let test = Test::new(arguments).file("a.arch", "");
        test.run().status(2).stdout("").stderr(category);
    }
}

#[test]
fn nothing_to_read_is_2() {
    for command in ["check", "fmt", "explain --not-evaluated"] {
        Test::new(&format!("{command} missing.arch"))
            .run()
            .status(2)
            .stdout("")
            .stderr(
                "error: `missing.arch` does not exist\n\
             help: check the spelling and the folder you are in\n",
            );
        let ran = Test::new(&format!("{command} empty"))
            .folder("empty")
            .file("a.arch", "")
            .run()
            .status(2)
            .stdout("");
        let first = "error: no design file under `empty`\nhelp: designs end in `.arch`;";
        assert!(ran.stderr.starts_with(first), "{}", ran.stderr);
    }
    Test::new("check").run().status(2).stdout("");
}

#[test]
#[cfg(unix)]
fn an_unreadable_file_is_2() {
    use std::os::unix::fs::PermissionsExt;
    let test = Test::new("check a.arch").file("a.arch", "");
    let path = test.path().join("a.arch");
    let none = std::fs::Permissions::from_mode(0o000);
    std::fs::set_permissions(&path, none).expect("the owner may do that");
    if std::fs::read(&path).is_ok() {
        return; // The administrator may read everything.
    }
    test.run().status(2).stdout("").stderr(
        "error: cannot read `a.arch`: permission denied\n\
         help: check who may read and write it\n",
    );
}

#[test]
fn a_folder_is_a_folder_whatever_its_name() {
    let in_folder = |arguments| {
        Test::new(arguments)
            .file("a.arch/b.arch", EMPTY)
            .run()
            .status(0)
    };
    in_folder("check --only syntax-error").stdout(CLEAN);
    in_folder("check --only syntax-error a.arch").stdout(CLEAN);
    in_folder("fmt a.arch").stdout("1 file already formatted\n");
}

#[test]
fn a_mistake_with_stdin_or_days_is_2() {
    Test::new("check - a.arch")
        .run()
        .status(2)
        .stdout("")
        .stderr(
            "error: `-` stands alone: stdin cannot be mixed with paths\n\
         help: name a file called `-` as `./-`\n",
        );
    Test::new("check --today tomorrow -")
        .run()
        .status(2)
        .stdout("")
        .stderr("error: `tomorrow` is not a day\nhelp: write a day as `2027-03-31`\n");
}

#[test]
fn stdin_is_a_design() {
    Test::new("check -")
        .stdin(EMPTY)
        .run()
        .status(0)
        .stdout(CLEAN)
        .stderr("");
    let json = Test::new("check - --stdin-filename shop/a.arch --output-format json");
    let json = json.run().status(0).stdout;
    let json: serde_json::Value = serde_json::from_str(&json).expect("one document");
    assert_eq!(json["designs"][0]["root"], "shop/a.arch");
}

#[test]
fn threads_and_days_change_nothing_on_a_clean_design() {
    for arguments in [
        "check -j 1 --only syntax-error",
        "check -j 4 --only syntax-error",
        "check --today 2027-03-31 --width 20 --only syntax-error",
    ] {
        let test = Test::new(arguments).file("a.arch", EMPTY);
        test.run().status(0).stdout(CLEAN).stderr("");
    }
}

#[test]
fn json_is_one_document_when_nothing_is_found() {
    let ran = Test::new("check --output-format json --color always")
        .file("a.arch", "")
        .run();
    let ran = ran.status(0).stderr("");
    let json: serde_json::Value = serde_json::from_str(&ran.stdout).expect("one document");
    assert_eq!(json["version"], 1);
    assert_eq!(json["summary"]["errors"], 0);
}

#[test]
fn fmt_leaves_a_file_alone_that_is_not_text() {
    let test = Test::new("fmt a.arch").file("a.arch", b"service \xff\n");
    test.run().status(2).stdout("").stderr(
        "error: `a.arch` is not UTF-8 from byte 8 on\n\
         help: convert it to UTF-8 first; nothing was written\n",
    );
}

#[test]
fn fmt_passes_stdin_through_and_keeps_formatted_files() {
    Test::new("fmt -")
        .stdin("")
        .run()
        .status(0)
        .stdout("")
        .stderr("");
    let ran = Test::new("fmt").file("a.arch", "").run().status(0);
    assert_eq!(ran.read("a.arch"), "");
    ran.stdout("1 file already formatted\n").stderr("");
    for arguments in ["fmt --check", "fmt --diff"] {
        let test = Test::new(arguments).file("a.arch", "");
        test.run().status(0).stdout("").stderr("");
    }
}

#[test]
fn explain_and_rules_tell_the_same_names() {
    let names = Test::new("explain").run().status(0).stdout;
    let rules = Test::new("rules --format json").run().status(0).stdout;
    let rules: Vec<serde_json::Value> = serde_json::from_str(&rules).expect("one document");
    let listed: Vec<&str> = rules
        .iter()
        .filter_map(|rule| rule["name"].as_str())
        .collect();
    assert_eq!(names.lines().collect::<Vec<_>>(), listed);
    assert!(listed.contains(&"syntax-error"));
    let pages = Test::new("explain --all --format json")
        .run()
        .status(0)
        .stdout;
    let pages: Vec<serde_json::Value> = serde_json::from_str(&pages).expect("one document");
    assert_eq!(pages.len(), listed.len());
    let page = Test::new("explain syntax-error --format markdown")
        .run()
        .status(0)
        .stdout;
    assert!(page.starts_with("# syntax-error\n"), "{page}");
    let text = Test::new("explain syntax-error").run().status(0).stdout;
    assert!(text.starts_with("syntax-error\n\n"), "{text}");
}

#[test]
fn explain_lists_what_could_not_be_decided() {
    let test = Test::new("explain --not-evaluated a.arch").file("a.arch", "");
    test.run()
        .status(0)
        .stdout("a.arch: every rule could be decided\n")
        .stderr("");
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_a_failure() {
    let ran = Test::new("")
        .shell("\"$UNDERPIN\" rules >/dev/full")
        .status(2)
        .stdout("");
    assert!(
        ran.stderr.starts_with("error: cannot write the output: "),
        "{}",
        ran.stderr
    );
}

#[test]
fn control_characters_in_arguments_do_not_reach_the_terminal() {
    for arguments in [
        "check \u{1b}[2Jx",
        "explain \u{1b}[2Jx",
        "chek\u{1b}[2Jx",
        "check --today \u{1b}[2J",
    ] {
        for color in ["0", "1"] {
            let test = Test::new(arguments).variable("FORCE_COLOR", color);
            let ran = test.run().status(2).stdout("");
            assert!(!ran.stderr.contains("\u{1b}[2J"), "{:?}", ran.stderr);
        }
    }
}

#[test]
fn colors_in_a_pipe_only_where_they_are_asked_for() {
    for (variables, flag, expected) in [
        (&[][..], "", false),
        (&[("NO_COLOR", "1")], "", false),
        (&[("CLICOLOR_FORCE", "1")], "", true),
        (&[("FORCE_COLOR", "1")], "", true),
        (&[("FORCE_COLOR", "1"), ("NO_COLOR", "1")], "", false),
        (&[("FORCE_COLOR", "1")], "--color never", false),
        (&[("NO_COLOR", "1")], "--color always", true),
    ] {
        let run = |arguments: &str| {
            let test = Test::new(&format!("{arguments} {flag}"));
            let set = |test: Test, (name, value): &(&str, &str)| test.variable(name, value);
            variables.iter().fold(test, set).run()
        };
        let page = run("explain syntax-error").status(0).stdout;
        assert_eq!(page.contains('\u{1b}'), expected, "{variables:?} {flag}");
        let error = run("explain syntax-eror").status(2).stderr;
        assert_eq!(error.contains('\u{1b}'), expected, "{variables:?} {flag}");
        let usage = run("explain --bogus").status(2).stderr;
        assert_eq!(usage.contains('\u{1b}'), expected, "{variables:?} {flag}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn colors_on_a_terminal_unless_they_are_not_wanted() {
    if Test::new("").shell("script --version").status != 0 {
        return; // Without `script` there is no pseudo-terminal to ask.
    }
    for (variables, command, expected) in [
        (&[][..], "explain syntax-error", true),
        (&[("NO_COLOR", "1")], "explain syntax-error", false),
        (&[("TERM", "dumb")], "explain syntax-error", false),
        (
            &[("TERM", "dumb"), ("CLICOLOR_FORCE", "1")],
            "explain syntax-error",
            true,
        ),
        (&[], "explain syntax-error --color never", false),
        (
            &[("NO_COLOR", "1")],
            "explain syntax-error --color always",
            true,
        ),
        (&[], "explain syntax-eror", true),
        (&[("NO_COLOR", "1")], "explain syntax-eror", false),
        // Each stream decides for itself.
        (&[], "explain syntax-error | cat", false),
        (&[], "explain syntax-eror 2>&1 | cat", false),
        (&[], "--help", true),
        (&[("NO_COLOR", "1")], "--help", false),
        (&[], "--color=never --bogus", false),
    ] {
        let set = |test: Test, (name, value): &(&str, &str)| test.variable(name, value);
        let test = variables.iter().fold(Test::new(""), set);
        let ran = test.shell(&format!("script -qec '\"$UNDERPIN\" {command}' /dev/null"));
        assert!(!ran.stdout.is_empty(), "{command}");
        assert_eq!(
            ran.stdout.contains('\u{1b}'),
            expected,
            "{variables:?} {command}"
        );
    }
}
