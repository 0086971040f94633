//! Any text is read: nothing panics, and every place is exact.

use proptest::prelude::*;

use super::*;
use crate::source::Span;
use crate::syntax::outline;
use crate::syntax::splitter::{self, MarkKind};
use crate::syntax::tree::*;

/// Words that mean something, and some that do not.
const WORDS: &str = "system functional quality assumption question excluded entity enum api actor client \
    external dns cdn balancer gateway service worker function scheduler processor database cache \
    storage search warehouse lock queue topic identity vault monitor region zone network domain host \
    flow opt alt else par loop atomic load estimate decision view policy defaults kind technology \
    problem expectation hint environment import about product rest latency redis uuid text key unique \
    personal on for serves stores replicas across zones many yes no none to through deny require \
    except GET POST query send rpc stream per by until users peak bytes ms s min p99 accept tag";

#[test]
fn every_word_works_as_kind_name_key_type_value_and_tag() {
    for word in WORDS.split_whitespace() {
        let accepted = [
            (word.to_owned(), format!("declare<{word}>")),
            (
                format!("service {word} {{ a: 1 }}"),
                format!("declare<service {word}> {{ set<a: <1>> }}"),
            ),
            (
                format!("{word} name: {word}"),
                format!("declare<{word} name: {word}>"),
            ),
            (format!("{word} \"t\""), format!("declare<{word}> \"t\"")),
            (
                format!("{word}: {word}, {word}[]"),
                format!("set<{word}: {word}, {word}[]>"),
            ),
            (
                format!("{word}.{word}: {word} {word}"),
                format!("set<{word}.{word}: {word} {word}>"),
            ),
            (
                format!("{word}: ({word}: {word})"),
                format!("set<{word}: ({word}: {word})>"),
            ),
            (format!("{word} < 3"), format!("demand<{word} < <3>>")),
            (
                format!("{word} -> {word} | {word}"),
                format!("connect<{word} -> {word}|{word}>"),
            ),
            (format!("a: #{word}"), format!("set<a: tag {word}>")),
            (format!("@{word}({word})"), format!("@{word}({word})")),
        ];
        for (text, tree) in accepted {
            assert_eq!(refused(&text), [], "{text}");
            assert_eq!(render::items(&read(&text).0.items), tree, "{text}");
        }
    }
}

#[test]
fn every_comment_is_kept() {
    for text in [
        DESIGN,
        "a: 1 // b\nc /* d */ -> /* e */ f // g\ns /* h */ { // i\n /* j */ } // k",
        "a: 1,\n// b\n// c\n2",
    ] {
        assert_every_comment_is_kept(text);
    }
    let (tree, _) = read("a /* b */ -> // c\n d");
    let Node::Statement(statement) = &tree.items[0].node else {
        panic!()
    };
    assert_eq!(statement.inner_comments.len(), 2);
}

#[test]
fn a_bracket_that_reaches_over_a_cut_is_read() {
    assert_sound("{@[a: 1\na\n]a");
}

#[test]
fn blank_lines_and_shared_lines_are_noted() {
    let flags = |text| {
        let (tree, _) = read(text);
        tree.items
            .iter()
            .map(|item| (item.blank_before, item.same_line))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        flags("a: 1 // b\n\n\nc: 2; d: 3\ne: 4"),
        [
            (false, false),
            (false, true),
            (true, false),
            (false, true),
            (false, false)
        ]
    );
    let (tree, _) = read("a { b: 1\n\n  c: 2 }");
    let Node::Statement(statement) = &tree.items[0].node else {
        panic!()
    };
    let block = statement.block.as_ref().unwrap();
    assert!(block.items[0].same_line && !block.items[0].blank_before);
    assert!(!block.items[1].same_line && block.items[1].blank_before);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_string_is_read(text in any::<String>()) {
        assert_sound(&text);
    }

    #[test]
    fn any_soup_of_tokens_is_read(text in soup()) {
        assert_sound(&text);
        assert_every_comment_is_kept(&text);
        assert_outline_is_of_the_tree(&text);
    }
}

#[test]
fn an_outline_has_the_heads_asked_for_and_nothing_of_blocks() {
    let text = "@owner(a)\nservice x { import \"no.arch\" }\nimport \"b.arch\"\nsystem S { a: 1 }\nsystem {";
    assert_outline_is_of_the_tree(text);
    assert_eq!(heads(&outlined(text)).len(), 3);
}

