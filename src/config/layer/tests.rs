use super::*;
use crate::config::{Config, Wishes};
use crate::lint::LevelOf;
use crate::rules::infos;
use std::path::{Path, PathBuf};

fn layer(text: &str) -> Layer {
    parse(text, &infos()).unwrap()
}

fn mistake(text: &str) -> (String, String, usize, usize) {
    let parsed = parse(text, &infos());
    let mistake = parsed.map_or_else(|wrong| wrong, |mut it| it.doubts.remove(0).mistake);
    let help = mistake.help.unwrap_or_default();
    (mistake.message, help, mistake.line, mistake.column)
}

fn config(files: &[(&str, &str)]) -> Config {
    let files = files.iter();
    Config::new(
        files
            .map(|(path, text)| (PathBuf::from(path), layer(text)))
            .collect(),
    )
}

fn selects(config: &Config, rule: &str, wishes: &Wishes) -> bool {
    let settings = config.settings(Path::new("/team/design.arch"), wishes);
    let infos = infos();
    let info = infos.iter().find(|info| info.name == rule).unwrap();
    settings.selection.selects(info)
}

#[test]
fn mistakes_say_where_and_what_was_meant() {
    for (text, expected) in [
        (
            "[check]\nprofle = \"strict\"",
            (
                "there is no key `profle` here",
                "did you mean `profile`?",
                2,
                1,
            ),
        ),
        (
            "[check]\nprofile = \"strickt\"",
            (
                "`strickt` means nothing here",
                "did you mean `strict`?",
                2,
                11,
            ),
        ),
        (
            "[check]\nignore = [\"missing-cach\"]",
            (
                "there is no rule `missing-cach`",
                "did you mean `missing-cache`?",
                2,
                11,
            ),
        ),
        (
            "[rules.missing-cach]\nseverity = \"off\"",
            (
                "there is no rule `missing-cach`",
                "did you mean `missing-cache`?",
                1,
                8,
            ),
        ),
        (
            "[rules.missing-cache]\nseverty = \"off\"",
            (
                "`missing-cache` has no option `severty`",
                "did you mean `severity`?",
                2,
                1,
            ),
        ),
        (
            "required-version = \">=99\"",
            (
                concat!(
                    "this is underpin ",
                    env!("CARGO_PKG_VERSION"),
                    ", and `>=99` is asked for"
                ),
                "install a version that fits, or change `required-version`",
                1,
                20,
            ),
        ),
        (
            "extends = [\"underpin:strikt\"]",
            (
                "`strikt` means nothing here",
                "did you mean `strict`?",
                1,
                12,
            ),
        ),
    ] {
        let (message, help, line, column) = mistake(text);
        let found = (message.as_str(), help.as_str(), line, column);
        assert_eq!(found, expected, "{text}");
    }
    assert_eq!(mistake("[check\n").2, 1);
    assert_eq!(mistake("é = 1").3, 1);
    assert!(
        mistake("[files]\ninclude = [\"a[\"]")
            .0
            .starts_with("`a[` is no pattern")
    );
}

#[test]
fn the_upper_file_wins_and_lists_add_up() {
    let config = config(&[
        (
            "/company.toml",
            "[check]\nprofile = \"core\"\nignore = [\"missing-cache\"]",
        ),
        (
            "/team/underpin.toml",
            "[check]\nprofile = \"strict\"\nignore = [\"missing-timeout\"]\n[accept]\nmax-days = 30",
        ),
    ]);
    let settings = config.settings(Path::new("/team/design.arch"), &Wishes::default());
    assert_eq!(settings.selection.profile, Profile::Strict);
    assert_eq!(settings.selection.ignore.len(), 2);
    assert_eq!(settings.accept.max_days, Some(30));
    let entries = config.entries();
    let profile = entries
        .iter()
        .find(|entry| entry.key == "check.profile")
        .unwrap();
    assert_eq!(profile.value, "\"strict\"");
    assert_eq!(profile.origin, Some(("/team/underpin.toml".into(), 2)));
    assert_eq!(
        entries.iter().filter(|it| it.key == "check.ignore").count(),
        2
    );
}

#[test]
fn a_command_line_means_what_it_names() {
    let config = config(&[(
        "/underpin.toml",
        "[check]\nselect = [\"category:security\"]\nignore = [\"missing-cache\"]\nextend-select = [\"missing-timeout\"]",
    )]);
    let mut wishes = Wishes::default();
    assert!(!selects(&config, "missing-cache", &wishes));
    assert!(selects(&config, "missing-timeout", &wishes));
    assert!(!selects(&config, "deep-sync-chain", &wishes));
    wishes.profile = Some(Profile::Recommended);
    assert!(selects(&config, "deep-sync-chain", &wishes));
    assert!(!selects(&config, "missing-cache", &wishes));
    wishes.only = vec![Matcher::Rule("missing-cache".into())];
    assert!(selects(&config, "missing-cache", &wishes));
    assert!(!selects(&config, "missing-timeout", &wishes));
}

#[test]
fn overrides_are_for_their_files_and_come_last() {
    let config = config(&[(
        "/team/underpin.toml",
        "[rules.missing-cache]\nseverity = \"error\"\n[[overrides]]\nfiles = [\"old/**\"]\nelements = [\"tag:batch\"]\nrules = { missing-cache = \"off\" }",
    )]);
    let of = |path: &str| config.settings(Path::new(path), &Wishes::default()).levels;
    let error = LevelOf {
        rules: Matcher::Rule("missing-cache".into()),
        elements: Vec::new(),
        level: Level::At(Severity::Error),
    };
    let off = LevelOf {
        elements: vec![Pattern::Tag("batch".into())],
        level: Level::Off,
        ..error.clone()
    };
    assert_eq!(of("/team/new/a.arch"), std::slice::from_ref(&error));
    assert_eq!(of("/team/old/a.arch"), [error, off]);
}

#[test]
fn folders_mean_what_is_included_and_not_excluded() {
    let config = config(&[
        ("/company.toml", "[files]\nexclude = [\"**/archive/**\"]"),
        ("/team/underpin.toml", "[files]\ninclude = [\"designs/**\"]"),
    ]);
    assert!(config.includes(Path::new("/team/designs/a.arch")));
    assert!(!config.includes(Path::new("/team/a.arch")));
    assert!(!config.includes(Path::new("/team/designs/archive/a.arch")));
}

#[test]
fn options_are_quantities_of_the_right_dimension() {
    let infos = infos();
    let Some(rule) = infos.iter().find(|info| info.name == "deep-sync-chain") else {
        panic!("the rule is there");
    };
    assert_eq!(rule.options[0].name, "max-hops");
    let layer = layer("[rules.deep-sync-chain]\nmax-hops = 6");
    let value = layer.options[&("deep-sync-chain".into(), "max-hops")];
    assert_eq!(value.to_f64(), 6.0);
    let (message, help, ..) = mistake("[rules.deep-sync-chain]\nmax-hops = \"6 s\"");
    assert_eq!(message, "`6 s` is nothing that `max-hops` can be");
    assert_eq!(help, "it is `4` unless it is set");
}

#[test]
fn the_schema_is_published() {
    let mut schema = schemars::schema_for!(File);
    schema.insert("title".into(), "underpin.toml".into());
    let mut text = serde_json::to_string_pretty(&schema).unwrap();
    text.push('\n');
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/underpin.schema.json");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    assert!(
        text == std::fs::read_to_string(&path).unwrap(),
        "run `UPDATE=1 cargo test --lib published`"
    );
}
