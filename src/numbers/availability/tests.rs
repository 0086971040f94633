use super::*;
use crate::numbers::samples::{numbers_of, paragraphs};

fn part_of(text: &str) -> Part {
    numbers_of(text).availability
}

fn shown(text: &str) -> Vec<String> {
    paragraphs(&section(&part_of(text)).expect("a section"))
}

fn target_of(text: &str) -> Target {
    let targets = targets(&part_of(text));
    targets.into_iter().next().expect("a target")
}

fn assert_close(actual: f64, expected: f64) {
    assert!(
        (actual - expected).abs() < 1e-9,
        "{actual} is not {expected}"
    );
}

/// One service, one store, one provider: 0.999 · 0.999 · 0.9995.
const SERIES: &str = "quality Uptime: availability { availability >= 99.95% }
    api Public: rest { get: GET /things; put: POST /things }
    load Daily { get: 9/s; put: 1/s }
    service s { serves: Public; replicas: 1; availability: 99.9% }
    database d { replicas: 1; availability: 99.9% }
    external pay: payment { availability: 99.95% }
    flow Get: get { s -> d }
    flow Put: put { s -> d; s -> pay }";

#[test]
fn figures_of_a_series() {
    let part = part_of(SERIES);
    let (get, put) = (&part.goals[0], &part.goals[1]);
    // 1 − 0.999² = 0.001999; 1 − 0.999² · 0.9995 = 0.0024980005.
    assert_close(get.optimistic.unavailability, 0.001_999);
    assert_close(put.optimistic.unavailability, 0.002_498_000_5);
    assert_eq!(get.estimate, Some(get.optimistic));
    // 0.001999 · 43,200 min.
    assert_close(get.optimistic.minutes_per_month, 86.3568);
    assert_close(get.targets[0].minutes_per_month, 21.6);
    assert_close(get.targets[0].minutes_left, 21.6 - 86.3568);
    assert_eq!(get.targets[0].verdict, Verdict::Breaks);
    // (9 · 0.001999 + 1 · 0.0024980005) / 10.
    let weighted = part.weighted.expect("rates");
    assert_close(weighted.optimistic.unavailability, 0.002_048_900_05);
}

#[test]
fn what_each_part_costs() {
    let part = part_of(SERIES);
    let put = &part.goals[1];
    let costs: Vec<(&str, f64)> = put
        .contributions
        .iter()
        .map(|it| (it.of.as_str(), it.minutes_per_month))
        .collect();
    // While `d` is down it fails for sure, while it is up in 1 − 0.999 · 0.9995 of the
    // time: 0.001 · 0.999 · 0.9995 · 43,200; `pay` 0.0005 · 0.999² · 43,200.
    assert_eq!([costs[0].0, costs[1].0, costs[2].0], ["d", "s", "pay"]);
    assert_close(costs[0].1, 43.135_221_6);
    assert_close(costs[2].1, 21.556_821_6);
}

#[test]
fn how_the_section_reads() {
    let shown = shown(SERIES);
    let expected = [
        "operation | at most | estimate | down a month | budget",
        "Public.put | 99.75 % | 99.75 % | 108 min | 21.6 min",
        "Public.get | 99.8 % | 99.8 % | 86.4 min | 21.6 min",
        "Weighted by how often each is asked for, at most 99.8 % of all requests succeed, and likely 99.8 %.",
        "# Public.put",
        "what fails | is down a month | costs a month | share",
        "d | 43.2 min | 43.1 min | 40 %",
        "s | 43.2 min | 43.1 min | 40 %",
        "pay | 21.6 min | 21.6 min | 20 %",
        "The loss of any of these makes it fail: `d`, `pay` and `s`.",
        "`availability >= 99.95%` does not hold even if `d` never fails: 64.8 min a month are left.",
    ];
    assert_eq!(shown[..expected.len()], expected);
}

#[test]
fn an_unknown_availability_is_said_to_be_missing() {
    let text = SERIES.replace(
        "database d { replicas: 1; availability: 99.9% }",
        "database d",
    );
    let part = part_of(&text);
    assert_eq!(part.goals[0].estimate, None);
    assert_eq!(part.goals[0].missing, ["`d` states no availability"]);
    let shown = shown(&text);
    assert_eq!(shown[2], "Public.get | 99.9 % | ? | ≥ 43.2 min | 21.6 min");
    let kind = text.replace("99.9%", "99.99%").replace(
        "external pay: payment { availability: 99.95% }",
        "external pay: payment { availability: 99.99% }",
    );
    let target = target_of(&kind);
    assert_eq!(target.verdict, Verdict::Unknown);
    assert_eq!(target.why, "`d` states no availability; 1 other likewise");
}

