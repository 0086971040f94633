use super::simulation::Dice;
use super::*;
use crate::model::{Input as Texts, resolve};
use crate::source::{SourceFile, Sources};
use proptest::prelude::*;

/// Independent replicas, so that textbook figures come out.
const INDEPENDENT: Assumptions = Assumptions {
    common_cause: 0.0,
    zone: 1e-3,
    region: 1e-4,
    automatic: 0.95,
    manual: 0.5,
    copies: 3,
};

pub(crate) fn understood(text: &str) -> Model {
    let mut sources = Sources::default();
    let file = sources.add(SourceFile::new("design.arch", text.to_owned()));
    let (tree, findings) = crate::syntax::parse(file, sources.file(file));
    assert!(findings.is_empty(), "{findings:?}\n{text}");
    let (model, findings) = resolve(&Texts {
        sources: &sources,
        trees: vec![&tree],
        environment: None,
    });
    assert!(findings.is_empty(), "{findings:?}\n{text}");
    model
}

fn analysed(text: &str, assumptions: &Assumptions) -> Availability {
    let model = understood(text);
    availability(&model, &Success::new(&model), assumptions)
}

fn estimate(text: &str, assumptions: &Assumptions) -> f64 {
    let goal = &analysed(text, assumptions).goals[0];
    let estimate = goal
        .estimate
        .unwrap_or_else(|| panic!("{:?}", goal.missing));
    1.0 - estimate.exact().expect("small designs are exact")
}

fn assert_close(actual: f64, expected: f64) {
    assert!(
        (actual - expected).abs() < 5e-13,
        "{actual} is not {expected}"
    );
}

const API: &str = "api Public: rest { get: GET /things }\n";

fn with_api(text: &str) -> String {
    format!("{API}{text}")
}

#[test]
fn replicas_share_their_zone() {
    let drawn = "zone z { availability: 99.95%; service s { serves: Public; replicas: 2; availability: 99.9% } }";
    let spread = "zone z { availability: 99.95% }\nservice s { serves: Public; replicas: 2 across 2 zones; availability: 99.9% }";
    let naive = "service s { serves: Public; replicas: 2; availability: 99.9% }";
    let of = |text: &str| estimate(&with_api(text), &INDEPENDENT);
    assert_close(of(drawn), 0.999_499_000_5);
    assert_close(of(spread), 0.999_997_751_499_8);
    assert_close(of(naive), 0.999_999);
}

#[test]
fn a_shared_store_is_counted_once() {
    let text = with_api(
        "gateway gate { serves: Public; availability: 100% }
         service a { replicas: 1; availability: 99% }
         service b { replicas: 1; availability: 99% }
         database store { replicas: 1; availability: 99% }
         gate -> a | b
         a -> store
         b -> store",
    );
    assert_close(estimate(&text, &INDEPENDENT), 0.989_901);
    // Multiplying along each path, which counts the store twice, is not what it says.
    let path = 0.99 * 0.99;
    assert_close(1.0 - (1.0 - path) * (1.0 - path), 0.999_603_99);
}

#[test]
fn a_standby_helps_as_often_as_it_takes_over() {
    let text = with_api(
        "database s { serves: Public; replicas: 1; standbys: 1; failover: automatic; availability: 99% }",
    );
    let vectors = [
        (1.0, 0.9999),
        (0.95, 0.999_405),
        (0.9, 0.998_91),
        (0.5, 0.994_95),
    ];
    for (automatic, expected) in vectors {
        let assumptions = Assumptions {
            automatic,
            ..INDEPENDENT
        };
        assert_close(estimate(&text, &assumptions), expected);
        let by_hand = text.replace("automatic", "manual");
        let assumptions = Assumptions {
            manual: automatic,
            ..INDEPENDENT
        };
        assert_close(estimate(&by_hand, &assumptions), expected);
        let primary = text.replace("replicas: 1; standbys: 1", "replicas: 2");
        let assumptions = Assumptions {
            automatic,
            ..INDEPENDENT
        };
        assert_close(estimate(&primary, &assumptions), expected);
    }
}

