//! `underpin init`, `completions` and `man`.

use crate::support::Test;

#[test]
fn a_beginning_is_clean_and_kept() {
    let ran = Test::new("init").run().status(0).stderr("");
    let told = "wrote underpin.toml\nwrote design.arch\nNext: `underpin check`\n";
    assert_eq!(ran.stdout, told);
    let (config, design) = (ran.read("underpin.toml"), ran.read("design.arch"));
    let test = |arguments: &str| {
        Test::new(arguments)
            .file("underpin.toml", &config)
            .file("design.arch", &design)
    };
    test("check --profile practice").run().status(0);
    test("fmt --check").run().status(0);
    let numbers = test("analyze").run().status(0).stdout;
    assert!(numbers.contains("likely holds"), "{numbers}");
    let again = Test::new("init").file("design.arch", "system Mine").run();
    assert_eq!(again.read("design.arch"), "system Mine");
    assert!(
        again.stdout.contains("kept design.arch"),
        "{}",
        again.stdout
    );
}

#[test]
fn a_pipeline_is_written_where_it_is_asked_for() {
    let github = Test::new("init shop --ci github").run().status(0);
    let pipeline = github.read("shop/.github/workflows/underpin.yml");
    assert!(
        pipeline.contains("uses: OWNER/underpin@COMMIT"),
        "{pipeline}"
    );
    assert!(github.stdout.contains("where underpin comes from"));
    let gitlab = Test::new("init --ci gitlab").run().status(0);
    assert!(
        gitlab
            .read(".gitlab/underpin.yml")
            .contains("file: /templates/underpin.yml")
    );
    assert!(gitlab.stdout.contains("include: .gitlab/underpin.yml"));
    Test::new("init --ci jenkins").run().status(2);
}

#[test]
fn shells_complete_every_command() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = Test::new(&format!("completions {shell}"))
            .run()
            .status(0)
            .stdout;
        for command in ["check", "draw", "analyze", "whatif", "config"] {
            assert!(script.contains(command), "{shell}: {command}");
        }
    }
    let pipe = Test::new("").shell("$UNDERPIN completions zsh | head -1");
    pipe.status(0).stdout("#compdef underpin\n").stderr("");
    Test::new("completions tcsh").run().status(2);
}

#[test]
fn there_is_a_page_for_every_command() {
    let page = Test::new("man").run().status(0).stdout;
    assert!(page.contains(".TH underpin 1"), "{page}");
    let ran = Test::new("man pages").run().status(0);
    assert!(
        ran.stdout.contains("pages/underpin-check.1\n"),
        "{}",
        ran.stdout
    );
    assert!(
        ran.read("pages/underpin-check.1")
            .contains("output\\-format")
    );
}
