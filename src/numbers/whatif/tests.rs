use super::*;
use crate::analysis::success::Success;
use crate::model::{Input as Texts, Model, resolve};
use crate::source::{SourceFile, Sources};

/// At the peak 600/s are read and 40/s written. `web` can take 4 × 250/s, `store` 400/s;
/// of the reads one in ten misses the cache.
const DESIGN: &str = "
functional Read
functional Write
quality Up: availability { on: write; availability >= 99% }
quality Fast: latency { on: read; p99 < 60ms }
quality Big: throughput { on: read; throughput >= 800/s }
quality Safe: recovery { rpo <= 1h }
entity Thing { id: uuid key }
api Public: rest {
  read: GET /things -> Thing { for: Read; reads: Thing }
  write: POST /things { for: Write; writes: Thing }
}
load Now { read: 300/s; write: 20/s; peak: 2x }
client app: browser
service web { serves: Public; replicas: 4 across 2 zones; capacity: 250/s; availability: 99.9% }
cache hot: redis {
  stores: Thing
  hit: 90%
  replicas: 2 across 2 zones
  capacity: 5k/s
  availability: 99.9%
}
host box { database store { stores: Thing; replicas: 1; capacity: 400/s; availability: 99.9% } }
web -> hot { timeout: 20ms; retries: 2 }
web -> store { circuit-breaker: yes }
flow Reading: read {
  app -> web
  web -> hot { reads: Thing; p50: 1ms; p99: 2ms }
  opt { web -> store { reads: Thing; p50: 10ms; p99: 40ms } }
}
flow Writing: write {
  app -> web
  web -> store { writes: Thing; p50: 10ms; p99: 40ms }
}
";

struct Known {
    sources: Sources,
    model: Model,
    success: Success,
}

fn known(text: &str) -> Known {
    let mut sources = Sources::default();
    let file = sources.add(SourceFile::new("design.arch", text.to_owned()));
    let (tree, wrong) = crate::syntax::parse(file, sources.file(file));
    assert!(wrong.is_empty(), "{wrong:?}");
    let (model, wrong) = resolve(&Texts {
        sources: &sources,
        trees: vec![&tree],
        environment: None,
    });
    assert!(wrong.is_empty(), "{wrong:?}");
    let success = Success::new(&model);
    Known {
        sources,
        model,
        success,
    }
}

impl Known {
    fn ask(&self, lose: &[&str], cold: &[&str], times: f64, all: bool) -> WhatIf {
        let lost = lose
            .iter()
            .map(|it| loss(&self.model, &self.success, it).unwrap());
        let cold = cold.iter().map(|it| cache(&self.model, it).unwrap());
        let scenario = Scenario {
            lost: lost.collect(),
            cold: cold.collect(),
            load: times,
        };
        let context = Context {
            model: &self.model,
            success: &self.success,
            sources: &self.sources,
        };
        whatif("Things", &context, &Question { scenario, all })
    }

    fn refused(&self, name: &str) -> String {
        let unknown = loss(&self.model, &self.success, name).unwrap_err();
        format!("{}; {}", unknown.message, unknown.help)
    }
}

/// Returns what becomes of a design in a scenario.
fn outcome(text: &str, lose: &[&str], cold: &[&str], times: f64) -> Outcome {
    known(text).ask(lose, cold, times, false).outcome.unwrap()
}

/// Returns a line for each requirement: `Read: holds -> breaks, why`.
fn requirements(outcome: &Outcome) -> Vec<String> {
    let rows = outcome.requirements.iter().map(|it| {
        let (before, now) = (it.before.words(), it.now.words());
        format!("{}: {before} -> {now}, {}", it.by, it.why)
    });
    rows.collect()
}

