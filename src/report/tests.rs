use super::*;
use crate::finding::{Confidence, Severity};
use crate::lint::{Accepted, NotEvaluated};
use crate::source::{FileId, SourceFile};

const TICKETING: &str = "\
system Ticketing
quality Uptime: availability {
  availability >= 99.95%
}
import \"stores.arch\"

client app
gateway gate { serves: Public }
service bookings { replicas: 3 }
app -> gate
gate -> bookings
bookings -> ledger
";

const STORES: &str = "\
// Shared stores.
database ledger: postgres { replicas: 1 }
cache seats: redis
";

struct Design {
    sources: Sources,
    outcome: Outcome,
}

impl Design {
    fn new(files: &[(&str, &str)]) -> Design {
        let mut sources = Sources::default();
        for (name, text) in files {
            sources.add(SourceFile::new(*name, *text));
        }
        let outcome = Outcome {
            design: "Ticketing".into(),
            root: FileId(0),
            findings: Vec::new(),
            accepted: Vec::new(),
            hidden: Vec::new(),
            baselined: None,
            unchanged: None,
            not_evaluated: Vec::new(),
            policies: Vec::new(),
            ran: Default::default(),
            fail_on: Severity::Warning,
            hidden_by: "profile `recommended`".into(),
        };
        Design { sources, outcome }
    }

    fn one(text: &str, finding: impl FnOnce(&Design) -> Finding) -> Design {
        let mut design = Design::new(&[("a.arch", text)]);
        let finding = finding(&design);
        design.outcome.findings.push(finding);
        design
    }

    fn at(&self, words: &str) -> Span {
        let mut places = self
            .sources
            .iter()
            .filter_map(|(id, file)| Some((id, file.text.find(words)?)));
        let (id, at) = places.next().expect("the words stand in a file");
        Span::new(id, at, at + words.len())
    }

    fn render(&self, options: &Options) -> String {
        render(&self.sources, std::slice::from_ref(&self.outcome), options)
    }

    /// The report without the lines that end every report.
    fn cards(&self, options: &Options) -> String {
        let text = self.render(options);
        let end = text.find("More about a rule").expect("a hint");
        text[..end].trim_end().to_string() + "\n"
    }
}

fn options(format: Format, unicode: bool, width: Option<usize>) -> Options {
    Options {
        format,
        unicode,
        width,
        max_findings: 50,
        hidden_by: "profile `recommended`".into(),
        ..Options::default()
    }
}

fn full() -> Options {
    options(Format::Full, true, None)
}

fn ticketing() -> Design {
    let mut design = Design::new(&[
        ("designs/ticketing.arch", TICKETING),
        ("designs/stores.arch", STORES),
    ]);
    let spof = Finding::new(
        "single-point-of-failure",
        "`ledger` is a single point of failure for `createBooking`",
        design.at("ledger: postgres"),
    )
    .severity(Severity::Error)
    .label("only 1 replica, no standby")
    .because(
        design.at("availability >= 99.95%"),
        "breaks `Uptime`: 99.95% allows 21.9 min of downtime per month",
    )
    .step(design.at("gate -> bookings"), "every booking enters here")
    .step(design.at("bookings -> ledger"), "and needs this to continue")
    .note("2 of 3 components on the path have more than one replica")
    .assume("`failover: none`, since nothing says otherwise")
    .help("give `ledger` a standby (`standbys: 1; failover: automatic`), or accept the risk with a reason")
    .about("ledger");
    let cache = Finding::new(
        "missing-eviction",
        "nothing says what `seats` does when it is full",
        design.at("seats"),
    )
    .confidence(Confidence::Medium)
    .about("seats");
    let advice = Finding::new(
        "missing-load-distribution",
        "nothing says how callers find one of the 3 replicas of `bookings`",
        design.at("bookings"),
    )
    .severity(Severity::Info)
    .label("3 replicas")
    .help("state `discovery:`, such as `dns` or `balancer`");
    design.outcome.accepted.push(Accepted {
        finding: cache.clone(),
        reason: "small".into(),
        until: Some("2027-03-31".into()),
        ticket: None,
        span: design.at("app -> gate"),
    });
    design.outcome.hidden.push(advice.clone());
    design.outcome.not_evaluated.push(NotEvaluated {
        rule: "missing-timeout",
        sentence: "3 of 3 calls state no timeout".into(),
        places: vec![crate::finding::Label {
            span: design.at("app -> gate"),
            text: String::new(),
        }],
    });
    design.outcome.findings = vec![spof, cache, advice];
    design
}

