//! Designs that are large, tangled or odd on purpose: every analysis ends, and says so
//! where it is not exact.

use std::collections::BTreeSet;
use std::fmt::Write;

use proptest::prelude::*;

use super::availability::simulation::Dice;
use super::availability::{Assumptions, Availability, Unavailability, availability};
use super::load::{Conditions, Solution, solve};
use super::samples::EXAMPLE;
use super::success::{NotEvaluated, Success};
use super::{bandwidth, cache, concurrency, estimates, latency, recovery, storage, whatif};
use crate::model::{Input, Model, resolve};
use crate::source::{SourceFile, Sources};

/// Returns what a text means, whatever is wrong with it.
fn read(text: &str) -> Model {
    let mut sources = Sources::default();
    let id = sources.add(SourceFile::new("design.arch", text));
    let (tree, _) = crate::syntax::parse(id, sources.file(id));
    let input = Input {
        sources: &sources,
        trees: vec![&tree],
        environment: None,
    };
    resolve(&input).0
}

fn available(text: &str) -> (Model, Success, Availability) {
    let model = read(text);
    assert!(!model.incomplete, "{text}");
    let success = Success::new(&model);
    let found = availability(&model, &success, &Assumptions::default());
    (model, success, found)
}

/// Every component is down once in a hundred times, and there is one of each.
const ONES: &str = "defaults service { availability: 99%; replicas: 1 }
defaults database { availability: 99%; replicas: 1 }\n";

/// Returns operations that need most of some services, each of which needs one of three
/// stores: no order of questions keeps that small.
fn tangled(services: u64, stores: u64, operations: u64) -> String {
    let mut dice = Dice(3);
    let mut text = String::from(ONES);
    for index in 0..operations {
        let _ = writeln!(text, "api A{index}: rest {{ get{index}: GET /x{index} }}");
        let _ = writeln!(text, "service front{index} {{ serves: A{index} }}");
    }
    (0..stores).for_each(|index| _ = writeln!(text, "database d{index}"));
    for index in 0..services {
        let _ = writeln!(text, "service s{index}");
        let mut three = BTreeSet::new();
        while three.len() < 3 {
            three.insert(dice.below(stores));
        }
        let three: Vec<String> = three.iter().map(|it| format!("d{it}")).collect();
        let _ = writeln!(text, "s{index} -> {}", three.join(" | "));
        for operation in 0..operations {
            if operations == 1 || dice.below(10) < 7 {
                let _ = writeln!(text, "front{operation} -> s{index}");
            }
        }
    }
    text
}

/// Returns how often a goal fails when dice are thrown for each of its components.
fn thrown(success: &Success, goal: usize, samples: u32) -> f64 {
    let mut dice = Dice(11);
    let failing = (0..samples).filter(|_| {
        let parts = success.parts.iter();
        let up: Vec<bool> = parts.map(|_| !dice.happens(0.01)).collect();
        let term = success.goals[goal].term;
        !success.formula.holds(term, |it| up[it as usize])
    });
    failing.count() as f64 / f64::from(samples)
}

/// Says that a figure is refused with a reason, and the truth lies within its bounds.
fn assert_bounded(figure: Unavailability, success: &Success, goal: usize) {
    assert!(matches!(
        figure.refused,
        Some(NotEvaluated::TooLarge { .. })
    ));
    let why = figure.refused.map(|it| it.to_string()).unwrap_or_default();
    let words = "its parts depend on each other in too many ways to count within ";
    assert!(why.starts_with(words), "{why}");
    let (low, high) = (figure.at_least, figure.at_most);
    assert!(0.0 < low && low < high && high <= 1.0, "{figure:?}");
    assert_within(figure, success, goal);
}

fn assert_within(figure: Unavailability, success: &Success, goal: usize) {
    let samples = 400;
    let (low, high) = (figure.at_least, figure.at_most);
    let seen = thrown(success, goal, samples);
    let error = 4.0 * (seen * (1.0 - seen) / f64::from(samples)).sqrt();
    let within = (low - error..=high + error).contains(&seen);
    assert!(within, "{seen} ± {error} is not within {figure:?}");
}

#[test]
fn what_is_tangled_is_bounded() {
    let text = tangled(120, 60, 1) + "quality Up: availability { availability >= 99.99% }";
    let (_, success, found) = available(&text);
    let goal = &found.goals[0];
    assert_bounded(goal.estimate.unwrap(), &success, 0);
    assert_bounded(goal.optimistic, &success, 0);
    assert!(goal.contributions.is_empty() && goal.improvement.is_none());
    // The bound alone tells that this target is missed.
    let verdict = goal.verdict();
    assert_eq!(verdict, Some(super::availability::Verdict::Broken));
}

