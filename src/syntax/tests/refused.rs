//! Texts that are refused, each with its messages and what they underline.

use super::*;

const REFUSED: &[(&str, &[(&str, &str)])] = &[
    // Something is missing.
    ("ttl:", &[("expected a value after `ttl:`", "ttl:")]),
    (
        "cache c { ttl:\n  eviction: lru }",
        &[("expected a value after `ttl:`", "ttl:")],
    ),
    (
        "cache c {\n  ttl:\n\n}\nservice s",
        &[("expected a value after `ttl:`", "ttl:")],
    ),
    ("a ->", &[("expected a name after `->`", "->")]),
    ("a -> b, ", &[("expected a value after `,`", ",")]),
    ("a, b", &[("expected an arrow such as `->` after `b`", "b")]),
    (
        "a.b",
        &[(
            "expected an arrow such as `->`, `:` or a comparison after `a.b`",
            "a.b",
        )],
    ),
    ("p99 <", &[("expected a value after `<`", "<")]),
    ("a: b |", &[("expected a value after `|`", "|")]),
    ("a: b = ", &[("expected a value after `=`", "=")]),
    ("a: b / ", &[("expected a value after `/`", "/")]),
    ("service s:", &[("expected a type after `s:`", "s:")]),
    (
        "service s: \"t\"",
        &[("expected a type after `s:`, found `\"t\"`", "\"t\"")],
    ),
    ("a: text(60", &[("unclosed `(`", "(")]),
    ("a: b[c\nd: 1", &[("unclosed `[`", "[")]),
    ("a: b[]]", &[("`]` closes nothing", "]")]),
    ("a: \"b\nc: 1", &[("unclosed string", "\"b")]),
    (
        "a: \"\"\"b\n  c\nservice s",
        &[("unclosed string", "\"\"\"")],
    ),
    ("a: 1 /* b\nc: 1", &[("unclosed comment", "/*")]),
    ("service a {\n  b: 1\nservice c", &[("unclosed `{`", "{")]),
    (
        "flow F {\n  opt \"x\" {\n    a -> b\n}\nservice c { d: 1 }",
        &[("unclosed `{`", "{")],
    ),
    ("@accept(a, \"b\"\nservice s", &[("unclosed `(`", "(")]),
    (
        "@ service s {}",
        &[("expected a name after `@`, found `service`", "service")],
    ),
    (
        "@accept(a,)",
        &[("expected an argument after `,`, found `)`", ")")],
    ),
    ("a: b *", &[("expected a value after `*`", "*")]),
    ("a: b *c", &[("unexpected `c` after `*`", "c")]),
    // Too much.
    ("}\nservice s", &[("`}` closes nothing", "}")]),
    ("a: 1 )", &[("`)` closes nothing", ")")]),
    (") a", &[("`)` closes nothing", ")")]),
    ("a: b ] c", &[("`]` closes nothing", "]")]),
    ("{ a: 1 }", &[("expected a statement before `{`", "{")]),
    (
        "service s\n{\n  a: 1\n}",
        &[("expected `{` on the line of its statement", "{")],
    ),
    (
        "service s \"a\" \"b\"",
        &[("unexpected `\"b\"` after `\"a\"`", "\"b\"")],
    ),
    (
        "service s extra",
        &[("expected a title in quotes, found `extra`", "extra")],
    ),
    (
        "a -> b c",
        &[("expected a title in quotes, found `c`", "c")],
    ),
    ("a: 1 @ 2", &[("unexpected `@` after `1`", "@")]),
    // Slips.
    (
        "replicas = 3",
        &[("expected `:` after `replicas`, found `=`", "=")],
    ),
    (
        "replicas == 3",
        &[("expected `:` after `replicas`, found `==`", "==")],
    ),
    (
        "replicas 3",
        &[("expected `:` after `replicas`, found `3`", "3")],
    ),
    (
        "ttl 24h",
        &[("expected `:` after `ttl`, found `24h`", "24h")],
    ),
    (
        "service 2fast { a: 1 }",
        &[("expected a name, found `2fast`", "2fast")],
    ),
    ("a --> b", &[("unknown arrow `-->`", "-->")]),
    ("a => b", &[("unknown arrow `=>`", "=>")]),
    ("a → b", &[("unknown arrow `→`", "→")]),
    ("a\n  -> b", &[("expected a name before `->`", "->")]),
    (
        "service s Tweet service { a: 1 }",
        &[("expected a title in quotes, found `Tweet`", "Tweet")],
    ),
    (
        "service s “Title”",
        &[("expected straight quotes, found “", "“")],
    ),
    (
        "service s 'Title'",
        &[("expected straight quotes, found '", "'")],
    ),
    (
        "s { a: 1,\n  b: 2,\n}",
        &[
            ("expected a value after `,`", ","),
            ("expected a value after `,`", ","),
        ],
    ),
    (
        "s { a: 1 b: 2 }",
        &[("expected `;` or a new line before `b:`", "b")],
    ),
    ("# note", &[("expected a statement, found `#`", "#")]),
    ("a: \"b\\t\"", &[("unknown escape `\\t`", "\\t")]),
    ("a: b* 2", &[("expected a blank before `*`", "*")]),
    ("a: http/2", &[("unexpected `/` in `http/2`", "/")]),
    (
        "a: https://x.y",
        &[("expected quotes around an address", "https://x.y")],
    ),
    (
        "a: >= 3",
        &[("expected a value after `a:`, found `>=`", ">=")],
    ),
    ("a:\u{a0}3", &[("unexpected character U+00A0", "\u{a0}")]),
    ("a\0b", &[("unexpected character U+0000", "\0")]),
    ("a: 5..", &[("unexpected `.` after `5`", ".")]),
    (
        "a: POST /x (b: text -> C { for: D }\ne: 1",
        &[("unclosed `(`", "(")],
    ),
    ("a: \"b\"//c", &[("expected a blank before `//`", "//")]),
    ("a:// c", &[("expected a blank before `//`", "//")]),
    // Several at once.
    (
        "a = 1\nb: 2\nc: \"d\ne -> f\n}\ng:",
        &[
            ("expected `:` after `a`, found `=`", "="),
            ("unclosed string", "\"d"),
            ("`}` closes nothing", "}"),
            ("expected a value after `g:`", "g:"),
        ],
    ),
];