#[test]
fn full_in_unicode() {
    assert_eq!(
        ticketing().render(&full()),
        r#"designs/stores.arch:2:10: error[single-point-of-failure]

  × `ledger` is a single point of failure for `createBooking`
   ╭─[designs/stores.arch:2:10]
 2 │ database ledger: postgres { replicas: 1 }
   ·          ────────┬───────
   ·                  ╰── only 1 replica, no standby
   ╰────
   ╭─[designs/ticketing.arch:3:3]
 3 │   availability >= 99.95%
   ·   ───────────┬──────────
   ·              ╰── breaks `Uptime`: 99.95% allows 21.9 min of downtime per month
   ╰────
    ╭─[designs/ticketing.arch:11:1]
 11 │ gate -> bookings
    · ────────┬───────
    ·         ╰── 1. every booking enters here
 12 │ bookings -> ledger
    · ─────────┬────────
    ·          ╰── 2. and needs this to continue
    ╰────
  note: 2 of 3 components on the path have more than one replica
  assumed: `failover: none`, since nothing says otherwise
  help: give `ledger` a standby (`standbys: 1; failover: automatic`), or accept the risk with a reason

designs/stores.arch:3:7: warning[missing-eviction]

  ⚠ nothing says what `seats` does when it is full
   ╭─[designs/stores.arch:3:7]
 2 │ database ledger: postgres { replicas: 1 }
 3 │ cache seats: redis
   ·       ─────
   ╰────

designs/ticketing.arch:9:9: info[missing-load-distribution]

  ☞ nothing says how callers find one of the 3 replicas of `bookings`
    ╭─[designs/ticketing.arch:9:9]
  8 │ gateway gate { serves: Public }
  9 │ service bookings { replicas: 3 }
    ·         ────┬───
    ·             ╰── 3 replicas
 10 │ app -> gate
    ╰────
  help: state `discovery:`, such as `dns` or `balancer`

More about a rule: `underpin explain RULE`
Found 1 error, 1 warning, 1 info in 1 design. 1 accepted, 1 hidden by profile `recommended`, 1 rule not evaluated (run `underpin explain --not-evaluated PATH`).
"#
    );
}

#[test]
fn full_in_ascii_at_width_60() {
    let narrow = options(Format::Full, false, Some(60));
    assert_eq!(
        ticketing().render(&narrow),
        r#"designs/stores.arch:2:10: error[single-point-of-failure]

  x `ledger` is a single point of failure for
  | `createBooking`
   ,-[designs/stores.arch:2:10]
 2 | database ledger: postgres { replicas: 1 }
   :          ^^^^^^^^|^^^^^^^
   :                  `-- only 1 replica, no standby
   `----
   ,-[designs/ticketing.arch:3:3]
 3 |   availability >= 99.95%
   :   ^^^^^^^^^^^|^^^^^^^^^^
   :              `-- breaks `Uptime`: 99.95% allows 21.9 min of downtime per month
   `----
    ,-[designs/ticketing.arch:11:1]
 11 | gate -> bookings
    : ^^^^^^^^|^^^^^^^
    :         `-- 1. every booking enters here
 12 | bookings -> ledger
    : ^^^^^^^^^|^^^^^^^^
    :          `-- 2. and needs this to continue
    `----
  note: 2 of 3 components on the path have more than one
        replica
  assumed: `failover: none`, since nothing says otherwise
  help: give `ledger` a standby
        (`standbys: 1; failover: automatic`), or accept the
        risk with a reason

designs/stores.arch:3:7: warning[missing-eviction]

  ! nothing says what `seats` does when it is full
   ,-[designs/stores.arch:3:7]
 2 | database ledger: postgres { replicas: 1 }
 3 | cache seats: redis
   :       ^^^^^
   `----

designs/ticketing.arch:9:9: info[missing-load-distribution]

  > nothing says how callers find one of the 3 replicas of
  | `bookings`
    ,-[designs/ticketing.arch:9:9]
  8 | gateway gate { serves: Public }
  9 | service bookings { replicas: 3 }
    :         ^^^^|^^^
    :             `-- 3 replicas
 10 | app -> gate
    `----
  help: state `discovery:`, such as `dns` or `balancer`

More about a rule: `underpin explain RULE`
Found 1 error, 1 warning, 1 info in 1 design. 1 accepted, 1 hidden by profile `recommended`, 1 rule not evaluated (run `underpin explain --not-evaluated PATH`).
"#
    );
}

