use super::*;
use crate::numbers::latency::{self, Family, targets};
use crate::numbers::samples::{part_of, sentences, table_rows};

const DESIGN: &str = "system S\nentity E { id: uuid key }
    api P: rest { one: GET /one -> E; two: GET /two -> E }
    client app; service a { serves: P }; service b; service c; service d
    cache k: redis { stores: E; hit: 90% }; database s { stores: E }\n";

fn timed(text: &str) -> Part {
    part_of(&format!("{DESIGN}{text}"), latency::part)
}

fn shown(text: &str) -> Section {
    section(&timed(text)).expect("a section")
}

/// Returns the verdict, and why, on a target of a flow with these steps.
fn verdict(demand: &str, steps: &str) -> (Verdict, String) {
    let text = format!("quality Q: latency {{ on: one; {demand} }} flow F: one {{ {steps} }}");
    let judged = targets(&timed(&text)).remove(0);
    assert_eq!((judged.by.as_str(), judged.of.as_str()), ("Q", "P.one"));
    (judged.verdict, judged.why)
}

#[test]
fn steps_stand_one_behind_the_other() {
    let section = shown(
        "flow F: one {
          app -> a { mean: 1ms; p99: 2ms }
          a -> b { mean: 10ms; p99: 40ms; min: 2ms }
          opt { chance: 50%; a -> c { mean: 10ms; p99: 20ms } }
          loop { times: 2; a -> d { mean: 2ms; p99: 9ms } }
        }",
    );
    // Means: 1 + 10 + 0.5 · 10 + 2 · 2 = 20 ms, of which twelve blocks make a line:
    // from 0 to 0.6, to 6.6, to 9.6 and to 12 blocks.
    let steps = &table_rows(&section)[..4];
    let expected = [
        ["app -> a", "", "", "1 ms", "2 ms", "1 ms", "█···········"],
        [
            "a -> b",
            "",
            "2 ms",
            "10 ms",
            "40 ms",
            "10 ms",
            "·██████·····",
        ],
        [
            "a -> c",
            "50 %",
            "",
            "10 ms",
            "20 ms",
            "5 ms",
            "·······███··",
        ],
        ["a -> d", "", "", "2 ms", "9 ms", "4 ms", "··········██"],
    ];
    assert_eq!(steps, expected);
}

#[test]
fn a_sum_of_p99s_says_what_it_guarantees() {
    let steps =
        "app -> a { p99: 1ms }; a -> b { p99: 40ms }; a -> c { p99: 20ms }; a -> d { p99: 9ms }";
    let said = sentences(&shown(&format!("flow F: one {{ {steps} }}")));
    // 1 + 40 + 20 + 9 ms; of four steps one or the other is slow in 4 of 100 cases.
    let expected = "The steps' p99s add up to 70 ms, which guarantees only p96 of the whole: any \
        of them may be the slow one. To guarantee the p99 of the whole, add up their p99.75s.";
    assert!(said.contains(expected), "{said}");
    let (verdict, why) = verdict("p99 < 100ms", steps);
    assert_eq!(verdict, Verdict::LikelyHolds);
    assert_eq!(why, "the p99s add up to 70 ms, certain only for p96");
}

#[test]
fn targets_are_judged_by_what_is_certain_then_by_what_is_likely() {
    let steps = "app -> a; a -> b { mean: 10ms; p99: 40ms; min: 5ms }";
    let said = |demand, verdict_is, why: &str| {
        assert_eq!(
            verdict(demand, steps),
            (verdict_is, why.to_owned()),
            "{demand}"
        );
    };
    said("p99 < 30ms", Verdict::Breaks, "p99 is 40 ms at the least");
    said("p99 < 40ms", Verdict::Holds, "p99 is 40 ms at the most");
    said("mean < 9ms", Verdict::Breaks, "mean is 10 ms at the least");
    said("latency < 1s", Verdict::LikelyHolds, "mean is likely 10 ms");
    said(
        "latency < 8ms",
        Verdict::LikelyBreaks,
        "mean is likely 10 ms",
    );
    said(
        "p99.9 < 50ms",
        Verdict::Unknown,
        "40 ms at the least; a step lacks p50 or p99",
    );
    let open = "app -> a; a -> b; a -> c; a -> d { p50: 10ms; p99: 40ms }";
    let (judged, why) = verdict("p99 < 50ms", open);
    assert_eq!(judged, Verdict::Unknown);
    assert_eq!(
        why,
        "p99 is likely 40 ms so far; `a -> b` and 1 more state no latency"
    );
}

#[test]
fn operations_without_a_flow_are_not_judged() {
    let part = timed(
        "quality Q: latency { p99 < 50ms }
        flow F: one { app -> a; a -> b { p50: 1ms; p99: 2ms } }",
    );
    let judged = targets(&part);
    let said: Vec<(&str, Verdict)> = judged
        .iter()
        .map(|it| (it.of.as_str(), it.verdict))
        .collect();
    assert_eq!(
        said,
        [("P.one", Verdict::Holds), ("P.two", Verdict::Unknown)]
    );
    assert_eq!(judged[1].why, "no flow says how it is done");
}

