use super::*;
use crate::analysis::availability::tests::understood;
use proptest::prelude::*;

const DESIGN: &str = "
functional Read
functional Write
quality Up: availability { availability >= 99% }
quality Fast: latency { p99 < 200ms }
api Public: rest {
  read: GET /things { for: Read }
  write: POST /things { for: Write }
}
load Now { read: 90/s; write: 10/s }
client app: browser
gateway gate { serves: Public; replicas: 4 across 2 zones; availability: 99.9% }
host box { service writer { replicas: 1; availability: 99.9% } }
service reader { replicas: 2 across 2 zones; availability: 99.9% }
database store { replicas: 1; availability: 99.5% }
database copy { replicas: 1; availability: 99.5% }
app -> gate
flow Reading: read { app -> gate -> reader; reader -> store | copy }
flow Writing: write { app -> gate -> writer -> store }
";

fn component(model: &Model, name: &str) -> Id<Component> {
    let found = model.components.iter().find(|(_, it)| it.head.name == name);
    found.expect("it is declared").0
}

fn scenario(lost: impl IntoIterator<Item = Loss>) -> Scenario {
    Scenario {
        lost: lost.into_iter().collect(),
        ..Scenario::default()
    }
}

fn run(model: &Model, scenario: &Scenario, judge: &dyn Judge) -> Outcome {
    let success = Success::new(model);
    whatif(model, &success, &Assumptions::default(), scenario, judge)
}

/// Returns what becomes of each requirement: `Read Holds`.
fn fates(model: &Model, outcome: &Outcome) -> Vec<String> {
    let line = |it: &RequirementOutcome| {
        let name = &model.head(it.of).expect("it is declared").name;
        format!("{name} {:?}: {}", it.judgement.verdict, it.judgement.why)
    };
    outcome.requirements.iter().map(line).collect()
}

#[test]
fn a_lost_service_fails_what_needs_it() {
    let model = understood(DESIGN);
    let lost = Loss::Component(component(&model, "writer"));
    let outcome = run(&model, &scenario([lost]), &AvailabilityOnly);
    assert_eq!(outcome.succeeds[..2], [true, false]);
    assert_eq!(outcome.rate_lost, 10.0);
    assert_eq!(
        fates(&model, &outcome),
        [
            "Fast Breaks: `Public.write` cannot be done",
            "Read Holds: all that is for it still works",
            "Up Breaks: `Public.write` cannot be done",
            "Write Breaks: `Public.write` cannot be done",
        ]
    );
}

#[test]
fn a_lost_place_takes_what_stands_in_it() {
    let model = understood(DESIGN);
    let (place, _) = model.places.iter().next().unwrap();
    let outcome = run(&model, &scenario([Loss::Place(place)]), &AvailabilityOnly);
    assert_eq!(outcome.succeeds[..2], [true, false]);
}

#[test]
fn what_is_left_may_be_too_seldom_there() {
    let text = "
        quality Up: availability { availability >= 99.9% }
        api Public: rest { get: GET /things }
        service a { serves: Public; replicas: 1; availability: 99.99% }
        database one { replicas: 1; availability: 99% }
        database two { replicas: 1; availability: 99% }
        a -> one | two";
    let model = understood(text);
    let whole = run(&model, &Scenario::default(), &AvailabilityOnly);
    assert_eq!(
        fates(&model, &whole),
        ["Up LikelyHolds: what is left is there often enough"]
    );
    let lost = Loss::Component(component(&model, "one"));
    let outcome = run(&model, &scenario([lost]), &AvailabilityOnly);
    assert_eq!(outcome.succeeds, [true]);
    let expected =
        "Up Breaks: `Public.get` would be down at least 436 min a month, of 43.2 allowed";
    assert_eq!(fates(&model, &outcome), [expected]);
}

#[test]
fn others_judge_what_availability_does_not_tell() {
    let model = understood(DESIGN);
    let judge = |scenario: &Scenario, _: Element, demand: &Demand| {
        (demand.measure == "p99").then(|| Judgement {
            verdict: if scenario.load > 2.0 {
                Fate::Breaks
            } else {
                Fate::Holds
            },
            why: format!("at {}x", scenario.load),
        })
    };
    let busy = Scenario {
        load: 3.0,
        ..Scenario::default()
    };
    let outcome = run(&model, &busy, &judge);
    assert_eq!(fates(&model, &outcome)[0], "Fast Breaks: at 3x");
    assert_eq!(outcome.rate_lost, 0.0);
}

#[test]
fn background_work_breaks_only_what_is_said_of_it() {
    let text = "
        quality Up: availability { availability >= 99.9% }
        quality Mailed: availability { on: Mailing; availability >= 99.9% }
        api Public: rest { get: GET /things }
        client app
        service a { serves: Public; replicas: 1; availability: 99.99% }
        external post: email { replicas: 1; availability: 99% }
        flow Get: get { app -> a }
        flow Mailing { runs: every 1h; a -> post }";
    let model = understood(text);
    let whole = run(&model, &Scenario::default(), &AvailabilityOnly);
    let expected = [
        "Mailed Breaks: `Mailing` would be down at least 436 min a month, of 43.2 allowed",
        "Up LikelyHolds: what is left is there often enough",
    ];
    assert_eq!(fates(&model, &whole), expected);
    let lost = Loss::Component(component(&model, "post"));
    let outcome = run(&model, &scenario([lost]), &AvailabilityOnly);
    let expected = [
        "Mailed Breaks: `Mailing` cannot be done",
        "Up LikelyHolds: what is left is there often enough",
    ];
    assert_eq!(fates(&model, &outcome), expected);
}