#[test]
fn full_wraps_sentences_and_never_source_at_width_100() {
    let design = Design::one(
        &format!("service a {{ {} }}\n", "replicas: 3; ".repeat(12)),
        |it| {
            Finding::new("rule", "a sentence of so many words that it does not fit into the width of one hundred characters, with `code that stays together` in it", it.at("a {"))
            .help("another one that is too long for the width, which is why it goes on on the next line below its start")
        },
    );
    let wide = options(Format::Full, true, Some(100));
    assert_eq!(
        design.cards(&wide),
        r#"a.arch:1:9: warning[rule]

  ⚠ a sentence of so many words that it does not fit into the width of one hundred characters, with
  │ `code that stays together` in it
   ╭─[a.arch:1:9]
 1 │ service a { replicas: 3; replicas: 3; replicas: 3; replicas: 3; replicas: 3; replicas: 3; replicas: 3; replicas: 3; replicas: 3; replicas: 3; replicas: 3; replicas: 3;  }
   ·         ───
   ╰────
  help: another one that is too long for the width, which is why it goes on on the next line below
        its start
"#
    );
}

#[test]
fn full_uses_color_where_it_may() {
    let design = Design::one("cache c\n", |it| {
        Finding::new("rule", "words", it.at("c\n")).help("act")
    });
    let colored = Options {
        color: true,
        ..full()
    };
    let text = design.render(&colored);
    assert!(
        text.starts_with("\u{1b}[33ma.arch:1:7: warning[rule]\u{1b}[0m\n"),
        "{text:?}"
    );
    assert!(
        text.contains("  \u{1b}[36mhelp:\u{1b}[0m act\n"),
        "{text:?}"
    );
    assert!(!design.render(&full()).contains('\u{1b}'));
}

#[test]
fn concise_is_one_line_each() {
    let concise = options(Format::Concise, true, None);
    assert_eq!(
        ticketing().render(&concise),
        r#"designs/stores.arch:2:10: error[single-point-of-failure] `ledger` is a single point of failure for `createBooking` (breaks `Uptime`)
designs/stores.arch:3:7: warning[missing-eviction] nothing says what `seats` does when it is full
designs/ticketing.arch:9:9: info[missing-load-distribution] nothing says how callers find one of the 3 replicas of `bookings`
Found 1 error, 1 warning, 1 info in 1 design. 1 accepted, 1 hidden by profile `recommended`, 1 rule not evaluated (run `underpin explain --not-evaluated PATH`).
"#
    );
}

#[test]
fn concise_shortens_the_reason() {
    let design = Design::one("cache c\n", |it| {
        let reason =
            "asked for by the requirement with the long name `AvailabilityOfEverything` and more";
        Finding::new("rule", "words", it.at("c\n")).because(it.at("cache"), reason)
    });
    let text = design.render(&options(Format::Concise, true, None));
    let line =
        "a.arch:1:7: warning[rule] words (asked for by the requirement with the long name ...)";
    assert_eq!(text.lines().next(), Some(line));
}

#[test]
fn plain_is_one_fact_a_line() {
    let plain = options(Format::Plain, true, None);
    assert_eq!(
        ticketing().render(&plain),
        r#"designs/stores.arch:2:10: error[single-point-of-failure]
message: `ledger` is a single point of failure for `createBooking`
here: only 1 replica, no standby
because: breaks `Uptime`: 99.95% allows 21.9 min of downtime per month (at designs/ticketing.arch:3:3)
step 1: every booking enters here (at designs/ticketing.arch:11:1)
step 2: and needs this to continue (at designs/ticketing.arch:12:1)
note: 2 of 3 components on the path have more than one replica
assumed: `failover: none`, since nothing says otherwise
confidence: high
help: give `ledger` a standby (`standbys: 1; failover: automatic`), or accept the risk with a reason

designs/stores.arch:3:7: warning[missing-eviction]
message: nothing says what `seats` does when it is full
confidence: medium

designs/ticketing.arch:9:9: info[missing-load-distribution]
message: nothing says how callers find one of the 3 replicas of `bookings`
here: 3 replicas
confidence: high
help: state `discovery:`, such as `dns` or `balancer`

More about a rule: `underpin explain RULE`
Found 1 error, 1 warning, 1 info in 1 design. 1 accepted, 1 hidden by profile `recommended`, 1 rule not evaluated (run `underpin explain --not-evaluated PATH`).
"#
    );
}

