use super::*;
use crate::model::{Input as Text, resolve};
use crate::source::{SourceFile, Sources};
use crate::syntax;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

/// Understands a design; nothing in it may be wrong.
fn model(text: &str) -> Model {
    let mut sources = Sources::default();
    let file = sources.add(SourceFile::new("test.arch", text));
    let (tree, wrong) = syntax::parse(file, sources.file(file));
    assert!(wrong.is_empty(), "{wrong:?}");
    let (model, wrong) = resolve(&Text {
        sources: &sources,
        trees: vec![&tree],
        environment: None,
    });
    let wrong: Vec<&String> = wrong.iter().map(|it| &it.message).collect();
    assert!(wrong.is_empty(), "{wrong:?}\n{text}");
    model
}

fn solved(model: &Model, conditions: &Conditions) -> Solution {
    solve(model, &Success::new(model), conditions)
}

/// Returns the peak rates of components by name.
fn peaks(text: &str) -> BTreeMap<String, f64> {
    let model = model(text);
    let solution = solved(&model, &Conditions::default());
    let found = solution.components.iter();
    found
        .map(|it| (model.name(it.component).to_owned(), it.rate.peak))
        .collect()
}

fn component(model: &Model, name: &str) -> Id<Component> {
    let found = model.components.iter().find(|(_, it)| it.head.path == name);
    found.expect("it is there").0
}

#[track_caller]
fn assert_close(actual: f64, expected: f64) {
    let near = (actual - expected).abs() <= 1e-9 * expected.abs().max(1e-9);
    assert!(near, "{actual} is not {expected}");
}

#[track_caller]
fn assert_peaks(text: &str, expected: &[(&str, f64)]) {
    let found = peaks(text);
    for (name, expected) in expected {
        let actual = found.get(*name).copied().unwrap_or(0.0);
        let near = (actual - expected).abs() <= 1e-9 * expected.abs().max(1e-9);
        assert!(near, "{name}: {actual} is not {expected} in {found:?}");
    }
}

#[test]
fn the_vectors_of_queueing_hold() {
    let queue = |rate, each, servers| Queue::new(rate, each, servers).unwrap();
    let near = |actual: f64, expected: f64, to: f64| {
        assert!((actual - expected).abs() < to, "{actual} is not {expected}");
    };
    let one = queue(80.0, 100.0, 1);
    near(one.utilisation, 0.8, 1e-12);
    near(one.wait, 0.040, 1e-12);
    near(one.response, 0.050, 1e-12);
    near(queue(90.0, 100.0, 1).response, 0.100, 1e-12);
    let two = queue(160.0, 100.0, 2);
    near(two.waits, 0.711_111, 1e-6);
    near(two.wait, 0.017_778, 1e-6);
    let four = queue(320.0, 100.0, 4);
    near(four.waits, 0.596_432, 1e-6);
    near(four.wait, 0.007_455, 1e-6);
    let ten = queue(900.0, 100.0, 10);
    near(ten.waits, 0.668_732, 1e-6);
    near(ten.wait, 0.006_687, 1e-6);
    near(queue(950.0, 100.0, 10).wait, 0.016_512, 1e-6);
    near(one.waits_longer(0.1), 0.8 * (-2.0_f64).exp(), 1e-12);
    near(one.wait_with(1.0, 1.0), one.wait, 1e-12);
    near(one.wait_with(1.0, 0.0), one.wait / 2.0, 1e-12);
    assert_eq!(Queue::new(100.0, 100.0, 1), None);
    assert_eq!(Queue::new(1.0, 0.0, 1), None);
}

#[test]
fn the_vectors_of_caches_and_retries_hold() {
    for (hit, expected) in [(0.9, 10.0), (0.95, 20.0), (0.99, 100.0)] {
        assert_close(cold_multiplier(hit), expected);
    }
    assert_close(attempts(0.1, 3.0), 1.111);
    assert_close(attempts(0.5, 3.0), 1.875);
    assert_close(attempts(1.0, 3.0).powi(3), 64.0);
    assert_close(attempts(0.0, 3.0), 1.0);
    assert_eq!(replicas_needed(700.0, 100.0, 0.7, 1), 11);
    assert_eq!(replicas_needed(701.0, 100.0, 0.7, 0), 11);
    assert_eq!(replicas_needed(0.0, 100.0, 0.7, 0), 1);
}

