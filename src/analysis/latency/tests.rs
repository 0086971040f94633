use super::*;
use crate::model::{Input as Text, resolve};
use crate::source::{SourceFile, Sources};
use crate::syntax;
use proptest::prelude::*;

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

const DESIGN: &str = "system S\nentity E { id: uuid key }
    api P: rest { one: GET /one -> E }
    client app; service a { serves: P }; service b; service c; service d
    cache k: redis { stores: E; hit: 90% }; database s { stores: E }; queue q; worker w\n";

/// Returns the waterfall of a flow with these steps.
fn fall(steps: &str) -> Waterfall {
    let model = model(&format!("{DESIGN} flow F: one {{ {steps} }}"));
    waterfalls(&model).remove(0)
}

fn quality(demands: &str, steps: &str) -> Vec<Target> {
    let text =
        format!("{DESIGN} quality Q: latency {{ on: one; {demands} }} flow F: one {{ {steps} }}");
    waterfalls(&model(&text)).remove(0).targets
}

#[track_caller]
fn assert_close(actual: f64, expected: f64) {
    let near = (actual - expected).abs() <= 1e-9 * expected.abs().max(1e-3);
    assert!(near, "{actual} is not {expected}");
}

fn at(fall: &Waterfall, level: f64) -> Percentile {
    let found = fall.percentiles.iter().find(|it| it.level == level);
    *found.expect("a level that is reckoned")
}

#[test]
fn the_vectors_of_fan_out_hold() {
    let near = |actual: f64, expected: f64| assert!((actual - expected).abs() < 5e-7, "{actual}");
    near(any_slow(100.0), 0.633_968);
    near(per_call(0.99, 10.0), 0.998_995_5);
    near(per_call(0.99, 100.0), 0.999_899_5);
}

#[test]
fn means_add_and_percentiles_guarantee_less() {
    let fall = fall(
        "app -> a { p99: 1ms; mean: 1ms }
        a -> b { mean: 10ms; p99: 40ms; min: 2ms }
        a -> c { mean: 5ms; p99: 20ms; min: 1ms }
        a -> d { mean: 2ms; p99: 9ms }",
    );
    assert_close(fall.mean, 0.018);
    assert_close(fall.min, 0.003);
    assert_close(fall.least_mean, 0.018);
    let p99 = fall.guarantees.iter().find(|it| it.of == "p99").unwrap();
    assert_close(p99.time, 0.070);
    assert_close(p99.level, 0.96);
    assert!(fall.complete);
    // All that is certain of the 99th: the slowest step, and the least of the others.
    let it = at(&fall, 0.99);
    assert_close(it.at_least, 0.041);
    assert_eq!(it.at_most, None);
    assert_close(at(&fall, 0.95).at_most.unwrap(), 0.070);
    assert_eq!(fall.largest, [1, 2, 3, 0]);
    let starts: Vec<f64> = fall.bars.iter().map(|it| it.starts).collect();
    for (start, expected) in starts.iter().zip([0.0, 0.001, 0.011, 0.016]) {
        assert_close(*start, expected);
    }
}

#[test]
fn higher_percentiles_guarantee_the_target() {
    let fall =
        fall("app -> a { p99.9: 2ms }; a -> b { p99: 5ms; p99.9: 30ms }; a -> c { p99.9: 20ms }");
    assert_close(at(&fall, 0.99).at_most.unwrap(), 0.052);
    assert_close(at(&fall, 0.99).at_least, 0.005);
    let named: Vec<&str> = fall.guarantees.iter().map(|it| it.of).collect();
    assert_eq!(named, ["p50", "p90", "p95", "p99", "p99.9"]);
}

#[test]
fn branches_weigh_the_mean_and_the_slowest_is_named() {
    let fall = fall(
        "app -> a { mean: 1ms }
        opt { chance: 10%; a -> b { mean: 50ms } }
        alt { chance: 80%; a -> c { mean: 10ms } } else { a -> d { mean: 100ms } }",
    );
    assert_close(fall.mean, 0.001 + 0.005 + 0.008 + 0.020);
    assert_close(fall.worst, 0.151);
    assert_close(fall.least_mean, fall.mean);
    assert!(fall.mean_stated);
}

