//! The house keeps its floors, and each outside crate its room.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The rooms from the ground up; those of one line stand on one floor.
const FLOORS: &[&[&str]] = &[
    &["source", "quantity"],
    &["finding"],
    &["syntax"],
    &["format", "vocabulary"],
    &["model"],
    &["graph"],
    &["analysis"],
    &["numbers"],
    &["lint"],
    &["rules"],
    &["config"],
    &["diagram", "report"],
    &["workspace"],
    &["cli"],
];

/// Outside crates and the rooms that may know them; of no room is what `main.rs` sets up.
const OUTSIDE: &[(&str, &[&str])] = &[
    ("pest", &["syntax"]),
    ("pest_derive", &["syntax"]),
    ("petgraph", &["graph"]),
    ("miette", &["report"]),
    ("mimalloc", &[]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
    ("ctrlc", &["cli"]),
    ("dugong", &["diagram"]),
    ("graphviz_rust", &["diagram"]),
    ("fontdb", &["diagram"]),
    ("globset", &["config"]),
    ("ignore", &["workspace"]),
    ("resvg", &["diagram"]),
    ("ttf_parser", &["diagram"]),
    ("semver", &["config"]),
    ("similar", &["cli"]),
    ("strsim", &["finding", "quantity"]),
    ("num_rational", &["quantity"]),
    ("terminal_size", &["cli"]),
    ("toml", &["config"]),
    ("unicode_width", &["report"]),
];

fn floor(room: &str) -> Option<usize> {
    FLOORS.iter().position(|rooms| rooms.contains(&room))
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for entry in entries {
        if entry.is_dir() {
            files(&entry, found);
        } else if entry.extension().is_some_and(|it| it == "rs") {
            found.push(entry);
        }
    }
}

/// Returns every source file with its room, without comments.
fn sources() -> Vec<(String, PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    files(&root, &mut found);
    let rooms = found.into_iter().filter_map(|path| {
        let room = path.strip_prefix(&root).unwrap().components().next()?;
        let room = room.as_os_str().to_str()?.to_owned();
        let text = fs::read_to_string(&path).unwrap();
        let code = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        floor(&room)?;
        Some((room, path, code.collect::<Vec<_>>().join("\n")))
    });
    rooms.collect()
}

/// Returns the rooms that a text names: `crate::room` and `crate::{room, other}`.
fn rooms_named(text: &str) -> Vec<String> {
    let mut named = Vec::new();
    for (at, _) in text.match_indices("crate::") {
        let rest = &text[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            Some(group) => named.extend(first_words(group)),
            None => named.extend(word(rest)),
        }
    }
    named
}

fn word(text: &str) -> Option<String> {
    let end = text
        .find(|c: char| !c.is_alphanumeric() && c != '_')
        .unwrap_or(text.len());
    (end > 0).then(|| text[..end].to_owned())
}

/// Returns the first word of each path in `a::b, c::{d, e}}`.
fn first_words(group: &str) -> Vec<String> {
    let mut words = Vec::new();
    let (mut depth, mut start) = (0usize, true);
    for (at, letter) in group.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => start = true,
            _ if start && !letter.is_whitespace() => {
                words.extend(word(&group[at..]));
                start = false;
            }
            _ => {}
        }
    }
    words
}

#[test]
fn rooms_call_only_downward() {
    let mut wrong = Vec::new();
    for (room, path, text) in sources() {
        for named in rooms_named(&text) {
            let (Some(own), Some(other)) = (floor(&room), floor(&named)) else {
                wrong.push(format!("{}: `crate::{named}` is no room", path.display()));
                continue;
            };
            if named != room && other >= own {
                wrong.push(format!("{}: {room} calls {named}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_outside_crate_lives_in_its_room() {
    let rooms: BTreeMap<&str, &[&str]> = OUTSIDE.iter().copied().collect();
    let mut wrong = Vec::new();
    for (room, path, text) in sources() {
        for (name, allowed) in &rooms {
            let used = [format!("{name}::"), format!("use {name};")];
            let known = used.iter().any(|it| mentions(&text, it));
            if known && !allowed.contains(&room.as_str()) {
                wrong.push(format!(
                    "{}: {name} does not live in {room}",
                    path.display()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Finds a crate's path where it does not end a longer word or path.
fn mentions(text: &str, wanted: &str) -> bool {
    text.match_indices(wanted).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        before.is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != ':')
    })
}

#[test]
fn every_dependency_has_its_room() {
    const EVERYWHERE: &[&str] = &["rayon", "serde", "serde_json"];
    let manifest = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"));
    let manifest = manifest.unwrap();
    let section = manifest
        .split("[dependencies]")
        .nth(1)
        .unwrap()
        .split("\n[")
        .next()
        .unwrap();
    for line in section.lines().filter(|line| line.contains('=')) {
        let name = line.split('=').next().unwrap().trim().replace('-', "_");
        let known = OUTSIDE.iter().any(|(it, _)| *it == name);
        assert!(
            known || EVERYWHERE.contains(&name.as_str()),
            "{name} has no room"
        );
    }
}

#[test]
fn every_room_says_what_it_is() {
    for room in FLOORS.iter().flat_map(|rooms| rooms.iter()) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("src/{room}/mod.rs"));
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("//! "), "{room} does not say what it is");
    }
}