#[test]
fn taking_over_takes_time() {
    let text = with_api(
        "database s { serves: Public; replicas: 1; standbys: 1; failover: 36s; mtbf: 99h; mttr: 1h }",
    );
    let assumptions = Assumptions {
        automatic: 1.0,
        ..INDEPENDENT
    };
    assert_close(estimate(&text, &assumptions), 0.9999 * (1.0 - 1e-4));
}

#[test]
fn a_standby_of_which_nothing_says_how_it_takes_over_leaves_no_estimate() {
    let text =
        with_api("database s { serves: Public; replicas: 1; standbys: 1; availability: 99% }");
    let goal = &analysed(&text, &INDEPENDENT).goals[0];
    assert!(goal.estimate.is_none());
    assert_eq!(
        goal.missing[0].what,
        "`s` does not say how a standby takes over"
    );
    assert_close(goal.optimistic.exact().unwrap(), 0.0001);
}

#[test]
fn a_majority_must_work() {
    for (count, expected) in [(3, 0.999_702), (5, 0.999_990_149_4)] {
        let text = with_api(&format!(
            "lock s {{ serves: Public; replicas: {count}; availability: 99% }}"
        ));
        assert_close(estimate(&text, &INDEPENDENT), expected);
    }
    let quorum = "database s { serves: Public; replicas: 9; quorum: { n: 3; r: 2; w: 2 }; availability: 99% }";
    let text = with_api(&quorum.replace("; r", "\n r").replace("; w", "\n w"));
    assert_close(estimate(&text, &INDEPENDENT), 0.999_702);
}

#[test]
fn failures_in_common_count() {
    let text = with_api("service s { serves: Public; replicas: 2; availability: 99.9% }");
    let assumptions = Assumptions {
        common_cause: 0.1,
        ..INDEPENDENT
    };
    assert_close(estimate(&text, &assumptions), 0.999_899_190_081);
    assert_close(estimate(&text, &INDEPENDENT), 0.999_999);
    let stated = text.replace("replicas", "common-cause: 10%; replicas");
    assert_close(estimate(&stated, &INDEPENDENT), 0.999_899_190_081);
    let optimistic = analysed(&stated, &INDEPENDENT).goals[0].optimistic;
    assert_close(optimistic.exact().unwrap(), 1.0 - 0.999_899_190_081);
}

/// Returns a chain of services, each of which needs the next.
fn chain(count: usize) -> String {
    let mut text = String::from("defaults service { replicas: 1; availability: 99.99% }\n");
    text += "service s0 { serves: Public }\n";
    for index in 1..count {
        text += &format!("service s{index}\ns{} -> s{index}\n", index - 1);
    }
    with_api(&text)
}

#[test]
fn a_series_multiplies() {
    for (count, expected) in [(6, 0.999_400_15), (30, 0.997_004_35)] {
        let actual = estimate(&chain(count), &INDEPENDENT);
        assert!((actual - expected).abs() < 5e-9, "{actual}");
        assert_close(actual, 0.999_9_f64.powi(count as i32));
    }
}

#[test]
fn repair_times_make_an_availability() {
    let text = with_api("service s { serves: Public; replicas: 1; mtbf: 999h; mttr: 1h }");
    assert_close(estimate(&text, &INDEPENDENT), 0.999);
}

#[test]
fn tiny_unavailability_is_kept() {
    let text = with_api("service s { serves: Public; replicas: 2; availability: 99.9999% }");
    let goal = &analysed(&text, &INDEPENDENT).goals[0];
    let unavailability = goal.optimistic.exact().unwrap();
    assert!(
        (unavailability / 1e-12 - 1.0).abs() < 1e-12,
        "{unavailability}"
    );
}

