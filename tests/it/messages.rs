//! One slip gives one message: the rule, the words, the underlined place, the help.

use crate::support::Test;
use underpin::config::Wishes;
use underpin::finding::Finding;
use underpin::lint::Profile;
use underpin::workspace::{Configuration, Request, date, review};

/// A design with one slip, and what must be said of it.
type Slip = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

/// Returns what the language finds in a design, with the underlined texts.
fn language(design: &str) -> Vec<(Finding, String)> {
    let wishes = Wishes {
        profile: Some(Profile::Practice),
        ..Wishes::default()
    };
    let request = Request {
        stdin: Some(("slip.arch".to_owned(), design.as_bytes().to_vec())),
        today: date("2026-11-21").unwrap(),
        configuration: Configuration::None,
        wishes,
        ..Request::of(Vec::new())
    };
    let mut reviewed = review(&request).unwrap();
    let infos = underpin::rules::infos();
    let is_language = |rule: &str| {
        let mut infos = infos.iter();
        rule != "file-without-system"
            && infos.any(|info| info.name == rule && info.category == "language")
    };
    let findings = reviewed.outcomes.remove(0).findings.into_iter();
    findings
        .filter(|finding| is_language(&finding.rule))
        .map(|finding| {
            let text = reviewed.sources.text(finding.primary.span).to_owned();
            (finding, text)
        })
        .collect()
}

