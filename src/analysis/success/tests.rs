use super::*;
use proptest::prelude::*;

const BUDGET: usize = 1_000_000;

fn variables(formula: &mut Formula, range: std::ops::Range<u32>) -> Vec<Term> {
    range.map(|part| formula.variable(part)).collect()
}

fn diagram(formula: &Formula, root: Term) -> Diagram {
    Diagram::new(formula, root, BUDGET).unwrap()
}

/// Returns the availability where every part has the same.
fn availability(formula: &Formula, root: Term, each: f64) -> f64 {
    1.0 - diagram(formula, root).unavailability(|_| 1.0 - each)
}

fn assert_close(actual: f64, expected: f64) {
    assert!(
        (actual - expected).abs() < 1e-12,
        "{actual} is not {expected}"
    );
}

#[test]
fn terms_are_simplified_and_shared() {
    let mut formula = Formula::new();
    let (a, b) = (formula.variable(0), formula.variable(1));
    let (always, never) = (formula.always(), formula.never());
    assert_eq!(formula.all([a, always]), a);
    assert_eq!(formula.all([a, a]), a);
    assert_eq!(formula.all([]), always);
    assert_eq!(formula.all([a, never]), never);
    assert_eq!(formula.any([a, never]), a);
    assert_eq!(formula.any([]), never);
    assert_eq!(formula.any([a, always]), always);
    assert_eq!(formula.all([a, b]), formula.all([b, a]));
    assert_eq!(formula.at_least(0, [a, b]), always);
    assert_eq!(formula.at_least(1, [a, b]), formula.any([a, b]));
    assert_eq!(formula.at_least(2, [a, b]), formula.all([a, b]));
    assert_eq!(formula.at_least(3, [a, b]), never);
    assert_eq!(formula.at_least(2, [a, b, always]), formula.any([a, b]));
    assert_eq!(formula.at_least(2, [a, b, never]), formula.all([a, b]));
}

#[test]
fn variables_are_listed_depth_first() {
    let mut formula = Formula::new();
    let [a, b, c, d] = [3, 1, 2, 0].map(|part| formula.variable(part));
    let left = formula.all([a, d]);
    let right = formula.any([b, c, left]);
    let root = formula.all([left, right]);
    assert_eq!(formula.variables(root), [3, 0, 1, 2]);
}

/// A balancer, an application, a database and an identity provider are needed;
/// a cache that the application can do without and analytics behind a queue
/// are left out.
#[test]
fn everything_that_stands_alone_and_is_needed_is_a_cut() {
    let (balancer, app, database, identity) = (10, 20, 30, 40);
    let mut formula = Formula::new();
    let database_up = formula.variable(database);
    let identity_up = formula.variable(identity);
    let app_up = formula.variable(app);
    let app_works = formula.all([app_up, database_up, identity_up]);
    let balancer_up = formula.variable(balancer);
    let root = formula.all([balancer_up, app_works]);
    assert_eq!(
        single_cuts(&formula, root),
        [balancer, app, database, identity]
    );
    assert_eq!(cut_pairs(&formula, root), Ok(vec![]));
}

#[test]
fn alternatives_that_share_a_part_still_need_it() {
    let mut formula = Formula::new();
    let [left, right, shared] = [1, 2, 3].map(|part| formula.variable(part));
    let one = formula.all([left, shared]);
    let other = formula.all([right, shared]);
    let root = formula.any([one, other]);
    assert_eq!(single_cuts(&formula, root), [3]);
    assert_eq!(cut_pairs(&formula, root), Ok(vec![(1, 2)]));
}

#[test]
fn replicas_in_one_zone_fall_with_it() {
    let mut formula = Formula::new();
    let [first, second, zone, other_zone] = [1, 2, 8, 9].map(|part| formula.variable(part));
    let here = formula.all([first, zone]);
    let together = formula.all([second, zone]);
    let apart = formula.all([second, other_zone]);
    let one_zone = formula.any([here, together]);
    let two_zones = formula.any([here, apart]);
    assert_eq!(single_cuts(&formula, one_zone), [8]);
    assert!(single_cuts(&formula, two_zones).is_empty());
    let expected = vec![(1, 2), (1, 9), (2, 8), (8, 9)];
    assert_eq!(cut_pairs(&formula, two_zones), Ok(expected));
}