const SYSTEM: &str = "system S\napi P: rest { one: GET /one; put: PUT /one }\n";

fn with(text: &str) -> String {
    format!("{SYSTEM}{text}")
}

#[test]
fn three_layers_that_try_three_times_again_make_64() {
    let text = with(
        "load L { one: 10/s }
        client app; service a { serves: P }; service b; service c; database d
        app -> a
        a -> b -> c -> d { retries: 3 }
        flow F: one { app -> a -> b -> c -> d }",
    );
    let model = model(&text);
    let solution = solved(&model, &Conditions::default());
    let store = solution.of(component(&model, "d")).unwrap();
    assert_close(store.rate.peak, 10.0);
    assert_close(store.retried_peak, 640.0);
    let conditions = Conditions {
        failing: 0.1,
        ..Conditions::default()
    };
    let solution = solved(&model, &conditions);
    let middle = solution.of(component(&model, "b")).unwrap();
    assert_close(middle.rate.peak, 11.11);
}

#[test]
fn times_chance_and_loops_multiply() {
    assert_peaks(
        &with(
            "load L { one: 10/s; peak: 2x }
            client app; service a { serves: P }; service b; service c; service d; service e; service f
            flow F: one {
              app -> a
              a -> b { times: 3 }
              a -> c { chance: 10% }
              loop { times: 5; a -> d; a -> e { times: 2 } }
              opt { chance: 50%; times: 4; a -> f }
            }",
        ),
        &[
            ("a", 20.0),
            ("b", 60.0),
            ("c", 2.0),
            ("d", 100.0),
            ("e", 200.0),
            ("f", 40.0),
        ],
    );
}

#[test]
fn alternatives_share_and_branches_side_by_side_all_run() {
    assert_peaks(
        &with(
            "load L { one: 100/s }
            client app; service a { serves: P }; service b; service c; service d; service e; service f; service g; service h; service i
            flow F: one {
              app -> a
              alt { chance: 30%; a -> b } else { a -> c }
              alt { a -> d } else { a -> e }
              par { wait: any; a -> f; a -> g }
              a -> h | i
            }",
        ),
        &[
            ("b", 30.0),
            ("c", 70.0),
            ("d", 50.0),
            ("e", 50.0),
            ("f", 100.0),
            ("g", 100.0),
            ("h", 100.0),
            ("i", 0.0),
        ],
    );
}

#[test]
fn an_else_says_its_own_share() {
    let design = |alternatives: &str| {
        with(&format!(
            "load L {{ one: 100/s }}
            client app; service a {{ serves: P }}; service b; service c; service d
            flow F: one {{ app -> a; {alternatives} }}"
        ))
    };
    let other = "alt { a -> b } else { chance: 5%; a -> c }";
    assert_peaks(&design(other), &[("b", 95.0), ("c", 5.0)]);
    let three = "alt { a -> b } else { chance: 5%; times: 2; a -> c } else { chance: 20%; a -> d }";
    assert_peaks(&design(three), &[("b", 75.0), ("c", 10.0), ("d", 20.0)]);
    let open = "alt { a -> b } else { chance: 40%; a -> c } else { a -> d }";
    assert_peaks(&design(open), &[("b", 30.0), ("c", 40.0), ("d", 30.0)]);
}

#[test]
fn what_is_not_stated_counts_nothing_at_the_least() {
    let model = model(&with(
        "load L { one: 100/s }
        client app; service a { serves: P }; service b; service c
        flow F: one { app -> a; opt { a -> b }; alt { a -> c } else { a -> b } }",
    ));
    let solution = solved(&model, &Conditions::default());
    let rate = |name| solution.of(component(&model, name)).unwrap().rate;
    assert_close(rate("b").peak, 150.0);
    assert_close(rate("b").least, 0.0);
    assert_close(rate("c").least, 0.0);
    assert_close(rate("a").least, 100.0);
}

const CACHED: &str = "entity E { id: uuid key }\nentity O { id: uuid key }
    load L { one: 100/s; put: 10/s }
    client app; service a { serves: P }
    cache k: redis { stores: E; hit: 95% }
    database d { stores: E, O; capacity: 100/s; replicas: 1 }
    a -> k { reads: E }\n";

