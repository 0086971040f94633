//! Faults that are seen in tools which people like, and that this one must not have.
//!
//! | fault | tested in |
//! | --- | --- |
//! | complains where the reader of a pipe leaves | here |
//! | `NO_COLOR` is not heeded on a terminal | here, `cli` (messages), `cli::terminal` |
//! | colours in a pipe or a file while stderr is a terminal | here, `cli` |
//! | an unknown rule is taken: in a flag | `cli` |
//! | … in the configuration | here, `policies` |
//! | … in `@accept` | here, `messages` |
//! | missing or empty input passes | here, `cli` (`check`, `fmt`, `explain`) |
//! | a broken configuration, and the run goes on | here, `config` |
//! | warnings pass, and nobody is told | here |
//! | SARIF is invalid | `tools` (schema and Microsoft's validator) |
//! | whole paths in SARIF and in annotations | `formats` |
//! | a fingerprint moves with lines, or differs between machines | here (values), `properties`, `formats` |
//! | lines count from 0 | here |
//! | the order depends on threads | here (every format), `properties`, `draw` |

use serde_json::Value;

use crate::support::Test;

const CLEAN: &str = "system Shop: product\n";

/// Two errors, two warnings and an info are found in it.
const DESIGN: &str = "\
system Shop: product
quality Uptime: availability { availability >= 99.95% }
client app: mobile
service orders { replicas: 1 }
database ledger: postgres { replicas: 1 }
app -> orders -> ledger
";

/// Every format of `check`.
const FORMATS: &[&str] = &[
    "full",
    "concise",
    "plain",
    "grouped",
    "json",
    "jsonl",
    "sarif",
    "junit",
    "github",
    "gitlab",
    "rdjson",
    "rdjsonl",
    "checkstyle",
    "markdown",
    "html",
];

/// Every command that reads designs, with what it needs besides their path.
const READERS: &[&str] = &[
    "analyze",
    "check",
    "draw --out pictures",
    "diff other.arch",
    "explain --not-evaluated",
    "fmt --check",
    "whatif",
];

/// Every command, and some of the ways to ask for much of it.
const COMMANDS: &[&str] = &[
    "analyze big.arch",
    "analyze big.arch --format json",
    "check big.arch --max-findings 0",
    "check big.arch --output-format json",
    "check big.arch --output-format html",
    "check big.arch --diff",
    "completions bash",
    "completions zsh",
    "config schema",
    "config show big.arch",
    "config where big.arch",
    "diff small.arch big.arch",
    "diff small.arch big.arch --format json",
    "draw small.arch --out pictures",
    "draw big.arch --list",
    "draw big.arch --view components --format dot --out -",
    "explain",
    "explain --all",
    "explain --not-evaluated big.arch",
    "fmt - <big.arch",
    "fmt --diff big.arch",
    "help",
    "help check",
    "init folder",
    "man",
    "man pages",
    "practice list",
    "practice reveal rate-limiter",
    "practice score big.arch --problem rate-limiter",
    "practice show rate-limiter",
    "practice test --all",
    "rules",
    "rules --format json",
    "whatif big.arch --all",
    "--help",
    "--version",
];

/// A design with enough in it to fill a pipe.
fn big() -> String {
    let service = |it: usize| format!("service   s{it} {{ replicas: 1 }}\napp -> s{it}\n");
    let services: String = (0..40).map(service).collect();
    format!("{DESIGN}{}{services}", "// a comment\n".repeat(6000))
}

fn designs() -> Test {
    Test::new("")
        .file("small.arch", DESIGN)
        .file("big.arch", big())
}

#[test]
fn no_command_is_missing_here() {
    let help = Test::new("--help").run().status(0).stdout;
    let list = help.split("Commands:\n").nth(1).expect("a list");
    let list = list.split("\n\n").next().unwrap_or_default();
    let names = list
        .lines()
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    for name in names.filter_map(|line| line.split_whitespace().next()) {
        let is_it = |line: &&str| line.split(' ').next() == Some(name);
        assert!(COMMANDS.iter().any(is_it), "{name}");
    }
    let values = Test::new("check --help").run().stdout;
    for format in FORMATS {
        assert!(values.contains(format), "{format}");
    }
}