#[test]
fn what_is_refused_says_why() {
    for (text, expected) in REFUSED {
        let refused = refused(text);
        let said: Vec<(&str, &str)> = refused
            .iter()
            .map(|(said, at)| (said.as_str(), at.as_str()))
            .collect();
        assert_eq!(said, *expected, "{text:?}");
    }
}

#[test]
fn a_slip_says_what_was_meant() {
    let helps = [
        ("replicas = 3", "a fact is written `replicas: 3`"),
        ("ttl 24h", "a fact is written `ttl: 24h`"),
        (
            "s { a: 1,\n}",
            "a statement ends at the end of its line and needs no comma there",
        ),
        (
            "service s Orders",
            "a title is written `\"…\"`; two statements on one line need `;` between them",
        ),
        ("# note", "a comment begins with `//`"),
        ("a: https://x.y b", "write `\"https://x.y\"`"),
        ("a: \"b\"//c", "a comment begins after a blank"),
    ];
    for (text, help) in helps {
        let (_, findings) = read(text);
        assert_eq!(findings[0].help.as_deref(), Some(help), "{text:?}");
    }
}

#[test]
fn good_items_survive_bad_ones() {
    let survivors = [
        (
            "a = 1\nb: 2\nc: \"d\ne -> f\n}\ng:",
            "broken<a> set<b: <2>> broken<c> connect<e -> f> broken<> broken<g>",
        ),
        (
            "service a {\n  b: 1\n  c\nservice d { e: 1 }",
            "declare<service a> { set<b: <1>> declare<c> } declare<service d> { set<e: <1>> }",
        ),
        (
            "service a {\nb: 1\n@x\nservice c {\nservice d",
            "declare<service a> { set<b: <1>> } @x() declare<service c> {} declare<service d>",
        ),
        (
            "service s\n{\n  a: 1\n}",
            "declare<service s> { set<a: <1>> }",
        ),
        (
            "service s Orders {\n  a = 1\n}\nb: 1",
            "broken<service s Orders> set<b: <1>>",
        ),
        (
            "s { a: 1 b: 2; c: 3 }",
            "declare<s> { broken<a> set<c: <3>> }",
        ),
        ("a: \"\"\"b\n  c\nservice s", "broken<a> declare<service s>"),
        ("@ service s { a }\nb: 1", "broken<> set<b: <1>>"),
    ];
    for (text, tree) in survivors {
        assert_eq!(render::items(&read(text).0.items), tree, "{text:?}");
    }
}

