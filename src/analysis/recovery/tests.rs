use std::collections::BTreeSet;

use super::*;
use crate::analysis::samples::{EXAMPLE, component, model, operation};

const HOUR: f64 = 3600.0;

fn cells(facts: &str) -> Vec<Cell> {
    let text =
        format!("system S\nentity E {{ id: uuid key }}\ndatabase d {{ stores: E; {facts} }}");
    let model = model(&text);
    let found = recovery(&model, &Success::new(&model));
    found.stores.into_iter().next().expect("a store").cells
}

fn losses(facts: &str) -> Vec<Option<f64>> {
    cells(facts).iter().map(|it| it.loss.estimate).collect()
}

fn times(facts: &str) -> Vec<Option<f64>> {
    cells(facts).iter().map(|it| it.time.estimate).collect()
}

#[test]
fn copies_in_step_lose_nothing_but_to_an_operator() {
    let all = losses("replicas: 3 across 3 zones; replication: sync; backup: daily");
    let day = Some(24.0 * HOUR);
    assert_eq!(all, [Some(0.0), Some(0.0), Some(0.0), day, day]);
    let regions = losses("replicas: 4 across 2 regions; replication: sync; backup: hourly");
    assert_eq!(
        regions,
        [Some(0.0), Some(0.0), Some(0.0), Some(0.0), Some(HOUR)]
    );
}

#[test]
fn copies_that_follow_lose_their_lag() {
    let all = losses("replicas: 2 across 2 zones; replication: async; lag: 5s; backup: 6h");
    assert_eq!(
        all,
        [
            Some(0.0),
            Some(5.0),
            Some(5.0),
            Some(6.0 * HOUR),
            Some(6.0 * HOUR)
        ]
    );
    let in_one = losses("replicas: 2; replication: 3s; backup: 6h");
    assert_eq!(in_one[1..3], [Some(3.0), Some(6.0 * HOUR)]);
}

#[test]
fn without_copies_and_backup_all_is_lost() {
    let all = cells("replicas: 1; backup: none");
    assert_eq!(all[0].by, Mechanism::Restart);
    assert_eq!(all[1].by, Mechanism::Nothing);
    assert_eq!(all[1].loss.at_least, f64::INFINITY);
    assert_eq!(all[4].verdict(Bounded::Loss, HOUR), Verdict::NoMechanism);
    let unstated = cells("replicas: 1");
    assert_eq!(unstated[1].by, Mechanism::Unstated);
    assert_eq!(unstated[1].verdict(Bounded::Loss, HOUR), Verdict::Unknown);
    assert_eq!(unstated[1].missing[0].what, "`d` states no `backup`");
}

#[test]
fn an_untested_backup_is_unknown_but_one_too_seldom_is_missed() {
    let verdict = |facts: &str, hours: f64| {
        let cells = cells(&format!("replicas: 1; {facts}"));
        cells[4].verdict(Bounded::Loss, hours * HOUR)
    };
    assert_eq!(verdict("backup: daily", 24.0), Verdict::Unknown);
    assert_eq!(
        verdict("backup: daily; restore-tested: yes", 24.0),
        Verdict::Met
    );
    assert_eq!(
        verdict("backup: daily; restore-tested: none", 24.0),
        Verdict::Unknown
    );
    assert_eq!(
        verdict("backup: daily; restore-tested: yes", 1.0),
        Verdict::Missed
    );
    assert_eq!(verdict("backup: daily", 1.0), Verdict::Missed);
    let every = "backup: every 6h; restore-tested: yes";
    assert_eq!(verdict(every, 5.0), Verdict::Missed);
    assert_eq!(verdict(every, 6.0), Verdict::Met);
    assert_eq!(verdict("backup: every night", 24.0), Verdict::Unknown);
    assert_eq!(
        verdict("backup: yes; restore-tested: yes", 1.0),
        Verdict::Unknown
    );
    assert_eq!(
        verdict("backup: continuous; restore-tested: yes", 1.0),
        Verdict::Met
    );
    assert_eq!(
        verdict("backup: continuous; restore-tested: yes", 0.01),
        Verdict::MissedByEstimate
    );
}

#[test]
fn what_copies_may_save_is_not_certainly_missed() {
    let verdict = |facts: &str, at: usize| {
        let cell = &cells(&format!("{facts}; backup: daily; restore-tested: yes"))[at];
        cell.verdict(Bounded::Loss, HOUR)
    };
    assert_eq!(verdict("replicas: 2", 1), Verdict::MissedByEstimate);
    assert_eq!(
        verdict("replicas: 2; replication: async", 1),
        Verdict::MissedByEstimate
    );
    assert_eq!(
        verdict("replicas: 2; replication: sync", 2),
        Verdict::MissedByEstimate
    );
    assert_eq!(
        verdict("replicas: 2; replication: none", 1),
        Verdict::Missed
    );
    assert_eq!(verdict("persist: yes", 1), Verdict::MissedByEstimate);
    assert_eq!(
        verdict("replicas: 3 across 3 zones; replication: sync", 3),
        Verdict::Missed
    );
}