fn outlined(text: &str) -> Tree {
    outline(
        FileId(0),
        &SourceFile::new("a.arch", text),
        &["import", "system"],
    )
}

/// Returns the heads of the statements that stand in no block and begin with a word
/// of the outline, with their titles.
fn heads(tree: &Tree) -> Vec<String> {
    let heads = tree.items.iter().filter_map(|item| match &item.node {
        Node::Statement(it) => Some((&it.head, &it.title)),
        _ => None,
    });
    let asked = heads.filter(|(head, _)| {
        matches!(head, Head::Declare(it) if matches!(&*it.kind.text, "import" | "system"))
    });
    asked.map(|it| format!("{it:?}")).collect()
}

fn assert_outline_is_of_the_tree(text: &str) {
    assert_eq!(heads(&outlined(text)), heads(&read(text).0), "{text:?}");
}

/// Returns tokens in any order, so that most of the grammar is met.
fn soup() -> impl Strategy<Value = String> {
    let tokens = "a|b-c|é|service |entity E|: |:|,|;|\n|\n\n| |  |{|}| { | }|(|)|[|]|[]|->| -> | ~> |<->| |\
        < |>=|=|12|3 ms|2..10|$5/month|100:1|/a/{id}| /|/ |* |*| + | - |#t|@x(y)|@|\"t\"|\"| \"\\n\"|\"\"\"|\
        // c\n| /* d */ |/*|*/|/// e\n|.|%|“|\r\n|\t|\0|\u{feff}|GET /x |a: 1\n|b -> c\n|s x { y: 1 }\n|system |import ";
    let tokens: Vec<&'static str> = tokens.split('|').chain(["|"]).collect();
    proptest::collection::vec(proptest::sample::select(tokens), 0..60)
        .prop_map(|tokens| tokens.concat())
}

fn assert_sound(text: &str) {
    let (tree, findings) = read(text);
    for finding in &findings {
        assert!(
            text.get(finding.primary.span.range()).is_some(),
            "{finding:?}"
        );
        assert!(!finding.message.is_empty() && !finding.subjects.is_empty());
    }
    let has_broken = check_items(text, Span::new(FileId(0), 0, text.len()), &tree.items);
    assert!(
        !has_broken || !findings.is_empty(),
        "something is broken and nobody says so"
    );
}

/// Checks that items lie in order within `outer`; tells whether one is broken.
fn check_items(text: &str, outer: Span, items: &[Item]) -> bool {
    let mut end = outer.start;
    let mut has_broken = false;
    for item in items {
        assert!(
            outer.contains(item.span) && end <= item.span.start,
            "{item:?}"
        );
        assert!(text.get(item.span.range()).is_some_and(|it| !it.is_empty()));
        end = item.span.end;
        has_broken |= match &item.node {
            Node::Broken(broken) => {
                broken
                    .words
                    .iter()
                    .for_each(|name| check_name(text, item.span, name));
                true
            }
            Node::Statement(statement) => check_statement(text, item.span, statement),
            Node::Annotation(annotation) => {
                check_name(text, item.span, &annotation.name);
                check_arguments(text, item.span, &annotation.arguments);
                false
            }
            Node::Comment | Node::Doc(_) => false,
        };
    }
    has_broken
}

fn check_statement(text: &str, outer: Span, statement: &Statement) -> bool {
    assert!(outer.contains(statement.head_span));
    let head = statement.head_span;
    statement
        .inner_comments
        .iter()
        .for_each(|comment| assert!(head.contains(*comment)));
    match &statement.head {
        Head::Connect(connect) => {
            assert_eq!(connect.hops.len(), connect.arrows.len() + 1);
            for (arrow, span) in &connect.arrows {
                assert_eq!(&text[span.range()], arrow.symbol());
            }
            let ends = connect
                .hops
                .iter()
                .flat_map(|hop| hop.ends.iter().flatten());
            ends.for_each(|path| check_path(text, head, path));
        }
        Head::Declare(declare) => {
            let names = [&declare.kind].into_iter().chain(&declare.name);
            names.for_each(|name| check_name(text, head, name));
            declare
                .types
                .iter()
                .for_each(|path| check_path(text, head, path));
        }
        Head::Demand(demand) => {
            check_path(text, head, &demand.measure);
            assert_eq!(
                &text[demand.comparison_span.range()],
                demand.comparison.symbol()
            );
            check_value(text, head, &demand.bound);
        }
        Head::Set(set) => {
            check_path(text, head, &set.key);
            check_value(text, head, &set.value);
        }
    }
    if let Some(title) = &statement.title {
        assert!(head.contains(title.span) && text[title.span.range()].starts_with('"'));
    }
    statement.block.as_ref().is_some_and(|block| {
        assert!(outer.contains(block.span) && head.end <= block.span.start);
        check_items(text, block.span, &block.items)
    })
}