#[test]
fn a_missing_brace_is_reported_where_it_opens() {
    let text = "flow F {\n  opt \"x\" {\n    a -> b\n}\nservice c { d: 1 }";
    let (_, findings) = read(text);
    assert_eq!(
        findings[0].primary.span.start as usize,
        text.find("\"x\" {").unwrap() + 4
    );
    let text = "flow F {\n  opt \"x\" {\n    a -> b\n  }\nservice c { d: 1 }";
    let (_, findings) = read(text);
    assert_eq!(findings[0].primary.span.start, 7);
}

#[test]
fn errors_within_a_bad_statement_are_reported_too() {
    let said = refused("service s Orders {\n  a = 1\n}");
    assert_eq!(said.len(), 2, "{said:?}");
}

#[test]
fn the_identity_of_a_finding_does_not_depend_on_lines() {
    let fingerprint = |text: &str| read(text).1[0].fingerprint();
    let text = "service s {\n  a = 1\n}";
    assert_eq!(fingerprint(text), fingerprint(&format!("b: 1\n\n{text}")));
    assert_ne!(fingerprint(text), fingerprint("service t {\n  a = 1\n}"));
}

#[test]
fn what_is_no_text_is_one_finding() {
    let file = SourceFile::from_bytes("a.arch", b"\x7fELF\0\0\xff{{{ service } \0".to_vec());
    let (tree, findings) = parse(FileId(0), &file);
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert_eq!(tree.items.len(), 1);
    assert_eq!(tree.items[0].span.range(), 0..file.text.len());
}

#[test]
fn invalid_utf8_is_one_finding_and_the_rest_is_read() {
    let file = SourceFile::from_bytes("x", b"a: 1\nb: \xff\nc \xff = 3\nd: 2".to_vec());
    let (tree, findings) = parse(FileId(0), &file);
    assert_eq!(findings.len(), 1);
    assert_eq!(
        findings[0].message,
        "the file is not UTF-8: the byte at offset 8 cannot be read"
    );
    assert_eq!(
        render::items(&tree.items),
        "set<a: <1>> broken<b> broken<c> set<d: <2>>"
    );
}

#[test]
fn nesting_has_an_end() {
    let nested = |depth: usize| format!("a {}{}\nb: 1", "{ a ".repeat(depth), "}".repeat(depth));
    assert_eq!(refused(&nested(64)), []);
    for text in [nested(65), nested(10_000)] {
        let (tree, findings) = read(&text);
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].message, "nesting is deeper than 64 levels");
        assert_eq!(findings[0].primary.span.start, 2 + 64 * 4);
        assert_eq!(render::items(&tree.items), "broken<a> set<b: <1>>");
    }
    let mixed = |depth: usize| {
        format!(
            "a {{ b: {}c{} }}\nd: 1",
            "(".repeat(depth),
            ")".repeat(depth)
        )
    };
    assert_eq!(refused(&mixed(63)), []);
    assert_eq!(refused(&mixed(64)).len(), 1);
    assert_eq!(
        render::items(&read(&mixed(64)).0.items),
        "broken<a> set<d: <1>>"
    );
    for hostile in [
        "{",
        "(",
        "[",
        "a {\n",
        " a {\n",
        "a: (\n",
        "a: [b(",
        "}",
        ")",
        "\"",
        "/*",
        "@a(",
        "a ->\n//\n",
        "/{",
    ] {
        read(&hostile.repeat(20_000));
    }
}
