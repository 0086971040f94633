//! The tools whose texts are written take them, and show every name in them.
//!
//! A tool that is not installed is left out with a line that says so, unless
//! `UNDERPIN_TOOLS=all` is set: then its absence is a failure.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use underpin::diagram::export::{Format, text};
use underpin::diagram::scene::{self, Picture, Scene};
use underpin::finding::Severity;

#[path = "../../src/diagram/export/samples.rs"]
mod samples;

use crate::support::Test;

/// A text for a tool, and the words that must stand in its picture.
struct Sheet {
    file: PathBuf,
    words: Vec<String>,
}

/// A folder full of texts.
struct Folder {
    directory: tempfile::TempDir,
    sheets: Vec<Sheet>,
}

impl Folder {
    /// Writes the samples, and the pictures of the examples, for a tool.
    fn of(format: Format) -> Folder {
        let directory = tempfile::tempdir().unwrap();
        let mut folder = Folder {
            directory,
            sheets: Vec::new(),
        };
        folder.add_samples(format);
        folder.add_examples(format);
        folder
    }

    fn path(&self) -> &Path {
        self.directory.path()
    }

    fn add(&mut self, stem: &str, format: Format, text: &str, words: Vec<String>) {
        let file = self.path().join(format!("{stem}.{}", format.extension()));
        fs::write(&file, text).unwrap();
        self.sheets.push(Sheet { file, words });
    }

    fn add_samples(&mut self, format: Format) {
        for scene in samples::all() {
            if let Some(text) = text(format, &scene) {
                self.add(&scene.name, format, &text, words(&scene));
            }
        }
    }

    /// Adds what the program draws of the examples.
    fn add_examples(&mut self, format: Format) {
        let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
        for entry in fs::read_dir(examples).unwrap() {
            let example = entry.unwrap().path();
            let out = self.path().join(example.file_stem().unwrap());
            let (example, into) = (example.display(), out.display());
            let word = format.word();
            let ran = Test::new(&format!("draw {example} --format {word} --out {into}")).run();
            assert!(ran.status < 2, "{example}: {}", ran.stderr);
            self.gather(&out, format);
        }
    }

    fn gather(&mut self, folder: &Path, format: Format) {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let file = entry.unwrap().path();
            if file.is_dir() {
                self.gather(&file, format);
            } else if file.extension().is_some_and(|it| it == format.extension()) {
                let words = Vec::new();
                self.sheets.push(Sheet { file, words });
            }
        }
    }

    fn files(&self) -> Vec<&Path> {
        self.sheets.iter().map(|it| &*it.file).collect()
    }

    /// Compares what the pictures say with what they should.
    fn compare(&self, picture: impl Fn(&Path) -> PathBuf) {
        for sheet in &self.sheets {
            let path = picture(&sheet.file);
            let svg = fs::read_to_string(&path);
            let svg = svg.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let said = letters(&visible(&svg));
            for word in &sheet.words {
                let word = letters(word);
                let file = sheet.file.file_name().unwrap();
                assert!(said.contains(&word), "{file:?} lacks {word:?}:\n{said}");
            }
        }
    }
}

/// Returns the words that a picture of a scene must show.
fn words(scene: &Scene) -> Vec<String> {
    let Picture::Structure(structure) = &scene.picture else {
        return Vec::new();
    };
    let titles = structure.nodes.iter().map(|it| it.title.clone());
    let groups = structure.groups.iter().map(|it| it.title.clone());
    let labels = structure.edges.iter().flat_map(|it| it.label.clone());
    let fields = structure.nodes.iter().flat_map(|it| &it.rows);
    let fields = fields.map(|it| it.name.clone());
    titles.chain(groups).chain(labels).chain(fields).collect()
}

/// Returns the words of an SVG without its marks.
fn visible(svg: &str) -> String {
    let mut text = String::new();
    let mut rest = svg;
    while let Some(at) = rest.find('<') {
        text.push_str(&rest[..at]);
        rest = match rest[at..].find('>') {
            Some(end) => &rest[at + end + 1..],
            None => "",
        };
    }
    text.push_str(rest);
    decode(&text)
}

/// Replaces the entities of XML.
fn decode(text: &str) -> String {
    let mut decoded = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        decoded.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.find(';').unwrap_or(0);
        let letter = entity(&rest[..end]);
        decoded.push(letter.unwrap_or('&'));
        rest = &rest[if letter.is_some() { end + 1 } else { 1 }..];
    }
    decoded + rest
}

fn entity(text: &str) -> Option<char> {
    let name = text.strip_prefix('&')?;
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix('x') {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => number.parse(),
        };
        return char::from_u32(code.ok()?);
    }
    let known = [
        ("amp", '&'),
        ("apos", '\''),
        ("gt", '>'),
        ("lt", '<'),
        ("nbsp", ' '),
        ("quot", '"'),
    ];
    known.iter().find(|it| it.0 == name).map(|it| it.1)
}

/// Returns a text without blanks, which tools set as they like, and without what
/// no text can show.
fn letters(text: &str) -> String {
    let blank = |it: &char| {
        it.is_whitespace() || it.is_control() || matches!(it, '\u{2060}' | '\u{feff}' | '\u{fffd}')
    };
    text.chars().filter(|it| !blank(it)).collect()
}

