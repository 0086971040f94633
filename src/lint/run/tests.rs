//! The run, with rules made for it.

use super::*;
use crate::finding::Confidence;
use crate::lint::selection::Matcher;
use crate::lint::{About, Profile, Selection};
use crate::model::{Input, Model, resolve};
use crate::source::{SourceFile, Sources, Span};
use crate::syntax;

/// Finds every service; the second of its confidence and severity.
struct Services;
/// Finds every service too, for the same reason.
struct Again;
/// Breaks.
struct Breaks;

const fn about(name: &'static str, confidence: Confidence) -> About {
    About {
        name,
        category: "structure",
        summary: "found",
        severity: Severity::Warning,
        confidence,
        motives: &["security"],
        page: "",
    }
}

fn services(design: &Design<'_>, report: &mut Report) {
    for component in design
        .model
        .components
        .rows()
        .iter()
        .filter(|it| it.kind.name == "service")
    {
        let (span, name) = (component.head.name_span, &component.head.path);
        match component.facts.has("replicas") {
            true => report.fail(
                report
                    .finding(span, format!("found `{name}`"))
                    .about(name.clone()),
            ),
            false => report.unknown(span, "no `replicas`"),
        }
    }
}

impl Rule for Services {
    fn about(&self) -> About {
        about("services", Confidence::High)
    }
    fn check(&self, design: &Design<'_>, report: &mut Report) {
        services(design, report);
    }
    fn merge(&self, findings: Vec<Finding>) -> Vec<Finding> {
        crate::lint::group(findings, |names| format!("found {}", names.join(" and ")))
    }
}

impl Rule for Again {
    fn about(&self) -> About {
        about("again", Confidence::Low)
    }
    fn check(&self, design: &Design<'_>, report: &mut Report) {
        services(design, report);
    }
}

impl Rule for Breaks {
    fn about(&self) -> About {
        about("breaks", Confidence::High)
    }
    fn check(&self, _: &Design<'_>, _: &mut Report) {
        panic!("on purpose");
    }
}

fn info(about: About) -> RuleInfo {
    RuleInfo {
        name: about.name.into(),
        category: about.category,
        summary: about.summary.into(),
        severity: about.severity,
        confidence: about.confidence,
        profiles: &Profile::ALL,
        page: about.page.into(),
        options: &[],
    }
}

fn understood(text: &str) -> (Sources, Model) {
    let mut sources = Sources::default();
    let id = sources.add(SourceFile::new("a.arch", text));
    let (tree, findings) = syntax::parse(id, sources.file(id));
    assert!(findings.is_empty(), "{findings:?}");
    let input = Input {
        sources: &sources,
        trees: vec![&tree],
        environment: None,
    };
    let (model, findings) = resolve(&input);
    assert!(findings.is_empty(), "{findings:?}");
    (sources, model)
}

