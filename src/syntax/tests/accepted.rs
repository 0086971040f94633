//! Texts that are read, each with its tree.

use super::*;

const ACCEPTED: &[(&str, &str)] = &[
    // Declare.
    ("cache", "declare<cache>"),
    ("cdn edge", "declare<cdn edge>"),
    (
        "cache c: redis | memcached",
        "declare<cache c: redis|memcached>",
    ),
    (
        "cache c:redis|memcached{ttl:24h}",
        "declare<cache c: redis|memcached> { set<ttl: <24h>> }",
    ),
    ("flow F: Public.getFeed", "declare<flow F: Public.getFeed>"),
    ("flow F:\n  getFeed", "declare<flow F: getFeed>"),
    (
        "import \"platform.arch\"",
        "declare<import> \"platform.arch\"",
    ),
    ("about {}", "declare<about> {}"),
    (
        "service s \"a { b } // c; d\"",
        "declare<service s> \"a { b } // c; d\"",
    ),
    (
        "service s \"\"\"\n  One\n    two\n  \"\"\" { a: 1 }",
        "declare<service s> \"One\\n  two\" { set<a: <1>> }",
    ),
    (
        "сервис заказы-2 \"Заказы\"",
        "declare<сервис заказы-2> \"Заказы\"",
    ),
    (
        "entity V { address; capacity; seats: Seat[] }",
        "declare<entity V> { declare<address> declare<capacity> set<seats: Seat[]> }",
    ),
    (
        "alt \"hit\" { a -> b } else \"miss\" { a -> c }",
        "declare<alt> \"hit\" { connect<a -> b> } declare<else> \"miss\" { connect<a -> c> }",
    ),
    (
        "host box { service web; database sql }",
        "declare<host box> { declare<service web> declare<database sql> }",
    ),
    // Set.
    ("a: 1; b: 2;; c: 3", "set<a: <1>> set<b: <2>> set<c: <3>>"),
    (
        "a: b[c][d < 3], #t[e][f], *[g][h]",
        "set<a: select b[c, d < <3>], select #t[e, f], select *[g, h]>",
    ),
    ("tweets.replicas: 1", "set<tweets.replicas: <1>>"),
    ("quorum: { n: 3 }", "set<quorum: > { set<n: <3>> }"),
    (
        "a: 2..10, -5, 1.5k, 99.95%, 100:1, 3x",
        "set<a: <2..10>, <-5>, <1.5k>, <99.95%>, <100:1>, <3x>>",
    ),
    (
        "a: 300/s, 10/user/day, $200/month, 2027-01-31",
        "set<a: <300/s>, <10/user/day>, <$200/month>, <2027-01-31>>",
    ),
    (
        "a: 320 bytes, 3 across 3 zones, 300/min per user",
        "set<a: <320 bytes>, <3> across <3> zones, <300/min> per user>",
    ),
    (
        "a: 6.4   GB/day, 5 years, 100M users, 3s s",
        "set<a: <6.4 GB/day>, <5 years>, <100M> users, <3s> s>",
    ),
    (
        "a: many across many zones",
        "set<a: many across many zones>",
    ),
    ("a: all|any|2", "set<a: all|any|<2>>"),
    ("a: x, y | z", "set<a: x, y|z>"),
    ("index: (a, b), c", "set<index: (a, b), c>"),
    (
        "a: \"x\" \"y\\n\\\"\\\\\"",
        "set<a: \"x\" \"y\\n\\\"\\\\\">",
    ),
    ("a: text(60) personal", "set<a: call text(<60>) personal>"),
    (
        "reads: Location by near(position)",
        "set<reads: Location by call near(position)>",
    ),
    ("a: 1,\n  2 |\n  3", "set<a: <1>, <2>|<3>>"),
    ("a: 1, // one\n  // two\n  2", "set<a: <1>, <2>>"),
    ("a:\n  // why\n  1", "set<a: <1>>"),
    ("a: /* b */ 1 /* c */", "set<a: <1>> //"),
    // Operations and routes.
    ("a: GET /", "set<a: GET route />"),
    ("a: GET / (b)\nc: d", "set<a: GET route / (b)> set<c: d>"),
    ("a: GET /\nc: d", "set<a: GET route /> set<c: d>"),
    (
        "a: GET /files/*\nb: c",
        "set<a: GET route /files/*> set<b: c>",
    ),
    (
        "a: GET /u/{id}/f{for: B}",
        "set<a: GET route /u/{id}/f> { set<for: B> }",
    ),
    ("a: POST /u(b: text)", "set<a: POST route /u (b: text)>"),
    (
        "a: POST /u (\n  b: text, // c\n  d: int\n) -> T[], U",
        "set<a: POST route /u (b: text, d: int) -> T[], U>",
    ),
    ("a: rpc (b) -> C", "set<a: rpc (b) -> C>"),
    ("a: send ->\n  C", "set<a: send -> C>"),
    // Estimates.
    (
        "a: b * T.size = 6.4 GB/day",
        "set<a: b * T.size = <6.4 GB/day>>",
    ),
    ("a: (b + 2) / c - d", "set<a: (b + <2>) / c - d>"),
    ("a: b *\n  c", "set<a: b * c>"),
    // Policies.
    (
        "deny: client, * -> database",
        "set<deny: client, any -> database>",
    ),
    ("deny: a -> *\nb: c", "set<deny: a -> any> set<b: c>"),
    (
        "require: a to * through g[auth]",
        "set<require: a to any through select g[auth]>",
    ),
    ("require: a to *\nb: c", "set<require: a to any> set<b: c>"),
    (
        "require: *[a], #pci[b: c], d[p99 < 5ms]",
        "set<require: select *[a], select #pci[b: c], select d[p99 < <5ms>]>",
    ),
    (
        "except: #scratch, legacy",
        "set<except: tag scratch, legacy>",
    ),
    // Demand.
    ("p99 < 200ms", "demand<p99 < <200ms>>"),
    ("p99.9<=5 ms", "demand<p99.9 <= <5 ms>>"),
    ("a >\n  99.95%", "demand<a > <99.95%>>"),
    ("rpo < -5", "demand<rpo < <-5>>"),
    // Connect.
    ("a->b", "connect<a -> b>"),
    ("a~>b<->c.d", "connect<a ~> b <-> c.d>"),
    ("a, b -> c | d, e", "connect<a, b -> c|d, e>"),
    ("a | b -> c", "connect<a|b -> c>"),
    (
        "a ->\n  b,\n  c \"t\" { x: 1 }",
        "connect<a -> b, c> \"t\" { set<x: <1>> }",
    ),
    ("a /* x */ -> b // y", "connect<a -> b> //"),
    // Annotate.
    (
        "@accept(missing-cache, \"r\", until: 2027-01-31) cache c",
        "@accept(missing-cache, \"r\", until: <2027-01-31>) declare<cache c>",
    ),
    (
        "@tag(pci, tier-1)\n@link(\"https://x.y/{z}\")\na: 1",
        "@tag(pci, tier-1) @link(\"https://x.y/{z}\") set<a: <1>>",
    ),
    ("@later service s", "@later() declare<service s>"),
    ("@accept(\n  a,\n  \"b\"\n)", "@accept(a, \"b\")"),
    // Comments, blank space.
    (
        "/// One\n///two\n//// three\na: 1 /// four",
        "///\"One\" ///\"two\" // set<a: <1>> //",
    ),
    (
        "service s { // c\n  a: 1; // d\n  /* e\n f */ }",
        "declare<service s> { // set<a: <1>> // // }",
    ),
    ("service s /* c */ { }", "declare<service s> {}"),
    (
        "\u{feff}/// d\r\na: 1\r\n\tb: 2\r\n",
        "///\"d\" set<a: <1>> set<b: <2>>",
    ),
    ("a: \"https://x\" //c", "set<a: \"https://x\"> //"),
    (
        "a: b,/* c */ d;// e\nf {}// g",
        "set<a: b, d> // declare<f> {} //",
    ),
    ("/* a *//* b */c: 1", "// // set<c: <1>>"),
    ("", ""),
    (" \n\t\n", ""),
];

#[test]
fn what_is_accepted_has_its_tree() {
    for (text, tree) in ACCEPTED {
        let (read, findings) = read(text);
        let messages: Vec<&str> = findings.iter().map(|it| it.message.as_str()).collect();
        assert_eq!(messages, [""; 0], "{text:?}");
        assert_eq!(render::items(&read.items), *tree, "{text:?}");
    }
}

#[test]
fn the_whole_design_is_read() {
    for text in [DESIGN, POLICIES] {
        assert_eq!(refused(text), []);
    }
    assert_eq!(read(DESIGN).0.items.len(), 34);
}
