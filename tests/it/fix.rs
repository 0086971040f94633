//! `check --fix`, `--unsafe-fixes`, `--diff` and `--fix-only`.

use std::fs;
use std::path::Path;

use underpin::finding::Safety;
use underpin::workspace::{Configuration, Request, date, fix};

use crate::support::Test;

/// What is misspelt here means nothing as it stands.
const MISSPELT: &str = "\
system Shop: product

servce orders { replcias: 3 }
database ledger: postgress { replicas: 2 }

orders -> ledgre
";

const SPELT: &str = "\
system Shop: product

service orders { replicas: 3 }
database ledger: postgres { replicas: 2 }

orders -> ledger
";

/// A cache that does not say when entries go.
const UNSAID: &str = "\
system Shop: product

entity Item { id: uuid key; price: decimal }
service orders
database ledger { stores: Item }
cache hot {
  hit: 50%
}

orders -> hot, ledger { reads: Item }
orders -> ledger { writes: Item }
";

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

/// Fixes a text in memory.
fn fixed(text: &str, allowed: Safety) -> String {
    let request = Request {
        stdin: Some(("a.arch".to_owned(), text.as_bytes().to_vec())),
        configuration: Configuration::None,
        today: date("2026-11-21").unwrap(),
        ..Request::of(Vec::new())
    };
    let fixed = fix(&request, allowed).unwrap();
    let change = fixed.changes.into_iter().next();
    change.map_or_else(|| text.to_owned(), |change| change.after)
}

#[test]
fn what_is_misspelt_is_written_right() {
    let ran = Test::new("check --fix --only unknown-word a.arch").file("a.arch", MISSPELT);
    let ran = ran.run().status(0);
    assert_eq!(read(&ran.path().join("a.arch")), SPELT);
    assert!(ran.stdout.starts_with("No findings in 1 design. 4 fixed, "));
}

#[test]
fn the_summary_says_how_much_can_be_fixed() {
    let ran = |text: &str| {
        let ran = Test::new("check --output-format concise a.arch").file("a.arch", text);
        let ran = ran.run().status(1);
        ran.stdout.lines().last().unwrap().to_owned()
    };
    // What stands in the block of an unknown kind is not looked at yet.
    assert!(ran(MISSPELT).contains(". 3 fixable with `--fix`"));
    assert!(ran(UNSAID).contains(". 1 fixable with `--fix --unsafe-fixes`"));
    let both = format!("{UNSAID}servce x\n");
    assert!(ran(&both).contains(". 1 fixable with `--fix` (1 more with `--unsafe-fixes`)"));
}

#[test]
fn a_diff_writes_nothing_and_says_so_with_1() {
    let ran = Test::new("check --diff a.arch").file("a.arch", MISSPELT);
    let ran = ran.run().status(1).stderr("");
    assert_eq!(read(&ran.path().join("a.arch")), MISSPELT);
    let head = "--- a.arch\n+++ a.arch\n@@ -1,6 +1,6 @@\n system Shop: product\n \n-servce orders";
    assert!(ran.stdout.starts_with(head), "{}", ran.stdout);
    let ran = Test::new("check --diff --fix a.arch").file("a.arch", SPELT);
    ran.run().status(0).stdout("").stderr("");
}

#[test]
fn fix_only_does_not_report_what_is_left() {
    let text = format!("{MISSPELT}orders -> nobody\n");
    let ran = Test::new("check --fix-only a.arch").file("a.arch", &text);
    let ran = ran.run().status(0);
    assert_eq!(ran.stdout, "Fixed 4 findings in 1 file.\n");
    let left = format!("{SPELT}orders -> nobody\n");
    assert_eq!(read(&ran.path().join("a.arch")), left);
    let ran = Test::new("check --fix-only a.arch").file("a.arch", &left);
    ran.run().status(0).stdout("Nothing to fix.\n");
    let reports = "check --fix-only a.arch --max-warnings 0 --output-format sarif=a.sarif";
    let ran = Test::new(reports).file("a.arch", &left).run().status(0);
    assert_eq!(ran.stderr, "");
    assert!(!ran.path().join("a.sarif").exists());
}

#[test]
fn the_fixed_text_of_stdin_goes_to_stdout() {
    let ran = Test::new("check --fix --only unknown-word -").stdin(MISSPELT);
    let ran = ran.run().status(0).stdout(SPELT);
    assert!(ran.stderr.starts_with("No findings in 1 design. 4 fixed, "));
    let ran = Test::new("check --diff -").stdin(MISSPELT).run().status(1);
    assert!(ran.stdout.starts_with("--- <stdin>\n"), "{}", ran.stdout);
    let unchanged = Test::new("check --fix --only unknown-word -").stdin(SPELT);
    unchanged.run().status(0).stdout(SPELT);
}