#[test]
fn many_tangled_goals_share_one_budget() {
    let (_, success, found) = available(&tangled(60, 40, 30));
    assert_eq!(found.goals.len(), 30);
    let refused = |it: &Unavailability| match it.refused {
        Some(NotEvaluated::TooLarge { budget }) => Some(budget),
        _ => None,
    };
    let budgets = found.goals.iter().filter_map(|it| refused(&it.optimistic));
    // Each goal may try two orders.
    // Of the steps beside those that each goal gets anyway.
    assert!(budgets.sum::<usize>() < 1_600_000 + 30 * 5_000);
    let last = found
        .goals
        .iter()
        .rposition(|it| it.optimistic.refused.is_some());
    let last = last.expect("not all are small enough");
    assert_bounded(found.goals[last].optimistic, &success, last);
}

/// Returns a flow that waits for so many of its steps.
fn waiting(wanted: usize, of: usize) -> String {
    let mut text = String::from(ONES);
    text += "api A: rest { get: GET /x }\nservice s { serves: A; availability: 100% }\n";
    (0..of).for_each(|index| _ = writeln!(text, "service c{index} {{ availability: 60% }}"));
    let steps: String = (0..of).map(|index| format!("s -> c{index}\n")).collect();
    text + &format!("flow F: get {{ par {{ wait: {wanted}\n{steps} }} }}")
}

#[test]
fn half_of_many_is_exact_or_bounded() {
    let (_, _, found) = available(&waiting(200, 400));
    let exact = found.goals[0]
        .estimate
        .unwrap()
        .exact()
        .expect("few enough");
    // 240 work on average, 9.8 is the standard deviation: 199 is 4.1 of them away.
    assert!((1e-6..1e-4).contains(&exact), "{exact}");
    let (_, _, found) = available(&waiting(1500, 3000));
    let figure = found.goals[0].estimate.unwrap();
    assert!(matches!(
        figure.refused,
        Some(NotEvaluated::TooLarge { .. })
    ));
    assert!(figure.at_least <= figure.at_most && figure.at_most <= 1.0);
}

#[test]
fn thousands_of_pairs_are_exact() {
    let count = 1_500;
    let mut text = String::from(ONES);
    text += "api A: rest { get: GET /x }\nservice front { serves: A }\nservice x\nservice y\n";
    text += "front -> x | y\n";
    for index in 0..count {
        let _ = writeln!(text, "service a{index}\ndatabase b{index}\nx -> a{index}");
    }
    (0..count).for_each(|index| _ = writeln!(text, "front -> a{index} | b{index}"));
    let (_, success, found) = available(&text);
    let figure = found.goals[0].estimate.unwrap();
    assert_eq!(figure.refused, None);
    assert_within(figure, &success, 0);
}

#[test]
fn ways_that_meet_again_do_not_double() {
    let mut text = String::from(ONES);
    text += "api A: rest { get: GET /x }\nservice a0 { serves: A }\nservice b0\n";
    for (index, last) in (1..40).zip(0..) {
        let _ = writeln!(text, "service a{index}\nservice b{index}");
        let _ = writeln!(text, "a{last} -> a{index} | b{index}");
        let _ = writeln!(text, "b{last} -> a{index} | b{index}");
    }
    let (_, success, found) = available(&text);
    assert!(success.goals[0].needs.len() < 200);
    let exact = found.goals[0].estimate.unwrap().exact().unwrap();
    assert!((0.01..0.014).contains(&exact), "{exact}");
}