#[test]
fn recovery_takes_a_failover_or_a_restore() {
    let both = "replicas: 2; replication: sync; backup: daily; restore: 2h";
    let automatic = times(&format!("{both}; failover: automatic"));
    assert_eq!(
        automatic,
        [
            Some(60.0),
            Some(60.0),
            Some(2.0 * HOUR),
            Some(2.0 * HOUR),
            Some(2.0 * HOUR)
        ]
    );
    assert_eq!(times(&format!("{both}; failover: manual"))[1], Some(1800.0));
    assert_eq!(times(&format!("{both}; failover: 20s"))[1], Some(20.0));
    assert_eq!(times(both)[1], None);
    assert_eq!(
        times("replicas: 1; mttr: 4h; backup: daily")[0],
        Some(4.0 * HOUR)
    );
    assert_eq!(times("replicas: 1; backup: daily")[4], None);
}

#[test]
fn a_restore_takes_as_long_as_its_bytes() {
    let text = "system S
        entity E { id: uuid key; about { size: 1 KB; count: 1bn } }
        database d { stores: E; replicas: 1; backup: daily; restore-tested: yes }";
    let model = model(text);
    let found = recovery(&model, &Success::new(&model));
    assert_eq!(found.stores[0].cells[4].time, Amount::about(1e4));
}

#[test]
fn another_region_helps_if_it_is_one() {
    let text = "system S
        entity E { id: uuid key }
        region a { database one { stores: E; replicas: 1; backup: daily; failover: manual } }
        region b { database two { stores: E; replicas: 1; backup: daily } }
        one ~> two { mode: replication; lag: 30s }";
    let model = model(text);
    let found = recovery(&model, &Success::new(&model));
    let one = component(&model, "one");
    let store = found.stores.iter().find(|it| it.component == one).unwrap();
    let two = component(&model, "two");
    assert_eq!(store.cells[3].by, Mechanism::Follower(two));
    assert_eq!(store.cells[3].loss, Amount::exactly(30.0));
    // The design draws no zones.
    assert_eq!(store.cells[2].by, Mechanism::Backup(false));
    assert_eq!(store.cells[4].by, Mechanism::Backup(false));
}

#[test]
fn versions_and_rebuilding_save_from_mistakes() {
    assert_eq!(
        losses("replicas: 1; versioning: yes; backup: none")[4],
        Some(0.0)
    );
    assert_eq!(
        losses("replicas: 1; versioning: yes; backup: none")[1],
        Some(f64::INFINITY)
    );
    assert_eq!(
        losses("replicas: 1; rebuildable: yes; backup: none")[1],
        Some(0.0)
    );
}

#[test]
fn an_operation_recovers_with_the_worst_of_its_stores() {
    let text = "system S
        entity E { id: uuid key }
        quality R: recovery { on: put; rpo <= 1h }
        api A: rest { put: POST /es -> E; get: GET /es/{id} -> E { rto <= 5 min } }
        client c
        service s { serves: A; replicas: 2 }
        database d { stores: E; replicas: 1; backup: hourly; restore-tested: yes; restore: 1h }
        database f { stores: E; replicas: 1; backup: daily; restore-tested: yes; restore: 10 min }
        flow Put: put { c -> s; s -> d; s -> f }
        flow Get: get { c -> s; s -> f }";
    let model = model(text);
    let found = recovery(&model, &Success::new(&model));
    let put = found
        .goals
        .iter()
        .find(|it| it.of == Element::Operation(operation(&model, "put")))
        .unwrap();
    assert_eq!(put.stores.len(), 2);
    assert_eq!(put.loss[4], Amount::exactly(24.0 * HOUR));
    assert_eq!(put.time[4], Amount::exactly(HOUR));
    let missed = |at: usize| {
        let verdicts = found.objectives[at].verdicts.iter();
        let missed = verdicts.filter(|it| it.2 == Verdict::Missed);
        missed.map(|it| model.name(it.0)).collect::<BTreeSet<_>>()
    };
    assert_eq!(found.objectives[0].bounded, Bounded::Loss);
    assert_eq!(missed(0), BTreeSet::from(["f"]));
    assert_eq!(found.objectives[1].verdicts.len(), 5);
    assert_eq!(missed(1), BTreeSet::from(["f"]));
}

#[test]
fn the_example_loses_a_day_at_most() {
    let model = model(EXAMPLE);
    let found = recovery(&model, &Success::new(&model));
    assert_eq!(found.stores.len(), 3);
    let rpo = &found.objectives[0];
    assert_eq!(rpo.bound, 24.0 * HOUR);
    assert!(
        rpo.verdicts.iter().all(|it| it.2 == Verdict::Met),
        "{:?}",
        rpo.verdicts
    );
}
