use super::*;
use crate::analysis::samples::{assert_near, model};

fn limits(text: &str) -> Vec<(String, Counted, f64, f64, Option<f64>)> {
    let model = model(text);
    let found = concurrency(&model);
    let row = |it: &Limit| {
        (
            it.name(&model),
            it.counted,
            it.needed,
            it.at_least,
            it.breaks_at(),
        )
    };
    found.limits.iter().map(row).collect()
}

#[test]
fn little_locks_and_conflicts() {
    assert_eq!(under_way(2000.0, 0.05), 100.0);
    assert_eq!(under_way(50.0, 0.01), 0.5);
    assert_near(conflict_chance(50.0, 0.01), 0.393, 2e-3);
    assert_eq!(conflict_chance(0.0, 1.0), 0.0);
}

#[test]
fn a_limit_is_held_against_what_is_under_way() {
    let text = "system S
        api A: rest { get: GET /x }
        load L { get: 1k/s; peak: 2x }
        client c
        service s { serves: A; concurrency: 30; replicas: 4 }
        database d { connections: 100; p50: 20ms }
        c -> s
        s -> d { pool: 20 }
        flow Get: get { c -> s { mean: 10ms }; s -> d { mean: 40ms } }";
    let all = limits(text);
    assert_eq!(all[0].1, Counted::Connections);
    assert_near(all[0].2, 80.0, 1e-12);
    // The number of databases is not stated.
    assert_eq!(all[0].4, None);
    assert_eq!((all[1].0.as_str(), all[1].1), ("s", Counted::Requests));
    assert_near(all[1].2, 100.0, 1e-12);
    assert_near(all[1].4.unwrap(), 0.06, 1e-12);
    assert_eq!((all[2].0.as_str(), all[2].1), ("s -> d", Counted::Pool));
    assert_near(all[2].2, 80.0, 1e-12);
    assert_near(all[2].4.unwrap(), 0.04, 1e-12);
}

#[test]
fn the_median_is_an_estimate_and_half_of_it_certain() {
    let text = "system S
        api A: rest { get: GET /x }
        load L { get: 1k/s }
        client c
        service s { serves: A; threads: 10; replicas: 1 }
        flow Get: get { c -> s { p50: 10ms; p99: 2s } }";
    let all = limits(text);
    assert_near(all[0].2, 20.0, 1e-12);
    assert_near(all[0].3, 20.0, 1e-12);
    let all = limits(&text.replace("p99: 2s", "p90: 20ms"));
    assert_near(all[0].2, 10.0, 1e-12);
    assert_near(all[0].3, 5.0, 1e-12);
    // With a p99 as latencies are: ln 2 / 2.3263 = 0.29796, 10 ms · e^(0.29796² / 2).
    let all = limits(&text.replace("p99: 2s", "p99: 20ms"));
    assert_near(all[0].2, 10.453_885, 1e-6);
    assert_near(all[0].3, 5.0, 1e-12);
}

#[test]
fn side_by_side_the_longest_counts_and_what_is_sent_is_not_waited_for() {
    let text = "system S
        api A: rest { get: GET /x }
        load L { get: 100/s }
        client c
        service s { serves: A; threads: 10; replicas: 1 }
        service a { mean: 10ms }
        service b { mean: 30ms }
        service e { mean: 5ms }
        queue q
        flow Get: get {
            c -> s { mean: 1ms }
            par { s -> a -> e; s -> b }
            loop { times: 3; s -> e }
            s ~> q { mean: 9s }
        }";
    let all = limits(text);
    assert_near(all[0].2, 100.0 * (0.001 + 0.030 + 0.015), 1e-9);
}

#[test]
fn sockets_are_as_many_as_users() {
    let text = "system S
        load L { concurrent: 10M }
        client phone
        balancer front { replicas: 6 }
        service sockets { replicas: 200; connections: 40k }
        phone <-> front <-> sockets";
    let model = model(text);
    let found = concurrency(&model);
    let front = &found.limits[0];
    assert_eq!((front.counted, front.needed), (Counted::Sockets, 1e7));
    assert!(front.stated.is_none());
    let sockets = &found.limits[1];
    assert_near(sockets.share().unwrap(), 1.25, 1e-12);
}

#[test]
fn pools_add_up() {
    let text = "system S
        service a { replicas: 10 }
        service b { replicas: 5 }
        database d { connections: 300; replicas: 1 }
        a -> d { pool: 20 }
        b -> d { pool: 30 }";
    let found = concurrency(&model(text));
    assert_eq!((found.pools[0].open, found.pools[0].held), (350.0, 300.0));
}

#[test]
fn a_transaction_holds_its_locks_to_its_end() {
    let text = |locking: &str| {
        format!(
            "system S
        entity Seat {{ id: uuid key; about {{ contended: yes; count: 100 }} }}
        api A: rest {{ hold: POST /holds {{ writes: Seat }} }}
        load L {{ hold: 50/s }}
        client c
        service s {{ serves: A }}
        database d {{ stores: Seat }}
        flow Hold: hold {{
            c -> s {{ mean: 100ms }}
            atomic {{ {locking}
                s -> d {{ reads: Seat; mean: 4ms }}
                s -> d {{ writes: Seat; mean: 6ms }}
            }}
        }}"
        )
    };
    let model = model(&text("locking: pessimistic"));
    let found = concurrency(&model);
    let row = &found.contended[0];
    assert_eq!(row.locking.as_deref(), Some("pessimistic"));
    assert!(row.is_said);
    assert_near(row.utilisation(), 0.5, 1e-12);
    assert_near(row.spread_utilisation().unwrap(), 0.005, 1e-12);
    let row = &concurrency(&self::model(&text("locking: optimistic"))).contended[0];
    assert_near(row.conflict(), 0.393, 2e-3);
    assert!(row.missing.is_empty());
}

#[test]
fn times_that_nothing_states_are_listed() {
    let text = "system S
        api A: rest { get: GET /x }
        load L { get: 1k/s }
        client c
        service s { serves: A; threads: 10; replicas: 1 }
        database d
        flow Get: get { c -> s; s -> d }";
    let found = concurrency(&model(text));
    let missing: Vec<&str> = found.limits[0]
        .missing
        .iter()
        .map(|it| it.what.as_str())
        .collect();
    assert_eq!(
        missing,
        [
            "`c -> s` states no mean time",
            "`s -> d` states no mean time"
        ]
    );
}
