//! `underpin.toml`, and what it does to a review.

use crate::support::Test;

/// One thing to find: nothing says how often the only database is there.
const DESIGN: &str = "\
system Shop: product
quality Uptime: availability { availability >= 99.9% }
api Public: rest { buy: POST /orders { auth: jwt; idempotent: key } }
client app: mobile
service shop { serves: Public; replicas: 3 across 3 zones }
@tag(batch)
database orders { replicas: 1; backup: daily; restore-tested: yes }
app -> shop { protocol: https; timeout: 1s }
shop -> orders { timeout: 1s }
";

const RULE: &str = "single-point-of-failure";

fn check(config: &str) -> Test {
    Test::new(&format!(
        "check designs --only {RULE} --output-format concise"
    ))
    .file("underpin.toml", config)
    .file("designs/shop.arch", DESIGN)
}

fn severity(config: &str) -> (String, i32) {
    let ran = check(config).run();
    let line = ran.stdout.lines().find(|line| line.contains(RULE));
    let words = line.map_or(String::new(), |line| line.to_owned());
    let found = ["error", "warning", "info"]
        .into_iter()
        .find(|word| words.contains(&format!(": {word}[")));
    (found.unwrap_or("none").to_owned(), ran.status)
}

#[test]
fn severities_are_as_the_team_wants_them() {
    for (config, expected, status) in [
        ("", "error", 1),
        (
            "[rules.single-point-of-failure]\nseverity = \"info\"",
            "info",
            0,
        ),
        (
            "[rules.single-point-of-failure]\nseverity = \"off\"",
            "none",
            0,
        ),
        (
            "[check]\nfail-on = \"info\"\n[rules.single-point-of-failure]\nseverity = \"info\"",
            "info",
            1,
        ),
        (
            "[[overrides]]\nelements = [\"tag:batch\"]\nrules = { \"category:availability\" = \"info\" }",
            "info",
            0,
        ),
        (
            "[[overrides]]\nelements = [\"kind:database\"]\nrules = { single-point-of-failure = \"off\" }",
            "none",
            0,
        ),
        (
            "[[overrides]]\nelements = [\"order*\"]\nrules = { single-point-of-failure = \"warning\" }",
            "warning",
            1,
        ),
        (
            "[[overrides]]\nelements = [\"tag:other\"]\nrules = { single-point-of-failure = \"off\" }",
            "error",
            1,
        ),
        (
            "[[overrides]]\nfiles = [\"elsewhere/**\"]\nrules = { single-point-of-failure = \"off\" }",
            "error",
            1,
        ),
        (
            "[[overrides]]\nfiles = [\"designs/*.arch\"]\nrules = { single-point-of-failure = \"off\" }",
            "none",
            0,
        ),
    ] {
        assert_eq!(severity(config), (expected.to_owned(), status), "{config}");
    }
}

#[test]
fn the_nearest_file_holds_up_to_the_root_of_the_repository() {
    let off = "[rules.single-point-of-failure]\nseverity = \"off\"";
    check("").file("designs/underpin.toml", off).run().status(0);
    check(off).file("designs/underpin.toml", "").run().status(1);
    check(off).file("designs/.git/HEAD", "").run().status(1);
}

#[test]
fn other_files_are_built_upon() {
    let base = "[rules.single-point-of-failure]\nseverity = \"info\"";
    let upon = |text: &str| check(text).file("shared/base.toml", base);
    upon("extends = [\"shared/base.toml\"]").run().status(0);
    let missing = upon("extends = [\"shared/bas.toml\"]").run().status(2);
    assert!(
        missing.stderr.contains("`shared/bas.toml` does not exist"),
        "{}",
        missing.stderr
    );
    assert!(
        missing.stderr.contains("`extends` of `underpin.toml`"),
        "{}",
        missing.stderr
    );
    let itself = upon("extends = [\"underpin.toml\"]").run().status(2);
    assert!(
        itself.stderr.contains("builds upon itself"),
        "{}",
        itself.stderr
    );
}

