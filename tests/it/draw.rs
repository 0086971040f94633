//! `underpin draw` through the real program.

use std::fs;
use std::path::Path;

use crate::support::Test;

const DESIGN: &str = r#"
system Shop: product "A shop"
functional Buy "Users should be able to buy"
entity Order { id: uuid key; address: text personal }
api Public: rest { buy: POST /orders { for: Buy; writes: Order } }
client app: mobile
service orders { serves: Public; replicas: 3 across 3 zones }
database ledger: postgres { stores: Order }
app -> orders { protocol: https }
orders -> ledger { writes: Order }
flow Buying: buy { app -> orders -> ledger }
"#;

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .map(|entries| {
            entries
                .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
                .collect()
        })
        .unwrap_or_default();
    names.sort();
    names
}

fn design() -> Test {
    design_with("")
}

fn design_with(flags: &str) -> Test {
    Test::new(&format!("draw shop.arch {flags}")).file("shop.arch", DESIGN)
}

#[test]
fn every_view_that_applies_is_drawn_without_being_asked_for() {
    let ran = design_with("--out docs/pictures")
        .run()
        .status(0)
        .stderr("");
    let expected = [
        "components.svg",
        "context.svg",
        "entities.svg",
        "findings.svg",
        "flow-Buying.svg",
        "requirements-table.svg",
        "requirements.svg",
    ];
    assert_eq!(names(&ran.path().join("docs/pictures")), expected);
    assert!(
        ran.stdout.ends_with("Drew 7 pictures\n")
            && ran.stdout.contains("docs/pictures/context.svg\n"),
        "{}",
        ran.stdout
    );
    for name in expected {
        let picture = ran.read(&format!("docs/pictures/{name}"));
        assert!(picture.starts_with("<svg xmlns="), "{name}");
        assert!(
            picture.contains("<title>") && picture.contains("<desc>"),
            "{name}"
        );
    }
}

#[test]
fn every_format_is_written() {
    let formats = [
        ("svg", "components.svg", "<svg"),
        ("html", "report.html", "<!doctype html>"),
        ("dot", "components.dot", "digraph"),
        ("mermaid", "components.mmd", "flowchart"),
        ("d2", "components.d2", "orders"),
        ("plantuml", "components.puml", "@startuml"),
        ("structurizr", "workspace.dsl", "workspace"),
        ("json", "components.json", "{"),
    ];
    let flags: Vec<&str> = formats.iter().map(|(format, _, _)| *format).collect();
    let ran = design_with(&format!("--format {}", flags.join(",")))
        .run()
        .status(0);
    for (format, name, start) in formats {
        let text = ran.read(&format!("diagrams/{name}")).to_lowercase();
        assert!(text.contains(start), "{format}: {text}");
    }
}

#[test]
fn a_page_of_all_views_tells_the_numbers_too() {
    let page = |flags: &str| {
        let text = include_str!("../../examples/ticket-sale.arch");
        let command = format!("draw sale.arch --format html {flags}");
        let ran = Test::new(&command).file("sale.arch", text).run().status(0);
        ran.read("diagrams/report.html")
    };
    assert!(page("").contains("data-view=\"numbers/load\""));
    assert!(!page("--view components").contains("data-view=\"numbers/"));
}

#[cfg(feature = "png")]
#[test]
fn pixels_are_written_and_scaled() {
    let width = |scale: &str| {
        let flags = format!("--format png --view components --scale {scale}");
        let ran = design_with(&flags).run().status(0);
        let bytes = fs::read(ran.path().join("diagrams/components.png")).unwrap();
        assert_eq!(&bytes[1..4], b"PNG");
        u32::from_be_bytes(bytes[16..20].try_into().unwrap())
    };
    let (once, twice) = (width("1"), width("2"));
    assert!(once.abs_diff(twice / 2) <= 1, "{once} {twice}");
}