#[test]
fn a_cache_answers_reads_of_what_it_holds_for_the_same_caller() {
    let flows = "a -> d { reads: E, O }
        service b
        flow F: one {
          app -> a
          a -> k { reads: E }
          a -> d { reads: E }
        }
        flow G: put { app -> a; a -> d { writes: E } }";
    assert_peaks(
        &with(&format!("{CACHED}{flows}")),
        &[("k", 100.0), ("d", 15.0)],
    );
    let other = flows.replace("a -> d { reads: E }", "a -> d { reads: O }");
    assert_peaks(&with(&format!("{CACHED}{other}")), &[("d", 110.0)]);
    let caller = flows.replace("a -> d { reads: E }", "a -> b; b -> d { reads: E }");
    assert_peaks(&with(&format!("{CACHED}{caller}")), &[("d", 110.0)]);
    let said = flows.replace(
        "a -> d { reads: E }",
        "opt { chance: 5%; a -> d { reads: E } }",
    );
    assert_peaks(&with(&format!("{CACHED}{said}")), &[("d", 15.0)]);
    let either = flows.replace(
        "a -> d { reads: E }",
        "alt { chance: 95%; a -> b } else { a -> d { reads: E } }",
    );
    assert_peaks(&with(&format!("{CACHED}{either}")), &[("d", 15.0)]);
}

#[test]
fn a_cold_cache_lets_every_read_through() {
    for miss in [
        "a -> d { reads: E }",
        "a -> d { reads: E; chance: 5% }",
        "opt { chance: 5%; a -> d { reads: E } }",
        "opt { a -> d { reads: E } }",
        "opt { a -> d { reads: E; chance: 5% } }",
        "opt { a -> d { reads: E; chance: 5% }; a -> k { writes: E } }",
        "alt { chance: 95%; a -> app } else { a -> d { reads: E } }",
        "alt { a -> app } else { a -> d { reads: E } }",
    ] {
        let text = format!(
            "{} a -> d {{ reads: E }}
            flow F: one {{ app -> a; a -> k {{ reads: E }}; {miss} }}",
            CACHED.replace("; put: 10/s", "")
        );
        let model = model(&with(&text));
        let store = component(&model, "d");
        let solution = solved(&model, &Conditions::default());
        let found = solution.of(store).unwrap();
        assert_close(found.rate.peak, 5.0);
        assert_close(found.cold_peak, found.rate.peak * cold_multiplier(0.95));
        assert_close(found.cold_utilisation.unwrap(), 1.0);
        assert_close(found.headroom.unwrap(), 20.0);
        let cold = Conditions {
            cold: BTreeSet::from([component(&model, "k")]),
            ..Conditions::default()
        };
        assert_close(solved(&model, &cold).of(store).unwrap().rate.peak, 100.0);
    }
}

#[test]
fn a_content_network_answers_reads_only() {
    assert_peaks(
        &with(
            "load L { one: 100/s; put: 10/s }
            client app; cdn edge { hit: 90% }; gateway g { serves: P }; service a; service b
            flow F: one { app -> edge -> g -> a; app -> b }
            flow G: put { app -> edge -> g -> a }",
        ),
        &[("edge", 110.0), ("g", 20.0), ("a", 20.0), ("b", 100.0)],
    );
}

#[test]
fn messages_make_flows_run() {
    let text = "load L { one: 10/s; peak: 3x }
        client app; service a { serves: P }; topic t; worker w; database d; service v
        flow F: one { app -> a; a ~> t { times: 2 } }
        flow G { runs: on t; t ~> w; w -> d { times: 5 } }
        flow H { runs: on t; v -> d }";
    let expected = [("t", 60.0), ("w", 60.0), ("d", 360.0), ("v", 60.0)];
    assert_peaks(&with(text), &expected);
    // A queue gives each message to one of its two consumers.
    let queue = text.replace("topic t", "queue t");
    assert_peaks(&with(&queue), &[("t", 60.0), ("w", 30.0), ("d", 180.0)]);
    // What two flows tell of the same step counts once.
    let twice = text.replace("{ times: 2 } }", "{ times: 2 }; t ~> w }");
    assert_peaks(&with(&twice), &expected);
    // A pull does not leave a message.
    let pull = text
        .replace("t ~> w;", "w -> t { reads };")
        .replace("{ reads }", "");
    assert_peaks(&with(&pull), &[("t", 120.0), ("w", 60.0), ("d", 360.0)]);
    // The worker's word for when it runs is as good.
    let worker = text
        .replace("worker w", "worker w { runs: on t }")
        .replace("runs: on t; t ~>", "t ~>");
    assert_peaks(&with(&worker), &expected);
}