#[test]
fn a_mistake_in_the_file_stops_the_run() {
    let ran = check("[chek]\n").run().status(2).stdout("");
    let expected =
        "error: underpin.toml:1:2: there is no key `chek` here\nhelp: did you mean `check`?\n";
    assert_eq!(ran.stderr, expected);
    check("[chek]\n").file("other.toml", "").run().status(2);
    let isolated = Test::new("check shop.arch --isolated --only missing-cache")
        .file("underpin.toml", "[chek]")
        .file("shop.arch", DESIGN);
    isolated.run().status(0);
    let other = Test::new("check shop.arch --config other.toml --only missing-cache")
        .file("underpin.toml", "[chek]")
        .file("other.toml", "")
        .file("shop.arch", DESIGN);
    other.run().status(0);
}

#[test]
fn folders_mean_what_is_included() {
    let test = |config: &str| {
        Test::new("check . --output-format concise")
            .file("underpin.toml", config)
            .file("designs/shop.arch", "system Shop: product\n")
            .file("old/shop.arch", "nonsense here")
    };
    test("").run().status(1);
    test("[files]\nexclude = [\"old/**\"]").run().status(0);
    test("[files]\ninclude = [\"designs/**\"]").run().status(0);
    let none = test("[files]\ninclude = [\"none/**\"]").run().status(2);
    assert!(
        none.stderr.contains("no design file under"),
        "{}",
        none.stderr
    );
}

#[test]
fn what_is_excluded_is_left_out_by_name_where_that_is_asked_for() {
    let test = |arguments: &str| {
        Test::new(arguments)
            .file("underpin.toml", "[files]\nexclude = [\"old/**\"]")
            .file("all.toml", "")
            .file("new/shop.arch", "system   Shop: product\n")
            .file("old/shop.arch", "nonsense   here\n")
    };
    test("check old/shop.arch").run().status(1);
    test("check --force-exclude old/shop.arch")
        .run()
        .status(0)
        .stdout("No findings in 0 designs.\n");
    test("check --force-exclude new/shop.arch old/shop.arch")
        .run()
        .status(0)
        .stdout("No findings in 1 design.\n");
    let json = test("check --force-exclude old/shop.arch --output-format json");
    let json = json.run().status(0).stdout;
    serde_json::from_str::<serde_json::Value>(&json).expect("one document");
    for arguments in ["--config all.toml", "--isolated"] {
        let all = format!("check --force-exclude {arguments} old/shop.arch");
        test(&all).run().status(1);
    }
    test("check --force-exclude missing.arch").run().status(2);

    let ran = test("fmt --force-exclude new/shop.arch old/shop.arch").run();
    let ran = ran.status(0).stdout("Formatted 1 file\n");
    assert_eq!(ran.read("old/shop.arch"), "nonsense   here\n");
    let ran = test("fmt --force-exclude old/shop.arch").run().status(0);
    ran.stdout("0 files already formatted\n");
    let ran = test("fmt old/shop.arch").run().status(0);
    assert_eq!(ran.read("old/shop.arch"), "nonsense here\n");
}

#[test]
fn a_team_says_what_an_acceptance_must_say() {
    let accepted = |arguments: &str| {
        DESIGN.replace(
            "@tag(batch)",
            &format!("@accept({RULE}, \"cheap\"{arguments})"),
        )
    };
    let run = |config: &str, arguments: &str| {
        let words = "check shop.arch --today 2027-01-01 --select single-point-of-failure,bad-acceptance --output-format concise";
        Test::new(words)
            .file("underpin.toml", config)
            .file("shop.arch", accepted(arguments))
            .run()
    };
    run("", "").status(0);
    let ran = run("[accept]\nrequire-until = true", "").status(1);
    assert!(
        ran.stdout.contains("does not say until when it holds"),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout.contains(&format!("error[{RULE}]")),
        "{}",
        ran.stdout
    );
    run("[accept]\nmax-days = 90", ", until: 2027-03-31").status(0);
    let ran = run("[accept]\nmax-days = 88", ", until: 2027-03-31").status(1);
    assert!(ran.stdout.contains("longer than 88 days"), "{}", ran.stdout);
    let ran = run("[accept]\nforbid = [\"category:availability\"]", "").status(1);
    assert!(
        ran.stdout.contains("may not be accepted here"),
        "{}",
        ran.stdout
    );
}