/// Returns a line for each component: `store Overloaded 25 -> 160 %`.
fn components(outcome: &Outcome) -> Vec<String> {
    let share = |it: Option<f64>| it.map_or("-".to_owned(), |it| format!("{:.0}", it * 100.0));
    let rows = outcome.components.iter().map(|it| {
        let [before, now] = [it.utilisation_before, it.utilisation_now].map(share);
        format!("{} {:?} {before} -> {now} %", it.name, it.state)
    });
    rows.collect()
}

#[test]
fn a_lost_store_fails_what_needs_it() {
    let outcome = outcome(DESIGN, &["store"], &[], 1.0);
    assert_eq!(outcome.lost, ["box.store"]);
    assert_eq!(
        requirements(&outcome),
        [
            "Big: likely holds -> breaks, `Public.read` cannot be done",
            "Fast: likely holds -> breaks, `Public.read` cannot be done",
            "Read: holds -> breaks, `Public.read` cannot be done",
            "Safe: unknown -> unknown, `underpin analyze` judges recovery",
            "Up: unknown -> breaks, `Public.write` cannot be done",
            "Write: holds -> breaks, `Public.write` cannot be done",
        ]
    );
    // One in a hundred of 30 days is 432 minutes.
    assert_eq!(outcome.requirements[4].budget_minutes, Some(432.0));
    assert_eq!(outcome.requirements[2].budget_minutes, None);
    assert_eq!(outcome.lost_per_second, 320.0);
    assert_eq!(outcome.requests_per_second, 320.0);
    assert!(outcome.operations.iter().all(|it| it.now == State::Fails));
    assert_eq!(outcome.operations[0].because, ["box.store"]);
    assert_eq!(outcome.operations[0].why, "needs `box.store`");
    // Nobody said how long to wait for it.
    let calls: Vec<_> = outcome.calls.iter().map(|it| &it.name).collect();
    assert_eq!(calls, ["web -> box.store"]);
    let call = &outcome.calls[0];
    assert_eq!((call.timeout_seconds, call.breaker), (None, true));
}

#[test]
fn a_lost_machine_takes_what_stands_on_it() {
    let by_place = outcome(DESIGN, &["box"], &[], 1.0);
    let by_name = outcome(DESIGN, &["store"], &[], 1.0);
    assert_eq!(requirements(&by_place), requirements(&by_name));
    assert_eq!(by_place.operations[0].why, "needs `box.store`");
}

#[test]
fn a_lost_cache_drowns_the_store_behind_it() {
    let outcome = outcome(DESIGN, &["hot"], &[], 1.0);
    // All 600 reads and 40 writes a second go to a store that takes 400.
    assert_eq!(
        components(&outcome),
        ["hot Down 6 -> - %", "box.store Overloaded 25 -> 160 %"]
    );
    let why = "needs `box.store`, asked for 1.6× what it can take";
    let states: Vec<_> = outcome
        .operations
        .iter()
        .map(|it| (it.now, it.why.as_str()))
        .collect();
    assert_eq!(states, [(State::Overloaded, why); 2]);
    assert_eq!(outcome.operations[0].without, ["hot"]);
    assert_eq!(
        requirements(&outcome)[2],
        "Read: holds -> breaks, `Public.read` needs `box.store`, asked for 1.6× what it can take"
    );
    // A peak is not all of the time.
    assert_eq!(outcome.requirements[4].now, Verdict::LikelyBreaks);
    // Three tries of 20 ms.
    assert_eq!(outcome.calls[0].longest_seconds, Some(0.06));
    assert_eq!(outcome.lost_per_second, 0.0);
}

#[test]
fn an_empty_cache_does_the_same_and_slows_reads() {
    let outcome = outcome(DESIGN, &[], &["hot"], 1.0);
    assert_eq!(components(&outcome), ["box.store Overloaded 25 -> 160 %"]);
    let [latency] = outcome.latencies.as_slice() else {
        panic!("{:?}", outcome.latencies)
    };
    assert_eq!(latency.of, "Public.read");
    assert!(latency.mean_seconds_now > 3.0 * latency.mean_seconds_before);
    assert!(latency.p99_seconds_now.unwrap() > latency.p99_seconds_before.unwrap());
    assert!(outcome.calls.is_empty() && outcome.next.is_empty());
}