#[test]
fn budgets_are_minutes_in_thirty_days() {
    let vectors = [
        ("99", 432.0),
        ("99.9", 43.2),
        ("99.95", 21.6),
        ("99.99", 4.32),
        ("99.999", 0.432),
    ];
    for (share, expected) in vectors {
        let text = with_api(&format!(
            "quality Up: availability {{ availability >= {share}% }}
             service s {{ serves: Public; replicas: 1; availability: {share}% }}"
        ));
        let goal = &analysed(&text, &INDEPENDENT).goals[0];
        assert_close(goal.target.as_ref().unwrap().minutes(), expected);
        assert_eq!(goal.verdict(), Some(Verdict::Met));
        assert_close(goal.minutes_left().unwrap(), 0.0);
    }
}

#[test]
fn what_is_not_stated_is_kind_and_listed() {
    let text = with_api(
        "quality Up: availability { availability >= 99.9% }
         service a { serves: Public; replicas: 1; availability: 99.95% }
         database b { replicas: 1 }
         a -> b",
    );
    let goal = &analysed(&text, &INDEPENDENT).goals[0];
    assert_close(goal.optimistic.exact().unwrap(), 0.000_5);
    assert_eq!(goal.estimate, None);
    assert_eq!(goal.missing[0].what, "`b` states no availability");
    assert_eq!(goal.verdict(), Some(Verdict::Unknown));
    let worse = text.replace("99.95%", "99.8%");
    let goal = &analysed(&worse, &INDEPENDENT).goals[0];
    assert_eq!(goal.verdict(), Some(Verdict::Broken));
}

#[test]
fn what_a_provider_promises_is_assumed_and_for_the_whole() {
    let text = with_api(
        "quality Up: availability { availability >= 99.995% }
         service a { serves: Public; replicas: 1; availability: 100% }
         database b: spanner
         a -> b",
    );
    let all = analysed(&text, &Assumptions::default());
    let goal = &all.goals[0];
    assert_close(goal.optimistic.exact().unwrap(), 0.0);
    assert_close(goal.estimate.unwrap().exact().unwrap(), 1e-4);
    assert_eq!(goal.verdict(), Some(Verdict::Doubtful));
    let promise = all
        .inputs(goal)
        .find(|it| it.name == "b.availability")
        .unwrap();
    let crate::analysis::input::Given::Assumed(source) = &promise.given else {
        panic!("{promise:?}");
    };
    assert!(
        source.contains("https://cloud.google.com/spanner/sla"),
        "{source}"
    );
}

#[test]
fn the_greatest_contributor_is_told_how_good_it_must_be() {
    let text = with_api(
        "quality Up: availability { availability >= 99.9% }
         service a { serves: Public; replicas: 1; availability: 99.95% }
         database b { replicas: 1; availability: 99.5% }
         a -> b",
    );
    let model = understood(&text);
    let all = availability(&model, &Success::new(&model), &INDEPENDENT);
    let goal = &all.goals[0];
    let improvement = goal.improvement.unwrap();
    let Cause::Component(id) = improvement.of else {
        panic!()
    };
    assert_eq!(model.name(id), "b");
    assert_close(improvement.now, 0.005);
    // 0.0005 + 0.9995 u = 0.001
    assert_close(improvement.needed.unwrap(), 0.000_5 / 0.999_5);
    assert_close(improvement.at_best, 0.000_5);
    assert_close(goal.contributions[0].importance, 0.999_5);
    assert_close(goal.contributions[0].contribution, 0.999_5 * 0.005);

    let doubled = text.replace(
        "replicas: 1; availability: 99.5%",
        "replicas: 2; availability: 95%",
    );
    let improvement = analysed(&doubled, &INDEPENDENT).goals[0]
        .improvement
        .unwrap();
    let squared = (0.000_5_f64 / 0.999_5).sqrt();
    assert_close(improvement.needed.unwrap(), squared);

    let hopeless = text.replace("99.95%", "99.8%").replace("99.5%", "99%");
    let improvement = analysed(&hopeless, &INDEPENDENT).goals[0]
        .improvement
        .unwrap();
    assert_eq!(improvement.needed, None);
    assert_close(improvement.at_best, 0.002);
}