/// Runs every analysis, and says that no figure is nonsense.
fn run(text: &str) {
    let model = read(text);
    let success = Success::new(&model);
    let assumptions = Assumptions::default();
    let found = availability(&model, &success, &assumptions);
    let goals = found.goals.iter();
    for figure in goals.flat_map(|it| it.estimate.iter().chain([&it.optimistic])) {
        let (low, high) = (figure.at_least, figure.at_most);
        let sane = (0.0..=1.0 + 1e-9).contains(&low) && low <= high && high <= 1.0 + 1e-9;
        assert!(sane, "{figure:?}\n{text}");
    }
    for part in found.parts.values() {
        assert!((0.0..=1.0).contains(&part.optimistic), "{part:?}\n{text}");
    }
    assert_sane(&solve(&model, &success, &Conditions::default()), text);
    let ten_times = Conditions {
        factor: 10.0,
        failing: 0.5,
        ..Conditions::default()
    };
    assert_sane(&solve(&model, &success, &ten_times), text);
    for store in storage::storage(&model).stores {
        assert!(!store.disk_after(1e9).is_nan(), "{text}");
        _ = (store.full_after(), store.shards_after(1e9));
    }
    let carried = bandwidth::bandwidth(&model);
    let lines = carried.operations.iter().chain(&carried.connections);
    assert!(lines.into_iter().all(|it| !it.bits.is_nan()), "{text}");
    let at_once = concurrency::concurrency(&model);
    for limit in &at_once.limits {
        assert!(!limit.needed.is_nan(), "{}\n{text}", limit.words());
    }
    for cache in cache::caches(&model).caches {
        let hit = cache.predicted();
        assert!(
            hit.is_none_or(|it| (0.0..=1.0 + 1e-9).contains(&it)),
            "{hit:?}\n{text}"
        );
    }
    for fall in latency::waterfalls(&model) {
        let mut bars = fall.bars.iter();
        let odd = bars.any(|it| it.starts.is_nan() || it.adds.is_nan());
        assert!(!odd, "{:?}\n{text}", fall.bars);
        assert!(
            !fall.mean.is_nan() && fall.min >= 0.0,
            "{}\n{text}",
            fall.mean
        );
        let levels = fall.percentiles.iter();
        assert!(levels.into_iter().all(|it| !it.at_least.is_nan()), "{text}");
    }
    recovery::recovery(&model, &success);
    let derivations = estimates::estimates(&model);
    derivations.iter().for_each(|it| _ = it.words());
    whatif::all_losses(&model, &success);
}

fn assert_sane(solution: &Solution, text: &str) {
    for it in &solution.components {
        let rates = [it.rate.average, it.rate.peak, it.rate.least, it.cold_peak];
        assert!(rates.iter().all(|it| *it >= 0.0), "{it:?}\n{text}");
        let shares = [it.utilisation, it.retried_utilisation, it.headroom];
        let nonsense = shares.into_iter().flatten().any(f64::is_nan);
        assert!(!nonsense, "{it:?}\n{text}");
    }
}

#[test]
fn next_to_nothing_is_analysed() {
    for text in [
        "",
        "system S",
        "flow F { }",
        "api A: rest { get: GET /x }\nflow F: get { }",
        "service a\na -> a",
        "load L { }",
        "load L { peak: 0x }\ndatabase d { replicas: 0 }\ncache c { hit: 100%; memory: 0 bytes }",
        "api A: rest { get: GET /x }\nservice s { serves: A }\nservice s { serves: A }\ns -> nobody",
    ] {
        run(text);
    }
    let deep = format!(
        "flow F {{ {} {} }}",
        "loop { ".repeat(10_000),
        "}".repeat(10_000)
    );
    run(&deep);
    let nested = |depth: usize| {
        let (open, close) = (
            "loop { times: 1000000000; ".repeat(depth),
            "}".repeat(depth),
        );
        let load = "api A: rest { get: GET /x }\nload L { get: 1000000000/s }";
        format!(
            "{load}\nservice s {{ serves: A; p50: 1ms; p99: 2ms }}\nflow F: get {{ {open} s -> s {close} }}"
        )
    };
    run(&nested(50));
}

#[test]
fn what_goes_round_in_circles_ends() {
    let mut text = String::from("api A: rest { get: GET /x }\nload L { get: 1/s }\n");
    text += "service s0 { serves: A }\nqueue q\n";
    for index in 1..30 {
        let _ = writeln!(text, "worker s{index}");
        let _ = writeln!(
            text,
            "s{index} -> s{} | s{}",
            (index + 1) % 30,
            (index * 7) % 30
        );
        let _ = writeln!(text, "s{index} ~> q\nq ~> s{index}");
    }
    text += "s0 -> s1 { fallback: s2 }\ns2 -> s0 { fallback: s1 }\n";
    text += "flow F { runs: on q; q ~> s3; s3 ~> q { times: 2 } }\n";
    run(&text);
    let model = read(&text);
    let solution = solve(&model, &Success::new(&model), &Conditions::default());
    assert!(!solution.loops.is_empty());
}