#[test]
fn what_may_happen_counts_nothing_at_the_least() {
    let fall = fall(
        "app -> a { mean: 1ms }
        opt { a -> b { mean: 50ms; p99: 90ms; min: 9ms } }
        alt { a -> c { mean: 10ms; min: 2ms } } else { a -> d { mean: 100ms; min: 4ms } }",
    );
    assert_close(fall.mean, 0.001 + 0.050 + 0.055);
    assert_close(fall.least_mean, 0.001 + 0.010);
    assert_close(fall.min, 0.002);
    assert_close(at(&fall, 0.99).at_least, 0.002);
}

#[test]
fn a_rare_step_still_shows_in_a_high_percentile() {
    let fall = fall("app -> a; opt { chance: 5%; a -> b { p50: 20ms; p90: 30ms; p99: 90ms } }");
    // One in a hundred is one in five of those: their 80th percentile.
    assert_close(at(&fall, 0.99).at_least, 0.020);
    // One in a thousand is one in fifty of those: their 98th.
    assert_close(at(&fall, 0.999).at_least, 0.030);
    assert_close(at(&fall, 0.95).at_least, 0.0);
    let rare = fall.guarantees.iter().find(|it| it.of == "p99").unwrap();
    assert_close(rare.level, 0.9995);
}

#[test]
fn what_runs_side_by_side_takes_as_long_as_the_slowest() {
    let steps = |wait| {
        format!(
            "par {{ {wait} a -> b {{ mean: 10ms; p99: 40ms; min: 3ms }}
            a -> c {{ mean: 5ms; p99: 50ms; min: 4ms }}
            a -> d {{ mean: 2ms; p99: 9ms; min: 1ms }} }}"
        )
    };
    let all = fall(&steps(""));
    assert_close(all.mean, 0.010);
    assert_close(all.min, 0.004);
    assert_close(at(&all, 0.99).at_least, 0.050);
    let p99 = all.guarantees.iter().find(|it| it.of == "p99").unwrap();
    assert_close(p99.time, 0.050);
    assert_close(p99.level, 0.97);
    assert_close(all.fan_outs[0].calls, 3.0);
    assert_close(all.fan_outs[0].each, 0.99_f64.powf(1.0 / 3.0));
    assert!(all.fan_outs[0].all);
    let any = fall(&steps("wait: any;"));
    assert!(!any.fan_outs[0].all);
    assert_close(any.mean, 0.002);
    assert_close(any.min, 0.001);
    assert_close(at(&any, 0.99).at_least, 0.001);
    let two = fall(&steps("wait: 2;"));
    assert_close(two.mean, 0.005);
    assert_close(two.min, 0.003);
    let p99 = two.guarantees.iter().find(|it| it.of == "p99").unwrap();
    assert_close(p99.time, 0.040);
    assert_close(p99.level, 0.98);
}

#[test]
fn a_hundred_calls_at_once_are_slow_in_63_of_100_cases() {
    let fall = fall("par { a -> b { times: 100; p50: 10ms; p99: 40ms; min: 1ms } }");
    assert!((fall.fan_outs[0].slow - 0.633_968).abs() < 1e-6);
    assert!((fall.fan_outs[0].each - 0.999_899_5).abs() < 1e-7);
    assert_close(fall.min, 0.001);
    let median = at(&fall, 0.5).estimate.unwrap();
    assert!(median > 0.040 && median < 0.060, "{median}");
    assert!(fall.mean > 0.040 && fall.mean < 0.060, "{}", fall.mean);
}

#[test]
fn loops_and_times_repeat() {
    let fall = fall(
        "app -> a { mean: 1ms; p99: 2ms }
        loop { times: 3; a -> b { mean: 2ms; p99: 5ms; min: 1ms }; a -> c { times: 2; mean: 1ms; p99: 4ms } }",
    );
    assert_close(fall.mean, 0.001 + 0.012);
    assert_close(fall.min, 0.003);
    let p99 = fall.guarantees.iter().find(|it| it.of == "p99").unwrap();
    assert_close(p99.time, 0.002 + 0.015 + 0.024);
    assert_close(p99.level, 1.0 - 0.10);
    assert_close(at(&fall, 0.99).at_least, 0.005 + 0.002);
}

