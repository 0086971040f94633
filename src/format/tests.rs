//! What is laid out how, and that nothing is lost on the way.

use proptest::prelude::*;

use super::*;
use crate::source::FileId;
use crate::syntax;

const LAID_OUT: &[(&str, &str)] = &[
    ("a:1;b : 2", "a: 1\nb: 2\n"),
    (
        "cache  c :redis|memcached  \"t\"",
        "cache c: redis | memcached \"t\"\n",
    ),
    ("a->b,c|d~>e<->f \"t\"", "a -> b, c | d ~> e <-> f \"t\"\n"),
    ("p99<=5   ms", "p99 <= 5 ms\n"),
    (
        "a: ( b:c ,d )  x| y,text( 60 ) [",
        "a: ( b:c ,d )  x| y,text( 60 ) [\n",
    ),
    (
        "a: ( b:c ,d )  x| y,text( 60 ) T[] db[ k,p<3 ]",
        "a: (b: c, d) x | y, text(60) T[] db[k, p < 3]\n",
    ),
    (
        "a: GET /u/{id}(b:c)->D[]{for:E}",
        "a: GET /u/{id} (b: c) -> D[] { for: E }\n",
    ),
    ("a: b*c", "a: b*c\n"),
    ("a: b * c = 6  GB/day", "a: b * c = 6 GB/day\n"),
    ("s{a:1;b:2}", "s { a: 1; b: 2 }\n"),
    ("s { a: 1 ; }", "s { a: 1 }\n"),
    ("s {\n}", "s {}\n"),
    (
        "s {\n\n  a: 1\n\n\n  b: 2\n\n}",
        "s {\n  a: 1\n\n  b: 2\n}\n",
    ),
    ("s { a: 1\nb: 2 }", "s {\n  a: 1\n  b: 2\n}\n"),
    (
        "s { // c\na: 1   // d\n// e\n}",
        "s { // c\n  a: 1 // d\n  // e\n}\n",
    ),
    (
        "s { a: 1 /* c */; /* d */ b: 2 }",
        "s { a: 1 /* c */ /* d */; b: 2 }\n",
    ),
    ("a: 1; /* c */ b: 2", "a: 1 /* c */\nb: 2\n"),
    ("/* c */ a: 1", "/* c */ a: 1\n"),
    (
        "///one\n///   two\n///\na: 1",
        "/// one\n///   two\n///\na: 1\n",
    ),
    (
        "@tag( x,y ) a: 1\n@later()\nb: 2",
        "@tag(x, y) a: 1\n@later\nb: 2\n",
    ),
    ("@accept(a, /* c */ \"b\")", "@accept(a, /* c */ \"b\")\n"),
    (
        "alt \"h\" { a -> b }   else \"m\" {\na -> c }",
        "alt \"h\" { a -> b } else \"m\" {\n  a -> c\n}\n",
    ),
    (
        "alt \"h\" {\na -> b\n}\nelse {\na -> c\n}",
        "alt \"h\" {\n  a -> b\n}\nelse {\n  a -> c\n}\n",
    ),
    ("s{} t{}", "s {}\nt {}\n"),
    ("a:b ,\n   c", "a:b ,\n   c\n"),
    ("a /* c */  ->b {x:1}", "a /* c */  ->b { x: 1 }\n"),
    (
        "s \"\"\"\n  x\n \"\"\"{a:1}",
        "s \"\"\"\n  x\n \"\"\" { a: 1 }\n",
    ),
    ("a: \"x\\n  y\"  \"z\"", "a: \"x\\n  y\" \"z\"\n"),
    ("a:1\r\nb:2\r\nc:3\n", "a: 1\r\nb: 2\r\nc: 3\r\n"),
    ("\u{feff}\n\na:1", "\u{feff}a: 1\n"),
    ("\n\n\n", ""),
    ("", ""),
    ("service s\n{\na:1\n}", "service s {\n  a: 1\n}\n"),
    // Errors stay as they are, and their neighbours apart.
    ("a:1\nb  =  2 ;c:3", "a: 1\nb  =  2 ;c: 3\n"),
    ("a: ;b:1", "a: ;b: 1\n"),
    ("x:1\ns {\n b:1\nt{c:1}", "x: 1\ns {\n b:1\nt { c: 1 }\n"),
    ("}\n\n\na:1", "}\n\n\na: 1\n"),
];

#[test]
fn a_text_is_laid_out() {
    for (text, expected) in LAID_OUT {
        assert_eq!(formatted(text), *expected, "{text:?}");
        assert_lossless(text);
    }
}

#[test]
fn a_line_that_is_too_long_is_broken_at_its_block() {
    let statements = |count: usize| vec!["some-key: some-value"; count];
    let fits = format!("s {{ {} }}\n", statements(4).join("; "));
    assert_eq!(formatted(&fits), fits);
    let long = format!("s {{ {} }}\n", statements(5).join("; "));
    let broken = format!("s {{\n  {}\n}}\n", statements(5).join("\n  "));
    assert_eq!(formatted(&long), broken);
    assert_lossless(&long);
}

#[test]
fn the_examples_keep_all_they_have() {
    let mut folders = vec![std::path::PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/examples"
    ))];
    let mut count = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path
                .extension()
                .is_some_and(|extension| extension == "arch")
            {
                assert_lossless(&std::fs::read_to_string(&path).unwrap());
                count += 1;
            }
        }
    }
    assert!(count > 0);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_string_keeps_all_it_has(text in any::<String>()) {
        assert_lossless(&text);
    }

    #[test]
    fn any_design_keeps_all_it_has(text in items()) {
        prop_assert!(!read(&text).items.iter().any(|item| is_broken(item, &text)));
        assert_lossless(&text);
    }

    #[test]
    fn any_soup_keeps_all_it_has(text in soup()) {
        assert_lossless(&text);
    }
}

