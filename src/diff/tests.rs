use super::*;
use crate::model::{Input, resolve};
use crate::source::{SourceFile, Span};

fn understood(text: &str) -> (Sources, Model) {
    let mut sources = Sources::default();
    let id = sources.add(SourceFile::new("a.arch", text));
    let (tree, mistakes) = crate::syntax::parse(id, sources.file(id));
    assert!(mistakes.is_empty(), "{mistakes:?}");
    let (model, mistakes) = resolve(&Input {
        sources: &sources,
        trees: vec![&tree],
        environment: None,
    });
    let wrong = mistakes.iter().filter(|it| it.severity > Severity::Info);
    assert_eq!(
        wrong.map(|it| &it.message).collect::<Vec<_>>(),
        Vec::<&String>::new()
    );
    (sources, model)
}

fn state(design: &(Sources, Model)) -> State<'_> {
    State {
        model: &design.1,
        sources: &design.0,
        findings: &[],
        accepted: &[],
        root: "a.arch",
    }
}

fn between(base: &str, head: &str) -> Changes {
    let (base, head) = (understood(base), understood(head));
    diff(Some(state(&base)), Some(state(&head)))
}

/// Writes what changed on one line each.
fn lines(changes: &Changes) -> Vec<String> {
    let items = changes.elements.iter().chain(&changes.relations);
    let said = |it: &Option<String>| it.clone().unwrap_or_default();
    let line = |item: &Item| {
        let facts = item.facts.iter();
        let facts =
            facts.map(|it| format!("{}: {} → {}", it.name, said(&it.before), said(&it.after)));
        let facts: Vec<String> = facts.collect();
        let sign = item.change.sign();
        format!("{sign} {} {} | {}", item.kind, item.name, facts.join(" | "))
    };
    items.map(line).collect()
}

fn targets(changes: &Changes) -> Vec<String> {
    let said = |it: &Option<String>| it.clone().unwrap_or_default();
    let line = |it: &Target| {
        let (before, after) = (said(&it.before), said(&it.after));
        format!(
            "{:?} {} {}: {before} → {after}",
            it.direction, it.of, it.what
        )
    };
    changes.requirements.iter().map(line).collect()
}

const DESIGN: &str = r#"
system Shop: product
functional Buy "People can buy"
quality Fast: latency { p99 < 200ms }
entity Order { id: uuid key; total: decimal }
api Public: rest { buy: POST /orders (item: text) -> Order { for: Buy; writes: Order } }
load Daily { users: 1M/day; buy: 2/user/day }
client app: browser
service orders { serves: Public; replicas: 3; stores: Order }
database ledger: postgres { stores: Order; replicas: 1 }
queue jobs
app -> orders { timeout: 1s }
orders -> ledger { writes: Order; timeout: 500ms }
orders ~> jobs
flow Buying: buy { app -> orders; orders -> ledger; orders ~> jobs }
"#;

fn edited(edits: &[(&str, &str)]) -> Changes {
    let mut head = DESIGN.to_owned();
    for (from, to) in edits {
        assert!(head.contains(from), "{from}");
        head = head.replacen(from, to, 1);
    }
    between(DESIGN, &head)
}

#[test]
fn nothing_changes_between_a_design_and_itself() {
    let changes = edited(&[]);
    assert!(changes.is_empty(), "{changes:?}");
    assert!(changes.breaking.is_empty());
}

#[test]
fn formatting_comments_units_and_order_are_no_change() {
    let changes = edited(&[
        ("system Shop: product", "// A shop\nsystem   Shop:product"),
        ("p99 < 200ms", "p99 < 0.2s"),
        ("timeout: 1s", "timeout: 1000ms"),
        (
            "serves: Public; replicas: 3",
            "replicas: 3;\n/// Serves all\nserves: Public",
        ),
        ("queue jobs\n", ""),
        ("client app: browser", "queue jobs\nclient app: browser"),
        (
            "id: uuid key; total: decimal",
            "total: decimal; id: uuid key",
        ),
    ]);
    assert!(changes.is_empty(), "{:#?}", lines(&changes));
}