#[test]
fn a_constant_has_no_cuts() {
    let mut formula = Formula::new();
    for root in [formula.always(), formula.never()] {
        assert!(single_cuts(&formula, root).is_empty());
        assert_eq!(cut_pairs(&formula, root), Ok(vec![]));
    }
    let (always, never) = (formula.always(), formula.never());
    assert_eq!(diagram(&formula, always).unavailability(|_| 0.5), 0.0);
    assert_eq!(diagram(&formula, never).unavailability(|_| 0.5), 1.0);
}

/// Builds "1 and (2 and (3 and …))", one term under the other.
fn nested(formula: &mut Formula, range: std::ops::Range<u32>) -> Term {
    range.fold(formula.always(), |whole, part| {
        let part = formula.variable(part);
        formula.all([part, whole])
    })
}

#[test]
fn a_hundred_thousand_parts_are_cut() {
    let mut formula = Formula::new();
    let parts = variables(&mut formula, 0..100_000);
    let flat = formula.all(parts);
    let deep = nested(&mut formula, 0..100_000);
    let everything: Vec<u32> = (0..100_000).collect();
    assert_eq!(single_cuts(&formula, flat), everything);
    assert_eq!(single_cuts(&formula, deep), everything);
}

#[test]
fn long_alternatives_are_cut() {
    let mut formula = Formula::new();
    let left = nested(&mut formula, 0..50_000);
    let right = nested(&mut formula, 50_000..100_000);
    let last = formula.variable(100_000);
    let either = formula.any([left, right]);
    let root = formula.all([either, last]);
    assert_eq!(single_cuts(&formula, root), [100_000]);
}

#[test]
fn pairs_among_many_parts_are_found_or_refused() {
    let mut formula = Formula::new();
    let mut pairs_of = |count: u32| {
        let doubled: Vec<Term> = (0..count)
            .map(|part| {
                let replicas = variables(&mut formula, 2 * part..2 * part + 2);
                formula.any(replicas)
            })
            .collect();
        let root = formula.all(doubled);
        cut_pairs(&formula, root)
    };
    let expected: Vec<(u32, u32)> = (0..1000).map(|part| (2 * part, 2 * part + 1)).collect();
    assert_eq!(pairs_of(1000), Ok(expected));
    let refused = pairs_of(1001).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "2002 parts can fail, and pairs are looked for among at most 2000"
    );
}

#[test]
fn parts_that_are_cuts_by_themselves_do_not_count_towards_the_limit() {
    let mut formula = Formula::new();
    let mut parts = variables(&mut formula, 0..5_000);
    let replicas = variables(&mut formula, 5_000..5_002);
    parts.push(formula.any(replicas));
    let root = formula.all(parts);
    assert_eq!(cut_pairs(&formula, root), Ok(vec![(5_000, 5_001)]));
}

#[test]
fn a_series_multiplies() {
    let mut formula = Formula::new();
    for (count, expected) in [(6, 0.999_9f64.powi(6)), (30, 0.999_9f64.powi(30))] {
        let parts = variables(&mut formula, 0..count);
        let root = formula.all(parts);
        assert_close(availability(&formula, root, 0.999_9), expected);
    }
    let parts = variables(&mut formula, 0..6);
    let root = formula.all(parts);
    assert!((availability(&formula, root, 0.999_9) - 0.999_400_15).abs() < 5e-9);
}

#[test]
fn a_majority_is_exact() {
    let mut formula = Formula::new();
    let three = variables(&mut formula, 0..3);
    let five = variables(&mut formula, 0..5);
    let two_of_three = formula.at_least(2, three);
    let three_of_five = formula.at_least(3, five);
    assert_close(availability(&formula, two_of_three, 0.99), 0.999_702);
    assert_close(availability(&formula, three_of_five, 0.99), 0.999_990_149_4);
}

#[test]
fn a_shared_database_is_counted_once() {
    let mut formula = Formula::new();
    let [left, right, database] = [0, 1, 2].map(|part| formula.variable(part));
    let one = formula.all([left, database]);
    let other = formula.all([right, database]);
    let root = formula.any([one, other]);
    assert_close(availability(&formula, root, 0.99), 0.989_901);
}

#[test]
fn a_bridge_network_is_exact() {
    let mut formula = Formula::new();
    let [a, b, bridge, c, d] = [0, 1, 2, 3, 4].map(|part| formula.variable(part));
    let paths = [
        vec![a, c],
        vec![b, d],
        vec![a, bridge, d],
        vec![b, bridge, c],
    ];
    let paths = paths.map(|path| formula.all(path));
    let root = formula.any(paths);
    assert_close(availability(&formula, root, 0.9), 0.978_48);
    assert_eq!(cut_pairs(&formula, root), Ok(vec![(0, 1), (3, 4)]));
}

