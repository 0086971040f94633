//! What selectors mean, and what views show.

use underpin::model::{Element, Model, View, ViewKind};

use crate::support::{Test, understood};

const DESIGN: &str = r#"
system Shop: product

functional Buy "Users should be able to buy"
quality Fast: latency { on: search; p99 < 200ms }
quality Sure: availability { availability >= 99.9% }

entity User { id: uuid key; email: email personal }
entity Book { id: uuid key; title: text }
enum State { open; sold }

api Public: rest {
  search: GET /books -> Book[] { auth: public; paginated: cursor }
  buy: POST /sales -> Book { for: Buy; rate-limit: 3/min per user }
}

kind saga: worker { state: shared }
client app: browser
region eu {
  zone one {
    @tag(pci)
    service books { serves: Public; replicas: 3 across 3 zones }
    database people: postgres { stores: User; backup: daily }
  }
  saga checkout
}
domain Billing {
  entity Invoice { id: uuid key }
  @tag(scratch)
  database bills: mysql { stores: Invoice; backup: none }
}
cache pages: redis | memcached { ttl: 1h }

app -> books { protocol: https }
books -> people { timeout: 200ms }
books -> pages
books ~> checkout

flow Search: search { app -> books; books -> people { reads: User } }
decision Two "Two stores" { for: Buy }
"#;

/// Returns the names of everything in a design that is chosen, sorted.
fn all(model: &Model, chosen: impl Fn(Element) -> bool) -> String {
    let elements = (model.components.ids().map(Element::Component))
        .chain(model.places.ids().map(Element::Place))
        .chain(model.entities.ids().map(Element::Entity))
        .chain(model.operations.ids().map(Element::Operation))
        .chain(model.requirements.ids().map(Element::Requirement))
        .chain(model.flows.ids().map(Element::Flow))
        .chain(model.decisions.ids().map(Element::Decision))
        .chain(model.relations.ids().map(Element::Relation));
    let name = |element| match element {
        Element::Relation(id) => {
            let relation: &underpin::model::Relation = &model.relations[id];
            let (from, to) = (model.name(relation.from), model.name(relation.to));
            format!("{from} {} {to}", relation.arrow.symbol())
        }
        _ => model.head(element).unwrap().path.clone(),
    };
    let mut names: Vec<String> = elements.filter(|it| chosen(*it)).map(name).collect();
    names.sort();
    names.join(", ")
}

fn sorted(names: &str) -> String {
    let mut names: Vec<&str> = names.split(", ").collect();
    names.sort_unstable();
    names.join(", ")
}

fn view(block: &str) -> (Model, View) {
    let (_, model) = understood(&format!("{DESIGN}\nview Some {{ {block} }}"), None);
    let view = model.views.rows()[0].clone();
    (model, view)
}