#[test]
#[cfg(unix)]
fn a_reader_that_leaves_is_no_failure() {
    // `true` reads nothing and is gone before the program writes; `head` reads a line.
    for (reader, wait) in [("true", "sleep 0.1; "), ("head -n 1", "")] {
        for command in COMMANDS {
            let line =
                format!("{{ {wait}\"$UNDERPIN\" {command}; echo $? >status; }} | {reader} >told");
            let ran = designs().shell(&line).status(0).stdout("").stderr("");
            let status = ran.read("status");
            let fails = ["analyze", "check", "diff", "fmt --diff", "whatif"];
            let may_fail = fails.iter().any(|it| command.starts_with(it));
            let fine = status == "0\n" || may_fail && status == "1\n";
            assert!(fine, "{command} | {reader}: {status}");
        }
    }
}

/// Runs a command on a pseudo-terminal, if there is one.
#[cfg(target_os = "linux")]
fn on_terminal(command: &str, variables: &[(&str, &str)]) -> Option<crate::support::Ran> {
    let test = Test::new("").file("small.arch", DESIGN);
    let test = test.file("ugly.arch", "system   Shop : product\n");
    let set = |test: Test, it: &(&str, &str)| test.variable(it.0, it.1);
    let line = format!("script -qec '\"$UNDERPIN\" {command}' /dev/null");
    crate::tools::program(&["script"])?;
    let ran = variables.iter().fold(test, set).shell(&line);
    assert_ne!(ran.status, 2, "{command}: {}", ran.stdout);
    Some(ran)
}

/// Every command that uses colours on a terminal.
#[cfg(target_os = "linux")]
const COLOURFUL: &[&str] = &[
    "check small.arch",
    "check small.arch --output-format grouped",
    "explain syntax-error",
    "fmt --diff ugly.arch",
    "help check",
];

/// What never has colours, wherever it goes: people copy it, programs read it.
#[cfg(target_os = "linux")]
const PLAIN: &[&str] = &[
    "check small.arch --output-format json",
    "check small.arch --output-format sarif",
    "check small.arch --output-format github",
    "completions bash",
    "config schema",
    "draw small.arch --view components --out -",
    "man",
    "rules --format json",
];

