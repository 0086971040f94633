//! What is shipped is what it says it is.

use std::path::{Path, PathBuf};

use underpin::config::Wishes;
use underpin::finding::Severity;
use underpin::lint::{Outcome, Profile};
use underpin::workspace::{Configuration, Request, date, review};

use crate::support::Test;

fn outcomes(path: &str, profile: Profile) -> Vec<Outcome> {
    let request = Request {
        today: date("2026-11-21").unwrap(),
        configuration: Configuration::None,
        wishes: Wishes {
            profile: Some(profile),
            ..Wishes::default()
        },
        ..Request::of(vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(path)])
    };
    review(&request).unwrap().outcomes
}

fn rules_of(outcome: &Outcome) -> Vec<&str> {
    let mut rules: Vec<&str> = outcome
        .findings
        .iter()
        .map(|finding| finding.rule.as_str())
        .collect();
    rules.sort_unstable();
    rules.dedup();
    rules
}

#[test]
fn every_example_is_understood() {
    let infos = underpin::rules::infos();
    let language = |rule: &str| {
        infos
            .iter()
            .any(|it| it.name == rule && it.category == "language")
    };
    for outcome in outcomes("examples", Profile::Practice) {
        for finding in &outcome.findings {
            let wrong = language(&finding.rule) && finding.severity > Severity::Info;
            assert!(
                !wrong,
                "{}: {} {}",
                outcome.design, finding.rule, finding.message
            );
        }
    }
}

#[test]
fn the_final_short_post_network_is_clean() {
    let outcome = outcomes("examples/short-posts/design.arch", Profile::Recommended).remove(0);
    let said: Vec<&String> = outcome
        .findings
        .iter()
        .map(|finding| &finding.message)
        .collect();
    assert!(said.is_empty(), "{said:#?}");
}

#[test]
fn the_first_draft_shows_its_flaws() {
    let outcome = outcomes(
        "examples/short-posts/first-draft.arch",
        Profile::Recommended,
    )
    .remove(0);
    let rules = rules_of(&outcome);
    for flaw in FLAWS_OF_THE_FIRST_DRAFT {
        assert!(rules.contains(flaw), "{flaw} is not among {rules:?}");
    }
}

/// What a reviewer would say of the first draft.
const FLAWS_OF_THE_FIRST_DRAFT: &[&str] = &[
    "missing-authentication",
    "missing-cache",
    "missing-monitoring",
    "principal-from-input",
    "resource-naming",
    "single-point-of-failure",
    "unquantified-quality",
];

#[test]
fn the_house_rules_hold_in_payments_and_are_no_empty_words() {
    let [payments, rules, platform] = ["payments", "policies", "platform"].map(|name| {
        let path = format!("{}/examples/{name}.arch", env!("CARGO_MANIFEST_DIR"));
        std::fs::read_to_string(path).unwrap()
    });
    let broken = |old: &str, new: &str| -> Vec<String> {
        assert!(payments.contains(old), "{old}");
        let check = "check payments.arch --only category:policy --output-format jsonl";
        let test = Test::new(check)
            .file("payments.arch", payments.replacen(old, new, 1))
            .file("policies.arch", &rules)
            .file("platform.arch", &platform);
        let lines = test.run().stdout;
        let lines = lines.lines().map(|line| line.parse::<serde_json::Value>());
        lines
            .map(|line| line.unwrap()["rule"].as_str().unwrap().to_owned())
            .collect()
    };
    for (old, new, rule) in [
        (
            "gate -> charges {",
            "gate -> ledger\ngate -> charges {",
            "PrivateStores",
        ),
        (
            "  auth: api-key\n  rate-limit: 100/s per merchant\n  replicas",
            "  replicas",
            "FrontDoor",
        ),
        ("  encryption: yes\n  locking", "  locking", "Sealed"),
        (
            "  restore-tested: yes\n  encryption",
            "  encryption",
            "Restorable",
        ),
        ("gate, charges, history,", "gate, charges,", "Watched"),
        (
            "  replicas: 3 across 3 regions\n  state: none",
            "  replicas: 1\n  state: none",
            "Replaceable",
        ),
    ] {
        assert_eq!(broken(old, new), [rule], "{new}");
    }
    assert!(broken("import", "import").is_empty());
}

#[test]
fn every_example_says_what_it_shows() {
    let mut files: Vec<PathBuf> = Vec::new();
    collect(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("examples"),
        &mut files,
    );
    assert!(files.len() >= 7, "{files:?}");
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(text.starts_with("// "), "{} does not", file.display());
    }
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|it| it == "arch") {
            files.push(path);
        }
    }
}
