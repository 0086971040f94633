//! Entities and requirements as lists of lines.

use std::path::Path;

use super::tests::{end, understood};
use super::{entities, requirements};
use crate::diagram::scene::{Direction, Edge, Line, Node, Picture, Scene, Structure, Tip};
use crate::lint::Design;
use crate::model::{Entity, Model};

fn entities_of(text: &str, keep: impl Fn(&Entity) -> bool) -> Option<Scene> {
    let (sources, model) = understood(&[("design.arch", text)]);
    let design = Design::new(&model, &sources);
    entities::scene(&design, &|id| keep(&model.entities[id]))
}

fn requirements_of(text: &str) -> Vec<Scene> {
    let (sources, model) = understood(&[("design.arch", text)]);
    requirements::scenes(&Design::new(&model, &sources), &|_| true)
}

fn structure(scene: &Scene) -> &Structure {
    match &scene.picture {
        Picture::Structure(structure) => structure,
        _ => panic!("{} is no structure", scene.name),
    }
}

fn table(scene: &Scene) -> Vec<String> {
    let Picture::Table(table) = &scene.picture else {
        panic!("{} is no table", scene.name);
    };
    let words = |row: &Vec<Vec<String>>| {
        assert_eq!(row.len(), table.columns.len());
        let cells: Vec<String> = row.iter().map(|cell| cell.join(", ")).collect();
        cells.join(" | ")
    };
    table.rows.iter().map(words).collect()
}

fn box_line(node: &Node) -> String {
    let rows = node.rows.iter().map(|row| {
        let sensitive = if row.sensitive { "!" } else { "" };
        format!(
            "{sensitive}{} {} {}",
            row.name,
            row.detail,
            row.tags.join(" ")
        )
    });
    let rows: Vec<String> = rows.map(|row| row.trim_end().to_owned()).collect();
    let sensitive = if node.sensitive { "!" } else { "" };
    let line = format!(
        "{sensitive}{}: {} ({}) [{}]",
        node.id,
        node.title,
        node.caption,
        rows.join("; ")
    );
    line.trim_end_matches(" []").to_owned()
}

fn arrow_line(structure: &Structure, edge: &Edge) -> String {
    let tip = |tip| match tip {
        Tip::Arrow => ">",
        Tip::Many => "many",
        Tip::None => "",
        Tip::One => "one",
    };
    let line = if edge.line == Line::Dashed { "--" } else { "-" };
    let words = [
        end(structure, edge.from),
        tip(edge.start),
        line,
        tip(edge.finish),
        end(structure, edge.to),
        &edge.label.join(", "),
    ];
    let words: Vec<&str> = words.into_iter().filter(|it| !it.is_empty()).collect();
    words.join(" ")
}

fn lines(scene: &Scene) -> Vec<String> {
    let structure = structure(scene);
    let groups = structure
        .groups
        .iter()
        .map(|it| format!("{}: {}", it.id, it.title));
    let nodes = structure.nodes.iter().map(box_line);
    let edges = structure.edges.iter().map(|it| arrow_line(structure, it));
    groups.chain(nodes).chain(edges).collect()
}

#[test]
fn entities_show_fields_stores_and_references() {
    let text = "
system Shop: product \"A shop\"
enum State { open; sold }
entity User { id: uuid key; email: email personal unique }
entity Book {
  id: uuid key
  title: text(1234)
  cover: blob(2 MB) optional
  seller: User indexed
  buyer: User optional
  state: State
  notes
  tags: text[]
  about { size: 320 bytes; retention: 5 years; index: (title, seller) }
}
database books { stores: Book }
database a { stores: User }
database b { stores: User }
database c { stores: User }
database d { stores: User }
";
    let scene = entities_of(text, |_| true).unwrap();
    let expected = [
        "entity:Book: Book (320 bytes · kept 5 years · in books) [id uuid key; title text(1234) indexed; \
         cover blob(2 MB) optional; seller User indexed; buyer User optional; state State; notes; tags text[]]",
        "entity:State: State () [open; sold]",
        "!entity:User: User (in a, b, c and 1 more) [id uuid key; !email email personal unique]",
        "entity:Book many - entity:User buyer",
        "entity:Book many - one entity:User seller",
        "entity:Book - entity:State state",
    ];
    assert_eq!(lines(&scene), expected);
    assert_eq!(scene.name, "entities");
    assert_eq!(scene.title, "A shop: entities");
    assert_eq!(
        scene.description,
        "2 entities and 1 enum with their fields. Book refers to State and User."
    );
    assert_eq!(structure(&scene).direction, Direction::Right);
    let kinds: Vec<&str> = structure(&scene).nodes.iter().map(|it| it.kind).collect();
    assert_eq!(kinds, ["entity", "enum", "entity"]);
}

