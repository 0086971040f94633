//! The formats of `check`: where they say that something is, and how they write it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use crate::support::{Ran, Test};

/// `orders` stands behind letters of two and four bytes; `ledger` is accepted.
const DESIGN: &str = "\
system Café: product
quality Uptime: availability { availability >= 99.95% }
client app: mobile
/* é 🙂 */ service orders { replicas: 1 }
@accept(single-point-of-failure, \"é 🙂 \\\"one\\\" <hour> & more\", until: 2027-06-30, ticket: \"OPS-1\")
database ledger: postgres { replicas: 1 }
app -> orders -> ledger
";

/// Names that mean something in the formats around them.
const HOSTILE: &str = "\
system \"]]><script>\": product
service a { \"\u{202e}\u{1b}[2J@you](1)\": 1 }
client app
a -> \"<img src=x>\"
app -> b
@accept(single-point-of-failure, \"*bold* | @you %0A::error:: <b> \u{202e}\")
service b { replicas: 1 }
";

const CLEAN: &str = "system Shop: product\n";

/// Every format, and whether it names files from the root of the repository.
const FORMATS: &[(&str, bool)] = &[
    ("full", false),
    ("concise", false),
    ("plain", false),
    ("grouped", false),
    ("json", false),
    ("jsonl", false),
    ("sarif", true),
    ("junit", true),
    ("github", true),
    ("gitlab", true),
    ("rdjson", true),
    ("rdjsonl", true),
    ("checkstyle", true),
    ("markdown", true),
    ("html", true),
];

/// Designs that are written in odd ways, by name.
pub fn designs() -> Vec<(&'static str, String)> {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/platform.arch");
    let example = std::fs::read_to_string(example).expect("the example is there");
    vec![
        ("accented", DESIGN.to_owned()),
        ("clean", CLEAN.to_owned()),
        ("empty", String::new()),
        ("example", example),
        ("hostile", HOSTILE.to_owned()),
        ("unfinished", "service a {\r\n  replicas:\r\n".to_owned()),
    ]
}

/// Reviews a text in a repository, and expects that it could be done.
fn check(format: &str, design: &str) -> Ran {
    let test = Test::new("check --today 2026-11-21 --output-format").argument(format);
    let ran = test.folder(".git").file("docs/a.arch", design).run();
    assert!(ran.status < 2, "{format}: {}", ran.stderr);
    ran
}

fn json(format: &str, design: &str) -> Value {
    serde_json::from_str(&check(format, design).stdout).expect("one document")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

/// Returns the entry of a list that is about single points of failure.
fn failure<'a>(entries: &'a Value, rule: &str) -> &'a Value {
    let mut entries = list(entries).iter();
    let found = entries.find(|it| {
        it.pointer(rule)
            .is_some_and(|it| it == "single-point-of-failure")
    });
    found.expect("there is one")
}

#[test]
fn each_format_counts_columns_in_its_unit() {
    let column = |format: &str, entries: &str, rule: &str, columns: [&str; 2]| {
        let document = json(format, DESIGN);
        let entry = failure(document.pointer(entries).expect("entries"), rule);
        columns.map(|it| entry.pointer(it).and_then(Value::as_u64).expect("a number"))
    };
    for (found, expected) in [
        (
            column(
                "json",
                "/designs/0/findings",
                "/rule",
                ["/location/column", "/location/endColumn"],
            ),
            [19, 25],
        ),
        (
            column(
                "sarif",
                "/runs/0/results",
                "/ruleId",
                [
                    "/locations/0/physicalLocation/region/startColumn",
                    "/locations/0/physicalLocation/region/endColumn",
                ],
            ),
            [20, 26],
        ),
        (
            column(
                "rdjson",
                "/diagnostics",
                "/code/value",
                ["/location/range/start/column", "/location/range/end/column"],
            ),
            [23, 29],
        ),
        (
            column(
                "gitlab",
                "",
                "/check_name",
                [
                    "/location/positions/begin/column",
                    "/location/positions/end/column",
                ],
            ),
            [19, 25],
        ),
    ] {
        assert_eq!(found, expected);
    }
    assert_eq!(
        json("sarif", DESIGN)["runs"][0]["columnKind"],
        "utf16CodeUnits"
    );
    for (format, words) in [
        (
            "checkstyle",
            "<error line=\"4\" column=\"19\" severity=\"error\"",
        ),
        (
            "concise",
            "docs/a.arch:4:19: error[single-point-of-failure]",
        ),
        (
            "github",
            "::error file=docs/a.arch,line=4,endLine=4,col=19,endColumn=25,title=",
        ),
        (
            "grouped",
            "\n  4:19 error[single-point-of-failure] losing `orders`",
        ),
        (
            "html",
            "<code><i>4</i> /* é 🙂 */ service <mark>orders</mark> { replicas: 1 }",
        ),
        (
            "jsonl",
            "\"line\":4,\"column\":19,\"endLine\":4,\"endColumn\":25",
        ),
        ("junit", "docs/a.arch:4:19: losing `orders`"),
        (
            "markdown",
            "| `single-point-of-failure` | `docs/a.arch:4:19` |",
        ),
        ("plain", "docs/a.arch:4:19: error[single-point-of-failure]"),
        ("rdjsonl", "\"start\":{\"column\":23,\"line\":4}"),
    ] {
        let text = check(format, DESIGN).stdout;
        assert!(
            text.contains(words),
            "{format}: {words:?} is not in\n{text}"
        );
    }
}

#[test]
fn what_leaves_the_folder_names_files_from_the_root_of_the_repository() {
    let run = |format: &str, within: &str, path: &str| {
        let test = Test::new("check --today 2026-11-21 --output-format").argument(format);
        let test = test.folder(".git").file("docs/designs/a.arch", DESIGN);
        let whole = test.path().join("docs/designs/a.arch");
        let path = path.replace("WHOLE", &whole.to_string_lossy());
        test.within(within).argument(&path).run().status(1).stdout
    };
    for (format, travels) in FORMATS {
        let root = run(format, "", "docs/designs/a.arch");
        assert!(root.contains("docs/designs/a.arch"), "{format}:\n{root}");
        let below = run(format, "docs", "designs/a.arch");
        let beside = run(format, "docs/designs", "../designs/a.arch");
        assert_eq!(root == below, *travels, "{format}:\n{below}");
        assert_eq!(root == beside, *travels, "{format}:\n{beside}");
        if *travels {
            assert_eq!(root, run(format, "docs", "WHOLE"), "{format}");
        } else {
            assert!(
                below.contains("designs/a.arch") && !below.contains("docs/"),
                "{format}"
            );
        }
    }
}

#[test]
fn a_worktree_is_a_repository_and_without_one_the_folder_is_the_root() {
    let run = |test: Test| {
        let test = test.file("docs/a.arch", DESIGN).within("docs");
        test.run().status(1).stdout
    };
    let arguments = "check --output-format gitlab";
    let worktree = run(Test::new(arguments).file(".git", "gitdir: elsewhere\n"));
    assert!(worktree.contains("\"path\": \"docs/a.arch\""), "{worktree}");
    let folder = run(Test::new(arguments));
    assert!(folder.contains("\"path\": \"a.arch\""), "{folder}");
    let stdin = Test::new("check - --output-format gitlab").stdin(DESIGN);
    let stdin = stdin
        .folder(".git")
        .folder("docs")
        .within("docs")
        .run()
        .stdout;
    assert!(stdin.contains("\"path\": \"<stdin>\""), "{stdin}");
    let named = Test::new("check - --stdin-filename new/a.arch --output-format gitlab");
    let named = named
        .stdin(DESIGN)
        .folder(".git")
        .folder("docs")
        .within("docs");
    let named = named.run().stdout;
    assert!(named.contains("\"path\": \"docs/new/a.arch\""), "{named}");
}

#[test]
fn sarif_holds_evidence_identity_and_what_is_accepted() {
    let log = json("sarif", DESIGN);
    let run = &log["runs"][0];
    let results = list(&run["results"]);
    let found = failure(&run["results"], "/ruleId");
    assert_eq!(found["level"], "error");
    assert_eq!(found["suppressions"], Value::Array(Vec::new()));
    let text = found["message"]["text"].as_str().expect("a text");
    assert!(
        text.contains("Because: [breaks `Uptime`: 99.95% allows"),
        "{text}"
    );
    assert!(text.contains("](1).\nHelp: "), "{text}");
    assert_eq!(found["relatedLocations"][0]["id"], 1);
    let step = &found["codeFlows"][0]["threadFlows"][0]["locations"][0]["location"];
    assert_eq!(step["physicalLocation"]["region"]["startLine"], 7);
    let place = &found["locations"][0];
    let file = &place["physicalLocation"]["artifactLocation"];
    assert_eq!(file["uri"], "docs/a.arch");
    assert_eq!(file["uriBaseId"], "%SRCROOT%");
    assert_eq!(
        place["logicalLocations"][0]["fullyQualifiedName"],
        "Café::orders"
    );

    let rules = list(&run["tool"]["driver"]["rules"]);
    let index = found["ruleIndex"].as_u64().expect("a number") as usize;
    assert_eq!(rules[index]["id"], found["ruleId"]);
    assert_eq!(rules[index]["name"], "SinglePointOfFailure");
    let help = rules[index]["help"]["markdown"].as_str().expect("a page");
    assert!(help.starts_with("# single-point-of-failure\n"), "{help}");

    let accepted: Vec<&Value> = results
        .iter()
        .filter(|it| it["suppressions"] != found["suppressions"])
        .collect();
    assert_eq!(accepted.len(), 1);
    let suppression = &accepted[0]["suppressions"][0];
    assert_eq!(suppression["kind"], "inSource");
    assert_eq!(suppression["status"], "accepted");
    assert_eq!(suppression["justification"], "é 🙂 \"one\" <hour> & more");
    assert_eq!(suppression["properties"]["until"], "2027-06-30");
    assert_eq!(
        suppression["location"]["physicalLocation"]["region"]["startLine"],
        5
    );
}

#[test]
fn sarif_lists_the_rules_that_were_run() {
    let test = Test::new("check --only missing-monitoring --output-format sarif");
    let log = test.file("a.arch", DESIGN).run().stdout;
    let log: Value = serde_json::from_str(&log).expect("one document");
    let rules = list(&log["runs"][0]["tool"]["driver"]["rules"]);
    // What is accepted stays in the file, and so does its rule.
    let names: Vec<&Value> = rules.iter().map(|rule| &rule["id"]).collect();
    assert_eq!(names, ["missing-monitoring", "single-point-of-failure"]);
}

#[test]
fn accepted_findings_are_not_raised() {
    for format in [
        "github",
        "gitlab",
        "rdjson",
        "rdjsonl",
        "checkstyle",
        "jsonl",
    ] {
        let text = check(format, DESIGN).stdout;
        assert!(text.contains("losing `orders` alone"), "{format}:\n{text}");
        assert!(!text.contains("losing `ledger` alone"), "{format}:\n{text}");
    }
    for (format, words) in [
        (
            "html",
            "<b>accepted</b> é 🙂 &quot;one&quot; &lt;hour&gt; &amp; more, until 2027-06-30, see OPS-1",
        ),
        (
            "junit",
            "<skipped message=\"accepted: é 🙂 &quot;one&quot; &lt;hour&gt; &amp; more\"/>",
        ),
        (
            "markdown",
            "**accepted**: é 🙂 \"one\" &lt;hour&gt; &amp; more, until 2027-06-30, see OPS-1",
        ),
    ] {
        let text = check(format, DESIGN).stdout;
        assert!(text.contains(words), "{format}:\n{text}");
    }
}

/// Returns the identities that a forge sees.
fn identities(format: &str, design: &str) -> BTreeSet<String> {
    let document = json(format, design);
    let (entries, identity) = match format {
        "sarif" => (
            "/runs/0/results",
            "/partialFingerprints/primaryLocationLineHash",
        ),
        _ => ("", "/fingerprint"),
    };
    let entries = list(document.pointer(entries).expect("entries"));
    let found: BTreeSet<String> = entries
        .iter()
        .map(|it| {
            it.pointer(identity)
                .and_then(Value::as_str)
                .expect("a text")
                .to_owned()
        })
        .collect();
    assert_eq!(found.len(), entries.len(), "two findings look like one");
    found
}

#[test]
fn an_identity_survives_moved_lines_and_is_given_once() {
    let moved = format!("// é\n\n{}", DESIGN.replace("client app", "\n\nclient app"));
    let twice = "service a {\n  color: red\n  shape: red\n  color: blue\n}\n";
    for format in ["sarif", "gitlab"] {
        assert_eq!(
            identities(format, DESIGN),
            identities(format, &moved),
            "{format}"
        );
        identities(format, twice);
    }
    let orders = failure(&json("gitlab", DESIGN), "/check_name")["fingerprint"].clone();
    assert_eq!(orders, "011032121d467ecb");
}

#[test]
fn a_file_that_two_designs_import_is_reported_once() {
    for (format, entries) in [
        ("gitlab", ""),
        ("rdjson", "/diagnostics"),
        ("sarif", "/runs/0/results"),
    ] {
        let test = Test::new("check --output-format").argument(format);
        let test = test.file("a.arch", "system A: product\nimport \"shared.arch\"\n");
        let test = test.file("b.arch", "system B: product\nimport \"shared.arch\"\n");
        let text = test
            .file("shared.arch", "service a { replicas: red }\n")
            .run()
            .stdout;
        let document: Value = serde_json::from_str(&text).expect("one document");
        let wrong = list(document.pointer(entries).expect("entries"));
        let wrong = wrong
            .iter()
            .filter(|it| it.to_string().contains("wrong-value"));
        assert_eq!(wrong.count(), 1, "{text}");
    }
}

#[test]
fn xml_is_well_formed_and_says_what_was_meant() {
    for (name, design) in designs() {
        for format in ["junit", "checkstyle"] {
            let text = check(format, &design).stdout;
            let document = roxmltree::Document::parse(&text);
            let document = document.unwrap_or_else(|error| panic!("{name}: {error}\n{text}"));
            assert!(
                !text.contains('\u{1b}') && !text.contains('\u{202e}'),
                "{text}"
            );
            let root = document.root_element();
            match format {
                "junit" => counted(root),
                _ => assert_eq!(root.attribute("version"), Some("4.3")),
            }
        }
    }
    let text = check("junit", DESIGN).stdout;
    let document = roxmltree::Document::parse(&text).expect("XML");
    let reason = document.descendants().find(|it| it.has_tag_name("skipped"));
    let reason = reason.and_then(|it| it.attribute("message"));
    assert_eq!(reason, Some("accepted: é 🙂 \"one\" <hour> & more"));
}

/// Expects that a suite's counts are those of its cases, and each name is given once.
fn counted(suites: roxmltree::Node<'_, '_>) {
    for suite in suites
        .descendants()
        .filter(|it| it.tag_name().name().starts_with("testsuite"))
    {
        let count = |name: &str| {
            let found = suite
                .descendants()
                .filter(|it| it.has_tag_name(name))
                .count();
            Some(found.to_string())
        };
        for (attribute, element) in [
            ("tests", "testcase"),
            ("failures", "failure"),
            ("errors", "error"),
            ("skipped", "skipped"),
        ] {
            assert_eq!(
                suite.attribute(attribute).map(str::to_owned),
                count(element)
            );
        }
    }
    for suite in suites.children().filter(|it| it.has_tag_name("testsuite")) {
        let cases = || suite.children().filter(|it| it.has_tag_name("testcase"));
        let names: BTreeSet<_> = cases().map(|it| it.attribute("name")).collect();
        assert_eq!(names.len(), cases().count());
        assert!(cases().all(|it| it.attribute("classname").is_some_and(|it| !it.is_empty())));
    }
}

#[test]
fn junit_fails_where_the_run_does() {
    for (fail_on, failures) in [("info", "4"), ("warning", "3"), ("error", "1")] {
        let test = Test::new("check --output-format junit --today 2026-11-21 --fail-on");
        let text = test.argument(fail_on).file("a.arch", DESIGN).run().stdout;
        let document = roxmltree::Document::parse(&text).expect("XML");
        assert_eq!(
            document.root_element().attribute("failures"),
            Some(failures),
            "{text}"
        );
    }
}

/// Reads a workflow command as the runner does.
fn command(line: &str) -> (String, BTreeMap<String, String>, String) {
    let line = line.strip_prefix("::").expect("a command");
    let (head, data) = line.split_once("::").expect("a message");
    let (word, properties) = head.split_once(' ').expect("properties");
    let unescaped = |text: &str| {
        let text = text.replace("%3A", ":").replace("%2C", ",");
        text.replace("%0D", "\r")
            .replace("%0A", "\n")
            .replace("%25", "%")
    };
    let property = |text: &str| {
        let (key, value) = text.split_once('=').expect("a value");
        (key.to_owned(), unescaped(value))
    };
    let properties = properties.split(',').map(property).collect();
    (word.to_owned(), properties, unescaped(data))
}

#[test]
fn github_reads_one_command_a_finding_the_worst_first() {
    let text = check("github", DESIGN).stdout;
    let commands: Vec<_> = text.lines().map(command).collect();
    let words: Vec<&str> = commands.iter().map(|(word, ..)| word.as_str()).collect();
    assert_eq!(words, ["error", "warning", "warning", "notice"]);
    let (_, properties, message) = &commands[0];
    assert_eq!(properties["title"], "single-point-of-failure");
    assert_eq!(properties["file"], "docs/a.arch");
    let lines: Vec<&str> = message.lines().collect();
    assert_eq!(
        lines[0],
        "docs/a.arch:4:19: losing `orders` alone fails what `app` does"
    );
    assert!(
        lines[2].starts_with("  because: breaks `Uptime`: 99.95% allows"),
        "{message}"
    );

    let odd = Test::new("check --output-format github").file("a,b: 50%.arch", HOSTILE);
    for line in odd.run().status(1).stdout.lines() {
        let (word, properties, _) = command(line);
        assert!(
            ["error", "warning", "notice"].contains(&word.as_str()),
            "{line}"
        );
        assert_eq!(properties["file"], "a,b: 50%.arch");
        assert!(!line.contains('\u{1b}'), "{line}");
    }
}

#[test]
fn github_is_told_of_what_it_will_not_show() {
    let many = |number: usize| {
        let lines: String = (0..number)
            .map(|it| format!("service s{it} {{ replicas: red }}\n"))
            .collect();
        check("github", &lines).stdout
    };
    assert!(!many(10).contains("more finding"));
    let text = many(13);
    let first = text.lines().next().expect("a line");
    assert!(first.starts_with("::notice title=underpin::"), "{first}");
    assert!(first.contains("more finding"), "{first}");
    assert_eq!(
        text.lines().filter(|it| it.starts_with("::error ")).count(),
        13
    );
}

#[test]
fn gitlab_and_reviewdog_find_what_they_require() {
    for (name, design) in designs() {
        for issue in list(&json("gitlab", &design)) {
            let texts = [
                "/description",
                "/check_name",
                "/fingerprint",
                "/location/path",
            ];
            assert!(
                texts
                    .iter()
                    .all(|it| issue.pointer(it).is_some_and(Value::is_string)),
                "{name}: {issue}"
            );
            let severity = issue["severity"].as_str().expect("a word");
            assert!(["info", "minor", "major", "critical", "blocker"].contains(&severity));
            let begin = &issue["location"]["positions"]["begin"];
            assert!(
                begin["line"].as_u64() > Some(0) && begin["column"].as_u64() > Some(0),
                "{issue}"
            );
        }
        let document = json("rdjson", &design);
        assert_eq!(document["source"]["name"], "underpin");
        let diagnostics = list(&document["diagnostics"]);
        let lines = check("rdjsonl", &design).stdout;
        let lines: Vec<Value> = lines
            .lines()
            .map(|it| serde_json::from_str(it).expect("a document"))
            .collect();
        assert_eq!(lines.len(), diagnostics.len());
        for (diagnostic, line) in diagnostics.iter().zip(&lines) {
            assert!(
                diagnostic["message"].is_string() && diagnostic["location"]["path"].is_string()
            );
            let severity = diagnostic["severity"].as_str().expect("a word");
            assert!(["ERROR", "WARNING", "INFO"].contains(&severity));
            assert_eq!(line["location"], diagnostic["location"]);
            assert_eq!(line["source"], document["source"]);
        }
    }
}

#[test]
fn security_errors_are_critical_in_gitlab() {
    let design = "entity User { mail: text sensitive }\napi Public: rest { get: GET /users -> User { auth: none } }\n\
         client app: browser\nservice users { replicas: 2; serves: Public }\ndatabase store { public: yes }\n\
         app -> users -> store { reads: User }\napp -> store\n";
    let rules = Test::new("rules --format json").run().stdout;
    let rules: Value = serde_json::from_str(&rules).expect("one document");
    let mut critical = 0;
    for issue in list(&json("gitlab", design)) {
        let rule = list(&rules)
            .iter()
            .find(|it| it["name"] == issue["check_name"]);
        let is_security = rule.is_some_and(|it| it["category"] == "security");
        let severity = issue["severity"].as_str().expect("a word");
        assert!(is_security || severity != "critical", "{issue}");
        assert!(!is_security || severity != "major", "{issue}");
        critical += usize::from(severity == "critical");
    }
    assert!(critical > 0, "the design has no security error");
}

#[test]
fn jsonl_is_json_line_by_line() {
    let whole = json("json", DESIGN);
    let lines = check("jsonl", DESIGN).stdout;
    let lines: Vec<Value> = lines
        .lines()
        .map(|it| serde_json::from_str(it).expect("a document"))
        .collect();
    let findings = list(&whole["designs"][0]["findings"]);
    assert_eq!(lines.len(), findings.len());
    for (line, finding) in lines.iter().zip(findings) {
        let mut expected = finding.clone();
        expected["design"] = "Café".into();
        assert_eq!(*line, expected);
    }
}

#[test]
fn a_clean_design_is_a_whole_document() {
    for (format, expected) in [
        (
            "checkstyle",
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"4.3\">\n</checkstyle>\n",
        ),
        ("github", ""),
        ("gitlab", "[]\n"),
        ("grouped", "No findings in 1 design.\n"),
        ("jsonl", ""),
        ("markdown", "## Design review\n\nNo findings in 1 design.\n"),
        (
            "rdjson",
            "{\n  \"diagnostics\": [],\n  \"source\": {\n    \"name\": \"underpin\"\n  }\n}\n",
        ),
        ("rdjsonl", ""),
    ] {
        check(format, CLEAN).status(0).stdout(expected).stderr("");
    }
    assert_eq!(
        json("sarif", CLEAN)["runs"][0]["results"],
        Value::Array(Vec::new())
    );
    let junit = check("junit", CLEAN).stdout;
    assert!(
        junit.contains("<testcase name=\"underpin\" classname=\"docs/a.arch\""),
        "{junit}"
    );
    assert!(
        junit.contains("tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"0\""),
        "{junit}"
    );
    assert!(check("html", CLEAN).stdout.contains("Nothing was found."));
}

#[test]
fn a_page_is_complete_and_names_stay_text() {
    for (name, design) in designs() {
        let page = check("html", &design).stdout;
        assert!(
            page.starts_with("<!doctype html>\n") && page.ends_with("</html>\n"),
            "{name}"
        );
        for harm in [
            "<script", "<img", "<b>&", "http:", "https:", "\u{1b}", "\u{202e}",
        ] {
            assert!(!page.contains(harm), "{name}: {harm:?} in\n{page}");
        }
        assert!(page.contains("content=\"default-src 'none'; style-src 'unsafe-inline'\""));
    }
}

#[test]
fn markdown_calls_nobody_and_keeps_its_table() {
    let text = check("markdown", HOSTILE).stdout;
    let outside: String = text.split('`').step_by(2).collect();
    assert!(
        outside.contains("\\*bold\\* \\| @<!-- -->you %0A::error:: &lt;b&gt;"),
        "{text}"
    );
    assert!(
        !outside.contains("@you") && !outside.contains("<b>"),
        "{text}"
    );
    assert!(
        !text.contains('\u{1b}') && !text.contains('\u{202e}'),
        "{text}"
    );
    for row in text.lines().filter(|line| line.starts_with("| ")) {
        let cells = row.replace("\\|", "").matches('|').count();
        assert_eq!(cells, 6, "{row}");
    }
}

#[test]
fn several_formats_are_written_in_one_run() {
    let test = Test::new(
        "check --output-format sarif=out/a.sarif --output-format gitlab=b.json --output-format concise",
    );
    let ran = test.file("a.arch", DESIGN).run().status(1).stderr("");
    assert!(
        ran.stdout.starts_with("a.arch:1:1: warning["),
        "{}",
        ran.stdout
    );
    assert!(ran.read("out/a.sarif").contains("\"version\": \"2.1.0\""));
    assert!(ran.read("b.json").starts_with("[\n"));
    let alone = Test::new("check --output-format json=a.json").file("a.arch", CLEAN);
    let ran = alone.run().status(0).stdout("No findings in 1 design.\n");
    assert!(ran.read("a.json").starts_with("{\n"));
    let dash = Test::new("check --output-format gitlab=-").file("a.arch", CLEAN);
    dash.run().status(0).stdout("[]\n");
}

#[test]
fn colour_stays_on_the_terminal() {
    let test = Test::new("check --color always --output-format full=a.txt --output-format grouped");
    let ran = test.file("a.arch", DESIGN).run().status(1);
    assert!(
        ran.stdout.contains("\u{1b}[31merror\u{1b}[0m"),
        "{}",
        ran.stdout
    );
    assert!(!ran.read("a.txt").contains('\u{1b}'));
}

#[test]
fn all_reports_are_written_or_none() {
    let test = Test::new("check --output-format gitlab=a.json --output-format sarif=folder");
    let ran = test
        .file("a.arch", DESIGN)
        .file("a.json", "old")
        .folder("folder")
        .run()
        .status(2)
        .stdout("");
    assert!(
        ran.stderr.contains("cannot write `folder`"),
        "{}",
        ran.stderr
    );
    assert_eq!(ran.read("a.json"), "old");
    assert_eq!(std::fs::read_dir(ran.path()).expect("a folder").count(), 3);
}

#[test]
fn two_formats_do_not_go_to_one_place() {
    for (arguments, expected) in [
        (
            "check --output-format json --output-format sarif",
            "error: `sarif` cannot go to stdout, another format goes there\n\
             help: name a file: `--output-format sarif=FILE`\n",
        ),
        (
            "check --output-format json=a --output-format sarif=a",
            "error: two formats go to `a`\nhelp: name a file for each\n",
        ),
    ] {
        let test = Test::new(arguments).file("a.arch", CLEAN);
        test.run().status(2).stdout("").stderr(expected);
    }
    for (arguments, words) in [
        ("check --output-format json=", "`json=` names no file"),
        ("check --output-format jsn=a", "'json'"),
    ] {
        let ran = Test::new(arguments).file("a.arch", CLEAN).run().status(2);
        assert!(ran.stderr.contains(words), "{}", ran.stderr);
    }
}

#[test]
#[cfg(unix)]
fn a_device_is_left_alone() {
    let test = Test::new("check --output-format json=/dev/null").file("a.arch", CLEAN);
    let ran = test.run().status(2).stdout("");
    assert!(
        ran.stderr.contains("no file, but a device"),
        "{}",
        ran.stderr
    );
}

#[test]
fn the_page_about_formats_names_them_all() {
    let page = include_str!("../../docs/ci.md");
    let help = Test::new("check --help").run().stdout;
    for (format, _) in FORMATS {
        assert!(page.contains(&format!("| `{format}` |")), "{format}");
        assert!(help.contains(format), "{format}");
    }
}
