//! What must hold of every design.

use proptest::prelude::*;
use underpin::finding::Finding;
use underpin::format::format;
use underpin::source::{FileId, SourceFile};
use underpin::syntax;

use crate::support::{findings, fingerprints};

/// A small design that can be grown and shuffled: its statements, in order.
#[derive(Clone, Debug)]
struct Sketch {
    statements: Vec<String>,
    replicas: Vec<u8>,
}

const KINDS: [&str; 6] = ["service", "database", "cache", "queue", "worker", "gateway"];

const FACTS: [&str; 12] = [
    "",
    " { need: soft }",
    " { writes: Item }",
    " { reads: Item }",
    " { retries: 3 }",
    " { timeout: none }",
    " { timeout: 1s; retries: 4; backoff: none }",
    " { timeout: 2s }",
    " { writes: Item; retries: 2 }",
    " { reads: Item; target: replica }",
    " { mode: cdc }",
    " { fallback: c0 }",
];

fn sketch() -> impl Strategy<Value = Sketch> {
    let parts = prop::collection::vec((0..KINDS.len(), 0u8..4), 2..9);
    let links = prop::collection::vec((0usize..9, 0usize..9, 0u8..24), 1..14);
    (parts, links).prop_map(|(parts, links)| {
        let count = parts.len();
        let mut statements = vec![
            "system S: product".to_owned(),
            "quality Up: availability { availability >= 99.9% }".to_owned(),
            "functional Use \"Users should be able to use it\"".to_owned(),
            "entity Item { id: uuid key; owner: text personal; about { contended: yes; consistency: strong } }".to_owned(),
            "client app: mobile".to_owned(),
            "app -> c0".to_owned(),
        ];
        for (index, (kind, _)) in parts.iter().enumerate() {
            statements.push(format!("{} c{index} REPLICAS{index}", KINDS[*kind]));
        }
        for (from, to, how) in links {
            let arrow = if how % 3 == 0 { "~>" } else { "->" };
            let facts = FACTS[how as usize % FACTS.len()];
            statements.push(format!("c{} {arrow} c{}{facts}", from % count, to % count));
        }
        Sketch {
            statements,
            replicas: parts.into_iter().map(|(_, replicas)| replicas).collect(),
        }
    })
}

impl Sketch {
    fn text(&self) -> String {
        self.order(&(0..self.statements.len()).collect::<Vec<_>>())
    }

    fn order(&self, order: &[usize]) -> String {
        let mut text = String::new();
        for index in order {
            let mut line = self.statements[*index].clone();
            for (part, replicas) in self.replicas.iter().enumerate() {
                let facts = match replicas {
                    0 => String::new(),
                    count => format!("{{ replicas: {count} }}"),
                };
                line = line.replace(&format!("REPLICAS{part}"), &facts);
            }
            text.push_str(&line);
            text.push('\n');
        }
        text
    }
}

/// Merging relations that disagree is an error whose place depends on the order.
fn consistent(findings: &[Finding]) -> bool {
    findings
        .iter()
        .all(|finding| finding.rule != "conflicting-facts")
}

fn single_points(text: &str) -> Vec<String> {
    let all = findings(text);
    let mut found: Vec<String> = all
        .iter()
        .filter(|finding| finding.rule == "single-point-of-failure")
        .flat_map(|finding| finding.subjects.clone())
        .collect();
    found.sort();
    found
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn order_never_changes_what_is_found(
        (sketch, seed) in sketch().prop_flat_map(|sketch| {
            let order: Vec<usize> = (0..sketch.statements.len()).collect();
            (Just(sketch), Just(order).prop_shuffle())
        })
    ) {
        let plain = sketch.text();
        prop_assume!(consistent(&findings(&plain)));
        prop_assert_eq!(fingerprints(&plain), fingerprints(&sketch.order(&seed)));
    }

    #[test]
    fn comments_and_blank_lines_never_change_what_is_found(sketch in sketch()) {
        let plain = sketch.text();
        let noisy: String =
            plain.lines().map(|line| format!("\n// a word\n{line} // another\n\n")).collect();
        prop_assert_eq!(fingerprints(&plain), fingerprints(&noisy));
    }

    #[test]
    fn formatting_never_changes_what_is_found(sketch in sketch()) {
        let plain = sketch.text();
        let formatted = formatted(&plain);
        prop_assert_eq!(&formatted, &self::formatted(&formatted));
        prop_assert_eq!(fingerprints(&plain), fingerprints(&formatted));
    }

    #[test]
    fn a_replica_more_never_adds_a_single_point_of_failure(
        sketch in sketch(), which in 0usize..9
    ) {
        let before = single_points(&sketch.text());
        let mut more = sketch.clone();
        let which = which % more.replicas.len();
        // From "not stated" nothing can be taken for granted: it may turn out to be one.
        prop_assume!(more.replicas[which] > 0);
        more.replicas[which] += 1;
        let after = single_points(&more.text());
        prop_assert!(after.iter().all(|point| before.contains(point)), "{after:?} in {before:?}");
    }

    #[test]
    fn any_text_is_reviewed(text in "\\PC{0,200}") {
        findings(&text);
    }

    #[test]
    fn any_soup_of_words_is_reviewed(
        words in prop::collection::vec(prop::sample::select(SOUP), 0..60)
    ) {
        let text = words.join(" ");
        findings(&text);
        let formatted = formatted(&text);
        prop_assert_eq!(&formatted, &self::formatted(&formatted));
    }
}

const SOUP: &[&str] = &[
    "service",
    "a",
    "b",
    "{",
    "}",
    "\n",
    "->",
    "~>",
    "<->",
    ":",
    ";",
    ",",
    "|",
    "(",
    ")",
    "[",
    "]",
    "entity",
    "flow",
    "load",
    "estimate",
    "quality",
    "p99",
    "<",
    ">=",
    "200ms",
    "3",
    "GET",
    "/x",
    "replicas",
    "reads",
    "writes",
    "\"t\"",
    "//",
    "/*",
    "*/",
    "///",
    "@accept",
    "about",
    "=",
    "*",
    "api",
    "rest",
    "environment",
    "a.b",
    "opt",
    "alt",
    "else",
    "defaults",
    "relation",
    "import",
    "technology",
    "kind",
    "users",
    "10/user/day",
    "for",
    "serves",
    "stores",
    "\"\"\"",
    "host",
];

fn formatted(text: &str) -> String {
    let file = SourceFile::new("a.arch", text);
    let (tree, _) = syntax::parse(FileId(0), &file);
    format(&tree, &file.text)
}

#[test]
fn threads_never_change_what_is_printed() {
    let examples = concat!(env!("CARGO_MANIFEST_DIR"), "/examples");
    let run = |threads: &str| {
        let arguments = format!("check {examples} --output-format json --profile strict {threads}");
        crate::support::Test::new(&arguments).run().stdout
    };
    let one = run("-j 1");
    assert!(one.len() > 1000, "{one}");
    for threads in ["-j 2", "-j 8", ""] {
        assert_eq!(one, run(threads));
    }
}