#[test]
fn importance_is_the_difference_that_a_part_makes() {
    let mut formula = Formula::new();
    let [left, right, database] = [0, 1, 2].map(|part| formula.variable(part));
    let either = formula.any([left, right]);
    let root = formula.all([either, database]);
    let diagram = diagram(&formula, root);
    let down = |part: u32| [0.1, 0.2, 0.01][part as usize];
    let (unavailability, importances) = diagram.importances(down);
    assert_close(unavailability, diagram.unavailability(down));
    for (part, importance) in diagram.variables().iter().zip(importances) {
        let with = |state| diagram.unavailability(|it| if it == *part { state } else { down(it) });
        assert_close(importance, with(1.0) - with(0.0));
    }
}

#[test]
fn zones_are_shared_by_their_replicas() {
    let mut formula = Formula::new();
    let [first, second, zone, other_zone] = [1, 2, 8, 9].map(|part| formula.variable(part));
    let here = formula.all([first, zone]);
    let together = formula.all([second, zone]);
    let apart = formula.all([second, other_zone]);
    let one_zone = formula.any([here, together]);
    let two_zones = formula.any([here, apart]);
    let down = |part: u32| if part < 8 { 0.001 } else { 0.000_5 };
    let available = |root| 1.0 - diagram(&formula, root).unavailability(down);
    assert_close(available(one_zone), 0.999_499_000_5);
    assert!((available(two_zones) - 0.999_997_751_499_8).abs() < 1e-13);
}

#[test]
fn tiny_unavailability_is_kept() {
    let mut formula = Formula::new();
    let pair = variables(&mut formula, 0..2);
    let root = formula.any(pair);
    let unavailability = diagram(&formula, root).unavailability(|_| 1e-9);
    assert!((unavailability / 1e-18 - 1.0).abs() < 1e-9);
}

#[test]
fn a_long_conjunction_needs_no_stack() {
    let mut formula = Formula::new();
    let parts = variables(&mut formula, 0..100_000);
    let flat = formula.all(parts);
    let deep = nested(&mut formula, 0..100_000);
    for root in [flat, deep] {
        let unavailability = diagram(&formula, root).unavailability(|_| 1e-9);
        assert!((unavailability - 1e-4).abs() < 1e-8);
    }
}

#[test]
fn a_diagram_beyond_its_budget_is_refused() {
    let mut formula = Formula::new();
    let parts = variables(&mut formula, 0..400);
    let root = formula.at_least(200, parts);
    let refused = Diagram::new(&formula, root, 5_000).unwrap_err();
    assert_eq!(refused, NotEvaluated::TooLarge { budget: 5_000 });
    assert!(Diagram::new(&formula, root, BUDGET).is_ok());
}

/// One term to make: which kind, and which earlier terms it joins.
#[derive(Clone, Debug)]
struct Step {
    kind: u8,
    count: usize,
    children: Vec<usize>,
}

const PARTS: u32 = 10;

fn any_step() -> impl Strategy<Value = Step> {
    let children = proptest::collection::vec(0usize..1000, 1..5);
    (0u8..3, 1usize..5, children).prop_map(|(kind, count, children)| Step {
        kind,
        count,
        children,
    })
}

fn any_steps() -> impl Strategy<Value = Vec<Step>> {
    proptest::collection::vec(any_step(), 1..14)
}

/// Follows the steps over ten parts; the last term made is the root. Later
/// terms join recent ones more often, so that formulas grow deep.
fn follow(formula: &mut Formula, terms: &mut Vec<Term>, steps: &[Step]) -> Term {
    for step in steps {
        let pick = |&child: &usize| terms[terms.len() - 1 - child % terms.len()];
        let children: Vec<Term> = step.children.iter().map(pick).collect();
        terms.push(match step.kind {
            0 => formula.all(children),
            1 => formula.any(children),
            _ => formula.at_least(step.count.min(children.len()), children),
        });
    }
    terms[terms.len() - 1]
}

fn build(steps: &[Step]) -> (Formula, Term) {
    let mut formula = Formula::new();
    let mut terms = variables(&mut formula, 0..PARTS);
    let root = follow(&mut formula, &mut terms, steps);
    (formula, root)
}