#[test]
fn facts_are_told_before_and_after() {
    let changes = edited(&[
        ("replicas: 3", "replicas: 1..4 across 2 zones"),
        ("timeout: 500ms", "timeout: 2s; retries: 2"),
        ("total: decimal", "total: int; note: text"),
        ("2/user/day", "3/user/day"),
    ]);
    assert_eq!(
        lines(&changes),
        [
            "~ entity Order | field note:  → text | field total: decimal → int",
            "~ service orders | replicas: 3 → 1..4 across 2 zones",
            "~ load Daily | rate of Public.buy: 2/user/day → 3/user/day",
            "~ relation orders -> ledger | retries:  → 2 | timeout: 500ms → 2s",
        ]
    );
    assert!(changes.breaking.is_empty());
}

#[test]
fn what_is_new_and_gone_is_told_with_its_facts() {
    let changes = edited(&[
        ("queue jobs\n", "cache hot: redis { replicas: 2 }\n"),
        ("orders ~> jobs\nflow", "orders -> hot { need: soft }\nflow"),
        ("; orders ~> jobs }", "; orders -> hot }"),
    ]);
    assert_eq!(
        lines(&changes),
        [
            "+ cache hot | kind:  → cache | types:  → redis | replicas:  → 2",
            "- queue jobs | kind: queue → ",
            "~ flow Buying | step 3: orders ~> jobs → orders -> hot",
            "+ relation orders -> hot | need:  → soft",
            "- relation orders ~> jobs | ",
        ]
    );
}

#[test]
fn a_connection_with_another_arrow_is_the_same_connection() {
    let changes = edited(&[
        (
            "orders ~> jobs\nflow",
            "orders -> jobs { timeout: 1s }\nflow",
        ),
        ("; orders ~> jobs }", "; orders -> jobs }"),
    ]);
    let relations = Changes {
        elements: Vec::new(),
        ..changes
    };
    assert_eq!(
        lines(&relations),
        ["~ relation orders -> jobs | arrow: ~> → -> | timeout:  → 1s"]
    );
}

#[test]
fn a_step_between_others_is_one_change() {
    let changes = edited(&[(
        "app -> orders; orders -> ledger;",
        "app -> orders; orders -> ledger \"again\"; orders -> ledger;",
    )]);
    assert_eq!(
        lines(&changes),
        ["~ flow Buying | step 2:  → orders -> ledger \"again\""]
    );
}

#[test]
fn targets_are_weakened_or_strengthened_by_what_they_allow() {
    for (target, expected) in [
        ("p99 < 300ms", "Weakened Fast p99: < 200ms → < 300ms"),
        ("p99 <= 200ms", "Weakened Fast p99: < 200ms → <= 200ms"),
        ("p99 < 0.1s", "Strengthened Fast p99: < 200ms → < 0.1s"),
        ("p99 > 200ms", "Replaced Fast p99: < 200ms → > 200ms"),
        (
            "p99 < 200ms; p99 > 1ms",
            "Strengthened Fast p99: < 200ms → < 200ms and > 1ms",
        ),
        (
            "p99 < 200ms; on: buy",
            "Weakened Fast on: the whole system → Public.buy",
        ),
        (
            "p99 < 200ms; priority: later",
            "Weakened Fast priority:  → later",
        ),
    ] {
        let changes = edited(&[("p99 < 200ms", target)]);
        assert_eq!(targets(&changes), [expected]);
        let breaks = !expected.starts_with("Strengthened");
        assert_eq!(changes.breaking.len(), usize::from(breaks), "{target}");
    }
    let changes = edited(&[("p99 < 200ms", "p95 < 200ms")]);
    let expected = ["Removed Fast p99: < 200ms → ", "Added Fast p95:  → < 200ms"];
    assert_eq!(targets(&changes), expected);
}

#[test]
fn a_lower_bound_is_weakened_downward() {
    let quality = |bound: &str| format!("quality Up: availability {{ availability >= {bound} }}");
    let changes = between(&quality("99.9%"), &quality("99%"));
    assert_eq!(
        targets(&changes),
        ["Weakened Up availability: >= 99.9% → >= 99%"]
    );
    let changes = between(&quality("99.9%"), &quality("99.99%"));
    assert_eq!(
        targets(&changes),
        ["Strengthened Up availability: >= 99.9% → >= 99.99%"]
    );
}