#[test]
fn importance_is_the_difference_that_a_loss_makes() {
    let text = with_api(
        "zone any { availability: 90% }
         service a { serves: Public; replicas: 5 across 3 zones; availability: 80% }
         service b { replicas: 2 across 2 zones; availability: 70% }
         database c { replicas: 1; availability: 95% }
         a -> b, c",
    );
    let model = understood(&text);
    let success = Success::new(&model);
    let exact = |lost: &Lost| {
        let all = availability_while(&model, &success, &INDEPENDENT, lost);
        all.goals[0].estimate.unwrap().exact().unwrap()
    };
    let unavailability = exact(&Lost::default());
    let all = availability(&model, &success, &INDEPENDENT);
    // Zones 1 and 2 hold equally much.
    let alike = all.goals[0].contributions.iter().map(|it| it.alike);
    assert_eq!(alike.sum::<u64>(), 6);
    for contribution in &all.goals[0].contributions {
        let mut lost = Lost::default();
        match contribution.of {
            Cause::Component(id) => drop(lost.components.insert(id)),
            Cause::Zone(region, number) => drop(lost.parts.insert(Part::Zone(region, number))),
            other => panic!("{other:?}"),
        }
        let down = exact(&lost);
        let Contribution {
            down: share,
            importance,
            ..
        } = *contribution;
        if matches!(contribution.of, Cause::Zone(..)) || share == 0.05 {
            // Its own failures do not depend on anything else.
            let up = (unavailability - share * down) / (1.0 - share);
            assert!(
                (importance - (down - up)).abs() < 1e-9,
                "{contribution:?} {down} {up}"
            );
        } else {
            assert!(importance > 0.0 && importance <= down, "{contribution:?}");
        }
    }
}

#[test]
fn cuts_are_told() {
    let text = with_api(
        "service a { serves: Public; replicas: 1 }
         database b { replicas: 2 }
         a -> b",
    );
    let goal = &analysed(&text, &INDEPENDENT).goals[0];
    assert!(matches!(goal.single_cuts[..], [Part::Component(_)]));
    let pairs = goal.cut_pairs.as_ref().unwrap();
    assert!(matches!(
        pairs[..],
        [(Part::Replica(..), Part::Replica(..))]
    ));
}

#[test]
fn requests_weigh_as_often_as_they_come() {
    let text = "
        api Public: rest { get: GET /a; put: PUT /b; rare: GET /c }
        service g { replicas: 1; availability: 99%; serves: Public.get }
        service p { replicas: 1; availability: 90%; serves: Public.put }
        service r { replicas: 1; availability: 10%; serves: Public.rare }
        load Now { get: 30/s; put: 10/s }";
    let weighted = analysed(text, &INDEPENDENT).weighted.unwrap();
    let share = weighted.estimate.unwrap().exact().unwrap();
    assert_close(share, 0.75 * 0.01 + 0.25 * 0.1);
    assert_close(weighted.rate, 40.0);
    assert_eq!(weighted.without_rate.len(), 1);
}

#[test]
fn an_operation_that_nothing_serves_is_listed() {
    let all = analysed("api Public: rest { get: GET /a }", &INDEPENDENT);
    assert!(all.goals.is_empty());
    assert_eq!(
        all.missing[0].what,
        "nothing says what serves `Public.get`, and no flow shows it"
    );
}