/// Finds a program, or says that it is left out.
pub fn program(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let places = names
        .iter()
        .flat_map(|name| folders.iter().map(move |it| it.join(name)));
    let found = places.into_iter().find(|it| it.is_file());
    if found.is_none() {
        absent(names[0]);
    }
    found
}

/// Returns the folder of our scripts for Node, if their packages are installed.
pub fn scripts() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tools");
    match folder.join("node_modules").is_dir() {
        true => Some(folder),
        false => {
            absent("what `npm ci` installs in tests/tools");
            None
        }
    }
}

/// Says that a tool is left out, or fails where all are wanted.
pub fn absent(what: &str) {
    let all = std::env::var_os("UNDERPIN_TOOLS").is_some_and(|it| it == "all");
    assert!(!all, "{what} is not installed");
    println!("left out: {what} is not installed");
}

fn run(command: &mut Command) -> Output {
    command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"))
}

/// Runs one of our scripts, and sees that it says `ok` of every file.
fn script(name: &str, arguments: &[&Path], folder: &Folder) -> Option<()> {
    let said = judged(name, arguments, folder)?;
    for file in folder.files() {
        let ok = format!("ok\t{}", file.display());
        assert!(said.lines().any(|line| line == ok), "{said}");
    }
    Some(())
}

/// Runs one of our scripts, and returns what it says of the files.
fn judged(name: &str, arguments: &[&Path], folder: &Folder) -> Option<String> {
    let node = program(&["node"])?;
    let mut command = Command::new(node);
    command
        .arg(scripts()?.join(name))
        .args(arguments)
        .args(folder.files());
    let output = run(&mut command);
    let said = String::from_utf8_lossy(&output.stdout);
    let complaint = String::from_utf8_lossy(&output.stderr);
    Some(format!("{said}{complaint}"))
}

/// Returns where our scripts write the picture of a text.
fn beside(file: &Path) -> PathBuf {
    let mut path = file.as_os_str().to_owned();
    path.push(".svg");
    PathBuf::from(path)
}

#[test]
fn graphviz_takes_dot() {
    let Some(dot) = program(&["dot"]) else { return };
    let folder = Folder::of(Format::Dot);
    for file in folder.files() {
        let mut command = Command::new(&dot);
        let output = run(command.arg("-Tsvg").arg("-o").arg(beside(file)).arg(file));
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}: {complaint}", file.display());
        // A font that is not installed is no fault of the text.
        let complaint = complaint.lines().find(|it| !it.contains("ango"));
        assert_eq!(
            complaint.filter(|it| !it.is_empty()),
            None,
            "{}",
            file.display()
        );
    }
    folder.compare(beside);
}

#[test]
fn mermaid_takes_mermaid() {
    let Some(browser) = program(&["chromium", "chromium-browser", "google-chrome"]) else {
        return;
    };
    let folder = Folder::of(Format::Mermaid);
    if script("mermaid.mjs", &[&browser], &folder).is_some() {
        folder.compare(beside);
    }
}

#[test]
fn d2_takes_d2() {
    let folder = Folder::of(Format::D2);
    if script("d2.mjs", &[], &folder).is_some() {
        folder.compare(beside);
    }
}

/// Writes SARIF of odd designs, changed by a wrong or right hand.
fn sarif(designs: Vec<(&str, String)>, change: impl Fn(String) -> String) -> Folder {
    let mut folder = Folder {
        directory: tempfile::tempdir().unwrap(),
        sheets: Vec::new(),
    };
    for (name, design) in designs {
        let test = Test::new("check . --profile practice --output-format sarif --today 2026-11-21");
        let test = test.folder(".git").file("docs/café 🙂.arch", design);
        let ran = test.run();
        assert!(ran.status < 2, "{name}: {}", ran.stderr);
        let file = folder.path().join(format!("{name}.sarif"));
        fs::write(&file, change(ran.stdout)).unwrap();
        let words = Vec::new();
        folder.sheets.push(Sheet { file, words });
    }
    folder
}

#[test]
fn the_schema_and_microsofts_validator_take_sarif() {
    let Some(scripts) = scripts() else { return };
    for package in ["@microsoft/sarif-multitool", "ajv", "ajv-formats"] {
        if !scripts.join("node_modules").join(package).is_dir() {
            return absent(package);
        }
    }
    let designs = crate::formats::designs();
    let accented = designs[0].clone();
    script("sarif.mjs", &[], &sarif(designs, |log| log));
    // Neither judge is asleep: the one sees a wrong word, the other a missing address.
    for (right, wrong) in [
        ("\"kind\": \"fail\"", "\"kind\": \"failed\""),
        ("\"informationUri\"", "\"fullName\""),
    ] {
        let folder = sarif(vec![accented.clone()], |log| log.replace(right, wrong));
        let Some(said) = judged("sarif.mjs", &[], &folder) else {
            return;
        };
        assert!(said.starts_with("error\t"), "{wrong}: {said}");
    }
}

#[test]
fn plantuml_takes_plantuml() {
    let Some(plantuml) = program(&["plantuml"]) else {
        return;
    };
    let folder = Folder::of(Format::Plantuml);
    let mut command = Command::new(plantuml);
    let command = command.args(["-charset", "UTF-8", "-tsvg"]);
    let output = run(command.args(folder.files()));
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complaint}");
    folder.compare(|file| file.with_extension("svg"));
}
