use super::*;
use crate::analysis::success::Success;
use crate::model::{Input as Text, resolve};
use crate::numbers::Verdict;
use crate::numbers::sheet::{Block, Section};
use crate::source::{SourceFile, Sources};

/// Understands a design, in which nothing may be wrong, and looks at it.
pub(in crate::numbers) fn with_context<T>(text: &str, look: impl FnOnce(&Context) -> T) -> T {
    let mut sources = Sources::default();
    let file = sources.add(SourceFile::new("test.arch", text));
    let (tree, wrong) = crate::syntax::parse(file, sources.file(file));
    assert!(wrong.is_empty(), "{wrong:?}");
    let (model, wrong) = resolve(&Text {
        sources: &sources,
        trees: vec![&tree],
        environment: None,
    });
    assert!(!model.incomplete, "{wrong:?}");
    let success = Success::new(&model);
    look(&Context {
        model: &model,
        success: &success,
        sources: &sources,
    })
}

/// Returns the rows of all tables of a section.
pub(in crate::numbers) fn rows_of(section: &Section) -> Vec<String> {
    let tables = section.blocks.iter().filter_map(|block| match block {
        Block::Table(table) => Some(table),
        _ => None,
    });
    let rows = tables.flat_map(|table| &table.rows);
    rows.map(|row| {
        let cells: Vec<&str> = row.iter().map(|cell| cell.text.as_str()).collect();
        cells.join(" | ")
    })
    .collect()
}

fn words_of(section: &Section) -> String {
    let words = section.blocks.iter().flat_map(|block| match block {
        Block::Paragraph(text) => vec![text.clone()],
        Block::List(title, entries) => [std::slice::from_ref(title), entries].concat(),
        _ => Vec::new(),
    });
    words.collect::<Vec<_>>().join("\n")
}

fn shown(text: &str) -> (Vec<String>, String) {
    with_context(text, |context| {
        let section = section(&part(context)).expect("a section");
        (rows_of(&section), words_of(&section))
    })
}

fn verdicts(text: &str) -> Vec<(Verdict, String)> {
    with_context(text, |context| {
        let found = targets(&part(context)).into_iter();
        found.map(|it| (it.verdict, it.why)).collect()
    })
}

const SHOP: &str = "system Shop
    api P: rest { list: GET /items; buy: POST /orders }
    entity Item { id: uuid key }
    entity Order { id: uuid key }
    load Daily { list: 100/s; buy: 10/s; peak: 5x }
    client app: browser
    gateway gate { serves: P; replicas: 3 across 3 zones; capacity: 500/s }
    service shop { replicas: 2 across 2 zones; capacity: 500/s }
    cache items { stores: Item; hit: 80% }
    database db { stores: Item, Order; replicas: 1; capacity: 400/s }
    queue jobs
    worker packer { replicas: 2; capacity: 20/s; runs: on jobs }
    app -> gate -> shop -> items { reads: Item }
    shop -> db { retries: 2 }
    shop ~> jobs ~> packer
    flow Listing: list {
      app -> gate -> shop -> items
      opt { shop -> db { reads: Item } }
    }
    flow Buying: buy { app -> gate -> shop -> db { writes: Order }; shop ~> jobs }";

#[test]
fn the_fullest_component_comes_first() {
    let (rows, words) = shown(SHOP);
    let start = "`packer` is overloaded: 125 % of what it can take at the peak.";
    assert!(words.starts_with(start), "{words}");
    let expected = [
        "P.list | 100 | 500 | the load",
        "P.buy | 10 | 50 | the load",
        "packer | 10 | 50 | what starts it; no flow shows its steps",
        // 50/s of 2 × 20/s
        "packer | 10 | 50 | 40 | 125 % | 0.8×",
        // 550/s of 2 × 500/s
        "shop | 110 | 550 | 1,000 | 55 % | 1.8×",
        // 500/s × 20 % + 50/s of 400/s
        "db | 30 | 150 | 400 | 38 % | 2.7×",
        // 550/s of 3 × 500/s
        "gate | 110 | 550 | 1,500 | 37 % | 2.7×",
        "items | 100 | 500 | not stated |  | ",
        "jobs | 10 | 50 | not stated |  | ",
        // With cold caches 550/s of 400/s; each of 150/s tried three times.
        "db | 38 % | none left | – | 138 % | 113 %",
        "packer | 125 % | 250 % | – | 125 % | 125 %",
        "shop | 55 % | 110 % | 110 % | 55 % | 55 %",
        "packer | packer 50/s",
        "shop | P.list 500/s and P.buy 50/s",
        "db | P.list 100/s and P.buy 50/s",
        "gate | P.list 500/s and P.buy 50/s",
        "items | P.list 500/s",
        "jobs | P.buy 50/s",
    ];
    assert_eq!(rows, expected);
    // Two servers, 50/s against 2 × 20/s: none. Gate and shop wait too little to tell.
    assert!(words.contains("1 more, which stay under 70 %"), "{words}");
    assert!(words.contains("`Daily.peak` 5x"), "{words}");
}

#[test]
fn an_estimate_of_waiting_says_that_it_is_one() {
    // M/M/1 with 80/s of 100/s: 40 ms.
    let (_, words) = shown(
        "api P: rest { one: GET /one }
        load L { one: 80/s }
        client app; service a { serves: P; capacity: 100/s; replicas: 1 }
        flow F: one { app -> a }",
    );
    assert!(words.contains("as a rough guide"), "{words}");
    assert!(
        words.contains("`a`: 80 % of requests wait, 40 ms on average"),
        "{words}"
    );
}

