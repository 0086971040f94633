//! What is built upon comes from crates.io, under a licence that `deny.toml` allows.
//!
//! `cargo deny check` asks for more; this part of it needs no other tool.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Returns every package of `Cargo.lock`, if cargo can see them all.
fn packages() -> Option<Vec<Value>> {
    let ask = |more: &[&str]| {
        let mut command = Command::new(env!("CARGO"));
        command
            .args(["metadata", "--locked", "--format-version", "1"])
            .args(more)
            .current_dir(env!("CARGO_MANIFEST_DIR"));
        let output = command.output().expect("cargo runs");
        output.status.success().then_some(output.stdout)
    };
    // Crates for other systems are fetched by the second try.
    let Some(text) = ask(&["--offline"]).or_else(|| ask(&[])) else {
        crate::tools::absent("every crate that `cargo fetch` brings");
        return None;
    };
    let metadata: Value = serde_json::from_slice(&text).expect("one document");
    metadata["packages"].as_array().cloned()
}

#[test]
fn nothing_is_built_upon_that_speaks_to_the_network() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("deny.toml");
    let text = std::fs::read_to_string(path).expect("the file is there");
    let table: toml::Table = text.parse().expect("TOML");
    let refused = table["bans"]["deny"].as_array().expect("a list");
    let refused: Vec<&str> = refused.iter().filter_map(toml::Value::as_str).collect();
    assert!(refused.contains(&"socket2"));
    let Some(packages) = packages() else { return };
    let names = packages.iter().filter_map(|it| it["name"].as_str());
    let found: Vec<&str> = names.filter(|it| refused.contains(it)).collect();
    assert!(found.is_empty(), "{found:?}");
}

/// What `deny.toml` says of licences.
struct Rules {
    allowed: BTreeSet<String>,
    clarified: Vec<(String, String)>,
}

impl Rules {
    fn read() -> Rules {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("deny.toml");
        let text = std::fs::read_to_string(path).expect("the file is there");
        let table: toml::Table = text.parse().expect("TOML");
        let licences = table["licenses"].as_table().expect("a table");
        let word = |value: &toml::Value| value.as_str().expect("a word").to_owned();
        let list = |key: &str| licences[key].as_array().expect("a list").iter();
        Rules {
            allowed: list("allow").map(word).collect(),
            clarified: list("clarify")
                .map(|it| (word(&it["crate"]), word(&it["expression"])))
                .collect(),
        }
    }

    /// Returns the licence of a package as SPDX writes it.
    fn licence(&self, package: &Value) -> String {
        let clarified = self.clarified.iter().find(|it| package["name"] == it.0);
        let stated = package["license"].as_str().unwrap_or("none");
        clarified.map_or(stated, |it| &it.1).to_owned()
    }
}

/// Returns the ways to fulfil an expression, each with all the licences that it takes.
fn ways(expression: &str) -> Vec<BTreeSet<String>> {
    // Old manifests write `MIT/Apache-2.0` for a choice.
    let spaced = expression
        .replace('/', " OR ")
        .replace('(', " ( ")
        .replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = &words[..];
    let ways = either(&mut rest);
    assert!(rest.is_empty(), "{expression}");
    ways
}

fn either(rest: &mut &[&str]) -> Vec<BTreeSet<String>> {
    let mut ways = both(rest);
    while skip(rest, "OR") {
        ways.extend(both(rest));
    }
    ways
}

fn both(rest: &mut &[&str]) -> Vec<BTreeSet<String>> {
    let mut ways = one(rest);
    while skip(rest, "AND") {
        let more = one(rest);
        let pairs = ways.iter().flat_map(|a| more.iter().map(move |b| a | b));
        ways = pairs.collect();
    }
    ways
}

fn one(rest: &mut &[&str]) -> Vec<BTreeSet<String>> {
    if skip(rest, "(") {
        let ways = either(rest);
        assert!(skip(rest, ")"), "a bracket is open before {rest:?}");
        return ways;
    }
    let (first, more) = rest.split_first().expect("a licence");
    *rest = more;
    let name = match skip(rest, "WITH") {
        true => {
            let (exception, more) = rest.split_first().expect("an exception");
            *rest = more;
            format!("{first} WITH {exception}")
        }
        false => first.to_string(),
    };
    vec![BTreeSet::from([name])]
}

fn skip(rest: &mut &[&str], word: &str) -> bool {
    let is_next = rest.first() == Some(&word);
    if is_next {
        *rest = &rest[1..];
    }
    is_next
}

#[test]
fn every_licence_is_allowed_and_every_allowed_one_is_needed() {
    let Some(packages) = packages() else { return };
    let rules = Rules::read();
    let mut used = BTreeSet::new();
    for package in &packages {
        let licence = rules.licence(package);
        let ways = ways(&licence);
        let allowed = ways.iter().find(|it| it.is_subset(&rules.allowed));
        assert!(allowed.is_some(), "{} is {licence}", package["name"]);
        used.extend(ways.into_iter().flatten());
    }
    let idle: Vec<_> = rules.allowed.difference(&used).collect();
    assert!(idle.is_empty(), "nothing is under {idle:?}");
}

#[test]
fn what_is_clarified_states_nothing_itself() {
    let Some(packages) = packages() else { return };
    for (name, _) in Rules::read().clarified {
        let mut called = packages.iter().filter(|it| it["name"] == name);
        let is_silent = |it: &Value| it["license"].is_null();
        assert!(called.next().is_some_and(is_silent), "{name}");
    }
}

#[test]
fn everything_comes_from_one_registry() {
    let Some(packages) = packages() else { return };
    for package in &packages {
        let is_ours = package["source"].is_null() && package["name"] == "underpin";
        assert!(is_ours || package["source"] == CRATES_IO, "{package}");
    }
}

#[test]
fn expressions_are_read_as_spdx_means_them() {
    for (expression, expected) in [
        ("MIT", &[&["MIT"][..]][..]),
        ("MIT/Apache-2.0", &[&["MIT"], &["Apache-2.0"]]),
        ("A OR B AND C", &[&["A"], &["B", "C"]]),
        ("(A OR B) AND C", &[&["A", "C"], &["B", "C"]]),
        ("A WITH E OR B", &[&["A WITH E"], &["B"]]),
    ] {
        let expected: Vec<BTreeSet<String>> = expected
            .iter()
            .map(|way| way.iter().map(|it| it.to_string()).collect())
            .collect();
        assert_eq!(ways(expression), expected, "{expression}");
    }
}