#[test]
fn only_what_was_named_is_changed() {
    let root = "system Shop: product\nimport \"b.arch\"\nservce orders\n";
    let test = || {
        let test = Test::new("check --fix --only unknown-word");
        test.file("a.arch", root).file("b.arch", "servce other\n")
    };
    let ran = test().argument("a.arch").run().status(1);
    assert!(read(&ran.path().join("a.arch")).ends_with("service orders\n"));
    assert_eq!(read(&ran.path().join("b.arch")), "servce other\n");
    let ran = test().argument("a.arch").argument("b.arch").run().status(0);
    assert_eq!(read(&ran.path().join("b.arch")), "service other\n");
}

#[test]
fn what_nobody_has_said_is_added_when_asked_and_marked() {
    assert_eq!(fixed(UNSAID, Safety::Safe), UNSAID);
    let added = UNSAID.replace("  hit: 50%\n", "  hit: 50%\n  ttl: 1h // fill in\n");
    assert_eq!(fixed(UNSAID, Safety::Unsafe), added);
    assert_eq!(underpin::format(&added), added);
}

#[test]
fn breaks_tabs_comments_and_marks_stay() {
    let text = "\u{feff}system Shop: product\r\n\r\ncache hot {\r\n\thit: 50% // half\r\n}\r\n\
                entity Item { id: uuid key; price: decimal }\r\nservice orders // ours\r\n\
                database ledger { stores: Item }\r\norders -> hot, ledger { reads: Item }\r\n\
                orders -> ledger { writes: Item }\r\n";
    let expected = text.replace("// half\r\n", "// half\r\n\tttl: 1h // fill in\r\n");
    assert_eq!(fixed(text, Safety::Unsafe), expected);
}

#[test]
fn a_file_that_is_not_text_stays() {
    let bytes = b"system Shop: product\nservce \xff\n";
    let ran = Test::new("check --fix a.arch b.arch")
        .file("a.arch", bytes)
        .file("b.arch", "servce b\n");
    let ran = ran.run().status(1);
    assert_eq!(fs::read(ran.path().join("a.arch")).unwrap(), bytes);
    assert_eq!(read(&ran.path().join("b.arch")), "service b\n");
}

#[test]
fn a_fix_is_dropped_where_it_would_break_something() {
    // Spelt right it would be a second `orders`.
    let text = "system Shop: product\nservice orders\nservce orders\n";
    assert_eq!(fixed(text, Safety::Unsafe), text);
}

#[test]
fn what_is_unused_is_removed_unless_it_may_be_used_elsewhere() {
    let unused = "@accept(missing-cache, \"five reads a minute\")\nservice orders\n";
    assert_eq!(fixed(unused, Safety::Safe), "service orders\n");
    let elsewhere = format!("{unused}environment staging {{ orders.replicas: 1 }}\n");
    assert_eq!(fixed(&elsewhere, Safety::Safe), elsewhere);
    assert!(!fixed(&elsewhere, Safety::Unsafe).contains("@accept"));
}

#[test]
fn formats_carry_the_fix() {
    let ran = |format: &str| {
        let test = Test::new("check --only unknown-word a.arch --output-format");
        let test = test
            .argument(format)
            .file("a.arch", "servce é { replcias: 3 }\n");
        let ran = test.run().status(1);
        serde_json::from_str::<serde_json::Value>(&ran.stdout).unwrap()
    };
    let json = ran("json");
    let fix = &json["designs"][0]["findings"][0]["fix"];
    assert_eq!(fix["safety"], "safe");
    assert_eq!(fix["edits"][0]["text"], "service");
    assert_eq!(fix["edits"][0]["location"]["endColumn"], 7);
    assert_eq!(json["summary"]["fixable"], 1);
    let sarif = ran("sarif");
    let fix = &sarif["runs"][0]["results"][0]["fixes"][0];
    assert_eq!(fix["description"]["text"], "write `service`.");
    let replacement = &fix["artifactChanges"][0]["replacements"][0];
    assert_eq!(replacement["insertedContent"]["text"], "service");
    assert_eq!(replacement["deletedRegion"]["endColumn"], 7);
    let rdjson = ran("rdjson");
    let suggestion = &rdjson["diagnostics"][0]["suggestions"][0];
    assert_eq!(suggestion["text"], "service");
    assert_eq!(suggestion["range"]["end"]["column"], 7);
}

/// Returns every design that the pages of the rules show.
fn shown() -> Vec<String> {
    let mut shown = Vec::new();
    for info in underpin::rules::infos() {
        let mut blocks = info.page.split("```arch ").skip(1);
        shown.extend(blocks.by_ref().filter_map(|block| {
            let (mark, rest) = block.split_once('\n')?;
            let (text, _) = rest.split_once("```")?;
            mark.starts_with("bad").then(|| text.to_owned())
        }));
    }
    shown
}

#[test]
fn fixing_twice_changes_nothing_and_keeps_the_layout() {
    let shown = shown();
    assert!(shown.len() > 100);
    for text in shown {
        let once = fixed(&text, Safety::Unsafe);
        assert_eq!(fixed(&once, Safety::Unsafe), once, "in\n{text}");
        if underpin::format(&text) == text {
            assert_eq!(underpin::format(&once), once, "in\n{text}");
        }
    }
}