#[test]
fn a_goal_fails_because_of_what_it_cannot_do_without() {
    let model = understood(DESIGN);
    let success = Success::new(&model);
    let [store, copy, writer] = ["store", "copy", "writer"].map(|it| component(&model, it));
    let lost = scenario([Loss::Component(store), Loss::Component(copy)]);
    let left = left(&model, &success, &lost);
    assert_eq!(left.succeeds[..2], [false, false]);
    assert_eq!(left.down, BTreeSet::from([store, copy]));
    // Reading can do without either of the two, writing only without the copy.
    let needed = needed(&model, &success, [store, copy, writer]);
    assert_eq!(needed[0], []);
    assert_eq!(needed[1], [store, writer]);
}

#[test]
fn zones_take_what_has_no_replica_elsewhere() {
    let model = understood(DESIGN);
    let success = Success::new(&model);
    let zones = [0, 1].map(|it| Loss::Part(Part::Zone(false, it)));
    assert_eq!(
        left(&model, &success, &scenario([zones[0]])).down,
        BTreeSet::new()
    );
    let down = ["gate", "reader"].map(|it| component(&model, it));
    assert_eq!(left(&model, &success, &scenario(zones)).down, down.into());
}

#[test]
fn one_more_loss_shows_what_the_rest_leans_on() {
    let model = understood(DESIGN);
    let success = Success::new(&model);
    let store = Loss::Component(component(&model, "store"));
    let next = next_losses(&model, &success, &scenario([store]));
    // Writing has failed already; reading now needs the copy.
    assert_eq!(ranked(&model, &next), ["copy: 1 90"]);
    let zone = Loss::Part(Part::Zone(false, 0));
    let next = next_losses(&model, &success, &scenario([zone]));
    assert_eq!(ranked(&model, &next), ["zone 2: 2 100"]);
    assert_eq!(next_losses(&model, &success, &Scenario::default()), []);
}

/// Returns losses with how many goals fail and the requests lost.
fn ranked(model: &Model, impacts: &[LossImpact]) -> Vec<String> {
    let line = |it: &LossImpact| {
        let lost: Vec<String> = it.lost.iter().map(|it| words(model, *it)).collect();
        format!(
            "{}: {} {}",
            lost.join(" + "),
            it.failing.len(),
            it.rate_lost
        )
    };
    impacts.iter().map(line).collect()
}

#[test]
fn losses_are_ranked() {
    let model = understood(DESIGN);
    let all = all_losses(&model, &Success::new(&model));
    assert_eq!(
        ranked(&model, &all.singles),
        [
            "gate: 2 100",
            "reader: 1 90",
            "box.writer: 1 10",
            "host box: 1 10",
            "store: 1 10",
        ]
    );
    let pairs = all.pairs.unwrap();
    assert_eq!(
        ranked(&model, &pairs),
        ["copy + store: 2 100", "zone 1 + zone 2: 2 100"]
    );
}

#[test]
fn too_many_pairs_are_refused_in_words() {
    let mut text = String::from(
        "api Public: rest { get: GET /things }\nservice s0 { serves: Public; replicas: 1 }\n",
    );
    for index in 1..=PAIR_LIMIT {
        text += &format!(
            "service s{index} {{ replicas: 1 }}\ns{} -> s{index}\n",
            index - 1
        );
    }
    let model = understood(&text);
    let all = all_losses(&model, &Success::new(&model));
    assert_eq!(all.singles.len(), PAIR_LIMIT + 1);
    assert_eq!(
        all.pairs.unwrap_err().to_string(),
        "401 parts can fail, and pairs are looked for among at most 400"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn losing_more_never_helps(which in proptest::collection::vec(0usize..100, 1..6)) {
        let model = understood(DESIGN);
        let success = Success::new(&model);
        let candidates = candidates(&model, &success);
        let mut lost = BTreeSet::new();
        let mut before = run(&model, &Scenario::default(), &AvailabilityOnly);
        for index in which {
            lost.insert(candidates[index % candidates.len()]);
            let now = run(&model, &scenario(lost.iter().copied()), &AvailabilityOnly);
            for (was, is) in before.succeeds.iter().zip(&now.succeeds) {
                prop_assert!(was >= is);
            }
            for (was, is) in before.requirements.iter().zip(&now.requirements) {
                prop_assert!(was.judgement.verdict >= is.judgement.verdict, "{:?} {:?}", was, is);
            }
            prop_assert!(now.rate_lost >= before.rate_lost);
            before = now;
        }
    }

    #[test]
    fn a_pair_does_what_its_scenario_does(one in 0usize..100, other in 0usize..100) {
        let model = understood(DESIGN);
        let success = Success::new(&model);
        let candidates = candidates(&model, &success);
        let [one, other] = [one, other].map(|it| candidates[it % candidates.len()]);
        let mut falls = Falls::new(&model, &success);
        let (first, second) = (falls.terms(one), falls.terms(other));
        let failing = falls.failing(&[&first, &second]);
        let outcome = run(&model, &scenario([one, other]), &AvailabilityOnly);
        let expected: Vec<usize> = (0..outcome.succeeds.len()).filter(|it| !outcome.succeeds[*it]).collect();
        prop_assert_eq!(failing, expected);
    }
}
