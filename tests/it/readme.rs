//! What the README shows is true.

use crate::support::Test;

const README: &str = include_str!("../../README.md");

/// Returns the blocks of a language, in order.
fn blocks(mark: &str) -> Vec<String> {
    let fence = format!("```{mark}\n");
    README
        .split(&fence)
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap_or_default().to_owned())
        .collect()
}

#[test]
fn designs_are_formatted_and_what_is_said_of_them_is_shown() {
    let (designs, shown) = (blocks("arch"), blocks("console"));
    let design = designs.first().expect("the README shows a design");
    let (line, expected) = shown[0].split_once('\n').expect("a command and its output");
    let arguments = line.strip_prefix("$ underpin ").expect("a command line");
    let ran = Test::new(arguments).file("tickets.arch", design).run();
    assert_eq!(
        ran.stdout.trim_end(),
        expected.trim_end(),
        "the README must show:\n{}",
        ran.stdout
    );
    for design in &designs {
        let ran = Test::new("fmt --check -").stdin(design).run();
        assert_eq!(
            ran.status, 0,
            "not as `fmt` writes it:\n{design}{}",
            ran.stdout
        );
    }
}

#[test]
fn the_numbers_are_those_of_the_example() {
    let design = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("examples/short-posts/design.arch")
        .display()
        .to_string();
    let blocks = blocks("console");
    for (block, arguments) in [
        (&blocks[1], format!("analyze {design}")),
        (
            &blocks[2],
            format!("whatif {design} --lose zone:1 --cold feedCache --load 2x"),
        ),
    ] {
        let flags = arguments.split(&design).last().unwrap_or_default();
        assert!(README.contains(flags.trim()), "{flags}");
        let said = Test::new(&arguments).run().stdout;
        assert!(said.contains(block.trim_end()), "{arguments} says:\n{said}");
    }
}

#[test]
fn the_score_is_that_of_the_example() {
    let answer = "examples/short-posts/first-draft.arch";
    let flags = "--problem short-posts";
    assert!(README.contains(&format!("`{answer}` with `{flags}`")));
    let answer = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(answer);
    let arguments = format!("practice score {} {flags} --no-progress", answer.display());
    let said = Test::new(&arguments).run().stdout;
    let block = &blocks("console")[3];
    assert!(
        said.contains(block.trim_end()),
        "the README must show:\n{said}"
    );
}

#[test]
fn every_command_that_is_named_exists() {
    let help = Test::new("--help").run().stdout;
    for line in README
        .lines()
        .filter(|line| line.starts_with("| `underpin "))
    {
        let command = line
            .split_whitespace()
            .nth(2)
            .expect("a command")
            .trim_matches('`');
        assert!(help.contains(command), "{command}");
    }
}

#[test]
fn the_test_command_is_the_one_that_is_run() {
    let run = include_str!("../../.ci/run");
    assert!(
        blocks("sh")
            .iter()
            .any(|block| block.trim() == "cargo test")
    );
    assert!(run.lines().any(|line| line.starts_with("cargo test")));
}

#[test]
fn the_pictures_are_those_of_the_example() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let example = root.join("examples/short-posts/design.arch");
    for view in ["components", "flow-OpenFeed"] {
        let arguments = format!("draw {} --view {view} --out -", example.display());
        let drawn = Test::new(&arguments).run().status(0).stdout;
        let path = root.join(format!("docs/pictures/{view}.svg"));
        assert!(README.contains(&format!("](docs/pictures/{view}.svg)")));
        if std::env::var_os("UPDATE").is_some() {
            std::fs::create_dir_all(root.join("docs/pictures")).unwrap();
            std::fs::write(&path, &drawn).unwrap();
        }
        let shown = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            shown == drawn,
            "{view}: run `UPDATE=1 cargo test --test it readme`"
        );
    }
}