#[test]
fn a_loads_own_word_outranks_messages() {
    assert_peaks(
        &with(
            "load L { one: 10/s; G: 3/s }
            client app; service a { serves: P }; topic t; worker w
            flow F: one { app -> a; a ~> t }
            flow G { runs: on t; t ~> w }",
        ),
        &[("t", 10.0), ("w", 3.0)],
    );
}

#[test]
fn a_consumer_without_a_flow_works_for_each_message() {
    let text = "load L { one: 10/s }
        client app; service a { serves: P }; queue t; worker w; database d; monitor m
        t ~> w; w -> d; w -> m
        flow F: one { app -> a; a ~> t }";
    let model = model(&with(text));
    let solution = solved(&model, &Conditions::default());
    let store = solution.of(component(&model, "d")).unwrap();
    assert_close(store.rate.peak, 10.0);
    assert!(store.contributions[0].assumed);
    assert!(solution.of(component(&model, "m")).is_none());
}

#[test]
fn a_change_log_carries_what_is_written() {
    let text = "entity E { id: uuid key }
        load L { put: 10/s; one: 50/s }
        client app; service a { serves: P }; database d { stores: E }; topic t; worker w; search s
        d ~> t { mode: cdc; writes: E }
        d ~> s { mode: cdc }
        flow F: put { app -> a; a -> d { writes: E } }
        flow R: one { app -> a; a -> d { reads: E } }
        flow G { runs: on t; d ~> t ~> w; w -> a }";
    let expected = [
        ("d", 60.0),
        ("t", 10.0),
        ("w", 10.0),
        ("s", 10.0),
        ("a", 70.0),
    ];
    assert_peaks(&with(text), &expected);
    let own = text.replace("put: 10/s;", "put: 10/s; G: 10/s;");
    assert_peaks(&with(&own), &expected);
    // Which changes it passes on is not stated.
    let model = model(&with(text));
    let solution = solved(&model, &Conditions::default());
    let worker = solution.of(component(&model, "w")).unwrap();
    assert_close(worker.rate.least, 0.0);
}