fn check_value(text: &str, outer: Span, value: &Value) {
    assert!(outer.contains(value.span));
    let phrases = value.choices.iter().flat_map(|choice| &choice.phrases);
    phrases.for_each(|phrase| check_phrase(text, value.span, phrase));
}

fn check_arguments(text: &str, outer: Span, arguments: &[Argument]) {
    for argument in arguments {
        argument
            .name
            .iter()
            .for_each(|name| check_name(text, outer, name));
        check_phrase(text, outer, &argument.value);
    }
}

fn check_phrase(text: &str, outer: Span, phrase: &Phrase) {
    assert!(outer.contains(phrase.span) && !phrase.atoms.is_empty());
    let mut end = phrase.span.start;
    for atom in &phrase.atoms {
        assert!(phrase.span.contains(atom.span) && end <= atom.span.start);
        end = atom.span.end;
        let written = &text[atom.span.range()];
        match &atom.kind {
            AtomKind::Call(path, arguments) | AtomKind::Selector(path, arguments) => {
                check_path(text, atom.span, path);
                check_arguments(text, atom.span, arguments);
            }
            AtomKind::Group(arguments) => check_arguments(text, atom.span, arguments),
            AtomKind::Word(path, _) => check_path(text, atom.span, path),
            AtomKind::Route(route) => assert_eq!(written, route),
            AtomKind::Tag(tag) => assert_eq!(written.strip_prefix('#'), Some(tag.as_str())),
            AtomKind::Quantity(quantity) => {
                let first = quantity.split(' ').next().unwrap_or_default();
                assert!(written.starts_with(first));
            }
            AtomKind::Text(_) => assert!(written.starts_with('"') && written.ends_with('"')),
            AtomKind::Any => assert_eq!(written, "*"),
            AtomKind::Operator(_) => assert!(written.len() <= 3),
        }
    }
}

fn check_name(text: &str, outer: Span, name: &Name) {
    assert!(outer.contains(name.span));
    assert_eq!(&text[name.span.range()], name.text);
}

fn check_path(text: &str, outer: Span, path: &Path) {
    assert!(outer.contains(path.span));
    assert_eq!(&text[path.span.range()], path.text);
}

/// Checks that the tree keeps as many comments as the text has; those in
/// broken items are kept with their bytes.
fn assert_every_comment_is_kept(text: &str) {
    let marks = splitter::split(text);
    let is_comment = |kind| {
        matches!(
            kind,
            MarkKind::Comment | MarkKind::Doc | MarkKind::UnclosedComment
        )
    };
    let comments = marks.iter().filter(|mark| is_comment(mark.kind));
    let mut kept = Vec::new();
    let mut broken = Vec::new();
    collect(&read(text).0.items, &mut kept, &mut broken);
    let inside = |at: u32| {
        broken
            .iter()
            .any(|span: &Span| span.start <= at && at < span.end)
    };
    let expected: Vec<u32> = comments
        .map(|mark| mark.start)
        .filter(|at| !inside(*at))
        .collect();
    kept.sort_unstable();
    assert_eq!(kept, expected, "{text:?}");
}

fn collect(items: &[Item], kept: &mut Vec<u32>, broken: &mut Vec<Span>) {
    for item in items {
        match &item.node {
            Node::Comment | Node::Doc(_) => kept.push(item.span.start),
            Node::Broken(_) | Node::Annotation(_) => broken.push(item.span),
            Node::Statement(statement) => {
                kept.extend(statement.inner_comments.iter().map(|comment| comment.start));
                statement
                    .block
                    .iter()
                    .for_each(|block| collect(&block.items, kept, broken));
            }
        }
    }
}