fn check(slips: &[Slip]) {
    let mut wrong = Vec::new();
    for (design, rule, message, underlined, help) in slips {
        let found = language(design);
        let got: Vec<[&str; 4]> = found
            .iter()
            .map(|(finding, text)| {
                let help = finding.help.as_deref().unwrap_or_default();
                [&*finding.rule, &finding.message, text, help]
            })
            .collect();
        let wanted = [*rule, *message, *underlined, *help];
        if got != [wanted] {
            wrong.push(format!("{design}\n  wanted {wanted:?}\n  got    {got:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_word_that_is_none() {
    check(&[
        (
            "servce a",
            "unknown-word",
            "unknown kind `servce`",
            "servce",
            "did you mean `service`?",
        ),
        (
            "service a: postgrs",
            "unknown-word",
            "unknown type `postgrs` of `service`",
            "postgrs",
            "declare it: `technology postgrs: service`, or leave it out",
        ),
        (
            "database d: postgrs",
            "unknown-word",
            "unknown type `postgrs` of `database`",
            "postgrs",
            "did you mean `postgres`?",
        ),
        (
            "database d: redi | memcached",
            "unknown-word",
            "unknown type `redi` of `database`",
            "redi",
            "did you mean `redis`?",
        ),
        (
            "quality Q: availabilty { availability >= 99% }",
            "unknown-word",
            "unknown type `availabilty` of `quality`",
            "availabilty",
            "did you mean `availability`?",
        ),
        (
            "quality Q: latency { p9x < 200ms }",
            "unknown-word",
            "unknown measure `p9x`",
            "p9x",
            "did you mean `p95`?",
        ),
        (
            "entity User { name: string }",
            "unresolved-reference",
            "unknown type `string`",
            "string",
            "did you mean `text`?",
        ),
        (
            "service a { instances: 3 }",
            "unknown-property",
            "`service` has no property `instances`",
            "instances",
            "did you mean `replicas`?",
        ),
        (
            "service a; service b; a -> b { retry: 3 }",
            "unknown-property",
            "`connection` has no property `retry`",
            "retry",
            "did you mean `retries`?",
        ),
        (
            "quality Q: latency { latancy < 200ms }",
            "unknown-word",
            "unknown measure `latancy`",
            "latancy",
            "did you mean `latency`?",
        ),
        (
            "entity User { id: uuid ky }",
            "unknown-word",
            "unknown modifier `ky`",
            "ky",
            "did you mean `key`?",
        ),
        (
            "entity User { id: uuid key unque personal }",
            "unknown-word",
            "unknown modifier `unque`",
            "unque",
            "did you mean `unique`?",
        ),
        (
            "api P: rest { getX: GTE /x }",
            "unknown-word",
            "unknown verb `GTE`",
            "GTE",
            "did you mean `GET`?",
        ),
        (
            "api P: rst { getX: GET /x }",
            "unknown-word",
            "unknown type `rst` of `api`",
            "rst",
            "did you mean `rest`?",
        ),
        (
            "api P: rest { getX: GET /x (id: uuid optinal) }",
            "unknown-word",
            "unknown modifier `optinal`",
            "optinal",
            "did you mean `optional`?",
        ),
        (
            "api P: rest { getX: GET /x (id optinal) }",
            "unknown-word",
            "unknown modifier `optinal`",
            "optinal",
            "did you mean `optional`?",
        ),
        (
            "api P: rest { getX: gets /x }",
            "unknown-word",
            "unknown verb `gets`",
            "gets",
            "did you mean `GET`?",
        ),
        (
            "client a\nservice b\nflow F { optt \"x\" { a -> b } }",
            "unknown-word",
            "unknown group of steps `optt`",
            "optt",
            "did you mean `opt`?",
        ),
        (
            "system A: prduct",
            "unknown-word",
            "unknown type `prduct` of `system`",
            "prduct",
            "did you mean `product`?",
        ),
        ("foo", "unknown-word", "unknown kind `foo`", "foo", ""),
        (
            "functional A: core",
            "unknown-word",
            "a `functional` has no types",
            "core",
            "leave `: core` out",
        ),
        (
            "policy P: eror { deny: client -> database }",
            "unknown-word",
            "unknown type `eror` of `policy`",
            "eror",
            "did you mean `error`?",
        ),
        (
            "technology x: databse { model: relational }",
            "unknown-word",
            "unknown kind `databse`",
            "databse",
            "did you mean `database`?",
        ),
        (
            "kind saga: workr",
            "unknown-word",
            "unknown kind `workr`",
            "workr",
            "did you mean `worker`?",
        ),
        (
            "kind saga: worker\nsga a",
            "unknown-word",
            "unknown kind `sga`",
            "sga",
            "did you mean `saga`?",
        ),
        (
            "defaults databse { backup: daily }",
            "unknown-word",
            "unknown kind `databse`",
            "databse",
            "did you mean `database`?",
        ),
        (
            "@acept(missing-cache, \"x\")\nservice a",
            "unknown-word",
            "unknown annotation `acept`",
            "acept",
            "did you mean `accept`?",
        ),
        (
            "zone z { servce a }",
            "unknown-word",
            "unknown kind `servce`",
            "servce",
            "did you mean `service`?",
        ),
        (
            "service a: postgres",
            "unknown-word",
            "`postgres` is a `database`, not `service`",
            "postgres",
            "write `database name: postgres`",
        ),
        (
            "database d: nginx",
            "unknown-word",
            "`nginx` is a `balancer`, not `database`",
            "nginx",
            "write `balancer name: nginx`",
        ),
        (
            "gateway g: ap",
            "unknown-word",
            "unknown type `ap` of `gateway`",
            "ap",
            "did you mean `api`?",
        ),
        (
            "queue q: sqs | rabitmq",
            "unknown-word",
            "unknown type `rabitmq` of `queue`",
            "rabitmq",
            "did you mean `rabbitmq`?",
        ),
        (
            "technology mine: databse\ndatabase d: mine",
            "unknown-word",
            "unknown kind `databse`",
            "databse",
            "did you mean `database`?",
        ),
        (
            "kind saga: workr\nsaga a\na -> a",
            "unknown-word",
            "unknown kind `workr`",
            "workr",
            "did you mean `worker`?",
        ),
        (
            "excluded Moderation: complience",
            "unknown-word",
            "unknown type `complience` of `excluded`",
            "complience",
            "did you mean `compliance`?",
        ),
    ]);
}

#[test]
fn a_key_that_is_none() {
    check(&[
        (
            "service a { replcas: 3 }",
            "unknown-property",
            "`service` has no property `replcas`",
            "replcas",
            "did you mean `replicas`?",
        ),
        (
            "service a { ttl: 3s }",
            "unknown-property",
            "`service` has no property `ttl`",
            "ttl",
            "",
        ),
        (
            "service a { stateful: no }",
            "unknown-property",
            "`service` has no property `stateful`",
            "stateful",
            "did you mean `state`?",
        ),
        (
            "entity User { id: uuid; about { siez: 3 KB } }",
            "unknown-property",
            "`about` has no property `siez`",
            "siez",
            "did you mean `size`?",
        ),
        (
            "api P: rest { getX: GET /x { fro: A } }\nfunctional A",
            "unknown-property",
            "`operation` has no property `fro`",
            "fro",
            "did you mean `for`?",
        ),
        (
            "api P: rest { getX: GET /x { idempotnt: key } }",
            "unknown-property",
            "`operation` has no property `idempotnt`",
            "idempotnt",
            "did you mean `idempotent`?",
        ),
        (
            "api P: rest { auht: oauth2; getX: GET /x }",
            "unknown-property",
            "`api` has no property `auht`",
            "auht",
            "did you mean `auth`?",
        ),
        (
            "environment s { tweet.replcas: 1 }\nservice tweet",
            "unknown-property",
            "`service` has no property `replcas`",
            "replcas",
            "did you mean `replicas`?",
        ),
        (
            "environment s { tweet.ttl: 3s }\nservice tweet",
            "unknown-property",
            "`service` has no property `ttl`",
            "ttl",
            "",
        ),
        (
            "client a\nservice b\nflow F { a -> b { chnce: 5% } }",
            "unknown-property",
            "`step` has no property `chnce`",
            "chnce",
            "did you mean `chance`?",
        ),
        (
            "client a\nservice b\nflow F { rns: continuously; a -> b }",
            "unknown-property",
            "`flow` has no property `rns`",
            "rns",
            "did you mean `runs`?",
        ),
        (
            "client a\nservice b\nservice a2\na -> b { timout: 3s }",
            "unknown-property",
            "`connection` has no property `timout`",
            "timout",
            "did you mean `timeout`?",
        ),
        (
            "client a\nservice b\na -> b { replicas: 3 }",
            "unknown-property",
            "`connection` has no property `replicas`",
            "replicas",
            "",
        ),
        (
            "system A: product { horizn: 3 years }",
            "unknown-property",
            "`system` has no property `horizn`",
            "horizn",
            "did you mean `horizon`?",
        ),
        (
            "functional A { prioritty: later }",
            "unknown-property",
            "`functional` has no property `prioritty`",
            "prioritty",
            "did you mean `priority`?",
        ),
        (
            "view V { inclde: x }",
            "unknown-property",
            "`view` has no property `inclde`",
            "inclde",
            "did you mean `include`?",
        ),
        (
            "technology x: database { modl: relational }",
            "unknown-property",
            "`technology` has no property `modl`",
            "modl",
            "did you mean `model`?",
        ),
        (
            "defaults database { backp: daily }",
            "unknown-property",
            "`database` has no property `backp`",
            "backp",
            "did you mean `backup`?",
        ),
        (
            "defaults relation { timeot: 3s }",
            "unknown-property",
            "`relation` has no property `timeot`",
            "timeot",
            "did you mean `timeout`?",
        ),
        (
            "host h { replicas: 3 }",
            "unknown-property",
            "`host` has no property `replicas`",
            "replicas",
            "",
        ),
        (
            "service a { title: \"x\" }",
            "unknown-property",
            "`service` has no property `title`",
            "title",
            "it knows `alerts`, `auth`, `authz`, `autoscale`, `availability`, `backpressure`, `backup`, `batch`, …",
        ),
        (
            "quality Q: latency { p99: 3ms }",
            "unknown-property",
            "`quality` has no property `p99`",
            "p99",
            "`p99` is a measure: write a target such as `p99 < 200ms`",
        ),
        (
            "quality Q: availability { availability: 99.9% }",
            "unknown-property",
            "`quality` has no property `availability`",
            "availability",
            "`availability` is a measure: write a target such as `availability >= 99.95%`",
        ),
        (
            "service a { bacup: daily }",
            "unknown-property",
            "`service` has no property `bacup`",
            "bacup",
            "did you mean `backup`?",
        ),
        (
            "technology mine: cache { ttl: 3s }\ndatabase d: mine { ttl: 4s }",
            "unknown-property",
            "`database` has no property `ttl`",
            "ttl",
            "",
        ),
        (
            "service a { fallback: b }",
            "unknown-property",
            "`service` has no property `fallback`",
            "fallback",
            "",
        ),
        (
            "functional A \"x\"\nfunctional B \"y\" { for: A }",
            "unknown-property",
            "`functional` has no property `for`",
            "for",
            "did you mean `on`?",
        ),
        (
            "region eu { zone a { replicas: 3 } }",
            "unknown-property",
            "`zone` has no property `replicas`",
            "replicas",
            "",
        ),
    ]);
}

#[test]
fn a_value_of_another_form() {
    check(&[
        (
            "quality Q: latency { p99 < 200 }",
            "wrong-value",
            "`200` has no unit; expected a duration such as `200ms`",
            "200",
            "write the unit: `ms`, `s`, `min`, `h`, `d`",
        ),
        (
            "quality Q: latency { p99 < 5 GB }",
            "wrong-value",
            "expected a duration such as `200ms`, found `5 GB`",
            "5 GB",
            "",
        ),
        (
            "quality Q: availability { availability >= 99.9 }",
            "wrong-value",
            "`99.9` has no unit; expected a percentage such as `99.95%`",
            "99.9",
            "write `99.9%`",
        ),
        (
            "quality Q: availability { availability >= high }",
            "wrong-value",
            "expected a percentage such as `99.95%`, found `high`",
            "high",
            "",
        ),
        (
            "quality Q: scalability { users >= 100M/dya }",
            "wrong-value",
            "unknown unit `dya`",
            "dya",
            "did you mean `day`?",
        ),
        (
            "service a { replicas: three }",
            "wrong-value",
            "`replicas` cannot be `three`",
            "three",
            "write a number such as `3`, `many`, `2..20` or `3 across 3 zones`",
        ),
        (
            "service a { replicas: 3 accross 3 zones }",
            "wrong-value",
            "`replicas` cannot be `3 accross 3 zones`",
            "accross",
            "did you mean `across`?",
        ),
        (
            "service a { replicas: 3 across 3 zonez }",
            "wrong-value",
            "`replicas` cannot be `3 across 3 zonez`",
            "zonez",
            "did you mean `zones`?",
        ),
        (
            "service a { state: nne }",
            "wrong-value",
            "`state` cannot be `nne`",
            "nne",
            "did you mean `none`?",
        ),
        (
            "entity User { id: uuid; about { size: 3 } }",
            "wrong-value",
            "`3` has no unit; expected a size such as `320 bytes`",
            "3",
            "write the unit: `bytes`, `KB`, `MB`, `GB`, `TB`",
        ),
        (
            "api P: rest { getX: GET x }",
            "wrong-value",
            "expected a route after `GET`, found `x`",
            "x",
            "write `/x`",
        ),
        (
            "api P: rest { auth: oauth3; getX: GET /x }",
            "wrong-value",
            "`auth` cannot be `oauth3`",
            "oauth3",
            "did you mean `oauth2`?",
        ),
        (
            "api P: rest { rate-limit: 300; getX: GET /x }",
            "wrong-value",
            "`rate-limit` cannot be `300`",
            "300",
            "write a limit such as `300/min per user`",
        ),
        (
            "api P: rest { rate-limit: 300/min for user; getX: GET /x }",
            "wrong-value",
            "`rate-limit` cannot be `300/min for user`",
            "300/min for user",
            "write a limit such as `300/min per user`",
        ),
        (
            "api P: rest { getX: query }",
            "wrong-value",
            "a name or `()` is missing after `query`",
            "query",
            "write `getX: query ()`",
        ),
        (
            "api P: rest { getX: POST }",
            "wrong-value",
            "a route is missing after `POST`",
            "POST",
            "write `getX: POST /getX`",
        ),
        (
            "api P: rest { getX: GET \"/x\" }",
            "wrong-value",
            "expected a route after `GET`, found `\"/x\"`",
            "\"/x\"",
            "write `GET /x`, without quotes",
        ),
        (
            "api P: rest { getX: GET /x }\nload L { users: 100M/day; getX: 10/user/s }",
            "wrong-value",
            "a rate per user and s does not go with users counted per day",
            "10/user/s",
            "state both for the same period",
        ),
        (
            "api P: rest { getX: GET /x }\nload L { users: 100M/day; getX: 10 }",
            "wrong-value",
            "`10` has no unit; expected a rate such as `300/s`",
            "10",
            "write the unit: `/s`, `/min`, `/day`, `/month`",
        ),
        (
            "api P: rest { getX: GET /x }\nload L { users: 100M/day; getX: 10/s, 20/s }",
            "wrong-value",
            "expected a rate such as `300/s`, found `10/s, 20/s`",
            "10/s, 20/s",
            "",
        ),
        (
            "api P: rest { getX: GET /x }\nload L { getX: often }",
            "wrong-value",
            "expected a rate such as `300/s`, found `often`",
            "often",
            "",
        ),
        (
            "api P: rest { getX: GET /x }\nload L { peak: 3 }",
            "wrong-value",
            "`3` has no unit; expected a multiple such as `3x`",
            "3",
            "write `3x`",
        ),
        (
            "api P: rest { getX: GET /x }\nload L { peak: 3/s }",
            "wrong-value",
            "expected a multiple such as `3x`, found `3/s`",
            "3/s",
            "",
        ),
        (
            "load L { users: 100M; ratio: 100 }",
            "wrong-value",
            "`ratio` cannot be `100`",
            "100",
            "write a ratio such as `100:1`",
        ),
        (
            "load L { users: 3 GB }",
            "wrong-value",
            "expected a number of users such as `100M/day`, found `3 GB`",
            "3 GB",
            "",
        ),
        (
            "load L { users: 100M/fortnight }",
            "wrong-value",
            "unknown unit `fortnight`",
            "fortnight",
            "",
        ),
        (
            "entity T { id: uuid; about { size: 1 KB } }\napi P: rest { getX: GET /x }\nload L { getX: 10/s }\nestimate E { perDay: getX + T.size }",
            "wrong-value",
            "a rate and a size cannot be added",
            "+",
            "",
        ),
        (
            "entity T { id: uuid; about { size: 1 KB } }\napi P: rest { getX: GET /x }\nload L { getX: 10/s }\nestimate E { perDay: getX * T.size = 3 GB }",
            "wrong-value",
            "the arithmetic gives a bandwidth such as `6.4 GB/day`, but a size such as `320 bytes` is stated",
            "3 GB",
            "",
        ),
        (
            "estimate E { a: 3 / 0 }",
            "wrong-value",
            "division by zero",
            "/",
            "",
        ),
        (
            "estimate E { a: 3, 4 }",
            "wrong-value",
            "`a` is not arithmetic",
            "3, 4",
            "",
        ),
        (
            "environment s { tweet.replicas: lots }\nservice tweet",
            "wrong-value",
            "`replicas` cannot be `lots`",
            "lots",
            "write a number such as `3`, `many`, `2..20` or `3 across 3 zones`",
        ),
        (
            "client a\nservice b\nflow F { a -> b { chance: 5 } }",
            "wrong-value",
            "`5` has no unit; expected a percentage such as `99.95%`",
            "5",
            "write `5%`",
        ),
        (
            "client a\nservice b\nflow F { a -> b { times: 5s } }",
            "wrong-value",
            "expected a number such as `3` or `100M` or a multiple such as `3x`, found `5s`",
            "5s",
            "",
        ),
        (
            "client a\nservice b\nflow F { runs: evry 1h; a -> b }",
            "wrong-value",
            "`runs` cannot be `evry 1h`",
            "evry",
            "did you mean `every`?",
        ),
        (
            "client a\nservice b\nflow F { runs: every 1; a -> b }",
            "wrong-value",
            "`1` has no unit; expected a duration such as `200ms`",
            "1",
            "write the unit: `ms`, `s`, `min`, `h`, `d`",
        ),
        (
            "client a\nservice b\na -> b { timeout: 3 }\na -> b { timeout: 4s }",
            "wrong-value",
            "`3` has no unit; expected a duration such as `200ms`",
            "3",
            "write the unit: `ms`, `s`, `min`, `h`, `d`",
        ),
        (
            "client a\nservice b\na -> b { reads: User bi name }\nentity User",
            "wrong-value",
            "`reads` cannot be `User bi name`",
            "bi",
            "did you mean `by`?",
        ),
        (
            "client a\nservice b\na -> b { query: keey }",
            "wrong-value",
            "`query` cannot be `keey`",
            "keey",
            "did you mean `key`?",
        ),
        (
            "client a\nservice b\na -> b { need: harrd }",
            "wrong-value",
            "`need` cannot be `harrd`",
            "harrd",
            "did you mean `hard`?",
        ),
        (
            "client a\nservice b\na -> b { fallback: stal }",
            "wrong-value",
            "`fallback` cannot be `stal`",
            "stal",
            "did you mean `stale`?",
        ),
        (
            "client a\nservice b\na -> b { protocol: htps }",
            "wrong-value",
            "`protocol` cannot be `htps`",
            "htps",
            "did you mean `https`?",
        ),
        (
            "system A { horizon: 3 }",
            "wrong-value",
            "`3` has no unit; expected a duration such as `200ms`",
            "3",
            "write the unit: `ms`, `s`, `min`, `h`, `d`",
        ),
        (
            "service a { p99: 3 }",
            "wrong-value",
            "`3` has no unit; expected a duration such as `200ms`",
            "3",
            "write the unit: `ms`, `s`, `min`, `h`, `d`",
        ),
        (
            "functional A { priority: latr }",
            "wrong-value",
            "`priority` cannot be `latr`",
            "latr",
            "did you mean `later`?",
        ),
        (
            "decision D { because: x }",
            "wrong-value",
            "`because` cannot be `x`",
            "x",
            "put it in quotes: `\"x\"`",
        ),
        (
            "technology x: database { model: relatonal }",
            "wrong-value",
            "`model` cannot be `relatonal`",
            "relatonal",
            "did you mean `relational`?",
        ),
        (
            "network n { trust: publc }",
            "wrong-value",
            "`trust` cannot be `publc`",
            "publc",
            "did you mean `public`?",
        ),
        (
            "quality Q: latency { prefer: consistncy }",
            "wrong-value",
            "`prefer` cannot be `consistncy`",
            "consistncy",
            "did you mean `consistency`?",
        ),
        (
            "service a { availability: 99.9 }",
            "wrong-value",
            "`99.9` has no unit; expected a percentage such as `99.95%`",
            "99.9",
            "write `99.9%`",
        ),
        (
            "service a { capacity: 3 }",
            "wrong-value",
            "`3` has no unit; expected a rate, a bandwidth or a size",
            "3",
            "write the unit: `/s`, `/min`, `/day`, `/month`",
        ),
        (
            "service a { capacity: 3 days }",
            "wrong-value",
            "expected a rate, a bandwidth or a size, found `3 days`",
            "3 days",
            "",
        ),
        (
            "service a { cost: 300 }",
            "wrong-value",
            "`300` has no unit; expected an amount of money such as `$200/month`",
            "300",
            "write `$300`, or `$300/month`",
        ),
        (
            "cache c { hit: 0.9 }",
            "wrong-value",
            "`0.9` has no unit; expected a percentage such as `99.95%`",
            "0.9",
            "write `90%`",
        ),
        (
            "database d { quorum: 3 }",
            "wrong-value",
            "`quorum` cannot be `3`",
            "3",
            "write a block such as `{ n: 3; r: 2; w: 2 }`",
        ),
        (
            "database d { quorum: { n: 3; rr: 2; w: 2 } }",
            "wrong-value",
            "`quorum` counts no `rr`",
            "rr",
            "`n` copies in all, `r` asked on a read, `w` told on a write",
        ),
        (
            "database d { quorum: { n: 3; r: x; w: 2 } }",
            "wrong-value",
            "expected a number such as `3` or `100M`, found `x`",
            "x",
            "",
        ),
        (
            "service a { failover: sometimes }",
            "wrong-value",
            "`failover` cannot be `sometimes`",
            "sometimes",
            "write one of `automatic`, `manual` or a duration such as `200ms`",
        ),
        (
            "service a { rate-limit: 300/min per }",
            "wrong-value",
            "`rate-limit` cannot be `300/min per`",
            "300/min per",
            "write a limit such as `300/min per user`",
        ),
        (
            "database d { backup: 3 }",
            "wrong-value",
            "`3` has no unit; expected a duration such as `200ms`",
            "3",
            "write the unit: `ms`, `s`, `min`, `h`, `d`",
        ),
        (
            "service a { state: local; autoscale: 20..2 }",
            "wrong-value",
            "`autoscale` cannot be `20..2`",
            "20..2",
            "write a number such as `3`, `many`, `2..20` or `3 across 3 zones`",
        ),
        (
            "service a { runs: every h }",
            "wrong-value",
            "expected a duration such as `200ms`, found `h`",
            "h",
            "",
        ),
        (
            "entity T { id: uuid; x: text(n); y: blob(3 MB); z: T[3] }",
            "wrong-value",
            "expected a type, found `T[3]`",
            "T[3]",
            "write a type such as `text(60)`, or the name of an entity",
        ),
        (
            "flow F { par { wait: al; a -> b } }\nservice a\nservice b",
            "wrong-value",
            "`wait` cannot be `al`",
            "al",
            "did you mean `all`?",
        ),
        (
            "api A: rest { base: /v1; x: GET /x }",
            "wrong-value",
            "`base` cannot be `/v1`",
            "/v1",
            "put it in quotes: `\"/v1\"`",
        ),
        (
            "quality Q: latency { p99 <= 3ms p50 < 1ms }",
            "wrong-value",
            "two targets stand in one statement",
            "p50 < 1ms",
            "put `;` or a new line between them",
        ),
        (
            "service s\nqueue q { ordering: parttion }",
            "wrong-value",
            "`ordering` cannot be `parttion`",
            "parttion",
            "did you mean `partition`?",
        ),
        (
            "service s\nclient c\nc -> s { protocol: htps }",
            "wrong-value",
            "`protocol` cannot be `htps`",
            "htps",
            "did you mean `https`?",
        ),
        (
            "estimate E { a: b * 2; b: a * 3 }",
            "wrong-value",
            "`a` is computed from itself",
            "a",
            "start from a number or from a `load`",
        ),
        (
            "estimate E { a: 3 + 4 GB; b: a * 3 }",
            "wrong-value",
            "a count and a size cannot be added",
            "+",
            "",
        ),
        (
            "service a { replicas: -1 }",
            "wrong-value",
            "`replicas` cannot be `-1`",
            "-1",
            "write a number such as `3`, `many`, `2..20` or `3 across 3 zones`",
        ),
        (
            "service a { replicas: 1.5 }",
            "wrong-value",
            "`replicas` cannot be `1.5`",
            "1.5",
            "write a number such as `3`, `many`, `2..20` or `3 across 3 zones`",
        ),
        (
            "service a { replicas: 3 across 0 zones }",
            "wrong-value",
            "`replicas` cannot be `3 across 0 zones`",
            "3 across 0 zones",
            "write a number such as `3`, `many`, `2..20` or `3 across 3 zones`",
        ),
        (
            "cache c { hit: 120% }",
            "wrong-value",
            "`120%` is more than all",
            "120%",
            "",
        ),
        (
            "service a { availability: 101% }",
            "wrong-value",
            "`101%` is more than all",
            "101%",
            "",
        ),
        (
            "quality Q: availability { availability >= 110% }",
            "wrong-value",
            "`110%` is more than all",
            "110%",
            "",
        ),
        (
            "quality Q: latency { p99 < -3ms }",
            "wrong-value",
            "`-3ms` is less than nothing",
            "-3ms",
            "",
        ),
        (
            "client a\nservice b\na -> b { retries: -1 }",
            "wrong-value",
            "`-1` is less than nothing",
            "-1",
            "",
        ),
        (
            "client c\nservice s\nc -> s { fallback: x }",
            "wrong-value",
            "`fallback` cannot be `x`",
            "x",
            "write one of `stale`, `cached`, `default`, `empty`, `queue`, `skip`, the name of a component or a text in quotes",
        ),
        (
            "defaults relation { protocol: htps }\nclient c\nservice s\nc -> s",
            "wrong-value",
            "`protocol` cannot be `htps`",
            "htps",
            "did you mean `https`?",
        ),
        (
            "decision A { for: Q; instead-of: B; because: \"x\"; status: acceptd }\nquality Q: latency",
            "wrong-value",
            "`status` cannot be `acceptd`",
            "acceptd",
            "did you mean `accepted`?",
        ),
        (
            "service s { pods: 3 }",
            "unknown-property",
            "`service` has no property `pods`",
            "pods",
            "did you mean `replicas`?",
        ),
        (
            "entity A { id: uuid pk }",
            "unknown-word",
            "unknown modifier `pk`",
            "pk",
            "did you mean `key`?",
        ),
        (
            "entity A { name: string }",
            "unresolved-reference",
            "unknown type `string`",
            "string",
            "did you mean `text`?",
        ),
        (
            "quality Up: availability { uptime >= 99.9% }",
            "unknown-word",
            "unknown measure `uptime`",
            "uptime",
            "did you mean `availability`?",
        ),
        (
            "quality Fast: latency { p99 }",
            "misplaced-statement",
            "`p99` says nothing here",
            "p99",
            "a target needs a bound: write `p99 < 200ms`",
        ),
        (
            "service s\ndatabase d\ns -> d { locking: cas }",
            "wrong-value",
            "`locking` cannot be `cas`",
            "cas",
            "did you mean `conditional`?",
        ),
        (
            "worker w { runs: hourly }",
            "wrong-value",
            "`runs` cannot be `hourly`",
            "hourly",
            "write `continuously`, `every 1h` or `on` a queue or topic",
        ),
        (
            "monitor m { levels: infra }",
            "wrong-value",
            "`levels` cannot be `infra`",
            "infra",
            "did you mean `infrastructure`?",
        ),
        (
            "service s { replicas: 3 zones }",
            "wrong-value",
            "`replicas` cannot be `3 zones`",
            "3 zones",
            "write a number such as `3`, `many`, `2..20` or `3 across 3 zones`",
        ),
        (
            "service s { replicas: 3 in 3 zones }",
            "wrong-value",
            "`replicas` cannot be `3 in 3 zones`",
            "3 in 3 zones",
            "write a number such as `3`, `many`, `2..20` or `3 across 3 zones`",
        ),
        (
            "database d { backup: dayly }",
            "wrong-value",
            "`backup` cannot be `dayly`",
            "dayly",
            "did you mean `daily`?",
        ),
        (
            "database d { replication: asinc }",
            "wrong-value",
            "`replication` cannot be `asinc`",
            "asinc",
            "did you mean `async`?",
        ),
        (
            "database d { consistency: stong }",
            "wrong-value",
            "`consistency` cannot be `stong`",
            "stong",
            "did you mean `strong`?",
        ),
        (
            "quality Q: latency { p99 < 200 ms per user }",
            "wrong-value",
            "expected a duration such as `200ms`, found `200 ms per user`",
            "200 ms per user",
            "",
        ),
        (
            "load L { peak: 3 x }",
            "wrong-value",
            "`peak` cannot be `3 x`",
            "3 x",
            "write `3x`",
        ),
        (
            "load L { users: 100 million }",
            "wrong-value",
            "`users` cannot be `100 million`",
            "100 million",
            "write `100M`",
        ),
        (
            "load L { a: 10 per second }\napi P: rest { a: GET /x }",
            "wrong-value",
            "expected a rate such as `300/s`, found `10 per second`",
            "10 per second",
            "write `10/s`",
        ),
        (
            "load L { a: 10rps }\napi P: rest { a: GET /x }",
            "wrong-value",
            "unknown unit `rps`",
            "rps",
            "did you mean `/s`?",
        ),
        (
            "entity E { id: uuid, key }",
            "wrong-value",
            "a field has one type",
            "key",
            "words such as `key` follow the type without a comma",
        ),
        (
            "api P: rest { a: GET /x { p99 < 20 } }",
            "wrong-value",
            "`20` has no unit; expected a duration such as `200ms`",
            "20",
            "write the unit: `ms`, `s`, `min`, `h`, `d`",
        ),
        (
            "scheduler cron { runs: every night }",
            "wrong-value",
            "expected a duration such as `200ms`, found `night`",
            "night",
            "",
        ),
        (
            "cache c: redis { ttl: 5 }",
            "wrong-value",
            "`5` has no unit; expected a duration such as `200ms`",
            "5",
            "write the unit: `ms`, `s`, `min`, `h`, `d`",
        ),
        (
            "lock l { ttl: forever }",
            "wrong-value",
            "`ttl` cannot be `forever`",
            "forever",
            "write a duration such as `200ms`",
        ),
        (
            "system S: product { horizon: 3y }",
            "wrong-value",
            "unknown unit `y`",
            "y",
            "did you mean `year`?",
        ),
    ]);
}

#[test]
fn a_name_that_is_nobodys() {
    check(&[
        (
            "service orders\nservice payments\norders -> paymnts",
            "unresolved-reference",
            "cannot find component `paymnts`",
            "paymnts",
            "did you mean `payments`?",
        ),
        (
            "service orders\ndatabase Orders2\nentity Thing\norders -> Thing",
            "unresolved-reference",
            "`Thing` is an entity, not a component",
            "Thing",
            "",
        ),
        (
            "service orders\norders -> orderStore",
            "unresolved-reference",
            "cannot find component `orderStore`",
            "orderStore",
            "declare it, or use `orders`, the only one",
        ),
        (
            "domain A { database db }\ndomain B { database db }\nservice s\ns -> db",
            "unresolved-reference",
            "`db` could be `A.db` or `B.db`",
            "db",
            "write the name with what it stands in",
        ),
        (
            "domain A { database db }\ndomain B { database db }\nservice s\ns -> A.bd",
            "unresolved-reference",
            "cannot find component `A.bd`",
            "A.bd",
            "did you mean `A.db`?",
        ),
        (
            "domain A { database db }\nservice s\ns -> A",
            "unresolved-reference",
            "`A` is a place, not a component",
            "A",
            "connect the components that stand in it",
        ),
        (
            "domain A { database db }\nservice s\ns -> C.db",
            "unresolved-reference",
            "cannot find component `C.db`",
            "C.db",
            "did you mean `A.db`?",
        ),
        (
            "entity User { id: uid key }",
            "unresolved-reference",
            "unknown type `uid`",
            "uid",
            "did you mean `uuid`?",
        ),
        (
            "entity User { friend: Usr }",
            "unresolved-reference",
            "unknown type `Usr`",
            "Usr",
            "did you mean `User`?",
        ),
        (
            "entity User { id: uuid; about { index: nme } }",
            "unresolved-reference",
            "entity `User` has no field `nme`",
            "nme",
            "its fields are `id`",
        ),
        (
            "entity User { id: uuid; about { owner: Usr } }",
            "unresolved-reference",
            "cannot find entity `Usr`",
            "Usr",
            "did you mean `User`?",
        ),
        (
            "entity User { id: uuid }\ndatabase d { stores: Usr }",
            "unresolved-reference",
            "cannot find entity `Usr`",
            "Usr",
            "did you mean `User`?",
        ),
        (
            "entity User { id: uuid }\ndatabase d { shard: User.idd }",
            "unresolved-reference",
            "entity `User` has no field `idd`",
            "idd",
            "did you mean `id`?",
        ),
        (
            "entity User { id: uuid }\ndatabase d { shard: Usr.id }",
            "unresolved-reference",
            "cannot find entity `Usr`",
            "Usr",
            "did you mean `User`?",
        ),
        (
            "api P: rest { getX: GET /x -> Fed[] }",
            "unresolved-reference",
            "unknown type `Fed`",
            "Fed",
            "declare `entity Fed`, or use one of `uuid`, `int`, `int32`, `decimal`, `bool`, `text`, `email`, `url`, `date`, `timestamp`, `point`, `vector`, `json`, `blob`",
        ),
        (
            "api P: rest { getX: GET /x (id: uid) }",
            "unresolved-reference",
            "unknown type `uid`",
            "uid",
            "did you mean `uuid`?",
        ),
        (
            "api P: rest { getX: GET /x { for: B } }\nfunctional A",
            "unresolved-reference",
            "cannot find requirement `B`",
            "B",
            "declare it, or use `A`, the only one",
        ),
        (
            "api P: rest { getX: GET /x }\nload L { getY: 10/s }",
            "unresolved-reference",
            "cannot find operation or flow `getY`",
            "getY",
            "did you mean `getX`?",
        ),
        (
            "api P: rest { getX: GET /x }\nload L { usrs: 100M/day; getX: 10/user/day }",
            "unresolved-reference",
            "cannot find operation or flow `usrs`",
            "usrs",
            "did you mean `users`?",
        ),
        (
            "api P: rest { getX: GET /x }\nload L { P: 10/s }",
            "unresolved-reference",
            "`P` is an API; a load counts operations",
            "P",
            "name the operation, as in `P.getX`",
        ),
        (
            "entity T { id: uuid; about { size: 1 KB } }\napi P: rest { getX: GET /x }\nload L { getX: 10/s }\nestimate E { perDay: getX * T.siz = 3 GB/day }",
            "unresolved-reference",
            "`T` states no `siz`",
            "siz",
            "did you mean `size`?",
        ),
        (
            "entity T { id: uuid; about { size: 1 KB } }\napi P: rest { getX: GET /x }\nestimate E { perDay: getX * T.size }",
            "unresolved-reference",
            "no `load` says how often `getX` is used",
            "getX",
            "state it in a `load`, or write the number here",
        ),
        (
            "estimate E { a: 3 * bb; }",
            "unresolved-reference",
            "cannot find `bb` to compute with",
            "bb",
            "name a line of this estimate, an operation of a `load`, or a number as in `Tweet.size`",
        ),
        (
            "environment s { tweets.replicas: 1 }\nservice tweet",
            "unresolved-reference",
            "cannot find component `tweets`",
            "tweets",
            "did you mean `tweet`?",
        ),
        (
            "client a\nservice b\napi P: rest { getX: GET /x }\nflow F: getY { a -> b }",
            "unresolved-reference",
            "cannot find operation `getY`",
            "getY",
            "did you mean `getX`?",
        ),
        (
            "client a\nservice b\napi P: rest { getX: GET /x }\nflow F: P { a -> b }",
            "unresolved-reference",
            "`P` is an API; a flow realises one operation",
            "P",
            "name the operation, as in `P.getX`",
        ),
        (
            "client a\nservice b\nflow F { a -> c }",
            "unresolved-reference",
            "cannot find component `c`",
            "c",
            "declare it, or use one of `a`, `b`",
        ),
        (
            "client a\nservice b\nflow F { a -> b -> c -> a }",
            "unresolved-reference",
            "cannot find component `c`",
            "c",
            "declare it, or use one of `a`, `b`",
        ),
        (
            "client a\nservice b\nflow F { runs: on postd; a -> b }\ntopic posted",
            "unresolved-reference",
            "cannot find component `postd`",
            "postd",
            "did you mean `posted`?",
        ),
        (
            "queue a\nqueue sms\nworker w { runs: on a, smss }\na, sms ~> w",
            "unresolved-reference",
            "cannot find component `smss`",
            "smss",
            "did you mean `sms`?",
        ),
        (
            "client a\nservice b\na -> b { reads: Usr }\nentity User",
            "unresolved-reference",
            "cannot find entity `Usr`",
            "Usr",
            "did you mean `User`?",
        ),
        (
            "client a\nservice b\na -> b { reads: User by nme }\nentity User { name: text }",
            "unresolved-reference",
            "entity `User` has no field `nme`",
            "nme",
            "did you mean `name`?",
        ),
        (
            "decision D { on: nothing }",
            "unresolved-reference",
            "cannot find `nothing`",
            "nothing",
            "declare it, or use `D`, the only one",
        ),
        (
            "monitor m { watches: a, bb }\nservice a",
            "unresolved-reference",
            "cannot find component `bb`",
            "bb",
            "declare it, or use one of `a`, `m`",
        ),
        (
            "service a { serves: Pub }\napi Public: rest { x: GET /x }",
            "unresolved-reference",
            "cannot find operation `Pub`",
            "Pub",
            "declare it, or use one of `Public`, `Public.x`",
        ),
        (
            "service a { owns: Usr }\nentity User",
            "unresolved-reference",
            "cannot find entity `Usr`",
            "Usr",
            "did you mean `User`?",
        ),
        (
            "quality Q: latency { on: getFed; p99 < 3ms }\napi P: rest { getFeed: GET /f }",
            "unresolved-reference",
            "cannot find `getFed`",
            "getFed",
            "did you mean `getFeed`?",
        ),
        (
            "service a { for: A, B }\nfunctional A",
            "unresolved-reference",
            "cannot find requirement `B`",
            "B",
            "declare it, or use `A`, the only one",
        ),
        (
            "service a { for: a }\nfunctional F",
            "unresolved-reference",
            "`a` is a component, not a requirement",
            "a",
            "",
        ),
        (
            "service a { p99 : 30 ms }\na->b",
            "unresolved-reference",
            "cannot find component `b`",
            "b",
            "declare it, or use `a`, the only one",
        ),
        (
            "actor u\nu -> a.b\nservice a",
            "unresolved-reference",
            "cannot find component `a.b`",
            "a.b",
            "declare it, or use one of `a`, `u`",
        ),
        (
            "service a { serves: b }\nservice b",
            "unresolved-reference",
            "`b` is a component, not an operation",
            "b",
            "",
        ),
        (
            "quality Q: latency { on: a, b; p99 < 3ms }\nservice a",
            "unresolved-reference",
            "cannot find `b`",
            "b",
            "declare it, or use one of `Q`, `a`",
        ),
        (
            "functional A { on: x }",
            "unresolved-reference",
            "cannot find `x`",
            "x",
            "declare it, or use `A`, the only one",
        ),
        (
            "load L { Fod: 3/s }\nflow Food { a -> b }\nservice a\nservice b",
            "unresolved-reference",
            "cannot find operation or flow `Fod`",
            "Fod",
            "did you mean `Food`?",
        ),
        (
            "client c\nservice s\nc -> s\ns -> d\ns -> d\nflow F { c -> s -> d }",
            "unresolved-reference",
            "cannot find component `d`",
            "d",
            "declare it, or use one of `c`, `s`",
        ),
        (
            "domain A { database db }\ndomain B { database db }\ndomain C { database db }\nservice s\ns -> db",
            "unresolved-reference",
            "`db` could be `A.db`, `B.db`, `C.db`",
            "db",
            "write the name with what it stands in",
        ),
        (
            "entity Post { author: text; created: timestamp; about { index: (author, creatd) } }",
            "unresolved-reference",
            "entity `Post` has no field `creatd`",
            "creatd",
            "did you mean `created`?",
        ),
        (
            "entity Post { author: text; created: timestamp }\nservice s\ndatabase d\ns -> d { reads: Post by near(authr) }",
            "unresolved-reference",
            "entity `Post` has no field `authr`",
            "authr",
            "did you mean `author`?",
        ),
        (
            "entity T { id: uuid; size: int }\ncache c { shard: sise }",
            "unresolved-reference",
            "no entity has a field `sise`",
            "sise",
            "did you mean `size`?",
        ),
        (
            "quality Q: latency { on: F; p99 < 20ms }\nflow Fo { a -> b }\nservice a\nservice b",
            "unresolved-reference",
            "cannot find `F`",
            "F",
            "did you mean `Fo`?",
        ),
        (
            "decision D { on: orders; because: \"x\" }\nservice ordrs",
            "unresolved-reference",
            "cannot find `orders`",
            "orders",
            "did you mean `ordrs`?",
        ),
        (
            "zone z { service a }\nclient c\nc -> z.b",
            "unresolved-reference",
            "cannot find component `z.b`",
            "z.b",
            "did you mean `z.a`?",
        ),
        (
            "service a { auth: b }\nservice b\nservice c { auth: cc }",
            "unresolved-reference",
            "cannot find component `cc`",
            "cc",
            "did you mean `c`?",
        ),
        (
            "api P: rest { a: GET /x -> E, F }\nentity E",
            "unresolved-reference",
            "unknown type `F`",
            "F",
            "declare `entity F`, or use one of `uuid`, `int`, `int32`, `decimal`, `bool`, `text`, `email`, `url`, `date`, `timestamp`, `point`, `vector`, `json`, `blob`",
        ),
        (
            "load L { users: 100M/day; a: 10/user/day; b: 3/s }\napi P: rest { a: GET /x }",
            "unresolved-reference",
            "cannot find operation or flow `b`",
            "b",
            "declare it, or use one of `P`, `P.a`",
        ),
        (
            "environment dev { s.ops.replicas: 1 }\nservice s",
            "unresolved-reference",
            "cannot find component `s.ops`",
            "s.ops",
            "declare it, or use `s`, the only one",
        ),
        (
            "environment dev { P.auth: none }\napi P: rest { a: GET /x }",
            "unresolved-reference",
            "`P` is an API, not a component",
            "P",
            "",
        ),
        (
            "service a { for: Q.x }\nquality Q: latency",
            "unresolved-reference",
            "cannot find requirement `Q.x`",
            "Q.x",
            "declare it, or use `Q`, the only one",
        ),
        (
            "monitor m { watches: all }\nservice a",
            "unresolved-reference",
            "cannot find component `all`",
            "all",
            "declare it, or use one of `a`, `m`",
        ),
        (
            "entity E { id: Foo | Bar }\nentity Foo",
            "unresolved-reference",
            "unknown type `Bar`",
            "Bar",
            "declare `entity Bar`, or use one of `uuid`, `int`, `int32`, `decimal`, `bool`, `text`, `email`, `url`, `date`, `timestamp`, `point`, `vector`, `json`, `blob`",
        ),
        (
            "api P: rest { a: GET /x { writes: Ordr } }\nentity Order",
            "unresolved-reference",
            "cannot find entity `Ordr`",
            "Ordr",
            "did you mean `Order`?",
        ),
        (
            "entity Order { status: enum(a, b) }",
            "unresolved-reference",
            "unknown type `enum`",
            "enum",
            "declare `enum Name { a; b }` beside the entity, and write its name here",
        ),
    ]);
}

#[test]
fn a_name_that_is_taken() {
    check(&[
        (
            "service a { replicas: 3; replicas: 4 }",
            "conflicting-facts",
            "`replicas` is stated twice",
            "replicas: 4",
            "keep one",
        ),
        (
            "service orders\nservice ordrs\nservice orders",
            "duplicate-name",
            "component `orders` is declared twice",
            "orders",
            "rename one of them, or keep one declaration",
        ),
        (
            "entity User { id: uuid key; id: text }",
            "duplicate-name",
            "field `id` is declared twice",
            "id: text",
            "rename one of them, or leave one out",
        ),
        (
            "enum S { a; a }",
            "duplicate-name",
            "`a` stands twice in `S`",
            "a",
            "leave one out",
        ),
        (
            "api P: rest { getX: GET /x; getX: POST /x }",
            "duplicate-name",
            "operation `P.getX` is declared twice",
            "getX",
            "rename one of them, or keep one declaration",
        ),
        (
            "api P: rest { getX: GET /x }\nload L { getX: 10/s; getX: 20/s }",
            "conflicting-facts",
            "`getX` is stated twice",
            "getX: 20/s",
            "keep one, or state the second in another `load`",
        ),
        (
            "estimate E { a: 3; a: 4 }",
            "duplicate-name",
            "line `a` is declared twice",
            "a",
            "rename one of them",
        ),
        (
            "client a\nservice b\na -> b { timeout: 3s }\na -> b { timeout: 4s }",
            "conflicting-facts",
            "`timeout` of `a -> b` is stated twice, differently",
            "timeout: 4s",
            "keep one; a fact that holds for one step only stands in the flow's step",
        ),
        (
            "system A: product\nsystem B: product",
            "duplicate-name",
            "a design has one `system`",
            "B",
            "keep one; `import` only what declares no `system` of its own",
        ),
        (
            "functional A\nquality A: latency",
            "duplicate-name",
            "requirement `A` is declared twice",
            "A",
            "rename one of them, or keep one declaration",
        ),
        (
            "kind service: worker",
            "duplicate-name",
            "`service` is a kind of the language already",
            "service",
            "choose a word that is not a kind, or leave the line out",
        ),
        (
            "api P: rest { getX: GET /x }\napi P: rest { getX: GET /x; b: GET /b }",
            "duplicate-name",
            "API `P` is declared twice",
            "P",
            "rename one of them, or keep one declaration",
        ),
        (
            "entity E { id: uuid }\nentity E { name: text }",
            "duplicate-name",
            "entity `E` is declared twice",
            "E",
            "rename one of them, or keep one declaration",
        ),
        (
            "zone z { service a }\nzone z { service b }\na -> b",
            "duplicate-name",
            "zone `z` is declared twice",
            "z",
            "rename one of them, or keep one declaration",
        ),
        (
            "entity T { id: uuid key; about { size: 1 KB }; about { size: 2 KB } }",
            "conflicting-facts",
            "`size` is stated twice",
            "size: 2 KB",
            "keep one",
        ),
        (
            "load L { peak: 3x; peak: 4x }",
            "conflicting-facts",
            "`peak` is stated twice",
            "peak: 4x",
            "keep one",
        ),
        (
            "defaults service { replicas: many }\ndefaults service { replicas: 2 }\nservice s",
            "conflicting-facts",
            "`replicas` of `defaults service` is stated twice, differently",
            "replicas: 2",
            "keep one, or put the second into a place such as `zone`",
        ),
        (
            "environment dev { s.replicas: 1; s.replicas: 2 }\nservice s",
            "conflicting-facts",
            "`s.replicas` is stated twice",
            "s.replicas: 2",
            "keep one",
        ),
    ]);
}

#[test]
fn a_statement_in_the_wrong_place() {
    check(&[
        (
            "service a { replicas }",
            "misplaced-statement",
            "`replicas` has no value",
            "replicas",
            "write `replicas: …`, or `replicas: yes`",
        ),
        (
            "entity User { id uuid }",
            "misplaced-statement",
            "`id uuid` is not a field",
            "id uuid",
            "write `id: uuid`",
        ),
        (
            "entity User { id: uuid about { size: 3 } }",
            "misplaced-statement",
            "a new line or `;` is missing before `about`",
            "about",
            "`about { … }` is a statement of its own",
        ),
        (
            "enum S { a; b: int }",
            "misplaced-statement",
            "`b: int` is not a value of an enum",
            "b: int",
            "an enum holds bare names, one a line",
        ),
        (
            "entity User { id: uuid { x: 3 } }",
            "misplaced-statement",
            "`id` takes no block",
            "{ x: 3 }",
            "end the statement before the `{` with `;` or a new line, or leave the block out",
        ),
        (
            "api P: rest { getX: GET /x }\nload L { getX < 3/s }",
            "misplaced-statement",
            "a target cannot stand inside `load`",
            "getX < 3/s",
            "a target stands in `quality Name: latency { getX < 3/s }`",
        ),
        (
            "environment s { replicas: 1 }\nservice tweet",
            "misplaced-statement",
            "`replicas` says nothing about whose it is",
            "replicas",
            "write `component.replicas: …`",
        ),
        (
            "environment s { tweet -> b }\nservice tweet\nservice b",
            "misplaced-statement",
            "a connection cannot stand inside `environment`",
            "tweet -> b",
            "write it beside the components, or as a step of a flow",
        ),
        (
            "client a\nservice b\nflow F { a b }",
            "misplaced-statement",
            "`a b` is not a step",
            "a b",
            "write `a -> b`",
        ),
        (
            "client a\nservice b\nflow F { a }",
            "misplaced-statement",
            "`a` is not a step",
            "a",
            "a step connects two components, as in `gate -> feeds`",
        ),
        (
            "client a\nservice b\nflow F { else \"x\" { a -> b } }",
            "misplaced-statement",
            "`else` follows no `alt`",
            "else \"x\"",
            "write `alt \"…\" { … } else \"…\" { … }`",
        ),
        (
            "client a\nservice b\nflow F { p99 < 3ms }",
            "misplaced-statement",
            "a target cannot stand inside `flow`",
            "p99 < 3ms",
            "a target stands in `quality Name: latency { p99 < 3ms }`",
        ),
        (
            "system",
            "misplaced-statement",
            "this `system` has no name",
            "system",
            "write `system name`",
        ),
        (
            "service",
            "misplaced-statement",
            "this `service` has no name",
            "service",
            "write `service name`",
        ),
        (
            "service \"Title\"",
            "misplaced-statement",
            "this `service` has no name",
            "service",
            "write `service name \"Title\"`",
        ),
        (
            "database: postgres",
            "misplaced-statement",
            "a name is missing after `database`",
            "database: postgres",
            "write `database name: …`",
        ),
        (
            "service a { service b }",
            "misplaced-statement",
            "`service` cannot stand inside `service`",
            "service",
            "a component stands at the top of a file, or in a place such as `zone`",
        ),
        (
            "service a { entity X }",
            "misplaced-statement",
            "`entity` cannot stand inside `service`",
            "entity",
            "declare it at the top of a file",
        ),
        (
            "service a { a -> b }",
            "misplaced-statement",
            "a connection cannot stand inside `service`",
            "a -> b",
            "write it beside the components, or as a step of a flow",
        ),
        (
            "service a { p99 < 3ms }",
            "misplaced-statement",
            "a target cannot stand inside `service`",
            "p99 < 3ms",
            "a target stands in `quality Name: latency { p99 < 3ms }`; a fact is written `p99: …`",
        ),
        (
            "replicas: 3",
            "misplaced-statement",
            "`replicas: …` cannot stand at the top of a file",
            "replicas",
            "a fact stands in the block of the thing that it is about",
        ),
        (
            "p99 < 3ms",
            "misplaced-statement",
            "a target cannot stand at the top of a file",
            "p99 < 3ms",
            "a target stands in `quality Name: latency { p99 < 3ms }`",
        ),
        (
            "functional A \"x\" { p99 < 3ms }",
            "misplaced-statement",
            "a target cannot stand inside `functional`",
            "p99 < 3ms",
            "a target stands in `quality Name: latency { p99 < 3ms }`",
        ),
        (
            "technology x { model: relational }",
            "misplaced-statement",
            "`technology` needs a name and a kind",
            "technology x",
            "write `technology name: database { … }`",
        ),
        (
            "service a\n@tag(x)",
            "misplaced-statement",
            "`@tag` stands before nothing",
            "@tag(x)",
            "an annotation is about the statement that follows it",
        ),
        (
            "zone z { entity X }",
            "misplaced-statement",
            "`entity` cannot stand inside `zone z`",
            "entity",
            "declare it at the top of a file",
        ),
        (
            "import x",
            "misplaced-statement",
            "`import` names no file in quotes",
            "import x",
            "write `import \"x.arch\"`",
        ),
        (
            "import",
            "misplaced-statement",
            "`import` names no file in quotes",
            "import",
            "write `import \"name.arch\"`",
        ),
        (
            "database d { quorum { n: 3; r: x } }",
            "misplaced-statement",
            "a colon is missing after `quorum`",
            "quorum",
            "write `quorum: { … }`",
        ),
        (
            "database d { quorum { n: 3; rr: 2; w: 2 } }",
            "misplaced-statement",
            "a colon is missing after `quorum`",
            "quorum",
            "write `quorum: { … }`",
        ),
        (
            "service a { replicas: 3 { x: 1 } }",
            "misplaced-statement",
            "`replicas` takes no block",
            "{ x: 1 }",
            "end the statement before the `{` with `;` or a new line, or leave the block out",
        ),
        (
            "service a \"x\" { health-check }",
            "misplaced-statement",
            "`health-check` has no value",
            "health-check",
            "write `health-check: …`, or `health-check: yes`",
        ),
        (
            "functional A { later }",
            "misplaced-statement",
            "`later` says nothing here",
            "later",
            "did you mean `priority: later`?",
        ),
        (
            "service a\nkind saga: worker\nsaga b\na -> b { timeout: 3s { x: 1 } }",
            "misplaced-statement",
            "`timeout` takes no block",
            "{ x: 1 }",
            "end the statement before the `{` with `;` or a new line, or leave the block out",
        ),
        (
            "system S: product { answers: url-shortener; p99 < 3ms }",
            "misplaced-statement",
            "a target cannot stand inside `system`",
            "p99 < 3ms",
            "a target stands in `quality Name: latency { p99 < 3ms }`",
        ),
        (
            "api P: rest { a: GET /x { idempotent } }",
            "misplaced-statement",
            "`idempotent` has no value",
            "idempotent",
            "write `idempotent: …`, or `idempotent: yes`",
        ),
        (
            "question \"Which region?\"",
            "misplaced-statement",
            "this `question` has no name",
            "question",
            "write `question name \"Which region?\"`",
        ),
        (
            "assumption \"x\"",
            "misplaced-statement",
            "this `assumption` has no name",
            "assumption",
            "write `assumption name \"x\"`",
        ),
        (
            "decision \"Use Kafka\" { because: \"x\" }",
            "misplaced-statement",
            "this `decision` has no name",
            "decision",
            "write `decision name \"Use Kafka\"`",
        ),
    ]);
}

#[test]
fn an_acceptance_that_is_wrong() {
    check(&[
        (
            "@accept(single-point-of-falure, \"x\")\nservice a",
            "bad-acceptance",
            "there is no rule `single-point-of-falure` to accept",
            "single-point-of-falure",
            "did you mean `single-point-of-failure`?",
        ),
        (
            "@accept(single-point-of-failure)\nservice a",
            "bad-acceptance",
            "`@accept(single-point-of-failure)` gives no reason, so it silences nothing",
            "@accept(single-point-of-failure)",
            "write `@accept(single-point-of-failure, \"why it is fine here\")`",
        ),
        (
            "@accept(single-point-of-failure, \"x\", untl: 2027-01-01)\nservice a",
            "bad-acceptance",
            "`@accept` knows no `untl`",
            "untl",
            "did you mean `until`?",
        ),
        (
            "@accept(single-point-of-failure, \"x\", until: 2027-13-01)\nservice a",
            "bad-acceptance",
            "`until` cannot be `2027-13-01`",
            "2027-13-01",
            "write `@accept(rule, \"reason\", until: 2027-01-31, ticket: \"ARCH-12\")`",
        ),
        (
            "@accept(\"x\")\nservice a",
            "bad-acceptance",
            "`@accept` names no rule",
            "@accept(\"x\")",
            "write `@accept(missing-cache, \"why it is fine here\")`",
        ),
        (
            "@accept()\nservice a",
            "bad-acceptance",
            "`@accept` names no rule",
            "@accept()",
            "write `@accept(missing-cache, \"why it is fine here\")`",
        ),
    ]);
}

#[test]
fn an_unknown_name_is_reported_once_with_all_its_places() {
    let found = language("service a\nservice b\na -> orders\nb -> orders\n");
    let [(finding, _)] = found.as_slice() else {
        panic!("{found:?}");
    };
    assert_eq!(finding.message, "cannot find component `orders`");
    assert_eq!(finding.because[0].text, "used here too");

    let mut many = String::from("service a\n");
    for _ in 0..20 {
        many.push_str("a -> orders\n");
    }
    let found = language(&many);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].0.notes, ["used in 20 places"]);
    assert_eq!(found[0].0.because.len(), 7);
}

#[test]
fn the_lines_of_an_estimate_may_stand_in_any_order() {
    assert!(language("estimate E { total: 3 * perDay; perDay: 4 GB = 4 GB }").is_empty());
    // A line that cannot be read is reported; what is computed from it is not.
    let found = language("estimate E { a: 3 + 4 GB; b: a * 3; c: b + 1 s }");
    assert_eq!(found.len(), 1);
}

#[test]
fn what_is_declared_twice_counts_once() {
    let twice = "functional A\nentity E { id: uuid key }\nentity E\nfunctional A\n";
    let messages: Vec<String> = language(twice)
        .into_iter()
        .map(|(finding, _)| finding.message)
        .collect();
    assert_eq!(
        messages,
        [
            "entity `E` is declared twice",
            "requirement `A` is declared twice"
        ]
    );
}

#[test]
fn no_message_is_long_or_ends_with_a_stop() {
    let designs = [
        "service a { capacity: 3 days }",
        "api P: rest { auth: oauth3; getX: GET /x }",
        "entity User { id: uid key }",
    ];
    for (finding, _) in designs.iter().flat_map(|design| language(design)) {
        assert!(
            finding.message.chars().count() <= 160,
            "{}",
            finding.message
        );
        assert!(!finding.message.ends_with('.'), "{}", finding.message);
    }
}

#[test]
fn a_kind_of_the_design_takes_types_and_keeps_its_facts() {
    let fine = "kind saga: worker { state: shared }\nsaga checkout: lambda { replicas: 3 }\n";
    assert!(language(fine).is_empty());
    // What is declared with a slip raises nothing where it is used.
    let found = language("kind saga: workr\nsaga a\ntechnology mine: databse\ndatabase d: mine\n");
    assert_eq!(found.len(), 2);
}

#[test]
fn a_missing_file_has_a_near_name_too() {
    let ran = Test::new("check shop.arch --output-format plain")
        .file(
            "shop.arch",
            "system Shop: product\nimport \"paymnts.arch\"\n",
        )
        .file("payments.arch", "service payments\n")
        .run();
    let words = "cannot import `paymnts.arch`: `paymnts.arch` does not exist";
    assert!(ran.stdout.contains(words), "{}", ran.stdout);
    assert!(
        ran.stdout.contains("help: did you mean `payments.arch`?"),
        "{}",
        ran.stdout
    );
}

#[test]
fn many_unknown_names_are_not_compared_with_all_others() {
    let mut design = String::new();
    for index in 0..400 {
        design.push_str(&format!(
            "service orders{index}x\norders{index}x -> missing{index}x\n"
        ));
    }
    let found = language(&design);
    assert_eq!(found.len(), 400);
    let last = found.last().and_then(|(finding, _)| finding.help.clone());
    assert_eq!(
        last.as_deref(),
        Some("declare it, or import the file that does")
    );
}

#[test]
fn what_a_view_shows() {
    check(&[
        (
            "view V: componets",
            "unknown-word",
            "unknown type `componets` of `view`",
            "componets",
            "did you mean `components`?",
        ),
        (
            "view V: components | entities",
            "wrong-value",
            "a view has one type",
            "entities",
            "declare a second view for it",
        ),
        (
            "view V { include: none }",
            "wrong-value",
            "`include` cannot be `none`",
            "none",
            "leave the line out to draw everything, or name what is drawn",
        ),
        (
            "view V { exclude: yes }",
            "wrong-value",
            "`exclude` cannot be `yes`",
            "yes",
            "leave the line out to draw everything, or name what is left out",
        ),
        (
            "service s\nview V { include: s; include: s }",
            "conflicting-facts",
            "`include` is stated twice",
            "include: s",
            "keep one, or write both in one list: `include: a, b`",
        ),
        (
            "database d { backup: daily }\nservice s\nentity User { email: email personal }\nview V { include: databse }",
            "unknown-word",
            "nothing is called `databse`",
            "databse",
            "did you mean `database`?",
        ),
        (
            "database d { backup: daily }\nservice s\nentity User { email: email personal }\nview V { include: postgress }",
            "unknown-word",
            "nothing is called `postgress`",
            "postgress",
            "did you mean `postgres`?",
        ),
        (
            "database d { backup: daily }\nservice s\nentity User { email: email personal }\nview V { include: volatil }",
            "unknown-word",
            "nothing is called `volatil`",
            "volatil",
            "did you mean `volatile`?",
        ),
        (
            "database d { backup: daily }\nservice s\nentity User { email: email personal }\nview V { include: Usr }",
            "unknown-word",
            "nothing is called `Usr`",
            "Usr",
            "did you mean `User`?",
        ),
        (
            "database d { backup: daily }\nservice s\nentity User { email: email personal }\nview V { include: somethingElse }",
            "unknown-word",
            "nothing is called `somethingElse`",
            "somethingElse",
            "write a kind such as `database`, or a name of the design",
        ),
        (
            "domain A { service x }\ndomain B { service x }\nview V { include: x }",
            "unresolved-reference",
            "`x` could be `A.x` or `B.x`",
            "x",
            "write the name with what it stands in",
        ),
        (
            "database d { backup: daily }\nservice s\nentity User { email: email personal }\nview V { include: s -> d }",
            "wrong-value",
            "`s -> d` does not say what is meant",
            "s -> d",
            "name kinds such as `database`, tags such as `#pci`, or things of the design, with commas between",
        ),
        (
            "database d { backup: daily }\nservice s\nentity User { email: email personal }\nview V { include: \"Stores\" }",
            "wrong-value",
            "`\"Stores\"` does not say what is meant",
            "\"Stores\"",
            "name kinds such as `database`, tags such as `#pci`, or things of the design, with commas between",
        ),
        (
            "database d { backup: daily }\nservice s\nentity User { email: email personal }\nview V { include: User[] }",
            "wrong-value",
            "`User[]` does not say what is meant",
            "User[]",
            "name kinds such as `database`, tags such as `#pci`, or things of the design, with commas between",
        ),
        (
            "database d { backup: daily }\nservice s\nentity User { email: email personal }\nview V { include: s | d }",
            "wrong-value",
            "commas stand between what is meant, not `|`",
            "s | d",
            "write `s, d`",
        ),
        (
            "database d { backup: daily }\nservice s\nentity User { email: email personal }\nview V { include: database[bakup] }",
            "unknown-property",
            "`database` has no property `bakup`",
            "bakup",
            "did you mean `backup`?",
        ),
        (
            "database d { backup: daily }\nservice s\nentity User { email: email personal }\nview V { include: s[trust: public] }",
            "unknown-property",
            "`s` has no property `trust`",
            "trust",
            "",
        ),
        (
            "database d { backup: daily }\nservice s\nentity User { email: email personal }\nview V { include: database[backup: wekly] }",
            "wrong-value",
            "`backup` cannot be `wekly`",
            "wekly",
            "did you mean `weekly`?",
        ),
        (
            "database d { backup: daily }\nservice s\nentity User { email: email personal }\nview V { include: database[backup < 2 GB] }",
            "wrong-value",
            "expected a duration such as `200ms`, found `2 GB`",
            "2 GB",
            "",
        ),
        (
            "database d { backup: daily }\nservice s\nentity User { email: email personal }\nview V { include: operation[p99 < 500] }",
            "wrong-value",
            "`500` has no unit; expected a duration such as `200ms`",
            "500",
            "write the unit: `ms`, `s`, `min`, `h`, `d`",
        ),
        (
            "database d { backup: daily }\nservice s\nentity User { email: email personal }\nview V { include: operation[p99: 500ms] }",
            "wrong-value",
            "`p99` has no value to ask for",
            "500ms",
            "compare it, as in `[p99 < …]`, or write `[p99]`",
        ),
        (
            "database d { backup: daily }\nservice s\nentity User { email: email personal }\nview V { include: database[state < 3] }",
            "wrong-value",
            "`state` is no number",
            "state",
            "write `[state]`, or `[state: …]`",
        ),
        (
            "database d { backup: daily }\nservice s\nentity User { email: email personal }\nview V { include: database[3] }",
            "wrong-value",
            "`3` cannot stand in brackets",
            "3",
            "write `[backup]`, `[backup: daily]` or `[replicas >= 2]`",
        ),
        (
            "database d { backup: daily }\nservice s\nentity User { email: email personal }\nview V { include: database[carries: persnal] }",
            "wrong-value",
            "`carries` cannot be `persnal`",
            "persnal",
            "did you mean `personal`?",
        ),
        (
            "database d { backup: daily }\nservice s\nentity User { email: email personal }\nview V { include: database[carries: Usr] }",
            "unresolved-reference",
            "cannot find entity `Usr`",
            "Usr",
            "did you mean `User`?",
        ),
        (
            "service s\nview V { include: database }",
            "empty-view",
            "view `V` shows nothing",
            "V",
            "name what the design has now, or remove the view",
        ),
        (
            "service s\nview V: entities",
            "empty-view",
            "view `V` shows nothing",
            "V",
            "leave it out until there is something to show",
        ),
    ]);
}