#[test]
fn work_that_makes_as_much_work_again_is_reported() {
    let text = |times| {
        with(&format!(
            "load L {{ one: 10/s }}
            client app; service a {{ serves: P }}; queue t; worker w
            flow F: one {{ app -> a; a ~> t }}
            flow G {{ runs: on t; t ~> w; w ~> t \"again\" {{ chance: {times} }} }}"
        ))
    };
    assert_peaks(&text("50%"), &[("w", 20.0), ("t", 30.0 - 10.0)]);
    let model = model(&text("100%"));
    let solution = solved(&model, &Conditions::default());
    assert_eq!(solution.loops.len(), 1);
    assert_eq!(solution.loops[0].gain, Some(1.0));
    let worker = solution.of(component(&model, "w")).unwrap();
    assert_close(worker.rate.peak, 10.0);
}

#[test]
fn background_work_runs_by_its_schedule() {
    let text = "load L { one: 1/s; peak: 5x }
        client app; service a { serves: P }; scheduler s { runs: every 10s }; database d
        flow F: one { app -> a }
        flow G { s -> d { times: 20 } }
        flow H { runs: continuously; a -> d }";
    assert_peaks(&with(text), &[("s", 0.1), ("d", 2.0)]);
    let model = model(&with(text));
    let solution = solved(&model, &Conditions::default());
    let missing: Vec<&str> = solution.missing.iter().map(|it| it.what.as_str()).collect();
    assert!(
        missing.contains(&"no `load` says how often `H` is used"),
        "{missing:?}"
    );
    assert!(
        missing.contains(&"no `load` says how often `P.put` is used"),
        "{missing:?}"
    );
    assert!(!missing.iter().any(|it| it.contains("`G`")), "{missing:?}");
}

#[test]
fn an_operation_without_a_flow_asks_once_each_of_what_it_needs() {
    let text = "entity E { id: uuid key }
        load L { one: 10/s; put: 1/s }
        client app; gateway g { serves: P }; service a; service b
        cache k: redis { stores: E; hit: 90% }; database d { stores: E }; queue q
        app -> g -> a; a -> b { times: 3 }; a -> k; a -> d; a ~> q; b -> d";
    assert_peaks(
        &with(text),
        &[
            ("g", 11.0),
            ("a", 11.0),
            ("b", 33.0),
            ("k", 10.0),
            ("d", 11.0 + 1.0 + 10.0 * 0.1),
            ("q", 11.0),
        ],
    );
    let model = model(&with(text));
    let solution = solved(&model, &Conditions::default());
    let store = solution.of(component(&model, "d")).unwrap();
    assert!(store.contributions.iter().all(|it| it.assumed));
    assert_close(store.cold_peak, 22.0);
}

#[test]
fn the_worst_load_counts_for_each_component() {
    let model = model(&with(
        "load Day { one: 10/s; put: 5/s; peak: 2x }
        load Sale { one: 100/s; put: 1/s }
        client app; service a { serves: P }; service b
        flow F: one { app -> a }
        flow G: put { app -> b }",
    ));
    let solution = solved(&model, &Conditions::default());
    let named = |name| {
        let it = solution.of(component(&model, name)).unwrap();
        let load = &model.loads[it.load.unwrap()].head.name;
        (load.as_str(), it.rate.average, it.rate.peak)
    };
    assert_eq!(named("a"), ("Sale", 100.0, 100.0));
    assert_eq!(named("b"), ("Day", 5.0, 10.0));
}

#[test]
fn flows_of_one_operation_share_its_requests() {
    let text = "load L { one: 100/s }
        client app; service a { serves: P }; service b
        flow F: one { app -> a }
        flow G: one { app -> b }";
    assert_peaks(&with(text), &[("a", 50.0), ("b", 50.0)]);
    let told = text.replace("one: 100/s", "one: 100/s; F: 80/s");
    assert_peaks(&with(&told), &[("a", 80.0), ("b", 20.0)]);
}

#[test]
fn replicas_zones_and_headroom() {
    let model = model(&with(
        "load L { one: 100/s; peak: 3x }
        client app; service a { serves: P; capacity: 100/s; replicas: 7 across 3 zones }
        service b { capacity: 1k/s; autoscale: 1..4 }
        zone z { database d { capacity: 400/s; replicas: 2 } }
        service m { capacity: 100/s; replicas: many }
        service n { capacity: 500/s }
        service c { concurrency: 20; mean: 50ms; replicas: 1 }
        flow F: one { app -> a -> b; b -> d; b -> m; b -> n; b -> c }",
    ));
    let solution = solved(&model, &Conditions::default());
    let of = |name| solution.of(component(&model, name)).unwrap();
    let a = of("a");
    assert_close(a.utilisation.unwrap(), 300.0 / 700.0);
    assert_close(a.least_utilisation.unwrap(), 300.0 / 700.0);
    assert_close(a.one_lost.unwrap().utilisation.unwrap(), 0.5);
    assert_close(a.zone_lost.unwrap().lost, 3.0);
    assert_close(a.zone_lost.unwrap().utilisation.unwrap(), 0.75);
    assert_close(a.headroom.unwrap(), 7.0 / 3.0);
    assert_close(of("b").utilisation.unwrap(), 0.075);
    assert_eq!(of("z.d").zone_lost.unwrap().utilisation, None);
    assert_eq!(of("m").least_utilisation, None);
    assert_close(of("m").utilisation.unwrap(), 1.5);
    assert_close(of("n").utilisation.unwrap(), 0.6);
    assert_eq!(of("n").least_utilisation, None);
    assert_eq!(of("n").one_lost.unwrap().utilisation, None);
    assert_close(of("c").utilisation.unwrap(), 0.75);
    assert_eq!(solution.first, Some(component(&model, "m")));
    let lost = Conditions {
        lost: BTreeMap::from([(component(&model, "a"), 1)]),
        factor: 2.0,
        ..Conditions::default()
    };
    let solution = solved(&model, &lost);
    let a = solution.of(component(&model, "a")).unwrap();
    assert_close(a.utilisation.unwrap(), 1.0);
}

#[test]
fn what_stands_in_takes_the_load_of_what_is_gone() {
    let model = model(&with(
        "load L { one: 10/s }
        client app; service a { serves: P }; service b { replicas: 2 }; service c; service d; service e { replicas: 1 }
        flow F: one { app -> a; a -> b | c; a -> e { fallback: d } }",
    ));
    let rate = |conditions: &Conditions, name| {
        let solution = solved(&model, conditions);
        let found = solution.of(component(&model, name));
        found.map_or(0.0, |it| it.rate.peak)
    };
    let usual = Conditions::default();
    assert_eq!((rate(&usual, "b"), rate(&usual, "c")), (10.0, 0.0));
    let gone = Conditions {
        lost: BTreeMap::from([
            (component(&model, "b"), Conditions::ALL),
            (component(&model, "e"), 1),
        ]),
        ..Conditions::default()
    };
    assert_eq!((rate(&gone, "b"), rate(&gone, "c")), (0.0, 10.0));
    assert_eq!((rate(&gone, "e"), rate(&gone, "d")), (0.0, 10.0));
}

/// The numbers of the longest example, checked by hand.
#[test]
fn the_numbers_of_short_posts() {
    let model = model(include_str!("../../../examples/short-posts/design.arch"));
    let solution = solved(&model, &Conditions::default());
    let opened = 100e6 * 10.0 / 86_400.0 * 3.0;
    let posted = 100e6 * 0.2 / 86_400.0 * 3.0;
    let followed = 100e6 * 0.11 / 86_400.0 * 3.0;
    let expected = [
        (
            "gate",
            opened + posted + followed,
            90e3,
            opened + posted + followed,
        ),
        ("feeds", opened, 60e3, opened),
        ("fanout", posted, 1.8e3, posted),
        (
            "feedStore",
            0.02 * opened + 200.0 * posted,
            300e3,
            opened + 200.0 * posted,
        ),
        (
            "feedCache",
            opened + 200.0 * posted,
            600e3,
            opened + 200.0 * posted,
        ),
        ("postStore", 0.05 * opened + posted, 54e3, opened + posted),
        ("peopleStore", followed + posted, 27e3, followed + posted),
    ];
    let mut flows = model.flows.iter();
    let (id, _) = flows.find(|(_, it)| it.head.name == "FanOut").unwrap();
    let fan_out = Element::Flow(id);
    for (name, peak, capacity, cold) in expected {
        let it = solution.of(component(&model, name)).unwrap();
        assert_close(it.rate.peak, peak);
        // What is done behind the topic may wait until the peak is over.
        let later = it.contributions.iter().filter(|by| by.of == fan_out);
        let later: f64 = later.map(|by| by.rate.peak).sum();
        assert_close(it.rate.least, peak - later * 2.0 / 3.0);
        assert_close(it.rate.average, peak / 3.0);
        assert_close(it.utilisation.unwrap(), peak / capacity);
        assert_close(it.cold_utilisation.unwrap(), cold / capacity);
    }
    assert_eq!(solution.first, Some(component(&model, "feeds")));
    assert_eq!(solution.missing, []);
    assert_eq!(solution.loops, []);
}

/// What a service does in a flow, as the test knows it.
#[derive(Clone, Debug)]
enum Does {
    Alt(u32, Vec<Does>, Vec<Does>),
    /// A call to one of the others: how often, in how many of a hundred cases.
    Call(usize, u32, u32),
    Loop(u32, Vec<Does>),
    Opt(u32, Vec<Does>),
    Par(Vec<Does>),
    /// Reads the store behind the cache.
    Read,
    /// A message; the worker sends it to itself again, in so many of a hundred cases.
    Send(u32),
}

fn any_steps() -> impl Strategy<Value = Vec<Does>> {
    let leaf = prop_oneof![
        3 => (0usize..3, 0u32..4, 0u32..=100).prop_map(|it| Does::Call(it.0, it.1, it.2)),
        1 => Just(Does::Read),
        1 => (0u32..=20).prop_map(Does::Send),
    ];
    let step = leaf.prop_recursive(3, 10, 3, |inner| {
        let steps = || proptest::collection::vec(inner.clone(), 1..3);
        prop_oneof![
            (0u32..=100, steps(), steps()).prop_map(|it| Does::Alt(it.0, it.1, it.2)),
            (0u32..4, steps()).prop_map(|it| Does::Loop(it.0, it.1)),
            (0u32..=100, steps()).prop_map(|it| Does::Opt(it.0, it.1)),
            steps().prop_map(Does::Par),
        ]
    });
    proptest::collection::vec(step, 1..5)
}

/// Writes steps as the language has them.
fn written(steps: &[Does]) -> String {
    let lines = steps.iter().map(|step| match step {
        Does::Alt(chance, one, other) => {
            let (one, other) = (written(one), written(other));
            format!("alt {{ chance: {chance}%; {one} }} else {{ {other} }}")
        }
        Does::Call(to, times, chance) => {
            format!("s -> c{to} {{ times: {times}; chance: {chance}% }}")
        }
        Does::Loop(times, inner) => format!("loop {{ times: {times}; {} }}", written(inner)),
        Does::Opt(chance, inner) => format!("opt {{ chance: {chance}%; {} }}", written(inner)),
        Does::Par(inner) => format!("par {{ {} }}", written(inner)),
        Does::Read => "atomic { s -> k { reads: E }; s -> d { reads: E } }".to_owned(),
        Does::Send(again) => format!("s ~> t {{ chance: {again}% }}"),
    });
    lines.collect::<Vec<String>>().join("; ")
}

/// The statements of a design in which a flow does this, and another that for each message.
fn design(first: &[Does], second: &[Does]) -> Vec<String> {
    let second = written(second)
        .replace("s -> ", "w -> ")
        .replace("s ~> ", "w ~> ");
    let mut lines: Vec<String> = "entity E { id: uuid key }
        client app
        service s { serves: P; capacity: 100/s; replicas: 2 }
        worker w
        service c0 { capacity: 10/s; replicas: 3 }
        service c1 { capacity: 10/s }
        service c2
        cache k: redis { stores: E; hit: 75% }
        database d { stores: E; capacity: 50/s; replicas: 2 }
        topic t
        load L { one: 1/s }
        t ~> w"
        .lines()
        .map(str::to_owned)
        .collect();
    lines.push(format!("flow F: one {{ app -> s; {} }}", written(first)));
    lines.push(format!("flow G {{ runs: on t; t ~> w; {second} }}"));
    lines
}

/// Runs the flows as the dice fall and counts.
struct Dice {
    state: u64,
    counts: BTreeMap<String, f64>,
    messages: u32,
}

impl Dice {
    fn percent(&mut self) -> u32 {
        self.state = self
            .state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.state >> 33) % 100) as u32
    }

    fn count(&mut self, name: &str) {
        *self.counts.entry(name.to_owned()).or_default() += 1.0;
    }

    fn run(&mut self, steps: &[Does]) {
        for step in steps {
            match step {
                Does::Alt(chance, one, other) => {
                    let taken = if self.percent() < *chance { one } else { other };
                    self.run(taken);
                }
                Does::Call(to, times, chance) => {
                    if self.percent() < *chance {
                        (0..*times).for_each(|_| self.count(&format!("c{to}")));
                    }
                }
                Does::Loop(times, inner) => (0..*times).for_each(|_| self.run(inner)),
                Does::Opt(chance, inner) => {
                    if self.percent() < *chance {
                        self.run(inner);
                    }
                }
                Does::Par(inner) => self.run(inner),
                Does::Read => {
                    self.count("k");
                    if self.percent() >= 75 {
                        self.count("d");
                    }
                }
                Does::Send(chance) => {
                    if self.percent() < *chance {
                        self.count("t");
                        self.messages += 1;
                    }
                }
            }
        }
    }
}