#[test]
fn several_flows_of_an_operation_are_told_apart() {
    let part = timed(
        "quality Q: latency { on: one; p99 < 50ms }
        flow F: one { app -> a; a -> b { p50: 1ms; p99: 2ms } }
        flow G: one { app -> a; a -> c { p50: 1ms; p99: 2ms } }",
    );
    let judged = targets(&part);
    let of: Vec<&str> = judged.iter().map(|it| it.of.as_str()).collect();
    assert_eq!(of, ["F", "G"]);
    // One flow of two breaks what all answers together may still keep.
    let verdicts = |other: &str| -> Vec<Verdict> {
        let part = timed(&format!(
            "quality Q: latency {{ on: one; p99 < 50ms }}
            flow F: one {{ app -> a; a -> b {{ p50: 1ms; p99: 60ms }} }}
            flow G: one {{ app -> a; a -> c {{ p50: 1ms; p99: {other} }} }}"
        ));
        targets(&part).iter().map(|it| it.verdict).collect()
    };
    assert_eq!(verdicts("2ms"), [Verdict::LikelyBreaks, Verdict::Holds]);
    assert_eq!(verdicts("70ms"), [Verdict::Breaks, Verdict::Breaks]);
}

#[test]
fn calls_side_by_side_and_cold_caches_are_told() {
    let said = sentences(&shown(
        "flow F: one { app -> a; par { a -> b { times: 100; p50: 10ms; p99: 40ms } } }
        flow G: two { app -> a; a -> k { mean: 2ms }; a -> s { mean: 20ms } }",
    ));
    // 1 − 0.99¹⁰⁰ and 0.99^(1/100).
    assert!(
        said.contains("Of 100 independent calls side by side (line 6)"),
        "{said}"
    );
    assert!(
        said.contains(
            "in 63.4 % of requests; for a p99 of them all, each must be in time as p99.99"
        ),
        "{said}"
    );
    // 2 + 0.1 · 20 ms; 2 + 20 ms.
    assert!(
        said.contains("The mean of 4 ms becomes 22 ms while `k` is cold."),
        "{said}"
    );
}

#[test]
fn regions_are_as_far_as_is_stated() {
    let text = "system S\napi P: rest { one: GET /one { mean < 50ms } }\nclient app
        region eu { distance: 80ms; service a { serves: P } }\nregion us { service b }
        flow F: one { app -> eu.a; eu.a -> us.b { mean: 5ms } }";
    let part = part_of(text, latency::part);
    assert_eq!(
        part.flows[0].steps[1].distance.as_ref().unwrap().seconds,
        0.08
    );
    let said = sentences(&section(&part).unwrap());
    assert!(
        said.contains("The distance from eu to us is 80 ms, which no call undercuts."),
        "{said}"
    );
}

#[test]
fn what_went_in_is_named_once() {
    let part = timed(
        "flow F: one { app -> a; a -> b; opt { a -> c { p50: 1ms; p99: 4ms } } }
        flow G: two { app -> a; a -> b; a -> c { p50: 1ms; p99: 4ms } }",
    );
    let names: Vec<&str> = part.inputs.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "a -> c mean",
            "a -> c p50",
            "a -> c p50",
            "a -> c p99",
            "a -> c p99",
            "a -> c share"
        ]
    );
    let missing: Vec<&str> = part.missing.iter().map(|it| it.what.as_str()).collect();
    assert_eq!(missing, ["`a -> b` states no latency"]);
    assert_eq!(part.flows[0].fitted, Some(Family::Lognormal));
}

#[test]
fn large_designs_are_cut_short() {
    let mut text = DESIGN.to_owned();
    for number in 0..60 {
        text.push_str(&format!(
            "service x{number}\nflow F{number} {{ a -> x{number} {{ mean: 2ms }}; a -> b; a -> c {{ mean: 1ms }} }}\n"
        ));
    }
    let section = section(&part_of(&text, latency::part)).unwrap();
    let said = sentences(&section);
    assert!(said.contains("20 more flows."), "{said}");
    assert!(
        said.contains("48 more flows are not shown step by step."),
        "{said}"
    );
}

#[test]
fn a_design_without_times_has_no_section() {
    assert!(section(&timed("flow F: one { app -> a; a -> b }")).is_none());
}

#[test]
fn what_is_left_says_of_what() {
    let shown = |demand: &str| {
        let text = format!(
            "quality Q: latency {{ {demand} }}
            flow F: one {{ app -> a {{ p50: 10ms; p99: 20ms }} }}
            flow G: two {{ app -> b {{ p50: 1ms; p99: 2ms }} }}"
        );
        let rows = table_rows(&section(&timed(&text)).unwrap());
        let row = rows.iter().find(|it| it[0] == "P.one").unwrap();
        row.last().unwrap().clone()
    };
    assert_eq!(shown("p99 < 50ms"), "30 ms");
    assert_eq!(shown("p50 < 8ms"), "p50: -2 ms");
}