/// Something of everything that is reckoned with.
const MIXED: &str = "system S
entity E { id: uuid key; name: text(10); about { retention: 1 year; zipf: 0.8; count: 1M } }
entity F { e: E key; about { size: 70 bytes; growth: 5/s; contended: yes; class: high } }
api A: rest { e: POST /es -> E; f: PUT /fs/{fId} -> F; g: GET /es/{eId} -> E { p99 < 20ms } }
load L { users: 100M/day; e: 10/user/day; f: 20/s; g: 200/s; peak: 2x; concurrent: 10k }
quality Q: recovery { rpo <= 1h; rto <= 1h }
quality R: availability { availability >= 99.9% }
region r { availability: 99.9%; zone z { availability: 99.8%; host h { availability: 99% } } }
service s { serves: A; threads: 8; replicas: 2; availability: 99%; mean: 3ms; capacity: 100/s }
service v { autoscale: 2..10; mtbf: 30d; mttr: 1h; common-cause: 20%; capacity: 5k/s }
lock k { replicas: 5 across 3 zones; availability: 99.5% }
database d { stores: F; storage: 1 TB; replicas: 2; backup: 6h; connections: 50; standbys: 1; failover: 30s; availability: 99.9% }
database c { stores: E; storage: 1 GB; replication: async; lag: 5s; replicas: 4 across 3 regions; shards: 3; mtbf: 100h; mttr: 2h }
cache h { stores: E; ttl: 1h; memory: 1 MB; replicas: 1; hit: 90%; availability: 99% }
cdn n { hit: 80% }
topic t { availability: 99.9%; replicas: 3 }
worker w { runs: every 5s; concurrency: 4; replicas: 3; availability: 99% }
client app { concurrent: 10k }
s -> d { pool: 20; retries: 3; timeout: 50ms }
flow Put: e { app -> s; s -> c { writes: E; times: 3; mean: 4ms; min: 1ms }; s ~> t { times: 2 } }
flow Set: f { s -> d { writes: F; p50: 4ms; p99: 9ms; locking: optimistic }; par { wait: 2; s -> v; s -> k; s -> c } }
flow Get: g { app -> n -> s; s -> h { reads: E; mean: 1ms }; opt { chance: 10%; s -> c { reads: E; p50: 5ms; p99: 8ms } }
  alt { chance: 30%; s -> v { times: 2 } } else { loop { times: 4; s -> k { chance: 50%; p50: 1ms; p99: 10ms } } } }
flow Work { runs: on t; t ~> w; w -> d { times: 5 }; w ~> t { chance: 5% } }
";

/// Replaces one of the numbers of a text.
fn mutated(text: &str, which: usize, by: &str) -> String {
    let is_number = |it: char| it.is_ascii_digit() || it == '.';
    let mut numbers = Vec::new();
    let mut from = 0;
    while let Some(start) = text[from..].find(|it: char| it.is_ascii_digit()) {
        let start = from + start;
        let length = text[start..].find(|it| !is_number(it));
        from = length.map_or(text.len(), |it| start + it);
        let word = text[..start].ends_with(|it: char| it.is_alphanumeric() || it == '_');
        if !word {
            numbers.push(start..from);
        }
    }
    let range = numbers[which % numbers.len()].clone();
    format!("{}{by}{}", &text[..range.start], &text[range.end..])
}

const ODD: [&str; 12] = [
    "0",
    "1",
    "2",
    "100",
    "0.000000001",
    "99.999999999",
    "1000000000",
    "1e9",
    "1e300",
    "-1",
    "123456789012345678901234567890",
    "9999999999999999999",
];

fn any_changes() -> impl Strategy<Value = Vec<(usize, usize)>> {
    proptest::collection::vec((any::<usize>(), 0..ODD.len()), 1..6)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_number_is_too_odd(changes in any_changes()) {
        let change = |text: String, it: &(usize, usize)| mutated(&text, it.0, ODD[it.1]);
        run(&changes.iter().fold(MIXED.to_owned(), change));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn no_number_of_the_example_is_too_odd(changes in any_changes()) {
        let change = |text: String, it: &(usize, usize)| mutated(&text, it.0, ODD[it.1]);
        run(&changes.iter().fold(EXAMPLE.to_owned(), change));
    }
}

#[test]
fn an_odd_number_in_every_place() {
    (0..60)
        .map(|it| it * 2)
        .for_each(|which| run(&mutated(MIXED, which, ODD[which * 5 % ODD.len()])));
}