/// Returns the mean of each count over many runs, with its standard error.
fn simulated(first: &[Does], second: &[Does]) -> BTreeMap<String, (f64, f64)> {
    const RUNS: u32 = 3000;
    let mut sums: BTreeMap<String, (f64, f64)> = BTreeMap::new();
    let mut state = 7;
    for _ in 0..RUNS {
        let mut dice = Dice {
            state,
            counts: BTreeMap::new(),
            messages: 0,
        };
        dice.run(first);
        while dice.messages > 0 {
            dice.messages -= 1;
            dice.count("w");
            dice.run(second);
        }
        state = dice.state;
        for (name, count) in dice.counts {
            let sum = sums.entry(name).or_default();
            *sum = (sum.0 + count, sum.1 + count * count);
        }
    }
    let runs = f64::from(RUNS);
    let means = sums.into_iter().map(|(name, (sum, squares))| {
        let mean = sum / runs;
        let variance = (squares / runs - mean * mean).max(0.0);
        (name, (mean, (variance / runs).sqrt()))
    });
    means.collect()
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 16,
        rng_seed: RngSeed::Fixed(5),
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_simulation_comes_to_the_same(first in any_steps(), second in any_steps()) {
        let found = peaks(&with(&design(&first, &second).join("\n")));
        // Where every message makes nearly another, no number of runs is enough.
        let messages = found.get("t").copied().unwrap_or(0.0);
        prop_assume!(messages < 10.0);
        let simulated = simulated(&first, &second);
        for name in ["c0", "c1", "c2", "k", "d", "t", "w"] {
            let solved = found.get(name).copied().unwrap_or(0.0);
            let (mean, error) = simulated.get(name).copied().unwrap_or_default();
            // What happens in one of a thousand runs may not have happened.
            let near = (solved - mean).abs() <= 4.0 * error + 0.004;
            prop_assert!(near, "{name}: {solved} is not {mean} ± {error}");
        }
    }

}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn more_load_never_makes_anything_less_busy(
        first in any_steps(),
        second in any_steps(),
        factor in 1.0..10.0_f64,
    ) {
        let model = model(&with(&design(&first, &second).join("\n")));
        let success = Success::new(&model);
        let today = solve(&model, &success, &Conditions::default());
        let more = Conditions { factor, ..Conditions::default() };
        let more = solve(&model, &success, &more);
        for (a, b) in today.components.iter().zip(&more.components) {
            prop_assert!(b.rate.peak >= a.rate.peak * (1.0 - 1e-12));
            prop_assert!(b.utilisation.unwrap_or(0.0) >= a.utilisation.unwrap_or(0.0) * (1.0 - 1e-12));
            prop_assert!(a.cold_peak >= a.rate.peak && a.retried_peak >= a.rate.peak);
            prop_assert!(a.rate.least <= a.rate.peak);
        }
    }

    #[test]
    fn the_order_of_declarations_does_not_matter(
        first in any_steps(),
        second in any_steps(),
        keys in proptest::collection::vec(0u32..1000, 14),
    ) {
        let lines = design(&first, &second);
        let mut order: Vec<usize> = (0..lines.len()).collect();
        order.sort_by_key(|it| keys.get(*it).copied().unwrap_or(0));
        let other: Vec<String> = order.iter().map(|it| lines[*it].clone()).collect();
        let (one, other) = (with(&lines.join("\n")), with(&other.join("\n")));
        let (found, again) = (peaks(&one), peaks(&other));
        prop_assert_eq!(found.len(), again.len());
        for (name, peak) in found {
            let other = again.get(&name).copied().unwrap_or(-1.0);
            prop_assert!((peak - other).abs() <= 1e-9 * peak.max(1.0), "{name}: {peak} {other}");
        }
    }
}