#[test]
fn work_without_end_is_told() {
    let (_, words) = shown(
        "api P: rest { one: GET /one }
        load L { one: 80/s }
        client app; service a { serves: P }; queue q; worker w
        flow F: one { app -> a; a ~> q }
        flow G { runs: on q; q ~> w; w ~> q \"again\" { times: 2 } }",
    );
    assert!(
        words.contains("The work of `G` never ends: each run leads to 2 more"),
        "{words}"
    );
}

#[test]
fn nothing_is_said_without_a_load() {
    with_context(
        "service a { capacity: 5/s }; service b; a -> b",
        |context| {
            assert_eq!(section(&part(context)), None);
        },
    );
}

fn target(load: &str, target: &str, shop: &str) -> Vec<(Verdict, String)> {
    verdicts(&format!(
        "api P: rest {{ list: GET /items; buy: POST /orders }}
        quality Q: scalability {{ {target} }}
        load Daily {{ {load} }}
        client app: browser
        service shop {{ serves: P; {shop} }}
        flow Listing: list {{ app -> shop }}
        flow Buying: buy {{ app -> shop }}"
    ))
}

#[test]
fn users_are_judged_by_what_they_do() {
    // 864k × 100 a day are 1,000/s, at the peak 3,000/s.
    let load = "users: 864k/day; list: 100/user/day; peak: 3x";
    let room = "replicas: 10; capacity: 1k/s";
    let two = target(load, "users >= 1.728M/day", room);
    let holds = "`shop` would be the busiest, at 60 %".to_owned();
    assert_eq!(two, [(Verdict::LikelyHolds, holds)]);
    let four = target(load, "users >= 3.456M/day", room);
    let breaks = "`shop` would get 12,000/s at the least and can take 10,000/s: 120 %".to_owned();
    assert_eq!(four, [(Verdict::Breaks, breaks)]);
    let open = target(
        load,
        "users >= 3.456M/day",
        "replicas: many; capacity: 1k/s",
    );
    assert_eq!(open[0].0, Verdict::LikelyBreaks);
    let silent = target(load, "users >= 1M/day", "replicas: 10");
    let why = "`shop` states no capacity".to_owned();
    assert_eq!(silent, [(Verdict::Unknown, why)]);
    let month = target(load, "users >= 1M/month", room);
    let why = "no `load` counts users in a month".to_owned();
    assert_eq!(month, [(Verdict::Unknown, why)]);
}

#[test]
fn throughput_is_judged_alone_at_the_least_and_with_the_rest() {
    let load = "list: 300/s; buy: 10/s; peak: 2x";
    let room = "replicas: 1; capacity: 1k/s";
    // 1,200/s of one operation alone are too many.
    let alone = target(load, "on: buy; throughput >= 1.2k/s", room);
    assert_eq!(alone[0].0, Verdict::Breaks);
    // 500/s and the 600/s of the others.
    let together = target(load, "on: buy; throughput >= 500/s", room);
    let why = "`shop` would get 1,100/s and can take 1,000/s: 110 %".to_owned();
    assert_eq!(together, [(Verdict::LikelyBreaks, why)]);
    let little = target(load, "on: buy; throughput >= 100/s", room);
    assert_eq!(little[0].0, Verdict::LikelyHolds);
    // Of all: 310/s on average; a rate a day peaks twice as high.
    let all = target(load, "throughput >= 900/s", room);
    assert_eq!(all[0].1, "`shop` would be the busiest, at 90 %");
    let day = target(load, "throughput >= 51.84M/day", room);
    assert_eq!(day[0].0, Verdict::LikelyBreaks, "{day:?}");
    let none = target("buy: 10/s", "on: list; throughput >= 2k/s", room);
    assert_eq!(none[0].0, Verdict::Breaks);
}

#[test]
fn all_that_is_overloaded_is_counted() {
    let text = "api P: rest { one: GET /one }
        load L { one: 80/s }
        client app; service a { serves: P; capacity: 50/s; replicas: 1 }
        database b { capacity: 40/s; replicas: 1 }; service c { capacity: 0/s; replicas: 1 }
        flow F: one { app -> a; a -> b; a -> c }";
    let (rows, words) = shown(text);
    let start = "`b` is overloaded: 200 % of what it can take at the peak, and so is 1 more.";
    assert!(words.starts_with(start), "{words}");
    assert!(
        rows.contains(&"b | 80 | 80 | 40 | 200 % | 0.5×".to_owned()),
        "{rows:?}"
    );
    assert!(words.contains("`c` states a `capacity` of 0"), "{words}");
}

#[test]
fn throughput_is_judged_where_it_is_done() {
    let text = "
        api P: rest { list: GET /items; buy: POST /orders }
        quality Q: throughput { on: list; throughput >= 500/s }
        load Daily { list: 300/s; buy: 10/s; Sweep: 100/s }
        client app: browser
        service shop { serves: P; replicas: 1; capacity: 1k/s }
        worker sweeper { replicas: 1; capacity: 50/s }
        database open { replicas: 1 }
        flow Listing: list { app -> shop }
        flow Buying: buy { app -> shop }
        flow Sweep { sweeper -> open }";
    // Neither the overloaded sweeper nor the store without a capacity lists anything.
    let why = "`shop` would be the busiest, at 51 %".to_owned();
    assert_eq!(verdicts(text), [(Verdict::LikelyHolds, why)]);
    let all = text.replace("on: list; throughput >= 500/s", "throughput >= 400/s");
    let why = "`shop` would be the busiest, at 40 %".to_owned();
    assert_eq!(verdicts(&all), [(Verdict::LikelyHolds, why)]);
}