#[test]
fn what_is_not_waited_for_does_not_count() {
    let fall = fall(
        "app -> a { mean: 1ms }
        a ~> q { mean: 5ms }
        q ~> w { mean: 5ms }
        w -> s { mean: 50ms }
        a -> b { mean: 2ms }",
    );
    assert_close(fall.mean, 0.003);
    let counts: Vec<bool> = fall.bars.iter().map(|it| it.counts).collect();
    assert_eq!(counts, [true, false, false, false, true]);
    let all = model(&format!(
        "{DESIGN} flow F {{ a ~> q {{ mean: 5ms }}; w -> s {{ mean: 50ms }} }}"
    ));
    assert_close(waterfalls(&all)[0].mean, 0.055);
}

#[test]
fn a_cache_spares_its_caller_the_store() {
    let fall = fall("app -> a { mean: 1ms }; a -> k { mean: 2ms }; a -> s { mean: 20ms }");
    assert_close(fall.mean, 0.001 + 0.002 + 0.002);
    assert_eq!(fall.caches.len(), 1);
    assert_close(fall.caches[0].cold, 0.023);
    let text = format!(
        "{DESIGN} flow F: one {{ app -> a; a -> k {{ mean: 2ms }}; a -> s {{ mean: 20ms }} }}"
    );
    let model = model(&text);
    let cold = waterfalls_when(&model, &BTreeSet::from([fall.caches[0].cache]));
    assert_close(cold[0].mean, 0.022);
}

#[test]
fn times_that_are_not_stated_are_missing() {
    let fall = fall("app -> a; a -> b; a -> c { mean: 1ms; p99: 3ms }; a -> b");
    let missing: Vec<&str> = fall.missing.iter().map(|it| it.what.as_str()).collect();
    assert_eq!(missing, ["`a -> b` states no latency"]);
    assert!(!fall.complete);
    assert_eq!(at(&fall, 0.99).at_most, None);
    assert_close(at(&fall, 0.99).at_least, 0.003);
}

#[test]
fn a_step_outranks_its_connection_and_both_the_component() {
    let text =
        "service e { mean: 7ms; p99: 9ms }; a -> b { mean: 3ms; p99: 8ms }; a -> e { timeout: 1s }
        flow F: one { app -> a { mean: 0ms }; a -> b { mean: 4ms }; a -> e; a -> e { mean: 1ms } }";
    let model = model(&format!("{DESIGN} {text}"));
    let fall = waterfalls(&model).remove(0);
    let means: Vec<f64> = fall.bars.iter().filter_map(|it| it.mean).collect();
    assert_eq!(means, [0.0, 0.004, 0.007, 0.001]);
    assert_eq!(fall.bars[1].p99, Some(0.008));
    assert_eq!(fall.bars[2].inputs[0].name, "e mean");
}

#[test]
fn other_regions_are_as_far_as_is_stated() {
    let text = |distance: &str| {
        format!(
            "system S\napi P: rest {{ one: GET /one }}\nclient app
            region eu {{ {distance}; service a {{ serves: P }}; service n }}
            region us {{ service b }}\nregion asia {{ service c }}
            flow F: one {{ app -> eu.a; eu.a -> eu.n; eu.a -> us.b; eu.a -> asia.c {{ min: 200ms; mean: 210ms }} }}"
        )
    };
    let mins = |distance| -> Vec<f64> {
        let fall = waterfalls(&model(&text(distance))).remove(0);
        fall.bars.iter().map(|it| it.min).collect()
    };
    assert_eq!(mins("distance: 80ms"), [0.0, 0.0, 0.080, 0.200]);
    assert_eq!(
        mins("distance: us 90ms, asia 250ms"),
        [0.0, 0.0, 0.090, 0.250]
    );
    let fall = waterfalls(&model(&text("distance: 80ms"))).remove(0);
    assert_close(fall.min, 0.280);
}