#[test]
fn what_may_wait_counts_with_its_average_at_the_least() {
    let text = with(
        "load L { one: 10/s; peak: 4x }
        client app; service a { serves: P }; queue q; worker w; database d; database e
        flow F: one { app -> a; a ~> q ~> w -> d; a -> e; opt { a -> d } }",
    );
    let model = model(&text);
    let solution = solved(&model, &Conditions::default());
    let rate = |name| solution.of(component(&model, name)).unwrap().rate;
    for (name, peak, least) in [
        ("a", 40.0, 40.0),
        ("q", 40.0, 40.0),
        ("w", 40.0, 10.0),
        ("d", 80.0, 10.0),
        ("e", 40.0, 40.0),
    ] {
        assert_close(rate(name).peak, peak);
        assert_close(rate(name).least, least);
    }
    let guesses = solution.assumed.iter().map(|it| it.name.as_str());
    assert_eq!(guesses.collect::<Vec<_>>(), ["F opt chance"]);
}

#[test]
fn without_a_flow_only_the_server_is_asked_for_sure() {
    let text = with(
        "load L { one: 10/s }
        client app; service a { serves: P }; database d
        app -> a -> d",
    );
    let model = model(&text);
    let solution = solved(&model, &Conditions::default());
    let rate = |name| solution.of(component(&model, name)).unwrap().rate;
    assert_close(rate("a").least, 10.0);
    assert_close(rate("d").peak, 10.0);
    assert_close(rate("d").least, 0.0);
}