#[test]
fn many_regions_are_few_states() {
    let text = with_api(
        "service edge { serves: Public; replicas: 100 across 40 regions; availability: 99% }
         service a { replicas: 7 across 3 zones; availability: 99% }
         service b { replicas: 30 across 30 regions; availability: 99% }
         edge -> a, b",
    );
    let figure = analysed(&text, &Assumptions::default()).goals[0]
        .estimate
        .unwrap();
    let share = figure.exact().unwrap();
    assert!((1e-5..1e-2).contains(&share), "{share}");
}

#[test]
fn too_many_states_are_bounded() {
    let services: String = (2..40)
        .map(|index| format!("service s{index} {{ replicas: {index} across {index} zones; availability: 99% }}\nedge -> s{index}\n"))
        .collect();
    let text = with_api(&format!(
        "service edge {{ serves: Public; replicas: 1; availability: 99.9% }}\n{services}"
    ));
    let goal = &analysed(&text, &INDEPENDENT).goals[0];
    let figure = goal.estimate.unwrap();
    assert!(figure.refused.is_some());
    assert!(figure.at_least >= 1e-3 && figure.at_least < figure.at_most && figure.at_most < 0.05);
    assert!(goal.contributions.is_empty());
    assert_eq!(goal.optimistic.refused, None);
}

/// Alternatives that cross each other: every service of the left with every one
/// of the right, which no order of questions keeps small.
#[test]
fn what_explodes_is_bounded() {
    let count = 40;
    let mut formula = crate::analysis::success::Formula::new();
    let parts: Vec<_> = (0..count * count).map(|it| formula.variable(it)).collect();
    let mut needs = Vec::new();
    for line in 0..count as usize {
        let size = count as usize;
        let row: Vec<_> = (0..size).map(|it| parts[line * size + it]).collect();
        let column: Vec<_> = (0..size).map(|it| parts[it * size + line]).collect();
        let (row, column) = (formula.all(row), formula.all(column));
        needs.extend([row, column]);
    }
    let root = formula.any(needs);
    let down = vec![0.001; (count * count) as usize];
    let (low, high) = bounds::bounds(&formula, &formula.below(root), &down);
    assert!(0.0 < low && low <= high && high < 0.05, "{low} {high}");
}

#[test]
fn bounds_hold_for_any_formula() {
    let mut dice = Dice(7);
    for _ in 0..200 {
        let mut formula = crate::analysis::success::Formula::new();
        let mut terms: Vec<_> = (0..8).map(|it| formula.variable(it)).collect();
        for _ in 0..10 {
            let count = 2 + dice.below(3) as usize;
            let children: Vec<_> = (0..count)
                .map(|_| terms[terms.len() - 1 - dice.below(8) as usize])
                .collect();
            let need = 1 + dice.below(count as u64) as usize;
            terms.push(formula.at_least(need, children));
        }
        let root = terms[terms.len() - 1];
        let down: Vec<f64> = (0..8).map(|_| dice.below(100) as f64 / 100.0).collect();
        let diagram = crate::analysis::success::Diagram::new(&formula, root, 100_000).unwrap();
        let exact = diagram.unavailability(|it| down[it as usize]);
        let (low, high) = bounds::bounds(&formula, &formula.below(root), &down);
        assert!(
            low <= exact + 1e-12 && exact <= high + 1e-12,
            "{low} {exact} {high}"
        );
    }
}

#[test]
fn what_a_connection_states_is_not_passed_over() {
    let text = with_api(
        "service a { serves: Public; replicas: 1; availability: 99.9% }
         external b { availability: 99.9% }
         a -> b { availability: 99% }",
    );
    let goal = &analysed(&text, &INDEPENDENT).goals[0];
    assert_eq!(goal.estimate, None);
    assert_eq!(
        goal.missing[0].what,
        "the availability of `a -> b` is not counted: state it at `b`"
    );
}

/// A design for properties: what each component is, and whom it calls.
#[derive(Clone, Debug)]
struct Small {
    parts: Vec<(u64, Option<u64>, u32, bool)>,
    calls: Vec<(usize, usize, Option<usize>)>,
}