#[test]
fn references_say_how_many() {
    let cases: &[(&str, &[&str])] = &[
        (
            "entity A { b: B }; entity B",
            &["entity:A many - one entity:B b"],
        ),
        (
            "entity A { b: B unique }; entity B",
            &["entity:A one - one entity:B b"],
        ),
        (
            "entity A { b: B key }; entity B",
            &["entity:A one - one entity:B b"],
        ),
        (
            "entity A { b: B key; c: int key }; entity B",
            &["entity:A many - one entity:B b"],
        ),
        (
            "entity A { b: B[] }; entity B",
            &["entity:A - many entity:B b"],
        ),
        (
            "entity A { bs: B[] }; entity B { a: A }",
            &["entity:B many - one entity:A a / bs"],
        ),
        (
            "entity A { one: B; two: B }; entity B",
            &["entity:A many - one entity:B one, two"],
        ),
        (
            "entity A { parent: A optional; children: A[] }",
            &[
                "entity:A - many entity:A children",
                "entity:A many - entity:A parent",
            ],
        ),
        (
            "entity A { about { copy-of: B } }; entity B",
            &["entity:A -- > entity:B copy of"],
        ),
        ("entity A { c: C; d: Missing; e: }; entity B", &[]),
    ];
    for (text, expected) in cases {
        let scene = entities_of(text, |_| true).unwrap();
        let structure = structure(&scene);
        let edges = structure.edges.iter().map(|it| arrow_line(structure, it));
        assert_eq!(edges.collect::<Vec<_>>(), *expected, "{text}");
    }
}

#[test]
fn entities_stand_in_the_domain_that_declares_them() {
    let text = "
entity User
domain Billing { domain Books { entity Account { owner: User } }; entity Invoice }
domain Empty { service x }
";
    let scene = entities_of(text, |_| true).unwrap();
    let expected = [
        "place:Billing: Billing",
        "place:Billing.Books: Books",
        "entity:Billing.Books.Account: Account () [owner User]",
        "entity:Billing.Invoice: Invoice ()",
        "entity:User: User ()",
        "entity:Billing.Books.Account many - one entity:User owner",
    ];
    assert_eq!(lines(&scene), expected);
    let structure = structure(&scene);
    assert_eq!(structure.groups[1].parent, Some(0));
    let groups: Vec<Option<usize>> = structure.nodes.iter().map(|it| it.group).collect();
    assert_eq!(groups, [Some(1), Some(0), None]);
}

#[test]
fn only_chosen_entities_are_drawn() {
    let text = "entity A { b: B; c: C }; entity B; entity C { a: A }";
    let scene = entities_of(text, |entity| entity.head.name != "B").unwrap();
    let expected = [
        "entity:A: A () [b B; c C]",
        "entity:C: C () [a A]",
        "entity:A many - one entity:C c",
        "entity:C many - one entity:A a",
    ];
    assert_eq!(lines(&scene), expected);
    assert!(entities_of(text, |_| false).is_none());
    assert!(entities_of("system S: product", |_| true).is_none());
}

const SHOP: &str = "
system Shop: product \"A shop\"
functional Buy \"Users should be able to buy\"
functional Look \"Users should be able to look\"
functional Mail
functional Wish { priority: later }
quality Fast: latency { on: look; p99 < 200ms; p50 < 50ms }
quality Up: availability { availability >= 99.9% }
quality Kept: durability { on: ledger }
assumption Quiet
excluded Shipping
entity Sale
api Public: rest {
  buy: POST /sales -> Sale { for: Buy }
  look: GET /books { for: Look }
}
client app
gateway gate { serves: Public }
service shop { for: Buy, Mail }
service other
database ledger { stores: Sale }
worker mailer { for: Mail }
app -> gate -> shop, other
other -> ledger
flow Buying: buy { app -> gate -> shop -> ledger }
flow Mailing { for: Mail; mailer -> other }
decision Two \"Two stores\" { for: Buy, Up }
";