/// Evaluates the steps without a formula.
fn direct(steps: &[Step], up: impl Fn(u32) -> bool) -> bool {
    let mut values: Vec<bool> = (0..PARTS).map(up).collect();
    for step in steps {
        let pick = |&child: &usize| values[values.len() - 1 - child % values.len()];
        let holding = step.children.iter().filter(|child| pick(child)).count();
        let needed = match step.kind {
            0 => step.children.len(),
            1 => 1,
            _ => step.count.min(step.children.len()),
        };
        values.push(holding >= needed);
    }
    values[values.len() - 1]
}

fn is_up(assignment: u32) -> impl Fn(u32) -> bool {
    move |part| assignment & (1 << part) != 0
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn formula_and_diagram_hold_when_the_steps_do(steps in any_steps()) {
        let (formula, root) = build(&steps);
        let diagram = diagram(&formula, root);
        for assignment in 0..1 << PARTS {
            let expected = direct(&steps, is_up(assignment));
            prop_assert_eq!(formula.holds(root, is_up(assignment)), expected);
            prop_assert_eq!(diagram.holds(is_up(assignment)), expected);
        }
    }

    #[test]
    fn cuts_are_those_of_brute_force(steps in any_steps()) {
        let (formula, root) = build(&steps);
        let cut = |one, other| !direct(&steps, |part| part != one && part != other);
        let singles: Vec<u32> = (0..PARTS).filter(|&part| cut(part, part)).collect();
        let mut pairs = Vec::new();
        for one in (0..PARTS).filter(|one| !singles.contains(one)) {
            let others = (one + 1..PARTS).filter(|other| !singles.contains(other));
            pairs.extend(others.filter(|&other| cut(one, other)).map(|other| (one, other)));
        }
        prop_assert_eq!(single_cuts(&formula, root), singles);
        prop_assert_eq!(cut_pairs(&formula, root), Ok(pairs));
    }

    #[test]
    fn unavailability_is_the_sum_over_all_states(steps in any_steps()) {
        let (formula, root) = build(&steps);
        let down = |part: u32| 0.05 + 0.07 * f64::from(part);
        let mut expected = 0.0;
        for assignment in (0..1 << PARTS).filter(|&state| !direct(&steps, is_up(state))) {
            let state = |part| if is_up(assignment)(part) { 1.0 - down(part) } else { down(part) };
            expected += (0..PARTS).map(state).product::<f64>();
        }
        let actual = diagram(&formula, root).unavailability(down);
        prop_assert!((actual - expected).abs() < 1e-9, "{} is not {}", actual, expected);
    }

    #[test]
    fn an_alternative_more_is_never_a_cut_more(
        before in any_steps(),
        choices in proptest::collection::vec(0usize..1000, 2..5),
        after in any_steps(),
    ) {
        let cuts = |choices: &[usize]| {
            let mut formula = Formula::new();
            let mut terms = variables(&mut formula, 0..PARTS);
            follow(&mut formula, &mut terms, &before);
            let chosen: Vec<Term> = choices.iter().map(|choice| terms[choice % terms.len()]).collect();
            terms.push(formula.any(chosen));
            let root = follow(&mut formula, &mut terms, &after);
            single_cuts(&formula, root)
        };
        let fewer = cuts(&choices[1..]);
        let more = cuts(&choices);
        prop_assert!(more.iter().all(|part| fewer.contains(part)), "{:?} {:?}", fewer, more);
    }
}

/// Sixty components with a replica in each of three zones: the common shape of
/// a large design fits, because the zones are asked first or nearly so.
#[test]
fn many_components_across_shared_zones_fit() {
    let mut formula = Formula::new();
    let zones = variables(&mut formula, 0..3);
    let mut part = 3;
    let mut component = || {
        let replicas = zones.clone().into_iter().map(|zone| {
            let replica = formula.variable(part);
            part += 1;
            formula.all([zone, replica])
        });
        let replicas: Vec<Term> = replicas.collect();
        formula.any(replicas)
    };
    let components: Vec<Term> = (0..60).map(|_| component()).collect();
    let root = formula.all(components);
    let diagram = Diagram::new(&formula, root, 100_000).unwrap();
    let unavailability = diagram.unavailability(|_| 0.001);
    assert!((6e-8..7e-7).contains(&unavailability), "{unavailability}");
    assert!(single_cuts(&formula, root).is_empty());
    assert_eq!(cut_pairs(&formula, root), Ok(vec![]));
}