#[test]
fn json_is_one_document() {
    let json = options(Format::Json, true, None);
    assert_eq!(
        ticketing().render(&json),
        r#"{
  "version": 1,
  "tool": {
    "name": "underpin",
    "version": "0.1.0"
  },
  "designs": [
    {
      "name": "Ticketing",
      "root": "designs/ticketing.arch",
      "findings": [
        {
          "rule": "single-point-of-failure",
          "severity": "error",
          "confidence": "high",
          "message": "`ledger` is a single point of failure for `createBooking`",
          "label": "only 1 replica, no standby",
          "location": {
            "path": "designs/stores.arch",
            "line": 2,
            "column": 10,
            "endLine": 2,
            "endColumn": 26,
            "startOffset": 27,
            "endOffset": 43
          },
          "because": [
            {
              "text": "breaks `Uptime`: 99.95% allows 21.9 min of downtime per month",
              "location": {
                "path": "designs/ticketing.arch",
                "line": 3,
                "column": 3,
                "endLine": 3,
                "endColumn": 25,
                "startOffset": 50,
                "endOffset": 72
              }
            }
          ],
          "trace": [
            {
              "text": "every booking enters here",
              "location": {
                "path": "designs/ticketing.arch",
                "line": 11,
                "column": 1,
                "endLine": 11,
                "endColumn": 17,
                "startOffset": 185,
                "endOffset": 201
              }
            },
            {
              "text": "and needs this to continue",
              "location": {
                "path": "designs/ticketing.arch",
                "line": 12,
                "column": 1,
                "endLine": 12,
                "endColumn": 19,
                "startOffset": 202,
                "endOffset": 220
              }
            }
          ],
          "notes": [
            "2 of 3 components on the path have more than one replica"
          ],
          "assumed": [
            "`failover: none`, since nothing says otherwise"
          ],
          "help": "give `ledger` a standby (`standbys: 1; failover: automatic`), or accept the risk with a reason",
          "fix": null,
          "subjects": [
            "ledger"
          ],
          "fingerprint": "5bb0cfb160267d1a"
        },
        {
          "rule": "missing-eviction",
          "severity": "warning",
          "confidence": "medium",
          "message": "nothing says what `seats` does when it is full",
          "label": "",
          "location": {
            "path": "designs/stores.arch",
            "line": 3,
            "column": 7,
            "endLine": 3,
            "endColumn": 12,
            "startOffset": 66,
            "endOffset": 71
          },
          "because": [],
          "trace": [],
          "notes": [],
          "assumed": [],
          "help": null,
          "fix": null,
          "subjects": [
            "seats"
          ],
          "fingerprint": "1ac1797ab47d1153"
        },
        {
          "rule": "missing-load-distribution",
          "severity": "info",
          "confidence": "high",
          "message": "nothing says how callers find one of the 3 replicas of `bookings`",
          "label": "3 replicas",
          "location": {
            "path": "designs/ticketing.arch",
            "line": 9,
            "column": 9,
            "endLine": 9,
            "endColumn": 17,
            "startOffset": 148,
            "endOffset": 156
          },
          "because": [],
          "trace": [],
          "notes": [],
          "assumed": [],
          "help": "state `discovery:`, such as `dns` or `balancer`",
          "fix": null,
          "subjects": [],
          "fingerprint": "15f87e1d047598b0"
        }
      ],
      "accepted": [
        {
          "finding": {
            "rule": "missing-eviction",
            "severity": "warning",
            "confidence": "medium",
            "message": "nothing says what `seats` does when it is full",
            "label": "",
            "location": {
              "path": "designs/stores.arch",
              "line": 3,
              "column": 7,
              "endLine": 3,
              "endColumn": 12,
              "startOffset": 66,
              "endOffset": 71
            },
            "because": [],
            "trace": [],
            "notes": [],
            "assumed": [],
            "help": null,
            "fix": null,
            "subjects": [
              "seats"
            ],
            "fingerprint": "1ac1797ab47d1153"
          },
          "reason": "small",
          "until": "2027-03-31",
          "ticket": null,
          "location": {
            "path": "designs/ticketing.arch",
            "line": 10,
            "column": 1,
            "endLine": 10,
            "endColumn": 12,
            "startOffset": 173,
            "endOffset": 184
          }
        }
      ],
      "hidden": 1,
      "baselined": 0,
      "unchanged": 0,
      "notEvaluated": [
        {
          "rule": "missing-timeout",
          "sentence": "3 of 3 calls state no timeout",
          "places": [
            {
              "text": "",
              "location": {
                "path": "designs/ticketing.arch",
                "line": 10,
                "column": 1,
                "endLine": 10,
                "endColumn": 12,
                "startOffset": 173,
                "endOffset": 184
              }
            }
          ]
        }
      ]
    }
  ],
  "summary": {
    "designs": 1,
    "errors": 1,
    "warnings": 1,
    "infos": 1,
    "accepted": 1,
    "hidden": 1,
    "fixable": 0,
    "fixableUnsafely": 0,
    "baselined": 0,
    "unchanged": 0,
    "notEvaluated": 1,
    "rules": [
      {
        "rule": "single-point-of-failure",
        "findings": 1
      },
      {
        "rule": "missing-eviction",
        "findings": 1
      },
      {
        "rule": "missing-load-distribution",
        "findings": 1
      }
    ]
  }
}
"#
    );
}