/// Returns statements, blocks and comments in any layout.
fn items() -> impl Strategy<Value = String> {
    let heads = vec![
        "a:1",
        "a : b , c|d",
        "service s",
        "cache c:redis | memcached \"t\"",
        "p99.9<5 ms",
        "a->b",
        "a, b ~> c | d \"t\"",
        "x.y: GET /u/{id}(p : text)->T[]",
        "a: GET /",
        "e: b * (c + 2) / d = 6 GB/day",
        "deny: a, * -> db[k:v, p99 < 5ms]",
        "require: a to * through #t[x]",
        "i: (a,b), \"x;{y}\"",
        "opt \"miss\"",
        "else",
        "a:\n  b",
        "a ->\n b,\n  c",
        "a /* in */ -> b",
        "a: 1, // in\n 2",
        "d \"\"\"\n  One {\n   two\n\"\"\"",
        "a: 2027-01-31 $5/month -5 3x #t",
        "bare",
        "текст: é",
    ];
    let before = vec![
        "",
        "",
        "",
        "@tag( x ) ",
        "@later\n",
        "/* c */ ",
        "/// doc\n",
        "// c\n",
        "\n\n",
    ];
    let after = vec![
        "\n",
        "\n",
        ";",
        " ; ",
        "\n\n\n",
        " // c\n",
        " /* c */\n",
        "; /* c */ ",
        "\r\n",
        ";\t",
    ];
    let statement = (
        proptest::sample::select(before),
        proptest::sample::select(heads),
        proptest::sample::select(after.clone()),
    );
    let plain = statement.prop_map(|(before, head, after)| format!("{before}{head}{after}"));
    let inner = proptest::collection::vec(plain, 0..4).prop_map(|items| items.concat());
    inner.prop_recursive(4, 24, 4, move |inner| {
        let opening = vec![
            "s {",
            "a -> b{\n",
            "opt \"x\" { // c\n",
            "k: {",
            "else {",
            "a: GET /x { /* c */",
            "flow F: g /* c */ {",
        ];
        let closing = vec!["}", "}\n", "\n}", " } ", "}; ", "} // c\n", "/* c */ }"];
        let block = (
            proptest::sample::select(opening),
            inner.clone(),
            proptest::sample::select(closing),
        );
        let block = block.prop_map(|(open, inner, close)| format!("{open}{inner}{close}"));
        proptest::collection::vec(prop_oneof![block, inner], 1..4).prop_map(|items| items.concat())
    })
}

/// Returns tokens in any order.
fn soup() -> impl Strategy<Value = String> {
    let tokens = "a|b-c|service |: |:|,|;|\n|\n\n|  |{|}| { | }|(|)|[|]|->| -> |<| |12|3 ms|/a/{id}| /|*| * |#t|@x(y)|@|\
        \"t\"|\"|\"\"\"|// c\n| /* d */ |/*|/// e\n|\r\n|\t|\0|\u{feff}|GET /x |a: 1\n|b -> c\n|s x { y: 1 }\n";
    let tokens: Vec<&'static str> = tokens.split('|').chain(["|"]).collect();
    proptest::collection::vec(proptest::sample::select(tokens), 0..40)
        .prop_map(|tokens| tokens.concat())
}

fn read(text: &str) -> Tree {
    syntax::parse(FileId(0), &SourceFile::new("test.arch", text)).0
}

fn formatted(text: &str) -> String {
    format(&read(text), text)
}

/// Checks that the layout of a text reads the same, and is its own layout.
fn assert_lossless(text: &str) {
    let once = formatted(text);
    assert_eq!(formatted(&once), once, "not its own layout: {text:?}");
    assert!(shape(&once) == shape(text), "{text:?} became {once:?}");
    assert!(
        comments(&once) == comments(text),
        "{text:?} became {once:?}"
    );
}

/// Returns the tree of a text without places and blank space.
fn shape(text: &str) -> String {
    let debug = format!("{:?}", read(text).items);
    let mut shape = String::new();
    let mut parts = debug.split("Span { ");
    shape.push_str(parts.next().unwrap_or_default());
    for part in parts {
        shape.push_str(part.split_once('}').map_or("", |(_, rest)| rest));
    }
    for flag in [
        "blank_before: true",
        "blank_before: false",
        "same_line: true",
        "same_line: false",
    ] {
        shape = shape.replace(flag, "");
    }
    shape
}

/// Returns the comments of a text in alphabetical order.
fn comments(text: &str) -> Vec<String> {
    let mut comments = Vec::new();
    collect(&read(text).items, text, &mut comments);
    comments.sort_unstable();
    comments
}

fn collect(items: &[Item], text: &str, comments: &mut Vec<String>) {
    for item in items {
        match &item.node {
            Node::Comment => comments.push(text[item.span.range()].replace('\r', "")),
            Node::Statement(statement) => {
                let inner = statement.inner_comments.iter();
                comments.extend(inner.map(|comment| text[comment.range()].to_owned()));
                if let Some(block) = &statement.block {
                    collect(&block.items, text, comments);
                }
            }
            _ => {}
        }
    }
}