#[test]
fn a_selector_means_what_it_says() {
    let cases = [
        ("database", "Billing.bills, eu.one.people"),
        ("database[backup]", "eu.one.people"),
        ("database[backup: daily]", "eu.one.people"),
        ("database[backup: weekly]", ""),
        ("database[backup: none]", "Billing.bills"),
        ("database[backup: yes]", "eu.one.people"),
        ("database[carries: personal]", "eu.one.people"),
        ("database[carries: sensitive]", "eu.one.people"),
        ("database[stores: User]", "eu.one.people"),
        ("database[carries: Billing.Invoice]", "Billing.bills"),
        ("database[carries]", "Billing.bills, eu.one.people"),
        ("postgres", "eu.one.people"),
        ("redis", "pages"),
        ("saga", "eu.checkout"),
        ("worker", "eu.checkout"),
        ("volatile", "pages"),
        ("#pci", "eu.one.books"),
        ("#pci[replicas >= 4]", ""),
        ("#nobody", ""),
        ("service[replicas: 3]", "eu.one.books"),
        ("service[replicas = 3]", "eu.one.books"),
        ("service[replicas > 3]", ""),
        ("service[replicas < 4][serves: Public]", "eu.one.books"),
        ("service[serves: Public.buy]", ""),
        ("zone", "eu.one.books, eu.one.people, eu.one"),
        ("eu", "eu.checkout, eu.one.books, eu.one.people, eu, eu.one"),
        ("one", "eu.one.books, eu.one.people, eu.one"),
        ("Billing", "Billing.bills, Billing, Billing.Invoice"),
        (
            "place",
            "Billing.bills, eu.checkout, eu.one.books, eu.one.people, Billing, eu, eu.one, Billing.Invoice",
        ),
        ("people", "eu.one.people"),
        ("entity", "Billing.Invoice, Book, User"),
        ("entity[personal]", "User"),
        ("enum", "State"),
        ("Public", "Public.search, Public.buy"),
        ("rest", "Public.search, Public.buy"),
        ("operation[auth: public]", "Public.search"),
        ("operation[rate-limit]", "Public.buy"),
        ("operation[p99 < 500ms]", "Public.search"),
        ("operation[p99 < 200ms]", "Public.search"),
        ("operation[p99 <= 100ms]", ""),
        ("operation[p99 > 100ms]", ""),
        ("operation[availability > 99%]", "Public.search, Public.buy"),
        ("buy", "Public.buy"),
        ("Buy", "Buy"),
        ("latency", "Fast"),
        ("quality[availability]", "Sure"),
        ("requirement", "Buy, Fast, Sure"),
        ("decision[for: Buy]", "Two"),
        ("Search", "Search"),
        ("flow[carries: personal]", "Search"),
        ("relation[protocol: https]", "app -> eu.one.books"),
        ("relation[timeout <= 1s]", "eu.one.books -> eu.one.people"),
        (
            "relation[carries: personal]",
            "eu.one.books -> eu.one.people",
        ),
        ("*[for: Buy]", "Public.buy, Two"),
        ("client, cache", "app, pages"),
    ];
    let mut wrong = Vec::new();
    for (selector, expected) in cases {
        let (model, view) = view(&format!("include: {selector}"));
        let chosen = |element| view.include.iter().any(|it| it.matches(&model, element));
        let names = all(&model, chosen);
        if names != sorted(expected) {
            wrong.push(format!("{selector}: {names:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_view_shows_what_is_included_and_not_excluded() {
    let all_components = "Billing.bills, app, eu.checkout, eu.one.books, eu.one.people, pages";
    let cases = [
        ("", all_components, 4),
        ("exclude: none", all_components, 4),
        ("include: *", all_components, 4),
        (
            "include: eu; exclude: saga",
            "eu.one.books, eu.one.people",
            1,
        ),
        ("exclude: relation[timeout]", all_components, 3),
        ("include: app, books", "app, eu.one.books", 1),
        ("include: app; exclude: component", "", 0),
    ];
    for (block, components, relations) in cases {
        let (model, view) = view(block);
        let shown = |element| view.shows(&model, element);
        let only = |element| matches!(element, Element::Component(_)) && shown(element);
        assert_eq!(all(&model, only), sorted(components), "{block}");
        let ids = model.relations.ids().map(Element::Relation);
        assert_eq!(ids.filter(|it| shown(*it)).count(), relations, "{block}");
    }
}

#[test]
fn a_view_has_a_type() {
    let types = [
        "components",
        "context",
        "entities",
        "findings",
        "requirements",
    ];
    for word in types {
        let text = format!("service s; entity E; functional F; view V: {word} \"Title\"");
        let (_, model) = understood(&text, None);
        let view = &model.views.rows()[0];
        assert_eq!(view.of.word(), word);
        assert_eq!(view.head.title.as_deref(), Some("Title"));
        assert!(view.include.is_empty() && view.exclude.is_empty());
    }
    let (_, model) = understood("service s; view V", None);
    assert_eq!(model.views.rows()[0].of, ViewKind::Components);
}

#[test]
fn a_word_is_a_kind_first_then_a_name_then_a_type_then_a_trait() {
    let text = "service cache; cache other; service redis; cache c: redis; cdn edge; dns d\n\
                view V { include: cache, redis, edge }";
    let (_, model) = understood(text, None);
    let view = &model.views.rows()[0];
    let meant = |index: usize| all(&model, |it| view.include[index].matches(&model, it));
    assert_eq!(meant(0), "c, other");
    assert_eq!(meant(1), "redis");
    assert_eq!(meant(2), "edge");
}

#[test]
fn selectors_are_formatted() {
    let text =
        "view V {\n  include: database[backup][replicas>=2],#scratch,  *,#pci[ backup:daily ]\n}\n";
    let formatted = Test::new("fmt -").stdin(text).run().status(0).stdout;
    assert_eq!(
        formatted,
        "view V {\n  include: database[backup, replicas >= 2], #scratch, *, #pci[backup: daily]\n}\n"
    );
    Test::new("fmt --check -").stdin(formatted).run().status(0);
}