#[test]
fn json_is_one_document_also_when_nothing_is_found() {
    let json = options(Format::Json, true, None);
    let clean = Design::new(&[("a.arch", "")]);
    assert_eq!(
        clean.render(&json),
        r#"{
  "version": 1,
  "tool": {
    "name": "underpin",
    "version": "0.1.0"
  },
  "designs": [
    {
      "name": "Ticketing",
      "root": "a.arch",
      "findings": [],
      "accepted": [],
      "hidden": 0,
      "baselined": 0,
      "unchanged": 0,
      "notEvaluated": []
    }
  ],
  "summary": {
    "designs": 1,
    "errors": 0,
    "warnings": 0,
    "infos": 0,
    "accepted": 0,
    "hidden": 0,
    "fixable": 0,
    "fixableUnsafely": 0,
    "baselined": 0,
    "unchanged": 0,
    "notEvaluated": 0,
    "rules": []
  }
}
"#
    );
    let none: serde_json::Value =
        serde_json::from_str(&render(&Sources::default(), &[], &json)).unwrap();
    assert_eq!(none["designs"], serde_json::json!([]));
}

#[test]
fn undecided_rules_are_listed_with_their_places() {
    let mut design = ticketing();
    let clean = Design::new(&[("b.arch", "")]).outcome;
    design.outcome.not_evaluated[0].places[0].text = "nothing says how long `gate` may take".into();
    let outcomes = [design.outcome, clean];
    assert_eq!(
        undecided(&design.sources, &outcomes),
        r#"Ticketing: 1 rule not evaluated
  missing-timeout: 3 of 3 calls state no timeout
    designs/ticketing.arch:10:1: nothing says how long `gate` may take
Ticketing: every rule could be decided
"#
    );
}

#[test]
fn statistics_count_per_rule() {
    let mut design = ticketing();
    design
        .outcome
        .findings
        .push(design.outcome.findings[2].clone());
    let concise = Options {
        statistics: true,
        ..options(Format::Concise, true, None)
    };
    assert_eq!(
        design.render(&concise),
        r#"designs/stores.arch:2:10: error[single-point-of-failure] `ledger` is a single point of failure for `createBooking` (breaks `Uptime`)
designs/stores.arch:3:7: warning[missing-eviction] nothing says what `seats` does when it is full
designs/ticketing.arch:9:9: info[missing-load-distribution] nothing says how callers find one of the 3 replicas of `bookings`
designs/ticketing.arch:9:9: info[missing-load-distribution] nothing says how callers find one of the 3 replicas of `bookings`

    2  info     missing-load-distribution
    1  error    single-point-of-failure
    1  warning  missing-eviction

Found 1 error, 1 warning, 2 infos in 1 design. 1 accepted, 1 hidden by profile `recommended`, 1 rule not evaluated (run `underpin explain --not-evaluated PATH`).
"#
    );
}