#[cfg(feature = "png")]
#[test]
fn letters_that_no_font_has_are_named() {
    let text = "client app\nservice s \"\u{e123} yes\"\napp -> s\n";
    let ran = Test::new("draw a.arch --format png --view components")
        .file("a.arch", text)
        .run();
    assert!(
        ran.stderr.contains("No font here has \u{e123}:"),
        "{}",
        ran.stderr
    );
}

#[test]
fn one_picture_can_go_to_stdout() {
    let ran = design_with("--view Buying --format mermaid -o -")
        .run()
        .status(0)
        .stderr("");
    assert!(ran.stdout.starts_with("sequenceDiagram"), "{}", ran.stdout);
    assert_eq!(names(ran.path()), ["shop.arch"]);
    let ran = design_with("-o -").run().status(2).stdout("");
    assert!(
        ran.stderr
            .contains("`--out -` writes one picture, and there are 7"),
        "{}",
        ran.stderr
    );
    let ran = Test::new("draw - --view components -o -")
        .stdin(DESIGN)
        .run()
        .status(0);
    assert!(ran.stdout.ends_with("</svg>\n"));
}

#[test]
fn views_are_listed_and_unknown_ones_are_named() {
    let ran = design_with("--list").run().status(0).stderr("");
    let names: Vec<&str> = ran
        .stdout
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert_eq!(
        names,
        [
            "context",
            "components",
            "flow-Buying",
            "entities",
            "requirements",
            "requirements-table",
            "findings"
        ]
    );
    let ran = design_with("--view componets").run().status(2).stdout("");
    assert_eq!(
        ran.stderr,
        "error: there is no view `componets`\nhelp: did you mean `components`?\n"
    );
    let ran = design_with("--format jpg").run().status(2);
    assert!(
        ran.stderr.contains("jpg") && ran.stderr.contains("svg"),
        "{}",
        ran.stderr
    );
    let ran = design_with("--scale 0").run().status(2);
    assert!(
        ran.stderr.contains("a number from 0.1 to 10 was expected"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_user_says_what_else_to_draw() {
    let text = format!("{DESIGN}\nview Stores: components {{ include: database, orders }}\n");
    let ran = Test::new("draw shop.arch --view Stores --out -")
        .file("shop.arch", text)
        .run()
        .status(0);
    assert!(ran.stdout.contains("component:ledger") && ran.stdout.contains("component:orders"));
    assert!(!ran.stdout.contains("component:app"), "{}", ran.stdout);
}

#[test]
fn what_is_understood_of_a_broken_design_is_drawn() {
    let text = format!("{DESIGN}\nservise extra\norders -> nowhere\n");
    let ran = Test::new("draw shop.arch --view components")
        .file("shop.arch", text)
        .run()
        .status(1);
    assert!(
        ran.read("diagrams/components.svg")
            .contains("component:orders")
    );
    assert!(
        ran.stderr.contains("shop.arch:")
            && ran.stderr.contains("error[")
            && ran.stderr.contains("nowhere"),
        "{}",
        ran.stderr
    );
    assert!(
        ran.stderr
            .ends_with("Drawn without what could not be understood.\n")
    );
    for (name, text) in [
        ("empty.arch", &b""[..]),
        ("binary.arch", &[0, 255, 17, 60, 0, 200][..]),
    ] {
        let ran = Test::new(&format!("draw {name}")).file(name, text).run();
        assert!(ran.status < 2, "{name}: {}", ran.stderr);
        assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
    }
}

#[test]
fn a_folder_that_cannot_be_written_is_said_and_nothing_is_half_written() {
    let ran = design_with("--out taken")
        .file("taken", "a file")
        .run()
        .status(2);
    assert_eq!(
        ran.stderr,
        "error: cannot write into the folder `taken`: `taken` is a file\n\
         help: name another folder, or move the file away\n"
    );
    assert_eq!(names(ran.path()), ["shop.arch", "taken"]);
    let deeper = design_with("--out shop.arch/a/b").run().status(2);
    assert!(
        deeper
            .stderr
            .contains("folder `shop.arch/a/b`: `shop.arch` is a file"),
        "{}",
        deeper.stderr
    );
    let ran = design().folder("diagrams/entities.svg").run().status(2);
    assert!(
        ran.stderr.contains("diagrams/entities.svg"),
        "{}",
        ran.stderr
    );
    assert_eq!(names(&ran.path().join("diagrams")), ["entities.svg"]);
}

#[test]
fn names_do_not_leave_the_folder() {
    let text = "system \"../../up\"\nservice a\nservice b\na -> b\nflow Fl\u{e9}che { a -> b }\n";
    let both = Test::new("draw . --out deep/out")
        .file("one.arch", text)
        .file("two.arch", DESIGN)
        .run();
    assert!(both.status < 2, "{}", both.stderr);
    assert_eq!(names(both.path()), ["deep", "one.arch", "two.arch"]);
    assert_eq!(names(&both.path().join("deep")), ["out"]);
    assert_eq!(names(&both.path().join("deep/out")).len(), 2);
}

#[test]
fn the_same_design_gives_the_same_bytes_on_any_number_of_threads() {
    let formats = "--format svg,html,json,dot,mermaid,d2,plantuml,structurizr";
    let png = if cfg!(feature = "png") { ",png" } else { "" };
    let all = |threads: &str| {
        let ran = design_with(&format!("{formats}{png} -j {threads}"))
            .run()
            .status(0);
        let folder = ran.path().join("diagrams");
        let files = names(&folder);
        let read = |name: &String| fs::read(folder.join(name)).unwrap();
        files
            .iter()
            .map(|name| (name.clone(), read(name)))
            .collect::<Vec<_>>()
    };
    assert_eq!(all("1"), all("4"));
}

#[test]
fn graphviz_that_is_missing_is_a_clear_error() {
    let ran = design_with("--engine dot")
        .variable("PATH", "/nowhere")
        .run()
        .status(2)
        .stdout("");
    assert!(
        ran.stderr.starts_with("error: ") && ran.stderr.contains("`dot`"),
        "{}",
        ran.stderr
    );
    assert!(
        ran.stderr.contains("help: install Graphviz"),
        "{}",
        ran.stderr
    );
    assert_eq!(names(ran.path()), ["shop.arch"]);
}

#[cfg(unix)]
#[test]
fn an_interrupt_leaves_no_half_of_a_file() {
    let many: String = (0..400)
        .map(|n| {
            format!(
                "service s{n}\nservice t{n}\ns{n} -> t{n}\nt{n} -> s{}\n",
                (n * 7 + 1) % 400
            )
        })
        .collect();
    let line = "$UNDERPIN draw big.arch --format svg,html & pid=$!; sleep 0.3; kill -INT $pid; wait $pid; echo $?";
    let ran = Test::new("").file("big.arch", many).shell(line).status(0);
    let left = names(&ran.path().join("diagrams"));
    assert!(left.iter().all(|name| !name.ends_with(".tmp")), "{left:?}");
    match ran.stdout.trim() {
        "130" => assert!(left.is_empty(), "{left:?}"),
        // It was quicker than the signal.
        code => assert_eq!(code.lines().last(), Some("0"), "{}", ran.stdout),
    }
}

#[test]
fn a_view_of_the_user_takes_the_place_of_another_of_its_name() {
    let text = format!(
        "{DESIGN}\nview components: components \"Stores\" {{ include: database }}\n\
         view flow-Buying: components {{ include: app }}\n\
         view COMPONENTS: components {{ include: orders }}\n"
    );
    let ran = Test::new("draw shop.arch")
        .file("shop.arch", text)
        .run()
        .status(0);
    let expected = [
        "COMPONENTS-2.svg",
        "components.svg",
        "context.svg",
        "entities.svg",
        "findings.svg",
        "flow-Buying.svg",
        "requirements-table.svg",
        "requirements.svg",
    ];
    assert_eq!(names(&ran.path().join("diagrams")), expected);
    for (name, shown, other) in [
        ("components", "component:ledger", "component:app"),
        ("flow-Buying", "component:app", "component:orders"),
        ("COMPONENTS-2", "component:orders", "component:ledger"),
    ] {
        let picture = ran.read(&format!("diagrams/{name}.svg"));
        assert!(
            picture.contains(shown) && !picture.contains(other),
            "{name}: {picture}"
        );
    }
}

#[test]
fn no_words_of_any_example_are_smaller_than_9_px() {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let ran = Test::new(&format!("draw {} --out out", examples.display())).run();
    assert!(ran.status < 2, "{}", ran.stderr);
    let mut sizes = 0;
    for file in ran.stdout.lines().filter(|line| line.ends_with(".svg")) {
        let picture = ran.read(file);
        assert_eq!(natural(&picture), shown(&picture), "{file}");
        assert!(!picture.contains("scale("), "{file}");
        for rest in picture.split("font-size").skip(1) {
            let number = rest.trim_start_matches(['=', ':', '"', ' ']);
            let end = number.find(|letter: char| !letter.is_ascii_digit() && letter != '.');
            let size: f32 = number[..end.unwrap_or(number.len())].parse().unwrap();
            assert!(size >= 9.0, "{file}: {size} px");
            sizes += 1;
        }
    }
    assert!(sizes > 1000, "{sizes}");
}

/// Returns the width and the height that an SVG asks for.
fn natural(svg: &str) -> Vec<f32> {
    let value = |key: &str| {
        let (_, rest) = svg.split_once(&format!(" {key}=\"")).unwrap();
        rest.split_once('"').unwrap().0.parse().unwrap()
    };
    vec![value("width"), value("height")]
}

/// Returns the width and the height of what an SVG shows, in its own measure.
fn shown(svg: &str) -> Vec<f32> {
    let (_, rest) = svg.split_once(" viewBox=\"").unwrap();
    let numbers = rest.split_once('"').unwrap().0.split_whitespace();
    numbers.skip(2).map(|it| it.parse().unwrap()).collect()
}

#[test]
fn what_a_format_cannot_say_is_an_error() {
    for out in ["-", "out"] {
        let flags = format!("--view Buying --format dot --out {out}");
        let ran = design_with(&flags).run().status(2).stdout("");
        assert!(
            ran.stderr
                .starts_with("error: what is asked for cannot be written as `dot`\nhelp: "),
            "{}",
            ran.stderr
        );
        assert_eq!(names(ran.path()), ["shop.arch"]);
    }
    let both = "--view Buying,components --format dot --out -";
    let ran = design_with(both).run().status(0);
    assert!(ran.stdout.starts_with("digraph"), "{}", ran.stdout);
    let ran = design_with("-j 0").run().status(2);
    assert!(
        ran.stderr.contains("a whole number from 1 on was expected"),
        "{}",
        ran.stderr
    );
}

#[cfg(unix)]
#[test]
fn a_wish_to_terminate_is_an_interrupt() {
    let many: String = (0..300)
        .map(|n| format!("service s{n}\ns{n} -> s{}\n", (n * 7 + 1) % 300))
        .collect();
    let line = "$UNDERPIN draw big.arch & pid=$!; sleep 2; kill -TERM $pid; wait $pid; echo $?";
    let ran = Test::new("").file("big.arch", many).shell(line).status(0);
    let left = names(&ran.path().join("diagrams"));
    assert!(left.iter().all(|name| !name.ends_with(".tmp")), "{left:?}");
    let code = ran.stdout.lines().last();
    assert!(matches!(code, Some("130" | "0")), "{}", ran.stdout);
}