#[test]
fn how_much_better_the_weakest_must_get() {
    let text = "quality Uptime: availability { availability >= 99.9% }
        api Public: rest { get: GET /things }
        service s { serves: Public; replicas: 1; availability: 99.95% }
        external pay: payment { availability: 99.9% }
        flow Get: get { s -> pay }";
    let part = part_of(text);
    let better = part.goals[0].improvement.as_ref().expect("missed");
    // 0.9995 · (1 − x) = 0.999, so x = 1 − 0.999 / 0.9995 = 0.00050025.
    assert_eq!(better.of, "pay");
    assert_close(better.needed.expect("possible"), 1.0 - 0.999 / 0.9995);
    // log10(0.001 / 0.00050025) = 0.3008.
    assert!((better.more_nines.expect("possible") - 0.3008).abs() < 1e-4);
    let last = "`availability >= 99.9%` holds if `pay` is up 99.95 % of the time in place of 99.9 %: 0.3 more nines.";
    assert!(shown(text).contains(&last.to_owned()), "{:?}", shown(text));
    let target = target_of(text);
    assert_eq!(
        target.why,
        "at most 99.85 %: down 64.8 min a month, of 43.2 min allowed"
    );
    assert_eq!(
        (target.of.as_str(), target.by.as_str()),
        ("Public.get", "Uptime")
    );
}

#[test]
fn pairs_are_told_without_numbers() {
    let text = "quality Uptime: availability { availability >= 99% }
        api Public: rest { get: GET /things }
        service s { serves: Public; replicas: 2; availability: 99.9% }
        external one: payment { availability: 99.9% }
        external two: payment { availability: 99.9% }
        s -> one | two";
    let part = part_of(text);
    let goal = &part.goals[0];
    assert_eq!(goal.cut_pair_count, Some(2));
    let first = &goal
        .cut_pairs
        .iter()
        .find(|it| it.0.kind == LossKind::Replica);
    assert_eq!(
        first.map(|it| (it.0.number, it.1.number)),
        Some((Some(1), Some(2)))
    );
    let said =
        "No single loss makes it fail; that of `one` with `two` or two replicas of `s` does.";
    assert!(shown(text).contains(&said.to_owned()), "{:?}", shown(text));
}

#[test]
fn what_is_kept_leaves_something_for_other_faults() {
    let text = "quality Uptime: availability { availability >= 99.8% }
        api Public: rest { get: GET /things }
        service s { serves: Public; replicas: 1; availability: 99.9% }";
    let said = "Of its budget 43.2 min a month are left for what is not counted here, its own faults above all.";
    assert!(shown(text).contains(&said.to_owned()), "{:?}", shown(text));
    assert_eq!(target_of(text).verdict, Verdict::LikelyHolds);
    assert_eq!(
        target_of(text).why,
        "likely 99.9 %: down 43.2 min a month, of 86.4 min allowed"
    );
}

#[test]
fn background_work_is_late_and_not_refused() {
    let text = "quality Uptime: availability { availability >= 99.9% }
        quality Nights: availability { on: Settle; availability >= 95% }
        api Public: rest { get: GET /things }
        service s { serves: Public; replicas: 1; availability: 99.99% }
        external bank: bank { availability: 99% }
        flow Get: get { s }
        flow Settle { s -> bank }";
    let text = text.replace("flow Get: get { s }", "");
    let part = part_of(&text);
    let settle = part
        .goals
        .iter()
        .find(|it| it.of == "Settle")
        .expect("a goal");
    assert_eq!(settle.kind, GoalKind::Flow);
    let asked: Vec<&str> = settle.targets.iter().map(|it| it.by.as_str()).collect();
    assert_eq!(asked, ["Nights"]);
}

#[test]
fn nothing_is_said_where_nothing_is_asked_or_stated() {
    let text = "api Public: rest { get: GET /things }\nservice s { serves: Public }";
    assert!(section(&part_of(text)).is_none());
    assert!(section(&part_of("entity Order")).is_none());
}

#[test]
fn numbers_serialise_without_infinity() {
    let json = serde_json::to_value(part_of(SERIES)).expect("plain data");
    assert_eq!(json["goals"][0]["of"], "Public.get");
    assert_eq!(json["goals"][0]["singleCuts"][0]["name"], "d");
    assert_eq!(json["goals"][0]["targets"][0]["verdict"], "breaks");
    assert_eq!(json["goals"][0]["ratePerSecond"], 9.0);
}

#[test]
fn where_nothing_is_stated_it_is_said_what_would_have_to_hold() {
    let text = "quality Uptime: availability { availability >= 99.9% }
        api Public: rest { get: GET /things }
        service s { serves: Public; replicas: 1 }
        database d { replicas: 1 }
        external pay: payment
        flow Get: get { s -> d; s -> pay }";
    let said = shown(text);
    assert!(
        said[0].starts_with("Nothing that these need states an availability"),
        "{said:?}"
    );
    // 0.999^(1/3) = 0.999667.
    let each = "`availability >= 99.9%` leaves the 3 of these that state no availability at most 43.2 min a month together; if they are alike, each must be up 99.967 % of the time.";
    assert_eq!(said[3], each);
    let one = text
        .replace("database d {", "database d { availability: 99.95%;")
        .replace("pay: payment", "pay: payment { availability: 99.99% }");
    // 0.001 is left beside 0.9995 · 0.9999: 1 − 0.999 / 0.99940005 = 0.00040029, 17.3 min.
    let left = "`availability >= 99.9%` leaves `s` at most 17.3 min a month: it must be up 99.96 % of the time.";
    assert!(shown(&one).contains(&left.to_owned()), "{:?}", shown(&one));
}