#[test]
fn pictures_are_drawn_as_configured_unless_a_flag_says_otherwise() {
    let config = |formats: &str| {
        format!("[draw]\nformats = [{formats}]\nout = \"docs/pictures\"\ntheme = \"dark\"\n")
    };
    let draw = |arguments: &str, formats: &str| {
        Test::new(&format!("draw {arguments} --view components"))
            .file("underpin.toml", config(formats))
            .file("designs/shop.arch", DESIGN)
    };
    let told = "docs/pictures/components.svg\ndocs/pictures/components.mmd\n\
                Drew 2 pictures\n";
    let both = "\"mermaid\", \"svg\"";
    let ran = draw("designs", both).run().status(0).stdout(told);
    let dark = ran.read("docs/pictures/components.svg");
    let inside = draw("shop.arch", both).within("designs").run().status(0);
    assert_eq!(inside.read("docs/pictures/components.svg"), dark);
    let flags = "designs --format svg --out here --theme light";
    let ran = draw(flags, both).run().status(0);
    let told = "here/components.svg\nDrew 1 picture\n";
    assert_ne!(ran.stdout(told).read("here/components.svg"), dark);
    let bare = draw("designs --isolated", both).run().status(0);
    bare.stdout("diagrams/components.svg\nDrew 1 picture\n");
    // A page has the numbers, whoever asks for it.
    let page = |flags: &str, formats: &str| {
        let test = Test::new(&format!("draw designs {flags}"));
        let test = test.file("underpin.toml", config(formats));
        let ran = test.file("designs/shop.arch", DESIGN).run().status(0);
        let file = ran.stdout.lines().find(|line| line.ends_with(".html"));
        ran.read(file.expect("a page is written"))
    };
    assert_eq!(page("", "\"html\""), page("--format html", "\"svg\""));
    for command in ["draw designs", "check designs"] {
        let wrong = Test::new(command)
            .file("underpin.toml", config("\"svg\", \"pmg\""))
            .file("designs/shop.arch", DESIGN);
        let ran = wrong.run().status(2).stdout("");
        let expected = "error: underpin.toml:2:19: `pmg` means nothing here\n\
                        help: did you mean `png`?\n";
        assert_eq!(ran.stderr, expected);
    }
    let theme = draw("designs", both).file("underpin.toml", "[draw]\ntheme = \"drak\"");
    let ran = theme.run().status(2);
    assert!(
        ran.stderr.contains("underpin.toml:2:9: `drak`"),
        "{}",
        ran.stderr
    );
}

#[test]
fn the_command_says_what_holds_and_why() {
    let test = |question: &str| {
        Test::new(&format!("config {question}"))
            .file(
                "underpin.toml",
                "extends = [\"base.toml\"]\n[check]\nprofile = \"strict\"\n",
            )
            .file(
                "base.toml",
                "[check]\nprofile = \"core\"\nignore = [\"missing-cache\"]\n",
            )
            .file("designs/shop.arch", DESIGN)
    };
    test("where designs")
        .run()
        .status(0)
        .stdout("underpin.toml\n");
    let shown = test("show designs/shop.arch").run().status(0).stdout;
    let words: Vec<String> = shown
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    assert!(
        words.contains(&"check.profile = \"strict\" # underpin.toml:3".to_owned()),
        "{shown}"
    );
    assert!(
        words.contains(&"check.ignore = [\"missing-cache\"] # base.toml:3".to_owned()),
        "{shown}"
    );
    assert!(
        words.contains(&"draw.theme = \"auto\" # built in".to_owned()),
        "{shown}"
    );
    let schema = test("schema").run().status(0).stdout;
    assert_eq!(schema, include_str!("../../schemas/underpin.schema.json"));
    let nowhere = Test::new("config where").run().status(0).stdout;
    assert_eq!(
        nowhere,
        "no underpin.toml holds for `.`: what is built in does\n"
    );
    test("show nowhere").run().status(2);
}
