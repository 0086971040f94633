//! What forges and hooks are given does what it says: the GitHub Action, the GitLab
//! template, the hooks of pre-commit, the problem matcher.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use regex::Regex;
use saphyr::{LoadableYamlNode, Scalar, Yaml};
use serde_json::Value;

use crate::support::{Ran, Test};
use crate::tools;

const ACTION: &str = include_str!("../../action.yml");
const ACTION_SH: &str = include_str!("../../action.sh");
const TEMPLATE: &str = include_str!("../../templates/underpin.yml");
const HOOKS: &str = include_str!("../../.pre-commit-hooks.yaml");
const MATCHER: &str = include_str!("../../.github/underpin-matcher.json");
const PAGE: &str = include_str!("../../docs/ci.md");

const CLEAN: &str = "system Shop: product\n";

/// An error, a warning and an info are found; what is wrong with `ledger` is accepted.
const DESIGN: &str = "\
system Shop: product
quality Uptime: availability { availability >= 99.95% }
client app: mobile
service orders { replicas: 1 }
@accept(single-point-of-failure, \"cheap\", until: 2099-06-30)
database ledger: postgres { replicas: 1 }
app -> orders -> ledger
";

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Reads the documents of a YAML file.
fn documents(text: &str) -> Vec<Value> {
    let documents = Yaml::load_from_str(text);
    let documents = documents.unwrap_or_else(|error| panic!("{error}\n{text}"));
    documents.iter().map(value).collect()
}

fn document(text: &str) -> Value {
    let mut documents = documents(text);
    assert_eq!(documents.len(), 1, "{text}");
    documents.remove(0)
}

fn value(node: &Yaml<'_>) -> Value {
    match node {
        Yaml::Value(Scalar::Null) => Value::Null,
        Yaml::Value(Scalar::Boolean(it)) => Value::from(*it),
        Yaml::Value(Scalar::Integer(it)) => Value::from(*it),
        Yaml::Value(Scalar::FloatingPoint(it)) => Value::from(it.into_inner()),
        Yaml::Value(Scalar::String(it)) => Value::from(it.as_ref()),
        Yaml::Sequence(items) => items.iter().map(value).collect(),
        Yaml::Mapping(entries) => {
            let key = |it: &Yaml<'_>| it.as_str().expect("a word").to_owned();
            let entries = entries.iter().map(|(name, it)| (key(name), value(it)));
            Value::Object(entries.collect())
        }
        other => panic!("{other:?} is not plain YAML"),
    }
}

fn keys(table: &Value) -> BTreeSet<String> {
    let table = table.as_object().expect("a table");
    table.keys().cloned().collect()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

/// Returns what a pattern's first group finds in a text, in order.
fn found(pattern: &str, text: &str) -> Vec<String> {
    let pattern = Regex::new(pattern).expect("a pattern");
    let groups = pattern.captures_iter(text);
    groups.map(|it| it[1].to_owned()).collect()
}

#[test]
fn the_action_uses_what_it_declares() {
    let action = document(ACTION);
    let used: BTreeSet<String> = found(r"inputs\.([a-z-]+)", ACTION).into_iter().collect();
    assert_eq!(keys(&action["inputs"]), used);
    assert_eq!(
        keys(&action["outputs"]),
        BTreeSet::from(["findings".into(), "sarif-file".into()])
    );
    for (_, input) in action["inputs"].as_object().expect("inputs") {
        assert!(input["description"].is_string() && input["default"].is_string());
    }
    assert_eq!(action["runs"]["using"], "composite");

    let mut before = BTreeSet::new();
    for step in list(&action["runs"]["steps"]) {
        for id in found(r"steps\.([a-z]+)\.", &step.to_string()) {
            assert!(before.contains(&id), "{id} has not run before {step}");
        }
        before.extend(step["id"].as_str().map(str::to_owned));
    }
    for name in found(r"steps\.(?:plan|review)\.outputs\.([a-z-]+)", ACTION) {
        assert!(ACTION_SH.contains(&format!("output {name} ")), "{name}");
    }
}

#[test]
fn the_action_runs_only_its_script_and_pinned_actions() {
    let action = document(ACTION);
    let pinned = Regex::new(r"^[\w-]+/[\w/-]+@[0-9a-f]{40}$").expect("a pattern");
    for step in list(&action["runs"]["steps"]) {
        match step["uses"].as_str() {
            Some(uses) => assert!(pinned.is_match(uses), "{uses}"),
            None => {
                assert_eq!(step["shell"], "bash");
                let line = text(&step["run"]);
                let part = line.strip_prefix("bash \"$GITHUB_ACTION_PATH/action.sh\" ");
                let part = part.unwrap_or_else(|| panic!("{line}"));
                assert!(
                    ACTION_SH.contains(&format!("\n{part}) {part} ;;")),
                    "{part}"
                );
            }
        }
    }
    for variable in found(r"(INPUT_[A-Z]+):", ACTION) {
        assert!(ACTION_SH.contains(&format!("${{{variable}")), "{variable}");
    }
}

/// Describes a step of the action, in a repository with `design.arch`.
fn step(design: &str) -> Test {
    let action = root().to_string_lossy().into_owned();
    Test::new("")
        .folder(".git")
        .folder("temp")
        .file("design.arch", design)
        .variable("GITHUB_ACTION_PATH", &action)
        .variable("RUNNER_OS", "Linux")
        .variable("RUNNER_ARCH", "X64")
}

/// Runs a part of the script as the runner would.
fn act(test: Test, part: &str) -> Ran {
    test.shell(&format!(
        "mkdir -p bin && ln -s \"$UNDERPIN\" bin/underpin\n\
         if [ -f bin/cargo ]; then chmod +x bin/cargo; fi\n\
         export PATH=\"$PWD/bin:$PATH\" RUNNER_TEMP=\"$PWD/temp\"\n\
         export GITHUB_OUTPUT=\"$PWD/outputs\" GITHUB_PATH=\"$PWD/added\"\n\
         export GITHUB_STEP_SUMMARY=\"$PWD/summary\"\n\
         : >outputs; : >added; echo before >summary\n\
         bash \"$GITHUB_ACTION_PATH/action.sh\" {part}"
    ))
}

/// Returns what a step gave to later ones.
fn output(ran: &Ran, name: &str) -> Option<String> {
    let outputs = ran.read("outputs");
    let mut lines = outputs.lines().filter_map(|line| line.split_once('='));
    let found = lines.find(|it| it.0 == name);
    found.map(|it| it.1.to_owned())
}

#[test]
fn a_clean_design_passes() {
    let ran = act(step(CLEAN), "review").status(0).stdout("").stderr("");
    assert_eq!(output(&ran, "findings").as_deref(), Some("0"));
    assert_eq!(output(&ran, "sarif-file"), None);
    let summary = ran.read("summary");
    let expected = "before\n## Design review\n\nNo findings in 1 design.\n";
    assert_eq!(summary, expected);
}

#[test]
fn findings_are_counted_shown_and_fail_the_step() {
    let ran = act(step(DESIGN), "review").status(1).stderr("");
    let commands: Vec<&str> = ran.stdout.lines().collect();
    assert!(commands[0].starts_with("::error file=design.arch,line=4,"));
    let findings = output(&ran, "findings");
    assert_eq!(findings, Some(commands.len().to_string()));
    assert!(
        ran.read("summary")
            .contains("| `single-point-of-failure` |")
    );
}

#[test]
fn what_is_accepted_is_not_sent_to_code_scanning() {
    if tools::program(&["jq"]).is_none() {
        return;
    }
    let test = step(DESIGN).variable("INPUT_SARIF", "true");
    let ran = act(test, "review").status(1);
    let file = output(&ran, "sarif-file").expect("a file");
    let log = std::fs::read_to_string(file).expect("the file is there");
    let log: Value = serde_json::from_str(&log).expect("one document");
    let results = list(&log["runs"][0]["results"]);
    let findings = output(&ran, "findings").expect("a number");
    assert_eq!(results.len().to_string(), findings);
    let log = log.to_string();
    assert!(log.contains("losing `orders` alone"), "{log}");
    assert!(!log.contains("losing `ledger` alone"), "{log}");
}

#[test]
fn what_a_baseline_holds_is_not_sent_either() {
    if tools::program(&["jq"]).is_none() {
        return;
    }
    let only = "check --only single-point-of-failure --baseline b.json --write-baseline";
    let test = Test::new(only).folder(".git").file("design.arch", DESIGN);
    let held = test.run().status(0).read("b.json");
    let test = step(DESIGN)
        .file("b.json", held)
        .variable("INPUT_ARGS", "--baseline b.json")
        .variable("INPUT_SARIF", "true");
    let ran = act(test, "review").status(1);
    let file = output(&ran, "sarif-file").expect("a file");
    let log = std::fs::read_to_string(file).expect("the file is there");
    let log: Value = serde_json::from_str(&log).expect("one document");
    let rules = list(&log["runs"][0]["results"]).iter();
    let rules: Vec<&str> = rules.map(|it| text(&it["ruleId"])).collect();
    assert!(!rules.is_empty() && !rules.contains(&"single-point-of-failure"));
}

#[test]
fn a_review_that_cannot_be_made_hands_nothing_on() {
    for (variable, words) in [
        ("INPUT_PATHS", "missing.arch"),
        ("INPUT_ARGS", "--only no-such-rule"),
        ("INPUT_ARGS", "--output-format json"),
        ("INPUT_PATHS", "-"),
    ] {
        let test = step(CLEAN).variable(variable, words);
        let ran = act(test, "review").status(2).stdout("");
        assert!(ran.stderr.starts_with("error: "), "{}", ran.stderr);
        assert_eq!(ran.read("outputs"), "", "{words}");
        assert_eq!(ran.read("summary"), "before\n", "{words}");
    }
}

#[test]
fn annotations_and_the_summary_may_be_left_out() {
    let test = step(DESIGN)
        .variable("INPUT_ANNOTATIONS", "false")
        .variable("INPUT_SUMMARY", "false");
    let ran = act(test, "review").status(1);
    assert!(!ran.stdout.contains("::"), "{}", ran.stdout);
    assert!(ran.stdout.contains("design.arch:4:9: error[single-"));
    assert_eq!(ran.read("summary"), "before\n");
    let test = step(DESIGN).variable("INPUT_ARGS", " --only missing-cache\n--profile strict\r\n");
    act(test, "review").status(0);
}

/// Names that would do something if a shell read them.
const HOSTILE: &[&str] = &[
    "a b  c.arch",
    "$(touch pwned).arch",
    "`touch pwned`.arch",
    "; touch pwned; .arch",
    "\"; touch pwned; \".arch",
    "'; touch pwned; '.arch",
    "${{ inputs.paths }}.arch",
    "--output-format=json.arch",
    "*.arch",
    "\\n.arch",
    "$HOME.arch",
    "~",
    "END",
];

#[test]
fn names_and_arguments_are_no_shell_text() {
    let hostile = |test: Test| HOSTILE.iter().fold(test, |test, it| test.file(it, CLEAN));
    let paths = HOSTILE.join("\r\n") + "\n\n";
    let test = hostile(step(DESIGN)).variable("INPUT_PATHS", &paths);
    let ran = act(test, "review").status(0).stderr("");
    let all = format!("No findings in {} designs.", HOSTILE.len());
    assert!(
        ran.read("summary").contains(&all),
        "{}",
        ran.read("summary")
    );
    assert!(!ran.path().join("pwned").exists());

    let arguments = "$(touch pwned) `touch pwned` ; touch pwned & * \"a b\"";
    let test = hostile(step(DESIGN)).variable("INPUT_ARGS", arguments);
    let ran = act(test, "review").status(2);
    assert!(ran.stderr.contains("`$(touch`"), "{}", ran.stderr);
    assert!(!ran.path().join("pwned").exists());

    // Such a name cannot be said; its halves are two names.
    let test = step(CLEAN).file("two\nlines.arch", CLEAN);
    let ran = act(test.variable("INPUT_PATHS", "two\nlines.arch"), "review");
    let ran = ran.status(2).stdout("");
    assert!(
        ran.stderr.contains("`two` does not exist"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_summary_that_is_too_long_is_left_to_the_log() {
    let many: String = (0..400)
        .map(|it| format!("service s{it} {{ {}{it}: red }}\n", "x".repeat(3000)))
        .collect();
    let test = step(&many).variable("INPUT_ARGS", "--max-findings 0");
    let ran = act(test, "review").status(1);
    let summary = ran.read("summary");
    assert!(summary.len() < 1000, "{} bytes", summary.len());
    assert!(summary.contains("too long for a summary"), "{summary}");
}

/// Copies what the plan looks at, with another version.
fn checkout(test: Test) -> Test {
    let manifest = "[package]\nname = \"underpin\"\nversion = \"9.9.9\"\n";
    let test = test
        .file("action/action.sh", ACTION_SH)
        .file("action/Cargo.toml", manifest)
        .file("action/Cargo.lock", "")
        .file("action/src/main.rs", "fn main() {}\n")
        .folder("action/grammar")
        .folder("action/schemas");
    let action = test.path().join("action").to_string_lossy().into_owned();
    test.variable("GITHUB_ACTION_PATH", &action)
}

#[test]
fn the_program_is_built_where_it_is_not_there() {
    let ran = act(step(CLEAN), "plan").status(0).stderr("");
    assert_eq!(ran.read("outputs"), "build=false\n");

    let plan = |source: &str| {
        let test = checkout(step(CLEAN)).file("action/src/main.rs", source);
        let ran = act(test, "plan").status(0).stderr("");
        assert_eq!(output(&ran, "build").as_deref(), Some("true"));
        let root = output(&ran, "root").expect("a folder");
        assert!(Path::new(&root).ends_with("temp/underpin"), "{root}");
        output(&ran, "key").expect("a key")
    };
    let key = plan("fn main() {}\n");
    assert!(key.starts_with("underpin-Linux-X64-any-"), "{key}");
    assert_eq!(plan("fn main() {}\n"), key);
    assert_ne!(plan("fn main() { }\n"), key);
}

/// A cargo that writes down what it is asked for.
const CARGO: &str = "\
#!/bin/sh
echo \"$PWD: $*\" >>\"$RUNNER_TEMP/asked\"
while [ $# -gt 0 ]; do if [ \"$1\" = --root ]; then root=$2; fi; shift; done
mkdir -p \"$root/bin\"
printf '#!/bin/sh\\necho underpin 9.9.9\\n' >\"$root/bin/underpin\"
chmod +x \"$root/bin/underpin\"
";

#[test]
fn the_program_is_built_from_the_checkout_once() {
    let test = checkout(step(CLEAN)).file("bin/cargo", CARGO);
    let root = test.path().join("temp/underpin");
    let root = root.to_string_lossy().into_owned();
    let test = test.variable("UNDERPIN_ROOT", &root);
    let test = test.variable("PATH", "/usr/bin:/bin");
    let twice = "build; bash \"$GITHUB_ACTION_PATH/action.sh\" build";
    let ran = act(test, twice).status(0);
    let asked = ran.read("temp/asked");
    assert_eq!(asked.lines().count(), 1, "{asked}");
    assert!(asked.contains("/action: install --locked --force --path . --root "));
    let added = format!("{root}/bin\n");
    assert_eq!(ran.read("added"), added.repeat(2));
}

#[test]
fn without_rust_the_step_says_so() {
    if ["/usr/bin/cargo", "/bin/cargo"]
        .iter()
        .any(|it| Path::new(it).exists())
    {
        return; // It is where the rest of the system is.
    }
    let test = checkout(step(CLEAN)).variable("UNDERPIN_ROOT", "nowhere");
    let ran = act(test.variable("PATH", "/usr/bin:/bin"), "build").status(2);
    let expected = "::error title=underpin::underpin is built with cargo, which is not here: \
                    install Rust in a step before\n";
    ran.stdout(expected);
}

#[test]
fn githubs_schema_takes_the_action_and_every_workflow() {
    let Some(scripts) = tools::scripts() else {
        return;
    };
    let validator = scripts.join("node_modules/@action-validator/cli/cli.mjs");
    if !validator.is_file() {
        return tools::absent("@action-validator/cli");
    }
    let node = tools::program(&["node"]).expect("node runs npm");
    let folder = tempfile::tempdir().expect("a temporary directory");
    let judge = |name: &str, text: &str| {
        let file = folder.path().join(name);
        std::fs::write(&file, text).expect("the file is written");
        let mut command = std::process::Command::new(&node);
        let output = command.arg(&validator).arg(&file).output();
        let output = output.expect("node runs");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        (output.status.success(), said)
    };
    let (right, said) = judge("action.yml", ACTION);
    assert!(right, "{said}");
    assert!(!judge("action.yml", &ACTION.replace("share-2", "share-3")).0);
    let workflow = include_str!("../../src/cli/init/github.yml");
    assert!(!judge("a.yml", &workflow.replace("steps:", "stepz:")).0);
    let blocks = blocks().into_iter().filter(|it| it.contains("\njobs:"));
    for block in blocks.chain([workflow.to_owned()]) {
        let (right, said) = judge("a.yml", &block);
        assert!(right, "{block}\n{said}");
    }
}

/// Returns what the page about CI shows as YAML.
fn blocks() -> Vec<String> {
    let blocks = PAGE.split("```yaml\n").skip(1);
    let blocks = blocks.filter_map(|rest| rest.split("```").next());
    blocks.map(str::to_owned).collect()
}

#[test]
fn every_pipeline_that_is_shown_says_what_there_is_to_say() {
    let action = keys(&document(ACTION)["inputs"]);
    let template = keys(&documents(TEMPLATE)[0]["spec"]["inputs"]);
    let github = include_str!("../../src/cli/init/github.yml").to_owned();
    let gitlab = include_str!("../../src/cli/init/gitlab.yml").to_owned();
    let pipelines: Vec<Value> = blocks()
        .into_iter()
        .chain([github, gitlab])
        .map(|it| document(&it))
        .collect();
    let jobs = pipelines
        .iter()
        .filter_map(|it| it.pointer("/jobs/underpin/steps"));
    let is_ours = |step: &&Value| {
        let uses = step["uses"].as_str().unwrap_or_default();
        uses.contains("/underpin@")
    };
    let steps: Vec<&Value> = jobs.flat_map(list).filter(is_ours).collect();
    assert!(steps.len() > 1);
    for with in steps.iter().filter_map(|it| it.get("with")) {
        assert!(keys(with).is_subset(&action), "{with}");
    }
    // What a branch or a title is called must not be read as shell text.
    let inserted = Regex::new(r"run:.*\$\{\{").expect("a pattern");
    assert_eq!(inserted.find(PAGE).map(|it| it.as_str()), None);
    let includes = pipelines.iter().filter_map(|it| it.get("include"));
    let includes: Vec<&Value> = includes.flat_map(list).collect();
    assert!(includes.len() > 1);
    for include in includes {
        assert_eq!(include["file"], "/templates/underpin.yml");
        assert!(keys(&include["inputs"]).is_subset(&template), "{include}");
    }
}

#[test]
fn shellcheck_has_nothing_to_say() {
    let Some(shellcheck) = tools::program(&["shellcheck"]) else {
        return;
    };
    let folder = tempfile::tempdir().expect("a temporary directory");
    let script = folder.path().join("template.sh");
    std::fs::write(&script, template_script()).expect("the file is written");
    for (file, more) in [(root().join("action.sh"), ""), (script, "SC2086,SC2048")] {
        let mut command = std::process::Command::new(&shellcheck);
        let command = command.args(["--shell", "bash", "--exclude", more]);
        let output = command.arg(file).output().expect("shellcheck runs");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stdout)
        );
    }
}

/// Returns the job of the template with its inputs put in.
fn job(inputs: &[(&str, &str)]) -> Value {
    let [header, _] = &documents(TEMPLATE)[..] else {
        panic!("a header and a job")
    };
    let declared = header["spec"]["inputs"].as_object().expect("inputs");
    // GitLab puts values into what it has read, not into the text.
    fn put(node: &Value, value: &dyn Fn(&str) -> String) -> Value {
        match node {
            Value::String(text) => {
                let pattern = Regex::new(r"\$\[\[ inputs\.([a-z]+) \]\]").expect("a pattern");
                let filled = pattern.replace_all(text, |it: &regex::Captures<'_>| value(&it[1]));
                Value::from(filled)
            }
            Value::Array(items) => items.iter().map(|it| put(it, value)).collect(),
            Value::Object(entries) => {
                let entry = |(name, it): (&String, &Value)| {
                    (
                        text(&put(&Value::from(&**name), value)).to_owned(),
                        put(it, value),
                    )
                };
                Value::Object(entries.iter().map(entry).collect())
            }
            other => other.clone(),
        }
    }
    let value = |name: &str| {
        let given = inputs.iter().find(|it| it.0 == name).map(|it| it.1);
        given
            .unwrap_or_else(|| text(&declared[name]["default"]))
            .to_owned()
    };
    put(&documents(TEMPLATE)[1], &value)
}

fn template_script() -> String {
    let job = &job(&[])["underpin"];
    let lines = list(&job["script"]).iter().map(text);
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_template_uses_what_it_declares() {
    let inputs = keys(&documents(TEMPLATE)[0]["spec"]["inputs"]);
    let used: BTreeSet<String> = found(r"inputs\.([a-z]+) \]\]", TEMPLATE)
        .into_iter()
        .collect();
    assert_eq!(inputs, used);
    let job = &job(&[("stage", "review"), ("image", "own")])["underpin"];
    assert_eq!(
        (&job["stage"], &job["image"]),
        (&"review".into(), &"own".into())
    );
    assert_eq!(job["artifacts"]["when"], "always");
    let script = template_script();
    for (_, report) in job["artifacts"]["reports"].as_object().expect("reports") {
        assert!(script.contains(text(report)), "{report}");
    }
    let raw = &documents(TEMPLATE)[1]["$[[ inputs.job ]]"];
    assert!(!raw["script"].to_string().contains("$[["), "{raw}");
    for (name, variable) in raw["variables"].as_object().expect("variables") {
        assert_eq!(variable["expand"], false, "{name}");
        assert!(script.contains(&format!("${name}")), "{name}");
    }
}

/// Runs the job of the template in a project.
fn pipeline(test: Test, inputs: &[(&str, &str)], with: &str) -> Ran {
    let job = job(inputs);
    let (_, job) = job
        .as_object()
        .and_then(|it| it.iter().next())
        .expect("a job");
    let variables = job["variables"].as_object().expect("variables");
    let test = variables
        .iter()
        .fold(test.folder(".git"), |test, (name, it)| {
            test.variable(name, text(&it["value"]))
        });
    test.file("script", template_script()).shell(&format!(
        "mkdir -p bin\n{with}\n\
         export PATH=\"$PWD/bin:/usr/bin:/bin\" CI_PROJECT_DIR=\"$PWD\"\n\
         bash -eo pipefail script"
    ))
}

const BIN: &str = "ln -s \"$UNDERPIN\" bin/underpin";

#[test]
fn the_template_writes_reports_and_fails_as_the_review_does() {
    let clean = Test::new("").file("a.arch", CLEAN);
    let ran = pipeline(clean, &[], BIN).status(0).stderr("");
    assert_eq!(ran.read("gl-code-quality-report.json"), "[]\n");
    let failing = || Test::new("").file("a.arch", DESIGN);
    let ran = pipeline(failing(), &[], BIN).status(1).stderr("");
    assert!(
        ran.stdout.contains("losing `orders` alone"),
        "{}",
        ran.stdout
    );
    assert!(
        ran.read("gl-code-quality-report.json")
            .contains("\"path\": \"a.arch\"")
    );
    assert!(ran.read("underpin.xml").contains("<failure"));
    let arguments = [("args", "--only\nmissing-cache --profile strict")];
    pipeline(failing(), &arguments, BIN).status(0);
    for missing in ["missing", "-"] {
        pipeline(failing(), &[("paths", missing)], BIN).status(2);
    }
}

#[test]
fn inputs_of_the_template_are_no_shell_text() {
    let test = HOSTILE
        .iter()
        .fold(Test::new(""), |test, it| test.file(it, CLEAN));
    let paths = HOSTILE.join("\n");
    let ran = pipeline(test, &[("paths", &paths)], BIN)
        .status(0)
        .stderr("");
    let all = format!("No findings in {} designs.\n", HOSTILE.len());
    assert_eq!(ran.stdout, all);
    let test = Test::new("").file("a.arch", CLEAN);
    let arguments = [("args", "$(touch pwned) ; touch pwned *")];
    let ran = pipeline(test, &arguments, BIN).status(2);
    assert!(!ran.path().join("pwned").exists());
}

#[test]
fn the_template_builds_what_the_image_has_not() {
    let ran = pipeline(Test::new("").file("a.arch", CLEAN), &[], "").status(2);
    assert!(
        ran.stderr.contains("the image has no underpin"),
        "{}",
        ran.stderr
    );
    let cargo = CARGO.replace("$RUNNER_TEMP", "$CI_PROJECT_DIR");
    let test = Test::new("").file("a.arch", CLEAN).file("bin/cargo", cargo);
    let inputs = [("git", "https://example.org/u.git"), ("revision", "abc")];
    let ran = pipeline(test, &inputs, "chmod +x bin/cargo").status(0);
    let asked = ran.read("asked");
    assert!(
        asked
            .trim_end()
            .ends_with("--git https://example.org/u.git --rev abc underpin"),
        "{asked}"
    );
    assert!(asked.contains("install --locked "), "{asked}");
}

#[test]
fn hooks_are_commands_that_there_are() {
    let hooks = document(HOOKS);
    let ids: Vec<&str> = list(&hooks).iter().map(|it| text(&it["id"])).collect();
    assert_eq!(ids, ["underpin-check", "underpin-fmt"]);
    let shown = blocks().into_iter().map(|it| document(&it));
    let shown: Vec<Value> = shown
        .filter_map(|it| it.pointer("/repos/0/hooks").cloned())
        .collect();
    assert!(!shown.is_empty());
    for hook in shown.iter().flat_map(list) {
        assert!(ids.contains(&text(&hook["id"])), "{hook}");
    }
    for hook in list(&hooks) {
        assert_eq!(hook["language"], "rust");
        let files = Regex::new(text(&hook["files"])).expect("a pattern");
        assert!(files.is_match("docs/shop.arch") && !files.is_match("shop.archive"));
        let arguments = text(&hook["entry"]).strip_prefix("underpin ");
        let names = match hook["pass_filenames"] == false {
            true => "",
            false => " a.arch old/b.arch",
        };
        let line = format!("{}{names}", arguments.expect("our program"));
        let test = Test::new(&line)
            .file("underpin.toml", "[files]\nexclude = [\"old/**\"]\n")
            .file("a.arch", CLEAN)
            .file("old/b.arch", "nonsense   here\n");
        let ran = test.run().status(0).stderr("");
        assert_eq!(ran.read("old/b.arch"), "nonsense   here\n", "{line}");
    }
}

/// What a problem matcher reads in a line.
#[derive(Debug, PartialEq)]
struct Problem {
    file: String,
    line: u64,
    column: u64,
    severity: String,
    code: String,
    message: String,
}

/// Reads a line as the runner does, with every matcher.
fn problems(line: &str) -> Vec<Problem> {
    let matchers: Value = serde_json::from_str(MATCHER).expect("one document");
    let read = |matcher: &Value| {
        let pattern = &matcher["pattern"][0];
        let groups = Regex::new(text(&pattern["regexp"])).expect("a pattern");
        let groups = groups.captures(line)?;
        let group = |name: &str| {
            let number = pattern[name].as_u64()? as usize;
            groups.get(number).map(|it| it.as_str().to_owned())
        };
        let number = |name: &str| group(name).and_then(|it| it.parse().ok());
        let severity = matcher["severity"].as_str().map(str::to_owned);
        Some(Problem {
            file: group("file")?,
            line: number("line")?,
            column: number("column")?,
            severity: group("severity").or(severity)?,
            code: group("code")?,
            message: group("message")?,
        })
    };
    list(&matchers["problemMatcher"])
        .iter()
        .filter_map(read)
        .collect()
}

#[test]
fn the_matcher_reads_every_line_of_concise() {
    let policy = "policy NoLedger: error { deny: service -> database }\n";
    let design = format!("{DESIGN}{policy}");
    let check = |format: &str| {
        let test = Test::new("check --output-format").argument(format);
        test.file("a: [b] 1.arch", &design).run().status(1).stdout
    };
    let whole: Value = serde_json::from_str(&check("json")).expect("one document");
    let findings = list(&whole["designs"][0]["findings"]);
    let lines = check("concise");
    let (summary, lines) = lines.lines().collect::<Vec<_>>().split_last().map_or_else(
        || panic!("there are lines"),
        |(last, rest)| (last.to_string(), rest.to_vec()),
    );
    assert_eq!(problems(&summary), []);
    assert_eq!(lines.len(), findings.len());
    let mut severities = BTreeSet::new();
    for (line, finding) in lines.iter().zip(findings) {
        let [problem] = &problems(line)[..] else {
            panic!("{line} is read once")
        };
        assert_eq!(problem.file, "a: [b] 1.arch");
        assert_eq!(finding["location"]["line"], problem.line);
        assert_eq!(finding["location"]["column"], problem.column);
        assert_eq!(finding["rule"], problem.code);
        assert!(
            problem.message.starts_with(text(&finding["message"])),
            "{line}"
        );
        severities.insert(problem.severity.clone());
    }
    // The words that the runner knows.
    assert_eq!(
        severities,
        ["error", "notice", "warning"].map(str::to_owned).into()
    );
}