#[test]
fn the_summary_knows_one_and_many() {
    let mut design = Design::new(&[("a.arch", "cache c\n")]);
    let last = |design: &Design, format| {
        let text = design.render(&options(format, true, None));
        text.lines().last().unwrap_or_default().to_string()
    };
    assert_eq!(last(&design, Format::Full), "No findings in 1 design.");
    let finding = Finding::new("rule", "words", design.at("c\n"));
    design.outcome.findings = vec![finding.clone().severity(Severity::Error)];
    assert_eq!(last(&design, Format::Plain), "Found 1 error in 1 design.");
    design.outcome.findings = vec![finding.clone(); 2];
    design.outcome.hidden = vec![finding; 4];
    assert_eq!(
        last(&design, Format::Concise),
        "Found 2 warnings in 1 design. 4 hidden by profile `recommended`."
    );
    let two = [design.outcome.clone(), design.outcome];
    let text = render(&design.sources, &two, &options(Format::Concise, true, None));
    assert!(text.ends_with("Found 4 warnings in 2 designs. 8 hidden by profile `recommended`.\n"));
}

#[test]
fn people_see_at_most_so_many_findings_of_a_rule_and_programs_all() {
    let mut design = Design::new(&[("a.arch", "cache c\n")]);
    design.outcome.findings = vec![Finding::new("rule", "words", design.at("c\n")); 62];
    let capped = options(Format::Concise, true, None);
    let text = design.render(&capped);
    assert_eq!(text.lines().count(), 52);
    assert!(
        text.contains("a.arch: … and 12 more of rule, use `--max-findings 0`\nFound 62 warnings")
    );
    let all = Options {
        max_findings: 0,
        ..capped
    };
    assert_eq!(design.render(&all).lines().count(), 63);
    let json = design.render(&options(Format::Json, true, None));
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(
        json["designs"][0]["findings"].as_array().map(Vec::len),
        Some(62)
    );
}

#[test]
fn places_far_apart_get_boxes_of_their_own_and_near_ones_share_one() {
    let text: String = (1..=1200)
        .map(|line| format!("service s{line}\n"))
        .collect();
    let design = Design::one(&text, |it| {
        Finding::new("rule", "words", it.at("s1100\n"))
            .because(it.at("s7\n"), "this")
            .because(it.at("s9\n"), "that")
    });
    assert_eq!(
        design.cards(&full()),
        r#"a.arch:1100:9: warning[rule]

  ⚠ words
    ╭─[a.arch:7:9]
  6 │ service s6
  7 │ service s7
    ·         ─┬
    ·          ╰── this
  8 │ service s8
  9 │ service s9
    ·         ─┬
    ·          ╰── that
 10 │ service s10
    ╰────
      ╭─[a.arch:1100:9]
 1099 │ service s1099
 1100 │ service s1100
      ·         ─────
 1101 │ service s1101
      ╰────
"#
    );
}

#[test]
fn of_a_very_long_line_only_the_near_part_is_shown() {
    let text: String = (1..=1000).map(|it| format!("service s{it}é; ")).collect();
    let design = Design::one(&format!("{text}\nservice next\n"), |it| {
        Finding::new("rule", "words", it.at("s500é"))
            .label("here")
            .because(it.at("s400é"), "far away")
            .because(it.at("next"), "there")
    });
    assert_eq!(
        design.cards(&full()),
        r#"a.arch:1:7386: warning[rule]

  ⚠ words
   ╭─[a.arch:1:5886]
 1 │ s395é; service s396é; service s397é; service s398é; service s399é; service s400é; service s401é; service s402é; service s403é; service s404é; service s405é
   ·                                                                            ──┬──
   ·                                                                              ╰── far away
   ╰────
   ╭─[a.arch:1:7386]
 1 │ s495é; service s496é; service s497é; service s498é; service s499é; service s500é; service s501é; service s502é; service s503é; service s504é; service s505é
   ·                                                                            ──┬──
   ·                                                                              ╰── here
   ╰────
   ╭─[a.arch:2:9]
 2 │ service next
   ·         ──┬─
   ·           ╰── there
   ╰────
"#
    );
}

#[test]
fn several_places_on_one_line_are_told_apart() {
    let design = Design::one("app -> gate -> tweets\n", |it| {
        Finding::new("rule", "words", it.at("gate"))
            .label("second")
            .because(it.at("app"), "first")
            .because(it.at("tweets"), "third")
    });
    assert_eq!(
        design.cards(&full()),
        r#"a.arch:1:8: warning[rule]

  ⚠ words
   ╭─[a.arch:1:8]
 1 │ app -> gate -> tweets
   · ─┬─    ──┬─    ───┬──
   ·  │       │        ╰── third
   ·  │       ╰── second
   ·  ╰── first
   ╰────
"#
    );
}