#[test]
fn a_lost_zone_leaves_half_of_the_replicas() {
    let outcome = outcome(DESIGN, &["zone:b"], &[], 1.0);
    assert_eq!(outcome.lost, ["zone 2"]);
    assert_eq!(
        components(&outcome),
        // 640/s over 2 × 250/s, and 600/s over 5,000/s.
        ["web Overloaded 64 -> 128 %", "hot Reduced 6 -> 12 %"]
    );
    let web = &outcome.components[0];
    assert_eq!((web.replicas_before, web.replicas_now), (Some(4), Some(2)));
    let next: Vec<_> = outcome.next.iter().map(|it| &it.lost).collect();
    assert_eq!(next, [&["zone 1"]]);
}

#[test]
fn a_lost_replica_leaves_the_others() {
    let outcome = outcome(DESIGN, &["web#2"], &[], 1.0);
    // 640/s over 3 × 250/s.
    assert_eq!(components(&outcome), ["web Reduced 64 -> 85 %"]);
    assert!(outcome.operations.iter().all(|it| it.now == State::Works));
    // 800 reads and 40 writes a second are too many for 750/s.
    let broken = outcome.requirements.iter();
    let broken: Vec<_> = broken
        .filter(|it| it.is_broken())
        .map(|it| &it.by)
        .collect();
    assert_eq!(broken, ["Big"]);
}

#[test]
fn replicas_that_scale_are_only_likely_missed() {
    let text = DESIGN.replace("replicas: 4 across", "replicas: 2..4 across");
    let outcome = outcome(&text, &["zone:1"], &[], 1.0);
    // The other zone may run all four.
    assert_eq!(components(&outcome)[0], "web LikelyOverloaded 64 -> 128 %");
    assert_eq!(outcome.operations[0].now, State::LikelyOverloaded);
}

#[test]
fn more_load_uses_more() {
    let calm = outcome(DESIGN, &[], &[], 1.0);
    assert!(calm.components.is_empty());
    // 800 reads and 40 writes a second over 1,000/s.
    assert_eq!(
        requirements(&calm)[0],
        "Big: likely holds -> likely holds, `web` would be the busiest, at 84 %"
    );
    let double = outcome(DESIGN, &[], &[], 2.0);
    assert_eq!(double.requests_per_second, 640.0);
    assert_eq!(
        requirements(&double)[0],
        "Big: likely holds -> breaks, `web` would get 1,600/s at the least and can take 1,000/s: 160 %"
    );
}

#[test]
fn what_fails_for_certain_does_not_strain_the_rest() {
    // Without the store no read is ever answered, so the web is not judged by reads.
    let outcome = outcome(DESIGN, &["store"], &[], 2.0);
    let web = outcome.components.iter().find(|it| it.name == "web");
    assert_eq!(web.unwrap().state, ComponentState::LikelyOverloaded);
}