#[test]
fn targets_are_broken_kept_or_open() {
    let steps = "app -> a; a -> b { mean: 10ms; p99: 40ms; min: 5ms }";
    let verdict = |demand: &str| {
        let targets = quality(demand, steps);
        (targets.len(), targets[0].verdict)
    };
    assert_eq!(verdict("p99 < 30ms"), (1, Verdict::Broken));
    assert_eq!(verdict("p99 < 40ms"), (1, Verdict::Kept));
    assert_eq!(verdict("p99.9 < 50ms"), (1, Verdict::Open));
    assert_eq!(verdict("p99.9 < 39ms"), (1, Verdict::Broken));
    assert_eq!(verdict("mean < 9ms"), (1, Verdict::Broken));
    assert_eq!(verdict("mean <= 10ms"), (1, Verdict::Kept));
    assert_eq!(verdict("latency < 4ms"), (1, Verdict::Broken));
    assert_eq!(verdict("latency < 1s"), (1, Verdict::Open));
    assert_close(quality("p99 < 100ms", steps)[0].slack, 0.060);
    assert_eq!(quality("p99 < 100ms", steps)[0].slow, Some(1));
    assert_eq!(quality("mean < 9ms", steps)[0].slow, None);
    assert!(quality("availability >= 99%", steps).is_empty());
    let own = DESIGN.replace("-> E }", "-> E { p99 < 10ms } }");
    let text = format!("{own} quality All: latency {{ mean < 1s }} flow F: one {{ {steps} }}");
    let targets = waterfalls(&model(&text)).remove(0).targets;
    let said: Vec<(&str, bool)> = targets
        .iter()
        .map(|it| (it.measure.as_str(), it.requirement.is_some()))
        .collect();
    assert_eq!(said, [("p99", false), ("mean", true)]);
}

#[test]
fn a_distribution_lies_between_what_is_certain() {
    let fall = fall(
        "app -> a; a -> b { p50: 10ms; p99: 40ms }; a -> c { p50: 5ms; p99: 30ms }
        opt { chance: 5%; a -> d { p50: 20ms; p99: 60ms } }",
    );
    let it = at(&fall, 0.99);
    let estimate = it.estimate.unwrap();
    assert!(it.at_least <= estimate, "{it:?}");
    assert!((0.045..0.080).contains(&estimate), "{estimate}");
    let mean = fall.distribution.as_ref().unwrap().mean();
    assert!((mean - fall.mean).abs() < 0.001, "{mean} {}", fall.mean);
}

#[test]
fn a_step_without_a_median_leaves_the_distribution_open() {
    assert_eq!(
        fall("a -> b { p50: 10ms; p99: 40ms }; a -> c { p99: 30ms }").distribution,
        None
    );
    assert_eq!(fall("a -> b; a -> c").distribution, None);
}

/// The numbers of the longest example, checked by hand.
#[test]
fn the_numbers_of_short_posts() {
    let model = model(include_str!("../../../examples/short-posts/design.arch"));
    let falls = waterfalls(&model);
    let named = |name| {
        let found = falls
            .iter()
            .find(|it| model.flows[it.flow].head.name == name);
        found.expect("a flow of that name")
    };
    let feed = named("OpenFeed");
    let near = |actual: f64, expected: f64| {
        assert!(
            (actual - expected).abs() < 1e-5,
            "{actual} is not {expected}"
        );
    };
    // The means of lognormal distributions: 10.163 ms and 1.345 ms on the way, 1.194 ms,
    // 1.270 ms, and 7.622 ms in 7 of 100.
    let way = 0.010_163 + 0.001_345 + 0.001_194 + 0.001_270;
    near(feed.mean, way + 0.07 * 0.007_622);
    near(feed.worst, way + 2.0 * 0.007_622);
    let p99 = feed.guarantees.iter().find(|it| it.of == "p99").unwrap();
    assert_close(p99.time, 0.040 + 0.006 + 0.004 + 0.030 + 0.005 + 0.030);
    assert_close(
        p99.level,
        1.0 - 0.01 * (1.0 + 1.0 + 1.0 + 0.02 + 1.0 + 0.05),
    );
    assert_close(at(feed, 0.99).at_least, 0.040);
    assert_eq!(feed.targets.len(), 1);
    assert_eq!(feed.targets[0].verdict, Verdict::Open);
    let cold = feed
        .caches
        .iter()
        .find(|it| model.name(it.cache) == "feedCache");
    near(cold.unwrap().cold, feed.mean + 0.98 * 0.007_622);
    assert!(feed.missing.is_empty(), "{:?}", feed.missing);
    let missing = &named("Publishing").missing;
    let missing: Vec<&str> = missing.iter().map(|it| it.what.as_str()).collect();
    let expected = [
        "`edge -> gate` states no latency",
        "`gate -> posts` states no latency",
    ];
    assert_eq!(missing, expected);
    assert_close(at(named("Publishing"), 0.99).at_least, 0.025);
    assert!(named("FanOut").operation.is_none());
}