#[test]
fn what_is_said_of_one_place_is_said_together() {
    let design = Design::one("app -> gate\n", |it| {
        Finding::new("rule", "words", it.at("app -> gate"))
            .label("here")
            .because(it.at("app -> gate"), "here")
            .because(it.at("gate"), "")
            .step(it.at("app -> gate"), "out")
            .step(it.at("app"), "and back")
    });
    assert_eq!(
        design.cards(&full()),
        r#"a.arch:1:1: warning[rule]

  ⚠ words
   ╭─[a.arch:1:1]
 1 │ app -> gate
   · ───┬───────
   ·    ╰── here; 1. out; 2. and back
   ╰────
"#
    );
}

#[test]
fn a_place_of_many_lines_is_shown_by_its_first() {
    let design = Design::one("service a {\r\n  replicas: 3\r\n}\r\n", |it| {
        Finding::new("rule", "words", it.at("a {\r\n  replicas: 3\r\n}")).label("this")
    });
    assert_eq!(
        design.cards(&full()),
        r#"a.arch:1:9: warning[rule]

  ⚠ words
   ╭─[a.arch:1:9]
 1 │ service a {
   ·         ─┬─
   ·          ╰── this
 2 │   replicas: 3
   ╰────
"#
    );
}

#[test]
fn an_empty_place_gets_an_arrow() {
    let design = Design::one("service a {\n", |it| {
        let end = it.at("{").end as usize;
        Finding::new("rule", "words", Span::new(FileId(0), end, end)).label("not closed")
    });
    assert_eq!(
        design.cards(&full()),
        r#"a.arch:1:12: warning[rule]

  ⚠ words
   ╭─[a.arch:1:12]
 1 │ service a {
   ·            ▲
   ·            ╰── not closed
   ╰────
"#
    );
}

#[test]
fn the_end_of_a_file_is_a_place() {
    let end = |text: &str| {
        let design = Design::one(text, |_| {
            let end = Span::new(FileId(0), text.len(), text.len());
            Finding::new("rule", "words", end).label("the end")
        });
        design.cards(&full())
    };
    assert_eq!(
        end("service a\n"),
        r#"a.arch:2:1: warning[rule]

  ⚠ words
   ╭─[a.arch:2:1]
 1 │ service a
 2 │ 
   · ▲
   · ╰── the end
   ╰────
"#
    );
    assert_eq!(
        end("service a"),
        r#"a.arch:1:10: warning[rule]

  ⚠ words
   ╭─[a.arch:1:10]
 1 │ service a
   ·          ▲
   ·          ╰── the end
   ╰────
"#
    );
    assert_eq!(
        end(""),
        r#"a.arch:1:1: warning[rule]

  ⚠ words
   ╭─[a.arch:1:1]
 1 │ 
   · ▲
   · ╰── the end
   ╰────
"#
    );
}

#[test]
fn wide_characters_and_tabs_are_aligned() {
    let design = Design::one("\tservice 注文 \"🙂 é\" { replicas: 3 }\n", |it| {
        Finding::new("rule", "`注文` has 3 replicas", it.at("注文"))
            .label("この部品")
            .because(it.at("replicas: 3"), "three")
    });
    assert_eq!(
        design.cards(&full()),
        r#"a.arch:1:10: warning[rule]

  ⚠ `注文` has 3 replicas
   ╭─[a.arch:1:10]
 1 │     service 注文 "🙂 é" { replicas: 3 }
   ·             ──┬─          ─────┬─────
   ·               │                ╰── three
   ·               ╰── この部品
   ╰────
"#
    );
}

#[test]
fn control_characters_reach_nobody() {
    let nasty = "\u{1b}[2J\u{9b}1m\u{202e}";
    let mut design = Design::new(&[("a\u{7}.arch", &format!("cache c{nasty}\rx\n"))]);
    let finding = Finding::new("rule", format!("`c{nasty}`"), design.at("c\u{1b}"))
        .label(nasty)
        .because(design.at("cache"), nasty)
        .step(design.at("cache"), nasty)
        .note(nasty)
        .assume(nasty)
        .help(nasty)
        .about(nasty);
    design.outcome.findings.push(finding);
    assert_eq!(
        design.cards(&full()),
        r#"a\u{7}.arch:1:7: warning[rule]

  ⚠ `c\u{1b}[2J\u{9b}1m\u{202e}`
   ╭─[a\u{7}.arch:1:7]
 1 │ cache c?[2J??1m�?x
   · ──┬── ─┬
   ·   │    ╰── \u{1b}[2J\u{9b}1m\u{202e}
   ·   ╰── \u{1b}[2J\u{9b}1m\u{202e}; 1. \u{1b}[2J\u{9b}1m\u{202e}
   ╰────
  note: \u{1b}[2J\u{9b}1m\u{202e}
  assumed: \u{1b}[2J\u{9b}1m\u{202e}
  help: \u{1b}[2J\u{9b}1m\u{202e}
"#
    );
    for format in [Format::Full, Format::Concise, Format::Plain, Format::Json] {
        let text = design.render(&options(format, true, None));
        let bad = |it: char| it != '\n' && super::text::is_control(it);
        assert!(!text.contains(bad), "{format:?}: {text:?}");
    }
}

#[test]
fn a_long_witness_is_cut_in_full_and_whole_in_plain() {
    let text: String = (1..=10).map(|line| format!("service s{line}x\n")).collect();
    let design = Design::one(&text, |it| {
        let finding = Finding::new("rule", "words", it.at("s1x"));
        (1..=10).fold(finding, |finding, step| {
            finding.step(it.at(&format!("s{step}x")), "next")
        })
    });
    assert_eq!(
        design.cards(&full()),
        r#"a.arch:1:9: warning[rule]

  ⚠ words
   ╭─[a.arch:1:9]
 1 │ service s1x
   ·         ─┬─
   ·          ╰── 1. next
 2 │ service s2x
   ·         ─┬─
   ·          ╰── 2. next
 3 │ service s3x
   ·         ─┬─
   ·          ╰── 3. next
 4 │ service s4x
   ·         ─┬─
   ·          ╰── 4. next
 5 │ service s5x
   ·         ─┬─
   ·          ╰── 5. next
 6 │ service s6x
   ·         ─┬─
   ·          ╰── 6. next
   ╰────
  and: 4 more steps, see `--output-format plain`
"#
    );
    let plain = design.render(&options(Format::Plain, true, None));
    assert!(plain.contains("step 10: next (at a.arch:10:9)\n"));
}

#[test]
fn a_page_is_written_for_a_terminal() {
    let markdown = "# rule\n\nOne sentence over\ntwo lines.\n\n- an item\n- another\n\n## Example\n\n```arch bad\nservice a {\n  replicas: 1\n}\n```\n\n1. first\n2. second\n";
    assert_eq!(
        page(markdown, &options(Format::Full, true, Some(20))),
        r#"rule

One sentence over
two lines.

- an item
- another

Example

  bad:
    service a {
      replicas: 1
    }

1. first
2. second
"#
    );
    let colored = Options {
        color: true,
        ..full()
    };
    assert!(page(markdown, &colored).starts_with("\u{1b}[1mrule\u{1b}[0m\n"));
}

proptest::proptest! {
    #[test]
    fn any_text_and_any_places_are_shown(
        text in "([a-z \\t{}:;é注🙂\u{1b}\u{202e}]{0,6}(\n|\r\n|\r)?){0,8}",
        times in 1usize..50,
        places in proptest::collection::vec((0usize..700, 0usize..500, "[a-z\n\u{1b}]{0,3}"), 1..12),
        color: bool,
    ) {
        let text = text.repeat(times);
        let span = |(start, length, _): &(usize, usize, String)| Span::new(FileId(0), *start, start + length);
        let mut finding = Finding::new("rule", text.clone(), span(&places[0]));
        for (index, place) in places.iter().enumerate() {
            finding = match index % 2 {
                0 => finding.because(span(place), place.2.clone()),
                _ => finding.step(span(place), place.2.clone()),
            };
        }
        let design = Design::one(&text, |_| finding);
        for format in [Format::Full, Format::Concise, Format::Plain, Format::Json] {
            let output = design.render(&Options { color, ..options(format, true, Some(40)) });
            let output = output.replace("\u{1b}[", "");
            let raw = output.contains(|it: char| it != '\n' && super::text::is_control(it));
            proptest::prop_assert!(!raw, "{}", output);
            if format == Format::Full {
                let missing = output.contains("Failed to read");
                proptest::prop_assert!(!missing, "{}", output);
            }
        }
    }
}