#[test]
fn every_loss_is_tried() {
    let whatif = known(DESIGN).ask(&[], &[], 1.0, true);
    assert!(whatif.outcome.is_none());
    let losses = whatif.losses.as_ref().unwrap();
    let line = |it: &Impact| {
        let overloaded = it.overloaded.iter();
        let overloaded: Vec<String> = overloaded
            .map(|it| format!("{} {:.2}", it.component, it.utilisation))
            .collect();
        format!(
            "{}: {} fail, {}/s, {}{}; {}",
            it.lost.join(" + "),
            it.failing.len(),
            it.lost_per_second,
            it.requirements.join(" "),
            match it.strained.as_slice() {
                [] => String::new(),
                strained => format!(" ({})", strained.join(" ")),
            },
            overloaded.join(" "),
        )
    };
    let singles: Vec<String> = losses.singles.iter().map(line).collect();
    assert_eq!(
        singles,
        [
            "box.store: 2 fail, 320/s, Read Up Write; ",
            "host box: 2 fail, 320/s, Read Up Write; ",
            "web: 2 fail, 320/s, Read Up Write; ",
            "zone 1: 0 fail, 0/s, Read Write (Up); web 1.28",
            "zone 2: 0 fail, 0/s, Read Write (Up); web 1.28",
            "hot: 0 fail, 0/s, Read Write (Up); box.store 1.60",
        ]
    );
    let pairs: Vec<String> = losses.pairs.iter().map(line).collect();
    assert_eq!(pairs, ["zone 1 + zone 2: 2 fail, 320/s, Read Up Write; "]);
    assert_eq!(losses.pairs_refused, None);
    assert_eq!(losses.harmless, [""; 0]);
    assert!(whatif.breaks());
}

#[test]
fn nothing_asked_of_nothing_is_answered() {
    for text in ["", "service a { replicas: 1 }", "client c: browser"] {
        let whatif = known(text).ask(&[], &[], 3.0, true);
        assert!(!whatif.breaks());
        assert!(!whatif.sheet().sections.is_empty());
    }
}

#[test]
fn names_are_read_as_people_write_them() {
    let known = known(DESIGN);
    let read = |name: &str| {
        let loss = loss(&known.model, &known.success, name).unwrap();
        loss_words(&known.model, loss)
    };
    for (written, meant) in [
        ("web", "web"),
        ("store", "box.store"),
        ("box.store", "box.store"),
        ("box", "host box"),
        ("host:box", "host box"),
        ("zone:1", "zone 1"),
        ("zone:b", "zone 2"),
        ("web#4", "web, replica 4"),
        ("store#1", "box.store"),
    ] {
        assert_eq!(read(written), meant, "{written}");
    }
}

#[test]
fn names_of_nothing_are_refused_with_the_nearest() {
    let known = known(DESIGN);
    for (written, refused) in [
        (
            "wbe",
            "there is no component or place `wbe`; did you mean `web`?",
        ),
        (
            "payments",
            "there is no component or place `payments`; there are `box`, `zone:1`, `zone:2`, \
             `box.store`, `hot`, `web`",
        ),
        (
            "app",
            "`app` is a client: who asks cannot be lost; name something that answers, or a place",
        ),
        ("zone:3", "there is no zone `3`; did you mean `zone:1`?"),
        (
            "region:1",
            "there is no region `1`; there is no region here, and no replicas that are spread \
             over several",
        ),
        ("zoen:1", "`zoen` is no kind of place; did you mean `zone`?"),
        (
            "web#5",
            "`web` has no replica of that number; write `web#1` to `web#4`",
        ),
        (
            "web#",
            "`web` has no replica of that number; write `web#1` to `web#4`",
        ),
        (
            "store#2",
            "`store` has no replica of that number; there is one: write `store`",
        ),
        (
            "",
            "there is no component or place ``; there are `box`, `zone:1`, `zone:2`, \
             `box.store`, `hot`, `web`",
        ),
    ] {
        assert_eq!(known.refused(written), refused);
    }
    let cold = |name| cache(&known.model, name).unwrap_err();
    assert_eq!(cold("hto").help, "did you mean `hot`?");
    assert_eq!(
        cold("web").message,
        "`web` is a service: only a cache can be cold"
    );
}

#[test]
fn loads_are_multiples() {
    for (written, factor) in [("3x", 3.0), ("2.5", 2.5), ("300%", 3.0), (" 0.5× ", 0.5)] {
        assert_eq!(load(written), Ok(factor));
    }
    for written in ["", "x", "-1", "0", "inf", "NaN", "3y", "1e300"] {
        assert!(load(written).is_err(), "{written}");
    }
}