fn run(text: &str, rules: &[&'static dyn Rule], selection: &Selection) -> Reviewed {
    let (sources, model) = understood(text);
    let infos: Vec<RuleInfo> = [&Services as &dyn Rule, &Again, &Breaks]
        .map(|rule| info(rule.about()))
        .to_vec();
    let folds = &[("again", "services")];
    let today = "2026-11-21".parse().unwrap();
    let run = Run {
        rules,
        infos: &infos,
        folds,
        settings: &Settings {
            selection: selection.clone(),
            ..Settings::default()
        },
        today,
        clock: None,
    };
    review(&Design::new(&model, &sources), Vec::new(), &run)
}

fn said(findings: &[Finding]) -> Vec<String> {
    findings
        .iter()
        .map(|it| format!("{}: {}", it.rule, it.message))
        .collect()
}

const TWO: &str = "service a { replicas: 1 }\nservice b { replicas: 2 }\nservice c\n";

#[test]
fn findings_are_joined_and_what_is_not_stated_is_counted() {
    let reviewed = run(TWO, &[&Services], &Selection::default());
    assert_eq!(said(&reviewed.findings), ["services: found a and b"]);
    assert_eq!(reviewed.findings[0].subjects, ["a", "b"]);
    assert_eq!(reviewed.not_evaluated.len(), 1);
    assert_eq!(
        reviewed.not_evaluated[0].sentence,
        "not decided in 1 of 3 places"
    );
    assert_eq!(reviewed.not_evaluated[0].places[0].text, "no `replicas`");
}

#[test]
fn a_rule_that_breaks_stops_no_other() {
    let reviewed = run(TWO, &[&Breaks, &Services], &Selection::default());
    let said = said(&reviewed.findings);
    assert_eq!(
        said,
        [
            "internal-error: rule `breaks` broke on this design",
            "services: found a and b"
        ]
    );
}

#[test]
fn what_says_the_same_again_is_left_out() {
    let all = Selection {
        profile: Profile::Strict,
        ..Selection::default()
    };
    let reviewed = run("service a { replicas: 1 }", &[&Services, &Again], &all);
    assert_eq!(said(&reviewed.findings), ["services: found `a`"]);
    let one = Selection {
        ignore: vec![Matcher::Rule("services".to_owned())],
        ..all
    };
    let reviewed = run("service a { replicas: 1 }", &[&Services, &Again], &one);
    assert_eq!(said(&reviewed.findings), ["again: found `a`"]);
}

#[test]
fn what_says_it_louder_is_kept() {
    let finding = |rule, severity| {
        Finding::new(rule, "found", Span::default())
            .severity(severity)
            .about("a")
    };
    let folds = &[("again", "services"), ("services", "again")];
    for (services, left) in [
        (Severity::Info, "again"),
        (Severity::Warning, "services"),
        (Severity::Error, "services"),
    ] {
        let mut findings = vec![
            finding("services", services),
            finding("again", Severity::Warning),
        ];
        fold(&mut findings, &[], folds);
        let rules: Vec<&str> = findings.iter().map(|it| it.rule.as_str()).collect();
        assert_eq!(rules, [left]);
    }
}

#[test]
fn what_is_less_sure_than_asked_for_is_hidden() {
    let reviewed = run(
        "service a { replicas: 1 }",
        &[&Again],
        &Selection::default(),
    );
    assert!(reviewed.findings.is_empty());
    assert_eq!(said(&reviewed.hidden), ["again: found `a`"]);
}

#[test]
fn an_acceptance_takes_one_out_before_they_are_joined() {
    let text = format!("@accept(services, \"fine here\", ticket: \"T-1\")\n{TWO}");
    let reviewed = run(&text, &[&Services], &Selection::default());
    assert_eq!(said(&reviewed.findings), ["services: found `b`"]);
    assert_eq!(reviewed.accepted.len(), 1);
    assert_eq!(reviewed.accepted[0].reason, "fine here");
    assert_eq!(reviewed.accepted[0].ticket.as_deref(), Some("T-1"));
}

#[test]
fn before_the_system_it_holds_for_everything() {
    let text = format!("@accept(services, \"a sketch\")\nsystem S: product\n{TWO}");
    let reviewed = run(&text, &[&Services], &Selection::default());
    assert!(reviewed.findings.is_empty(), "{:?}", reviewed.findings);
    assert_eq!(reviewed.accepted.len(), 2);
}

#[test]
fn bad_acceptances_are_reported() {
    for (annotation, message) in [
        (
            "@accept(services)",
            "`@accept(services)` gives no reason, so it silences nothing",
        ),
        (
            "@accept(services, \"  \")",
            "`@accept(services)` gives no reason, so it silences nothing",
        ),
        (
            "@accept(servces, \"x\")",
            "there is no rule `servces` to accept",
        ),
        ("@accept(again, \"x\")", "`@accept(again)` silences nothing"),
        (
            "@accept(services, \"x\", until: 2026-11-20)",
            "`@accept(services)` ran out on 2026-11-20",
        ),
    ] {
        let text = format!("{annotation}\nservice a {{ replicas: 1 }}");
        let strict = Selection {
            profile: Profile::Strict,
            ..Selection::default()
        };
        let infos = [info(About {
            category: "language",
            ..about(BAD_ACCEPTANCE, Confidence::High)
        })];
        let (sources, model) = understood(&text);
        let rules: [&'static dyn Rule; 1] = [&Services];
        let known: Vec<RuleInfo> = [&Services as &dyn Rule, &Again]
            .map(|rule| info(rule.about()))
            .into_iter()
            .chain(infos)
            .collect();
        let today = "2026-11-21".parse().unwrap();
        let run = Run {
            rules: &rules,
            infos: &known,
            folds: &[],
            settings: &Settings {
                selection: strict.clone(),
                ..Settings::default()
            },
            today,
            clock: None,
        };
        let reviewed = review(&Design::new(&model, &sources), Vec::new(), &run);
        let said: Vec<&str> = reviewed
            .findings
            .iter()
            .filter(|it| it.rule == BAD_ACCEPTANCE)
            .map(|it| it.message.as_str())
            .collect();
        assert_eq!(said, [message], "{annotation}");
    }
}

#[test]
fn on_its_last_day_an_acceptance_still_holds() {
    let text = "@accept(services, \"x\", until: 2026-11-21)\nservice a { replicas: 1 }";
    assert_eq!(
        run(text, &[&Services], &Selection::default())
            .accepted
            .len(),
        1
    );
}

#[test]
fn what_is_excluded_motivates_nothing() {
    let silent = |rest: &str| {
        let text = format!("{TWO}excluded NoSecurity: security \"not now\"{rest}\n");
        run(&text, &[&Services], &Selection::default())
    };
    let everywhere = silent("");
    assert!(everywhere.findings.is_empty());
    let sentences: Vec<&str> = everywhere
        .not_evaluated
        .iter()
        .map(|it| it.sentence.as_str())
        .collect();
    assert!(
        sentences[1].contains("2 findings are silent"),
        "{sentences:?}"
    );
    assert_eq!(
        said(&silent(" { on: a }").findings),
        ["services: found `b`"]
    );
    let wanted = silent("\nquality Safe: security");
    assert_eq!(said(&wanted.findings), ["services: found a and b"]);
}