#[test]
fn requirements_lead_to_what_realises_them() {
    let scenes = requirements_of(SHOP);
    let names: Vec<&str> = scenes.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["requirements", "requirements-table"]);
    let expected = [
        "component:gate: gate (gateway)",
        "component:ledger: ledger (database)",
        "component:mailer: mailer (worker)",
        "component:shop: shop (service)",
        "decision:Two: Two ()",
        "flow:Buying: Buying (flow)",
        "flow:Mailing: Mailing (background flow)",
        "operation:Public.buy: buy (POST /sales)",
        "operation:Public.look: look (GET /books)",
        "requirement:Buy: Buy ()",
        "requirement:Fast: Fast (latency · p99 < 200ms · p50 < 50ms)",
        "requirement:Kept: Kept (durability)",
        "requirement:Look: Look ()",
        "requirement:Mail: Mail ()",
        "requirement:Up: Up (availability >= 99.9%)",
        "requirement:Wish: Wish (later · nothing realises it)",
        "decision:Two -- > requirement:Buy",
        "decision:Two -- > requirement:Up",
        "flow:Buying - > component:shop",
        "flow:Mailing - > component:mailer",
        "operation:Public.buy - > flow:Buying",
        "operation:Public.look - > component:gate",
        "requirement:Buy - > operation:Public.buy",
        "requirement:Fast - > operation:Public.look",
        "requirement:Kept - > component:ledger",
        "requirement:Look - > operation:Public.look",
        "requirement:Mail - > component:shop",
        "requirement:Mail - > flow:Mailing",
    ];
    assert_eq!(lines(&scenes[0]), expected);
    assert_eq!(scenes[0].title, "A shop: what realises the requirements");
    let end = "Nothing realises Wish.";
    assert!(
        scenes[0].description.ends_with(end),
        "{}",
        scenes[0].description
    );
}

#[test]
fn the_table_has_a_row_for_each_requirement() {
    let scenes = requirements_of(SHOP);
    let expected = [
        "Buy, Users should be able to buy |  | buy (POST /sales) | Buying | shop | Two",
        "Look, Users should be able to look |  | look (GET /books) |  | gate | ",
        "Mail |  |  | Mailing | mailer, shop | ",
        "Wish | later | nothing realises it |  |  | ",
        "Fast | p99 < 200ms, p50 < 50ms | look (GET /books) |  | gate | ",
        "Up | availability >= 99.9% | the whole system |  |  | Two",
        "Kept |  |  |  | ledger | ",
    ];
    assert_eq!(table(&scenes[1]), expected);
    assert_eq!(scenes[1].title, "A shop: requirements");
}

#[test]
fn requirements_that_nothing_serves_are_a_table_only() {
    let scenes = requirements_of("functional A; quality B: cost");
    let names: Vec<&str> = scenes.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["requirements-table"]);
    assert_eq!(scenes[0].title, "design: requirements");
    assert!(requirements_of("service a; excluded X").is_empty());
}

/// Returns all pictures of entities and requirements.
fn all(model: &Model, sources: &crate::source::Sources) -> Vec<Scene> {
    let design = Design::new(model, sources);
    let entities = entities::scene(&design, &|_| true);
    let requirements = requirements::scenes(&design, &|_| true);
    entities.into_iter().chain(requirements).collect()
}

#[test]
fn identities_are_unique_and_pictures_stay_the_same() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let files = [
        "chat.arch",
        "crawler.arch",
        "payments.arch",
        "short-posts/design.arch",
        "short-posts/first-draft.arch",
        "ticket-sale.arch",
        "url-shortener.arch",
    ];
    for file in files {
        let text = std::fs::read_to_string(folder.join(file)).unwrap();
        // Cut anywhere, a design is broken and still drawn.
        for length in [text.len(), text.len() / 2, text.len() / 3] {
            let length = text.floor_char_boundary(length);
            let (sources, model) = understood(&[(file, &text[..length])]);
            let scenes = all(&model, &sources);
            assert_eq!(scenes, all(&model, &sources), "{file}");
            for scene in &scenes {
                let Picture::Structure(structure) = &scene.picture else {
                    continue;
                };
                let nodes = structure.nodes.iter().map(|it| it.id.as_str());
                let edges = structure.edges.iter().map(|it| it.id.as_str());
                let groups = structure.groups.iter().map(|it| it.id.as_str());
                let mut ids: Vec<&str> = nodes.chain(edges).chain(groups).collect();
                let number = ids.len();
                ids.sort_unstable();
                ids.dedup();
                assert_eq!(ids.len(), number, "{file}: {}", scene.name);
            }
        }
    }
}
