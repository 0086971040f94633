//! What a design means.

use underpin::model::{Element, Model, Origin};

use crate::support::understood;

const SHOP: &str = r#"
system Shop: product
functional Buy "Users should be able to buy"
entity Order { id: uuid key; total: decimal; about { size: 200 bytes } }
api Public: rest { buy: POST /orders (total: decimal) -> Order { for: Buy } }
load Daily { users: 2M/day; buy: 0.5/user/day; peak: 4x }
defaults service { replicas: many }
domain Sales {
  defaults service { replicas: 4 }
  service cart { capacity: 2k/s }
  database orders: postgres | mysql { stores: Order }
}
service web
queue jobs: sqs
web -> Sales.cart -> orders
web ~> jobs { carries: Order }
web ~> jobs { carries: Order; retries: 2 }
flow Buying: buy { web -> cart -> orders { writes: Order } }
estimate Storage { perDay: buy * Order.size = 200 MB/day }
environment staging { cart.replicas: 1; Sales.orders.backup: none }
"#;

fn component<'a>(model: &'a Model, path: &str) -> &'a underpin::model::Component {
    let mut rows = model.components.rows().iter();
    rows.find(|it| it.head.path == path)
        .expect("it is declared")
}

#[test]
fn facts_know_where_they_come_from() {
    let (_, model) = understood(SHOP, None);
    let origin = |path: &str, key: &str| {
        component(&model, path)
            .facts
            .get(key)
            .map(|it| it.origin.clone())
    };
    assert_eq!(origin("Sales.cart", "capacity"), Some(Origin::Stated));
    assert_eq!(origin("Sales.cart", "replicas"), Some(Origin::Defaults));
    let Some(Origin::Technology(name, source)) = origin("jobs", "delivery") else {
        panic!()
    };
    assert_eq!(name, "sqs");
    assert!(source.contains("http"), "{source}");
    let count = |path: &str| {
        component(&model, path)
            .facts
            .count("replicas")
            .map(|it| it.least)
    };
    assert_eq!(count("Sales.cart"), Some(4), "the inner block wins");
    assert_eq!(count("web"), Some(2), "`many` is at least two");
}

#[test]
fn of_an_open_choice_only_what_all_share_holds() {
    let (_, model) = understood(SHOP, None);
    let facts = &component(&model, "Sales.orders").facts;
    assert_eq!(facts.word("model"), Some("relational"));
    assert_eq!(
        component(&model, "Sales.orders").types,
        ["postgres", "mysql"]
    );
}

#[test]
fn an_environment_overrides_only_when_it_is_chosen() {
    let (_, model) = understood(SHOP, Some("staging"));
    let cart = component(&model, "Sales.cart");
    assert_eq!(cart.facts.count("replicas").map(|it| it.least), Some(1));
    assert_eq!(
        cart.facts.get("replicas").map(|it| it.origin.clone()),
        Some(Origin::Environment)
    );
    assert!(component(&model, "Sales.orders").facts.is_absent("backup"));
    let (_, model) = understood(SHOP, None);
    assert!(
        component(&model, "Sales.orders")
            .facts
            .is_unstated("backup")
    );
}

#[test]
fn references_lead_both_ways() {
    let (sources, model) = understood(SHOP, None);
    let (order, _) = model.entities.iter().next().unwrap();
    let lines: Vec<usize> = model
        .references(Element::Entity(order))
        .map(|span| {
            assert!(sources.text(span).starts_with("Order"));
            sources.position(span).line
        })
        .collect();
    assert_eq!(lines, [5, 11, 16, 17, 18]);
    let (buy, _) = model.requirements.iter().next().unwrap();
    assert_eq!(model.linked_to(buy).len(), 1);
}

#[test]
fn connections_of_the_same_ends_are_one() {
    let (_, model) = understood(SHOP, None);
    let named = |from: &str, to: &str| {
        let of = |id| model.name(id);
        model
            .relations
            .rows()
            .iter()
            .filter(|it| of(it.from) == from && of(it.to) == to)
            .count()
    };
    assert_eq!(named("web", "jobs"), 1);
    assert_eq!(named("web", "Sales.cart"), 1);
    assert_eq!(named("Sales.cart", "Sales.orders"), 1);
}

#[test]
fn rates_and_estimates_are_computed() {
    let (_, model) = understood(SHOP, None);
    let (operation, _) = model.operations.iter().next().unwrap();
    let rate = model.rate(Element::Operation(operation)).unwrap();
    assert!((rate.average - 1e6 / 86_400.0).abs() < 1e-9);
    assert!((rate.peak / rate.average - 4.0).abs() < 1e-12);
    let line = &model.estimates.rows()[0].lines[0];
    assert_eq!(line.computed.to_string(), "200 MB/day");
    assert_eq!(line.stated.as_ref(), Some(&line.computed));
}