#[test]
fn a_requirement_that_is_gone_or_another_kind_is_removed() {
    let changes = edited(&[(
        "functional Buy \"People can buy\"",
        "excluded Buy \"People can buy\"",
    )]);
    assert_eq!(
        targets(&changes),
        ["Removed Buy requirement: People can buy → "]
    );
    let changes = edited(&[("quality Fast: latency { p99 < 200ms }\n", "")]);
    assert_eq!(
        targets(&changes),
        ["Removed Fast requirement: p99 < 200ms → "]
    );
    assert_eq!(changes.breaking[0].reason, Reason::RequirementRemoved);
}

#[test]
fn callers_break_by_what_they_must_change() {
    for (operation, breaks) in [
        (
            "buy: POST /orders (item: text, note: text optional) -> Order",
            false,
        ),
        ("buy: POST /orders (item: text, note: text) -> Order", true),
        ("buy: POST /orders (item: text optional) -> Order", false),
        ("buy: POST /orders (item: uuid) -> Order", true),
        ("buy: POST /orders -> Order", false),
        ("buy: PUT /orders (item: text) -> Order", true),
        ("buy: POST /buy (item: text) -> Order", true),
        ("buy: POST /orders (item: text) -> Order[]", true),
        ("buy: POST /orders (item: text)", true),
    ] {
        let changes = edited(&[("buy: POST /orders (item: text) -> Order", operation)]);
        let reasons: Vec<Reason> = changes.breaking.iter().map(|it| it.reason).collect();
        let expected: &[Reason] = if breaks {
            &[Reason::OperationChanged]
        } else {
            &[]
        };
        assert_eq!(reasons, expected, "{operation}");
        assert!(!changes.is_empty());
    }
}

#[test]
fn a_design_that_is_gone_takes_its_operations_with_it() {
    let design = understood(DESIGN);
    let gone = diff(Some(state(&design)), None);
    let reasons: Vec<Reason> = gone.breaking.iter().map(|it| it.reason).collect();
    use Reason::{OperationRemoved, RequirementRemoved};
    assert_eq!(
        reasons,
        [OperationRemoved, RequirementRemoved, RequirementRemoved]
    );
    let new = diff(None, Some(state(&design)));
    assert!(new.breaking.is_empty());
    assert!(new.elements.iter().all(|it| it.change == Change::Added));
}

#[test]
fn findings_are_paired_by_who_they_are() {
    let design = understood(DESIGN);
    let about = |rule, name: &str, start| {
        let span = Span {
            start,
            ..Span::default()
        };
        Finding::new(rule, format!("{rule} at {name}"), span).about(name)
    };
    let before = [
        about("kept", "x", 1),
        about("gone", "x", 2),
        about("hidden", "x", 3),
        about("kept", "old.arch", 4),
    ];
    let after = [
        about("kept", "x", 9),
        about("new", "x", 5),
        about("kept", "x", 7),
        about("kept", "a.arch", 4),
    ];
    let accepted = [about("hidden", "x", 3)];
    let base = State {
        findings: &before,
        root: "old.arch",
        ..state(&design)
    };
    let head = State {
        findings: &after,
        accepted: &accepted,
        ..state(&design)
    };
    let found = diff(Some(base), Some(head)).findings;
    let rules = |list: &[Found]| list.iter().map(|it| it.rule.clone()).collect::<Vec<_>>();
    assert_eq!(rules(&found.new), ["kept", "new"]);
    assert_eq!(rules(&found.accepted), ["hidden"]);
    assert_eq!(rules(&found.gone), ["gone"]);
}

#[test]
fn a_sheet_tells_each_change_once() {
    let changes = edited(&[
        ("p99 < 200ms", "p99 < 300ms"),
        (
            "functional Buy \"People can buy\"",
            "functional Buy \"People can buy\"\nfunctional Look",
        ),
        ("replicas: 3", "replicas: 2"),
    ]);
    let sheet = sheet("old", "new", &[changes, Changes::default(), edited(&[])]);
    assert_eq!(sheet.title, "Changes from old to new");
    let told = format!("{sheet:?}");
    for (words, times) in [
        ("< 300ms", 2),
        ("\"Look\"", 1),
        ("service orders", 1),
        ("Nothing changed in 2 other designs.", 1),
    ] {
        assert_eq!(told.matches(words).count(), times, "{words}: {told}");
    }
}