impl Small {
    fn text(&self, reversed: bool) -> String {
        let mut lines = Vec::new();
        for (index, (replicas, zones, availability, lock)) in self.parts.iter().enumerate() {
            let kind = if *lock && index > 0 {
                "lock"
            } else {
                "service"
            };
            let serves = if index == 0 { "serves: Public; " } else { "" };
            let across = zones.map_or_else(String::new, |it| format!(" across {it} zones"));
            lines.push(format!(
                "{kind} s{index} {{ {serves}replicas: {replicas}{across}; availability: {availability}% }}"
            ));
        }
        for (from, to, other) in self.calls() {
            let other = other.map_or_else(String::new, |it| format!(" | s{it}"));
            lines.push(format!("s{from} -> s{to}{other}"));
        }
        if reversed {
            lines.reverse();
        }
        format!(
            "{API}zone any {{ availability: 80% }}\n{}",
            lines.join("\n")
        )
    }

    /// Calls go from a lower number to a higher one, one of each pair.
    fn calls(&self) -> Vec<(usize, usize, Option<usize>)> {
        let count = self.parts.len();
        let mut seen = BTreeSet::new();
        let mut calls = Vec::new();
        for (from, to, other) in &self.calls {
            let (from, to) = (from % count, to % count);
            let other = other
                .map(|it| it % count)
                .filter(|it| *it > from && *it != to);
            let fresh = other.is_none_or(|it| !seen.contains(&(from, it)));
            if from < to && fresh && seen.insert((from, to)) {
                seen.extend(other.map(|it| (from, it)));
                calls.push((from, to, other));
            }
        }
        calls
    }
}

fn any_small() -> impl Strategy<Value = Small> {
    let part = (
        1u64..4,
        proptest::option::of(1u64..4),
        50u32..100,
        any::<bool>(),
    );
    let call = (0usize..5, 0usize..5, proptest::option::of(0usize..5));
    let parts = proptest::collection::vec(part, 1..5);
    (parts, proptest::collection::vec(call, 0..7)).prop_map(|(parts, calls)| Small { parts, calls })
}

pub(super) const COMMON: Assumptions = Assumptions {
    common_cause: 0.25,
    ..INDEPENDENT
};

fn unavailability(text: &str) -> f64 {
    1.0 - estimate(text, &COMMON)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_replica_more_never_hurts(small in any_small(), which in 0usize..5) {
        let mut more = small.clone();
        let which = which % small.parts.len();
        more.parts[which].3 = false;
        let mut fewer = more.clone();
        more.parts[which].0 += 1;
        fewer.parts[which].3 = false;
        let (before, after) = (unavailability(&fewer.text(false)), unavailability(&more.text(false)));
        prop_assert!(after <= before + 1e-12, "{} {}", before, after);
    }

    #[test]
    fn the_order_of_declarations_does_not_matter(small in any_small()) {
        let (one, other) = (unavailability(&small.text(false)), unavailability(&small.text(true)));
        prop_assert!((one - other).abs() < 1e-12, "{} {}", one, other);
    }

    #[test]
    fn losing_more_never_helps(small in any_small(), lost in proptest::collection::vec(0usize..100, 1..4)) {
        let model = understood(&small.text(false));
        let success = Success::new(&model);
        let mut gone = Lost::default();
        let mut before = 0.0;
        for part in lost {
            gone.parts.extend(success.parts.get(part % success.parts.len()));
            let all = availability_while(&model, &success, &COMMON, &gone);
            let now = all.goals[0].estimate.unwrap().exact().unwrap();
            prop_assert!(now >= before - 1e-12, "{} {:?}", before, gone);
            before = now;
            let up = |it: u32| !gone.parts.contains(&success.parts[it as usize]);
            let holds = success.formula.holds(success.goals[0].term, up);
            prop_assert_eq!(!holds, now > 1.0 - 1e-12, "{}", now);
        }
    }
}