/// One step of a flow, as the test knows it: its median and p99 in milliseconds, and
/// what it stands in.
type Known = (u32, u32, u8);

fn written(steps: &[Known]) -> String {
    let lines = steps.iter().map(|(p50, wider, around)| {
        let step = format!("a -> b {{ p50: {p50}ms; p99: {}ms }}", p50 + wider);
        match around {
            0 => format!("opt {{ chance: 30%; {step} }}"),
            1 => format!("par {{ {step}; {step} }}"),
            2 => format!("par {{ wait: any; {step}; {step} }}"),
            3 => format!("loop {{ times: 2; {step} }}"),
            4 => format!("alt {{ chance: 60%; {step} }} else {{ {step}; {step} }}"),
            _ => step,
        }
    });
    lines.collect::<Vec<String>>().join("; ")
}

struct Dice(u64);

impl Dice {
    fn share(&mut self) -> f64 {
        let next = self.0.wrapping_mul(6_364_136_223_846_793_005);
        self.0 = next.wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Takes a time that half stay under p50 and 99 of 100 under p99.
    fn step(&mut self, (p50, wider, _): Known) -> f64 {
        let (p50, p99) = (f64::from(p50), f64::from(p50 + wider));
        let share = self.share();
        let time = match share {
            _ if share < 0.5 => p50 * (share / 0.5).powi(2),
            _ if share < 0.99 => p50 + (p99 - p50) * ((share - 0.5) / 0.49).powi(3),
            _ => p99 * (1.0 + (share - 0.99) * 300.0),
        };
        time / 1000.0
    }

    fn run(&mut self, it: Known) -> f64 {
        match it.2 {
            0 if self.share() < 0.3 => self.step(it),
            0 => 0.0,
            1 => self.step(it).max(self.step(it)),
            2 => self.step(it).min(self.step(it)),
            3 => self.step(it) + self.step(it),
            4 if self.share() < 0.6 => self.step(it),
            4 => self.step(it) + self.step(it),
            _ => self.step(it),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn what_is_certain_holds_of_every_run(
        steps in proptest::collection::vec((1u32..50, 0u32..100, 0u8..8), 1..6),
    ) {
        const RUNS: usize = 4000;
        let fall = fall(&format!("app -> a; {}", written(&steps)));
        let mut dice = Dice(11);
        let mut times: Vec<f64> = (0..RUNS)
            .map(|_| steps.iter().map(|it| dice.run(*it)).sum())
            .collect();
        times.sort_unstable_by(f64::total_cmp);
        let quantile = |level: f64| times[((level * RUNS as f64) as usize).min(RUNS - 1)];
        for (level, above) in [(0.5, 0.54), (0.9, 0.93), (0.99, 0.997)] {
            let least = at(&fall, level).at_least;
            prop_assert!(least <= quantile(above) + 1e-9, "{least} is not under {}", quantile(above));
        }
        for it in &fall.guarantees {
            let under = times.iter().filter(|time| **time <= it.time + 1e-9).count();
            let share = under as f64 / RUNS as f64;
            prop_assert!(share >= it.level - 0.03, "{share} {it:?}");
        }
        let mean = times.iter().sum::<f64>() / RUNS as f64;
        prop_assert!(fall.least_mean <= mean * 1.1 + 1e-9, "{} {mean}", fall.least_mean);
        prop_assert!(fall.min <= times[0] + 1e-9);
        prop_assert!(fall.worst >= fall.mean - 1e-9);
    }
}