#[test]
#[cfg(target_os = "linux")]
fn a_terminal_gets_colours_unless_they_are_not_wanted() {
    for command in COLOURFUL {
        for (variables, flag, expected) in [
            (&[][..], "", true),
            (&[("NO_COLOR", "")], "", true),
            (&[("NO_COLOR", "1")], "", false),
            (&[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")], "", false),
            (&[("TERM", "dumb")], "", false),
            (&[("TERM", "dumb"), ("FORCE_COLOR", "1")], "", true),
            (&[("FORCE_COLOR", "0")], "", false),
            (&[("CLICOLOR_FORCE", "1")], "--color never", false),
            (&[("NO_COLOR", "1")], "--color always", true),
        ] {
            if command.starts_with("help") && !flag.is_empty() {
                continue; // It takes none.
            }
            let line = format!("{command} {flag}");
            let Some(ran) = on_terminal(&line, variables) else {
                return;
            };
            let has = ran.stdout.contains('\u{1b}');
            assert_eq!(has, expected, "{line} {variables:?}: {}", ran.stdout);
        }
    }
    for command in PLAIN {
        let Some(ran) = on_terminal(command, &[("FORCE_COLOR", "1")]) else {
            return;
        };
        assert!(!ran.stdout.contains('\u{1b}'), "{command}: {}", ran.stdout);
    }
}

#[test]
#[cfg(target_os = "linux")]
fn each_stream_is_looked_at_alone() {
    for command in COLOURFUL {
        // Stderr stays a terminal.
        for to in ["| cat >told", ">told"] {
            let Some(ran) = on_terminal(&format!("{command} {to}; true"), &[]) else {
                return;
            };
            let told = ran.read("told");
            assert!(
                !told.is_empty() && !told.contains('\u{1b}'),
                "{command} {to}: {told}"
            );
        }
        let line = format!("{command} 2>/dev/null");
        let Some(ran) = on_terminal(&line, &[]) else {
            return;
        };
        assert!(ran.stdout.contains('\u{1b}'), "{line}");
    }
}

#[test]
fn an_unknown_rule_in_the_configuration_stops_the_run() {
    for (config, word) in [
        ("[rules.syntax-eror]\nseverity = \"off\"", "syntax-eror"),
        ("[check]\nselect = [\"syntax-eror\"]", "syntax-eror"),
        ("[check]\nextend-select = [\"syntax-eror\"]", "syntax-eror"),
        ("[check]\nignore = [\"syntax-eror\"]", "syntax-eror"),
        (
            "[check]\nignore = [\"category:langage\"]",
            "category:langage",
        ),
        ("[accept]\nforbid = [\"syntax-eror\"]", "syntax-eror"),
        (
            "[[overrides]]\nrules = { syntax-eror = \"off\" }",
            "syntax-eror",
        ),
    ] {
        let test = Test::new("check").file("underpin.toml", config);
        let ran = test.file("a.arch", CLEAN).run().status(2).stdout("");
        let first = ran.stderr.lines().next().unwrap_or_default();
        assert!(
            first.starts_with("error: underpin.toml:"),
            "{config}: {}",
            ran.stderr
        );
        assert!(
            first.contains(word.trim_start_matches("category:")),
            "{first}"
        );
        let near = if word.contains("langage") {
            "language"
        } else {
            "syntax-error"
        };
        let help = format!("help: did you mean `{near}`?\n");
        assert!(ran.stderr.ends_with(&help), "{config}: {}", ran.stderr);
    }
}

#[test]
fn an_unknown_rule_in_a_design_is_found() {
    let design = "system Shop: product\n@accept(singel-point-of-failure, \"why\")\nservice a\n";
    let test = Test::new("check --only bad-acceptance").file("a.arch", design);
    let ran = test.run().status(1);
    let message = "there is no rule `singel-point-of-failure` to accept";
    assert!(ran.stdout.contains(message), "{}", ran.stdout);
    let help = "did you mean `single-point-of-failure`?";
    assert!(ran.stdout.contains(help), "{}", ran.stdout);
}

#[test]
fn nothing_to_read_is_never_a_clean_answer() {
    for reader in READERS {
        let run = |path: &str| {
            let test = Test::new(&format!("{reader} {path}"));
            let test = test.file("other.arch", CLEAN).folder("empty");
            test.file("prose/readme.md", "").run()
        };
        for path in ["missing.arch", "missing", "empty", "prose"] {
            let ran = run(path).status(2).stdout("");
            assert!(
                ran.stderr.starts_with("error: "),
                "{reader} {path}: {}",
                ran.stderr
            );
            assert!(!ran.path().join("pictures").exists(), "{reader} {path}");
        }
    }
    for command in ["analyze", "check", "draw", "fmt", "whatif"] {
        Test::new(command).run().status(2).stdout("");
    }
}

#[test]
fn a_broken_configuration_stops_every_command() {
    // What is named is formatted whatever the configuration says: a folder asks it.
    let path = |reader: &str| match reader.starts_with("fmt") {
        true => ".",
        false => "a.arch",
    };
    let commands = READERS.iter().map(|it| format!("{it} {}", path(it)));
    for command in commands.chain(["config show a.arch".to_owned()]) {
        for config in [
            &b"[check"[..],
            b"[chek]\n",
            b"\xff",
            b"required-version = \">=99\"",
        ] {
            let test = Test::new(&command).file("underpin.toml", config);
            let test = test.file("a.arch", CLEAN).file("other.arch", CLEAN);
            let ran = test.run().status(2).stdout("");
            let error = ran.stderr.starts_with("error: ") && ran.stderr.contains("underpin.toml");
            assert!(error, "{command}: {}", ran.stderr);
            assert!(!ran.path().join("pictures").exists(), "{command}");
        }
    }
    let folder = Test::new("check --config missing.toml").file("a.arch", CLEAN);
    folder.run().status(2).stdout("");
}

#[test]
fn warnings_fail_and_the_help_says_so() {
    let help = Test::new("check --help").run().stdout;
    let help = help.split("--fail-on").nth(1).expect("the flag");
    assert!(
        help.lines()
            .take(3)
            .any(|it| it.contains("[default: warning]")),
        "{help}"
    );
    let status = |rule: &str, flags: &str| {
        let arguments = format!("check --only {rule} {flags} --output-format concise");
        let ran = Test::new(&arguments).file("a.arch", DESIGN).run();
        let severity = ran.stdout.split(['[', ' ']).nth(1).unwrap_or_default();
        (severity.to_owned(), ran.status)
    };
    let warning = "missing-functional-requirements";
    assert_eq!(status(warning, ""), ("warning".into(), 1));
    assert_eq!(status(warning, "--fail-on error"), ("warning".into(), 0));
}

/// Returns what a forge knows findings by, with the rules.
fn identities(design: &str) -> Vec<(String, String)> {
    let arguments = "check --today 2026-11-21 --output-format gitlab";
    let report = Test::new(arguments).file("a.arch", design).run().stdout;
    let report: Value = serde_json::from_str(&report).expect("one document");
    let issues = report.as_array().expect("a list");
    let text = |issue: &Value, key: &str| issue[key].as_str().expect("a text").to_owned();
    let mut found: Vec<_> = issues
        .iter()
        .map(|it| (text(it, "check_name"), text(it, "fingerprint")))
        .collect();
    found.sort();
    found
}

#[test]
fn identities_are_the_same_on_every_machine_and_in_every_order() {
    let expected = GOLDEN.map(|(rule, identity)| (rule.to_owned(), identity.to_owned()));
    assert_eq!(identities(DESIGN), expected);
    let lines: Vec<&str> = DESIGN.lines().collect();
    let spread = format!("\n\n// é 🙂\n{}\n", lines.join("\n\n/* more */\n"));
    assert_eq!(identities(&spread), expected);
    let crlf = DESIGN.replace('\n', "\r\n");
    assert_eq!(identities(&crlf), expected);
    let reversed: Vec<&str> = lines.iter().rev().copied().collect();
    assert_eq!(identities(&reversed.join("\n")), expected);
    // What is gone takes its findings with it, and no others.
    let less = DESIGN.replace("database ledger: postgres { replicas: 1 }\n", "");
    let less = identities(&less.replace(" -> ledger", ""));
    assert!(!less.is_empty() && less.len() < expected.len());
    assert!(less.iter().all(|it| expected.contains(it)), "{less:?}");
}

#[test]
fn the_first_line_is_line_1_everywhere() {
    let run = |format: &str| {
        let test = Test::new("check --only syntax-error --output-format");
        test.argument(format)
            .file("a.arch", "!\n")
            .run()
            .status(1)
            .stdout
    };
    for (format, words) in FIRST_LINE {
        let text = run(format);
        assert!(
            text.contains(words),
            "{format}: {words:?} is not in\n{text}"
        );
    }
    assert_eq!(FIRST_LINE.len(), FORMATS.len());
}

const FIRST_LINE: &[(&str, &str)] = &[
    ("full", "a.arch:1:1: error["),
    ("concise", "a.arch:1:1: error["),
    ("plain", "a.arch:1:1: error["),
    ("grouped", "\n  1:1 error["),
    ("json", "\"line\": 1,"),
    ("jsonl", "\"line\":1,\"column\":1,"),
    ("sarif", "\"startLine\": 1"),
    ("junit", "a.arch:1:1: "),
    ("github", ",line=1,endLine=1,col=1,"),
    ("gitlab", "\"line\": 1"),
    ("rdjson", "\"line\": 1"),
    ("rdjsonl", "\"start\":{\"column\":1,\"line\":1}"),
    ("checkstyle", "line=\"1\" column=\"1\""),
    ("markdown", "`a.arch:1:1`"),
    ("html", "a.arch:1:1"),
];

#[test]
fn threads_never_change_a_report() {
    for format in FORMATS {
        let run = |threads: &str| {
            let test = Test::new("check --today 2026-11-21 --profile strict --output-format");
            let test = test.argument(format).argument("-j").argument(threads);
            let name = |it: usize| format!("{}/{it}.arch", it % 3);
            let test = (0..9).fold(test, |test, it| test.file(&name(it), DESIGN));
            test.run().status(1).stdout
        };
        let one = run("1");
        assert_eq!(one, run("4"), "{format}");
    }
}

/// The identities of what is found in [`DESIGN`].
const GOLDEN: [(&str, &str); 5] = [
    ("missing-functional-requirements", "5a5813f02ca52885"),
    ("missing-monitoring", "1aef0a85ca4bc05d"),
    ("single-point-of-failure", "43b5d1d5317c023b"),
    ("single-point-of-failure", "e7078ef87c69e50b"),
    ("spec-section-missing", "293476f5b1a5bb44"),
];
